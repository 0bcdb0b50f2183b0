"""An indicator that many lead together: what each says of itself, and what that makes of the whole.

Nobody's figure is the city's. Each is judged for itself, and the row has reached its target when
every one of them has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from models.domain.consolidation.evidence import Figure
from models.domain.consolidation.verdicts import PersonAsked
from models.domain.register.targets import REACHED, Judgement

#: What one of them is makes the row, the first of these that anybody is.
_WORST_FIRST = (
    Judgement.NOT_MET,
    Judgement.UNKNOWN,
    Judgement.AWAITING,
    Judgement.FLOOR_MET,
    Judgement.MET,
    Judgement.EXCEEDED,
)


@dataclass(frozen=True, slots=True)
class MemberValue:
    """What one of many says of itself; `figure` is None while it gave no value.

    `distance` is in the row's unit, positive when better. `promised` is the commitment it is
    measured by, itself or of the nearest agency it answers for, `kept` what comes of that.
    """

    agency: str
    figure: Figure | None
    judgement: Judgement = Judgement.UNKNOWN
    distance: Decimal | None = None
    why_not_judged: str = ""
    promised: Figure | None = None
    kept: Judgement = Judgement.UNKNOWN
    asked: PersonAsked | None = None  # where a person judges it
    kept_asked: PersonAsked | None = None  # where a person judges how the promise was kept

    @property
    def number(self) -> Decimal | None:
        """The value when it is a number."""
        return self.figure.number if self.figure else None


@dataclass(frozen=True)
class Members:
    """All who answer a row each for itself, the silent ones too, in the row's order.

    Who need not answer, by a person's decision, is among them only when it did.
    """

    values: Sequence[MemberValue]

    @property
    def answered(self) -> list[MemberValue]:
        """Those who gave a value."""
        return [v for v in self.values if v.figure is not None]

    @property
    def silent(self) -> list[str]:
        """Codes of those who gave none."""
        return [v.agency for v in self.values if v.figure is None]

    @property
    def reached(self) -> list[MemberValue]:
        """Those who have reached the target."""
        return [v for v in self.answered if v.judgement in REACHED]

    @property
    def missed(self) -> list[MemberValue]:
        """Those who have not."""
        return [v for v in self.answered if v.judgement is Judgement.NOT_MET]

    @property
    def judgement(self) -> Judgement:
        """Of the row: what the worst of them is, and unknown while anybody is silent."""
        if not self.values or self.silent:
            return Judgement.UNKNOWN
        found = {v.judgement for v in self.values}
        return next(j for j in _WORST_FIRST if j in found)

    @property
    def lowest(self) -> MemberValue | None:
        """Who gave the lowest number, the first of equals; None where nobody gave a number."""
        return min(self._numbered, key=_number, default=None)

    @property
    def highest(self) -> MemberValue | None:
        """Who gave the highest number, the first of equals."""
        return max(self._numbered, key=_number, default=None)

    @property
    def asked(self) -> list[PersonAsked]:
        """What a person judges or has judged of them, member by member."""
        return [a for v in self.values for a in (v.asked, v.kept_asked) if a is not None]

    def of(self, agency: str) -> MemberValue | None:
        """What that agency says of itself; None where it is none of them."""
        return next((v for v in self.values if v.agency == agency), None)

    @property
    def _numbered(self) -> list[MemberValue]:
        return [v for v in self.values if v.number is not None]


def _number(value: MemberValue) -> Decimal:
    return Decimal(0) if value.number is None else value.number
