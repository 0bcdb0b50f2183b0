"""What a person judges of a review: the questions that its values ask, and the answers given."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from models.domain.consolidation.evidence import Figure
from models.domain.consolidation.verdicts import (
    IN_WORDS,
    JUST_SHORT,
    Against,
    JudgementQuestion,
    PersonAsked,
    VerdictBook,
    asked,
    measure_of,
    value_of,
)
from models.domain.register.catalogue import CatalogueRow
from models.domain.register.targets import Judgement
from models.domain.register.targets_in_force import TargetInForce
from models.domain.register.territories import Territory
from models.domain.review.judging import NO_VALUE, BaselineResult, TargetJudgement, TerritoryResult


@dataclass(frozen=True)
class Hearing:
    """The answers of persons on one row, and what its value is compared by.

    `value` is the number it is judged by instead of its own, `last_year` what changes are measured
    from; None for neither. `member` is whose own part it is, of a row that many lead together.
    """

    row: CatalogueRow
    verdicts: VerdictBook
    value: Decimal | None = None
    last_year: Decimal | None = None
    member: str = ""

    def on_result(self, result: TerritoryResult) -> TerritoryResult:
        """The result with what persons judged of it, and of the other official measures there."""
        figure = result.value
        if figure is None:
            return result
        beside = [self._on_baseline(one, figure) for one in result.baselines]
        result = replace(result, baselines=beside)
        if result.judgement is not Judgement.AWAITING:
            return result
        question = self._question(result.territory, figure, result.target, result.why_not_judged)
        found = asked(question, self.verdicts)
        return replace(
            result, judgement=found.judgement, why_not_judged=found.why_it_waits, asked=found
        )

    def _on_baseline(self, one: BaselineResult, figure: Figure) -> BaselineResult:
        if one.judgement is not Judgement.AWAITING:
            return one
        question = self._question(one.target.territory, figure, one.target, JUST_SHORT)
        named = replace(question, against=Against.BASELINE, baseline=one.target.baseline)
        found = asked(named, self.verdicts)
        return replace(one, judgement=found.judgement, asked=found)

    def _question(
        self, territory: Territory, figure: Figure, target: TargetInForce | None, why: str
    ) -> JudgementQuestion:
        row = self.row
        is_change = target is not None and target.target.change is not None
        printed = target.printed if target else ""
        in_words = row.own_target
        return JudgementQuestion(
            row=row,
            territory=territory,
            figure=figure,
            value=value_of(figure, self.value, self.last_year if is_change else None),
            measure=measure_of(row, target.target if target else None),
            shown=in_words if row.target_words else printed,
            why=why,
            member=self.member,
        )

    def on_commitment(
        self,
        kept: TargetJudgement,
        territory: Territory,
        figure: Figure | None,
        commitment: Figure | None,
    ) -> tuple[TargetJudgement, PersonAsked | None]:
        """How a promise was kept, as a person judged it, with the question.

        Where nothing is reported there is nothing to ask a person about yet.
        """
        if kept.judgement is not Judgement.AWAITING or commitment is None:
            return kept, None
        if figure is None:
            return TargetJudgement(Judgement.UNKNOWN, why_not=NO_VALUE), None
        why = IN_WORDS if self.row.target_words else JUST_SHORT
        question = replace(
            self._question(territory, figure, None, why),
            measure="\n".join((value_of(commitment), self.row.unit, self.row.direction.value)),
            shown=commitment.text,
            against=Against.COMMITMENT,
            promise=commitment,
        )
        found = asked(question, self.verdicts)
        judged = replace(kept, judgement=found.judgement, why_not=found.why_it_waits)
        return judged, found
