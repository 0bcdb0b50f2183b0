"""A workbook in memory, laid out as the template lays it out and filled in with diligence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from models.domain.answers.examining import examine_content
from models.domain.reading.findings import Finding
from models.domain.reading.forms import (
    Column,
    SheetForm,
    SheetKind,
    ValueType,
    choices_of,
    expected_rows,
    office_text,
    sheets_for,
)
from models.domain.reading.identity import PROPERTY_NAME, sign
from models.domain.reading.office import Office
from models.domain.reading.submissions import Examination
from models.domain.reading.workbook_content import (
    Appearance,
    CellValue,
    ExactReader,
    SheetContent,
    WorkbookContent,
    address,
)
from models.domain.register.catalogue import PERIODS, CatalogueRow
from models.domain.register.targets import TargetKind

CYCLE = "2025-plan"
HEADER_ROW = 4
FREE_ROWS = 4
_SHARE_OF_YEAR = {"quy_1": Decimal("0.2"), "6_thang": Decimal("0.5"), "9_thang": Decimal("0.75")}


class FilledWorkbook:
    """What a careful official would send back; `put` spoils one cell, `rows` is the raw sheet."""

    def __init__(
        self, office: Office, agency: str, *, filled: bool = True, cycle: str = CYCLE
    ) -> None:
        self.office = office
        self.agency = agency
        self.cycle = office.cycle(cycle)
        self.form = office.form_of(self.cycle)
        self.catalogue = office.catalogue_of(self.cycle)
        self.sheets = {
            s.key: s
            for s in sheets_for(self.form, self.catalogue, agency)
            if s.kind is not SheetKind.INSTRUCTIONS
        }
        self.names = {key: s.title for key, s in self.sheets.items()}
        self.token = sign(b"secret", cycle, agency, self.form.version)
        self.places: dict[tuple[str, str, str], tuple[int, int]] = {}
        self.percent: dict[str, set[tuple[int, int]]] = {}
        self.looks: dict[str, dict[tuple[int, int], Appearance]] = {}
        self.grids: dict[str, list[list[CellValue]]] = {}
        for key, sheet in self.sheets.items():
            self.grids[key] = [[sheet.heading], [], [], []]
            if sheet.kind is SheetKind.DETAILS:
                self._details(sheet, filled)
            else:
                self._table(sheet, filled)

    def _details(self, sheet: SheetForm, filled: bool) -> None:
        grid = self.grids[sheet.key]
        grid[HEADER_ROW - 1] = ["Nội dung", "Cơ quan ghi", "Giải trình (nếu có)"]
        values = {
            ValueType.DATE: self.cycle.due_at.date() - dt.timedelta(days=10),
            ValueType.EMAIL: "dau.moi@haiphong.example",
            ValueType.PHONE: "0225 3123 456",
        }
        for field in sheet.columns:
            value: CellValue = values.get(field.type, "Nguyễn Văn An") if filled else None
            if field.source == "agency_name":
                value = self.office.register.agencies[self.agency].name
            elif field.office:
                value = self.cycle.title
            grid.append([field.header, value])
            self.places[sheet.key, "", field.key] = (len(grid), 2)
            self.places[sheet.key, field.key, "justification"] = (len(grid), 3)

    def _table(self, sheet: SheetForm, filled: bool) -> None:
        grid = self.grids[sheet.key]
        grid[HEADER_ROW - 1] = [c.header for c in sheet.columns]
        rows: list[CatalogueRow | None] = list(expected_rows(sheet, self.catalogue, self.agency))
        if sheet.kind is SheetKind.FREE_TABLE:
            rows = [None] * FREE_ROWS
        for number, row in enumerate(rows, 1):
            cells: list[CellValue] = []
            key = row.code if row is not None else f"@{number}"
            for place, column in enumerate(sheet.columns, 1):
                self.places[sheet.key, key, column.key] = (len(grid) + 1, place)
                if column.office:
                    cells.append(
                        office_text(column, row, self.catalogue, self.agency) if row else number
                    )
                else:
                    cells.append(self._answer(column, row, number) if filled else None)
            grid.append(cells)

    def _answer(self, column: Column, row: CatalogueRow | None, number: int) -> CellValue:
        if column.key == "justification":
            return None
        if column.meaning:
            return _result(column, row)
        if column.unit_of_row:
            return _commitment(column, row)
        if column.type is ValueType.NUMBER:
            return 50_000.0
        if column.type is ValueType.DATE:
            return dt.date(2025, 3, 20)
        if column.type is ValueType.CHOICE:
            return choices_of(column, self.catalogue)[number - 1]
        return f"{column.label or column.header} của việc {number}"

    # Spoiling it

    def put(self, sheet: str, row: str, column: str, value: CellValue) -> str:
        """Writes one cell; its address."""
        number, place = self.places[sheet, row, column]
        cells = self.grids[sheet][number - 1]
        cells.extend([None] * (place - len(cells)))
        cells[place - 1] = value
        return address(number, place)

    def show_percent(self, sheet: str, row: str, column: str) -> None:
        """Formats one cell as a percentage."""
        self.percent.setdefault(sheet, set()).add(self.places[sheet, row, column])

    def show(self, sheet: str, row: str, column: str, look: Appearance) -> str:
        """Gives one cell a look; its address."""
        self.looks.setdefault(sheet, {})[self.places[sheet, row, column]] = look
        return self.at(sheet, row, column)

    def commit(self, row: str, value: CellValue) -> str:
        """Writes an indicator's committed value and its full-year milestone."""
        self.put("indicators", row, "milestone_year", value)
        return self.put("indicators", row, "committed", value)

    def at(self, sheet: str, row: str, column: str) -> str:
        """The address of a cell."""
        return address(*self.places[sheet, row, column])

    # Handing it in

    def content(self, *, signed: bool = True) -> WorkbookContent:
        """The workbook as the reader would hand it over."""
        return WorkbookContent(
            "xlsx",
            [
                SheetContent(
                    self.names[key],
                    grid,
                    percent=self.percent.get(key, ()),
                    looks=self.looks.get(key, {}),
                )
                for key, grid in self.grids.items()
            ],
            {PROPERTY_NAME: self.token} if signed else {},
        )

    def examine(
        self, *, signed: bool = True, exact: ExactReader | None = None, **given: Any
    ) -> Examination:
        """The examination of the workbook as it stands."""
        return examine_content(self.content(signed=signed), self.office, exact=exact, **given)

    def findings(self, *rules: str) -> list[Finding]:
        """The findings of the given rules, all when none is given."""
        examination = self.examine()
        if examination.rule_failures:
            raise AssertionError(examination.rule_failures)
        return [f for f in examination.findings if not rules or f.rule in rules]


