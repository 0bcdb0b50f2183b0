"""As of when the figures of a review are: by when its agencies sent them, who sent again, and since
when nothing was heard.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
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


@dataclass(frozen=True, slots=True)
class AskedSince:
    """Of the tasks that fell due without news, how many their agencies were asked about since they
    fell due, on which days, and about how many nobody was."""

    asked: int
    unasked: int
    days: HeardDays | None  # None: none was asked about

    @property
    def said(self) -> str:
        """For brackets behind their count; "" where no letter has asked about any.

        >>> day = dt.date(2025, 12, 3)
        >>> AskedSince(7, 10, HeardDays(day, day)).said
        '7 đã đề nghị ngày 03/12/2025, chưa trả lời; 10 chưa đề nghị'
        """
        if self.days is None:
            return ""
        first, last = self.days.first, self.days.last
        on = f"ngày {last:%d/%m/%Y}"
        if first != last:
            on = f"từ ngày {first:%d/%m/%Y} đến {on}"
        if self.unasked:
            return f"{self.asked} đã đề nghị {on}, chưa trả lời; {self.unasked} chưa đề nghị"
        every = "đều " if self.asked > 1 else ""
        return f"{every}đã đề nghị {on}, chưa trả lời"


NOBODY_ASKED = AskedSince(0, 0, None)


def asked_since(
    fell_due: Iterable[Iterable[tuple[str, dt.date | None]]],
    previewed_on: Mapping[str, Sequence[dt.date]],
) -> AskedSince:
    """`fell_due`: of each task who has to say how it stands, and by when it was due;
    `previewed_on`: the days, in order, of the letters that ask each agency about what fell due by
    then. A task that several have to tell of is asked about once all of them are.

    >>> june, july = dt.date(2025, 6, 30), dt.date(2025, 7, 31)
    >>> letters = {"stc": [june, dt.date(2025, 7, 10)]}
    >>> both = [("stc", june), ("syt", june)]
    >>> found = asked_since([[("stc", june)], [("stc", july)], both], letters)
    >>> found.asked, found.unasked, found.days.first.isoformat()
    (1, 2, '2025-07-10')
    """
    asked: list[list[dt.date]] = []
    unasked = 0
    for owed in fell_due:
        days = [
            next((d for d in reversed(previewed_on.get(who, ())) if due and d > due), None)
            for who, due in owed
        ]
        known = [day for day in days if day is not None]
        if known and len(known) == len(days):
            asked.append(known)
        else:
            unasked += 1
    return AskedSince(len(asked), unasked, heard_days(d for days in asked for d in days))


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
