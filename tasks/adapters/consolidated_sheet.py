"""A table of the consolidated workbook: heading, header, rows, print set-up, links to the lineage.

Agency text can never become a formula or a link: it is written as a string, in a format whose
quote prefix keeps it one when somebody edits the cell.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

import pandas as pd
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from models.domain.consolidation import Figure
from models.domain.cycles import HANOI
from tasks.adapters import workbook_styles as look
from tasks.adapters.consolidation_cells import Citation, Tone, Toned

LINEAGE_SHEET = "Nguồn số liệu"
EARLIER_LINEAGE_SHEET = "Nguồn kỳ trước"
HEADER_ROW = 3  # 0-based: heading, note and a blank row stand above it
MAX_LINKS = 60_000  # a sheet holds 65,530; beyond, references are printed without a link
SIZE = 10
FIRST_YEAR = 1900  # of a spreadsheet's calendar
CUT_MARK = " … (còn nữa, xem tại nguồn)"

_DIRECTION_MARKS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F))
_FILLS = {
    Tone.GOOD: look.GOOD_FILL,
    Tone.WARN: "FFDF99",
    Tone.BAD: "F8B9B4",
    Tone.BAND: look.BAND_FILL,
}
_PLACES = 6  # decimals shown at most
_LINE_HEIGHT = look.row_height([("x", 10)], SIZE)


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A printed column: the frame's key, its header, its width in characters.

    Neighbours of one `over` stand under one header cell.
    """

    key: str
    header: str
    width: float
    align: str = "left"  # "left", "center", "right"
    over: str = ""
    signed: bool = False  # numbers carry their sign: differences
    nowrap: bool = False
    size: float = SIZE


@dataclass(frozen=True, slots=True)
class TableSheet:
    """A sheet that holds one table."""

    name: str
    heading: str
    note: str
    columns: Sequence[TableColumn]
    frame: pd.DataFrame
    frozen: int = 2  # columns that stay when scrolling sideways
    empty: str = "Không có nội dung."
    quick: bool = False  # one line a row, no measuring: for very long tables


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
    '+#,##0.00;-#,##0.00;0'
    """
    plain = "#,##0" + ("." + "0" * places if places else "")
    return f"+{plain};-{plain};0" if signed else plain


def decimals_of(value: Decimal) -> int:
    """How many decimals the value is shown with: those it was given with, at most six."""
    exponent = value.as_tuple().exponent
    return min(_PLACES, max(0, -exponent)) if isinstance(exponent, int) else 0


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

    def cell(self, column: TableColumn, tone: Tone, **more: object) -> Format:
        """The format of a table's cell."""
        properties: dict[str, object] = {
            "border": 1,
            "border_color": look.RULE,
            "align": column.align,
            "font_size": column.size,
            "text_wrap": not column.nowrap,
        }
        if tone in _FILLS:
            properties["bg_color"] = _FILLS[tone]
        if tone is Tone.MUTED:
            properties |= {"font_color": "595959", "italic": True}
        if column.align == "right":
            properties["indent"] = 1
        if tone is Tone.BAND:
            properties |= {"bold": True, "font_color": look.HEADING_INK}
        return self.get(**(properties | more))


Place = tuple[str, int]  # a sheet's name and a row of it, 1-based


