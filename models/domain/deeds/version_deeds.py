"""The deed about a recorded version: it counts no more, as if it had never come, or does again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from models.domain.answers.decisions import (
    DecisionBook,
    DecisionKind,
    DecisionRefused,
    Matter,
    decided,
    version_subject,
)
from models.domain.answers.standing import SubmissionRecord
from models.domain.deeds.deed import Deed, Weighed
from models.domain.mail.mail import MessageState
from models.domain.mail.state_words import state_said
from models.domain.register.agencies import Agency


class NumberAtHand(Protocol):
    """Which version a receipt number is of."""

    @property
    def cycle(self) -> str:
        """The code of its cycle."""

    @property
    def agency(self) -> str:
        """The code of its agency."""


_N = TypeVar("_N", bound=NumberAtHand)


@dataclass(frozen=True, slots=True)
class VersionAtHand:
    """A version, and what has become of what brought it."""

    cycle: str
    agency: Agency
    record: SubmissionRecord
    message_state: str  # a `MessageState`
    others: Sequence[SubmissionRecord] = ()  # every version that its message became, of whomever

    @property
    def named(self) -> str:
        """How it is called in sentences."""
        record = self.record
        return f"Phiên bản {record.version} của {self.agency.name} (số {record.receipt_number})"

    @property
    def replaced_by(self) -> SubmissionRecord | None:
        """The version that the same file became when it was judged anew; None where it was not."""
        own = self.record
        later = [
            v
            for v in self.others
            if (v.agency, v.file_sha256) == (own.agency, own.file_sha256)
            and v.version > own.version
        ]
        return max(later, key=lambda v: v.version) if later else None


@dataclass(frozen=True, kw_only=True)
class WithdrawVersion(Deed):
    """A version counts no more, or does again. Nothing of it is deleted or changed."""

    receipt: str  # the version's receipt number, as typed
    withdrawn: bool

    @property
    def number(self) -> str:
        """The receipt number as letters write it."""
        return self.receipt.strip().upper()

    def version_named(self, found: Sequence[_N]) -> _N:
        """The one version of that receipt number. Raises DecisionRefused for none and several."""
        if len(found) == 1:
            return found[0]
        if found:
            raise DecisionRefused(f"Số tiếp nhận «{self.number}» ứng với nhiều phiên bản.")
        raise DecisionRefused(
            f"Không có phiên bản nào mang số tiếp nhận «{self.number}». Số tiếp nhận ghi ở thư kết "
            "quả kiểm tra và ở danh sách để chọn."
        )

    def weigh(self, version: VersionAtHand, book: DecisionBook, now: dt.datetime) -> Weighed:
        """What it comes to. Raises DecisionRefused where it cannot be."""
        cycle, agency, record = version.cycle, version.agency, version.record
        holds = book.withdrawal(cycle, agency.code, record.version)
        if (holds is not None) is self.withdrawn:
            state = f"đã rút lại theo quyết định số {holds.number}" if holds else "đang được tính"
            return Weighed(f"{version.named}: {state}.")
        if book.closing(cycle) is not None:
            raise DecisionRefused(
                f"{version.named}: kỳ {cycle} đã khóa sổ, số liệu đứng yên. Xin mở lại kỳ "
                "(close-cycle, «Mở lại») rồi quyết định, và khóa lại sau."
            )
        newer = version.replaced_by
        if newer is not None:
            raise DecisionRefused(
                f"{version.named}: cùng tệp này đã được ghi nhận lại là phiên bản {newer.version} "
                f"(số {newer.receipt_number}). Xin quyết định về phiên bản ấy."
            )
        if not self.withdrawn:
            self._check_message(version)
        kind = DecisionKind.WITHDRAW_VERSION if self.withdrawn else DecisionKind.REINSTATE_VERSION
        subject = version_subject(record.message_key, record.version)
        matter = Matter(cycle, agency.code, subject)
        what = "rút lại" if self.withdrawn else "khôi phục"
        return Weighed(f"{version.named}: {what}", decided(kind, self.signed, now, matter))

    def _check_message(self, version: VersionAtHand) -> None:
        """Raises DecisionRefused where something else has become of the message since."""
        if version.message_state != MessageState.HELD:
            raise DecisionRefused(
                f"{version.named}: thư mang phiên bản này đã được quyết định khác từ khi rút lại "
                f"({state_said(version.message_state)}), nên không khôi phục được. Thư đã xác "
                "định của cơ quan khác thì rút lại phiên bản ở cơ quan ấy trước."
            )


def held_again(version: VersionAtHand, by: str, reason: str) -> str:
    """Why the message of a withdrawn version waits for a person."""
    return (
        f"{version.named} đã rút lại theo quyết định của {by}: {reason} Cần người xem: xác định "
        "lại cơ quan (assign-message), trả lại (return-message) hoặc không tiếp nhận "
        "(reject-message)."
    )


def repeats_withdrawn(version: VersionAtHand) -> str:
    """Why a message that was known for a duplicate of a withdrawn version waits for a person."""
    return (
        f"Thư này mang đúng tệp của phiên bản {version.record.version} "
        f"(số {version.record.receipt_number}), nay đã rút lại. Cần người xem: là báo cáo thì xác "
        "định cơ quan (assign-message), không thì không tiếp nhận (reject-message)."
    )
