"""Wholes against their parts: growth between that of all parts, amounts no less than their sum.

Each agency's own workbook is held to this before it is taken; what several agencies say together is
held to it here. Nothing is corrected: both are shown, with whose they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from models.domain.consolidation.evidence import Figure
from models.domain.consolidation.grounds import GroundValues
from models.domain.consolidation.indicators import IndicatorLine, ScenarioLine
from models.domain.consolidation.remainders import Remainder, remainders_of
from models.domain.reading.rule_settings import LinkKind, RowLink, RuleSettings
from models.domain.register.catalogue import PERIODS, Appendix, Catalogue, CatalogueRow
from models.domain.register.territories import Territory
from models.domain.rules.families import families_of
from models.domain.rules.measures import kinds_of

#: Of a row for which the office set none, in its own unit: half of the last decimal of most rates.
ROUNDED = Decimal("0.05")
_YEAR = PERIODS[-1]


class WholeFault(StrEnum):
    """What cannot be right of a whole and its parts."""

    RATE = "rate"  # the whole's rate does not lie between those of all its parts
    CHANGE = "change"  # its distance from what was set does not lie between those of all its parts
    SUM = "sum"  # the parts together are more than the whole
    PART = "part"  # one part is more than the whole
    REMAINDER = "remainder"  # what is left for an area nobody told is far from its level
    SHORT = "short"  # all areas together are less than the whole city
    FULL = "full"  # the whole is all there is, its part in another row is not
    ABOVE = "above"  # another row says another distance from what the link names


@dataclass(frozen=True)
class WholeAndParts:
    """A whole and its parts that do not fit, or that are not of one source.

    `compared` is the whole's own number, `lowest` and `highest` are the bounds that its parts set
    it, all three in the row's unit; of CHANGE they are distances from what was set. `fault` is None
    where only the sources differ.
    """

    row: CatalogueRow
    period: str  # one of catalogue.PERIODS; "" for the value of the year
    whole: Figure
    parts: Sequence[Figure]
    fault: WholeFault | None
    compared: Decimal
    lowest: Decimal
    highest: Decimal
    tolerance: Decimal
    territory: Territory | None = None  # whose values; None for the directive's own
    # Of the whole city, the areas that the parts are of, in their order; () for a row's own parts.
    areas: Sequence[Territory] = ()
    # Of two rows that the office linked: the link, and the second row, whose figure is the part.
    link: RowLink | None = None
    other_row: CatalogueRow | None = None
    remainder: Remainder | None = None  # of the whole city beside the one area that is told

    @property
    def part_agencies(self) -> Sequence[str]:
        """Whose the parts are, each once."""
        return tuple(dict.fromkeys(part.agency for part in self.parts))

    @property
    def one_source(self) -> bool:
        """Whether whole and parts are of one agency."""
        return set(self.part_agencies) == {self.whole.agency}

    @property
    def figures(self) -> Sequence[Figure]:
        """The whole, then its parts."""
        return (self.whole, *self.parts)


@dataclass(frozen=True)
class _Stated:
    """A figure, and what the directive had set for it."""

    figure: Figure
    number: Decimal
    set_at: Decimal | None


def wholes_of(
    catalogue: Catalogue,
    settings: RuleSettings,
    indicators: Sequence[IndicatorLine],
    scenario: Sequence[ScenarioLine],
    grounds: GroundValues | None = None,
) -> list[WholeAndParts]:
    """Every whole that its parts do not fit, or that another agency reports than they.

    In the directive's order, of a branch period by period; then the whole city where it does not
    fit its areas. Compared are the figures that stand. What the scenario's year says of a measure
    is said once, by the scenario.
    """
    elsewhere = (t for t in Territory if t is not catalogue.territory)
    found = [
        *_checked(catalogue, settings, _of_indicators(indicators)),
        *(
            replace(one, territory=territory)
            for territory in elsewhere
            for one in _checked(catalogue, settings, _of_territory(indicators, territory))
        ),
        *_checked(catalogue, settings, _of_scenario(scenario)),
    ]
    told = {(one.row.code, one.fault) for one in found if one.period == _YEAR}
    twins = {e.left: e.right for e in catalogue.equivalences if e.period == _YEAR}
    unfit = {(one.row.code, one.territory) for one in found if one.fault is not None}
    last = {(one.row.code, one.territory): one for one in found}
    fit = [
        one
        for one in found
        # That the sources differ is said once of a row, and by what does not fit of it as well.
        if (one.fault is not None or _is_last(one, last, unfit))
        and (one.period or one.territory or (twins.get(one.row.code), one.fault) not in told)
    ]
    return [
        *fit,
        *_of_areas(catalogue, settings, grounds or {}),
        *_of_links(catalogue, settings, indicators),
    ]


def in_scenario(one: WholeAndParts, catalogue: Catalogue) -> bool:
    """Whether it is about the growth scenario, or a measure that the scenario states too."""
    of_scenario = {e.left for e in catalogue.equivalences if e.period}
    return one.row.appendix is Appendix.II or one.row.code in of_scenario


def _of_links(
    catalogue: Catalogue, settings: RuleSettings, indicators: Sequence[IndicatorLine]
) -> Iterator[WholeAndParts]:
    """Two linked rows whose values cannot both be right; each is shown, neither is corrected."""
    values = _of_indicators(indicators)
    rows = {row.code: row for row in catalogue}
    for link in settings.links:
        first, second = values.get((link.first, "")), values.get((link.second, ""))
        if first is None or second is None:
            continue
        if link.kind is LinkKind.FULL:
            fault, due = WholeFault.FULL, link.base
            unfit = first.number >= due - link.tolerance > second.number
        else:
            fault, due = WholeFault.ABOVE, first.number - link.base
            unfit = abs(second.number - due) > link.tolerance
        if unfit:
            yield WholeAndParts(
                rows[link.first],
                "",
                first.figure,
                (second.figure,),
                fault,
                due,
                second.number,
                second.number,
                link.tolerance,
                link=link,
                other_row=rows[link.second],
            )


def _of_areas(
    catalogue: Catalogue, settings: RuleSettings, grounds: GroundValues
) -> Iterator[WholeAndParts]:
    """The whole city against the areas it was made of, each measure once.

    A rate of the whole lies between those of all its areas; an amount is what they have together,
    and no less than the one that is known, nor far from it beside what their levels leave.
    """
    kinds = kinds_of(catalogue, settings)
    remainders = remainders_of(catalogue, settings, grounds)
    areas = [t for t in Territory if t is not Territory.WHOLE]
    told: set[str] = set()
    for row in catalogue:
        kind = kinds[row.code]
        twins = {e.left for e in catalogue.equivalences if e.right == row.code}
        values = {t: v.figure for t in Territory if (v := grounds.get((row.code, t)))}
        known = {t: f for t, f in values.items() if f.number is not None and f.bound is None}
        whole, parts = known.get(Territory.WHOLE), [t for t in areas if t in known]
        complete = len(parts) == len(areas)
        if whole is None or not parts or not (kind.adds_up or (kind.growth and complete)):
            continue
        stated = [_Stated(known[t], known[t].number or Decimal(0), None) for t in parts]
        city = _Stated(whole, whole.number or Decimal(0), None)
        tolerance = catalogue.tolerance_of(row.code) or ROUNDED
        one = _held(row, "", city, stated, tolerance, is_rate=kind.growth)
        if one.fault is None and kind.adds_up and complete and one.lowest < city.number - tolerance:
            one = replace(one, fault=WholeFault.SHORT)
        left = remainders.get(row.code)
        if one.fault is None and left is not None and not left.is_likely:
            low, high = (left.level * percent / 100 for percent in (left.low, left.high))
            fault = WholeFault.REMAINDER
            one = replace(one, fault=fault, compared=left.amount, lowest=low, highest=high)
        if one.fault is not None and not twins & told:
            told.add(row.code)
            yield replace(one, areas=parts, remainder=left)


_OfRow = tuple[str, Territory | None]


def _is_last(
    one: WholeAndParts, last: Mapping[_OfRow, WholeAndParts], unfit: AbstractSet[_OfRow]
) -> bool:
    of_row = (one.row.code, one.territory)
    return of_row not in unfit and last[of_row] is one


_Values = Mapping[tuple[str, str], _Stated]  # by code and period


def _of_indicators(indicators: Sequence[IndicatorLine]) -> _Values:
    found = {}
    for line in indicators:
        value = line.standing.value if line.standing else None
        if value is not None and value.number is not None and value.bound is None:
            target = line.row.target
            set_at = target.value if target is not None and target.is_plain else None
            found[line.row.code, ""] = _Stated(value, value.number, set_at)
    return found


def _of_territory(indicators: Sequence[IndicatorLine], territory: Territory) -> _Values:
    """The first value given for another territory: the lead's where it gave one."""
    found = {}
    for line in indicators:
        given = [r.elsewhere[territory] for r in line.speaking if territory in r.elsewhere]
        if given and given[0].number is not None and given[0].bound is None:
            found[line.row.code, ""] = _Stated(given[0], given[0].number, None)
    return found


