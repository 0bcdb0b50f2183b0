"""How far the text of a drawing of OpenDocument reaches beyond the box it stands in."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from xml.etree.ElementTree import Element

from tasks.adapters.reading.hardened_xml import local_attribute, local_name
from tasks.adapters.reading.looks.sheet_sizes import POINT, Box
from tasks.adapters.reading.ods.ods_transforms import length_of

_USUAL_LETTERS = 10 * POINT
_NARROW, _LINE = 0.4, 1.1  # of the height of letters: the narrowest figure, and a line of text
_MOST_LINES = 10_000
Said = Callable[[str], str]
"""What the style of a drawing says of a thing, "" for nothing."""


def box_of_text(
    thing: Element, text: str, box: Box, said: Said, letters: Mapping[str, float]
) -> Box:
    """The box, as large as its text at the least: office programs write on beyond its edges.

    `letters` are the heights that styles of letters state, by their names.
    """
    left, top, right, bottom = box
    if not text or right <= left:
        return box
    named = {local_attribute(part, "style-name") for part in thing.iter()}
    own = length_of(said("font-size"))
    size = min((letters[name] for name in named if name in letters), default=own or _USUAL_LETTERS)
    lines = text.split("\n")
    if said("wrap-option") == "no-wrap":
        wide = max(map(len, lines)) * size * _NARROW
        surplus = max(wide - (right - left), 0.0)
        if said("textarea-horizontal-align") == "left":
            right += surplus
        elif said("textarea-horizontal-align") == "right":
            left -= surplus
        else:
            left, right = left - surplus / 2, right + surplus / 2
        count = len(lines)
    else:
        in_one = max((right - left) / (size * _NARROW), 1.0)
        count = sum(max(math.ceil(len(line) / in_one), 1) for line in lines)
    surplus = max(min(count, _MOST_LINES) * size * _LINE - (bottom - top), 0.0)
    stands = said("textarea-vertical-align") or _usual_stand(thing)
    above = {"bottom": surplus, "middle": surplus / 2}.get(stands, 0.0)
    return left, top - above, right, bottom + surplus - above


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
