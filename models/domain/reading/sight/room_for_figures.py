"""Figures that have no room in their column: «####» is shown, a rounded number, or half of it.

How wide letters are depends on the machine. Only what certainly has no room is told: figures and
marks count for less than they measure.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from models.domain.notation.date_formats import date_section, draw_date
from models.domain.notation.number_formats import GROUP, POINT, draw_number, section_for
from models.domain.notation.number_notation import NumberNotUnderstood, from_cell
from models.domain.reading.cell_values import as_text, is_blank
from models.domain.reading.expectations import ExpectedSheet
from models.domain.reading.forms import Column, SheetKind, ValueType
from models.domain.reading.layout import SheetLayout
from models.domain.reading.problems import Problem, ProblemKind
from models.domain.reading.submissions import CellKey, Entry
from models.domain.reading.workbook_content import (
    LARGE,
    CellLetters,
    CellValue,
    ColumnWidths,
    SheetContent,
    split_address,
)

_FIGURES = (ValueType.NUMBER, ValueType.DATE, ValueType.PHONE)
# Of the room that a figure of the usual letters is counted with.
_FIGURE, _MARK, _BLANK = 0.94, 0.28, 0.25
_INDENT = 1.2  # figures that a step of an indent takes the room of
_USUAL_POINTS = 10.0
_SEEN = 0.6  # of the height of letters, without which they are not read
_WIDTH = 0.45  # of their height: a figure of the narrowest fonts
_SPECKS = 3.5  # how many times letters are made smaller until they are specks
_MARKS = f"/-.,%(){POINT}{GROUP}"
_BETWEEN_FIGURES = re.compile(r"(?<=[0-9])\s(?=[0-9])")
_VISIBLE = Decimal("0.005")  # how much of a number may be rounded off unseen
_MOST_DECIMALS = 6
_LONG_FORMAT = 30  # letters of one that may put many blanks beside a figure
_PLAIN = CellLetters()
_LINE_ENDS = ("\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029")
_BLANKS, _LINES_BEHIND = 12, 3  # that push an entry out of a cell of the form
# Within words, a list may leave some lines free, and blanks stand where something is to be ticked.
_BLANKS_WITHIN, _LINES_WITHIN = 60, 6
_DRAWN_AS_BLANKS = "\u2800\u3164\uffa0"
_GAP = re.compile(f"[\\s{_DRAWN_AS_BLANKS}]{{3,}}")
_BLANKS_ON_A_LINE = rf"(?:[^\S\n\r]|[{_DRAWN_AS_BLANKS}])"
_TORN = re.compile(f"{_BLANKS_ON_A_LINE}{{{_BLANKS_WITHIN}}}")
_FIGURES_PARTED = re.compile(rf"[0-9][.,]?{_BLANKS_ON_A_LINE}{{{_BLANKS},}}[.,]?[0-9]")
_EMPTY_LINES = re.compile(r"\n(?:[^\S\n]*+\n){5}")


def figures_without_room(
    expected: ExpectedSheet, layout: SheetLayout, entries: Mapping[CellKey, Entry]
) -> Iterator[Problem]:
    """A problem for each number, day or phone number that its cell certainly does not show."""
    widths = layout.content.widths
    if widths is None:
        return
    key = expected.form.key
    columns = [(c, w) for c in expected.inputs if (w := _room(expected, layout, c, widths))]
    looks = layout.content.looks
    large = looks and any(
        k.scale >= LARGE or k.indent or k.turned or k.spread or len(k.number_format) > _LONG_FORMAT
        for k in looks.values()
    )
    details = expected.form.kind is SheetKind.DETAILS
    rows = ("",) if details else layout.rows
    for column, width in columns:
        for row_key in rows:
            entry = entries.get((key, row_key, column.key))
            if entry is None or not (large or len(entry.raw) * _FIGURE > width):
                continue
            if _has_no_room(layout.content, column, entry, widths):
                yield Problem(
                    ProblemKind.CUT_OFF,
                    key,
                    layout.name,
                    entry.cell,
                    row_key,
                    column.key,
                    entry.raw,
                )


def is_pushed_out(text: str, kind: ValueType) -> bool:
    """Whether blanks or empty lines push what is written, or a part of it, out of a cell of that
    kind.

    >>> is_pushed_out("\\n\\n250200", ValueType.NUMBER), is_pushed_out(" 250200 ", ValueType.NUMBER)
    (True, False)
    >>> is_pushed_out(f"0225{' ' * 20}312345", ValueType.PHONE)
    True
    """
    if kind in (ValueType.NUMBER, ValueType.DATE, ValueType.CHOICE):
        return _is_pushed_aside(text)
    if kind is ValueType.PHONE:  # whose groups are read as one number, wherever they stand
        return _is_pushed_aside(text, joined=True) or _is_torn_apart(text)
    return _is_torn_apart(text)


def _is_pushed_aside(text: str, *, joined: bool = False) -> bool:
    """Whether that is so of figures; `joined` ones are one number though blanks part them.

    Blanks within count as well: what stands behind them is a part of the number or of the day.

    >>> _is_pushed_aside(f"20/3{' ' * 20}/2025"), _is_pushed_aside("20 / 3 / 2025")
    (True, False)
    """
    before = text[: len(text) - len(text.lstrip())]
    behind = text[len(text.rstrip()) :]
    lines = sum(map(before.count, _LINE_ENDS))
    if bool(lines) or len(before) >= _BLANKS or behind.count("\n") >= _LINES_BEHIND:
        return True
    told = text.strip()
    return any(
        (len(gap[0]) >= _BLANKS or gap[0].count("\n") >= _LINES_BEHIND)
        and any(map(str.isdigit, told[gap.end() :]))
        # Others that blanks part are no number, and are told as none.
        and not (not joined and told[gap.start() - 1].isdigit() and told[gap.end()].isdigit())
        for gap in _GAP.finditer(told)
    )


def _is_torn_apart(text: str) -> bool:
    """Whether that is so of words: of the rest of them, or of some figures of a number.

    >>> _is_torn_apart("có" + "\\n" * 9 + "không"), _is_torn_apart("a\\n\\nb  c")
    (True, False)
    >>> _is_torn_apart(f"đạt 12{' ' * 20}.000 tỷ"), _is_torn_apart(f"ký tên{' ' * 20}2025")
    (True, False)
    """
    if len(text) < _LINES_WITHIN:
        return False
    told = text.strip()
    words = told.split()
    blanks = len(told) - sum(map(len, words)) - len(words)
    many = blanks >= _BLANKS - 2 or any(each in told for each in _DRAWN_AS_BLANKS)
    if many and (_TORN.search(told) or _FIGURES_PARTED.search(told)):
        return True
    return told.count("\n") >= _LINES_WITHIN and _EMPTY_LINES.search(told) is not None


def _room(
    expected: ExpectedSheet, layout: SheetLayout, column: Column, widths: ColumnWidths
) -> float:
    """The width of a column of figures, 0 for others and for one that is not there."""
    details = expected.form.kind is SheetKind.DETAILS
    place = layout.columns.get("value" if details else column.key)
    return widths.of(place) if place and column.type in _FIGURES else 0.0


def _has_no_room(content: SheetContent, column: Column, entry: Entry, widths: ColumnWidths) -> bool:
    row, place = split_address(entry.cell)
    last = next(
        (right for top, left, _, right in content.merged if (top, left) == (row, place)), place
    )
    width = sum(widths.of(each) for each in range(place, last + 1))
    value = content.at(row, place)
    letters = content.letters(row, place) if content.letters is not None else _PLAIN
    look = content.looks.get((row, place))
    if last == place and _is_too_low(letters, _least_text(value, letters.number_format, column)):
        return True
    if letters.spread and _stands_beside(content, row, last + 1):
        return True
    if isinstance(value, str) and _runs_over(content, row, place, last):
        return False
    if look is not None and look.scale > max(letters.scale, 1.0):
        letters = replace(letters, scale=look.scale, indent=0)
    text = _least_text(value, letters.number_format, column)
    measured = _measured(text) * letters.scale * letters.breadth
    if letters.made_to_fit:
        return measured > width * _SPECKS
    return measured > max(width - letters.indent * _INDENT, 0.0)


def _is_too_low(letters: CellLetters, text: str) -> bool:
    """Whether the row shows as good as nothing of letters, or not all that stand one above the
    other."""
    if not letters.row:
        return False
    points = letters.points or _USUAL_POINTS
    high = points * _SEEN
    if letters.stacked:
        high = points * len(text) * _FIGURE
    elif letters.turned:
        high = points * _measured(text) * letters.breadth * _WIDTH
    return high + letters.free > letters.row


def _stands_beside(content: SheetContent, row: int, column: int) -> bool:
    """Whether what is centred over that cell too is seen there, and not in its own."""
    if content.letters is None or not is_blank(content.at(row, column)):
        return False
    return content.letters(row, column).spread


def _runs_over(content: SheetContent, row: int, first: int, last: int) -> bool:
    """Whether the words of a cell may be seen beyond it: nothing stands beside it."""
    return is_blank(content.at(row, last + 1)) and is_blank(content.at(row, first - 1))


def _least_text(value: CellValue, number_format: str, column: Column) -> str:
    """The shortest text that shows a value for what it is, "" where nobody can tell."""
    if isinstance(value, str):
        # Blanks are where a text goes on in the next line, and those between figures cut them off.
        text = _BETWEEN_FIGURES.sub("", as_text(value))
        runs = [run for run in text.split() if any(map(str.isdigit, run))]
        return max(runs, key=len, default="") if column.type is not ValueType.PHONE else ""
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, (int, float)):
        return _least_number(value, number_format)
    if isinstance(value, dt.date):
        day = value if isinstance(value, dt.datetime) else dt.datetime.combine(value, dt.time())
        if number_format and date_section(number_format) is not None:
            return draw_date(number_format, day).text
        return f"{day.day}/{day.month}/{day.year}"
    return ""


def _least_number(value: float, number_format: str) -> str:
    try:
        exact = from_cell(value)
        if number_format and not re.fullmatch(r"general|standard|@", number_format, re.IGNORECASE):
            section, _ = section_for(number_format, exact)
            return "" if section.is_date else draw_number(number_format, exact).text
    except (NumberNotUnderstood, ArithmeticError):
        return ""
    for decimals in range(_MOST_DECIMALS):
        rounded = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        if abs(rounded - exact) <= _VISIBLE * abs(exact):
            return f"{rounded:f}"
    return ""


def _measured(text: str) -> float:
    """How many figures of the usual letters a text takes the room of, at the least.

    >>> round(_measured("250200"), 2), round(_measured("1/1/2025"), 2)
    (5.64, 6.2)
    """
    figures = sum(map(str.isdigit, text))
    letters = sum(map(str.isalpha, text))
    marks = sum(sign in _MARKS for sign in text)
    return _FIGURE * (figures + 0.6 * letters) + _MARK * marks + _BLANK * text.count(" ")
