"""Parts that the first pages of all cycles share: headline rows, tables of counts, the clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from models.domain.cycle.letter_phrases import InstantStyle, hanoi_minute
from tasks.adapters.sheets.consolidated_sheet import Formats
from tasks.adapters.workbooks import workbook_styles as look

if TYPE_CHECKING:
    import pandas as pd

OVERVIEW_SHEET = "Tổng quan"
GRID = {"color": "#D9D9D9", "width": 0.75}


@dataclass(frozen=True, slots=True)
class OverviewLine:
    """One headline: what is counted, how many, of how many, and the sheet that lists them."""

    label: str
    count: int
    total: int | None
    sheet: str
    bad: bool = False  # coloured when the count is not zero
    part: bool = False  # a part of the line above


def clock(instant: dt.datetime) -> str:
    """An instant by Hanoi's clock.

    >>> clock(dt.datetime(2025, 2, 19, 17, 5, tzinfo=dt.UTC))
    '00:05 ngày 20/02/2025'
    """
    return hanoi_minute(instant, InstantStyle.SHEET)


def add_page(book: Workbook, name: str, widths: Sequence[float]) -> Worksheet:
    """A sheet that prints on one page of A4 landscape, its columns as wide as that."""
    sheet = book.add_worksheet(name)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(look.A4)
    sheet.set_margins(look.MARGIN_LEFT, look.MARGIN_RIGHT, look.MARGIN_TOP, look.MARGIN_BOTTOM)
    sheet.fit_to_pages(1, 1)
    sheet.set_footer(look.FOOTER.format(left=f"{look.OFFICE_NAME} - {name}"))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    return sheet


def header_style(formats: Formats) -> Format:
    """The format of a table's header cells."""
    return formats.get(
        bold=True,
        border=1,
        border_color=look.RULE,
        bg_color=look.HEADER_FILL,
        align="center",
        text_wrap=True,
    )


def write_counts(
    sheet: Worksheet, formats: Formats, counts: pd.DataFrame, row: int, title: str, corner: str
) -> int:
    """Writes a table of counts, its title at `row`, its header at `row + 1`; the row after it.

    The row and the column called "Cộng" are sums; zeros are printed as dashes.
    """
    sheet.write_string(row, 0, title, formats.get(bold=True))
    head = header_style(formats)
    row += 1
    sheet.set_row(row, 44)
    sheet.write_string(row, 0, corner, head)
    for column, name in enumerate(counts.columns, start=1):
        sheet.write_string(row, column, str(name), head)
    for name, *numbers in counts.itertuples(name=None):
        row += 1
        bold = name == "Cộng"
        sheet.write_string(row, 0, name, formats.get(border=1, border_color=look.RULE, bold=bold))
        number = formats.get(
            border=1, border_color=look.RULE, bold=bold, align="center", num_format="0;;–"
        )
        for column, count in enumerate(numbers, start=1):
            sheet.write_number(row, column, count, number)
    return row + 1
