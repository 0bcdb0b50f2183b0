"""Delivery reports in prose, as mail servers and gateways of many kinds word them.

Which address a letter failed for is told by where the address stands and what stands around it.
Nothing is believed here: only what is proven to be about a letter of ours changes anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.domain.mail.automatic import MACHINE_SENDERS
from models.domain.notation.vietnamese_text import nfc, whole_line

MAX_LINES = 600
MAX_LINE = 400
MAX_FOUND = 100
MAX_LOOKED_AT = 200  # places where an address stands, the same one more than once
MAX_REASON = 300

#: From here on it is our own letter that is shown.
_RETURNED = re.compile(
    r"\W{0,12}(?:below this line is a copy|this is a copy of the|original message|original headers"
    r"|message headers?\b|returned message|the header of the original|unsent message|received: "
    r"|content of the message|headers of the message|reporting-mta:|return-path:"
    r"|thư gốc|nội dung thư gốc|tiêu đề thư gốc|diagnostic information for administrators"
    r"|thông tin chẩn đoán)"
)
_HEADER_LINE = re.compile(
    r"\W{0,4}(?:from|sender|reply-to|subject|date|message-id|to|cc|received|by|x-[a-z-]+"
    r"|from address|sender address|người gửi|chủ đề|từ|ngày)\s*:"
)
_ADDRESS = re.compile(
    r"(?P<before>\b(?:from|by|contact|từ|liên hệ)\W{1,3})?(?<![\w.+-])"
    r"(?P<address>[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?)"
)
_OF_NOBODY = re.compile(
    r"\b(?:contact|help|support|administrator|write to|questions?|liên hệ|hỗ trợ|quản trị)\b"
)
_TROUBLE = re.compile(
    r"(?:^|[^\d.])[45]\d\d[ -:]|(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![\d.])"
    r"|(?:could ?n[o']t|couldn’t|can(?:no|'|’)t|was ?n(?:o|'|’)t|not|unable|failed) .{0,40}"
    r"(?:deliver|reach|found|accept|sent|receiv)"
    r"|undeliver|not delivered|fail|reject|refus|unknown|no such|no mailbox|does ?n[o']t exist"
    r"|disabled|full|quota|blocked|bounced?|delay|not yet|retry|expired|error|problem"
    r"|không (?:thể |được )?(?:gửi|chuyển|phát|tìm thấy|tồn tại)|(?:gửi|chuyển|phát) .{0,20}không"
    r"|bị (?:chặn|từ chối|trả lại|trì hoãn)|chưa (?:gửi|chuyển|phát)|thất bại|đầy|lỗi"
)
_STILL_TRIED = re.compile(
    r"not yet been delivered|has been delayed|is delayed|delivery (?:has been )?delayed"
    r"|message delayed|will (?:be retried|retry|try again|continue|keep (?:on )?trying)"
    r"|still (?:being )?(?:trying|tried|retried|in the queue)|no action is required"
    r"|do not need to (?:re-?send|do anything)|this is a warning message only|temporary problem"
    r"|temporarily (?:delayed|deferred)|sẽ (?:tiếp tục )?thử (?:gửi )?lại|sẽ tiếp tục (?:thử|gửi)"
    r"|bị trì hoãn|chưa (?:gửi|chuyển|phát) được|gửi bị trễ"
)
_GIVEN_UP = re.compile(
    r"(?:have|has|i've|we've) given up|gave up|giving up|will not be (?:retried|tried|delivered)"
    r"|no (?:further|more) attempts|has expired|message expired|delivery time.{0,10}expired"
    r"|retry time.{0,20}exceeded|permanent(?:ly)? (?:error|failed|rejected)"
    r"|hết thời gian|đã hết hạn|sẽ không (?:thử|gửi) lại"
)


@dataclass(frozen=True, slots=True)
class NamedRecipient:
    """An address that a report names, and the server's own words about it, on one line."""

    address: str
    reason: str


def is_still_tried(subject: str, prose: str) -> bool:
    """Whether a report in prose says that the server goes on trying.

    >>> is_still_tried("Warning: message delayed 24 hours", "It has not yet been delivered.")
    True
    >>> is_still_tried("Failure notice", "The message was delayed; I have given up.")
    False
    """
    words = " ".join(f"{subject}\n{prose[:8000]}".split()).casefold()
    return bool(_STILL_TRIED.search(words)) and not _GIVEN_UP.search(words)


def recipients_in(prose: str) -> list[NamedRecipient]:
    """The recipients of whom a report in prose speaks, in order, each once.

    >>> [(r.address, r.reason) for r in recipients_in("<a@so.example>: 550 5.1.1 no such user")]
    [('a@so.example', '550 5.1.1 no such user')]
    """
    lines = [*_before_the_returned(prose)]
    found: dict[str, str] = {}
    looked_at = 0
    for number, line in enumerate(lines):
        named = list(dict.fromkeys(a for a in _addresses(line) if not found.get(a)))
        if not named or not _speaks_of_trouble(lines, number):
            continue
        for address in named:
            found[address] = _reason(lines, number, address)
        looked_at += len(named)
        if looked_at >= MAX_LOOKED_AT:
            break
    return [NamedRecipient(address, reason) for address, reason in found.items()][:MAX_FOUND]


def _before_the_returned(prose: str) -> Iterator[str]:
    """The lines of what the server writes itself."""
    for number, line in enumerate(nfc(prose).splitlines()):
        if number >= MAX_LINES or (number and _RETURNED.match(line[:MAX_LINE].casefold())):
            return
        yield whole_line(line[:MAX_LINE])


def _addresses(line: str) -> Iterator[str]:
    lower = line.casefold()
    if _HEADER_LINE.match(lower) and not lower.lstrip(" <*-").startswith("to"):
        return
    if _OF_NOBODY.search(lower):
        return
    for match in _ADDRESS.finditer(lower):
        address = match["address"].strip("'")
        if not match["before"] and not MACHINE_SENDERS.match(address) and ".." not in address:
            yield address


def _speaks_of_trouble(lines: Sequence[str], number: int) -> bool:
    around = " ".join(lines[max(0, number - 4) : number + 5])
    return _TROUBLE.search(around.casefold()) is not None


def _reason(lines: Sequence[str], number: int, address: str) -> str:
    """What is said of an address: behind it on its line, else on those that follow."""
    line = lines[number]
    at = line.casefold().find(address) + len(address)
    behind = line[at:].strip(" >)]:;,.*-\"'")
    if _TROUBLE.search(behind.casefold()):
        following = _paragraph(lines, number + 1)[:2] if not re.search(r"\d{3}", behind) else []
        return " ".join([behind, *following])[:MAX_REASON]
    following = _paragraph(lines, number + 1) or _paragraph(lines, number + 2)
    said = " ".join(following[:3])
    return said[:MAX_REASON] if _TROUBLE.search(said.casefold()) else behind[:MAX_REASON]


def _paragraph(lines: Sequence[str], start: int) -> list[str]:
    """The lines from there to the next blank one, or the next that names somebody."""
    found: list[str] = []
    for line in lines[start : start + 6]:
        if not line or (any(_addresses(line)) and found):
            break
        found.append(line)
    return found
