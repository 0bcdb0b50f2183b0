"""Loads and checks the catalogues of all years, and gives them out as plain data."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from config.files.catalogue_rows import FILES, row_remarks
from config.files.csv_files import Line
from config.files.directive_files import DirectiveReading, read_directive
from config.files.row_agencies import agency_faults
from config.files.target_revision_files import revision_faults
from config.files.tolerance_files import by_row, tolerance_faults
from models.domain.errors import ConfigurationFault
from models.domain.faults import Fault, StoredWord, words_of
from models.domain.register.agencies import Register
from models.domain.register.catalogue import (
    PERIODS,
    Appendix,
    Catalogue,
    CatalogueRow,
    Equivalence,
)
from models.domain.register.successions import duty_keys
from models.domain.register.targets import Direction, Target, carried_direction

_PLAIN_NUMBER = re.compile(r"[0-9]{1,4}")
_MEASURED = (Appendix.I, Appendix.III, Appendix.BODY)
_ROWS_MISCOUNTED, _TARGETS_MISCOUNTED = "directive.rows_miscounted", "directive.targets_miscounted"


def load_catalogue(directory: Path) -> Catalogue:
    """One year's catalogue. Raises ConfigurationFault with every fault of its files."""
    reading = read_directive(directory)
    faults = _faults(reading)
    catalogue = _catalogue(reading)
    if faults or catalogue is None:
        raise ConfigurationFault(faults)
    return catalogue


def read_catalogue(
    directory: Path, register: Register | None
) -> tuple[Catalogue | None, list[Fault]]:
    """A year's catalogue as far as it can be read, and every fault.

    Its agencies are held against the register, where there is one that can be relied on.
    """
    reading = read_directive(directory)
    return _catalogue(reading), _faults(reading, register)


def _catalogue(reading: DirectiveReading) -> Catalogue | None:
    if reading.directive is None:
        return None
    return Catalogue(
        year=reading.directive.year,
        directive=reading.directive.title,
        rows=tuple(reading.rows),
        equivalences=tuple(equivalence for equivalence, _ in reading.equivalences),
        solution_groups=tuple(reading.solution_groups),
        tolerances=by_row(reading.tolerances),
        territory=reading.directive.territory,
        issued_on=reading.directive.date,
        group_numbers=tuple(reading.group_numbers),
        clear=reading.directive.clear,
    )


def load_catalogues(config_dir: Path) -> dict[int, Catalogue]:
    """The catalogues by year, from the folders `directives/<year>`.

    Raises ConfigurationFault with the faults of all years, and where there is no year at all.
    """
    catalogues: dict[int, Catalogue] = {}
    faults: list[Fault] = []
    for directory in year_directories(config_dir):
        try:
            catalogue = load_catalogue(directory)
        except ConfigurationFault as fault:
            faults.extend(fault.found)
            continue
        catalogues[catalogue.year] = catalogue
    if not catalogues and not faults:
        faults.append(no_years(config_dir))
    if faults:
        raise ConfigurationFault(faults)
    return catalogues


def no_years(config_dir: Path) -> Fault:
    """The fault of a configuration without any year's directive."""
    return Fault("file.no_years", f"{config_dir.name}/directives")


def year_directories(config_dir: Path) -> list[Path]:
    """The folders that hold a year's directive, oldest first."""
    folder = config_dir / "directives"
    found = folder.iterdir() if folder.is_dir() else []
    return sorted(d for d in found if d.is_dir() and _PLAIN_NUMBER.fullmatch(d.name))


def _faults(reading: DirectiveReading, register: Register | None = None) -> list[Fault]:
    """All faults, but for those that only follow from a line with a wrong number of cells."""
    later = [
        *_faults_between_rows(reading),
        *(_faults_with_register(reading, register) if register else ()),
    ]
    return [*reading.faults, *(f for f in later if (f.file, f.line) not in reading.malformed)]


# --- Checks that need more than one row -----------------------------------------------------------


