"""Rationing: of the answers that are due, those that leave today, later, or not at all."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from models.domain.answer_limits import AnswerBook
from models.domain.attribution import EvidenceKind
from models.domain.cycles import HANOI
from models.domain.mail import LetterKind
from models.domain.submissions import Examination
from tasks.adapters.intake.deciding import Decided
from tasks.adapters.store import answers, messages
from tasks.adapters.store.answers import WrittenAnswer
from tasks.adapters.store.outbox import NewLetter
from tasks.adapters.workplace import Workplace

MORNING = dt.time(7)  # when what was put off to another day may leave


def ration(
    place: Workplace,
    connection: Connection,
    offered: Sequence[tuple[Decided, Sequence[NewLetter]]],
) -> list[NewLetter]:
    """The letters that leave, each with its day. What is left out is noted with its message."""
    if not any(letters for _, letters in offered):
        return []
    today = place.now.astimezone(HANOI).date()
    book = AnswerBook(
        today,
        place.rules.answers_per_day,
        answers.counts_from(connection, today),
        answers.written_on(connection, today),
    )
    leaving: list[NewLetter] = []
    written: list[WrittenAnswer] = []
    for decided, letters in offered:
        said = []
        for number, new in enumerate(letters):
            kind, sender = new.letter.kind, _sender(decided, new)
            digest = _digest(decided, number) if kind in _VERDICTS else ""
            ruling = book.rule(sender, kind, digest)
            if ruling.day is None:
                said.append(f"Không gửi {_NAMES[kind]}: {ruling.reason}.")
                continue
            if ruling.day > today:
                said.append(f"Sẽ gửi {_NAMES[kind]} ngày {ruling.day:%d/%m/%Y}: quá nhiều thư.")
                morning = dt.datetime.combine(ruling.day, MORNING, HANOI)
                new = replace(new, not_before=morning)
            leaving.append(new)
            key = decided.unfolded.kept.key
            written.append(
                WrittenAnswer(new.letter.business_key, key, sender, kind, ruling.day, digest)
            )
        if said:
            messages.add_reason(connection, decided.unfolded.kept.key, " ".join(said))
    answers.note(connection, written)
    return leaving


_VERDICTS = (LetterKind.VERDICT, LetterKind.TRY_OUT)
_NAMES = {
    LetterKind.VERDICT: "kết quả kiểm tra",
    LetterKind.TRY_OUT: "kết quả gửi thử",
    LetterKind.RECEIPT: "giấy biên nhận",
    LetterKind.GUIDANCE: "thư hướng dẫn",
}


def _sender(decided: Decided, new: NewLetter) -> str:
    """Whose mail the letter answers: the registered address that wrote it, else the agency.

    Whoever writes under many names in one agency's stead is one sender.
    """
    for piece in decided.facts.evidence:
        if piece.kind is EvidenceKind.REGISTERED_SENDER:
            return piece.detail
    return new.letter.agency


def _digest(decided: Decided, number: int) -> str:
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
