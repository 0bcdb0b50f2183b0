"""The sheets of the catalogue's workbook, from `catalogue_workbook.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from config import CONFIG_DIR
from config.files.toml_files import TomlFile, read_toml
from models.domain.errors import ConfigurationFault
from models.domain.exchange.exchange_sheets import (
    CellKind,
    ExchangeColumn,
    ExchangeSheet,
    RecordLayout,
)
from models.domain.faults import Fault, KeyPath

FILE_NAME = "catalogue_workbook.toml"
_OWN = CONFIG_DIR / FILE_NAME
_Kind = TypeVar("_Kind", bound=StrEnum)
_Made = TypeVar("_Made", ExchangeColumn, ExchangeSheet)
_FACT_WIDTH = 60
_MOST_TITLE = 31  # characters that a sheet's name may have


def load_exchange_sheets(config_dir: Path) -> tuple[ExchangeSheet, ...]:
    """The sheets in the workbook's order; the program's own where the office keeps no such file.

    Raises ConfigurationFault with a sentence per fault: file, line and key.
    """
    file = _file(config_dir)
    faults: list[Fault] = []
    sheets = [
        _sheet(file, number, table, faults)
        for number, table in enumerate(file.content.get("sheets", []), 1)
    ]
    if faults:
        raise ConfigurationFault(faults)
    return tuple(sheet for sheet in sheets if sheet is not None)


def load_instructions(config_dir: Path, year: int) -> list[str]:
    """The lines of the workbook's first sheet: "## " opens a section, "- " a list's item.

    Raises ConfigurationFault.
    """
    lines = _file(config_dir).content.get("instructions", [])
    return [
        str(line).replace("{year}", str(year)).replace("{next}", str(year + 1)) for line in lines
    ]


def _file(config_dir: Path) -> TomlFile:
    path = config_dir / FILE_NAME
    return read_toml(path if path.is_file() else _OWN)


def _sheet(
    file: TomlFile, number: int, table: Mapping[str, Any], faults: list[Fault]
) -> ExchangeSheet | None:
    where: KeyPath = ("sheets", number)
    columns = tuple(
        column
        for place, written in enumerate(table.get("columns", []), 1)
        if (column := _column(file, (*where, "columns", place), written, table, faults))
    )
    values = {k: tuple(v) if isinstance(v, list) else v for k, v in table.items()}
    values |= {"columns": columns}
    values["layout"] = _named(
        RecordLayout, values.get("layout", RecordLayout.ROWS), file, where, faults
    )
    if len(str(values.get("title", ""))) > _MOST_TITLE:
        faults.append(file.fault("exchange.title_length", where, "title", most=_MOST_TITLE))
    return _made(ExchangeSheet, values, file, where, faults)


def _column(
    file: TomlFile,
    where: KeyPath,
    written: Mapping[str, Any],
    sheet: Mapping[str, Any],
    faults: list[Fault],
) -> ExchangeColumn | None:
    values = dict(written)
    if use := values.pop("use", ""):
        common = file.content.get("columns", {}).get(use)
        if common is None:
            faults.append(file.fault("exchange.column_unknown", where, "use", value=use))
            return None
        values = {**common, **values}
    if sheet.get("layout") == RecordLayout.FACTS:
        values.setdefault("width", _FACT_WIDTH)
    values["kind"] = _named(CellKind, values.get("kind", CellKind.TEXT), file, where, faults)
    if named := values.get("choices"):
        choices = file.content.get("choices", {}).get(named)
        if not choices:
            faults.append(file.fault("exchange.choices_unknown", where, "choices", value=named))
            return None
        values["choices"] = choices
        listed = "một mục của danh sách: " + "; ".join(choices.values())
        values.setdefault("advice", listed)
    values.setdefault("help", values.get("advice", ""))
    return _made(ExchangeColumn, values, file, where, faults)


def _named(
    kind: type[_Kind], value: object, file: TomlFile, where: KeyPath, faults: list[Fault]
) -> _Kind:
    try:
        return kind(str(value))
    except ValueError:
        known = tuple(kind)
        faults.append(file.fault("exchange.member_unknown", where, value=value, known=known))
        return next(iter(kind))


def _made(
    what: type[_Made], values: dict[str, Any], file: TomlFile, where: KeyPath, faults: list[Fault]
) -> _Made | None:
    known = {f.name for f in fields(what)}
    odd = sorted(set(values) - known)
    faults += [file.fault("exchange.key_unknown", where, key) for key in odd]
    try:
        return what(**{k: v for k, v in values.items() if k in known})
    except TypeError as error:
        lacking = str(error).partition(": ")[2]
        faults.append(file.fault("exchange.keys_lacking", where, keys=lacking))
        return None
