"""PB: what a new version leaves out. Applied where the last version is known, not in the reader."""

from __future__ import annotations

from models.domain.reading.findings import Severity
from models.domain.rules.registry import Rule, enlist

LEFT_OUT = enlist(
    Rule(
        "PB-01",
        Severity.WARNING,
        "Bản mới bỏ trống nội dung bản trước đã có",
        "Bản mới thay toàn bộ bản trước (ở kỳ tiếp nhận từng trang: thay các trang có trong tệp). "
        "Số liệu, nhiệm vụ có ở bản trước mà bản mới không còn thì được hỏi lại, không tự ý bỏ.",
        "Nếu bỏ có chủ ý, ghi «bỏ» và lý do ở cột giải trình của dòng; nếu sót, điền lại.",
    )
)

VANISHED = enlist(
    Rule(
        "KH-03",
        Severity.WARNING,
        "Việc đã đăng ký đầu năm không còn trong sổ",
        "Việc được ghi sẵn từ kế hoạch đầu năm mà sổ gửi về không còn dòng đó thì được hỏi lại, "
        "không tự ý bỏ. Chỉ hỏi ở lần gửi đầu của kỳ.",
        "Giữ dòng của việc đó; việc không còn thực hiện thì chọn «Tạm dừng» và nêu lý do.",
    )
)

STEPPED_BACK = enlist(
    Rule(
        "PB-02",
        Severity.WARNING,
        "Số chính thức trở lại thành số ước",
        "Bản đang được dùng ghi số chính thức, bản mới lại ghi «Ước thực hiện»: có thể gửi nhầm "
        "tệp cũ. Bản mới vẫn được nhận; số chính thức trước đó vẫn được lưu.",
        "Nếu gửi nhầm, gửi lại sổ có số chính thức; nếu đúng, nêu lý do ở cột giải trình.",
    )
)
