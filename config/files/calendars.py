"""The working calendar: the `holidays` package, corrected by the office's own file.

The package computes holidays; which days officials really have off, and which Saturdays are worked
instead, is announced each year by decision. The office enters that in `holidays.csv`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from config.files.csv_files import day_of, read_lines
from models.domain.cycle.working_calendar import DaysOff, OfficeHours, WorkingCalendar
from models.domain.errors import ConfigurationFault
from models.domain.faults import Fault, LinePlace, Phrase, words_of

if TYPE_CHECKING:
    from models.domain.cycle.cycles import ReportingCycle
    from models.domain.reading.office import Office

COLUMNS = ("date", "kind", "name", "source", "note")
KINDS = ("official", "proposed", "off", "work")
_OF_A_YEAR = ("official", "proposed")
#: The decisions for 2025 and 2026 came on 26/11 and 16/10 of the year before.
ANNOUNCED_BY_MONTH = 11


@cache
def _days_off(
    years: tuple[int, ...], off: tuple[tuple[dt.date, str], ...], worked: frozenset[dt.date]
) -> Mapping[dt.date, str]:
    """The package's days for `years`, then the file's, less the days worked instead, in order.

    One and the same for all calendars of these. A day outside `years` is known only if the file
    names it.
    """
    import holidays  # start-up cost: a tenth of a second

    days = {
        **dict(holidays.country_holidays("VN", years=years, language="vi").items()),
        **dict(off),
    }
    return {day: days[day] for day in sorted(days) if day not in worked}


def load_calendar(
    holidays_csv: Path, years: Iterable[int], office_hours: OfficeHours | None = None
) -> WorkingCalendar:
    """The working calendar for `years` and whatever else the file names.

    The file has the columns date, kind, name, source, note. `kind` is `off`, `work` (worked
    although it is a weekend or a computed holiday) or `official`, whose `date` is a year: that
    year's decision has been entered, and `name` says which it is; `proposed` in its place while
    there is only a proposal. Comma or semicolon, 2025-04-26 or
    26/04/2025: as a Vietnamese Excel saves it. Raises ConfigurationFault naming file and line.
    """
    off: dict[dt.date, str] = {}
    worked: dict[dt.date, str] = {}
    of_years: dict[str, set[int]] = {kind: set() for kind in _OF_A_YEAR}
    faults: list[Fault] = []
    seen: dict[int | dt.date, int] = {}
    for line in read_lines(holidays_csv, COLUMNS, faults):
        kind, written, name = line["kind"].lower(), line["date"], line["name"]
        key = _key(kind, written)
        if kind not in KINDS:
            known = words_of("kind", KINDS)
            faults.append(
                line.fault("holiday.kind_unknown", "kind", value=line["kind"], known=known)
            )
            continue
        if key is None:
            year, day = Phrase.of("holiday.year"), Phrase.of("holiday.day")
            form = year if kind in _OF_A_YEAR else day
            faults.append(line.fault("holiday.no_date", "date", value=written, form=form))
            continue
        if not name:
            faults.append(line.fault("holiday.name_lacking", "name"))
        if key in seen:
            first = LinePlace(line.source, seen[key])
            faults.append(line.fault("holiday.twice", "date", day=key, first=first))
        seen.setdefault(key, line.number)
        if isinstance(key, int):
            of_years[kind].add(key)
        elif kind == "off":
            off[key] = name
        else:
            worked[key] = name
    if faults:
        raise ConfigurationFault(faults)
    return WorkingCalendar(
        days_off=DaysOff(
            _days_off, tuple(sorted(set(years))), tuple(off.items()), frozenset(worked)
        ),
        worked_weekend_days=worked,
        official_years=frozenset(of_years["official"]),
        office_hours=office_hours or OfficeHours(),
        proposed_years=frozenset(of_years["proposed"]),
    )


def years_needed(cycles: Iterable[ReportingCycle]) -> set[int]:
    """The years whose official days the cycles rely on: from opening to the end of grace.

    The newest cycle stands for "the coming year". It is taken from the configuration and not from
    the machine's clock: a test must not start to fail overnight in a checkout nobody touched, and
    whoever enters a new cycle is the person who has that year's decision before him.
    """
    needed: set[int] = set()
    for cycle in cycles:
        # Working days of grace take at most three times as many calendar days, Tết included.
        last = cycle.due_at.date() + dt.timedelta(days=3 * cycle.grace_working_days)
        needed.update(range(cycle.opens_at.year, last.year + 1))
    return needed


def missing_years(calendar: WorkingCalendar, needed: Iterable[int]) -> list[str]:
    """One sentence for each needed year without its decision, saying how to enter it."""
    return [
        _missing(year, proposed=year in calendar.proposed_years)
        for year in sorted(set(needed) - calendar.official_years)
    ]


def _missing(year: int, *, proposed: bool) -> str:
    days = (
        f"mỗi ngày nghỉ một dòng «{year}-MM-DD,off,<tên>,<nguồn>,» và mỗi ngày làm bù một dòng "
        f"«{year}-MM-DD,work,...»."
    )
    if proposed:
        return (
            f"holidays.csv: lịch nghỉ năm {year} mới là đề xuất, chưa có văn bản chính thức; hạn "
            "và ngày nhắc tính theo lịch này có thể sai. Khi có văn bản: sửa dòng "
            f"«{year},proposed» thành «{year},official,<số và ngày văn bản>,<nguồn>,», ghi {days}"
        )
    return (
        f"holidays.csv: chưa có lịch nghỉ chính thức năm {year}. Cách bổ sung: thêm một dòng "
        f"«{year},official,<số và ngày văn bản>,<nguồn>,» rồi {days}"
    )


def check_calendar(office: Office, today: dt.date) -> list[str]:
    """What the calendar lacks on that day; empty when all is in order.

    Besides the years of the cycles it asks for the current year and, from November on, for the
    next one. For an operator's check, which unlike the tests does look at the clock.
    """
    needed = _years_in_use(office, today)
    if today.month >= ANNOUNCED_BY_MONTH:
        needed.add(today.year + 1)
    return missing_years(office.calendar, needed)


def check_calendar_in_use(office: Office, today: dt.date) -> list[str]:
    """What of `check_calendar` makes deadlines wrong already: not the year that is to come."""
    return missing_years(office.calendar, _years_in_use(office, today))


def _years_in_use(office: Office, today: dt.date) -> set[int]:
    return years_needed(office.cycles.values()) | {today.year}


def _key(kind: str, written: str) -> int | dt.date | None:
    """The year of a year's own row, the day of any other; None when it cannot be read."""
    if kind in _OF_A_YEAR:
        return int(written) if re.fullmatch(r"\d{4}", written) else None
    return day_of(written)
