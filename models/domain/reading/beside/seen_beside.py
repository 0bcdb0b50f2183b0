"""Lines beside the form's cells as people see them: titles, lines above and below a table, what the
office answered itself.

No entry is read there, but what such a line says tells how entries are to be read, whose they are
and in which unit. It is asked of what is shown: a format, a condition or a formula may make another
line of what the file keeps.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from models.domain.reading.cell_values import as_text, is_blank
from models.domain.reading.conditions.conditional_looks import only_shows
from models.domain.reading.formulas.held_results import HeldResults
from models.domain.reading.problems import ProblemKind
from models.domain.reading.seen_cells import office_cell_seen
from models.domain.reading.workbook_content import CellValue, SheetContent

Place = tuple[int, int]
_LAST_ROW = 500  # of a sheet, under conditions that reach further
_WRITTEN = re.compile(r'"((?:[^"]|"")+)"')


def as_seen_beside(
    sheet: SheetContent, held: HeldResults, is_of_form: Callable[[int, int], bool]
) -> SheetContent:
    """The sheet with what is shown in place of what is kept, in all cells but those of the form,
    by their 1-based row and column. What nobody sees stays as it is kept."""
    if not (sheet.looks or sheet.formulas or sheet.conditional):
        return sheet
    shown: dict[Place, str] = {}
    for place in dict.fromkeys(_changed(sheet)):
        if not is_of_form(*place) and (seen := _shown(sheet, held, place)):
            shown[place] = seen
    if not shown:
        return sheet
    rows = list(sheet.rows)
    for (row, column), text in shown.items():
        cells: list[CellValue] = [*rows[row - 1]]
        cells[column - 1] = text
        rows[row - 1] = cells
    return replace(sheet, rows=rows)


def _changed(sheet: SheetContent) -> Iterator[Place]:
    """The cells within the sheet's rows of which something else may be seen."""
    last = len(sheet.rows)
    for row, column in (*sheet.looks, *sheet.formulas):
        if row <= last and column <= len(sheet.rows[row - 1]):
            yield row, column
    for rule in sheet.conditional:
        for top, left, bottom, right in () if only_shows(rule) else rule.areas:
            for row in range(top, min(bottom, last, _LAST_ROW) + 1):
                for column in range(left, min(right, len(sheet.rows[row - 1])) + 1):
                    yield row, column


def _shown(sheet: SheetContent, held: HeldResults, place: Place) -> str:
    """What is seen of a line in place of what the file keeps of it, "" for just that."""
    value = sheet.at(*place)
    if not isinstance(value, str):
        return ""
    if place in sheet.formulas and (found := held.doubt(sheet, *place)) is not None:
        doubt, other = found
        if doubt.kind is ProblemKind.STALE_RESULT:
            return as_text(other)
        # Nobody knows to which of them it comes.
        written = _WRITTEN.findall(sheet.formulas[place].text)
        return "; ".join([value, *(each.replace('""', '"') for each in written)])
    seen = office_cell_seen(sheet, *place) if not is_blank(value) else None
    return seen.text if seen is not None and not seen.struck else ""
