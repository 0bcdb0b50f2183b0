"""A few cells around one, as a page shows them beside the figure that was read from it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from models.domain.desk.plain_sight import cut, visible
from models.domain.desk.shown_sheet import place_in, value_text
from models.domain.notation.vietnamese_text import squeeze
from models.domain.reading.workbook_content import SheetContent, address, column_letter

_ROWS, _COLUMNS = 1, 1  # on either side
_NAMING = 2  # columns from the left that say which row it is
_HEADERS_ABOVE = 400  # rows in which the header is looked for
_LETTERS = 90  # of one cell


@dataclass(frozen=True, slots=True)
class ExcerptCell:
    """A cell's address and text, and whether it is the one that the excerpt is about."""

    address: str
    text: str
    is_chosen: bool


@dataclass(frozen=True)
class CellExcerpt:
    """A cell with its neighbours. Each row has its number; that of the header may come first."""

    columns: Sequence[str]  # letters
    rows: Sequence[tuple[int, Sequence[ExcerptCell]]]


def excerpt_of(
    sheet: SheetContent,
    cell: str,
    headers: Collection[str] = (),
    left_out: Collection[str] = (),
) -> CellExcerpt | None:
    """The cell with its neighbours, the cells that name its row and its column's header.

    `headers`: what the header of its column may say; `left_out`: of columns that say nothing to a
    person. None for what is no address.
    """
    place = place_in(cell)
    if place is None:
        return None
    row, column = place
    header = _header_row(sheet, row, column, headers)
    hidden = sheet.hidden_places
    unsaid = {squeeze(one).casefold() for one in left_out}
    shown = [
        one
        for one in range(1, column + _COLUMNS + 1)
        if not hidden.hides_column(one) and _plain(sheet, header, one) not in unsaid
    ]
    columns = sorted({*shown[:_NAMING], column, *(c for c in shown if c >= column - _COLUMNS)})
    near = range(max(1, header, row - _ROWS), min(max(len(sheet.rows), row), row + _ROWS) + 1)
    rows = sorted({*([header] if header else []), row, *(r for r in near if r not in hidden.rows)})
    return CellExcerpt(
        [column_letter(one) for one in columns],
        [
            (
                number,
                [
                    ExcerptCell(
                        address(number, one),
                        cut(visible(value_text(sheet, (number, one))), _LETTERS),
                        (number, one) == place,
                    )
                    for one in columns
                ],
            )
            for number in rows
        ],
    )


def _header_row(sheet: SheetContent, row: int, column: int, headers: Collection[str]) -> int:
    """The nearest row above in which the column has one of these headers; 0 for none."""
    wanted = {squeeze(header).casefold() for header in headers}
    above = range(row - 1, max(0, row - _HEADERS_ABOVE), -1)
    return next((number for number in above if _plain(sheet, number, column) in wanted), 0)


def _plain(sheet: SheetContent, row: int, column: int) -> str | None:
    """A cell's words, blanks and capitals aside; None where it holds none."""
    value = sheet.at(row, column) if row else None
    return squeeze(value).casefold() if isinstance(value, str) else None
