"""Words that stand in no cell of .xls ([MS-XLS] 2.4): messages, pages, charts, names."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator
from itertools import islice

from models.domain.reading.workbook_content import MOST_WORDS, Elsewhere, WordsElsewhere

_BOF, _EOF = 0x809, 0x0A
_HEADER, _FOOTER, _MORE_PAGES, _VALIDATION, _BACKGROUND = 0x14, 0x15, 0x89C, 0x1BE, 0xE9
_CHART_TEXT, _NAME, _LINK_TIP = 0x100D, 0x18, 0x800
_TEXT = 0x17  # a formula that is a text and nothing else begins with it
_PAGE_SIGNS = re.compile(r'&(?:"[^"]*"|K[0-9A-F]{6}|[0-9]{1,3}|[A-Za-z])')
_PROPERTIES = ("title", "subject", "keywords", "comments", "category")


def words_of_xls_sheet(stream: bytes, offset: int, name: str) -> Iterator[WordsElsewhere]:
    """The words around the cells of a sheet, or of one that is a chart; what is cut off tells
    nothing."""
    return islice(_words(stream, offset, name), MOST_WORDS)


def _words(stream: bytes, offset: int, name: str) -> Iterator[WordsElsewhere]:
    for record, data in _records(stream, offset):
        reader = _READERS.get(record)
        if record == _BACKGROUND:
            yield WordsElsewhere(Elsewhere.BACKGROUND, "", name)
        elif reader is not None:
            where, read = reader
            try:
                texts = [" ".join(text.split()) for text in read(data)]
            except (struct.error, IndexError):
                continue
            for text in texts:
                if any(map(str.isalpha, text)):
                    yield WordsElsewhere(where, text, name)


def words_of_xls_book(stream: bytes) -> Iterator[WordsElsewhere]:
    """What the names of a workbook say that stand for a text."""
    for record, data in islice(_records(stream, 0), 100_000):
        if record == _NAME and len(data) > 15:
            letters, size = data[3], struct.unpack_from("<H", data, 4)[0]
            begins = 15 + letters * (2 if data[14] & 1 else 1)
            formula = data[begins : begins + size]
            if formula[:1] == bytes([_TEXT]) and len(formula) > 3:
                yield WordsElsewhere(Elsewhere.NAME, _letters(formula, 1, wide_length=False)[0])


def words_of_properties(properties: object) -> Iterator[WordsElsewhere]:
    """What the document's properties say, as the container's library tells them."""
    page = getattr(properties, "codepage", None) or 1252
    encoding = {65001: "utf-8", -535: "utf-8", 1200: "utf-16-le"}.get(page, f"cp{page}")
    for what in _PROPERTIES:
        raw = getattr(properties, what, None)
        try:
            text = raw.decode(encoding, "replace") if isinstance(raw, bytes) else str(raw or "")
        except LookupError:
            text = raw.decode("cp1252", "replace") if isinstance(raw, bytes) else ""
        if text.strip("\0 "):
            yield WordsElsewhere(Elsewhere.PROPERTY, " ".join(text.strip("\0").split()))


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    depth = 0
    while at + 4 <= len(stream):
        record, length = struct.unpack_from("<HH", stream, at)
        yield record, stream[at + 4 : at + 4 + length]
        depth += (record == _BOF) - (record == _EOF)
        if depth <= 0:
            return
        at += 4 + length


def _page(data: bytes) -> list[str]:
    return [_PAGE_SIGNS.sub(" ", _letters(data, 0)[0])] if data else []


def _more_pages(data: bytes) -> list[str]:
    """Those of even pages and of the first one."""
    counts = struct.unpack_from("<4H", data, 30)
    found, at = [], 38
    for count in counts:
        if count:
            text, at = _letters(data, at)
            found.append(_PAGE_SIGNS.sub(" ", text))
    return found


def _messages(data: bytes) -> list[str]:
    """Titles and texts of the message at a cell, and of the one at a wrong entry."""
    found, at = [], 4
    for _ in range(4):
        text, at = _letters(data, at)
        found.append(text.strip("\0"))
    return found


def _tip(data: bytes) -> list[str]:
    """What is told of a link."""
    return [data[10:].decode("utf-16-le", "replace").partition("\0")[0]]


def _chart(data: bytes) -> list[str]:
    return [_letters(data, 2, wide_length=False)[0]]


def _letters(data: bytes, at: int, *, wide_length: bool = True) -> tuple[str, int]:
    """A text and where it ends; its length has two bytes or one."""
    size = 2 if wide_length else 1
    length, flags = int.from_bytes(data[at : at + size], "little"), data[at + size]
    at += size + 1
    width = 2 if flags & 1 else 1
    raw = data[at : at + length * width]
    return raw.decode("utf-16-le" if width == 2 else "latin-1", "replace"), at + length * width


_READERS: dict[int, tuple[Elsewhere, Callable[[bytes], list[str]]]] = {
    _HEADER: (Elsewhere.PAGE, _page),
    _FOOTER: (Elsewhere.PAGE, _page),
    _MORE_PAGES: (Elsewhere.PAGE, _more_pages),
    _VALIDATION: (Elsewhere.MESSAGE, _messages),
    _CHART_TEXT: (Elsewhere.CHART, _chart),
    _LINK_TIP: (Elsewhere.MESSAGE, _tip),
}
