"""What both binary formats share: sheets as their records tell them, numbers, dates, errors."""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from models.domain.reading.workbook_content import (
    Area,
    CellFormula,
    CellValue,
    ErrorValue,
    WindowState,
    address,
)

Position = tuple[int, int]  # 1-based row and column

ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
_DATES = frozenset({*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)})
_SPANS = frozenset({46})
_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001  a sheet's dates carry no zone
_DAYS_OF_1904 = 1462
_LAST_SERIAL = 2_958_466  # the first of the year 10000
_HIDDEN_WINDOW, _TABS = 0x05, 0x20
_MOST_TOLD = 200  # cells of two contents
_DAY_MILLISECONDS = 86_400_000
_LONGEST_SPAN = 1e6  # days


class BrokenRecords(ValueError):
    """Raised when records contradict themselves or end before they said they would."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much of a sheet is kept; what lies beyond is counted in its extent only."""

    rows: int
    columns: int
    cells: int


@dataclass
class BinarySheet:
    """A sheet by its records: filled cells by position, and how far they reach.

    `strange` counts records of cells that are not understood: what they hold is unknown. `unheard`
    says that it holds what the library is known to pass over or to put elsewhere: asking the
    library about such a sheet tells nothing of ours.
    """

    name: str
    bounds: Bounds
    state: int = 0  # 1 hidden, 2 very hidden
    kind: str = "worksheet"  # "chartsheet", "macrosheet", "dialogsheet" hold none
    cells: dict[Position, CellValue] = field(default_factory=dict)
    rows: int = 0
    columns: int = 0
    strange: int = 0
    unheard: bool = False
    formulas: Mapping[Position, CellFormula] = field(default_factory=dict)
    told_twice: list[str] = field(default_factory=list)  # cells of two contents
    _emptied: set[Position] = field(default_factory=set)

    def empty(self, row: int, column: int) -> None:
        """Takes a cell that is told to hold nothing."""
        self._emptied.add((row, column))
        if (row, column) in self.cells:
            self.tell_twice(row, column)

    def put(self, row: int, column: int, value: CellValue) -> None:
        """Takes a cell; an empty text fills nothing."""
        if value is None or value == "":
            return
        self.rows, self.columns = max(self.rows, row), max(self.columns, column)
        inside = row <= self.bounds.rows and column <= self.bounds.columns
        if inside and len(self.cells) <= self.bounds.cells:
            if (row, column) in self.cells or (row, column) in self._emptied:
                self.tell_twice(row, column)
            self.cells[row, column] = value

    def tell_twice(self, row: int, column: int) -> None:
        """Notes a cell of which the file tells two contents."""
        if len(self.told_twice) < _MOST_TOLD:
            self.told_twice.append(address(row, column))

    def tell_made_anew(self, areas: Sequence[Area]) -> None:
        """Notes its cells in areas that are filled anew as the file is opened."""
        for row, column in self.cells if areas else ():
            if any(t <= row <= b and e <= column <= r for t, e, b, r in areas):
                self.tell_twice(row, column)

    def laid_out(self) -> list[list[CellValue]]:
        """The rows up to the last kept cell, each as long as it is filled."""
        ends: dict[int, int] = {}
        for row, column in self.cells:
            ends[row] = max(ends.get(row, 0), column)
        rows: list[list[CellValue]] = [
            [None] * ends.get(row, 0) for row in range(1, max(ends, default=0) + 1)
        ]
        for (row, column), value in self.cells.items():
            rows[row - 1][column - 1] = value
        return rows


@dataclass(frozen=True, slots=True)
class NumberFormats:
    """Which of a workbook's cell formats show a number as a date or as a span of time."""

    dates: frozenset[int]
    spans: frozenset[int]
    since_1904: bool = False

    @classmethod
    def of(cls, styles: Sequence[int], codes: Mapping[int, str], since_1904: bool) -> NumberFormats:
        """From each cell format's number format, and the codes that the workbook defines."""
        from openpyxl.styles.numbers import is_date_format, is_timedelta_format  # start-up cost

        dates, spans = set(_DATES), set(_SPANS)
        for number, code in codes.items():
            dates.discard(number)
            spans.discard(number)
            if is_timedelta_format(code):
                spans.add(number)
            elif is_date_format(code):
                dates.add(number)
        return cls(
            frozenset(place for place, number in enumerate(styles) if number in dates),
            frozenset(place for place, number in enumerate(styles) if number in spans),
            since_1904,
        )

    def shown(self, number: float, style: int) -> CellValue:
        """The number as its format has it: a date, an hour, a span, or the number itself."""
        if style in self.spans and abs(number) < _LONGEST_SPAN:
            return dt.timedelta(milliseconds=round(number * _DAY_MILLISECONDS))
        if style not in self.dates:
            return number
        if self.since_1904:
            number += _DAYS_OF_1904
        if not 0 <= number < _LAST_SERIAL:
            return number
        # The format has a 29 February 1900, which never was.
        days = number + 1 if number < 60 and not self.since_1904 else number
        instant = _EPOCH + dt.timedelta(milliseconds=round(days * _DAY_MILLISECONDS))
        if number < 1:
            return instant.time()
        return instant if instant.time() != dt.time() else instant.date()


def rk_number(raw: int) -> int | float:
    """The number in the 32 bits of an RK value.

    >>> rk_number(0x3FF00000), rk_number(30 << 2 | 2), rk_number(30 << 2 | 3)
    (1.0, 30, 0.3)
    """
    number: int | float
    if raw & 2:
        number = (raw - (1 << 32) if raw & 0x80000000 else raw) >> 2
    else:
        number = float(struct.unpack("<d", struct.pack("<Q", (raw & 0xFFFFFFFC) << 32))[0])
    return number / 100 if raw & 1 else number


def window_of(flags: Sequence[int]) -> WindowState:
    """How a workbook opens, by the flags of its windows: both formats have the same ones.

    >>> window_of([0x39]), window_of([0x39, 0x38]), window_of([0x18])
    (WindowState(hidden=True, no_tabs=False), WindowState(hidden=False, no_tabs=False), \
WindowState(hidden=False, no_tabs=True))
    """
    if not flags:
        return WindowState()
    return WindowState(
        all(each & _HIDDEN_WINDOW for each in flags),
        not any(each & _TABS for each in flags),
    )


def error_value(code: int) -> ErrorValue:
    """The error that a code stands for; one that nobody knows is no value either."""
    return ErrorValue(ERRORS.get(code, "#N/A"))
