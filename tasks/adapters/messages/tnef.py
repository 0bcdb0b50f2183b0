"""Outlook's winmail.dat: the files in it, opened in a process of its own that may die of it."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from models.domain.errors import BaocaoError
from tasks.adapters.reading.one_job_child import ChildLost, ChildRefused, OneJob
from tasks.adapters.reading.reader_limits import JobLimits

MAX_BYTES = 64_000_000  # of the file
MAX_ANSWER_BYTES = 70_000_000  # the contents that are let out of it, and their names
SIGNATURE = b"\x78\x9f\x3e\x22"
#: Three seconds of processor time; the rest as for every reader.
OPENING = OneJob("tasks.adapters.messages.tnef_child", JobLimits.of(512, 3), MAX_ANSWER_BYTES)


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
    try:
        answer = OPENING.answer_to(content)
    except ChildRefused as refused:
        raise TnefRefused(str(refused)) from None
    except ChildLost as lost:
        raise TnefReaderLost(f"không mở được winmail.dat, {lost}") from None
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
        raise TnefRefused("tệp hỏng hoặc vượt giới hạn đọc") from None
    return found
