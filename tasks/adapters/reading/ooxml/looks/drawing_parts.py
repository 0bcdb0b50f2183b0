"""What is drawn over the cells of .xlsx and .xlsb: text boxes, pictures, charts, filled shapes.

A sheet names a part with its drawing, and one of the old kind (VML) that holds comments and
controls. Outlines hide nothing and are left out, and so is what is hidden itself; lines are told,
for they may strike something through.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from itertools import islice
from xml.etree.ElementTree import Element

from models.domain.reading.workbook_content import MOST_SHAPES, CoveringShape
from tasks.adapters.reading.hardened_xml import (
    MalformedXml,
    local_attribute,
    local_name,
    parse_xml,
)
from tasks.adapters.reading.looks.sheet_sizes import (
    BROAD,
    PIXEL,
    Box,
    SheetSizes,
    bars_of_frame,
    wider,
)
from tasks.adapters.reading.looks.striking_forms import strikes_through
from tasks.adapters.reading.looks.turned_boxes import turned
from tasks.adapters.reading.ooxml.looks.shape_reach import (
    boxes_of,
    deepened_by,
    form_beyond,
    mirrored_by,
    shadows_of,
    tail_of,
    turn_of,
)
from tasks.adapters.reading.ooxml.looks.stated_lengths import whole_of
from tasks.adapters.reading.ooxml.ooxml_package import OoxmlPackage

_ANCHORS = ("twoCellAnchor", "oneCellAnchor", "absoluteAnchor")
_FILLS = frozenset({"solidFill", "gradFill", "pattFill", "blipFill", "grpFill"})
_LINES = frozenset({"cxnSp", "contentPart"})  # the latter is what a pen wrote
_FAINT = 50_000  # thousandths of a per cent of a colour that lets what is behind shine through
_DEEPEST = 20  # groups in one another
_LONGEST_SHAPE = 100_000  # bytes of one of the old kind
_TRUE = ("1", "true", "on")
_OLD_SHAPE = re.compile(rb"<\w+:(?:shape|rect|roundrect|oval|image)(?=[\s>])")
_OBJECT = re.compile(rb"ObjectType\s*=\s*[\"'](\w+)[\"']")
#: Controls that draw a ground of their own, whatever is said of their fill.
_OPAQUE_CONTROLS = frozenset({b"Drop", b"List", b"Edit", b"Button", b"Scroll", b"Spin"})
_OLD_ANCHOR = re.compile(rb"<\w+:Anchor>\s*([\d,\s]{15,120})</")
_OLD_TEXT = re.compile(rb"<\w+:textbox(?=[\s>])[^<>]*>(.*?)</\w+:textbox\s*>", re.DOTALL)
_OLD_UNFILLED = re.compile(rb"\sfilled\s*=\s*[\"'](?:f|false)[\"']")
_PINNED = re.compile(rb"<\w+:Visible\s*/>|<\w+:Visible>\s*(?:True|t)?\s*</", re.IGNORECASE)
_TAG = re.compile(rb"<[^<>]*>")
_CONTROL_ANCHOR = re.compile(
    rb"<(?:\w+:)?anchor(?:\s[^<>]*)?>\s*<(?:\w+:)?from>(.{0,600}?)</(?:\w+:)?from>"
    rb"\s*<(?:\w+:)?to>(.{0,600}?)</(?:\w+:)?to>",
    re.DOTALL,
)
_MARKER = re.compile(rb"<(?:\w+:)?(col|colOff|row|rowOff)(?:\s[^<>]*)?>\s*(-?\d{1,9})\s*<")


def shapes_of(
    package: OoxmlPackage,
    sheet: str,
    sizes: Callable[[], SheetSizes],
    comments: Mapping[tuple[int, int], str],
) -> list[CoveringShape]:
    """What lies over a sheet's cells, by the sheet's part, its comments that stand open too; the
    sheet's sizes are asked for only where something is drawn. What is broken holds nothing: no
    figure is taken from a drawing."""
    if not package.has_relations(sheet):
        return []
    found: list[CoveringShape] = []
    known: SheetSizes | None = None
    of_old = partial(_drawn_of_old, comments=comments)
    for kind, read in (("drawing", _drawn), ("vmldrawing", of_old)):
        with suppress(MalformedXml):
            for part in package.related_to(sheet, kind):
                data = package.parts.get(part, b"")
                only_notes = kind == "vmldrawing" and {*_OBJECT.findall(data)} <= {b"Note"}
                if only_notes and _PINNED.search(data) is None:
                    continue
                known = known or sizes()
                found += islice(read(data, known), MOST_SHAPES)
    if not found:
        known = known or sizes()
        found += islice(_drawn_by_controls(package.parts[sheet], known), MOST_SHAPES)
    # A control is drawn in both ways.
    return list(dict.fromkeys(found))[:MOST_SHAPES]


def _drawn_by_controls(sheet: bytes, sizes: SheetSizes) -> Iterator[CoveringShape]:
    """Controls and objects of other programs, by what the sheet itself says of their places: newer
    programs follow that though no drawing shows them."""
    told = b"controlPr" in sheet or b"objectPr" in sheet
    for match in _CONTROL_ANCHOR.finditer(sheet) if told else ():
        places = {
            (end, name): int(figure)
            for end, inside in zip(("from", "to"), match.groups(), strict=True)
            for name, figure in _MARKER.findall(inside)
        }
        if len(places) == 8:
            (left, top), (right, bottom) = (
                (
                    sizes.columns.within(places[end, b"col"] + 1, places[end, b"colOff"]),
                    sizes.rows.within(places[end, b"row"] + 1, places[end, b"rowOff"]),
                )
                for end in ("from", "to")
            )
            yield sizes.shape((left, top, right, bottom), "")


# --- Drawings -------------------------------------------------------------------------------------


def _drawn(part: bytes, sizes: SheetSizes) -> Iterator[CoveringShape]:
    for anchor in parse_xml(part).iter():
        if local_name(anchor) in _ANCHORS:
            box = _box_of(anchor, sizes)
            for inner, text, line in _things(anchor, box, _DEEPEST):
                yield sizes.shape(inner, text, line)


def _box_of(anchor: Element, sizes: SheetSizes) -> Box:
    parts = {local_name(part): part for part in anchor}
    start = parts.get("from")
    if start is not None:
        left, top = _corner(start, sizes)
    else:
        left, top = _pair(parts.get("pos"), "x", "y")
    end = parts.get("to")
    if end is not None:
        right, bottom = _corner(end, sizes)
    else:
        width, height = _pair(parts.get("ext"), "cx", "cy")
        right, bottom = left + width, top + height
    return min(left, right), min(top, bottom), max(left, right), max(top, bottom)


def _corner(marker: Element, sizes: SheetSizes) -> tuple[float, float]:
    stated = {local_name(part): whole_of(part.text or "") for part in marker}
    column, row = (max(stated.get(name, 0), 0) + 1 for name in ("col", "row"))
    return (
        sizes.columns.within(column, stated.get("colOff", 0)),
        sizes.rows.within(row, stated.get("rowOff", 0)),
    )


def _things(parent: Element, box: Box, deeper: int) -> Iterator[tuple[Box, str, bool]]:
    """What hides cells in an anchor or group that fills this box, and lines: the box and text of
    each, and whether it is a line."""
    for thing in parent:
        kind = local_name(thing)
        if kind == "AlternateContent" and deeper:
            yield from _chosen(thing, box, deeper - 1)
        elif kind == "grpSp" and deeper and not _is_hidden(thing):
            inside = [*_children_of(thing, box, deeper)]
            yield from inside
            if turn := turn_of(thing):
                for inner, text, line in inside:
                    yield from ((each, text, line) for each in turned(inner, turn, box))
        elif kind in ("pic", "graphicFrame", "sp") and not _is_hidden(thing):
            yield from _shape(thing, kind, box)
        elif kind in _LINES and not _is_hidden(thing):
            drawn = (*boxes_of(thing, "", box), *form_beyond(thing, box))
            yield from ((each, "", True) for each in drawn)
            if stroke := _stroke_of(thing):
                yield wider(box, stroke), "", False


def _children_of(group: Element, box: Box, deeper: int) -> Iterator[tuple[Box, str, bool]]:
    for child in group:
        wrapped = Element("anchor")
        wrapped.append(child)
        yield from _things(wrapped, _inside(group, child, box), deeper - 1)


def _shape(thing: Element, kind: str, box: Box) -> Iterator[tuple[Box, str, bool]]:
    """What a shape, a picture or a chart in that box hides, or strikes out."""
    text = _text_of(thing) or local_attribute(thing, "textlink")
    line = kind == "sp" and not text and _is_line(thing)
    filled = kind != "sp" or _is_filled(thing)
    stroke = _stroke_of(thing)
    if filled or text or line:
        yield from ((each, text, line) for each in boxes_of(thing, text, box))
        beyond = [*deepened_by(thing, box)]
        if filled:
            beyond += [*shadows_of(thing, box), *mirrored_by(thing, box), *tail_of(thing, box)]
            beyond += [*form_beyond(thing, box), *([wider(box, stroke)] if stroke else ())]
        elif line:
            yield from ((each, "", True) for each in form_beyond(thing, box))
        yield from ((each, "", False) for each in beyond)
    elif stroke:
        yield from ((bar, "", False) for bar in bars_of_frame(box, stroke))


def _chosen(thing: Element, box: Box, deeper: int) -> Iterator[tuple[Box, str, bool]]:
    """What is drawn of several things for several programs: that which is for all where the others
    draw nothing here."""
    drawn = [
        each
        for choice in thing
        if local_name(choice) == "Choice"
        for each in _things(choice, box, deeper)
    ]
    for other in thing:
        if not drawn and local_name(other) == "Fallback":
            drawn += _things(other, box, deeper)
    yield from drawn


def _stroke_of(thing: Element) -> int:
    """The width of the line with which a thing is drawn, where that hides something; else 0."""
    for properties in (p for p in thing if local_name(p) == "spPr"):
        for line in (p for p in properties if local_name(p) == "ln"):
            painted = not any(local_name(p) == "noFill" for p in line)
            width = whole_of(local_attribute(line, "w"))
            return width if painted and width >= BROAD else 0
    return 0


def _inside(group: Element, child: Element, box: Box) -> Box:
    """The box of a group's child, the group filling that one; the whole of it where the group
    does not say how its children are measured."""
    frame, own = _transform(group), _transform(child)
    stated = {local_name(part): part for part in frame} if frame is not None else {}
    from_x, from_y = _pair(stated.get("chOff"), "x", "y")
    width, height = _pair(stated.get("chExt"), "cx", "cy")
    if own is None or not width or not height:
        return box
    parts = {local_name(part): part for part in own}
    x, y = _pair(parts.get("off"), "x", "y")
    wide, high = _pair(parts.get("ext"), "cx", "cy")
    left, top, right, bottom = box
    by_x, by_y = (right - left) / width, (bottom - top) / height
    left, top = left + (x - from_x) * by_x, top + (y - from_y) * by_y
    return left, top, left + wide * by_x, top + high * by_y


def _transform(thing: Element) -> Element | None:
    for part in thing:
        if local_name(part) in ("grpSpPr", "spPr"):
            return next((p for p in part if local_name(p) == "xfrm"), None)
        if local_name(part) == "xfrm":
            return part
    return None


def _is_hidden(thing: Element) -> bool:
    described = (p for part in thing for p in part if local_name(p) == "cNvPr")
    return any(local_attribute(p, "hidden") in _TRUE for p in described)


def _text_of(thing: Element) -> str:
    paragraphs = (p for p in thing.iter() if local_name(p) == "p")
    lines = ("".join(t.text or "" for t in p.iter() if local_name(t) == "t") for p in paragraphs)
    return "\n".join(line for line in lines if line.strip())


def _is_filled(shape: Element) -> bool:
    """Whether what lies behind it is hidden: a fill of its own, else that of its style."""
    if local_attribute(shape, "useBgFill") in _TRUE:
        return True
    for properties in (p for p in shape if local_name(p) == "spPr"):
        for part in properties:
            if local_name(part) in _FILLS:
                stops = [p for p in part.iter() if local_name(p) == "gs"]
                return any(map(_is_opaque, stops or [part]))
            if local_name(part) == "noFill":
                return False
    styles = (p for part in shape if local_name(part) == "style" for p in part)
    return any(local_attribute(p, "idx", "0") != "0" for p in styles if local_name(p) == "fillRef")


def _is_opaque(fill: Element) -> bool:
    alphas = [p for p in fill.iter() if local_name(p) == "alpha"]
    return all(whole_of(local_attribute(p, "val")) >= _FAINT for p in alphas)


def _is_line(shape: Element) -> bool:
    """Whether a shape is a line, a cross or a scribble, through which what lies behind is seen."""
    forms = [p for part in shape if local_name(part) == "spPr" for p in part]
    if _is_filled(shape):
        return False
    kinds = [local_attribute(p, "prst").lower() for p in forms if local_name(p) == "prstGeom"]
    drawn_by_hand = any(local_name(p) == "custGeom" for p in forms)
    return drawn_by_hand or any(map(strikes_through, kinds))


def _pair(element: Element | None, one: str, other: str) -> tuple[int, int]:
    if element is None:
        return 0, 0
    return whole_of(local_attribute(element, one)), whole_of(local_attribute(element, other))


# --- Drawings of the old kind ---------------------------------------------------------------------


def _drawn_of_old(
    part: bytes, sizes: SheetSizes, comments: Mapping[tuple[int, int], str]
) -> Iterator[CoveringShape]:
    """Read as bytes: what programs write there is often no XML."""
    begins = [match.start() for match in _OLD_SHAPE.finditer(part)]
    for begin, end in zip(begins, [*begins[1:], len(part)], strict=True):
        shape = part[begin : min(end, begin + _LONGEST_SHAPE)]
        kind, anchor = _OBJECT.search(shape), _OLD_ANCHOR.search(shape)
        if kind is None or anchor is None:
            continue
        head = shape[: shape.find(b">")]
        if kind[1] == b"Note":
            # Shown only where it stands open, whatever its style says; its text is kept elsewhere.
            if _PINNED.search(shape) is None:
                continue
            text = " ".join(comments.get(_place_of_note(shape), "").split())
        else:
            text = "".join(_old_text(found[1]) for found in _OLD_TEXT.finditer(shape))
            opaque = text or b"imagedata" in shape or not _OLD_UNFILLED.search(head)
            opaque = opaque or kind[1] in _OPAQUE_CONTROLS
            if b"visibility:hidden" in head or not opaque:
                continue
        places = [int(n) for n in anchor[1].replace(b",", b" ").split() if len(n) < 8]
        if len(places) == 8:
            yield sizes.shape(_old_box(places, sizes), text)


def _place_of_note(shape: bytes) -> tuple[int, int]:
    """The 1-based row and column of the cell that a comment belongs to."""
    row, column = (re.search(rb"<\w+:%s>\s*(\d{1,7})\s*<" % n, shape) for n in (b"Row", b"Column"))
    return (int(row[1]) + 1, int(column[1]) + 1) if row and column else (0, 0)


def _old_text(inside: bytes) -> str:
    text = html.unescape(_TAG.sub(b"", inside).decode("utf-8", "replace"))
    return " ".join(text.split())


def _old_box(places: list[int], sizes: SheetSizes) -> Box:
    left, left_off, top, top_off, right, right_off, bottom, bottom_off = places
    return (
        sizes.columns.within(left + 1, left_off * PIXEL),
        sizes.rows.within(top + 1, top_off * PIXEL),
        sizes.columns.within(right + 1, right_off * PIXEL),
        sizes.rows.within(bottom + 1, bottom_off * PIXEL),
    )
