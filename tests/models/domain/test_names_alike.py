"""Rows, choices and works whose names are alike without marks: the marks tell, or nobody does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from models.domain.answers.versions import compare
from models.domain.reading.expectations import (
    Expectations,
    ExpectedSheet,
    expectations_for,
    plain,
)
from models.domain.reading.interpretation import interpret
from models.domain.reading.problems import Problem, ProblemKind
from models.domain.reading.row_keys import keyed_rows
from models.domain.reading.words.choices_meant import understand_choice, understand_word
from models.domain.reading.workbook_content import SheetContent

Make = Callable[..., Any]
GIANG, GIANGF = "Đường trục xã Cẩm Giang", "Đường trục xã Cẩm Giàng"
A, B = "iip_growth", "iip_index"


@pytest.fixture
def expected(workbook: Make) -> tuple[Expectations, ExpectedSheet]:
    """A sheet of the industry department's in which two rows differ in a tone mark alone."""
    book = workbook("sct")
    found = expectations_for(book.form, book.catalogue, "sct")
    sheet = found.sheets["indicators"]
    rows = {
        code: replace(
            sheet.rows[code],
            row=replace(sheet.rows[code].row, name=name, name_printed=name),
            name=name,
        )
        for code, name in ((A, GIANG), (B, GIANGF))
    }
    alike = {plain(GIANG): [A, B]}
    return found, replace(sheet, rows=rows, codes_by_name=alike)


def matched(
    expected: tuple[Expectations, ExpectedSheet], names: Sequence[str]
) -> tuple[dict[str, int], list[ProblemKind]]:
    """The rows that were found in a sheet of these names, each filled in; the first is row 2."""
    everything, sheet = expected
    key = sheet.inputs[0].key
    content = SheetContent("Chỉ tiêu", [["Tên", "Số"], *([name, 5.0] for name in names)])
    problems: list[Problem] = []
    columns = {sheet.name_column: 1, key: 2}
    rows = keyed_rows(content, sheet, everything, 1, columns, problems)
    return rows, [p.kind for p in problems]


@pytest.mark.parametrize(
    ("names", "rows"),
    [
        ([GIANG, GIANGF], {A: 2, B: 3}),
        ([GIANGF, GIANG], {B: 2, A: 3}),
        ([GIANGF.upper(), GIANG], {B: 2, A: 3}),
        ([GIANGF], {B: 2}),
        (["Duong truc xa Cam Giàng"], {B: 2}),
        # Without its mark it is the other, once the one has a row of its own.
        (["Duong truc xa Cam Giang", GIANG], {B: 2, A: 3}),
        ([GIANGF, "Duong truc xa Cam Giang"], {B: 2, A: 3}),
    ],
)
def test_a_row_is_found_by_its_marks(
    expected: tuple[Expectations, ExpectedSheet], names: list[str], rows: dict[str, int]
) -> None:
    found, kinds = matched(expected, names)
    assert found == rows
    assert ProblemKind.ROW_UNKNOWN not in kinds


@pytest.mark.parametrize(
    "names",
    [
        ["Duong truc xa Cam Giang"],
        ["Duong truc xa Cam Giang", "Duong truc xa Cam Giang"],
        ["Đường trục xã Cẩm Giáng"],
        ["Đường trục xã Cẩm Giangg"],
    ],
)
def test_a_row_that_may_be_either_is_asked_about(
    expected: tuple[Expectations, ExpectedSheet], names: list[str]
) -> None:
    found, kinds = matched(expected, names)
    assert found == {}
    assert kinds.count(ProblemKind.ROW_UNKNOWN) == len(names)


def test_a_choice_goes_by_its_marks_or_is_asked_about() -> None:
    choices = ("Xã Cẩm Giang", "Xã Cẩm Giàng", "Xã Cẩm Hà")
    for understand in (understand_choice, lambda text, all_: understand_word(text, all_, {})):
        assert understand("xã cẩm giàng", choices).value == "Xã Cẩm Giàng"
        assert understand("XÃ CẨM GIANG", choices).value == "Xã Cẩm Giang"
        assert understand("xa cam giàng", choices).value == "Xã Cẩm Giàng"
        assert understand("xa cam ha", choices).value == "Xã Cẩm Hà"
        doubted = understand("xa cam giang", choices)
        assert doubted.value is None
        assert doubted.doubt is not None


def test_two_works_that_differ_in_a_mark_are_two_in_whatever_order(workbook: Make) -> None:
    book = workbook("syt")
    for number, work in enumerate(("Trạm y tế xã Cẩm Giang", "Trạm y tế xã Cẩm Giàng"), 1):
        book.put("action_plan", f"@{number}", "five_work", work)
        book.put("action_plan", f"@{number}", "five_person", f"Nguyễn Văn {'AB'[number - 1]}")

    def entries() -> Sequence[Any]:
        return interpret(book.content(), book.form, book.catalogue, book.agency, None).entries

    before = entries()
    grid = book.grids["action_plan"]
    grid[4:6] = reversed(grid[4:6])
    assert not compare(before, entries(), book.form)
