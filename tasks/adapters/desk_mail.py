"""The operator's desk, outgoing mail: letters that did not arrive, and addresses that fail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import Connection

from models.domain.bounces import DeliveryAction, RecipientReport
from models.domain.decisions import DecisionKind, DecisionRefused
from models.domain.mail import LetterState, ascii_address
from models.tables import LetterRow
from tasks.adapters.desk import Done, Signature, keep
from tasks.adapters.store import decisions, deliveries, letters_again, outbox
from tasks.adapters.workplace import Workplace


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
_TO_BE_CLOSED = (LetterState.FAILED, LetterState.BOUNCED, LetterState.UNCERTAIN)


def send_again(
    place: Workplace, business_key: str, recipients: Recipients, signed: Signature
) -> Done:
    """Queues a letter once more, to the addresses the register holds today, Message-ID unchanged.

    The same decision a second time, as by a retry of the flow, sends nothing.
    """
    with place.engine.begin() as connection:
        letter = _letter(connection, business_key)
        key = letter.business_key
        book = decisions.book(connection)
        if book.given(DecisionKind.SEND_AGAIN, key, signed.by, signed.reason):
            said = f"Thư {key}: quyết định gửi lại này đã được thực hiện. Muốn gửi lần nữa, ghi "
            return Done(said + "lý do mới.", False)
        if letter.state not in _AT_REST:
            raise DecisionRefused(f"Thư {key} {_why_not(letter)}, không cần quyết định gửi lại.")
        to, cc = _addresses(place, letter)
        if not to:
            raise DecisionRefused(
                f"Thư {key}: danh bạ chưa có địa chỉ của nơi nhận. Xin bổ sung danh bạ trước."
            )
        everybody = recipients is Recipients.EVERYBODY or letter.state == LetterState.BOUNCED
        if not letters_again.requeue(
            connection, letter, to, cc, place.now, keep_accepted=not everybody
        ):
            raise DecisionRefused(
                f"Thư {key} đã tới mọi địa chỉ. Nếu vẫn cần gửi thêm lần nữa, chọn gửi lại cho "
                "mọi địa chỉ."
            )
        decision = signed.decides(
            DecisionKind.SEND_AGAIN,
            place.now,
            cycle=letter.cycle,
            agency=letter.agency,
            subject=key,
        )
        return keep(connection, decision, f"Thư {key}: gửi lại")


def settle_letter(place: Workplace, business_key: str, arrived: bool, signed: Signature) -> Done:
    """Ends the matter of a letter: it has arrived after all, or was seen to in another way."""
    with place.engine.begin() as connection:
        letter = _letter(connection, business_key)
        key = letter.business_key
        given = decisions.book(connection).given(
            DecisionKind.SETTLE_LETTER, key, signed.by, signed.reason
        )
        if given or letter.state == (LetterState.SENT if arrived else LetterState.CLOSED):
            return Done(f"Thư {key}: quyết định này đã có hiệu lực.", False)
        if letter.state not in _TO_BE_CLOSED:
            raise DecisionRefused(f"Thư {key} {_why_not(letter)}, chưa cần quyết định.")
        if arrived and letter.state != LetterState.UNCERTAIN:
            raise DecisionRefused(
                f"Thư {key} đã bị máy chủ từ chối hoặc trả về, không thể coi là đã đến: gửi lại, "
                "hoặc khép lại nếu đã báo cơ quan bằng cách khác."
            )
        decision = signed.decides(
            DecisionKind.SETTLE_LETTER,
            place.now,
            cycle=letter.cycle,
            agency=letter.agency,
            subject=key,
        )
        if arrived:
            outbox.decide_uncertain(connection, letter, place.now, arrived=True)
        else:
            letters_again.close(connection, letter, f"{decision.by}: {decision.reason}")
        return keep(connection, decision, f"Thư {key}: {'đã đến' if arrived else 'khép lại'}")


def mark_address(place: Workplace, address: str, failing: bool, signed: Signature) -> Done:
    """Marks an address of the register as one that letters do not reach, or takes the mark off."""
    wanted = ascii_address(address.strip().lower())
    with place.engine.begin() as connection:
        marked = {x.address: x.since for x in deliveries.failing_addresses(connection)}
        if wanted not in {*marked, *_register_addresses(place)}:
            raise DecisionRefused(
                "Địa chỉ này không có trong danh bạ. Xin ghi đúng một địa chỉ của danh bạ."
            )
        if (wanted in marked) is failing:
            state = "đang được đánh dấu là không nhận được thư" if failing else "không bị đánh dấu"
            return Done(f"Địa chỉ {state}.", False)
        decision = signed.decides(
            DecisionKind.MARK_FAILING if failing else DecisionKind.MARK_MENDED,
            place.now,
            subject=wanted,
        )
        if failing:
            said = f"{decision.by}: {decision.reason}"
            report = RecipientReport(wanted, wanted, DeliveryAction.FAILED, "", said)
            deliveries.mark_failing(connection, wanted, report, place.now)
        else:
            # Newer than the news it answers, whatever moment the run believes in.
            after = marked[wanted] + dt.timedelta(microseconds=1)
            deliveries.mark_mended(connection, [wanted], max(place.now, after))
        return keep(connection, decision, "Đánh dấu địa chỉ" if failing else "Bỏ dấu địa chỉ")


def _letter(connection: Connection, business_key: str) -> LetterRow:
    wanted = business_key.strip()
    found = letters_again.by_business_key(connection, wanted)
    if found is None:
        raise DecisionRefused(
            f"Không có thư đi nào mang mã «{wanted}». Mã thư lấy ở bảng Thư đi (thu-di)."
        )
    return found


def _addresses(place: Workplace, letter: LetterRow) -> tuple[Sequence[str], Sequence[str]]:
    """Where the letter goes today: the register's addresses, those of old where it has none."""
    contact = place.contact_of(letter.agency) if letter.agency else None
    if contact is None or not contact.to:
        return letter.to, letter.cc
    to = list(dict.fromkeys(map(ascii_address, contact.to)))
    # Superiors were copied by the letter's own rule, which the register does not repeat.
    return to, [address for address in letter.cc if address not in to]


def _register_addresses(place: Workplace) -> set[str]:
    contacts = place.office.register.contacts.values()
    return {ascii_address(a) for c in contacts for a in (*c.to, *c.cc, *c.superior)}


def _why_not(letter: LetterRow) -> str:
    return {
        LetterState.QUEUED: "đang chờ gửi",
        LetterState.SENDING: "đang được gửi",
        LetterState.SENT: "đã gửi xong",
        LetterState.WITHDRAWN: "đã rút lại vì không còn đúng",
    }.get(LetterState(letter.state), f"đang ở trạng thái «{letter.state}»")
