"""The review of a cycle, put together from its consolidation and the earlier one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from models.domain.catalogue import Appendix
from models.domain.consolidation.conflicts import Conflict, disputes
from models.domain.consolidation.evidence import Evidence, Figure
from models.domain.consolidation.indicators import IndicatorLine, ScenarioLine, sheet_of
from models.domain.consolidation.plans import (
    ActionGroup,
    ActionItem,
    ProjectLine,
    TaskLine,
    action_sheets,
    five_clear_columns,
)
from models.domain.cycles import HANOI, ReportingCycle
from models.domain.forms import Form
from models.domain.office import Office, register_day
from models.domain.review.doings import PlannedActions, review_actions, review_task
from models.domain.review.lines import Proposal, ReviewAction
from models.domain.review.measuring import Measures, review_indicator, review_scenario
from models.domain.review.review import Review
from models.domain.review.spending import review_project
from models.domain.standing import AgencyStanding
from models.domain.successions import PLAN
from models.domain.territories import Territory

if TYPE_CHECKING:
    from models.domain.consolidation import Consolidation


@dataclass(frozen=True)
class Consolidated:
    """The lines of a cycle that a review judges."""

    cycle: ReportingCycle
    as_of: dt.datetime
    evidence: Evidence
    indicators: Sequence[IndicatorLine]
    scenario: Sequence[ScenarioLine]
    tasks: Sequence[TaskLine]
    projects: Sequence[ProjectLine]
    action_plan: Sequence[ActionGroup]
    standings: Sequence[AgencyStanding]
    elsewhere: Mapping[tuple[str, Territory], Figure]  # ruled to stand, by row and territory
    conflicts: Sequence[Conflict] = ()
    instead: Mapping[str, Decimal] = field(default_factory=dict)  # by row: ruled to be judged by


def is_review(form: Form) -> bool:
    """Whether the form asks for values of the year, so that there is something to judge."""
    return any(sheet.meaning("estimate") is not None for sheet in form.sheets)


def review_of(office: Office, lines: Consolidated, earlier: Consolidation | None) -> Review | None:
    """The review, None for a cycle whose form asks for no values of the year.

    `earlier` is the consolidation of the cycle whose commitments this one is measured by.
    """
    form, catalogue = office.form_of(lines.cycle), office.catalogue_of(lines.cycle)
    sheet = sheet_of(form, Appendix.I)
    if not is_review(form) or sheet is None:
        return None
    today = lines.as_of.astimezone(HANOI).date()
    measures = Measures(
        catalogue=catalogue,
        sheet=sheet,
        scenario_sheet=sheet_of(form, Appendix.II),
        scenario={line.row.code: line for line in lines.scenario},
        promised={i.row.code: i for i in earlier.indicators} if earlier else {},
        updated={s.row.code: s for s in earlier.scenario} if earlier else {},
        elsewhere=lines.elsewhere,
        versions={s.agency: s.versions for s in lines.standings},
        successions=office.register.successions,
        day=register_day(lines.cycle),
        disputed=disputes(lines.conflicts),
        instead=lines.instead,
    )
    tasks, projects = sheet_of(form, Appendix.IV), sheet_of(form, Appendix.V)
    planned_tasks = {t.row.code: t for t in earlier.tasks} if earlier else {}
    planned_projects = {p.row.code: p for p in earlier.projects} if earlier else {}
    actions = review_actions(
        lines.action_plan,
        _planned(office, earlier),
        _forebears(office, lines.cycle, lines.action_plan),
        next(iter(action_sheets(form)), None),
        today,
    )
    return Review(
        indicators=[review_indicator(line, measures) for line in lines.indicators],
        scenario=[review_scenario(line, measures) for line in lines.scenario],
        tasks=[
            review_task(line, planned_tasks.get(line.row.code), tasks, today)
            for line in lines.tasks
        ],
        actions=actions,
        projects=[
            review_project(
                line, planned_projects.get(line.row.code), projects, catalogue.year, today
            )
            for line in lines.projects
        ],
        proposals=_proposals(form, {r.code for r in catalogue}, lines, actions),
    )


def _planned(office: Office, earlier: Consolidation | None) -> PlannedActions | None:
    if earlier is None:
        return None
    sheet = next(iter(action_sheets(office.form_of(earlier.cycle))), None)
    items: dict[str, list[ActionItem]] = {}
    for group in earlier.action_plan:
        for item in group.items:
            items.setdefault(item.agency, []).append(item)
    for rows in items.values():
        rows.sort(key=lambda item: item.figures[0].reference)
    return PlannedActions(items, five_clear_columns(sheet) if sheet else {})


def _forebears(
    office: Office, cycle: ReportingCycle, groups: Sequence[ActionGroup]
) -> dict[str, list[str]]:
    """Whose free plans each agency answers for now."""
    day, successions = register_day(cycle), office.register.successions
    agencies = {item.agency for group in groups for item in group.items}
    return {a: successions.predecessors_of(a, day, PLAN) for a in sorted(agencies)}


def _proposals(
    form: Form, rows: Set[str], lines: Consolidated, actions: Sequence[ReviewAction]
) -> list[Proposal]:
    """What agencies ask for, in the order of references: agency by agency, sheet by sheet."""
    columns = {
        (sheet.key, column.key)
        for sheet in form.sheets
        if (column := sheet.meaning("proposals")) is not None
    }
    free = {sheet.key for sheet in action_sheets(form)}
    works = {(a.agency, a.row_key): a.work.text.strip() for a in actions if a.work}
    return [
        Proposal(
            figure.agency,
            figure.text.strip(),
            figure,
            figure.row_key if figure.row_key in rows else "",
            works.get((figure.agency, figure.row_key), "") if figure.sheet in free else "",
        )
        for figure in lines.evidence.figures
        if (figure.sheet, figure.column) in columns and figure.is_given
    ]


def shows(review: Review | None) -> Iterator[str]:
    """What of a review follows from the day and not from its inputs: the tasks' buckets."""
    for task in review.tasks if review else ():
        yield f"{task.row.code} {task.bucket}"
    for action in review.actions if review else ():
        yield f"{action.agency} {action.row_key} {action.bucket}"
