"""What goes with the cells of .xls and .xlsb: merged areas, looks, own properties."""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from models.domain.reading.shown_values import adds_nothing
from models.domain.reading.workbook_content import MOST_AREAS, Appearance, Area, shows_percent
from tasks.adapters.reading.binary.biff12 import biff12_records, wide_string
from tasks.adapters.reading.binary.binary_values import BrokenRecords
from tasks.adapters.reading.looks.biff_looks import BiffStyles
from tasks.adapters.reading.looks.biff_notes import BiffNotes
from tasks.adapters.reading.looks.ooxml_looks import BUILT_IN_FORMATS

# BIFF8 (.xls)
_BOUND_SHEET, _BOF, _EOF = 0x85, 0x809, 0x0A
_FORMULAS = frozenset({0x06, 0x206, 0x406})  # the latter two of older versions, still written
_MUL_RK, _NUMBER, _RK = 0xBD, 0x203, 0x27E
_FORMAT, _XF, _MERGED = 0x41E, 0xE0, 0xE5
_ONE_NUMBER = _FORMULAS | {_NUMBER, _RK}
_FONT, _SHARED_TEXTS, _CONTINUE, _SHARED_TEXT = 0x31, 0xFC, 0x3C, 0xFD
_ONE_CELL = _ONE_NUMBER | {_SHARED_TEXT, 0x204, 0xD6, 0x205}  # labels, truth values, errors

# BIFF12 (.xlsb)
_ROW_HEADER, _RICH_CELL = 0, 62
_CELL_NUMBERS = frozenset({2, 5, 9})  # RK, float, formula with a number
_CELLS = frozenset({*range(1, 12), _RICH_CELL})
_SHORT_CELLS, _SHORT_NUMBERS = frozenset(range(12, 19)), frozenset({13, 16})
_BLANKS = frozenset({1, 12})
_MERGED_AREA, _STYLE_FORMAT, _STYLE_XF, _CELL_XFS, _CELL_XFS_END = 176, 44, 47, 617, 618

_PERCENT_FORMATS = frozenset({9, 10})  # built in: 0% and 0.00%

Position = tuple[int, int]  # 1-based row and column


class SheetScan:
    """What the records of one sheet say beside its cells: `merged` areas, how cells look, the
    places of numbers shown as percentages, and comments."""

    def __init__(self) -> None:
        self.merged: list[Area] = []
        self.percent: set[Position] = set()
        self.looks: dict[Position, Appearance] = {}
        self.comments: Mapping[Position, str] = {}

    def merge(self, area: Area) -> None:
        """Notes merged cells."""
        if len(self.merged) < MOST_AREAS:
            self.merged.append(area)

    def looks_like(self, row: int, column: int, look: Appearance | None) -> None:
        """Notes how the cell in 0-based row and column looks."""
        if look is not None:
            self.looks[row + 1, column + 1] = look

    def shown_as_percentage(self, row: int, column: int) -> None:
        """Notes that the number there is shown as a percentage."""
        self.percent.add((row, column))


def scan_xls(stream: bytes) -> list[SheetScan]:
    """One scan per sheet of a `Workbook` stream, in workbook order; tolerates a cut-off stream."""
    offsets: list[int] = []
    styles = BiffStyles()
    before = 0
    for record, data in _biff8(stream, 0, stop_at_eof=True):
        if record == _BOUND_SHEET and len(data) >= 8:
            offsets.append(struct.unpack_from("<I", data)[0])
        elif record == _FORMAT and len(data) > 5:
            encoding = "utf-16-le" if data[4] & 1 else "latin-1"
            text = data[5:].decode(encoding, "replace")
            styles.formats[struct.unpack_from("<H", data)[0]] = text
        elif record == _XF and len(data) >= 4:
            styles.add_cell_style(data)
        elif record == _FONT:
            styles.add_font(data)
        elif record == _SHARED_TEXTS or (record == _CONTINUE and before == _SHARED_TEXTS):
            styles.chunks.append(data)
        before = _SHARED_TEXTS if record == _CONTINUE and before == _SHARED_TEXTS else record
    styles.finish()
    percent = _percent_styles([style[1] for style in styles.cells], styles.formats)
    return [_scan_xls_sheet(stream, offset, percent, styles) for offset in offsets]


