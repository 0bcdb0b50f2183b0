"""How a cycle stands and what was put out for it, loaded from the record."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from models.domain.answers.standing import AgencyStanding
from models.domain.cycle.cycles import ReportingCycle
from models.domain.desk.cycle_page import AgencyInCycle, agency_line
from models.tables import ConsolidationRow, SnapshotRow
from tasks.adapters.results.output_names import clean_report_beside, name_within, report_beside
from tasks.adapters.results.tidy_files import TABLE_FILES
from tasks.adapters.sharing.store_failures import StoreAway
from tasks.adapters.store import snapshots
from tasks.adapters.store.consolidations import CONSOLIDATION
from tasks.adapters.workplace import Workplace


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
    report: str  # the name of its Word report, each figure with its reference; "" for none
    clean: str  # that of the same report without references, to be signed
    table: Sequence[str]  # of the same content for machines: names within its folder
    unseen: str = ""  # Vietnamese: why there may be more, on other machines

    def within_outputs(self, name: str) -> str:
        """The name of one of the table's files among all outputs."""
        return name_within(self.row.workbook_name, name)


def put_out(workplace: Workplace, connection: Connection, cycle: str) -> list[PutOut]:
    """Everything that was put out for a cycle, the newest first."""
    found = connection.execute(
        select(CONSOLIDATION)
        .where(CONSOLIDATION.c.cycle == cycle)
        .order_by(CONSOLIDATION.c.as_of.desc(), CONSOLIDATION.c.id.desc())
    )
    rows = [ConsolidationRow(**row._mapping) for row in found]
    names = [name for row in rows for name in _names_beside(row)]
    try:
        there, unseen = workplace.outputs.present(names), ""
    except StoreAway as away:
        there, unseen = workplace.outputs.at_hand(names), str(away)
    return [_beside(row, there, unseen) for row in rows]


def _names_beside(row: ConsolidationRow) -> Iterator[str]:
    workbook = row.workbook_name
    yield from (report_beside(workbook), clean_report_beside(workbook))
    yield from (name_within(workbook, name) for name in TABLE_FILES)


def _beside(row: ConsolidationRow, there: Collection[str], unseen: str) -> PutOut:
    """Names come from the record alone: nobody asks for a path."""
    workbook = row.workbook_name
    report, clean = (
        name if name != workbook and name in there else ""
        for name in (report_beside(workbook), clean_report_beside(workbook))
    )
    table = [name for name in TABLE_FILES if name_within(workbook, name) in there]
    return PutOut(row, report, clean, table, unseen)


def snapshots_sent(connection: Connection, cycle: str) -> list[SnapshotRow]:
    """What was frozen of the summaries of a cycle, the newest first."""
    return list(reversed(snapshots.of_cycle(connection, cycle)))
