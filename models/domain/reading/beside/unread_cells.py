"""Filled cells of a table outside the form's columns and rows: told, never dropped in silence.

Agencies may insert columns and notes of their own. A figure among them may be one that was meant
for the form, and so may anything where a column of the form is missing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise

from models.domain.cycle.letter_phrases import without_registered
from models.domain.notation.corrections import (
    corrects,
    crossed_out,
    supplements,
    tells_of_figures,
)
from models.domain.reading.beside.units_told import unit_of_figures
from models.domain.reading.beside.words_of_a_row import amends_a_figure, withdraws
from models.domain.reading.cell_values import as_text, is_blank, seen_text
from models.domain.reading.expectations import ExpectedSheet, plain
from models.domain.reading.forms import SheetKind
from models.domain.reading.headers import HEADER_SEARCH_COLUMNS
from models.domain.reading.notes_in_tables import is_heading, opens_closing
from models.domain.reading.problems import Problem, ProblemKind
from models.domain.reading.sight.office_words import multiplies, put_into, tells_a_year
from models.domain.reading.workbook_content import (
    CellValue,
    SheetContent,
    address,
    column_letter,
    split_address,
)

FIGURES = "figures"  # among the details: numbers or corrections stand there, not words alone
HIDDEN = "hidden"  # among the details: the sheet is hidden
LINES = "lines"  # among the details: they stand outside of the table's rows
_NUMBERING = frozenset({"stt", "tt", "so tt", "so thu tu", "thu tu"})
_MOST_LISTED = 40
LAST_ROW_OF_FIELDS = 200
_MOST_SIGNING = 8  # cells of a row of signatures
_LAST_ROW_OF_SHEET = 500  # of a sheet that is not read: its beginning tells what it is


def unread_columns(
    sheet: SheetContent,
    expected: ExpectedSheet,
    header_row: int,
    read: Collection[int],
    found: Collection[str],
    rows: Collection[int],
) -> list[Problem]:
    """One problem for each column that nobody reads and that holds something in the table's rows.

    `read`: places of the columns that are read, or spoken of already; `found`: their keys.
    """
    width = max((len(sheet.rows[row - 1]) for row in rows), default=0)
    places = [p for p in range(1, min(width, HEADER_SEARCH_COLUMNS) + 1) if p not in read]
    lost = tuple(c.header for c in expected.inputs if c.key not in found)
    problems = []
    for place in places:
        filled = [row for row in rows if _says_something(sheet.at(row, place))]
        if not filled:
            continue
        header = " ".join(as_text(sheet.at(header_row, place)).split())
        figures = plain(header) not in _NUMBERING and (
            corrects(header) or any(is_telling(sheet.at(row, place)) for row in filled)
        )
        problems.append(
            Problem(
                ProblemKind.COLUMN_UNREAD,
                expected.form.key,
                sheet.name,
                address(filled[0], place),
                seen=header,
                details=(column_letter(place), *((FIGURES,) if figures else ())),
                cells=tuple(address(row, place) for row in filled),
                names=lost,
            )
        )
    return problems


def unread_rows(
    sheet: SheetContent,
    expected: ExpectedSheet,
    columns: Mapping[str, int],
    numbers: Sequence[int],
) -> list[Problem]:
    """The filled cells of rows without code and name, words and figures apart.

    What stands beside the form's columns there is the agency's own margin.
    """
    places = set(columns.values())
    words: list[str] = []
    figures: list[str] = []
    for number in numbers:
        cells = sheet.rows[number - 1][:HEADER_SEARCH_COLUMNS]
        if _numbers_the_columns(cells):
            continue
        for place, value in enumerate(cells, 1):
            if place in places and not is_blank(value):
                (figures if is_telling(value) else words).append(address(number, place))
    return [
        Problem(
            ProblemKind.STRAY_CELL,
            expected.form.key,
            sheet.name,
            cells[0],
            details=details,
            cells=tuple(cells[:_MOST_LISTED]),
        )
        for cells, details in ((words, ()), (figures, (FIGURES,)))
        if cells
    ]


def unread_beside_fields(
    sheet: SheetContent, expected: ExpectedSheet, rows: Mapping[str, int], places: Sequence[int]
) -> list[Problem]:
    """What stands on a sheet of fields in none of them: a correction below, a second block.

    `places`: the columns of labels, values and justifications, of which the last is read for what
    the agency answers. Above the first field the office writes, so there only what may say how the
    rest is to be read is told; below a line of signatures no figure is looked for.
    """
    words: list[str] = []
    figures: list[str] = []
    fields = set(rows.values())
    closing = False
    first = min(fields, default=len(sheet.rows) + 1)
    form = expected.form
    own = {**expected.plain_headers, **expected.former_headers}
    printed = (form.heading, form.guidance, *form.formerly)
    own |= {plain(text): "" for text in printed}
    unanswered = {rows[c.key] for c in form.columns if c.office and c.key in rows}
    for number, cells in enumerate(sheet.rows[:LAST_ROW_OF_FIELDS], 1):
        read = places[:-1] if number in unanswered else places
        filled = [
            (place, text)
            for place, value in enumerate(cells[:HEADER_SEARCH_COLUMNS], 1)
            if not (number in fields and place in read)
            and not is_blank(value)
            and plain(without_registered(text := as_text(value))) not in own
            and (number >= first or corrects(text) or _tells(text, printed))
        ]
        closing = closing or (number not in fields and opens_closing(text for _, text in filled))
        for place, text in filled:
            tells = (not closing and any(map(str.isdigit, text))) or corrects(text)
            (figures if tells else words).append(address(number, place))
    return _told(ProblemKind.BESIDE_FIELDS, sheet, expected, [(words, ()), (figures, (FIGURES,))])


def lines_beside(
    sheet: SheetContent,
    expected: ExpectedSheet,
    header_row: int,
    columns: Mapping[str, int],
    rows: Collection[int],
) -> list[Problem]:
    """The lines above a table, and below it under its names or beside it, that correct what stands
    in it; and apart from them those that may say how it is to be read.

    Under the names that is any line which no other rule speaks of and which neither divides the
    table nor closes it; elsewhere one that speaks of figures.
    """
    # The office's own words, also where their marks were put otherwise when it sent them.
    form = expected.form
    printed = (form.heading, form.guidance, *form.formerly)
    own = {plain(text) for text in printed}
    name_place = columns.get(expected.name_column, 0)
    spoken_of = frozenset(columns.values()) - {name_place}  # with the other cells of their rows
    if form.kind is SheetKind.FREE_TABLE:
        spoken_of -= {columns[c.key] for c in form.columns if c.office and c.key in columns}
    corrections: list[str] = []
    notes: list[str] = []
    closing = False
    for number, cells in enumerate(sheet.rows, 1):
        if number == header_row or number in rows:
            continue
        above = number < header_row
        closing = closing or (not above and _closes(cells))
        for place, value in enumerate(cells[:HEADER_SEARCH_COLUMNS], 1):
            if not isinstance(value, str) or (not above and place in spoken_of):
                continue
            alone = not above and place == name_place and _stands_alone(cells, columns, place)
            told = alone and not closing and not is_heading(value, "", ())
            if corrects(value):
                found = corrections
            elif (told and not is_blank(value)) or _tells(value, printed):
                if _is_spoken_of(value):
                    continue
                found = notes
            else:
                continue
            if plain(without_registered(value)) not in own:
                found.append(address(number, place))
    return _told(
        ProblemKind.STRAY_CELL, sheet, expected, [(notes, (LINES,)), (corrections, (FIGURES,))]
    )


def _is_spoken_of(line: str) -> bool:
    """Whether a rule of its own asks what a line beside a table says of its figures."""
    return multiplies(line) or bool(unit_of_figures(line) or tells_a_year(line))


def _tells(line: str, printed: Sequence[str]) -> bool:
    """Whether what is not the office's in a line may say how figures are to be read."""
    return tells_of_figures(line) and tells_of_figures(put_into(line, printed))


