"""Cells of .xls that Excel fills anew as it opens the file: those of queries and pivot tables that
are told so, or all of them where the workbook asks all anew ([MS-XLS] 2.4.81, 2.4.220, 2.4.275,
2.4.313)."""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from models.domain.reading.workbook_content import Area

_QUERY, _QUERY_MORE, _PIVOT, _CACHE, _ALL_ANEW = 0x1AD, 0x803, 0xB0, 0xD5, 0x1B7
MADE_ANEW, OF_BOOK = frozenset({_QUERY, _QUERY_MORE, _PIVOT}), frozenset({_CACHE, _ALL_ANEW})
_WHOLE: Area = (1, 1, 1 << 16, 1 << 8)  # of a sheet
_AS_IT_OPENS, _CACHE_AS_IT_OPENS, _CACHE_HEAD = 0x20, 0x04, 0xC6
_INTERVAL = 22  # where a query says after how many minutes it is asked again
_MOST_CACHES = 1_000


@dataclass
class BookMadeAnew:
    """What a workbook says of that, gathered from its records: the numbers of its pivot caches in
    their order, those that are filled as it opens, and whether all are, and all queries."""

    caches: list[int] = field(default_factory=list)
    refreshed: Collection[int] = ()
    asks_all: bool = False

    def take(self, record: int, data: bytes) -> None:
        """Takes a record of OF_BOOK."""
        if record == _ALL_ANEW:
            self.asks_all = self.asks_all or any(data[:2])
        elif len(data) >= 2:
            self.caches.append(int.from_bytes(data[:2], "little"))


@dataclass
class MadeAnew:
    """Gathers such areas of a sheet from its records."""

    book: BookMadeAnew = field(default_factory=BookMadeAnew)
    areas: list[Area] = field(default_factory=list)

    def take(self, record: int, data: bytes) -> None:
        """Takes a record of MADE_ANEW; one that is cut off tells nothing."""
        if record in (_QUERY, _QUERY_MORE):
            at, asked = (0, _AS_IT_OPENS) if record == _QUERY else (_INTERVAL, 0xFFFF)
            if self.book.asks_all or int.from_bytes(data[at : at + 2], "little") & asked:
                self.areas.append(_WHOLE)  # where it stands, a name says
        elif len(data) >= 16:
            top, bottom, left, right, _, _, _, cache = struct.unpack_from("<8H", data)
            known = self.book.caches[cache : cache + 1]
            if self.book.asks_all or (known and known[0] in self.book.refreshed):
                self.areas.append((top + 1, left + 1, bottom + 1, right + 1))


def refreshed_caches(streams: Mapping[str, bytes]) -> frozenset[int]:
    """The numbers of the pivot caches that are filled as the file opens, by the names of their
    streams.

    >>> head = struct.pack("<HHIHH", 0xC6, 8, 3, 7, 0x05)
    >>> refreshed_caches({"0007": head, "x": head})
    frozenset({7})
    """
    return frozenset(_refreshed(streams))


def _refreshed(streams: Mapping[str, bytes]) -> Iterator[int]:
    for name, stream in [*streams.items()][:_MOST_CACHES]:
        if len(stream) >= 12 and stream[:2] == struct.pack("<H", _CACHE_HEAD):
            flags = struct.unpack_from("<H", stream, 10)[0]
            try:
                number = int(name, 16)
            except ValueError:
                continue
            if flags & _CACHE_AS_IT_OPENS:
                yield number
