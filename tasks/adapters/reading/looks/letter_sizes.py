"""Letters of different sizes in one text: beside large ones nobody reads the small ones."""

from __future__ import annotations

from collections.abc import Sequence

from tasks.adapters.reading.looks.colours import TOO_SMALL

_SMALL, _HALF = 5.0, 0.5  # points that are small, where they are no more than half of the others
_LARGE, _FAR_BELOW = 40.0, 0.4  # points that fill a cell, and what is lost beside them


def lost_beside(points: Sequence[float]) -> Sequence[bool]:
    """Of each part of a text, by the size of its letters, whether it is lost beside the others; 0
    is a size that is not known.

    >>> lost_beside([11, 4]), lost_beside([11, 8]), lost_beside([11, 200]), lost_beside([5, 5])
    ([False, True], [False, False], [True, False], [False, False])
    """
    largest = max(points, default=0.0)
    return [each > 0 and _is_lost(each, largest) for each in points]


def _is_lost(points: float, largest: float) -> bool:
    if points <= TOO_SMALL:
        return True
    small = points <= _SMALL and points <= _HALF * largest
    return small or (largest >= _LARGE and points <= _FAR_BELOW * largest)
