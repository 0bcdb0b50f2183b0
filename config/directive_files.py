"""Reads one year's directive from its folder: directive.toml and a CSV file for each appendix.

With target_revisions.csv, where there is one: what was set anew since.

Columns that end in `_printed` hold the directive's text to the letter. `name`, `unit` and
`target_reading` hold the corrected reading and stay empty where the print is right.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from config.csv_files import Line, marks_lost, read_lines, source_name, why_not_opened
from config.target_revision_files import FILE as REVISIONS
from config.target_revision_files import read_target_revisions, with_revisions
from config.tolerance_files import read_tolerances
from config.toml_files import toml_fault
from models.domain.catalogue import (
    PERIODS,
    Appendix,
    Basis,
    CatalogueRow,
    Equivalence,
    Responsibility,
    Role,
    Tolerance,
)
from models.domain.deadlines import DeadlineNotUnderstood, ResolvedDeadline, parse_deadline
from models.domain.investments import Investment, InvestmentNotUnderstood, parse_investments
from models.domain.number_notation import NotANumber, parse_vietnamese
from models.domain.target_revisions import TargetRevision
from models.domain.targets import Direction, Target, TargetKind, TargetNotUnderstood, parse_target
from models.domain.territories import Territory

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
HEADING_COLUMNS = ("appendix", "number", "printed", "name", "note")
EQUIVALENCE_COLUMNS = ("left", "right", "factor", "offset", "period", "tolerance", "note")

# Appendix V gives the unit of its amounts in the column's title only.
_PROJECT_UNIT = "triệu đồng"
_CODE = re.compile(r"[a-z][a-z0-9_]{1,59}")
_PLAIN_DECIMAL = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,12})?")
_LEADING_MARK = re.compile(r"^[-+] ")
_UNGROUPED = re.compile(r"(?<![,0-9])[0-9]{4}")  # the directive prints 9.486, a spreadsheet 9486
_NUMBERS: Mapping[Appendix, re.Pattern[str]] = {
    **dict.fromkeys((Appendix.I, Appendix.II, Appendix.III), re.compile(r"[0-9]{0,4}|[a-zđ]\)|-")),
    **dict.fromkeys((Appendix.IV, Appendix.V), re.compile(r"[0-9]{1,4}")),
    Appendix.BODY: re.compile(r"[IVX]{1,5}(?:\.[0-9]{1,2}){0,2}"),
}
_SEVERAL = re.compile(r"\s*[,;]\s*")


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
    malformed: tuple[str, ...]  # how the faults of lines with a wrong number of cells begin
    equivalences: Sequence[tuple[Equivalence, Line]]
    solution_groups: Sequence[str]
    faults: list[str]
    tolerances: Sequence[tuple[Tolerance, Line]] = ()
    revisions: Sequence[tuple[TargetRevision, Line]] = ()


def read_directive(directory: Path) -> DirectiveReading:
    """Everything in the folder that can be read, and a fault for everything that cannot."""
    faults: list[str] = []
    directive = _directive(directory / "directive.toml", faults)
    headings = _headings(directory / "headings.csv", faults)
    rows: list[CatalogueRow] = []
    lines: dict[str, Line] = {}
    malformed: list[str] = []
    for appendix, (file_name, columns) in FILES.items():
        above: CatalogueRow | None = None
        for line in read_lines(directory / file_name, columns, faults):
            of_line: list[str] = []
            row = _row(appendix, line, headings, above, of_line)
            faults += line.root_cause(of_line)
            if of_line and line.malformed:
                malformed.append(line.fault(""))
            if row.code in lines:
                first = lines[row.code]
                place = f"{first.source}:{first.number}"
                faults.append(line.fault(f"mã “{row.code}” đã dùng ở {place}", "code"))
            lines.setdefault(row.code, line)
            rows.append(row)
            above = row
    equivalences = _equivalences(directory / "equivalences.csv", faults)
    tolerances = read_tolerances(directory / "tolerances.csv", faults)
    groups = tuple(
        h.name for (appendix, _), h in (headings or {}).items() if appendix == Appendix.BODY
    )
    revisions = read_target_revisions(directory / REVISIONS, faults)
    told = [revision for revision, _ in revisions]
    return DirectiveReading(
        directive=directive,
        rows=[replace(row, revisions=with_revisions(row, told)) if told else row for row in rows],
        lines=lines,
        malformed=tuple(malformed),
        equivalences=equivalences,
        solution_groups=groups,
        faults=faults,
        revisions=revisions,
        tolerances=tolerances,
    )


# --- The document and its headings ----------------------------------------------------------------


def _directive(path: Path, faults: list[str]) -> Directive | None:
    source = source_name(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
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
            territory=_territory(content.get("territory", Territory.WHOLE)),
        )
    except OSError as error:
        faults.append(f"{source}: không mở được tệp ({why_not_opened(error)})")
    except UnicodeDecodeError:
        faults.append(f"{source}: không phải UTF-8")
    except tomllib.TOMLDecodeError as error:
        faults.append(toml_fault(source, error))
    except KeyError as error:
        faults.append(f"{source}: thiếu mục {error}")
    except (TypeError, ValueError, AttributeError) as error:
        faults.append(f"{source}: giá trị không đúng kiểu ({error})")
    return None


def _territory(value: object) -> Territory:
    try:
        return Territory(str(value))
    except ValueError:
        known = ", ".join(Territory)
        raise ValueError(f"“territory” là “{value}”, chỉ nhận {known}") from None


def _plain_date(value: object) -> dt.date:
    if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
        raise TypeError("“date” phải là ngày, ví dụ 2025-01-20")
    return value


def _headings(path: Path, faults: list[str]) -> dict[tuple[str, str], Heading] | None:
    """The headings by appendix and number; None where the file cannot be read at all."""
    headings: dict[tuple[str, str], Heading] = {}
    before = len(faults)
    lines = read_lines(path, HEADING_COLUMNS, faults)
    if not lines and len(faults) > before:
        return None
    for line in lines:
        key = (line["appendix"], line["number"])
        if line["appendix"] not in list(Appendix):
            faults.append(line.fault(f"phụ lục “{line['appendix']}” không có", "appendix"))
        if not line["printed"]:
            faults.append(line.fault("thiếu tiêu đề như in", "printed"))
        if marks_lost(line["printed"], line["note"]):
            faults.append(line.fault(_NO_MARKS.format("printed"), "printed"))
        if key in headings:
            text = f"tiêu đề {key[0]}.{key[1]} đã có ở dòng trên"
            faults.append(line.fault(text, "number"))
        headings[key] = Heading(line["printed"], line["name"] or line["printed"], line["note"])
    return headings


# --- Rows -----------------------------------------------------------------------------------------


def _row(
    appendix: Appendix,
    line: Line,
    headings: Mapping[tuple[str, str], Heading] | None,
    above: CatalogueRow | None,
    faults: list[str],
) -> CatalogueRow:
    reading = line["target_reading"] or line["target_printed"]
    target = _target(line, reading, faults)
    values_printed = tuple(line[column] for column in _VALUES) if appendix is Appendix.II else ()
    deadline = _deadline(line, faults)
    unit_printed = _PROJECT_UNIT if appendix is Appendix.V else line["unit_printed"]
    heading = (headings or {}).get((appendix, line["group"]), Heading("", "", ""))
    if headings is not None and appendix is not Appendix.II and not heading.printed:
        text = f"headings.csv không có tiêu đề “{line['group']}” của phụ lục này"
        faults.append(line.fault(text, "group"))
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
        agencies=_agencies(line, above, faults),
    )
    faults.extend(line.fault(text, column) for column, text in _shortcomings(row, line))
    return row


_NO_MARKS = "ô “{}” mất dấu tiếng Việt; nếu bản in đúng như vậy thì cột “note” ghi “không dấu”"
_NO_DOTS = "“{}” viết liền, bản in có dấu chấm hàng nghìn; nếu in liền thì cột “note” ghi “in liền”"


def _shortcomings(row: CatalogueRow, line: Line) -> list[tuple[str, str]]:
    """What is missing or odd in a row, looked at alone: column and fault."""
    found: list[tuple[str, str]] = []
    if not _CODE.fullmatch(row.code):
        text = f"mã “{row.code}” phải gồm chữ thường không dấu, chữ số, gạch dưới"
        found.append(("code", text))
    if not row.name_printed:
        found.append(("name_printed", "thiếu tên như in (name_printed)"))
    plain_name = _LEADING_MARK.sub("", row.name_printed)
    # Sub-rows of appendix I print no number: their dash stands in the cell of the name.
    if not row.number and row.appendix is not Appendix.II and plain_name == row.name_printed:
        found.append(("number", "thiếu số thứ tự như in (number)"))
    elif not _NUMBERS[row.appendix].fullmatch(row.number):
        text = f"số thứ tự “{row.number}” không đúng kiểu của phụ lục này"
        found.append(("number", text))
    below = plain_name != row.name_printed or not (row.number.isdigit() or not row.number)
    if below and not row.parent and "parent" in FILES[row.appendix][1]:
        found.append(("parent", "dòng con thì phải có mã dòng mẹ (cột “parent”)"))
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
        found.append(("note", "đọc khác bản in thì cột “note” phải nói vì sao"))
    found += [(c, _NO_MARKS.format(c)) for c in _NAMED[2:] if marks_lost(line[c], row.note)]
    figures = {
        "target_printed": row.target and row.target_printed,
        "investment_printed": row.investments and row.investment_printed,
        **dict(zip(_VALUES, row.values_printed, strict=False)),
    }
    for column, figure in figures.items():
        if figure and _UNGROUPED.search(figure) and "in liền" not in row.note:
            found.append((column, _NO_DOTS.format(figure)))
    if (part := row.target) and part.kind is TargetKind.RATIO and part.value > (part.second or 0):
        text = f"chỉ tiêu “{row.target_reading}”: số đạt lớn hơn tổng số"
        found.append((_target_column(line), text))
    if row.appendix is Appendix.IV and not row.deadline_printed:
        found.append(("deadline_printed", "nhiệm vụ thiếu thời hạn như in"))
    if row.appendix is Appendix.V and not row.investment_printed:
        found.append(("investment_printed", "dự án thiếu tổng mức đầu tư như in"))
    return found


def _target_column(line: Line) -> str:
    """The column that the target is read from."""
    return "target_reading" if line["target_reading"] else "target_printed"


def _target(line: Line, reading: str, faults: list[str]) -> Target | None:
    try:
        return parse_target(reading)
    except TargetNotUnderstood as error:
        faults.append(line.fault(str(error), _target_column(line)))
        return None


def _direction(appendix: Appendix, line: Line, faults: list[str]) -> Direction:
    if appendix in (Appendix.IV, Appendix.V):
        return Direction.NONE
    try:
        return Direction(line["direction"])
    except ValueError:
        known = ", ".join(Direction)
        text = f"chiều “{line['direction']}” không có; chỉ nhận {known}"
        faults.append(line.fault(text, "direction"))
        return Direction.NONE


def _values(line: Line, printed: Sequence[str], faults: list[str]) -> tuple[Decimal, ...]:
    values = []
    for column, text in zip(_VALUES, printed, strict=False):
        try:
            values.append(parse_vietnamese(text))
        except NotANumber as error:
            faults.append(line.fault(f"ô “{column}”: {error}", column))
    return tuple(values)


def _deadline(line: Line, faults: list[str]) -> ResolvedDeadline:
    try:
        return parse_deadline(line["deadline_printed"])
    except DeadlineNotUnderstood as error:
        faults.append(line.fault(str(error), "deadline_printed"))
        return ResolvedDeadline(None)


def _investments(line: Line, faults: list[str]) -> tuple[Investment, ...]:
    try:
        return parse_investments(line["investment_printed"])
    except InvestmentNotUnderstood as error:
        faults.append(line.fault(str(error), "investment_printed"))
        return ()


def _names_printed(cell: str, count: int) -> list[str]:
    """The names of a cell; by semicolons alone where a name has commas of its own.

    >>> _names_printed("Sở Văn hóa, Thể thao và Du lịch; Sở Y tế", 2)
    ['Sở Văn hóa, Thể thao và Du lịch', 'Sở Y tế']
    """
    if count == 1:
        return [cell]
    names = _SEVERAL.split(cell)
    apart = [name.strip() for name in cell.split(";")]
    return apart if len(names) != count and len(apart) == count else names


def _agencies(
    line: Line, above: CatalogueRow | None, faults: list[str]
) -> tuple[Responsibility, ...]:
    """The row's agencies, lead first, each with its name as printed in its own or a merged cell."""
    codes = line.items("agencies")
    cell = line["agencies_printed"]
    printed = [""] * len(codes)
    try:
        basis = Basis(line["basis"])
    except ValueError:
        basis = Basis.ASSIGNED
        known = ", ".join(Basis)
        text = f"căn cứ “{line['basis']}” không có; chỉ nhận {known}"
        faults.append(line.fault(text, "basis"))
    if not codes:
        faults.append(line.fault("không có cơ quan nào trả lời cho dòng này", "agencies"))
    elif basis is Basis.PRINTED:
        printed = _names_printed(cell, len(codes))
        if not cell or len(printed) != len(codes):
            text = f"in “{cell}” nhưng khai {len(codes)} mã cơ quan"
            faults.append(line.fault(text, "agencies_printed"))
            printed = [""] * len(codes)
    elif cell:
        text = f"có in tên cơ quan “{cell}” thì “basis” phải là printed"
        faults.append(line.fault(text, "basis"))
    elif basis is Basis.CONTINUED:
        merged = above.agencies if above else ()
        if [a.agency for a in merged] == codes:
            printed = [a.printed for a in merged]
        else:
            text = "ô cơ quan gộp phải có cùng cơ quan với dòng ngay trên"
            faults.append(line.fault(text, "agencies"))
    return tuple(
        Responsibility(code, Role.CO if place else Role.LEAD, name, basis)
        for place, (code, name) in enumerate(zip(codes, printed, strict=True))
    )


# --- Equivalences ---------------------------------------------------------------------------------


_FIGURES = ("factor", "offset", "tolerance")


def _equivalences(path: Path, faults: list[str]) -> list[tuple[Equivalence, Line]]:
    found = []
    for line in read_lines(path, EQUIVALENCE_COLUMNS, faults):
        numbers = [line[column] for column in _FIGURES]
        if not all(_PLAIN_DECIMAL.fullmatch(text) for text in numbers) or not Decimal(numbers[0]):
            text = "factor, offset, tolerance phải là số (dấu chấm thập phân), factor khác 0"
            odd = (c for c in _FIGURES if not _PLAIN_DECIMAL.fullmatch(line[c]))
            faults.append(line.fault(text, next(odd, "factor")))
            continue
        factor, offset, tolerance = map(Decimal, numbers)
        equivalence = Equivalence(
            left=line["left"],
            right=line["right"],
            factor=factor,
            offset=offset,
            tolerance=tolerance,
            note=line["note"],
            period=line["period"],
        )
        found.append((equivalence, line))
    return found
