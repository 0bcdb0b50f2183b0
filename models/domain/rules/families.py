"""Which rows are parts of which, and what may be said of their values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.domain.reading.expectations import IdentityCache, plain
from models.domain.reading.rule_settings import RuleSettings
from models.domain.register.catalogue import Catalogue
from models.domain.rules.measures import kinds_of

_THEREOF = "trong do"


@dataclass(frozen=True, slots=True)
class Families:
    """Rows with the rows under them, by what may be said of their values."""

    thereof: Mapping[str, Sequence[str]]  # a part is no larger than its whole
    summands: Mapping[str, Sequence[str]]  # the parts together are no larger than the whole
    growth: Mapping[str, Sequence[str]]  # the whole's rate lies between those of all its parts


_families: IdentityCache[Families] = IdentityCache(16)


def families_of(catalogue: Catalogue, settings: RuleSettings) -> Families:
    """The families of a catalogue, by units and the rows' own words; parts in printed order."""
    known = _families.get((catalogue, settings))
    if known is not None:
        return known
    rows, kinds = {r.code: r for r in catalogue}, kinds_of(catalogue, settings)
    thereof: dict[str, list[str]] = {}
    summands: dict[str, list[str]] = {}
    growth: dict[str, list[str]] = {}
    for row in rows.values():
        parent = rows.get(row.parent)
        if parent is None or plain(parent.unit) != plain(row.unit):
            continue
        kind = kinds[row.code]
        if kind.adds_up:
            summands.setdefault(parent.code, []).append(row.code)
        if kind.adds_up or plain(row.name).startswith(_THEREOF):
            thereof.setdefault(parent.code, []).append(row.code)
        if kind.growth and kinds[parent.code].growth:
            growth.setdefault(parent.code, []).append(row.code)
    return _families.put((catalogue, settings), Families(thereof, summands, growth))
