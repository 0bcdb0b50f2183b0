"""Writes of several threads are committed together, and each is as sure as if it were alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event, text

from tasks.adapters.post.group_writer import GroupWriter
from tasks.adapters.store.rows import open_engine


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = open_engine(f"sqlite:///{tmp_path / 'group.sqlite'}")
    with made.begin() as connection:
        connection.execute(text("create table written (number integer primary key)"))
    yield made
    made.dispose()


def written(engine: Engine) -> list[int]:
    with engine.begin() as connection:
        return list(connection.execute(text("select number from written order by 1")).scalars())


def writing(number: int) -> object:
    def write(connection: Connection) -> int:
        connection.execute(text("insert into written values (:n)"), {"n": number})
        return number * 10

    return write


class Turnstile:
    """Holds the first commit until so many writes wait behind it."""

    def __init__(self, engine: Engine, writer: GroupWriter, behind: int) -> None:
        self.commits = 0
        self._open = threading.Event()
        self._writer, self._behind = writer, behind
        event.listen(engine, "commit", self._hold)

    def _hold(self, _connection: Connection) -> None:
        self.commits += 1
        while self.commits == 1 and len(self._writer._waiting) < self._behind:
            self._open.wait(0.005)


def test_what_waits_behind_a_commit_is_carried_by_the_next(engine: Engine) -> None:
    writer = GroupWriter(engine)
    turnstile = Turnstile(engine, writer, behind=7)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: writer.write(writing(n)), range(8)))  # type: ignore[arg-type]
    assert found == [n * 10 for n in range(8)], "each gets its own"
    assert written(engine) == list(range(8))
    assert turnstile.commits <= 3


def test_one_that_fails_fails_alone(engine: Engine) -> None:
    writer = GroupWriter(engine)
    Turnstile(engine, writer, behind=3)

    def fail(_connection: Connection) -> None:
        raise ValueError("mine")

    def attempt(number: int) -> str:
        try:
            writer.write(fail if number == 2 else writing(number))  # type: ignore[arg-type]
        except ValueError as error:
            return str(error)
        return "written"

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(attempt, range(4)))
    assert found == ["written", "written", "mine", "written"]
    assert written(engine) == [0, 1, 3]


def test_a_process_that_ends_in_the_middle_tells_nobody_that_it_has_written(
    engine: Engine,
) -> None:
    writer = GroupWriter(engine)

    def ends(_connection: Connection) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        writer.write(ends)
    assert writer.write(writing(5)) == 50  # type: ignore[arg-type]
    assert written(engine) == [5]
