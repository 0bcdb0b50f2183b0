"""Filling in: answers typed into the very workbook that came with the letter."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable
from decimal import Decimal
from typing import cast

import openpyxl
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from models.domain.reading.forms import Form, SheetForm, SheetKind
from tasks.adapters.simulation.answers import AnsweredCell
from tasks.adapters.workbooks.dated_packages import dated_package
from tasks.adapters.workbooks.saved_in_memory import saved_in_memory

_SEARCHED_ROWS = 30


class FilledWorkbook:
    """A workbook being filled in. Cells are found as a person finds them: by header and code."""

    def __init__(self, content: bytes, form: Form) -> None:
        self.book: Workbook = openpyxl.load_workbook(io.BytesIO(content))
        self.form = form
        self._places: dict[tuple[str, str, str], str] = {}
        for sheet in form.sheets:
            if sheet.title in self.book.sheetnames and sheet.kind is not SheetKind.INSTRUCTIONS:
                self._survey(sheet, self.book[sheet.title])

    def fill(self, answers: Iterable[AnsweredCell]) -> None:
        """Types every answer into its cell; those without a cell are left out."""
        for answer in answers:
            if (answer.sheet, answer.row_key, answer.column) in self._places:
                self.write(answer.sheet, answer.row_key, answer.column, answer.value)

    def write(self, sheet: str, row_key: str, column: str, value: object) -> str:
        """Types one value, whatever it is; the cell's address. KeyError without such a cell."""
        address = self._places[sheet, row_key, column]
        typed = float(value) if isinstance(value, Decimal) else value
        self.sheet(sheet)[address] = cast(str, typed)  # whatever it is
        return address

    def sheet(self, key: str) -> Worksheet:
        """The worksheet of a form's sheet."""
        found: Worksheet = self.book[self.form.sheet(key).title]
        return found

    def has(self, key: str) -> bool:
        """Whether the agency's workbook has that sheet."""
        return self.form.sheet(key).title in self.book.sheetnames

    def places(self, sheet: str, column: str) -> dict[str, str]:
        """Addresses of one column by row key."""
        return {r: a for (s, r, c), a in self._places.items() if s == sheet and c == column}

    def address(self, sheet: str, row_key: str, column: str) -> str:
        """Where a cell stands, "E12". KeyError without such a cell."""
        return self._places[sheet, row_key, column]

    def written(self) -> list[tuple[str, str, str]]:
        """Sheet, row key and column of every cell the agency has filled in with text or number."""
        office = {(s.key, c.key) for s in self.form.sheets for c in s.columns if c.office}
        return [
            (sheet, row_key, column)
            for (sheet, row_key, column), address in self._places.items()
            if (sheet, column) not in office and self.sheet(sheet)[address].value is not None
        ]

    def read(self, sheet: str, row_key: str, column: str) -> object:
        """What stands in a cell now. KeyError without such a cell."""
        return self.sheet(sheet)[self._places[sheet, row_key, column]].value

    def save(self, at: dt.datetime | None = None) -> bytes:
        """The workbook as saved; `at` a moment, the same answers give the same bytes."""
        if at is None:
            return saved_in_memory(self.book)
        return dated_package(saved_in_memory(self.book, packed=False), at)

    def _survey(self, sheet: SheetForm, worksheet: Worksheet) -> None:
        if sheet.kind is SheetKind.DETAILS:
            labels = {c.header: c.key for c in sheet.columns}
            for row in worksheet.iter_rows():
                for cell in row[:-1]:
                    if isinstance(cell.value, str) and cell.value in labels:
                        value_cell = worksheet.cell(cell.row, cell.column + 1)
                        self._places[sheet.key, "", labels[cell.value]] = value_cell.coordinate
            return
        headers = {c.header: c for c in sheet.columns}
        for row in worksheet.iter_rows(min_row=1, max_row=_SEARCHED_ROWS):
            found = {
                c.value: c.column for c in row if isinstance(c.value, str) and c.value in headers
            }
            if len(found) >= len(headers) // 2:
                self._survey_rows(sheet, worksheet, cast(int, row[0].row), found)
                return

    def _survey_rows(
        self, sheet: SheetForm, worksheet: Worksheet, header_row: int, found: dict[str, int]
    ) -> None:
        key_column = next(iter(found.values()))
        free = 0
        for number in range(header_row + 1, worksheet.max_row + 1):
            key = worksheet.cell(number, key_column).value
            if key in (None, ""):
                continue
            free += 1
            row_key = f"@{free}" if sheet.kind is SheetKind.FREE_TABLE else str(key)
            for column in sheet.columns:
                if column.header in found:
                    cell = worksheet.cell(number, found[column.header])
                    self._places[sheet.key, row_key, column.key] = cell.coordinate
