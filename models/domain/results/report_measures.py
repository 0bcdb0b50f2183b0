"""The report's tables about measures: indicators, territories, conflicts, the growth scenario."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from models.domain.consolidation import Figure
from models.domain.consolidation.grounds import GroundValue
from models.domain.consolidation.member_wording import verdict_said
from models.domain.consolidation.remainders import Remainder
from models.domain.consolidation.whole_wording import remainder_said
from models.domain.consolidation.wording import judged_by
from models.domain.cycle.letter_phrases import number_text
from models.domain.notation.vietnamese_text import one_line
from models.domain.register.catalogue import Appendix
from models.domain.register.districts import DISTRICTS_ASKED, DISTRICTS_ENDED, WHICH_FIGURE
from models.domain.register.target_revisions import UNCONFIRMED
from models.domain.register.targets import Judgement, TargetKind
from models.domain.register.targets_in_force import no_level_said
from models.domain.register.territories import TERRITORY_SHORT_NAMES, Territory
from models.domain.results.report_members import missed_together, values_together
from models.domain.results.report_text import (
    MOST_PLACES,
    Citations,
    ReportNames,
    Text,
    against_baseline,
    difference,
    joined,
    number,
    places_of,
    places_there,
    target_said,
    target_with_basis,
    under,
    words,
)
from models.domain.review.judging import TerritoryResult
from models.domain.review.lines import ReviewIndicator, ReviewScenario
from models.domain.review.pace_wording import (
    INDEX_PLACES,
    contraries_said,
    kept_basis,
    own_ground,
    pace_basis,
    pace_places,
)
from models.domain.review.review import Review
from models.domain.review.states import ValueStatus
from models.domain.review.wording import (
    COMMITMENT_NAMES,
    OUTCOME_NAMES,
    PACE_NAMES,
    STATUS_NAMES,
    ground_named,
    status_there,
)

Row = Mapping[str, Text]
AS_TO_DATE = "bằng số đến ngày số liệu"  # of an estimate of the whole year
SAME_AS_TO_DATE = "(=)"  # the same as a mark beside a figure; the notes of its tables explain it


def _common(indicator: ReviewIndicator, count: int, names: ReportNames) -> dict[str, Text]:
    row = indicator.row
    return {
        "no": words(str(count)),
        "place": words(names.place(row)),
        "name": words(names.of_measure(row)),
        "agency": words(names.agency(indicator.agency or row.led_by)),
    }


def value_of(indicator: ReviewIndicator, cites: Citations) -> Text:
    """The value the headline counts, its status where it is final, its territory where it is told
    for another than the directive's, and that an estimate is the value to date once more."""
    result = indicator.result
    if result is None or result.value is None:
        return Text()
    mark = SAME_AS_TO_DATE if indicator.repeats_to_date else ""
    value = _counted_of_whole(result, mark, cites) or cites.stacked(
        result.value, places_in(indicator), mark
    )
    value = value + disputed_in(indicator.disputed, result.value, cites)
    if where := ground_named(indicator):
        value = value + words(f"\n({where})")
    status = STATUS_NAMES[indicator.status]
    return value + words(f"\n({status.lower()})") if indicator.status == "actual" else value


def _counted_of_whole(result: TerritoryResult, mark: str, cites: Citations) -> Text:
    """A count of a target like "15/15" with the whole it is of: "14/15"; nothing for another."""
    target = result.target.target if result.target else None
    value = result.value.number if result.value else None
    if target is None or target.kind is not TargetKind.RATIO or target.second is None:
        return Text()
    if value is None or not 0 <= value <= target.second:
        return Text()
    shown = f"{number(value)}/{number(target.second)}{f' {mark}' if mark else ''}"
    return words(shown) + cites.below(result.value)


def places_in(indicator: ReviewIndicator) -> int:
    """With how many decimals the row's numbers are printed, of every ground and in every table all
    alike: they are of one unit."""
    result = indicator.result
    target = result.target if result and result.target else indicator.target
    shown = (indicator.last_year, indicator.to_date, indicator.commitment)
    figures = [*shown, result.value if result else None]
    places = places_of(
        *(target.target.levels if target else ()),
        *(f.number for f in figures if f is not None and f.bound is None),
    )
    of_pace = min(MOST_PLACES, pace_places(indicator))
    return max([places, of_pace, *(places_there(one) for one in indicator.grounds.values())])


def disputed_in(
    disputed: Mapping[str, Sequence[str]], figure: Figure | None, cites: Citations
) -> Text:
    """The conflicts in which the figure is in doubt: "(MT-04)" on a line of its own."""
    return cites.disputed(disputed.get(figure.reference, ()) if figure is not None else ())


