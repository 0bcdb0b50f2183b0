"""The agencies that a printed cell names: several of them, some with commas in their names."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence

from models.domain.errors import UnknownAgency
from models.domain.register.agencies import Register

_BETWEEN = re.compile(r"\s*(?:[,;\n+]|(?<!\S)(?:và|&|-|–)(?!\S))\s*")
_BEFORE = re.compile(
    r"^[\s\-–+•*.]*(?:(?:cơ quan|đơn vị)?\s*(?:chủ trì|phối hợp|đầu mối)\s*:)?\s*", re.IGNORECASE
)
_BEHIND = re.compile(
    r"[\s.,;:]*(?:\((?:cơ quan )?(?:chủ trì|phối hợp)\))?[\s.,;:]*$", re.IGNORECASE
)
_LONGEST = 8  # pieces that one name may consist of


def names_in(cell: str, code_of: Callable[[str], str]) -> list[tuple[str, str]]:
    """The names of a cell, each with the code that it leads to, "" for none.

    The longest name that leads anywhere is taken first, since names have commas of their own. What
    leads nowhere and stands together is one name.

    >>> known = {"Sở Văn hóa, Thể thao và Du lịch": "svhttdl", "Sở Y tế": "syt"}
    >>> names_in("Sở Y tế; Sở Văn hóa, Thể thao và Du lịch, Sở Mây", lambda n: known.get(n, ""))
    [('Sở Y tế', 'syt'), ('Sở Văn hóa, Thể thao và Du lịch', 'svhttdl'), ('Sở Mây', '')]
    """
    cell = _BEHIND.sub("", _BEFORE.sub("", cell))
    pieces = _pieces(cell)
    found: list[tuple[str, str]] = []
    unknown: list[tuple[int, int]] = []
    place = 0
    while place < len(pieces):
        code = ""
        for end in range(min(len(pieces), place + _LONGEST), place, -1):
            name = cell[pieces[place][0] : pieces[end - 1][1]]
            if code := code_of(name):
                break
        if not code:
            unknown.append(pieces[place])
            place += 1
            continue
        found += _unknown(cell, unknown)
        unknown = []
        found.append((name, code))
        place = end
    return [*found, *_unknown(cell, unknown)]


def _pieces(cell: str) -> list[tuple[int, int]]:
    """Beginning and end of each piece between separators, empty ones left out."""
    ends = [(m.start(), m.end()) for m in _BETWEEN.finditer(cell)]
    begins = [0, *(end for _, end in ends)]
    stops = [*(start for start, _ in ends), len(cell)]
    return [(b, s) for b, s in zip(begins, stops, strict=True) if cell[b:s].strip()]


def _unknown(cell: str, pieces: Sequence[tuple[int, int]]) -> list[tuple[str, str]]:
    return [(cell[pieces[0][0] : pieces[-1][1]].strip(), "")] if pieces else []


def code_meant(register: Register, day: dt.date) -> Callable[[str], str]:
    """Which agency, or which agencies together, a printed name means on a day; "" where unclear."""

    def found(name: str) -> str:
        if together := register.together(name):
            return together.code
        if not register.bears(name):
            return ""
        try:
            return register.responsible_for(name, day).code
        except UnknownAgency:
            return ""

    return found
