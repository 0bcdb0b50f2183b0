"""Posting: letters of the outbox leave by SMTP, each claimed in the moment before it can arrive.

A letter is claimed between the last byte of its content and the final dot. Killed before, it is
still queued and nobody has it; killed after, it is `sending`, and whether it arrived is uncertain:
that one moment no program can close, so it is shown and settled by rule or by a person.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from models.domain.identity import sign
from models.domain.mail import Letter, LetterFile, LetterState
from models.tables import LetterRow
from tasks.adapters.letter_desk import contact_of
from tasks.adapters.mail_builder import HeaderRefused, build_message
from tasks.adapters.raw_store import RawFileDamaged, RawFileMissing
from tasks.adapters.reader_jobs import MarkJob
from tasks.adapters.reader_pool import ReaderFailed
from tasks.adapters.smtp_sender import OutgoingMessage, SendOutcome, SendState, SmtpSender
from tasks.adapters.store import outbox, submissions
from tasks.adapters.workplace import Workplace

#: A claim so old belongs to a run that died: no server lets a final dot wait that long.
CLAIM_LIFETIME = dt.timedelta(minutes=15)
#: After the first, the second ... refusal for now, then every two and a half hours.
PAUSES = (dt.timedelta(minutes=20), dt.timedelta(minutes=35), dt.timedelta(minutes=150))
GIVE_UP_AFTER = dt.timedelta(days=4)


@dataclass
class Posted:
    """What one delivery run did; `left` is Vietnamese, for the operator."""

    sent: int = 0
    deferred: int = 0
    failed: list[str] = field(default_factory=list)  # refused for good: mend the address book
    uncertain: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)  # to be done by running again


def deliver(place: Workplace, limit: int) -> Posted:
    """Sends the letters whose turn has come, oldest first, at most `limit`.

    Stops at a server that cannot be reached; what is queued stays queued.
    """
    posted = Posted()
    _settle_abandoned(place, posted)
    with place.engine.begin() as connection:
        waiting = outbox.due(connection, place.now, limit)
    if not waiting:
        return posted
    with SmtpSender(place.rules.smtp_url) as sender:
        for number, row in enumerate(waiting):
            message = _prepare(place, row, posted)
            if message is None:
                continue
            outcome = sender.send(message, claim=lambda row=row: _claim(place, row))
            if not outcome.connected:
                posted.left.append(
                    f"Máy chủ gửi thư: {outcome.detail}. {len(waiting) - number} thư còn chờ; "
                    "kiểm tra BAOCAO_SMTP_URL rồi chạy lại."
                )
                break
            if outcome.state is not SendState.UNCLAIMED:
                _record(place, row, outcome, posted)
    return posted


def _claim(place: Workplace, row: LetterRow) -> bool:
    with place.engine.begin() as connection:
        return outbox.claim(connection, _id(row), place.now)


def _settle_abandoned(place: Workplace, posted: Posted) -> None:
    """Letters whose sender died after claiming them become uncertain, or go again by rule."""
    with place.engine.begin() as connection:
        for row in outbox.abandoned(connection, place.now - CLAIM_LIFETIME):
            said = "lần gửi trước dừng giữa chừng, không rõ thư đã đến hay chưa"
            values = {"state": LetterState.UNCERTAIN.value, "last_error": said}
            outbox.settle(connection, _id(row), values)
            posted.uncertain.append(f"{row.business_key}: {said}")
        if place.rules.resend_uncertain:
            outbox.requeue_uncertain(connection, place.now)


def _prepare(place: Workplace, row: LetterRow, posted: Posted) -> OutgoingMessage | None:
    """The message to send; None when it cannot be built now, or ever."""
    if not row.to:
        _give_up(place, row, "cơ quan chưa có địa chỉ thư trong danh bạ", posted)
        return None
    try:
        letter = _with_marked_workbook(place, row)
        files = [(f, place.raw_store.get(f.sha256)) for f in letter.files]
    except (ReaderFailed, RawFileMissing, RawFileDamaged) as error:
        posted.left.append(f"Thư {row.business_key}: {error}")
        return None
    try:
        content = build_message(
            letter,
            files,
            place.rules.office_address,
            place.rules.office_name,
            row.created_at,
        )
    except HeaderRefused as error:
        _give_up(place, row, str(error), posted)
        return None
    recipients = tuple(dict.fromkeys([*letter.to, *letter.cc]))
    return OutgoingMessage(row.business_key, place.rules.office_address, recipients, content)


def _with_marked_workbook(place: Workplace, row: LetterRow) -> Letter:
    """The letter; on its first attempt the marked workbook is made and fixed for good."""
    letter = outbox.letter_of(row)
    if row.marked_submission_id is None:
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
        outbox.attach(connection, _id(row), files)
    row.files = [{"name": f.name, "sha256": f.sha256, "content_id": f.content_id} for f in files]
    row.marked_submission_id = None
    return outbox.letter_of(row)


def _marked(place: Workplace, job: MarkJob) -> bytes:
    """The agency's own workbook marked; a fresh one with its figures where that cannot be done."""
    try:
        return place.reader.mark(job).path.read_bytes()
    except ReaderFailed:
        return place.reader.mark(replace(job, path=None)).path.read_bytes()


def _record(place: Workplace, row: LetterRow, outcome: SendOutcome, posted: Posted) -> None:
    """Commits the outcome before the next letter is begun."""
    values: dict[str, Any] = {"last_error": outcome.detail}
    if outcome.state is SendState.SENT:
        refused = "; ".join(f"{a}: {why}" for a, why in outcome.refused_recipients.items())
        values = {"state": LetterState.SENT.value, "sent_at": place.now, "last_error": refused}
        posted.sent += 1
        if refused:
            posted.failed.append(f"{row.business_key}: đã gửi nhưng bị từ chối ở {refused}")
    elif outcome.state is SendState.UNCERTAIN:
        values["state"] = LetterState.UNCERTAIN.value
        posted.uncertain.append(f"{row.business_key}: {outcome.detail}")
    elif outcome.state is SendState.REFUSED_FINAL or _too_old(place, row):
        values["state"] = LetterState.FAILED.value
        posted.failed.append(f"{row.business_key}: {outcome.detail}")
    else:
        pause = PAUSES[min(row.attempts, len(PAUSES) - 1)]
        values |= {"state": LetterState.QUEUED.value, "next_attempt_at": place.now + pause}
        posted.deferred += 1
    with place.engine.begin() as connection:
        outbox.record_attempt(connection, _id(row), values)


def _too_old(place: Workplace, row: LetterRow) -> bool:
    return place.now - row.created_at > GIVE_UP_AFTER


def _give_up(place: Workplace, row: LetterRow, why: str, posted: Posted) -> None:
    posted.failed.append(f"{row.business_key}: {why}")
    with place.engine.begin() as connection:
        values = {"state": LetterState.FAILED.value, "last_error": why}
        outbox.record_attempt(connection, _id(row), values)


def _id(row: LetterRow) -> int:
    if row.id is None:
        raise ValueError("a letter of the outbox has an id")
    return row.id
