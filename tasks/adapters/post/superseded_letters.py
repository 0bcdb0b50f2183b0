"""Superseded letters: what was written from a withdrawn version, brings a workbook of old, or says
that a message is still looked at of which the result is written."""

from __future__ import annotations

from sqlalchemy import Connection, select

from models.domain.answers.withdrawals import why_superseded
from models.domain.mail.delivery import arrived_anywhere
from models.domain.mail.mail import LetterKind, LetterState, MessageState
from models.domain.reading.office import Office
from models.tables import LetterRow
from tasks.adapters.store import decisions, messages, obligations, outbox
from tasks.adapters.store.outbox import ANSWER, LETTER

_BRINGS_WORKBOOK = (LetterKind.OPENING, LetterKind.REMINDER, LetterKind.OVERDUE)
#: What tells the sender what became of his message.
_RESULTS = (
    LetterKind.VERDICT,
    LetterKind.GUIDANCE,
    LetterKind.TRY_OUT,
    LetterKind.WHICH_COUNTS,
    LetterKind.RETURN,
)
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
    if row.kind == LetterKind.RECEIPT and _is_answered(connection, row):
        return "thư đã được xem xét xong, đã có thư kết quả"
    book = decisions.book_of_versions(connection)
    return why_superseded(row, cycle.previous or "", book) if book.decisions else ""


def _is_answered(connection: Connection, row: LetterRow) -> bool:
    """Whether the message of a receipt waits no more and its result is written: the receipt, which
    says that it waits, would be read beside the result."""
    wanted = select(ANSWER.c.message_key).where(ANSWER.c.business_key == row.business_key)
    key = connection.execute(wanted).scalar()
    if key is None or messages.state_of(connection, key) in (None, MessageState.HELD):
        return False
    results = select(LETTER.c.id).where(
        LETTER.c.in_reply_to == row.in_reply_to,
        LETTER.c.in_reply_to != "",
        LETTER.c.kind.in_([kind.value for kind in _RESULTS]),
        LETTER.c.state != LetterState.WITHDRAWN,
    )
    return connection.execute(results.limit(1)).first() is not None
