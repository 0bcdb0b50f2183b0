"""Where submissions arrive: what a mailbox on a server, a Maildir and a drop folder have in common.

The order that loses nothing: list an arrival, read it, keep its bytes and commit its row, and only
then `move_to_processed`. Whatever dies in between is listed again and recognised by the hash of its
bytes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import stat
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from models.domain.errors import BaocaoError
from models.domain.notation.vietnamese_text import whole_line

PROCESSED = "Da-xu-ly"  # the folder of what has been taken in
TOO_LARGE = "Qua-lon"  # the folder of what is too large to be fetched
#: Begins the kept bytes of a message too large to be fetched, of which only the header was.
HEADER_ONLY = b"X-Baocao-Header-Only: "
HEADER_BYTES = 64_000


class InboxFault(BaocaoError):
    """Raised when a place of arrival does not exist, is unknown or cannot be opened."""


class ArrivalGone(BaocaoError):
    """Raised by `Arrival.read` when it was moved, or is still being written: skip it this time."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message or file waiting to be taken in.

    `handle` is stable within the source but only a hint: the key is the hash of the bytes.
    `received_at` is UTC, by our side's clock, never the sender's Date header.
    """

    source: str  # "maildir:/var/mail/baocao"
    handle: str
    received_at: dt.datetime
    name: str  # for logs and the record
    is_message: bool  # False: a bare workbook, put there by hand
    size: int  # bytes, before reading
    reader: Callable[[], bytes] = field(repr=False, compare=False)
    uid: int = 0  # its number on the server; 0: it has none that lasts
    whole: bool = True  # False: too large to be fetched, only its header can be read

    def read(self) -> bytes:
        """All its bytes. Raises ArrivalGone when it is no longer there or not yet whole."""
        return self.reader()


@dataclass(frozen=True, slots=True)
class MailboxRules:
    """How to use a mailbox on a server. In the names of folders `/` parts levels."""

    folder: str = "INBOX"
    processed: str = PROCESSED
    too_large: str = TOO_LARGE
    ca_file: Path | None = None  # PEM; None: the system's authorities
    password: str = field(default="", repr=False)  # where the address has none
    token_file: Path | None = None  # OAuth2: an access token, renewed by another program
    seconds: float = 60.0  # for each answer of the server


@dataclass(frozen=True, slots=True)
class Numbering:
    """How a server numbers the messages of a folder now."""

    uidvalidity: int  # another one: all numbers are new
    uids: frozenset[int]  # of every message there


@dataclass(frozen=True, slots=True)
class LeftLying:
    """Something in a place of arrival that is not taken in, and what a person is to do about it."""

    handle: str  # stable as long as it lies there
    said: str  # a Vietnamese sentence or two: which file, why, what to do
    patience: dt.timedelta  # how long it may lie before anybody is told: it may pass by itself


def digest_of(marks: Iterable[str]) -> str:
    """One mark for all of them, in whatever order; "" for none.

    >>> digest_of([]), digest_of(["a", "b"]) == digest_of(["b", "a"])
    ('', True)
    """
    whole = "\n".join(sorted(marks))
    return hashlib.sha256(whole.encode("utf-8", "surrogateescape")).hexdigest() if whole else ""


class Inbox(ABC):
    """A place of arrival. A context manager, so that a connection ends."""

    source: str  # kind and place, as arrivals name it

    @abstractmethod
    def arrivals(self) -> Iterator[Arrival]:
        """What waits there now, the oldest first."""

    @abstractmethod
    def move_to_processed(self, arrival: Arrival) -> None:
        """Moves an arrival to the processed folder. Harmless when it is there already.

        Call it only after the bytes and the row are committed.
        """

    @abstractmethod
    def mark(self) -> str:
        """What shows from outside, cheaply, whether there is something new to be taken: then it is
        another one. In a folder "" where nothing waits; a server's says nothing of that."""

    def numbering(self) -> Numbering | None:
        """How the place numbers its messages; None where it has no lasting numbers."""
        return None

    def read_many(self, arrivals: Sequence[Arrival]) -> Iterator[tuple[Arrival, bytes | OSError]]:
        """Each arrival with its bytes, or with why it cannot be read; those gone are left out.

        Raises InboxFault when the place itself fails; what was handed over before is good.
        """
        for arrival in arrivals:
            try:
                yield arrival, arrival.read()
            except ArrivalGone:
                continue
            except OSError as error:
                yield arrival, error

    def move_all_to_processed(
        self, arrivals: Sequence[Arrival]
    ) -> Iterator[tuple[Arrival, OSError]]:
        """Moves arrivals; hands back those that stayed where they are, with why."""
        for arrival in arrivals:
            try:
                self.move_to_processed(arrival)
            except OSError as error:
                yield arrival, error

    def left_lying(self) -> list[LeftLying]:
        """What lies there and is never an arrival, or not yet one; by name."""
        return []

    def notes(self) -> list[str]:
        """What an operator should know of the last look, in Vietnamese sentences."""
        return []

    def close(self) -> None:
        """Ends the connection, if there is one. Never raises."""
        return

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


NAMELESS = "tep-khong-ten"


class NotAFile(OSError):
    """Raised for what is no ordinary file: a link, a pipe, a socket, a device, a folder."""


def open_regular(path: Path) -> int:
    """A descriptor to read the file from; never waits for a pipe and never follows a link.

    Raises NotAFile; FileNotFoundError and other OSErrors as the system says.
    """
    # A link is looked at first: opening a socket or a device may have effects of its own.
    kind = path.lstat().st_mode
    if not stat.S_ISREG(kind):
        raise NotAFile(f"{path.name} không phải tệp thường.")
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise NotAFile(f"{path.name} không phải tệp thường.")
    return descriptor


def kind_of(mode: int) -> str:
    """What a thing that is no ordinary file is, in Vietnamese.

    >>> kind_of(stat.S_IFIFO), kind_of(stat.S_IFLNK)
    ('ống dẫn', 'liên kết')
    """
    for is_kind, name in (
        (stat.S_ISLNK, "liên kết"),
        (stat.S_ISDIR, "thư mục con"),
        (stat.S_ISFIFO, "ống dẫn"),
        (stat.S_ISSOCK, "ổ cắm (socket)"),
    ):
        if is_kind(mode):
            return name
    return "thiết bị (device)"


def shown_name(name: str) -> str:
    """A file's name as one harmless line; bytes that are no UTF-8 show as replacement characters.

    >>> shown_name("a\\nb\\u202e.xlsx"), shown_name("\\udcff"), shown_name("\\u202e")
    ('a b.xlsx', '\ufffd', 'tep-khong-ten')
    """
    return whole_line(os.fsencode(name).decode("utf-8", "replace")) or NAMELESS


def may_read(path: Path) -> bool:
    """Whether we are allowed to read it, by the rights that we have now."""
    return os.access(path, os.R_OK, effective_ids=os.access in os.supports_effective_ids)
