"""The workbook's first page: who answered, the numbers that matter first, two charts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from xlsxwriter.chart import Chart
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from models.domain.answers.standing import Timeliness
from models.domain.consolidation import Completeness, Consolidation, Headline, PlanState
from models.domain.consolidation.wording import TIMELINESS_NAMES, UNREACHED
from models.domain.register.catalogue import Appendix
from models.domain.review import Review
from tasks.adapters.results.cycle_results import CycleResults
from tasks.adapters.sheets.consolidated_sheet import Formats, write_content
from tasks.adapters.sheets.consolidation_cells import appendix_name
from tasks.adapters.sheets.cross_tables import TIMELINESS_COLOURS, status_by_kind
from tasks.adapters.sheets.overview_parts import (
    GRID,
    OVERVIEW_SHEET,
    OverviewLine,
    add_page,
    clock,
    header_style,
    write_counts,
)
from tasks.adapters.sheets.review_overview import COUNTS_SHEET, write_counted
from tasks.adapters.workbooks import workbook_styles as look

if TYPE_CHECKING:
    import pandas as pd

_WIDTHS = (38, 10, 10, 10, 10, 10, 10, 9, 11, 11, 11, 11, 11)
_LAST = len(_WIDTHS) - 1
_STATUS_TITLE = "Tình trạng gửi theo khối cơ quan"
_CHART_COLUMN = 6  # the headline table ends before it


def write_overview(book: Workbook, results: CycleResults, stamp: dt.datetime) -> None:
    """Adds the first sheet. `stamp` is the only thing on it that is not in the consolidation."""
    consolidation = results.consolidation
    formats = Formats(book)
    sheet = add_page(book, OVERVIEW_SHEET, _WIDTHS)
    row = _letterhead(sheet, formats, consolidation, stamp)
    first_table = row
    lines = [*_answering(consolidation), *results.overview_lines(), *_findings(consolidation)]
    row = _headline(sheet, formats, lines, row)
    results.draw_overview(book, sheet, formats, row, first_table)
    sheet.activate()


def draw_review(
    book: Workbook, sheet: Worksheet, consolidation: Consolidation, review: Review, top: int
) -> None:
    """A review's three charts beside its headlines; their tables stand on a page of their own."""
    counts = add_page(book, COUNTS_SHEET, _WIDTHS)
    formats = Formats(book)
    status = status_by_kind(consolidation)
    row = write_counts(counts, formats, status, 0, _STATUS_TITLE, "Khối cơ quan")
    chart = _status_chart(book, status, COUNTS_SHEET, 1, 210)
    charts = ([chart] if chart else []) + write_counted(book, counts, formats, review, row)
    for place, one in enumerate(charts):
        options = {"x_offset": 6, "y_offset": place * 214, "description": "Biểu đồ"}
        sheet.insert_chart(top, _CHART_COLUMN, one, options)


def draw_plan(
    book: Workbook,
    sheet: Worksheet,
    formats: Formats,
    consolidation: Consolidation,
    row: int,
    top: int,
) -> None:
    """A plan's two tables under its headlines, and their charts."""
    status = status_by_kind(consolidation)
    status_row = row + 2
    row = write_counts(sheet, formats, status, status_row - 1, _STATUS_TITLE, "Khối cơ quan")
    complete = consolidation.headline.completeness
    complete_row = row + 2
    _completeness_table(sheet, formats, complete, complete_row - 1)
    chart = _status_chart(book, status, OVERVIEW_SHEET, status_row, 340)
    if chart is not None:
        options = {"x_offset": 6, "description": "Tình trạng gửi"}
        sheet.insert_chart(top, _CHART_COLUMN, chart, options)
    if len(complete):
        _completeness_chart(book, sheet, len(complete), complete_row)


def _letterhead(
    sheet: Worksheet, formats: Formats, consolidation: Consolidation, stamp: dt.datetime
) -> int:
    cycle = consolidation.cycle
    middle = 5
    plain, bold = {"align": "center", "font_size": 12}, {"bold": True}
    sheet.merge_range(0, 0, 0, middle - 2, "ỦY BAN NHÂN DÂN", formats.get(**plain))
    sheet.merge_range(
        0, middle, 0, _LAST, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", formats.get(**plain, **bold)
    )
    sheet.merge_range(1, 0, 1, middle - 2, "THÀNH PHỐ HẢI PHÒNG", formats.get(**plain))
    motto = formats.get(align="center", font_size=13, bold=True, underline=1)
    sheet.merge_range(1, middle, 1, _LAST, "Độc lập - Tự do - Hạnh phúc", motto)
    office = formats.get(**plain, **bold, underline=1)
    sheet.merge_range(2, 0, 2, middle - 2, "VĂN PHÒNG", office)
    title = formats.get(align="center", font_size=16, bold=True, font_color=look.HEADING_INK)
    sheet.set_row(4, 24)
    sheet.merge_range(4, 0, 4, _LAST, "BẢNG TỔNG HỢP BÁO CÁO CỦA CÁC CƠ QUAN, ĐƠN VỊ", title)
    centred = formats.get(align="center", font_size=12)
    sheet.merge_range(
        5, 0, 5, _LAST, cycle.title, formats.get(align="center", font_size=13, bold=1)
    )
    ground = f"Căn cứ {cycle.legal_basis}. Thời hạn: {cycle.due_text}."
    sheet.merge_range(6, 0, 6, _LAST, ground, centred)
    as_of = f"Số liệu đến {clock(consolidation.as_of)}. Lập lúc {clock(stamp)}."
    sheet.merge_range(
        7,
        0,
        7,
        _LAST,
        f"{as_of} Mã tổng hợp: {consolidation.inputs_hash[:12]}.",
        formats.get(align="center", italic=True),
    )
    return 9


