"""The tidy table of a cycle as it stands now, ready to be written."""

from __future__ import annotations

from models.domain.cycles import ReportingCycle
from models.domain.tidy_table import tidy_rows
from tasks.adapters.ruling import consolidated
from tasks.adapters.standings import standings_of_cycle
from tasks.adapters.tidy_files import tidy_files
from tasks.adapters.workplace import Workplace


def export_files(place: Workplace, cycle: ReportingCycle) -> dict[str, bytes]:
    """The table's files by name: observations.csv, observations.parquet, columns.md."""
    with place.engine.begin() as connection:
        standings = standings_of_cycle(place, connection, cycle, details=True)
        consolidation = consolidated(place, connection, cycle, standings)
    rows = tidy_rows(place.office, consolidation, standings)
    return tidy_files(rows, place.office.form_of(cycle))