def target_of(indicator: ReviewIndicator) -> Text:
    """The target in force for the value that is counted, and that it is assumed where it is."""
    result = indicator.result
    target = result.target if result and result.target else indicator.target
    if target is None:
        return Text()
    counted = result.territory if result and result.value is not None else target.territory
    own = target.territory is indicator.territory is counted and not ground_named(indicator)
    where = "" if own else f" ({TERRITORY_SHORT_NAMES[target.territory]})"
    printed = target_said(target, places_in(indicator))
    return words(printed + where + (f" ({UNCONFIRMED})" if target.assumed else ""))


def brief_row(indicator: ReviewIndicator, count: int, names: ReportNames, cites: Citations) -> Row:
    """An indicator that was reached: target, value, by how much.

    Of one that many lead together: how many answered and reached it, the lowest and the highest.
    """
    result, common = indicator.result, _common(indicator, count, names)
    distance = result.distance if result else None
    together = values_together(indicator.members, indicator.row.unit, names, cites)
    return {
        **common,
        "name": common["name"] + cites.judged(result.asked if result else None),
        "target": target_of(indicator),
        "value": together or value_of(indicator, cites),
        "distance": words(difference(distance, places_in(indicator))),
    }


def outcome_rows(
    indicators: Sequence[ReviewIndicator], beside: tuple[str, Sequence[Judgement]] | None = None
) -> list[Row]:
    """How many indicators came out how: a row for each appendix that has any, then their sum; below
    it how some of them come out `beside`, by a name."""
    columns = (*_COUNTED, "no_data", "open")
    counts: dict[str, dict[str, int]] = {}
    for one in indicators:
        row = counts.setdefault(_place_of(one.row.appendix), dict.fromkeys(columns, 0))
        row[_counted_as(one)] += 1
    counts["Cộng"] = {key: sum(row[key] for row in counts.values()) for key in columns}
    if beside is not None:
        name, outcomes = beside
        by_key = Counter(_column_of(outcome) for outcome in outcomes)
        counts[name] = {key: by_key[key] for key in columns}
    return [
        {
            "name": words(name),
            "total": words(number_text(sum(row.values()))),
            **{key: words(number_text(n) if n else "-") for key, n in row.items()},
        }
        for name, row in counts.items()
    ]


def _place_of(appendix: Appendix) -> str:
    """An appendix of the directive, not to be taken for one of the report's own."""
    if appendix is Appendix.BODY:
        return "Lời văn Chỉ thị"
    return f"Phụ lục {appendix.value} của Chỉ thị"


_COUNTED = {
    "exceeded": Judgement.EXCEEDED,
    "met": Judgement.MET,
    "floor": Judgement.FLOOR_MET,
    "not_met": Judgement.NOT_MET,
}


def _counted_as(indicator: ReviewIndicator) -> str:
    if not indicator.has_value:
        return "no_data"
    return _column_of(indicator.outcome)


def _column_of(outcome: Judgement) -> str:
    return next((key for key, j in _COUNTED.items() if j is outcome), "open")


_FEW = 12  # of one outcome, that are listed whatever they are


def shown_of(indicators: Sequence[ReviewIndicator]) -> list[ReviewIndicator]:
    """Of those that came out alike, which the report itself lists: the main ones, which the first
    appendix holds; all where they are few. The annex has every one.
    """
    main = [i for i in indicators if i.row.appendix is Appendix.I]
    return list(indicators) if len(indicators) <= _FEW else main


def missed_row(indicator: ReviewIndicator, count: int, names: ReportNames, cites: Citations) -> Row:
    """An indicator that was not met, with the causes and remedies in the agency's own words."""
    causes = causes_of(indicator, names, cites)
    if indicator.members is not None:
        causes = missed_together(indicator.members, indicator.row.unit, names, cites)
    said = joined([causes, remedies_of(indicator, names, cites)], " ")
    return {
        **brief_row(indicator, count, names, cites),
        "causes": said or words("Cơ quan chưa nêu nguyên nhân."),
    }


def remedies_of(
    indicator: ReviewIndicator, names: ReportNames, cites: Citations, reader: str = ""
) -> Text:
    """What the agency will do about it; under its name where another one's value stands, or where
    it is told to another `reader`."""
    remedies = cites.quoted(indicator.remedies, 300)
    by = _by(indicator.other_agency(indicator.remedies, reader), names)
    return under("Giải pháp", remedies, by)


def causes_of(
    indicator: ReviewIndicator, names: ReportNames, cites: Citations, reader: str = ""
) -> Text:
    """The causes in the agency's words; under its name where another one's value stands, or where
    they are told to another `reader`."""
    causes = cites.quoted(indicator.causes)
    other = _by(indicator.other_agency(indicator.causes, reader), names)
    return under("Nguyên nhân", causes, other) if other else causes


