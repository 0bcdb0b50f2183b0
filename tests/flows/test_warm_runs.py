"""A run that is forked is a process of its own: it ends, is ended and dies as a cold one does."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.serving.runs import warm_runs
from flows.serving.runs.run_forker import ENGINE, RUN
from flows.serving.runs.warm_runs import RunNotForked, WarmRun, WarmRuns
from tests.flows.forked import ROOT
from tests.flows.served import bare_environment, wait_for

WAITS = "tests.flows.run_and_wait"


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarmRuns]:
    """One for all tests: it has the orchestrator and all flows to import."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREFECT_HOME", str(home))
        patch.chdir(ROOT)
        with WarmRuns() as warm:
            yield warm


def waiting_run(
    warm: WarmRuns, file: Path, what: Callable[[WarmRun], Any], **env: str
) -> tuple[WarmRun, Any]:
    """A run that waits, what was made of it once it did, and its end."""

    async def both() -> tuple[WarmRun, Any]:
        environment = bare_environment() | {"WAITING": str(file), **env}
        run = await warm._forked(WAITS, environment)
        await asyncio.to_thread(wait_for, file.exists, Path(os.devnull))
        said = what(run)
        await run.ended()
        return run, said

    return asyncio.run(both())


def test_a_run_ends_by_itself_with_its_status(warm: WarmRuns) -> None:
    assert asyncio.run(warm.finished("this")) == 0
    assert asyncio.run(warm.finished("tests.flows.khong_co")) == 1


def test_a_run_that_is_killed_says_by_what(warm: WarmRuns, tmp_path: Path) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        file = tmp_path / str(number)
        run, _ = waiting_run(warm, file, lambda run, by=number: os.kill(run.pid, by))  # type: ignore[misc]
        assert run.returncode == -number
        assert file.read_text() == str(run.pid)


def test_a_run_has_the_environment_it_was_asked_for_and_nothing_of_others_open(
    warm: WarmRuns, tmp_path: Path
) -> None:
    def seen(run: WarmRun) -> tuple[str, list[str]]:
        opened = [str(fd.readlink()) for fd in Path(f"/proc/{run.pid}/fd").iterdir()]
        name = Path(f"/proc/{run.pid}/comm").read_text().strip()
        os.kill(run.pid, signal.SIGKILL)
        return name, opened

    _, (name, opened) = waiting_run(warm, tmp_path / "file", seen)
    assert name == RUN
    assert not [one for one in opened if "socket" in one or "pidfd" in one]


def test_a_run_that_nobody_waits_for_any_longer_is_ended(warm: WarmRuns, tmp_path: Path) -> None:
    file = tmp_path / "file"

    async def cancelled() -> WarmRun:
        run = await warm._forked(WAITS, bare_environment() | {"WAITING": str(file)})
        waits = asyncio.create_task(run.ended())
        await asyncio.to_thread(wait_for, file.exists, Path(os.devnull))
        waits.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waits
        return run

    assert asyncio.run(cancelled()).returncode == -signal.SIGTERM


async def _as_the_runner_does(warm: WarmRuns, *command: str) -> tuple[list[Any], Any]:
    begun: list[Any] = []

    class Status:
        def started(self, handle: Any) -> None:
            begun.append(handle)

    ended = await warm.run_process(
        [sys.executable, *command],
        stream_output=False,
        task_status=Status(),
        task_status_handler=lambda process: process.pid,
        env=bare_environment() | {"PREFECT_HOME": os.environ.get("PREFECT_HOME", "")},
    )
    return begun, ended


def test_the_orchestrators_engine_is_forked_and_anything_else_started(warm: WarmRuns) -> None:
    begun, ended = asyncio.run(_as_the_runner_does(warm, "-m", ENGINE))
    assert isinstance(ended, WarmRun)
    assert begun == [ended.pid]
    assert ended.returncode == 1  # no run was named
    _, ended = asyncio.run(_as_the_runner_does(warm, "-c", "raise SystemExit(3)"))
    assert not isinstance(ended, WarmRun)
    assert ended.returncode == 3


def test_a_forker_that_is_still_importing_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm_runs, "_PATIENCE", 1.0)
    with WarmRuns() as fresh:
        run = asyncio.run(_ended(fresh))
    assert (type(run), run.returncode) == (WarmRun, 0)


async def _ended(warm: WarmRuns) -> WarmRun:
    run = await warm._forked("this", bare_environment())
    await run.ended()
    return run


def test_where_the_forker_stands_still_a_run_is_started_cold(
    warm: WarmRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(_ended(warm))  # it has imported all that there is
    monkeypatch.setattr(warm_runs, "_PATIENCE", 0.2)
    assert warm._process is not None
    warm._process.send_signal(signal.SIGSTOP)
    try:
        with pytest.raises(RunNotForked):
            asyncio.run(_ended(warm))
        assert asyncio.run(warm.finished("this")) == 0
    finally:
        warm._process.send_signal(signal.SIGCONT)


def test_with_its_forker_a_run_dies_and_the_next_one_is_started_cold(
    warm: WarmRuns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From here on nothing is forked, but by another forker."""
    monkeypatch.setattr(warm_runs, "_PATIENCE", 20.0)
    assert warm._process is not None
    forker = warm._process

    def kill(_: WarmRun) -> None:
        forker.kill()
        forker.wait()

    run, _ = waiting_run(warm, tmp_path / "file", kill)
    assert run.returncode == -signal.SIGKILL
    wait_for(lambda: not Path(f"/proc/{run.pid}").exists(), Path(os.devnull))
    assert asyncio.run(warm.finished("this")) == 0


def test_a_forker_that_died_is_started_again_and_not_for_ever(
    warm: WarmRuns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The very last test: one that dies of itself is not started any more."""
    monkeypatch.setattr(warm_runs, "_LOOK", 0.01)
    monkeypatch.setattr(warm_runs, "_PATIENCE", 240.0)
    said: list[str] = []

    async def kept() -> WarmRun:
        keeping = asyncio.create_task(warm.keep(said.append))
        while len(said) < 2:
            await asyncio.sleep(0.01)
        run = await warm._forked("this", bare_environment())
        await run.ended()
        monkeypatch.setattr(warm_runs, "FORKER", "tests.flows.khong_co")
        assert warm._process is not None
        warm._process.kill()
        while len(said) < 2 * warm_runs.STARTS - 1 or warm._process.poll() is None:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        keeping.cancel()
        return run

    assert asyncio.run(kept()).returncode == 0
    assert said[0].startswith("Tiến trình tạo lượt chạy đã dừng")
    assert said.count("Đã khởi động lại tiến trình tạo lượt chạy.") == warm_runs.STARTS - 1
    assert len(said) == 2 * warm_runs.STARTS - 1
    assert asyncio.run(warm.finished("this")) == 0
