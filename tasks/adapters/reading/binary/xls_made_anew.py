"""Cells of .xls that Excel fills anew as it opens the file: those of queries and pivot tables that
are told so ([MS-XLS] 2.4.220, 2.4.275, 2.4.313)."""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from models.domain.reading.workbook_content import Area

QUERY, PIVOT, CACHE = 0x1AD, 0xB0, 0xD5
MADE_ANEW = frozenset({QUERY, PIVOT})
_WHOLE: Area = (1, 1, 1 << 16, 1 << 8)  # of a sheet
_AS_IT_OPENS, _CACHE_AS_IT_OPENS, _CACHE_HEAD = 0x20, 0x04, 0xC6
_MOST_CACHES = 1_000


@dataclass
class MadeAnew:
    """Gathers such areas of a sheet from its records; `caches` are the numbers of the workbook's
    pivot caches in their order, `refreshed` those that are filled as it opens."""

    caches: Sequence[int] = ()
    refreshed: Collection[int] = ()
    areas: list[Area] = field(default_factory=list)

    def take(self, record: int, data: bytes) -> None:
        """Takes a record of MADE_ANEW; one that is cut off tells nothing."""
        if record == QUERY:
            if data and data[0] & _AS_IT_OPENS:
                self.areas.append(_WHOLE)  # where it stands, a name says
        elif len(data) >= 16:
            top, bottom, left, right, _, _, _, cache = struct.unpack_from("<8H", data)
            if cache < len(self.caches) and self.caches[cache] in self.refreshed:
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
