"""The filled cells of .xlsb, from its records ([MS-XLSB] 2.4)."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

from models.domain.reading.workbook_content import (
    CellLetters,
    CellValue,
    ConditionalLook,
    WindowState,
)
from tasks.adapters.reading.binary.biff12 import biff12_records, whole_number, wide_string
from tasks.adapters.reading.binary.binary_values import (
    BinarySheet,
    Bounds,
    BrokenRecords,
    NumberFormats,
    error_value,
    rk_number,
    window_of,
)
from tasks.adapters.reading.binary.formula_texts import (
    FormulaBook,
    SheetFormulas,
    name_of_xlsb,
    sheets_named,
)
from tasks.adapters.reading.binary.xlsb_conditions import XLSB_CONDITIONS, XlsbConditions, area_of
from tasks.adapters.reading.binary.xlsb_looks import XlsbStyles, xlsb_styles
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

_SHEET_ENTRY, _WORKBOOK_PROPERTIES, _WINDOW, _WINDOW_FLAGS = 156, 153, 158, 28
_STRING_ITEM, _IN_RUNS = 19, 1
_COLUMNS, _HIDDEN_COLUMN, _HIDDEN_ROW, _OWN_HEIGHT = 60, 0x01, 0x10, 0x20
_MERGED = 176
_NOT_STATED = 0xFFFFFFFF
_USUAL_SIZES, _VIEW, _SHOWS_FORMULAS, _SHOWS_ZEROS = 485, 137, 0x02, 0x10
_BEHIND_CONDITIONS = 1 << 31
_PANE, _IS_FROZEN = 151, 0x01
_FROM_THE_RIGHT, _ZOOM = 0x20, 18
_MOST_STILL = 1_048_576  # rows that stand still
_ROW, _SHEET_DATA, _SHEET_DATA_END = 0, 145, 146
_BLANK, _RK, _ERROR, _BOOL, _REAL, _TEXT, _SHARED = range(1, 8)
#: Cells that name no column and follow the one before: each the same as another, four bytes less.
_SHORT = {12: _BLANK, 13: _RK, 14: _ERROR, 15: _BOOL, 16: _REAL, 17: _TEXT, 18: _SHARED}
#: Formulas and rich text keep their value where the plain cell of that kind has it.
_LONG = {8: _TEXT, 9: _REAL, 10: _BOOL, 11: _ERROR}
_RICH = 62
_BOOKS, _OWN_BOOKS, _REFERENCES = frozenset({355, 357, 358, 667}), frozenset({357, 358}), 362
_NAME = 39
_ARRAY, _SHARED_FORMULA = 426, 427
_PLACED = frozenset({*range(1, 8), *_LONG, _RICH})  # cells that name their column
#: Beside cells: alternate content, metadata of cells. All others below 64 would be cells.
_CELL_METADATA, _RICH_VALUE = 49, 50
_HARMLESS = frozenset({35, 36, 37, 38, _CELL_METADATA, _RICH_VALUE})
_CHOICES = {35: 1, 36: -1, 37: 1, 38: -1}  # that begin and end
_SIZES = {_BLANK: 0, _RK: 4, _ERROR: 1, _BOOL: 1, _REAL: 8, _TEXT: 4, _SHARED: 4}


@dataclass(frozen=True, slots=True)
class XlsbSheet:
    """A sheet that the workbook lists."""

    name: str
    relation: str
    state: int


@dataclass(frozen=True, slots=True)
class XlsbContext:
    """What a workbook's sheets share: texts, formats, looks. `rich` are the records of texts in
    runs; `styles_unread` says that the part of styles cannot be followed."""

    texts: list[str]
    formats: NumberFormats
    styles: XlsbStyles
    rich: Mapping[int, bytes]
    formulas: FormulaBook
    since_1904: bool
    window: WindowState
    styles_unread: bool = False


def xlsb_sheets(workbook: bytes) -> list[XlsbSheet]:
    """The sheets in the workbook's order. Raises BrokenRecords."""
    found = []
    for record, data in biff12_records(workbook):
        if record == _SHEET_ENTRY and len(data) >= 12:
            relation, rest = wide_string(data, 8)
            name, _ = wide_string(data, rest)
            found.append(XlsbSheet(name, relation, int.from_bytes(data[:4], "little") & 3))
    return found


