"""The tidy table of a cycle as it stands now, ready to be written."""

from __future__ import annotations

from models.domain.cycle.cycles import ReportingCycle
from models.domain.results.tidy_table import tidy_rows
from tasks.adapters.results.choosing import results_of
from tasks.adapters.results.tidy_files import tidy_files
from tasks.adapters.workplace import Workplace


def export_files(place: Workplace, cycle: ReportingCycle) -> dict[str, bytes]:
    """The table's files by name: observations.csv, observations.parquet, columns.md."""
    with place.engine.begin() as connection:
        results = results_of(place, connection, cycle)
    rows = tidy_rows(place.office, results.consolidation, results.judged())
    return tidy_files(rows, place.office.form_of(cycle))
