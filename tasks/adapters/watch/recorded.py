"""What the database knows of work that waits: a few counts, by an index or of a small table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, func, select

from models.domain.mail.delivery import CLAIM_LIFETIME
from models.domain.mail.mail import LetterState, MessageState
from models.tables import (
    AddressStateRow,
    ConsolidationRow,
    DecisionRow,
    DeliveryReportRow,
    LetterRow,
    MessageRow,
    ObligationRow,
    SnapshotRow,
    SubmissionRow,
)
from tasks.adapters.store import heartbeats, obligations
from tasks.adapters.store.rows import table_of
from tasks.adapters.watch import pauses

LETTER, MESSAGE = table_of(LetterRow), table_of(MessageRow)
CONSOLIDATED = "consolidate-cycle:"  # begins the heartbeat's name, before the cycle
#: What boards show, beside letters and messages.
_COUNTED = [
    table_of(row)
    for row in (
        AddressStateRow,
        ConsolidationRow,
        DecisionRow,
        DeliveryReportRow,
        ObligationRow,
        SnapshotRow,
        SubmissionRow,
    )
]


@dataclass(frozen=True, slots=True)
class WorkRecorded:
    """What one look into the database found; see `models/domain/work/wanted.py`."""

    letters: str
    letters_in_doubt: bool
    messages: str
    drafts: Sequence[tuple[str, dt.datetime]]
    recorded: str
    asked: Sequence[str]
    consolidated: Mapping[str, dt.datetime]
    messages_waiting: int
    letters_waiting: int


def look(connection: Connection, now: dt.datetime) -> WorkRecorded:
    """One look, `now` by the office's clock."""
    letters, messages = _letters(connection), _messages(connection)
    due, received = _due(connection, now), messages.get(MessageState.RECEIVED.value, "")
    return WorkRecorded(
        letters=due,
        letters_in_doubt=_in_doubt(connection, now),
        messages=received,
        drafts=_drafts(connection),
        recorded=_mark(connection, letters, messages),
        asked=obligations.open_cycles(connection),
        consolidated=heartbeats.with_prefix(connection, CONSOLIDATED),
        messages_waiting=_number(received),
        letters_waiting=_number(due),
    )


def record_mark(connection: Connection) -> str:
    """A mark of all that is shown of the record: another mark, and something has changed."""
    return _mark(connection, _letters(connection), _messages(connection))


def _mark(connection: Connection, letters: dict[str, str], messages: dict[str, str]) -> str:
    counts = [
        connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in _COUNTED
    ]
    paused = sorted(pauses.standing(connection))
    return f"{sorted(letters.items())} {sorted(messages.items())} {counts} {paused}"


def _letters(connection: Connection) -> dict[str, str]:
    return _states(connection, LETTER.c.state, LETTER.c.id, LETTER.c.sent_at)


def _messages(connection: Connection) -> dict[str, str]:
    return _states(connection, MESSAGE.c.state, MESSAGE.c.received_at, MESSAGE.c.decided_at)


def _states(connection: Connection, state: Column[str], *newest: Column[Any]) -> dict[str, str]:
    """Of each state how many there are, and the newest of them."""
    columns = [func.max(column) for column in newest]
    rows = connection.execute(select(state, func.count(), *columns).group_by(state))
    return {str(row[0]): "/".join(str(one) for one in row[1:]) for row in rows}


def _due(connection: Connection, now: dt.datetime) -> str:
    """Of the letters whose turn has come; "" where there is none."""
    queued = (LETTER.c.state == LetterState.QUEUED, LETTER.c.next_attempt_at <= now)
    asked = select(func.count(), func.max(LETTER.c.id), func.max(LETTER.c.next_attempt_at))
    number, newest, last = connection.execute(asked.where(*queued)).one()
    return f"{number}/{newest}/{last}" if number else ""


def _number(mark: str) -> int:
    """How many a mark counts, which it begins with."""
    return int(mark.partition("/")[0] or 0)


def _in_doubt(connection: Connection, now: dt.datetime) -> bool:
    """Whether a letter may have left or not, and no person has been told to find out."""
    waits = (LETTER.c.state == LetterState.UNCERTAIN, LETTER.c.for_a_person.is_(False))
    abandoned = (
        LETTER.c.state == LetterState.SENDING,
        LETTER.c.claimed_at < now - CLAIM_LIFETIME,
    )
    return any(
        connection.execute(select(LETTER.c.id).where(*which).limit(1)).first() is not None
        for which in (waits, abandoned)
    )


def _drafts(connection: Connection) -> list[tuple[str, dt.datetime]]:
    rows = connection.execute(
        select(LETTER.c.id, LETTER.c.created_at)
        .where(LETTER.c.state == LetterState.DRAFT)
        .order_by(LETTER.c.id)
    )
    return [(str(row.id), row.created_at) for row in rows]
