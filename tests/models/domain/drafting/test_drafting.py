"""Drafted rows: what is certain is filled in, what is not is a doubt at its cell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest

from models.domain.drafting.document import DocumentLine, PrintedDocument
from models.domain.drafting.draft import CatalogueDraft, DoubtKind, DraftRow
from models.domain.drafting.drafting import DraftingOffice, draft_catalogue
from models.domain.drafting.naming import FormerRow, FormerRows, agencies_named
from models.domain.register.agencies import Agency, AgencyKind, Collective, Register

ENDED = dt.date(2025, 6, 30)
NAMES: Sequence[tuple[str, str, dt.date | None]] = (
    ("stc", "Sở Tài chính", None),
    ("syt", "Sở Y tế", None),
    ("svhttdl", "Sở Văn hóa, Thể thao và Du lịch", None),
    ("skhdt", "Sở Kế hoạch và Đầu tư", ENDED),
    ("thong_ke", "Cục Thống kê thành phố", None),
)
REGISTER = Register(
    {c: Agency(c, n, AgencyKind.DEPARTMENT, valid_to=end) for c, n, end in NAMES},
    {},
    collectives={"cac_so": Collective("cac_so", "Các sở, ngành", ["department"])},
)
MEASURED = ("code", "number", "parent", "group", "name_printed", "name", "unit_printed",
            "target_printed", "target_reading", "direction", "agencies_printed", "agencies",
            "basis", "note")  # fmt: skip
COLUMNS = {
    "appendix_1": MEASURED,
    "appendix_2": ("code", "number", "parent", "name_printed", "unit_printed", "quy_1_printed",
                   "6_thang_printed", "9_thang_printed", "ca_nam_printed", "direction", "agencies",
                   "basis", "note"),
    "appendix_3": MEASURED,
    "appendix_4": ("code", "number", "group", "name_printed", "deadline_printed",
                   "deadline_reading", "product_printed", "agencies_printed",
                   "co_agencies_printed", "leads", "agencies", "basis", "note"),
    "appendix_5": ("code", "number", "group", "name_printed", "approval_printed",
                   "investment_printed", "investment_reading", "agencies_printed", "agencies",
                   "basis", "note"),
}  # fmt: skip
INDICATORS = "TT|Chỉ tiêu|Đơn vị tính|Kế hoạch năm 2026|Cơ quan chủ trì"
TASKS = "TT|Nhiệm vụ|Thời hạn|Cơ quan chủ trì|Kinh phí dự kiến"
TOGETHER = "TT|Nhiệm vụ|Thời hạn|Cơ quan chủ trì|Cơ quan phối hợp|Sản phẩm"


def drafted(*lines: str, former: Sequence[FormerRow] = ()) -> CatalogueDraft:
    """The draft of lines, a table's columns parted by bars."""
    made = [DocumentLine(t.replace("|", "\t"), f"dòng {n}") for n, t in enumerate(lines, 1)]
    office = DraftingOffice(REGISTER, FormerRows(former), COLUMNS)
    return draft_catalogue(PrintedDocument("a.txt", made), 2026, office)


def one(header: str, row: str, sheet: str, former: Sequence[FormerRow] = ()) -> DraftRow:
    draft = drafted("Phụ lục", header, "I|Nhóm", row, former=former)
    return draft.sheets[sheet][-1]


def worst(row: DraftRow, key: str) -> DoubtKind | None:
    return row.cells[key].worst if key in row.cells else None


@pytest.mark.parametrize(
    ("printed", "codes"),
    [
        ("Sở Tài chính", "stc"),
        ("Sở Tài chính, Sở Y tế", "stc syt"),
        ("Sở Y tế; Sở Tài chính", "syt stc"),
        ("Sở Y tế và Cục Thống kê", "syt thong_ke"),
        ("Sở Văn hóa, Thể thao và Du lịch", "svhttdl"),
        ("Sở Y tế, Sở Văn hóa, Thể thao và Du lịch, Sở Tài chính", "syt svhttdl stc"),
        ("Sở Y tế.", "syt"),
        ("Sở Y tế, Sở Lạ", ""),
        ("Các sở, ngành", "cac_so"),
        ("Sở Y tế; các sở, ngành", "syt cac_so"),
        ("Các doanh nghiệp", ""),
        ("UBND các xã, phường", ""),
        ("Sở Kế hoạch và Đầu tư", ""),
        ("", ""),
    ],
)
def test_agencies_are_filled_in_only_where_every_name_is_certain(printed: str, codes: str) -> None:
    named = agencies_named(printed, REGISTER, dt.date(2026, 1, 20))
    assert " ".join(named.codes) == codes
    assert bool(named.unclear) == bool(printed and not codes)


