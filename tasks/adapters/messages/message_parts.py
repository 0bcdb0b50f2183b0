"""Taking a message apart into texts and files, in bounded time whatever the bytes are.

The lenient `compat32` policy of the standard library splits the message; the modern one raises on
headers that real mail programs write (`Content-Type: text/plain; name*`) and takes quadratic time
over hostile ones. All decoding is ours.
"""

from __future__ import annotations

import copy
import email
import email.errors
import email.message
import email.parser
import re
import secrets
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.policy import Compat32
from functools import cached_property
from itertools import islice

from models.domain.mail.automatic import HeaderFields
from models.domain.notation.vietnamese_text import whole_line
from tasks.adapters.messages import smime, tnef
from tasks.adapters.messages.mail_encodings import (
    TransferEncoding,
    content_as_meant,
    decoded,
    file_name,
    header_text,
    transfer_encoding,
    undone,
    uuencoded,
)
from tasks.adapters.reading.parser_guard import ParserFailed, parsing

Message = email.message.Message

MAX_BYTES = 64 * 1024 * 1024
MAX_LINES = 1_500_000  # 100 MB of ordinary attachment
MAX_BOUNDARY_LINES = 2_000  # lines that begin with two dashes; each may open a part
MAX_LINE_TESTS = 12_000_000  # the parser holds every line against every open boundary
MAX_PARTS = 300
MAX_ATTACHMENTS = 100
MAX_MESSAGE_DEPTH = 3  # forwarded mail in forwarded mail
MAX_MULTIPART_DEPTH = 30
MAX_TNEF = 3  # winmail.dat opened; each costs a process
MAX_SIGNED = 3  # opened; a signed message in a signed message and one more
MAX_STRUCTURE_HEADER = 4_000  # characters of Content-*: their parser is quadratic
MAX_OTHER_HEADER = 32_000
MAX_DEFECTS = 20

MAX_HTML = 2_000_000

NO_BOUNDARY = "thư nhiều phần không khai ranh giới"
_NOT_AS_SIGNED = "chữ ký số của thư không khớp nội dung"
_SIGNED_TYPES = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_BULK = re.compile(rb"(?<=\n)(?:[A-Za-z0-9+/]{60,76}\r?\n){8,}")
_BULK_MARK = re.compile(r"doan-[0-9a-f]{16}-\d+\r?\n?")
_BOUNDARY_LINE = re.compile(rb"^--([^\s-][^\r\n]{0,69}?)[ \t]*\r?$", re.MULTILINE)
_SUFFIXES = {
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "application/msword": ".doc",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "text/calendar": ".ics",
    "text/plain": ".txt",
    "text/html": ".html",
    "message/rfc822": ".eml",
}
# What the standard library's parser has been seen to raise on hostile input.
PARSER_ERRORS = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    RecursionError,
    email.errors.MessageError,
)


class _BoundedPolicy(Compat32):
    """compat32 that cuts over-long headers and hands values out as plain strings."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        structural = name.lower().startswith("content-")
        return name, value[: MAX_STRUCTURE_HEADER if structural else MAX_OTHER_HEADER]

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value


_POLICY = _BoundedPolicy()


@dataclass
class Gathered:
    """What a walk through the parts has found."""

    headers: HeaderFields = field(default_factory=dict)
    content_type: str = "text/plain"  # of the message as a whole
    plain: list[str] = field(default_factory=list)
    markup: list[str] = field(default_factory=list)
    forwarded: list[str] = field(default_factory=list)  # subjects
    files: list[FoundFile] = field(default_factory=list)
    defects: dict[str, None] = field(default_factory=dict)  # an ordered set
    bulk: dict[str, str] = field(default_factory=dict)  # see `_without_bulk`
    bulk_mark: str = ""
    tnef_opened: int = 0
    signed_opened: int = 0
    remarks: list[str] = field(default_factory=list)  # what a person should know, Vietnamese
    kinds: dict[str, None] = field(default_factory=dict)  # of all its own parts, in order

    def defect(self, words: str) -> None:
        if len(self.defects) < MAX_DEFECTS:
            self.defects.setdefault(words)


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A part that is no text of the message."""

    name: str
    content_type: str
    content: bytes
    disposition: str  # "attachment", "inline" or ""
    content_id: str  # without <>
    related: bool  # lies beside an HTML text in multipart/related


@dataclass(frozen=True)
class _Standing:
    """A part and where it stands."""

    part: Message
    messages: int = 0  # forwarded messages around it
    depth: int = 0
    related: bool = False

    @cached_property
    def file_name(self) -> str:
        """The part's file name made fit to show; "" when it has none."""
        name = _parameter(self.part, "content-disposition", "filename") or _parameter(
            self.part, "content-type", "name"
        )
        return file_name(name) if name else ""


