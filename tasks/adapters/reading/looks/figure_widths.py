"""How wide the figures of a font are, as against those by which columns are counted."""

from __future__ import annotations

HALF = 0.5
"""Of their height: figures of Times New Roman, which the office writes in."""

_NARROWEST, _WIDEST = 0.45, 0.64  # of fonts that somebody writes tables in
#: Widths of a figure in parts of the height, as the fonts themselves state them.
_KNOWN = {
    "aptos": 0.561,
    "arial": 0.556,
    "arial narrow": 0.456,
    "calibri": 0.507,
    "calibri light": 0.507,
    "cambria": 0.554,
    "carlito": 0.507,
    "courier new": 0.6,
    "dejavu sans": 0.636,
    "dejavu serif": 0.636,
    "helvetica": 0.556,
    "liberation mono": 0.6,
    "liberation sans": 0.556,
    "liberation sans narrow": 0.456,
    "liberation serif": 0.5,
    "segoe ui": 0.539,
    "tahoma": 0.546,
    "times new roman": 0.5,
    "verdana": 0.636,
}


def is_of_letters(font: str) -> bool:
    """Whether that is a font in which tables are written, and none of signs.

    >>> is_of_letters("Arial"), is_of_letters("Wingdings")
    (True, False)
    """
    return font.strip("' ").casefold() in _KNOWN


def breadth_of(font: str, usual: str) -> float:
    """How many times as wide as those of the usual font its figures are, at the least; 1 for wider
    ones. Of a font that nobody here knows the narrowest are taken, of a usual one the widest.

    >>> breadth_of("Times New Roman", "Arial"), breadth_of("Arial", "Calibri")
    (0.8992805755395683, 1.0)
    >>> breadth_of("Bê Tông", "Bê Tông")
    1.0
    """
    own, by = font.strip("' ").casefold(), usual.strip("' ").casefold()
    if own == by or not own:
        return 1.0
    return min(_KNOWN.get(own, _NARROWEST) / _KNOWN.get(by, _WIDEST), 1.0)


def breadth_of_halves(font: str) -> float:
    """The same where columns are counted in halves of the height of usual letters.

    >>> breadth_of_halves("Liberation Sans Narrow"), breadth_of_halves("Arial")
    (0.912, 1.0)
    """
    return min(_KNOWN.get(font.strip("' ").casefold(), _NARROWEST) / HALF, 1.0)
