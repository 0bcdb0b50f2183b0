"""Reading delivery reports: RFC 3464 by its own parts, older plain texts by flufl.bounce.

Any bytes give a report or None, in bounded time. Whether a report is to be believed is decided
elsewhere: here it is only read.
"""

from __future__ import annotations

import email
import re
from collections.abc import Iterator, Sequence

from models.domain.mail.automatic import MACHINE_SENDERS
from models.domain.mail.bounces import DeliveryAction, DeliveryReport, RecipientReport
from models.domain.notation.vietnamese_text import one_line
from tasks.adapters.messages.message_parts import (
    MAX_HEADER,
    PARSER_ERRORS,
    Message,
    decoded,
    header_text,
    take_apart,
)
from tasks.adapters.messages.message_reader import ADDRESS, MESSAGE_ID, addresses

MAX_RECIPIENTS = 100
MAX_REFERENCES = 50
MAX_PARTS = 50
MAX_REASON = 300
#: Of a plain text, whose report stands first. Its detectors try many patterns on every line, some
#: of which take time by the square of the line's length.
MAX_TEXT_BYTES = 32_000
MAX_LINE = 300

_STATUS_PARTS = ("message/delivery-status", "message/global-delivery-status")
_RETURNED_HEADERS = ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers")
_RETURNED_MESSAGES = ("message/rfc822", "message/global")
_STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")
_TOKEN_ADDRESS = re.compile(r"[a-z0-9._-]{1,64}\+[a-z0-9]{1,64}@[a-z0-9.-]{1,250}[a-z0-9]")


def read_delivery_report(raw: bytes) -> DeliveryReport | None:
    """The delivery report in a message; None when it is none. Never raises."""
    try:
        message, _ = take_apart(raw)
        return _standard_report(message) or _plain_report(message, raw)
    except PARSER_ERRORS:
        return None


def _standard_report(message: Message) -> DeliveryReport | None:
    parts = list(_parts(message))
    status = next((part for part in parts if _type(part) in _STATUS_PARTS), None)
    if status is None:
        return None
    recipients = [found for block in _blocks(status) if (found := _recipient(block)) is not None]
    if not recipients:
        return None
    ids: list[str] = []
    answered: list[str] = []
    for part in parts:
        for returned in _returned(part):
            ids += _ids(returned, "message-id")
            answered += [a for _, a in addresses(_header(returned, "reply-to"))]
    ids += [*_ids(message, "in-reply-to"), *_ids(message, "references")]
    for part in parts:  # where no header is returned, the prose may still name the letter
        content = part.get_payload(decode=True) if _type(part) == "text/plain" else None
        if isinstance(content, bytes):
            ids += MESSAGE_ID.findall(decoded(content[:MAX_TEXT_BYTES]))
    return _report(recipients, ids, answered)


def _plain_report(message: Message, raw: bytes) -> DeliveryReport | None:
    """What a mail server of the old kind wrote in prose; only a server's own mail is looked at.

    A person's absence message may well sound like one of them.
    """
    sender = next((address for _, address in addresses(_header(message, "from"))), "")
    if not MACHINE_SENDERS.match(sender) and _type(message) != "multipart/report":
        return None
    lines = raw[:MAX_TEXT_BYTES].splitlines()
    beginning = b"\n".join(line[:MAX_LINE] for line in lines)
    from flufl.bounce import all_failures  # start-up cost: few messages are reports of old kinds

    delayed, failed = all_failures(email.message_from_bytes(beginning))
    words = decoded(beginning)
    found = [(DeliveryAction.FAILED, a) for a in sorted(failed)]
    found += [(DeliveryAction.DELAYED, a) for a in sorted(delayed - failed)]
    recipients = []
    for action, encoded in found:
        address = encoded.decode("ascii", "replace").strip().lower()
        if ADDRESS.fullmatch(address):
            reason = _reason_in(words, address)
            recipients.append(
                RecipientReport(address, "", action, _status_in(reason, action), reason)
            )
    if not recipients:
        return None
    ids = [*_ids(message, "in-reply-to"), *_ids(message, "references"), *MESSAGE_ID.findall(words)]
    return _report(recipients, ids, _TOKEN_ADDRESS.findall(words.lower()))


def _report(
    recipients: Sequence[RecipientReport], ids: Sequence[str], returned_to: Sequence[str]
) -> DeliveryReport:
    return DeliveryReport(
        tuple(recipients[:MAX_RECIPIENTS]),
        tuple(dict.fromkeys(ids))[:MAX_REFERENCES],
        tuple(dict.fromkeys(returned_to))[:MAX_REFERENCES],
    )


