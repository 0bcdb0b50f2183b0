"""What lies in a place of arrival and is not taken in: told of once it has had its time."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from tasks.adapters.mailbox.inbox import InboxFault, LeftLying
from tasks.adapters.mailbox.opening import FOLDER_SCHEMES, open_inbox
from tasks.adapters.store import heartbeats
from tasks.adapters.workplace import Workplace

_SEEN = "lies:"


@dataclass(frozen=True, slots=True)
class LyingFile:
    """Something that a person must see to, and since when it was seen there."""

    said: str  # Vietnamese: which file, why it is not taken, what to do
    since: dt.datetime
    told_from: dt.datetime  # when its time was over


def lying_files(workplace: Workplace, connection: Connection) -> list[LyingFile]:
    """What has lain in folders of arrival for longer than it should; who looks first remembers it.

    A folder that cannot be opened is left to collecting, which says so.
    """
    found = dict(_found(workplace))
    since = heartbeats.standing_since(connection, _SEEN, found, workplace.now)
    return [
        LyingFile(one.said, since[name], since[name] + one.patience)
        for name, one in found.items()
        if workplace.now - since[name] >= one.patience
    ]


def _found(workplace: Workplace) -> Iterator[tuple[str, LeftLying]]:
    """By a short name that any database can keep."""
    for url in workplace.rules.mailboxes:
        if url.partition(":")[0].lower() not in FOLDER_SCHEMES:
            continue
        try:
            with open_inbox(url, workplace.now, ahead=workplace.ahead) as inbox:
                for one in inbox.left_lying():
                    whole = f"{inbox.source}/".encode() + os.fsencode(one.handle)
                    yield hashlib.sha256(whole).hexdigest()[:32], one
        except (InboxFault, OSError):
            continue
