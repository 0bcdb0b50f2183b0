"""One mail, two workbooks of one agency: the agency itself is asked which of them counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from email.message import EmailMessage

import pytest

from models.domain.answers.decisions import Signature
from models.domain.answers.standing import AgencyStanding
from models.domain.cycle.cycles import HANOI
from models.domain.deeds.message_deeds import AssignMessage
from models.domain.desk.cycle_page import agency_line
from tasks.adapters.decisions.carrying_out import carry_out
from tasks.adapters.results.choosing import results_of
from tasks.adapters.results.consolidated_overview import answering_lines
from tasks.adapters.standings import standings_of_cycle
from tasks.adapters.work.consolidating import summary_letter
from tasks.adapters.work.reminding import write_reminders
from tests.fixtures.one_entry import with_entry
from tests.fixtures.worked_office import CYCLE, Office

HA = Signature("Nguyễn Thị Hà", "Đã gọi điện, Sở xác nhận.")
BOTH = ("1/KH", "2/KH")


def sends(office: Office, words: Sequence[str], text: str = "", sender: str = "") -> EmailMessage:
    """A mail of the agency's with a workbook for each entry; an answer to the newest letter."""
    mail = office.answer("syt", workbook=False, **({"sender": sender} if sender else {}))
    if text:
        mail.set_content(text)
    for number, entry in enumerate(words, 1):
        mail.add_attachment(
            with_entry(office.workbook("syt"), entry),
            maintype="application",
            subtype="zip",
            filename=f"kế hoạch {number}.xlsx",
        )
    return mail


def test_the_agencys_contacts_are_asked_and_told_what_differs(office: Office) -> None:
    (row,) = office.receive(sends(office, BOTH))
    assert (row["state"], row["agency"]) == ("held", "syt")
    assert "cần xác định sổ nào là bản chính" in row["reason"]
    (letter,) = [x for x in office.letters() if x.kind != "opening"]
    contact = office.workplace.office.register.contacts["syt"]
    assert (letter.kind, letter.to, letter.cc) == (
        "which_counts",
        list(contact.to),
        list(contact.cc),
    )
    said = " ".join(letter.text.split())
    assert "2 sổ báo cáo có nội dung khác nhau của Sở Y tế" in said
    assert row["receipt_number"] in letter.subject
    for name in ("kế hoạch 1.xlsx", "kế hoạch 2.xlsx"):
        assert name in said
    assert "1/KH" in said and "2/KH" in said, "what differs"
    assert "đính kèm một sổ duy nhất là bản chính" in said


def standing(office: Office) -> AgencyStanding:
    cycle = office.workplace.office.cycle(CYCLE)
    with office.workplace.engine.connect() as connection:
        standings = standings_of_cycle(office.workplace, connection, cycle)
    return next(s for s in standings if s.agency == "syt")


def on_the_desk(office: Office) -> str:
    """What the page of the cycle says of the agency."""
    workplace = office.workplace
    cycle, calendar = workplace.office.cycle(CYCLE), workplace.office.calendar
    return agency_line(None, standing(office), cycle, calendar, {}, workplace.now).said


def test_the_next_move_is_the_agencys_until_it_has_answered(office: Office) -> None:
    office.receive(sends(office, BOTH))
    assert standing(office).chooses
    assert on_the_desk(office) == "Gửi đúng hạn, chờ cơ quan xác định bản chính"
    (letter,) = office.letters("which_counts")
    assert "Đề nghị trả lời chậm nhất hết ngày 19/02/2025" in " ".join(letter.text.split())
    assert "chờ cơ quan xác định bản chính" in summed_up(office)
    with office.workplace.engine.connect() as connection:
        cycle = office.workplace.office.cycle(CYCLE)
        found = results_of(office.workplace, connection, cycle).consolidation
    counts = {line.label: (line.count, line.part) for line in answering_lines(found)}
    assert counts["trong đó chờ cơ quan xác định bản chính"] == (1, True)
    office.receive(sends(office, (), "Bản chính là sổ «kế hoạch 2.xlsx»."), day=2)
    assert not standing(office).chooses
    assert "chờ Văn phòng xem xét" in on_the_desk(office)
    assert "chờ cơ quan xác định bản chính" not in summed_up(office)
    assert "chờ Văn phòng xem xét" in summed_up(office)