def _commitment(column: Column, row: CatalogueRow | None) -> CellValue:
    """What meets the target; milestones on the way there for amounts, the level for shares."""
    if row is None or row.values or row.target is None:
        return None
    value = row.target.value
    if row.target.kind is TargetKind.GREATER:
        value = min(value * Decimal("1.05"), Decimal(100)) if row.unit == "%" else value * 2
        if row.target.value > 100:
            value = row.target.value * Decimal("1.05")
        if row.code == "tourist_arrivals":
            value = Decimal("10.5")
    if row.target.kind is TargetKind.LESS:
        value = value * Decimal("0.95")
    if row.unit in ("%", "‰") or row.target.kind is TargetKind.RATIO:
        return float(value)
    return float(value * _SHARE_OF_YEAR.get(column.period, Decimal(1)))


_RESULTS: dict[str, CellValue] = {
    "as_of": dt.date(2025, 10, 31),
    "value_status": "Ước thực hiện",
    "remedies": "Tiếp tục đôn đốc",
    "state": "Đã hoàn thành",
    "percent": 100.0,
    "product": "Quyết định phê duyệt Đề án",
    "product_number": "1874/QĐ-UBND",
    "product_date": dt.date(2025, 3, 20),
    "finished_on": dt.date(2025, 3, 20),
    "plan_central": 90_000.0,
    "plan_city": 100_000.0,
    "disbursed": 70_000.0,
    "disbursed_estimate": 95_000.0,
    "progress": "Đạt 80% khối lượng",
}


def _result(column: Column, row: CatalogueRow | None) -> CellValue:
    """What was reached: the target, by the estimate; a good part of it so far, where it adds up."""
    if row is not None and row.values and column.unit_of_row:
        return float(row.values[PERIODS.index(column.period)])
    if column.meaning in ("estimate", "to_date") and not column.territory:
        value = _commitment(column, row)
        amount = column.meaning == "to_date" and isinstance(value, float) and row is not None
        grows = amount and row.unit not in ("%", "‰") and value > 20
        return value * 0.8 if grows and isinstance(value, float) else value
    return _RESULTS.get(column.meaning)


@pytest.fixture(scope="session")
def real_office() -> Office:
    """The office as configured: the whole directive, all agencies."""
    from tests.fixtures.office_files import own_office  # for start-up cost: few tests want it

    return own_office()


@pytest.fixture
def workbook(real_office: Office) -> Callable[..., FilledWorkbook]:
    """Makes a filled workbook of an agency (`filled=False`: the template as sent out)."""

    def make(agency: str = "sct", *, filled: bool = True, cycle: str = CYCLE) -> FilledWorkbook:
        return FilledWorkbook(real_office, agency, filled=filled, cycle=cycle)

    return make
