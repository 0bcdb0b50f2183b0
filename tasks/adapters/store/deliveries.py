"""What became of letters after they left: reports by recipient, and addresses that fail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from models.domain.mail.bounces import (
    AddressCondition,
    DeliveryAction,
    RecipientReport,
    ReportedRecipient,
    said_of,
    state_after,
)
from models.domain.mail.mail import LetterState
from models.tables import AddressStateRow, DeliveryReportRow, LetterRow
from tasks.adapters.store.outbox import LETTER
from tasks.adapters.store.rows import chunks, cleaned, insert_new, table_of

REPORT = table_of(DeliveryReportRow)
ADDRESS = table_of(AddressStateRow)
_RECENT = 20  # letters of one agency among which a reply token looks for its own


@dataclass(frozen=True, slots=True)
class FailingAddress:
    """An address that letters do not reach."""

    address: str
    since: dt.datetime  # the newest news of it
    status: str  # "5.1.1"; empty where the server named none
    reason: str  # the server's own words


def letter_by_message_id(connection: Connection, ids: Sequence[str]) -> LetterRow | None:
    """The first of our letters among the Message-IDs, in their order."""
    found: dict[str, LetterRow] = {}
    for chunk in chunks(ids):
        rows = connection.execute(select(LETTER).where(LETTER.c.message_id.in_(chunk)))
        found |= {row.message_id: LetterRow(**row._mapping) for row in rows}
    return next((found[i] for i in ids if i in found), None)


def newest_letter_to(
    connection: Connection, cycle: str, agency: str, addresses: Iterable[str]
) -> LetterRow | None:
    """The newest letter to an agency that went to one of the addresses."""
    rows = connection.execute(
        select(LETTER)
        .where(LETTER.c.cycle == cycle, LETTER.c.agency == agency, LETTER.c.sent_at.is_not(None))
        .order_by(LETTER.c.sent_at.desc(), LETTER.c.id.desc())
        .limit(_RECENT)
    )
    wanted = set(addresses)
    letters = (LetterRow(**row._mapping) for row in rows)
    return next((x for x in letters if wanted & {*x.to, *x.cc}), None)


def note_report(
    connection: Connection,
    message_key: str,
    letter: LetterRow,
    news: Sequence[ReportedRecipient],
    at: dt.datetime,
) -> LetterState:
    """Records a report of a letter, marks its addresses, and returns where the letter now stands.

    A letter whose every recipient has failed, by this report and those before, is bounced.
    """
    insert_new(
        connection,
        DeliveryReportRow,
        [
            cleaned(
                {
                    "message_key": message_key,
                    "letter_id": letter.id,
                    "recipient": one.recipient,
                    "action": one.report.action.value,
                    "status": one.report.status,
                    "reason": one.report.reason,
                    "reported_at": at,
                }
            )
            for one in news
        ],
    )
    for one in news:
        if one.recipient and one.report.action is DeliveryAction.FAILED:
            mark_failing(connection, one.recipient, one.report, at, letter.id)
        elif one.recipient and one.report.action is DeliveryAction.DELIVERED:
            mark_mended(connection, [one.recipient], at)
    failed = connection.execute(
        select(REPORT.c.recipient).where(
            REPORT.c.letter_id == letter.id, REPORT.c.action == DeliveryAction.FAILED
        )
    )
    now_in = connection.execute(select(LETTER.c.state).where(LETTER.c.id == letter.id)).scalar_one()
    recipients = list(dict.fromkeys([*letter.to, *letter.cc]))
    state = state_after(LetterState(now_in), recipients, failed.scalars())
    if state != now_in:
        values = {"state": state.value, "last_error": _said(news), "for_a_person": False}
        connection.execute(update(LETTER).where(LETTER.c.id == letter.id).values(cleaned(values)))
    return state


def mark_failing(
    connection: Connection,
    address: str,
    report: RecipientReport,
    at: dt.datetime,
    letter_id: int | None = None,
) -> None:
    """Marks an address as one that letters do not reach, unless newer news says otherwise."""
    values = cleaned(
        {
            "address": address,
            "state": AddressCondition.FAILING.value,
            "since": at,
            "status": report.status,
            "reason": report.reason,
            "letter_id": letter_id,
        }
    )
    if not insert_new(connection, AddressStateRow, [values]):
        older = (ADDRESS.c.address == address) & (ADDRESS.c.since <= at)
        connection.execute(update(ADDRESS).where(older).values(values))


def mark_mended(connection: Connection, addresses: Iterable[str], at: dt.datetime) -> int:
    """Takes the mark off addresses that failed before `at`; off how many."""
    failing = ADDRESS.c.state == AddressCondition.FAILING
    result = connection.execute(
        update(ADDRESS)
        .where(ADDRESS.c.address.in_(list(addresses)), failing, ADDRESS.c.since < at)
        .values(state=AddressCondition.OK.value, since=at, status="", reason="")
    )
    return result.rowcount


def failing_addresses(connection: Connection) -> list[FailingAddress]:
    """The addresses that fail, by name."""
    rows = connection.execute(
        select(ADDRESS.c.address, ADDRESS.c.since, ADDRESS.c.status, ADDRESS.c.reason)
        .where(ADDRESS.c.state == AddressCondition.FAILING)
        .order_by(ADDRESS.c.address)
    )
    return [FailingAddress(**row._mapping) for row in rows]


def _said(news: Sequence[ReportedRecipient]) -> str:
    return "; ".join(f"{one.recipient}: {said_of(one.report)}" for one in news)[:2000]
