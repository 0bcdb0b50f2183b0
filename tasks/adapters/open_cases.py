"""The cases that persons decide on, each as the line by which a form offers it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from models.domain.consolidation import Conflict, Figure, code_of
from models.domain.cycles import HANOI, ReportingCycle
from models.domain.forms import place_of
from models.domain.mail import LetterState, MessageState, ascii_address
from models.domain.offers import Cases, offer
from models.domain.territories import TERRITORY_NAMES
from models.tables import LetterRow
from tasks.adapters.boards import KEY_SHOWN, STATE_NAMES
from tasks.adapters.ruling import consolidated
from tasks.adapters.store import deliveries, drafts, messages, outbox
from tasks.adapters.workplace import Workplace

OFFERED = 200  # lines of a list, which can be searched; whatever else there is has its key
_STUCK = (LetterState.UNCERTAIN, LetterState.FAILED, LetterState.BOUNCED)


def open_cases(
    place: Workplace, wanted: Iterable[Cases], cycles: Sequence[ReportingCycle] = ()
) -> dict[Cases, list[str]]:
    """What the forms offer now of each kind, the newest first; conflicts of the cycles handed in.

    Without cycles there is no saying which conflicts there are: the kind is left out.
    """
    kinds = [kind for kind in wanted if cycles or kind is not Cases.CONFLICTS]
    with place.engine.begin() as connection:
        found: dict[Cases, list[str]] = {
            kind: [line for cycle in cycles for line in _conflicts(place, connection, cycle)]
            if kind is Cases.CONFLICTS
            else list(_LISTS[kind](place, connection))
            for kind in kinds
        }
    return {kind: lines[:OFFERED] for kind, lines in found.items()}


def _held(place: Workplace, connection: Connection) -> Iterable[str]:
    for row in reversed(messages.every_message(connection)):
        if row["state"] == MessageState.HELD:
            yield _message(place, row)


def _held_files(place: Workplace, connection: Connection) -> Iterable[str]:
    for row in reversed(messages.every_message(connection)):
        if row["state"] != MessageState.HELD:
            continue
        found = messages.workbooks_of(connection, row["key"])
        for file in found if len(found) > 1 else ():
            agency = _name(place, row["agency"])
            arrived = _minute(row["received_at"])
            yield offer(file.sha256[:KEY_SHOWN], file.name, arrived, agency, row["subject"])


def _recorded(place: Workplace, connection: Connection) -> Iterable[str]:
    for row in reversed(messages.every_message(connection)):
        if row["state"] not in (MessageState.RECEIVED, MessageState.AUTOMATIC):
            yield _message(place, row)


def _message(place: Workplace, row: Mapping[str, Any]) -> str:
    """Who wrote stands in the holding pen only: a run keeps its parameters, and logs may show them.

    Nor does the offer say more of an unknown sender than his own subject line.
    """
    agency = _name(place, row["agency"]) or "chưa rõ cơ quan"
    subject = row["subject"] or row["name"]
    return offer(row["key"][:KEY_SHOWN], _minute(row["received_at"]), agency, subject)


def _stuck(place: Workplace, connection: Connection) -> Iterable[str]:
    return _letters_in(place, outbox.every_letter(connection), _STUCK)


def _letters(place: Workplace, connection: Connection) -> Iterable[str]:
    every = outbox.every_letter(connection)
    yield from _letters_in(place, every, _STUCK)
    yield from _letters_in(place, every, (LetterState.SENT, LetterState.CLOSED))


def _letters_in(
    place: Workplace, letters: Sequence[LetterRow], states: Sequence[LetterState]
) -> Iterable[str]:
    for letter in reversed(letters):
        if letter.state in states:
            yield offer(
                letter.business_key,
                _day(letter.created_at),
                _name(place, letter.agency) or "Văn phòng",
                STATE_NAMES[LetterState(letter.state)],
                letter.subject,
            )


def _drafts(_place: Workplace, connection: Connection) -> Iterable[str]:
    for letter in reversed(drafts.waiting(connection)):
        yield offer(letter.business_key, _minute(letter.created_at), letter.subject)


def _addresses(place: Workplace, connection: Connection) -> Iterable[str]:
    owners = {
        ascii_address(address): contact.agency
        for contact in place.office.register.contacts.values()
        for address in (*contact.superior, *contact.cc, *contact.to)
    }
    for found in deliveries.failing_addresses(connection):
        yield offer(found.address, _name(place, owners.get(found.address, "")), _day(found.since))


def _conflicts(place: Workplace, connection: Connection, cycle: ReportingCycle) -> list[str]:
    """The open ones first; one that was ruled on can be ruled on anew."""
    found = consolidated(place, connection, cycle).conflicts
    return [_conflict(place, cycle, c) for c in sorted(found, key=lambda c: not c.is_open)]


def _conflict(place: Workplace, cycle: ReportingCycle, conflict: Conflict) -> str:
    what = f"{cycle.code} {place_of(conflict.row, place.office.catalogue_of(cycle))}"
    if conflict.territory:
        what += f" ({TERRITORY_NAMES[conflict.territory]})"
    values = f"{_told(place, conflict.left)} / {_told(place, conflict.right)}"
    return offer(code_of(conflict), what, values, "" if conflict.is_open else "đã quyết định")


def _told(place: Workplace, figure: Figure) -> str:
    return f"{_name(place, figure.agency)} {figure.text}"


_LISTS: Mapping[Cases, Callable[[Workplace, Connection], Iterable[str]]] = {
    Cases.HELD: _held,
    Cases.HELD_FILES: _held_files,
    Cases.RECORDED: _recorded,
    Cases.STUCK: _stuck,
    Cases.LETTERS: _letters,
    Cases.DRAFTS: _drafts,
    Cases.ADDRESSES: _addresses,
}


def _name(place: Workplace, code: str) -> str:
    agency = place.office.register.agencies.get(code)
    return agency.name if agency else code


def _minute(instant: dt.datetime) -> str:
    return f"{instant.astimezone(HANOI):%d/%m/%Y %H:%M}"


def _day(instant: dt.datetime) -> str:
    return f"{instant.astimezone(HANOI):%d/%m/%Y}"
