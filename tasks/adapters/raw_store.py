"""The raw store: every byte that arrived or left, kept under its SHA-256 before anything reads it.

Layout: `root/ab/abcd...` (64 hexadecimal digits), each file read-only. A file bears its final
name only once its content is on the disk, so a crash at any point leaves either nothing or the
whole file, next to a temporary file that `sweep` removes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from models.domain.errors import BaocaoError
from tasks.adapters.whole_files import sync_folders

TEMPORARY_PREFIX = ".dang-ghi-"
READ_ONLY = 0o400
DIRECTORY_MODE = 0o700
# A disk commits several waiting fsyncs in one go: eight at a time doubled the rate of one at a time
# on an SSD; slow disks gain more.
PARALLEL_FSYNCS = 8

_DIGEST = re.compile(r"[0-9a-f]{64}")
_Item = TypeVar("_Item")


class RawFileMissing(BaocaoError):
    """Raised when the store holds no file of that hash."""


class RawFileDamaged(BaocaoError):
    """Raised when a stored file no longer has the content its name promises."""


@dataclass(slots=True)
class _Pending:
    temporary: Path
    final: Path
    descriptor: int
    named: bool = False  # it bears its final name


class RawStore:
    """A content-addressed store under `root`, safe for several processes at once."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, content: bytes) -> str:
        """The SHA-256 of the content, which is on the disk when this returns.

        Content already there is compared, not rewritten; a damaged copy is replaced.
        Raises OSError when the disk is full or read-only: nothing is left under a final name.
        """
        return self.put_many([content])[0]

    def put_many(self, contents: Iterable[bytes]) -> list[str]:
        """The SHA-256 of each content, in order; all are on the disk when this returns.

        One wave of fsyncs serves them all, so many small files cost little more than a few.
        """
        digests: list[str] = []
        pending: list[_Pending] = []
        nonce = secrets.token_hex(8)
        renewed: set[Path] = set()  # directories whose entries must reach the disk
        queued: set[str] = set()
        try:
            for content in contents:
                digest = hashlib.sha256(content).hexdigest()
                digests.append(digest)
                if digest in queued:
                    continue
                queued.add(digest)
                final = self.path(digest)
                if _holds(final, content):
                    # Another process may have renamed it a moment ago and not come to its fsync.
                    renewed.add(final.parent)
                    continue
                if final.parent not in renewed:
                    renewed |= _make_directories(final.parent, self.root)
                    renewed.add(final.parent)
                pending.append(_write_temporary(final, content, nonce))
            _in_parallel(_sync_descriptors, [item.descriptor for item in pending])
            for item in pending:
                item.temporary.rename(item.final)
                item.named = True
            _in_parallel(sync_folders, sorted(renewed))
        finally:
            for item in pending:
                os.close(item.descriptor)
                if not item.named:
                    item.temporary.unlink(missing_ok=True)
        return digests

    def get(self, sha256: str) -> bytes:
        """The content of that hash, verified. Raises RawFileMissing, RawFileDamaged."""
        try:
            content = self.path(sha256).read_bytes()
        except FileNotFoundError:
            raise RawFileMissing(
                f"Kho tệp gốc không có tệp {sha256} (raw store: file missing)."
            ) from None
        if hashlib.sha256(content).hexdigest() != sha256:
            raise RawFileDamaged(
                f"Tệp {sha256} trong kho tệp gốc đã hỏng: nội dung không khớp mã băm "
                "(raw store: content does not match its hash)."
            )
        return content

    def path(self, sha256: str) -> Path:
        """Where a file of that hash lies or would lie. Raises RawFileMissing for no such hash."""
        if not is_digest(sha256):
            raise RawFileMissing(f"«{sha256[:80]}» không phải mã SHA-256 (not a SHA-256).")
        return self.root / sha256[:2] / sha256

    def at_hand(self, sha256: str) -> Path:
        """Where whoever opens files by their path finds that of this hash, which is kept.

        Raises RawFileMissing for no such hash.
        """
        return self.path(sha256)

    def in_store(self, sha256: str) -> bytes:
        """The content as it is kept for good, verified. Raises RawFileMissing, RawFileDamaged."""
        return self.get(sha256)

    def remove(self, sha256: str) -> bool:
        """Whether a file of that hash was there and is no more. For what nothing rests on.

        Raises OSError when the system refuses.
        """
        try:
            self.path(sha256).unlink()
        except FileNotFoundError:
            return False
        return True

    def __contains__(self, sha256: object) -> bool:
        return isinstance(sha256, str) and is_digest(sha256) and self.path(sha256).is_file()

    def __iter__(self) -> Iterator[str]:
        """The hashes of all files, in order."""
        for path in sorted(self.root.glob("??/*")):
            if is_digest(path.name):
                yield path.name

    def sweep(self, abandoned_before: dt.datetime) -> int:
        """How many temporary files, last written before that instant, were removed.

        By the clock of the machine, whatever the office's clock says: files bear that one. Leave
        an hour or more: a younger one may belong to a process that is writing it. What cannot be
        removed is left to the next sweep.
        """
        limit = abandoned_before.timestamp()
        removed = 0
        for path in self.root.glob(f"*/{TEMPORARY_PREFIX}*"):
            try:
                if path.stat().st_mtime < limit:
                    path.unlink()
                    removed += 1
            except OSError:  # another sweep was faster, or the system refuses for now
                continue
        return removed


def is_digest(text: object) -> bool:
    """Whether it is a SHA-256 as the store writes it: 64 hexadecimal digits, small letters."""
    return isinstance(text, str) and _DIGEST.fullmatch(text) is not None


def _holds(path: Path, content: bytes) -> bool:
    """Whether the file is there with exactly this content."""
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except FileNotFoundError:
        return False


def _make_directories(directory: Path, root: Path) -> set[Path]:
    """The directories that gained an entry by making this one and its parents."""
    gained: set[Path] = set()
    missing = [directory]
    while missing[-1] != root and not missing[-1].parent.is_dir():
        missing.append(missing[-1].parent)
    for path in reversed(missing):
        if not path.is_dir():
            path.mkdir(mode=DIRECTORY_MODE, parents=True, exist_ok=True)
            gained.add(path.parent)
    return gained


def _write_temporary(final: Path, content: bytes, nonce: str) -> _Pending:
    """The content under a temporary name that no other process and no other call gives."""
    temporary = final.with_name(f"{TEMPORARY_PREFIX}{os.getpid()}-{nonce}-{final.name[:16]}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        view = memoryview(content)
        while view:
            view = view[os.write(descriptor, view) :]
        os.fchmod(descriptor, READ_ONLY)
    except OSError:
        os.close(descriptor)
        temporary.unlink(missing_ok=True)
        raise
    return _Pending(temporary, final, descriptor)


def _sync_descriptors(descriptors: Sequence[int]) -> None:
    for descriptor in descriptors:
        os.fsync(descriptor)


def _in_parallel(step: Callable[[Sequence[_Item]], None], items: Sequence[_Item]) -> None:
    if len(items) < PARALLEL_FSYNCS:
        step(items)
        return
    # A share for each thread instead of item by item: handing over costs as much as an fsync.
    shares = [items[start::PARALLEL_FSYNCS] for start in range(PARALLEL_FSYNCS)]
    with ThreadPoolExecutor(PARALLEL_FSYNCS) as pool:
        list(pool.map(step, shares))  # list: so that an error is raised here
