"""Decisions on outgoing mail: a letter once more or no more, and addresses that fail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from models.domain.answers.decisions import DecisionKind, DecisionRefused, Signature
from models.domain.cycle.cycles import HANOI
from models.domain.deeds.letter_deeds import CloseLetter, MarkContact, Recipients, SendLetterAgain
from models.domain.mail.mail import LetterState
from models.domain.register.agencies import Contact
from models.tables import LetterRow
from tasks.adapters.decisions.carrying_out import carry_out
from tasks.adapters.store import decisions, deliveries, outbox
from tasks.adapters.workplace import Workplace
from tests.fixtures.small_workplace import small_workplace

HA = Signature("Nguyễn Thị Hà", "Cơ quan báo đã sửa hộp thư.")
MONDAY = dt.datetime(2025, 2, 3, 9, tzinfo=HANOI)
REFUSED = {"state": "refused", "said": "không có hộp thư này"}
ACCEPTED = {"state": "accepted", "said": ""}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Workplace]:
    with small_workplace(tmp_path, MONDAY, ("syt",)) as place:
        yield place


def letter(place: Workplace) -> LetterRow:
    with place.engine.begin() as connection:
        [row] = outbox.every_letter(connection)
    return row


def now_is(place: Workplace, state: LetterState, **values: Any) -> str:
    """The one letter, brought into a state; its key."""
    with place.engine.begin() as connection:
        values |= {"state": state.value, "attempts": 3, "tried_at": MONDAY}
        connection.execute(outbox.LETTER.update().values(values))
    return letter(place).business_key


def kinds(place: Workplace) -> list[DecisionKind]:
    with place.engine.begin() as connection:
        return [d.kind for d in decisions.book(connection).decisions]


@pytest.mark.parametrize("state", [LetterState.FAILED, LetterState.UNCERTAIN, LetterState.BOUNCED])
def test_a_letter_that_did_not_arrive_is_queued_once_more_with_its_message_id(
    place: Workplace, state: LetterState
) -> None:
    before = letter(place)
    known = {before.to[0]: REFUSED if state is not LetterState.BOUNCED else ACCEPTED}
    key = now_is(place, state, deliveries=known, last_error="không có hộp thư này")
    place.now = MONDAY + dt.timedelta(days=5)

    assert carry_out(
        place, SendLetterAgain(letter=key, recipients=Recipients.UNREACHED, signed=HA)
    ).new
    after = letter(place)
    assert (after.state, after.deliveries, after.last_error) == ("queued", {}, "")
    assert after.message_id == before.message_id
    assert after.next_attempt_at == place.now
    assert after.tried_at is None  # the four days begin anew


def test_the_same_decision_repeated_sends_nothing_and_a_new_reason_does(place: Workplace) -> None:
    key = now_is(place, LetterState.SENT, deliveries={letter(place).to[0]: ACCEPTED})
    assert carry_out(
        place, SendLetterAgain(letter=key, recipients=Recipients.EVERYBODY, signed=HA)
    ).new
    now_is(place, LetterState.SENT)

    assert not carry_out(
        place, SendLetterAgain(letter=key, recipients=Recipients.EVERYBODY, signed=HA)
    ).new
    assert letter(place).state == LetterState.SENT
    anew = Signature(HA.by, "Cơ quan báo vẫn chưa thấy thư.")
    assert carry_out(
        place, SendLetterAgain(letter=key, recipients=Recipients.EVERYBODY, signed=anew)
    ).new
    assert letter(place).state == LetterState.QUEUED
    assert kinds(place) == [DecisionKind.SEND_LETTER_AGAIN] * 2


def test_who_has_the_letter_does_not_get_it_again_with_those_who_have_not(
    place: Workplace,
) -> None:
    to = letter(place).to[0]
    key = now_is(
        place, LetterState.SENT, cc=["cc@b.example"],
        deliveries={to: ACCEPTED, "cc@b.example": REFUSED},
    )  # fmt: skip
    carry_out(place, SendLetterAgain(letter=key, recipients=Recipients.UNREACHED, signed=HA))

    assert letter(place).deliveries == {to: ACCEPTED}
    assert letter(place).cc == ["cc@b.example"]


def test_a_letter_that_reached_everybody_goes_again_only_to_everybody(place: Workplace) -> None:
    row = letter(place)
    key = now_is(place, LetterState.SENT, deliveries=dict.fromkeys([*row.to, *row.cc], ACCEPTED))
    with pytest.raises(DecisionRefused, match="mọi địa chỉ"):
        carry_out(place, SendLetterAgain(letter=key, recipients=Recipients.UNREACHED, signed=HA))
    assert kinds(place) == []


def test_a_letter_goes_again_to_the_address_that_the_register_holds_today(
    place: Workplace,
) -> None:
    key = now_is(place, LetterState.FAILED, deliveries={letter(place).to[0]: REFUSED})
    place.office.register.contacts["syt"] = Contact("syt", ("moi@syt.example",))  # type: ignore[index]
    carry_out(place, SendLetterAgain(letter=key, recipients=Recipients.UNREACHED, signed=HA))

    assert letter(place).to == ["moi@syt.example"]


@pytest.mark.parametrize("state", [LetterState.QUEUED, LetterState.SENDING])
def test_a_letter_on_its_way_needs_no_decision(place: Workplace, state: LetterState) -> None:
    key = now_is(place, state)
    with pytest.raises(DecisionRefused, match=r"đang (chờ|được) gửi"):
        carry_out(place, SendLetterAgain(letter=key, recipients=Recipients.EVERYBODY, signed=HA))
    with pytest.raises(DecisionRefused, match=r"đang (chờ|được) gửi"):
        carry_out(place, CloseLetter(letter=key, arrived=False, signed=HA))


def test_an_uncertain_letter_of_which_a_person_knows_that_it_arrived_is_sent(
    place: Workplace,
) -> None:
    row = letter(place)
    flying = {a: {"state": "in_flight", "said": "?"} for a in [*row.to, *row.cc]}
    key = now_is(place, LetterState.UNCERTAIN, deliveries=flying, claimed_at=MONDAY)

    assert carry_out(place, CloseLetter(letter=key, arrived=True, signed=HA)).new
    assert letter(place).state == LetterState.SENT
    assert not carry_out(place, CloseLetter(letter=key, arrived=True, signed=HA)).new


def test_a_refused_letter_cannot_have_arrived_but_can_be_closed(place: Workplace) -> None:
    key = now_is(place, LetterState.FAILED, deliveries={letter(place).to[0]: REFUSED})
    with pytest.raises(DecisionRefused, match="không thể coi là đã đến"):
        carry_out(place, CloseLetter(letter=key, arrived=True, signed=HA))

    assert carry_out(place, CloseLetter(letter=key, arrived=False, signed=HA)).new
    assert letter(place).state == LetterState.CLOSED
    assert "Nguyễn Thị Hà" in letter(place).last_error
    assert not carry_out(place, CloseLetter(letter=key, arrived=False, signed=HA)).new


def test_a_letter_nobody_knows_is_refused_with_where_to_find_its_key(place: Workplace) -> None:
    with pytest.raises(DecisionRefused, match="thu-di"):
        carry_out(
            place, SendLetterAgain(letter="không có", recipients=Recipients.EVERYBODY, signed=HA)
        )


def test_an_address_is_marked_and_mended_once_each(place: Workplace) -> None:
    address = place.office.register.contacts["syt"].to[0]
    assert carry_out(
        place, MarkContact(address=f" {address.upper()} ", failing=True, signed=HA)
    ).new
    assert not carry_out(place, MarkContact(address=address, failing=True, signed=HA)).new
    with place.engine.begin() as connection:
        assert [x.address for x in deliveries.failing_addresses(connection)] == [address]

    place.now += dt.timedelta(minutes=1)
    assert carry_out(place, MarkContact(address=address, failing=False, signed=HA)).new
    assert not carry_out(place, MarkContact(address=address, failing=False, signed=HA)).new
    with place.engine.begin() as connection:
        assert deliveries.failing_addresses(connection) == []
    assert kinds(place) == [DecisionKind.MARK_CONTACT_FAILING, DecisionKind.MARK_CONTACT_MENDED]


def test_an_address_that_is_not_in_the_register_is_refused(place: Workplace) -> None:
    with pytest.raises(DecisionRefused, match="danh bạ"):
        carry_out(place, MarkContact(address="ai.do@gmail.example", failing=True, signed=HA))
