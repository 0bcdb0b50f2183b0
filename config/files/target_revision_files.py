"""Loads and checks a year's target_revisions.csv: targets set anew or for other ground."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from config.files.csv_files import YES, Line, day_of, read_lines
from models.domain.faults import Fault, StoredWord, words_of
from models.domain.notation.not_read import NotRead, PrintedCell, Unread
from models.domain.register.catalogue import CatalogueRow
from models.domain.register.target_reading import TargetReading, read_target
from models.domain.register.target_revisions import TargetRevision
from models.domain.register.target_units import target_in_unit
from models.domain.register.targets import (
    Direction,
    carried_direction,
    magnitude_reference,
)
from models.domain.register.territories import Territory

FILE = "target_revisions.csv"
COLUMNS = ("row", "territory", "effective_on", "target", "basis", "assumed", "note")

OPTIONAL_COLUMNS = ("baseline",)  # older files do not have it

_CHECKED = "đã kiểm tra đơn vị"
_TOO_FAR = Decimal(20)  # times: "5.500 USD" was printed for 5.500 million


def read_target_revisions(path: Path, faults: list[Fault]) -> list[tuple[TargetRevision, Line]]:
    """What the file says, each with its line; nothing where there is no such file."""
    if not path.exists():
        return []
    lines = read_lines(path, COLUMNS, faults, OPTIONAL_COLUMNS)
    read = [(_revision(line, faults), line) for line in lines]
    return [(revision, line) for revision, line in read if revision is not None]


def with_revisions(
    row: CatalogueRow, revisions: Iterable[TargetRevision]
) -> tuple[TargetRevision, ...]:
    """Those of the row in its unit, by date and then as the file has them."""
    own = [_in_unit(r, row) or r for r in revisions if r.row == row.code]
    return tuple(sorted(own, key=lambda r: r.effective_on))


def _in_unit(revision: TargetRevision, row: CatalogueRow) -> TargetRevision | None:
    """The revision with its target in the row's unit, None where the units are contrary."""
    if revision.reading is None:
        return revision
    target = target_in_unit(revision.reading, row.unit, row.name)
    return replace(revision, target=target) if target else None


def revision_faults(
    revisions: Sequence[tuple[TargetRevision, Line]],
    rows: Mapping[str, CatalogueRow],
    territory: Territory,
    issued_on: dt.date,
) -> Iterable[Fault]:
    """What does not fit the directive: its rows, its date, its units."""
    begun: set[tuple[str, Territory, str, dt.date]] = set()
    for revision, line in revisions:
        key = (revision.row, revision.territory, revision.baseline, revision.effective_on)
        if key in begun:
            day = revision.effective_on
            yield line.fault("revision.twice", "row", row=revision.row, day=day)
        begun.add(key)
        replaces = revision.territory is territory and not revision.baseline
        if replaces and revision.effective_on <= issued_on:
            yield line.fault("revision.not_after", day=issued_on)
        row = rows.get(revision.row)
        if row is None:
            yield line.fault("catalogue.row_unknown", "row", row=revision.row)
        elif fault := _unfit(revision, line, row):
            yield fault


def _unfit(told: TargetRevision, line: Line, row: CatalogueRow) -> Fault | None:
    if row.target is None:
        return line.fault("revision.without_target", "row", row=row.code)
    revision = _in_unit(told, row)
    if revision is None:
        return line.fault("catalogue.unit_contrary", "target", target=told.printed, unit=row.unit)
    carried = carried_direction(revision.target)
    if carried and row.direction not in (carried, Direction.EXACT):
        direction = StoredWord("direction", row.direction)
        return line.fault(
            "revision.direction_contrary", "target", target=revision.printed, direction=direction
        )
    ours, theirs = magnitude_reference(revision.target), magnitude_reference(row.target)
    too_far = ours and theirs and max(ours, theirs) > _TOO_FAR * min(ours, theirs)
    if too_far and _CHECKED not in revision.note.lower():
        return line.fault(
            "revision.too_far",
            "note",
            target=revision.printed,
            of_directive=row.target_reading,
            unit=row.unit,
        )
    return None


def _revision(line: Line, faults: list[Fault]) -> TargetRevision | None:
    """The line, None where what it says cannot be told."""
    told: list[Fault] = []
    territory = _territory(line, told)
    effective_on = day_of(line["effective_on"])
    if effective_on is None:
        told.append(line.fault("revision.no_day", "effective_on", value=line["effective_on"]))
    reading = _target(line, told)
    if not line["basis"]:
        told.append(line.fault("revision.no_basis", "basis"))
    if line["assumed"].lower() not in ("", YES):
        told.append(line.fault("csv.yes_or_nothing", "assumed", value=line["assumed"]))
    assumed = line["assumed"].lower() == YES
    if assumed and not line["note"]:
        told.append(line.fault("csv.assumed_without_note", "note"))
    faults += line.root_cause(told)
    target = reading.target if reading else None
    if territory is None or effective_on is None or reading is None or target is None:
        return None
    return TargetRevision(
        row=line["row"],
        territory=territory,
        effective_on=effective_on,
        printed=line["target"],
        target=target,
        reading=reading,
        basis=line["basis"],
        assumed=assumed,
        note=line["note"],
        baseline=line["baseline"],
    )


def _territory(line: Line, told: list[Fault]) -> Territory | None:
    try:
        return Territory(line["territory"])
    except ValueError:
        known = words_of("territory", Territory)
        told.append(
            line.fault(
                "revision.territory_unknown", "territory", value=line["territory"], known=known
            )
        )
        return None


def _target(line: Line, told: list[Fault]) -> TargetReading | None:
    reading = read_target(line["target"])
    if reading is None:
        told.append(line.fault("revision.no_target", "target"))
        return None
    if isinstance(reading, TargetReading) and reading.target is None:
        reading = NotRead(line["target"], PrintedCell.TARGET, Unread.NO_FIGURE)
    if isinstance(reading, NotRead):
        told.append(line.fault("catalogue.not_understood", "target", reason=reading.sentence))
        return None
    return reading
