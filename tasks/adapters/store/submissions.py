"""Submissions: versions, their cells and their findings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import BindParameter, Connection, and_, bindparam, func, select

from models.domain.answers.decisions import DecisionBook
from models.domain.answers.papers import paper_from_json, paper_to_json
from models.domain.answers.standing import SubmissionRecord
from models.domain.answers.withdrawals import in_force
from models.domain.arrivals.known import Became
from models.domain.reading.findings import Finding, Severity
from models.domain.reading.submissions import Entry, EntryValue, Verdict
from models.tables import CounterRow, FindingRow, ObservationRow, SubmissionRow
from tasks.adapters.store import decisions
from tasks.adapters.store.rows import (
    chunks,
    insert_new,
    insert_rows,
    select_rows,
    storable,
    table_of,
)

SUBMISSION = table_of(SubmissionRow)
OBSERVATION = table_of(ObservationRow)
FINDING = table_of(FindingRow)
COUNTER = table_of(CounterRow)
RECORDED = [
    SUBMISSION.c[name]
    for name in (
        "id", "agency", "version", "received_at", "verdict", "receipt_number", "file_name",
        "file_sha256", "message_key", "decided_at", "sections", "papers",
    )
]  # fmt: skip
_NEW = [
    SUBMISSION.c[name]
    for name in (
        "cycle", "agency", "version", "message_key", "file_name", "file_sha256", "file_size",
        "file_kind", "received_at", "decided_at", "verdict", "receipt_number", "guessed",
        "sections", "papers",
    )
]  # fmt: skip
_OBSERVED = [
    OBSERVATION.c[name]
    for name in (
        "submission_id", "number", "text", "date", "sheet", "row_key", "column", "raw",
        "sheet_name", "cell",
    )
]  # fmt: skip
_FOUND = [
    FINDING.c[name]
    for name in (
        "submission_id", "position", "rule", "severity", "message", "sheet", "cell", "value",
        "row_key", "column", "justification", "cells", "trial", "place_ends",
    )
]  # fmt: skip

_CYCLE: BindParameter[Any] = bindparam("cycle")
FIRST = SUBMISSION.alias("first")  # of each agency: numbers begin with 1, and none is left out
FIRST_OF_THEM = and_(
    FIRST.c.cycle == _CYCLE,
    FIRST.c.version == 1,
    FIRST.c.agency.in_(bindparam("agencies", expanding=True)),
)
ONE = SUBMISSION.alias("one")  # any version of that agency
OF_IT = and_(ONE.c.cycle == _CYCLE, ONE.c.agency == FIRST.c.agency)


@dataclass(frozen=True, slots=True)
class VersionToRecord:
    """One version to be recorded, with all its cells and findings; it gets its id then."""

    cycle: str
    record: SubmissionRecord
    file_size: int  # bytes
    file_kind: str
    guessed: bool


def draw_receipt_numbers(connection: Connection, cycle: str, mark: str, count: int) -> list[str]:
    """The next `count` receipt numbers of a cycle, "KH-2025/0007", without a gap.

    The counter's row lock orders writers.
    """
    insert_new(connection, CounterRow, [{"name": f"receipt/{cycle}", "value": 0}])
    statement = (
        COUNTER.update()
        .where(COUNTER.c.name == f"receipt/{cycle}")
        .values(value=COUNTER.c.value + count)
        .returning(COUNTER.c.value)
    )
    last: int = connection.execute(statement).scalar_one()
    return [f"{mark}/{number:04d}" for number in range(last - count + 1, last + 1)]


def last_numbers(connection: Connection, cycle: str, agencies: Sequence[str]) -> dict[str, int]:
    """The highest number that a version of each of these agencies ever had, withdrawn or not."""
    highest = select(func.max(ONE.c.version)).where(OF_IT).correlate(FIRST).scalar_subquery()
    found: dict[str, int] = {}
    for chunk in chunks(agencies):
        asked = {"cycle": cycle, "agencies": chunk}
        rows = connection.execute(select(FIRST.c.agency, highest).where(FIRST_OF_THEM), asked)
        found |= {agency: int(number) for agency, number in rows}
    return found


def known_version(connection: Connection, cycle: str, agency: str, sha256: str) -> int | None:
    """The last version that may count under which this very file was recorded before."""
    every = all_of(connection, cycle, agency)
    found = in_force(cycle, every, decisions.book_of_versions(connection))
    return max((v.version for v in found if v.file_sha256 == sha256), default=None)


def latest(connection: Connection, cycle: str, agency: str) -> SubmissionRecord | None:
    """The version that arrived last, with its entries, whatever its verdict."""
    versions = versions_of(connection, cycle, [agency]).get(agency)
    return versions[-1] if versions else None


def versions_of(
    connection: Connection, cycle: str, agencies: Sequence[str]
) -> dict[str, list[SubmissionRecord]]:
    """The versions of these agencies that may count, as they arrived, without findings.

    Entries of the newest only; of all where sections count each by itself, since the newest may
    then be a part, and where a version was withdrawn, since older ones are then judged anew.
    """
    rows: list[Any] = []
    for chunk in chunks(agencies):
        rows += connection.execute(
            select(*RECORDED)
            .where(SUBMISSION.c.cycle == cycle, SUBMISSION.c.agency.in_(chunk))
            .order_by(SUBMISSION.c.agency, SUBMISSION.c.version)
        )
    book = decisions.book_of_versions(connection)
    rows = in_force(cycle, rows, book)
    rows.sort(key=lambda row: (row.agency, row.received_at, row.version))
    newest = {row.agency: row.id for row in rows}
    every = {row.agency for row in rows if row.sections}
    every |= {decision.agency for decision in book.on_versions(cycle)}
    whole = [row.id for row in rows if row.id == newest[row.agency] or row.agency in every]
    entries = entries_of(connection, whole)
    versions: dict[str, list[SubmissionRecord]] = defaultdict(list)
    for row in rows:
        versions[row.agency].append(record_of(row, entries.get(row.id, ()), ()))
    return dict(versions)


def all_of(connection: Connection, cycle: str, agency: str) -> list[SubmissionRecord]:
    """All versions of an agency as they were recorded, also those that count no more; bare."""
    rows = connection.execute(
        select(*RECORDED)
        .where(SUBMISSION.c.cycle == cycle, SUBMISSION.c.agency == agency)
        .order_by(SUBMISSION.c.version)
    )
    return [record_of(row, (), ()) for row in rows]


@dataclass(frozen=True, slots=True)
class NumberedVersion:
    """Which version a receipt number is of."""

    submission_id: int
    cycle: str
    agency: str
    version: int


def by_receipt(connection: Connection, number: str) -> list[NumberedVersion]:
    """The versions of that receipt number: one, unless two cycles share their mark."""
    columns = (SUBMISSION.c.id, SUBMISSION.c.cycle, SUBMISSION.c.agency, SUBMISSION.c.version)
    which = SUBMISSION.c.receipt_number == number
    rows = connection.execute(select(*columns).where(which).order_by(SUBMISSION.c.cycle))
    return [NumberedVersion(*row) for row in rows]


def became_of(
    connection: Connection, keys: Sequence[str], book: DecisionBook
) -> dict[tuple[str, str], Became]:
    """The versions not withdrawn that files of these messages are, by message's key and SHA-256."""
    found: dict[tuple[str, str], Became] = {}
    for chunk in chunks(keys):
        for row in connection.execute(
            select(SUBMISSION).where(SUBMISSION.c.message_key.in_(chunk)).order_by(SUBMISSION.c.id)
        ):
            if book.withdrawal(row.cycle, row.agency, row.version) is None:
                became = Became(row.cycle, row.agency, row.version, row.decided_at)
                found[row.message_key, row.file_sha256] = became
    return found


