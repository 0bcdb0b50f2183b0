"""What the sheet "Kết quả kiểm tra" asks for: what the letter asks for, and nothing that is not
there."""

from __future__ import annotations

import io

import openpyxl
import pytest

from models.domain.reading.findings import Finding, Severity, opened
from models.domain.reading.identity import RESULT_SHEET_NAME
from tasks.adapters.workbooks.result_words import advice, summary
from tasks.adapters.workbooks.returned_workbook import HandedIn, mark_workbook
from tasks.adapters.workbooks.workbook_styles import INFORMED, SEVERITY_FILLS
from tests.tasks.adapters.test_returned_workbook import MADE_AT, OWN, at, finding, original

BLUE = SEVERITY_FILLS[Severity.INFO]
REASON = "Hai xã đảo chờ dự án cấp nước."


def said(findings: list[Finding], parts: list[tuple[str, str, bool]] | None = None) -> str:
    made = mark_workbook(
        original(), "xlsx", findings, OWN, HandedIn((), parts=parts or ()), MADE_AT
    )
    workbook = openpyxl.load_workbook(io.BytesIO(made.content))
    sheet = workbook[RESULT_SHEET_NAME]
    return f"{sheet['A3'].value} {sheet['A4'].value}"


def warning(message: str, justification: str = "") -> Finding:
    text, ends = opened("Chỉ tiêu", at(0), "«Nước sạch», cột «Mức cam kết»", message)
    return Finding(
        "CK-01", Severity.WARNING, text, "Chỉ tiêu", at(0), justification=justification,
        place_ends=ends,
    )  # fmt: skip


def test_a_warning_that_was_explained_asks_for_nothing() -> None:
    text = said([warning("cam kết 95 chưa đạt mức giao. Đã có giải trình.", REASON)])
    assert "1 cảnh báo đã có giải trình" in text
    assert "Không phải sửa, không phải ghi thêm gì" in text
    assert "trả lời thư" not in text
    assert "giữ nguyên và ghi lý do" not in text


def test_a_remark_on_no_cell_speaks_of_no_marks_and_asks_for_no_answer() -> None:
    text = said([Finding("DD-06", Severity.INFO, "Tệp không mang mã nhận dạng.")])
    assert "Không phải sửa" in text
    assert "con trỏ" not in text
    assert "trả lời thư" not in text


def test_what_the_office_put_back_and_nobody_must_fill_is_not_called_red() -> None:
    made = mark_workbook(
        original(),
        "ods",
        [finding(at(0), Severity.INFO, "nội dung do Văn phòng ghi sẵn là «> 85».")],
        OWN,
        HandedIn(()),
        MADE_AT,
    )
    sheet = openpyxl.load_workbook(io.BytesIO(made.content))[RESULT_SHEET_NAME]
    text = str(sheet["A4"].value)
    assert "nền đỏ" not in text
    assert "xin sửa" not in text.lower()
    assert "Không phải sửa" in text


def test_blue_is_spoken_of_where_cells_are_blue_and_explained_in_the_guide() -> None:
    assert "nền xanh" not in said([finding(at(0))])
    assert "nền xanh" not in said([Finding("DD-06", Severity.INFO, "Tệp không mang mã.")])
    guide = openpyxl.load_workbook(io.BytesIO(original()))["Hướng dẫn"]
    blue = [r for r in guide.iter_rows() if str(r[0].fill.fgColor.rgb).endswith(BLUE)]
    assert [str(r[1].value) for r in blue] == [f"Khi tệp được trả lại: {INFORMED}"]


def test_where_an_opinion_may_be_written_nothing_more_is_forbidden() -> None:
    told = "không phải sửa, không bắt buộc ghi thêm; có ý kiến về nội dung được giao thì ghi ở cột"
    text = said([finding(at(0), Severity.INFO, f"đã ghi sẵn là «> 85»; {told} Giải trình.")])
    assert "không bắt buộc ghi thêm; có ý kiến về nội dung được giao thì ghi ở cột Giải" in text
    assert "không phải ghi thêm gì" not in text
    assert f"Ô nền xanh: {INFORMED}" in text


def test_red_is_spoken_of_where_cells_are_red() -> None:
    assert "Ô nền đỏ: phải sửa hoặc phải điền." in said([finding(at(0))])
    alone = said([finding("", Severity.BLOCKER, "Thiếu trang «Dự án».", sheet="Dự án")])
    assert "nền đỏ" not in alone
    assert "Nội dung và cách sửa" in alone
    assert "trả lời thư kèm tệp" in alone


@pytest.mark.parametrize(
    ("messages", "where"),
    [
        (["Đề nghị nêu nguyên nhân ở cột «Nguyên nhân»."], "ở cột «Nguyên nhân» cùng dòng"),
        (["đề nghị nêu lý do ở cột «Khó khăn, vướng mắc» và đề xuất."], "«Khó khăn, vướng mắc»"),
        (["nếu đúng, xin nêu lý do ở cột giải trình."], "ở cột Giải trình cùng dòng"),
        (["nếu đúng xin nêu lý do."], "ở cột Giải trình cùng dòng"),
        (["nêu ở cột «Nguyên nhân».", "nêu ở cột giải trình."], "ở cột nêu tại từng cảnh báo"),
    ],
)
def test_the_reason_is_asked_for_in_the_column_that_the_warning_names(
    messages: list[str], where: str
) -> None:
    text = advice([*map(warning, messages)], {Severity.WARNING}, something_owed=True)
    assert where in text
    assert "Ô nền cam" in text
    if where != "ở cột Giải trình cùng dòng":
        assert "Giải trình" not in text


def test_errors_in_a_section_whose_earlier_version_stands_are_no_duty() -> None:
    text = said([finding(at(0))], [("Chỉ tiêu", "Giữ bản đã tiếp nhận ở phiên bản 1", False)])
    assert "Bản đã tiếp nhận trước vẫn có hiệu lực" in text
    assert "Nếu sửa hoặc ghi thêm" in text


def test_explained_warnings_are_counted_apart() -> None:
    found = [warning("một", REASON), warning("hai"), finding(at(1))]
    assert summary(found) == "Có 1 lỗi phải sửa, 1 cảnh báo, 1 cảnh báo đã có giải trình."
