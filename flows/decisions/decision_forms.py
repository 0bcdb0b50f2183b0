"""The forms of a person's decisions: what the UI asks for, with Vietnamese titles.

Each form that is sent off makes one deed (`models.domain.deeds`).
"""

from __future__ import annotations

import datetime as dt
from abc import abstractmethod
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import AfterValidator, AwareDatetime, Field, GetJsonSchemaHandler
from pydantic_core import CoreSchema

from flows import choices
from flows.requests import AsOf
from models.domain.answers.decisions import Signature
from models.domain.deeds.cycle_deeds import (
    CloseCycle,
    ExemptAgency,
    ExemptSheet,
    ExtendDeadline,
    WaiveRule,
)
from models.domain.deeds.deed import Deed
from models.domain.deeds.letter_deeds import (
    CloseLetter,
    MarkContact,
    Recipients,
    SendLetterAgain,
)
from models.domain.deeds.message_deeds import (
    AssignMessage,
    CorrectArrival,
    RejectMessage,
    ReturnMessage,
)
from models.domain.deeds.version_deeds import WithdrawVersion
from models.domain.letters.offers import Cases, chosen_key
from models.domain.notation.vietnamese_text import fold
from tasks.offering import OFFERS

#: What names a case: chosen from the list of the real ones, or its key as typed.
ChosenKey = Annotated[str, AfterValidator(chosen_key)]


def offering(kind: Cases) -> dict[str, Any]:
    """Marks a field whose cases the form lists (`tasks.offering`)."""
    return {OFFERS: kind.value}


class Choice(StrEnum):
    """One of a few answers; the form shows them, not what the code calls them."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        # A run keeps its entry as it was: one that is retried may spell a word as it was once.
        written = fold(str(value))
        return next((choice for choice in cls if fold(choice) == written), None)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        made = handler(schema)
        handler.resolve_ref_schema(made).pop("description", None)
        return made


class Signed(AsOf):
    """Any decision: who takes it, and why."""

    by: str = Field(
        "",
        title="Người quyết định",
        description="Không phải điền: sổ quyết định ghi người đang đăng nhập.",
    )
    reason: str = Field(title="Lý do", description="Một câu; ghi vào sổ quyết định.")

    def signature(self) -> Signature:
        """Name and reason, as typed."""
        return Signature(self.by, self.reason)

    @abstractmethod
    def deed(self) -> Deed:
        """What is decided."""


class AboutAgency(Signed):
    """A decision about one agency in one cycle."""

    cycle: str = Field(title="Kỳ báo cáo", json_schema_extra=choices.cycles)
    agency: str = Field(title="Cơ quan", json_schema_extra=choices.agencies)


class Extension(AboutAgency):
    """An extended deadline."""

    last_day: dt.date = Field(
        title="Hạn mới",
        description="Ngày cuối cùng được gửi; nhận đến hết ngày này, muộn nhất là ngày họp của kỳ. "
        "Ghi ngày cuối của hạn chung, hoặc một ngày trước đó, để thôi gia hạn.",
    )

    def deed(self) -> ExtendDeadline:
        """What is decided."""
        return ExtendDeadline(
            signed=self.signature(), cycle=self.cycle, agency=self.agency, last_day=self.last_day
        )


class Duty(Choice):
    """Whether an agency must answer."""

    EXEMPT = "Miễn báo cáo"
    OBLIGE = "Phải báo cáo"


class Exemption(AboutAgency):
    """An exemption, or its end."""

    duty: Duty = Field(Duty.EXEMPT, title="Nội dung")

    def deed(self) -> ExemptAgency:
        """What is decided."""
        return ExemptAgency(
            signed=self.signature(),
            cycle=self.cycle,
            agency=self.agency,
            exempt=self.duty is Duty.EXEMPT,
        )


class Book(Choice):
    """Whether a cycle takes new versions."""

    CLOSE = "Khóa sổ"
    REOPEN = "Mở lại"


class CycleBook(Signed):
    """A cycle closed or opened again."""

    cycle: str = Field(title="Kỳ báo cáo", json_schema_extra=choices.cycles)
    book: Book = Field(
        Book.CLOSE,
        title="Nội dung",
        description="Kỳ đã khóa: báo cáo gửi thêm được giữ lại chờ người xem.",
    )

    def deed(self) -> CloseCycle:
        """What is decided."""
        return CloseCycle(signed=self.signature(), cycle=self.cycle, closed=self.book is Book.CLOSE)


class AboutHeldMessage(Signed):
    """A decision about a message in the holding pen."""

    message: ChosenKey = Field(
        title="Thư chờ xem",
        description="Chọn một thư, hoặc ghi vài ký tự đầu (từ 6) của mã thư ở bảng Thư chờ "
        "người xem.",
        json_schema_extra=offering(Cases.HELD),
    )


class HeldMessage(AboutHeldMessage):
    """A held message that is nobody's answer."""

    def deed(self) -> RejectMessage:
        """What is decided."""
        return RejectMessage(signed=self.signature(), message=self.message)


