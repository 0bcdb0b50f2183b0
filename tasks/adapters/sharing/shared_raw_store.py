"""The raw store where several machines share it: objects count, the folder has some at hand.

Layout in the store: `raw/ab/abcd...`, as in the folder. What lies in the folder bears the hash of
its content as its name, so it never ages; it may go whenever the store has it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import os
import time
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tasks.adapters.raw_store import (
    DIRECTORY_MODE,
    RawFileDamaged,
    RawFileMissing,
    RawStore,
    is_digest,
)
from tasks.adapters.sharing.objects import ObjectStore

FOLDER = "raw"
#: What was used so lately stays, however little room there is: a reader may be about to open it.
IN_USE = dt.timedelta(days=1)
MOST = 10_000_000_000  # bytes at hand, unless told
_STAMP = ".da-bot"  # in the folder: when somebody looked last whether too much is at hand
_PARALLEL = 8  # a store answers many requests at once about as fast as one
_TOUCHED_EVERY = 3600.0  # seconds: a use is noted no finer than that


@dataclass(frozen=True, slots=True)
class Trimmed:
    """What became of the files at hand."""

    handed_over: int = 0  # files that only this machine had
    removed: int = 0
    freed: int = 0  # bytes


@dataclass(frozen=True, slots=True, order=True)
class _AtHand:
    """A file at hand."""

    used: float  # seconds since 1970
    size: int  # bytes
    path: Path


class SharedRawStore(RawStore):
    """A raw store in `objects`, with files at hand under `root`.

    Beside what a raw store raises, StoreAway when the store cannot be asked.
    """

    def __init__(self, root: Path, objects: ObjectStore, most: int = MOST) -> None:
        super().__init__(root)
        self.objects = objects
        self.most = most  # bytes at hand

    def put_many(self, contents: Iterable[bytes]) -> list[str]:
        """The SHA-256 of each content, in order; all are in the store when this returns.

        They are put at hand as well, where the disk has room for them.
        """
        kept = list(contents)
        digests = [hashlib.sha256(content).hexdigest() for content in kept]
        if kept:
            self.objects.attend()
            wanted = dict(zip(digests, kept, strict=True))
            with ThreadPoolExecutor(min(_PARALLEL, len(wanted))) as pool:
                list(pool.map(self._upload, wanted, wanted.values()))  # list: errors are raised
            self.objects.is_still_there()
            with contextlib.suppress(OSError):
                super().put_many(wanted.values())
        return digests

    def get(self, sha256: str) -> bytes:
        """The content of that hash, verified, fetched where it is not at hand."""
        path = self.path(sha256)
        with contextlib.suppress(RawFileMissing, RawFileDamaged, OSError):
            content = super().get(sha256)
            with contextlib.suppress(OSError):
                _note_use(path)
            return content
        content = self.in_store(sha256)
        with contextlib.suppress(OSError):  # no room: whoever needs a path is told
            super().put_many([content])
        return content

    def at_hand(self, sha256: str) -> Path:
        """The whole file, to be opened by its path; OSError when the disk has no room for it."""
        content, path = self.get(sha256), self.path(sha256)
        if not path.is_file():
            super().put_many([content])
        return path

    def in_store(self, sha256: str) -> bytes:
        """The content as the shared store has it, verified, whatever is at hand."""
        content = self.objects.read(_name(self.path(sha256)))
        if content is None:
            self.objects.attend()  # a store that is not there lacks everything
            raise _missing(sha256)
        if hashlib.sha256(content).hexdigest() != sha256:
            raise RawFileDamaged(
                f"Tệp {sha256} trong kho chung đã hỏng: nội dung không khớp mã băm "
                "(shared store: content does not match its hash)."
            )
        return content

    def remove(self, sha256: str) -> bool:
        """Whether the store or this machine had such a file; neither has it any more."""
        held = self.objects.remove(_name(self.path(sha256)))
        return super().remove(sha256) or held

    def __contains__(self, sha256: object) -> bool:
        if super().__contains__(sha256):
            return True
        if not is_digest(sha256):
            return False
        if self.objects.size(_name(self.path(str(sha256)))) is not None:
            return True
        self.objects.attend()
        return False

    def __iter__(self) -> Iterator[str]:
        """The hashes of all files of the store, in order."""
        return iter(sorted(self._sizes()))

    def sweep(self, abandoned_before: dt.datetime) -> int:
        """As in a folder alone; once a day what is at hand is kept small as well.

        For machines on which nobody calls `trim`. A store that is away puts that off.
        """
        removed = super().sweep(abandoned_before)
        with contextlib.suppress(OSError):
            if self._is_to_be_looked_through():
                lying = (self._found(sha256) for sha256 in list(super().__iter__()))
                found = [one for one in lying if one is not None]
                going = _unused(_surplus(found, self.most), dt.datetime.now(dt.UTC))
                for one in going:
                    if self.objects.size(_name(one.path)) == one.size:
                        _unlinked(one.path)
        return removed

    def trim(self, recorded: Collection[str], now: dt.datetime) -> Trimmed:
        """Hands over what only this machine has, then keeps at most `most` bytes at hand.

        What was not used for longest goes first, what was used within IN_USE not at all. A file
        that the store lacks is handed over where the record rests on it; where nothing does, it was
        removed for good, on another machine, and goes here too. Raises StoreAway.
        """
        self.objects.attend()
        there = self._sizes()
        handed_over = 0
        gone: list[_AtHand] = []
        kept: list[_AtHand] = []
        for sha256 in list(super().__iter__()):
            found = self._found(sha256)
            if found is None:
                continue
            if there.get(sha256) == found.size:
                kept.append(found)
            elif sha256 in recorded:
                handed_over += self._hand_over(sha256)
            else:
                gone.append(found)
        going = _unused([*gone, *_surplus(kept, self.most)], now)
        freed = [one.size for one in going if _unlinked(one.path)]
        return Trimmed(handed_over, len(freed), sum(freed))

    def _found(self, sha256: str) -> _AtHand | None:
        path = self.path(sha256)
        try:
            status = path.stat()
        except FileNotFoundError:  # another process was faster
            return None
        return _AtHand(status.st_mtime, status.st_size, path)

    def _is_to_be_looked_through(self) -> bool:
        """Whether a day has passed since somebody did; from now on somebody has."""
        stamp = self.root / _STAMP
        try:
            if time.time() - stamp.stat().st_mtime < IN_USE.total_seconds():
                return False
        except FileNotFoundError:
            self.root.mkdir(mode=DIRECTORY_MODE, parents=True, exist_ok=True)
        stamp.touch()
        return True

    def _hand_over(self, sha256: str) -> bool:
        try:
            content = super().get(sha256)
        except (RawFileMissing, RawFileDamaged):  # nothing that could be handed over
            return False
        self._upload(sha256, content)
        return True

    def _sizes(self) -> dict[str, int]:
        found = self.objects.sizes(FOLDER)
        if not found:
            self.objects.attend()
        named = ((name.rpartition("/")[2], size) for name, size in found.items())
        return {sha256: size for sha256, size in named if is_digest(sha256)}

    def _upload(self, sha256: str, content: bytes) -> None:
        """Content that is there is compared, not written again; a damaged object is replaced."""
        name = _name(self.path(sha256))
        if self.objects.size(name) == len(content) and self.objects.read(name) == content:
            return
        self.objects.write(name, content)


def _name(path: Path) -> str:
    return f"{FOLDER}/{path.parent.name}/{path.name}"


def _missing(sha256: str) -> RawFileMissing:
    return RawFileMissing(f"Kho chung không có tệp {sha256} (shared store: file missing).")


def _note_use(path: Path) -> None:
    now = time.time()
    if path.stat().st_mtime < now - _TOUCHED_EVERY:
        os.utime(path)


def _surplus(found: Iterable[_AtHand], most: int) -> Iterator[_AtHand]:
    """What is too much, by what was used last."""
    for one in sorted(found, reverse=True):
        most -= one.size
        if most < 0:
            yield one


def _unused(found: Iterable[_AtHand], now: dt.datetime) -> Iterator[_AtHand]:
    limit = (now - IN_USE).timestamp()
    return (one for one in found if one.used < limit)


def _unlinked(path: Path) -> bool:
    try:
        path.unlink()
    except OSError:
        return False
    return True
