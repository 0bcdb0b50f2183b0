"""Addresses of mail: for whom a person said that they write, and whether letters reach them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, case, delete, func, literal, select, update

from models.domain.mail.bounces import AddressCondition, RecipientReport
from models.domain.mail.mail import LetterState
from models.domain.mail.reach import QUIET, FailingAddress, overrules
from models.tables import AddressStateRow, KnownSenderRow
from tasks.adapters.store.outbox import LETTER
from tasks.adapters.store.rows import cleaned, insert_new, table_of

_SENDER = table_of(KnownSenderRow)
ADDRESS = table_of(AddressStateRow)


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


def add_sender(connection: Connection, sender: KnownSender) -> bool:
    """Registers an address for an agency; whether it was not yet."""
    values = {
        "address": sender.address,
        "agency": sender.agency,
        "message_key": sender.message_key,
        "registered_at": sender.registered_at,
    }
    return bool(insert_new(connection, KnownSenderRow, [values]))


def remove_sender(connection: Connection, sender: KnownSender) -> None:
    """The address is nobody's again."""
    connection.execute(
        delete(_SENDER).where(
            _SENDER.c.address == sender.address, _SENDER.c.agency == sender.agency
        )
    )


def mark_failing(
    connection: Connection,
    address: str,
    report: RecipientReport,
    at: dt.datetime,
    letter_id: int | None = None,
) -> None:
    """Marks an address as one that letters do not reach, unless newer news says otherwise.

    A dead address stays one when a later letter fails for a reason that is not the address's.
    """
    values = cleaned(
        {
            "address": address,
            "state": AddressCondition.FAILING.value,
            "since": at,
            "status": report.status,
            "reason": report.reason,
            "letter_id": letter_id,
            "began_at": at,
        }
    )
    if not insert_new(connection, AddressStateRow, [values]):
        older = (ADDRESS.c.address == address) & (ADDRESS.c.since <= at)
        began = func.coalesce(ADDRESS.c.began_at, ADDRESS.c.since)
        is_failing = ADDRESS.c.state == AddressCondition.FAILING
        values["began_at"] = case((is_failing, began), else_=literal(at, ADDRESS.c.since.type))
        known = connection.execute(select(ADDRESS.c.status).where(older, is_failing)).scalar()
        if known is not None and not overrules(report.status, known):
            values = {"since": at}
        connection.execute(update(ADDRESS).where(older).values(values))


def mark_mended(connection: Connection, addresses: Iterable[str], at: dt.datetime) -> int:
    """Takes the mark off addresses that failed before `at`; off how many."""
    failing = ADDRESS.c.state == AddressCondition.FAILING
    result = connection.execute(
        update(ADDRESS)
        .where(ADDRESS.c.address.in_(list(addresses)), failing, ADDRESS.c.since < at)
        .values(state=AddressCondition.OK.value, since=at, status="", reason="", began_at=None)
    )
    return result.rowcount


def last_news(connection: Connection, address: str) -> dt.datetime | None:
    """When the newest news of an address came; None where nothing was ever told of it."""
    return connection.execute(select(ADDRESS.c.since).where(ADDRESS.c.address == address)).scalar()


def failing_addresses(connection: Connection) -> list[FailingAddress]:
    """The addresses that fail, by name."""
    rows = connection.execute(
        select(
            *(ADDRESS.c.address, ADDRESS.c.since, ADDRESS.c.status, ADDRESS.c.reason),
            ADDRESS.c.began_at,
        )
        .where(ADDRESS.c.state == AddressCondition.FAILING)
        .order_by(ADDRESS.c.address)
    )
    return [FailingAddress(**row._mapping) for row in rows]


def still_failing(connection: Connection, now: dt.datetime) -> list[FailingAddress]:
    """The addresses that fail, without those that were full or away and have been reached since.

    That a letter went there and did not come back says so. Of a dead address silence says nothing.
    """
    failing = failing_addresses(connection)
    doubtful = [one for one in failing if not one.is_dead]
    if not doubtful:
        return failing
    rows = connection.execute(
        select(LETTER.c.to, LETTER.c.cc, LETTER.c.sent_at).where(
            LETTER.c.state == LetterState.SENT,
            LETTER.c.sent_at > min(one.since for one in doubtful),
            LETTER.c.sent_at <= now - QUIET,
        )
    ).all()
    reached = {
        one.address
        for one in doubtful
        if any(r.sent_at > one.since and one.address in (*r.to, *r.cc) for r in rows)
    }
    return [one for one in failing if one.address not in reached]


def dead_addresses(connection: Connection) -> frozenset[str]:
    """The addresses at which nobody reads."""
    return frozenset(one.address for one in failing_addresses(connection) if one.is_dead)
