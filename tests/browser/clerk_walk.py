"""The walk of a clerk through a review: each step as whoever works by mouse or by keys does it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import docx

from models.domain.answers.decisions import Decision, DecisionKind
from tasks.adapters.store import decisions
from tests.browser.desk_clerk import CLERK, Clerk

Step = Callable[[Clerk], None]
MOST_CLICKS = 5  # of one decision
CYCLE = "/ky/2025-review"
_TEXT = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"


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
    assert clerk.page.get_by_text("PL I.1").count() == 0


def follow_a_figure_of_the_report(clerk: Clerk) -> None:
    """From the mark beside a value of the Word report to the very cell of the agency's workbook."""
    report = next(clerk.served.workplace.output_dir.glob("bao-cao_*.docx"))
    words = " ".join(t.text or "" for t in docx.Document(str(report)).element.body.iter(_TEXT))
    marks = re.findall(r"N-\d{4}", words)
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


def the_marked_cell(clerk: Clerk) -> str:
    """What stands in the cell that the workbook was opened at."""
    return clerk.page.locator("td.chosen").first.inner_text()


def of_kind(clerk: Clerk, kind: DecisionKind) -> list[Decision]:
    """The decisions of that kind in the record."""
    with clerk.served.workplace.engine.begin() as connection:
        return [d for d in decisions.book(connection).decisions if d.kind is kind]


WALK: Sequence[Step] = (
    extend_three_agencies,
    rule_on_a_conflict,
    follow_a_figure_of_the_report,
)
