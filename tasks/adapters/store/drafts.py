"""Drafts: letters of the outbox that leave only when a person has approved them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select, update

from models.domain.mail.mail import Letter, LetterState
from models.tables import LetterRow
from tasks.adapters.store import outbox
from tasks.adapters.store.outbox import LETTER
from tasks.adapters.store.rows import cleaned

SUPERSEDED = "thay bằng dự thảo mới hơn"


def put(connection: Connection, letter: Letter, now: dt.datetime) -> bool:
    """Keeps a letter as a draft, in place of older drafts of its cycle and kind; False when its
    business key is there already."""
    if not outbox.queue(connection, letter, now):
        return False
    older = (
        LETTER.c.state == LetterState.DRAFT,
        LETTER.c.cycle == letter.cycle,
        LETTER.c.kind == letter.kind.value,
    )
    connection.execute(
        update(LETTER)
        .where(*older)
        .values(state=LetterState.WITHDRAWN.value, last_error=SUPERSEDED)
    )
    connection.execute(
        update(LETTER)
        .where(LETTER.c.business_key == letter.business_key)
        .values(state=LetterState.DRAFT.value)
    )
    return True


def waiting(connection: Connection) -> list[LetterRow]:
    """The drafts that nobody has decided on, oldest first."""
    rows = connection.execute(
        select(LETTER).where(LETTER.c.state == LetterState.DRAFT).order_by(LETTER.c.id)
    )
    return [LetterRow(**row._mapping) for row in rows]


def release(connection: Connection, row: LetterRow, text: str, html: str, now: dt.datetime) -> bool:
    """Lets a draft leave with this text; False when it was decided on meanwhile."""
    values = {"state": LetterState.QUEUED.value, "next_attempt_at": now, "text": text, "html": html}
    return _move(connection, row, values)


def hold(connection: Connection, row: LetterRow, why: str) -> bool:
    """Keeps a draft from leaving; False when it was decided on meanwhile."""
    return _move(connection, row, {"state": LetterState.CLOSED.value, "last_error": why})


def take_back(connection: Connection, row: LetterRow, why: str) -> bool:
    """Ends a draft that says what is no longer so; False when it was decided on meanwhile."""
    return _move(connection, row, {"state": LetterState.WITHDRAWN.value, "last_error": why})


def _move(connection: Connection, row: LetterRow, values: Mapping[str, Any]) -> bool:
    result = connection.execute(
        update(LETTER)
        .where(LETTER.c.id == row.id, LETTER.c.state == LetterState.DRAFT)
        .values(cleaned(values))
    )
    return result.rowcount == 1
