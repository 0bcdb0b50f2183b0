"""Reading delivery reports: RFC 3464 by its own parts, the others by what they say in prose.

Any bytes give a report or None, in bounded time. Whether a report is to be believed is decided
elsewhere: here it is only read.
"""

from __future__ import annotations

import email
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from models.domain.mail.automatic import MailSigns, is_mail_system
from models.domain.mail.bounces import DeliveryAction, DeliveryReport, RecipientReport
from models.domain.mail.machine_wordings import SURE_SUBJECTS
from models.domain.mail.mail import without_gateway_tags
from models.domain.notation.vietnamese_text import whole_line
from tasks.adapters.messages.bounce_prose import is_still_tried, recipients_in
from tasks.adapters.messages.mail_encodings import (
    MAX_HEADER,
    TransferEncoding,
    decoded,
    header_text,
    transfer_encoding,
)
from tasks.adapters.messages.message_parts import (
    PARSER_ERRORS,
    Gathered,
    Message,
    charset_of,
    content_of,
    take_apart,
)
from tasks.adapters.messages.message_reader import ADDRESS, MESSAGE_ID, addresses, text_of_html

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
_FINAL_NAMES = ("final-recipient", "x-actual-recipient", "x-final-recipient", "remote-recipient")
_STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")
_TOKEN_ADDRESS = re.compile(r"[a-z0-9._-]{1,64}\+[a-z0-9]{1,64}@[a-z0-9.-]{1,250}[a-z0-9]")


def read_delivery_report(raw: bytes) -> DeliveryReport | None:
    """The delivery report in a message; None when it is none. Never raises."""
    try:
        message, gathered = take_apart(raw)
        taken = _Taken(message, gathered, tuple(_parts(message)))
        return _standard_report(taken) or _plain_report(taken, raw)
    except PARSER_ERRORS:
        return None


@dataclass(frozen=True)
class _Taken:
    """A message taken apart; of its parts nothing inside a returned message."""

    message: Message
    gathered: Gathered
    parts: Sequence[Message]

    def header(self, name: str) -> str:
        return _header(self.message, name)

    def texts(self, kind: str) -> str:
        """The parts of one kind of text, joined."""
        found = []
        for part in self.parts:
            if _type(part) == kind:
                content = content_of(part, self.gathered)[:MAX_TEXT_BYTES]
                found.append(decoded(content, charset_of(part)))
        return "\n".join(found)

    @property
    def prose(self) -> str:
        """What the server writes for people."""
        return self.texts("text/plain") or text_of_html(self.texts("text/html"))


def _standard_report(taken: _Taken) -> DeliveryReport | None:
    status = next((part for part in taken.parts if _type(part) in _STATUS_PARTS), None)
    if status is None:
        return None
    blocks = [*_blocks(status, taken.gathered)]
    recipients = [found for block in blocks if (found := _recipient(block)) is not None]
    if not recipients:
        action = next(filter(None, map(_action, blocks)), None)
        recipients = _named_elsewhere(taken, action) or _unnamed(taken, action) if action else []
    return _report(recipients, taken) if recipients else None


def _unnamed(taken: _Taken, action: DeliveryAction) -> list[RecipientReport]:
    """What is said of a recipient whom the report names nowhere."""
    return [RecipientReport("", "", action, _status_of_all(taken, action), "")]


def _plain_report(taken: _Taken, raw: bytes) -> DeliveryReport | None:
    """What a mail server of the old kind wrote in prose; only a server's own mail is looked at.

    A person's absence message may well sound like one of them.
    """
    of_a_server = (
        _type(taken.message) == "multipart/report" or "x-failed-recipients" in taken.message
    )
    if not of_a_server and not is_mail_system(_signs(taken)):
        return None
    tried = is_still_tried(header_text(taken.header("subject")), taken.prose)
    action = DeliveryAction.DELAYED if tried else DeliveryAction.FAILED
    recipients = _named_elsewhere(taken, action) or [*_by_detectors(raw)]
    return _report(recipients, taken) if recipients else None


