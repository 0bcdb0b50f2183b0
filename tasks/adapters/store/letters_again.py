"""What a person decides of one letter of the outbox: once more, or no more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, update

from models.domain.answers.planned_letters import PlannedSending
from models.domain.cycle.cycles import HANOI
from models.domain.mail.delivery import RecipientState, unreached, waiting
from models.domain.mail.mail import LetterState
from models.tables import LetterRow
from tasks.adapters.store.outbox import LETTER, deliveries_of
from tasks.adapters.store.rows import cleaned


def by_business_key(connection: Connection, business_key: str) -> LetterRow | None:
    """The letter of that key."""
    row = connection.execute(select(LETTER).where(LETTER.c.business_key == business_key)).first()
    return LetterRow(**row._mapping) if row else None


def of_planned(connection: Connection, sending: PlannedSending) -> list[LetterRow]:
    """The letters that a planned one became, oldest first: of a step, or written on its day."""
    which: list[ColumnElement[bool]] = [LETTER.c.cycle == sending.cycle]
    if sending.day is None:
        which.append(LETTER.c.step == sending.mark)
    else:
        begins = dt.datetime.combine(sending.day, dt.time(), HANOI)
        which += [
            LETTER.c.kind == sending.kind.value,
            LETTER.c.created_at >= begins,
            LETTER.c.created_at < begins + dt.timedelta(days=1),
        ]
    rows = connection.execute(select(LETTER).where(*which).order_by(LETTER.c.id))
    return [LetterRow(**row._mapping) for row in rows]


def requeue(
    connection: Connection,
    row: LetterRow,
    to: Sequence[str],
    cc: Sequence[str],
    now: dt.datetime,
    *,
    keep_accepted: bool,
    anew: Mapping[str, Any],
) -> bool:
    """Queues a letter for those it has not reached, or for everybody; False when nobody is left.

    `anew`: what makes it another sending than the one before; empty where that is the same one.

    The four days of trying begin anew. Addresses that are no longer the letter's are forgotten
    unless a server has taken the letter for them.
    """
    known = deliveries_of(row)
    accepted = {
        address: {"state": d.state.value, "said": d.said}
        for address, d in known.items()
        if keep_accepted and d.state is RecipientState.ACCEPTED
    }
    kept = {a: known[a] for a in accepted}
    if not waiting([*to, *cc], kept):
        return False
    return _move(
        connection,
        row,
        {
            "state": LetterState.QUEUED.value,
            "to": list(to),
            "cc": list(cc),
            "deliveries": accepted,
            "next_attempt_at": now,
            "tried_at": None,
            "copy_in_flight": False,
            "last_error": "",
            "for_a_person": False,
            **anew,
        },
    )


def close(connection: Connection, row: LetterRow, why: str) -> bool:
    """Ends a letter that did not arrive; `why` in a person's words, before what servers said."""
    said = "; ".join([why, *unreached(deliveries_of(row))])
    values = {
        "state": LetterState.CLOSED.value,
        "copy_in_flight": False,
        "last_error": said,
        "for_a_person": False,
    }
    return _move(connection, row, values)


def _move(connection: Connection, row: LetterRow, values: Mapping[str, Any]) -> bool:
    """Only as it was read: another run may have decided on it meanwhile."""
    result = connection.execute(
        update(LETTER)
        .where(LETTER.c.id == row.id, LETTER.c.state == row.state)
        .values(cleaned(values))
    )
    return result.rowcount == 1
