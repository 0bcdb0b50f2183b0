"""When a cycle owes the leaders a summary, and the office a consolidation: pure functions of time.

A schedule asks often and these answer whether anything is due. An outage, a late run or a run too
many ends in the same letters: what was missed is caught up with by one, never by several.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable, Iterator
from itertools import takewhile

from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.cycle.working_calendar import WorkingCalendar

SUMMARY_TIME = dt.time(7, 30)  # before the leaders' morning
NIGHTLY = dt.time(21)
LAST_WEEK = dt.timedelta(days=7)
_DAY = dt.timedelta(days=1)
_MOMENT = dt.timedelta(seconds=1)


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
    settled: Container[dt.date] = (),
) -> bool:
    """Whether a summary is to be written now; `written` says when those there are were written.

    Only in working time, and never before the cycle opens or after it ends. `settled` are days of
    which a person holds the summary back or had it sent before: nothing catches up with them.
    """
    return _summary_owed(cycle, calendar, written, now, settled) is not None


def _summary_owed(
    cycle: ReportingCycle,
    calendar: WorkingCalendar,
    written: Iterable[dt.datetime],
    now: dt.datetime,
    settled: Container[dt.date],
) -> dt.date | None:
    """The day whose summary is to be written now; None where none is."""
    if cycle.has_ended(now) or now < cycle.opens_at or not calendar.is_working_time(now, HANOI):
        return None
    reached = takewhile(lambda moment: moment <= now, summary_moments(cycle, calendar))
    newest = max(reached, default=None)
    if newest is None or newest.date() in settled or any(at >= newest for at in written):
        return None
    return newest.date()


def summaries_to_come(
    cycle: ReportingCycle,
    calendar: WorkingCalendar,
    written: Iterable[dt.datetime],
    now: dt.datetime,
    settled: Container[dt.date] = (),
) -> list[tuple[dt.datetime, dt.date]]:
    """When `summary_due` will be true from now on for the first time, and of which day the summary
    is, in order of time: if each is written at once."""
    known, coming = list(written), []
    moments = [m for m in summary_moments(cycle, calendar) if m > now]
    for moment in sorted({calendar.next_working_time(m, HANOI) for m in [now, *moments]}):
        day = _summary_owed(cycle, calendar, known, moment, settled)
        if day is not None:
            known.append(moment)
            coming.append((moment, day))
    return coming


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


def consolidations_to_come(
    cycle: ReportingCycle, now: dt.datetime, until: dt.datetime
) -> list[dt.datetime]:
    """When `consolidation_due` will be true for the first time, from now on until then."""
    day, moments = now.astimezone(HANOI).date(), [cycle.due_at]
    while (night := dt.datetime.combine(day, NIGHTLY, HANOI)) <= until:
        moments.append(night)
        day += _DAY
    return [
        moment
        for moment in sorted(set(moments))
        if now < moment <= until and consolidation_due(cycle, moment - _MOMENT, moment)
    ]
