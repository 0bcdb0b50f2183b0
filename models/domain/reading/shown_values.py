"""What a cell shows, held against the value that is read from it.

An official answers for what stands on the screen. A number format may write a unit or a sign there,
hide a minus, cut thousands off, or show nothing at all; letters may be raised, lowered or struck
through. Where the two say different things neither is taken in silence.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from models.domain.notation.date_formats import (
    as_a_reader_takes_it,
    date_section,
    draw_date,
    is_mere_separation,
    roles_of,
)
from models.domain.notation.deadlines import NotADate, format_date, parse_date_text
from models.domain.notation.number_formats import (
    GROUP,
    POINT,
    Drawn,
    FormatSection,
    TokenKind,
    draw_number,
    draw_text,
    section_for,
    sections_of,
)
from models.domain.notation.number_notation import (
    AmbiguousNumber,
    NumberNotUnderstood,
    format_number,
    from_cell,
    read_number,
)
from models.domain.notation.other_calendars import DayCalendar, tells_another_year
from models.domain.reading.cell_values import Doubt, understand_number
from models.domain.reading.problems import ProblemKind
from models.domain.reading.workbook_content import Appearance, CellValue
from models.domain.register.catalogue import CatalogueRow

# Calendars whose months are others; of the rest only the years are.
_OTHER_DAYS = frozenset({DayCalendar.HIJRI, DayCalendar.UNKNOWN})
_VISIBLE = Decimal("0.005")  # how much of a value may be rounded off before a reader is told
# The form's own numbers are whole but where a condition draws their decimals; programs that move
# columns about leave the condition behind, and nobody takes a figure so rounded for another one.
_PLAIN = re.compile(r"(?:general|standard|@|#,##0|[#,]*0?\.[0#?]{4,})?", re.IGNORECASE)
_OF_THE_MACHINE = re.compile(r"\[\$-(?:F800|F400|x-sysdate|x-systime)\][^dmyhs]*", re.IGNORECASE)
_FIGURES_ONLY = re.compile(rf"-?(?:[0-9]{{1,3}}(?:{GROUP}[0-9]{{3}})+|[0-9]*)(?:{POINT}[0-9]*)?")
_LONE_GROUP = re.compile(rf"{GROUP}(?![0-9]{{3}}(?![0-9]))")
_THREE_DECIMALS = re.compile(rf"(?<![0-9{GROUP}])([0-9]{{1,3}}){POINT}([0-9]{{3}})(?![0-9])")
_POWER = re.compile(rf"(-?)([0-9]+)(?:{POINT}([0-9]+))?E([+-]?)([0-9]{{1,4}})")
_PARTS = re.compile(r"(-?)(?:([0-9]+) +)?([0-9]+)/([0-9]+)")
_CURRENCIES = {
    "₫": "đồng",
    "đ": "đồng",
    "$": "USD",
    "US$": "USD",
    "€": "EUR",
    "USD": "USD",
    "VND": "đồng",
}
_CURRENCY_FIRST = re.compile(r"(\(?-?)\s*(US\$|[$₫€]|USD|VND)\s*(-?[^A-Za-z$₫€]*)")
_MONTH_NAMES = (
    *("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
)
_MONTH_AND_YEAR = re.compile(
    rf"(?:(?P<name>(?:{'|'.join(_MONTH_NAMES)})[a-z]*)"
    r"|(?:(?:tháng|thg|th) ?)?(?P<month>[0-9]{1,2}))"
    r"(?: ?[-/.,]? ?|, ?năm | năm )(?P<year>[0-9]{2}|[0-9]{4})"
)
_SIGNS = re.compile(r"^[-–—− (]+|\)")
_DOT = re.compile(r"(?<=[0-9])\.(?=[0-9]{3})")
_COMMA = re.compile(r"([0-9]),([0-9]{3})(?![0-9])")
_DASHES = frozenset("-–—−")
_DAY_NOUGHT = dt.date(1899, 12, 30)
_ANOTHER_DAY = "ngày theo định dạng khác"
_ONE_LETTER = "mmmmm"  # of a format of days: «J» is January, June and July
_BARE_FIGURE = re.compile(r"[-+−(]*[0-9][0-9.,/\s]*%?\)?|")
_PADDED = re.compile(r"0[0-9]+")
_LONG = 40  # letters of a format of days that may put many blanks beside them


@lru_cache(maxsize=5_000)
def adds_nothing(number_format: str) -> bool:
    """Whether a cell of that format shows a number, a text and a day as they are.

    >>> [adds_nothing(f) for f in ("#,##0.######", "dd/mm/yyyy", "mm/yyyy", "0", "m/d/yyyy")]
    [True, True, False, False, False]
    """
    if _PLAIN.fullmatch(number_format):
        return True
    sections = [
        s for s in sections_of(number_format) if [t.kind for t in s.tokens] != [TokenKind.TEXT]
    ]
    section = date_section(number_format)
    if section is None or len(sections) != 1 or section.white or len(number_format) > _LONG:
        return False
    told = zip(section.tokens, roles_of(tuple(section.tokens)), strict=True)
    roles = [r if len(t.text) > 2 or r != "y" else "yy" for t, r in told if r in ("d", "m", "y")]
    letters = "".join(t.text for t in section.tokens if t.kind is not TokenKind.DATE)
    strange = section.calendar is not DayCalendar.GREGORIAN or bool(section.figures)
    if strange or _ONE_LETTER in (t.text for t in section.tokens):
        return False
    usual = (["d", "m", "y"], ["d", "m", "yy"], ["y", "m", "d"])
    return roles in usual and is_mere_separation(letters)


# --- Numbers --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Compared:
    """What a cell shows, against its value; no doubt where both say the same.

    `meant` is the day that a cell tells of which keeps another one, where that leaves no doubt.
    """

    shown: str
    doubt: Doubt | None = None
    meant: dt.date | None = None


def compare_number(
    number_format: str, value: float, read: Decimal, row: CatalogueRow | None, unit: str
) -> Compared:
    """What a number cell of that format shows, against `read`, the number taken from it.

    The shown text is read as one that was typed there would be. `unit` is the column's own, where
    it has one.
    """
    try:
        exact = from_cell(value)
        section, _ = section_for(number_format, exact)
        if section.is_date and _is_read_as_a_day(number_format):
            return Compared("")
        if section.is_date:
            shown = "một ngày hoặc giờ"
            unit = unit or (row.unit if row is not None else "")
            told = (format_number(read), shown, unit)
            return Compared(shown, Doubt(ProblemKind.SHOWN_OTHERWISE, told))
        drawn = draw_number(number_format, exact)
    except (NumberNotUnderstood, ArithmeticError):
        return Compared("")
    shown = drawn.shown().strip()
    if drawn.white or not shown:
        return Compared("", Doubt(ProblemKind.UNSEEN_VALUE))
    return Compared(shown, _number_doubt(drawn.text.strip(), shown, read, row, unit))


def _is_read_as_a_day(number_format: str) -> bool:
    """Whether a number of that format comes from the readers as a day: not where the day stands in
    another section than the first, nor for a bare year of an era, nor for the machine's own day."""
    if _OF_THE_MACHINE.fullmatch(number_format):
        return False
    section = date_section(number_format)
    return section is not None and any(
        t.kind is TokenKind.DATE and t.text[:1] not in ("e", "b", "g") for t in section.tokens
    )


