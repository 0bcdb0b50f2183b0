"""A planned letter held back is written by no flow; one sent now is not sent again."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.domain.answers.decisions import DecisionRefused, Signature
from models.domain.cycle.cycles import HANOI
from models.domain.deeds.planned_deeds import HoldLetterBack, PlannedDeed, SendLetterNow
from models.domain.letters.approval import ApprovalRules
from models.domain.letters.offers import Cases, chosen_key
from models.domain.mail.mail import LetterKind, LetterState
from tasks.adapters.boards.coming_letters import letters_coming
from tasks.adapters.boards.open_cases import open_cases
from tasks.adapters.decisions.carrying_out import carry_out
from tasks.adapters.intake.deciding_wholly import DecidedLetterLeft, decide_wholly
from tasks.adapters.post import held_letters
from tasks.adapters.post.last_look import LastLook
from tasks.adapters.store import decisions, outbox
from tasks.adapters.work import consolidating
from tasks.adapters.work.consolidating import summary_is_due, write_summary
from tasks.adapters.work.reminding import write_reminders
from tasks.adapters.workplace import Workplace
from tests.fixtures.letters_written import every_letter
from tests.fixtures.small_workplace import CYCLE, small_workplace

HA = Signature("Nguyễn Thị Hà", "Cơ quan đã hẹn gửi chiều nay.")
LAN = Signature("Phạm Thị Lan", "Lãnh đạo yêu cầu gửi sớm.")
BEFORE = dt.datetime(2025, 2, 11, 15, tzinfo=HANOI)  # a day before the step
DUE = dt.datetime(2025, 2, 12, 8, 5, tzinfo=HANOI)
FIFTH, SECOND = f"{CYCLE}/step/truoc_5", f"{CYCLE}/step/truoc_2"
THURSDAY = f"{CYCLE}/summary/2025-02-13"


@pytest.fixture
def workplace(database_url: str, tmp_path: Path) -> Iterator[Workplace]:
    opened = dt.datetime(2025, 1, 21, 9, tzinfo=HANOI)
    with small_workplace(tmp_path, opened, ("syt", "stc"), database_url) as workplace:
        workplace.rules = dataclasses.replace(workplace.rules, summary_to=("vp@ubnd.example",))
        yield workplace.at(BEFORE)


def steps(workplace: Workplace, state: str = "") -> list[tuple[str, str]]:
    with workplace.engine.begin() as connection:
        return [
            (row.agency, row.step)
            for row in every_letter(connection)
            if row.step and state in ("", row.state)
        ]


def written(workplace: Workplace, kind: LetterKind) -> list[str]:
    with workplace.engine.begin() as connection:
        return [x.state for x in every_letter(connection) if x.kind == kind]


def reminded(workplace: Workplace, now: dt.datetime) -> list[tuple[str, str]]:
    cycle = workplace.office.cycle(CYCLE)
    return [(x.agency, x.mark) for x in write_reminders(workplace.at(now), cycle)]


def withdrawn_on_leaving(workplace: Workplace) -> list[str]:
    """What is asked of each letter before it leaves, as `posting` asks it."""
    with workplace.engine.begin() as connection:
        rows = outbox.due(connection, workplace.now, 100)
    last_look = LastLook(workplace)
    whys = (last_look.withdraw_if_untrue(row, workplace.now) for row in rows)
    return [why for why in whys if why]


def hold(planned: str, agency: str = "", *, released: bool = False) -> HoldLetterBack:
    return HoldLetterBack(planned=planned, agency=agency, released=released, signed=HA)


def send(planned: str, agency: str = "", signed: Signature = LAN) -> SendLetterNow:
    return SendLetterNow(planned=planned, agency=agency, signed=signed)


def said(workplace: Workplace, deed: PlannedDeed) -> str:
    return carry_out(workplace, deed).sentence


def refused(workplace: Workplace, deed: PlannedDeed) -> str:
    with pytest.raises(DecisionRefused) as found:
        carry_out(workplace, deed)
    return str(found.value)


def test_a_step_held_for_one_agency_goes_to_the_others_and_comes_once_it_is_released(
    workplace: Workplace,
) -> None:
    assert "Sở Y tế: giữ lại, không gửi" in said(workplace, hold(FIFTH, "Sở Y tế"))
    assert reminded(workplace, DUE) == [("stc", "truoc_5")]
    assert reminded(workplace, DUE + dt.timedelta(hours=1)) == []
    carry_out(workplace.at(DUE), hold(FIFTH, "syt", released=True))
    assert reminded(workplace, DUE + dt.timedelta(hours=2)) == [("syt", "truoc_5")]


def test_a_whole_step_held_is_sent_to_nobody_and_the_next_one_comes(workplace: Workplace) -> None:
    carry_out(workplace, hold(FIFTH))
    assert reminded(workplace, DUE) == []
    assert reminded(workplace, DUE + dt.timedelta(days=2)) == []
    on_monday = dt.datetime(2025, 2, 17, 8, 5, tzinfo=HANOI)
    assert reminded(workplace, on_monday) == [("stc", "truoc_2"), ("syt", "truoc_2")]


def test_what_is_written_and_has_not_left_is_taken_back_and_written_anew_when_released(
    workplace: Workplace,
) -> None:
    assert len(reminded(workplace, DUE)) == 2
    there = workplace.at(DUE + dt.timedelta(minutes=1))
    assert said(there, hold(FIFTH, "syt"))
    assert steps(workplace, LetterState.QUEUED) == [("stc", "truoc_5")]
    assert reminded(workplace, DUE + dt.timedelta(minutes=5)) == []
    carry_out(there, hold(FIFTH, "syt", released=True))
    assert reminded(workplace, DUE + dt.timedelta(minutes=9)) == [("syt", "truoc_5")]
    assert len(steps(workplace)) == 3


def test_a_letter_written_while_it_was_being_held_does_not_leave(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two transactions that did not see each other."""
    monkeypatch.setattr("tasks.adapters.work.reminding.settled_steps", lambda *_: {})
    carry_out(workplace, hold(FIFTH, "syt"))
    assert len(reminded(workplace, DUE)) == 2
    [why] = withdrawn_on_leaving(workplace.at(DUE))
    assert "được giữ lại theo quyết định số 1 ngày 11/02/2025 của Nguyễn Thị Hà" in why


