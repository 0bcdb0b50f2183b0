"""Conditions as spreadsheets write them (`AND(ISNUMBER(E5),E5<>INT(E5))`), taken apart."""

from __future__ import annotations

import re
from collections.abc import Sequence

from models.domain.reading.workbook_content import (
    Area,
    ErrorValue,
    FormulaCall,
    FormulaCell,
    FormulaStep,
)

_TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]*)?(?:E[+-]?[0-9]{1,3})?|\.[0-9]+)"
    r'|"(?P<text>(?:[^"]|"")*)"'
    r"|(?P<error>#[A-Z0-9/]+[!?]?)"
    r"|(?P<name>[A-Z][A-Z.]*)\s*(?P<open>\()"
    r"|\[?\.?(?P<cell>\$?[A-Z]{1,3}\$?[0-9]{1,7})(?![A-Z0-9_.(:!])\]?"
    r"|(?P<truth>TRUE|FALSE)(?![A-Z0-9_.(])"
    r"|(?P<sign><=|>=|<>|[-+*/^&=<>%(),;]))",
    re.IGNORECASE,
)
_CELL = re.compile(r"(\$?)([A-Z]{1,3})(\$?)([0-9]{1,7})", re.IGNORECASE)
_LEVELS = (("=", "<>", "<", "<=", ">", ">="), ("&",), ("+", "-"), ("*", "/"), ("^",))
_DEEPEST = 40
_LONGEST = 2_000


class _NotFollowed(Exception):
    """Raised inside for what is no condition that is known here."""


def condition_steps(text: str, corner: tuple[int, int] | None) -> Sequence[FormulaStep] | None:
    """The steps of a condition, None for one that is not followed here.

    `corner` is the row and column from which its cells are counted; None where nobody can tell,
    and then only conditions whose cells do not move are followed.

    >>> condition_steps("=E5<>INT($E$5)", (5, 5))[0]
    FormulaCell(row=0, column=0, row_moves=True, column_moves=True)
    >>> condition_steps("SUM(A1:A9)>5", (1, 1)) is None
    True
    """
    try:
        return _Parser(text.strip().removeprefix("="), corner).whole()
    except _NotFollowed:
        return None


def corner_of(areas: Sequence[Area]) -> tuple[int, int] | None:
    """From where relative cells are counted: programs differ where areas lie crosswise.

    >>> corner_of([(2, 2, 9, 3), (5, 5, 5, 5)]), corner_of([(5, 5, 5, 5), (2, 2, 9, 3)])
    ((2, 2), (2, 2))
    >>> corner_of([(5, 2, 5, 5), (2, 5, 9, 9)])
    """
    whole = min((a[0] for a in areas), default=0), min((a[1] for a in areas), default=0)
    return whole if any(a[:2] == whole for a in areas) else None


class _Parser:
    def __init__(self, text: str, corner: tuple[int, int] | None) -> None:
        self.corner = corner
        self.steps: list[FormulaStep] = []
        self.tokens: list[tuple[str, str]] = []
        self.at = 0
        self.depth = 0
        if len(text) > _LONGEST:
            raise _NotFollowed
        place = 0
        while text[place:].strip():
            match = _TOKEN.match(text, place)
            if match is None:
                raise _NotFollowed
            kind = "name" if match["open"] else str(match.lastgroup)
            self.tokens.append((kind, match[kind]))
            place = match.end()

    def whole(self) -> Sequence[FormulaStep]:
        self._level(0)
        if self.at < len(self.tokens):
            raise _NotFollowed
        return tuple(self.steps)

    def _peek(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("", "")

    def _sign(self, *signs: str) -> str:
        kind, text = self._peek()
        if kind == "sign" and text in signs:
            self.at += 1
            return text
        return ""

    def _level(self, number: int) -> None:
        self.depth += 1
        if self.depth > _DEEPEST * len(_LEVELS):
            raise _NotFollowed
        if number == len(_LEVELS):
            self._prefixed()
        else:
            self._level(number + 1)
            while sign := self._sign(*_LEVELS[number]):
                self._level(number + 1)
                self.steps.append(FormulaCall(sign, 2))
        self.depth -= 1

    def _prefixed(self) -> None:
        signs = []
        while sign := self._sign("-", "+"):
            signs.append(sign)
        self._single()
        while self._sign("%"):
            self.steps.append(FormulaCall("PERCENT", 1))
        self.steps += [FormulaCall("NEGATE", 1)] * signs.count("-")

    def _single(self) -> None:
        kind, text = self._peek()
        self.at += 1
        if kind == "number":
            self.steps.append(float(text))
        elif kind == "text":
            self.steps.append(text.replace('""', '"'))
        elif kind == "truth":
            self.steps.append(text.upper() == "TRUE")
        elif kind == "error":
            self.steps.append(ErrorValue(text.upper()))
        elif kind == "cell":
            self.steps.append(self._cell(text))
        elif kind == "name":
            count = 0
            if not self._sign(")"):
                count = self._arguments()
            self.steps.append(FormulaCall(text.upper(), count))
        elif (kind, text) == ("sign", "("):
            self._level(0)
            if not self._sign(")"):
                raise _NotFollowed
        else:
            raise _NotFollowed

    def _arguments(self) -> int:
        count = 1
        self._level(0)
        while self._sign(",", ";"):
            self._level(0)
            count += 1
        if not self._sign(")"):
            raise _NotFollowed
        return count

    def _cell(self, text: str) -> FormulaCell:
        match = _CELL.fullmatch(text)
        if match is None:
            raise _NotFollowed
        column = 0
        for letter in match[2].upper():
            column = column * 26 + ord(letter) - 64
        row, column_stays, row_stays = int(match[4]), bool(match[1]), bool(match[3])
        if row_stays and column_stays:
            return FormulaCell(row, column)
        if self.corner is None:
            raise _NotFollowed
        return FormulaCell(
            row - (0 if row_stays else self.corner[0]),
            column - (0 if column_stays else self.corner[1]),
            not row_stays,
            not column_stays,
        )
