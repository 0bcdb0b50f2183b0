"""Untrue reminders: letters of the ladder that nobody should send any more are withdrawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Connection

from models.domain.answers.planned_letters import of_step
from models.domain.answers.reminders import OFFICE, WrittenStep, why_untrue
from models.domain.answers.standing import AgencyStanding
from models.domain.cycle.cycles import ReportingCycle
from models.domain.mail.delivery import arrived_anywhere
from models.tables import LetterRow
from tasks.adapters.standings import standings_of_cycle
from tasks.adapters.store import address_book, decisions, outbox
from tasks.adapters.workplace import Workplace

FRESH = dt.timedelta(minutes=1)  # so long what was read of a cycle is good enough


class Ladder:
    """Whether letters of the ladder are still right. A cycle's record is read once a minute."""

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace
        self._read: dict[str, tuple[dt.datetime, Sequence[AgencyStanding]]] = {}

    def why_not_any_more(self, connection: Connection, row: LetterRow, now: dt.datetime) -> str:
        """Why the letter of a step must not leave any more; "" where it may, and for other letters.

        A letter that some have already got goes on: the others shall read the same.
        """
        if not row.step or arrived_anywhere(outbox.deliveries_of(row)):
            return ""
        return self.why_untrue(connection, row, now)

    def why_untrue(self, connection: Connection, row: LetterRow, now: dt.datetime) -> str:
        """Why the letter of a step would not be true; "" where it would, and for other letters."""
        cycle = self._workplace.office.cycles.get(row.cycle)
        if not row.step or cycle is None:
            return ""
        return _to_the_dead(connection, row) or why_untrue(
            cycle,
            self._workplace.office.calendar,
            self._standings(connection, cycle, now),
            WrittenStep(row.agency, row.step, row.created_at, _by_decision(connection, row)),
            now,
        )

    def _standings(
        self, connection: Connection, cycle: ReportingCycle, now: dt.datetime
    ) -> Sequence[AgencyStanding]:
        if cycle.code not in self._read or now - self._read[cycle.code][0] > FRESH:
            self._read[cycle.code] = (
                now,
                standings_of_cycle(self._workplace, connection, cycle),
            )
        return self._read[cycle.code][1]


def _by_decision(connection: Connection, row: LetterRow) -> bool:
    """Whether a person had it sent before its time."""
    decided = decisions.of_planned(connection, row.cycle)
    sent = decided.sent_now(of_step(row.cycle, row.step).subject, row.agency)
    return any(d.decided_at == row.created_at for d in sent)


def _to_the_dead(connection: Connection, row: LetterRow) -> str:
    """Why an agency's letter goes to nobody, or not to everybody: the ladder writes it anew."""
    if row.agency == OFFICE:
        return ""
    dead = address_book.dead_addresses(connection)
    found = [address for address in (*row.to, *row.cc) if address in dead]
    return f"{', '.join(found)} không còn nhận được thư" if found else ""
