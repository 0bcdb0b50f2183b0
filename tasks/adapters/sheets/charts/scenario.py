"""The chart of the growth scenario, under its table: the whole product, period by period."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from models.domain.notation.rounding import half_up
from models.domain.register.catalogue import PERIODS
from tasks.adapters.sheets.charts.looks import INK
from tasks.adapters.sheets.consolidated_sheet import HEADER_ROW
from tasks.adapters.sheets.output_columns import Row, TableSheet
from tasks.adapters.workbooks import workbook_styles as look

SCENARIO_SHEET = "Kịch bản GRDP"
_FONT = {"name": look.FONT, "size": 11}
_GRID = {"color": "#D9D9D9", "width": 0.75}
_MARGIN = Decimal("0.3")
_FIRST = HEADER_ROW + 2  # the scenario has two header rows; its first line is the whole product


#: How a line is drawn: its colour, dashes and markers, any of which tells it from the others.
PRINTED = ("6E6E6E", "dash", "square")
UPDATED = ("6BA5D7", "round_dot", "triangle")
REACHED = ("173F66", "solid", "circle")


class ScenarioSeries(NamedTuple):
    """One line of the chart: its columns in the table, and how it is drawn."""

    name: str
    columns: str  # what the keys of its columns begin with, one a period
    headed: str  # the same of the columns whose headers name the periods
    colour: str
    dash: str
    marker: str
    labels: str  # on which side of the points


def draw_scenario(
    book: Workbook,
    sheet: Worksheet,
    table: TableSheet[Row],
    title: str,
    series: Sequence[ScenarioSeries],
    shown: Sequence[Decimal],
    height: int = 330,
) -> None:
    """A line chart of the table's first row under the table; `shown`: the numbers it is to hold.

    `height` is in pixels: on a sheet of A4 only a lower one stays on the table's page.
    """
    chart = book.add_chart({"type": "line"})
    for one in series:
        ink = f"#{one.colour}"
        chart.add_series(
            {
                "name": one.name,
                "categories": _cells(table, one.headed, HEADER_ROW + 1),
                "values": _cells(table, one.columns, _FIRST),
                "line": {"color": ink, "width": 2.25, "dash_type": one.dash},
                "marker": {"type": one.marker, "size": 8, "fill": {"color": ink}},
                "data_labels": {
                    "value": True,
                    "num_format": "0.00",
                    "position": one.labels,
                    "font": {**_FONT, "color": f"#{INK}"},
                },
            }
        )
    chart.set_title({"name": title, "name_font": {**_FONT, "size": 13}})
    chart.set_legend({"position": "bottom", "font": _FONT})
    chart.set_x_axis({"num_font": _FONT})
    chart.set_y_axis(
        {
            "num_font": _FONT,
            "num_format": "0.0",
            "major_gridlines": {"visible": True, "line": _GRID},
            # Room for the labels; indices lie close together, so the axis cannot start at 0.
            "min": float(half_up(min(shown) - _MARGIN, 1)) if shown else None,
            "max": float(half_up(max(shown) + _MARGIN, 1)) if shown else None,
        }
    )
    chart.show_blanks_as("gap")
    chart.set_size({"width": 760, "height": height})
    below = _FIRST + len(table.rows) + 1
    sheet.insert_chart(below, 1, chart, {"description": SCENARIO_SHEET})


def _cells(table: TableSheet[Row], columns: str, row: int) -> list[str | int]:
    """That row of the columns of all periods, as a chart names cells."""
    first, last = (table.position(f"{columns}_{p}") for p in (PERIODS[0], PERIODS[-1]))
    return [SCENARIO_SHEET, row, first, row, last]
