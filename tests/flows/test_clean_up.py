"""A year's runs, made in bulk: a service removes what may go, and keeps what the office needs."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prefect.server.database import orm_models as orm
from sqlalchemy import create_engine, insert, select

from benchmarks import history
from benchmarks.history import BOARDS, write_history, write_house
from config.settings import load_settings
from flows.serving.retention import EVENTS_KEPT, QUIET_RUNS_KEPT, RUNS_KEPT
from flows.workplaces import open_workplace
from tasks.adapters.boards.boards import boards
from tasks.adapters.upkeep.sqlite_room import room_of
from tests.fixtures.ready_made import orchestrator_with_tables, sqlite_with_tables
from tests.flows.forked import finished
from tests.flows.served import (
    PATIENCE,
    PROGRAM,
    SPARED,
    Served,
    bare_environment,
    found_address,
    simulated,
    start,
    wait_for,
)

RUNS, RUN_DAYS = 60, 120  # one every two days
OFTEN = {"failed_every": 9, "decided_every": 11}
HOUSE_DAYS, HOUSE_EVERY = 370, 10  # as a year has it, of every tenth day
HOUSE = HOUSE_DAYS // HOUSE_EVERY
SHOWN = "bang-ky-2025-plan"  # a board of which the newest version is old
TRUE_FOR_LONG, TRUE_SINCE_YESTERDAY = "tep-khong-nhan", "dia-chi-hong"
HOUR = dt.timedelta(hours=1)  # a run that becomes old enough in the meantime is none of these

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service that begins on a year's history, of which nothing was ever removed."""
    folder = tmp_path_factory.mktemp("year")
    data = simulated(folder / "data")
    now = dt.datetime.now(dt.UTC)
    orchestrator_with_tables(data)
    record = data / "prefect" / "prefect.db"
    write_history(record, RUNS, now, days=RUN_DAYS, **OFTEN)
    show_of_an_old_run(record, now - dt.timedelta(days=30))
    own = sqlite_with_tables(data / "baocao.sqlite")
    write_house(own, now, days=HOUSE_DAYS, every=HOUSE_EVERY)
    show_boards_as_they_are(data, now)
    log = folder / "log"
    with log.open("w") as output:
        process = start(folder, output)
    try:
        yield Served(wait_for(lambda: found_address(log), log), folder)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def show_boards_as_they_are(data: Path, now: dt.datetime) -> None:
    """Artifacts that say what two boards say today, shown eight days ago and yesterday."""
    with open_workplace(now, load_settings(data_dir=data)) as workplace:
        as_they_are = {board.key: board.markdown for board in boards(workplace, [])}
    record = data / "prefect" / "prefect.db"
    for key, days in ((TRUE_FOR_LONG, 8), (TRUE_SINCE_YESTERDAY, 1)):
        show_of_an_old_run(record, now - dt.timedelta(days=days), key, as_they_are[key])


def show_of_an_old_run(
    record: Path, at: dt.datetime, key: str = SHOWN, data: str = "Bảng của kỳ trước"
) -> None:
    """An artifact under that key, of the last quiet run that ended before that instant."""
    engine = create_engine(f"sqlite:///{record}")
    runs, artifacts, shown = (
        model.__table__ for model in (orm.FlowRun, orm.Artifact, orm.ArtifactCollection)
    )
    with engine.begin() as connection:
        quiet = runs.c.auto_scheduled, runs.c.state_type == "COMPLETED", runs.c.end_time < at
        chosen = select(runs.c.id).where(*quiet).order_by(runs.c.end_time.desc()).limit(1)
        common = {
            "key": key,
            "type": "markdown",
            "data": data,
            "description": "",
            "flow_run_id": connection.execute(chosen).scalar_one(),
            "created": at,
            "updated": at,
        }
        artifact = uuid.uuid4()
        connection.execute(insert(artifacts), [{"id": artifact, **common}])
        connection.execute(insert(shown), [{"id": uuid.uuid4(), "latest_id": artifact, **common}])
    engine.dispose()


def asked(file: Path, statement: str, *values: Any) -> list[Any]:
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as record:
        return [row[0] for row in record.execute(statement, values)]


