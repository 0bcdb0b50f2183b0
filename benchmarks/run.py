"""`make bench`: everything measured side by side in one run, every aim beside how it stands.

    python -m benchmarks.run [--count N] [--cores N] [--folder DIR] [--markdown FILE]
                             [--quick | --all] [--parts NAME ...] [--grown N ...]

`--quick` leaves out all parts but reading, intake and writing. `--all` (`make bench-all`) plays the
last day in its whole length and growth with a count in between. In FILE the figures replace those
between its two marks, or all of it where it has none.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from benchmarks import cold, deadline_day, growth, mail, material, stages, workers
from benchmarks.figures import Report
from benchmarks.stages import Site
from models.domain.reading.office import Office

warnings.filterwarnings("ignore", category=DeprecationWarning)

GROWN = (300, 10_000)
REPLIES, MINUTES = 2_000, 10.0  # of the last day
_SHARE = 0.3  # of it that is played where not all is: as many in a minute
BEGIN, END = "<!-- figures of one run -->", "<!-- end of the figures -->"


def main() -> None:
    """The command line."""
    arguments = _arguments()
    began = time.monotonic()
    cores = _keep_to_cores(arguments.cores)
    report = Report(arguments.count, cores)
    with tempfile.TemporaryDirectory(prefix="baocao-bench-", dir=arguments.folder) as made:
        folder = Path(made)
        (folder / "base").mkdir()
        measure(folder / "base", arguments.count, cores, report)
        _further(folder, arguments, cores, report)
    report.minutes = (time.monotonic() - began) / 60
    print()
    print(report.text())
    if arguments.markdown:
        write(arguments.markdown, report.markdown())


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1000, help="submissions (1000)")
    parser.add_argument("--cores", type=int, default=0, help="keep to so many cores (all)")
    parser.add_argument("--folder", type=Path, default=None, help="on the disk to be measured")
    parser.add_argument("--quick", action="store_true", help="none of the further parts")
    parser.add_argument("--all", action="store_true", help="the last day and growth in full")
    parser.add_argument(
        "--parts", nargs="*", choices=list(PARTS), default=list(PARTS), help="these alone"
    )
    parser.add_argument("--grown", type=int, nargs="+", help="counts of submissions for growth")
    parser.add_argument("--replies", type=int, help="of the last day")
    parser.add_argument("--markdown", type=Path, default=None, help="write the tables there too")
    found = parser.parse_args()
    found.parts = [] if found.quick else found.parts
    found.grown = found.grown or (growth.COUNTS if found.all else GROWN)
    found.replies = found.replies or round(REPLIES * (1 if found.all else _SHARE))
    return found


def write(file: Path, figures: str) -> None:
    """Puts the figures between the file's marks, or makes them all of it."""
    before = file.read_text(encoding="utf-8") if file.exists() else ""
    head, begin, rest = before.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if begin and end:
        figures = f"{head}{BEGIN}\n\n{figures}\n{END}{tail}"
    file.write_text(figures, encoding="utf-8")


def _further(folder: Path, asked: argparse.Namespace, cores: int, report: Report) -> None:
    """The parts beside reading, intake and writing. One that fails is said, and keeps none."""
    made: list[material.Submission] = []
    if {"day", "growth", "workers"} & set(asked.parts):
        number = max(asked.replies, *asked.grown) if "growth" in asked.parts else asked.replies
        print(f"{number} submissions are made ...", flush=True)
        made = material.make(folder / "made", number, cores)

    def day() -> None:
        some, minutes = made[: asked.replies], MINUTES * asked.replies / REPLIES
        (folder / "day").mkdir()
        report.day = deadline_day.measured(folder / "day", some, minutes * 60, cores)

    def grown() -> None:
        # In a process of its own: its memory is measured.
        found = folder / "growth.json"
        command = [sys.executable, "-m", "benchmarks.growth", "--made", str(folder / "made")]
        command += ["--json", str(found), "--counts", *map(str, asked.grown)]
        subprocess.run(command, check=False)  # 1 where an aim is not met
        report.grown = growth.read(found)

    def two_workers() -> None:
        server = stages.postgres_server()
        if server is None:
            report.missing["workers"] = "no PostgreSQL server"
            return
        (folder / "workers").mkdir()
        report.workers = workers.measured(folder / "workers", made[: asked.count], server)

    def commands() -> None:
        report.cold = cold.measured()

    def letters() -> None:
        report.mail = mail.ratio(mail.LETTERS)

    def floor() -> None:
        # In a process of its own: every step is wrapped for as long as it lives.
        command = [sys.executable, "-m", "benchmarks.checks"]
        ended = subprocess.run(command, check=True, capture_output=True, text=True)
        report.floor = ended.stdout.strip()
        print(report.floor)

    parts: dict[str, Callable[[], None]] = dict(
        zip(PARTS, (floor, commands, letters, two_workers, day, grown), strict=True)
    )
    for name in asked.parts:
        print(f"\n{name}: {PARTS[name]}", flush=True)
        try:
            parts[name]()
        except Exception as error:  # noqa: BLE001 - the other rows are worth their time
            traceback.print_exc()
            report.missing[name] = f"failed: {type(error).__name__}"


#: What can be measured beside reading, intake and writing.
PARTS = {
    "floor": "what checking costs, check by check",
    "cold": "commands from a cold start, the demonstration",
    "mail": "a letter beside aiosmtplib",
    "workers": "one worker, then two",
    "day": "the last day",
    "growth": "what grows with submissions",
}


def _keep_to_cores(wanted: int) -> int:
    """How many cores this run and its children may use."""
    if not hasattr(os, "sched_setaffinity"):
        return wanted or os.cpu_count() or 1
    allowed = sorted(os.sched_getaffinity(0))
    chosen = allowed[: wanted or len(allowed)]
    os.sched_setaffinity(0, chosen)
    return len(chosen)


def measure(folder: Path, count: int, cores: int, report: Report) -> None:
    """Makes the submissions and runs every stage over them."""
    office = material.office()
    print(f"{count} submissions are made ...", flush=True)
    made = material.make(folder, count, cores)
    material.write_analyst_tables(office, folder)
    for processes in sorted({1, cores}):
        report.add(stages.bare_parse(made, processes))
    report.add(stages.checked_here(office, made))
    for readers in sorted({1, cores}):
        report.add(stages.checked_in_pool(office, made, readers))
    _measure_intake(folder, office, made, cores, report)
    for one_by_one in (True, False):
        for processes in sorted({1, cores}):
            report.add(stages.analysed(folder, count, processes, one_by_one))


def _measure_intake(
    folder: Path,
    office: Office,
    made: Sequence[material.Submission],
    cores: int,
    report: Report,
) -> None:
    databases: list[tuple[str, AbstractContextManager[str]]] = []
    for name in ("SQLite", "PostgreSQL"):
        place = folder / name.lower()
        place.mkdir()
        if name == "SQLite":
            databases.append((name, stages.sqlite_database(place)))
        elif (server := stages.postgres_server()) is not None:
            databases.append((name, stages.postgres_database(server)))
    report.add(stages.templates_written(office))
    for name, database in databases:
        with database as url:
            site = Site(office, folder / name.lower(), url, cores)
            report.add(stages.taken_in(site, made, name))
            if name == "SQLite":
                report.add(stages.returned_marked(site))
                for consolidation in stages.consolidated(site):
                    report.add(consolidation)
                report.add(stages.delivered(site, made))


if __name__ == "__main__":
    main()
