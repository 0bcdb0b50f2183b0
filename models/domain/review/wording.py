"""How a review words its states, in the office's own terms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from models.domain.cycle.letter_phrases import counts_said, listed, number_text
from models.domain.register.targets import Judgement
from models.domain.register.territories import TERRITORY_SHORT_NAMES, Territory
from models.domain.review.headline import ReviewHeadline
from models.domain.review.judging import TerritoryResult
from models.domain.review.lines import Doing, ReviewIndicator, ReviewScenario
from models.domain.review.reported_days import HeardDays, ReportedDays
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
    TaskBucket.IN_PROGRESS: "Chưa đến hạn",
    TaskBucket.UNHEARD: "Đến hạn sau ngày báo cáo, chưa có số liệu mới",
    TaskBucket.OVERDUE: "Quá hạn chưa hoàn thành",
    TaskBucket.OPEN_NO_DEADLINE: "Chưa hoàn thành, không có thời hạn",
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
    Pace.AWAITING: "Chờ đánh giá",
    Pace.UNKNOWN: "",
}
DEADLINE_SOURCE_NAMES = {
    DeadlineSource.DIRECTIVE: "Chỉ thị",
    DeadlineSource.OWN_PLAN: "Kế hoạch của cơ quan",
    DeadlineSource.NONE: "",
}


def buckets_named(buckets: Mapping[TaskBucket, int]) -> Iterator[tuple[str, int]]:
    """A pattern for each bucket's count within a sentence, and the count."""
    for bucket, count in buckets.items():
        name = BUCKET_NAMES[bucket]
        yield f"{{}} {name[:1].lower()}{name[1:]}", count


def bucket_said(bucket: TaskBucket, heard: dt.date | None) -> str:
    """The bucket's name; of a work that fell due since it was last heard of, since which day.

    >>> bucket_said(TaskBucket.UNHEARD, dt.date(2025, 11, 14))
    'Đến hạn sau ngày báo cáo 14/11/2025, chưa có số liệu mới'
    """
    if bucket is not TaskBucket.UNHEARD or heard is None:
        return BUCKET_NAMES[bucket]
    return f"Đến hạn sau ngày báo cáo {heard:%d/%m/%Y}, chưa có số liệu mới"


def fell_due_said(tasks: HeardDays | None, actions: HeardDays | None) -> str:
    """What that bucket means, with the days on which its assigned tasks and own actions were last
    heard of; "" where nothing lies in it.

    >>> june = HeardDays(dt.date(2025, 6, 2), dt.date(2025, 6, 2))
    >>> "cơ quan (02/06/2025)" in fell_due_said(june, None), fell_due_said(None, None)
    (True, '')
    """
    if tasks is None and actions is None:
        return ""
    if tasks is None or actions is None or tasks == actions:
        days = _span(tasks or actions)
    else:
        days = f"nhiệm vụ: {_span(tasks)}; việc tự đề ra: {_span(actions)}"
    return (
        f"Việc đến hạn sau ngày báo cáo gần nhất của cơ quan ({days}) mà chưa có số liệu mới được "
        "xếp riêng, không tính là quá hạn."
    )


def _span(days: HeardDays | None) -> str:
    if days is None:
        return ""
    if days.first == days.last:
        return f"{days.last:%d/%m/%Y}"
    return f"từ {days.first:%d/%m/%Y} đến {days.last:%d/%m/%Y}, tùy việc"


def figures_briefly_said(reported: ReportedDays | None, name: Callable[[str], str]) -> str:
    """The same as `figures_said`, for a letter that is read on a telephone.

    >>> late = ReportedDays(dt.date(2025, 11, 18), 1, dt.date(2026, 1, 15), ("stc",))
    >>> figures_briefly_said(late, lambda code: "Sở Tài chính")
    'số liệu gửi đến 18/11/2025; riêng Sở Tài chính 15/01/2026'
    """
    if reported is None:
        return ""
    said = f"số liệu gửi đến {reported.until:%d/%m/%Y}"
    if reported.last is None:
        return said
    last = f"{reported.last:%d/%m/%Y}"
    if len(reported.who) == 1:
        return f"{said}; riêng {name(reported.who[0])} {last}"
    return f"{said}; có {reported.later} cơ quan gửi lại đến {last}"