def newest(connection: Connection, limit: int) -> list[SubmissionRecord]:
    """The versions recorded last in whatever cycle, newest first, whether they count or not."""
    rows = connection.execute(select(*RECORDED).order_by(SUBMISSION.c.id.desc()).limit(limit))
    return [record_of(row, (), ()) for row in rows]


def hold_numbering(connection: Connection, cycle: str) -> None:
    """Keeps other transactions from recording versions in the cycle until this one has ended."""
    statement = COUNTER.update().where(COUNTER.c.name == f"receipt/{cycle}")
    connection.execute(statement.values(value=COUNTER.c.value))


def cycles_of_message(connection: Connection, key: str) -> list[str]:
    """The cycles of the versions that a message brought, by code."""
    which = SUBMISSION.c.message_key == key
    rows = connection.execute(select(SUBMISSION.c.cycle).where(which).distinct())
    return sorted(cycle for (cycle,) in rows)


def add(
    connection: Connection,
    row: SubmissionRow,
    entries: Sequence[Entry],
    findings: Sequence[Finding],
) -> int:
    """Records one version with all its cells and findings; its id."""
    record = SubmissionRecord(
        submission_id=0,
        agency=row.agency,
        version=row.version,
        received_at=row.received_at,
        verdict=Verdict(row.verdict),
        receipt_number=row.receipt_number,
        file_name=row.file_name,
        file_sha256=row.file_sha256,
        message_key=row.message_key,
        decided_at=row.decided_at,
        entries=entries,
        findings=findings,
        sections={key: Verdict(verdict) for key, verdict in row.sections.items()},
        papers=[paper_from_json(paper) for paper in row.papers],
    )
    version = VersionToRecord(row.cycle, record, row.file_size, row.file_kind, row.guessed)
    return add_many(connection, [version])[0]


