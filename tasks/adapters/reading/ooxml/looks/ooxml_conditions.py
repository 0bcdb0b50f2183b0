"""Conditions of .xlsx and .xlsm that change how cells look."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from xml.etree.ElementTree import Element

from models.domain.reading.conditions.condition_texts import condition_steps, corner_of
from models.domain.reading.sight.colours import Rgb
from models.domain.reading.workbook_content import Area, ConditionalLook, FormulaStep
from tasks.adapters.reading.hardened_xml import (
    MalformedXml,
    UnsafeXml,
    local_attribute,
    local_name,
    number_of,
    parse_xml,
)
from tasks.adapters.reading.looks.colours import Ground, is_speck, rgb_of, shows_signs
from tasks.adapters.reading.looks.conditions import (
    IS_NUMBER,
    MOST_CONDITIONS,
    NO_DIFFERENCE,
    Difference,
    coloured,
    conditional_look,
    losing_ground,
    scaled,
)
from tasks.adapters.reading.looks.format_colours import on_ground
from tasks.adapters.reading.ooxml.ooxml_parts import column_number

_CONDITIONAL = re.compile(
    rb"<(?:\w+:)?conditionalFormatting(?=[\s>])([^<>]*)>(.*?)</(?:\w+:)?conditionalFormatting\s*>",
    re.DOTALL,
)
_RULE = re.compile(
    rb"<(?:\w+:)?cfRule(?=[\s/>])([^<>]*?)(?:/>|(?<!/)>(.*?)</(?:\w+:)?cfRule\s*>)", re.DOTALL
)
_AREAS = re.compile(rb"sqref\s*=\s*[\"']([^\"'<>]*)[\"']|<(?:\w+:)?sqref>([^<]*)<")
_AREA = re.compile(r"(?=.)(?:\$?([A-Z]{1,3}))?(?:\$?([0-9]{1,7}))?")
_ROWS, _COLUMNS = 1_048_576, 16_384
_FORMULA = re.compile(rb"<(?:\w+:)?f(?:ormula)?(?:\s[^<>]*)?(?<!/)>([^<]*)<")
_SHOWS_NO_VALUE = re.compile(
    rb"<(?:\w+:)?(?:dataBar|iconSet)\s[^<>]*?showValue\s*=\s*[\"'](?:0|false)[\"']"
)
_PAINTER = re.compile(rb"<(?:\w+:)?(colorScale|dataBar)(?=[\s>])")
_COLOUR = re.compile(rb"<(?:\w+:)?(?:color|fillColor)\s([^<>]*)>")
_OWN_LOOK = re.compile(rb"<(?:\w+:)?dxf(?=[\s>])[^<>]*>.*?</(?:\w+:)?dxf\s*>", re.DOTALL)
_PREFIX = re.compile(rb"<(/?)\w+:")
_PREFIXED = re.compile(rb"\s\w+:\w+\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*')")
_ATTRIBUTE = re.compile(rb"([A-Za-z]+)\s*=\s*[\"']([^\"'<>]*)[\"']")
_TRUE = (b"1", b"true", b"on")
_ON = ("1", "true", "on")
_OFF = ("0", "false", "off")


def difference_of(dxf: Element, ground: Ground) -> Difference:
    """What a differential format changes of what is looked at."""
    parts = {local_name(part): part for part in dxf}
    code = struck = letters = fill = points = name = None
    if "numFmt" in parts:
        code = local_attribute(parts["numFmt"], "formatCode") or None
    for part in parts.get("font", ()):
        if local_name(part) in ("strike", "dstrike"):
            struck = local_attribute(part, "val", "1").strip().lower() not in _OFF
        elif local_name(part) == "color":
            letters = part.attrib
        elif local_name(part) == "sz":
            points = number_of(local_attribute(part, "val"))
        elif local_name(part) == "name":
            name = local_attribute(part, "val")
    for painted in parts.get("fill", ()):
        fill = _fill_of(painted, letters, ground)
    if code is not None:
        code = on_ground(code, fill, ground)
    # Excel passes over sizes, fonts and places of letters, other programs follow them.
    specks = is_speck(points or 0.0, shifted=False) or (name is not None and shows_signs(name))
    aligned = parts.get("alignment")
    return Difference(
        code,
        struck,
        *coloured(letters, fill, ground),
        unseen=specks or None,
        crossed=("border" in parts and crosses(parts["border"])) or None,
        repeated=(aligned is not None and local_attribute(aligned, "horizontal") == "fill") or None,
    )


def crosses(border: Element) -> bool:
    """Whether a line runs from corner to corner."""
    ways = [local_attribute(border, f"diagonal{way}") for way in ("Up", "Down")]
    lines = [local_attribute(p, "style", "none") for p in border if local_name(p) == "diagonal"]
    return any(way.strip() in _ON for way in ways) and lines not in ([], ["none"])


def _fill_of(
    painted: Element, letters: Mapping[str, str] | None, ground: Ground
) -> Mapping[str, str] | None:
    """The colour that a condition puts behind letters; of several the one in which they are lost,
    None for none."""
    colours = {local_name(p): p.attrib for p in painted}
    # Of a condition the ground is the colour behind, unlike that of a cell.
    front, back = colours.get("fgColor"), colours.get("bgColor")
    several = [c for c in (front, back) if c]
    if local_name(painted) == "gradientFill":
        several = [colour.attrib for stop in painted for colour in stop]
    elif local_attribute(painted, "patternType", "solid") == "solid":
        return back or front
    return losing_ground(several, letters, ground)


def conditional_part(around_xml: bytes) -> bytes:
    """Of what stands around a sheet's cells that with all its conditions, b"" for none."""
    first = around_xml.find(b"onditionalFormatting")
    if first < 0:
        return b""
    last = around_xml.rfind(b"onditionalFormatting")
    return around_xml[around_xml.rfind(b"<", 0, first) : around_xml.find(b">", last) + 1]


