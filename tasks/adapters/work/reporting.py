"""The year-end report of a cycle, made of what is consolidated."""

from __future__ import annotations

from models.domain.cycle.cycles import ReportingCycle
from tasks.adapters.results.choosing import results_of
from tasks.adapters.work.snapshotting import base_of, changes_since
from tasks.adapters.workplace import Workplace


def report_of_cycle(place: Workplace, cycle: ReportingCycle) -> bytes:
    """The report as of now. Raises NothingToReport for a plan, ReportTemplateFault."""
    with place.engine.begin() as connection:
        results = results_of(place, connection, cycle)
        base = base_of(connection, results.consolidation)
    changes = changes_since(place, results, base)
    return results.report(place.reports_dir, changes, place.now)
