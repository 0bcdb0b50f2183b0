"""Everything the office has decided, read from its files in one go."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

from config.files.calendars import load_calendar
from config.files.catalogues import load_catalogues
from config.files.cycle_files import load_cycles, load_office_hours
from config.files.form_files import load_forms
from config.files.registers import SUCCESSIONS, load_register
from config.files.rule_settings import load_rule_settings
from config.files.succession_files import faults_with_catalogues
from config.files.toml_files import read_toml
from models.domain.answers.asked_cells import sections_of_content
from models.domain.cycle.cycles import ReportingCycle
from models.domain.errors import ConfigurationFault
from models.domain.exchange.exchange_sheets import IMPORT_JOURNAL
from models.domain.faults import Fault, KeyPath
from models.domain.reading.forms import Column, Form, ValueType
from models.domain.reading.office import Office
from models.domain.reading.rule_settings import RuleSettings
from models.domain.register.catalogue import Catalogue

#: What an office is read from, below its folder.
_READ = ("*.toml", "*.csv", "forms/*", "directives/*/*")
_LARGEST_FILE = 20_000_000  # bytes; what is larger is refused by whoever reads it
_SOUND_KEPT = 4
_sound: dict[bytes, Office] = {}  # those read without a fault, by what their files held


def load_office(config_dir: Path, contacts_file: Path | None = None) -> Office:
    """The office's configuration. Raises ConfigurationFault with every fault of the file it met.

    An office is frozen: files that hold what they held before give the same one again.
    """
    if (config_dir / IMPORT_JOURNAL).exists():
        raise ConfigurationFault([Fault("file.half_imported", str(config_dir))])
    held = _what_files_hold(config_dir, contacts_file)
    if held is not None and held in _sound:
        return _sound[held]
    office = _read_office(config_dir, contacts_file)
    if held is not None and held == _what_files_hold(config_dir, contacts_file):
        _sound[held] = office
        if len(_sound) > _SOUND_KEPT:
            _sound.pop(next(iter(_sound)), None)
    return office


def _what_files_hold(config_dir: Path, contacts_file: Path | None) -> bytes | None:
    """A digest of all that an office may be read from; None where that is no plain files."""
    digest = hashlib.sha256()
    found = [path for pattern in _READ for path in sorted(config_dir.glob(pattern))]
    try:
        for path in (*found, *([contacts_file] if contacts_file else ())):
            about = path.stat()
            if stat.S_ISDIR(about.st_mode):
                continue
            if not stat.S_ISREG(about.st_mode) or about.st_size > _LARGEST_FILE:
                return None
            content = path.read_bytes()
            name = "" if path is contacts_file else str(path.relative_to(config_dir))
            digest.update(f"{name}\0{len(content)}\0".encode("utf-8", "surrogateescape"))
            digest.update(content)
    except OSError:
        return None
    return digest.digest()


def _read_office(config_dir: Path, contacts_file: Path | None) -> Office:
    cycles = load_cycles(config_dir / "cycles.toml")
    years = {c.due_at.year for c in cycles.values()}
    register = load_register(
        config_dir / "agencies.csv", contacts_file or config_dir / "contacts.csv"
    )
    catalogues, forms = load_catalogues(config_dir), load_forms(config_dir)
    rules = load_rule_settings(config_dir / "rules.toml")
    if faults := faults_between_files(config_dir, cycles.values(), catalogues, forms, rules):
        raise ConfigurationFault(faults)
    return Office(
        catalogues=catalogues,
        register=register,
        cycles=cycles,
        forms=forms,
        calendar=load_calendar(
            config_dir / "holidays.csv",
            range(min(years) - 1, max(years) + 2),
            office_hours=load_office_hours(config_dir / "cycles.toml"),
        ),
        rules=rules,
    )


def faults_between_files(
    config_dir: Path,
    cycles: Iterable[ReportingCycle],
    catalogues: Mapping[int, Catalogue | None],
    forms: Mapping[str, Form] | None,
    rules: RuleSettings,
) -> list[Fault]:
    """What a file relies on and no other provides: a catalogue's year, a form, a row's code.

    A catalogue is None where the year is there and could not be read, `forms` where they could not:
    of what they hold nothing is said then.
    """
    faults: list[Fault] = []
    cycles = list(cycles)
    # The files are read again only to say on which line a fault stands.
    cycle_fault = partial(_fault_in, config_dir / "cycles.toml")
    rule_fault = partial(_fault_in, config_dir / "rules.toml")
    for cycle in cycles:
        if cycle.catalogue_year not in catalogues:
            key = ("cycles", cycle.code, "catalogue_year")
            faults.append(cycle_fault("cycle.no_catalogue", key, year=cycle.catalogue_year))
        if forms is not None and cycle.form not in forms:
            key = ("cycles", cycle.code, "form")
            faults.append(cycle_fault("cycle.no_form", key, form=cycle.form))
        elif forms is not None:
            keys = {sheet.key for sheet in forms[cycle.form].sheets}
            faults += [
                cycle_fault(
                    "cycle.unknown_sheet_of_content",
                    ("cycles", cycle.code, "content"),
                    value=about,
                    form=cycle.form,
                )
                for abouts, _ in sections_of_content(cycle.content)[1]
                for about in abouts
                if about not in keys
            ]
    known_cycles = {cycle.code: cycle for cycle in cycles}
    for cycle in known_cycles.values() if forms is not None else ():
        faults += _faults_of_carrying(cycle, known_cycles, forms or {}, cycle_fault)
    read = [catalogue for catalogue in catalogues.values() if catalogue is not None]
    if len(read) < len(catalogues):
        return faults
    faults += faults_with_catalogues(config_dir / SUCCESSIONS, read)
    known = {row.code for catalogue in read for row in catalogue}
    for number, limit in enumerate(rules.sum_limits, 1):
        faults += [
            rule_fault("rule.row_unknown", ("sum_limits", number, "rows"), row=code)
            for code in limit.rows
            if code not in known
        ]
    for number, link in enumerate(rules.links, 1):
        faults += [
            rule_fault("rule.row_unknown", ("links", number, "rows"), row=code)
            for code in (link.first, link.second)
            if code not in known
        ]
    return faults


def _fault_in(path: Path, code: str, key: KeyPath, /, **arguments: object) -> Fault:
    return read_toml(path).fault(code, key, **arguments)


def _faults_of_carrying(
    cycle: ReportingCycle,
    cycles: Mapping[str, ReportingCycle],
    forms: Mapping[str, Form],
    told: Callable[..., Fault],
) -> Iterator[Fault]:
    """What the cycle's form takes from the previous cycle's and that one does not have."""
    key = ("cycles", cycle.code, "previous")
    form = forms.get(cycle.form)
    carried = [(s, c) for s in form.sheets for c in s.columns if c.carry] if form else []
    if not carried:
        return
    if not cycle.previous:
        yield told("cycle.carries_from_nowhere", key, form=cycle.form)
        return
    before = cycles.get(cycle.previous)
    earlier = forms.get(before.form) if before else None
    if earlier is None:
        return  # said of that cycle itself
    for sheet, column in carried:
        given = next(
            (
                c
                for s in earlier.sheets
                if s.key == sheet.key and s.kind is sheet.kind
                for c in s.columns
                if c.key == column.carry and not c.office
            ),
            None,
        )
        if given is None:
            wording = "cycle.carried_column_lacking"
        elif not column.office and _kind_of(given) != _kind_of(column):
            wording = "cycle.carried_column_differs"
        else:
            continue
        yield told(
            wording,
            key,
            form=cycle.form,
            sheet=sheet.key,
            form_column=column.key,
            carry=column.carry,
            earlier=earlier.code,
        )


def _kind_of(column: Column) -> ValueType:
    """Short and long texts are one kind of value."""
    return ValueType.TEXT if column.type is ValueType.LONG_TEXT else column.type
