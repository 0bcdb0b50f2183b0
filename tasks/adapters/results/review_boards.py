"""The boards of a review: what was reached and what was not, tasks in the office's buckets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from models.domain.consolidation import Figure
from models.domain.consolidation.member_wording import Namer, members_said, verdict_said
from models.domain.cycle.cycles import ReportingCycle
from models.domain.cycle.letter_phrases import counts_said
from models.domain.notation.vietnamese_text import one_line
from models.domain.reading.forms import full_name, place_of
from models.domain.reading.office import Office
from models.domain.register.catalogue import CatalogueRow
from models.domain.register.targets import Judgement, format_target
from models.domain.register.territories import TERRITORY_SHORT_NAMES
from models.domain.review import Review, ReviewHeadline, ReviewIndicator, ReviewTask, TaskBucket
from models.domain.review.judging import BaselineResult, TerritoryResult
from models.domain.review.member_wording import parts_said
from models.domain.review.pace_wording import ground_said, own_ground
from models.domain.review.wording import (
    BUCKET_NAMES,
    DEADLINE_SOURCE_NAMES,
    OUTCOME_NAMES,
    bucket_said,
    figures_said,
)
from tasks.adapters.results.board import LISTED, Board, BoardColumn, Case, rows_of

NAME_SHOWN = 60  # letters of a row's name in a table
_LISTED_BUCKETS = (
    *(TaskBucket.OVERDUE, TaskBucket.UNHEARD, TaskBucket.UNREPORTED, TaskBucket.DONE_LATE),
)


def review_boards(office: Office, cycle: ReportingCycle, review: Review) -> list[Board]:
    """Indicators not met, not judged or without data, the missed first; tasks that need urging."""
    return [_indicators(office, cycle, review), _tasks(office, cycle, review)]


def review_counts(h: ReviewHeadline, conflicts: int) -> dict[str, int]:
    """How a review stands in numbers, tasks by the codes of their buckets."""
    return {
        "indicators": h.indicators,
        "met": h.met,
        "not_met": h.not_met,
        "cannot_be_judged": h.cannot_be_judged,
        "awaiting": h.awaiting,
        "by_person": h.by_person,
        "no_data": h.no_data,
        "tasks": h.tasks,
        **{bucket.value: count for bucket, count in h.buckets.items()},
        "conflicts": conflicts,
    }


def _indicators(office: Office, cycle: ReportingCycle, review: Review) -> Board:
    h = review.headline
    missed = [i for i in review.indicators if i.outcome is Judgement.NOT_MET]
    open_ones = [
        i for i in review.indicators if i.outcome in (Judgement.AWAITING, Judgement.UNKNOWN)
    ]
    counts = counts_said(
        ("{} đạt và vượt mức giao", h.met),
        ("{} không đạt", h.not_met),
        ("{} chờ đánh giá", h.awaiting),
        ("{} chưa đánh giá được", h.cannot_be_judged),
        ("{} chưa có số liệu", h.no_data),
        between=", ",
    )
    until = (
        f" ({told})"
        if (told := figures_said(h.indicators_reported, office.register.agency_name))
        else ""
    )
    judged = f"; {h.by_person} do người đánh giá" if h.by_person else ""
    behind = counts_said(
        ("; {} chưa đạt mức cam kết", h.below_commitment),
        ("; {} chậm hơn mốc trong năm", h.behind),
        between="",
    )
    elsewhere = [
        i
        for i in review.indicators
        if i not in missed and i not in open_ones and _misses_another(i)
    ]
    shown = [*missed, *elsewhere, *open_ones]
    said = ground_said(office.catalogue_of(cycle).territory)
    ground = f"{said} " if said else ""
    return Board(
        f"chi-tieu-{cycle.code}",
        f"Chỉ tiêu: kết quả so với mức giao, {cycle.title}",
        f"{h.indicators} chỉ tiêu{until}: {counts}{judged}{behind}. {ground}Dưới đây là chỉ "
        "tiêu không đạt (kể cả chỉ không đạt một trong các mức giao), rồi chỉ tiêu chưa đánh giá "
        "được hoặc chưa có số liệu." + _cut(len(shown)),
        rows_of(_indicator_columns(office, cycle), shown[:LISTED]),
    )


def _indicator_columns(office: Office, cycle: ReportingCycle) -> list[BoardColumn[ReviewIndicator]]:
    return [
        *_name_columns(office, cycle, lambda one: one.row),
        BoardColumn("Đánh giá", lambda one: _judged(one, office.register.agency_name)),
        BoardColumn("Mức giao", _target),
        BoardColumn("Cam kết", _commitment),
        BoardColumn("Cả năm", _year),
        BoardColumn("Đơn vị tính", lambda one: one.row.unit),
        BoardColumn("Cơ quan", lambda one: office.register.agency_name(_reporter(one))),
        BoardColumn("Ô", lambda one: _cell(_value(one))),
    ]


def _value(one: ReviewIndicator) -> Figure | None:
    return one.result.value if one.result else None


def _commitment(one: ReviewIndicator) -> str:
    """As it was written; of which ground, where what counts is of another."""
    if one.commitment is None:
        return ""
    ground = own_ground(one)
    return f"{one.commitment.text} ({ground})" if ground else one.commitment.text


def _year(one: ReviewIndicator) -> str:
    figure = _value(one)
    return f"{figure.text}{_where(one)}" if figure else ""


def _where(one: ReviewIndicator) -> str:
    """The ground of what counts, where it is not the directive's own."""
    result = one.result if one.elsewhere else None
    return f" ({TERRITORY_SHORT_NAMES[result.territory]})" if result else ""


