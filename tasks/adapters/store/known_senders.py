"""Addresses that a person said write for an agency, beside those of the contacts."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

from models.tables import KnownSenderRow
from tasks.adapters.store.rows import insert_new, table_of

_SENDER = table_of(KnownSenderRow)


@dataclass(frozen=True, slots=True)
class KnownSender:
    """One address that writes for one agency."""

    address: str  # lower case
    agency: str
    message_key: str  # of the message by which it became known
    registered_at: dt.datetime


def every_known(connection: Connection) -> list[KnownSender]:
    """All of them, as they were registered."""
    rows = connection.execute(
        select(_SENDER).order_by(_SENDER.c.registered_at, _SENDER.c.address, _SENDER.c.agency)
    )
    return [KnownSender(**row._mapping) for row in rows]


def agencies_by_address(connection: Connection) -> Mapping[str, Sequence[str]]:
    """For whom each address writes."""
    found: dict[str, list[str]] = defaultdict(list)
    for one in every_known(connection):
        found[one.address].append(one.agency)
    return dict(found)


def add(connection: Connection, sender: KnownSender) -> bool:
    """Registers an address for an agency; whether it was not yet."""
    values = {
        "address": sender.address,
        "agency": sender.agency,
        "message_key": sender.message_key,
        "registered_at": sender.registered_at,
    }
    return bool(insert_new(connection, KnownSenderRow, [values]))


def remove(connection: Connection, sender: KnownSender) -> None:
    """The address is nobody's again."""
    connection.execute(
        delete(_SENDER).where(
            _SENDER.c.address == sender.address, _SENDER.c.agency == sender.agency
        )
    )
