"""What cells of OpenDocument spreadsheets show: by their format, by the text that is kept."""

from __future__ import annotations

import datetime as dt

from models.domain.notation.date_formats import date_section, draw_date
from models.domain.notation.number_formats import draw_number, draw_text, section_for
from models.domain.notation.number_notation import NumberNotUnderstood, from_cell
from models.domain.reading.problems import ProblemKind
from models.domain.reading.shown_values import (
    adds_nothing,
    compare_number,
    compare_shown_day,
    compare_shown_text,
)
from models.domain.reading.workbook_content import CellValue

HIDES_ALL = ";;;"
# From which bare numbers count days.
_FIRST_DAY = dt.datetime.combine(dt.date(1899, 12, 30), dt.time())
_FIGURE_SIGNS = frozenset("0123456789.,'%-−–() \u00a0\u2009\u202f")  # of a number and nothing else


def shown_in_place(
    code: str | None, value: CellValue, shown: str, *, ordered_by_machines: bool
) -> tuple[str, str]:
    """The format of a cell that hides or changes its value, and what is shown in place of it; ""
    where it is the value.

    Of a number the file keeps what it shows; of a text it keeps the text. Programs draw both anew.
    """
    is_text = isinstance(value, str)
    if code is not None and (is_text or not shown.strip()) and _hides(code, value):
        return HIDES_ALL, ""
    drawn = _drawn(code, value, ordered_by_machines=ordered_by_machines)
    if drawn is not None and not drawn.strip():
        return HIDES_ALL, ""
    if is_text:
        return (code or "") if drawn is not None else "", ""
    if drawn is not None and not (_is_alike(drawn, shown) and _says_the_value(value, drawn)):
        return "", drawn
    if code and isinstance(value, float) and _cuts_off(code, value):
        return code, ""
    return "", "" if _says_the_value(value, shown) else shown


def _cuts_off(code: str, value: float) -> bool:
    """Whether a format of figures alone leaves visibly much of a broken number out."""
    if value.is_integer() or "general" in code.casefold():
        return False
    try:
        exact = from_cell(value)
    except NumberNotUnderstood:
        return False
    read = exact * 100 if "%" in code else exact
    doubt = compare_number(code, value, read, None, "").doubt
    return doubt is not None and doubt.kind is ProblemKind.PARTLY_SHOWN


def shows_percentage(value: CellValue, shown: str) -> bool:
    """Whether the shown text says of a number that it is a percentage: 0.17 shows «17%».

    >>> shows_percentage(0.17, "17%"), shows_percentage(0.17, "0,17"), shows_percentage(17.0, "17%")
    (True, False, False)
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)) or "%" not in shown:
        return False
    try:
        doubt = compare_shown_text(shown, from_cell(value) * 100, None, "").doubt
    except NumberNotUnderstood:
        return False
    return doubt is None or doubt.kind is ProblemKind.PARTLY_SHOWN


def _drawn(code: str | None, value: CellValue, *, ordered_by_machines: bool) -> str | None:
    """What the format of a cell makes of its value, None where that is the value or not known."""
    if not code or isinstance(value, bool):
        return None
    bare = isinstance(value, (int, float)) and date_section(code) is not None
    if adds_nothing(code) and not bare:
        return None
    if isinstance(value, str):
        shown = draw_text(code, value)
        text = "" if shown.white else shown.text
        return None if text == value else text
    try:
        if isinstance(value, (int, float)):
            exact = from_cell(value)
            if not section_for(code, exact)[0].is_date:
                drawn = draw_number(code, exact)
                return "" if drawn.white else drawn.shown()
            return draw_date(code, _FIRST_DAY + dt.timedelta(days=value)).text
    except (NumberNotUnderstood, ArithmeticError, ValueError):
        return None
    if ordered_by_machines or not isinstance(value, dt.date):
        return None
    day = value if isinstance(value, dt.datetime) else dt.datetime.combine(value, dt.time())
    shown_day = draw_date(code, day)
    return "" if shown_day.white else shown_day.text


def _is_alike(drawn: str, shown: str) -> bool:
    """Whether both say of a number that it is a percentage, or that it is none."""
    return ("%" in drawn) == ("%" in shown)


def _hides(number_format: str, value: CellValue) -> bool:
    """Whether a cell of that format shows nothing of its value."""
    if isinstance(value, str):
        drawn = draw_text(number_format, value)
        return drawn.white or not drawn.text.strip()
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return not number_format.strip("; ")
    try:
        drawn = draw_number(number_format, from_cell(value))
    except (NumberNotUnderstood, ArithmeticError):
        return False
    section, _ = section_for(number_format, from_cell(value))
    return not section.is_date and (drawn.white or not drawn.text.strip())


def _says_the_value(value: CellValue, shown: str) -> bool:
    """Whether the shown text is the value, perhaps rounded, and nothing beside it."""
    if not shown or isinstance(value, bool):
        return True
    if isinstance(value, (int, float)):
        if shown in (f"{value:g}", f"{value:g}".replace(".", ",")):
            return True
        try:
            exact = from_cell(value)
        except NumberNotUnderstood:
            return True
        exact = exact * 100 if shown.endswith("%") else exact
        doubt = compare_shown_text(shown, exact, None, "").doubt
        plain = _FIGURE_SIGNS.issuperset(shown)
        return plain and (doubt is None or doubt.kind is ProblemKind.PARTLY_SHOWN)
    if isinstance(value, dt.date):
        day = value.date() if isinstance(value, dt.datetime) else value
        compared = compare_shown_day(shown, day)
        return compared.doubt is None and compared.meant is None
    return True
