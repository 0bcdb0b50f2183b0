"""What has to be known of a main figure before it is quoted: that it does not fit what it is made
of, and that another agency's was set aside for it. Letter and report take it from here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from models.domain.consolidation import Conflict, Consolidation, Figure
from models.domain.consolidation.wholes import WholeAndParts, WholeFault, in_scenario
from models.domain.cycle.letter_phrases import alike
from models.domain.register.catalogue import PERIODS, Appendix, Catalogue, CatalogueRow
from models.domain.register.territories import Territory

_OF_THE_YEAR = ("", PERIODS[-1])


@dataclass(frozen=True)
class Caveats:
    """The year's wholes that do not fit and the conflicts that were ruled on. `name` names an
    agency."""

    catalogue: Catalogue
    unfit: Sequence[WholeAndParts]
    ruled: Sequence[Conflict]
    name: Callable[[str], str]

    def misfit(self, row: CatalogueRow, territory: Territory, *, part: bool = False) -> str:
        """What the measure's value of the year there does not fit, with the report's `part` that
        tells it; "" for nothing.

        A measure that stands in two rows is told of one of them.
        """
        codes = {row.code}
        for same in self.catalogue.equivalences:
            if same.period in _OF_THE_YEAR and row.code in (same.left, same.right):
                codes |= {same.left, same.right}
        own = self.catalogue.territory
        for one in self.unfit:
            # The whole city's is held against its areas', any other against the row's own parts.
            ground = Territory.WHOLE if one.areas else one.territory or own
            if one.row.code not in codes or ground is not territory:
                continue
            if one.fault is WholeFault.REMAINDER:
                return "phần còn lại cần đối chiếu" + (", xem phần IV" if part else "")
            if one.areas:
                against = "địa bàn"
            else:
                against = "ngành" if one.row.appendix is Appendix.II else "thành phần"
            told = "phần V" if in_scenario(one, self.catalogue) else "phần IV"
            return f"chưa khớp số các {against}" + (f", xem {told}" if part else "")
        return ""

    def chosen(self, figure: Figure | None, *, numbered: bool = False) -> str:
        """Whose other figure was set aside for this one by a decision, with the number of the
        conflict where it is `numbered`; "" where none was."""
        for one in self.ruled:
            if figure is None or one.stands.reference != figure.reference:
                continue
            other = one.right if one.stands is one.left else one.left
            if other.number is None or one.row.code != one.other_row.code:
                continue
            target = one.row.target
            set_at = target.value if target is not None and target.is_plain else None
            shown = alike((other.number, figure.number, set_at))[0]
            number = f", {one.number}" if numbered else ""
            return f"chọn thay số {shown} của {self.name(other.agency)}{number}"
        return ""


def caveats_of(
    consolidation: Consolidation, catalogue: Catalogue, name: Callable[[str], str]
) -> Caveats:
    """Of what was consolidated; what two rows do not agree in is no whole and its parts."""
    unfit = [
        one
        for one in consolidation.wholes
        if one.fault is not None and not one.link and one.period in _OF_THE_YEAR
    ]
    return Caveats(catalogue, unfit, [c for c in consolidation.conflicts if not c.is_open], name)
