"""What lies with the office and should not lie: gathered from the record for the alarms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from models.domain.answers.standing import AgencyStanding
from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.cycle.letter_phrases import instant_text
from models.domain.cycle.working_calendar import WorkingCalendar
from models.domain.letters.health import OfficeWaits
from models.domain.mail.mail import MessageState
from models.domain.mail.words import Said
from models.domain.notation.vietnamese_text import one_line
from models.domain.results.waiting import accepted_at
from tasks.adapters.boards.waiting_work import is_to_be_filed
from tasks.adapters.boards.withdrawn_figures import latest_withdrawal, sent_with_withdrawn
from tasks.adapters.standings import standings_of_cycle
from tasks.adapters.store import drafts, messages
from tasks.adapters.workplace import Workplace


def office_waits(
    workplace: Workplace, connection: Connection, cycles: Sequence[ReportingCycle]
) -> OfficeWaits:
    """What waits for a clerk by now; agencies are looked at in the cycles handed in.

    Mail that a newer accepted report has overtaken is only to be filed: nobody is alarmed by it.
    """
    calendar, now = workplace.office.calendar, workplace.now
    name_of = workplace.office.register.agency_name
    held = messages.in_state(connection, MessageState.HELD)
    wanted_back = [row for row in held if row["said"] == Said.RECALL]
    sent = [x for c in cycles for x in sent_with_withdrawn(workplace.office, connection, c)]
    standings = {c.code: standings_of_cycle(workplace, connection, c) for c in cycles}
    accepted = {code: accepted_at(found) for code, found in standings.items()}
    waiting = [
        row
        for row in held
        if _is_long(calendar, row["decided_at"] or row["received_at"], now)
        and not is_to_be_filed(row, accepted)
    ]
    return OfficeWaits(
        wanted_back=[_said_of(row, name_of(row["agency"])) for row in wanted_back],
        wanted_back_at=max((row["received_at"] for row in wanted_back), default=None),
        held_long=[_said_of(row, name_of(row["agency"])) for row in waiting],
        drafts_long=[
            f"«{draft.subject}», lập lúc {instant_text(draft.created_at)}."
            for draft in drafts.waiting(connection)
            if _is_long(calendar, draft.created_at, now)
        ],
        superseded=[one.said for one in sent],
        superseded_at=latest_withdrawal(sent),
        out_of_reach=[*_out_of_reach(workplace, cycles, standings)],
    )


def _is_long(calendar: WorkingCalendar, since: dt.datetime, now: dt.datetime) -> bool:
    """Whether a working day has passed: the same time on the next one is behind us."""
    began = since.astimezone(HANOI)
    ends_on = calendar.shift_working_days(began.date(), 1)
    return now >= dt.datetime.combine(ends_on, began.timetz())


def _said_of(row: Mapping[str, Any], agency: str) -> str:
    """One held message: who, when, about what. Who wrote it stands on the board alone."""
    subject = one_line(row["subject"] or row["name"])[:120]
    who = agency or "Chưa rõ cơ quan"
    return f"{who}: «{subject}», nhận lúc {instant_text(row['received_at'])}."


def _out_of_reach(
    workplace: Workplace,
    cycles: Sequence[ReportingCycle],
    standings: Mapping[str, Sequence[AgencyStanding]],
) -> Iterator[str]:
    """The agencies that owe something and of whose addresses none is known to work."""
    for cycle in cycles:
        for standing in standings[cycle.code]:
            beyond = standing.out_of_reach
            if standing.owes and beyond is not None:
                name = workplace.office.register.agency_name(standing.agency)
                yield f"{name}: {', '.join(beyond.addresses)} ({cycle.title}): {beyond.said}."
