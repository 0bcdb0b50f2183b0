"""Cells under text boxes, pictures and shapes: a person sees what lies above, and we read the cell.

What lies over filled cells is told, and so is a text over cells that are empty: it looks like an
entry and is none. A seal or a signature over empty cells says nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from models.domain.reading.cell_values import is_blank, seen_text
from models.domain.reading.expectations import ExpectedSheet
from models.domain.reading.forms import SheetKind, ValueType
from models.domain.reading.layout import SheetLayout
from models.domain.reading.problems import Problem, ProblemKind
from models.domain.reading.workbook_content import Area, CoveringShape, address

_FIGURES = (ValueType.NUMBER, ValueType.DATE, ValueType.CHOICE, ValueType.PHONE)
FILLED, OFFICES, EMPTY = "filled", "offices", "empty"
"""Whose cells lie under a shape: filled ones of the agency, the office's, empty ones."""
LINE = "line"
"""Behind it among the details: what lies there is a line."""

_MOSTLY = 0.4  # of a cell: from there on its entry, which may stand at either side, is not seen
_EDGE = 0.15  # of a cell: where a line is one of its borders
_THROUGH = 0.3  # of a cell: how far a line runs that strikes it through
_THIN = 0.25  # of a cell: up to there a bar is a line
_WITHIN = 0.5  # of a shape: from there on it was put on that cell
_DIGIT_HIGH, _DIGIT_WIDE = 0.2, 0.04  # of a cell, at the least
_MOST_LISTED = 40

CellOwner = tuple[str, str]
"""Row key and column's key of a cell of the form; two empty ones for the office's cells."""


def covered_cells(expected: ExpectedSheet, layout: SheetLayout) -> Iterator[Problem]:
    """A problem for each shape that lies over cells of the form, by whose cells it covers."""
    if not layout.content.shapes:
        return
    spans = {(top, left): (top, left, b, r) for top, left, b, r in layout.content.merged}
    rows: dict[int, list[tuple[tuple[int, int], Area, CellOwner]]] = defaultdict(list)
    for place, key in cells_of_form(expected, layout).items():
        rows[place[0]].append((place, spans.get(place, (*place, *place)), key))
    figures = {column.key for column in expected.inputs if column.type in _FIGURES}
    ends = {row: max(area[2] for _, area, _ in cells) + 1 for row, cells in rows.items()}
    for shape in layout.content.shapes:
        covered = [
            (place, key)
            for row, cells in rows.items()
            if row < shape.bottom and ends[row] > shape.top
            for place, area, key in cells
            if _covers(shape, area)
            or (key[1] in figures and key != ("", "") and _stands_on(shape, area))
        ]
        filled = [c for c in covered if not is_blank(layout.content.at(*c[0]))]
        own = [c for c in filled if c[1] != ("", "")]
        offices = [c for c in filled if c[1] == ("", "")]
        told = bool(shape.text.strip()) and not own
        empty = [c for c in covered if told and c not in filled and c[1] != ("", "")]
        for what, cells in ((FILLED, own), (OFFICES, offices), (EMPTY, empty)):
            if cells and not (what == OFFICES and own):
                yield _problem(expected, layout, shape, what, cells)


def _problem(
    expected: ExpectedSheet,
    layout: SheetLayout,
    shape: CoveringShape,
    what: str,
    cells: list[tuple[tuple[int, int], CellOwner]],
) -> Problem:
    (first, (row_key, column)), *_ = cells
    return Problem(
        ProblemKind.COVERED_CELL,
        expected.form.key,
        layout.name,
        address(*first),
        row_key,
        column,
        seen_text(shape.text, 80),
        (what, LINE) if shape.line else (what,),
        tuple(address(*place) for place, _ in cells[:_MOST_LISTED]),
    )


def cells_of_form(
    expected: ExpectedSheet, layout: SheetLayout
) -> Mapping[tuple[int, int], CellOwner]:
    """Every cell of the form by row and column, and whose it is; the header row is the office's."""
    found: dict[tuple[int, int], CellOwner] = {}
    inputs = {column.key for column in expected.inputs}
    if expected.form.kind is SheetKind.DETAILS:
        for key, row in layout.rows.items():
            for column, place in layout.columns.items():
                if not (row and place and column in ("value", "justification")):
                    continue
                own = ("", key) if column == "value" else (key, column)
                found[row, place] = own if key in inputs else ("", "")
        return found
    for column, place in layout.columns.items():
        for key, row in {"": layout.header_row, **layout.rows}.items():
            if row and place:
                is_own = column in inputs and row != layout.header_row
                found[row, place] = (key, column) if is_own else ("", "")
    return found


def _stands_on(shape: CoveringShape, area: Area) -> bool:
    """Whether a small thing stands on a cell and changes its figures: another figure beside them, a
    patch on one of them, a bar through all."""
    if shape.line or not (shape.text == "" or any(map(str.isdigit, shape.text))):
        return False
    top, left, bottom, right = area
    high, wide = bottom + 1 - top, right + 1 - left
    if not shape.text and min(shape.bottom - shape.top, high) <= _THIN * high:
        return _strikes(shape, area)
    rows = min(shape.bottom, bottom + 1) - max(shape.top, top)
    columns = min(shape.right, right + 1) - max(shape.left, left)
    if rows < _DIGIT_HIGH * high or columns < _DIGIT_WIDE * wide:
        return False
    own = (shape.bottom - shape.top) * (shape.right - shape.left)
    return rows * columns >= _WITHIN * own


def _covers(shape: CoveringShape, area: Area) -> bool:
    if shape.line:
        return _strikes(shape, area)
    top, left, bottom, right = area
    rows = min(shape.bottom, bottom + 1) - max(shape.top, top)
    columns = min(shape.right, right + 1) - max(shape.left, left)
    if rows <= 0 or columns <= 0:
        return False
    return rows * columns >= _MOSTLY * (bottom + 1 - top) * (right + 1 - left)


def _strikes(line: CoveringShape, area: Area) -> bool:
    """Whether a line runs through a cell, and not along its edge as borders do."""
    top, left, bottom, right = area
    high, wide = bottom + 1 - top, right + 1 - left
    across = min(line.right, right + 1) - max(line.left, left)
    down = min(line.bottom, bottom + 1) - max(line.top, top)
    if across < 0 or down < 0:
        return False
    inside_rows = max(line.top, top) < bottom + 1 - _EDGE * high and (
        min(line.bottom, bottom + 1) > top + _EDGE * high
    )
    inside_columns = max(line.left, left) < right + 1 - _EDGE * wide and (
        min(line.right, right + 1) > left + _EDGE * wide
    )
    mostly = across >= _THROUGH * wide or down >= _THROUGH * high
    return inside_rows and inside_columns and mostly
