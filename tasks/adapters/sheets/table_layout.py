"""How a table stands on paper: its columns' widths by what they hold, its numbers' decimals.

Numbers and dates never wrap: their columns are as wide as the longest. Text does, so its columns
give up room where the table would else be too small to read, down to their longest word.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from models.domain.consolidation import Figure
from tasks.adapters.sheets.output_columns import (
    Alike,
    Band,
    CellValue,
    Citation,
    OutputColumn,
    Row,
    TableSheet,
    Toned,
)
from tasks.adapters.workbooks import workbook_styles as look
from tasks.adapters.workbooks.paper import PrintLayout, Width, laid_out

SIZE = 10
Values = Sequence[CellValue]

_PLACES = 4  # decimals shown at most; the cell holds them all
_WIDEST_NUMBER, _WIDEST_WORD = 24.0, 16.0  # characters; what is longer is made smaller, or broken
_WIDEST_CITATION = 15.0  # of one run of references; more of them wrap
_STRETCH = 1.2  # a column becomes wider by so much where all its texts then stand on one line
_KEPT = 0.6  # of its best width, the least that a column of text keeps
_INDENT = 1.5  # characters between a number and the border
_SLACK = 0.2  # characters by which widths are rounded
_LONG = 80  # letters of a text that no column holds on one line


def decimals_of(value: Decimal) -> int:
    """How many decimals the value was given with; four at the most are shown."""
    exponent = value.as_tuple().exponent
    return min(_PLACES, max(0, -exponent)) if isinstance(exponent, int) else 0


def number_of(value: CellValue) -> Decimal | None:
    """The number that a cell will hold; None for any other content."""
    if isinstance(value, Figure):
        return value.value if value.bound is None and isinstance(value.value, Decimal) else None
    return value if isinstance(value, Decimal) else None


def decimals_shown(table: TableSheet[Row], rows: Sequence[Values | None]) -> list[list[int | None]]:
    """For every row and column, how many decimals its number is shown with; None for its own.

    What has one unit is written alike: all measures of a row, or of the table; shares down their
    column.
    """
    by_column = [c.look.alike is Alike.COLUMN for c in table.columns]
    by_row = [c.look.alike is Alike.ROW for c in table.columns]
    own = [[_decimals(v) for v in row] if row is not None else None for row in rows]
    filled = [row for row in own if row is not None]
    down = [
        max((row[at] or 0 for row in filled), default=0) if alike else None
        for at, alike in enumerate(by_column)
    ]
    every = max((_most(row, by_row) for row in filled), default=0) if table.one_unit else None
    shown: list[list[int | None]] = []
    for row in own:
        if row is None:
            shown.append([])
            continue
        across = _most(row, by_row) if every is None else every
        shown.append([across if alike else d for alike, d in zip(by_row, down, strict=True)])
    return shown


def _most(row: Sequence[int | None], measured: Sequence[bool]) -> int:
    return max((n or 0 for n, alike in zip(row, measured, strict=True) if alike), default=0)


def _decimals(value: CellValue) -> int | None:
    number = number_of(value)
    return None if number is None else decimals_of(number)


def layout_of(
    table: TableSheet[Row], rows: Sequence[Values | None], decimals: Sequence[Sequence[int | None]]
) -> PrintLayout:
    """The paper and the widths on which the table can be read."""
    if table.quick:
        return laid_out(_unmeasured(table), SIZE)
    columns = []
    for at, column in enumerate(table.columns):
        cells = [(row[at], decimals[n][at]) for n, row in enumerate(rows) if row is not None]
        columns.append(_width_of(column, cells))
    return laid_out(columns, SIZE)


def _unmeasured(table: TableSheet[Row]) -> list[Width]:
    """Widths as the columns state them; what is one word in the first row keeps its own."""
    first = next((row for row in table.rows if not isinstance(row, Band)), None)
    widths = []
    for column in table.columns:
        text = text_of(column.value(first)) if first is not None else None
        kept = 1.0 if text is None or len(text.split()) == 1 else _KEPT
        widths.append(Width(column.width, column.width * kept))
    return widths


def _width_of(column: OutputColumn[Any], cells: Sequence[tuple[CellValue, int | None]]) -> Width:
    needed = max((_unbroken(*cell) for cell in cells), default=0.0)
    least = max(needed, *(_characters(word, bold=True) for word in column.header.split()))
    texts = {text for value, _ in cells if (text := text_of(value))}
    if not texts:
        return Width(max(column.width, least), least)
    best = max(column.width, least)
    longest = max(map(_line, texts))
    if best < longest <= best * _STRETCH:
        best = longest
    words = min(_WIDEST_WORD, max(_characters(_longest_word(text)) for text in texts))
    return Width(best, min(best, max(least, words, column.width * _KEPT)))


def _line(text: str) -> float:
    """How wide the text stands where it is not wrapped; beyond any column where it has lines."""
    return _characters(text) if len(text) < _LONG and "\n" not in text else math.inf


def _unbroken(value: CellValue, places: int | None) -> float:
    """How wide a number, a date, a citation must stand."""
    number = number_of(value)
    if number is not None:
        if not number.is_finite() or number.adjusted() > 30:
            return 0.0
        shown = places if places is not None else decimals_of(number)
        return min(_WIDEST_NUMBER, _characters(f"{number:+,.{shown}f}") + _INDENT)
    if isinstance(value, Citation):
        return min(_WIDEST_CITATION, _characters(value.text))
    inner = value.value if isinstance(value, Figure) else value
    if isinstance(inner, dt.datetime):
        return _characters("00/00/0000 00:00")
    if isinstance(inner, dt.date):
        return _characters("00/00/0000")
    return _characters(f"{inner:,}") if isinstance(inner, int) else 0.0


def text_of(value: CellValue) -> str | None:
    """The text a cell will show, where it may need more than one line."""
    if isinstance(value, Toned | Citation):
        return value.text
    if isinstance(value, Figure) and value.number is None and isinstance(value.value, str):
        return value.text
    return value if isinstance(value, str) else None


def stands_on_one_line(text: str, width: float) -> bool:
    """Whether a column so wide holds the text without wrapping it."""
    return _line(text) <= width + _SLACK


def _longest_word(text: str) -> str:
    return max(text.split(), key=len, default="")


def _characters(text: str, *, bold: bool = False) -> float:
    """The width of a column that holds the text on one line."""
    return look.width_for(text, SIZE, bold=bold)


def pieces(layout: PrintLayout, seen: float) -> Iterator[float]:
    """The first columns' widths, as far as they are seen without scrolling sideways."""
    used = 0.0
    for width in layout.widths:
        used += width
        if used > seen:
            return
        yield width
