"""Lengths, shares and angles of drawings: whole numbers, or with a unit as newer files may have."""

from __future__ import annotations

import re

from tasks.adapters.reading.looks.sheet_sizes import POINT

_WHOLE = re.compile(r"-?\d{1,15}")
_WITH_UNIT = re.compile(r"(-?\d{1,9}(?:\.\d{1,9})?)(%|mm|cm|in|pt|pc|pi)")
_UNITS = {
    "%": 1_000.0,
    "mm": 36_000.0,
    "cm": 360_000.0,
    "in": 914_400.0,
    "pt": POINT,
    "pc": 12 * POINT,
    "pi": 12 * POINT,
}


def whole_of(text: str, otherwise: int = 0) -> int:
    """A length in units of a drawing, a share in thousandths of a per cent, or another number.

    >>> whole_of("12"), whole_of("50%"), whole_of("0.5in"), whole_of("", 7)
    (12, 50000, 457200, 7)
    """
    stated = text.strip()
    if _WHOLE.fullmatch(stated):
        return int(stated)
    measured = _WITH_UNIT.fullmatch(stated)
    return round(float(measured[1]) * _UNITS[measured[2]]) if measured else otherwise
