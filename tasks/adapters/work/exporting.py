"""The tidy table of a cycle as it stands now."""

from __future__ import annotations

from pathlib import Path

from models.domain.cycle.cycles import ReportingCycle
from tasks.adapters.results.choosing import results_of
from tasks.adapters.work.consolidating import table_of
from tasks.adapters.workplace import Workplace


def export_into(folder: Path, workplace: Workplace, cycle: ReportingCycle) -> list[Path]:
    """Writes the table's files: observations.csv, observations.parquet, columns.md; their paths."""
    with workplace.engine.begin() as connection:
        results = results_of(workplace, connection, cycle)
    return table_of(workplace, results, folder)
