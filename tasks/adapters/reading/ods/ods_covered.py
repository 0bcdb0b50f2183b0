"""Cells of OpenDocument that a file calls covered though no merged cell lies over them.

What they hold some programs show and others drop, so each is told as a cell of two contents.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element

from models.domain.reading.workbook_content import MOST_AREAS, Area, address
from tasks.adapters.reading.hardened_xml import local_attribute, local_name
from tasks.adapters.reading.ods.ods_contents import whole_number

_HOLDING = re.compile(rb"[<:]covered-table-cell(?:\s[^<]*)?(?:(?<!/)>|value-type)")


def holds_covered_cells(content_xml: bytes) -> bool:
    """Whether some covered cell holds something: seldom, so that no more is looked for.

    >>> holds_covered_cells(b"<t:covered-table-cell/>")
    False
    >>> holds_covered_cells(b"<t:covered-table-cell><text:p>9</text:p></t:covered-table-cell>")
    True
    """
    return b"covered-table-cell" in content_xml and _HOLDING.search(content_xml) is not None


def bare_cells(rows: Iterable[Element]) -> Iterator[str]:
    """Addresses of covered cells of a table that hold something and lie under no merged cell.

    A program may keep what its merged cells hide: that nobody sees.
    """
    spans: list[Area] = []
    row = 0
    for element in rows:
        column = 0
        for cell in element:
            kind, place = local_name(cell), (row + 1, column + 1)
            if kind not in ("table-cell", "covered-table-cell"):
                continue
            down, across = (_spanned(cell, what) for what in ("rows", "columns"))
            if (down > 1 or across > 1) and len(spans) < MOST_AREAS:
                spans.append((*place, row + down, column + across))
            elif kind == "covered-table-cell" and _holds(cell) and not _lies_under(place, spans):
                yield address(*place)
            column += max(whole_number(local_attribute(cell, "number-columns-repeated")), 1)
        row += max(whole_number(local_attribute(element, "number-rows-repeated")), 1)


def _spanned(cell: Element, what: str) -> int:
    return max(whole_number(local_attribute(cell, f"number-{what}-spanned")), 1)


def _holds(cell: Element) -> bool:
    """Whether a cell states a value, or words of its own."""
    stated = any(name.rpartition("}")[2] == "value-type" for name in cell.attrib)
    return stated or any(local_name(p) == "p" and any(map(str.strip, p.itertext())) for p in cell)


def _lies_under(place: tuple[int, int], spans: Iterable[Area]) -> bool:
    row, column = place
    return any(
        top <= row <= bottom and left <= column <= right for top, left, bottom, right in spans
    )
