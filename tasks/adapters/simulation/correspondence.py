"""Correspondence: agencies read the letters they got and write back, as mail programs do."""

from __future__ import annotations

import datetime as dt
import email
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage, Message
from email.policy import SMTP, default
from email.utils import format_datetime, formataddr, parseaddr
from functools import cached_property
from pathlib import Path

from models.domain.errors import BaocaoError
from models.domain.register.file_names import file_word
from tasks.adapters.simulation.parcels import Enclosure

#: Unfolded: where the standard library folds encoded words it may lose the blank between two.
_POLICY = SMTP.clone(max_line_length=998)
_BODY = re.compile(rb"\r?\n\r?\n")  # where it begins


class LetterNeverCame(BaocaoError):
    """Raised when an agency means to answer a letter that it has not got."""


@dataclass(frozen=True)
class ReceivedLetter:
    """A letter of the office as the agency finds it in its mailbox; opened when it is wanted."""

    message_id: str
    in_reply_to: str
    references: str
    subject: str
    reply_to: str
    path: Path  # where it lies

    @cached_property
    def workbooks(self) -> Mapping[str, bytes]:
        """Attached spreadsheets by file name."""
        found = {}
        for part in email.message_from_bytes(self.path.read_bytes(), policy=default).walk():
            name = part.get_filename()
            if name and name.lower().endswith(".xlsx"):
                content = part.get_payload(decode=True)
                if isinstance(content, bytes):
                    found[name] = content
        return found


class Letterbox:
    """All letters that the mail catcher has taken, by addressee. Reads each file once."""

    def __init__(self, maildir: Path) -> None:
        self._folder = maildir / "new"
        self._seen: set[str] = set()
        self._letters: dict[str, list[ReceivedLetter]] = {}

    def letters_to(self, address: str) -> Sequence[ReceivedLetter]:
        """The letters addressed (not copied) to that address, in the order they were delivered."""
        self._look()
        return self._letters.get(address, [])

    def answer_to(self, address: str, message_id: str) -> ReceivedLetter:
        """The office's last answer to a mail of that address. Raises LetterNeverCame."""
        found = [x for x in self.letters_to(address) if x.in_reply_to == message_id]
        if not found:
            raise LetterNeverCame(f"{address} chưa nhận được thư trả lời cho {message_id}.")
        return found[-1]

    def opening(self, address: str, mark: str) -> ReceivedLetter:
        """The letter that opened the cycle of that mark: the first with its workbook.

        Raises LetterNeverCame.
        """
        for letter in self.letters_to(address):
            if any(name.startswith(f"{file_word(mark)}_") for name in letter.workbooks):
                return letter
        raise LetterNeverCame(f"{address} chưa nhận được thư đề nghị báo cáo kỳ {mark}.")

    def _look(self) -> None:
        for path in sorted(self._folder.iterdir()):
            if path.name in self._seen:
                continue
            self._seen.add(path.name)
            # Most are never opened: their headers say whose they are.
            headers, *_ = _BODY.split(path.read_bytes(), maxsplit=1)
            message = email.message_from_bytes(headers, policy=default)
            letter = _letter(message, path)
            for address in _addresses(message):
                self._letters.setdefault(address, []).append(letter)


@dataclass(frozen=True, slots=True)
class MailStyle:
    """How a mail is written; what is empty or None is done the usual way."""

    sender: str = ""  # address; usually the one the office wrote to
    sender_name: str = ""
    subject: str = ""  # usually "Re: " and the letter's subject
    text: str = ""
    to_reply_address: bool = True  # False: to the office's plain address
    threaded: bool = True  # False: a new mail, not an answer
    headers: Mapping[str, str] = field(default_factory=dict)


USUAL = MailStyle()


@dataclass(frozen=True, slots=True)
class Correspondent:
    """Who writes, to whom."""

    name: str
    address: str
    office: str  # the office's plain address


