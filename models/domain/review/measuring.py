"""Indicators and scenario of a review: the year against the target, against what was promised."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from models.domain.answers.standing import SubmissionRecord
from models.domain.consolidation.evidence import Figure
from models.domain.consolidation.grounds import GroundValues
from models.domain.consolidation.indicators import (
    IndicatorLine,
    Report,
    ScenarioLine,
    speaking_reports,
)
from models.domain.consolidation.member_wording import why_open
from models.domain.consolidation.members import Members
from models.domain.consolidation.verdicts import VerdictBook
from models.domain.reading.forms import SheetForm
from models.domain.register.catalogue import PERIODS, Catalogue, CatalogueRow
from models.domain.register.districts import speaks_of_districts
from models.domain.register.successions import Successions, duty_keys
from models.domain.register.targets import Judgement
from models.domain.register.targets_in_force import baselines_in_force, target_in_force
from models.domain.register.territories import Territory
from models.domain.review.answered import answered, first_answered
from models.domain.review.hearing import Hearing
from models.domain.review.history import histories_of, history_of
from models.domain.review.judging import (
    NO_VALUE,
    TerritoryResult,
    against_commitment,
    for_the_office,
    judged_by_ruling,
    last_year_of,
    territory_result,
)
from models.domain.review.lines import (
    ReviewIndicator,
    ReviewScenario,
    ScenarioPoint,
)
from models.domain.review.member_results import reviewed_members
from models.domain.review.pace import (
    Contrary,
    LessLater,
    ScenarioBridge,
    TrackPoint,
    TrackPromise,
    last_period_passed,
    less_asked_later,
    next_promised,
    pace_between,
    pace_of,
    period_end,
    promises_of,
)
from models.domain.review.states import Pace, TrackSource, ValueStatus
from models.domain.review.wording import status_of

_YEAR = PERIODS[-1]
_NO_SCENARIO: Mapping[str, Figure] = {}


@dataclass(frozen=True)
class Measures:
    """All that indicators and scenario are judged by. What is earlier is empty without a plan."""

    catalogue: Catalogue
    sheet: SheetForm  # of the indicators
    scenario_sheet: SheetForm | None
    scenario: Mapping[str, ScenarioLine]
    grounds: GroundValues = field(default_factory=dict)
    promised: Mapping[str, IndicatorLine] = field(default_factory=dict)
    updated: Mapping[str, ScenarioLine] = field(default_factory=dict)
    elsewhere: Mapping[tuple[str, Territory], Figure] = field(default_factory=dict)  # ruled
    versions: Mapping[str, Sequence[SubmissionRecord]] = field(default_factory=dict)
    disputed: Mapping[str, Sequence[str]] = field(default_factory=dict)  # by reference
    instead: Mapping[str, Decimal] = field(default_factory=dict)  # by row: ruled to be judged by
    successions: Successions = field(default_factory=Successions)
    verdicts: VerdictBook = field(default_factory=VerdictBook)
    day: dt.date = dt.date.max  # of the register: whose successions hold

    def kin_of(self, agency: str, row: CatalogueRow) -> tuple[str, ...]:
        """The agency and those whose duty in that row it has taken over, nearest first."""
        if not agency:
            return ()
        keys = duty_keys(row, self.catalogue)
        return (agency, *self.successions.predecessors_of(agency, self.day, *keys))


def review_indicator(line: IndicatorLine, by: Measures) -> ReviewIndicator:
    """One indicator: every territory against the target in force at the year's end, the way there.

    The report that stands gives the value, its day and status; causes and remedies come from it,
    or from the next reporter who names any. Whosever value stands, it is measured by the commitment
    that stood in the plan cycle, the lead's.
    """
    row, own = line.row, by.catalogue.territory
    standing = _speaking(line)
    answers = standing.answers if standing else {}
    others = [r.answers for r in line.speaking if r is not standing]
    earlier = by.promised.get(row.code)
    own_promises = _own_promises(line, earlier, by)
    members = reviewed_members(line, own_promises, by.catalogue, by.sheet, by.verdicts)
    territories = _territories(line, by) if members is None else _judged_together(row, members, by)
    elsewhere = {} if members else _told_elsewhere(row, territories, by)
    result = territories[own]
    promise = earlier.standing if earlier else None
    commitment = promise.value if promise else None
    compared = result.value or _of_the_scenario(elsewhere.get(own), by)
    number = by.instead.get(row.code, compared.number if compared else None)
    kept, promise_asked = Hearing(row, by.verdicts, by.instead.get(row.code)).on_commitment(
        against_commitment(row, number, commitment), own, result.value, commitment
    )
    status = answered(by.sheet, answers, "value_status")
    one = ReviewIndicator(
        line=line,
        territory=own,
        value=result.value,
        status=status_of(status.text) if status else ValueStatus.UNSTATED,
        as_of=answered(by.sheet, answers, "as_of"),
        to_date=answered(by.sheet, answers, "to_date"),
        last_year=answered(by.sheet, answers, "last_year"),
        target=result.target,
        judgement=result.judgement,
        distance=result.distance,
        commitment=commitment,
        commitment_judgement=kept.judgement,
        commitment_distance=kept.distance,
        commitment_asked=promise_asked,
        territories=territories,
        track=_track(row, promise, answers, result.value, by),
        judged_value=by.instead.get(row.code) if result.value else None,
        causes=first_answered(by.sheet, [answers, *others], "causes"),
        remedies=first_answered(by.sheet, [answers, *others], "remedies"),
        self_judgement=answered(by.sheet, answers, "self_judgement"),
        why_not_judged=result.why_not_judged,
        histories=histories_of(row.code, territories, own, by.sheet, by.versions),
        kin=() if members else by.kin_of(standing.agency if standing else row.lead, row),
        own_promises=own_promises,
        disputed=_disputed((t.value for t in (*territories.values(), *elsewhere.values())), by),
        members=members,
        told_elsewhere=elsewhere,
    )
    return _waiting(one) if one.outcome is Judgement.AWAITING else one


def _waiting(one: ReviewIndicator) -> ReviewIndicator:
    """The indicator while a person has yet to judge it.

    Until it is known what its number says, the number can neither keep a promise nor break one, nor
    be ahead of a milestone or behind it: both wait as well, and are counted nowhere else.
    """
    compared = one.commitment_judgement is not Judgement.UNKNOWN and not one.commitment_by_person
    return replace(
        one,
        commitment_judgement=Judgement.AWAITING if compared else one.commitment_judgement,
        commitment_distance=None if compared else one.commitment_distance,
        track=[point if point.pace is Pace.UNKNOWN else _unjudged(point) for point in one.track],
    )


def _unjudged(point: TrackPoint) -> TrackPoint:
    return replace(
        point,
        pace=Pace.AWAITING,
        following="",
        following_promised=None,
        following_promise=None,
        contrary=None,
    )


def _judged_together(
    row: CatalogueRow, members: Members, by: Measures
) -> dict[Territory, TerritoryResult]:
    """What all of them make of the directive's own territory: a judgement, and no value."""
    own = by.catalogue.territory
    target = target_in_force(row, by.catalogue, own, period_end(_YEAR, by.catalogue.year))
    why = why_open(members) or ("" if members.answered else NO_VALUE)
    return {own: TerritoryResult(own, None, target, members.judgement, None, why)}


