"""How a cycle's boards stood at the end of each day, whatever the orchestrator forgets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects import postgresql, sqlite

from models.tables import BoardDayRow
from tasks.adapters.store.rows import storable, table_of

BOARD_DAY = table_of(BoardDayRow)


@dataclass(frozen=True, slots=True)
class BoardDay:
    """A board as it stood at the end of a day, or stands today: Markdown, as it was shown."""

    key: str
    day: dt.date  # in Vietnam
    title: str
    content: str


@dataclass(frozen=True, slots=True)
class BoardSpan:
    """From which day to which a board's versions are kept, and how many."""

    key: str
    title: str
    first: dt.date
    last: dt.date
    days: int


def keep_day(connection: Connection, board: BoardDay) -> bool:
    """Keeps the board as that day's; False where the newest day kept says the same.

    Of one day the last version stays. A day on which nothing changed has none of its own.
    """
    newest = on_day(connection, board.key, board.day)
    if newest is not None and newest.content == storable(board.content):
        return False
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    values = {"title": storable(board.title), "content": storable(board.content)}
    statement = dialect.insert(BOARD_DAY).values(key=board.key, day=board.day, **values)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[BOARD_DAY.c.key, BOARD_DAY.c.day], set_=values
        )
    )
    return True


def on_day(connection: Connection, key: str, day: dt.date) -> BoardDay | None:
    """How the board stood at the end of the day; None where it was not there yet."""
    found = connection.execute(
        select(BOARD_DAY.c.key, BOARD_DAY.c.day, BOARD_DAY.c.title, BOARD_DAY.c.content)
        .where(BOARD_DAY.c.key == key, BOARD_DAY.c.day <= day)
        .order_by(BOARD_DAY.c.day.desc())
        .limit(1)
    ).one_or_none()
    return None if found is None else BoardDay(*found)


def days_of(connection: Connection, key: str) -> Sequence[dt.date]:
    """The days on which the board changed, in order."""
    chosen = select(BOARD_DAY.c.day).where(BOARD_DAY.c.key == key).order_by(BOARD_DAY.c.day)
    return connection.execute(chosen).scalars().all()


def spans(connection: Connection) -> list[BoardSpan]:
    """What is kept, by key."""
    days = select(
        BOARD_DAY.c.key,
        func.max(BOARD_DAY.c.title),
        func.min(BOARD_DAY.c.day),
        func.max(BOARD_DAY.c.day),
        func.count(),
    )
    found = connection.execute(days.group_by(BOARD_DAY.c.key).order_by(BOARD_DAY.c.key))
    return [BoardSpan(*row) for row in found]
