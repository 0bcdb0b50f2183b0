"""Which choice of a list the words of a cell stand for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from models.domain.notation.corrections import crossed_out
from models.domain.notation.tone_marks import likest
from models.domain.reading.cell_values import Doubt, Understood
from models.domain.reading.expectations import marked_plain, plain
from models.domain.reading.problems import ProblemKind

# A choice by its number alone: of «2, 4», «trừ 2» or «2?» nobody knows which one is meant.
_ONE_NUMBER = re.compile(r"(?:(?:nhóm|mục|số|nhóm số|mục số)\s*)?(\d{1,2})\s*[.):]?", re.IGNORECASE)
_LEADING_NUMBER = re.compile(r"^\D{0,6}(\d{1,2})\b")
# Before the words of a choice: «6. Đối ngoại».
_NUMBER_BEFORE = re.compile(r"\s*(?:(?:nhóm|mục|số)\s*)*(\d{1,2})\s*[.):/-]", re.IGNORECASE)


def understand_choice(text: str, choices: Sequence[str]) -> Understood:
    """The choice a text stands for: the same words, its number, or an unmistakable beginning.

    What goes on behind a choice may take it back («(không thực hiện)») or name another one, and a
    number before it may be another one's.

    >>> choices = ("6. Giáo dục", "9. Đối ngoại")
    >>> [understand_choice(t, choices).value for t in ("9", "Đối ngoại", "6. Đối ngoại")]
    ['9. Đối ngoại', '9. Đối ngoại', None]
    """
    if text in choices:
        return Understood(text)
    wanted = plain(text)
    if named := _choice_named(text, choices):
        return _as_meant(text, named, choices)
    if number := _ONE_NUMBER.fullmatch(text.strip()):
        numbered = [
            c for c in choices if (m := _LEADING_NUMBER.match(c)) and int(m[1]) == int(number[1])
        ]
        if len(numbered) == 1:
            return Understood(numbered[0])
    alike = _choices_alike(tuple(choices))
    beginnings = [
        c
        for name, named_so in alike.items()
        if len(wanted) >= 4 and name.startswith(wanted)
        for c in named_so
    ]
    if len(beginnings) == 1:
        return _as_meant(text, beginnings[0], choices)
    return Understood(None, Doubt(ProblemKind.NOT_A_CHOICE, tuple(choices)))


def understand_word(text: str, choices: Sequence[str], others: Mapping[str, str]) -> Understood:
    """The choice a text stands for, where mistaking it would misjudge: only its very words.

    `others`: other words for a choice, in plain letters; they are taken with a remark. Longer texts
    are not: "đã hoàn thành một phần" is no "đã hoàn thành".

    >>> understand_word("đã hoàn thành", ("Đã hoàn thành",), {}).value
    'Đã hoàn thành'
    >>> [understand_word(t, ("Đã hoàn thành",), {}).value for t in ("❌ Đã hoàn thành", "☐ xong")]
    [None, None]
    >>> understand_word("xong", ("Đã hoàn thành",), {"xong": "Đã hoàn thành"}).doubt.details
    ('Đã hoàn thành',)
    """
    wanted = plain(text)
    if named := _choice_named(text, choices):
        return _as_meant(text, named, choices)
    if (meant := others.get(wanted)) in choices and meant is not None:
        taken = _as_meant(text, meant, choices)
        return taken if taken.doubt else Understood(meant, Doubt(ProblemKind.OTHER_WORDS, (meant,)))
    return Understood(None, Doubt(ProblemKind.NOT_A_CHOICE, tuple(choices)))


def _choice_named(text: str, choices: Sequence[str]) -> str:
    """The choice of that name, with its very marks or the only one without them; "" for none."""
    alike = _choices_alike(tuple(choices)).get(plain(text), ())
    if len(alike) < 2:
        return alike[0] if alike else ""
    found = likest(marked_plain(text), [(marked_plain(c), c) for c in alike])
    return found[0] if len(found) == 1 else ""


@lru_cache(maxsize=64)
def _choices_alike(choices: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for choice in dict.fromkeys(choices):
        found[plain(choice)] = (*found.get(plain(choice), ()), choice)
    return found


def _as_meant(text: str, named: str, choices: Sequence[str]) -> Understood:
    """The choice whose words a text has, unless the number before them is another choice's, or a
    sign beside them takes it back, asks, or is a box without its tick."""
    said, own = _NUMBER_BEFORE.match(text), _LEADING_NUMBER.match(named)
    another = said is not None and own is not None and int(said[1]) != int(own[1])
    if another or crossed_out(text):
        return Understood(None, Doubt(ProblemKind.NOT_A_CHOICE, tuple(choices)))
    return Understood(named)
