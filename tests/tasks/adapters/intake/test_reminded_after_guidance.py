"""Mail that brought no usable workbook: later letters know of it, none goes on the answer's day."""

from __future__ import annotations

import datetime as dt
from email.message import EmailMessage

import pytest

from models.domain.answers.decisions import Signature
from models.domain.cycle.cycles import HANOI
from models.domain.deeds.message_deeds import ReturnMessage
from tasks.adapters.decisions.carrying_out import carry_out
from tasks.adapters.work.reminding import write_reminders
from tests.fixtures.worked_office import CYCLE, Office

CAME = "Ngày 17/02/2025, Văn phòng nhận được thư của cơ quan nhưng trong thư chưa có sổ báo cáo"
ANSWERED = f"{CAME} hợp lệ (Văn phòng đã trả lời ngày 18/02/2025); đến"
EIGHTEENTH = dt.datetime(2025, 2, 18, 8, 30, tzinfo=HANOI)


def without_workbook(office: Office, kind: str) -> EmailMessage:
    mail = office.answer("syt", workbook=False)
    if kind == "link":
        mail.set_content("Báo cáo: https://drive.google.com/file/d/1abc/view")
    elif kind == "pdf":
        mail.add_attachment(b"%PDF-1.4\n", maintype="application", subtype="pdf", filename="a.pdf")
    elif kind == "damaged":
        mail.add_attachment(b"PK\x03\x04x", maintype="a", subtype="b", filename="kế hoạch.xlsx")
    return mail


def reminded(office: Office, *moments: tuple[int, int]) -> list[tuple[str, str]]:
    """Kind and text of the letters of the ladder to the agency, written at these days and hours."""
    workplace = office.workplace
    for day, hour in moments:
        workplace.now = dt.datetime(2025, 2, day, hour, 5, tzinfo=HANOI)
        write_reminders(workplace, workplace.office.cycle(CYCLE))
    found = [x for x in office.letters("reminder", "overdue") if x.agency == "syt"]
    return [(x.kind, " ".join(x.text.split())) for x in found]


@pytest.mark.parametrize("kind", ["link", "pdf", "damaged"])
def test_who_wrote_without_a_workbook_is_not_told_that_nothing_came(
    office: Office, kind: str
) -> None:
    office.workplace.now = EIGHTEENTH
    [row] = office.receive(without_workbook(office, kind), day=28)
    assert row["state"] == "guided"

    (last_day, said), (overdue, late) = reminded(office, (18, 9), (19, 9), (20, 9))

    assert (last_day, overdue) == ("reminder", "overdue")
    assert ANSWERED in said and ANSWERED in late
    assert "Văn phòng chưa nhận được báo cáo" not in said + late
    assert "chưa nhận được sổ báo cáo: quá hạn từ ngày 20/02/2025" in late


@pytest.mark.parametrize(("day", "hour"), [(17, 8), (19, 8), (20, 8)])
def test_no_reminder_goes_on_the_day_of_the_answer(office: Office, day: int, hour: int) -> None:
    office.workplace.now = dt.datetime(2025, 2, day, hour, 30, tzinfo=HANOI)
    office.receive(without_workbook(office, "pdf"), day=day - 20 + 30)
    assert reminded(office, (day, 9), (day, 16)) == []
    [(_, said), *_] = reminded(office, (19 if day == 17 else 21, 9))
    assert "trong thư chưa có sổ báo cáo hợp lệ" in said


def test_mail_that_a_person_returned_is_told_of_as_returned(office: Office) -> None:
    office.workplace.now = EIGHTEENTH
    stranger = office.answer("syt", sender="la@noi-khac.example", remark="1/KH")
    [held] = office.receive(stranger, day=28)
    assert held["state"] == "held"
    signed = Signature("Nguyễn Thị Hà", "Đã gọi điện, Sở xác nhận.")
    words = "Sổ chưa có dấu của cơ quan, đề nghị gửi lại từ địa chỉ của cơ quan."
    deed = ReturnMessage(message=held["key"], words=words, agency="Sở Y tế", signed=signed)
    carry_out(office.workplace, deed)

    [(_, said)] = reminded(office, (20, 9))

    assert "nhận được thư của cơ quan nhưng chưa tiếp nhận được là báo cáo" in said
    assert "(Văn phòng đã trả lại thư kèm ý kiến ngày 18/02/2025)" in said


def test_a_workbook_that_came_since_is_what_counts(office: Office) -> None:
    office.workplace.now = EIGHTEENTH
    office.receive(without_workbook(office, "pdf"), day=27)
    office.receive(office.answer("syt", remark="1/KH"), day=28)
    for _, said in reminded(office, (19, 9), (20, 9), (24, 9), (27, 9)):
        assert "chưa có sổ báo cáo hợp lệ" not in said


def test_who_asked_in_words_is_told_that_the_letter_came(office: Office) -> None:
    office.workplace.now = EIGHTEENTH
    mail = office.answer("syt", workbook=False)
    mail.set_content("Sở Y tế đề nghị Văn phòng cho biết cách ghi chỉ tiêu số giường bệnh.")
    [row] = office.receive(mail, day=28)
    assert (row["state"], bool(row["said"])) == ("held", True)

    letters = reminded(office, (19, 9), (20, 9), (24, 9))
    assert {kind for kind, _ in letters} == {"reminder", "overdue"}
    for _, said in letters:
        assert "Văn phòng nhận được thư trao đổi của cơ quan, không kèm sổ báo cáo" in said
        assert "Văn phòng chưa nhận được báo cáo" not in said
    [listed] = [" ".join(x.text.split()) for x in office.letters("escalation")][-1:]
    assert "(thư trao đổi ngày 17/02/2025 không kèm sổ, chờ Văn phòng trả lời)" in listed

    office.receive(office.answer("syt", remark="1/KH"), day=37)
    for _, said in reminded(office, (27, 9))[len(letters) :]:
        assert "thư trao đổi" not in said, "a workbook came since"
