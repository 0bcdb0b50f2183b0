"""What was to be done: assigned tasks and the agencies' own, in the office's buckets."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import SequenceMatcher

from models.domain.consolidation.evidence import Answers, Figure
from models.domain.consolidation.plans import (
    ActionGroup,
    ActionItem,
    RowAnswer,
    TaskLine,
    TaskPlan,
    five_clear_columns,
)
from models.domain.consolidation.shared_documents import (
    CitedDocument,
    SharedDocument,
    dated_apart,
    others_by_reference,
    shared_documents,
)
from models.domain.cycle.cycles import HANOI
from models.domain.reading.expectations import marked_plain, plain
from models.domain.reading.forms import SheetForm
from models.domain.register.catalogue import CatalogueRow
from models.domain.review.answered import answered
from models.domain.review.buckets import (
    bucket_of,
    days_late,
    deadline_of,
    finish_of,
    standing_bucket,
)
from models.domain.review.lines import Doing, MemberDoing, ReviewAction, ReviewTask
from models.domain.review.states import TaskBucket, TaskState
from models.domain.review.wording import state_of

DEADLINE, WORK = "thoi_han", "viec"  # keys of the "5 rõ"
#: From what is farthest behind to what is done best; of a task that many do, each for itself.
_BEHIND_FIRST = (
    (TaskBucket.OVERDUE,),
    (TaskBucket.UNHEARD,),
    (TaskBucket.IN_PROGRESS, TaskBucket.OPEN_NO_DEADLINE, TaskBucket.STANDING),
    (TaskBucket.DONE_LATE,),
    (TaskBucket.DONE_NO_DEADLINE, TaskBucket.DONE_ON_TIME),
)
_LEAST_FIRST = (
    TaskState.NOT_STARTED,
    TaskState.SUSPENDED,
    TaskState.IN_PROGRESS,
    TaskState.DONE,
)
REWORDED = 0.8  # likeness from which another wording is taken for the same work
_MOST_COMPARED = 400  # free rows of one agency that are compared by their likeness


Kin = Callable[[str, CatalogueRow], Sequence[str]]
"""An agency and those whose duty in that row it has taken over, nearest first."""


_JUSTIFICATION = "justification"  # column key, on every sheet of rows


@dataclass(frozen=True)
class Reported:
    """What a task's agency wrote, and the date it had set itself in the plan cycle.

    `planned` is None where the plan says no date; `has_plan` whether there was a plan cycle at all.
    """

    answers: Answers
    planned: Figure | None
    has_plan: bool


def doing_of(
    sheet: SheetForm | None,
    said: Reported,
    directive: dt.date | None,
    today: dt.date,
    *,
    standing: bool = False,
) -> Doing:
    """The bucket and what it rests on. A standing task has no last day, not even an agency's own.

    Without a directive's date the agency's own of the plan cycle counts: one that it moves now,
    when it reports, excuses nothing and is shown. Only where there was no plan cycle at all the
    date in the report itself is taken.
    """
    answers = said.answers
    restated = _own_date(sheet, answers)
    own = said.planned if said.has_plan else restated
    moved = None
    if restated is not None and said.planned is not None and restated.date != said.planned.date:
        moved = restated
    stated = answered(sheet, answers, "state")
    state = state_of(stated.text) if stated else TaskState.UNREPORTED
    finished = answered(sheet, answers, "finished_on")
    product_date = answered(sheet, answers, "product_date")
    due = deadline_of(directive, own.date if own and not standing else None)
    finish = finish_of(
        state,
        finished.date if finished else None,
        product_date.date if product_date else None,
        _reported_on(stated),
    )
    bucket = bucket_of(state, due.day, finish.day, today, _reported_on(stated))
    if standing:
        bucket = standing_bucket(state)
    return Doing(
        state=state,
        state_figure=stated,
        bucket=bucket,
        due=due,
        deadline_figure=own if directive is None and not standing else None,
        moved_deadline=moved,
        finish=finish,
        finished_figure=finished,
        days_late=days_late(bucket, due.day, finish),
        percent=answered(sheet, answers, "percent"),
        product=answered(sheet, answers, "product"),
        product_number=answered(sheet, answers, "product_number"),
        product_date=product_date,
        obstacles=answered(sheet, answers, "obstacles"),
        proposals=answered(sheet, answers, "proposals"),
        explained=next((f for f in [answers.get(_JUSTIFICATION)] if f and f.is_given), None),
    )


def _own_date(sheet: SheetForm | None, answers: Answers) -> Figure | None:
    key = five_clear_columns(sheet).get(DEADLINE, "") if sheet else ""
    figure = answers.get(key)
    return figure if figure is not None and figure.date is not None else None


def _reported_on(figure: Figure | None) -> dt.date | None:
    received = figure.source.received_at if figure else None
    return received.astimezone(HANOI).date() if received else None


# --- Assigned tasks -------------------------------------------------------------------------------


def review_task(
    line: TaskLine, planned: TaskLine | None, sheet: SheetForm | None, today: dt.date, kin_of: Kin
) -> ReviewTask:
    """One assigned task. The lead's report stands; where it says nothing, the next one's.

    Where many lead it together, the least advanced report does. `planned` is the same task in the
    plan cycle, None where there was none.
    """
    answers = [p.answer for p in line.plans]
    if line.row.each_for_itself:
        return _done_by_each(line, planned, sheet, today, kin_of)
    standing = next((a for a in answers if answered(sheet, a.answers, "state")), None)
    speaking = standing or next(iter(answers), None)
    dates = [d for p in (planned.plans if planned else ()) if (d := _planned_date(p))]
    said = Reported(
        speaking.answers if speaking else {}, next(iter(dates), None), planned is not None
    )
    return ReviewTask(
        row=line.row,
        answers=answers,
        standing=standing,
        provisional=standing is not None and standing.agency != line.row.lead,
        doing=doing_of(sheet, said, line.row.deadline, today, standing=line.row.deadline_standing),
    )


def _done_by_each(
    line: TaskLine, planned: TaskLine | None, sheet: SheetForm | None, today: dt.date, kin_of: Kin
) -> ReviewTask:
    """The task with each member's own part, measured by the day that member had set itself."""
    row, answers = line.row, [p.answer for p in line.plans]
    by_agency = {a.agency: a for a in answers}
    days = {p.answer.agency: _planned_date(p) for p in (planned.plans if planned else ())}

    def doing(agency: str) -> Doing:
        answer = by_agency.get(agency)
        day = next((d for code in kin_of(agency, row) if (d := days.get(code))), None)
        said = Reported(answer.answers if answer else {}, day, planned is not None)
        return doing_of(sheet, said, row.deadline, today, standing=row.deadline_standing)

    members = [MemberDoing(code, by_agency.get(code), doing(code)) for code in line.members]
    told = [m for m in members if m.bucket is not TaskBucket.UNREPORTED]
    least = min(told, key=_advance, default=None)
    return ReviewTask(
        row=row,
        answers=answers,
        standing=least.answer if least else None,
        provisional=False,
        doing=least.doing
        if least
        else doing_of(
            sheet,
            Reported({}, None, planned is not None),
            row.deadline,
            today,
            standing=row.deadline_standing,
        ),
        members=members,
    )


