"""Formulas of the cells of .xls and .xlsb, written as those of the other formats are.

They are kept as tokens in the order of calculation ([MS-XLS] 2.5.198, [MS-XLSB] 2.5.97). What is
not followed here leaves a formula that nobody calculates with.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from models.domain.reading.formulas.formula_tokens import UNKNOWN, add_name
from models.domain.reading.workbook_content import CellFormula, address
from tasks.adapters.reading.binary.biff12 import whole_number, wide_string
from tasks.adapters.reading.binary.binary_values import ERRORS, BinarySheet

MOST_NAMES = 2_000  # that are followed
_SIGNS: Mapping[int, tuple[str, int]] = {
    0x03: ("+", 3), 0x04: ("-", 3), 0x05: ("*", 4), 0x06: ("/", 4), 0x07: ("^", 5),
    0x08: ("&", 2), 0x09: ("<", 1), 0x0A: ("<=", 1), 0x0B: ("=", 1), 0x0C: (">=", 1),
    0x0D: (">", 1), 0x0E: ("<>", 1),
}  # fmt: skip
_WHOLE = 9  # binds closer than any sign
#: Functions by their number, and of how many values; None: the formula says it.
_FUNCTIONS: Mapping[int, tuple[str, int | None]] = {
    0: ("COUNT", None), 1: ("IF", None), 4: ("SUM", None), 5: ("AVERAGE", None),
    6: ("MIN", None), 7: ("MAX", None), 15: ("SIN", 1), 16: ("COS", 1), 19: ("PI", 0),
    20: ("SQRT", 1), 21: ("EXP", 1), 22: ("LN", 1), 23: ("LOG10", 1), 24: ("ABS", 1),
    25: ("INT", 1), 26: ("SIGN", 1), 27: ("ROUND", 2), 28: ("LOOKUP", None),
    29: ("INDEX", None), 31: ("MID", 3), 32: ("LEN", 1), 33: ("VALUE", 1), 34: ("TRUE", 0),
    35: ("FALSE", 0), 36: ("AND", None), 37: ("OR", None), 38: ("NOT", 1), 39: ("MOD", 2),
    48: ("TEXT", 2), 63: ("RAND", 0), 64: ("MATCH", None), 65: ("DATE", 3), 67: ("DAY", 1),
    68: ("MONTH", 1), 69: ("YEAR", 1), 74: ("NOW", 0), 78: ("OFFSET", None),
    100: ("CHOOSE", None), 101: ("HLOOKUP", None), 102: ("VLOOKUP", None), 115: ("LEFT", None),
    116: ("RIGHT", None), 118: ("TRIM", 1), 148: ("INDIRECT", None), 169: ("COUNTA", None),
    183: ("PRODUCT", None), 197: ("TRUNC", None), 212: ("ROUNDUP", 2), 213: ("ROUNDDOWN", 2),
    221: ("TODAY", 0), 228: ("SUMPRODUCT", None), 336: ("CONCATENATE", None), 337: ("POWER", 2),
    344: ("SUBTOTAL", None), 345: ("SUMIF", None), 346: ("COUNTIF", 2), 464: ("RANDBETWEEN", 2),
    480: ("IFERROR", 2),
}  # fmt: skip
_PLUS, _MINUS, _PERCENT, _PAREN, _MISSING, _TEXT = 0x12, 0x13, 0x14, 0x15, 0x16, 0x17
_ATTRIBUTE, _ERROR, _TRUTH, _SHORT, _REAL = 0x19, 0x1C, 0x1D, 0x1E, 0x1F
_FUNCTION, _FUNCTION_OF_MANY = 0x21, 0x22
_CELL, _AREA, _MOVING_CELL, _MOVING_AREA = 0x24, 0x25, 0x2C, 0x2D
_CELL_ELSEWHERE, _AREA_ELSEWHERE = 0x3A, 0x3B
_NAME = 0x23
_SHARED = 0x01
_CHOOSE, _SUM = 0x04, 0x10
_ROW_MOVES, _COLUMN_MOVES = 0x8000, 0x4000
_OTHER_FILE = "[1]"


class _NotWritten(Exception):
    """Raised inside for a formula that is not followed here."""


@dataclass
class FormulaBook:
    """What the formulas of a workbook share: of each reference to another sheet that sheet's name,
    one in brackets for another file's; `long` is .xlsb, whose rows have four bytes."""

    long: bool
    sheets: list[str] = field(default_factory=list)
    named: list[tuple[str, bytes]] = field(default_factory=list)  # names, and their tokens

    def names(self) -> dict[str, str]:
        """What the names of the workbook stand for, by the name in small letters."""
        found: dict[str, str] = {}
        for name, tokens in self.named[:MOST_NAMES]:
            add_name(found, name, formula_text(tokens, self, 0, 0, of_name=True))
        return found


