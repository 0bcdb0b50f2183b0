"""Answering: each message at most once, in the transaction that decides it.

The letters that are due are worded and rationed: some leave today, some later, some not at all.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import orjson
from sqlalchemy import Connection

from models.domain.arrivals.answering import AnswerBook, DueAnswer, answers_due
from models.domain.arrivals.attribution import EvidenceKind
from models.domain.arrivals.deciding import DecidedMessage
from models.domain.arrivals.known import KnownRecord
from models.domain.cycle.cycles import HANOI
from models.domain.mail.mail import LetterKind
from models.domain.reading.submissions import Examination
from tasks.adapters.letters.letter_writer import Envelope, LetterWriter, Thread
from tasks.adapters.raw_store import RawStore
from tasks.adapters.reading.examination_codec import examination_to_json
from tasks.adapters.sharing import locks
from tasks.adapters.store import messages, outbox
from tasks.adapters.store.outbox import NewLetter, WrittenAnswer
from tasks.adapters.workplace import Workplace

MORNING = dt.time(7)  # when what was put off to another day may leave

_VERDICTS = (LetterKind.VERDICT, LetterKind.TRY_OUT)
_NAMES = {
    LetterKind.VERDICT: "kết quả kiểm tra",
    LetterKind.TRY_OUT: "kết quả gửi thử",
    LetterKind.RECEIPT: "giấy biên nhận",
    LetterKind.GUIDANCE: "thư hướng dẫn",
    LetterKind.WHICH_COUNTS: "thư hỏi sổ nào là bản chính",
}


def answer(
    workplace: Workplace,
    connection: Connection,
    known: KnownRecord,
    decided: Sequence[DecidedMessage],
) -> None:
    """Queues the answers to recorded messages. What is left out is noted with its message."""
    due = [(one, _owed(one, list(answers_due(known, one)))) for one in decided]
    every = [owed for _, letters in due for owed in letters]
    if not every:
        return
    today = workplace.now.astimezone(HANOI).date()
    locks.hold(connection, [("answers",)])  # what a day may bring is counted by one at a time
    # Of what was answered today that alone which may keep one of these back.
    once_a_day = {one.due.content.kind for one in every if not one.digest}
    by_day, before = outbox.answers_bearing_on(
        connection,
        today,
        {one.digest for one in every if one.digest},
        {one.sender for one in every if not one.digest},
        once_a_day,
    )
    book = AnswerBook(today, workplace.rules.answers_per_day, by_day, before)
    leaving: list[NewLetter] = []
    written: list[WrittenAnswer] = []
    for message, letters in due:
        said = []
        for one in letters:
            kind = one.due.content.kind
            ruling = book.rule(one.sender, kind, one.digest)
            if ruling.day is None:
                said.append(f"Không gửi {_NAMES[kind]}: {ruling.reason}.")
                continue
            new = _worded(workplace.letters, workplace.raw_store, message, one.due)
            if ruling.day > today:
                said.append(f"Sẽ gửi {_NAMES[kind]} ngày {ruling.day:%d/%m/%Y}: quá nhiều thư.")
                morning = dt.datetime.combine(ruling.day, MORNING, HANOI)
                new = replace(new, not_before=morning)
            leaving.append(new)
            key = (new.letter.business_key, message.message.key)
            written.append(WrittenAnswer(*key, one.sender, kind, ruling.day, one.digest))
        if said:
            messages.add_reason(connection, message.message.key, " ".join(said))
    outbox.note_answers(connection, written)
    outbox.queue_many(connection, leaving, workplace.now)


@dataclass(frozen=True, slots=True)
class _Owed:
    """A letter that is due, who is answered by it, and for a verdict what it says, in one word."""

    due: DueAnswer
    sender: str
    digest: str


def _owed(decided: DecidedMessage, letters: Sequence[DueAnswer]) -> list[_Owed]:
    return [
        _Owed(
            one,
            _sender(decided, one),
            _digest(decided, number) if one.content.kind in _VERDICTS else "",
        )
        for number, one in enumerate(letters)
    ]


def _worded(
    letters: LetterWriter, raw_store: RawStore, decided: DecidedMessage, due: DueAnswer
) -> NewLetter:
    """The letter in the office's words, in the thread of the message that it answers."""
    mail = decided.message.mail
    letter = letters.write(
        due.content,
        Envelope(
            cycle=due.cycle,
            agency=due.agency,
            key_parts=due.key_parts,
            to=due.targets.to,
            cc=due.targets.cc,
            thread=Thread(mail.message_id, tuple(mail.references)[-20:]) if mail else Thread(),
            files=due.files,
        ),
    )
    marking = None
    if due.tried is not None:
        examination = orjson.dumps(examination_to_json(due.tried.examination))
        marking = {
            "file": due.tried.sha256,
            "name": due.tried.name,
            "examination": raw_store.put(examination),
        }
    marked = due.marked.record.submission_id if due.marked else None
    return NewLetter(letter, marked_submission_id=marked, marking=marking)


def _sender(decided: DecidedMessage, due: DueAnswer) -> str:
    """Whose mail the letter answers: the registered address that wrote it, else the agency.

    Whoever writes under many names in one agency's stead is one sender.
    """
    for piece in decided.facts.evidence:
        if piece.kind is EvidenceKind.REGISTERED_SENDER:
            return piece.detail
    return due.agency


def _digest(decided: DecidedMessage, number: int) -> str:
    """What a verdict says, in one word: equal where the same cells are judged alike."""
    files = [v.facts for v in decided.versions] or decided.tries
    examination: Examination = files[number].examination
    said = (
        examination.agency,
        examination.cycle,
        [(e.sheet, e.row_key, e.column, e.value) for e in examination.entries],
        [(f.rule, f.sheet, f.cell, f.message) for f in examination.findings],
    )
    return hashlib.sha256(repr(said).encode("utf-8", "replace")).hexdigest()
