"""What the note to the head of the office says of a review: missed, overdue, left behind."""

from __future__ import annotations

from collections.abc import Iterable

from models.domain.consolidation import Consolidation, Figure
from models.domain.consolidation.member_wording import counted, members_said, missed_said
from models.domain.cycle.letter_phrases import measured, number_text, one_line, shown_number
from models.domain.letters.letters import Table
from models.domain.reading.office import Office
from models.domain.register.catalogue import PERIODS
from models.domain.register.target_revisions import named_basis
from models.domain.register.targets import Judgement, format_target
from models.domain.register.territories import TERRITORY_SHORT_NAMES
from models.domain.results.report_measures import against_baseline
from models.domain.results.summary_words import (
    TASK_LENGTH,
    SummaryMatter,
    Words,
    cut_table,
    point,
    rows_point,
)
from models.domain.review import (
    Pace,
    Review,
    ReviewHeadline,
    ReviewIndicator,
    ReviewTask,
    TaskBucket,
)
from models.domain.review.member_wording import done_said, parts_said
from models.domain.review.wording import (
    BUCKET_NAMES,
    OUTCOME_NAMES,
    silent_part,
    silent_since,
)

_YEAR = PERIODS[-1]
_NOTES = (
    "Số cả năm là số ước, trừ khi cơ quan ghi là số chính thức. Nguyên nhân, giải pháp và nguồn "
    "của từng số liệu có trong tệp kèm theo.",
)


def review_matter(consolidation: Consolidation, review: Review, office: Office) -> SummaryMatter:
    """The gravest first: what was not reached, what is overdue, where the way was left behind."""
    words = Words(consolidation, office)
    return SummaryMatter(
        shares=_shares(review.headline),
        points=list(_points(review, words)),
        tables=list(_review_tables(review, words)),
        figures=list(_figures(review)),
        notes=_NOTES,
    )


def _shares(headline: ReviewHeadline) -> str:
    """The results in one sentence part."""
    h = headline
    told = h.indicators - h.no_data
    overdue = h.buckets[TaskBucket.OVERDUE]
    silent = f" ({said})" if (said := silent_part(h.not_reported_since)) else ""
    awaiting = f", {number_text(h.awaiting)} chờ đánh giá" if h.awaiting else ""
    return (
        f"{number_text(told)}/{number_text(h.indicators)} chỉ tiêu đã có số cả năm, trong đó "
        f"{number_text(h.met)} đạt và vượt, {number_text(h.not_met)} không đạt{awaiting}; "
        f"{number_text(h.done)}/{number_text(h.tasks)} nhiệm vụ đã hoàn thành, "
        f"{number_text(overdue)} quá hạn chưa hoàn thành{silent}; "
        f"{number_text(h.projects_reported)}/{number_text(h.projects)} dự án trọng điểm đã báo cáo"
    )


def _points(review: Review, words: Words) -> Iterable[str]:
    """The gravest first; each figure with its reference."""
    missed = [_result(i, words) for i in review.indicators if i.outcome is Judgement.NOT_MET]
    yield from point("Chỉ tiêu không đạt", missed, "chỉ tiêu")
    several = [_by_each(i, words) for i in review.indicators if _is_told_by_each(i)]
    yield from point("Chỉ tiêu có nhiều mức giao, so với từng mức", several, "chỉ tiêu")
    unjudged = [
        f"{words.row(i.row)} ({i.why_not_judged[:1].lower()}{i.why_not_judged[1:]})"
        for i in review.indicators
        if i.has_value and i.outcome is Judgement.UNKNOWN
    ]
    yield from point("Chỉ tiêu chưa đánh giá được", unjudged, "chỉ tiêu")
    awaiting = [i.row for i in review.indicators if i.outcome is Judgement.AWAITING]
    yield from rows_point("Chỉ tiêu chờ đánh giá", awaiting, "chỉ tiêu", words)
    judged = [
        f"{words.row(i.row)} ({OUTCOME_NAMES[i.outcome].lower()}, {i.by_person})"
        for i in review.indicators
        if i.by_person
    ]
    yield from point("Chỉ tiêu do người đánh giá", judged, "chỉ tiêu")
    silent = [i.row for i in review.indicators if not i.has_value]
    yield from rows_point("Chỉ tiêu chưa có số liệu", silent, "chỉ tiêu", words)
    below = [
        _below(i, words)
        for i in review.indicators
        if i.commitment_judgement is Judgement.NOT_MET and i.outcome is not Judgement.NOT_MET
    ]
    yield from point("Chỉ tiêu đạt mức giao nhưng chưa đạt cam kết đầu năm", below, "chỉ tiêu")
    yield from _scenario(review)
    for bucket in (TaskBucket.OVERDUE, TaskBucket.DONE_LATE):
        named = [_dated(t, words) for t in review.tasks_in(bucket)]
        yield from point(f"Nhiệm vụ {BUCKET_NAMES[bucket].lower()}", named, "nhiệm vụ")
    unreported = [
        f"{words.row_and_lead(t.row)}" + (f": {parts_said(t, words.agency)}" if t.members else "")
        for t in review.tasks_in(TaskBucket.UNREPORTED)
    ]
    yield from point("Nhiệm vụ chưa có báo cáo", unreported, "nhiệm vụ")
    unproven = [t.row for t in review.tasks if t.bucket.is_done and not t.proven]
    label = "Nhiệm vụ báo đã hoàn thành nhưng chưa đủ số, ngày văn bản"
    yield from rows_point(label, unproven, "nhiệm vụ", words)
    projects = [p.row for p in review.projects if p.standing is None]
    yield from rows_point("Dự án trọng điểm chưa được báo cáo", projects, "dự án", words)
    if review.proposals:
        agencies = number_text(len({p.agency for p in review.proposals}))
        count = number_text(len(review.proposals))
        yield f"Có {count} kiến nghị, đề xuất của {agencies} cơ quan, xem trong tệp kèm theo."


