"""References as they stand in a report that was written or sent, and the cells that they name.

References are numbered within one consolidation, so that a number may mean another cell in the next
one. What was sent is frozen; anything else is put together again as of its moment, and believed
only where its fingerprint is that of the report.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Connection

from models.domain.answers.withdrawals import last_change
from models.domain.consolidation import EARLIER, Figure
from models.domain.consolidation.evidence import figure_of
from models.domain.cycle.cycles import ReportingCycle
from models.domain.errors import BaocaoError
from models.domain.results.snapshots import FrozenFigure, snapshot_from_text
from models.tables import ConsolidationRow, SnapshotRow
from tasks.adapters.desk.cycle_measures import CycleMeasures
from tasks.adapters.raw_store import RawStore
from tasks.adapters.results.choosing import results_of
from tasks.adapters.results.output_names import report_beside
from tasks.adapters.store import consolidations, decisions, snapshots, submissions
from tasks.adapters.work.snapshotting import made_against
from tasks.adapters.workplace import Workplace

_KEPT = 8  # snapshots whose references are remembered


class ReferenceNotResolved(BaocaoError):
    """Raised where nobody can say which cell a reference of a report named, with a sentence."""


@dataclass(frozen=True)
class WrittenReport:
    """A report as it was written. `key` names it in an address."""

    key: str
    name: str  # of its file
    as_of: dt.datetime
    sent: bool
    inputs_hash: str
    snapshot: SnapshotRow | None = None


@dataclass(frozen=True, slots=True)
class OutputPlace:
    """A report in which a figure stands, and under which reference."""

    report: WrittenReport
    reference: str
    text: str  # as it stood there
    is_same: bool  # whether it is the very cell of the very version


def reports_of(connection: Connection, cycle: ReportingCycle) -> list[WrittenReport]:
    """The reports of a cycle, the newest first: those sent, and the workbook written last."""
    found = [_sent(row) for row in snapshots.left_of(connection, cycle.code)]
    newest = consolidations.newest(connection, cycle.code)
    if newest is not None and newest.workbook_name not in _names(found):
        found.append(_written(newest))
    return sorted(found, key=lambda report: report.as_of, reverse=True)


def _sent(row: SnapshotRow) -> WrittenReport:
    names = [f["name"] for f in row.files]
    name = next((n for n in names if n.endswith(".docx")), next(iter(names), ""))
    return WrittenReport(f"gui-{row.id}", name, row.as_of, True, row.inputs_hash, row)


def _written(row: ConsolidationRow) -> WrittenReport:
    return WrittenReport(f"lap-{row.id}", row.workbook_name, row.as_of, False, row.inputs_hash)


def _names(reports: Iterable[WrittenReport]) -> set[str]:
    sent = [r.snapshot.files for r in reports if r.snapshot is not None]
    return {f["name"] for files in sent for f in files}


def report_name(report: WrittenReport) -> str:
    """The name by which people know it: that of the document, else of the workbook."""
    return report.name if report.name.endswith(".docx") else report_beside(report.name)


def figure_in(
    workplace: Workplace,
    connection: Connection,
    cycle: ReportingCycle,
    report: WrittenReport,
    reference: str,
) -> Figure | None:
    """The figure that a report calls by that reference, with its source; None: it has none such.

    Raises ReferenceNotResolved where that cannot be told any more.
    """
    if report.snapshot is not None and not reference.startswith(EARLIER):
        frozen = _frozen(workplace.raw_store, report.snapshot.content_sha256)
        found = frozen.by_reference.get(reference)
        return None if found is None else _with_source(connection, cycle, found)
    return _made_again(workplace, connection, cycle, report).figure(reference)


def places_of(
    workplace: Workplace, cycle_reports: Sequence[WrittenReport], figure: Figure
) -> list[OutputPlace]:
    """The sent reports in which a figure's cell stands, the newest first."""
    found: list[OutputPlace] = []
    key = (figure.agency, figure.sheet, figure.row_key, figure.column)
    for report in cycle_reports:
        if report.snapshot is None:
            continue
        one = _frozen(workplace.raw_store, report.snapshot.content_sha256).by_key.get(key)
        if one is not None:
            same = (one.version, one.cell) == (figure.source.version, figure.source.cell)
            found.append(OutputPlace(report, one.reference, one.text, same))
    return found


@dataclass(frozen=True)
class _Frozen:
    by_reference: Mapping[str, FrozenFigure]
    by_key: Mapping[tuple[str, str, str, str], FrozenFigure]


def _frozen(raw_store: RawStore, sha256: str) -> _Frozen:
    return _read_frozen(_Store(raw_store), sha256)


class _Store:
    """A raw store that counts as the same whichever it is: bytes are known by their hash."""

    def __init__(self, store: RawStore) -> None:
        self.store = store

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Store)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=_KEPT)
def _read_frozen(store: _Store, sha256: str) -> _Frozen:
    figures = snapshot_from_text(store.store.get(sha256).decode()).figures
    return _Frozen({f.reference: f for f in figures}, {f.key: f for f in figures})


def _with_source(
    connection: Connection, cycle: ReportingCycle, frozen: FrozenFigure
) -> Figure | None:
    found = submissions.cell_of(
        *(connection, cycle.code, frozen.agency, frozen.version),
        (frozen.sheet, frozen.row_key, frozen.column, frozen.cell),
    )
    return None if found is None else figure_of(frozen.reference, *found)


def _made_again(
    workplace: Workplace, connection: Connection, cycle: ReportingCycle, report: WrittenReport
) -> CycleMeasures:
    """The results as of the report's moment, if they are still those that it was made of."""
    made = results_of(workplace.at(report.as_of), connection, cycle)
    bases = [None, *snapshots.of_cycle(connection, cycle.code)]
    cycles = [code for code in (cycle.code, cycle.previous) if code]
    withdrawals = {0, last_change(decisions.book_of_versions(connection), cycles)}
    prints = {made.consolidation.inputs_hash} | {
        made_against(made.consolidation, base, number) for base in bases for number in withdrawals
    }
    if report.inputs_hash not in prints:
        raise ReferenceNotResolved(
            f"Từ khi lập «{report.name}» đã có quyết định hoặc dữ liệu khác, nên không còn lập lại "
            "được đúng bản ấy để tra mã. Xin xem trang «Nguồn số liệu» của sổ tổng hợp đi kèm."
        )
    return CycleMeasures(made)
