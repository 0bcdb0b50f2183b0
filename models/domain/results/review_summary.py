"""What the note to the head of the office says of a review: missed, overdue, left behind."""

from __future__ import annotations

from collections.abc import Container, Iterable

from models.domain.consolidation import Consolidation, Figure
from models.domain.consolidation.member_wording import NAMED, counted, missed_said
from models.domain.consolidation.wording import judged_by
from models.domain.cycle.letter_phrases import (
    alike,
    counts_said,
    listed,
    measured,
    number_text,
    out_of,
    part_said,
    shown_number,
)
from models.domain.notation.number_notation import format_number
from models.domain.notation.rounding import half_up, like_decimals
from models.domain.notation.vietnamese_text import one_line
from models.domain.reading.office import Office
from models.domain.register.catalogue import PERIODS
from models.domain.register.target_revisions import first_in_full, named_basis
from models.domain.register.targets import Judgement, format_target
from models.domain.register.territories import (
    TERRITORY_SHORT_NAMES,
    Territory,
)
from models.domain.results.overview.caveats import Caveats, caveats_of
from models.domain.results.overview.open_matters import matters_briefly, open_matters
from models.domain.results.report_text import against_baseline, hedged, places_there, target_said
from models.domain.results.report_work import proposals_said
from models.domain.results.review_lists import longest_first, plain_target, review_tables
from models.domain.results.summary_words import (
    SummaryMatter,
    Words,
    in_brackets,
    point,
    rows_point,
    wholes_point,
)
from models.domain.review import (
    Pace,
    Review,
    ReviewHeadline,
    ReviewIndicator,
    ReviewScenario,
    ReviewTask,
    TaskBucket,
)
from models.domain.review.member_wording import parts_said
from models.domain.review.pace_wording import ground_said, part_named
from models.domain.review.review import growth_by_ground
from models.domain.review.spending import DOUBTED, doubts_said, is_doubtful
from models.domain.review.states import ValueStatus
from models.domain.review.wording import (
    BUCKET_NAMES,
    OUTCOME_NAMES,
    figures_briefly_said,
    ground_named,
    open_tasks,
    status_on,
)

_YEAR = PERIODS[-1]
_NOTES = ("Số cả năm là số ước, trừ số ghi «chính thức».",)


def review_matter(
    consolidation: Consolidation, review: Review, office: Office, changed: Container[str] = ()
) -> SummaryMatter:
    """The gravest first: what was not reached, what is overdue, where the way was left behind.

    `changed` has the codes of rows that came out otherwise than in the report before: where a list
    shows its first rows alone, those come first.
    """
    words = Words(consolidation, office)
    caveats = caveats_of(consolidation, words.catalogue, words.agency)
    matters = open_matters(consolidation, review, words.place, words.whole_name, office)
    bases = [r.target.basis for one in review.indicators for r in one.grounds.values() if r.target]
    return SummaryMatter(
        shares=_shares(review.headline, words),
        points=[
            *first_in_full(list(_points(review, words, caveats)), bases),
            *wholes_point(consolidation, words),
        ],
        tables=list(review_tables(review, words, changed)),
        figures=list(_figures(review, words, caveats)),
        notes=_notes(words),
        in_figures=[*_scenario(review, words, caveats), *_proposed(review)],
        open_matters=matters_briefly(matters),
        official=frozenset(
            one.row.code
            for one in review.indicators
            if one.result and status_on(one, one.result.territory) is ValueStatus.ACTUAL
        ),
    )


def _notes(words: Words) -> tuple[str, ...]:
    ground = ground_said(words.catalogue.territory)
    return tuple(note for note in (ground, *_NOTES) if note)


def _shares(headline: ReviewHeadline, words: Words) -> str:
    """The results in one sentence part."""
    h = headline
    told = h.indicators - h.no_data
    unheard = BUCKET_NAMES[TaskBucket.UNHEARD]
    results = counts_said(
        ("{} đạt và vượt", h.met),
        ("{} không đạt", h.not_met),
        ("{} chờ đánh giá", h.awaiting),
        between=", ",
    )
    late = counts_said(
        (", {} quá hạn chưa hoàn thành", h.buckets[TaskBucket.OVERDUE]),
        (f", {{}} {unheard[:1].lower()}{unheard[1:]}", h.buckets[TaskBucket.UNHEARD]),
        between="",
    )
    until = _until(h, words)
    return (
        part_said(told, h.indicators, "chỉ tiêu", "đã có số cả năm")
        + (f", trong đó {results}; " if results else "; ")
        + f"{part_said(h.done, h.tasks, 'nhiệm vụ', 'đã hoàn thành')}{late}{until}; "
        + part_said(h.projects_reported, h.projects, "dự án trọng điểm", "đã báo cáo")
    )


