"""Where a drawing of OpenDocument lies that is turned, stretched or leant over."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from tasks.adapters.reading.looks.sheet_sizes import PIXEL, POINT, Box

_STEP = re.compile(r"(rotate|translate|scale|skewX|skewY|matrix)\s*\(([^()]{0,200})\)")
_LENGTH = re.compile(r"(-?\d{1,6}(?:\.\d{1,9})?)(cm|mm|in|pt|pc|px)")
_NUMBER = re.compile(r"[+-]?(?:\d{1,12}(?:\.\d{1,20})?|\.\d{1,20})(?:[eE][+-]?\d{1,3})?")
_UNITS = {
    "cm": 360_000.0,
    "mm": 36_000.0,
    "in": 914_400.0,
    "pt": POINT,
    "pc": 12 * POINT,
    "px": PIXEL,
}
_MOST_STEPS = 20
Corner = tuple[float, float]


def length_of(text: str) -> float | None:
    """A length in units of a drawing, None for what is none.

    >>> length_of("1pt"), length_of("50%")
    (12700.0, None)
    """
    stated = _LENGTH.fullmatch(text)
    return float(stated[1]) * _UNITS[stated[2]] if stated else None


def moved_box(transform: str, box: Box) -> Box | None:
    """Where that box of a thing, measured from its own corner, lies once each step of the thing's
    transform is done, the first one first; None where there is none that is known.

    >>> moved_box("translate (1pt 2pt)", (0, 0, 12700, 25400))
    (12700.0, 25400.0, 25400.0, 50800.0)
    >>> [round(edge) for edge in moved_box("rotate (-1.5707963267949)", (0, 0, 100, 10))]
    [-10, 0, 0, 100]
    """
    left, top, right, bottom = box
    steps = _STEP.findall(transform)[:_MOST_STEPS]
    if not steps:
        return None
    corners: list[Corner] = [(left, top), (right, top), (left, bottom), (right, bottom)]
    for name, said in steps:
        corners = _done(name, re.split(r"[\s,]+", said.strip()), corners)
    across, down = zip(*corners, strict=True)
    return min(across), min(down), max(across), max(down)


def _done(name: str, said: list[str], corners: Iterable[Corner]) -> list[Corner]:
    if name == "translate":
        x, y = ((length_of(text) or 0.0) for text in (said[0], said[1] if len(said) > 1 else ""))
        return [(a + x, b + y) for a, b in corners]
    figures = [_figure(text) for text in said]
    first = figures[0]
    if name == "rotate":  # against the clock, by the rule of office programs
        sine, cosine = math.sin(-first), math.cos(-first)
        return [(a * cosine - b * sine, a * sine + b * cosine) for a, b in corners]
    if name == "scale":
        by = figures[1] if len(figures) > 1 else first
        return [(a * first, b * by) for a, b in corners]
    if name in ("skewX", "skewY"):
        lean = math.tan(first) if abs(math.cos(first)) > 1e-6 else 0.0
        return [(a - b * lean, b) if name == "skewX" else (a, b - a * lean) for a, b in corners]
    if len(said) < 6:
        return [*corners]
    one, two, three, four = figures[:4]
    x, y = (length_of(text) or 0.0 for text in said[4:6])
    return [(a * one + b * three + x, a * two + b * four + y) for a, b in corners]


def _figure(text: str) -> float:
    return float(text) if _NUMBER.fullmatch(text) else 0.0
