"""Open cases: the forms list what waits, by what an operator knows of it, and nothing settled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from models.domain.answers.decisions import Signature
from models.domain.consolidation.rulings import Side
from models.domain.cycle.cycles import HANOI
from models.domain.deeds.cycle_deeds import RuleOnConflict
from models.domain.deeds.letter_deeds import CloseLetter, MarkContact
from models.domain.deeds.message_deeds import RejectMessage
from models.domain.letters.offers import Cases, chosen_key
from models.domain.mail.mail import LetterState
from tasks.adapters.boards.open_cases import open_cases
from tasks.adapters.decisions.carrying_out import carry_out
from tasks.adapters.results import ruling
from tasks.adapters.store.outbox import LETTER
from tasks.adapters.workplace import Workplace
from tasks.offering import with_choices
from tests.fixtures.held_mail import held_message
from tests.fixtures.small_office import commits, small_office, standing
from tests.fixtures.small_workplace import CYCLE, small_workplace

HA = Signature("Nguyễn Thị Hà", "Đã gọi điện, Sở xác nhận.")


@pytest.fixture
def workplace(tmp_path: Path) -> Iterator[Workplace]:
    monday = dt.datetime(2025, 2, 3, 9, tzinfo=HANOI)
    with small_workplace(tmp_path, monday, ("syt", "sdl")) as workplace:
        yield workplace


def offered(workplace: Workplace, kind: Cases) -> list[str]:
    return open_cases(workplace, [kind])[kind]


def test_a_held_message_is_offered_with_day_agency_and_subject_but_without_its_sender(
    workplace: Workplace,
) -> None:
    key = held_message(workplace)
    [line] = offered(workplace, Cases.HELD)
    assert line.startswith("04/02/2025 09:00 · Sở Y tế · Kế hoạch của Sở")
    assert "@" not in line
    assert offered(workplace, Cases.RECORDED) == [line]

    carry_out(workplace, RejectMessage(message=chosen_key(line), signed=HA))
    assert offered(workplace, Cases.HELD) == []
    assert key.startswith(chosen_key(offered(workplace, Cases.RECORDED)[0]))


def test_letters_that_did_not_arrive_stand_above_those_that_did(workplace: Workplace) -> None:
    states = {"syt": LetterState.SENT, "sdl": LetterState.FAILED}
    with workplace.engine.begin() as connection:
        for agency, state in states.items():
            which = LETTER.c.agency == agency
            connection.execute(update(LETTER).where(which).values(state=state.value))
    [stuck] = offered(workplace, Cases.STUCK)
    assert "Sở Du lịch · không gửi được" in stuck
    first, second = offered(workplace, Cases.LETTERS)
    assert first == stuck
    assert "Sở Y tế · đã gửi" in second

    assert carry_out(workplace, CloseLetter(letter=chosen_key(stuck), arrived=False, signed=HA)).new
    assert offered(workplace, Cases.STUCK) == []


def test_a_failing_address_is_offered_under_its_agency(workplace: Workplace) -> None:
    address = workplace.office.register.contacts["syt"].to[0]
    carry_out(workplace, MarkContact(address=address, failing=True, signed=HA))
    [line] = offered(workplace, Cases.ADDRESSES)
    assert line == f"Sở Y tế · 03/02/2025 [{address}]"
    assert carry_out(workplace, MarkContact(address=chosen_key(line), failing=False, signed=HA)).new


def test_a_conflict_is_offered_with_both_values_and_found_without_its_cycle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monday = dt.datetime(2025, 2, 24, 9, tzinfo=HANOI)
    with small_workplace(tmp_path, monday, ("stc", "cuc_thue")) as workplace:
        workplace.office = small_office(workplace.office)
        said = [
            standing("stc", commits("budget", "118000")),
            standing("cuc_thue", commits("budget", "120000")),
        ]
        monkeypatch.setattr(ruling, "standings_of_cycle", lambda *_, **__: said)
        assert open_cases(workplace, [Cases.CONFLICTS]) == {}  # no cycle, no knowing
        cycles = [workplace.office.cycle(CYCLE)]
        [line] = open_cases(workplace, [Cases.CONFLICTS], cycles)[Cases.CONFLICTS]
        assert "Sở Tài chính 118000 / Cục Thuế thành phố 120000" in line

        assert carry_out(
            workplace, RuleOnConflict(conflict=chosen_key(line), side=Side.RIGHT, signed=HA)
        ).new
        [line] = open_cases(workplace, [Cases.CONFLICTS], cycles)[Cases.CONFLICTS]
        assert "đã quyết định" in line


def test_a_form_lists_the_cases_beside_a_field_for_a_key_and_is_plain_without_any() -> None:
    field = {"title": "Thư", "type": "string", "offers": "held-messages"}
    other = {"title": "Lý do", "type": "string"}
    form = {"definitions": {"Form": {"properties": {"message": field, "reason": other}}}}
    listed = with_choices(form, {Cases.HELD: ["a [1]", "b [2]"]})
    shown = listed["definitions"]["Form"]["properties"]

    assert [one.get("enum") for one in shown["message"]["anyOf"]] == [["a [1]", "b [2]"], None]
    assert shown["reason"] == other
    assert with_choices(listed, {Cases.STUCK: ["c [3]"]}) == listed
    assert with_choices(listed, {Cases.HELD: []}) == form