def _closes(cells: Sequence[CellValue]) -> bool:
    """Whether a row holds nothing but words under which a document is signed."""
    filled = [value for value in cells[:HEADER_SEARCH_COLUMNS] if not is_blank(value)]
    return len(filled) <= _MOST_SIGNING and opens_closing(map(as_text, filled))


def _stands_alone(cells: Sequence[CellValue], columns: Mapping[str, int], place: int) -> bool:
    """Whether of the form's columns that one alone is filled in a row."""
    return all(
        other == place or other > len(cells) or is_blank(cells[other - 1])
        for other in columns.values()
    )


def unread_sheet(sheet: SheetContent, expected: Collection[ExpectedSheet]) -> Problem | None:
    """The problem of a sheet that is none of the form's: what its filled cells are, None for an
    empty one. Figures, corrections and names of the form's rows are telling; words alone are not.
    """
    filled: list[str] = []
    telling = corrects(sheet.name) if sheet.hidden else supplements(sheet.name)
    names = {name for each in expected for name in each.codes_by_name}
    for number, cells in enumerate(sheet.rows[:_LAST_ROW_OF_SHEET], 1):
        for place, value in enumerate(cells[:HEADER_SEARCH_COLUMNS], 1):
            if is_blank(value):
                continue
            filled.append(address(number, place))
            if sheet.hidden:
                telling = telling or (isinstance(value, str) and corrects(value))
            else:
                telling = telling or is_telling(value) or plain(as_text(value)) in names
    if not filled or (sheet.hidden and not telling):
        return None
    return Problem(
        ProblemKind.SHEET_UNREAD,
        sheet_name=sheet.name,
        cell=filled[0],
        seen=seen_text(sheet.at(*split_address(filled[0])), 80),
        details=((FIGURES,) if telling else ()) + ((HIDDEN,) if sheet.hidden else ()),
        cells=tuple(filled[:_MOST_LISTED]),
    )


