"""The forms of a person's decisions: what the UI asks for, with Vietnamese titles."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from pydantic import AwareDatetime, Field

from flows import choices
from flows.requests import AsOf
from models.domain.consolidation import Side
from tasks.adapters.desk import Signature
from tasks.adapters.desk_mail import Recipients


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
        title="Hạn mới", description="Ngày cuối cùng được gửi; nhận đến hết ngày này."
    )


class Duty(StrEnum):
    """Whether an agency must answer."""

    EXEMPT = "Miễn báo cáo"
    OBLIGE = "Phải báo cáo"


class Exemption(AboutAgency):
    """An exemption, or its end."""

    duty: Duty = Field(Duty.EXEMPT, title="Nội dung")


class Book(StrEnum):
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

    message: str = Field(
        title="Mã thư", description="Vài ký tự đầu (từ 6) của mã thư, lấy ở bảng Thư chờ người xem."
    )


class Assignment(HeldMessage):
    """Whose answer a held message is."""

    cycle: str = Field(title="Kỳ báo cáo", json_schema_extra=choices.cycles)
    agency: str = Field(title="Cơ quan", json_schema_extra=choices.agencies)


class AboutLetter(Signed):
    """A decision about a letter of the outbox."""

    letter: str = Field(title="Mã thư", description="Lấy ở bảng Thư đi (thu-di), chép nguyên.")


class Audience(StrEnum):
    """To whom a letter goes once more."""

    UNREACHED = "Những địa chỉ chưa nhận được"
    EVERYBODY = "Mọi địa chỉ"


class Resending(AboutLetter):
    """A letter once more."""

    audience: Audience = Field(
        Audience.UNREACHED,
        title="Gửi lại cho",
        description="Theo địa chỉ hiện nay trong danh bạ. Thư bị trả về được gửi lại cho mọi "
        "địa chỉ.",
    )

    def recipients(self) -> Recipients:
        """The choice, as the desk knows it."""
        return Recipients[self.audience.name]


class Outcome(StrEnum):
    """What a person knows of a letter."""

    ARRIVED = "Thư đã đến"
    CLOSED = "Không gửi nữa, đã báo bằng cách khác"


class LetterOutcome(AboutLetter):
    """The end of a letter's matter."""

    outcome: Outcome = Field(
        title="Nội dung",
        description="«Thư đã đến» chỉ dùng cho thư chưa rõ đã đến hay chưa.",
    )


class Reach(StrEnum):
    """Whether letters to an address arrive."""

    FAILING = "Không nhận được thư"
    MENDED = "Đã sửa, nhận được thư"


class AddressMark(Signed):
    """An address marked as failing, or mended."""

    address: str = Field(title="Địa chỉ thư", description="Một địa chỉ của danh bạ.")
    reach: Reach = Field(Reach.MENDED, title="Nội dung")


class StandingValue(StrEnum):
    """Which value of a conflict stands."""

    FIRST = "Số thứ nhất"
    SECOND = "Số thứ hai"


class ConflictRuling(Signed):
    """Which of two contradicting values stands."""

    cycle: str = Field(title="Kỳ báo cáo", json_schema_extra=choices.cycles)
    conflict: str = Field(
        title="Mã mâu thuẫn", description="Tám ký tự, lấy ở bảng Số liệu mâu thuẫn (mau-thuan-...)."
    )
    value: StandingValue = Field(title="Dùng")

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

    message: str = Field(
        title="Mã thư", description="Vài ký tự đầu (từ 6) của mã thư, xem «baocao status --json»."
    )
    arrived_at: AwareDatetime = Field(
        title="Thời điểm nhận đúng", description="Thời điểm máy chủ thư của Văn phòng nhận thư."
    )
