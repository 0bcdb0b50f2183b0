"""The first page of a review: what was reached, in numbers, tables and charts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from xlsxwriter.chart import Chart
from xlsxwriter.workbook import Workbook

from models.domain.cycle.letter_phrases import instant_text
from models.domain.register.targets import Judgement
from models.domain.review import Review, ReviewHeadline, TaskBucket
from models.domain.review.spending import DOUBTED
from models.domain.review.wording import (
    BUCKET_NAMES,
    DONE_BUCKET_NAMES,
    figures_of_both,
    figures_said,
)
from tasks.adapters.sheets.charts.looks import Filling, look_of_bucket
from tasks.adapters.sheets.cross_tables import (
    buckets_table,
    looks_of_outcomes,
    outcome_by_appendix,
)
from tasks.adapters.sheets.judgement_sheet import JUDGEMENT_SHEET
from tasks.adapters.sheets.overview_parts import (
    COUNTS_SHEET,
    GRID,
    CountsPage,
    OverviewLine,
    add_stacked,
)
from tasks.adapters.sheets.review_comparison_sheets import TRACK_SHEET
from tasks.adapters.sheets.review_indicator_sheet import INDICATOR_SHEET
from tasks.adapters.sheets.review_work_sheets import PROJECT_SHEET, PROPOSAL_SHEET, TASK_SHEET
from tasks.adapters.workbooks import workbook_styles as look

if TYPE_CHECKING:
    import pandas as pd

_FONT = {"name": look.FONT, "size": 11}
_TALL, _TALLER = 240, 320  # pixels of a chart


def review_headlines(headline: ReviewHeadline, conflicts: int) -> list[OverviewLine]:
    """The headlines of a review, each with the sheet that lists what is counted."""
    h, outcomes, buckets = headline, headline.outcomes, headline.buckets
    told = h.indicators - h.no_data
    lines = [
        OverviewLine("Chỉ tiêu đã có số cả năm (ước hoặc chính thức)", told, h.indicators, _IN),
        OverviewLine(
            *("trong đó đạt và vượt mức giao", h.met, h.indicators, _IN), part=True, adds_to=_OUT
        ),
        OverviewLine("riêng số vượt", outcomes[Judgement.EXCEEDED], h.indicators, _IN, part=True),
        OverviewLine("trong đó không đạt", h.not_met, h.indicators, _IN, True, True, _OUT),
        OverviewLine(
            *("trong đó chưa đánh giá được", h.cannot_be_judged, h.indicators, _IN),
            part=True,
            adds_to=_OUT,
        ),
        *(
            [
                OverviewLine(
                    *("trong đó chờ đánh giá", h.awaiting, h.indicators, _IN),
                    part=True,
                    adds_to=_OUT,
                )
            ]
            if h.awaiting
            else []
        ),
        *(
            [
                OverviewLine(
                    "trong đó do người đánh giá", h.by_person, told, JUDGEMENT_SHEET, part=True
                )
            ]
            if h.by_person
            else []
        ),
        OverviewLine(
            *("Chỉ tiêu chưa có số liệu", h.no_data, h.indicators, _IN, True), adds_to=_OUT
        ),
        OverviewLine("Chỉ tiêu chưa đạt mức cam kết", h.below_commitment, h.indicators, _IN, True),
        OverviewLine("Chỉ tiêu chậm hơn mốc trong năm", h.behind, None, TRACK_SHEET, True),
        OverviewLine("Mâu thuẫn số liệu cần quyết định", conflicts, None, "Mâu thuẫn", True),
        OverviewLine("Nhiệm vụ đã hoàn thành", h.done, h.tasks, TASK_SHEET, adds_to=_WORK),
    ]
    for bucket, name in DONE_BUCKET_NAMES.items():
        if buckets[bucket]:
            lines.append(
                OverviewLine(f"trong đó {name}", buckets[bucket], h.tasks, TASK_SHEET, part=True)
            )
    if h.unproven:
        label = "trong đó chưa có đủ số, ngày văn bản chứng minh"
        lines.append(OverviewLine(label, h.unproven, h.tasks, TASK_SHEET, True, True))
    for bucket in (TaskBucket.IN_PROGRESS, TaskBucket.OPEN_NO_DEADLINE, TaskBucket.STANDING):
        if buckets[bucket]:
            name = f"Nhiệm vụ {_lower(BUCKET_NAMES[bucket]).removeprefix('nhiệm vụ ')}"
            lines.append(OverviewLine(name, buckets[bucket], h.tasks, TASK_SHEET, adds_to=_WORK))
    fell_due, unheard = buckets[TaskBucket.UNHEARD], BUCKET_NAMES[TaskBucket.UNHEARD]
    overdue, silent = buckets[TaskBucket.OVERDUE], buckets[TaskBucket.UNREPORTED]
    return [
        *lines,
        OverviewLine(
            *("Nhiệm vụ quá hạn chưa hoàn thành", overdue, h.tasks, TASK_SHEET, True),
            adds_to=_WORK,
        ),
        *(
            [
                OverviewLine(
                    *(f"Nhiệm vụ {_lower(unheard)}", fell_due, h.tasks, TASK_SHEET),
                    adds_to=_WORK,
                )
            ]
            if fell_due
            else []
        ),
        OverviewLine(
            *("Nhiệm vụ chưa có báo cáo", silent, h.tasks, TASK_SHEET, True), adds_to=_WORK
        ),
        OverviewLine("Dự án đã báo cáo", h.projects_reported, h.projects, PROJECT_SHEET),
        OverviewLine("Kiến nghị, đề xuất", h.proposals, None, PROPOSAL_SHEET),
    ]


_IN = INDICATOR_SHEET
_OUT, _WORK = "chỉ tiêu theo kết quả", "nhiệm vụ theo tình trạng"


def _lower(name: str) -> str:
    return f"{name[:1].lower()}{name[1:]}"


def doubtful_line(projects: int) -> list[OverviewLine]:
    """How many projects have amounts to look at, for the first page; nothing for none."""
    return [OverviewLine(DOUBTED, projects, None, PROJECT_SHEET, True)] if projects else []


def write_counted(
    page: CountsPage, review: Review, as_of: dt.datetime, name: Callable[[str], str]
) -> None:
    """Two tables of counts, each with its chart. `name`: how agencies are called."""
    outcomes = outcome_by_appendix(review)
    header = page.table(outcomes, "Kết quả thực hiện chỉ tiêu theo phụ lục", "Phụ lục", _TALL)
    chart = _outcome_chart(page.book, outcomes, looks_of_outcomes(review), header, as_of)
    page.chart(chart, _TALL)
    headline = review.headline
    said = figures_of_both(headline.tasks_reported, headline.actions_reported, name)
    until = f" ({said})" if said else ""
    title = f"Nhiệm vụ và việc tự đề ra theo tình trạng, thời hạn{until}"
    header = page.table(buckets_table(review), title, "Tình trạng", _TALLER)
    page.chart(_bucket_chart(page.book, review, header, name), _TALLER)


def _outcome_chart(
    book: Workbook,
    outcomes: pd.DataFrame,
    looks: Mapping[str, Filling],
    header: int,
    as_of: dt.datetime,
) -> Chart:
    """Stacked bars, one per appendix; `header` is the table's header row."""
    chart = book.add_chart({"type": "bar", "subtype": "stacked"})
    add_stacked(chart, outcomes, header, looks)
    _finish(chart, f"Chỉ tiêu so với mức giao (số chỉ tiêu)\nđến {instant_text(as_of)}")
    return chart


