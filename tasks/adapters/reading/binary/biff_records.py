"""What goes with the cells of .xls: merged areas, looks, own properties."""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from models.domain.reading.workbook_content import CellLetters, address, shows_percent
from tasks.adapters.reading.binary.biff_conditions import RECORDS, BiffConditions
from tasks.adapters.reading.binary.biff_later import LATER_RECORDS, TABLE_RECORDS, BiffTables
from tasks.adapters.reading.binary.biff_looks import BiffStyles, runs_here
from tasks.adapters.reading.binary.biff_notes import BiffNotes
from tasks.adapters.reading.binary.biff_shapes import DRAWN, BiffShapes
from tasks.adapters.reading.looks.sheet_scans import SheetScan
from tasks.adapters.reading.looks.sheet_sizes import (
    COLUMN,
    LETTER,
    LOW,
    NARROW,
    PADDING,
    POINT,
    ROW,
    SheetAxis,
    SheetSizes,
)
from tasks.adapters.reading.looks.table_looks import on_cells

# BIFF8 (.xls)
_BOUND_SHEET, _BOF, _EOF = 0x85, 0x809, 0x0A
_BIFF8 = b"\x00\x06"
_FORMULAS = frozenset({0x06, 0x206, 0x406})  # the latter two of older versions, still written
_MUL_RK, _NUMBER, _RK = 0xBD, 0x203, 0x27E
_FORMAT, _XF, _MERGED, _MORE_OF_XF, _RICH = 0x41E, 0xE0, 0xE5, 0x87D, 0xD6
_ONE_NUMBER = _FORMULAS | {_NUMBER, _RK}
_FONT, _SHARED_TEXTS, _CONTINUE, _SHARED_TEXT = 0x31, 0xFC, 0x3C, 0xFD
_ONE_CELL = _ONE_NUMBER | {_SHARED_TEXT, 0x204, 0xD6, 0x205}  # labels, truth values, errors

_BLANK = 0x201
_MANY_CELLS = {_MUL_RK: 6, 0xBE: 2}  # and how many bytes each of them takes

_ROW, _HIDDEN_ROW, _OWN_HEIGHT = 0x208, 0x20, 0x40
_TWIPS = 20  # of a point
_COLUMNS, _HIDDEN_COLUMN = 0x7D, 0x01
_PALETTE = 0x92
_WINDOW, _SHOWS_FORMULAS, _FROZEN, _SHOWS_ZEROS = 0x23E, 0x01, 0x08, 0x10
_USUAL_WIDTH, _USUAL_WIDTH_MEASURED = 0x55, 0x99
_FROM_THE_RIGHT = 0x40
_NO_HEIGHT = 0x02  # of rows of which nothing is said
_PANE, _ZOOM, _USUAL_HEIGHT = 0x41, 0xA0, 0x225
_BESIDE = frozenset(
    {_MERGED, _WINDOW, _COLUMNS, _ROW, _USUAL_WIDTH, _USUAL_WIDTH_MEASURED, _PANE, _ZOOM}
    | {_USUAL_HEIGHT}
)

_BEHIND_CONDITIONS = 1 << 31
_PERCENT_FORMATS = frozenset({9, 10})  # built in: 0% and 0.00%


