"""`python -m benchmarks.checks`: what checking a good workbook costs, step by step.

Processor time of this process, a workbook, over faultless ones. Each step has its own time alone:
what it asks of another step counts there.
"""

from __future__ import annotations

import argparse
import functools
import importlib
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks import material
from benchmarks.elsewhere.__main__ import filled
from models.domain.answers.examining import examine_content
from models.domain.answers.standing import verdict_of
from models.domain.reading.office import Office
from models.domain.reading.submissions import Verdict
from tasks.adapters.reading.file_kinds import FileKind
from tasks.adapters.reading.workbook_reader import read_workbook

COUNT = 60
ROUNDS = 5
#: Step, the module, and the name under which its callers find it there.
STEPS = (
    ("unzipped, within limits", "tasks.adapters.reading.archives", "CountedZip.read_all"),
    ("parts and their relations", "tasks.adapters.reading.workbook_reader", "package_of"),
    ("cells, by the library", "tasks.adapters.reading.workbook_reader", "_Tables.__init__"),
    ("cells, by the library", "tasks.adapters.reading.workbook_reader", "_Tables.rows"),
    (
        "styles and letters",
        "tasks.adapters.reading.ooxml.looks.ooxml_looks",
        "WorkbookLooks.__init__",
    ),
    ("how cells look", "tasks.adapters.reading.ooxml.looks.ooxml_looks", "WorkbookLooks.of"),
    ("comments", "tasks.adapters.reading.workbook_reader", "comments_of"),
    ("shapes over cells", "tasks.adapters.reading.workbook_reader", "shapes_of"),
    ("hidden rows and columns", "tasks.adapters.reading.workbook_reader", "hidden_places"),
    ("read, all else", "benchmarks.checks", "read_workbook"),
    ("conditions decided", "models.domain.reading.interpretation", "looks_on"),
    ("shown held against read", "models.domain.reading.interpretation", "compare_looks"),
    ("understood, all else", "models.domain.answers.examining", "interpret"),
)
_RULES = "models.domain.rules.running"


class OwnTimes:
    """Milliseconds of processor time by step, the steps within it left out."""

    def __init__(self) -> None:
        self.spent: Counter[str] = Counter()
        self._within: list[float] = []

    def timed(self, name_of: Callable[..., str], function: Callable[..., Any]) -> Any:
        """The function, its own time noted under the name that its arguments give."""

        @functools.wraps(function)
        def run(*given: Any, **named: Any) -> Any:
            began = time.process_time()
            self._within.append(0.0)
            try:
                return function(*given, **named)
            finally:
                took = time.process_time() - began
                self.spent[name_of(*given)] += (took - self._within.pop()) * 1000
                if self._within:
                    self._within[-1] += took

        return run

    def watch(self) -> None:
        """Has every step noted from now on, for as long as this process lives."""
        for step, module, path in STEPS:
            *owner, name = path.split(".")
            place: Any = importlib.import_module(module)
            for part in owner:
                place = getattr(place, part)
            setattr(place, name, self.timed(lambda *_, step=step: step, getattr(place, name)))
        rules = importlib.import_module(_RULES)
        rule_of = self.timed(lambda rule, _: f"rules {rule.code.partition('-')[0]}", rules.run_rule)
        rules.run_rule = rule_of  # type: ignore[attr-defined]


def check(office: Office, path: Path) -> None:
    """One workbook read and checked; it must be a good one."""
    content = read_workbook(path.read_bytes(), FileKind.XLSX)
    examination = examine_content(content, office)
    if verdict_of(examination.findings) is not Verdict.ACCEPTED:
        raise RuntimeError(f"{path.name} is no good workbook")


def whole(office: Office, paths: Sequence[Path]) -> float:
    """Milliseconds of processor time a workbook, nothing noted on the way."""
    began = time.process_time()
    for path in paths:
        check(office, path)
    return (time.process_time() - began) / len(paths) * 1000


def main(arguments: list[str] | None = None) -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description="What checking a good workbook costs")
    parser.add_argument("--count", type=int, default=COUNT)
    chosen = parser.parse_args(arguments)
    office = material.office()
    with tempfile.TemporaryDirectory(prefix="baocao-checks-") as folder:
        paths = filled(Path(folder) / "made", chosen.count)
        whole(office, paths)
        best = min(whole(office, paths) for _ in range(ROUNDS))
        times = OwnTimes()
        times.watch()
        whole(office, paths)
    total = sum(times.spent.values())
    print(
        f"{best:.2f} ms of processor time a workbook, the best of {ROUNDS} rounds of {len(paths)}"
    )
    print("\n| step | ms | share |\n|---|---|---|")
    for step, spent in times.spent.most_common():
        print(f"| {step} | {spent / len(paths):.2f} | {spent / total:.1%} |")


if __name__ == "__main__":
    # Under its own name, so that a step of this module is found where its callers find it.
    importlib.import_module("benchmarks.checks").main()
