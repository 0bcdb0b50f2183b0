"""Which test files cost the most processor time: a plugin that sums it up and prints the dearest.

Counted is the time of the process and of its children that have ended and were waited for, and of
those that are known to outlive a file. What a file sets up for others too, a server or a played
cycle, is counted where it was first asked for.
"""

from __future__ import annotations

import io
import os
import resource
import sys
from collections import Counter
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

SHOWN = 10
WORTH_TELLING = 30  # seconds: of less nothing is said, nor the yardstick taken
PARSES = 200
#: A filled workbook of an agency, of the middle size: its bare parse is the yardstick.
YARDSTICK = "tests/fixtures/yardstick.xlsx"
#: Children of this process that live as long as it does, from which others are forked.
outliving: set[int] = set()
#: Seconds of processes that ended elsewhere for this one, each told once.
told: list[float] = []
_KEY = "processor_seconds"
_COLLECTING = "(collecting)"
_WHOLE = "(whole)"


def processor_seconds() -> float:
    """User and system time of this process, of its children that have ended or will outlive."""
    own, children = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    ended = own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
    return ended + sum(told) + sum(map(seconds_so_far, outliving | _forkers()))


def _forkers() -> set[int]:
    """Those from which this process has its readers forked."""
    forked_readers = sys.modules.get("tasks.adapters.reading.forking.forked_readers")
    return set(forked_readers.forkers()) if forked_readers else set()


def seconds_so_far(pid: int) -> float:
    """Of a living process and of its children that have ended."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text()
    # It has ended after all, even while it was looked at, and is counted with those.
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    # After the name, which may hold anything: utime, stime, cutime and cstime of proc(5).
    fields = told.rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def thousand_parses(content: bytes) -> float:
    """Processor seconds that python-calamine needs to read 1,000 such workbooks."""
    from python_calamine import CalamineWorkbook  # for start-up cost: a focused run has no need

    before = processor_seconds()
    for _ in range(PARSES):
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python()
    return (processor_seconds() - before) * 1000 / PARSES


class Durations:
    """Sums processor time by test file, over all workers."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._by_file: Counter[str] = Counter()
        self._file, self._began = "", 0.0
        self._workers = 0.0
        self._all = config.getoption("--all-files", False)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        """A test with what is set up for it and taken down after it: looked at where a file begins,
        as those of one file follow each other."""
        if (file := item.nodeid.partition("::")[0]) != self._file:
            self._count(file)

    def _count(self, next_file: str) -> None:
        """To the file that was under way; nothing where none was."""
        now = processor_seconds()
        if self._file:
            self._by_file[self._file] += now - self._began
        self._file, self._began = next_file, now

    @pytest.hookimpl(wrapper=True)
    def pytest_collection(self) -> Generator[None, object, object]:
        """All files imported, in each worker anew."""
        before = processor_seconds()
        try:
            return (yield)
        finally:
            self._by_file[_COLLECTING] += processor_seconds() - before

    def pytest_sessionfinish(self) -> None:
        """A worker hands its sums to the controller."""
        self._count("")
        handed = getattr(self._config, "workeroutput", None)
        if handed is not None:
            handed[_KEY] = {**self._by_file, _WHOLE: processor_seconds()}

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """The controller adds up what its workers hand over."""
        handed = dict(getattr(node, "workeroutput", {}).get(_KEY, {}))
        self._workers += handed.pop(_WHOLE, 0.0)
        self._by_file.update(handed)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """The dearest files, the total, and the total in bare parses of 1,000 workbooks."""
        whole = processor_seconds() + self._workers
        if self._workers:  # they are children that have ended; what they hand over is finer
            own = resource.getrusage(resource.RUSAGE_SELF)
            whole = own.ru_utime + own.ru_stime + self._workers
        if whole < WORTH_TELLING and not self._all:
            return
        parses = thousand_parses((self._config.rootpath / YARDSTICK).read_bytes())
        write = terminalreporter.write_line
        terminalreporter.section(f"processor time: the {SHOWN} dearest files")
        rows = self._by_file.most_common(len(self._by_file) if self._all else SHOWN)
        for name, seconds in rows:
            write(f"{seconds:8.1f} s {seconds / parses:7.1f}  {name}")
        write(
            f"{whole:8.1f} s {whole / parses:7.1f}  everything; the second column counts in bare "
            f"parses of 1,000 workbooks, {parses:.2f} s each in this run"
        )
