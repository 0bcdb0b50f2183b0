"""Formulas of .xls and .xlsb, as far as conditions need them ([MS-XLS] 2.5.198)."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

from models.domain.reading.workbook_content import (
    ErrorValue,
    FormulaCall,
    FormulaCell,
    FormulaStep,
)
from tasks.adapters.reading.binary.binary_values import ERRORS

_SIGNS: Mapping[int, tuple[str, int]] = {
    0x03: ("+", 2), 0x04: ("-", 2), 0x05: ("*", 2), 0x06: ("/", 2), 0x08: ("&", 2),
    0x09: ("<", 2), 0x0A: ("<=", 2), 0x0B: ("=", 2), 0x0C: (">=", 2), 0x0D: (">", 2),
    0x0E: ("<>", 2), 0x12: ("PLUS", 1), 0x13: ("NEGATE", 1), 0x14: ("PERCENT", 1),
}  # fmt: skip
#: Functions by their number; those of a fixed count of values say it.
_NAMES: Mapping[int, str] = {
    1: "IF", 2: "ISNA", 3: "ISERROR", 24: "ABS", 25: "INT", 27: "ROUND", 32: "LEN", 34: "TRUE",
    35: "FALSE", 36: "AND", 37: "OR", 38: "NOT", 39: "MOD", 82: "SEARCH", 112: "LOWER",
    113: "UPPER", 115: "LEFT", 116: "RIGHT", 117: "EXACT", 118: "TRIM", 124: "FIND", 126: "ISERR",
    127: "ISTEXT", 128: "ISNUMBER", 129: "ISBLANK", 131: "N", 190: "ISNONTEXT", 197: "TRUNC",
    198: "ISLOGICAL",
}  # fmt: skip
_TWO_VALUES, _NO_VALUE = frozenset({27, 39, 117}), frozenset({34, 35})
_PAREN, _ATTRIBUTE, _TEXT, _ERROR, _TRUTH, _WHOLE, _REAL = 0x15, 0x19, 0x17, 0x1C, 0x1D, 0x1E, 0x1F
_FUNCTION, _FUNCTION_OF_MANY, _CELL, _MOVING_CELL = 0x21, 0x22, 0x24, 0x2C
_SUM, _CHOOSE = 0x10, 0x04  # of an attribute: what is more than a hint


class _NotFollowed(Exception):
    """Raised inside for a formula that is not followed here."""


def formula_steps(tokens: bytes, *, long: bool) -> Sequence[FormulaStep] | None:
    """The steps of a formula of a condition, None for one that is not followed here.

    `long` is .xlsb, whose rows have four bytes and whose texts are told in letters of two.

    >>> formula_steps(b"\\x1e\\x05\\x00\\x1e\\x02\\x00\\x0d", long=True)
    (5.0, 2.0, FormulaCall(name='>', count=2))
    """
    steps: list[FormulaStep] = []
    at = 0
    try:
        while at < len(tokens):
            at = _step(tokens, at, steps, long=long)
    except (_NotFollowed, struct.error, IndexError):
        return None
    return tuple(steps)


def _step(tokens: bytes, at: int, steps: list[FormulaStep], *, long: bool) -> int:
    kind = tokens[at]
    kind = kind & 0x1F | 0x20 if kind >= 0x20 else kind  # values, references and lists alike
    at += 1
    if kind in _SIGNS:
        steps.append(FormulaCall(*_SIGNS[kind]))
        return at
    if kind == _PAREN:
        return at
    if kind == _ATTRIBUTE:
        if tokens[at] & (_SUM | _CHOOSE):
            raise _NotFollowed
        return at + 3
    if kind in (_FUNCTION, _FUNCTION_OF_MANY):
        return _function(tokens, at, steps, of_many=kind == _FUNCTION_OF_MANY)
    if kind in (_CELL, _MOVING_CELL):
        return _cell(tokens, at, steps, moving=kind == _MOVING_CELL, long=long)
    return _value(kind, tokens, at, steps, long=long)


def _value(kind: int, tokens: bytes, at: int, steps: list[FormulaStep], *, long: bool) -> int:
    if kind == _WHOLE:
        steps.append(float(struct.unpack_from("<H", tokens, at)[0]))
        return at + 2
    if kind == _REAL:
        steps.append(float(struct.unpack_from("<d", tokens, at)[0]))
        return at + 8
    if kind == _TRUTH:
        steps.append(tokens[at] != 0)
        return at + 1
    if kind == _ERROR:
        steps.append(ErrorValue(ERRORS.get(tokens[at], "#N/A")))
        return at + 1
    if kind != _TEXT:
        raise _NotFollowed
    if long:
        width, length, at = 2, int.from_bytes(tokens[at : at + 2], "little"), at + 2
    else:
        width, length, at = 1 + (tokens[at + 1] & 1), tokens[at], at + 2
    raw = tokens[at : at + width * length]
    if len(raw) < width * length:
        raise _NotFollowed
    steps.append(raw.decode("utf-16-le" if width == 2 else "latin-1", "replace"))
    return at + width * length


def _function(tokens: bytes, at: int, steps: list[FormulaStep], *, of_many: bool) -> int:
    count = tokens[at] & 0x7F if of_many else 0
    at += of_many
    number = struct.unpack_from("<H", tokens, at)[0]
    name = _NAMES.get(number)
    if name is None:
        raise _NotFollowed
    if not of_many:
        count = 2 if number in _TWO_VALUES else 0 if number in _NO_VALUE else 1
    steps.append(FormulaCall(name, count))
    return at + 2


def _cell(tokens: bytes, at: int, steps: list[FormulaStep], *, moving: bool, long: bool) -> int:
    row, column = struct.unpack_from("<IH" if long else "<HH", tokens, at)
    row_moves, column_moves = bool(column & 0x8000), bool(column & 0x4000)
    if (row_moves or column_moves) and not moving:
        raise _NotFollowed  # counted from a cell that is not told here
    rows, columns = (1 << 20, 1 << 14) if long else (1 << 16, 1 << 8)
    column &= columns - 1
    if row_moves and row >= rows // 2:
        row -= rows
    if column_moves and column >= columns // 2:
        column -= columns
    steps.append(
        FormulaCell(
            row if row_moves else row + 1,
            column if column_moves else column + 1,
            row_moves,
            column_moves,
        )
    )
    return at + (6 if long else 4)
