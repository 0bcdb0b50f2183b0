"""What conditions change in the look of cells, as every kind of file tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.domain.reading.conditions.conditional_looks import compared
from models.domain.reading.workbook_content import (
    Area,
    ConditionalLook,
    FormulaCall,
    FormulaCell,
    FormulaStep,
)
from tasks.adapters.reading.looks.colours import Ground, is_unseen

MOST_CONDITIONS = 2_000
"""Areas under conditions that are kept of one sheet."""

SELF = FormulaCell(0, 0, row_moves=True, column_moves=True)
IS_NUMBER: Sequence[FormulaStep] = (SELF, FormulaCall("ISNUMBER", 1))
SIGNS = {
    "lessThan": "<",
    "lessThanOrEqual": "<=",
    "equal": "=",
    "notEqual": "<>",
    "greaterThanOrEqual": ">=",
    "greaterThan": ">",
    "between": "between",
    "notBetween": "notBetween",
}
_BLANK: Sequence[FormulaStep] = (SELF, FormulaCall("TRIM", 1), FormulaCall("LEN", 1), 0.0)
#: Kinds of conditions that need no formula of their own.
WITHOUT_FORMULA: Mapping[str, Sequence[FormulaStep]] = {
    "containsBlanks": (*_BLANK, FormulaCall("=", 2)),
    "notContainsBlanks": (*_BLANK, FormulaCall(">", 2)),
    "containsErrors": (SELF, FormulaCall("ISERROR", 1)),
    "notContainsErrors": (SELF, FormulaCall("ISERROR", 1), FormulaCall("NOT", 1)),
}
#: Kinds whose formula says all.
BY_FORMULA = frozenset(
    ("expression", "containsText", "notContainsText", "beginsWith", "endsWith", "timePeriod")
)


@dataclass(frozen=True, slots=True)
class Difference:
    """What a condition changes; None: it leaves that."""

    number_format: str | None = None
    struck: bool | None = None
    unseen: bool | None = None

    @property
    def tells(self) -> bool:
        """Whether it changes anything that is looked at."""
        return (self.number_format, self.struck, self.unseen) != (None, None, None)


NO_DIFFERENCE = Difference()


def unseen_by(
    letters: Mapping[str, str] | None, fill: Mapping[str, str] | None, ground: Ground
) -> bool | None:
    """Whether letters vanish that a condition colours, or the ground behind them.

    What it leaves is taken to be black on white.

    >>> unseen_by({"rgb": "FFFFFF"}, None, Ground()), unseen_by(None, {"rgb": "000000"}, Ground())
    (True, True)
    >>> unseen_by(None, {"rgb": "FFFF00"}, Ground())
    """
    if letters:
        return is_unseen(letters, fill, ground)
    if fill and is_unseen({"rgb": "000000"}, fill, ground):
        return True
    return None


def conditional_look(
    areas: Sequence[Area],
    kind: str,
    sign: str,
    formulas: Sequence[Sequence[FormulaStep] | None],
    difference: Difference,
    *,
    stops: bool,
) -> ConditionalLook:
    """The look under a condition of that kind; what is not followed leaves the condition open."""
    known = [steps for steps in formulas if steps is not None]
    condition: Sequence[FormulaStep] | None = None
    if kind in WITHOUT_FORMULA:
        condition = WITHOUT_FORMULA[kind]
    elif len(known) == len(formulas) and known:
        condition = compared(SIGNS.get(sign, sign), known) if kind == "cellIs" else None
        condition = known[0] if kind in BY_FORMULA else condition
    return ConditionalLook(
        areas,
        condition,
        difference.number_format,
        difference.struck,
        difference.unseen,
        stops,
    )
