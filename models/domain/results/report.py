"""The year-end report: what stands in it, ready to be set.

Pure: the same consolidation gives the same report. Form and standing words are the template's; the
sentences with figures, the tables' cells and the annex are made here. Every figure carries its
reference, and the annex leads from each reference to agency, file, sheet and cell.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from models.domain.answers.standing import AgencyStanding, Timeliness
from models.domain.consolidation import Consolidation
from models.domain.consolidation.overview import AgencyOverview
from models.domain.consolidation.wholes import in_scenario
from models.domain.consolidation.wording import held_said, timeliness_said
from models.domain.cycle.cycles import HANOI
from models.domain.cycle.letter_phrases import (
    check_code,
    counts_said,
    instant_text,
    number_text,
    one_line,
    part_said,
)
from models.domain.cycle.meetings import served_by
from models.domain.reading.office import Office
from models.domain.register.agencies import Register
from models.domain.register.targets import Judgement
from models.domain.register.territories import TERRITORY_SHORT_NAMES, Territory
from models.domain.results import report_measures as measures
from models.domain.results import report_members as member_values
from models.domain.results import report_projects as spent
from models.domain.results import report_scenario as scenario_table
from models.domain.results import report_work as work
from models.domain.results.change_wording import change_notes, change_points, flipped_rows
from models.domain.results.report_sources import SourceFile, source_files
from models.domain.results.report_text import Citations, ReportNames, Text, shortened, words
from models.domain.results.snapshots import Changes
from models.domain.review.lines import ReviewIndicator
from models.domain.review.pace_wording import ground_said, judged_ground_said
from models.domain.review.review import Review
from models.domain.review.states import Pace, TaskBucket
from models.domain.review.wording import BUCKET_NAMES, OUTCOME_NAMES, figures_said, open_tasks

Row = Mapping[str, Text]

_OPEN = (Judgement.AWAITING, Judgement.UNKNOWN)  # neither met nor not met


@dataclass(frozen=True)
class Group:
    """Rows under one heading. `title` is the report's own words with the count."""

    title: str
    rows: Sequence[Row]


@dataclass(frozen=True)
class ReportContent:
    """All that the template sets. Texts are harmless; lists may be empty."""

    place_and_date: str  # "Hải Phòng, ngày 27 tháng 11 năm 2025"
    issued_on: str  # the same day, as annexes name it
    title: str
    legal_basis: str
    as_of: str
    recipient: str  # what it serves: a meeting that is still to come, or the office's daily work
    directive: str
    ground: str  # of which ground figures are that name none; "" where all are of the whole city
    code: str  # by which the consolidation is known
    overview: Sequence[Text]
    outcomes: Sequence[Row]  # how many came out how, by appendix, then their sum
    reached: Sequence[Group]  # exceeded, met, floor met; of many the main ones
    not_met: Sequence[Row]
    no_data: Sequence[Row]
    unjudged: Sequence[Row]
    territories: Sequence[Row]
    conflicts: Sequence[Row]
    unfit: Sequence[Text]  # figures beside each other that cannot all be right
    scenario: Sequence[Row]
    scenario_notes: Sequence[Text]
    buckets: Sequence[Row]
    tasks_overview: Sequence[Text]
    overdue: Sequence[Row]
    projects: Sequence[Row]
    project_groups: Sequence[Group]  # the same rows under the directive's headings
    projects_parts: Sequence[Row]  # the sums of those that the budget pays, and those investors do
    projects_total: Row
    project_notes: Sequence[Text]  # what the sums are taken over
    obstacles: Sequence[Text]  # of projects, and their causes, each wording once
    milestones: str  # which of them the annex of projects holds
    held: Sequence[Text]  # whose mail waits for the office
    owing: Sequence[Row]
    late: Sequence[Row]
    extended: Sequence[Text]  # whose deadline was another one, by whose decision, and why
    proposals: Sequence[Row]
    changes: Sequence[Text]
    flipped: Sequence[Row]
    questions: Sequence[Text]  # what the city's committee is asked for, at the end
    annex_indicators: Sequence[Row]
    annex_tasks: Sequence[Group]
    sources: Sequence[SourceFile]  # none in the copy without references
    citations: int

    def without_references(self) -> ReportContent:
        """The copy to be signed: the same words and figures, no reference and no annex of them."""
        bare = {f.name: _bare(getattr(self, f.name)) for f in fields(self)}
        return replace(self, **{**bare, "sources": [], "citations": 0})


