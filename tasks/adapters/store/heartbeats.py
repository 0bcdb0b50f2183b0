"""Heartbeats: when recurring work was last done wholly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from models.tables import HeartbeatRow
from tasks.adapters.store.rows import insert_new, table_of

HEARTBEAT = table_of(HeartbeatRow)


def beat(connection: Connection, name: str, at: dt.datetime) -> None:
    """The work was done at that moment; an earlier one than is known changes nothing."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    new = dialect.insert(HEARTBEAT).values(name=name, at=at)
    connection.execute(
        new.on_conflict_do_update(
            index_elements=[HEARTBEAT.c.name],
            set_={"at": new.excluded.at},
            where=HEARTBEAT.c.at < new.excluded.at,
        )
    )


def expect_from(connection: Connection, name: str, at: dt.datetime) -> None:
    """Waits for the first heartbeat from that moment on; nothing where there was one."""
    insert_new(connection, HeartbeatRow, [{"name": name, "at": at}])


def standing_since(
    connection: Connection, prefix: str, names: Collection[str], now: dt.datetime
) -> dict[str, dt.datetime]:
    """Since when each of the names has been seen without a break, looked at from time to time.

    A name seen for the first time stands since now; one that is not among them any more is
    forgotten. Other heartbeats do not begin with the prefix.
    """
    known = with_prefix(connection, prefix)
    gone = [f"{prefix}{name}" for name in known if name not in names]
    if gone:
        connection.execute(delete(HEARTBEAT).where(HEARTBEAT.c.name.in_(gone)))
    fresh = [{"name": f"{prefix}{name}", "at": now} for name in names if name not in known]
    insert_new(connection, HeartbeatRow, fresh)
    return {name: known.get(name, now) for name in names}


def with_prefix(connection: Connection, prefix: str) -> dict[str, dt.datetime]:
    """The heartbeats whose names begin so, by what follows."""
    rows = connection.execute(
        select(HEARTBEAT.c.name, HEARTBEAT.c.at).where(
            HEARTBEAT.c.name.startswith(prefix, autoescape=True)
        )
    )
    return {row.name.removeprefix(prefix): row.at for row in rows}


def last(connection: Connection, name: str) -> dt.datetime | None:
    """When the work was last done; None for never."""
    return connection.execute(select(HEARTBEAT.c.at).where(HEARTBEAT.c.name == name)).scalar()
