"""Versions compared: what changed, what came, what a new version leaves out."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.domain.answers.versions import compare, describe, left_out_findings
from models.domain.reading.findings import Severity
from models.domain.reading.submissions import Entry
from tests.fixtures.amiss import unbalanced

Make = Callable[..., Any]


def entries(book: Any) -> Sequence[Entry]:
    result: Sequence[Entry] = book.examine().entries
    return result


def test_the_same_workbook_twice_differs_in_nothing(workbook: Make) -> None:
    book = workbook()
    difference = compare(entries(book), entries(book), book.form)
    assert not difference
    assert describe(difference, book.form, book.catalogue) == []
    assert left_out_findings(entries(book), entries(book), book.form) == []


def test_a_changed_figure_is_told_with_both_values(workbook: Make) -> None:
    book = workbook()
    before = entries(book)
    cell = book.put("indicators", "export_turnover", "committed", 38.5)
    (change,) = compare(before, entries(book), book.form).changed
    assert (change.after.cell, change.before.raw) == (cell, "37")
    (line,) = describe(compare(before, entries(book), book.form), book.form, book.catalogue)
    assert line == (
        f"Trang «Chỉ tiêu», dòng «Kim ngạch xuất khẩu»: cột «Mức cam kết» (ô {cell}) từ 37 thành "
        "38,5"
    )


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (58.5, 58_500, "từ 58,5 thành 58.500"),
        (0.88, 88, "từ 0,88 thành 88"),
        (94, 95.2, "từ 94 thành 95,2"),
        ("94,0", "95,25", "từ 94,0 thành 95,25"),
    ],
)
def test_figures_stand_as_they_stand_in_their_cells(
    workbook: Make, before: object, after: object, said: str
) -> None:
    book = workbook()
    book.put("indicators", "export_turnover", "committed", before)
    first = entries(book)
    book.put("indicators", "export_turnover", "committed", after)
    (line,) = describe(compare(first, entries(book), book.form), book.form, book.catalogue)
    assert line.endswith(said)


def test_each_changed_row_has_a_line_of_its_own_and_a_free_row_goes_by_its_work(
    workbook: Make,
) -> None:
    book = workbook("syt")
    work = "Triển khai nội dung 6 thuộc nhóm «4. Bộ máy tinh gọn, hiệu lực, hiệu quả»"
    book.put("action_plan", "@1", "five_work", work)
    book.put("action_plan", "@1", "five_result", None)
    before = entries(book)
    first = book.put("action_plan", "@1", "five_person", "Phòng Kế hoạch")
    second = book.put("action_plan", "@1", "five_result", "Đề án")
    lines = describe(compare(before, entries(book), book.form), book.form, book.catalogue)
    assert len(lines) == 1
    told = [f"(ô {first}) từ «", f"(ô {second}) bổ sung «Đề án»"]
    for line in lines:
        opening, _, _ = line.partition(": cột ")
        assert opening.startswith(
            "Trang «Kế hoạch hành động», việc «Triển khai nội dung 6 thuộc nhóm “"
        )
        assert opening.endswith("…”»")
        assert not unbalanced(line)
    assert all(any(part in line for line in lines) for part in told)


def test_changes_stand_sheet_by_sheet_row_by_row_and_from_left_to_right(workbook: Make) -> None:
    book = workbook()
    book.put("indicators", "export_turnover", "measures", None)
    before = entries(book)
    places = [
        book.put("action_plan", "@1", "five_person", "Phòng Kế hoạch"),
        book.put("indicators", "export_turnover", "measures", "Mở thị trường."),
        book.put("indicators", "export_turnover", "milestone_q1", 9),
        book.put("indicators", "export_turnover", "committed", 38.5),
    ]
    lines = describe(compare(before, entries(book), book.form), book.form, book.catalogue)
    found = [re.findall(r"\(ô (\w+)\)", line) for line in lines]
    assert found == [[places[3], places[2], places[1]], [places[0]]]


def test_what_many_rows_of_a_sheet_change_alike_is_told_once_with_its_cells(workbook: Make) -> None:
    book = workbook("syt")
    works = ("@1", "@2", "@3")
    for work in works:
        book.put("action_plan", work, "five_result", None)
    before = entries(book)
    cells = [book.put("action_plan", work, "five_result", "Đề án") for work in works]
    other = book.put("action_plan", "@2", "five_person", "Phòng Kế hoạch")

    first, second = describe(compare(before, entries(book), book.form), book.form, book.catalogue)

    assert first.startswith("Trang «Kế hoạch hành động», 3 dòng: cột «")
    assert first.endswith(f"bổ sung «Đề án» (các ô {', '.join(cells)})")
    assert f"(ô {other})" in second and "Đề án" not in second.partition("cột")[2]

    book.put("action_plan", "@3", "five_result", "Kế hoạch")
    apart = describe(compare(before, entries(book), book.form), book.form, book.catalogue)
    assert len(apart) == 3 and not any("dòng: cột" in line for line in apart)


def test_another_notation_of_the_same_figure_is_no_change(workbook: Make) -> None:
    book = workbook()
    before = entries(book)
    book.put("indicators", "export_turnover", "committed", "37,0 tỷ USD")
    assert not compare(before, entries(book), book.form)


def test_free_rows_are_matched_by_their_work_not_by_their_place(workbook: Make) -> None:
    book = workbook("syt")
    before = entries(book)
    grid = book.grids["action_plan"]
    grid[4:] = list(reversed(grid[4:]))
    assert not compare(before, entries(book), book.form)


def test_a_reworded_free_row_is_a_change_of_its_words_only(workbook: Make) -> None:
    book = workbook("syt")
    book.put("action_plan", "@1", "five_work", "Xây dựng đề án bệnh viện thông minh")
    before = entries(book)
    book.put("action_plan", "@1", "five_work", "Xây dựng Đề án bệnh viện thông minh giai đoạn 1")
    difference = compare(before, entries(book), book.form)
    assert [c.after.column for c in difference.changed] == ["five_work"]
    assert not difference.added
    assert not left_out_findings(before, entries(book), book.form)


def test_a_free_row_left_out_is_asked_about_by_its_work(workbook: Make) -> None:
    book = workbook("syt")
    before = entries(book)
    del book.grids["action_plan"][5]
    (finding,) = left_out_findings(before, entries(book), book.form)
    assert (finding.rule, finding.severity) == ("PB-01", Severity.WARNING)
    assert "của việc 2" in finding.message
    lines = describe(compare(before, entries(book), book.form), book.form, book.catalogue)
    assert len(lines) == 1 and lines[0].startswith("Trang «Kế hoạch hành động»: bỏ việc «")


def test_cells_left_out_are_asked_about_until_the_row_gives_a_reason(workbook: Make) -> None:
    book = workbook()
    before = entries(book)
    for column in ("milestone_q1", "measures"):
        book.put("indicators", "export_turnover", column, None)
    (finding,) = left_out_findings(before, entries(book), book.form)
    assert "«Quý I»" in finding.message and "Giải pháp chính" in finding.message
    book.put("indicators", "export_turnover", "justification", "Bỏ mốc quý I theo mùa vụ.")
    assert left_out_findings(before, entries(book), book.form) == []


def test_a_details_field_left_out_is_asked_about_until_it_is_explained(workbook: Make) -> None:
    book = workbook()
    before = entries(book)
    book.put("details", "", "proposals", None)
    assert len(left_out_findings(before, entries(book), book.form)) == 1
    book.put("details", "proposals", "justification", "Không còn kiến nghị.")
    assert left_out_findings(before, entries(book), book.form) == []


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_what_one_way_is_added_is_removed_the_other(workbook: Make, data: st.DataObject) -> None:
    book = workbook("bqlda_dan_dung")
    whole = list(entries(book))
    some = [e for e in whole if data.draw(st.booleans())]
    there, back = compare(whole, some, book.form), compare(some, whole, book.form)
    assert {e.cell for e in there.removed} == {e.cell for e in back.added}
