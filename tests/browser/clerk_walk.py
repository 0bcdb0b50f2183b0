"""The walk of a clerk through a review: each step as whoever works by mouse or by keys does it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence

import docx
from docx.text.paragraph import Paragraph

from models.domain.answers.decisions import Decision, DecisionKind
from tasks.adapters.store import decisions, submissions
from tasks.adapters.work.reminding import write_reminders
from tests.browser.desk_clerk import CLERK, Clerk

Step = Callable[[Clerk], None]
MOST_CLICKS = 5  # of one decision
CYCLE = "/ky/2025-review"
_PARAGRAPH = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}p"


def read_and_assign_a_message(clerk: Clerk) -> None:
    """A held message is read, its workbook opened, and said to be whose it is."""
    clerk.open("/")
    clerk.follow("Bao cao cua So Y te")
    case = clerk.page.url.removeprefix(clerk.served.address)
    clerk.reads("Văn phòng cần xác nhận đây đúng là báo cáo của")
    clerk.picture("ban-thu", whole=True)
    clerk.follow("Mở sổ")
    clerk.reads("Chỉ tiêu")
    clerk.open(case)
    clerk.counted()
    clerk.write("Lý do", "Đã gọi điện hỏi Sở Y tế: đúng cán bộ đầu mối.", "assign-message")
    clerk.press("Xác định", "assign-message")
    clerk.reads("Quyết định số")
    assert clerk.counted() <= MOST_CLICKS
    [assigned] = of_kind(clerk, DecisionKind.ASSIGN_MESSAGE)
    assert (assigned.agency, assigned.by) == ("syt", CLERK[1])
    with clerk.served.workplace.engine.begin() as connection:
        assert "syt" in submissions.records(connection, "2025-review", details=False)


def send_a_message_back_with_words(clerk: Clerk) -> None:
    """What a stranger wrote is read as text; the answer goes to whoever wrote."""
    clerk.open("/")
    clerk.follow("Hỏi về <b>biểu mẫu</b>")
    clerk.reads("<script>alert(1)</script>")
    clerk.counted()
    clerk.unfold("Trả lại thư")
    clerk.write("Nội dung gửi người gửi", "Cột ấy ghi số ước cả năm 2025.", "return-message")
    clerk.write("Lý do", "Thư hỏi, không phải báo cáo.", "return-message")
    clerk.press("Trả lại", "return-message")
    clerk.reads("Quyết định số")
    assert clerk.counted() <= MOST_CLICKS
    assert [d.by for d in of_kind(clerk, DecisionKind.RETURN_MESSAGE)] == [CLERK[1]]


def extend_three_agencies(clerk: Clerk) -> None:
    """Ticked in the cycle's table, extended with one word."""
    clerk.open(CYCLE)
    clerk.counted()
    for agency in ("Sở Giáo dục và Đào tạo", "Sở Nội vụ", "Sở Tư pháp"):
        clerk.tick(agency)
    clerk.press("Gia hạn")
    clerk.write("Hạn mới", "2025-11-25")
    clerk.write("Lý do", "Các sở đang sắp xếp lại tổ chức bộ máy.")
    clerk.picture("ban-gia-han")
    clerk.press("Gia hạn")
    clerk.reads("gia hạn đến hết 25/11/2025")
    assert clerk.counted() <= MOST_CLICKS
    extended = of_kind(clerk, DecisionKind.EXTEND_DEADLINE)
    assert sorted(d.agency for d in extended) == ["sgddt", "snv", "stp"]
    assert {d.by for d in extended} == {CLERK[1]}


def hold_a_reminder_back(clerk: Clerk) -> None:
    """Tomorrow's reminder is read as it would go, and one agency's does not."""
    clerk.open("/lich")
    clerk.picture("ban-lich")
    clerk.follow("Thư nhắc ngày cuối của hạn")
    clerk.page.frame_locator("iframe.letter").get_by_text("Kính gửi").first.wait_for()
    clerk.counted()
    clerk.follow("Sở Nội vụ")
    clerk.write("Lý do", "Sở đã hẹn gửi trong ngày.", "hold-letter-back")
    clerk.press("Ghi quyết định", "hold-letter-back")
    clerk.reads("Quyết định số")
    assert clerk.counted() <= MOST_CLICKS
    assert [d.agency for d in of_kind(clerk, DecisionKind.HOLD_LETTER_BACK)] == ["snv"]
    office, workplace = clerk.served.workplace.office, clerk.served.workplace
    tomorrow = workplace.at(workplace.now + dt.timedelta(days=1))
    written = write_reminders(tomorrow, office.cycle("2025-review"))
    assert "snv" not in {one.agency for one in written}
    assert {"sgddt", "stp"} <= {one.agency for one in written}


