"""How much room the columns of a table of OpenDocument have, and how high a row is stated."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from models.domain.reading.workbook_content import ColumnWidths
from tasks.adapters.reading.hardened_xml import local_attribute, local_name
from tasks.adapters.reading.looks.frozen_panes import SCREEN
from tasks.adapters.reading.looks.sheet_sizes import COLUMN, POINT, ROW
from tasks.adapters.reading.ods.ods_looks import OdsStyles
from tasks.adapters.reading.ods.ods_shapes import repeated
from tasks.adapters.reading.ods.ods_transforms import length_of


def widths_of_table(table: Element, styles: OdsStyles) -> ColumnWidths:
    """The widths of a table's columns; half the height of letters is the least that figures have
    for their width."""
    figure = styles.usual_points * POINT / 2
    own: list[tuple[int, int, float]] = []
    last = 0
    for column in table.iter():
        if local_name(column) == "table-column":
            first, last = last + 1, last + repeated(column, "number-columns-repeated")
            style = styles.of_family("table-column").get(local_attribute(column, "style-name"))
            for part in style if style is not None else ():
                size = length_of(local_attribute(part, "column-width"))
                if size is not None:
                    own.append((first, last, size / figure))
        elif local_name(column) == "table-row":
            break
    return ColumnWidths(own=own)


def height_of_row(row: Element, styles: OdsStyles) -> float:
    """The height in points that a row states, 0 for none and for one that follows its cells."""
    style = styles.of_family("table-row").get(local_attribute(row, "style-name"))
    for part in style if style is not None else ():
        size = length_of(local_attribute(part, "row-height"))
        if size is not None and local_attribute(part, "use-optimal-row-height") != "true":
            return size / POINT
    return 0.0


def may_fill_screens(still: tuple[int, int], styles: OdsStyles) -> bool:
    """Whether so many rows and columns that stand still may be larger than a screen, by the largest
    ones of the document."""
    kinds = (("table-row", "row-height", ROW), ("table-column", "column-width", COLUMN))
    for count, screen, (family, name, usual) in zip(still, SCREEN, kinds, strict=True):
        stated = (
            length_of(local_attribute(part, name))
            for style in (styles.of_family(family).values() if count else ())
            for part in style
        )
        if count * max(filter(None, stated), default=usual) > screen:
            return True
    return False
