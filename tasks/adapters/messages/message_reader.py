"""Reading a message: any bytes give a MailMessage, in bounded time, and nothing ever raises.

The bytes are in the raw store before this is called, so whatever is cut short here is a defect on
record, not a loss.
"""

from __future__ import annotations

import email.utils
import html
import re
import unicodedata
from collections.abc import Iterator

from models.domain.mail.automatic import (
    EMAIL_REACTION,
    HeaderFields,
    MailSigns,
    is_of_a_list,
    why_automatic,
)
from models.domain.mail.mail import Attachment, MailMessage
from tasks.adapters.messages.mail_encodings import UNENCODABLE, header_text
from tasks.adapters.messages.message_parts import (
    MAX_HTML,
    PARSER_ERRORS,
    FoundFile,
    Gathered,
    take_apart,
)

MAX_ADDRESSES = 200
MAX_REFERENCES = 100
MAX_AUTHENTICATION = 20
SMALL_PICTURE = 32_768  # bytes; a scanned page is larger, a logo is not

ADDRESS = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?")
MESSAGE_ID = re.compile(r"<[^<>\s\x00-\x1f\x7f-\uffff]{1,250}>")
_RECIPIENT_HEADERS = ("to", "cc", "delivered-to", "x-original-to", "envelope-to")
#: What Exchange makes of a text behind an attachment: part of the text, nothing handed in.
_LEFT_OVER_TEXT = re.compile(r"att\d{3,8}\.(?:txt|html?)", re.IGNORECASE)
#: Parts that mail programs add for each other: nobody hands them in.
# fmt: off
_MACHINE_TYPES = frozenset((
    "application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature",
    "application/pgp-keys", "application/pgp-encrypted", EMAIL_REACTION, "text/x-amp-html",
    "text/calendar", "application/ics", "text/vcard", "text/x-vcard", "text/directory",
    "message/disposition-notification", "message/delivery-status", "text/rfc822-headers",
))
# fmt: on
MAX_TEXT = 100_000  # characters of text kept
MAX_LINKS = 50
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


def read_message(raw: bytes) -> MailMessage:
    """The message in the bytes, whatever they are; `defects` says what was stepped over.

    Files inside forwarded messages and in Outlook's winmail.dat count as the message's own, three
    deep; deeper ones come as one file. ZIPs stay closed. Pictures that belong to the text are
    marked `inline`.
    """
    _, gathered = take_apart(raw)
    headers = gathered.headers

    markup = "\n".join(gathered.markup)
    plain = "\n".join(piece for piece in gathered.plain if piece.strip())
    shown = plain_text(plain) if plain else text_of_html(markup)
    shown = "\n".join([shown, *(f"[Thư kèm theo: {s}]" for s in gathered.forwarded)]).strip()
    links = dict.fromkeys((*links_of_text(shown), *links_of_html(markup)))
    cited = content_ids_of_html(markup)
    attachments = tuple(_attachment(file, cited) for file in gathered.files)

    sender_name, sender, doubt = _sender(headers, gathered)
    subject = header_text(_first(headers, "subject"))
    signs = MailSigns(
        sender=sender,
        sender_name=sender_name or header_text(_first(headers, "from"))[:200],
        subject=subject,
        text=shown,
        kinds=(gathered.content_type, *gathered.kinds),
        hands_in_a_file=any(not attachment.inline for attachment in attachments),
    )
    return MailMessage(
        sender=sender,
        sender_name=sender_name,
        recipients=tuple(_recipients(headers)),
        subject=subject[:500],
        message_id=next(iter(_message_ids(headers, "message-id")), ""),
        references=tuple(_references(headers)),
        text=shown,
        attachments=attachments,
        links=tuple(links)[:MAX_LINKS],
        automatic=why_automatic(headers, signs),
        of_a_list=is_of_a_list(headers, signs),
        defects=tuple(gathered.defects),
        remarks=tuple(gathered.remarks),
        authentication=tuple(headers.get("authentication-results", ())[:MAX_AUTHENTICATION]),
        sender_doubt=doubt,
    )


def _first(headers: HeaderFields, name: str) -> str:
    return next(iter(headers.get(name, ())), "")


def _attachment(file: FoundFile, cited: set[str]) -> Attachment:
    return Attachment(file.name, file.content_type, file.content, _belongs_to_text(file, cited))


