"""Decisions of persons: added, never changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, select

from models.domain.answers.decisions import (
    ON_VERSIONS,
    Decision,
    DecisionBook,
    DecisionKind,
    book_of,
)
from models.domain.answers.planned_letters import (
    ON_PLANNED,
    PlannedDecisions,
    planned_decisions,
)
from models.tables import DecisionRow
from tasks.adapters.store.rows import cleaned, table_of

DECISION = table_of(DecisionRow)


def add(connection: Connection, decision: Decision) -> int:
    """Keeps a decision; its number."""
    values = {
        "kind": decision.kind.value,
        "cycle": decision.cycle,
        "agency": decision.agency,
        "subject": decision.subject,
        "until": decision.until,
        "by": decision.by,
        "reason": decision.reason,
        "decided_at": decision.decided_at,
        "entered_at": decision.entered_at,
    }
    number: int = connection.execute(
        DECISION.insert().values(cleaned(values)).returning(DECISION.c.id)
    ).scalar_one()
    return number


def remove(connection: Connection, number: int) -> None:
    """Takes out one that was refused after all: it was nobody's decision for a moment."""
    connection.execute(DECISION.delete().where(DECISION.c.id == number))


def book(connection: Connection) -> DecisionBook:
    """All decisions."""
    return _book(connection.execute(select(DECISION).order_by(DECISION.c.id)))


def book_of_versions(connection: Connection) -> DecisionBook:
    """The decisions by which versions were withdrawn or reinstated, and no others."""
    which = DECISION.c.kind.in_([kind.value for kind in ON_VERSIONS])
    return _book(connection.execute(select(DECISION).where(which).order_by(DECISION.c.id)))


def numbers_on_versions(connection: Connection) -> list[int]:
    """The numbers of those decisions, oldest first."""
    which = DECISION.c.kind.in_([kind.value for kind in ON_VERSIONS])
    return [
        *connection.execute(select(DECISION.c.id).where(which).order_by(DECISION.c.id)).scalars()
    ]


def of_planned(connection: Connection, cycle: str) -> PlannedDecisions:
    """What was decided of the planned letters of a cycle."""
    which = (DECISION.c.kind.in_([kind.value for kind in ON_PLANNED]), DECISION.c.cycle == cycle)
    found = _book(connection.execute(select(DECISION).where(*which).order_by(DECISION.c.id)))
    return planned_decisions(found, cycle)


def _book(rows: Iterable[Any]) -> DecisionBook:
    return book_of(
        Decision(
            kind=DecisionKind(row.kind),
            by=row.by,
            reason=row.reason,
            decided_at=row.decided_at,
            cycle=row.cycle,
            agency=row.agency,
            subject=row.subject,
            until=row.until,
            number=row.id,
            entered_at=row.entered_at,
        )
        for row in rows
    )
