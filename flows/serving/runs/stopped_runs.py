"""Runs that somebody has stopped and not let go on (SIGSTOP): told of, and ended after a while.

Such a run holds what it held: its flow's only place, and on SQLite perhaps the one write lock, so
that nobody else writes, the record of its own failure included. It is ended by its id; from then on
it is like any run whose process has died: shown as crashed, told of, and what it had to do is
wanted again.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from flows.serving.runs.run_forker import ENGINE, RUN

TOLD_AFTER, ENDED_AFTER = 60.0, 180.0  # seconds that it has been seen stopped
_STOPPED = ("T", "t")  # by a signal, by who follows its steps


class StoppedRuns:
    """Those below a process, by how long each has been seen stopped without a break."""

    def __init__(self, say: Callable[[str], None], above: int) -> None:
        self._say = say
        self._above = above
        self._since: dict[tuple[int, str], float] = {}  # by id and moment of its start
        self._told: set[tuple[int, str]] = set()

    def look(self) -> None:
        """Looks once; ends those that have been stopped for too long. Raises nothing."""
        now = time.monotonic()
        stopped = set(_stopped_below(self._above))
        self._since = {run: self._since.get(run, now) for run in stopped}
        self._told &= stopped
        for run, since in self._since.items():
            if now - since >= ENDED_AFTER:
                if _end(run):
                    self._say(
                        f"Đã kết thúc lượt chạy bị tạm dừng quá lâu (tiến trình {run[0]}); việc "
                        "của nó được làm lại."
                    )
            elif now - since >= TOLD_AFTER and run not in self._told:
                self._told.add(run)
                self._say(
                    f"Một lượt chạy đang bị tạm dừng từ bên ngoài (tiến trình {run[0]}), có thể "
                    "đang giữ cơ sở dữ liệu. Cho chạy tiếp bằng «kill -CONT», nếu không nó sẽ được "
                    "kết thúc và làm lại."
                )


def _stopped_below(above: int) -> Iterator[tuple[int, str]]:
    for pid in _below(above):
        with contextlib.suppress(OSError, IndexError):  # it has ended meanwhile
            state, started = _state(pid)
            if state in _STOPPED and _is_run(pid):
                yield pid, started


def _below(pid: int) -> Iterator[int]:
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            for child in _children(thread):
                yield child
                yield from _below(child)


def _children(thread: Path) -> list[int]:
    """Of one thread; none of one that has ended meanwhile."""
    with contextlib.suppress(OSError):
        return [int(child) for child in (thread / "children").read_text().split()]
    return []


def _state(pid: int) -> tuple[str, str]:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return fields[0], fields[19]


def _is_run(pid: int) -> bool:
    """Whether it was forked as a run, or started cold as one."""
    if Path(f"/proc/{pid}/comm").read_text().strip() == RUN:
        return True
    return ENGINE.encode() in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")


def _end(run: tuple[int, str]) -> bool:
    """Kills that very process, and no other that bears its number by now; whether it did."""
    pid, started = run
    with contextlib.suppress(OSError, IndexError):
        process = os.pidfd_open(pid)
        try:
            if _state(pid)[1] == started:
                signal.pidfd_send_signal(process, signal.SIGKILL)
                return True
        finally:
            os.close(process)
    return False
