"""The consolidated workbook: one file for the office, every figure with the way to its source."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from decimal import Decimal

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from models.domain.catalogue import PERIOD_TITLES, PERIODS, Appendix
from models.domain.consolidation import Consolidation
from models.domain.consolidation.indicators import measure_columns, sheet_of
from models.domain.consolidation.plans import action_sheets, group_column
from models.domain.forms import Column, Form, SheetForm, ValueType
from models.domain.review import Review
from models.domain.snapshots import Changes
from tasks.adapters import consolidation_frames as frames
from tasks.adapters import measure_frames, plan_frames, review_sheets
from tasks.adapters import workbook_styles as look
from tasks.adapters.change_sheet import change_sheet
from tasks.adapters.consolidated_overview import write_overview
from tasks.adapters.consolidated_sheet import (
    EARLIER_LINEAGE_SHEET,
    HEADER_ROW,
    LINEAGE_SHEET,
    Place,
    TableColumn,
    TableSheet,
    TableWriter,
)
from tasks.adapters.consolidation_cells import Names, answer_key
from tasks.adapters.plan_frames import own_columns
from tasks.adapters.results.cycle_results import CycleResults

STREAMED_FROM = 20_000
"""Figures from which rows are streamed to disk instead of kept in memory."""

SCENARIO_SHEET = "Kịch bản GRDP"
_FIRST_ROW = HEADER_ROW + 2  # 1-based row of the first figure of the lineage


def write_consolidation(
    results: CycleResults,
    stamp: dt.datetime,
    *,
    constant_memory: bool | None = None,
    changes: Changes | None = None,
) -> bytes:
    """The workbook's bytes: the same for the same inputs but for `stamp`, the time of writing.

    `changes` since the last report have a sheet of their own; None: there was no report before.

    Ten sheets: Tổng quan, Cơ quan, Chỉ tiêu, Mâu thuẫn, Kịch bản GRDP, Nhiệm vụ, Dự án, Kế hoạch
    hành động, Phát hiện, Nguồn số liệu. A review has further ones, by territory and on the way,
    for proposals, and for the sources of the plan cycle. `constant_memory` (chosen by size unless
    given) streams rows to temporary files. Raises ValueError when `stamp` has no zone.
    """
    if stamp.tzinfo is None:
        raise ValueError("stamp cần có múi giờ")
    office, consolidation, earlier = results.office, results.consolidation, results.earlier
    form = office.form_of(consolidation.cycle)
    catalogue = office.catalogue_of(consolidation.cycle)
    names = Names.of(office, catalogue)
    if constant_memory is None:
        constant_memory = len(results.every_figure) >= STREAMED_FROM
    stream = io.BytesIO()
    options = {
        "in_memory": not constant_memory,
        "constant_memory": constant_memory,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(stream, options) as book:
        book.set_properties(
            {
                "title": f"Tổng hợp: {consolidation.cycle.title}",
                "author": look.OFFICE_NAME,
                "comments": f"Mã tổng hợp {consolidation.inputs_hash}",
                "created": stamp.astimezone(dt.UTC).replace(tzinfo=None, microsecond=0),
            }
        )
        book.set_size(2400, 1500)
        tables = TableWriter(book, _places(consolidation, earlier))
        write_overview(book, results, stamp)
        tables.add(_agencies(consolidation))
        results.add_sheets(book, tables, names)
        tables.add(_findings(consolidation, names))
        if changes is not None:
            tables.add(change_sheet(changes, names, form))
        tables.add(_lineage(consolidation, names, form))
        if earlier is not None:
            before = office.form_of(earlier.cycle)
            tables.add(_earlier_lineage(earlier, names, before))
    return stream.getvalue()


def _places(consolidation: Consolidation, earlier: Consolidation | None) -> dict[str, Place]:
    """On which lineage sheet, and in which row of it, each reference stands."""
    before = earlier.lineage if earlier else ()
    lineages = ((LINEAGE_SHEET, consolidation.lineage), (EARLIER_LINEAGE_SHEET, before))
    return {
        f.reference: (name, row)
        for name, figures in lineages
        for row, f in enumerate(figures, start=_FIRST_ROW)
    }


def add_plan(
    book: Workbook, tables: TableWriter, consolidation: Consolidation, names: Names, form: Form
) -> None:
    """What was promised."""
    tables.add(_indicators(consolidation, names, form))
    tables.add(_conflicts(consolidation, names))
    scenario = tables.add(_scenario(consolidation, names, form))
    _scenario_chart(book, scenario, consolidation)
    tables.add(_tasks(consolidation, names, form))
    tables.add(_projects(consolidation, names, form))
    for sheet in action_sheets(form):
        tables.add(_actions(consolidation, names, sheet))


def add_review(
    book: Workbook,
    tables: TableWriter,
    consolidation: Consolidation,
    review: Review,
    names: Names,
    form: Form,
) -> None:
    """What was promised against what was done."""
    for table in review_sheets.measure_sheets(consolidation, review, names, form):
        tables.add(table)
    year = consolidation.cycle.catalogue_year
    scenario = tables.add(review_sheets.scenario_sheet(review, names, year))
    review_sheets.scenario_chart(book, scenario, review)
    for table in review_sheets.doing_sheets(consolidation, review, names, form):
        tables.add(table)
    tables.add(_conflicts(consolidation, names))
    for table in review_sheets.closing_sheets(review, names):
        tables.add(table)


_PLACE = TableColumn("place", "Vị trí", 8)
_SOURCE = TableColumn("source", "Nguồn", 9, "center", size=8)


def _agencies(consolidation: Consolidation) -> TableSheet:
    shares = [
        TableColumn(
            f"share_{a.value}", frames.appendix_name(a), 8, "center", "Dòng đã đủ/phải điền"
        )
        for a in consolidation.headline.completeness
    ]
    by_section = any(a.sections for a in consolidation.agencies)
    sections = [TableColumn("sections", "Từng phần", 30, size=9)] if by_section else []
    return TableSheet(
        "Cơ quan",
        "TÌNH TRẠNG BÁO CÁO CỦA TỪNG CƠ QUAN, ĐƠN VỊ",
        "Giờ nhận là giờ máy chủ thư của Văn phòng nhận được, theo giờ Việt Nam. "
        + (
            "Mỗi trang được tiếp nhận riêng: số liệu lấy từ bản được chấp nhận sau cùng của trang."
            if by_section
            else "Chỉ bản được chấp nhận sau cùng được đưa vào tổng hợp."
        ),
        [
            TableColumn("order", "TT", 5, "center"),
            TableColumn("name", "Cơ quan, đơn vị", 37),
            TableColumn("kind", "Khối", 18),
            TableColumn("timeliness", "Tình trạng", 22, "center"),
            TableColumn("first_received_at", "Nhận lần đầu", 11, "center"),
            TableColumn("received_at", "Nhận bản đang dùng", 11, "center"),
            TableColumn("receipt", "Số tiếp nhận", 13.5, "center"),
            TableColumn("version", "Bản số", 6, "center"),
            TableColumn("versions", "Số lần gửi", 6, "center"),
            TableColumn("verdict", "Kết quả lần cuối", 10, "center"),
            *sections,
            TableColumn("held", "Thư chờ xem xét", 8, "center"),
            TableColumn("errors", "Lỗi còn mở", 7, "center"),
            TableColumn("warnings", "Cảnh báo", 7, "center"),
            *shares,
            TableColumn("actions", "Việc tự đề ra", 8, "center"),
        ],
        frames.agency_frame(consolidation),
    )


def _indicators(consolidation: Consolidation, names: Names, form: Form) -> TableSheet:
    sheet = sheet_of(form, Appendix.I)
    value = measure_columns(sheet).value if sheet else ""
    label = _titled(sheet.column(value)) if sheet and value else "Giá trị"
    return TableSheet(
        "Chỉ tiêu",
        "CHỈ TIÊU: MỨC GIAO, MỨC CAM KẾT VÀ SỐ LIỆU TỪNG CƠ QUAN BÁO CÁO",
        "Số của cơ quan chủ trì là số được dùng; số của cơ quan khác in nghiêng để đối chiếu. Bấm "
        "vào một số, hoặc mã ở cột Nguồn, để tới đúng ô trong tệp cơ quan gửi.",
        [
            _PLACE,
            TableColumn("name", "Chỉ tiêu", 26),
            TableColumn("unit", "Đơn vị tính", 8, "center"),
            TableColumn("target", "Chỉ tiêu giao", 11, "center"),
            TableColumn("agency", "Cơ quan báo cáo", 17),
            TableColumn("value", label, 11, "right"),
            *(
                TableColumn(p, PERIOD_TITLES[p], 10.5, "right", over="Mốc thực hiện")
                for p in PERIODS
            ),
            TableColumn("judgement", "Đánh giá", 13, "center"),
            TableColumn("conflicts", "Mâu thuẫn", 8, "center"),
            TableColumn("texts", "Giải pháp, giải trình", 32, size=9),
            _SOURCE,
        ],
        measure_frames.indicator_frame(consolidation, names, sheet),
    )


def _conflicts(consolidation: Consolidation, names: Names) -> TableSheet:
    side = (("agency", "Cơ quan", 15, "left"), ("value", "Giá trị", 11, "right"))
    sides = [
        TableColumn(f"{key}_{part}", header, width, align, over)
        for key, over in (("left", "Số thứ nhất"), ("right", "Số thứ hai"))
        for part, header, width, align in (*side, ("source", "Nguồn", 8, "center"))
    ]
    return TableSheet(
        "Mâu thuẫn",
        "SỐ LIỆU MÂU THUẪN, CẦN VĂN PHÒNG QUYẾT ĐỊNH",
        "Không số nào bị lấy bình quân hoặc bỏ đi. Cột “Tạm dùng” là số được dùng cho đến khi có "
        "quyết định; chênh lệch là số thứ hai trừ số thứ nhất, tính theo đơn vị của số thứ nhất.",
        [
            TableColumn("number", "Số", 7, "center"),
            TableColumn("kind", "Loại", 13),
            TableColumn("measure", "Chỉ tiêu", 28),
            TableColumn("unit", "Đơn vị tính", 9, "center"),
            *sides,
            TableColumn("right_converted", "Đã quy đổi", 11, "right", "Số thứ hai"),
            TableColumn("difference", "Chênh lệch", 11, "right", signed=True),
            TableColumn("stands", "Tạm dùng", 12, "right"),
            TableColumn("because", "Vì", 18),
            TableColumn("decision", "Ý kiến quyết định", 18),
        ],
        measure_frames.conflict_frame(consolidation, names),
        empty="Không có số liệu mâu thuẫn.",
    )


def _scenario(consolidation: Consolidation, names: Names, form: Form) -> TableSheet:
    groups = (
        ("printed", "Kịch bản tại Phụ lục II"),
        ("updated", "Cơ quan cập nhật"),
        ("difference", "Chênh lệch (điểm %)"),
    )
    return TableSheet(
        SCENARIO_SHEET,
        "KỊCH BẢN TĂNG TRƯỞNG GRDP NĂM 2025 (CÙNG KỲ NĂM TRƯỚC = 100, %)".replace(
            "2025", str(consolidation.cycle.catalogue_year)
        ),
        "Ô trống ở phần cập nhật: cơ quan giữ nguyên kịch bản của Chỉ thị.",
        [
            _PLACE,
            TableColumn("name", "Ngành kinh tế", 30),
            *(
                TableColumn(f"{key}_{p}", PERIOD_TITLES[p], 8, "right", over, key == "difference")
                for key, over in groups
                for p in PERIODS
            ),
            TableColumn("agency", "Cơ quan cập nhật", 15),
            TableColumn("texts", "Cơ sở, giải trình", 28, size=9),
            _SOURCE,
        ],
        measure_frames.scenario_frame(consolidation, names, sheet_of(form, Appendix.II)),
    )


def _scenario_chart(book: Workbook, sheet: Worksheet, consolidation: Consolidation) -> None:
    """A line chart of the whole product under the table: printed against updated."""
    if not consolidation.scenario:
        return
    whole = consolidation.scenario[0]
    rows = len(consolidation.scenario)
    shown = [*whole.printed.values(), *(f.number for f in whole.updated.values() if f.number)]
    first = HEADER_ROW + 2  # the scenario has two header rows; its first line is the whole product
    font = {"name": look.FONT, "size": 11}
    chart = book.add_chart({"type": "line"})
    series = (("Theo Chỉ thị", 2, "7F7F7F", "dash"), ("Cơ quan cập nhật", 6, "C00000", "solid"))
    for name, column, colour, dash in series:
        chart.add_series(
            {
                "name": name,
                "categories": [SCENARIO_SHEET, HEADER_ROW + 1, column, HEADER_ROW + 1, column + 3],
                "values": [SCENARIO_SHEET, first, column, first, column + 3],
                "line": {"color": f"#{colour}", "width": 2.25, "dash_type": dash},
                "marker": {"type": "circle", "size": 7, "fill": {"color": f"#{colour}"}},
                "data_labels": {
                    "value": True,
                    "num_format": "0.00",
                    "position": "above" if column == 2 else "below",
                    "font": {**font, "color": f"#{colour}"},
                },
            }
        )
    chart.set_title(
        {
            "name": "Tổng sản phẩm trên địa bàn (GRDP): kịch bản và cập nhật",
            "name_font": {**font, "size": 13},
        }
    )
    chart.set_legend({"position": "bottom", "font": font})
    chart.set_x_axis({"num_font": font})
    chart.set_y_axis(
        {
            "num_font": font,
            "num_format": "0.0",
            "major_gridlines": {"visible": True, "line": _GRID},
            # Room for the labels; indices lie close together, so the axis cannot start at 0.
            "min": float(round(min(shown) - _MARGIN, 1)) if shown else None,
            "max": float(round(max(shown) + _MARGIN, 1)) if shown else None,
        }
    )
    chart.show_blanks_as("gap")
    chart.set_size({"width": 760, "height": 330})
    sheet.insert_chart(first + rows + 1, 1, chart, {"description": "Kịch bản GRDP"})


_GRID = {"color": "#D9D9D9", "width": 0.75}
_MARGIN = Decimal("0.3")


def _tasks(consolidation: Consolidation, names: Names, form: Form) -> TableSheet:
    sheet = sheet_of(form, Appendix.IV)
    return TableSheet(
        "Nhiệm vụ",
        "NHIỆM VỤ ĐƯỢC GIAO TẠI PHỤ LỤC IV VÀ KẾ HOẠCH “5 RÕ” CỦA CƠ QUAN",
        "Mỗi nhiệm vụ được giao có một dòng cho từng cơ quan lập kế hoạch; nhiệm vụ chưa cơ quan "
        "nào lập kế hoạch được tô đỏ.",
        [
            _PLACE,
            TableColumn("name", "Nhiệm vụ", 28),
            TableColumn("deadline", "Thời hạn giao", 11, "center"),
            TableColumn("agency", "Cơ quan", 15),
            TableColumn("state", "Tình trạng kế hoạch", 12, "center"),
            *(_own_column(c, "“5 rõ”" if c.five_clear else "") for c in own_columns(sheet)),
            TableColumn("texts", "Phối hợp, mốc tiến độ, giải trình", 28, size=9),
            _SOURCE,
        ],
        plan_frames.task_frame(consolidation, names, sheet),
    )


def _projects(consolidation: Consolidation, names: Names, form: Form) -> TableSheet:
    sheet = sheet_of(form, Appendix.V)
    return TableSheet(
        "Dự án",
        "DỰ ÁN TRỌNG ĐIỂM TẠI PHỤ LỤC V: GIẢI NGÂN, MỐC TIẾN ĐỘ, VƯỚNG MẮC",
        "Tổng mức đầu tư theo Phụ lục V và vốn giải ngân tính bằng triệu đồng.",
        [
            _PLACE,
            TableColumn("name", "Dự án", 26),
            TableColumn("investment", "Tổng mức đầu tư", 13, "center"),
            TableColumn("agency", "Cơ quan", 16),
            *(_own_column(c, "Mốc tiến độ" if c.period else "") for c in own_columns(sheet)),
            TableColumn("texts", "Vướng mắc, đề xuất, giải trình", 26, size=9),
            _SOURCE,
        ],
        plan_frames.project_frame(consolidation, names, sheet),
    )


def _actions(consolidation: Consolidation, names: Names, sheet: SheetForm) -> TableSheet:
    return TableSheet(
        sheet.title,
        "VIỆC CÁC CƠ QUAN TỰ ĐỀ RA, THEO CÁC NHÓM NHIỆM VỤ, GIẢI PHÁP CỦA CHỈ THỊ",
        "Xếp theo nhóm nhiệm vụ, giải pháp tại phần II của Chỉ thị, rồi theo thứ tự cơ quan.",
        [
            TableColumn("group", "Nhóm", 6, "center"),
            TableColumn("agency", "Cơ quan", 20),
            *(
                _own_column(c, "“5 rõ”" if c.five_clear else "")
                for c in own_columns(sheet)
                if c.key != group_column(sheet)
            ),
            TableColumn("texts", "Phối hợp, mốc tiến độ, giải trình", 32, size=9),
            _SOURCE,
        ],
        plan_frames.action_frame(consolidation, names, sheet),
    )


def _findings(consolidation: Consolidation, names: Names) -> TableSheet:
    return TableSheet(
        "Phát hiện",
        "PHÁT HIỆN CÒN MỞ KHI KIỂM TRA BÁO CÁO",
        "Gồm phát hiện ở bản đang dùng và ở bản gửi sau bị trả lại. Quy tắc thử nghiệm chỉ để Văn "
        "phòng xem, cơ quan không thấy.",
        [
            TableColumn("agency", "Cơ quan", 24),
            TableColumn("receipt", "Số tiếp nhận", 13, "center"),
            TableColumn("version", "Bản số", 6, "center"),
            TableColumn("verdict", "Kết quả", 11, "center"),
            TableColumn("severity", "Mức độ", 14, "center"),
            TableColumn("rule", "Quy tắc", 8, "center"),
            TableColumn("place", "Trang, ô", 16),
            TableColumn("seen", "Giá trị thấy", 16),
            TableColumn("message", "Nội dung", 52),
            TableColumn("justification", "Giải trình của cơ quan", 34),
        ],
        frames.finding_frame(consolidation, names),
        frozen=1,
        empty="Không còn phát hiện nào.",
    )


def _earlier_lineage(earlier: Consolidation, names: Names, form: Form) -> TableSheet:
    return replace(
        _lineage(earlier, names, form),
        name=EARLIER_LINEAGE_SHEET,
        heading=f"NGUỒN CỦA TỪNG SỐ LIỆU KỲ TRƯỚC: {earlier.cycle.title.upper()}",
    )


def _lineage(consolidation: Consolidation, names: Names, form: Form) -> TableSheet:
    return TableSheet(
        LINEAGE_SHEET,
        "NGUỒN CỦA TỪNG SỐ LIỆU",
        "Mã nguồn có giá trị trong bản tổng hợp này (xem mã tổng hợp ở trang đầu). Mã SHA-256 là "
        "dấu vân tay của tệp gốc Văn phòng lưu giữ.",
        [
            TableColumn("reference", "Mã nguồn", 9, nowrap=True, size=9),
            TableColumn("agency", "Cơ quan", 30, nowrap=True, size=9),
            TableColumn("place", "Dòng", 22, nowrap=True, size=9),
            TableColumn("column", "Cột", 18, nowrap=True, size=9),
            TableColumn("value", "Nguyên văn trong ô", 34, nowrap=True, size=9),
            TableColumn("receipt", "Số tiếp nhận", 14, nowrap=True, size=9),
            TableColumn("version", "Bản số", 6, "center", nowrap=True, size=9),
            TableColumn("file_name", "Tên tệp", 30, nowrap=True, size=9),
            TableColumn("sheet_name", "Trang tính", 15, nowrap=True, size=9),
            TableColumn("cell", "Ô", 6, "center", nowrap=True, size=9),
            TableColumn("file_sha256", "SHA-256 của tệp", 42, nowrap=True, size=7),
        ],
        frames.lineage_frame(consolidation, names, form),
        frozen=1,
        empty="Chưa có số liệu nào.",
        quick=True,
    )


def _own_column(column: Column, over: str) -> TableColumn:
    """A form's column as printed: numbers flush right, dates centred, a little narrower."""
    align = {ValueType.NUMBER: "right", ValueType.DATE: "center"}.get(column.type, "left")
    width = max(10.5, column.width * 0.9)
    return TableColumn(answer_key(column.key), _titled(column), width, align, over, size=9)


def _titled(column: Column) -> str:
    return column.label or column.header
