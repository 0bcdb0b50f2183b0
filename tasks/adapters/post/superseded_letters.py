"""Superseded letters: what was written from a withdrawn version, or brings a workbook of old."""

from __future__ import annotations

from sqlalchemy import Connection

from models.domain.answers.withdrawals import why_superseded
from models.domain.mail.delivery import arrived_anywhere
from models.domain.mail.mail import LetterKind
from models.domain.reading.office import Office
from models.tables import LetterRow
from tasks.adapters.store import decisions, obligations, outbox

_BRINGS_WORKBOOK = (LetterKind.OPENING, LetterKind.REMINDER, LetterKind.OVERDUE)
#: What goes on to the others once somebody has it: all of them shall read the same.
_FOR_ALL = (LetterKind.SUMMARY, LetterKind.PREVIEW, *_BRINGS_WORKBOOK)


def why_not_any_more(office: Office, connection: Connection, row: LetterRow) -> str:
    """Why a letter must not leave any more; "" while it may.

    What some have already got goes on to the others where all of them shall read the same.
    """
    if row.kind in _FOR_ALL and arrived_anywhere(outbox.deliveries_of(row)):
        return ""
    return superseded(office, connection, row)


def superseded(office: Office, connection: Connection, row: LetterRow) -> str:
    """Why a letter must not go out any more, Vietnamese; "" while it may."""
    cycle = office.cycles.get(row.cycle)
    if cycle is None:
        return ""
    if row.kind in _BRINGS_WORKBOOK:
        asked = obligations.of_agency(connection, row.cycle, row.agency)
        old = asked is not None and any(
            file["name"] == asked.workbook_name and file["sha256"] != asked.workbook_sha256
            for file in row.files
        )
        return "sổ kèm theo thư đã được thay bằng sổ mới" if old else ""
    book = decisions.book_of_versions(connection)
    return why_superseded(row, cycle.previous or "", book) if book.decisions else ""