def test_what_has_left_cannot_be_held_back_any_more(workplace: Workplace) -> None:
    reminded(workplace, DUE)
    with workplace.engine.begin() as connection:
        for row in every_letter(connection):
            if row.step:
                connection.execute(
                    outbox.LETTER.update().where(outbox.LETTER.c.id == row.id).values(state="sent")
                )
    assert "đã gửi, không giữ lại được nữa" in refused(workplace.at(DUE), hold(FIFTH, "syt"))
    assert "đã gửi, không giữ lại được nữa" in refused(workplace.at(DUE), hold(FIFTH))


def test_a_step_sent_now_leaves_at_once_and_is_not_sent_at_its_time(workplace: Workplace) -> None:
    assert "gửi ngay, 2 thư" in said(workplace, send(FIFTH))
    assert sorted(steps(workplace, LetterState.QUEUED)) == [("stc", "truoc_5"), ("syt", "truoc_5")]
    with workplace.engine.begin() as connection:
        row = next(r for r in every_letter(connection) if r.step and r.agency == "syt")
    assert row.created_at == BEFORE
    assert "còn 6 ngày làm việc" in " ".join(row.text.split())
    for deed in (send(FIFTH), send(FIFTH)):
        assert not carry_out(workplace, deed).new
    assert "đã viết" in refused(workplace, send(FIFTH, signed=HA))
    assert reminded(workplace, DUE) == []
    assert len(steps(workplace)) == 2


def test_a_step_sent_now_is_not_taken_for_untrue_on_its_way(workplace: Workplace) -> None:
    carry_out(workplace, send(FIFTH, "syt"))
    assert withdrawn_on_leaving(workplace) == []
    assert steps(workplace, LetterState.WITHDRAWN) == []
    # On the day after it counts days wrongly, and the calendar brings the step again.
    [why] = withdrawn_on_leaving(workplace.at(DUE))
    assert "nay không còn đúng" in why
    assert ("syt", "truoc_5") in reminded(workplace, DUE)


def test_sending_one_agencys_letter_ends_its_hold_and_a_whole_step_leaves_it(
    workplace: Workplace,
) -> None:
    carry_out(workplace, hold(FIFTH, "syt"))
    assert "không gửi 1 nơi: Sở Y tế" in said(workplace, send(FIFTH))
    assert steps(workplace) == [("stc", "truoc_5")]
    carry_out(workplace, send(FIFTH, "syt"))
    assert sorted(steps(workplace)) == [("stc", "truoc_5"), ("syt", "truoc_5")]
    assert withdrawn_on_leaving(workplace) == []