@dataclass
class SheetFormulas:
    """Gathers the formulas of one sheet; those that several cells share may follow the first."""

    book: FormulaBook
    tokens: dict[tuple[int, int], bytes] = field(default_factory=dict)  # 0-based row and column
    shared: dict[tuple[int, int], bytes] = field(default_factory=dict)  # by their first cell

    def texts(self) -> dict[tuple[int, int], CellFormula]:
        """The formulas by 1-based row and column."""
        found = {}
        for (row, column), tokens in self.tokens.items():
            place = (row + 1, column + 1)
            found[place] = CellFormula(self._text(tokens, row, column), *place)
        return found

    def give_to(self, sheet: BinarySheet) -> None:
        """Gives a sheet the formulas of its cells, and tells those of no text, where the sheet
        keeps none that cells share: some programs show the result that is kept, others nothing."""
        sheet.formulas = self.texts()
        for (row, column), tokens in self.tokens.items():
            lost = not tokens or (tokens[0] == _SHARED and not self.shared)
            if lost and (row + 1, column + 1) in sheet.cells:
                sheet.tell_twice(row + 1, column + 1)

    def _text(self, tokens: bytes, row: int, column: int) -> str:
        if tokens[:1] == bytes([_SHARED]):
            layout = "<II" if self.book.long else "<HH"
            own = struct.unpack_from(layout, tokens.ljust(9, b"\0"), 1)
            tokens = self.shared.get((own[0], own[1]), b"")
        return formula_text(tokens, self.book, row, column)


def formula_text(
    tokens: bytes, book: FormulaBook, row: int, column: int, *, of_name: bool = False
) -> str:
    """The formula of the cell in 0-based row and column; `of_name`: of a name, whose cells move
    with the one in which it is used unless they are told to stay.

    >>> formula_text(b"\\x1e\\x05\\x00\\x1e\\x02\\x00\\x05", FormulaBook(long=False), 0, 0)
    '5*2'
    """
    try:
        return _Writing(tokens, book, row, column, of_name=of_name).whole()
    except (_NotWritten, struct.error, IndexError, ValueError):
        return UNKNOWN


