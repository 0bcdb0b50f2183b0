"""Colours that number formats give to letters: `[Color19]0` is pale yellow, and unseen on cream.

Whether anybody sees them depends on the ground of the cell. A format is handed on with `[White]`
for a colour that nobody sees there, and without any other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

from models.domain.reading.sight.colours import WHITE, Rgb, alike
from tasks.adapters.reading.looks.colours import Ground, hex_rgb, rgb_of

#: Places in the palette, whose first eight are told twice.
_NAMED = {
    "black": 8,
    "white": 9,
    "red": 10,
    "green": 11,
    "blue": 12,
    "yellow": 13,
    "magenta": 14,
    "cyan": 15,
}
_FIRST_OF_PALETTE, _LAST = 7, 56
# What stands in quotes or behind a sign is shown as it stands.
_COLOUR = re.compile(
    r'"[^"]*"|\\.|[_*].|\[\s*(?P<name>black|white|red|green|blue|yellow|magenta|cyan)\s*\]'
    r"|\[\s*colou?r\s*(?P<number>\d{1,2})\s*\]|\[(?P<own>#[0-9a-f]{6})\]",
    re.IGNORECASE | re.DOTALL,
)


def on_ground(code: str, fill: Mapping[str, str] | None, ground: Ground) -> str:
    """The format as it is seen on that fill; None is the white of the sheet.

    >>> on_ground("[Color19]0", None, Ground()), on_ground("[Red]-0", None, Ground())
    ('[White]0', '-0')
    >>> on_ground("[White]0", {"rgb": "000000"}, Ground()), on_ground('"[White]"0', None, Ground())
    ('0', '"[White]"0')
    """
    if "[" not in code:
        return code
    behind = WHITE if fill is None else rgb_of(fill, ground)
    return _COLOUR.sub(partial(_told, behind=behind, ground=ground), code)


def _told(match: re.Match[str], *, behind: Rgb | None, ground: Ground) -> str:
    if match.lastgroup is None:
        return match[0]
    colour = _colour(match, ground)
    if colour is None or behind is None:
        return ""
    return "[White]" if alike(colour, behind) else ""


def _colour(match: re.Match[str], ground: Ground) -> Rgb | None:
    if match["own"]:
        return hex_rgb(match["own"][1:])
    place = _NAMED[match["name"].lower()] if match["name"] else 0
    if match["number"]:
        number = int(match["number"])
        place = number + _FIRST_OF_PALETTE if 1 <= number <= _LAST else 0
    return rgb_of({"indexed": str(place)}, ground) if place else None
