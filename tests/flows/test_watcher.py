"""The watcher goes on whatever it looks at; of two one works, and the other takes over."""

from __future__ import annotations

import datetime as dt
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from config.settings import Settings, load_settings
from flows.serving.runs import watcher
from flows.serving.runs.watcher import Watcher
from models.domain.letters.health import WATCHING
from models.domain.work.wanted import Wanted
from tasks.adapters.mailbox.maildir import make_maildir
from tasks.adapters.store import heartbeats
from tasks.adapters.store.rows import open_engine
from tasks.adapters.watch import leases, pauses
from tests.fixtures.office_files import OFFICE_FILES
from tests.fixtures.ready_made import sqlite_with_tables
from tests.flows.forked import Forked, nursery
from tests.flows.served import bare_environment, wait_for

HERE = Path(__file__).parent
COLLECT = "collect-submissions"


class Runs:
    """In place of the orchestrator: takes wishes, or is away."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.is_busy = self.is_away = False
        self.stopped: frozenset[str] = frozenset()

    def begin(self, wish: Wanted) -> bool:
        if self.is_away:
            raise ConnectionError("away")
        if not self.is_busy:
            self.begun.append(wish.flow)
        return not self.is_busy

    def clear_surplus(self) -> int:
        return 0

    def paused(self) -> frozenset[str]:
        return self.stopped


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Of a folder whose database has its tables and whose mailbox is empty."""
    sqlite_with_tables(tmp_path / "baocao.sqlite")
    make_maildir(tmp_path / "mailbox")
    (tmp_path / "drop").mkdir()
    return load_settings(data_dir=tmp_path, config_dir=OFFICE_FILES)


@pytest.fixture
def runs() -> Runs:
    return Runs()


@pytest.fixture
def made(
    settings: Settings, runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Watcher, list[str]]]:
    monkeypatch.setattr(Watcher, "_opened_runs", lambda _: runs)
    said: list[str] = []
    made = Watcher(settings, "a", said.append)
    yield made, said
    made._lease.give_back()


def test_what_is_there_to_do_is_begun_once_also_after_a_start(
    made: tuple[Watcher, list[str]], settings: Settings, runs: Runs, monkeypatch: Any
) -> None:
    watching, said = made
    watching.look()
    runs.begun.clear()
    watching.look()
    assert runs.begun == []
    monkeypatch.setattr("models.domain.work.wanted.MESSAGES_APART", dt.timedelta(0))
    (settings.data_dir / "mailbox" / "new" / "1.thu").write_bytes(b"x")
    runs.is_busy = True  # one is under way, which may have looked before
    watching.look()
    assert runs.begun == []
    runs.is_busy = False
    watching.look()
    watching.look()
    assert runs.begun == [COLLECT]

    watching._lease.give_back()  # a service that starts again finds what was asked for
    again = Watcher(settings, "b", said.append)
    again.look()
    again._lease.give_back()
    assert (runs.begun, said) == ([COLLECT], [])


