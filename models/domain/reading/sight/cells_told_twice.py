"""Cells and rows of the form of which a file tells two contents."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from models.domain.reading.expectations import ExpectedSheet
from models.domain.reading.layout import SheetLayout
from models.domain.reading.problems import Problem, ProblemKind
from models.domain.reading.sight.covered_cells import cells_of_form
from models.domain.reading.workbook_content import split_address


def cells_told_twice(expected: ExpectedSheet, sheet: SheetLayout) -> Sequence[Problem]:
    """One problem for the cells and rows of the form of which the file tells two contents."""
    if not sheet.content.told_twice:
        return []
    read = cells_of_form(expected, sheet)
    rows, labels = {row for row, _ in read}, sheet.columns.values()
    cells = [
        c
        for c in sheet.content.told_twice
        if (int(c) in rows if c.isdigit() else _is_of_form(split_address(c), rows, labels))
    ]
    if not cells:
        return []
    first = next((c for c in cells if not c.isdigit()), "")
    kind, key = ProblemKind.TOLD_TWICE, expected.form.key
    return [Problem(kind, key, sheet.name, first, cells=tuple(cells))]


def _is_of_form(place: tuple[int, int], rows: Collection[int], columns: Collection[int]) -> bool:
    """Whether the cell is read, or tells what is read in its row."""
    return place[0] in rows and place[1] in columns
