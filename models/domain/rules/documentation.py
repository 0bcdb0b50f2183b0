"""The list of rules in Vietnamese, generated from the rules: what agencies are handed."""

from __future__ import annotations

from models.domain.reading.findings import SEVERITY_NAMES
from models.domain.rules import ALL_RULES
from models.domain.rules.registry import Rule

GROUPS = {
    "CT": "Cấu trúc của sổ báo cáo",
    "DD": "Mã nhận dạng",
    "KT": "Chữ",
    "SO": "Số",
    "NG": "Ngày",
    "LC": "Danh sách lựa chọn",
    "CG": "Ô có công thức",
    "HT": "Ô hiện gì và lưu gì",
    "VB": "Nội dung do Văn phòng ghi sẵn",
    "BB": "Ô bắt buộc",
    "NR": "Các điều «rõ» của nhiệm vụ",
    "DV": "Đơn vị và độ lớn",
    "MT": "Các mốc trong năm",
    "CK": "Mức cam kết",
    "TD": "Chỉ tiêu tương đương",
    "TH": "Tổng và thành phần",
    "KQ": "Kết quả thực hiện (kỳ tổng kết, cập nhật kịch bản)",
    "KH": "Kế hoạch hành động",
    "LH": "Thông tin liên hệ",
    "PB": "Bản gửi lại",
}
_INTRODUCTION = """\
# Quy tắc kiểm tra sổ báo cáo

<!-- Tệp này do chương trình tạo ra từ các quy tắc trong mã nguồn; xin không sửa tay. -->

Mỗi sổ báo cáo gửi về Văn phòng UBND thành phố được kiểm tra theo các quy tắc dưới đây, ngay khi \
nhận. Mọi điểm cần sửa được nêu một lần, kèm tên trang, ô, nội dung đang ghi và cách ghi lại; \
tệp gửi trả có tô màu và ghi chú tại từng ô.

Mức độ:

- **Không tiếp nhận được**: tệp không phải sổ báo cáo của kỳ này, hoặc hỏng cấu trúc nên không \
đọc được.
- **Lỗi phải sửa**: sửa các ô được nêu rồi trả lời thư, đính kèm tệp đã sửa.
- **Cảnh báo**: báo cáo vẫn được tiếp nhận; đề nghị sửa hoặc giải trình. Nếu số liệu đúng như đã \
ghi, nêu lý do ở cột «Giải trình» của dòng đó; lời giải trình được chuyển đến người tổng hợp và \
giữ cho các lần gửi sau.
- **Lưu ý**: không phải làm gì.

Ba điều thường gặp:

1. Ô số chỉ ghi một số, theo đơn vị tính của dòng: 12,5% ghi là 12,5; 37 tỷ USD ở dòng tính bằng \
tỷ USD ghi là 37.
2. Nhìn lại ô sau khi gõ: nếu 58.500 hiện thành 58,5 thì máy đang dùng kiểu số Anh - Mỹ; gõ 58500.
3. Trang, dòng, cột, tiêu đề do Văn phòng lập sẵn và đã khóa; chỉ trang «Kế hoạch hành động» được \
chèn thêm dòng. Được kéo rộng cột, tăng chiều cao dòng, định dạng lại ô.

Khi tệp gửi về thiếu trang, dòng, cột, hoặc nội dung Văn phòng ghi sẵn bị sửa, Văn phòng gửi lại \
sổ báo cáo của mình, đã chép sẵn những gì cơ quan ghi, chỗ còn thiếu đánh dấu nền đỏ; tệp cơ quan \
đã gửi được gửi kèm. Cơ quan điền tiếp trên sổ đó, không phải chép từ tệp này sang tệp khác.
"""


def rules_as_markdown() -> str:
    """The whole document, Markdown, ending in one line break. The same rules, the same text."""
    parts = [_INTRODUCTION]
    for prefix, title in GROUPS.items():
        members = [r for r in ALL_RULES if r.code.split("-")[0] == prefix]
        if members:
            parts.append(f"## {prefix} – {title}\n")
            parts += [_section(r) for r in sorted(members, key=lambda r: r.code)]
    return "\n".join(parts)


def _section(rule: Rule) -> str:
    trial = " (đang thử, chưa thông báo cho cơ quan)" if rule.trial else ""
    return (
        f"### {rule.code}. {rule.title}\n\n"
        f"- Mức độ: {SEVERITY_NAMES[rule.severity]}{trial}\n"
        f"- Khi nào: {rule.explanation}\n"
        f"- Cách xử lý: {rule.remedy}\n"
    )
