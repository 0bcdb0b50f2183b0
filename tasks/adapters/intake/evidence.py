"""Gathering evidence: who may have sent this, by everything the message and its files show."""

from __future__ import annotations

from dataclasses import replace

from models.domain.attribution import (
    Evidence,
    EvidenceKind,
    sender_evidence,
    tokens_in_addresses,
)
from models.domain.authentication import SenderCheck, check_sender
from models.domain.identity import verify
from models.domain.mail import MailMessage
from models.domain.submissions import Examination
from tasks.adapters.authentication_reader import results_of
from tasks.adapters.intake.known import Known
from tasks.adapters.workplace import Workplace


def of_message(place: Workplace, known: Known, mail: MailMessage | None) -> list[Evidence]:
    """What sender, reply address and thread say. A file handed in by the office says just that.

    A sender who names no cycle is taken to mean the current one.
    """
    if mail is None:
        return [Evidence(EvidenceKind.HANDED_IN, detail="thư mục nhận tệp của Văn phòng")]
    found: list[Evidence] = []
    for token in tokens_in_addresses(mail.recipients, place.rules.office_address):
        if owner := known.owner_of_token(token):
            found.append(Evidence(EvidenceKind.REPLY_TOKEN, owner[1], owner[0], token))
    for message_id, cycle, agency in known.letters_answered(mail.references):
        if agency:
            found.append(Evidence(EvidenceKind.THREAD_REFERENCE, agency, cycle, message_id))
    said = sender_evidence(mail.sender, place.office.register, _check(place, mail))
    found += [replace(piece, cycle=known.current_cycle) for piece in said]
    return found


def _check(place: Workplace, mail: MailMessage) -> SenderCheck | None:
    """What our mail server says of the sender; None where it is not asked."""
    if not place.rules.authserv_id:
        return None
    results = results_of(mail.authentication, place.rules.authserv_id)
    return check_sender(results, mail.sender, several=mail.several_senders)


def of_workbook(place: Workplace, examination: Examination) -> list[Evidence]:
    """What the workbook says of itself: its signed identity, or else its contents."""
    claim = examination.claim
    if claim is not None:
        proven = None if claim.contradictory else verify(place.rules.secret, claim.token)
        if proven is None:
            return [Evidence(EvidenceKind.BROKEN_IDENTITY, claim.agency, claim.cycle, claim.token)]
        return [
            Evidence(EvidenceKind.SIGNED_IDENTITY, proven.agency, proven.cycle, proven.form_version)
        ]
    if examination.guessed and examination.agency:
        return [
            Evidence(
                EvidenceKind.GUESSED_CONTENT,
                examination.agency,
                examination.cycle,
                "tên trang, tên dòng",
            )
        ]
    return []
