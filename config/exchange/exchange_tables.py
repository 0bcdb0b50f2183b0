"""The office's files as records for the catalogue's workbook: out of the files for its export."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from config.exchange.exchange_files import load_exchange_sheets
from config.files.catalogues import year_directories
from config.files.csv_files import read_table
from config.files.registers import COLLECTIVES
from config.files.toml_files import read_toml
from models.domain.errors import ConfigurationFault
from models.domain.exchange.exchange_reading import agency_names
from models.domain.exchange.exchange_sheets import (
    AgencyLabels,
    CellFault,
    CellKind,
    ExchangeColumn,
    ExchangeSheet,
    shown_cells,
    stored_value,
)

CONTACTS = "contacts.csv"
DIRECTIVE, REPEATED, CYCLES, STEPS = "directive", "repeated", "cycles", "steps"
Record = Mapping[str, str]


@dataclass(frozen=True)
class OfficeFiles:
    """Where the files behind the sheets lie for one year."""

    config_dir: Path
    contacts_file: Path  # the office's own may lie elsewhere
    year: int

    def name(self, sheet: ExchangeSheet) -> str:
        """The sheet's file, under the configuration's folder."""
        return sheet.file.format(year=self.year)

    def path(self, sheet: ExchangeSheet) -> Path:
        """The sheet's file."""
        if sheet.file == CONTACTS:
            return self.contacts_file
        return self.config_dir / self.name(sheet)


def sheets_of(files: OfficeFiles) -> tuple[ExchangeSheet, ...]:
    """The workbook's sheets, each with the columns that its file has beyond the definition.

    Where the year has no files yet, those of the newest year tell.
    """
    years = [int(d.name) for d in year_directories(files.config_dir)]
    model = files if files.year in years or not years else replace(files, year=max(years))
    return tuple(_extended(sheet, model) for sheet in load_exchange_sheets(files.config_dir))


def labels_of(files: OfficeFiles) -> AgencyLabels:
    """The agencies of the register as it stands, and those who are named together."""
    names = agency_names(iter(read_table(files.config_dir / "agencies.csv")[1]))
    together = files.config_dir / COLLECTIVES
    if together.is_file():
        names |= agency_names(iter(read_table(together)[1]))
    return AgencyLabels(names)


def records_of(sheet: ExchangeSheet, files: OfficeFiles) -> list[dict[str, str]]:
    """The sheet's records as its file holds them; cycles and steps only those of the year.

    Raises ConfigurationFault where a file that must be there cannot be read.
    """
    path = files.path(sheet)
    if sheet.may_lack and not path.is_file():
        return []
    if path.suffix == ".csv":
        return [
            {c.key: record.get(c.key, "") for c in sheet.columns} for record in read_table(path)[1]
        ]
    return [
        {c.key: _text(_looked_up(table, c.key)) for c in sheet.columns}
        for table in _tables(sheet, read_toml(path).content, files.year)
    ]


def written(text: str, kind: CellKind) -> Any:
    """The TOML value of a stored text."""
    if kind is CellKind.WHOLE:
        return int(text)
    if kind is CellKind.DAY:
        return dt.date.fromisoformat(text)
    if kind is CellKind.INSTANT:
        return dt.datetime.fromisoformat(text)
    return text


def normal(columns: Iterable[ExchangeColumn], record: Record, labels: AgencyLabels) -> Record:
    """The record with every value as the workbook would give it back: "1/7/2026" as ISO."""
    return {c.key: _normal(c, record.get(c.key, ""), labels) for c in columns}


def _normal(column: ExchangeColumn, stored: str, labels: AgencyLabels) -> str:
    if not stored:  # most cells of the office's files: shown empty, and read as empty
        return ""
    try:
        return stored_value(column, list(shown_cells(column, stored, labels)), labels)
    except (CellFault, ValueError):
        return stored


def _tables(sheet: ExchangeSheet, content: Mapping[str, Any], year: int) -> list[Any]:
    if sheet.key == REPEATED:
        return list(content.get(sheet.table, []))
    if sheet.key == DIRECTIVE:
        return [content]
    cycles = [
        {"code": code, **table}
        for code, table in content.get("cycles", {}).items()
        if table.get("catalogue_year") == year
    ]
    if sheet.key == CYCLES:
        return cycles
    return [{**step, "cycle": c["code"]} for c in cycles for step in c.get(sheet.table, [])]


def _looked_up(table: Mapping[str, Any], key: str) -> object:
    """The value of a key, a dot leading into a table within."""
    found: Any = table
    for part in key.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _text(value: object) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, dt.date) else str(value)


# --- Columns that a definition does not know ------------------------------------------------------


def _with_choices(column: ExchangeColumn, records: Iterable[Record]) -> ExchangeColumn:
    """The column with the words of its file that the definition has no name for: as they are."""
    if column.kind is not CellKind.CHOICE:
        return column
    used = (record.get(column.key, "") for record in records)
    new = {word: word for word in used if word and word not in column.choices}
    return replace(column, choices={**column.choices, **new}) if new else column


_KINDS: dict[type, CellKind] = {
    str: CellKind.TEXT,
    int: CellKind.WHOLE,
    dt.date: CellKind.DAY,
    dt.datetime: CellKind.INSTANT,
}


def _extended(sheet: ExchangeSheet, files: OfficeFiles) -> ExchangeSheet:
    path = files.path(sheet)
    known = {c.key for c in sheet.columns}
    try:
        if path.suffix == ".csv":
            header, records = read_table(path)
            found = {key: CellKind.TEXT for key in header if key}
            sheet = replace(sheet, columns=[_with_choices(c, records) for c in sheet.columns])
        else:
            content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
            tables: Sequence[Any] = _tables(sheet, content, files.year)
            found = {
                key: _KINDS[type(value)]
                for table in tables
                for key, value in table.items()
                if type(value) in _KINDS
            }
    except (ConfigurationFault, OSError, ValueError):
        return sheet  # named when its records are read
    new = [
        ExchangeColumn(key, key, kind, may_lack=True, advice="nội dung như trong tệp")
        for key, kind in found.items()
        if key not in known
    ]
    return replace(sheet, columns=(*sheet.columns, *new)) if new else sheet
