"""Deeds about letters that went out: once more or no more, and addresses that letters reach."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from models.domain.answers.decisions import (
    DecisionBook,
    DecisionKind,
    DecisionRefused,
    Matter,
    decided,
)
from models.domain.deeds.deed import Deed, Weighed
from models.domain.mail.mail import LetterState, ascii_address
from models.domain.notation.vietnamese_text import one_line
from models.domain.register.agencies import Contact


class Recipients(StrEnum):
    """Who shall get a letter once more."""

    UNREACHED = "unreached"  # those whom it has not reached, as far as anybody knows
    EVERYBODY = "everybody"


#: A letter in these states has been tried, and nobody is trying now.
_AT_REST = (
    LetterState.SENT,
    LetterState.UNCERTAIN,
    LetterState.FAILED,
    LetterState.BOUNCED,
    LetterState.CLOSED,
)
_SUBJECT = 120  # letters of a subject that a sentence quotes
_TO_BE_CLOSED = (LetterState.FAILED, LetterState.BOUNCED, LetterState.UNCERTAIN)


class LetterAtHand(Protocol):
    """What is known of the letter that a deed is about."""

    @property
    def business_key(self) -> str:
        """Its fixed key."""

    @property
    def cycle(self) -> str:
        """The code of its cycle."""

    @property
    def agency(self) -> str:
        """The code of the agency it went to; "" for the office itself."""

    @property
    def state(self) -> str:
        """What has become of it, a `LetterState`."""

    @property
    def subject(self) -> str:
        """By which a person knows it."""


def letter_named(letter: LetterAtHand) -> str:
    """A letter as a sentence names it; its key stands in the record."""
    return f"Thư «{one_line(letter.subject, _SUBJECT)}»"


@dataclass(frozen=True, kw_only=True)
class SendLetterAgain(Deed):
    """A letter goes once more, to the addresses the register holds today, and says so."""

    letter: str  # its business key
    recipients: Recipients

    def stands(self, letter: LetterAtHand, book: DecisionBook) -> Weighed | None:
        """That this very decision was carried out before, as by a run that is repeated."""
        key = letter.business_key
        if not book.given(DecisionKind.SEND_LETTER_AGAIN, key, self.signed):
            return None
        return Weighed(
            f"{letter_named(letter)}: quyết định gửi lại này đã được thực hiện. Muốn gửi lần nữa, "
            "ghi lý do mới."
        )

    def check(self, letter: LetterAtHand, to: Sequence[str]) -> None:
        """Raises DecisionRefused for a letter on its way, and where nobody can be written to."""
        if letter.state not in _AT_REST:
            raise DecisionRefused(
                f"{letter_named(letter)} {_why_not(letter)}, không cần quyết định gửi lại."
            )
        if not to:
            raise DecisionRefused(
                f"{letter_named(letter)}: danh bạ chưa có địa chỉ của nơi nhận. Xin bổ sung danh "
                "bạ trước."
            )

    def to_everybody(self, letter: LetterAtHand) -> bool:
        """Whether it goes to those it has reached as well; who sent it back has read nothing."""
        return self.recipients is Recipients.EVERYBODY or letter.state == LetterState.BOUNCED

    def nobody_left(self, letter: LetterAtHand) -> DecisionRefused:
        """That the letter has reached everybody, to be raised."""
        return DecisionRefused(
            f"{letter_named(letter)} đã tới mọi địa chỉ. Nếu vẫn cần gửi thêm lần nữa, chọn gửi "
            "lại cho mọi địa chỉ."
        )

    def weigh(self, letter: LetterAtHand, now: dt.datetime) -> Weighed:
        """The sending of a letter that may go."""
        matter = Matter(letter.cycle, letter.agency, letter.business_key)
        decision = decided(DecisionKind.SEND_LETTER_AGAIN, self.signed, now, matter)
        return Weighed(f"{letter_named(letter)}: gửi lại", decision)


def addresses_today(
    contact: Contact | None, to: Sequence[str], cc: Sequence[str]
) -> tuple[Sequence[str], Sequence[str]]:
    """Where a letter goes today: the register's addresses, those of old where it has none.

    Superiors were copied by the letter's own rule, which the register does not repeat.
    """
    if contact is None or not contact.to:
        return to, cc
    now = list(dict.fromkeys(map(ascii_address, contact.to)))
    return now, [address for address in cc if address not in now]


@dataclass(frozen=True, kw_only=True)
class CloseLetter(Deed):
    """The matter of a letter ends: it arrived after all, or was seen to in another way."""

    letter: str  # its business key
    arrived: bool

    def weigh(self, letter: LetterAtHand, book: DecisionBook, now: dt.datetime) -> Weighed:
        """What it comes to. Raises DecisionRefused for a letter whose matter cannot end so."""
        key, named = letter.business_key, letter_named(letter)
        ends = LetterState.SENT if self.arrived else LetterState.CLOSED
        if book.given(DecisionKind.CLOSE_LETTER, key, self.signed) or letter.state == ends:
            return Weighed(f"{named}: quyết định này đã có hiệu lực.")
        if letter.state not in _TO_BE_CLOSED:
            raise DecisionRefused(f"{named} {_why_not(letter)}, chưa cần quyết định.")
        if self.arrived and letter.state != LetterState.UNCERTAIN:
            raise DecisionRefused(
                f"{named} đã bị máy chủ từ chối hoặc trả về, không thể coi là đã đến: gửi lại, "
                "hoặc khép lại nếu đã báo cơ quan bằng cách khác."
            )
        matter = Matter(letter.cycle, letter.agency, key)
        decision = decided(DecisionKind.CLOSE_LETTER, self.signed, now, matter)
        return Weighed(f"{named}: {'đã đến' if self.arrived else 'khép lại'}", decision)


@dataclass(frozen=True, kw_only=True)
class MarkContact(Deed):
    """Letters to an address of the register do not arrive, or do again; or it is nobody's."""

    address: str  # as typed; of one that a person registered, the key of its message as well
    failing: bool = False
    unregistered: bool = False  # it was registered by a decision, and counts no more

    @property
    def address_meant(self) -> str:
        """The address as the register and the record write it."""
        return ascii_address(self.address.strip().lower())

    def weigh(
        self, marked: Container[str], registered: Container[str], now: dt.datetime
    ) -> Weighed:
        """What it comes to; `marked` are the failing addresses, `registered` the register's.

        Raises DecisionRefused for an address that is neither.
        """
        wanted = self.address_meant
        if wanted not in marked and wanted not in registered:
            raise DecisionRefused(
                "Địa chỉ này không có trong danh bạ. Xin ghi đúng một địa chỉ của danh bạ."
            )
        if (wanted in marked) is self.failing:
            marked_so = "đang được đánh dấu là không nhận được thư"
            return Weighed(f"Địa chỉ {marked_so if self.failing else 'không bị đánh dấu'}.")
        failing, mended = DecisionKind.MARK_CONTACT_FAILING, DecisionKind.MARK_CONTACT_MENDED
        kind = failing if self.failing else mended
        decision = decided(kind, self.signed, now, Matter(subject=wanted))
        return Weighed("Đánh dấu địa chỉ" if self.failing else "Bỏ dấu địa chỉ", decision)


def _why_not(letter: LetterAtHand) -> str:
    return {
        LetterState.QUEUED: "đang chờ gửi",
        LetterState.SENDING: "đang được gửi",
        LetterState.SENT: "đã gửi xong",
        LetterState.WITHDRAWN: "đã rút lại vì không còn đúng",
        LetterState.UNCERTAIN: "chưa rõ đã đến hay chưa",
        LetterState.FAILED: "không gửi được",
        LetterState.BOUNCED: "bị trả về",
        LetterState.CLOSED: "đã khép lại",
        LetterState.DRAFT: "đang chờ duyệt",
    }[LetterState(letter.state)]
