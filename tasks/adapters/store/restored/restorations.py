"""The record put back to an older state: when, and what became of letters that were in doubt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, select, update

from models.domain.answers.restorations import HELD, Restoration
from models.domain.mail.delivery import Delivery, RecipientState, letter_state, waiting
from models.domain.mail.mail import LetterState
from models.domain.reading.identity import is_letter_id
from models.tables import LetterRow, SessionRow
from tasks.adapters.store import heartbeats
from tasks.adapters.store.messages import MESSAGE
from tasks.adapters.store.outbox import (
    ANSWER,
    LETTER,
    by_message_ids,
    deliveries_json,
    deliveries_of,
)
from tasks.adapters.store.rows import chunks, table_of

#: Whose claim a letter in doubt bears: nobody's of this life.
CLAIM = "restored"
_SAVED, _RESTORED, _READ_AGAIN = "restored-from", "restored", "mail-read-again"


def note_restored(connection: Connection, saved_at: dt.datetime, now: dt.datetime) -> None:
    """The record ends at `saved_at` and goes on from now; whoever was logged in is so no more."""
    heartbeats.beat(connection, _SAVED, saved_at)
    heartbeats.beat(connection, _RESTORED, now)
    connection.execute(delete(table_of(SessionRow)))


def note_mail_read_again(connection: Connection, restoration: Restoration) -> None:
    """What had been taken in after the backup has been taken in again."""
    heartbeats.beat(connection, _READ_AGAIN, restoration.restored_at)


def last_restoration(connection: Connection) -> Restoration | None:
    """The last one; None where the record never was put back."""
    restored = heartbeats.last(connection, _RESTORED)
    saved = heartbeats.last(connection, _SAVED)
    if restored is None or saved is None:
        return None
    read_again = heartbeats.last(connection, _READ_AGAIN)
    return Restoration(saved, restored, read_again is not None and read_again >= restored)


def undecided(connection: Connection) -> list[LetterRow]:
    """The queued letters that were not held for their doubt before, oldest first."""
    rows = connection.execute(
        select(LETTER)
        .where(LETTER.c.state == LetterState.QUEUED, LETTER.c.claim != CLAIM)
        .order_by(LETTER.c.created_at, LETTER.c.id)
    )
    return [LetterRow(**row._mapping) for row in rows]


def held_letters(connection: Connection) -> list[LetterRow]:
    """The letters that a person has to decide on, since they may have left; oldest first."""
    rows = connection.execute(
        select(LETTER)
        .where(LETTER.c.state == LetterState.UNCERTAIN, LETTER.c.claim == CLAIM)
        .order_by(LETTER.c.created_at, LETTER.c.id)
    )
    return [LetterRow(**row._mapping) for row in rows]


def answered_messages(
    connection: Connection, business_keys: Sequence[str]
) -> dict[str, dt.datetime]:
    """When the message was collected that a letter answers, by the letter's key."""
    found: dict[str, dt.datetime] = {}
    for chunk in chunks(business_keys):
        rows = connection.execute(
            select(ANSWER.c.business_key, MESSAGE.c.collected_at)
            .join(MESSAGE, MESSAGE.c.key == ANSWER.c.message_key)
            .where(ANSWER.c.business_key.in_(chunk))
        )
        found |= dict(rows.tuples().all())
    return found


@dataclass(frozen=True, slots=True)
class CollectedMessage:
    """A message in the raw store."""

    key: str  # SHA-256
    received_at: dt.datetime


def collected_since(connection: Connection, moment: dt.datetime) -> list[CollectedMessage]:
    """The messages collected from then on, by time of arrival."""
    rows = connection.execute(
        select(MESSAGE.c.key, MESSAGE.c.received_at)
        .where(MESSAGE.c.collected_at >= moment, MESSAGE.c.is_message)
        .order_by(MESSAGE.c.received_at, MESSAGE.c.key)
    )
    return [CollectedMessage(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class LetterWithoutRow:
    """A letter of the office's own, by the copy that came into its mailbox."""

    received_at: dt.datetime
    subject: str


def own_letters_unknown(connection: Connection, sender: str) -> list[LetterWithoutRow]:
    """Copies, collected since the backup, of letters that the record does not know; oldest first.

    `sender`: the office's own address.
    """
    restoration = last_restoration(connection)
    if restoration is None:
        return []
    rows = connection.execute(
        select(MESSAGE.c.received_at, MESSAGE.c.subject, MESSAGE.c.message_id)
        .where(MESSAGE.c.sender == sender, MESSAGE.c.collected_at >= restoration.saved_at)
        .order_by(MESSAGE.c.received_at, MESSAGE.c.key)
    ).all()
    ours = [row for row in rows if is_letter_id(row.message_id)]
    known = by_message_ids(connection, [row.message_id for row in ours])
    found = {row.message_id: LetterWithoutRow(row[0], row[1]) for row in ours}
    return [one for message_id, one in found.items() if message_id not in known]


def note_seen(connection: Connection, row: LetterRow, seen_at: dt.datetime) -> None:
    """The letter has left: some mail shows its Message-ID, which nobody can guess."""
    told = {"sent_at": seen_at, "last_error": "", "for_a_person": False, "copy_in_flight": False}
    _end(connection, row, RecipientState.ACCEPTED, told)


def hold(connection: Connection, row: LetterRow, *, copy: bool) -> None:
    """The letter may have left, and waits for a person; `copy`: an own copy may still prove it."""
    values = {"claim": CLAIM, "claimed_at": row.created_at, "copy_in_flight": copy}
    told = {"last_error": HELD, "for_a_person": True}
    _end(connection, row, RecipientState.IN_FLIGHT, values | told)


def _end(
    connection: Connection, row: LetterRow, state: RecipientState, values: dict[str, Any]
) -> None:
    """Says one thing of everybody whom the letter has not reached, as it was read."""
    known = {a: d for a, d in deliveries_of(row).items() if d.state is not RecipientState.IN_FLIGHT}
    known |= {a: Delivery(state) for a in waiting([*row.to, *row.cc], known)}
    stands = letter_state(row.to, row.cc, known)
    values |= {"state": stands.value, "deliveries": deliveries_json(known)}
    connection.execute(
        update(LETTER).where(LETTER.c.id == row.id, LETTER.c.state == row.state).values(values)
    )