def figures_said(reported: ReportedDays | None, name: Callable[[str], str]) -> str:
    """As of when the figures are, for brackets beside a count; "" where nobody has reported.

    `name`: by which the one agency that sent again later is called; several are counted.

    >>> late = ReportedDays(dt.date(2025, 11, 18), 1, dt.date(2026, 1, 15), ("stc",))
    >>> figures_said(late, lambda code: "Sở Tài chính").partition("; ")[2]
    'riêng Sở Tài chính gửi lại ngày 15/01/2026'
    >>> figures_said(ReportedDays(dt.date(2025, 11, 26), 2, dt.date(2026, 1, 15)), str)[:53]
    'theo số liệu các cơ quan gửi đến ngày 26/11/2025; có '
    """
    if reported is None:
        return ""
    said = f"theo số liệu các cơ quan gửi đến ngày {reported.until:%d/%m/%Y}"
    if reported.last is None:
        return said
    if len(reported.who) == 1:
        return f"{said}; riêng {name(reported.who[0])} gửi lại ngày {reported.last:%d/%m/%Y}"
    until = "ngày" if reported.later == 1 else "đến ngày"
    return f"{said}; có {reported.later} cơ quan gửi lại {until} {reported.last:%d/%m/%Y}"


def figures_of_both(
    tasks: ReportedDays | None, actions: ReportedDays | None, name: Callable[[str], str]
) -> str:
    """As of when assigned tasks and own actions are that one table counts beside each other.

    >>> day = ReportedDays(dt.date(2025, 11, 18))
    >>> figures_of_both(day, day, str)
    'theo số liệu các cơ quan gửi đến ngày 18/11/2025'
    >>> figures_of_both(day, ReportedDays(dt.date(2025, 11, 26)), str)[:53]
    'nhiệm vụ theo số liệu các cơ quan gửi đến ngày 18/11/'
    """
    if tasks is None or actions is None or (tasks, tasks.who) == (actions, actions.who):
        return figures_said(tasks or actions, name)
    return f"nhiệm vụ {figures_said(tasks, name)}; việc tự đề ra {figures_said(actions, name)}"


def state_in_time(state: str, bucket: TaskBucket) -> str:
    """What an agency says of a task, and how that stands in time, as one phrase.

    >>> state_in_time("Đang thực hiện", TaskBucket.IN_PROGRESS)
    'Đang thực hiện, chưa đến hạn'
    >>> state_in_time("Đã hoàn thành", TaskBucket.DONE_LATE)
    'Đã hoàn thành quá hạn'
    """
    if not state or bucket is TaskBucket.UNREPORTED:
        return BUCKET_NAMES[bucket]
    between = " " if bucket in (TaskBucket.DONE_ON_TIME, TaskBucket.DONE_LATE) else ", "
    return f"{state}{between}{_IN_TIME[bucket]}"


_IN_TIME = {
    **DONE_BUCKET_NAMES,
    TaskBucket.IN_PROGRESS: "chưa đến hạn",
    TaskBucket.UNHEARD: "đến hạn sau ngày báo cáo, chưa có số liệu mới",
    TaskBucket.OVERDUE: "quá hạn",
    TaskBucket.OPEN_NO_DEADLINE: "không có thời hạn",
    TaskBucket.STANDING: "nhiệm vụ thường xuyên",
}
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


def ground_named(one: ReviewIndicator) -> str:
    """Of which ground the value is that is counted, where that has to be said.

    "" for the directive's own ground while no figure of another one is known.
    """
    result = one.result
    if result is None:
        return ""
    several = any(r.value for t, r in one.grounds.items() if t is not result.territory)
    own = result.territory is one.territory and not (several and result.value)
    return "" if own else TERRITORY_SHORT_NAMES[result.territory]


def status_there(
    one: ReviewIndicator, result: TerritoryResult, scenario: Sequence[ReviewScenario]
) -> ValueStatus:
    """Whether a ground's value is an estimate or final, as they say who told it."""
    if result.told is not None and result.told.told_in is not None:
        row = result.told.told_in.code
        return next((s.status for s in scenario if s.row.code == row), ValueStatus.UNSTATED)
    if one.result is not None and result.territory is one.result.territory:
        return one.status
    return status_on(one, result.territory)


