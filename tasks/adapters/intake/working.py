"""Working through kept messages: taken apart, examined, attributed, decided, recorded, answered.

All that a message causes, its state, versions, cells, findings and letters, is committed at once.
So a message is either still `received` or wholly done, whenever a run ends. What the machine keeps
from being done counts against no message (`drawing.py`), and what it keeps from being read is said
of no file: later runs try such a file again, then it is held for a person.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from models.domain.arrivals.deciding import DecidedMessage, decide_arrival
from models.domain.arrivals.known import CycleAgency
from models.domain.cycle.cycles import HANOI
from models.domain.cycle.letter_phrases import instant_text
from models.domain.errors import BaocaoError
from models.domain.mail.mail import MessageState
from models.domain.reading.submissions import Examination, FileProblem
from tasks.adapters.intake.answering import answer
from tasks.adapters.intake.drawing import Batch, Drawing
from tasks.adapters.intake.failures import (
    OUR_FAILURES,
    is_machines,
    machine_sentence,
)
from tasks.adapters.intake.record import Record, record
from tasks.adapters.intake.unfolding import CarriedFile, Unfolded, unfold
from tasks.adapters.intake.whose_failed import whose_failed
from tasks.adapters.reading.file_kinds import FileKind
from tasks.adapters.reading.papers.paper_reader import paper_of, unchecked_paper
from tasks.adapters.reading.reader_jobs import ExamineJob
from tasks.adapters.reading.reader_pool import ReaderPool
from tasks.adapters.sharing.locks import gave_way
from tasks.adapters.store import messages
from tasks.adapters.store.messages import FileLosses, KeptMessage, count_loss, forget_losses
from tasks.adapters.workplace import Steps, Workplace

MOST_PAPERS = 5  # of one message whose signatures are checked
ATTEMPTS = 3  # after so many failures of our own a message goes to the holding pen
#: So many times a file may bring the reader down alone, over all runs; then nobody opens it again
#: but a person.
LOSSES = 3
WAYS_GIVEN = 5  # so often a run draws a batch again that stood in another worker's way

Ready = tuple[Unfolded, Sequence[Examination]]  # a message and what its files hold


class FileUnread(BaocaoError):
    """Raised when the reader was lost on a file that a later run is to try again."""

    def __init__(self, sha256: str, detail: str) -> None:
        self.sha256 = sha256
        super().__init__(detail)


@dataclass
class UnreadFiles:
    """What is known of such files at the time a batch is drawn."""

    known: Mapping[str, FileLosses] = field(default_factory=dict)  # by SHA-256

    def losses(self, sha256: str) -> int:
        """How often the reader was lost on a file, before it is read now."""
        found = self.known.get(sha256)
        return found.losses if found else 0

    def verdict_on(self, file: CarriedFile) -> Examination | None:
        """What is known of a file without opening it: that it was tried often enough."""
        found = self.known.get(file.sha256)
        if found is None or found.losses < LOSSES:
            return None
        said = (
            f"Việc đọc tệp «{file.name}» đã bị dừng giữa chừng {found.losses} lần, lần cuối lúc "
            f"{instant_text(found.last_at)}. Chưa có kết luận nào về tệp."
        )
        return Examination("", FileProblem.KILLED_READER, said)

    def is_to_be_tried_again(self, file: CarriedFile, found: Examination) -> bool:
        """Whether nothing is known of a file yet and a later run may learn more."""
        return self.is_lost(found) and self.losses(file.sha256) + 1 < LOSSES

    def waits(self, file: CarriedFile, found: Examination) -> str:
        """What is said to the office of a file that is tried again."""
        times = self.losses(file.sha256) + 1
        return f"{found.detail} Lần thứ {times} trên {LOSSES}."

    @staticmethod
    def is_lost(found: Examination) -> bool:
        """Whether the reader was lost on a file."""
        return found.problem is not None and found.problem.is_ours

    def record(
        self,
        connection: Connection,
        examined: Iterable[tuple[CarriedFile, Examination]],
        now: dt.datetime,
    ) -> None:
        """Counts the losses of a batch, and forgets those of files that were read after all."""
        lost: set[str] = set()
        read: set[str] = set()
        for file, found in examined:
            if self.verdict_on(file) is None:
                (lost if self.is_lost(found) else read).add(file.sha256)
        if lost:
            count_loss(connection, lost, now)
        if again := (read - lost) & self.known.keys():
            forget_losses(connection, again)


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
    it, and after three times is held. A full disk, a database that is away or a machine that starts
    no reader ends the run, and no message is blamed for it.
    """
    done = WorkDone()
    drawing = Drawing(workplace, limit)
    try:
        drawing.count_lost_runs()
        _work(workplace, drawing, done, steps)
    except BaseException as error:
        ended = is_machines(error)
        if ended or not isinstance(error, Exception):  # else it may be one of the messages
            drawing.put_down()
        if not ended:
            raise
        done.failures.append(
            f"{machine_sentence(error)} Thư chưa xử lý vẫn được giữ nguyên; lần chạy sau làm tiếp."
        )
    finally:
        drawing.let_go()
    return done


