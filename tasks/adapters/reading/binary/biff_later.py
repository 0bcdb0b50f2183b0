"""What Excel 2007 and later add to .xls, in records that older programs pass over: the theme, and
tables with their styles («Format as Table»)."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from models.domain.reading.workbook_content import ConditionalLook
from tasks.adapters.reading.archives import (
    BudgetExceeded,
    CountedZip,
    DamagedPackage,
    LockedPackage,
    UnknownPacking,
    UnzipBudget,
)
from tasks.adapters.reading.binary.xlsb_looks import TABLE_PARTS, difference_in
from tasks.adapters.reading.binary.xlsb_tables import parts_without
from tasks.adapters.reading.looks.colours import Ground
from tasks.adapters.reading.looks.table_looks import StyledTable, TablePart, looks_of_table

_THEME, _MORE, _DIFFERENCE, _STYLE, _STYLE_PART = 0x896, 0x87F, 0x88D, 0x88F, 0x890
_LISTS, _LIST_SAYS = frozenset({0x872, 0x878}), 0x877
LATER_RECORDS = frozenset({_THEME, _MORE, _DIFFERENCE, _STYLE, _STYLE_PART})
"""Of the workbook."""
TABLE_RECORDS = frozenset({*_LISTS, _LIST_SAYS})
"""Of a sheet."""
_HEAD = 12  # bytes in which each of them says what it is
_THEME_PART = re.compile(r"theme/theme/theme[0-9]*\.xml", re.IGNORECASE)
_MOST = 1_000  # tables, styles and differences that are looked at


@dataclass(slots=True)
class LaterStyles:
    """The theme of a workbook, and the styles of its tables by name and part."""

    tables: dict[str, dict[str, TablePart]] = field(default_factory=dict)
    _theme: list[bytes] = field(default_factory=list)
    _differences: list[bytes] = field(default_factory=list)
    _parts: dict[str, TablePart] = field(default_factory=dict)
    _in_theme: bool = False

    def take(self, record: int, data: bytes) -> None:
        """Takes one of those records; what is cut off says nothing."""
        self._in_theme = record == _THEME or (record == _MORE and self._in_theme)
        body = data[_HEAD:]
        if self._in_theme:
            # The version of the theme stands before it.
            self._theme.append(body[4:] if record == _THEME else body)
        elif record == _DIFFERENCE and len(self._differences) < _MOST:
            self._differences.append(body)
        elif record == _STYLE and len(body) >= 8 and len(self.tables) < _MOST:
            length = int.from_bytes(body[6:8], "little")
            name = body[8 : 8 + 2 * length].decode("utf-16-le", "replace")
            self._parts = self.tables.setdefault(name, {})
        elif record == _STYLE_PART and len(body) >= 12:
            kind, size, change = struct.unpack_from("<3I", body)
            if kind < len(TABLE_PARTS):
                self._parts[TABLE_PARTS[kind]] = TablePart(change, max(size, 1))

    def theme_xml(self) -> bytes:
        """The part of the theme, b"" where Office's own is meant or the package is no sound one."""
        package = b"".join(self._theme)
        with suppress(DamagedPackage, BudgetExceeded, LockedPackage, UnknownPacking):
            parts = CountedZip(package, UnzipBudget()).read_all() if package else {}
            return next((parts[name] for name in parts if _THEME_PART.fullmatch(name)), b"")
        return b""

    def looks_of(
        self, tables: Sequence[StyledTable], codes: Mapping[int, str], ground: Ground
    ) -> list[ConditionalLook]:
        """What these tables change in the look of their cells."""
        changes = {
            number: difference_in(data, codes, ground)
            for number, data in enumerate(self._differences if tables else ())
        }
        return [look for t in tables for look in looks_of_table(t, self.tables, changes)]


@dataclass(slots=True)
class BiffTables:
    """The tables of a sheet, as its records tell them."""

    _areas: dict[int, bytes] = field(default_factory=dict)  # rows, columns, what is apart
    _said: dict[int, tuple[int, str]] = field(default_factory=dict)  # switches, and the style

    def take(self, record: int, data: bytes) -> None:
        """Takes one of those records; what is cut off says nothing."""
        body = data[_HEAD:]
        if record in _LISTS and len(body) >= 15:
            places = int.from_bytes(body[7:9], "little")
            number, about = 15 + 8 * places + 4, 15 + 8 * places + 16
            if places and len(body) >= about:
                key = int.from_bytes(body[number : number + 4], "little")
                self._areas[key] = body[15:23] + body[number + 4 : about]
        elif record == _LIST_SAYS and len(body) >= 11 and body[:2] == b"\1\0":
            key, flags, length, is_wide = struct.unpack_from("<IHHB", body, 2)
            raw = body[11 : 11 + length * (2 if is_wide & 1 else 1)]
            name = raw.decode("utf-16-le" if is_wide & 1 else "latin-1", "replace")
            self._said[key] = flags, name

    def found(self) -> Iterator[StyledTable]:
        """All of them that have a style."""
        for key, (flags, name) in self._said.items():
            if key in self._areas:
                area = self._areas[key]
                top, bottom, left, right, heads, totals = struct.unpack("<4H2I", area)
                yield StyledTable(
                    (top + 1, left + 1, bottom + 1, right + 1),
                    name,
                    heads=heads > 0,
                    totals=totals > 0,
                    without=parts_without(flags),
                )
