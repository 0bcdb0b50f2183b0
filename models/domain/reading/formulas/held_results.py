"""What a workbook keeps as the result of a formula, held against what the formula says."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence

from models.domain.reading.cell_values import Doubt
from models.domain.reading.formulas.calculating import Calculator, ChangesByItself
from models.domain.reading.formulas.formula_tokens import NotFollowed, names_another_file
from models.domain.reading.formulas.serials import Scalar, day_of, serial_of
from models.domain.reading.problems import ProblemKind
from models.domain.reading.workbook_content import CellValue, ErrorValue, SheetContent

_LONGEST = 80


class HeldResults:
    """The formulas of a workbook and their results; asked only about cells that hold one."""

    def __init__(
        self,
        sheets: Sequence[SheetContent],
        names: Mapping[str, str] | None = None,
        *,
        calculates: bool = True,
    ) -> None:
        self._calculator = Calculator(sheets, names)
        self._calculates = calculates  # False: by a calendar that formulas are not followed in

    def doubt(self, sheet: SheetContent, row: int, column: int) -> tuple[Doubt, CellValue] | None:
        """What is to be said of the formula in that cell, and the other value it comes to (None
        for none); None where there is nothing to say.

        The details begin with the formula.
        """
        formula = sheet.formulas[row, column].text
        told = f"={formula.strip().removeprefix('=')}"
        told = told if len(told) <= _LONGEST else f"{told[: _LONGEST - 1]}…"
        if self._calculator.changes(sheet.name, row, column):
            return Doubt(ProblemKind.CHANGING_FORMULA, (told,)), None
        if names_another_file(self._calculator.told(sheet.formulas[row, column])):
            return Doubt(ProblemKind.OTHER_FILE, (told,)), None
        not_followed = Doubt(ProblemKind.NOT_RECALCULATED, (told,)), None
        if not self._calculates:
            return not_followed
        held = sheet.at(row, column)
        try:
            result = self._calculator.result(sheet.name, row, column)
        except ChangesByItself:
            return Doubt(ProblemKind.CHANGING_FORMULA, (told,)), None
        except NotFollowed:
            return not_followed
        if _says_the_same(serial_of(held), result):
            return None
        return Doubt(ProblemKind.STALE_RESULT, (told,)), _like(held, result)


def _says_the_same(held: Scalar, result: Scalar) -> bool:
    if isinstance(held, bool) or isinstance(result, bool):
        return held is result  # a cell that comes to TRUE does not show 1
    if isinstance(held, float) and isinstance(result, float):
        return math.isclose(held, result, rel_tol=1e-9, abs_tol=1e-9)
    return held == result or (held in (None, "") and result in (None, ""))


def _like(held: CellValue, result: Scalar) -> CellValue:
    """The result as the cell would hold it: a day where it holds a day."""
    if isinstance(result, float) and isinstance(held, (dt.date, dt.datetime)):
        return day_of(result) or ErrorValue("#NUM!")
    return result
