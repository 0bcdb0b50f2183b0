"""What the reader pool and its children say to each other: jobs one way, JSON the other."""

from __future__ import annotations

import datetime as dt
import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from models.domain.reading.findings import Finding
from models.domain.reading.submissions import Entry
from models.domain.register.agencies import Contact
from tasks.adapters.reading.child_limits import write_all

HEADER = struct.Struct(">I")


class Purpose(StrEnum):
    """What a child is started for, and so what it imports before it can open nothing more."""

    READ = "read"
    MARK = "mark"


@dataclass(frozen=True, slots=True)
class ExamineJob:
    """Read and check one file. `agency` and `cycle` say as whose it is read, if that is known."""

    path: Path
    name: str  # as the sender called it; for messages only
    agency: str | None = None
    cycle: str | None = None
    received_on: dt.date | None = None  # day of arrival in Hanoi


@dataclass(frozen=True, slots=True)
class MarkJob:
    """Make the workbook that goes back to the agency, its cells marked."""

    path: Path | None  # the agency's own file; None: a fresh form
    name: str
    kind: str
    findings: Sequence[Finding]
    cycle: str
    agency: str
    contact: Contact | None
    token: str
    entries: Sequence[Entry]
    made_at: dt.datetime  # what the workbook is dated: the same job gives the same bytes
    last_working_day: dt.date | None = None  # before the deadline, for a fresh form
    registered_by: Sequence[str] = ()  # whose registered works it shows, as in Carried
    parts: Sequence[tuple[str, str, bool]] = ()  # by section: what became of it, and if it is owed
    kept: Sequence[Entry] = ()  # of sections that are not in the file, for a fresh form
    carried: Sequence[Entry] = ()  # what the office shows of the previous cycle, for a fresh form
    sha256: str = ""  # of the agency's own file, also where it is not marked


@dataclass(frozen=True, slots=True)
class MadeWorkbook:
    """What a `MarkJob` gives: the workbook, and whether it is the agency's own file, marked."""

    content: bytes
    as_sent: bool


@dataclass(frozen=True, slots=True)
class ReadJob:
    """Hand over the cells of one workbook as they are."""

    path: Path
    name: str  # for messages only


def read_frame(descriptor: int) -> bytes | None:
    """The next frame, None at the end of the stream; blocks."""
    header = _read_exactly(descriptor, HEADER.size)
    return None if header is None else _read_exactly(descriptor, HEADER.unpack(header)[0])


def write_frame(descriptor: int, payload: bytes) -> None:
    """Writes one frame; blocks."""
    write_all(descriptor, HEADER.pack(len(payload)) + payload)


def _read_exactly(descriptor: int, size: int) -> bytes | None:
    pieces: list[bytes] = []
    while size:
        piece = os.read(descriptor, min(size, 1 << 20))
        if not piece:
            return None
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)
