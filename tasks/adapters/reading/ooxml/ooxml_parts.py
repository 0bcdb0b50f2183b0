"""What the fast reader does not tell of a sheet of .xlsx: extent, error cells, merged areas."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice

from models.domain.reading.workbook_content import (
    MOST_AREAS,
    Area,
    CellValue,
    ErrorValue,
)
from tasks.adapters.reading.iso_times import iso_value

# A reference in row 10,000 or beyond, or in column AAA or beyond: anything nearer fits in memory.
_FAR = re.compile(rb'r="(?:[A-Z]{3}|[A-Z]{1,2}\d{5}|\d{5})')
_NEAR = re.compile(rb' r="([A-Z]{0,2}[0-9]{1,4})"')
_MOST_AT_ONCE = 1_000_000  # bytes of cells whose references are all held
_ODD_REFERENCE = re.compile(rb"r(?:[ \n]=|= )")  # well-formed, but no office program's hand
# No attribute holds "<", so a cell that never ends costs no more than its own length.
_FILLED_CELL = re.compile(
    rb"<(?:\w+:)?c\s(?:[^<>]*?\s)?r\s*=\s*[\"']([A-Z]{1,3})(\d{1,7})[\"'][^<>]*(?<!/)>"
)
_UNPLACED_CELL = re.compile(rb"<(?:\w+:)?c(?![^<>]*\sr\s*=)[\s>]")
_MERGED = re.compile(
    rb"<(?:\w+:)?mergeCell\s[^<>]*?ref\s*=\s*[\"']\$?([A-Za-z]{1,3})\$?(\d{1,7})"
    rb":\$?([A-Za-z]{1,3})\$?(\d{1,7})[\"']"
)
_END = re.compile(rb"</(?:\w+:)?worksheet\s*>\s*$")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_PAGE_TEXT = re.compile(rb"<(?:\w+:)?(?:odd|even|first)(?:Header|Footer)[^<>]*>([^<]{1,2000})<")
_LAST_PART = 12_000
_ANOTHER_HAND_NAMES = b":headerFooter"
_PAGE_SIGNS = re.compile(r'&(?:"[^"]*"|K[0-9A-F]{6}|[0-9]{1,3}|[A-Za-z])')
# Of a cell, or of a formula, which is no matter.
_ODD_TYPE, _ODD_TYPE_OF_ANOTHER_HAND = (
    re.compile(rb" t=%s(?!(?:n|s|str|inlineStr|b|shared|array|dataTable)%s)" % (mark, mark))
    for mark in (b'"', b"'")
)
_DATE_MARK = re.compile(rb"\st\s*=\s*[\"']d[\"']")
_ISO_RESULT = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]{1,40})</")
_ERROR_MARK = re.compile(rb"\st\s*=\s*[\"']e[\"']")
_CELL = re.compile(rb"<(?:\w+:)?c\s([^<>]*)(?<!/)>(.*?)</(?:\w+:)?c\s*>", re.DOTALL)
_PLACE = re.compile(rb"([A-Z]{1,3})(\d{1,7})")
_REFERENCE = re.compile(rb"(?:^|\s)r\s*=\s*[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_ATTRIBUTE = re.compile(rb"([A-Za-z]+)\s*=\s*[\"']([^\"'<>]*)[\"']")
_TAG = re.compile(rb"<[^>]*>")
_FORMULA_TEXT = re.compile(rb"<(?:\w+:)?f(?=[\s>])[^<>]*>[^<]*</(?:\w+:)?f\s*>")
_ROW_OR_FILLED = re.compile(
    rb"<(?:\w+:)?row(?=[\s/>])([^<>]*)>|<(?:\w+:)?c(?=[\s/>])([^<>]*)(?:/>|(?<!/)>(.*?)</(?:\w+:)?c\s*>)",
    re.DOTALL,
)
_NOUGHT = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>\s*-?0+(?:\.0*)?\s*</")
_WORDS_HERE = b't="inlineStr"'
_RESULT = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]{1,20})</")


def near_places(cells_xml: bytes) -> Sequence[bytes] | None:
    """The references of all rows and cells as they stand, where each is stated in the usual way
    and lies so near that it fits in memory to lay the sheet out to there; None where one does not,
    or where there are too many to hold them all.

    >>> near_places(b'<row r="2"><c r="B2"/></row>'), near_places(b'<c r="A100000"/>')
    ([b'2', b'B2'], None)
    """
    if len(cells_xml) > _MOST_AT_ONCE:
        return None
    near: list[bytes] = _NEAR.findall(cells_xml)
    if cells_xml.count(b'r="') != len(near) or (b"'" in cells_xml and b"r='" in cells_xml):
        return None
    return None if _ODD_REFERENCE.search(cells_xml) else near


def is_far(cells_xml: bytes) -> bool:
    """Whether some cell or row lies so far out that laying the sheet out could cost gigabytes."""
    return (
        _FAR.search(cells_xml) is not None
        or (b"'" in cells_xml and b"r='" in cells_xml)
        or _ODD_REFERENCE.search(cells_xml) is not None
    )


def filled_extent(
    sheet_xml: bytes, within: tuple[int, int] = (1_048_576, 16_384)
) -> tuple[int, int]:
    """Greatest row and column with content among the cells `within` a last row and column.

    Cells that only carry a style do not count, nor do cells that state no place.

    >>> filled_extent(b'<c r="A1"><v>1</v></c><c r="XFD1048576" s="2"/><c r="C2"><v>2</v></c>')
    (2, 3)
    """
    rows = columns = 0
    for match in _FILLED_CELL.finditer(sheet_xml):
        row, column = int(match[2]), column_number(match[1])
        if row <= within[0] and column <= within[1]:
            rows, columns = max(rows, row), max(columns, column)
    return rows, columns


def has_its_end(sheet_xml: bytes) -> bool:
    """Whether the sheet ends as every whole one that has cells does.

    >>> has_its_end(b"<worksheet></worksheet>"), has_its_end(b"<worksheet><sheetData>")
    (True, False)
    """
    return _END.search(sheet_xml[-200:]) is not None


def has_odd_types(cells_xml: bytes) -> bool:
    """Whether some cell may be of a type that the fast reader leaves empty or reads in its own way:
    errors ("e"), dates that are written as text ("d"), and types that no program knows."""
    return _ODD_TYPE.search(cells_xml) is not None or (
        b"'" in cells_xml and _ODD_TYPE_OF_ANOTHER_HAND.search(cells_xml) is not None
    )


def has_unplaced_cells(sheet_xml: bytes) -> bool:
    """Whether some cell states no place and so follows the one before it."""
    return _UNPLACED_CELL.search(sheet_xml) is not None


def error_cells(sheet_xml: bytes) -> Iterator[tuple[int, int, ErrorValue]]:
    """Row, column and error of every cell of type "e"; the fast reader leaves them empty."""
    for match in _CELL.finditer(sheet_xml):
        if not _ERROR_MARK.search(b" " + match[1]):
            continue
        reference = _REFERENCE.search(match[1])
        result = _RESULT.search(match[2])
        if reference:
            code = result[1].decode("utf-8", errors="replace") if result else "#N/A"
            yield int(reference[2]), column_number(reference[1]), ErrorValue(code)


def contents_stated(sheet_xml: bytes) -> int:
    """How many contents end in these bytes."""
    return sheet_xml.count(b"</v>") + sheet_xml.count(b"</is>")


def contents_counted(cells_xml: bytes) -> tuple[int, int]:
    """How many values end in these bytes, and how many cells are of the kind that holds words.

    >>> contents_counted(b'<c r="A1"><v>1</v></c><c r="B1" t="inlineStr"><is><t>1</t></is></c>')
    (1, 1)
    """
    return cells_xml.count(b"</v>"), cells_xml.count(_WORDS_HERE)


def states_as_many(cells_xml: bytes, cells: int, counted: tuple[int, int]) -> bool:
    """Whether so many cells hold something, errors included: counted by what contents end with.

    Quick, and right for what the usual programs write: words in a cell of their kind, values in all
    others. Where it says no, `stated_places` tells.

    >>> states_as_many(b'<c r="A1"><v>1</v></c><c r="B1"><v></v></c><c r="C1"/>', 1, (2, 0))
    True
    """
    values, here = counted
    if here and cells_xml.count(b"</is>") != here:
        return False
    stated = values + here
    return stated == cells or stated - cells_xml.count(b"<v></v>") == cells


def stated_places(sheet_xml: bytes) -> Iterator[tuple[int, int, str, str]]:
    """Row, column, type and content of every cell that holds something other than an error.

    >>> [*stated_places(b'<row r="3"><c r="B3"><v>1</v></c><c t="s"><v>0</v></c></row>')]
    [(3, 2, 'n', '1'), (3, 3, 's', '0')]
    """
    row = column = 0
    for match in _ROW_OR_FILLED.finditer(sheet_xml):
        attributes = dict(_ATTRIBUTE.findall(match[1] if match[1] is not None else match[2]))
        place = attributes.get(b"r", b"")
        if match[1] is not None:
            row, column = int(place) if place.isdigit() and len(place) < 8 else row + 1, 0
            continue
        if stated := _PLACE.fullmatch(place):
            row, column = int(stated[2]), column_number(stated[1])
        else:
            column += 1  # a cell that states no place follows the one before it
        kind = attributes.get(b"t", b"n")
        content = _TAG.sub(b"", _FORMULA_TEXT.sub(b"", match[3] or b""))
        if kind != b"e" and content.strip():
            yield row, column, kind.decode(), html.unescape(content.decode("utf-8", "replace"))


def iso_dates(sheet_xml: bytes) -> Iterator[tuple[int, int, CellValue]]:
    """Row, column and value of every date that is written as text ("d"), whatever follows it.

    >>> [*iso_dates(b'<c r="A1" t="d"><v>2025-02-08T00:00:00.000Z</v></c>')]
    [(1, 1, datetime.date(2025, 2, 8))]
    """
    for match in _CELL.finditer(sheet_xml):
        reference = _REFERENCE.search(match[1])
        result = _ISO_RESULT.search(match[2])
        if reference and result and _DATE_MARK.search(b" " + match[1]):
            text = result[1].decode("utf-8", errors="replace").strip()
            yield int(reference[2]), column_number(reference[1]), iso_value(text)


def noughts_of_formulas(sheet_xml: bytes) -> Iterator[tuple[int, int, CellValue]]:
    """Row and column of every formula whose stored result is 0, each with None for its value.

    Libraries that do not calculate put a 0 there, and have the program that opens it calculate.

    >>> [*noughts_of_formulas(b'<c r="B2"><f>A1+7</f><v>0</v></c><c r="C2"><v>0</v></c>')]
    [(2, 2, None)]
    """
    if not has_formulas(sheet_xml):
        return
    for match in _CELL.finditer(sheet_xml):
        reference = _REFERENCE.search(match[1])
        if reference and _FORMULA.search(match[2]) and _NOUGHT.search(match[2]):
            yield int(reference[2]), column_number(reference[1]), None


def merged_areas(sheet_xml: bytes) -> tuple[list[Area], bool]:
    """The sheet's merged areas, the first MOST_AREAS of them; and whether there are more.

    >>> merged_areas(b'<mergeCells count="1"><mergeCell ref="F5:F9"/></mergeCells>')
    ([(5, 6, 9, 6)], False)
    >>> merged_areas(b'<mergeCell ref="$f$9:f5"/>')
    ([(5, 6, 9, 6)], False)
    """
    begins = sheet_xml.find(b"mergeCell")
    if begins < 0:
        return [], False
    # From the bracket of the first one on, however long its prefix.
    found = [
        (int(m[2]), column_number(m[1].upper()), int(m[4]), column_number(m[3].upper()))
        for m in islice(
            _MERGED.finditer(sheet_xml, max(sheet_xml.rfind(b"<", 0, begins), 0)), MOST_AREAS + 1
        )
    ]
    # From whichever corner they are told.
    areas = [(min(t, b), min(e, r), max(t, b), max(e, r)) for t, e, b, r in found[:MOST_AREAS]]
    return areas, len(found) > MOST_AREAS


def has_formulas(sheet_xml: bytes) -> bool:
    """Whether a cell of the sheet holds a formula; drop-downs and their `<formula1>` do not count.

    >>> has_formulas(b"<c><f>A1</f></c>"), has_formulas(b"<formula1>$A$1</formula1>")
    (True, False)
    """
    # A single letter is found ten times as fast as two, and among cells this one is rare.
    return (
        b"f" in sheet_xml
        and (b"<f" in sheet_xml or b":f" in sheet_xml)
        and _FORMULA.search(sheet_xml) is not None
    )


def page_texts(sheet_xml: bytes) -> list[str]:
    """What is printed above and below every page of the sheet, without the signs that lay it out.

    >>> said = b'<oddFooter>&amp;L&amp;"Arial"&amp;9Ban A</oddFooter>'
    >>> page_texts(b"<headerFooter>" + said + b"</headerFooter>")
    ['Ban A']
    """
    # Sheets have it behind all cells, and little behind it.
    begins = sheet_xml.rfind(b"<headerFooter", max(len(sheet_xml) - _LAST_PART, 0))
    if begins < 0 and _ANOTHER_HAND_NAMES not in sheet_xml:
        return []
    found = [_page_text(match[1]) for match in _PAGE_TEXT.finditer(sheet_xml, max(begins, 0))]
    return [text for text in found if text]


@lru_cache(maxsize=200)
def _page_text(stated: bytes) -> str:
    """All sheets of a workbook usually say the same there."""
    text = html.unescape(stated.decode("utf-8", "replace"))
    return " ".join(_PAGE_SIGNS.sub(" ", text).split())


def column_number(letters: bytes) -> int:
    """The 1-based number of a column.

    >>> column_number(b"A"), column_number(b"XFD")
    (1, 16384)
    """
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
