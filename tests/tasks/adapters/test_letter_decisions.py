"""Decisions on outgoing mail: a letter once more or no more, and addresses that fail."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from models.domain.answers.decisions import DecisionKind, DecisionRefused, Signature
from models.domain.deeds.letter_deeds import CloseLetter, MarkContact, Recipients, SendLetterAgain
from models.domain.mail.mail import LetterState
from models.domain.register.agencies import Contact
from tasks.adapters.decisions.carrying_out import carry_out
from tasks.adapters.store import address_book, decisions, outbox
from tasks.adapters.workplace import Workplace
from tests.fixtures.one_letter import ACCEPTED, MONDAY, REFUSED, letter
from tests.fixtures.one_letter import workplace as workplace

HA = Signature("Nguyễn Thị Hà", "Cơ quan báo đã sửa hộp thư.")


def now_is(workplace: Workplace, state: LetterState, **values: Any) -> str:
    """The one letter, brought into a state; its key."""
    with workplace.engine.begin() as connection:
        values |= {"state": state.value, "attempts": 3, "tried_at": MONDAY}
        connection.execute(outbox.LETTER.update().values(values))
    return letter(workplace).business_key


def kinds(workplace: Workplace) -> list[DecisionKind]:
    with workplace.engine.begin() as connection:
        return [d.kind for d in decisions.book(connection).decisions]


@pytest.mark.parametrize("state", [LetterState.FAILED, LetterState.UNCERTAIN, LetterState.BOUNCED])
def test_a_letter_that_did_not_arrive_is_queued_once_more(
    workplace: Workplace, state: LetterState
) -> None:
    before = letter(workplace)
    known = {before.to[0]: REFUSED if state is not LetterState.BOUNCED else ACCEPTED}
    key = now_is(workplace, state, deliveries=known, last_error="không có hộp thư này")
    workplace.now = MONDAY + dt.timedelta(days=5)

    assert carry_out(
        workplace, SendLetterAgain(letter=key, recipients=Recipients.UNREACHED, signed=HA)
    ).new
    after = letter(workplace)
    assert (after.state, after.deliveries, after.last_error) == ("queued", {}, "")
    assert (after.message_id == before.message_id) is (state is LetterState.UNCERTAIN)
    assert after.next_attempt_at == workplace.now
    assert after.tried_at is None  # the four days begin anew


def test_the_same_decision_repeated_sends_nothing_and_a_new_reason_does(
    workplace: Workplace,
) -> None:
    key = now_is(workplace, LetterState.SENT, deliveries={letter(workplace).to[0]: ACCEPTED})
    assert carry_out(
        workplace, SendLetterAgain(letter=key, recipients=Recipients.EVERYBODY, signed=HA)
    ).new
    now_is(workplace, LetterState.SENT)

    assert not carry_out(
        workplace, SendLetterAgain(letter=key, recipients=Recipients.EVERYBODY, signed=HA)
    ).new
    assert letter(workplace).state == LetterState.SENT
    anew = Signature(HA.by, "Cơ quan báo vẫn chưa thấy thư.")
    assert carry_out(
        workplace, SendLetterAgain(letter=key, recipients=Recipients.EVERYBODY, signed=anew)
    ).new
    assert letter(workplace).state == LetterState.QUEUED
    assert kinds(workplace) == [DecisionKind.SEND_LETTER_AGAIN] * 2


def test_who_has_the_letter_does_not_get_it_again_with_those_who_have_not(
    workplace: Workplace,
) -> None:
    to = letter(workplace).to[0]
    key = now_is(
        workplace, LetterState.SENT, cc=["cc@b.example"],
        deliveries={to: ACCEPTED, "cc@b.example": REFUSED},
    )  # fmt: skip
    carry_out(workplace, SendLetterAgain(letter=key, recipients=Recipients.UNREACHED, signed=HA))

    assert letter(workplace).deliveries == {to: ACCEPTED}
    assert letter(workplace).cc == ["cc@b.example"]


def test_a_letter_that_reached_everybody_goes_again_only_to_everybody(workplace: Workplace) -> None:
    row = letter(workplace)
    key = now_is(
        workplace, LetterState.SENT, deliveries=dict.fromkeys([*row.to, *row.cc], ACCEPTED)
    )
    with pytest.raises(DecisionRefused, match="mọi địa chỉ"):
        carry_out(
            workplace, SendLetterAgain(letter=key, recipients=Recipients.UNREACHED, signed=HA)
        )
    assert kinds(workplace) == []


def test_a_letter_goes_again_to_the_address_that_the_register_holds_today(
    workplace: Workplace,
) -> None:
    key = now_is(workplace, LetterState.FAILED, deliveries={letter(workplace).to[0]: REFUSED})
    known = workplace.office.register
    contacts = {**known.contacts, "syt": Contact("syt", ("moi@syt.example",))}
    workplace.office = replace(workplace.office, register=replace(known, contacts=contacts))
    carry_out(workplace, SendLetterAgain(letter=key, recipients=Recipients.UNREACHED, signed=HA))

    assert letter(workplace).to == ["moi@syt.example"]


@pytest.mark.parametrize("state", [LetterState.QUEUED, LetterState.SENDING])
def test_a_letter_on_its_way_needs_no_decision(workplace: Workplace, state: LetterState) -> None:
    key = now_is(workplace, state)
    with pytest.raises(DecisionRefused, match=r"đang (chờ|được) gửi"):
        carry_out(
            workplace, SendLetterAgain(letter=key, recipients=Recipients.EVERYBODY, signed=HA)
        )
    with pytest.raises(DecisionRefused, match=r"đang (chờ|được) gửi"):
        carry_out(workplace, CloseLetter(letter=key, arrived=False, signed=HA))


def test_an_uncertain_letter_of_which_a_person_knows_that_it_arrived_is_sent(
    workplace: Workplace,
) -> None:
    row = letter(workplace)
    flying = {a: {"state": "in_flight", "said": "?"} for a in [*row.to, *row.cc]}
    key = now_is(workplace, LetterState.UNCERTAIN, deliveries=flying, claimed_at=MONDAY)

    assert carry_out(workplace, CloseLetter(letter=key, arrived=True, signed=HA)).new
    assert letter(workplace).state == LetterState.SENT
    assert not carry_out(workplace, CloseLetter(letter=key, arrived=True, signed=HA)).new


def test_a_refused_letter_cannot_have_arrived_but_can_be_closed(workplace: Workplace) -> None:
    key = now_is(workplace, LetterState.FAILED, deliveries={letter(workplace).to[0]: REFUSED})
    with pytest.raises(DecisionRefused, match="không thể coi là đã đến"):
        carry_out(workplace, CloseLetter(letter=key, arrived=True, signed=HA))

    assert carry_out(workplace, CloseLetter(letter=key, arrived=False, signed=HA)).new
    assert letter(workplace).state == LetterState.CLOSED
    assert "Nguyễn Thị Hà" in letter(workplace).last_error
    assert not carry_out(workplace, CloseLetter(letter=key, arrived=False, signed=HA)).new


def test_a_letter_nobody_knows_is_refused_with_where_to_find_its_key(workplace: Workplace) -> None:
    with pytest.raises(DecisionRefused, match="thu-di"):
        carry_out(
            workplace,
            SendLetterAgain(letter="không có", recipients=Recipients.EVERYBODY, signed=HA),
        )


def test_an_address_is_marked_and_mended_once_each(workplace: Workplace) -> None:
    address = workplace.office.register.contacts["syt"].to[0]
    assert carry_out(
        workplace, MarkContact(address=f" {address.upper()} ", failing=True, signed=HA)
    ).new
    assert not carry_out(workplace, MarkContact(address=address, failing=True, signed=HA)).new
    with workplace.engine.begin() as connection:
        assert [x.address for x in address_book.failing_addresses(connection)] == [address]

    workplace.now += dt.timedelta(minutes=1)
    assert carry_out(workplace, MarkContact(address=address, failing=False, signed=HA)).new
    assert not carry_out(workplace, MarkContact(address=address, failing=False, signed=HA)).new
    with workplace.engine.begin() as connection:
        assert address_book.failing_addresses(connection) == []
    assert kinds(workplace) == [DecisionKind.MARK_CONTACT_FAILING, DecisionKind.MARK_CONTACT_MENDED]


def test_an_address_that_is_not_in_the_register_is_refused(workplace: Workplace) -> None:
    with pytest.raises(DecisionRefused, match="danh bạ"):
        carry_out(workplace, MarkContact(address="ai.do@gmail.example", failing=True, signed=HA))