def _result(one: ReviewIndicator, words: Words) -> str:
    """A missed target: what was reached, what was set, where the figure comes from, and why."""
    result = one.result
    if one.members is not None:
        missed = missed_said(one.members, one.row.unit, words.agency)
        set_at = format_target(result.target.target) if result and result.target else ""
        said = f"{counted(one.members)}, giao {set_at or one.row.target_shown}"
        return f"{words.row(one.row)} ({said}; không đạt: {missed})"
    if result is None or result.value is None or result.value.number is None:
        return words.row(one.row)
    reached = measured(result.value.number, one.row.unit)
    target = format_target(result.target.target) if result.target else one.row.target_shown
    where = "" if result.territory is one.territory else TERRITORY_SHORT_NAMES[result.territory]
    said = f"{words.row(one.row)} ({where + ' ' if where else ''}{reached}, giao {target}"
    return f"{said}; {result.value.reference})"


def _is_told_by_each(one: ReviewIndicator) -> bool:
    return any(r.baselines and r.value is not None for r in one.territories.values())


def _by_each(one: ReviewIndicator, words: Words) -> str:
    """A measure that several have set: its value on each ground, against each by name."""
    parts = []
    for territory, result in one.territories.items():
        if not result.baselines or result.value is None or result.value.number is None:
            continue
        value = measured(result.value.number, one.row.unit)
        own = []
        if result.target is not None:
            said = OUTCOME_NAMES[result.judgement].lower()
            own = [f"{named_basis(result.target.basis)}: {result.target.printed}, {said}"]
        beside = [against_baseline(b, told=True) for b in result.baselines]
        measures = "; ".join([*own, *beside])
        where = TERRITORY_SHORT_NAMES[territory]
        parts.append(f"{where} {value} ({measures}; {result.value.reference})")
    return f"{words.row(one.row)}: {', '.join(parts)}"


def _below(one: ReviewIndicator, words: Words) -> str:
    value, promised = one.value, one.commitment
    if value is None or value.number is None or promised is None or promised.number is None:
        return words.row(one.row)
    other = one.other_agency(promised)
    whose = f" của {words.agency(other)}" if other else ""
    return (
        f"{words.row(one.row)} ({measured(value.number, one.row.unit)}, cam kết "
        f"{_promised(promised)}{whose}; {value.reference}, {promised.reference})"
    )


def _promised(figure: Figure) -> str:
    """The number; what was written with a sign (">10") to the letter."""
    if figure.number is None or figure.bound:
        return one_line(figure.text, 60) if figure.bound else ""
    return shown_number(figure.number)


def _dated(task: ReviewTask, words: Words) -> str:
    """A task with its deadline, and by how much it was missed where it is done."""
    if task.members:
        day = f"hạn {task.row.deadline:%d/%m/%Y}, " if task.row.deadline else ""
        return f"{words.row_and_lead(task.row)}: {day}{parts_said(task, words.agency)}"
    due = f"hạn {task.deadline:%d/%m/%Y}" if task.deadline else ""
    late = f", chậm {task.doing.days_late} ngày" if task.doing.days_late else ""
    silent = f", {silent_since(task.doing.reported_on)}" if task.doing.not_reported_since else ""
    return f"{words.row_and_lead(task.row)}: {due}{late}{silent}"


