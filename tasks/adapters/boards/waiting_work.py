"""What waits at the office itself: held mail, letters that did not arrive, addresses that fail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from models.domain.consolidation import Consolidation
from models.domain.consolidation.verdicts import PersonAsked
from models.domain.consolidation.wording import measure_named
from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.cycle.letter_phrases import instant_text
from models.domain.mail.bounces import unreached_sentence
from models.domain.mail.mail import LetterState, MessageState, ascii_address
from models.domain.mail.reach import FailingAddress
from models.domain.notation.vietnamese_text import one_line
from models.domain.reading.forms import full_name, place_of
from models.domain.reading.office import Office
from models.domain.register.agencies import Register
from models.domain.results.summary_words import named_within_the_city
from models.domain.results.waiting import Waiting, WaitingKind, accepted_at, is_overtaken
from tasks.adapters.boards.withdrawn_figures import sent_with_withdrawn
from tasks.adapters.store import address_book, deliveries, messages

_LOST = {
    LetterState.FAILED: "không gửi được",
    LetterState.UNCERTAIN: "chưa rõ đã đến hay chưa",
    LetterState.BOUNCED: "không tới người nhận nào",
}


def waiting_work(
    office: Office,
    connection: Connection,
    consolidation: Consolidation,
    asked: Sequence[PersonAsked],
    now: dt.datetime,
) -> Iterator[Waiting]:
    """What a person has to decide or mend.

    Held mail of an agency that has since been accepted is of a kind of its own: it is only to be
    filed; that of one which was asked which of its workbooks counts waits for its answer, not
    here. A letter is not told of where its agency receives none. `asked` is what persons judge.
    """
    cycle = consolidation.cycle
    yield from _judgements(office, cycle, [one for one in asked if one.waits])
    for sent in sent_with_withdrawn(office, connection, cycle):
        said = f"{sent.said} Số liệu nay thay bằng thư này."
        yield Waiting(WaitingKind.WITHDRAWN, "", said)
    choosing = {one.agency for one in consolidation.agencies if one.chooses}
    for mail, one in _held(
        office.register, connection, cycle.code, accepted_at(consolidation.standings)
    ):
        if mail["agency"] not in choosing or mail["said"]:  # words are read by a person
            yield one
    unreached = failing_contacts(office.register, connection, now)
    yield from unreached
    beyond = {case.name for case in unreached}
    for row in deliveries.letter_lines(connection, cycle.code, list(_LOST)):
        whose = named_within_the_city(office.register, row.agency) or "Văn phòng"
        if whose not in beyond:
            yield Waiting(
                WaitingKind.LOST,
                whose,
                f"Thư «{one_line(row.subject, 120)}» gửi {whose} "
                f"{_LOST[LetterState(row.state)]}; xem mục «Thư đi» của bàn làm việc.",
                _LOST[LetterState(row.state)],
            )


def _judgements(
    office: Office, cycle: ReportingCycle, waiting: Sequence[PersonAsked]
) -> Iterator[Waiting]:
    catalogue = office.catalogue_of(cycle)
    for found in waiting:
        one, lapsed = found.question, f" {found.lapsed}." if found.lapsed else ""
        agency = named_within_the_city(office.register, one.figure.agency)
        name = one_line(full_name(one.row, catalogue), 600)
        yield Waiting(
            WaitingKind.JUDGEMENT,
            name,
            f"Chỉ tiêu chờ đánh giá: {place_of(one.row, catalogue)} {name}: {agency} báo cáo "
            f"«{one_line(one.figure.text, 100)}», {measure_named(one)} "
            f"«{one_line(one.shown, 100)}».{lapsed}",
        )


def failing_contacts(register: Register, connection: Connection, now: dt.datetime) -> list[Waiting]:
    """The agencies of the address book that letters do not reach, with all their failing addresses:
    why, and what mends it.

    One that the office has taken out of the book is no longer asked about; nor one that was full
    or away, to which a letter has gone since without coming back. Of a dead one silence proves
    nothing.
    """
    failing: dict[str, list[FailingAddress]] = {}
    for one in address_book.still_failing(connection, now):
        for owner in _owners(register, one.address, now.astimezone(HANOI).date()):
            failing.setdefault(owner, []).append(one)
    return [
        Waiting(
            WaitingKind.UNREACHED,
            owner,
            unreached_sentence(owner, [(one.address, one.news, one.since) for one in addresses]),
        )
        for owner, addresses in failing.items()
    ]


def _held(
    register: Register, connection: Connection, cycle: str, accepted: Mapping[str, dt.datetime]
) -> Iterator[tuple[Mapping[str, Any], Waiting]]:
    """Each held message with what is told of it."""
    held = [
        row
        for row in messages.in_state(connection, MessageState.HELD)
        if row["cycle"] in ("", cycle)
    ]
    held.sort(key=lambda row: row["agency"] in accepted)  # stable: the oldest first in each half
    for row in held:
        answered = row["agency"] in accepted
        said = " Cơ quan này đã có báo cáo khác được tiếp nhận." if answered else ""
        own = named_within_the_city(register, row["agency"])
        whose = own or one_line(row["sender"] or row["name"], 100)
        yield (
            row,
            Waiting(
                WaitingKind.OVERTAKEN if overtaken(row, accepted) else WaitingKind.HELD,
                whose,
                f"Thư chờ Văn phòng xử lý: của {whose}, nhận lúc "
                f"{instant_text(row['received_at'])}. {row['reason']}{said}",
                one_line(row["reason"].partition(". ")[0].rstrip("."), 100),
                came=row["received_at"].astimezone(HANOI).date(),
            ),
        )


def overtaken(row: Mapping[str, Any], accepted: Mapping[str, dt.datetime]) -> bool:
    """Whether a held message is one that a newer accepted report of its agency has overtaken."""
    return is_overtaken(
        *(row["agency"], row["received_at"], row["may_be_of"], accepted), said=bool(row["said"])
    )


def is_to_be_filed(
    row: Mapping[str, Any], accepted: Mapping[str, Mapping[str, dt.datetime]]
) -> bool:
    """Whether a held message is overtaken in its cycle, or, where it says none, in any of those."""
    cycles = [row["cycle"]] if row["cycle"] else list(accepted)
    return any(overtaken(row, accepted[code]) for code in cycles if code in accepted)


def _owners(register: Register, address: str, day: dt.date) -> list[str]:
    """The names of that day's agencies whose letters go to the address, or to it as a copy."""
    return [
        named_within_the_city(register, code)
        for code, contact in register.contacts.items()
        if code in register.agencies
        and register.agencies[code].valid_on(day)
        and address in map(ascii_address, (*contact.to, *contact.cc, *contact.superior))
    ]
