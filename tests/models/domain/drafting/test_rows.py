"""What stands in an appendix's table becomes headings, rows, and parts of the row above."""

from __future__ import annotations

import pytest

from models.domain.drafting.appendices import appendices_of
from models.domain.drafting.columns import ColumnRole
from models.domain.drafting.document import (
    DocumentCell,
    DocumentLine,
    DocumentTable,
    PrintedDocument,
)
from models.domain.drafting.rows import Item, Structure, structured

INDICATORS = "TT|Chỉ tiêu|Đơn vị tính|Kế hoạch năm 2026|Cơ quan chủ trì"
TASKS = "TT|Nhiệm vụ|Thời hạn|Cơ quan chủ trì|Sản phẩm"


def of_lines(*rows: str) -> Structure:
    """An appendix whose columns are parted by tabs; "" ends a table."""
    lines = [DocumentLine("Phụ lục I", "dòng 0")]
    lines += [DocumentLine(r.replace("|", "\t"), f"dòng {n}") for n, r in enumerate(rows, 1)]
    (appendix,) = appendices_of(PrintedDocument("a.txt", lines), 2026)
    return structured(appendix)


def of_cells(*rows: list[str | DocumentCell]) -> Structure:
    """An appendix in a table of Word."""
    made = [
        [
            c if isinstance(c, DocumentCell) else DocumentCell(c, f"bảng 1, hàng {at}, cột {n}", n)
            for n, c in enumerate(row)
        ]
        for at, row in enumerate(rows, 1)
    ]
    (appendix,) = appendices_of(PrintedDocument("a.docx", [DocumentTable(made, "bảng 1")]), 2026)
    return structured(appendix)


def merged(column: int, text: str = "", span: int = 1) -> DocumentCell:
    return DocumentCell(text, f"cột {column}", column, span, continued=not text)


def told(item: Item, role: ColumnRole) -> str:
    return "; ".join(item.cells[role].remarks)


@pytest.mark.parametrize(
    ("row", "number", "words"),
    [
        ("I|Chỉ tiêu kinh tế|||", "I", "Chỉ tiêu kinh tế"),
        ("I.|Chỉ tiêu kinh tế|||", "I", "Chỉ tiêu kinh tế"),
        ("II Chỉ tiêu xã hội||||", "II", "Chỉ tiêu xã hội"),
        ("II. Chỉ tiêu xã hội||||", "II", "Chỉ tiêu xã hội"),
        ("|III. Chỉ tiêu môi trường|||", "III", "Chỉ tiêu môi trường"),
        ("I.2|Dự án ngoài ngân sách|||", "I.2", "Dự án ngoài ngân sách"),
        ("A|Chỉ tiêu chung|||", "A", "Chỉ tiêu chung"),
        ("IV|Nhóm nhiệm vụ¹|||", "IV", "Nhóm nhiệm vụ"),
    ],
)
def test_a_heading_is_known_however_it_is_set(row: str, number: str, words: str) -> None:
    found = of_lines(INDICATORS, row, "1|GRDP|%|12,50|Sở Tài chính")
    assert [(g.number, g.printed) for g in found.groups] == [(number, words)]
    assert [item.group for item in found.items] == [number]


def test_a_heading_over_all_columns_without_a_number_is_a_heading_to_be_numbered() -> None:
    found = of_cells([*INDICATORS.split("|")], [DocumentCell("Chỉ tiêu kinh tế", "", 0, span=5)],
                     ["1", "GRDP", "%", "12,50", "Sở Tài chính"])  # fmt: skip
    assert [(g.number, g.remarks) for g in found.groups] == [("", ["tiêu đề nhóm không in số"])]


def test_rows_below_others_by_dash_plus_letter_and_number() -> None:
    found = of_lines(
        INDICATORS, "1|Chất thải||| ", "|- Đô thị|%|100|", "|– Nông thôn|%||", "|+ Thu gom|%|98|",
        "|+Xử lý|%|91|", "2|Thu ngân sách|tỷ|5|", "a)|Nội địa|tỷ|3|", "-|Thuế|tỷ|1|",
        "b)|Xuất nhập khẩu|tỷ|2|", "11|Dịch vụ công|||", "11.1|Toàn trình|%|80|",
        "11.2|Một phần|%|20|", "12|Khách|lượt|9|", "13|Trong đó: quốc tế|lượt|1|",
    )  # fmt: skip
    parents = [item.parent for item in found.items]
    assert parents == [None, 0, 0, 2, 2, None, 5, 6, 5, None, 9, 9, None, 12]
    names = [item.text(ColumnRole.NAME) for item in found.items]
    assert names[1:5] == ["- Đô thị", "- Nông thôn", "+ Thu gom", "+ Xử lý"]


