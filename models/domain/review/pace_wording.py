"""How the office says whether a measure is ahead or behind, and from which figures that follows."""

from __future__ import annotations

from models.domain.cycle.letter_phrases import shown_number
from models.domain.notation.number_notation import MAX_DECIMALS
from models.domain.notation.rounding import half_up, like_decimals
from models.domain.register.catalogue import period_phrase
from models.domain.review.lines import ReviewIndicator
from models.domain.review.states import TrackSource

_PROMISES = {TrackSource.MILESTONE: "mốc", TrackSource.SCENARIO: "kịch bản"}


def pace_basis(one: ReviewIndicator) -> str:
    """From what the pace follows: the milestone, and before it the figure, its day and where it
    stands, but for the figure that is shown beside the verdict. "" where there is no pace.
    """
    point = one.pace_point
    if point is None or point.actual is None or point.promised is None:
        return ""
    promised, period = point.promised, point.period
    if point.following_promised is not None:
        promised, period = point.following_promised, point.following
    target = one.target.target if one.target and one.target.target.is_plain else None
    beside = target.value if target else None
    places = min(MAX_DECIMALS, like_decimals((point.actual, promised, beside)))
    actual, against = (shown_number(half_up(v, places)) for v in (point.actual, promised))
    measure = f"{_PROMISES[point.source]} {period_phrase(period)} {against}"
    if point.report in (one.to_date, one.value):
        return measure
    day = f" đến {point.day:%d/%m/%Y}" if point.day else ""
    return f"{actual}{day} tại Phụ lục II; {measure}"
