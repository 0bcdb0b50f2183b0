"""Drawing: the waiting messages of one run in batches, none of them twice.

Where several workers share a database each draws what no other has: the rows stay locked, in the
transaction that will record the batch, for as long as it is read. On SQLite one run draws at a time
and no lock is held while files are read.

Which messages a run has in hand is told by a file that a killed run leaves behind. An attempt is
counted against messages only when the run that had them in hand is gone without a word: one of them
may have brought it down. A run that ends in words takes its file away, and for that it needs
neither room on the disk nor a database. So what a full disk or an absent database keeps from being
recorded counts against nobody, however often it happens.
"""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from tasks.adapters.raw_store import DIRECTORY_MODE, TEMPORARY_PREFIX
from tasks.adapters.sharing import drawn_messages
from tasks.adapters.store import messages
from tasks.adapters.store.messages import FileLosses, KeptMessage, all_losses
from tasks.adapters.workplace import Workplace

BATCH = 50
#: Where others draw too: of whoever has an agency's message in hand nobody else gets the next.
SHARED_BATCH = 10

FOLDER = "in-hand"  # beside the bytes that every worker reads
#: Of this process. Where a lock is the process's and not the file's (NFS), asking would break it.
_OWN: set[Path] = set()


@dataclass(slots=True)
class InHand:
    """The file of one batch, locked for as long as its run lives."""

    path: Path
    descriptor: int

    def put_down(self) -> None:
        """The run has come to an end with the batch, whichever. May be called twice."""
        if self.descriptor < 0:
            return
        # What cannot be taken away any more, on a disk that has become read-only, counts once: no
        # later run gets so far as to write another.
        with suppress(OSError):
            self.path.unlink(missing_ok=True)
        self.let_go()

    def let_go(self) -> None:
        """Leaves the file behind, as a killed run does."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1
            _OWN.discard(self.path)


@dataclass
class Batch:
    """Messages that this run has in hand, oldest first; none where nothing is left to draw."""

    messages: Sequence[KeptMessage] = ()
    # Of files of which the reader was lost before, by SHA-256.
    losses: Mapping[str, FileLosses] = field(default_factory=dict)
    in_hand: InHand | None = None
    locked_by: Connection | None = None  # with a transaction that was begun, if rows are locked

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
        self._shared = workplace.is_shared
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
        if not batch.messages:
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
            losses = all_losses(connection)
        self._last = found[-1] if found else self._last
        return Batch(found, losses)

    def _locked(self, fresh: bool) -> Batch:
        self.count_lost_runs()  # another worker may have died over what is drawn now
        connection = self._workplace.engine.connect()
        try:
            # Not what is in hand either: where its session was ended its rows are free again.
            but = self._not_again | {m.key for b in self._open.values() for m in b.messages}
            found = drawn_messages.draw(connection, min(self.left, SHARED_BATCH), but)
            batch = Batch(found, all_losses(connection), locked_by=connection)
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


def take_in_hand(root: Path, keys: Sequence[str]) -> InHand:
    """Tells that a run has opened these messages. Raises OSError when the disk has no room."""
    try:
        return _taken(root / FOLDER, keys)
    except PermissionError as fault:
        # Of the whole store, not of one file in it: as good as a disk that is read-only.
        raise OSError(errno.EROFS, fault.strerror, fault.filename) from fault


def _taken(folder: Path, keys: Sequence[str]) -> InHand:
    folder.mkdir(mode=DIRECTORY_MODE, parents=True, exist_ok=True)
    name = secrets.token_hex(8)
    temporary = folder / f"{TEMPORARY_PREFIX}{name}"
    descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        # Locked before it bears its name: nobody finds it without an owner while the run lives.
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        left = memoryview("\n".join(keys).encode())
        while left:
            left = left[os.write(descriptor, left) :]
        _OWN.add(folder / name)
        temporary.rename(folder / name)
    except OSError:
        _OWN.discard(folder / name)
        temporary.unlink(missing_ok=True)
        os.close(descriptor)
        raise
    return InHand(folder / name, descriptor)


def left_in_hand(root: Path) -> Iterator[tuple[InHand, Sequence[str]]]:
    """What runs that are gone had in hand, and which messages. The caller puts it down.

    A run that still lives is passed over: it holds the lock of its file.
    """
    for path in sorted((root / FOLDER).glob("[!.]*")):
        if path in _OWN:
            continue
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:  # its run has come to an end
            continue
        found = InHand(path, descriptor)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not os.fstat(descriptor).st_nlink:
                continue
            yield found, path.read_text("utf-8").split()
        except BlockingIOError:
            continue
        finally:
            found.let_go()
