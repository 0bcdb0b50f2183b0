"""How a decision can be undone: by which other decision, or why it cannot.

An undo is a decision like any other, with a person and a reason, and leaves the first in the
record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from models.domain.answers.decisions import Decision, DecisionKind


@dataclass(frozen=True, slots=True)
class Undoing:
    """What undoes a decision: the name of a decision flow with its case; or why nothing does."""

    said: str  # Vietnamese
    decision: str = ""  # "exempt-agency"; "" where it cannot be undone
    case: Mapping[str, str] = field(default_factory=dict)  # its form's fields that are known


_BOOK_REOPENED = "Mở lại"
_BOOK_CLOSED = "Khóa sổ"


def undoing_of(decision: Decision, *, receipt: str = "", address: str = "") -> Undoing:
    """How that decision can be undone.

    `receipt` is the receipt number of the version that the decision is about, or by which an
    assigned message was recorded; `address` the one that was registered by the message it names.
    """
    kind, about = decision.kind, {"cycle": decision.cycle, "agency": decision.agency}
    if kind in _SENT:
        return Undoing("Thư đã giao cho luồng gửi, không thu lại được.")
    if kind in _BY_FORM:
        name, said, case = _BY_FORM[kind]
        return Undoing(said, name, {**about, **case})
    if kind in (DecisionKind.EXTEND_DEADLINE, DecisionKind.END_EXTENSION):
        return Undoing("Gia hạn lại, hoặc ghi ngày cuối của hạn chung.", "extend-deadline", about)
    if kind in (DecisionKind.CLOSE_CYCLE, DecisionKind.REOPEN_CYCLE):
        book = _BOOK_REOPENED if kind is DecisionKind.CLOSE_CYCLE else _BOOK_CLOSED
        return Undoing(f"{book} kỳ này.", "close-cycle", {"cycle": decision.cycle, "book": book})
    if kind in _OF_A_VERSION and receipt:
        back = kind is DecisionKind.WITHDRAW_VERSION
        word = "Khôi phục" if back else "Rút lại"
        return Undoing(
            f"{word} phiên bản {receipt}.",
            "withdraw-version",
            {"receipt": receipt, "counting": word},
        )
    if kind in (DecisionKind.MARK_CONTACT_FAILING, DecisionKind.MARK_CONTACT_MENDED):
        mended = kind is DecisionKind.MARK_CONTACT_FAILING
        reach = "Đã sửa, nhận được thư" if mended else "Không nhận được thư"
        return Undoing(
            "Ghi lại tình trạng của địa chỉ.",
            "mark-contact",
            {"address": decision.subject, "reach": reach},
        )
    if kind is DecisionKind.REGISTER_SENDER and address:
        reach = "Không còn là địa chỉ gửi của cơ quan"
        return Undoing("Bỏ đăng ký địa chỉ.", "mark-contact", {"address": address, "reach": reach})
    if kind is DecisionKind.CORRECT_ARRIVAL:
        case = {"message": decision.message}
        return Undoing("Ghi lại thời điểm nhận trước đó.", "correct-arrival", case)
    if kind is DecisionKind.RULE_ON_CONFLICT:
        case = {"conflict": decision.subject.partition(" ")[0], "cycle": decision.cycle}
        return Undoing("Quyết định lại: chọn số kia.", "rule-on-conflict", case)
    if kind is DecisionKind.WAIVE_RULE:
        case = {**about, "rule": decision.subject}
        return Undoing("Ghi một ngày đã qua để chấm dứt việc miễn.", "waive-rule", case)
    return Undoing(_WHY_NOT.get(kind, "Quyết định này không có việc làm ngược lại."))


_SENT = (
    DecisionKind.RETURN_MESSAGE,
    DecisionKind.APPROVE_SUMMARY,
    DecisionKind.SEND_LETTER_AGAIN,
)
_OF_A_VERSION = (
    DecisionKind.WITHDRAW_VERSION,
    DecisionKind.REINSTATE_VERSION,
    DecisionKind.ASSIGN_MESSAGE,
)
_EXEMPT, _OBLIGE = {"duty": "Miễn báo cáo"}, {"duty": "Phải báo cáo"}
#: By kind: the decision that undoes it, in words, and what its form says beside cycle and agency.
_BY_FORM: Mapping[DecisionKind, tuple[str, str, Mapping[str, str]]] = {
    DecisionKind.EXEMPT_AGENCY: ("exempt-agency", "Bỏ miễn: cơ quan phải báo cáo.", _OBLIGE),
    DecisionKind.OBLIGE_AGENCY: ("exempt-agency", "Miễn báo cáo cho cơ quan.", _EXEMPT),
    DecisionKind.EXEMPT_SHEET: ("exempt-sheet", "Bỏ miễn trang này.", _OBLIGE),
    DecisionKind.OBLIGE_SHEET: ("exempt-sheet", "Miễn trang này.", _EXEMPT),
}
_WHY_NOT = {
    DecisionKind.REJECT_MESSAGE: "Thư không tiếp nhận vẫn được giữ nguyên trong kho; muốn dùng, "
    "xin đề nghị cơ quan gửi lại.",
    DecisionKind.ASSIGN_MESSAGE: "Thư chưa thành phiên bản nào, nên không có gì để rút lại.",
    DecisionKind.HOLD_SUMMARY_BACK: "Dự thảo đã giữ lại không gửi được nữa; thư tổng hợp mới sẽ "
    "được lập khi đến lịch, hoặc chạy luồng send-summary.",
    DecisionKind.CLOSE_LETTER: "Muốn thư đi lại, dùng «Gửi lại thư».",
    DecisionKind.JUDGE_INDICATOR: "Đánh giá lại hoặc rút ý kiến ở trang của chỉ tiêu.",
    DecisionKind.WITHDRAW_JUDGEMENT: "Đánh giá lại ở trang của chỉ tiêu.",
    DecisionKind.UNREGISTER_SENDER: "Đăng ký lại khi xác định thư sau của người gửi ấy.",
}