def _by(agency: str, names: ReportNames) -> str:
    return names.agency(agency) if agency else ""


def silent_row(indicator: ReviewIndicator, count: int, names: ReportNames) -> Row:
    """An indicator nobody gave a value for; what another row says of the measure is named."""
    common = _common(indicator, count, names)
    known = [
        words(f"\n({told_there(one.told, names)} {TERRITORY_SHORT_NAMES[territory]})")
        for territory, one in indicator.told_elsewhere.items()
        if one.told
    ]
    return {
        **common,
        "name": joined([common["name"], *known], ""),
        "target": target_of(indicator),
        "agency": words(names.agency(indicator.row.led_by) if indicator.row.lead else ""),
    }


def told_there(value: GroundValue, names: ReportNames) -> str:
    """In which row the value was told, and what stands there: "PL II: 111,90"."""
    if value.told_in is None or value.told is None or value.told.number is None:
        return ""
    places = INDEX_PLACES if value.told_in.appendix is Appendix.II else None
    return f"{names.place(value.told_in)}: {number(value.told.number, places)}"


def unjudged_row(
    indicator: ReviewIndicator, count: int, names: ReportNames, cites: Citations
) -> Row:
    """An indicator with a value that cannot be compared, or that a person judges, and why."""
    why = indicator.why_open
    if indicator.outcome is Judgement.AWAITING:
        said = f"{why[:1].lower()}{why[1:]}"
        if why == DISTRICTS_ASKED:
            said = f"{DISTRICTS_ENDED}, cơ quan cần nêu rõ {WHICH_FIGURE}"
        why = f"Văn phòng chưa đánh giá: {said}"
    return {
        **brief_row(indicator, count, names, cites),
        "name": words(names.with_unit(indicator.row)),  # what its note would say is the reason
        "why": joined([words(one_line(why)), *_judged_beside(indicator, cites)], "\n"),
    }


def _judged_beside(indicator: ReviewIndicator, cites: Citations) -> Iterator[Text]:
    """What the grounds are judged to be that the row's own verdict does not follow from."""
    for territory, one in indicator.grounds.items():
        counted = indicator.result is not None and territory is indicator.result.territory
        if counted or one.value is None or one.judgement in (Judgement.UNKNOWN, Judgement.AWAITING):
            continue
        outcome = OUTCOME_NAMES[one.judgement].lower()
        yield (
            words(f"Riêng {TERRITORY_SHORT_NAMES[territory]} ")
            + cites.value(one.value, places=places_there(one))
            + words(f": {outcome} (phần III)")
        )


def full_row(indicator: ReviewIndicator, count: int, names: ReportNames, cites: Citations) -> Row:
    """An indicator with all that is known of it, for the annex."""
    told = outcomes_of(indicator, cites)
    before = {
        key: text or words("-") for key, text in known_before(indicator, names, cites).items()
    }
    return {
        **brief_row(indicator, count, names, cites),
        **before,
        "commitment": commitment_of(indicator, names, cites),
        **told,
        "outcome": told["outcome"] + names.verdict_open(indicator),
    }


def known_before(
    indicator: ReviewIndicator, names: ReportNames, cites: Citations, reader: str = ""
) -> Row:
    """The value of the year before, and of this year to the day that the agency names; whose it is
    where another one's value stands, or where it is told to another `reader`."""
    as_of = indicator.as_of.text if indicator.as_of and indicator.as_of.is_given else ""
    places = places_in(indicator)
    to_date = of_own_ground(cites.stacked(indicator.to_date, places), indicator)
    if to_date and as_of:
        to_date = to_date + words(f"\n(đến {one_line(as_of, 20)})")
    last_year = of_own_ground(cites.stacked(indicator.last_year, places), indicator)
    return {
        "last_year": last_year + _whose(indicator, indicator.last_year, names, reader),
        "to_date": to_date + _whose(indicator, indicator.to_date, names, reader),
    }


def commitment_of(
    indicator: ReviewIndicator, names: ReportNames, cites: Citations, reader: str = ""
) -> Text:
    """What was promised, of which ground where the value of the year is of another, and by whom
    where that was another agency than the one whose value stands, or than the `reader`."""
    promised = of_own_ground(cites.stacked(indicator.commitment, places_in(indicator)), indicator)
    whose = _whose(indicator, indicator.commitment, names, reader)
    return promised + whose if promised else promised


def _whose(
    indicator: ReviewIndicator, figure: Figure | None, names: ReportNames, reader: str
) -> Text:
    """Below a figure of another agency, its name."""
    other = indicator.other_agency(figure, reader)
    return words(f"\n({names.agency(other)})" if other else "")


