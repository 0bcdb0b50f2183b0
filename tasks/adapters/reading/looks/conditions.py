"""What conditions change in the look of cells, as every kind of file tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from models.domain.reading.conditions.conditional_looks import AGREED, compared
from models.domain.reading.sight.colours import BLACK, Rgb, alike, between
from models.domain.reading.workbook_content import (
    Area,
    ConditionalLook,
    FormulaCall,
    FormulaCell,
    FormulaStep,
)
from tasks.adapters.reading.looks.colours import Ground, rgb_of

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
#: Kinds whose formula says all. Of days («last week») it changes by itself, whatever it says.
BY_FORMULA = frozenset(("expression", "containsText", "notContainsText", "beginsWith", "endsWith"))


@dataclass(frozen=True, slots=True)
class Difference:
    """What a condition changes; None: it leaves that."""

    number_format: str | None = None
    struck: bool | None = None
    letters: Rgb | None = None
    ground: Rgb | None = None
    unseen: bool | None = None  # for another reason than its colour
    crossed: bool | None = None
    repeated: bool | None = None

    @property
    def tells(self) -> bool:
        """Whether it changes anything that is looked at."""
        return self != NO_DIFFERENCE


NO_DIFFERENCE = Difference()


def coloured(
    letters: Mapping[str, str] | None, fill: Mapping[str, str] | None, ground: Ground
) -> tuple[Rgb | None, Rgb | None]:
    """The colours that a condition gives to letters and to what lies behind them.

    A ground alone on which all letters of the workbook are read says nothing.

    >>> coloured({"rgb": "FFFFFF"}, None, Ground()), coloured(None, {"rgb": "000000"}, Ground())
    (((255, 255, 255), None), (None, (0, 0, 0)))
    >>> coloured(None, {"rgb": "FFFF00"}, Ground(inks=()))
    (None, None)
    """
    ink = rgb_of(letters, ground) if letters else None
    behind = rgb_of(fill, ground) if fill else None
    if ink is not None or behind is None or ground.inks is None:
        return ink, behind
    tells = any(alike(each, behind) for each in (BLACK, *ground.inks))
    return None, behind if tells else None


def losing_ground(
    several: Sequence[Mapping[str, str]], letters: Mapping[str, str] | None, ground: Ground
) -> Mapping[str, str] | None:
    """Of several colours that a condition puts behind letters, as patterns and gradients do, the
    one in which these are lost; any where all are alike, None for none.

    >>> losing_ground([{"rgb": "FF0000"}, {"rgb": "000000"}], None, Ground())
    {'rgb': '000000'}
    >>> losing_ground([{"rgb": "FF0000"}, {"rgb": "FFFFFF"}], None, Ground()) is None
    True
    """
    known = [(stated, rgb) for stated in several if (rgb := rgb_of(stated, ground))]
    if len(known) == len(several) and all(alike(a, b) for (_, a), (_, b) in pairwise(known)):
        return several[0] if several else None
    ink = (rgb_of(letters, ground) if letters else None) or BLACK
    return next((stated for stated, rgb in known if alike(rgb, ink)), None)


def scaled(colours: Sequence[Rgb | None]) -> Sequence[Rgb]:
    """The colours that a scale may paint: those it names, and some on the way between them.

    >>> scaled([(0, 0, 0), (200, 100, 0)])
    [(0, 0, 0), (50, 25, 0), (100, 50, 0), (150, 75, 0), (200, 100, 0)]
    """
    stops = [colour for colour in colours if colour is not None]
    way = [
        between(one, other, share)
        for one, other in pairwise(stops)
        for share in (0.0, 0.25, 0.5, 0.75)
    ]
    return [*way, *stops[-1:]]


def _of_text(kind: str, text: str) -> Sequence[FormulaStep] | None:
    """The condition that a kind sets with a text, None where it sets none."""
    length = float(len(text.encode("utf-16-le")) // 2)
    sought: Sequence[FormulaStep] = (text, SELF, FormulaCall("SEARCH", 2))
    missing = (*sought, FormulaCall("ISERROR", 1))
    conditions: Mapping[str, Sequence[FormulaStep]] = {
        "containsText": (*missing, FormulaCall("NOT", 1)),
        "notContainsText": missing,
        "beginsWith": (SELF, length, FormulaCall("LEFT", 2), text, FormulaCall("=", 2)),
        "endsWith": (SELF, length, FormulaCall("RIGHT", 2), text, FormulaCall("=", 2)),
    }
    return conditions.get(kind) if text else None


def conditional_look(
    areas: Sequence[Area],
    kind: str,
    sign: str,
    formulas: Sequence[Sequence[FormulaStep] | None],
    difference: Difference,
    *,
    stops: bool,
    text: str = "",
) -> ConditionalLook:
    """The look under a condition of that kind; what is not followed leaves the condition open.

    A kind that says all by itself, be it with a `text`, may have a formula beside that: where both
    say two things, programs differ."""
    known = [steps for steps in formulas if steps is not None]
    condition: Sequence[FormulaStep] | None = None
    by_itself = WITHOUT_FORMULA.get(kind) or _of_text(kind, text)
    if by_itself is not None:
        condition = by_itself
        if len(known) == len(formulas) == 1:
            condition = (*by_itself, *known[0], FormulaCall(AGREED, 2))
    elif len(known) == len(formulas) and known:
        condition = compared(SIGNS.get(sign, sign), known) if kind == "cellIs" else None
        condition = known[0] if kind in BY_FORMULA else condition
    return ConditionalLook(
        areas,
        condition,
        difference.number_format,
        difference.struck,
        difference.unseen,
        difference.crossed,
        difference.repeated,
        stops=stops,
        letters=difference.letters,
        grounds=() if difference.ground is None else (difference.ground,),
    )
