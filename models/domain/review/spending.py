"""Projects of a review: money spent against plans that have names, progress, obstacles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from models.domain.consolidation.evidence import Figure
from models.domain.consolidation.plans import ProjectLine
from models.domain.reading.forms import SheetForm
from models.domain.register.catalogue import PERIODS
from models.domain.review.answered import answered, earlier_columns
from models.domain.review.doings import speaking_answer
from models.domain.review.lines import Baseline, ReviewProject
from models.domain.review.pace import period_end
from models.domain.review.shares import share_pct

BASELINE_NAMES = {
    "plan_central": "Kế hoạch vốn Thủ tướng Chính phủ giao",
    "plan_city": "Kế hoạch vốn thành phố giao",
    "own_plan": "Mức giải ngân cơ quan đăng ký đầu năm",
}
_OWN_PLAN = "own_plan"
UNLIKELY_SHARE = Decimal(150)
"""Percent of a plan beyond which a plan or what was spent is likely to be wrong, or outdated."""
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
    milestones = _registered(planned, {p: columns[p] for p in PERIODS if p in columns})
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
        progress=answered(sheet, answers, "progress"),
        obstacles=answered(sheet, answers, "obstacles"),
        proposals=answered(sheet, answers, "proposals"),
        causes=answered(sheet, answers, "causes"),
    )


def unlikely_shares(project: ReviewProject) -> list[Baseline]:
    """The plans of which so much was spent that one of the two figures has to be looked at."""
    return [
        one
        for one in project.baselines
        if one.share_pct is not None and one.share_pct > UNLIKELY_SHARE
    ]


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