def _bucket_chart(book: Workbook, review: Review, header: int, name: Callable[[str], str]) -> Chart:
    """One bar per bucket that holds assigned tasks, in its own colour."""
    chart = book.add_chart({"type": "bar"})
    shown = [b for b in review.headline.shown_buckets if review.headline.buckets[b]]
    points: Sequence[dict[str, object]] = [
        {**look_of_bucket(bucket).sheet_fill} for bucket in shown
    ]
    last = header + len(shown)
    chart.add_series(
        {
            "name": "Nhiệm vụ được giao",
            "categories": [COUNTS_SHEET, header + 1, 0, last, 0],
            "values": [COUNTS_SHEET, header + 1, 1, last, 1],
            "points": points,
            "data_labels": {"value": True, "num_format": "0;;", "font": _FONT},
            "gap": 40,
        }
    )
    tasks = review.headline.tasks
    said = figures_said(review.headline.tasks_reported, name)
    title = f"Nhiệm vụ được giao theo tình trạng, thời hạn ({tasks} nhiệm vụ)"
    _finish(chart, f"{title}\n{said}" if said else title)
    chart.set_legend({"none": True})
    return chart


def _finish(chart: Chart, title: str) -> None:
    chart.set_title({"name": title, "name_font": {**_FONT, "size": 12}})
    chart.set_legend({"position": "bottom", "font": _FONT})
    chart.set_x_axis({"num_font": _FONT, "major_gridlines": {"visible": True, "line": GRID}})
    chart.set_y_axis({"num_font": _FONT, "reverse": True, "interval_unit": 1})
