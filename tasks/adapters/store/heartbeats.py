"""Heartbeats: when recurring work was last done wholly."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection, select
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


def last(connection: Connection, name: str) -> dt.datetime | None:
    """When the work was last done; None for never."""
    return connection.execute(select(HEARTBEAT.c.at).where(HEARTBEAT.c.name == name)).scalar()
