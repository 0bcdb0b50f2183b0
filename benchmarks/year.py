"""A year in minutes: a year's history made in bulk, then the real server and the real clean-up.

    make year
    python -m benchmarks.year [--runs 100000] [--folder DIR] [--minutes 15] [--keep]

The history lies in the orchestrator's database and in ours as if nothing had ever been removed but
events. Then the door with the orchestrator's own services is started on it, as `baocao serve` does,
and `baocao run clean-up` is run against it, as the night does. Pages are asked for meanwhile: that
they answer is looked at, how fast is told. Exit status 1: an aim was missed, or the time was over.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.history import Written, write_history, write_house
from flows.door.asked import TOKEN_HEADER
from flows.door.entrances import API
from flows.serving.orchestration import free_port
from flows.serving.retention import EVENTS_KEPT, QUIET_RUNS_KEPT, RUNS_KEPT
from tasks.adapters.upkeep.data_folder import size_of
from tasks.adapters.upkeep.sqlite_room import begin_shrinkable, compact

AIM_BYTES = 500_000_000  # of both databases together, after the clean-up
TOKEN = "ma-vao-cua-worker-khi-do-mot-nam-0123456789"
_PROGRAM = (sys.executable, "-m", "flows.cli.command_line")
#: What a person's browser asks for: the runs, a page of them, their history, artifacts, events.
PAGES: dict[str, dict[str, Any]] = {
    "flow_runs/filter": {"sort": "START_TIME_DESC", "limit": 50},
    "flow_runs/paginate": {"sort": "START_TIME_DESC", "limit": 20, "page": 3},
    "flow_runs/count": {},
    "artifacts/latest/filter": {},
    "artifacts/filter": {"limit": 20},
    "logs/filter": {"limit": 20},
    "events/filter": {},
}


class TimeIsOver(Exception):
    """Raised when the clean-up has not ended in the time it is given."""


@dataclass
class House:
    """A data folder, and what is known of it."""

    folder: Path
    deadline: float  # of time.monotonic
    port: int = 0
    latencies: dict[str, list[float]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    @property
    def orchestrator(self) -> Path:
        """The orchestrator's database."""
        return self.folder / "prefect" / "prefect.db"

    @property
    def own(self) -> Path:
        """Our database."""
        return self.folder / "baocao.sqlite"

    @property
    def environment(self) -> dict[str, str]:
        """Of every process that works on it; the pass over orphans comes at once, not in hours."""
        bare = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "BAOCAO_"))}
        kept = {k: v for k, v in os.environ.items() if k == "BAOCAO_CONFIG_DIR"}
        return {
            **bare,
            **kept,
            "BAOCAO_DATA_DIR": str(self.folder),
            "BAOCAO_WORKER_TOKEN": TOKEN,
            "PREFECT_SERVER_SERVICES_DB_VACUUM_ORPHAN_CLEANUP_LOOP_SECONDS": "5",
        }

    def ask(self, path: str, body: dict[str, Any] | None) -> Any:
        """The server's answer to a worker."""
        asked = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{API}/{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"content-type": "application/json", TOKEN_HEADER: TOKEN},
        )
        with urllib.request.urlopen(asked, timeout=90) as answer:
            return json.loads(answer.read())

    def count(self, statement: str) -> int:
        """What the orchestrator's record holds, beside the server that works on it."""
        opened = sqlite3.connect(f"file:{self.orchestrator}?mode=ro", uri=True, timeout=30)
        with contextlib.closing(opened) as record:
            return int(record.execute(statement).fetchone()[0])

    def wait(self, what: str, is_done: Any) -> float:
        """Seconds until it is done. Raises TimeIsOver."""
        began = time.monotonic()
        while not is_done():
            if time.monotonic() > self.deadline:
                raise TimeIsOver(what)
            time.sleep(1)
        return time.monotonic() - began


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=100_000, help="flow runs behind us (100000)")
    parser.add_argument("--folder", type=Path, default=None, help="on the disk to be measured")
    parser.add_argument("--minutes", type=float, default=15, help="the most of all (15)")
    parser.add_argument("--keep", action="store_true", help="leave the folder there")
    told = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="baocao-year-", dir=told.folder))
    try:
        return live_through(House(folder, time.monotonic() + 60 * told.minutes), told.runs)
    finally:
        if told.keep:
            say(f"folder kept: {folder}")
        else:
            shutil.rmtree(folder)


def live_through(house: House, runs: int) -> int:
    """The whole of it; the exit status."""
    began = time.monotonic()
    now = dt.datetime.now(dt.UTC)
    make_tables(house)
    written = write_history(house.orchestrator, runs, now)
    own = write_house(f"sqlite:///{house.own}", now)
    say(f"written in {time.monotonic() - began:.0f} s: {_said(written)}; ours: {_said(own)}")
    before = sizes(house)
    say(f"before: {before}")
    try:
        clean(house)
    except TimeIsOver as over:
        say(f"the time was over at: {over}")
        return 1
    say(f"after the nights: {sizes(house)}")
    began_anew = time.monotonic()
    for file in (house.own, house.orchestrator):  # as the next start of the service does
        compact(file)
    after = sizes(house)
    say(f"after the next start ({time.monotonic() - began_anew:.0f} s): {after}")
    say(f"behind us: {runs} runs; left: {house.count('SELECT count(*) FROM flow_run')}")
    for path, taken in house.latencies.items():
        say(
            f"  {path}: {len(taken)} asked, median {1000 * statistics.median(taken):.0f} ms, "
            f"longest {1000 * max(taken):.0f} ms"
        )
    say(f"refused: {', '.join(house.refused) or 'none'}")
    together = after.orchestrator + after.own
    reached = together <= AIM_BYTES and not house.refused
    say(
        f"aim: both databases under {AIM_BYTES // 1_000_000} MB, every page answered: "
        f"{'reached' if reached else 'NOT reached'} ({together / 1e6:.0f} MB); "
        f"{time.monotonic() - began:.0f} s in all"
    )
    return 0 if reached else 1


