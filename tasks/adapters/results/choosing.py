"""Choosing how the results of a cycle are shown: the one place that asks what it asked for."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from models.domain.consolidation import Consolidation
from models.domain.cycle.cycles import ReportingCycle
from models.domain.reading.office import Office
from models.domain.review.assembling import is_review
from tasks.adapters.results.cycle_results import CycleResults
from tasks.adapters.results.plan_results import PlanResults
from tasks.adapters.results.review_results import ReviewResults
from tasks.adapters.results.ruling import consolidated, consolidated_before
from tasks.adapters.workplace import Workplace


def kind_of(office: Office, cycle: ReportingCycle) -> type[CycleResults]:
    """A review for a cycle whose form asks for values of the year, else a plan."""
    return ReviewResults if is_review(office.form_of(cycle)) else PlanResults


def results_from(
    office: Office, consolidation: Consolidation, earlier: Consolidation | None
) -> CycleResults:
    """What was consolidated, as a cycle of its kind is shown."""
    return kind_of(office, consolidation.cycle).of(office, consolidation, earlier)


def results_of(workplace: Workplace, connection: Connection, cycle: ReportingCycle) -> CycleResults:
    """What the cycle came to at this moment."""
    consolidation = consolidated(workplace, connection, cycle)
    earlier = consolidated_before(workplace, connection, cycle)
    return results_from(workplace.office, consolidation, earlier)


def counts_of(
    workplace: Workplace, connection: Connection, cycle: ReportingCycle
) -> Mapping[str, int]:
    """How a cycle's results stand in numbers; nothing is consolidated for one that has none."""
    if not kind_of(workplace.office, cycle).has_counts:
        return {}
    return results_of(workplace, connection, cycle).counts()
