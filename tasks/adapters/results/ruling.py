"""What agencies said and persons ruled, put together: a cycle's consolidation as of now."""

from __future__ import annotations

from sqlalchemy import Connection

from models.domain.answers.decisions import ON_JUDGEMENTS, DecisionKind
from models.domain.consolidation import EARLIER, ConflictRuling, Consolidation, Side, consolidate
from models.domain.consolidation.verdicts import VerdictBook, verdict_kept
from models.domain.cycle.cycles import HANOI, ReportingCycle
from tasks.adapters.standings import standings_of_cycle
from tasks.adapters.store import decisions
from tasks.adapters.workplace import Workplace


def rulings_of(connection: Connection, cycle: str) -> dict[str, ConflictRuling]:
    """The rulings of a cycle by the code of their conflict; of several the last."""
    found: dict[str, ConflictRuling] = {}
    for decision in decisions.book(connection).decisions:
        if decision.kind is DecisionKind.RULE_ON_CONFLICT and decision.cycle == cycle:
            code, _, side = decision.subject.partition(" ")
            found[code] = ConflictRuling(
                *(Side(side), decision.by, decision.reason, decision.number, decision.times),
                on=decision.decided_at.astimezone(HANOI).date(),
            )
    return found


def verdicts_of(connection: Connection, cycle: str) -> VerdictBook:
    """What persons judged in a cycle, and took back, oldest first."""
    return VerdictBook(
        tuple(
            verdict_kept(
                *(d.subject, d.by, d.reason, d.number, d.times),
                on=d.decided_at.astimezone(HANOI).date(),
            )
            for d in decisions.book(connection).decisions
            if d.kind in ON_JUDGEMENTS and d.cycle == cycle
        )
    )


def consolidated(
    workplace: Workplace, connection: Connection, cycle: ReportingCycle
) -> Consolidation:
    """What the agencies said and persons ruled, at this moment."""
    standings = standings_of_cycle(workplace, connection, cycle, details=True)
    rulings, verdicts = rulings_of(connection, cycle.code), verdicts_of(connection, cycle.code)
    return consolidate(
        workplace.office, cycle, standings, workplace.now, rulings, verdicts=verdicts
    )


def consolidated_before(
    workplace: Workplace, connection: Connection, cycle: ReportingCycle
) -> Consolidation | None:
    """The consolidation this cycle's results are measured by, its figures under references of its
    own; None for a cycle without one, or one in which nobody was asked.
    """
    if not cycle.previous:
        return None
    before = workplace.office.cycle(cycle.previous)
    standings = standings_of_cycle(workplace, connection, before, details=True)
    if not standings:
        return None
    rulings, verdicts = rulings_of(connection, before.code), verdicts_of(connection, before.code)
    return consolidate(
        *(workplace.office, before, standings, workplace.now, rulings),
        verdicts=verdicts,
        prefix=EARLIER,
    )
