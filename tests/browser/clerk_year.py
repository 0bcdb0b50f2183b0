"""The office of the clerk's walk: a review in November, with all that waits for a person.

Everything came the usual way: workbooks filled in, sent as mail, taken in and worked on.
"""

from __future__ import annotations

import datetime as dt
import shutil
from email.message import EmailMessage
from pathlib import Path

from models.domain.cycle.cycles import HANOI
from models.domain.letters.approval import ApprovalRules
from tasks.adapters.work.consolidating import write_summary
from tests.fixtures.lent_readers import Workplace
from tests.fixtures.played_year import REVIEW, Year
from tests.fixtures.ready_made import once
from tests.fixtures.worked_office import MakeOffice

AGENCIES = ("skhdt", "stc", "cuc_thong_ke", "syt", "sgddt", "stp")
NOW = dt.datetime(2025, 11, 18, 9, 30, tzinfo=HANOI)  # the day before the last day
DAYS = (NOW.date() - dt.date(2025, 1, 20)).days - 1  # after the opening, of what came in
APPROVAL = ApprovalRules(waits=dt.timedelta(hours=24), send_unanswered=False, reminded=())


def clerk_year(make_office: MakeOffice) -> Workplace:
    """The office on that morning: led there once in a run, and then copied."""

    def play(folder: Path) -> None:
        year = _until_that_morning(make_office)
        year.workplace.engine.dispose()  # what is left to write goes into the one file
        shutil.copytree(year.office.folder, folder)

    like = once("clerk-year", play)
    workplace = make_office(agencies=AGENCIES, like=like, approval=APPROVAL).workplace
    workplace.now = NOW.astimezone(dt.UTC)
    return workplace


def _until_that_morning(make_office: MakeOffice) -> Year:
    year = Year.of(make_office, *AGENCIES, rules={"approval": APPROVAL})
    year.workplace.now = NOW.astimezone(dt.UTC)
    first = year.filled("stc")
    first.write("indicators", "grdp_growth", "causes", "Bản gửi trước.")
    for book in (first, year.filled("stc")):
        year.hand_in("stc", book)
    contradicting = year.filled("thong_ke")
    for column, value in (
        ("estimate", 11.4),
        ("value_status", "Ước thực hiện"),
        ("self_judgement", "Không đạt"),
        ("causes", "Đơn hàng xuất khẩu quý III giảm."),
    ):
        contradicting.write("indicators", "grdp_growth", column, value)
    year.hand_in("thong_ke", contradicting)
    _from_a_private_address(year, "syt", "Bao cao cua So Y te")
    _a_letter_without_a_workbook(year)
    write_summary(year.workplace, year.workplace.office.cycle(REVIEW))
    return year


def _from_a_private_address(year: Year, agency: str, subject: str) -> None:
    mail = year.mail(agency, year.filled(agency).save(), year.workplace.rules.office_address)
    del mail["From"], mail["Subject"]
    mail["From"], mail["Subject"] = "thu.ha@gmail.example", subject
    year.office.receive(mail, day=DAYS)


def _a_letter_without_a_workbook(year: Year) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"] = "ai.do@gmail.example", year.workplace.rules.office_address
    mail["Subject"] = "Hỏi về <b>biểu mẫu</b>"
    mail["Message-ID"] = "<hoi@gmail.example>"
    mail.set_content("Cho hỏi cột «Ước cả năm» ghi thế nào?\n<script>alert(1)</script>")
    year.office.receive(mail, day=DAYS)