def _speaking(line: IndicatorLine) -> Report | None:
    """The report that stands; without a value of the own territory the first that says anything."""
    elsewhere = (r for r in line.speaking if r.elsewhere)
    return line.standing or next(elsewhere, next(iter(line.speaking), None))


def _own_promises(
    line: IndicatorLine, earlier: IndicatorLine | None, by: Measures
) -> dict[str, Figure]:
    """What each agency of the row promised, by itself or by the nearest one it answers for."""
    agencies = [*(a.agency for a in line.row.agencies), *(r.agency for r in line.reports)]
    given = {r.agency: r.value for r in earlier.reports if r.value} if earlier else {}
    found: dict[str, Figure] = {}
    for agency in dict.fromkeys(agencies):
        promised = next(
            (given[code] for code in by.kin_of(agency, line.row) if code in given), None
        )
        if promised is not None:
            found[agency] = promised
    return found


def _territories(line: IndicatorLine, by: Measures) -> dict[Territory, TerritoryResult]:
    """Each territory with a value, a target or another official measure; the directive's own."""
    row, own = line.row, by.catalogue.territory
    year_end = period_end(_YEAR, by.catalogue.year)
    found: dict[Territory, TerritoryResult] = {}
    for territory in Territory:
        reports = _values(line, territory, own, by.elsewhere.get((row.code, territory)))
        target = target_in_force(row, by.catalogue, territory, year_end)
        beside = baselines_in_force(row, territory, year_end)
        if reports or target is not None or beside or territory is own:
            last_year = _last_year(line, by) if territory is own else None
            found[territory] = territory_result(row, territory, reports, target, beside, last_year)
    ruled = by.instead.get(row.code)
    if ruled is not None:
        found[own] = judged_by_ruling(found[own], row, ruled, _last_year(line, by))
    if speaks_of_districts(row, by.catalogue.year):
        found = {territory: for_the_office(result) for territory, result in found.items()}
    elsewhere = Hearing(row, by.verdicts)
    here = Hearing(row, by.verdicts, ruled, _last_year(line, by))
    return {t: (here if t is own else elsewhere).on_result(r) for t, r in found.items()}


