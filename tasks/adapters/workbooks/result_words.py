"""What the sheet "Kết quả kiểm tra" asks for: by what was found and what is marked in its workbook.

The sheet says what the letter beside it says: nothing is asked for where nothing must be done, and
no colour is spoken of that no cell of this workbook has.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence, Set

from models.domain.reading.findings import Finding, Severity
from tasks.adapters.workbooks import workbook_styles as look
from tasks.adapters.workbooks.workbook_marks import is_grave

_GRAVE = (Severity.BLOCKER, Severity.ERROR)
_WANTED_COLUMN = re.compile(r"ở cột «([^»]{1,60})»")
_JUSTIFICATION = "cột Giải trình"
_NO_WORK = "Không phải sửa, không phải ghi thêm gì trong tệp này."
#: The same where a remark says in which column an opinion may be written.
_NO_DUTY = (
    "Không phải sửa, không bắt buộc ghi thêm; có ý kiến về nội dung được giao thì ghi ở cột Giải "
    "trình."
)
_OPINION = "có ý kiến về nội dung được giao"
_READ_MARKS = "Bấm vào địa chỉ ô để đến nơi cần xem; đặt con trỏ lên ô đã đánh dấu để đọc ghi chú."
_SEND = "Sửa ngay trên tệp này, lưu lại và trả lời thư kèm tệp; không cần xóa trang này."
_SEND_IF = (
    "Nếu sửa hoặc ghi thêm: làm ngay trên tệp này, lưu lại và trả lời thư kèm tệp; không cần xóa "
    "trang này."
)


def summary(findings: Sequence[Finding]) -> str:
    """How many findings of each severity there are.

    >>> summary([Finding("DD-06", Severity.INFO, "Tệp không mang mã nhận dạng.")])
    'Có 1 lưu ý.'
    """
    counts = Counter((f.severity, f.is_settled) for f in findings)
    parts = [
        f"{counts[kind]} {name}"
        for kind, name in (
            ((Severity.BLOCKER, False), "điểm khiến tệp chưa thể tiếp nhận"),
            ((Severity.ERROR, False), "lỗi phải sửa"),
            ((Severity.WARNING, False), "cảnh báo"),
            ((Severity.WARNING, True), "cảnh báo đã có giải trình"),
            ((Severity.INFO, False), "lưu ý"),
        )
        if counts[kind]
    ]
    return f"Có {', '.join(parts)}." if parts else "Không có lỗi hoặc cảnh báo."


def advice(findings: Sequence[Finding], marked: Set[Severity], *, something_owed: bool) -> str:
    """What to do, in Vietnamese.

    `marked` are the severities whose colour some cell of the workbook bears; `something_owed` is
    False where sections are accepted each by itself and none of them is owed any more.

    >>> advice([], frozenset(), something_owed=True)
    'Cơ quan không phải làm gì thêm.'
    """
    if not findings:
        return "Cơ quan không phải làm gì thêm."
    grave = [*filter(is_grave, findings)]
    open_warnings = [f for f in findings if f.severity is Severity.WARNING and not f.is_settled]
    said = [*_on_errors(grave, marked, something_owed=something_owed)]
    said += _on_warnings(open_warnings, marked)
    if any(f.is_settled for f in findings):
        said.append("Cảnh báo đã có giải trình: không phải làm gì thêm.")
    if not grave and not open_warnings:
        asked = any(_OPINION in f.message for f in findings)
        said.append(_NO_DUTY if asked else _NO_WORK)
    if Severity.INFO in marked:
        said.append(f"Ô nền xanh: {look.INFORMED}")
    if marked:
        said.append(_READ_MARKS)
    if grave and something_owed:
        said.append(_SEND)
    elif grave or open_warnings:
        said.append(_SEND_IF)
    return " ".join(said)


def _on_errors(
    grave: Sequence[Finding], marked: Set[Severity], *, something_owed: bool
) -> Sequence[str]:
    if not grave:
        return ()
    said = []
    if not something_owed:
        said.append("Bản đã tiếp nhận trước vẫn có hiệu lực; muốn thay bằng tệp này thì sửa lỗi.")
    if not marked.isdisjoint(_GRAVE):
        said.append("Ô nền đỏ: phải sửa hoặc phải điền.")
    if not all(f.cell for f in grave):
        said.append("Lỗi không nêu ô nào thì sửa theo cột «Nội dung và cách sửa».")
    return said


def _on_warnings(unsettled: Sequence[Finding], marked: Set[Severity]) -> Sequence[str]:
    """What may be done with warnings that have no reason yet, and in which column it is given."""
    if not unsettled:
        return ()
    wanted = dict.fromkeys(map(_column_wanted, unsettled))
    where = (
        f"ở {next(iter(wanted))} cùng dòng"
        if len(wanted) == 1
        else "cùng dòng, ở cột nêu tại từng cảnh báo"
    )
    which = "Ô nền cam" if Severity.WARNING in marked else "Cảnh báo"
    return (
        f"{which}: sửa nếu ghi nhầm, hoặc giữ nguyên và ghi lý do {where}; cảnh báo đã nói không "
        "phải sửa hoặc không phải ghi lại thì chỉ cần xem lại.",
    )


def _column_wanted(finding: Finding) -> str:
    named = _WANTED_COLUMN.findall(finding.beside_place)
    return f"cột «{named[-1]}»" if named else _JUSTIFICATION
