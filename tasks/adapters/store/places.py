"""Where kept messages still lie on a mail server, so that a next look need not fetch them again.

A hint only: the key of a message is the hash of its bytes. When the server numbers a folder anew
all hints of the old numbering go, and what lies there is fetched and recognised by its bytes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select, update

from models.tables import MailboxPlaceRow, MailboxRow
from tasks.adapters.store.rows import chunks, insert_new, table_of

MAILBOX = table_of(MailboxRow)
POSITION = table_of(MailboxPlaceRow)


@dataclass(frozen=True, slots=True)
class MailboxPosition:
    """Where a message lies on a server, as the server describes it without its bytes."""

    uid: int
    size: int  # bytes
    received_at: dt.datetime


def begin_look(
    connection: Connection, source: str, uidvalidity: int, now: dt.datetime
) -> int | None:
    """The numbering of the last look where it was another one, else None; it is noted.

    Positions of another numbering are forgotten.
    """
    last = connection.execute(
        select(MAILBOX.c.uidvalidity).where(MAILBOX.c.source == source)
    ).scalar_one_or_none()
    if last == uidvalidity:
        return None
    row = {"source": source, "uidvalidity": uidvalidity, "numbered_at": now}
    if last is None:
        insert_new(connection, MailboxRow, [row])
    else:
        connection.execute(update(MAILBOX).where(MAILBOX.c.source == source).values(row))
    connection.execute(
        delete(POSITION).where(POSITION.c.source == source, POSITION.c.uidvalidity != uidvalidity)
    )
    return None if last is None else int(last)


def remembered(connection: Connection, source: str, uidvalidity: int) -> dict[int, MailboxPosition]:
    """The positions of kept messages, by UID."""
    rows = connection.execute(
        select(POSITION.c.uid, POSITION.c.size, POSITION.c.received_at).where(
            POSITION.c.source == source, POSITION.c.uidvalidity == uidvalidity
        )
    )
    return {row.uid: MailboxPosition(row.uid, row.size, row.received_at) for row in rows}


def known_numbers(connection: Connection, source: str) -> set[tuple[int, int]]:
    """Numbering and number of every kept message that was not moved when last looked."""
    rows = connection.execute(
        select(POSITION.c.uidvalidity, POSITION.c.uid).where(POSITION.c.source == source)
    )
    return {(row.uidvalidity, row.uid) for row in rows}


def remember(
    connection: Connection, source: str, uidvalidity: int, kept: Mapping[MailboxPosition, str]
) -> None:
    """Notes where messages lie, by their keys. In the transaction that keeps them."""
    # What the server has there now is something else than was remembered: it was fetched anew.
    forget(connection, source, uidvalidity, [position.uid for position in kept])
    insert_new(
        connection,
        MailboxPlaceRow,
        [
            {
                "source": source,
                "uidvalidity": uidvalidity,
                "uid": position.uid,
                "size": position.size,
                "received_at": position.received_at,
                "message_key": key,
            }
            for position, key in kept.items()
        ],
    )


def forget(connection: Connection, source: str, uidvalidity: int, uids: Iterable[int]) -> None:
    """Forgets positions: nothing lies there any more."""
    gone: Sequence[int] = sorted(uids)
    for some in chunks(gone):
        connection.execute(
            delete(POSITION).where(
                POSITION.c.source == source,
                POSITION.c.uidvalidity == uidvalidity,
                POSITION.c.uid.in_(some),
            )
        )
