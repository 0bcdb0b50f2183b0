"""How far what a shape draws reaches beyond the box it stands in: its shadow, its image, its
text."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from tasks.adapters.reading.hardened_xml import local_attribute, local_name
from tasks.adapters.reading.looks.sheet_sizes import BROAD, POINT, Box
from tasks.adapters.reading.looks.turned_boxes import (
    is_right_angle,
    swapped,
    turned,
    turned_text,
)
from tasks.adapters.reading.ooxml.looks.stated_lengths import whole_of

_SHADOWS = frozenset({"outerShdw", "prstShdw"})
_FAINT = 50_000  # thousandths of a per cent of a colour that lets what is behind shine through
_DEGREE, _WHOLE_SIZE = 60_000, 100_000
_USUAL_LETTERS, _USUAL_INSET, _HIGH_INSET = 11.0, 91_440, 45_720
_GUIDE = re.compile(r"\s*val\s+(-?\d{1,12})\s*")
_LABEL = re.compile(r"(?:accent|border|accentBorder)?[cC]allout[123]")
_TAIL, _PIECES = (-20_833, 62_500), 10
_FROM_THE_FRONT = "orthographicFront"
_ENDLESS = 1e15  # room of a line that goes on
_USUAL_TAB = 914_400
_QUARTER, _HALF_TURN = 90.0, 180.0
#: By how many degrees lines of a text that does not run to the right are turned.
_LINES_TURNED = {
    **dict.fromkeys(("vert", "eaVert", "mongolianVert", "wordArtVert", "wordArtVertRtl"), 90.0),
    "vert270": 270.0,
}
_EITHER_WAY = frozenset({"mongolianVert", "wordArtVert", "wordArtVertRtl"})
_TRUE = ("1", "true", "on")
_NARROW, _LINE = 0.4, 1.1  # of the height of letters: the narrowest figure, and a line of text


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


def deepened_by(thing: Element, box: Box) -> Iterator[Box]:
    """What a shape takes that is drawn as a body: its sides where it is seen aslant, a contour
    around it, a view from near at hand."""
    depth, contour = 0, 0
    for solid in (part for part in thing.iter() if _is(part, "sp3d")):
        depth = max(depth, abs(_whole(solid, "extrusionH")) + abs(_whole(solid, "z")))
        contour = max(contour, _whole(solid, "contourW"))
    camera = next((part for part in thing.iter() if _is(part, "camera")), None)
    aslant, zoom = False, 1.0
    if camera is not None:
        kinds = local_attribute(camera, "prst", _FROM_THE_FRONT)
        angles = [_whole(a, n) for a in camera for n in ("lat", "lon") if _is(a, "rot")]
        aslant = kinds != _FROM_THE_FRONT or any(angles)
        zoom = _whole(camera, "zoom", _WHOLE_SIZE) / _WHOLE_SIZE
    left, top, right, bottom = box
    by = max(depth if aslant else 0, contour)
    across, down = ((size * max(zoom - 1, 0)) / 2 for size in (right - left, bottom - top))
    if max(by, across, down) >= BROAD:
        yield left - by - across, top - by - down, right + by + across, bottom + by + down


def tail_of(thing: Element, box: Box) -> Iterator[Box]:
    """The tail of a speech bubble, piece by piece, as far as it reaches beyond the bubble."""
    kind, adjusted = _preset_of(thing)
    if not (kind.startswith("wedge") or kind == "cloudCallout"):
        return
    left, top, right, bottom = box
    wide, high = right - left, bottom - top
    across, down = (left + right) / 2, (top + bottom) / 2
    tip_x = across + adjusted.get("adj1", _TAIL[0]) / _WHOLE_SIZE * wide
    tip_y = down + adjusted.get("adj2", _TAIL[1]) / _WHOLE_SIZE * high
    root = min(wide, high) / 3
    for number in range(_PIECES):
        share = (number + 0.5) / _PIECES
        x, y = across + (tip_x - across) * share, down + (tip_y - down) * share
        if not (left <= x <= right and top <= y <= bottom):
            half = max(root * (1 - share), (abs(tip_x - across) + abs(tip_y - down)) / _PIECES) / 2
            thick = root * (1 - share) / 2
            long_way = abs(tip_x - across) >= abs(tip_y - down)
            along, beside = (half, thick) if long_way else (thick, half)
            yield x - along, y - beside, x + along, y + beside


def form_beyond(thing: Element, box: Box) -> Iterator[Box]:
    """Where a form that is drawn by hand, a bent line or the line of a label goes beyond the box it
    is stated to have."""
    left, top, right, bottom = box
    wide, high = right - left, bottom - top
    xs, ys = [0.0, 1.0], [0.0, 1.0]
    for path in (part for part in thing.iter() if _is(part, "path")):
        units = _whole(path, "w") or wide, _whole(path, "h") or high
        for point in (part for part in path.iter() if _is(part, "pt")):
            xs.append(_whole(point, "x") / max(units[0], 1))
            ys.append(_whole(point, "y") / max(units[1], 1))
    kind, adjusted = _preset_of(thing)
    shares = {name: value / _WHOLE_SIZE for name, value in adjusted.items()}
    if "Connector" in kind:  # bends to the side first, then up or down
        xs += [shares[name] for name in ("adj1", "adj3") if name in shares]
        ys += [shares[name] for name in ("adj2",) if name in shares]
    elif _LABEL.fullmatch(kind):
        xs += [value for name, value in shares.items() if name[3:] in ("2", "4", "6", "8")]
        ys += [value for name, value in shares.items() if name[3:] in ("1", "3", "5", "7")]
    reach = (
        left + min(xs) * wide,
        top + min(ys) * high,
        left + max(xs) * wide,
        top + max(ys) * high,
    )
    if max(abs(a - b) for a, b in zip(reach, box, strict=True)) >= BROAD:
        yield reach


def _preset_of(thing: Element) -> tuple[str, dict[str, int]]:
    """The form of a shape by its name, and what is adjusted in it."""
    for form in (part for part in thing.iter() if _is(part, "prstGeom")):
        guides = ((g, _GUIDE.fullmatch(local_attribute(g, "fmla"))) for g in form.iter())
        values = {local_attribute(g, "name"): int(said[1]) for g, said in guides if said}
        return local_attribute(form, "prst"), values
    return "", {}


def boxes_of(thing: Element, text: str, box: Box) -> Iterator[Box]:
    """Where a shape and its text lie, turned as they are. A box turned on its side is told as both
    that may be meant: programs differ in which of them they state."""
    body = next((part for part in thing.iter() if _is(part, "bodyPr")), None) if text else None
    turn, of_text = turn_of(thing), 0.0
    direction = local_attribute(body, "vert") if body is not None else ""
    if body is not None:
        flipped = local_attribute(_frame_of(thing), "flipV") in _TRUE
        of_text = _whole(body, "rot") / _DEGREE + _LINES_TURNED.get(direction, 0.0)
        of_text += _HALF_TURN if flipped else 0.0
    on_its_side = _QUARTER / 2 <= turn % _HALF_TURN <= _QUARTER * 1.5
    for frame in (box, swapped(box)) if on_its_side else (box,):
        inner = swapped(frame) if direction in _LINES_TURNED else frame
        reach = _reach_of_text(thing, body, inner) if body is not None else inner
        if reach == inner or not is_right_angle(turn + of_text):
            yield from turned(frame, turn, frame) if is_right_angle(turn) else (frame,)
        if reach != inner:
            yield from turned_text(reach, turn + of_text, frame)


def _reach_of_text(thing: Element, body: Element, box: Box) -> Box:
    """The box, as large as its text at the least is where that does not end at its edges."""
    left, top, right, bottom = box
    letters = _letters(thing)
    paragraphs = [part for part in thing.iter() if _is(part, "p")]
    wrapped = local_attribute(body, "wrap") != "none"
    if local_attribute(body, "vertOverflow", "overflow") == "overflow":
        room = (
            right - left - _whole(body, "lIns", _USUAL_INSET) - _whole(body, "rIns", _USUAL_INSET)
        )
        high = sum(_height(each, room if wrapped else _ENDLESS, letters) for each in paragraphs)
        top, bottom = _as_high(body, high, top, bottom)
        raised, lowered = _shifted(thing, letters)
        top, bottom = top - raised, bottom + lowered
    if wrapped or local_attribute(body, "horzOverflow", "overflow") != "overflow":
        return left, top, right, bottom
    wide = max((_width(each, letters) for each in paragraphs), default=0.0)
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


def _height(paragraph: Element, room: float, letters: float) -> float:
    """How high a paragraph at the least is whose lines have so much room."""
    most = max(int(room / (letters * _NARROW)), 1)
    lines = 1 + sum(_is(part, "br") for part in paragraph.iter())
    line = letters * _LINE
    spaced = _spaced(paragraph, "lnSpc", line) or line
    beside = _spaced(paragraph, "spcBef", line) + _spaced(paragraph, "spcAft", line)
    return max(lines, -(-len(_text_in(paragraph)) // most)) * spaced + beside


def _spaced(paragraph: Element, name: str, line: float) -> float:
    """What a paragraph says of the room of its lines, before or behind it; 0 for nothing."""
    for stated in (part for part in paragraph.iter() if _is(part, name)):
        for part in stated:
            if _is(part, "spcPts"):
                return _whole(part, "val") / 100 * POINT
            return _whole(part, "val") / _WHOLE_SIZE * line
    return 0.0


def _width(paragraph: Element, letters: float) -> float:
    """How wide a paragraph on one line at the least is, from where its lines begin."""
    text = _text_in(paragraph)
    apart = max((_whole(part, "spc") for part in paragraph.iter() if _is(part, "rPr")), default=0)
    letter = max(letters * _NARROW + apart / 100 * POINT, 0.0)
    stated = next((part for part in paragraph if _is(part, "pPr")), None)
    if stated is None:
        return text.count("\t") * _USUAL_TAB + len(text) * letter
    begins = _whole(stated, "marL") + max(_whole(stated, "indent"), 0)
    stops = sorted(_whole(part, "pos") for part in stated.iter() if _is(part, "tab"))
    count = text.count("\t")
    reached = stops[min(count, len(stops)) - 1] if stops and count else 0
    reached += (count - len(stops)) * _whole(stated, "defTabSz", _USUAL_TAB) if count else 0
    return max(begins, reached) + len(text) * letter


def _shifted(thing: Element, letters: float) -> tuple[float, float]:
    """How far letters are drawn above and below their lines, beyond their own height."""
    shifts = [_whole(part, "baseline") / _WHOLE_SIZE for part in thing.iter() if _is(part, "rPr")]
    raised, lowered = max(shifts, default=0.0), -min(shifts, default=0.0)
    return max(raised - 1, 0.0) * letters, max(lowered - 1, 0.0) * letters


def _text_in(paragraph: Element) -> str:
    return "".join(part.text or "" for part in paragraph.iter() if _is(part, "t"))


def _as_high(body: Element, high: float, top: float, bottom: float) -> tuple[float, float]:
    """From where to where a text of that height reaches, and its box."""
    anchored = local_attribute(body, "anchor")
    if local_attribute(body, "vert") in _EITHER_WAY:  # columns from the left, or from the right
        return min(top, bottom - high), max(bottom, top + high)
    if anchored == "b":
        return min(top, bottom - _whole(body, "bIns", _HIGH_INSET) - high), bottom
    if anchored == "ctr":
        middle = (top + bottom) / 2
        return min(top, middle - high / 2), max(bottom, middle + high / 2)
    return top, max(bottom, top + _whole(body, "tIns", _HIGH_INSET) + high)


def _frame_of(thing: Element) -> Element:
    """What says where a thing lies and how it is turned; an empty element where nothing does."""
    for part in thing:
        if local_name(part) in ("grpSpPr", "spPr"):
            return next((p for p in part if _is(p, "xfrm")), Element("xfrm"))
        if _is(part, "xfrm"):
            return part
    return Element("xfrm")


def turn_of(thing: Element) -> float:
    """By how many degrees a thing is turned with the clock."""
    return _whole(_frame_of(thing), "rot") / _DEGREE % (2 * _HALF_TURN)


def _is(element: Element, name: str) -> bool:
    return local_name(element) == name


def _whole(element: Element, name: str, otherwise: int = 0) -> int:
    return whole_of(local_attribute(element, name), otherwise)
