"""The results that part I begins with: growth, what several bodies set, money of the budget spent.

Which indicators these are follows from the directive's data: the measure that the growth scenario
states, and of appendix I the measures for which several official targets are set.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from models.domain.consolidation import Figure
from models.domain.cycle.letter_phrases import number_text
from models.domain.notation.rounding import percent_of
from models.domain.register.catalogue import PERIODS, Appendix
from models.domain.register.targets import Judgement
from models.domain.register.targets_in_force import no_level_said
from models.domain.register.territories import TERRITORY_SHORT_NAMES, Territory
from models.domain.results.overview.caveats import Caveats
from models.domain.results.report_measures import places_in
from models.domain.results.report_projects import days_of
from models.domain.results.report_text import (
    Citations,
    ReportNames,
    Text,
    hedged,
    joined,
    number,
    target_said,
    unit_behind,
    words,
)
from models.domain.review.judging import TerritoryResult
from models.domain.review.lines import ReviewIndicator, ReviewProject
from models.domain.review.review import Review
from models.domain.review.spending import BASELINE_NAMES, is_doubtful, off_budget
from models.domain.review.wording import OUTCOME_NAMES, STATUS_NAMES, status_there

_PLANS = ("plan_central", "plan_city")


def main_results(
    review: Review, caveats: Caveats, names: ReportNames, cites: Citations
) -> Iterator[Text]:
    """A sentence for each main indicator that is told, then how much of the plans was spent."""
    growth = review.scenario[0].row.code if review.scenario else ""
    of_the_year = ("", PERIODS[-1])
    twins = {
        e.left
        for e in caveats.catalogue.equivalences
        if e.right == growth and e.period in of_the_year
    }
    for one in review.indicators:
        several = any(result.baselines for result in one.grounds.values())
        first = one.row.appendix is Appendix.I and not one.row.parent
        if one.row.code in twins or (several and first):
            yield from _result(one, review, caveats, names, cites)
    yield from _spent(review.projects)


def _result(
    one: ReviewIndicator,
    review: Review,
    caveats: Caveats,
    names: ReportNames,
    cites: Citations,
) -> Iterator[Text]:
    """The ground that is counted, then the directive's own and the whole city, each by its own
    target, with what has to be known of each."""
    counted = one.result.territory if one.result else one.territory
    order = dict.fromkeys((counted, one.territory, Territory.WHOLE))
    grounds = one.grounds
    told = [
        _ground(one, grounds[territory], review, caveats, names, cites)
        for territory in order
        if territory in grounds and _number(grounds[territory].value) is not None
    ]
    if told:
        name = f"{names.row(one.row)} ({names.place(one.row)}): "
        yield words(name) + joined(told, "; ") + words(".")


def _ground(
    one: ReviewIndicator,
    result: TerritoryResult,
    review: Review,
    caveats: Caveats,
    names: ReportNames,
    cites: Citations,
) -> Text:
    places, value = places_in(one), _number(result.value) or Decimal(0)
    told_in = result.told.told_in if result.told else None
    unit = unit_behind(one.row)
    status = STATUS_NAMES[status_there(one, result, review.scenario)].lower()
    where = f"theo {names.place(told_in)}" if told_in else ""
    given = f"giao {target_said(result.target, places)}{unit}" if result.target else ""
    target = given or no_level_said(result.territory, one.territory)
    doubts = one.disputed.get(result.value.reference, ()) if result.value else ()
    cites.disputed(doubts)
    shown = hedged(result.value, f"{number(value, places)}{unit}")
    known = (
        *(status, where, target, ", ".join(doubts)),
        caveats.chosen(result.value, numbered=True),
        caveats.misfit(one.row, result.territory, part=True),
    )
    remarks = "; ".join(said for said in known if said)
    judged = "" if result.judgement is Judgement.UNKNOWN else OUTCOME_NAMES[result.judgement]
    return (
        words(f"{TERRITORY_SHORT_NAMES[result.territory]} {shown}")
        + cites.cite(result.value)
        + words(f" ({remarks})" + (f", {judged.lower()}" if judged else ""))
    )


def _spent(projects: Sequence[ReviewProject]) -> Iterator[Text]:
    """What was spent of the budget's projects and is foreseen, as shares of each plan."""
    public = [p for p in projects if not off_budget(p.row)]
    told = [said for key in _PLANS if (said := _share(public, key))]
    if told:
        doubtful = sum(is_doubtful(p) for p in public)
        beside = f"; {number_text(doubtful)} dự án có số vốn cần kiểm tra" if doubtful else ""
        until = f" (số liệu đến {days})" if (days := days_of(public)) else ""
        yield words(
            f"Dự án sử dụng ngân sách{until} đã giải ngân {'; '.join(told)}{beside} (phần VII)."
        )


def _share(projects: Sequence[ReviewProject], key: str) -> str:
    """The share of one plan spent and foreseen, over the projects that have both figures."""
    planned = [(p, b.plan.number) for p in projects if (b := p.baseline(key)) is not None]
    now, year = (
        _percent([(_number(figure), plan) for figure, plan in amounts])
        for amounts in (
            [(p.disbursed, plan) for p, plan in planned],
            [(p.disbursed_estimate, plan) for p, plan in planned],
        )
    )
    if not now:
        return ""
    count = sum(_number(p.disbursed) is not None for p, _ in planned)
    named = f"{BASELINE_NAMES[key][:1].lower()}{BASELINE_NAMES[key][1:]}"
    foreseen = f", ước cả năm {year}" if year else ""
    return f"{now} {named}{foreseen} ({number_text(count)} dự án)"


def _percent(amounts: list[tuple[Decimal | None, Decimal | None]]) -> str:
    known = [(paid, plan) for paid, plan in amounts if paid is not None and plan is not None]
    share = percent_of(
        sum((paid for paid, _ in known), Decimal(0)), sum((plan for _, plan in known), Decimal(0))
    )
    return f"{number(share, 1)}%" if share is not None else ""


def _number(figure: Figure | None) -> Decimal | None:
    return figure.number if figure is not None and figure.bound is None else None
