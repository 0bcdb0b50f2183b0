"""Summaries that carry figures of a version withdrawn since: told of until a newer one has left."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection

from models.domain.answers.decisions import Decision
from models.domain.answers.withdrawals import withdrawn_in
from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.cycle.letter_phrases import instant_text, office_opinion, within
from models.domain.reading.office import Office
from models.tables import SnapshotRow
from tasks.adapters.store import decisions, letters_again, snapshots, submissions


@dataclass(frozen=True, slots=True)
class SentWithWithdrawn:
    """A summary that left with what counts no more."""

    snapshot: SnapshotRow
    decision: Decision
    said: str  # Vietnamese: which summary, which version, since when it counts no more


def sent_with_withdrawn(
    office: Office, connection: Connection, cycle: ReportingCycle
) -> list[SentWithWithdrawn]:
    """The cycle's summaries that left with a withdrawn version of it, or of the one before it.

    Oldest first; none once a summary has left that was written since.
    """
    book = decisions.book_of_versions(connection)
    if not book.decisions:
        return []
    left = snapshots.left_of(connection, cycle.code)
    found = []
    for code in (cycle.code, cycle.previous):
        for gone in withdrawn_in(code, book) if code else ():
            if any(row.as_of > gone.decided_at for row in left):
                continue
            found += [
                SentWithWithdrawn(row, gone, _said(office, connection, row, gone))
                for row in left
                if _carries(connection, row, gone)
            ]
    return found


def _carries(connection: Connection, row: SnapshotRow, gone: Decision) -> bool:
    """Whether the version counted in a summary; one of the cycle before, whether it was there."""
    if row.cycle == gone.cycle:
        return any((i["agency"], i["version"]) == (gone.agency, gone.version) for i in row.inputs)
    every = submissions.all_of(connection, gone.cycle, gone.agency)
    recorded = next((v.decided_at for v in every if v.version == gone.version), None)
    return recorded is not None and recorded <= row.as_of


def _said(office: Office, connection: Connection, row: SnapshotRow, gone: Decision) -> str:
    letter = letters_again.by_business_key(connection, row.letter)
    name = office.register.agency_name(gone.agency)
    day = gone.decided_at.astimezone(HANOI).date()
    return (
        f"Thư «{letter.subject if letter else row.letter}» (số liệu lúc {instant_text(row.as_of)}) "
        f"có số liệu của phiên bản {gone.version} của {name}, kỳ {gone.cycle}, đã rút lại lúc "
        f"{instant_text(gone.decided_at)} theo {within(office_opinion(day))}."
    )


def latest_withdrawal(found: list[SentWithWithdrawn]) -> dt.datetime | None:
    """When the last of those versions was withdrawn."""
    return max((one.decision.decided_at for one in found), default=None)