def runs_of(served: Served, condition: str, kept: dt.timedelta) -> set[str]:
    """The runs that ended longer ago than that, and an hour more."""
    before = (dt.datetime.now(dt.UTC) - kept - HOUR).strftime("%Y-%m-%d %H:%M:%S")
    statement = f"SELECT id FROM flow_run WHERE end_time < ? AND {condition}"
    return set(asked(served.data / "prefect" / "prefect.db", statement, before))


QUIET = "auto_scheduled AND state_type = 'COMPLETED'"
WORTH_KEEPING = f"NOT ({QUIET})"


@pytest.fixture(scope="module")
def night(served: Served) -> tuple[Served, set[str]]:
    """The service after a night's clean-up, and the old runs that were worth keeping before it."""
    served.wait_for(lambda: not runs_of(served, "1", RUNS_KEPT))
    kept = runs_of(served, WORTH_KEEPING, QUIET_RUNS_KEPT)
    failed = runs_of(served, "state_type = 'FAILED'", QUIET_RUNS_KEPT)
    assert failed and kept - failed and runs_of(served, QUIET, QUIET_RUNS_KEPT)
    assert served.finished("clean-up", {})["type"] == "COMPLETED"
    return served, kept


# The one without a service comes first: the other tests share one that goes on working.


#: The command in a process that has the orchestrator's settings already: they are read anew once
#: its server is decided upon.
WITH_A_SERVER_OF_ITS_OWN = """
import contextlib
import prefect.context
from flows.cli.command_line import app
from flows.cli.upkeep import cleaning

some_server = cleaning.some_server

@contextlib.contextmanager
def known_here(*asked):
    with some_server(*asked):
        prefect.context.refresh_global_settings_context()
        yield

cleaning.some_server = known_here
app(["cleanup", "--yes"])
"""


def test_without_a_service_the_command_removes_old_runs_itself_and_the_file_shrinks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "_THROUGH_THE_TABLES", 50)  # the rest is copied by the database
    data = simulated(tmp_path / "data")
    now = dt.datetime.now(dt.UTC)
    orchestrator_with_tables(data)
    record = data / "prefect" / "prefect.db"
    write_history(record, 100, now)
    before = record.stat().st_size
    environment = bare_environment() | SPARED | {"BAOCAO_DATA_DIR": str(data)}
    shown = finished([*PROGRAM, "cleanup"], environment)
    assert "hoặc kết thúc quá 90 ngày: 97 lượt" in shown.stdout
    script = tmp_path / "lonely.py"
    script.write_text(WITH_A_SERVER_OF_ITS_OWN)
    done = finished([str(script)], environment, timeout=240)
    assert done.returncode == 0, done.stderr
    assert "Lượt chạy cũ đã dọn: 9" in done.stdout
    (left,) = asked(record, "SELECT count(*) FROM flow_run")
    assert 0 < left < 10  # the newest, and the run that holds what is shown
    gone = "SELECT count(*) FROM {} WHERE flow_run_id NOT IN (SELECT id FROM flow_run)"
    for table in ("artifact", "log"):
        assert asked(record, gone.format(table)) == [0]
    assert record.stat().st_size < before // 2


def test_the_server_removes_what_ended_three_months_ago_and_events_of_last_week(
    served: Served,
) -> None:
    served.wait_for(lambda: not runs_of(served, "1", RUNS_KEPT))
    record = served.data / "prefect" / "prefect.db"
    before = (dt.datetime.now(dt.UTC) - EVENTS_KEPT - HOUR).strftime("%Y-%m-%d %H:%M:%S")
    for table in ("events", "event_resources"):
        old = f"SELECT count(*) FROM {table} WHERE occurred < ?"
        served.wait_for(lambda old=old: asked(record, old, before) == [0])
        assert asked(record, f"SELECT count(*) FROM {table}") > [0]


def test_a_night_removes_quiet_runs_after_a_fortnight_and_neither_failures_nor_decisions(
    night: tuple[Served, set[str]],
) -> None:
    served, kept = night
    record = served.data / "prefect" / "prefect.db"
    # The run that holds what is shown now stays, however old and quiet it is.
    holder = asked(record, "SELECT flow_run_id FROM artifact WHERE key = ?", SHOWN)
    assert runs_of(served, QUIET, QUIET_RUNS_KEPT) == set(holder)
    assert runs_of(served, WORTH_KEEPING, QUIET_RUNS_KEPT) == kept
    shown = {one["key"]: one for one in served.ask("artifacts/latest/filter", {})}
    assert {SHOWN, *BOARDS} <= shown.keys()
    for one in shown.values():
        assert served.ask(f"artifacts/{one['latest_id']}")["key"] == one["key"]
    gone = "SELECT count(*) FROM {} WHERE flow_run_id NOT IN (SELECT id FROM flow_run)"
    # Artifacts go with the server's pass over orphans, some hours later.
    for table in ("log", "task_run", "flow_run_state"):
        served.wait_for(lambda table=table: asked(record, gone.format(table)) == [0])