def _advance(member: MemberDoing) -> tuple[int, int, Decimal]:
    """How far a part is, for comparison: overdue first, then by state, then by percent."""
    percent = member.doing.percent.number if member.doing.percent else None
    return (
        next(i for i, buckets in enumerate(_BEHIND_FIRST) if member.bucket in buckets),
        _LEAST_FIRST.index(member.doing.state),
        percent if percent is not None else Decimal(0),
    )


def _planned_date(plan: TaskPlan) -> Figure | None:
    figure = plan.five.get(DEADLINE)
    return figure if figure is not None and figure.date is not None else None


# --- The agencies' own actions --------------------------------------------------------------------


@dataclass(frozen=True)
class PlannedActions:
    """The free rows of the plan cycle, by agency; `columns` are the "5 rõ" of its sheet."""

    items: Mapping[str, Sequence[ActionItem]]
    columns: Mapping[str, str]

    def work(self, item: ActionItem) -> Figure | None:
        """What a row is about."""
        return item.answers.get(self.columns.get(WORK, ""))

    def date(self, item: ActionItem) -> Figure | None:
        """The date it set itself."""
        figure = item.answers.get(self.columns.get(DEADLINE, ""))
        return figure if figure is not None and figure.date is not None else None


def review_actions(
    groups: Iterable[ActionGroup],
    planned: PlannedActions | None,
    forebears: Mapping[str, Sequence[str]],
    sheet: SheetForm | None,
    today: dt.date,
) -> list[ReviewAction]:
    """The free actions by group, each with the same work in the plan cycle where there was one.

    `forebears` names, by agency, whose plans it took over, nearest first. The same words come
    before like ones, and no planned row is taken twice.
    """
    listed = [(group, item) for group in groups for item in group.items]
    matches = _matches([item for _, item in listed], planned, forebears, sheet)
    columns = five_clear_columns(sheet) if sheet else {}
    result = []
    for group, item in listed:
        before = matches.get((item.agency, item.row_key))
        date = planned.date(before) if planned and before else None
        said = Reported(item.answers, date, planned is not None)
        result.append(
            ReviewAction(
                agency=item.agency,
                row_key=item.row_key,
                group=group.number,
                group_title=group.title,
                answers=item.answers,
                work=item.answers.get(columns.get(WORK, "")),
                planned=planned.work(before) if planned and before else None,
                doing=doing_of(sheet, said, None, today),
            )
        )
    return result


