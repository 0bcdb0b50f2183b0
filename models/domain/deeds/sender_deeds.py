"""What a person says of an address beside a deed: that it writes for an agency, or no more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Protocol

from models.domain.answers.decisions import (
    Decision,
    DecisionKind,
    DecisionRefused,
    Matter,
    Signature,
    decided,
)
from models.domain.mail.authentication import is_shared
from models.domain.mail.mail import MailMessage
from models.domain.register.agencies import Agency, Contact, Register


class KnownSenderAtHand(Protocol):
    """What is known of an address that was registered by a decision."""

    @property
    def address(self) -> str:
        """The address, lower case."""

    @property
    def agency(self) -> str:
        """The code of the agency that it writes for."""

    @property
    def message_key(self) -> str:
        """Of the message by which it became known."""


def address_to_register(
    mail: MailMessage | None, agency: Agency, register: Register, office_address: str
) -> str:
    """The address that shall count as the agency's; "" where its contacts name it already.

    Raises DecisionRefused for a message of nobody, of several, of the office itself, and for an
    address that the contacts name as another's or a superior's, or that imitates one of theirs.
    """
    if mail is None or not mail.sender:
        raise _refused("thư này không ghi địa chỉ người gửi")
    if mail.sender_doubt:
        raise _refused(mail.sender_doubt)
    sender, contacts = mail.sender, register.contacts
    local, _, domain = sender.partition("@")
    if f"{local.partition('+')[0]}@{domain}" == office_address.lower():
        raise _refused("thư này mang địa chỉ của chính Văn phòng")
    contact = contacts.get(agency.code)
    if contact and sender in (*contact.to, *contact.cc):
        return ""
    if any(sender in other.superior for other in contacts.values()):
        raise _refused("trong danh bạ, đây là địa chỉ của lãnh đạo cấp trên")
    for other in contacts.values():
        if sender in (*other.to, *other.cc):
            name = register.agency_name(other.agency)
            raise _refused(
                f"địa chỉ này đã có trong danh bạ của {name}; nếu đúng là dùng chung thì bổ sung "
                "vào tệp danh bạ"
            )
    if imitated := _imitated(domain, contacts.values()):
        raise _refused(
            f"tên miền {domain} chỉ giống tên miền {imitated} trong danh bạ, có thể là địa chỉ "
            "giả; nếu đúng là tên miền mới của cơ quan thì bổ sung vào tệp danh bạ"
        )
    return sender


_ALIKE = 0.85  # from which two domains are taken for each other


def _imitated(domain: str, contacts: Iterable[Contact]) -> str:
    """The domain of the contacts that another looks like; "" for theirs and for any other.

    What is written in another script ("xn--...") may look like any of them. What lies beside one of
    theirs, below a domain that is not everybody's, nobody from outside could get.
    """
    theirs = {a.rpartition("@")[2] for c in contacts for a in (*c.to, *c.cc)}
    above = domain.partition(".")[2]
    beside = above in {one.partition(".")[2] for one in theirs} and not is_shared(above)
    if domain in theirs or beside:
        return ""
    ranked = sorted((SequenceMatcher(None, domain, one).ratio(), one) for one in theirs)
    if ranked and (ranked[-1][0] >= _ALIKE or "xn--" in domain):
        return ranked[-1][1]
    return ""


def registered(
    agency: Agency, message_key: str, cycle: str, signed: Signature, now: dt.datetime
) -> Decision:
    """That who sent a message writes for an agency from now on. It names no address, which goes
    when somebody asks, while a decision stays.
    """
    matter = Matter(cycle, agency.code, message_key)
    return decided(DecisionKind.REGISTER_SENDER, signed, now, matter)


def unregistered(sender: KnownSenderAtHand, signed: Signature, now: dt.datetime) -> Decision:
    """That an address writes for its agency no more."""
    matter = Matter(agency=sender.agency, subject=sender.message_key)
    return decided(DecisionKind.UNREGISTER_SENDER, signed, now, matter)


def said_of_senders(names: Iterable[str]) -> str:
    """That addresses count no more for agencies of those names, a sentence.

    >>> said_of_senders(["Sở Y tế"])
    'Địa chỉ gửi đã đăng ký theo thư này không còn được coi là của Sở Y tế.'
    """
    shown = ", ".join(dict.fromkeys(names))
    return f"Địa chỉ gửi đã đăng ký theo thư này không còn được coi là của {shown}."


def _refused(why: str) -> DecisionRefused:
    return DecisionRefused(
        f"Không đăng ký được địa chỉ gửi: {why}. Xin chọn «Không» ở mục đăng ký địa chỉ gửi."
    )
