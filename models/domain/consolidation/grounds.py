"""What stands of a measure on each ground, and in which row it was told.

The directive states some measures in two rows. Where a row itself is silent, what the other one
says holds for it too, in its own unit. That is decided here once; papers only say it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product

from models.domain.consolidation.evidence import Figure
from models.domain.consolidation.indicators import IndicatorLine, ScenarioLine
from models.domain.register.catalogue import PERIODS, Catalogue, CatalogueRow
from models.domain.register.territories import Territory

_YEAR = PERIODS[-1]


@dataclass(frozen=True, slots=True)
class GroundValue:
    """A value of the year. `figure` is in the row's unit and leads to the cell it comes from.

    `told_in` is the row of the same measure that it was told in, `told` the figure as it stands
    there; both None where the row itself has it.
    """

    figure: Figure
    told_in: CatalogueRow | None = None
    told: Figure | None = None


GroundValues = Mapping[tuple[str, Territory], GroundValue]  # by code of the row


def ground_values(
    catalogue: Catalogue,
    indicators: Sequence[IndicatorLine],
    scenario: Sequence[ScenarioLine],
    ruled: Mapping[tuple[str, Territory], Figure],
) -> GroundValues:
    """The value that stands of every indicator on every ground that anybody told it for.

    `ruled` are the figures that a person had stand for other grounds than the directive's. A bound
    (">10") is another row's own word and is not carried over.
    """
    own = catalogue.territory
    told: dict[tuple[str, Territory], tuple[CatalogueRow, Figure]] = {}
    for line in indicators:
        for territory in Territory:
            figure = _in_row(line, territory, own, ruled.get((line.row.code, territory)))
            if figure is not None:
                told[line.row.code, territory] = (line.row, figure)
    found = {key: GroundValue(figure) for key, (_, figure) in told.items()}
    told |= {
        (branch.row.code, own): (branch.row, branch.updated[_YEAR])
        for branch in scenario
        if _YEAR in branch.updated
    }
    asked = {line.row.code for line in indicators}
    for one in catalogue.equivalences:
        ways = ((one.left, one.right, one.to_left), (one.right, one.left, one.to_right))
        for (here, there, convert), territory in product(ways, Territory):
            known = told.get((there, territory))
            if known is None or here not in asked or (here, territory) in found:
                continue
            row, figure = known
            number = _plain(figure, row)
            if number is not None and one.period in ("", _YEAR):
                converted = replace(figure, value=convert(number))
                found[here, territory] = GroundValue(converted, row, figure)
    return found


def _in_row(
    line: IndicatorLine, territory: Territory, own: Territory, ruled: Figure | None
) -> Figure | None:
    """What stands in the row itself: for the directive's ground the standing report's value."""
    if territory is own and line.standing is not None:
        return line.standing.value
    given = (r.elsewhere[territory] for r in line.speaking if territory in r.elsewhere)
    return ruled or next(given, None)


def _plain(figure: Figure, row: CatalogueRow) -> Decimal | None:
    return None if figure.bound or figure.restates_target(row) else figure.number
