"""Which addresses a person said write for an agency: registered with a message, taken back."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from models.domain.answers.decisions import Signature
from models.domain.deeds.message_deeds import AssignMessage
from models.domain.deeds.sender_deeds import (
    address_to_register,
    registered,
    said_of_senders,
    unregistered,
)
from models.domain.register.agencies import Agency
from tasks.adapters.decisions.decision_keeping import Done
from tasks.adapters.messages.message_reader import read_message
from tasks.adapters.store import address_book, decisions
from tasks.adapters.store.address_book import KnownSender
from tasks.adapters.store.messages import MESSAGE
from tasks.adapters.workplace import Workplace


def register_sender(
    connection: Connection, workplace: Workplace, deed: AssignMessage, key: str, agency: Agency
) -> Done:
    """Who sent the message writes for the agency from now on.

    Raises DecisionRefused where its address cannot be the agency's.
    """
    is_mail = connection.execute(
        MESSAGE.select().where(MESSAGE.c.key == key).with_only_columns(MESSAGE.c.is_message)
    ).scalar_one()
    # As it was written: what the record keeps of a sender does not say whether From names several.
    mail = read_message(workplace.raw_store.get(key)) if is_mail else None
    address = address_to_register(
        mail, agency, workplace.office.register, workplace.rules.office_address
    )
    known = f"Địa chỉ gửi đang được coi là của {agency.name}."
    if not address:
        return Done(known, False)
    decision = registered(agency, key, deed.cycle, deed.signed, workplace.now)
    new = KnownSender(address, agency.code, key, decision.decided_at)
    if not address_book.add_sender(connection, new):
        return Done(known, False)
    number = decisions.add(connection, replace(decision, entered_at=workplace.entered_at))
    return Done(f"Quyết định số {number}. Từ nay địa chỉ gửi được coi là của {agency.name}.", True)


def unregister_address(
    connection: Connection, workplace: Workplace, wanted: str, signed: Signature
) -> Done:
    """An address, as typed or by the key of its message, writes for nobody any more."""
    found = [
        one
        for one in address_book.every_known(connection)
        if one.address == wanted or (len(wanted) >= _DIGITS and one.message_key.startswith(wanted))
    ]
    if not found:
        return Done("Địa chỉ này không được đăng ký thêm cho cơ quan nào.", False)
    return Done(_removed(connection, workplace, found, signed), True)


def unregister_with_message(
    connection: Connection, workplace: Workplace, key: str, signed: Signature
) -> list[str]:
    """What became known by a message that is nobody's after all is known no more; sentences."""
    found = [one for one in address_book.every_known(connection) if one.message_key == key]
    return [_removed(connection, workplace, found, signed)] if found else []


_DIGITS = 12  # of a message's key, as lists show it


def _removed(
    connection: Connection, workplace: Workplace, found: list[KnownSender], signed: Signature
) -> str:
    for one in found:
        decision = unregistered(one, signed, workplace.now)
        decisions.add(connection, replace(decision, entered_at=workplace.entered_at))
        address_book.remove_sender(connection, one)
    return said_of_senders(workplace.office.register.agency_name(one.agency) for one in found)
