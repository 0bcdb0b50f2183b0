"""A table of the consolidated workbook: heading, header, rows, print set-up, links to the lineage.

Agency text can never become a formula or a link: it is written as a string, in a format whose
quote prefix keeps it one when somebody edits the cell.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from models.domain.consolidation import Figure
from models.domain.cycle.cycles import HANOI
from tasks.adapters.sheets.output_columns import (
    LEFT,
    SIZE,
    Band,
    CellLook,
    CellValue,
    Citation,
    OutputColumn,
    Row,
    TableSheet,
    Tone,
    Toned,
    Values,
    decimals_of,
    decimals_shown,
    in_lines,
    layout_of,
    pieces,
    stands_on_one_line,
    text_of,
    without_empty,
)
from tasks.adapters.workbooks import workbook_styles as look
from tasks.adapters.workbooks.paper import PrintLayout, set_margin_texts, set_paper

HEADER_ROW = 3  # 0-based: heading, note and a blank row stand above it
MAX_LINKS = 60_000  # a sheet holds 65,530; beyond, references are printed without a link
FIRST_YEAR = 1900  # of a spreadsheet's calendar
_LINK_INK = "1F4E9E"
CUT_MARK = " … (còn nữa, xem tại nguồn)"

_DIRECTION_MARKS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F))
_FILLS = {
    Tone.GOOD: look.GOOD_FILL,
    Tone.WARN: "FFDF99",
    Tone.BAD: "F8B9B4",
    Tone.BAND: look.BAND_FILL,
}
_LINE_HEIGHT = look.row_height([("x", 10)], SIZE)
_SEEN = 150  # characters of a table that are seen without scrolling sideways
_ROUNDED = 0.97  # of a column's width: on paper a letter may be wider than on the screen


def safe_text(text: str) -> str:
    """Text from outside as a cell may hold it: legal in XML, not longer than Excel counts.

    Excel counts UTF-16 units, so a letter beyond the basic plane counts twice. Direction marks go:
    they make a name read otherwise than it is.

    >>> safe_text("=1+1\\x07\\u202e")
    '=1+1'
    """
    if text.isprintable() and len(text) * 2 <= look.MAX_TEXT:
        return text
    visible = text.translate(_DIRECTION_MARKS)
    if len(visible) * 2 <= look.MAX_TEXT:
        return look.clean_text(visible)
    cut = look.clean_text(visible)
    while (units := len(cut.encode("utf-16-le")) // 2) > look.MAX_TEXT:
        cut = cut[: len(cut) - max(1, (units - look.MAX_TEXT + 1) // 2) - 1].rstrip("…") + "…"
    return cut


@lru_cache(maxsize=256)
def number_format(places: int, signed: bool) -> str:
    """An Excel format with exactly that many decimals.

    >>> number_format(2, True)
    '+#,##0.00;-#,##0.00;#,##0.00'
    """
    plain = "#,##0" + ("." + "0" * places if places else "")
    return f"+{plain};-{plain};{plain}" if signed else plain


class Formats:
    """The workbook's formats, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, object], ...], Format] = {}

    def get(self, **properties: object) -> Format:
        """A format in the office's font with these properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            base = {"font_name": look.FONT, "font_size": SIZE, "font_color": look.INK}
            self._made[key] = self._book.add_format({**base, "valign": "vcenter", **properties})
        return self._made[key]

    def cell(self, cell_look: CellLook, tone: Tone, **more: object) -> Format:
        """The format of a table's cell."""
        properties: dict[str, object] = {
            "border": 1,
            "border_color": look.RULE,
            "align": cell_look.align,
            "text_wrap": not cell_look.nowrap,
        }
        if tone in _FILLS:
            properties["bg_color"] = _FILLS[tone]
        if tone is Tone.MUTED:
            properties |= {"font_color": "595959", "italic": True}
        if cell_look.align == "right":
            properties["indent"] = 1
        if tone is Tone.BAND:
            properties |= {"bold": True, "font_color": look.HEADING_INK}
        return self.get(**(properties | more))