def _told_elsewhere(
    row: CatalogueRow, territories: Mapping[Territory, TerritoryResult], by: Measures
) -> dict[Territory, TerritoryResult]:
    """Of grounds of which the row is silent: what another row of the same measure says.

    What the scenario says is held against the row's target; another indicator is judged in its own
    row, once.
    """
    year_end = period_end(_YEAR, by.catalogue.year)
    found: dict[Territory, TerritoryResult] = {}
    for territory in Territory:
        value, before = by.grounds.get((row.code, territory)), territories.get(territory)
        if value is None or value.told_in is None or (before is not None and before.value):
            continue
        target = target_in_force(row, by.catalogue, territory, year_end)
        beside = baselines_in_force(row, territory, year_end)
        result = territory_result(row, territory, [value.figure], target, beside)
        if value.told_in.code not in by.scenario or result.judgement is Judgement.AWAITING:
            baselines = [replace(b, judgement=Judgement.UNKNOWN) for b in result.baselines]
            result = replace(
                result, judgement=Judgement.UNKNOWN, distance=None, baselines=tuple(baselines)
            )
        found[territory] = replace(result, told=value)
    return found


def _of_the_scenario(result: TerritoryResult | None, by: Measures) -> Figure | None:
    """What the scenario says of a ground of which the row is silent: the promise is held against
    it, as the pace is."""
    told_in = result.told.told_in if result and result.told else None
    return result.value if result and told_in and told_in.code in by.scenario else None


def _last_year(line: IndicatorLine, by: Measures) -> Decimal | None:
    """Last year's value as the report that stands gives it."""
    standing = _speaking(line)
    return last_year_of(line.row, standing.answers, by.sheet) if standing else None


def _values(
    line: IndicatorLine, territory: Territory, own: Territory, ruled: Figure | None
) -> list[Figure]:
    """All reporters' values of that territory, the one that stands first."""
    given = [f for r in line.speaking if (f := r.elsewhere.get(territory)) is not None]
    first = ruled
    if territory is own:
        given = [r.value for r in line.speaking if r.value is not None] + given
        first = line.standing.value if line.standing else ruled
    return [*([first] if first else []), *(f for f in given if f is not first)]


# --- On the way -----------------------------------------------------------------------------------


def _track(
    row: CatalogueRow,
    promise: Report | None,
    answers: Mapping[str, Figure],
    value: Figure | None,
    by: Measures,
) -> list[TrackPoint]:
    """The points of the year for which something was promised or the scenario sets something.

    What was reached at the end of a period is known from the scenario of an equivalent row, where
    that was reported; else from the value to date, for the last period it has passed: the figure of
    the very milestone speaks before one of a later day, whose growth is of other months. The year's
    end is measured by the value of the year.
    """
    bridge = _bridge(row, by)
    way = _way(row, promise, bridge, by)
    reached = bridge.reached if bridge else {}
    passed = way.passed(answers)
    points = []
    for period in PERIODS:
        if period not in way.promises:
            continue
        if period == _YEAR and value is not None:
            points.append(way.point(period, value.number, value))
        elif period != _YEAR and period in reached:
            points.append(way.point(period, *reached[period]))
        elif period == passed and period != _YEAR:
            points.append(way.point_to_date(period, answers))
        else:
            points.append(way.point(period, None, None))
    return points


def _way(
    row: CatalogueRow, promise: Report | None, bridge: ScenarioBridge | None, by: Measures
) -> _Way:
    scenario = bridge.scenario if bridge else {}
    return _Way(row, promises_of(promise, bridge), scenario, bridge, by)


def _bridge(row: CatalogueRow, by: Measures) -> ScenarioBridge | None:
    """The branch of the scenario that states the row's measure, if any."""
    return next(
        (
            ScenarioBridge(e, by.scenario[e.right], by.updated.get(e.right))
            for e in by.catalogue.equivalences
            if e.left == row.code and e.right in by.scenario
        ),
        None,
    )


