"""What kind of figure a row holds: a share, a growth rate, an index, an amount that adds up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from models.domain.notation.units import measure_of
from models.domain.reading.expectations import IdentityCache, plain
from models.domain.reading.rule_settings import RuleSettings
from models.domain.register.catalogue import Appendix, Catalogue, CatalogueRow
from models.domain.register.targets import Direction, TargetKind, magnitude_reference

_PER_CENT, _PER_MILLE = "%", "‰"
_ADDING_BASES = frozenset({"dong", "usd", "tan", "luot", "can", "tram", "mw", "kwh", "huyen"})
INDEX_BASE = Decimal(100)  # same period of last year


@dataclass(frozen=True, slots=True)
class Kind:
    """How a row's values may be judged.

    `whole` is the greatest value a share can take (100 for %, 1.000 for ‰), None for other rows.
    """

    whole: Decimal | None = None
    growth: bool = False  # may be negative, may pass 100
    index: bool = False  # same period of last year = 100
    adds_up: bool = False  # amounts that grow from quarter to quarter


_kinds: IdentityCache[Mapping[str, Kind]] = IdentityCache(16)


def kinds_of(catalogue: Catalogue, settings: RuleSettings) -> Mapping[str, Kind]:
    """The kind of every row, by code. Kept for the same catalogue and settings objects."""
    made = _kinds.get((catalogue, settings))
    if made is None:
        rows = {r.code: r for r in catalogue}
        made = _kinds.put(
            (catalogue, settings), {c: _kind_of(r, rows, settings) for c, r in rows.items()}
        )
    return made


def _kind_of(row: CatalogueRow, rows: Mapping[str, CatalogueRow], settings: RuleSettings) -> Kind:
    """Decides by unit first, then by the words of the row's own name, then of the rows above it.

    "- Dịch vụ, 9,20 %" under "Tốc độ tăng trưởng ..." is growth; "- Tỷ trọng ..." under "Tốc độ
    tăng ..." is a share; a percentage that nothing speaks against is a share.
    """
    if row.appendix is Appendix.II:
        return Kind(index=True, growth=True)
    if row.unit not in (_PER_CENT, _PER_MILLE):
        ratio = row.target is not None and row.target.kind is TargetKind.RATIO
        measure = measure_of(row.unit)
        adds_up = measure.base in _ADDING_BASES and not measure.per and not ratio
        return Kind(adds_up=adds_up and row.direction is Direction.HIGHER)
    share_words = [plain(w) for w in settings.share_words]
    growth_words = [plain(w) for w in settings.growth_words]
    reference = magnitude_reference(row.target)
    whole = Decimal(100) if row.unit == _PER_CENT else Decimal(1000)
    current: CatalogueRow | None = row
    while current is not None:
        name = plain(current.name)
        if any(w in name for w in growth_words) and not name.startswith(tuple(share_words)):
            index = (
                current is row
                and "chi so" in name
                and reference is not None
                and INDEX_BASE <= reference <= 2 * INDEX_BASE
            )
            return Kind(growth=True, index=index)
        if any(w in name for w in share_words):
            break
        current = rows.get(current.parent)
    if reference is not None and reference > whole:
        return Kind(growth=True)
    return Kind(whole=whole)
