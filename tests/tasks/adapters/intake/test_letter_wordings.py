"""Letters as they arrive: a receipt of another's workbook, a try-out's deadline, what to mend."""

from __future__ import annotations

import datetime as dt
import re
from email.message import EmailMessage

import pytest
from sqlalchemy import update

from models.domain.answers.decisions import Signature
from models.domain.answers.standing import Timeliness
from models.domain.cycle.cycles import HANOI
from models.domain.deeds.cycle_deeds import ExtendDeadline
from models.tables import LetterRow
from tasks.adapters.decisions.carrying_out import carry_out
from tasks.adapters.standings import standings_of_cycle
from tasks.adapters.store.outbox import LETTER
from tasks.adapters.work.reminding import write_reminders
from tests.fixtures.one_entry import with_entry
from tests.fixtures.worked_office import CYCLE, MakeOffice, Office

MISTAKE = "Nếu gửi nhầm, đề nghị trả lời thư này, đính kèm ngay đúng sổ của cơ quan, chậm nhất"
PURPOSE = "Nếu cố ý gửi thay Sở Du lịch, đề nghị trả lời cho biết; khi đó thời điểm nhận ghi ở trên"


def sends(office: Office, *whose: str, sender: str = "") -> EmailMessage:
    """A mail of the health department's with filled workbooks of these agencies."""
    mail = office.answer("syt", workbook=False, sender=sender)
    for number, agency in enumerate(whose):
        content = with_entry(office.workbook(agency), f"{number}/KH")
        name = f"so {number}.xlsx"
        mail.add_attachment(content, maintype="application", subtype="zip", filename=name)
    return mail


def said(letter: LetterRow) -> str:
    return " ".join(letter.text.split())


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (12, "chậm nhất hết ngày 19/02/2025 (thứ Tư); thời điểm nhận là"),
        (20, "chậm nhất thứ Ba, ngày 25/02/2025; thời điểm nhận là lúc"),
    ],
)
def test_who_sent_anothers_workbook_reads_what_a_mistake_and_what_a_purpose_ask(
    office: Office, now: int, until: str
) -> None:
    office.workplace.now = dt.datetime(2025, 2, now, 9, tzinfo=HANOI)
    [row] = office.receive(sends(office, "sdl"))
    assert row["state"] == "held"
    [letter] = office.letters("receipt")
    assert letter.agency == "syt"
    assert f"{MISTAKE} {until.removeprefix('chậm nhất ')}" in said(letter)
    assert PURPOSE in said(letter)
    assert "không cần gửi lại" not in said(letter)
    assert "Nếu đã gửi nhầm tệp" not in said(letter)


def test_who_sent_anothers_workbook_still_owes_its_own_and_is_reminded(office: Office) -> None:
    workplace, cycle = office.workplace, office.workplace.office.cycle(CYCLE)
    workplace.now = dt.datetime(2025, 2, 12, 8, 30, tzinfo=HANOI)
    office.receive(sends(office, "sdl"), day=22)
    days = [(12, 9), (17, 9), (19, 9), (20, 9)]
    for day, hour in days:
        workplace.now = dt.datetime(2025, 2, day, hour, 5, tzinfo=HANOI)
        write_reminders(workplace, cycle)

    told = [said(x) for x in office.letters("reminder", "overdue") if x.agency == "syt"]
    assert len(told) == len(days) - 1, "none on the day on which it was told so"
    for letter in told:
        assert "đính kèm sổ của Sở Du lịch, không phải sổ của cơ quan" in letter
        assert "chưa nhận được báo cáo này" not in letter
    [listed] = [said(x) for x in office.letters("escalation")]
    assert "1 cơ quan đã gửi thư nhưng đính kèm sổ của cơ quan khác, chưa có báo cáo" in listed
    assert "đính kèm sổ của Sở Du lịch)" in listed
    with workplace.engine.begin() as connection:
        standings = {s.agency: s for s in standings_of_cycle(workplace, connection, cycle)}
    assert standings["syt"].timeliness is Timeliness.MISSING
    assert standings["syt"].brought_anothers and not standings["syt"].waits_for_office
    assert standings["sdl"].timeliness is Timeliness.WAITING, "it may be the other one's"


