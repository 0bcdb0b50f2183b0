"""What people see beside figures and read into them: units in words, other rows' names and units
under merged cells, corrections among the instructions, numbers of choices and of papers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from models.domain.notation.corrections import names_issued_paper
from models.domain.reading.beside.units_told import other_unit, unit_of_figures
from models.domain.reading.cell_comments import AGENCYS_OWN, OFFICE_COMMENT, agencys_comment
from models.domain.reading.cell_values import understand_number
from models.domain.reading.identity import RESULT_JUSTIFICATION, RESULT_SHEET_NAME
from models.domain.reading.sight.office_words import joins_another
from models.domain.reading.words.choices_meant import understand_choice, understand_word
from models.domain.reading.workbook_content import Appearance, SheetContent
from tests.fixtures.filled_workbook import HEADER_ROW, FilledWorkbook

Make = Callable[..., FilledWorkbook]
ROW = ("indicators", "retail_sales")  # in «Tỷ đồng»

# A text, and the unit that it says figures are told in.
TOLD = [
    ("Đơn vị: triệu đồng", "triệu đồng"),
    ("đvt triệu đồng", "triệu đồng"),
    ("ĐVT: nghìn tỷ", "nghìn tỷ"),
    ("(triệu đồng)", "triệu đồng"),
    ("triệu USD", "triệu USD"),
    ("tính theo triệu USD", "triệu USD"),
    ("Các số tính bằng nghìn tỷ đồng, theo giá hiện hành", "nghìn tỷ đồng"),
    ("Đã quy đổi ra triệu đồng theo tỷ giá 25.000", "triệu đồng"),
    ("ghi theo đơn vị triệu đồng chứ không phải tỷ đồng", "triệu đồng"),
    ("số trên là triệu đồng", "triệu đồng"),
    ("Đơn vị tính là lượt", "lượt"),
    ("Tính theo tỷ giá 25.000", ""),
    ("Tính theo tháng", ""),
    ("Quy đổi ra USD theo tỷ giá 25.000", ""),
    ("Quy ra đồng Việt Nam", ""),
    ("Đơn vị: Phòng Kế hoạch - Tài chính", ""),
    ("Mức này là mức phấn đấu", ""),
    ("Các số là lũy kế từ đầu năm", ""),
    ("Số liệu theo báo cáo của Cục Thống kê", ""),
    ("Đạt 120 triệu đồng", ""),
    ("Tăng 5% so với năm 2024", ""),
    ("Do đơn vị chưa giải ngân", ""),
    ("Phòng Kế hoạch là đơn vị đầu mối", ""),
    ("17", ""),
    ("", ""),
]


@pytest.mark.parametrize(("text", "unit"), TOLD)
def test_a_text_says_in_which_unit_figures_are_told(text: str, unit: str) -> None:
    assert unit_of_figures(text) == unit


@pytest.mark.parametrize(
    ("text", "units", "other"),
    [
        ("ĐVT: triệu đồng", ["Tỷ đồng"], "triệu đồng"),
        ("ĐVT: tỷ đồng", ["Tỷ đồng"], ""),
        ("ĐVT: nghìn tỷ", ["Tỷ đồng"], "nghìn tỷ"),
        ("ĐVT: tỷ", ["Tỷ đồng"], ""),
        ("tính bằng %", ["%"], ""),
        ("ĐVT: triệu đồng", [], ""),
        ("ĐVT: triệu đồng", ["-"], ""),
        ("ĐVT: triệu đồng", ["Triệu đồng", "Tỷ đồng"], "triệu đồng"),
    ],
)
def test_a_unit_is_held_against_those_of_the_row(
    text: str, units: Sequence[str], other: str
) -> None:
    assert other_unit(text, units) == other


@pytest.mark.parametrize("column", ["justification", "measures"])
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Đơn vị: triệu đồng", True),
        ("Các số trên tính bằng nghìn tỷ", True),
        ("Đơn vị tính: tỷ đồng", False),
        ("Tính theo tỷ giá 25.000", False),
    ],
)
def test_words_of_a_row_that_tell_another_unit_are_told(
    workbook: Make, column: str, text: str, told: bool
) -> None:
    book = workbook()
    cell = book.put(*ROW, column, text)
    found = book.findings("KT-04")
    assert [f.cell for f in found] == ([cell] if told else [])
    assert all("«Tỷ đồng»" in f.message for f in found)


@pytest.mark.parametrize(
    ("column", "comment", "told"),
    [
        ("unit", "triệu đồng", True),
        ("unit", "An:\nĐVT: triệu đồng", True),
        ("unit", "tỷ đồng", False),
        ("name", "tính bằng nghìn USD", True),
        ("name", "theo số của Cục Thống kê", False),
    ],
)
def test_a_comment_that_tells_another_unit_is_told(
    workbook: Make, column: str, comment: str, told: bool
) -> None:
    book = workbook()
    cell = book.comment(*ROW, column, comment)
    assert [f.cell for f in book.findings("HT-08")] == ([cell] if told else [])


@pytest.mark.parametrize(
    ("column", "down", "rule"),
    [("unit", 1, "VB-01"), ("name", 1, "VB-02"), ("target", 1, "VB-02"), ("unit", 0, "")],
)
def test_what_a_merged_cell_shows_in_other_rows_is_told(
    workbook: Make, column: str, down: int, rule: str
) -> None:
    book = workbook()
    book.merge(*ROW, column, down, 0)
    found = {f.rule for f in book.findings("VB-01", "VB-02", "VB-03")}
    assert found == ({rule} if rule else set())


def test_a_merged_cell_over_rows_of_one_unit_changes_nothing(workbook: Make) -> None:
    book = workbook()
    book.merge("indicators", "iip_growth", "unit", 2, 0)  # three rows of «%»
    assert not book.findings("VB-01", "VB-02")


NAME = "Tổng mức bán lẻ hàng hóa và doanh thu dịch vụ tiêu dùng"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Doanh thu dịch vụ tiêu dùng", True),
        ("Tổng mức bán lẻ hàng hóa", True),
        ("Tổng mức bán lẻ hàng hóa và doanh thu dịch vụ tiêu dùng và xuất khẩu", True),
        ("Tổng mức bán lẻ hàng hóa và doanh thu dịch vụ", False),
        ("Tổng mức bán lẻ hàng hóa và doanh thu dịch vụ tiêu dùng trên địa bàn", False),
        (f"{NAME} (triệu đồng)", True),
        (f"{NAME}, nghìn tỷ", True),
        (f"{NAME} (x1.000)", True),
        (f"{NAME} (lũy kế)", True),
        (f"{NAME} - tốc độ tăng", True),
        (f"{NAME} (quý II)", True),
        (f"{NAME} (tỷ đồng)", False),
        (f"❌ {NAME}", True),
        (f"{NAME} ✗", True),
        (f"{NAME}?", True),
        (f"✓ {NAME}", False),
        (f"- {NAME}", False),
    ],
)
def test_a_name_that_lost_or_won_a_part_is_told(workbook: Make, name: str, told: bool) -> None:
    book = workbook()
    book.put(*ROW, "name", name)
    assert bool(book.findings("VB-02")) == told


@pytest.mark.parametrize(
    ("title", "told"), [("❌ 6 tháng", True), ("6 tháng (?)", True), ("6 tháng", False)]
)
def test_a_title_that_is_crossed_out_is_told(workbook: Make, title: str, told: bool) -> None:
    book = workbook()
    place = book.places["indicators", ROW[1], "milestone_6m"][1]
    book.grids["indicators"][HEADER_ROW - 1][place - 1] = title
    assert bool(book.findings("VB-02")) == told


def test_words_that_join_are_found() -> None:
    assert joins_another("va doanh thu") and not joins_another("tren dia ban")


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("retail_sales", False),
        ("retail_sales (triệu đồng)", True),
        ("retail_sales (tỷ đồng)", False),
        ("retail_sales*", False),
        ("retail_sales bỏ", True),
        ("retail_sales ❌", True),
        ("☐ retail_sales", True),
    ],
)
def test_a_unit_beside_a_code_is_told(workbook: Make, code: str, told: bool) -> None:
    book = workbook()
    cell = book.put(*ROW, "code", code)
    assert (cell in {f.cell for f in book.findings("VB-02")}) == told


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("Chỉ tiêu (ĐVT: triệu đồng)", {"VB-04"}),
        ("Chỉ tiêu - nghìn USD", {"VB-04"}),
        ("Chỉ tiêu (x1.000)", {"VB-04"}),
        ("Chỉ tiêu (dự thảo)", {"VB-02"}),
        ("Chỉ tiêu", set()),
        ("Chỉ tiêu (Sở Công Thương)", set()),
    ],
)
def test_a_sheet_that_bears_a_unit_is_told(workbook: Make, name: str, rules: set[str]) -> None:
    book = workbook()
    book.names["indicators"] = name
    assert {f.rule for f in book.findings("VB-02", "VB-04")} == rules


@pytest.mark.parametrize(
    ("place", "text", "told"),
    [
        ((HEADER_ROW, 15), "ĐVT: triệu đồng", True),
        ((HEADER_ROW, 15), "Ghi chú", False),
        ((3, 2), "Ghi số theo triệu đồng cho mọi dòng", True),
        ((3, 2), "Từ đây trở xuống đơn vị là triệu đồng", True),
        ((3, 2), "Ghi số theo đúng đơn vị tính của từng dòng", False),
    ],
)
def test_a_unit_told_around_the_table_is_told(
    workbook: Make, place: tuple[int, int], text: str, told: bool
) -> None:
    book = workbook()
    row = book.grids["indicators"][place[0] - 1]
    row += [None] * (place[1] - len(row))
    row[place[1] - 1] = text
    assert bool(book.findings("VB-04")) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Đính chính: mốc 6 tháng là 9600", True),
        ("Số liệu trong sổ này tính bằng triệu đồng", True),
        ("ĐVT: nghìn USD", True),
        ("Đã điền xong ngày 20/02/2025", False),
        ("Liên hệ: 0912 345 678", False),
    ],
)
def test_corrections_among_the_instructions_are_told(workbook: Make, text: str, told: bool) -> None:
    book = workbook()
    title = next(s.title for s in book.form.sheets if s.kind == "instructions")
    content = book.content()
    sheets = [SheetContent(title, [[None, *book.form.instructions], [None, text]]), *content.sheets]
    examination = _examined(book, sheets)
    assert ["CT-16" for f in examination if f.rule == "CT-16"] == (["CT-16"] if told else [])


def _examined(book: FilledWorkbook, sheets: Sequence[SheetContent]) -> Any:
    from dataclasses import replace

    from models.domain.answers.examining import examine_content

    return examine_content(replace(book.content(), sheets=sheets), book.office).findings


@pytest.mark.parametrize(
    ("value", "code", "kept"),
    [
        (1874.0, "", "1874"),
        (1874.0, "#,##0", "1874"),
        (12.0, "000", "012"),
        (12.5, "", "12,5"),
        (1_000_000.0, "0", "1000000"),
        (12.0, '"QĐ-"00', "QĐ-12"),
    ],
)
def test_a_number_among_words_is_kept_as_it_was_typed(
    workbook: Make, value: float, code: str, kept: str
) -> None:
    book = workbook()
    book.put("details", "", "plan_number", value)
    if code:
        book.show("details", "", "plan_number", Appearance(code))
    entries = book.examine().entries
    assert [e.value for e in entries if e.column == "plan_number"] == [kept]


@pytest.mark.parametrize("text", ["\U0001f51f", "\U0001f4af", "\U0001f4af%", "⚄"])
def test_a_picture_of_a_figure_is_no_empty_cell(workbook: Make, text: str) -> None:
    book = workbook()
    cell = book.put(*ROW, "milestone_6m", text)
    assert cell in {f.cell for f in book.findings("SO-02", "SO-03")}


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("{9}", True),
        ("9", True),
        ("nhóm 9", True),
        ("{9 bare}", True),
        ("6. {9 bare}", False),
        ("6/ {9 bare}", False),
        ("nhóm 6: {9 bare}", False),
        ("9) {9 bare}", True),
    ],
)
def test_a_choice_under_another_ones_number_is_asked_about(
    workbook: Make, text: str, taken: bool
) -> None:
    book = workbook()
    choice = next(c for c in book.catalogue.solution_groups if c.startswith("9."))
    said = text.replace("{9}", choice).replace("{9 bare}", choice.partition(". ")[2])
    book.put("action_plan", "@1", "group", said)
    found = [f for f in book.findings("LC-01") if f.cell == book.at("action_plan", "@1", "group")]
    assert bool(found) != taken


STATES = ("Đã hoàn thành", "Đang thực hiện", "Chưa thực hiện")


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("Đã hoàn thành", True),
        ("- Đã hoàn thành.", True),
        ("☑ Đã hoàn thành", True),
        ("✓ đã hoàn thành", True),
        ("■ Đã hoàn thành", True),
        ("Đã hoàn thành*", True),
        ("(Đã hoàn thành)", True),
        ("Đã hoàn thành?", False),
        ("Đã hoàn thành (?)", False),
        ("❌ Đã hoàn thành", False),
        ("Đã hoàn thành ✗", False),
        ("☐ Đã hoàn thành", False),
        ("[ ] Đã hoàn thành", False),
        ("□ Đã hoàn thành", False),
        ("≠ Đã hoàn thành", False),
        ("~Đã hoàn thành~", False),
        ("Đã hoàn thành 👎", False),
        ("⛔ Đã hoàn thành", False),
        ("xong?", False),
        ("xong", True),
    ],
)
def test_signs_beside_a_choice_may_take_it_back(text: str, taken: bool) -> None:
    understood = understand_word(text, STATES, {"xong": STATES[0]})
    assert understood.value == (STATES[0] if taken else None)
    numbered = tuple(f"{number}. {state}" for number, state in enumerate(STATES, 1))
    if "xong" not in text:
        found = understand_choice(text, numbered).value
        assert found == (numbered[0] if taken else None)


@pytest.mark.parametrize(
    ("number", "proves"),
    [
        ("1874/QĐ-UBND", True),
        ("Số 1874", True),
        (1874.0, True),
        ("Thông báo ngày 12/5/2025", True),
        ("1874/QĐ-UBND; dự thảo 12/NQ-HĐND", True),
        ("đang trình", False),
        ("không có", False),
        ("(dự thảo) 1874/QĐ-UBND", False),
        ("1874/QĐ-UBND (chưa ký)", False),
        ("❌ 1874/QĐ-UBND", False),
        ("1874/QĐ-UBND?", False),
        ("bỏ 1874/QĐ-UBND", False),
        ("1874/QĐ-UBND (nhầm)", False),
        ("1874/QĐ-UBND sai", False),
        ("sẽ có 1874/QĐ-UBND", False),
        ("1874/QĐ-UBND (hết hiệu lực)", False),
        ("1874/QĐ-UBND (bị thu hồi)", False),
        ("1874/QĐ-UBND (đã hủy)", False),
        ("1874/QĐ-UBND về việc hủy bỏ văn bản", True),
        ("1874/QĐ-UBND sẽ có hiệu lực từ 01/7/2025", True),
        ("Quyết định", False),
    ],
)
def test_what_was_not_issued_proves_nothing(
    workbook: Make, number: str | float, proves: bool
) -> None:
    book = workbook(cycle="2025-review")
    row = next(r for s, r, c in book.places if (s, c) == ("tasks", "product_number"))
    cell = book.put("tasks", row, "product_number", number)
    assert (cell in {f.cell for f in book.findings("KQ-09")}) != proves
    assert names_issued_paper(str(number)) == proves


@pytest.mark.parametrize(
    ("text", "taken"),
    [("17%o", False), ("17 %O", False), ("17%₀", False), ("1,7%o/năm", False), ("17%", True),
     ("17% (ước)", True)],
)  # fmt: skip
def test_a_thousandth_as_keyboards_write_it_is_no_hundredth(text: str, taken: bool) -> None:
    assert (understand_number(text, None, "%").value is not None) == taken


FINDINGS = (
    f"{OFFICE_COMMENT}\nLỗi phải sửa (DV-01): ghi lại theo «Tỷ đồng».\n"
    "Cảnh báo: sửa hoặc giải trình (CK-01): chưa đạt mức giao."
)


@pytest.mark.parametrize(
    ("comment", "own"),
    [
        (FINDINGS, ""),
        (f"{FINDINGS}\n", ""),
        (f"{FINDINGS}\nĐã sửa thành 9600", "Đã sửa thành 9600"),
        (f"{FINDINGS}\n\n=> 9600\nAn", "=> 9600\nAn"),
        (f"Văn phòng:\n{FINDINGS}\nsố đúng là 9600", "số đúng là 9600"),
        (f"{FINDINGS}\n\n{AGENCYS_OWN}\nước 35", "ước 35"),
        (f"{FINDINGS}\nđúng rồi\n{AGENCYS_OWN}\nước 35", "đúng rồi\n\nước 35"),
        (OFFICE_COMMENT, ""),
    ],
)
def test_what_is_answered_in_a_comment_of_the_offices_is_the_agencys(
    comment: str, own: str
) -> None:
    assert agencys_comment(comment) == own


@pytest.mark.parametrize(
    ("reason", "beside", "explained", "told"),
    [
        ("Do thiếu đơn hàng", None, None, ["G7"]),
        (None, "số đúng là 9600", None, ["I7"]),
        ("Do thiếu đơn hàng", None, "Do thiếu đơn hàng", []),
        ("Do thiếu đơn hàng", None, "Do đơn hàng giảm 15%", []),
        (None, None, None, []),
        ("-", None, None, []),
    ],
)
def test_reasons_among_the_results_are_told(
    workbook: Make,
    reason: str | None,
    beside: str | None,
    explained: str | None,
    told: list[str],
) -> None:
    book = workbook()
    cell = book.at(*ROW, "committed")
    if explained:
        book.put(*ROW, "justification", explained)
    titles = ["TT", "Mức độ", "Trang", "Ô", "Giá trị đang ghi", "Nội dung và cách sửa"]
    found = [1.0, "Cảnh báo", book.names["indicators"], cell, "250.200", "chưa đạt"]
    rows = [["KẾT QUẢ KIỂM TRA"], ["Sở Công Thương"], [], [], [], []]
    rows[5] = [*titles, RESULT_JUSTIFICATION, "Mã kiểm tra"]
    rows.append([*found, reason, "CK-01", beside])
    book.grids["own"], book.names["own"] = rows, RESULT_SHEET_NAME
    assert [f.cell for f in book.findings("CT-16")] == told
