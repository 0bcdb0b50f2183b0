"""What counts is what arrived last, in whatever order the office comes to it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from models.domain.answers.decisions import Signature
from models.domain.answers.standing import AgencyStanding, SubmissionRecord
from models.domain.cycle.cycles import ReportingCycle
from models.domain.deeds.cycle_deeds import WaiveRule
from models.domain.deeds.message_deeds import AssignMessage
from tasks.adapters.decisions.carrying_out import carry_out
from tasks.adapters.simulation.answers import answers_of
from tasks.adapters.simulation.filling import FilledWorkbook
from tasks.adapters.standings import standings_of_cycle
from tasks.adapters.store import submissions
from tests.fixtures.played_year import MORNING, REVIEW, Year
from tests.fixtures.worked_office import CYCLE, MakeOffice, Office

HA = Signature("Nguyễn Thị Hà", "Đã gọi điện xác nhận.")
NOVEMBER = (MORNING.date() - MORNING.date().replace(month=1, day=20)).days


@pytest.fixture
def year(make_office: MakeOffice) -> Year:
    found = Year.of(make_office, "sct")
    found.workplace.now = MORNING + dt.timedelta(days=1)
    return found


def standing(office: Office, code: str) -> AgencyStanding:
    cycle: ReportingCycle = office.workplace.office.cycle(code)
    with office.workplace.engine.begin() as connection:
        found = standings_of_cycle(office.workplace, connection, cycle, details=True)
    return next(s for s in found if s.agency == "sct")


def versions(office: Office, code: str) -> list[SubmissionRecord]:
    with office.workplace.engine.begin() as connection:
        return submissions.records(connection, code, details=True)["sct"]


def assigned(office: Office, row: dict[str, Any], code: str) -> dict[str, Any]:
    carry_out(
        office.workplace, AssignMessage(message=row["key"], cycle=code, agency="sct", signed=HA)
    )
    office.work()
    return next(r for r in office.rows() if r["key"] == row["key"])


def with_causes(year: Year, words: str) -> bytes:
    book = year.filled("sct")
    book.write("indicators", "retail_sales", "causes", words)
    return book.save()


def from_home(year: Year, content: bytes) -> dict[str, Any]:
    sent = year.mail("sct", content, year.workplace.rules.office_address)
    sent.replace_header("From", "canbo.sct@gmail.com")
    (row,) = year.office.receive(sent, day=NOVEMBER)
    assert row["state"] == "held"
    return row


def test_a_mail_assigned_late_replaces_no_section_that_arrived_after_it(year: Year) -> None:
    held = from_home(year, with_causes(year, "CŨ"))
    assert year.hand_in("sct", with_causes(year, "MỚI"))["state"] == "accepted"
    row = assigned(year.office, held, REVIEW)
    assert row["state"] == "accepted"
    assert "Đến trước bản đang dùng" in row["reason"]
    old = versions(year.office, REVIEW)[-1]
    assert old.version == 2
    counting = standing(year.office, REVIEW).counting("indicators")
    assert counting is not None and counting.version == 1
    letter = year.office.letters("verdict")[-1]
    assert "Đã ghi nhận, bản đến sau vẫn có hiệu lực" in letter.subject
    said = " ".join(letter.text.split())
    assert "Giữ theo phiên bản 1 đã tiếp nhận, đến Văn phòng sau tệp này" in said
    newest = year.hand_in("sct", with_causes(year, "MỚI NHẤT"))
    assert newest["state"] == "accepted"
    newest_letter = " ".join(year.office.letters("verdict")[-1].text.split())
    assert "thay đổi so với phiên bản 1" in newest_letter.lower()
    counting = standing(year.office, REVIEW).counting("indicators")
    assert counting is not None and counting.version == 3


def test_a_mail_assigned_late_settles_what_nothing_after_it_did(year: Year) -> None:
    held = from_home(year, with_causes(year, "CŨ"))
    spoiled = year.filled("sct")
    for place in spoiled.places("tasks", "state"):
        spoiled.write("tasks", place, "state", None)
    assert year.hand_in("sct", spoiled)["state"] == "returned"
    assert assigned(year.office, held, REVIEW)["state"] == "accepted"
    now = standing(year.office, REVIEW)
    assert not now.owes
    counting = {key: v.version for key in now.sections if (v := now.counting(key))}
    assert counting["tasks"] == 2
    assert counting["indicators"] == 1


def test_where_files_count_as_a_whole_the_letter_names_the_one_that_counts(
    make_office: MakeOffice,
) -> None:
    office = make_office(agencies=("sct",))
    workplace = office.workplace
    cycle = workplace.office.cycle(CYCLE)
    book = FilledWorkbook(office.workbook("sct"), workplace.office.form_of(cycle))
    book.fill(answers_of(workplace.office, cycle, workplace.office.register.agencies["sct"], 1))
    content = book.save()
    mails = []
    for sender, remark in (("canbo.sct@gmail.com", b" "), ("", b"")):
        sent = office.answer("sct", sender=sender, workbook=False)
        if sender:
            sent.replace_header("To", workplace.rules.office_address)
        sent.add_attachment(
            content + remark, maintype="application", subtype="zip", filename="kế hoạch.xlsx"
        )
        mails.append(sent)
    held, taken = (office.receive(one)[-1] for one in mails)
    assert (held["state"], taken["state"]) == ("held", "accepted")
    assert assigned(office, held, CYCLE)["state"] == "accepted"
    effective = standing(office, CYCLE).effective
    assert effective is not None and effective.version == 1
    said = " ".join(office.letters("verdict")[-1].text.split())
    assert "phiên bản 1 vẫn có hiệu lực" in said
    assert "Số liệu trong sổ được dùng để tổng hợp" not in said


# --- The same bytes again -------------------------------------------------------------------------


def test_a_file_sent_again_to_go_back_to_it_counts_again(year: Year) -> None:
    first, mistaken = with_causes(year, "ĐÚNG"), with_causes(year, "NHẦM")
    for content in (first, mistaken):
        assert year.hand_in("sct", content)["state"] == "accepted"
    assert year.hand_in("sct", mistaken)["state"] == "duplicate"
    letters = len(year.office.letters("verdict"))
    assert year.hand_in("sct", first)["state"] == "accepted"
    assert len(year.office.letters("verdict")) == letters + 1
    assert [v.version for v in versions(year.office, REVIEW)] == [1, 2, 3]
    counting = standing(year.office, REVIEW).counting("indicators")
    assert counting is not None and counting.version == 3


def test_another_copy_of_one_message_is_no_new_version(year: Year) -> None:
    first = year.mail("sct", with_causes(year, "ĐÚNG"), year.letter("sct").reply_to)
    (row,) = year.office.receive(first, day=NOVEMBER)
    assert row["state"] == "accepted"
    assert year.hand_in("sct", with_causes(year, "MỚI"))["state"] == "accepted"
    first["Received"] = "from relay.example by mx.example; Wed, 12 Nov 2025 09:50:00 +0700"
    (copy,) = year.office.receive(first, day=NOVEMBER)
    assert copy["state"] == "duplicate"
    assert [v.version for v in versions(year.office, REVIEW)] == [1, 2]


def test_a_file_sent_again_after_a_waiver_is_judged_anew(year: Year) -> None:
    book = year.filled("sct")
    book.write("indicators", "retail_sales", "to_date", -5)
    content = book.save()
    assert year.hand_in("sct", content)["state"] == "returned"
    assert year.hand_in("sct", content)["state"] == "duplicate"
    rules = {f.rule for f in versions(year.office, REVIEW)[-1].findings if f.severity.rank <= 1}
    for rule in sorted(rules):
        carry_out(
            year.workplace,
            WaiveRule(
                cycle=REVIEW, agency="sct", rule=rule, last_day=dt.date(2025, 12, 31), signed=HA
            ),
        )
    assert year.hand_in("sct", content)["state"] == "accepted"
    assert not standing(year.office, REVIEW).owes