def scan_xls(stream: bytes) -> list[SheetScan]:
    """One scan per sheet of a `Workbook` stream, in workbook order; tolerates a cut-off stream."""
    offsets: list[int] = []
    styles = BiffStyles()
    before = 0
    for record, data in _biff8(stream, 0, stop_at_eof=True):
        if record == _BOF:
            styles.short = data[:2] != _BIFF8
        elif record == _BOUND_SHEET and len(data) >= 8:
            offsets.append(struct.unpack_from("<I", data)[0])
        elif record == _FORMAT and len(data) > 5:
            encoding = "utf-16-le" if data[4] & 1 else "latin-1"
            text = data[5:].decode(encoding, "replace")
            styles.add_format(struct.unpack_from("<H", data)[0], text)
        elif record == _XF and len(data) >= 4:
            styles.add_cell_style(data)
        elif record == _MORE_OF_XF:
            styles.extend_cell_style(data)
        elif record in LATER_RECORDS:
            styles.later.take(record, data)
        elif record == _FONT:
            styles.add_font(data)
        elif record == _PALETTE:
            styles.set_palette(data)
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
    conditions = BiffConditions(styles.formats, styles.ground)
    notes, shapes = BiffNotes(), BiffShapes()
    tables = BiffTables()
    takers: dict[int, BiffShapes | BiffConditions | BiffTables] = {
        **dict.fromkeys(DRAWN, shapes),
        **dict.fromkeys(RECORDS, conditions),
        **dict.fromkeys(TABLE_RECORDS, tables),
    }
    for record, data in _biff8(stream, offset, stop_at_eof=True):
        notes.take(record, data)
        if record in takers:
            takers[record].take(record, data)
        elif record in _BESIDE:
            _note_beside(record, data, scan)
        elif record == _MUL_RK and len(data) >= 8:
            row, column = struct.unpack_from("<HH", data)
            for n, place in enumerate(range(4, len(data) - 7, 6)):
                style = struct.unpack_from("<H", data, place)[0]
                _note_cell(scan, styles, (row, column + n), style, None)
                if style in percent:
                    scan.shown_as_percentage(row + 1, column + n + 1)
        elif record in _ONE_CELL and len(data) >= 8:
            row, column, style = struct.unpack_from("<3H", data)
            shared = None
            if record == _SHARED_TEXT and len(data) >= 10:
                shared = struct.unpack_from("<I", data, 6)[0]
            rich = runs_here(data, short=styles.short) if record == _RICH else None
            _note_cell(scan, styles, (row, column), style, shared, rich)
            if record in _ONE_NUMBER and style in percent:
                scan.shown_as_percentage(row + 1, column + 1)
    conditions.finish(scan)
    if under := styles.later.looks_of([*tables.found()], styles.formats, styles.ground):
        cells = _styled(stream, offset)
        for look in on_cells(under, cells, styles.plain(), styles.fills()):
            scan.under_condition(_BEHIND_CONDITIONS, look)
    if scan.frozen and scan.still != (0, 0):
        scan.hide_beyond_panes(_sizes(stream, offset))
    scan.paint(styles.paints)
    scan.letters = partial(_letters_at, stream, offset, styles)
    scan.comments = notes.by_place()
    scan.shapes = shapes.found(notes.standing_open, partial(_sizes, stream, offset))
    return scan


def _sizes(stream: bytes, offset: int) -> SheetSizes:
    """The sizes that a sheet states."""
    width, height = COLUMN, ROW
    columns: list[tuple[int, int, float]] = []
    rows: list[tuple[int, int, float]] = []
    for record, data in _biff8(stream, offset, stop_at_eof=True):
        if record == _COLUMNS and len(data) >= 10:
            first, last, wide, _, flags = struct.unpack_from("<5H", data)
            size = 0.0 if flags & _HIDDEN_COLUMN else wide / 256 * LETTER
            columns.append((first + 1, last + 1, size))
        elif record == _ROW and len(data) >= 14:
            row, _, _, high = struct.unpack_from("<4H", data)
            hidden = data[12] & _HIDDEN_ROW
            rows.append((row + 1, row + 1, 0.0 if hidden else (high & 0x7FFF) / _TWIPS * POINT))
        elif record == _USUAL_HEIGHT and len(data) >= 4:
            height = struct.unpack_from("<H", data, 2)[0] / _TWIPS * POINT
    return SheetSizes(SheetAxis(width, columns), SheetAxis(height, rows))


