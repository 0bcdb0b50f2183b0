"""Projects of a review: money spent against plans that have names, progress, obstacles."""

from __future__ import annotations

from models.domain.consolidation.evidence import Figure
from models.domain.consolidation.plans import ProjectLine
from models.domain.forms import SheetForm
from models.domain.review.answered import answered, earlier_column
from models.domain.review.doings import speaking_answer
from models.domain.review.lines import Baseline, ReviewProject
from models.domain.review.shares import share_pct

BASELINE_NAMES = {
    "plan_central": "Kế hoạch vốn Thủ tướng Chính phủ giao",
    "plan_city": "Kế hoạch vốn thành phố giao",
    "own_plan": "Mức giải ngân cơ quan đăng ký đầu năm",
}
_OWN_PLAN = "own_plan"
_TOLD = ("disbursed", "disbursed_estimate", "progress", "plan_central", "plan_city", "obstacles")


def review_project(
    line: ProjectLine, planned: ProjectLine | None, sheet: SheetForm | None
) -> ReviewProject:
    """One project. The lead's report stands; where it says nothing, the next one's."""
    standing = speaking_answer(line.answers, sheet, _TOLD)
    answers = standing.answers if standing else {}
    disbursed = answered(sheet, answers, "disbursed")
    estimate = answered(sheet, answers, "disbursed_estimate")
    plans = {key: answered(sheet, answers, key) for key in ("plan_central", "plan_city")}
    plans[_OWN_PLAN] = _registered(planned, sheet)
    return ReviewProject(
        row=line.row,
        answers=line.answers,
        standing=standing,
        provisional=standing is not None and standing.agency != line.row.lead,
        disbursed=disbursed,
        disbursed_as_of=answered(sheet, answers, "as_of"),
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
        progress=answered(sheet, answers, "progress"),
        obstacles=answered(sheet, answers, "obstacles"),
        proposals=answered(sheet, answers, "proposals"),
        causes=answered(sheet, answers, "causes"),
    )


def _registered(planned: ProjectLine | None, sheet: SheetForm | None) -> Figure | None:
    """What was to be spent by the plan cycle: the column that the form shows again."""
    key = earlier_column(sheet)
    answers = planned.answers if planned else ()
    return next((a.answers[key] for a in answers if key in a.answers), None)