def _faults_between_rows(reading: DirectiveReading) -> Iterator[Fault]:
    yield from _year_faults(reading)
    yield from _count_faults(reading)
    yield from _order_faults(reading)
    yield from _direction_faults(reading)
    yield from _deadline_faults(reading)
    folder, found = _folder(reading), {row.appendix for row in reading.rows}
    faulty = {f.file for f in reading.faults if not f.line}
    if any(f"{folder}/{FILES[a][0]}" in faulty for a in FILES if a not in found):
        return  # a file that could not be read is named already: what it lacks is no fault more
    rows = {row.code: row for row in reading.rows}
    for equivalence, line in reading.equivalences:
        yield from _contradictions(equivalence, line, rows)
    yield from tolerance_faults(reading.tolerances, rows)
    if reading.directive:
        territory, issued_on = reading.directive.territory, reading.directive.date
        yield from revision_faults(reading.revisions, rows, territory, issued_on)
    for repeated in reading.directive.repeated_in_body if reading.directive else ():
        if repeated.row not in rows:
            source = reading.directive.source if reading.directive else ""
            row = {"row": repeated.row}
            yield Fault("catalogue.row_unknown", source, repeated.line, arguments=row)


def _folder(reading: DirectiveReading) -> str:
    return reading.directive.source.partition("/")[0] if reading.directive else ""


def _year_faults(reading: DirectiveReading) -> Iterator[Fault]:
    if reading.directive is None:
        return
    folder = reading.directive.source.partition("/")[0]
    if folder != str(reading.directive.year):
        arguments = {"year": reading.directive.year, "folder": folder}
        yield Fault("directive.other_year", reading.directive.source, arguments=arguments)


def _count_faults(reading: DirectiveReading) -> Iterator[Fault]:
    if reading.directive is None:
        return
    folder = reading.directive.source.partition("/")[0]
    counts: list[tuple[str, str, int, int | None]] = []
    for appendix in Appendix:
        rows = [row for row in reading.rows if row.appendix is appendix]
        file_name = f"{folder}/{FILES[appendix][0]}"
        declared = reading.directive.row_counts.get(appendix)
        counts.append((file_name, _ROWS_MISCOUNTED, len(rows), declared))
        if declared in (None, len(rows)):
            with_target = sum(bool(row.target_reading) for row in rows)
            targets = reading.directive.target_counts.get(appendix)
            counts.append((file_name, _TARGETS_MISCOUNTED, with_target, targets))
    declared = reading.directive.equivalence_count
    equivalences = len(reading.equivalences)
    counts.append((f"{folder}/equivalences.csv", _ROWS_MISCOUNTED, equivalences, declared))
    for file_name, wording, found, declared in counts:
        unread = not found and any(f.file == file_name for f in reading.faults)
        if declared is not None and declared != found and not unread:
            arguments = {"found": found, "declared": declared}
            yield Fault(wording, file_name, arguments=arguments)


def _order_faults(reading: DirectiveReading) -> Iterator[Fault]:
    """Parents that do not stand above."""
    above: dict[str, Appendix] = {}
    for row in reading.rows:
        line = reading.lines[row.code]
        if row.parent and above.get(row.parent) is not row.appendix:
            yield line.fault("catalogue.parent_not_above", "parent", parent=row.parent)
        above[row.code] = row.appendix


def _number_jumps(reading: DirectiveReading) -> Iterator[Fault]:
    """Numbers that jump or repeat: misprinted, or a row was left out."""
    last: dict[tuple[Appendix, str], int] = {}
    for row in reading.rows:
        if not _PLAIN_NUMBER.fullmatch(row.number):
            continue
        before = last.get((row.appendix, ""), 0)
        # Some directives begin anew under each heading.
        anew = row.number == "1" and (row.appendix, row.group_number) not in last
        last[row.appendix, ""] = last[row.appendix, row.group_number] = int(row.number)
        if int(row.number) != before + 1 and not anew:
            line = reading.lines[row.code]
            yield line.fault("catalogue.number_jumps", "number", number=row.number, before=before)


