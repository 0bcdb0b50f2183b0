"""Where things stand in a workbook: sheets, header rows, columns and rows, found by what they say.

Nothing is found by its position: sheets may be renamed and reordered, rows and columns inserted,
moved or deleted, and a workbook may be retyped without the codes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from models.domain.reading.beside.seen_beside import as_seen_beside
from models.domain.reading.beside.unread_cells import (
    lines_beside,
    unread_beside_fields,
    unread_columns,
    unread_sheet,
)
from models.domain.reading.cell_values import is_blank, seen_text
from models.domain.reading.expectations import Expectations, ExpectedSheet, plain
from models.domain.reading.forms import Column, SheetKind, choices_of
from models.domain.reading.formulas.held_results import HeldResults
from models.domain.reading.headers import LONGEST_LABEL, doubled_headers, find_header
from models.domain.reading.identity import OFFICE_SHEET_NAMES
from models.domain.reading.problems import Problem, ProblemKind
from models.domain.reading.row_keys import free_rows, keyed_rows
from models.domain.reading.workbook_content import (
    CellValue,
    SheetContent,
    WorkbookContent,
    address,
    column_letter,
)

DETAIL_SEARCH_ROWS = 200
_MOST_SHEETS = 30  # looked at when a sheet has lost its name
_FITS = 0.9  # resemblance from which a sheet of any name is the form's


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """Where one sheet's cells stand; rows and columns are 1-based.

    On a details sheet `rows` holds the row of each field and `columns` its "value" and
    "justification" columns.
    """

    key: str
    content: SheetContent
    header_row: int
    columns: Mapping[str, int]
    rows: Mapping[str, int]

    @property
    def name(self) -> str:
        """The sheet's name in the agency's workbook."""
        return self.content.name

    def cell(self, row_key: str, column: str) -> str:
        """The address of a cell, also of an empty one; "" when row or column is not there."""
        row, place = self.rows.get(row_key), self.columns.get(column)
        return address(row, place) if row and place else ""

    def value(self, row_key: str, column: str) -> CellValue:
        """What stands in a cell; None when row or column is not there."""
        row, place = self.rows.get(row_key), self.columns.get(column)
        return self.content.at(row, place) if row and place else None


@dataclass(slots=True)
class Layout:
    """The layouts by sheet key, and what could not be found."""

    sheets: dict[str, SheetLayout] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def lay_out(
    content: WorkbookContent, expectations: Expectations, held: HeldResults | None = None
) -> Layout:
    """Finds every expected sheet with its header, columns and rows; the rest becomes problems.

    `held` are the results of the workbook's formulas.
    """
    held = held or HeldResults(content.sheets, content.names)
    layout = Layout()
    found = _find_sheets(content, expectations)
    _swap_misnamed(content, expectations, found)
    for key, expected in expectations.sheets.items():
        sheet = found.get(key)
        if sheet is None:
            layout.problems.append(
                Problem(ProblemKind.SHEET_MISSING, sheet=key, sheet_name=expected.form.title)
            )
        elif expected.form.kind is SheetKind.DETAILS:
            _lay_out_details(sheet, expected, layout, held)
        else:
            _lay_out_table(sheet, expected, expectations, layout, held)
    _note_copies(content, expectations, found, layout)
    return layout


# Sheets


def _find_sheets(content: WorkbookContent, expectations: Expectations) -> dict[str, SheetContent]:
    free = list(content.sheets)
    found: dict[str, SheetContent] = {}
    wanted = expectations.sheets

    def take(key: str, sheet: SheetContent) -> None:
        found[key] = sheet
        free.remove(sheet)

    by_name = {s.name: s for s in content.sheets}
    for key, expected in wanted.items():
        if (sheet := by_name.get(expected.form.title)) is not None:
            take(key, _shown(sheet, content, expected))
    for key, expected in wanted.items():
        if key not in found:
            title = plain(expected.form.title)
            alike = [s for s in free if plain(s.name) == title]
            if len(alike) == 1:
                take(key, alike[0])
    missing = [key for key in wanted if key not in found]
    if not free:
        return found
    if missing:
        candidates = free[:_MOST_SHEETS]
        scored = sorted(
            (
                (resemblance(s, wanted[key]), key, n)
                for key in missing
                for n, s in enumerate(candidates)
                if s.rows
            ),
            key=lambda x: (-x[0], x[1], x[2]),
        )
        for score, key, n in scored:
            if score >= 0.6 and key not in found and candidates[n] in free:
                take(key, candidates[n])
    return found


def _shown(sheet: SheetContent, content: WorkbookContent, expected: ExpectedSheet) -> SheetContent:
    """The sheet itself, or the one visible copy of a hidden one: that is what the official sees."""
    if not sheet.hidden:
        return sheet
    copies = [
        s
        for s in content.sheets[:_MOST_SHEETS]
        if not s.hidden and s.rows and resemblance(s, expected) >= _FITS
    ]
    return copies[0] if len(copies) == 1 else sheet


def _swap_misnamed(
    content: WorkbookContent, expectations: Expectations, found: dict[str, SheetContent]
) -> None:
    """Replaces tables whose sheet bears the right name but other headers by sheets that fit."""
    strange = [
        key
        for key, sheet in found.items()
        if (expected := expectations.sheets[key]).form.kind is not SheetKind.DETAILS
        and not find_header(sheet, expected)[0]
    ]
    taken = {id(sheet) for key, sheet in found.items() if key not in strange}
    for key in strange:
        expected = expectations.sheets[key]
        fitting = [
            s
            for s in content.sheets[:_MOST_SHEETS]
            if id(s) not in taken and s.rows and resemblance(s, expected) >= _FITS
        ]
        if len(fitting) == 1:
            found[key] = fitting[0]
            taken.add(id(fitting[0]))


def _note_copies(
    content: WorkbookContent,
    expectations: Expectations,
    found: Mapping[str, SheetContent],
    layout: Layout,
) -> None:
    """Notes the sheets that are not read: a second copy of one that is, and how far it differs from
    it; a sheet of the agency's own, where it holds anything. A hidden one is told of for what
    corrects something in it, not for its figures."""
    taken = {id(sheet) for sheet in found.values()}
    own = {plain(s.title) for s in expectations.form.sheets if s.kind is SheetKind.INSTRUCTIONS}
    own |= {plain(name) for name in OFFICE_SHEET_NAMES}
    wanted = expectations.sheets
    others = [s for s in content.sheets if id(s) not in taken and s.rows]
    for number, sheet in enumerate(others):
        if plain(sheet.name) in own:
            continue
        key = ""
        if number < _MOST_SHEETS and not sheet.hidden:
            key = next((k for k in found if resemblance(sheet, wanted[k]) >= _FITS), "")
        if not key:
            added = unread_sheet(sheet, wanted.values())
            layout.problems += [added] if added is not None else []
        else:
            differing = _differences(sheet, expectations, layout, key)
            layout.problems.append(
                Problem(
                    ProblemKind.SHEET_IGNORED,
                    sheet=key,
                    sheet_name=sheet.name,
                    details=(found[key].name, str(differing)),
                )
            )


def _differences(copy: SheetContent, expectations: Expectations, layout: Layout, key: str) -> int:
    """How many cells an agency filled in on a copy otherwise than on the sheet that is read."""
    original, expected = layout.sheets.get(key), expectations.sheets[key]
    scratch = Layout()
    if original is None:
        return 0
    if expected.form.kind is SheetKind.DETAILS:
        _lay_out_details(copy, expected, scratch, None)
    else:
        _lay_out_table(copy, expected, expectations, scratch, None)
    other = scratch.sheets.get(key)
    if other is None:
        return 0
    if expected.form.kind is SheetKind.DETAILS:
        fields = [c.key for c in expected.inputs if c.key in other.rows]
        return sum(
            not is_blank(value := other.value(name, "value"))
            and value != original.value(name, "value")
            for name in fields
        )
    return sum(
        not is_blank(value := other.value(row, column.key))
        and value != original.value(row, column.key)
        for row in other.rows
        for column in expected.inputs
    )


def resemblance(sheet: SheetContent, expected: ExpectedSheet) -> float:
    """How much a sheet looks like the expected one, 0 to 1: its headers, then its rows."""
    if expected.form.kind is SheetKind.DETAILS:
        labels = set(expected.plain_headers)
        seen = {
            plain(v)
            for row in sheet.rows[:DETAIL_SEARCH_ROWS]
            for v in row[:8]
            if isinstance(v, str) and len(v) < LONGEST_LABEL
        }
        return len(labels & seen) / max(1, len(labels))
    header_row, columns = find_header(sheet, expected)
    score = len(columns) / max(1, len(expected.form.columns))
    if not header_row or score < 0.5 or not expected.rows:
        return score
    # Sheets of one form share most headers; their rows tell them apart.
    texts = {v for row in sheet.rows[header_row:] for v in row[:6] if isinstance(v, str)}
    if texts & set(expected.rows):
        return score + 1
    names = {plain(t) for t in texts if len(t) < LONGEST_LABEL}
    return score + len(names & set(expected.codes_by_name)) / len(expected.rows)


# Tables


def _lay_out_table(
    sheet: SheetContent,
    expected: ExpectedSheet,
    expectations: Expectations,
    layout: Layout,
    held: HeldResults | None,
) -> None:
    header_row, columns = find_header(sheet, expected)
    at_sheet = {"sheet": expected.form.key, "sheet_name": sheet.name}
    if not header_row:
        layout.problems.append(
            Problem(
                ProblemKind.HEADER_MISSING,
                **at_sheet,
                details=tuple(c.header for c in expected.form.columns),
            )
        )
        return
    missing = [
        c.header for c in expected.inputs if c.key not in columns and (c.required or _is_telling(c))
    ]
    if missing:
        layout.problems.append(
            Problem(ProblemKind.COLUMN_MISSING, **at_sheet, details=tuple(missing))
        )
    rows, told = _rows_of(sheet, expected, expectations, header_row, columns)
    if held is not None:
        read_rows, read_columns = {header_row, *rows.values()}, {*columns.values()}
        seen = as_seen_beside(sheet, held, lambda r, c: r in read_rows and c in read_columns)
        if seen is not sheet:
            sheet = seen
            rows, told = _rows_of(sheet, expected, expectations, header_row, columns)
    layout.problems += told
    twins = _choose_doubled(sheet, expected, header_row, columns, rows, layout)
    read = {*columns.values(), *twins}
    numbers = list(rows.values())
    layout.problems += unread_columns(sheet, expected, header_row, read, columns, numbers)
    layout.problems += lines_beside(sheet, expected, header_row, columns, frozenset(numbers))
    layout.sheets[expected.form.key] = SheetLayout(
        expected.form.key, sheet, header_row, columns, rows
    )


def _rows_of(
    sheet: SheetContent,
    expected: ExpectedSheet,
    expectations: Expectations,
    header_row: int,
    columns: Mapping[str, int],
) -> tuple[Mapping[str, int], Sequence[Problem]]:
    """The rows of a table by their keys, and the problems of those that have none."""
    problems: list[Problem] = []
    if expected.form.kind is not SheetKind.FREE_TABLE:
        rows = keyed_rows(sheet, expected, expectations, header_row, columns, problems)
        return rows, problems
    choices = [t for c in expected.inputs for t in choices_of(c, expectations.catalogue)]
    return free_rows(sheet, expected, header_row, columns, choices, problems), problems


def _is_telling(column: Column) -> bool:
    """Whether a column that need not be filled must at least stand there, so that nothing is lost.

    Further measures of a review and what is put in beforehand may go: the agency needs them not.
    """
    measures = bool(column.five_clear or column.unit_of_row)
    return measures and not column.meaning and not column.carry


def _choose_doubled(
    sheet: SheetContent,
    expected: ExpectedSheet,
    header_row: int,
    columns: dict[str, int],
    rows: Mapping[str, int],
    layout: Layout,
) -> set[int]:
    """Of two columns under one header the filled one counts; two that differ are a problem.

    Where another column of the form is missing, one of the two is that one under a wrong header:
    then even an empty twin leaves open which is which. Returns the places of all of them.
    """
    twins: set[int] = set()
    lost = [c.header for c in expected.inputs if c.key not in columns]
    for key, places in doubled_headers(sheet, expected, header_row, columns).items():
        twins.update(places)
        values = {place: [sheet.at(row, place) for row in rows.values()] for place in places}
        filled = {p: v for p, v in values.items() if not all(map(is_blank, v))}
        if not filled:
            continue
        columns[key] = next(iter(filled))
        rivals = values if lost else filled
        if all(v == filled[columns[key]] for v in rivals.values()):
            continue
        apart = max(  # the first row that shows it best: one where all of them are filled
            (
                row
                for n, row in enumerate(rows.values())
                if any(v[n] != filled[columns[key]][n] for v in rivals.values())
            ),
            key=lambda row: sum(not is_blank(sheet.at(row, p)) for p in rivals),
        )
        readings = [(address(apart, p), seen_text(sheet.at(apart, p), 40)) for p in rivals]
        layout.problems.append(
            Problem(
                ProblemKind.COLUMN_DOUBLED,
                expected.form.key,
                sheet.name,
                cell=address(header_row, list(rivals)[1]),
                column=key,
                seen="; ".join(f"ô {c} ghi «{t}»" if t else f"ô {c} trống" for c, t in readings),
                details=(
                    expected.form.column(key).header,
                    *(column_letter(place) for place in rivals),
                ),
                names=tuple(lost),
            )
        )
    return twins


# Details


def _lay_out_details(
    sheet: SheetContent, expected: ExpectedSheet, layout: Layout, held: HeldResults | None
) -> None:
    rows: dict[str, int] = {}
    places: Counter[int] = Counter()
    for number, cells in enumerate(sheet.rows[:DETAIL_SEARCH_ROWS], 1):
        for place, value in enumerate(cells[:8], 1):
            if not isinstance(value, str) or not 0 < len(value) < LONGEST_LABEL:
                continue
            told = plain(value)
            key = expected.headers.get(value) or expected.plain_headers.get(told)
            key = key or expected.former_headers.get(told)
            if key and key not in rows:
                rows[key] = number
                places[place] += 1
                break
    at_sheet = {"sheet": expected.form.key, "sheet_name": sheet.name}
    if len(rows) * 3 < len(expected.form.columns):
        layout.problems.append(
            Problem(
                ProblemKind.HEADER_MISSING,
                **at_sheet,
                details=tuple(c.header for c in expected.form.columns),
            )
        )
        return
    missing = [c.header for c in expected.inputs if c.key not in rows and c.required]
    if missing:
        layout.problems.append(
            Problem(ProblemKind.FIELD_MISSING, **at_sheet, details=tuple(missing))
        )
    label = places.most_common(1)[0][0]
    value = label + 1
    for place in range(label + 1, label + 4):  # a column may have been inserted in between
        if any(not is_blank(sheet.at(row, place)) for row in rows.values()):
            value = place
            break
    if held is not None:
        answered = {rows[c.key] for c in expected.inputs if c.key in rows}
        own = {(row, label) for row in rows.values()}
        own |= {(row, place) for row in answered for place in (value, value + 1)}
        sheet = as_seen_beside(sheet, held, lambda row, place: (row, place) in own)
    layout.problems += unread_beside_fields(sheet, expected, rows, (label, value, value + 1))
    layout.sheets[expected.form.key] = SheetLayout(
        expected.form.key, sheet, 0, {"value": value, "justification": value + 1}, rows
    )