def compare_shown_text(shown: str, read: Decimal, row: CatalogueRow | None, unit: str) -> Compared:
    """The same of a number whose shown text the file keeps; which marks it uses is not known."""
    text = " ".join(shown.split())
    if not text:
        return Compared("", Doubt(ProblemKind.UNSEEN_VALUE))
    doubts = [
        _number_doubt(text.replace(point, POINT).replace(group, GROUP), text, read, row, unit)
        for point, group in ((",", "."), (".", ","))
    ]
    weight = {None: 0, ProblemKind.QUALIFIED_NUMBER: 1, ProblemKind.PARTLY_SHOWN: 2}
    return Compared(text, min(doubts, key=lambda d: weight.get(d.kind if d else None, 3)))


def _number_doubt(
    text: str, shown: str, read: Decimal, row: CatalogueRow | None, unit: str
) -> Doubt | None:
    otherwise = Doubt(
        ProblemKind.SHOWN_OTHERWISE,
        (format_number(read), shown, unit or (row.unit if row is not None else "")),
    )
    if not text.isascii() and any(map(unicodedata.combining, text)):
        return otherwise  # a line through figures
    if not read and text.strip("() ") in _DASHES:
        return None  # bookkeepers' formats draw nought as a dash
    if (figure := _plain_figure(text)) is not None:
        return _rounding(figure, _decimals(text), read, otherwise)
    if (written := _other_notation(text)) is not None:
        figure, step = written
        near = abs(figure - read) <= min(_VISIBLE * abs(read), step)
        return None if near else _meaning(otherwise, figure)
    typed = _as_typed(text)
    try:
        readings = (read_number(typed).value,)
    except AmbiguousNumber as two:
        readings = (two.readings[0],)  # as Vietnamese would read it: a dot that groups, a minus
        if two.readings[0] == -two.readings[1]:
            typed = f"-{_SIGNS.sub('', typed)}"
        else:
            typed = _COMMA.sub(r"\1,\g<2>0", _DOT.sub("", typed))
    except NumberNotUnderstood:
        return otherwise
    understood = understand_number(typed, row, unit)
    if understood.value is None or not isinstance(understood.value, Decimal):
        doubt = understood.doubt
        if doubt is not None and doubt.kind is ProblemKind.OTHER_UNIT and len(doubt.details) > 3:
            return _meaning(otherwise, read_number(doubt.details[3]).value)
        return otherwise
    # Decimals may stand in the letters of a format as well, which round nothing.
    written_out = -int(readings[0].as_tuple().exponent)
    doubt = _rounding(readings[0], max(_decimals(text), written_out), read, otherwise)
    if doubt is None and understood.doubt is not None:
        return (
            understood.doubt if understood.doubt.kind is ProblemKind.QUALIFIED_NUMBER else otherwise
        )
    return doubt


