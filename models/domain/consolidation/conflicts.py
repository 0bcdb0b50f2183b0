"""Values that contradict each other. Both are shown with their sources; a person decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from models.domain.consolidation.evidence import Figure
from models.domain.consolidation.indicators import (
    IndicatorLine,
    Report,
    ScenarioLine,
    sheet_of,
    speaking_reports,
)
from models.domain.notation.number_notation import MAX_DECIMALS, format_number
from models.domain.notation.rounding import half_up, like_decimals
from models.domain.reading.forms import Form, SheetForm, place_of
from models.domain.register.catalogue import PERIODS, Appendix, Catalogue, CatalogueRow, Equivalence
from models.domain.register.territories import Territory

ROUNDING_SHARE = Decimal("0.001")
"""Two notations of one figure may differ by rounding, but never by more than this share of it."""


class ConflictKind(StrEnum):
    """What contradicts what."""

    REPORTERS = "reporters"  # two agencies, one indicator
    MILESTONES = "milestones"  # they agree on the year, not on the way there
    EQUIVALENT = "equivalent"  # one measure that the directive states in two rows


class StandsBecause(StrEnum):
    """Why one of the values stands until the office decides."""

    LEAD = "lead"
    FIRST_NAMED = "first_named"  # the lead gave none
    RULING = "ruling"  # a person decided
    MAIN_APPENDIX = "main_appendix"  # the row of the earlier appendix: I before II before III


@dataclass(frozen=True)
class Conflict:
    """Two figures that cannot both be right. `left` belongs to `row`, `right` to `other_row`.

    `right_value` and `difference` (right less left) are in the unit of `row`; where both rows are
    the same they are what the agencies wrote.
    """

    number: str  # "MT-I.4": what it is about, the same in every report
    kind: ConflictKind
    row: CatalogueRow
    other_row: CatalogueRow
    period: str  # one of catalogue.PERIODS; "" for the committed value of the year
    left: Figure
    right: Figure
    right_value: Decimal
    difference: Decimal
    stands: Figure
    because: StandsBecause
    note: str = ""  # the equivalence's own words
    ruling: str = ""  # who decided that it stands, and why
    decision: str = ""  # by what it is called outside of the desk: the office's opinion of a day
    ruling_to_agencies: str = ""  # the same as the office's opinion, without a person's name
    territory: Territory | None = None  # whose value; None for the directive's own

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided yet."""
        return self.because is not StandsBecause.RULING

    @property
    def each_stands(self) -> bool:
        """Whether both values are in use, each in its own row, until somebody rules."""
        return self.is_open and self.kind is ConflictKind.EQUIVALENT

    @property
    def disputed(self) -> Sequence[Figure]:
        """The figures in doubt: both of an open one, what a ruling between rows left in its row."""
        if self.is_open:
            return self.left, self.right
        between_rows = self.kind is ConflictKind.EQUIVALENT
        return [f for f in (self.left, self.right) if between_rows and f is not self.stands]

    @property
    def is_converted(self) -> bool:
        """Whether the second value is another number in the first row's unit."""
        return self.right.number != self.right_value

    @property
    def agencies(self) -> tuple[str, str]:
        """Who says what; the same twice when an agency contradicts itself."""
        return self.left.agency, self.right.agency


def disputes(conflicts: Iterable[Conflict]) -> dict[str, list[str]]:
    """The numbers of the conflicts in which a figure is in doubt, by its reference."""
    found: dict[str, list[str]] = {}
    for conflict in conflicts:
        for figure in conflict.disputed:
            found.setdefault(figure.reference, []).append(conflict.number)
    return found


def agree(one: Decimal, other: Decimal, tolerance: Decimal = Decimal(0)) -> bool:
    """Whether two values may be the same figure, one of them rounded, or lie within `tolerance`.

    >>> agree(Decimal("118079.279"), Decimal("118079")), agree(Decimal("12.5"), Decimal("12.50"))
    (True, True)
    >>> agree(Decimal("12"), Decimal("12.4")), agree(Decimal("51000"), Decimal("51001"))
    (False, False)
    """
    apart = abs(one - other)
    if apart <= tolerance:
        return True
    places = min(_decimals(one), _decimals(other))
    half_a_unit = Decimal(1).scaleb(-places) / 2
    return apart <= min(half_a_unit, ROUNDING_SHARE * max(abs(one), abs(other)))


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def find_conflicts(
    indicators: Sequence[IndicatorLine],
    scenario: Sequence[ScenarioLine],
    catalogue: Catalogue,
) -> list[Conflict]:
    """All conflicts: reporters of one row first, in printed order, then equivalent rows.

    Values within the row's tolerance, or that may be one figure rounded, agree. Each territory is
    compared by itself.

    Reporters are compared with the report that stands, so three who differ give two conflicts and
    not three; equivalent rows are compared by their standing values, since who deviates within a
    row is already named. Milestones count only where the year's values agree: root cause first.
    """
    found = [
        conflict
        for line in indicators
        for part in (
            # What one of many says of itself contradicts nobody.
            _within_row(line.row, line.speaking, _tracks(line), catalogue),
            _elsewhere(line, catalogue),
        )
        for conflict in part
    ]
    found += [
        conflict
        for line in scenario
        for conflict in _within_row(
            line.row, speaking_reports(line.row, line.reports), _YEAR_FIRST, catalogue
        )
    ]
    values = {
        line.row.code: (line.row, line.standing.value) for line in indicators if line.standing
    }
    values |= {line.row.code: (line.row, line.updated.get(PERIODS[-1])) for line in scenario}
    found += [c for e in catalogue.equivalences for c in _between_rows(e, values)]
    return [replace(c, number=number_of(c, catalogue)) for c in found]


