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
from tasks.adapters.reading.reader_pool import child_environment

MEMORY_MB = 512
SECONDS = 5
MAX_BYTES = 64_000_000  # of the file
MAX_ANSWER_BYTES = 70_000_000  # the contents that are let out of it, and their names
SIGNATURE = b"\x78\x9f\x3e\x22"

_COMMAND = (sys.executable, "-S", "-P", "-m", "tasks.adapters.messages.tnef_child")
_DAMAGED = "tệp hỏng hoặc vượt giới hạn đọc"


class TnefRefused(BaocaoError):
    """Raised for a winmail.dat that could not be opened within the limits."""


def tnef_files(content: bytes) -> Sequence[tuple[str, bytes]]:
    """Names, as the file gives them, and contents; none when it only holds formatting.

    Raises TnefRefused.
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
    """What a child says to the file, which lies open before it. Raises TnefRefused."""
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        child = subprocess.Popen(
            [*_COMMAND, str(MEMORY_MB), str(SECONDS)],
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=child_environment(),
        )
    watch = threading.Timer(SECONDS + 5, child.kill)
    watch.start()
    with child, cast("IO[bytes]", child.stdout) as answers:
        answer = answers.read(MAX_ANSWER_BYTES + 1)
        if len(answer) > MAX_ANSWER_BYTES:
            child.kill()
        status = child.wait()
    late = not watch.is_alive()
    watch.cancel()
    if status != 0:
        raise TnefRefused("đọc quá lâu" if late else _DAMAGED)
    return answer
