"""Answers written, by day: what the limits of automatic answers are held against."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from models.domain.mail import LetterKind
from models.tables import AnswerRow
from tasks.adapters.store.rows import cleaned, insert_new, table_of

ANSWER = table_of(AnswerRow)


@dataclass(frozen=True, slots=True)
class WrittenAnswer:
    """An answer in the outbox."""

    business_key: str  # of the letter
    message_key: str
    sender: str
    kind: LetterKind
    day: dt.date  # on which it may leave
    digest: str  # of what a verdict says


def note(connection: Connection, written: Sequence[WrittenAnswer]) -> None:
    """Counts answers among those of their days; one counted before is not counted again."""
    rows = [
        cleaned(
            {
                "business_key": one.business_key,
                "message_key": one.message_key,
                "sender": one.sender,
                "kind": one.kind.value,
                "day": one.day,
                "digest": one.digest,
            }
        )
        for one in written
    ]
    insert_new(connection, AnswerRow, rows)


def counts_from(connection: Connection, day: dt.date) -> dict[dt.date, int]:
    """How many answers leave on that day and on each day after it."""
    rows = connection.execute(
        select(ANSWER.c.day, func.count()).where(ANSWER.c.day >= day).group_by(ANSWER.c.day)
    )
    return {on: int(number) for on, number in rows}


def written_on(connection: Connection, day: dt.date) -> list[tuple[str, LetterKind, str]]:
    """Sender, kind and digest of every answer of that day."""
    rows = connection.execute(
        select(ANSWER.c.sender, ANSWER.c.kind, ANSWER.c.digest).where(ANSWER.c.day == day)
    )
    return [(sender, LetterKind(kind), digest) for sender, kind, digest in rows]
