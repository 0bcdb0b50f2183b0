"""Which target of a row holds, for whose ground, on which day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from models.domain.register.catalogue import Catalogue, CatalogueRow
from models.domain.register.target_revisions import TargetRevision
from models.domain.register.targets import Target
from models.domain.register.territories import Territory

NO_LEVEL = "Văn phòng chưa có mức giao"
"""Of a ground for which the office knows no target: whether one was set, it cannot say."""


def no_level_said(territory: Territory, own: Territory) -> str:
    """That nothing is set for a ground: truly nothing for the directive's `own`, whose targets are
    the directive's; of another ground only that the office knows of none."""
    return "không có mức giao" if territory is own else NO_LEVEL


@dataclass(frozen=True, slots=True)
class TargetInForce:
    """A target that holds for a territory on a day, by which document and under which name."""

    target: Target
    printed: str
    territory: Territory
    basis: str
    assumed: bool
    effective_on: dt.date
    baseline: str = ""  # of an official measure beside the target itself


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
                row.own_target,
                territory,
                catalogue.directive,
                assumed=False,
                effective_on=catalogue.issued_on,
            )
        )
    found += [_of(r) for r in _holding(row, territory, on) if not r.baseline]
    # The loader sees to it that no two of one territory begin on one day.
    return max(found, key=lambda one: one.effective_on, default=None)


def baselines_in_force(
    row: CatalogueRow, territory: Territory, on: dt.date
) -> tuple[TargetInForce, ...]:
    """The official measures beside the row's target that hold for that territory on that day.

    Each name once, with its newest value, in the order in which they first held.
    """
    newest: dict[str, TargetInForce] = {}
    for revision in _holding(row, territory, on):
        if revision.baseline:
            newest[revision.baseline] = _of(revision)
    return tuple(newest.values())


def _holding(row: CatalogueRow, territory: Territory, on: dt.date) -> list[TargetRevision]:
    """By date: a row keeps its revisions so."""
    return [r for r in row.revisions if r.territory is territory and r.effective_on <= on]


def _of(revision: TargetRevision) -> TargetInForce:
    return TargetInForce(
        revision.target,
        revision.printed,
        revision.territory,
        revision.basis,
        revision.assumed,
        revision.effective_on,
        revision.baseline,
    )
