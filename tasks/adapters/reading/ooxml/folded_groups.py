"""Groups of rows and columns that are said to be folded, though nothing in them is hidden.

Excel shows them; LibreOffice folds a group as soon as what follows it says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_MARK = b"collapsed"
_GROUPED = re.compile(rb"<(?:\w+:)?(?:row|col)(?=[\s/>])([^<>]*)>")
_ATTRIBUTE = re.compile(rb"([A-Za-z]+)\s*=\s*[\"']([^\"'<>]*)[\"']")
_TRUE = (b"1", b"true", b"on")
_DEEPEST = 7  # groups in one another

Line = tuple[int, int, int, bool]
"""A run of rows or columns: its first and last, how many groups it is in, whether it is where a
folded one ends."""


def folded(xml: bytes) -> list[tuple[int, int]]:
    """First and last of each run of rows, or of columns, that is folded; the bytes tell of the one
    or the other kind alone.

    >>> folded(b'<row r="2" outlineLevel="1"/><row r="3" collapsed="1"/>')
    [(2, 2)]
    >>> folded(b'<col min="2" max="4" outlineLevel="1"/><col min="5" max="5" collapsed="1"/>')
    [(2, 4)]
    """
    # The rest of the word is found twice as fast: its first letter is frequent.
    return [*_folded(sorted(_lines(xml)))] if _MARK[1:] in xml else []


def _lines(xml: bytes) -> Iterator[Line]:
    row = 0
    for match in _GROUPED.finditer(xml):
        stated = dict(_ATTRIBUTE.findall(match[1]))
        level = _number(stated.get(b"outlineLevel", b""))
        first, last = (_number(stated.get(name, b"")) for name in (b"min", b"max"))
        if not first:
            first = last = row = _number(stated.get(b"r", b"")) or row + 1
        yield first, last, min(level, _DEEPEST), stated.get(_MARK, b"").strip() in _TRUE


def _folded(lines: list[Line]) -> Iterator[tuple[int, int]]:
    open_groups: list[int] = []  # where each begins, the innermost last
    end = 0
    for first, last, level, folds in lines:
        if first > end + 1:
            open_groups.clear()  # what is not told is in no group
        if len(open_groups) > level:
            if folds:
                yield open_groups[-1], first - 1
            del open_groups[level:]
        open_groups += [first] * (level - len(open_groups))
        end = max(end, last)


def _number(text: bytes) -> int:
    return int(text) if text.isdigit() and len(text) < 8 else 0