def add_many(connection: Connection, versions: Sequence[VersionToRecord]) -> list[int]:
    """Records versions with all their cells and findings; their ids, in order."""
    if not versions:
        return []
    insert_rows(connection, _NEW, [_submission(version) for version in versions])
    ids = _ids(connection, versions)
    numbered = [(n, v.record) for n, v in zip(ids, versions, strict=True)]
    observations = [row for n, r in numbered for row in _observations(n, r.entries)]
    insert_rows(connection, _OBSERVED, observations)
    findings = [
        _finding(n, position, finding)
        for n, r in numbered
        for position, finding in enumerate(r.findings, start=1)
    ]
    insert_rows(connection, _FOUND, findings)
    return ids


def _ids(connection: Connection, versions: Sequence[VersionToRecord]) -> list[int]:
    """The ids of versions that were just recorded, in this order.

    The insertion itself hands them back in no order that both databases promise.
    """
    columns = (SUBMISSION.c.cycle, SUBMISSION.c.agency, SUBMISSION.c.version, SUBMISSION.c.id)
    found: dict[tuple[str, str, int], int] = {}
    for chunk in chunks(list({v.record.message_key for v in versions})):
        which = SUBMISSION.c.message_key.in_(chunk)
        for cycle, agency, version, number in connection.execute(select(*columns).where(which)):
            found[cycle, agency, version] = number
    return [found[v.cycle, v.record.agency, v.record.version] for v in versions]


def records(
    connection: Connection, cycle: str, *, details: bool = True
) -> dict[str, list[SubmissionRecord]]:
    """The versions of a cycle that may count by agency, oldest first; bare without `details`."""
    every = connection.execute(
        select(*RECORDED)
        .where(SUBMISSION.c.cycle == cycle)
        .order_by(SUBMISSION.c.agency, SUBMISSION.c.version)
    ).all()
    rows = in_force(cycle, every, decisions.book_of_versions(connection))
    found = [record_of(row, (), ()) for row in rows]
    by_agency: dict[str, list[SubmissionRecord]] = defaultdict(list)
    for record in with_content(connection, found) if details else found:
        by_agency[record.agency].append(record)
    return dict(by_agency)


def with_content(
    connection: Connection, bare: Sequence[SubmissionRecord]
) -> list[SubmissionRecord]:
    """The versions with their cells and findings."""
    ids = [record.submission_id for record in bare]
    entries, findings = entries_of(connection, ids), _findings(connection, ids)
    return [
        replace(
            record,
            entries=tuple(entries.get(record.submission_id, ())),
            findings=tuple(findings.get(record.submission_id, ())),
        )
        for record in bare
    ]


def with_columns(
    connection: Connection, bare: Sequence[SubmissionRecord], columns: Collection[str]
) -> list[SubmissionRecord]:
    """The versions with their cells of the columns of these keys, whatever the sheet, alone."""
    entries: dict[int, list[Entry]] = defaultdict(list)
    for chunk in chunks([record.submission_id for record in bare]):
        which = (OBSERVATION.c.submission_id.in_(chunk), OBSERVATION.c.column.in_(columns))
        rows = connection.execute(select(*_OBSERVED).where(*which).order_by(OBSERVATION.c.id))
        for submission_id, *cell in rows:
            entries[submission_id].append(_entry(cell))
    return [replace(one, entries=tuple(entries.get(one.submission_id, ()))) for one in bare]


def record(connection: Connection, submission_id: int) -> tuple[SubmissionRecord, SubmissionRow]:
    """One version with everything, whether it counts or not, and its row."""
    row = connection.execute(select(SUBMISSION).where(SUBMISSION.c.id == submission_id)).one()
    recorded = connection.execute(select(*RECORDED).where(SUBMISSION.c.id == submission_id)).one()
    return with_content(connection, [record_of(recorded, (), ())])[0], SubmissionRow(**row._mapping)


def with_findings(connection: Connection, submission_id: int) -> SubmissionRecord:
    """One version with its findings and without its cells."""
    row = connection.execute(select(*RECORDED).where(SUBMISSION.c.id == submission_id)).one()
    return record_of(row, (), _findings(connection, [submission_id]).get(submission_id, ()))


def cell_of(
    connection: Connection, cycle: str, agency: str, version: int, cell: tuple[str, str, str, str]
) -> tuple[SubmissionRecord, Entry] | None:
    """A cell of a version, by sheet, row, column and address, and the version, bare.

    None where either is not recorded.
    """
    which = (SUBMISSION.c.cycle == cycle, SUBMISSION.c.agency == agency)
    row = connection.execute(
        select(*RECORDED).where(*which, SUBMISSION.c.version == version)
    ).first()
    if row is None:
        return None
    entries = entries_of(connection, [row.id]).get(row.id, ())
    for entry in entries:
        if (entry.sheet, entry.row_key, entry.column, entry.cell) == cell:
            return record_of(row, (), ()), entry
    return None


