"""Workbooks that were sent before a form asked less are read, taken and answered as before.

`workbook_of_former_form.xlsx` is what the program sent an agency then, byte for byte.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from models.domain.answers.standing import verdict_of
from models.domain.reading.forms import (
    FIRST_ROW,
    SheetKind,
    ValueType,
    expected_rows,
    sheets_for,
)
from models.domain.reading.office import Office
from models.domain.reading.submissions import Examination, Verdict
from tests.fixtures.office_files import own_office
from tests.tasks.adapters.test_fresh_workbook import said
from tests.tasks.adapters.test_templates_examined import CYCLE, cell_of, examined, filled

FORMER = Path(__file__).parents[2] / "fixtures" / "workbook_of_former_form.xlsx"
AGENCY = "skhdt"


@pytest.fixture(scope="module")
def office() -> Office:
    """The office as configured."""
    return own_office()


def saved(book: Any) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def answered(office: Office) -> Any:
    """The former workbook with what a careful official writes into today's, cell by cell."""
    book = openpyxl.load_workbook(FORMER)
    today = openpyxl.load_workbook(io.BytesIO(filled(office, AGENCY)))
    cycle = office.cycle(CYCLE)
    for sheet in sheets_for(office.form_of(cycle), office.catalogue_of(cycle), AGENCY):
        if sheet.kind is SheetKind.INSTRUCTIONS:
            continue
        page, source = book[sheet.title], today[sheet.title]
        for cells in source.iter_rows(min_row=FIRST_ROW):
            for cell in cells:
                old = page.cell(cell.row, cell.column)
                if not old.protection.locked and cell.value is not None:
                    old.value = cell.value
    return book


def findings_of(read: Examination) -> set[str]:
    return {f.rule for f in read.findings}


def test_a_former_workbook_is_the_office_s_own_and_blank(office: Office) -> None:
    read = examined(office, FORMER.read_bytes())
    assert (read.agency, read.cycle, read.guessed) == (AGENCY, CYCLE, False)
    assert findings_of(read) == {"BB-01", "BB-02", "NR-01"}
    assert not read.entries


def test_a_former_workbook_filled_in_is_taken_with_every_word_of_it(office: Office) -> None:
    read = examined(office, saved(answered(office)))
    assert verdict_of(read.findings) is Verdict.ACCEPTED, [f.message for f in read.findings]
    assert findings_of(read) <= {"SO-04"}
    today = examined(office, filled(office, AGENCY))
    assert said(read.entries) == said(today.entries)


def test_what_stood_open_then_and_is_locked_now_is_read_all_the_same(office: Office) -> None:
    cycle = office.cycle(CYCLE)
    form, catalogue = office.form_of(cycle), office.catalogue_of(cycle)
    closed = [
        (sheet, row.code, column)
        for sheet in form.sheets
        for row in expected_rows(sheet, catalogue, AGENCY)
        for column in sheet.columns
        if column.leader_alone and column.type is ValueType.LONG_TEXT
    ]
    sheet, code, column = next(
        (s, code, c)
        for s, code, c in closed
        if next(a for a in catalogue.row(code).agencies if a.agency == AGENCY).role.value == "co"
    )
    book = answered(office)
    cell_of(book[sheet.title], code, column.header).value = "Giải pháp ghi ở sổ cũ"
    book["Kế hoạch hành động"].cell(FIRST_ROW + 30, 3).value = "Việc ở dòng thứ ba mươi"
    entries = said(examined(office, saved(book)).entries)
    assert entries[sheet.key, code, column.key] == ("Giải pháp ghi ở sổ cũ",) * 2
    assert any(raw == "Việc ở dòng thứ ba mươi" for _, raw in entries.values())


@pytest.mark.parametrize("column", ["Đơn vị tính", "Vai trò"])
def test_the_office_s_words_of_then_are_no_change_and_others_are(
    office: Office, column: str
) -> None:
    cycle = office.cycle(CYCLE)
    rows = expected_rows(
        office.form_of(cycle).sheet("indicators"), office.catalogue_of(cycle), AGENCY
    )
    book = answered(office)
    cell = cell_of(book["Chỉ tiêu"], rows[0].code, column)
    today = openpyxl.load_workbook(io.BytesIO(filled(office, AGENCY)))["Chỉ tiêu"]
    assert str(cell_of(today, rows[0].code, column).value).startswith(str(cell.value))
    cell.value = "Nghìn con" if column == "Đơn vị tính" else "Theo dõi"
    found = findings_of(examined(office, saved(book)))
    assert found & {"VB-01", "VB-02"} == {"VB-01" if column == "Đơn vị tính" else "VB-02"}


def test_an_example_below_a_unit_hides_no_other_unit(office: Office) -> None:
    def spoil(book: Any) -> None:
        cell = cell_of(book["Chỉ tiêu"], "retail_sales", "Đơn vị tính")
        assert "\nví dụ: 9.512,5" in cell.value
        cell.value = cell.value.replace("Tỷ đồng", "Triệu đồng")

    (finding,) = (
        f for f in examined(office, filled(office, "sct", spoil)).findings if f.rule == "VB-01"
    )
    assert finding.value == "Triệu đồng"
