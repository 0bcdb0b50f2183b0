"""`make bench`: everything measured side by side in one run, with ratios.

python -m benchmarks.run [--count N] [--cores N] [--folder DIR] [--markdown FILE] [--quick]

The last day and growth have commands of their own, since they take long: `make deadline-day`,
`make growth`.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import warnings
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from benchmarks import aims, cold, mail, material, stages
from benchmarks.stages import Measure, Site
from models.domain.reading.office import Office

warnings.filterwarnings("ignore", category=DeprecationWarning)


def main() -> None:
    """The command line."""
    arguments = _arguments()
    cores = _keep_to_cores(arguments.cores)
    with tempfile.TemporaryDirectory(prefix="baocao-bench-", dir=arguments.folder) as folder:
        report = Report(arguments.count, cores)
        measure(Path(folder), arguments.count, cores, report)
    if not arguments.quick:
        report.cold = cold.measured()
        report.mail = mail.ratio(mail.LETTERS)
    print()
    print(report.text())
    if arguments.markdown:
        arguments.markdown.write_text(report.markdown(), encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1000, help="submissions (1000)")
    parser.add_argument("--cores", type=int, default=0, help="keep to so many cores (all)")
    parser.add_argument("--folder", type=Path, default=None, help="on the disk to be measured")
    parser.add_argument("--quick", action="store_true", help="no commands, no year, no mail")
    parser.add_argument("--markdown", type=Path, default=None, help="write the table there too")
    return parser.parse_args()


def _keep_to_cores(wanted: int) -> int:
    """How many cores this run and its children may use."""
    if not hasattr(os, "sched_setaffinity"):
        return wanted or os.cpu_count() or 1
    allowed = sorted(os.sched_getaffinity(0))
    chosen = allowed[: wanted or len(allowed)]
    os.sched_setaffinity(0, chosen)
    return len(chosen)


class Report:
    """The measures of a run, and what they come to."""

    def __init__(self, count: int, cores: int) -> None:
        self.count, self.cores = count, cores
        self.measures: list[Measure] = []
        self.writing: list[Measure] = []
        self.cold: cold.Cold | None = None
        self.mail: float | None = None

    def add(self, measure: Measure) -> Measure:
        """Keeps one measure and shows it as it comes."""
        (self.measures if measure.unit == "submission" else self.writing).append(measure)
        print(f"  {measure.name:<54}{measure.each_ms:>10.2f} ms a {measure.unit}", flush=True)
        return measure

    def rows(self) -> list[Sequence[str]]:
        """Header and one row a measure, with how many times faster than each yardstick it is."""
        yardsticks = self._yardsticks()
        rows: list[Sequence[str]] = [
            (
                *("stage", "ms", "a second", "CPU ms", "own", "below"),
                *yardsticks,
                "accepted / returned / warned",
            )
        ]
        for m in self.measures:
            c = m.counts
            rows.append(
                (
                    m.name,
                    f"{m.each_ms:.2f}",
                    f"{1000 / m.each_ms:.0f}",
                    f"{m.cpu_ms:.2f}",
                    f"{m.own_cpu_ms:.2f}",
                    f"{m.below_cpu_ms:.2f}",
                    *(f"{y.each_ms / m.each_ms:.2f}" for y in yardsticks.values()),
                    f"{c.accepted} / {c.returned} / {c.warned}" if c else "",
                )
            )
        return rows

    def legend(self) -> list[str]:
        """What every figure means."""
        return [
            "ms: wall time a submission. CPU ms: processor time a submission, of all processes; "
            "own is this one's, below that of those below it, ended or not.",
            f"Every stage may use the same {self.cores} cores and no others; what it leaves idle "
            "counts against it.",
            "The columns between CPU and counts: how many times faster the stage is, in wall time, "
            "than",
            *(f"  {short}: {m.name}" for short, m in self._yardsticks().items()),
        ]

    def aims(self) -> list[Sequence[str]]:
        """Header and one row an aim."""
        found = list(aims.of_reading(self.measures, self.writing))
        if self.cold is not None:
            parse = next(m for m in self.measures if m.name == "bare parse, one process")
            found += aims.of_commands(self.cold, parse.cpu_ms)
        if self.mail is not None:
            found.append(aims.Aim("a ready letter, in times of aiosmtplib", self.mail, mail.AIM))
        return [
            ("processor time, but for letters", "stands", "aim", ""),
            *(a.cells() for a in found),
        ]

    def _yardsticks(self) -> dict[str, Measure]:
        """What everything is measured against, under a short name: P bare parse, A the script file
        by file, B the script over all files at once; with the number of processes."""
        letters = {"bare parse": "P", "file by file": "A", "all files at once": "B"}
        found: dict[str, Measure] = {}
        for m in self.measures:
            for words, letter in letters.items():
                if words in m.name:
                    found[f"{letter}{1 if 'one process' in m.name else self.cores}"] = m
        return found

    def text(self) -> str:
        """All of it for a terminal."""
        writing = [("stage", "ms", "pieces", "CPU ms")] + [
            (f"{m.name}, each {m.unit}", f"{m.each_ms:.1f}", str(m.pieces), f"{m.cpu_ms:.1f}")
            for m in self.writing
        ]
        return "\n\n".join(
            [
                self._title(),
                "\n".join(self.legend()),
                _aligned(self.rows()),
                _aligned(writing),
                _aligned(self.aims()),
            ]
        )

    def markdown(self) -> str:
        """All of it as Markdown."""
        writing = [("stage", "ms", "pieces", "CPU ms")] + [
            (f"{m.name}, each {m.unit}", f"{m.each_ms:.1f}", str(m.pieces), f"{m.cpu_ms:.1f}")
            for m in self.writing
        ]
        parts = [
            self._title(),
            _list(self.legend()),
            _table(self.rows()),
            _table(writing),
            _table(self.aims()),
        ]
        return "\n\n".join(parts) + "\n"

    def _title(self) -> str:
        return (
            f"{self.count} submissions, a fifth of them faulty; {self.cores} cores; "
            f"Python {platform.python_version()}, {platform.system()}."
        )


def measure(folder: Path, count: int, cores: int, report: Report) -> None:
    """Makes the submissions and runs every stage over them."""
    office = material.office()
    print(f"{count} submissions are made ...", flush=True)
    made = material.make(folder, count, cores)
    material.write_analyst_tables(office, folder)
    for processes in sorted({1, cores}):
        report.add(stages.bare_parse(made, processes))
    report.add(stages.checked_here(office, made))
    for workers in sorted({1, cores}):
        report.add(stages.checked_in_pool(office, made, workers))
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


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [row[0].ljust(widths[0])] + [
            c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True)
        ]
        lines.append("  ".join(cells).rstrip())
    lines.insert(1, "  ".join("-" * w for w in widths))
    return "\n".join(lines)


def _table(rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    lines.insert(1, "|" + "---|" * len(rows[0]))
    return "\n".join(lines)


def _list(lines: Sequence[str]) -> str:
    """Lines as Markdown; those set in become the points of the one before."""
    return "\n".join(f"{line[: len(line) - len(line.lstrip())]}- {line.lstrip()}" for line in lines)


if __name__ == "__main__":
    main()
