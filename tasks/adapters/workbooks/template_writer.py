"""The workbook an agency fills in: written from the form, locked where the office's text stands.

Same inputs, same bytes. Names and values that come from outside are written as plain strings:
nothing here can become a formula or a link.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import Any

from xlsxwriter.format import Format

from models.domain.answers.asked_cells import needed_cells
from models.domain.answers.carrying import known_of
from models.domain.answers.template_places import (
    JUSTIFICATION,
    SPARE_ROWS,
    SheetRow,
    by_place,
    table_rows,
)
from models.domain.errors import UnknownAgency
from models.domain.reading.forms import (
    EARLIER,
    FIRST_ROW,
    HEADER_ROW,
    OFFICE_SOURCES,
    WORDS_HELP,
    Column,
    Form,
    SheetForm,
    SheetKind,
    ValueType,
    choices_of,
    is_arguable,
    is_offered,
    printed_text,
    sheets_for,
)
from models.domain.reading.identity import LISTS_SHEET_NAME, PROPERTY_NAME, SHEET_NAME
from models.domain.reading.submissions import Entry
from models.domain.reading.workbook_content import column_letter
from models.domain.register.catalogue import CatalogueRow
from tasks.adapters.workbooks import workbook_styles as look
from tasks.adapters.workbooks.paper import A4_WIDE
from tasks.adapters.workbooks.template_canvas import (
    ALLOWED,
    LARGEST_NUMBER,
    AgencyWorkbook,
    GrowingSheet,
    TemplateCanvas,
    TemplateData,
    is_in_words,
    takes_text,
)
from tasks.adapters.workbooks.template_instructions import InstructionsWriter
from tasks.adapters.workbooks.template_layout import first_printed, form_layout

_DETAIL_WIDTHS = (38, 58, 40)
_SHORT_SOURCES = frozenset({"number", "unit", "target_shown", "role", "deadline_text"})
_FIGURE_SOURCES = frozenset(
    {"target_shown", "investment_printed", EARLIER}
    | {s for s in OFFICE_SOURCES if s.startswith("value_")}
)
_REASON_HELP = (
    "Điều khác thường ở dòng này, nếu có: nêu lý do để Văn phòng hiểu. Không có thì để trống."
)
_LIST_NAME = "danh_muc_{}"  # defined names of the drop-down lists


def write_template(
    workbook: AgencyWorkbook,
    prefill: Sequence[Entry] = (),
    carried: Sequence[Entry] = (),
) -> bytes:
    """The agency's workbook as .xlsx bytes, with `prefill` already standing in its cells.

    Prefilled entries without an understood value show what was written (`raw`). Without prefill
    the details sheet offers the contact's name and phone. `carried` is what the previous cycle
    said: it stands in the agency's cells where there is no `prefill`, and in the office's
    columns that show it; below carried free rows there is room for new ones. Raises UnknownAgency.
    """
    agency = workbook.register.agencies.get(workbook.agency)
    if agency is None:
        raise UnknownAgency(f"Không có cơ quan «{workbook.agency}» trong sổ.")
    data = TemplateData(
        of=workbook,
        agency_name=look.clean_text(agency.formal_name),
        prefill=by_place([*_kept(carried, prefill, workbook.form), *prefill]),
        offers_contact=not prefill,
        spare_rows=SPARE_ROWS if carried else 0,
    )
    return _TemplateWriter(data).write()


def _kept(carried: Sequence[Entry], prefill: Sequence[Entry], form: Form) -> Sequence[Entry]:
    """All that is carried, or beside the agency's own answers only what the office shows."""
    if not prefill:
        return carried
    office = {(s.key, c.key) for s in form.sheets for c in s.columns if c.office}
    return [e for e in carried if (e.sheet, e.column) in office]


