"""What the formula of a cell comes to, where that is simple; nothing where it is not known."""

from __future__ import annotations

import datetime as dt
import math
import operator
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal

from models.domain.reading.formulas.formula_tokens import (
    NotFollowed,
    Token,
    changes_by_itself,
    moved_place,
    place_of,
    staying_place,
    tokens_of,
    with_names_told,
)
from models.domain.reading.formulas.serials import Scalar, serial_of
from models.domain.reading.workbook_content import CellFormula, ErrorValue, SheetContent

_Argument = Scalar | Sequence[Scalar]

_MOST_CELLS = 50_000  # looked at for all formulas of a workbook
_MOST_SEEN = 500_000  # formulas looked at for those that change by themselves
_DEEPEST = 40  # formulas that rest upon formulas; parts within parts of one
_LEVELS = (("=", "<>", "<", "<=", ">", ">="), ("&",), ("+", "-"), ("*", "/"), ("^",))


class _Circle(NotFollowed):
    """Raised inside for a formula that rests upon itself."""


class ChangesByItself(NotFollowed):
    """Raised for a formula that rests upon one that comes to something else at another time."""


class Calculator:
    """Calculates formulas by the cells of one workbook, in bounded work."""

    def __init__(
        self, sheets: Sequence[SheetContent], names: Mapping[str, str] | None = None
    ) -> None:
        self._sheets = {sheet.name.casefold(): sheet for sheet in sheets}
        self._names = names or {}
        self._last_rows = {
            name: max(len(sheet.rows), *(row for row, _ in sheet.formulas), 0)
            for name, sheet in self._sheets.items()
        }
        self._known: dict[tuple[str, int, int], Scalar] = {}
        self._open: set[tuple[str, int, int]] = set()
        self._steady: set[tuple[str, int, int]] = set()
        self._left = _MOST_CELLS
        self._left_to_see = _MOST_SEEN

    def result(self, sheet: str, row: int, column: int) -> Scalar:
        """What the formula in that cell comes to. Raises NotFollowed where that is not known."""
        content = self._sheets.get(sheet.casefold())
        if content is None or (row, column) not in content.formulas:
            raise NotFollowed
        key = (content.name, row, column)
        if key not in self._known:
            if key in self._open:
                raise _Circle
            if len(self._open) >= _DEEPEST:
                raise NotFollowed
            self._open.add(key)
            try:
                self._known[key] = self._calculated(content, row, column)
            except (ArithmeticError, ValueError, RecursionError):
                raise NotFollowed from None
            finally:
                self._open.discard(key)
        return self._known[key]

    def told(self, formula: CellFormula) -> str:
        """The text of a formula, what its names stand for in their place."""
        return with_names_told(formula.text, self._names)

    def changes(self, sheet: str, row: int, column: int) -> bool:
        """Whether the cell's formula, or one that it rests upon, changes by itself."""
        seen: set[tuple[str, int, int]] = set()
        waiting = [(sheet, row, column)]
        while waiting and self._left_to_see > 0:
            name, at_row, at_column = waiting.pop()
            content = self._sheets.get(name.casefold())
            formula = content.formulas.get((at_row, at_column)) if content is not None else None
            key = (name.casefold(), at_row, at_column)
            if content is None or formula is None or key in seen or key in self._steady:
                continue
            seen.add(key)
            self._left_to_see -= 1
            text = self.told(formula)
            if changes_by_itself(text):
                return True
            try:
                areas = [t.text for t in tokens_of(text) if t.kind == "area"]
            except NotFollowed:
                continue
            for area in areas:
                waiting += self._formulas_in(area, content, formula, at_row, at_column)
        self._steady |= seen
        return False

    def _formulas_in(
        self, area: str, content: SheetContent, formula: CellFormula, row: int, column: int
    ) -> list[tuple[str, int, int]]:
        try:
            other, (top, left, bottom, right) = self._area(area, content, formula, row, column)
        except NotFollowed:
            return []
        if top == bottom and left == right:
            return [(other.name, top, left)]
        self._left_to_see -= len(other.formulas)
        return [
            (other.name, at_row, at_column)
            for at_row, at_column in other.formulas
            if top <= at_row <= bottom and left <= at_column <= right
        ]

    def _area(
        self, text: str, content: SheetContent, formula: CellFormula, row: int, column: int
    ) -> tuple[SheetContent, tuple[int, int, int, int]]:
        """The sheet and the area that a token names in the formula of that cell."""
        before, _, cells = text.rpartition("!")
        if before:
            quoted = before.startswith("'")
            name = before[1:-1].replace("''", "'") if quoted else before
            name = name.casefold()
            if name not in self._sheets:
                raise NotFollowed
            content = self._sheets[name]
        corners = []
        for part in cells.split(":"):
            place = place_of(part)
            corners.append(
                (
                    place.row + (0 if place.row_stays else row - formula.row),
                    place.column + (0 if place.column_stays else column - formula.column),
                )
            )
        (top, left), (bottom, right) = corners[0], corners[-1]
        if min(top, left, bottom, right) < 1:
            raise NotFollowed
        area = (min(top, bottom), min(left, right), max(top, bottom), max(left, right))
        return content, area

    def _calculated(self, content: SheetContent, row: int, column: int) -> Scalar:
        formula = content.formulas[row, column]

        def cells(text: str) -> Sequence[Scalar]:
            where, (top, left, bottom, right) = self._area(text, content, formula, row, column)
            bottom = min(bottom, max(top, self._last_rows[where.name.casefold()]))
            right = min(right, left + 1_000)
            self._left -= (bottom - top + 1) * (right - left + 1)
            if self._left < 0:
                raise NotFollowed
            return [
                self._cell(where, r, c)
                for r in range(top, bottom + 1)
                for c in range(left, right + 1)
            ]

        text = self.told(formula)
        if changes_by_itself(text):
            raise ChangesByItself
        return _Reading(tokens_of(text), cells).whole()

    def _cell(self, content: SheetContent, row: int, column: int) -> Scalar:
        if (row, column) in content.formulas:
            try:
                return self.result(content.name, row, column)
            except (_Circle, ChangesByItself):
                raise
            except NotFollowed:
                if content.at(row, column) is None:
                    raise
        return serial_of(content.at(row, column))