def conditions_of(
    conditional_xml: bytes, differences: Mapping[int, Difference], ground: Ground
) -> tuple[Sequence[ConditionalLook], bool]:
    """The sheet's conditions that change something, the first one first; and whether some were
    too many."""
    found: list[tuple[int, ConditionalLook]] = []
    kept = 0
    for match in _CONDITIONAL.finditer(conditional_xml):
        areas: Sequence[Area] | None = None
        for rule in _RULE.finditer(match[2]):
            stated = dict(_ATTRIBUTE.findall(rule[1]))
            body = rule[2] or b""
            difference = _difference(stated, body, differences, ground)
            silent = b"showValue" in body and _SHOWS_NO_VALUE.search(body) is not None
            grounds = _grounds(body, ground)
            if not (difference.tells or silent or grounds):
                continue
            if areas is None:
                areas = _areas(match[1] + b">" + match[2])
                kept += len(areas)
                if kept > MOST_CONDITIONS:
                    return _in_order(found), True
            if silent:
                look = ConditionalLook(areas, IS_NUMBER, unseen=True)
            elif grounds:
                look = ConditionalLook(areas, IS_NUMBER, grounds=grounds)
            else:
                corner = corner_of(areas)
                look = conditional_look(
                    areas,
                    stated.get(b"type", b"").decode("ascii", "replace"),
                    stated.get(b"operator", b"").decode("ascii", "replace"),
                    [_steps(f, corner) for f in _FORMULA.findall(body)],
                    difference,
                    stops=stated.get(b"stopIfTrue") in _TRUE,
                    text=html.unescape(stated.get(b"text", b"").decode("utf-8", "replace")),
                )
            found.append((_priority(stated), look))
    return _in_order(found), False


def _grounds(body: bytes, ground: Ground) -> Sequence[Rgb | None]:
    """What a scale of colours or a bar may paint behind a number; of a bar also nothing."""
    painter = _PAINTER.search(body)
    if painter is None:
        return ()
    colours: list[Rgb | None] = []
    for colour in _COLOUR.finditer(body, painter.end()):
        stated = _ATTRIBUTE.findall(colour[1])
        colours.append(
            rgb_of({k.decode(): v.decode("ascii", "replace") for k, v in stated}, ground)
        )
    return scaled(colours) if painter[1] == b"colorScale" else [*scaled(colours[:1]), None]


def _in_order(found: list[tuple[int, ConditionalLook]]) -> Sequence[ConditionalLook]:
    return [look for _, look in sorted(found, key=lambda pair: pair[0])]


def _priority(stated: Mapping[bytes, bytes]) -> int:
    text = stated.get(b"priority", b"")
    return int(text) if text.isdigit() and len(text) < 10 else 1_000_000_000


def _difference(
    stated: Mapping[bytes, bytes],
    body: bytes,
    differences: Mapping[int, Difference],
    ground: Ground,
) -> Difference:
    number = stated.get(b"dxfId", b"")
    if number.isdigit() and len(number) < 7:
        return differences.get(int(number), NO_DIFFERENCE)
    own = _OWN_LOOK.search(body)
    if own is None:
        return NO_DIFFERENCE
    try:
        return difference_of(parse_xml(_PREFIXED.sub(b"", _PREFIX.sub(rb"<\1", own[0]))), ground)
    except (MalformedXml, UnsafeXml):
        return NO_DIFFERENCE


def _areas(xml: bytes) -> Sequence[Area]:
    """Areas of cells, among them whole columns and rows; from whichever corner they are told.

    >>> _areas(b'sqref="B4:A2 C:C 7:7"')[:2]
    [(2, 1, 4, 2), (1, 3, 1048576, 3)]
    """
    areas = []
    for stated in b" ".join(a or b for a, b in _AREAS.findall(xml)).split():
        first, _, last = html.unescape(stated.decode("ascii", "replace")).partition(":")
        for one, other in zip(first.split(), (last or first).split(), strict=False):
            begin, end = _AREA.fullmatch(one), _AREA.fullmatch(other)
            if begin is None or end is None or not (last or all(begin.groups())):
                continue
            rows = int(begin[2] or 1), int(end[2] or _ROWS)
            columns = (
                column_number(begin[1].encode()) if begin[1] else 1,
                column_number(end[1].encode()) if end[1] else _COLUMNS,
            )
            areas.append((min(rows), min(columns), max(rows), max(columns)))
    return areas


@lru_cache(maxsize=2_000)
def _steps(formula: bytes, corner: tuple[int, int] | None) -> Sequence[FormulaStep] | None:
    return condition_steps(html.unescape(formula.decode("utf-8", "replace")), corner)
