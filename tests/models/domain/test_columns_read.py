"""Headers that were overwritten, columns the form does not know: nothing is read in silence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from models.domain.reading.findings import Severity
from models.domain.reading.workbook_content import address

Make = Callable[..., Any]

REVIEW = "2025-review"
ROW = "retail_sales"


def rename(book: Any, column: str, header: str | None, sheet: str = "indicators") -> None:
    """Overwrites the header of a column."""
    place = book.places[sheet, ROW, column][1]
    book.grids[sheet][3][place - 1] = header


def header_of(book: Any, column: str, sheet: str = "indicators") -> str:
    header: str = book.sheets[sheet].column(column).header
    return header


@pytest.mark.parametrize("overwritten", ["last_year", "estimate_west"])
def test_a_header_overwritten_with_anothers_is_for_the_agency_to_settle(
    workbook: Make, overwritten: str
) -> None:
    """Left of the true column its figures would be read in its place, right of it be dropped."""
    book = workbook(cycle=REVIEW)
    cell = book.put("indicators", ROW, overwritten, 237_690.0)
    rename(book, overwritten, header_of(book, "estimate"))
    (finding,) = book.findings("CT-11")
    assert finding.severity is Severity.ERROR
    assert f"ô {cell} ghi «237.690»" in finding.message
    assert f"ô {book.at('indicators', ROW, 'estimate')} ghi «250.200»" in finding.message
    assert " ".join(header_of(book, overwritten).split()) in finding.message


def test_a_column_under_anothers_header_is_not_read_in_place_of_an_empty_one(
    workbook: Make,
) -> None:
    book = workbook(cycle=REVIEW)
    for sheet, row, column in list(book.places):
        if (sheet, column) == ("indicators", "estimate"):
            book.put("indicators", row, "last_year", 100.0)
            book.put("indicators", row, "estimate", None)
    rename(book, "last_year", header_of(book, "estimate"))
    (finding,) = book.findings("CT-11")
    assert "trống" in finding.message


def test_an_empty_copy_of_a_column_is_no_matter(workbook: Make) -> None:
    book = workbook(cycle=REVIEW)
    book.grids["indicators"][3].append(header_of(book, "estimate"))
    assert [f.message for f in book.findings()] == []


@pytest.mark.parametrize("header", ["ABC", None, "Ước phía Đông"])
def test_a_column_that_lost_its_header_is_named_with_the_one_that_is_missing(
    workbook: Make, header: str | None
) -> None:
    book = workbook(cycle=REVIEW)
    cell = book.put("indicators", ROW, "estimate_west", 99_999.0)
    rename(book, "estimate_west", header)
    (finding,) = book.findings()
    assert (finding.rule, finding.severity) == ("CT-12", Severity.WARNING)
    assert cell in finding.message and (header or "không có tiêu đề") in finding.message
    assert "«Ước phía tây (Hải Dương trước hợp nhất)»" in finding.message


def beside(book: Any, header: str, value: Any) -> str:
    """Puts a column of the agency's own right of the table; its filled cell."""
    grid = book.grids["indicators"]
    row, place = book.places["indicators", ROW, "code"][0], len(grid[3]) + 1
    grid[3].append(header)
    grid[row - 1].extend([None] * (place - 1 - len(grid[row - 1])))
    grid[row - 1].append(value)
    from models.domain.reading.workbook_content import address

    return address(row, place)


@pytest.mark.parametrize(
    ("header", "value", "severity"),
    [
        ("Ghi chú của phòng", "Số chưa kiểm toán", Severity.INFO),
        ("STT", 1, Severity.INFO),
        ("Số theo Cục Thống kê", 99_999.0, Severity.WARNING),
        ("", "99.999", Severity.WARNING),
    ],
)
def test_a_column_of_the_agencys_own_is_told_to_be_left_unread(
    workbook: Make, header: str, value: Any, severity: Severity
) -> None:
    book = workbook(cycle=REVIEW)
    cell = beside(book, header, value)
    (finding,) = book.findings()
    assert (finding.rule, finding.severity) == ("CT-12", severity)
    assert cell in finding.message


