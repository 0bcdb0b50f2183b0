"""What letters a cycle will bring, from what the record says now."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from models.domain.answers.standing import AgencyStanding, standing_of
from models.domain.cycle.cycles import ReportingCycle
from models.domain.mail.mail import LetterKind
from models.domain.reading.office import answering
from models.domain.results.coming_letters import ComingLetter, CycleRecord, coming_letters
from models.domain.review.assembling import is_review
from tasks.adapters.standings import standings_of_cycle
from tasks.adapters.store import decisions, deliveries, outbox
from tasks.adapters.workplace import Workplace


def letters_coming(
    workplace: Workplace,
    connection: Connection,
    cycle: ReportingCycle,
    standings: Sequence[AgencyStanding] | None = None,
) -> list[ComingLetter]:
    """The letters of a cycle from now on, in order of time, those held back among them.

    `standings`: where whoever asks has them at hand.
    """
    if standings is None:
        standings = standings_expected(workplace, connection, cycle)
    record = CycleRecord(
        standings=standings,
        sent=deliveries.steps_sent(connection, cycle.code),
        summaries=outbox.written_at(connection, cycle.code, LetterKind.SUMMARY),
        decided=decisions.of_planned(connection, cycle.code),
        has_pages=is_review(workplace.office.form_of(cycle)),
    )
    return coming_letters(cycle, workplace.office.calendar, record, workplace.now)


def standings_expected(
    workplace: Workplace, connection: Connection, cycle: ReportingCycle
) -> list[AgencyStanding]:
    """How every agency stands; before the cycle opens, how those will who are to be asked."""
    if workplace.now >= cycle.opens_at:
        return standings_of_cycle(workplace, connection, cycle)
    office = workplace.office
    return [
        standing_of(agency.code, cycle, office.calendar, [], workplace.now)
        for agency in answering(office, cycle)
    ]
