"""The catalogue for the command line: as rows, as a table, and what has yet to be confirmed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from rich.console import Console
from rich.table import Table

from config.files.catalogues import (
    catalogue_as_json,
    load_catalogue,
    year_directories,
)
from config.files.office_files import load_office
from config.files.registers import load_register
from config.settings import load_settings
from flows.office.office_place import placed
from models.domain.errors import ConfigurationFault
from models.domain.register.agencies import Register
from models.domain.register.target_reading import names_its_unit

_UNCONFIRMED = " (chờ xác nhận)"  # the office has yet to


def register_of_office() -> Register:
    """The register as the files have it. Raises ConfigurationFault."""
    settings = placed(load_settings())
    base = settings.config_dir
    return load_register(base / "agencies.csv", settings.contacts_file or base / "contacts.csv")


def catalogue_rows(year: int | None) -> list[dict[str, Any]]:
    """All rows of a year, the newest where none is given.

    Raises ConfigurationFault when there is no such year.
    """
    base = placed(load_settings()).config_dir
    if year is None:
        year = max((int(d.name) for d in year_directories(base)), default=0)
    directory = base / "directives" / str(year)
    if not directory.is_dir():
        known = ", ".join(d.name for d in year_directories(base)) or "chưa có năm nào"
        raise ConfigurationFault([f"Không có danh mục năm {year}. Các năm đã có: {known}."])
    return catalogue_as_json(load_catalogue(directory), register_of_office())


def print_catalogue(rows: list[dict[str, Any]], console: Console) -> None:
    """A readable table, an appendix after the other."""
    table = Table(show_lines=False, expand=True)
    for title, ratio in (("Vị trí", 2), ("Mã", 4), ("Nội dung", 9), ("Giao", 4), ("Cơ quan", 6)):
        table.add_column(title, ratio=ratio, overflow="fold")
    appendix = ""
    places: dict[str, str] = {}
    for row in rows:
        if row["appendix"] != appendix and appendix:
            table.add_section()
        appendix = row["appendix"]
        place = places[row["code"]] = _place(row, places)
        names = ", ".join(map(_answering, row["agencies"]))
        cells = (place, row["code"], row["name"], _given(row), names)
        table.add_row(*(_plain(t) for t in cells))
    console.print(table)
    console.print(f"{len(rows)} dòng")


def _given(row: dict[str, Any]) -> str:
    """What the row asks for, corrected: target with unit, four periods, deadline or investment."""
    if row["values"]:
        return " | ".join(row["values"])
    if row["target_reading"]:
        own = str(row["target_reading"])
        own = own if names_its_unit(own) else f"{own} {row['unit']}".strip()
        return own + str(row["target_shown"]).removeprefix(row["target_reading"])
    if row["deadline"]:
        return f"{row['deadline_printed']} ({dt.date.fromisoformat(row['deadline']):%d/%m/%Y})"
    return str(row["deadline_printed"] or row["investment_printed"])


def _answering(agency: dict[str, Any]) -> str:
    """The agency that the directive names, and who answers in its place since when."""
    heirs = [
        f"{h['name']} từ {dt.date.fromisoformat(h['since']):%d/%m/%Y}{_UNCONFIRMED * h['assumed']}"
        for h in agency["heirs"]
    ]
    return f"{agency['name']} → {', '.join(heirs)}" if heirs else str(agency["name"])


def print_successions(register: Register, console: Console) -> None:
    """Who answers in whose place: a line for each in the file, in its order."""
    table = Table(title="Cơ quan kế thừa", show_lines=False, expand=True)
    columns = (("Cơ quan cũ", 5), ("Nay trả lời", 5), ("Từ ngày", 2), ("Việc", 5), ("Căn cứ", 6))
    for title, ratio in columns:
        table.add_column(title, ratio=ratio, overflow="fold")
    for line in register.successions:
        cells = (
            register.agency_name(line.predecessor),
            register.agency_name(line.successor),
            f"{line.on:%d/%m/%Y}",
            "; ".join(line.duties) or "mọi việc còn lại",
            line.source + _UNCONFIRMED * line.assumed,
        )
        table.add_row(*map(_plain, cells))
    if table.rows:
        console.print(table)


def what_is_assumed() -> list[str]:
    """What the office has yet to confirm in its files, a sentence for each file."""
    settings = placed(load_settings())
    office = load_office(settings.config_dir, settings.contacts_file)
    lines = sum(line.assumed for line in office.register.successions)
    said = [f"successions.csv: {lines} dòng kế thừa"] if lines else []
    for year, catalogue in sorted(office.catalogues.items()):
        count = sum(revision.assumed for row in catalogue for revision in row.revisions)
        said += [f"{year}/target_revisions.csv: {count} chỉ tiêu đặt lại"] if count else []
    return [f"{text} là giả định (assumed), chờ Văn phòng xác nhận." for text in said]


def _place(row: dict[str, Any], places: dict[str, str]) -> str:
    """Where the row stands: "I.4", "I.4 -" below it, "Mục II.2" for a target of the body."""
    number = str(row["number"])
    if row["appendix"] == "body":
        return f"Mục {number}"
    if not number and row["parent"]:
        return f"{places[row['parent']]} {str(row['name_printed'])[:1]}"
    return f"{row['appendix']}.{number}" if number else str(row["appendix"])


def _plain(text: str) -> str:
    return text.replace("[", r"\[")
