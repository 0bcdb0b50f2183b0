"""The report's charts, as PNGs: how indicators and tasks came out, and the growth scenario.

In black on white as far as it goes: a report is copied on machines without colour. The same review
gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from models.domain.cycle.letter_phrases import rounded
from models.domain.register.catalogue import PERIOD_TITLES, PERIODS
from models.domain.register.targets import Judgement
from models.domain.review.review import Review
from models.domain.review.states import TaskBucket
from models.domain.review.wording import OUTCOME_NAMES, bucket_said

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_WIDTH, _RESOLUTION = 6.4, 200  # inches, dots an inch
_STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",  # ships with matplotlib and has every Vietnamese letter
    "font.size": 8.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
_INK, _GRID = "#1F1F1F", "#D9D9D9"
_GOOD, _FAIR, _BAD, _NONE = "#2E6DA4", "#8DB4DC", "#B03A2E", "#A6A6A6"
_BUCKET_COLOURS = {
    TaskBucket.DONE_ON_TIME: _GOOD,
    TaskBucket.DONE_LATE: _FAIR,
    TaskBucket.DONE_NO_DEADLINE: _FAIR,
    TaskBucket.IN_PROGRESS: _FAIR,
    TaskBucket.UNHEARD: _NONE,
    TaskBucket.OVERDUE: _BAD,
    TaskBucket.OPEN_NO_DEADLINE: _NONE,
    TaskBucket.STANDING: _FAIR,
    TaskBucket.UNREPORTED: _NONE,
}


def report_charts(review: Review) -> dict[str, bytes]:
    """The charts by the names under which the template calls them; one without content is left out.

    "overview": indicators by outcome and tasks by bucket; "scenario": printed against reached.
    """
    charts = {"overview": _drawn(2.5, lambda f: _overview(f, review))}
    if any(p.actual is not None for s in review.scenario[:1] for p in s.points):
        charts["scenario"] = _drawn(2.3, lambda f: _scenario(f, review))
    return charts


def _drawn(height: float, draw: Any) -> bytes:
    import matplotlib as mpl  # start-up cost: most runs draw no chart
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # start-up cost
    from matplotlib.figure import Figure  # start-up cost

    with mpl.rc_context():
        mpl.rcdefaults()  # the machine's own matplotlibrc has no say
        mpl.rcParams.update(_STYLE)
        figure = Figure(figsize=(_WIDTH, height), dpi=_RESOLUTION)
        canvas = FigureCanvasAgg(figure)
        figure.patch.set_facecolor("white")
        draw(figure)
        figure.tight_layout(pad=0.6, w_pad=1.5)
        stream = io.BytesIO()
        # Not by savefig, which first draws it once for nothing.
        canvas.print_png(  # type: ignore[no-untyped-call]
            stream, metadata={"Software": None}
        )
    return stream.getvalue()


def _overview(figure: Figure, review: Review) -> None:
    left, right = figure.subplots(1, 2)
    headline = review.headline
    outcomes = [
        (OUTCOME_NAMES[Judgement.EXCEEDED], headline.outcomes[Judgement.EXCEEDED], _GOOD),
        (OUTCOME_NAMES[Judgement.MET], headline.outcomes[Judgement.MET], _GOOD),
        ("Đạt mức giao, chưa\nđạt mức phấn đấu", headline.outcomes[Judgement.FLOOR_MET], _FAIR),
        (OUTCOME_NAMES[Judgement.NOT_MET], headline.not_met, _BAD),
        ("Chưa có số liệu", headline.no_data, _NONE),
        (OUTCOME_NAMES[Judgement.UNKNOWN], headline.cannot_be_judged, _NONE),
    ]
    if headline.awaiting:
        outcomes.append((OUTCOME_NAMES[Judgement.AWAITING], headline.awaiting, _FAIR))
    _bars(left, f"Chỉ tiêu ({headline.indicators})", outcomes)
    buckets = [
        (_broken(bucket_said(b, headline.unheard_since)), headline.buckets[b], _BUCKET_COLOURS[b])
        for b in headline.shown_buckets
    ]
    _bars(right, f"Nhiệm vụ ({headline.tasks})", buckets)
    if headline.reported is not None:
        for axes in (left, right):
            day = f"Số liệu gửi đến {headline.reported.until:%d/%m/%Y}"
            axes.set_xlabel(day, fontsize=8, loc="right")


def _broken(name: str) -> str:
    """A long name on two lines."""
    head, comma, tail = name.partition(", ")
    return f"{head},\n{tail}" if comma and len(name) > 24 else name


def _bars(axes: Axes, title: str, shown: Sequence[tuple[str, int, str]]) -> None:
    from matplotlib.ticker import MaxNLocator  # start-up cost

    names, counts, colours = zip(*shown, strict=True)
    bars = axes.barh(list(names), list(counts), height=0.62, color=list(colours))
    axes.bar_label(bars, labels=[str(n) for n in counts], padding=3, fontsize=8.5)
    axes.invert_yaxis()
    axes.set_xlim(0, max(1, *counts) * 1.15)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
    axes.set_title(title, loc="left", fontsize=9.5, weight="bold")
    axes.set_axisbelow(True)
    axes.grid(axis="x", color=_GRID, linewidth=0.7)
    _quiet(axes)


def _scenario(figure: Figure, review: Review) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator  # start-up cost

    axes = figure.subplots(1, 1)
    whole = review.scenario[0]
    points = [(PERIOD_TITLES[p], whole.point(p)) for p in PERIODS]
    printed = [p.printed if p else None for _, p in points]
    actual = [p.actual.number if p and p.actual else None for _, p in points]
    series = (
        ("Kịch bản tại Chỉ thị", printed, actual, _NONE, "--"),
        ("Thực hiện, ước thực hiện", actual, printed, _GOOD, "-"),
    )
    for name, values, others, colour, dash in series:
        known = [(x, float(v)) for x, v in enumerate(values) if v is not None]
        axes.plot(
            *zip(*known, strict=True), dash, color=colour, marker="o", markersize=4, label=name
        )
        for x, value in known:
            other = others[x]
            higher = other is None or value > float(other) or (value == other and dash == "--")
            axes.annotate(
                rounded(value, 2),
                (x, value),
                textcoords="offset points",
                xytext=(0, 7 if higher else -13),
                ha="center",
                color=_INK,
                fontsize=8,
            )
    axes.set_xticks(range(len(points)), [title for title, _ in points])
    axes.margins(x=0.08, y=0.35)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: rounded(v)))
    axes.set_title("GRDP so với cùng kỳ (cùng kỳ = 100)", loc="left", fontsize=9.5, weight="bold")
    axes.grid(axis="y", color=_GRID, linewidth=0.7)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=2, frameon=False, fontsize=8)
    _quiet(axes)


def _quiet(axes: Axes) -> None:
    axes.tick_params(length=0, colors=_INK)
    for spine in axes.spines.values():
        spine.set_color(_GRID)
