"""The answers that were written: how many leave on a day, and what was said already."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from models.domain.mail.mail import LetterKind
from models.tables import AnswerRow
from tasks.adapters.store.rows import chunks, insert_new, table_of

ANSWER = table_of(AnswerRow)
AnswerSaid = tuple[str, LetterKind, str]  # its sender, its kind and the digest of what it says


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
        {
            "business_key": one.business_key,
            "message_key": one.message_key,
            "sender": one.sender,
            "kind": one.kind.value,
            "day": one.day,
            "digest": one.digest,
        }
        for one in written
    ]
    insert_new(connection, AnswerRow, rows)


def bearing_on(
    connection: Connection,
    day: dt.date,
    digests: Collection[str],
    senders: Collection[str],
    kinds: Collection[LetterKind],
) -> tuple[dict[dt.date, int], list[AnswerSaid]]:
    """What bears on answers that may leave on a day: how many leave from then on, by day; and of
    that day's those that say one of these things, or were of these kinds to these senders."""
    written = [*saying(connection, day, digests), *of_kinds(connection, day, senders, kinds)]
    return from_day(connection, day), written


def from_day(connection: Connection, day: dt.date) -> dict[dt.date, int]:
    """How many answers leave on that day and on each day after it."""
    rows = connection.execute(
        select(ANSWER.c.day, func.count()).where(ANSWER.c.day >= day).group_by(ANSWER.c.day)
    )
    return {on: int(number) for on, number in rows}


def saying(connection: Connection, day: dt.date, digests: Collection[str]) -> list[AnswerSaid]:
    """Sender, kind and digest of the answers of that day that say one of these things."""
    which = (ANSWER.c.day == day, ANSWER.c.digest != "")
    columns = (ANSWER.c.sender, ANSWER.c.kind, ANSWER.c.digest)
    found: list[AnswerSaid] = []
    for chunk in chunks(sorted(digests)):
        rows = connection.execute(select(*columns).where(*which, ANSWER.c.digest.in_(chunk)))
        found += [(sender, LetterKind(kind), digest) for sender, kind, digest in rows]
    return found


def of_kinds(
    connection: Connection, day: dt.date, senders: Collection[str], kinds: Collection[LetterKind]
) -> list[AnswerSaid]:
    """Sender, kind and digest of the answers of these kinds that senders were given that day."""
    if not kinds:
        return []
    which = (ANSWER.c.day == day, ANSWER.c.kind.in_([kind.value for kind in sorted(kinds)]))
    columns = (ANSWER.c.sender, ANSWER.c.kind, ANSWER.c.digest)
    found: list[AnswerSaid] = []
    for chunk in chunks(sorted(senders)):
        rows = connection.execute(select(*columns).where(*which, ANSWER.c.sender.in_(chunk)))
        found += [(sender, LetterKind(kind), digest) for sender, kind, digest in rows]
    return found
