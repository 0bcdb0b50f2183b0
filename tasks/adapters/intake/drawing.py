"""Drawing: the waiting messages of one run in batches, none of them twice.

Where several workers share a database each draws what no other has: the rows stay locked, in the
transaction that will record the batch, for as long as it is read. On SQLite one run draws at a time
and no lock is held while files are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import takewhile

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from tasks.adapters.intake.in_hand import InHand, left_in_hand, take_in_hand
from tasks.adapters.intake.unread_files import UnreadFiles
from tasks.adapters.sharing import drawn_messages
from tasks.adapters.sharing.locks import is_shared
from tasks.adapters.store import messages
from tasks.adapters.store.messages import KeptMessage
from tasks.adapters.workplace import Workplace

BATCH = 50
#: Where others draw too: of whoever has an agency's message in hand nobody else gets the next.
SHARED_BATCH = 10


@dataclass
class Batch:
    """Messages that this run has in hand, oldest first; false where there are none."""

    messages: Sequence[KeptMessage] = ()
    unread: UnreadFiles = field(default_factory=UnreadFiles)
    in_hand: InHand | None = None
    locked_by: Connection | None = None  # with a transaction that was begun, if rows are locked

    def __bool__(self) -> bool:
        return bool(self.messages)

    @property
    def is_retried(self) -> bool:
        """Whether an earlier run began what is in it and did not finish."""
        return any(one.attempts for one in self.messages)

    @contextmanager
    def recording(self, engine: Engine) -> Iterator[Connection]:
        """The transaction in which all that the batch causes is recorded; committed at the end.

        Once: the rows are nobody's afterwards.
        """
        if self.locked_by is None:
            with engine.begin() as connection:
                yield connection
            return
        connection, self.locked_by = self.locked_by, None
        try:
            yield connection
            connection.commit()
        finally:
            _close(connection)

    def give_up(self) -> None:
        """Gives back the rows that are still locked."""
        if self.locked_by is not None:
            connection, self.locked_by = self.locked_by, None
            _close(connection)


def _close(connection: Connection) -> None:
    """What was not committed is rolled back, by the database itself where it is out of reach."""
    try:
        connection.close()
    except DBAPIError:
        connection.invalidate()


class Drawing:
    """Draws the waiting messages of one run, at most `limit`."""

    def __init__(self, workplace: Workplace, limit: int) -> None:
        self._workplace = workplace
        self._shared = is_shared(workplace.engine)
        self.left = limit
        self._last: KeptMessage | None = None  # what still waits before it is at work, or failed
        self._not_again: set[str] = set()  # what this run has left for the next, by key
        self._open: dict[str, Batch] = {}  # by the first key of a batch drawn and not finished
        self.done = 0  # finished
        self.ways_given = 0

    def count_lost_runs(self) -> None:
        """Counts an attempt against what runs had in hand that are gone without a word."""
        for left, keys in left_in_hand(self._workplace.raw_store.root):
            with self._workplace.engine.begin() as connection:
                messages.count_lost_attempt(connection, keys)
            left.put_down()

    def next_batch(self, *, fresh: bool = False) -> Batch:
        """The oldest message alone if it was tried before, else the untried ones in a row.

        With `fresh` only the latter. That it is in hand is told before it is opened.
        """
        if self.left <= 0:
            return Batch()
        batch = self._locked(fresh) if self._shared else self._next(fresh)
        if not batch:
            batch.give_up()
            return batch
        keys = [m.key for m in batch.messages]
        self._open[keys[0]] = batch
        batch.in_hand = take_in_hand(self._workplace.raw_store.root, keys)
        self.left -= len(keys)
        return batch

    def _next(self, fresh: bool) -> Batch:
        with self._workplace.engine.begin() as connection:
            waiting = messages.waiting(connection, min(self.left, BATCH), self._last)
            found = list(takewhile(lambda m: m.attempts == 0, waiting))
            if not found and not fresh:
                found = waiting[:1]
            unread = UnreadFiles.of(connection)
        self._last = found[-1] if found else self._last
        return Batch(found, unread)

    def _locked(self, fresh: bool) -> Batch:
        self.count_lost_runs()  # another worker may have died over what is drawn now
        connection = self._workplace.engine.connect()
        try:
            # Not what is in hand either: where its session was ended its rows are free again.
            but = self._not_again | {m.key for b in self._open.values() for m in b.messages}
            found = drawn_messages.draw(connection, min(self.left, SHARED_BATCH), but)
            batch = Batch(found, UnreadFiles.of(connection), locked_by=connection)
        except BaseException:
            _close(connection)
            raise
        if fresh and batch.is_retried:
            batch.give_up()
            return Batch()
        return batch

    def finished(self, batch: Batch, decided: Sequence[str]) -> None:
        """The batch was recorded, or its failures were; `decided`: keys of those that are done."""
        self._not_again |= {m.key for m in batch.messages} - set(decided)
        self.done += len(batch.messages)
        self._end(batch)

    def gave_way(self, batch: Batch) -> None:
        """Nothing of the batch was recorded: another worker was in the way. It is drawn again."""
        self.ways_given += 1
        self.left += len(batch.messages)
        self._end(batch)

    def _end(self, batch: Batch) -> None:
        self._open.pop(batch.messages[0].key)
        batch.give_up()
        if batch.in_hand:
            batch.in_hand.put_down()

    def put_down(self) -> None:
        """The run ends for what none of the messages has done."""
        for batch in self._open.values():
            if batch.in_hand:
                batch.in_hand.put_down()

    def let_go(self) -> None:
        """The run ends: what is still in hand is left for the next run to find."""
        for batch in self._open.values():
            batch.give_up()
            if batch.in_hand:
                batch.in_hand.let_go()
