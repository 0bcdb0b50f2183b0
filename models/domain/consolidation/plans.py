"""Assigned tasks and what each must be clear in, key projects, the free action plan by group."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

from models.domain.consolidation.evidence import Answers, EvidenceBase, Figure
from models.domain.consolidation.indicators import sheet_of
from models.domain.reading.forms import Form, SheetForm, SheetKind, ValueType
from models.domain.register.catalogue import Appendix, Catalogue, CatalogueRow, Role
from models.domain.register.clear_points import KNOWN_POINTS


class PlanState(StrEnum):
    """How far a task is planned."""

    COMPLETE = "complete"  # every "rõ" the form asks for, by one agency
    PARTIAL = "partial"
    NONE = "none"


@dataclass(frozen=True)
class RowAnswer:
    """What one agency wrote about a task or a project."""

    agency: str
    role: Role | None
    answers: Answers

    @property
    def figures(self) -> list[Figure]:
        """All it gave, in reference order."""
        return list(self.answers.values())


@dataclass(frozen=True)
class TaskPlan:
    """One agency's plan for a task: its answers by key of KNOWN_POINTS."""

    answer: RowAnswer
    five: Mapping[str, Figure]
    missing: Sequence[str]  # keys the form asks for and the agency left empty
    state: PlanState

    @property
    def own_deadline(self) -> dt.date | None:
        """The date the agency set itself; None when it wrote none or no date."""
        figure = self.five.get("thoi_han")
        return figure.value if figure and isinstance(figure.value, dt.date) else None


@dataclass(frozen=True)
class TaskLine:
    """One task of appendix IV. Plans come lead first.

    `members`: those who answer it each for itself, but for whoever was excused and wrote nothing.
    """

    row: CatalogueRow
    plans: Sequence[TaskPlan]
    members: Sequence[str] = ()

    @property
    def state(self) -> PlanState:
        """The best planned of its plans; where each answers for itself, how far all of them are."""
        states = {p.state for p in self.plans}
        if self.row.each_for_itself:
            states = set(self.member_states.values())
            if states - {PlanState.NONE}:
                whole = states == {PlanState.COMPLETE}
                return PlanState.COMPLETE if whole else PlanState.PARTIAL
        return next((s for s in PlanState if s in states), PlanState.NONE)

    @property
    def member_states(self) -> dict[str, PlanState]:
        """By agency of `members`: how far its own plan is."""
        states = {p.answer.agency: p.state for p in self.plans}
        return {agency: states.get(agency, PlanState.NONE) for agency in self.members}

    def members_in(self, state: PlanState) -> list[str]:
        """The members whose own plan is so far."""
        return [agency for agency, own in self.member_states.items() if own is state]

    @property
    def late_plans(self) -> list[TaskPlan]:
        """Plans whose own date lies after the directive's."""
        limit = self.row.deadline
        return [
            p for p in self.plans if limit is not None and p.own_deadline and p.own_deadline > limit
        ]


@dataclass(frozen=True)
class ProjectLine:
    """One project of appendix V; answers come lead first."""

    row: CatalogueRow
    answers: Sequence[RowAnswer]


@dataclass(frozen=True)
class ActionItem:
    """One row of an agency's free action plan."""

    agency: str
    row_key: str
    answers: Answers

    @property
    def figures(self) -> list[Figure]:
        """All it gave, in reference order."""
        return list(self.answers.values())


@dataclass(frozen=True)
class ActionGroup:
    """One of the directive's ten groups of solutions; number 0 gathers rows that name none."""

    number: int
    title: str
    items: Sequence[ActionItem]


def task_lines(
    catalogue: Catalogue,
    form: Form,
    evidence: EvidenceBase,
    excused: Mapping[str, AbstractSet[str]],
) -> list[TaskLine]:
    """Every assigned task, planned or not, in printed order.

    `excused`: by key of a table, who need not fill it in.
    """
    sheet = sheet_of(form, Appendix.IV)
    five = five_clear_columns(sheet) if sheet else {}
    free = excused.get(sheet.key, frozenset()) if sheet else frozenset()
    found = []
    for row in catalogue.of([Appendix.IV]):
        plans = [_plan(answer, five) for answer in _answers(row, sheet, evidence)]
        wrote = {p.answer.agency for p in plans}
        members = [a for a in row.members if a in wrote or a not in free]
        found.append(TaskLine(row, plans, members))
    return found


def project_lines(catalogue: Catalogue, form: Form, evidence: EvidenceBase) -> list[ProjectLine]:
    """Every project, reported or not, in printed order."""
    sheet = sheet_of(form, Appendix.V)
    return [ProjectLine(row, _answers(row, sheet, evidence)) for row in catalogue.of([Appendix.V])]


def five_clear_columns(sheet: SheetForm) -> dict[str, str]:
    """Which column holds which point that a task must be clear in."""
    found = {c.five_clear: c.key for c in sheet.columns if c.five_clear and not c.office}
    return {key: found[key] for key in KNOWN_POINTS if key in found}


def action_sheets(form: Form) -> list[SheetForm]:
    """The free tables whose rows name a group of solutions."""
    return [
        s for s in form.sheets if s.kind is SheetKind.FREE_TABLE and group_column(s) is not None
    ]


def group_column(sheet: SheetForm) -> str | None:
    """Key of the column that names the group of solutions."""
    return next(
        (
            c.key
            for c in sheet.columns
            if c.choices_from == "solution_groups" and c.type is ValueType.CHOICE
        ),
        None,
    )


def action_groups(catalogue: Catalogue, form: Form, evidence: EvidenceBase) -> list[ActionGroup]:
    """The free action plan: all groups in the directive's order, those without a row too.

    Rows that name no group, or one the directive does not have, come last under number 0.
    """
    titles = list(catalogue.solution_groups)
    items: dict[str, list[ActionItem]] = {title: [] for title in [*titles, ""]}
    for sheet in action_sheets(form):
        column = group_column(sheet) or ""
        for row_key in evidence.rows_of(sheet.key):
            for agency, answers in evidence.answers(sheet.key, row_key).items():
                named = answers[column].text.strip() if column in answers else ""
                items[named if named in items else ""].append(ActionItem(agency, row_key, answers))
    for rows in items.values():
        rows.sort(key=lambda item: item.figures[0].reference)
    groups = [ActionGroup(i, title, items[title]) for i, title in enumerate(titles, start=1)]
    return [*groups, *([ActionGroup(0, "", items[""])] if items[""] else [])]


def _answers(row: CatalogueRow, sheet: SheetForm | None, evidence: EvidenceBase) -> list[RowAnswer]:
    if sheet is None:
        return []
    given = evidence.answers(sheet.key, row.code)
    roles: dict[str, Role | None] = {a.agency: a.role for a in row.agencies}
    return [
        RowAnswer(agency, roles.get(agency), given[agency])
        for agency in [*roles, *(a for a in given if a not in roles)]
        if agency in given
    ]


def _plan(answer: RowAnswer, columns: Mapping[str, str]) -> TaskPlan:
    five = {
        key: answer.answers[column]
        for key, column in columns.items()
        if column in answer.answers and answer.answers[column].is_given
    }
    missing = [key for key in columns if key not in five]
    if five and not missing:
        state = PlanState.COMPLETE
    else:
        state = PlanState.PARTIAL if five else PlanState.NONE
    return TaskPlan(answer, five, missing, state)
