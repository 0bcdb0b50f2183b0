"""Reads one year's directive from its folder: directive.toml and a CSV file for each appendix.

With target_revisions.csv, where there is one: what was set anew since.

Columns that end in `_printed` hold the directive's text to the letter. `name`, `unit` and
`target_reading` hold the corrected reading and stay empty where the print is right.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from config.files.csv_files import (
    Line,
    marks_lost,
    not_opened,
    office_text,
    read_lines,
    source_name,
)
from config.files.equivalence_files import read_equivalences
from config.files.row_agencies import OPTIONAL_COLUMNS, responsibilities
from config.files.target_revision_files import FILE as REVISIONS
from config.files.target_revision_files import read_target_revisions, with_revisions
from config.files.tolerance_files import read_tolerances
from config.files.toml_files import toml_fault
from models.domain.faults import Fault, LinePlace, Phrase, StoredWord, words_of
from models.domain.notation.deadlines import DeadlineNotUnderstood, ResolvedDeadline, parse_deadline
from models.domain.notation.investments import (
    Investment,
    InvestmentNotUnderstood,
    parse_investments,
)
from models.domain.notation.number_notation import NotANumber, parse_vietnamese
from models.domain.register.catalogue import (
    PERIODS,
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
from models.domain.register.targets import (
    Direction,
    Target,
    TargetKind,
    TargetNotUnderstood,
    parse_target,
)
from models.domain.register.territories import Territory

_NAMED = ("code", "number", "name_printed", "name")
_MEASURED = ("unit_printed", "unit", "target_printed", "target_reading", "direction")
_ANSWERED = ("agencies_printed", "agencies", "basis", "note")
_VALUES = tuple(f"{period}_printed" for period in PERIODS)

FILES: Mapping[Appendix, tuple[str, tuple[str, ...]]] = {
    Appendix.I: ("appendix_1.csv", (*_NAMED, "parent", "group", *_MEASURED, *_ANSWERED)),
    Appendix.II: (
        "appendix_2.csv",
        (*_NAMED, "parent", "unit_printed", "unit", *_VALUES, "direction", *_ANSWERED[1:]),
    ),
    Appendix.III: ("appendix_3.csv", (*_NAMED, "parent", "group", *_MEASURED, *_ANSWERED)),
    Appendix.IV: ("appendix_4.csv", (*_NAMED, "group", "deadline_printed", *_ANSWERED)),
    Appendix.V: (
        "appendix_5.csv",
        (*_NAMED, "group", "approval_printed", "investment_printed", *_ANSWERED),
    ),
    Appendix.BODY: ("body_targets.csv", (*_NAMED, "group", *_MEASURED, *_ANSWERED[1:])),
}
# Columns that a file may lack: most directives need none of them.
OPTIONAL: Mapping[Appendix, tuple[str, ...]] = {
    Appendix.I: OPTIONAL_COLUMNS,
    Appendix.III: OPTIONAL_COLUMNS,
    Appendix.IV: (*OPTIONAL_COLUMNS, "product_printed"),
    Appendix.V: OPTIONAL_COLUMNS,
}
HEADING_COLUMNS = ("appendix", "number", "printed", "name", "note")

# Appendix V gives the unit of its amounts in the column's title only.
_PROJECT_UNIT = "triệu đồng"
_CODE = re.compile(r"[a-z][a-z0-9_]{1,59}")
_LEADING_MARK = re.compile(r"^[-+] ")
_UNGROUPED = re.compile(r"(?<![,0-9])[0-9]{4}")  # the directive prints 9.486, a spreadsheet 9486
_NUMBER = re.compile(r"(?!\d+\.0+$)[^\n]{0,20}")


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


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of an appendix, or of a section of the body."""

    printed: str
    name: str
    note: str


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
    headings = _headings(directory / "headings.csv", faults)
    rows: list[CatalogueRow] = []
    lines: dict[str, Line] = {}
    malformed: set[tuple[str, int]] = set()
    for appendix, (file_name, columns) in FILES.items():
        above: CatalogueRow | None = None
        optional = OPTIONAL.get(appendix, ())
        for line in read_lines(directory / file_name, columns, faults, optional):
            of_line: list[Fault] = []
            row = _row(appendix, line, headings, above, of_line)
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


# --- Rows -----------------------------------------------------------------------------------------


def _row(
    appendix: Appendix,
    line: Line,
    headings: Mapping[tuple[str, str], Heading] | None,
    above: CatalogueRow | None,
    faults: list[Fault],
) -> CatalogueRow:
    reading = line["target_reading"] or line["target_printed"]
    target = _target(line, reading, faults)
    values_printed = tuple(line[column] for column in _VALUES) if appendix is Appendix.II else ()
    deadline = _deadline(line, faults)
    unit_printed = _PROJECT_UNIT if appendix is Appendix.V else line["unit_printed"]
    heading = (headings or {}).get((appendix, line["group"]), Heading("", "", ""))
    grouped = bool(line["group"]) or any(a == appendix for a, _ in headings or ())
    if headings is not None and appendix is not Appendix.II and grouped and not heading.printed:
        faults.append(line.fault("catalogue.no_heading", "group", group=line["group"]))
    row = CatalogueRow(
        code=line["code"],
        appendix=appendix,
        number=line["number"],
        parent=line["parent"],
        group=heading.name,
        group_number=line["group"],
        group_printed=heading.printed,
        group_note=heading.note,
        name=line["name"] or line["name_printed"],
        name_printed=line["name_printed"],
        note=line["note"],
        unit=line["unit"] or unit_printed,
        unit_printed=unit_printed,
        target_printed=line["target_printed"],
        target_reading=reading,
        target=target,
        direction=_direction(appendix, line, faults),
        values_printed=values_printed,
        values=_values(line, values_printed, faults),
        deadline_printed=line["deadline_printed"],
        deadline=deadline.date,
        deadline_note=deadline.note,
        investment_printed=line["investment_printed"],
        investments=_investments(line, faults),
        approval_printed=line["approval_printed"],
        product_printed=line["product_printed"],
        agencies=responsibilities(line, above, faults),
    )
    faults.extend(_shortcomings(row, line))
    return row


