"""The growth scenario as a chart, its table, and what contradicts what in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from fastapi.responses import Response

from flows.desk.desk import Desk, Page, PageRequest
from flows.desk.routes.measure_frame import frame_of, measures_page
from models.domain.consolidation import Figure
from models.domain.desk.line_charts import ChartSeries, line_chart
from models.domain.register.catalogue import PERIOD_TITLES, PERIODS, Appendix
from tasks.adapters.desk.cycle_measures import SCENARIO, CycleMeasures


def scenario(desk: Desk, request: PageRequest) -> Response:
    """One branch as a chart, all of them as a table."""
    frame = frame_of(desk, request)
    measures = frame.measures
    branches = [line.row for line in measures.found.scenario]
    chosen = next((r for r in branches if r.code == request.asked("nganh")), None)
    branch = chosen or next(iter(branches), None)
    titles = [PERIOD_TITLES[period] for period in PERIODS]
    return measures_page(
        desk,
        request,
        "measures/scenario.html",
        frame,
        branches=branches,
        branch=branch,
        chart=line_chart(titles, series_of(measures, branch.code)) if branch else None,
        table=measures.table(SCENARIO),
        conflicts=[
            (code, c)
            for code, c in measures.conflicts.items()
            if Appendix.II in (c.row.appendix, c.other_row.appendix)
        ],
    )


def series_of(measures: CycleMeasures, code: str) -> list[ChartSeries]:
    """What a branch's chart shows: the print, what was updated; of a review, what was reached."""
    if measures.review is not None:
        line = next(one for one in measures.review.scenario if one.row.code == code)
        points = [line.point(period) for period in PERIODS]
        return [
            ChartSeries("Theo Chỉ thị", [p.printed if p else None for p in points]),
            ChartSeries(
                "Cơ quan cập nhật đầu năm", _numbers([p.updated if p else None for p in points])
            ),
            ChartSeries("Thực hiện", _numbers([p.actual if p else None for p in points])),
        ]
    plan = next(one for one in measures.found.scenario if one.row.code == code)
    return [
        ChartSeries("Theo Chỉ thị", [plan.printed.get(period) for period in PERIODS]),
        ChartSeries("Cơ quan cập nhật", _numbers([plan.updated.get(p) for p in PERIODS])),
    ]


def _numbers(figures: Sequence[Figure | None]) -> list[Decimal | None]:
    return [figure.number if figure is not None else None for figure in figures]


PAGES: Mapping[str, Page] = {"scenario": scenario}