def test_what_is_paused_is_told_of_once_and_forgotten_when_it_goes_on(
    made: tuple[Watcher, list[str]],
    settings: Settings,
    runs: Runs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    watching, said = made
    monkeypatch.setattr(watcher, "PAUSES", 0)

    def noted() -> set[str]:
        watching.look()
        engine = open_engine(settings.database)
        with engine.begin() as connection:
            found = pauses.standing(connection)
        engine.dispose()
        return set(found)

    assert noted() == set()
    runs.stopped = frozenset({"deliver-outbox", COLLECT})
    assert noted() == noted() == runs.stopped
    assert said == ["Đang tạm dừng: collect-submissions, deliver-outbox."]
    runs.stopped = frozenset()
    assert noted() == set()
    assert said[1:] == ["Không còn luồng nào tạm dừng."]


def test_an_orchestrator_that_is_away_is_told_of_once_and_asked_again(
    made: tuple[Watcher, list[str]], runs: Runs
) -> None:
    watching, said = made
    runs.is_away = True
    for _ in range(3):
        watching.look()
    assert len(said) == 1
    assert "Trực việc bị gián đoạn" in said[0]
    runs.is_away = False
    watching.look()
    assert runs.begun
    assert len(said) == 1


def test_a_dead_database_is_left_for_a_run_to_tell_of(
    made: tuple[Watcher, list[str]], runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    watching, said = made
    watching.look()
    runs.begun.clear()
    monkeypatch.setattr("models.domain.work.wanted.MESSAGES_APART", dt.timedelta(0))

    def dead(*_: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("the server is away"))

    with monkeypatch.context() as away:
        away.setattr("tasks.adapters.watch.recorded.look", dead)
        for _ in range(3):
            watching.look()
    assert (runs.begun, said) == ([COLLECT], [])
    watching.look()
    assert said == []


def test_a_database_that_was_never_there_lets_nobody_begin_anything(
    tmp_path: Path, runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Watcher, "_opened_runs", lambda _: runs)
    said: list[str] = []
    dead = load_settings(
        data_dir=tmp_path,
        config_dir=OFFICE_FILES,
        database_url="postgresql+psycopg://nobody@127.0.0.1:9/none",
    )
    for _ in range(2):
        Watcher.look(made := Watcher(dead, "a", said.append))
    made._lease.give_back()
    assert runs.begun == []
    assert said


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_watcher_that_ended_whatever_ended_it_is_started_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watcher, "GUARDED", 0.01)
    begun: list[threading.Event] = []

    def ends_at_once(_: Watcher, ending: threading.Event) -> None:
        begun.append(ending)
        if len(begun) < 3:
            raise SystemExit
        ending.wait()

    monkeypatch.setattr(Watcher, "watch", ends_at_once)
    said: list[str] = []
    with watcher.watching(settings, "a", said.append):
        wait_for(lambda: len(begun) == 3, Path(os.devnull))
    assert said == ["Trực việc đã dừng đột ngột; đã khởi động lại."] * 2


def test_it_shows_a_sign_of_life_with_its_lease(
    made: tuple[Watcher, list[str]], settings: Settings
) -> None:
    made[0].look()
    engine = open_engine(settings.database)
    with engine.begin() as connection:
        seen = heartbeats.last(connection, WATCHING)
    engine.dispose()
    assert seen is not None
    assert abs(dt.datetime.now(dt.UTC) - seen) < watcher.ABANDONED * dt.timedelta(seconds=1)


def test_another_takes_over_within_two_minutes() -> None:
    assert watcher.ABANDONED + watcher.RENEWED + 2 * watcher.TICK < 120
    assert watcher.ABANDONED > 2 * watcher.RENEWED


def test_of_two_watchers_one_works_and_when_it_is_killed_the_other_does(tmp_path: Path) -> None:
    database = sqlite_with_tables(tmp_path / "baocao.sqlite")
    environment = bare_environment() | {
        "BAOCAO_DATA_DIR": str(tmp_path),
        "PREFECT_API_URL": "http://127.0.0.1:9/api",  # nobody is there
    }
    engine = open_engine(database)
    log = tmp_path / "log"
    made: dict[str, Forked] = {}

    def holder() -> str:
        with engine.begin() as connection:
            return leases.read(connection, watcher.LEASE).holder

    with log.open("w") as output:
        try:
            for name in ("một", "hai"):
                script = [str(HERE / "lonely_watcher.py"), name]
                made[name] = nursery().start(script, environment, output)
            first = wait_for(holder, log)
            (other,) = made.keys() - {first}
            with engine.begin() as connection:
                renewals = leases.read(connection, watcher.LEASE).renewals
            renewed = wait_for(
                lambda: _lease(engine) if _lease(engine).renewals > renewals + 2 else None, log
            )
            assert renewed.holder == first  # the other has looked as well, and left it alone
            os.kill(made[first].pid, 9)
            made[first].wait(60)
            wait_for(lambda: holder() == other, log)
        finally:
            for process in made.values():
                process.kill()
                process.wait(60)
            engine.dispose()
    assert "Traceback" not in log.read_text()


def _lease(engine: Any) -> leases.Lease:
    with engine.begin() as connection:
        return leases.read(connection, watcher.LEASE)
