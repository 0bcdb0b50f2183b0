"""Rows of a table: found by their codes, else by their names; of a free table, by being filled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from models.domain.reading.beside.unread_cells import unread_rows
from models.domain.reading.cell_values import as_text, is_blank
from models.domain.reading.expectations import Expectations, ExpectedSheet, plain, shortened
from models.domain.reading.forms import ValueType
from models.domain.reading.headers import CLOSE, LONGEST_LABEL, MOST_COMPARED
from models.domain.reading.notes_in_tables import MOST_CELLS, is_heading, opens_closing
from models.domain.reading.problems import Problem, ProblemKind
from models.domain.reading.workbook_content import CellValue, ErrorValue, SheetContent, address

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def keyed_rows(
    sheet: SheetContent,
    expected: ExpectedSheet,
    expectations: Expectations,
    header_row: int,
    columns: Mapping[str, int],
    problems: list[Problem],
) -> dict[str, int]:
    code_place = columns.get(expected.code_column, 0) - 1
    name_place = columns.get(expected.name_column, 0) - 1
    key, name = expected.form.key, sheet.name
    rows: dict[str, int] = {}
    uncoded: list[tuple[int, str, str]] = []  # row, code as written, name
    others: list[str] = []
    nameless: list[int] = []
    for number, cells in enumerate(sheet.rows[header_row:], header_row + 1):
        width = len(cells)
        code = cells[code_place] if 0 <= code_place < width else None
        if type(code) is str and code in expected.rows and code not in rows:
            rows[code] = number
            continue
        code_text = code.strip().lower() if isinstance(code, str) else ""
        name_cell = cells[name_place] if 0 <= name_place < width else None
        name_text = name_cell if isinstance(name_cell, str) else ""
        if code_text in expected.rows:
            if code_text not in rows:
                rows[code_text] = number
            else:
                _note_double(sheet, expected, columns, code_text, rows, number, problems)
        elif code_text in expectations.rows_by_code:
            others.append(shortened(expectations.rows_by_code[code_text].name, 60))
        elif name_text.strip():
            uncoded.append((number, code_text, name_text))
        elif any(not is_blank(value) for value in cells):
            nameless.append(number)
    problems += unread_rows(sheet, expected, columns, nameless)
    uncoded = _without_signatures(sheet, expected, columns, uncoded, problems)
    _match_names(sheet, expected, columns, uncoded, rows, problems)
    if others:
        problems.append(
            Problem(ProblemKind.ROW_OF_OTHERS, key, name, details=tuple(dict.fromkeys(others)))
        )
    lost = {code: e.short_name for code, e in expected.rows.items() if code not in rows}
    if lost:
        problems.append(
            Problem(
                ProblemKind.ROW_MISSING,
                key,
                name,
                seen="all" if len(lost) == len(expected.rows) else "",
                details=tuple(lost.values()),
                rows=tuple(lost),
            )
        )
    return rows


def _without_signatures(
    sheet: SheetContent,
    expected: ExpectedSheet,
    columns: Mapping[str, int],
    uncoded: Sequence[tuple[int, str, str]],
    problems: list[Problem],
) -> list[tuple[int, str, str]]:
    """The uncoded rows down to a line of signatures; what is filled below it becomes a note."""
    for place, (number, _, text) in enumerate(uncoded):
        keys = _filled(sheet, expected, columns, number)
        if opens_closing([text, *_texts(sheet, columns, number, keys)]):
            below = uncoded[place:]
            if any(plain(name) in expected.codes_by_name for _, _, name in below):
                continue  # the table goes on
            cells = [
                address(row, columns[key])
                for row, _, _ in below
                for key in _filled(sheet, expected, columns, row)
            ]
            _note_stray(sheet, expected, cells, problems)
            return list(uncoded[:place])
    return list(uncoded)


def _texts(
    sheet: SheetContent, columns: Mapping[str, int], number: int, keys: Sequence[str]
) -> list[str]:
    """The cells of a row under those columns, as text."""
    return [as_text(sheet.at(number, columns[key])) for key in keys]


def _note_stray(
    sheet: SheetContent, expected: ExpectedSheet, cells: Sequence[str], problems: list[Problem]
) -> None:
    if cells:
        problems.append(
            Problem(
                ProblemKind.STRAY_CELL,
                expected.form.key,
                sheet.name,
                cell=cells[0],
                cells=tuple(cells),
            )
        )


def _match_names(
    sheet: SheetContent,
    expected: ExpectedSheet,
    columns: Mapping[str, int],
    uncoded: Sequence[tuple[int, str, str]],
    rows: dict[str, int],
    problems: list[Problem],
) -> None:
    """Finds rows without a usable code by their names; several of one name go in printed order.

    What may be one name or another, for its marks are missing, is nobody's, unless the other has a
    row of its own.
    """
    doubtful: list[tuple[int, str]] = []
    either: list[tuple[int, str]] = []
    for number, _, text in uncoded:
        candidates = expected.codes_named(text)
        free = [c for c in candidates if c not in rows]
        if free and not expected.is_one_name(free, text):
            either.append((number, text))
        elif free:
            rows[free[0]] = number
        elif candidates:
            _note_double(sheet, expected, columns, candidates[-1], rows, number, problems)
        else:
            doubtful.append((number, text))
    for number, text in either:
        free = [c for c in expected.codes_named(text) if c not in rows]
        if free and expected.is_one_name(free, text):
            rows[free[0]] = number
        else:
            _note_unknown(sheet, expected, columns, number, text, problems)
    if doubtful:
        _match_likest(sheet, expected, columns, doubtful, rows, problems)


def _match_likest(
    sheet: SheetContent,
    expected: ExpectedSheet,
    columns: Mapping[str, int],
    doubtful: Sequence[tuple[int, str]],
    rows: dict[str, int],
    problems: list[Problem],
) -> None:
    """Finds rows whose names were changed a little by the one that they are like."""
    lost: dict[str, str] = {}
    for code, row in expected.rows.items():
        named = expected.codes_by_name.get(plain(row.name), (code,))
        if code not in rows and expected.is_one_name(named, row.name):
            lost[plain(row.name)] = code
    for number, text in doubtful[:MOST_COMPARED]:
        if len(text) < LONGEST_LABEL and lost:
            name = plain(text)
            ranked = sorted(
                ((SequenceMatcher(None, name, other).ratio(), other) for other in lost),
                reverse=True,
            )
            if ranked[0][0] >= CLOSE and (len(ranked) < 2 or ranked[1][0] < ranked[0][0]):
                rows[lost.pop(ranked[0][1])] = number
                continue
        _note_unknown(sheet, expected, columns, number, text, problems)


def _note_unknown(
    sheet: SheetContent,
    expected: ExpectedSheet,
    columns: Mapping[str, int],
    number: int,
    text: str,
    problems: list[Problem],
) -> None:
    """A row that is filled in, of which nobody knows what it is about."""
    if _filled(sheet, expected, columns, number):
        problems.append(
            Problem(
                ProblemKind.ROW_UNKNOWN,
                expected.form.key,
                sheet.name,
                cell=address(number, columns.get(expected.name_column, 1)),
                seen=shortened(" ".join(text.split())),
            )
        )


def _filled(
    sheet: SheetContent, expected: ExpectedSheet, columns: Mapping[str, int], number: int
) -> list[str]:
    """Keys of the agency's columns that hold something in that row."""
    cells = sheet.rows[number - 1]
    if not cells:
        return []
    width = len(cells)
    return [
        c.key
        for c in expected.inputs
        if (place := columns.get(c.key))
        and place <= width
        and (value := cells[place - 1]) is not None
        and not is_blank(value)
    ]


