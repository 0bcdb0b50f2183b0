"""Cells of .xlsx whose content no office program wrote so: each program makes its own of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from models.domain.reading.workbook_content import address
from tasks.adapters.reading.hardened_xml import (
    MalformedXml,
    local_attribute,
    local_name,
    parse_xml,
)
from tasks.adapters.reading.ooxml.ooxml_parts import column_number

_MAIN = frozenset(
    {
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
    }
)
_PREFIXED = re.compile(rb":(?:v|c|is|row|f|t|r)[\s/>]")
_PREFIX = re.compile(rb"<(\w+:)?(?:v|c|is|row)(?=[\s/>])")
_RICH = re.compile(rb"<(?:\w+:)?c\s(?=[^<>]*?\svm\s*=)([^<>]*)>")
_ATTRIBUTE = re.compile(rb"([A-Za-z]+)\s*=\s*[\"']([^\"'<>]*)[\"']")
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_PARTS_OF_CELLS = frozenset({"v", "c", "is", "row", "f", "t", "r"})


def rich_values(cells_xml: bytes) -> list[str]:
    """Addresses of cells that keep a rich value beside their plain one: newer programs draw that
    one, a picture or a card among them, and others the plain one.

    An error stands in place of most, and is told as one.

    >>> rich_values(b'<c r="A1" vm="1"><v>1</v></c><c r="B1" t="e" vm="2"><v>#VALUE!</v></c>')
    ['A1']
    """
    found = []
    for match in _RICH.finditer(cells_xml):
        stated = dict(_ATTRIBUTE.findall(match[1]))
        if stated.get(b"t") != b"e" and not match[1].endswith(b"/"):
            found.append(stated.get(b"r", b"").decode("ascii", "replace"))
    return [place for place in found if _PLACE.fullmatch(place)]


def of_other_namespaces(sheet_xml: bytes, cells_xml: bytes) -> list[str]:
    """Addresses of cells in which, or behind which, stands what is called like a content and is
    none: of a namespace that programs pass over.

    >>> of_other_namespaces(b"<a/>", b'<c r="A1"><v>1</v></c>')
    []
    """
    # One prefix on all of them is the hand of a program, and more than one is nobody's.
    if _PREFIXED.search(cells_xml) is None or (
        len(set(_PREFIX.findall(cells_xml))) == 1 and b"xmlns" not in cells_xml
    ):
        return []
    try:
        root = parse_xml(sheet_xml)
    except MalformedXml:  # whoever reads the cells will tell
        return []
    tables = (part for part in root if local_name(part) == "sheetData")
    return [*dict.fromkeys(place for table in tables for place in _strange(table))]


def _strange(table: Element) -> Iterator[str]:
    at = ""
    row = column = 0
    for element in table.iter():
        space, _, name = element.tag[1:].rpartition("}")
        if name not in _PARTS_OF_CELLS:
            continue
        if space not in _MAIN:
            if at:
                yield at
        elif name == "row":
            stated = local_attribute(element, "r")
            row, column = int(stated) if stated.isdigit() else row + 1, 0
        elif name == "c":
            place = _PLACE.fullmatch(local_attribute(element, "r"))
            if place is not None:
                row, column = int(place[2]), column_number(place[1].encode())
            else:
                column += 1
            at = address(max(row, 1), column)
