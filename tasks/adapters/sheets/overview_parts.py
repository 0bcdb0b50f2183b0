"""Parts that the first pages of all cycles share: headline rows, tables of counts, the clock."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlsxwriter.chart import Chart
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from models.domain.notation.rounding import shares_of
from tasks.adapters.sheets.charts.looks import Filling, labels_on
from tasks.adapters.sheets.consolidated_sheet import Foot, Formats
from tasks.adapters.workbooks import workbook_styles as look
from tasks.adapters.workbooks.paper import A4_DOCUMENT, scale_on, set_paper

if TYPE_CHECKING:
    import pandas as pd

OVERVIEW_SHEET = "Tổng quan"
COUNTS_SHEET = "Bảng đếm"
GRID = {"color": "#D9D9D9", "width": 0.75}
_NAMES_WIDTH, _NUMBER_WIDTH = 30.0, 7.4  # characters
_ROW_PIXELS, _ROW_POINTS = 20, 15.0
_CHART_MARGIN = 4
_LABEL_MARGIN, _LABEL_DIGIT = 0.02, 0.02  # of the longest bar
_SPARED = 2  # percents of the scale, for programs that measure columns a little wider


@dataclass(frozen=True, slots=True)
class OverviewLine:
    """One headline: what is counted, how many, of how many, and the sheet that lists them."""

    label: str
    count: int
    total: int | None
    sheet: str
    bad: bool = False  # coloured when the count is not zero
    part: bool = False  # a part of the line above
    adds_to: str = ""  # lines of one name are all the parts of their total; "" for none


def shares_shown(lines: Sequence[OverviewLine]) -> dict[OverviewLine, float]:
    """The share of each line that has a total; those of all the parts of one add up to it.

    >>> third = [OverviewLine(n, 1, 3, "", adds_to="x") for n in "abc"]
    >>> list(shares_shown([*third, OverviewLine("d", 1, 8, "")]).values())
    [0.334, 0.333, 0.333, 0.125]
    """
    shares = {line: line.count / line.total for line in lines if line.total}
    for name in {line.adds_to for line in shares if line.adds_to}:
        parts = [line for line in shares if line.adds_to == name]
        if sum(line.count for line in parts) == parts[0].total:
            rounded = shares_of([line.count for line in parts])
            shares |= {one: float(share / 100) for one, share in zip(parts, rounded, strict=True)}
    return shares


def add_stacked(
    chart: Chart, counts: pd.DataFrame, header: int, looks: Mapping[str, Filling]
) -> None:
    """The columns of a table of counts as parts of stacked bars, one bar a row, sums left out.

    `header` is the row of the table's header. A column of nothing is no part. A part too short for
    its number has none: it would lie on its neighbour's, and stands in the table.
    """
    bars = counts.drop(index="Cộng", columns="Cộng")
    last, widest = header + len(bars), int(bars.sum(axis=1).max() or 1)
    for column, name in enumerate(bars.columns, start=1):
        if not bars[name].any():
            continue
        told = [_has_room(int(count), widest) for count in bars[name]]
        chart.add_series(
            {
                "name": [COUNTS_SHEET, header, column],
                "categories": [COUNTS_SHEET, header + 1, 0, last, 0],
                "values": [COUNTS_SHEET, header + 1, column, last, column],
                **looks[name].sheet_fill,
                "data_labels": {
                    **labels_on(looks[name]),
                    "custom": [None if room else {"delete": True} for room in told],
                },
                "gap": 45,
            }
        )


def _has_room(count: int, widest: int) -> bool:
    """Whether a number can stand on its part of a bar."""
    return count / widest >= _LABEL_MARGIN + _LABEL_DIGIT * len(str(count))


def add_page(book: Workbook, name: str, widths: Sequence[float]) -> Worksheet:
    """A sheet laid out as a document: A4 upright, its columns as wide as that."""
    sheet = book.add_worksheet(name)
    sheet.hide_gridlines(2)
    set_paper(sheet, A4_DOCUMENT)
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
        font_size=look.TABLE_SIZE,
    )


class CountsPage:
    """The tables of counts, each with its chart below it on the same page of paper."""

    def __init__(self, book: Workbook, formats: Formats, columns: int, foot: Foot) -> None:
        """`columns`: numbers beside the names, of the widest table."""
        self.book = book
        self._formats = formats
        self._widths = (_NAMES_WIDTH, *[_NUMBER_WIDTH] * columns)
        self._sheet = add_page(book, COUNTS_SHEET, self._widths)
        foot.put_on(self._sheet)
        # Not fitted: a sheet that is has no breaks of its own.
        percent = round(100 * scale_on(A4_DOCUMENT, self._widths)) - _SPARED
        self._sheet.set_print_scale(percent)
        self._row = 0
        self._left = self._page = A4_DOCUMENT.tall * 72 * 100 / percent  # points
        self._breaks: list[int] = []

    def table(self, counts: pd.DataFrame, title: str, corner: str, chart: int = 0) -> int:
        """Writes a table below what stands there; the row of its header.

        The row and the column called "Cộng" are sums; zeros are dashes, shares percents. `chart`:
        how tall its chart will be, in pixels.
        """
        sheet, formats = self._sheet, self._formats
        titles = [corner, *map(str, counts.columns)]
        heights = [
            _tall([(title, sum(self._widths) - 2)]),
            _tall([(text, w - 1) for text, w in zip(titles, self._widths, strict=False)]) + 2,
            *(_tall([(str(name), _NAMES_WIDTH - 1)]) for name in counts.index),
            _ROW_POINTS,
        ]
        self._make_room(sum(heights) + (chart / _ROW_PIXELS + 2) * _ROW_POINTS * bool(chart))
        for row, height in enumerate(heights, start=self._row):
            sheet.set_row(row, height)
        titled = formats.get(bold=True, font_size=look.TABLE_SIZE, text_wrap=True)
        sheet.merge_range(self._row, 0, self._row, len(self._widths) - 1, title, titled)
        header = row = self._row + 1
        head = header_style(formats)
        for column, text in enumerate(titles):
            sheet.write_string(row, column, text, head)
        frame = {"border": 1, "border_color": look.RULE, "font_size": look.TABLE_SIZE}
        for name, *numbers in counts.itertuples(name=None):
            row += 1
            bold = name == "Cộng"
            sheet.write_string(row, 0, name, formats.get(**frame, bold=bold, text_wrap=True))
            for column, count in enumerate(numbers, start=1):
                shown = "0.0%" if isinstance(count, float) else "0;;–"
                number = formats.get(**frame, bold=bold, align="center", num_format=shown)
                sheet.write_number(row, column, count, number)
        self._row = row + 2
        return header

    def chart(self, chart: Chart, height: int) -> None:
        """Places a chart below the table that has left room for it, as wide as the page."""
        put_chart(self._sheet, chart, self._row, self._widths, height)
        self._row += math.ceil(height / _ROW_PIXELS) + 2

    def _make_room(self, points: float) -> None:
        """Goes on on the next page where so much is not left of this one."""
        if points > self._left and self._row:
            self._breaks.append(self._row)
            self._sheet.set_h_pagebreaks(self._breaks)
            self._left = self._page
        self._left -= points


def _tall(cells: list[tuple[str, float]]) -> float:
    return look.row_height(cells, look.TABLE_SIZE, bold=True)


def put_chart(
    sheet: Worksheet, chart: Chart, row: int, widths: Sequence[float], height: int
) -> None:
    """Places a chart at the row's left end, as wide as those columns; it moves with its cells."""
    wide = sum(int(w * 7 + 5.5) for w in widths) - 2 * _CHART_MARGIN
    chart.set_size({"width": wide, "height": height})
    sheet.insert_chart(row, 0, chart, {"x_offset": _CHART_MARGIN, "description": "Biểu đồ"})
