"""The chart that goes inside the summary mail, as a PNG."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from models.domain.answers.standing import Timeliness
from models.domain.consolidation import Completeness, Consolidation
from models.domain.consolidation.wording import TIMELINESS_NAMES
from models.domain.cycle.letter_phrases import rounded
from models.domain.notation.rounding import percent_of
from models.domain.register.catalogue import Appendix
from models.domain.register.targets import Judgement
from models.domain.review import Review
from models.domain.review.wording import OUTCOME_NAMES, figures_said
from tasks.adapters.sheets.consolidation_cells import appendix_name
from tasks.adapters.sheets.cross_tables import (
    BUCKET_COLOURS,
    OUTCOME_COLOURS,
    TIMELINESS_COLOURS,
    buckets_table,
    outcome_by_appendix,
    status_by_kind,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_WIDTH, _RESOLUTION = 6.0, 200  # inches, dots an inch: 1,200 pixels, read at 600 in a mail
_STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",  # ships with matplotlib and has every Vietnamese letter
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
_INK, _GRID, _BAR = "#1F1F1F", "#D9D9D9", "#3C6EB4"
_LONG_NAME = 28  # letters
_LIGHT_OUTCOMES = {OUTCOME_NAMES[Judgement.FLOOR_MET], OUTCOME_NAMES[Judgement.UNKNOWN]}
_LIGHT_FILLS = {
    Timeliness.CORRECTED,
    Timeliness.LATE,
    Timeliness.CORRECTING,
    Timeliness.OVERDUE,
    Timeliness.OPEN,
    Timeliness.EXEMPT,
}


Panel = tuple[float, Callable[["Axes"], None]]  # its height in rows, and what draws it


def status_chart(consolidation: Consolidation, panels: Sequence[Panel]) -> bytes:
    """A PNG, 1,200 pixels wide: who answered by kind of agency, and the panels below.

    The same consolidation and panels give the same bytes: no display, no clock, no metadata.
    """
    import matplotlib as mpl  # start-up cost: most runs draw no chart
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # start-up cost
    from matplotlib.figure import Figure  # start-up cost

    status = status_by_kind(consolidation).drop(index="Cộng", columns="Cộng")
    rows = (max(1, len(status)) + 1.6, *(height for height, _ in panels))
    with mpl.rc_context():
        mpl.rcdefaults()  # the machine's own matplotlibrc has no say
        mpl.rcParams.update(_STYLE)
        figure = Figure(figsize=(_WIDTH, 0.36 * sum(rows) + 0.9), dpi=_RESOLUTION)
        canvas = FigureCanvasAgg(figure)
        figure.patch.set_facecolor("white")
        top, *below = figure.subplots(len(rows), 1, height_ratios=rows)
        _draw_status(top, status)
        for axes, (_, draw) in zip(below, panels, strict=True):
            draw(axes)
        figure.tight_layout(pad=0.8, h_pad=1.6)
        stream = io.BytesIO()
        # Not by savefig, which first draws it once for nothing.
        canvas.print_png(  # type: ignore[no-untyped-call]
            stream, metadata={"Software": None}
        )
    return stream.getvalue()


def _draw_status(axes: Axes, status: pd.DataFrame) -> None:
    """How many agencies are in which state, by kind."""
    _draw_stacked(
        axes,
        list(status.index),
        [
            _Share(
                TIMELINESS_NAMES[state],
                [int(n) for n in status.get(TIMELINESS_NAMES[state], ())],
                f"#{TIMELINESS_COLOURS[state]}",
                state in _LIGHT_FILLS,
            )
            for state in Timeliness
        ],
        "Tình trạng gửi báo cáo (số cơ quan)",
        0.4,
    )


class _Share(NamedTuple):
    """One colour of stacked bars."""

    name: str
    counts: Sequence[int]  # one a bar
    colour: str
    is_light: bool  # under dark figures


def _draw_stacked(
    axes: Axes, bars: Sequence[str], shares: Iterable[_Share], title: str, middle: float
) -> None:
    """Stacked bars; a share that no bar has is not in the legend, centred at `middle` below."""
    from matplotlib.ticker import MaxNLocator  # start-up cost

    left = [0] * len(bars)
    for share in shares:
        if not any(share.counts):
            continue
        drawn = axes.barh(
            bars,
            share.counts,
            left=left,
            height=0.62,
            color=share.colour,
            label=_broken(f"{share.name} ({sum(share.counts)})"),
        )
        ink = _INK if share.is_light else "white"
        labels = [str(n) if n else "" for n in share.counts]
        axes.bar_label(drawn, labels=labels, label_type="center", color=ink, fontsize=8.5)
        left = [a + b for a, b in zip(left, share.counts, strict=True)]
    axes.invert_yaxis()
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_title(title, loc="left", fontsize=10, weight="bold")
    if any(left):
        axes.legend(
            loc="upper center", bbox_to_anchor=(middle, -0.14), ncols=2, frameon=False, fontsize=8.5
        )
    _quiet(axes)


def _draw_completeness(axes: Axes, complete: Mapping[Appendix, Completeness]) -> None:
    shares = [percent_of(c.complete, c.expected) or Decimal(0) for c in complete.values()]
    bars = axes.barh(
        [appendix_name(a) for a in complete], list(map(float, shares)), height=0.58, color=_BAR
    )
    labels = [
        f"{rounded(share)}% ({c.complete}/{c.expected})"
        for share, c in zip(shares, complete.values(), strict=True)
    ]
    axes.bar_label(bars, labels=labels, padding=3, fontsize=8.5)
    axes.invert_yaxis()
    axes.set_xlim(0, 122)
    axes.set_xticks([0, 25, 50, 75, 100], ["0", "25", "50", "75", "100%"])
    axes.set_title("Mức độ đầy đủ theo phụ lục (dòng)", loc="left", fontsize=10, weight="bold")
    _quiet(axes)


def plan_panels(consolidation: Consolidation) -> list[Panel]:
    """Of a plan: completeness by appendix."""
    complete = consolidation.headline.completeness
    return [(max(1, len(complete)) + 0.9, lambda axes: _draw_completeness(axes, complete))]


def review_panels(review: Review) -> list[Panel]:
    """Of a review: indicators by outcome, tasks by bucket."""
    outcomes = outcome_by_appendix(review).drop(index="Cộng", columns="Cộng")
    buckets = buckets_table(review).drop(index="Cộng").iloc[:, 0]
    until = figures_said(review.headline.reported)
    colours = [f"#{BUCKET_COLOURS[b]}" for b in review.headline.shown_buckets]
    return [
        (len(outcomes) + 2.0, lambda axes: _draw_outcomes(axes, outcomes)),
        (len(buckets) * 1.0 + 1.6, lambda axes: _draw_buckets(axes, buckets, colours, until)),
    ]


def _draw_outcomes(axes: Axes, outcomes: pd.DataFrame) -> None:
    """How many indicators have which outcome, by appendix."""
    shares = (
        _Share(
            name,
            [int(n) for n in outcomes[name]],
            f"#{OUTCOME_COLOURS[name]}",
            name in _LIGHT_OUTCOMES,
        )
        for name in outcomes.columns
    )
    title = "Chỉ tiêu so với mức giao (số chỉ tiêu)"
    _draw_stacked(axes, list(outcomes.index), shares, title, 0.3)


def _draw_buckets(axes: Axes, buckets: pd.Series, colours: Sequence[str], until: str) -> None:
    from matplotlib.ticker import MaxNLocator  # start-up cost

    counts = [int(n) for n in buckets]
    names = [_broken(str(name)) for name in buckets.index]
    bars = axes.barh(names, counts, height=0.62, color=list(colours))
    axes.bar_label(bars, labels=[str(n) if n else "" for n in counts], padding=3, fontsize=8.5)
    axes.invert_yaxis()
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    title = f"{sum(counts)} nhiệm vụ được giao, theo tình trạng"
    if until:
        axes.set_xlabel(until.replace("; ", ";\n"), fontsize=8, loc="right")
    axes.set_title(title, loc="left", fontsize=10, weight="bold")
    _quiet(axes)


def _broken(name: str) -> str:
    """A long name on two lines, so that the bars keep their room."""
    head, comma, tail = name.partition(", ")
    return f"{head},\n{tail}" if comma and len(name) > _LONG_NAME else name


def _quiet(axes: Axes) -> None:
    axes.set_axisbelow(True)
    axes.grid(axis="x", color=_GRID, linewidth=0.7)
    axes.tick_params(length=0, colors=_INK)
    for spine in axes.spines.values():
        spine.set_color(_GRID)
