"""The agenda: what happens on which day, if nothing changes; and a year's working days.

When a letter falls due is asked of those who write it. Here it is only put together.
"""

from __future__ import annotations

import calendar as months
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.domain.answers.decisions import own_last_day
from models.domain.answers.planned_letters import PlannedKind, PlannedSending, planned_title
from models.domain.answers.reminders import OFFICE
from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.cycle.summary_schedule import consolidations_to_come
from models.domain.cycle.working_calendar import WorkingCalendar
from models.domain.results.coming_letters import ComingLetter

OPENING = "opening"  # in the place of a planned letter's kind and mark: it cannot be held back


class AgendaKind(StrEnum):
    """What an entry is. The values are the desk's words."""

    LETTER = "Thư"
    WORK = "Việc của máy"
    DATE = "Mốc"


@dataclass(frozen=True, slots=True)
class AgendaEntry:
    """What happens at a moment. `sending` is set of letters that can be held back."""

    at: dt.datetime
    kind: AgendaKind
    title: str
    cycle: ReportingCycle
    sending: PlannedSending | None = None
    agencies: Sequence[str] = ()  # codes of those who get it
    to_office: bool = False
    held: Sequence[str] = ()  # those of them whose letter is held back, OFFICE for the office
    is_opening: bool = False
    only_where_new: bool = False  # it goes to those only whose page says something new

    @property
    def is_held(self) -> bool:
        """Whether nobody gets it."""
        return bool(self.held) and len(self.held) == len(self.agencies) + self.to_office


@dataclass(frozen=True, slots=True)
class AgendaDay:
    """A day on which something happens; `off` names the holiday, "" on a working day."""

    day: dt.date
    entries: Sequence[AgendaEntry]
    off: str = ""


def letter_entries(cycle: ReportingCycle, coming: Iterable[ComingLetter]) -> list[AgendaEntry]:
    """The planned letters: those of one step at one moment are one entry."""
    gathered: dict[tuple[dt.datetime, PlannedSending], list[ComingLetter]] = {}
    for one in coming:
        gathered.setdefault((one.at, one.sending), []).append(one)
    return [
        AgendaEntry(
            at=at,
            kind=AgendaKind.LETTER,
            title=planned_title(sending, cycle),
            cycle=cycle,
            sending=sending,
            agencies=[one.agency for one in letters if one.agency != OFFICE],
            to_office=any(one.agency == OFFICE for one in letters),
            held=[one.agency for one in letters if one.held is not None],
            only_where_new=sending.kind is PlannedKind.PREVIEW,
        )
        for (at, sending), letters in gathered.items()
    ]


def opening_entry(cycle: ReportingCycle, agencies: Sequence[str], now: dt.datetime) -> AgendaEntry:
    """The letters that open a cycle, or that reach those who could not be asked before."""
    at = max(cycle.opens_at, now)
    title = "Thư đề nghị báo cáo"
    return AgendaEntry(at, AgendaKind.LETTER, title, cycle, agencies=agencies, is_opening=True)


def work_entries(cycle: ReportingCycle, now: dt.datetime, until: dt.datetime) -> list[AgendaEntry]:
    """When the cycle is consolidated."""
    return [
        AgendaEntry(at, AgendaKind.WORK, "Tổng hợp số liệu", cycle)
        for at in consolidations_to_come(cycle, now, until)
    ]


def date_entries(cycle: ReportingCycle, extended: Mapping[str, dt.datetime]) -> list[AgendaEntry]:
    """The dates of a cycle; `extended` are the deadlines of their own that agencies have."""
    found = [
        _date(cycle, cycle.opens_at, "Mở kỳ báo cáo"),
        _date(cycle, _day_of(own_last_day(cycle)), "Ngày cuối của hạn gửi báo cáo"),
    ]
    if cycle.data_closes_on is not None:
        found.append(_date(cycle, _day_of(cycle.data_closes_on), "Chốt số liệu"))
    if cycle.meeting_on is not None:
        found.append(_date(cycle, _day_of(cycle.meeting_on), "Phiên họp"))
    if cycle.ends_on is not None:
        ends = "Ngày cuối còn gửi thư nhắc"
        found.append(_date(cycle, _day_of(cycle.ends_on), ends))
    by_day: dict[dt.date, list[str]] = {}
    for agency, until in extended.items():
        last = (until.astimezone(HANOI) - dt.timedelta(microseconds=1)).date()
        by_day.setdefault(last, []).append(agency)
    for last, agencies in by_day.items():
        title = "Ngày cuối của hạn đã gia hạn"
        found.append(_date(cycle, _day_of(last), title, agencies))
    return sorted(found, key=lambda entry: entry.at)


