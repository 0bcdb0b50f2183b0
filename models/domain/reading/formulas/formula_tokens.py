"""A cell's formula as spreadsheets write it, taken apart into tokens."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from models.domain.reading.workbook_content import column_letter

_LONGEST = 2_000
_CELL = r"\$?[A-Za-z]{1,3}\$?[0-9]{1,7}"
_TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]*)?(?:[Ee][+-]?[0-9]{1,3})?|\.[0-9]+)(?![A-Za-z_:!])"
    r'|"(?P<text>(?:[^"]|"")*)"'
    r"|(?P<error>#[A-Z0-9/]+[!?]?)"
    r"|(?P<area>(?:(?:'(?:[^'\[\]]|'')+'|[^\W\d][\w.]*)!)?"
    rf"{_CELL}(?::{_CELL})?)(?![\w.(!:])"
    r"|(?P<truth>TRUE|FALSE)(?![\w.(])"
    r"|(?P<name>[A-Za-z][\w.]*)\s*\("
    r"|(?P<sign><=|>=|<>|[-+*/^&=<>%(),;]))"
)
_FETCHING = (
    r"(?<![\w.])(?:_xlfn\.)?"
    r"(?:WEBSERVICE|RTD|STOCKHISTORY|CUBEVALUE|IMPORT[A-Z]+|GOOGLEFINANCE|GOOGLETRANSLATE|IMAGE"
    r"|TRANSLATE|DETECTLANGUAGE|_xlws\.PY|CALL|REGISTER\.ID|DDE)\s*\("
)
_PLACE = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)([0-9]{1,7})")
# «T1[#Totals]» names a part of a table on the sheets, «[1]Sheet1!A1» a sheet of another file.
_OTHER_FILE = re.compile(
    r"(?<![\w\[\]])\[[^\[\]]*\][^\[\],;()]*!|'[^']*\[|file:|https?:|\w\|['\w]|" + _FETCHING,
    re.IGNORECASE,
)
_FETCHED_BEFORE = re.compile(r"\bDUMMYFUNCTION\(\"IMPORT", re.IGNORECASE)
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_CHANGING = re.compile(
    r"(?<![\w.])(?:_xlfn\.)?(?:TODAY|NOW|RAND|RANDBETWEEN|RANDARRAY|COPILOT|GEMINI|AI)\s*\(",
    re.IGNORECASE,
)
# What is written in quotes, and words that may be the name of a formula or of cells.
_WORD = re.compile(
    r'"(?:[^"]|"")*"|(?:(?:\'(?:[^\']|\'\')*\'|[^\W\d][\w.]*)!)?'
    r"(?<![\w.$:\[\]#])([^\W\d][\w.?]*)(?!\s*[(!\w.:\[\]])"
)
_MOVING_CELL = re.compile(r"(?<![\w$.])(?:[A-Za-z]{1,3}\$?|\$[A-Za-z]{1,3})[0-9]{1,7}(?![\w(])")
_NAMES_IN_NAMES = 5
UNKNOWN = "…"
"""What stands in a formula for a part that nobody calculates with."""


class NotFollowed(Exception):
    """Raised inside for a formula, or a part of one, that is not followed here."""


@dataclass(frozen=True, slots=True)
class Token:
    """One token: its kind ("number", "area", "name", ...) and its text."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class CellPlace:
    """A cell that a formula names, and which of its row and column stay where it is copied."""

    row: int
    column: int
    row_stays: bool
    column_stays: bool


@lru_cache(maxsize=500)
def tokens_of(formula: str) -> Sequence[Token]:
    """The tokens of a formula with or without its first sign. Raises NotFollowed.

    >>> [t.text for t in tokens_of("=SUM('Chỉ tiêu'!E5:E9)*2")]
    ['SUM', "'Chỉ tiêu'!E5:E9", ')', '*', '2']
    """
    text = formula.strip().removeprefix("=").rstrip()
    if len(text) > _LONGEST:
        raise NotFollowed
    found, place = [], 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            raise NotFollowed
        found.append(Token(match.lastgroup, match[match.lastgroup]))
        place = match.end()
    return tuple(found)


def place_of(text: str) -> CellPlace:
    """The cell that "$E$5" names. Raises NotFollowed."""
    match = _PLACE.fullmatch(text)
    if match is None:
        raise NotFollowed
    column = 0
    for letter in match[2].upper():
        column = column * 26 + ord(letter) - 64
    return CellPlace(int(match[4]), column, bool(match[3]), bool(match[1]))


def moved_place(text: str, down: int, right: int) -> str:
    """The cell so many rows and columns away from "$E$5"; what stays, stays. Raises NotFollowed.

    >>> moved_place("$E5", 2, 1)
    '$F7'
    """
    place = place_of(text)
    row, column = place.row + down, place.column + right
    if min(row, column) < 1:
        raise NotFollowed
    letters = column_letter(column)
    stays = ("$" if place.column_stays else "", "$" if place.row_stays else "")
    return f"{stays[0]}{letters}{stays[1]}{row}"


def staying_place(text: str) -> str:
    """The same cell, named so that it stays where the formula is copied. Raises NotFollowed.

    >>> staying_place("e5")
    '$E$5'
    """
    place = place_of(text)
    return f"${column_letter(place.column)}${place.row}"


def add_name(names: dict[str, str], name: str, said: str) -> None:
    """Adds what a name stands for; one that stands for two things is not calculated with."""
    key = name.casefold()
    names[key] = said if names.get(key, said) == said else f"{names[key]}{UNKNOWN}({said})"


def with_names_told(formula: str, names: Mapping[str, str]) -> str:
    """A formula with what its names stand for in their place; `names` are in small letters.

    What moves with the cell in which a name is used is not followed.

    >>> with_names_told('=Nay*2&"nay"', {"nay": "TODAY()"})
    '=(TODAY())*2&"nay"'
    >>> with_names_told("='Trang 1'!Hai", {"hai": "H5+1"})
    '=(…H5+1)'
    """
    if not names:
        return formula

    def told(match: re.Match[str]) -> str:
        said = names.get(match[1].casefold()) if match[1] else None
        if said is None:
            return match[0]
        said = said.strip().removeprefix("=")
        moves = _MOVING_CELL.search(_QUOTED.sub("", said)) is not None
        return f"({UNKNOWN if moves else ''}{said})"

    for _ in range(_NAMES_IN_NAMES):
        before, formula = formula, _WORD.sub(told, formula)
        if formula == before or len(formula) > _LONGEST:
            break
    return formula


def names_another_file(formula: str) -> bool:
    """Whether a formula takes something from another file.

    >>> names_another_file("=[1]Sheet1!$A$1"), names_another_file('="[1]"&A1')
    (True, False)
    """
    fetched = _FETCHED_BEFORE.search(formula)
    return fetched is not None or _OTHER_FILE.search(_QUOTED.sub("", formula)) is not None


def changes_by_itself(formula: str) -> bool:
    """Whether a formula comes to something else at another time, whatever the cells hold.

    >>> changes_by_itself("=TODAY()+10"), changes_by_itself('="TODAY()"')
    (True, False)
    """
    return _CHANGING.search(_QUOTED.sub("", formula)) is not None
