"""How the office says whether a measure is ahead or behind, and from which figures that follows."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from decimal import Decimal

from models.domain.consolidation.evidence import Figure
from models.domain.cycle.letter_phrases import alike, measured
from models.domain.notation.number_notation import MAX_DECIMALS, format_number
from models.domain.notation.rounding import half_up, like_decimals
from models.domain.register.catalogue import CatalogueRow, period_phrase
from models.domain.register.targets import Judgement
from models.domain.register.territories import TERRITORY_NAMES, TERRITORY_SHORT_NAMES, Territory
from models.domain.review.lines import ReviewIndicator, ReviewScenario, ScenarioPoint
from models.domain.review.pace import Contrary, LessLater, TrackPoint
from models.domain.review.states import Pace, TrackSource

INDEX_PLACES = 2  # of the scenario's indices, as appendix II prints them
_PROMISES = {
    TrackSource.MILESTONE: "mốc",
    TrackSource.UPDATED: "kịch bản cơ quan cập nhật",
    TrackSource.SCENARIO: "kịch bản PL II",
}
_TO_MEASURE = {
    Pace.AHEAD: "nhanh hơn",
    Pace.ON_TRACK: "đúng tiến độ theo",
    Pace.BEHIND: "chậm hơn",
}
RowNamer = Callable[[CatalogueRow], str]


def own_ground(one: ReviewIndicator) -> str:
    """Of which part of the city the row's promise, last year, value to date and pace are, where the
    value that counts is of another ground; "" where all are of one.
    """
    return TERRITORY_SHORT_NAMES[one.territory] if one.elsewhere else ""


def kept_basis(one: ReviewIndicator) -> str:
    """By which value the promise is judged where the row itself is silent of its ground: what the
    scenario says of it; "" where the row's own value is compared, or nothing is."""
    told = one.told_elsewhere.get(one.territory)
    if one.commitment_judgement is Judgement.UNKNOWN:
        return ""
    if one.value is not None or told is None or told.value is None or one.commitment is None:
        return ""
    if told.told is None or told.told.told_in is None:
        return ""
    value = told.value.number
    if value is None:
        return ""
    target = one.target.target.value if one.target and one.target.target.is_plain else None
    places = min(MAX_DECIMALS, like_decimals((value, one.commitment.number, target)))
    ground, place = TERRITORY_SHORT_NAMES[one.territory], told.told.told_in.appendix.value
    return f"{ground}: {format_number(half_up(value, places), places)} theo PL {place}"


def part_named(territory: Territory) -> str:
    """The ground behind a measure's name: " phía đông"; "" for the whole city."""
    return "" if territory is Territory.WHOLE else f" {TERRITORY_SHORT_NAMES[territory]}"


def ground_said(territory: Territory) -> str:
    """Of which ground figures are that name none, as a sentence for the head of a table.

    >>> ground_said(Territory.EAST)
    'Số không ghi địa bàn là của phía đông (Hải Phòng trước hợp nhất).'
    >>> ground_said(Territory.WHOLE)
    ''
    """
    if territory is Territory.WHOLE:
        return ""
    named = f"{TERRITORY_SHORT_NAMES[territory]} ({TERRITORY_NAMES[territory]})"
    return f"Số không ghi địa bàn là của {named}."


def judged_ground_said(territory: Territory) -> str:
    """By which ground a row is judged that is told for several, as `ReviewIndicator.result` has it.

    >>> judged_ground_said(Territory.WHOLE)
    ''
    """
    if territory is Territory.WHOLE:
        return ""
    own, whole = TERRITORY_SHORT_NAMES[territory], TERRITORY_SHORT_NAMES[Territory.WHOLE]
    return (
        f"Mỗi chỉ tiêu được đánh giá chung theo số của {own}, địa bàn Chỉ thị giao, khi chính chỉ "
        f"tiêu ấy có số {own}; không có thì theo số và mức giao của {whole}."
    )


