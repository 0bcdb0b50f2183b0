"""A run that is stopped from outside is told of, and ended after a while; no other process is."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.serving.runs import stopped_runs
from flows.serving.runs.run_forker import ENGINE
from flows.serving.runs.stopped_runs import StoppedRuns
from tests.fixtures.ready_made import sqlite_with_tables
from tests.flows.served import wait_for

SLEEPS = "import time; time.sleep(600)"


@pytest.fixture
def children() -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """Two that bear a run's command and one that bears another's."""
    commands = {"run": [ENGINE], "other run": [ENGINE], "other": ["nothing"]}
    made = {
        name: subprocess.Popen([sys.executable, "-S", "-c", SLEEPS, *more])
        for name, more in commands.items()
    }
    yield made
    for one in made.values():
        one.kill()
        one.wait()


def stopped(process: subprocess.Popen[bytes]) -> bool:
    return Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


def stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGSTOP)
    wait_for(lambda: stopped(process), Path(os.devnull))


def test_only_a_run_that_stays_stopped_is_told_of_and_ended(
    children: dict[str, subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = 1000.0
    monkeypatch.setattr(stopped_runs.time, "monotonic", lambda: moment)
    said: list[str] = []
    looking = StoppedRuns(said.append, os.getpid())
    for name in ("run", "other run", "other"):
        stop(children[name])
    looking.look()
    moment += stopped_runs.TOLD_AFTER
    children["other run"].send_signal(signal.SIGCONT)
    wait_for(lambda: not stopped(children["other run"]), Path(os.devnull))
    for _ in range(2):
        looking.look()
    assert len(said) == 1
    assert str(children["run"].pid) in said[0] and "tạm dừng" in said[0]

    stop(children["other run"])  # anew: its time begins again
    moment += stopped_runs.ENDED_AFTER - stopped_runs.TOLD_AFTER
    looking.look()
    assert children["run"].wait(60) == -signal.SIGKILL
    assert "Đã kết thúc" in said[1] and len(said) == 2
    looking.look()
    assert [children[name].poll() for name in ("other run", "other")] == [None, None]
    assert len(said) == 2


HOLDS = """
import os, signal, sqlite3, sys
record = sqlite3.connect(sys.argv[1], isolation_level=None)
record.execute("BEGIN IMMEDIATE")
record.execute("INSERT INTO heartbeat VALUES ('half done', '2025-01-01')")
os.kill(os.getpid(), signal.SIGSTOP)
"""


def test_the_database_that_it_held_is_written_to_again_and_nothing_of_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = 1000.0
    monkeypatch.setattr(stopped_runs.time, "monotonic", lambda: moment)
    database = tmp_path / "baocao.sqlite"
    sqlite_with_tables(database)
    run = subprocess.Popen([sys.executable, "-c", HOLDS, str(database), ENGINE])
    try:
        wait_for(lambda: stopped(run), Path(os.devnull))
        with contextlib.closing(sqlite3.connect(database, timeout=0)) as other:
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")
            looking = StoppedRuns(lambda _: None, os.getpid())
            looking.look()
            moment += stopped_runs.ENDED_AFTER
            looking.look()
            assert run.wait(60) == -signal.SIGKILL
            other.execute("BEGIN IMMEDIATE")
            half = "SELECT count(*) FROM heartbeat WHERE name = 'half done'"
            assert other.execute(half).fetchone() == (0,)
            other.rollback()
    finally:
        run.kill()
        run.wait()


def test_a_run_that_bears_the_number_of_another_is_left_alone(
    children: dict[str, subprocess.Popen[bytes]],
) -> None:
    assert not stopped_runs._end((children["run"].pid, "1"))
    assert children["run"].poll() is None
