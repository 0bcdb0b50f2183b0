"""Decisions on cycles and messages: each is kept once, and does what it says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from models.domain.answers.decisions import DecisionKind, DecisionRefused, Signature
from models.domain.answers.standing import Timeliness
from models.domain.cycle.cycles import HANOI
from models.domain.deeds.cycle_deeds import CloseCycle, ExemptAgency, ExtendDeadline
from models.domain.deeds.message_deeds import AssignMessage, RejectMessage
from models.domain.letters.offers import Cases, chosen_key
from models.domain.mail.mail import LetterKind, MessageState
from tasks.adapters.boards.boards import boards
from tasks.adapters.boards.open_cases import open_cases
from tasks.adapters.decisions.carrying_out import carry_out
from tasks.adapters.decisions.message_decisions import still_held
from tasks.adapters.mailbox.maildir import deliver
from tasks.adapters.standings import standings_of_cycle
from tasks.adapters.store import decisions, messages, submissions
from tasks.adapters.work.reminding import write_reminders
from tasks.adapters.workplace import Workplace
from tests.fixtures.held_mail import held_message, take_in
from tests.fixtures.letters_written import every_letter
from tests.fixtures.small_workplace import CYCLE, small_workplace

HA = Signature("Nguyễn Thị Hà", "Sở đang sắp xếp lại tổ chức bộ máy.")


def at(day: int, hour: int = 9) -> dt.datetime:
    return dt.datetime(2025, 2, day, hour, tzinfo=HANOI)


@pytest.fixture
def workplace(tmp_path: Path) -> Iterator[Workplace]:
    with small_workplace(tmp_path, at(3), ("syt", "sdl")) as workplace:
        yield workplace


def timeliness(workplace: Workplace, agency: str) -> Timeliness:
    with workplace.engine.begin() as connection:
        standings = standings_of_cycle(workplace, connection, workplace.office.cycle(CYCLE))
    return next(s.timeliness for s in standings if s.agency == agency)


def kept(workplace: Workplace) -> int:
    with workplace.engine.begin() as connection:
        return len(decisions.book(connection).decisions)


def states(workplace: Workplace) -> list[str]:
    with workplace.engine.begin() as connection:
        return [row["state"] for row in messages.every_message(connection)]


def verdicts(workplace: Workplace) -> int:
    with workplace.engine.begin() as connection:
        return sum(letter.kind == "verdict" for letter in every_letter(connection))


def test_an_extension_moves_the_deadline_of_one_agency(workplace: Workplace) -> None:
    done = carry_out(
        workplace,
        ExtendDeadline(cycle=CYCLE, agency="Sở Y tế", last_day=dt.date(2025, 2, 26), signed=HA),
    )
    workplace.now = at(24)

    assert done.new
    assert "26/02/2025" in done.sentence
    assert timeliness(workplace, "syt") is Timeliness.OPEN
    assert timeliness(workplace, "sdl") is Timeliness.MISSING


def test_the_same_decision_pressed_twice_is_kept_once(workplace: Workplace) -> None:
    assert carry_out(
        workplace,
        ExtendDeadline(cycle=CYCLE, agency="syt", last_day=dt.date(2025, 2, 26), signed=HA),
    ).new
    assert not carry_out(
        workplace,
        ExtendDeadline(cycle=CYCLE, agency="syt", last_day=dt.date(2025, 2, 26), signed=HA),
    ).new
    assert carry_out(workplace, ExemptAgency(cycle=CYCLE, agency="sdl", exempt=True, signed=HA)).new
    assert not carry_out(
        workplace, ExemptAgency(cycle=CYCLE, agency="sdl", exempt=True, signed=HA)
    ).new
    assert carry_out(workplace, CloseCycle(cycle=CYCLE, closed=True, signed=HA)).new
    assert not carry_out(workplace, CloseCycle(cycle=CYCLE, closed=True, signed=HA)).new
    assert kept(workplace) == 3


def test_each_change_of_a_deadline_is_told_to_its_agency_once(workplace: Workplace) -> None:
    days = (26, 26, 27, 19)  # granted, pressed again, granted for longer, taken back
    for day in days:
        carry_out(
            workplace,
            ExtendDeadline(cycle=CYCLE, agency="syt", last_day=dt.date(2025, 2, day), signed=HA),
        )
    with workplace.engine.begin() as connection:
        told = [x for x in every_letter(connection) if x.kind == "extension"]
    assert [x.agency for x in told] == ["syt"] * 3
    for letter, day in zip(told, ("26/02/2025", "27/02/2025", ""), strict=True):
        said = " ".join(letter.text.split())
        assert f"Lý do: {HA.reason}" in said and HA.by not in said
        granted = f"Gia hạn gửi báo cáo đến hết ngày {day}" if day else "Thôi gia hạn gửi báo cáo"
        assert granted in letter.subject
        assert ("không còn áp dụng" in said) is not bool(day)
        assert ("được tính là đúng hạn" in said) is bool(day)


def test_the_extended_deadline_has_its_own_last_day(workplace: Workplace) -> None:
    cycle = workplace.office.cycle(CYCLE)
    workplace.now = at(19, 10)
    first = {p.mark for p in write_reminders(workplace, cycle) if p.agency == "syt"}
    carry_out(
        workplace,
        ExtendDeadline(cycle=CYCLE, agency="syt", last_day=dt.date(2025, 2, 26), signed=HA),
    )
    workplace.now = at(26, 10)
    second = {p.mark for p in write_reminders(workplace, cycle) if p.agency == "syt"}

    assert (first, second) == ({"ngay_cuoi"}, {"ngay_cuoi@2025-02-27"})
    assert write_reminders(workplace, cycle) == []


def test_an_extension_that_was_taken_back_is_kept_and_the_ladder_follows(
    workplace: Workplace,
) -> None:
    cycle = workplace.office.cycle(CYCLE)
    carry_out(
        workplace,
        ExtendDeadline(cycle=CYCLE, agency="syt", last_day=dt.date(2025, 2, 26), signed=HA),
    )
    workplace.now = at(25, 10)
    assert timeliness(workplace, "syt") is Timeliness.OPEN
    assert {p.mark for p in write_reminders(workplace, cycle) if p.agency == "syt"} == {
        "truoc_2@2025-02-27"
    }
    done = carry_out(
        workplace,
        ExtendDeadline(cycle=CYCLE, agency="syt", last_day=dt.date(2025, 2, 19), signed=HA),
    )
    assert done.new
    assert "thôi gia hạn, trở lại hạn chung của kỳ, hết ngày 19/02/2025" in done.sentence
    assert not carry_out(
        workplace,
        ExtendDeadline(cycle=CYCLE, agency="syt", last_day=dt.date(2025, 2, 18), signed=HA),
    ).new
    assert timeliness(workplace, "syt") is Timeliness.MISSING
    assert {p.mark for p in write_reminders(workplace, cycle) if p.agency == "syt"} == {"qua_han_3"}
    with workplace.engine.begin() as connection:
        [first, second] = decisions.book(connection).decisions
    assert (first.kind, second.kind) == (DecisionKind.EXTEND_DEADLINE, DecisionKind.END_EXTENSION)


def test_an_exempted_agency_owes_nothing_until_it_is_taken_back(workplace: Workplace) -> None:
    workplace.now = at(24)
    carry_out(workplace, ExemptAgency(cycle=CYCLE, agency="syt", exempt=True, signed=HA))
    assert timeliness(workplace, "syt") is Timeliness.EXEMPT
    carry_out(workplace, ExemptAgency(cycle=CYCLE, agency="syt", exempt=False, signed=HA))
    assert timeliness(workplace, "syt") is Timeliness.MISSING


@pytest.mark.parametrize("name", ["Sở Y te thanh pho khac", "Sở Công Thương"])
def test_an_agency_that_was_not_asked_is_refused_in_a_sentence(
    workplace: Workplace, name: str
) -> None:
    with pytest.raises(DecisionRefused, match=r"danh bạ|không được giao"):
        carry_out(
            workplace,
            ExtendDeadline(cycle=CYCLE, agency=name, last_day=dt.date(2025, 2, 26), signed=HA),
        )
    assert kept(workplace) == 0


def test_whoever_takes_over_may_be_named_for_the_agency_that_was_asked(tmp_path: Path) -> None:
    with small_workplace(tmp_path, at(24), ["skhdt", "sdl", "svhtt"]) as workplace:
        with pytest.raises(DecisionRefused, match="“Sở Văn hóa và Thể thao”, “Sở Du lịch”"):
            carry_out(
                workplace,
                ExtendDeadline(
                    cycle=CYCLE,
                    agency="Sở Văn hóa, Thể thao và Du lịch",
                    last_day=dt.date(2025, 2, 26),
                    signed=HA,
                ),
            )
        done = carry_out(
            workplace,
            ExtendDeadline(
                cycle=CYCLE, agency="Sở KH&ĐT", last_day=dt.date(2025, 2, 26), signed=HA
            ),
        )
    assert "Sở Kế hoạch và Đầu tư" in done.sentence


def test_an_assigned_message_becomes_the_agencys_version_and_is_answered_once(
    workplace: Workplace,
) -> None:
    key = held_message(workplace)
    assert carry_out(
        workplace, AssignMessage(message=key[:8], cycle=CYCLE, agency="syt", signed=HA)
    ).new
    take_in(workplace)
    assert states(workplace) == [MessageState.RETURNED]  # an unfilled workbook goes back
    assert verdicts(workplace) == 1

    assert not carry_out(
        workplace, AssignMessage(message=key, cycle=CYCLE, agency="syt", signed=HA)
    ).new
    take_in(workplace)
    assert verdicts(workplace) == 1


def test_of_two_workbooks_in_one_message_the_chosen_one_is_taken_and_the_other_kept_aside(
    workplace: Workplace,
) -> None:
    key = held_message(workplace, versions=2)
    first, second = open_cases(workplace, [Cases.HELD_FILES])[Cases.HELD_FILES]
    assert "kế hoạch.xlsx" in first and "kế hoạch 2.xlsx" in second
    carry_out(workplace, AssignMessage(message=key, cycle=CYCLE, agency="syt", signed=HA))
    take_in(workplace)
    assert states(workplace) == [MessageState.HELD]
    waits = still_held(workplace.engine, key)
    assert waits is not None and not waits.is_own_fault
    assert "«Tệp là bản chính»" in waits.sentence
    assert "«kế hoạch 2.xlsx» [" in waits.sentence
    assert not carry_out(
        workplace, AssignMessage(message=key, cycle=CYCLE, agency="syt", signed=HA)
    ).new
    take_in(workplace)
    assert kept(workplace) == 1

    for _ in range(2):  # as pressed twice, once before and once after it was worked on
        carry_out(
            workplace,
            AssignMessage(
                message=key, cycle=CYCLE, agency="syt", signed=HA, main_file=chosen_key(second)
            ),
        )
    take_in(workplace)
    assert not carry_out(
        workplace,
        AssignMessage(
            message=key, cycle=CYCLE, agency="syt", signed=HA, main_file=chosen_key(second)
        ),
    ).new
    assert (states(workplace), kept(workplace), verdicts(workplace)) == (
        [MessageState.RETURNED],
        2,
        1,
    )
    assert still_held(workplace.engine, key) is None
    with workplace.engine.begin() as connection:
        [message] = messages.every_message(connection)
        files = {row.name: row for row in connection.execute(messages.FILE.select())}
        [record] = submissions.records(connection, CYCLE, details=False)["syt"]
        [verdict] = [x for x in every_letter(connection) if x.kind == LetterKind.VERDICT]
    assert "- kế hoạch.xlsx" in verdict.text
    assert record.file_name == "kế hoạch 2.xlsx"
    assert files["kế hoạch 2.xlsx"].submission_id == record.submission_id
    assert files["kế hoạch.xlsx"].state == MessageState.REJECTED
    assert workplace.raw_store.get(key)
    left_out = "Không lấy «kế hoạch.xlsx»: bản chính được chọn là «kế hoạch 2.xlsx»."
    assert left_out in message["reason"] and left_out == files["kế hoạch.xlsx"].reason
    shown = next(b for b in boards(workplace, []) if b.key == "so-quyet-dinh")
    assert any(", tệp " in row["Về"] for row in shown.rows)


def test_a_file_that_the_message_does_not_carry_is_refused_with_those_it_does(
    workplace: Workplace,
) -> None:
    key = held_message(workplace, versions=2)
    with pytest.raises(DecisionRefused, match=r"không có tệp.*«kế hoạch 2\.xlsx» \["):
        carry_out(
            workplace,
            AssignMessage(message=key, cycle=CYCLE, agency="syt", signed=HA, main_file="ffffffff"),
        )
    assert kept(workplace) == 0


def test_a_message_that_waits_for_a_closed_cycle_says_so_after_its_assignment(
    workplace: Workplace,
) -> None:
    key = held_message(workplace)
    carry_out(workplace, CloseCycle(cycle=CYCLE, closed=True, signed=HA))
    carry_out(workplace, AssignMessage(message=key, cycle=CYCLE, agency="syt", signed=HA))
    take_in(workplace)
    waits = still_held(workplace.engine, key)
    assert waits is not None and not waits.is_own_fault
    said = waits.sentence
    assert "khóa sổ" in said and "close-cycle, «Mở lại»" in said


def test_a_reminder_to_correct_carries_no_empty_workbook(workplace: Workplace) -> None:
    carry_out(
        workplace,
        AssignMessage(message=held_message(workplace), cycle=CYCLE, agency="syt", signed=HA),
    )
    take_in(workplace)
    assert states(workplace) == [MessageState.RETURNED]
    workplace.now = at(12, 10)
    write_reminders(workplace, workplace.office.cycle(CYCLE))
    with workplace.engine.begin() as connection:
        letters = every_letter(connection)
    reminders = {x.agency: x for x in letters if x.kind == LetterKind.REMINDER}
    assert [file["name"] for file in reminders["sdl"].files] == ["KH-2025_So-Du-lich.xlsx"]
    assert reminders["syt"].files == []
    assert "sửa ngay trong sổ Văn phòng đã trả lại" in " ".join(reminders["syt"].text.split())


def test_the_one_who_decides_has_the_last_word_on_whose_it_is(workplace: Workplace) -> None:
    key = held_message(workplace)
    carry_out(workplace, AssignMessage(message=key, cycle=CYCLE, agency="sdl", signed=HA))
    take_in(workplace)
    with workplace.engine.begin() as connection:
        [message] = messages.every_message(connection)

    assert message["agency"] == "sdl"
    assert any("Nguyễn Thị Hà" in reason for reason in message["evidence"])


def test_a_rejected_message_is_settled_and_stays_in_the_store(workplace: Workplace) -> None:
    key = held_message(workplace)
    carry_out(workplace, RejectMessage(message=key, signed=HA))
    take_in(workplace)

    assert states(workplace) == [MessageState.REJECTED]
    assert workplace.raw_store.get(key)
    assert verdicts(workplace) == 0
    with pytest.raises(DecisionRefused, match="không chờ người xem"):
        carry_out(workplace, AssignMessage(message=key, cycle=CYCLE, agency="syt", signed=HA))


@pytest.mark.parametrize(("key", "says"), [("ab", "6 ký tự"), ("ffffffffff", "Không có thư")])
def test_a_wrong_key_is_refused_in_a_sentence(workplace: Workplace, key: str, says: str) -> None:
    with pytest.raises(DecisionRefused, match=says):
        carry_out(workplace, RejectMessage(message=key, signed=HA))


def test_a_cycle_that_has_not_opened_cannot_be_closed(workplace: Workplace) -> None:
    with pytest.raises(DecisionRefused, match=r"chưa mở \(mở lúc 08:00 20/10/2025\)"):
        carry_out(workplace, CloseCycle(cycle="2025-review", closed=True, signed=HA))
    assert kept(workplace) == 0
    assert not carry_out(workplace, CloseCycle(cycle="2025-review", closed=False, signed=HA)).new


def test_a_frozen_cycle_takes_no_new_version_and_says_who_closed_it(workplace: Workplace) -> None:
    carry_out(workplace, CloseCycle(cycle=CYCLE, closed=True, signed=HA))
    with workplace.engine.begin() as connection:
        letter = next(x for x in every_letter(connection) if x.agency == "syt")
    mail = EmailMessage()
    mail["From"], mail["To"] = workplace.office.register.contacts["syt"].to[0], letter.reply_to
    mail.set_content("Kính gửi.")
    workbook = workplace.raw_store.get(letter.files[0]["sha256"])
    mail.add_attachment(workbook, maintype="application", subtype="zip", filename="kế hoạch.xlsx")
    deliver(Path(workplace.rules.mailboxes[0].removeprefix("maildir://")), mail.as_bytes(), at(4))
    take_in(workplace)
    with workplace.engine.begin() as connection:
        [message] = messages.every_message(connection)

    assert message["state"] == MessageState.HELD
    assert "khóa sổ" in message["reason"]
    assert "Nguyễn Thị Hà" in message["reason"]
