"""The cases that persons decide on, each as the line by which a form offers it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from models.domain.answers.planned_letters import PlannedSending, planned_title
from models.domain.answers.reminders import OFFICE
from models.domain.consolidation import Conflict, Figure, code_of
from models.domain.consolidation.verdicts import PersonAsked
from models.domain.consolidation.wording import PERSON_NAMES, measure_named
from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.cycle.letter_phrases import InstantStyle, hanoi_minute
from models.domain.letters.offers import Cases, offer
from models.domain.mail.mail import LetterState, MessageState, ascii_address
from models.domain.mail.reach import FailingAddress
from models.domain.reading.forms import full_name, place_of
from models.domain.reading.office import Office
from models.domain.register.territories import TERRITORY_NAMES
from models.domain.results.coming_letters import ComingLetter
from tasks.adapters.boards.coming_letters import letters_coming
from tasks.adapters.boards.mail_boards import KEY_SHOWN, state_said
from tasks.adapters.results.choosing import results_of
from tasks.adapters.results.cycle_results import CycleResults
from tasks.adapters.store import address_book, deliveries, drafts, messages, submissions
from tasks.adapters.store.deliveries import LetterLine
from tasks.adapters.workplace import Workplace

OFFERED = 200  # lines of a list, which can be searched; whatever else there is has its key
_STUCK = (LetterState.UNCERTAIN, LetterState.FAILED, LetterState.BOUNCED)


def open_cases(
    workplace: Workplace, wanted: Iterable[Cases], cycles: Sequence[ReportingCycle] = ()
) -> dict[Cases, list[str]]:
    """What the forms offer now of each kind, the newest first; of what was said, in these cycles.

    Without cycles there is no saying what was said: conflicts and what a person judges are left
    out.
    """
    kinds = [kind for kind in wanted if cycles or kind not in _OF_CYCLES]
    office = workplace.office
    with workplace.engine.begin() as connection:
        said: list[CycleResults] = []
        if any(kind in _OF_CYCLES for kind in kinds):
            said = [results_of(workplace, connection, cycle) for cycle in cycles]
        found: dict[Cases, list[str]] = {
            kind: [line for results in said for line in _OF_CYCLES[kind](office, results)]
            if kind in _OF_CYCLES
            else list(_LISTS[kind](office, connection))
            for kind in kinds
            if kind is not Cases.PLANNED
        }
        if Cases.PLANNED in kinds:
            found[Cases.PLANNED] = list(_planned(workplace, connection))
    return {kind: lines[:OFFERED] for kind, lines in found.items()}


def _held(office: Office, connection: Connection) -> Iterable[str]:
    for row in reversed(messages.in_state(connection, MessageState.HELD)):
        yield _message(office, row)


def _held_files(office: Office, connection: Connection) -> Iterable[str]:
    for row in reversed(messages.in_state(connection, MessageState.HELD)):
        found = messages.workbooks_of(connection, row["key"])
        for file in found if len(found) > 1 else ():
            agency = office.register.agency_name(row["agency"])
            arrived = _minute(row["received_at"])
            yield offer(file.sha256[:KEY_SHOWN], file.name, arrived, agency, row["subject"])


def _recorded(office: Office, connection: Connection) -> Iterable[str]:
    for row in messages.newest_decided(connection, OFFERED):
        yield _message(office, row)


def _message(office: Office, row: Mapping[str, Any]) -> str:
    """Who wrote stands in the holding pen only: a run keeps its parameters, and logs may show them.

    Nor does the offer say more of an unknown sender than his own subject line.
    """
    agency = office.register.agency_name(row["agency"]) or "chưa rõ cơ quan"
    subject = row["subject"] or row["name"]
    return offer(row["key"][:KEY_SHOWN], _minute(row["received_at"]), agency, subject)


def _versions(office: Office, connection: Connection) -> Iterable[str]:
    for row in submissions.newest(connection, OFFERED):
        agency = office.register.agency_name(row.agency)
        number = f"phiên bản {row.version}"
        yield offer(row.receipt_number, agency, number, _minute(row.received_at), row.file_name)


def _stuck(office: Office, connection: Connection) -> Iterable[str]:
    failing = address_book.failing_addresses(connection)
    found = deliveries.newest_lines(connection, _STUCK, OFFERED)
    return (_letter(office, line, failing) for line in found)


def _letters(office: Office, connection: Connection) -> Iterable[str]:
    failing = address_book.failing_addresses(connection)
    for states in (_STUCK, (LetterState.SENT, LetterState.CLOSED)):
        for line in deliveries.newest_lines(connection, states, OFFERED):
            yield _letter(office, line, failing)


def _letter(office: Office, letter: LetterLine, failing: Sequence[FailingAddress]) -> str:
    return offer(
        letter.business_key,
        _day(letter.created_at),
        office.register.agency_name(letter.agency) or "Văn phòng",
        state_said(letter, failing),
        letter.subject,
    )


def _drafts(_office: Office, connection: Connection) -> Iterable[str]:
    for letter in reversed(drafts.waiting(connection)):
        yield offer(letter.business_key, _minute(letter.created_at), letter.subject)


def _planned(workplace: Workplace, connection: Connection) -> Iterable[str]:
    """One line for a planned letter, however many get it; the next first."""
    going = [c for c in workplace.office.cycles.values() if not c.has_ended(workplace.now)]
    coming = [one for cycle in going for one in letters_coming(workplace, connection, cycle)]
    gathered: dict[PlannedSending, list[ComingLetter]] = {}
    for one in sorted(coming, key=lambda one: one.at):
        gathered.setdefault(one.sending, []).append(one)
    for sending, letters in gathered.items():
        cycle = workplace.office.cycle(sending.cycle)
        agencies = sum(one.agency != OFFICE for one in letters)
        held = sum(one.held is not None for one in letters)
        yield offer(
            sending.key,
            _minute(letters[0].at),
            cycle.code,
            planned_title(sending, cycle),
            f"{agencies} cơ quan" if agencies else "Văn phòng",
            f"đang giữ lại {held}" if held else "",
        )


def _addresses(office: Office, connection: Connection) -> Iterable[str]:
    owners = {
        ascii_address(address): contact.agency
        for contact in office.register.contacts.values()
        for address in (*contact.superior, *contact.cc, *contact.to)
    }
    for found in address_book.failing_addresses(connection):
        yield offer(
            found.address,
            office.register.agency_name(owners.get(found.address, "")),
            _day(found.since),
        )
    for known in address_book.every_known(connection):
        # Not by its address, which can be removed: a run keeps its parameters.
        yield offer(
            known.message_key[:KEY_SHOWN],
            office.register.agency_name(known.agency),
            f"địa chỉ gửi đăng ký ngày {_day(known.registered_at)}",
        )


def _conflicts(office: Office, results: CycleResults) -> list[str]:
    """The open ones first; one that was ruled on can be ruled on anew."""
    found = sorted(results.consolidation.conflicts, key=lambda c: not c.is_open)
    return [_conflict(office, results.cycle, c) for c in found]


def _conflict(office: Office, cycle: ReportingCycle, conflict: Conflict) -> str:
    what = f"{cycle.code} {place_of(conflict.row, office.catalogue_of(cycle))}"
    if conflict.territory:
        what += f" ({TERRITORY_NAMES[conflict.territory]})"
    values = f"{_told(office, conflict.left)} / {_told(office, conflict.right)}"
    return offer(code_of(conflict), what, values, "" if conflict.is_open else "đã quyết định")


def _judgements(office: Office, results: CycleResults) -> list[str]:
    """Those that wait first; what was judged can be judged anew, or wait again."""
    return [_judgement(office, results.cycle, one) for one in results.asked()]


def _judgement(office: Office, cycle: ReportingCycle, one: PersonAsked) -> str:
    question, catalogue = one.question, office.catalogue_of(cycle)
    row = question.row
    what = f"{cycle.code} {place_of(row, catalogue)} {full_name(row, catalogue)}"
    if question.territory is not catalogue.territory:
        what += f" ({TERRITORY_NAMES[question.territory]})"
    judged = PERSON_NAMES.get(one.judgement, "")
    return offer(
        question.code,
        what,
        _told(office, question.figure),
        f"{measure_named(question)}: {question.shown}",
        "" if one.waits else f"đã đánh giá: {judged.lower()}",
    )


def _told(office: Office, figure: Figure) -> str:
    return f"{office.register.agency_name(figure.agency)} {figure.text}"


_OF_CYCLES: Mapping[Cases, Callable[[Office, CycleResults], Iterable[str]]] = {
    Cases.CONFLICTS: _conflicts,
    Cases.JUDGEMENTS: _judgements,
}
_LISTS: Mapping[Cases, Callable[[Office, Connection], Iterable[str]]] = {
    Cases.HELD: _held,
    Cases.HELD_FILES: _held_files,
    Cases.RECORDED: _recorded,
    Cases.VERSIONS: _versions,
    Cases.STUCK: _stuck,
    Cases.LETTERS: _letters,
    Cases.DRAFTS: _drafts,
    Cases.ADDRESSES: _addresses,
}


def _minute(instant: dt.datetime) -> str:
    return hanoi_minute(instant, InstantStyle.LIST)


def _day(instant: dt.datetime) -> str:
    return f"{instant.astimezone(HANOI):%d/%m/%Y}"