class TableWriter:
    """Writes tables into one workbook, row by row, so that it also works in constant memory."""

    def __init__(self, book: Workbook, references: Mapping[str, Place]) -> None:
        """`references` says on which lineage sheet, and in which row of it, a reference stands."""
        self._book = book
        self._references = references
        self._links = 0
        self._styles: dict[tuple[TableColumn, Tone, object], Format] = {}
        self.formats = Formats(book)

    def add(self, table: TableSheet) -> Worksheet:
        """Writes one table on a sheet of its own."""
        sheet = self._book.add_worksheet(table.name)
        self._links = 0
        self._set_up(sheet, table)
        self._write_head(sheet, table)
        first = HEADER_ROW + 1 + _has_groups(table)
        tones = table.frame["tone"].tolist() if "tone" in table.frame else [None] * len(table.frame)
        keys = [c.key for c in table.columns]
        rows = table.frame[keys].itertuples(index=False, name=None)
        for row, (cells, tone) in enumerate(zip(rows, tones, strict=True), start=first):
            if tone is Tone.BAND:
                self._write_band(sheet, row, table, cells)
            else:
                self._write_row(sheet, row, table, cells, tone or Tone.PLAIN)
        if table.frame.empty:
            sheet.merge_range(
                first, 0, first, len(keys) - 1, table.empty, self.formats.get(italic=True, border=1)
            )
        else:
            sheet.autofilter(first - 1, 0, first + len(table.frame) - 1, len(keys) - 1)
        return sheet

    def link(self, sheet: Worksheet, row: int, column: int, reference: str, style: Format) -> None:
        """Makes the cell lead to a reference's row of the lineage; its content is written after."""
        target = self._references.get(reference)
        if target is None or self._links >= MAX_LINKS:
            return
        self._links += 1
        name, at = target
        sheet.write_url(row, column, f"internal:'{name}'!A{at}", style, reference, reference)

    def _set_up(self, sheet: Worksheet, table: TableSheet) -> None:
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(look.A4)
        sheet.set_margins(look.MARGIN_LEFT, look.MARGIN_RIGHT, look.MARGIN_TOP, look.MARGIN_BOTTOM)
        sheet.fit_to_pages(1, 0)
        last_header = HEADER_ROW + _has_groups(table)
        sheet.repeat_rows(HEADER_ROW, last_header)
        sheet.freeze_panes(last_header + 1, table.frozen)
        sheet.set_footer(look.FOOTER.format(left=f"{look.OFFICE_NAME} - {table.name}"))
        for index, column in enumerate(table.columns):
            sheet.set_column(index, index, column.width)

    def _write_head(self, sheet: Worksheet, table: TableSheet) -> None:
        last = len(table.columns) - 1
        room = sum(c.width for c in table.columns)
        heading = self.formats.get(
            bold=True, font_size=look.HEADING_SIZE, font_color=look.HEADING_INK, text_wrap=True
        )
        note = self.formats.get(italic=True, text_wrap=True, valign="top")
        sheet.set_row(0, look.row_height([(table.heading, room)], look.HEADING_SIZE, bold=True))
        sheet.merge_range(0, 0, 0, last, table.heading, heading)
        sheet.set_row(1, look.row_height([(table.note, room)], SIZE, least=16))
        sheet.merge_range(1, 0, 1, last, table.note, note)
        style = self._header()
        row = HEADER_ROW
        below = style
        if _has_groups(table):
            # Where no header spans, two cells look like one: a merge over two rows could not be
            # streamed.
            above, below = (self._header(**{edge: 0}) for edge in ("bottom", "top"))
            for start, end, title in _groups(table.columns):
                if title and end > start:
                    sheet.merge_range(row, start, row, end, title, style)
                    continue
                for column in range(start, end + 1):
                    sheet.write_string(row, column, title, style if title else above)
            row += 1
        # Two points beyond the estimate: the filter's arrow takes room from the last line.
        heights = [(c.header, c.width - 2) for c in table.columns]
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
        self, sheet: Worksheet, row: int, table: TableSheet, cells: Sequence[object]
    ) -> None:
        style = self.formats.cell(TableColumn("", "", 0), Tone.BAND)
        room = sum(c.width for c in table.columns[1:])
        text = safe_text(str(cells[1]))
        sheet.set_row(row, look.row_height([(text, room)], SIZE, bold=True, least=18))
        self._write_cell(sheet, row, 0, table.columns[0], cells[0], Tone.BAND)
        sheet.merge_range(row, 1, row, len(table.columns) - 1, "", style)
        write_content(sheet, row, 1, text, style)

    def _write_row(
        self, sheet: Worksheet, row: int, table: TableSheet, cells: Sequence[object], tone: Tone
    ) -> None:
        height = _LINE_HEIGHT
        shown: list[object] = list(cells)
        if not table.quick:
            for index, (column, value) in enumerate(zip(table.columns, cells, strict=True)):
                text = _text_of(value)
                if text is None:
                    continue
                fitted = _fitted(safe_text(text), column)
                shown[index] = Toned(fitted, value.tone if isinstance(value, Toned) else tone)
                height = max(height, look.row_height([(fitted, column.width)], column.size))
            for spec, value in zip(table.columns, cells, strict=True):
                if isinstance(value, Citation):
                    height = max(height, look.row_height([(value.text, spec.width)], spec.size))
        sheet.set_row(row, height)
        for index, (column, value) in enumerate(zip(table.columns, shown, strict=True)):
            self._write_cell(sheet, row, index, column, value, tone)

    def _write_cell(
        self, sheet: Worksheet, row: int, index: int, column: TableColumn, value: object, tone: Tone
    ) -> None:
        if isinstance(value, Toned):
            tone, value = value.tone, value.text
        if isinstance(value, Figure):
            exact = value.number is not None or isinstance(value.value, dt.date)
            exact = exact and value.bound is None  # ">10" is no 10
            content: object = value.value if exact else value.text
            style = self._style(column, tone, content)
            self.link(sheet, row, index, value.reference, style)
        elif isinstance(value, Citation):
            content, style = value.text, self.formats.cell(column, tone, font_color="1F4E9E")
            self.link(sheet, row, index, value.first, style)
        else:
            content, style = value, self._style(column, tone, value)
        write_content(sheet, row, index, content, style)

    def _style(self, column: TableColumn, tone: Tone, content: object) -> Format:
        kind = decimals_of(content) if isinstance(content, Decimal) else type(content)
        key = (column, tone, kind)
        if key not in self._styles:
            self._styles[key] = self.formats.cell(column, tone, **_properties(column, content))
        return self._styles[key]


def _properties(column: TableColumn, content: object) -> dict[str, object]:
    """What a value's format needs beyond its column's."""
    if isinstance(content, Decimal):
        shown = number_format(decimals_of(content), column.signed)
        return {"num_format": shown, "text_wrap": False, "shrink": True}
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


def _text_of(value: object) -> str | None:
    """The text a cell will show, where it may need more than one line."""
    if isinstance(value, Toned):
        return value.text
    if isinstance(value, Figure) and value.number is None and isinstance(value.value, str):
        return value.text
    return value if isinstance(value, str) else None


def _fitted(text: str, column: TableColumn) -> str:
    """The text, shortened with a mark where even the tallest row could not show it whole."""
    most = int((look.MAX_HEIGHT - 5) / (column.size * 1.22))
    lines = look.line_count(text, column.width, column.size)
    while lines > most:
        kept = max(0, int(len(text) * (most - 1) / lines) - len(CUT_MARK))
        text = text[:kept].rstrip() + CUT_MARK
        lines = look.line_count(text, column.width, column.size)
    return text


def _has_groups(table: TableSheet) -> bool:
    return any(c.over for c in table.columns)


def _groups(columns: Iterable[TableColumn]) -> list[tuple[int, int, str]]:
    """First column, last column and title of each run under one header cell."""
    runs: list[tuple[int, int, str]] = []
    for index, column in enumerate(columns):
        if runs and runs[-1][2] == column.over:
            runs[-1] = (runs[-1][0], index, column.over)
        else:
            runs.append((index, index, column.over))
    return runs