def xlsb_context(workbook: bytes, texts: bytes, styles: bytes, theme_xml: bytes) -> XlsbContext:
    """From the workbook's part and those of its texts and styles. Raises BrokenRecords.

    Values are values without their styles: where those are broken, that is told.
    """
    since_1904 = any(
        record == _WORKBOOK_PROPERTIES and data[:1] and data[0] & 1
        for record, data in biff12_records(workbook)
    )
    unread = False
    try:
        looks = xlsb_styles(styles, theme_xml)
    except BrokenRecords:
        looks, unread = XlsbStyles(), True
    shared: list[str] = []
    rich: dict[int, bytes] = {}
    for record, data in biff12_records(texts):
        if record == _STRING_ITEM:
            if data and data[0] & _IN_RUNS:
                rich[len(shared)] = data
            shared.append(wide_string(data, 1)[0])
    formats = NumberFormats.of(looks.used, looks.codes, since_1904)
    if not looks.has_marks and not any(k.struck or k.unseen for k in looks.looks.values()):
        rich = {}  # no font tells anything: neither does a run
    book = _formula_book(workbook)
    windows = [
        data[_WINDOW_FLAGS]
        for record, data in biff12_records(workbook)
        if record == _WINDOW and len(data) > _WINDOW_FLAGS
    ]
    return XlsbContext(shared, formats, looks, rich, book, since_1904, window_of(windows), unread)


