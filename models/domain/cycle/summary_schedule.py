"""When a cycle owes the leaders a summary, and the office a consolidation: pure functions of time.

A schedule asks often and these answer whether anything is due. An outage, a late run or a run too
many ends in the same letters: what was missed is caught up with by one, never by several.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.cycle.working_calendar import WorkingCalendar

SUMMARY_TIME = dt.time(7, 30)  # before the leaders' morning
NIGHTLY = dt.time(21)
LAST_WEEK = dt.timedelta(days=7)
_DAY = dt.timedelta(days=1)


def summary_moments(cycle: ReportingCycle, calendar: WorkingCalendar) -> Iterator[dt.datetime]:
    """Every moment at which a summary falls due, oldest first, in Hanoi time.

    The first working day of each week while the cycle is open, every working day of the last week
    before the deadline, and the first working day after it.
    """
    weeks_told = set[tuple[int, int]]()
    day = cycle.opens_at.astimezone(HANOI).date()
    while True:
        moment = dt.datetime.combine(day, SUMMARY_TIME, HANOI)
        day += _DAY
        if moment <= cycle.opens_at or not calendar.is_working_day(moment.date()):
            continue
        if moment >= cycle.due_at:
            yield moment
            return
        week = moment.isocalendar()[:2]
        if week not in weeks_told or moment >= cycle.due_at - LAST_WEEK:
            weeks_told.add(week)
            yield moment


def summary_due(
    cycle: ReportingCycle,
    calendar: WorkingCalendar,
    written: Iterable[dt.datetime],
    now: dt.datetime,
) -> bool:
    """Whether a summary is to be written now; `written` says when those there are were written.

    Only in working time, and never before the cycle opens or after it ends.
    """
    if cycle.has_ended(now) or now < cycle.opens_at or not calendar.is_working_time(now, HANOI):
        return False
    newest = None
    for moment in summary_moments(cycle, calendar):
        if moment > now:
            break
        newest = moment
    return newest is not None and not any(at >= newest for at in written)


def consolidation_due(cycle: ReportingCycle, last: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether the cycle is to be consolidated now: each night, and at the deadline.

    `last` is when it was done last, None for never.
    """
    if now < cycle.opens_at:
        return False
    local = now.astimezone(HANOI)
    night = dt.datetime.combine(local.date(), NIGHTLY, HANOI)
    newest = night if night <= local else night - _DAY
    if newest < cycle.due_at <= now:
        newest = cycle.due_at
    return newest > cycle.opens_at and (last is None or last < newest)
