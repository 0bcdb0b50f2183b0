"""The filled cells of .xlsb, from its records ([MS-XLSB] 2.4)."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from models.domain.reading.workbook_content import CellValue
from tasks.adapters.reading.binary.biff12 import biff12_records, whole_number, wide_string
from tasks.adapters.reading.binary.binary_values import (
    BinarySheet,
    Bounds,
    BrokenRecords,
    NumberFormats,
    error_value,
    rk_number,
)

_SHEET_ENTRY, _WORKBOOK_PROPERTIES = 156, 153
_STYLE_FORMAT, _STYLE_XF, _CELL_XFS, _CELL_XFS_END = 44, 47, 617, 618
_STRING_ITEM = 19
_ROW, _SHEET_DATA, _SHEET_DATA_END = 0, 145, 146
_BLANK, _RK, _ERROR, _BOOL, _REAL, _TEXT, _SHARED = range(1, 8)
#: Cells that name no column and follow the one before: each the same as another, four bytes less.
_SHORT = {12: _BLANK, 13: _RK, 14: _ERROR, 15: _BOOL, 16: _REAL, 17: _TEXT, 18: _SHARED}
#: Formulas and rich text keep their value where the plain cell of that kind has it.
_LONG = {8: _TEXT, 9: _REAL, 10: _BOOL, 11: _ERROR}
_RICH = 62
#: Beside cells: alternate content, metadata of cells. All others below 64 would be cells.
_HARMLESS = frozenset({35, 36, 37, 38, 49, 50})
_SIZES = {_BLANK: 0, _RK: 4, _ERROR: 1, _BOOL: 1, _REAL: 8, _TEXT: 4, _SHARED: 4}


@dataclass(frozen=True, slots=True)
class XlsbSheet:
    """A sheet that the workbook lists."""

    name: str
    relation: str
    state: int


@dataclass(frozen=True, slots=True)
class XlsbContext:
    """What a workbook's sheets share: texts, formats."""

    texts: list[str]
    formats: NumberFormats


def xlsb_sheets(workbook: bytes) -> list[XlsbSheet]:
    """The sheets in the workbook's order. Raises BrokenRecords."""
    found = []
    for record, data in biff12_records(workbook):
        if record == _SHEET_ENTRY and len(data) >= 12:
            relation, rest = wide_string(data, 8)
            name, _ = wide_string(data, rest)
            found.append(XlsbSheet(name, relation, int.from_bytes(data[:4], "little") & 3))
    return found


def xlsb_context(workbook: bytes, texts: bytes, styles: bytes) -> XlsbContext:
    """From the workbook's part and those of its texts and styles. Raises BrokenRecords."""
    since_1904 = any(
        record == _WORKBOOK_PROPERTIES and data[:1] and data[0] & 1
        for record, data in biff12_records(workbook)
    )
    codes: dict[int, str] = {}
    used: list[int] = []
    in_cells = False
    for record, data in biff12_records(styles):
        if record == _STYLE_FORMAT and len(data) > 6:
            codes[int.from_bytes(data[:2], "little")] = wide_string(data, 2)[0]
        elif record in (_CELL_XFS, _CELL_XFS_END):
            in_cells = record == _CELL_XFS
        elif record == _STYLE_XF and in_cells and len(data) >= 4:
            used.append(int.from_bytes(data[2:4], "little"))
    shared = [wide_string(d, 1)[0] for record, d in biff12_records(texts) if record == _STRING_ITEM]
    return XlsbContext(shared, NumberFormats.of(used, codes, since_1904))


def read_xlsb_sheet(sheet: XlsbSheet, part: bytes, of: XlsbContext, bounds: Bounds) -> BinarySheet:
    """The cells between the beginning and the end of the sheet's data. Raises BrokenRecords."""
    found = BinarySheet(sheet.name, bounds, sheet.state)
    row, column, inside = 0, -1, False
    for record, data in biff12_records(part):
        if record == _SHEET_DATA:
            inside = True
        elif record == _SHEET_DATA_END:
            return found
        elif not inside or record >= 64 or record in _HARMLESS:
            continue
        elif record == _ROW:
            row, column = whole_number(data, 0), -1
        else:
            kind, start = _SHORT.get(record), 4
            if kind is None:
                kind, start = _LONG.get(record, record), 8
                column = whole_number(data, 0)
            else:
                column += 1
            text = 9 if record == _RICH else start
            kind = _TEXT if record == _RICH else kind
            if kind not in _SIZES or len(data) < text + _SIZES[kind]:
                found.strange += 1
                continue
            style = int.from_bytes(data[start - 4 : start - 1], "little")
            found.put(row + 1, column + 1, _value(kind, data, text, style, of))
    raise BrokenRecords(f"{sheet.name}: no end")


def _value(kind: int, data: bytes, at: int, style: int, of: XlsbContext) -> CellValue:
    if kind == _RK:
        return of.formats.shown(rk_number(whole_number(data, at)), style)
    if kind == _REAL:
        return of.formats.shown(struct.unpack_from("<d", data, at)[0], style)
    if kind == _TEXT:
        return wide_string(data, at)[0]
    if kind == _SHARED:
        place = whole_number(data, at)
        if place >= len(of.texts):
            raise BrokenRecords(f"text {place} of {len(of.texts)}")
        return of.texts[place]
    if kind == _BLANK:
        return None
    return error_value(data[at]) if kind == _ERROR else data[at] != 0
