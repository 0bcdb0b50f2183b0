"""The forms of a person's decisions: what the UI asks for, with Vietnamese titles."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, Field, GetJsonSchemaHandler
from pydantic_core import CoreSchema

from flows import choices
from flows.requests import AsOf
from models.domain.consolidation import Side
from models.domain.offers import Cases, chosen_key
from tasks.adapters.desk import Signature
from tasks.adapters.desk_mail import Recipients
from tasks.adapters.desk_returns import Reply
from tasks.offering import OFFERS

#: What names a case: chosen from the list of the real ones, or its key as typed.
Case = Annotated[str, AfterValidator(chosen_key)]


def _offering(kind: Cases) -> dict[str, Any]:
    """Marks a field whose cases the form lists (`tasks.offering`)."""
    return {OFFERS: kind.value}


class Choice(StrEnum):
    """One of a few answers; the form shows them, not what the code calls them."""

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
        title="Người quyết định", description="Họ và tên, chức vụ; ghi vào sổ quyết định."
    )
    reason: str = Field(title="Lý do", description="Một câu; ghi vào sổ quyết định.")

    def signature(self) -> Signature:
        """Name and reason, as typed."""
        return Signature(self.by, self.reason)


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


class Duty(Choice):
    """Whether an agency must answer."""

    EXEMPT = "Miễn báo cáo"
    OBLIGE = "Phải báo cáo"


class Exemption(AboutAgency):
    """An exemption, or its end."""

    duty: Duty = Field(Duty.EXEMPT, title="Nội dung")


class Book(Choice):
    """Whether a cycle takes new versions."""

    FREEZE = "Khoá sổ"
    REOPEN = "Mở lại"


class CycleBook(Signed):
    """A cycle closed or opened again."""

    cycle: str = Field(title="Kỳ báo cáo", json_schema_extra=choices.cycles)
    book: Book = Field(
        Book.FREEZE,
        title="Nội dung",
        description="Kỳ đã khoá: báo cáo gửi thêm được giữ lại chờ người xem.",
    )


class HeldMessage(Signed):
    """A decision about a message in the holding pen."""

    message: Case = Field(
        title="Thư chờ xem",
        description="Chọn một thư, hoặc ghi vài ký tự đầu (từ 6) của mã thư ở bảng Thư chờ "
        "người xem.",
        json_schema_extra=_offering(Cases.HELD),
    )


class Assignment(HeldMessage):
    """Whose answer a held message is."""

    cycle: str = Field(title="Kỳ báo cáo", json_schema_extra=choices.cycles)
    agency: str = Field(title="Cơ quan", json_schema_extra=choices.agencies)
    main_file: Case = Field(
        "",
        title="Tệp là bản chính",
        description="Chỉ chọn khi thư mang nhiều sổ khác nhau của cơ quan này: sổ được chọn là báo "
        "cáo, các sổ kia được giữ lại và ghi là không lấy. Thư có một sổ thì để trống.",
        json_schema_extra=_offering(Cases.HELD_FILES),
    )


class MessageReturn(HeldMessage):
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

    def reply(self) -> Reply:
        """Words and addressee, as the desk knows them."""
        return Reply(self.words, "" if self.to == choices.TO_SENDER else self.to)


class AboutLetter(Signed):
    """A decision about a letter of the outbox."""

    letter: Case = Field(
        title="Thư đi",
        description="Chọn một thư, hoặc chép nguyên mã thư ở bảng Thư đi (thu-di).",
        json_schema_extra=_offering(Cases.STUCK),
    )


class Audience(Choice):
    """To whom a letter goes once more."""

    UNREACHED = "Những địa chỉ chưa nhận được"
    EVERYBODY = "Mọi địa chỉ"


class Resending(AboutLetter):
    """A letter once more: also one that arrived, where an agency has lost it."""

    letter: Case = Field(
        title="Thư đi",
        description="Chọn một thư (thư không gửi được, bị trả về, chưa rõ đứng trên), hoặc chép "
        "nguyên mã thư ở bảng Thư đi (thu-di).",
        json_schema_extra=_offering(Cases.LETTERS),
    )
    audience: Audience = Field(
        Audience.UNREACHED,
        title="Gửi lại cho",
        description="Theo địa chỉ hiện nay trong danh bạ. Thư bị trả về được gửi lại cho mọi "
        "địa chỉ.",
    )

    def recipients(self) -> Recipients:
        """The choice, as the desk knows it."""
        return Recipients[self.audience.name]


class Outcome(Choice):
    """What a person knows of a letter."""

    ARRIVED = "Thư đã đến"
    CLOSED = "Không gửi nữa, đã báo bằng cách khác"


class LetterOutcome(AboutLetter):
    """The end of a letter's matter."""

    outcome: Outcome = Field(
        title="Nội dung",
        description="«Thư đã đến» chỉ dùng cho thư chưa rõ đã đến hay chưa.",
    )


class Reach(Choice):
    """Whether letters to an address arrive."""

    FAILING = "Không nhận được thư"
    MENDED = "Đã sửa, nhận được thư"


class AddressMark(Signed):
    """An address marked as failing, or mended."""

    address: Case = Field(
        title="Địa chỉ thư",
        description="Chọn một địa chỉ đang bị đánh dấu, hoặc ghi một địa chỉ của danh bạ.",
        json_schema_extra=_offering(Cases.ADDRESSES),
    )
    reach: Reach = Field(Reach.MENDED, title="Nội dung")


class StandingValue(Choice):
    """Which value of a conflict stands."""

    FIRST = "Số thứ nhất"
    SECOND = "Số thứ hai"


class ConflictRuling(Signed):
    """Which of two contradicting values stands."""

    conflict: Case = Field(
        title="Mâu thuẫn",
        description="Chọn một trường hợp, hoặc ghi mã tám ký tự ở bảng Số liệu mâu thuẫn "
        "(mau-thuan-...).",
        json_schema_extra=_offering(Cases.CONFLICTS),
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

    def side(self) -> Side:
        """The choice, as the consolidation knows it."""
        return Side.LEFT if self.value is StandingValue.FIRST else Side.RIGHT


class RuleWaiver(AboutAgency):
    """A rule that is not held against an agency for a time."""

    rule: str = Field(title="Quy tắc", json_schema_extra=choices.rules)
    last_day: dt.date = Field(
        title="Miễn đến hết ngày", description="Ghi một ngày đã qua để chấm dứt việc miễn."
    )


class SheetExemption(AboutAgency):
    """An exemption from one sheet, or its end."""

    sheet: str = Field(title="Trang của sổ", json_schema_extra=choices.sheets)
    duty: Duty = Field(Duty.EXEMPT, title="Nội dung")


class Arrival(Signed):
    """When a message arrived."""

    message: Case = Field(
        title="Thư đến",
        description="Chọn một thư, hoặc ghi vài ký tự đầu (từ 6) của mã thư, xem «baocao status "
        "--json».",
        json_schema_extra=_offering(Cases.RECORDED),
    )
    arrived_at: AwareDatetime = Field(
        title="Thời điểm nhận đúng", description="Thời điểm máy chủ thư của Văn phòng nhận thư."
    )
