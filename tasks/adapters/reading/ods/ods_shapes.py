"""What is drawn over the cells of OpenDocument spreadsheets: text boxes, pictures, filled shapes.

A drawing stands in the cell that it is tied to, and is measured from that cell's corner; or among
the shapes of its table, measured from the corner of the sheet.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import NamedTuple
from xml.etree.ElementTree import Element

from models.domain.reading.workbook_content import MOST_SHAPES, CoveringShape, split_address
from tasks.adapters.reading.hardened_xml import local_attribute, local_name
from tasks.adapters.reading.looks.sheet_sizes import (
    BROAD,
    COLUMN,
    ROW,
    Box,
    SheetAxis,
    SheetSizes,
    bars_of_frame,
)
from tasks.adapters.reading.looks.striking_forms import strikes_through
from tasks.adapters.reading.ods.ods_shape_texts import (
    boxes_of,
    heights_of_letters,
    own_box,
    paragraphs_of,
    reaching_beyond,
    text_in,
)
from tasks.adapters.reading.ods.ods_transforms import length_of, moved_box

_DRAWN = frozenset(
    {"frame", "custom-shape", "rect", "ellipse", "circle", "caption", "regular-polygon"}
    | {"path", "polygon", "control", "scene", "page-thumbnail"}
)
_WHOLE = frozenset({"annotation", "control", "scene", "page-thumbnail"})
"""What hides whatever lies behind it, whatever is said of its fill."""
_PICTURES = frozenset(
    {"image", "object", "object-ole", "plugin", "applet", "floating-frame", "table"}
)
_LINES = frozenset({"line", "connector", "polyline", "measure"})
_SOMETHING_DRAWN = re.compile(
    rb"<(?:[^\s<>:/]*:)?(?:frame|custom-shape|rect|ellipse|circle|caption|g|line|connector"
    rb"|polyline|polygon|path|control|measure|scene|page-thumbnail|sparkline)[\s/>]"
    rb"|<(?:[^\s<>:/]*:)?annotation\s[^<]*?display\s*=\s*[\"'](?!false[\"'])"
)
_CELL = re.compile(r"\.\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")
_COLUMN_GROUPS = ("table-header-columns", "table-column-group", "table-columns")
_ROW_GROUPS = ("table-header-rows", "table-row-group", "table-rows")
_DEEPEST = 20  # groups in one another
_MOST_REPEATED = 1_048_576


class _Styles(NamedTuple):
    """The styles of drawings by their names, and the heights of letters by those of their own."""

    drawings: Mapping[str, Element]
    letters: Mapping[str, float]


OfFamily = Callable[[str], Mapping[str, Element]]
"""The styles of a family by their names."""


def draws_something(content_xml: bytes) -> bool:
    """Whether the part holds any drawing: most hold none, and then nothing is measured."""
    return _SOMETHING_DRAWN.search(content_xml) is not None


def shapes_of_table(table: Element, of_family: OfFamily) -> list[CoveringShape]:
    """What lies over a table's cells; the styles of the document are given by their families."""
    rows = _rows(table, of_family)
    sizes = sizes_of_table(table, of_family)
    styles = _Styles(
        of_family("graphic"), heights_of_letters(of_family("text"), of_family("paragraph"))
    )
    found = [*_within_cells(table)]
    for shapes in (e for e in table if local_name(e) == "shapes"):
        found += [sizes.shape(*made) for made in _things(shapes, (0.0, 0.0), styles, _DEEPEST)]
    for first, _, _, row in rows:
        column = 1
        for cell in row:
            if local_name(cell) in ("table-cell", "covered-table-cell"):
                corner = sizes.columns.begin(column), sizes.rows.begin(first)
                found += [sizes.shape(*made) for made in _things(cell, corner, styles, _DEEPEST)]
                column += repeated(cell, "number-columns-repeated")
    return found[:MOST_SHAPES]


def _within_cells(table: Element) -> Iterator[CoveringShape]:
    """Small charts that lie in cells."""
    for groups in (part for part in table if local_name(part) == "sparkline-groups"):
        for chart in (part for part in groups.iter() if local_name(part) == "sparkline"):
            if place := _CELL.search(local_attribute(chart, "cell-address")):
                row, column = split_address(place[1] + place[2])
                yield CoveringShape(row, column, row + 1, column + 1)


def sizes_of_table(table: Element, of_family: OfFamily) -> SheetSizes:
    """The sizes that a table states."""
    columns = _runs(
        table, "table-column", _COLUMN_GROUPS, of_family("table-column"), "column-width"
    )
    rows = _rows(table, of_family)
    return SheetSizes(
        SheetAxis(COLUMN, [(a, b, size) for a, b, size, _ in columns if size is not None]),
        SheetAxis(ROW, [(a, b, size) for a, b, size, _ in rows if size is not None]),
    )


def _rows(table: Element, of_family: OfFamily) -> list[tuple[int, int, float | None, Element]]:
    return _runs(table, "table-row", _ROW_GROUPS, of_family("table-row"), "row-height")


