"""Header rows: the columns of a table found by what their headers say, in any order and place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from models.domain.reading.expectations import ExpectedSheet, plain
from models.domain.reading.workbook_content import CellValue, SheetContent

HEADER_SEARCH_ROWS, HEADER_SEARCH_COLUMNS = 30, 120
LONGEST_LABEL = 400  # characters of a text that can be a label or a name
MOST_COMPARED = 200  # texts compared by likeness, which is slow
CLOSE = 0.86  # likeness from which two headers or names count as the same
_QUARTER = re.compile(r"\bquy ([1-4])\b")
_ORDINAL = re.compile(r"\b(?:[0-9]{1,3}|i{1,3}|iv)\b")
_ROMAN = {"1": "i", "2": "ii", "3": "iii", "4": "iv"}


def find_header(sheet: SheetContent, expected: ExpectedSheet) -> tuple[int, dict[str, int]]:
    """The header's row (0 for none) and the columns found in it."""
    exact = expected.headers
    whole = len(expected.form.columns)
    for number, cells in enumerate(sheet.rows[:HEADER_SEARCH_ROWS], 1):
        if len(cells) < whole:
            continue
        columns: dict[str, int] = {}
        for place, value in enumerate(cells, 1):
            if type(value) is str and (key := exact.get(value)) is not None:
                columns.setdefault(key, place)
        if len(columns) == whole:
            return number, columns
    best: tuple[int, dict[str, int]] = (0, {})
    others: list[tuple[int, str]] = []
    known = _known_headers(expected)
    for number, cells in enumerate(sheet.rows[:HEADER_SEARCH_ROWS], 1):
        columns, unknown = _match_header(cells, known)
        if len(columns) > len(best[1]):
            best, others = (number, columns), unknown
    if len(best[1]) >= 2:
        _add_close_headers(best[1], others[:MOST_COMPARED], expected)
    enough = max(2, (whole + 2) // 3)
    return best if len(best[1]) >= enough else (0, {})


def doubled_headers(
    sheet: SheetContent, expected: ExpectedSheet, header_row: int, columns: Mapping[str, int]
) -> dict[str, list[int]]:
    """Inputs whose header stands in several columns, with their places from left to right.

    A copy makes the row longer; a column whose own header was overwritten does not.
    """
    cells = sheet.rows[header_row - 1][:HEADER_SEARCH_COLUMNS]
    whole = len(expected.form.columns)
    if len(columns) == whole and len(cells) <= whole:
        return {}
    inputs = {c.key for c in expected.inputs}
    known = _known_headers(expected)
    places: dict[str, list[int]] = {}
    for place, value in enumerate(cells, 1):
        if isinstance(value, str) and 0 < len(value) < LONGEST_LABEL:
            key = expected.headers.get(value) or known.get(header_text(value))
            if key in inputs and key in columns:
                places.setdefault(key, []).append(place)
    return {key: found for key, found in places.items() if len(found) > 1}


def _known_headers(expected: ExpectedSheet) -> Mapping[str, str]:
    """What may stand in a header cell, in plain letters: the headers, those that the office sent
    before, else the short labels."""
    labels = [(plain(c.label), c.key) for c in expected.form.columns if c.label]
    known = {text: key for text, key in labels if sum(text == other for other, _ in labels) == 1}
    return known | dict(expected.former_headers) | dict(expected.plain_headers)


def header_text(text: str) -> str:
    """A header in plain letters, its quarter in the form's Roman numeral.

    >>> header_text("Quý 1 (*)"), header_text("Mốc Quý I")
    ('quy i', 'moc quy i')
    """
    return _QUARTER.sub(lambda match: f"quy {_ROMAN[match[1]]}", plain(text))


def _match_header(
    cells: Sequence[CellValue], known: Mapping[str, str]
) -> tuple[dict[str, int], list[tuple[int, str]]]:
    """Columns whose headers agree in plain letters, and the other texts with their places."""
    columns: dict[str, int] = {}
    others: list[tuple[int, str]] = []
    for place, value in enumerate(cells[:HEADER_SEARCH_COLUMNS], 1):
        if isinstance(value, str) and 0 < len(value) < LONGEST_LABEL:
            text = header_text(value)
            key = known.get(text)
            if key is not None and key not in columns:
                columns[key] = place
            elif key is None and text:
                others.append((place, text))
    return columns, others


def _same_period(header: str, text: str) -> bool:
    """Whether a header close to the form's has its numbers: «quý II» is close to «quý I».

    >>> _same_period("quy i", "quy ii"), _same_period("6 thang", "6 thang cuoi nam")
    (False, True)
    """
    return set(_ORDINAL.findall(header)) <= set(_ORDINAL.findall(text))


def _add_close_headers(
    columns: dict[str, int], others: list[tuple[int, str]], expected: ExpectedSheet
) -> None:
    """Finds the columns still missing among texts that are close enough, and only there."""
    for header, key in expected.plain_headers.items():
        if key in columns or not others:
            continue
        alike = [(place, text) for place, text in others if _same_period(header, text)]
        if not alike:
            continue
        ranked = sorted(
            ((SequenceMatcher(None, header, text).ratio(), place) for place, text in alike),
            reverse=True,
        )
        contained = [
            place
            for place, text in alike
            if len(header) >= 6 and len(text) >= 6 and (header in text or text in header)
        ]
        if ranked[0][0] >= CLOSE and (len(ranked) < 2 or ranked[1][0] < ranked[0][0]):
            columns[key] = ranked[0][1]
        elif len(contained) == 1:
            columns[key] = contained[0]
        else:
            continue
        others = [(place, text) for place, text in others if place != columns[key]]