def _meaning(otherwise: Doubt, figure: Decimal) -> Doubt:
    """The doubt with the number that is shown, in the unit of its row."""
    return Doubt(otherwise.kind, (*otherwise.details, f"{figure:f}"))


def _plain_figure(text: str) -> Decimal | None:
    """The number of a text that is nothing but one, by the machine's own marks."""
    if not _FIGURES_ONLY.fullmatch(text) or not any(map(str.isdigit, text)):
        return None
    return Decimal(text.replace(GROUP, "").replace(POINT, ".").rstrip("."))


def _decimals(text: str) -> int:
    """How many decimals the machine's own mark stands before."""
    behind = text.partition(POINT)[2]
    return len(behind) - len(behind.lstrip("0123456789"))


def _rounding(figure: Decimal, decimals: int, read: Decimal, otherwise: Doubt) -> Doubt | None:
    away = abs(figure - read)
    if away * 2 > Decimal(1).scaleb(-decimals) * Decimal("1.000001"):
        return _meaning(otherwise, figure)
    if away > _VISIBLE * abs(read):
        return Doubt(ProblemKind.PARTLY_SHOWN, otherwise.details[:2])
    return None


def _other_notation(text: str) -> tuple[Decimal, Decimal] | None:
    """The number of a text in powers of ten or as a fraction, and how far from it the number may be
    that is drawn so."""
    if power := _POWER.fullmatch(text):
        sign, whole, decimals, down, exponent = power.groups()
        step = Decimal(f"1E{down}{exponent}").scaleb(-len(decimals or ""))
        return Decimal(f"{sign}{whole}.{decimals or 0}E{down}{exponent}"), step
    if parts := _PARTS.fullmatch(" ".join(text.split())):
        sign, whole, upper, lower = parts.groups()
        if int(lower):
            exact = int(whole or 0) + Fraction(int(upper), int(lower))
            figure = Decimal(exact.numerator) / Decimal(exact.denominator)
            return -figure if sign else figure, 1 / Decimal(2 * int(lower))
    return None


def _as_typed(text: str) -> str:
    """The drawn text as an official would type it so that its own marks read one way."""
    typed = _LONE_GROUP.sub(".", text)
    if POINT in typed:
        typed = _THREE_DECIMALS.sub(rf"\1{POINT}\g<2>0", typed.replace(GROUP, ""))
    typed = re.sub(rf"{POINT}(?![0-9])", "", typed).replace(GROUP, "").replace(POINT, ",")
    typed = re.sub(r"^(-?),(?=[0-9])", r"\g<1>0,", typed)
    if first := _CURRENCY_FIRST.fullmatch(typed):
        typed = f"{first[1]}{first[3].strip()} {first[2]}"
    for sign, name in _CURRENCIES.items():
        if typed.endswith(sign):
            return f"{typed[: -len(sign)].strip()} {name}"
    return typed


# --- Days -----------------------------------------------------------------------------------------


