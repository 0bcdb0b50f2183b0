"""How decisions can be undone, with what the record says beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, select

from models.domain.answers.decisions import (
    ON_VERSIONS,
    Decision,
    DecisionBook,
    DecisionKind,
    own_last_day,
)
from models.domain.cycle.cycles import ReportingCycle
from models.domain.deeds.undoing import AroundDecision, Undoing, undoing_of
from tasks.adapters.store.rows import chunks
from tasks.adapters.store.submissions import SUBMISSION


def undoings(
    cycles: Mapping[str, ReportingCycle],
    connection: Connection,
    book: DecisionBook,
    wanted: Iterable[Decision],
) -> dict[int, Undoing]:
    """How each of these decisions of the book can be undone, by its number."""
    every = list(wanted)
    receipts = _receipts(connection, book, every)
    found = {}
    for decision in every:
        cycle = cycles.get(decision.cycle)
        around = AroundDecision(
            receipts.get(decision.number, ""), own_last_day(cycle) if cycle else None
        )
        found[decision.number] = undoing_of(decision, book, around)
    return found


def _receipts(
    connection: Connection, book: DecisionBook, wanted: Iterable[Decision]
) -> dict[int, str]:
    """By number of a decision the receipt number of the version that it is about."""
    kinds = (*ON_VERSIONS, DecisionKind.ASSIGN_MESSAGE)
    about = [d for d in wanted if d.kind in kinds]
    by_message: dict[str, list[tuple[str, str, int, str]]] = {}
    columns = (
        *(SUBMISSION.c.message_key, SUBMISSION.c.cycle, SUBMISSION.c.agency),
        *(SUBMISSION.c.version, SUBMISSION.c.receipt_number),
    )
    for some in chunks(sorted({d.message for d in about})):
        which = SUBMISSION.c.message_key.in_(some)
        for row in connection.execute(select(*columns).where(which).order_by(SUBMISSION.c.id)):
            by_message.setdefault(row.message_key, []).append(tuple(row[1:]))
    found = {}
    for decision in about:
        for cycle, agency, version, receipt in by_message.get(decision.message, ()):
            if (cycle, agency) != (decision.cycle, decision.agency):
                continue
            is_it = decision.kind is DecisionKind.ASSIGN_MESSAGE or version == decision.version
            # The newest that counts is what an assignment came to.
            if is_it and (
                decision.kind in ON_VERSIONS or book.withdrawal(cycle, agency, version) is None
            ):
                found[decision.number] = receipt
    return found
