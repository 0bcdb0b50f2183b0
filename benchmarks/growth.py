"""`make growth`: what each stage costs as submissions grow, in versions of one register's agencies.

    python -m benchmarks.growth [--counts 300 3000 10000] [--database sqlite|postgresql]
                                [--made DIR] [--json FILE]

Submissions are made outside the stopwatch and are those of `make bench`. Intake goes in portions,
so that the last can be held against the first; every other stage runs in a process of its own,
whose processor time and largest memory are printed beside the aims. Ends by itself; ten thousand
take about half an hour.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks import material, stages
from benchmarks.stages import Site, Stopwatch
from tasks.adapters.boards.boards import boards
from tasks.adapters.intake.collecting import collect
from tasks.adapters.intake.working import work_through
from tasks.adapters.mailbox.opening import open_inbox
from tasks.adapters.standings import standings_of_cycle
from tasks.adapters.work import opening
from tasks.adapters.work.consolidating import consolidate_cycle
from tasks.adapters.work.exporting import export_into
from tasks.adapters.work.reminding import write_reminders
from tasks.adapters.workplace import Workplace

COUNTS = (300, 3_000, 10_000)
CORES = os.cpu_count() or 1
AIM_SECONDS, AIM_MIB = 60.0, 300.0  # at the largest count
DAYS = 7  # after the cycle's opening, when the stages look
PORTION = 500
#: How much dearer and larger the last portion of an intake may be than the first, to be flat.
AIM_FLAT = 1.15


@dataclass(frozen=True)
class Grown:
    """What one count of submissions costs."""

    count: int
    each: tuple[float, float]  # ms of processor time a submission: first portion, last
    memory: tuple[float, float]  # MiB at the most, after the first portion and the last
    stages: Mapping[str, Mapping[str, float]]  # seconds by the clock, of the processor, MiB

    @property
    def is_met(self) -> bool:
        """Whether it keeps to the aims of the largest count."""
        flat = all(last <= first * AIM_FLAT for first, last in (self.each, self.memory))
        return flat and all(map(keeps, self.stages.values()))


def keeps(stage: Mapping[str, float]) -> bool:
    """Whether a stage keeps to its aims."""
    return stage["seconds"] <= AIM_SECONDS and stage["mib"] <= AIM_MIB


def _status(workplace: Workplace) -> None:
    cycle = workplace.office.cycle(material.CYCLE)
    with workplace.engine.begin() as connection:
        standings_of_cycle(workplace, connection, cycle)


def _boards(workplace: Workplace) -> None:
    boards(workplace, [workplace.office.cycle(material.CYCLE)])


def _consolidation(workplace: Workplace) -> None:
    consolidate_cycle(workplace, workplace.office.cycle(material.CYCLE))


def _reminders(workplace: Workplace) -> None:
    write_reminders(workplace, workplace.office.cycle(material.CYCLE))


def _table(workplace: Workplace) -> None:
    with tempfile.TemporaryDirectory(prefix="baocao-xuat-") as folder:
        export_into(Path(folder), workplace, workplace.office.cycle(material.CYCLE))


STAGES: dict[str, Callable[[Workplace], None]] = {
    "standings": _status,
    "reminders": _reminders,
    "boards": _boards,
    "consolidation and its papers": _consolidation,
    "export, table for machines": _table,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line: 0 when the aims are met at the largest count."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--counts", type=int, nargs="+", default=list(COUNTS))
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--stage", help="one stage in this process; for the command itself")
    parser.add_argument("--site", type=Path, help="its folder")
    parser.add_argument("--url", help="its database")
    parser.add_argument("--made", type=Path, help="where enough submissions have been made")
    parser.add_argument("--json", type=Path, help="write what was found there")
    asked = parser.parse_args(arguments)
    if asked.stage:
        print(json.dumps(_alone(asked.stage, asked.site, asked.url)))
        return 0
    found = []
    with tempfile.TemporaryDirectory(prefix="baocao-growth-") as folder:
        made = material.found(asked.made) if asked.made else None
        for count in asked.counts:
            place = Path(folder) / str(count)
            some = made[:count] if made else material.make(place / "made", count, CORES)
            found.append(_measured(place, some, asked.database))
    if asked.json:
        asked.json.write_text(json.dumps([asdict(one) for one in found]), encoding="utf-8")
    return int(not found[-1].is_met)


def read(file: Path) -> list[Grown]:
    """What another process found."""
    return [Grown(**one) for one in json.loads(file.read_text(encoding="utf-8"))]


def _measured(folder: Path, made: Sequence[material.Submission], database: str) -> Grown:
    """One count, printed."""
    place, count = folder / "site", len(made)
    place.mkdir(parents=True)
    print(f"\n{count} submissions on {database}", flush=True)
    print(f"{'stage':36}{'s':>9}{'CPU s':>9}{'MiB':>9}")
    with ExitStack() as stack:
        if database == "sqlite":
            url = stack.enter_context(stages.sqlite_database(place))
        else:
            server = stages.postgres_server()
            assert server is not None, "no PostgreSQL server answers"
            url = stack.enter_context(stages.postgres_database(server))
        site = Site(material.office(), place, url, CORES)
        each, memory = _take_in(site, made)
        found = {stage: _in_a_process(stage, place, url) for stage in STAGES}
        return Grown(count, (each[0], each[-1]), (memory[0], memory[-1]), found)


def _take_in(
    site: Site, made: Sequence[material.Submission]
) -> tuple[Sequence[float], Sequence[float]]:
    """Milliseconds a submission and the largest memory, by portion."""
    with site.workplace(0) as workplace:
        cycle = workplace.office.cycle(material.CYCLE)
        opening.ask(workplace, cycle, opening.agencies_to_ask(workplace, cycle))
    each: list[float] = []
    memory: list[float] = []
    for begin in range(0, len(made), PORTION):
        portion = made[begin : begin + PORTION]
        material.fill_mailbox(site.office, site.mailbox, portion)
        watch = Stopwatch()
        with site.workplace(DAYS) as workplace:
            for mailbox in workplace.rules.mailboxes:
                collect(workplace, open_inbox(mailbox, workplace.now), stages.UNLIMITED)
            work_through(workplace, stages.UNLIMITED)
        each.append(watch.stop("", len(portion)).cpu_ms)
        memory.append(_largest_mib())
    print(
        f"intake, CPU ms a submission: first {PORTION} {each[0]:.1f}, last {each[-1]:.1f}; "
        f"largest memory {memory[0]:.0f} to {memory[-1]:.0f} MiB",
        flush=True,
    )
    return each, memory


def _in_a_process(stage: str, place: Path, url: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.growth", "--stage", stage]
    command += ["--site", str(place), "--url", url]
    ended = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(ended.stdout.splitlines()[-1])
    told = "" if keeps(found) else f"   aim {AIM_SECONDS:.0f} s, {AIM_MIB:.0f} MiB: not met"
    line = f"{stage:36}{found['seconds']:9.2f}{found['cpu']:9.2f}{found['mib']:9.0f}{told}"
    print(line, flush=True)
    return found


def _alone(stage: str, place: Path, url: str) -> dict[str, float]:
    """One stage over a prepared place, with the largest memory that this process has had."""
    site = Site(material.office(), place, url, 1)
    with site.workplace(DAYS) as workplace:
        workplace.now += dt.timedelta(hours=1)
        began, cpu = time.perf_counter(), time.process_time()
        STAGES[stage](workplace)
        seconds = time.perf_counter() - began
        return {"seconds": seconds, "cpu": time.process_time() - cpu, "mib": _largest_mib()}


def _largest_mib() -> float:
    """Of this process; what getrusage says begins with that of the process it was forked from."""
    said = Path("/proc/self/status").read_text()
    return int(said.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    sys.exit(main())
