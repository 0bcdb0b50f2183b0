"""A value of the year over the versions that were taken: first the estimate, later the actual."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from models.domain.answers.standing import SubmissionRecord
from models.domain.consolidation.evidence import Figure, figure_of
from models.domain.reading.forms import Column, SheetForm
from models.domain.reading.submissions import Entry
from models.domain.register.territories import Territory
from models.domain.review.judging import TerritoryResult
from models.domain.review.lines import HistoryPoint
from models.domain.review.states import ValueStatus
from models.domain.review.wording import status_of


def history_columns(sheet: SheetForm) -> list[Column]:
    """The columns that the history of a sheet's values is made of; none where it has no history."""
    if sheet.meaning("value_status") is None:
        return []
    return [c for c in sheet.columns if c.meaning in ("estimate", "value_status")]


def histories_of(
    row: str,
    territories: Mapping[Territory, TerritoryResult],
    own: Territory,
    sheet: SheetForm,
    versions: Mapping[str, Sequence[SubmissionRecord]],
) -> dict[Territory, list[HistoryPoint]]:
    """By ground what stood of it version by version, as `history_of` tells it; no empty ones.

    Of a ground of which nothing stands any more: what the agency whose value stands on another one
    gave before; no point of it counts.
    """
    speaking = next((r.value.agency for r in territories.values() if r.value), "")
    found = {}
    for territory in Territory:
        result = territories.get(territory)
        points = history_of(row, result.value if result else None, sheet, versions)
        column = sheet.meaning("estimate", "" if territory is own else territory.value)
        if not (result and result.value) and column is not None:
            points = _points(row, speaking, column.key, None, sheet, versions)
        if points:
            found[territory] = points
    return found


def history_of(
    row: str,
    value: Figure | None,
    sheet: SheetForm | None,
    versions: Mapping[str, Sequence[SubmissionRecord]],
) -> list[HistoryPoint]:
    """What the agency whose value stands gave in each version accepted so far, oldest first.

    A version that repeats the one before it is left out, unless it is the one that counts.
    """
    if value is None or sheet is None:
        return []
    return _points(row, value.agency, value.column, value.source.submission_id, sheet, versions)


def _points(
    row: str,
    agency: str,
    column: str,
    counted: int | None,
    sheet: SheetForm,
    versions: Mapping[str, Sequence[SubmissionRecord]],
) -> list[HistoryPoint]:
    points: list[HistoryPoint] = []
    told = False  # whether a version before the first point told of the row
    for record in versions.get(agency, ()):
        if not record.accepts(sheet.key):
            continue
        counts = record.submission_id == counted
        point = _point(record, row, column, sheet, counts=counts)
        if point is None:
            told = told or (not points and _tells(record, row, sheet))
            continue
        if points and (points[-1].value, points[-1].status) == (point.value, point.status):
            if not counts:
                continue
            points.pop()
        points.append(point)
    if points and told:
        points[0] = replace(points[0], added=True)
    return points


def _tells(record: SubmissionRecord, row: str, sheet: SheetForm) -> bool:
    """Whether the version has a value of the year in the row, of whatever ground."""
    columns = {column.key for column in sheet.columns if column.meaning == "estimate"}
    return any(
        (entry.sheet, entry.row_key) == (sheet.key, row)
        and entry.column in columns
        and entry.value is not None
        for entry in record.entries
    )


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
