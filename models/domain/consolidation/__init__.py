"""Consolidation: what all agencies said, side by side, with the source of every figure.

Pure: the same standings give the same consolidation, in whatever order they come.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from models.domain.catalogue import Appendix
from models.domain.consolidation.conflicts import (
    Conflict,
    ConflictKind,
    StandsBecause,
    find_conflicts,
)
from models.domain.consolidation.evidence import (
    EARLIER,
    OWN,
    Evidence,
    Figure,
    Source,
    cited,
    gather_evidence,
)
from models.domain.consolidation.headline import Headline, headline_of
from models.domain.consolidation.indicators import (
    INDICATOR_APPENDICES,
    IndicatorLine,
    Report,
    ScenarioLine,
    indicator_line,
    judged_by,
    scenario_line,
)
from models.domain.consolidation.inputs_hash import hash_inputs
from models.domain.consolidation.overview import (
    AgencyOverview,
    Completeness,
    SectionOverview,
    excused_rows,
    open_findings,
    overview_of,
)
from models.domain.consolidation.plans import (
    ActionGroup,
    ActionItem,
    PlanState,
    ProjectLine,
    RowAnswer,
    TaskLine,
    TaskPlan,
    action_groups,
    action_sheets,
    project_lines,
    task_lines,
)
from models.domain.consolidation.rulings import (
    Ruling,
    Rulings,
    Side,
    code_of,
    indicators_after,
    judged_instead,
    ruled,
    scenario_after,
    stands_elsewhere,
)
from models.domain.cycles import ReportingCycle
from models.domain.findings import Finding
from models.domain.forms import Form
from models.domain.office import Office
from models.domain.review.assembling import Consolidated, review_of, shows
from models.domain.review.review import Review
from models.domain.standing import AgencyStanding
from models.domain.submissions import Verdict

__all__ = [
    "EARLIER",
    "OWN",
    "ActionGroup",
    "ActionItem",
    "AgencyOverview",
    "Completeness",
    "Conflict",
    "ConflictKind",
    "Consolidation",
    "Evidence",
    "Figure",
    "Headline",
    "IndicatorLine",
    "OpenFinding",
    "PlanState",
    "ProjectLine",
    "Report",
    "RowAnswer",
    "Ruling",
    "Rulings",
    "ScenarioLine",
    "SectionOverview",
    "Side",
    "Source",
    "StandsBecause",
    "TaskLine",
    "TaskPlan",
    "cited",
    "code_of",
    "consolidate",
]


@dataclass(frozen=True, slots=True)
class OpenFinding:
    """A finding that still stands: on the version that counts, or on a later one sent back."""

    agency: str
    receipt_number: str
    version: int
    verdict: Verdict
    finding: Finding


@dataclass(frozen=True)
class Consolidation:
    """A cycle as consolidated at one moment. All lines stand in the order of register or directive.

    `lineage` holds every figure any line shows, by ascending reference; what is measured by the
    plan cycle also shows figures of `earlier.lineage`. `review` is None for a cycle that asks for
    no values of the year.
    """

    cycle: ReportingCycle
    as_of: dt.datetime
    inputs_hash: str
    form_version: str
    agencies: Sequence[AgencyOverview]
    indicators: Sequence[IndicatorLine]
    conflicts: Sequence[Conflict]
    scenario: Sequence[ScenarioLine]
    tasks: Sequence[TaskLine]
    projects: Sequence[ProjectLine]
    action_plan: Sequence[ActionGroup]
    findings: Sequence[OpenFinding]
    lineage: Sequence[Figure]
    excused: frozenset[str] = frozenset()  # codes of rows that nobody has to answer
    earlier: Consolidation | None = None  # of the cycle whose commitments this one is measured by
    review: Review | None = None

    @property
    def every_figure(self) -> Sequence[Figure]:
        """The lineage of this cycle, then that of the earlier one."""
        return (*self.lineage, *(self.earlier.lineage if self.earlier else ()))

    @cached_property
    def headline(self) -> Headline:
        """The numbers a reader asks for first."""
        return headline_of(
            self.agencies, self.indicators, self.tasks, self.projects, self.conflicts
        )


def consolidate(
    office: Office,
    cycle: ReportingCycle,
    standings: Sequence[AgencyStanding],
    as_of: dt.datetime,
    rulings: Rulings | None = None,
    earlier: Consolidation | None = None,
    *,
    prefix: str = OWN,
) -> Consolidation:
    """Everything the agencies said in a cycle, from the versions that count.

    `earlier` is the consolidation of `cycle.previous` at the same moment, made with the prefix
    EARLIER: a review is measured by it; one in which nobody was asked is none. The order of
    `standings` never changes the result. Nothing is averaged or dropped: of several values the
    lead's stands, or what a person ruled, and the others are shown as conflicts. Raises ValueError
    when an agency comes twice or `as_of` has no zone.
    """
    if as_of.tzinfo is None:
        raise ValueError("as_of cần có múi giờ")
    if len({s.agency for s in standings}) != len(standings):
        raise ValueError("mỗi cơ quan chỉ có một tình trạng trong một kỳ")
    earlier = earlier if earlier is not None and earlier.agencies else None
    catalogue, form, register = office.catalogue_of(cycle), office.form_of(cycle), office.register
    places = {code: i for i, code in enumerate(register.agencies)}
    ordered = sorted(standings, key=lambda s: (places.get(s.agency, len(places)), s.agency))
    evidence = gather_evidence(form, catalogue, ordered, prefix)
    free_sheets = action_sheets(form)
    indicators = [
        indicator_line(row, form, evidence)
        for row in catalogue.of(INDICATOR_APPENDICES)
        if not row.is_heading
    ]
    scenario = [scenario_line(row, form, evidence) for row in catalogue.of([Appendix.II])]
    rulings, same = rulings or {}, catalogue.equivalences
    conflicts = ruled(find_conflicts(indicators, scenario, catalogue), rulings, same)
    if rulings:  # other rows may contradict what stands now
        indicators = indicators_after(indicators, conflicts)
        scenario = scenario_after(scenario, conflicts)
        conflicts = ruled(find_conflicts(indicators, scenario, catalogue), rulings, same)
    instead = judged_instead(conflicts, same)
    indicators = [judged_by(line, instead.get(line.row.code)) for line in indicators]
    tasks = task_lines(catalogue, form, evidence)
    projects = project_lines(catalogue, form, evidence)
    action_plan = action_groups(catalogue, form, evidence)
    lines = Consolidated(
        cycle,
        as_of,
        evidence,
        indicators,
        scenario,
        tasks,
        projects,
        action_plan,
        ordered,
        stands_elsewhere(conflicts),
        conflicts,
        instead,
    )
    review = review_of(office, lines, earlier)
    more = (earlier.inputs_hash if earlier else "", *shows(review))
    return Consolidation(
        cycle=cycle,
        as_of=as_of,
        inputs_hash=hash_inputs(cycle, form, catalogue, ordered, rulings, more),
        form_version=form.version,
        agencies=[
            overview_of(s, register, form, catalogue, evidence, free_sheets) for s in ordered
        ],
        indicators=indicators,
        conflicts=conflicts,
        scenario=scenario,
        tasks=tasks,
        projects=projects,
        action_plan=action_plan,
        findings=[f for s in ordered for f in _open_findings(s, form)],
        lineage=evidence.figures,
        earlier=earlier,
        review=review,
        excused=excused_rows(ordered, form, catalogue),
    )


def _open_findings(standing: AgencyStanding, form: Form) -> list[OpenFinding]:
    """An agency's findings version by version, the worst first, otherwise as the check gave them.

    The verdict is that on the section, where each has its own.
    """
    worst_first = sorted(
        open_findings(standing, form), key=lambda x: (x[0].version, x[2].trial, x[2].severity.rank)
    )
    return [
        OpenFinding(r.agency, r.receipt_number, r.version, r.sections.get(key, r.verdict), f)
        for r, key, f in worst_first
    ]