def _bare(value: Any) -> Any:
    """The value with every text in it without references."""
    if isinstance(value, Text):
        return value.without_references
    if isinstance(value, Mapping):
        return {key: _bare(one) for key, one in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: _bare(getattr(value, f.name)) for f in fields(value)})
    if isinstance(value, list):
        return [_bare(one) for one in value]
    return value


def report_of(
    office: Office,
    consolidation: Consolidation,
    review: Review,
    standings: Sequence[AgencyStanding] = (),
    changes: Changes | None = None,
) -> ReportContent:
    """The report's content. `standings` are those consolidated: they say which sections are owed.

    Lines stand in the directive's order, agencies in the register's.
    """
    cycle = consolidation.cycle
    catalogue, form = office.catalogue_of(cycle), office.form_of(cycle)
    names = ReportNames(office.register, catalogue, form)
    cites = Citations()
    indicators = review.indicators
    of_scenario = [one for one in consolidation.wholes if in_scenario(one, catalogue)]
    others = [one for one in consolidation.wholes if one not in of_scenario]
    places = spent.project_places(review.projects)
    projects = [
        spent.project_row(p, n, names, cites, places) for n, p in enumerate(review.projects, 1)
    ]
    (*parts, total), notes = spent.project_totals(review.projects, names)
    content = {
        "overview": list(_overview(consolidation, review)),
        "outcomes": measures.outcome_rows(indicators),
        "reached": list(_reached(review, names, cites)),
        "not_met": [
            measures.missed_row(i, n, names, cites)
            for n, i in enumerate(
                (i for i in indicators if i.has_value and i.outcome is Judgement.NOT_MET), 1
            )
        ],
        "no_data": [
            measures.silent_row(i, n, names)
            for n, i in enumerate((i for i in indicators if not i.has_value), 1)
        ],
        "unjudged": [
            measures.unjudged_row(i, n, names, cites)
            for n, i in enumerate((i for i in indicators if i.has_value and i.outcome in _OPEN), 1)
        ],
        "territories": list(measures.territory_rows(indicators, names, cites)),
        "conflicts": [measures.conflict_row(c, names, cites) for c in consolidation.conflicts],
        "unfit": list(measures.whole_notes(others, names, cites)),
        "scenario": [scenario_table.scenario_row(s, names, cites) for s in review.scenario],
        "scenario_notes": [
            *scenario_table.ground_notes(review, catalogue, names, cites),
            *measures.measures_notes(review, names),
            *scenario_table.scenario_notes(review.scenario, names, cites),
            *measures.whole_notes(of_scenario, names, cites),
        ],
        "buckets": work.bucket_rows(review),
        "tasks_overview": list(work.tasks_overview(review, names, cites)),
        "overdue": [
            work.task_row(t, n, names, cites)
            for n, t in enumerate(review.tasks_in(TaskBucket.OVERDUE), 1)
        ],
        "projects": projects,
        "project_groups": [
            Group(*group) for group in spent.under_headings(review.projects, projects)
        ],
        "projects_parts": parts,
        "projects_total": total,
        "project_notes": notes,
        "obstacles": list(spent.obstacle_notes(review.projects, names, cites)),
        "milestones": spent.milestones_said(review.projects),
        "held": [words(said) for said in held_said(consolidation.agencies)],
        "owing": list(_owing_rows(consolidation, names, standings)),
        "late": list(_late_rows(consolidation)),
        "extended": list(_extended(consolidation)),
        "proposals": list(work.proposal_rows(review.proposals, names, cites)),
        "changes": list(_changes(changes, office.register, names, cites, indicators)),
        "flipped": list(flipped_rows(changes, names)) if changes else [],
        "questions": work.questions_asked(consolidation, review),
        "annex_indicators": [
            row
            for n, i in enumerate(indicators, 1)
            for row in (
                measures.full_row(i, n, names, cites),
                *member_values.member_rows(i, names, cites),
            )
        ],
        "annex_tasks": [
            Group(
                f"{BUCKET_NAMES[bucket]}: {number_text(len(tasks))} nhiệm vụ",
                [
                    row
                    for n, t in enumerate(tasks, 1)
                    for row in (
                        work.task_row(t, n, names, cites),
                        *work.member_rows(t, names, cites),
                    )
                ],
            )
            for bucket in review.headline.shown_buckets
            if (tasks := review.tasks_in(bucket))
        ],
    }
    local = consolidation.as_of.astimezone(HANOI)
    issued_on = f"ngày {day_and_month(local.date())} năm {local.year}"
    return ReportContent(
        place_and_date=f"Hải Phòng, {issued_on}",
        issued_on=issued_on,
        title=one_line(cycle.title),
        legal_basis=one_line(cycle.legal_basis, 600),
        as_of=instant_text(consolidation.as_of),
        recipient=served_by(cycle, local.date()),
        directive=one_line(catalogue.directive, 400),
        ground=ground_said(catalogue.territory),
        code=check_code(consolidation.inputs_hash),
        sources=source_files(cites.figures, names, cites.verdicts),
        citations=len(cites.figures),
        **content,  # type: ignore[arg-type]
    )