def agenda_days(
    entries: Iterable[AgendaEntry],
    calendar: WorkingCalendar,
    now: dt.datetime,
    until: dt.datetime,
) -> list[AgendaDay]:
    """The days of the entries from today on, in order; what is due already stands on today."""
    today, last = now.astimezone(HANOI).date(), until.astimezone(HANOI).date()
    by_day: dict[dt.date, list[AgendaEntry]] = {}
    for entry in sorted(entries, key=lambda one: (one.at, one.kind != AgendaKind.DATE)):
        day = entry.at.astimezone(HANOI).date()
        if today <= day <= last:
            by_day.setdefault(day, []).append(entry)
    return [AgendaDay(day, found, day_off(calendar, day)) for day, found in sorted(by_day.items())]


def day_off(calendar: WorkingCalendar, day: dt.date) -> str:
    """Why nobody works on a day; "" on a working day.

    >>> day_off(WorkingCalendar({}, {}, frozenset()), dt.date(2025, 2, 22))
    'Thứ bảy'
    """
    if calendar.is_working_day(day):
        return ""
    return calendar.days_off.get(day) or WEEKDAYS[day.weekday()]


WEEKDAYS = ("Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy", "Chủ nhật")


class DayNature(StrEnum):
    """What a day of the calendar is. The values are classes of the page."""

    WORKED = "worked"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    SWAPPED = "swapped"  # a weekend day that is worked instead of another


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day of the year; `said` is what is to be read of it beside its number, "" for nothing."""

    day: dt.date
    nature: DayNature
    said: str = ""


@dataclass(frozen=True, slots=True)
class CalendarMonth:
    """A month by weeks that begin on Monday; None where another month's day would stand."""

    number: int
    weeks: Sequence[Sequence[CalendarDay | None]]
    working_days: int


def calendar_year(
    calendar: WorkingCalendar, year: int, dates: Mapping[dt.date, str]
) -> list[CalendarMonth]:
    """The twelve months; `dates` are cycles' dates in words."""
    return [_month(calendar, year, number, dates) for number in range(1, 13)]


def _month(
    calendar: WorkingCalendar, year: int, number: int, dates: Mapping[dt.date, str]
) -> CalendarMonth:
    weeks = [
        [_calendar_day(calendar, day, dates) if day.month == number else None for day in week]
        for week in months.Calendar().monthdatescalendar(year, number)
    ]
    days = [day.day for week in weeks for day in week if day is not None]
    return CalendarMonth(number, weeks, sum(map(calendar.is_working_day, days)))


def _calendar_day(
    calendar: WorkingCalendar, day: dt.date, dates: Mapping[dt.date, str]
) -> CalendarDay:
    if day in calendar.worked_weekend_days:
        nature, said = DayNature.SWAPPED, calendar.worked_weekend_days[day]
    elif day in calendar.days_off:
        nature, said = DayNature.HOLIDAY, calendar.days_off[day]
    else:
        nature = DayNature.WORKED if day.weekday() < months.SATURDAY else DayNature.WEEKEND
        said = ""
    return CalendarDay(day, nature, "; ".join(text for text in (said, dates.get(day, "")) if text))


def _date(
    cycle: ReportingCycle, at: dt.datetime, title: str, agencies: Sequence[str] = ()
) -> AgendaEntry:
    return AgendaEntry(at, AgendaKind.DATE, title, cycle, agencies=agencies)


def _day_of(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), HANOI)
