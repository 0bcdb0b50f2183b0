"""Which bytes of the raw store the record rests on, and what each of them is."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, func, inspect, select

from models.tables import (
    ConsolidationRow,
    LetterRow,
    MessageFileRow,
    MessageRow,
    ObligationRow,
    SnapshotRow,
    SubmissionRow,
)
from tasks.adapters.store.rows import table_of

_COLUMNS = (
    (table_of(MessageRow).c.key, "thư"),
    (table_of(MessageFileRow).c.sha256, "tệp kèm thư"),
    (table_of(SubmissionRow).c.file_sha256, "sổ cơ quan gửi"),
    (table_of(ObligationRow).c.workbook_sha256, "sổ đã giao"),
    (table_of(ConsolidationRow).c.workbook_sha256, "sổ tổng hợp"),
    (table_of(SnapshotRow).c.content_sha256, "nội dung bản lưu"),
)
_LETTER, _SNAPSHOT = table_of(LetterRow), table_of(SnapshotRow)
_SUBMISSION = table_of(SubmissionRow)


def recorded_files(connection: Connection) -> dict[str, str]:
    """SHA-256 of every file that some row names, with what it is, in Vietnamese."""
    return dict(_recorded(connection))


def _recorded(connection: Connection) -> Iterator[tuple[str, str]]:
    for files, marking in connection.execute(select(_LETTER.c.files, _LETTER.c.marking)):
        yield from ((file["sha256"], "tệp kèm thư đi") for file in files)
        if marking:
            yield from ((marking[name], "tệp gửi thử") for name in ("file", "examination"))
    for files, inputs in connection.execute(select(_SNAPSHOT.c.files, _SNAPSHOT.c.inputs)):
        yield from ((file["sha256"], "tệp của bản lưu") for file in files)
        yield from ((given["file_sha256"], "sổ cơ quan gửi") for given in inputs)
    for papers in connection.execute(select(_SUBMISSION.c.papers)).scalars():
        yield from ((paper["sha256"], "văn bản ký số") for paper in papers)
    for column, what in _COLUMNS:
        yield from ((sha256, what) for sha256 in connection.execute(select(column)).scalars())


def rows_by_table(connection: Connection) -> dict[str, int]:
    """How many rows each table has."""
    found = {}
    for model in (MessageRow, SubmissionRow, LetterRow, SnapshotRow, ConsolidationRow):
        table = table_of(model)
        found[table.name] = connection.execute(select(func.count()).select_from(table)).scalar_one()
    return found


def has_tables(connection: Connection) -> bool:
    """Whether anything has been made in the database."""
    return bool(inspect(connection).get_table_names())
