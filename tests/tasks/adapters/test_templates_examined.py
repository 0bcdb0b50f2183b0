"""The real way round: a template written, filled in with openpyxl, read again and examined."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from openpyxl.formatting.formatting import ConditionalFormattingList

from models.domain.answers.examining import examine_content
from models.domain.answers.standing import verdict_of
from models.domain.reading.forms import (
    FIRST_ROW,
    HEADER_ROW,
    SheetKind,
    ValueType,
    choices_of,
    expected_rows,
    sheets_for,
)
from models.domain.reading.identity import sign
from models.domain.reading.office import Office
from models.domain.reading.submissions import Examination, Verdict
from models.domain.register.targets import TargetKind
from tasks.adapters.reading.file_kinds import FileKind
from tasks.adapters.reading.ooxml.exact_reader import OpenpyxlExactReader
from tasks.adapters.reading.workbook_reader import read_workbook
from tasks.adapters.workbooks.template_canvas import AgencyWorkbook
from tasks.adapters.workbooks.template_writer import write_template
from tests.fixtures.office_files import own_office

CYCLE = "2025-plan"
_DETAILS = {
    ValueType.DATE: dt.datetime(2025, 2, 10),  # noqa: DTZ001  a spreadsheet's dates have no zone
    ValueType.EMAIL: "dau.moi@haiphong.example",
    ValueType.PHONE: "0225 3123 456",
}


@pytest.fixture(scope="module")
def configured() -> Office:
    """The office as configured."""
    return own_office()


def template(office: Office, agency: str) -> bytes:
    """The agency's workbook as it is sent out."""
    cycle = office.cycle(CYCLE)
    form = office.form_of(cycle)
    token = sign(b"secret", CYCLE, agency, form.version)
    return write_template(
        AgencyWorkbook(
            form, office.catalogue_of(cycle), cycle, agency, office.register, None, token
        )
    )


def filled(
    office: Office, agency: str, spoil: Callable[[Any], object] = lambda book: None
) -> bytes:
    """The template, filled in by hand as a careful official would, then spoilt."""
    cycle = office.cycle(CYCLE)
    form, catalogue = office.form_of(cycle), office.catalogue_of(cycle)
    book = openpyxl.load_workbook(io.BytesIO(template(office, agency)))
    for sheet in sheets_for(form, catalogue, agency):
        if sheet.kind is SheetKind.INSTRUCTIONS:
            continue
        page = book[sheet.title]
        if sheet.kind is SheetKind.DETAILS:
            for number, field in enumerate(sheet.columns, FIRST_ROW):
                if not field.office:
                    page.cell(number, 2).value = _DETAILS.get(field.type, "Nguyễn Văn An")
            continue
        rows = expected_rows(sheet, catalogue, agency)
        for number in range(FIRST_ROW, FIRST_ROW + (len(rows) or 3)):
            row = rows[number - FIRST_ROW] if rows else None
            for place, column in enumerate(sheet.columns, 1):
                if column.office or column.key == "justification":
                    continue
                cell = page.cell(number, place)
                if column.unit_of_row:
                    if row is not None and row.target is not None and not row.values:
                        strict = row.target.kind in (TargetKind.GREATER, TargetKind.LESS)
                        cell.value = row.target_printed if strict else float(row.target.value)
                elif column.type is ValueType.NUMBER:
                    cell.value = 50_000
                elif column.type is ValueType.DATE:
                    cell.value = dt.datetime(2025, 3, 20)  # noqa: DTZ001
                elif column.type is ValueType.CHOICE:
                    cell.value = choices_of(column, catalogue)[number - FIRST_ROW]
                else:
                    cell.value = f"{column.header} {number}"
    spoil(book)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def examined(office: Office, content: bytes) -> Examination:
    """What the examination says of the file."""
    exact = OpenpyxlExactReader(content, FileKind.XLSX)
    return examine_content(read_workbook(content, FileKind.XLSX), office, exact=exact)


def cell_of(page: Any, code: str, header: str) -> Any:
    """The cell of a row code under a header."""
    rows = {page.cell(r, 1).value: r for r in range(FIRST_ROW, page.max_row + 1)}
    places = {page.cell(HEADER_ROW, c).value: c for c in range(1, page.max_column + 1)}
    return page.cell(rows[code], places[header])


@pytest.mark.parametrize("agency", ["sct", "skhdt", "sldtbxh", "bqlda_dan_dung"])
def test_a_template_filled_in_with_care_is_accepted(configured: Office, agency: str) -> None:
    examination = examined(configured, filled(configured, agency))
    assert {f.rule for f in examination.findings} <= {"SO-04"}  # targets copied word for word
    assert (examination.agency, examination.cycle) == (agency, CYCLE)
    assert not examination.guessed and not examination.rule_failures


def test_a_blank_template_is_returned_with_a_few_lines(configured: Office) -> None:
    examination = examined(configured, template(configured, "sldtbxh"))
    assert verdict_of(examination.findings) is Verdict.RETURNED
    assert {f.rule for f in examination.findings} == {"BB-01", "BB-02", "NR-01"}
    assert len(examination.findings) <= 5


PERCENT_HEADERS = ("Mức cam kết (*)", "Cả năm (*)", "Quý I", "6 tháng", "9 tháng")


def test_percent_cells_that_the_forms_own_condition_shows_as_plain_numbers_are_returned(
    configured: Office,
) -> None:
    """Excel draws 0,17 there: the condition on decimals comes before the cell's own format."""

    def spoil(book: Any) -> None:
        for header in PERCENT_HEADERS:
            cell = cell_of(book["Chỉ tiêu"], "iip_growth", header)
            cell.value, cell.number_format = 0.17, "0.0%"

    examination = examined(configured, filled(configured, "sct", spoil))
    assert {f.rule for f in examination.findings} == {"HT-01"}
    cells = {c for f in examination.findings for c in (f.cell, *f.cells) if c}
    assert len(cells) == len(PERCENT_HEADERS)
    assert all("«0,17»" in f.message and "17%" in f.message for f in examination.findings)
    values = {e.value for e in examination.entries if e.row_key == "iip_growth"}
    assert not values & {Decimal(17), Decimal("0.17")}


def test_percent_cells_are_read_as_shown_and_lost_formula_results_are_named(
    configured: Office,
) -> None:
    def spoil(book: Any) -> None:
        page = book["Chỉ tiêu"]
        page.conditional_formatting = ConditionalFormattingList()  # lost where cells are pasted
        for header in PERCENT_HEADERS:
            cell = cell_of(page, "iip_growth", header)
            cell.value, cell.number_format = 0.17, "0.0%"
        cell_of(page, "export_turnover", "Mức cam kết (*)").value = "=30+7"

    examination = examined(configured, filled(configured, "sct", spoil))
    (finding,) = examination.findings
    assert (finding.rule, finding.value) == ("SO-06", "=30+7")
    growth = {e.value for e in examination.entries if e.row_key == "iip_growth"}
    assert Decimal(17) in growth and Decimal("0.17") not in growth


def test_rows_and_columns_may_come_and_sheets_may_go_about(configured: Office) -> None:
    def spoil(book: Any) -> None:
        page = book["Chỉ tiêu"]
        page.insert_rows(7, 2)
        page.insert_cols(4)
        page.title = "Biểu 01"
        book.move_sheet("Nhiệm vụ", -3)

    examination = examined(configured, filled(configured, "sct", spoil))
    assert not examination.findings
