"""What is aimed at, and how it stands: every row beside its figure, ratios of one run.

A row that was not measured stands there too, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks import growth, mail, workers
from benchmarks.cold import Cold
from benchmarks.deadline_day import AIM_SECONDS, AIM_SHARE, Day
from benchmarks.growth import AIM_FLAT, AIM_MIB, Grown
from benchmarks.stages import Measure

PARSED = 1_000  # workbooks, in whose bare parse a demonstration is counted
DATABASES = ("SQLite", "PostgreSQL")
HEADER = ("aim", "stands", "wanted", "", "if not: what was tried")


@dataclass(frozen=True)
class Aim:
    """One row: a figure, and the limit that it is to keep to.

    `tried` names the part of benchmarks/README.md that says what was tried and left.
    """

    name: str
    stands: float | None  # None where it was not measured
    limit: float
    tried: str
    at_most: bool = True
    unit: str = ""
    why: str = "not measured"

    @property
    def is_met(self) -> bool:
        """Whether it keeps to it."""
        if self.stands is None:
            return False
        return self.stands <= self.limit if self.at_most else self.stands >= self.limit

    def cells(self) -> tuple[str, str, str, str, str]:
        """For a table."""
        wanted = f"{'at most' if self.at_most else 'at least'} {self.limit:g}{self.unit}"
        if self.stands is None:
            return self.name, "", wanted, self.why, ""
        said = "met" if self.is_met else "**not met**"
        stands = f"{self.stands:.2f}{self.unit}"
        return self.name, stands, wanted, said, "" if self.is_met else f"«{self.tried}»"


def of_reading(measures: Sequence[Measure], writing: Sequence[Measure]) -> Iterator[Aim]:
    """Of intake, checking and writing, in processor time."""
    found = {m.name: m.cpu_ms for m in (*measures, *writing)}
    parse = found["bare parse, one process"]
    scripts = {"file by file": 15, "all files at once": 5}
    tried = "Where an intake's time goes"
    for database in DATABASES:
        name = f"whole intake, {database}"
        cost = next((cost for n, cost in found.items() if n.startswith(name)), None)
        why = "no PostgreSQL server"
        for way, limit in scripts.items():
            script = found[f"analyst's script, {way}, one process"]
            times = script / cost if cost else None
            faster = f"{name}: times faster than the script, {way}"
            yield Aim(faster, times, limit, tried, at_most=False, why=why)
        yield Aim(f"{name}, in bare parses", cost / parse if cost else None, 10, tried, why=why)
    here = found["reading and checking, in this process"]
    yield Aim("reading and checking, in bare parses", here / parse, 4, "What checking costs")
    written, marked = "templates written", "returned workbooks marked, one child"
    tried = "Where an intake's time goes"
    yield Aim("a template, in bare parses", found[written] / parse, 12, tried)
    yield Aim("a marked workbook, in bare parses", found[marked] / parse, 36, tried)


def of_commands(cold: Cold | None, parse_ms: float, why: str) -> Iterator[Aim]:
    """Of commands from a cold start, and of the demonstration."""
    unit = parse_ms * PARSED / 1000
    rows = (
        ("--help, in bare interpreters", 8, lambda c: c.help / c.bare),
        ("check of one file, in bare interpreters", 20, lambda c: c.check / c.bare),
        ("check, each further file, in bare parses", 7, lambda c: c.check_more * 1000 / parse_ms),
        ("status after a year, in bare interpreters", 35, lambda c: c.status / c.bare),
        ("a demonstrated plan, in bare parses of 1,000", 27, lambda c: c.plan / unit),
        ("a demonstrated year, in bare parses of 1,000", 72, lambda c: c.year / unit),
    )
    for name, limit, stands in rows:
        yield Aim(name, stands(cold) if cold else None, limit, "Cold starts", why=why)


def of_letters(ratio: float | None, why: str) -> Aim:
    """Of a letter on its way."""
    return Aim("a ready letter, in times of aiosmtplib", ratio, mail.AIM, "A letter", why=why)


def of_the_last_day(day: Day | None, why: str) -> Iterator[Aim]:
    """Of the last day."""
    tried = "The last day"
    all_of_them = day and 100 * len(day.waits) / day.replies * (not day.twice)
    name = f"replies of the last day answered{f', of {day.replies}' if day else ''}, each once"
    yield Aim(name, all_of_them, 100, tried, at_most=False, unit=" %", why=why)
    name = f"of them within {AIM_SECONDS:.0f} s"
    share = day and 100 * day.within_aim
    yield Aim(name, share, 100 * AIM_SHARE, tried, at_most=False, unit=" %", why=why)


def of_growth(grown: Grown | None, why: str) -> Iterator[Aim]:
    """Of the largest count of submissions."""
    count, tried = f"{grown.count:,}" if grown else "10,000", "Growth"
    first_to_last = f"intake up to {count}, last {growth.PORTION} by first {growth.PORTION}"
    dearer = grown and grown.each[1] / grown.each[0]
    larger = grown and grown.memory[1] / grown.memory[0]
    yield Aim(f"{first_to_last}: processor time", dearer, AIM_FLAT, tried, why=why)
    yield Aim(f"{first_to_last}: largest memory", larger, AIM_FLAT, tried, why=why)
    for stage in growth.STAGES:
        found: Mapping[str, float] = grown.stages[stage] if grown else {}
        name, seconds = f"{stage} at {count}", growth.AIM_SECONDS
        yield Aim(f"{name}: clock", found.get("seconds"), seconds, tried, unit=" s", why=why)
        yield Aim(f"{name}: memory", found.get("mib"), AIM_MIB, tried, unit=" MiB", why=why)


def of_workers(ratio: float | None, why: str) -> Aim:
    """Of a second worker."""
    name = "two workers, in times of one"
    return Aim(name, ratio, workers.AIM, "Several workers", at_most=False, why=why)


def of_tests() -> Aim:
    """Of the whole of the tests, which print it themselves."""
    name = "`make test`, in bare parses of 1,000"
    return Aim(name, None, 530, "", why="15 minutes of processor; `make test` ends with it")