def _work(workplace: Workplace, drawing: Drawing, done: WorkDone, steps: Steps | None) -> None:
    of = min(_waiting(workplace), drawing.left) if steps else 0
    with ThreadPoolExecutor(1, thread_name_prefix="read-ahead") as ahead:
        batch = drawing.next_batch()
        reading = ahead.submit(_read, workplace, batch)
        while batch.messages:
            if steps:
                steps(min(drawing.done, of), of)
            read = reading.result()
            following = Batch() if batch.is_retried else drawing.next_batch(fresh=True)
            reading = ahead.submit(_read, workplace, following)
            _finish(workplace, drawing, batch, read, done)
            if steps:
                steps(min(drawing.done, of), of)
            batch = following
            if not batch.messages:
                batch = drawing.next_batch()
                reading = ahead.submit(_read, workplace, batch)


def _waiting(workplace: Workplace) -> int:
    """How many messages wait to be worked on."""
    with workplace.engine.begin() as connection:
        return messages.counts_by_state(connection).get(MessageState.RECEIVED, 0)


def _finish(
    workplace: Workplace, drawing: Drawing, batch: Batch, read: _Read, done: WorkDone
) -> None:
    """Records a batch. One that gave way to another worker's is drawn again."""
    of_it = WorkDone()
    try:
        with batch.recording(workplace.engine) as connection:
            _record(workplace, connection, read, of_it)
    except OperationalError as error:
        if not gave_way(error) or drawing.ways_given >= WAYS_GIVEN:
            raise
        drawing.gave_way(batch)
        return
    done.messages += of_it.messages
    done.failures += of_it.failures
    drawing.finished(batch, [one.key for one in of_it.messages])


@dataclass
class _Read:
    """A batch taken apart and examined."""

    ready: Sequence[Ready] = ()
    unread: Sequence[Ready] = ()  # with a file that a later run is to try again
    failed: Sequence[tuple[KeptMessage, Exception]] = ()
    worn_out: Sequence[KeptMessage] = ()  # tried too often: not opened again
    known: UnreadFiles = field(default_factory=UnreadFiles)

    @property
    def examined(self) -> Iterator[tuple[CarriedFile, Examination]]:
        """Every file, with what was found."""
        for one, found in (*self.ready, *self.unread):
            yield from zip(one.files, found, strict=True)


def _read(workplace: Workplace, batch: Batch) -> _Read:
    """The batch's messages with the examinations of their files. Touches no database."""
    if not batch.messages:
        return _Read()
    known = UnreadFiles(batch.losses)
    worn_out = [m for m in batch.messages if m.attempts >= ATTEMPTS]
    fresh = [m for m in batch.messages if m.attempts < ATTEMPTS]
    unfolded = unfold(workplace.raw_store, fresh, workplace.rules.max_message_bytes)
    # What is said of a file without opening it, by message.
    told = [[known.verdict_on(file) for file in one.files] for one in unfolded.messages]
    jobs = (
        ExamineJob(file.path, file.name, received_on=one.kept.received_at.astimezone(HANOI).date())
        for one, verdicts in zip(unfolded.messages, told, strict=True)
        for file, verdict in zip(one.files, verdicts, strict=True)
        if verdict is None
    )
    examinations = workplace.reader.examine(jobs)
    ready: list[Ready] = []
    unread: list[Ready] = []
    for one, verdicts in zip(unfolded.messages, told, strict=True):
        found = [verdict or next(examinations)[1] for verdict in verdicts]
        pairs = zip(one.files, found, strict=True)
        _take_papers(workplace, one, found)
        again = any(known.is_to_be_tried_again(file, what) for file, what in pairs)
        (unread if again else ready).append((one, found))
    return _Read(ready, unread, unfolded.failed, worn_out, known)


def _take_papers(workplace: Workplace, one: Unfolded, found: Sequence[Examination]) -> None:
    """Reads the signed PDFs that came with a workbook; of those behind the first few only that."""
    if all(what.problem is not None for what in found):
        return  # a paper alone is nobody's answer
    pairs = zip(one.files, found, strict=True)
    for file in (file for file, what in pairs if what.file_kind == FileKind.PDF):
        named = (file.path, file.name, file.sha256)
        if len(one.papers) < MOST_PAPERS:
            paper = paper_of(*named, workplace.trusted_roots, one.kept.received_at)
        else:
            paper = unchecked_paper(*named)
        if paper is not None:
            one.papers[file.position] = paper


