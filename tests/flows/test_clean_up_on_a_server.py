"""Clean-up where the orchestrator keeps its runs on PostgreSQL: by a service and without one."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy import Engine, text

from flows.serving.retention import QUIET_RUNS_KEPT, RUNS_KEPT
from tests.conftest import fresh_postgres
from tests.flows.forked import finished
from tests.flows.served import (
    PATIENCE,
    PROGRAM,
    Served,
    bare_environment,
    found_address,
    start,
    wait_for,
)

DAY = dt.timedelta(days=1)
SIGNED = {"by": "Nguyễn Thị Hà", "reason": "Thư quảng cáo."}

pytestmark = [pytest.mark.slow, pytest.mark.postgres]


@pytest.fixture
def record() -> Iterator[Engine]:
    """The orchestrator's own database, empty."""
    for url in fresh_postgres():
        engine = sqlalchemy.create_engine(url)
        yield engine
        engine.dispose()


def aged(record: Engine, run: str, by: dt.timedelta) -> None:
    """The run ended so much earlier."""
    with record.begin() as connection:
        older = "UPDATE flow_run SET end_time = end_time - :by, expected_start_time = "
        older += "expected_start_time - :by WHERE id = CAST(:run AS uuid)"
        assert connection.execute(text(older), {"by": by, "run": run}).rowcount == 1


def asked(record: Engine, statement: str, **values: Any) -> Any:
    with record.connect() as connection:
        return connection.execute(text(statement), values).scalar()


def is_there(record: Engine, run: str) -> bool:
    return bool(
        asked(record, "SELECT count(*) FROM flow_run WHERE id = CAST(:run AS uuid)", run=run)
    )


def test_old_runs_go_by_the_service_and_by_the_command_alone(
    record: Engine, tmp_path: Path
) -> None:
    url = record.url.set(drivername="postgresql+asyncpg")
    on_server = {"PREFECT_SERVER_DATABASE_CONNECTION_URL": url.render_as_string(False)}
    environment = bare_environment() | on_server | {"BAOCAO_DATA_DIR": str(tmp_path / "data")}
    log = tmp_path / "log"
    with log.open("w") as output:
        process = start(tmp_path, output, from_nothing=True, **on_server)
    try:
        served = Served(wait_for(lambda: found_address(log), log), tmp_path)
        quiet, fresh = (served.begin("chase-approvals", {}) for _ in range(2))
        decided = served.begin("reject-message", {"message": "b75534b5dd89", **SIGNED})
        for run in (quiet, fresh, decided):
            wait_for(lambda run=run: served.state(run)["type"] in ("COMPLETED", "FAILED"), log)
        for run in (quiet, decided):
            aged(record, run, QUIET_RUNS_KEPT + DAY)
        shown = finished([*PROGRAM, "cleanup"], environment)
        assert "lượt chạy của Prefect đã xong quá 14 ngày" in shown.stdout, shown
        assert ": 1 lượt" in shown.stdout
        done = finished([*PROGRAM, "cleanup", "--yes"], environment, timeout=240)
        assert done.returncode == 0, done
        assert [is_there(record, run) for run in (quiet, fresh, decided)] == [False, True, True]
    finally:
        process.terminate()
        process.wait(PATIENCE)
    for run in (fresh, decided):
        aged(record, run, RUNS_KEPT)
    # An interpreter of its own: a forked one has read the orchestrator's settings before.
    command = [sys.executable, *PROGRAM, "cleanup", "--yes"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done
    assert "Lượt chạy cũ đã dọn: " in done.stdout
    assert not is_there(record, decided)
    for table in ("log", "artifact", "flow_run_state"):
        left = f"SELECT count(*) FROM {table} WHERE flow_run_id IS NOT NULL AND flow_run_id NOT IN "
        assert asked(record, f"{left}(SELECT id FROM flow_run)") == 0
    assert not (tmp_path / "data" / "prefect" / "prefect.db").exists()
