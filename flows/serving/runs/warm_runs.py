"""Warm runs: a run is forked from a process that has everything imported, not started cold.

Each is a process of its own as ever, which the orchestrator starts, watches, cancels and counts as
crashed by its process id. Where the process that forks has gone it is started again, a few times
within an hour; until it is there, runs are started cold.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flows.serving.runs.run_forker import ENGINE, GO
from flows.serving.starting.patience import work_of

logger = logging.getLogger(__name__)

FORKER = "flows.serving.runs.run_forker"
_PATIENCE = 60.0  # seconds in which a forker neither answers nor gets on
_GRACE = 10.0  # seconds that a run has to end in order
_LAST_MOMENTS = 3.0  # seconds that the forker has to end
_PACKET = 64
_LOOK = 2.0  # seconds between two looks whether the forker lives
STARTS, WITHIN = 5, 3600.0  # so many starts of a forker within so many seconds


class RunNotForked(Exception):
    """Raised when a run cannot be forked; it may still be started cold."""


class WarmRun:
    """A run's process, with what the orchestrator asks of one."""

    def __init__(self, pid: int, process: int, told: socket.socket) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._process = process  # descriptor: its number may be anybody's when it has ended
        self._told = told

    async def ended(self) -> None:
        """Waits for its end; ends it in order where nobody waits any longer."""
        try:
            await self._end_told()
        except asyncio.CancelledError:
            self._signal(signal.SIGTERM)
            # Whoever cancels waits for it, as he does for a process that was started cold.
            waiting = asyncio.ensure_future(self._end_told())
            _, late = await asyncio.wait([waiting], timeout=_GRACE)
            if late:
                self._signal(signal.SIGKILL)
                await waiting
            raise

    async def _end_told(self) -> None:
        try:
            said = await asyncio.get_running_loop().sock_recv(self._told, _PACKET)
        except ConnectionResetError:  # it was killed before it had read what it was sent
            said = b""
        # Where whoever forked it was killed, so was it.
        self.returncode = int(said) if said else -signal.SIGKILL
        self._told.close()
        os.close(self._process)
        self._process = -1

    def _signal(self, number: int) -> None:
        if self._process >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._process, number)


class WarmRuns:
    """The process from which runs are forked, as long as the block lasts.

    `run_process` is put in the place of the orchestrator's own, which starts an interpreter anew.
    """

    def __init__(self) -> None:
        self._asking: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._starts: deque[float] = deque(maxlen=STARTS)

    def __enter__(self) -> WarmRuns:
        """Starts it. It gets ready meanwhile."""
        self._start()
        return self

    def _start(self) -> None:
        self._starts.append(time.monotonic())
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", FORKER], stdin=theirs.fileno()
                )
                self._asking = ours
            except OSError as fault:  # the machine refuses a process
                ours.close()
                logger.warning("runs are started cold: %s", fault)

    async def keep(self, tell: Callable[[str], None]) -> None:
        """Looks now and then whether the forker lives, and starts another where it does not: so
        many within an hour, since one that dies of itself would do so for ever."""
        while True:
            await asyncio.sleep(_LOOK)
            if self._process is None or self._process.poll() is None:
                continue
            if self._asking is not None:
                self._asking.close()
                self._asking = None
                tell("Tiến trình tạo lượt chạy đã dừng đột ngột, cùng các lượt đang chạy dở.")
            if len(self._starts) < STARTS or time.monotonic() - self._starts[0] >= WITHIN:
                self._start()
                tell("Đã khởi động lại tiến trình tạo lượt chạy.")

    def __exit__(self, *_: object) -> None:
        """Ends it, with every run that it has forked."""
        if self._asking is not None and self._process is not None:
            self._asking.close()
            try:
                self._process.wait(_LAST_MOMENTS)
            except subprocess.TimeoutExpired:  # it has been importing until now
                self._process.kill()
                self._process.wait()

    async def run_process(
        self, command: list[str], *, task_status: Any, task_status_handler: Any, **how: Any
    ) -> Any:
        """Forks a run and waits for its end; tells `task_status` of it once it has begun."""
        run = None
        if command[1:] == ["-m", ENGINE] and how.get("cwd") is None:
            with contextlib.suppress(RunNotForked):
                run = await self._forked(ENGINE, how["env"])
        if run is None:
            return await _started_cold(
                command, task_status=task_status, task_status_handler=task_status_handler, **how
            )
        task_status.started(task_status_handler(run))
        await run.ended()
        return run

    async def finished(self, module: str) -> int:
        """Runs a module that the forker knows in this very environment; its exit status."""
        with contextlib.suppress(RunNotForked):
            run = await self._forked(module, os.environ)
            await run.ended()
            return -1 if run.returncode is None else run.returncode
        cold = await asyncio.create_subprocess_exec(sys.executable, "-m", module)
        try:
            return await cold.wait()
        except asyncio.CancelledError:
            cold.terminate()
            await cold.wait()
            raise

    async def _forked(self, module: str, env: Mapping[str, str]) -> WarmRun:
        if self._asking is None:
            raise RunNotForked
        told, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        told.setblocking(False)
        try:
            with theirs:
                packet = json.dumps({"module": module, "env": dict(env)}).encode()
                socket.send_fds(self._asking, [packet], [theirs.fileno()], socket.MSG_DONTWAIT)
            said, descriptors = await self._answer(told)
            if not descriptors:
                raise RunNotForked
            run = WarmRun(int(said), descriptors[0], told)
            told.send(GO)
        except (OSError, TimeoutError) as fault:
            told.close()
            logger.warning("a run is started cold: %s", fault)
            raise RunNotForked from fault
        except BaseException:
            told.close()
            raise
        return run

    async def _answer(self, told: socket.socket) -> tuple[bytes, list[int]]:
        """What the forker says to a wish. On a busy machine it may be importing for minutes: it is
        waited for as long as it gets on. Raises TimeoutError."""
        receiving = asyncio.ensure_future(_received(told))
        try:
            while True:
                before = self._work()
                if (await asyncio.wait([receiving], timeout=_PATIENCE))[0]:
                    return receiving.result()
                if self._work() == before:
                    raise TimeoutError(f"the forker has stood still for {_PATIENCE:.0f} s")
        finally:
            receiving.cancel()

    def _work(self) -> tuple[str, ...]:
        return work_of(self._process.pid) if self._process is not None else ()


async def _received(told: socket.socket) -> tuple[bytes, list[int]]:
    """The first packet, with its descriptors, once it is there."""
    loop = asyncio.get_running_loop()
    there: asyncio.Future[None] = loop.create_future()

    def ready() -> None:
        if not there.done():
            there.set_result(None)

    loop.add_reader(told, ready)
    try:
        await there
    finally:
        loop.remove_reader(told)
    said, descriptors, _, _ = socket.recv_fds(told, _PACKET, 1)
    return said, descriptors


async def _started_cold(command: list[str], **how: Any) -> Any:
    from prefect.utilities.processutils import run_process  # start-up cost

    return await run_process(command, **how)


@contextlib.contextmanager
def runs_are_forked() -> Iterator[WarmRuns]:
    """Within the block the orchestrator's runs are forked from a process of ours."""
    with WarmRuns() as warm:
        import prefect.runner._starter_engine as starter  # start-up cost: both import at once

        before = vars(starter)["run_process"]  # a name that the module is made to be given anew
        vars(starter)["run_process"] = warm.run_process
        try:
            yield warm
        finally:
            vars(starter)["run_process"] = before
