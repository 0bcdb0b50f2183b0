"""A letter that goes once more is a letter of its own, unless nobody knows whether it left."""

from __future__ import annotations

import datetime as dt
import email
from dataclasses import replace
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from models.domain.answers.decisions import Signature
from models.domain.cycle.cycles import HANOI
from models.domain.deeds.letter_deeds import CloseLetter, Recipients, SendLetterAgain
from models.domain.mail.bounces import DeliveryAction, RecipientReport, ReportedRecipient
from models.domain.mail.mail import LetterState
from models.domain.register.agencies import Contact
from models.tables import LetterRow
from tasks.adapters.decisions.carrying_out import carry_out
from tasks.adapters.post.packing import pack
from tasks.adapters.store import address_book, deliveries, messages, outbox
from tasks.adapters.workplace import Workplace
from tests.fixtures.letters_written import every_letter
from tests.fixtures.one_letter import ACCEPTED, MONDAY, REFUSED, letter
from tests.fixtures.one_letter import workplace as workplace

HA = Signature("Nguyễn Thị Hà", "Cơ quan báo chưa thấy thư.")
FRIDAY = dt.datetime(2025, 2, 7, 15, 30, tzinfo=HANOI)
FLYING = {"state": "in_flight", "said": "?"}
LOST = "Thư này được gửi lại theo đề nghị của nơi nhận; nội dung như thư gửi ngày 03/02/2025."
CAME_BACK = (
    "Thư này được gửi lại vì thư gửi ngày 03/02/2025 không tới nơi; nội dung không thay đổi."
)


def now_is(workplace: Workplace, state: LetterState, **values: Any) -> LetterRow:
    with workplace.engine.begin() as connection:
        connection.execute(outbox.LETTER.update().values(state=state.value, **values))
    return letter(workplace)


def sent(workplace: Workplace) -> LetterRow:
    row = letter(workplace)
    known = dict.fromkeys([*row.to, *row.cc], ACCEPTED)
    return now_is(workplace, LetterState.SENT, deliveries=known, sent_at=MONDAY, copies=1)


def send_again(
    workplace: Workplace, recipients: Recipients = Recipients.EVERYBODY, reason: str = HA.reason
) -> LetterRow:
    workplace.now = FRIDAY
    signed = Signature(HA.by, reason)
    key = letter(workplace).business_key
    assert carry_out(
        workplace, SendLetterAgain(letter=key, recipients=recipients, signed=signed)
    ).new
    return letter(workplace)


def as_mail(workplace: Workplace) -> EmailMessage:
    packed = pack(workplace, letter(workplace))
    return email.message_from_bytes(packed.message.content, policy=default)


def told(mail: EmailMessage) -> tuple[str, str]:
    """Text and HTML."""
    bodies = (mail.get_body(("plain",)), mail.get_body(("html",)))
    return tuple(" ".join(body.get_content().split()) for body in bodies if body)  # type: ignore[return-value]


def test_a_letter_that_an_agency_lost_refers_to_the_first_and_says_that_it_comes_again(
    workplace: Workplace,
) -> None:
    first = sent(workplace)
    before = as_mail_of_everybody(workplace)
    again = send_again(workplace)
    mail = as_mail(workplace)
    assert again.message_id != first.message_id
    assert mail["Message-ID"] == again.message_id
    assert parsedate_to_datetime(mail["Date"]) == FRIDAY
    assert mail["In-Reply-To"] == first.message_id
    assert mail["References"].split()[-1] == first.message_id
    text, page = told(mail)
    assert text.startswith(LOST) and LOST in page
    assert text.removeprefix(LOST).strip() == told(before)[0]
    assert (mail["Subject"], mail["To"], mail["Reply-To"]) == (
        before["Subject"],
        before["To"],
        before["Reply-To"],
    )
    assert again.copies == 0, "no copy of it has left"


def as_mail_of_everybody(workplace: Workplace) -> EmailMessage:
    """The letter as it first left."""
    row = letter(workplace)
    packed = pack(workplace, LetterRow(**{**row.model_dump(), "deliveries": {}}))
    return email.message_from_bytes(packed.message.content, policy=default)


def test_sent_again_twice_it_names_the_first_day_once_and_refers_to_both(
    workplace: Workplace,
) -> None:
    first = sent(workplace)
    second = send_again(workplace)
    known = dict.fromkeys([*first.to, *first.cc], ACCEPTED)
    now_is(workplace, LetterState.SENT, deliveries=known, sent_at=FRIDAY)
    third = send_again(workplace, reason="Cơ quan báo vẫn chưa thấy thư.")
    assert len({first.message_id, second.message_id, third.message_id}) == 3
    mail = as_mail(workplace)
    assert mail["References"].split()[-2:] == [first.message_id, second.message_id]
    text, page = told(mail)
    assert (text.count("gửi lại theo đề nghị"), page.count(LOST)) == (1, 1)
    assert [one["message_id"] for one in third.earlier] == [first.message_id, second.message_id]


