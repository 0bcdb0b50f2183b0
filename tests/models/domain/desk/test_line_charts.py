"""The chart as numbers: order, gaps, labels that do not touch, marks that need no colour."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest

from models.domain.desk.line_charts import ChartSeries, line_chart

PERIODS = ("Quý I", "6 tháng", "9 tháng", "Cả năm")


def series(name: str, *values: str) -> ChartSeries:
    return ChartSeries(name, [Decimal(v) if v else None for v in values])


def test_what_is_more_stands_higher_and_later_stands_to_the_right() -> None:
    chart = line_chart(PERIODS, [series("a", "111.9", "112.1", "112.5", "112.4")])
    assert chart is not None
    [line] = chart.lines
    points = line.points

    assert [p.x for p in points] == sorted(p.x for p in points)
    by_value = sorted(points, key=lambda p: p.value)
    assert [p.y for p in by_value] == sorted((p.y for p in points), reverse=True)
    assert all(0 < p.y < chart.bottom and chart.left < p.x < chart.right for p in points)
    assert chart.ticks[0].value < Decimal("111.9") < Decimal("112.5") < chart.ticks[-1].value


@pytest.mark.parametrize(
    ("values", "lengths"),
    [
        (("1", "2", "3", "4"), [4]),
        (("1", "", "3", "4"), [1, 2]),
        (("", "2", "", "4"), [1, 1]),
        (("", "", "", "4"), [1]),
    ],
)
def test_no_line_leads_over_a_gap(values: tuple[str, ...], lengths: list[int]) -> None:
    chart = line_chart(PERIODS, [series("a", *values)])
    assert chart is not None

    assert [len(stretch) for stretch in chart.lines[0].stretches] == lengths


@pytest.mark.parametrize(
    "values",
    [("112", "112", "112"), ("112.01", "112.02", "112.03"), ("111", "112", "113"), ("9", "9", "1")],
)
def test_labels_at_one_period_never_touch(values: tuple[str, ...]) -> None:
    chart = line_chart(["Quý I"], [series(str(n), value) for n, value in enumerate(values)])
    assert chart is not None
    heights = sorted(line.points[0].label_y for line in chart.lines)

    assert all(low + 15 <= high for low, high in pairwise(heights))


def test_series_are_told_apart_by_their_marks() -> None:
    made = [series("a", "1"), series("b", ""), series("c", "2"), series("d", "3")]
    chart = line_chart(["Quý I"], made)
    assert chart is not None

    # A series without a value is not drawn; the others keep their marks.
    assert [(line.name, line.mark) for line in chart.lines] == [
        ("a", "square"),
        ("c", "circle"),
        ("d", "square"),
    ]


@pytest.mark.parametrize("made", [[], [series("a", "", "")]])
def test_nothing_is_drawn_of_nothing(made: list[ChartSeries]) -> None:
    assert line_chart(["Quý I", "6 tháng"], made) is None
