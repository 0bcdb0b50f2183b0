"""The year-end report: what stands in it, ready to be set.

Pure: the same consolidation gives the same report. Form and standing words are the template's; the
sentences with figures, the tables' cells and the annex are made here. Every figure carries its
reference, and the annex leads from each reference to agency, file, sheet and cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from models.domain.answers.standing import AgencyStanding, Timeliness
from models.domain.consolidation import Consolidation
from models.domain.consolidation.conflicts import NOT_TOLD
from models.domain.consolidation.overview import AgencyOverview
from models.domain.consolidation.wholes import in_scenario
from models.domain.consolidation.wording import CHOOSING, held_said, timeliness_said, with_reach
from models.domain.cycle.cycles import HANOI
from models.domain.cycle.letter_phrases import check_code, instant_text, number_text
from models.domain.cycle.meetings import served_by
from models.domain.notation.deadlines import worded_date
from models.domain.notation.vietnamese_text import one_line
from models.domain.reading.office import Office
from models.domain.register.agencies import Register
from models.domain.register.targets import Judgement
from models.domain.results import report_measures as measures
from models.domain.results import report_members as member_values
from models.domain.results import report_projects as spent
from models.domain.results import report_scenario as scenario_table
from models.domain.results import report_work as work
from models.domain.results.changes import change_notes, change_points, flipped_rows
from models.domain.results.contradictions import conflict_row, whole_notes
from models.domain.results.overview import overview, row_elsewhere
from models.domain.results.overview.open_matters import open_matters
from models.domain.results.report_goals import goals_said
from models.domain.results.report_sources import SourceFile, source_files
from models.domain.results.report_text import (
    Citations,
    ReportNames,
    Text,
    papers_of,
    shortened,
    words,
)
from models.domain.results.snapshots import Changes
from models.domain.review.lines import ReviewIndicator
from models.domain.review.pace_wording import ground_said
from models.domain.review.review import Review
from models.domain.review.states import TaskBucket
from models.domain.review.wording import BUCKET_NAMES, OUTCOME_NAMES

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
    papers: str  # the documents that its table shortens, in full; "" for none
    conflicts: Sequence[Row]
    unfit: Sequence[Text]  # figures beside each other that cannot all be right
    scenario: Sequence[Row]
    scenario_notes: Sequence[Text]
    buckets: Sequence[Row]
    tasks_overview: Sequence[Text]
    overdue: Sequence[Row]
    project_goals: Sequence[Text]  # which projects have begun, and which were completed
    projects: Sequence[Row]
    project_groups: Sequence[Group]  # the same rows under the directive's headings
    projects_parts: Sequence[Row]  # the sums of those that the budget pays, and those investors do
    projects_total: Row
    project_notes: Sequence[Text]  # what the sums are taken over
    obstacles: Sequence[Text]  # of projects, and their causes, each wording once
    milestones: str  # which of them the annex of projects holds
    held: Sequence[Text]  # whose mail waits for the office
    owing: Sequence[Row]
    waiting: Sequence[Row]  # whose report lies with the office
    late: Sequence[Row]
    extended: Sequence[Text]  # whose deadline was another one, and why
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
        "overview": list(overview(consolidation, review, catalogue, names, cites)),
        "outcomes": measures.outcome_rows(indicators, row_elsewhere(review)),
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
        "territories": list(
            measures.territory_rows(
                *(indicators, review.scenario, names, cites), consolidation.remainders
            )
        ),
        "conflicts": [
            conflict_row(c, names, cites, consolidation.to_date.get(c.number, NOT_TOLD))
            for c in consolidation.conflicts
        ],
        "unfit": list(whole_notes(others, names, cites)),
        "scenario": [scenario_table.scenario_row(s, names, cites) for s in review.scenario],
        "scenario_notes": [
            *scenario_table.ground_notes(review, catalogue, names, cites),
            *measures.measures_notes(review, names),
            *scenario_table.scenario_notes(review.scenario, names, cites),
            *whole_notes(of_scenario, names, cites),
        ],
        "buckets": work.bucket_rows(review),
        "tasks_overview": list(work.tasks_overview(review, names, cites)),
        "overdue": [
            work.task_row(t, n, names, cites)
            for n, t in enumerate(review.tasks_in(TaskBucket.OVERDUE), 1)
        ],
        "project_goals": list(goals_said(review.projects, catalogue.year, names, cites)),
        "projects": projects,
        "project_groups": [
            Group(*group) for group in spent.under_headings(review.projects, projects)
        ],
        "projects_parts": parts,
        "projects_total": total,
        "project_notes": [
            *notes,
            *map(words, spent.yardstick_notes(review.projects, names, office.rules)),
        ],
        "obstacles": list(spent.obstacle_notes(review.projects, names, cites)),
        "milestones": spent.milestones_said(review.projects),
        "held": [words(said) for said in held_said(consolidation.agencies)],
        "owing": list(_owing_rows(consolidation, names, standings)),
        "waiting": list(_waiting_rows(consolidation)),
        "late": list(_late_rows(consolidation)),
        "extended": list(_extended(consolidation)),
        "proposals": list(work.proposal_rows(review.proposals, names, cites)),
        "changes": list(_changes(changes, office.register, names, cites, indicators)),
        "flipped": list(flipped_rows(changes, names)) if changes else [],
        "questions": work.questions_asked(
            [m.said for m in open_matters(consolidation, review, names.place, names.row, office)]
        ),
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
    issued_on = worded_date(local.date())
    return ReportContent(
        place_and_date=f"Hải Phòng, {issued_on}",
        issued_on=issued_on,
        title=one_line(cycle.title),
        legal_basis=one_line(cycle.legal_basis, 600),
        as_of=instant_text(consolidation.as_of),
        papers=papers_of(indicators, catalogue.directive),
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


_UNFINISHED = (
    *(Timeliness.MISSING, Timeliness.OVERDUE, Timeliness.CORRECTING, Timeliness.WAITING),
    Timeliness.OPEN,
)


def _unfinished(consolidation: Consolidation, *, with_office: bool) -> list[AgencyOverview]:
    """Agencies whose report is not whole, those that never sent first: of whom the office waits
    for something, or whose mail lies with the office."""
    return [
        agency
        for state in _UNFINISHED
        for agency in consolidation.agencies
        if agency.timeliness is state and (agency.waits and not agency.chooses) is with_office
    ]


def _owing_rows(
    consolidation: Consolidation, names: ReportNames, standings: Sequence[AgencyStanding]
) -> Iterator[Row]:
    """Agencies that still owe, those that never sent first, with the sections still to come."""
    owed = {s.agency: s.owed_sections for s in standings}
    partly = {s.agency for s in standings if s.partly_accepted}
    for count, agency in enumerate(_unfinished(consolidation, with_office=False), 1):
        sections = ", ".join(names.sheet(key) for key in owed.get(agency.agency, ()))
        whole = "" if agency.agency in partly else "toàn bộ báo cáo"
        yield {
            "no": words(str(count)),
            "name": words(one_line(agency.name)),
            "state": words(_standing_of(agency)),
            "owed": words(CHOOSING if agency.chooses else whole or sections or "toàn bộ báo cáo"),
        }


def _waiting_rows(consolidation: Consolidation) -> Iterator[Row]:
    """Agencies whose report lies with the office: nothing is theirs to send."""
    for count, agency in enumerate(_unfinished(consolidation, with_office=True), 1):
        yield {
            "no": words(str(count)),
            "name": words(one_line(agency.name)),
            "receipt": words(agency.receipt_number),
            "state": words(_standing_of(agency, numbered=False)),
        }


def _standing_of(agency: AgencyOverview, *, numbered: bool = True) -> str:
    """How it stands in time; of what lies with the office, when it was received and, unless the
    number stands beside it, under which."""
    said = timeliness_said(
        *(agency.timeliness, agency.extended_to),
        waits=agency.waits,
        sent_back=agency.sent_back,
        correct_by=agency.correct_by,
        chooses=agency.chooses,
        anothers=agency.anothers,
    )
    said = with_reach(said, agency.out_of_reach)
    if not agency.waits or agency.received_at is None:
        return said
    number = agency.receipt_number if numbered else ""
    under = f"số tiếp nhận {number}, " if number else ""
    return f"{said} ({under}nhận lúc {instant_text(agency.received_at)})"


def _extended(consolidation: Consolidation) -> Iterator[Text]:
    """Agencies whose deadline was another one, how they stand, and why it was another one."""
    for agency in consolidation.agencies:
        if agency.extended_to is not None:
            said = timeliness_said(
                agency.timeliness,
                agency.extended_to,
                sent_back=agency.sent_back,
                correct_by=agency.correct_by,
                chooses=agency.chooses,
                anothers=agency.anothers,
            )
            why = f"; lý do gia hạn: {shortened(agency.extension_reason, 300).rstrip(' .')}"
            yield words(f"{one_line(agency.name)}: {said}{why if agency.extension_reason else ''}.")


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