@pytest.mark.parametrize(
    ("value", "rule", "severity"),
    [
        ("Ghi chú: số liệu do phòng tổng hợp", "CT-09", Severity.INFO),
        ("Ghi chú: số liệu điều chỉnh thành 99.999", "CT-12", Severity.WARNING),
        (99_999.0, "CT-12", Severity.WARNING),
    ],
)
def test_what_stands_below_the_table_is_told(
    workbook: Make, value: Any, rule: str, severity: Severity
) -> None:
    book = workbook(cycle=REVIEW)
    grid = book.grids["indicators"]
    grid += [[], [None] * 10 + [value]]
    (finding,) = book.findings()
    assert (finding.rule, finding.severity) == (rule, severity)
    assert f"K{len(grid)}" in finding.message


def test_a_row_that_numbers_the_columns_is_no_content(workbook: Make) -> None:
    book = workbook(cycle=REVIEW)
    book.grids["indicators"].append([f"({n})" for n in range(1, 10) if n != 3])
    book.grids["indicators"][-1].insert(2, 3)
    assert [f.message for f in book.findings()] == []


WARNING, INFO = Severity.WARNING, Severity.INFO


@pytest.mark.parametrize(
    ("row", "place", "value", "severity"),
    [
        (8, 4, "Đính chính: 25/02/2025", WARNING),
        (8, 5, dt.date(2025, 2, 25), WARNING),
        (8, 4, 12.0, WARNING),
        (25, 2, "30/KH-SCT (thay thế)", WARNING),
        (25, 1, "Ghi chú của phòng", INFO),
        (25, 2, "GIÁM ĐỐC", INFO),
        (25, 1, "Hải Phòng, ngày 20 tháng 01 năm 2025", INFO),
    ],
)
def test_what_stands_beside_the_fields_is_told(
    workbook: Make, row: int, place: int, value: Any, severity: Severity
) -> None:
    """A correction below the fields or right of them is not taken, and not passed over either."""
    book = workbook()
    grid = book.grids["details"]
    grid.extend([] for _ in range(row - len(grid)))
    grid[row - 1] = list(grid[row - 1]) + [None] * (place - len(grid[row - 1]))
    grid[row - 1][place - 1] = value
    (finding,) = book.findings()
    assert (finding.rule, finding.severity) == ("CT-12", severity)
    assert address(row, place) in finding.message


def test_a_second_block_of_fields_is_told(workbook: Make) -> None:
    book = workbook()
    grid = book.grids["details"]
    grid += [[], *([*row] for row in grid[4:])]
    told = " ".join(f.message for f in book.findings("CT-12"))
    assert told.count("không được đọc") == 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Đính chính: kim ngạch xuất khẩu là 38 tỷ USD", True),
        ("Kim ngạch xuất khẩu sửa thành 38", True),
        ("Bỏ: không thực hiện chỉ tiêu này", True),
        ("sua lai: 38", True),
        ("Ghi chú: số liệu sơ bộ", False),
        ("Chỉ tiêu nhằm huy động vốn", False),
    ],
)
@pytest.mark.parametrize("row", [2, 60])
def test_a_line_beside_the_table_that_corrects_it_is_told(
    workbook: Make, text: str, told: bool, row: int
) -> None:
    """Above the header, and below the table where only names stand."""
    book = workbook()
    grid = book.grids["indicators"]
    place = book.places["indicators", ROW, "name"][1]
    grid.extend([] for _ in range(row - len(grid)))
    grid[row - 1] = [None] * (place - 1) + [text]
    found = [f for f in book.findings() if f.rule == "CT-12"]
    assert [f.severity for f in found] == ([Severity.WARNING] if told else [])
    assert all(address(row, place) in f.message for f in found)