def pace_basis(one: ReviewIndicator, beside: Collection[Figure | None] | None = None) -> str:
    """From what the pace follows: the measure, and before it the figure, its day and where it
    stands, but for the figures that are shown `beside` the verdict (the values to date and of the
    year, unless others are told); its ground where the value of the year is of another; the printed
    scenario where that says the contrary. "" where there is no pace.

    Numbers bear their unit where one of them was made from an index of appendix II.
    """
    point = one.pace_point
    if point is None or point.actual is None or point.promised is None:
        return ""
    places = _places(one, point)
    own = (one.to_date, one.value)
    shown = point.report in (own if beside is None else beside)
    from_index = point.report not in own
    unit = one.row.unit if point.contrary or from_index else ""

    def said(value: Decimal) -> str:
        number = half_up(value, places)
        return measured(number, unit) if unit else format_number(number, places)

    parts = [f"{_measure(point)}, {said(_against(point))}"]
    if not shown:
        day = f" đến {point.day:%d/%m/%Y}" if point.day else ""
        source = f" ({_index_said(point)}PL II)" if from_index else ""
        parts.insert(0, f"{said(point.actual)}{day}{source}")
    if point.contrary is not None:
        parts.append(contrary_said(point.contrary, places))
    if point.less_later is not None:
        parts.append(less_later_said(point.less_later, said))
    ground = own_ground(one)
    return (f"{ground}: " if ground else "") + "; ".join(parts)


def contraries_said(
    indicators: Iterable[ReviewIndicator],
    scenario: Iterable[ReviewScenario],
    place: RowNamer,
    name: RowNamer,
) -> str:
    """Where the last figures of the scenario's table are behind what is printed alone, or behind
    what the agency itself promised or made of it alone: both measures in one sentence; "" for
    nowhere.
    """
    said = []
    for one in indicators:
        reached = (p for p in one.track if p.report not in (None, one.to_date, one.value))
        last = next(reversed([p for p in reached if p.pace is not Pace.UNKNOWN]), None)
        if last is not None and last.contrary is not None:
            said.append(f"{name(one.row)} ({place(one.row)}), {_both(last, last.contrary)}")
    for branch in scenario:
        known = [p for p in branch.points if p.pace_to_update is not Pace.UNKNOWN]
        if known and known[-1].is_contrary:
            said.append(f"{name(branch.row)}, {_both_indices(known[-1])}")
    if not said:
        return ""
    return f"Hai cách so sánh cho kết luận khác nhau: {'; '.join(said)}."


def contrary_briefly(point: TrackPoint | None) -> str:
    """How the figure stands by the agency's own measure and by the printed scenario, where they
    differ; else "".
    """
    if point is None or point.contrary is None:
        return ""
    own, printed = _TO_MEASURE[point.pace], _TO_MEASURE[point.contrary.pace]
    return f"{own} {_OWN[point.source]} nhưng {printed} kịch bản của Chỉ thị"


_OWN = {
    TrackSource.MILESTONE: "mốc cơ quan cam kết",
    TrackSource.UPDATED: "kịch bản cơ quan cập nhật",
    TrackSource.SCENARIO: "kịch bản tại PL II",
}


def _both(point: TrackPoint, contrary: Contrary) -> str:
    """The growth against the agency's own measure and against the scenario, in percent."""
    shown = alike((point.actual, point.promised, contrary.promised))
    actual, own, printed = (f"{value}%" for value in shown)
    return (
        f"{period_phrase(point.period)} tăng {actual}: {_TO_MEASURE[point.pace]} "
        f"{_OWN[point.source]} ({own}) nhưng {_TO_MEASURE[contrary.pace]} "
        f"{_OWN[TrackSource.SCENARIO]} ({printed})"
    )


def _both_indices(point: ScenarioPoint) -> str:
    figures = (point.actual, point.updated)
    shown = alike((*(f.number if f else None for f in figures), point.printed))
    return (
        f"chỉ số {period_phrase(point.period)} {shown[0]}: {_TO_MEASURE[point.pace_to_update]} "
        f"{_OWN[TrackSource.UPDATED]} ({shown[1]}) nhưng {_TO_MEASURE[point.pace]} "
        f"{_OWN[TrackSource.SCENARIO]} ({shown[2]})"
    )


def less_later_said(less: LessLater, said: Callable[[Decimal], str]) -> str:
    """That a later milestone asks for less, so that the two have to be compared."""
    compared = "thấp hơn" if less.lower else "cao hơn"
    return (
        f"mốc {period_phrase(less.period)}, {said(less.promised)}, {compared} mốc này, "
        "đề nghị đối chiếu cam kết"
    )


