"""The workbook's first page: who answered, the numbers that matter first, two charts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from xlsxwriter.chart import Chart
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from models.domain.answers.standing import Timeliness
from models.domain.consolidation import Consolidation, Headline, PlanState
from models.domain.consolidation.wording import (
    ANOTHERS,
    CHOOSES,
    SENT_BACK,
    TIMELINESS_NAMES,
    UNREACHED,
)
from models.domain.cycle.letter_phrases import instant_text, rounding_said
from models.domain.notation.rounding import SHARE_PLACES, half_up
from models.domain.reading.findings import Severity
from tasks.adapters.results.cycle_results import CycleResults
from tasks.adapters.sheets.common_sheets import shown_findings
from tasks.adapters.sheets.consolidated_sheet import Foot, Formats
from tasks.adapters.sheets.consolidation_cells import appendix_name
from tasks.adapters.sheets.cross_tables import looks_of_states, status_by_kind
from tasks.adapters.sheets.overview_parts import (
    COUNTS_SHEET,
    GRID,
    OVERVIEW_SHEET,
    CountsPage,
    OverviewLine,
    add_page,
    add_stacked,
    header_style,
    put_chart,
    shares_shown,
)
from tasks.adapters.workbooks import workbook_styles as look

if TYPE_CHECKING:
    import pandas as pd

_FONT = {"name": look.FONT, "size": 11}
_WIDTHS = (44, 9, 9, 9, 22)
_LAST = len(_WIDTHS) - 1
_TALL = 250  # pixels of a chart
_STATUS_TITLE = "Tình trạng gửi theo khối cơ quan"
_MOST_COUNTS = 8  # columns of any other table of counts


def write_overview(book: Workbook, results: CycleResults, stamp: dt.datetime, foot: Foot) -> None:
    """Adds the first sheet and the page of counts, as pages of a document.

    `stamp` is the only thing on them that is not in the consolidation.
    """
    consolidation = results.consolidation
    formats = Formats(book)
    sheet = add_page(book, OVERVIEW_SHEET, _WIDTHS)
    foot.put_on(sheet, titled=False)
    sheet.fit_to_pages(1, 1)
    row = _letterhead(sheet, formats, consolidation, stamp)
    lines = [*answering_lines(consolidation), *results.overview_lines(), *_findings(consolidation)]
    row = _headline(sheet, formats, lines, row)
    status = status_by_kind(consolidation)
    counts = CountsPage(book, formats, max(_MOST_COUNTS, len(status.columns)), foot)
    header = counts.table(status, _STATUS_TITLE, "Khối cơ quan")
    if (chart := _status_chart(book, status, header, consolidation.as_of)) is not None:
        put_chart(sheet, chart, row + 1, _WIDTHS, _TALL)
    results.write_counts(counts)
    sheet.activate()


def write_completeness(page: CountsPage, consolidation: Consolidation) -> None:
    """How complete a plan is by appendix: a table and its chart."""
    import pandas as pd  # start-up cost: most runs make no workbook

    complete = consolidation.headline.completeness
    if not complete:
        return
    table = pd.DataFrame(
        [(c.expected, c.complete, c.complete / c.expected) for c in complete.values()],
        index=[appendix_name(appendix) for appendix in complete],
        columns=["Phải điền", "Đã đủ", "Tỷ lệ"],
    )
    title = "Mức độ đầy đủ theo phụ lục (lượt dòng mà cơ quan chủ trì bắt buộc phải điền)"
    header = page.table(table, title, "Phụ lục", _TALL)
    page.chart(_completeness_chart(page.book, len(complete), header), _TALL)


def _letterhead(
    sheet: Worksheet, formats: Formats, consolidation: Consolidation, stamp: dt.datetime
) -> int:
    cycle = consolidation.cycle
    plain, bold = {"align": "center", "font_size": 12}, {"bold": True}
    city = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    sheet.write_string(0, 0, "ỦY BAN NHÂN DÂN", formats.get(**plain))
    sheet.merge_range(0, 1, 0, _LAST, city, formats.get(**plain, **bold))
    sheet.write_string(1, 0, "THÀNH PHỐ HẢI PHÒNG", formats.get(**plain))
    motto = formats.get(align="center", font_size=13, bold=True, underline=1)
    sheet.merge_range(1, 1, 1, _LAST, "Độc lập - Tự do - Hạnh phúc", motto)
    sheet.write_string(2, 0, "VĂN PHÒNG", formats.get(**plain, **bold, underline=1))
    as_of = f"Số liệu đến {instant_text(consolidation.as_of)}. Lập lúc {instant_text(stamp)}."
    lines: Sequence[tuple[str, int, Mapping[str, object]]] = (
        (
            "BẢNG TỔNG HỢP BÁO CÁO CỦA CÁC CƠ QUAN, ĐƠN VỊ",
            14,
            {**bold, "font_color": look.HEADING_INK},
        ),
        (cycle.title, 13, bold),
        (f"Căn cứ {cycle.legal_basis}. Thời hạn: {cycle.due_text}.", 12, {}),
        (as_of, 11, {"italic": True}),
    )
    for row, (text, size, more) in enumerate(lines, start=4):
        style = formats.get(align="center", font_size=size, text_wrap=True, **more)
        sheet.merge_range(row, 0, row, _LAST, text, style)
        room = sum(_WIDTHS) - 3
        sheet.set_row(row, look.row_height([(text, room)], size, bold="bold" in more) + 2)
    return 4 + len(lines) + 1


def _headline(sheet: Worksheet, formats: Formats, lines: Sequence[OverviewLine], row: int) -> int:
    head = header_style(formats)
    sheet.write_string(row, 0, "Nội dung", head)
    for column, title in enumerate(("Số lượng", "Tổng số", "Tỷ lệ"), start=1):
        sheet.write_string(row, column, title, head)
    sheet.write_string(row, 4, "Xem trang", head)
    shares = shares_shown(lines)
    for line in lines:
        row += 1
        fill = {"bg_color": "F8B9B4"} if line.bad and line.count else {}
        border = {"border": 1, "border_color": look.RULE, "font_size": 11}
        label = formats.get(**border, indent=2 if line.part else 0, text_wrap=True)
        number = formats.get(**border, **fill, align="center", num_format="#,##0", bold=True)
        share = formats.get(**border, align="center", num_format="0.0%")
        room = _WIDTHS[0] - (4 if line.part else 1)
        sheet.set_row(row, look.row_height([(line.label, room)], look.TABLE_SIZE, least=17))
        sheet.write_string(row, 0, line.label, label)
        sheet.write_number(row, 1, line.count, number)
        if line.total:
            sheet.write_number(row, 2, line.total, formats.get(**border, align="center"))
            sheet.write_number(row, 3, shares[line], share)
        else:
            sheet.write_blank(row, 2, None, share)
            sheet.write_blank(row, 3, None, share)
        link = formats.get(**border, font_color="1F4E9E", align="center")
        sheet.write_url(row, 4, f"internal:'{line.sheet}'!A1", link, line.sheet)
    note = formats.get(italic=True, font_size=look.TABLE_SIZE, text_wrap=True)
    told = [(line, line.total) for line in lines if line.total]
    said = rounding_said(
        [half_up(shares[line] * 100, SHARE_PLACES) for line, _ in told],
        [(line.count, total) for line, total in told],
    )
    sheet.merge_range(row + 1, 0, row + 1, _LAST, said, note)
    room = sum(_WIDTHS) - 2
    sheet.set_row(row + 1, look.row_height([(said, room)], look.TABLE_SIZE, least=17))
    return row + 2


_STATES = "cơ quan theo tình trạng"
_UNSETTLED = (
    *(Timeliness.WAITING, Timeliness.CORRECTING, Timeliness.OVERDUE, Timeliness.MISSING),
    *(Timeliness.OPEN, Timeliness.EXEMPT),
)


def answering_lines(consolidation: Consolidation) -> list[OverviewLine]:
    """Who answered, in time or not."""
    h = consolidation.headline
    t, n = h.timeliness, h.asked
    in_time = t[Timeliness.ON_TIME] + t[Timeliness.CORRECTED]
    lines = [
        OverviewLine("Cơ quan, đơn vị phải báo cáo", n, None, "Cơ quan"),
        OverviewLine("Đã có báo cáo được tiếp nhận", h.answered, n, "Cơ quan"),
        OverviewLine(
            *("trong đó đúng hạn, kể cả đã chỉnh sửa", in_time, n, "Cơ quan"),
            part=True,
            adds_to=_STATES,
        ),
        *(
            [OverviewLine("trong đó đúng hạn do được gia hạn", h.extended, n, "Cơ quan", part=True)]
            if h.extended
            else []
        ),
        OverviewLine(
            *("trong đó quá hạn", t[Timeliness.LATE], n, "Cơ quan"), part=True, adds_to=_STATES
        ),
    ]
    for state in _UNSETTLED:
        bad = state in (Timeliness.OVERDUE, Timeliness.MISSING)
        if t[state] or bad:
            name = TIMELINESS_NAMES[state]
            lines.append(OverviewLine(name, t[state], n, "Cơ quan", bad, adds_to=_STATES))
        if state is Timeliness.WAITING and h.choosing:
            lines.append(OverviewLine(f"trong đó {CHOOSES}", h.choosing, n, "Cơ quan", part=True))
        if state is Timeliness.OPEN and h.sent_back:
            said = f"trong đó {SENT_BACK[:1].lower()}{SENT_BACK[1:]}"
            lines.append(OverviewLine(said, h.sent_back, n, "Cơ quan", part=True))
        if number := h.anothers.get(state):
            said = f"trong đó {ANOTHERS[:1].lower()}{ANOTHERS[1:]}"
            lines.append(OverviewLine(said, number, n, "Cơ quan", part=True))
    if h.partly:
        lines.append(
            OverviewLine("Đã được tiếp nhận một phần, còn thiếu", h.partly, n, "Cơ quan", True)
        )
    if h.unreached:
        lines.append(
            OverviewLine(f"Cơ quan mà {UNREACHED.lower()}", h.unreached, n, "Cơ quan", True)
        )
    if h.held:
        lines.append(
            OverviewLine(
                "Thư chưa xử lý xong, kể cả thư của cơ quan đã có báo cáo khác được tiếp nhận",
                h.held,
                None,
                "Cơ quan",
                True,
            )
        )
    return lines


def _findings(consolidation: Consolidation) -> list[OverviewLine]:
    """What the check found and still stands: together as many as the sheet of findings has rows."""
    h = consolidation.headline
    lines = [
        OverviewLine("Lỗi còn phải sửa", h.open_errors, None, "Phát hiện", True),
        OverviewLine("Cảnh báo còn mở", h.open_warnings, None, "Phát hiện"),
    ]
    found = shown_findings(consolidation)
    if noted := sum(one.finding.severity is Severity.INFO for one in found):
        lines.append(OverviewLine("Lưu ý", noted, None, "Phát hiện"))
    return lines


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
        OverviewLine(f"Nhiệm vụ đã đủ «{clear}»", complete, h.tasks, "Nhiệm vụ"),
        OverviewLine(f"Nhiệm vụ mới có một phần «{clear}»", partial, h.tasks, "Nhiệm vụ", True),
        OverviewLine("Nhiệm vụ chưa có kế hoạch", none, h.tasks, "Nhiệm vụ", True),
        OverviewLine(
            "Nhiệm vụ tự đặt hạn sau thời hạn giao", h.late_plans, h.tasks, "Nhiệm vụ", True
        ),
        OverviewLine("Dự án trọng điểm đã báo cáo", h.projects_reported, h.projects, "Dự án"),
    ]


def _status_chart(
    book: Workbook, status: pd.DataFrame, header: int, as_of: dt.datetime
) -> Chart | None:
    """Stacked bars, one per kind of agency; None for no agency. `header`: of the table's row."""
    if not status.loc["Cộng", "Cộng"]:
        return None
    chart = book.add_chart({"type": "bar", "subtype": "stacked"})
    add_stacked(chart, status, header, looks_of_states())
    title = f"Tình trạng gửi báo cáo (số cơ quan)\nđến {instant_text(as_of)}"
    chart.set_title({"name": title, "name_font": {**_FONT, "size": 12}})
    chart.set_legend({"position": "bottom", "font": _FONT})
    chart.set_x_axis({"num_font": _FONT, "major_gridlines": {"visible": True, "line": GRID}})
    chart.set_y_axis({"num_font": _FONT, "reverse": True, "interval_unit": 1})
    return chart


def _completeness_chart(book: Workbook, appendices: int, header: int) -> Chart:
    """One bar an appendix, of so many; `header`: of the table's row."""
    chart = book.add_chart({"type": "bar"})
    last = header + appendices
    chart.add_series(
        {
            "name": "Tỷ lệ dòng đã đủ",
            "categories": [COUNTS_SHEET, header + 1, 0, last, 0],
            "values": [COUNTS_SHEET, header + 1, 3, last, 3],
            "fill": {"color": "#3C6EB4"},
            "data_labels": {"value": True, "num_format": "0.0%", "font": _FONT},
            "gap": 60,
        }
    )
    chart.set_title({"name": "Mức độ đầy đủ theo phụ lục", "name_font": {**_FONT, "size": 12}})
    chart.set_legend({"none": True})
    chart.set_x_axis(
        {
            "min": 0,
            "max": 1,
            "major_unit": 0.25,
            "num_format": "0.0%",
            "num_font": _FONT,
            "major_gridlines": {"visible": True, "line": GRID},
        }
    )
    chart.set_y_axis({"num_font": _FONT, "reverse": True, "interval_unit": 1})
    return chart
