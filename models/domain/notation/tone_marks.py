"""Names told apart by their marks first: what shares its plain letters may be two places.

«Cẩm Giàng» and «Cẩm Giang» are two communes. Whoever types without marks, or loses some, is
understood where that leaves one name; other marks are another name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from enum import IntEnum
from functools import lru_cache
from typing import TypeVar

from models.domain.notation.vietnamese_text import fold

_Named = TypeVar("_Named")

_STROKE = "\u0335"  # what is left of đ beside its letter
_STROKED = str.maketrans(
    {**dict.fromkeys("đðɖ", f"d{_STROKE}"), **dict.fromkeys("ĐÐƉ", f"D{_STROKE}")}
)
#: Of «oa», «oe» and «uy» at the end of a word either vowel may bear the mark.
_RHYME = re.compile(r"(?<!q)(o[àáảãạèéẻẽẹ]|u[ỳýỷỹỵ])(?![^\W\d_])", re.IGNORECASE)
_MARKS = re.compile(r"[\u0300-\u036f]+")
_LETTER = re.compile(r"([^\u0300-\u036f])([\u0300-\u036f]*)", re.DOTALL)


class Likeness(IntEnum):
    """How a name as written stands to a name that has the same plain letters."""

    OTHER = 0  # it has marks that the name has not: another name, or a slip
    LOST = 1  # nothing but marks is missing
    EXACT = 2


def tones_placed(text: str) -> str:
    """The text, in composed form, with the mark on the first vowel where either may bear it.

    >>> tones_placed("Hoà, thuỷ, quý, hoàn")
    'Hòa, thủy, quý, hoàn'
    """
    return _RHYME.sub(_first_vowel_marked, unicodedata.normalize("NFC", text))


def marked(text: str) -> str:
    """A key like `fold`'s that keeps the marks, each behind its letter: compared, never shown.

    >>> marked("Xã Cẩm Giàng") == marked("xã  CẨM GIÀNG")
    True
    >>> marked("Cẩm Giàng") == marked("Cẩm Giang")
    False
    >>> without_marks(marked("Đồng Thoại")) == fold("đồng thoại")
    True
    """
    return _marked(text)


@lru_cache(maxsize=8192)
def _marked(text: str) -> str:
    if text.isascii():
        return fold(text)
    whole = unicodedata.normalize("NFKD", tones_placed(text).translate(_STROKED))
    return _with_marks_of(fold(text), whole)


def without_marks(key: str) -> str:
    """The plain letters of a key that keeps its marks."""
    return key if key.isascii() else _MARKS.sub("", key)


def _with_marks_of(key: str, whole: str) -> str:
    """The folded key, each letter with the marks that it had."""
    had = [(fold(letter), marks) for letter, marks in _LETTER.findall(whole) if letter.isalnum()]
    spelt = [(one, marks) for folded, marks in had for one in folded]
    if [one for one, _ in spelt] != [c for c in key if c.isalnum()]:
        return key  # of another script, whose marks are nothing to go by
    marks = iter(marks for _, marks in spelt)
    return "".join(c + next(marks) if c.isalnum() else c for c in key)


def likeness(written: str, name: str) -> Likeness | None:
    """How a written key stands to a name's, both from `marked`; None for other plain letters.

    >>> [likeness(marked(w), marked("Cẩm Giàng")) for w in ("cẩm giàng", "Cam Giang", "Cẩm Giáng")]
    [<Likeness.EXACT: 2>, <Likeness.LOST: 1>, <Likeness.OTHER: 0>]
    >>> likeness(marked("Cẩm Giàng"), marked("Cẩm Hà"))
    """
    if written == name:
        return Likeness.EXACT
    ours, theirs = _LETTER.findall(written), _LETTER.findall(name)
    if [letter for letter, _ in ours] != [letter for letter, _ in theirs]:
        return None
    lost = all({*marks} <= {*others} for (_, marks), (_, others) in zip(ours, theirs, strict=True))
    return Likeness.LOST if lost else Likeness.OTHER


def likest(written: str, named: Iterable[tuple[str, _Named]]) -> list[_Named]:
    """What bears the likest of the names, each once, in order; names with other letters aside.

    `written` and the names are keys from `marked`. Several are a doubt. Where every name has other
    marks than what is written, all of them are named.

    >>> names = [(marked(n), n) for n in ("Cẩm Giàng", "Cẩm Giang", "Cẩm Hà")]
    >>> likest(marked("Cẩm Giang"), names), likest(marked("Cam Giàng"), names)
    (['Cẩm Giang'], ['Cẩm Giàng'])
    >>> likest(marked("Cam Giang"), names)
    ['Cẩm Giàng', 'Cẩm Giang']
    """
    return likest_with(written, named)[1]


def likest_with(
    written: str, named: Iterable[tuple[str, _Named]]
) -> tuple[Likeness | None, list[_Named]]:
    """How like the likest of the names are, and what bears them; None and nobody for none."""
    best: Likeness | None = None
    found: list[_Named] = []
    for name, one in named:
        like = likeness(written, name)
        if like is None or (best is not None and like < best):
            continue
        if best is None or like > best:
            best, found = like, []
        if one not in found:
            found.append(one)
    return best, found


def _first_vowel_marked(found: re.Match[str]) -> str:
    letters = unicodedata.normalize("NFD", found[1])
    return unicodedata.normalize("NFC", letters[0] + letters[2] + letters[1])