def _points(review: Review, words: Words, caveats: Caveats) -> Iterable[str]:
    """The gravest first; each figure with its reference."""
    missed = [_result(i, words) for i in review.indicators if i.outcome is Judgement.NOT_MET]
    yield from point("Chỉ tiêu không đạt", missed, "chỉ tiêu")
    several = [_by_each(i, words) for i in review.indicators if _is_told_by_each(i)]
    yield from point("Chỉ tiêu có nhiều mức giao, so với từng mức", several, "chỉ tiêu")
    unjudged = [
        f"{words.row(i.row)} ({i.why_open[:1].lower()}{i.why_open[1:]})"
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
    yield from _scenario(review, words, caveats)
    for bucket in (TaskBucket.OVERDUE, TaskBucket.UNHEARD, TaskBucket.DONE_LATE):
        named = [_dated(t, words) for t in longest_first(review.tasks_in(bucket))]
        said = BUCKET_NAMES[bucket]
        yield from point(f"Nhiệm vụ {said[:1].lower()}{said[1:]}", named, "nhiệm vụ")
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
    doubtful = [
        f"{words.row(p.row)} ({'; '.join(doubts_said(p))})"
        for p in review.projects
        if is_doubtful(p)
    ]
    yield from point(DOUBTED, doubtful, "dự án")
    yield from _proposed(review)


def _proposed(review: Review) -> Iterable[str]:
    if said := proposals_said(review.proposals):
        yield f"{said[:1].upper()}{said[1:]} (trang «Kiến nghị» của sổ tổng hợp)."


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
    plain = plain_target(result)
    places = like_decimals((result.value.number, plain))
    reached = hedged(result.value, measured(half_up(result.value.number, places), one.row.unit))
    target = format_target(result.target.target) if result.target else one.row.target_shown
    if plain is not None:
        target = format_number(plain, places)
    where = ground_named(one)
    said = f"{words.row(one.row)} ({where + ' ' if where else ''}{reached}, giao {target}"
    if one.judged_value is not None:
        said += f", {judged_by(one.judged_value)}"
    return f"{said}; {result.value.reference})"


def _is_told_by_each(one: ReviewIndicator) -> bool:
    return any(r.baselines and r.value is not None for r in one.grounds.values())


def _by_each(one: ReviewIndicator, words: Words) -> str:
    """A measure that several have set: its value on each ground, against each by name."""
    parts = []
    for territory, result in one.grounds.items():
        if not result.baselines or result.value is None or result.value.number is None:
            continue
        places = places_there(result)
        value = hedged(result.value, measured(half_up(result.value.number, places), one.row.unit))
        own = []
        if result.target is not None:
            said = OUTCOME_NAMES[result.judgement].lower()
            own = [
                f"{named_basis(result.target.basis)}: {target_said(result.target, places)}, {said}"
            ]
        beside = [against_baseline(b, places, told=True) for b in result.baselines]
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
    places = like_decimals((value.number, promised.number))
    own = hedged(value, measured(half_up(value.number, places), one.row.unit))
    kept = _promised(promised) if promised.bound else format_number(promised.number, places)
    return (
        f"{words.row(one.row)} ({own}, cam kết {kept}{whose}; {value.reference}, "
        f"{promised.reference})"
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
    return f"{words.row_and_lead(task.row)}: {due}{late}"


def _scenario(review: Review, words: Words, caveats: Caveats) -> Iterable[str]:
    """The whole product against the scenario at the year's end, and the branches, by whose figures
    each."""
    if not review.scenario:
        return
    whole, *branches = review.scenario
    point = whole.point(_YEAR)
    if point is None or point.actual is None or point.actual.number is None:
        return
    numbers = whole.disputed.get(point.actual.reference, ())
    doubt = ", tạm dùng, các nguồn còn khác nhau" if numbers else ""
    actual, printed = alike((point.actual.number, point.printed))
    said = _TO_SCENARIO[point.pace].format(printed)
    yield (
        f"{_index_named(words)} {actual} (cùng kỳ bằng 100), {said} (số của "
        f"{words.agency(point.actual.agency)}{doubt}){_branches(branches, words)}"
        f"{_whole_city(review, words, caveats)}."
    )


_TO_SCENARIO = {
    Pace.BEHIND: "thấp hơn kịch bản {}",
    Pace.AHEAD: "cao hơn kịch bản {}",
    Pace.ON_TRACK: "bằng kịch bản {}",
    Pace.UNKNOWN: "kịch bản {}",
}


def _branches(branches: Iterable[ReviewScenario], words: Words) -> str:
    """How many branches are behind the scenario, by whose figures; "" where none is known."""
    known = [p for b in branches if (p := b.point(_YEAR)) and p.actual is not None]
    if not known:
        return ""
    agencies = dict.fromkeys(p.actual.agency for p in known if p.actual)
    whose = listed([words.agency(code) for code in agencies], "cơ quan", NAMED)
    behind = sum(p.pace is Pace.BEHIND for p in known)
    reached = f": {number_text(behind)} dòng thấp hơn kịch bản" if behind else " đều đạt kịch bản"
    return f"; {number_text(len(known))} dòng ngành, nhóm ngành theo số của {whose}{reached}"


def _figures(review: Review, words: Words, caveats: Caveats) -> Iterable[tuple[str, str]]:
    """The whole product against its scenario, targets, tasks, projects."""
    h = review.headline
    whole = review.scenario[0].point(_YEAR) if review.scenario else None
    if whole is not None and whole.actual is not None and whole.actual.number is not None:
        actual, printed = alike((whole.actual.number, whole.printed))
        of_whole = review.scenario[0]
        beside = (
            _STATUSES[of_whole.status],
            words.agency(whole.actual.agency),
            f"kịch bản {printed}",
            "tạm dùng, các nguồn còn khác nhau"
            if whole.actual.reference in of_whole.disputed
            else "",
            caveats.chosen(whole.actual),
            caveats.misfit(of_whole.row, review.territory),
        )
        said = f"{actual}{in_brackets(beside)}{_whole_city(review, words, caveats)}"
        yield _index_named(words), said
    yield (
        "Chỉ tiêu đạt và vượt",
        _of(
            h.met,
            h.indicators,
            ("{} không đạt", h.not_met),
            ("{} chờ đánh giá", h.awaiting),
            ("{} chưa đánh giá được", h.cannot_be_judged),
            ("{} chưa có số liệu", h.no_data),
        ),
    )
    tasks = _of(h.done, h.tasks, *open_tasks(h))
    yield "Nhiệm vụ đã hoàn thành", f"{tasks}{_until(h, words)}"
    yield "Dự án trọng điểm đã báo cáo", _of(h.projects_reported, h.projects)


def _whole_city(review: Review, words: Words, caveats: Caveats) -> str:
    """The growth of the whole city beside the scenario's of another ground: whose it is, and
    whether it fits its areas'; "" for one ground."""
    one = growth_by_ground(review, words.catalogue)
    if one is None or one.territory is Territory.WHOLE:
        return ""
    where = TERRITORY_SHORT_NAMES[Territory.WHOLE]
    whole = one.territories.get(Territory.WHOLE)
    if whole is None or whole.value is None or whole.value.number is None:
        return f"; {where} chưa có số liệu"
    plain, unit = plain_target(whole), one.row.unit
    reached, set_at = alike((whole.value.number, plain))
    beside = (
        _STATUSES[status_on(one, Territory.WHOLE)],
        words.agency(whole.value.agency),
        f"giao {set_at}{unit}" if set_at else "",
        caveats.chosen(whole.value),
        caveats.misfit(one.row, Territory.WHOLE),
    )
    return f"; tốc độ tăng {where} {reached}{unit}{in_brackets(beside)}"


_STATUSES = {
    ValueStatus.ESTIMATE: "ước",
    ValueStatus.ACTUAL: "chính thức",
    ValueStatus.UNSTATED: "",
}


def _index_named(words: Words) -> str:
    """The whole product's index, of which ground where that is but a part of the city."""
    return f"Chỉ số GRDP cả năm{part_named(words.catalogue.territory)}"


def _of(part: int, whole: int, *others: tuple[str, int]) -> str:
    """«84/114; 30 không đạt»: what there is none of is not said."""
    rest = counts_said(*others)
    return out_of(part, whole) + (f"; {rest}" if rest else "")


def _until(headline: ReviewHeadline, words: Words) -> str:
    """As of when the figures are, after a count."""
    return in_brackets([figures_briefly_said(headline.tasks_reported, words.agency)])
