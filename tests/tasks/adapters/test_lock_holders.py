"""A program that keeps the database from us is named where it is told that nobody may write."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from flows.failures import sentence
from tasks.adapters import lock_holders
from tasks.adapters.intake.failures import machine_sentence
from tasks.adapters.lock_holders import held_by
from tasks.adapters.store.rows import open_engine
from tests.fixtures.ready_made import sqlite_with_tables

HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
for statement in sys.argv[2:]:
    connection.execute(statement).fetchall()
print("held", flush=True)
sys.stdin.read()
"""
WRITES = "CREATE TABLE IF NOT EXISTS beside (x)"
#: What a program may do that keeps others from writing.
HOLDING = {
    "a transaction that writes": ("BEGIN IMMEDIATE",),
    "a transaction that lets nobody in": ("BEGIN EXCLUSIVE",),
    "a transaction that has written": ("BEGIN", WRITES),
}


@contextmanager
def another_program(*arguments: str) -> Iterator[int]:
    command = [sys.executable, "-c", HOLDER, *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None and process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        try:
            yield process.pid
        finally:
            process.stdin.close()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """In a folder and of a name that a shell would take apart."""
    path = tmp_path / "dữ liệu" / "bao cao.sqlite"
    sqlite_with_tables(path)
    return path


def refusal(database: Path) -> OperationalError:
    engine = open_engine(f"sqlite:///{database}")

    @event.listens_for(engine, "connect")
    def _impatient(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA busy_timeout=20")

    try:
        with pytest.raises(OperationalError) as raised, engine.begin() as connection:
            connection.execute(text("SELECT 1"))
    finally:
        engine.dispose()
    return raised.value


@pytest.mark.skipif(not Path("/proc/locks").exists(), reason="Linux tells who holds a lock")
@pytest.mark.parametrize("statements", HOLDING.values(), ids=HOLDING)
def test_the_program_that_holds_the_database_is_named(
    database: Path, statements: tuple[str, ...]
) -> None:
    with another_program(str(database), *statements) as pid:
        error = refusal(database)
    for said in (sentence(error), machine_sentence(error)):
        assert f"tiến trình {pid} («python" in said and f"«ps -fp {pid}»" in said
        assert "cơ sở dữ liệu đang bận" in said


def test_who_only_reads_or_holds_another_file_is_not_named(database: Path, tmp_path: Path) -> None:
    other = tmp_path / "khac.sqlite"
    with (
        another_program(str(database), "BEGIN", "SELECT * FROM message"),
        another_program(str(other), "BEGIN EXCLUSIVE"),
    ):
        assert "tiến trình" not in held_by(database)
        assert "tiến trình" in held_by(other)


LISTS = {
    "a machine that has no list": None,
    "a list of another form": "locks: none\n\n",
    "a holder of whom this namespace knows nothing": "1: POSIX ADVISORY WRITE 0 {file} 120 120\n",
    "one that waits": "1: POSIX ADVISORY WRITE 7 00:00:1 0 EOF\n1: -> POSIX WRITE 9 {file} 1 1\n",
}


@pytest.mark.parametrize("listed", LISTS.values(), ids=LISTS)
def test_where_nobody_can_be_named_it_is_told_how_to_find_out(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, listed: str | None
) -> None:
    locks = tmp_path / "locks"
    if listed is not None:
        kept = database.stat()
        locks.write_text(listed.format(file=f"00:00:{kept.st_ino}"))
    monkeypatch.setattr(lock_holders, "_LOCKS", locks)
    assert held_by(database).endswith(f"«fuser -v {shlex.quote(str(database))}»")
