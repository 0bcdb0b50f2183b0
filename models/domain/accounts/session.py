"""Sessions: how long a login lasts, and how often a password may be tried."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from models.domain.accounts.account import Account

LONGEST = dt.timedelta(hours=12)  # of a session, however busy
TRIES_SPAN = dt.timedelta(minutes=15)
#: Wrong passwords within the span after which the door stays shut: for one name from one address,
#: for one name from anywhere (somebody asks from many), from one address for any name.
MOST_OF_BOTH, MOST_OF_NAME, MOST_OF_ADDRESS = 5, 30, 40


@dataclass(frozen=True, slots=True)
class Session:
    """A login that lasts."""

    account: Account
    began_at: dt.datetime
    used_at: dt.datetime  # by the person, not by a page that asks on its own

    def lasts(self, now: dt.datetime, idle: dt.timedelta) -> bool:
        """Whether it still holds: neither idle nor older than the longest, its account open."""
        return self.account.is_open and now - self.used_at < idle and now - self.began_at < LONGEST


@dataclass(frozen=True, slots=True)
class WrongPassword:
    """One try that failed."""

    name: str
    address: str
    at: dt.datetime


def shut_until(
    tries: Iterable[WrongPassword], name: str, address: str, now: dt.datetime
) -> dt.datetime | None:
    """Until when no password is looked at for that name from that address; None: try.

    What was refused unseen is no try, so nobody is shut out longer than the span by asking on.
    """
    recent = sorted(
        (one for one in tries if dt.timedelta(0) <= now - one.at < TRIES_SPAN), key=lambda t: t.at
    )
    limits = (
        (MOST_OF_BOTH, [t for t in recent if t.name == name and t.address == address]),
        (MOST_OF_NAME, [t for t in recent if t.name == name]),
        (MOST_OF_ADDRESS, [t for t in recent if t.address == address]),
    )
    ends = [some[-most].at + TRIES_SPAN for most, some in limits if len(some) >= most]
    return max(ends, default=None)