def _belongs_to_text(file: FoundFile, cited: set[str]) -> bool:
    """Whether a file is part of how the message looks, and nothing that was handed in.

    A large picture that the text does not show is a scanned page, whatever its disposition says.
    """
    if file.content_type in _MACHINE_TYPES or _LEFT_OVER_TEXT.fullmatch(file.name):
        return True
    if not file.content_type.startswith("image/"):
        return False
    if file.content_id and file.content_id in cited:
        return True
    if file.disposition == "attachment":
        return False
    return file.related or len(file.content) <= SMALL_PICTURE


# --- addresses ------------------------------------------------------------------------------------


def addresses(value: str) -> list[tuple[str, str]]:
    """Names and lower-case addresses in a header, in order; what is no address is left out.

    >>> addresses('"Sở Du lịch" <SoDuLich@HaiPhong.example>, "x@y.example" <hong@>')
    [('Sở Du lịch', 'sodulich@haiphong.example')]
    """
    return [(header_text(name)[:200], address) for name, address in _written(value)]


def _written(value: str) -> Iterator[tuple[str, str]]:
    """Names as they are encoded and lower-case addresses in a header, in order."""
    try:
        pairs = email.utils.getaddresses([value])
    except PARSER_ERRORS:
        pairs = [("", found) for found in re.findall(r"<([^<>]{3,320})>", value)]
    for name, address in pairs[:MAX_ADDRESSES]:
        address = address.strip().lower()
        if ADDRESS.fullmatch(address) and ".." not in address:
            yield name, address


def _sender(headers: HeaderFields, gathered: Gathered) -> tuple[str, str, str]:
    """Name and address of the sender, empty when no header names one; why there is doubt."""
    for header in ("from", "sender", "return-path"):
        found = [pair for value in headers.get(header, ()) for pair in addresses(value)]
        if not found:
            continue
        name, address = found[0]
        if len({one for _, one in found}) > 1:
            gathered.defect("thư ghi nhiều người gửi: lấy người đầu")
        if header != "from":
            return name, address, _NO_AUTHOR
        # A second From header is a lie to somebody, also where this parser sees no address.
        values = headers["from"]
        alone = len(values) == 1 and _names_nobody_else(values[0], address)
        return name, address, "" if alone else _SEVERAL
    return "", "", ""


_SEVERAL = "thư ghi nhiều người gửi"
_NO_AUTHOR = "thư không ghi rõ người viết (dòng From)"
_ASIDE = re.compile(r'"(?:[^"\\]|\\.)*"|\([^()]*\)')


def _names_nobody_else(value: str, address: str) -> bool:
    """Whether a From header holds no address but that one, as this or another parser may see it.

    What stands in quotes or brackets is a name.
    """
    bare = "".join(_ASIDE.sub("", value[:10_000]).lower().split())
    return bare.count("@") == bare.count(address)


def _recipients(headers: HeaderFields) -> list[str]:
    return list(
        dict.fromkeys(
            address
            for header in _RECIPIENT_HEADERS
            for value in headers.get(header, ())[:20]
            for _, address in _written(value)
        )
    )[:MAX_ADDRESSES]


def _message_ids(headers: HeaderFields, name: str) -> list[str]:
    return [found for value in headers.get(name, ()) for found in MESSAGE_ID.findall(value)]


def _references(headers: HeaderFields) -> list[str]:
    """Message-IDs of References, then In-Reply-To, each once, oldest first."""
    found = _message_ids(headers, "references") + _message_ids(headers, "in-reply-to")
    return list(dict.fromkeys(found))[-MAX_REFERENCES:]


def text_of_html(markup: str) -> str:
    """The words of an HTML text, block elements on lines of their own; at most MAX_TEXT letters.

    >>> text_of_html("<style>p{}</style><p>Kính gửi&nbsp;<b>Sở</b><br>Du lịch</p><!-- x -->")
    'Kính gửi Sở\\nDu lịch'
    """
    return plain_text(_unescaped("".join(_html_pieces(markup[:MAX_HTML]))))


def plain_text(value: str) -> str:
    """The text in NFC with single spaces and blank lines, cut at MAX_TEXT characters."""
    value = UNENCODABLE.sub("\ufffd", value[:MAX_HTML]).replace("\r\n", "\n").replace("\r", "\n")
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
