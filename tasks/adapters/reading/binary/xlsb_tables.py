"""The tables of a sheet of .xlsb («Format as Table») and what they make of its cells."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice

from models.domain.reading.workbook_content import Area, ConditionalLook
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
_CACHE, _PIVOT_PLACE, _QUERY, _CONNECTION, _OF_WORKBOOK = 179, 314, 447, 201, 153
_ALL_ANEW = 0x06  # of the third byte of what is said of the workbook: specifications count it twice
_WHOLE: Area = (1, 1, 1 << 20, 1 << 14)  # of a sheet
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


def areas_made_anew(package: OoxmlPackage, sheet: str) -> Sequence[Area]:
    """The areas of a sheet, by its part, that Excel fills anew as it opens the file: those of pivot
    tables and queries that are told to be refreshed. What is broken fills nothing."""
    found: list[Area] = []
    if package.has_relations(sheet):
        with suppress(BrokenRecords, MalformedXml, struct.error):
            found += _made_anew(package, sheet)
    return found


def _made_anew(package: OoxmlPackage, sheet: str) -> Iterator[Area]:
    for part in package.related_to(sheet, "pivottable"):
        caches = package.related_to(part, "pivotcachedefinition")
        if any(_opens_with(package, cache, _CACHE, 3, 0x04) for cache in caches):
            yield _area_in(package.parts.get(part, b""), _PIVOT_PLACE)
    for part in package.related_to(sheet, "table"):
        queries = package.related_to(part, "querytable")
        if any(_asks_anew(package, query) for query in queries):
            yield _area_in(package.parts.get(part, b""), _TABLE)
    for part in package.related_to(sheet, "querytable"):
        if _asks_anew(package, part):
            yield _WHOLE  # where it stands, a name of the workbook says


def _asks_anew(package: OoxmlPackage, part: str) -> bool:
    """Whether a query, or the connection that it names, is to be asked as the file is opened, all
    are, or it again every so many minutes."""
    named = {
        int.from_bytes(data[6:10], "little")
        for number, data in biff12_records(package.parts.get(part, b""))
        if number == _QUERY and len(data) >= 10
    }
    connections = package.parts.get(package.related("connections"), b"") if named else b""
    if named and _opens_with(package, package.workbook, _OF_WORKBOOK, 2, _ALL_ANEW):
        return True
    return (
        _opens_with(package, part, _QUERY, 0, 0x20)
        or any(
            number == _CONNECTION
            and len(data) >= 22
            and (bool(data[6] & 0x20) or any(data[4:6]))  # the latter: minutes
            and int.from_bytes(data[18:22], "little") in named
            for number, data in biff12_records(connections)
        )
    )


def _opens_with(package: OoxmlPackage, part: str, record: int, at: int, flag: int) -> bool:
    """Whether a part has such a record with that flag in that byte."""
    records = biff12_records(package.parts.get(part, b""))
    return any(n == record and len(data) > at and bool(data[at] & flag) for n, data in records)


def _area_in(part: bytes, record: int) -> Area:
    for number, data in biff12_records(part):
        if number == record and len(data) >= 16:
            top, bottom, left, right = struct.unpack_from("<4I", data)
            return top + 1, left + 1, bottom + 1, right + 1
    return _WHOLE


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
