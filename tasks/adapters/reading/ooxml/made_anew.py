"""Cells of .xlsx that Excel fills anew as it opens the file: those of a pivot table or of a query
that are told to be refreshed. What is kept in them is not what people see."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from xml.etree.ElementTree import Element

from models.domain.reading.workbook_content import address
from tasks.adapters.reading.hardened_xml import (
    MalformedXml,
    local_attribute,
    local_name,
    parse_xml,
)
from tasks.adapters.reading.ooxml.ooxml_package import OoxmlPackage
from tasks.adapters.reading.ooxml.ooxml_parts import column_number

_AREA = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")
_TRUE = ("1", "true", "on")
_MOST = 5_000  # cells that are told


def cells_made_anew(package: OoxmlPackage, sheet: str) -> Sequence[str]:
    """Addresses of such cells of a sheet, by its part. What is broken fills nothing."""
    if not package.has_relations(sheet):
        return ()
    with suppress(MalformedXml):
        return [*islice(_cells(package, sheet), _MOST)]
    return ()


def _cells(package: OoxmlPackage, sheet: str) -> Iterator[str]:
    for part in package.related_to(sheet, "pivottable"):
        if any(_refreshed(package, p) for p in package.related_to(part, "pivotcachedefinition")):
            yield from _of_area(_stated(package, part, "location"))
    for part in package.related_to(sheet, "table"):
        # One of XML names its connection itself, another one's query does.
        asked = (part, *package.related_to(part, "querytable"))
        if any(_refreshed(package, p) for p in asked):
            yield from _of_area(parse_xml(package.parts.get(part, b"<none/>")))
    for part in package.related_to(sheet, "querytable"):
        if _refreshed(package, part):
            query = parse_xml(package.parts.get(part, b"<none/>"))
            yield from _of_name(package, local_attribute(query, "name"))
    for part in package.related_to(sheet, "tablesinglecells"):
        if _refreshed(package, part):
            for cell in parse_xml(package.parts.get(part, b"<none/>")):
                yield from _of_area(Element("area", {"ref": local_attribute(cell, "r")}))


def _refreshed(package: OoxmlPackage, part: str) -> bool:
    """Whether that part, or the connection that it names, is to be filled as the file is opened."""
    root = parse_xml(package.parts.get(part, b"<none/>"))
    if any(local_attribute(root, name).strip() in _TRUE for name in ("refreshOnLoad", "invalid")):
        return True
    named = {local_attribute(p, "connectionId") for p in root.iter()} - {""}
    if named and _refreshes_all(package):
        return True
    connections = package.parts.get(package.related("connections"), b"") if named else b""
    return any(
        local_attribute(each, "id") in named
        and (
            local_attribute(each, "refreshOnLoad").strip() in _TRUE
            or local_attribute(each, "interval").strip(" 0")  # in minutes
        )
        for each in (parse_xml(connections) if connections else ())
    )


def _refreshes_all(package: OoxmlPackage) -> bool:
    """Whether the workbook asks all its connections anew as it is opened."""
    return any(
        local_attribute(part, "refreshAllConnections").strip() in _TRUE
        for part in parse_xml(package.parts[package.workbook])
        if local_name(part) == "workbookPr"
    )


def _of_name(package: OoxmlPackage, name: str) -> Iterator[str]:
    """The cells of a query that stands in no table: a name of the workbook says where."""
    workbook = parse_xml(package.parts[package.workbook])
    for stated in (p for p in workbook.iter() if local_name(p) == "definedName"):
        if name and local_attribute(stated, "name").casefold() == name.casefold():
            area = (stated.text or "").rpartition("!")[2]
            yield from _of_area(Element("area", {"ref": area}))


def _stated(package: OoxmlPackage, part: str, name: str) -> Element:
    root = parse_xml(package.parts.get(part, b"<none/>"))
    return next((p for p in root if local_name(p) == name), root)


def _of_area(element: Element) -> Iterator[str]:
    area = _AREA.fullmatch(local_attribute(element, "ref"))
    if area is None:
        return
    top, left = int(area[2]), column_number(area[1].encode())
    bottom, right = (int(area[4]), column_number(area[3].encode())) if area[3] else (top, left)
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            yield address(row, column)
