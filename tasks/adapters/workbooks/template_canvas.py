"""What all sheets of a template share: formats, heading, header row, page, and written values."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from models.domain.cycle.cycles import ReportingCycle
from models.domain.reading.forms import (
    HEADER_ROW,
    Column,
    Form,
    SheetForm,
    SheetKind,
    ValueType,
)
from models.domain.reading.submissions import CellKey, Entry
from models.domain.register.agencies import Contact, Register
from models.domain.register.catalogue import Catalogue, CatalogueRow
from models.domain.register.targets import TargetKind
from tasks.adapters.workbooks import workbook_styles as look
from tasks.adapters.workbooks.paper import PaperFormat, set_margin_texts, set_paper

# Without a password: the lock keeps text from being overwritten by mistake, it is no secret.
# Formats are free too: who is told to show a cell as a number must be able to.
ALLOWED = {
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
    "objects": True,
    "autofilter": True,
}
LARGEST_NUMBER = Decimal(10) ** 15  # beyond it a spreadsheet loses digits
_NO_PLAIN_NUMBER = (TargetKind.RATIO, TargetKind.RANGE)  # "15/15" must not turn into a date


@dataclass(frozen=True, slots=True)
class AgencyWorkbook:
    """Whose workbook it is, for which cycle, and in which form."""

    form: Form
    catalogue: Catalogue
    cycle: ReportingCycle
    agency: str
    register: Register
    contact: Contact | None
    token: str  # its identity, signed
    last_working_day: dt.date | None = None  # before the deadline
    newly_from: str = ""  # the province it came with since the cycle before, as the office tells
    registered_by: Sequence[str] = ()  # whose registered works stand in it, where not all its own

    @property
    def registered_before(self) -> str:
        """Whose they are, in a sentence; "" where they are its own."""
        return self.register.registered_before(self.agency, self.registered_by)


@dataclass(frozen=True, slots=True)
class TemplateData:
    """What a template is written from."""

    of: AgencyWorkbook
    agency_name: str
    prefill: Mapping[CellKey, Entry]
    offers_contact: bool = True  # the register's focal person, where nothing better is known
    spare_rows: int = 0


class GrowingSheet(Worksheet):  # type: ignore[misc]
    """A sheet whose rows have an estimated height and still grow when somebody types more.

    The library marks every height as fixed by hand, which spreadsheets then never change.
    """

    def __init__(self) -> None:
        super().__init__()
        self.fixed_rows: set[int] = set()  # 1-based; merged cells never grow by themselves
        self.heights: dict[int, float] = {}  # points, by row

    def _xml_start_tag_unencoded(self, tag: str, attributes: Any = None) -> None:
        if tag == "row" and dict(attributes).get("r") not in self.fixed_rows:
            attributes = [a for a in attributes if a[0] != "customHeight"]
        super()._xml_start_tag_unencoded(tag, attributes)


class TemplateCanvas:
    """One workbook being written: its formats, made once, and the parts every sheet has."""

    def __init__(self, data: TemplateData) -> None:
        self.data = data
        self._buffer = io.BytesIO()
        # A copy: XlsxWriter writes into its options, and the next workbook would differ.
        self.workbook = xlsxwriter.Workbook(self._buffer, deepcopy(look.WRITER_OPTIONS))
        self._formats: dict[frozenset[tuple[str, Any]], Format] = {}
        self._inputs: dict[tuple[ValueType, bool, bool], Format] = {}

    def finish(self) -> bytes:
        """The workbook's bytes."""
        self.workbook.close()
        return self._buffer.getvalue()

    def add_sheet(self, title: str) -> GrowingSheet:
        """A new visible sheet."""
        sheet: GrowingSheet = self.workbook.add_worksheet(title, GrowingSheet)
        return sheet

    # The look

    def fmt(self, **properties: Any) -> Format:
        """The format of these properties, made once."""
        key = frozenset(properties.items())
        made = self._formats.get(key)
        if made is None:
            base = {"font_name": look.FONT, "font_size": look.TABLE_SIZE, "font_color": look.INK}
            made = self._formats[key] = self.workbook.add_format(base | properties)
        return made

    def boxed(self, **properties: Any) -> Format:
        """A format with borders and wrapped text."""
        frame = {"border": 1, "border_color": look.RULE, "text_wrap": True, "valign": "top"}
        return self.fmt(**(frame | properties))

    def input_format(
        self, column: Column, row: CatalogueRow | None, *, needed: bool = False
    ) -> Format:
        """The format of a cell the agency fills in; `needed`: it must, or finds it filled."""
        key = (column.type, takes_text(column, row), needed)
        made = self._inputs.get(key)
        if made is None:
            made = self._inputs[key] = self._input_format(column, as_text=key[1], needed=needed)
        return made

    def _input_format(self, column: Column, *, as_text: bool, needed: bool) -> Format:
        fill = look.INPUT_FILL if needed else look.OPTIONAL_FILL
        free = {"bg_color": fill, "locked": False}
        if column.type is ValueType.NUMBER and not as_text:
            return self.boxed(num_format=look.WHOLE_FORMAT, align="right", **free)
        if column.type is ValueType.DATE:
            return self.boxed(num_format=look.DATE_FORMAT, align="center", **free)
        # As text, "- Hoàn thành ..." is no formula and "0225..." keeps its zero.
        return self.boxed(num_format=look.TEXT_FORMAT, **free)

    def quoted_format(self, column: Column) -> Format:
        """For words that stand where a number or date belongs: text now, free to be retyped."""
        date = column.type is ValueType.DATE
        return self.boxed(
            num_format=look.DATE_FORMAT if date else look.WHOLE_FORMAT,
            quote_prefix=True,
            bg_color=look.INPUT_FILL,
            locked=False,
        )

    def set_row(self, sheet: GrowingSheet, number: int, height: float, *, fixed: bool) -> None:
        """A row's height; one that is not fixed still grows when somebody types more."""
        sheet.set_row(number - 1, height)
        sheet.heights[number] = height
        if fixed:
            sheet.fixed_rows.add(number)

    # Parts every sheet has

    def head(
        self, sheet: GrowingSheet, form: SheetForm, widths: Sequence[float], start: int
    ) -> None:
        """Heading, agency and guidance, merged over the printed columns from `start` (0-based)."""
        last = len(widths) - 1
        whole = sum(widths[start:])
        # Several agencies may have taken over one plan: each reads whose it was.
        told = self.data.of.registered_before if form.kind is SheetKind.FREE_TABLE else ""
        guidance = f"{form.guidance} {told}".strip()
        lines: tuple[tuple[str, int, dict[str, Any]], ...] = (
            (form.heading, look.HEADING_SIZE, {"bold": True, "font_color": look.HEADING_INK}),
            (self.data.agency_name, look.BODY_SIZE, {"bold": True}),
            (guidance, look.TABLE_SIZE, {"italic": True}),
        )
        for number, (text, size, extra) in enumerate(lines, 1):
            style = self.fmt(font_size=size, text_wrap=True, valign="vcenter", **extra)
            text = look.clean_text(text)
            if last > start:
                sheet.merge_range(number - 1, start, number - 1, last, "", style)
            sheet.write_string(number - 1, start, text, style)
            height = look.row_height([(text, whole)], size, bold="bold" in extra) if text else 6
            self.set_row(sheet, number, height + 2, fixed=True)

    def page(self, sheet: GrowingSheet, paper: PaperFormat) -> None:
        """The paper, its footer, one page wide; and the lock."""
        set_paper(sheet, paper)
        below = f"{sheet.get_name()} - {self.data.agency_name[:80]}"
        set_margin_texts(sheet, below, self.data.of.cycle.title[:110])
        sheet.hide_gridlines(2)
        sheet.protect("", ALLOWED)

    def header(self, sheet: GrowingSheet, cells: Sequence[tuple[str, bool, float]]) -> None:
        """The header row of (text, office's own, width)."""
        for position, (text, office, _) in enumerate(cells):
            fill = look.HEADER_FILL if office else look.INPUT_HEADER_FILL
            style = self.boxed(bold=True, align="center", valign="vcenter", bg_color=fill)
            sheet.write_string(HEADER_ROW - 1, position, text, style)
        height = look.row_height([(t, w) for t, _, w in cells], bold=True, least=32)
        self.set_row(sheet, HEADER_ROW, height, fixed=True)

    def write_value(
        self,
        sheet: GrowingSheet,
        row: int,
        position: int,
        column: Column,
        entry: Entry,
        style: Format,
    ) -> str:
        """Writes an entry into an agency's cell and returns its text."""
        value = entry.value
        if isinstance(value, Decimal) and value.is_finite() and abs(value) < LARGEST_NUMBER:
            if column.type is ValueType.NUMBER and style.num_format != look.TEXT_FORMAT:
                sheet.write_number(row, position, float(value), style)
                return f"{value:,}"
        elif isinstance(value, dt.date) and column.type is ValueType.DATE and value.year >= 1900:
            sheet.write_datetime(row, position, dt.datetime(*value.timetuple()[:3]), style)  # noqa: DTZ001
            return "00/00/0000"
        text = look.clean_text(value if isinstance(value, str) else entry.raw)
        if column.type in (ValueType.NUMBER, ValueType.DATE) and style.num_format != "@":
            style = self.quoted_format(column)
        sheet.write_string(row, position, text, style)
        return text


def takes_text(column: Column, row: CatalogueRow | None) -> bool:
    """Whether a number is written as text: "15/15", which a spreadsheet makes a date of; words."""
    if column.type is not ValueType.NUMBER or not column.unit_of_row or row is None:
        return False
    return is_in_words(column, row) or (
        row.target is not None and row.target.kind in _NO_PLAIN_NUMBER
    )


def is_in_words(column: Column, row: CatalogueRow | None) -> bool:
    """Whether the cell takes words where other rows take a number: the row's target is in words."""
    number = column.type is ValueType.NUMBER and column.unit_of_row
    return number and row is not None and bool(row.target_words)
