"""Formulas of OpenDocument spreadsheets, written as those of the other formats are."""

from __future__ import annotations

import re

_TEXT_OR_CELLS = re.compile(r"\"(?:[^\"]|\"\")*\"|\[((?:'(?:[^']|'')*'|[^\]'])*)\]")
_PREFIX = re.compile(r"^[a-z]+:(?==)")
_CELL = re.compile(r"(?:\$?('(?:[^']|'')*'|[^.'#]+))?\.(\$?[A-Z]{1,3}\$?[0-9]{1,7})")
_NOT_FOLLOWED = "?"  # a row, a column, a cell that was deleted: nobody calculates with it


def formula_text(stated: str) -> str:
    """The formula as spreadsheets of other formats state it.

    >>> formula_text("of:=SUM([.C2:.C5];[$'Trang 1'.A1])*2")
    "=SUM(C2:C5;'Trang 1'!A1)*2"
    >>> formula_text("of:=['file:///home/so.ods'#$T.A1]")
    "=['file:///home/so.ods'#$T.A1]"
    """
    return _TEXT_OR_CELLS.sub(_rewritten, _PREFIX.sub("", stated.strip()))


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
