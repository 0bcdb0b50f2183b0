"""Ahead or behind: what was reached against what was promised for that point of the year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from models.domain.consolidation.evidence import Figure
from models.domain.consolidation.indicators import Report, ScenarioLine
from models.domain.register.catalogue import PERIODS, Equivalence
from models.domain.register.targets import Direction
from models.domain.review.states import Pace, TrackSource

_YEAR = PERIODS[-1]
_LAST_DAYS = {"quy_1": (3, 31), "6_thang": (6, 30), "9_thang": (9, 30), "ca_nam": (12, 31)}


@dataclass(frozen=True, slots=True)
class Contrary:
    """What the printed scenario says of a point whose own measure says the contrary.

    `promised` is the scenario's in the row's unit, `index` as appendix II prints it (same period of
    last year = 100).
    """

    period: str  # of `promised`
    promised: Decimal
    index: Decimal
    pace: Pace


@dataclass(frozen=True, slots=True)
class LessLater:
    """A later milestone that asks for less than the one before it, in the row's unit."""

    period: str
    promised: Decimal
    lower: bool  # the number itself; less is the higher one of what is better low


@dataclass(frozen=True)
class TrackPoint:
    """One point of the way through the year: what was promised for it and what was reached.

    Both numbers are in the row's unit. `promise` and `report` are the cells they come from; a
    printed scenario has none. `on` is the day of `actual` where that lies behind the period's end.
    """

    period: str  # one of catalogue.PERIODS
    source: TrackSource
    promised: Decimal | None
    promise: Figure | None
    actual: Decimal | None
    report: Figure | None
    pace: Pace
    on: dt.date | None = None
    day: dt.date | None = None  # of `actual`: `on`, else the period's end
    following: str = ""  # the later period whose promise was reached before its time, if any
    following_promised: Decimal | None = None
    following_promise: Figure | None = None
    contrary: Contrary | None = None  # where the printed scenario says otherwise of the same figure
    less_later: LessLater | None = None  # where the agency's own milestones do not fit together

    @property
    def measure(self) -> Figure | None:
        """The cell of the number that the verdict is made against; None for a printed one."""
        return self.following_promise if self.following else self.promise

    @property
    def difference(self) -> Decimal | None:
        """Actual less promised, in the row's unit; None where either is missing."""
        if self.actual is None or self.promised is None:
            return None
        return self.actual - self.promised


def period_end(period: str, year: int) -> dt.date:
    """The last day of one of catalogue.PERIODS.

    >>> period_end("9_thang", 2025)
    datetime.date(2025, 9, 30)
    """
    month, day = _LAST_DAYS[period]
    return dt.date(year, month, day)


def pace_of(
    actual: Decimal | None,
    promised: Decimal | None,
    direction: Direction,
    tolerance: Decimal = Decimal(0),
) -> Pace:
    """Whether a value is ahead of what was promised for the same day; better means ahead.

    Within `tolerance` it is on track. Where no way is good (EXACT), whatever differs is behind.

    >>> pace_of(Decimal("3.2"), Decimal("3.5"), Direction.LOWER).value
    'ahead'
    """
    if actual is None or promised is None or direction is Direction.NONE:
        return Pace.UNKNOWN
    if abs(actual - promised) <= tolerance:
        return Pace.ON_TRACK
    if direction is Direction.EXACT:
        return Pace.BEHIND
    return Pace.AHEAD if (actual > promised) is (direction is Direction.HIGHER) else Pace.BEHIND


def less_asked_later(
    period: str, promised: Mapping[str, Decimal], direction: Direction
) -> LessLater | None:
    """The first later milestone that asks for less than that of `period`; None for none.

    >>> less_asked_later("9_thang", {"9_thang": Decimal(100), "ca_nam": Decimal(95)},
    ...     Direction.HIGHER).period
    'ca_nam'
    """
    if direction not in (Direction.HIGHER, Direction.LOWER):
        return None
    now = promised[period]
    for later in PERIODS[PERIODS.index(period) + 1 :]:
        then = promised.get(later)
        if then is not None and pace_of(then, now, direction) is Pace.BEHIND:
            return LessLater(later, then, lower=then < now)
    return None


