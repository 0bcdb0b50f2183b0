"""The tables of a sheet of .xlsx («Format as Table») and what they make of its cells."""

from __future__ import annotations

import re
from contextlib import suppress
from itertools import islice
from xml.etree.ElementTree import Element

from models.domain.reading.workbook_content import ConditionalLook
from tasks.adapters.reading.hardened_xml import (
    MalformedXml,
    local_attribute,
    local_name,
    parse_xml,
)
from tasks.adapters.reading.looks.table_looks import StyledTable, looks_of_table
from tasks.adapters.reading.ooxml.looks.cell_styles import CellStyles
from tasks.adapters.reading.ooxml.ooxml_package import OoxmlPackage
from tasks.adapters.reading.ooxml.ooxml_parts import column_number

_AREA = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7}):\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_TRUE = ("1", "true", "on")
_MOST = 100  # tables of a sheet that are looked at
#: What switches parts of a table on.
_SWITCHES = {
    "showFirstColumn": ("firstColumn",),
    "showLastColumn": ("lastColumn",),
    "showRowStripes": ("firstRowStripe", "secondRowStripe"),
    "showColumnStripes": ("firstColumnStripe", "secondColumnStripe"),
}


def looks_of_tables(package: OoxmlPackage, sheet: str, styles: CellStyles) -> list[ConditionalLook]:
    """What the tables of a sheet change in the look of their cells. What is broken changes
    nothing."""
    found: list[ConditionalLook] = []
    if not package.has_relations(sheet):
        return found
    with suppress(MalformedXml):
        for part in islice(package.related_to(sheet, "table"), _MOST):
            table = _table(parse_xml(package.parts.get(part, b"<none/>")))
            if table is not None:
                found += looks_of_table(table, styles.tables, styles.conditional)
    return found


def _table(element: Element) -> StyledTable | None:
    area = _AREA.fullmatch(local_attribute(element, "ref"))
    info = next((part for part in element if local_name(part) == "tableStyleInfo"), None)
    if area is None or info is None:
        return None
    return StyledTable(
        (
            int(area[2]),
            column_number(area[1].encode()),
            int(area[4]),
            column_number(area[3].encode()),
        ),
        local_attribute(info, "name"),
        heads=local_attribute(element, "headerRowCount", "1") != "0",
        totals=local_attribute(element, "totalsRowCount", "0") not in ("", "0"),
        without=[
            part
            for switch, parts in _SWITCHES.items()
            if local_attribute(info, switch).strip() not in _TRUE
            for part in parts
        ],
    )
