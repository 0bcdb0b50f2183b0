"""The office's own workbook that goes back: all that was written stands in it, and it is taken."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from models.domain.answers.enclosure import EnclosedKind, enclosed_workbook
from models.domain.answers.fresh_workbook import Addressee, is_fresh
from models.domain.answers.standing import verdict_of
from models.domain.cycle.cycles import HANOI
from models.domain.reading.findings import Severity
from models.domain.reading.forms import FIRST_ROW, HEADER_ROW
from models.domain.reading.identity import PROPERTY_NAME, RESULT_SHEET_NAME, SHEET_NAME, sign
from models.domain.reading.office import Office
from models.domain.reading.submissions import Entry, Examination, Verdict
from tasks.adapters.workbooks.returned_workbook import HandedIn, mark_workbook
from tasks.adapters.workbooks.template_canvas import AgencyWorkbook
from tasks.adapters.workbooks.workbook_styles import SEVERITY_FILLS
from tests.fixtures.office_files import own_office
from tests.fixtures.office_program import NO_OFFICE, saved_as
from tests.tasks.adapters.test_templates_examined import CYCLE, cell_of, examined, filled

AGENCY = "sct"
ROW = "export_turnover"
RED = {colour for severity, colour in SEVERITY_FILLS.items() if severity.rank <= 1}
Spoil = Callable[[Any], None]


@pytest.fixture(scope="module")
def office() -> Office:
    """The office as configured."""
    return own_office()


def to(office: Office) -> Addressee:
    cycle = office.cycle(CYCLE)
    form, catalogue = office.form_of(cycle), office.catalogue_of(cycle)
    return Addressee(form, catalogue, cycle, AGENCY, office.register)


def given_back(office: Office, content: bytes, read: Examination) -> bytes:
    """The workbook that goes back to the agency."""
    whose = to(office)
    token = sign(b"secret", CYCLE, AGENCY, whose.form.version)
    own = AgencyWorkbook(
        whose.form, whose.catalogue, whose.cycle, AGENCY, office.register, None, token
    )
    made_at = dt.datetime(2025, 2, 18, 9, 30, tzinfo=HANOI)
    handed_in = HandedIn(read.entries)
    return mark_workbook(content, "xlsx", read.findings, own, handed_in, made_at).content


def row_of(page: Any, code: str) -> int:
    return next(r for r in range(FIRST_ROW, page.max_row + 1) if page.cell(r, 1).value == code)


def column_of(page: Any, header: str) -> int:
    return next(
        c for c in range(1, page.max_column + 1) if page.cell(HEADER_ROW, c).value == header
    )


def a_row_deleted(book: Any) -> None:
    page = book["Chỉ tiêu"]
    page.delete_rows(row_of(page, ROW))


def a_task_deleted(book: Any) -> None:
    book["Nhiệm vụ"].delete_rows(FIRST_ROW + 1)


def a_column_deleted(book: Any) -> None:
    page = book["Chỉ tiêu"]
    page.delete_cols(column_of(page, "Mức cam kết (*)"))


def a_title_overwritten(book: Any) -> None:
    page = book["Chỉ tiêu"]
    cell_of(page, ROW, "Quý I").value = 9.1
    page.cell(HEADER_ROW, column_of(page, "Mức cam kết (*)")).value = "Quý I"


def a_sheet_deleted(book: Any) -> None:
    del book["Nhiệm vụ"]


def titles_deleted(book: Any) -> None:
    book["Chỉ tiêu"].delete_rows(HEADER_ROW)


def a_unit_changed(book: Any) -> None:
    cell_of(book["Chỉ tiêu"], ROW, "Đơn vị tính").value = "Triệu USD"
    cell_of(book["Chỉ tiêu"], ROW, "Mức cam kết (*)").value = 37
    cell_of(book["Chỉ tiêu"], ROW, "Cả năm (*)").value = 37


def rows_sorted_without_codes(book: Any) -> None:
    page = book["Chỉ tiêu"]
    first, second = row_of(page, ROW), row_of(page, "iip_growth")
    for column in range(2, page.max_column + 1):
        one, other = page.cell(first, column), page.cell(second, column)
        one.value, other.value = other.value, one.value


def a_row_doubled(book: Any) -> None:
    page = book["Chỉ tiêu"]
    page.insert_rows(FIRST_ROW)
    of = row_of(page, ROW)
    for column in range(1, page.max_column + 1):
        page.cell(FIRST_ROW, column).value = page.cell(of, column).value
    page.cell(FIRST_ROW, column_of(page, "Mức cam kết (*)")).value = 36.5


def another_agency_named(book: Any) -> None:
    book["Thông tin chung"]["B5"].value = "Sở Y tế"


SPOILT = [
    (a_row_deleted, "CT-04"),
    (a_task_deleted, "CT-04"),
    (a_column_deleted, "CT-03"),
    (a_title_overwritten, "CT-11"),
    (a_sheet_deleted, "CT-01"),
    (titles_deleted, "CT-02"),
    (a_unit_changed, "VB-01"),
    (rows_sorted_without_codes, "VB-03"),
    (a_row_doubled, "CT-05"),
    (another_agency_named, "DD-05"),
]


def with_own_words(spoil: Spoil) -> Spoil:
    """Also with what an agency writes where no form asks: a justification, rows further down."""

    def spoilt(book: Any) -> None:
        cell_of(book["Chỉ tiêu"], "iip_growth", "Giải trình (nếu có)").value = "Vì bão số 3."
        own = book["Kế hoạch hành động"]
        for column in range(2, own.max_column + 1):
            own.cell(FIRST_ROW + 7, column).value = own.cell(FIRST_ROW, column).value
        own.cell(FIRST_ROW + 7, 3).value = "Việc ghi cách xa các dòng trên"
        spoil(book)

    return spoilt


def said(entries: Any) -> dict[tuple[str, str, str], tuple[object, str]]:
    return {(e.sheet, e.row_key, e.column): (e.value, e.raw) for e in entries}


def fill_what_is_red(content: bytes, original: dict[tuple[str, str], object]) -> bytes:
    """The agency fills the empty cells on red ground that it may fill, and nothing else."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for page in book:
        for cells in page.iter_rows(min_row=FIRST_ROW):
            for cell in cells:
                red = cell.fill.fill_type and str(cell.fill.fgColor.rgb)[-6:] in RED
                if red and not cell.protection.locked:
                    wanted = original.get((page.title, cell.coordinate))
                    cell.value = wanted if wanted is not None else cell.value
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def right_answers(office: Office) -> dict[tuple[str, str], object]:
    """What stands in each cell of the workbook that nobody spoilt."""
    book = openpyxl.load_workbook(io.BytesIO(filled(office, AGENCY)))
    return {
        (p.title, c.coordinate): c.value for p in book for cells in p.iter_rows() for c in cells
    }


