"""What a person decides of a kept message: once more, set aside, or held after all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Select, select, update

from models.domain.mail.mail import MessageState
from tasks.adapters.store.messages import FILE, MESSAGE, forget_losses, message_id_of
from tasks.adapters.store.rows import cleaned, storable


def reopen(connection: Connection, key: str) -> bool:
    """Lets a held message be worked on once more, as if it and its files had just come."""
    result = connection.execute(
        update(MESSAGE)
        .where(MESSAGE.c.key == key, MESSAGE.c.state == MessageState.HELD.value)
        .values(state=MessageState.RECEIVED.value, attempts=0, decided_at=None, own_fault=False)
    )
    if result.rowcount != 1:
        return False
    of_it = FILE.c.message_key == key
    forget_losses(
        connection, connection.execute(select(FILE.c.sha256).where(of_it)).scalars().all()
    )
    connection.execute(FILE.delete().where(of_it))
    return True


def put_back(connection: Connection, key: str, values: Mapping[str, Any]) -> bool:
    """Says of a held message what was said of it before; False when it is not held."""
    held = (MESSAGE.c.key == key, MESSAGE.c.state == MessageState.HELD.value)
    return connection.execute(update(MESSAGE).where(*held).values(cleaned(values))).rowcount == 1


def set_aside(
    connection: Connection, key: str, reason: str, now: dt.datetime, state: MessageState
) -> bool:
    """Decides a held message for good, with the files that were held; False when it is not held."""
    decided = {
        "state": state.value,
        "reason": storable(reason),
        "own_fault": False,
        "decided_at": now,
    }
    result = connection.execute(
        update(MESSAGE)
        .where(MESSAGE.c.key == key, MESSAGE.c.state == MessageState.HELD.value)
        .values(decided)
    )
    if result.rowcount != 1:
        return False
    connection.execute(
        update(FILE)
        .where(FILE.c.message_key == key, FILE.c.state == MessageState.HELD.value)
        .values(state=state.value, reason=storable(reason))
    )
    return True


def judge_anew(connection: Connection, key: str) -> bool:
    """Lets a message that became a version be worked on once more, as if it had just come."""
    result = connection.execute(
        update(MESSAGE)
        .where(MESSAGE.c.key == key, MESSAGE.c.state != MessageState.RECEIVED.value)
        .values(state=MessageState.RECEIVED.value, attempts=0, own_fault=False)
    )
    if result.rowcount != 1:
        return False
    connection.execute(FILE.delete().where(FILE.c.message_key == key))
    return True


def hold_again(
    connection: Connection, key: str, submission_id: int, reason: str, now: dt.datetime
) -> None:
    """Hands the message of a withdrawn version to a person: nobody's until he has said whose."""
    held = {"state": MessageState.HELD.value, "reason": storable(reason)}
    undecided = {"agency": "", "cycle": "", "may_be_of": [], "said": "", "own_fault": False}
    values = {**held, **undecided, "decided_at": now}
    connection.execute(update(MESSAGE).where(MESSAGE.c.key == key).values(values))
    connection.execute(update(FILE).where(FILE.c.submission_id == submission_id).values(held))


def take_back(
    connection: Connection, key: str, state: MessageState, whose: tuple[str, str], now: dt.datetime
) -> None:
    """Puts the message of a version that counts again into that version's state; `whose`: cycle
    and agency."""
    said = {"state": state.value, "reason": "Phiên bản đã được khôi phục.", "own_fault": False}
    values = {**said, "cycle": whose[0], "agency": whose[1], "decided_at": now}
    connection.execute(update(MESSAGE).where(MESSAGE.c.key == key).values(values))
    held = (FILE.c.message_key == key, FILE.c.state == MessageState.HELD.value)
    files = {"state": state.value, "reason": said["reason"]}
    connection.execute(update(FILE).where(*held, FILE.c.submission_id.is_not(None)).values(files))


def hold_repeats(
    connection: Connection, key: str, sha256: str, whose: tuple[str, str], reason: str
) -> int:
    """Hands over the messages known for duplicates of a file of `whose` (cycle, agency); how many.

    Copies of the message `key` itself stay what they are.
    """
    message_id = message_id_of(connection, key)
    statement = _duplicates_of_file(sha256, whose, key)
    repeats = [
        row.key
        for row in connection.execute(statement)
        if not message_id or row.message_id != message_id
    ]
    held = {"state": MessageState.HELD.value, "reason": storable(reason)}
    for repeat in repeats:
        connection.execute(update(MESSAGE).where(MESSAGE.c.key == repeat).values(held))
        again = (FILE.c.message_key == repeat, FILE.c.sha256 == sha256)
        connection.execute(update(FILE).where(*again).values(held))
    return len(repeats)


def _duplicates_of_file(sha256: str, whose: tuple[str, str], but: str) -> Select[Any]:
    """The duplicates of `whose` (cycle, agency) that bring that file, but for one message."""
    state = MessageState.DUPLICATE.value
    return (
        select(MESSAGE.c.key, MESSAGE.c.message_id)
        .join(FILE, FILE.c.message_key == MESSAGE.c.key)
        .where(
            MESSAGE.c.state == state,
            MESSAGE.c.cycle == whose[0],
            MESSAGE.c.agency == whose[1],
            MESSAGE.c.key != but,
            FILE.c.sha256 == sha256,
            FILE.c.state == state,
        )
        .distinct()
    )
