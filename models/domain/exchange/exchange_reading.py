"""The catalogue's workbook led back to records, every record with the cells it came from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from models.domain.exchange.exchange_sheets import (
    CO_HEADER,
    AgencyLabels,
    CellFault,
    CellKind,
    ExchangeColumn,
    ExchangeSheet,
    RecordLayout,
    stored_value,
)
from models.domain.notation.vietnamese_text import fold
from models.domain.reading.workbook_content import CellValue, SheetContent, WorkbookContent, address

FACT_HEADER = "Nội dung"
FACT_HELP_HEADER = "Cách ghi"
HELPER_HEADER = "Tên để chọn"  # computed for the drop-down lists; not read
SOURCE_HEADER = "Nguồn trong văn bản"  # where a drafted row stands in print; not read
_NOT_READ = frozenset({fold(HELPER_HEADER), fold(SOURCE_HEADER)})
_FIRST_RECORD = 3  # of a sheet of facts: the column behind label and help
_HEADER_WITHIN = 20  # rows
NAMING = ("agencies", "collectives")  # sheets whose records bear names


@dataclass(frozen=True)
class CellComplaint:
    """What is wrong at one place of the workbook, and what to write there instead."""

    sheet: str  # title
    cell: str  # "K7"; "" for the sheet as a whole
    text: str
    advice: str = ""

    @property
    def sentence(self) -> str:
        """The complaint as the office reads it.

        >>> CellComplaint("V. Dự án", "B7", "còn trống", "số như in").sentence
        'Trang «V. Dự án», ô B7: còn trống. Xin ghi số như in.'
        """
        place = f"Trang «{self.sheet}»" + (f", ô {self.cell}" if self.cell else "")
        advice = f" Xin ghi {_closed(self.advice)}" if self.advice else ""
        return f"{place}: {_closed(self.text)}{advice}" if self.sheet else self.text


def _closed(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


@dataclass(frozen=True)
class PlacedRecord:
    """One record, as the file will hold it, and where the workbook shows it."""

    values: Mapping[str, str]  # by column key
    cells: Mapping[str, Sequence[str]]  # addresses by column key: of agencies those filled in
    doubtful: frozenset[str] = frozenset()  # keys of cells that were complained of already

    def cell(self, key: str = "", nth: int = 0) -> str:
        """The address of a column's cell; of the record's first where the column has none."""
        found = self.cells.get(key) or next(iter(self.cells.values()), ("",))
        return found[min(nth, len(found) - 1)]


@dataclass
class SheetReading:
    """All records of a sheet; `present` tells whether the workbook has the sheet at all."""

    sheet: ExchangeSheet
    records: list[PlacedRecord] = field(default_factory=list)
    complaints: list[CellComplaint] = field(default_factory=list)
    present: bool = True

    def complain(self, cell: str, text: str, advice: str = "") -> None:
        """Adds a complaint."""
        self.complaints.append(CellComplaint(self.sheet.title, cell, text, advice))


def read_sheets(
    workbook: WorkbookContent, sheets: Sequence[ExchangeSheet], labels: AgencyLabels
) -> dict[str, SheetReading]:
    """Each sheet's records and complaints, by the sheet's key.

    `labels` are the agencies known before; those of the workbook's own sheet come first.
    """
    found = {fold(s.name): s for s in workbook.sheets}
    readings: dict[str, SheetReading] = {}
    # Names come from these two: agencies first, whom those who are named together consist of.
    names_first = sorted(sheets, key=lambda s: (s.key not in NAMING, s.key))
    for sheet in names_first:
        content = found.get(fold(sheet.title))
        readings[sheet.key] = _read(sheet, content, labels)
        if sheet.key in NAMING and readings[sheet.key].records:
            labels = labels.joined(agency_names(r.values for r in readings[sheet.key].records))
    return {sheet.key: readings[sheet.key] for sheet in sheets}


def agency_names(records: Iterator[Mapping[str, str]]) -> dict[str, list[str]]:
    """Name and aliases by code, from records of the register."""
    return {
        record["code"]: [record.get("name", ""), *_items(record.get("aliases", ""))]
        for record in records
        if record.get("code")
    }


def _items(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _read(sheet: ExchangeSheet, content: SheetContent | None, labels: AgencyLabels) -> SheetReading:
    reading = SheetReading(sheet, present=content is not None)
    if content is None:
        if not sheet.may_lack and not sheet.shared:
            reading.complain("", "sổ không có trang này; xin lấy lại trang từ sổ đã xuất")
        return reading
    read = _read_facts if sheet.layout is RecordLayout.FACTS else _read_rows
    read(reading, content, labels)
    return reading


# --- A record a row -------------------------------------------------------------------------------


def _read_rows(reading: SheetReading, content: SheetContent, labels: AgencyLabels) -> None:
    header_row = _header_row(content, [c.header for c in reading.sheet.columns])
    if not header_row:
        reading.complain("", "không tìm thấy dòng tiêu đề; xin giữ nguyên dòng tiêu đề đã xuất")
        return
    places = _columns(reading, content, header_row)
    for row in range(header_row + 1, len(content.rows) + 1):
        cells = {
            key: [content.at(row, column) for column in columns] for key, columns in places.items()
        }
        if not any(_filled(cell) for found in cells.values() for cell in found):
            continue
        addresses = {key: [address(row, n) for n in columns] for key, columns in places.items()}
        reading.records.append(_record(reading, cells, addresses, labels))


def _header_row(content: SheetContent, headers: Sequence[str]) -> int:
    """The row, 1-based, that bears most of the headers; 0 where none bears two of them."""
    wanted = {fold(h) for h in headers}
    counts = [
        (len(wanted & {fold(c) for c in row if isinstance(c, str)}), -number)
        for number, row in enumerate(content.rows[:_HEADER_WITHIN], 1)
    ]
    best, number = max(counts, default=(0, 0))
    return -number if best >= min(2, len(wanted)) else 0


def _columns(reading: SheetReading, content: SheetContent, row: int) -> dict[str, list[int]]:
    """The columns, 1-based, in which each key stands; a complaint for what is odd."""
    by_header = {fold(c.header): c for c in reading.sheet.columns}
    several = next((c for c in reading.sheet.columns if c.kind is CellKind.AGENCIES), None)
    places: dict[str, list[int]] = {}  # of the agencies: the lead's column first, 0 where lacking
    for number, cell in enumerate(content.rows[row - 1], 1):
        text = cell if isinstance(cell, str) else ""
        key = fold(text)
        column = by_header.get(key)
        if several and re.fullmatch(rf"{re.escape(fold(CO_HEADER))} \d+", key):
            places.setdefault(several.key, [0]).append(number)
        elif column is None:
            if key not in _NOT_READ and _used(content, row, number):
                reading.complain(
                    address(row, number),
                    f"cột “{text}” không có trong danh mục",
                    "lại tiêu đề như sổ đã xuất, hoặc xóa cả cột",
                )
        elif column is several:
            places.setdefault(column.key, [0])[0] = number
        elif column.key in places:
            reading.complain(address(row, number), f"cột “{text}” có hai lần; xin giữ một cột")
        else:
            places[column.key] = [number]
    for column in reading.sheet.columns:
        lacking = not places.get(column.key, [0])[0]
        if lacking and not column.may_lack:
            reading.complain(
                f"A{row}", f"thiếu cột “{column.header}”", "lại tiêu đề cột như sổ đã xuất"
            )
    return {key: [n for n in found if n] for key, found in places.items() if any(found)}


def _used(content: SheetContent, header_row: int, column: int) -> bool:
    return any(_filled(content.at(r, column)) for r in range(header_row, len(content.rows) + 1))


# --- A record a column ----------------------------------------------------------------------------


def _read_facts(reading: SheetReading, content: SheetContent, labels: AgencyLabels) -> None:
    header_row = _header_row(content, [FACT_HEADER, FACT_HELP_HEADER])
    if not header_row:
        reading.complain("", "không tìm thấy dòng tiêu đề; xin giữ nguyên dòng tiêu đề đã xuất")
        return
    rows = _fact_rows(reading, content, header_row)
    named = reading.sheet.identified_by[0] if reading.sheet.shared else ""
    width = max((len(row) for row in content.rows[header_row - 1 :]), default=0)
    for column in range(_FIRST_RECORD, width + 1):
        places = {key: row for key, row in rows.items() if key != named}
        if named:
            places = {named: header_row, **places}
        cells = {key: [content.at(row, column)] for key, row in places.items()}
        if any(_filled(found[0]) for found in cells.values()):
            addresses = {key: [address(row, column)] for key, row in places.items()}
            reading.records.append(_record(reading, cells, addresses, labels))
        if not named:
            return  # one record only: what stands further right is the office's own remark
    if not reading.records and not named:
        reading.complain(f"C{header_row}", "trang chưa ghi gì")


def _fact_rows(reading: SheetReading, content: SheetContent, header_row: int) -> dict[str, int]:
    by_header = {fold(c.header): c for c in reading.sheet.columns}
    rows: dict[str, int] = {}
    for row in range(header_row + 1, len(content.rows) + 1):
        label = content.at(row, 1)
        column = by_header.get(fold(label)) if isinstance(label, str) else None
        if column is not None and column.key not in rows:
            rows[column.key] = row
        elif _filled(label) or any(_filled(c) for c in content.rows[row - 1][_FIRST_RECORD - 1 :]):
            reading.complain(
                address(row, 1), f"mục “{label or ''}” không có trong danh mục hoặc có hai lần",
                "lại tên mục như sổ đã xuất, hoặc xóa cả hàng",
            )  # fmt: skip
    named = reading.sheet.identified_by[:1]
    for column in reading.sheet.columns:
        if column.key not in rows and column.key not in named and not column.may_lack:
            reading.complain(
                f"A{header_row}", f"thiếu mục “{column.header}”", "lại tên mục như sổ đã xuất"
            )
    return rows


# --- One record -----------------------------------------------------------------------------------


def _record(
    reading: SheetReading,
    cells: Mapping[str, Sequence[CellValue]],
    addresses: Mapping[str, Sequence[str]],
    labels: AgencyLabels,
) -> PlacedRecord:
    values: dict[str, str] = {}
    doubtful: set[str] = set()
    for column in reading.sheet.columns:
        found = cells.get(column.key)
        if found is None:
            values[column.key] = ""
            continue
        try:
            values[column.key] = stored_value(column, found, labels)
        except CellFault as fault:
            values[column.key] = ""
            doubtful.add(column.key)
            place = addresses[column.key][fault.nth]
            reading.complain(place, fault.text, fault.advice or column.advice)
        else:
            if column.required and not values[column.key]:
                doubtful.add(column.key)
                reading.complain(addresses[column.key][0], _empty(column), column.advice)
    places = {
        key: [a for a, cell in zip(found, cells[key], strict=True) if _filled(cell)] or found[:1]
        for key, found in addresses.items()
    }
    return PlacedRecord(values, places, frozenset(doubtful))


def _empty(column: ExchangeColumn) -> str:
    return f"“{column.header}” còn trống"


def _filled(cell: CellValue) -> bool:
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip()))