def _formula_book(workbook: bytes) -> FormulaBook:
    own: list[bool] = []
    names: list[str] = []
    references: list[tuple[int, int, int]] = []
    named: list[tuple[str, bytes]] = []
    with suppress(BrokenRecords, struct.error):
        names = [sheet.name for sheet in xlsb_sheets(workbook)]
        for record, data in biff12_records(workbook):
            if record in _BOOKS:
                own.append(record in _OWN_BOOKS)
            elif record == _NAME:
                named.append(name_of_xlsb(data))
            elif record == _REFERENCES:
                count = min(whole_number(data, 0), (len(data) - 4) // 12)
                references += [struct.unpack_from("<Iii", data, 4 + 12 * n) for n in range(count)]
    return FormulaBook(long=True, sheets=sheets_named(references, own, names), named=named)


def read_xlsb_sheet(
    sheet: XlsbSheet,
    part: bytes,
    of: XlsbContext,
    bounds: Bounds,
    tables: Sequence[ConditionalLook] = (),
) -> tuple[BinarySheet, SheetScan]:
    """The cells between the beginning and the end of the sheet's data, and what goes with them;
    `tables` say what styles of tables change.

    Raises BrokenRecords where the cells are not whole; what is cut off behind them is left out.
    """
    reading = _SheetReading(BinarySheet(sheet.name, bounds, sheet.state), of, bool(tables))
    records = biff12_records(part)
    for record, data in records:
        if record == _SHEET_DATA:
            break
        if record == _COLUMNS:
            reading.note_columns(data)
        elif record == _USUAL_SIZES and len(data) >= 8:
            reading.note_usual_width(data)
        elif record == _VIEW and data:
            reading.note_view(data)
        elif record == _PANE and len(data) >= 29:
            reading.scan.frozen |= bool(data[28] & _IS_FROZEN)
            reading.note_pane(data)
    reading.cells(records)
    with suppress(BrokenRecords, struct.error):
        reading.behind(records)
    if reading.scan.still != (0, 0):
        reading.scan.hide_beyond_panes(xlsb_sizes(part))
    for look in on_cells(tables, reading.styles, of.styles.plain, of.styles.fills):
        reading.scan.under_condition(_BEHIND_CONDITIONS, look)
    reading.scan.paint(of.styles.paints)
    reading.scan.letters = partial(_letters_at, part, of.styles)
    return reading.sheet, reading.scan


def _letters_at(part: bytes, styles: XlsbStyles, row: int, column: int) -> CellLetters:
    """By what the cell in 1-based row and column is drawn: asked of few, so that it is looked for
    anew."""
    at_row, at, high = 0, -1, 0.0
    with suppress(BrokenRecords, struct.error):
        for record, data in biff12_records(part):
            if record == _ROW:
                at_row, at = whole_number(data, 0) + 1, -1
                own = len(data) >= 12 and data[11] & _OWN_HEIGHT
                high = int.from_bytes(data[8:10], "little") / 20 if own else 0.0
            elif at_row == row and (record in _SHORT or record in _PLACED):
                start = 4 if record in _SHORT else 8
                at = at + 1 if record in _SHORT else whole_number(data, 0)
                style = int.from_bytes(data[start - 4 : start - 1], "little")
                if at == column - 1 and style < len(styles.letters):
                    return replace(styles.letters[style], row=high)
    return CellLetters()


def xlsb_sizes(part: bytes) -> SheetSizes:
    """The sizes that a sheet states. Where its records are broken, those before."""
    width, height = COLUMN, ROW
    columns: list[tuple[int, int, float]] = []
    rows: list[tuple[int, int, float]] = []
    with suppress(BrokenRecords, struct.error):
        for record, data in biff12_records(part):
            if record == _USUAL_SIZES and len(data) >= 8:
                usual, letters, twips = struct.unpack_from("<IHH", data)
                width = usual / 256 * LETTER if usual != _NOT_STATED else (letters + 1) * LETTER
                height = twips / 20 * POINT
            elif record == _COLUMNS and len(data) >= 18:
                first, last, wide = struct.unpack_from("<3I", data)
                size = 0.0 if data[16] & _HIDDEN_COLUMN else wide / 256 * LETTER
                columns.append((first + 1, last + 1, size))
            elif record == _ROW and len(data) >= 12:
                row = whole_number(data, 0) + 1
                size = int.from_bytes(data[8:10], "little") / 20 * POINT
                rows.append((row, row, 0.0 if data[11] & _HIDDEN_ROW else size))
            elif record == _SHEET_DATA_END:
                break
    return SheetSizes(SheetAxis(width, columns), SheetAxis(height, rows))


class _SheetReading:
    def __init__(self, sheet: BinarySheet, of: XlsbContext, keeps_styles: bool) -> None:
        self.keeps_styles = keeps_styles
        self.styles: list[tuple[tuple[int, int], int]] = []  # of cells, where they are kept
        self.sheet = sheet
        self.of = of
        self.scan = SheetScan()
        self.telling = frozenset(of.styles.looks) | of.styles.percent
        self.runs_tell = bool(of.rich) or of.styles.has_marks

    def note_columns(self, data: bytes) -> None:
        if len(data) >= 18:
            first, last, width = struct.unpack_from("<3I", data)
            self.scan.widths.append((first + 1, last + 1, width / 256))
        narrow = len(data) >= 18 and whole_number(data, 8) <= NARROW * 256
        if narrow or (len(data) >= 18 and data[16] & _HIDDEN_COLUMN):
            self.scan.hidden_columns.append((whole_number(data, 0) + 1, whole_number(data, 4) + 1))

    def note_view(self, data: bytes) -> None:
        self.scan.zeros_hidden |= not data[0] & _SHOWS_ZEROS
        self.scan.shows_formulas |= bool(data[0] & _SHOWS_FORMULAS)
        self.scan.from_the_right |= bool(data[0] & _FROM_THE_RIGHT)
        if len(data) >= 14:
            rows, columns = struct.unpack_from("<II", data, 6)
            self.scan.scrolled = min(rows, 1 << 20), min(columns, 1 << 14)
        if zoom := int.from_bytes(data[_ZOOM : _ZOOM + 2], "little"):
            self.scan.zoom = min(zoom, self.scan.zoom)

    def note_pane(self, data: bytes) -> None:
        columns, rows = struct.unpack_from("<dd", data)
        if data[28] & _IS_FROZEN and 0 <= rows < _MOST_STILL and 0 <= columns < _MOST_STILL:
            self.scan.still = int(rows), int(columns)

    def note_usual_width(self, data: bytes) -> None:
        usual, letters = struct.unpack_from("<IH", data)
        self.scan.usual_width = usual / 256 if usual != _NOT_STATED else letters + PADDING

    def cells(self, records: Iterator[tuple[int, bytes]]) -> None:
        sheet, of = self.sheet, self.of
        formulas = SheetFormulas(of.formulas)
        row, column = 0, -1
        rich = False  # whether the next cell keeps a rich value beside its plain one
        chosen = 0  # within how many choices for some programs it stands
        for record, data in records:
            if record == _SHEET_DATA_END:
                formulas.give_to(sheet)
                return
            if record in (_ARRAY, _SHARED_FORMULA) and len(data) >= 21:
                at = 16 if record == _SHARED_FORMULA else 17
                first = (whole_number(data, 0), whole_number(data, 8))
                formulas.shared[first] = data[at + 4 : at + 4 + whole_number(data, at)]
            if record >= 64 or record in _HARMLESS:
                rich = record == _RICH_VALUE or (rich and record == _CELL_METADATA)
                chosen += _CHOICES.get(record, 0)
                continue
            if record == _ROW:
                row, column = whole_number(data, 0), -1
                if len(data) >= 12 and _is_hidden(data[11], data[8:10]):
                    self.scan.hidden_rows.add(row + 1)
                continue
            kind, start = _SHORT.get(record), 4
            if kind is None:
                kind, start = _LONG.get(record, record), 8
                column = whole_number(data, 0)
            else:
                column += 1
            text = 9 if record == _RICH else start
            kind = _TEXT if record == _RICH else kind
            if kind not in _SIZES or len(data) < text + _SIZES[kind]:
                sheet.strange += 1
                continue
            style = int.from_bytes(data[start - 4 : start - 1], "little")
            # Newer programs draw the rich value; an error stands in place of most.
            if (rich or chosen > 0) and kind not in (_BLANK, _ERROR):
                sheet.tell_twice(row + 1, column + 1)
            rich = False
            if record in _LONG:
                formulas.tokens[row, column] = _tokens(data, text, kind)
            if kind == _BLANK:
                sheet.empty(row + 1, column + 1)
                continue
            sheet.put(row + 1, column + 1, _value(kind, data, text, style, of))
            self._note_style((row + 1, column + 1), style)
            if style in self.telling or (self.runs_tell and kind in (_TEXT, _SHARED)):
                runs = data[8:] if record == _RICH else None
                if kind == _SHARED:
                    runs = of.rich.get(whole_number(data, text))
                self._look(row, column, kind, style, runs)
        raise BrokenRecords(f"{sheet.name}: no end")

    def _note_style(self, place: tuple[int, int], style: int) -> None:
        if self.keeps_styles:
            self.styles.append((place, style))
        if style in self.of.styles.doubtful:
            self.sheet.tell_twice(*place)
        if style in self.of.styles.paints:
            self.scan.styles[place] = style

    def _look(self, row: int, column: int, kind: int, style: int, rich: bytes | None) -> None:
        styles = self.of.styles
        if kind in (_RK, _REAL) and style in styles.percent:
            self.scan.shown_as_percentage(row + 1, column + 1)
        if kind != _BLANK:
            in_runs = rich is not None and self.runs_tell
            look = styles.look_of_runs(style, rich) if in_runs and rich else styles.looks.get(style)
            self.scan.looks_like(row, column, look)

    def behind(self, records: Iterator[tuple[int, bytes]]) -> None:
        """What stands behind the cells: merged areas, conditions."""
        conditions = XlsbConditions(self.of.styles, self.scan)
        for record, data in records:
            if record == _MERGED and len(data) >= 16:
                self.scan.merge(area_of(struct.unpack_from("<4I", data)))
            elif record == _SHEET_DATA:
                self.sheet.strange += 1  # cells once more
            elif record in XLSB_CONDITIONS:
                conditions.take(record, data)


def _tokens(data: bytes, at: int, kind: int) -> bytes:
    """The tokens of a formula whose result begins there; of a shared one with its column."""
    at = wide_string(data, at)[1] if kind == _TEXT else at + _SIZES[kind]
    at += 2
    if at + 4 > len(data):
        return b""
    size = whole_number(data, at)
    tokens = data[at + 4 : at + 4 + size]
    # Where the first cell of a shared formula stands is told in two places.
    return tokens[:5] + data[at + 8 + size : at + 12 + size] if tokens[:1] == b"\1" else tokens


def _is_hidden(flags: int, height: bytes) -> bool:
    """Whether nobody sees a row. A height of nought that is not its own is of no account."""
    twips = int.from_bytes(height, "little")
    own = bool(flags & _OWN_HEIGHT) or twips > 0
    return bool(flags & _HIDDEN_ROW) or (own and twips <= LOW * 20)


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
    return error_value(data[at]) if kind == _ERROR else data[at] != 0
