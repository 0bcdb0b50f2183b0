"""Sheets as a page shows them: parts, merged areas, what is known of cells."""

from __future__ import annotations

import datetime as dt

import pytest

from models.domain.desk.shown_sheet import (
    SheetMarks,
    ShownSheet,
    chosen_cell,
    extent_of,
    marks_by_sheet,
    shown_sheet,
)
from models.domain.reading.findings import Finding, Severity
from models.domain.reading.submissions import Entry
from models.domain.reading.workbook_content import (
    Area,
    CellFormula,
    CellValue,
    ErrorValue,
    HiddenPlaces,
    SheetContent,
)
from tests.fixtures.hostile_texts import HOSTILE_TEXTS


def shown(sheet: SheetContent, chosen: str = "", part: tuple[int, int] | None = None) -> ShownSheet:
    return shown_sheet(sheet, extent_of(sheet), SheetMarks(), chosen, part)


def texts(page: ShownSheet) -> dict[str, str]:
    return {cell.address: cell.text for row in page.rows for cell in row.cells if cell.text}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("=1+1", "=1+1"),
        (1234.5, "1.234,5"),
        (True, "TRUE"),
        (ErrorValue("#REF!"), "#REF!"),
        (dt.datetime(2025, 6, 5), "05/06/2025"),  # noqa: DTZ001  as a cell has it
        (dt.datetime(2025, 6, 5, 14, 30), "05/06/2025 14:30"),  # noqa: DTZ001  as a cell has it
        (dt.date(2025, 6, 5), "05/06/2025"),
        (dt.time(7, 30), "07:30:00"),
        ("\x00\x07", "‹ký tự điều khiển U+0000›‹ký tự điều khiển U+0007›"),
        ("dòng 1\r\ndòng 2", "dòng 1\ndòng 2"),
    ],
)
def test_a_value_is_shown_as_it_stands(value: CellValue, said: str) -> None:
    assert texts(shown(SheetContent("A", [[value]]))) == {"A1": said}


@pytest.mark.parametrize("case", HOSTILE_TEXTS)
def test_what_nobody_would_see_is_named(case: str) -> None:
    written, said = HOSTILE_TEXTS[case]

    page = shown(SheetContent("A", [[written]]))

    assert texts(page) == {"A1": said}


def test_a_percentage_is_shown_as_one() -> None:
    assert texts(shown(SheetContent("A", [[0.17, 0.17]], percent={(1, 1)}))) == {
        "A1": "17%",
        "B1": "0,17",
    }


def test_a_very_long_text_is_cut_in_the_table_and_whole_where_its_cell_is_chosen() -> None:
    sheet = SheetContent("A", [["x" * 32_000]])

    cell = chosen_cell(sheet, SheetMarks(), "A1")

    assert texts(shown(sheet))["A1"] == "x" * 400 + "… (còn 31.600 ký tự)"
    assert cell is not None
    assert cell.text == "x" * 32_000


def test_cells_that_lie_far_apart_are_parts_and_nothing_between_them_is_drawn() -> None:
    rows: list[list[CellValue]] = [[] for _ in range(19_000)]
    rows[0] = ["đầu", *[None] * 997, "phải"]
    rows[18_999] = ["cuối"]
    sheet = SheetContent("A", rows)

    page = shown(sheet)
    far = shown(sheet, part=(18_901, 1))
    right = shown(sheet, chosen="ALK1")

    assert texts(page) == {"A1": "đầu"}
    assert [part.title for part in page.row_parts] == ["1–1", "18901–19000"]
    assert [part.title for part in page.column_parts] == ["A–A", "AJO–ALK"]
    assert texts(far) == {"A19000": "cuối"}
    assert len(far.rows) == 100
    assert texts(right) == {"ALK1": "phải"}