def test_what_came_back_is_sent_again_for_that_reason(workplace: Workplace) -> None:
    first = sent(workplace)
    now_is(workplace, LetterState.BOUNCED)
    send_again(workplace, Recipients.UNREACHED)
    mail = as_mail(workplace)
    assert mail["In-Reply-To"] == first.message_id
    assert told(mail)[0].startswith(CAME_BACK)


def test_who_was_refused_gets_a_letter_that_refers_to_none_where_nobody_has_one(
    workplace: Workplace,
) -> None:
    row = letter(workplace)
    first = now_is(
        workplace, LetterState.FAILED, deliveries=dict.fromkeys([*row.to, *row.cc], REFUSED)
    )
    again = send_again(workplace, Recipients.UNREACHED)
    mail = as_mail(workplace)
    assert again.message_id != first.message_id
    assert parsedate_to_datetime(mail["Date"]) == FRIDAY
    assert (mail["In-Reply-To"], again.again) == (None, "")
    assert first.message_id not in str(mail["References"])


@pytest.mark.parametrize("settled", [False, True], ids=["uncertain", "closed as uncertain"])
def test_only_what_may_have_left_keeps_its_message_id(workplace: Workplace, settled: bool) -> None:
    row = letter(workplace)
    flying = dict.fromkeys([*row.to, *row.cc], FLYING)
    first = now_is(workplace, LetterState.UNCERTAIN, deliveries=flying, claimed_at=MONDAY)
    if settled:
        deed = CloseLetter(letter=first.business_key, arrived=False, signed=HA)
        assert carry_out(workplace, deed).new
    again = send_again(workplace, Recipients.UNREACHED)
    mail = as_mail(workplace)
    assert again.message_id == first.message_id == mail["Message-ID"]
    assert parsedate_to_datetime(mail["Date"]) == first.created_at
    assert (again.earlier, again.again, again.dated_at) == ([], "", None)


def news(address: str, action: DeliveryAction = DeliveryAction.FAILED) -> ReportedRecipient:
    return ReportedRecipient(address, RecipientReport(address, "", action, "5.1.1", "unknown"))


def test_what_comes_back_of_the_first_says_nothing_of_the_second_but_of_its_address(
    workplace: Workplace,
) -> None:
    first = sent(workplace)
    known = workplace.office.register
    contacts = {**known.contacts, "syt": Contact("syt", ("moi@syt.example",))}
    workplace.office = replace(workplace.office, register=replace(known, contacts=contacts))
    send_again(workplace)
    with workplace.engine.begin() as connection:
        messages.keep(
            connection,
            [messages.NewMessage(k * 64, "maildir", k, True, "", 1, FRIDAY, FRIDAY) for k in "abc"],
        )
        connection.execute(
            outbox.LETTER.update().values(
                state="sent", sent_at=FRIDAY, deliveries={"moi@syt.example": ACCEPTED}
            )
        )
        old = deliveries.sending_by_message_id(connection, [first.message_id])
        assert old is not None and not old.is_last
        assert set(old.recipients) == {*first.to, *first.cc}
        everybody = [news(a) for a in old.recipients]
        state = deliveries.note_report(connection, "a" * 64, old, everybody, FRIDAY)
        assert state is LetterState.SENT
        assert address_book.dead_addresses(connection) == set(old.recipients)
        deliveries.note_report(connection, "b" * 64, old, [news("moi@syt.example")], FRIDAY)
        assert "moi@syt.example" not in address_book.dead_addresses(connection)
        row = every_letter(connection)[0]
        new = deliveries.sending_by_message_id(connection, [row.message_id])
        assert new is not None and new.is_last
        everybody = [news(a) for a in new.recipients]
        state = deliveries.note_report(connection, "c" * 64, new, everybody, FRIDAY)
        assert state is LetterState.BOUNCED


def test_an_answer_to_the_first_is_known_for_one_to_us(workplace: Workplace) -> None:
    first = sent(workplace)
    again = send_again(workplace)
    with workplace.engine.begin() as connection:
        found = outbox.by_message_ids(connection, [first.message_id, again.message_id, "<x@y.vn>"])
    assert found == dict.fromkeys([first.message_id, again.message_id], (first.cycle, "syt"))