def _percent_styles(styles: list[int], formats: Mapping[int, str]) -> frozenset[int]:
    """The places, among the cell styles, of those that show a percentage."""
    shown = {number for number, text in formats.items() if shows_percent(text)}
    shown |= {number for number in _PERCENT_FORMATS if number not in formats}
    return frozenset(place for place, number in enumerate(styles) if number in shown)


def _biff8(stream: bytes, position: int, *, stop_at_eof: bool) -> Iterator[tuple[int, bytes]]:
    depth = 0
    while position + 4 <= len(stream):
        record, length = struct.unpack_from("<HH", stream, position)
        yield record, stream[position + 4 : position + 4 + length]
        depth += (record == _BOF) - (record == _EOF)
        if stop_at_eof and depth <= 0:
            return
        position += 4 + length


def _scan_xls_sheet(
    stream: bytes, offset: int, percent: Collection[int], styles: BiffStyles
) -> SheetScan:
    scan = SheetScan()
    notes = BiffNotes()
    for record, data in _biff8(stream, offset, stop_at_eof=True):
        notes.take(record, data)
        if record == _MERGED:
            for place in range(2, len(data) - 7, 8):
                top, bottom, left, right = struct.unpack_from("<4H", data, place)
                scan.merge((top + 1, left + 1, bottom + 1, right + 1))
            continue
        if len(data) < 8:
            continue
        row, column = struct.unpack_from("<HH", data)
        if record == _MUL_RK:
            for n, place in enumerate(range(4, len(data) - 7, 6)):
                style = struct.unpack_from("<H", data, place)[0]
                scan.looks_like(row, column + n, styles.look(style, None))
                if style in percent:
                    scan.shown_as_percentage(row + 1, column + n + 1)
            continue
        if record not in _ONE_CELL:
            continue
        style = struct.unpack_from("<H", data, 4)[0]
        shared = None
        if record == _SHARED_TEXT and len(data) >= 10:
            shared = struct.unpack_from("<I", data, 6)[0]
        scan.looks_like(row, column, styles.look(style, shared))
        if record in _ONE_NUMBER and style in percent:
            scan.shown_as_percentage(row + 1, column + 1)
    scan.comments = notes.by_place()
    return scan


def scan_xlsb(sheets: Mapping[str, bytes], styles: bytes) -> dict[str, SheetScan]:
    """One scan per sheet, by the name under which its part is given."""
    known = _xlsb_styles(styles)
    return {name: _scan_xlsb_sheet(part, known) for name, part in sheets.items()}


class _XlsbStyles(NamedTuple):
    """By the number of a cell's style: which show percentages, and what its number format adds."""

    percent: Collection[int]
    looks: Sequence[Appearance | None]


def _xlsb_styles(styles: bytes) -> _XlsbStyles:
    formats: dict[int, str] = {}
    used: list[int] = []
    in_cells = False
    for record, data in biff12_records(styles):
        if record == _STYLE_FORMAT and len(data) > 6:
            formats[struct.unpack_from("<H", data)[0]] = wide_string(data, 2)[0]
        elif record in (_CELL_XFS, _CELL_XFS_END):
            in_cells = record == _CELL_XFS
        elif record == _STYLE_XF and in_cells and len(data) >= 4:
            used.append(struct.unpack_from("<H", data, 2)[0])
    codes = [formats.get(n, BUILT_IN_FORMATS.get(n, "General")) for n in used]
    looks = [None if adds_nothing(code) else Appearance(code) for code in codes]
    return _XlsbStyles(_percent_styles(used, formats), looks)


