"""How a cycle stands and what was put out for it, loaded from the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from models.domain.answers.standing import AgencyStanding
from models.domain.cycle.cycles import ReportingCycle
from models.domain.desk.cycle_page import AgencyInCycle, agency_line
from models.tables import ConsolidationRow, SnapshotRow
from tasks.adapters.results.output_names import clean_report_beside, report_beside
from tasks.adapters.results.tidy_files import COLUMNS_NAME, CSV_NAME, PARQUET_NAME
from tasks.adapters.store import snapshots
from tasks.adapters.store.consolidations import CONSOLIDATION
from tasks.adapters.workplace import Workplace

#: What lies beside a workbook in a folder of its name.
TABLE_FILES = (CSV_NAME, PARQUET_NAME, COLUMNS_NAME)


def agency_lines(
    workplace: Workplace, cycle: ReportingCycle, standings: Sequence[AgencyStanding]
) -> list[AgencyInCycle]:
    """A line for each agency that was asked."""
    office = workplace.office
    titles = sheet_titles(workplace, cycle)
    agencies = office.register.agencies
    return [
        agency_line(*(agencies.get(one.agency), one, cycle, office.calendar, titles, workplace.now))
        for one in standings
    ]


def sheet_titles(workplace: Workplace, cycle: ReportingCycle) -> dict[str, str]:
    """The titles of the form's sheets by key, in their order."""
    return {sheet.key: sheet.title for sheet in workplace.office.form_of(cycle).sheets}


@dataclass(frozen=True, slots=True)
class PutOut:
    """A consolidation that was written, and what lies beside its workbook."""

    row: ConsolidationRow
    report: Path | None  # its Word report, each figure with its reference
    clean: Path | None  # the same report without references, to be signed
    table: Sequence[Path]  # the same content for machines


def put_out(workplace: Workplace, connection: Connection, cycle: str) -> list[PutOut]:
    """Everything that was put out for a cycle, the newest first."""
    rows = connection.execute(
        select(CONSOLIDATION)
        .where(CONSOLIDATION.c.cycle == cycle)
        .order_by(CONSOLIDATION.c.as_of.desc(), CONSOLIDATION.c.id.desc())
    )
    return [_beside(workplace.output_dir, ConsolidationRow(**row._mapping)) for row in rows]


def _beside(output_dir: Path, row: ConsolidationRow) -> PutOut:
    """Names come from the record alone: nobody asks for a path."""
    names = (report_beside(row.workbook_name), clean_report_beside(row.workbook_name))
    folder = (output_dir / row.workbook_name).with_suffix("")
    table = [path for name in TABLE_FILES if (path := folder / name).is_file()]
    report, clean = (
        path if name != row.workbook_name and (path := output_dir / name).is_file() else None
        for name in names
    )
    return PutOut(row, report, clean, table)


def snapshots_sent(connection: Connection, cycle: str) -> list[SnapshotRow]:
    """What was frozen of the summaries of a cycle, the newest first."""
    return list(reversed(snapshots.of_cycle(connection, cycle)))