def test_of_our_own_rows_old_alarms_and_old_lines_of_the_record_go_and_nothing_else(
    night: tuple[Served, set[str]],
) -> None:
    served, _ = night
    own = served.data / "baocao.sqlite"
    year = (dt.datetime.now(dt.UTC) - dt.timedelta(days=365)).strftime("%Y-%m-%d %H:%M:%S")
    letters = "SELECT count(*) FROM letter WHERE created_at < ? AND kind {} 'alarm'"
    assert asked(own, letters.format("="), year) == [0]
    assert asked(own, letters.format("<>"), year) > [0]
    assert asked(own, "SELECT count(*) FROM letter WHERE kind = 'alarm'") > [0]
    assert asked(own, "SELECT count(*) FROM access WHERE at < ?", year) == [0]
    assert asked(own, "SELECT count(*) FROM access") > [0]
    assert asked(own, "SELECT count(*) FROM submission") == [2 * HOUSE]
    assert asked(own, "SELECT count(*) FROM observation") == [2 * HOUSE * 74]
    assert asked(own, "SELECT count(*) FROM board_day") >= [len(BOARDS) * HOUSE]


@pytest.fixture(scope="module")
def retried(served: Served) -> dict[str, Any]:
    """How a run of the boards that failed two months ago ended when it was retried."""
    old = runs_of(served, "state_type = 'FAILED'", dt.timedelta(days=50))
    flows = "SELECT f.name FROM flow f JOIN flow_run r ON r.flow_id = f.id WHERE r.id = ?"
    record = served.data / "prefect" / "prefect.db"
    run = next(key for key in sorted(old) if asked(record, flows, key) == ["update-boards"])
    served.set_state(run, "SCHEDULED", "AwaitingRetry")
    return served.ended(run)


def test_a_run_that_failed_two_months_ago_can_be_retried(retried: dict[str, Any]) -> None:
    assert retried["type"] == "COMPLETED"


def test_a_board_that_stays_true_is_shown_anew_before_its_run_is_old_enough_to_go(
    served: Served, retried: dict[str, Any]
) -> None:
    assert retried["type"] == "COMPLETED"
    versions = "SELECT count(*) FROM artifact WHERE key = ?"
    record = served.data / "prefect" / "prefect.db"
    assert asked(record, versions, TRUE_FOR_LONG) == [2]
    assert asked(record, versions, TRUE_SINCE_YESTERDAY) == [1]


def test_room_is_given_back_beside_a_service_that_goes_on_working(served: Served) -> None:
    files = [served.data / "baocao.sqlite", served.data / "prefect" / "prefect.db"]
    rooms = [room_of(file) for file in files]
    assert all(room is not None and room.gives_back for room in rooms)
    raw = served.data / "raw" / "ab" / ("ab" * 32)
    raw.parent.mkdir(parents=True, exist_ok=True)
    raw.write_bytes(b"x")
    environment = bare_environment() | {"BAOCAO_DATA_DIR": str(served.data)}
    shown = finished([*PROGRAM, "cleanup"], environment)
    assert shown.returncode == 0, shown.stderr
    assert "Chưa xóa gì" in shown.stdout and "thư và sổ báo cáo gốc" in shown.stdout
    done = finished([*PROGRAM, "cleanup", "--yes"], environment)
    assert done.returncode == 0, done.stderr
    assert "clean-up: " in done.stdout and "Dịch vụ đang chạy" in done.stdout
    assert raw.exists()
    assert served.ask("flow_runs/count", {}) > 0
    assert served.finished("watch-health", {})["type"] == "COMPLETED"
    for file in files:
        with contextlib.closing(sqlite3.connect(file, timeout=60)) as record:
            assert record.execute("PRAGMA integrity_check").fetchone() == ("ok",)
