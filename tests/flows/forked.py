"""Processes out of the nursery, started when the first is wanted, for all workers of a run."""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from types import SimpleNamespace
from typing import IO, Any

from tests.durations import told
from tests.fixtures.ready_made import SHARED

NURSERY = Path(__file__).with_name("nursery.py")
ROOT = Path(__file__).parents[2]
#: Asks a nursery to run a module, gives it what it has open and what it is told, and ends as that
#: does. Whatever else it is started for an interpreter does.
INTERPRETER = """\
#!{python} -IS
import json, os, socket, sys
python, place, account = {0}, {1}, {2}
arguments = sys.argv[1:]
if arguments[0] != "-m":
    os.execv(python, [python, *arguments])
asking = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
asking.connect(place)
asking.recv(64)
read, write = os.pipe()
asked = dict.fromkeys(("deaf", "server", "runs", "watched"), False)
asked |= dict(command=arguments, environment=dict(os.environ), cwd=os.getcwd(), passed=[])
asked |= dict(interpreter=os.path.abspath(sys.argv[0]), account=account)
socket.send_fds(asking, [json.dumps(asked).encode()], [write, 1, 2])
os.close(write)
with os.fdopen(read) as told:
    told.readline()
    code = told.readline()
os._exit(int(code) if code and int(code) >= 0 else 1)
"""
#: Nurseries that this process asks, and those that it has started.
_asking: list[socket.socket] = []
_started: list[subprocess.Popen[bytes]] = []


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
            told.append(float(self._told.readline() or 0))  # when the nursery has counted its time
            self._told.close()
        return self.returncode


class Nursery:
    """An interpreter that has everything imported, as long as somebody wants processes of it."""

    def __init__(self, asking: socket.socket, place: Path) -> None:
        self._asking = asking
        self._place = place
        self._one_at_a_time = threading.Lock()
        _asking.append(asking)

    def start(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        output: IO[Any],
        errors: IO[Any] | None = None,
        cwd: Path | None = None,
        passed: Sequence[int] = (),
        interpreter: Path | None = None,
        **how: bool,
    ) -> Forked:
        """A process that does what an interpreter does with these arguments.

        It has the passed descriptors open, at the same numbers, and takes the given file for its
        interpreter.
        How: `deaf` ignores SIGINT; `server` forks a service's door or a command's server, `runs` a
        service's runs; what is `watched` tells as what it would begin anew, and ends.
        """
        asked = {
            "command": list(command),
            "environment": dict(environment),
            "cwd": str(cwd or Path.cwd()),
            "passed": list(passed),
            "interpreter": str(interpreter or ""),
            "account": "",
            **{name: how.get(name, False) for name in ("deaf", "server", "runs", "watched")},
        }
        read, write = os.pipe()
        descriptors = [write, output.fileno(), (errors or output).fileno(), *passed]
        with self._one_at_a_time:
            socket.send_fds(self._asking, [json.dumps(asked).encode()], descriptors)
        os.close(write)
        return Forked(os.fdopen(read, "rb", buffering=0))

    @contextmanager
    def interpreter(self, folder: Path) -> Iterator[Path]:
        """A file that stands for the interpreter: the modules it is to run are run out of here.

        What they took is counted when the block ends; whoever kills what runs it kills them.
        """
        account = folder / "account"
        account.touch()
        made = folder / "interpreter"
        values = (sys.executable, str(self._place), str(account))
        made.write_text(INTERPRETER.format(*map(repr, values), python=sys.executable))
        made.chmod(0o755)
        yield made
        told.extend(map(float, account.read_text().split()))


def finished(
    command: Sequence[str],
    environment: Mapping[str, str],
    timeout: float = 120,
    cwd: Path | None = None,
    out_of: Nursery | None = None,
    interpreter: Path | None = None,
    **how: bool,
) -> subprocess.CompletedProcess[str]:
    """What became of such a process, with what it said, once it has ended.

    Raises subprocess.TimeoutExpired.
    """
    with TemporaryFile("w+") as output, TemporaryFile("w+") as errors:
        process = (out_of or nursery()).start(
            command, environment, output, errors, cwd, interpreter=interpreter, **how
        )
        try:
            code = process.wait(timeout)
        finally:
            process.kill()
        for said in (output, errors):
            said.seek(0)
        return subprocess.CompletedProcess(list(command), code, output.read(), errors.read())


@atexit.register
def _leave() -> None:
    """Asks nobody any more, then waits: a nursery ends with the last worker that asks it."""
    for asking in _asking:
        asking.close()
    for process in _started:
        process.wait()


@contextmanager
def servers_are_forked() -> Iterator[None]:
    """A server that this process starts for its own flows comes out of the nursery.

    Where its tables are made it is spared to look for them, and the orchestrator's blocks.
    """
    from unittest.mock import patch

    from flows.serving import temporary_server
    from tests.flows.served import SPARED

    def started(
        command: Sequence[str],
        *,
        env: Mapping[str, str],
        stdout: IO[bytes],
        pass_fds: Sequence[int],
        **_: object,
    ) -> Forked:
        home = env.get("PREFECT_HOME") or Path(command[-1]) / "prefect"
        made = (Path(home) / "prefect.db").exists()
        environment = {**env, **(SPARED if made else {})}
        return nursery().start(command[1:], environment, stdout, passed=pass_fds)

    ours = SimpleNamespace(**{**vars(subprocess), "Popen": started})
    with patch.object(temporary_server, "subprocess", ours):
        yield


@cache
def nursery(*only: str, **surroundings: str) -> Nursery:
    """The one of this run of the tests: started by whichever worker wants it first.

    `only` is what it is for, nothing for everything; surroundings are settings of its environment,
    such as an interpreter reads at its start.
    """
    folder = Path(os.environ.get(SHARED) or tempfile.mkdtemp())
    kind = json.dumps([only, surroundings], sort_keys=True)
    place = folder / f"nursery-{hashlib.sha256(kind.encode()).hexdigest()[:8]}"
    with place.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        asking = _connected(place)
        if asking is None:
            _start_nursery(place, only, surroundings)
            asking = _connected(place)
        assert asking is not None, "the nursery has ended"
        return Nursery(asking, place)


def _connected(path: Path) -> socket.socket | None:
    """To the nursery that listens there, once it has everything; None where none does."""
    asking = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        asking.connect(str(path))
        spent = asking.recv(64)
    except OSError:
        spent = b""
    if not spent:
        asking.close()
        return None
    told.append(float(spent))
    return asking


def _start_nursery(path: Path, only: Sequence[str], surroundings: Mapping[str, str]) -> None:
    """In an environment without settings but these, listening there."""
    from tests.flows.served import bare_environment

    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listening:
        listening.bind(str(path))
        listening.listen()
        process = subprocess.Popen(
            [sys.executable, str(NURSERY), str(listening.fileno()), *only],
            env=bare_environment() | surroundings,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            pass_fds=[listening.fileno()],
        )
    _started.append(process)
