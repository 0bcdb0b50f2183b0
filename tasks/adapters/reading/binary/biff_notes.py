"""Comments on the cells of .xls: a record names cell and object, another one the object's text."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from models.domain.reading.workbook_content import MOST_COMMENTS

_BOF, _NOTE, _OBJECT, _TEXT_OBJECT, _CONTINUE = 0x809, 0x1C, 0x5D, 0x1B6, 0x3C
_COMMON, _IS_NOTE = 0x15, 0x19  # the first part of an object's record; the kind of object
_SHOWN = 0x02
_BIFF8, _NO_ROW = 0x600, 0xFFFF


@dataclass
class BiffNotes:
    """Gathers the comments of one sheet from its records as they come ([MS-XLS] 2.4.179, 2.4.329).

    Of Excel 5 and 95 the record itself holds the text, and a long one goes on in others without
    a cell.
    """

    texts: dict[int, str] = field(default_factory=dict)  # by object
    cells: dict[tuple[int, int], int] = field(default_factory=dict)
    old: dict[tuple[int, int], str] = field(default_factory=dict)
    standing_open: set[int] = field(default_factory=set)  # objects of comments that are shown
    biff8: bool = True
    _object: int = 0
    _left: int = 0  # letters of the object's text that are still to come
    _last: tuple[int, int] = (0, 0)

    def take(self, record: int, data: bytes) -> None:
        """Takes what a record tells; any other tells nothing."""
        if record == _BOF and len(data) >= 4:
            # A drawing's own beginning, of a chart inside the sheet, states the same version.
            self.biff8 = int.from_bytes(data[:2], "little") == _BIFF8
        elif record == _OBJECT and len(data) >= 8:
            part, _, kind, number = struct.unpack_from("<4H", data)
            self._object = number if (part, kind) == (_COMMON, _IS_NOTE) else 0
        elif record == _TEXT_OBJECT:
            self._left = struct.unpack_from("<H", data, 10)[0] if len(data) >= 12 else 0
        elif record == _CONTINUE and self._left and data:
            self._take_letters(data)
        elif record == _NOTE and len(data) >= 8 and len(self.cells) + len(self.old) < MOST_COMMENTS:
            self._take_note(data)

    def by_place(self) -> dict[tuple[int, int], str]:
        """The texts by 1-based row and column of their cells."""
        found = {place: self.texts.get(number, "") for place, number in self.cells.items()}
        return {place: text for place, text in (found | self.old).items() if text.strip()}

    def _take_letters(self, data: bytes) -> None:
        wide = bool(data[0] & 1)
        raw = data[1 : 1 + self._left * (2 if wide else 1)]
        text = raw.decode("utf-16-le" if wide else "latin-1", "replace")
        self._left = max(self._left - len(text), 0)
        if self._object:
            self.texts[self._object] = self.texts.get(self._object, "") + text

    def _take_note(self, data: bytes) -> None:
        row, column, flags, number = struct.unpack_from("<4H", data)
        if self.biff8:
            if flags & _SHOWN:
                self.standing_open.add(number)
            self.cells[row + 1, column + 1] = number
            return
        place = self._last if row == _NO_ROW else (row + 1, column + 1)
        self.old[place] = self.old.get(place, "") + data[6:].decode("cp1252", "replace")
        self._last = place
