"""What the styles of tables («Format as Table») make of the cells in them, whatever file it is.

What a cell says of itself has its way. Of the styles that Excel brings some write in white: that
vanishes on a light ground which the cell has of its own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from models.domain.reading.sight.colours import MOTLEY, WHITE
from models.domain.reading.workbook_content import Area, ConditionalLook
from tasks.adapters.reading.looks.conditions import Difference

_MOST = 1_000  # stripes of a table that are looked at
#: Parts of a table, those first that have their way.
PARTS = (
    "headerRow",
    "totalRow",
    "firstColumn",
    "lastColumn",
    "firstRowStripe",
    "secondRowStripe",
    "firstColumnStripe",
    "secondColumnStripe",
    "wholeTable",
)
_WHITE_ON_COLOUR = Difference(letters=WHITE, ground=MOTLEY)
_WHITE_HEADS = re.compile(
    r"TableStyle(?:Light(?:[89]|1[0-4])|Medium(?:[1-9]|1[0-9]|2[01])|Dark(?:[1-9]|1[01]))"
)
_WHITE_BODIES = re.compile(r"TableStyleDark[1-7]")


@dataclass(frozen=True, slots=True)
class TablePart:
    """What a style of tables says of a part: the number of what it changes, and of how many rows or
    columns its stripes are."""

    change: int | None
    size: int = 1


@dataclass(frozen=True, slots=True)
class StyledTable:
    """A table: its area, whether its first and last row are apart, its style and which of the parts
    of that are switched off."""

    area: Area
    style: str
    heads: bool = True
    totals: bool = False
    without: Collection[str] = ()


def looks_of_table(
    table: StyledTable,
    styles: Mapping[str, Mapping[str, TablePart]],
    differences: Mapping[int, Difference],
) -> Iterator[ConditionalLook]:
    """What a table changes in the look of its cells, by the styles of tables that somebody made."""
    parts = styles.get(table.style)
    for kind in PARTS:
        if kind in table.without:
            continue
        if parts is None:
            difference = _brought(table.style, kind)
        else:
            change = parts[kind].change if kind in parts else None
            difference = differences.get(change) if change is not None else None
        if difference is not None and difference.tells:
            yield _look(_areas(kind, table, parts or {}), difference)


def _brought(style: str, kind: str) -> Difference | None:
    """What a style changes that Excel brings."""
    written = {"headerRow": _WHITE_HEADS, "totalRow": _WHITE_BODIES, "wholeTable": _WHITE_BODIES}
    white = written.get(kind)
    return _WHITE_ON_COLOUR if white is not None and white.fullmatch(style) else None


def on_cells(
    tables: Sequence[ConditionalLook],
    cells: Iterable[tuple[tuple[int, int], int]],
    plain: Collection[int],
    fills: Sequence[object | None],
) -> list[ConditionalLook]:
    """The same for those cells alone, given with their styles, of which something is left to their
    table: their letters by the `plain` styles, their ground by those without any of `fills`."""
    left: dict[tuple[bool, bool], list[Area]] = {}
    for (row, column), style in cells:
        filled = style < len(fills) and fills[style] is not None
        if style in plain or not filled:
            left.setdefault((style in plain, filled), []).append((row, column, row, column))
    found = []
    for look in tables:
        for (written, filled), places in left.items():
            own = look if written else ConditionalLook(look.areas, look.condition)
            grounds = () if filled else look.grounds
            areas = [p for p in places if any(_holds(area, p) for area in look.areas)]
            if areas and (written or grounds):
                found.append(replace(own, areas=areas, grounds=grounds))
    return found


def _holds(area: Area, place: Area) -> bool:
    return area[0] <= place[0] <= area[2] and area[1] <= place[1] <= area[3]


def _look(areas: Sequence[Area], difference: Difference) -> ConditionalLook:
    return ConditionalLook(
        areas,
        (True,),
        difference.number_format,
        difference.struck,
        crossed=difference.crossed,
        letters=difference.letters,
        grounds=() if difference.ground is None else (difference.ground,),
    )


def _areas(kind: str, table: StyledTable, parts: Mapping[str, TablePart]) -> Sequence[Area]:
    top, left, bottom, right = table.area
    first, last = top + table.heads, bottom - table.totals
    if kind == "headerRow":
        return [(top, left, top, right)] if table.heads else []
    if kind == "totalRow":
        return [(bottom, left, bottom, right)] if table.totals else []
    if kind in ("firstColumn", "lastColumn"):
        column = left if kind == "firstColumn" else right
        return [(first, column, last, column)]
    if kind.endswith("RowStripe"):
        stripes = _stripes(kind, "RowStripe", parts, first, last)
        return [(begin, left, end, right) for begin, end in stripes]
    if kind.endswith("ColumnStripe"):
        stripes = _stripes(kind, "ColumnStripe", parts, left, right)
        return [(first, begin, last, end) for begin, end in stripes]
    return [table.area]


def _stripes(
    kind: str, name: str, parts: Mapping[str, TablePart], first: int, last: int
) -> Iterator[tuple[int, int]]:
    """First and last row or column of each stripe of that kind: both kinds take turns."""
    one, other = (
        parts[which].size if (which := f"{turn}{name}") in parts else 1
        for turn in ("first", "second")
    )
    begin, size = (first + one, other) if kind.startswith("second") else (first, one)
    for start in islice(range(begin, last + 1, one + other), _MOST):
        yield start, min(start + size - 1, last)
