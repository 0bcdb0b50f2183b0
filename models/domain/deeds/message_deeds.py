"""Deeds about a message that came in: whose it is, that it is nobody's, back, when it arrived."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from models.domain.answers.decisions import (
    Decision,
    DecisionBook,
    DecisionKind,
    DecisionRefused,
    Matter,
    arrival_subject,
    assigned_subject,
    decided,
)
from models.domain.cycle.cycles import ReportingCycle
from models.domain.cycle.letter_phrases import InstantStyle, hanoi_minute
from models.domain.deeds.cycle_deeds import AgencyDeed
from models.domain.deeds.deed import Deed, Weighed
from models.domain.errors import UnknownAgency
from models.domain.letters.returned_mail import MIN_WORDS, paragraphs
from models.domain.mail.mail import MessageState
from models.domain.mail.state_words import state_said
from models.domain.reading.office import Office, register_day
from models.domain.register.agencies import Agency

SHORTEST_KEY = 6  # hexadecimal digits by which a message may be named
_SAID = 12  # digits by which a sentence names it


class MessageAtHand(Protocol):
    """What is known of the message that a deed is about."""

    @property
    def key(self) -> str:
        """SHA-256 of its bytes."""

    @property
    def state(self) -> str:
        """What has become of it, a `MessageState`."""

    @property
    def reason(self) -> str:
        """Why it is in that state, a sentence."""

    @property
    def own_fault(self) -> bool:
        """Whether a fault of the program holds it, which no entry mends."""


class WorkbookAtHand(Protocol):
    """A workbook that such a message carries."""

    @property
    def name(self) -> str:
        """Its file's name."""

    @property
    def sha256(self) -> str:
        """Of its bytes."""


_M = TypeVar("_M", bound=MessageAtHand)


def key_prefix(typed: str) -> str:
    """The first digits of a message's key, as typed. Raises DecisionRefused for too few.

    >>> key_prefix(" 1F2E3D4C ")
    '1f2e3d4c'
    """
    wanted = typed.strip().lower()
    if len(wanted) < SHORTEST_KEY:
        raise DecisionRefused(f"Xin ghi ít nhất {SHORTEST_KEY} ký tự đầu của mã thư.")
    return wanted


def message_named(prefix: str, found: Sequence[_M]) -> _M:
    """The one message whose key begins so. Raises DecisionRefused for none and for several."""
    if len(found) == 1:
        return found[0]
    if found:
        raise DecisionRefused(f"Mã thư «{prefix}» ứng với nhiều thư; xin ghi dài hơn.")
    raise DecisionRefused(f"Không có thư nào mang mã «{prefix}».")


@dataclass(frozen=True, kw_only=True)
class AssignMessage(AgencyDeed):
    """A held message is an agency's answer in a cycle; the next intake works on it as such."""

    message: str  # its key or the first digits
    main_file: str = ""  # of several workbooks the one to take: the first digits of its SHA-256
    registers_sender: bool = False  # its sender writes for the agency from now on

    def file_asked(
        self, key: str, carried: Sequence[WorkbookAtHand], known: Decision | None
    ) -> str:
        """The SHA-256 of the file to take; "" where the message has one, or as chosen before.

        Raises DecisionRefused, with the files there are. What was chosen (`known`) holds while the
        message is at work and its files are not yet recorded anew.
        """
        digits = self.main_file.strip().lower()
        if not digits:
            return ""
        if known and known.main_file.startswith(digits):
            return known.main_file
        found = [file.sha256 for file in carried if file.sha256.startswith(digits)]
        if len(found) != 1:
            raise DecisionRefused(
                f"Thư {key[:_SAID]} không có tệp nào mang mã «{digits}» để chọn làm bản chính. "
                f"Các tệp: {_named(carried) or 'không có'}."
            )
        return found[0]

    def weigh(
        self,
        message: MessageAtHand,
        agency: Agency,
        main_file: str,
        known: Decision | None,
        now: dt.datetime,
    ) -> Weighed:
        """What it comes to; `known` is the assignment until now.

        Raises DecisionRefused for a message that does not wait, unless it was assigned just so.
        """
        stands = (
            known is not None
            and (known.cycle, known.agency) == (self.cycle, agency.code)
            and main_file in ("", known.main_file)
        )
        said = f"Thư {message.key[:_SAID]}"
        if message.state != MessageState.HELD:
            if stands:
                return Weighed(f"{said} đã được xác định của {agency.name}.")
            raise not_held(message)
        if stands:
            return Weighed(f"{said}: đang được xác định của {agency.name}.")
        subject = assigned_subject(message.key, main_file)
        matter = Matter(self.cycle, agency.code, subject)
        return Weighed(
            f"{said}: xác định của {agency.name}, kỳ {self.cycle}",
            decided(DecisionKind.ASSIGN_MESSAGE, self.signed, now, matter),
        )


