"""The filled cells of .xls, from its records ([MS-XLS] 2.4); of Excel 5 to 2003."""

from __future__ import annotations

import codecs
import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from models.domain.reading.workbook_content import CellValue
from tasks.adapters.reading.binary.binary_values import (
    BinarySheet,
    Bounds,
    BrokenRecords,
    NumberFormats,
    error_value,
    rk_number,
)
from tasks.adapters.reading.binary.formula_texts import (
    FormulaBook,
    SheetFormulas,
    name_of_xls,
    sheets_named,
)
from tasks.adapters.reading.binary.xls_made_anew import (
    MADE_ANEW,
    OF_BOOK,
    BookMadeAnew,
    MadeAnew,
)

_BOF, _EOF, _CONTINUE, _WINDOW = 0x809, 0x0A, 0x3C, 0x3D
_CODE_PAGE, _DATE_MODE, _FORMAT, _XF, _BOUND_SHEET, _TEXTS = 0x42, 0x22, 0x41E, 0xE0, 0x85, 0xFC
_NUMBER, _RK, _MUL_RK, _LABEL, _RICH, _SHARED, _BOOL_ERR = (
    0x203, 0x27E, 0xBD, 0x204, 0xD6, 0xFD, 0x205,
)  # fmt: skip
#: Excel writes the first; it reads those of Excel 3 and 4 as well, and other programs write them.
_FORMULAS = frozenset({0x06, 0x206, 0x406})
_UNUSUAL_FORMULAS = _FORMULAS - {0x06}
_SHARED_FORMULA, _ARRAY = 0x4BC, 0x221
_BOOKS, _REFERENCES, _OWN_BOOK = 0x1AE, 0x17, 0x0401
_NAME = 0x18
_STRINGS = frozenset({0x207, 0x07})
_MUL_BLANK, _LAST_COLUMN = 0xBE, 255
_BLANKS = frozenset({0x201, _MUL_BLANK})
_SMALLEST = {
    _NUMBER: 14, _RK: 10, _MUL_RK: 12, _LABEL: 8, _RICH: 8, _SHARED: 10, _BOOL_ERR: 8,
    **dict.fromkeys(_FORMULAS, 16),
}  # fmt: skip
#: Cells as Excel 2 wrote them. In a workbook of today nobody can say what they hold.
_STRANGE = frozenset({0x02, 0x03, 0x04, 0x05})
_BIFF8 = 0x600
_UNICODE = 1200
_KINDS = {0: "worksheet", 1: "macrosheet", 2: "chartsheet", 6: "macrosheet"}  # 6: modules
#: Code pages that bear other names here, or another number than Windows gives them.
_PAGES = {
    367: "ascii", 1200: "utf-16-le", 10000: "mac-roman", 10007: "mac-cyrillic", 32768: "mac-roman",
    32769: "cp1252", 65001: "utf-8",
}  # fmt: skip


@dataclass
class XlsBook:
    """What the workbook's own records say: its sheets' places, texts, formats."""

    biff8: bool = True
    encoding: str = "cp1252"
    unheard: bool = False  # its code page is one by which the library misreads its texts
    sheets: list[tuple[str, int, int, int]] = field(default_factory=list)  # name, at, state, kind
    texts: list[str] = field(default_factory=list)
    since_1904: bool = False
    windows: list[int] = field(default_factory=list)  # the flags of each
    anew: BookMadeAnew = field(default_factory=BookMadeAnew)  # what is filled as it opens
    formulas: FormulaBook = field(default_factory=lambda: FormulaBook(long=False))
    formats: NumberFormats = NumberFormats(frozenset(), frozenset())  # noqa: RUF009  frozen


