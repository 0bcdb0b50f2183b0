"""Maildir: reading one as an inbox, and delivering into one as a mail server would."""

from __future__ import annotations

import datetime as dt
import itertools
import os
import socket
import stat
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tasks.adapters.mailbox.inbox import (
    PROCESSED,
    Arrival,
    ArrivalGone,
    Inbox,
    InboxFault,
    LeftLying,
    NotAFile,
    digest_of,
    kind_of,
    may_read,
    open_regular,
    shown_name,
)

FOLDERS = ("tmp", "new", "cur")
INFO = ":2,"
SEEN = "S"

_deliveries = itertools.count(1)


class MaildirInbox(Inbox):
    """The messages in `new` and `cur` of a Maildir; taken ones go to its subfolder `.Da-xu-ly`.

    A message counts as received at its file's modification time: the delivery, which renaming
    keeps and which Dovecot reports as INTERNALDATE. Raises InboxFault when it is no Maildir.
    """

    def __init__(self, path: Path) -> None:
        missing = [name for name in ("new", "cur") if not (path / name).is_dir()]
        if missing:
            raise InboxFault(
                f"{path} không phải hộp thư Maildir: thiếu thư mục con {', '.join(missing)}."
            )
        self.path = path
        self.source = f"maildir:{path}"
        self._last_seen: dict[str, Path] = {}  # spares looking through a full folder

    def arrivals(self) -> Iterator[Arrival]:
        """The messages waiting now, the oldest first; what vanishes meanwhile is left out."""
        waiting: list[tuple[dt.datetime, str, Arrival]] = []
        for folder in ("new", "cur"):
            for entry in os.scandir(self.path / folder):
                if entry.name.startswith("."):
                    continue
                try:
                    if not entry.is_file(follow_symlinks=False):
                        continue
                    status = entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue  # a mail program moved it between listing and looking
                handle = _handle(entry.name)
                self._last_seen[handle] = Path(entry.path)
                received_at = dt.datetime.fromtimestamp(status.st_mtime, dt.UTC)
                arrival = Arrival(
                    source=self.source,
                    handle=handle,
                    received_at=received_at,
                    name=handle,
                    is_message=True,
                    size=status.st_size,
                    reader=partial(self._read, handle),
                )
                waiting.append((received_at, handle, arrival))
        waiting.sort(key=lambda item: item[:2])
        yield from (arrival for _, _, arrival in waiting)

    def mark(self) -> str:
        """Of the messages waiting, by their names without flags."""
        return digest_of(
            f"{_handle(entry.name)}\0{entry.inode()}"
            for folder in ("new", "cur")
            for entry in os.scandir(self.path / folder)
            if not entry.name.startswith(".") and entry.is_file(follow_symlinks=False)
        )

    def move_to_processed(self, arrival: Arrival) -> None:
        """Moves the message to `.Da-xu-ly/cur`, marked as seen; its time of arrival stays."""
        processed = self.path / f".{PROCESSED}"
        while (current := self._find(arrival.handle)) is not None:
            name = current.name.partition(INFO)
            flags = "".join(sorted({*name[2], SEEN}))
            target = _free(processed / "cur" / f"{name[0]}{INFO}{flags}", current)
            try:
                current.rename(target)
            except FileNotFoundError:  # no such folder yet, or renamed by a mail program meanwhile
                make_maildir(processed)
                (processed / "maildirfolder").touch()  # Maildir++: tells it from a mailbox
                continue
            return

    def left_lying(self) -> list[LeftLying]:
        """Links, pipes and folders where only messages belong, and messages we may not read."""
        found = []
        for folder in ("new", "cur"):
            for entry in os.scandir(self.path / folder):
                try:
                    mode = entry.stat(follow_symlinks=False).st_mode
                except FileNotFoundError:
                    continue
                shown = f"«{shown_name(entry.name)}» trong {self.source}/{folder}"
                if not stat.S_ISREG(mode):
                    said = (
                        f"{shown} là {kind_of(mode)}, không phải thư nên không được nhận. Xóa nó; "
                        "nếu nó dẫn tới một thư thì chép chính thư ấy vào hộp."
                    )
                elif not may_read(Path(entry.path)):
                    said = (
                        f"{shown}: hệ thống không có quyền đọc nên chưa nhận được. Cấp quyền đọc "
                        "tệp này cho tài khoản chạy hệ thống; lần chạy sau sẽ nhận."
                    )
                else:
                    continue
                found.append(LeftLying(f"{folder}/{entry.name}", said, dt.timedelta(0)))
        return sorted(found, key=lambda one: one.handle)

    def _find(self, handle: str) -> Path | None:
        """Where the message lies now; mail programs move it from `new` to `cur` and add flags."""
        for likely in (self._last_seen.get(handle), self.path / "new" / handle):
            if likely is not None and likely.is_file() and not likely.is_symlink():
                return likely
        for folder in ("cur", "new"):
            for entry in os.scandir(self.path / folder):
                if _handle(entry.name) == handle:
                    return Path(entry.path)
        return None

    def _read(self, handle: str) -> bytes:
        for _ in range(3):
            path = self._find(handle)
            if path is None:
                break
            try:
                with os.fdopen(open_regular(path), "rb") as file:
                    return file.read()
            except (FileNotFoundError, NotAFile):
                continue
        raise ArrivalGone(f"Thư {handle} không còn trong {self.source}.")


def make_maildir(path: Path) -> Path:
    """The path, now a Maildir. Harmless when it is one already."""
    for name in FOLDERS:
        (path / name).mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def deliver(maildir: Path, content: bytes, received_at: dt.datetime | None = None) -> Path:
    """The new message's file: written whole to `tmp`, on the disk, then renamed into `new`.

    `received_at` sets its time of arrival; without it the system's clock does.
    """
    host = socket.gethostname().replace("/", "\\057").replace(":", "\\072")
    unique = f"{time.time_ns()}.P{os.getpid()}Q{next(_deliveries)}.{host}"
    temporary = maildir / "tmp" / unique
    with temporary.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if received_at is not None:
        os.utime(temporary, (received_at.timestamp(),) * 2)
    target = maildir / "new" / unique
    temporary.rename(target)
    return target


def _handle(name: str) -> str:
    """The unique part of a message's file name, without its flags.

    >>> _handle("1737.M1P2.mail.example:2,RS")
    '1737.M1P2.mail.example'
    """
    return name.partition(INFO)[0]


def _free(target: Path, current: Path) -> Path:
    """The target, or its like that does not overwrite another message of the same name."""
    base, _, flags = target.name.partition(INFO)
    number = 0
    while target.exists() and target.read_bytes() != current.read_bytes():
        number += 1
        target = target.with_name(f"{base}-{number}{INFO}{flags}")
    return target
