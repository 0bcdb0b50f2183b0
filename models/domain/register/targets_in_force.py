"""Which target of a row holds, for whose ground, on which day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from models.domain.register.catalogue import Catalogue, CatalogueRow
from models.domain.register.targets import Target
from models.domain.register.territories import Territory


@dataclass(frozen=True, slots=True)
class TargetInForce:
    """The target that holds for a territory on a day, and by which document."""

    target: Target
    printed: str
    territory: Territory
    basis: str
    assumed: bool
    effective_on: dt.date


def target_in_force(
    row: CatalogueRow, catalogue: Catalogue, territory: Territory, on: dt.date
) -> TargetInForce | None:
    """The target of that row which holds for that territory on that day.

    The directive's own holds for the catalogue's territory from the directive's date until a
    revision of the same territory. None where the territory has no target on that day: what is
    reported for it cannot be judged.
    """
    found: list[TargetInForce] = []
    if territory is catalogue.territory and row.target is not None and catalogue.issued_on <= on:
        found.append(
            TargetInForce(
                row.target,
                row.target_reading or row.target_printed,
                territory,
                catalogue.directive,
                assumed=False,
                effective_on=catalogue.issued_on,
            )
        )
    found += [
        TargetInForce(r.target, r.printed, r.territory, r.basis, r.assumed, r.effective_on)
        for r in row.revisions
        if r.territory is territory and r.effective_on <= on
    ]
    # The loader sees to it that no two of one territory begin on one day.
    return max(found, key=lambda one: one.effective_on, default=None)
