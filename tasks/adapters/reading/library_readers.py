"""Both libraries that read cells, behind a guard: what they raise is an answer about the file."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any, cast

from python_calamine import CalamineWorkbook, PasswordError

from models.domain.reading.submissions import FileProblem
from models.domain.reading.workbook_content import CellValue, address
from tasks.adapters.reading.gathered_sheets import (
    PASSWORD,
    ReadLimits,
    WorkbookRefused,
    too_large,
)
from tasks.adapters.reading.ooxml import ooxml_parts
from tasks.adapters.reading.parser_guard import parsing

Rows = Sequence[Sequence[CellValue]]


class FastReader:
    """python-calamine: a workbook of any format, sheet by sheet.

    Raises ParserFailed, WorkbookRefused. It lays each sheet out as a rectangle: how far that
    reaches is to be known beforehand.
    """

    def __init__(self, content: bytes, limits: ReadLimits) -> None:
        self._limits = limits
        with parsing():
            try:
                self._workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
            except PasswordError:
                raise WorkbookRefused(FileProblem.ENCRYPTED, PASSWORD) from None
            self.names = [sheet.name for sheet in self._workbook.sheets_metadata]

    def rows(self, number: int) -> tuple[Rows, tuple[int, int]]:
        """A sheet's rows within the limits, by its place; and the last row and column it has."""
        limits = self._limits
        with parsing():
            sheet = self._workbook.get_sheet_by_index(number)
            if sheet.end is None:
                return [], (0, 0)
            last_row, last_column = sheet.end[0] + 1, sheet.end[1] + 1
            # Empty rows and columns before the first filled cell are laid out, too.
            if min(last_row, limits.rows) * last_column > 2 * limits.layout_cells:
                raise too_large(
                    f"trang «{self.names[number]}» trải tới ô {address(last_row, last_column)}"
                )
            rows = cast("list[list[CellValue]]", sheet.to_python(False, limits.rows))
        if last_column > limits.columns:
            rows = [row[: limits.columns] for row in rows]
        return rows, (last_row, last_column)


class BoundedReader:
    """openpyxl, row by row: for what the fast one refuses or could not lay out.

    Reads single sheets of a plain package within the limits. Raises ParserFailed.
    """

    def __init__(self, package: bytes, limits: ReadLimits) -> None:
        from openpyxl import load_workbook  # start-up cost

        self._limits = limits
        with parsing():
            self._workbook: Any = load_workbook(
                io.BytesIO(package), read_only=True, data_only=True, keep_links=False
            )

    def rows(self, number: int, sheet_xml: bytes) -> Iterable[Sequence[CellValue]]:
        """The sheet's rows as far as they are filled within the limits, errors still as text."""
        limits = (self._limits.rows, self._limits.columns)
        last_row, last_column = limits
        if not ooxml_parts.has_unplaced_cells(sheet_xml):
            last_row, last_column = ooxml_parts.filled_extent(sheet_xml, limits)
        if not last_row:
            return
        with parsing():
            sheet = self._workbook.worksheets[number]
            sheet.reset_dimensions()  # what the file claims about its extent is no evidence
            rows = iter(sheet.iter_rows(max_row=last_row, max_col=last_column, values_only=True))
        while True:
            with parsing():
                row = next(rows, None)
            if row is None:
                return
            # Values only, and neither formulas nor rich text are asked for.
            yield cast(Sequence[CellValue], row)
