"""Leases: of several who could do a work one does it, and remembers for whoever comes after him.

No clock is compared with another machine's: who waits counts by his own how long the lease has not
been renewed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, update

from models.tables import LeaseRow
from tasks.adapters.store.rows import insert_new, table_of

LEASE = table_of(LeaseRow)


@dataclass(frozen=True, slots=True)
class Lease:
    """Who has it, how often it was renewed, and what he remembers."""

    holder: str  # "" for nobody
    renewals: int
    memory: Mapping[str, Any]


def read(connection: Connection, name: str) -> Lease:
    """As it stands; of a name that nobody has had yet, nobody's."""
    insert_new(connection, LeaseRow, [{"name": name, "holder": "", "renewals": 0, "memory": {}}])
    row = connection.execute(select(LEASE).where(LEASE.c.name == name)).one()
    return Lease(row.holder, row.renewals, row.memory)


def take(connection: Connection, name: str, found: Lease, holder: str) -> bool:
    """Takes or renews it as it was found; False where somebody else was faster."""
    as_found = (LEASE.c.name == name, LEASE.c.renewals == found.renewals)
    values = {"holder": holder, "renewals": found.renewals + 1}
    return connection.execute(update(LEASE).where(*as_found).values(values)).rowcount == 1


def give_back(connection: Connection, name: str, holder: str) -> None:
    """Lets the next one have it at once; nothing where it is somebody else's by now."""
    connection.execute(
        update(LEASE).where(LEASE.c.name == name, LEASE.c.holder == holder).values(holder="")
    )


def remember(connection: Connection, name: str, holder: str, memory: Mapping[str, Any]) -> bool:
    """Keeps what its holder remembers; False where it is somebody else's by now."""
    own = (LEASE.c.name == name, LEASE.c.holder == holder)
    return connection.execute(update(LEASE).where(*own).values(memory=dict(memory))).rowcount == 1
