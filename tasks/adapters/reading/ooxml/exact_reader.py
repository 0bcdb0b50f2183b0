"""The slow reader that is asked about single cells: formulas, results never stored."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from models.domain.reading.workbook_content import CellValue, ErrorValue, ExactCell
from tasks.adapters.reading.archives import CountedZip, DamagedPackage, UnzipBudget
from tasks.adapters.reading.file_kinds import FileKind
from tasks.adapters.reading.hardened_xml import MalformedXml
from tasks.adapters.reading.ooxml.ooxml_package import SheetPartKind, package_of
from tasks.adapters.reading.parser_guard import ParserFailed, parsing

_MAX_ROWS, _MAX_COLUMNS = 20_000, 1_000

_CANNOT_FOLLOW = (ParserFailed, DamagedPackage, MalformedXml)


class OpenpyxlExactReader:
    """Implements `ExactReader` for .xlsx and .xlsm; knows nothing of other formats.

    openpyxl is imported, and the workbook opened, only when the first cell is asked for. The
    bytes must have passed `read_workbook`: its budget and its refusal of entities hold here too.
    """

    def __init__(self, content: bytes, kind: FileKind) -> None:
        self._content = content
        self._readable = kind in (FileKind.XLSX, FileKind.XLSM)
        self._workbooks: tuple[Any, Any] | None = None
        self._doubtful = False  # whether a stored 0 may be no result at all

    def cells(self, sheet: str, addresses: Sequence[str]) -> Mapping[str, ExactCell]:
        """The cells asked for, by address; what does not exist or lies too far out is absent."""
        if not self._readable or not addresses:
            return {}
        try:
            with parsing():
                wanted = self._positions(addresses)
                values, formulas = self._open()
                if not wanted or sheet not in values.sheetnames:
                    return {}
                stored = self._pick(values[sheet], wanted)
                written = self._pick(formulas[sheet], wanted)
        except _CANNOT_FOLLOW:
            return {}
        return {a: self._exact(cell, written.get(a)) for a, cell in stored.items()}

    def never_calculated(self) -> Mapping[str, Sequence[tuple[int, int]]]:
        """By sheet, 1-based row and column of every formula whose result was never stored."""
        if not self._readable:
            return {}
        try:
            with parsing():
                values, formulas = self._open()
                return {
                    name: [*self._uncached(values[name], formulas[name])]
                    for name in values.sheetnames
                }
        except _CANNOT_FOLLOW:
            return {}

    def _uncached(self, values: Any, formulas: Any) -> Iterator[tuple[int, int]]:
        for sheet in (values, formulas):
            sheet.reset_dimensions()
        bounds = {"max_row": _MAX_ROWS, "max_col": _MAX_COLUMNS}
        rows = zip(values.iter_rows(**bounds), formulas.iter_rows(**bounds), strict=False)
        for stored_row, written_row in rows:
            for stored, written in zip(stored_row, written_row, strict=False):
                if written.data_type == "f" and not self._is_result(stored.value):
                    yield written.row, written.column

    @staticmethod
    def _positions(addresses: Sequence[str]) -> dict[tuple[int, int], str]:
        from openpyxl.utils.cell import coordinate_to_tuple  # start-up cost

        positions = {coordinate_to_tuple(a): a for a in addresses}
        return {p: a for p, a in positions.items() if p[0] <= _MAX_ROWS and p[1] <= _MAX_COLUMNS}

    def _open(self) -> tuple[Any, Any]:
        """The workbook twice: with results, and with formulas."""
        if self._workbooks is None:
            from openpyxl import load_workbook  # start-up cost

            # Whatever else lies in the file (charts, properties) is no reason to know nothing.
            package = package_of(CountedZip(self._content, UnzipBudget()).read_all())
            sheets = [s for s in package.sheets() if s.kind is SheetPartKind.WORKSHEET]
            self._doubtful = package.doubts_its_results
            plain = package.plain(sheets)
            values, formulas = (
                load_workbook(
                    io.BytesIO(plain), read_only=True, data_only=results, keep_links=False
                )
                for results in (True, False)
            )
            self._workbooks = values, formulas
        return self._workbooks

    @staticmethod
    def _pick(sheet: Any, wanted: Mapping[tuple[int, int], str]) -> dict[str, Any]:
        sheet.reset_dimensions()
        last_row = max(row for row, _ in wanted)
        last_column = max(column for _, column in wanted)
        columns_by_row: dict[int, list[int]] = {}
        for row, column in wanted:
            columns_by_row.setdefault(row, []).append(column)
        found: dict[str, Any] = {}
        rows = sheet.iter_rows(max_row=last_row, max_col=last_column)
        for number, cells in enumerate(rows, start=1):
            for column in columns_by_row.get(number, ()):
                # An empty cell of the read-only mode has no place and no data type.
                if column <= len(cells) and hasattr(cells[column - 1], "row"):
                    found[wanted[number, column]] = cells[column - 1]
        return found

    def _exact(self, stored: Any, written: Any) -> ExactCell:
        value: CellValue = stored.value
        if stored.data_type == "e" and value is not None:
            value = ErrorValue(str(value))
        formula = ""
        if written is not None and written.data_type == "f":
            formula = str(getattr(written.value, "text", written.value) or "")
        return ExactCell(
            value=value,
            formula=formula,
            cached=not (formula and not self._is_result(stored.value)),
        )

    def _is_result(self, stored: CellValue) -> bool:
        """Whether that is what a formula came to.

        Libraries that do not calculate store a 0 and have whoever opens the workbook calculate.
        """
        return stored is not None and not (
            self._doubtful and type(stored) in (int, float) and stored == 0
        )
