"""What is left of a whole city's amount beside its part in the east, and the level left for it.

Since the merger agencies tell an amount for the whole city and for the city of before; nobody tells
it for the west. Both figures and both levels together say what the west's would be.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from models.domain.consolidation.evidence import Figure
from models.domain.consolidation.grounds import GroundValues
from models.domain.notation.rounding import percent_of
from models.domain.reading.rule_settings import RuleSettings
from models.domain.register.catalogue import Catalogue, CatalogueRow
from models.domain.register.targets_in_force import target_in_force
from models.domain.register.territories import Territory
from models.domain.rules.measures import kinds_of


@dataclass(frozen=True, slots=True)
class Remainder:
    """An amount of the whole city less that of a part, in the row's unit.

    `level` is what the city's level leaves beside the part's, above 0; `ratio` is `amount` as
    percent of it.
    """

    whole: Figure
    part: Figure
    part_of: Territory
    amount: Decimal
    level: Decimal
    ratio: Decimal
    low: Decimal  # percent between which it is taken as it comes
    high: Decimal

    @property
    def is_likely(self) -> bool:
        """Whether nothing is to be asked about it."""
        return self.low <= self.ratio <= self.high

    @property
    def left_for(self) -> Territory:
        """The ground that nobody told."""
        return Territory.WEST if self.part_of is Territory.EAST else Territory.EAST


def remainder_of(
    row: CatalogueRow, catalogue: Catalogue, grounds: GroundValues, settings: RuleSettings
) -> Remainder | None:
    """What is left of the amount of the row, which adds up; None unless the whole city and one part
    of it have a figure and a level each, and the other part has no figure."""
    figures = {t: _plain(grounds, row, t) for t in Territory}
    parts = [t for t in Territory if t is not Territory.WHOLE and figures[t] is not None]
    whole = figures[Territory.WHOLE]
    if whole is None or len(parts) != 1:
        return None
    [told] = parts
    part = figures[told]
    city_level, part_level = (_level(row, catalogue, t) for t in (Territory.WHOLE, told))
    if part is None or city_level is None or part_level is None or city_level <= part_level:
        return None
    amount = (whole.number or Decimal(0)) - (part.number or Decimal(0))
    ratio = percent_of(amount, city_level - part_level)
    if ratio is None:
        return None
    band = (settings.remainder_low, settings.remainder_high)
    return Remainder(whole, part, told, amount, city_level - part_level, ratio, *band)


def _plain(grounds: GroundValues, row: CatalogueRow, territory: Territory) -> Figure | None:
    value = grounds.get((row.code, territory))
    known = value is not None and value.figure.number is not None and value.figure.bound is None
    return value.figure if value is not None and known else None


def _level(row: CatalogueRow, catalogue: Catalogue, territory: Territory) -> Decimal | None:
    """The least that is set for that ground at the year's end; None for a change or for none."""
    target = target_in_force(row, catalogue, territory, dt.date(catalogue.year, 12, 31))
    if target is None or target.target.change is not None:
        return None
    return next(iter(target.target.levels), None)


def remainders_of(
    catalogue: Catalogue, settings: RuleSettings, grounds: GroundValues
) -> dict[str, Remainder]:
    """What is left of each amount, by code of its row; rates leave nothing."""
    kinds = kinds_of(catalogue, settings)
    found = {
        row.code: remainder_of(row, catalogue, grounds, settings)
        for row in catalogue
        if kinds[row.code].adds_up
    }
    return {code: one for code, one in found.items() if one is not None}