def number_of(conflict: Conflict, catalogue: Catalogue) -> str:
    """By what persons call it in every report of a cycle: where it stands in the directive.

    Two rows of one measure are both named ("MT-I.6-III.12"); which agency differs from the figure
    that stands is told where the row names more than two ("MT-I.4-3": the third); a milestone and
    another ground than the directive's have marks ("MT-I.1-9T", "MT-I.1-TP"). It does not change
    when other conflicts come or go.
    """
    rows = [conflict.row]
    if conflict.kind is ConflictKind.EQUIVALENT:
        rows.append(conflict.other_row)
    marks = [
        *(_place(row, catalogue) for row in rows),
        _who_differs(conflict),
        _PERIOD_MARKS[conflict.period] if _is_a_milestone(conflict) else "",
        _GROUND_MARKS[conflict.territory] if conflict.territory else "",
    ]
    return "-".join(["MT", *(mark for mark in marks if mark)])


_PERIOD_MARKS = dict(zip(PERIODS, ("Q1", "6T", "9T", "CN"), strict=True))
_GROUND_MARKS = {Territory.EAST: "PĐ", Territory.WEST: "PT", Territory.WHOLE: "TP"}
_BODY = "LV."  # lời văn: a point of the body is not to be taken for a row of an appendix


def _place(row: CatalogueRow, catalogue: Catalogue) -> str:
    """Where the row stands, without blanks: "I.4", "LV.II.5(1)"."""
    place = place_of(row, catalogue).replace(" ", "")
    return (
        place.replace("Mục", _BODY) if row.appendix is Appendix.BODY else place.removeprefix("PL")
    )


def _who_differs(conflict: Conflict) -> str:
    """Which agency of the row, counted as the directive names them; of another one its code."""
    if conflict.kind is ConflictKind.EQUIVALENT:
        return ""
    named = list(dict.fromkeys(part.agency for part in conflict.row.agencies))
    agency = conflict.right.agency
    if agency not in named:
        return agency.upper().replace("_", "")
    nth = named.index(agency) + 1
    return "" if nth == 2 else str(nth)  # of most rows the second is the only other one


def _is_a_milestone(conflict: Conflict) -> bool:
    """Whether the period tells it from the year's: the scenario's year is what the row is about."""
    is_year = conflict.row.appendix is Appendix.II and conflict.period == PERIODS[-1]
    return bool(conflict.period) and not is_year


_YEAR_FIRST = (PERIODS[-1], *PERIODS[:-1])


def _tracks(line: IndicatorLine) -> tuple[str, ...]:
    """What is compared, the year's value first: "" for the committed value, then the milestones."""
    return ("", *dict.fromkeys(p for r in line.speaking for p in r.milestones))


def _figure(report: Report, track: str) -> Figure | None:
    return report.milestones.get(track) if track else report.value


def _elsewhere(line: IndicatorLine, catalogue: Catalogue) -> Iterator[Conflict]:
    """Deviations of the values of other territories from the first one given, the lead's if any."""
    tolerance = catalogue.tolerance_of(line.row.code)
    for territory in Territory:
        given = [r.elsewhere[territory] for r in line.speaking if territory in r.elsewhere]
        for figure in given[1:]:
            conflict = _pair(line.row, given[0], figure, "", tolerance, is_year=True)
            if conflict is not None:
                yield replace(conflict, territory=territory)


