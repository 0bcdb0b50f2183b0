"""What was taken in before, read once more: the processed folders of the places of arrival.

Nothing is moved or marked there. Where a server lets nothing be moved, what was taken in lies in
the inbox still: what is marked there, and everything where not even that is allowed.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tasks.adapters.mailbox.drop_folder import DIGEST_PREFIX, PROCESSED_FOLDER, DropFolder
from tasks.adapters.mailbox.inbox import (
    PROCESSED,
    Arrival,
    Inbox,
    MailboxRules,
    digest_of,
)
from tasks.adapters.mailbox.maildir import MaildirInbox
from tasks.adapters.mailbox.opening import MAX_BYTES, open_inbox

if TYPE_CHECKING:
    from tasks.adapters.mailbox.imap_inbox import ImapInbox

Known = Mapping[tuple[dt.datetime, int], int]  # time of arrival and size in bytes -> how many


class ProcessedMail(Inbox):
    """The arrivals of some folders that were taken in before, all listed once, none ever moved.

    `until` bounds what a look hands over, so that it can be taken in day by day. Of what lies there
    only that is handed over of which there is more than is known by time of arrival and size.
    Raises InboxFault when a place cannot be opened.
    """

    def __init__(
        self,
        url: str,
        now: dt.datetime,
        rules: MailboxRules | None = None,
        max_bytes: int = MAX_BYTES,
        known: Known | None = None,
    ) -> None:
        self.source = url.partition(":")[0]  # each arrival bears its own
        self.until = now
        self._open = ExitStack()
        self._of: dict[tuple[str, str], Inbox] = {}
        found: list[Arrival] = []
        try:
            for inbox, is_wanted in _folders(url, now, rules or MailboxRules(), max_bytes):
                self._open.enter_context(inbox)
                for arrival in filter(is_wanted, inbox.arrivals()):
                    self._of[arrival.source, arrival.handle] = inbox
                    found.append(arrival)
        except BaseException:
            self.close()
            raise
        many = Counter((one.received_at, one.size) for one in found)
        known = known or {}
        self._found = [
            one
            for one in found
            if many[one.received_at, one.size] > known.get((one.received_at, one.size), 0)
        ]
        self._found.sort(key=lambda one: (one.received_at, one.source, one.handle))

    def moments(self) -> list[dt.datetime]:
        """When each of them arrived, the oldest first."""
        return [one.received_at for one in self._found]

    def arrivals(self) -> Iterator[Arrival]:
        """Those that arrived until then, the oldest first; each is handed over once."""
        while self._found and self._found[0].received_at <= self.until:
            yield self._found.pop(0)

    def mark(self) -> str:
        """Of those not handed over yet: nothing new ever comes to what was listed once."""
        return digest_of(f"{one.source}\0{one.handle}" for one in self._found)

    def read_many(self, arrivals: Sequence[Arrival]) -> Iterator[tuple[Arrival, bytes | OSError]]:
        """Each with its bytes, by the folder that it lies in."""
        for inbox in dict.fromkeys(self._of.values()):
            here = [one for one in arrivals if self._of[one.source, one.handle] is inbox]
            if here:
                yield from inbox.read_many(here)

    def move_to_processed(self, arrival: Arrival) -> None:
        """Nothing: it lies where it belongs."""

    def close(self) -> None:
        """Ends the connections."""
        self._open.close()

    def __enter__(self) -> Self:
        return self


def _folders(
    url: str, now: dt.datetime, rules: MailboxRules, max_bytes: int
) -> Iterator[tuple[Inbox, Callable[[Arrival], bool]]]:
    """The folders of what was taken in, and which of their arrivals were."""
    inbox = open_inbox(url, now, rules, max_bytes)
    if isinstance(inbox, MaildirInbox):
        if (inbox.path / f".{PROCESSED}").is_dir():
            yield MaildirInbox(inbox.path / f".{PROCESSED}"), _every
    elif isinstance(inbox, DropFolder):
        if (inbox.path / PROCESSED_FOLDER).is_dir():
            yield _ProcessedDrops(inbox.path / PROCESSED_FOLDER, now), _every
    else:
        yield from _on_server(url, now, rules, max_bytes)


def _on_server(
    url: str, now: dt.datetime, rules: MailboxRules, max_bytes: int
) -> Iterator[tuple[Inbox, Callable[[Arrival], bool]]]:
    from tasks.adapters.mailbox.imap_address import mailbox_address  # start-up cost
    from tasks.adapters.mailbox.imap_inbox import ImapInbox  # start-up cost

    address = mailbox_address(url)
    inbox = ImapInbox(address, rules, max_bytes, now)
    yield inbox, _kept_in(inbox)
    missing = inbox.missing_folders()
    for folder in (rules.processed, rules.too_large):
        if folder not in missing:
            there = replace(address, folder=folder)
            yield ImapInbox(there, rules, max_bytes, now), _every


def _kept_in(inbox: ImapInbox) -> Callable[[Arrival], bool]:
    return lambda arrival: inbox.may_have_been_kept(arrival.uid)


def _every(_arrival: Arrival) -> bool:
    return True


class _ProcessedDrops(DropFolder):
    """The subfolder of files that were taken in: each bears its name, and when it arrived."""

    def __init__(self, path: Path, now: dt.datetime) -> None:
        super().__init__(path, now, copying_time=dt.timedelta(0))

    def arrivals(self) -> Iterator[Arrival]:
        """The files, by name, each with its own time of arrival."""
        for arrival in super().arrivals():
            written_at = (self.path / arrival.handle).stat().st_mtime
            yield replace(
                arrival,
                name=arrival.name[DIGEST_PREFIX + 1 :],
                received_at=dt.datetime.fromtimestamp(written_at, dt.UTC),
            )