def _direction_faults(reading: DirectiveReading) -> Iterator[Fault]:
    for row in reading.rows:
        line = reading.lines[row.code]
        if line["direction"] not in list(Direction) or (row.target_reading and not row.target):
            continue  # named already: a direction that does not exist, a target not understood
        measured = row.appendix is Appendix.II or row.target is not None
        if measured and row.direction is Direction.NONE:
            yield line.fault("catalogue.direction_lacking", "direction")
        if not measured and row.appendix in _MEASURED and row.direction is not Direction.NONE:
            yield line.fault("catalogue.direction_without_target", "direction")
        carried = carried_direction(row.target) if row.target else None
        if carried and row.direction not in (carried, Direction.EXACT):
            yield line.fault(
                "catalogue.direction_contrary",
                "direction",
                target=row.target_reading,
                direction=StoredWord("direction", row.direction),
            )


def _deadline_faults(reading: DirectiveReading) -> Iterator[Fault]:
    for row in reading.rows if reading.directive else ():
        if row.deadline and reading.directive and row.deadline < reading.directive.date:
            yield reading.lines[row.code].fault(
                "catalogue.deadline_before", "deadline_printed", deadline=row.deadline_printed
            )


def _contradictions(
    equivalence: Equivalence, line: Line, rows: dict[str, CatalogueRow]
) -> Iterator[Fault]:
    """What keeps an equivalence from holding on the printed targets."""
    named = {"left": equivalence.left, "right": equivalence.right}
    missing = {column: code for column, code in named.items() if code not in rows}
    if missing:
        yield from (
            line.fault("catalogue.row_unknown", column, row=code)
            for column, code in missing.items()
        )
        return
    left, right = rows[equivalence.left], rows[equivalence.right]
    if equivalence.period and (
        equivalence.period not in PERIODS or right.appendix is not Appendix.II
    ):
        yield line.fault(
            "equivalence.period_unknown",
            "period",
            period=StoredWord("period", equivalence.period),
            known=words_of("period", PERIODS),
        )
        return
    if right.appendix is Appendix.II and not equivalence.period:
        yield line.fault("equivalence.period_lacking", "period", right=right.code)
        return
    for ours, theirs in zip(_numbers(left, ""), _numbers(right, equivalence.period), strict=False):
        converted = equivalence.to_right(ours)
        if abs(converted - theirs) > equivalence.tolerance:
            yield line.fault(
                "equivalence.contradiction",
                "right",
                left=left.code,
                converted=str(converted),
                right=right.code,
                printed=str(theirs),
            )


def _numbers(row: CatalogueRow, period: str) -> list[Decimal]:
    if period:
        return [row.values[PERIODS.index(period)]] if len(row.values) == len(PERIODS) else []
    if row.target is None or row.target.change is not None:
        return []
    return [n for n in (row.target.value, row.target.second) if n is not None]


def _faults_with_register(reading: DirectiveReading, register: Register) -> Iterator[Fault]:
    if reading.directive is None:
        return
    for row in reading.rows:
        line = reading.lines[row.code]
        yield from agency_faults(row, line, register, reading.directive.date)


def catalogue_remarks(directory: Path) -> list[Fault]:
    """What is odd in a year's print: no faults, since it stands as printed, but worth a look."""
    reading = read_directive(directory)
    found = [r for row in reading.rows for r in row_remarks(row, reading.lines[row.code])]
    return [*found, *_number_jumps(reading)]


# --- As plain data --------------------------------------------------------------------------------


def catalogue_as_json(catalogue: Catalogue, register: Register) -> list[dict[str, object]]:
    """Every row as an object of JSON's own types, in printed order.

    Amounts are numbers (their exact text stands in the printed field), dates ISO 8601, what a row
    does not have is null or an empty list. `values` holds the four periods of appendix II as
    printed, `values_by_period` as numbers. `agencies` are those the directive names, each with its
    `heirs` as far as they are known: who answers in its place, and since when.
    """
    return [_row_as_json(row, catalogue, register) for row in catalogue.rows]