def _reporter(one: ReviewIndicator) -> str:
    figure = _value(one)
    return figure.agency if figure else one.row.led_by


def _judged(one: ReviewIndicator, name: Namer) -> str:
    if not one.has_value:
        return "Chưa có số liệu"
    if one.members is not None:
        verdict = verdict_said(one.members, OUTCOME_NAMES)
        return f"{verdict}. {members_said(one.members, one.row.unit, name)}"
    result = one.result
    if one.outcome is Judgement.UNKNOWN and one.why_open:
        return one.why_open
    beside = [
        f"{b.target.baseline} ({b.target.printed}): {_with_person(b)}"
        for b in (result.baselines if result else ())
    ]
    own = _with_person(result) if result else OUTCOME_NAMES[one.outcome].lower()
    return "; ".join([f"{own[:1].upper()}{own[1:]}", *beside])


def _with_person(found: TerritoryResult | BaselineResult) -> str:
    """The judgement, and whose it is where a person's."""
    said = OUTCOME_NAMES[found.judgement].lower()
    return f"{said}, {found.by_person}" if found.by_person else said


def _misses_another(one: ReviewIndicator) -> bool:
    """Whether it misses an official measure other than the target in force."""
    beside = one.result.baselines if one.result else ()
    return any(b.judgement is Judgement.NOT_MET for b in beside)


def _target(one: ReviewIndicator) -> str:
    target = one.result.target if one.result else None
    return format_target(target.target) + _where(one) if target else one.row.target_shown


def _tasks(office: Office, cycle: ReportingCycle, review: Review) -> Board:
    h = review.headline
    said = "; ".join(
        f"{name[:1].lower()}{name[1:]}: {h.buckets[bucket]}"
        for bucket, name in BUCKET_NAMES.items()
        if h.buckets[bucket]
    )
    until = (
        f" ({told})"
        if (told := figures_said(h.tasks_reported, office.register.agency_name))
        else ""
    )
    unproven = f"{h.unproven} nhiệm vụ báo hoàn thành nhưng chưa đủ số, ngày văn bản. "
    shown = [task for bucket in _LISTED_BUCKETS for task in review.tasks_in(bucket)]
    return Board(
        f"nhiem-vu-{cycle.code}",
        f"Nhiệm vụ theo tình trạng, thời hạn, {cycle.title}",
        f"{h.tasks} nhiệm vụ được giao{until}: {said}. {unproven if h.unproven else ''}Dưới đây "
        "là nhiệm vụ quá hạn, đến hạn sau ngày báo cáo mà chưa có số liệu mới, chưa có báo cáo, "
        "hoàn thành quá hạn." + _cut(len(shown)),
        rows_of(_task_columns(office, cycle), shown[:LISTED]),
    )


def _task_columns(office: Office, cycle: ReportingCycle) -> list[BoardColumn[ReviewTask]]:
    return [
        *_name_columns(office, cycle, lambda task: task.row),
        BoardColumn("Tình trạng", lambda task: _state(task, office.register.agency_name)),
        BoardColumn("Thời hạn", lambda task: _day(task.deadline) or task.row.deadline_printed),
        BoardColumn("Theo", lambda task: DEADLINE_SOURCE_NAMES[task.deadline_source]),
        BoardColumn("Hoàn thành", lambda task: _day(task.finished_on)),
        BoardColumn("Cơ quan", lambda task: office.register.agency_name(task.led_by)),
        BoardColumn("Ô", lambda task: "" if task.members else _cell(task.doing.state_figure)),
    ]


def _state(task: ReviewTask, name: Namer) -> str:
    if task.members:
        return f"{BUCKET_NAMES[task.bucket]}: {parts_said(task, name)}"
    return bucket_said(task.bucket, task.doing.reported_on)


def _day(day: dt.date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def _name_columns(
    office: Office, cycle: ReportingCycle, row_of: Callable[[Case], CatalogueRow]
) -> list[BoardColumn[Case]]:
    catalogue = office.catalogue_of(cycle)
    return [
        BoardColumn("Mục", lambda case: place_of(row_of(case), catalogue)),
        BoardColumn(
            "Nội dung", lambda case: one_line(full_name(row_of(case), catalogue), NAME_SHOWN)
        ),
    ]


def _cell(figure: Figure | None) -> str:
    return f"{figure.source.sheet_name}!{figure.source.cell}" if figure else ""


def _cut(count: int) -> str:
    return f" Chỉ hiện {LISTED} dòng đầu." if count > LISTED else ""
