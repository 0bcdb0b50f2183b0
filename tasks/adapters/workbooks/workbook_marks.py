"""Marks in somebody else's workbook: a fill and a comment per finding, and their removal.

Cells keep what the agency wrote, its own comments included. Marks of an earlier round are known
by the first line of their comment, since not every office program keeps a comment's author.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any, cast

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.packaging.custom import CustomPropertyList
from openpyxl.styles import PatternFill
from openpyxl.styles.colors import Color
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string
from openpyxl.utils.exceptions import CellCoordinatesException
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.dimensions import RowDimension
from openpyxl.worksheet.worksheet import Worksheet

from models.domain.reading.cell_comments import AGENCYS_OWN, OFFICE_COMMENT, beside_the_offices
from models.domain.reading.findings import Finding, Severity
from models.domain.reading.identity import MARKS_SHEET_NAME
from tasks.adapters.workbooks import workbook_styles as look

_MAX_COMMENT = 4_000
_MARK_COLOURS = frozenset(look.SEVERITY_FILLS.values())
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_USUAL_WIDTH = 8.43  # characters, of a column that has no width of its own
_WIDEST = 256  # columns whose widths are looked at


def find_sheet(workbook: Workbook, name: str) -> Worksheet | None:
    """The sheet of that name, compared as Excel does; None for none, and for chart sheets."""
    wanted = _folded(name)
    return next((s for s in workbook.worksheets if _folded(s.title) == wanted), None)


def find_cell(sheet: Worksheet, address: str) -> Cell | None:
    """The cell at an address, of merged cells the one that shows; None for what is no address."""
    try:
        letters, row = coordinate_from_string(address)
        column = column_index_from_string(letters)
    except (CellCoordinatesException, ValueError):
        return None
    if not (1 <= row <= _LAST_ROW and 1 <= column <= _LAST_COLUMN):
        return None
    cell = sheet.cell(row, column)
    if isinstance(cell, MergedCell):
        for area in sheet.merged_cells.ranges:
            if address in area:
                return _own_cell(sheet, area.min_row, area.min_col)
        return None
    return cell


def custom_properties(workbook: Workbook) -> CustomPropertyList[Any]:
    """The workbook's own document properties, which its stubs do not know."""
    found: CustomPropertyList[Any] = workbook.custom_doc_props  # type: ignore[attr-defined]
    return found


def _own_cell(sheet: Worksheet, row: int, column: int) -> Cell:
    """The cell at a place that no merged area covers."""
    return cast(Cell, sheet.cell(row, column))


def clear_marks(workbook: Workbook) -> None:
    """Takes away fills and comments of earlier rounds and gives the agency's own ones back."""
    kept = _kept_fills(workbook)
    for sheet in workbook.worksheets:
        for cell in _standing_cells(sheet):
            comment = cell.comment
            text = (comment.text or "") if comment is not None else ""
            marked = text.lstrip().startswith(OFFICE_COMMENT)
            if comment is not None and marked:
                own = beside_the_offices(text)
                cell.comment = Comment(own, comment.author or " ") if own else None
            # Locked cells without a comment are the office's own: the legend has these colours.
            office = cell.protection.locked and sheet.protection.sheet
            if (marked or not office) and _colour(cell) in _MARK_COLOURS:
                cell.fill = kept.get((sheet.title, cell.coordinate)) or _usual_fill(sheet, cell)


def mark_cells(workbook: Workbook, findings: Sequence[Finding]) -> frozenset[Severity]:
    """Fills and comments every cell a finding names, all that one remark stands for.

    Places that are not there are left out. The severities whose colours are now to be seen.
    """
    by_cell: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        if not finding.cell or (sheet := find_sheet(workbook, finding.sheet)) is None:
            continue
        for address in dict.fromkeys((finding.cell, *finding.cells)):
            if (cell := find_cell(sheet, address)) is not None:
                by_cell.setdefault((sheet.title, cell.coordinate), []).append(finding)
    own_fills: list[tuple[str, str, str]] = []
    shown: set[Severity] = set()
    for (title, address), group in by_cell.items():
        sheet = workbook[title]
        cell = sheet[address]
        if own := _own_fill(sheet, cell):
            own_fills.append((title, address, own))
        worst = min((f.severity for f in group), key=lambda s: s.rank)
        cell.fill = _solid(look.SEVERITY_FILLS[worst])
        shown.add(worst)
        cell.comment = _comment(address, group, cell.comment)
        _let_grow(sheet, cell.row)
    for sheet in workbook.worksheets:
        _fit_rows(sheet)
    _keep_fills(workbook, own_fills)
    return frozenset(shown)


