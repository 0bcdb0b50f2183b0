"""approve-summary: the summary leaves when a person has seen the draft and said so."""

from __future__ import annotations

import itertools
from typing import Literal, Self

from prefect import flow
from prefect.flow_runs import suspend_flow_run
from prefect.input import RunInput
from prefect.logging import get_run_logger
from pydantic import Field, ValidationError, model_validator

from flows.decisions.decision_forms import ChosenKey
from flows.failures import ends_in_a_sentence
from flows.requests import AsOf
from flows.workplaces import open_workplace
from models.domain.answers.decisions import Signature, names_somebody
from models.domain.deeds.summary_deed import ApproveSummary
from models.domain.letters.approval import ApprovalAnswer
from models.domain.letters.offers import Cases
from models.domain.notation.vietnamese_text import one_line
from tasks.adapters.decisions import approving
from tasks.adapters.decisions.approving import SummaryDraft
from tasks.approving import chase, end_idle_questions, show_draft
from tasks.deciding import decide
from tasks.offering import OFFERS, offer_choices

SEND, SEND_WITH_NOTE, HOLD_BACK = "Gửi", "Gửi kèm ý kiến", "Giữ lại, không gửi"
_QUOTED = 300  # letters of a note, where it is quoted back to whoever wrote it


class DraftRequest(AsOf):
    """Which draft is to be decided on."""

    letter: ChosenKey = Field(
        "",
        title="Dự thảo",
        description="Để trống: dự thảo chờ lâu nhất. Mã thư có ở bảng Thư đi (thu-di).",
        json_schema_extra={OFFERS: Cases.DRAFTS.value},
    )


class Approval(RunInput):
    """The decision on a draft, as the form asks for it."""

    decision: Literal["Gửi", "Gửi kèm ý kiến", "Giữ lại, không gửi"] = Field(title="Quyết định")
    by: str = Field(
        "",
        title="Người quyết định",
        description="Không phải điền: sổ quyết định ghi người đang đăng nhập.",
    )
    note: str = Field("", title="Ý kiến", description="Đứng đầu thư khi chọn gửi kèm ý kiến.")

    @model_validator(mode="after")
    def _says_what_it_means(self) -> Self:
        """Nobody's words are dropped, and none that were announced are missing."""
        if not names_somebody(self.by):
            raise ValueError("Ô «Người quyết định» chưa có họ tên: xin ghi họ và tên, chức vụ.")
        words = one_line(self.note, _QUOTED)
        if self.decision == SEND and words:
            raise ValueError(
                f"Đã chọn «{SEND}» nhưng ô «Ý kiến» có ghi «{words}»: xin chọn «{SEND_WITH_NOTE}», "
                "hoặc để trống ô ấy."
            )
        if self.decision == SEND_WITH_NOTE and not words:
            raise ValueError(
                f"Đã chọn «{SEND_WITH_NOTE}» nhưng ô «Ý kiến» còn trống: xin ghi ý kiến, hoặc chọn "
                f"«{SEND}»."
            )
        return self

    def deed(self, draft: SummaryDraft) -> ApproveSummary:
        """What is decided of the draft that was shown; the note is the reason."""
        return ApproveSummary(
            signed=Signature(self.by, self.note),
            letter=draft.letter,
            digest=draft.digest,
            answer=(
                ApprovalAnswer.HOLD_BACK if self.decision == HOLD_BACK else ApprovalAnswer.SEND
            ),
        )


@flow(name="approve-summary", flow_run_name="approve-summary")
@ends_in_a_sentence
def approve_summary(request: DraftRequest) -> str:
    """Duyệt thư tổng hợp: xem dự thảo ở trang Artifacts (du-thao-tong-hop-...), rồi nhấn Resume.

    Chạy lại lúc nào cũng an toàn: dự thảo đã được quyết định thì không hỏi lại, không gửi lại.
    """
    with open_workplace(request.moment()) as workplace:
        draft = approving.draft_of(workplace.engine, request.letter)
    if draft is None:
        return "Không có thư tổng hợp nào chờ duyệt."
    if not draft.waits:
        return f"Thư {draft.letter} đã được quyết định."
    show_draft(draft)
    given = _ask(draft)
    with open_workplace(request.moment()) as workplace:
        said = decide(workplace, given.deed(draft))
        offer_choices(workplace, [Cases.DRAFTS])
        return said


def _ask(draft: SummaryDraft) -> Approval:
    """A person's answer about this very draft: suspends the run until there is one.

    The key binds the answer to the draft: another one is asked about anew. A key suspends a run but
    once: who presses Retry instead of Resume has answered nothing, and is asked under the next.
    """
    said = ""
    for number in itertools.count():
        try:
            return suspend_flow_run(
                wait_for_input=_form(draft, said), key=f"{draft.digest[:32]}-{number}"
            )
        except ValidationError as error:
            said = refusal(error)
            if said:
                get_run_logger().warning("%s", said)
    raise AssertionError("numbers do not end")


def refusal(error: ValidationError) -> str:
    """Why an answer was not taken, a sentence; "" where there was no answer at all."""
    found = (one.get("ctx", {}).get("error") for one in error.errors())
    return " ".join(str(why) for why in found if isinstance(why, ValueError))


def _form(draft: SummaryDraft, said: str) -> type[Approval]:
    """The question; above it why the answer before was not taken."""
    asked_again = f"**Chưa nhận quyết định vừa rồi.** {said}\n\n" if said else ""
    return Approval.with_initial_data(
        description=f"{asked_again}**{draft.subject}**\n\nDự thảo ở trang Artifacts: "
        f"`du-thao-tong-hop-{draft.cycle}` (`{draft.digest[:12]}`)."
    )


@flow(name="chase-approvals", flow_run_name="chase-approvals")
@ends_in_a_sentence
def chase_approvals(request: AsOf) -> list[str]:
    """Nhắc duyệt thư tổng hợp (một lần, ở nửa thời gian chờ), và làm theo quy định khi hết giờ.

    Chạy lại lúc nào cũng an toàn. Trả về những việc vừa làm.
    """
    with open_workplace(request.moment()) as workplace:
        rules = workplace.rules.approval
        if rules is None:
            return []
        said = chase(workplace, rules)
        end_idle_questions(workplace)
    return said