def _record(workplace: Workplace, connection: Connection, read: _Read, done: WorkDone) -> None:
    """All that a batch causes, in one transaction, which the caller commits."""
    for kept in read.worn_out:
        _hold(workplace, connection, kept, "lần nào cũng dừng giữa chừng", done)
    for kept, error in read.failed:
        _note(workplace, connection, kept, error, done)
    read.known.record(connection, list(read.examined), workplace.now)
    for one, found in read.unread:
        for file, what in zip(one.files, found, strict=True):
            if read.known.is_to_be_tried_again(file, what):
                _leave(connection, one.kept, read.known.waits(file, what), done)
    try:
        with connection.begin_nested():
            done.messages += _settle(workplace, connection, read.ready, read.known)
    except OUR_FAILURES as error:  # with one of them, but with which?
        if is_machines(error):
            raise
        _settle_each(workplace, connection, read, done)


def _settle_each(workplace: Workplace, connection: Connection, read: _Read, done: WorkDone) -> None:
    """Each message in a savepoint of its own, so that one that fails takes no other with it."""
    for one in read.ready:
        try:
            with connection.begin_nested():
                done.messages += _settle(workplace, connection, [one], read.known)
        except FileUnread as lost:
            count_loss(connection, [lost.sha256], workplace.now)
            _leave(connection, one[0].kept, str(lost), done)
        except OUR_FAILURES as error:
            if is_machines(error):
                raise
            _note(workplace, connection, one[0].kept, error, done)


def _settle(
    workplace: Workplace, connection: Connection, ready: Sequence[Ready], unread: UnreadFiles
) -> list[Worked]:
    """All that the messages cause, in their order: decided, then recorded, then answered."""
    known = Record(workplace, connection, ready)
    decided = []
    for unfolded, found in ready:
        attributed = known.attributed(unfolded, found)
        wanted = attributed.to_read_anew()
        if any(wanted):
            anew = _read_anew(workplace.reader, unfolded, wanted, unread)
            attributed = attributed.with_examinations(anew)
        one, known.known = decide_arrival(known.known, attributed)
        decided.append(one)
    decided = record(connection, known.known, decided, known.returned)
    answer(workplace, connection, known.known, decided)
    return [_worked(one) for one in decided]


def _read_anew(
    reader: ReaderPool,
    unfolded: Unfolded,
    wanted: Sequence[CycleAgency | None],
    unread: UnreadFiles,
) -> list[Examination | None]:
    """What files hold as the workbooks of whom they are attributed to, read so far as another's.

    `wanted`: as whose each is to be read; None for one that is to be left. Raises FileUnread.
    """
    day = unfolded.kept.received_at.astimezone(HANOI).date()
    anew: list[Examination | None] = []
    for file, whose in zip(unfolded.files, wanted, strict=True):
        if whose is None:
            anew.append(None)
            continue
        found = reader.examine_one(ExamineJob(file.path, file.name, whose[1], whose[0], day))
        if unread.is_to_be_tried_again(file, found):
            raise FileUnread(file.sha256, unread.waits(file, found))
        anew.append(found)
    return anew


def _leave(connection: Connection, kept: KeptMessage, why: str, done: WorkDone) -> None:
    """Leaves a message for the next run. Nothing is said to anybody but the office."""
    messages.note_waiting(connection, kept.key, why)
    done.failures.append(
        f"Thư {kept.key[:12]} («{kept.name or kept.source}»): {why} Lượt chạy sau tự thử lại; thư "
        "vẫn được giữ nguyên. Máy thiếu bộ nhớ hoặc quá tải thì khắc phục trước."
    )


def _note(
    workplace: Workplace,
    connection: Connection,
    kept: KeptMessage,
    error: Exception,
    done: WorkDone,
) -> None:
    """Keeps our failure with the message; after the last attempt a person gets it."""
    said = f"{type(error).__name__}: {error}"
    if kept.attempts + 1 >= ATTEMPTS:
        _hold(workplace, connection, kept, said, done)
        return
    messages.note_failure(connection, kept.key, said)
    done.failures.append(
        f"Thư {kept.key[:12]} («{kept.name or kept.source}») gặp lỗi của chương trình: {said}. "
        "Chạy lại để xử lý tiếp; thư vẫn được giữ nguyên."
    )


def _hold(
    workplace: Workplace, connection: Connection, kept: KeptMessage, said: str, done: WorkDone
) -> None:
    """Hands a message over to a person, after the program failed on it too often."""
    whose = whose_failed(workplace, connection, kept)
    reason = f"Chương trình gặp lỗi {ATTEMPTS} lần khi xử lý, cần người xem: {said}"[:2000]
    messages.note_failure(connection, kept.key, said)
    # Whoever says whose it is learns that no entry of theirs mends it.
    values = {"state": MessageState.HELD.value, "reason": reason, "own_fault": True}
    messages.decide(connection, kept.key, values | whose | {"decided_at": workplace.now})
    named = (kept.name or whose.get("subject", ""), whose.get("sender", ""))
    done.messages.append(
        Worked(kept.key, *named, MessageState.HELD, whose.get("agency", ""), reason)
    )


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
