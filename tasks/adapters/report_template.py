"""The report's template as the office gets it first: `python -m tasks.adapters.report_template`.

What it makes is `config/reports/review.docx`, which the office edits in Word: standing words,
styles, order of the parts. In it `{{r name }}` stands for a text with its references, `{{ name }}`
for plain words, `{%p ... %}` and `{%tr ... %}` repeat or leave out a paragraph or a row.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from docx.document import Document as Docx

from tasks.adapters import document_form as form
from tasks.adapters.document_form import (
    CENTRE,
    PERIODS_SHOWN,
    SMALL,
    SMALL_CENTRE,
    SOURCE_COLUMNS,
    Column,
    cell,
)

_SMALL_ITALIC = "Bảng nhỏ nghiêng"


def review_template() -> bytes:
    """The year-end report."""
    document = form.new_document()
    form.letterhead(document, "Số:        /BC-VP")
    form.title(document, "BÁO CÁO", "{{ title }}")
    _opening(document)
    _overview(document)
    _indicators(document)
    _territories(document)
    _conflicts(document)
    _scenario(document)
    _tasks(document)
    _projects(document)
    _agencies(document)
    _proposals(document)
    _changes(document)
    closing = document.add_paragraph(
        "Trên đây là báo cáo tổng kết, đánh giá; Văn phòng Ủy ban nhân dân thành phố kính trình Ủy "
        "ban nhân dân thành phố xem xét, cho ý kiến./."
    )
    closing.paragraph_format.keep_with_next = True  # no signature stands alone on a page
    form.signatures(
        document,
        (
            "- Ủy ban nhân dân thành phố;",
            "- Chủ tịch, các Phó Chủ tịch UBND thành phố;",
            "- Các sở, ban, ngành, địa phương, đơn vị;",
            "- Lãnh đạo Văn phòng;",
            "- Lưu: VT, TH.",
        ),
        "CHÁNH VĂN PHÒNG",
    )
    _annexes(document)
    return form.as_bytes(document)


def _opening(document: Docx) -> None:
    greeting = document.add_paragraph("Kính gửi: Ủy ban nhân dân thành phố Hải Phòng.", "Giữa")
    greeting.paragraph_format.space_after = form.Pt(8)
    document.add_paragraph(
        "Thực hiện {{ legal_basis }}, Văn phòng Ủy ban nhân dân thành phố tổng hợp báo cáo của các "
        "cơ quan, đơn vị, địa phương đến {{ as_of }}, phục vụ {{ recipient }}, như sau:"
    )
    document.add_paragraph(
        "Mã trong ngoặc vuông sau mỗi số liệu, ví dụ [N-0012], dẫn tới cơ quan, tệp, trang và ô "
        "nêu tại Phụ lục 3; mã bắt đầu bằng K là số liệu của kỳ kế hoạch đầu năm.",
        style="Chú bảng",
    )


def _overview(document: Docx) -> None:
    document.add_paragraph("I. TỔNG QUAN", style="Mục lớn")
    form.tag(document, "{%p for p in overview %}")
    document.add_paragraph("{{r p }}")
    form.tag(document, "{%p endfor %}")
    _picture(document, "charts.overview")


def _picture(document: Docx, name: str) -> None:
    form.tag(document, f"{{%p if {name} %}}")
    paragraph = document.add_paragraph(f"{{{{ {name} }}}}", style="Giữa")
    paragraph.paragraph_format.alignment = CENTRE
    paragraph.paragraph_format.space_after = form.Pt(6)
    form.tag(document, "{%p endif %}")


def _or_none(
    document: Docx,
    rows: str,
    columns: Sequence[Column],
    none: str,
    *,
    small: bool = False,
) -> None:
    """The table where there are rows, else a sentence."""
    form.tag(document, f"{{%p if {rows} %}}")
    form.loop_table(document, rows, columns, small=small)
    form.spacer(document, 8)
    form.tag(document, "{%p else %}")
    document.add_paragraph(none)
    form.tag(document, "{%p endif %}")


def _named(width: float, style: str = "Bảng", *, agency: bool = True) -> Column:
    """The measure: its place and name, the agency that answers for it below."""
    tags = [("{{r r.place }} {{r r.name }}", style)]
    if agency:
        tags.append(("{{r r.agency }}", "Bảng nghiêng" if style == "Bảng" else _SMALL_ITALIC))
    return Column("Chỉ tiêu, cơ quan báo cáo", width, tags)


def _indicators(document: Docx) -> None:
    document.add_paragraph("II. KẾT QUẢ THỰC HIỆN CÁC CHỈ TIÊU", style="Mục lớn")
    document.add_paragraph(
        "Cột «So với giao» tính theo chiều tốt của từng chỉ tiêu, bằng đơn vị của chỉ tiêu: dương "
        "là tốt hơn mức giao, âm là kém hơn mức giao.",
        style="Chú bảng",
    )
    document.add_paragraph("1. Chỉ tiêu không đạt, nguyên nhân theo báo cáo của cơ quan", "Mục nhỏ")
    _or_none(
        document,
        "not_met",
        [
            cell("r.no", "TT", 9, "Bảng giữa"),
            _named(42),
            cell("r.target", "Chỉ tiêu giao", 23, "Bảng giữa"),
            cell("r.value", "Ước thực hiện", 23, "Bảng giữa"),
            cell("r.distance", "So với giao", 20, "Bảng giữa"),
            cell("r.causes", "Nguyên nhân, giải pháp", 48),
        ],
        "Không có chỉ tiêu nào không đạt.",
    )
    document.add_paragraph("2. Chỉ tiêu đạt và vượt", style="Mục nhỏ")
    form.tag(document, "{%p for g in reached %}")
    document.add_paragraph("{{ g.title }}", style="Chú bảng")
    form.loop_table(
        document,
        "g.rows",
        [
            cell("r.no", "TT", 10, "Bảng giữa"),
            _named(81),
            cell("r.target", "Chỉ tiêu giao", 24, "Bảng giữa"),
            cell("r.value", "Ước thực hiện", 30, "Bảng giữa"),
            cell("r.distance", "So với giao", 20, "Bảng giữa"),
        ],
    )
    form.spacer(document, 8)
    form.tag(document, "{%p endfor %}")
    document.add_paragraph("3. Chỉ tiêu chưa có số liệu", style="Mục nhỏ")
    _or_none(
        document,
        "no_data",
        [
            cell("r.no", "TT", 10, "Bảng giữa"),
            _named(80, agency=False),
            cell("r.target", "Chỉ tiêu giao", 25, "Bảng giữa"),
            cell("r.agency", "Cơ quan chủ trì", 50),
        ],
        "Mọi chỉ tiêu đều đã có số liệu.",
    )
    document.add_paragraph("4. Chỉ tiêu chưa đánh giá được", style="Mục nhỏ")
    _or_none(
        document,
        "unjudged",
        [
            cell("r.no", "TT", 10, "Bảng giữa"),
            _named(65),
            cell("r.value", "Ước thực hiện", 30, "Bảng giữa"),
            cell("r.why", "Lý do", 60),
        ],
        "Mọi chỉ tiêu có số liệu đều đã được đánh giá.",
    )


def _territories(document: Docx) -> None:
    document.add_paragraph("III. KẾT QUẢ THEO ĐỊA BÀN", style="Mục lớn")
    document.add_paragraph(
        "Các chỉ tiêu có mức giao hoặc số báo cáo riêng cho phía tây hoặc toàn thành phố; trong "
        "ngoặc là cơ quan báo cáo và văn bản giao; «chờ xác nhận» là mức Văn phòng còn phải đối "
        "chiếu với văn bản.",
        style="Chú bảng",
    )
    _or_none(
        document,
        "territories",
        [
            cell("r.no", "TT", 9, "Bảng giữa"),
            Column("Chỉ tiêu", 42, [("{{r r.place }} {{r r.name }}", "Bảng")]),
            cell("r.east", "Phía đông (Hải Phòng trước hợp nhất)", 38),
            cell("r.west", "Phía tây (Hải Dương trước hợp nhất)", 38),
            cell("r.whole", "Toàn thành phố sau hợp nhất", 38),
        ],
        "Không có chỉ tiêu nào được giao hoặc báo cáo riêng theo địa bàn.",
    )


def _conflicts(document: Docx) -> None:
    document.add_paragraph("IV. SỐ LIỆU MÂU THUẪN VÀ QUYẾT ĐỊNH", style="Mục lớn")
    document.add_paragraph(
        "Khi các nguồn khác nhau, số của cơ quan chủ trì được tạm dùng cho đến khi có quyết định; "
        "không số nào bị lấy bình quân hoặc bỏ đi.",
        style="Chú bảng",
    )
    _or_none(
        document,
        "conflicts",
        [
            cell("r.no", "Số", 14, "Bảng giữa"),
            cell("r.name", "Chỉ tiêu", 37),
            cell("r.left", "Số thứ nhất", 31),
            cell("r.right", "Số thứ hai", 32),
            cell("r.stands", "Số dùng", 25, "Bảng giữa"),
            cell("r.because", "Vì", 26),
        ],
        "Không có số liệu mâu thuẫn.",
    )


def _scenario(document: Docx) -> None:
    document.add_paragraph("V. KỊCH BẢN TĂNG TRƯỞNG GRDP", style="Mục lớn")
    document.add_paragraph(
        "Chỉ số so với cùng kỳ năm trước (cùng kỳ = 100): KB là kịch bản tại Phụ lục II của Chỉ "
        "thị, TH là kết quả (năm: ước thực hiện); trong ngoặc tròn là chênh lệch, điểm phần trăm.",
        style="Chú bảng",
    )
    columns = [cell("r.name", "Ngành kinh tế", 33)]
    for period, name in PERIODS_SHOWN:
        columns += [
            cell(f"r.printed_{period}", f"{name} KB", 14, SMALL_CENTRE),
            cell(f"r.actual_{period}", f"{name} TH", 19, SMALL_CENTRE),
        ]
    _or_none(document, "scenario", columns, "Chưa có số liệu kịch bản.", small=True)
    _picture(document, "charts.scenario")
    form.tag(document, "{%p for p in scenario_notes %}")
    document.add_paragraph("- {{r p }}")
    form.tag(document, "{%p endfor %}")


def _tasks(document: Docx) -> None:
    document.add_paragraph("VI. NHIỆM VỤ ĐƯỢC GIAO", style="Mục lớn")
    form.loop_table(
        document,
        "buckets",
        [
            cell("r.name", "Kết quả", 75),
            cell("r.tasks", "Nhiệm vụ được giao", 30, "Bảng giữa"),
            cell("r.share", "Tỷ lệ", 25, "Bảng giữa"),
            cell("r.actions", "Việc cơ quan tự đề ra", 35, "Bảng giữa"),
        ],
    )
    form.spacer(document, 8)
    form.tag(document, "{%p for p in tasks_overview %}")
    document.add_paragraph("{{r p }}")
    form.tag(document, "{%p endfor %}")
    document.add_paragraph("Nhiệm vụ quá hạn chưa hoàn thành", style="Mục nhỏ")
    _or_none(
        document,
        "overdue",
        [
            cell("r.no", "TT", 9, "Bảng giữa"),
            Column(
                "Nhiệm vụ, cơ quan",
                66,
                [("{{r r.place }} {{r r.name }}", "Bảng"), ("{{r r.agency }}", "Bảng nghiêng")],
            ),
            cell("r.deadline", "Thời hạn", 22, "Bảng giữa"),
            cell("r.state", "Tình trạng", 28),
            cell("r.obstacles", "Vướng mắc", 40),
        ],
        "Không có nhiệm vụ quá hạn chưa hoàn thành.",
    )
    document.add_paragraph("Danh sách đầy đủ theo nhóm, kèm văn bản chứng minh: Phụ lục 2.")


def _projects(document: Docx) -> None:
    document.add_paragraph("VII. DỰ ÁN TRỌNG ĐIỂM", style="Mục lớn")
    document.add_paragraph(
        "Đơn vị: triệu đồng. Tỷ lệ tính riêng theo từng kế hoạch vốn: kế hoạch Thủ tướng Chính phủ "
        "giao và kế hoạch thành phố giao. Mốc: cơ quan đăng ký đầu năm, mốc gần nhất đã đến hạn "
        "theo ngày số liệu và mốc cả năm.",
        style="Chú bảng",
    )
    _or_none(
        document,
        "projects",
        [
            cell("r.no", "TT", 8, "Bảng nhỏ giữa"),
            Column(
                "Dự án, cơ quan",
                48,
                [("{{r r.place }} {{r r.name }}", SMALL), ("{{r r.agency }}", _SMALL_ITALIC)],
            ),
            cell("r.spent", "Đã giải ngân, ước cả năm", 21, SMALL_CENTRE),
            cell("r.central", "Kế hoạch TTg giao", 22, SMALL_CENTRE),
            cell("r.city", "Kế hoạch TP giao", 22, SMALL_CENTRE),
            cell("r.course", "Mốc đã đăng ký, tiến độ, vướng mắc", 44, SMALL),
        ],
        "Không có dự án.",
        small=True,
    )


def _agencies(document: Docx) -> None:
    document.add_paragraph("VIII. CƠ QUAN CHƯA HOÀN THÀNH, GỬI MUỘN", style="Mục lớn")
    _or_none(
        document,
        "owing",
        [
            cell("r.no", "TT", 10, "Bảng giữa"),
            cell("r.name", "Cơ quan, đơn vị", 60),
            cell("r.state", "Tình trạng", 45),
            cell("r.owed", "Phần còn phải gửi", 50),
        ],
        "Mọi cơ quan, đơn vị đã hoàn thành báo cáo.",
    )
    document.add_paragraph("Cơ quan gửi sau thời hạn", style="Mục nhỏ")
    _or_none(
        document,
        "late",
        [
            cell("r.no", "TT", 10, "Bảng giữa"),
            cell("r.name", "Cơ quan, đơn vị", 75),
            cell("r.receipt", "Số tiếp nhận", 35, "Bảng giữa"),
            cell("r.received", "Nhận lúc", 45, "Bảng giữa"),
        ],
        "Không có cơ quan nào gửi sau thời hạn.",
    )
    form.tag(document, "{%p if extended %}")
    document.add_paragraph("Cơ quan được gia hạn", style="Mục nhỏ")
    form.tag(document, "{%p for p in extended %}")
    document.add_paragraph("- {{r p }}")
    form.tag(document, "{%p endfor %}")
    form.tag(document, "{%p endif %}")


def _proposals(document: Docx) -> None:
    document.add_paragraph("IX. KIẾN NGHỊ, ĐỀ XUẤT CỦA CÁC CƠ QUAN", style="Mục lớn")
    _or_none(
        document,
        "proposals",
        [
            cell("r.no", "TT", 10, "Bảng giữa"),
            cell("r.agency", "Cơ quan, đơn vị", 40),
            cell("r.about", "Về", 40),
            cell("r.text", "Nội dung", 75),
        ],
        "Các cơ quan không nêu kiến nghị, đề xuất.",
    )


def _changes(document: Docx) -> None:
    document.add_paragraph("X. THAY ĐỔI SO VỚI BÁO CÁO TRƯỚC", style="Mục lớn")
    form.tag(document, "{%p for p in changes %}")
    document.add_paragraph("{{r p }}")
    form.tag(document, "{%p else %}")
    document.add_paragraph("Đây là báo cáo đầu tiên của kỳ.")
    form.tag(document, "{%p endfor %}")
    form.tag(document, "{%p if flipped %}")
    form.loop_table(
        document,
        "flipped",
        [
            cell("r.place", "Vị trí", 20, "Bảng giữa"),
            cell("r.name", "Chỉ tiêu, nhiệm vụ", 61),
            cell("r.before", "Báo cáo trước (mã của báo cáo ấy)", 42),
            cell("r.after", "Nay", 42),
        ],
    )
    form.spacer(document, 8)
    form.tag(document, "{%p endif %}")


def _annexes(document: Docx) -> None:
    form.landscape_section(document)
    _annex_title(document, "Phụ lục 1", "KẾT QUẢ TỪNG CHỈ TIÊU: GIAO, CAM KẾT, THỰC HIỆN")
    document.add_paragraph(
        "Tiến độ đến ngày số liệu: số thực hiện đến nay so với mốc cam kết hoặc kịch bản của thời "
        "điểm ấy, không phải kết quả cả năm; khi đã có số chính thức thì so với mốc cả năm.",
        style="Chú bảng",
    )
    form.loop_table(
        document,
        "annex_indicators",
        [
            cell("r.no", "TT", 8, SMALL_CENTRE),
            Column(
                "Chỉ tiêu, cơ quan báo cáo",
                66,
                [("{{r r.place }} {{r r.name }}", SMALL), ("{{r r.agency }}", _SMALL_ITALIC)],
            ),
            cell("r.last_year", "Năm trước", 22, SMALL_CENTRE),
            cell("r.target", "Chỉ tiêu giao", 22, SMALL_CENTRE),
            cell("r.commitment", "Cam kết đầu năm", 22, SMALL_CENTRE),
            cell("r.to_date", "Thực hiện đến nay", 28, SMALL_CENTRE),
            cell("r.value", "Ước thực hiện năm", 26, SMALL_CENTRE),
            cell("r.outcome", "So với giao", 20, SMALL_CENTRE),
            cell("r.against", "So với cam kết", 20, SMALL_CENTRE),
            cell("r.pace", "Tiến độ đến ngày số liệu", 18, SMALL_CENTRE),
        ],
        small=True,
    )
    _annex_title(document, "Phụ lục 2", "NHIỆM VỤ THEO NHÓM KẾT QUẢ, VĂN BẢN CHỨNG MINH")
    form.tag(document, "{%p for g in annex_tasks %}")
    document.add_paragraph("{{ g.title }}", style="Mục nhỏ")
    form.loop_table(
        document,
        "g.rows",
        [
            cell("r.no", "TT", 8, SMALL_CENTRE),
            Column("Nhiệm vụ", 78, [("{{r r.place }} {{r r.name }}", SMALL)]),
            cell("r.agency", "Cơ quan", 32, SMALL),
            cell("r.deadline", "Thời hạn", 24, SMALL_CENTRE),
            cell("r.state", "Tình trạng", 35, SMALL),
            cell("r.document", "Sản phẩm, văn bản", 45, SMALL),
            cell("r.obstacles", "Vướng mắc", 30, SMALL),
        ],
        small=True,
    )
    form.spacer(document, 8)
    form.tag(document, "{%p endfor %}")
    _annex_title(document, "Phụ lục 3", "NGUỒN CỦA TỪNG SỐ LIỆU")
    document.add_paragraph(
        "Mỗi dòng là một tệp cơ quan gửi, lưu nguyên vẹn tại Văn phòng; SHA-256 là dấu vân tay của "
        "tệp. Tìm mã ở cột thứ hai, rồi mở trang và ô ghi ở cột thứ tư. Mã tổng hợp: {{ code }}.",
        style="Chú bảng",
    )
    form.loop_table(
        document,
        "sources",
        SOURCE_COLUMNS,
        small=True,
    )


def _annex_title(document: Docx, number: str, about: str) -> None:
    heading = document.add_paragraph(number, style="Tên loại")
    heading.paragraph_format.page_break_before = number != "Phụ lục 1"  # it begins its section
    document.add_paragraph(about, style="Trích yếu")


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(review_template())