def _of_scenario(scenario: Sequence[ScenarioLine]) -> _Values:
    return {
        (line.row.code, period): _Stated(figure, figure.number, line.printed.get(period))
        for line in scenario
        for period, figure in line.updated.items()
        if figure.number is not None
    }


def _checked(
    catalogue: Catalogue, settings: RuleSettings, values: _Values
) -> Iterator[WholeAndParts]:
    families = families_of(catalogue, settings)
    for row in catalogue:
        for period in ("", *PERIODS):
            whole = values.get((row.code, period))
            if whole is None:
                continue
            tolerance = catalogue.tolerance_of(row.code) or ROUNDED
            growth = families.growth.get(row.code, ())
            summands = families.summands.get(row.code, ())
            thereof = families.thereof.get(row.code, ())
            parts = [p for c in (growth or summands or thereof) if (p := values.get((c, period)))]
            if len(parts) < (len(growth) if growth else 1):
                continue
            one = _held(row, period, whole, parts, tolerance, is_rate=bool(growth))
            if one.fault is not None or not one.one_source:
                yield one


def _held(
    row: CatalogueRow,
    period: str,
    whole: _Stated,
    parts: Sequence[_Stated],
    tolerance: Decimal,
    *,
    is_rate: bool,
) -> WholeAndParts:
    numbers = [p.number for p in parts]
    fault, compared, bounds = None, whole.number, (min(numbers), max(numbers))
    if not is_rate:
        bounds = (sum(numbers, Decimal(0)), max(numbers))
        if bounds[1] > compared + tolerance:
            fault = WholeFault.PART
        elif bounds[0] > compared + tolerance:
            fault = WholeFault.SUM
    elif not bounds[0] - tolerance <= compared <= bounds[1] + tolerance:
        fault = WholeFault.RATE
    else:
        changes = [p.number - p.set_at for p in parts if p.set_at is not None]
        if whole.set_at is not None and len(changes) == len(parts):
            change = whole.number - whole.set_at
            if not min(changes) - tolerance <= change <= max(changes) + tolerance:
                fault, compared = WholeFault.CHANGE, change
                bounds = (min(changes), max(changes))
    figures = tuple(p.figure for p in parts)
    return WholeAndParts(row, period, whole.figure, figures, fault, compared, *bounds, tolerance)
