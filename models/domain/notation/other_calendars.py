"""Calendars by which number formats draw days: a year 2568 on the screen may be kept as 2025."""

from __future__ import annotations

import datetime as dt
import re
from enum import StrEnum
from typing import NamedTuple


class DayCalendar(StrEnum):
    """By what a number format counts days."""

    GREGORIAN = ""
    BUDDHIST = "buddhist"
    HIJRI = "hijri"
    JAPANESE = "gengou"
    TAIWANESE = "roc"
    KOREAN = "dangi"
    UNKNOWN = "unknown"  # one that is not followed here: of the moon, Hebrew


class DrawnDay(NamedTuple):
    """A day as another calendar counts it."""

    era: str
    year: int
    month: int
    day: int


_BY_NUMBER = {
    0: DayCalendar.GREGORIAN,
    1: DayCalendar.GREGORIAN,
    2: DayCalendar.GREGORIAN,
    3: DayCalendar.JAPANESE,
    4: DayCalendar.TAIWANESE,
    5: DayCalendar.KOREAN,
    6: DayCalendar.HIJRI,
    7: DayCalendar.BUDDHIST,
    **dict.fromkeys((9, 10, 11, 12), DayCalendar.GREGORIAN),
    23: DayCalendar.HIJRI,
}
_THAI, _JAPANESE, _TAIWAN = 0x1E, 0x11, 0x404
# Two letters alone name a language.
_LANGUAGE = re.compile(r"[0-9A-Fa-f]{3,8}|(?=.?[0-9])[0-9A-Fa-f]{1,2}")
_NAMED = re.compile(
    r"((?:[a-z]{2,3}(?:-[a-z0-9]{2,8})*)?)((?:-[a-z](?:-[a-z0-9]{2,8})+)*)(?:,([0-9a-f]{1,8}))?",
    re.IGNORECASE,
)
#: Of a language with a calendar of its own: «th-TH-u-ca-buddhist», as web standards write it.
_OWN_CALENDAR = re.compile(r"-ca-([a-z0-9]{2,8})(?:-[a-z0-9]{3,8})*", re.IGNORECASE)
_BY_NAME = {
    **dict.fromkeys(("gregory", "iso8601", "standard"), DayCalendar.GREGORIAN),
    "buddhist": DayCalendar.BUDDHIST,
    "japanese": DayCalendar.JAPANESE,
    "roc": DayCalendar.TAIWANESE,
    "islamic": DayCalendar.HIJRI,
}
_LANGUAGES = {"th": _THAI, "ja": _JAPANESE, "zh-tw": _TAIWAN}
_FOUR_DIGITS = re.compile(r"(?<![0-9])[0-9]{4}(?![0-9])")
_SHORT_YEAR = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{2})")
_YEARS_AWAY = {
    DayCalendar.BUDDHIST: 543,
    DayCalendar.TAIWANESE: -1911,
    DayCalendar.KOREAN: 2333,
}
_ERAS = (
    (dt.date(2019, 5, 1), "R"),
    (dt.date(1989, 1, 8), "H"),
    (dt.date(1926, 12, 25), "S"),
    (dt.date(1912, 7, 30), "T"),
    (dt.date(1868, 1, 25), "M"),
)


