"""Files that others put into a folder of ours: opened so that no name in it can lead us astray."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from models.domain.notation.vietnamese_text import one_line

NAMELESS = "tep-khong-ten"


class NotAFile(OSError):
    """Raised for what is no ordinary file: a link, a pipe, a socket, a device, a folder."""


def open_regular(path: Path) -> int:
    """A descriptor to read the file from; never waits for a pipe and never follows a link.

    Raises NotAFile; FileNotFoundError and other OSErrors as the system says.
    """
    # A link is looked at first: opening a socket or a device may have effects of its own.
    kind = path.lstat().st_mode
    if not stat.S_ISREG(kind):
        raise NotAFile(f"{path.name} không phải tệp thường.")
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise NotAFile(f"{path.name} không phải tệp thường.")
    return descriptor


def kind_of(mode: int) -> str:
    """What a thing that is no ordinary file is, in Vietnamese.

    >>> kind_of(stat.S_IFIFO), kind_of(stat.S_IFLNK)
    ('ống dẫn', 'liên kết')
    """
    for is_kind, name in (
        (stat.S_ISLNK, "liên kết"),
        (stat.S_ISDIR, "thư mục con"),
        (stat.S_ISFIFO, "ống dẫn"),
        (stat.S_ISSOCK, "ổ cắm (socket)"),
    ):
        if is_kind(mode):
            return name
    return "thiết bị (device)"


def shown_name(name: str) -> str:
    """A file's name as one harmless line; bytes that are no UTF-8 show as replacement characters.

    >>> shown_name("a\\nb\\u202e.xlsx"), shown_name("\\udcff"), shown_name("\\u202e")
    ('a b.xlsx', '\ufffd', 'tep-khong-ten')
    """
    return one_line(os.fsencode(name).decode("utf-8", "replace")) or NAMELESS


def may_read(path: Path) -> bool:
    """Whether we are allowed to read it, by the rights that we have now."""
    return os.access(path, os.R_OK, effective_ids=os.access in os.supports_effective_ids)
