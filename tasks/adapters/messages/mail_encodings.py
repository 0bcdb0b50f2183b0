"""How mail writes down what was meant: encodings of parts, encoded words and charsets of headers.

A part's transfer encoding is decided once, then undone. Every reader of a part asks here: mail
programs step over blanks, comments, missing padding and stray characters, so the same mail must not
be a workbook for them and rubbish for us. Of a header's text come its encoded words, charsets old
and new, names of files made fit to show.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import quopri
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from models.domain.notation.vietnamese_text import whole_line

MAX_HEADER = 8_000  # characters of one header that are decoded
MAX_NAME = 150  # characters of a file name shown
NAMELESS = "tep-khong-ten"
# Families of charsets that mean text. Others that Python knows are slow (punycode), no charset
# at all (hex, zlib) or always fail (undefined).
# fmt: off
TEXT_CHARSETS = (
    "ascii", "utf", "iso8859", "latin", "cp", "mac", "koi8", "gb", "hz", "big5", "euc",
    "shift_jis", "iso2022", "tis-620",
)
_ENCODED_WORD = re.compile(r"=\?([\w.:+*-]{1,40})\?([bBqQ])\?([^?]{0,4000})\?=")
_SEPARATOR = re.compile(r"\s*")
UNENCODABLE = re.compile("[\ud800-\udfff]")


class TransferEncoding(StrEnum):
    """How the bytes of a part stand in the message."""

    AS_IS = "as_is"  # 7bit, 8bit, binary, or a name that nobody knows
    BASE64 = "base64"
    QUOTED_PRINTABLE = "quoted_printable"
    UUENCODE = "uuencode"


_NAMES = {
    **dict.fromkeys(("base64", "b64", "xbase64", "mime64"), TransferEncoding.BASE64),
    **dict.fromkeys(
        ("quotedprintable", "quotedprintible", "qp", "xquotedprintable"),
        TransferEncoding.QUOTED_PRINTABLE,
    ),
    **dict.fromkeys(("uuencode", "xuuencode", "uue", "xuue", "xuu"), TransferEncoding.UUENCODE),
}
_COMMENT = re.compile(r"\([^()]*\)")
_NAME_END = re.compile(r"[;,]")
_NO_LETTER = re.compile(r"[^a-z0-9]")
#: How a workbook of either kind, or a PDF, begins in base64: no text begins so.
_FILES_IN_BASE64 = re.compile(rb"\s*(?:UEsDB|0M8R4KGx|JVBERi0)[A-Za-z0-9+/=\s]{100}")
_NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]")
_PADDING = re.compile(b"=+")
_BLANKS = b" \t\r\n\x0b\x0c"
_BLANK_LINE = re.compile(rb"(?:\r?\n[ \t]*){2,}")
_BASE64_LINE = re.compile(rb"[A-Za-z0-9+/]{4,}={0,2}")
_UU_BEGIN = re.compile(rb"^begin(-base64)? [0-7]{3,4} ([^\r\n]{1,250}?)[ \t]*\r?\n", re.MULTILINE)
_UU_END = re.compile(rb"^(?:end|====)[ \t]*\r?$", re.MULTILINE)
MAX_UU_FILES = 20


def transfer_encoding(value: str, content: bytes = b"") -> TransferEncoding:
    """The one decision about a part: by its Content-Transfer-Encoding, else by how it begins.

    >>> transfer_encoding(" BASE64 (of Exchange) ").value, transfer_encoding("binary").value
    ('base64', 'as_is')
    >>> transfer_encoding("no such name", b"UEsDBBQAAAAIAK" + b"A" * 100).value
    'base64'
    """
    bare = _NAME_END.split(_COMMENT.sub(" ", value[:200]), maxsplit=1)[0].lower()
    known = _NAMES.get(_NO_LETTER.sub("", bare))
    if known is not None:
        return known
    begins_so = _FILES_IN_BASE64.match(content[:200]) is not None
    return TransferEncoding.BASE64 if begins_so else TransferEncoding.AS_IS


def content_as_meant(content: bytes, value: str) -> bytes:
    """The bytes as they were before the way, by their Content-Transfer-Encoding."""
    return undone(content, transfer_encoding(value, content))


def undone(content: bytes, encoding: TransferEncoding) -> bytes:
    """The bytes as they were before the way; never raises, whatever they are."""
    if encoding is TransferEncoding.BASE64:
        return _from_base64(content)
    if encoding is TransferEncoding.QUOTED_PRINTABLE:
        return quopri.decodestring(content)
    if encoding is TransferEncoding.UUENCODE:
        found = next(uuencoded(content), None)
        return found.content if found else content
    return content


def _from_base64(content: bytes) -> bytes:
    """Base64 as mail programs read it: what is no letter of it is stepped over.

    Behind a blank line only what looks like base64 goes on: gateways write their words there.

    >>> _from_base64(b"QUJD RA\\n"), _from_base64(b"QUJDRA==\\n\\n-- \\nKhong co vi-rut\\n")
    (b'ABCD', b'ABCD')
    """
    try:
        return base64.b64decode(content.translate(None, _BLANKS), validate=True)
    except binascii.Error:
        pass
    first, *later = _BLANK_LINE.split(content.strip(_BLANKS))
    kept = [first]
    for paragraph in later:
        if not all(_BASE64_LINE.fullmatch(line.strip(_BLANKS)) for line in paragraph.split(b"\n")):
            break
        kept.append(paragraph)
    letters = _NO_BASE64.sub(b"", b"".join(kept))
    return b"".join(_quads(letters))


def _quads(letters: bytes) -> Iterator[bytes]:
    """What stands between paddings; a piece that was cut short gives what it can."""
    waiting = b""
    for piece in _PADDING.split(letters):
        waiting += piece
        # A single letter holds less than a byte: the sign behind it was a stray one.
        whole = len(waiting) - (len(waiting) % 4 == 1)
        yield base64.b64decode(waiting[:whole] + b"=" * (-whole % 4))
        waiting = waiting[whole:]


@dataclass(frozen=True, slots=True)
class UuencodedFile:
    """A file that stands in a text, and where."""

    name: bytes
    content: bytes
    start: int
    end: int


def uuencoded(text: bytes) -> Iterator[UuencodedFile]:
    """The files between "begin 644 name" and "end" in a text, in order.

    What cannot be read as one stays part of the text: people write about beginnings and ends.

    >>> [(f.name, f.content) for f in uuencoded(b"Chao\\nbegin 644 a.txt\\n#0V%T\\n`\\nend\\n")]
    [(b'a.txt', b'Cat')]
    """
    position = 0
    for _ in range(MAX_UU_FILES):
        begin = _UU_BEGIN.search(text, position)
        if begin is None:
            return
        end = _UU_END.search(text, begin.end())
        body = text[begin.end() : end.start() if end else len(text)]
        content = _from_base64(body) if begin[1] else _from_uu(body)
        position = begin.end()
        if content and end:
            yield UuencodedFile(begin[2], content, begin.start(), end.end())
            position = end.end()


def _from_uu(body: bytes) -> bytes | None:
    """The bytes of uuencoded lines; None where a line is none."""
    found = []
    for line in body.splitlines():
        # Some programs leave blanks out at the end of a line, others add some.
        size = (line[0] - 32) & 63 if line else 0
        if size == 0:
            continue
        letters = line[: 1 + (size + 2) // 3 * 4].ljust(1 + (size + 2) // 3 * 4, b" ")
        try:
            found.append(binascii.a2b_uu(letters))
        except binascii.Error:
            return None
    return b"".join(found)


def decoded(data: bytes, charset: str = "") -> str:
    """The bytes as NFC text: by their charset, else UTF-8, else Vietnamese Windows.

    >>> decoded("Sở Du lịch".encode()), decoded(b"\\xd0\\xea", "no-such-charset")
    ('Sở Du lịch', 'Đê')
    """
    for name in (charset, "utf-8"):
        codec = _text_codec(name)
        if codec is None:
            continue
        try:
            return unicodedata.normalize("NFC", data.decode(codec))
        except (UnicodeError, LookupError, ValueError):
            continue
    return unicodedata.normalize("NFC", data.decode("cp1258", "replace"))


def raw_text(value: str) -> str:
    """The text whose undecoded bytes the mail parser had smuggled in as surrogates."""
    if not UNENCODABLE.search(value):
        return value
    return decoded(value.encode("utf-8", "surrogateescape"))


def header_text(value: str) -> str:
    """A header's value as one line of NFC text, its encoded words (RFC 2047) decoded.

    Words split in the middle of a letter are joined first, as some mail programs split them.

    >>> header_text("=?utf-8?b?S+G6?= =?utf-8?b?vw==?= =?utf-8?q?_ho=E1=BA=A1ch?= 2025")
    'Kế hoạch 2025'
    """
    value = value[:MAX_HEADER]
    pieces: list[str] = []
    waiting = b""  # bytes of adjacent words in one charset
    charset = ""
    position = 0
    for match in _ENCODED_WORD.finditer(value):
        between = value[position : match.start()]
        data = _word_bytes(match[2], match[3])
        adjacent = position > 0 and _SEPARATOR.fullmatch(between) is not None
        if adjacent and match[1].lower() == charset:
            waiting += data
        else:
            if waiting:
                pieces.append(decoded(waiting, charset))
            if not adjacent:
                pieces.append(raw_text(between))
            charset, waiting = match[1].lower(), data
        position = match.end()
    if waiting:
        pieces.append(decoded(waiting, charset))
    pieces.append(raw_text(value[position:]))
    return whole_line("".join(pieces))


def file_name(value: str) -> str:
    """A file name fit to be shown: no path, NFC, at most 150 characters, its suffix kept.

    >>> file_name("C:\\\\Tep\\\\..\\\\Ke hoach.xlsx"), file_name("../../")
    ('Ke hoach.xlsx', 'tep-khong-ten')
    """
    name = whole_line(value[:MAX_HEADER]).replace("\\", "/").rstrip("/").rpartition("/")[2]
    name = name.strip(" .\"'") if set(name) <= set(" .\"'") else name.strip(" \"'").rstrip(".")
    if not name:
        return NAMELESS
    if len(name) <= MAX_NAME:
        return name
    stem, dot, suffix = name.rpartition(".")
    if not dot or len(suffix) > 10:
        return name[:MAX_NAME]
    return f"{stem[: MAX_NAME - len(suffix) - 2]}….{suffix}"


def _text_codec(name: str) -> str | None:
    """Python's name of a charset, None when it is unknown or no charset of text."""
    try:
        codec = codecs.lookup(name.strip().strip("\"'")).name
    except (LookupError, ValueError):
        return None
    return codec if codec.startswith(TEXT_CHARSETS) else None


def _word_bytes(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        return quopri.decodestring(data.replace(b" ", b"_"), header=True)
    data = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    try:
        return base64.b64decode(data + b"=" * (-len(data) % 4))
    except binascii.Error:
        return base64.b64decode(data[: len(data) // 4 * 4])
