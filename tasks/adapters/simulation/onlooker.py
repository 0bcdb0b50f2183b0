"""The onlooker: what the office's record says happened at a moment. Reads, never writes."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from models.domain.mail.mail import LetterState
from tasks.adapters.store.messages import MESSAGE
from tasks.adapters.store.outbox import LETTER


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of one message."""

    trace: str  # its Message-ID; the file name of what was handed in
    state: str
    reason: str


def decided_at(connection: Connection, moment: dt.datetime) -> list[Decided]:
    """The messages decided at that moment, in order of arrival."""
    rows = connection.execute(
        select(MESSAGE.c.message_id, MESSAGE.c.name, MESSAGE.c.state, MESSAGE.c.reason)
        .where(MESSAGE.c.decided_at == moment)
        .order_by(MESSAGE.c.received_at, MESSAGE.c.key)
    )
    return [Decided(row.message_id or row.name, row.state, row.reason) for row in rows]


def written_at(connection: Connection, moment: dt.datetime) -> Counter[tuple[str, str]]:
    """How many letters were written at that moment, by kind and reminder step."""
    rows = connection.execute(
        select(LETTER.c.kind, LETTER.c.step, func.count())
        .where(LETTER.c.created_at == moment)
        .group_by(LETTER.c.kind, LETTER.c.step)
    )
    return Counter({(kind, step): int(number) for kind, step, number in rows})


def letters_waiting(connection: Connection) -> bool:
    """Whether a letter waits to be sent."""
    queued = select(LETTER.c.id).where(LETTER.c.state == LetterState.QUEUED).limit(1)
    return connection.execute(queued).first() is not None


def letter_counts(connection: Connection) -> Counter[tuple[str, str]]:
    """How many letters there are, by kind and state."""
    rows = connection.execute(
        select(LETTER.c.kind, LETTER.c.state, func.count()).group_by(LETTER.c.kind, LETTER.c.state)
    )
    return Counter({(kind, state): int(number) for kind, state, number in rows})