def compare_day(number_format: str, day: dt.date) -> Compared:
    """What a cell of that format shows of a day, against the day itself.

    A month, quarter or year without its day means the last one, as in texts: spreadsheets keep the
    first of the month for it. Figures that put the month first read as another day where they can.
    """
    section = date_section(number_format)
    if section is None:
        return Compared("")
    if (other := _by_another_section(number_format, section, day)) is not None:
        told = (format_date(day), other, "")
        kind = ProblemKind.SHOWN_OTHERWISE if other else ProblemKind.UNSEEN_VALUE
        return Compared(other, Doubt(kind, told if other else ()))
    instant = dt.datetime.combine(day, dt.time()) if not isinstance(day, dt.datetime) else day
    drawn = draw_date(number_format, instant)
    if drawn.white or not drawn.text.strip():
        return Compared("", Doubt(ProblemKind.UNSEEN_VALUE))
    if _ONE_LETTER in (t.text for t in section.tokens):
        return Compared(drawn.text, Doubt(ProblemKind.PARTLY_SHOWN, (format_date(day), drawn.text)))
    if section.figures:
        told = (format_date(day), drawn.text.strip(), "")
        return Compared(drawn.text.strip(), Doubt(ProblemKind.SHOWN_OTHERWISE, told))
    taken = as_a_reader_takes_it(section, day)
    roles = set(roles_of(tuple(section.tokens)))
    if section.calendar in _OTHER_DAYS or (section.calendar and "y" in roles):
        # Nobody can tell which year is meant.
        last = _last_day_meant(taken, day) if "d" not in roles else None
        others = (format_date(last),) if last is not None else ()
        details = (format_date(day), drawn.text.strip(), "", *others)
        return Compared(drawn.text.strip(), Doubt(ProblemKind.SHOWN_OTHERWISE, details))
    if "d" not in roles and (last := _last_day_meant(taken, day)):
        return Compared(drawn.text.strip(), meant=last)
    return Compared(drawn.text.strip(), _day_doubt(taken, drawn, day, roles))


def _by_another_section(number_format: str, section: FormatSection, day: dt.date) -> str | None:
    """What is shown of a day that a condition of its format hands to another section, "" for
    nothing; None for no such day.

    >>> code = '[<45000]dd/mm/yyyy;"30/12/2025"'
    >>> _by_another_section(code, sections_of(code)[0], dt.date(2025, 6, 11))
    '30/12/2025'
    """
    if not any(each.condition for each in sections_of(number_format)):
        return None
    own = day.date() if isinstance(day, dt.datetime) else day
    serial = Decimal((own - _DAY_NOUGHT).days)
    chosen, _ = section_for(number_format, serial)
    if chosen == section:
        return None
    if chosen.is_date:
        return _ANOTHER_DAY
    drawn = draw_number(number_format, serial)
    return "" if drawn.white else drawn.shown().strip()


def compare_shown_day(shown: str, day: dt.date) -> Compared:
    """The same of a day whose shown text the file keeps."""
    text = " ".join(shown.split())
    if not text:
        return Compared("", Doubt(ProblemKind.UNSEEN_VALUE))
    if last := _last_day_meant(_month_told(text, day), day):
        return Compared(text, meant=last)
    figures = [int(f) for f in re.findall(r"[0-9]{1,4}", text)][:3]
    whole = sorted(f % 100 if f > 999 else f for f in figures) == sorted(
        (day.day, day.month, day.year % 100)
    )
    taken = text
    if whole and figures[0] > 999:
        taken = "/".join(map(str, figures))  # behind a year comes the month
    elif whole and figures[:2] == [day.day, day.month]:
        taken = format_date(day)
    elif whole and re.fullmatch(r"[0-9]+[/.-][0-9]+[/.-][0-9]{2}", text):
        taken = f"{text[:-2]}{day.year:04}" if figures[2] == day.year % 100 else text
    elif str(day.year) in text and re.search(rf"(?<![0-9])0?{day.day}(?![0-9])", text):
        taken = format_date(day) if _names_a_month(text) else text
    may_lack_year = str(day.year) not in text and not tells_another_year(text, day)
    roles = {"d", "m"} if may_lack_year and not whole and str(day.day) in text else set()
    return Compared(text, _day_doubt(taken, Drawn(text), day, roles))


def _last_day_meant(taken: str, day: dt.date) -> dt.date | None:
    """The last day of the month, quarter or year that is told, where the day kept is what a
    spreadsheet keeps of such words: the first of it, or of its last month. None where it is not.
    """
    if day.day != 1:
        return None
    try:
        last = parse_date_text(taken)
    except NotADate:
        return None
    months = 12 * (last.year - day.year) + last.month - day.month
    begins = months in (2, 5, 8, 11) and (day.month == 1 or (months == 2 and day.month % 3 == 1))
    return last if last.day > 1 and (months == 0 or begins) else None


