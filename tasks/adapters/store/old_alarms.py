"""Alarms to the operator, which are needed no longer after a year.

Whatever an agency or a person of the office wrote, was sent or decided is no row of these.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection, delete, exists, select

from models.domain.mail.mail import LetterKind, LetterState
from models.tables import AddressStateRow, DeliveryReportRow, LetterRow
from tasks.adapters.store.rows import table_of

ALARMS_KEPT = dt.timedelta(days=365)

_LETTER, _REPORT = table_of(LetterRow), table_of(DeliveryReportRow)
_ADDRESS = table_of(AddressStateRow)
_DONE = tuple(
    state.value for state in (LetterState.SENT, LetterState.WITHDRAWN, LetterState.CLOSED)
)


def remove_old_alarms(connection: Connection, now: dt.datetime) -> int:
    """Removes alarms of more than a year ago that went their way; how many.

    One that a delivery report or the state of an address rests on stays with these.
    """
    old = (
        _LETTER.c.kind == LetterKind.ALARM.value,
        _LETTER.c.state.in_(_DONE),
        _LETTER.c.created_at < now - ALARMS_KEPT,
        ~exists(select(_REPORT.c.letter_id).where(_REPORT.c.letter_id == _LETTER.c.id)),
        ~exists(select(_ADDRESS.c.letter_id).where(_ADDRESS.c.letter_id == _LETTER.c.id)),
    )
    return connection.execute(delete(_LETTER).where(*old)).rowcount