@pytest.mark.parametrize(
    ("fragment", "role", "text"),
    [
        ("|hạ tầng giao thông|||", ColumnRole.NAME, "Hoàn thành hạ tầng giao thông"),
        ("|||nông thôn|", ColumnRole.LEAD, "Sở Nông nghiệp và Phát triển nông thôn"),
        ("||09/12/2025||", ColumnRole.DEADLINE, "Theo Kế hoạch ngày 09/12/2025"),
    ],
)
def test_a_row_broken_by_a_page_is_joined(fragment: str, role: ColumnRole, text: str) -> None:
    first = "1|Hoàn thành|Theo Kế hoạch ngày|Sở Nông nghiệp và Phát triển|"
    found = of_lines(TASKS, first, "", TASKS, fragment, "2|Lập đề án|Quý I/2026|Sở Y tế|")
    assert [item.text(ColumnRole.NUMBER) for item in found.items] == ["1", "2"]
    assert found.items[0].text(role) == text
    assert found.items[0].cells[role].place == "dòng 2 và dòng 5"
    assert "nối phần" in told(found.items[0], role)


def test_a_word_that_the_page_break_repeats_is_not_joined_twice() -> None:
    first = "1|Hoàn thành|Quý I/2026|Cục Thống kê thành phố|"
    found = of_lines(TASKS, first, "", TASKS, "|||phố|")
    assert found.items[0].text(ColumnRole.LEAD) == "Cục Thống kê thành phố"
    assert "trùng" in told(found.items[0], ColumnRole.LEAD)


def test_a_task_table_that_stays_roman_keeps_what_is_astray_in_a_heading() -> None:
    found = of_lines(TASKS, "1|Một|2026|Sở A|", "II|Nhóm hai|năm tiếp theo||", "2|Hai|2026|Sở B|")
    assert [g.number for g in found.groups] == ["II"]
    assert [text for _, text in found.unread] == ["năm tiếp theo"]


def test_tasks_under_a_plain_number_are_its_group_until_the_next_plain_number() -> None:
    found = of_lines(
        TASKS, "I|Nhóm||| ", "1|Thể chế|||", "1.1|Một|2026|Sở A|", "1.2|Hai|2026|Sở B|",
        "2|Ba|2026|Sở C|",
    )  # fmt: skip
    assert [item.group for item in found.items] == ["1", "1", "I"]


def test_merged_words_count_for_each_row_and_merged_figures_for_none() -> None:
    found = of_cells(
        [*INDICATORS.split("|")],
        ["1", "Điện", merged(2, "tỷ kWh"), merged(3, "9,8"), merged(4, "Sở Công Thương")],
        ["2", "Điện thương phẩm", merged(2), merged(3), merged(4)],
    )
    second = found.items[1]
    assert second.text(ColumnRole.UNIT) == "tỷ kWh"
    assert "ô gộp" in told(second, ColumnRole.UNIT)
    assert second.text(ColumnRole.TARGET) == ""
    assert second.cells[ColumnRole.LEAD].continued


def test_agencies_one_a_line_are_parted_and_a_broken_name_is_not() -> None:
    found = of_cells(
        [*TASKS.split("|")],
        ["1", "Một", "2026", "Sở Tài chính\nSở Y tế", ""],
        ["2", "Hai", "2026", "- Sở Nội vụ\n- Công an\nthành phố", ""],
    )
    leads = [item.text(ColumnRole.LEAD) for item in found.items]
    assert leads == ["Sở Tài chính; Sở Y tế", "Sở Nội vụ; Công an thành phố"]


def test_a_number_typed_into_the_name_is_told_apart() -> None:
    found = of_cells([*INDICATORS.split("|")], ["", "7. GRDP", "%", "12,50", "Sở Tài chính"])
    item = found.items[0]
    assert (item.text(ColumnRole.NUMBER), item.text(ColumnRole.NAME)) == ("7", "GRDP")


@pytest.mark.parametrize(
    ("printed", "kept"),
    [("9.600¹", "9.600"), ("9.600 ⁽²⁾", "9.600"), ("45-46*", "45-46"), (">10", ">10")],
)
def test_a_mark_that_leads_to_a_note_is_no_part_of_a_figure(printed: str, kept: str) -> None:
    found = of_lines(INDICATORS, f"1|GRDP|USD|{printed}|Sở Tài chính")
    assert found.items[0].text(ColumnRole.TARGET) == kept
    assert bool(found.items[0].cells[ColumnRole.TARGET].remarks) == (printed != kept)


def test_a_table_without_a_header_goes_on_with_the_columns_of_the_one_before() -> None:
    tables = [
        DocumentTable([[DocumentCell(t, "", n) for n, t in enumerate(r.split("|"))] for r in rows],
                      f"bảng {at}")
        for at, rows in enumerate(((TASKS, "1|Một|2026|Sở A|"), ("2|Hai|2026|Sở B|",)), 1)
    ]  # fmt: skip
    (appendix,) = appendices_of(PrintedDocument("a", tables), 2026)
    assert [row.text(ColumnRole.NAME) for row in appendix.rows] == ["Một", "Hai"]
    assert ["không có dòng tiêu đề" in doubt for _, doubt in appendix.doubts] == [True]


def test_what_belongs_to_no_table_is_kept_as_unread() -> None:
    lines = [
        DocumentLine("PHỤ LỤC", "1"),
        *(DocumentLine(r.replace("|", "\t"), "2") for r in (TASKS, "1|Một|2026|Sở A|")),
        DocumentLine("Các nhiệm vụ thường xuyên khác theo chức năng.", "3"),
    ]
    (appendix,) = appendices_of(PrintedDocument("a", lines), 2026)
    assert appendix.unread == [("3", "Các nhiệm vụ thường xuyên khác theo chức năng.")]
