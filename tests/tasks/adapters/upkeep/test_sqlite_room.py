"""Database files shrink, while others work with them, and lose nothing by it."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.adapters.upkeep.sqlite_room import (
    begin_shrinkable,
    compact,
    give_back,
    room_of,
    sqlite_file,
)

ROWS = 40_000  # a kilobyte each


@contextlib.contextmanager
def opened(file: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(file, timeout=30, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    try:
        yield connection
    finally:
        connection.close()


def fill_and_empty(file: Path, *, left_every: int = 10) -> int:
    """Fills the file and removes most rows again; how many are left."""
    with opened(file) as connection:
        connection.execute("CREATE TABLE kept (id INTEGER PRIMARY KEY, text)")
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO kept (text) VALUES (?)", [("x" * 1000,)] * ROWS)
        connection.execute("DELETE FROM kept WHERE id % ?", (left_every,))
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return ROWS // left_every


def is_whole(file: Path, rows: int) -> bool:
    with opened(file) as connection:
        counted = connection.execute("SELECT count(*) FROM kept").fetchone()[0]
        return bool(
            counted == rows and connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        )


def test_a_file_that_was_begun_so_gives_back_what_is_free(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    begin_shrinkable(file)
    left = fill_and_empty(file)
    full, room = file.stat().st_size, room_of(file)
    assert room is not None and room.gives_back and room.free > full // 2
    assert give_back(file, seconds=60) == room.free
    after = room_of(file)
    assert after is not None and after.free == 0
    assert file.stat().st_size < full // 4
    assert is_whole(file, left)


def test_a_file_of_former_days_is_written_anew_once_and_can_shrink_from_then_on(
    tmp_path: Path,
) -> None:
    file = tmp_path / "a.db"
    left = fill_and_empty(file)
    full, room = file.stat().st_size, room_of(file)
    assert room is not None and not room.gives_back
    assert give_back(file, seconds=60) == 0
    assert compact(file) > full // 2
    assert file.stat().st_size < full // 4
    assert is_whole(file, left)
    room = room_of(file)
    assert room is not None and room.gives_back
    assert compact(file) == 0  # nothing is free any more: it is left alone


def test_a_file_is_not_begun_again_and_what_is_no_database_is_left_alone(tmp_path: Path) -> None:
    file, other = tmp_path / "a.db", tmp_path / "b.db"
    left = fill_and_empty(file)
    begin_shrinkable(file)
    assert is_whole(file, left)
    other.write_text("no database")
    assert (room_of(other), compact(other), give_back(other, 1)) == (None, 0, 0)
    missing = tmp_path / "c.db"
    assert (room_of(missing), compact(missing), give_back(missing, 1)) == (None, 0, 0)
    assert not missing.exists()


def test_whoever_writes_meanwhile_loses_nothing_and_whoever_reads_sees_his_moment(
    tmp_path: Path,
) -> None:
    file = tmp_path / "a.db"
    begin_shrinkable(file)
    left = fill_and_empty(file)
    over, written = threading.Event(), []

    def write() -> None:
        with opened(file) as connection:
            while not over.is_set():
                connection.execute("INSERT INTO kept (text) VALUES ('new')")
                written.append(1)

    writing = threading.Thread(target=write)
    with opened(file) as reading:
        reading.execute("BEGIN")
        seen = reading.execute("SELECT count(*), max(id) FROM kept").fetchone()
        writing.start()
        try:
            assert give_back(file, seconds=60) > 0
        finally:
            over.set()
            writing.join()
        assert reading.execute("SELECT count(*), max(id) FROM kept").fetchone() == seen
        reading.execute("COMMIT")
    assert written
    assert is_whole(file, left + len(written))


def test_a_file_that_somebody_writes_to_is_left_for_another_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.adapters.upkeep.sqlite_room._WAITS", 0.1)
    old, new = tmp_path / "old.db", tmp_path / "new.db"
    begin_shrinkable(new)
    lefts = {file: fill_and_empty(file) for file in (old, new)}
    for file, left in lefts.items():
        with opened(file) as writing:
            writing.execute("BEGIN IMMEDIATE")
            assert (compact(file), give_back(file, seconds=0.5)) == (0, 0)
            writing.execute("ROLLBACK")
        assert is_whole(file, left)


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("sqlite:////srv/baocao.sqlite", Path("/srv/baocao.sqlite")),
        ("sqlite+aiosqlite:////srv/prefect.db", Path("/srv/prefect.db")),
        ("sqlite://", None),
        ("sqlite:///:memory:", None),
        ("sqlite+aiosqlite:///file::memory:?cache=shared", None),
        ("postgresql+psycopg://a@b/c", None),
        ("", None),
    ],
)
def test_only_a_file_of_its_own_is_one(url: str, file: Path | None) -> None:
    assert sqlite_file(url) == file
