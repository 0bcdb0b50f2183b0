"""The consolidated workbook: one file for the office, every figure with the way to its source."""

from __future__ import annotations

import datetime as dt
import io
from copy import deepcopy

from xlsxwriter.workbook import Workbook

from models.domain.consolidation import Consolidation
from models.domain.cycle.letter_phrases import instant_text
from models.domain.results.snapshots import Changes
from tasks.adapters.results.consolidated_overview import write_overview
from tasks.adapters.results.cycle_results import CycleResults
from tasks.adapters.sheets.change_sheet import change_sheet
from tasks.adapters.sheets.common_sheets import (
    EARLIER_LINEAGE_SHEET,
    LINEAGE_SHEET,
    agency_sheet,
    earlier_lineage_sheet,
    finding_sheet,
    lineage_sheet,
)
from tasks.adapters.sheets.consolidated_sheet import HEADER_ROW, Foot, LineageRow, TableWriter
from tasks.adapters.sheets.consolidation_cells import ResultNames
from tasks.adapters.workbooks import workbook_styles as look

STREAMED_FROM = 20_000
"""Figures from which rows are streamed to disk instead of kept in memory."""

_FIRST_ROW = HEADER_ROW + 2  # 1-based row of the first figure of the lineage


def write_consolidation(
    results: CycleResults,
    stamp: dt.datetime,
    *,
    constant_memory: bool | None = None,
    changes: Changes | None = None,
) -> bytes:
    """The workbook's bytes: the same for the same inputs but for `stamp`, the time of writing.

    `changes` since the last report have a sheet of their own; None: there was no report before.

    Sheets: Tổng quan, Bảng đếm, Cơ quan, Chỉ tiêu, Mâu thuẫn, Kịch bản GRDP, Nhiệm vụ, Dự án, Kế
    hoạch hành động, Phát hiện, Nguồn số liệu. A review has further ones, by territory and on the
    way, for proposals, and for the sources of the plan cycle. `constant_memory` (by size unless
    given) streams rows to temporary files. Raises ValueError when `stamp` has no zone.
    """
    if stamp.tzinfo is None:
        raise ValueError("stamp cần có múi giờ")
    office, consolidation, earlier = results.office, results.consolidation, results.earlier
    form = office.form_of(consolidation.cycle)
    catalogue = office.catalogue_of(consolidation.cycle)
    names = ResultNames.of(office, catalogue)
    if constant_memory is None:
        constant_memory = len(results.every_figure) >= STREAMED_FROM
    stream = io.BytesIO()
    options = deepcopy(look.WRITER_OPTIONS) | {
        "in_memory": not constant_memory,
        "constant_memory": constant_memory,
    }
    with Workbook(stream, options) as book:
        book.set_properties(
            {
                "title": f"Tổng hợp: {consolidation.cycle.title}",
                "author": look.OFFICE_NAME,
                "comments": f"Mã tổng hợp {consolidation.inputs_hash}",
                "created": stamp.astimezone(dt.UTC).replace(tzinfo=None, microsecond=0),
            }
        )
        book.set_size(2400, 1500)
        foot = Foot(consolidation.cycle.title, f"Số liệu đến {instant_text(consolidation.as_of)}")
        tables = TableWriter(book, _lineage_rows(consolidation, earlier), foot)
        write_overview(book, results, stamp, foot)
        tables.add(agency_sheet(consolidation, results.without_plan))
        results.add_sheets(book, tables, names)
        tables.add(finding_sheet(consolidation, names))
        if changes is not None:
            tables.add(change_sheet(changes, names, form, results.judgement_names))
        tables.add(lineage_sheet(consolidation, names, form))
        if earlier is not None:
            before = office.form_of(earlier.cycle)
            tables.add(earlier_lineage_sheet(earlier, names, before))
    return stream.getvalue()


def _lineage_rows(
    consolidation: Consolidation, earlier: Consolidation | None
) -> dict[str, LineageRow]:
    """On which lineage sheet, and in which row of it, each reference stands."""
    before = earlier.lineage if earlier else ()
    lineages = ((LINEAGE_SHEET, consolidation.lineage), (EARLIER_LINEAGE_SHEET, before))
    return {
        f.reference: LineageRow(name, row)
        for name, figures in lineages
        for row, f in enumerate(figures, start=_FIRST_ROW)
    }
