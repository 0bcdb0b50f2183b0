"""How wide columns and how high rows are: so it is known which cells a shape lies over."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

from models.domain.reading.workbook_content import CoveringShape

POINT = 12_700.0
"""Units of a drawing (EMU) in a point."""
PIXEL = 9_525.0
LETTER = 7 * PIXEL
"""Units in a figure of the usual font, by which widths of columns are counted."""

COLUMN, ROW = 64 * PIXEL, 15 * POINT
"""What a column and a row measure of which nothing is said."""

LOW, NARROW = 6.2, 0.6
"""Points of a row, and figures of a column, in which nobody reads anything: eight pixels, in which
letters of 11 points show their lower half, and four. Between them and the next pixel there is room
for what programs round off."""

PADDING = 0.72
"""Of a figure: what a column of so many figures has beside them."""

Box = tuple[float, float, float, float]
"""Left, top, right and bottom of a drawn thing, in units from the sheet's corner."""


BROAD = 8 * POINT
"""Of a stroke, from where on it hides letters."""


def bars_of_frame(box: Box, stroke: float) -> Iterator[Box]:
    """The four bars of a frame."""
    left, top, right, bottom = box
    for bar in (
        (left, top, right, top),
        (left, bottom, right, bottom),
        (left, top, left, bottom),
        (right, top, right, bottom),
    ):
        yield wider(bar, stroke)


def wider(box: Box, stroke: float) -> Box:
    """What a stroke of that width takes around a box."""
    left, top, right, bottom = box
    return left - stroke / 2, top - stroke / 2, right + stroke / 2, bottom + stroke / 2


class SheetAxis:
    """The columns or the rows of a sheet, one behind the other; numbers are 1-based.

    `own` has first, last and size of those that have another size than the usual one.
    """

    def __init__(self, usual: float, own: Iterable[tuple[int, int, float]] = ()) -> None:
        self._usual = max(usual, 0.0)
        self._runs: list[tuple[int, int, float]] = []
        last = 0
        for first, end, size in sorted(own):
            if end >= max(first, last + 1):
                self._runs.append((max(first, last + 1), end, max(size, 0.0)))
                last = end
        self._firsts = [first for first, _, _ in self._runs]
        wider = ((last - first + 1) * (size - self._usual) for first, last, size in self._runs)
        self._wider = [0.0, *accumulate(wider)]
        self._begins = [
            (first - 1) * self._usual + more
            for first, more in zip(self._firsts, self._wider, strict=False)
        ]

    def begin(self, number: int) -> float:
        """How far from the sheet's corner that column or row begins."""
        place = bisect_right(self._firsts, number) - 1
        if place < 0:
            return (number - 1) * self._usual
        first, last, size = self._runs[place]
        if number > last:
            return (number - 1) * self._usual + self._wider[place + 1]
        return self._begins[place] + (number - first) * size

    def within(self, number: int, offset: float) -> float:
        """A distance counted from the beginning of a column or row, at the most to its end; some
        programs follow one that is counted back."""
        return max(min(self.begin(number) + offset, self.begin(number + 1)), 0.0)

    def at(self, distance: float) -> float:
        """The column or row at that distance, with how much of it lies before.

        >>> SheetAxis(10, [(2, 3, 20)]).at(40), SheetAxis(10).at(5)
        (3.5, 1.5)
        """
        place = bisect_right(self._begins, distance) - 1
        if place < 0:
            return 1 + distance / self._usual if self._usual else 1.0
        first, last, size = self._runs[place]
        beyond = distance - self._begins[place]
        if beyond <= (last - first + 1) * size and size:
            return first + beyond / size
        rest = beyond - (last - first + 1) * size
        return last + 1 + (rest / self._usual if self._usual else 0.0)


@dataclass(frozen=True, slots=True)
class SheetSizes:
    """Both axes of a sheet."""

    columns: SheetAxis
    rows: SheetAxis

    def shape(self, box: Box, text: str, line: bool = False) -> CoveringShape:
        """The thing in that box, placed in rows and columns."""
        left, top, right, bottom = box
        columns, rows = self.columns, self.rows
        return CoveringShape(
            rows.at(top), columns.at(left), rows.at(bottom), columns.at(right), text, line
        )
