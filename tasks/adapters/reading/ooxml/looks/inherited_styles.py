"""Cells of .xlsx that state no style: Excel gives them the first one, LibreOffice that of their row
or their column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tasks.adapters.reading.hardened_xml import whole_number_of
from tasks.adapters.reading.ooxml.ooxml_parts import column_number

ColumnStyle = tuple[int, int, int]
"""First and last column, and the number of their style."""

_COLUMN = re.compile(rb"<(?:\w+:)?col(?=\s)(?=[^<>]*?\sstyle\s*=)([^<>]*)>")
_UNSTYLED = re.compile(rb"<(?:\w+:)?c(?=\s)(?![^<>]*?\ss\s*=)[^<>]*(?<!/)>")
_ROW_OR_CELL = re.compile(rb"<(?:\w+:)?(row|c)(?=[\s/>])([^<>]*)>")
_ATTRIBUTE = re.compile(rb"([A-Za-z]+)\s*=\s*[\"']([^\"'<>]*)[\"']")
_PLACE = re.compile(rb"([A-Z]{1,3})(\d{1,7})")
_TRUE = (b"1", b"true", b"on")
_OF_ROWS = b"customFormat"


def column_styles(around_xml: bytes) -> Sequence[ColumnStyle]:
    """The styles of a sheet's columns but for the first one, by what stands around its cells.

    >>> column_styles(b'<col min="2" max="3" style="7"/><col min="4" max="4" width="9"/>')
    [(2, 3, 7)]
    """
    found = []
    for match in _COLUMN.finditer(around_xml) if b"style" in around_xml else ():
        stated = dict(_ATTRIBUTE.findall(match[1]))
        first, last, style = (_number(stated.get(name, b"")) for name in (b"min", b"max", b"style"))
        if style:
            found.append((first, last, style))
    return found


def inherited_styles(
    cells_xml: bytes, columns: Sequence[ColumnStyle]
) -> Iterator[tuple[tuple[int, int], int]]:
    """Row and column of each filled cell that states no style, and the number of the one that its
    row or its column gives it.

    >>> cells = b'<row r="2" s="5" customFormat="1"><c r="B2"><v>1</v></c></row>'
    >>> [*inherited_styles(cells + b'<row r="3"><c r="B3"><v>1</v></c></row>', [(2, 3, 7)])]
    [((2, 2), 5), ((3, 2), 7)]
    """
    if not columns and _OF_ROWS not in cells_xml:
        return
    if _UNSTYLED.search(cells_xml) is None:
        return
    of_row = 0
    for match in _ROW_OR_CELL.finditer(cells_xml):
        stated = dict(_ATTRIBUTE.findall(match[2]))
        if match[1] == b"row":
            own = stated.get(_OF_ROWS, b"").strip() in _TRUE
            of_row = _number(stated.get(b"s", b"")) if own else 0
            continue
        place = _PLACE.fullmatch(stated.get(b"r", b""))
        if b"s" in stated or place is None or match[2].endswith(b"/"):
            continue
        row, column = int(place[2]), column_number(place[1])
        style = of_row or next((s for a, b, s in columns if a <= column <= b), 0)
        if style:
            yield (row, column), style


def _number(text: bytes) -> int:
    return whole_number_of(text.decode("ascii", "replace")) or 0