def _month_told(text: str, day: dt.date) -> str:
    """A shown month and year as an official would type them; any other text as it is.

    >>> [_month_told(t, dt.date(2025, 6, 1)) for t in ("Jun-25", "thg 6 2025", "06/25", "1/6/25")]
    ['6/2025', '6/2025', '6/2025', '1/6/25']
    """
    found = _MONTH_AND_YEAR.fullmatch(text.casefold())
    if found is None or int(found["year"]) not in (day.year, day.year % 100):
        return text
    name = found["name"]
    month = _MONTH_NAMES.index(name[:3]) + 1 if name else int(found["month"])
    return f"{month}/{day.year:04}"


def _names_a_month(text: str) -> bool:
    words = text.casefold()
    return "tháng" in words or any(
        words.startswith(name, at)
        for at in (m.start() for m in re.finditer(r"\b", words))
        for name in _MONTH_NAMES
    )


def _day_doubt(taken: str, drawn: Drawn, day: dt.date, roles: set[str]) -> Doubt | None:
    otherwise = Doubt(ProblemKind.SHOWN_OTHERWISE, (format_date(day), drawn.text.strip(), ""))
    try:
        meant = parse_date_text(taken)
    except NotADate:
        first, _, rest = taken.partition("/")
        if rest == f"{day.day}/{day.year:04}" and first == str(day.month):
            return None  # no month has that number: it reads one way, however it is written
        if taken == f"{day.year:04}/{day.day}/{day.month}":
            return None  # likewise
        if {"d", "m"} <= roles and "y" not in roles and not any(map(str.isalpha, taken)):
            return Doubt(ProblemKind.PARTLY_SHOWN, (format_date(day), drawn.text.strip()))
        return otherwise
    if meant == day:
        return None
    return Doubt(ProblemKind.SHOWN_OTHERWISE, (*otherwise.details, format_date(meant)))


# --- Words ----------------------------------------------------------------------------------------


def words_shown(look: Appearance, value: CellValue) -> str | None:
    """What a cell in a column of words shows, None where that is its value or merely rounds it.

    >>> words_shown(Appearance('0" đợt"'), 5.0), words_shown(Appearance("0"), 5.2)
    ('5 đợt', None)
    >>> words_shown(Appearance("000"), 7.0)
    '007'
    """
    shown = look.shown or _drawn_words(look.number_format, value)
    if shown is None or isinstance(value, str) or any(map(str.isalpha, shown)):
        return shown
    if _PADDED.fullmatch(shown) or not _BARE_FIGURE.fullmatch(shown):
        return shown  # «007» is no «7» where it names something, and «$5», «>5», «5‰» no «5»
    if isinstance(value, (int, float)) and shown:
        try:
            exact = from_cell(value)
        except NumberNotUnderstood:
            return shown
        exact = exact * 100 if shown.endswith("%") else exact
        doubt = compare_shown_text(shown, exact, None, "").doubt
        return shown if doubt is not None and doubt.kind is ProblemKind.SHOWN_OTHERWISE else None
    return shown


def _drawn_words(number_format: str, value: CellValue) -> str | None:
    if not number_format or isinstance(value, bool):
        return None
    if isinstance(value, str):
        drawn = draw_text(number_format, value)
    elif isinstance(value, (int, float)):
        try:
            drawn = draw_number(number_format, from_cell(value))
        except (NumberNotUnderstood, ArithmeticError):
            return None
    elif isinstance(value, dt.date):
        instant = value if isinstance(value, dt.datetime) else dt.datetime.combine(value, dt.time())
        drawn = draw_date(number_format, instant)
    else:
        return None
    return "" if drawn.white else drawn.shown().strip()


def phone_shown(look: Appearance, value: CellValue, phone: str) -> str:
    """What a number cell shows of a phone number where it is another one, "" where it is not.

    >>> phone_shown(Appearance('"09"0'), 12345678.0, "0012345678")
    '0912345678'
    """
    shown = look.shown or _drawn_words(look.number_format, value)
    if isinstance(value, str) or shown is None:
        return ""
    digits = ["".join(filter(str.isdigit, t)).lstrip("0") for t in (shown, phone)]
    return "" if digits[0] == digits[1] else shown
