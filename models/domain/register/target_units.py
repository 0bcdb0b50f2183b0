"""A target as printed, in the unit of its row."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from models.domain.notation.units import Measure, converted, measure_of
from models.domain.register.target_reading import TargetReading
from models.domain.register.targets import ChangeWay, Target, as_level

_POINTS = {"điểm%": "%", "điểmphầntrăm": "%"}
_SHARES = ("%", "‰")
# A row of such a name reports a level: "tăng 1%" of it may be points or a hundredth of it.
_LEVEL = re.compile(r"t[ỷỉ] (?:lệ|trọng|suất|số)\b", re.IGNORECASE)
_DECREASE = re.compile(r"(?:(?:mức|tốc độ|t[ỷỉ] lệ|số) )?giảm\b", re.IGNORECASE)
_OF_PERIOD = re.compile(r"\s*/\s*(tháng|quý|tuần|ngày)\b", re.IGNORECASE)  # shorter than a year


def target_in_unit(reading: TargetReading, unit: str, name: str) -> Target | None:
    """The target with its numbers in the row's unit; None where the units contradict each other.

    A change in percent is what a percent row of a growth measures itself: "tăng 9,3%" there is 9,3.
    In any other row it stays a change, which a level alone does not tell. What the target counts
    need not be named as the row names it; a share, money or a physical unit must.

    >>> from models.domain.register.target_reading import read_target
    >>> target_in_unit(read_target("15 tỷ USD"), "Triệu USD", "Xuất khẩu").value
    Decimal('15000')
    >>> target_in_unit(read_target("12 tấn"), "ha", "Diện tích") is None
    True
    """
    target = reading.target
    if target is None or not _periods_agree(reading.period, unit):
        return None
    if target.change is not None:
        return _changed(target, unit, name)
    printed = _POINTS.get(reading.unit, reading.unit)
    if not printed or not unit or reading.rank:
        return target
    times = _times(measure_of(printed), measure_of(_OF_PERIOD.sub("", unit)))
    return None if times is None else _scaled(target, times)


def _periods_agree(period: str, unit: str) -> bool:
    """A figure of a month is none of a year; whose period it is need not be said."""
    found = _OF_PERIOD.search(unit)
    return not period or period == (found[1].casefold() if found else "năm")


def _changed(target: Target, unit: str, name: str) -> Target | None:
    change = target.change
    if change is None:
        return target
    given = _POINTS.get(change.unit, change.unit)
    shares = unit.strip() in _SHARES
    if change.way is ChangeWay.MULTIPLE:
        return as_level(target) if unit.strip().casefold() == "lần" else target
    if given and given not in _SHARES and given != "lần":
        times = _times(measure_of(given), measure_of(unit)) if unit else Decimal(1)
        if times is None or times == 1:
            return None if times is None else target
        return replace(_scaled(target, times), change=replace(change, unit=unit.lower()))
    if not shares or given not in ("", unit.strip()):
        return target
    own = _DECREASE.match(name) if change.way is ChangeWay.DECREASE else not _LEVEL.match(name)
    return as_level(target) if own else target


def _times(given: Measure, wanted: Measure) -> Decimal | None:
    """By how much a number is multiplied to be in the wanted unit, None where that cannot be."""
    if not wanted.per and given.per_scale == 1:
        given = replace(given, per="")
    times = converted(Decimal(1), given, wanted)
    if times is not None:
        return times
    names_only = given.scale == 1 and not given.head and not given.per
    if names_only and wanted.scale == 1 and not wanted.is_amount:
        return Decimal(1)
    return None


def _scaled(target: Target, times: Decimal) -> Target:
    if times == 1:
        return target
    second = None if target.second is None else _plain(target.second * times)
    return replace(target, value=_plain(target.value * times), second=second)


def _plain(value: Decimal) -> Decimal:
    return Decimal(f"{value.normalize():f}")