def _scenario(review: Review) -> Iterable[str]:
    """The whole product and how many branches are behind the scenario at the year's end."""
    if not review.scenario:
        return
    whole = review.scenario[0].point(_YEAR)
    if whole is None or whole.actual is None or whole.actual.number is None:
        return
    numbers = review.scenario[0].disputed.get(whole.actual.reference, ())
    doubt = " (tạm dùng, các nguồn còn khác nhau)" if numbers else ""
    behind = sum(
        (p := line.point(_YEAR)) is not None and p.pace is Pace.BEHIND
        for line in review.scenario[1:]
    )
    branches = number_text(len(review.scenario) - 1)
    which = f"{number_text(behind)}/{branches}" if behind else f"không ngành nào trong {branches}"
    yield (
        f"Kịch bản GRDP cả năm: {shown_number(whole.actual.number)} so với "
        f"{shown_number(whole.printed)} tại Phụ lục II{doubt}; "
        f"{which} ngành chậm hơn kịch bản."
    )


def _figures(review: Review) -> Iterable[tuple[str, str]]:
    """The whole product against its scenario, targets, tasks, projects."""
    h = review.headline
    whole = review.scenario[0].point(_YEAR) if review.scenario else None
    if whole is not None and whole.actual is not None and whole.actual.number is not None:
        yield (
            "Chỉ số GRDP cả năm",
            f"{shown_number(whole.actual.number)} (kịch bản {shown_number(whole.printed)})",
        )
    silent = f", {said}" if (said := silent_part(h.not_reported_since)) else ""
    untold = ((h.awaiting, "chờ đánh giá"), (h.no_data, "chưa có số liệu"))
    yield (
        "Chỉ tiêu đạt và vượt",
        _of(h.met, h.indicators, ((h.not_met, "không đạt"), *untold)),
    )
    overdue = f"quá hạn chưa hoàn thành{silent}"
    yield (
        "Nhiệm vụ đã hoàn thành",
        _of(h.done, h.tasks, ((h.buckets[TaskBucket.OVERDUE], overdue),)),
    )
    yield "Dự án trọng điểm đã báo cáo", _of(h.projects_reported, h.projects, ())


def _of(part: int, whole: int, others: Iterable[tuple[int, str]]) -> str:
    """«84/114; 30 không đạt»: what there is none of is not said."""
    told = [f"{number_text(part)}/{number_text(whole)}"]
    return "; ".join([*told, *(f"{number_text(n)} {said}" for n, said in others if n)])


def _review_tables(review: Review, words: Words) -> Iterable[Table]:
    """Indicators missed and tasks overdue: names in columns that a telephone shows."""
    missed = [i for i in review.indicators if i.outcome is Judgement.NOT_MET]
    yield cut_table(
        "Chỉ tiêu không đạt",
        ("Chỉ tiêu", "Giao", "Cả năm"),
        [(words.with_unit(i.row), _set_at(i), _reached(i, words)) for i in missed],
        (1, 2),
    )
    yield cut_table(
        f"Nhiệm vụ {BUCKET_NAMES[TaskBucket.OVERDUE].lower()}",
        ("Nhiệm vụ", "Cơ quan", "Thời hạn"),
        [
            (_task_name(t, words), words.agency(t.led_by), _limit(t))
            for t in review.tasks_in(TaskBucket.OVERDUE)
        ],
        (),
    )
    headline = review.headline
    yield Table(
        "Nhiệm vụ và việc tự đề ra theo tình trạng, thời hạn",
        ("Tình trạng", "Nhiệm vụ được giao", "Việc tự đề ra"),
        [
            (
                BUCKET_NAMES[bucket],
                number_text(headline.buckets[bucket]),
                number_text(headline.action_buckets[bucket]),
            )
            for bucket in headline.shown_buckets
        ],
        (1, 2),
    )


def _set_at(one: ReviewIndicator) -> str:
    result = one.result
    return format_target(result.target.target) if result and result.target else ""


def _task_name(task: ReviewTask, words: Words) -> str:
    """The name; of one that many lead together, how many of them are done."""
    name = words.name(task.row, TASK_LENGTH)
    return f"{name} ({done_said(task)})" if task.members else name


def _limit(task: ReviewTask) -> str:
    deadline = task.row.deadline if task.members else task.deadline
    return f"{deadline:%d/%m/%Y}" if deadline else ""


def _reached(one: ReviewIndicator, words: Words) -> str:
    """The value of the year; of many who lead together, how they came out."""
    if one.members is not None:
        return members_said(one.members, one.row.unit, words.agency)
    value = one.result.value if one.result else None
    return shown_number(value.number) if value and value.number is not None else ""
