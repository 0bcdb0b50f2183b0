"""Rows and columns of a sheet of .xlsx that nobody sees."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.domain.reading.workbook_content import NOTHING_HIDDEN, HiddenPlaces
from tasks.adapters.reading.hardened_xml import number_of
from tasks.adapters.reading.looks.frozen_panes import beyond_panes
from tasks.adapters.reading.looks.sheet_sizes import LOW, NARROW
from tasks.adapters.reading.ooxml.folded_groups import folded
from tasks.adapters.reading.ooxml.ooxml_parts import column_number
from tasks.adapters.reading.ooxml.remembered import remembered
from tasks.adapters.reading.ooxml.sheet_measures import sizes_of
from tasks.adapters.reading.ooxml.sheet_regions import SheetRegions

_HEIGHT = re.compile(rb' ht="([^"]*)"')
_USUAL_SIZES = re.compile(rb"<(?:\w+:)?sheetFormatPr(?=[\s/>])([^<>]*)>")
_LAST_COLUMN = 16_384
_SIZE = re.compile(rb"\d{1,6}(?:\.\d{1,20})?")
_ANOTHER_HAND = (b"='", b" =", b"= ", b"\n=", b"=\n", b"\t=", b"=\t")  # no office program's
_SHOWS_A_HAND = 600  # letters of a sheet, its first tags
_ROW_OR_COLUMNS = re.compile(rb"<(?:\w+:)?(row|col)(?=[\s/>])([^<>]*)>")
_ATTRIBUTE = re.compile(rb"([A-Za-z]+)\s*=\s*[\"']([^\"'<>]*)[\"']")
_TRUE = (b"1", b"true", b"on")
_PANE = re.compile(rb"<(?:\w+:)?pane(?=\s)([^<>]*)>")
_WIDTH = re.compile(rb"\swidth\s*=\s*[\"']([^\"'<>]*)[\"']")
_LAST_ROW = 1_048_576
_MANY = 20
_POINTS_OF_A_SCREEN, _FIGURES_OF_A_SCREEN = 800, 250
_SCROLLED = re.compile(
    rb"<(?:\w+:)?sheetView\s[^<>]*?topLeftCell\s*=\s*[\"']([A-Z]{1,3})(\d{1,7})[\"']"
)


def hidden_places(regions: SheetRegions) -> HiddenPlaces:
    """Rows and columns that nobody sees: hidden, folded away, filtered out, or as good as without
    any height or width.

    >>> from tasks.adapters.reading.ooxml.sheet_regions import regions_of
    >>> sheet = b'<cols><col min="2" max="3" hidden="1"/></cols><sheetData><row/><row ht="0.75"/>'
    >>> hidden_places(regions_of(sheet))
    HiddenPlaces(rows={2}, columns=[(2, 3)])
    """
    cells = regions.cells
    said = _said_before_cells(regions.head)
    columns = said.columns
    another_hand = said.another_hand or _is_another_hand(
        cells[: max(_SHOWS_A_HAND - len(regions.head), 0)]
    )
    if another_hand and not said.another_hand:
        columns = [*_hidden_columns(regions.head, said.narrow), *folded(regions.head)]
    rows: set[int] = set()
    # The rule, and much faster than the expressions.
    rows_told = said.low or another_hand or b"hidden" in cells
    if rows_told or any(_at_most(size, LOW) for size in {*_HEIGHT.findall(cells)}):
        rows = _hidden_rows(cells, said.low)
    for first, last in folded(cells):
        rows.update(range(first, last + 1))
    rows.update(range(1, said.rows_beyond + 1))
    if said.columns_beyond:
        columns = [*columns, (1, said.columns_beyond)]
    if any(said.frozen) and _may_fill_screens(said, cells):
        more_rows, more_columns = beyond_panes(sizes_of(regions.head + cells), *said.frozen)
        rows.update(more_rows)
        columns = [*columns, *more_columns]
    return HiddenPlaces(rows, columns) if rows or columns else NOTHING_HIDDEN


@dataclass(frozen=True, slots=True)
class _SaidBeforeCells:
    low: bool  # whether rows of which nothing is said have as good as no height
    narrow: bool  # and such columns as good as no width
    another_hand: bool
    columns: Sequence[tuple[int, int]]
    rows_beyond: int  # above a frozen pane that was scrolled before it was frozen
    columns_beyond: int
    frozen: tuple[int, int]  # how many rows and columns stand still
    widest: float  # of the columns, in figures


@remembered
def _said_before_cells(head: bytes) -> _SaidBeforeCells:
    usual = _USUAL_SIZES.search(head)
    sizes = dict(_ATTRIBUTE.findall(usual[1])) if usual is not None else {}
    low, narrow = (
        _at_most(sizes.get(name), most)
        for name, most in ((b"defaultRowHeight", LOW), (b"defaultColWidth", NARROW))
    )
    another_hand = _is_another_hand(head[:_SHOWS_A_HAND])
    told = narrow or another_hand or b"hidden" in head or b' width="0' in head
    columns = [*(_hidden_columns(head, narrow) if told else ()), *folded(head)]
    widths = [0.0, *map(float, filter(_SIZE.fullmatch, _WIDTH.findall(head)))]
    return _SaidBeforeCells(
        low, narrow, another_hand, columns, *_beyond_reach(head), _frozen(head), max(widths)
    )


def _frozen(head: bytes) -> tuple[int, int]:
    """How many rows and columns stand still while the others are scrolled."""
    for pane in _PANE.findall(head) if b"frozen" in head else ():
        stated = dict(_ATTRIBUTE.findall(pane))
        if stated.get(b"state", b"").startswith(b"frozen"):
            rows, columns = (
                min(number_of(stated.get(name, b"").decode("ascii", "replace")) or 0.0, _LAST_ROW)
                for name in (b"ySplit", b"xSplit")
            )
            return max(int(rows), 0), max(int(columns), 0)
    return 0, 0


def _may_fill_screens(said: _SaidBeforeCells, cells: bytes) -> bool:
    """Whether the panes that stand still may be larger than a screen, by the largest of rows and
    columns."""
    rows, columns = said.frozen
    if rows > _MANY or columns > _MANY or columns * said.widest > _FIGURES_OF_A_SCREEN:
        return True
    heights = map(float, filter(_SIZE.fullmatch, {*_HEIGHT.findall(cells)}))
    return rows * max(heights, default=0.0) > _POINTS_OF_A_SCREEN


def _beyond_reach(head: bytes) -> tuple[int, int]:
    """How many rows and columns lie above and left of a frozen pane that was scrolled before it was
    frozen: nobody gets there."""
    view = _SCROLLED.search(head) if b"frozen" in head else None
    return (int(view[2]) - 1, column_number(view[1]) - 1) if view is not None else (0, 0)


def _is_another_hand(first: bytes) -> bool:
    """Whether a sheet's first tags are none of an office program's."""
    return any(sign in first for sign in _ANOTHER_HAND)


def _hidden_columns(head: bytes, narrow: bool) -> list[tuple[int, int]]:
    hidden: list[tuple[int, int]] = []
    others: list[tuple[int, int]] = []
    for match in _ROW_OR_COLUMNS.finditer(head):
        stated = dict(_ATTRIBUTE.findall(match[2]))
        ends = [stated.get(name, b"") for name in (b"min", b"max")]
        if match[1] == b"col" and all(end.isdigit() and len(end) < 8 for end in ends):
            unseen = stated.get(b"hidden") in _TRUE or _at_most(
                stated.get(b"width"), NARROW, narrow
            )
            (hidden if unseen else others).append((int(ends[0]), int(ends[1])))
    return [*_between(others)] if narrow else hidden


def _hidden_rows(cells: bytes, low: bool) -> set[int]:
    rows: set[int] = set()
    row = 0
    for match in _ROW_OR_COLUMNS.finditer(cells):
        if match[1] == b"row":
            stated = dict(_ATTRIBUTE.findall(match[2]))
            number = stated.get(b"r", b"")
            row = int(number) if number.isdigit() and len(number) < 8 else row + 1
            hidden = stated.get(b"hidden", b"").strip().lower() in _TRUE
            if hidden or _at_most(stated.get(b"ht"), LOW, low):
                rows.add(row)
    return rows


def _at_most(size: bytes | None, most: float, otherwise: bool = False) -> bool:
    """Whether a stated size is no more than that; `otherwise` where none is stated."""
    number = number_of(size.decode("ascii", "replace")) if size is not None else None
    return otherwise if number is None else number <= most


def _between(runs: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The columns that lie in none of these runs."""
    first = 1
    for start, end in sorted(runs):
        if start > first:
            yield first, start - 1
        first = max(first, end + 1)
    if first <= _LAST_COLUMN:
        yield first, _LAST_COLUMN
