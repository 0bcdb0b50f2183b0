"""What the fast reader does not tell of .xlsx and .xlsm: extent, error cells, own properties."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from itertools import islice

from models.domain.reading.workbook_content import MOST_AREAS, Area, ErrorValue
from tasks.adapters.reading.hardened_xml import (
    local_attribute,
    local_name,
    parse_xml,
    refuse_declarations,
)

# A reference in row 10,000 or beyond, or in column AAA or beyond: anything nearer fits in memory.
_FAR = re.compile(rb'r="(?:[A-Z]{3}|[A-Z]{1,2}\d{5}|\d{5})')
_ODD_REFERENCES = (b"r='", b"r =", b"r\n=", b"r= ")  # well-formed, but no office program's hand
# No attribute holds "<", so a cell that never ends costs no more than its own length.
_FILLED_CELL = re.compile(
    rb"<(?:\w+:)?c\s(?:[^<>]*?\s)?r\s*=\s*[\"']([A-Z]{1,3})(\d{1,7})[\"'][^<>]*(?<!/)>"
)
_UNPLACED_CELL = re.compile(rb"<(?:\w+:)?c(?![^<>]*\sr\s*=)[\s>]")
_MERGED = re.compile(
    rb"<(?:\w+:)?mergeCell\s[^<>]*?ref\s*=\s*[\"']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})[\"']"
)
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_ERROR_MARK = re.compile(rb"\st\s*=\s*[\"']e[\"']")
_CELL = re.compile(rb"<(?:\w+:)?c\s([^<>]*)(?<!/)>(.*?)</(?:\w+:)?c\s*>", re.DOTALL)
_REFERENCE = re.compile(rb"(?:^|\s)r\s*=\s*[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_RESULT = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]{1,20})</")


def refuse_hostile_parts(parts: Mapping[str, bytes]) -> None:
    """Nothing, or UnsafeXml when any XML part declares a document type."""
    for name, data in parts.items():
        if name.endswith((".xml", ".rels", ".vml")):
            refuse_declarations(data)


def sheet_parts(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The XML of every worksheet by the sheet's name. Raises UnsafeXml, MalformedXml, KeyError."""
    targets = {
        local_attribute(r, "Id"): local_attribute(r, "Target")
        for r in parse_xml(parts["xl/_rels/workbook.xml.rels"])
    }
    sheets: dict[str, bytes] = {}
    for sheet in parse_xml(parts["xl/workbook.xml"]).iter():
        if local_name(sheet) == "sheet":
            target = targets.get(_relation(sheet.attrib), "")
            path = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
            if path in parts:
                sheets[local_attribute(sheet, "name")] = parts[path]
    return sheets


def _relation(attributes: Mapping[str, str]) -> str:
    """The value of `r:id`; `sheetId` bears another name, a plain `id` no namespace."""
    return next((v for k, v in attributes.items() if k.startswith("{") and k.endswith("}id")), "")


def is_far(sheet_xml: bytes) -> bool:
    """Whether some cell or row lies so far out that laying the sheet out could cost gigabytes."""
    return _FAR.search(sheet_xml) is not None or any(odd in sheet_xml for odd in _ODD_REFERENCES)


def filled_extent(
    sheet_xml: bytes, within: tuple[int, int] = (1_048_576, 16_384)
) -> tuple[int, int]:
    """Greatest row and column with content among the cells `within` a last row and column.

    Cells that only carry a style do not count, nor do cells that state no place.

    >>> filled_extent(b'<c r="A1"><v>1</v></c><c r="XFD1048576" s="2"/><c r="C2"><v>2</v></c>')
    (2, 3)
    """
    rows = columns = 0
    for match in _FILLED_CELL.finditer(sheet_xml):
        row, column = int(match[2]), column_number(match[1])
        if row <= within[0] and column <= within[1]:
            rows, columns = max(rows, row), max(columns, column)
    return rows, columns


def has_unplaced_cells(sheet_xml: bytes) -> bool:
    """Whether some cell states no place and so follows the one before it."""
    return _UNPLACED_CELL.search(sheet_xml) is not None


def error_cells(sheet_xml: bytes) -> Iterator[tuple[int, int, ErrorValue]]:
    """Row, column and error of every cell of type "e"; the fast reader leaves them empty."""
    if b't="e"' not in sheet_xml and b"t='e'" not in sheet_xml:
        return  # the rule, and much faster than the expressions below
    for match in _CELL.finditer(sheet_xml):
        if not _ERROR_MARK.search(b" " + match[1]):
            continue
        reference = _REFERENCE.search(match[1])
        result = _RESULT.search(match[2])
        if reference:
            code = result[1].decode("utf-8", errors="replace") if result else "#N/A"
            yield int(reference[2]), column_number(reference[1]), ErrorValue(code)


def merged_areas(sheet_xml: bytes) -> list[Area]:
    """The sheet's merged areas, the first MOST_AREAS of them.

    >>> merged_areas(b'<mergeCells count="1"><mergeCell ref="F5:F9"/></mergeCells>')
    [(5, 6, 9, 6)]
    """
    if b"mergeCell" not in sheet_xml:
        return []
    return [
        (int(m[2]), column_number(m[1]), int(m[4]), column_number(m[3]))
        for m in islice(_MERGED.finditer(sheet_xml), MOST_AREAS)
    ]


def has_formulas(sheet_xml: bytes) -> bool:
    """Whether a cell of the sheet holds a formula; drop-downs and their `<formula1>` do not count.

    >>> has_formulas(b"<c><f>A1</f></c>"), has_formulas(b"<formula1>$A$1</formula1>")
    (True, False)
    """
    return _FORMULA.search(sheet_xml) is not None


def custom_properties(parts: Mapping[str, bytes]) -> dict[str, str]:
    """The document's own properties (docProps/custom.xml). Raises UnsafeXml, MalformedXml."""
    data = parts.get("docProps/custom.xml")
    if data is None:
        return {}
    return {
        local_attribute(p, "name"): "".join(p.itertext())
        for p in parse_xml(data)
        if local_name(p) == "property"
    }


def column_number(letters: bytes) -> int:
    """The 1-based number of a column.

    >>> column_number(b"A"), column_number(b"XFD")
    (1, 16384)
    """
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