@pytest.mark.parametrize(
    ("target", "direction", "marked"),
    [
        (">10", "higher", ""),
        ("≤ 3,5", "lower", ""),
        ("12,50", "", "direction"),
        ("45-46", "", "direction"),
        ("57% : 33% : 5%", "", "target_reading"),
        ("Thuộc nhóm dẫn đầu cả nước", "none", "target_printed"),
        ("", "none", "target_printed"),
        ("9486", "", "target_printed"),
        ("≤ 3 tỷ đồng", "lower", "target_reading"),
    ],
)
def test_a_target_says_its_direction_or_a_person_does(
    target: str, direction: str, marked: str
) -> None:
    row = one(INDICATORS, f"1|Chỉ số mới|%|{target}|Sở Y tế", "appendix_1")
    assert row.value("target_printed") == target
    assert row.value("direction") == direction
    assert not marked or worst(row, marked)


FORMER = FormerRow(
    "grdp_growth", "appendix_1", "", ["Tốc độ tăng GRDP năm 2025, bao gồm:"], "%", "higher",
    ["stc"], "printed",
)  # fmt: skip


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("1|Tốc độ tăng GRDP năm 2026, bao gồm|%|12,50|Sở Tài chính", "grdp_growth"),
        ("1|Tốc độ tăng GRDP năm 2026|%|12,50|Sở Tài chính", "toc_tang_grdp_2026"),
        ("1|Tốc độ tăng GRDP năm 2026, bao gồm:|tỷ đồng|9|Sở Tài chính", ""),
    ],
)
def test_a_code_goes_on_where_name_and_unit_are_the_same(row: str, code: str) -> None:
    found = one(INDICATORS, row, "appendix_1", [FORMER])
    kept = found.value("code") == "grdp_growth"
    assert kept == (code == "grdp_growth")
    assert worst(found, "code") is (None if kept else DoubtKind.PROPOSED)
    assert found.value("direction") == ("higher" if kept else "")


def test_a_code_that_two_rows_claim_goes_to_neither() -> None:
    line = "1|Tốc độ tăng GRDP năm 2026, bao gồm|%|12|Sở Tài chính"
    draft = drafted("Phụ lục", INDICATORS, "I|Nhóm", line, line.replace("1|", "2|", 1),
                    former=[FORMER])  # fmt: skip
    codes = [row.value("code") for row in draft.sheets["appendix_1"]]
    assert len(set(codes)) == 2
    assert "grdp_growth" not in codes


@pytest.mark.parametrize(
    ("deadline", "marked"),
    [
        ("Tháng 6/2026", False),
        ("Thường xuyên", False),
        ("100 ngày kể từ ngày ban hành", True),
        ("Quý I/2025", True),
    ],
)
def test_what_does_not_read_is_marked_beside_the_empty_cell_for_its_reading(
    deadline: str, marked: bool
) -> None:
    row = one(TASKS, f"1|Lập đề án|{deadline}|Sở Y tế|", "appendix_4")
    assert row.value("deadline_printed") == deadline
    assert row.value("deadline_reading") == ""
    assert (worst(row, "deadline_reading") is DoubtKind.OPEN) == marked
    assert row.value("code") == "task_2026_01"


@pytest.mark.parametrize(
    ("title", "printed", "reading", "marked"),
    [
        ("Tổng mức đầu tư (triệu đồng)", "2.513.243", "", ""),
        ("Tổng mức đầu tư (tỷ đồng)", "2.513", "2.513 tỷ đồng", "investment_reading"),
        ("Tổng mức đầu tư", "2.513 tỷ đồng", "", ""),
        ("Tổng mức đầu tư", "2.513.243", "", "investment_printed"),
        ("TMĐT (tỷ đồng)", "2.513 (phấn đấu)", "", "investment_reading"),
    ],
)
def test_an_amount_is_never_taken_for_one_in_another_unit(
    title: str, printed: str, reading: str, marked: str
) -> None:
    header = f"TT|Tên dự án|{title}|Cơ quan chủ trì"
    row = one(header, f"1|Cầu Máy Chai|{printed}|Sở Y tế", "appendix_5")
    assert row.value("investment_printed") == printed
    assert row.value("investment_reading") == reading
    assert bool(row.value("note")) == bool(reading)
    assert [k for k in ("investment_printed", "investment_reading") if worst(row, k)] == (
        [marked] if marked else []
    )


