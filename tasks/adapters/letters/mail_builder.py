"""A letter as bytes: the same letter always gives the same bytes, so a resend is the same message.

Nothing of a letter can become a header of its own: whatever goes into one is checked here first,
since Python's own check is missing in some releases. All is 7-bit: names travel as encoded words,
so that no server needs SMTPUTF8.
"""

from __future__ import annotations

import base64
import datetime as dt
import email.generator
import email.message
import email.policy
import email.utils
import hashlib
import io
import quopri
import re
import unicodedata
from collections.abc import Sequence
from email.header import Header
from pathlib import PurePosixPath
from urllib.parse import quote

from models.domain.cycle.cycles import HANOI
from models.domain.errors import BaocaoError
from models.domain.mail.mail import Letter, LetterFile, LetterKind

Message = email.message.Message

CONTENT_TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
    ".xlsb": "application/vnd.ms-excel.sheet.binary.macroEnabled.12",
    ".xls": "application/vnd.ms-excel",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".zip": "application/zip",
}
ANSWERS = (
    LetterKind.RECEIPT,
    LetterKind.VERDICT,
    LetterKind.GUIDANCE,
    LetterKind.TRY_OUT,
    LetterKind.WHICH_COUNTS,
)
# All kinds but NDR: a bounce must reach us, it tells that a contact's address is dead.
SUPPRESSED_ANSWERS = "DR, RN, NRN, OOF, AutoReply"
MAX_REFERENCES = 20
LINE = 76

_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*"
)
_MESSAGE_ID = re.compile(r"<[!-;=?-~]+@[!-;=?-~]+>")
_CONTENT_ID = re.compile(r"[A-Za-z0-9._@-]{1,100}")
# Long values are folded here already; the generator shall only check.
_POLICY = email.policy.compat32.clone(linesep="\r\n", max_line_length=998)


class HeaderRefused(BaocaoError):
    """Raised when a value may not stand in a header: a control character in it, no address."""


def build_message(
    letter: Letter,
    files: Sequence[tuple[LetterFile, bytes]],
    sender: str,
    sender_name: str,
    date: dt.datetime,
) -> bytes:
    """The letter as an RFC 5322 message: 7-bit, CRLF, ready for SMTP.

    Text and HTML as alternatives, pictures with a `content_id` beside the HTML, other files
    attached. `date` is the letter's own and carries a zone: a resend bears the same one.
    Raises HeaderRefused.
    """
    if date.tzinfo is None:
        raise ValueError("date must carry a time zone")
    inline = [pair for pair in files if pair[0].content_id and letter.html]
    attached = [pair for pair in files if pair not in inline]

    body: Message = _text_part(letter.text, "plain")
    if letter.html:
        shown: Message = _text_part(letter.html, "html")
        if inline:
            shown = _multipart("related", [shown, *(_file_part(*pair, True) for pair in inline)])
        body = _multipart("alternative", [body, shown])
    if attached:
        body = _multipart("mixed", [body, *(_file_part(*pair, False) for pair in attached)])

    message = Message(policy=_POLICY)
    message["From"] = _mailbox(sender_name, sender)
    message["To"] = _addresses(letter.to)
    if letter.cc:
        message["Cc"] = _addresses(letter.cc)
    if letter.reply_to:
        message["Reply-To"] = _addresses([letter.reply_to])
    message["Subject"] = _unstructured("Subject", letter.subject)
    message["Date"] = email.utils.format_datetime(date.astimezone(HANOI))
    message["Message-ID"] = _message_id(letter.message_id)
    # Of the sender's making: what is none is left out, an answer is worth more than its thread.
    if _is_message_id(letter.in_reply_to):
        message["In-Reply-To"] = letter.in_reply_to
    thread = [known for known in letter.references if _is_message_id(known)]
    if thread:
        message["References"] = "\r\n ".join(_shortened(thread))
    message["Auto-Submitted"] = "auto-replied" if letter.kind in ANSWERS else "auto-generated"
    message["X-Auto-Response-Suppress"] = SUPPRESSED_ANSWERS
    message["Content-Language"] = "vi"
    message["MIME-Version"] = "1.0"
    for name, value in body.items():
        message[name] = value
    message.set_payload(body.get_payload())
    _fix_boundaries(message, letter.message_id)
    return _serialized(message)


def _serialized(message: Message) -> bytes:
    written = io.BytesIO()
    email.generator.BytesGenerator(written, mangle_from_=False, policy=_POLICY).flatten(message)
    content = written.getvalue()
    return content if content.endswith(b"\r\n") else content + b"\r\n"


def _fix_boundaries(message: Message, message_id: str) -> None:
    """Boundaries from the Message-ID. `=_` occurs in neither base64 nor quoted-printable."""
    stem = hashlib.sha256(message_id.encode()).hexdigest()[:24]
    multiparts = [part for part in message.walk() if part.is_multipart()]
    for number, part in enumerate(multiparts, 1):
        part.set_boundary(f"=_{stem}_{number}")


