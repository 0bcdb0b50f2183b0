"""A column of an output, stated once: its key, its header, how it looks, and what gives its value.

A sheet is a sequence of columns over plain rows, whatever object a row is. A value is what the
writer knows how to set: a text, a number, a day, an instant, a `Figure` (a value with its source),
a `Citation` (references that lead to the lineage) or a `Toned` text; None is an empty cell.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

from models.domain.consolidation import Figure

Row = TypeVar("Row")
Part = TypeVar("Part")


class Tone(StrEnum):
    """How a cell or a row looks."""

    PLAIN = "plain"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    MUTED = "muted"  # another reporter's row: smaller voice
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


@dataclass(frozen=True, slots=True)
class Band:
    """A line across the table that opens a group of rows."""

    title: str


def plain(_: object) -> Tone:
    """Of rows that all look alike."""
    return Tone.PLAIN


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

    def __post_init__(self) -> None:
        keys = [c.key for c in self.columns]
        if twice := sorted({key for key in keys if keys.count(key) > 1}):
            raise ValueError(f"{self.name}: more than one column is called {', '.join(twice)}")

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