def _runs(
    parent: Element,
    wanted: str,
    groups: tuple[str, ...],
    styles: Mapping[str, Element],
    size: str,
    first: int = 1,
) -> list[tuple[int, int, float | None, Element]]:
    """First, last and size of each run of columns or rows, and its element."""
    found: list[tuple[int, int, float | None, Element]] = []
    for child in parent:
        if local_name(child) == wanted:
            name = wanted.removeprefix("table-")
            count = repeated(child, f"number-{name}s-repeated")
            hidden = local_attribute(child, "visibility") in ("collapse", "filter")
            style = styles.get(local_attribute(child, "style-name"))
            stated = [local_attribute(p, size) for p in style] if style is not None else []
            length = next((length_of(text) for text in stated if text), None)
            found.append((first, first + count - 1, 0.0 if hidden else length, child))
            first += count
        elif local_name(child) in groups:
            inside = _runs(child, wanted, groups, styles, size, first)
            found += inside
            first = inside[-1][1] + 1 if inside else first
    return found


def _things(
    parent: Element, corner: tuple[float, float], styles: _Styles, deeper: int
) -> Iterator[tuple[Box, str, bool]]:
    """The box and text of each, and whether it is a line."""
    for thing in parent:
        kind = local_name(thing)
        if kind in ("g", "a") and deeper:
            yield from _things(thing, corner, styles, deeper - 1)
        if kind == "annotation" and local_attribute(thing, "display") != "true":
            continue
        if kind in _LINES:
            yield _line(thing, corner), "", True
            continue
        if kind not in _DRAWN and kind not in _WHOLE:
            continue
        if local_attribute(thing, "display") in ("none", "printer"):
            continue
        text = _text_of(thing)
        pictured = kind == "frame" and any(local_name(p) in _PICTURES for p in thing)
        line = not (text or pictured or _is_filled(thing, kind, styles)) and _strikes(thing)
        filled = kind in _WHOLE or pictured or _is_filled(thing, kind, styles)
        stroke = 0.0 if filled or text or line else _stroke_of(thing, styles)
        if not (filled or text or line or stroke):
            continue
        if stroke:
            box = _placed(thing, own_box(thing), corner)
            yield from ((bar, "", False) for bar in bars_of_frame(box, stroke))
            continue
        said = partial(_said, thing, styles)
        own = own_box(thing)
        for part in boxes_of(thing, text, said, styles.letters):
            yield _placed(thing, part, corner), text, line
        for part in reaching_beyond(thing, said) if filled else ():
            yield _placed(thing, part, corner), "", False
        if filled and said("shadow") == "visible":
            box = _placed(thing, own, corner)
            along, down = (length_of(said(f"shadow-offset-{way}")) or 0.0 for way in "xy")
            yield (box[0] + along, box[1] + down, box[2] + along, box[3] + down), "", False


def _placed(thing: Element, box: Box, corner: tuple[float, float]) -> Box:
    """A box of a thing, as it is measured from the thing's own corner, on the sheet."""
    x, y = (length_of(local_attribute(thing, name)) or 0.0 for name in ("x", "y"))
    left, top, right, bottom = box
    left, top, right, bottom = moved_box(local_attribute(thing, "transform"), box) or (
        *(x + left, y + top, x + right, y + bottom),
    )
    return left + corner[0], top + corner[1], right + corner[0], bottom + corner[1]


def _stroke_of(thing: Element, styles: _Styles) -> float:
    """The width of the line with which a thing is drawn, where that hides something; else 0."""
    width = length_of(_said(thing, styles, "stroke-width")) or 0.0
    return width if _said(thing, styles, "stroke") != "none" and width >= BROAD else 0.0


def _strikes(thing: Element) -> bool:
    """Whether a shape without fill is a cross, an arrow or a scribble."""
    return any(strikes_through(local_attribute(p, "type").lower()) for p in thing.iter())


def _line(thing: Element, corner: tuple[float, float]) -> Box:
    """The box of a line, by its ends or by what it is drawn in."""
    ends = [length_of(local_attribute(thing, name)) for name in ("x1", "y1", "x2", "y2")]
    if None in ends:
        x, y, wide, high = (
            length_of(local_attribute(thing, name)) or 0.0 for name in ("x", "y", "width", "height")
        )
        ends = [x, y, x + wide, y + high]
    x1, y1, x2, y2 = (end or 0.0 for end in ends)
    left, top = corner
    return left + min(x1, x2), top + min(y1, y2), left + max(x1, x2), top + max(y1, y2)


def _text_of(thing: Element) -> str:
    paragraphs = map(text_in, paragraphs_of(thing))
    return "\n".join(text for text in paragraphs if text.strip())


def _is_filled(thing: Element, kind: str, styles: _Styles) -> bool:
    """Whether it hides what lies behind; a frame does so only where it says so."""
    fill = _said(thing, styles, "fill")
    return fill != "none" if kind != "frame" else fill not in ("", "none")


def _said(thing: Element, styles: _Styles, what: str) -> str:
    """What the style of a thing, or one that it is made from, says of that."""
    name = local_attribute(thing, "style-name")
    for _ in range(_DEEPEST):
        style = styles.drawings.get(name)
        if style is None:
            break
        if said := next((s for p in style if (s := local_attribute(p, what))), ""):
            return said
        name = local_attribute(style, "parent-style-name")
    return ""


def repeated(element: Element, name: str) -> int:
    """How many times a column, row or cell stands there, by the attribute of that name."""
    text = local_attribute(element, name, "1")
    return min(max(int(text), 1), _MOST_REPEATED) if text.isdecimal() and len(text) < 10 else 1
