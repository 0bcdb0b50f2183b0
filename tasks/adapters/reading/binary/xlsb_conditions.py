"""Conditions of .xlsb that change how cells look ([MS-XLSB] 2.4.22 and on), of Excel 2010 too.

A condition of Excel 2010 bears a head that says to which cells and formulas it belongs; its look
is one of a list of its own.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

from models.domain.reading.sight.colours import Rgb
from models.domain.reading.workbook_content import (
    Area,
    ConditionalLook,
    CoveringShape,
    FormulaStep,
)
from tasks.adapters.reading.binary.biff12 import whole_number, wide_string
from tasks.adapters.reading.binary.formula_tokens import formula_steps
from tasks.adapters.reading.binary.xlsb_looks import XlsbStyles, colour_of
from tasks.adapters.reading.looks.colours import rgb_of
from tasks.adapters.reading.looks.conditions import (
    IS_NUMBER,
    NO_DIFFERENCE,
    Difference,
    conditional_look,
    scaled,
)
from tasks.adapters.reading.looks.sheet_scans import SheetScan

_AREAS, _CONDITION, _ICONS, _BAR, _BAR_END, _SCALE, _SCALE_END, _COLOUR = (
    461, 463, 465, 467, 468, 469, 470, 564,
)  # fmt: skip
#: Of Excel 2010.
_AREAS_14, _CONDITION_14, _BAR_14, _ICONS_14 = 1046, 1048, 1051, 1052
_LITTLE_CHART = 1043  # within a cell, which it names as conditions of Excel 2010 name theirs
XLSB_CONDITIONS = frozenset(
    {_AREAS, _CONDITION, _ICONS, _BAR, _BAR_END, _SCALE, _SCALE_END, _COLOUR}
    | {_AREAS_14, _CONDITION_14, _BAR_14, _ICONS_14, _LITTLE_CHART}
)
_STOPS, _HIDES_VALUE = 0x02, 0x02
_HAS_AREAS, _HAS_FORMULAS = 0x02, 0x04
_SIGNS = ("", "between", "notBetween", "=", "<>", ">", "<", ">=", "<=")
#: By type and template, those that can be decided.
_KINDS = {
    (1, 0): "cellIs",
    (2, 1): "expression",
    (2, 8): "containsText",  # and its likes: the formula says which
    (2, 9): "containsBlanks",
    (2, 10): "notContainsBlanks",
    (2, 11): "containsErrors",
    (2, 12): "notContainsErrors",
}


def area_of(place: tuple[int, int, int, int]) -> Area:
    """The 1-based area of first and last row, first and last column as records have them."""
    top, bottom, left, right = place
    return top + 1, left + 1, bottom + 1, right + 1


@dataclass(slots=True)
class XlsbConditions:
    """The conditions of one sheet, record by record, handed to its scan as they are known."""

    styles: XlsbStyles
    scan: SheetScan
    areas: Sequence[Area] = ()
    priority: int = 0
    _colours: list[Rgb | None] = field(default_factory=list)  # of the scale or bar under way
    _is_bar: bool = False

    def take(self, record: int, data: bytes) -> None:
        """Takes a record of XLSB_CONDITIONS; one that is cut off says nothing."""
        try:
            self._take(record, data)
        except (struct.error, IndexError):
            return

    def _take(self, record: int, data: bytes) -> None:
        if record == _AREAS:
            self.areas = _areas(data, 8)
        elif record == _AREAS_14:
            self.areas = _areas_of_head(data)
        elif record == _LITTLE_CHART:
            self.scan.charts += [
                CoveringShape(top, left, bottom + 1, right + 1)
                for top, left, bottom, right in _areas_of_head(data)
            ]
        elif record == _CONDITION:
            self._condition(data, 0, self.styles.differences, [], 42)
        elif record == _CONDITION_14:
            at, formulas = _formulas_of_head(data)
            self._condition(data, at, self.styles.later_differences, formulas, 0)
        elif record in (_ICONS, _ICONS_14):
            if data[4 + 4 * (record == _ICONS_14)] & _HIDES_VALUE:
                self._hide_values()
        elif record in (_BAR, _BAR_14):
            self._colours, self._is_bar = [], True
            if not data[2 + 4 * (record == _BAR_14)]:
                self._hide_values()
        elif record == _SCALE:
            self._colours, self._is_bar = [], False
        elif record == _COLOUR:
            self._colours.append(rgb_of(colour_of(data[:8]), self.styles.ground))
        elif record in (_BAR_END, _SCALE_END):
            grounds = [*scaled(self._colours), *((None,) if self._is_bar else ())]
            look = ConditionalLook(self.areas, IS_NUMBER, grounds=grounds)
            self.scan.under_condition(self.priority, look)

    def _hide_values(self) -> None:
        look = ConditionalLook(self.areas, IS_NUMBER, unseen=True)
        self.scan.under_condition(self.priority, look)

    def _condition(
        self,
        data: bytes,
        at: int,
        differences: Sequence[Difference],
        formulas: Sequence[Sequence[FormulaStep] | None],
        text_at: int,
    ) -> None:
        kind, template, number, self.priority, parameter = struct.unpack_from("<5i", data, at)
        flags = struct.unpack_from("<H", data, at + 28)[0]
        difference = differences[number] if 0 <= number < len(differences) else NO_DIFFERENCE
        if not difference.tells:
            return
        if text_at:
            formulas = _formulas(data, wide_string(data, text_at)[1])
        name = _KINDS.get((kind, template), "")
        sign = _SIGNS[parameter] if name == "cellIs" and 0 < parameter < len(_SIGNS) else ""
        stops = bool(flags & _STOPS)
        look = conditional_look(self.areas, name, sign, formulas, difference, stops=stops)
        self.scan.under_condition(self.priority, look)


def _areas(data: bytes, at: int) -> Sequence[Area]:
    count = min(whole_number(data, at), (len(data) - at - 4) // 16)
    return [area_of(struct.unpack_from("<4I", data, at + 4 + 16 * n)) for n in range(count)]


def _areas_of_head(data: bytes) -> Sequence[Area]:
    """The areas that stand in the head of a record of Excel 2010."""
    if not whole_number(data, 0) & _HAS_AREAS:
        return ()
    return _areas(data, 12)


def _formulas_of_head(data: bytes) -> tuple[int, Sequence[Sequence[FormulaStep] | None]]:
    """Where a head ends, and the formulas in it."""
    flags, at = whole_number(data, 0), 4
    if flags & _HAS_AREAS:
        lists, at = whole_number(data, at), at + 4
        for _ in range(min(lists, len(data) // 8)):
            at += 8 + 16 * whole_number(data, at + 4)
    made: list[Sequence[FormulaStep] | None] = []
    if flags & _HAS_FORMULAS:
        count, at = whole_number(data, at), at + 4
        for _ in range(min(count, len(data) // 12)):
            size, more = whole_number(data, at + 4), whole_number(data, at + 8)
            made.append(formula_steps(data[at + 12 : at + 12 + size], long=True))
            at += 12 + size + more
    return at, made


def _formulas(data: bytes, at: int) -> Sequence[Sequence[FormulaStep] | None]:
    made = []
    while at + 8 <= len(data):
        size = whole_number(data, at)
        made.append(formula_steps(data[at + 4 : at + 4 + size], long=True))
        at += 4 + size
        at += 4 + whole_number(data, at)
    return made