class LineageRow(NamedTuple):
    """Where a reference stands: a sheet's name and a row of it, 1-based."""

    sheet: str
    row: int


class Foot(NamedTuple):
    """What the margins of every page tell beside the sheet's name and the page's number."""

    title: str = ""
    as_of: str = ""

    def put_on(self, sheet: Worksheet, *, titled: bool = True) -> None:
        """Sets it on a sheet's pages; without the title where the page itself bears it."""
        below = ". ".join(part for part in (sheet.get_name(), self.as_of) if part)
        set_margin_texts(sheet, below, self.title if titled else "")


class TableWriter:
    """Writes tables into one workbook, row by row, so that it also works in constant memory."""

    def __init__(
        self, book: Workbook, references: Mapping[str, LineageRow], foot: Foot | None = None
    ) -> None:
        """`references` says where in the lineage each reference stands."""
        self._book = book
        self._references = references
        self._foot = foot or Foot()
        self._links = 0
        self._styles: dict[tuple[CellLook, Tone, object], Format] = {}
        self.formats = Formats(book)

    def add(self, table: TableSheet[Row]) -> Worksheet:
        """Writes one table on a sheet of its own, without the columns that say nothing."""
        table = without_empty(table)
        sheet = self._book.add_worksheet(table.name)
        self._links = 0
        rows: Sequence[Values | None] = ()
        shown: Sequence[Sequence[int | None]] = ()
        if not table.quick:
            rows = [None if isinstance(r, Band) else _values(table, r) for r in table.rows]
            shown = decimals_shown(table, rows)
        layout = layout_of(table, rows, shown)
        self._set_up(sheet, table, layout)
        self._write_head(sheet, table, layout)
        first = HEADER_ROW + 1 + table.has_groups
        last_column = len(table.columns) - 1
        if table.quick:
            self._write_quickly(sheet, first, table)
        else:
            written = zip(table.rows, rows, shown, strict=True)
            for at, (row, values, decimals) in enumerate(written, start=first):
                if isinstance(row, Band):
                    self._write_band(sheet, at, table, layout, row)
                else:
                    self._write_row(sheet, at, table, layout, (row, values or (), decimals))
        if table.rows:
            sheet.autofilter(first - 1, 0, first + len(table.rows) - 1, last_column)
        else:
            style = self.formats.get(italic=True, border=1)
            sheet.merge_range(first, 0, first, last_column, table.empty, style)
        return sheet

    def link(self, sheet: Worksheet, row: int, column: int, reference: str, style: Format) -> None:
        """Makes the cell lead to a reference's row of the lineage; its content is written after."""
        target = self._references.get(reference)
        if target is None or self._links >= MAX_LINKS:
            return
        self._links += 1
        where = f"internal:'{target.sheet}'!A{target.row}"
        sheet.write_url(row, column, where, style, reference, reference)

    def _set_up(self, sheet: Worksheet, table: TableSheet[Row], layout: PrintLayout) -> None:
        sheet.hide_gridlines(2)
        set_paper(sheet, layout.paper)
        last_header = HEADER_ROW + table.has_groups
        sheet.repeat_rows(HEADER_ROW, last_header)
        sheet.freeze_panes(last_header + 1, table.frozen)
        self._foot.put_on(sheet)
        for index, width in enumerate(layout.widths):
            sheet.set_column(index, index, width)

    def _write_head(self, sheet: Worksheet, table: TableSheet[Row], layout: PrintLayout) -> None:
        seen = list(pieces(layout, _SEEN))
        last, room = len(seen) - 1, sum(seen) * _ROUNDED
        heading = self.formats.get(
            bold=True, font_size=look.HEADING_SIZE, font_color=look.HEADING_INK, text_wrap=True
        )
        note = self.formats.get(italic=True, text_wrap=True, valign="top")
        sheet.set_row(
            0, look.row_height([(table.whole_heading, room)], look.HEADING_SIZE, bold=True)
        )
        sheet.merge_range(0, 0, 0, last, table.whole_heading, heading)
        sheet.set_row(1, look.row_height([(table.note, room)], SIZE, least=16))
        sheet.merge_range(1, 0, 1, last, table.note, note)
        style = self._header()
        row = HEADER_ROW
        below = style
        if table.has_groups:
            # Where no header spans, two cells look like one: a merge over two rows could not be
            # streamed.
            above, below = (self._header(**{edge: 0}) for edge in ("bottom", "top"))
            groups = _groups(table.columns)
            over = [(title, sum(layout.widths[start : end + 1])) for start, end, title in groups]
            sheet.set_row(row, look.row_height(over, SIZE, bold=True) + 1)
            for start, end, title in groups:
                if title and end > start:
                    sheet.merge_range(row, start, row, end, title, style)
                    continue
                for column in range(start, end + 1):
                    sheet.write_string(row, column, title, style if title else above)
            row += 1
        # Two points beyond the estimate: the filter's arrow takes room from the last line.
        heights = [
            (c.header, width - 2) for c, width in zip(table.columns, layout.widths, strict=True)
        ]
        sheet.set_row(row, look.row_height(heights, SIZE, bold=True, least=30) + 2)
        for index, spec in enumerate(table.columns):
            sheet.write_string(row, index, spec.header, style if spec.over else below)

    def _header(self, **more: object) -> Format:
        edges = dict.fromkeys(("left", "right", "top", "bottom"), 1)
        return self.formats.get(
            **{
                "bold": True,
                **edges,
                "border_color": look.RULE,
                "bg_color": look.HEADER_FILL,
                "align": "center",
                "text_wrap": True,
                **more,
            }
        )

    def _write_band(
        self, sheet: Worksheet, at: int, table: TableSheet[Row], layout: PrintLayout, band: Band
    ) -> None:
        style = self.formats.cell(LEFT, Tone.BAND)
        room = sum(layout.widths[1:]) * _ROUNDED
        text = safe_text(band.title)
        sheet.set_row(at, look.row_height([(text, room)], SIZE, bold=True, least=18))
        self._write_cell(sheet, (at, 0), table.columns[0].look, None, Tone.BAND)
        sheet.merge_range(at, 1, at, len(table.columns) - 1, "", style)
        write_content(sheet, at, 1, text, style)

    def _write_quickly(self, sheet: Worksheet, first: int, table: TableSheet[Row]) -> None:
        """Rows of one line each: no heights, and a column's texts in one format."""
        sheet.set_default_row(_LINE_HEIGHT)
        columns = [
            (index, c.value, c.look, self._style(c.look, Tone.PLAIN, ""))
            for index, c in enumerate(table.columns)
        ]
        write_string = sheet.write_string
        for at, row in enumerate(table.rows, start=first):
            if isinstance(row, Band):
                raise TypeError(f"{table.name}: a table without measured rows has no bands")
            for index, value_of, cell_look, style in columns:
                value = value_of(row)
                if isinstance(value, str):
                    write_string(at, index, safe_text(value), style)
                else:
                    self._write_cell(sheet, (at, index), cell_look, value, Tone.PLAIN)

    def _write_row(
        self,
        sheet: Worksheet,
        at: int,
        table: TableSheet[Row],
        layout: PrintLayout,
        shown: tuple[Row, Values, Sequence[int | None]],
    ) -> None:
        row, values, decimals = shown
        tone = table.tone(row)
        fitted = [_fitted(*pair, tone) for pair in zip(values, layout.widths, strict=True)]
        sheet.set_row(at, max(_LINE_HEIGHT, *(needed for _, needed in fitted)))
        for index, (column, (value, _), places) in enumerate(
            zip(table.columns, fitted, decimals, strict=True)
        ):
            self._write_cell(sheet, (at, index), column.look, value, tone, places)

    def _write_cell(
        self,
        sheet: Worksheet,
        at: tuple[int, int],
        cell_look: CellLook,
        value: CellValue,
        tone: Tone,
        places: int | None = None,
    ) -> None:
        if isinstance(value, Toned):
            tone, value = value.tone, value.text
        if isinstance(value, Figure):
            exact = value.is_exact or isinstance(value.value, dt.date)  # ">10" is no 10
            content: object = value.value if exact else value.text
            style = self._style(cell_look, tone, content, places)
            self.link(sheet, *at, value.reference, style)
        elif isinstance(value, Citation):
            content, style = value.text, self._style(cell_look, tone, value)
            self.link(sheet, *at, value.first, style)
        else:
            content, style = value, self._style(cell_look, tone, value, places)
        write_content(sheet, *at, content, style)

    def _style(
        self, cell_look: CellLook, tone: Tone, content: object, places: int | None = None
    ) -> Format:
        kind: object = type(content)
        if isinstance(content, Decimal):
            kind = places = decimals_of(content) if places is None else places
        key = (cell_look, tone, kind)
        if key not in self._styles:
            properties = _properties(cell_look, content, places or 0)
            self._styles[key] = self.formats.cell(cell_look, tone, **properties)
        return self._styles[key]