def _headline(sheet: Worksheet, formats: Formats, lines: Sequence[OverviewLine], row: int) -> int:
    head = header_style(formats)
    sheet.write_string(row, 0, "Nội dung", head)
    for column, title in enumerate(("Số lượng", "Tổng số", "Tỷ lệ"), start=1):
        sheet.write_string(row, column, title, head)
    sheet.merge_range(row, 4, row, 5, "Xem trang", head)
    for line in lines:
        row += 1
        fill = {"bg_color": "F8B9B4"} if line.bad and line.count else {}
        border = {"border": 1, "border_color": look.RULE, "font_size": 11}
        label = formats.get(**border, indent=2 if line.part else 0)
        number = formats.get(**border, **fill, align="center", num_format="#,##0", bold=True)
        share = formats.get(**border, align="center", num_format="0.0%")
        sheet.set_row(row, 17)
        sheet.write_string(row, 0, line.label, label)
        sheet.write_number(row, 1, line.count, number)
        if line.total:
            sheet.write_number(row, 2, line.total, formats.get(**border, align="center"))
            sheet.write_number(row, 3, line.count / line.total, share)
        else:
            sheet.write_blank(row, 2, None, share)
            sheet.write_blank(row, 3, None, share)
        link = formats.get(**border, font_color="1F4E9E", align="center")
        sheet.merge_range(row, 4, row, 5, "", link)
        sheet.write_url(row, 4, f"internal:'{line.sheet}'!A1", link, line.sheet)
    return row + 1


_UNSETTLED = (
    *(Timeliness.WAITING, Timeliness.CORRECTING, Timeliness.OVERDUE, Timeliness.MISSING),
    *(Timeliness.OPEN, Timeliness.EXEMPT),
)


def _answering(consolidation: Consolidation) -> list[OverviewLine]:
    """Who answered, in time or not."""
    h = consolidation.headline
    t, n = h.timeliness, h.asked
    in_time = t[Timeliness.ON_TIME] + t[Timeliness.CORRECTED]
    lines = [
        OverviewLine("Cơ quan, đơn vị phải báo cáo", n, None, "Cơ quan"),
        OverviewLine("Đã có báo cáo được tiếp nhận", h.answered, n, "Cơ quan"),
        OverviewLine("trong đó đúng hạn, kể cả đã chỉnh sửa", in_time, n, "Cơ quan", part=True),
        OverviewLine("trong đó quá hạn", t[Timeliness.LATE], n, "Cơ quan", part=True),
    ]
    for state in _UNSETTLED:
        bad = state in (Timeliness.OVERDUE, Timeliness.MISSING)
        if t[state] or bad:
            lines.append(OverviewLine(TIMELINESS_NAMES[state], t[state], n, "Cơ quan", bad))
    if h.partly:
        lines.append(
            OverviewLine("Đã được tiếp nhận một phần, còn nợ", h.partly, n, "Cơ quan", True)
        )
    if h.unreached:
        lines.append(
            OverviewLine(f"Cơ quan mà {UNREACHED.lower()}", h.unreached, n, "Cơ quan", True)
        )
    if h.held:
        lines.append(OverviewLine("Thư đang chờ Văn phòng xem xét", h.held, None, "Cơ quan", True))
    return lines


def _findings(consolidation: Consolidation) -> list[OverviewLine]:
    """What the check found and still stands."""
    h = consolidation.headline
    return [
        OverviewLine("Lỗi còn phải sửa", h.open_errors, None, "Phát hiện", True),
        OverviewLine("Cảnh báo trong các bản đã tiếp nhận", h.open_warnings, None, "Phát hiện"),
    ]


def plan_headlines(h: Headline, clear: str) -> list[OverviewLine]:
    """The headlines of a plan: its commitments, and what is missing of them.

    `clear` is what the points of a task are called.
    """
    none, partial = h.plan_states[PlanState.NONE], h.plan_states[PlanState.PARTIAL]
    complete = h.plan_states[PlanState.COMPLETE]
    return [
        OverviewLine("Chỉ tiêu đã có mức cam kết", h.committed, h.indicators, "Chỉ tiêu"),
        OverviewLine(
            "trong đó chưa đạt mức giao", h.falling_short, h.indicators, "Chỉ tiêu", True, True
        ),
        OverviewLine(
            "Chỉ tiêu chưa cơ quan nào cam kết", h.uncommitted, h.indicators, "Chỉ tiêu", True
        ),
        OverviewLine("Mâu thuẫn số liệu cần quyết định", h.conflicts, None, "Mâu thuẫn", True),
        OverviewLine(f"Nhiệm vụ đã đủ “{clear}”", complete, h.tasks, "Nhiệm vụ"),
        OverviewLine(f"Nhiệm vụ mới có một phần “{clear}”", partial, h.tasks, "Nhiệm vụ", True),
        OverviewLine("Nhiệm vụ chưa có kế hoạch", none, h.tasks, "Nhiệm vụ", True),
        OverviewLine(
            "Nhiệm vụ tự đặt hạn sau thời hạn giao", h.late_plans, h.tasks, "Nhiệm vụ", True
        ),
        OverviewLine("Dự án trọng điểm đã báo cáo", h.projects_reported, h.projects, "Dự án"),
    ]


