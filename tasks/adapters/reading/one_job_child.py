"""Asking a process of its own about one file: it may die of it, and is asked again.

For the few files that want another library than workbooks: the child starts, answers once, ends.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from typing import IO, cast

from models.domain.errors import BaocaoError
from tasks.adapters.reading.child_limits import REFUSED
from tasks.adapters.reading.reader_limits import GRACE_SECONDS, JobLimits
from tasks.adapters.reading.reader_process import Ending, child_environment, ending_of

TRIES = 3


class ChildRefused(BaocaoError):
    """Raised for what a child could not follow, or not within its limits."""


class ChildLost(BaocaoError):
    """Raised when the child was gone each time: perhaps for the machine, so nothing is said."""


@dataclass(frozen=True, slots=True)
class OneJob:
    """A module to be run as such a child: it takes its limits as arguments, its job as input."""

    module: str
    limits: JobLimits
    most_answer: int  # bytes

    def answer_to(self, job: bytes) -> bytes:
        """What a child says. Raises ChildRefused, ChildLost, OSError where none can start."""
        lost = ""
        for _ in range(TRIES):
            status, answer = self.asked(job)
            if status == 0:
                return answer
            if status == REFUSED:
                raise ChildRefused("tệp hỏng hoặc vượt giới hạn đọc")
            ending = ending_of(status, "")
            if ending is Ending.PROCESSOR:
                raise ChildRefused("đọc quá lâu")
            lost = ending.vietnamese
        raise ChildLost(f"đã thử {TRIES} lần: {lost}")

    def asked(self, job: bytes) -> tuple[int, bytes]:
        """How a child ended, before which the job lay open, and what it said."""
        with tempfile.TemporaryFile() as file:
            file.write(job)
            file.seek(0)
            child = subprocess.Popen(
                [sys.executable, "-S", "-P", "-m", self.module, *self.limits.as_arguments()],
                stdin=file,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=child_environment(),
            )
        watch = threading.Timer(self.limits.wall_seconds + GRACE_SECONDS, child.kill)
        watch.start()
        with child, cast("IO[bytes]", child.stdout) as answers:
            answer = answers.read(self.most_answer + 1)
            if len(answer) > self.most_answer:
                child.kill()
            status = child.wait()
        watch.cancel()
        return (REFUSED if len(answer) > self.most_answer else status), answer