class _TemplateWriter:
    def __init__(self, data: TemplateData) -> None:
        self.data = data
        self.canvas = TemplateCanvas(data)
        self.lists: dict[str, Sequence[str]] = {}
        of = data.of
        self.needed = needed_cells(of.form, of.catalogue, of.agency, data.prefill.values())

    def write(self) -> bytes:
        """The whole workbook."""
        self._properties()
        for form in sheets_for(self.data.of.form, self.data.of.catalogue, self.data.of.agency):
            sheet = self.canvas.add_sheet(form.title)
            if form.kind is SheetKind.INSTRUCTIONS:
                InstructionsWriter(self.canvas).write(sheet, form)
            elif form.kind is SheetKind.DETAILS:
                self._details(sheet, form)
            else:
                self._table(sheet, form)
        self._lists()
        self._identity()
        return self.canvas.finish()

    # Details

    def _details(self, sheet: GrowingSheet, form: SheetForm) -> None:
        for position, width in enumerate(_DETAIL_WIDTHS):
            sheet.set_column(position, position, width)
        self.canvas.head(sheet, form, _DETAIL_WIDTHS, 0)
        titles = ("Nội dung", "Cơ quan ghi", "Giải trình (nếu có)")
        self.canvas.header(
            sheet,
            [(t, n == 0, w) for n, (t, w) in enumerate(zip(titles, _DETAIL_WIDTHS, strict=True))],
        )
        reason = Column(JUSTIFICATION, titles[2], ValueType.LONG_TEXT, help=_REASON_HELP)
        for number, field in enumerate(form.columns, FIRST_ROW):
            row = number - 1
            sheet.write_string(row, 0, field.header, self._label())
            shown = self._detail_value(sheet, row, form, field)
            entry = self.data.prefill.get((form.key, field.key, JUSTIFICATION))
            style = self.canvas.input_format(reason, None)
            if entry:
                self.canvas.write_value(sheet, row, 2, reason, entry, style)
            elif not is_arguable(field):
                sheet.write_blank(row, 2, None, self._closed())
            else:
                sheet.write_blank(row, 2, None, style)
            cells = [
                (field.header, _DETAIL_WIDTHS[0] * 0.93),
                (shown, _DETAIL_WIDTHS[1]),
                (entry.raw if entry else "", _DETAIL_WIDTHS[2]),
            ]
            least = 60 if field.type is ValueType.LONG_TEXT else 24
            self.canvas.set_row(
                sheet, number, look.row_height(cells, look.BODY_SIZE, least=least), fixed=False
            )
            if not field.office:
                self._validate(sheet, field, row, row, 1, as_text=False)
            if entry or is_arguable(field):
                self._validate(sheet, reason, row, row, 2, as_text=False)
        last = FIRST_ROW + len(form.columns) - 2
        sheet.ignore_errors({"number_stored_as_text": f"A1:C{last + 1}"})
        sheet.freeze_panes(HEADER_ROW, 1)
        self.canvas.page(sheet, A4_WIDE)
        sheet.print_area(0, 0, last, 2)

    def _closed(self) -> Format:
        """The format of an empty cell that nobody needs."""
        return self.canvas.boxed(bg_color=look.OFFICE_FILL)

    def _label(self) -> Format:
        return self.canvas.boxed(bg_color=look.OFFICE_FILL, bold=True, font_size=look.BODY_SIZE)

    def _detail_value(self, sheet: GrowingSheet, row: int, form: SheetForm, field: Column) -> str:
        data = self.data
        if field.office:
            texts = {"agency_name": data.agency_name, "cycle_title": data.of.cycle.title}
            text = look.clean_text(texts.get(field.source, ""))
            sheet.write_string(row, 1, text, self._label())
            return text
        entry = data.prefill.get((form.key, "", field.key))
        needed = (form.key, "", field.key) in self.needed or entry is not None
        style = self.canvas.input_format(field, None, needed=needed)
        if entry is not None:
            return self.canvas.write_value(sheet, row, 1, field, entry, style)
        if text := self._known(field.source):
            sheet.write_string(row, 1, text, style)
        else:
            sheet.write_blank(row, 1, None, style)
        return text

    def _known(self, source: str) -> str:
        """What the register already knows of the agency's focal person."""
        contact = self.data.of.contact
        if not self.data.offers_contact:
            return ""
        return look.clean_text(known_of(contact, source))

    # Tables

    def _table(self, sheet: GrowingSheet, form: SheetForm) -> None:
        data = self.data
        columns = form.columns
        layout = form_layout(form)
        widths = layout.widths
        for position, width in enumerate(widths):
            sheet.set_column(position, position, width)
        start = first_printed(columns)
        self.canvas.head(sheet, form, widths, start)
        self.canvas.header(
            sheet, [(c.header, c.office, w) for c, w in zip(columns, widths, strict=True)]
        )
        rows = table_rows(form, data.of.catalogue, data.of.agency, data.prefill, data.spare_rows)
        for number, row in enumerate(rows, FIRST_ROW):
            shown: list[tuple[str, float]] = []
            for position, column in enumerate(columns):
                if column.office:
                    text = self._office_cell(sheet, number, position, column, form, row)
                else:
                    text = self._agency_cell(
                        sheet, number, position, column, form, row.key, row.row
                    )
                if text and column.source != "code":
                    shown.append((text, widths[position]))
            least = 34 if form.kind is SheetKind.TABLE else 26
            self.canvas.set_row(sheet, number, look.row_height(shown, least=least), fixed=False)
        last = FIRST_ROW + len(rows) - 1
        self._validations(sheet, form, [r.row for r in rows])
        self._broken_numbers(sheet, form, last)
        area = f"A{FIRST_ROW}:{column_letter(len(columns))}{last}"
        sheet.ignore_errors({"number_stored_as_text": area})
        named = next((n for n, c in enumerate(columns) if c.source == "name"), start)
        sheet.freeze_panes(HEADER_ROW, named + 1)
        self.canvas.page(sheet, layout.paper)
        if form.kind is SheetKind.FREE_TABLE:
            sheet.protect("", ALLOWED | {"insert_rows": True})
        sheet.repeat_rows(HEADER_ROW - 1)
        sheet.print_area(0, start, last - 1, len(columns) - 1)

    def _office_cell(
        self,
        sheet: GrowingSheet,
        number: int,
        position: int,
        column: Column,
        form: SheetForm,
        place: SheetRow,
    ) -> str:
        grey = {"bg_color": look.OFFICE_FILL}
        row = place.row
        if row is None:
            style = self.canvas.boxed(align="center", **grey)
            sheet.write_number(number - 1, position, number - FIRST_ROW + 1, style)
            return ""
        text = look.clean_text(
            printed_text(column, row, self.data.of.catalogue, self.data.of.agency)
        )
        if column.source == EARLIER:
            entry = self.data.prefill.get((form.key, place.key, column.key))
            text = look.clean_text(entry.raw) if entry else ""
        if column.source == "code":
            style = self.canvas.boxed(font_size=look.SMALL_SIZE, font_color=look.MUTED_INK, **grey)
        elif column.source in _FIGURE_SOURCES and len(text) < 14:
            style = self.canvas.boxed(align="right", **grey)
        elif column.source in _SHORT_SOURCES:
            style = self.canvas.boxed(align="center", **grey)
        elif column.source == "name" and row.parent:
            style = self.canvas.boxed(indent=1, **grey)
        else:
            style = self.canvas.boxed(**grey)
        sheet.write_string(number - 1, position, text, style)
        return text

    def _agency_cell(
        self,
        sheet: GrowingSheet,
        number: int,
        position: int,
        column: Column,
        form: SheetForm,
        row_key: str,
        row: CatalogueRow | None,
    ) -> str:
        key = (form.key, row_key, column.key)
        entry = self.data.prefill.get(key)
        if entry is None and not is_offered(column, row, self.data.of.agency):
            sheet.write_blank(number - 1, position, None, self._closed())
            return ""
        needed = key in self.needed or entry is not None
        style = self.canvas.input_format(column, row, needed=needed)
        if entry is None:
            sheet.write_blank(number - 1, position, None, style)
            return ""
        return self.canvas.write_value(sheet, number - 1, position, column, entry, style)

    def _broken_numbers(self, sheet: GrowingSheet, form: SheetForm, last: int) -> None:
        """Shows decimals where there are any: a fixed format would round or leave a lone comma."""
        style = self.canvas.workbook.add_format({"num_format": look.BROKEN_FORMAT})
        for position, column in enumerate(form.columns):
            if column.type is ValueType.NUMBER and not column.office:
                cell = f"{column_letter(position + 1)}{FIRST_ROW}"
                sheet.conditional_format(
                    FIRST_ROW - 1,
                    position,
                    last - 1,
                    position,
                    {
                        "type": "formula",
                        "criteria": f"=AND(ISNUMBER({cell}),{cell}<>INT({cell}))",
                        "format": style,
                    },
                )

    # Validation: it warns and explains; the check at the office has the last word

    def _validations(
        self, sheet: GrowingSheet, form: SheetForm, rows: Sequence[CatalogueRow | None]
    ) -> None:
        for position, column in enumerate(form.columns):
            if column.office:
                continue
            kinds = enumerate(
                ((takes_text(column, row), is_in_words(column, row)) for row in rows),
                FIRST_ROW - 1,
            )
            for (as_text, in_words), run in groupby(kinds, key=itemgetter(1)):
                numbers = [number for number, _ in run]
                asked = replace(column, help=WORDS_HELP) if in_words else column
                self._validate(sheet, asked, numbers[0], numbers[-1], position, as_text=as_text)

    def _validate(
        self,
        sheet: GrowingSheet,
        column: Column,
        first: int,
        last: int,
        position: int,
        *,
        as_text: bool,
    ) -> None:
        # The longest that a spreadsheet shows above its help.
        title = column.title if len(column.title) <= 32 else (column.label or column.title)[:32]
        rule: dict[str, Any] = {"validate": "any"}
        if column.help:
            rule |= {"input_title": title, "input_message": column.help}
        if column.type is ValueType.CHOICE:
            rule |= {
                "validate": "list",
                "source": self._choice_source(column),
                "error_title": title,
                "error_message": "Xin chọn một mục trong danh sách.",
            }
        elif column.type is ValueType.NUMBER and not as_text:
            rule |= {
                "validate": "decimal",
                "criteria": "between",
                "minimum": -float(LARGEST_NUMBER),
                "maximum": float(LARGEST_NUMBER),
                "error_type": "warning",
                "error_title": title,
                "error_message": "Ô này chỉ ghi số, theo đúng đơn vị tính, không kèm chữ.",
            }
        elif column.type is ValueType.DATE:
            year = self.data.of.cycle.due_at.year
            rule |= {
                "validate": "date",
                "criteria": "between",
                "minimum": dt.date(year - 10, 1, 1),
                "maximum": dt.date(year + 10, 12, 31),
                "error_type": "warning",
                "error_title": title,
                "error_message": f"Ô này ghi ngày/tháng/năm, ví dụ 30/06/{year}.",
            }
        if rule != {"validate": "any"}:
            sheet.data_validation(first, position, last, position, rule)

    def _choice_source(self, column: Column) -> str | list[str]:
        if not column.choices_from:
            return list(column.choices)
        self.lists[column.choices_from] = choices_of(column, self.data.of.catalogue)
        return "=" + _LIST_NAME.format(column.choices_from)

    # What nobody sees

    def _lists(self) -> None:
        """The drop-down lists, by defined names: those survive in every office program."""
        if not self.lists:
            return
        sheet = self.canvas.workbook.add_worksheet(LISTS_SHEET_NAME)
        for position, (name, choices) in enumerate(self.lists.items()):
            for number, choice in enumerate(choices):
                sheet.write_string(number, position, look.clean_text(choice))
            letter = column_letter(position + 1)
            area = f"='{LISTS_SHEET_NAME}'!${letter}$1:${letter}${max(len(choices), 1)}"
            self.canvas.workbook.define_name(_LIST_NAME.format(name), area)
        sheet.very_hidden()
        sheet.protect()

    def _identity(self) -> None:
        self.canvas.workbook.set_custom_property(PROPERTY_NAME, self.data.of.token, "text")
        sheet = self.canvas.workbook.add_worksheet(SHEET_NAME)
        sheet.write_string(0, 0, "Mã nhận dạng của tệp, xin không sửa")
        sheet.write_string(0, 1, self.data.of.token)
        sheet.very_hidden()
        sheet.protect()

    def _properties(self) -> None:
        opened = self.data.of.cycle.opens_at.astimezone(dt.UTC).replace(tzinfo=None)
        self.canvas.workbook.set_properties(
            {
                "title": look.clean_text(self.data.of.form.title, 200),
                "subject": self.data.agency_name[:200],
                "author": look.OFFICE_NAME,
                "created": opened,
            }
        )
