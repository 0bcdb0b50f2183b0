"""A service in a folder of its own, and what its processes take."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from flows.door.asked import TOKEN_HEADER
from flows.door.entrances import API

TOKEN = "ma-vao-cua-khi-do-dac-0123456789-0123456789"
START_SECONDS = 300
#: Turns until its parent is gone, whichever way that went.
BUSY = "import os\np = os.getppid()\nwhile os.getppid() == p:\n for _ in range(10 ** 6): pass"
NONE: Mapping[str, str] = MappingProxyType({})
_HUNDREDTHS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Taken:
    """What a process and all below it have taken."""

    seconds: float  # of processor, those that have ended included
    resident_mb: float  # added up
    proportional_mb: float  # what they share is counted once


def environment(folder: Path) -> dict[str, str]:
    """Ours without settings of the program or the orchestrator."""
    # With compiled modules, as everybody's installation has them after its first command.
    foreign = ("PREFECT_", "BAOCAO_", "PYTHONDONTWRITEBYTECODE")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(foreign)}
    return kept | {
        "BAOCAO_DATA_DIR": str(folder / "data"),
        "BAOCAO_WORKER_TOKEN": TOKEN,
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PYTHONUNBUFFERED": "1",
    }


@contextlib.contextmanager
def busy(number: int) -> Iterator[None]:
    """So many processes that do nothing but turn, ended by their ids with the block."""
    with contextlib.ExitStack() as ended:
        for _ in range(number):
            one = subprocess.Popen([sys.executable, "-S", "-c", BUSY], stdin=subprocess.DEVNULL)
            ended.callback(one.wait)
            ended.callback(one.kill)
        yield


@contextlib.contextmanager
def started(command: list[str], env: Mapping[str, str], log: Path) -> Iterator[int]:
    """A process of ours, ended with the block; its id."""
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, *command], env=dict(env), stdout=output, stderr=output
        )
    try:
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def served(folder: Path, settings: Mapping[str, str] = NONE) -> Iterator[tuple[int, str]]:
    """`baocao serve` once it is ready: its process and the address of its API."""
    log = folder / "log"
    command = ["-m", "flows.cli.command_line", "serve"]
    with started(command, environment(folder) | settings, log) as pid:
        wait_for(lambda: "Sẵn sàng" in log.read_text(), START_SECONDS)
        (address,) = re.findall(r"điều hành: (http://127\.0\.0\.1:\d+)", log.read_text())
        yield pid, f"{address}{API}"


def ask(url: str, body: Mapping[str, Any] | None = None) -> Any:
    """What a service's API answers to a worker; a body makes it a POST."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"content-type": "application/json", TOKEN_HEADER: TOKEN}
    request = urllib.request.Request(url, data=data, headers=headers)
    with urllib.request.urlopen(request, timeout=120) as answer:
        return json.loads(answer.read() or b"null")


def wait_for(look: Callable[[], Any], seconds: float) -> Any:
    """What `look` finds, as soon as it is true. Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            if found := look():
                return found
        time.sleep(0.2)
    raise TimeoutError(f"nothing within {seconds:.0f} s")


def taken(pid: int) -> Taken:
    """What a process and all below it have taken until now."""
    seconds, resident, proportional = 0.0, 0, 0
    for one in family(pid):
        seconds += seconds_of(one)
        with contextlib.suppress(OSError):  # it has ended meanwhile
            rollup = Path(f"/proc/{one}/smaps_rollup").read_text()
            resident += int(re.findall(r"^Rss: +(\d+)", rollup, re.M)[0])
            proportional += int(re.findall(r"^Pss: +(\d+)", rollup, re.M)[0])
    return Taken(seconds, resident / 1024, proportional / 1024)


def seconds_of(pid: int) -> float:
    """Of processor, that a process and those that ended below it have taken; 0 when it is gone."""
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / _HUNDREDTHS
    return 0.0


def family(pid: int) -> list[int]:
    """A process and all below it."""
    found = [pid]
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            for child in (thread / "children").read_text().split():
                found += family(int(child))
    return found
