"""What a value of the year means: against the target in force, and against what was promised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from models.domain.consolidation.evidence import Figure
from models.domain.consolidation.grounds import GroundValue
from models.domain.consolidation.verdicts import IN_WORDS, JUST_SHORT, PersonAsked
from models.domain.reading.forms import SheetForm
from models.domain.register.catalogue import CatalogueRow
from models.domain.register.districts import DISTRICTS_ASKED
from models.domain.register.targets import (
    Direction,
    Judgement,
    Target,
    TargetKind,
    as_level,
    change_direction,
    change_since,
    gap,
    judge,
)
from models.domain.register.targets_in_force import NO_LEVEL, TargetInForce
from models.domain.register.territories import TERRITORY_NAMES, Territory
from models.domain.review.answered import answered
from models.domain.review.shares import share_pct

NO_VALUE = "Chưa có số ước thực hiện"
NO_DIRECTION = "Danh mục chưa nêu chiều tốt của chỉ tiêu"


@dataclass(frozen=True, slots=True)
class TargetJudgement:
    """A judgement with its distance to the target in the row's unit, positive when better.

    `why_not` says in one Vietnamese sentence part why there is none; empty where there is one.
    """

    judgement: Judgement
    distance: Decimal | None = None
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class BaselineResult:
    """The value of the year against one more official measure, which `target` names.

    `reached_pct` is the value as percent of it, rounded half up to one decimal; None where there is
    no value, and of rates, whose share of one another says nothing.
    """

    target: TargetInForce
    judgement: Judgement
    distance: Decimal | None
    reached_pct: Decimal | None
    asked: PersonAsked | None = None  # where a person judges it

    @property
    def by_person(self) -> str:
        """That a person judged it, who and why; "" where none did."""
        return self.asked.by_person if self.asked else ""


@dataclass(frozen=True)
class TerritoryResult:
    """One territory's value of the year, against the target that holds there.

    `reports` are the values of all reporters, the one that stands first. `baselines` are the other
    official measures for the same ground, each judged by its name.
    """

    territory: Territory
    value: Figure | None
    target: TargetInForce | None
    judgement: Judgement
    distance: Decimal | None
    why_not_judged: str
    reports: Sequence[Figure] = ()
    baselines: Sequence[BaselineResult] = ()
    asked: PersonAsked | None = None  # where a person judges it
    told: GroundValue | None = None  # where the value was told in another row of the same measure

    @property
    def by_person(self) -> str:
        """That a person judged it, who and why; "" where none did."""
        return self.asked.by_person if self.asked else ""


def verdict_on(
    value: Decimal | None,
    target: TargetInForce | None,
    direction: Direction,
    territory: Territory,
    last_year: Decimal | None = None,
) -> TargetJudgement:
    """The value against the target in force in its territory.

    Without a value, without a target there, or where the two cannot be compared: unknown, and why.
    A target that is a change ("tăng 9,3%") is compared by the value of last year, where that is
    known.
    """
    if value is None:
        return TargetJudgement(Judgement.UNKNOWN, why_not=NO_VALUE)
    if target is None:
        where = TERRITORY_NAMES[territory]
        return TargetJudgement(Judgement.UNKNOWN, why_not=f"{NO_LEVEL} cho {where}")
    if target.target.change is not None:
        return _verdict_on_change(value, target, direction, last_year)
    judgement = judge(value, target.target, direction)
    if judgement is Judgement.AWAITING:
        return TargetJudgement(judgement, gap(value, target.target, direction), JUST_SHORT)
    if judgement is not Judgement.UNKNOWN:
        return TargetJudgement(judgement, gap(value, target.target, direction))
    if target.target.kind is TargetKind.RATIO:
        whole = f"Số báo cáo không phải số đếm theo chỉ tiêu «{target.printed}»"
        return TargetJudgement(judgement, why_not=whole)
    return TargetJudgement(judgement, why_not=NO_DIRECTION)


def _verdict_on_change(
    value: Decimal, target: TargetInForce, direction: Direction, last_year: Decimal | None
) -> TargetJudgement:
    known = None if last_year is None else change_since(value, last_year, target.target)
    if known is None:
        printed = f"Chỉ tiêu «{target.printed}» là mức thay đổi: cần số của năm trước để so"
        return TargetJudgement(Judgement.UNKNOWN, why_not=printed)
    judgement = judge(known, as_level(target.target), change_direction(target.target, direction))
    why_not = {Judgement.UNKNOWN: NO_DIRECTION, Judgement.AWAITING: JUST_SHORT}
    return TargetJudgement(judgement, why_not=why_not.get(judgement, ""))


def territory_result(
    row: CatalogueRow,
    territory: Territory,
    reports: Sequence[Figure],
    target: TargetInForce | None,
    baselines: Sequence[TargetInForce] = (),
    last_year: Decimal | None = None,
) -> TerritoryResult:
    """The result of one territory from its reports, the one that stands first.

    A value that restates the target's own words ("> 10") says that it was met, and by how much not.
    What is reported on a target in words, a person judges.
    """
    figure = reports[0] if reports else None
    number = figure.number if figure else None
    verdict = verdict_on(number, target, row.direction, territory, last_year)
    if row.target_words and figure is not None:
        verdict = TargetJudgement(Judgement.AWAITING, why_not=IN_WORDS)
    if figure is not None and figure.restates_target(row) and target is not None:
        verdict = TargetJudgement(Judgement.MET)
    return TerritoryResult(
        territory,
        figure,
        target,
        verdict.judgement,
        verdict.distance,
        verdict.why_not,
        tuple(reports),
        _against(row, territory, number, baselines, last_year),
    )


def _against(
    row: CatalogueRow,
    territory: Territory,
    value: Decimal | None,
    baselines: Sequence[TargetInForce],
    last_year: Decimal | None,
) -> tuple[BaselineResult, ...]:
    found = []
    for target in baselines:
        verdict = verdict_on(value, target, row.direction, territory, last_year)
        reached = reached_pct(row, value, target)
        found.append(BaselineResult(target, verdict.judgement, verdict.distance, reached))
    return tuple(found)


def last_year_of(
    row: CatalogueRow, answers: Mapping[str, Figure], sheet: SheetForm
) -> Decimal | None:
    """Last year's value as a report of the row gives it.

    None for percent of a share: «giảm 1%» of it may be a point or a hundredth of it.
    """
    figure = answered(sheet, answers, "last_year")
    change = row.target.change if row.target else None
    of_share = row.unit in ("%", "‰") and (change is None or change.unit in ("", "%", "‰"))
    return figure.number if figure is not None and not of_share else None


def reached_pct(row: CatalogueRow, value: Decimal | None, target: TargetInForce) -> Decimal | None:
    """The value as percent of an amount that was set; None for rates and for what sets none."""
    if row.unit == "%" or target.target.change is not None:
        return None
    return share_pct(value, target.target.value)


def judged_by_ruling(
    result: TerritoryResult, row: CatalogueRow, value: Decimal, last_year: Decimal | None = None
) -> TerritoryResult:
    """The result judged by a value that was ruled for the measure; its own figure stays shown."""
    verdict = verdict_on(value, result.target, row.direction, result.territory, last_year)
    return replace(
        result,
        judgement=verdict.judgement,
        distance=verdict.distance,
        why_not_judged=verdict.why_not,
        baselines=_against(
            *(row, result.territory, value, [b.target for b in result.baselines]), last_year
        ),
    )


def for_the_office(result: TerritoryResult) -> TerritoryResult:
    """The result of a measure of districts, which ended within the year: whether its figure meets
    what was set, the office says, whatever the two numbers come to; how far they are apart stays.
    """
    if result.value is None or result.target is None:
        return result
    return replace(result, judgement=Judgement.AWAITING, why_not_judged=DISTRICTS_ASKED)


def against_commitment(
    row: CatalogueRow, value: Decimal | None, commitment: Figure | None
) -> TargetJudgement:
    """The value against what was committed to at the beginning of the year.

    A commitment written with a sign or as a range ("> 10") promised just that: it is judged by it.
    """
    if row.target_words and commitment is not None:
        return TargetJudgement(Judgement.AWAITING, why_not=IN_WORDS)
    if value is None:
        return TargetJudgement(Judgement.UNKNOWN, why_not=NO_VALUE)
    if commitment is None or commitment.number is None:
        return TargetJudgement(Judgement.UNKNOWN, why_not="Đầu năm không có mức cam kết")
    promised = commitment.bound or Target(TargetKind.VALUE, commitment.number)
    judgement = judge(value, promised, row.direction)
    if judgement is Judgement.UNKNOWN:
        return TargetJudgement(judgement, why_not=NO_DIRECTION)
    return TargetJudgement(judgement, gap(value, promised, row.direction))
