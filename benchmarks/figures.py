"""The figures of one run of `make bench` as tables, for a terminal and for a page."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence

from benchmarks import aims, cold, growth
from benchmarks.deadline_day import Day
from benchmarks.growth import Grown
from benchmarks.stages import Measure

_PARTS = ("cold", "mail", "workers", "day", "growth")
_STAGES = "Reading, checking, intake"


class Report:
    """The measures of a run, and what they come to."""

    def __init__(self, count: int, cores: int) -> None:
        self.count, self.cores = count, cores
        self.measures: list[Measure] = []
        self.writing: list[Measure] = []
        self.cold: cold.Cold | None = None
        self.mail: float | None = None
        self.workers: float | None = None
        self.day: Day | None = None
        self.grown: Sequence[Grown] = ()
        self.floor = ""  # Markdown: what checking costs, check by check
        self.missing: dict[str, str] = {}  # why a part was not measured
        self.minutes = 0.0

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
        """Header and one row an aim: none is left out."""
        parse = next(m for m in self.measures if m.name == "bare parse, one process")
        why = {part: self.missing.get(part, "not measured") for part in _PARTS}
        found = [
            *aims.of_reading(self.measures, self.writing),
            *aims.of_commands(self.cold, parse.cpu_ms, why["cold"]),
            aims.of_letters(self.mail, why["mail"]),
            *aims.of_the_last_day(self.day, why["day"]),
            *aims.of_growth(self.grown[-1] if self.grown else None, why["growth"]),
            aims.of_workers(self.workers, why["workers"]),
            aims.of_tests(),
        ]
        return [aims.HEADER, *(a.cells() for a in found)]

    def growth(self) -> list[Sequence[str]]:
        """Header and one row a stage: processor time, by the clock, the largest memory."""
        rows: list[Sequence[str]] = [("stage", *(f"{one.count:,}" for one in self.grown))]
        for stage in growth.STAGES:
            cells = [one.stages[stage] for one in self.grown]
            said = (f"{c['cpu']:.1f} s, {c['seconds']:.1f} s, {c['mib']:.0f} MiB" for c in cells)
            rows.append((f"{stage}: processor, clock, memory", *said))
        each = (f"{one.each[0]:.1f}, {one.each[1]:.1f} ms" for one in self.grown)
        rows.append((f"intake, a submission: first {growth.PORTION}, last", *each))
        memory = (f"{one.memory[0]:.0f}, {one.memory[1]:.0f} MiB" for one in self.grown)
        rows.append(("intake, largest memory: after the first, the last", *memory))
        return rows

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
        tables = [_aligned(table) for _, table in self._tables()]
        return "\n\n".join(
            [self._title(), "\n".join(self.legend()), *tables, self.floor, *self._lines()]
        )

    def markdown(self) -> str:
        """All of it as Markdown, ready to stand in a page."""
        parts = [self._title()]
        for title, table in self._tables():
            parts += [f"## {title}", _table(table)]
            if title == _STAGES:
                parts.append(_list(self.legend()))
        if self.floor:
            parts += ["## The floor of reading and checking, check by check", self.floor]
        if self._lines():
            parts += ["## The last day of this run", _list(self._lines())]
        return "\n\n".join(parts) + "\n"

    def _tables(self) -> list[tuple[str, Sequence[Sequence[str]]]]:
        writing: list[Sequence[str]] = [("stage", "ms", "pieces", "CPU ms")]
        writing += [
            (f"{m.name}, each {m.unit}", f"{m.each_ms:.1f}", str(m.pieces), f"{m.cpu_ms:.1f}")
            for m in self.writing
        ]
        tables = [("The aims, and how they stand", self.aims()), (_STAGES, self.rows())]
        tables.append(("Writing", writing))
        if self.grown:
            tables.append(("Growth of this run", self.growth()))
        return tables

    def _lines(self) -> list[str]:
        return list(self.day.lines()) if self.day else []

    def _title(self) -> str:
        return (
            f"{self.count} submissions, a fifth of them faulty; {self.cores} cores; "
            f"Python {platform.python_version()}, {platform.system()}; {self.minutes:.0f} minutes, "
            f"load at the end {os.getloadavg()[0]:.1f}."
        )


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