def rule_on_a_conflict(clerk: Clerk) -> None:
    """Both cells are looked at in their workbooks before one of the two values is taken."""
    clerk.open("/")
    clerk.follow("PL I.1")
    case = clerk.page.url.removeprefix(clerk.served.address)
    clerk.picture("ban-mau-thuan", whole=True)
    for number, value in enumerate(("12,5", "11,4")):
        clerk.open(case)
        clerk.follow("Mở sổ báo cáo tại ô", number=number)
        assert value in the_marked_cell(clerk)
    clerk.open(case)
    clerk.counted()
    clerk.choose("Dùng", "Thống kê thành phố Hải Phòng: 11,4 %")
    clerk.write("Lý do", "Theo số của cơ quan thống kê.")
    clerk.press("Dùng số này")
    clerk.reads("Quyết định số")
    assert clerk.counted() <= MOST_CLICKS
    assert [d.by for d in of_kind(clerk, DecisionKind.RULE_ON_CONFLICT)] == [CLERK[1]]
    clerk.open("/")
    assert clerk.page.get_by_text("Hai cơ quan báo cáo khác nhau").count() == 0


def follow_a_figure_of_the_report(clerk: Clerk) -> None:
    """From the mark beside a value of the Word report to the very cell of the agency's workbook."""
    found = clerk.served.workplace.outputs.folder.glob("*_Bao-cao_*.docx")
    report = next(path for path in found if not path.stem.endswith("trinh-ky"))
    paragraphs = docx.Document(str(report)).element.body.iter(_PARAGRAPH)
    # As it is copied out of Word: the hyphen at which no line is broken.
    words = " ".join(Paragraph(p, None).text for p in paragraphs)
    marks = [f"N\u2011{number}" for number in re.findall(r"N-(\d{4})", words)]
    assert marks
    clerk.open("/so-lieu")
    clerk.write("Tra mã nguồn in trong báo cáo", marks[0])
    clerk.press("Tới ô nguồn")
    clerk.reads("Được đọc là")
    written = clerk.page.locator("dd.as-written").first.inner_text()
    clerk.picture("ban-con-so", whole=True)
    clerk.follow("Mở sổ báo cáo tại ô")
    assert written in the_marked_cell(clerk)
    clerk.picture("ban-so-bao-cao")


def approve_the_summary(clerk: Clerk) -> None:
    """The draft is read as its receivers will see it, and leaves."""
    clerk.open("/")
    clerk.follow("Tổng hợp đến 09 giờ 30")
    clerk.page.frame_locator("iframe.letter").get_by_text("Kính gửi").first.wait_for()
    clerk.picture("ban-duyet", whole=True)
    clerk.counted()
    clerk.press("Ghi quyết định", "approve-summary")
    clerk.reads("gửi đi")
    assert clerk.counted() <= MOST_CLICKS
    assert [d.by for d in of_kind(clerk, DecisionKind.APPROVE_SUMMARY)] == [CLERK[1]]


def find_an_agency_without_marks(clerk: Clerk) -> None:
    """«an lao» finds An Lão, from any page."""
    clerk.open("/so-quyet-dinh")
    clerk.reads("Các sở đang sắp xếp lại tổ chức bộ máy.")
    clerk.write("Tìm mọi nơi", "an lao")
    clerk.enter()
    clerk.follow("UBND xã An Lão")
    assert clerk.page.get_by_role("heading", level=1).inner_text() == "UBND xã An Lão"


def the_marked_cell(clerk: Clerk) -> str:
    """What stands in the cell that the workbook was opened at."""
    return clerk.page.locator("td.chosen").first.inner_text()


def of_kind(clerk: Clerk, kind: DecisionKind) -> list[Decision]:
    """The decisions of that kind in the record."""
    with clerk.served.workplace.engine.begin() as connection:
        return [d for d in decisions.book(connection).decisions if d.kind is kind]


WALK: Sequence[Step] = (
    read_and_assign_a_message,
    send_a_message_back_with_words,
    hold_a_reminder_back,
    extend_three_agencies,
    rule_on_a_conflict,
    approve_the_summary,
    follow_a_figure_of_the_report,
    find_an_agency_without_marks,
)
