"""Parsing XML of unknown origin: no document types, no entities, no exotic encodings."""

from __future__ import annotations

import re
from functools import lru_cache
from xml.etree import ElementTree

from models.domain.errors import BaocaoError

_ENCODING = re.compile(rb"^(?:\xef\xbb\xbf)?<\?xml[^>]*\bencoding\s*=\s*[\"']([A-Za-z0-9._-]+)")
_DECLARED = (b"<?xml", b"\xef\xbb\xbf<?xml")
_ALLOWED = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii", b"utf-16", b"iso-8859-1"})
_WIDE = ("utf-16-le", "utf-16-be")
#: Encodings of one byte a letter in which `<!DOCTYPE` looks as it does in ASCII.
_NARROW = re.compile(rb"(?:windows-125\d|cp125\d|iso-8859-\d{1,2})", re.IGNORECASE)
_DECLARATION = re.compile(r"^\ufeff?\s*<\?xml[^>]*\?>")
_LONGEST_DECLARATION = 200  # a longer one costs time and nothing else
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)
_BLANKS = " \t\r\n"
_ASIDE = re.compile(rb"<!--.*?-->|<!\[CDATA\[(.*?)\]\]>|<\?(?!xml\s).*?\?>", re.DOTALL)


class UnsafeXml(BaocaoError):
    """Raised for XML that declares a document type or entities."""


class MalformedXml(BaocaoError):
    """Raised for what is no XML."""


def in_utf8(data: bytes) -> bytes:
    """The document in UTF-8 without its declaration, or itself where it is in UTF-8 already.

    What cannot be decoded is left as it is, for the parser to refuse.

    >>> in_utf8('<?xml version="1.0" encoding="UTF-16"?><a>đ</a>'.encode("utf-16")).decode()
    '<a>đ</a>'
    """
    encoding = ""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif b"\x00" in data[:4]:
        encoding = "utf-16-be" if data[:1] == b"\x00" else "utf-16-le"
    elif _NARROW.fullmatch(declared := _declared_encoding(data)):
        encoding = declared.decode()
    if not encoding:
        return data
    try:
        return _DECLARATION.sub("", data.decode(encoding)).encode()
    except (UnicodeError, LookupError):
        return data


def without_asides(data: bytes) -> bytes:
    """The document without remarks and instructions to programs, and with marked-off text written
    as any other; or itself where it has none of them.

    No office program writes them into a sheet. Readers that look for a cell's text up to the next
    bracket end at them, where every other program shows what goes on behind.

    >>> without_asides(b"<v>1<!-- or -->7<?a b?></v><t><![CDATA[5<6]]></t>")
    b'<v>17</v><t>5&lt;6</t>'
    """
    if not _has_marks(data) and not _has_instructions(data):
        return data
    return _ASIDE.sub(_without_aside, data)


def _has_marks(data: bytes) -> bool:
    """Whether a remark, marked-off text or a declaration begins anywhere: each does with `<!`."""
    # One letter is found ten times as fast as two, and this one is rare.
    return b"!" in data and b"<!" in data


def _has_instructions(data: bytes) -> bool:
    """Whether there is an instruction to programs besides the declaration of XML itself."""
    ends = data.find(b"?>", 0, _LONGEST_DECLARATION)
    rare = data.find(b"?", ends + 2) >= 0 or data.find(b"<?", 6, ends + 2) >= 0
    return rare and data.find(b"<?", 6) >= 0


def _without_aside(match: re.Match[bytes]) -> bytes:
    marked_off = match[1] or b""
    return marked_off.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;")


def _declared_encoding(data: bytes) -> bytes:
    """The encoding that the document's first line names, b"" for none."""
    if not data.startswith(_DECLARED):
        return b""
    ends = data.find(b">", 0, _LONGEST_DECLARATION)
    return _encoding_in(data[:ends]) if ends >= 0 else _encoding_in.__wrapped__(data)


@lru_cache(maxsize=100)
def _encoding_in(declaration: bytes) -> bytes:
    """All parts of a workbook usually begin with the same words."""
    declared = _ENCODING.match(declaration)
    return declared[1] if declared else b""


def refuse_declarations(data: bytes) -> None:
    """Nothing, or UnsafeXml when the document could define entities.

    No office program writes a document type into a workbook; billion laughs and external
    entities need one. An encoding in which `<!DOCTYPE` would look different is refused as well.
    """
    if _has_marks(data) and (b"<!DOCTYPE" in data or b"<!ENTITY" in data):
        raise UnsafeXml("document type declared")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data[:4]:
        if any("<!DOCTYPE".encode(wide) in data for wide in _WIDE):
            raise UnsafeXml("document type declared")
        return
    if (declared := _declared_encoding(data)) and declared.lower() not in _ALLOWED:
        raise UnsafeXml("unusual encoding")


def parse_xml(data: bytes) -> ElementTree.Element:
    """The root element. Raises UnsafeXml, MalformedXml."""
    data = in_utf8(data)
    refuse_declarations(data)
    try:
        return ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError) as fault:
        raise MalformedXml(f"{fault}") from fault


def local_name(element: ElementTree.Element) -> str:
    """The element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def local_attribute(element: ElementTree.Element, name: str, default: str = "") -> str:
    """An attribute by its name without namespace."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return value
    return default


def number_of(text: str) -> float | None:
    """A number as XML allows it to be written, None for what is none.

    >>> number_of(" +02.5e1 "), number_of("2_5"), number_of("NaN")
    (25.0, None, None)
    """
    stated = text.strip(_BLANKS)
    return float(stated) if _NUMBER.fullmatch(stated) else None


def whole_number_of(text: str) -> int | None:
    """The same of a whole one without sign.

    >>> whole_number_of("007"), whole_number_of("-1"), whole_number_of("1.5")
    (7, None, None)
    """
    stated = text.strip(_BLANKS).removeprefix("+")
    return int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 19 else None
