"""A figure's cell among its neighbours, read from the very workbook that was kept."""

from __future__ import annotations

from flows.desk.desk import Desk
from models.domain.consolidation import Figure
from models.domain.cycle.cycles import ReportingCycle
from models.domain.desk.cell_excerpts import CellExcerpt, excerpt_of
from models.domain.desk.plain_sight import visible

_PATIENCE = 6.0  # seconds; a workbook that takes longer is there when the page is asked again


def cell_excerpt(desk: Desk, cycle: ReportingCycle, figure: Figure) -> CellExcerpt | None:
    """The cell's surroundings; None where the workbook cannot be read at once.

    `cycle`: the one that the figure was reported in.
    """
    workplace, source = desk.house.workplace(), figure.source
    book = desk.house.views.of(
        *(workplace.reader, workplace.raw_store, source.file_sha256),
        *(visible(source.file_name), _PATIENCE),
    )
    content = book.content if book is not None else None
    sheets = content.sheets if content is not None else ()
    sheet = next((one for one in sheets if one.name == source.sheet_name), None)
    if sheet is None:
        return None
    form = workplace.office.form_of(cycle)
    columns = [c for one in form.sheets if one.key == figure.sheet for c in one.columns]
    own = [c for c in columns if c.key == figure.column]
    headers = [header for c in own for header in (c.header, *c.formerly)]
    # Codes of rows are for the program.
    codes = [header for c in columns if c.source == "code" for header in (c.header, *c.formerly)]
    return excerpt_of(sheet, source.cell, headers, codes)
