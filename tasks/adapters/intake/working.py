"""Working through kept messages: taken apart, examined, attributed, decided, recorded, answered.

All that a message causes, its state, versions, cells, findings and letters, is committed at once.
So a message is either still `received` or wholly done, whenever a run ends.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import takewhile

from sqlalchemy import Connection

from models.domain.arrivals.attributing import AttributedMessage, attribute_message
from models.domain.arrivals.deciding import DecidedMessage, decide_arrival
from models.domain.cycle.cycles import HANOI
from models.domain.errors import BaocaoError
from models.domain.mail.mail import MessageState
from models.domain.reading.submissions import Examination, FileProblem
from tasks.adapters.intake.answering import answer
from tasks.adapters.intake.failures import (
    DATABASE_AWAY,
    OUR_FAILURES,
    is_machines,
    machine_sentence,
)
from tasks.adapters.intake.record import Record, record, stands_still
from tasks.adapters.intake.unfolding import Unfolded, unfold
from tasks.adapters.reading.reader_jobs import ExamineJob
from tasks.adapters.reading.reader_pool import ReaderPool
from tasks.adapters.store import messages
from tasks.adapters.store.messages import KeptMessage
from tasks.adapters.workplace import Steps, Workplace

BATCH = 50
ATTEMPTS = 3  # after so many failures of our own a message goes to the holding pen

Ready = tuple[Unfolded, Sequence[Examination]]  # a message and what its files hold


class ReaderAtFault(BaocaoError):
    """Raised when the reader itself failed on a file: tried again, then shown to a person."""


@dataclass(frozen=True, slots=True)
class Worked:
    """One message worked on, for the log."""

    key: str
    name: str
    sender: str
    state: MessageState
    agency: str
    reason: str
    bounced: str = ""  # business key of the letter of ours that came back
    cycle: str = ""


@dataclass
class WorkDone:
    """What one run over the waiting messages did."""

    messages: list[Worked] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)  # Vietnamese, one per message to try again


def work_through(workplace: Workplace, limit: int, steps: Steps | None = None) -> WorkDone:
    """Works through the waiting messages in order of arrival, at most `limit` of them.

    The next batch is read while one is recorded. A message that an earlier run began and did not
    finish is worked on alone, so that one that brings the whole program down takes no other with
    it, and after three times is held. A full disk or a database that is away ends the run, and no
    message is blamed for it.
    """
    done = WorkDone()
    drawing = _Drawing(workplace, limit)
    try:
        _work(workplace, drawing, done, steps)
    except (OSError, *DATABASE_AWAY) as error:
        if not is_machines(error):
            raise
        drawing.give_back()
        done.failures.append(
            f"{machine_sentence(error)} Thư chưa xử lý vẫn được giữ nguyên; lần chạy sau làm tiếp."
        )
    return done


def _work(workplace: Workplace, drawing: _Drawing, done: WorkDone, steps: Steps | None) -> None:
    with workplace.engine.begin() as connection:
        of = min(messages.counts_by_state(connection).get(MessageState.RECEIVED, 0), drawing.left)
    with ThreadPoolExecutor(1, thread_name_prefix="read-ahead") as ahead:
        batch = drawing.next_batch()
        reading = ahead.submit(_read, workplace, batch)
        while batch:
            if steps:
                steps(min(drawing.done, of), of)
            read = reading.result()
            following = [] if _is_retried(batch) else drawing.next_batch(fresh=True)
            reading = ahead.submit(_read, workplace, following)
            _record(workplace, read, done)
            drawing.finished(batch)
            if steps:
                steps(min(drawing.done, of), of)
            batch = following
            if not batch:
                batch = drawing.next_batch()
                reading = ahead.submit(_read, workplace, batch)


class _Drawing:
    """Draws the waiting messages of one run in batches, none of them twice."""

    def __init__(self, workplace: Workplace, limit: int) -> None:
        self._workplace = workplace
        self.left = limit
        self._last: KeptMessage | None = None  # what still waits before it is at work, or failed
        self._open: list[str] = []  # keys of those drawn and not finished
        self.done = 0  # finished

    def next_batch(self, *, fresh: bool = False) -> list[KeptMessage]:
        """The oldest message alone if it was tried before, else the untried ones in a row.

        With `fresh` only the latter. Its attempt is counted, and committed, before it is opened.
        """
        if self.left <= 0:
            return []
        with self._workplace.engine.begin() as connection:
            waiting = messages.waiting(connection, min(self.left, BATCH), self._last)
            batch = list(takewhile(lambda m: m.attempts == 0, waiting))
            if not batch and not fresh:
                batch = waiting[:1]
            messages.count_attempt(connection, [m.key for m in batch])
        self._last = batch[-1] if batch else self._last
        self.left -= len(batch)
        self._open += [m.key for m in batch]
        return batch

    def finished(self, batch: Sequence[KeptMessage]) -> None:
        """The batch was recorded, or its failures were."""
        self.done += len(batch)
        self._open = [key for key in self._open if key not in {m.key for m in batch}]

    def give_back(self) -> None:
        """Takes back the attempts of what was drawn and not finished, if the database lets us."""
        with suppress(*DATABASE_AWAY), self._workplace.engine.begin() as connection:
            messages.give_back_attempt(connection, self._open)


def _is_retried(batch: Sequence[KeptMessage]) -> bool:
    return any(m.attempts for m in batch)


@dataclass
class _Read:
    """A batch taken apart and examined."""

    ready: Sequence[Ready] = ()
    failed: Sequence[tuple[KeptMessage, Exception]] = ()
    worn_out: Sequence[KeptMessage] = ()  # tried too often: not opened again


def _read(workplace: Workplace, batch: Sequence[KeptMessage]) -> _Read:
    """The batch's messages with the examinations of their files. Touches no database."""
    if not batch:
        return _Read()
    worn_out = [m for m in batch if m.attempts >= ATTEMPTS]
    fresh = [m for m in batch if m.attempts < ATTEMPTS]
    unfolded = unfold(workplace.raw_store, fresh, workplace.rules.max_message_bytes)
    jobs = (
        ExamineJob(file.path, file.name, received_on=one.kept.received_at.astimezone(HANOI).date())
        for one in unfolded.messages
        for file in one.files
    )
    examinations = workplace.reader.examine(jobs)
    ready = [(one, [next(examinations)[1] for _ in one.files]) for one in unfolded.messages]
    return _Read(ready, unfolded.failed, worn_out)