def _scan_xlsb_sheet(stream: bytes, styles: _XlsbStyles) -> SheetScan:
    scan = SheetScan()
    # Whether its cells are whole has been judged: what is cut off here is behind them.
    with suppress(BrokenRecords):
        _scan_records(stream, styles, scan)
    return scan


def _scan_records(stream: bytes, styles: _XlsbStyles, scan: SheetScan) -> None:
    row, column = 0, -1
    for record, data in biff12_records(stream):
        if record == _ROW_HEADER and len(data) >= 4:
            row, column = struct.unpack_from("<I", data)[0], -1
        elif record in _SHORT_CELLS and len(data) >= 4:
            column += 1  # a short cell names no column: it follows the one before it
            if record not in _BLANKS:
                style = int.from_bytes(data[:3], "little")
                _take_style(scan, (row, column), style, styles, number=record in _SHORT_NUMBERS)
        elif record in _CELLS and len(data) >= 8:
            column = struct.unpack_from("<I", data)[0]
            if record not in _BLANKS:
                style = int.from_bytes(data[4:7], "little")
                _take_style(scan, (row, column), style, styles, number=record in _CELL_NUMBERS)
        elif record == _MERGED_AREA and len(data) >= 16:
            top, bottom, left, right = struct.unpack_from("<4I", data)
            scan.merge((top + 1, left + 1, bottom + 1, right + 1))


def _take_style(
    scan: SheetScan, at: Position, style: int, styles: _XlsbStyles, *, number: bool
) -> None:
    row, column = at
    scan.looks_like(row, column, styles.looks[style] if style < len(styles.looks) else None)
    if number and style in styles.percent:
        scan.shown_as_percentage(row + 1, column + 1)


def user_properties(section: bytes) -> dict[str, str]:
    """The text properties of a `\\x05DocumentSummaryInformation` stream's user-defined section.

    Layout: [MS-OLEPS] 2.25.2. What is not text, or lies outside the stream, is left out.
    """
    try:
        return _user_section(section)
    except (struct.error, UnicodeDecodeError, LookupError):
        return {}


def _user_section(stream: bytes) -> dict[str, str]:
    if struct.unpack_from("<I", stream, 24)[0] < 2:
        return {}
    start = struct.unpack_from("<I", stream, 28 + 20 + 16)[0]
    count = min(struct.unpack_from("<I", stream, start + 4)[0], 1000)
    offsets = dict(struct.unpack_from("<II", stream, start + 8 + 8 * i) for i in range(count))
    page = 1252
    if 1 in offsets:
        page = struct.unpack_from("<H", stream, start + offsets[1] + 4)[0]
    values = {
        i: _text_value(stream, start + o, page) for i, o in offsets.items() if i not in (0, 1)
    }
    if 0 not in offsets:
        return {}
    position = start + offsets[0]
    entries = min(struct.unpack_from("<I", stream, position)[0], 1000)
    position += 4
    properties: dict[str, str] = {}
    for _ in range(entries):
        number, length = struct.unpack_from("<II", stream, position)
        size = 2 * length if page == 1200 else length
        raw = stream[position + 8 : position + 8 + size]
        position += 8 + (size + 3) // 4 * 4 if page == 1200 else 8 + size
        text = values.get(number)
        if text is not None:
            properties[_decoded(raw, page)] = text
    return properties


def _text_value(stream: bytes, position: int, page: int) -> str | None:
    kind, length = struct.unpack_from("<II", stream, position)
    if kind == 0x1E:  # VT_LPSTR, length in bytes
        return _decoded(stream[position + 8 : position + 8 + length], page)
    if kind == 0x1F:  # VT_LPWSTR, length in characters
        return _decoded(stream[position + 8 : position + 8 + 2 * length], 1200)
    return None


def _decoded(raw: bytes, page: int) -> str:
    encoding = {1200: "utf-16-le", 65001: "utf-8"}.get(page, f"cp{page}")
    return raw.decode(encoding).partition("\0")[0]