def of_own_ground(figure: Text, indicator: ReviewIndicator) -> Text:
    """A figure of the directive's ground, which it names where the year's value is of another."""
    ground = own_ground(indicator)
    return figure + words(f"\n({ground})") if figure and ground else figure


def outcomes_of(indicator: ReviewIndicator, cites: Citations) -> Row:
    """How it came out: against its target, against what was promised, on the way; that a person
    judged so where one did, with the decision's reference. The value to date stands beside it.
    """
    result = indicator.result
    outcome = words(OUTCOME_NAMES[indicator.outcome] if indicator.has_value else "Chưa có số")
    if indicator.judged_value is not None:
        outcome = outcome + words(f"\n({judged_by(indicator.judged_value)})")
    if indicator.members is not None and indicator.has_value:
        outcome = words(verdict_said(indicator.members, OUTCOME_NAMES))
    against = words(COMMITMENT_NAMES[indicator.commitment_judgement])
    if told := kept_basis(indicator):
        promised_of = indicator.told_elsewhere[indicator.territory].value
        against = against + words(f"\n({told})") + cites.below(promised_of)
    return {
        "outcome": outcome + cites.judged_briefly(result.asked if result else None),
        "against": against + cites.judged_briefly(indicator.commitment_asked),
        "pace": pace_of(indicator, cites),
    }


def pace_of(indicator: ReviewIndicator, cites: Citations) -> Text:
    """Ahead or behind, and the figure, its day and the measure from which that follows."""
    point = indicator.pace_point
    if point is None:
        return Text()
    shown = (indicator.to_date, indicator.value)  # stand beside it
    basis = pace_basis(indicator, shown)
    said = words(f"{PACE_NAMES[indicator.pace]}\n({basis})" if basis else PACE_NAMES[point.pace])
    elsewhere = point.report not in shown
    return said + cites.below(*([point.report] if elsewhere else []), point.measure)


def territory_rows(
    indicators: Sequence[ReviewIndicator],
    scenario: Sequence[ReviewScenario],
    names: ReportNames,
    cites: Citations,
    remainders: Mapping[str, Remainder] | None = None,
) -> Iterator[Row]:
    """Indicators with a value or a target for the west or the whole city, or with several official
    measures; a cell a territory. What is final says so, all else is an estimate. A ground that
    nobody told says what is left for it, by code of the row, where that follows."""
    told = [
        i
        for i in indicators
        if any(t is not i.territory or r.baselines for t, r in i.grounds.items())
    ]
    for count, indicator in enumerate(told, 1):
        final = {
            t
            for t, result in indicator.grounds.items()
            if status_there(indicator, result, scenario) is ValueStatus.ACTUAL
        }
        cells = {
            t.value: _territory_cell(indicator, t, names, cites, is_final=t in final)
            for t in Territory
        }
        if left := (remainders or {}).get(indicator.row.code):
            behind = words(f"({remainder_said(indicator.row, left)})")
            behind = behind + cites.below(left.whole, left.part)
            untold = left.left_for.value
            cells[untold] = joined([cells[untold], behind], "\n")
        yield {**_common(indicator, count, names), **cells}


def _territory_cell(
    indicator: ReviewIndicator,
    territory: Territory,
    names: ReportNames,
    cites: Citations,
    *,
    is_final: bool,
) -> Text:
    """The value and who gave it, the target and who set it, what comes of the two; then the same
    of every other official measure, by its name."""
    grounds = indicator.grounds
    result = grounds.get(territory)
    if result is None:
        return words("-")
    places = places_in(indicator)
    value = cites.value(result.value, places=places) or words("chưa có số")
    value = value + disputed_in(indicator.disputed, result.value, cites)
    where = f"; {told_there(result.told, names)}" if result.told else ""
    where += f"; {STATUS_NAMES[ValueStatus.ACTUAL].lower()}" if is_final else ""
    whose = words(f"({names.agency(result.value.agency)}{where})") if result.value else Text()
    # The other measures are targets, too.
    unset = "" if result.baselines else no_level_said(territory, indicator.territory)
    target = words(target_with_basis(result.target, places) if result.target else unset)
    outcome = result.value is not None and result.target is not None
    outcome = outcome and not (result.told and result.judgement is Judgement.UNKNOWN)
    said = words(OUTCOME_NAMES[result.judgement].lower()) if outcome else Text()
    said = said + cites.judged(result.asked)
    beside = [
        words(against_baseline(b, places, told=result.value is not None)) + cites.judged(b.asked)
        for b in result.baselines
    ]
    return joined([value, whose, target, said, *beside], "\n")


def measures_notes(review: Review, names: ReportNames) -> Iterator[Text]:
    """Where the table's figures come out the other way by the agency's own measure."""
    if said := contraries_said(review.indicators, review.scenario, names.place, names.row):
        yield words(said)
