"""A workbook's cells as JSON and back: from the reader's child to its parent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from models.domain.reading.workbook_content import (
    CellValue,
    ErrorValue,
    SheetContent,
    WorkbookContent,
)


def workbook_to_json(workbook: WorkbookContent) -> dict[str, Any]:
    """The workbook as an object of JSON's own types; formats and merged areas are left out."""
    return {
        "kind": workbook.kind,
        "notes": list(workbook.notes),
        "properties": dict(workbook.properties),
        "sheets": [
            {
                "name": sheet.name,
                "hidden": sheet.hidden,
                "rows": [[_to_json(cell) for cell in row] for row in sheet.rows],
            }
            for sheet in workbook.sheets
        ],
    }


def workbook_from_json(answer: Mapping[str, Any]) -> WorkbookContent:
    """The workbook that `workbook_to_json` told of."""
    return WorkbookContent(
        kind=str(answer["kind"]),
        sheets=[
            SheetContent(
                str(sheet["name"]),
                [[_from_json(cell) for cell in row] for row in sheet["rows"]],
                bool(sheet["hidden"]),
            )
            for sheet in answer["sheets"]
        ],
        properties={str(k): str(v) for k, v in answer["properties"].items()},
        notes=[str(note) for note in answer["notes"]],
    )


def _to_json(cell: CellValue) -> Any:
    """What JSON has no word for becomes a pair of its kind and its text.

    >>> _from_json(_to_json(dt.date(2026, 2, 20))), _from_json(_to_json(ErrorValue("#REF!")))
    (datetime.date(2026, 2, 20), ErrorValue(code='#REF!'))
    """
    if isinstance(cell, ErrorValue):
        return ["error", cell.code]
    if isinstance(cell, dt.datetime):
        return ["instant", cell.isoformat()]
    if isinstance(cell, dt.date):
        return ["day", cell.isoformat()]
    if isinstance(cell, dt.time):
        return ["time", cell.isoformat()]
    if isinstance(cell, dt.timedelta):
        return ["span", cell.total_seconds()]
    if isinstance(cell, str):
        return cell.encode("utf-8", "replace").decode()
    return cell


def _from_json(cell: Any) -> CellValue:
    if not isinstance(cell, list):
        return cell  # type: ignore[no-any-return]
    kind, told = cell
    made: dict[str, Any] = {
        "error": ErrorValue,
        "instant": dt.datetime.fromisoformat,
        "day": dt.date.fromisoformat,
        "time": dt.time.fromisoformat,
        "span": lambda seconds: dt.timedelta(seconds=seconds),
    }
    return made[kind](told)  # type: ignore[no-any-return]
