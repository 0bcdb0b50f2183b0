"""Who holds a file of SQLite's: named from the kernel's list of locks, where the machine has one.

The list is read, never the file: opening and closing it would drop the locks that this very process
holds on it.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

_LOCKS = Path("/proc/locks")
#: What is locked to write: the file as a whole, or beside it the right to append to its log.
_OF_THE_FILE = range(0x40000000, 0x40000000 + 512)
_OF_ITS_LOG = range(120, 123)
#: "7: POSIX  ADVISORY  WRITE 1234 fe:00:2294489 120 120": process, file, first byte. One that
#: waits has "->" before its kind.
_LOCK = re.compile(r"(?m)^\d+: +POSIX +\S+ +WRITE +(\d+) +(\S+) +(\d+) ")
_NOT_SHOWN = 0  # a process of another container's
_SHOWN = 40  # characters of a program's name


def held_by(database: Path) -> str:
    """Who keeps others from writing to the database, and what to do, in Vietnamese."""
    holders = sorted(set(_holders(database)))
    if holders:
        named = ", ".join(f"{pid} («{_name(pid)}»)" for pid in holders)
        return (
            f"tiến trình {named} đang giữ: xem bằng «ps -fp {','.join(map(str, holders))}», không "
            "phải việc của hệ thống thì đóng lại"
        )
    look = f"fuser -v {shlex.quote(str(database))}"
    return f"mãi không hết thì xem chương trình nào đang mở tệp: «{look}»"


def _holders(database: Path) -> Iterator[int]:
    """Processes, other than this one, that hold a lock against writers."""
    for path, ours in ((database, _OF_THE_FILE), (Path(f"{database}-shm"), _OF_ITS_LOG)):
        with contextlib.suppress(OSError):
            kept = path.stat()
            device = f"{os.major(kept.st_dev):02x}:{os.minor(kept.st_dev):02x}"
            for number, file, first in _LOCK.findall(_LOCKS.read_text()):
                is_it = file == f"{device}:{kept.st_ino}" and int(first) in ours
                if is_it and int(number) not in (_NOT_SHOWN, os.getpid()):
                    yield int(number)


def _name(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text("utf-8", "replace").strip()[:_SHOWN]
    return "?"