def _note_double(
    sheet: SheetContent,
    expected: ExpectedSheet,
    columns: Mapping[str, int],
    code: str,
    rows: dict[str, int],
    number: int,
    problems: list[Problem],
) -> None:
    """A second row of one code: the filled one counts; two that differ are a problem."""
    first = rows[code]
    second_filled = _filled(sheet, expected, columns, number)
    if not second_filled:
        return
    first_filled = _filled(sheet, expected, columns, first)
    if not first_filled:
        rows[code] = number
        return

    def values(row: int, keys: Sequence[str]) -> list[tuple[str, CellValue]]:
        return [(k, sheet.at(row, columns[k])) for k in keys]

    if values(first, first_filled) != values(number, second_filled):
        problems.append(
            Problem(
                ProblemKind.ROW_DOUBLED,
                expected.form.key,
                sheet.name,
                cell=address(number, min(columns.values())),
                row_key=code,
                seen=str(number),
                details=(str(first), str(number), expected.rows[code].short_name),
            )
        )


def free_rows(
    sheet: SheetContent,
    expected: ExpectedSheet,
    header_row: int,
    columns: Mapping[str, int],
    choices: Sequence[str],
    problems: list[Problem],
) -> dict[str, int]:
    """Filled rows as "@1", "@2", ... A lone cell that is not the work itself is no row, nor are
    the signatures below the table and the headings that divide it."""
    work = expected.work_column
    marks = next((c.key for c in expected.form.columns if c.source == "row_number"), "")
    definite = {c.key for c in expected.inputs if c.type in (ValueType.CHOICE, ValueType.DATE)}
    found: list[int] = []
    headings: list[int] = []
    stray: list[str] = []
    closing = False
    for number in range(header_row + 1, len(sheet.rows) + 1):
        filled = _filled(sheet, expected, columns, number)
        if not filled:
            continue
        if definite.isdisjoint(filled) and len(filled) <= MOST_CELLS:
            texts = _texts(sheet, columns, number, filled)
            closing = closing or opens_closing(texts)
            if closing:
                stray += [address(number, columns[key]) for key in filled]
                continue
            mark = as_text(sheet.at(number, columns.get(marks, 0)))
            if filled == [work] and is_heading(texts[0], mark, choices):
                headings.append(number)
                continue
        if work in filled or len(filled) > 1:
            found.append(number)
        elif not isinstance(sheet.at(number, columns[filled[0]]), ErrorValue):
            column = expected.form.column(filled[0])
            if column.type is not ValueType.CHOICE:  # a drop-down touched by accident
                stray.append(address(number, columns[filled[0]]))
    for number in headings:
        if found and number < found[-1]:
            stray.append(address(number, columns[work]))
        else:
            found.append(number)  # it divides nothing: a task with its "5 rõ" missing
    _note_stray(sheet, expected, sorted(stray, key=lambda a: int(a.lstrip(_LETTERS))), problems)
    return {f"@{place}": number for place, number in enumerate(sorted(found), 1)}
