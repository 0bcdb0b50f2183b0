"""Words in a column of reasons that take the figure of their row back, and reasons that do not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from models.domain.notation.corrections import amends_its_row
from models.domain.reading.beside.words_of_a_row import amends_a_figure
from models.domain.reading.workbook_content import address


@pytest.mark.parametrize(
    "text",
    [
        *("chép nhầm dòng", "Copy nhầm", "nhầm đơn vị", "lộn dòng với dòng dưới", "nhầm dấu"),
        *("sai đơn vị, lẽ ra triệu đồng", "gõ thừa một số 0", "thiếu chữ số 0", "dư 1 số không"),
        *("số trên chưa đúng", "Số này không chính xác", "số liệu sai, xin thông cảm"),
        *("bỏ số này", "không tính số trên", "đổi chỗ với dòng dưới", "hoán đổi hai dòng"),
        *("lấy số 38", "thực tế là 38", "số chính xác là 38", "tức là 38"),
        *("số này là của năm 2024", "số liệu của năm trước", "giữ nguyên số năm ngoái"),
        *("xin điều chỉnh còn 38", "xin được sửa thành 38"),
    ],
)
def test_reasons_that_take_a_figure_back_amend_it(text: str) -> None:
    assert amends_its_row(text)


@pytest.mark.parametrize(
    "text",
    [
        *("Thực tế là giá điện tăng", "Giảm do sai phạm kéo dài", "Do bão số 3", "Thiếu số liệu"),
        *("Nghị quyết điều chỉnh lên 38", "Tăng so với số năm trước", "Chưa đủ số hộ đăng ký"),
        *("Thay thế cán bộ phụ trách", "Sai đơn vị thi công nên chậm", "Không thực hiện"),
        *("Số đúng như đã ghi", "Số liệu đã ghi là đúng", "Số đúng với báo cáo thống kê"),
        *("Số hộ không đúng đối tượng phải rà soát", "Lấy số liệu của Chi cục Thống kê"),
    ],
)
def test_reasons_for_a_figure_do_not_amend_it(text: str) -> None:
    assert not amends_its_row(text)


# Another figure and no reason for it, or words that say how the one in its cell came about.
REPLACED = [
    *(
        "38 mới đúng",
        "nhầm, 38",
        "sai rồi, 38 mới đúng",
        "38 chứ không phải 37",
        "không phải là 37",
    ),
    *("sửa: 38", "sửa 38", "cập nhật: 38", "số mới 38", "chốt lại 38", "xin lỗi, phải là 38"),
    *(
        "đề nghị ghi 38",
        "ghi giúp 38 tỷ",
        "lẽ ra 38",
        "tức 38",
        "quy ra 38",
        "hoặc 38",
        "cam kết: 38",
    ),
    *(
        "38",
        "→ 38",
        "=> 38",
        "= 38",
        "38,5%",
        "38 tỷ",
        "+38",
        "-38",
        "(38)",
        "thay = 38",
        "chỉ còn 38",
    ),
]
TAKEN_BACK = [
    *(
        "sai",
        "Nhầm rồi",
        "bị sai",
        "sai số liệu",
        "Sai dấu phẩy",
        "ngược dấu",
        "thiếu số lẻ",
        "số âm",
    ),
    *(
        "lệch dòng",
        "số bị lệch sang một cột",
        "lỗi công thức",
        "công thức sai",
        "tính nhầm",
        "cộng sai",
    ),
    *("quên chia 1000", "chưa quy đổi", "chưa đổi đơn vị", "chưa nhân", "nhân với 1.000", "x1000"),
    *("xem dòng dưới", "lấy số ở dòng trên", "số của ô bên", "ghi tạm", "số ví dụ", "lỗi đánh máy"),
    *("quý I và quý II ghi ngược", "đổi quý I với quý II", "hai số đảo nhau", "xin giảm còn 38"),
    *("giảm chứ không phải tăng",),
]
REASONS = [
    *("Tăng 5% so với năm 2024", "Tăng lên 38 tỷ do mở rộng thị trường", "Ước đạt 38 tỷ đồng"),
    *("Đạt 95%", "Do thiếu vốn 38 tỷ", "Đã sửa", "Đã cập nhật số liệu theo yêu cầu", "2024", "(1)"),
    *("Do chưa chia tách doanh nghiệp", "Nhân rộng mô hình", "Chia làm 2 giai đoạn", "Lệch pha"),
    *("Lỗi hệ thống phần mềm", "Do sai phạm kéo dài", "Không phải 100% doanh nghiệp báo cáo"),
    *("Theo dòng vốn FDI", "Theo Quyết định số 25/QĐ-UBND", "Nghị quyết 45-NQ/TW", "năm 2024"),
    *("còn 2 dự án chưa giải ngân", "Chỉ có 2 doanh nghiệp", "thay thế 38 km cáp", "Hạ 2 bậc"),
    *("Thiếu dấu hiệu phục hồi", "Số mẫu khảo sát ít", "Bằng mức năm 2024", "không thay đổi"),
]


@pytest.mark.parametrize("text", [*REPLACED, *TAKEN_BACK])
def test_words_that_put_another_figure_in_place_are_told(text: str) -> None:
    assert amends_a_figure(text) and amends_a_figure(text.upper())


@pytest.mark.parametrize("text", REASONS)
def test_reasons_that_name_a_figure_put_none_in_place(text: str) -> None:
    assert not amends_a_figure(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        *(("Số đúng là 38", True), ("đính chính: mức cam kết 38", True), ("sửa thành 38", True)),
        *(
            ("Sở ghi nhầm, 38 tỷ", True),
            ("Sửa lại 38 km đường", False),
            ("Đính chính hồ sơ", False),
        ),
        *(("Thay bằng 38 xe buýt điện", False), ("Đạt 38 tỷ USD", False), ("38 dự án", False)),
    ],
)
def test_a_figure_that_measures_put_in_place_is_told(
    text: str, told: bool, workbook: Callable[..., Any]
) -> None:
    book = workbook("sct")
    cell = book.put("indicators", "retail_sales", "measures", text)
    assert [f.cell for f in book.findings("KT-04")] == [cell] * told


@pytest.mark.parametrize(
    "text",
    [
        *(
            "giống trên",
            "tương tự trên",
            "như  trên",
            "(như trên)",
            "xem dòng trên",
            "nt nt",
            "Nt:",
        ),
        *(
            "( nt )",
            "[nt]",
            "…nt…",
            "=nt",
            "id.",
            "đã nêu trên",
            "Nội dung như trên",
            "↑",
            "⇧",
            "▲",
        ),
        *("↑ như trên", "như chỉ tiêu trên", "cùng trên", "Giải pháp như trên", "theo mục trên"),
        *("✓", "→", "####", "%", "+", "như\ntrên"),
    ],
)
def test_what_stands_for_words_elsewhere_is_told(text: str, workbook: Callable[..., Any]) -> None:
    book = workbook("sct")
    cell = book.put("indicators", "retail_sales", "measures", text)
    assert [f.cell for f in book.findings("KT-03")] == [cell]


@pytest.mark.parametrize("text", ["-", "…", "x", "Thu ngân sách", "trên địa bàn", "như kế hoạch"])
def test_what_stands_for_nothing_or_itself_is_not(text: str, workbook: Callable[..., Any]) -> None:
    book = workbook("sct")
    book.put("indicators", "retail_sales", "measures", text)
    assert not book.findings("KT-03")


WITHDRAWN = [
    *(
        "bỏ",
        "Bỏ dòng này",
        "hủy",
        "dòng này bỏ",
        "xin rút",
        "không cam kết",
        "không nhận chỉ tiêu này",
    ),
    *("không tính dòng này", "đề nghị bỏ chỉ tiêu này", "Số cũ"),
]


@pytest.mark.parametrize("text", WITHDRAWN)
def test_a_reason_that_withdraws_a_row_that_is_filled_is_told(
    text: str, workbook: Callable[..., Any]
) -> None:
    book = workbook("sct")
    cell = book.put("indicators", "retail_sales", "justification", text)
    assert [f.cell for f in book.findings("KT-04")] == [cell]
    book.put("indicators", "retail_sales", "committed", None)
    assert not book.findings("KT-04")


@pytest.mark.parametrize(
    "text", ["Bỏ mốc quý I do dịch", "Không đổi", "Không thực hiện", "Rút ngắn"]
)
def test_a_reason_for_a_part_of_a_row_withdraws_nothing(
    text: str, workbook: Callable[..., Any]
) -> None:
    book = workbook("sct")
    book.put("indicators", "retail_sales", "justification", text)
    assert not book.findings("KT-04")


@pytest.mark.parametrize(
    "text",
    [
        *("bỏ", "không dùng", "số cũ", "nháp", "nhầm", "sai dấu phẩy", "lệch dòng", "x1000"),
        *("triệu đồng", "Nguyễn An:\nĐVT: triệu đồng", "lấy số bên phải", "quên chia 1000"),
    ],
)
def test_a_comment_that_takes_a_figure_back_is_told(
    text: str, workbook: Callable[..., Any]
) -> None:
    book = workbook("sct")
    cell = book.comment("indicators", "retail_sales", "committed", text)
    assert [f.cell for f in book.findings("HT-08")] == [cell]


@pytest.mark.parametrize(
    "text", ["đã sửa", "tỷ đồng", "Đã rà soát", "không đổi", "ok", "kiểm tra lại"]
)
def test_a_comment_that_leaves_a_figure_as_it_is_is_not(
    text: str, workbook: Callable[..., Any]
) -> None:
    book = workbook("sct")
    book.comment("indicators", "retail_sales", "committed", text)
    assert not book.findings("HT-08")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        *((text, "warning") for text in ("38 mới đúng", "→ 38", "sai dấu phẩy", "nhầm", "x1000")),
        *((text, "warning") for text in ("lệch dòng", "bỏ dòng này", "❌", "✗", "??", "số cũ")),
        *(("xem lại", "info"), ("phụ trách: Lan", "info")),
    ],
)
def test_what_an_inserted_column_says_of_its_row_is_told(
    text: str, told: str, workbook: Callable[..., Any]
) -> None:
    book = workbook("sct")
    row, _ = book.places["indicators", "retail_sales", "justification"]
    cells = book.grids["indicators"][row - 1]
    cells.append(text)
    found = book.findings("CT-12")
    assert [(f.cell, str(f.severity)) for f in found] == [(address(row, len(cells)), told)]


@pytest.mark.parametrize("mark", ["-", "…", "x", "✓"])
def test_a_mark_in_an_inserted_column_says_nothing_of_its_row(
    mark: str, workbook: Callable[..., Any]
) -> None:
    book = workbook("sct")
    row, _ = book.places["indicators", "retail_sales", "justification"]
    book.grids["indicators"][row - 1].append(mark)
    assert not book.findings("CT-12")
