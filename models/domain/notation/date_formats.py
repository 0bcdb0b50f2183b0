"""What a cell shows that holds a day: drawn by its number format, and as a reader takes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache

from models.domain.notation.figures.shapes import in_figures
from models.domain.notation.number_formats import (
    POINT,
    Drawn,
    FormatSection,
    FormatToken,
    TokenKind,
    sections_of,
)
from models.domain.notation.other_calendars import DrawnDay, drawn_day

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FULL_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
# Orders of figures that nobody mistakes, where the year has four of them and where it has two. A
# year in four figures tells that the month comes behind it.
_READ_ONE_WAY = (("dmy", "ymd", "dym", "myd"), ("dmy",))
_BETWEEN_FIGURES = frozenset(" /.-,:;'\u00a0\u2009\u202f–")
_ANOTHER_CALENDAR = "ngày theo lịch khác"
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@lru_cache(maxsize=500)
def date_section(number_format: str) -> FormatSection | None:
    """The section that draws a day, None when the format draws none.

    >>> date_section("0.0") is None, date_section("[$-42A]dd/mm/yyyy;@") is None
    (True, False)
    """
    section = sections_of(number_format)[0]
    return section if section.is_date else None


@lru_cache(maxsize=500)
def roles_of(section_tokens: Sequence[FormatToken]) -> Sequence[str]:
    """Of each token whether it draws the year, era, month, day, weekday or the time ("y", "g",
    "m", "d", "w", "t"); "" for what stands between them. An m beside hours or seconds is minutes.
    """
    roles = []
    letters = [
        (i, t.text.strip("[]")) for i, t in enumerate(section_tokens) if t.kind is TokenKind.DATE
    ]
    places = {place: n for n, (place, _) in enumerate(letters)}
    for place, token in enumerate(section_tokens):
        if place not in places:
            roles.append("")
            continue
        n = places[place]
        text = letters[n][1]
        beside = letters[n - 1][1][:1] if n else ""
        behind = letters[n + 1][1][:1] if n + 1 < len(letters) else ""
        if text[0] == "m" and (token.text[0] == "[" or beside == "h" or behind == "s"):
            roles.append("t")
        elif text[0] == "d":
            roles.append("w" if len(text) > 2 else "d")
        else:
            roles.append({"y": "y", "e": "y", "b": "y", "g": "g", "m": "m"}.get(text[0], "t"))
    return tuple(roles)


def draw_date(number_format: str, instant: dt.datetime) -> Drawn:
    """What a cell shows that holds a day, months and weekdays in English as by default.

    >>> day = dt.datetime(2025, 6, 5)
    >>> [draw_date(f, day).text for f in ("dd/mm/yyyy", "m/d/yy", "mmm-yy", '"Quý II/"yyyy')]
    ['05/06/2025', '6/5/25', 'Jun-25', 'Quý II/2025']
    """
    section = date_section(number_format) or sections_of(number_format)[0]
    counted = drawn_day(section.calendar, instant.date())
    if counted is None:
        return Drawn(_ANOTHER_CALENDAR, section.white)
    roles = roles_of(tuple(section.tokens))
    halves = any(t.text in ("am/pm", "a/p") for t in section.tokens if t.kind is TokenKind.DATE)
    pieces = []
    for token, role in zip(section.tokens, roles, strict=True):
        if token.kind is TokenKind.DATE:
            pieces.append(_drawn_part(token.text, role, instant, halves, counted))
        else:
            pieces.append(POINT if token.kind is TokenKind.POINT else token.text)
    text = in_figures("".join(pieces).replace(POINT, "."), section.figures)
    return Drawn("" if not section.tokens else text, section.white)


def _drawn_part(text: str, role: str, at: dt.datetime, halves: bool, counted: DrawnDay) -> str:
    width = len(text.strip("[]"))
    if role == "g":
        return counted.era
    if role == "y":
        if text[0] == "e" and counted.year < 1000:
            return f"{counted.year:0{min(width, 2)}}"
        short = width <= 2 and text[0] in "yb"
        return f"{counted.year % 100:02}" if short else f"{counted.year:04}"
    if role in ("m", "d") and (counted.month, counted.day) != (at.month, at.day):
        return f"{counted.month if role == 'm' else counted.day:0{min(width, 2)}}"
    if role == "m":
        names = {3: _MONTHS, 4: _FULL_MONTHS, 5: [m[0] for m in _MONTHS]}.get(min(width, 5))
        return names[at.month - 1] if names else f"{at.month:0{width}}"
    if role == "w":
        name = _DAYS[at.weekday()]
        return name[:3] if width == 3 else name
    if role == "d":
        return f"{at.day:0{min(width, 2)}}"
    if text in ("am/pm", "a/p"):
        half = "AM" if at.hour < 12 else "PM"
        return half if text == "am/pm" else half[0]
    value = {"h": (at.hour - 1) % 12 + 1 if halves else at.hour, "m": at.minute, "s": at.second}
    return f"{value.get(text.strip('[]')[:1], 0):0{min(width, 2)}}"


def as_a_reader_takes_it(section: FormatSection, day: dt.date) -> str:
    """The day as the section tells it to a Vietnamese reader, in figures, without weekday and time.

    Words around it stay. Day, month and year with the month in words, or in an order that nobody
    mistakes, come day first; figures that put the month first stay so, as they read otherwise.

    >>> sections = sections_of('"Tháng "mm/yyyy'), sections_of("m/d/yyyy"), sections_of("mmm d, yy")
    >>> [as_a_reader_takes_it(s[0], dt.date(2025, 6, 5)) for s in sections]
    ['Tháng 6/2025', '6/5/2025', '5/6/2025']
    """
    roles = roles_of(tuple(section.tokens))
    drawn = [(r, len(section.tokens[i].text)) for i, r in enumerate(roles) if r in ("y", "m", "d")]
    places = [i for i, role in enumerate(roles) if role in ("y", "m", "d")]
    order = "".join(dict.fromkeys(role for role, _ in drawn))
    figures = {"d": str(day.day), "m": str(day.month), "y": f"{day.year:04}"}
    months_in_words = any(role == "m" and width > 2 for role, width in drawn)
    short_year = any(role == "y" and width < 3 for role, width in drawn)
    if set(order) == {"d", "m", "y"}:
        if months_in_words or order in _READ_ONE_WAY[short_year]:
            order = "dmy"
        elif short_year and order != "mdy":
            figures["y"] = f"{day.year % 100:02}"  # «25/06/11»: the year may be the day
    elif "d" not in order and set(order) == {"m", "y"}:
        order = "my"
    told = "/".join(figures[role] for role in order)
    first, last = (places[0], places[-1]) if places else (0, -1)
    before, within, after = (
        _words(section.tokens[a:b], roles[a:b])
        for a, b in ((0, first), (first, last + 1), (last + 1, len(roles)))
    )
    between = "" if not within or _says_parts(within) else f" {within.strip()}"
    return f"{before}{told}{between}{after}".strip()


def _words(tokens: Sequence[FormatToken], roles: Sequence[str]) -> str:
    text = "".join(
        t.text
        for t, r in zip(tokens, roles, strict=True)
        if not r and t.kind is not TokenKind.DIGIT
    )
    return "" if is_mere_separation(text) else text


def is_mere_separation(text: str) -> bool:
    """Whether letters between and around figures only hold them apart: a «?» asks something.

    >>> is_mere_separation(" - "), is_mere_separation("?"), is_mere_separation("năm")
    (True, False, False)
    """
    return _BETWEEN_FIGURES.issuperset(text)


def _says_parts(text: str) -> bool:
    """Whether the words between the figures only name them: «ngày … tháng … năm …»."""
    words = "".join(c if c.isalpha() else " " for c in text.casefold()).split()
    return not any(map(str.isdigit, text)) and all(
        w in ("ngày", "tháng", "năm", "th", "of", "de") for w in words
    )