def test_a_printed_column_without_a_place_stays_beside_its_row_and_is_told() -> None:
    draft = drafted("Phụ lục", TASKS, "I|Nhóm", "1|Lập đề án|2026|Sở Y tế|5 tỷ")
    (row,) = draft.sheets["appendix_4"]
    assert row.unplaced == [("Kinh phí dự kiến", "5 tỷ")]
    assert [(u.sheet, u.text) for u in draft.unread] == [("appendix_4", "5 tỷ")]


@pytest.mark.parametrize(
    ("lead", "co", "codes", "leads", "marked"),
    [
        ("Sở Y tế", "Sở Tài chính", "syt;stc", "", False),
        ("Sở Y tế, Sở Tài chính", "Cục Thống kê", "syt;stc;thong_ke", "2", False),
        ("Sở Y tế, Sở Tài chính", "", "syt;stc", "", False),
        ("Sở Y tế", "Các doanh nghiệp", "", "", True),
        ("", "Sở Tài chính", "stc", "", False),
    ],
)
def test_a_printed_column_of_those_who_cooperate_is_read_beside_the_lead(
    lead: str, co: str, codes: str, leads: str, marked: bool
) -> None:
    row = one(TOGETHER, f"1|Lập đề án|2026|{lead}|{co}|Đề án", "appendix_4")
    assert (row.value("agencies_printed"), row.value("co_agencies_printed")) == (lead, co)
    assert (row.value("agencies"), row.value("leads")) == (codes, leads)
    assert (worst(row, "agencies") is DoubtKind.OPEN) == marked
    assert row.value("product_printed") == "Đề án"


def test_numbers_that_jump_tell_that_a_row_may_be_lost() -> None:
    draft = drafted("Phụ lục", TASKS, "I|Nhóm", "1|Một|2026|Sở Y tế|", "3|Ba|2026|Sở Y tế|",
                    "|Không số|2026|Sở Y tế|")  # fmt: skip
    first, second, third = draft.sheets["appendix_4"]
    assert worst(first, "number") is None
    assert worst(second, "number") is DoubtKind.LOOK
    assert worst(third, "number") is DoubtKind.OPEN


def test_a_second_appendix_of_a_kind_follows_the_first_and_is_told() -> None:
    draft = drafted("Phụ lục I", TASKS, "I|Nhóm", "1|Một|2026|Sở Y tế|", "",
                    "Phụ lục II", TASKS, "I|Nhóm", "1|Hai|2026|Sở Y tế|")  # fmt: skip
    first, second = draft.sheets["appendix_4"]
    assert (worst(first, "number"), worst(second, "number")) == (None, DoubtKind.OPEN)
    assert [worst(h, "number") for h in draft.sheets["headings"]] == [None, DoubtKind.OPEN]


def test_what_the_document_says_of_itself() -> None:
    draft = drafted(
        "ỦY BAN NHÂN DÂN|CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Số: 02 /CT-UBND|Hải Phòng, ngày 19 tháng 01 năm 2026", "CHỈ THỊ", "Về nhiệm vụ năm 2026",
        "Căn cứ Nghị quyết số 9/NQ-CP ngày 08 tháng 01 năm 2025", "PHỤ LỤC IV",
        "(Kèm theo Chỉ thị số 02/CT-UBND ngày 19/01/2026 của Ủy ban nhân dân thành phố)",
        TASKS, "1|Một|2026|Sở Y tế|",
    )  # fmt: skip
    (facts,) = draft.sheets["directive"]
    assert [facts.value(k) for k in ("number", "date", "subject", "issuer")] == [
        "02/CT-UBND", "2026-01-19", "Về nhiệm vụ năm 2026", "Ủy ban nhân dân thành phố",
    ]  # fmt: skip
    assert facts.value("title") == (
        "Chỉ thị số 02/CT-UBND ngày 19/01/2026 của Ủy ban nhân dân thành phố"
    )
    assert draft.found == [("PHỤ LỤC IV", "appendix_4", 1)]


def test_a_document_without_appendices_says_so() -> None:
    draft = drafted("CHỈ THỊ", "Về việc khác")
    assert any("Không nhận ra bảng" in remark for remark in draft.remarks)
