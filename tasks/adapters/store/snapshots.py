"""Snapshots of what was sent."""

from __future__ import annotations

from sqlalchemy import Connection, select

from models.domain.mail.mail import LetterState
from models.tables import SnapshotRow
from tasks.adapters.store.outbox import LETTER
from tasks.adapters.store.rows import insert_new, table_of

SNAPSHOT = table_of(SnapshotRow)
_NEVER_LEFT = (
    LetterState.DRAFT,
    LetterState.WITHDRAWN,
    LetterState.CLOSED,
    LetterState.FAILED,
)


def add(connection: Connection, row: SnapshotRow) -> bool:
    """Records a snapshot; False when its letter has one."""
    return insert_new(connection, SnapshotRow, [row.model_dump(exclude={"id"})]) == 1


def last_sent(connection: Connection, cycle: str, other_than: str) -> SnapshotRow | None:
    """The newest snapshot whose letter left or is about to, of other inputs than these.

    Drafts, and letters that were held back or refused, were seen by nobody.
    """
    row = connection.execute(
        select(SNAPSHOT)
        .join(LETTER, LETTER.c.business_key == SNAPSHOT.c.letter)
        .where(
            SNAPSHOT.c.cycle == cycle,
            SNAPSHOT.c.inputs_hash != other_than,
            LETTER.c.state.not_in(_NEVER_LEFT),
        )
        .order_by(SNAPSHOT.c.as_of.desc(), SNAPSHOT.c.id.desc())
        .limit(1)
    ).first()
    return None if row is None else SnapshotRow(**row._mapping)


def left_of(connection: Connection, cycle: str) -> list[SnapshotRow]:
    """The snapshots of a cycle whose letters left or are about to, oldest first."""
    rows = connection.execute(
        select(SNAPSHOT)
        .join(LETTER, LETTER.c.business_key == SNAPSHOT.c.letter)
        .where(SNAPSHOT.c.cycle == cycle, LETTER.c.state.not_in(_NEVER_LEFT))
        .order_by(SNAPSHOT.c.as_of, SNAPSHOT.c.id)
    )
    return [SnapshotRow(**row._mapping) for row in rows]


def of_cycle(connection: Connection, cycle: str = "") -> list[SnapshotRow]:
    """All snapshots, or a cycle's, oldest first."""
    statement = select(SNAPSHOT).order_by(SNAPSHOT.c.as_of, SNAPSHOT.c.id)
    if cycle:
        statement = statement.where(SNAPSHOT.c.cycle == cycle)
    return [SnapshotRow(**row._mapping) for row in connection.execute(statement)]
