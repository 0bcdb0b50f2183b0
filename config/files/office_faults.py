"""Every fault of the office's files in one go, also where some of them are not sound.

A file that is not sound is read as far as it can be, so that what another says of it is known, too:
whoever mends the files hears everything the first time.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from config.files.calendars import load_calendar
from config.files.catalogues import no_years, read_catalogue, year_directories
from config.files.cycle_files import load_office_hours, read_cycles
from config.files.form_files import load_forms
from config.files.office_files import faults_between_files
from config.files.registers import read_register
from config.files.rule_settings import load_rule_settings
from models.domain.cycle.working_calendar import OfficeHours
from models.domain.errors import ConfigurationFault
from models.domain.faults import Fault
from models.domain.reading.office import Office
from models.domain.reading.rule_settings import RuleSettings
from models.domain.register.catalogue import Catalogue

_Loaded = TypeVar("_Loaded")


def faults_of_files(base: Path, contacts: Path) -> list[Fault]:
    """Every fault of the files in that folder but for those of letters and reports."""
    return read_office(base, contacts)[1]


def read_office(base: Path, contacts: Path) -> tuple[Office | None, list[Fault]]:
    """The office as far as its files can be read, and every fault but letters' and reports'.

    With a fault it is for looking at only; None where a file on which all depends gives nothing.
    """
    register, faults = read_register(base / "agencies.csv", contacts)
    years = year_directories(base)
    if not years:
        faults.append(no_years(base))
    catalogues: dict[int, Catalogue | None] = {}
    for directory in years:
        catalogue, found = read_catalogue(directory, register if register.agencies else None)
        faults += found
        catalogues[int(directory.name)] = catalogue
    cycles, found = _tried(lambda: read_cycles(base / "cycles.toml"), faults) or ({}, [])
    faults += found
    forms = _tried(lambda: load_forms(base), faults)
    years_met = {c.due_at.year + step for c in cycles.values() for step in (-1, 0, 1)}
    hours = _tried(lambda: load_office_hours(base / "cycles.toml"), []) or OfficeHours()
    calendar = _tried(
        lambda: load_calendar(base / "holidays.csv", sorted(years_met), office_hours=hours), faults
    )
    rules = _tried(lambda: load_rule_settings(base / "rules.toml"), faults)
    faults += faults_between_files(
        base, cycles.values(), catalogues, forms, rules or RuleSettings()
    )
    read = {year: catalogue for year, catalogue in catalogues.items() if catalogue is not None}
    if forms is None or calendar is None or not register.agencies:
        return None, faults
    # A cycle without its form or its catalogue is named already, and nobody can look at it.
    sound = {
        code: cycle
        for code, cycle in cycles.items()
        if cycle.form in forms and cycle.catalogue_year in read
    }
    office = Office(
        catalogues=read,
        register=register,
        cycles=sound,
        forms=forms,
        calendar=calendar,
        rules=rules or RuleSettings(),
    )
    return office, faults


def _tried(load: Callable[[], _Loaded], faults: list[Fault]) -> _Loaded | None:
    try:
        return load()
    except ConfigurationFault as fault:
        faults.extend(fault.found)
        return None
