"""The sheets of a review's workbook between who answered and where the figures come from."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from models.domain.catalogue import PERIOD_TITLES, PERIODS, Appendix
from models.domain.consolidation import Consolidation
from models.domain.consolidation.indicators import sheet_of
from models.domain.forms import Form
from models.domain.review import Review
from models.domain.territories import TERRITORY_NAMES, Territory
from tasks.adapters import doing_frames, review_frames
from tasks.adapters import workbook_styles as look
from tasks.adapters.consolidated_sheet import HEADER_ROW, TableColumn, TableSheet
from tasks.adapters.consolidation_cells import Names

INDICATOR_SHEET, TERRITORY_SHEET, TRACK_SHEET = "Chỉ tiêu", "Theo địa bàn", "Tiến độ trong năm"
SCENARIO_SHEET, TASK_SHEET, PROJECT_SHEET = "Kịch bản GRDP", "Nhiệm vụ", "Dự án"
ACTION_SHEET, PROPOSAL_SHEET, HISTORY_SHEET = "Kế hoạch hành động", "Kiến nghị", "Số qua các lần"

_PLACE = TableColumn("place", "Vị trí", 8)
_SOURCE = TableColumn("source", "Nguồn", 9, "center", size=8)
_BOTH = (
    TableColumn("source", "Kỳ này", 9.5, "center", "Nguồn", size=8),
    TableColumn("earlier", "Kỳ trước", 9.5, "center", "Nguồn", size=8),
)
_ACTUAL_COLUMN = 2 + 2 * len(PERIODS)  # of the scenario: place, name, printed, updated


def measure_sheets(
    consolidation: Consolidation, review: Review, names: Names, form: Form
) -> Iterator[TableSheet]:
    """Indicators: against their targets, by territory, on the way."""
    yield TableSheet(
        INDICATOR_SHEET,
        "CHỈ TIÊU: KẾT QUẢ CẢ NĂM SO VỚI MỨC GIAO VÀ MỨC CAM KẾT ĐẦU NĂM",
        f"Số của {TERRITORY_NAMES[_own(review)]}, địa bàn mà Chỉ thị giao. Chênh lệch là số cả năm "
        "so với mức giao, dương là tốt hơn. Số của cơ quan chủ trì được dùng; số của cơ quan khác "
        "in nghiêng để đối chiếu. Tiến độ là số đến nay so với mốc của thời điểm ấy; khi đã có số "
        "chính thức thì so với mốc cả năm. "
        "Nguồn N- là báo cáo kỳ này, K- là kế hoạch đầu năm; bấm vào một "
        "số hoặc mã nguồn để tới đúng ô trong tệp cơ quan gửi.",
        [
            _PLACE,
            TableColumn("name", "Chỉ tiêu", 25),
            TableColumn("unit", "Đơn vị tính", 8, "center"),
            TableColumn("target", "Mức giao", 11, "center"),
            TableColumn("last_year", "Thực hiện năm trước", 10, "right"),
            TableColumn("commitment", "Cam kết đầu năm", 10, "right"),
            TableColumn("to_date", "Đến nay", 10, "right", "Thực hiện"),
            TableColumn("as_of", "Số đến ngày", 10, "center", "Thực hiện"),
            TableColumn("value", "Cả năm", 10, "right", "Thực hiện"),
            TableColumn("status", "Ước/ chính thức", 8, "center", "Thực hiện"),
            TableColumn("outcome", "So với mức giao", 13, "center", "Đánh giá"),
            TableColumn("distance", "Chênh lệch", 9.5, "right", "Đánh giá", signed=True),
            TableColumn("kept", "So với cam kết", 10, "center", "Đánh giá"),
            TableColumn("pace", "Tiến độ đến ngày số liệu", 9, "center", "Đánh giá"),
            TableColumn("self_judgement", "Cơ quan tự đánh giá", 10, "center", "Đánh giá"),
            TableColumn("agency", "Cơ quan", 17),
            TableColumn("conflicts", "Mâu thuẫn", 8, "center"),
            TableColumn("texts", "Nguyên nhân, giải pháp (theo báo cáo)", 34, size=9),
            *_BOTH,
        ],
        review_frames.judged_frame(consolidation, review, names, sheet_of(form, Appendix.I)),
    )
    yield TableSheet(
        TERRITORY_SHEET,
        "CHỈ TIÊU THEO ĐỊA BÀN: TRƯỚC VÀ SAU KHI HỢP NHẤT THÀNH PHỐ",
        "Mỗi địa bàn được so với chỉ tiêu có hiệu lực cho chính địa bàn đó đến cuối năm. Địa bàn "
        "không có chỉ tiêu thì chỉ nêu số, không đánh giá.",
        [
            _PLACE,
            TableColumn("name", "Chỉ tiêu", 26),
            TableColumn("unit", "Đơn vị tính", 9, "center"),
            *(
                TableColumn(f"{key}_{t.value}", header, width, align, _over(t))
                for t in Territory
                for key, header, width, align in (
                    ("target", "Mức giao", 11, "center"),
                    ("value", "Cả năm", 11, "right"),
                    ("outcome", "Đánh giá", 14, "center"),
                )
            ),
            TableColumn("basis", "Căn cứ của mức giao", 34, size=9),
            TableColumn("agency", "Cơ quan", 20),
            _SOURCE,
        ],
        review_frames.territory_frame(review, names),
        empty="Không có chỉ tiêu nào được báo cáo hoặc giao cho địa bàn khác.",
    )
    yield TableSheet(
        TRACK_SHEET,
        "TIẾN ĐỘ TRONG NĂM: MỐC ĐÃ CAM KẾT HOẶC KỊCH BẢN VÀ SỐ THỰC HIỆN",
        "Mốc là số cơ quan cam kết đầu năm; cam kết không có mốc quý nào thì cả năm lấy theo kịch "
        "bản tại Phụ lục II. Số đến một ngày sau mốc: chậm khi chưa bằng mốc đã qua, nhanh khi đã "
        "bằng mốc kế tiếp, còn lại là đúng tiến độ. Chỉ nêu chỉ tiêu có ít nhất một mốc so sánh "
        "được.",
        [
            _PLACE,
            TableColumn("name", "Chỉ tiêu", 28),
            TableColumn("unit", "Đơn vị tính", 9, "center"),
            *(
                TableColumn(f"{key}_{p}", header, width, align, PERIOD_TITLES[p])
                for p in PERIODS
                for key, header, width, align in (
                    ("promised", "Mốc", 10.5, "right"),
                    ("actual", "Thực hiện", 10.5, "right"),
                    ("pace", "So sánh", 11, "center"),
                )
            ),
            TableColumn("agency", "Cơ quan", 18),
            *_BOTH,
        ],
        review_frames.track_frame(review, names),
        empty="Chưa có mốc nào so sánh được.",
    )


def scenario_sheet(review: Review, names: Names, year: int) -> TableSheet:
    """The growth scenario: printed, updated, reached."""
    groups = (
        ("printed", "Kịch bản tại Phụ lục II"),
        ("updated", "Cơ quan cập nhật đầu năm"),
        ("actual", "Thực hiện (cả năm: ước hoặc chính thức)"),
        ("difference", "Thực hiện so với kịch bản (điểm %)"),
    )
    return TableSheet(
        SCENARIO_SHEET,
        f"KỊCH BẢN TĂNG TRƯỞNG GRDP NĂM {year} VÀ KẾT QUẢ (CÙNG KỲ NĂM TRƯỚC = 100, %)",
        "Ô trống ở phần cập nhật: đầu năm cơ quan giữ nguyên kịch bản của Chỉ thị. Chênh lệch âm "
        "là chậm hơn kịch bản.",
        [
            _PLACE,
            TableColumn("name", "Ngành kinh tế", 28),
            *(
                TableColumn(f"{key}_{p}", PERIOD_TITLES[p], 8, "right", over, key == "difference")
                for key, over in groups
                for p in PERIODS
            ),
            TableColumn("agency", "Cơ quan báo cáo", 15),
            TableColumn("texts", "Nguyên nhân", 26, size=9),
            *_BOTH,
        ],
        review_frames.scenario_review_frame(review, names),
    )


def scenario_chart(book: Workbook, sheet: Worksheet, review: Review) -> None:
    """A line chart of the whole product under the table: printed, updated, reached."""
    if not review.scenario:
        return
    whole = review.scenario[0]
    shown = [
        number
        for p in whole.points
        for number in (
            p.printed,
            p.updated.number if p.updated else None,
            p.actual.number if p.actual else None,
        )
        if number is not None
    ]
    first = HEADER_ROW + 2
    font = {"name": look.FONT, "size": 11}
    chart = book.add_chart({"type": "line"})
    series = (
        ("Theo Chỉ thị", 2, "7F7F7F", "dash", "above"),
        ("Cơ quan cập nhật đầu năm", 2 + len(PERIODS), "3C6EB4", "round_dot", "right"),
        ("Thực hiện", _ACTUAL_COLUMN, "C00000", "solid", "below"),
    )
    for name, column, colour, dash, position in series:
        chart.add_series(
            {
                "name": name,
                "categories": [SCENARIO_SHEET, HEADER_ROW + 1, 2, HEADER_ROW + 1, 5],
                "values": [SCENARIO_SHEET, first, column, first, column + 3],
                "line": {"color": f"#{colour}", "width": 2.25, "dash_type": dash},
                "marker": {"type": "circle", "size": 7, "fill": {"color": f"#{colour}"}},
                "data_labels": {
                    "value": True,
                    "num_format": "0.00",
                    "position": position,
                    "font": {**font, "color": f"#{colour}"},
                },
            }
        )
    title = "Tổng sản phẩm trên địa bàn (GRDP): kịch bản và thực hiện"
    chart.set_title({"name": title, "name_font": {**font, "size": 13}})
    chart.set_legend({"position": "bottom", "font": font})
    chart.set_x_axis({"num_font": font})
    chart.set_y_axis(
        {
            "num_font": font,
            "num_format": "0.0",
            "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9", "width": 0.75}},
            "min": float(round(min(shown) - _MARGIN, 1)) if shown else None,
            "max": float(round(max(shown) + _MARGIN, 1)) if shown else None,
        }
    )
    chart.show_blanks_as("gap")
    chart.set_size({"width": 760, "height": 330})
    below = first + len(review.scenario) + 1
    sheet.insert_chart(below, 1, chart, {"description": "Kịch bản GRDP"})


_MARGIN = Decimal("0.3")

_DOING = (
    TableColumn("deadline", "Thời hạn", 10.5, "center", "Thời hạn"),
    TableColumn("whose", "Theo", 13, "center", "Thời hạn", size=9),
    TableColumn("state", "Tình trạng", 11, "center", "Kết quả"),
    TableColumn("percent", "Mức độ (%)", 8, "center", "Kết quả"),
    TableColumn("finished", "Ngày hoàn thành", 10.5, "center", "Kết quả"),
    TableColumn("late", "Quá hạn (ngày)", 8, "center", "Kết quả"),
    TableColumn("product", "Sản phẩm", 18, "left", "Kết quả", size=9),
    TableColumn("document", "Văn bản chứng minh", 16, "left", "Kết quả", size=9),
)


def doing_sheets(
    consolidation: Consolidation, review: Review, names: Names, form: Form
) -> Iterator[TableSheet]:
    """Assigned tasks by the office's buckets, own actions by groups of solutions, projects."""
    day = f"{consolidation.as_of:%d/%m/%Y}"
    yield TableSheet(
        TASK_SHEET,
        "NHIỆM VỤ ĐƯỢC GIAO TẠI PHỤ LỤC IV THEO TÌNH TRẠNG VÀ THỜI HẠN",
        f"Xếp theo nhóm tình trạng tính đến ngày {day}. Thời hạn là thời hạn của Chỉ thị; Chỉ thị "
        "không ghi ngày thì là ngày cơ quan tự đặt trong kế hoạch đầu năm. Hoàn thành đúng ngày "
        "hạn là đúng hạn. Văn bản chứng minh phải có cả số và ngày.",
        [
            _PLACE,
            TableColumn("name", "Nhiệm vụ", 32),
            TableColumn("agency", "Cơ quan", 18),
            *_DOING,
            TableColumn("texts", "Vướng mắc, đề xuất (theo báo cáo)", 30, size=9),
            *_BOTH,
        ],
        doing_frames.bucket_frame(review, names, sheet_of(form, Appendix.IV)),
    )
    yield TableSheet(
        ACTION_SHEET,
        "VIỆC CÁC CƠ QUAN TỰ ĐỀ RA: TÌNH HÌNH THỰC HIỆN",
        "Xếp theo nhóm nhiệm vụ, giải pháp tại phần II của Chỉ thị, rồi theo thứ tự cơ quan. Thời "
        "hạn là ngày đăng ký trong kế hoạch đầu năm, kể cả của cơ quan trước khi sắp xếp.",
        [
            TableColumn("group", "Nhóm", 6, "center"),
            TableColumn("agency", "Cơ quan", 20),
            TableColumn("work", "Việc", 34, size=9),
            TableColumn("bucket", "Phân loại", 13, "center"),
            *_DOING,
            TableColumn("texts", "Vướng mắc, đề xuất (theo báo cáo)", 28, size=9),
            *_BOTH,
        ],
        doing_frames.action_review_frame(review, names),
    )
    share = "Đã giải ngân (%)"
    yield TableSheet(
        PROJECT_SHEET,
        "DỰ ÁN TRỌNG ĐIỂM TẠI PHỤ LỤC V: GIẢI NGÂN THEO TỪNG KẾ HOẠCH VỐN, TIẾN ĐỘ, VƯỚNG MẮC",
        "Số tiền tính bằng triệu đồng. Tỷ lệ là số đã giải ngân so với chính kế hoạch vốn ghi ở "
        "cột bên; cùng một số giải ngân có tỷ lệ khác nhau theo từng kế hoạch.",
        [
            _PLACE,
            TableColumn("name", "Dự án", 26),
            TableColumn("agency", "Cơ quan", 16),
            TableColumn("central", "Kế hoạch", 12, "right", "Thủ tướng Chính phủ giao"),
            TableColumn("central_pct", share, 9, "center", "Thủ tướng Chính phủ giao"),
            TableColumn("city", "Kế hoạch", 12, "right", "Thành phố giao"),
            TableColumn("city_pct", share, 9, "center", "Thành phố giao"),
            TableColumn("own", "Mức", 12, "right", "Cơ quan đăng ký đầu năm"),
            TableColumn("own_pct", share, 9, "center", "Cơ quan đăng ký đầu năm"),
            TableColumn("disbursed", "Đã giải ngân", 12, "right", "Thực hiện"),
            TableColumn("as_of", "Số đến ngày", 10.5, "center", "Thực hiện"),
            TableColumn("estimate", "Ước cả năm", 12, "right", "Thực hiện"),
            TableColumn("milestones", "Mốc đã đăng ký đầu năm", 24, size=9),
            TableColumn("progress", "Tiến độ", 20, size=9),
            TableColumn("texts", "Nguyên nhân, vướng mắc, đề xuất", 26, size=9),
            *_BOTH,
        ],
        doing_frames.spending_frame(review, names),
    )


