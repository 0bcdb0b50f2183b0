"""Rounding of the figures that people read: half up, shares of a whole that add up, like decimals.

The one place that rounds for readers. What is compared or added up is never rounded before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from models.domain.notation.number_notation import EXACT

SHARE_PLACES = 1
"""Decimals of a percentage, wherever one stands."""


def half_up(value: Decimal | float, places: int) -> Decimal:
    """The value with that many decimals, a half away from 0.

    >>> half_up(Decimal("0.25"), 1), half_up(Decimal("-0.25"), 1), half_up(12.5, 0)
    (Decimal('0.3'), Decimal('-0.3'), Decimal('13'))
    """
    exact = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, EXACT)


def percent_of(
    part: Decimal | int, whole: Decimal | int, places: int = SHARE_PLACES
) -> Decimal | None:
    """The part in percent of the whole; None where the whole is not positive.

    >>> percent_of(1, 8), percent_of(1, 0)
    (Decimal('12.5'), None)
    """
    return None if whole <= 0 else half_up(Decimal(part) * 100 / Decimal(whole), places)


def shares_of(counts: Sequence[int], places: int = SHARE_PLACES) -> list[Decimal]:
    """Each count in percent of their sum, by the largest remainder: together they are 100.

    Of equal remainders the larger count is rounded up, then the earlier one; all 0 where the sum
    is.

    >>> shares_of([1, 1, 1]), sum(shares_of([1, 1, 1]))
    ([Decimal('33.4'), Decimal('33.3'), Decimal('33.3')], Decimal('100.0'))
    """
    total, unit = sum(counts), Decimal(1).scaleb(-places)
    if not total:
        return [Decimal(0).quantize(unit) for _ in counts]
    exact = [Decimal(count) * 100 / total for count in counts]
    floors = [share.quantize(unit, ROUND_FLOOR) for share in exact]
    missing = int((100 - sum(floors)) / unit)
    by_remainder = sorted(range(len(counts)), key=lambda i: (floors[i] - exact[i], -counts[i], i))
    for i in by_remainder[:missing]:
        floors[i] += unit
    return floors


def decimals(value: Decimal, most: int = 6) -> int:
    """With how many decimals the value was written, at most `most`.

    >>> decimals(Decimal("12.50")), decimals(Decimal("1E+3"))
    (2, 0)
    """
    exponent = value.as_tuple().exponent
    return min(most, max(0, -exponent)) if isinstance(exponent, int) else 0


def like_decimals(values: Iterable[Decimal | None]) -> int:
    """How many decimals show all of them alike: as many as the one written with most.

    >>> like_decimals([Decimal("12.5"), Decimal("11.90"), None, Decimal(7)])
    2
    """
    return max((decimals(value) for value in values if value is not None), default=0)
