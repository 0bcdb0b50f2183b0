"""Words that stand in no cell of .xlsb ([MS-XLSB] 2.4): messages, pages, names."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

from models.domain.reading.workbook_content import MOST_WORDS, Elsewhere, WordsElsewhere
from tasks.adapters.reading.binary.biff12 import biff12_records, whole_number, wide_string
from tasks.adapters.reading.binary.binary_values import BrokenRecords
from tasks.adapters.reading.ooxml.ooxml_package import OoxmlPackage
from tasks.adapters.reading.ooxml.ooxml_words import core_properties, words_drawn

_SHEET_DATA_END = 146
_VALIDATION, _PAGES, _BACKGROUND, _PAGE_PICTURE, _NAME, _LINK = 64, 479, 562, 551, 39, 494
_TEXT = 0x17
_PAGE_SIGNS = re.compile(r'&(?:"[^"]*"|K[0-9A-F]{6}|[0-9]{1,3}|[A-Za-z])')


def words_of_xlsb_sheet(package: OoxmlPackage, name: str, part: str) -> Iterator[WordsElsewhere]:
    """The words around the cells of a sheet."""
    yield from islice(_around(package.parts.get(part, b""), name), MOST_WORDS)
    yield from words_drawn(package, name, part)


def words_of_xlsb_book(package: OoxmlPackage, workbook: bytes) -> Iterator[WordsElsewhere]:
    """What the names and the properties of a workbook say."""
    with suppress(BrokenRecords, struct.error, IndexError):
        for record, data in biff12_records(workbook):
            if record == _NAME and len(data) > 13:
                at = wide_string(data, 9)[1]
                size = whole_number(data, at)
                formula = data[at + 4 : at + 4 + size]
                if formula[:1] == bytes([_TEXT]):
                    letters = formula[3 : 3 + 2 * int.from_bytes(formula[1:3], "little")]
                    text = letters.decode("utf-16-le", "replace")
                    yield WordsElsewhere(Elsewhere.NAME, text)
    yield from core_properties(package)


def _around(part: bytes, name: str) -> Iterator[WordsElsewhere]:
    behind = False
    with suppress(BrokenRecords, struct.error):
        for record, data in biff12_records(part):
            behind = behind or record == _SHEET_DATA_END
            if not behind:
                continue
            if record == _VALIDATION and len(data) > 8:
                at = 8 + 16 * whole_number(data, 4)
                yield from _texts(data, at, 4, Elsewhere.MESSAGE, name)
            elif record == _LINK and len(data) > 16:
                at = wide_string(data, wide_string(data, 16)[1])[1]  # behind where it leads
                yield from _texts(data, at, 1, Elsewhere.MESSAGE, name)
            elif record == _PAGES:
                yield from _texts(data, 2, 6, Elsewhere.PAGE, name)
            elif record == _BACKGROUND:
                yield WordsElsewhere(Elsewhere.BACKGROUND, "", name)
            elif record == _PAGE_PICTURE:
                yield WordsElsewhere(Elsewhere.PAGE_PICTURE, "", name)


def _texts(
    data: bytes, at: int, count: int, where: Elsewhere, name: str
) -> Iterator[WordsElsewhere]:
    for _ in range(count):
        text, at = wide_string(data, at)
        said = _PAGE_SIGNS.sub(" ", text) if where is Elsewhere.PAGE else text
        if any(map(str.isalpha, said)):
            yield WordsElsewhere(where, " ".join(said.split()), name)