def status_on(one: ReviewIndicator, territory: Territory) -> ValueStatus:
    """Whether the value of that ground that counts is an estimate, as its agency says."""
    counted = [h.status for h in one.histories.get(territory, ()) if h.counts]
    if counted:
        return counted[-1]
    return one.status if territory is one.territory else ValueStatus.UNSTATED


#: With what is done these are all tasks: whoever adds them up comes to the number given.
_OPEN_TASKS = (
    *(TaskBucket.OVERDUE, TaskBucket.UNHEARD, TaskBucket.IN_PROGRESS),
    *(TaskBucket.OPEN_NO_DEADLINE, TaskBucket.STANDING, TaskBucket.UNREPORTED),
)


def open_tasks(headline: ReviewHeadline) -> Iterator[tuple[str, int]]:
    """How many assigned tasks are not done, as parts of a sentence, the gravest first."""
    for bucket in _OPEN_TASKS:
        name = BUCKET_NAMES[bucket]
        asked = headline.tasks_asked.said if bucket is TaskBucket.UNHEARD else ""
        beside = f" ({asked})" if asked else ""
        yield f"{{}} {name[:1].lower()}{name[1:]}{beside}", headline.buckets[bucket]


def actions_overview(
    headline: ReviewHeadline,
    overdue_of: Mapping[str, int] = MappingProxyType({}),
    unreported_of: Mapping[str, int] = MappingProxyType({}),
) -> str:
    """What became of the works that agencies set themselves, in a sentence.

    `overdue_of` are the rows overdue, `unreported_of` the works registered of which no row reports,
    by the names of their agencies.

    A work registered once counts once, however many report of it since they took its plan over.
    """
    finished = sum(n for bucket, n in headline.action_buckets.items() if bucket.is_done)
    unheard = BUCKET_NAMES[TaskBucket.UNHEARD]
    overdue = headline.action_buckets[TaskBucket.OVERDUE]
    shared = headline.registered_rows > headline.registered
    kind = "dòng" if shared else "việc"
    said = counts_said(
        (f"{{}} {kind} đã hoàn thành", finished),
        (
            f"{{}} {kind} quá hạn{_by_whom(overdue_of)}" if overdue else "không có việc quá hạn",
            overdue or 1,
        ),
        (
            f"{{}} {kind} {unheard[:1].lower()}{unheard[1:]}",
            headline.action_buckets[TaskBucket.UNHEARD],
        ),
        between=", ",
    )
    total = f"các cơ quan tự đề ra {number_text(headline.actions)} việc"
    if shared:
        further = headline.actions - headline.registered_rows
        total = (
            f"có {number_text(headline.registered_rows)} dòng báo cáo của "
            f"{number_text(headline.registered)} việc đã đăng ký (nhiều cơ quan cùng tiếp nhận kế "
            "hoạch của một cơ quan)"
        ) + (f" và {number_text(further)} việc các cơ quan tự đề ra thêm" if further else "")
    silent = counts_said(
        (
            f"{{}} việc đã đăng ký{_by_whom(unreported_of)} chưa có báo cáo, không xếp loại",
            sum(unreported_of.values()),
        )
    )
    return f"Ngoài nhiệm vụ được giao, {'; '.join(filter(None, (total, said, silent)))}."


def _by_whom(counts: Mapping[str, int]) -> str:
    """Whose they are, for brackets: " (Sở Tài chính 2, Sở Y tế 1)"; "" where nobody is named."""
    told = [f"{name} {number_text(count)}" for name, count in counts.items()]
    return f" ({listed(told, 'cơ quan')})" if told else ""


def shared_said(
    doing: Doing, agency_name: Callable[[str], str], place_of: Callable[[str], str]
) -> str:
    """Who else names the document for what other work, each agency once; "" for nobody."""
    by_agency: dict[str, dict[str, None]] = {}
    for one in doing.shared:
        at = place_of(one.row) if one.row else "việc tự đề ra"
        by_agency.setdefault(one.agency, {})[at] = None
    told = [f"{agency_name(code)} ({', '.join(at)})" for code, at in by_agency.items()]
    return f"trùng với văn bản của {listed(told, 'cơ quan')}, đề nghị đối chiếu" if told else ""
