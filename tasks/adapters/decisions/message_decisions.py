"""Decisions about messages that came in, carried out: whose they are, aside, back, when they came.

Each function bears its deed's name. What is allowed and what is said of it is the deed's own.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Engine, select, update

from models.domain.answers.decisions import DecisionRefused
from models.domain.cycle.cycles import ReportingCycle
from models.domain.deeds.message_deeds import (
    AssignMessage,
    CorrectArrival,
    RejectMessage,
    ReturnMessage,
    StillHeld,
    cycle_of_letter,
    first_cycle_of,
    key_prefix,
    message_named,
    sender_to_write_to,
    why_still_held,
)
from models.domain.letters.returned_mail import compose_return
from models.domain.mail.mail import Letter, MessageState
from models.domain.register.agencies import Agency, Contact
from models.tables import MessageRow
from tasks.adapters.decisions.cycle_decisions import agency_asked
from tasks.adapters.decisions.decision_keeping import Done, keep
from tasks.adapters.decisions.sender_decisions import register_sender
from tasks.adapters.letters.letter_writer import Envelope, Thread
from tasks.adapters.store import decisions, messages, messages_again, outbox, submissions
from tasks.adapters.store.messages import FILE, MESSAGE
from tasks.adapters.store.submissions import SUBMISSION
from tasks.adapters.workplace import Workplace


def assign_message(connection: Connection, workplace: Workplace, deed: AssignMessage) -> Done:
    """Says whose answer a held message is; the next intake works on it with that knowledge.

    An assignment that stands already has its message looked at once more. Raises DecisionRefused.
    """
    agency = agency_asked(connection, workplace.office, deed)
    message = message_of(connection, deed.message)
    known = decisions.book(connection).assignment(message.key)
    main_file = deed.file_asked(message.key, messages.workbooks_of(connection, message.key), known)
    weighed = deed.weigh(message, agency, main_file, known, workplace.now)
    messages_again.reopen(connection, message.key)  # one that is not held stays as it is
    done = keep(connection, workplace, weighed)
    if not deed.registers_sender:
        return done
    more = register_sender(connection, workplace, deed, message.key, agency)
    return Done(f"{done.sentence} {more.sentence}", done.new or more.new)


def still_held(engine: Engine, typed: str) -> StillHeld | None:
    """Why a message that was assigned waits all the same; None where it does not."""
    with engine.begin() as connection:
        message = message_of(connection, typed)
        book = decisions.book(connection)
        return why_still_held(message, book, messages.workbooks_of(connection, message.key))


def reject_message(connection: Connection, workplace: Workplace, deed: RejectMessage) -> Done:
    """Sets a held message aside: it is nobody's answer. Raises DecisionRefused."""
    message = message_of(connection, deed.message)
    weighed = deed.weigh(message, workplace.now)
    if decision := weighed.decision:
        said = f"Không tiếp nhận, theo quyết định của {decision.by}: {decision.reason}"
        messages_again.set_aside(
            connection, message.key, said, workplace.now, MessageState.REJECTED
        )
    return keep(connection, workplace, weighed)


def return_message(connection: Connection, workplace: Workplace, deed: ReturnMessage) -> Done:
    """Sets a held message aside as not taken, and queues one letter with a person's words.

    An address that only the message names gets a letter here and nowhere else: a person has looked.
    Raises DecisionRefused for words that say nothing and where nobody can be written to.
    """
    deed.check_words()
    key = message_of(connection, deed.message).key
    message = _row(connection, key)
    if stands := deed.stands(message, decisions.book(connection)):
        return keep(connection, workplace, stands)
    cycle = cycle_of_letter(workplace.office, message.cycle, workplace.now)
    agency = deed.agency_addressed(workplace.office, cycle)
    letter = _letter_of_return(connection, workplace, deed, message, cycle, agency)
    weighed = deed.weigh(message, cycle, agency, workplace.now)
    if decision := weighed.decision:
        said = f"Trả lại theo quyết định của {decision.by}: {decision.reason}"
        messages_again.set_aside(connection, key, said, workplace.now, MessageState.GUIDED)
        outbox.queue(connection, letter, workplace.now)
    return keep(connection, workplace, weighed)


def correct_arrival(connection: Connection, workplace: Workplace, deed: CorrectArrival) -> Done:
    """Sets when a message arrived, and with it the versions that it brought."""
    moment = deed.moment()
    key = message_of(connection, deed.message).key
    first = first_cycle_of(workplace.office, submissions.cycles_of_message(connection, key))
    weighed = deed.weigh(key, _row(connection, key).received_at, first, workplace.now)
    if weighed.decision:
        for table, named in ((MESSAGE, MESSAGE.c.key), (SUBMISSION, SUBMISSION.c.message_key)):
            connection.execute(update(table).where(named == key).values(received_at=moment))
    return keep(connection, workplace, weighed)


def message_of(connection: Connection, typed: str) -> messages.MessageInBrief:
    """The message of that key or its first digits. Raises DecisionRefused."""
    prefix = key_prefix(typed)
    return message_named(prefix, messages.by_key_prefix(connection, prefix))


def _row(connection: Connection, key: str) -> MessageRow:
    found = connection.execute(MESSAGE.select().where(MESSAGE.c.key == key)).one()
    return MessageRow(**found._mapping)


def _letter_of_return(
    connection: Connection,
    workplace: Workplace,
    deed: ReturnMessage,
    message: MessageRow,
    cycle: ReportingCycle,
    agency: Agency | None,
) -> Letter:
    contact = workplace.contact_of(agency.code) if agency else None
    to, cc = _addresses(message, agency, contact, workplace.rules.office_address)
    names = connection.execute(
        select(FILE.c.name).where(FILE.c.message_key == message.key).order_by(FILE.c.position)
    ).scalars()
    content = compose_return(
        cycle,
        agency,
        message.received_at,
        message.subject,
        [name for name in names if name] or ([message.name] if message.name else []),
        deed.words,
        deed.signed.by,
    )
    envelope = Envelope(
        cycle=cycle.code,
        agency=agency.code if agency else "",
        key_parts=(message.key[:16],),
        to=to,
        cc=cc,
        thread=Thread(message.message_id),
    )
    return workplace.letters.write(content, envelope)


def _addresses(
    message: MessageRow, agency: Agency | None, contact: Contact | None, ours: str
) -> tuple[Sequence[str], Sequence[str]]:
    """To whom the letter goes, and a copy: the agency's contact, else whoever wrote."""
    if agency is None or contact is None:
        return [sender_to_write_to(message.sender, ours)], []
    if not contact.to:
        raise DecisionRefused(
            f"{agency.name} chưa có địa chỉ trong danh bạ. Xin bổ sung danh bạ trước."
        )
    return contact.to, contact.cc
