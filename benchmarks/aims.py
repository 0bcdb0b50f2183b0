"""What is aimed at, and how it stands: every row beside its figure, ratios of one run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.cold import Cold
from benchmarks.stages import Measure

_PARSED = 1_000  # workbooks, in whose bare parse a demonstration is counted


@dataclass(frozen=True)
class Aim:
    """One row: a figure, and the limit that it is to keep to."""

    name: str
    stands: float
    limit: float
    at_most: bool = True

    @property
    def is_met(self) -> bool:
        """Whether it keeps to it."""
        return self.stands <= self.limit if self.at_most else self.stands >= self.limit

    def cells(self) -> tuple[str, str, str, str]:
        """For a table."""
        wanted = f"{'at most' if self.at_most else 'at least'} {self.limit:g}"
        return self.name, f"{self.stands:.2f}", wanted, "met" if self.is_met else "not met"


def of_reading(measures: list[Measure], writing: list[Measure]) -> Iterator[Aim]:
    """Of intake, checking and writing, in processor time."""
    found = {m.name: m.cpu_ms for m in (*measures, *writing)}
    parse = found["bare parse, one process"]
    scripts = {"file by file": 15, "all files at once": 5}
    for name, cost in found.items():
        if name.startswith("whole intake"):
            for way, limit in scripts.items():
                script = found[f"analyst's script, {way}, one process"]
                faster = f"{name}: times faster than the script, {way}"
                yield Aim(faster, script / cost, limit, at_most=False)
            yield Aim(f"{name}, in bare parses", cost / parse, 10)
    here = found["reading and checking, in this process"]
    yield Aim("reading and checking, in bare parses", here / parse, 4)
    yield Aim("a template, in bare parses", found["templates written"] / parse, 12)
    marked = found["returned workbooks marked, one child"]
    yield Aim("a marked workbook, in bare parses", marked / parse, 36)


def of_commands(cold: Cold, parse_ms: float) -> Iterator[Aim]:
    """Of commands from a cold start, and of the demonstration."""
    yield Aim("--help, in bare interpreters", cold.help / cold.bare, 8)
    yield Aim("check of one file, in bare interpreters", cold.check / cold.bare, 20)
    yield Aim("check, each further file, in bare parses", cold.check_more * 1000 / parse_ms, 7)
    yield Aim("status after a year, in bare interpreters", cold.status / cold.bare, 35)
    unit = parse_ms * _PARSED / 1000
    yield Aim("a demonstrated plan, in bare parses of 1,000", cold.plan / unit, 27)
    yield Aim("a demonstrated year, in bare parses of 1,000", cold.year / unit, 72)