@dataclass(frozen=True, slots=True)
class DatabaseSizes:
    """Bytes on the disk, logs of the databases included."""

    orchestrator: int
    own: int

    def __str__(self) -> str:
        return f"Prefect {self.orchestrator / 1e6:.0f} MB, ours {self.own / 1e6:.0f} MB"


def sizes(house: House) -> DatabaseSizes:
    """As they are now."""
    both = (
        sum(size_of(part) for part in file.parent.glob(f"{file.name}*"))
        for file in (house.orchestrator, house.own)
    )
    return DatabaseSizes(*both)


def make_tables(house: House) -> None:
    """The orchestrator's tables by its own migrations, in a file as a first start makes it."""
    house.orchestrator.parent.mkdir(parents=True)
    begin_shrinkable(house.orchestrator)
    subprocess.run(
        [sys.executable, "-m", "prefect", "server", "database", "upgrade", "-y"],
        env=house.environment | {"PREFECT_HOME": str(house.orchestrator.parent)},
        check=True,
        capture_output=True,
        timeout=300,
    )


def clean(house: House) -> None:
    """Starts the server, waits for its own clean-up, then runs ours."""
    with served(house), pages_asked(house):
        seconds = house.wait("runs", lambda: not house.count(_ended(RUNS_KEPT)))
        say(f"the server's own clean-up, runs of more than 90 days: {seconds:.0f} s")
        old = f"SELECT count(*) FROM events WHERE occurred < '{_ago(EVENTS_KEPT)}'"
        seconds = house.wait("events", lambda: not house.count(old))
        say(f"events of more than {EVENTS_KEPT.days} days: {seconds:.0f} s later")
        quiet = f"{_ended(QUIET_RUNS_KEPT)} AND state_type = 'COMPLETED' AND auto_scheduled"
        began = time.monotonic()
        while house.count(quiet) and time.monotonic() < house.deadline:
            clean_up(house)  # as one night after the other would
        say(
            f"quiet runs of more than {QUIET_RUNS_KEPT.days} days: {time.monotonic() - began:.0f} s"
        )
        orphans = "SELECT count(*) FROM {} WHERE flow_run_id NOT IN (SELECT id FROM flow_run)"
        seconds = house.wait(
            "what removed runs left behind",
            lambda: not any(house.count(orphans.format(t)) for t in ("artifact", "log")),
        )
        say(f"what removed runs left behind: {seconds:.0f} s later")
        clean_up(house)  # the next night: free pages go back to the disk


def clean_up(house: House) -> None:
    """`baocao run clean-up`, as the schedule runs it."""
    told = {
        "PREFECT_API_URL": f"http://127.0.0.1:{house.port}{API}",
        "PREFECT_CLIENT_CUSTOM_HEADERS": json.dumps({TOKEN_HEADER: TOKEN}),
    }
    done = subprocess.run(
        [*_PROGRAM, "run", "clean-up"],
        env=house.environment | told,
        check=False,
        capture_output=True,
        text=True,
        timeout=900,
    )
    if done.returncode:
        raise SystemExit(f"clean-up failed: {done.stderr[-2000:]}")
    say(f"  {done.stdout.strip().splitlines()[-1]}")


@contextlib.contextmanager
def served(house: House) -> Iterator[None]:
    """The door and the orchestrator with all its services, as a process of its own."""
    house.port = free_port()
    with (house.folder / "log").open("w") as log:
        process = subprocess.Popen(
            [*_PROGRAM, "door", "--port", str(house.port)],
            env=house.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            house.wait("the server's start", lambda: _answers(house))
            yield
        finally:
            process.terminate()
            process.wait(60)


def _answers(house: House) -> bool:
    try:
        return bool(house.ask("health", None))
    except (urllib.error.URLError, OSError):
        return False


@contextlib.contextmanager
def pages_asked(house: House) -> Iterator[None]:
    """Asks for each page, one after the other, while the block runs."""
    ending = threading.Event()

    def ask() -> None:
        while True:
            for path, body in PAGES.items():
                began = time.monotonic()
                try:
                    house.ask(path, body)
                except (urllib.error.URLError, OSError) as error:
                    house.refused.append(f"{path}: {error}")
                house.latencies.setdefault(path, []).append(time.monotonic() - began)
            if ending.wait(1):
                return

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    try:
        yield
    finally:
        ending.set()
        asking.join(120)


def _ended(kept: dt.timedelta) -> str:
    return (
        f"SELECT count(*) FROM flow_run WHERE end_time < '{_ago(kept)}' AND id NOT IN "
        "(SELECT flow_run_id FROM artifact_collection WHERE flow_run_id IS NOT NULL)"
    )


def _ago(kept: dt.timedelta) -> str:
    # A quarter of an hour more: a run that becomes old enough meanwhile is none of these.
    moment = dt.datetime.now(dt.UTC) - kept - dt.timedelta(minutes=15)
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def _said(written: Written) -> str:
    return ", ".join(f"{number} {name}" for name, number in written.rows.items())


def say(line: str) -> None:
    """A line of the report, at once."""
    print(line, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
