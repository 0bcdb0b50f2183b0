"""How far the text of a drawing of OpenDocument reaches beyond the box it stands in."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from xml.etree.ElementTree import Element

from tasks.adapters.reading.hardened_xml import (
    local_attribute,
    local_name,
    number_of,
    whole_number_of,
)
from tasks.adapters.reading.looks.sheet_sizes import BROAD, POINT, Box
from tasks.adapters.reading.looks.turned_boxes import (
    is_right_angle,
    pieces_of,
    swapped,
    turned_text,
)
from tasks.adapters.reading.ods.ods_transforms import length_of

_USUAL_LETTERS = 10 * POINT
_NARROW, _LINE = 0.4, 1.1  # of the height of letters: the narrowest figure, and a line of text
_MOST_LINES, _MOST_BLANKS, _MOST_POINTS, _MOST_DEGREES = 10_000, 1_000, 10_000, 100_000
_USUAL_TAB = 12.5 * 36_000.0
_USUAL_DEPTH, _PIECES = 36 * POINT, 10
_SIDES = ("left", "right", "top", "bottom")
_LINES_TURNED = {**dict.fromkeys(("tb", "tb-rl", "tb-lr"), 90.0), "bt-lr": 270.0}
_FORM_NUMBER = re.compile(r"-?\d{1,9}(?:\.\d{1,9})?")
Said = Callable[[str], str]
"""What the style of a drawing says of a thing, "" for nothing."""


def own_box(thing: Element) -> Box:
    """The box of a drawing, measured from its own corner."""
    wide, high = (length_of(local_attribute(thing, name)) or 0.0 for name in ("width", "height"))
    return 0.0, 0.0, wide, high


def boxes_of(thing: Element, text: str, said: Said, letters: Mapping[str, float]) -> Iterator[Box]:
    """Its box, as large as its text at the least: office programs write on beyond its edges. One of
    a text that is turned otherwise than at a right angle is told piece by piece.

    `letters` are the heights that styles of letters state, by their names.
    """
    own = own_box(thing)
    if not text:
        yield own
        return
    turn = _LINES_TURNED.get(said("writing-mode"), 0.0)
    for form in (part for part in thing if local_name(part) == "enhanced-geometry"):
        stated = number_of(local_attribute(form, "text-rotate-angle"))
        turn += stated if stated is not None and abs(stated) < _MOST_DEGREES else 0.0
    inner = swapped(own) if is_right_angle(turn) and round(turn / 90) % 2 else own
    reach = _reach_of_text(thing, text, inner, said, letters)
    if reach == inner:
        yield own
        return
    aslant = "rotate" in local_attribute(thing, "transform")
    yield from pieces_of(reach) if aslant else turned_text(reach, turn, own)
    if turn or aslant:
        yield own


def _reach_of_text(
    thing: Element, text: str, box: Box, said: Said, letters: Mapping[str, float]
) -> Box:
    left, top, right, bottom = box
    named = {local_attribute(part, "style-name") for part in thing.iter()}
    own = length_of(said("font-size"))
    size = min((letters[name] for name in named if name in letters), default=own or _USUAL_LETTERS)
    before, behind, above, below = (_padding(said, side) for side in _SIDES)
    lines = [line for part in paragraphs_of(thing) for line in text_in(part).split("\n")]
    in_one = max((right - left - before - behind) / (size * _NARROW), 1.0)
    if said("wrap-option") == "no-wrap":
        tabs = max(line.count("\t") for line in lines) * _USUAL_TAB
        wide = max(map(len, lines)) * size * _NARROW + tabs + before + behind
        surplus = max(wide - (right - left), 0.0)
        if said("textarea-horizontal-align") == "left":
            right += surplus
        elif said("textarea-horizontal-align") == "right":
            left -= surplus
        else:
            left, right = left - surplus / 2, right + surplus / 2
        count = len(lines)
    else:
        count = sum(max(math.ceil(len(line) / in_one), 1) for line in lines)
        right = max(right, left + size * _NARROW)
    high = min(count, _MOST_LINES) * size * _LINE + above + below
    surplus = max(high - (bottom - top), 0.0)
    stands = said("textarea-vertical-align") or _usual_stand(thing)
    upwards = {"bottom": surplus, "middle": surplus / 2}.get(stands, 0.0)
    return left, top - upwards, right, bottom + surplus - upwards


def _padding(said: Said, side: str) -> float:
    return length_of(said(f"padding-{side}") or said("padding")) or 0.0


def paragraphs_of(thing: Element) -> Iterator[Element]:
    """The paragraphs and headings of a drawing, whatever they stand in."""
    return (part for part in thing.iter() if local_name(part) in ("p", "h"))


def text_in(paragraph: Element) -> str:
    """The text of a paragraph, with the blanks, tabs and ends of lines that are told as elements.

    >>> from xml.etree.ElementTree import fromstring
    >>> text_in(fromstring('<p>a<s c="2"/>b<tab/><line-break/>c</p>'))
    'a  b\\t\\nc'
    """
    told = [paragraph.text or ""]
    for part in paragraph:
        kind = local_name(part)
        if kind == "s":
            count = whole_number_of(local_attribute(part, "c", "1"))
            told.append(" " * min(count or 1, _MOST_BLANKS))
        else:
            told.append({"tab": "\t", "line-break": "\n"}.get(kind) or text_in(part))
        told.append(part.tail or "")
    return "".join(told)


def reaching_beyond(thing: Element, said: Said) -> Iterator[Box]:
    """Where a filled drawing goes beyond its box: the sides of a body, a glow, a form or a tail
    drawn beyond it."""
    left, top, right, bottom = box = own_box(thing)
    xs, ys = [left, right], [top, bottom]
    tip = [length_of(local_attribute(thing, f"caption-point-{way}")) for way in "xy"]
    if local_name(thing) == "caption" and None not in tip:
        for number in range(_PIECES):  # from the middle to where it points, ever thinner
            share = (number + 0.5) / _PIECES
            x = right / 2 + ((tip[0] or 0.0) - right / 2) * share
            y = bottom / 2 + ((tip[1] or 0.0) - bottom / 2) * share
            thick = min(right, bottom) / 3 * (1 - share)
            if not (left <= x <= right and top <= y <= bottom):
                yield x - thick, y - thick, x + thick, y + thick
    for form in (thing, *(part for part in thing if local_name(part) == "enhanced-geometry")):
        wide = _FORM_NUMBER.findall(local_attribute(form, "viewBox"))
        if len(wide) == 4 and float(wide[2]) and float(wide[3]):
            drawn = local_attribute(form, "points") or local_attribute(form, "enhanced-path")
            numbers = [float(text) for text in _FORM_NUMBER.findall(drawn)[:_MOST_POINTS]]
            xs += [(n - float(wide[0])) / float(wide[2]) * right for n in numbers[::2]]
            ys += [(n - float(wide[1])) / float(wide[3]) * bottom for n in numbers[1::2]]
        if local_attribute(form, "extrusion") == "true":
            depth = length_of(local_attribute(form, "extrusion-depth").split(" ")[0])
            yield _around(box, _USUAL_DEPTH if depth is None else depth)
    glow = length_of(said("glow-radius")) or 0.0
    if glow >= BROAD:
        yield _around(box, glow)
    reach = min(xs), min(ys), max(xs), max(ys)
    if max(abs(a - b) for a, b in zip(reach, box, strict=True)) >= BROAD:
        yield reach


def _around(box: Box, by: float) -> Box:
    left, top, right, bottom = box
    return left - by, top - by, right + by, bottom + by


def _usual_stand(thing: Element) -> str:
    """Where a text stands of which nothing is said: in the middle of a form, else at its top."""
    return "top" if local_name(thing) in ("frame", "annotation") else "middle"


def heights_of_letters(*families: Mapping[str, Element]) -> Mapping[str, float]:
    """The heights that styles of texts and paragraphs state, by their names."""
    return {
        name: height
        for styles in families
        for name, style in styles.items()
        for part in style
        if (height := length_of(local_attribute(part, "font-size"))) is not None
    }
