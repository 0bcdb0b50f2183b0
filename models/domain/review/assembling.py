"""The review of a cycle, put together from its consolidation and the earlier one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from models.domain.consolidation import ActionGroup, ActionItem, Consolidation
from models.domain.consolidation.conflicts import disputes
from models.domain.consolidation.earlier_plans import without_plan
from models.domain.consolidation.indicators import sheet_of
from models.domain.consolidation.plans import action_sheets, five_clear_columns
from models.domain.consolidation.rulings import judged_instead, stands_elsewhere
from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.reading.forms import Form
from models.domain.reading.office import Office, register_day
from models.domain.register.agencies import AgencyKind, Register
from models.domain.register.catalogue import Appendix
from models.domain.register.successions import PLAN
from models.domain.review.doings import (
    PlannedActions,
    review_actions,
    review_task,
    with_shared_documents,
)
from models.domain.review.lines import Proposal, ReviewAction
from models.domain.review.measuring import Measures, review_indicator, review_scenario
from models.domain.review.review import Review
from models.domain.review.spending import asks_budget, review_project


def is_review(form: Form) -> bool:
    """Whether the form asks for values of the year, so that there is something to judge."""
    asks = any(sheet.meaning("estimate") is not None for sheet in form.sheets)
    return asks and sheet_of(form, Appendix.I) is not None


def review_of(
    office: Office, consolidation: Consolidation, earlier: Consolidation | None
) -> Review:
    """What was promised against what was done, of a cycle that `is_review`; else ValueError.

    `earlier` is the consolidation of the cycle whose commitments this one is measured by, made at
    the same moment with references of its own; None where nobody was asked before.
    """
    cycle = consolidation.cycle
    form, catalogue = office.form_of(cycle), office.catalogue_of(cycle)
    sheet = sheet_of(form, Appendix.I)
    if not is_review(form) or sheet is None:
        raise ValueError(f"the form {form.code} asks for no values of the year")
    today = consolidation.as_of.astimezone(HANOI).date()
    measures = Measures(
        catalogue=catalogue,
        sheet=sheet,
        scenario_sheet=sheet_of(form, Appendix.II),
        scenario={line.row.code: line for line in consolidation.scenario},
        grounds=consolidation.grounds,
        promised={i.row.code: i for i in earlier.indicators} if earlier else {},
        updated={s.row.code: s for s in earlier.scenario} if earlier else {},
        elsewhere=stands_elsewhere(consolidation.conflicts),
        verdicts=consolidation.inputs.verdicts,
        versions={s.agency: s.versions for s in consolidation.standings},
        successions=office.register.successions,
        day=register_day(cycle),
        disputed=disputes(consolidation.conflicts),
        instead=judged_instead(consolidation.conflicts, catalogue.equivalences),
    )
    task_sheet, projects = sheet_of(form, Appendix.IV), sheet_of(form, Appendix.V)
    planned_tasks = {t.row.code: t for t in earlier.tasks} if earlier else {}
    planned_projects = {p.row.code: p for p in earlier.projects} if earlier else {}
    planned = _planned(office, earlier)
    actions = review_actions(
        consolidation.action_plan,
        planned,
        _forebears(office, cycle, consolidation.action_plan),
        next(iter(action_sheets(form)), None),
        today,
    )
    tasks, actions, documents = with_shared_documents(
        [
            review_task(line, planned_tasks.get(line.row.code), task_sheet, today, measures.kin_of)
            for line in consolidation.tasks
        ],
        actions,
        _numbering_their_own(office.register),
    )
    return Review(
        indicators=[review_indicator(line, measures) for line in consolidation.indicators],
        scenario=[review_scenario(line, measures) for line in consolidation.scenario],
        tasks=tasks,
        actions=actions,
        projects=[
            review_project(
                line, planned_projects.get(line.row.code), projects, catalogue.year, today
            )
            for line in consolidation.projects
        ],
        proposals=proposals_in(form, consolidation, actions),
        unreported_works=_unreported(planned, actions),
        shared_documents=documents,
        without_plan=without_plan(office, consolidation, earlier),
        previewed_on={s.agency: s.previewed_on for s in consolidation.standings},
    )


def _numbering_their_own(register: Register) -> frozenset[str]:
    """The agencies that are people's committees themselves, each with papers of its own."""
    local = (AgencyKind.DISTRICT, AgencyKind.COMMUNE)
    return frozenset(code for code, one in register.agencies.items() if one.kind in local)


def _unreported(planned: PlannedActions | None, actions: Sequence[ReviewAction]) -> dict[str, int]:
    """How many of the works that each agency registered no row reports of; none left out."""
    told = {a.planned.reference for a in actions if a.planned}
    if planned is None:
        return {}
    works = ((code, planned.work(item)) for code, items in planned.items.items() for item in items)
    return dict(Counter(code for code, work in works if work and work.reference not in told))


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


def proposals_in(
    form: Form, made: Consolidation, actions: Sequence[ReviewAction] = ()
) -> list[Proposal]:
    """What agencies ask for, in the order of references: agency by agency, sheet by sheet.

    `actions`: those of a review, whose works proposals may stand at.
    """
    rows = {row.code: row for row in made.inputs.catalogue}
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
            off_budget=figure.row_key in rows and asks_budget(figure.text, rows[figure.row_key]),
        )
        for figure in made.lineage
        if (figure.sheet, figure.column) in columns and figure.is_given
    ]
