"""The outbox: a letter is a row, written with its cause; only its unique key is ever sent once."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, or_, select, update

from models.domain.mail import Letter, LetterFile, LetterKind, LetterState
from models.tables import LetterRow
from tasks.adapters.store.rows import chunks, cleaned, insert_new, table_of

LETTER = table_of(LetterRow)


@dataclass(frozen=True, slots=True)
class NewLetter:
    """A letter for the outbox. The version it names goes along marked, as a workbook."""

    letter: Letter
    step: str = ""  # of the reminders
    marked_submission_id: int | None = None


def queue(
    connection: Connection,
    letter: Letter,
    now: dt.datetime,
    *,
    step: str = "",
    marked_submission_id: int | None = None,
) -> bool:
    """Puts a letter in the outbox; False when its business key is there already."""
    return queue_many(connection, [NewLetter(letter, step, marked_submission_id)], now) == 1


def queue_many(connection: Connection, letters: Sequence[NewLetter], now: dt.datetime) -> int:
    """Puts letters in the outbox, those left out whose business key is there; how many it took."""
    return insert_new(connection, LetterRow, [_row(new, now) for new in letters])


def _row(new: NewLetter, now: dt.datetime) -> dict[str, Any]:
    letter = new.letter
    values = {
        "business_key": letter.business_key,
        "cycle": letter.cycle,
        "agency": letter.agency,
        "kind": letter.kind.value,
        "step": new.step,
        "to": list(letter.to),
        "cc": list(letter.cc),
        "subject": letter.subject,
        "text": letter.text,
        "html": letter.html,
        "message_id": letter.message_id,
        "reply_to": letter.reply_to,
        "in_reply_to": letter.in_reply_to,
        "references": list(letter.references),
        "files": [_file_json(f) for f in letter.files],
        "marked_submission_id": new.marked_submission_id,
        "state": LetterState.QUEUED.value,
        "created_at": now,
        "next_attempt_at": now,
        "attempts": 0,
        "last_error": "",
        "deliveries": {},
        "claim": "",
        "copies": 0,
        "copy_in_flight": False,
    }
    return cleaned(values)


def due(connection: Connection, now: dt.datetime, limit: int) -> list[LetterRow]:
    """Queued letters whose turn has come, oldest first."""
    rows = connection.execute(
        select(LETTER)
        .where(LETTER.c.state == LetterState.QUEUED, LETTER.c.next_attempt_at <= now)
        .order_by(LETTER.c.created_at, LETTER.c.id)
        .limit(limit)
    )
    return [LetterRow(**row._mapping) for row in rows]


def claim(connection: Connection, letter_id: int, now: dt.datetime) -> bool:
    """Takes a letter in the moment before it can arrive; False when another run has it."""
    values = {"state": LetterState.SENDING.value, "claimed_at": now}
    return _move(connection, letter_id, [LetterState.QUEUED], values)


def settle(connection: Connection, letter_id: int, values: Mapping[str, Any]) -> bool:
    """Records the outcome of a claimed letter."""
    return _move(connection, letter_id, [LetterState.SENDING], cleaned(values))


def record_attempt(connection: Connection, letter_id: int, values: Mapping[str, Any]) -> bool:
    """Counts an attempt and records what it came to, whether or not it got as far as a claim."""
    counted = {**cleaned(values), "attempts": LETTER.c.attempts + 1}
    return _move(connection, letter_id, [LetterState.QUEUED, LetterState.SENDING], counted)


def attach(connection: Connection, letter_id: int, files: Sequence[LetterFile]) -> None:
    """Fixes the files of a letter for good, so that every attempt sends the same bytes."""
    connection.execute(
        update(LETTER)
        .where(LETTER.c.id == letter_id)
        .values(files=[_file_json(f) for f in files], marked_submission_id=None)
    )


def abandoned(connection: Connection, claimed_before: dt.datetime) -> list[LetterRow]:
    """Letters whose sender died between taking them and recording the outcome."""
    rows = connection.execute(
        select(LETTER).where(
            LETTER.c.state == LetterState.SENDING,
            or_(LETTER.c.claimed_at.is_(None), LETTER.c.claimed_at <= claimed_before),
        )
    )
    return [LetterRow(**row._mapping) for row in rows]


def requeue_uncertain(connection: Connection, now: dt.datetime) -> int:
    """Puts uncertain letters back in the queue, Message-ID unchanged; how many."""
    result = connection.execute(
        update(LETTER)
        .where(LETTER.c.state == LetterState.UNCERTAIN)
        .values(state=LetterState.QUEUED.value, next_attempt_at=now)
    )
    return result.rowcount


def letter_of(row: LetterRow) -> Letter:
    """The letter a row holds."""
    return Letter(
        business_key=row.business_key,
        cycle=row.cycle,
        agency=row.agency,
        kind=LetterKind(row.kind),
        to=tuple(row.to),
        cc=tuple(row.cc),
        subject=row.subject,
        text=row.text,
        html=row.html,
        message_id=row.message_id,
        reply_to=row.reply_to,
        in_reply_to=row.in_reply_to,
        references=tuple(row.references),
        files=tuple(LetterFile(**f) for f in row.files),
        created_at=row.created_at,
    )


def steps_sent(connection: Connection, cycle: str) -> dict[str, set[str]]:
    """Reminder steps already written, by agency ("" for the office)."""
    rows = connection.execute(
        select(LETTER.c.agency, LETTER.c.step).where(LETTER.c.cycle == cycle, LETTER.c.step != "")
    )
    sent: dict[str, set[str]] = defaultdict(set)
    for agency, step in rows:
        sent[agency].add(step)
    return dict(sent)


def by_message_ids(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Cycle and agency of our own letters among the given Message-IDs."""
    found: dict[str, tuple[str, str]] = {}
    for chunk in chunks(ids):
        rows = connection.execute(
            select(LETTER.c.message_id, LETTER.c.cycle, LETTER.c.agency).where(
                LETTER.c.message_id.in_(chunk)
            )
        )
        found |= {row.message_id: (row.cycle, row.agency) for row in rows}
    return found


def counts_by_state(connection: Connection, cycle: str = "") -> dict[str, int]:
    """How many letters are in each state."""
    statement = select(LETTER.c.state, func.count()).group_by(LETTER.c.state)
    if cycle:
        statement = statement.where(LETTER.c.cycle == cycle)
    return {state: int(number) for state, number in connection.execute(statement)}


def every_letter(connection: Connection, cycle: str = "") -> list[LetterRow]:
    """All letters, oldest first."""
    statement = select(LETTER).order_by(LETTER.c.created_at, LETTER.c.id)
    if cycle:
        statement = statement.where(LETTER.c.cycle == cycle)
    return [LetterRow(**row._mapping) for row in connection.execute(statement)]


def _move(
    connection: Connection,
    letter_id: int,
    expected: Sequence[LetterState],
    values: Mapping[str, Any],
) -> bool:
    result = connection.execute(
        update(LETTER)
        .where(LETTER.c.id == letter_id, LETTER.c.state.in_(expected))
        .values(dict(values))
    )
    return result.rowcount == 1


def _file_json(file: LetterFile) -> dict[str, str]:
    return {"name": file.name, "sha256": file.sha256, "content_id": file.content_id}
