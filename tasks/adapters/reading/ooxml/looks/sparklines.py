"""Little charts that are drawn within cells of .xlsx, in place of what the cells show."""

from __future__ import annotations

import re
from collections.abc import Iterator

from models.domain.reading.workbook_content import CoveringShape
from tasks.adapters.reading.ooxml.ooxml_parts import column_number

_CHART = re.compile(
    rb"<(?:\w+:)?sparkline>(?:(?!</(?:\w+:)?sparkline>).)*?<(?:\w+:)?sqref>\s*([A-Z]{1,3})(\d{1,7})",
    re.DOTALL,
)


def drawn_within_cells(around_xml: bytes) -> Iterator[CoveringShape]:
    """The little charts of a sheet, by what stands around its cells.

    >>> xml = b"<x14:sparkline><xm:f>A1:B1</xm:f><xm:sqref>G10</xm:sqref></x14:sparkline>"
    >>> [(s.top, s.left, s.bottom, s.right) for s in drawn_within_cells(xml)]
    [(10, 7, 11, 8)]
    """
    for match in _CHART.finditer(around_xml) if b"parkline" in around_xml else ():
        row, column = int(match[2]), column_number(match[1])
        yield CoveringShape(row, column, row + 1, column + 1)
