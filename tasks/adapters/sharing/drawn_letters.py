"""Letters drawn by one of several workers: nobody else has one in hand before it has left.

A lock of the session for each, not of its row: the claim must be committed in the moment before a
letter can arrive, on another connection. The lock spares two workers the same work; that a letter
leaves once is the claim's doing alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, or_, select

from models.domain.mail.mail import LetterState
from models.tables import LetterRow
from tasks.adapters.sharing.locks import SessionLocks, is_shared
from tasks.adapters.store import outbox
from tasks.adapters.store.outbox import LETTER
from tasks.adapters.store.rows import chunks, for_reading


@dataclass(frozen=True)
class DrawnLetters:
    """Draws letters whose turn has come, oldest first. Methods raise what the database raises."""

    engine: Engine
    locks: SessionLocks

    def draw(
        self, now: dt.datetime, room: int, seen: Collection[int], *, to_mark: bool
    ) -> list[LetterRow]:
        """At most `room` of them, none that was `seen`; with `to_mark` only those whose workbook is
        still to be marked. None is another worker's until it is given back."""
        with for_reading(self.engine).begin() as connection:
            if not is_shared(self.engine):
                rows = outbox.due(connection, now, room + len(seen))
                return [row for row in rows if row.id not in seen][:room]
            found: list[LetterRow] = []
            waiting = [i for i in _due(connection, now, to_mark=to_mark) if i not in seen]
            for some in chunks(waiting, room):
                taken = self.locks.taken([_name(i) for i in some])
                mine = [i for i, got in zip(some, taken, strict=True) if got]
                # As they are now: another worker may have sent one before it was ours.
                rows = _still_due(connection, mine)
                for gone in set(mine) - {row.id for row in rows}:
                    self.locks.free(_name(gone))
                found += rows
                if len(found) >= room:
                    break
        for row in found[room:]:
            self.give_back(row)
        return found[:room]

    def give_back(self, row: LetterRow) -> None:
        """The letter has left, or is another's to send."""
        assert row.id is not None
        self.locks.free(_name(row.id))


def _name(letter: int) -> Sequence[str]:
    return ("letter", str(letter))


def _due(connection: Connection, now: dt.datetime, *, to_mark: bool) -> list[int]:
    which = [LETTER.c.state == LetterState.QUEUED, LETTER.c.next_attempt_at <= now]
    if to_mark:
        which.append(or_(LETTER.c.marked_submission_id.is_not(None), LETTER.c.marking.is_not(None)))
    found = select(LETTER.c.id).where(*which).order_by(LETTER.c.created_at, LETTER.c.id)
    return list(connection.execute(found).scalars())


def _still_due(connection: Connection, letters: Sequence[int]) -> list[LetterRow]:
    which = LETTER.c.id.in_(letters), LETTER.c.state == LetterState.QUEUED
    found = select(LETTER).where(*which).order_by(LETTER.c.created_at, LETTER.c.id)
    return [LetterRow(**row._mapping) for row in connection.execute(found)]
