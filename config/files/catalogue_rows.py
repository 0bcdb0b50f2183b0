"""A line of an appendix's file as a row of the catalogue, with every fault of its cells.

Columns that end in `_printed` hold the directive's text to the letter. `name`, `unit`,
`target_reading`, `deadline_reading` and `investment_reading` hold the corrected reading and stay
empty where the print is right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from config.files.csv_files import Line, marks_lost
from config.files.row_agencies import OPTIONAL_COLUMNS, responsibilities
from models.domain.faults import Fault, words_of
from models.domain.notation.investments import Investment, read_investments
from models.domain.notation.not_read import NotRead
from models.domain.notation.number_notation import NotANumber, parse_vietnamese
from models.domain.notation.printed_deadlines import ResolvedDeadline, read_deadline
from models.domain.register.catalogue import (
    PERIODS,
    Appendix,
    CatalogueRow,
)
from models.domain.register.target_reading import TargetReading, read_target
from models.domain.register.target_units import target_in_unit
from models.domain.register.targets import Direction, Target, TargetKind

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
    Appendix.IV: (*OPTIONAL_COLUMNS, "deadline_reading", "product_printed"),
    Appendix.V: (*OPTIONAL_COLUMNS, "investment_reading"),
}
# Appendix V gives the unit of its amounts in the column's title only.
_PROJECT_UNIT = "triệu đồng"
_CODE = re.compile(r"[a-z][a-z0-9_]{1,59}")
_LEADING_MARK = re.compile(r"^[-+] ")
_UNGROUPED = re.compile(r"(?<![,0-9])[0-9]{4}")  # the directive prints 9.486, a spreadsheet 9486
# A number is whatever is printed; but "2.0" is one that a spreadsheet made of "2".
_NUMBER = re.compile(r"(?!\d+\.0+$)[^\n]{0,20}")
_BELOW = re.compile(r"[a-zđ]\)|[-+–]")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of an appendix, or of a section of the body."""

    printed: str
    name: str
    note: str


def catalogue_row(
    appendix: Appendix,
    line: Line,
    headings: Mapping[tuple[str, str], Heading] | None,
    above: CatalogueRow | None,
    year: int | None,
    faults: list[Fault],
) -> CatalogueRow:
    """The row of one line; `above` is the row before it, `year` the directive's."""
    reading = line["target_reading"] or line["target_printed"]
    said = _reading(line, reading, faults)
    values_printed = tuple(line[column] for column in _VALUES) if appendix is Appendix.II else ()
    deadline = _deadline(line, year, faults)
    unit_printed = _PROJECT_UNIT if appendix is Appendix.V else line["unit_printed"]
    name = line["name"] or line["name_printed"]
    unit = line["unit"] or unit_printed or (said.unit if said else "")
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
        name=name,
        name_printed=line["name_printed"],
        note=line["note"],
        unit=unit,
        unit_printed=unit_printed,
        target_printed=line["target_printed"],
        target_reading=reading,
        target=_target(line, said, unit, name, faults),
        target_words=said.words if said else "",
        direction=_direction(appendix, line, faults),
        values_printed=values_printed,
        values=_values(line, values_printed, faults),
        deadline_printed=line["deadline_printed"],
        deadline=deadline.date,
        deadline_note=deadline.note,
        deadline_standing=deadline.standing,
        deadline_reading=line["deadline_reading"],
        investment_printed=line["investment_printed"],
        investments=_investments(line, faults),
        investment_reading=line["investment_reading"],
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
    if not _NUMBER.fullmatch(row.number):
        found.append(line.fault("catalogue.number_form", "number", number=row.number))
    below = plain_name != row.name_printed or _BELOW.fullmatch(row.number)
    if below and not row.parent and "parent" in FILES[row.appendix][1]:
        found.append(line.fault("catalogue.parent_lacking", "parent"))
    corrected = (
        line["unit"]
        or line["target_reading"]
        or line["deadline_reading"]
        or line["investment_reading"]
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


def _reading(line: Line, reading: str, faults: list[Fault]) -> TargetReading | None:
    said = read_target(reading)
    if isinstance(said, NotRead):
        faults.append(_not_understood(line, _target_column(line), said))
        return None
    return said


def _target(
    line: Line, said: TargetReading | None, unit: str, name: str, faults: list[Fault]
) -> Target | None:
    """The target in the row's unit; a target whose own unit contradicts that is a fault."""
    if said is None or said.target is None:
        return None
    target = target_in_unit(said, unit, name)
    if target is None:
        column = _target_column(line)
        faults.append(line.fault("catalogue.unit_contrary", column, target=said.printed, unit=unit))
    return target


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


def _deadline(line: Line, year: int | None, faults: list[Fault]) -> ResolvedDeadline:
    column = "deadline_reading" if line["deadline_reading"] else "deadline_printed"
    read = read_deadline(line[column], year)
    if isinstance(read, NotRead):
        faults.append(_not_understood(line, column, read))
        return ResolvedDeadline(None)
    return read


def _investments(line: Line, faults: list[Fault]) -> tuple[Investment, ...]:
    column = "investment_reading" if line["investment_reading"] else "investment_printed"
    read = read_investments(line[column])
    if isinstance(read, NotRead):
        faults.append(_not_understood(line, column, read))
        return ()
    return read


def _not_understood(line: Line, column: str, unread: NotRead) -> Fault:
    return line.fault("catalogue.not_understood", column, reason=unread.sentence)
