"""Columns of printed tables are known by the words of their header."""

from __future__ import annotations

import pytest

from models.domain.drafting.columns import TableHeader, TableKind, by_column, header_at, is_repeated
from models.domain.drafting.document import DocumentCell

HEADERS: list[tuple[str, TableKind | None, str]] = [
    ("TT|Chỉ tiêu / Cơ quan chủ trì báo cáo|Đơn vị tính|Kế hoạch năm 2026|Cơ quan chủ trì theo "
     "dõi, đánh giá", TableKind.INDICATORS, "number name unit target lead"),
    ("TT|CHỈ TIÊU|Đơn vị|Chỉ tiêu phấn đấu năm 2026|Cơ quan chủ trì",
     TableKind.INDICATORS, "number name unit target lead"),
    ("STT|Chỉ tiêu|ĐVT|Thực hiện năm 2025|Kế hoạch năm 2026|Ghi chú",
     TableKind.INDICATORS, "number name unit other target other"),
    ("STT|Tên chỉ tiêu|ĐVT|KH 2025|Ước TH 2025|KH 2026|So sánh KH 2026/ƯTH 2025 (%)",
     TableKind.INDICATORS, "number name unit other other target other"),
    ("TT|Chỉ tiêu|ĐVT|GĐ 2026-2030|Quý I/2026|Mục tiêu 2026|Cơ quan phối hợp",
     TableKind.INDICATORS, "number name unit other other target co"),
    ("TT|Mục tiêu|Chỉ tiêu|Cơ quan theo dõi",
     TableKind.INDICATORS, "number name target lead"),
    ("TT|Chỉ tiêu|Đơn vị tính|Kế hoạch 2025|Kế hoạch 2024",
     TableKind.INDICATORS, "number name unit other other"),
    ("TT|NHIỆM VỤ|Thời hạn hoàn thành|Cơ quan chủ trì theo dõi, đánh giá",
     TableKind.TASKS, "number name deadline lead"),
    ("TT|Tên nhiệm vụ|Cơ quan chủ trì|Cơ quan phối hợp|Kết quả|Thời gian hoàn thành",
     TableKind.TASKS, "number name lead co product deadline"),
    ("STT|Nội dung công việc|Đơn vị thực hiện|Đơn vị phối hợp|Thời gian thực hiện|Sản phẩm",
     TableKind.TASKS, "number name lead co deadline product"),
    ("STT|Tên đề án, dự thảo văn bản|Cơ quan trình|Thời hạn trình|Ghi chú",
     TableKind.TASKS, "number name lead deadline other"),
    ("STT|Tên Dự án|Văn bản phê duyệt chủ trương đầu tư/Dự án đầu tư|Tổng mức đầu tư (triệu đồng)|"
     "Cơ quan chủ trì đôn đốc, báo cáo tiến độ",
     TableKind.PROJECTS, "number name approval investment lead"),
    ("TT|Nhiệm vụ|Thời hạn|Cơ quan chủ trì|Kinh phí dự kiến",
     TableKind.TASKS, "number name deadline lead investment"),
    ("TT|Danh mục dự án|Chủ đầu tư|Tổng mức đầu tư|Thời gian thực hiện",
     TableKind.PROJECTS, "number name lead investment deadline"),
    ("TT|Ngành kinh tế|Quý I|6 tháng|9 tháng|Cả năm",
     TableKind.SCENARIO, "number name quy_1 6_thang 9_thang ca_nam"),
    ("TT|Tên cụm công nghiệp|Vị trí|Diện tích (ha)|TMĐT dự kiến (tỷ đồng)|Nhận xét",
     TableKind.PROJECTS, "number name other other investment other"),
    ("TT|Cụm công nghiệp (vị trí, diện tích, chủ đầu tư)|Kết quả, tiến độ|Khó khăn|Giải pháp|Cơ "
     "quan phụ trách", TableKind.TASKS, "number name product other other lead"),
    ("TT|Mã số|Tên nhiệm vụ|Thời hạn|Chủ trì", TableKind.TASKS, "number other name deadline lead"),
    ("TT|Họ và tên|Chức vụ", None, ""),
    ("ỦY BAN NHÂN DÂN|CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", None, ""),
    ("Nơi nhận:|TM. ỦY BAN NHÂN DÂN", None, ""),
    ("1|Tăng trưởng GRDP|%|12,5|Sở Tài chính", None, ""),
]  # fmt: skip


def cells(texts: str) -> list[DocumentCell]:
    return [DocumentCell(t, f"cột {n}", n) for n, t in enumerate(texts.split("|"))]


@pytest.mark.parametrize(("words", "kind", "roles"), HEADERS)
def test_columns_are_known_by_their_words(words: str, kind: TableKind | None, roles: str) -> None:
    header = header_at([cells(words)], 0, 2026)
    if kind is None:
        assert header is None
    else:
        assert header is not None
        assert (header.kind, " ".join(c.role for c in header.columns)) == (kind, roles)


def test_targets_of_several_years_are_nobodys_unless_one_is_of_the_year_wanted() -> None:
    header = header_at([cells("TT|Chỉ tiêu|Đơn vị tính|Kế hoạch 2025|Kế hoạch 2024")], 0, 2026)
    assert header is not None
    assert ["không rõ cột nào" in d for d in header.doubts] == [True]


def of_two_rows() -> list[list[DocumentCell]]:
    top = [
        DocumentCell("TT", "", 0),
        DocumentCell("Nhiệm vụ", "", 1),
        DocumentCell("Cơ quan thực hiện", "", 2, span=2),
        DocumentCell("Thời hạn", "", 4),
    ]
    below = [
        DocumentCell("", "", 0, continued=True),
        DocumentCell("", "", 1, continued=True),
        DocumentCell("Chủ trì", "", 2),
        DocumentCell("Phối hợp", "", 3),
        DocumentCell("", "", 4, continued=True),
    ]
    return [top, below, cells("(1)|(2)|(3)|(4)|(5)"), cells("1|Lập đề án|Sở A|Sở B|Quý I/2026")]


def test_a_header_of_two_rows_with_a_row_that_numbers_its_columns() -> None:
    rows = of_two_rows()
    header = header_at(rows, 0, 2026)
    assert header is not None
    assert header.rows == 3
    assert " ".join(c.role for c in header.columns) == "number name lead co deadline"
    assert is_repeated(header, rows[0])
    assert not is_repeated(header, rows[3])


def test_a_first_row_is_no_part_of_the_header() -> None:
    rows = [cells("TT|Chỉ tiêu|Đơn vị tính|Mục tiêu"), cells("|Tổng số|%|12,5")]
    header = header_at(rows, 0, 2026)
    assert header is not None
    assert header.rows == 1


def test_two_cells_below_one_title_are_one_with_a_remark() -> None:
    header: TableHeader | None = header_at(
        [[DocumentCell("TT", "", 0), DocumentCell("Chỉ tiêu", "", 1, span=2),
          DocumentCell("Đơn vị tính", "", 3)]], 0, 2026,
    )  # fmt: skip
    assert header is not None
    found = by_column(cells("1|Thu|nội địa|%"), header.columns)
    assert found[1].text == "Thu\nnội địa"
    assert found[1].remarks == ("hai ô in dưới một tiêu đề cột",)
    assert found[2].text == "%"
