"""Held letters: what a person holds back does not leave, although it was written meanwhile."""

from __future__ import annotations

from sqlalchemy import Connection

from models.domain.answers.planned_letters import (
    PlannedKind,
    PlannedSending,
    of_day,
    of_step,
    why_held,
)
from models.domain.cycle.cycles import HANOI
from models.domain.mail.delivery import arrived_anywhere
from models.domain.mail.mail import LetterKind
from models.tables import LetterRow
from tasks.adapters.store import decisions, outbox

_OF_DAYS = {LetterKind.SUMMARY: PlannedKind.SUMMARY, LetterKind.PREVIEW: PlannedKind.PREVIEW}


def why_held_back(connection: Connection, row: LetterRow) -> str:
    """Why a letter is held back; "" where it may go.

    A letter that some have already got goes on to the others: all of them shall read the same.
    """
    sending = planned_of(row)
    if sending is None or arrived_anywhere(outbox.deliveries_of(row)):
        return ""
    return _by_a_person(connection, row, sending)


def planned_of(row: LetterRow) -> PlannedSending | None:
    """Which planned letter a letter is; None for one that no calendar brought."""
    if row.step:
        return of_step(row.cycle, row.step)
    kind = _OF_DAYS.get(LetterKind(row.kind))
    return of_day(row.cycle, kind, row.created_at.astimezone(HANOI).date()) if kind else None


def _by_a_person(connection: Connection, row: LetterRow, sending: PlannedSending) -> str:
    decided = decisions.of_planned(connection, row.cycle)
    holds = decided.holding(sending.subject, row.agency)
    # A person who had it sent again after that meant it.
    if holds is None or (row.dated_at is not None and row.dated_at > holds.decided_at):
        return ""
    return why_held(holds)