def _comment(address: str, findings: Sequence[Finding], existing: Comment | None) -> Comment:
    lines = [OFFICE_COMMENT]
    for finding in sorted(findings, key=lambda f: f.severity.rank):
        # Each in one line: what stands in another is the agency's answer.
        said = " ".join(_said_at(address, finding).split())
        lines.append(f"{finding.call}: {said}")
    text = look.clean_text("\n".join(lines), _MAX_COMMENT)
    if existing is not None and (existing.text or "").strip():
        text += f"\n\n{AGENCYS_OWN}\n{look.clean_text(existing.text, _MAX_COMMENT)}"
    height = 22 + 18 * look.line_count(text, 44, 10)
    return Comment(text, look.OFFICE_NAME, height=min(height, 420), width=330)


def _said_at(address: str, finding: Finding) -> str:
    """What the note on a cell says: one beside the cell that is named says only what it is there
    for, and where the rest is read."""
    first = finding.cell
    if address == first:
        return finding.message
    grave = is_grave(finding)
    if not finding.value and (grave or "điền" in finding.message):
        return f"Đề nghị điền ô này (xem ghi chú ở ô {first})."
    if "không phải sửa ô này" in finding.message:
        return f"Không phải sửa ô này (xem ghi chú ở ô {first})."
    if _row(address) == _row(first) and "cùng nội dung" in finding.message:
        both = "sửa cả hai" if grave else "nếu sửa, sửa cả hai"
        return f"Ghi cùng nội dung với ô {first}; xem ghi chú ở ô {first}, {both}."
    return f"Cùng loại với ô {first}; xem ghi chú ở ô {first}."


def _row(address: str) -> str:
    return address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def _standing_cells(sheet: Worksheet) -> Iterator[Cell]:
    """The cells that exist. Rows are not walked: one cell in the last row would make a million."""
    yield from [c for c in list(sheet._cells.values()) if isinstance(c, Cell)]


class _GrowingRow(RowDimension):
    """A row with a height that still grows when somebody types more."""

    @property
    def customHeight(self) -> bool:  # noqa: N802  the library's name
        """False: the library would otherwise write every height as fixed by hand."""
        return False


def _let_grow(sheet: Worksheet, row: int, least: float = 0.0) -> None:
    """Makes a row with a height `least` points high at least, and able to grow."""
    old = sheet.row_dimensions[row]
    if old.height is not None and type(old) is RowDimension:
        new = _GrowingRow(sheet, index=row, ht=max(old.height, least), hidden=old.hidden)
        new.outlineLevel, new.collapsed = old.outlineLevel, old.collapsed
        new._style = old._style  # type: ignore[attr-defined]  # missing in its stubs
        sheet.row_dimensions[row] = new


def _fit_rows(sheet: Worksheet) -> None:
    """Rows that hold an agency's wrapped text show all of it, and stay able to grow.

    The library forgets on reading which heights were fixed by hand and writes all as fixed.
    """
    widths = _widths(sheet)
    merged = {cell for area in sheet.merged_cells.ranges for cell in area.cells}
    texts: dict[int, list[tuple[str, float]]] = {}
    sizes: dict[int, float] = {}
    for cell in _standing_cells(sheet):
        if cell.protection.locked or not cell.alignment.wrap_text:
            continue
        in_row = texts.setdefault(cell.row, [])
        if isinstance(cell.value, str) and (cell.row, cell.column) not in merged:
            in_row.append((cell.value, widths.get(cell.column, _USUAL_WIDTH)))
            sizes[cell.row] = max(sizes.get(cell.row, 0.0), cell.font.sz or look.TABLE_SIZE)
    for row, cells in texts.items():
        _let_grow(sheet, row, look.row_height(cells, sizes[row]) if cells else 0.0)


