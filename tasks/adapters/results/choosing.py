"""Choosing how the results of a cycle are shown: the one place that asks what it asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from models.domain.consolidation import Consolidation
from models.domain.cycles import ReportingCycle
from models.domain.office import Office
from models.domain.review.assembling import is_review, review_of
from models.domain.standing import AgencyStanding
from tasks.adapters.results.cycle_results import CycleResults
from tasks.adapters.results.plan_results import PlanResults
from tasks.adapters.results.review_results import ReviewResults
from tasks.adapters.ruling import consolidated, consolidated_before
from tasks.adapters.workplace import Workplace


def results_of(
    place: Workplace,
    connection: Connection,
    cycle: ReportingCycle,
    standings: Sequence[AgencyStanding] | None = None,
) -> CycleResults:
    """What the cycle came to at this moment; `standings` where known already."""
    consolidation = consolidated(place, connection, cycle, standings)
    earlier = consolidated_before(place, connection, cycle)
    return results_from(place.office, consolidation, earlier)


def results_from(
    office: Office, consolidation: Consolidation, earlier: Consolidation | None
) -> CycleResults:
    """A review of what asks for values of the year, else a plan."""
    if not is_review(office.form_of(consolidation.cycle)):
        return PlanResults(office, consolidation.shown_with(earlier), earlier)
    review = review_of(office, consolidation, earlier)
    shown = consolidation.shown_with(earlier, review.by_day())
    return ReviewResults(office, shown, earlier, review)


def counts_of(place: Workplace, connection: Connection, cycle: ReportingCycle) -> Mapping[str, int]:
    """How a cycle's results stand in numbers; empty, and cheap, for one that asks for none."""
    if not is_review(place.office.form_of(cycle)):
        return {}
    return results_of(place, connection, cycle).counts()
