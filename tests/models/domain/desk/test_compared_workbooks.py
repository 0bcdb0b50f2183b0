"""Two workbooks beside each other: what differs, and nothing that merely moved."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from models.domain.desk.compared_workbooks import RowChange, RowDifference, compared
from models.domain.reading.workbook_content import (
    CellValue,
    HiddenPlaces,
    SheetContent,
    WorkbookContent,
)
from tests.fixtures.hostile_texts import HOSTILE_TEXTS

Rows = Sequence[Sequence[CellValue]]
HEAD = ("Mã", "Chỉ tiêu", "Cam kết")


def book(rows: Rows, name: str = "Chỉ tiêu") -> WorkbookContent:
    return WorkbookContent("xlsx", [SheetContent(name, rows)])


def differences(left: Rows, right: Rows) -> list[RowDifference]:
    return list(compared(book(left), book(right))[0].rows)


def brief(found: Sequence[RowDifference]) -> list[tuple[str, int, int]]:
    return [(row.change.name, row.left, row.right) for row in found]


@pytest.mark.parametrize(
    ("left", "right", "said"),
    [
        ([["a", 1]], [["a", 1]], []),
        ([["a", 1]], [["a", 1.0]], []),
        ([["a", None]], [["a"]], []),
        ([["a"], [], [None]], [["a"]], []),
        ([["a", 1]], [["a", 2]], [("CHANGED", 1, 1)]),
        ([["a", 1]], [["a", "1"]], []),
        ([["a", 1], ["b", 1]], [["a", 1], ["x", 9], ["b", 1]], [("ADDED", 0, 2)]),
        ([["a", 1], ["x", 9], ["b", 1]], [["a", 1], ["b", 1]], [("REMOVED", 2, 0)]),
        # A running number before the row moves with it and says nothing.
        ([[1, "a"], [2, "b"]], [[1, "x"], [2, "a"], [3, "b"]],
         [("ADDED", 0, 1)]),
        # Paired by their codes, whatever else changed.
        ([["a", "q", 1], ["b", "q", 2]], [["b", "r", 3], ["c", "q", 4]],
         [("REMOVED", 1, 0), ("CHANGED", 2, 1), ("ADDED", 0, 2)]),
        ([["a"]], [["z"]], [("REMOVED", 1, 0), ("ADDED", 0, 1)]),
        ([], [["a"]], [("ADDED", 0, 1)]),
    ],
)  # fmt: skip
def test_rows_are_paired_by_what_they_say(
    left: Rows, right: Rows, said: list[tuple[str, int, int]]
) -> None:
    assert sorted(brief(differences(left, right))) == sorted(said)


def test_a_difference_names_its_row_its_column_and_both_cells() -> None:
    left = [HEAD, ("grdp", "GRDP", 10)]
    right = [HEAD, ("moi", "Chỉ tiêu mới", 1), ("grdp", "GRDP", 12.5)]

    added, changed = differences(left, right)

    assert added.change is RowChange.ADDED
    assert added.named == "moi · Chỉ tiêu mới · 1"
    assert changed.named == "grdp · GRDP"
    [cell] = changed.cells
    assert (cell.column, cell.left, cell.left_text, cell.right, cell.right_text) == (
        "Cam kết", "C2", "10", "C3", "12,5",
    )  # fmt: skip


def test_sheets_of_one_side_alone_are_named() -> None:
    left = WorkbookContent("xlsx", [SheetContent("A", [["a"]]), SheetContent("Cũ", [["b"]])])
    right = WorkbookContent("xlsx", [SheetContent("Mới", [["c"]]), SheetContent("A", [["a"]])])

    said = [(sheet.name, sheet.only, len(sheet.rows)) for sheet in compared(left, right)]

    assert said == [("A", "", 0), ("Mới", "right", 0), ("Cũ", "left", 0)]


@pytest.mark.parametrize("case", HOSTILE_TEXTS)
def test_what_nobody_would_see_is_a_difference_that_is_named(case: str) -> None:
    written, said = HOSTILE_TEXTS[case]

    [row] = differences([["mã", "x"]], [["mã", written]])

    assert [cell.right_text for cell in row.cells] == [said]


@pytest.mark.parametrize("seed", range(40))
def test_every_row_is_told_once_and_equal_ones_are_not(seed: int) -> None:
    chance = random.Random(seed)
    pool = [(f"m{n}", chance.choice("xy"), chance.randrange(3)) for n in range(12)]
    left = [chance.choice(pool) for _ in range(chance.randrange(14))]
    right = [chance.choice(pool) for _ in range(chance.randrange(14))]

    found = differences(left, right)

    gone = [row.left for row in found if row.left]
    new = [row.right for row in found if row.right]
    assert len(gone) == len(set(gone))
    assert len(new) == len(set(new))
    # What is told of neither side is the same rows on both, in the same order.
    kept = [row for n, row in enumerate(left, 1) if n not in gone]
    assert kept == [row for n, row in enumerate(right, 1) if n not in new]


def test_many_rows_that_are_the_same_are_not_weighed_against_each_other() -> None:
    left = [["cùng", 1]] * 3_000 + [["cuối", 1]]
    right = [["đầu", 1]] + [["cùng", 1]] * 3_000

    found = differences(left, right)

    assert {row.change for row in found} <= set(RowChange)
    assert len(found) == 2


def test_no_row_is_named_by_what_nobody_sees() -> None:
    hidden = HiddenPlaces(columns=((1, 1),))
    left, right = (
        WorkbookContent("xlsx", [SheetContent("Chỉ tiêu", rows, hidden_places=hidden)])
        for rows in ([HEAD, ("grdp", "GRDP", 10)], [HEAD, ("grdp", "GRDP", 12)])
    )
    assert [row.named for row in compared(left, right)[0].rows] == ["GRDP"]
