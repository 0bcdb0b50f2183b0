"""The morning mail: what waits, who owes and what goes out; once a day, and none for nothing."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from prefect.settings import PREFECT_UI_URL, temporary_settings

from config.files.calendars import load_calendar
from flows.desk.case_addresses import case_address
from flows.morning.send_todays_work import door_address
from models.domain.answers.decisions import Signature
from models.domain.cycle.cycles import HANOI, open_cycles
from models.domain.deeds.planned_deeds import HoldLetterBack
from models.domain.desk.todays_work import morning_due
from models.domain.letters.health import FailingFlow
from models.domain.letters.morning_letter import DeskAddresses
from models.domain.mail.mail import LetterKind
from models.tables import LetterRow
from tasks.adapters.decisions.carrying_out import carry_out
from tasks.adapters.desk.morning_mail import write_todays_work
from tasks.adapters.workplace import Workplace
from tests.fixtures.held_mail import held_message
from tests.fixtures.letters_written import every_letter
from tests.fixtures.office_files import OFFICE_FILES
from tests.fixtures.small_workplace import small_workplace

MORNING = dt.datetime(2025, 2, 12, 7, 30, tzinfo=HANOI)
LONG_AFTER = dt.datetime(2025, 7, 9, 7, 30, tzinfo=HANOI)
CALENDAR = load_calendar(OFFICE_FILES / "holidays.csv", range(2025, 2026))
DESK = DeskAddresses("https://bao-cao.vn", case_address)


@pytest.fixture
def workplace(database_url: str, tmp_path: Path) -> Iterator[Workplace]:
    opened = dt.datetime(2025, 1, 21, 9, tzinfo=HANOI)
    with small_workplace(tmp_path, opened, ("syt", "stc"), database_url) as workplace:
        workplace.rules = dataclasses.replace(workplace.rules, operator_to=("truc@ubnd.example",))
        yield workplace.at(MORNING)


def written(
    workplace: Workplace, *failing: FailingFlow, addresses: DeskAddresses = DESK
) -> list[LetterRow]:
    """The letters there are after one more try."""
    open_ones = open_cycles(workplace.office.cycles.values(), workplace.now)
    write_todays_work(workplace, open_ones, open_ones, failing, addresses)
    with workplace.engine.begin() as connection:
        every = every_letter(connection)
    return [row for row in every if row.kind == LetterKind.TODAYS_WORK]


def read(letter: LetterRow) -> str:
    return " ".join(letter.text.split())


def test_the_letter_says_what_waits_who_owes_and_what_goes_out(workplace: Workplace) -> None:
    key = held_message(workplace)
    signed = Signature("Nguyễn Thị Hà", "Cơ quan đã hẹn gửi chiều nay.")
    step = "2025-plan/step/truoc_5"
    carry_out(workplace, HoldLetterBack(planned=step, signed=signed))

    [letter] = written(workplace, FailingFlow("make-backup", 2, "Ổ đĩa đầy."))

    assert letter.to == ["truc@ubnd.example"]
    assert letter.subject == "[Việc hôm nay] 1 việc chờ quyết định, 1 cơ quan chưa hoàn thành"
    said = read(letter)
    assert f"https://bao-cao.vn/thu/{key}" in said
    assert "Hôm nay, thứ Tư, ngày 12/02/2025." in said
    assert "Thư chờ người xem, từ" in said
    assert "::" not in said
    assert "KH-2025, còn 7 ngày (hết ngày 19/02/2025), 1 cơ quan: Sở Tài chính" in said
    assert "Luồng make-backup hỏng 2 lượt liền: Ổ đĩa đầy." in said
    going = "08:00 12/02/2025: Thư nhắc trước hạn 5 ngày làm việc (KH-2025), 1 cơ quan"
    assert f"{going}, đang giữ lại" in said
    assert "Bàn làm việc: https://bao-cao.vn" in said


def test_one_letter_a_day_however_often_it_is_asked_for(workplace: Workplace) -> None:
    assert len(written(workplace)) == 1
    assert len(written(workplace.at(MORNING + dt.timedelta(hours=3)))) == 1
    assert len(written(workplace.at(MORNING + dt.timedelta(days=1)))) == 2


def test_where_nothing_waits_in_an_open_cycle_it_says_so(workplace: Workplace) -> None:
    [letter] = written(workplace, addresses=DeskAddresses("", case_address))
    assert "Không còn việc nào chờ người quyết định." in read(letter)
    assert "Bàn làm việc" not in read(letter)
    assert "http" not in letter.text


def test_nobody_is_written_to_where_nothing_waits_and_no_cycle_is_open(
    workplace: Workplace,
) -> None:
    assert written(workplace.at(LONG_AFTER)) == []
    assert len(written(workplace.at(LONG_AFTER), FailingFlow("make-backup", 1, "Hỏng."))) == 1


def test_what_waits_is_told_of_after_the_cycles_end(workplace: Workplace) -> None:
    held_message(workplace)
    [letter] = written(workplace.at(LONG_AFTER))
    assert letter.subject.startswith("[Việc hôm nay] 1 việc")


def test_nobody_is_written_to_where_nobody_is_named(workplace: Workplace) -> None:
    workplace.rules = dataclasses.replace(workplace.rules, operator_to=())
    assert written(workplace) == []


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (dt.datetime(2025, 2, 12, 7, 29, tzinfo=HANOI), False),
        (MORNING, True),
        (dt.datetime(2025, 2, 12, 16, 59, tzinfo=HANOI), True),
        (dt.datetime(2025, 2, 12, 17, 0, tzinfo=HANOI), False),
        (dt.datetime(2025, 2, 15, 8, 0, tzinfo=HANOI), False),  # a Saturday
        (dt.datetime(2025, 1, 29, 8, 0, tzinfo=HANOI), False),  # Tết
        (dt.datetime(2025, 4, 26, 8, 0, tzinfo=HANOI), True),  # a Saturday that is worked
        (dt.datetime(2025, 2, 12, 0, 30, tzinfo=dt.UTC), True),
    ],
)
def test_it_is_due_on_the_mornings_of_working_days(now: dt.datetime, due: bool) -> None:
    assert morning_due(CALENDAR, now) is due


@pytest.mark.parametrize(
    ("pages", "desk"),
    [
        ("https://bao-cao.vn/prefect/v2", "https://bao-cao.vn"),
        ("http://127.0.0.1:4200/prefect/v2/", "http://127.0.0.1:4200"),
        ("https://elsewhere.example/runs", ""),
        ("", ""),
    ],
)
def test_the_desk_is_behind_the_door_of_the_orchestrators_pages(pages: str, desk: str) -> None:
    with temporary_settings({PREFECT_UI_URL: pages}):
        assert door_address() == desk
