"""Which of many texts are nearest to one: what to name when a name is not known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher


def nearest_texts(text: str, among: Iterable[str], count: int, at_least: float) -> list[str]:
    """At most `count` of the texts that are alike, the nearest first: those that
    `difflib.get_close_matches` gives, at a seventh of its cost.

    Alike is what has at least that ratio (0 to 1). It is taken only where the longest sequence that
    both have in common, which costs little to find, lets it be high enough.

    >>> nearest_texts("thanh trra", ["thanh tra", "thanh pho", "so tai chinh"], 1, 0.6)
    ['thanh tra']
    """
    places = _places(text)
    bounds = sorted(
        (
            (bound, other)
            for other in among
            if _ratio(min(len(text), len(other)), text, other) >= at_least
            and (bound := _ratio(_in_common(text, places, other), text, other)) >= at_least
        ),
        reverse=True,
    )
    matcher = SequenceMatcher()
    matcher.set_seq2(text)
    found: list[tuple[float, str]] = []
    for bound, other in bounds:
        if len(found) == count and bound < found[-1][0]:
            break
        matcher.set_seq1(other)
        ratio = matcher.ratio()
        if ratio >= at_least:
            found = sorted([*found, (ratio, other)], reverse=True)[:count]
    return [other for _, other in found]


def _ratio(alike: int, text: str, other: str) -> float:
    """As the matcher counts it: twice the letters that both have, of all."""
    length = len(text) + len(other)
    return 2.0 * alike / length if length else 1.0


def _places(text: str) -> Mapping[str, int]:
    """Where each letter stands, a bit for each place."""
    places: dict[str, int] = defaultdict(int)
    for place, letter in enumerate(text):
        places[letter] |= 1 << place
    return places


def _in_common(text: str, places: Mapping[str, int], other: str) -> int:
    """The length of the longest sequence of letters that both texts have, gaps allowed.

    A column of the usual table at a time, its steps as bits of a number (Crochemore, Iliopoulos,
    Pinzon and Reid, 2001).
    """
    every = (1 << len(text)) - 1
    column = every
    for letter in other:
        if there := column & places.get(letter, 0):
            column = ((column + there) | (column - there)) & every
    return len(text) - column.bit_count()
