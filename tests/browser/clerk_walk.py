"""The walk of a clerk through a review: each step as whoever works by mouse or by keys does it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from models.domain.answers.decisions import Decision, DecisionKind
from tasks.adapters.store import decisions
from tests.browser.desk_clerk import CLERK, Clerk

Step = Callable[[Clerk], None]
MOST_CLICKS = 5  # of one decision
CYCLE = "/ky/2025-review"


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


def of_kind(clerk: Clerk, kind: DecisionKind) -> list[Decision]:
    """The decisions of that kind in the record."""
    with clerk.served.workplace.engine.begin() as connection:
        return [d for d in decisions.book(connection).decisions if d.kind is kind]


WALK: Sequence[Step] = (extend_three_agencies,)
