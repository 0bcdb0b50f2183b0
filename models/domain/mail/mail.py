"""Mail as the domain sees it: a message read, a letter to be sent, only what decides of each."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from models.domain.notation.vietnamese_text import nfc

# Where officials leave a file and send its address instead; a subdomain of each counts too.
# fmt: off
CLOUD_DRIVES = (
    "drive.google.com", "docs.google.com", "photos.app.goo.gl", "onedrive.live.com", "1drv.ms",
    "sharepoint.com", "dropbox.com", "dropboxusercontent.com", "db.tt", "box.com", "icloud.com",
    "mega.nz", "mega.io", "mediafire.com", "fshare.vn", "4share.vn", "4shared.com", "zalo.me",
    "zaloapp.com", "zdn.vn", "zadn.vn", "terabox.com", "pcloud.com", "wetransfer.com", "we.tl",
    "send-anywhere.com", "transfernow.net", "workdrive.zoho.com",
)
# fmt: on


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file a message carried. `name` is for display: NFC, no path, no control characters."""

    name: str
    content_type: str
    content: bytes
    inline: bool = False  # a picture shown in the text or a mail signature: nothing handed in


@dataclass(frozen=True, slots=True)
class MailMessage:
    """A message as received. Addresses are bare and lower case; Message-IDs keep their <>."""

    sender: str  # the From address
    sender_name: str
    recipients: Sequence[str]  # To, Cc, Delivered-To, X-Original-To
    subject: str
    message_id: str
    references: Sequence[str]  # In-Reply-To and References, oldest first
    text: str
    attachments: Sequence[Attachment]
    links: Sequence[str] = ()  # addresses found in the text
    automatic: str = ""  # why it is automatic mail (RFC 3834, bounce); empty for a person's
    defects: Sequence[str] = ()  # what the parser had to step over
    authentication: Sequence[str] = ()  # values of Authentication-Results, from the top
    of_a_list: bool = False  # it came by way of a mailing list, which persons write to as well
    remarks: Sequence[str] = ()  # what whoever decides about it should know, Vietnamese
    sender_doubt: str = ""  # why From does not say clearly who writes, Vietnamese


class MessageState(StrEnum):
    """Every message ends in exactly one of these, all but the first final."""

    RECEIVED = "received"  # kept, not yet worked on
    ACCEPTED = "accepted"
    RETURNED = "returned"
    HELD = "held"  # the holding pen: a person decides
    DUPLICATE = "duplicate"  # the same file or message again, answered before
    GUIDED = "guided"  # nothing that can be taken; told what to send instead
    AUTOMATIC = "automatic"  # automatic mail: recorded, never answered
    NOTED = "noted"  # a person's words that need no answer: thanks, a reaction
    REJECTED = "rejected"  # held, then set aside by a person's decision
    TRIED = "tried"  # sent to try: answered with the verdict, nothing recorded as handed in


class LetterKind(StrEnum):
    """Kinds of letter that leave the house."""

    OPENING = "opening"
    REMINDER = "reminder"
    OVERDUE = "overdue"
    ESCALATION = "escalation"
    RECEIPT = "receipt"
    VERDICT = "verdict"
    WITHDRAWAL = "withdrawal"  # a version of the agency's counts no more, or does again
    EXTENSION = "extension"  # the agency's own deadline moved, or the common one holds again
    EXEMPTION = "exemption"  # what the agency need not send, or must after all
    GUIDANCE = "guidance"
    TRY_OUT = "try_out"
    WHICH_COUNTS = "which_counts"  # of several workbooks of one mail: its agency is asked
    RETURN = "return"  # a person returns a held message
    SUMMARY = "summary"
    PREVIEW = "preview"  # to an agency: how the meeting will see it
    ALARM = "alarm"  # to the operator
    TODAYS_WORK = "todays_work"  # to the operator, each working morning
    APPROVAL = "approval"  # to the office itself: a draft waits for a decision


class LetterState(StrEnum):
    """Where a letter of the outbox stands."""

    QUEUED = "queued"
    SENDING = "sending"  # handed to the server, outcome not yet recorded
    SENT = "sent"
    UNCERTAIN = "uncertain"  # connection lost after the final dot, or killed while sending
    FAILED = "failed"  # refused for good
    WITHDRAWN = "withdrawn"  # it would no longer be true, and goes to nobody any more
    BOUNCED = "bounced"  # taken by the server, then reported undeliverable to every recipient
    CLOSED = "closed"  # goes no further, by a person's decision
    DRAFT = "draft"  # waits for a person's approval; leaves only as queued


