"""Where submissions arrive: one seam for a Maildir, a drop folder and, later, an IMAP mailbox.

The order that loses nothing: list an arrival, read it, keep its bytes and commit its row, and only
then `settle` it. Whatever dies in between is listed again and recognised by the hash of its bytes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from models.domain.errors import BaocaoError

PROCESSED = "Da-xu-ly"  # the folder of what has been taken in
SCHEMES = ("maildir", "drop")


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

    def read(self) -> bytes:
        """All its bytes. Raises ArrivalGone when it is no longer there or not yet whole."""
        return self.reader()


class Inbox(Protocol):
    """A place of arrival."""

    @property
    def source(self) -> str:
        """Kind and place, as arrivals name it."""

    def arrivals(self) -> Iterator[Arrival]:
        """What waits there now, the oldest first."""

    def settle(self, arrival: Arrival) -> None:
        """Moves an arrival to the processed folder. Harmless when it is there already.

        Call it only after the bytes and the row are committed.
        """


def open_inbox(url: str, now: dt.datetime) -> Inbox:
    """The inbox an address names: `maildir:///path` or `drop:///path`.

    `now` is when bare files of a drop folder count as received. Raises InboxFault.
    """
    # Here and not at the top: both modules are written against the seam above.
    from tasks.adapters.drop_folder import DropFolder
    from tasks.adapters.maildir import MaildirInbox

    parts = urlsplit(url)
    if parts.scheme not in SCHEMES:
        raise InboxFault(
            f"Không hiểu địa chỉ hộp thư «{parts.scheme}:...»: chỉ nhận "
            + " hoặc ".join(f"{scheme}:///đường/dẫn" for scheme in SCHEMES)
            + " (unknown mailbox scheme)."
        )
    if parts.netloc or not parts.path.startswith("/"):
        raise InboxFault(
            f"Địa chỉ hộp thư phải có ba dấu gạch chéo rồi đường dẫn tuyệt đối: "
            f"{parts.scheme}:///đường/dẫn (three slashes and an absolute path)."
        )
    path = Path(unquote(parts.path))
    if parts.scheme == "maildir":
        return MaildirInbox(path)
    return DropFolder(path, now)
