"""What only a real file shows: merged cells and copied columns, from the bytes to the finding."""

from __future__ import annotations

import functools
from decimal import Decimal

from openpyxl.worksheet.worksheet import Worksheet

from models.domain.answers.examining import examine_content
from models.domain.reading.findings import Severity
from models.domain.reading.submissions import Examination
from tasks.adapters.reading.file_kinds import FileKind
from tasks.adapters.reading.ooxml.exact_reader import OpenpyxlExactReader
from tasks.adapters.reading.workbook_reader import read_workbook
from tasks.adapters.simulation.answers import answers_of
from tasks.adapters.simulation.filling import FilledWorkbook
from tasks.adapters.work.opening import workbook_content
from tests.fixtures.lent_workbook import LentWorkbook
from tests.fixtures.office_files import own_office

OFFICE = own_office()
CYCLE = OFFICE.cycle("2025-plan")
WIDTHS = (11, 9, 32, 10, 12, 9, 12, 11, 11, 11, 11, 31, 22)  # of the sheet of indicators
HEADER_ROWS = 4


def filled(agency: str) -> LentWorkbook:
    """The agency's workbook, filled in; a copy of its own."""
    return _filled(agency).lent()


@functools.cache
def _filled(agency: str) -> LentWorkbook:
    content = workbook_content(OFFICE, b"k" * 32, CYCLE, agency)
    book = FilledWorkbook(content, OFFICE.form_of(CYCLE))
    book.fill(answers_of(OFFICE, CYCLE, OFFICE.register.agencies[agency], 1))
    _lay_out(book.sheet("indicators"))
    return LentWorkbook(book)


def _lay_out(sheet: Worksheet) -> None:
    """Widths and heights of the tests' own: what lies over which cell is told in them."""
    for number, (letter, width) in enumerate(zip("ABCDEFGHIJKLM", WIDTHS, strict=True), 1):
        column = sheet.column_dimensions[letter]
        column.min = column.max = number
        column.width = width + 0.7109375
    for row, about in sheet.row_dimensions.items():
        if row > HEADER_ROWS and about.height:
            about.height = 33.75


def examined(book: FilledWorkbook) -> Examination:
    content = book.save(CYCLE.opens_at)
    exact = OpenpyxlExactReader(content, FileKind.XLSX)
    return examine_content(read_workbook(content, FileKind.XLSX), OFFICE, exact=exact)


def test_cells_merged_over_two_tasks_are_named_with_the_cell_that_shows() -> None:
    book = filled("sct")
    first, second = list(book.places("tasks", "five_person").values())[:2]
    book.sheet("tasks").merge_cells(f"{first}:{second}")
    (finding,) = [f for f in examined(book).findings if f.rule == "NR-01"]
    assert "bỏ gộp" in finding.message
    assert first in finding.message and second in finding.message


def test_two_columns_of_one_header_that_differ_are_for_the_agency_to_settle() -> None:
    book = filled("sct")
    sheet = book.sheet("indicators")
    cells = book.places("indicators", "committed")
    some = sheet[next(iter(cells.values()))]
    header = next(
        sheet.cell(row, some.column)
        for row in range(some.row - 1, 0, -1)
        if isinstance(sheet.cell(row, some.column).value, str)
    )
    copy = sheet.max_column + 1
    sheet.cell(header.row, copy).value = header.value
    for number, place in enumerate(cells.values()):
        sheet.cell(sheet[place].row, copy).value = 1000 + number
    (finding,) = [f for f in examined(book).findings if f.rule == "CT-11"]
    assert header.value.split()[0] in finding.message


def test_the_visible_copy_of_a_hidden_sheet_is_read_as_the_official_sees_it() -> None:
    book = filled("sct")
    sheet = book.sheet("indicators")
    cell = book.address("indicators", "retail_sales", "committed")
    copy = book.book.copy_worksheet(sheet)
    copy.title = "Chỉ tiêu (2)"
    copy[cell] = 260_000
    sheet.sheet_state = "hidden"
    entries = [e for e in examined(book).entries if e.cell == cell and e.sheet == "indicators"]
    assert [(e.value, e.sheet_name) for e in entries] == [(Decimal(260_000), "Chỉ tiêu (2)")]


def test_a_second_page_of_details_that_differs_is_a_warning() -> None:
    book = filled("sct")
    copy = book.book.copy_worksheet(book.sheet("details"))
    copy.title = "Thông tin chung (2)"
    copy[book.address("details", "", "signer")] = "Người Ký Khác"
    (finding,) = [f for f in examined(book).findings if f.rule == "CT-08"]
    assert finding.severity is Severity.WARNING and "1 ô" in finding.message