@dataclass(frozen=True, slots=True)
class StillHeld:
    """Why a message that was assigned waits all the same."""

    sentence: str  # with what to do
    is_own_fault: bool  # of the program, not of what was entered


def why_still_held(
    message: MessageAtHand, book: DecisionBook, carried: Sequence[WorkbookAtHand]
) -> StillHeld | None:
    """Why a message that was assigned waits all the same; None where it does not."""
    if message.state != MessageState.HELD:
        return None
    known = book.assignment(message.key)
    if known and book.closed(known.cycle):
        advice = (
            "Mở lại kỳ (close-cycle, «Mở lại») rồi nhấn Retry, hoặc trả lại thư (return-message)."
        )
    elif len(carried) > 1 and not (known and known.main_file):
        advice = (
            "Chạy assign-message lần nữa và chọn «Tệp là bản chính», hoặc trả lại thư "
            f"(return-message). Các tệp: {_named(carried)}."
        )
    else:
        advice = "Khắc phục điều được nêu rồi nhấn Retry, hoặc trả lại thư (return-message)."
    return StillHeld(
        f"Thư {message.key[:_SAID]} đã xác định được cơ quan nhưng vẫn chờ người xem: "
        f"{message.reason} {advice}",
        message.own_fault,
    )


@dataclass(frozen=True, kw_only=True)
class RejectMessage(Deed):
    """A held message is nobody's answer. Its bytes stay."""

    message: str  # its key or the first digits

    def weigh(self, message: MessageAtHand, now: dt.datetime) -> Weighed:
        """What it comes to. Raises DecisionRefused for a message that does not wait."""
        said = f"Thư {message.key[:_SAID]}"
        if message.state == MessageState.REJECTED:
            return Weighed(f"{said} đã được quyết định không tiếp nhận.")
        if message.state != MessageState.HELD:
            raise not_held(message)
        matter = Matter(subject=message.key)
        decision = decided(DecisionKind.REJECT_MESSAGE, self.signed, now, matter)
        return Weighed(f"{said}: không tiếp nhận", decision)


@dataclass(frozen=True, kw_only=True)
class ReturnMessage(Deed):
    """A held message goes back, with one letter in a person's own words."""

    message: str  # its key or the first digits
    words: str  # for the addressee
    agency: str = ""  # the addressee's code or name; "" for whoever wrote

    def check_words(self) -> None:
        """Raises DecisionRefused for words that say nothing."""
        if sum(map(len, paragraphs(self.words))) < MIN_WORDS:
            raise DecisionRefused(
                "Xin ghi nội dung gửi người gửi: thư sai, thiếu ở đâu và cần gửi lại gì."
            )

    def stands(self, message: MessageAtHand, book: DecisionBook) -> Weighed | None:
        """That the message was returned before; None where it waits.

        Raises DecisionRefused where something else has become of it.
        """
        if message.state == MessageState.HELD:
            return None
        taken = book.decisions
        kind = DecisionKind.RETURN_MESSAGE
        if any(d.kind is kind and d.subject == message.key for d in taken):
            return Weighed(f"Thư {message.key[:_SAID]} đã được trả lại.")
        raise not_held(message)

    def agency_addressed(self, office: Office, cycle: ReportingCycle) -> Agency | None:
        """The agency that is written to; None for the sender. Raises DecisionRefused."""
        if not self.agency.strip():
            return None
        try:
            return office.register.responsible_for(self.agency, register_day(cycle))
        except UnknownAgency as error:
            raise DecisionRefused(str(error)) from None

    def weigh(
        self, message: MessageAtHand, cycle: ReportingCycle, agency: Agency | None, now: dt.datetime
    ) -> Weighed:
        """The return of a message that waits."""
        matter = Matter(cycle.code, agency.code if agency else "", message.key)
        whom = agency.name if agency else "người gửi"
        return Weighed(
            f"Thư {message.key[:_SAID]}: trả lại, viết cho {whom}",
            decided(DecisionKind.RETURN_MESSAGE, self.signed, now, matter),
        )