def xls_book(stream: bytes) -> XlsBook:
    """The globals of a `Workbook` or `Book` stream. Raises BrokenRecords."""
    book = XlsBook()
    codes: dict[int, str] = {}
    styles: list[int] = []
    since_1904 = False
    pending: list[bytes] = []  # the texts' record and those that continue it
    own: list[bool] = []
    references: list[tuple[int, int, int]] = []
    before = 0
    for record, data in biff8_records(stream, 0):
        if record == _BOF and len(data) >= 2:
            book.biff8 = int.from_bytes(data[:2], "little") == _BIFF8
        elif record == _CODE_PAGE:
            page = int.from_bytes(data[:2], "little")
            book.encoding = _encoding(page)
            # The texts of Excel 97 and later have no code page; the library thinks they have.
            book.unheard = book.biff8 and page != _UNICODE
        elif record == _DATE_MODE:
            since_1904 = data[:1] == b"\x01"
        elif record == _WINDOW and len(data) >= 9:
            book.windows.append(data[8])
        elif record == _FORMAT and len(data) > 4:
            codes[int.from_bytes(data[:2], "little")] = _text(data, 2, book, wide=book.biff8)
        elif record == _XF and len(data) >= 4:
            styles.append(int.from_bytes(data[2:4], "little"))
        elif record == _BOUND_SHEET and len(data) >= 8:
            place = int.from_bytes(data[:4], "little")
            name = _text(data, 6, book, wide=False)
            book.sheets.append((name, place, data[4] & 3, data[5]))
        elif record == _BOOKS and len(data) >= 4:
            own.append(int.from_bytes(data[2:4], "little") == _OWN_BOOK)
        elif record == _REFERENCES and len(data) >= 2:
            count = min(int.from_bytes(data[:2], "little"), (len(data) - 2) // 6)
            references += [struct.unpack_from("<HHH", data, 2 + 6 * n) for n in range(count)]
        elif record == _NAME:
            book.formulas.named.append(name_of_xls(data) if book.biff8 else ("", b""))
        elif record in OF_BOOK:
            book.anew.take(record, data)
        elif record == _TEXTS or (record == _CONTINUE and before == _TEXTS):
            pending.append(data)
            record = _TEXTS
        before = record
    if pending:
        book.texts = _shared_texts(pending)
    book.formats = NumberFormats.of(styles, codes, since_1904)
    book.since_1904 = since_1904
    book.formulas.sheets = sheets_named(references, own, [name for name, *_ in book.sheets])
    return book


def read_xls_sheet(stream: bytes, number: int, book: XlsBook, bounds: Bounds) -> BinarySheet:
    """The cells of a sheet by its place in the workbook. Raises BrokenRecords."""
    name, place, state, kind = book.sheets[number]
    found = BinarySheet(name, bounds, state, _KINDS.get(kind, "worksheet"), unheard=book.unheard)
    if found.kind != "worksheet":
        return found
    if place >= len(stream):
        raise BrokenRecords(f"{name}: beyond the end")
    formulas = SheetFormulas(book.formulas)
    depth = 0
    anew = MadeAnew(book.anew)
    waiting: tuple[int, int] | None = None  # the formula whose text comes in a later record
    for record, data in _whole_strings(biff8_records(stream, place), book, found):
        depth += (record == _BOF) - (record == _EOF)
        if depth != 1:  # a chart inside the sheet has records that look like cells
            continue
        if record in _STRINGS and waiting:
            found.put(*waiting, _text(data, 0, book, wide=True))
            waiting = None
        elif record in _STRANGE or len(data) < _SMALLEST.get(record, 0):
            found.strange += 1
        elif record in _FORMULAS:
            found.unheard = found.unheard or record in _UNUSUAL_FORMULAS
            waiting = _formula(data, found, book)
            _note_formula(record, data, formulas)
        elif record in (_SHARED_FORMULA, _ARRAY):
            _note_formula(record, data, formulas)
        elif record in MADE_ANEW:
            anew.take(record, data)
        elif record == _MUL_RK:
            _many(data, found, book)
        elif record in _BLANKS and len(data) >= 6:
            _nothing(record, data, found)
        elif value := _VALUES.get(record):
            row, column = struct.unpack_from("<HH", data)
            found.put(row + 1, column + 1, value(data, book))
    if book.biff8:
        formulas.give_to(found)
    found.tell_made_anew(anew.areas)
    return found


def _whole_strings(
    records: Iterator[tuple[int, bytes]], book: XlsBook, found: BinarySheet
) -> Iterator[tuple[int, bytes]]:
    """The records, texts of formulas with those that continue them: each states its width anew, and
    the library takes but the first."""
    pieces: list[bytes] = []
    kept = 0
    for record, data in records:
        if pieces and record == _CONTINUE:
            pieces.append(data)
            continue
        if pieces:
            found.unheard |= len(pieces) > 1
            yield kept, _joined(pieces) if len(pieces) > 1 and book.biff8 else b"".join(pieces)
            pieces = []
        if record in _STRINGS:
            pieces, kept = [data], record
        else:
            yield record, data


def _joined(pieces: list[bytes]) -> bytes:
    """A text that goes on over records as one record would have it. Raises BrokenRecords."""
    kept = _Pieces(pieces)
    length, flags = struct.unpack("<HB", kept.take(3))
    letters = kept.letters(length, bool(flags & 1)).encode("utf-16-le")
    return struct.pack("<HB", len(letters) // 2, 1) + letters


def _note_formula(record: int, data: bytes, formulas: SheetFormulas) -> None:
    """Takes the tokens of a cell's formula, or of one that an area shares."""
    if record in _FORMULAS:
        row, column = struct.unpack_from("<HH", data)
        size = int.from_bytes(data[20:22], "little")
        formulas.tokens[row, column] = data[22 : 22 + size]
    elif len(data) > 12:
        at = 8 if record == _SHARED_FORMULA else 12
        size = int.from_bytes(data[at : at + 2], "little")
        first = int.from_bytes(data[:2], "little"), data[4]
        formulas.shared[first] = data[at + 2 : at + 2 + size]


def _formula(data: bytes, found: BinarySheet, book: XlsBook) -> tuple[int, int] | None:
    """Takes a formula's result, or says whose text is still to come."""
    row, column, style = struct.unpack_from("<3H", data)
    if data[12:14] != b"\xff\xff":
        number = struct.unpack_from("<d", data, 6)[0]
        found.put(row + 1, column + 1, book.formats.shown(number, style))
    elif data[6] == 0:
        return row + 1, column + 1
    elif data[6] in (1, 2):
        result: CellValue = bool(data[8]) if data[6] == 1 else error_value(data[8])
        found.put(row + 1, column + 1, result)
    elif data[6] != 3:  # 3 is an empty text
        found.strange += 1
    return None


def _many(data: bytes, found: BinarySheet, book: XlsBook) -> None:
    row, first = struct.unpack_from("<HH", data)
    for n, at in enumerate(range(4, len(data) - 7, 6)):
        style, raw = struct.unpack_from("<HI", data, at)
        found.put(row + 1, first + n + 1, book.formats.shown(rk_number(raw), style))


def _nothing(record: int, data: bytes, found: BinarySheet) -> None:
    """Takes cells without content: one of them, or a run with the number of its last column."""
    row, first = struct.unpack_from("<HH", data)
    last = struct.unpack_from("<H", data, len(data) - 2)[0] if record == _MUL_BLANK else first
    for column in range(first, min(last, _LAST_COLUMN) + 1):
        found.empty(row + 1, column + 1)


def _number(data: bytes, book: XlsBook) -> CellValue:
    style, number = struct.unpack_from("<Hd", data, 4)
    return book.formats.shown(number, style)


def _rk(data: bytes, book: XlsBook) -> CellValue:
    style, raw = struct.unpack_from("<HI", data, 4)
    return book.formats.shown(rk_number(raw), style)


def _label(data: bytes, book: XlsBook) -> CellValue:
    return _text(data, 6, book, wide=True)


def _shared(data: bytes, book: XlsBook) -> CellValue:
    place = int.from_bytes(data[6:10], "little")
    if place >= len(book.texts):
        raise BrokenRecords(f"text {place} of {len(book.texts)}")
    return book.texts[place]


def _bool_or_error(data: bytes, _: XlsBook) -> CellValue:
    return error_value(data[6]) if data[7] else data[6] != 0


_VALUES: dict[int, Callable[[bytes, XlsBook], CellValue]] = {
    _NUMBER: _number,
    _RK: _rk,
    _LABEL: _label,
    _RICH: _label,
    _SHARED: _shared,
    _BOOL_ERR: _bool_or_error,
}


def _text(data: bytes, at: int, book: XlsBook, *, wide: bool) -> str:
    """A text inside one record; its length has two bytes where `wide`, else one."""
    size = 2 if wide else 1
    length = int.from_bytes(data[at : at + size], "little")
    at += size
    if not book.biff8:
        return data[at : at + length].decode(book.encoding, "replace")
    if at >= len(data):
        return ""
    flags, at = data[at], at + 1
    at += 2 * bool(flags & 8) + 4 * bool(flags & 4)  # how much rich text and phonetics follow
    if flags & 1:
        return data[at : at + 2 * length].decode("utf-16-le", "replace")
    return data[at : at + length].decode("latin-1")


class _Pieces:
    """Bytes that go on over several records; a text that does so states its width anew."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = pieces
        self._piece = self._at = 0

    def take(self, size: int) -> bytes:
        """The next bytes, over the ends of records. Raises BrokenRecords."""
        taken = b""
        while len(taken) < size:
            piece = self._here()
            part = piece[self._at : self._at + size - len(taken)]
            self._at += len(part)
            taken += part
        return taken

    def skip(self, size: int) -> None:
        """Passes over bytes. Raises BrokenRecords."""
        while size > 0:
            left = len(self._here()) - self._at
            step = min(left, size)
            self._at += step
            size -= step

    def letters(self, length: int, wide: bool) -> str:
        """The letters of one text. Raises BrokenRecords."""
        text = ""
        while length:
            if self._at >= len(self._pieces[self._piece]):
                self._here()
                wide = bool(self.take(1)[0] & 1)
            size = 2 if wide else 1
            room = (len(self._pieces[self._piece]) - self._at) // size
            count = min(room, length)
            if not count:
                raise BrokenRecords("half a letter at the end of a record")
            raw = self.take(count * size)
            text += raw.decode("utf-16-le" if wide else "latin-1", "replace")
            length -= count
        return text

    def _here(self) -> bytes:
        while self._at >= len(self._pieces[self._piece]):
            self._piece, self._at = self._piece + 1, 0
            if self._piece >= len(self._pieces):
                raise BrokenRecords("the texts end too early")
        return self._pieces[self._piece]


def _shared_texts(records: list[bytes]) -> list[str]:
    """The texts that are there; some programs announce more, which no cell asks for."""
    pieces = _Pieces(records)
    texts: list[str] = []
    with suppress(BrokenRecords):
        count = struct.unpack("<II", pieces.take(8))[1]
        while len(texts) < count:
            length, flags = struct.unpack("<HB", pieces.take(3))
            runs = int.from_bytes(pieces.take(2), "little") if flags & 8 else 0
            phonetics = int.from_bytes(pieces.take(4), "little") if flags & 4 else 0
            texts.append(pieces.letters(length, bool(flags & 1)))
            pieces.skip(4 * runs + phonetics)
    return texts


def _encoding(page: int) -> str:
    """The codec of a code page; where nobody knows it, that of western Windows."""
    name = _PAGES.get(page, f"cp{page}")
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "cp1252"


def biff8_records(stream: bytes, position: int) -> Iterator[tuple[int, bytes]]:
    """Number and data of every record up to the end of the sheet or globals that begin there.

    Raises BrokenRecords where the stream ends before.
    """
    depth = 0
    while position + 4 <= len(stream):
        record, length = struct.unpack_from("<HH", stream, position)
        position += 4
        if position + length > len(stream):
            raise BrokenRecords("the last record is cut off")
        yield record, stream[position : position + length]
        depth += (record == _BOF) - (record == _EOF)
        if depth <= 0:
            return
        position += length
    raise BrokenRecords("no end")