def calendar_of(told: str, letters: str) -> DayCalendar:
    """The calendar of a section of a number format.

    `told` is what its brackets say of it, as in "-D07041E", "-th-TH,D07" or "~buddhist" ("" for
    nothing); `letters` are those of its date parts. Where the language alone is Thai, programs
    differ: what may be shown as another year is taken to be.

    >>> [calendar_of(told, "dmy").value for told in ("-42A", "-D07041E", "-41E", "~hijri")]
    ['', 'buddhist', 'buddhist', 'hijri']
    >>> [calendar_of(told, "dmy").value for told in ("-th-TH-u-ca-buddhist", "-vi-u-ca-chinese")]
    ['buddhist', 'unknown']
    >>> calendar_of("-,107", "dmy").value
    'buddhist'
    """
    calendar, language, stated = DayCalendar.GREGORIAN, 0, False
    if told.startswith("~"):
        name = told[1:].strip().lower()
        known = {"gregorian": DayCalendar.GREGORIAN, **{c.value: c for c in DayCalendar}}
        calendar = known.get(name, DayCalendar.UNKNOWN)
    elif _LANGUAGE.fullmatch(told[1:]):
        number = int(told[1:], 16)
        language = number & 0xFFFF
        calendar = _BY_NUMBER.get(number >> 16 & 0xFF, DayCalendar.UNKNOWN)
        stated = bool(number >> 16 & 0xFF)
    elif named := _NAMED.fullmatch(told[1:]):
        language = _LANGUAGES.get(named[1].lower(), _LANGUAGES.get(named[1][:2].lower(), 0))
        number = _numbered(named[3] or "0")
        calendar, stated = _BY_NUMBER.get(number, DayCalendar.UNKNOWN), bool(number)
        if own := _OWN_CALENDAR.search(named[2]):
            calendar, stated = _BY_NAME.get(own[1].lower(), DayCalendar.UNKNOWN), True
    if calendar is not DayCalendar.GREGORIAN:
        return calendar
    if "b" in letters or ("y" in letters and language & 0x3FF == _THAI and not stated):
        return DayCalendar.BUDDHIST
    if set(letters) & {"e", "g"}:
        if language & 0x3FF == _JAPANESE:
            return DayCalendar.JAPANESE
        if language == _TAIWAN:
            return DayCalendar.TAIWANESE
    return DayCalendar.GREGORIAN


def _numbered(told: str) -> int:
    """The number of a calendar behind a language: alone, or with that of the figures before it and
    a language behind it, «D070000».

    >>> _numbered("107"), _numbered("D070000")
    (7, 7)
    """
    number = int(told, 16)
    return (number >> 16 if number > 0xFFFF else number) & 0xFF


def drawn_day(calendar: DayCalendar, day: dt.date) -> DrawnDay | None:
    """The day as that calendar counts it, None where that is not followed here.

    >>> drawn_day(DayCalendar.BUDDHIST, dt.date(2025, 6, 15)).year
    2568
    >>> drawn_day(DayCalendar.JAPANESE, dt.date(2025, 6, 15))[:2]
    ('R', 7)
    """
    if calendar is DayCalendar.UNKNOWN:
        return None
    if calendar is DayCalendar.HIJRI:
        return _hijri(day)
    if calendar is DayCalendar.JAPANESE:
        for first, era in _ERAS:
            if day >= first:
                return DrawnDay(era, day.year - first.year + 1, day.month, day.day)
        return None
    return DrawnDay("", day.year + _YEARS_AWAY.get(calendar, 0), day.month, day.day)


def _hijri(day: dt.date) -> DrawnDay:
    """By the arithmetical calendar, which a day's sighting of the moon may be away from.

    >>> _hijri(dt.date(2025, 6, 27))[1:]
    (1447, 1, 1)
    """
    since = day.toordinal() - 227_015  # days from the first of the calendar
    year = (30 * since + 10_646) // 10_631
    left = since - 354 * (year - 1) - (3 + 11 * year) // 30
    month = min(12, 2 * left // 59 + 1)
    return DrawnDay("", year, month, left - (59 * (month - 1) + 1) // 2 + 1)


def tells_another_year(text: str, day: dt.date) -> bool:
    """Whether the shown text has a year, and it is not the day's: that of another calendar.

    >>> day = dt.date(2025, 6, 15)
    >>> [tells_another_year(t, day) for t in ("15/06/2568", "15/6/68", "15/6/25", "15/06 10:30")]
    [True, True, False, False]
    """
    if years := _FOUR_DIGITS.findall(text):
        return f"{day.year:04}" not in years
    short = _SHORT_YEAR.fullmatch(text)
    figures = [int(figure) for figure in short.groups()] if short is not None else []
    return figures[:2] == [day.day, day.month] and figures[2] != day.year % 100