def _widths(sheet: Worksheet) -> dict[int, float]:
    """Columns' widths in characters; one entry may stand for several columns side by side."""
    return {
        column: dimension.width
        for dimension in list(sheet.column_dimensions.values())
        if dimension.min and dimension.max
        for column in range(dimension.min, min(dimension.max, _WIDEST) + 1)
    }


# Fills


def _solid(colour: str | Color) -> PatternFill:
    return PatternFill("solid", fgColor=f"FF{colour}" if isinstance(colour, str) else colour)


def _colour(cell: Cell) -> str:
    fill = cell.fill
    if fill is None or fill.fill_type != "solid" or fill.fgColor.type != "rgb":
        return ""
    return str(fill.fgColor.rgb)[-6:].upper()


def _usual_fill(sheet: Worksheet, cell: Cell) -> PatternFill:
    """What stands under a mark where nothing else was kept."""
    if not cell.protection.locked:
        return _solid(look.INPUT_FILL)
    return _solid(look.OFFICE_FILL) if sheet.protection.sheet else PatternFill()


def _own_fill(sheet: Worksheet, cell: Cell) -> str:
    """The cell's fill in writing, empty when it is what `_usual_fill` would give back."""
    fill = cell.fill
    if fill is None or fill.fill_type != "solid":
        return ""
    colour = fill.fgColor
    usual = _usual_fill(sheet, cell)
    if usual.fill_type == "solid" and _colour(cell) == str(usual.fgColor.rgb)[-6:]:
        return ""
    return f"{colour.type}:{colour.value}:{colour.tint}"


def _read_fill(text: str) -> PatternFill | None:
    found = re.fullmatch(r"(rgb|theme|indexed):([0-9A-Fa-f]{1,8}):(-?[0-9.]{1,20})", text)
    if not found:
        return None
    kind, value, tint = found.groups()
    try:
        colour = Color(
            **{kind: value if kind == "rgb" else int(value)}, tint=float(tint), type=kind
        )
    except (ValueError, TypeError):
        return None
    return _solid(colour)


def _kept_fills(workbook: Workbook) -> dict[tuple[str, str], PatternFill]:
    """Reads and removes the hidden sheet of the last round."""
    sheet = find_sheet(workbook, MARKS_SHEET_NAME)
    if sheet is None:
        return {}
    kept: dict[tuple[str, str], PatternFill] = {}
    texts: dict[int, dict[int, str]] = {}
    for cell in _standing_cells(sheet):
        texts.setdefault(cell.row, {})[cell.column] = str(cell.value)
    for row in texts.values():
        if fill := _read_fill(row.get(3, "")):
            kept[row.get(1, ""), row.get(2, "")] = fill
    workbook.remove(sheet)
    return kept


def _keep_fills(workbook: Workbook, fills: Sequence[tuple[str, str, str]]) -> None:
    if not fills:
        return
    sheet = workbook.create_sheet(MARKS_SHEET_NAME)
    for number, row in enumerate(fills, 1):
        for column, text in enumerate(row, 1):
            put_text(sheet, number, column, text)
    sheet.sheet_state = "veryHidden"


def put_text(sheet: Worksheet, row: int, column: int, text: str) -> Cell:
    """Writes text that stays text, whatever it begins with; returns the cell."""
    cell = _own_cell(sheet, row, column)
    cell.value = look.clean_text(text)
    cell.data_type = "s"  # the library takes a leading "=" for a formula
    cell.quotePrefix = text[:1] in ("=", "+", "-", "@")
    return cell


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip().casefold()


def is_grave(finding: Finding) -> bool:
    """Whether the finding must be mended before the workbook is taken."""
    return finding.severity in (Severity.BLOCKER, Severity.ERROR)
