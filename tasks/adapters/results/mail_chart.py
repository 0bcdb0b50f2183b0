"""The chart that goes inside the summary mail, as a PNG."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from textwrap import fill
from typing import TYPE_CHECKING

from models.domain.consolidation import Completeness, Consolidation
from models.domain.cycle.letter_phrases import instant_text, number_text, rounded
from models.domain.notation.rounding import percent_of
from models.domain.review import Review
from models.domain.review.wording import BUCKET_NAMES, figures_said
from tasks.adapters.sheets.charts.drawing import (
    Bar,
    Block,
    Note,
    Share,
    SingleBars,
    StackedBars,
    broken,
    drawn,
)
from tasks.adapters.sheets.charts.looks import Filling, look_of_bucket
from tasks.adapters.sheets.consolidation_cells import appendix_name
from tasks.adapters.sheets.cross_tables import (
    looks_of_outcomes,
    looks_of_states,
    outcome_by_appendix,
    status_by_kind,
)

if TYPE_CHECKING:
    import pandas as pd

_WIDTH = 3.5  # inches: 700 pixels; letters of 8 points are 11 pixels high at the 345 of a telephone
_LONG_NAME = 22  # letters
_LONG_LINE = 52  # letters of small text
_PLAIN = Filling("6BA5D7")


def status_chart(consolidation: Consolidation, panels: Sequence[Block]) -> bytes:
    """A PNG, 700 pixels wide, for a telephone: who answered by kind of agency, the panels below,
    and as of when.

    The same consolidation and panels give the same bytes.
    """
    status = status_by_kind(consolidation).drop(index="Cộng", columns="Cộng")
    until = Note(f"Số liệu đến {instant_text(consolidation.as_of)}.")
    return drawn(_WIDTH, [_status(status), *panels, until])


def _status(status: pd.DataFrame) -> Block:
    """How many agencies are in which state, by kind."""
    shares = [
        Share(name, [int(n) for n in status.get(name, ())], look)
        for name, look in looks_of_states().items()
    ]
    return StackedBars("Tình trạng gửi báo cáo (số cơ quan)", list(status.index), shares)


def plan_panels(consolidation: Consolidation) -> list[Block]:
    """Of a plan: completeness by appendix."""
    bars = [
        Bar(appendix_name(a), c.complete / c.expected, _completeness_said(c), _PLAIN)
        for a, c in consolidation.headline.completeness.items()
    ]
    return [SingleBars("Mức độ đầy đủ theo phụ lục\n(số dòng đã đủ trên số dòng phải điền)", bars)]


def _completeness_said(counted: Completeness) -> str:
    share = percent_of(counted.complete, counted.expected)
    of = f"{number_text(counted.complete)}/{number_text(counted.expected)}"
    return f"{rounded(share)}% ({of})" if share is not None else of


def review_panels(review: Review, name: Callable[[str], str]) -> list[Block]:
    """Of a review: indicators by outcome, tasks by bucket. `name`: how agencies are called."""
    outcomes = outcome_by_appendix(review).drop(index="Cộng", columns="Cộng")
    looks = looks_of_outcomes(review)
    shares = [Share(one, [int(n) for n in outcomes[one]], look) for one, look in looks.items()]
    headline = review.headline
    buckets = [
        Bar(broken(BUCKET_NAMES[b], _LONG_NAME), n, number_text(n), look_of_bucket(b))
        for b in headline.shown_buckets
        if (n := headline.buckets[b])
    ]
    title = f"{number_text(headline.tasks)} nhiệm vụ được giao, theo tình trạng"
    if until := figures_said(headline.tasks_reported, name):
        lines = until.replace("; ", ";\n").split("\n")
        title += "\n" + "\n".join(fill(line, _LONG_LINE) for line in lines)
    return [
        StackedBars("Chỉ tiêu so với mức giao (số chỉ tiêu)", list(outcomes.index), shares),
        SingleBars(title, buckets),
    ]
