"""How the year went: against what agencies committed to, and against the milestones on the way."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator

from models.domain.cycle.letter_phrases import counts_said, listed, number_text
from models.domain.register.catalogue import PERIODS, period_phrase
from models.domain.register.targets import REACHED, Judgement
from models.domain.register.territories import TERRITORY_SHORT_NAMES
from models.domain.results.report_text import ReportNames
from models.domain.review.pace import TrackPoint, period_end
from models.domain.review.pace_wording import contrary_briefly
from models.domain.review.review import Review
from models.domain.review.states import Pace
from models.domain.review.wording import PACE_NAMES


def commitments_said(review: Review, names: ReportNames, day: dt.date) -> str:
    """How many did not keep what was committed to; once the year is over, how all of them did."""
    kept = Counter(one.commitment_judgement for one in review.indicators)
    below, awaiting = kept[Judgement.NOT_MET], kept[Judgement.AWAITING]
    if day <= period_end(PERIODS[-1], names.year):
        return counts_said(("{} chỉ tiêu chưa đạt mức cam kết đầu năm", below))
    said = counts_said(
        ("{} chỉ tiêu đạt và vượt", sum(kept[j] for j in REACHED)),
        ("{} chưa đạt", below),
        ("{} chờ đánh giá", awaiting),
        ("{} không so sánh được", kept[Judgement.UNKNOWN]),
        between=", ",
    )
    return f"so với mức cam kết cả năm, {said}{_kept_by_a_part(review, names)}" if said else ""


def _kept_by_a_part(review: Review, names: ReportNames) -> str:
    """Which of them are held against the value of a part of the city, while the year's is of the
    whole; "" for none."""
    found = [
        one.row
        for one in review.indicators
        if one.elsewhere and one.commitment_judgement is not Judgement.UNKNOWN
    ]
    if not found:
        return ""
    own, places = TERRITORY_SHORT_NAMES[review.territory], ", ".join(map(names.place, found))
    return f" ({places} so theo số {own})"


def milestones_said(review: Review, names: ReportNames) -> str:
    """How many are ahead or behind, by which milestones and figures of which days; "" for none."""
    h = review.headline
    counted = counts_said(
        ("{} chỉ tiêu nhanh hơn", h.ahead),
        ("{} đúng tiến độ", h.on_track),
        ("{} chậm hơn", h.behind),
        ("{} chờ đánh giá", h.pace_awaiting),
        ("{} không so sánh được", sum(one.pace is Pace.UNKNOWN for one in review.indicators)),
        between=", ",
    )
    if not (h.ahead or h.on_track or h.behind or h.pace_awaiting):
        return ""
    points = [p for one in review.indicators if (p := one.pace_point) is not None]
    return (
        f"so với {_which(points)}, {counted}{_of_a_part(review, names)}"
        f"{_contrary_to_scenario(review, names)}"
    )


def _which(points: list[TrackPoint]) -> str:
    """The milestones with how many are compared with each, and the days of the figures."""
    periods = Counter(p.period for p in points)
    told = [(period_phrase(p), periods[p]) for p in PERIODS if periods[p]]
    if told[1:]:
        each = ", ".join(f"{said} {number_text(count)}" for said, count in told)
        which = f"mốc gần nhất đã qua của từng chỉ tiêu ({each})"
    else:
        which = f"mốc {told[0][0]}"
    days = sorted(p.day for p in points if p.day is not None)
    if not days:
        return which
    first, last = days[0], days[-1]
    span = f"từ {first:%d/%m/%Y} đến {last:%d/%m/%Y}" if first < last else f"đến {last:%d/%m/%Y}"
    return f"{which}, theo số {span}"


def _of_a_part(review: Review, names: ReportNames) -> str:
    """Which of the paces counted are of a part of the city whose value of the year is of the whole,
    and how they come out; "" for none."""
    found = [i for i in review.indicators if i.elsewhere and i.pace is not Pace.UNKNOWN]
    if not found:
        return ""
    own = TERRITORY_SHORT_NAMES[review.territory]
    places = ", ".join(names.place(one.row) for one in found)
    paces = Counter(one.pace for one in found)
    told = counts_said(*_each_pace(paces), between=", ")
    return (
        f"; {number_text(len(found))} trong các chỉ tiêu ấy ({places}) được so theo số {own}, còn "
        f"số cả năm là của toàn thành phố ({told})"
    )


def _each_pace(paces: Counter[Pace]) -> Iterator[tuple[str, int]]:
    for pace in Pace:
        yield f"{{}} {PACE_NAMES[pace].lower()}", paces[pace]


def _contrary_to_scenario(review: Review, names: ReportNames) -> str:
    """Which indicators stand otherwise by the printed scenario, by both measures; "" for none."""
    told = [
        f"{names.row(one.row)} ({names.place(one.row)}) {said}"
        for one in review.indicators
        if (said := contrary_briefly(one.pace_point))
    ]
    return f"; riêng {listed(told, 'chỉ tiêu')} (phần V)" if told else ""
