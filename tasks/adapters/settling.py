"""Settling: letters of which nobody knows whether they left, and letters that nobody should send.

A letter is uncertain when the connection or the run ended between the final dot and the record of
its outcome. Where own copies go to the office's mailbox, the copy is the proof: the server that
took the letter for the copy took it for the others in the same envelope. Only then comes the rule.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Connection

from models.domain.cycles import ReportingCycle
from models.domain.delivery import arrived_anywhere
from models.domain.reminders import why_untrue
from models.domain.standing import AgencyStanding
from models.tables import LetterRow
from tasks.adapters.standings import standings_of_cycle
from tasks.adapters.store import outbox
from tasks.adapters.workplace import Workplace

#: A claim so old belongs to a run that died: no server lets a final dot wait that long.
CLAIM_LIFETIME = dt.timedelta(minutes=15)
FRESH = dt.timedelta(minutes=1)  # so long what was read of a cycle is good enough
FOR_A_PERSON = "chờ người xem"
ABANDONED = "lần gửi trước dừng giữa chừng, không rõ thư đã đến hay chưa"


def settle_uncertain(place: Workplace, now: dt.datetime) -> list[tuple[LetterRow, str]]:
    """Settles what can be settled; what is a person's to settle from now on, and why."""
    with place.engine.begin() as connection:
        outbox.mark_abandoned(connection, now - CLAIM_LIFETIME, ABANDONED)
        waiting = outbox.uncertain(connection)
        ours = place.rules.office_address
        copies = outbox.copies_received(connection, [row.message_id for row in waiting], ours)
        handed_over = []
        for row in waiting:
            told = row.last_error.endswith(FOR_A_PERSON)
            if not _settled(place, connection, row, copies[row.message_id], now) and not told:
                said = f"{row.last_error}; {FOR_A_PERSON}"
                outbox.note_uncertain(connection, row, said)
                handed_over.append((row, said))
        return handed_over


def _settled(
    place: Workplace, connection: Connection, row: LetterRow, copies: int, now: dt.datetime
) -> bool:
    """Whether the letter needs no person: proven, still within its time of waiting, or resent."""
    if row.copy_in_flight:
        # Each transfer that was acknowledged before has brought a copy of its own.
        if copies > row.copies:
            return outbox.decide_uncertain(connection, row, now, arrived=True)
        if row.claimed_at is not None and now - row.claimed_at < place.rules.own_copy_wait:
            return True
    if place.rules.resend_uncertain:
        return outbox.decide_uncertain(connection, row, now, arrived=False)
    return False


class Ladder:
    """Whether letters of the ladder are still right. A cycle's record is read once a minute."""

    def __init__(self, place: Workplace) -> None:
        self._place = place
        self._read: dict[str, tuple[dt.datetime, Sequence[AgencyStanding]]] = {}

    def withdraw_if_untrue(self, row: LetterRow, now: dt.datetime) -> str:
        """Withdraws the letter of a step that would no longer be true; why, "" where it may go.

        A letter that some have already got is not withdrawn: the others shall read the same.
        """
        cycle = self._place.office.cycles.get(row.cycle)
        if not row.step or cycle is None or arrived_anywhere(outbox.deliveries_of(row)):
            return ""
        with self._place.engine.begin() as connection:
            why = why_untrue(
                cycle,
                self._place.office.calendar,
                self._standings(connection, cycle, now),
                row.agency,
                row.step,
                row.created_at,
                now,
            )
            return why if why and outbox.withdraw(connection, row, why) else ""

    def _standings(
        self, connection: Connection, cycle: ReportingCycle, now: dt.datetime
    ) -> Sequence[AgencyStanding]:
        if cycle.code not in self._read or now - self._read[cycle.code][0] > FRESH:
            self._read[cycle.code] = (now, standings_of_cycle(self._place, connection, cycle))
        return self._read[cycle.code][1]
