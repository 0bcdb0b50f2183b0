"""Ruling on conflicts: which of two values stands, kept with name and reason."""

from __future__ import annotations

from sqlalchemy import Connection

from models.domain.consolidation import EARLIER, Consolidation, Ruling, Side, code_of, consolidate
from models.domain.cycles import ReportingCycle
from models.domain.decisions import DecisionKind, DecisionRefused
from tasks.adapters.desk import Done, Signature, keep
from tasks.adapters.standings import standings_of_cycle
from tasks.adapters.store import decisions, obligations
from tasks.adapters.workplace import Workplace


def rulings_of(connection: Connection, cycle: str) -> dict[str, Ruling]:
    """The rulings of a cycle by the code of their conflict; of several the last."""
    found: dict[str, Ruling] = {}
    for decision in decisions.book(connection).decisions:
        if decision.kind is DecisionKind.RULE and decision.cycle == cycle:
            code, _, side = decision.subject.partition(" ")
            found[code] = Ruling(Side(side), decision.by, decision.reason, decision.number)
    return found


def consolidated(place: Workplace, connection: Connection, cycle: ReportingCycle) -> Consolidation:
    """What the agencies said and persons ruled, at this moment."""
    standings = standings_of_cycle(place, connection, cycle, details=True)
    rulings = rulings_of(connection, cycle.code)
    return consolidate(place.office, cycle, standings, place.now, rulings)


def consolidated_before(
    place: Workplace, connection: Connection, cycle: ReportingCycle
) -> Consolidation | None:
    """The consolidation this cycle's results are measured by, its figures under references of its
    own; None for a cycle without one, or one in which nobody was asked.
    """
    if not cycle.previous:
        return None
    before = place.office.cycle(cycle.previous)
    standings = standings_of_cycle(place, connection, before, details=True)
    if not standings:
        return None
    rulings = rulings_of(connection, before.code)
    return consolidate(place.office, before, standings, place.now, rulings, prefix=EARLIER)


def rule_on_conflict(
    place: Workplace, cycle_code: str, code: str, side: Side, signed: Signature
) -> Done:
    """Lets one of a conflict's two values stand; without a cycle in whichever it is.

    Raises DecisionRefused for a code nobody has.
    """
    wanted = code.strip().lower()
    with place.engine.begin() as connection:
        if cycle_code:
            cycles = [place.office.cycle(cycle_code)]
        else:
            asked = obligations.open_cycles(connection)
            cycles = [c for c in place.office.cycles.values() if c.code in asked]
        there = (
            (cycle, conflict)
            for cycle in cycles
            for conflict in consolidated(place, connection, cycle).conflicts
            if code_of(conflict) == wanted
        )
        cycle, conflict = next(there, (None, None))
        if cycle is None or conflict is None:
            where = f"Kỳ {cycle_code}" if cycle_code else "Không kỳ nào"
            board = f"mau-thuan-{cycle_code or '...'}"
            raise DecisionRefused(
                f"{where} {'không ' if cycle_code else ''}có mâu thuẫn mang mã «{code.strip()}», "
                f"hoặc số liệu đã thay đổi. Xin xem lại bảng {board}."
            )
        holds = rulings_of(connection, cycle.code).get(wanted)
        figure = conflict.left if side is Side.LEFT else conflict.right
        if holds is not None and holds.side is side:
            return Done(f"Mâu thuẫn {wanted}: đang dùng số {figure.text}.", False)
        decision = signed.decides(
            DecisionKind.RULE,
            place.now,
            cycle=cycle.code,
            agency=figure.agency,
            subject=f"{wanted} {side.value}",
        )
        return keep(connection, decision, f"Mâu thuẫn {wanted}: dùng số {figure.text}")
