"""What is served, as a test sees it: `baocao serve` or a bare server, asked through its API."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from flows.clock import DEMONSTRATION
from flows.door.asked import TOKEN_HEADER
from flows.door.entrances import API
from flows.serving.runs.run_forker import NAME
from tests.fixtures.office_files import OFFICE_FILES
from tests.fixtures.ready_made import (
    orchestrator_with_deployments,
    orchestrator_with_pages,
    sqlite_with_tables,
)
from tests.flows.forked import Forked, nursery

TOKEN = "ma-vao-cua-cua-worker-khi-kiem-thu-0123456789"
PATIENCE = 240  # seconds for two cores under load; usually a third of it
PROGRAM = ("-m", "flows.cli.command_line")
#: Of a start: the orchestrator's blocks, which no flow of ours uses, and its migrations, which are
#: loaded one and all before they are found to be done.
SPARED = {
    "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "false",
    "PREFECT_SERVER_DATABASE_MIGRATE_ON_START": "false",
}
Process = Forked | subprocess.Popen[bytes]
FINAL = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")


@dataclass(frozen=True)
class Served:
    """A running server and the log of what it and its runs say."""

    address: str
    folder: Path

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def client_environment(self) -> dict[str, str]:
        """What a client needs to speak with it."""
        return bare_environment() | {
            "PREFECT_API_URL": f"{self.address}{API}",
            "PREFECT_HOME": str(self.folder / "client"),
            "PREFECT_CLIENT_CUSTOM_HEADERS": json.dumps({TOKEN_HEADER: TOKEN}),
        }

    def ask(self, path: str, body: Mapping[str, Any] | None = None, method: str = "") -> Any:
        """The API's answer to a worker; a body makes it a POST unless a method is named."""
        request = urllib.request.Request(
            f"{self.address}{API}/{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"content-type": "application/json", TOKEN_HEADER: TOKEN},
            method=method or None,
        )
        text = _answer_to(request)
        return json.loads(text) if text else None

    def wait_for(self, look: Any) -> Any:
        return wait_for(look, self.log)

    def deployed(self, flow: str) -> dict[str, Any]:
        """The deployment of a flow, once it is there."""
        asked = {"flows": {"name": {"any_": [flow]}}}
        return dict(self.wait_for(lambda: self.ask("deployments/filter", asked))[0])

    def begin(self, flow: str, entry: Mapping[str, Any], at: dt.datetime | None = None) -> str:
        """A new run of a flow's deployment with these parameters, now or at a moment; its id."""
        path = f"deployments/{self.deployed(flow)['id']}/create_flow_run"
        asked: dict[str, Any] = {"parameters": {"request": entry}}
        if at is not None:
            details = {"scheduled_time": at.isoformat()}
            asked["state"] = {"type": "SCHEDULED", "name": "Scheduled", "state_details": details}
        return str(self.ask(path, asked)["id"])

    def state(self, run: str) -> dict[str, Any]:
        return dict(self.ask(f"flow_runs/{run}")["state"])

    def has_ended(self, run: str) -> bool:
        """Whether a run has come to its end, whichever."""
        return self.state(run)["type"] in FINAL

    def ended(self, run: str) -> dict[str, Any]:
        """The final state of a run, once it has one."""

        def look() -> dict[str, Any] | None:
            if not self._may_have_ended(run):
                return None
            state = self.state(run)
            return state if state["type"] in FINAL else None

        return dict(self.wait_for(look))

    def _may_have_ended(self, run: str) -> bool:
        """By the record itself, where it lies beside us: to be asked costs a server most."""
        record = self.data / "prefect" / "prefect.db"
        if not record.exists():
            return True
        with contextlib.closing(sqlite3.connect(f"file:{record}?mode=ro", uri=True)) as opened:
            asked = "SELECT state_type FROM flow_run WHERE id = ?"
            return opened.execute(asked, (run,)).fetchone()[0] in FINAL

    def finished(self, flow: str, entry: Mapping[str, Any]) -> dict[str, Any]:
        """The final state of a new run of a flow with these parameters."""
        return self.ended(self.begin(flow, entry))

    def set_state(self, run: str, kind: str, name: str, *, force: bool = False) -> None:
        body = {"state": {"type": kind, "name": name}, "force": force}
        answer = self.ask(f"flow_runs/{run}/set_state", body)
        assert answer["status"] == "ACCEPT", answer


