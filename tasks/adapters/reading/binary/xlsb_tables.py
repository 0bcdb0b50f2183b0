"""The tables of a sheet of .xlsb («Format as Table») and what they make of its cells."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice

from models.domain.reading.workbook_content import ConditionalLook
from tasks.adapters.reading.binary.biff12 import biff12_records, wide_string
from tasks.adapters.reading.binary.binary_values import BrokenRecords
from tasks.adapters.reading.binary.xlsb_looks import XlsbStyles
from tasks.adapters.reading.hardened_xml import MalformedXml
from tasks.adapters.reading.looks.table_looks import StyledTable, looks_of_table
from tasks.adapters.reading.ooxml.ooxml_package import OoxmlPackage

_TABLE, _STYLE = 343, 513
_SWITCHES = (
    (0x1, ("firstColumn",)),
    (0x2, ("lastColumn",)),
    (0x4, ("firstRowStripe", "secondRowStripe")),
    (0x8, ("firstColumnStripe", "secondColumnStripe")),
)
_MOST = 100  # tables of a sheet that are looked at


def looks_of_xlsb_tables(
    package: OoxmlPackage, sheet: str, styles: XlsbStyles
) -> Sequence[ConditionalLook]:
    """What the tables of a sheet, by its part, change in the look of their cells. What is broken
    changes nothing."""
    found: list[ConditionalLook] = []
    differences = dict(enumerate(styles.differences))
    with suppress(BrokenRecords, MalformedXml, struct.error):
        for part in islice(package.related_to(sheet, "table"), _MOST):
            for table in _tables(package.parts.get(part, b"")):
                found += looks_of_table(table, styles.tables, differences)
    return found


def parts_without(flags: int) -> list[str]:
    """The parts of a table that its switches leave out."""
    return [part for bit, parts in _SWITCHES if not flags & bit for part in parts]


def _tables(part: bytes) -> Iterator[StyledTable]:
    head: bytes = b""
    for record, data in biff12_records(part):
        if record == _TABLE and len(data) >= 32:
            head = data
        elif record == _STYLE and len(data) >= 6 and head:
            top, bottom, left, right = struct.unpack_from("<4I", head)
            heads, totals = struct.unpack_from("<II", head, 24)
            flags = int.from_bytes(data[:2], "little")
            yield StyledTable(
                (top + 1, left + 1, bottom + 1, right + 1),
                wide_string(data, 2)[0],
                heads=heads > 0,
                totals=totals > 0,
                without=parts_without(flags),
            )
