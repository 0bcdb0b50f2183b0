"""Decisions about letters that went out, carried out: once more or no more, addresses that fail.

Each function bears its deed's name. What is allowed and what is said of it is the deed's own.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection

from models.domain.answers.decisions import DecisionRefused
from models.domain.deeds.letter_deeds import (
    CloseLetter,
    MarkContact,
    SendLetterAgain,
    addresses_today,
)
from models.domain.mail.bounces import DeliveryAction, RecipientReport
from models.domain.mail.mail import ascii_address
from models.domain.register.agencies import Register
from models.tables import LetterRow
from tasks.adapters.decisions.decision_keeping import Done, keep
from tasks.adapters.decisions.sender_decisions import unregister_address
from tasks.adapters.post.superseded_letters import superseded
from tasks.adapters.store import decisions, deliveries, letters_again, outbox
from tasks.adapters.workplace import Workplace


def send_letter_again(connection: Connection, workplace: Workplace, deed: SendLetterAgain) -> Done:
    """Queues a letter once more, to the addresses the register holds today, Message-ID unchanged.

    The same decision a second time, as by a retry of the flow, sends nothing.
    """
    letter = _letter(connection, deed.letter)
    if stands := deed.stands(letter, decisions.book(connection)):
        return keep(connection, stands)
    if why := superseded(workplace.office, connection, letter):
        raise DecisionRefused(f"Thư {letter.business_key} không gửi lại được: {why}.")
    contact = workplace.contact_of(letter.agency) if letter.agency else None
    to, cc = addresses_today(contact, letter.to, letter.cc)
    deed.check(letter, to)
    only_unreached = not deed.to_everybody(letter)
    if not letters_again.requeue(
        connection, letter, to, cc, workplace.now, keep_accepted=only_unreached
    ):
        raise deed.nobody_left(letter)
    return keep(connection, deed.weigh(letter, workplace.now))


def close_letter(connection: Connection, workplace: Workplace, deed: CloseLetter) -> Done:
    """Ends the matter of a letter: it has arrived after all, or was seen to in another way."""
    letter = _letter(connection, deed.letter)
    weighed = deed.weigh(letter, decisions.book(connection), workplace.now)
    if decision := weighed.decision:
        if deed.arrived:
            outbox.decide_uncertain(connection, letter, workplace.now, arrived=True)
        else:
            letters_again.close(connection, letter, f"{decision.by}: {decision.reason}")
    return keep(connection, weighed)


def mark_contact(connection: Connection, workplace: Workplace, deed: MarkContact) -> Done:
    """Marks an address of the register as one that letters do not reach, or takes the mark off.

    One that a person registered with a message may be nobody's again.
    """
    wanted, now = deed.address_meant, workplace.now
    if deed.unregistered:
        return unregister_address(connection, workplace, wanted, deed.signed)
    marked = {x.address: x.since for x in deliveries.failing_addresses(connection)}
    weighed = deed.weigh(marked, _registered(workplace.office.register), now)
    if decision := weighed.decision:
        if deed.failing:
            said = f"{decision.by}: {decision.reason}"
            report = RecipientReport(wanted, wanted, DeliveryAction.FAILED, "", said)
            deliveries.mark_failing(connection, wanted, report, now)
        else:
            # Newer than the news it answers, whatever moment the run believes in.
            after = marked[wanted] + dt.timedelta(microseconds=1)
            deliveries.mark_mended(connection, [wanted], max(now, after))
    return keep(connection, weighed)


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
