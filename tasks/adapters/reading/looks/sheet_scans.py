"""What the records of one binary sheet say beside its cells, as it is gathered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from models.domain.reading.sight.colours import Rgb
from models.domain.reading.workbook_content import (
    MOST_AREAS,
    USUAL_ZOOM,
    Appearance,
    Area,
    CellLetters,
    CellValue,
    ColumnWidths,
    ConditionalLook,
    CoveringShape,
)
from tasks.adapters.reading.looks.conditions import MOST_CONDITIONS
from tasks.adapters.reading.looks.frozen_panes import beyond_panes
from tasks.adapters.reading.looks.sheet_sizes import SheetSizes

Position = tuple[int, int]  # 1-based row and column


def hide_zeros(looks: dict[Position, Appearance], cells: Mapping[Position, CellValue]) -> None:
    """Notes of every cell that holds the number 0 that nobody sees it."""
    for place, value in cells.items():
        if type(value) in (int, float) and value == 0:
            looks[place] = replace(looks.get(place, Appearance()), unseen=True)


@dataclass(slots=True)
class SheetScan:
    """Merged areas, how cells look, the places of numbers shown as percentages, what conditions
    change, what rows and columns are hidden, what people wrote beside cells, what lies over
    them; and whether anything was too much to be kept."""

    merged: list[Area] = field(default_factory=list)
    percent: set[Position] = field(default_factory=set)
    looks: dict[Position, Appearance] = field(default_factory=dict)
    conditions: list[tuple[int, ConditionalLook]] = field(default_factory=list)  # by priority
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    styles: dict[Position, int] = field(default_factory=dict)  # of cells whose colours tell
    comments: Mapping[Position, str] = field(default_factory=dict)
    shapes: Sequence[CoveringShape] = ()
    charts: list[CoveringShape] = field(default_factory=list)  # little ones, within cells
    stated_rows: set[int] = field(default_factory=set)  # of which something is said
    hides_unstated: bool = False  # rows of which nothing is said have no height
    widths: list[tuple[int, int, float]] = field(default_factory=list)
    usual_width: float = ColumnWidths().usual
    letters: Callable[[int, int], CellLetters] | None = None
    shows_formulas: bool = False
    scrolled: Position = (0, 0)  # rows and columns passed before the first one that is shown
    frozen: bool = False
    still: Position = (0, 0)  # rows and columns that stand still while others are scrolled
    told_twice: list[str] = field(default_factory=list)  # cells whose format stands for two
    from_the_right: bool = False  # the sheet begins there
    zoom: int = USUAL_ZOOM
    zeros_hidden: bool = False  # the sheet's own switch: cells with 0 are shown empty
    merged_cut: bool = False
    conditions_cut: bool = False
    _areas: int = 0

    def paint(self, paints: Mapping[int, tuple[Rgb | None, Rgb | None]]) -> None:
        """Notes the colours of cells by their styles, where conditions colour cells."""
        if any(look.letters is not None or look.grounds for _, look in self.conditions):
            for place, style in self.styles.items():
                letters, ground = paints[style]
                look = self.looks.get(place, Appearance())
                self.looks[place] = replace(look, letters=letters, ground=ground)

    def hide_beyond_reach(self) -> None:
        """Notes what lies above and left of a frozen pane that was scrolled before: nobody gets
        there."""
        rows, columns = self.scrolled if self.frozen else (0, 0)
        self.hidden_rows.update(range(1, rows + 1))
        self.hidden_columns += [(1, columns)] if columns else []

    def hide_beyond_panes(self, sizes: SheetSizes) -> None:
        """Notes what lies beyond panes that stand still and fill the screen."""
        rows, columns = beyond_panes(sizes, *self.still)
        self.hidden_rows.update(rows)
        self.hidden_columns += columns

    def merge(self, area: Area) -> None:
        """Notes merged cells, from whichever corner they are told."""
        top, left, bottom, right = area
        if len(self.merged) < MOST_AREAS:
            corners = (min(top, bottom), min(left, right), max(top, bottom), max(left, right))
            self.merged.append(corners)
        else:
            self.merged_cut = True

    def looks_like(self, row: int, column: int, look: Appearance | None) -> None:
        """Notes how the cell in 0-based row and column looks."""
        if look is not None:
            self.looks[row + 1, column + 1] = look

    def shown_as_percentage(self, row: int, column: int) -> None:
        """Notes that the number there is shown as a percentage."""
        self.percent.add((row, column))

    def under_condition(self, priority: int, look: ConditionalLook) -> None:
        """Notes what a condition changes."""
        self._areas += len(look.areas)
        if self._areas > MOST_CONDITIONS:
            self.conditions_cut = True
        else:
            self.conditions.append((priority, look))

    def in_order(self) -> list[ConditionalLook]:
        """What conditions change, the first one first."""
        return [look for _, look in sorted(self.conditions, key=lambda pair: pair[0])]
