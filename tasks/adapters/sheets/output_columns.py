"""A column of an output, stated once: its key, its header, how it looks, and what gives its value.

A sheet is a sequence of columns over plain rows, whatever object a row is. A value is what the
writer knows how to set: a text, a number, a day, an instant, a `Figure` (a value with its source),
a `Citation` (references that lead to the lineage) or a `Toned` text; None is an empty cell.

On paper numbers and dates never wrap, so their columns are as wide as the longest. Text does: its
columns give up room where the table would else be too small to read, down to their longest word.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any, Generic, TypeVar

from models.domain.consolidation import Figure
from tasks.adapters.workbooks import workbook_styles as look
from tasks.adapters.workbooks.paper import PrintLayout, Width, laid_out

SIZE = 10
_PLACES = 4  # decimals shown at most; the cell holds them all
_WIDEST_NUMBER, _WIDEST_WORD = 24.0, 16.0  # characters; what is longer is made smaller, or broken
_WIDEST_CITATION = 15.0  # of one run of references; more of them wrap
_STRETCH = 1.2  # a column becomes wider by so much where all its texts then stand on one line
_KEPT = 0.6  # of its best width, the least that a column of text keeps
_INDENT = 1.5  # characters between a number and the border
_SLACK = 0.2  # characters by which widths are rounded
_LONG = 80  # letters of a text that no column holds on one line

Row = TypeVar("Row")
Part = TypeVar("Part")


class Tone(StrEnum):
    """How a cell or a row looks."""

    PLAIN = "plain"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    MUTED = "muted"  # another reporter's row: quieter
    BAND = "band"  # opens a group of rows


@dataclass(frozen=True, slots=True)
class Citation:
    """References as printed, and the one the link leads to."""

    text: str
    first: str


@dataclass(frozen=True, slots=True)
class Toned:
    """A text with its colour."""

    text: str
    tone: Tone


CellValue = str | int | Decimal | dt.date | Figure | Citation | Toned | None
Values = Sequence[CellValue]


class Alike(StrEnum):
    """Which of the numbers around it a number shows as many decimals as."""

    ROW = "row"  # those of its row, which are in the row's unit
    COLUMN = "column"
    NONE = "none"  # its own


@dataclass(frozen=True, slots=True)
class CellLook:
    """How a column's cells are set."""

    align: str = "left"  # "left", "center", "right"
    signed: bool = False  # numbers carry their sign: differences
    nowrap: bool = False
    alike: Alike = Alike.ROW


LEFT, CENTRE, RIGHT = CellLook(), CellLook("center"), CellLook("right")
SIGNED = CellLook("right", signed=True)
SHARE = CellLook("center", alike=Alike.COLUMN)  # percent, whatever the unit of its row
OF_ANOTHER_UNIT = CellLook("right", alike=Alike.NONE)


@dataclass(frozen=True)
class OutputColumn(Generic[Row]):
    """A printed column; `width` is in characters.

    Neighbours of one `over` stand under one header cell.
    """

    key: str
    header: str
    width: float
    value: Callable[[Row], CellValue]
    look: CellLook = LEFT
    over: str = ""
    # Of a column of other units: in which rows its number is of the row's unit nevertheless.
    in_row_unit: Callable[[Row], bool] | None = None

    def is_alike(self, row: Row) -> bool:
        """Whether its number has as many decimals as the others of the row."""
        if self.look.alike is Alike.NONE and self.in_row_unit is not None:
            return self.in_row_unit(row)
        return self.look.alike is Alike.ROW


@dataclass(frozen=True, slots=True)
class Band:
    """A line across the table that opens a group of rows."""

    title: str


def plain(_: object) -> Tone:
    """Of rows that all look alike."""
    return Tone.PLAIN


def no_places(_: object) -> int:
    """Of rows whose numbers alone say with how many decimals they are written."""
    return 0


