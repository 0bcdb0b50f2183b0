"""Messages drawn by one of several workers: each row is locked until what it causes is recorded.

`FOR UPDATE SKIP LOCKED`, in the transaction that will record: a worker that dies, or is cut off,
leaves its messages to the next as they were.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Select, and_, exists, not_, or_, select, text

from models.domain.mail.mail import MessageState
from tasks.adapters.store.messages import MESSAGE, KeptMessage

_KEPT = tuple(MESSAGE.c[name] for name in KeptMessage.__slots__)
_EARLIER = MESSAGE.alias("earlier")
# Between two looks at a batch the connection only waits, which must not end it.
_PATIENT = "SET LOCAL idle_in_transaction_session_timeout = 0"


def draw(connection: Connection, limit: int, but: Collection[str]) -> list[KeptMessage]:
    """At most `limit` untried messages, oldest first, or the oldest alone if it was tried before.

    `but`: keys that this run has left for another. None of them is another worker's before the
    transaction ends, and none overtakes an earlier one of its ordering key.
    """
    connection.execute(text(_PATIENT))
    drawable = _drawable(but)
    oldest = connection.execute(drawable.limit(1)).first()
    if oldest is None:
        return []
    if oldest.attempts and (
        alone := _locked(connection, drawable.where(MESSAGE.c.attempts > 0).limit(1))
    ):
        return alone
    untried = MESSAGE.c.attempts == 0
    drawn = _locked(connection, drawable.where(untried).limit(limit))
    keys = {one.ordering_key for one in drawn} - {""}
    if keys and len(drawn) < limit:  # what follows ours is nobody else's before ours is recorded
        ours = [one.key for one in drawn]
        following = (
            _waiting(but)
            .where(untried, MESSAGE.c.ordering_key.in_(keys), MESSAGE.c.key.not_in(ours))
            .limit(limit - len(drawn))
        )
        drawn += _locked(connection, following)
    return sorted(drawn, key=lambda one: (one.received_at, one.key))


def _locked(connection: Connection, which: Select[Any]) -> list[KeptMessage]:
    found = connection.execute(which.with_for_update(skip_locked=True, of=MESSAGE))
    return [KeptMessage(**row._mapping) for row in found]


def _waiting(but: Collection[str]) -> Select[Any]:
    found = (
        select(*_KEPT)
        .where(MESSAGE.c.state == MessageState.RECEIVED.value)
        .order_by(MESSAGE.c.received_at, MESSAGE.c.key)
    )
    return found.where(MESSAGE.c.key.not_in(but)) if but else found


def _drawable(but: Collection[str]) -> Select[Any]:
    """Those that no earlier one holds back. One that was tried in vain holds nothing back."""
    at_once = and_(_EARLIER.c.received_at == MESSAGE.c.received_at, _EARLIER.c.key < MESSAGE.c.key)
    held_back = exists().where(
        _EARLIER.c.state == MessageState.RECEIVED.value,
        _EARLIER.c.ordering_key == MESSAGE.c.ordering_key,
        _EARLIER.c.attempts == 0,
        _EARLIER.c.last_error == "",
        or_(_EARLIER.c.received_at < MESSAGE.c.received_at, at_once),
    )
    return _waiting(but).where(or_(MESSAGE.c.ordering_key == "", not_(held_back)))