def contrary_said(contrary: Contrary, places: int = INDEX_PLACES) -> str:
    """That the printed scenario says otherwise: its growth in percent and its index."""
    growth = format_number(half_up(contrary.promised, places), places)
    return (
        f"nhưng {_TO_MEASURE[contrary.pace]} kịch bản {period_phrase(contrary.period)} tại PL II, "
        f"{growth}% (chỉ số {_index(contrary.index)})"
    )


_SHORT_OF = ("thấp", "giảm", "chậm", "hụt", "kém", "không đạt", "chưa đạt")


def not_short_said(text: str, scenario: Iterable[ReviewScenario], name: RowNamer) -> str:
    """Of the branches that an agency's words call low: which are not, by the last figures of the
    table; "" where all are low, or none is named.

    A branch goes by its name up to the first comma, the longest name first: «công nghiệp chế biến»
    is not «công nghiệp».
    """
    left, found = text.casefold(), []
    branches = {name(b.row).split(",")[0].casefold(): b for b in scenario}
    for named in sorted(branches, key=len, reverse=True):
        before, there, after = left.partition(named)
        if not there:
            continue
        left = f"{before} {after}"
        clause = re.split(r"[;.]", after)[0]
        known = [p for p in branches[named].points if p.pace is not Pace.UNKNOWN]
        if known and known[-1].pace is not Pace.BEHIND and any(w in clause for w in _SHORT_OF):
            found.append(_not_short(branches[named], known[-1], name))
    return "; ".join(found)


def _not_short(branch: ReviewScenario, point: ScenarioPoint, name: RowNamer) -> str:
    compared = "bằng" if point.pace is Pace.ON_TRACK else "cao hơn"
    gap = format_number(half_up(point.difference or Decimal(0), INDEX_PLACES), INDEX_PLACES)
    return (
        f"{name(branch.row)} {period_phrase(point.period)} {compared} kịch bản (chênh {gap} điểm)"
    )


def _against(point: TrackPoint) -> Decimal:
    """The number that the verdict is made against: a later one where that was reached already."""
    promised = point.following_promised if point.following else point.promised
    return promised if promised is not None else Decimal(0)


def _measure(point: TrackPoint) -> str:
    """What the verdict is made against: the last that fell due, the next that is reached, the
    year's."""
    named = _PROMISES[point.source]
    if point.following:
        return f"đã đạt {named} tiếp theo: {period_phrase(point.following)}"
    return f"{named} {period_phrase(point.period)}"


def _index_said(point: TrackPoint) -> str:
    """The index in the cell that the growth was made from: "chỉ số 115,70, "."""
    number = point.report.number if point.report else None
    if number is None or number == point.actual:
        return ""
    return f"chỉ số {_index(number)}, "


def _index(value: Decimal) -> str:
    places = min(MAX_DECIMALS, max(INDEX_PLACES, like_decimals((value,))))
    return format_number(half_up(value, places), places)


def pace_places(one: ReviewIndicator) -> int:
    """With how many decimals the measure of the pace, and all beside it, are told; 0 for none."""
    point = one.pace_point
    return 0 if point is None or point.promised is None else _places(one, point)


def _places(one: ReviewIndicator, point: TrackPoint) -> int:
    """With how many decimals all numbers of the row are told."""
    target = one.target.target if one.target else None
    told = (one.last_year, one.to_date, one.commitment, one.value)
    numbers = [f.number for f in told if f is not None and f.bound is None]
    other = point.contrary.promised if point.contrary else None
    beside = target.levels if target else ()
    known = (point.actual, _against(point), other, *beside, *numbers, *_of_grounds(one))
    return min(MAX_DECIMALS, like_decimals(known))


def _of_grounds(one: ReviewIndicator) -> Iterator[Decimal | None]:
    """The numbers of every ground: all of one row are told with as many decimals."""
    for result in one.grounds.values():
        yield result.value.number if result.value and result.value.bound is None else None
        for target in (result.target, *(b.target for b in result.baselines)):
            yield from target.target.levels if target else ()
