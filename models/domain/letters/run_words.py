"""A run's end in words for an office: what it did, or what the orchestrator says became of it.

Our own sentences stay as they are. Its English ones, with names of exceptions and exit codes, are
for whoever reads the run's log.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from models.domain.cycle.letter_phrases import number_text
from models.domain.mail.mail import LetterState, MessageState
from models.domain.mail.server_address import is_this_machine

#: Letters of Vietnamese that no message of the orchestrator's own has.
_VIETNAMESE = re.compile(r"[ăâđêôơưàáảãạèéẻẽẹìíỉĩịòóỏõọùúủũụỳýỷỹỵ\u1ea0-\u1ef9]", re.IGNORECASE)
#: What counts of a flow's result are of: messages by their state, letters by what became of them.
_COUNTED: Mapping[str, str] = {
    MessageState.ACCEPTED: "báo cáo được tiếp nhận",
    MessageState.RETURNED: "báo cáo bị trả lại",
    MessageState.HELD: "thư chờ người xem",
    MessageState.DUPLICATE: "thư trùng",
    MessageState.GUIDED: "thư được hướng dẫn gửi lại",
    MessageState.AUTOMATIC: "thư tự động",
    MessageState.NOTED: "thư được ghi nhận",
    MessageState.TRIED: "thư gửi thử",
    LetterState.SENT: "thư đã gửi",
    "deferred": "thư hoãn lại",
    LetterState.FAILED: "thư không gửi được",
    LetterState.UNCERTAIN: "thư chưa rõ đã đến hay chưa",
    LetterState.WITHDRAWN: "thư rút lại",
    "runs": "lượt chạy cũ đã dọn",
    "alarms": "thư báo động cũ đã dọn",
    "bytes": "byte trả lại đĩa",
}
#: What a flow's one number is of.
_NUMBERED = {
    "open-cycle": "cơ quan vừa được giao sổ",
    "remind-agencies": "thư nhắc vừa viết",
    "send-summary": "thư tổng hợp vừa viết",
    "send-previews": "bản đối chiếu vừa viết",
    "send-todays-work": "thư việc hôm nay vừa viết",
    "update-boards": "bảng có thay đổi",
    "watch-health": "thư báo động vừa viết",
}
NOTHING_NEW = "không có việc mới"

#: `Flow run encountered an exception: SomethingWrong: ` and the like, before what was said.
_BEFORE = re.compile(
    r"^(?:Flow|Task) run (?:encountered an exception|was crashed due to an exception)[:.]?\s*"
    r"(?:[\w.]+(?:Error|Exception|Warning)?: )?"
)
_COMPLETED = "xong"
_FAILED = (
    "Chương trình gặp lỗi ngoài dự kiến; chi tiết cho người bảo trì ở trang Logs của lượt chạy."
)
_KILLED = (
    "Tiến trình của lượt chạy đã bị dừng từ bên ngoài: hệ điều hành dừng khi máy thiếu bộ nhớ, "
    "hoặc có người dừng, hoặc nó bị tạm dừng quá lâu. Chạy lại là an toàn."
)
_CRASHED = "Tiến trình của lượt chạy đã dừng đột ngột. Chạy lại là an toàn."
_CANCELLED = "Lượt chạy đã được hủy."
_TIMED_OUT = "Lượt chạy quá thời gian cho phép."
_BY_KIND = {"COMPLETED": _COMPLETED, "CRASHED": _CRASHED, "CANCELLED": _CANCELLED}


def in_our_words(kind: str, message: str | None) -> str:
    """One line of Vietnamese about a run that ended so, by its state's type and message.

    >>> in_our_words("FAILED", "Flow run encountered an exception: ValueError: bad")[:37]
    'Chương trình gặp lỗi ngoài dự kiến; c'
    >>> in_our_words("FAILED", "Flow run encountered an exception: OfficeFault: Thiếu tệp a.csv")
    'Thiếu tệp a.csv'
    >>> in_our_words("CRASHED", "Flow run process exited with non-zero status code -9.")[:12]
    'Tiến trình c'
    """
    said = _BEFORE.sub("", " ".join((message or "").split()))
    if entered := re.findall(r"Value error, (.+?)(?= \[|$| - request)", said):
        return f"Điều đã nhập không nhận được: {' '.join(entered)}"
    if _VIETNAMESE.search(said):
        return said
    if kind == "CRASHED" and re.search(r"code:? -9\b|SIGKILL|out of memory", said, re.IGNORECASE):
        return _KILLED
    if "timeout" in said.lower() or "timed out" in said.lower():
        return _TIMED_OUT if kind != "CRASHED" else _CRASHED
    return _BY_KIND.get(kind, _FAILED)


def to_open(address: str) -> str:
    """An address as a letter gives it: one that is a machine's own is to be opened there.

    >>> to_open("http://127.0.0.1:4200/prefect"), to_open("https://bao-cao.vn/prefect")
    ('http://127.0.0.1:4200/prefect (mở trên chính máy chủ)', 'https://bao-cao.vn/prefect')
    """
    here = is_this_machine(urlsplit(address).hostname or "")
    return f"{address} (mở trên chính máy chủ)" if here else address


def done_in_words(flow: str, result: object) -> str:
    """What a flow did, by what it gave back.

    >>> done_in_words("collect-submissions", {"accepted": 3, "held": 0})
    '3 báo cáo được tiếp nhận'
    >>> done_in_words("open-cycle", 0), done_in_words("open-cycle", 51)
    ('không có việc mới', '51 cơ quan vừa được giao sổ')
    """
    if isinstance(result, Mapping):
        parts = [
            f"{number_text(count)} {_COUNTED.get(key, key)}"
            for key, count in result.items()
            if count
        ]
        return ", ".join(parts) or NOTHING_NEW
    if not result:
        return NOTHING_NEW
    if isinstance(result, bool):
        return "đã làm"
    if isinstance(result, int):
        return f"{number_text(result)} {_NUMBERED.get(flow, 'việc')}"
    if isinstance(result, list | tuple):
        return ", ".join(map(str, result))
    return str(result)
