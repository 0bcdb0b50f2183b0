"""Two workbooks beside each other: by sheet and row what differs, whatever was put in between.

Rows are paired by what they say, not by their number: one that was inserted moves no other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from models.domain.desk.plain_sight import visible
from models.domain.desk.shown_sheet import value_text
from models.domain.reading.workbook_content import SheetContent, WorkbookContent, address

_MOST_EQUAL = 400_000  # pairs of equal rows that are weighed before rows go by their number
_MOST_PAIRED = 2_500  # rows times rows of a stretch that are paired by what they share
_HEAD_ROWS = 10  # among which the names of columns are looked for
_FEWEST_HEADS = 3
_NAMED_BY = 3  # cells that name a row


class RowChange(StrEnum):
    """How a row differs. The values are the desk's words."""

    CHANGED = "Sửa"
    ADDED = "Thêm"
    REMOVED = "Bớt"


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell that differs; an address is "" where the row is only on the other side."""

    column: str  # what its column is called, "" where nothing names it
    left: str  # its address
    left_text: str
    right: str
    right_text: str


@dataclass(frozen=True, slots=True)
class RowDifference:
    """A row that differs, and in which cells."""

    change: RowChange
    sheet: str
    left: int  # its number, 0 where it is not there
    right: int
    named: str  # by its first cells that are the same, or that it has
    cells: Sequence[CellChange]


@dataclass(frozen=True, slots=True)
class SheetDifference:
    """What differs in a sheet. `only` says that the other workbook has none of that name: then
    its rows are not told."""

    name: str
    only: str  # "left", "right", "" for a sheet of both
    rows: Sequence[RowDifference]


_Row = tuple[int, tuple[str, ...]]


def compared(left: WorkbookContent, right: WorkbookContent) -> list[SheetDifference]:
    """The sheets of both in the order of the right one, then those that only one of them has."""
    names = dict.fromkeys(sheet.name for sheet in (*right.sheets, *left.sheets))
    both, alone = [], []
    for name in names:
        one, other = left.sheet(name), right.sheet(name)
        if one is not None and other is not None:
            both.append(SheetDifference(name, "", _rows(name, one, other)))
        else:
            alone.append(SheetDifference(name, "left" if one else "right", ()))
    return both + alone


def _rows(name: str, left: SheetContent, right: SheetContent) -> list[RowDifference]:
    before, after = _filled(left), _filled(right)
    heads = _heads(after or before)
    found = []
    for one, other in _paired([r for _, r in before], [r for _, r in after]):
        old = before[one] if one is not None else (0, ())
        new = after[other] if other is not None else (0, ())
        cells = _cells(old, new, heads)
        moved = one is not None and other is not None and _said(old[1]) == _said(new[1])
        if cells and not moved:
            change = RowChange.CHANGED
            if one is None or other is None:
                change = RowChange.ADDED if one is None else RowChange.REMOVED
            shown = _seen(old, left), _seen(new, right)
            found.append(RowDifference(change, name, old[0], new[0], _named(*shown), cells))
    return found


def _filled(sheet: SheetContent) -> list[_Row]:
    """The rows that hold anything: number and texts, without what is empty at their ends."""
    rows = []
    for number, values in enumerate(sheet.rows, start=1):
        texts = [
            visible(value_text(sheet, (number, column))).strip() if value is not None else ""
            for column, value in enumerate(values, start=1)
        ]
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            rows.append((number, tuple(texts)))
    return rows


def _cells(old: _Row, new: _Row, heads: Sequence[str]) -> list[CellChange]:
    width = max(len(old[1]), len(new[1]))
    found = []
    for column in range(1, width + 1):
        before, after = _at(old[1], column), _at(new[1], column)
        if before != after:
            found.append(
                CellChange(
                    heads[column - 1] if column <= len(heads) else "",
                    address(old[0], column) if old[0] else "",
                    before,
                    address(new[0], column) if new[0] else "",
                    after,
                )
            )
    return found


def _at(texts: Sequence[str], column: int) -> str:
    return texts[column - 1] if column <= len(texts) else ""


def _seen(row: _Row, sheet: SheetContent) -> _Row:
    """The row without what stands in columns that nobody sees, as the codes of rows do."""
    hides = sheet.hidden_places.hides_column
    texts = ("" if hides(column) else text for column, text in enumerate(row[1], start=1))
    return row[0], tuple(texts)


def _named(old: _Row, new: _Row) -> str:
    """The cells by which a person knows the row."""
    if old[1] and new[1]:
        said = [a for a, b in zip(old[1], new[1], strict=False) if a and a == b]
    else:
        said = [text for text in old[1] or new[1] if text]
    return " · ".join(said[:_NAMED_BY])


def _heads(rows: Sequence[_Row]) -> Sequence[str]:
    """What the columns are called: the row near the top with most words in it."""
    near = [texts for number, texts in rows if number <= _HEAD_ROWS]
    fullest = max(near, key=lambda texts: sum(map(bool, texts)), default=())
    return fullest if sum(map(bool, fullest)) >= _FEWEST_HEADS else ()


def _paired(
    left: Sequence[tuple[str, ...]], right: Sequence[tuple[str, ...]]
) -> list[tuple[int | None, int | None]]:
    """Which row is which, by their places in the lists; None where it has no counterpart."""
    # A running number in the first cell says where a row stands, not what it is.
    before, after = [_said(row) for row in left], [_said(row) for row in right]
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    pairs: list[tuple[int | None, int | None]] = [(n, n) for n in range(start)]
    old, new = before[start:], after[start:]
    counted = Counter(new)
    if sum(counted[row] for row in old) > _MOST_EQUAL:
        return pairs + _by_place(start, len(before), start, len(after))
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        a, b, c, d = a + start, b + start, c + start, d + start
        if kind == "equal":
            pairs += [(a + n, c + n) for n in range(b - a)]
        elif kind != "replace" or (b - a) * (d - c) > _MOST_PAIRED:
            pairs += _by_place(a, b, c, d)
        else:
            pairs += _by_what_they_share(left, right, (a, b, c, d))
    return pairs


def _said(row: tuple[str, ...]) -> tuple[str, ...]:
    return row[1:] if row and row[0].isdecimal() and len(row) > 1 else row


def _by_place(a: int, b: int, c: int, d: int) -> list[tuple[int | None, int | None]]:
    both = min(b - a, d - c)
    pairs: list[tuple[int | None, int | None]] = [(a + n, c + n) for n in range(both)]
    pairs += [(n, None) for n in range(a + both, b)]
    return pairs + [(None, n) for n in range(c + both, d)]


def _by_what_they_share(
    left: Sequence[tuple[str, ...]],
    right: Sequence[tuple[str, ...]],
    stretch: tuple[int, int, int, int],
) -> list[tuple[int | None, int | None]]:
    """The pairing, in order, whose rows share most cells; rows that share none are no pair."""
    a, b, c, d = stretch
    shared = [[_shared(left[i], right[j]) for j in range(c, d)] for i in range(a, b)]
    best = [[0] * (d - c + 1) for _ in range(b - a + 1)]
    for i in range(b - a - 1, -1, -1):
        for j in range(d - c - 1, -1, -1):
            together = shared[i][j] + best[i + 1][j + 1] if shared[i][j] else 0
            best[i][j] = max(together, best[i + 1][j], best[i][j + 1])
    pairs: list[tuple[int | None, int | None]] = []
    i = j = 0
    while i < b - a and j < d - c:
        if shared[i][j] and best[i][j] == shared[i][j] + best[i + 1][j + 1]:
            pairs.append((a + i, c + j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            pairs.append((a + i, None))
            i += 1
        else:
            pairs.append((None, c + j))
            j += 1
    pairs += [(n, None) for n in range(a + i, b)]
    return pairs + [(None, n) for n in range(c + j, d)]


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """How many cells say the same; the first that says anything counts for most: it names it."""
    same = [bool(a) and a == b for a, b in zip(one, other, strict=False)]
    return sum(same) + (4 if same and same[0] and not one[0].isdecimal() else 0)
