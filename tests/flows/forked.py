"""Processes out of the nursery, which is started when the first is wanted and ends with us."""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from tests.durations import outliving

NURSERY = Path(__file__).with_name("nursery.py")
ROOT = Path(__file__).parents[2]


class Forked:
    """A process from the nursery, with what tests ask of a `subprocess.Popen`."""

    def __init__(self, told: IO[bytes]) -> None:
        self._told = told
        self.pid = int(told.readline())
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs."""
        return self._ended_within(0)

    def wait(self, timeout: float | None = None) -> int:
        """Raises subprocess.TimeoutExpired."""
        code = self._ended_within(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(f"forked process {self.pid}", timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _ended_within(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._told], [], [], timeout)[0]:
            self.returncode = int(self._told.readline())
            self._told.read()  # until the nursery has counted its time
            self._told.close()
        return self.returncode


class Nursery:
    """An interpreter that has everything imported, as long as this process lives."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._asking = ours
        self._one_at_a_time = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, str(NURSERY), str(theirs.fileno())],
            env=environment,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
        )
        theirs.close()
        outliving.add(self._process.pid)
        atexit.register(self._end)

    def _end(self) -> None:
        self._asking.close()
        self._process.wait(60)
        outliving.discard(self._process.pid)

    def start(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        output: IO[str],
        errors: IO[str] | None = None,
        cwd: Path | None = None,
        **how: bool,
    ) -> Forked:
        """A process that does what an interpreter does with these arguments.

        How: `deaf` ignores SIGINT, `door` and `runs` fork a service's door and its runs.
        """
        asked = {
            "command": list(command),
            "environment": dict(environment),
            "cwd": str(cwd or Path.cwd()),
            **{name: how.get(name, False) for name in ("deaf", "door", "runs")},
        }
        read, write = os.pipe()
        descriptors = [write, output.fileno(), (errors or output).fileno()]
        with self._one_at_a_time:
            socket.send_fds(self._asking, [json.dumps(asked).encode()], descriptors)
        os.close(write)
        return Forked(os.fdopen(read, "rb", buffering=0))


def finished(
    command: Sequence[str],
    environment: Mapping[str, str],
    timeout: float = 120,
    cwd: Path | None = None,
) -> subprocess.CompletedProcess[str]:
    """What became of such a process, with what it said, once it has ended.

    Raises subprocess.TimeoutExpired.
    """
    with TemporaryFile("w+") as output, TemporaryFile("w+") as errors:
        process = nursery().start(command, environment, output, errors, cwd)
        try:
            code = process.wait(timeout)
        finally:
            process.kill()
        for said in (output, errors):
            said.seek(0)
        return subprocess.CompletedProcess(list(command), code, output.read(), errors.read())


@cache
def nursery() -> Nursery:
    """The one of this process; it lives in an environment without settings."""
    from tests.flows.served import bare_environment

    return Nursery(bare_environment())