def sender_to_write_to(sender: str, office_address: str) -> str:
    """The sender of a message, where a person may answer it. Raises DecisionRefused."""
    if not sender:
        raise DecisionRefused(
            "Tệp này chép vào thư mục nhận tệp, không có người gửi. Xin chọn cơ quan nhận thư."
        )
    local, _, domain = sender.partition("@")
    if f"{local.partition('+')[0]}@{domain}" == office_address.lower():
        raise DecisionRefused("Thư này mang địa chỉ của chính Văn phòng. Xin chọn cơ quan nhận.")
    return sender


def cycle_of_letter(office: Office, code: str, now: dt.datetime) -> ReportingCycle:
    """The message's cycle; else the one opened last, whose letterhead the letter bears."""
    if code in office.cycles:
        return office.cycles[code]
    every = office.cycles.values()
    opened = [c for c in every if c.opens_at <= now] or list(every)
    return max(opened, key=lambda cycle: cycle.opens_at)


@dataclass(frozen=True, kw_only=True)
class CorrectArrival(Deed):
    """A message arrived at another moment than the server said, and with it what it brought."""

    message: str  # its key or the first digits
    arrived_at: dt.datetime

    def moment(self) -> dt.datetime:
        """The moment in UTC. Raises DecisionRefused at the calendar's very ends."""
        try:
            return self.arrived_at.astimezone(dt.UTC)
        except OverflowError:
            raise DecisionRefused("Thời điểm nhận không hợp lý. Xin ghi lại.") from None

    def weigh(
        self, key: str, before: dt.datetime, first: ReportingCycle, now: dt.datetime
    ) -> Weighed:
        """What it comes to, the moment until now (`before`) kept in the decision's record.

        `first` is the cycle before whose opening the message cannot have arrived. Raises
        DecisionRefused for a moment before that or to come.
        """
        moment = self.moment()
        if not first.opens_at <= moment <= now:
            wrong = "ở tương lai" if moment > now else "trước khi mở kỳ"
            raise DecisionRefused(
                f"Thời điểm nhận không thể {wrong}: xin ghi từ {_second(first.opens_at)} (lúc mở "
                f"kỳ {first.code}) đến {_second(now)}."
            )
        said = f"Thư {key[:_SAID]}"
        if before == moment:
            return Weighed(f"{said}: thời điểm nhận đang là {_second(moment)}.")
        matter = Matter(subject=arrival_subject(key, before), until=moment)
        decision = decided(DecisionKind.CORRECT_ARRIVAL, self.signed, now, matter)
        kept = replace(decision, reason=f"{decision.reason} (trước ghi {_second(before)})")
        return Weighed(f"{said}: nhận lúc {_second(moment)}", kept)


def first_cycle_of(office: Office, taken: Iterable[str]) -> ReportingCycle:
    """The cycle that opened first of those a message was taken for, else of all there are."""
    cycles = [office.cycles[code] for code in taken if code in office.cycles]
    return min(cycles or office.cycles.values(), key=lambda c: c.opens_at)


def not_held(message: MessageAtHand) -> DecisionRefused:
    """That a message which does not wait cannot be decided on, to be raised."""
    became = message.state in (MessageState.ACCEPTED, MessageState.RETURNED)
    first = " Thư đã được ghi nhận nhầm thì rút lại phiên bản ấy trước (withdraw-version)."
    return DecisionRefused(
        f"Thư {message.key[:_SAID]} không chờ người xem ({state_said(message.state)}): "
        f"chỉ thư đang chờ mới cần quyết định.{first if became else ''}"
    )


def _named(files: Sequence[WorkbookAtHand]) -> str:
    return "; ".join(f"«{file.name}» [{file.sha256[:12]}]" for file in files)


def _second(instant: dt.datetime) -> str:
    return hanoi_minute(instant, InstantStyle.BOARD_WITH_SECONDS)
