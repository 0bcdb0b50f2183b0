"""Held mail that goes back: settled once, with one letter in the decider's own words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from models.domain.answers.decisions import DecisionRefused, Signature
from models.domain.cycle.cycles import HANOI
from models.domain.deeds.message_deeds import AssignMessage, RejectMessage, ReturnMessage
from models.domain.mail.mail import LetterKind, MessageState
from models.tables import LetterRow
from tasks.adapters.decisions.carrying_out import carry_out
from tasks.adapters.store import decisions, messages
from tasks.adapters.store.messages import MESSAGE
from tasks.adapters.workplace import Workplace
from tests.fixtures.held_mail import held_message, take_in
from tests.fixtures.letters_written import every_letter
from tests.fixtures.small_workplace import CYCLE, small_workplace

HA = Signature("Nguyễn Thị Hà, Phó Chánh Văn phòng", "Sổ chưa có chữ ký của lãnh đạo Sở.")
WORDS = "Sổ chưa được lãnh đạo Sở ký duyệt.\n\nĐề nghị ký và gửi lại từ địa chỉ của Sở."


@pytest.fixture
def workplace(tmp_path: Path) -> Iterator[Workplace]:
    monday = dt.datetime(2025, 2, 3, 9, tzinfo=HANOI)
    with small_workplace(tmp_path, monday, ("syt", "sdl")) as workplace:
        yield workplace


def returns(workplace: Workplace) -> list[LetterRow]:
    with workplace.engine.begin() as connection:
        return [x for x in every_letter(connection) if x.kind == LetterKind.RETURN]


def states(workplace: Workplace) -> list[str]:
    with workplace.engine.begin() as connection:
        return [row["state"] for row in messages.every_message(connection)]


def taken(workplace: Workplace) -> int:
    with workplace.engine.begin() as connection:
        return len(decisions.book(connection).decisions)


def test_the_sender_gets_one_letter_with_the_words_of_whoever_decided(workplace: Workplace) -> None:
    key = held_message(workplace)
    done = carry_out(workplace, ReturnMessage(message=key[:12], words=WORDS, signed=HA))
    [letter] = returns(workplace)
    text = " ".join(letter.text.split())

    assert done.new
    assert states(workplace) == [MessageState.GUIDED]
    assert (letter.to, letter.cc, letter.agency) == (["ba.ha@gmail.example"], [], "")
    assert letter.in_reply_to == "<ke-hoach@gmail.example>"
    assert letter.reply_to == ""  # no token of an agency for an address that nobody knows
    assert "Sổ chưa được lãnh đạo Sở ký duyệt. Đề nghị ký và gửi lại" in text
    assert "Người xem xét: Nguyễn Thị Hà, Phó Chánh Văn phòng" in text
    assert "09 giờ 00 phút ngày 04/02/2025" in text
    assert "kế hoạch.xlsx" in text


def test_to_an_agency_the_letter_goes_to_its_registered_contact_with_its_token(
    workplace: Workplace,
) -> None:
    carry_out(
        workplace,
        ReturnMessage(message=held_message(workplace), words=WORDS, agency="Sở Y tế", signed=HA),
    )
    [letter] = returns(workplace)
    contact = workplace.office.register.contacts["syt"]
    assert (letter.to, letter.cc) == (list(contact.to), list(contact.cc))
    assert "+" in letter.reply_to
    assert (letter.agency, letter.cycle) == ("syt", CYCLE)


def test_pressed_ten_times_over_it_is_one_decision_and_one_letter(workplace: Workplace) -> None:
    key = held_message(workplace)
    news = [
        carry_out(workplace, ReturnMessage(message=key, words=WORDS, signed=HA)).new
        for _ in range(10)
    ]
    take_in(workplace)
    assert news == [True] + [False] * 9
    assert (len(returns(workplace)), taken(workplace)) == (1, 1)
    with pytest.raises(DecisionRefused, match="không chờ người xem"):
        carry_out(workplace, AssignMessage(message=key, cycle=CYCLE, agency="syt", signed=HA))
    with pytest.raises(DecisionRefused, match="không chờ người xem"):
        carry_out(workplace, RejectMessage(message=key, signed=HA))


@pytest.mark.parametrize("words", ["", " \n ", "sai"])
def test_words_that_tell_nothing_are_refused_and_nothing_is_settled(
    workplace: Workplace, words: str
) -> None:
    key = held_message(workplace)
    with pytest.raises(DecisionRefused, match="thiếu ở đâu"):
        carry_out(workplace, ReturnMessage(message=key, words=words, signed=HA))
    assert (states(workplace), taken(workplace), returns(workplace)) == ([MessageState.HELD], 0, [])


@pytest.mark.parametrize(
    ("sender", "says"),
    [("", "không có người gửi"), ("baocao+abc@ubnd.haiphong.example", "của chính Văn phòng")],
)
def test_where_nobody_can_be_written_to_an_agency_must_be_chosen(
    workplace: Workplace, sender: str, says: str
) -> None:
    key = held_message(workplace)
    with workplace.engine.begin() as connection:
        connection.execute(update(MESSAGE).values(sender=sender))
    with pytest.raises(DecisionRefused, match=says):
        carry_out(workplace, ReturnMessage(message=key, words=WORDS, signed=HA))
    assert carry_out(
        workplace, ReturnMessage(message=key, words=WORDS, agency="syt", signed=HA)
    ).new


def test_who_returns_without_a_name_is_refused_before_any_letter_is_written(
    workplace: Workplace,
) -> None:
    key = held_message(workplace)
    with pytest.raises(DecisionRefused, match="họ tên"):
        carry_out(
            workplace, ReturnMessage(message=key, words=WORDS, signed=Signature("", "Sổ chưa ký."))
        )
    assert (states(workplace), returns(workplace)) == ([MessageState.HELD], [])
