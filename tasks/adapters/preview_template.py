"""The agency's page as the office gets it first: `python -m tasks.adapters.preview_template`.

What it makes is `config/reports/preview.docx`; tags as in the report's template.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from docx.document import Document as Docx

from tasks.adapters import document_form as form
from tasks.adapters.document_form import (
    PERIODS_SHOWN,
    SMALL,
    SMALL_CENTRE,
    SOURCE_COLUMNS,
    Column,
    cell,
)


def preview_template() -> bytes:
    """One agency's page, landscape: it is read beside the agency's own workbook."""
    document = form.new_document()
    form.page(document.sections[0], landscape=True)
    document.add_paragraph("VĂN PHÒNG ỦY BAN NHÂN DÂN THÀNH PHỐ HẢI PHÒNG", style="Giữa")
    document.add_paragraph("KẾT QUẢ CỦA {{ agency_name|upper }}", style="Tên loại")
    document.add_paragraph("{{ title }}", style="Trích yếu")
    form.rule_paragraph(document.add_paragraph(style="Giữa"), 60, form.LANDSCAPE)
    document.add_paragraph(
        "Dự thảo để cơ quan đối chiếu trước {{ meeting }}. Số liệu đến {{ as_of }}. "
        "{% if sources %}Mã trong ngoặc vuông dẫn tới ô nêu ở phần {{ parts.sources }}; mã bắt "
        "đầu bằng K là số liệu của kỳ kế hoạch đầu năm.{% endif %}",
        style="Chú bảng",
    )
    form.tag(document, "{%p for p in facts %}")
    document.add_paragraph("- {{r p }}")
    form.tag(document, "{%p endfor %}")
    _part(
        document,
        "CHỈ TIÊU",
        "indicators",
        [
            cell("r.no", "TT", 8, SMALL_CENTRE),
            Column("Chỉ tiêu", 50, [("{{r r.place }} {{r r.name }}", SMALL)]),
            cell("r.role", "Vai trò", 16, SMALL_CENTRE),
            cell("r.target", "Chỉ tiêu giao", 23, SMALL_CENTRE),
            cell("r.commitment", "Cam kết đầu năm", 22, SMALL_CENTRE),
            cell("r.own", "Số của cơ quan", 22, SMALL_CENTRE),
            cell("r.value", "Số sẽ trình", 26, SMALL_CENTRE),
            cell("r.outcome", "So với giao", 20, SMALL_CENTRE),
            cell("r.against", "So với cam kết", 20, SMALL_CENTRE),
            cell("r.pace", "Tiến độ đến ngày số liệu", 18, SMALL_CENTRE),
            cell("r.causes", "Nguyên nhân đã nêu", 27, SMALL),
        ],
    )
    _part(
        document,
        "KẾT QUẢ THEO ĐỊA BÀN",
        "territories",
        [
            cell("r.no", "TT", 8, SMALL_CENTRE),
            Column("Chỉ tiêu", 64, [("{{r r.place }} {{r r.name }}", SMALL)]),
            cell("r.east", "Phía đông (Hải Phòng trước hợp nhất)", 60, SMALL_CENTRE),
            cell("r.west", "Phía tây (Hải Dương trước hợp nhất)", 60, SMALL_CENTRE),
            cell("r.whole", "Toàn thành phố sau hợp nhất", 60, SMALL_CENTRE),
        ],
    )
    columns = [cell("r.name", "Ngành kinh tế", 76, SMALL)]
    for period, name in PERIODS_SHOWN:
        columns += [
            cell(f"r.printed_{period}", f"{name}: kịch bản", 20, SMALL_CENTRE),
            cell(f"r.actual_{period}", f"{name}: thực hiện", 24, SMALL_CENTRE),
        ]
    _part(
        document,
        "KỊCH BẢN TĂNG TRƯỞNG GRDP (cùng kỳ năm trước = 100; trong ngoặc: chênh lệch)",
        "scenario",
        columns,
    )
    _part(
        document,
        "NHIỆM VỤ ĐƯỢC GIAO",
        "tasks",
        [
            cell("r.no", "TT", 8, SMALL_CENTRE),
            Column("Nhiệm vụ", 72, [("{{r r.place }} {{r r.name }}", SMALL)]),
            cell("r.role", "Vai trò", 16, SMALL_CENTRE),
            cell("r.deadline", "Thời hạn", 24, SMALL_CENTRE),
            cell("r.bucket", "Nhóm kết quả", 28, SMALL_CENTRE),
            cell("r.state", "Tình trạng", 32, SMALL),
            cell("r.document", "Sản phẩm, văn bản", 42, SMALL),
            cell("r.obstacles", "Vướng mắc", 30, SMALL),
        ],
    )
    _part(
        document,
        "VIỆC CƠ QUAN TỰ ĐỀ RA",
        "actions",
        [
            cell("r.no", "TT", 8, SMALL_CENTRE),
            cell("r.name", "Việc", 98, SMALL),
            cell("r.deadline", "Thời hạn", 28, SMALL_CENTRE),
            cell("r.bucket", "Nhóm kết quả", 34, SMALL_CENTRE),
            cell("r.state", "Tình trạng", 36, SMALL),
            cell("r.document", "Sản phẩm, văn bản", 48, SMALL),
        ],
    )
    _part(
        document,
        "DỰ ÁN TRỌNG ĐIỂM (triệu đồng)",
        "projects",
        [
            cell("r.no", "TT", 8, SMALL_CENTRE),
            Column("Dự án", 62, [("{{r r.place }} {{r r.name }}", SMALL)]),
            cell("r.disbursed", "Đã giải ngân", 24, SMALL_CENTRE),
            cell("r.estimate", "Ước cả năm", 22, SMALL_CENTRE),
            cell("r.central", "Kế hoạch TTg giao", 26, SMALL_CENTRE),
            cell("r.city", "Kế hoạch TP giao", 26, SMALL_CENTRE),
            cell("r.milestones", "Mốc đã đăng ký", 38, SMALL),
            cell("r.progress", "Tiến độ, vướng mắc", 46, SMALL),
        ],
    )
    _part(
        document,
        "SỐ LIỆU KHÁC VỚI NGUỒN KHÁC",
        "conflicts",
        [
            cell("r.no", "Số", 16, SMALL_CENTRE),
            cell("r.name", "Chỉ tiêu", 76, SMALL),
            cell("r.left", "Số thứ nhất", 45, SMALL),
            cell("r.right", "Số thứ hai", 45, SMALL),
            cell("r.stands", "Số dùng", 26, SMALL_CENTRE),
            cell("r.because", "Vì", 44, SMALL),
        ],
    )
    _part(
        document,
        "NGUỒN CỦA TỪNG SỐ LIỆU",
        "sources",
        SOURCE_COLUMNS,
    )
    document.add_paragraph("Mã tổng hợp: {{ code }}.", style="Chú bảng")
    return form.as_bytes(document)


def _part(document: Docx, title: str, rows: str, columns: Sequence[Column]) -> None:
    """A part that is left out where the agency has no such rows."""
    form.tag(document, f"{{%p if {rows} %}}")
    document.add_paragraph(f"{{{{ parts.{rows} }}}}. {title}", style="Mục lớn")
    form.loop_table(document, rows, columns, small=True)
    form.tag(document, "{%p endif %}")


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(preview_template())