LINES = [
    # How figures count.
    "Các số trên nhân với 1.000",
    "Số nhân 10",
    "Các số chia cho 1000",
    "Giá trị thực gấp đôi số ghi",
    "Tất cả số đã trừ 10%",
    "Số trong ngoặc là số âm",
    "Dấu phẩy ngăn cách hàng nghìn",
    "Tỷ lệ 1/1000",
    # What they are of.
    "(*) tăng so với cùng kỳ",
    "Số liệu năm 2024",
    "Số liệu của phường Hồng Bàng",
    "Số liệu lũy kế cả nhiệm kỳ",
    "Số liệu theo giá 2010",
    "Chưa tính thuế",
    # Which of them count, and whether any does.
    "Chỉ lấy cột K",
    "Đọc từ phải sang trái",
    "BẢN NHÁP",
    "VÍ DỤ MINH HỌA",
]
SAID_OTHERWISE = [
    "Đề nghị không sử dụng số liệu này",
    "Cột G và K đổi chỗ cho nhau",
    "Các dòng 5 và 6 đổi cho nhau",
]


@pytest.mark.parametrize("row", [2, 60])
@pytest.mark.parametrize("text", LINES)
def test_a_line_that_may_say_how_a_table_is_to_be_read_is_a_note(
    workbook: Make, text: str, row: int
) -> None:
    """Nobody reads it, so the agency is asked whether its figures mean something else."""
    found = with_line(workbook(), "indicators", "name", row, text).findings()
    assert [(f.rule, f.severity) for f in found] == [("CT-09", INFO)]
    assert text[:20] in found[0].message and str(row) in found[0].cell


@pytest.mark.parametrize("row", [2, 60])
@pytest.mark.parametrize("text", SAID_OTHERWISE)
def test_a_line_that_takes_figures_elsewhere_is_a_warning(
    workbook: Make, text: str, row: int
) -> None:
    found = with_line(workbook(), "indicators", "name", row, text).findings()
    assert [(f.rule, f.severity) for f in found] == [("CT-12", WARNING)]


def with_line(book: Any, sheet: str, column: str, row: int, text: str) -> Any:
    """The workbook with that text in a row that is none of the table's."""
    grid = book.grids[sheet]
    place = next(at[1] for key, at in book.places.items() if key[::2] == (sheet, column))
    grid.extend([] for _ in range(row - len(grid)))
    grid[row - 1] = [None] * (place - 1) + [text]
    return book


@pytest.mark.parametrize(
    ("row", "text", "told"),
    [
        (60, "Cảm ơn Văn phòng", True),
        (2, "Cảm ơn Văn phòng", False),
        (2, "Ghi chú nội bộ", False),
        (2, "Ghi chú: xem công văn kèm theo", True),
        (2, "Kèm theo Kế hoạch số 25/KH-SCT ngày 20/01/2025", False),
        (60, "II. Lĩnh vực xã hội", False),
        (60, "NGƯỜI LẬP BIỂU", False),
        (60, "Hải Phòng, ngày 20 tháng 01 năm 2025", False),
    ],
)
def test_any_other_line_under_the_names_is_a_note_but_for_headings_and_signatures(
    workbook: Make, row: int, text: str, told: bool
) -> None:
    found = with_line(workbook(), "indicators", "name", row, text).findings()
    assert [(f.rule, f.severity) for f in found] == ([("CT-09", INFO)] if told else [])


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (lambda guidance: guidance, False),
        (lambda guidance: guidance[:255], False),  # as some programs cut it off
        (lambda guidance: guidance.replace("Ghi", "Đề nghị ghi"), False),
        (lambda guidance: f"{guidance} Các số đã nhân 10.", True),
        (lambda guidance: f"Chỉ lấy cột K. {guidance}", True),
    ],
)
def test_the_offices_own_line_is_a_note_where_words_were_put_into_it(
    workbook: Make, made: Any, told: bool
) -> None:
    book = workbook()
    guidance = made(book.sheets["indicators"].guidance)
    found = with_line(book, "indicators", "name", 2, guidance).findings()
    assert [f.rule for f in found] == (["CT-09"] if told else [])


def test_who_signs_below_the_table_is_no_note(workbook: Make) -> None:
    book = with_line(workbook(), "indicators", "name", 60, "NGƯỜI LẬP BIỂU")
    assert with_line(book, "indicators", "name", 63, "Nguyễn Văn An").findings() == []