class Acquaintance(Choice):
    """Whether the sender of a message is known from now on."""

    ONCE = "Không: chỉ thư này"
    LASTING = "Có: thư sau từ địa chỉ này là của cơ quan"


class Assignment(AboutHeldMessage):
    """Whose answer a held message is."""

    cycle: str = Field(title="Kỳ báo cáo", json_schema_extra=choices.cycles)
    agency: str = Field(title="Cơ quan", json_schema_extra=choices.agencies)
    main_file: ChosenKey = Field(
        "",
        title="Tệp là bản chính",
        description="Chỉ chọn khi thư mang nhiều sổ khác nhau của cơ quan này: sổ được chọn là báo "
        "cáo, các sổ kia được giữ lại và ghi là không lấy. Thư có một sổ thì để trống.",
        json_schema_extra=offering(Cases.HELD_FILES),
    )
    sender: Acquaintance = Field(
        Acquaintance.ONCE,
        title="Đăng ký địa chỉ gửi",
        description="Chỉ chọn «Có» khi đã hỏi cơ quan và biết chắc địa chỉ này của cán bộ cơ quan. "
        "Bỏ đăng ký bằng luồng mark-contact.",
    )

    def deed(self) -> AssignMessage:
        """What is decided."""
        return AssignMessage(
            signed=self.signature(),
            message=self.message,
            cycle=self.cycle,
            agency=self.agency,
            main_file=self.main_file,
            registers_sender=self.sender is Acquaintance.LASTING,
        )


class MessageReturn(AboutHeldMessage):
    """A held message that goes back, with what its sender is told."""

    words: str = Field(
        title="Nội dung gửi người gửi",
        description="Thư sai, thiếu ở đâu và cần gửi lại gì. Đứng nguyên trong thư, mỗi dòng một "
        "đoạn.",
    )
    to: str = Field(
        choices.TO_SENDER,
        title="Gửi tới",
        description="Chỉ trả lời địa chỉ đã gửi khi biết rõ người gửi; nếu không, chọn cơ quan: "
        "thư đi tới đầu mối trong danh bạ.",
        json_schema_extra=choices.sender_or_agency,
    )

    def deed(self) -> ReturnMessage:
        """What is decided."""
        return ReturnMessage(
            signed=self.signature(),
            message=self.message,
            words=self.words,
            agency="" if self.to == choices.TO_SENDER else self.to,
        )


class AboutLetter(Signed):
    """A decision about a letter of the outbox."""

    letter: ChosenKey = Field(
        title="Thư đi",
        description="Chọn một thư, hoặc chép nguyên mã thư ở bảng Thư đi (thu-di).",
        json_schema_extra=offering(Cases.STUCK),
    )


class Audience(Choice):
    """To whom a letter goes once more."""

    UNREACHED = "Những địa chỉ chưa nhận được"
    EVERYBODY = "Mọi địa chỉ"


class Resending(AboutLetter):
    """A letter once more: also one that arrived, where an agency has lost it."""

    letter: ChosenKey = Field(
        title="Thư đi",
        description="Chọn một thư (thư không gửi được, bị trả về, chưa rõ đứng trên), hoặc chép "
        "nguyên mã thư ở bảng Thư đi (thu-di).",
        json_schema_extra=offering(Cases.LETTERS),
    )
    audience: Audience = Field(
        Audience.UNREACHED,
        title="Gửi lại cho",
        description="Theo địa chỉ hiện nay trong danh bạ. Thư bị trả về được gửi lại cho mọi "
        "địa chỉ.",
    )

    def deed(self) -> SendLetterAgain:
        """What is decided."""
        return SendLetterAgain(
            signed=self.signature(),
            letter=self.letter,
            recipients=Recipients[self.audience.name],
        )