_TEXT = (
    "Kính gửi: Văn phòng Ủy ban nhân dân thành phố\n\n{name} gửi báo cáo theo đề nghị tại thư của "
    "Văn phòng. Đề nghị Văn phòng xác nhận đã nhận được.\n\nTrân trọng./.\n"
)


def write_reply(
    who: Correspondent,
    letter: ReceivedLetter,
    envelope: MailStyle,
    enclosures: Sequence[Enclosure],
    at: dt.datetime,
    number: str,
) -> EmailMessage:
    """The mail. Equal arguments give equal bytes; `number` tells an agency's mails apart."""
    mail = EmailMessage(policy=_POLICY)
    sender = envelope.sender or who.address
    domain = sender.rpartition("@")[2]
    mail["From"] = formataddr((envelope.sender_name or who.name, sender))
    mail["To"] = letter.reply_to if envelope.to_reply_address else who.office
    mail["Subject"] = envelope.subject or f"Re: {letter.subject}"
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{_digest(who.address, number)}@{domain}>"
    if envelope.threaded:
        mail["In-Reply-To"] = letter.message_id
        mail["References"] = f"{letter.references} {letter.message_id}".strip()
    for name, value in envelope.headers.items():
        mail[name] = value
    mail.set_content(envelope.text or _TEXT.format(name=who.name))
    for enclosure in enclosures:
        kind, _, subtype = enclosure.content_type.partition("/")
        mail.add_attachment(
            enclosure.content, maintype=kind, subtype=subtype, filename=enclosure.name
        )
    if mail.is_multipart():
        mail.set_boundary(f"=_{_digest(who.address, number, 'boundary')}")
    return mail


def bounce(
    who: Correspondent, letter: ReceivedLetter, addresses: Sequence[str], at: dt.datetime
) -> EmailMessage:
    """What a mail server sends back for mailboxes that it does not have (RFC 3464)."""
    domain = who.address.rpartition("@")[2]
    mail = EmailMessage(policy=_POLICY)
    mail["Return-Path"] = "<>"
    mail["From"] = f"Mail Delivery System <mailer-daemon@{domain}>"
    mail["To"] = who.office
    mail["Subject"] = "Undelivered Mail Returned to Sender"
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{_digest(who.address, 'bounce', letter.message_id)}@{domain}>"
    mail["Auto-Submitted"] = "auto-replied"
    mail.set_content(
        "".join(f"<{a}>: host {domain} said: 550 5.1.1 User unknown\n" for a in addresses)
    )
    groups: list[Message | str] = []
    first = EmailMessage(policy=_POLICY)
    first["Reporting-MTA"] = f"dns; {domain}"
    groups.append(first)
    for address in addresses:
        said = EmailMessage(policy=_POLICY)
        said["Final-Recipient"] = f"rfc822; {address}"
        said["Action"] = "failed"
        said["Status"] = "5.1.1"
        said["Diagnostic-Code"] = "smtp; 550 5.1.1 User unknown"
        groups.append(said)
    status = EmailMessage(policy=_POLICY)
    status["Content-Type"] = "message/delivery-status"
    status.set_payload(groups)
    returned = EmailMessage(policy=_POLICY)
    returned.set_content(f"Message-ID: {letter.message_id}\n", subtype="rfc822-headers")
    mail.make_mixed(boundary=f"=_{_digest(who.address, 'report')}")
    mail.replace_header(
        "Content-Type",
        f'multipart/report; report-type=delivery-status; boundary="{mail.get_boundary()}"',
    )
    mail.attach(status)
    mail.attach(returned)
    return mail


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


def _addresses(message: Message) -> list[str]:
    return [parseaddr(part)[1].lower() for part in str(message["To"] or "").split(",")]


def _letter(message: Message, path: Path) -> ReceivedLetter:
    return ReceivedLetter(
        message_id=str(message["Message-ID"] or "").strip(),
        in_reply_to=str(message["In-Reply-To"] or "").strip(),
        references=" ".join(str(message["References"] or "").split()),
        subject=str(message["Subject"] or ""),
        reply_to=str(message["Reply-To"] or message["From"] or ""),
        path=path,
    )
