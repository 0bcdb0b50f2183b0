"""Working days of Viet Nam: a set of days off and of swapped working days, given from outside."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from models.domain.cycle.cycles import HANOI

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """Local time in which letters may leave; `closes` is exclusive.

    Raises ValueError when the office would close before it opens.
    """

    opens: dt.time = dt.time(7, 30)
    closes: dt.time = dt.time(17, 0)

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise ValueError(f"office hours end ({self.closes}) before they begin ({self.opens})")


class DaysOff(Mapping[dt.date, str]):
    """Days off by date, which `find` finds of `known` at the first question.

    That takes a tenth of a second, and checking a workbook needs no calendar. A copy for another
    process holds nothing that was found: `find` is a function of a module.
    """

    def __init__(self, find: Callable[..., Mapping[dt.date, str]], *known: object) -> None:
        self._find = find
        self._known = known

    @cached_property
    def _found(self) -> Mapping[dt.date, str]:
        return self._find(*self._known)

    def __reduce__(self) -> tuple[type[DaysOff], tuple[object, ...]]:
        return DaysOff, (self._find, *self._known)

    def __contains__(self, day: object) -> bool:
        return day in self._found

    def __getitem__(self, day: dt.date) -> str:
        return self._found[day]

    def __iter__(self) -> Iterator[dt.date]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


@dataclass(frozen=True)
class WorkingCalendar:
    """Days off by date with their names, and weekend days that are worked instead."""

    days_off: Mapping[dt.date, str]
    worked_weekend_days: Mapping[dt.date, str]
    official_years: frozenset[int]  # years whose official decision has been entered
    office_hours: OfficeHours = OfficeHours()
    proposed_years: frozenset[int] = frozenset()  # years of which there is a proposal only

    def is_working_day(self, day: dt.date) -> bool:
        """Whether the office works on that day."""
        if day in self.worked_weekend_days:
            return True
        return day.weekday() < 5 and day not in self.days_off

    def shift_working_days(self, day: dt.date, n: int) -> dt.date:
        """The n-th working day after `day` (before it for n < 0); `day` itself need not be one.

        For n = 0 the day itself when it is worked, else the last working day before it.

        >>> WorkingCalendar({}, {}, frozenset()).shift_working_days(dt.date(2025, 2, 21), 1)
        datetime.date(2025, 2, 24)
        """
        if n == 0:
            return day if self.is_working_day(day) else self.shift_working_days(day, -1)
        step = _DAY if n > 0 else -_DAY
        left = abs(n)
        while left:
            day += step
            left -= self.is_working_day(day)
        return day

    def working_days_between(self, start: dt.date, end: dt.date) -> int:
        """How many working days lie after `start` up to and including `end`.

        With `end` before `start` the answer is negative and counts from `end` (included) to
        `start` (left out), so that `shift_working_days` undoes it.

        >>> c = WorkingCalendar({}, {}, frozenset())
        >>> c.working_days_between(dt.date(2025, 2, 17), dt.date(2025, 2, 19))
        2
        """
        if end < start:
            return -sum(self.is_working_day(end + _DAY * i) for i in range((start - end).days))
        return sum(self.is_working_day(start + _DAY * i) for i in range(1, (end - start).days + 1))

    def last_working_day_before(self, instant: dt.datetime, zone: dt.tzinfo = HANOI) -> dt.date:
        """The last day on which a person at work can still act before an exclusive due instant.

        Due at 2025-02-20T00:00+07:00 it is 19/02/2025; due at the same hour of 2026, inside the
        Tết break, 13/02/2026. Raises ValueError for an instant without a zone.
        """
        local = _local(instant, zone)
        opened = local.time() > self.office_hours.opens
        return self.shift_working_days(local.date() if opened else local.date() - _DAY, 0)

    def is_working_time(self, instant: dt.datetime, zone: dt.tzinfo = HANOI) -> bool:
        """Whether the office is at work: a working day, within office hours."""
        local = _local(instant, zone)
        hours = self.office_hours
        return hours.opens <= local.time() < hours.closes and self.is_working_day(local.date())

    def next_working_time(self, instant: dt.datetime, zone: dt.tzinfo = HANOI) -> dt.datetime:
        """The instant itself where the office is at work, else when it next begins to be.

        >>> friday = dt.datetime(2025, 2, 21, 17, tzinfo=HANOI)
        >>> WorkingCalendar({}, {}, frozenset()).next_working_time(friday).isoformat()
        '2025-02-24T07:30:00+07:00'
        """
        if self.is_working_time(instant, zone):
            return instant
        local, opens = _local(instant, zone), self.office_hours.opens
        day = local.date() if local.time() < opens else local.date() + _DAY
        while not self.is_working_day(day):
            day += _DAY
        return dt.datetime.combine(day, opens, zone)


def _local(instant: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(zone)
