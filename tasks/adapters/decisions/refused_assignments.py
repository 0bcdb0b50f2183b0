"""Assignments that turn out not to stand once their message is judged: taken back as refused.

Whether a message can be taken for somebody's answer is known when its files have been judged by
that word, after the word was kept. One that is refused then leaves no trace in the record.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine

from models.domain.answers.decisions import DecisionKind
from models.domain.deeds.message_deeds import AssignMessage
from models.domain.mail.mail import MessageState
from tasks.adapters.decisions.message_decisions import message_of
from tasks.adapters.store import address_book, decisions, messages, messages_again

#: What a person's word changes of a message that waits all the same.
_SAID = ("agency", "cycle", "reason", "evidence", "said", "receipt_number")


@dataclass(frozen=True, slots=True)
class WaitingMessage:
    """A held message as it stood before a person said whose it is."""

    key: str
    said: dict[str, Any]


def as_it_waits(engine: Engine, typed: str) -> WaitingMessage | None:
    """The held message of that key or its first digits; None for one that is not held.

    Raises DecisionRefused for a key that names none.
    """
    with engine.begin() as connection:
        return _waiting(connection, message_of(connection, typed).key)


def take_back(engine: Engine, deed: AssignMessage, before: WaitingMessage | None) -> None:
    """Takes the assignment out of the record, and the message stands as it did `before`."""
    with engine.begin() as connection:
        key = message_of(connection, deed.message).key
        book = decisions.book(connection)
        known = book.assignment(key)
        if known is None or _waiting(connection, key) is None:
            return
        if book.given(DecisionKind.ASSIGN_MESSAGE, known.subject, deed.signed):
            decisions.remove(connection, known.number)
            _unregister(connection, key, deed)
            if before is not None:
                messages_again.put_back(connection, key, before.said)


def _unregister(connection: Connection, key: str, deed: AssignMessage) -> None:
    """Nor does its sender write for the agency by a word that was refused."""
    book = decisions.book(connection)
    if not deed.registers_sender or not book.given(DecisionKind.REGISTER_SENDER, key, deed.signed):
        return
    of_it = (DecisionKind.REGISTER_SENDER, DecisionKind.UNREGISTER_SENDER)
    about = [d for d in book.decisions if d.kind in of_it and d.subject == key]
    if about[-1].kind is DecisionKind.REGISTER_SENDER:
        decisions.remove(connection, about[-1].number)
        for one in address_book.every_known(connection):
            if one.message_key == key:
                address_book.remove_sender(connection, one)


def _waiting(connection: Connection, key: str) -> WaitingMessage | None:
    held = messages.in_state(connection, MessageState.HELD)
    said = ({name: row[name] for name in _SAID} for row in held if row["key"] == key)
    return next((WaitingMessage(key, one) for one in said), None)
