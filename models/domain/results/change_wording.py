"""What has changed since the last report, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from models.domain.cycle.letter_phrases import instant_text, listed, number_text
from models.domain.register.agencies import Register
from models.domain.results.snapshots import AgencyChange, Changes
from models.domain.review.states import TaskBucket, TaskState
from models.domain.review.wording import BUCKET_NAMES, STATE_NAMES

_IN_TIME = BUCKET_NAMES[TaskBucket.IN_PROGRESS]
#: What an agency says of work, where its bucket would say half of it again.
_TOLD = {
    (STATE_NAMES[TaskState.IN_PROGRESS], _IN_TIME): "Đang thực hiện, còn trong hạn",
    (STATE_NAMES[TaskState.NOT_STARTED], _IN_TIME): "Chưa thực hiện, chưa đến hạn",
    (STATE_NAMES[TaskState.SUSPENDED], _IN_TIME): "Tạm dừng, chưa đến hạn",
}


def frozen_said(value: str, judged: str) -> str:
    """A value as a report had it and how it was judged; of work nothing is said twice.

    >>> frozen_said("15,67", "Đạt"), frozen_said("Tạm dừng", "Đang thực hiện trong hạn")
    ('15,67: đạt', 'Tạm dừng, chưa đến hạn')
    >>> frozen_said("Đã hoàn thành", "Hoàn thành đúng hạn")
    'Hoàn thành đúng hạn'
    >>> frozen_said("Đang thực hiện", "Quá hạn chưa hoàn thành")
    'Đang thực hiện, quá hạn chưa hoàn thành'
    """
    if told := _TOLD.get((value, judged)):
        return told
    if judged not in BUCKET_NAMES.values():
        return f"{value}: {judged.lower()}"
    if value not in STATE_NAMES.values() or value == STATE_NAMES[TaskState.DONE]:
        return judged
    return f"{value}, {judged[:1].lower()}{judged[1:]}"


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
