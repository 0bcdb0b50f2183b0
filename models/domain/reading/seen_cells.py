"""A cell as an official sees it: its look weighed against the value that is read from it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from models.domain.notation.date_formats import date_section
from models.domain.notation.deadlines import format_date
from models.domain.notation.reading_order import from_right_to_left, on_its_head
from models.domain.reading.cell_values import (
    SPACE_OF_STROKES,
    Doubt,
    Understood,
    as_text,
    is_no_text,
    phone_text,
)
from models.domain.reading.conditions.conditional_looks import looks_on, only_shows
from models.domain.reading.forms import Column, ValueType
from models.domain.reading.formulas.serials import serial_of
from models.domain.reading.problems import ProblemKind
from models.domain.reading.shown_values import (
    Compared,
    compare_day,
    compare_number,
    compare_shown_day,
    compare_shown_text,
    phone_shown,
    words_shown,
)
from models.domain.reading.sight.marked_letters import (
    marked_figure,
    marked_text,
    overlaid_runs,
)
from models.domain.reading.workbook_content import Appearance, CellValue, SheetContent
from models.domain.register.catalogue import CatalogueRow

PLAIN = Appearance()
_BETWEEN_FIGURES, _APART = re.compile(r"(?<=[0-9])\s+(?=[0-9])"), " " * 3
CROSSED = "crossed"
"""Of a struck cell: a line runs from corner to corner, not through the letters."""
_LAST_COLUMN = 130  # where the office's columns end, however many were put in between
FIGURES = (ValueType.NUMBER, ValueType.DATE, ValueType.CHOICE)
_DRAWN_ELSEWHERE = (ValueType.NUMBER, ValueType.DATE, ValueType.PHONE)


@dataclass(slots=True)
class SeenCell:
    """`value` is what is to be understood, `told` how its text reads with its marks ("" for a
    value as it stands). `refused` says why it cannot be taken, `remarks` what is said beside it."""

    value: CellValue
    told: str = ""
    refused: Doubt | None = None
    remarks: list[Doubt] = field(default_factory=list)

    def __post_init__(self) -> None:
        if isinstance(self.value, str):
            self.value = self.value.replace(*SPACE_OF_STROKES)


def seen_cell(
    column: Column,
    value: CellValue,
    look: Appearance,
    understand: Callable[[str], Understood],
) -> SeenCell:
    """A filled cell before it is understood: parts of its text, and words that its format adds.

    `understand` says what a text of this column means.
    """
    seen = SeenCell(value)
    struck, unseen = look.struck, look.unseen
    runs = look.runs or (overlaid_runs(value) if isinstance(value, str) else ())
    if runs and isinstance(value, str):
        marked = marked_text(runs)
        struck, unseen = marked.wholly_struck, unseen or marked.wholly_unseen
        if column.type in FIGURES:
            seen.value, seen.refused = marked_figure(marked, understand)
            seen.told = marked.told.strip() if seen.refused else ""
        else:
            seen.value = marked.told
            if marked.struck:
                seen.remarks.append(Doubt(ProblemKind.STRUCK_WORDS))
            if marked.unseen:
                seen.remarks.append(Doubt(ProblemKind.UNSEEN_VALUE, (marked.unseen,)))
    elif isinstance(value, str) or _is_drawn_here(column, value):
        shown = words_shown(look, value)
        if shown:
            seen.value = shown
        elif shown is not None:
            seen.remarks.append(Doubt(ProblemKind.UNSEEN_VALUE))
    if look.parted and column.type is ValueType.NUMBER and isinstance(seen.value, str):
        seen.value = _BETWEEN_FIGURES.sub(_APART, seen.value)
    seen.remarks += _written_backwards(look, value)
    if column.type is ValueType.PHONE and not isinstance(value, str):
        phone = phone_text(value, as_text(value))
        if other := phone_shown(look, value, phone):
            seen.refused = Doubt(ProblemKind.SHOWN_OTHERWISE, (phone, other, ""))
    if struck:
        seen.remarks.append(Doubt(ProblemKind.STRUCK_CELL))
    if look.crossed:
        seen.remarks.append(Doubt(ProblemKind.STRUCK_CELL, (CROSSED,)))
    if unseen:
        seen.remarks.append(Doubt(ProblemKind.UNSEEN_VALUE))
    if look.repeated and column.type in _DRAWN_ELSEWHERE:
        seen.remarks.append(Doubt(ProblemKind.REPEATED_FIGURE))
    return seen


def _written_backwards(look: Appearance, value: CellValue) -> list[Doubt]:
    """What is said of a text whose figures and words change places as it is shown, or of figures
    that stand on their heads and are others so."""
    held, shown = "", ""
    if look.mirrored and isinstance(value, str):
        held = " ".join(value.split())
        shown = from_right_to_left(held)
    elif look.upside_down:
        held = as_text(value)
        shown = on_its_head(held) or held
    return [Doubt(ProblemKind.PARTLY_SHOWN, (f"«{held}»", shown))] if shown != held else []


def _is_drawn_here(column: Column, value: CellValue) -> bool:
    """Whether what the cell shows is what it says: of words that became a day, neither is."""
    if column.type in _DRAWN_ELSEWHERE:
        return False
    return column.type is ValueType.CHOICE or not is_no_text(value)


@dataclass(slots=True)
class LooksWeighed:
    """What a cell means once its looks are weighed; `shown` is its text where that decided."""

    understood: Understood
    remarks: list[Doubt] = field(default_factory=list)
    shown: str = ""


def compare_looks(
    understood: Understood,
    value: CellValue,
    looks: Sequence[Appearance],
    row: CatalogueRow | None,
    unit: str,
) -> LooksWeighed:
    """The value that was understood, or the doubt that a look of its cell leaves; and remarks."""
    weighed = LooksWeighed(understood)
    compared = [_compared(understood, value, look, row, unit) for look in looks]
    doubts = [_doubt_of(each, understood, own=not n) for n, each in enumerate(compared)]
    for doubt in doubts:
        if doubt is None or doubt in weighed.remarks:
            continue
        if doubt.kind is ProblemKind.PARTLY_SHOWN and None in doubts[1:]:
            continue  # a condition shows the rest, as that of the form does for decimals
        if doubt.kind is ProblemKind.SHOWN_OTHERWISE:
            return LooksWeighed(Understood(None, doubt), weighed.remarks)
        if doubt.kind is not ProblemKind.QUALIFIED_NUMBER:
            weighed.remarks.append(doubt)
        elif weighed.understood.doubt is None:
            weighed.understood = Understood(understood.value, doubt)
    if compared and compared[0].meant is not None:
        weighed.understood, weighed.shown = Understood(compared[0].meant), compared[0].shown
    return weighed


def hold_against(
    weighed: LooksWeighed, value: CellValue, own: Appearance, row: CatalogueRow | None, unit: str
) -> LooksWeighed:
    """The same where a condition draws the cell in place of its own format.

    Not every program follows conditions: where the cell's own format says something else, that is
    what people see who use another one.
    """
    doubt = _compared(weighed.understood, value, own, row, unit).doubt
    if doubt is None or doubt.kind is not ProblemKind.SHOWN_OTHERWISE:
        return weighed
    return LooksWeighed(Understood(None, doubt), weighed.remarks)


def _doubt_of(compared: Compared, understood: Understood, *, own: bool) -> Doubt | None:
    """The doubt that a look leaves. Under a condition nobody knows what is shown, and so not
    whether another day is meant."""
    if own or compared.meant is None or not isinstance(understood.value, dt.date):
        return compared.doubt
    days = (format_date(understood.value), compared.shown, "", format_date(compared.meant))
    return Doubt(ProblemKind.SHOWN_OTHERWISE, days)


def _compared(
    understood: Understood,
    value: CellValue,
    look: Appearance,
    row: CatalogueRow | None,
    unit: str,
) -> Compared:
    read = understood.value
    if isinstance(value, (bool, str)) or read is None:
        return Compared("")
    if isinstance(read, Decimal) and isinstance(value, (int, float)):
        if look.number_format:
            return compare_number(look.number_format, value, read, row, unit)
        return compare_shown_text(look.shown, read, row, unit) if look.shown else Compared("")
    if not isinstance(read, dt.date):
        return Compared("")
    if isinstance(value, (int, float)) and look.number_format and date_section(look.number_format):
        return compare_day(look.number_format, read)
    if isinstance(value, dt.date) and look.number_format and not date_section(look.number_format):
        held = serial_of(value)  # a day that is kept as a text is drawn as its number
        value = held if isinstance(held, float) else value
    if isinstance(value, (int, float)) and look.number_format:
        serial = compare_number(look.number_format, value, Decimal(str(value)), None, "")
        if serial.doubt is None:
            return serial
        told = (format_date(read), *serial.doubt.details[1:3])
        return Compared(serial.shown, Doubt(serial.doubt.kind, told))
    if look.number_format:
        return compare_day(look.number_format, value if isinstance(value, dt.datetime) else read)
    return compare_shown_day(look.shown, read) if look.shown else Compared("")


@dataclass(frozen=True, slots=True)
class OfficeCellSeen:
    """What people see of a cell that the office filled in, where that is not what it holds."""

    text: str  # what is shown; "" for nothing that anybody sees
    struck: bool = False  # as a whole


def office_cells_to_see(content: SheetContent) -> Callable[[int, int], bool] | None:
    """Whether the cell in 1-based row and column may show otherwise than it holds; None where
    none does."""
    under = {
        column
        for rule in content.conditional
        if not only_shows(rule)
        for _, left, _, right in rule.areas
        for column in range(left, min(right, _LAST_COLUMN) + 1)
    }
    looks = content.looks
    if not looks and not under:
        return None
    return lambda row, column: column in under or (row, column) in looks


def office_cell_seen(content: SheetContent, row: int, column: int) -> OfficeCellSeen | None:
    """What is seen of the cell in 1-based row and column; None where it shows what it holds."""
    look = content.looks.get((row, column), PLAIN)
    if content.conditional:
        # Where nobody can tell whether a condition holds, the cell's own look stands first.
        look = looks_on(content, row, column, look)[0]
    value = content.at(row, column)
    if look is PLAIN or value is None:
        return None
    struck, unseen = look.struck, look.unseen
    held = text = as_text(value)
    if look.runs and isinstance(value, str):
        marked = marked_text(look.runs)
        struck, unseen = struck or marked.wholly_struck, unseen or marked.wholly_unseen
        text = marked.bare if marked.unseen else marked.told
    elif (shown := words_shown(look, value)) is not None:
        text = shown
    text = "" if unseen else " ".join(text.split())
    return None if not struck and text == " ".join(held.split()) else OfficeCellSeen(text, struck)
