"""The operator's desk: a person's decision becomes a row, and what it changes, in one transaction.

A decision that is in force already is not written again, so that pressing a button twice, or a
retry of the flow, leaves one row.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from models.domain.agencies import Agency
from models.domain.cycles import HANOI, ReportingCycle
from models.domain.decisions import (
    KIND_TITLES,
    Decision,
    DecisionKind,
    DecisionRefused,
    assigned_subject,
    decided,
    end_of,
    last_day_granted,
    own_last_day,
)
from models.domain.errors import UnknownAgency
from models.domain.mail import MessageState
from models.domain.office import register_day
from tasks.adapters.store import decisions, messages, obligations
from tasks.adapters.workplace import Workplace

SHORTEST_KEY = 6  # hexadecimal digits by which a message may be named


@dataclass(frozen=True, slots=True)
class Signature:
    """Who decides, and why."""

    by: str
    reason: str

    def decides(
        self,
        kind: DecisionKind,
        now: dt.datetime,
        *,
        cycle: str = "",
        agency: str = "",
        subject: str = "",
        until: dt.datetime | None = None,
    ) -> Decision:
        """The decision under this name. Raises DecisionRefused without name or reason."""
        return decided(
            kind, self.by, self.reason, now,
            cycle=cycle, agency=agency, subject=subject, until=until,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a decision. `new` is False when it was in force before."""

    sentence: str  # Vietnamese, for the log and the record
    new: bool


def extend_deadline(
    place: Workplace, cycle_code: str, agency_name: str, last_day: dt.date, signed: Signature
) -> Done:
    """Moves an agency's deadline to the end of `last_day`: later, or earlier than granted before.

    A day within the cycle's own deadline ends the extension. Raises DecisionRefused.
    """
    cycle = place.office.cycle(cycle_code)
    with place.engine.begin() as connection:
        agency = asked_agency(place, connection, cycle, agency_name)
        book = decisions.book(connection)
        current = book.extension(cycle.code, agency.code)
        own = f"hạn chung của kỳ, hết ngày {own_last_day(cycle):%d/%m/%Y}"
        if end_of(last_day) <= cycle.due_at and book.extension_ended(cycle.code, agency.code):
            return Done(f"{agency.name}: đã thôi gia hạn, theo {own}.", False)
        until = last_day_granted(cycle, last_day, current)
        if until is not None and until == current:
            return Done(f"{agency.name}: đã được gia hạn đến hết {last_day:%d/%m/%Y}.", False)
        decision = signed.decides(
            DecisionKind.END_EXTENSION if until is None else DecisionKind.EXTEND,
            place.now,
            cycle=cycle.code,
            agency=agency.code,
            until=until,
        )
        if until is None:
            return keep(connection, decision, f"{agency.name}: thôi gia hạn, trở lại {own}")
        return keep(connection, decision, f"{agency.name}: gia hạn đến hết {last_day:%d/%m/%Y}")


def exempt_agency(
    place: Workplace, cycle_code: str, agency_name: str, exempt: bool, signed: Signature
) -> Done:
    """Exempts an agency from answering in a cycle, or takes the exemption back."""
    cycle = place.office.cycle(cycle_code)
    with place.engine.begin() as connection:
        agency = asked_agency(place, connection, cycle, agency_name)
        book = decisions.book(connection)
        if (agency.code in book.exempted(cycle.code)) is exempt:
            state = "đang được miễn báo cáo" if exempt else "đang phải báo cáo"
            return Done(f"{agency.name}: {state}.", False)
        kind = DecisionKind.EXEMPT if exempt else DecisionKind.OBLIGE
        decision = signed.decides(kind, place.now, cycle=cycle.code, agency=agency.code)
        return keep(connection, decision, f"{agency.name}: {KIND_TITLES[kind].lower()}")


def freeze_cycle(place: Workplace, cycle_code: str, frozen: bool, signed: Signature) -> Done:
    """Closes a cycle to new versions, or opens it again."""
    cycle = place.office.cycle(cycle_code)
    with place.engine.begin() as connection:
        book = decisions.book(connection)
        if (book.frozen(cycle.code) is not None) is frozen:
            return Done(f"Kỳ {cycle.code} đang {'khoá sổ' if frozen else 'mở'}.", False)
        if frozen and place.now < cycle.opens_at:
            opens = f"{cycle.opens_at.astimezone(HANOI):%H:%M %d/%m/%Y}"
            raise DecisionRefused(
                f"Kỳ {cycle.code} chưa mở (mở lúc {opens}): chưa có sổ nào để khoá. Xin chọn kỳ "
                "khác, hoặc khoá sau khi mở."
            )
        kind = DecisionKind.FREEZE if frozen else DecisionKind.REOPEN
        decision = signed.decides(kind, place.now, cycle=cycle.code)
        return keep(connection, decision, f"{cycle.code}: {KIND_TITLES[kind].lower()}")