class _Reading:
    """Calculates a formula while reading it, from its first token to its last."""

    def __init__(self, tokens: Sequence[Token], cells: Callable[[str], Sequence[Scalar]]) -> None:
        self._tokens = tokens
        self._cells = cells
        self._at = 0
        self._depth = 0

    def whole(self) -> Scalar:
        value = _single(self._level(0))
        if self._at < len(self._tokens):
            raise NotFollowed
        return 0.0 if value is None else value  # a formula that names an empty cell shows 0

    def _sign(self, *signs: str) -> str:
        if self._at < len(self._tokens):
            token = self._tokens[self._at]
            if token.kind == "sign" and token.text in signs:
                self._at += 1
                return token.text
        return ""

    def _level(self, number: int) -> _Argument:
        if number == len(_LEVELS):
            return self._prefixed()
        self._depth += 1
        if self._depth > _DEEPEST * len(_LEVELS):
            raise NotFollowed
        value = self._level(number + 1)
        while sign := self._sign(*_LEVELS[number]):
            value = _joined(sign, _single(value), _single(self._level(number + 1)))
        self._depth -= 1
        return value

    def _prefixed(self) -> _Argument:
        signs = []
        while sign := self._sign("-", "+"):
            signs.append(sign)
        value = self._one()
        while self._sign("%"):
            value = _joined("/", _single(value), 100.0)
        for _ in range(signs.count("-")):
            value = _joined("-", 0.0, _single(value))
        return value

    def _one(self) -> _Argument:
        if self._at >= len(self._tokens):
            raise NotFollowed
        token = self._tokens[self._at]
        self._at += 1
        if token.kind == "number":
            return _finite(float(token.text))
        if token.kind == "text":
            return token.text.replace('""', '"')
        if token.kind == "truth":
            return token.text.upper() == "TRUE"
        if token.kind == "error":
            return ErrorValue(token.text)
        if token.kind == "area":
            found = self._cells(token.text)
            return found if ":" in token.text else found[0]
        if token.kind == "name":
            name = token.text.upper()
            if name == "OFFSET":
                return self._beside()
            if name == "INDIRECT":
                return self._told_by_text(self._arguments())
            return _called(name, self._arguments())
        if token == Token("sign", "("):
            value = self._level(0)
            if self._sign(")"):
                return value
        raise NotFollowed

    def _beside(self) -> _Argument:
        """The cells so many rows and columns beside the ones that are named first."""
        place = self._tokens[self._at] if self._at < len(self._tokens) else Token("end", "")
        self._at += 1
        if place.kind != "area" or not self._sign(",", ";"):
            raise NotFollowed
        moved = self._arguments()
        if len(moved) != 2:
            raise NotFollowed  # of another size
        down, right = (int(_number(v)) for v in moved)
        before, mark, cells = place.text.rpartition("!")
        corners = ":".join(moved_place(part, down, right) for part in cells.split(":"))
        found = self._cells(f"{before}{mark}{corners}")
        return found if ":" in corners else found[0]

    def _told_by_text(self, arguments: list[_Argument]) -> _Argument:
        """The cells that a text names; they stay where the formula is copied."""
        said = _single(arguments[0]) if len(arguments) == 1 else None
        if not isinstance(said, str):
            raise NotFollowed
        (named,) = tokens_of(said) if len(tokens_of(said)) == 1 else (Token("end", ""),)
        if named.kind != "area":
            raise NotFollowed
        before, mark, cells = named.text.rpartition("!")
        corners = ":".join(staying_place(part) for part in cells.split(":"))
        found = self._cells(f"{before}{mark}{corners}")
        return found if ":" in corners else found[0]

    def _arguments(self) -> list[_Argument]:
        found: list[_Argument] = []
        if self._sign(")"):
            return found
        while True:
            found.append(self._level(0))
            if self._sign(")"):
                return found
            if not self._sign(",", ";"):
                raise NotFollowed


# --- Values ---------------------------------------------------------------------------------------