def _completeness_table(
    sheet: Worksheet, formats: Formats, complete: Mapping[Appendix, Completeness], row: int
) -> None:
    title = "Mức độ đầy đủ theo phụ lục (lượt dòng mà cơ quan chủ trì bắt buộc phải điền)"
    sheet.write_string(row, 0, title, formats.get(bold=True))
    head = header_style(formats)
    cell = {"border": 1, "border_color": look.RULE}
    columns = _completeness_columns()
    for column, (text, _, _) in enumerate(columns):
        sheet.write_string(row + 1, column, text, head)
    for at, (appendix, counted) in enumerate(complete.items(), start=row + 2):
        for column, (_, value, more) in enumerate(columns):
            write_content(sheet, at, column, value(appendix, counted), formats.get(**cell, **more))


def _completeness_columns() -> Sequence[_CompletenessColumn]:
    centred = {"align": "center"}
    return (
        ("Phụ lục", lambda appendix, _: appendix_name(appendix), {}),
        ("Phải điền", lambda _, c: c.expected, centred),
        ("Đã đủ", lambda _, c: c.complete, centred),
        ("Tỷ lệ", lambda _, c: c.complete / c.expected, {**centred, "num_format": "0.0%"}),
    )


#: Header, value of a row, what its format needs beyond the border.
_CompletenessColumn = tuple[
    str, Callable[[Appendix, Completeness], str | int | float], Mapping[str, str]
]


def _status_chart(
    book: Workbook, status: pd.DataFrame, where: str, header: int, height: int
) -> Chart | None:
    """Stacked bars, one per kind of agency; None for no agency.

    `where` and `header`: sheet and header row of the table.
    """
    if not status.loc["Cộng", "Cộng"]:
        return None
    chart = book.add_chart({"type": "bar", "subtype": "stacked"})
    last = header + len(status) - 1  # without the totals
    for column, state in enumerate(Timeliness, start=1):
        counts = status.get(TIMELINESS_NAMES[state])
        if counts is None or not counts.iloc[:-1].any():
            continue
        chart.add_series(
            {
                "name": [where, header, column],
                "categories": [where, header + 1, 0, last, 0],
                "values": [where, header + 1, column, last, column],
                "fill": {"color": f"#{TIMELINESS_COLOURS[state]}"},
                "data_labels": {
                    "value": True,
                    "num_format": "0;;",
                    "font": {"name": look.FONT, "size": 9, "color": "#FFFFFF", "bold": True},
                },
                "gap": 45,
            }
        )
    font = {"name": look.FONT, "size": 10}
    chart.set_title(
        {"name": "Tình trạng gửi báo cáo (số cơ quan)", "name_font": {**font, "size": 12}}
    )
    chart.set_legend({"position": "bottom", "font": font})
    chart.set_x_axis({"num_font": font, "major_gridlines": {"visible": True, "line": GRID}})
    chart.set_y_axis({"num_font": font, "reverse": True})
    chart.set_size({"width": 545, "height": height})
    return chart


def _completeness_chart(book: Workbook, sheet: Worksheet, appendices: int, header: int) -> None:
    """Bars beside the table of so many rows; `header` is the table's header row."""
    chart = book.add_chart({"type": "bar"})
    last = header + appendices
    font = {"name": look.FONT, "size": 10}
    chart.add_series(
        {
            "name": "Tỷ lệ dòng đã đủ",
            "categories": [OVERVIEW_SHEET, header + 1, 0, last, 0],
            "values": [OVERVIEW_SHEET, header + 1, 3, last, 3],
            "fill": {"color": "#3C6EB4"},
            "data_labels": {"value": True, "num_format": "0.0%", "font": font},
            "gap": 60,
        }
    )
    chart.set_title({"name": "Mức độ đầy đủ theo phụ lục", "name_font": {**font, "size": 12}})
    chart.set_legend({"none": True})
    chart.set_x_axis(
        {
            "min": 0,
            "max": 1,
            "major_unit": 0.25,
            "num_format": "0.0%",
            "num_font": font,
            "major_gridlines": {"visible": True, "line": GRID},
        }
    )
    chart.set_y_axis({"num_font": font, "reverse": True})
    chart.set_size({"width": 700, "height": 210})
    sheet.insert_chart(header, 4, chart, {"x_offset": 24, "description": "Mức độ đầy đủ"})
