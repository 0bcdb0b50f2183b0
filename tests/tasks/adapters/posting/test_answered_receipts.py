"""A receipt says that a message is looked at: once its result is written it does not leave."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.domain.answers.decisions import Signature
from models.domain.cycle.cycles import HANOI
from models.domain.deeds.message_deeds import AssignMessage, RejectMessage
from models.domain.mail.mail import LetterKind, LetterState
from models.tables import LetterRow
from tasks.adapters.decisions.carrying_out import carry_out
from tasks.adapters.post.last_look import LastLook
from tasks.adapters.workplace import Workplace
from tests.fixtures.held_mail import held_message, take_in
from tests.fixtures.letters_written import every_letter
from tests.fixtures.small_workplace import CYCLE, small_workplace

HA = Signature("Nguyễn Thị Hà", "Đã gọi điện hỏi văn thư của Sở.")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Workplace]:
    with small_workplace(tmp_path, dt.datetime(2025, 2, 3, 9, tzinfo=HANOI), ("syt",)) as place:
        yield place


def receipt(place: Workplace) -> LetterRow:
    with place.engine.begin() as connection:
        [found] = [r for r in every_letter(connection) if r.kind == LetterKind.RECEIPT]
    return found


def looked_at(place: Workplace, later: dt.timedelta = dt.timedelta()) -> str:
    return LastLook(place).withdraw_if_untrue(receipt(place), place.now + later)


def test_the_receipt_of_a_message_that_waits_leaves(place: Workplace) -> None:
    held_message(place)
    assert looked_at(place) == ""
    assert receipt(place).state == LetterState.QUEUED


@pytest.mark.parametrize("later", [dt.timedelta(), dt.timedelta(hours=1), dt.timedelta(days=1)])
def test_a_receipt_beside_the_result_of_its_message_is_withdrawn(
    place: Workplace, later: dt.timedelta
) -> None:
    key = held_message(place)
    carry_out(place, AssignMessage(message=key, cycle=CYCLE, agency="syt", signed=HA))
    assert looked_at(place) == "", "assigned, and nothing is written yet"
    take_in(place)
    assert "đã có thư kết quả" in looked_at(place, later)
    assert receipt(place).state == LetterState.WITHDRAWN


def test_who_gets_no_result_gets_the_receipt(place: Workplace) -> None:
    key = held_message(place)
    carry_out(place, RejectMessage(message=key, signed=HA))
    assert looked_at(place) == ""