@dataclass(frozen=True, slots=True)
class LetterFile:
    """A file that goes with a letter, kept in the raw store. `content_id` makes it inline."""

    name: str
    sha256: str
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of the outbox. `business_key` is unique: one cause, one letter."""

    business_key: str
    cycle: str
    agency: str  # empty: to the office
    kind: LetterKind
    to: Sequence[str]
    cc: Sequence[str]
    subject: str
    text: str
    html: str
    message_id: str
    reply_to: str = ""
    in_reply_to: str = ""
    references: Sequence[str] = ()
    files: Sequence[LetterFile] = ()
    created_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class RenderedText:
    """Subject, plain text and HTML of a letter."""

    subject: str
    text: str
    html: str


def masked(text: str) -> str:
    """The text with every mail address shortened to its first letter and its domain.

    >>> masked("Không tới vanthu.syt@haiphong.example: 550")
    'Không tới v…@haiphong.example: 550'
    """
    return _ADDRESS.sub(r"\1…@\2", text)


_ADDRESS = re.compile(r"([\w.+%-])[\w.+%'-]*@([\w-]+(?:\.[\w-]+)+)")


def cloud_links(links: Sequence[str]) -> list[str]:
    """Those of the links that lead to a cloud drive, in order.

    >>> cloud_links(["https://haiphong.example/a", "https://1drv.ms/x/s!Ab", "drive.google.com/d"])
    ['https://1drv.ms/x/s!Ab', 'drive.google.com/d']
    """
    return [link for link in links if _host(link).endswith(tuple(f".{h}" for h in CLOUD_DRIVES))]


def _host(link: str) -> str:
    """The link's host with a dot before it, "" where there is none."""
    try:
        host = urlsplit(link if "://" in link else f"https://{link}").hostname
    except ValueError:
        return ""  # "http://[": no address
    return f".{host}" if host else ""


def ascii_address(address: str) -> str:
    """The address with its domain in ASCII (RFC 5891), for servers without SMTPUTF8.

    What cannot be turned stays as it is: a local part with diacritics needs SMTPUTF8.

    >>> ascii_address("vanthu@sở.example"), ascii_address("văn.thư@so.example")
    ('vanthu@xn--s-lym.example', 'văn.thư@so.example')
    """
    local, at, domain = address.rpartition("@")
    try:
        return f"{local}{at}{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return address


TRY_OUT_TAG = "thu"  # of the sub-address: baocao+thu@...
_TRY_OUT = re.compile(r"\s*[\[(«]\s*(?:thử|thu)\s*[\])»]")
_MOST_TAGS = 6
#: What a gateway or a list writes before a subject: [EXTERNAL], ***SPAM***, «Thư ngoài:».
_GATEWAY_TAG = re.compile(
    r"\s*(?:\[[^\[\]]{0,60}\]|\([^()]{0,60}\)|\{[^{}]{0,60}\}|<[^<>]{0,60}>|«[^«»]{0,60}»"
    r"|\*{1,5}[^*]{1,60}\*{1,5}|#[^#]{1,60}#"
    r"|(?:ext(?:ernal)?|outside|(?:suspected |possible |potential )?(?:spam|phishing)|junk|bulk"
    r"|caution|warning|untrusted|cảnh báo|thư (?:ngoài|rác|bên ngoài)|bên ngoài|nghi ngờ[^:]{0,20})"
    r"(?: (?:e-?mail|mail|sender|message))?\s*[:|-])\s*[:|-]?\s*"
)


def without_gateway_tags(subject: str) -> str:
    """The subject as it was written, in small letters, behind what gateways put before it.

    A mark of a try-out is nobody's tag and stays; neither is «Re:» one.

    >>> without_gateway_tags("[EXTERNAL] ***SPAM*** [Thử] Kế hoạch")
    '[thử] kế hoạch'
    >>> without_gateway_tags("Re: [EXTERNAL] Kế hoạch")
    're: [external] kế hoạch'
    """
    rest = nfc(subject).casefold().strip()
    for _ in range(_MOST_TAGS):
        tag = _GATEWAY_TAG.match(rest)
        if tag is None or _TRY_OUT.match(rest):
            break
        rest = rest[tag.end() :]
    return rest


def try_out_address(office_address: str) -> str:
    """The address at which workbooks are tried out.

    >>> try_out_address("baocao@vp.example")
    'baocao+thu@vp.example'
    """
    local, _, domain = office_address.rpartition("@")
    return f"{local}+{TRY_OUT_TAG}@{domain}"


def is_try_out(recipients: Sequence[str], subject: str, office_address: str) -> bool:
    """Whether a message only tries: sent to that address, or so marked where its subject begins.

    A gateway's tags before the mark are stepped over. A mark behind "Re:" is quoted from another
    mail, and does not count: what is meant in earnest shall not be taken for a try.

    >>> is_try_out([], "[Thử] Kế hoạch", ""), is_try_out([], "Re: [THỬ] Kế hoạch", "")
    (True, False)
    >>> is_try_out([], "[EXTERNAL] [THỬ] Kế hoạch", "")
    True
    """
    wanted = try_out_address(office_address.lower())
    if any(address.lower() == wanted for address in recipients):
        return True
    return _TRY_OUT.match(without_gateway_tags(subject)) is not None