def _matches(
    items: Sequence[ActionItem],
    planned: PlannedActions | None,
    forebears: Mapping[str, Sequence[str]],
    sheet: SheetForm | None,
) -> dict[tuple[str, str], ActionItem]:
    if planned is None or sheet is None:
        return {}
    key = five_clear_columns(sheet).get(WORK, "")
    found: dict[tuple[str, str], ActionItem] = {}
    for agency in dict.fromkeys(item.agency for item in items):
        mine = [
            _Row(item, item.answers[key].text, _own_date(sheet, item.answers))
            for item in items
            if item.agency == agency and key in item.answers
        ]
        before = [
            _Row(item, work.text, planned.date(item))
            for code in (agency, *forebears.get(agency, ()))
            for item in planned.items.get(code, ())
            if (work := planned.work(item)) is not None
        ]
        found |= {(agency, row): item for row, item in _paired(mine, before).items()}
    return found


@dataclass(frozen=True, slots=True)
class _Row:
    item: ActionItem
    text: str
    date: Figure | None

    @property
    def words(self) -> str:
        """What it says, in plain letters."""
        return plain(self.text)

    @property
    def marked_words(self) -> str:
        """What it says, with its marks."""
        return marked_plain(self.text)

    def is_like(self, other: _Row, *, marked: bool, dated: bool) -> bool:
        """Whether both say the same words, with their marks and of the same day where asked."""
        days = [row.date.date if row.date else None for row in (self, other)]
        same = self.words == other.words and (not dated or days[0] == days[1])
        return same and (not marked or self.marked_words == other.marked_words)


def _paired(mine: Sequence[_Row], before: Sequence[_Row]) -> dict[str, ActionItem]:
    """Rows by key with the planned row of the same words and day, of the same words, or the likest.

    What agrees wholly is paired first, so that two rows of the same words keep their own dates.
    What without its marks may be one planned row or another is paired with neither.
    """
    left = list(before)
    found: dict[str, ActionItem] = {}
    either: set[str] = set()
    for marked, dated in itertools.product((True, False), (True, False)):
        for row in mine:
            if row.item.row_key in found:
                continue
            like = [i for i, x in enumerate(left) if row.is_like(x, marked=marked, dated=dated)]
            if len({left[i].marked_words for i in like}) > 1:
                either.add(row.item.row_key)
            elif like:
                found[row.item.row_key] = left.pop(like[0]).item
    for row in mine if len(left) <= _MOST_COMPARED else ():
        if row.item.row_key in found or row.item.row_key in either or not left:
            continue
        likeness = [SequenceMatcher(None, row.words, one.words).ratio() for one in left]
        best = max(range(len(left)), key=likeness.__getitem__)
        if likeness[best] >= REWORDED:
            found[row.item.row_key] = left.pop(best).item
    return found


def speaking_answer(
    answers: Sequence[RowAnswer], sheet: SheetForm | None, meanings: Sequence[str]
) -> RowAnswer | None:
    """The first answer that says anything under one of these meanings."""
    return next((a for a in answers if any(answered(sheet, a.answers, m) for m in meanings)), None)


# --- Documents ------------------------------------------------------------------------------------


def with_shared_documents(
    tasks: Sequence[ReviewTask], actions: Sequence[ReviewAction], each_its_own: Container[str]
) -> tuple[list[ReviewTask], list[ReviewAction], list[SharedDocument]]:
    """The same work, told of each proof that another agency names for another work; the documents.

    `each_its_own`: codes of agencies whose people's committee and council number their own papers.
    """
    documents = shared_documents(_cited(tasks, actions), each_its_own)
    others = others_by_reference(documents)

    def marked(doing: Doing) -> Doing:
        number = doing.product_number
        found = others.get(number.reference, ()) if number is not None else ()
        return replace(doing, shared=tuple(found)) if found else doing

    return (
        [
            replace(
                task,
                doing=marked(task.doing),
                members=tuple(replace(m, doing=marked(m.doing)) for m in task.members),
            )
            for task in tasks
        ],
        [replace(action, doing=marked(action.doing)) for action in actions],
        documents,
    )


def _cited(tasks: Iterable[ReviewTask], actions: Iterable[ReviewAction]) -> Iterator[CitedDocument]:
    """Every document that proves something done, with what; a work is known by its words."""
    for task in tasks:
        doings = [m.doing for m in task.members] or [task.doing]
        for doing in doings:
            yield from _document_of(doing, plain(task.row.name), task.row.code)
    for action in actions:
        work = action.planned or action.work
        yield from _document_of(action.doing, plain(work.text) if work else "", "")


def papers_dated_apart(
    tasks: Iterable[ReviewTask], actions: Iterable[ReviewAction]
) -> list[SharedDocument]:
    """The proofs to which one agency gives several days in one year, each day with a work."""
    return dated_apart(_cited(tasks, actions))


def _document_of(doing: Doing, work: str, row: str) -> Iterator[CitedDocument]:
    number, day = doing.product_number, doing.product_date
    if number is not None and doing.proven:
        yield CitedDocument(number.agency, work, row, number, day.date if day else None)