def test_a_summary_held_back_is_written_by_no_flow(workplace: Workplace) -> None:
    cycle = workplace.office.cycle(CYCLE)
    there = workplace.at(dt.datetime(2025, 2, 13, 7, 35, tzinfo=HANOI))
    write_summary(workplace.at(dt.datetime(2025, 2, 10, 7, 35, tzinfo=HANOI)), cycle)
    assert summary_is_due(there, cycle)
    carry_out(workplace, hold(THURSDAY))
    assert not summary_is_due(there, cycle)
    assert not write_summary(there, cycle)
    assert len(written(workplace, LetterKind.SUMMARY)) == 1
    assert summary_is_due(workplace.at(dt.datetime(2025, 2, 14, 7, 35, tzinfo=HANOI)), cycle)
    carry_out(there, hold(THURSDAY, released=True))
    assert summary_is_due(there, cycle)


@pytest.mark.parametrize("approved", [False, True])
def test_a_summary_written_is_taken_back_by_its_hold(workplace: Workplace, approved: bool) -> None:
    approval = ApprovalRules(dt.timedelta(days=1), send_unanswered=False, reminded=())
    if approved:
        workplace.rules = dataclasses.replace(workplace.rules, approval=approval)
    cycle = workplace.office.cycle(CYCLE)
    there = workplace.at(dt.datetime(2025, 2, 13, 7, 35, tzinfo=HANOI))
    assert write_summary(there, cycle)
    carry_out(there, hold(THURSDAY))
    assert written(workplace, LetterKind.SUMMARY) == [LetterState.WITHDRAWN]
    assert not write_summary(there, cycle)
    carry_out(there, hold(THURSDAY, released=True))
    assert write_summary(there, cycle)


def test_a_summary_sent_now_settles_its_day_and_a_retry_writes_no_other(
    workplace: Workplace,
) -> None:
    cycle = workplace.office.cycle(CYCLE)
    assert "gửi ngay" in decide_wholly(workplace, send(THURSDAY))
    assert len(written(workplace, LetterKind.SUMMARY)) == 1
    there = workplace.at(dt.datetime(2025, 2, 13, 7, 35, tzinfo=HANOI))
    assert not summary_is_due(there, cycle)
    decide_wholly(workplace, send(THURSDAY))
    decide_wholly(there, send(THURSDAY))
    assert len(written(workplace, LetterKind.SUMMARY)) == 1
    friday = f"{CYCLE}/summary/2025-02-14"
    assert "mỗi ngày một kỳ chỉ có một thư" in refused(workplace, send(friday))


def test_a_summary_that_could_not_be_written_is_owed_and_written_by_the_retry(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    cycle = workplace.office.cycle(CYCLE)
    with monkeypatch.context() as broken:
        fault = DecisionRefused("letters/summary.j2, dòng 3: lỗi.")
        broken.setattr(consolidating, "consolidate_cycle", _raising(fault))
        with pytest.raises(DecidedLetterLeft, match=r"summary\.j2, dòng 3"):
            decide_wholly(workplace, send(THURSDAY))
    assert written(workplace, LetterKind.SUMMARY) == []
    assert summary_is_due(workplace.at(dt.datetime(2025, 2, 13, 7, 35, tzinfo=HANOI)), cycle)
    decide_wholly(workplace, send(THURSDAY))
    assert written(workplace, LetterKind.SUMMARY) == [LetterState.QUEUED]
    with workplace.engine.begin() as connection:
        assert len(decisions.book(connection).decisions) == 1


def _raising(error: Exception) -> object:
    def raises(*_: object) -> None:
        raise error

    return raises


def test_the_forms_offer_each_planned_letter_once_and_say_what_is_held(
    workplace: Workplace,
) -> None:
    carry_out(workplace, hold(FIFTH, "syt"))
    lines = open_cases(workplace, [Cases.PLANNED])[Cases.PLANNED]
    keys = [chosen_key(line) for line in lines]
    assert len(keys) == len(set(keys))
    assert "2 cơ quan · đang giữ lại 1" in lines[keys.index(FIFTH)]
    with workplace.engine.begin() as connection:
        coming = letters_coming(workplace, connection, workplace.office.cycle(CYCLE))
    assert {one.sending.key for one in coming} <= set(keys)


def test_only_what_a_calendar_brings_is_looked_at_when_it_leaves(workplace: Workplace) -> None:
    with workplace.engine.begin() as connection:
        opening = every_letter(connection)[0]
    assert held_letters.planned_of(opening) is None
    assert LastLook(workplace).withdraw_if_untrue(opening, workplace.now) == ""
