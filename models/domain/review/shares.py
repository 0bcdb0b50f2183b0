"""What was spent or reached as a share of a named plan."""

from __future__ import annotations

from decimal import Decimal

from models.domain.notation.rounding import percent_of


def share_pct(amount: Decimal | None, plan: Decimal | None) -> Decimal | None:
    """The amount in percent of the plan, rounded half up to one decimal.

    None where either is missing or the plan is not positive: nothing is a share of nothing.

    >>> share_pct(Decimal(553), Decimal(1000)), share_pct(Decimal(1), Decimal(0))
    (Decimal('55.3'), None)
    """
    if amount is None or plan is None or plan <= 0:
        return None
    return percent_of(amount, plan)