@pytest.mark.parametrize(("spoil", "rule"), SPOILT, ids=lambda v: getattr(v, "__name__", v))
def test_all_that_was_written_comes_back_and_what_is_red_is_all_that_is_left_to_fill(
    office: Office, spoil: Spoil, rule: str
) -> None:
    content = filled(office, AGENCY, with_own_words(spoil))
    read = examined(office, content)
    assert rule in {f.rule for f in read.findings}
    assert is_fresh(read.findings, "xlsx")
    made = given_back(office, content, read)

    again = examined(office, made)
    before, after = said(read.entries), said(again.entries)
    told = enclosed_workbook(read.findings, read.entries, "xlsx", "ban gui.xlsx", to(office))
    assert told.kind is EnclosedKind.FRESH and told.original == "ban gui.xlsx"
    changed = {k for k, v in before.items() if after.get(k) != v}
    marked = {(f.sheet, c) for f in told.findings for c in (f.cell, *f.cells) if c}
    titles = {s.key: s.title for s in to(office).form.sheets}
    here = {(e.sheet, e.row_key, e.column): (titles[e.sheet], e.cell) for e in again.entries}
    # Nothing is lost in silence: what is not as it was has a mark where it would stand.
    assert all(k not in here or here[k] in marked for k in changed)
    assert not {f.rule for f in again.findings} & {r for _, r in SPOILT}
    assert verdict_of(again.findings) is Verdict.RETURNED, "unaltered it is not taken"

    mended = fill_what_is_red(made, right_answers(office))
    last = examined(office, mended)
    assert verdict_of(last.findings) is Verdict.ACCEPTED, [f.message for f in last.findings]
    assert (last.agency, last.cycle, last.guessed) == (AGENCY, CYCLE, False)


def test_a_row_that_was_deleted_stands_again_on_red_ground_and_is_named(office: Office) -> None:
    content = filled(office, AGENCY, a_row_deleted)
    read = examined(office, content)
    (finding,) = (f for f in read.findings if f.rule == "CT-04")
    book = openpyxl.load_workbook(io.BytesIO(given_back(office, content, read)))
    page = book["Chỉ tiêu"]
    number = row_of(page, ROW)
    assert (
        f"(dòng {number}; các ô phải điền có nền đỏ); đề nghị điền các cột có dấu (*)."
        in finding.message
    )
    named = cell_of(page, ROW, "Chỉ tiêu")
    assert str(named.fill.fgColor.rgb)[-6:] == SEVERITY_FILLS[Severity.INFO]
    assert "không phải sửa ô này" in named.comment.text.lower()
    needed = cell_of(page, ROW, "Mức cam kết (*)")
    assert needed.value is None and str(needed.fill.fgColor.rgb)[-6:] in RED
    assert page.protection.sheet and named.protection.locked and not needed.protection.locked
    told = enclosed_workbook(read.findings, read.entries, "xlsx", "x.xlsx", to(office))
    (back,) = told.put_back
    assert (back.sheet, back.place, back.lacks_values) == ("Chỉ tiêu", f"dòng {number}", True)
    assert back.name == "PL I.7 «Kim ngạch xuất khẩu»"
    listed = list(book[RESULT_SHEET_NAME].iter_rows(min_row=6, values_only=True))
    assert any(row[2:4] == ("Chỉ tiêu", needed.coordinate) for row in listed)
    said = f"{book[RESULT_SHEET_NAME]['A3'].value} {book[RESULT_SHEET_NAME]['A4'].value}"
    assert "Tệp gửi đến thiếu dòng. Đây là sổ báo cáo của Văn phòng" in said