def _row_as_json(row: CatalogueRow, catalogue: Catalogue, register: Register) -> dict[str, object]:
    return {
        "code": row.code,
        "appendix": row.appendix.value,
        "number": row.number,
        "parent": row.parent or None,
        "group": row.group,
        "group_number": row.group_number,
        "group_printed": row.group_printed,
        "group_note": row.group_note,
        "name": row.name,
        "name_printed": row.name_printed,
        "note": row.note,
        "unit": row.unit,
        "unit_printed": row.unit_printed,
        "target_printed": row.target_printed,
        "target_reading": row.target_reading,
        "target": _target_as_json(row.target),
        "target_words": row.target_words,
        "target_shown": row.target_shown,
        "revisions": [
            {
                "territory": revision.territory.value,
                "baseline": revision.baseline,
                "effective_on": revision.effective_on.isoformat(),
                "printed": revision.printed,
                "target": _target_as_json(revision.target),
                "basis": revision.basis,
                "assumed": revision.assumed,
                "note": revision.note,
            }
            for revision in row.revisions
        ],
        "direction": row.direction.value,
        "values": list(row.values_printed),
        "values_by_period": {
            period: _number(value) for period, value in zip(PERIODS, row.values, strict=False)
        },
        "deadline_printed": row.deadline_printed,
        "deadline": row.deadline.isoformat() if row.deadline else None,
        "deadline_reading": row.deadline_reading,
        "deadline_standing": row.deadline_standing,
        "deadline_note": row.deadline_note,
        "investment_printed": row.investment_printed,
        "investment_reading": row.investment_reading,
        "investments": [
            {
                "amount": _number(investment.amount),
                "currency": investment.currency,
                "component": investment.component,
                "role": investment.role,
                "approximate": investment.approximate,
            }
            for investment in row.investments
        ],
        "approval_printed": row.approval_printed,
        "agencies": [
            {
                "code": part.agency,
                "name": register.agency_name(part.agency),
                "role": part.role.value,
                "printed": part.printed,
                "basis": part.basis.value,
                "heirs": _heirs_as_json(register, part.agency, duty_keys(row, catalogue)),
            }
            for part in row.agencies
        ],
        "equivalences": [
            _equivalence_as_json(e) for e in catalogue.equivalences if row.code in (e.left, e.right)
        ],
    }


def _heirs_as_json(
    register: Register, agency: str, keys: tuple[str, ...]
) -> list[dict[str, object]]:
    return [
        {
            "code": way.heir,
            "name": register.agency_name(way.heir),
            "since": way.since.isoformat(),
            "assumed": way.assumed,
        }
        for way in register.successions.inheritances(agency, dt.date.max, *keys)
        if way.since is not None
    ]


def _target_as_json(target: Target | None) -> dict[str, object] | None:
    if target is None:
        return None
    second = None if target.second is None else _number(target.second)
    change = None
    if target.change is not None:
        change = {"way": target.change.way.value, "unit": target.change.unit}
    return {
        "kind": target.kind.value,
        "value": _number(target.value),
        "second": second,
        "approximate": target.approximate,
        "change": change,
    }


def _equivalence_as_json(equivalence: Equivalence) -> dict[str, object]:
    return {
        "left": equivalence.left,
        "right": equivalence.right,
        "factor": _number(equivalence.factor),
        "offset": _number(equivalence.offset),
        "period": equivalence.period or None,
        "tolerance": _number(equivalence.tolerance),
        "note": equivalence.note,
    }


def _number(value: Decimal) -> int | float:
    """The number for JSON: a float prints the same digits, the directive's have at most fifteen."""
    return int(value) if value == value.to_integral_value() else float(value)
