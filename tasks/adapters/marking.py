"""Marking: the workbook that goes back with a letter is made at its first attempt, once for all."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from models.domain.identity import sign
from models.domain.mail import Letter, LetterFile
from models.tables import LetterRow
from tasks.adapters.letter_desk import contact_of
from tasks.adapters.reader_jobs import MarkJob
from tasks.adapters.reader_pool import ReaderFailed
from tasks.adapters.store import outbox, submissions
from tasks.adapters.workplace import Workplace


def with_marked_workbook(place: Workplace, row: LetterRow) -> Letter:
    """The letter; on its first attempt the marked workbook is made and fixed for good.

    Raises ReaderFailed, RawFileMissing.
    """
    letter = outbox.letter_of(row)
    if row.marked_submission_id is None or row.id is None:
        return letter
    with place.engine.begin() as connection:
        record, version = submissions.record(connection, row.marked_submission_id)
    cycle = place.office.cycle(version.cycle)
    form = place.office.form_of(cycle)
    with tempfile.TemporaryDirectory(prefix="baocao-") as folder:
        job = MarkJob(
            path=place.raw_store.path(version.file_sha256),
            name=version.file_name,
            kind=version.file_kind,
            findings=[f for f in record.findings if not f.trial],
            cycle=cycle.code,
            agency=version.agency,
            contact=contact_of(place, version.agency),
            token=sign(place.rules.secret, cycle.code, version.agency, form.version),
            entries=record.entries,
            output=Path(folder) / "marked.xlsx",
        )
        content = _marked(place, job)
    name = f"{cycle.code}_{version.agency}_ban-{version.version}_da-kiem-tra.xlsx"
    files = [*letter.files, LetterFile(name, place.raw_store.put(content))]
    with place.engine.begin() as connection:
        outbox.attach(connection, row.id, files)
    row.files = [{"name": f.name, "sha256": f.sha256, "content_id": f.content_id} for f in files]
    row.marked_submission_id = None
    return outbox.letter_of(row)


def _marked(place: Workplace, job: MarkJob) -> bytes:
    """The agency's own workbook marked; a fresh one with its figures where that cannot be done."""
    try:
        return place.reader.mark(job).path.read_bytes()
    except ReaderFailed:
        return place.reader.mark(replace(job, path=None)).path.read_bytes()
