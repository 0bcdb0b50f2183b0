"""How the office says whether a measure is ahead or behind, and from which figures that follows."""

from __future__ import annotations

from models.domain.notation.number_notation import MAX_DECIMALS, format_number
from models.domain.notation.rounding import half_up, like_decimals
from models.domain.register.catalogue import period_phrase
from models.domain.register.territories import TERRITORY_SHORT_NAMES
from models.domain.review.lines import ReviewIndicator
from models.domain.review.states import TrackSource

_PROMISES = {TrackSource.MILESTONE: "mốc", TrackSource.SCENARIO: "kịch bản"}


def pace_basis(one: ReviewIndicator) -> str:
    """From what the pace follows: the milestone, and before it the figure, its day and where it
    stands, but for the figure that is shown beside the verdict; its ground where the value of the
    year is of another. "" where there is no pace.
    """
    point = one.pace_point
    if point is None or point.actual is None or point.promised is None:
        return ""
    promised, period = point.promised, point.period
    if point.following_promised is not None:
        promised, period = point.following_promised, point.following
    target = one.target.target if one.target and one.target.target.is_plain else None
    beside = target.value if target else None
    told = (one.last_year, one.to_date, one.commitment, one.value)
    numbers = (f.number for f in told if f is not None and f.bound is None)
    places = min(MAX_DECIMALS, like_decimals((point.actual, promised, beside, *numbers)))
    actual, against = (format_number(half_up(v, places), places) for v in (point.actual, promised))
    measure = f"{_PROMISES[point.source]} {period_phrase(period)} {against}"
    if point.report in (one.to_date, one.value):
        return measure
    day = f" đến {point.day:%d/%m/%Y}" if point.day else ""
    elsewhere = one.result is not None and one.result.territory is not one.territory
    where = f", {TERRITORY_SHORT_NAMES[one.territory]}" if elsewhere else ""
    return f"{actual}{day} tại Phụ lục II{where}; {measure}"
