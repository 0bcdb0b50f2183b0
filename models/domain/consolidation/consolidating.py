"""Consolidating: from the standings of a cycle to everything the agencies said in it.

Pure: the same standings give the same consolidation, in whatever order they come.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from models.domain.answers.standing import AgencyStanding, correction_ahead
from models.domain.consolidation.conflicts import (
    BothToDate,
    Conflict,
    find_conflicts,
    told_to_date,
)
from models.domain.consolidation.evidence import OWN, Figure, gather_evidence
from models.domain.consolidation.grounds import GroundValues, ground_values
from models.domain.consolidation.headline import Headline, headline_of
from models.domain.consolidation.indicators import (
    INDICATOR_APPENDICES,
    IndicatorLine,
    ScenarioLine,
    indicator_line,
    judged_by,
    judged_by_person,
    scenario_line,
    sheet_key,
)
from models.domain.consolidation.inputs import Inputs
from models.domain.consolidation.overview import (
    AgencyOverview,
    excused_agencies,
    excused_rows,
    open_findings,
    overview_of,
)
from models.domain.consolidation.plans import (
    ActionGroup,
    ProjectLine,
    TaskLine,
    action_groups,
    action_sheets,
    project_lines,
    task_lines,
)
from models.domain.consolidation.remainders import Remainder, remainders_of
from models.domain.consolidation.rulings import (
    Rulings,
    indicators_after,
    judged_instead,
    ruled,
    scenario_after,
    stands_elsewhere,
)
from models.domain.consolidation.verdicts import VerdictBook
from models.domain.consolidation.wholes import WholeAndParts, wholes_of
from models.domain.cycle.cycles import ReportingCycle
from models.domain.reading.findings import Finding
from models.domain.reading.forms import Form
from models.domain.reading.office import Office
from models.domain.reading.submissions import Verdict
from models.domain.register.catalogue import Appendix


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

    `lineage` holds every figure any line shows, by ascending reference.
    """

    inputs: Inputs
    as_of: dt.datetime
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
    # What does not fit its parts, or is reported by another agency than they are.
    wholes: Sequence[WholeAndParts] = ()
    # What stands of each measure on each ground, and in which row it was told.
    grounds: GroundValues = field(default_factory=dict)
    # What is left of the whole city's amounts beside the one part of it that is told, by row.
    remainders: Mapping[str, Remainder] = field(default_factory=dict)

    @property
    def cycle(self) -> ReportingCycle:
        """The cycle whose answers they are."""
        return self.inputs.cycle

    @cached_property
    def to_date(self) -> Mapping[str, BothToDate]:
        """What both sides of each conflict say to date, by its number."""
        return told_to_date(self.conflicts, self.indicators, self.inputs.form)

    @cached_property
    def inputs_hash(self) -> str:
        """The fingerprint by which an unchanged consolidation is recognised: SHA-256, in hex."""
        return self.inputs.fingerprint

    @property
    def form_version(self) -> str:
        """The version of the form the agencies were asked by."""
        return self.inputs.form.version

    @property
    def standings(self) -> Sequence[AgencyStanding]:
        """What it was made of, in the register's order."""
        return self.inputs.standings

    def shown_with(self, earlier: Consolidation | None, shown: Iterable[str] = ()) -> Consolidation:
        """The same, to be told from one that is shown with something else.

        `earlier`: the consolidation its results are measured by; `shown`: what is shown beside it
        and follows from the day, not from what was sent.
        """
        fingerprint = earlier.inputs_hash if earlier is not None else ""
        return replace(self, inputs=replace(self.inputs, earlier=fingerprint, shown=tuple(shown)))

    @cached_property
    def headline(self) -> Headline:
        """The numbers a reader asks for first."""
        return headline_of(
            *(self.agencies, self.indicators, self.tasks, self.projects, self.conflicts),
            self.wholes,
        )


_NO_VERDICTS = VerdictBook()


def consolidate(
    office: Office,
    cycle: ReportingCycle,
    standings: Sequence[AgencyStanding],
    as_of: dt.datetime,
    rulings: Rulings | None = None,
    *,
    verdicts: VerdictBook = _NO_VERDICTS,
    prefix: str = OWN,
) -> Consolidation:
    """Everything the agencies said in a cycle, from the versions that count.

    `prefix` begins the references of figures: EARLIER for a cycle whose commitments another one is
    measured by. The order of `standings` never changes the result. Nothing is averaged or dropped:
    of several values the lead's stands, or what a person ruled, and the others are shown as
    conflicts. What no rule can judge, `verdicts` judge. Raises ValueError when an agency comes
    twice or `as_of` has no zone.
    """
    if as_of.tzinfo is None:
        raise ValueError("as_of cần có múi giờ")
    if len({s.agency for s in standings}) != len(standings):
        raise ValueError("mỗi cơ quan chỉ có một tình trạng trong một kỳ")
    catalogue, form, register = office.catalogue_of(cycle), office.form_of(cycle), office.register
    places = {code: i for i, code in enumerate(register.agencies)}
    ordered = sorted(standings, key=lambda s: (places.get(s.agency, len(places)), s.agency))
    evidence = gather_evidence(form, catalogue, ordered, prefix)
    free_sheets = action_sheets(form)
    excused = excused_agencies(ordered, form)
    indicators = [
        indicator_line(row, form, evidence, excused.get(sheet_key(form, row.appendix), frozenset()))
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
    indicators = [
        judged_by_person(
            *(judged_by(line, instead.get(line.row.code)), catalogue.territory, verdicts),
            instead.get(line.row.code),
        )
        for line in indicators
    ]
    grounds = ground_values(catalogue, indicators, scenario, stands_elsewhere(conflicts))
    return Consolidation(
        inputs=Inputs(cycle, form, catalogue, ordered, rulings, verdicts),
        as_of=as_of,
        agencies=[
            replace(
                overview_of(s, register, form, catalogue, evidence, free_sheets),
                came_from=office.newly_from(s.agency, cycle),
                correct_by=correction_ahead(cycle, office.calendar, s, as_of),
            )
            for s in ordered
        ],
        indicators=indicators,
        conflicts=conflicts,
        scenario=scenario,
        tasks=task_lines(catalogue, form, evidence, excused),
        projects=project_lines(catalogue, form, evidence),
        action_plan=action_groups(catalogue, form, evidence),
        findings=[f for s in ordered for f in _open_findings(s, form)],
        lineage=evidence.figures,
        excused=excused_rows(ordered, form, catalogue),
        wholes=wholes_of(catalogue, office.rules, indicators, scenario, grounds),
        grounds=grounds,
        remainders=remainders_of(catalogue, office.rules, grounds),
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
