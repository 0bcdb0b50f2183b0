"""How wide the columns and how high the rows of a sheet of .xlsx are."""

from __future__ import annotations

import re

from tasks.adapters.reading.hardened_xml import number_of
from tasks.adapters.reading.looks.sheet_sizes import (
    COLUMN,
    LETTER,
    POINT,
    ROW,
    SheetAxis,
    SheetSizes,
)

_SIZED = re.compile(rb"<(?:\w+:)?(row|col|sheetFormatPr)(?=[\s/>])([^<>]*)>")
_ATTRIBUTE = re.compile(rb"([A-Za-z]+)\s*=\s*[\"']([^\"'<>]*)[\"']")
_LARGEST = 10_000_000.0
_TRUE = ("1", "true", "on")


def sizes_of(sheet_xml: bytes) -> SheetSizes:
    """The sizes that a sheet of .xlsx states."""
    width, height = COLUMN, ROW
    columns: list[tuple[int, int, float]] = []
    rows: list[tuple[int, int, float]] = []
    row = 0
    for match in _SIZED.finditer(sheet_xml):
        stated = dict(_ATTRIBUTE.findall(match[2]))
        if match[1] == b"sheetFormatPr":
            width = _measured(stated.get(b"defaultColWidth"), LETTER, width)
            height = _measured(stated.get(b"defaultRowHeight"), POINT, height)
            continue
        hidden = stated.get(b"hidden", b"").decode("ascii", "replace") in _TRUE
        if match[1] == b"row":
            number = stated.get(b"r", b"")
            row = int(number) if number.isdigit() and len(number) < 8 else row + 1
            if hidden or b"ht" in stated:
                rows.append((row, row, 0.0 if hidden else _measured(stated[b"ht"], POINT, height)))
            continue
        ends = [stated.get(name, b"") for name in (b"min", b"max")]
        if all(end.isdigit() and len(end) < 8 for end in ends):
            size = 0.0 if hidden else _measured(stated.get(b"width"), LETTER, width)
            columns.append((int(ends[0]), int(ends[1]), size))
    return SheetSizes(SheetAxis(width, columns), SheetAxis(height, rows))


def _measured(text: bytes | None, unit: float, usual: float) -> float:
    number = number_of(text.decode("ascii", "replace")) if text else None
    return usual if number is None else min(max(number, 0.0), _LARGEST) * unit