def take_apart(raw: bytes) -> tuple[Message, Gathered]:
    """The message, and all that its header and its parts hold."""
    gathered = Gathered()
    if len(raw) > MAX_BYTES:
        gathered.defect("thư quá lớn: chỉ đọc phần đầu")
        raw = raw[:MAX_BYTES]
    raw = _within_limits(_without_bulk(raw, gathered), gathered)
    message = _parsed(raw, gathered)
    gathered.headers = _header_fields(message)
    gathered.content_type = _content_type(message)
    _gather(message, gathered)
    return message, gathered


def _without_bulk(raw: bytes, gathered: Gathered) -> bytes:
    """The message with each long run of base64 lines replaced by one short line.

    The parser takes a message line by line, and nine lines in ten are an attachment's base64,
    which can hold neither a header nor a boundary. The short lines bear a random number, so that
    nobody can write one; `_restored` puts the runs back.
    """
    mark = f"doan-{secrets.token_hex(8)}-"
    pieces: list[bytes] = []
    position = 0
    for match in _BULK.finditer(raw):
        line = f"{mark}{len(gathered.bulk)}"
        gathered.bulk[line] = match[0].decode("ascii")
        pieces += [raw[position : match.start()], line.encode("ascii"), b"\n"]
        position = match.end()
    if not pieces:
        return raw
    gathered.bulk_mark = mark
    return b"".join([*pieces, raw[position:]])


def _restored(content: str, gathered: Gathered) -> str:
    """The content, a character for each byte, with its runs of base64 lines back in place."""
    if not gathered.bulk_mark or gathered.bulk_mark not in content:
        return content
    return _BULK_MARK.sub(lambda match: gathered.bulk.get(match[0].strip(), match[0]), content)