@pytest.mark.parametrize(
    ("whose", "sender"), [(("sdl", "stp"), ""), (("syt",), "la@noi-khac.example")]
)
def test_any_other_receipt_says_that_nothing_need_be_sent_again(
    office: Office, whose: tuple[str, ...], sender: str
) -> None:
    office.receive(sends(office, *whose, sender=sender))
    found = [said(x) for x in office.letters("receipt")]
    assert found
    for letter in found:
        assert "Cơ quan không cần gửi lại" in letter and "Nếu cố ý" not in letter


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ((12, 9), "20 tháng 02 năm 2025, tức là chậm nhất hết ngày 19/02/2025 (thứ Tư). Ch"),
        ((21, 9), "Báo cáo quá hạn từ ngày 20/02/2025, đề nghị nộp chậm nhất thứ Ba, ngày"),
    ],
)
def test_a_try_out_says_until_when_the_workbook_can_be_handed_in(
    office: Office, now: tuple[int, int], until: str
) -> None:
    day, hour = now
    office.workplace.now = dt.datetime(2025, 2, day, hour, tzinfo=HANOI)
    mail = sends(office, "syt")
    mail.replace_header("Subject", "[THỬ] Kế hoạch")
    office.receive(mail)
    [letter] = office.letters("try_out")
    assert until in said(letter)


@pytest.mark.parametrize(
    ("day", "subject"),
    [
        (
            21,
            "Nhắc gửi báo cáo: còn 4 ngày làm việc (đã gia hạn đến hết ngày 27/02/2025) - Sở Y tế",
        ),
        (27, "Hôm nay là ngày cuối gửi báo cáo (đã gia hạn đến hết ngày 27/02/2025) - Sở Y tế"),
    ],
)
def test_who_was_granted_more_time_reads_so_in_the_subject(
    office: Office, day: int, subject: str
) -> None:
    workplace = office.workplace
    workplace.now = dt.datetime(2025, 2, 14, 9, tzinfo=HANOI)
    signed = Signature("Nguyễn Thị Hà", "Cơ quan sắp xếp lại bộ máy.")
    until = dt.date(2025, 2, 27)
    carry_out(workplace, ExtendDeadline(cycle=CYCLE, agency="syt", last_day=until, signed=signed))
    workplace.now = dt.datetime(2025, 2, day, 9, tzinfo=HANOI)
    write_reminders(workplace, workplace.office.cycle(CYCLE))
    found = [x.subject for x in office.letters("reminder") if x.agency == "syt"]
    assert found == [f"[KH-2025] {subject}"]


@pytest.mark.parametrize(
    ("content", "name", "mend"),
    [
        (b"PK\x03\x04x", "ke hoach.xlsx", "lưu lại"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "ke hoach.xls", "lưu lại"),
        (b"%PDF-1.4", "ke hoach.pdf", ""),
    ],
)
def test_who_sent_his_filled_workbook_is_asked_for_it_first(
    office: Office, content: bytes, name: str, mend: str
) -> None:
    mail = sends(office)
    mail.add_attachment(content, maintype="application", subtype="zip", filename=name)
    office.receive(mail)
    [letter] = office.letters("guidance")
    first = said(letter).partition("VIỆC CẦN LÀM")[2].strip()
    wanted = (
        f"Đề nghị gửi lại chính sổ đã điền của kỳ này, sau khi {mend}, bằng cách trả lời thư này"
    )
    assert first.startswith(wanted if mend else "Sổ báo cáo (.xlsx) của Sở Y tế được gửi kèm")


def test_the_opening_says_what_may_stay_empty_and_how_many_works_are_the_least(
    make_office: MakeOffice,
) -> None:
    office = make_office(agencies=("skhdt", "sct", "kho_bac"))
    told = {agency: said(office.opening(agency)) for agency in ("skhdt", "sct", "kho_bac")}
    assert "Kịch bản GRDP: 11 dòng, chỉ ghi nếu cập nhật" in told["skhdt"]
    assert "Kế hoạch hành động: cơ quan tự kê khai, ít nhất 3 việc" in told["kho_bac"]
    assert "dòng được giao" in told["skhdt"]
    for agency in ("skhdt", "sct"):  # with tasks of the directive's
        assert "Nhiệm vụ: " in told[agency]
        assert re.search(r"Kế hoạch hành động: cơ quan tự kê khai[.;]", told[agency])


@pytest.mark.parametrize(
    ("state", "before"),
    [("sent", True), ("uncertain", True), ("bounced", False), ("failed", False)],
)
def test_a_reminder_says_that_a_workbook_comes_again_only_where_one_came(
    office: Office, state: str, before: bool
) -> None:
    workplace = office.workplace
    with workplace.engine.begin() as connection:
        connection.execute(
            update(LETTER).where(LETTER.c.agency == "syt", LETTER.c.kind == "opening"),
            {"state": state},
        )
    workplace.now = dt.datetime(2025, 2, 12, 9, 5, tzinfo=HANOI)
    write_reminders(workplace, workplace.office.cycle(CYCLE))
    [letter] = [x for x in office.letters("reminder") if x.agency == "syt"]
    assert letter.files, "the workbook goes with it in any case"
    assert ("Văn phòng đã gửi kèm thư đề nghị báo cáo" in said(letter)) is before
    assert ("được gửi kèm thư này một lần nữa" in said(letter)) is before
    assert ("điền sổ báo cáo (.xlsx) gửi kèm thư này" in said(letter)) is not before
