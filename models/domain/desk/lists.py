"""Lists as pages show them: found by words with or without tone marks, sorted, a page at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from models.domain.notation.vietnamese_text import fold

ROWS_SHOWN = 50  # of a page
_LONGEST_NUMBER = 6  # digits of a page that somebody may type
_LONGEST_QUERY = 200
_WORD = re.compile(r"[^\W_]+")

_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class ListPage(Generic[_Row]):
    """One page of a list. `number` counts from 1 and is never beyond the last."""

    rows: Sequence[_Row]
    number: int
    pages: int
    total: int


def page_asked(typed: str) -> int:
    """The number of a page as an address has it; 1 for whatever is none.

    >>> page_asked("3"), page_asked(""), page_asked("-2"), page_asked("x"), page_asked("9" * 40)
    (3, 1, 1, 1, 1)
    """
    is_number = typed.isascii() and typed.isdigit() and len(typed) <= _LONGEST_NUMBER
    return max(int(typed), 1) if is_number else 1


def pages_of(total: int) -> int:
    """How many pages so many rows fill: one at the least.

    >>> pages_of(0), pages_of(50), pages_of(51)
    (1, 1, 2)
    """
    return max(1, -(-total // ROWS_SHOWN))


def paged(rows: Sequence[_Row], typed: str) -> ListPage[_Row]:
    """The page of that number.

    >>> paged(range(120), "3").rows[0], paged(range(120), "9").number
    (100, 3)
    """
    number = min(page_asked(typed), pages_of(len(rows)))
    start = (number - 1) * ROWS_SHOWN
    return ListPage(rows[start : start + ROWS_SHOWN], number, pages_of(len(rows)), len(rows))


def search_key(*texts: str) -> str:
    """The texts as they are searched: plain words, a blank before each.

    >>> search_key("UBND huyện An Lão", "KH-2025/0007")
    ' ubnd huyen an lao kh 2025 0007'
    """
    return "".join(f" {word}" for text in texts for word in _plain_words(text))


def words_of(query: str) -> list[str]:
    """What is looked for: every one of these has to begin a word.

    >>> words_of("  Ủy ban,  An LÃO ")
    ['uy', 'ban', 'an', 'lao']
    """
    return _plain_words(query[:_LONGEST_QUERY])


def has_words(words: Iterable[str], key: str) -> bool:
    """Whether each of the words begins a word of the texts, see `search_key`; none are in any.

    >>> has_words(words_of("an lao"), search_key("UBND huyện An Lão"))
    True
    >>> has_words(words_of("lao an"), search_key("Lân"))
    False
    """
    # A loop: over ten thousand texts a generator each costs more than what it looks at.
    for word in words:  # noqa: SIM110
        if f" {word}" not in key:
            return False
    return True


def _plain_words(text: str) -> list[str]:
    """The words of a text as `fold` has them: Vietnamese letters by a table, which is ten times as
    fast, where it knows all of them."""
    plain = text.translate(_PLAIN)
    return _WORD.findall(plain.casefold() if plain.isascii() else fold(text))


_PLAIN = {
    **{
        code: plain
        for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
        if chr(code).isalpha() and (plain := fold(chr(code))).isascii()
    },
    # Dashes, quotation marks and blanks only part words; what is combined is left out.
    **dict.fromkeys((0xA0, *range(0x2010, 0x2020)), " "),
    **dict.fromkeys(range(0x300, 0x370)),
}


def sorted_by(
    rows: Iterable[_Row], asked: str, keys: Mapping[str, Callable[[_Row], Any]], otherwise: str
) -> tuple[list[_Row], str]:
    """The rows in the order asked for, and that order's name; "-" before it: turned round.

    >>> sorted_by([2, 1], "-so", {"so": lambda n: n}, "so")
    ([2, 1], '-so')
    """
    name = asked if asked.removeprefix("-") in keys else otherwise
    key = keys[name.removeprefix("-")]
    return sorted(rows, key=key, reverse=name.startswith("-")), name
