"""Decisions about letters that went out, carried out: once more or no more, addresses that fail.

Each function bears its deed's name. What is allowed and what is said of it is the deed's own.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Connection

from models.domain.answers.decisions import DecisionRefused
from models.domain.deeds.letter_deeds import (
    CloseLetter,
    MarkContact,
    Recipients,
    SendLetterAgain,
    addresses_today,
)
from models.domain.letters.resending import sent_again_said
from models.domain.mail.bounces import DeliveryAction, RecipientReport
from models.domain.mail.delivery import is_in_flight
from models.domain.mail.mail import LetterState, ascii_address
from models.domain.mail.reach import living
from models.domain.reading.identity import message_id
from models.domain.register.agencies import Contact, Register
from models.tables import LetterRow
from tasks.adapters.decisions.decision_keeping import Done, keep
from tasks.adapters.decisions.sender_decisions import unregister_address
from tasks.adapters.post.superseded_letters import superseded
from tasks.adapters.post.untrue_reminders import Ladder
from tasks.adapters.store import address_book, decisions, deliveries, letters_again, outbox
from tasks.adapters.workplace import Workplace


def send_letter_again(connection: Connection, workplace: Workplace, deed: SendLetterAgain) -> Done:
    """Queues a letter once more, to the addresses the register holds today.

    It is a letter of its own that refers to the first, unless nobody knows whether the first went
    out: then it keeps its Message-ID, so that whoever has got it sees it once.

    The same decision a second time, as by a retry of the flow, sends nothing.
    """
    letter = _letter(connection, deed.letter)
    if stands := deed.stands(letter, decisions.book(connection)):
        return keep(connection, workplace, stands)
    if why := superseded(workplace.office, connection, letter):
        raise DecisionRefused(f"Thư {letter.business_key} không gửi lại được: {why}.")
    contact = workplace.contact_of(letter.agency) if letter.agency else None
    to, cc = addresses_today(contact, letter.to, letter.cc)
    deed.check(letter, to)
    if letter.step:  # a reminder goes to nobody's address that is dead
        where = living(Contact(letter.agency, to, cc), address_book.dead_addresses(connection))
        to, cc = (where.to, where.cc) if where.to else (to, cc)
    meant = LetterRow(**{**letter.model_dump(), "to": list(to), "cc": list(cc)})
    if why := Ladder(workplace).why_untrue(connection, meant, workplace.now):
        raise DecisionRefused(f"Thư {letter.business_key} không gửi lại được: {why}.")
    if not letters_again.requeue(
        *(connection, letter, to, cc, workplace.now),
        keep_accepted=not deed.to_everybody(letter),
        anew=_anew(workplace, letter, deed),
    ):
        raise deed.nobody_left(letter)
    return keep(connection, workplace, deed.weigh(letter, workplace.now))


def close_letter(connection: Connection, workplace: Workplace, deed: CloseLetter) -> Done:
    """Ends the matter of a letter: it has arrived after all, or was seen to in another way."""
    letter = _letter(connection, deed.letter)
    weighed = deed.weigh(letter, decisions.book(connection), workplace.now)
    if decision := weighed.decision:
        if deed.arrived:
            outbox.decide_uncertain(connection, letter, workplace.now, arrived=True)
        else:
            letters_again.close(connection, letter, f"{decision.by}: {decision.reason}")
    return keep(connection, workplace, weighed)


def mark_contact(connection: Connection, workplace: Workplace, deed: MarkContact) -> Done:
    """Marks an address of the register as one that letters do not reach, or takes the mark off.

    One that a person registered with a message may be nobody's again.
    """
    wanted, now = deed.address_meant, workplace.now
    if deed.unregistered:
        return unregister_address(connection, workplace, wanted, deed.signed)
    marked = {x.address: x.since for x in address_book.failing_addresses(connection)}
    weighed = deed.weigh(marked, _registered(workplace.office.register), now)
    if decision := weighed.decision:
        if deed.failing:
            said = f"{decision.by}: {decision.reason}"
            report = RecipientReport(wanted, wanted, DeliveryAction.FAILED, "", said)
            known = address_book.last_news(connection, wanted)
            address_book.mark_failing(connection, wanted, report, _newer(known, now))
        else:
            address_book.mark_mended(connection, [wanted], _newer(marked[wanted], now))
    return keep(connection, workplace, weighed)


def _newer(known: dt.datetime | None, now: dt.datetime) -> dt.datetime:
    """A moment newer than the news that a person answers, whatever moment the run believes in."""
    return now if known is None else max(now, known + dt.timedelta(microseconds=1))


def _anew(workplace: Workplace, letter: LetterRow, deed: SendLetterAgain) -> dict[str, Any]:
    """What makes a letter another sending; empty of one of which nobody knows whether it left."""
    known = outbox.deliveries_of(letter)
    if letter.state == LetterState.UNCERTAIN or is_in_flight(known):
        return {}
    had_it = [a for a in (*letter.to, *letter.cc) if deliveries.was_sent_to(letter, a)]
    key = f"{letter.business_key}|gui-lai-{len(letter.earlier) + 1}"
    rules = workplace.rules
    left_at = letter.sent_at or letter.created_at
    before = {
        "message_id": letter.message_id,
        "sent_at": left_at.isoformat(),
        "recipients": had_it,
    }
    values: dict[str, Any] = {
        "message_id": message_id(rules.secret, key, rules.mail_domain),
        "dated_at": workplace.now,
        "sent_at": None,
        "copies": 0,
        "earlier": [*letter.earlier, before],
    }
    if had_it:  # else nobody has a first one to which this could refer
        first = dt.datetime.fromisoformat(values["earlier"][0]["sent_at"])
        lost = letter.state == LetterState.SENT and deed.recipients is Recipients.EVERYBODY
        values |= {
            "in_reply_to": letter.message_id,
            "references": [*letter.references, letter.message_id],
            "again": sent_again_said(first, arrived=lost),
        }
    return values


def _letter(connection: Connection, business_key: str) -> LetterRow:
    wanted = business_key.strip()
    found = letters_again.by_business_key(connection, wanted)
    if found is None:
        raise DecisionRefused(
            f"Không có thư đi nào mang mã «{wanted}». Mã thư lấy ở bảng Thư đi (thu-di)."
        )
    return found


def _registered(register: Register) -> set[str]:
    """Every address that letters go to, also as a copy."""
    contacts = register.contacts.values()
    return {ascii_address(a) for c in contacts for a in (*c.to, *c.cc, *c.superior)}
