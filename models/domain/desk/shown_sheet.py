"""A sheet of a kept workbook as a page shows it: cells in place, what was read and found in them.

Of a sheet whose cells lie far apart only the parts that hold something are pages: a hundred rows
and fifty columns each.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from models.domain.cycle.letter_phrases import InstantStyle, shown_number
from models.domain.desk.plain_sight import cut, visible
from models.domain.notation.deadlines import format_date
from models.domain.reading.cell_values import as_text, percent_text
from models.domain.reading.findings import Finding, Severity
from models.domain.reading.submissions import Entry, EntryValue
from models.domain.reading.workbook_content import (
    Area,
    CellValue,
    ErrorValue,
    SheetContent,
    address,
    column_letter,
    split_address,
)

ROWS, COLUMNS = 100, 50  # of one page
_LETTERS = 400  # of one cell, in the table
_MOST_COVERED = 20_000  # cells of a page that are looked at for merged areas
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384

_ADDRESS = re.compile(r"[A-Za-z]{1,3}[0-9]{1,7}")

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class CellRead:
    """An entry that was understood from a cell."""

    sheet: str
    cell: str
    what: str  # the row and the column that it answers
    value: str  # as it was read
    raw: str  # as it stood there


@dataclass(frozen=True, slots=True)
class NumberedFinding:
    """A finding with its number on the page, and every cell that it is about."""

    number: int
    finding: Finding
    cells: Sequence[str]


@dataclass(frozen=True)
class SheetMarks:
    """What is known of a sheet's cells, by place."""

    read: Mapping[Place, Sequence[CellRead]] = field(default_factory=dict)
    found: Mapping[Place, Sequence[NumberedFinding]] = field(default_factory=dict)

    @property
    def places(self) -> Collection[Place]:
        """Every cell of which something is known."""
        return {*self.read, *self.found}


@dataclass(frozen=True, slots=True)
class SheetExtent:
    """Which rows and columns of a sheet hold anything; 1-based, in order."""

    rows: Sequence[int]
    columns: Sequence[int]


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A cell of the table. `across` and `down`: how many columns and rows it takes."""

    address: str
    text: str
    look: str  # classes of the stylesheet
    title: str  # what is known of it, in one text; "" for nothing
    findings: Sequence[NumberedFinding] = ()
    across: int = 1
    down: int = 1


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of the table."""

    number: int
    cells: Sequence[ShownCell]
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class PagePart:
    """A part of a sheet that a page shows; `first` names it in the address."""

    first: int
    title: str  # "1–100", "A–AX"
    is_shown: bool


@dataclass(frozen=True)
class ShownSheet:
    """A page of a sheet."""

    name: str
    columns: Sequence[tuple[str, bool]]  # letter, and whether the sheet hides it
    rows: Sequence[ShownRow]
    row_parts: Sequence[PagePart]
    column_parts: Sequence[PagePart]
    read: Sequence[CellRead]  # on this page, from the top


@dataclass(frozen=True)
class ChosenCell:
    """The cell that is asked for, whole."""

    address: str
    text: str
    formula: str
    comment: str
    read: Sequence[CellRead]
    findings: Sequence[NumberedFinding]


def extent_of(sheet: SheetContent) -> SheetExtent:
    """Where the sheet holds anything."""
    rows, columns = [], set()
    for number, row in enumerate(sheet.rows, start=1):
        filled = [i for i, value in enumerate(row, start=1) if value is not None and value != ""]
        if filled:
            rows.append(number)
            columns.update(filled)
    return SheetExtent(rows, sorted(columns))


