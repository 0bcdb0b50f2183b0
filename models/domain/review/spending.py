"""Projects of a review: money spent against plans that have names, which amounts have to be looked
at and how the office says so, progress, obstacles."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from models.domain.consolidation.evidence import Figure
from models.domain.consolidation.plans import ProjectLine
from models.domain.cycle.cycles import HANOI
from models.domain.notation.figures.volumes import volume_told
from models.domain.notation.investments import own_total, whole_project
from models.domain.notation.number_notation import format_number
from models.domain.notation.rounding import half_up
from models.domain.reading.forms import SheetForm
from models.domain.register.catalogue import PERIODS, CatalogueRow, Goal
from models.domain.review.answered import answered, earlier_columns
from models.domain.review.doings import speaking_answer
from models.domain.review.lines import Baseline, ReviewProject
from models.domain.review.pace import period_end
from models.domain.review.shares import share_pct
from models.domain.review.states import GoalState, ProjectGoal

BASELINE_NAMES = {
    "plan_central": "Kế hoạch vốn Thủ tướng Chính phủ giao",
    "plan_city": "Kế hoạch vốn thành phố giao",
    "own_plan": "Mức cơ quan đăng ký đầu năm",
}
_OWN_PLAN = "own_plan"
_ALL = Decimal(100)  # percent of the works
GOAL_DAYS = {Goal.START: "start_date", Goal.FINISH: "finish_date"}  # by what columns mean
UNLIKELY_SHARE = Decimal(150)
"""Percent of a plan beyond which a plan or what was spent is likely to be wrong, or outdated."""
DOUBTED = "Dự án có số vốn cần kiểm tra"
_OFF_BUDGET = "ngoài ngân sách"  # in the heading of the directive's group
_ASKS_MONEY = re.compile(
    r"\b(?:bố trí|bổ sung|cấp|hỗ trợ|ứng)\b[^.;]*\b(?:vốn|kinh phí|ngân sách)\b", re.IGNORECASE
)
OFF_BUDGET_ASKED = "dự án vốn ngoài ngân sách, đề nghị cơ quan làm rõ"
"""Beside what asks the budget for money for a project that investors pay for."""
_TOLD = ("disbursed", "disbursed_estimate", "progress", "plan_central", "plan_city", "obstacles")


def review_project(
    line: ProjectLine,
    planned: ProjectLine | None,
    sheet: SheetForm | None,
    year: int,
    today: dt.date,
) -> ReviewProject:
    """One project of the directive's `year`. The lead's report stands; else the next one's.

    Which of its milestones has come due goes by the day of its figures, `today` where it has none.
    """
    standing = speaking_answer(line.answers, sheet, _TOLD)
    answers = standing.answers if standing else {}
    disbursed = answered(sheet, answers, "disbursed")
    estimate = answered(sheet, answers, "disbursed_estimate")
    plans = {key: answered(sheet, answers, key) for key in ("plan_central", "plan_city")}
    columns = earlier_columns(sheet)
    plans[_OWN_PLAN] = next(iter(_registered(planned, {"": columns.get("", "")}).values()), None)
    as_of = answered(sheet, answers, "as_of")
    progress = answered(sheet, answers, "progress")
    milestones = _registered(planned, {p: columns[p] for p in PERIODS if p in columns})
    days = {goal: answered(sheet, answers, meaning) for goal, meaning in GOAL_DAYS.items()}
    before = {goal: _as_planned(planned, sheet, meaning) for goal, meaning in GOAL_DAYS.items()}
    volume = volume_told(progress.text) if progress is not None and progress.is_given else None
    reached = {g: goal_of(g, days[g], before[g], today, volume) for g in Goal}
    return ReviewProject(
        row=line.row,
        answers=line.answers,
        standing=standing,
        provisional=standing is not None and standing.agency != line.row.lead,
        disbursed=disbursed,
        disbursed_as_of=as_of,
        disbursed_estimate=estimate,
        baselines=[
            Baseline(
                key,
                BASELINE_NAMES[key],
                plan,
                share_pct(disbursed.number if disbursed else None, plan.number),
                share_pct(estimate.number if estimate else None, plan.number),
            )
            for key, plan in plans.items()
            if plan is not None and plan.number is not None
        ],
        milestones=milestones,
        due=_due(milestones, as_of.date if as_of and as_of.date else today, year),
        progress=progress,
        obstacles=answered(sheet, answers, "obstacles"),
        proposals=answered(sheet, answers, "proposals"),
        causes=answered(sheet, answers, "causes"),
        days=reached,
        goal=reached.get(line.row.goal) if line.row.goal is not None else None,
    )


def goal_of(
    wanted: Goal,
    told: Figure | None,
    planned: Figure | None,
    today: dt.date,
    volume: Decimal | None = None,
) -> ProjectGoal:
    """Whether the project has come to what the directive wants of it this year.

    The form asks for one day, the true or the expected one. It is the true one where it had passed
    when it was reported; not where it is the day of the plan once more, which stood in the cell
    before anybody wrote: that one has to be confirmed. Nor is a project completed of whose works
    less than all is told to be done: `volume`, in percent.
    """
    day = told.date if told is not None else None
    if told is None or day is None:
        return ProjectGoal(wanted, GoalState.UNTOLD, told, volume)
    if day > today:
        return ProjectGoal(wanted, GoalState.FORESEEN, told, volume)
    received = told.source.received_at
    reported = received.astimezone(HANOI).date() if received else today
    kept = planned is not None and planned.date == day and not _had_passed(planned, day)
    state = GoalState.UNCONFIRMED if kept or day > reported else GoalState.REACHED
    unfinished = wanted is Goal.FINISH and volume is not None and volume < _ALL
    if state is GoalState.REACHED and unfinished:
        state = GoalState.CONTRADICTED
    return ProjectGoal(wanted, state, told, volume)


def _had_passed(planned: Figure, day: dt.date) -> bool:
    """Whether the day had passed when the plan told it: then it was the true one already."""
    received = planned.source.received_at
    return received is not None and day < received.astimezone(HANOI).date()


def _as_planned(
    planned: ProjectLine | None, sheet: SheetForm | None, meaning: str
) -> Figure | None:
    """The day of the plan cycle that stood in that column beforehand; None for none."""
    column = sheet.meaning(meaning) if sheet else None
    return _registered(planned, {"": column.carry}).get("") if column else None


def unlikely_shares(project: ReviewProject) -> list[Baseline]:
    """The plans of which so much was spent that one of the two figures has to be looked at."""
    return [
        one
        for one in project.baselines
        if one.share_pct is not None and one.share_pct > UNLIKELY_SHARE
    ]


def beyond_investment(project: ReviewProject) -> list[Figure]:
    """The amounts of the year that are more than the whole investment of which they are part.

    Spent to date, foreseen, then the plans; of an investment that is known in dong alone.
    """
    total = own_total(project.row.investments)
    plans = [one.plan for one in project.baselines]
    amounts = (project.disbursed, project.disbursed_estimate, *plans)
    return [f for f in amounts if f is not None and total is not None and _above(f, total)]


def _above(figure: Figure, total: Decimal) -> bool:
    return figure.number is not None and figure.number > total


def doubted_amounts(project: ReviewProject) -> list[Figure]:
    """The amounts that have to be looked at: spent beyond a plan, or beyond the investment."""
    spent = [project.disbursed] if project.disbursed and unlikely_shares(project) else []
    return [*spent, *beyond_investment(project)]


def is_doubtful(project: ReviewProject) -> bool:
    """Whether one of its amounts has to be looked at."""
    return bool(unlikely_shares(project) or beyond_investment(project))


def off_budget(row: CatalogueRow) -> bool:
    """Whether investors pay for the project: they carry out, only the budget disburses."""
    return _OFF_BUDGET in row.group.casefold()


def asks_budget(text: str, row: CatalogueRow) -> bool:
    """Whether the words ask for public money, beside a project that investors pay for."""
    return off_budget(row) and _ASKS_MONEY.search(text) is not None


def spent_said(row: CatalogueRow) -> str:
    """What was done with the money: the budget disburses, investors carry out."""
    return "đã thực hiện" if off_budget(row) else "đã giải ngân"


def doubts_said(project: ReviewProject) -> Iterator[str]:
    """What has to be looked at, a sentence part each: more than the whole investment, far more than
    a plan. Amounts are million dong.
    """
    total, spent = own_total(project.row.investments), spent_said(project.row)
    beyond = beyond_investment(project)
    names = [
        (project.disbursed, spent),
        (project.disbursed_estimate, "ước cả năm"),
        *((one.plan, _lower(one.name)) for one in project.baselines),
    ]
    if total is not None and beyond:
        told = [
            f"{name} {_whole(figure.number)}"
            for figure, name in names
            if figure in beyond and figure is not None and figure.number is not None
        ]
        yield f"{', '.join(told)}, lớn hơn tổng mức đầu tư {_whole(total)}{_part_of(project.row)}"
    for one in unlikely_shares(project):
        paid, planned = project.disbursed, one.plan.number
        if paid is None or paid.number is None or planned is None or one.share_pct is None:
            continue
        share = format_number(half_up(one.share_pct, 1), 1)
        if paid in beyond:  # and its amount is told
            yield f"số {spent} bằng {share}% {_lower(one.name)} ({_whole(planned)})"
            continue
        yield (
            f"{spent} {_whole(paid.number)}, bằng {share}% {_lower(one.name)} ({_whole(planned)})"
        )


def _part_of(row: CatalogueRow) -> str:
    """That the total is of a part, and of which project; "" where the row is a whole one."""
    whole = whole_project(row.investments)
    if whole is None:
        return ""
    return (
        f" của phần việc ghi ở dòng này (cả dự án {_whole(whole)}; cơ quan có thể đã báo cáo cho "
        "cả dự án)"
    )


def _lower(name: str) -> str:
    return f"{name[:1].lower()}{name[1:]}"


def _whole(amount: Decimal) -> str:
    return format_number(half_up(amount, 0), 0)


def _registered(planned: ProjectLine | None, columns: Mapping[str, str]) -> dict[str, Figure]:
    """What the first agency that gave any of these columns said in the plan cycle, by period."""
    for answer in planned.answers if planned else ():
        given = {p: answer.answers[key] for p, key in columns.items() if key in answer.answers}
        if any(figure.is_given for figure in given.values()):
            return {p: figure for p, figure in given.items() if figure.is_given}
    return {}


def _due(milestones: Mapping[str, Figure], day: dt.date, year: int) -> str:
    """The last period with a milestone that had ended on the day; "" for none."""
    passed = [p for p in milestones if period_end(p, year) <= day]
    return passed[-1] if passed else ""
