"""A service that is kept alive as the machine keeps it, and whose processes are killed at random.

It runs until it is told to end: whenever it ends of itself it is started again. Which process is
killed is chosen by its id and its parents: no other process of the machine is ever struck.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from benchmarks.serving import Taken, family, taken
from flows.serving.runs.run_forker import NAME, RUN
from tests.flows.nursery import DOOR
from tests.flows.served import Process, Served, found_address, is_named, start

END_SECONDS = 120
#: What is killed by turns. With the service its watcher goes, which is a thread of it.
#: A start takes minutes beside many busy processes: most of the time nothing of it is to be seen.
ONCE_ROUND = ("run", "forker", "run", "server", "run", "service and watcher")
TURNS = (*ONCE_ROUND, "run", "run", "forker", "run", "run", "run")
#: After these the service has to start again.
STOPS = ("server", "service and watcher")


class KeptService:
    """`baocao serve` in a folder, as a unit of the machine that starts again whenever it ends."""

    def __init__(self, folder: Path, plain: bool, settings: dict[str, str]) -> None:
        self.folder = folder
        self.starts = 0
        self.down: list[tuple[float, float]] = []  # by the clock of the machine: from, until
        self.kills: Counter[str] = Counter()
        self.memory: list[Taken] = []
        self._plain = plain
        self._settings = settings
        self._process: Process | None = None
        self._output: IO[str] | None = None
        self._gone_at = time.time()
        self._address = ""

    @property
    def log(self) -> Path:
        """Of the present start."""
        return self.folder / f"log-{self.starts}"

    @property
    def served(self) -> Served | None:
        """How it is asked; None before it has ever been ready."""
        return Served(self._address, self.folder) if self._address else None

    @property
    def is_ready(self) -> bool:
        """Whether it lives and has said that it is ready."""
        return self._process is not None and not self._gone_at

    def keep(self) -> None:
        """Starts it where it has ended; notes when it was ready."""
        if self._process is not None and self._process.poll() is not None:
            self._process = None
            self._gone_at = self._gone_at or time.time()
        if self._process is None:
            self._start()
        elif self._gone_at and (address := found_address(self.log)):
            self._address = address
            self.down.append((self._gone_at, time.time()))
            self._gone_at = 0.0

    def _start(self) -> None:
        if self._output is not None:
            self._output.close()
        self.starts += 1
        self._output = self.log.open("w")
        self._process = start(self.folder, self._output, plain=self._plain, **self._settings)

    def kill(self, chance: random.Random) -> str:
        """Sends SIGKILL to a process of the kind whose turn it is; "" where there is none now."""
        if not self.is_ready:
            return ""
        what = TURNS[self.kills.total() % len(TURNS)]
        found = list(self._found(what))
        if not found or not self._killed(chance.choice(found)):
            return ""
        self.kills[what] += 1
        if what in STOPS:
            self._gone_at = time.time()
        return what

    def _found(self, what: str) -> Iterator[int]:
        assert self._process is not None
        for pid in family(self._process.pid):
            with contextlib.suppress(OSError):  # it has ended meanwhile
                command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
                is_door = DOOR.encode() in command and pid != self._process.pid
                kinds = {
                    "run": is_named(pid, RUN),
                    "forker": is_named(pid, NAME),
                    "server": is_door or self._is_forked_door(pid),
                    "service and watcher": pid == self._process.pid,
                }
                if kinds[what]:
                    yield pid

    def _is_forked_door(self, pid: int) -> bool:
        """Forked from the service itself, it bears its command; and alone leads a session."""
        assert self._process is not None
        return not self._plain and pid != self._process.pid and os.getsid(pid) == pid

    def _killed(self, pid: int) -> bool:
        """Whether it was still one of the service's when it was struck."""
        assert self._process is not None
        with contextlib.suppress(OSError):
            descriptor = os.pidfd_open(pid)
            try:
                if pid in family(self._process.pid):
                    signal.pidfd_send_signal(descriptor, signal.SIGKILL)
                    return True
            finally:
                os.close(descriptor)
        return False

    def measure(self) -> None:
        """Notes what its processes take now."""
        if self.is_ready and self._process is not None:
            self.memory.append(taken(self._process.pid))

    def end(self) -> int | None:
        """Ends it in order; its exit status, None where it had ended."""
        process, self._process = self._process, None
        try:
            if process is None:
                return None
            process.terminate()
            return process.wait(END_SECONDS)
        finally:
            if process is not None:
                process.kill()
            if self._output is not None:
                self._output.close()

    def was_down(self, since: float, until: float) -> bool:
        """Whether it was starting, or gone, at any moment between."""
        return any(gone < until and ready > since for gone, ready in self.down)
