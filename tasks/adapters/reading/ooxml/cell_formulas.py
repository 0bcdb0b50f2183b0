"""The formulas of a sheet of .xlsx, and cells whose content is told twice."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from models.domain.reading.workbook_content import CellFormula, address
from tasks.adapters.reading.ooxml.ooxml_parts import column_number

_MOST = 50_000  # formulas of a sheet that are looked at
_CELL = re.compile(rb"<(?:\w+:)?c\s([^<>]*)(?<!/)>(.*?)</(?:\w+:)?c\s*>", re.DOTALL)
_FORMULA = re.compile(rb"<(?:\w+:)?f(?=[\s/>])([^<>]*?)(?:/>|>([^<]*)</(?:\w+:)?f\s*>)", re.DOTALL)
_ATTRIBUTE = re.compile(rb"([A-Za-z]+)\s*=\s*[\"']([^\"'<>]*)[\"']")
_PLACE = re.compile(rb"([A-Z]{1,3})([0-9]{1,7})")
_USUAL_PLACE = re.compile(rb' r="([^"]+)"')  # of a row or a cell
_ANY_CELL = re.compile(rb"<(?:\w+:)?c\s(?:[^<>]*?\s)?r\s*=\s*[\"']([A-Z]+[0-9]+)[\"']")
_ANY_ROW = re.compile(rb"<(?:\w+:)?row\s(?:[^<>]*?\s)?r\s*=\s*[\"']([0-9]+)[\"']")
_CONTENT = re.compile(rb"<(?:\w+:)?(v|is)(?=[\s>])")
_ROW_OR_CELL = re.compile(
    rb"<(?:\w+:)?(row|c)\s(?:[^<>]*?\s)?r\s*=\s*[\"']([^\"'<>]{1,20})[\"'][^<>]*>"
)
_TWO_FORMULAS = re.compile(rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f(?:\s[^<>]*)?/>)\s*<(?:\w+:)?f[\s/>]")
_EMPTY_FORMULA = re.compile(rb"<(?:\w+:)?f(?=[\s/>])[^<>]*?(?:/>|(?<!/)>\s*</)")
_CAPITALS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_AREA = re.compile(rb"([A-Z]{1,3})([0-9]{1,7})(?::([A-Z]{1,3})([0-9]{1,7}))?")
_PART = "{…}"  # of a formula for an area: nobody calculates it
_MOST_ROWS, _MOST_COLUMNS = 1_000, 50  # of an area that are looked at
_MOST_TOLD = 200
_MOST_BYTES = 40_000_000  # of a sheet: a larger one holds more cells than are read


def formulas_of(sheet_xml: bytes) -> Mapping[tuple[int, int], CellFormula]:
    """By row and column the formulas of a sheet, those that share one text among them.

    >>> formulas_of(b'<c r="B2"><f>A1+7</f><v>8</v></c>')[2, 2].text
    'A1+7'
    """
    found: dict[tuple[int, int], CellFormula] = {}
    shared: dict[bytes, CellFormula] = {}
    for match in _CELL.finditer(sheet_xml):
        formula = _FORMULA.search(match[2])
        stated = _PLACE.fullmatch(dict(_ATTRIBUTE.findall(match[1])).get(b"r", b""))
        if formula is None or stated is None:
            continue
        row, column = int(stated[2]), column_number(stated[1])
        said = dict(_ATTRIBUTE.findall(formula[1]))
        text = html.unescape((formula[2] or b"").decode("utf-8", "replace")).strip()
        if said.get(b"t") == b"shared" and b"si" in said:
            if text:
                shared[said[b"si"]] = CellFormula(text, row, column)
            elif said[b"si"] in shared:
                found[row, column] = shared[said[b"si"]]
        kind = said.get(b"t")
        if kind in (b"array", b"dataTable"):
            found |= _of_area(said.get(b"ref", b""), found)
        if text and kind != b"dataTable":
            found[row, column] = CellFormula(text, row, column)
        if len(found) >= _MOST:
            break
    return found


def _of_area(
    stated: bytes, found: Mapping[tuple[int, int], CellFormula]
) -> Mapping[tuple[int, int], CellFormula]:
    """The other cells of a formula for an area: each holds a part of its result."""
    match = _AREA.fullmatch(stated)
    if match is None:
        return {}
    top, left = int(match[2]), column_number(match[1])
    bottom, right = (int(match[4]), column_number(match[3])) if match[3] else (top, left)
    places = (
        (row, column)
        for row in range(top, min(bottom, top + _MOST_ROWS) + 1)
        for column in range(left, min(right, left + _MOST_COLUMNS) + 1)
    )
    return {place: CellFormula(_PART, *place) for place in places if place not in found}


def told_twice(
    sheet_xml: bytes, places: Sequence[bytes] | None = None, *, more_stated: bool = True
) -> list[str]:
    """Addresses of cells, and numbers of rows, that stand in the sheet twice or hold two contents:
    which of both is shown depends on the program.

    `places` are the references of all rows and cells, where they are known. Two contents in one
    cell, and one that is not of its kind, are looked for where the sheet states more or fewer of
    them than were read.

    >>> told_twice(b'<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>')
    ['A1']
    >>> told_twice(b'<c r="A1" t="inlineStr"><is><t>a</t></is><v>2</v></c>')
    ['A1']
    >>> told_twice(b'<c r="A1"><f t="shared" si="0"/><v>2</v></c>', more_stated=False)
    ['A1']
    """
    found: dict[str, None] = {}
    if len(sheet_xml) > _MOST_BYTES:
        return []
    usual = b'<c r="' in sheet_xml
    stated = places
    if stated is None:
        stated = _USUAL_PLACE.findall(sheet_xml) if usual else []
    if not usual or len(stated) != len(set(stated)):
        for pattern in (_ANY_CELL, _ANY_ROW):
            found |= dict.fromkeys(_repeated(pattern.findall(sheet_xml)))
    if not usual or _are_apart(stated):
        found |= dict.fromkeys(_of_other_rows(sheet_xml))
    calculates = b"f" in sheet_xml and (b"<f" in sheet_xml or b":f" in sheet_xml)
    if calculates and _TWO_FORMULAS.search(sheet_xml):
        found |= dict.fromkeys(_of_two_formulas(sheet_xml))
    if calculates and _EMPTY_FORMULA.search(sheet_xml):
        found |= dict.fromkeys(_of_no_formula(sheet_xml))
    if more_stated:
        found |= dict.fromkeys(_of_two_contents(sheet_xml))
    return list(found)[:_MOST_TOLD]


def _are_apart(places: Sequence[bytes]) -> bool:
    """Whether some cell may say that it stands in another row than the one it stands in, or states
    its place in letters of its own.

    >>> _are_apart([b"1", b"A1", b"B1", b"2", b"A2"]), _are_apart([b"1", b"A1", b"A2"])
    (False, True)
    """
    numbers = b" ".join(places).translate(None, _CAPITALS).split(b" ")
    runs = sum(1 for _ in groupby(numbers))
    return runs != sum(map(bytes.isdigit, places))


def _of_other_rows(sheet_xml: bytes) -> Iterator[str]:
    """Cells that stand in a row of another number, and those whose reference no program writes."""
    row = b""
    for match in _ROW_OR_CELL.finditer(sheet_xml):
        if match[1] == b"row":
            row = match[2]
        elif not _PLACE.fullmatch(match[2]) or (row and match[2].lstrip(_CAPITALS) != row):
            place = match[2].upper().replace(b"$", b"")
            yield (place if _PLACE.fullmatch(place) else row).decode("ascii", "replace")


def _repeated(stated: list[bytes]) -> Iterator[str]:
    seen: set[bytes] = set()
    for place in stated:
        if place in seen:
            yield place.decode()
        seen.add(place)


def _of_two_formulas(sheet_xml: bytes) -> Iterator[str]:
    for match in _CELL.finditer(sheet_xml):
        stated = _PLACE.fullmatch(dict(_ATTRIBUTE.findall(match[1])).get(b"r", b""))
        if stated and len(_FORMULA.findall(match[2])) > 1:
            yield address(int(stated[2]), column_number(stated[1]))


def _of_no_formula(sheet_xml: bytes) -> Iterator[str]:
    """Cells with a formula of no text, which no other cell tells them either: some programs show
    the result that is kept, some an error and some nothing."""
    written: set[bytes] = set()
    for match in _CELL.finditer(sheet_xml):
        for stated, text in _FORMULA.findall(match[2]):
            said = dict(_ATTRIBUTE.findall(stated))
            kind, number = said.get(b"t"), said.get(b"si")
            if text.strip():
                written |= {number} if number is not None else set()
            elif kind != b"dataTable" and (kind != b"shared" or number not in written):
                place = _PLACE.fullmatch(dict(_ATTRIBUTE.findall(match[1])).get(b"r", b""))
                if place is not None:
                    yield place[0].decode()


def _of_two_contents(sheet_xml: bytes) -> Iterator[str]:
    """Cells with more than one content, or with one that is not of their kind."""
    for match in _CELL.finditer(sheet_xml):
        said = dict(_ATTRIBUTE.findall(match[1]))
        stated = _PLACE.fullmatch(said.get(b"r", b""))
        contents = _CONTENT.findall(match[2])
        here = b"is" if said.get(b"t") == b"inlineStr" else b"v"
        if stated and (len(contents) > 1 or (contents and contents[0] != here)):
            yield address(int(stated[2]), column_number(stated[1]))
