"""Locks of PostgreSQL that several workers share, by name; they end with what holds them.

A lock of a transaction ends with it. One of a session ends with its connection: a worker that is
killed, or that the network has cut off, leaves none behind. On SQLite nothing is locked here: one
run of a flow works at a time there, and a transaction has the whole file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Lock
from types import TracebackType
from typing import Self

from sqlalchemy import ARRAY, BigInteger, Connection, Engine, bindparam, text
from sqlalchemy.exc import DBAPIError

# Rows come as the array names them, so whoever locks several names locks them in one order.
_KEYS = bindparam("keys", type_=ARRAY(BigInteger))
_HOLD = text("SELECT pg_advisory_xact_lock(key) FROM unnest(:keys) AS key").bindparams(_KEYS)
_TRY = text("SELECT key, pg_try_advisory_lock(key) FROM unnest(:keys) AS key").bindparams(_KEYS)
_FREE = text("SELECT pg_advisory_unlock(key) FROM unnest(:keys) AS key").bindparams(_KEYS)

_DEADLOCK = {"40P01", "40001"}  # SQLSTATE: two waited for each other, and this one gave way


def is_shared(engine: Engine) -> bool:
    """Whether workers on several machines may have this database open."""
    return engine.dialect.name == "postgresql"


def gave_way(error: BaseException) -> bool:
    """Whether the database ended this transaction because two waited for each other."""
    code = getattr(error.orig, "sqlstate", "") if isinstance(error, DBAPIError) else ""
    return code in _DEADLOCK


def hold(connection: Connection, names: Iterable[Sequence[str]]) -> None:
    """Locks names until the transaction ends; waits for whoever has one of them."""
    keys = sorted({_key(name) for name in names})
    if keys and connection.dialect.name == "postgresql":
        connection.execute(_HOLD, {"keys": keys})


class SessionLocks:
    """Locks held by a connection of their own; any thread. A context manager.

    Every method may raise what the database raises: then none of the locks is held any more.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._turn = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._turn:
            if self._connection is not None:
                # One that is out of reach has no locks any more, and nothing to be told.
                with suppress(DBAPIError):
                    self._connection.close()
                self._connection = None

    def taken(self, names: Sequence[Sequence[str]]) -> list[bool]:
        """Tries to take each of the names, without waiting; which are held now.

        A name is taken once: who holds it already does not ask for it again.
        """
        if not names or not is_shared(self._engine):
            return [True] * len(names)
        keys = [_key(name) for name in names]
        with self._turn:
            found = self._opened().execute(_TRY, {"keys": keys}).all()
        mine = {key for key, got in found if got}
        return [key in mine for key in keys]

    def free(self, name: Sequence[str]) -> None:
        """Gives a name back that is held."""
        if is_shared(self._engine):
            with self._turn:
                self._opened().execute(_FREE, {"keys": [_key(name)]})

    def _opened(self) -> Connection:
        if self._connection is None:
            made = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            made.detach()  # from the pool: closed it is gone, and every lock with it
            self._connection = made
        return self._connection


@contextmanager
def alone(engine: Engine, name: Sequence[str]) -> Iterator[bool]:
    """Whether the name is ours while the block lasts; False where another worker has it."""
    with SessionLocks(engine) as locks:
        yield locks.taken([name])[0]


def _key(name: Sequence[str]) -> int:
    """A name as the database knows it: 64 bits with a sign."""
    digest = hashlib.sha256("\x1f".join(["baocao", *name]).encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
