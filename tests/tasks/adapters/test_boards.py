"""Boards: what an operator sees first, and that text from outside stays text."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from models.domain.answers.decisions import Signature
from models.domain.consolidation import consolidate
from models.domain.cycle.cycles import HANOI
from models.domain.deeds.cycle_deeds import ExemptAgency, ExtendDeadline
from models.domain.deeds.letter_deeds import MarkContact
from models.domain.deeds.message_deeds import CorrectArrival, RejectMessage
from models.domain.reading.findings import Finding, Severity
from tasks.adapters.boards.boards import boards, note_deadline
from tasks.adapters.boards.content_boards import on_trial
from tasks.adapters.decisions.carrying_out import carry_out
from tasks.adapters.intake.collecting import collect
from tasks.adapters.intake.working import work_through
from tasks.adapters.mailbox.maildir import MaildirInbox, deliver, make_maildir
from tasks.adapters.results.board import Board, BoardColumn, rows_of
from tasks.adapters.sheets.common_sheets import finding_sheet
from tasks.adapters.sheets.consolidation_cells import ResultNames
from tasks.adapters.watch import pauses
from tasks.adapters.work.consolidating import consolidate_cycle
from tasks.adapters.workplace import Workplace
from tests.fixtures.simulated_answers import real_office
from tests.fixtures.small_office import AS_OF, commits, small_office, standing
from tests.fixtures.small_workplace import CYCLE, small_workplace

HA = Signature("Nguyễn Thị Hà", "Sở đang sắp xếp lại tổ chức bộ máy.")


@pytest.fixture
def workplace(tmp_path: Path) -> Iterator[Workplace]:
    with small_workplace(
        tmp_path, dt.datetime(2025, 2, 3, 9, tzinfo=HANOI), ("syt", "sdl")
    ) as workplace:
        yield workplace


def shown(workplace: Workplace) -> dict[str, Board]:
    return {board.key: board for board in boards(workplace, [workplace.office.cycle(CYCLE)])}


def test_there_are_four_boards_a_cycle_and_one_each_for_held_mail_letters_and_decisions(
    workplace: Workplace,
) -> None:
    assert list(shown(workplace)) == [
        "bang-ky-2025-plan",
        "chi-tieu-2025-plan",
        "mau-thuan-2025-plan",
        "cho-danh-gia-2025-plan",
        "thu-cho-nguoi-xem",
        "thu-di",
        "dia-chi-hong",
        "so-quyet-dinh",
        "tep-khong-nhan",
    ]


def test_what_a_rule_on_trial_finds_stands_on_a_board_of_its_own_and_in_no_paper() -> None:
    office = small_office(real_office())
    finding = Finding("CK-01", Severity.ERROR, "Mức cam kết thấp.", "Chỉ tiêu", "G5", trial=True)
    answered = [standing("sct", commits("iip", "17"), findings=[finding])]
    found = consolidate(office, office.cycle(CYCLE), answered, AS_OF)

    [board] = on_trial(office, found)

    assert board.key == f"quy-tac-thu-{CYCLE}"
    assert board.rows[0]["Cơ quan"] == "Sở Công Thương"
    assert "CK-01" in board.rows[0].values()
    names = ResultNames.of(office, office.catalogue_of(found.cycle))
    sheet = finding_sheet(found, names)
    assert not sheet.rows and "thử" not in sheet.note
    assert not list(on_trial(office, consolidate(office, found.cycle, [standing("sct")], AS_OF)))


def test_what_a_person_has_paused_stands_on_every_board(workplace: Workplace) -> None:
    since = dt.datetime(2025, 2, 3, 8, tzinfo=HANOI)
    with workplace.engine.begin() as connection:
        pauses.note(connection, ["deliver-outbox"], since)
    said = "Luồng deliver-outbox tạm dừng từ 08:00 03/02/2025: không thư nào được gửi đi"
    assert all(board.note.startswith(said) for board in shown(workplace).values())


def test_who_is_late_stands_above_who_has_more_time(workplace: Workplace) -> None:
    carry_out(
        workplace,
        ExtendDeadline(cycle=CYCLE, agency="sdl", last_day=dt.date(2025, 2, 27), signed=HA),
    )
    workplace.now = dt.datetime(2025, 2, 24, 9, tzinfo=HANOI)
    rows = shown(workplace)["bang-ky-2025-plan"].rows

    assert [row["Cơ quan"] for row in rows] == ["Sở Y tế", "Sở Du lịch"]
    assert rows[0]["Thời hạn"] == "Quá hạn, chưa gửi"
    assert rows[1]["Thời hạn"] == "Còn trong hạn, gia hạn đến hết 27/02/2025"


def test_a_held_message_is_shown_with_the_key_that_the_form_asks_for(
    workplace: Workplace, tmp_path: Path
) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"] = "ba.ha@gmail.example", workplace.rules.office_address
    mail["Subject"] = "Báo cáo | **gấp** <script>"
    mail.set_content("Kính gửi.")
    deliver(make_maildir(tmp_path / "mailbox"), mail.as_bytes(), workplace.now)
    collect(workplace, MaildirInbox(tmp_path / "mailbox"), 10)
    work_through(workplace, 10)
    pen = shown(workplace)["thu-cho-nguoi-xem"]

    assert "1 thư" in pen.note
    arrived = dt.datetime(2025, 2, 3, 8, 15, tzinfo=HANOI)
    assert carry_out(
        workplace, CorrectArrival(message=pen.rows[0]["Mã thư"], arrived_at=arrived, signed=HA)
    ).new
    [row] = shown(workplace)["so-quyet-dinh"].rows
    assert row["Thời điểm nhận"] == "08:15 03/02/2025"
    assert "Đến hết" not in row
    assert carry_out(workplace, RejectMessage(message=pen.rows[0]["Mã thư"], signed=HA)).new
    assert "Báo cáo \\| \\*\\*gấp\\*\\* \\<script\\>" in pen.markdown
    assert shown(workplace)["thu-cho-nguoi-xem"].rows == []


def test_a_decision_stands_in_the_book_with_name_and_reason(workplace: Workplace) -> None:
    carry_out(workplace, ExemptAgency(cycle=CYCLE, agency="syt", exempt=True, signed=HA))
    [row] = shown(workplace)["so-quyet-dinh"].rows

    assert row["Số"] == "Số 1: Miễn báo cáo"
    assert (row["Cơ quan"], row["Người quyết định"]) == ("Sở Y tế", "Nguyễn Thị Hà")


def test_letters_that_wait_are_listed_and_those_that_arrived_only_counted(
    workplace: Workplace,
) -> None:
    board = shown(workplace)["thu-di"]

    late = "2 thư đã đến lượt mà chưa đi, chờ lâu nhất từ 09:00 03/02/2025"
    assert board.note.startswith(f"{late}: lượt deliver-outbox gần nhất")
    assert "0 thư đã xong; dưới đây là 2 thư" in board.note
    assert {row["Trạng thái"] for row in board.rows} == {"chờ gửi"}


def test_an_address_that_fails_is_shown_with_whose_it_is_and_what_mends_it(
    workplace: Workplace,
) -> None:
    address = workplace.office.register.contacts["syt"].to[0]
    carry_out(workplace, MarkContact(address=address, failing=True, signed=HA))
    [row] = shown(workplace)["dia-chi-hong"].rows

    assert (row["Địa chỉ"], row["Cơ quan"]) == (address, "Sở Y tế")
    assert "Nguyễn Thị Hà" in row["Nguyên văn"]


def test_indicators_nobody_committed_to_are_counted_and_those_below_named(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = shown(workplace)["chi-tieu-2025-plan"]
    assert board.note.startswith("0/")
    assert board.rows == []

    monkeypatch.setattr(workplace, "office", small_office(workplace.office))
    below = [standing("sct", [*commits("iip", "15"), *commits("iip_index", "118")])]
    monkeypatch.setattr("tasks.adapters.results.ruling.standings_of_cycle", lambda *_, **__: below)
    board = shown(workplace)["chi-tieu-2025-plan"]
    [row] = board.rows
    assert "2/" in board.note
    assert "1 chưa đạt mức giao" in board.note
    assert (row["Mức giao"], row["Cam kết"], row["Cơ quan"]) == ("17,00", "15", "Sở Công Thương")


def test_the_board_of_a_cycle_says_where_its_newest_workbook_lies(workplace: Workplace) -> None:
    done = consolidate_cycle(workplace, workplace.office.cycle(CYCLE))
    note = shown(workplace)["bang-ky-2025-plan"].note
    assert str(workplace.outputs.folder.resolve() / done.workbook.name) in note


def test_two_consolidations_of_one_minute_keep_their_own_files(workplace: Workplace) -> None:
    cycle = workplace.office.cycle(CYCLE)
    first = consolidate_cycle(workplace, cycle)
    kept = workplace.outputs.path(first.workbook.name).read_bytes()
    who = first.consolidation.agencies[0].agency
    carry_out(workplace, ExemptAgency(signed=HA, cycle=CYCLE, agency=who, exempt=True))

    second, again = (consolidate_cycle(workplace, cycle) for _ in range(2))

    assert second.workbook.name == first.workbook.name.replace(".xlsx", "-2.xlsx")
    assert again.workbook == second.workbook
    assert workplace.outputs.path(first.workbook.name).read_bytes() == kept
    assert second.workbook.sha256 != first.workbook.sha256


def test_a_deadline_that_has_passed_is_told_of_once_and_again_when_it_was_moved(
    workplace: Workplace,
) -> None:
    cycle = workplace.office.cycle(CYCLE)
    assert not note_deadline(workplace.engine, cycle, workplace.now)
    workplace.now = cycle.due_at
    assert note_deadline(workplace.engine, cycle, workplace.now)
    workplace.now += dt.timedelta(days=2)
    assert not note_deadline(workplace.engine, cycle, workplace.now)

    moved = dataclasses.replace(cycle, due_at=cycle.due_at + dt.timedelta(days=10))
    assert not note_deadline(workplace.engine, moved, workplace.now)
    workplace.now = moved.due_at
    assert note_deadline(workplace.engine, moved, workplace.now)


def test_a_boards_column_is_left_out_of_the_cases_that_have_none() -> None:
    columns = [
        BoardColumn[int]("Số", str),
        BoardColumn[int]("Một nửa", lambda n: None if n % 2 else str(n // 2)),
    ]

    assert rows_of(columns, [4, 5]) == [{"Số": "4", "Một nửa": "2"}, {"Số": "5"}]
