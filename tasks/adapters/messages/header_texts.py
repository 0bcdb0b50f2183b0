"""The texts of headers: encoded words, charsets old and new, names of files made fit to show."""

from __future__ import annotations

import base64
import binascii
import codecs
import quopri
import re
import unicodedata

from models.domain.notation.vietnamese_text import one_line

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
    return one_line("".join(pieces))


def file_name(value: str) -> str:
    """A file name fit to be shown: no path, NFC, at most 150 characters, its suffix kept.

    >>> file_name("C:\\\\Tep\\\\..\\\\Ke hoach.xlsx"), file_name("../../")
    ('Ke hoach.xlsx', 'tep-khong-ten')
    """
    name = one_line(value[:MAX_HEADER]).replace("\\", "/").rstrip("/").rpartition("/")[2]
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
