"""The tidy table of a cycle as it stands now, ready to be written."""

from __future__ import annotations

from models.domain.cycle.cycles import ReportingCycle
from models.domain.results.tidy_table import tidy_rows
from tasks.adapters.results.choosing import results_of
from tasks.adapters.results.tidy_files import tidy_files
from tasks.adapters.standings import whole_versions
from tasks.adapters.workplace import Workplace


def export_files(workplace: Workplace, cycle: ReportingCycle) -> dict[str, bytes]:
    """The table's files by name: observations.csv, observations.parquet, columns.md."""
    with workplace.engine.begin() as connection:
        results = results_of(workplace, connection, cycle)
    rows = tidy_rows(
        workplace.office,
        results.consolidation,
        results.judged(),
        whole_versions(workplace.engine),
    )
    return tidy_files(rows, workplace.office.form_of(cycle))
