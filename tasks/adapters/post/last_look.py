"""The last look at a letter before it leaves: what nobody should send any more is withdrawn."""

from __future__ import annotations

import datetime as dt
from threading import Lock

from models.tables import LetterRow
from tasks.adapters.post.held_letters import why_held_back
from tasks.adapters.post.superseded_letters import why_not_any_more
from tasks.adapters.post.untrue_reminders import Ladder
from tasks.adapters.store import outbox
from tasks.adapters.store.rows import for_reading
from tasks.adapters.workplace import Workplace


class LastLook:
    """Whether letters may still leave; usable from any thread.

    Nearly all may: the record is only read, which waits for no writer, until one may not.
    """

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace
        self._ladder = Ladder(workplace)
        self._reading = Lock()  # the ladder keeps what it read

    def withdraw_if_untrue(self, row: LetterRow, now: dt.datetime) -> str:
        """Withdraws a letter that should not leave any more; why, "" where it may.

        Neither is withdrawn what another run has tried meanwhile.
        """
        why = self._why(row, now)
        if not why:
            return ""
        with self._workplace.engine.begin() as connection:
            return why if outbox.withdraw(connection, row, why) else ""

    def _why(self, row: LetterRow, now: dt.datetime) -> str:
        with self._reading, for_reading(self._workplace.engine).begin() as connection:
            return (
                why_not_any_more(self._workplace.office, connection, row)
                or why_held_back(connection, row)
                or self._ladder.why_not_any_more(connection, row, now)
            )