def _letters_at(
    stream: bytes, offset: int, styles: BiffStyles, row: int, column: int
) -> CellLetters:
    """By what the cell in 1-based row and column is drawn: asked of few, so that it is looked for
    anew."""
    high = 0.0
    for record, data in _biff8(stream, offset, stop_at_eof=True):
        if record == _ROW and len(data) >= 14 and data[:2] == struct.pack("<H", row - 1):
            height = struct.unpack_from("<H", data, 6)[0]
            high = (height & 0x7FFF) / _TWIPS if data[12] & _OWN_HEIGHT else 0.0
        if (record in _ONE_CELL or record in _MANY_CELLS or record == _BLANK) and len(data) >= 6:
            at, first, style = struct.unpack_from("<3H", data)
            size, place = _MANY_CELLS.get(record, 0), column - 1 - first
            if at != row - 1 or not (0 <= place < (len(data) - 6) // size if size else place == 0):
                continue
            if size:
                style = struct.unpack_from("<H", data, 4 + size * place)[0]
            return replace(styles.letters(style), row=high)
    return CellLetters()


def _styled(stream: bytes, offset: int) -> Iterator[tuple[tuple[int, int], int]]:
    """Every filled cell of a sheet, in 1-based row and column, with its style."""
    for record, data in _biff8(stream, offset, stop_at_eof=True):
        if (record in _ONE_CELL or record == _MUL_RK) and len(data) >= 6:
            row, first, style = struct.unpack_from("<3H", data)
            yield (row + 1, first + 1), style
            for n, at in enumerate(range(10, len(data) - 7 if record == _MUL_RK else 0, 6), 2):
                yield (row + 1, first + n), int.from_bytes(data[at : at + 2], "little")


def _note_cell(
    scan: SheetScan,
    styles: BiffStyles,
    place: tuple[int, int],
    style: int,
    shared: int | None,
    rich: tuple[str, Sequence[tuple[int, int]]] | None = None,
) -> None:
    """Notes how the cell in 0-based row and column looks."""
    row, column = place
    scan.looks_like(row, column, styles.look(style, shared, rich))
    if styles.is_doubtful(style):
        scan.told_twice.append(address(row + 1, column + 1))
    if style in styles.paints:
        scan.styles[row + 1, column + 1] = style


def _note_beside(record: int, data: bytes, scan: SheetScan) -> None:
    """Notes merged cells, hidden rows and columns, and what the window does not show."""
    if record == _MERGED:
        for place in range(2, len(data) - 7, 8):
            top, bottom, left, right = struct.unpack_from("<4H", data, place)
            scan.merge((top + 1, left + 1, bottom + 1, right + 1))
    elif record == _WINDOW and data:
        scan.zeros_hidden |= not data[0] & _SHOWS_ZEROS
        scan.shows_formulas |= bool(data[0] & _SHOWS_FORMULAS)
        scan.frozen |= bool(data[0] & _FROZEN)
        scan.from_the_right |= bool(data[0] & _FROM_THE_RIGHT)
        if len(data) >= 6:
            rows, columns = struct.unpack_from("<HH", data, 2)
            scan.scrolled = rows, columns
    elif record == _PANE and len(data) >= 4:
        columns, rows = struct.unpack_from("<HH", data)
        scan.still = rows, columns
    elif record == _ZOOM and len(data) >= 4:
        share, of = struct.unpack_from("<HH", data)
        scan.zoom = 100 * share // of if of else scan.zoom
    elif record == _COLUMNS and len(data) >= 10:
        first, last, width, _, flags = struct.unpack_from("<5H", data)
        scan.widths.append((first + 1, last + 1, width / 256))
        if flags & _HIDDEN_COLUMN or width <= NARROW * 256:
            scan.hidden_columns.append((first + 1, last + 1))
    elif record == _USUAL_WIDTH and len(data) >= 2:
        scan.usual_width = struct.unpack_from("<H", data)[0] + PADDING
    elif record == _USUAL_WIDTH_MEASURED and len(data) >= 2:
        scan.usual_width = struct.unpack_from("<H", data)[0] / 256
    elif record == _USUAL_HEIGHT and len(data) >= 4:
        flags, height = struct.unpack_from("<HH", data)
        scan.hides_unstated = bool(flags & _NO_HEIGHT) or height <= LOW * _TWIPS
    elif record == _ROW and len(data) >= 14:
        row, _, _, height = struct.unpack_from("<4H", data)
        scan.stated_rows.add(row + 1)
        flags = struct.unpack_from("<H", data, 12)[0]
        twips = height & 0x7FFF
        # A height of nought that is not its own is of no account.
        own = flags & _OWN_HEIGHT or twips
        if flags & _HIDDEN_ROW or (own and twips <= LOW * _TWIPS):
            scan.hidden_rows.add(row + 1)


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