def _values(table: TableSheet[Row], row: Row) -> Values:
    return [column.value(row) for column in table.columns]


def _properties(cell_look: CellLook, content: object, places: int) -> dict[str, object]:
    """What a value's format needs beyond its column's look."""
    if isinstance(content, Decimal):
        shown = number_format(places, cell_look.signed)
        return {"num_format": shown, "text_wrap": False, "shrink": True}
    if isinstance(content, Citation):
        return {"font_color": _LINK_INK}
    if isinstance(content, int):
        return {"num_format": look.WHOLE_FORMAT}
    if isinstance(content, dt.datetime):
        return {"num_format": look.INSTANT_FORMAT}
    if isinstance(content, dt.date):
        return {"num_format": look.DATE_FORMAT}
    return {"quote_prefix": True} if isinstance(content, str) else {}


def write_content(sheet: Worksheet, row: int, column: int, content: object, style: Format) -> None:
    """Writes a value as what it is; text always as a string, an instant by Hanoi's clock.

    What a spreadsheet cannot hold as a number or a date (beyond a float, before 1900) is text.
    """
    if content is None:
        sheet.write_blank(row, column, None, style)
    elif isinstance(content, Decimal | int | float) and math.isfinite(float(content)):
        sheet.write_number(row, column, float(content), style)
    elif isinstance(content, dt.datetime):
        local = content.astimezone(HANOI).replace(tzinfo=None, second=0, microsecond=0)
        sheet.write_datetime(row, column, local, style)
    elif isinstance(content, dt.date) and content.year >= FIRST_YEAR:
        sheet.write_datetime(row, column, content, style)
    else:
        text = f"{content:%d/%m/%Y}" if isinstance(content, dt.date) else str(content)
        sheet.write_string(row, column, safe_text(text), style)