@dataclass(frozen=True)
class TableSheet(Generic[Row]):
    """A sheet that holds one table. Raises ValueError where two columns have one key."""

    name: str
    heading: str
    note: str
    columns: Sequence[OutputColumn[Row]]
    rows: Sequence[Row | Band]
    tone: Callable[[Row], Tone] = plain  # of a whole row
    frozen: int = 2  # columns that stay when scrolling sideways
    empty: str = "Không có nội dung."
    one_unit: bool = False  # all its numbers are of one unit: as many decimals in every row
    quick: bool = False  # one line a row, no measuring: for very long tables, to be looked up in
    # What the heading names beside, in its order: each where the columns shown bear its words.
    headed: Sequence[str] = ()
    least_places: Callable[[Row], int] = no_places  # decimals that the row's numbers have elsewhere
    charted: bool = False  # a chart is drawn of its columns: those without a value stand, too

    def __post_init__(self) -> None:
        keys = [c.key for c in self.columns]
        if twice := sorted({key for key in keys if keys.count(key) > 1}):
            raise ValueError(f"{self.name}: more than one column is called {', '.join(twice)}")

    @property
    def whole_heading(self) -> str:
        """The heading with what its columns show."""
        shown = " ".join(f"{c.over} {c.header}" for c in self.columns).casefold()
        named = [part for part in self.headed if part.casefold() in shown]
        return f"{self.heading}: {', '.join(named)}" if named else self.heading

    @property
    def has_groups(self) -> bool:
        """Whether some of the columns stand under a common header."""
        return any(c.over for c in self.columns)

    def position(self, key: str) -> int:
        """Where the column of that key stands, the first at 0. Raises KeyError for none."""
        for position, column in enumerate(self.columns):
            if column.key == key:
                return position
        raise KeyError(key)


def without_empty(table: TableSheet[Row]) -> TableSheet[Row]:
    """The table without the columns that say nothing in any row.

    Those that stay when scrolling, and those of a chart or of a table without rows, are kept.
    """
    rows = [row for row in table.rows if not isinstance(row, Band)]
    if table.quick or table.charted or not rows:
        return table
    kept = [
        column
        for place, column in enumerate(table.columns)
        if place < table.frozen or any(_says_anything(column.value(row)) for row in rows)
    ]
    return table if len(kept) == len(table.columns) else replace(table, columns=kept)


def _says_anything(value: CellValue) -> bool:
    told = value.text if isinstance(value, Toned | Citation | Figure) else value
    return told is not None and told != ""


def at(part: Part, value: Callable[[Row, Part], CellValue]) -> Callable[[Row], CellValue]:
    """The value function of one among several columns that differ by a part: a period, a territory.

    >>> at("b", lambda row, part: row[part])({"a": 1, "b": 2})
    2
    """
    return lambda row: value(row, part)


def under_bands(groups: Iterable[tuple[str, Iterable[Row]]]) -> Iterator[Row | Band]:
    """The rows, a band with the group's title before the first of each group.

    Neighbouring groups of one title stand under one band, a group without a title under none.

    >>> list(under_bands([("A", [1]), ("A", [2]), ("", [3])]))
    [Band(title='A'), 1, 2, 3]
    """
    shown = None
    for title, rows in groups:
        if title and title != shown:
            yield Band(title)
        shown = title
        yield from rows


# --- On paper ---


def decimals_of(value: Decimal) -> int:
    """How many decimals the value was given with; four at the most are shown."""
    exponent = value.as_tuple().exponent
    return min(_PLACES, max(0, -exponent)) if isinstance(exponent, int) else 0


def number_of(value: CellValue) -> Decimal | None:
    """The number that a cell will hold; None for any other content."""
    if isinstance(value, Figure):
        return value.number if value.is_exact else None
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
    for of, row in zip(table.rows, own, strict=True):
        if row is None or isinstance(of, Band):
            shown.append([])
            continue
        alike_here = [column.is_alike(of) for column in table.columns]
        most = _most(row, alike_here) if every is None else every
        across = max(most, table.least_places(of))
        shown.append([across if alike else d for alike, d in zip(alike_here, down, strict=True)])
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


def in_lines(text: str, width: float) -> str:
    """The text with its line ends set where a column so wide wraps it: between words alone, where a
    spreadsheet would break a reference behind its dash.

    >>> in_lines("N-0001, N-0002", 9)
    'N-0001,\\nN-0002'
    """
    lines: list[str] = []
    for word in text.split():
        if lines and stands_on_one_line(f"{lines[-1]} {word}", width):
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return "\n".join(lines)


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