def _signs(taken: _Taken) -> MailSigns:
    name, sender = next(iter(addresses(taken.header("from"))), (taken.header("from"), ""))
    return MailSigns(sender, header_text(name), "", "", (), hands_in_a_file=False)


def _named_elsewhere(taken: _Taken, action: DeliveryAction) -> list[RecipientReport]:
    """Recipients named outside of a standard part: in a header, in prose, in our own letter.

    In our letter only where it had one: which of several failed is then not said.
    """
    in_prose = {one.address: one.reason for one in recipients_in(taken.prose)}
    failed = [a for v in taken.message.get_all("x-failed-recipients", []) for _, a in addresses(v)]
    named = failed or [a for a in in_prose if ADDRESS.fullmatch(a)]
    if not named and _is_failure(taken):
        ours = {a for letter in _returned_letters(taken) for _, a in _written_to(letter)}
        named = [*ours] if len(ours) == 1 else []
    told = [_told(address, action, in_prose.get(address, "")) for address in named]
    status = _status_of_all(taken, action)
    return [one if one.status else replace(one, status=status) for one in told]


def _status_of_all(taken: _Taken, action: DeliveryAction) -> str:
    """The one status in a report that fits the action; "" where there are several, or none."""
    blocks = [
        b for p in taken.parts if _type(p) in _STATUS_PARTS for b in _blocks(p, taken.gathered)
    ]
    words = "\n".join([*(_header(block, "status") for block in blocks), taken.prose])
    wanted = "4" if action is DeliveryAction.DELAYED else "5"
    found = {s for s in _STATUS.findall(words) if s[0] == wanted and not s.endswith(".0.0")}
    return found.pop() if len(found) == 1 else ""


def _is_failure(taken: _Taken) -> bool:
    """Whether a report that names nobody says at all that a letter did not arrive."""
    return any(_type(part) in _STATUS_PARTS for part in taken.parts) or bool(
        SURE_SUBJECTS.match(without_gateway_tags(header_text(taken.header("subject"))))
    )


def _written_to(letter: Message) -> list[tuple[str, str]]:
    return [*addresses(_header(letter, "to")), *addresses(_header(letter, "cc"))]


def _told(address: str, action: DeliveryAction, reason: str) -> RecipientReport:
    reason = whole_line(reason)[:MAX_REASON]
    return RecipientReport(address, "", action, _status_in(reason, action), reason)


def _by_detectors(raw: bytes) -> Iterator[RecipientReport]:
    """What the detectors of flufl.bounce find in the beginning of a message."""
    lines = raw[:MAX_TEXT_BYTES].splitlines()
    beginning = b"\n".join(line[:MAX_LINE] for line in lines)
    from flufl.bounce import all_failures  # start-up cost: few messages are reports of old kinds

    delayed, failed = all_failures(email.message_from_bytes(beginning))
    words = decoded(beginning)
    found = [(DeliveryAction.FAILED, a) for a in sorted(failed)]
    found += [(DeliveryAction.DELAYED, a) for a in sorted(delayed - failed)]
    for action, encoded in found:
        address = encoded.decode("ascii", "replace").strip().lower()
        if ADDRESS.fullmatch(address):
            yield _told(address, action, _reason_in(words, address))


def _report(recipients: Sequence[RecipientReport], taken: _Taken) -> DeliveryReport:
    """The report, with all in it that may name the letter it is about."""
    ids: list[str] = []
    returned_to: list[str] = []
    for letter in _returned_letters(taken):
        ids += _ids(letter, "message-id")
        returned_to += [a for _, a in addresses(_header(letter, "reply-to"))]
    ids += [*_ids(taken.message, "in-reply-to"), *_ids(taken.message, "references")]
    # Where no header is returned, the prose may still name the letter.
    prose = taken.texts("text/plain") + "\n" + text_of_html(taken.texts("text/html"))
    ids += MESSAGE_ID.findall(prose)
    returned_to += _TOKEN_ADDRESS.findall(prose.lower())
    return DeliveryReport(
        tuple(recipients[:MAX_RECIPIENTS]),
        tuple(dict.fromkeys(ids))[:MAX_REFERENCES],
        tuple(dict.fromkeys(returned_to))[:MAX_REFERENCES],
    )