def _record(workplace: Workplace, read: _Read, done: WorkDone) -> None:
    """Commits all that a batch causes, in one transaction."""
    with workplace.engine.begin() as connection:
        for kept in read.worn_out:
            _hold(connection, workplace.now, kept, "lần nào cũng dừng giữa chừng", done)
        for kept, error in read.failed:
            _note(connection, workplace.now, kept, error, done)
        try:
            with connection.begin_nested():
                done.messages += _settle(workplace, connection, read.ready)
        except OUR_FAILURES as error:  # with one of them, but with which?
            if is_machines(error):
                raise
            _settle_each(workplace, connection, read.ready, done)


def _settle_each(
    workplace: Workplace, connection: Connection, ready: Sequence[Ready], done: WorkDone
) -> None:
    """Each message in a savepoint of its own, so that one that fails takes no other with it."""
    for one in ready:
        try:
            with connection.begin_nested():
                done.messages += _settle(workplace, connection, [one])
        except OUR_FAILURES as error:
            if is_machines(error):
                raise
            _note(connection, workplace.now, one[0].kept, error, done)


def _settle(workplace: Workplace, connection: Connection, ready: Sequence[Ready]) -> list[Worked]:
    """All that the messages cause, in their order: decided, then recorded, then answered."""
    known = Record(workplace, connection, ready)
    decided = []
    for unfolded, found in ready:
        attributed = attribute_message(known.known, known.message(unfolded, found))
        known.learn_of(attributed)
        attributed = attributed.with_examinations(
            _read_anew(workplace.reader, unfolded, attributed)
        )
        one, known.known = decide_arrival(known.known, attributed)
        decided.append(one)
    decided = record(connection, workplace.office, workplace.now, decided, known.returned)
    stands_still(connection, known.known)
    answer(workplace, connection, known.known, decided)
    return [_worked(one) for one in decided]


def _read_anew(
    reader: ReaderPool, unfolded: Unfolded, attributed: AttributedMessage
) -> list[Examination | None]:
    """What files hold as the workbooks of whom they are attributed to, read so far as another's.

    Raises ReaderAtFault.
    """
    day = unfolded.kept.received_at.astimezone(HANOI).date()
    anew = [
        reader.examine_one(ExamineJob(file.path, file.name, wanted[1], wanted[0], day))
        if wanted
        else None
        for file, wanted in zip(unfolded.files, attributed.to_read_anew(), strict=True)
    ]
    for examination in (*(one.examination for one in attributed.message.files), *anew):
        if examination is not None and examination.problem is FileProblem.READER_FAULT:
            raise ReaderAtFault(examination.detail)
    return anew


def _note(
    connection: Connection,
    now: dt.datetime,
    kept: KeptMessage,
    error: Exception,
    done: WorkDone,
) -> None:
    """Keeps our failure with the message; after the last attempt a person gets it."""
    said = f"{type(error).__name__}: {error}"
    if kept.attempts + 1 >= ATTEMPTS:
        _hold(connection, now, kept, said, done)
        return
    messages.note_failure(connection, kept.key, said)
    done.failures.append(
        f"Thư {kept.key[:12]} («{kept.name or kept.source}») gặp lỗi của chương trình: {said}. "
        "Chạy lại để xử lý tiếp; thư vẫn được giữ nguyên."
    )


def _hold(
    connection: Connection, now: dt.datetime, kept: KeptMessage, said: str, done: WorkDone
) -> None:
    """Hands a message over to a person, after the program failed on it too often."""
    reason = f"Chương trình gặp lỗi {ATTEMPTS} lần khi xử lý, cần người xem: {said}"[:2000]
    messages.note_failure(connection, kept.key, said)
    # Whoever says whose it is learns that no entry of theirs mends it.
    values = {"state": MessageState.HELD.value, "reason": reason, "own_fault": True}
    messages.decide(connection, kept.key, values | {"decided_at": now})
    done.messages.append(Worked(kept.key, kept.name, "", MessageState.HELD, "", reason))


def _worked(one: DecidedMessage) -> Worked:
    message, decision, returned = one.message, one.decision, one.message.returned
    mail = message.mail
    return Worked(
        message.key,
        ", ".join(f.name for f in message.files) or (mail.subject if mail else ""),
        mail.sender if mail else "",
        decision.state,
        returned.agency if returned else decision.agency,
        decision.reason,
        returned.business_key if returned else "",
        returned.cycle if returned else decision.cycle,
    )