def _changes(
    changes: Changes | None,
    register: Register,
    names: ReportNames,
    cites: Citations,
    indicators: Sequence[ReviewIndicator],
) -> Iterator[Text]:
    """What is new since the last report, that nothing is included; nothing for the first one."""
    if changes is None:
        return
    yield from (words(point) for point in change_points(changes, register))
    yield from change_notes(changes, names, cites, indicators)


def _reached(review: Review, names: ReportNames, cites: Citations) -> Iterator[Group]:
    """What was reached, outcome by outcome: how many, and of them those that the report lists."""
    for outcome in (Judgement.EXCEEDED, Judgement.MET, Judgement.FLOOR_MET):
        found = [i for i in review.indicators if i.has_value and i.outcome is outcome]
        if not found:
            continue
        shown = measures.shown_of(found)
        title = f"{OUTCOME_NAMES[outcome]}: {number_text(len(found))} chỉ tiêu"
        if len(shown) < len(found):
            main = f"trong đó {number_text(len(shown))}" if shown else "không có"
            title += f", {main} chỉ tiêu chủ yếu"
        rows = [measures.brief_row(i, n, names, cites) for n, i in enumerate(shown, 1)]
        yield Group(title, rows)


def day_and_month(day: dt.date) -> str:
    """Day and month as a document is dated: January and February and one-digit days with a 0.

    >>> day_and_month(dt.date(2025, 11, 5)), day_and_month(dt.date(2026, 2, 27))
    ('05 tháng 11', '27 tháng 02')
    """
    return f"{day:%d} tháng {day.month:02d}" if day.month < 3 else f"{day:%d} tháng {day.month}"


def _overview(consolidation: Consolidation, review: Review) -> Iterator[Text]:
    """The headline figures, most important first. Counts lead to the tables, not to one cell."""
    h, r = consolidation.headline, review.headline
    t = h.timeliness
    in_time = t[Timeliness.ON_TIME] + t[Timeliness.CORRECTED]
    open_ones = [
        (t[Timeliness.WAITING], "gửi đúng hạn, chờ Văn phòng xem xét"),
        (t[Timeliness.CORRECTING], "gửi đúng hạn, đang trong thời gian chỉnh sửa"),
        (t[Timeliness.OVERDUE], "quá hạn, chưa được tiếp nhận"),
        (t[Timeliness.MISSING], "quá hạn, chưa gửi"),
        (t[Timeliness.OPEN], "còn trong hạn"),
        (t[Timeliness.EXEMPT], "được miễn"),
    ]
    came = counts_said(
        ("{} đúng hạn", in_time), ("{} quá hạn", t[Timeliness.LATE]), between=", "
    )  # fmt: skip
    rest = "".join(f"; {number_text(n)} cơ quan {said}" for n, said in open_ones if n)
    if h.unreached:
        rest += f"; thư của Văn phòng không tới {number_text(h.unreached)} cơ quan"
    accepted = part_said(h.answered, h.asked, "cơ quan, đơn vị", "có báo cáo được tiếp nhận")
    yield words(f"Về việc gửi báo cáo: {accepted}{f' ({came})' if came else ''}{rest}.")
    yield from _newly_of_the_city(consolidation)
    o = r.outcomes
    reached = counts_said(
        ("vượt {}", o[Judgement.EXCEEDED]),
        ("đạt {}", o[Judgement.MET]),
        ("đạt mức giao nhưng chưa đạt mức phấn đấu {}", o[Judgement.FLOOR_MET]),
        between=", ",
    )
    outcomes = counts_said(
        (f"{{}} chỉ tiêu đạt và vượt ({reached})", r.met),
        ("{} chỉ tiêu không đạt", r.not_met),
        ("{} chỉ tiêu chưa có số liệu", r.no_data),
        ("{} chỉ tiêu chờ đánh giá", r.awaiting),
        ("{} chỉ tiêu chưa đánh giá được", r.cannot_be_judged),
    )
    if outcomes:
        judged = f"; trong đó {number_text(r.by_person)} do người đánh giá" if r.by_person else ""
        yield words(f"Về chỉ tiêu: trong {number_text(r.indicators)} chỉ tiêu, {outcomes}{judged}.")
    yield from _whole_city(review)
    yield from _several_measures(review)
    paces = counts_said(
        ("{} chỉ tiêu nhanh hơn", r.ahead),
        ("{} chỉ tiêu đúng tiến độ", r.on_track),
        ("{} chỉ tiêu chậm hơn", r.behind),
        between=", ",
    ) + counts_said(*_of_paces(review), between="")
    below = "{} chỉ tiêu chưa đạt mức cam kết đầu năm"
    parts = [
        _kinds(review),
        counts_said((below, r.below_commitment)),
        f"so với các mốc trong năm, {paces}" if paces else "",
    ]
    if said := "; ".join(part for part in parts if part):
        yield words(f"{said[0].upper()}{said[1:]}.")
    b = r.buckets
    until = f" ({told})" if (told := figures_said(r.tasks_reported)) else ""
    done = counts_said(
        ("đúng hạn {}", b[TaskBucket.DONE_ON_TIME]),
        ("quá hạn {}", b[TaskBucket.DONE_LATE]),
        ("không có thời hạn {}", b[TaskBucket.DONE_NO_DEADLINE]),
        between=", ",
    )
    tasks = counts_said(
        (f"{{}} đã hoàn thành ({done})", r.done),
        *open_tasks(r),
    )
    if r.tasks:
        given = f"trong {number_text(r.tasks)} nhiệm vụ được giao{until}"
        yield words(f"Về nhiệm vụ: {given}, {tasks}.")
    conflicts = (
        f"có {number_text(h.conflicts)} số liệu mâu thuẫn giữa các nguồn đang chờ quyết định"
        if h.conflicts
        else "không có số liệu mâu thuẫn nào chờ quyết định"
    )
    reported = part_said(r.projects_reported, r.projects, "dự án", "đã được báo cáo")
    projects = f"Về dự án trọng điểm: {reported}. "
    proposals = f"; {asked}" if (asked := work.proposals_said(review.proposals)) else ""
    yield words(f"{projects if r.projects else ''}Về số liệu: {conflicts}{proposals}.")


