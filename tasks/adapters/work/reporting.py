"""The year-end report of a cycle, made of what is consolidated."""

from __future__ import annotations

from models.domain.cycle.cycles import ReportingCycle
from tasks.adapters.results.choosing import results_of
from tasks.adapters.work.snapshotting import base_of, changes_since
from tasks.adapters.workplace import Workplace


def report_of_cycle(
    workplace: Workplace, cycle: ReportingCycle, *, references: bool = True
) -> bytes:
    """The report as of now; without references as it is signed.

    Raises NothingToReport for a plan, ReportTemplateFault.
    """
    with workplace.engine.begin() as connection:
        results = results_of(workplace, connection, cycle)
        base = base_of(connection, results.consolidation)
    changes = changes_since(workplace.raw_store, results, base)
    return results.report(workplace.reports_dir, changes, workplace.now, references=references)
