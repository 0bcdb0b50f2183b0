"""What a second worker brings: the intake of one database by one worker, then by two.

    python -m benchmarks.workers [--submissions 1000] [--rounds 1]

PostgreSQL is needed. A worker is a process with one reader, kept to one core of its own, as a
machine would be; the mail is collected beforehand, so that only what costs processor time is
counted: reading, checking, deciding, recording, answering. The database server runs wherever the
system lets it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import sqlalchemy

from benchmarks import material
from benchmarks.stages import (
    UNLIMITED,
    BenchmarkFault,
    Site,
    Stopwatch,
    postgres_database,
    postgres_server,
    recorded,
)
from tasks.adapters.intake.collecting import collect
from tasks.adapters.intake.working import work_through
from tasks.adapters.mailbox.opening import open_inbox
from tasks.adapters.work import opening

AIM = 1.7
_DAYS = 7  # after the opening


@dataclass(frozen=True)
class Round:
    """One intake by a number of workers."""

    workers: int
    seconds: float
    shares: Sequence[int]  # messages that each worked on
    cpu: float  # seconds, of the workers and their readers
    kept: float  # bytes in the raw store, a submission
    rows: float  # bytes in the database, a submission


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line: 0 when the aim is met, 2 without a PostgreSQL server."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--submissions", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=1, help="of each number of workers, in turn")
    parser.add_argument("--work", help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.work:
        return _work(json.loads(asked.work))
    server = postgres_server()
    if server is None:
        print("no PostgreSQL server: BAOCAO_TEST_POSTGRES_URL")
        return 2
    with tempfile.TemporaryDirectory(prefix="baocao-workers-") as folder:
        made = material.make(Path(folder) / "made", asked.submissions, 2)
        ratio = measured(Path(folder), made, server, asked.rounds)
    load = os.getloadavg()[0]
    print(f"two workers do {ratio:.2f} times what one does; aim {AIM}; load {load:.1f}")
    return int(ratio < AIM)


def measured(
    folder: Path, made: Sequence[material.Submission], server: str, rounds: int = 1
) -> float:
    """How many times as fast two workers are as one, by the middle of the rounds."""
    found: dict[int, list[Round]] = {1: [], 2: []}
    for number in range(rounds):
        for workers in found:
            place = folder / f"{number}-{workers}"
            place.mkdir()
            found[workers].append(taken_in(place, made, server, workers))
            print(line(found[workers][-1], len(made)), flush=True)
    return median(one.seconds for one in found[1]) / median(two.seconds for two in found[2])


def line(found: Round, submissions: int) -> str:
    """For people."""
    shares = " + ".join(map(str, found.shares))
    disk = f"{found.kept / 1024:.0f} KB kept and {found.rows / 1024:.0f} KB of rows each"
    return (
        f"{found.workers} worker{'s' * (found.workers > 1)}: {found.seconds:.1f} s, "
        f"{found.seconds / submissions * 1000:.1f} ms a submission, processor "
        f"{found.cpu / submissions * 1000:.1f} ms; {shares}; {disk}"
    )


def taken_in(folder: Path, made: Sequence[material.Submission], server: str, workers: int) -> Round:
    """All of them by so many workers, in an empty folder and a new database."""
    with postgres_database(server) as url:
        site = Site(material.office(), folder, url, 1)
        with site.workplace(0) as workplace:
            cycle = workplace.office.cycle(material.CYCLE)
            opening.ask(workplace, cycle, opening.agencies_to_ask(workplace, cycle))
        material.fill_mailbox(site.office, site.mailbox, made)
        with site.workplace(_DAYS) as workplace:
            for mailbox in workplace.rules.mailboxes:
                collect(workplace, open_inbox(mailbox, workplace.now), UNLIMITED)
        before = _sizes(url, site)
        cores = sorted(os.sched_getaffinity(0))
        started = [_started(folder, url, cores[number % len(cores)]) for number in range(workers)]
        for one in started:
            assert one.stdout is not None and one.stdout.readline() == "ready\n"
        began = time.monotonic()
        for one in started:
            assert one.stdin is not None
            one.stdin.write("\n")
            one.stdin.flush()
        told = [one.communicate()[0] for one in started]
        seconds = time.monotonic() - began
        answers = [json.loads(one) for one in told]
        recorded(site, len(made))
        kept, rows = (now - then for now, then in zip(_sizes(url, site), before, strict=True))
        mails = sum(one.mail.stat().st_size for one in made)
    if sum(one["messages"] for one in answers) != len(made):
        raise BenchmarkFault(f"{answers} of {len(made)}")
    shares = [one["messages"] for one in answers]
    cpu = sum(one["cpu"] for one in answers)
    return Round(workers, seconds, shares, cpu, (mails + kept) / len(made), rows / len(made))


def _sizes(url: str, site: Site) -> tuple[int, int]:
    """Bytes that lie in the raw store, and in the database."""
    engine = sqlalchemy.create_engine(url)
    try:
        with engine.connect() as connection:
            asked = "SELECT pg_database_size(current_database())"
            rows = int(connection.exec_driver_sql(asked).scalar_one())
    finally:
        engine.dispose()
    raw = site.folder / "raw"
    return sum(path.stat().st_size for path in raw.rglob("*") if path.is_file()), rows


def _started(folder: Path, url: str, core: int) -> subprocess.Popen[str]:
    asked = json.dumps({"folder": str(folder), "url": url, "core": core})
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.workers", "--work", asked],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _work(asked: dict[str, str]) -> int:
    """A worker: warm, it waits for the word to begin."""
    os.sched_setaffinity(0, {int(asked["core"])})
    site = Site(material.office(), Path(asked["folder"]), asked["url"], 1)
    with site.workplace(_DAYS) as workplace:
        _ = workplace.reader
        print("ready", flush=True)
        sys.stdin.readline()
        watch = Stopwatch()
        done = work_through(workplace, UNLIMITED)
        measure = watch.stop("a worker", max(1, len(done.messages)))
    if done.failures:
        raise BenchmarkFault(done.failures[0])
    cpu = measure.own_cpu + measure.below_cpu
    print(json.dumps({"messages": len(done.messages), "cpu": cpu}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
