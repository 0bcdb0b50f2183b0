"""Tables of the consolidated workbook as pages show them: the same columns, the same words."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from models.domain.consolidation import Figure
from models.domain.cycle.letter_phrases import hanoi_minute, number_text, shown_number
from models.domain.desk.lists import search_key
from models.domain.desk.plain_sight import visible
from models.domain.desk.shown_tables import (
    DeskCell,
    DeskColumn,
    DeskPart,
    DeskRow,
    DeskTable,
)
from models.domain.notation.deadlines import format_date
from models.domain.register.catalogue import CatalogueRow
from tasks.adapters.sheets.output_columns import (
    Band,
    CellLook,
    CellValue,
    Citation,
    TableSheet,
    Tone,
    Toned,
)

_SENTENCES = 18  # letters wide: a column of texts
_REFERENCE = re.compile(r"[NK]-[0-9]{4,}")


def shown_table(sheet: TableSheet[Any]) -> DeskTable:
    """The sheet's table, every row under its band."""
    return DeskTable(
        sheet.whole_heading,
        sheet.note,
        [
            DeskColumn(c.key, c.header, c.over, c.look.align == "right", c.width >= _SENTENCES)
            for c in sheet.columns
        ],
        list(_rows(sheet)),
        sheet.empty,
    )


def _rows(sheet: TableSheet[Any]) -> Iterator[DeskRow]:
    band = ""
    for row in sheet.rows:
        if isinstance(row, Band):
            band = row.title
            continue
        values = [(column.value(row), column.look) for column in sheet.columns]
        cells = [shown_cell(value, look) for value, look in values]
        found = _subject(row)
        yield DeskRow(
            cells=cells,
            band=band,
            code=found.code if isinstance(found, CatalogueRow) else found,
            agencies=_agencies(row, found, [value for value, _ in values]),
            is_quiet=sheet.tone(row) is Tone.MUTED,
            searched=search_key(*(cell.text for cell in cells)),
        )


def _subject(row: object) -> CatalogueRow | str:
    """The catalogue row that a row is about, or its code; "" for none."""
    found = getattr(row, "row", None) or getattr(getattr(row, "one", None), "row", None)
    return found if isinstance(found, CatalogueRow | str) else ""


def _agencies(row: object, about: CatalogueRow | str, values: list[CellValue]) -> frozenset[str]:
    """Who speaks in the row; where nobody does, who is named in it."""
    member = getattr(row, "member", None)
    if member:
        return frozenset([member if isinstance(member, str) else member.agency])
    said = {value.agency for value in values if isinstance(value, Figure)}
    own = getattr(row, "agency", "")
    said |= {own} if isinstance(own, str) and own else set()
    if not said and isinstance(about, CatalogueRow):
        said = {part.agency for part in about.agencies}
    return frozenset(said)


def shown_cell(value: CellValue, look: CellLook) -> DeskCell:
    """A cell's value as a page shows it.

    >>> shown_cell(Decimal("12.50"), CellLook("right", signed=True)).text
    '+12,50'
    """
    if isinstance(value, Citation):
        return DeskCell(list(_cited(value.text)))
    if isinstance(value, Figure):
        return DeskCell([DeskPart(figure_shown(value), value.reference)])
    if isinstance(value, Toned):
        return DeskCell([DeskPart(visible(value.text))], value.tone.value)
    text = _text(value, look)
    return DeskCell([DeskPart(text)] if text else [])


def figure_shown(figure: Figure) -> str:
    """A figure's value in Vietnamese notation; a bound, or what is no exact number, as it was
    written; nothing as a dash."""
    if figure.number is None or not figure.is_exact:
        return visible(figure.text.strip()) or "—"
    return shown_number(figure.number)


def _cited(text: str) -> Iterator[DeskPart]:
    """References, each a link, and what stands between them."""
    end = 0
    for found in _REFERENCE.finditer(text):
        if found.start() > end:
            yield DeskPart(text[end : found.start()])
        yield DeskPart(found[0], found[0])
        end = found.end()
    if end < len(text):
        yield DeskPart(text[end:])


def _text(value: str | int | Decimal | dt.date | None, look: CellLook) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return hanoi_minute(value)
    if isinstance(value, dt.date):
        return format_date(value)
    if isinstance(value, Decimal):
        sign = "+" if look.signed and value > 0 else ""
        return sign + shown_number(value)
    return number_text(value) if isinstance(value, int) else visible(value)
