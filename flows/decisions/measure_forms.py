"""The forms of decisions on what was reported: which value stands, what a value means."""

from __future__ import annotations

from pydantic import Field

from flows.decisions.decision_forms import Choice, ChosenKey, Signed, offering
from models.domain.consolidation import Side
from models.domain.deeds.cycle_deeds import RuleOnConflict
from models.domain.deeds.judgement_deed import JudgeIndicator
from models.domain.letters.offers import Cases
from models.domain.register.targets import Judgement


class StandingValue(Choice):
    """Which value of a conflict stands."""

    FIRST = "Số thứ nhất"
    SECOND = "Số thứ hai"


class RulingForm(Signed):
    """Which of two contradicting values stands."""

    conflict: ChosenKey = Field(
        title="Mâu thuẫn",
        description="Chọn một trường hợp, hoặc ghi mã tám ký tự ở bảng Số liệu mâu thuẫn "
        "(mau-thuan-...).",
        json_schema_extra=offering(Cases.CONFLICTS),
    )
    cycle: str = Field(
        "",
        title="Kỳ báo cáo",
        description="Để trống: kỳ có mâu thuẫn ấy.",
    )
    value: StandingValue = Field(
        title="Dùng",
        description="Số thứ nhất đứng trước dấu gạch chéo của trường hợp đã chọn, số thứ hai đứng "
        "sau.",
    )

    def deed(self) -> RuleOnConflict:
        """What is decided."""
        return RuleOnConflict(
            signed=self.signature(),
            conflict=self.conflict,
            side=Side.LEFT if self.value is StandingValue.FIRST else Side.RIGHT,
            cycle=self.cycle,
        )


class PersonsChoice(Choice):
    """What a person says of a value that no rule can judge."""

    MET = "Đạt"
    EXCEEDED = "Vượt"
    NOT_MET = "Không đạt"
    WITHDRAWN = "Rút ý kiến đánh giá"


_JUDGEMENTS = {
    PersonsChoice.MET: Judgement.MET,
    PersonsChoice.EXCEEDED: Judgement.EXCEEDED,
    PersonsChoice.NOT_MET: Judgement.NOT_MET,
    PersonsChoice.WITHDRAWN: None,
}


class JudgementForm(Signed):
    """What a value means that waits for a person, or that it waits again."""

    question: ChosenKey = Field(
        title="Chỉ tiêu chờ đánh giá",
        description="Chọn một chỉ tiêu (chỉ tiêu còn chờ đứng trên), hoặc ghi mã tám ký tự ở bảng "
        "Chỉ tiêu chờ người đánh giá (cho-danh-gia-...).",
        json_schema_extra=offering(Cases.JUDGEMENTS),
    )
    cycle: str = Field(
        "",
        title="Kỳ báo cáo",
        description="Để trống: kỳ có chỉ tiêu ấy.",
    )
    judgement: PersonsChoice = Field(
        title="Đánh giá",
        description="So số liệu hoặc lời báo cáo với mức được nêu. «Rút ý kiến đánh giá»: chỉ tiêu "
        "trở lại chờ đánh giá.",
    )

    def deed(self) -> JudgeIndicator:
        """What is decided."""
        return JudgeIndicator(
            signed=self.signature(),
            question=self.question,
            judgement=_JUDGEMENTS[self.judgement],
            cycle=self.cycle,
        )
