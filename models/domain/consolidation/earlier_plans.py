"""Of whom a review has no plan of the year's beginning to measure by."""

from __future__ import annotations

from models.domain.consolidation.consolidating import Consolidation
from models.domain.reading.office import Office, register_day
from models.domain.register.successions import PLAN


def without_plan(
    office: Office, consolidation: Consolidation, earlier: Consolidation | None
) -> frozenset[str]:
    """Codes of the agencies that have no accepted plan, neither their own nor one taken over.

    Who was founded since and took over nothing has none either; who came with another province is
    told apart.
    """
    if earlier is None:
        return frozenset()
    accepted = {one.agency: one.answered for one in earlier.agencies}
    successions, day = office.register.successions, register_day(consolidation.cycle)
    found = set()
    for agency in consolidation.agencies:
        line = (agency.agency, *successions.predecessors_of(agency.agency, day, PLAN))
        asked = [accepted[code] for code in line if code in accepted]
        if not any(asked) and not agency.came_from:
            found.add(agency.agency)
    return frozenset(found)
