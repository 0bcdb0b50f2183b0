"""Panes that stand still and fill the screen: what lies beyond them nobody gets to see."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from tasks.adapters.reading.looks.sheet_sizes import PIXEL, SheetAxis, SheetSizes

SCREEN = (1080 * PIXEL, 1920 * PIXEL)
"""The height and width of the screens on which people read tables."""
_LAST_ROW, _LAST_COLUMN = 100_000, 16_384  # that are told

Reach = tuple[Sequence[int], Sequence[tuple[int, int]]]
"""Rows, and runs of columns, that nobody gets to."""


def beyond_panes(sizes: SheetSizes, rows: int, columns: int) -> Reach:
    """What nobody gets to where so many rows and columns stand still.

    >>> sizes = SheetSizes(SheetAxis(64 * PIXEL), SheetAxis(20 * PIXEL))
    >>> beyond_panes(sizes, 4, 3), beyond_panes(sizes, 100, 0)[0][0]
    (((), ()), 55)
    """
    first_row = _first_beyond(sizes.rows, rows, SCREEN[0])
    first_column = _first_beyond(sizes.columns, columns, SCREEN[1])
    return (
        range(first_row, _LAST_ROW + 1) if first_row else (),
        [(first_column, _LAST_COLUMN)] if first_column else (),
    )


def _first_beyond(axis: SheetAxis, frozen: int, screen: float) -> int:
    """The first row or column that is out of reach, 0 for none."""
    if frozen < 1 or axis.begin(frozen + 1) <= screen:
        return 0
    return min(ceil(axis.at(screen)), frozen + 1)
