"""How far what a shape draws reaches beyond the box it stands in: its shadow, and its text."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from tasks.adapters.reading.hardened_xml import local_attribute, local_name
from tasks.adapters.reading.looks.sheet_sizes import BROAD, POINT, Box

_SHADOWS = frozenset({"outerShdw", "prstShdw"})
_FAINT = 50_000  # thousandths of a per cent of a colour that lets what is behind shine through
_DEGREE, _WHOLE_SIZE = 60_000, 100_000
_USUAL_LETTERS, _USUAL_INSET = 11.0, 91_440
_NARROW, _LINE = 0.4, 1.1  # of the height of letters: the narrowest figure, and a line of text
_NUMBER = re.compile(r"-?\d{1,12}")


def shadows_of(thing: Element, box: Box) -> Iterator[Box]:
    """Where shadows and glows of a shape that hides what lies behind it lie, far from itself."""
    left, top, right, bottom = box
    for effect in (e for e in thing.iter() if local_name(e) in _SHADOWS | {"glow"}):
        if any(_whole(a, "val", _WHOLE_SIZE) < _FAINT for a in effect.iter() if _is(a, "alpha")):
            continue
        if _is(effect, "glow"):
            radius = _whole(effect, "rad")
            if radius >= BROAD:
                yield left - radius, top - radius, right + radius, bottom + radius
            continue
        angle = math.radians(_whole(effect, "dir") / _DEGREE)
        along, down = (_whole(effect, "dist") * turn(angle) for turn in (math.cos, math.sin))
        wider, higher = (
            (size * (abs(_whole(effect, name, _WHOLE_SIZE)) / _WHOLE_SIZE - 1)) / 2
            for size, name in ((right - left, "sx"), (bottom - top, "sy"))
        )
        if max(abs(along), abs(down), wider, higher) >= BROAD:
            yield (
                left + along - wider,
                top + down - higher,
                right + along + wider,
                bottom + down + higher,
            )


def box_of_text(thing: Element, text: str, box: Box) -> Box:
    """The box, as large as its text at the least is where that does not end at its edges."""
    body = next((part for part in thing.iter() if _is(part, "bodyPr")), None)
    if body is None or not text:
        return box
    left, top, right, bottom = box
    lines = text.split("\n")
    sizes = [_whole(part, "sz") / 100 for part in thing.iter() if _is(part, "rPr")]
    letters = min(filter(None, sizes), default=_USUAL_LETTERS) * POINT
    if local_attribute(body, "vertOverflow", "overflow") == "overflow":
        bottom = max(bottom, top + len(lines) * letters * _LINE)
    if (
        local_attribute(body, "wrap") != "none"
        or local_attribute(body, "horzOverflow", "overflow") != "overflow"
    ):
        return left, top, right, bottom
    wide = max(map(len, lines)) * letters * _NARROW
    aligned = next(
        (a for part in thing.iter() if _is(part, "pPr") and (a := local_attribute(part, "algn"))),
        "l",
    )
    if aligned == "ctr":
        across = (left + right) / 2
        return min(left, across - wide / 2), top, max(right, across + wide / 2), bottom
    if aligned == "r":
        begins = right - _whole(body, "rIns", _USUAL_INSET) - wide
        return min(left, begins), top, right, bottom
    return left, top, max(right, left + _whole(body, "lIns", _USUAL_INSET) + wide), bottom


def _is(element: Element, name: str) -> bool:
    return local_name(element) == name


def _whole(element: Element, name: str, otherwise: int = 0) -> int:
    text = local_attribute(element, name).strip()
    return int(text) if _NUMBER.fullmatch(text) else otherwise
