"""As of when the figures of a review are: by when its agencies sent them, who sent again, and since
when nothing was heard.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

_MOST_IN_TENTHS = 9
_AFTERWARDS = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ReportedDays:
    """By `until` the agencies had reported; `later` of them long after, the last on `last`.

    `who` are the codes of those, which do not tell two counts apart.
    """

    until: dt.date
    later: int = 0
    last: dt.date | None = None
    who: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class HeardDays:
    """The days on which each of several was last heard of, from the first to the last."""

    first: dt.date
    last: dt.date


def heard_days(days: Iterable[dt.date | None]) -> HeardDays | None:
    """From the days on which each was last heard of; None where nobody was.

    >>> heard_days([None, dt.date(2025, 11, 18), dt.date(2025, 11, 14)]).first.isoformat()
    '2025-11-14'
    """
    known = sorted(day for day in days if day is not None)
    return HeardDays(known[0], known[-1]) if known else None


def reported_days(sent: Iterable[tuple[str, dt.date]]) -> ReportedDays | None:
    """From agencies and days on which what is shown of them was received; None for none.

    The few who send a month or more after nine tenths of all do not make the others' figures new.

    >>> days = {chr(97 + i): dt.date(2025, 11, 10 + i) for i in range(11)}
    >>> found = reported_days([*days.items(), ("a", dt.date(2026, 1, 15))])
    >>> (found.until.isoformat(), found.later, found.last.isoformat())
    ('2025-11-20', 1, '2026-01-15')
    """
    latest: dict[str, dt.date] = {}
    for agency, day in sent:
        latest[agency] = max(day, latest.get(agency, day))
    if not latest:
        return None
    days = sorted(latest.values())
    most = days[(len(days) * _MOST_IN_TENTHS - 1) // 10]
    before = [day for day in days if day <= most + _AFTERWARDS]
    who = tuple(sorted(code for code, day in latest.items() if day > before[-1]))
    return ReportedDays(before[-1], len(who), days[-1] if who else None, who)