def _answer_to(request: urllib.request.Request) -> bytes:
    """The server asks to come again (503) while its SQLite is locked, as Prefect's clients do."""
    for _ in range(20):
        try:
            with urllib.request.urlopen(request, timeout=90) as answer:
                content: bytes = answer.read()
                return content
        except urllib.error.HTTPError as error:
            if error.code != 503:
                raise
            time.sleep(1)
    raise AssertionError(f"503 twenty times: {request.full_url}")


def bare_environment() -> dict[str, str]:
    """Ours without any setting of the program or the orchestrator, but for the tests' office.

    And without what a start of the program, played in this process, said of consoles.
    """
    not_ours = ("PREFECT_", "BAOCAO_", "PYTHONIOENCODING", "PYTHONUTF8")
    return {key: value for key, value in os.environ.items() if not key.startswith(not_ours)} | {
        "PYTHONUNBUFFERED": "1",
        "DO_NOT_TRACK": "1",
        "BAOCAO_CONFIG_DIR": str(OFFICE_FILES),
    }


def simulated(data_dir: Path) -> Path:
    """The data folder, in which runs may be told what time it is, as in a demonstration's."""
    data_dir.mkdir(parents=True, exist_ok=True)
    (data_dir / DEMONSTRATION).touch()
    return data_dir


def start(
    folder: Path,
    output: IO[str],
    *options: str,
    command: str = "serve",
    from_nothing: bool = False,
    plain: bool = False,
    **settings: str,
) -> Process:
    """`baocao serve`, as a script starts it with `&`: SIGINT is ignored from the beginning.

    Unless it begins from nothing, all tables, pages and deployments are made, and the orchestrator
    is spared some. It is forked, and so are its door and its runs; a plain one is an interpreter of
    its own with all that it starts.
    """
    made = command == "serve" and not from_nothing
    if made:
        orchestrator_with_deployments(folder / "data")
        orchestrator_with_pages(folder / "data")
        sqlite_with_tables(folder / "data" / "baocao.sqlite")
    environment = bare_environment() | {
        "BAOCAO_DATA_DIR": str(folder / "data"),
        "BAOCAO_WORKER_TOKEN": TOKEN,
        **(SPARED if made and not plain else {}),
        **settings,
    }
    program = [*PROGRAM, command, *options]
    if not plain:
        return nursery().start(
            program, environment, output, deaf=True, server=True, runs=command != "door"
        )
    return subprocess.Popen(
        [sys.executable, *program],
        env=environment,
        stdout=output,
        stderr=subprocess.STDOUT,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    )


def found_address(log: Path) -> str | None:
    """The address the service announces, once it is ready."""
    text = log.read_text()
    address = re.search(r"http://127\.0\.0\.1:\d+", text)
    return address[0] if address and "Sẵn sàng" in text else None


def wait_for(look: Any, log: Path) -> Any:
    """What `look` finds, as soon as it is true."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            found = look()
            if found:
                return found
        time.sleep(0.5)
    raise AssertionError(f"nothing after {PATIENCE} s: {log.read_text()[-3000:]}")


def children_of(pid: int) -> list[int]:
    """The processes that any thread of it has started, itself or by the helper that forks runs."""
    found: list[int] = []
    with contextlib.suppress(OSError):  # it has ended meanwhile
        for thread in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(OSError):  # the thread has
                for child in map(int, (thread / "children").read_text().split()):
                    found += children_of(child) if is_named(child, NAME) else [child]
    return found


def command_of(pid: int) -> list[bytes]:
    """The command line of a process; nothing of one that has ended meanwhile, as a run may."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    return []


def is_named(pid: int, name: str) -> bool:
    """Whether the machine shows the process by this name."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text().strip() == name
    return False


def family_of(pid: int) -> list[int]:
    """A process and all below it."""
    return [pid, *(one for child in children_of(pid) for one in family_of(child))]
