"""Marking: the workbook that goes back with a letter is made at its first attempt, once for all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

import orjson
from sqlalchemy import Connection

from models.domain.answers.fresh_workbook import comes_along, is_fresh
from models.domain.answers.sections import PartState, last_said, parts_left, said_of, sections_of
from models.domain.answers.standing import SubmissionRecord
from models.domain.letters.answer_letters import part_text
from models.domain.mail.mail import Letter, LetterFile
from models.domain.reading.findings import Finding
from models.domain.reading.identity import sign
from models.domain.reading.office import Office
from models.domain.reading.submissions import Entry, Verdict
from models.domain.register.file_names import returned_file
from models.tables import LetterRow
from tasks.adapters.letters.words_added import with_paragraph
from tasks.adapters.reading.examination_codec import examination_from_json
from tasks.adapters.reading.reader_jobs import MadeWorkbook, MarkJob
from tasks.adapters.reading.reader_process import ReaderFailed, ReaderUnavailable
from tasks.adapters.store import outbox, submissions
from tasks.adapters.work.prefilling import carried_into, earlier_accounts
from tasks.adapters.workplace import Workplace

_NEW_INSTEAD = (
    "Sổ kèm theo là sổ mới do Văn phòng lập, vì không đánh dấu được vào chính tệp cơ quan gửi: "
    "những nội dung đọc được đã ghi sẵn, các ô cần xem lại (nếu có) được tô màu và ghi chú. "
    "Nếu sửa, đề nghị sửa trên sổ mới này."
)


def with_marked_workbook(workplace: Workplace, row: LetterRow) -> Letter:
    """The letter; on its first attempt the marked workbook is made and fixed for good.

    Raises ReaderFailed, RawFileMissing, RawFileDamaged.
    """
    letter = outbox.letter_of(row)
    if row.id is None:
        return letter
    if row.marked_submission_id is not None:
        job, version = _of_submission(workplace, row.marked_submission_id, row.created_at)
    elif row.marking is not None:
        job, version = _of_try_out(workplace, letter, row.marking, row.created_at), None
    else:
        return letter
    made = _marked(workplace, job)
    mark, register = workplace.office.cycle(job.cycle).mark, workplace.office.register
    name = returned_file(mark, register, job.agency, version)
    files = [*letter.files, LetterFile(name, workplace.raw_store.put(made.content))]
    if not made.as_sent and job.path is not None and comes_along(job.kind):
        # What was not copied is looked up in the file as it came.
        files.append(LetterFile(job.name, job.path.name))
    if not made.as_sent and not is_fresh(job.findings, job.kind):
        # The letter was worded for the agency's own file, which could not be marked after all.
        row.text, row.html = with_paragraph(row.text, row.html, _NEW_INSTEAD)
    with workplace.engine.begin() as connection:
        outbox.attach(connection, row.id, files, row.text, row.html)
    row.files = [{"name": f.name, "sha256": f.sha256, "content_id": f.content_id} for f in files]
    row.marked_submission_id = row.marking = None
    return outbox.letter_of(row)


def _of_submission(
    workplace: Workplace, submission_id: int, written_at: dt.datetime
) -> tuple[MarkJob, int | None]:
    """How a version is marked, and its number."""
    with workplace.engine.begin() as connection:
        record, version = submissions.record(connection, submission_id)
        before = _before(
            workplace.office, connection, version.cycle, version.agency, record.version
        )
    job = _job(
        workplace,
        version.cycle,
        version.agency,
        (version.file_sha256, version.file_name, version.file_kind),
        record.findings,
        record.entries,
        written_at,
    )
    names = {e.sheet_name: e.sheet for e in record.entries}
    marked = _by_section(workplace.office, job, record.sections, names, before, record.received_at)
    return marked, version.version


def _of_try_out(
    workplace: Workplace, letter: Letter, marking: Mapping[str, str], written_at: dt.datetime
) -> MarkJob:
    """How a try-out is marked, which is no version: its examination lies in the raw store."""
    examination = examination_from_json(
        orjson.loads(workplace.raw_store.get(marking["examination"]))
    )
    file = marking["file"], marking["name"], examination.file_kind
    found, entries = examination.findings, examination.entries
    job = _job(workplace, letter.cycle, letter.agency, file, found, entries, written_at)
    with workplace.engine.begin() as connection:
        before = _before(workplace.office, connection, letter.cycle, letter.agency)
    return _by_section(workplace.office, job, examination.sections, examination.sheet_keys, before)


def _before(
    office: Office,
    connection: Connection,
    cycle: str,
    agency: str,
    version: int | None = None,
) -> Sequence[SubmissionRecord]:
    """The agency's versions before that one, where its sections are accepted each by itself."""
    if not office.form_of(office.cycle(cycle)).accept_by_section:
        return ()
    found = submissions.versions_of(connection, cycle, [agency]).get(agency, [])
    return [v for v in found if version is None or v.version < version]


def _by_section(
    office: Office,
    job: MarkJob,
    said: Mapping[str, Verdict],
    names: Mapping[str, str],
    before: Sequence[SubmissionRecord],
    received_at: dt.datetime | None = None,
) -> MarkJob:
    """The job with what became of each section, and the cells of those that the file lacks."""
    cycle = office.cycle(job.cycle)
    form, catalogue = office.form_of(cycle), office.catalogue_of(cycle)
    sections = sections_of(form, catalogue, job.agency)
    if not sections:
        return job
    parts = parts_left(said, job.findings, sections, before, names, received_at)
    absent = {p.key for p in parts if p.state is PartState.KEPT}
    kept = said_of(last_said(before, absent), absent)
    return replace(job, parts=[(p.title, part_text(p), p.is_owed) for p in parts], kept=kept)


def _job(
    workplace: Workplace,
    cycle: str,
    agency: str,
    file: tuple[str, str, str],
    findings: Sequence[Finding],
    entries: Sequence[Entry],
    written_at: dt.datetime,
) -> MarkJob:
    """The job of marking a file, given its SHA-256, name and kind.

    The workbook bears the moment of its letter, so that it is the same however often it is made.
    """
    sha256, name, kind = file
    form = workplace.office.form_of(workplace.office.cycle(cycle))
    return MarkJob(
        path=workplace.raw_store.at_hand(sha256),
        name=name,
        kind=kind,
        findings=[f for f in findings if not f.trial],
        cycle=cycle,
        agency=agency,
        contact=workplace.contact_of(agency),
        token=sign(workplace.rules.secret, cycle, agency, form.version),
        entries=entries,
        sha256=sha256,
        made_at=written_at.astimezone(dt.UTC),  # a zone of another name would be a file to open
    )


def _marked(workplace: Workplace, job: MarkJob) -> MadeWorkbook:
    """The agency's own workbook marked, or the office's with its figures.

    The office's goes back where rows, columns or wordings are missing, or the file cannot be
    marked.
    """
    if is_fresh(job.findings, job.kind):
        job = _with_earlier_answers(workplace, job)
    try:
        return workplace.reader.mark(job)
    except ReaderUnavailable:  # the machine's fault: the letter waits for its own workbook
        raise
    except ReaderFailed:
        again = _with_earlier_answers(workplace, replace(job, path=None))
        return workplace.reader.mark(again)


def _with_earlier_answers(workplace: Workplace, job: MarkJob) -> MarkJob:
    """A fresh workbook shows again what the previous cycle said."""
    cycle = workplace.office.cycle(job.cycle)
    accounts = earlier_accounts(workplace, cycle)
    carried = carried_into(workplace.office, cycle, job.agency, accounts)
    return replace(job, carried=carried.entries, registered_by=carried.registered_by)