def is_telling(value: CellValue) -> bool:
    """Whether what stands outside of the form may be meant for it: a figure, a correction."""
    if not isinstance(value, str):
        return _is_figure(value)
    amends = corrects(value) or amends_a_figure(value) or withdraws(value)
    return amends or _is_figure(value) or (is_blank(value) and crossed_out(value))


def _says_something(value: CellValue) -> bool:
    """Whether a cell holds words, a figure or a sign that crosses out what stands beside it."""
    return not is_blank(value) or (isinstance(value, str) and crossed_out(value))


def _is_figure(value: CellValue) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, (int, float)) or as_text(value)[:1].isdigit()


def _numbers_the_columns(cells: Sequence[CellValue]) -> bool:
    """Whether a row only numbers the columns: (1), (2), (3) ... as forms of the office do."""
    marks = [as_text(c).strip("() ") for c in cells if not is_blank(c)]
    if len(marks) < 3 or not all(m.isdecimal() and len(m) < 4 for m in marks):
        return False
    return all(int(b) - int(a) == 1 for a, b in pairwise(marks))


def _told(
    kind: ProblemKind,
    sheet: SheetContent,
    expected: ExpectedSheet,
    groups: Iterable[tuple[Sequence[str], tuple[str, ...]]],
) -> list[Problem]:
    """A problem for each group of cells that has any, at the first of them."""
    return [
        Problem(
            kind,
            expected.form.key,
            sheet.name,
            found[0],
            seen=seen_text(sheet.at(*split_address(found[0])), 80),
            details=details,
            cells=tuple(found[:_MOST_LISTED]),
        )
        for found, details in groups
        if found
    ]
