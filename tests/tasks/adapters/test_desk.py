"""The desk: what a person decides is kept once, and does what it says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from models.domain.cycles import HANOI
from models.domain.decisions import DecisionKind, DecisionRefused
from models.domain.mail import LetterKind, MessageState
from models.domain.offers import Cases, chosen_key
from models.domain.standing import Timeliness
from tasks.adapters import desk
from tasks.adapters.boards import boards
from tasks.adapters.desk import Signature
from tasks.adapters.maildir import deliver
from tasks.adapters.open_cases import open_cases
from tasks.adapters.reminding import write_reminders
from tasks.adapters.standings import standings_of_cycle
from tasks.adapters.store import decisions, messages, outbox, submissions
from tasks.adapters.workplace import Workplace
from tests.fixtures.held_mail import held_message, take_in
from tests.fixtures.small_workplace import CYCLE, small_workplace

HA = Signature("Nguyễn Thị Hà", "Sở đang sắp xếp lại tổ chức bộ máy.")


def at(day: int, hour: int = 9) -> dt.datetime:
    return dt.datetime(2025, 2, day, hour, tzinfo=HANOI)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Workplace]:
    with small_workplace(tmp_path, at(3), ("syt", "sdl")) as place:
        yield place


def timeliness(place: Workplace, agency: str) -> Timeliness:
    with place.engine.begin() as connection:
        standings = standings_of_cycle(place, connection, place.office.cycle(CYCLE))
    return next(s.timeliness for s in standings if s.agency == agency)


def kept(place: Workplace) -> int:
    with place.engine.begin() as connection:
        return len(decisions.book(connection).decisions)


def states(place: Workplace) -> list[str]:
    with place.engine.begin() as connection:
        return [row["state"] for row in messages.every_message(connection)]


def verdicts(place: Workplace) -> int:
    with place.engine.begin() as connection:
        return sum(letter.kind == "verdict" for letter in outbox.every_letter(connection))


def test_an_extension_moves_the_deadline_of_one_agency(place: Workplace) -> None:
    done = desk.extend_deadline(place, CYCLE, "Sở Y tế", dt.date(2025, 2, 26), HA)
    place.now = at(24)

    assert done.new
    assert "26/02/2025" in done.sentence
    assert timeliness(place, "syt") is Timeliness.OPEN
    assert timeliness(place, "sdl") is Timeliness.MISSING


def test_the_same_decision_pressed_twice_is_kept_once(place: Workplace) -> None:
    assert desk.extend_deadline(place, CYCLE, "syt", dt.date(2025, 2, 26), HA).new
    assert not desk.extend_deadline(place, CYCLE, "syt", dt.date(2025, 2, 26), HA).new
    assert desk.exempt_agency(place, CYCLE, "sdl", True, HA).new
    assert not desk.exempt_agency(place, CYCLE, "sdl", True, HA).new
    assert desk.freeze_cycle(place, CYCLE, True, HA).new
    assert not desk.freeze_cycle(place, CYCLE, True, HA).new
    assert kept(place) == 3


def test_the_extended_deadline_has_its_own_last_day(place: Workplace) -> None:
    cycle = place.office.cycle(CYCLE)
    place.now = at(19, 10)
    first = {p.mark for p in write_reminders(place, cycle) if p.agency == "syt"}
    desk.extend_deadline(place, CYCLE, "syt", dt.date(2025, 2, 26), HA)
    place.now = at(26, 10)
    second = {p.mark for p in write_reminders(place, cycle) if p.agency == "syt"}

    assert (first, second) == ({"ngay_cuoi"}, {"ngay_cuoi@2025-02-27"})
    assert write_reminders(place, cycle) == []


def test_an_extension_that_was_taken_back_is_kept_and_the_ladder_follows(place: Workplace) -> None:
    cycle = place.office.cycle(CYCLE)
    desk.extend_deadline(place, CYCLE, "syt", dt.date(2025, 2, 26), HA)
    place.now = at(25, 10)
    assert timeliness(place, "syt") is Timeliness.OPEN
    assert {p.mark for p in write_reminders(place, cycle) if p.agency == "syt"} == {
        "truoc_2@2025-02-27"
    }
    done = desk.extend_deadline(place, CYCLE, "syt", dt.date(2025, 2, 19), HA)
    assert done.new
    assert "thôi gia hạn, trở lại hạn chung của kỳ, hết ngày 19/02/2025" in done.sentence
    assert not desk.extend_deadline(place, CYCLE, "syt", dt.date(2025, 2, 18), HA).new
    assert timeliness(place, "syt") is Timeliness.MISSING
    assert {p.mark for p in write_reminders(place, cycle) if p.agency == "syt"} == {"qua_han_3"}
    with place.engine.begin() as connection:
        [first, second] = decisions.book(connection).decisions
    assert (first.kind, second.kind) == (DecisionKind.EXTEND, DecisionKind.END_EXTENSION)


def test_an_exempted_agency_owes_nothing_until_it_is_taken_back(place: Workplace) -> None:
    place.now = at(24)
    desk.exempt_agency(place, CYCLE, "syt", True, HA)
    assert timeliness(place, "syt") is Timeliness.EXEMPT
    desk.exempt_agency(place, CYCLE, "syt", False, HA)
    assert timeliness(place, "syt") is Timeliness.MISSING


@pytest.mark.parametrize("name", ["Sở Y te thanh pho khac", "Sở Công Thương"])
def test_an_agency_that_was_not_asked_is_refused_in_a_sentence(place: Workplace, name: str) -> None:
    with pytest.raises(DecisionRefused, match=r"danh bạ|không được giao"):
        desk.extend_deadline(place, CYCLE, name, dt.date(2025, 2, 26), HA)
    assert kept(place) == 0


def test_whoever_takes_over_may_be_named_for_the_agency_that_was_asked(tmp_path: Path) -> None:
    with small_workplace(tmp_path, at(24), ["skhdt", "sdl", "svhtt"]) as place:
        with pytest.raises(DecisionRefused, match="“Sở Văn hóa và Thể thao”, “Sở Du lịch”"):
            desk.extend_deadline(
                place, CYCLE, "Sở Văn hóa, Thể thao và Du lịch", dt.date(2025, 2, 26), HA
            )
        done = desk.extend_deadline(place, CYCLE, "Sở KH&ĐT", dt.date(2025, 2, 26), HA)
    assert "Sở Kế hoạch và Đầu tư" in done.sentence


def test_an_assigned_message_becomes_the_agencys_version_and_is_answered_once(
    place: Workplace,
) -> None:
    key = held_message(place)
    assert desk.assign_message(place, key[:8], CYCLE, "syt", HA).new
    take_in(place)
    assert states(place) == [MessageState.RETURNED]  # an unfilled workbook goes back
    assert verdicts(place) == 1

    assert not desk.assign_message(place, key, CYCLE, "syt", HA).new
    take_in(place)
    assert verdicts(place) == 1


def test_of_two_workbooks_in_one_message_the_chosen_one_is_taken_and_the_other_kept_aside(
    place: Workplace,
) -> None:
    key = held_message(place, versions=2)
    first, second = open_cases(place, [Cases.HELD_FILES])[Cases.HELD_FILES]
    assert "kế hoạch.xlsx" in first and "kế hoạch 2.xlsx" in second
    desk.assign_message(place, key, CYCLE, "syt", HA)
    take_in(place)
    assert states(place) == [MessageState.HELD]
    assert "«Tệp là bản chính»" in desk.still_held(place, key)
    assert "«kế hoạch 2.xlsx» [" in desk.still_held(place, key)
    assert not desk.assign_message(place, key, CYCLE, "syt", HA).new
    take_in(place)
    assert kept(place) == 1

    for _ in range(2):  # as pressed twice, once before and once after it was worked on
        desk.assign_message(place, key, CYCLE, "syt", HA, chosen_key(second))
    take_in(place)
    assert not desk.assign_message(place, key, CYCLE, "syt", HA, chosen_key(second)).new
    assert (states(place), kept(place), verdicts(place)) == ([MessageState.RETURNED], 2, 1)
    assert desk.still_held(place, key) == ""
    with place.engine.begin() as connection:
        [message] = messages.every_message(connection)
        files = {row.name: row for row in connection.execute(messages.FILE.select())}
        [record] = submissions.records(connection, CYCLE, details=False)["syt"]
        [verdict] = [x for x in outbox.every_letter(connection) if x.kind == LetterKind.VERDICT]
    assert "- kế hoạch.xlsx" in verdict.text
    assert record.file_name == "kế hoạch 2.xlsx"
    assert files["kế hoạch 2.xlsx"].submission_id == record.submission_id
    assert files["kế hoạch.xlsx"].state == MessageState.REJECTED
    assert place.raw_store.get(key)
    left_out = "Không lấy «kế hoạch.xlsx»: bản chính được chọn là «kế hoạch 2.xlsx»."
    assert left_out in message["reason"] and left_out == files["kế hoạch.xlsx"].reason
    shown = next(b for b in boards(place, []) if b.key == "so-quyet-dinh")
    assert any(", tệp " in row["Về"] for row in shown.rows)


def test_a_file_that_the_message_does_not_carry_is_refused_with_those_it_does(
    place: Workplace,
) -> None:
    key = held_message(place, versions=2)
    with pytest.raises(DecisionRefused, match=r"không có tệp.*«kế hoạch 2\.xlsx» \["):
        desk.assign_message(place, key, CYCLE, "syt", HA, "ffffffff")
    assert kept(place) == 0


def test_a_message_that_waits_for_a_closed_cycle_says_so_after_its_assignment(
    place: Workplace,
) -> None:
    key = held_message(place)
    desk.freeze_cycle(place, CYCLE, True, HA)
    desk.assign_message(place, key, CYCLE, "syt", HA)
    take_in(place)
    said = desk.still_held(place, key)
    assert "khoá sổ" in said and "close-cycle, «Mở lại»" in said


def test_a_reminder_to_correct_carries_no_empty_workbook(place: Workplace) -> None:
    desk.assign_message(place, held_message(place), CYCLE, "syt", HA)
    take_in(place)
    assert states(place) == [MessageState.RETURNED]
    place.now = at(12, 10)
    write_reminders(place, place.office.cycle(CYCLE))
    with place.engine.begin() as connection:
        letters = outbox.every_letter(connection)
    reminders = {x.agency: x for x in letters if x.kind == LetterKind.REMINDER}
    assert [file["name"] for file in reminders["sdl"].files] == ["2025-plan_sdl.xlsx"]
    assert reminders["syt"].files == []
    assert "sửa ngay trong sổ Văn phòng đã trả lại" in " ".join(reminders["syt"].text.split())


def test_the_one_who_decides_has_the_last_word_on_whose_it_is(place: Workplace) -> None:
    key = held_message(place)
    desk.assign_message(place, key, CYCLE, "sdl", HA)
    take_in(place)
    with place.engine.begin() as connection:
        [message] = messages.every_message(connection)

    assert message["agency"] == "sdl"
    assert any("Nguyễn Thị Hà" in reason for reason in message["evidence"])


def test_a_rejected_message_is_settled_and_stays_in_the_store(place: Workplace) -> None:
    key = held_message(place)
    desk.reject_message(place, key, HA)
    take_in(place)

    assert states(place) == [MessageState.REJECTED]
    assert place.raw_store.get(key)
    assert verdicts(place) == 0
    with pytest.raises(DecisionRefused, match="không chờ người xem"):
        desk.assign_message(place, key, CYCLE, "syt", HA)


@pytest.mark.parametrize(("key", "says"), [("ab", "6 ký tự"), ("ffffffffff", "Không có thư")])
def test_a_wrong_key_is_refused_in_a_sentence(place: Workplace, key: str, says: str) -> None:
    with pytest.raises(DecisionRefused, match=says):
        desk.reject_message(place, key, HA)


def test_a_cycle_that_has_not_opened_cannot_be_closed(place: Workplace) -> None:
    with pytest.raises(DecisionRefused, match=r"chưa mở \(mở lúc 08:00 20/10/2025\)"):
        desk.freeze_cycle(place, "2025-review", True, HA)
    assert kept(place) == 0
    assert not desk.freeze_cycle(place, "2025-review", False, HA).new


def test_a_frozen_cycle_takes_no_new_version_and_says_who_closed_it(place: Workplace) -> None:
    desk.freeze_cycle(place, CYCLE, True, HA)
    with place.engine.begin() as connection:
        letter = next(x for x in outbox.every_letter(connection) if x.agency == "syt")
    mail = EmailMessage()
    mail["From"], mail["To"] = place.office.register.contacts["syt"].to[0], letter.reply_to
    mail.set_content("Kính gửi.")
    workbook = place.raw_store.get(letter.files[0]["sha256"])
    mail.add_attachment(workbook, maintype="application", subtype="zip", filename="kế hoạch.xlsx")
    deliver(Path(place.rules.mailboxes[0].removeprefix("maildir://")), mail.as_bytes(), at(4))
    take_in(place)
    with place.engine.begin() as connection:
        [message] = messages.every_message(connection)

    assert message["state"] == MessageState.HELD
    assert "khoá sổ" in message["reason"]
    assert "Nguyễn Thị Hà" in message["reason"]
