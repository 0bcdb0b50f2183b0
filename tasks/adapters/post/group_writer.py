"""Short writes of several threads, committed together where the database has one writer.

SQLite commits one transaction at a time, each with a flush to the disk: who waits for his turn has
his write carried along by the next who gets it. Where several may write at once each does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine

T = TypeVar("T")


@dataclass
class _Write:
    work: Callable[[Connection], Any]
    result: Any = None
    error: BaseException | None = None
    done: bool = False


class GroupWriter:
    """Writes are as durable when `write` returns as if each were a transaction of its own.

    A write may be done a second time after a first that was taken back. One that fails fails alone.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._together = engine.dialect.name == "sqlite"
        self._turn = Lock()
        self._joining = Lock()
        self._waiting: list[_Write] = []

    def write(self, work: Callable[[Connection], T]) -> T:
        """What `work` gives, once it is committed. Raises what it raises, or the commit."""
        if not self._together:
            with self._engine.begin() as connection:
                return work(connection)
        mine = _Write(work)
        with self._joining:
            self._waiting.append(mine)
        with self._turn:
            if not mine.done:
                self._commit_all()
        if mine.error is not None:
            raise mine.error
        return cast(T, mine.result)

    def _commit_all(self) -> None:
        with self._joining:
            group, self._waiting = self._waiting, []
        try:
            self._commit(group)
        except Exception:  # noqa: BLE001  of one of them: each learns its own
            for one in group:
                try:
                    self._commit([one])
                except Exception as error:  # noqa: BLE001  raised where it was asked for
                    one.error = error
        except BaseException as error:  # the process is ending: nobody may think it is written
            for one in group:
                one.error = error
            raise
        finally:
            for one in group:
                one.done = True

    def _commit(self, group: Sequence[_Write]) -> None:
        with self._engine.begin() as connection:
            for one in group:
                one.result = one.work(connection)
