"""Loads and checks successions.csv: who answers in whose place, since when, for which duties."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from config.files.csv_files import YES, Line, day_of, read_lines, source_name
from models.domain.faults import Fault
from models.domain.register.agencies import Agency
from models.domain.register.catalogue import Catalogue
from models.domain.register.successions import (
    IN_WORDS,
    PLAN,
    Succession,
    Successions,
    catalogue_on,
    duty_keys,
)

COLUMNS = ("predecessor", "successor", "on", "duties", "assumed", "source", "note")

_DAY = dt.timedelta(days=1)


def read_successions(
    path: Path, agencies: Mapping[str, Agency], faults: list[Fault]
) -> Successions:
    """The lines of the file in their order; none where there is no such file.

    Each fault names file and line. `agencies`: of the register, whose dates the lines must fit.
    """
    if not path.exists():
        return Successions()
    before = len(faults)
    read = [(_succession(line, faults), line) for line in read_lines(path, COLUMNS, faults)]
    sound = [(one, line) for one, line in read if one is not None]
    round_about = _circles(sound, faults)
    seen: set[tuple[str, str, dt.date, str]] = set()
    for one, line in sound:
        told: list[Fault] = []
        if one not in round_about:
            told += [*_strangers(one, line, agencies), *_dates(one, line, agencies)]
        for duty in one.duties or ("",):
            key = (one.predecessor, one.successor, one.on, duty)
            if key in seen:
                told.append(
                    line.fault("succession.twice_for_duty", "duties", duty=duty)
                    if duty
                    else line.fault("succession.twice")
                )
            seen.add(key)
        faults += told
    if len(faults) == before:  # else what is missing may only be misspelt
        faults += _without_heir(path, agencies, [one for one, _ in sound])
    return Successions(tuple(one for one, _ in sound))


def faults_with_catalogues(path: Path, catalogues: Collection[Catalogue]) -> list[Fault]:
    """A fault for each duty that no catalogue knows, or that the predecessor does not have.

    For files that are sound by themselves.
    """
    if not path.exists():
        return []
    faults: list[Fault] = []
    read = [(_succession(line, []), line) for line in read_lines(path, COLUMNS, [])]
    everything = Successions(tuple(one for one, _ in read if one is not None))
    answered: dict[dt.date, dict[str, set[str]]] = {}  # by day: the duty's agencies
    for one, line in read:
        if one is None or not one.duties:
            continue
        day = one.on - _DAY
        if day not in answered:
            answered[day] = _answered(catalogues, everything, day)
        for duty in one.duties:
            if (
                duty == PLAN
                or duty.startswith(IN_WORDS)
                or one.predecessor in answered[day].get(duty, ())
            ):
                continue
            if duty in answered[day]:
                agency = one.predecessor
                faults.append(
                    line.fault("succession.duty_of_others", "predecessor", agency=agency, duty=duty)
                )
            else:
                faults.append(line.fault("succession.duty_unknown", "duties", duty=duty))
    return faults


def _answered(
    catalogues: Collection[Catalogue], successions: Successions, day: dt.date
) -> dict[str, set[str]]:
    """Who answers on that day for each duty that any catalogue knows."""
    found: dict[str, set[str]] = {}
    for printed in catalogues:
        catalogue = catalogue_on(printed, successions, day, dt.date.max)
        for row in catalogue:
            for key in duty_keys(row, catalogue):
                found.setdefault(key, set()).update(part.agency for part in row.agencies)
    return found


# --- One line -------------------------------------------------------------------------------------


def _succession(line: Line, faults: list[Fault]) -> Succession | None:
    """The line, None where it names no agency or no day."""
    told: list[Fault] = []
    on = day_of(line["on"])
    if on is None:
        told.append(line.fault("succession.no_day", "on", value=line["on"]))
    told += [line.fault("succession.no_agency", c) for c in COLUMNS[:2] if not line[c]]
    if line["assumed"].lower() not in ("", YES):
        told.append(line.fault("csv.yes_or_nothing", "assumed", value=line["assumed"]))
    assumed = line["assumed"].lower() == YES
    if not line["source"]:
        told.append(line.fault("succession.no_source", "source"))
    if assumed and not line["note"]:
        told.append(line.fault("csv.assumed_without_note", "note"))
    faults += line.root_cause(told)
    if on is None or not line["predecessor"] or not line["successor"]:
        return None
    return Succession(
        predecessor=line["predecessor"],
        successor=line["successor"],
        on=on,
        duties=tuple(line.items("duties")),
        assumed=assumed,
        source=line["source"],
        note=line["note"],
    )


def _strangers(one: Succession, line: Line, agencies: Mapping[str, Agency]) -> Iterable[Fault]:
    for column, code in (("predecessor", one.predecessor), ("successor", one.successor)):
        if code not in agencies:
            yield line.fault("agency.unknown", column, agency=code)


def _dates(one: Succession, line: Line, agencies: Mapping[str, Agency]) -> Iterable[Fault]:
    """What does not fit the days on which the two agencies exist."""
    old, new = agencies.get(one.predecessor), agencies.get(one.successor)
    if new is not None and not new.valid_on(one.on):
        yield line.fault("succession.heir_absent", name=new.name, day=one.on)
    if old is None:
        return
    last = one.on - _DAY
    if not one.duties and old.valid_to is None:
        yield line.fault("succession.still_valid", "duties", name=old.name, last=last)
    elif not one.duties and old.valid_to != last:
        yield line.fault("succession.other_end", name=old.name, ended=old.valid_to, last=last)
    elif one.duties and not old.valid_on(last):
        yield line.fault("succession.nothing_to_pass", name=old.name, last=last)


# --- All lines ------------------------------------------------------------------------------------


def _without_heir(
    path: Path, agencies: Mapping[str, Agency], lines: Sequence[Succession]
) -> Iterable[Fault]:
    """An agency that has ended and whose duties nobody has, or not all of them."""
    passed = {line.predecessor for line in lines if not line.duties}
    for code, agency in agencies.items():
        if agency.valid_to is None or code in passed:
            continue
        arguments = {"name": agency.name, "ended": agency.valid_to}
        if any(line.predecessor == code for line in lines):
            wording = "succession.no_heir_for_the_rest"
        else:
            wording = "succession.no_heir"
        yield Fault(wording, source_name(path), arguments=arguments)


def _circles(lines: Sequence[tuple[Succession, Line]], faults: list[Fault]) -> set[Succession]:
    """The lines by which duties come back to where they began; a fault for each circle.

    What passes as a whole never comes back, since an agency ends but once; a single duty may, on a
    later day.
    """
    found: set[Succession] = set()
    ways: dict[tuple[dt.date | None, str], list[tuple[Succession, Line]]] = {}
    for one, line in lines:
        for duty in one.duties or ("",):
            ways.setdefault((one.on if duty else None, duty), []).append((one, line))
    for way in ways.values():
        for one, line in way:
            circle = [] if one in found else _circle_from(one, [x for x, _ in way])
            if circle:
                found.update(circle)
                names = " → ".join([*(x.predecessor for x in circle), one.predecessor])
                faults.append(line.fault("succession.circle", names=names))
    return found


def _circle_from(first: Succession, lines: Sequence[Succession]) -> list[Succession]:
    """The lines from the first one back to its predecessor, empty where no way leads back."""
    ways: list[list[Succession]] = [[first]]
    reached = {first.successor}
    while ways:
        way = ways.pop()
        if way[-1].successor == first.predecessor:
            return way
        for line in lines:
            if line.predecessor != way[-1].successor:
                continue
            if line.successor == first.predecessor or line.successor not in reached:
                reached.add(line.successor)
                ways.append([*way, line])
    return []
