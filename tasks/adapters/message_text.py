"""Text out of mail: charsets, encoded words, file names, HTML and links, whatever the bytes are.

Nothing here raises on bad input and everything is linear in its length. The standard library's
`html.parser` is neither (32 KB of "<a <a <a" take it nine seconds), so markup is stripped here.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import quopri
import re
import unicodedata
from collections.abc import Iterator

from models.domain.vietnamese_text import one_line

MAX_HEADER = 8_000  # characters of one header that are decoded
MAX_NAME = 150  # characters of a file name shown
MAX_TEXT = 100_000  # characters of text kept
MAX_HTML = 2_000_000
MAX_LINKS = 50
NAMELESS = "tep-khong-ten"

# Families of charsets that mean text. Others that Python knows are slow (punycode), no charset
# at all (hex, zlib) or always fail (undefined).
# fmt: off
TEXT_CHARSETS = (
    "ascii", "utf", "iso8859", "latin", "cp", "mac", "koi8", "gb", "hz", "big5", "euc",
    "shift_jis", "iso2022", "tis-620",
)
# fmt: on

_ENCODED_WORD = re.compile(r"=\?([\w.:+*-]{1,40})\?([bBqQ])\?([^?]{0,4000})\?=")
_SEPARATOR = re.compile(r"\s*")
_SPACES = re.compile(r"[ \t\r\f\v\u00a0]+")
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_LINK = re.compile(
    r"(?:https?://|www\.|(?<![\w.@-])(?:drive|docs)\.google\.com/|(?<![\w.@-])1drv\.ms/)"
    r"[^\s<>\"'`{}|\\^]{1,2000}",
    re.IGNORECASE,
)
_HREF = re.compile(r"\bhref\s{0,5}=\s{0,5}[\"']?([^\s\"'<>]{1,2000})", re.IGNORECASE)
_TAG_NAME = re.compile(r"/?([a-zA-Z][a-zA-Z0-9]{0,15})")
_CONTENT_ID = re.compile(r"cid:([^\s\"'<>)]{1,250})", re.IGNORECASE)
# fmt: off
_BREAKING_TAGS = frozenset((
    "p", "br", "div", "tr", "li", "ul", "ol", "table", "blockquote", "hr",
    "h1", "h2", "h3", "h4", "h5", "h6",
))
# fmt: on
_SILENT_TAGS = {
    name: re.compile(f"</{name}", re.IGNORECASE) for name in ("script", "style", "head", "title")
}
_UNENCODABLE = re.compile("[\ud800-\udfff]")


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
    if not _UNENCODABLE.search(value):
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


def text_of_html(markup: str) -> str:
    """The words of an HTML text, block elements on lines of their own; at most MAX_TEXT letters.

    >>> text_of_html("<style>p{}</style><p>Kính gửi&nbsp;<b>Sở</b><br>Du lịch</p><!-- x -->")
    'Kính gửi Sở\\nDu lịch'
    """
    return plain_text(_unescaped("".join(_html_pieces(markup[:MAX_HTML]))))


def plain_text(value: str) -> str:
    """The text in NFC with single spaces and blank lines, cut at MAX_TEXT characters."""
    value = _UNENCODABLE.sub("\ufffd", value[:MAX_HTML]).replace("\r\n", "\n").replace("\r", "\n")
    value = value.replace("\x00", "")
    lines = (_SPACES.sub(" ", line).strip() for line in value.split("\n"))
    value = _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()
    return unicodedata.normalize("NFC", value[:MAX_TEXT]).strip()


def links_of_html(markup: str) -> Iterator[str]:
    """The targets of an HTML text's links."""
    for match in _HREF.finditer(markup[:MAX_HTML]):
        target = _unescaped(match[1])
        if target.lower().startswith(("http://", "https://")):
            yield target


def links_of_text(text: str) -> Iterator[str]:
    """The web addresses in a text, without the punctuation that follows them.

    >>> list(links_of_text("Tải tại https://1drv.ms/x/s!Ab. Trân trọng!"))
    ['https://1drv.ms/x/s!Ab']
    """
    for match in _LINK.finditer(text):
        yield match[0].rstrip(".,;:!?)]}»”’*_")


def content_ids_of_html(markup: str) -> set[str]:
    """The Content-IDs of the pictures an HTML text shows, without `cid:`."""
    return {match[1] for match in _CONTENT_ID.finditer(markup[:MAX_HTML])}


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


def _html_pieces(markup: str) -> Iterator[str]:
    """Text between the tags, a line break for each block element."""
    position = 0
    while True:
        start = markup.find("<", position)
        if start < 0:
            yield markup[position:]
            return
        yield markup[position:start]
        if markup.startswith("<!--", start):
            end = markup.find("-->", start + 4)
            position = end + 3
        else:
            tag = _TAG_NAME.match(markup, start + 1)
            if tag is None and not markup.startswith(("<!", "<?", "</"), start):
                yield "<"  # "a < b"
                position = start + 1
                continue
            end = markup.find(">", start + 1)
            position = end + 1
            name = tag[1].lower() if tag else ""
            if name in _BREAKING_TAGS:
                yield "\n"
            if end >= 0 and name in _SILENT_TAGS and markup[start + 1] != "/":
                closing = _SILENT_TAGS[name].search(markup, position)
                end = position = closing.start() if closing else -1
        if end < 0:
            return  # an unclosed comment or tag hides the rest, as in a mail program


def _unescaped(text: str) -> str:
    try:
        return html.unescape(text)
    except ValueError:  # "&#999...;" with more digits than int() takes
        return text
