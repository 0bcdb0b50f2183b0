"""Targets: what they ask for, written out, evaluated. `target_reading` reads printed ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from models.domain.notation.number_notation import EXACT, format_number


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


class ChangeWay(StrEnum):
    """How a change against another period is put."""

    INCREASE = "increase"  # tăng 9,3%
    DECREASE = "decrease"  # giảm 1-1,5 điểm %
    MULTIPLE = "multiple"  # gấp 2 lần


@dataclass(frozen=True, slots=True)
class TargetChange:
    """That a target's numbers are no level but a change; `unit` is theirs ("%", "ha", "lần")."""

    way: ChangeWay
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """What a row asks for, in numbers.

    `value` is the number, the floor, the bound, the range's low end or the ratio's first number;
    `second` the stretch, the range's high end or the ratio's second number. `approximate` is of
    «khoảng». With a `change` the numbers lie between two periods: a level alone does not meet them.
    """

    kind: TargetKind
    value: Decimal
    second: Decimal | None = None
    approximate: bool = False
    change: TargetChange | None = None

    @property
    def is_plain(self) -> bool:
        """Whether it is one number and no more."""
        return self.kind is TargetKind.VALUE and not self.approximate and self.change is None

    @property
    def levels(self) -> tuple[Decimal, ...]:
        """Its numbers where they are levels of the row: not of a change, nor a count of a whole."""
        if self.change is not None or self.kind is TargetKind.RATIO:
            return ()
        return (self.value,) if self.second is None else (self.value, self.second)


class Judgement(StrEnum):
    """What a value means against its target."""

    EXCEEDED = "exceeded"
    MET = "met"
    FLOOR_MET = "floor_met"  # the floor, but not the stretch
    NOT_MET = "not_met"
    AWAITING = "awaiting"  # a person says: in words, just short of about, of districts that ended
    UNKNOWN = "unknown"  # no value, no target, or no direction


REACHED = (Judgement.EXCEEDED, Judgement.MET, Judgement.FLOOR_MET)


_SIGNS = {
    TargetKind.GREATER: ">",
    TargetKind.AT_LEAST: "≥",
    TargetKind.LESS: "<",
    TargetKind.AT_MOST: "≤",
}
_CHANGES = {
    ChangeWay.INCREASE: "tăng",
    ChangeWay.DECREASE: "giảm",
    ChangeWay.MULTIPLE: "gấp",
}


# --- Written out ----------------------------------------------------------------------------------


def format_target(target: Target, places: int | None = None) -> str:
    """The target as the directive would print it, its numbers with so many decimals or their own;
    `target_reading.read_target` reads it back.

    >>> format_target(Target(TargetKind.GREATER, Decimal(10000)))
    '> 10.000'
    >>> format_target(Target(TargetKind.RANGE, Decimal(45), Decimal(46)), 1)
    '45,0-46,0'
    """
    about = "khoảng " if target.approximate else ""
    if target.change is None:
        return about + _numbers(target, places)
    unit = target.change.unit
    unit = f" {unit}" if unit[:1].isalpha() else unit
    return f"{_CHANGES[target.change.way]} {about}{_numbers(target, places)}{unit}"


