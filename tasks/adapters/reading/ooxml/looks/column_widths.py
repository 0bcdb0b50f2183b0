"""How much room the columns of a sheet of .xlsx have."""

from __future__ import annotations

import re

from models.domain.reading.workbook_content import ColumnWidths
from tasks.adapters.reading.looks.sheet_sizes import PADDING

_COLUMNS = re.compile(rb"<(?:\w+:)?col(?=\s)([^<>]*)>")
_USUAL = re.compile(rb"<(?:\w+:)?sheetFormatPr(?=\s)([^<>]*)>")
_ATTRIBUTE = re.compile(rb"([A-Za-z]+)\s*=\s*[\"']([^\"'<>]*)[\"']")
_SIZE = re.compile(rb"\d{1,5}(?:\.\d{1,20})?")
PLAIN_WIDTHS = ColumnWidths()


def widths_of(sheet_xml: bytes) -> ColumnWidths:
    """The widths of a sheet's columns.

    >>> widths_of(b'<cols><col min="2" max="3" width="4.5" customWidth="1"/></cols><sheetData/>')
    ColumnWidths(usual=8.0, own=[(2, 3, 4.5)])
    """
    head = sheet_xml[: max(sheet_xml.find(b"sheetData"), 0)]
    own: list[tuple[int, int, float]] = []
    for match in _COLUMNS.finditer(head):
        stated = dict(_ATTRIBUTE.findall(match[1]))
        ends = [stated.get(name, b"") for name in (b"min", b"max")]
        width = stated.get(b"width", b"")
        if _SIZE.fullmatch(width) and all(end.isdigit() and len(end) < 8 for end in ends):
            own.append((int(ends[0]), int(ends[1]), float(width)))
    usual = _USUAL.search(head)
    stated = dict(_ATTRIBUTE.findall(usual[1])) if usual is not None else {}
    width = stated.get(b"defaultColWidth", b"")
    if _SIZE.fullmatch(width):
        return ColumnWidths(float(width), own)
    base = stated.get(b"baseColWidth", b"")
    if base.isdigit() and len(base) < 4 and base != b"8":
        return ColumnWidths(float(base) + PADDING, own)
    return ColumnWidths(own=own) if own else PLAIN_WIDTHS
