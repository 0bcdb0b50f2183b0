"""How the service's work ends: asked to, at any moment, or by a fault of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import Any

import pytest

from flows.serving.work import End, Endings, Work


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


def work_with(
    prepared: Callable[[], Sequence[Any]], monkeypatch: pytest.MonkeyPatch
) -> tuple[Work, Endings, list[str]]:
    endings: Endings = SimpleQueue()
    said: list[str] = []
    monkeypatch.setattr(Work, "_prepared", lambda _: prepared())
    return Work(said.append, endings), endings, said


def test_work_that_is_asked_to_end_ends_every_runner(monkeypatch: pytest.MonkeyPatch) -> None:
    runners = [Idle(), Idle()]
    work, endings, said = work_with(lambda: runners, monkeypatch)

    with work:
        while not said:
            threading.Event().wait(0.01)

    assert all(runner.ended.is_set() for runner in runners)
    assert (endings.get(timeout=5), work.error) == (End.WORK_ENDED, None)


def test_work_that_is_asked_to_end_before_it_has_begun_does_not_begin(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = threading.Event()

    def slowly() -> list[Any]:
        assert asked.wait(5)
        return [Broken()]

    work, endings, said = work_with(slowly, monkeypatch)
    with work:
        work._asked.set()
        asked.set()

    assert endings.get(timeout=5) is End.WORK_ENDED
    assert (said, work.error) == ([], None)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("kind", [OSError, SystemExit])
def test_work_that_fails_is_a_reason_to_end(
    kind: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing() -> list[Any]:
        raise kind("hỏng")

    work, endings, _ = work_with(failing, monkeypatch)
    with work:
        assert endings.get(timeout=5) is End.WORK_ENDED
    assert isinstance(work.error, OSError) is (kind is OSError)


def test_when_one_runner_fails_none_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    idle = Idle()
    work, endings, _ = work_with(lambda: [idle, Broken()], monkeypatch)
    with work:
        assert endings.get(timeout=5) is End.WORK_ENDED
    assert idle.ended.is_set()
    assert isinstance(work.error, ExceptionGroup)
