"""Whom an answer may go to: never to an address that the register does not know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.domain.arrivals.attribution import Attribution, Evidence, EvidenceKind, agree
from models.domain.mail.mail import LetterKind
from models.domain.register.agencies import Contact


@dataclass(frozen=True, slots=True)
class ReplyTargets:
    """Whom an answer goes to; nobody when `to` is empty, and `reason` says why."""

    to: Sequence[str]
    cc: Sequence[str] = ()
    reason: str = ""


def reply_targets(
    kind: LetterKind,
    attribution: Attribution,
    evidence: Sequence[Evidence],
    contacts: Mapping[str, Contact],
) -> ReplyTargets:
    """Whom an answer of that kind may go to. Never an address that the register does not know.

    A verdict goes to the contact of the agency it was taken for, and to its own sender where a
    person said that he writes for that agency. The verdict on a try-out goes to
    the registered sender; so does guidance, else to the contact of the agency whose reply token
    the mail bore. A receipt for what is held says only that something came: to the registered
    sender, else to the agency's contact when nothing contradicts. A sender whom our mail server
    does not confirm is no registered one.

    `contacts`: those of today, where letters to an agency that has ended go to its heirs. An
    address that is only an ended agency's gets no letter: its domain may be anybody's by now.
    """
    senders = registered_today(evidence, contacts)
    contact = contacts.get(attribution.agency)
    if attribution.taken and contact is not None:
        if kind in (LetterKind.GUIDANCE, LetterKind.TRY_OUT) and senders:
            return ReplyTargets(senders)
        return ReplyTargets(
            tuple(contact.to), (*contact.cc, *(a for a in senders if a in contact.senders))
        )
    if attribution.taken:
        return ReplyTargets((), reason="Cơ quan chưa có địa chỉ liên hệ trong danh bạ.")
    if kind is LetterKind.VERDICT:
        return ReplyTargets((), reason="Chưa xác định chắc chắn cơ quan nên chưa trả kết quả.")
    if senders:
        return ReplyTargets(senders)
    if kind is LetterKind.RECEIPT and contact is not None and agree(evidence, attribution.agency):
        return ReplyTargets(tuple(contact.to))
    return ReplyTargets((), reason="Người gửi không có trong danh bạ nên không trả lời tự động.")


def registered_today(
    evidence: Sequence[Evidence], contacts: Mapping[str, Contact]
) -> tuple[str, ...]:
    """The registered addresses a message came from that are still somebody's, in order.

    >>> came_from = [Evidence(EvidenceKind.REGISTERED_SENDER, "a", detail="a@old.example")]
    >>> registered_today(came_from, {"a": Contact("b", ("b@new.example",))})
    ()
    """
    today = {
        address
        for contact in contacts.values()
        for address in (*contact.to, *contact.cc, *contact.senders)
    }
    said = (p.detail for p in evidence if p.kind is EvidenceKind.REGISTERED_SENDER)
    return tuple(address for address in dict.fromkeys(said) if address in today)
