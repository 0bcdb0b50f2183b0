"""Outlook's winmail.dat: the files in it, opened in a process of its own that may die of it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from typing import IO, cast

import orjson

from models.domain.errors import BaocaoError
from tasks.adapters.reading.child_limits import REFUSED
from tasks.adapters.reading.reader_limits import GRACE_SECONDS, JobLimits
from tasks.adapters.reading.reader_process import Ending, child_environment, ending_of

LIMITS = JobLimits.of(512, 3)  # of processor time; the rest as for every reader
TRIES = 3
MAX_BYTES = 64_000_000  # of the file
MAX_ANSWER_BYTES = 70_000_000  # the contents that are let out of it, and their names
SIGNATURE = b"\x78\x9f\x3e\x22"

_COMMAND = (sys.executable, "-S", "-P", "-m", "tasks.adapters.messages.tnef_child")
_DAMAGED = "tệp hỏng hoặc vượt giới hạn đọc"


class TnefRefused(BaocaoError):
    """Raised for a winmail.dat that could not be opened within the limits."""


class TnefReaderLost(BaocaoError):
    """Raised when the child was gone each time: perhaps for the machine, so nothing is said."""


def tnef_files(content: bytes) -> Sequence[tuple[str, bytes]]:
    """Names, as the file gives them, and contents; none when it only holds formatting.

    Raises TnefRefused, TnefReaderLost, OSError where the machine starts no child.
    """
    if len(content) > MAX_BYTES:
        raise TnefRefused("tệp quá lớn")
    answer = _answer_to(content)
    heading, _, contents = answer.partition(b"\n")
    found = []
    try:
        for name, size in orjson.loads(heading):
            found.append((str(name), contents[: int(size)]))
            contents = contents[int(size) :]
    except (
        ValueError,
        TypeError,
        OverflowError,
    ):  # no answer of ours: whoever gave it is not believed
        raise TnefRefused(_DAMAGED) from None
    return found


def _answer_to(content: bytes) -> bytes:
    """What a child says to the file. Raises TnefRefused, TnefReaderLost, OSError."""
    lost = ""
    for _ in range(TRIES):
        status, answer = _asked(content)
        if status == 0:
            return answer
        if status == REFUSED:
            raise TnefRefused(_DAMAGED)
        ending = ending_of(status, "")
        if ending is Ending.PROCESSOR:
            raise TnefRefused("đọc quá lâu")
        lost = ending.vietnamese
    raise TnefReaderLost(f"không mở được winmail.dat, đã thử {TRIES} lần: {lost}")


def _asked(content: bytes) -> tuple[int, bytes]:
    """How a child ended, before which the file lay open, and what it said."""
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        child = subprocess.Popen(
            [*_COMMAND, *LIMITS.as_arguments()],
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=child_environment(),
        )
    watch = threading.Timer(LIMITS.wall_seconds + GRACE_SECONDS, child.kill)
    watch.start()
    with child, cast("IO[bytes]", child.stdout) as answers:
        answer = answers.read(MAX_ANSWER_BYTES + 1)
        if len(answer) > MAX_ANSWER_BYTES:
            child.kill()
        status = child.wait()
    watch.cancel()
    return (REFUSED if len(answer) > MAX_ANSWER_BYTES else status), answer
