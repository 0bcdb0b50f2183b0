"""Words behind a figure that go on with the number: «12 tỷ hai», «12 phẩy năm», «12 (mười ba)».

Words alone make no number here; these say that the figures before them are not the whole of it, or
what they are once more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from models.domain.notation.number_words import in_words
from models.domain.notation.vietnamese_text import nfc

_WORD = re.compile(r"[^\W\d_]+")
_DIGITS = frozenset(
    (
        *("một", "mốt", "hai", "ba", "bốn", "tư", "năm", "lăm", "nhăm"),
        *("sáu", "bảy", "bẩy", "tám", "chín", "mười", "mươi"),
    )
)
_SCALES = frozenset(("chục", "trăm", "nghìn", "ngàn", "vạn", "triệu", "tỷ", "tỉ"))
_JOINING = frozenset(("phẩy", "phảy", "chấm", "lẻ", "linh"))
_YEAR = "năm"  # five, or a year
_SAID_BEFORE = (("bằng", "chữ"), ("viết", "bằng", "chữ"))
_ALIKE = {"ngàn": "nghìn", "tỉ": "tỷ", "bẩy": "bảy", "lẻ": "linh", "nhăm": "lăm", "phảy": "phẩy"}
_ENDING = frozenset({"chẵn"})


def goes_on_in_words(told: str, beyond: str) -> bool:
    """Whether the words behind a figure go on with its number; `told` are all of them, `beyond`
    what stands there besides the unit, a word for each of the last ones.

    >>> [goes_on_in_words(*told) for told in (("tỷ hai", "hai"), ("phẩy năm", "phay nam"))]
    [True, True]
    >>> [goes_on_in_words(*told) for told in (("năm", "nam"), ("sau thuế", "sau thue"))]
    [False, False]
    """
    words, before = _behind(told, beyond)
    if not words:
        return False
    words, again = _without_saying_so(words)
    if again:
        return True
    first, others = words[0], words[1:]
    if first in _JOINING or (first == "với" and others):
        return bool(others) and others[0] in _DIGITS
    if first == _YEAR:
        return before in _SCALES or bool(others and others[0] in _DIGITS | _SCALES)
    return first in _DIGITS


def says_it_again(told: str, beyond: str, value: Decimal, unit: str) -> bool:
    """Whether the words behind a figure are the figure once more, in the unit of its row or none.

    >>> says_it_again("(bằng chữ: mười hai)", "bang chu muoi hai", Decimal(12), "tỷ đồng")
    True
    >>> says_it_again("(mười ba)", "muoi ba", Decimal(12), "tỷ đồng")
    False
    >>> [says_it_again(told, "nam", Decimal(5), "%") for told in ("năm", "(năm)")]
    [False, True]
    """
    words, named = _without_saying_so(_behind(told, beyond)[0])
    if words[:1] == [_YEAR] and not named and "(" not in told:
        return False  # «5 năm» is five years
    said = _alike(in_words(value).split())
    known = {*_alike(_WORD.findall(nfc(unit).casefold())), *_ENDING}
    own = _alike(words)
    return bool(said) and own[: len(said)] == said and known.issuperset(own[len(said) :])


def _behind(told: str, beyond: str) -> tuple[Sequence[str], str]:
    """The words beyond the unit as they are written, in small letters, and the one before them."""
    words = _WORD.findall(nfc(told).casefold())
    count = min(len(_WORD.findall(beyond)), len(words))
    place = len(words) - count
    return words[place:], words[place - 1] if place else ""


def _without_saying_so(words: Sequence[str]) -> tuple[Sequence[str], bool]:
    """The words without those that say that a number in words follows, and whether these are
    there."""
    for before in _SAID_BEFORE:
        if tuple(words[: len(before)]) == before:
            return words[len(before) :], True
    return words, False


def _alike(words: Sequence[str]) -> list[str]:
    return [_ALIKE.get(word, word) for word in words]
