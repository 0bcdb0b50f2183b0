"""How a review words its states, in the office's own terms."""

from __future__ import annotations

import datetime as dt

from models.domain.cycle.letter_phrases import number_text
from models.domain.register.targets import Judgement
from models.domain.review.states import (
    DeadlineSource,
    Pace,
    TaskBucket,
    TaskState,
    ValueStatus,
)

BUCKET_NAMES = {
    TaskBucket.DONE_ON_TIME: "Hoàn thành đúng hạn",
    TaskBucket.DONE_LATE: "Hoàn thành quá hạn",
    TaskBucket.DONE_NO_DEADLINE: "Hoàn thành, không có thời hạn",
    TaskBucket.IN_PROGRESS: "Đang thực hiện trong hạn",
    TaskBucket.OVERDUE: "Quá hạn chưa hoàn thành",
    TaskBucket.OPEN_NO_DEADLINE: "Đang thực hiện, không có thời hạn",
    TaskBucket.STANDING: "Nhiệm vụ thường xuyên, đã có báo cáo",
    TaskBucket.UNREPORTED: "Chưa có báo cáo",
}
#: What is done, where a line above has said that it is.
DONE_BUCKET_NAMES = {
    TaskBucket.DONE_ON_TIME: "đúng hạn",
    TaskBucket.DONE_LATE: "quá hạn",
    TaskBucket.DONE_NO_DEADLINE: "không có thời hạn",
}
STATE_NAMES = {
    TaskState.DONE: "Đã hoàn thành",
    TaskState.IN_PROGRESS: "Đang thực hiện",
    TaskState.NOT_STARTED: "Chưa thực hiện",
    TaskState.SUSPENDED: "Tạm dừng",
    TaskState.UNREPORTED: "Chưa báo cáo",
}
STATUS_NAMES = {
    ValueStatus.ESTIMATE: "Ước thực hiện",
    ValueStatus.ACTUAL: "Chính thức",
    ValueStatus.UNSTATED: "",
}
OUTCOME_NAMES = {
    Judgement.EXCEEDED: "Vượt",
    Judgement.MET: "Đạt",
    Judgement.FLOOR_MET: "Đạt mức giao, chưa đạt mức phấn đấu",
    Judgement.NOT_MET: "Không đạt",
    Judgement.AWAITING: "Chờ đánh giá",
    Judgement.UNKNOWN: "Chưa đánh giá được",
}
COMMITMENT_NAMES = {
    Judgement.EXCEEDED: "Vượt cam kết",
    Judgement.MET: "Đạt cam kết",
    Judgement.FLOOR_MET: "Đạt cam kết",
    Judgement.NOT_MET: "Chưa đạt cam kết",
    Judgement.AWAITING: "Chờ đánh giá",
    Judgement.UNKNOWN: "",
}
PACE_NAMES = {
    Pace.AHEAD: "Nhanh hơn",
    Pace.ON_TRACK: "Đúng tiến độ",
    Pace.BEHIND: "Chậm hơn",
    Pace.UNKNOWN: "",
}
DEADLINE_SOURCE_NAMES = {
    DeadlineSource.DIRECTIVE: "Chỉ thị",
    DeadlineSource.OWN_PLAN: "Kế hoạch của cơ quan",
    DeadlineSource.NONE: "",
}

OVERTAKEN = "do đã qua thời hạn"
"""Why a task that was being done in time is overdue in the next report."""


def silent_part(count: int) -> str:
    """How many of the overdue became so after their last report, for brackets; "" for none.

    >>> silent_part(17)[:46]
    'trong đó 17 đã qua thời hạn sau lần báo cáo gầ'
    """
    if not count:
        return ""
    shown = number_text(count)
    return f"trong đó {shown} đã qua thời hạn sau lần báo cáo gần nhất, cơ quan chưa báo cáo lại"


def silent_since(reported_on: dt.date | None) -> str:
    """Said of one that became overdue after its last report.

    >>> silent_since(dt.date(2025, 11, 14))
    'đã qua thời hạn, cơ quan chưa báo cáo lại (báo cáo gần nhất 14/11/2025)'
    """
    day = f" (báo cáo gần nhất {reported_on:%d/%m/%Y})" if reported_on else ""
    return f"đã qua thời hạn, cơ quan chưa báo cáo lại{day}"


_STATES = {name.casefold(): state for state, name in STATE_NAMES.items() if state}
_STATUSES = {name.casefold(): status for status, name in STATUS_NAMES.items() if status}


def state_of(text: str) -> TaskState:
    """The state a choice of the form names; UNREPORTED for any other text.

    >>> state_of(" Đã hoàn  thành ").value, state_of("xong").value
    ('done', '')
    """
    return _STATES.get(" ".join(text.split()).casefold(), TaskState.UNREPORTED)


def status_of(text: str) -> ValueStatus:
    """The status a choice of the form names; UNSTATED for any other text.

    >>> status_of("Ước thực hiện").value
    'estimate'
    """
    return _STATUSES.get(" ".join(text.split()).casefold(), ValueStatus.UNSTATED)
