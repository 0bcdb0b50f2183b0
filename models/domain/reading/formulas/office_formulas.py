"""Formulas in cells that the office filled in: titles, names, units, targets.

The office writes no formula there. What a file keeps as its result is what is read; a program that
calculates on opening shows what the formula comes to. So that one is taken for what is seen.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator
from dataclasses import replace

from models.domain.reading.cell_values import as_text
from models.domain.reading.expectations import ExpectedSheet
from models.domain.reading.forms import SheetKind
from models.domain.reading.formulas.held_results import HeldResults
from models.domain.reading.layout import SheetLayout
from models.domain.reading.problems import ProblemKind
from models.domain.reading.workbook_content import Appearance

_NOTHING = " "  # is shown: no text at all would stand for a cell that shows its value
_PLAIN = Appearance()


def as_calculated(expected: ExpectedSheet, layout: SheetLayout, held: HeldResults) -> SheetLayout:
    """The layout whose cells of the office look as their formulas have it: as another result where
    they come to one, as the formula itself where nobody knows to which."""
    content = layout.content
    shown: dict[tuple[int, int], Appearance] = {}
    for place in _of_the_office(expected, layout):
        if (found := held.doubt(content, *place)) is None:
            continue
        doubt, other = found
        stale = doubt.kind is ProblemKind.STALE_RESULT
        told = as_text(other) if stale else doubt.details[0]
        shown[place] = replace(content.looks.get(place, _PLAIN), shown=told or _NOTHING)
    if not shown:
        return layout
    return replace(layout, content=replace(content, looks=ChainMap(shown, dict(content.looks))))


def _of_the_office(expected: ExpectedSheet, layout: SheetLayout) -> Iterator[tuple[int, int]]:
    """The cells with a formula, in 1-based rows and columns, that hold titles or what the office
    filled in."""
    rows = {*layout.rows.values()}
    details = expected.form.kind is SheetKind.DETAILS
    inputs = {place for c in expected.inputs if (place := layout.columns.get(c.key))}
    for row, column in layout.content.formulas:
        if details:
            if row in rows and column < layout.columns["value"]:
                yield row, column
        elif row == layout.header_row or (row in rows and column not in inputs):
            yield row, column