def _shortcomings(row: CatalogueRow, line: Line) -> list[Fault]:
    """What is missing or odd in a row, looked at alone."""
    found: list[Fault] = []
    if not _CODE.fullmatch(row.code):
        found.append(line.fault("agency.code_form", "code", value=row.code))
    if not row.name_printed:
        found.append(line.fault("catalogue.name_lacking", "name_printed"))
    plain_name = _LEADING_MARK.sub("", row.name_printed)
    # A number is whatever is printed; but "2.0" is one that a spreadsheet made of "2".
    if not _NUMBER.fullmatch(row.number):
        found.append(line.fault("catalogue.number_form", "number", number=row.number))
    below = plain_name != row.name_printed or not (row.number.isdigit() or not row.number)
    if below and not row.parent and "parent" in FILES[row.appendix][1]:
        found.append(line.fault("catalogue.parent_lacking", "parent"))
    corrected = (
        line["unit"]
        or line["target_reading"]
        or row.name
        not in (
            row.name_printed,
            plain_name,
        )
    )
    if corrected and not row.note:
        found.append(line.fault("catalogue.note_lacking", "note"))
    if marks_lost(line["name"], row.note):
        found.append(line.fault("catalogue.marks_lost", "name"))
    if (part := row.target) and part.kind is TargetKind.RATIO and part.value > (part.second or 0):
        column = _target_column(line)
        found.append(line.fault("catalogue.ratio_above_one", column, target=row.target_reading))
    return found


def row_remarks(row: CatalogueRow, line: Line) -> Iterator[Fault]:
    """What is odd in the print itself: it stands as printed, and a person may look once more."""
    if marks_lost(row.name_printed, row.note):
        yield line.fault("catalogue.marks_lost", "name_printed")
    figures = {
        "target_printed": row.target and row.target_printed,
        "investment_printed": row.investments and row.investment_printed,
        **dict(zip(_VALUES, row.values_printed, strict=False)),
    }
    for column, figure in figures.items():
        if figure and _UNGROUPED.search(figure) and "in liền" not in row.note:
            yield line.fault("catalogue.dots_lost", column, figure=figure)
    if row.appendix is Appendix.IV and not row.deadline_printed:
        yield line.fault("catalogue.deadline_lacking", "deadline_printed")
    if row.appendix is Appendix.V and not row.investment_printed:
        yield line.fault("catalogue.investment_lacking", "investment_printed")
    for part in row.agencies:
        if marks_lost(part.printed, row.note):
            yield line.fault("agency.marks_lost", "agencies_printed", name=part.printed)


def _target_column(line: Line) -> str:
    """The column that the target is read from."""
    return "target_reading" if line["target_reading"] else "target_printed"


def _target(line: Line, reading: str, faults: list[Fault]) -> Target | None:
    try:
        return parse_target(reading)
    except TargetNotUnderstood as error:
        faults.append(_not_understood(line, _target_column(line), error))
        return None


def _direction(appendix: Appendix, line: Line, faults: list[Fault]) -> Direction:
    if appendix in (Appendix.IV, Appendix.V):
        return Direction.NONE
    try:
        return Direction(line["direction"])
    except ValueError:
        value, known = line["direction"], words_of("direction", Direction)
        faults.append(
            line.fault("catalogue.direction_unknown", "direction", value=value, known=known)
        )
        return Direction.NONE


def _values(line: Line, printed: Sequence[str], faults: list[Fault]) -> tuple[Decimal, ...]:
    values = []
    for column, text in zip(_VALUES, printed, strict=False):
        try:
            values.append(parse_vietnamese(text))
        except NotANumber as error:
            faults.append(line.fault("catalogue.value_not_understood", column, reason=str(error)))
    return tuple(values)


def _deadline(line: Line, faults: list[Fault]) -> ResolvedDeadline:
    try:
        return parse_deadline(line["deadline_printed"])
    except DeadlineNotUnderstood as error:
        faults.append(_not_understood(line, "deadline_printed", error))
        return ResolvedDeadline(None)


def _investments(line: Line, faults: list[Fault]) -> tuple[Investment, ...]:
    try:
        return parse_investments(line["investment_printed"])
    except InvestmentNotUnderstood as error:
        faults.append(_not_understood(line, "investment_printed", error))
        return ()


def _not_understood(line: Line, column: str, error: Exception) -> Fault:
    return line.fault("catalogue.not_understood", column, reason=str(error))