def test_who_has_not_said_is_reminded_of_the_question(office: Office) -> None:
    office.receive(sends(office, BOTH))
    workplace = office.workplace
    workplace.now = dt.datetime(2025, 2, 12, 9, tzinfo=HANOI)
    write_reminders(workplace, workplace.office.cycle(CYCLE))
    of_syt, *others = sorted(office.letters("reminder"), key=lambda one: one.agency != "syt")
    said = " ".join(of_syt.text.split())
    assert "Nhắc cho biết sổ nào là bản chính" in of_syt.subject
    assert "đã đề nghị cơ quan cho biết sổ nào là bản chính" in said
    assert "đính kèm một sổ duy nhất là bản chính hoặc ghi rõ tên tệp" in said
    assert "chưa nhận được báo cáo" not in said and not of_syt.files
    assert others and all("chưa nhận được báo cáo" in " ".join(x.text.split()) for x in others)
    office.receive(sends(office, (), "Bản chính là sổ «kế hoạch 2.xlsx»."), day=24)
    workplace.now = dt.datetime(2025, 2, 17, 9, tzinfo=HANOI)
    write_reminders(workplace, workplace.office.cycle(CYCLE))
    assert [x.agency for x in office.letters("reminder")].count("syt") == 1


def summed_up(office: Office) -> str:
    """The letter to the head of the office, as it would be written now."""
    workplace = office.workplace
    return " ".join(summary_letter(workplace, workplace.office.cycle(CYCLE)).text.split())


def test_sending_the_one_again_is_the_next_version_and_noted_at_the_message(
    office: Office,
) -> None:
    (held,) = office.receive(sends(office, BOTH))
    rows = office.receive(sends(office, BOTH[1:]), day=2)
    answered = next(r for r in rows if r["key"] != held["key"])
    assert (answered["state"], answered["agency"]) == ("returned", "syt")
    (verdict,) = office.letters("verdict")
    assert "kế hoạch 1.xlsx" in verdict.text, "by the name it came under"
    waits = next(r for r in office.rows() if r["key"] == held["key"])
    assert waits["state"] == "held"
    assert "ghi nhận là phiên bản 1" in waits["reason"]


@pytest.mark.parametrize(
    "words",
    [
        "Kính gửi Văn phòng, bản chính là sổ «kế hoạch 2.xlsx».",
        "Đề nghị Văn phòng lấy tệp thứ hai.",
        "Sổ đúng là kế hoạch 1.xlsx, sổ kia gửi nhầm.",
        "Cả hai đều không phải do Sở gửi.",
    ],
)
def test_an_answer_in_words_is_for_a_person_and_takes_nothing(office: Office, words: str) -> None:
    (held,) = office.receive(sends(office, BOTH))
    rows = office.receive(sends(office, (), words), day=2)
    answer = next(r for r in rows if r["key"] != held["key"])
    assert (answer["state"], answer["agency"]) == ("held", "syt")
    assert not office.letters("verdict", "guidance")


def test_two_again_are_asked_about_again_the_next_day_and_once_a_day(office: Office) -> None:
    office.receive(sends(office, BOTH))
    office.receive(sends(office, ("1/KH", "3/KH")))
    assert len(office.letters("which_counts")) == 1
    assert any("Không gửi thư hỏi sổ nào là bản chính" in r["reason"] for r in office.rows())


def test_a_stranger_with_two_draws_a_receipt_and_no_question(office: Office) -> None:
    """Whose they are is not settled: the office is asked that first."""
    (row,) = office.receive(sends(office, BOTH, sender="ai-do@gmail.com"))
    assert row["state"] == "held"
    (letter,) = [x for x in office.letters() if x.kind != "opening"]
    assert letter.kind == "receipt"


def test_who_assigns_it_is_asked_himself(office: Office) -> None:
    (row,) = office.receive(sends(office, BOTH, sender="ai-do@gmail.com"))
    deed = AssignMessage(message=row["key"], cycle=CYCLE, agency="syt", signed=HA)
    carry_out(office.workplace, deed)
    office.work()
    assert not office.letters("which_counts")


def test_the_same_workbook_twice_and_a_form_beside_it_are_no_question(office: Office) -> None:
    mail = sends(office, ("1/KH", "1/KH"))
    mail.add_attachment(
        office.workbook("syt"), maintype="application", subtype="zip", filename="mẫu.xlsx"
    )
    (row,) = office.receive(mail)
    assert row["state"] == "returned"
    assert not office.letters("which_counts")