def test_findings_on_other_cells_name_the_cells_of_the_workbook_that_goes_back(
    office: Office,
) -> None:
    def spoil(book: Any) -> None:
        page = book["Chỉ tiêu"]
        cell_of(page, "retail_sales", "Mức cam kết (*)").value = "nhiều"
        cell_of(book["Nhiệm vụ"], book["Nhiệm vụ"]["A6"].value, "Thời hạn được giao")
        page.insert_cols(4)
        page.insert_rows(FIRST_ROW, 2)
        a_row_deleted(book)

    content = filled(office, AGENCY, spoil)
    read = examined(office, content)
    told = enclosed_workbook(read.findings, read.entries, "xlsx", "x.xlsx", to(office))
    book = openpyxl.load_workbook(io.BytesIO(given_back(office, content, read)))
    wrong = cell_of(book["Chỉ tiêu"], "retail_sales", "Mức cam kết (*)")
    assert wrong.value == "nhiều"
    (finding,) = (f for f in told.findings if f.value == "nhiều")
    assert finding.cell == wrong.coordinate
    assert f"ô {wrong.coordinate} (" in finding.message
    assert finding.beside_place.startswith("(«")
    (original,) = (f for f in read.findings if f.value == "nhiều")
    assert original.cell != wrong.coordinate


def test_a_figure_under_another_unit_comes_back_with_the_unit_it_was_written_in(
    office: Office,
) -> None:
    content = filled(office, AGENCY, a_unit_changed)
    made = given_back(office, content, examined(office, content))
    page = openpyxl.load_workbook(io.BytesIO(made))["Chỉ tiêu"]
    assert cell_of(page, ROW, "Đơn vị tính").value.startswith("Tỷ USD")
    assert cell_of(page, ROW, "Mức cam kết (*)").value == "37 Triệu USD"
    assert "DV-01" in {f.rule for f in examined(office, made).findings}


def test_what_is_not_copied_is_told_on_the_first_sheet(office: Office) -> None:
    content = filled(office, AGENCY, a_row_doubled)
    made = given_back(office, content, examined(office, content))
    note = openpyxl.load_workbook(io.BytesIO(made))[RESULT_SHEET_NAME]["A4"].value
    assert "Chưa chép sang (ô của tệp cơ quan đã gửi): «Chỉ tiêu» " in note


@pytest.mark.skipif(NO_OFFICE, reason="LibreOffice is not here")
def test_a_fresh_workbook_mended_in_another_program_is_taken(
    office: Office, tmp_path: Path
) -> None:
    content = filled(office, AGENCY, with_own_words(a_row_deleted))
    read = examined(office, content)
    mended = fill_what_is_red(given_back(office, content, read), right_answers(office))
    source = tmp_path / "sua.xlsx"
    source.write_bytes(mended)
    (saved,) = saved_as("xlsx", [source], tmp_path / "lo")
    last = examined(office, saved.read_bytes())
    assert verdict_of(last.findings) is Verdict.ACCEPTED, [f.message for f in last.findings]
    assert last.agency == AGENCY
    texts = [e for e in last.entries if isinstance(e, Entry) and e.column == "justification"]
    assert [e.value for e in texts] == ["Vì bão số 3."]


def test_what_stands_on_a_form_that_is_no_longer_taken_is_copied_onto_the_new_one(
    office: Office,
) -> None:
    def older(book: Any) -> None:
        token = sign(b"secret", CYCLE, AGENCY, "plan-0")
        book[SHEET_NAME]["B1"].value = token
        book.custom_doc_props[PROPERTY_NAME].value = token

    content = filled(office, AGENCY, older)
    read = examined(office, content)
    assert [f.rule for f in read.findings] == ["DD-02"]
    made = given_back(office, content, read)
    again = examined(office, made)
    assert verdict_of(again.findings) is Verdict.ACCEPTED, [f.message for f in again.findings]
    assert said(again.entries) == said(examined(office, filled(office, AGENCY)).entries)
