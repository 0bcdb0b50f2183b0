"""Outlook's winmail.dat: the files in it, opened in a process of its own that may die of it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

import orjson

from models.domain.errors import BaocaoError
from tasks.adapters.reading.reader_pool import child_environment

MEMORY_MB = 512
SECONDS = 5
MAX_BYTES = 64_000_000  # of the file
SIGNATURE = b"\x78\x9f\x3e\x22"


class TnefRefused(BaocaoError):
    """Raised for a winmail.dat that could not be opened within the limits."""


def tnef_files(content: bytes) -> Sequence[tuple[str, bytes]]:
    """Names, as the file gives them, and contents; none when it only holds formatting.

    Raises TnefRefused.
    """
    if len(content) > MAX_BYTES:
        raise TnefRefused("tệp quá lớn")
    command = [sys.executable, "-S", "-P", "-m", "tasks.adapters.messages.tnef_child"]
    try:
        done = subprocess.run(
            [*command, str(MEMORY_MB), str(SECONDS)],
            input=content,
            capture_output=True,
            timeout=SECONDS + 5,
            check=False,
            env=child_environment(),
        )
    except subprocess.TimeoutExpired:
        raise TnefRefused("đọc quá lâu") from None
    if done.returncode != 0:
        raise TnefRefused("tệp hỏng hoặc vượt giới hạn đọc")
    heading, _, contents = done.stdout.partition(b"\n")
    found = []
    for name, size in orjson.loads(heading):
        found.append((str(name), contents[:size]))
        contents = contents[size:]
    return found
