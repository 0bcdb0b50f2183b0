"""What styles of tables that somebody made make of cells of .xlsx («Format as Table»).

The styles that Excel brings hide nothing and strike nothing out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from xml.etree.ElementTree import Element

from models.domain.reading.workbook_content import Area, ConditionalLook
from tasks.adapters.reading.hardened_xml import (
    MalformedXml,
    local_attribute,
    local_name,
    parse_xml,
)
from tasks.adapters.reading.looks.conditions import Difference
from tasks.adapters.reading.ooxml.looks.cell_styles import CellStyles
from tasks.adapters.reading.ooxml.ooxml_package import OoxmlPackage
from tasks.adapters.reading.ooxml.ooxml_parts import column_number

_AREA = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7}):\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_TRUE = ("1", "true", "on")
_MOST = 100  # tables of a sheet, and stripes of a table, that are looked at
#: Parts of a table, those first that have their way, and what switches each on.
_PARTS = {
    "headerRow": "",
    "totalRow": "",
    "firstColumn": "showFirstColumn",
    "lastColumn": "showLastColumn",
    "firstRowStripe": "showRowStripes",
    "secondRowStripe": "showRowStripes",
    "firstColumnStripe": "showColumnStripes",
    "secondColumnStripe": "showColumnStripes",
    "wholeTable": "",
}


def looks_of_tables(package: OoxmlPackage, sheet: str, styles: CellStyles) -> list[ConditionalLook]:
    """What the tables of a sheet change in the look of their cells. What is broken changes
    nothing."""
    found: list[ConditionalLook] = []
    if not styles.tables or not package.has_relations(sheet):
        return found
    with suppress(MalformedXml):
        for part in islice(package.related_to(sheet, "table"), _MOST):
            found += _looks(parse_xml(package.parts.get(part, b"<none/>")), styles)
    return found


def on_cells(
    tables: Sequence[ConditionalLook],
    cells: Iterable[tuple[tuple[int, int], int]],
    styles: CellStyles,
) -> list[ConditionalLook]:
    """The same for those cells alone, given with their styles, that leave it to their table: what a
    cell says of itself has its way."""
    left: dict[bool, list[Area]] = {True: [], False: []}
    for (row, column), style in cells:
        if style in styles.plain:
            left[style < len(styles.fills) and styles.fills[style] is not None].append(
                (row, column, row, column)
            )
    found = []
    for look in tables:
        for filled, places in left.items():
            areas = [p for p in places if any(_holds(area, p) for area in look.areas)]
            if areas:
                found.append(replace(look, areas=areas, grounds=() if filled else look.grounds))
    return found


def _holds(area: Area, place: Area) -> bool:
    return area[0] <= place[0] <= area[2] and area[1] <= place[1] <= area[3]


def _looks(table: Element, styles: CellStyles) -> Iterator[ConditionalLook]:
    area = _AREA.fullmatch(local_attribute(table, "ref"))
    info = next((part for part in table if local_name(part) == "tableStyleInfo"), None)
    if area is None or info is None:
        return
    top, left = int(area[2]), column_number(area[1].encode())
    whole = (top, left, int(area[4]), column_number(area[3].encode()))
    heads = local_attribute(table, "headerRowCount", "1") != "0"
    totals = local_attribute(table, "totalsRowCount", "0") not in ("", "0")
    parts = styles.tables.get(local_attribute(info, "name"), {})
    for kind, switch in _PARTS.items():
        difference = styles.conditional.get(parts.get(kind, -1))
        if difference is None or not difference.tells:
            continue
        if not switch or local_attribute(info, switch) in _TRUE:
            yield _look(_areas(kind, whole, heads=heads, totals=totals), difference)


def _look(areas: Sequence[Area], difference: Difference) -> ConditionalLook:
    return ConditionalLook(
        areas,
        (True,),
        difference.number_format,
        difference.struck,
        letters=difference.letters,
        grounds=() if difference.ground is None else (difference.ground,),
    )


def _areas(kind: str, whole: Area, *, heads: bool, totals: bool) -> Sequence[Area]:
    top, left, bottom, right = whole
    first, last = top + heads, bottom - totals
    if kind == "headerRow":
        return [(top, left, top, right)] if heads else []
    if kind == "totalRow":
        return [(bottom, left, bottom, right)] if totals else []
    if kind in ("firstColumn", "lastColumn"):
        column = left if kind == "firstColumn" else right
        return [(first, column, last, column)]
    begin = 1 if kind.startswith("second") else 0
    if kind.endswith("RowStripe"):
        rows = islice(range(first + begin, last + 1, 2), _MOST)
        return [(row, left, row, right) for row in rows]
    if kind.endswith("ColumnStripe"):
        columns = islice(range(left + begin, right + 1, 2), _MOST)
        return [(first, column, last, column) for column in columns]
    return [whole]
