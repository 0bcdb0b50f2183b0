"""How one sheet looks, whatever file it stands in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from models.domain.reading.workbook_content import Appearance, ConditionalLook

Place = tuple[int, int]


@dataclass(slots=True)
class SheetLooks:
    """How one sheet looks: telling cells, numbers shown as percentages, formats on condition."""

    looks: Mapping[Place, Appearance]
    percent: Collection[Place]
    conditional: Sequence[ConditionalLook] = ()
    cut: bool = False  # there are more conditions than are looked at
    told_twice: Sequence[str] = ()  # addresses of cells whose format stands for two


NO_LOOKS = SheetLooks({}, ())
