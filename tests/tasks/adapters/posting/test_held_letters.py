"""What a person holds back does not leave, although it stands in the outbox."""

from __future__ import annotations

import datetime as dt

import pytest

from models.domain.answers.decisions import Decision, DecisionKind
from models.domain.mail.delivery import RecipientState
from models.domain.mail.mail import LetterKind, LetterState
from tasks.adapters.store import decisions
from tests.fixtures.mail_house import CC, TO, House, Server, refusing


def decide(house: House, kind: DecisionKind, agency: str = "", day: str = "2025-02-10") -> None:
    subject = f"preview/{day}"
    taken = Decision(kind, "Hà", "Chờ lãnh đạo xem.", house.now, "2025-plan", agency, subject)
    with house.workplace() as workplace, workplace.engine.begin() as connection:
        decisions.add(connection, taken)


@pytest.mark.parametrize(
    ("agency", "day", "leaves"),
    [
        ("", "2025-02-10", False),
        ("syt", "2025-02-10", False),
        ("stc", "2025-02-10", True),
        ("syt", "2025-02-11", True),  # another day's
    ],
)
def test_a_letter_of_a_day_that_is_held_back_goes_to_nobody(
    house: House, server: Server, agency: str, day: str, leaves: bool
) -> None:
    house.queue(kind=LetterKind.PREVIEW)
    decide(house, DecisionKind.HOLD_LETTER_BACK, agency, day)
    posted = house.run(server.url)
    assert posted.sent == int(leaves)
    assert bool(server.got()) is leaves
    if not leaves:
        assert "được giữ lại theo quyết định số 1" in posted.withdrawn[0]
        assert house.letter().state == LetterState.WITHDRAWN


def test_one_that_was_released_leaves(house: House, server: Server) -> None:
    house.queue(kind=LetterKind.PREVIEW)
    decide(house, DecisionKind.HOLD_LETTER_BACK)
    decide(house, DecisionKind.RELEASE_LETTER)
    assert house.run(server.url).sent == 1


def test_one_that_somebody_has_goes_on_to_the_others(house: House, server: Server) -> None:
    house.queue(kind=LetterKind.PREVIEW)
    server.recipient = refusing({CC: "450 4.2.1 Try again later"})
    house.run(server.url)
    decide(house, DecisionKind.HOLD_LETTER_BACK)
    server.recipient = refusing({})
    house.run(server.url, after=dt.timedelta(minutes=21))
    assert house.states() == {TO: RecipientState.ACCEPTED, CC: RecipientState.ACCEPTED}