def marks_by_sheet(
    entries: Iterable[Entry], findings: Sequence[Finding], what: Mapping[tuple[str, str, str], str]
) -> tuple[dict[str, SheetMarks], list[NumberedFinding]]:
    """What was read and found, by sheet; and all findings, numbered, those about no cell as well.

    `what`: what a cell answers, by key of its sheet, row and column.
    """
    read: dict[str, dict[Place, list[CellRead]]] = {}
    for e in entries:
        place = place_in(e.cell)
        if place is not None:
            said = what.get((e.sheet, e.row_key, e.column), "")
            one = CellRead(
                e.sheet_name, e.cell, visible(said), visible(entry_text(e.value)), visible(e.raw)
            )
            read.setdefault(e.sheet_name, {}).setdefault(place, []).append(one)
    found: dict[str, dict[Place, list[NumberedFinding]]] = {}
    numbered = []
    for number, finding in enumerate(findings, start=1):
        cells = [c for c in dict.fromkeys((finding.cell, *finding.cells)) if place_in(c)]
        numbered.append(NumberedFinding(number, finding, cells))
        for cell in cells:
            at = found.setdefault(finding.sheet, {}).setdefault(split_address(cell), [])
            at.append(numbered[-1])
    sheets = {*read, *found}
    return {s: SheetMarks(read.get(s, {}), found.get(s, {})) for s in sheets}, numbered


def entry_text(value: EntryValue) -> str:
    """What was understood, as it is written here; "" where nothing was.

    >>> entry_text(Decimal("12500.5")), entry_text(dt.date(2025, 6, 5)), entry_text(None)
    ('12.500,5', '05/06/2025', '')
    """
    if isinstance(value, Decimal):
        return shown_number(value)
    return format_date(value) if isinstance(value, dt.date) else value or ""


def place_in(cell: str) -> Place | None:
    """Row and column of an address; None where it is none.

    >>> place_in("C12"), place_in("c12"), place_in("C0"), place_in("XFE1"), place_in("Ô C")
    ((12, 3), (12, 3), None, None, None)
    """
    if not _ADDRESS.fullmatch(cell):
        return None
    row, column = split_address(cell.upper())
    return (row, column) if 0 < row <= _LAST_ROW and column <= _LAST_COLUMN else None


def split_place(asked: str) -> tuple[str, str]:
    """The sheet's name and the cell of `Sheet!C12`; the name alone where there is no cell.

    >>> split_place("Chỉ tiêu!G8"), split_place("Thật!đấy!g8"), split_place("Chỉ tiêu")
    (('Chỉ tiêu', 'G8'), ('Thật!đấy', 'G8'), ('Chỉ tiêu', ''))
    """
    name, sign, cell = asked.rpartition("!")
    return (name, cell.upper()) if sign and place_in(cell) else (asked, "")


def shown_sheet(
    sheet: SheetContent,
    extent: SheetExtent,
    marks: SheetMarks,
    chosen: str,
    part: tuple[int, int] | None = None,
) -> ShownSheet:
    """The part of a sheet that holds the chosen cell, else the one that begins at `part`."""
    rows = sorted({*extent.rows, *(row for row, _ in marks.places)})
    columns = sorted({*extent.columns, *(column for _, column in marks.places)})
    wanted = place_in(chosen) or part or (1, 1)
    if place_in(chosen):
        rows, columns = sorted({*rows, wanted[0]}), sorted({*columns, wanted[1]})
    row_parts, shown_rows = _parts(rows, ROWS, wanted[0], str)
    column_parts, shown_columns = _parts(columns, COLUMNS, wanted[1], column_letter)
    places = _Merged(sheet.merged, shown_rows, shown_columns)
    drawn = [
        ShownRow(
            row,
            [
                _cell(sheet, marks, (row, column), places.span(row, column), chosen)
                for column in shown_columns
                if not places.is_covered(row, column)
            ],
            row in sheet.hidden_places.rows,
        )
        for row in shown_rows
    ]
    seen = [
        one
        for place in sorted(marks.read)
        if place[0] in shown_rows and place[1] in shown_columns
        for one in marks.read[place]
    ]
    letters = [(column_letter(c), sheet.hidden_places.hides_column(c)) for c in shown_columns]
    return ShownSheet(sheet.name, letters, drawn, row_parts, column_parts, seen)


def chosen_cell(sheet: SheetContent, marks: SheetMarks, cell: str) -> ChosenCell | None:
    """A cell with all that is known of it; None for what is no address."""
    place = place_in(cell)
    if place is None:
        return None
    return ChosenCell(
        cell,
        visible(value_text(sheet, place)),
        _formula(sheet, place),
        visible(sheet.comments.get(place, "")),
        marks.read.get(place, ()),
        marks.found.get(place, ()),
    )