@dataclass(frozen=True)
class _Way:
    """What the year of a row is followed by, and the printed scenario of the same measure."""

    row: CatalogueRow
    promises: Mapping[str, TrackPromise]  # by period, all of one source
    scenario: Mapping[str, TrackPromise]
    bridge: ScenarioBridge | None
    by: Measures

    def passed(self, answers: Mapping[str, Figure]) -> str:
        """The last promised period that had ended on the day of the value to date; "" for none."""
        to_date = answered(self.by.sheet, answers, "to_date")
        day = answered(self.by.sheet, answers, "as_of")
        if to_date is None or to_date.number is None or day is None or day.date is None:
            return ""
        year = self.by.catalogue.year
        if day.date.year != year:
            return ""
        last = last_period_passed(day.date, year)
        ended = PERIODS[: PERIODS.index(last) + 1] if last else ()
        return next((p for p in reversed(ended) if p in self.promises), "")

    def point_to_date(self, period: str, answers: Mapping[str, Figure]) -> TrackPoint:
        """The value to date against the milestone last passed; behind its day, against the next
        too."""
        report = answered(self.by.sheet, answers, "to_date")
        day = answered(self.by.sheet, answers, "as_of")
        on = day.date if day else None
        if on == period_end(period, self.by.catalogue.year):
            on = None
        return self.point(period, report.number if report else None, report, on)

    def point(
        self, period: str, actual: Decimal | None, report: Figure | None, on: dt.date | None = None
    ) -> TrackPoint:
        """One point; `on` is the day of the value where that lies behind the period's end."""
        promise = self.promises[period]
        pace, later = self._pace(self.promises, period, actual, on)
        return TrackPoint(
            *(period, promise.source, promise.number, promise.figure, actual, report, pace, on),
            day=on or period_end(period, self.by.catalogue.year),
            following=later,
            following_promised=self.promises[later].number if later else None,
            following_promise=self.promises[later].figure if later else None,
            contrary=self._contrary(promise, period, actual, pace, on),
            less_later=self._less_later(promise, period),
        )

    def _less_later(self, promise: TrackPromise, period: str) -> LessLater | None:
        if promise.source is not TrackSource.MILESTONE:
            return None
        numbers = {p: one.number for p, one in self.promises.items()}
        return less_asked_later(period, numbers, self.row.direction)

    def _pace(
        self,
        measures: Mapping[str, TrackPromise],
        period: str,
        actual: Decimal | None,
        on: dt.date | None,
    ) -> tuple[Pace, str]:
        """The pace against one kind of measure, and the later period that was reached already.

        What is near enough is what the row allows, of the scenario what its branch does: the same
        figure is on track by it or behind wherever it is told.
        """
        due, direction = measures[period].number, self.row.direction
        own = self.bridge is None or measures[period].source is TrackSource.MILESTONE
        near_by = self.row if own or self.bridge is None else self.bridge.line.row
        tolerance = self.by.catalogue.tolerance_of(near_by.code)
        if on is None:
            return pace_of(actual, due, direction, tolerance), ""
        later = next_promised(period, measures)
        following = measures[later].number if later else None
        pace = pace_between(actual, due, following, direction, tolerance)
        return pace, later if pace is Pace.AHEAD else ""

    def _contrary(
        self,
        promise: TrackPromise,
        period: str,
        actual: Decimal | None,
        pace: Pace,
        on: dt.date | None,
    ) -> Contrary | None:
        """The printed scenario, where the figure is behind by one of the two measures alone."""
        if self.bridge is None or period not in self.scenario or pace is Pace.UNKNOWN:
            return None
        if promise.source is TrackSource.SCENARIO:
            return None
        other, later = self._pace(self.scenario, period, actual, on)
        if (other is Pace.BEHIND) is (pace is Pace.BEHIND):
            return None
        told = later or period
        return Contrary(told, self.scenario[told].number, self.bridge.line.printed[told], other)


# --- Scenario -------------------------------------------------------------------------------------


def review_scenario(line: ScenarioLine, by: Measures) -> ReviewScenario:
    """One branch of the growth scenario: printed, updated in the plan cycle, reached."""
    updated = by.updated[line.row.code].updated if line.row.code in by.updated else _NO_SCENARIO
    reports = [r.answers for r in speaking_reports(line.row, line.reports)]
    status = first_answered(by.scenario_sheet, reports, "value_status")
    return ReviewScenario(
        line=line,
        points=[
            _scenario_point(line, period, printed, updated.get(period), by)
            for period, printed in line.printed.items()
        ],
        status=status_of(status.text) if status else ValueStatus.UNSTATED,
        causes=first_answered(by.scenario_sheet, reports, "causes"),
        disputed=_disputed(line.updated.values(), by),
        history=history_of(line.row.code, line.updated.get(_YEAR), by.scenario_sheet, by.versions),
    )


def _disputed(figures: Iterable[Figure | None], by: Measures) -> dict[str, Sequence[str]]:
    given = (f.reference for f in figures if f is not None)
    return {reference: by.disputed[reference] for reference in given if reference in by.disputed}


def _scenario_point(
    line: ScenarioLine, period: str, printed: Decimal, updated: Figure | None, by: Measures
) -> ScenarioPoint:
    figure = line.updated.get(period)
    actual = figure.number if figure else None
    promised = updated.number if updated else None
    tolerance = by.catalogue.tolerance_of(line.row.code)
    return ScenarioPoint(
        period=period,
        printed=printed,
        updated=updated,
        actual=figure,
        difference=line.difference(period),
        pace=pace_of(actual, printed, line.row.direction, tolerance),
        difference_to_update=None if actual is None or promised is None else actual - promised,
        pace_to_update=pace_of(actual, promised, line.row.direction, tolerance),
    )