def _of_paces(review: Review) -> Iterator[tuple[str, int]]:
    """What is to be known of the paces counted: which are of a part of the city whose value of the
    year is of the whole, and where the printed scenario says the contrary."""
    told = [i for i in review.indicators if i.pace in (Pace.AHEAD, Pace.BEHIND)]
    own = TERRITORY_SHORT_NAMES[review.territory]
    yield (
        f" (trong đó {{}} chỉ tiêu tính cho {own}, số cả năm là của toàn thành phố)",
        sum(i.elsewhere for i in told),
    )
    contrary = (i.pace_point.contrary for i in review.indicators if i.pace_point)
    yield (
        ", trong khi {} chỉ tiêu so với kịch bản của Chỉ thị thì ngược lại (phần V)",
        sum(c is not None for c in contrary),
    )


def _kinds(review: Review) -> str:
    """Whether the figures are estimates or final; "" where nobody says."""
    r = review.headline
    told = r.indicators - r.no_data
    same = sum(i.repeats_to_date for i in review.indicators)
    again = f", trong đó {number_text(same)} số bằng đúng số đến nay" if same else ""
    for count, said in ((r.estimates, "số ước thực hiện"), (r.actuals, "số chính thức")):
        if told and count == told:
            which = "" if told == r.indicators else " có số liệu"
            return f"cả {number_text(told)} chỉ tiêu{which} là {said}{again}"
    kinds = counts_said(
        (f"{{}} số ước thực hiện{again}", r.estimates),
        ("{} số chính thức", r.actuals),
        between="; ",
    )
    return f"số liệu gồm {kinds}" if kinds else ""


def _newly_of_the_city(consolidation: Consolidation) -> Iterator[Text]:
    """How many could not be asked in the cycle before, and why."""
    came = Counter(a.came_from for a in consolidation.agencies if a.came_from)
    for province, count in sorted(came.items()):
        yield words(
            f"Trong {number_text(consolidation.headline.asked)} cơ quan, đơn vị phải báo cáo, "
            f"{number_text(count)} cơ quan chưa được đề nghị báo cáo ở kỳ trước vì khi đó địa bàn "
            f"thuộc {province}; vì vậy không có mức cam kết, kế hoạch đầu năm để so sánh."
        )


