"""By what a single cell of .xlsx is drawn."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from models.domain.reading.workbook_content import CellLetters, column_letter
from tasks.adapters.reading.hardened_xml import number_of
from tasks.adapters.reading.ooxml.looks.cell_styles import CellStyles

_ATTRIBUTE = re.compile(rb"([A-Za-z]+)\s*=\s*[\"']([^\"'<>]*)[\"']")


def letters_of(sheet_xml: bytes, styles: CellStyles) -> Callable[[int, int], CellLetters]:
    """What tells of a single cell by what it is drawn: asked of few, so that each is looked for."""

    def letters(row: int, column: int) -> CellLetters:
        place = f"{column_letter(column)}{row}".encode()
        found = re.search(
            rb"<(?:\w+:)?c(?=\s)[^<>]*?\sr\s*=\s*[\"']%s[\"'][^<>]*>" % place, sheet_xml
        )
        stated = dict(_ATTRIBUTE.findall(found[0])) if found is not None else {}
        number = stated.get(b"s", b"0")
        if not number.isdigit() or int(number) >= len(styles.letters):
            return CellLetters()
        return replace(styles.letters[int(number)], row=_height(sheet_xml, row))

    return letters


def _height(sheet_xml: bytes, row: int) -> float:
    """The height in points that a row states, 0 for none."""
    found = re.search(rb"<(?:\w+:)?row(?=\s)[^<>]*?\sr\s*=\s*[\"']%d[\"'][^<>]*>" % row, sheet_xml)
    size = dict(_ATTRIBUTE.findall(found[0])).get(b"ht", b"") if found is not None else b""
    return max(number_of(size.decode("ascii", "replace")) or 0.0, 0.0)
