"""Where a box lies once it is turned: as it is by quarters of a turn, else piece by piece."""

from __future__ import annotations

import math
from collections.abc import Iterator

from tasks.adapters.reading.looks.sheet_sizes import Box

_QUARTER, _NEARLY = 90.0, 1.0  # degrees
_MOST_PIECES = 20


def swapped(box: Box) -> Box:
    """The box on its side, around its middle.

    >>> swapped((0, 0, 10, 2))
    (4.0, -4.0, 6.0, 6.0)
    """
    left, top, right, bottom = box
    across, down = (left + right) / 2, (top + bottom) / 2
    wide, high = (bottom - top) / 2, (right - left) / 2
    return across - wide, down - high, across + wide, down + high


def is_right_angle(degrees: float) -> bool:
    """Whether a turn ends at a quarter of one, as near as nobody sees.

    >>> [is_right_angle(angle) for angle in (0, 90.4, -180, 45)]
    [True, True, True, False]
    """
    beyond = degrees % _QUARTER
    return min(beyond, _QUARTER - beyond) <= _NEARLY


def turned(box: Box, degrees: float, around: Box) -> Iterator[Box]:
    """The box turned with the clock around the middle of another one.

    >>> [tuple(map(round, b)) for b in turned((0, 0, 10, 2), 90, (0, 0, 2, 2))]
    [(0, 0, 2, 10)]
    """
    across, down = (around[0] + around[2]) / 2, (around[1] + around[3]) / 2
    angle = math.radians(degrees)
    sine, cosine = math.sin(angle), math.cos(angle)
    for left, top, right, bottom in (box,) if is_right_angle(degrees) else pieces_of(box):
        corners = [
            (x - across, y - down) for x, y in ((left, top), (right, bottom), (left, bottom))
        ]
        corners.append((right - across, top - down))
        xs = [across + x * cosine - y * sine for x, y in corners]
        ys = [down + x * sine + y * cosine for x, y in corners]
        yield min(xs), min(ys), max(xs), max(ys)


def turned_text(reach: Box, degrees: float, around: Box) -> Iterator[Box]:
    """The same of what a text takes: its lines, where they run down over cells, cover a small part
    of each, so they are told as a whole and piece by piece."""
    yield from turned(reach, degrees, around)
    if is_right_angle(degrees) and round(degrees / _QUARTER) % 2:
        for piece in pieces_of(reach):
            yield from turned(piece, degrees, around)


def pieces_of(box: Box) -> Iterator[Box]:
    """The box cut along its longer side into pieces that are about as long as wide."""
    left, top, right, bottom = box
    wide, high = right - left, bottom - top
    short, long = sorted((wide, high))
    count = min(max(round(long / short) if short else _MOST_PIECES, 1), _MOST_PIECES)
    for number in range(count):
        first, last = number / count, (number + 1) / count
        if wide >= high:
            yield left + wide * first, top, left + wide * last, bottom
        else:
            yield left, top + high * first, right, top + high * last
