"""What has changed since the last report, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from models.domain.cycle.letter_phrases import instant_text, listed, number_text
from models.domain.register.agencies import Register
from models.domain.results.snapshots import AgencyChange, Changes


def change_points(changes: Changes, register: Register) -> list[str]:
    """One paragraph a matter; a single one when nothing is new."""
    since = f"So với báo cáo tổng hợp đến {instant_text(changes.since)}"
    if not changes:
        return [f"{since}: không có số liệu nào thay đổi."]
    return [f"{since}: {'; '.join(_parts(changes, register))}."]


def _parts(changes: Changes, register: Register) -> Iterator[str]:
    new = [register.agency_name(code) for code in changes.newly_answered]
    if new:
        yield f"{number_text(len(new))} cơ quan mới có báo cáo ({listed(new, 'cơ quan')})"
    again = [register.agency_name(a.agency) for a in changes.agencies if _another_version(a)]
    if again:
        yield f"{number_text(len(again))} cơ quan có bản mới ({listed(again, 'cơ quan')})"
    if changes.figures:
        yield f"{number_text(len(changes.figures))} ô số liệu, nội dung thay đổi"
    if changes.flipped:
        yield f"{number_text(len(changes.flipped))} dòng có đánh giá khác trước"
    moved = len(changes.lines) - len(changes.flipped)
    if moved:
        yield f"{number_text(moved)} dòng có giá trị khác, đánh giá giữ nguyên"
    if not (new or again or changes.figures or changes.lines):
        yield "chỉ thay đổi tình trạng nộp của một số cơ quan, số liệu giữ nguyên"


def _another_version(change: AgencyChange) -> bool:
    return not change.newly_answered and change.counted_before != change.counted_after