def assign_message(
    place: Workplace,
    key: str,
    cycle_code: str,
    agency_name: str,
    signed: Signature,
    main_file: str = "",
) -> Done:
    """Says whose answer a held message is; the next intake works on it with that knowledge.

    `key` is the message's key or its first digits; `main_file` those of the SHA-256 of the one
    workbook to take where it carries several, "" where it carries one or as chosen before. An
    assignment that stands already has its message looked at once more.
    """
    cycle = place.office.cycle(cycle_code)
    with place.engine.begin() as connection:
        agency = asked_agency(place, connection, cycle, agency_name)
        message = message_of(connection, key)
        known = decisions.book(connection).assignment(message.key)
        chosen = _main_file(connection, message.key, main_file, known)
        stands = (
            known is not None
            and (known.cycle, known.agency) == (cycle.code, agency.code)
            and chosen in ("", known.main_file)
        )
        if message.state != MessageState.HELD:
            if stands:
                return Done(f"Thư {message.key[:12]} đã được xác định của {agency.name}.", False)
            raise DecisionRefused(not_held(message.key, message.state))
        messages.reopen(connection, message.key)
        if stands:
            return Done(f"Thư {message.key[:12]}: đang được xác định của {agency.name}.", False)
        decision = signed.decides(
            DecisionKind.ASSIGN,
            place.now,
            cycle=cycle.code,
            agency=agency.code,
            subject=assigned_subject(message.key, chosen),
        )
        return keep(
            connection,
            decision,
            f"Thư {message.key[:12]}: xác định của {agency.name}, kỳ {cycle.code}; luồng "
            "collect-submissions xử lý tiếp",
        )


def still_held(place: Workplace, key: str) -> str:
    """Why a message that was assigned waits all the same, and what to do; "" where it does not."""
    with place.engine.begin() as connection:
        message = message_of(connection, key)
        if message.state != MessageState.HELD:
            return ""
        known = decisions.book(connection).assignment(message.key)
        several = messages.workbooks_of(connection, message.key)
        closed = decisions.book(connection).closed(known.cycle) if known else ""
    if closed:
        advice = (
            "Mở lại kỳ (close-cycle, «Mở lại») rồi nhấn Retry, hoặc trả lại thư (return-message)."
        )
    elif len(several) > 1 and not (known and known.main_file):
        advice = (
            "Chạy assign-message lần nữa và chọn «Tệp là bản chính», hoặc trả lại thư "
            f"(return-message). Các tệp: {_named(several)}."
        )
    else:
        advice = "Khắc phục điều được nêu rồi nhấn Retry, hoặc trả lại thư (return-message)."
    return (
        f"Thư {message.key[:12]} đã xác định được cơ quan nhưng vẫn chờ người xem: "
        f"{message.reason} {advice}"
    )


def _main_file(connection: Connection, key: str, wanted: str, known: Decision | None) -> str:
    """The SHA-256 of the message's file that begins so, "" where none is wanted."""
    digits = wanted.strip().lower()
    if not digits:
        return ""
    # What was chosen holds while the message is at work and its files are not yet recorded anew.
    if known and known.main_file.startswith(digits):
        return known.main_file
    there = messages.workbooks_of(connection, key)
    found = [file.sha256 for file in there if file.sha256.startswith(digits)]
    if len(found) != 1:
        raise DecisionRefused(
            f"Thư {key[:12]} không có tệp nào mang mã «{digits}» để chọn làm bản chính. "
            f"Các tệp: {_named(there) or 'không có'}."
        )
    return found[0]


def _named(files: Sequence[messages.CarriedWorkbook]) -> str:
    return "; ".join(f"«{file.name}» [{file.sha256[:12]}]" for file in files)


def reject_message(place: Workplace, key: str, signed: Signature) -> Done:
    """Sets a held message aside: it is nobody's answer. Its bytes stay."""
    with place.engine.begin() as connection:
        message = message_of(connection, key)
        if message.state == MessageState.REJECTED:
            return Done(f"Thư {message.key[:12]} đã được quyết định không tiếp nhận.", False)
        if message.state != MessageState.HELD:
            raise DecisionRefused(not_held(message.key, message.state))
        decision = signed.decides(DecisionKind.REJECT, place.now, subject=message.key)
        said = f"Không tiếp nhận, theo quyết định của {decision.by}: {decision.reason}"
        messages.set_aside(connection, message.key, said, place.now, MessageState.REJECTED)
        return keep(connection, decision, f"Thư {message.key[:12]}: không tiếp nhận")


def keep(connection: Connection, decision: Decision, what: str) -> Done:
    """Writes the decision down; what was decided, with number, name and reason."""
    number = decisions.add(connection, decision)
    return Done(f"Quyết định số {number}. {what} ({decision.by}: {decision.reason}).", True)


def asked_agency(
    place: Workplace, connection: Connection, cycle: ReportingCycle, name: str
) -> Agency:
    """The agency of that code or name, or who answers in its place, if asked in the cycle."""
    try:
        agency = place.office.register.responsible_for(name, register_day(cycle))
    except UnknownAgency as error:
        raise DecisionRefused(str(error)) from None
    if agency.code not in obligations.of_cycle(connection, cycle.code):
        raise DecisionRefused(f"{agency.name} không được giao báo cáo trong kỳ {cycle.code}.")
    return agency


def message_of(connection: Connection, key: str) -> messages.MessageInBrief:
    """The message of that key or its first digits. Raises DecisionRefused."""
    wanted = key.strip().lower()
    if len(wanted) < SHORTEST_KEY:
        raise DecisionRefused(f"Xin ghi ít nhất {SHORTEST_KEY} ký tự đầu của mã thư.")
    found = messages.by_key_prefix(connection, wanted)
    if len(found) == 1:
        return found[0]
    if found:
        raise DecisionRefused(f"Mã thư «{wanted}» ứng với nhiều thư; xin ghi dài hơn.")
    raise DecisionRefused(f"Không có thư nào mang mã «{wanted}».")


def not_held(key: str, state: str) -> str:
    """Why a message that does not wait cannot be decided on."""
    return (
        f"Thư {key[:12]} không chờ người xem (trạng thái «{state}»): "
        "chỉ thư đang chờ mới cần quyết định."
    )