def test_a_line_in_the_place_of_a_plans_numbers_is_a_note(workbook: Make) -> None:
    book = workbook()
    book.grids["action_plan"] += [[], ["Chỉ lấy các dòng 1, 2"]]
    (finding,) = book.findings()
    assert (finding.rule, finding.severity) == ("CT-09", INFO)
    assert f"A{len(book.grids['action_plan'])}" in finding.message


@pytest.mark.parametrize(
    ("row", "place", "text", "told"),
    [
        (2, 1, "Chỉ lấy cột giải trình", True),
        (3, 1, "Các số dưới đây là số cũ", True),
        (4, 3, "Đính chính", True),
        (2, 1, "Phòng Tổng hợp", False),
        (6, 3, "Lấy theo kỳ trước", True),  # behind the cycle's own title nobody answers
        (5, 3, "Tên cũ", True),
    ],
)
def test_what_stands_above_the_fields_or_behind_the_offices_own_is_told(
    workbook: Make, row: int, place: int, text: str, told: bool
) -> None:
    book = workbook()
    grid = book.grids["details"]
    grid[row - 1] = [*grid[row - 1], *[None] * (place - len(grid[row - 1]))]
    grid[row - 1][place - 1] = text
    found = [f for f in book.findings() if f.rule == "CT-12"]
    assert [address(row, place) in f.message for f in found] == ([True] if told else [])


ADDED = [
    ("Đính chính", [["Kim ngạch xuất khẩu", "38"]], Severity.WARNING),
    ("Sửa", [["xem bên dưới"]], Severity.WARNING),
    ("ĐIỀU CHỈNH", [["xem bên dưới"]], Severity.WARNING),
    ("Ghi chú", [["xem bên dưới"]], Severity.WARNING),
    ("Phu luc", [["xem bên dưới"]], Severity.WARNING),
    ("Sheet1", [[None, 38.0]], Severity.WARNING),
    ("Sheet1", [["38 tỷ USD"]], Severity.WARNING),
    ("Sheet1", [["Số đúng là ba mươi tám tỷ"]], Severity.WARNING),
    ("Sheet1", [["Kim ngạch xuất khẩu"]], Severity.WARNING),
    ("Sheet1", [["Chúc Văn phòng một ngày tốt lành"]], Severity.INFO),
    ("Dự án", [[38.0]], Severity.WARNING),
]


@pytest.mark.parametrize(("name", "rows", "severity"), ADDED)
def test_a_sheet_of_the_agencys_own_is_told_to_be_left_unread(
    workbook: Make, name: str, rows: list[list[Any]], severity: Severity
) -> None:
    book = workbook()
    book.grids["own"], book.names["own"] = rows, name
    (finding,) = book.findings()
    assert (finding.rule, finding.severity, finding.sheet) == ("CT-13", severity, name)
    assert f"«{name}» không có trong sổ Văn phòng đã gửi" in finding.message


@pytest.mark.parametrize("name", ["Kết quả kiểm tra", "_danh_muc", "_dinh_danh", "_danh_dau"])
def test_the_offices_own_further_sheets_are_not_spoken_of(workbook: Make, name: str) -> None:
    book = workbook()
    book.grids["own"], book.names["own"] = [["Số đúng là 38"], [38.0]], name
    assert [f.message for f in book.findings()] == []


def test_an_empty_and_a_hidden_sheet_are_not_spoken_of(workbook: Make) -> None:
    book = workbook()
    for key, rows in (("empty", [[None, " "]]), ("unseen", [[38.0]])):
        book.grids[key], book.names[key] = rows, key
    book.hidden["unseen"] = None
    assert [f.message for f in book.findings()] == []


def test_many_sheets_of_the_agencys_own_are_told_in_one_sentence(workbook: Make) -> None:
    book = workbook()
    for number in range(40):
        book.grids[f"own{number}"] = [[38.0]]
        book.names[f"own{number}"] = f"Trang {number}"
    (finding,) = book.findings()
    assert (finding.rule, finding.severity) == ("CT-13", Severity.WARNING)
    assert "40 trang" in finding.message and "«Trang 29»" in finding.message
