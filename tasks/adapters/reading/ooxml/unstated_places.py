"""Rows and cells of a sheet of .xlsx that state no place: each follows the one before it.

Readers and programs count them alike, but what is searched as bytes is told by its place: a formula
or a second content of a cell without one would be nobody's. So such places are written in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from models.domain.reading.workbook_content import column_letter
from tasks.adapters.reading.ooxml.ooxml_parts import column_number
from tasks.adapters.reading.ooxml.sheet_regions import regions_of

_TABLE = re.compile(rb"<(\w+:)?sheetData(?=[\s/>])")
_PLACE = re.compile(rb"\sr\s*=\s*[\"']([A-Z]{0,3})([0-9]{1,7})[\"']")
_STATED = re.compile(rb"\sr\s*=")


def with_places(sheet_xml: bytes) -> bytes:
    """The sheet in which each row and cell states where it stands; itself where each does.

    >>> with_places(b'<a><sheetData><row><c/><c r="C1"/><c><v>5</v></c></row></sheetData></a>')
    b'<a><sheetData><row r="1"><c r="A1"/><c r="C1"/><c r="D1"><v>5</v></c></row></sheetData></a>'
    """
    cells = regions_of(sheet_xml).cells
    # The rule, and quick: its place is the first that each of them states.
    stated = cells.count(b'<c r="') + cells.count(b'<row r="')
    if stated and cells.count(b"<c") + cells.count(b"<row") == stated:
        return sheet_xml
    table = _TABLE.search(sheet_xml)
    if table is None:
        return sheet_xml
    tag = re.compile(rb"<%s(row|c)(?=[\s/>])([^<>]*?)(/?)>" % (table[1] or b""))
    found = [*tag.finditer(sheet_xml, table.end(), sheet_xml.rfind(b"sheetData"))]
    if all(_PLACE.search(match[2]) for match in found):
        return sheet_xml
    return b"".join(_stated(sheet_xml, found))


def _stated(sheet_xml: bytes, found: Sequence[re.Match[bytes]]) -> Iterator[bytes]:
    row = column = done = 0
    for number, match in enumerate(found):
        place = _PLACE.search(match[2])
        if match[1] == b"row":
            column = 0
            row = int(place[2]) if place else _row_of_cells(found, number) or row + 1
            stated = b"%d" % row
        elif place and place[1]:
            column = column_number(place[1])
            continue
        else:
            column += 1
            stated = b"%s%d" % (column_letter(column).encode(), max(row, 1))
        # A place that is none is left to the readers: programs make different things of it.
        if place is None and not _STATED.search(match[2]):
            end = match.end(1)
            yield sheet_xml[done:end] + b' r="%s"' % stated
            done = end
    yield sheet_xml[done:]


def _row_of_cells(found: Sequence[re.Match[bytes]], number: int) -> int:
    """The row that the first cell of a row states, 0 where it states none."""
    first = found[number + 1] if number + 1 < len(found) else None
    place = _PLACE.search(first[2]) if first is not None and first[1] == b"c" else None
    return int(place[2]) if place else 0
