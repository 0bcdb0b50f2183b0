"""By what a single cell of .xlsx is drawn."""

from __future__ import annotations

import re
from collections.abc import Callable

from models.domain.reading.workbook_content import CellLetters, column_letter
from tasks.adapters.reading.looks.ooxml_looks import CellStyles

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
        return styles.letters[int(number)]

    return letters