def _single(value: _Argument) -> Scalar:
    if isinstance(value, (str, float, bool, ErrorValue)) or value is None:
        return value
    raise NotFollowed  # which cell of an area is meant depends on where the formula stands


def _finite(value: float | complex) -> float:
    if isinstance(value, complex) or not math.isfinite(value):
        raise NotFollowed
    return float(value)


def _number(value: _Argument) -> float:
    single = _single(value)
    if isinstance(single, (str, ErrorValue)):
        raise NotFollowed  # a text may be a number by the marks of the machine
    return float(single or 0)


def _text(value: Scalar) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, float) and value == int(value) and abs(value) < 1e11:
        return str(int(value))
    raise NotFollowed  # how a broken number is written depends on the machine


_ARITHMETIC: Mapping[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "^": operator.pow,
}
_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _joined(sign: str, one: Scalar, other: Scalar) -> Scalar:
    broken = next((v for v in (one, other) if isinstance(v, ErrorValue)), None)
    if broken is not None:
        return broken
    if sign == "&":
        return _text(one) + _text(other)
    if sign in _COMPARISONS:
        if isinstance(one, bool) != isinstance(other, bool):
            raise NotFollowed  # to Excel TRUE is no 1, to other programs it is
        if isinstance(one, str) and isinstance(other, str) and sign in ("=", "<>"):
            return (one.casefold() == other.casefold()) == (sign == "=")
        first, second = _number(one), _number(other)
        if first != second and math.isclose(first, second, rel_tol=1e-12):
            raise NotFollowed  # to Excel 0.1+0.2 is 0.3
        return _COMPARISONS[sign](first, second)
    if sign == "/" and not _number(other):
        return ErrorValue("#DIV/0!")
    value = _ARITHMETIC[sign](_number(one), _number(other))
    return _finite(value)


def _figures(arguments: Sequence[_Argument]) -> list[float]:
    """The numbers among the arguments: of areas and cells words and truths do not count."""
    found: list[float] = []
    for argument in arguments:
        several = isinstance(argument, Sequence) and not isinstance(argument, str)
        for value in argument if several else (argument,):  # type: ignore[union-attr]
            if isinstance(value, ErrorValue):
                raise NotFollowed
            if isinstance(value, float):
                found.append(value)
            elif not several and value is not None:
                raise NotFollowed  # a word or truth of its own: counted or not by where it stands
    return found


def _rounded(way: str) -> Callable[..., Scalar]:
    def function(value: _Argument, digits: _Argument = 0.0) -> float:
        exact = Decimal(repr(_number(value)))
        return float(exact.quantize(Decimal(1).scaleb(-int(_number(digits))), way))

    return function


def _day(year: _Argument, month: _Argument, day: _Argument) -> Scalar:
    whole = [int(_number(v)) for v in (year, month, day)]
    if not 1900 <= whole[0] <= 9999:
        raise NotFollowed
    months = whole[0] * 12 + whole[1] - 1
    first = dt.date(months // 12, months % 12 + 1, 1)
    return serial_of(first + dt.timedelta(days=whole[2] - 1))


def _if(choice: _Argument, then: _Argument, otherwise: _Argument = False) -> _Argument:
    return then if _number(choice) else otherwise


_OF_FIGURES: Mapping[str, Callable[[list[float]], float]] = {
    "SUM": math.fsum,
    "PRODUCT": lambda v: math.prod(v) if v else 0.0,
    "MIN": lambda v: min(v, default=0.0),
    "MAX": lambda v: max(v, default=0.0),
    "COUNT": lambda v: float(len(v)),
}
_FUNCTIONS: Mapping[tuple[str, int], Callable[..., _Argument]] = {
    ("ROUND", 2): _rounded(ROUND_HALF_UP),
    ("ROUNDUP", 2): _rounded(ROUND_UP),
    ("ROUNDDOWN", 2): _rounded(ROUND_DOWN),
    ("TRUNC", 1): _rounded(ROUND_DOWN),
    ("TRUNC", 2): _rounded(ROUND_DOWN),
    ("INT", 1): lambda v: float(math.floor(_number(v))),
    ("ABS", 1): lambda v: abs(_number(v)),
    ("SQRT", 1): lambda v: math.sqrt(_number(v)),
    ("POWER", 2): lambda v, n: _joined("^", _number(v), _number(n)),
    ("PI", 0): lambda: math.pi,
    ("IF", 2): _if,
    ("IF", 3): _if,
    ("DATE", 3): _day,
}


def _called(name: str, arguments: list[_Argument]) -> _Argument:
    if name == "AVERAGE":
        figures = _figures(arguments)
        return math.fsum(figures) / len(figures) if figures else ErrorValue("#DIV/0!")
    if name == "CHOOSE" and len(arguments) > 1:
        number = int(_number(arguments[0]))
        return arguments[number] if 0 < number < len(arguments) else ErrorValue("#VALUE!")
    if name in _OF_FIGURES and arguments:
        return float(_OF_FIGURES[name](_figures(arguments)))
    function = _FUNCTIONS.get((name, len(arguments)))
    if function is None:
        raise NotFollowed
    return function(*arguments)
