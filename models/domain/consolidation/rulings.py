"""Rulings: a person has decided which of two contradicting values stands."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from models.domain.consolidation.conflicts import Conflict, ConflictKind, StandsBecause
from models.domain.consolidation.evidence import Figure
from models.domain.consolidation.indicators import IndicatorLine, ScenarioLine, with_standing
from models.domain.territories import Territory

CODE_LENGTH = 8  # letters by which a person names a conflict


class Side(StrEnum):
    """Which of a conflict's two values."""

    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Ruling:
    """Which side stands, by whom and why."""

    side: Side
    by: str
    reason: str

    @property
    def said(self) -> str:
        """The ruling in one sentence part."""
        return f"{self.by}: {self.reason}"


Rulings = Mapping[str, Ruling]  # by code of the conflict


def code_of(conflict: Conflict) -> str:
    """A short name of a conflict that stays while both values do.

    A running number would be another conflict's tomorrow. A value that changes makes a conflict
    nobody has ruled on.
    """
    parts = [
        conflict.kind.value,
        conflict.row.code,
        conflict.other_row.code,
        conflict.period,
        *(f"{f.agency} {f.column} {f.number}" for f in (conflict.left, conflict.right)),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:CODE_LENGTH]


def ruled(conflicts: Sequence[Conflict], rulings: Rulings) -> list[Conflict]:
    """The conflicts, those that were ruled on standing by their ruling."""
    return [_ruled(c, rulings.get(code_of(c))) for c in conflicts]


def _ruled(conflict: Conflict, ruling: Ruling | None) -> Conflict:
    if ruling is None:
        return conflict
    stands = conflict.left if ruling.side is Side.LEFT else conflict.right
    return replace(conflict, stands=stands, because=StandsBecause.RULING, ruling=ruling.said)


def indicators_after(
    indicators: Sequence[IndicatorLine], conflicts: Sequence[Conflict]
) -> list[IndicatorLine]:
    """The indicators, with the report that was ruled to stand where the lead's does not."""
    agencies = {
        c.row.code: c.stands.agency
        for c in conflicts
        if c.because is StandsBecause.RULING
        and c.kind is ConflictKind.REPORTERS
        and c.territory is None
        and c.stands is c.right
    }
    return [
        with_standing(line, agencies[line.row.code]) if line.row.code in agencies else line
        for line in indicators
    ]


def stands_elsewhere(conflicts: Sequence[Conflict]) -> dict[tuple[str, Territory], Figure]:
    """The figures that were ruled to stand for other territories, by row and territory."""
    return {
        (c.row.code, c.territory): c.stands
        for c in conflicts
        if c.territory is not None
        and c.because is StandsBecause.RULING
        and c.stands is c.right  # the left one stands anyhow
    }


def scenario_after(
    scenario: Sequence[ScenarioLine], conflicts: Sequence[Conflict]
) -> list[ScenarioLine]:
    """The scenario, with the figures that were ruled to stand."""
    figures = {
        (c.row.code, c.period): c.stands
        for c in conflicts
        if c.because is StandsBecause.RULING and c.kind is not ConflictKind.EQUIVALENT
    }
    return [
        replace(
            line,
            updated={p: figures.get((line.row.code, p), f) for p, f in line.updated.items()},
        )
        for line in scenario
    ]