def _numbers(target: Target, places: int | None) -> str:
    value = format_number(target.value, places)
    if target.kind is TargetKind.VALUE:
        return value
    if target.kind in _SIGNS:
        return f"{_SIGNS[target.kind]} {value}"
    second = format_number(_second(target), places)
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

    Short of an approximate target, but equal to its number at the digits it is printed with (two at
    least), is for a person to say: awaiting. A change cannot be told from one period's value:
    unknown.

    >>> target = Target(TargetKind.FLOOR_STRETCH, Decimal(51000), Decimal(55000))
    >>> judge(Decimal(52000), target, Direction.HIGHER).value
    'floor_met'
    >>> about = Target(TargetKind.VALUE, Decimal(17), approximate=True)
    >>> [judge(Decimal(v), about, Direction.HIGHER).value for v in ("17", "16.8", "16.4")]
    ['met', 'awaiting', 'not_met']
    """
    if value is None or target is None or target.change is not None:
        return Judgement.UNKNOWN
    verdict = _judged(value, target, direction)
    just_short = target.approximate and verdict is Judgement.NOT_MET and _is_about(value, target)
    return Judgement.AWAITING if just_short else verdict


def _is_about(value: Decimal, target: Target) -> bool:
    """Whether the value, with as many digits as the nearer number has, is that number."""
    number = target.value
    if target.kind is TargetKind.RANGE and value > target.value:
        number = _second(target)
    digits = len(number.as_tuple().digits)
    if number == number.to_integral_value():
        digits = len(str(abs(int(number))).rstrip("0"))
    half_a_place = Decimal(5).scaleb(number.adjusted() - max(digits, 2))
    return abs(EXACT.subtract(value, number)) <= half_a_place


def _judged(value: Decimal, target: Target, direction: Direction) -> Judgement:
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
    if target.change is not None:
        return None
    if target.kind in (TargetKind.GREATER, TargetKind.AT_LEAST):
        return Direction.HIGHER
    if target.kind in (TargetKind.LESS, TargetKind.AT_MOST):
        return Direction.LOWER
    if target.kind is TargetKind.FLOOR_STRETCH:
        return Direction.HIGHER if _second(target) > target.value else Direction.LOWER
    return None


def falls_short(value: Decimal, target: Target | None, direction: Direction) -> bool:
    """Whether a commitment stays below what was assigned: not met, the stretch not asked for.

    >>> falls_short(Decimal(9), Target(TargetKind.AT_LEAST, Decimal(10)), Direction.HIGHER)
    True
    """
    return judge(value, target, direction) is Judgement.NOT_MET


def gap(value: Decimal, target: Target | None, direction: Direction) -> Decimal | None:
    """Distance from target to value in the target's unit, positive when the value is better.

    Measured to the number, the bound, the floor (the stretch is no duty), the nearer end of a range
    (0 within), the ratio's first number. EXACT: never positive. None where `judge` cannot tell.
    A strict bound that is just reached has the gap 0 and is not met all the same.

    >>> gap(Decimal("3.2"), Target(TargetKind.VALUE, Decimal("3.50")), Direction.LOWER)
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
    None as well for a change: it says nothing of the level.

    >>> magnitude_reference(Target(TargetKind.RANGE, Decimal(45), Decimal(46)))
    Decimal('45')
    """
    if target is None or target.change is not None:
        return None
    return target.value.copy_abs() if target.value else None


def change_since(value: Decimal, last_year: Decimal, target: Target) -> Decimal | None:
    """How much the value changed since last year, as the target counts it; None where unknown.

    A decrease is told as a positive number. Points of a share («điểm %») are a difference; percent
    of a share could be either and are not told.

    >>> by_percent = TargetChange(ChangeWay.INCREASE, "%")
    >>> growth = Target(TargetKind.VALUE, Decimal("9.3"), change=by_percent)
    >>> change_since(Decimal("109.3"), Decimal(100), growth)
    Decimal('9.3')
    """
    if target.change is None:
        return None
    change = EXACT.subtract(value, last_year)
    if target.change.way is ChangeWay.DECREASE:
        change = change.copy_negate()
    if target.change.unit not in ("%", "‰", "lần"):
        return change
    if last_year <= 0:
        return None
    if target.change.unit == "lần":
        return EXACT.divide(value, last_year) if target.change.way is ChangeWay.MULTIPLE else None
    hundred = Decimal(100) if target.change.unit == "%" else Decimal(1000)
    return EXACT.divide(EXACT.multiply(change, hundred), last_year)


def change_direction(target: Target, direction: Direction) -> Direction:
    """Which way is good for the size of a change, where `direction` is that of the row's level."""
    opposite = {Direction.HIGHER: Direction.LOWER, Direction.LOWER: Direction.HIGHER}
    if target.change is not None and target.change.way is ChangeWay.DECREASE:
        return opposite.get(direction, direction)
    return direction


def as_level(target: Target) -> Target:
    """The target with its change taken for what the row itself measures: a growth, a decrease."""
    return replace(target, change=None)