def _within_limits(raw: bytes, gathered: Gathered) -> bytes:
    """The bytes, cut where the parser would take too long or make too many parts."""
    if raw.count(b"\n--") > MAX_BOUNDARY_LINES:
        gathered.defect("thư có quá nhiều phần: chỉ đọc phần đầu")
        raw = b"\n--".join(raw.split(b"\n--", MAX_BOUNDARY_LINES)[:-1])
    boundaries = raw.lower().count(b"boundary")
    lines = min(MAX_LINES, MAX_LINE_TESTS // max(boundaries, 1))
    if raw.count(b"\n") + raw.count(b"\r") > lines:
        pieces = re.compile(rb"\r\n|\n|\r").finditer(raw)
        end = next((m.end() for number, m in enumerate(pieces, 1) if number >= lines), len(raw))
        if end < len(raw):
            gathered.defect("thư có quá nhiều dòng: chỉ đọc phần đầu")
            raw = raw[:end]
    return raw


def _parsed(raw: bytes, gathered: Gathered) -> Message:
    """The message's parts, or its headers alone, or an empty message."""
    try:
        with parsing():
            return email.message_from_bytes(raw, policy=_POLICY)
    except ParserFailed as error:
        gathered.defect(f"không đọc được cấu trúc thư ({type(error.__cause__).__name__})")
    try:
        with parsing():
            return email.parser.BytesHeaderParser(policy=_POLICY).parsebytes(raw)
    except ParserFailed as error:
        gathered.defect(f"không đọc được phần đầu thư ({type(error.__cause__).__name__})")
    return Message(policy=_POLICY)


def _gather(message: Message, gathered: Gathered) -> None:
    """Walks all parts in order, without recursion, and keeps texts and files."""
    waiting = [_Standing(message)]
    visited = 0
    while waiting:
        place = waiting.pop()
        visited += 1
        if visited > MAX_PARTS or len(gathered.files) >= MAX_ATTACHMENTS:
            gathered.defect("thư có quá nhiều phần: bỏ qua các phần sau")
            return
        for defect in place.part.defects:
            gathered.defect(type(defect).__name__)
        if not place.messages:
            gathered.kinds.setdefault(_kind_with_method(place.part))
        try:
            inner = list(_inner_parts(place, gathered))
            if not inner:
                _keep_leaf(place, gathered)
            waiting.extend(reversed(inner))
        except PARSER_ERRORS as error:
            gathered.defect(f"một phần của thư không đọc được ({type(error).__name__})")


def _inner_parts(place: _Standing, gathered: Gathered) -> Iterator[_Standing]:
    """The parts of a multipart or the message in a forwarded one; none for a leaf."""
    part, kind = place.part, _content_type(place.part)
    if place.depth >= MAX_MULTIPART_DEPTH:
        gathered.defect("các phần của thư lồng nhau quá sâu")
        return
    children = _children(part)
    if kind.startswith("multipart/"):
        if not children:
            children = _without_boundary(part, gathered)
        related = kind == "multipart/related"
        for child in children:
            yield _Standing(child, place.messages, place.depth + 1, related)
    elif kind == "message/rfc822" and children and place.messages < MAX_MESSAGE_DEPTH:
        inner = _forwarded(part, children[0], gathered)
        gathered.forwarded.append(header_text(inner.get("subject", "")))
        yield _Standing(inner, place.messages + 1, place.depth + 1)
    elif kind.startswith("message/") and kind != "message/rfc822":
        for child in children:  # delivery reports
            yield _Standing(child, place.messages, place.depth + 1)
    elif _may_be_signed(place) and gathered.signed_opened < MAX_SIGNED:
        yield from _signed(place, gathered)
    elif _is_saved_message(place) and place.messages < MAX_MESSAGE_DEPTH:
        saved = _parsed(_within_limits(content_of(part, gathered), gathered), gathered)
        if any(name in saved for name in ("from", "subject", "content-type")):
            gathered.forwarded.append(header_text(saved.get("subject", "")))
            yield _Standing(saved, place.messages + 1, place.depth + 1)


def _children(part: Message) -> list[Message]:
    payload = part.get_payload()
    if not isinstance(payload, list):
        return []
    return [child for child in payload if isinstance(child, email.message.Message)]


def _without_boundary(part: Message, gathered: Gathered) -> list[Message]:
    """The parts of a multipart that names no boundary, split at the first line like one.

    Once per message: splitting the same bytes again and again is an attacker's wish.
    """
    body = content_of(part, gathered)
    boundary = _BOUNDARY_LINE.search(body[:MAX_STRUCTURE_HEADER])
    if boundary is None or NO_BOUNDARY in gathered.defects:
        return []
    gathered.defect(NO_BOUNDARY)
    heading = b'Content-Type: multipart/mixed; boundary="' + boundary[1] + b'"\n\n'
    return _children(email.message_from_bytes(heading + body, policy=_POLICY))


def _forwarded(part: Message, inner: Message, gathered: Gathered) -> Message:
    """The forwarded message, also when a server has encoded it, which it must not."""
    encoding = transfer_encoding(str(part.get("content-transfer-encoding", "")))
    if encoding is TransferEncoding.QUOTED_PRINTABLE:
        content = _with_bulk(inner.as_bytes(), gathered)
        if b"=3D" not in content:
            return inner
    elif encoding is TransferEncoding.BASE64 and not inner.items():
        content = _as_sent(inner, gathered)
    else:
        return inner
    return _parsed(_within_limits(undone(content, encoding), gathered), gathered)


def _may_be_signed(place: _Standing) -> bool:
    """Whether the part may be a message or file within its signature (RFC 8551)."""
    named = place.file_name.lower().endswith((".p7m", ".p7z"))
    return _content_type(place.part) in _SIGNED_TYPES or named


def _signed(place: _Standing, gathered: Gathered) -> Iterator[_Standing]:
    """The message within its signature; a file within one is kept at once. None where there is
    neither: the part then stays a file."""
    part = place.part
    gathered.signed_opened += 1
    found = smime.opened(content_of(part, gathered))
    if found is None:
        return
    if not found.fits and _NOT_AS_SIGNED not in gathered.remarks:
        gathered.remarks.append(_NOT_AS_SIGNED)
    inner = _parsed(_within_limits(found.content, gathered), gathered)
    if "content-type" not in inner:
        name = re.sub(r"\.p7[mz]$", "", place.file_name, flags=re.IGNORECASE)
        inner = Message(policy=_POLICY)
        inner["Content-Type"] = "application/octet-stream"
        inner["Content-Transfer-Encoding"] = "binary"
        inner.add_header("Content-Disposition", "attachment", filename=name)
        inner.set_payload(found.content.decode("ascii", "surrogateescape"))
    yield _Standing(inner, place.messages, place.depth + 1)


def _is_saved_message(place: _Standing) -> bool:
    """Whether the part is a message that somebody saved as a file and attached."""
    kept_apart = _content_type(place.part) not in ("message/rfc822", "text/html")
    return kept_apart and place.file_name.lower().endswith(".eml")


def _keep_leaf(place: _Standing, gathered: Gathered) -> None:
    part, kind = place.part, _content_type(place.part)
    disposition = str(part.get("content-disposition", "")).partition(";")[0].strip().lower()
    name = place.file_name
    children = _children(part)
    if kind == "message/rfc822" and children:
        content = _with_bulk(children[0].as_bytes(), gathered)
    else:
        content = content_of(part, gathered)
    is_text = kind in ("text/plain", "text/html") or kind.startswith(("multipart/", "message/del"))
    if is_text and not name and disposition != "attachment":
        if kind != "text/html":
            content = _without_uuencoded(content, gathered)
        words = decoded(content[:MAX_HTML], charset_of(part))
        (gathered.markup if kind == "text/html" else gathered.plain).append(words)
    elif content.startswith(tnef.SIGNATURE) and gathered.tnef_opened < MAX_TNEF:
        _keep_tnef(name, content, gathered)
    elif content or name:
        gathered.files.append(
            FoundFile(
                name=name or f"tep-{len(gathered.files) + 1}{_SUFFIXES.get(kind, '')}",
                content_type=kind,
                content=content,
                disposition=disposition,
                content_id=str(part.get("content-id", "")).strip().strip("<>"),
                related=place.related,
            )
        )


def _keep_tnef(name: str, content: bytes, gathered: Gathered) -> None:
    """The files in a winmail.dat; the file itself where it cannot be opened."""
    gathered.tnef_opened += 1
    try:
        found = tnef.tnef_files(content)
    except tnef.TnefRefused as refusal:
        gathered.tnef_opened = MAX_TNEF  # whoever sends one that is not to be opened sends more
        gathered.defect(f"không mở được winmail.dat ({refusal})")
        found = [(name or "winmail.dat", content)]
    for inner, data in found[: MAX_ATTACHMENTS - len(gathered.files)]:
        shown = file_name(inner) if inner.strip() else f"tep-{len(gathered.files) + 1}"
        gathered.files.append(
            FoundFile(shown, "application/octet-stream", data, "attachment", "", related=False)
        )


def _without_uuencoded(content: bytes, gathered: Gathered) -> bytes:
    """A text without the files that stand in it; they are kept."""
    pieces, position = [], 0
    for found in islice(uuencoded(content), MAX_ATTACHMENTS - len(gathered.files)):
        pieces.append(content[position : found.start])
        position = found.end
        name = file_name(header_text(decoded(found.name)))
        kept = FoundFile(
            name, "application/octet-stream", found.content, "attachment", "", related=False
        )
        gathered.files.append(kept)
    return b"".join([*pieces, content[position:]])


def content_of(part: Message, gathered: Gathered) -> bytes:
    """A leaf's bytes, its transfer encoding undone and its long runs back in place."""
    content = _as_sent(part, gathered)
    return content_as_meant(content, str(part.get("content-transfer-encoding", "")))


def _as_sent(part: Message, gathered: Gathered) -> bytes:
    """The bytes of a leaf as they were sent, its long runs back in place."""
    bare = copy.copy(part)
    del bare["content-transfer-encoding"]  # else the library would undo it, in a way of its own
    content = bare.get_payload(decode=True)
    return _with_bulk(content, gathered) if isinstance(content, bytes) else b""


def _with_bulk(content: bytes, gathered: Gathered) -> bytes:
    return _restored(content.decode("latin-1"), gathered).encode("latin-1")


def _kind_with_method(part: Message) -> str:
    """The type of a part, an invitation's or its answer's with what it is for."""
    kind = _content_type(part)
    method = _parameter(part, "content-type", "method") if kind == "text/calendar" else ""
    return f"{kind};method={method.lower()}" if method else kind


def charset_of(part: Message) -> str:
    """The charset that a text names, "" where it names none."""
    return _parameter(part, "content-type", "charset")


def _content_type(part: Message) -> str:
    try:
        return part.get_content_type()
    except PARSER_ERRORS:
        return "text/plain"


def _parameter(part: Message, header: str, name: str) -> str:
    """A header's parameter, decoded; the RFC 2231 form counts before the plain one."""
    try:
        pairs = part.get_params(header=header) or []
    except PARSER_ERRORS:
        return ""
    values = [value for key, value in pairs if key.lower() == name and value]
    for value in values:
        if isinstance(value, tuple):
            charset, _, encoded = value
            data = encoded.encode("latin-1", "replace")
            return whole_line(decoded(data, charset or "utf-8"))
    return header_text(values[0]) if values else ""


def _header_fields(message: Message) -> HeaderFields:
    """The fields of a message's header by name in lower case, in the order they came."""
    fields: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in message.items():
        fields[name.lower()].append(str(value))
    return dict(fields)
