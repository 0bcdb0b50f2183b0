"""Targets as the directive prints them: parsed, formatted back, evaluated."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from models.domain.notation.number_notation import (
    EXACT,
    NotANumber,
    format_number,
    parse_vietnamese,
)
from models.domain.notation.vietnamese_text import FULL_WIDTH, squeeze


class Direction(StrEnum):
    """Which way is good. A plain number does not say; the catalogue states it for every row."""

    HIGHER = "higher"
    LOWER = "lower"
    EXACT = "exact"  # neither way: keep to the value (none known so far)
    NONE = "none"  # nothing to measure (tasks, projects, headings)


class TargetKind(StrEnum):
    """The printed forms."""

    VALUE = "value"  # 12,50
    FLOOR_STRETCH = "floor_stretch"  # 51.000, phấn đấu 55.000
    GREATER = "greater"  # >10
    AT_LEAST = "at_least"  # ≥ 10
    LESS = "less"  # < 8
    AT_MOST = "at_most"  # ≤ 3,5
    RANGE = "range"  # 45-46
    RATIO = "ratio"  # 15/15


@dataclass(frozen=True, slots=True)
class Target:
    """A parsed target.

    `value` is the number, the floor, the bound, the range's low end or the ratio's first number;
    `second` the stretch, the range's high end or the ratio's second number.
    """

    kind: TargetKind
    value: Decimal
    second: Decimal | None = None


class Judgement(StrEnum):
    """What a value means against its target."""

    EXCEEDED = "exceeded"
    MET = "met"
    FLOOR_MET = "floor_met"  # the floor, but not the stretch
    NOT_MET = "not_met"
    UNKNOWN = "unknown"  # no value, no target, or no direction


class TargetNotUnderstood(ValueError):
    """Raised when a printed target follows none of the forms of `TargetKind`."""

    def __init__(self, printed: str) -> None:
        self.printed = printed
        shown = squeeze(printed[:200])
        super().__init__(
            f"Không đọc được chỉ tiêu «{shown}». Các cách viết được nhận: 12,50; 51.000, phấn đấu "
            f"55.000; > 10; ≥ 10; < 8; ≤ 3,5; 45-46; 15/15; hoặc để trống."
        )


# --- Parsing and formatting -----------------------------------------------------------------------

_NUMBER = r"(-?[0-9][0-9.]*(?:,[0-9]+)?)"
_PERCENT = r"\s*[%‰]?"
_PLAIN = re.compile(rf"{_NUMBER}{_PERCENT}")
_BOUND = re.compile(
    rf"(>=|=>|≥|<=|=<|≤|>|<|trên|dưới|tối thiểu|ít nhất|tối đa|không quá)\s*{_NUMBER}{_PERCENT}"
)
# The scan reads "phấn đấu" as "phần đầu"; both words vary.
_STRETCH = re.compile(rf"{_NUMBER}{_PERCENT}\s*[,;]\s*ph[ấầ]n đ[ấầ]u\s*{_NUMBER}{_PERCENT}")
_RANGE = re.compile(rf"{_NUMBER}{_PERCENT}\s*(?:[-‐‑‒–—−]|đến)\s*{_NUMBER}{_PERCENT}")
_RATIO = re.compile(rf"{_NUMBER}\s*/\s*{_NUMBER}")
_BOUND_KINDS = {
    ">": TargetKind.GREATER,
    "trên": TargetKind.GREATER,
    ">=": TargetKind.AT_LEAST,
    "=>": TargetKind.AT_LEAST,
    "≥": TargetKind.AT_LEAST,
    "tối thiểu": TargetKind.AT_LEAST,
    "ít nhất": TargetKind.AT_LEAST,
    "<": TargetKind.LESS,
    "dưới": TargetKind.LESS,
    "<=": TargetKind.AT_MOST,
    "=<": TargetKind.AT_MOST,
    "≤": TargetKind.AT_MOST,
    "tối đa": TargetKind.AT_MOST,
    "không quá": TargetKind.AT_MOST,
}
_SIGNS = {
    TargetKind.GREATER: ">",
    TargetKind.AT_LEAST: "≥",
    TargetKind.LESS: "<",
    TargetKind.AT_MOST: "≤",
}
_LONGEST = 120


def parse_target(printed: str) -> Target | None:
    """The target a printed cell states, None for an empty cell.

    A percent sign after a number is taken and dropped: the unit has its own column. A range must
    rise, a ratio's second number must be positive, a stretch must differ from its floor. Raises
    TargetNotUnderstood.

    >>> parse_target("51.000, phần đầu 55.000")
    Target(kind=<TargetKind.FLOOR_STRETCH: 'floor_stretch'>, value=Decimal('51000'), \
second=Decimal('55000'))
    >>> parse_target("≤ 3,5")
    Target(kind=<TargetKind.AT_MOST: 'at_most'>, value=Decimal('3.5'), second=None)
    """
    text = squeeze(printed).translate(FULL_WIDTH).casefold() if len(printed) < 4000 else "?"
    if not text:
        return None
    if len(text) > _LONGEST:
        raise TargetNotUnderstood(printed)
    try:
        target = _parse(text)
    except NotANumber:
        raise TargetNotUnderstood(printed) from None
    if target is None:
        raise TargetNotUnderstood(printed)
    return target


def _parse(text: str) -> Target | None:
    if match := _PLAIN.fullmatch(text):
        return Target(TargetKind.VALUE, parse_vietnamese(match[1]))
    if match := _BOUND.fullmatch(text):
        return Target(_BOUND_KINDS[match[1]], parse_vietnamese(match[2]))
    for pattern, kind, possible in _PAIRS:
        if match := pattern.fullmatch(text):
            first, second = parse_vietnamese(match[1]), parse_vietnamese(match[2])
            return Target(kind, first, second) if possible(first, second) else None
    return None


_PAIRS: tuple[tuple[re.Pattern[str], TargetKind, Callable[[Decimal, Decimal], bool]], ...] = (
    (_STRETCH, TargetKind.FLOOR_STRETCH, lambda floor, stretch: floor != stretch),
    (_RANGE, TargetKind.RANGE, lambda low, high: low < high),
    (_RATIO, TargetKind.RATIO, lambda count, whole: count >= 0 and whole > 0),
)


def format_target(target: Target) -> str:
    """The target as the directive would print it; `parse_target` reads it back.

    >>> format_target(Target(TargetKind.GREATER, Decimal(10000)))
    '> 10.000'
    """
    value = format_number(target.value)
    if target.kind is TargetKind.VALUE:
        return value
    if target.kind in _SIGNS:
        return f"{_SIGNS[target.kind]} {value}"
    second = format_number(_second(target))
    if target.kind is TargetKind.FLOOR_STRETCH:
        return f"{value}, phấn đấu {second}"
    return f"{value}-{second}" if target.kind is TargetKind.RANGE else f"{value}/{second}"


def _second(target: Target) -> Decimal:
    if target.second is None:
        raise ValueError(f"a target of kind {target.kind.value} has two numbers")
    return target.second


# --- Evaluating -----------------------------------------------------------------------------------


def judge(value: Decimal | None, target: Target | None, direction: Direction) -> Judgement:
    """What a value means against its target.

    EXCEEDED is a value better than the least that satisfies the target. By kind:

    - VALUE: the direction decides. HIGHER: above it exceeded, equal met, below not met; LOWER
      mirrored; EXACT: equal met, else not met; NONE: unknown.
    - AT_LEAST, AT_MOST: the sign carries the direction, whatever the catalogue says; equal met,
      beyond exceeded.
    - GREATER, LESS: likewise, but equal is not met; beyond is met and never exceeded, since a
      strict bound has no least value that satisfies it ("> 90" wants no more than to be passed).
    - FLOOR_STRETCH: the order of its two numbers carries the direction. Short of the floor not met,
      from the floor on floor met, the stretch itself met, beyond exceeded.
    - RANGE: within, ends included, met, whatever the direction. HIGHER: above exceeded, below not
      met; LOWER mirrored; EXACT: outside not met; NONE: outside unknown.
    - RATIO ("14/15": fourteen of fifteen): the value is a count, compared with the first number as
      with a VALUE. A count beyond the whole cannot be (a percentage, most likely): unknown.

    >>> judge(Decimal("12.5"), parse_target("12,50"), Direction.HIGHER).value
    'met'
    >>> judge(Decimal(52000), parse_target("51.000, phấn đấu 55.000"), Direction.HIGHER).value
    'floor_met'
    """
    if value is None or target is None:
        return Judgement.UNKNOWN
    low, kind = target.value, target.kind
    if kind is TargetKind.GREATER:
        return Judgement.MET if value > low else Judgement.NOT_MET
    if kind is TargetKind.LESS:
        return Judgement.MET if value < low else Judgement.NOT_MET
    way = carried_direction(target) or direction
    if kind is TargetKind.RANGE:
        high = _second(target)
        if low <= value <= high:
            return Judgement.MET
        return _against(value, low if value < low else high, way)
    if kind is TargetKind.RATIO and not 0 <= value <= _second(target):
        return Judgement.UNKNOWN
    to_floor = _against(value, low, way)
    if kind is not TargetKind.FLOOR_STRETCH or to_floor is Judgement.NOT_MET:
        return to_floor
    to_stretch = _against(value, _second(target), way)
    return Judgement.FLOOR_MET if to_stretch is Judgement.NOT_MET else to_stretch


def _against(value: Decimal, number: Decimal, direction: Direction) -> Judgement:
    if direction is Direction.NONE:
        return Judgement.UNKNOWN
    if value == number:
        return Judgement.MET
    better = direction is not Direction.EXACT and (value > number) is (
        direction is Direction.HIGHER
    )
    return Judgement.EXCEEDED if better else Judgement.NOT_MET


def carried_direction(target: Target) -> Direction | None:
    """The direction the printed form itself states, None where only the catalogue can say.

    >>> carried_direction(Target(TargetKind.LESS, Decimal(8))).value
    'lower'
    """
    if target.kind in (TargetKind.GREATER, TargetKind.AT_LEAST):
        return Direction.HIGHER
    if target.kind in (TargetKind.LESS, TargetKind.AT_MOST):
        return Direction.LOWER
    if target.kind is TargetKind.FLOOR_STRETCH:
        return Direction.HIGHER if _second(target) > target.value else Direction.LOWER
    return None


def falls_short(value: Decimal, target: Target | None, direction: Direction) -> bool:
    """Whether a commitment stays below what was assigned: not met, the stretch not asked for.

    >>> falls_short(Decimal(50999), parse_target("51.000, phấn đấu 55.000"), Direction.HIGHER)
    True
    """
    return judge(value, target, direction) is Judgement.NOT_MET


def gap(value: Decimal, target: Target | None, direction: Direction) -> Decimal | None:
    """Distance from target to value in the target's unit, positive when the value is better.

    Measured to the number, the bound, the floor (the stretch is no duty), the nearer end of a range
    (0 within), the ratio's first number. EXACT: never positive. None where `judge` cannot tell.
    A strict bound that is just reached has the gap 0 and is not met all the same.

    >>> gap(Decimal("3.2"), parse_target("3,50"), Direction.LOWER)
    Decimal('0.30')
    """
    if target is None or judge(value, target, direction) is Judgement.UNKNOWN:
        return None
    way = carried_direction(target) or direction
    number = target.value
    if target.kind is TargetKind.RANGE:
        number = min(max(value, target.value), _second(target))
    distance = EXACT.subtract(value, number)
    if way is Direction.EXACT:
        return distance.copy_abs().copy_negate() if distance else distance
    return distance.copy_negate() if way is Direction.LOWER and distance else distance


def magnitude_reference(target: Target | None) -> Decimal | None:
    """A number as large as values of this row should be, None for a target of 0 or none.

    For checks of units only (100 or 1,000 times off): the number, bound, floor, low end or count.

    >>> magnitude_reference(parse_target("45-46")), magnitude_reference(parse_target("0"))
    (Decimal('45'), None)
    """
    return target.value.copy_abs() if target is not None and target.value else None