def closing_sheets(review: Review, names: Names) -> Iterator[TableSheet]:
    """Proposals; and values over the versions, where any changed."""
    yield TableSheet(
        PROPOSAL_SHEET,
        "KIẾN NGHỊ, ĐỀ XUẤT CỦA CÁC CƠ QUAN, ĐƠN VỊ",
        "Nguyên văn trong báo cáo, theo thứ tự cơ quan.",
        [
            TableColumn("order", "TT", 5, "center"),
            TableColumn("agency", "Cơ quan", 34),
            TableColumn("about", "Về", 50),
            TableColumn("text", "Nội dung kiến nghị, đề xuất", 80),
            _SOURCE,
        ],
        review_frames.proposal_frame(review, names),
        empty="Không có kiến nghị, đề xuất.",
    )
    history = review_frames.history_frame(review, names)
    if len(history):
        yield TableSheet(
            HISTORY_SHEET,
            "SỐ CẢ NĂM QUA CÁC LẦN BÁO CÁO: TỪ SỐ ƯỚC ĐẾN SỐ CHÍNH THỨC",
            "Chỉ nêu chỉ tiêu có số đã thay đổi. Bản đang dùng in đứng, các bản trước in nghiêng.",
            [
                _PLACE,
                TableColumn("name", "Chỉ tiêu", 34),
                TableColumn("unit", "Đơn vị tính", 9, "center"),
                TableColumn("agency", "Cơ quan", 28),
                TableColumn("value", "Cả năm", 12, "right"),
                TableColumn("status", "Ước/ chính thức", 11, "center"),
                TableColumn("received_at", "Nhận lúc", 15, "center"),
                TableColumn("receipt", "Số tiếp nhận", 16, "center"),
                TableColumn("version", "Bản số", 7, "center"),
                TableColumn("file_name", "Tên tệp", 30, size=9),
                TableColumn("cell", "Trang, ô", 14, "center"),
                TableColumn("file_sha256", "SHA-256 của tệp", 24, size=7),
            ],
            history,
        )


def _own(review: Review) -> Territory:
    return review.indicators[0].territory if review.indicators else Territory.WHOLE


def _over(territory: Territory) -> str:
    name = TERRITORY_NAMES[territory]
    return name[:1].upper() + name[1:]