def count(connection: Connection, cycle: str) -> int:
    """How many versions a cycle has."""
    return int(
        connection.execute(
            select(func.count()).select_from(SUBMISSION).where(SUBMISSION.c.cycle == cycle)
        ).scalar_one()
    )


def _submission(version: VersionToRecord) -> Sequence[Any]:
    """The row of a version, in the order of `_NEW`."""
    r = version.record
    sections = {key: verdict.value for key, verdict in r.sections.items()}
    papers = [_storable_paper(paper_to_json(paper)) for paper in r.papers]
    return (
        version.cycle, r.agency, r.version, r.message_key, r.file_name, r.file_sha256,
        version.file_size, version.file_kind, r.received_at, r.decided_at, r.verdict.value,
        r.receipt_number, version.guessed, sections, papers,
    )  # fmt: skip


def _storable_paper(paper: dict[str, Any]) -> dict[str, Any]:
    signatures = [
        {**one, "signer": storable(one["signer"]), "issuer": storable(one["issuer"])}
        for one in paper["signatures"]
    ]
    return {
        **paper,
        "name": storable(paper["name"]),
        "number": storable(paper["number"]),
        "signatures": signatures,
    }


def _observations(submission_id: int, entries: Sequence[Entry]) -> Iterator[Sequence[Any]]:
    """The rows of a version's cells, in the order of `_OBSERVED`."""
    for e in entries:
        number = text = date = None
        if isinstance(e.value, Decimal):
            number = e.value
        elif isinstance(e.value, str):
            text = e.value
        else:
            date = e.value
        yield (
            submission_id, number, text, date, e.sheet, e.row_key, e.column, e.raw, e.sheet_name,
            e.cell,
        )  # fmt: skip


def _finding(submission_id: int, position: int, f: Finding) -> Sequence[Any]:
    """The row of a finding, in the order of `_FOUND`."""
    return (
        submission_id,
        position,
        f.rule,
        f.severity.value,
        f.message,
        f.sheet,
        f.cell,
        f.value,
        f.row_key,
        f.column,
        f.justification,
        list(f.cells),
        f.trial,
        f.place_ends,
    )


def record_of(row: Any, entries: Sequence[Entry], findings: Sequence[Finding]) -> SubmissionRecord:
    """The record of a row of `RECORDED`. Rows are taken apart by position: there are many."""
    (
        id_, agency, version, received_at, verdict, receipt, name, sha256, message_key, decided_at,
        sections, papers,
    ) = row  # fmt: skip
    return SubmissionRecord(
        submission_id=id_,
        agency=agency,
        version=version,
        received_at=received_at,
        verdict=Verdict(verdict),
        receipt_number=receipt,
        file_name=name,
        file_sha256=sha256,
        message_key=message_key,
        decided_at=decided_at,
        entries=tuple(entries),
        findings=tuple(findings),
        sections={key: Verdict(verdict) for key, verdict in sections.items()},
        papers=tuple(paper_from_json(paper) for paper in papers),
    )


def entries_of(connection: Connection, ids: Sequence[int]) -> dict[int, list[Entry]]:
    """Entries by submission, in the order they were recorded."""
    found: dict[int, list[Entry]] = defaultdict(list)
    for chunk in chunks(ids):
        rows = select_rows(
            connection, _OBSERVED, OBSERVATION.c.submission_id, chunk, OBSERVATION.c.id
        )
        for submission_id, *cell in rows:
            found[submission_id].append(_entry(cell))
    return found


def _entry(row: Sequence[Any]) -> Entry:
    """The cell of a row of `_OBSERVED`, but for the version that it is of."""
    number, text, date, sheet, row_key, column, raw, name, cell = row
    value: EntryValue = number if number is not None else text if text is not None else date
    return Entry(sheet, row_key, column, value, raw, name, cell)


def _findings(connection: Connection, ids: Sequence[int]) -> dict[int, list[Finding]]:
    """Findings by submission, in the order they were reported."""
    found: dict[int, list[Finding]] = defaultdict(list)
    for chunk in chunks(ids):
        for f in connection.execute(
            select(FINDING)
            .where(FINDING.c.submission_id.in_(chunk))
            .order_by(FINDING.c.submission_id, FINDING.c.position)
        ):
            found[f.submission_id].append(
                Finding(
                    f.rule, Severity(f.severity), f.message, f.sheet, f.cell, f.value,
                    f.row_key, f.column, f.justification, f.trial, tuple(f.cells), f.place_ends,
                )
            )  # fmt: skip
    return found
