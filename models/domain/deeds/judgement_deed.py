"""The deed by which a person judges a value that no rule can judge, or takes that back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from models.domain.answers.decisions import DecisionKind, DecisionRefused, Matter, decided
from models.domain.consolidation.verdicts import PersonAsked
from models.domain.consolidation.wording import PERSON_NAMES
from models.domain.cycle.cycles import ReportingCycle
from models.domain.deeds.deed import Deed, Weighed
from models.domain.register.targets import Judgement


@dataclass(frozen=True, kw_only=True)
class JudgeIndicator(Deed):
    """A value that waits for a person is judged; None: the judgement is taken back."""

    question: str  # its code, as typed
    judgement: Judgement | None
    cycle: str = ""  # code; "" for whichever has the question

    @property
    def code(self) -> str:
        """The question's code as the consolidation writes it."""
        return self.question.strip().lower()

    def not_found(self) -> DecisionRefused:
        """That nothing of that code waits for a person, to be raised."""
        where = f"Kỳ {self.cycle} không" if self.cycle else "Không kỳ nào"
        board = f"cho-danh-gia-{self.cycle or '...'}"
        return DecisionRefused(
            f"{where} có chỉ tiêu chờ người đánh giá mang mã «{self.question.strip()}», hoặc số "
            f"liệu, mức giao đã thay đổi. Xin xem lại bảng {board}."
        )

    def weigh(self, cycle: ReportingCycle, found: PersonAsked, now: dt.datetime) -> Weighed:
        """What it comes to; `found` is the question with the answer until now.

        The same verdict for another reason is another decision: the reason is shown with it.
        Raises DecisionRefused for what a person cannot say and for a missing name or reason.
        """
        said, holds = f"Chỉ tiêu «{found.question.row.name}»", found.verdict
        agency = found.question.figure.agency
        matter = Matter(cycle.code, agency, found.question.subject(self.judgement))
        if self.judgement is None:
            if holds is None:
                return Weighed(f"{said}: đang chờ đánh giá, không có ý kiến nào để rút.")
            decision = decided(DecisionKind.WITHDRAW_JUDGEMENT, self.signed, now, matter)
            return Weighed(f"{said}: rút ý kiến đánh giá, chờ đánh giá lại", decision)
        name = PERSON_NAMES.get(self.judgement)
        if name is None:
            raise DecisionRefused("Xin chọn đạt, vượt hoặc không đạt.")
        decision = decided(DecisionKind.JUDGE_INDICATOR, self.signed, now, matter)
        same = (self.judgement, decision.by, decision.reason)
        if holds is not None and (holds.judgement, holds.by, holds.reason) == same:
            return Weighed(f"{said}: đang được đánh giá là {name.lower()}.")
        return Weighed(f"{said}: đánh giá là {name.lower()}", decision)
