"""The forms of decisions on planned letters: held back, released, sent before their time."""

from __future__ import annotations

from pydantic import Field

from flows import choices
from flows.decisions.decision_forms import Choice, ChosenKey, Signed, offering
from models.domain.deeds.planned_deeds import HoldLetterBack, SendLetterNow
from models.domain.letters.offers import Cases


class AboutPlanned(Signed):
    """A decision about a letter that the calendar of a cycle brings."""

    planned: ChosenKey = Field(
        title="Thư theo lịch",
        description="Chọn một thư trong danh sách; trang Lịch cho xem nội dung trước khi đi.",
        json_schema_extra=offering(Cases.PLANNED),
    )
    agency: str = Field(
        "",
        title="Chỉ một cơ quan",
        description="Để trống: mọi nơi nhận thư này.",
        json_schema_extra=choices.agencies_or_text,
    )


class Hold(Choice):
    """Whether a planned letter leaves."""

    HOLD = "Giữ lại, không gửi"
    RELEASE = "Thôi giữ lại"


class HoldForm(AboutPlanned):
    """A planned letter that does not leave, or does again."""

    hold: Hold = Field(
        Hold.HOLD,
        title="Nội dung",
        description="Thư được giữ lại không luồng nào gửi, cho đến khi thôi giữ lại hoặc gửi ngay.",
    )

    def deed(self) -> HoldLetterBack:
        """What is decided."""
        return HoldLetterBack(
            signed=self.signature(),
            planned=self.planned,
            agency=self.agency,
            released=self.hold is Hold.RELEASE,
        )


class SendNowForm(AboutPlanned):
    """A planned letter that leaves before its time."""

    def deed(self) -> SendLetterNow:
        """What is decided."""
        return SendLetterNow(signed=self.signature(), planned=self.planned, agency=self.agency)
