"""Lịch: the coming days, a letter's text before it goes, held back and sent now from the page."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.desk import ways
from flows.desk.routes import deciding
from models.domain.accounts.account import Account, AccountRole
from models.domain.cycle.cycles import HANOI
from models.domain.mail.mail import LetterKind
from tasks.adapters.store import decisions
from tasks.adapters.work.reminding import write_reminders
from tests.fixtures.letters_written import every_letter
from tests.fixtures.office_desk import OfficeDesk, as_read, office_desk

NOW = dt.datetime(2025, 2, 11, 15, 0, tzinfo=HANOI)
DUE = dt.datetime(2025, 2, 12, 8, 5, tzinfo=HANOI)
STEP = "/lich/2025-plan/step/truoc_5"
SUMMARY = "/lich/2025-plan/summary/2025-02-13"
KEY = "2025-plan/step/truoc_5"
REASON = "Cơ quan hẹn gửi chiều nay."


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[OfficeDesk]:
    with office_desk(tmp_path, NOW, ["syt", "stc"]) as found:
        rules = dataclasses.replace(found.workplace.rules, summary_to=("vp@ubnd.example",))
        found.workplace.rules = rules
        yield found


def letters(desk: OfficeDesk, kind: LetterKind) -> list[str]:
    with desk.workplace.engine.begin() as connection:
        rows = every_letter(connection)
    return [row.agency for row in rows if row.kind == kind and row.state != "withdrawn"]


def hold(desk: OfficeDesk, agency: str = "", said: str = "Giữ lại, không gửi") -> str:
    entered = {"planned": KEY, "agency": agency, "hold": said, "reason": REASON, "ve": STEP}
    answer = desk.post("/quyet-dinh/hold-letter-back", **entered)
    assert answer.status_code == 200, answer.text
    return as_read(answer.text)


def test_the_agenda_tells_day_by_day_what_goes_to_whom(desk: OfficeDesk) -> None:
    said = desk.text("/lich")

    assert said.index("Thứ ba, 11/02/2025") < said.index("Thứ tư, 12/02/2025")
    wednesday = said[said.index("Thứ tư, 12/02/2025") : said.index("Thứ năm, 13/02/2025")]
    assert "08:00 12/02/2025 · Thư · Kế hoạch hành động" in wednesday
    assert "Thư nhắc trước hạn 5 ngày làm việc Sở Tài chính; Sở Y tế" in wednesday
    assert "21:00 12/02/2025 · Việc của máy" in wednesday
    assert "07:30 13/02/2025" in said
    assert "19/02/2025 Ngày cuối của hạn gửi báo cáo" in said
    assert f'href="{STEP}"' in desk.get("/lich")


@pytest.mark.parametrize(
    ("query", "has", "has_not"),
    [
        ("?ngay=7", "Thứ hai, 17/02/2025", "Thứ năm, 20/02/2025"),
        ("?ngay=30", "Thư nhắc khi quá hạn 3 ngày làm việc", "Thứ hai, 24/03/2025"),
        ("?ngay=khong", "Thứ hai, 24/02/2025", "Thứ tư, 26/02/2025"),
        ("?ky=2025-review", "20/10/2025 Mở kỳ báo cáo", "12/02/2025"),
        ("?ky=%3Cb%3E", "Không có thư hay việc nào", "<b>"),
    ],
)
def test_the_agenda_is_of_so_many_days_and_of_one_cycle(
    desk: OfficeDesk, query: str, has: str, has_not: str
) -> None:
    said = desk.text(f"/lich{query}")
    assert has in said
    assert has_not not in said


def test_a_letter_is_read_before_it_goes_just_as_it_will_go(desk: OfficeDesk) -> None:
    page = desk.text(f"{STEP}?co-quan=syt")
    frame = desk.get(f"{STEP}{ways.LETTER_ITSELF}?co-quan=syt")

    assert "Nội dung gửi Sở Y tế" in page
    with desk.workplace.engine.begin() as connection:
        before = len(every_letter(connection))
    write_reminders(desk.workplace.at(DUE), desk.workplace.office.cycle("2025-plan"))
    with desk.workplace.engine.begin() as connection:
        every = every_letter(connection)
    [sent] = [row for row in every[before:] if row.agency == "syt"]
    assert frame.replace("08 giờ 00 phút", "08 giờ 05 phút") == sent.html
    assert sent.subject in page


def test_what_would_be_sent_now_counts_other_days(desk: OfficeDesk) -> None:
    then = as_read(desk.get(f"{STEP}{ways.LETTER_ITSELF}?co-quan=syt"))
    now = as_read(desk.get(f"{STEP}{ways.LETTER_ITSELF}?co-quan=syt&luc=bay-gio"))
    assert "5 ngày làm việc" in then
    assert "6 ngày làm việc" in now


def test_a_letter_is_held_back_for_one_agency_and_the_page_says_so(desk: OfficeDesk) -> None:
    page = desk.get(f"{STEP}?co-quan=syt")
    assert f'name="planned" value="{KEY}"' in page
    assert 'name="agency" value="syt"' in page

    said = hold(desk, "syt")

    assert "Sở Y tế: giữ lại, không gửi" in said
    assert "Muốn làm ngược lại: Thôi giữ lại" in said
    assert f"giữ lại Phạm Thị Lan, Chuyên viên: {REASON}" in desk.text(STEP)
    assert "Giữ lại 1 nơi" in desk.text("/lich")
    again = desk.text(f"{STEP}?co-quan=syt")
    assert "Thư này đang được giữ lại" in again
    written = write_reminders(desk.workplace.at(DUE), desk.workplace.office.cycle("2025-plan"))
    assert [one.agency for one in written] == ["stc"]


def test_a_whole_step_is_held_and_released(desk: OfficeDesk) -> None:
    assert "giữ lại, không gửi" in hold(desk)
    assert "Đang giữ lại" in desk.text("/lich")
    assert "thôi giữ lại" in hold(desk, said="Thôi giữ lại")
    assert "Đang giữ lại" not in desk.text("/lich")


def test_where_some_are_held_whoever_decides_for_all_says_which(desk: OfficeDesk) -> None:
    hold(desk, "syt")
    page = desk.get(STEP)
    assert page.count('id="hold-letter-back-hold"') == 1
    assert page.count('id="hold-letter-back-reason"') == 1


def test_a_letter_is_sent_now_and_leaves_the_agenda(desk: OfficeDesk) -> None:
    answer = desk.post(
        "/quyet-dinh/send-letter-now", planned=KEY, reason=REASON, agency="syt", ve="/lich"
    )

    assert "gửi ngay" in answer.text
    assert letters(desk, LetterKind.REMINDER) == ["syt"]
    assert "Thư đã giao cho luồng gửi, không thu lại được" in answer.text
    assert desk.runs.told[-1]["resource"]["prefect.resource.name"] == "send-letter-now"
    assert "Thư nhắc trước hạn 5 ngày làm việc Sở Tài chính" in desk.text("/lich")
    assert "Mọi cơ quan" not in desk.text(STEP)


def test_several_agencies_are_sent_their_letter_with_one_word(desk: OfficeDesk) -> None:
    entered = {"planned": KEY, "reason": REASON, "agency": ["syt", "stc"]}
    assert desk.post("/quyet-dinh/send-letter-now", **entered).status_code == 200
    assert sorted(letters(desk, LetterKind.REMINDER)) == ["stc", "syt"]
    assert "không còn trong lịch" in desk.get(STEP, status=404)


def test_a_summary_is_read_before_it_goes_and_sent_now(
    desk: OfficeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deciding, "_PATIENCE", 300.0)  # it is written while we wait
    page = desk.text(SUMMARY)
    assert "Tổng hợp đến 07 giờ 30 phút ngày 13/02/2025" in page
    assert "KH-2025_Tong-hop_20250213-0730.xlsx" in page
    with desk.workplace.engine.begin() as connection:
        assert not [x for x in every_letter(connection) if x.kind == LetterKind.SUMMARY]

    answer = desk.post(
        "/quyet-dinh/send-letter-now", planned="2025-plan/summary/2025-02-13", reason=REASON
    )

    assert answer.status_code == 200
    assert letters(desk, LetterKind.SUMMARY) == [""]
    assert "không còn trong lịch" in desk.get(SUMMARY, status=404)


def test_an_opening_letter_is_read_before_the_cycle_opens(desk: OfficeDesk) -> None:
    desk.now = dt.datetime(2025, 10, 15, 9, tzinfo=HANOI)
    assert 'href="/lich/2025-review/opening/opening"' in desk.get("/lich")
    page = desk.text("/lich/2025-review/opening/opening?q=y+te")
    assert "Thư đề nghị báo cáo" in page
    assert "Sở Y tế" in page
    assert "Sở Tài chính vanthu" not in page
    frame = as_read(desk.get(f"/lich/2025-review/opening/opening{ways.LETTER_ITSELF}?co-quan=syt"))
    assert "Kính gửi: Sở Y tế" in frame


@pytest.mark.parametrize(
    "path",
    [
        "/lich/nam/1", "/lich/nam/²", "/lich/nam/9999999999999", "/lich/gone/step/truoc_5",
        "/lich/2025-plan/step/truoc_1", "/lich/2025-plan/step/truoc_5@x", "/lich/2025-plan/x/y",
        "/lich/2025-plan/summary/2025-99-99", "/lich/2025-plan/summary/hom-nay",
        "/lich/2025-plan/preview/2025-02-25", "/lich/gone/opening/opening",
        "/lich/2025-plan/step/%3Cscript%3E",
    ],
)  # fmt: skip
def test_what_is_not_there_is_a_sentence(desk: OfficeDesk, path: str) -> None:
    assert "Về trang Hôm nay" in desk.get(path, status=404)


def test_an_agency_that_gets_no_such_letter_is_not_shown_as_one(desk: OfficeDesk) -> None:
    assert "Nội dung gửi Sở Tài chính" in desk.text(f"{STEP}?co-quan=khong_co")


def test_whoever_only_looks_sees_no_form(desk: OfficeDesk) -> None:
    desk.account = Account("xem", "Nguyễn Văn Xem", frozenset({AccountRole.READS}))
    page = desk.get(STEP)
    assert 'action="/quyet-dinh' not in page
    assert "Nội dung gửi" in page


def test_the_year_shows_holidays_swapped_days_and_deadlines(desk: OfficeDesk) -> None:
    said = desk.text("/lich/nam/2025")
    assert "29/01/2025: Nghỉ Tết Nguyên đán" in said
    assert "26/04/2025: Làm bù" in said
    assert "19/02/2025: Ngày cuối của hạn gửi báo cáo (KH-2025)" in said
    assert "Tháng 2 20 ngày làm việc" in said


def test_a_decision_that_cannot_stand_is_said_above_its_form(desk: OfficeDesk) -> None:
    entered = {"planned": "2025-plan/step/qua_han_1", "reason": REASON, "biet": "planned"}
    answer = desk.post("/quyet-dinh/send-letter-now", **entered)
    assert answer.status_code == 422
    assert "chưa quá hạn, thư đôn đốc lúc này là không đúng" in as_read(answer.text)
    with desk.workplace.engine.begin() as connection:
        assert not decisions.book(connection).decisions
