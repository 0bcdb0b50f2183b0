"""Which messages a run has in hand, told by a file that a killed run leaves behind.

An attempt is counted against messages only when the run that had them in hand is gone without a
word: one of them may have brought it down. A run that ends in words takes its file away, and for
that it needs neither room on the disk nor a database. So what a full disk or an absent database
keeps from being recorded counts against nobody, however often it happens.
"""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tasks.adapters.raw_store import DIRECTORY_MODE, TEMPORARY_PREFIX

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
