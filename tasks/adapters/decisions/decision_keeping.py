"""Keeping decisions: what a person decided becomes a row, in the transaction of what it changes.

A decision that is in force already is not written again, so that pressing a button twice, or a
retry of the flow, leaves one row.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from models.domain.deeds.deed import Weighed
from tasks.adapters.sharing.locks import hold
from tasks.adapters.store import decisions
from tasks.adapters.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a decision. `new` is False when it was in force before."""

    sentence: str  # Vietnamese, for the log and the record
    new: bool


def deciding_alone(connection: Connection) -> None:
    """Until the transaction ends nobody else decides; waits for whoever does.

    What stands is looked up, then written. Two persons at two doors would both be told that it is
    as they said. On SQLite a transaction has the whole file.
    """
    hold(connection, [("decisions",)])


def keep(connection: Connection, workplace: Workplace, weighed: Weighed) -> Done:
    """Writes the decision down, if there is a new one; what was decided, with number and reason."""
    decision = weighed.decision
    if decision is None:
        return Done(weighed.sentence, False)
    number = decisions.add(connection, replace(decision, entered_at=workplace.entered_at))
    said = f"{weighed.sentence} ({decision.by}: {decision.reason})"
    return Done(f"Quyết định số {number}. {said}.", True)
