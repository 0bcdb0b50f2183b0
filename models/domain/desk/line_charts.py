"""A line chart as numbers: where each point, label and grid line stands. Whoever draws it decides
nothing.

Series are told apart without colour: by the stroke, by the mark at each point and by name at the
end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from models.domain.notation.rounding import half_up

WIDTH, HEIGHT = 720, 340
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 24, 24, 44
_MARGIN = Decimal("0.3")  # room for labels; indices lie close together, so no axis begins at 0
_TICKS = 5
_APART = 15  # labels at one point stand so far apart at least
MARKS = ("square", "diamond", "circle")


@dataclass(frozen=True, slots=True)
class ChartSeries:
    """A line: its values by position, None where there is none."""

    name: str
    values: Sequence[Decimal | None]


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """A point with its label and where the label stands."""

    x: float
    y: float
    value: Decimal
    label_y: float


@dataclass(frozen=True, slots=True)
class ChartLine:
    """A series as drawn: its stretches without a gap, its points, its kind of mark."""

    name: str
    mark: str
    points: Sequence[ChartPoint]
    stretches: Sequence[Sequence[ChartPoint]]


@dataclass(frozen=True, slots=True)
class ChartTick:
    """A place on an axis: how far along it, and what is written there."""

    at: float
    value: Decimal


@dataclass(frozen=True)
class LineChart:
    """A chart in its own units, the origin at the upper left."""

    titles: Sequence[tuple[float, str]]  # below the horizontal axis
    ticks: Sequence[ChartTick]
    lines: Sequence[ChartLine]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    bottom: int = HEIGHT - _BOTTOM


def line_chart(titles: Sequence[str], series: Sequence[ChartSeries]) -> LineChart | None:
    """The chart of series over the same positions; None where there is nothing to draw.

    >>> chart = line_chart(["Quý I"], [ChartSeries("Kịch bản", [Decimal("110.5")])])
    >>> [tick.value for tick in chart.ticks][0] <= Decimal("110.5")
    True
    """
    given = [value for one in series for value in one.values if value is not None]
    if not given or not titles:
        return None
    low, high = min(given) - _MARGIN, max(given) + _MARGIN
    places = [_across(position, len(titles)) for position in range(len(titles))]
    labels = _labels(series, low, high)
    lines = []
    for number, one in enumerate(series):
        points = {
            position: ChartPoint(
                places[position], _down(value, low, high), value, labels[number, position]
            )
            for position, value in enumerate(one.values)
            if value is not None
        }
        if points:
            mark = MARKS[number % len(MARKS)]
            lines.append(ChartLine(one.name, mark, list(points.values()), _stretches(points)))
    step = (high - low) / (_TICKS - 1)
    ticks = [
        ChartTick(_down(low + step * number, low, high), half_up(low + step * number, 1))
        for number in range(_TICKS)
    ]
    return LineChart(list(zip(places, titles, strict=True)), ticks, lines)


def _across(position: int, count: int) -> float:
    """Positions stand in the middle of equal parts of the width."""
    part = (WIDTH - _LEFT - _RIGHT) / count
    return round(_LEFT + part * (position + 0.5), 1)


def _down(value: Decimal, low: Decimal, high: Decimal) -> float:
    room = HEIGHT - _TOP - _BOTTOM
    return round(float(_TOP + room * (high - value) / (high - low)), 1)


def _labels(
    series: Sequence[ChartSeries], low: Decimal, high: Decimal
) -> dict[tuple[int, int], float]:
    """Where labels stand: above the highest point, below the lowest, others beside theirs."""
    found: dict[tuple[int, int], float] = {}
    for position in range(max(len(one.values) for one in series)):
        here = sorted(
            (_down(value, low, high), number)
            for number, one in enumerate(series)
            if position < len(one.values) and (value := one.values[position]) is not None
        )
        above = float("-inf")
        for place, (y, number) in enumerate(here):
            lowest = place > 0 and place == len(here) - 1
            wanted = y - 9 if place == 0 else y + (18 if lowest else 4)
            above = max(wanted, above + _APART)
            found[number, position] = round(above, 1)
    return found


def _stretches(points: dict[int, ChartPoint]) -> list[list[ChartPoint]]:
    """The points that follow each other without a gap."""
    found: list[list[ChartPoint]] = []
    before: int | None = None
    for position, point in points.items():
        if before is not None and position == before + 1:
            found[-1].append(point)
        else:
            found.append([point])
        before = position
    return found