def _returned_letters(taken: _Taken) -> Iterator[Message]:
    """The headers of our letter, wherever they are returned."""
    for part in taken.parts:
        yield from _returned(part, taken.gathered)


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


def _blocks(part: Message, gathered: Gathered) -> Iterator[Message]:
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
    content = content_of(inner, gathered)[:MAX_TEXT_BYTES]
    for group in re.split(rb"\r?\n[ \t]*\r?\n", content)[:MAX_RECIPIENTS]:
        yield email.message_from_bytes(group.strip() + b"\n\n")


def _messages(payload: Sequence[object]) -> list[Message]:
    """The messages among what a multipart holds: all of it, as this parser makes them."""
    return [part for part in payload if isinstance(part, Message)]


def _is_encoded(part: Message) -> bool:
    encoding = transfer_encoding(_header(part, "content-transfer-encoding"))
    return encoding is not TransferEncoding.AS_IS


def _recipient(block: Message) -> RecipientReport | None:
    """What a group of fields says of a recipient; None for the group on the message as a whole."""
    final = next(filter(None, (_address(block, name) for name in _FINAL_NAMES)), "")
    original, action = _address(block, "original-recipient"), _action(block)
    if action is None or not (final or original):
        return None
    kind, separator, words = _header(block, "diagnostic-code").partition(";")
    reason = header_text(words if separator else kind)[:MAX_REASON]
    status = next(iter(_STATUS.findall(_header(block, "status"))), "")
    if not status or status.endswith(".0.0"):
        status = _status_in(reason, action) or status
    return RecipientReport(final, original, action, status, reason)


def _action(block: Message) -> DeliveryAction | None:
    """What was done with the letter, by its name or else by the status that goes with it."""
    said = _header(block, "action").strip().lower()
    if said.startswith("error"):
        return DeliveryAction.FAILED
    by_name = next((a for a in DeliveryAction if said.startswith(a.value[:4])), None)
    if by_name is not None or said:
        return by_name
    kind = _header(block, "status").strip()[:1]
    return {"5": DeliveryAction.FAILED, "4": DeliveryAction.DELAYED}.get(kind)


def _address(block: Message, name: str) -> str:
    """The address in "rfc822; name@host", lower case; "" for what is none."""
    kind, separator, value = _header(block, name).partition(";")
    address = whole_line(value if separator else kind).strip("<> ").lower()
    return address if ADDRESS.fullmatch(address) else ""


def _returned(part: Message, gathered: Gathered) -> Iterator[Message]:
    """The headers of our letter, where the part returns them."""
    payload = part.get_payload()
    if _type(part) in _RETURNED_MESSAGES and isinstance(payload, list):
        yield from _messages(payload[:1])
    elif _type(part) in _RETURNED_HEADERS:
        if isinstance(payload, list):  # of type message/...: parsed already
            yield from _messages(payload[:1])
            return
        yield email.message_from_bytes(content_of(part, gathered)[:MAX_TEXT_BYTES])


def _status_in(words: str, action: DeliveryAction) -> str:
    """The first status in a text that fits the action: "550 5.1.1 User unknown"."""
    wanted = "4" if action is DeliveryAction.DELAYED else "5"
    return next((s for s in _STATUS.findall(words) if s.startswith(wanted)), "")


def _reason_in(words: str, address: str) -> str:
    """The line that names the address, with the next where it ends in a colon."""
    lines = [whole_line(line) for line in words.splitlines()]
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
