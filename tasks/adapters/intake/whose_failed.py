"""Whose a message is on which the program failed, as far as its header tells."""

from __future__ import annotations

from sqlalchemy import Connection

from models.domain.arrivals.attributing import attribute_message
from models.domain.mail.mail import MailMessage
from tasks.adapters.intake.failures import OUR_FAILURES
from tasks.adapters.intake.record import Record
from tasks.adapters.intake.unfolding import Unfolded, mail_of_header
from tasks.adapters.store.messages import KeptMessage
from tasks.adapters.workplace import Workplace


def whose_failed(workplace: Workplace, connection: Connection, kept: KeptMessage) -> dict[str, str]:
    """What the message's row is to say of its sender, and of agency and cycle where they are sure.

    Only the header is read, and what fails on that as well says nothing: the person opens the
    message. Empty for a file that was handed in.
    """
    if not kept.is_message:
        return {}
    try:
        with connection.begin_nested():
            mail = mail_of_header(workplace.raw_store.get(kept.key))
            return _said(mail) | _agency(workplace, connection, kept, mail)
    except OUR_FAILURES:
        return {}


def _said(mail: MailMessage) -> dict[str, str]:
    return {
        "sender": mail.sender,
        "sender_name": mail.sender_name,
        "subject": mail.subject[:1000],
        "message_id": mail.message_id,
    }


def _agency(
    workplace: Workplace, connection: Connection, kept: KeptMessage, mail: MailMessage
) -> dict[str, str]:
    """A claim is not enough: what waits for the office is no longer reminded of."""
    unfolded = Unfolded(kept, mail)
    known = Record(workplace, connection, [(unfolded, [])])
    whose = attribute_message(known.known, known.message(unfolded, [])).answerable
    return {"agency": whose.agency, "cycle": whose.cycle} if whose.taken else {}