def pace_between(
    actual: Decimal | None,
    due: Decimal | None,
    following: Decimal | None,
    direction: Direction,
    tolerance: Decimal = Decimal(0),
) -> Pace:
    """The pace of a value of a day between two milestones.

    Short of the one already due it is behind; at or beyond the following one, before its time,
    ahead; between them on track. Nothing is interpolated. Without the following one, or where that
    asks for less than was due before, a value that has reached what was due is on track; where both
    are the same, so is a value that equals them.

    >>> pace_between(Decimal(80), Decimal(70), Decimal(100), Direction.HIGHER).value
    'on_track'
    """
    to_due = pace_of(actual, due, direction, tolerance)
    if pace_of(following, due, direction) is Pace.BEHIND and direction is not Direction.EXACT:
        following = None
    if to_due in (Pace.UNKNOWN, Pace.BEHIND) or following is None or following == due:
        return Pace.ON_TRACK if to_due is Pace.AHEAD and following is None else to_due
    to_following = pace_of(actual, following, direction, tolerance)
    return Pace.ON_TRACK if to_following is Pace.BEHIND else Pace.AHEAD


def last_period_passed(day: dt.date, year: int) -> str:
    """The last of PERIODS that has ended on that day or before; "" where none has.

    >>> last_period_passed(dt.date(2025, 9, 30), 2025)
    '9_thang'
    """
    passed = [p for p in PERIODS if period_end(p, year) <= day]
    return passed[-1] if passed else ""


def next_promised(period: str, promised: Container[str]) -> str:
    """The first later period that something was promised for; "" for none.

    >>> next_promised("6_thang", {"6_thang", "ca_nam"})
    'ca_nam'
    """
    later: Sequence[str] = PERIODS[PERIODS.index(period) + 1 :]
    return next((p for p in later if p in promised), "")


@dataclass(frozen=True, slots=True)
class TrackPromise:
    """What a point of the year is followed by, in the row's unit, and where it was promised."""

    source: TrackSource
    number: Decimal
    figure: Figure | None


@dataclass(frozen=True)
class ScenarioBridge:
    """The branch of the scenario that states the same measure in other units."""

    equivalence: Equivalence
    line: ScenarioLine
    updated: ScenarioLine | None

    @property
    def reached(self) -> dict[str, tuple[Decimal, Figure]]:
        """What was reported for each period, in the indicator's unit."""
        return {
            p: (self.equivalence.to_left(f.number), f)
            for p, f in self.line.updated.items()
            if f.number is not None
        }

    @property
    def scenario(self) -> dict[str, TrackPromise]:
        """What appendix II prints for each period, in the indicator's unit."""
        return {
            p: TrackPromise(TrackSource.SCENARIO, self.equivalence.to_left(number), None)
            for p, number in self.line.printed.items()
        }

    def promise(self, period: str) -> TrackPromise | None:
        """What the agency made of it in the plan cycle, else what is printed."""
        figure = self.updated.updated.get(period) if self.updated else None
        if figure is None or figure.number is None:
            return self.scenario.get(period)
        return TrackPromise(TrackSource.UPDATED, self.equivalence.to_left(figure.number), figure)


def promises_of(promise: Report | None, bridge: ScenarioBridge | None) -> dict[str, TrackPromise]:
    """What the year is followed by, all of it from one source.

    The commitment's own milestones where it has any before the year's end; else the scenario's;
    else the commitment alone, at the year's end.
    """
    own: dict[str, TrackPromise] = {}
    for period in PERIODS:
        figure = promise.milestones.get(period) if promise else None
        if figure is None and period == _YEAR and promise is not None:
            figure = promise.value
        if figure is not None and figure.number is not None:
            own[period] = TrackPromise(TrackSource.MILESTONE, figure.number, figure)
    if bridge is None or any(period != _YEAR for period in own):
        return own
    return {p: set_by for p in PERIODS if (set_by := bridge.promise(p)) is not None} or own
