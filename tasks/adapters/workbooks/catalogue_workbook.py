"""The workbook in which the office edits a year's catalogue: every cell text, every list to pick.

Text cells keep "12,50" and "04" as they are typed. What stands in a cell is a plain string: nothing
that comes from a file can become a formula or a link.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format

from models.domain.exchange.exchange_base import BASE_TITLE, ExportBase
from models.domain.exchange.exchange_reading import (
    FACT_HEADER,
    FACT_HELP_HEADER,
    HELPER_HEADER,
    SOURCE_HEADER,
)
from models.domain.exchange.exchange_sheets import (
    CO_HEADER,
    AgencyLabels,
    CellKind,
    ExchangeColumn,
    ExchangeSheet,
    RecordLayout,
    shown_cells,
)
from models.domain.reading.workbook_content import address, column_letter
from tasks.adapters.workbooks import workbook_styles as look
from tasks.adapters.workbooks.draft_marks import DRAFT_TITLE, DraftMarks, DraftSheetWriter
from tasks.adapters.workbooks.paper import (
    A4_UPRIGHT,
    A4_WIDE,
    PaperFormat,
    Width,
    laid_out,
    set_margin_texts,
    set_paper,
)
from tasks.adapters.workbooks.template_canvas import GrowingSheet

INSTRUCTIONS_TITLE = "Hướng dẫn"
LISTS_TITLE = "Danh sách"
AGENCY_LIST = "ds_co_quan"  # the one list that is computed
HEADER_ROW = 3  # 1-based
_CO_AGENCIES = 3  # columns for agencies behind the lead's, where no row has more
_LABEL_WIDTH, _HELP_WIDTH = 34, 44
_CO_WIDTH = 26
_SOURCE_WIDTH = 30
_COMMENT_WIDTH, _COMMENT_LINE = 260, 16  # pixels
_MESSAGE, _TITLE = 255, 32  # characters that a cell's help may have
_INSTRUCTIONS_WIDTH = 118
_SEEN_WIDTH = 140  # characters that a screen shows
_NARROWEST, _KEPT = 9.0, 0.5  # characters of a column; of its best width, what it keeps at least
_VALUE_HEADER = "Giá trị"


def write_catalogue(
    sheets: Sequence[ExchangeSheet],
    records: Mapping[str, Sequence[Mapping[str, str]]],
    labels: AgencyLabels,
    instructions: Sequence[str],
    lists: Mapping[str, Sequence[str]],
    base: ExportBase,
    marks: DraftMarks | None = None,
) -> bytes:
    """The workbook as .xlsx bytes; `records` by the sheet's key, `lists` by the name of the list.

    The list of agencies is not among `lists`: it follows what stands on their sheet. `marks` are
    of a drafted catalogue: colours and comments, and a first sheet with what is to be looked at.
    """
    return _CatalogueWriter(base, labels, lists, marks).write(sheets, records, instructions)


def _width(header: str, best: float) -> Width:
    """How wide a column of that header is best, and how narrow its words still stand in it."""
    words = max(look.width_for(word, bold=True) for word in header.split())
    return Width(max(best, words), max(words, min(best, _NARROWEST), best * _KEPT))


class _CatalogueWriter:
    def __init__(
        self,
        base: ExportBase,
        labels: AgencyLabels,
        lists: Mapping[str, Sequence[str]],
        marks: DraftMarks | None = None,
    ) -> None:
        self.base = base
        self.marks = marks
        self.year = year = marks.draft.year if marks else base.year
        self._places: dict[tuple[str, str], tuple[int, int, bool]] = {}  # of the first record
        self.labels = labels
        self.lists: dict[str, Sequence[str]] = dict(lists)
        self._buffer = io.BytesIO()
        self.workbook = xlsxwriter.Workbook(self._buffer, deepcopy(look.WRITER_OPTIONS))
        self.workbook.set_properties(
            {
                "title": f"Danh mục năm {year}",
                "author": look.OFFICE_NAME,
                "created": dt.datetime(year, 1, 1),  # noqa: DTZ001  the same bytes each time
            }
        )
        self._formats: dict[frozenset[tuple[str, Any]], Format] = {}

    def write(
        self,
        sheets: Sequence[ExchangeSheet],
        records: Mapping[str, Sequence[Mapping[str, str]]],
        instructions: Sequence[str],
    ) -> bytes:
        first: GrowingSheet | None = None
        if self.marks:
            first = self.workbook.add_worksheet(DRAFT_TITLE, GrowingSheet)
        self._instructions(instructions, sheets)
        for sheet in sheets:
            write = self._facts if sheet.layout is RecordLayout.FACTS else self._rows
            write(sheet, records[sheet.key])
        if self.marks and first is not None:
            rows = DraftSheetWriter(self.marks, self.boxed).write(first, self._placed)
            self._page(first, A4_WIDE, rows, 6)
        self._lists()
        self._base()
        self.workbook.close()
        return self._buffer.getvalue()

    def _placed(self, sheet: str, at: int, key: str) -> str:
        """The address of a record's cell, the first where it has several."""
        row, column, downwards = self._places.get((sheet, key), (HEADER_ROW, 0, True))
        return address(row + 1 + at * downwards, column + 1 + at * (not downwards))

    def _cell(
        self,
        sheet: GrowingSheet,
        place: tuple[int, int],
        of: tuple[str, int, ExchangeColumn],
        text: str,
    ) -> None:
        """Writes a cell of a record (sheet's key, place, column), marked where it is a draft."""
        key, at, column = of
        fill = self.marks.fill(key, at, column.key) if self.marks else ""
        style = self._input(column, fill)
        if text:
            sheet.write_string(*place, look.clean_text(text), style)
        else:
            sheet.write_blank(*place, None, style)
        if self.marks and (remark := self.marks.remark(key, at, column.key)):
            lines = look.line_count(remark, _COMMENT_WIDTH / 7)
            size = {"width": _COMMENT_WIDTH, "height": _COMMENT_LINE * (lines + 1)}
            options = {"author": look.OFFICE_NAME, "font_size": 9, **size}
            sheet.write_comment(*place, look.clean_text(remark), options)

    # The look

    def fmt(self, **properties: Any) -> Format:
        """The format of these properties, made once."""
        key = frozenset(properties.items())
        if key not in self._formats:
            base = {"font_name": look.FONT, "font_size": look.TABLE_SIZE, "font_color": look.INK}
            self._formats[key] = self.workbook.add_format(base | properties)
        return self._formats[key]

    def boxed(self, **properties: Any) -> Format:
        """A format with borders and wrapped text."""
        frame = {"border": 1, "border_color": look.RULE, "text_wrap": True, "valign": "top"}
        return self.fmt(**(frame | properties))

    def _input(self, column: ExchangeColumn, marked: str = "") -> Format:
        """The format of a cell to write in: text, whatever is typed."""
        colour = marked or (look.INPUT_FILL if column.corrected else "")
        fill = {"bg_color": colour} if colour else {}
        muted = {"font_color": look.MUTED_INK} if column.kind is CellKind.CODE else {}
        return self.boxed(num_format=look.TEXT_FORMAT, **fill, **muted)

    def _head(self, title: str, guidance: str, widths: Sequence[float]) -> GrowingSheet:
        sheet: GrowingSheet = self.workbook.add_worksheet(title, GrowingSheet)
        for position, width in enumerate(widths):
            sheet.set_column(position, position, width)
        heading = self.fmt(bold=True, font_size=look.HEADING_SIZE, font_color=look.HEADING_INK)
        sheet.write_string(0, 0, f"{title} - danh mục năm {self.year}", heading)
        # Over the columns that are seen without scrolling only.
        last, seen = 0, widths[0]
        while last + 1 < len(widths) and seen + widths[last + 1] <= _SEEN_WIDTH:
            last += 1
            seen += widths[last]
        style = self.fmt(italic=True, text_wrap=True, valign="top")
        if last:
            sheet.merge_range(1, 0, 1, last, "", style)
        sheet.write_string(1, 0, guidance, style)
        sheet.set_row(1, look.row_height([(guidance, seen)]) + 4)
        sheet.fixed_rows.add(2)
        return sheet

    def _page(self, sheet: GrowingSheet, paper: PaperFormat, rows: int, columns: int) -> None:
        set_paper(sheet, paper)
        sheet.print_area(0, 0, rows - 1, columns - 1)
        set_margin_texts(sheet, f"{sheet.get_name()} - danh mục năm {self.year}")
        sheet.hide_gridlines(2)
        # Figures as text are meant.
        area = f"A{HEADER_ROW}:{column_letter(columns)}{rows + 100}"
        sheet.ignore_errors({"number_stored_as_text": area})

    # The first sheet

    def _instructions(self, lines: Sequence[str], sheets: Sequence[ExchangeSheet]) -> None:
        sheet: GrowingSheet = self.workbook.add_worksheet(INSTRUCTIONS_TITLE, GrowingSheet)
        sheet.set_column(0, 0, _INSTRUCTIONS_WIDTH)
        heading = self.fmt(bold=True, font_size=look.HEADING_SIZE, font_color=look.HEADING_INK)
        sheet.write_string(0, 0, f"DANH MỤC NĂM {self.year}", heading)
        row = 1
        for line in lines:
            if line.startswith("## "):
                text, style = line[3:], self.fmt(bold=True, font_size=look.BODY_SIZE, top=1)
            elif line.startswith("- "):
                text = "•  " + line[2:]
                style = self.fmt(text_wrap=True, valign="top", indent=1, font_size=look.BODY_SIZE)
            else:
                text, style = line, self.fmt(text_wrap=True, font_size=look.BODY_SIZE)
            height = look.row_height([(text, _INSTRUCTIONS_WIDTH - 4)], look.BODY_SIZE)
            sheet.set_row(row, height + 3)
            sheet.write_string(row, 0, look.clean_text(text), style)
            row += 1
        sheet.write_string(
            row, 0, "Các trang", self.fmt(bold=True, font_size=look.BODY_SIZE, top=1)
        )
        link = self.fmt(font_size=look.BODY_SIZE, font_color=look.HEADING_INK, underline=1)
        for number, listed in enumerate(sheets, row + 1):
            sheet.write_url(number, 0, f"internal:'{listed.title}'!A1", link, listed.title)
        self._page(sheet, A4_UPRIGHT, row + 1 + len(sheets), 1)

    # A record a row

    def _rows(self, form: ExchangeSheet, records: Sequence[Mapping[str, str]]) -> None:
        shown = [self._shown(form, record) for record in records]
        headers = self._headers(form, shown)
        helper = [_CO_WIDTH] if form.key == "agencies" else []
        drafted = self.marks is not None and form.key in self.marks.draft.sheets
        sourced = [(SOURCE_HEADER, _SOURCE_WIDTH)] if drafted else []
        printed = [*((text, width) for text, _, width in headers), *sourced]
        layout = laid_out([_width(*one) for one in printed], look.TABLE_SIZE)
        headers = [(t, c, w) for (t, c, _), w in zip(headers, layout.widths, strict=False)]
        widths = [*layout.widths[: len(headers)], *helper, *layout.widths[len(headers) :]]
        sheet = self._head(form.title, form.guidance, widths)
        for position, (text, column, _) in enumerate(headers):
            fill = look.INPUT_HEADER_FILL if column.corrected else look.HEADER_FILL
            style = self.boxed(bold=True, align="center", valign="vcenter", bg_color=fill)
            sheet.write_string(HEADER_ROW - 1, position, text, style)
        height = look.row_height([(t, w) for t, _, w in headers], bold=True, least=32)
        sheet.set_row(HEADER_ROW - 1, height)
        first, last = HEADER_ROW, HEADER_ROW + len(records) + form.spare - 1  # 0-based
        for number in range(first, last + 1):
            place = number - first
            cells = shown[place] if place < len(shown) else {}
            tall: list[tuple[str, float]] = []
            nth: dict[str, int] = {}
            for position, (_, column, width) in enumerate(headers):
                at = nth[column.key] = nth.get(column.key, -1) + 1
                found = cells.get(column.key, [])
                text = look.clean_text(found[at]) if at < len(found) else ""
                if at == 0:
                    self._places.setdefault((form.key, column.key), (first, position, True))
                    self._cell(sheet, (number, position), (form.key, place, column), text)
                elif text:
                    sheet.write_string(number, position, text, self._input(column))
                else:
                    sheet.write_blank(number, position, None, self._input(column))
                tall += [(text, width)] if text else []
            if sourced:
                tall.append((self._source(sheet, number, len(widths) - 1, form.key), widths[-1]))
            if tall:
                sheet.set_row(number, look.row_height(tall))
        for position, (_, column, _) in enumerate(headers):
            self._validate(sheet, column, first, position, last, position)
        if helper:
            self._agency_list(sheet, form, [r["code"] for r in records], first, last, len(headers))
        sheet.freeze_panes(HEADER_ROW, 1)
        sheet.repeat_rows(HEADER_ROW - 1)
        sheet.autofilter(HEADER_ROW - 1, 0, last, len(headers) - 1)
        self._page(sheet, layout.paper, first + max(len(records), 1), len(printed))

    def _source(self, sheet: GrowingSheet, number: int, position: int, key: str) -> str:
        """Where a drafted row stands in print, in the column behind the others."""
        style = self.boxed(bg_color=look.OFFICE_FILL, font_color=look.MUTED_INK)
        if number == HEADER_ROW:
            head = self.boxed(bold=True, align="center", bg_color=look.OFFICE_FILL)
            sheet.write_string(HEADER_ROW - 1, position, SOURCE_HEADER, head)
        text = self.marks.source(key, number - HEADER_ROW) if self.marks else ""
        sheet.write_string(number, position, look.clean_text(text), style)
        return text

    def _shown(self, form: ExchangeSheet, record: Mapping[str, str]) -> dict[str, list[str]]:
        return {c.key: shown_cells(c, record.get(c.key, ""), self.labels) for c in form.columns}

    def _headers(
        self, form: ExchangeSheet, shown: Sequence[Mapping[str, Sequence[str]]]
    ) -> list[tuple[str, ExchangeColumn, float]]:
        headers: list[tuple[str, ExchangeColumn, float]] = []
        for column in form.columns:
            headers.append((column.header, column, column.width))
            if column.kind is CellKind.AGENCIES:
                most = max((len(cells[column.key]) - 1 for cells in shown), default=0)
                headers += [
                    (f"{CO_HEADER} {n}", column, _CO_WIDTH)
                    for n in range(1, max(most, _CO_AGENCIES) + 1)
                ]
        return headers

    def _agency_list(
        self,
        sheet: GrowingSheet,
        form: ExchangeSheet,
        codes: Sequence[str],
        first: int,
        last: int,
        position: int,
    ) -> None:
        """The labels to pick agencies by, computed from their sheet: a new agency is among them."""
        style = self.boxed(bold=True, align="center", valign="vcenter", bg_color=look.OFFICE_FILL)
        sheet.write_string(HEADER_ROW - 1, position, HELPER_HEADER, style)
        grey = self.boxed(bg_color=look.OFFICE_FILL, font_color=look.MUTED_INK)
        for number in range(first, last + 1):
            at = number + 1
            place = number - first
            label = self.labels.label(codes[place]) if place < len(codes) else ""
            formula = f'=IF(A{at}="","",B{at}&" ["&A{at}&"]")'
            sheet.write_formula(number, position, formula, grey, label)
        letter = column_letter(position + 1)
        area = f"'{form.title}'!${letter}${first + 1}:${letter}${last + 1}"
        start = f"'{form.title}'!${letter}${first + 1}"
        self.workbook.define_name(
            AGENCY_LIST, f'=OFFSET({start},0,0,MAX(1,COUNTIF({area},"?*")),1)'
        )

    # A record a column

    def _facts(self, form: ExchangeSheet, records: Sequence[Mapping[str, str]]) -> None:
        columns = [c for c in form.columns if c.key not in form.identified_by]
        places = len(records) + form.spare
        width = columns[0].width
        widths = [_LABEL_WIDTH, _HELP_WIDTH, *[width] * places]
        sheet = self._head(form.title, form.guidance, widths)
        header = self.boxed(bold=True, align="center", valign="vcenter", bg_color=look.HEADER_FILL)
        sheet.write_string(HEADER_ROW - 1, 0, FACT_HEADER, header)
        sheet.write_string(HEADER_ROW - 1, 1, FACT_HELP_HEADER, header)
        identity = form.column(form.identified_by[0]) if form.identified_by else None
        typed = self.boxed(
            bold=True, align="center", bg_color=look.INPUT_HEADER_FILL, num_format="@"
        )
        for place in range(places):
            text = _VALUE_HEADER if identity is None else ""
            if identity is not None and place < len(records):
                text = records[place][identity.key]
            style = header if identity is None else typed
            sheet.write_string(HEADER_ROW - 1, 2 + place, text, style)
        if identity is not None:
            row = HEADER_ROW - 1
            self._validate(sheet, identity, row, 2, row, 1 + places)
        shown = [self._shown(form, record) for record in records]
        for number, column in enumerate(columns, HEADER_ROW):
            label = self.boxed(bold=True, bg_color=look.OFFICE_FILL)
            sheet.write_string(number, 0, column.header, label)
            help_style = self.boxed(italic=True, bg_color=look.OFFICE_FILL)
            sheet.write_string(number, 1, column.help, help_style)
            tall = [(column.header, _LABEL_WIDTH * 0.93), (column.help, _HELP_WIDTH)]
            for place in range(places):
                text = shown[place][column.key][0] if place < len(shown) else ""
                self._cell(sheet, (number, 2 + place), (form.key, place, column), text)
                tall += [(text, width)] if text else []
            self._places[form.key, column.key] = (number, 2, False)
            sheet.set_row(number, look.row_height(tall, least=20))
            self._validate(sheet, column, number, 2, number, 1 + places)
        sheet.freeze_panes(HEADER_ROW, 1)
        sheet.repeat_rows(HEADER_ROW - 1)
        printed = 2 + max(len(records), 1)
        layout = laid_out([Width(w, w) for w in widths[:printed]], look.TABLE_SIZE)
        self._page(sheet, layout.paper, HEADER_ROW + len(columns), printed)

    # Lists and help

    def _validate(
        self,
        sheet: GrowingSheet,
        column: ExchangeColumn,
        first_row: int,
        first_column: int,
        last_row: int,
        last_column: int,
    ) -> None:
        rule: dict[str, Any] = {"validate": "any"}
        if column.help:
            rule |= {
                "input_title": column.header[:_TITLE],
                "input_message": look.clean_text(column.help, _MESSAGE),
            }
        if column.choices:
            name = self._choice_list(list(column.choices.values()))
            rule |= {
                "validate": "list",
                "source": f"={name}",
                "error_title": column.header[:_TITLE],
                "error_message": "Xin chọn một mục trong danh sách.",
            }
        elif column.pick_from == "{self}":
            top, bottom = first_row + 1, last_row + 1
            rule |= {"validate": "list", "source": f"=$A${top}:$A${bottom}", "show_error": False}
        elif column.pick_from:
            if column.pick_from != AGENCY_LIST:
                self.lists.setdefault(column.pick_from, ())
            rule |= {"validate": "list", "source": f"={column.pick_from}", "show_error": False}
        if rule != {"validate": "any"}:
            sheet.data_validation(first_row, first_column, last_row, last_column, rule)

    def _choice_list(self, choices: Sequence[str]) -> str:
        """The name of the list of these choices, made once."""
        name = next((n for n, listed in self.lists.items() if list(listed) == choices), "")
        if not name:
            name = f"ds_chon_{len(self.lists) + 1}"
            self.lists[name] = choices
        return name

    def _lists(self) -> None:
        sheet = self.workbook.add_worksheet(LISTS_TITLE)
        for position, (name, choices) in enumerate(self.lists.items()):
            for number, choice in enumerate(choices):
                sheet.write_string(number, position, look.clean_text(choice))
            letter = column_letter(position + 1)
            area = f"='{LISTS_TITLE}'!${letter}$1:${letter}${max(len(choices), 1)}"
            self.workbook.define_name(name, area)
        sheet.very_hidden()

    def _base(self) -> None:
        """What the files held, by which an import knows what was touched."""
        sheet = self.workbook.add_worksheet(BASE_TITLE)
        for number, row in enumerate(self.base.rows()):
            for position, text in enumerate(row):
                sheet.write_string(number, position, text)
        sheet.very_hidden()
