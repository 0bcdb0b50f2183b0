"""The report's charts, as PNGs: how indicators and tasks came out, and the growth scenario.

What they are, their units and their day stand in the captions below them, which are the template's.
The same review gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable

from models.domain.cycle.letter_phrases import number_text
from models.domain.register.catalogue import PERIOD_TITLES, PERIODS
from models.domain.register.targets import Judgement
from models.domain.review.pace_wording import part_named
from models.domain.review.review import Review
from models.domain.review.wording import BUCKET_NAMES, OUTCOME_NAMES, figures_said
from tasks.adapters.sheets.charts.drawing import (
    Bar,
    Beside,
    Block,
    Curve,
    Lines,
    SingleBars,
    broken,
    drawn,
)
from tasks.adapters.sheets.charts.looks import look_of_bucket, look_of_outcome

_WIDTH = 6.4  # inches


def report_charts(review: Review, name: Callable[[str], str]) -> dict[str, bytes]:
    """The charts by the names under which the template calls them; one without content is left out.

    `name`: how agencies are called.

    "overview": indicators by outcome and tasks by bucket; "scenario": printed against reached.
    """
    charts = {"overview": drawn(_WIDTH, [_overview(review, name)])}
    if any(p.actual is not None for s in review.scenario[:1] for p in s.points):
        charts["scenario"] = drawn(_WIDTH, [_scenario(review)])
    return charts


def _overview(review: Review, name: Callable[[str], str]) -> Block:
    headline = review.headline
    outcomes: list[tuple[str, int, Judgement | None]] = [
        (OUTCOME_NAMES[j], headline.outcomes[j], j)
        for j in Judgement
        if j is not Judgement.AWAITING or headline.awaiting
    ]
    outcomes.append(("Chưa có số liệu", headline.no_data, None))
    told = figures_said(headline.tasks_reported, name).replace("; ", ";\n")
    until = f"\n{told}" if told else ""
    return Beside(
        SingleBars(
            f"Chỉ tiêu: {number_text(headline.indicators)}",
            [
                Bar(broken(outcome), n, number_text(n), look_of_outcome(j))
                for outcome, n, j in outcomes
                if n
            ],
        ),
        SingleBars(
            f"Nhiệm vụ được giao: {number_text(headline.tasks)}{until}",
            [
                Bar(broken(BUCKET_NAMES[b]), n, number_text(n), look_of_bucket(b))
                for b in headline.shown_buckets
                if (n := headline.buckets[b])
            ],
        ),
    )


def _scenario(review: Review) -> Block:
    points = [review.scenario[0].point(p) for p in PERIODS]
    printed = [float(p.printed) if p else None for p in points]
    actual = [p.actual.number if p and p.actual else None for p in points]
    reached = [float(value) if value is not None else None for value in actual]
    return Lines(
        f"GRDP{part_named(review.territory)} so với cùng kỳ năm trước (cùng kỳ bằng 100)",
        [PERIOD_TITLES[p] for p in PERIODS],
        [
            Curve("Kịch bản tại Chỉ thị", printed, "6E6E6E", is_dashed=True),
            Curve("Thực hiện, ước thực hiện", reached, "173F66"),
        ],
    )