def _parts(message: Message) -> Iterator[Message]:
    """The message and its parts, the outer ones first; nothing inside the returned message."""
    waiting = [message]
    for _ in range(MAX_PARTS):
        if not waiting:
            return
        part = waiting.pop(0)
        yield part
        payload = part.get_payload()
        if _type(part).startswith("multipart/") and isinstance(payload, list):
            waiting += _messages(payload)


def _blocks(part: Message) -> Iterator[Message]:
    """The groups of fields of a delivery-status part, also when it came encoded."""
    payload = part.get_payload()
    if isinstance(payload, list) and not _is_encoded(part):
        yield from _messages(payload[:MAX_RECIPIENTS])
        return
    within = _messages(payload[:1]) if isinstance(payload, list) else []
    body = within[0].get_payload() if within else payload
    inner = Message()
    inner["Content-Transfer-Encoding"] = _header(part, "content-transfer-encoding")
    inner.set_payload(body)
    content = inner.get_payload(decode=True)
    if isinstance(content, bytes):
        for group in re.split(rb"\r?\n[ \t]*\r?\n", content)[:MAX_RECIPIENTS]:
            yield email.message_from_bytes(group.strip() + b"\n\n")


def _messages(payload: Sequence[object]) -> list[Message]:
    """The messages among what a multipart holds: all of it, as this parser makes them."""
    return [part for part in payload if isinstance(part, Message)]


def _is_encoded(part: Message) -> bool:
    encoding = _header(part, "content-transfer-encoding").strip().lower()
    return encoding in ("base64", "quoted-printable")


def _recipient(block: Message) -> RecipientReport | None:
    """What a group of fields says of a recipient; None for the group on the message as a whole."""
    final, original = _address(block, "final-recipient"), _address(block, "original-recipient")
    said = _header(block, "action").strip().lower()
    action = next((a for a in DeliveryAction if said.startswith(a.value[:4])), None)
    if said.startswith("error"):
        action = DeliveryAction.FAILED
    if action is None or not (final or original):
        return None
    kind, separator, words = _header(block, "diagnostic-code").partition(";")
    reason = header_text(words if separator else kind)[:MAX_REASON]
    status = next(iter(_STATUS.findall(_header(block, "status"))), "")
    if not status or status.endswith(".0.0"):
        status = _status_in(reason, action) or status
    return RecipientReport(final, original, action, status, reason)


def _address(block: Message, name: str) -> str:
    """The address in "rfc822; name@host", lower case; "" for what is none."""
    kind, separator, value = _header(block, name).partition(";")
    address = one_line(value if separator else kind).strip("<> ").lower()
    return address if ADDRESS.fullmatch(address) else ""


def _returned(part: Message) -> Iterator[Message]:
    """The headers of our letter, where the part returns them."""
    payload = part.get_payload()
    if _type(part) in _RETURNED_MESSAGES and isinstance(payload, list):
        yield from _messages(payload[:1])
    elif _type(part) in _RETURNED_HEADERS:
        if isinstance(payload, list):  # of type message/...: parsed already
            yield from _messages(payload[:1])
            return
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            yield email.message_from_bytes(content[:MAX_TEXT_BYTES])


def _status_in(words: str, action: DeliveryAction) -> str:
    """The first status in a text that fits the action: "550 5.1.1 User unknown"."""
    wanted = "4" if action is DeliveryAction.DELAYED else "5"
    return next((s for s in _STATUS.findall(words) if s.startswith(wanted)), "")


def _reason_in(words: str, address: str) -> str:
    """The line that names the address, with the next where it ends in a colon."""
    lines = [one_line(line) for line in words.splitlines()]
    for number, line in enumerate(lines):
        if address in line.lower() and ":" in line.lower().partition(address)[2]:
            following = lines[number + 1 : number + 2] if line.endswith(":") else []
            return " ".join([line, *following])[:MAX_REASON]
    return ""


def _ids(message: Message, name: str) -> list[str]:
    return MESSAGE_ID.findall(_header(message, name))


def _header(message: Message, name: str) -> str:
    return str(message.get(name, ""))[:MAX_HEADER]


def _type(part: Message) -> str:
    try:
        return part.get_content_type()
    except PARSER_ERRORS:
        return "text/plain"
