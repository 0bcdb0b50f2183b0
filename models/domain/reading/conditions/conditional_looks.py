"""Looks that a condition puts on cells, and whether the condition holds.

A condition is kept as spreadsheets calculate it: values, cells and functions in the order in which
they are worked off. What is not known here leaves it open, and then both looks are possible.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from models.domain.reading.formulas.serials import Scalar, serial_of
from models.domain.reading.shown_values import adds_nothing
from models.domain.reading.sight.colours import BLACK, WHITE, Rgb, alike
from models.domain.reading.workbook_content import (
    Appearance,
    ConditionalLook,
    ErrorValue,
    FormulaCall,
    FormulaCell,
    FormulaStep,
    SheetContent,
)

AGREED = "=?"
"""What two ways of telling one condition come to where they agree: some programs follow the one and
some the other. No function of spreadsheets is called so."""

_MOST_STEPS = 200
_LONGEST_TEXT = 32_767
_MOST_PAINTED = 500  # pairs of colours that are followed for one cell
_Painted = tuple[Rgb | None, Rgb | None]  # letters and ground; None: the cell's own

_Held = tuple[ConditionalLook, bool | None]  # None: nobody can decide whether it holds
_Property = TypeVar("_Property")


class _Undecided(Exception):
    """Raised inside where a condition asks for what is not known here."""


def looks_on(
    content: SheetContent, row: int, column: int, base: Appearance
) -> Sequence[Appearance]:
    """The looks that the cell in 1-based row and column may have, `base` being its own.

    The first condition that holds and says something of a property has its way, as in Excel; one
    that nobody can decide leaves both ways open. LibreOffice and old Excel follow the first
    condition that holds and no other: what shows in this way is one of the looks too.
    """
    rules = [
        rule
        for rule in content.conditional
        if any(t <= row <= b and left <= column <= r for t, left, b, r in rule.areas)
    ]
    if all(only_shows(rule) for rule in rules) and not (base.number_format or base.shown):
        return (base,)  # the value as it stands, whether they hold or not: the form's own do so
    held = [(rule, holds_at(rule.condition, content, row, column)) for rule in rules]
    end = next((n for n, (rule, holds) in enumerate(held, 1) if holds and rule.stops), len(held))
    held = [(rule, holds) for rule, holds in held[:end] if holds is not False]
    if not held:
        return (base,)
    ways = [held] if len(held) < 2 else [held, *_each_alone(held)]

    def possible(says: Callable[[ConditionalLook], bool | None], own: bool) -> bool:
        return any(any(_possible([(says(r), holds) for r, holds in way], own)) for way in ways)

    struck = possible(lambda rule: rule.struck, base.struck)
    unseen = any(rule.unseen for rule, _ in held) or any(_vanishes(way, base) for way in ways)
    crossed = possible(lambda rule: rule.crossed, base.crossed)
    repeated = possible(lambda rule: rule.repeated, base.repeated)
    formats = dict.fromkeys(
        code
        for way in ways
        for code in _possible([(rule.number_format, holds) for rule, holds in way], None)
    )
    made = replace(base, struck=struck, unseen=unseen, crossed=crossed, repeated=repeated)
    return [
        made if code is None else replace(made, number_format=code, shown="") for code in formats
    ]


def _each_alone(held: Sequence[_Held]) -> Iterator[Sequence[_Held]]:
    """Each condition that may be the first one that holds, without the others."""
    for rule, holds in held:
        yield [(rule, True)]
        if holds:
            return


def only_shows(rule: ConditionalLook) -> bool:
    """Whether a condition leaves the value as it stands, as the form's own do."""
    plain = rule.number_format is None or adds_nothing(rule.number_format)
    colours = rule.letters is not None or bool(rule.grounds)
    marks = (rule.struck, rule.unseen, rule.crossed, rule.repeated)
    return plain and not colours and all(mark is None for mark in marks)


def _vanishes(held: Sequence[_Held], base: Appearance) -> bool:
    """Whether the letters may have the colour of what lies behind them, under these conditions.

    What none of them colours is the cell's own. Of a condition that nobody can decide both ways
    are followed.
    """
    letters, ground = base.letters or BLACK, base.ground or WHITE
    if base.unseen and not alike(letters, ground):
        return True  # for another reason than their colour
    painted: set[_Painted] = {(None, None)}
    for rule, holds in held:
        if rule.letters is None and not rule.grounds:
            continue
        grounds = rule.grounds or (None,)
        more = {
            (rule.letters if ink is None else ink, behind if paper is None else paper)
            for ink, paper in painted
            for behind in grounds
        }
        painted = more if holds else painted | more
        if len(painted) > _MOST_PAINTED:
            break
    own = (None, None)
    return any(
        base.unseen if (ink, paper) == own else alike(ink or letters, paper or ground)
        for ink, paper in painted
    )


