"""Reading a message: any bytes give a MailMessage, in bounded time, and nothing ever raises.

The bytes are in the raw store before this is called, so whatever is cut short here is a defect on
record, not a loss.
"""

from __future__ import annotations

import email.utils
import re
from collections import defaultdict

from models.domain.mail import Attachment, HeaderFields, MailMessage, why_automatic
from tasks.adapters import message_text as text
from tasks.adapters.message_parts import PARSER_ERRORS, FoundFile, Gathered, Message, take_apart

MAX_ADDRESSES = 200
MAX_REFERENCES = 100
MAX_AUTHENTICATION = 20
SMALL_PICTURE = 32_768  # bytes; a scanned page is larger, a logo is not

ADDRESS = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?")
MESSAGE_ID = re.compile(r"<[^<>\s\x00-\x1f\x7f-\uffff]{1,250}>")
_RECIPIENT_HEADERS = ("to", "cc", "delivered-to", "x-original-to", "envelope-to")
_SIGNATURE_TYPES = frozenset(
    ("application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature")
)


def read_message(raw: bytes) -> MailMessage:
    """The message in the bytes, whatever they are; `defects` says what was stepped over.

    Files inside forwarded messages and in Outlook's winmail.dat count as the message's own, three
    deep; deeper ones come as one file. ZIPs stay closed. Pictures that belong to the text are
    marked `inline`.
    """
    message, gathered = take_apart(raw)
    headers = _fields(message)

    markup = "\n".join(gathered.markup)
    plain = "\n".join(piece for piece in gathered.plain if piece.strip())
    shown = text.plain_text(plain) if plain else text.text_of_html(markup)
    shown = "\n".join([shown, *(f"[Thư kèm theo: {s}]" for s in gathered.forwarded)]).strip()
    links = dict.fromkeys((*text.links_of_text(shown), *text.links_of_html(markup)))
    cited = text.content_ids_of_html(markup)
    attachments = tuple(_attachment(file, cited) for file in gathered.files)

    sender_name, sender, several = _sender(headers, gathered)
    subject = text.header_text(_first(headers, "subject"))
    return MailMessage(
        sender=sender,
        sender_name=sender_name,
        recipients=tuple(_recipients(headers)),
        subject=subject[:500],
        message_id=next(iter(_message_ids(headers, "message-id")), ""),
        references=tuple(_references(headers)),
        text=shown,
        attachments=attachments,
        links=tuple(links)[: text.MAX_LINKS],
        automatic=why_automatic(
            headers,
            sender=sender,
            subject=subject,
            content_type=gathered.content_type,
            hands_in_a_file=any(not attachment.inline for attachment in attachments),
        ),
        defects=tuple(gathered.defects),
        authentication=tuple(headers.get("authentication-results", ())[:MAX_AUTHENTICATION]),
        several_senders=several,
    )


def _fields(message: Message) -> HeaderFields:
    fields: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in message.items():
        fields[name.lower()].append(str(value))
    return dict(fields)


def _first(headers: HeaderFields, name: str) -> str:
    return next(iter(headers.get(name, ())), "")


def _attachment(file: FoundFile, cited: set[str]) -> Attachment:
    return Attachment(file.name, file.content_type, file.content, _belongs_to_text(file, cited))


def _belongs_to_text(file: FoundFile, cited: set[str]) -> bool:
    """Whether a file is part of how the message looks, and nothing that was handed in.

    A large picture that the text does not show is a scanned page, whatever its disposition says.
    """
    if file.content_type in _SIGNATURE_TYPES:
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
    try:
        pairs = email.utils.getaddresses([value])
    except PARSER_ERRORS:
        pairs = [("", found) for found in re.findall(r"<([^<>]{3,320})>", value)]
    found = []
    for name, address in pairs[:MAX_ADDRESSES]:
        address = address.strip().lower()
        if ADDRESS.fullmatch(address) and ".." not in address:
            found.append((text.header_text(name)[:200], address))
    return found


def _sender(headers: HeaderFields, gathered: Gathered) -> tuple[str, str, bool]:
    """Name and address of the sender, empty when no header names one; whether there are several."""
    for header in ("from", "sender", "return-path"):
        found = [pair for value in headers.get(header, ()) for pair in addresses(value)]
        if found:
            several = len({address for _, address in found}) > 1
            if several:
                gathered.defect("thư ghi nhiều người gửi: lấy người đầu")
            # A second From header is a lie to somebody, also where this parser sees no address.
            return (*found[0], several or len(headers.get("from", ())) > 1)
    return "", "", False


def _recipients(headers: HeaderFields) -> list[str]:
    return list(
        dict.fromkeys(
            address
            for header in _RECIPIENT_HEADERS
            for value in headers.get(header, ())[:20]
            for _, address in addresses(value)
        )
    )[:MAX_ADDRESSES]


def _message_ids(headers: HeaderFields, name: str) -> list[str]:
    return [found for value in headers.get(name, ()) for found in MESSAGE_ID.findall(value)]


def _references(headers: HeaderFields) -> list[str]:
    """Message-IDs of References, then In-Reply-To, each once, oldest first."""
    found = _message_ids(headers, "references") + _message_ids(headers, "in-reply-to")
    return list(dict.fromkeys(found))[-MAX_REFERENCES:]
