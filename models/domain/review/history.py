"""A value of the year over the versions that were taken: first the estimate, later the actual."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from models.domain.answers.standing import SubmissionRecord
from models.domain.consolidation.evidence import Figure, figure_of
from models.domain.reading.forms import Column, SheetForm
from models.domain.reading.submissions import Entry
from models.domain.review.lines import HistoryPoint
from models.domain.review.states import ValueStatus
from models.domain.review.wording import status_of


def history_columns(sheet: SheetForm) -> list[Column]:
    """The columns that the history of a sheet's values is made of; none where it has no history."""
    if sheet.meaning("value_status") is None:
        return []
    return [c for c in sheet.columns if c.meaning in ("estimate", "value_status")]


def history_of(
    row: str,
    value: Figure | None,
    sheet: SheetForm,
    versions: Mapping[str, Sequence[SubmissionRecord]],
) -> list[HistoryPoint]:
    """What the agency whose value stands gave in each version accepted so far, oldest first.

    A version that repeats the one before it is left out, unless it is the one that counts.
    """
    if value is None:
        return []
    points: list[HistoryPoint] = []
    for record in versions.get(value.agency, ()):
        if not record.accepts(sheet.key):
            continue
        counts = record.submission_id == value.source.submission_id
        point = _point(record, row, value.column, sheet, counts=counts)
        if point is None:
            continue
        if points and (points[-1].value, points[-1].status) == (point.value, point.status):
            if not counts:
                continue
            points.pop()
        points.append(point)
    return points


def _point(
    record: SubmissionRecord, row: str, column: str, sheet: SheetForm, *, counts: bool
) -> HistoryPoint | None:
    cells: dict[str, Entry] = {}
    for entry in record.entries:
        if entry.sheet == sheet.key and entry.row_key == row:
            cells.setdefault(entry.column, entry)  # of a cell filled twice the first counts
    given, status = cells.get(column), sheet.meaning("value_status")
    if given is None:
        return None
    figure = figure_of("", record, given)
    if figure.number is None:
        return None
    said = cells.get(status.key) if status else None
    stated = status_of(str(said.value)) if said else ValueStatus.UNSTATED
    return HistoryPoint(figure.number, stated, record.received_at, figure.source, counts)