def _possible(
    said: Sequence[tuple[_Property | None, bool | None]], own: _Property | None
) -> list[_Property | None]:
    """What a property may be, the cell's own first unless a condition has settled it."""
    found: list[_Property | None] = []
    for says, holds in said:
        if says is not None and says not in found:
            found.append(says)
        if says is not None and holds:
            return found
    return [own, *found]


def holds_at(
    condition: Sequence[FormulaStep] | None, content: SheetContent, row: int, column: int
) -> bool | None:
    """Whether the condition holds for that cell, None where it cannot be known."""
    if condition is None or len(condition) > _MOST_STEPS:
        return None
    try:
        value = _calculated(condition, content, row, column)
    except (_Undecided, ArithmeticError, ValueError):
        return None
    if isinstance(value, (ErrorValue, str)):
        return False
    return bool(value)


def _calculated(
    steps: Sequence[FormulaStep], content: SheetContent, row: int, column: int
) -> Scalar:
    stack: list[Scalar] = []
    for step in steps:
        if isinstance(step, FormulaCell):
            at = (
                step.row + (row if step.row_moves else 0),
                step.column + (column if step.column_moves else 0),
            )
            stack.append(serial_of(content.at(*at)))
        elif isinstance(step, FormulaCall):
            if step.count > len(stack):
                raise _Undecided
            count = len(stack) - step.count
            arguments, stack = stack[count:], stack[:count]
            try:
                stack.append(_called(step.name, arguments))
            except ZeroDivisionError:
                stack.append(ErrorValue("#DIV/0!"))
        else:
            stack.append(step)
    if len(stack) != 1:
        raise _Undecided
    return stack[0]


# --- Functions ------------------------------------------------------------------------------------


def _number(value: Scalar) -> float:
    if isinstance(value, str):
        raise _Undecided  # a text may be a number by the marks of the machine
    return float(value or 0) if not isinstance(value, ErrorValue) else math.nan


def _text(value: Scalar) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value == int(value) and abs(value) < 1e11:
        return str(int(value))
    raise _Undecided  # how a broken number is written depends on the machine


def _order(value: Scalar, other: Scalar) -> tuple[int, float | str]:
    """By what spreadsheets compare: numbers, then texts in any case, then truth values."""
    if value is None:
        value = "" if isinstance(other, str) else False if isinstance(other, bool) else 0.0
    if isinstance(value, bool):
        return 2, float(value)
    if isinstance(value, str):
        return 1, value.casefold()
    return 0, float(value) if not isinstance(value, ErrorValue) else math.nan


