"""Formulas of OpenDocument spreadsheets, written as those of the other formats are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element

from models.domain.reading.workbook_content import CellFormula
from tasks.adapters.reading.hardened_xml import local_attribute
from tasks.adapters.reading.ods.ods_contents import whole_number

_TEXT_OR_CELLS = re.compile(r"\"(?:[^\"]|\"\")*\"|\[((?:'(?:[^']|'')*'|[^\]'])*)\]")
_PREFIX = re.compile(r"^[a-z]+:(?==)")
_CELL = re.compile(r"(?:\$?('(?:[^']|'')*'|[^.'#]+))?\.(\$?[A-Z]{1,3}\$?[0-9]{1,7})")
_PART = "{…}"  # of a formula for an area: nobody calculates it
_MOST_ROWS, _MOST_COLUMNS = 1_000, 50  # of an area that are looked at
_NOT_FOLLOWED = "?"  # a row, a column, a cell that was deleted: nobody calculates with it


def formula_text(stated: str) -> str:
    """The formula as spreadsheets of other formats state it.

    >>> formula_text("of:=SUM([.C2:.C5];[$'Trang 1'.A1])*2")
    "=SUM(C2:C5;'Trang 1'!A1)*2"
    >>> formula_text("of:=['file:///home/so.ods'#$T.A1]")
    "=['file:///home/so.ods'#$T.A1]"
    """
    return _TEXT_OR_CELLS.sub(_rewritten, _PREFIX.sub("", stated.strip()))


def parts_of_result(cell: Element, row: int, column: int) -> Mapping[tuple[int, int], CellFormula]:
    """The cells of a formula for an area, which begins in that 1-based row and column: each shows a
    part of its result, whatever the file keeps in it."""
    down, across = (
        whole_number(local_attribute(cell, f"number-matrix-{what}-spanned"))
        for what in ("rows", "columns")
    )
    if max(down, across) < 2:
        return {}
    return {
        (r, c): CellFormula(_PART, r, c)
        for r in range(row, row + min(max(down, 1), _MOST_ROWS))
        for c in range(column, column + min(max(across, 1), _MOST_COLUMNS))
    }


def _rewritten(match: re.Match[str]) -> str:
    cells = match[1]
    if cells is None:
        return match[0]
    if "//" in cells:
        return match[0]  # of another file
    found = [_CELL.fullmatch(part) for part in re.split(r":(?=[.$'])", cells)]
    if not found or None in found or len(found) > 2:
        return _NOT_FOLLOWED
    sheet = next((m[1] for m in found[:1] if m is not None and m[1]), "")
    if sheet and not sheet.startswith("'"):
        sheet = f"'{sheet}'"
    before = f"{sheet}!" if sheet else ""
    return before + ":".join(m[2] for m in found if m is not None)
