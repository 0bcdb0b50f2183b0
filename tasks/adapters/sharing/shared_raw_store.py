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

from tasks.adapters.raw_store import RawFileDamaged, RawFileMissing, RawStore, is_digest
from tasks.adapters.sharing.objects import ObjectStore

FOLDER = "raw"
#: What was used so lately stays, however little room there is: a reader may be about to open it.
IN_USE = dt.timedelta(days=1)
_PARALLEL = 8  # a store answers many requests at once about as fast as one
_TOUCHED_EVERY = 3600.0  # seconds: a use is noted no finer than that


@dataclass(frozen=True, slots=True)
class Trimmed:
    """What became of the files at hand."""

    handed_over: int = 0  # files that only this machine had
    removed: int = 0
    freed: int = 0  # bytes


class SharedRawStore(RawStore):
    """A raw store in `objects`, with files at hand under `root`.

    Beside what a raw store raises, StoreAway when the store cannot be asked.
    """

    def __init__(self, root: Path, objects: ObjectStore) -> None:
        super().__init__(root)
        self.objects = objects

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

    def trim(self, recorded: Collection[str], most: int, now: dt.datetime) -> Trimmed:
        """Hands over what only this machine has, then keeps at most `most` bytes at hand.

        What was not used for longest goes first, what was used within IN_USE not at all. A file
        that the store lacks is handed over where the record rests on it; where nothing does, it was
        removed for good, on another machine, and goes here too. Raises StoreAway.
        """
        self.objects.attend()
        there = self._sizes()
        handed_over, gone, kept = 0, [], []
        for sha256 in list(super().__iter__()):
            path = self.path(sha256)
            with contextlib.suppress(FileNotFoundError):
                status = path.stat()
                found = (status.st_mtime, status.st_size, path)
                if there.get(sha256) == status.st_size:
                    kept.append(found)
                elif sha256 in recorded:
                    handed_over += self._hand_over(sha256)
                else:
                    gone.append(found)
        room = most
        for found in sorted(kept, reverse=True):
            room -= found[1]
            if room < 0:
                gone.append(found)
        limit = (now - IN_USE).timestamp()
        freed = [size for used, size, path in gone if used < limit and _unlinked(path)]
        return Trimmed(handed_over, len(freed), sum(freed))

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


def _unlinked(path: Path) -> bool:
    try:
        path.unlink()
    except OSError:
        return False
    return True
