import io
import zipfile

import openpyxl
import pytest
import xlsxwriter

from models.domain.reading.workbook_content import ErrorValue, ExactCell
from tasks.adapters.reading.file_kinds import FileKind
from tasks.adapters.reading.ooxml.exact_reader import OpenpyxlExactReader
from tasks.adapters.reading.workbook_reader import read_workbook


@pytest.fixture(scope="module")
def never_calculated() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Chỉ tiêu"
    sheet["C2"] = 0.125
    sheet["D2"] = "=C2*2"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_a_formula_whose_result_was_never_stored_says_so(never_calculated):
    reader = OpenpyxlExactReader(never_calculated, FileKind.XLSX)
    cells = reader.cells("Chỉ tiêu", ["C2", "D2"])
    assert cells["C2"] == ExactCell(0.125)
    assert cells["D2"] == ExactCell(None, formula="=C2*2", cached=False)


def test_every_formula_without_a_result_is_found(never_calculated, build):
    reader = OpenpyxlExactReader(never_calculated, FileKind.XLSX)
    assert reader.never_calculated() == {"Chỉ tiêu": [(2, 4)]}
    stored = OpenpyxlExactReader(build.fixture("small.xlsx"), FileKind.XLSX).never_calculated()
    assert not any(stored.values())
    assert OpenpyxlExactReader(b"", FileKind.ODS).never_calculated() == {}


def test_a_stored_result_and_a_stored_error_come_with_their_formulas(build):
    cells = OpenpyxlExactReader(build.fixture("small.xlsx"), FileKind.XLSX).cells(
        "Chỉ tiêu", ["D2", "D3"]
    )
    assert cells["D2"].value == ErrorValue("#DIV/0!") and cells["D2"].formula == "=1/0"
    assert cells["D3"].value == 25 and cells["D3"].cached


def test_cells_and_sheets_that_do_not_exist_are_absent(never_calculated):
    reader = OpenpyxlExactReader(never_calculated, FileKind.XLSX)
    assert reader.cells("Chỉ tiêu", ["A1", "ZZ999", "XFD1048576"]) == {}
    assert reader.cells("Không có", ["A1"]) == {}
    assert reader.cells("Chỉ tiêu", ["vô nghĩa"]) == {}
    assert reader.cells("Chỉ tiêu", []) == {}


def test_a_sparse_sheet_is_read_no_further_than_asked(build):
    reader = OpenpyxlExactReader(build.sparse_bomb(), FileKind.XLSX)
    assert reader.cells("Chỉ tiêu", ["A1", "XFD1048576"])["A1"].value == 1


@pytest.mark.parametrize("kind", [FileKind.XLS, FileKind.XLSB, FileKind.ODS])
def test_other_formats_are_none_of_its_business(kind):
    assert OpenpyxlExactReader(b"", kind).cells("Chỉ tiêu", ["A1"]) == {}


def test_a_file_it_cannot_follow_has_no_exact_cells():
    assert OpenpyxlExactReader(b"PK not", FileKind.XLSX).cells("Chỉ tiêu", ["A1"]) == {}


@pytest.mark.parametrize(
    ("formula", "stored", "read"),
    [
        ("=3+4", 0, None),
        ("=3+4", 0.0, None),
        ("=3+4", 7, 7),
        ('="a"', "a", "a"),
    ],
)
def test_a_nought_that_waits_to_be_calculated_is_no_result(formula, stored, read):
    """Who opens the workbook sees 7; the library that wrote it stored a 0 in its place."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet("Chỉ tiêu")
        sheet.write_number("A1", 0)
        sheet.write_formula("B1", formula, None, stored)
    content = made.getvalue()
    assert read_workbook(content, FileKind.XLSX).sheets[0].at(1, 2) == read
    assert read_workbook(content, FileKind.XLSX).sheets[0].at(1, 1) == 0
    reader = OpenpyxlExactReader(content, FileKind.XLSX)
    assert reader.cells("Chỉ tiêu", ["B1"])["B1"].cached is (read is not None)
    assert reader.never_calculated() == {"Chỉ tiêu": [] if read is not None else [(1, 2)]}


def test_a_nought_that_was_calculated_is_one():
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        book.add_worksheet("Chỉ tiêu").write_formula("B1", "=1-1", None, 0)
    again = io.BytesIO()
    with zipfile.ZipFile(made) as package, zipfile.ZipFile(again, "w") as changed:
        for name in package.namelist():
            changed.writestr(name, package.read(name).replace(b' fullCalcOnLoad="1"', b""))
    content = again.getvalue()
    assert read_workbook(content, FileKind.XLSX).sheets[0].at(1, 2) == 0
    reader = OpenpyxlExactReader(content, FileKind.XLSX)
    assert reader.cells("Chỉ tiêu", ["B1"])["B1"] == ExactCell(0, formula="=1-1")