_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    ">=": operator.ge,
    ">": operator.gt,
    "<>": operator.ne,
}
_ARITHMETIC: Mapping[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


def _found_at(needle: str, text: str, start: Scalar) -> Scalar:
    if any(c in needle for c in "*?~"):
        raise _Undecided
    place = text.find(needle, int(_number(start)) - 1)
    return float(place + 1) if place >= 0 else ErrorValue("#VALUE!")


def _rounded(value: float, digits: float) -> float:
    scale = 10.0 ** int(digits)
    return math.copysign(math.floor(abs(value) * scale + 0.5), value) / scale


def _cut(value: float, digits: float) -> float:
    scale = 10.0 ** int(digits)
    return math.trunc(value * scale) / scale


# Of the first argument alone, whatever it is, errors included.
_KINDS: Mapping[str, Callable[[Scalar], bool]] = {
    "ISNUMBER": lambda v: isinstance(v, float),
    "ISTEXT": lambda v: isinstance(v, str),
    "ISNONTEXT": lambda v: not isinstance(v, str),
    "ISBLANK": lambda v: v is None,
    "ISLOGICAL": lambda v: isinstance(v, bool),
    "ISERROR": lambda v: isinstance(v, ErrorValue),
    "ISERR": lambda v: isinstance(v, ErrorValue) and v.code != "#N/A",
    "ISNA": lambda v: isinstance(v, ErrorValue) and v.code == "#N/A",
}
_FUNCTIONS: Mapping[tuple[str, int], Callable[..., Scalar]] = {
    ("TRUE", 0): lambda: True,
    ("FALSE", 0): lambda: False,
    ("NOT", 1): lambda v: not _number(v),
    ("NEGATE", 1): lambda v: -_number(v),
    ("PLUS", 1): lambda v: v,
    ("PERCENT", 1): lambda v: _number(v) / 100,
    ("INT", 1): lambda v: float(math.floor(_number(v))),
    ("ABS", 1): lambda v: abs(_number(v)),
    ("N", 1): lambda v: float(v) if isinstance(v, (float, bool)) else 0.0,
    ("ROUND", 2): lambda v, n: _rounded(_number(v), _number(n)),
    ("TRUNC", 1): lambda v: float(math.trunc(_number(v))),
    ("TRUNC", 2): lambda v, n: _cut(_number(v), _number(n)),
    ("MOD", 2): lambda v, n: _number(v) % _number(n),
    ("LEN", 1): lambda v: float(len(_text(v).encode("utf-16-le")) // 2),
    ("TRIM", 1): lambda v: " ".join(_text(v).split(" ")).strip(" "),
    ("UPPER", 1): lambda v: _text(v).upper(),
    ("LOWER", 1): lambda v: _text(v).lower(),
    ("LEFT", 1): lambda v: _text(v)[:1],
    ("LEFT", 2): lambda v, n: _text(v)[: int(_number(n))],
    ("RIGHT", 1): lambda v: _text(v)[-1:],
    ("RIGHT", 2): lambda v, n: _text(v)[-int(_number(n)) :] if _number(n) >= 1 else "",
    ("EXACT", 2): lambda a, b: _text(a) == _text(b),
    ("SEARCH", 2): lambda n, t: _found_at(_text(n).casefold(), _text(t).casefold(), 1.0),
    ("SEARCH", 3): lambda n, t, s: _found_at(_text(n).casefold(), _text(t).casefold(), s),
    ("FIND", 2): lambda n, t: _found_at(_text(n), _text(t), 1.0),
    ("FIND", 3): lambda n, t, s: _found_at(_text(n), _text(t), s),
    (AGREED, 2): lambda a, b: _agreed(a, b),
    ("&", 2): lambda a, b: (_text(a) + _text(b))[:_LONGEST_TEXT],
}


def _agreed(value: Scalar, other: Scalar) -> Scalar:
    if bool(_number(value)) != bool(_number(other)):
        raise _Undecided
    return value


def _called(name: str, arguments: Sequence[Scalar]) -> Scalar:
    if name in _KINDS and len(arguments) == 1:
        return _KINDS[name](arguments[0])
    if name == "IF" and len(arguments) in (2, 3):
        choice, *ways = arguments
        if isinstance(choice, ErrorValue):
            return choice
        return ways[0] if _number(choice) else (ways[1] if len(ways) > 1 else False)
    broken = next((v for v in arguments if isinstance(v, ErrorValue)), None)
    if broken is not None:
        return broken
    if name in _COMPARISONS and len(arguments) == 2:
        one, other = arguments
        return _COMPARISONS[name](_order(one, other), _order(other, one))
    if name in _ARITHMETIC and len(arguments) == 2:
        return _ARITHMETIC[name](*map(_number, arguments))
    if name in ("AND", "OR") and arguments:
        said = [bool(_number(v)) for v in arguments]
        return all(said) if name == "AND" else any(said)
    function = _FUNCTIONS.get((name, len(arguments)))
    if function is None:
        raise _Undecided
    return function(*arguments)


# --- Ready-made conditions ------------------------------------------------------------------------

_SELF = FormulaCell(0, 0, row_moves=True, column_moves=True)


def compared(sign: str, formulas: Sequence[Sequence[FormulaStep]]) -> Sequence[FormulaStep] | None:
    """The condition that the cell's own value stands so to one value, or between two.

    >>> compared("<", [(5.0,)])[-1]
    FormulaCall(name='<', count=2)
    """
    if sign in _COMPARISONS and formulas:
        return (_SELF, *formulas[0], FormulaCall(sign, 2))
    if sign in ("between", "notBetween") and len(formulas) == 2:
        one, other = formulas
        # Spreadsheets ask nobody to name the smaller bound first.
        steps = (*_within(one, other), *_within(other, one), FormulaCall("OR", 2))
        return steps if sign == "between" else (*steps, FormulaCall("NOT", 1))
    return None


def _within(low: Sequence[FormulaStep], high: Sequence[FormulaStep]) -> Sequence[FormulaStep]:
    return (
        *(_SELF, *low, FormulaCall(">=", 2)),
        *(_SELF, *high, FormulaCall("<=", 2), FormulaCall("AND", 2)),
    )
