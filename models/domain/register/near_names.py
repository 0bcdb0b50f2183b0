"""Which names lie near one that nobody bears, by their words: a hint must never be absurd."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

#: Words that say what kind of body it is: many share them, so they tell little.
_OF_KIND = frozenset(
    re.findall(
        r"\w+",
        "so cuc ban chi trung tam van phong quan ly du an thanh pho uy nhan dan xa phuong huyen "
        "dac khu cong ty truong dai hoc",
    )
)
_LITTLE, _MUCH = 0.25, 1.0
_WORDS_ALIKE = 0.75  # of letters, that two words may be one misspelt
_NEAR = 0.7


def near_names(written: str, names: Iterable[str], most: int = 2) -> list[str]:
    """The nearest of the names, nearest first; keys of plain letters, as `name_key` makes them.

    >>> names = ["so y te", "so cong thuong", "ban quan ly khu kinh te", "so ke hoach va dau tu"]
    >>> near_names("so ke hoach dau tu cu", names), near_names("so cong thuonng", names)
    (['so ke hoach va dau tu'], ['so cong thuong'])
    >>> near_names("so du lich", names), near_names("ban quan ly rung", names)
    ([], [])
    """
    words = written.split()[:20]
    scored = [(score, name) for name in names if (score := _alike(words, name.split())) >= _NEAR]
    return [name for _, name in sorted(scored, key=lambda found: -found[0])[:most]]


def _alike(ours: Sequence[str], theirs: Sequence[str]) -> float:
    """How much of both is shared, from 0 to 1."""
    whole = sum(map(_weight, ours)) + sum(map(_weight, theirs))
    if not whole or not any(_weight(word) == _MUCH for word in theirs):
        return 1.0 if list(ours) == list(theirs) else 0.0
    left = list(theirs)
    shared = 0.0
    for word in ours:
        best = max(left, key=lambda other: _word_alike(word, other), default="")
        likeness = _word_alike(word, best) if best else 0.0
        if likeness:
            shared += likeness * (_weight(word) + _weight(best))
            left.remove(best)
    return shared / whole


def _weight(word: str) -> float:
    return _LITTLE if word in _OF_KIND else _MUCH


@lru_cache(maxsize=65536)
def _word_alike(one: str, other: str) -> float:
    if one == other:
        return 1.0
    if abs(len(one) - len(other)) > 2 or min(len(one), len(other)) < 3:
        return 0.0
    ratio = difflib.SequenceMatcher(None, one, other).ratio()
    return ratio if ratio >= _WORDS_ALIKE else 0.0