# --- parts ----------------------------------------------------------------------------------------


def _multipart(kind: str, parts: Sequence[Message]) -> Message:
    part = Message(policy=_POLICY)
    part["Content-Type"] = f"multipart/{kind}"
    for child in parts:
        part.attach(child)
    return part


def _text_part(text: str, kind: str) -> Message:
    part = Message(policy=_POLICY)
    part["Content-Type"] = f'text/{kind}; charset="utf-8"'
    part["Content-Transfer-Encoding"] = "quoted-printable"
    normal = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    encoded = quopri.encodestring(normal.encode("utf-8", "replace")).decode("ascii")
    part.set_payload(encoded)
    return part


def _file_part(file: LetterFile, content: bytes, inline: bool) -> Message:
    name = unicodedata.normalize("NFC", _clean("tên tệp", file.name))
    kind = CONTENT_TYPES.get(PurePosixPath(name).suffix.lower(), "application/octet-stream")
    part = Message(policy=_POLICY)
    part["Content-Type"] = kind
    part["Content-Transfer-Encoding"] = "base64"
    disposition = "inline" if inline else "attachment"
    part["Content-Disposition"] = disposition + _file_name_parameter(name)
    if inline:
        if not _CONTENT_ID.fullmatch(file.content_id):
            raise HeaderRefused(f"Content-ID không hợp lệ: {file.content_id!r}.")
        part["Content-ID"] = f"<{file.content_id}>"
    part.set_payload(base64.encodebytes(content).decode("ascii"))
    return part


def _file_name_parameter(name: str) -> str:
    """`filename` by RFC 2231, in pieces where one line cannot hold it.

    >>> _file_name_parameter("a.xlsx")
    '; filename="a.xlsx"'
    """
    if name.isascii() and len(name) < LINE - 20:
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'; filename="{quoted}"'
    whole = f"utf-8''{quote(name, safe='')}"
    if len(whole) < LINE - 20:
        return f"; filename*={whole}"
    pieces: list[str] = []
    while whole:
        # Not inside a %XX; a letter's bytes may be cut, readers join before they decode.
        end = min(len(whole), LINE - 20)
        while end < len(whole) and "%" in whole[end - 2 : end]:
            end -= 1
        pieces.append(f";\r\n filename*{len(pieces)}*={whole[:end]}")
        whole = whole[end:]
    return "".join(pieces)


# --- headers --------------------------------------------------------------------------------------


def _clean(what: str, value: str) -> str:
    """The value, unless a character in it could end a header or hide. Raises HeaderRefused."""
    for letter in value:
        if unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp"):
            raise HeaderRefused(
                f"Phần đầu thư ({what}) chứa ký tự điều khiển U+{ord(letter):04X}: {value[:80]!r}."
            )
    return value


def _unstructured(what: str, value: str) -> str:
    """The value as ASCII, encoded words where it needs them, folded."""
    value = unicodedata.normalize("NFC", _clean(what, value))
    if value.isascii() and "=?" not in value and len(value) <= LINE - len(what):
        return value
    return Header(value, "utf-8", maxlinelen=LINE, header_name=what).encode(linesep="\r\n")


def is_address(value: str) -> bool:
    """Whether a value is an address as letters bear it: ASCII, no comment, no quoting.

    >>> is_address("vanthu@haiphong.example"), is_address("văn.thư@haiphong.example")
    (True, False)
    """
    return len(value) <= 254 and _ADDRESS.fullmatch(value) is not None


def _address(value: str) -> str:
    _clean("địa chỉ", value)
    if not is_address(value):
        raise HeaderRefused(f"Không phải địa chỉ thư điện tử: {value[:80]!r}.")
    return value


def _addresses(values: Sequence[str]) -> str:
    if not values:
        raise HeaderRefused("Thư không có người nhận.")
    return ",\r\n ".join(_address(value) for value in values)


def _shortened(thread: Sequence[str]) -> list[str]:
    """The thread's first message, by which programs group, and its newest."""
    return (
        list(thread)
        if len(thread) <= MAX_REFERENCES
        else [thread[0], *thread[1 - MAX_REFERENCES :]]
    )


def _mailbox(name: str, address: str) -> str:
    _address(address)
    if not name:
        return address
    encoded = _unstructured("From", name)
    if encoded == name:  # ASCII: quoted, so that a comma in it stays a comma
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}" <{address}>'
    return f"{encoded}\r\n <{address}>"


def _message_id(value: str) -> str:
    if not _is_message_id(value):
        raise HeaderRefused(f"Không phải Message-ID: {value[:80]!r}.")
    return value


def _is_message_id(value: str) -> bool:
    return len(value) <= 900 and _MESSAGE_ID.fullmatch(value) is not None
