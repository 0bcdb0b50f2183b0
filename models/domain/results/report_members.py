"""What the report says of rows that many lead together, each for itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from models.domain.consolidation.member_wording import NAMED, counted
from models.domain.consolidation.members import Members, MemberValue
from models.domain.results.report_text import (
    Citations,
    ReportNames,
    Text,
    difference,
    joined,
    words,
)
from models.domain.review.lines import ReviewIndicator
from models.domain.review.wording import COMMITMENT_NAMES, OUTCOME_NAMES

Row = Mapping[str, Text]


def values_together(
    members: Members | None, unit: str, names: ReportNames, cites: Citations
) -> Text:
    """How many have answered and reached the target, then the lowest and the highest value.

    Nothing where one leads the row, or nobody answered.
    """
    if members is None or not members.answered:
        return Text()
    ends = {"thấp nhất": members.lowest, "cao nhất": members.highest}
    told = [words(f"{end} ") + _valued(one, unit, names, cites) for end, one in ends.items() if one]
    return joined([words(counted(members)), *told], "\n")


def missed_together(members: Members, unit: str, names: ReportNames, cites: Citations) -> Text:
    """Who has not reached the target, the farthest from it first; the rest stand in the annex."""
    missed = sorted(members.missed, key=lambda one: one.distance or 0)
    told = [_valued(one, unit, names, cites) for one in missed[:NAMED]]
    if rest := len(missed) - len(told):
        told.append(words(f"và {rest} cơ quan khác (phụ lục)"))
    return words("Chưa đạt: ") + joined(told, "; ") if told else Text()


def _valued(one: MemberValue, unit: str, names: ReportNames, cites: Citations) -> Text:
    return cites.value(one.figure, unit) + words(f" ({names.agency(one.agency)})")


def member_rows(indicator: ReviewIndicator, names: ReportNames, cites: Citations) -> Iterator[Row]:
    """One row of the annex for each who answers for itself, the silent ones too."""
    for one in indicator.members.values if indicator.members else ():
        blank = dict.fromkeys(("no", "place", "last_year", "to_date", "target", "agency"), Text())
        yield {
            **blank,
            "name": words(f"– {names.agency(one.agency)}"),
            "value": cites.stacked(one.figure),
            "distance": words(difference(one.distance)),
            "commitment": cites.stacked(one.promised),
            **own_outcomes(one, cites),
        }


def own_outcomes(one: MemberValue, cites: Citations) -> Row:
    """How it came out for one of them: against its target, against what it promised; who judged so
    where a person did.
    """
    given = one.figure is not None
    outcome = words(OUTCOME_NAMES[one.judgement] if given else "Chưa có số")
    against = words(COMMITMENT_NAMES[one.kept] if given else "")
    return {
        "outcome": outcome + cites.judged(one.asked),
        "against": against + cites.judged(one.kept_asked),
        "pace": Text(),
    }
