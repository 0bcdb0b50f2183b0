"""How the service's work ends: asked to, at any moment, or by a fault of its own."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from typing import Any

import pytest

from flows.serving.runs import warm_runs
from flows.serving.starting import patience
from flows.serving.work import End, Endings, NotDeployed, Work


class Idle:
    """A runner that runs until it is cancelled."""

    def __init__(self) -> None:
        self.ended = threading.Event()

    async def start(self) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            self.ended.set()


class Broken:
    """A runner that fails at once."""

    async def start(self) -> None:
        raise OSError("không nối được")


class NoForker:
    """What would keep a forker alive, where runs are not forked."""

    async def keep(self, announce: Callable[[str], None]) -> None:
        await asyncio.Event().wait()


@pytest.fixture(autouse=True)
def _nothing_is_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm_runs, "runs_are_forked", lambda: contextlib.nullcontext(NoForker()))
    monkeypatch.setattr(Work, "_watching", lambda _: contextlib.nullcontext())


def work_with(
    prepared: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> tuple[Work, Endings, list[str]]:
    endings: Endings = SimpleQueue()
    said: list[str] = []

    async def _prepared(_: Work, __: object) -> Any:
        return await asyncio.to_thread(prepared)

    monkeypatch.setattr(Work, "_prepared", _prepared)
    return Work(said.append, endings), endings, said


def test_work_that_is_asked_to_end_ends_its_runner(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = Idle()
    work, endings, said = work_with(lambda: runner, monkeypatch)

    with work:
        while not said:
            assert endings.empty(), work.error
            threading.Event().wait(0.01)

    assert runner.ended.is_set()
    assert (endings.get(timeout=5), work.error) == (End.WORK_ENDED, None)


def test_work_that_takes_long_to_begin_says_what_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(patience, "TELLS_EVERY", 0.01)
    endings: Endings = SimpleQueue()
    said: SimpleQueue[str] = SimpleQueue()
    told: list[str] = []

    class Slow(NoForker):
        async def finished(self, _: str) -> int:
            told.append(await asyncio.to_thread(said.get))
            return 1

    @contextlib.contextmanager
    def slowly() -> Iterator[Slow]:
        told.append(said.get())
        yield Slow()

    monkeypatch.setattr(warm_runs, "runs_are_forked", slowly)
    with Work(said.put, endings):
        assert endings.get() is End.WORK_ENDED
    assert [one.partition(": ")[2] for one in told] == [
        "nạp chương trình chạy luồng.",
        "đặt luồng, lịch chạy và biểu mẫu quyết định.",
    ]


def test_work_that_is_asked_to_end_before_it_has_begun_does_not_begin(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = threading.Event()

    def slowly() -> Broken:
        assert asked.wait(5)
        return Broken()

    work, endings, said = work_with(slowly, monkeypatch)
    work._asked.set()
    with work:
        asked.set()

    assert endings.get(timeout=5) is End.WORK_ENDED
    assert (said, work.error) == ([], None)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("kind", [OSError, SystemExit])
def test_work_that_fails_is_a_reason_to_end(
    kind: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing() -> Broken:
        raise kind("hỏng")

    work, endings, _ = work_with(failing, monkeypatch)
    with work:
        assert endings.get(timeout=5) is End.WORK_ENDED
    assert isinstance(work.error, OSError) is (kind is OSError)


def test_work_whose_runner_fails_does_not_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    work, endings, _ = work_with(Broken, monkeypatch)
    with work:
        assert endings.get(timeout=5) is End.WORK_ENDED
    assert isinstance(work.error, ExceptionGroup)


def test_a_service_that_cannot_make_its_deployments_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Failing:
        async def finished(self, module: str) -> int:
            assert module == "flows.serving.runs.deploying"
            return 1

    monkeypatch.setattr(warm_runs, "runs_are_forked", lambda: contextlib.nullcontext(Failing()))
    endings: Endings = SimpleQueue()
    said: list[str] = []
    work = Work(said.append, endings)
    with work:
        assert endings.get(timeout=60) is End.WORK_ENDED
    assert said == []
    assert isinstance(work.error, NotDeployed)
