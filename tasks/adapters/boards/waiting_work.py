"""What waits at the office itself: held mail, letters that did not arrive, addresses that fail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection

from models.domain.consolidation import Consolidation
from models.domain.consolidation.verdicts import PersonAsked
from models.domain.consolidation.wording import measure_named
from models.domain.cycle.cycles import ReportingCycle
from models.domain.cycle.letter_phrases import one_line
from models.domain.mail.bounces import failing_sentence
from models.domain.mail.mail import LetterState, MessageState, ascii_address
from models.domain.reading.forms import full_name, place_of
from models.domain.reading.office import Office
from models.domain.register.agencies import Register
from tasks.adapters.boards.withdrawn_figures import sent_with_withdrawn
from tasks.adapters.store import deliveries, messages, outbox

LISTED = 10
_LOST = {
    LetterState.FAILED: "không gửi được",
    LetterState.UNCERTAIN: "chưa rõ đã đến hay chưa",
    LetterState.BOUNCED: "không phát được tới người nhận nào",
}


def waiting_work(
    office: Office,
    connection: Connection,
    consolidation: Consolidation,
    asked: Sequence[PersonAsked],
    now: dt.datetime,
) -> Iterator[str]:
    """What a person has to decide or mend, a Vietnamese sentence each.

    Held mail of an agency that has since been accepted comes last and says so: its decision can
    wait. `asked` is what persons judge.
    """
    cycle = consolidation.cycle
    yield from _judgements(office, cycle, [one for one in asked if one.waits])
    for sent in sent_with_withdrawn(office, connection, cycle)[:LISTED]:
        yield f"{sent.said} Số liệu nay thay bằng thư này."
    answered = {a.agency for a in consolidation.agencies if a.answered}
    yield from _held(connection, cycle.code, answered)
    lost = [x for x in outbox.every_letter(connection, cycle.code) if x.state in _LOST]
    yield from (
        f"Thư «{row.subject}» tới {', '.join(row.to) or 'cơ quan chưa có địa chỉ'} "
        f"{_LOST[LetterState(row.state)]}: {row.last_error}"
        for row in lost[:LISTED]
    )
    if len(lost) > LISTED:
        yield f"và {len(lost) - LISTED} thư khác không đến nơi."
    yield from failing_contacts(office.register, connection, now)


def _judgements(
    office: Office, cycle: ReportingCycle, waiting: Sequence[PersonAsked]
) -> Iterator[str]:
    catalogue = office.catalogue_of(cycle)
    for found in waiting[:LISTED]:
        one, lapsed = found.question, f" {found.lapsed}." if found.lapsed else ""
        agency = office.register.agency_name(one.figure.agency)
        name = one_line(full_name(one.row, catalogue), 100)
        yield (
            f"Chỉ tiêu chờ đánh giá: {place_of(one.row, catalogue)} {name}: {agency} báo cáo "
            f"«{one_line(one.figure.text, 100)}», {measure_named(one)} "
            f"«{one_line(one.shown, 100)}» "
            f"({one.figure.reference}; luồng judge-indicator, mã {one.code}).{lapsed}"
        )
    if len(waiting) > LISTED:
        yield f"và {len(waiting) - LISTED} chỉ tiêu khác chờ đánh giá."


def failing_contacts(register: Register, connection: Connection, now: dt.datetime) -> list[str]:
    """The addresses of the address book that letters do not reach: why, and what mends it.

    One that the office has taken out of the book is no longer asked about; nor one that was full
    or away, to which a letter has gone since without coming back. Of a dead one silence proves
    nothing.
    """
    found = []
    for one in deliveries.still_failing(connection, now):
        owners = _owners(register, one.address)
        if owners:
            found.append(failing_sentence(owners, one.address, one.news, one.since))
    return found


def _held(connection: Connection, cycle: str, answered: Iterable[str]) -> Iterator[str]:
    done = set(answered)
    held = [
        row
        for row in messages.every_message(connection)
        if row["state"] == MessageState.HELD and row["cycle"] in ("", cycle)
    ]
    held.sort(key=lambda row: row["agency"] in done)  # stable: the oldest first in each half
    for row in held[:LISTED]:
        said = " Cơ quan này đã có báo cáo khác được tiếp nhận." if row["agency"] in done else ""
        yield (
            f"Thư chờ người xem: {row['sender'] or row['name']}, "
            f"«{row['subject'] or row['name']}». {row['reason']}{said}"
        )
    if len(held) > LISTED:
        yield f"và {len(held) - LISTED} thư khác chờ người xem."


def _owners(register: Register, address: str) -> list[str]:
    """The names of the agencies whose letters go to the address, or to it as a copy."""
    return [
        register.agency_name(code)
        for code, contact in register.contacts.items()
        if code in register.agencies
        and address in map(ascii_address, (*contact.to, *contact.cc, *contact.superior))
    ]
