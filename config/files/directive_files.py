"""Reads one year's directive from its folder: directive.toml and a CSV file for each appendix.

With target_revisions.csv, where there is one: what was set anew since.

Columns that end in `_printed` hold the directive's text to the letter. `name`, `unit` and
`target_reading` hold the corrected reading and stay empty where the print is right.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from config.files.catalogue_rows import FILES, OPTIONAL, Heading, catalogue_row
from config.files.csv_files import (
    Line,
    marks_lost,
    not_opened,
    office_text,
    read_lines,
    source_name,
)
from config.files.equivalence_files import read_equivalences
from config.files.target_revision_files import FILE as REVISIONS
from config.files.target_revision_files import read_target_revisions, with_revisions
from config.files.tolerance_files import read_tolerances
from config.files.toml_files import toml_fault
from models.domain.faults import Fault, LinePlace, Phrase, StoredWord, words_of
from models.domain.register.catalogue import (
    Appendix,
    CatalogueRow,
    Equivalence,
    Tolerance,
)
from models.domain.register.clear_points import (
    KNOWN_POINTS,
    ClearPoints,
    UnknownPoint,
    clear_points,
)
from models.domain.register.target_revisions import TargetRevision
from models.domain.register.territories import Territory

HEADING_COLUMNS = ("appendix", "number", "printed", "name", "note")


@dataclass(frozen=True, slots=True)
class RepeatedTarget:
    """A target of an appendix that the body states once more: no row of its own."""

    place: str  # "II.4"
    text: str  # the body's words
    row: str  # code of the row it repeats
    line: int  # in directive.toml


@dataclass(frozen=True, slots=True)
class Directive:
    """What directive.toml says of the document and of what must be found in the other files."""

    source: str
    year: int
    date: dt.date
    title: str
    row_counts: Mapping[str, int]  # by appendix
    target_counts: Mapping[str, int]
    repeated_in_body: Sequence[RepeatedTarget]
    equivalence_count: int | None = None  # None where the file does not say
    territory: Territory = Territory.WHOLE  # whose ground its targets are set for
    clear: ClearPoints = field(default_factory=ClearPoints)  # what each task must say


@dataclass(frozen=True)
class DirectiveReading:
    """All that stands in the folder, with the line of every row and the faults met on the way."""

    directive: Directive | None
    rows: Sequence[CatalogueRow]
    lines: Mapping[str, Line]  # by code of the row; of the first where a code stands twice
    malformed: frozenset[tuple[str, int]]  # file and line of those with a wrong number of cells
    equivalences: Sequence[tuple[Equivalence, Line]]
    solution_groups: Sequence[str]
    faults: list[Fault]
    tolerances: Sequence[tuple[Tolerance, Line]] = ()
    revisions: Sequence[tuple[TargetRevision, Line]] = ()
    group_numbers: Sequence[str] = ()  # of the groups of solutions


def read_directive(directory: Path) -> DirectiveReading:
    """Everything in the folder that can be read, and a fault for everything that cannot."""
    faults: list[Fault] = []
    directive = _directive(directory / "directive.toml", faults)
    year = directive.year if directive else None
    headings = _headings(directory / "headings.csv", faults)
    rows: list[CatalogueRow] = []
    lines: dict[str, Line] = {}
    malformed: set[tuple[str, int]] = set()
    for appendix, (file_name, columns) in FILES.items():
        above: CatalogueRow | None = None
        optional = OPTIONAL.get(appendix, ())
        for line in read_lines(directory / file_name, columns, faults, optional):
            of_line: list[Fault] = []
            row = catalogue_row(appendix, line, headings, above, year, of_line)
            faults += line.root_cause(of_line)
            if of_line and line.malformed:
                malformed.add((line.source, line.number))
            if row.code in lines:
                first = lines[row.code]
                place = LinePlace(first.source, first.number)
                faults.append(
                    line.fault("catalogue.code_twice", "code", value=row.code, first=place)
                )
            lines.setdefault(row.code, line)
            rows.append(row)
            above = row
    equivalences = read_equivalences(directory / "equivalences.csv", faults)
    tolerances = read_tolerances(directory / "tolerances.csv", faults)
    groups = {
        number: heading.name
        for (appendix, number), heading in (headings or {}).items()
        if appendix == Appendix.BODY
    }
    revisions = read_target_revisions(directory / REVISIONS, faults)
    told = [revision for revision, _ in revisions]
    return DirectiveReading(
        directive=directive,
        rows=[replace(row, revisions=with_revisions(row, told)) if told else row for row in rows],
        lines=lines,
        malformed=frozenset(malformed),
        equivalences=equivalences,
        solution_groups=tuple(groups.values()),
        group_numbers=tuple(groups),
        faults=faults,
        revisions=revisions,
        tolerances=tolerances,
    )


# --- The document and its headings ----------------------------------------------------------------


def _directive(path: Path, faults: list[Fault]) -> Directive | None:
    source = source_name(path)
    try:
        text = office_text(path)
        content = tomllib.loads(text)
        return Directive(
            source=source,
            year=int(content["year"]),
            date=_plain_date(content["date"]),
            title=str(content["title"]),
            row_counts={str(k): int(v) for k, v in content["rows"].items()},
            target_counts={str(k): int(v) for k, v in content["with_target"].items()},
            repeated_in_body=[
                RepeatedTarget(
                    str(item["place"]),
                    str(item["text"]),
                    str(item["row"]),
                    text.count("\n", 0, max(text.find(f'"{item["row"]}"'), 0)) + 1,
                )
                for item in content.get("repeated_in_body", [])
            ],
            equivalence_count=int(content["equivalences"]) if "equivalences" in content else None,
            territory=_territory(content.get("territory", Territory.WHOLE), source, faults),
            clear=_clear(content, source, faults),
        )
    except OSError as error:
        faults.append(not_opened(source, error))
    except UnicodeDecodeError:
        faults.append(Fault("directive.not_utf8", source))
    except tomllib.TOMLDecodeError as error:
        faults.append(toml_fault(source, error))
    except KeyError as error:
        faults.append(Fault("directive.key_lacking", source, arguments={"key": str(error)}))
    except _WrongValue as error:
        faults.append(Fault("directive.wrong_type", source, arguments={"reason": error.reason}))
    except (TypeError, ValueError, AttributeError) as error:
        faults.append(Fault("directive.wrong_type", source, arguments={"reason": str(error)}))
    return None


class _WrongValue(ValueError):
    """Raised for a value of directive.toml that is none of ours; `reason` says what is wrong."""

    def __init__(self, reason: Phrase) -> None:
        self.reason = reason
        super().__init__(reason.code)


# Neither of these hides the rest of the file: what else is wrong is to be told with it.


def _territory(value: object, source: str, faults: list[Fault]) -> Territory:
    try:
        return Territory(str(value))
    except ValueError:
        stored = StoredWord("territory", str(value))
        known = words_of("territory", Territory)
        reason = Phrase.of("directive.territory_unknown", value=stored, known=known)
        faults.append(_wrong_fact(source, "territory", reason))
        return Territory.WHOLE


def _clear(content: Mapping[str, Any], source: str, faults: list[Fault]) -> ClearPoints:
    try:
        return clear_points(str(content.get("clear", "")), str(content.get("clear_place", "")))
    except UnknownPoint as error:
        known = tuple(words[0] for words in KNOWN_POINTS.values())
        reason = Phrase.of("directive.clear_unknown", value=str(error), known=known)
        faults.append(_wrong_fact(source, "clear", reason))
        return ClearPoints()


def _wrong_fact(source: str, key: str, reason: Phrase) -> Fault:
    return Fault("directive.wrong_type", source, column=key, arguments={"reason": reason})


def _plain_date(value: object) -> dt.date:
    if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
        raise _WrongValue(Phrase.of("directive.no_day"))
    return value


def _headings(path: Path, faults: list[Fault]) -> dict[tuple[str, str], Heading] | None:
    """The headings by appendix and number; None where the file cannot be read at all."""
    headings: dict[tuple[str, str], Heading] = {}
    before = len(faults)
    lines = read_lines(path, HEADING_COLUMNS, faults)
    if not lines and len(faults) > before:
        return None
    for line in lines:
        key = (line["appendix"], line["number"])
        if line["appendix"] not in list(Appendix):
            faults.append(
                line.fault("heading.appendix_unknown", "appendix", value=line["appendix"])
            )
        if not line["printed"]:
            faults.append(line.fault("heading.lacking", "printed"))
        if marks_lost(line["printed"], line["note"]):
            faults.append(line.fault("catalogue.marks_lost", "printed"))
        if key in headings:
            appendix = StoredWord("appendix", key[0])
            faults.append(line.fault("heading.twice", "number", appendix=appendix, number=key[1]))
        headings[key] = Heading(line["printed"], line["name"] or line["printed"], line["note"])
    return headings