def test_every_filled_cell_is_in_exactly_one_part() -> None:
    rows: list[list[CellValue]] = [
        [f"{r}/{c}" if (r * 7 + c) % 13 == 0 else None for c in range(1, 121)]
        for r in range(1, 251)
    ]
    sheet = SheetContent("A", rows)
    first = shown(sheet)

    seen = [
        text
        for row_part in first.row_parts
        for column_part in first.column_parts
        for text in texts(shown(sheet, part=(row_part.first, column_part.first))).values()
    ]

    assert sorted(seen) == sorted(v for row in rows for v in row if isinstance(v, str))


@pytest.mark.parametrize(
    ("merged", "drawn"),
    [
        ([(1, 1, 1, 2)], {"A1": (2, 1), "A2": (1, 1), "B2": (1, 1)}),
        ([(1, 1, 2, 2)], {"A1": (2, 2)}),
        # Two areas over the same cell: the first one holds.
        ([(1, 1, 1, 2), (1, 1, 2, 1)], {"A1": (2, 1), "A2": (1, 1), "B2": (1, 1)}),
        # Beyond everything.
        ([(1, 1, 1_048_576, 16_384)], {"A1": (2, 2)}),
        ([(9, 9, 8, 8)], {"A1": (1, 1), "B1": (1, 1), "A2": (1, 1), "B2": (1, 1)}),
        ([(1, 1, 1, 1)] * 10_000, {"A1": (1, 1), "B1": (1, 1), "A2": (1, 1), "B2": (1, 1)}),
    ],
)
def test_merged_cells_take_the_room_they_have(
    merged: list[Area], drawn: dict[str, tuple[int, int]]
) -> None:
    page = shown(SheetContent("A", [["a", "b"], ["c", "d"]], merged=merged))

    cells = [cell for row in page.rows for cell in row.cells]
    assert {cell.address: (cell.across, cell.down) for cell in cells} == drawn


def test_formulas_comments_and_hidden_places_are_told() -> None:
    sheet = SheetContent(
        "A",
        [["a", 3.0], [None, 3.0]],
        formulas={(1, 2): CellFormula("1+2", 1, 2), (2, 2): CellFormula("1+2", 1, 2)},
        comments={(1, 1): "<b>xem lại</b>"},
        hidden_places=HiddenPlaces({2}, [(2, 2)]),
    )

    page = shown(sheet)
    first, copied = (chosen_cell(sheet, SheetMarks(), cell) for cell in ("B1", "B2"))

    assert [(letter, hidden) for letter, hidden in page.columns] == [("A", False), ("B", True)]
    assert [row.is_hidden for row in page.rows] == [False, True]
    assert page.rows[0].cells[0].title == "Ghi chú: <b>xem lại</b>"
    assert first is not None
    assert copied is not None
    assert (first.formula, copied.formula) == ("=1+2", "=1+2 (chép từ ô B1)")


def test_what_was_read_and_found_stands_at_its_cells() -> None:
    entry = Entry("targets", "gdp", "committed", None, "khoảng 10", "A", "B2")
    findings = [
        Finding("NR-01", Severity.ERROR, "Trang «A», ô C3: chưa điền.", "A", "C3"),
        Finding("SO-04", Severity.WARNING, "Xem lại.", "A", "B2", cells=("B2", "B3")),
        Finding("CT-04", Severity.ERROR, "Thiếu dòng.", "A"),
        Finding("CT-05", Severity.ERROR, "Ô lạ.", "A", "ZZZZ9"),
    ]
    answers = {("targets", "gdp", "committed"): "GDP, cột «Cam kết»"}

    marks, numbered = marks_by_sheet([entry], findings, answers)
    sheet = SheetContent("A", [["a"]])
    page = shown_sheet(sheet, extent_of(sheet), marks["A"], "B2")

    by_cell = {cell.address: cell for row in page.rows for cell in row.cells}
    assert [one.cells for one in numbered] == [["C3"], ["B2", "B3"], [], []]
    assert by_cell["C3"].look == "bad"
    assert by_cell["C3"].findings[0].number == 1
    assert by_cell["B2"].look == "read care chosen"
    assert by_cell["B2"].title == "GDP, cột «Cam kết»: đọc là trống\nXem lại."
    assert [one.cell for one in page.read] == ["B2"]