class LetterEnd(Choice):
    """What a person knows of a letter."""

    ARRIVED = "Thư đã đến"
    CLOSED = "Không gửi nữa, đã báo bằng cách khác"


class LetterOutcome(AboutLetter):
    """The end of a letter's matter."""

    outcome: LetterEnd = Field(
        title="Nội dung",
        description="«Thư đã đến» chỉ dùng cho thư chưa rõ đã đến hay chưa.",
    )

    def deed(self) -> CloseLetter:
        """What is decided."""
        return CloseLetter(
            signed=self.signature(), letter=self.letter, arrived=self.outcome is LetterEnd.ARRIVED
        )


class Reach(Choice):
    """Whether letters to an address arrive."""

    FAILING = "Không nhận được thư"
    MENDED = "Đã sửa, nhận được thư"
    UNREGISTERED = "Không còn là địa chỉ gửi của cơ quan"


class AddressMark(Signed):
    """An address marked as failing, or mended."""

    address: ChosenKey = Field(
        title="Địa chỉ thư",
        description="Chọn một địa chỉ đang bị đánh dấu hoặc đã đăng ký thêm, hoặc ghi một địa chỉ "
        "của danh bạ.",
        json_schema_extra=offering(Cases.ADDRESSES),
    )
    reach: Reach = Field(
        Reach.MENDED,
        title="Nội dung",
        description="Mục cuối chỉ dùng cho địa chỉ đã đăng ký khi xác định một thư chờ xem.",
    )

    def deed(self) -> MarkContact:
        """What is decided."""
        return MarkContact(
            signed=self.signature(),
            address=self.address,
            failing=self.reach is Reach.FAILING,
            unregistered=self.reach is Reach.UNREGISTERED,
        )


class RuleWaiver(AboutAgency):
    """A rule that is not held against an agency for a time."""

    rule: str = Field(title="Quy tắc", json_schema_extra=choices.rules)
    last_day: dt.date = Field(
        title="Miễn đến hết ngày", description="Ghi một ngày đã qua để chấm dứt việc miễn."
    )

    def deed(self) -> WaiveRule:
        """What is decided."""
        return WaiveRule(
            signed=self.signature(),
            cycle=self.cycle,
            agency=self.agency,
            rule=self.rule,
            last_day=self.last_day,
        )


class SheetExemption(AboutAgency):
    """An exemption from one sheet, or its end."""

    sheet: str = Field(title="Trang của sổ", json_schema_extra=choices.sheets)
    duty: Duty = Field(Duty.EXEMPT, title="Nội dung")

    def deed(self) -> ExemptSheet:
        """What is decided."""
        return ExemptSheet(
            signed=self.signature(),
            cycle=self.cycle,
            agency=self.agency,
            sheet=self.sheet,
            exempt=self.duty is Duty.EXEMPT,
        )


class ArrivalForm(Signed):
    """When a message arrived."""

    message: ChosenKey = Field(
        title="Thư đến",
        description="Chọn một thư, hoặc ghi vài ký tự đầu (từ 6) của mã thư, xem «baocao status "
        "--json».",
        json_schema_extra=offering(Cases.RECORDED),
    )
    arrived_at: AwareDatetime = Field(
        title="Thời điểm nhận đúng", description="Thời điểm máy chủ thư của Văn phòng nhận thư."
    )

    def deed(self) -> CorrectArrival:
        """What is decided."""
        return CorrectArrival(
            signed=self.signature(), message=self.message, arrived_at=self.arrived_at
        )


class Counting(Choice):
    """Whether a recorded version may count."""

    WITHDRAW = "Rút lại"
    REINSTATE = "Khôi phục"


class VersionForm(Signed):
    """A version that counts no more, or again."""

    receipt: ChosenKey = Field(
        title="Phiên bản",
        description="Chọn một phiên bản, hoặc ghi số tiếp nhận của nó.",
        json_schema_extra=offering(Cases.VERSIONS),
    )
    counting: Counting = Field(
        Counting.WITHDRAW,
        title="Nội dung",
        description="Rút lại: phiên bản không được tính nữa, thư mang nó chờ người xem; lý do được "
        "ghi vào thư gửi cơ quan.",
    )

    def deed(self) -> WithdrawVersion:
        """What is decided."""
        return WithdrawVersion(
            signed=self.signature(),
            receipt=self.receipt,
            withdrawn=self.counting is not Counting.REINSTATE,
        )
