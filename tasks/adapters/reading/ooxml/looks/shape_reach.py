"""How far what a shape draws reaches beyond the box it stands in: its shadow, its image, its
text."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

from tasks.adapters.reading.hardened_xml import local_attribute, local_name
from tasks.adapters.reading.looks.sheet_sizes import BROAD, POINT, Box

_SHADOWS = frozenset({"outerShdw", "prstShdw"})
_FAINT = 50_000  # thousandths of a per cent of a colour that lets what is behind shine through
_DEGREE, _WHOLE_SIZE = 60_000, 100_000
_USUAL_LETTERS, _USUAL_INSET, _HIGH_INSET = 11.0, 91_440, 45_720
_LONGEST = 1_000_000  # letters in a line
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


def mirrored_by(thing: Element, box: Box) -> Iterator[Box]:
    """Where the images lie that a shape which hides what lies behind it throws below itself."""
    left, top, right, bottom = box
    for effect in (e for e in thing.iter() if _is(e, "reflection")):
        angle = math.radians(_whole(effect, "dir") / _DEGREE)
        along, down = (_whole(effect, "dist") * turn(angle) for turn in (math.cos, math.sin))
        drawn = abs(_whole(effect, "sy", _WHOLE_SIZE)) * _whole(effect, "endPos", _WHOLE_SIZE)
        high = (bottom - top) * drawn / _WHOLE_SIZE**2
        if _whole(effect, "stA", _WHOLE_SIZE) >= _FAINT and high + down >= BROAD:
            yield left + along, bottom + down, right + along, bottom + down + high


def box_of_text(thing: Element, text: str, box: Box) -> Box:
    """The box, as large as its text at the least is where that does not end at its edges."""
    body = next((part for part in thing.iter() if _is(part, "bodyPr")), None)
    if body is None or not text:
        return box
    left, top, right, bottom = box
    lines = text.split("\n")
    letters = _letters(thing)
    if local_attribute(body, "vertOverflow", "overflow") == "overflow":
        room = (
            right - left - _whole(body, "lIns", _USUAL_INSET) - _whole(body, "rIns", _USUAL_INSET)
        )
        wrapped = local_attribute(body, "wrap") != "none"
        most = max(int(room / (letters * _NARROW)), 1) if wrapped else _LONGEST
        high = _lines(thing, lines, most) * letters * _LINE
        top, bottom = _as_high(body, high, top, bottom)
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


def _letters(thing: Element) -> float:
    """The height of the smallest letters of a shape's text, made smaller where they are to fit."""
    sizes = [_whole(part, "sz") / 100 for part in thing.iter() if _is(part, "rPr")]
    scales = [
        _whole(part, "fontScale", _WHOLE_SIZE) for part in thing.iter() if _is(part, "normAutofit")
    ]
    scale = max(min(scales, default=_WHOLE_SIZE), 1) / _WHOLE_SIZE
    return min(filter(None, sizes), default=_USUAL_LETTERS) * POINT * scale


def _lines(thing: Element, lines: Sequence[str], most: int) -> int:
    """How many lines a text takes at the least, where one holds so many letters at the `most`."""
    broken = sum(1 for part in thing.iter() if _is(part, "br") or _is(part, "p"))
    return max(broken, sum(max(-(-len(line) // most), 1) for line in lines))


def _as_high(body: Element, high: float, top: float, bottom: float) -> tuple[float, float]:
    """From where to where a text of that height reaches, and its box."""
    anchored = local_attribute(body, "anchor")
    if anchored == "b":
        return min(top, bottom - _whole(body, "bIns", _HIGH_INSET) - high), bottom
    if anchored == "ctr":
        middle = (top + bottom) / 2
        return min(top, middle - high / 2), max(bottom, middle + high / 2)
    return top, max(bottom, top + _whole(body, "tIns", _HIGH_INSET) + high)


def _is(element: Element, name: str) -> bool:
    return local_name(element) == name


def _whole(element: Element, name: str, otherwise: int = 0) -> int:
    text = local_attribute(element, name).strip()
    return int(text) if _NUMBER.fullmatch(text) else otherwise