def _within_row(
    row: CatalogueRow, reports: Sequence[Report], tracks: Sequence[str], catalogue: Catalogue
) -> Iterator[Conflict]:
    """Each deviation from the figure that stands. Once the year differs, milestones go unsaid."""
    differing: set[str] = set()
    tolerance = catalogue.tolerance_of(row.code)
    for track in tracks:
        given = [(r.agency, f) for r in reports if (f := _figure(r, track)) is not None]
        for agency, figure in given[1:]:
            is_year = track == tracks[0]
            conflict = _pair(row, given[0][1], figure, track, tolerance, is_year=is_year)
            if conflict is not None and agency not in differing:
                yield conflict
                if is_year:
                    differing.add(agency)


def _pair(
    row: CatalogueRow,
    left: Figure,
    right: Figure,
    track: str,
    tolerance: Decimal,
    *,
    is_year: bool,
) -> Conflict | None:
    if left.number is None or right.number is None:
        return None
    if agree(left.number, right.number, tolerance):
        return None
    return Conflict(
        number="",
        kind=ConflictKind.REPORTERS if is_year else ConflictKind.MILESTONES,
        row=row,
        other_row=row,
        period=track,
        left=left,
        right=right,
        right_value=right.number,
        difference=right.number - left.number,
        stands=left,
        because=StandsBecause.LEAD if left.agency == row.lead else StandsBecause.FIRST_NAMED,
    )


def _between_rows(
    equivalence: Equivalence, values: Mapping[str, tuple[CatalogueRow, Figure | None]]
) -> Iterator[Conflict]:
    if equivalence.left not in values or equivalence.right not in values:
        return
    row, left = values[equivalence.left]
    other_row, right = values[equivalence.right]
    if left is None or right is None or left.number is None or right.number is None:
        return
    if abs(equivalence.to_right(left.number) - right.number) <= equivalence.tolerance:
        return
    if left.restates_target(row) or right.restates_target(other_row):
        return  # "> 10" agrees with whatever lies beyond, as the rule TD-01 holds
    ranks = list(Appendix)
    left_stands = ranks.index(row.appendix) <= ranks.index(other_row.appendix)
    converted = equivalence.to_left(right.number)
    yield Conflict(
        number="",
        kind=ConflictKind.EQUIVALENT,
        row=row,
        other_row=other_row,
        period="",
        left=left,
        right=right,
        right_value=converted,
        difference=converted - left.number,
        stands=left if left_stands else right,
        because=StandsBecause.MAIN_APPENDIX,
        note=equivalence.note,
    )


# --- To date --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ToDate:
    """What a source of a conflict has reached so far, and as of which day where it says so."""

    value: Figure
    day: Figure | None

    @property
    def number(self) -> Decimal:
        """The value as a number."""
        return self.value.number or Decimal(0)


BothToDate = tuple[ToDate | None, ToDate | None]
"""Of the left side, then of the right."""
NOT_TOLD: BothToDate = (None, None)


def told_to_date(
    conflicts: Iterable[Conflict], indicators: Iterable[IndicatorLine], form: Form
) -> dict[str, BothToDate]:
    """What both sides of each conflict about the year's value say to date, by its number.

    Nothing of milestones, of other grounds, nor where the form asks for no value to date.
    """
    answers = {
        (line.row.code, report.agency): report.answers
        for line in indicators
        for report in line.reports
    }
    found = {}
    for one in conflicts:
        if one.period or one.territory is not None:
            continue
        sides = ((one.row, one.left), (one.other_row, one.right))
        left, right = (
            _to_date(answers.get((row.code, figure.agency), {}), sheet_of(form, row.appendix))
            for row, figure in sides
        )
        found[one.number] = (left, right)
    return found


def _to_date(answers: Mapping[str, Figure], sheet: SheetForm | None) -> ToDate | None:
    columns = [sheet.meaning(meaning) if sheet else None for meaning in ("to_date", "as_of")]
    value, day = (answers.get(column.key) if column else None for column in columns)
    if value is None or value.number is None:
        return None
    return ToDate(value, day if day is not None and day.is_given else None)


def to_date_said(conflict: Conflict, now: BothToDate) -> str:
    """That the sources are farther apart to date than for the year, which only the figures of one
    unit can be; "" where they are not."""
    left, right = now
    if left is None or right is None or conflict.is_converted:
        return ""
    if conflict.row.unit != conflict.other_row.unit:
        return ""
    values = (left.number, right.number)
    apart, of_year = abs(values[1] - values[0]), abs(conflict.difference)
    if apart <= of_year:
        return ""
    places = min(MAX_DECIMALS, like_decimals((*values, apart, of_year)))
    first, second, now_apart, year_apart = (
        format_number(half_up(n, places), places) for n in (*values, apart, of_year)
    )
    return (
        f"Số đến ngày số liệu chênh {now_apart} ({first} và {second}), nhiều hơn số cả năm (chênh "
        f"{year_apart})"
    )