def _whole_city(review: Review) -> Iterator[Text]:
    """How many targets for the whole city nobody reported against."""
    results = [i.grounds.get(Territory.WHOLE) for i in review.indicators]
    foreign = [i.territory is not Territory.WHOLE for i in review.indicators]
    held = [r for r, f in zip(results, foreign, strict=True) if f and r and r.target is not None]
    if held:
        silent = sum(r.value is None for r in held)
        without = f"{number_text(silent)} chỉ tiêu chưa có số liệu toàn thành phố"
        yield words(
            f"Trong {number_text(len(held))} chỉ tiêu có mức giao cho toàn thành phố sau hợp nhất, "
            f"{without if silent else 'chỉ tiêu nào cũng có số liệu toàn thành phố'} (phần III). "
            f"{judged_ground_said(review.territory)}".rstrip()
        )


_OWING = (
    *(Timeliness.MISSING, Timeliness.OVERDUE, Timeliness.CORRECTING, Timeliness.WAITING),
    Timeliness.OPEN,
)


def _several_measures(review: Review) -> Iterator[Text]:
    """That some measures have several official targets, and where each is judged by name."""
    names: dict[str, None] = {}
    count = told = 0
    for one in review.indicators:
        beside = [b for r in one.grounds.values() for b in r.baselines]
        names |= {b.target.baseline: None for b in beside}
        count += bool(beside)
        told += any(r.baselines and r.value is not None for r in one.grounds.values())
    compared = "chưa chỉ tiêu nào có số của địa bàn ấy để so với từng mức"
    if told:
        which = "số cả năm" if told == count else f"{number_text(told)} chỉ tiêu đã có số,"
        compared = f"{which} được so với từng mức theo tên"
    if count:
        yield words(
            f"{number_text(count)} chỉ tiêu có thêm mức giao khác ({'; '.join(names)}); {compared} "
            "(phần III), đánh giá chung theo mức đang áp dụng cho địa bàn được đánh giá."
        )


def _owing_rows(
    consolidation: Consolidation, names: ReportNames, standings: Sequence[AgencyStanding]
) -> Iterator[Row]:
    """Agencies that still owe, those that never sent first, with the sections still to come."""
    owed = {s.agency: s.owed_sections for s in standings}
    partly = {s.agency for s in standings if s.partly_accepted}
    shown = [a for state in _OWING for a in consolidation.agencies if a.timeliness is state]
    for count, agency in enumerate(shown, 1):
        sections = ", ".join(names.sheet(key) for key in owed.get(agency.agency, ()))
        whole = "" if agency.agency in partly else "toàn bộ báo cáo"
        yield {
            "no": words(str(count)),
            "name": words(one_line(agency.name)),
            "state": words(_standing_of(agency)),
            # What lies with the office is not the agency's to send.
            "owed": words("" if agency.waits else whole or sections or "toàn bộ báo cáo"),
        }


def _standing_of(agency: AgencyOverview) -> str:
    """How it stands in time; of what lies with the office, under which number it was received."""
    said = timeliness_said(
        *(agency.timeliness, agency.extended_to, agency.out_of_reach),
        waits=agency.waits,
        sent_back=agency.sent_back,
        correct_by=agency.correct_by,
    )
    if not agency.waits or agency.received_at is None:
        return said
    number = f"số tiếp nhận {agency.receipt_number}, " if agency.receipt_number else ""
    return f"{said} ({number}nhận lúc {instant_text(agency.received_at)})"


def _extended(consolidation: Consolidation) -> Iterator[Text]:
    """Agencies whose deadline was another one, how they stand, who decided so and why."""
    for agency in consolidation.agencies:
        if agency.extended_to is not None:
            said = timeliness_said(
                agency.timeliness,
                agency.extended_to,
                sent_back=agency.sent_back,
                correct_by=agency.correct_by,
            )
            by = f"; quyết định của {shortened(agency.extension_said, 300).rstrip(' .')}"
            yield words(f"{one_line(agency.name)}: {said}{by if agency.extension_said else ''}.")


def _late_rows(consolidation: Consolidation) -> Iterator[Row]:
    """Agencies that answered, but too late."""
    late = [a for a in consolidation.agencies if a.timeliness is Timeliness.LATE]
    for count, agency in enumerate(late, 1):
        at = agency.first_received_at
        yield {
            "no": words(str(count)),
            "name": words(one_line(agency.name)),
            "receipt": words(agency.receipt_number),
            "received": words(instant_text(at) if at else ""),
        }
