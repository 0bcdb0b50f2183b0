"""The decisions that are taken at the desk: each by its name, with its form and its words.

The forms are those of the decision flows. A draft's alone is of the desk: there the flow asks in
two steps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import Field

from flows.decisions.decision_forms import (
    AddressMark,
    ArrivalForm,
    Assignment,
    Choice,
    ChosenKey,
    CycleBook,
    Exemption,
    Extension,
    HeldMessage,
    LetterOutcome,
    MessageReturn,
    Resending,
    RuleWaiver,
    SheetExemption,
    Signed,
    VersionForm,
    offering,
)
from flows.decisions.measure_forms import JudgementForm, RulingForm
from flows.decisions.planned_forms import HoldForm, SendNowForm
from models.domain.deeds.summary_deed import ApproveSummary
from models.domain.letters.approval import ApprovalAnswer
from models.domain.letters.offers import Cases


class DraftAnswer(Choice):
    """What becomes of a draft."""

    SEND = "Gửi"
    HOLD_BACK = "Giữ lại, không gửi"


class DraftDecision(Signed):
    """A draft leaves as it was shown, with a note on top where one is given, or does not."""

    letter: ChosenKey = Field(title="Dự thảo", json_schema_extra=offering(Cases.DRAFTS))
    digest: str = Field(title="Mã kiểm của dự thảo đã xem")
    answer: DraftAnswer = Field(DraftAnswer.SEND, title="Quyết định")
    reason: str = Field(
        "",
        title="Ý kiến",
        description="Để trống nếu không có. Ý kiến đứng đầu thư gửi đi, hoặc nói vì sao giữ lại.",
    )

    def deed(self) -> ApproveSummary:
        """What is decided."""
        send = self.answer is DraftAnswer.SEND
        return ApproveSummary(
            signed=self.signature(),
            letter=self.letter,
            digest=self.digest,
            answer=ApprovalAnswer.SEND if send else ApprovalAnswer.HOLD_BACK,
        )


@dataclass(frozen=True, slots=True)
class DeskDecision:
    """One kind of decision: its form, what the desk calls it, and what its button says."""

    form: type[Signed]
    title: str
    button: str


#: By the name of the flow that takes the same decision.
DECISIONS: Mapping[str, DeskDecision] = {
    "extend-deadline": DeskDecision(Extension, "Gia hạn cho cơ quan", "Gia hạn"),
    "exempt-agency": DeskDecision(Exemption, "Miễn báo cáo cho cơ quan", "Ghi quyết định"),
    "exempt-sheet": DeskDecision(SheetExemption, "Miễn một trang của sổ", "Ghi quyết định"),
    "waive-rule": DeskDecision(RuleWaiver, "Miễn áp dụng một quy tắc", "Ghi quyết định"),
    "close-cycle": DeskDecision(CycleBook, "Khóa sổ, mở lại kỳ báo cáo", "Ghi quyết định"),
    "assign-message": DeskDecision(Assignment, "Xác định thư là của cơ quan nào", "Xác định"),
    "reject-message": DeskDecision(HeldMessage, "Không tiếp nhận thư", "Không tiếp nhận"),
    "return-message": DeskDecision(MessageReturn, "Trả lại thư", "Trả lại"),
    "correct-arrival": DeskDecision(ArrivalForm, "Sửa thời điểm nhận thư", "Sửa thời điểm"),
    "withdraw-version": DeskDecision(VersionForm, "Rút lại, khôi phục phiên bản", "Ghi quyết định"),
    "rule-on-conflict": DeskDecision(RulingForm, "Quyết định về số liệu mâu thuẫn", "Dùng số này"),
    "judge-indicator": DeskDecision(JudgementForm, "Đánh giá chỉ tiêu", "Ghi đánh giá"),
    "send-letter-again": DeskDecision(Resending, "Gửi lại thư", "Gửi lại"),
    "hold-letter-back": DeskDecision(HoldForm, "Giữ lại thư theo lịch", "Ghi quyết định"),
    "send-letter-now": DeskDecision(SendNowForm, "Gửi ngay thư theo lịch", "Gửi ngay"),
    "settle-letter": DeskDecision(LetterOutcome, "Khép lại thư đi", "Khép lại"),
    "mark-contact": DeskDecision(AddressMark, "Tình trạng của một địa chỉ thư", "Ghi quyết định"),
    "approve-summary": DeskDecision(DraftDecision, "Duyệt thư tổng hợp", "Ghi quyết định"),
}


#: What the desk says beside a field where the flow's form speaks of flows, boards and codes.
HINTS: Mapping[tuple[str, str], str] = {
    ("assign-message", "sender"): "Chỉ chọn «Có» khi đã hỏi cơ quan và biết chắc địa chỉ này của "
    "cán bộ cơ quan. Thôi đăng ký ở trang của cơ quan.",
    ("assign-message", "message"): "Thư đang chờ người xem.",
    ("reject-message", "message"): "Thư đang chờ người xem.",
    ("return-message", "message"): "Thư đang chờ người xem.",
    ("correct-arrival", "message"): "Thư, tệp đã nhận, mới nhất đứng trên.",
    ("withdraw-version", "receipt"): "Phiên bản đã ghi nhận, mới nhất đứng trên.",
    ("send-letter-again", "letter"): "Thư không gửi được, bị trả về, chưa rõ đứng trên.",
    ("settle-letter", "letter"): "Thư không gửi được, bị trả về hoặc chưa rõ đã đến hay chưa.",
    ("mark-contact", "address"): "Địa chỉ đang bị đánh dấu hoặc đã đăng ký thêm.",
    ("rule-on-conflict", "conflict"): "Trường hợp chưa quyết định đứng trên.",
    ("rule-on-conflict", "cycle"): "Để trống: kỳ có mâu thuẫn ấy.",
    ("hold-letter-back", "hold"): "Thư giữ lại không được gửi, cho đến khi thôi giữ lại hoặc gửi "
    "ngay.",
    ("judge-indicator", "question"): "Chỉ tiêu còn chờ đứng trên.",
}
