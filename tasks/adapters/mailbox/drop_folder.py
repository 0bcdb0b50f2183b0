"""The drop folder: workbooks and saved messages that someone at the office puts there by hand."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
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
    may_read,
    open_regular,
    shown_name,
)

PROCESSED_FOLDER = PROCESSED.lower()
COPYING_TIME = dt.timedelta(seconds=5)  # a file younger than this may still be being copied
MESSAGE_SUFFIX = ".eml"

# What office programs, browsers and file systems leave beside the real file.
PASSING_PREFIXES = (".", "~$", "~lock", "._")
PASSING_SUFFIXES = (".part", ".partial", ".tmp", ".crdownload", ".download", ".filepart", ".swp")
PASSING_NAMES = frozenset({"thumbs.db", "desktop.ini", ".ds_store", ".directory"})

DIGEST_PREFIX = 12  # hexadecimal digits before the name of a processed file


@dataclass(frozen=True, slots=True)
class _Reason:
    """Why something is left where it is: what it is, what to do, and how long it may take."""

    said: str
    patience: dt.timedelta = dt.timedelta(0)


_AGAIN = "lần chạy sau sẽ nhận"
_NO_FILE = _Reason("không phải tệp thường nên không được mở. Xóa nó khỏi thư mục nhận tệp.")
_OTHER_KINDS = {
    stat.S_IFLNK: _Reason(
        "là liên kết, hệ thống không đi theo. Chép chính tệp vào thư mục nhận tệp "
        f"rồi xóa liên kết; {_AGAIN} tệp."
    ),
    stat.S_IFDIR: _Reason(
        "là thư mục con, hệ thống không xem bên trong. Chuyển từng tệp ra thư mục nhận tệp rồi xóa "
        f"thư mục con; {_AGAIN} các tệp.",
        dt.timedelta(hours=1),
    ),
}
_FORBIDDEN = _Reason(
    "hệ thống không có quyền đọc nên chưa nhận được. Cấp quyền đọc tệp cho tài khoản chạy hệ "
    f"thống; {_AGAIN}."
)
_HIDDEN = _Reason(
    "tên bắt đầu bằng dấu chấm nên bị coi là tệp ẩn, không được nhận. Nếu là báo cáo thì bỏ dấu "
    f"chấm đầu tên, {_AGAIN}; nếu không thì xóa.",
    dt.timedelta(hours=1),
)
_TEMPORARY = _Reason(
    "là tệp tạm do chương trình văn phòng hay trình duyệt để lại, không được nhận. Nếu không còn "
    "ai mở hay chép tệp thì xóa; nếu chính nó là báo cáo chép dở thì chép lại trọn vẹn.",
    dt.timedelta(days=1),
)
_GROWING = _Reason(
    "vẫn đang được ghi vào nên chưa nhận. Kiểm tra chương trình đang chép tệp này; chép xong "
    f"{_AGAIN}.",
    dt.timedelta(hours=1),
)


class DropFolder(Inbox):
    """The finished files of a folder; taken ones go to its subfolder `da-xu-ly`.

    A file counts as received when it appeared there: when its inode last changed (ctime), which no
    sender sets, unlike the modification time that came with it from another machine. `ahead` says
    by how much the clock of `now` is ahead of the machine's. None: `now` was told and no clock
    shows it; then a file counts as received at `now`, and none as still being copied.
    Subfolders, links and what cannot be read are left alone; `left_lying` tells of them.
    Raises InboxFault when there is no such folder.
    """

    def __init__(
        self,
        path: Path,
        now: dt.datetime,
        ahead: dt.timedelta | None = None,
        copying_time: dt.timedelta = COPYING_TIME,
    ) -> None:
        if now.tzinfo is None:
            raise ValueError("now must carry a time zone")
        if not path.is_dir():
            raise InboxFault(f"Không có thư mục nhận tệp {path}.")
        self.path = path
        self.source = f"drop:{path}"
        self.now = now.astimezone(dt.UTC)
        self.ahead = ahead
        self.copying_time = copying_time
        self._digests: dict[str, str] = {}  # of what was read, by handle

    def arrivals(self) -> Iterator[Arrival]:
        """The finished files there now, by name."""
        finished = [
            (name, status)
            for name, status in self._entries()
            if self._why_left(name, status) is None
        ]
        for name, status in sorted(finished, key=lambda one: one[0]):
            yield Arrival(
                source=self.source,
                handle=name,
                received_at=min(self._appeared_at(status), self.now),
                name=shown_name(name),
                is_message=name.lower().endswith(MESSAGE_SUFFIX),
                size=status.st_size,
                reader=partial(self._read, name),
            )

    def move_to_processed(self, arrival: Arrival) -> None:
        """Moves the file to `da-xu-ly` with the start of its hash before its name.

        There it bears the time of its arrival, so that it can be taken in once more as it was. A
        file that was replaced since it was read stays: it is a new arrival.
        """
        try:
            digest = hashlib.sha256(self._content(arrival.handle)).hexdigest()
        except ArrivalGone:
            return  # moved already
        if self._digests.get(arrival.handle, digest) != digest:
            return
        processed = self.path / PROCESSED_FOLDER
        if processed.is_symlink():
            raise InboxFault(f"{processed} là liên kết, không phải thư mục.")
        processed.mkdir(exist_ok=True)
        prefix = f"{digest[:DIGEST_PREFIX]}-"
        # Same prefix and same name: the same file, so that overwriting loses nothing.
        target = processed / (prefix + _fitting(arrival.handle, len(prefix)))
        arrived_at = arrival.received_at.timestamp()
        try:
            if target.exists():  # the file came before: it counts from then on
                arrived_at = min(arrived_at, target.stat().st_mtime)
            with contextlib.suppress(PermissionError):  # somebody else's: it keeps its own time
                os.utime(self.path / arrival.handle, (arrived_at,) * 2)
            (self.path / arrival.handle).rename(target)
        except FileNotFoundError:
            return

    def left_lying(self) -> list[LeftLying]:
        """What lies in the folder and is not taken: who put it there is waiting for an answer."""
        found = []
        for name, status in self._entries():
            why = self._why_left(name, status)
            if why is not None and not _belongs(name, status):
                said = f"«{shown_name(name)}» trong {self.source}: {why.said}"
                found.append(LeftLying(name, said, why.patience))
        return sorted(found, key=lambda one: one.handle)

    def _entries(self) -> Iterator[tuple[str, os.stat_result]]:
        for entry in os.scandir(self.path):
            try:
                yield entry.name, entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue

    def _why_left(self, name: str, status: os.stat_result) -> _Reason | None:
        """Why the thing of that name is not taken now; None for a finished file."""
        if not stat.S_ISREG(status.st_mode):
            return _OTHER_KINDS.get(stat.S_IFMT(status.st_mode), _NO_FILE)
        if _passing(name):
            return _HIDDEN if _merely_hidden(name) else _TEMPORARY
        if self._being_written(status):
            return _GROWING
        return None if may_read(self.path / name) else _FORBIDDEN

    def _being_written(self, status: os.stat_result) -> bool:
        # abs: where the machine's clock was set back, a file must not wait for ever.
        return self.ahead is not None and (
            abs(self.now - self._appeared_at(status)) < self.copying_time
        )

    def _appeared_at(self, status: os.stat_result) -> dt.datetime:
        if self.ahead is None:
            return self.now
        return dt.datetime.fromtimestamp(status.st_ctime, dt.UTC) + self.ahead

    def mark(self) -> str:
        """Of the finished files: another one where there are others, "" where there is none."""
        marks = [
            f"{name}\0{status.st_ino}\0{status.st_ctime_ns}"
            for name, status in self._entries()
            if self._why_left(name, status) is None
        ]
        return digest_of(marks)

    def _read(self, name: str) -> bytes:
        content = self._content(name)
        self._digests[name] = hashlib.sha256(content).hexdigest()
        return content

    def _content(self, name: str) -> bytes:
        """The file's bytes. Raises ArrivalGone when it left, is a link or changes while read."""
        try:
            descriptor = open_regular(self.path / name)
        except OSError as error:
            if isinstance(error, NotAFile) or error.errno in (errno.ENOENT, errno.ELOOP):
                raise ArrivalGone(f"Tệp {name} không còn trong {self.source} (gone).") from None
            raise
        with os.fdopen(descriptor, "rb") as file:
            before = os.fstat(descriptor)
            content = file.read()
            after = os.fstat(descriptor)
        if _state(before) != _state(after) or len(content) != after.st_size:
            raise ArrivalGone(f"Tệp {name} còn đang được chép vào.")
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


def _merely_hidden(name: str) -> bool:
    """Whether only the dot before its name tells it from a file that is taken.

    >>> _merely_hidden(".Ke hoach.xlsx"), _merely_hidden(".Ke hoach.xlsx.swp")
    (True, False)
    """
    return name.startswith(".") and not _passing(name.lstrip("."))


def _belongs(name: str, status: os.stat_result) -> bool:
    """Whether it is ours, or the system's own litter, which holds nothing of anybody's."""
    if name == PROCESSED_FOLDER and stat.S_ISDIR(status.st_mode):
        return True
    return name.lower() in PASSING_NAMES or name.startswith("._")


def _fitting(name: str, prefix: int) -> str:
    """The name, cut in front so that with its prefix it still fits in 255 bytes."""
    return os.fsdecode(os.fsencode(name)[-(255 - prefix) :])


def _state(status: os.stat_result) -> tuple[int, int]:
    return status.st_size, status.st_mtime_ns
