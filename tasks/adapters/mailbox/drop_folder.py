"""The drop folder: workbooks and saved messages that someone at the office puts there by hand."""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import os
import stat
import unicodedata
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tasks.adapters.mailbox.inbox import PROCESSED, Arrival, ArrivalGone, Inbox, InboxFault

PROCESSED_FOLDER = PROCESSED.lower()
COPYING_TIME = dt.timedelta(seconds=5)  # a file younger than this may still be being copied
MESSAGE_SUFFIX = ".eml"

# What office programs, browsers and file systems leave beside the real file.
PASSING_PREFIXES = (".", "~$", "~lock", "._")
PASSING_SUFFIXES = (".part", ".partial", ".tmp", ".crdownload", ".download", ".filepart", ".swp")
PASSING_NAMES = frozenset({"thumbs.db", "desktop.ini"})

DIGEST_PREFIX = 12  # hexadecimal digits before the name of a processed file


class DropFolder(Inbox):
    """The finished files of a folder; taken ones go to its subfolder `da-xu-ly`.

    A file counts as received at `now`, the moment it is first seen: its own times came with it
    from another machine and prove nothing. Subfolders and symbolic links are left alone.
    Raises InboxFault when there is no such folder.
    """

    def __init__(
        self, path: Path, now: dt.datetime, copying_time: dt.timedelta = COPYING_TIME
    ) -> None:
        if now.tzinfo is None:
            raise ValueError("now must carry a time zone")
        if not path.is_dir():
            raise InboxFault(f"Không có thư mục nhận tệp {path} (no such drop folder).")
        self.path = path
        self.source = f"drop:{path}"
        self.now = now.astimezone(dt.UTC)
        self.copying_time = copying_time
        self._digests: dict[str, str] = {}  # of what was read, by handle

    def arrivals(self) -> Iterator[Arrival]:
        """The finished files there now, by name; they all arrive at the same moment."""
        found: list[tuple[str, int]] = []
        for entry in os.scandir(self.path):
            if _passing(entry.name):
                continue
            try:
                if not entry.is_file(follow_symlinks=False):
                    continue
                status = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            if not self._being_written(status):
                found.append((entry.name, status.st_size))
        for name, size in sorted(found):
            yield Arrival(
                source=self.source,
                handle=name,
                received_at=self.now,
                name=unicodedata.normalize("NFC", _shown(name)),
                is_message=name.lower().endswith(MESSAGE_SUFFIX),
                size=size,
                reader=partial(self._read, name),
            )

    def move_to_processed(self, arrival: Arrival) -> None:
        """Moves the file to `da-xu-ly` with the start of its hash before its name.

        A file that was replaced since it was read stays: it is a new arrival.
        """
        try:
            digest = hashlib.sha256(self._content(arrival.handle)).hexdigest()
        except ArrivalGone:
            return  # moved already
        if self._digests.get(arrival.handle, digest) != digest:
            return
        processed = self.path / PROCESSED_FOLDER
        if processed.is_symlink():
            raise InboxFault(f"{processed} là liên kết, không phải thư mục (symbolic link).")
        processed.mkdir(exist_ok=True)
        prefix = f"{digest[:DIGEST_PREFIX]}-"
        # Same prefix and same name: the same file, so that overwriting loses nothing.
        target = processed / (prefix + _fitting(arrival.handle, len(prefix)))
        try:
            (self.path / arrival.handle).rename(target)
        except FileNotFoundError:
            return

    def _being_written(self, status: os.stat_result) -> bool:
        written_at = dt.datetime.fromtimestamp(status.st_mtime, dt.UTC)
        # abs: a file from a machine whose clock is ahead must not wait for ever.
        return abs(self.now - written_at) < self.copying_time

    def _read(self, name: str) -> bytes:
        content = self._content(name)
        self._digests[name] = hashlib.sha256(content).hexdigest()
        return content

    def _content(self, name: str) -> bytes:
        """The file's bytes. Raises ArrivalGone when it left, is a link or changes while read."""
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        try:
            descriptor = os.open(self.path / name, flags)
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.ELOOP):
                raise ArrivalGone(f"Tệp {name} không còn trong {self.source} (gone).") from None
            raise
        with os.fdopen(descriptor, "rb") as file:
            before = os.fstat(descriptor)
            if not stat.S_ISREG(before.st_mode):
                raise ArrivalGone(f"{name} không phải tệp thường (not a regular file).")
            content = file.read()
            after = os.fstat(descriptor)
        if _state(before) != _state(after) or len(content) != after.st_size:
            raise ArrivalGone(f"Tệp {name} còn đang được chép vào (still being written).")
        return content


def _passing(name: str) -> bool:
    """Whether the name is that of a lock, a download under way or a system's own file.

    >>> _passing("~$Ke hoach.xlsx"), _passing("Ke hoach.xlsx.part"), _passing("Ke hoach.xlsx")
    (True, True, False)
    """
    lowered = name.lower()
    return (
        lowered.startswith(PASSING_PREFIXES)
        or lowered.endswith(PASSING_SUFFIXES)
        or lowered in PASSING_NAMES
    )


def _shown(name: str) -> str:
    """The name as text; bytes that are no UTF-8 show as the replacement character."""
    return os.fsencode(name).decode("utf-8", "replace")


def _fitting(name: str, prefix: int) -> str:
    """The name, cut in front so that with its prefix it still fits in 255 bytes."""
    return os.fsdecode(os.fsencode(name)[-(255 - prefix) :])


def _state(status: os.stat_result) -> tuple[int, int]:
    return status.st_size, status.st_mtime_ns