class _Writing:
    def __init__(
        self, tokens: bytes, book: FormulaBook, row: int, column: int, *, of_name: bool
    ) -> None:
        self._of_name = of_name
        self._tokens = tokens
        self._book = book
        self._place = row, column
        self._at = 0
        self._parts: list[tuple[str, int]] = []  # each part, and how close its signs bind

    def whole(self) -> str:
        while self._at < len(self._tokens):
            self._step()
        (part,) = self._parts if len(self._parts) == 1 else [(UNKNOWN, _WHOLE)]
        return part[0]

    def _take(self, layout: str) -> tuple[int, ...]:
        values = struct.unpack_from(layout, self._tokens, self._at)
        self._at += struct.calcsize(layout)
        return values

    def _step(self) -> None:
        kind = self._tokens[self._at]
        kind = kind & 0x1F | 0x20 if kind >= 0x40 else kind
        self._at += 1
        if kind in _SIGNS:
            self._join(*_SIGNS[kind])
        elif kind in (_PLUS, _MINUS, _PERCENT, _PAREN):
            self._wrap(kind)
        elif kind == _ATTRIBUTE:
            self._attribute()
        elif kind in (_FUNCTION, _FUNCTION_OF_MANY):
            self._function(of_many=kind == _FUNCTION_OF_MANY)
        elif kind in (_CELL, _MOVING_CELL, _AREA, _MOVING_AREA):
            moving = kind in (_MOVING_CELL, _MOVING_AREA)
            self._put(self._cells(area=kind in (_AREA, _MOVING_AREA), moving=moving))
        elif kind in (_CELL_ELSEWHERE, _AREA_ELSEWHERE):
            (number,) = self._take("<H")
            name = self._book.sheets[number]
            sheet = f"'{name.replace(chr(39), chr(39) * 2)}'"
            self._put(f"{sheet}!{self._cells(area=kind == _AREA_ELSEWHERE, moving=False)}")
        elif kind == _NAME:
            (number,) = self._take("<I")
            self._put(self._book.named[(number & 0xFFFF) - 1][0])
        else:
            self._put(self._value(kind))

    def _put(self, text: str, binds: int = _WHOLE) -> None:
        self._parts.append((text, binds))

    def _join(self, sign: str, binds: int) -> None:
        (one, first), (other, second) = self._parts[-2:]
        del self._parts[-2:]
        one = f"({one})" if first < binds else one
        other = f"({other})" if second <= binds else other
        self._put(f"{one}{sign}{other}", binds)

    def _wrap(self, kind: int) -> None:
        text, binds = self._parts.pop()
        if kind == _PAREN:
            self._put(f"({text})")
            return
        text = f"({text})" if binds < _WHOLE else text
        self._put(f"{text}%" if kind == _PERCENT else f"{'-' if kind == _MINUS else '+'}{text}", 6)

    def _attribute(self) -> None:
        kind, count = self._take("<BH")
        if kind & _CHOOSE:
            self._at += 2 * (count + 1)
        elif kind & _SUM:
            text, _ = self._parts.pop()
            self._put(f"SUM({text})")

    def _function(self, *, of_many: bool) -> None:
        count: int | None = self._take("<B")[0] & 0x7F if of_many else None
        (number,) = self._take("<H")
        name, fixed = _FUNCTIONS.get(number & 0x7FFF, (UNKNOWN, None))
        count = fixed if count is None else count
        if count is None or count > len(self._parts):
            raise _NotWritten
        given = [text for text, _ in self._parts[len(self._parts) - count :]]
        del self._parts[len(self._parts) - count :]
        self._put(f"{name}({','.join(given)})")

    def _cells(self, *, area: bool, moving: bool) -> str:
        long = self._book.long
        if area:
            top, bottom, left, right = self._take("<IIHH" if long else "<HHHH")
            corners = [(top, left), (bottom, right)]
        else:
            row, column = self._take("<IH" if long else "<HH")
            corners = [(row, column)]
        return ":".join(self._cell(*corner, moving=moving) for corner in corners)

    def _cell(self, row: int, flagged: int, *, moving: bool) -> str:
        rows, columns = (1 << 20, 1 << 14) if self._book.long else (1 << 16, 1 << 8)
        column = flagged & (columns - 1)
        if moving and flagged & _ROW_MOVES:
            row = (self._place[0] + row) % rows
        if moving and flagged & _COLUMN_MOVES:
            column = (self._place[1] + column) % columns
        told = address(row + 1, column + 1)
        if self._of_name and not flagged & (_ROW_MOVES | _COLUMN_MOVES):
            letters = told.rstrip("0123456789")
            return f"${letters}${told[len(letters) :]}"
        return told

    def _value(self, kind: int) -> str:
        if kind == _SHORT:
            return str(self._take("<H")[0])
        if kind == _REAL:
            return f"{self._take('<d')[0]:.15g}"
        if kind == _TRUTH:
            return "TRUE" if self._take("<B")[0] else "FALSE"
        if kind == _ERROR:
            return ERRORS.get(self._take("<B")[0], "#N/A")
        if kind == _MISSING:
            return ""
        if kind != _TEXT:
            raise _NotWritten
        if self._book.long:
            (length,), wide = self._take("<H"), 1
        else:
            length, wide = self._take("<BB")
        size = length * (2 if wide & 1 else 1)
        raw = self._tokens[self._at : self._at + size]
        self._at += size
        text = raw.decode("utf-16-le" if wide & 1 else "latin-1", "replace")
        return '"' + text.replace('"', '""') + '"'


def name_of_xls(data: bytes) -> tuple[str, bytes]:
    """The name of a record of .xls that gives one, and the tokens of what it stands for."""
    if len(data) < 15:
        return "", b""
    letters, size, wide = data[3], int.from_bytes(data[4:6], "little"), data[14] & 1
    ends = 15 + letters * (2 if wide else 1)
    name = data[15:ends].decode("utf-16-le" if wide else "latin-1", "replace")
    return name, data[ends : ends + size]


def name_of_xlsb(data: bytes) -> tuple[str, bytes]:
    """The same of a record of .xlsb. Raises BrokenRecords."""
    name, at = wide_string(data, 9)
    size = whole_number(data, at)
    return name, data[at + 4 : at + 4 + size]


def sheets_named(
    references: Sequence[tuple[int, int, int]], own: Sequence[bool], names: Sequence[str]
) -> list[str]:
    """The names of the sheets that references mean: of each its book, first and last sheet; `own`
    says which book is the workbook itself.

    >>> sheets_named([(0, 1, 1), (1, 0, 0)], [True, False], ["A", "B"])
    ['B', '[1]']
    """
    found = []
    for book, first, last in references:
        if book >= len(own) or not own[book]:
            found.append(_OTHER_FILE)
        elif first == last and 0 <= first < len(names):
            found.append(names[first])
        else:
            found.append(UNKNOWN)
    return found
