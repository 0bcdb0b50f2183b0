"""Columns that several sheets of the consolidated workbook share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from models.domain.consolidation import EARLIER, Figure
from models.domain.reading.forms import Column, SheetForm, ValueType
from models.domain.register.catalogue import CatalogueRow
from tasks.adapters.sheets.consolidation_cells import ResultNames, citation_of, texts_of, titled
from tasks.adapters.sheets.output_columns import (
    CENTRE,
    CellLook,
    Citation,
    OutputColumn,
    Row,
    at,
)


def place_column(names: ResultNames, row_of: Callable[[Row], CatalogueRow]) -> OutputColumn[Row]:
    """Where the row stands in the directive."""
    return OutputColumn("place", "Vị trí", 8, lambda row: names.places[row_of(row).code])


def name_column(
    names: ResultNames, row_of: Callable[[Row], CatalogueRow], header: str, width: float
) -> OutputColumn[Row]:
    """The row's whole name; `header` says what kind of row it is."""
    return OutputColumn("name", header, width, lambda row: names.rows[row_of(row).code])


def unit_column(row_of: Callable[[Row], CatalogueRow], width: float) -> OutputColumn[Row]:
    """The unit the row is measured in."""
    return OutputColumn("unit", "Đơn vị tính", width, lambda row: row_of(row).unit, CENTRE)


def source_column(figures_of: Callable[[Row], Sequence[Figure]]) -> OutputColumn[Row]:
    """Where a row's figures come from, in a table that shows one cycle's."""
    return OutputColumn("source", "Nguồn", 9, lambda row: citation_of(figures_of(row)), CENTRE)


def both_sources(
    figures_of: Callable[[Row], Iterable[Figure | None]],
) -> tuple[OutputColumn[Row], OutputColumn[Row]]:
    """Where a row's figures come from: in this cycle, and in the one it is measured by."""

    def of_cycle(row: Row, earlier: bool) -> Citation | None:
        given = [f for f in figures_of(row) if f is not None]
        return citation_of([f for f in given if f.reference.startswith(EARLIER) is earlier])

    return (
        OutputColumn("source", "Kỳ này", 9.5, at(False, of_cycle), CENTRE, "Nguồn"),
        OutputColumn("earlier", "Kỳ trước", 9.5, at(True, of_cycle), CENTRE, "Nguồn"),
    )


def answer_columns(
    sheet: SheetForm | None,
    answers_of: Callable[[Row], Mapping[str, Figure]],
    over: Callable[[Column], str],
    without: str | None = None,
) -> Iterator[OutputColumn[Row]]:
    """The agency's own columns of a form, but the side remarks and the one called `without`.

    Numbers flush right, dates centred, a little narrower than where they are filled in. `over` is
    the common header a column stands under.
    """
    for column in sheet.columns if sheet else ():
        if column.office or _is_remark(column) or column.key == without:
            continue
        align = {ValueType.NUMBER: "right", ValueType.DATE: "center"}.get(column.type, "left")
        yield OutputColumn(
            f"answer_{column.key}",  # never the key of one of the table's own
            titled(column),
            max(10.5, column.width * 0.9),
            at(column.key, lambda row, key: answers_of(row).get(key)),
            CellLook(align),
            over(column),
        )


def remarks_column(
    sheet: SheetForm | None,
    answers_of: Callable[[Row], Mapping[str, Figure]],
    header: str,
    width: float,
) -> OutputColumn[Row]:
    """The agency's longer remarks (co-ordination, justification) in one column."""
    columns = sheet.columns if sheet else ()
    keys = [c.key for c in columns if not c.office and _is_remark(c)]
    return OutputColumn("texts", header, width, lambda row: texts_of(answers_of(row), sheet, keys))


def _is_remark(column: Column) -> bool:
    return column.type is ValueType.LONG_TEXT and not column.five_clear and not column.period