def value_text(sheet: SheetContent, place: Place) -> str:
    """What a cell holds, as a spreadsheet here shows it: text to the letter."""
    value: CellValue = sheet.at(*place)
    if isinstance(value, str):
        return value
    if place in sheet.percent:
        return percent_text(value)
    if isinstance(value, dt.datetime) and value.time() != dt.time():
        return format(value, InstantStyle.LIST.value)
    return as_text(value)


def _parts(
    filled: Sequence[int], size: int, wanted: int, name: Callable[[int], str]
) -> tuple[list[PagePart], range]:
    """The parts that hold something, and what is shown of them."""
    last = {(n - 1) // size: n for n in filled} or {0: 1}
    block = min(last, key=lambda b: abs(b - (wanted - 1) // size))
    parts = [
        PagePart(b * size + 1, f"{name(b * size + 1)}–{name(end)}", b == block)
        for b, end in last.items()
    ]
    return parts, range(block * size + 1, last[block] + 1)


def _cell(
    sheet: SheetContent, marks: SheetMarks, place: Place, span: Place, chosen: str
) -> ShownCell:
    value = sheet.at(*place)
    read, found = marks.read.get(place, ()), marks.found.get(place, ())
    formula, comment = _formula(sheet, place), sheet.comments.get(place, "")
    text = cut(visible(value_text(sheet, place)), _LETTERS)
    looks = [
        "number" if isinstance(value, (int, float)) and not isinstance(value, bool) else "",
        "wrong" if isinstance(value, ErrorValue) else "",
        "read" if read else "",
        _grave(found),
        "chosen" if address(*place) == chosen else "",
        "formula" if formula else "",
        "commented" if comment else "",
    ]
    titles = [
        *(f"{one.what}: đọc là {one.value or 'trống'}" for one in read),
        *(visible(one.finding.beside_place) for one in found),
        *([f"Công thức: {cut(formula, _LETTERS)}"] if formula else []),
        *([f"Ghi chú: {cut(visible(comment), _LETTERS)}"] if comment else []),
    ]
    return ShownCell(
        address(*place),
        text,
        " ".join(filter(None, looks)),
        "\n".join(titles),
        found,
        across=span[1],
        down=span[0],
    )


def _grave(found: Sequence[NumberedFinding]) -> str:
    if not found:
        return ""
    worst = min((one.finding.severity for one in found), key=lambda s: s.rank)
    return "bad" if worst in (Severity.BLOCKER, Severity.ERROR) else "care"


def _formula(sheet: SheetContent, place: Place) -> str:
    """A cell's formula as text; one that was copied there as it stands where it came from."""
    formula = sheet.formulas.get(place)
    if formula is None:
        return ""
    text = visible("=" + formula.text.removeprefix("="))
    origin = (formula.row, formula.column)
    return text if origin == place else f"{text} (chép từ ô {address(*origin)})"


class _Merged:
    """Merged areas within a part of a sheet: where they begin, and what they cover."""

    def __init__(self, merged: Sequence[Area], rows: range, columns: range) -> None:
        self._covered: set[Place] = set()
        self._spans: dict[Place, Place] = {}
        steps = 0
        for top, left, bottom, right in merged:
            inner_rows = range(max(top, rows.start), min(bottom + 1, rows.stop))
            inner_columns = range(max(left, columns.start), min(right + 1, columns.stop))
            if not inner_rows or not inner_columns:
                continue
            steps += len(inner_rows) * len(inner_columns)
            if steps > _MOST_COVERED:
                break
            area = {(row, column) for row in inner_rows for column in inner_columns}
            if not area & self._covered:
                self._covered |= area
                first = (inner_rows.start, inner_columns.start)
                self._spans[first] = (len(inner_rows), len(inner_columns))

    def span(self, row: int, column: int) -> Place:
        """How many rows and columns the cell takes."""
        return self._spans.get((row, column), (1, 1))

    def is_covered(self, row: int, column: int) -> bool:
        """Whether another cell is shown in its place."""
        return (row, column) in self._covered and (row, column) not in self._spans
