"""How much of a SQLite file is in use, and its shrinking, whoever else has it open.

A file gives its room back only where its pages can be moved (`auto_vacuum` INCREMENTAL), which is
settled when it is made or when it is written anew (`VACUUM`). Nothing here reads or writes a row:
SQLite itself moves pages, under the locks by which every user of the file waits for the others.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

_INCREMENTAL = 2  # value of auto_vacuum
_WAITS = 5.0  # seconds for whoever writes
_PAGES_AT_ONCE = 500  # moved in one transaction: some ten milliseconds for which others wait
_PAUSE = 0.02  # seconds between two, in which others get their turn
_MARGIN = 100_000_000  # bytes that must be left on the disk while a file is written anew
_LEAST = 20_000_000  # free bytes within a file that are worth writing it anew
_LARGEST = 4_000_000_000  # bytes in use beyond which a start would wait too long


@dataclass(frozen=True, slots=True)
class SqliteRoom:
    """A database file: bytes in use, bytes of pages that nothing uses, whether these can go."""

    used: int
    free: int
    gives_back: bool


def sqlite_file(url: str) -> Path | None:
    """The file of a database's URL; None for a server's, for one in memory, and for no URL.

    >>> sqlite_file("sqlite+aiosqlite:////srv/a.db"), sqlite_file("postgresql://h/x")
    (PosixPath('/srv/a.db'), None)
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        return None
    name = parsed.database or ""
    is_file = name not in ("", ":memory:") and not name.startswith("file:")
    return Path(name) if parsed.get_backend_name() == "sqlite" and is_file else None


def room_of(file: Path) -> SqliteRoom | None:
    """How the file stands; None where none is, or it is none of SQLite's."""
    if not file.is_file():
        return None
    with contextlib.suppress(sqlite3.Error), _opened(file) as connection:
        return _room(connection)
    return None


def begin_shrinkable(file: Path) -> None:
    """Makes an empty database whose pages can be moved, where there is no file yet."""
    if file.exists():
        return
    with _opened(file) as connection:
        connection.execute(f"PRAGMA auto_vacuum = {_INCREMENTAL}")
        connection.execute("VACUUM")


def compact(file: Path) -> int:
    """Writes the file anew where that is worth it; how many bytes it lost, never less than none.

    Worth it are many free pages, and once in the life of a file that its pages can be moved from
    then on. To be called while nobody works with it. Left as it is, and tried again another time:
    a file that somebody writes to, one too large to be waited for, one for which the disk has too
    little room.
    """
    room = room_of(file)
    if room is None or room.used > _LARGEST or not _is_worth_it(room):
        return 0
    if min(map(_free_on_disk, (file.parent, *_temporary_folders()))) < room.used + _MARGIN:
        return 0
    before = _bytes_of(file)
    with contextlib.suppress(sqlite3.OperationalError), _opened(file) as connection:
        connection.execute(f"PRAGMA auto_vacuum = {_INCREMENTAL}")
        connection.execute("VACUUM")
        _end_log(connection)
    return max(0, before - _bytes_of(file))


def give_back(file: Path, seconds: float) -> int:
    """Gives free pages back to the disk, a few at a time; how many bytes that were.

    Others may work with the file meanwhile. Ends when nothing is free or when the time is over, in
    which nobody's turn may have come but the writers': what is left is done another time.
    """
    room = room_of(file)
    if room is None or not room.gives_back or not room.free:
        return 0
    deadline = time.monotonic() + seconds
    left = room.free
    with _opened(file) as connection:
        while left and time.monotonic() < deadline:
            with contextlib.suppress(sqlite3.OperationalError):  # somebody writes
                # A script is run to its end; a single statement would move a single page.
                connection.executescript(f"PRAGMA incremental_vacuum({_PAGES_AT_ONCE})")
                before, left = left, _room(connection).free
                if left >= before:
                    break
            time.sleep(_PAUSE)
        with contextlib.suppress(sqlite3.OperationalError):
            _end_log(connection)
    return max(0, room.free - left)


def _is_worth_it(room: SqliteRoom) -> bool:
    return not room.gives_back or room.free > max(_LEAST, room.used // 4)


def _room(connection: sqlite3.Connection) -> SqliteRoom:
    size, pages, free, vacuum = (
        connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_size", "page_count", "freelist_count", "auto_vacuum")
    )
    return SqliteRoom((pages - free) * size, free * size, vacuum == _INCREMENTAL)


def _end_log(connection: sqlite3.Connection) -> None:
    """The file itself shrinks when its log is taken over into it; readers may put that off."""
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextlib.contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(file, timeout=_WAITS, isolation_level=None)
    try:
        yield connection
    finally:
        connection.close()


def _bytes_of(file: Path) -> int:
    """With its log: after writing anew, the content may still lie there."""
    return sum(
        part.stat().st_size for part in (file, file.with_name(f"{file.name}-wal")) if part.exists()
    )


def _temporary_folders() -> list[Path]:
    """Where SQLite may put the copy that it writes first."""
    places = (Path(tempfile.gettempdir()), Path("/var/tmp"))
    return [place for place in places if place.is_dir()]


def _free_on_disk(folder: Path) -> int:
    return shutil.disk_usage(folder).free