def _fitted(value: CellValue, column: float, tone: Tone) -> tuple[CellValue, float]:
    """The value, its text no longer than the tallest row shows; and the height it needs."""
    text = text_of(value)
    if text is None:
        return value, 0
    if isinstance(value, Citation) and stands_on_one_line(text, column):
        # What needs more lines leads nowhere: in LibreOffice a link never wraps.
        return value, 0
    if isinstance(value, Citation):
        text = in_lines(text, column)
    width = column * _ROUNDED
    shown = _shortened(safe_text(text), width)
    height = look.row_height([(shown, width)], SIZE)
    return Toned(shown, value.tone if isinstance(value, Toned) else tone), height


def _shortened(text: str, width: float) -> str:
    """The text, cut with a mark where even the tallest row could not show it whole."""
    most = look.most_lines(SIZE)
    lines = look.line_count(text, width, SIZE)
    while lines > most:
        kept = max(0, int(len(text) * (most - 1) / lines) - len(CUT_MARK))
        text = text[:kept].rstrip() + CUT_MARK
        lines = look.line_count(text, width, SIZE)
    return text


def _groups(columns: Iterable[OutputColumn[Any]]) -> list[tuple[int, int, str]]:
    """First column, last column and title of each run under one header cell."""
    runs: list[tuple[int, int, str]] = []
    for index, column in enumerate(columns):
        if runs and runs[-1][2] == column.over:
            runs[-1] = (runs[-1][0], index, column.over)
        else:
            runs.append((index, index, column.over))
    return runs
