"""A workbook's cells as JSON and back: from the reader's child to its parent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from models.domain.reading.workbook_content import (
    CellFormula,
    CellValue,
    ErrorValue,
    HiddenPlaces,
    SheetContent,
    WorkbookContent,
)


def workbook_to_json(workbook: WorkbookContent) -> dict[str, Any]:
    """The workbook as an object of JSON's own types.

    Of what a cell looks like only percentages, merged areas and hidden rows and columns are told.
    """
    return {
        "kind": workbook.kind,
        "notes": list(workbook.notes),
        "properties": dict(workbook.properties),
        "sheets": [
            {
                "name": sheet.name,
                "hidden": sheet.hidden,
                "rows": [[_to_json(cell) for cell in row] for row in sheet.rows],
                "merged": [list(area) for area in sheet.merged],
                "percent": [list(place) for place in sheet.percent],
                "hidden_rows": _hidden_rows(sheet),
                "hidden_columns": [list(run) for run in sheet.hidden_places.columns],
                "comments": [[*place, _to_json(text)] for place, text in sheet.comments.items()],
                "formulas": [
                    [*place, _to_json(formula.text), formula.row, formula.column]
                    for place, formula in sheet.formulas.items()
                ],
            }
            for sheet in workbook.sheets
        ],
    }


def workbook_from_json(answer: Mapping[str, Any]) -> WorkbookContent:
    """The workbook that `workbook_to_json` told of."""
    return WorkbookContent(
        kind=str(answer["kind"]),
        sheets=[_sheet(sheet) for sheet in answer["sheets"]],
        properties={str(k): str(v) for k, v in answer["properties"].items()},
        notes=[str(note) for note in answer["notes"]],
    )


def _sheet(told: Mapping[str, Any]) -> SheetContent:
    return SheetContent(
        str(told["name"]),
        [[_from_json(cell) for cell in row] for row in told["rows"]],
        bool(told["hidden"]),
        merged=[(top, left, bottom, right) for top, left, bottom, right in told["merged"]],
        percent={(row, column) for row, column in told["percent"]},
        hidden_places=HiddenPlaces(
            frozenset(told["hidden_rows"]),
            [(first, last) for first, last in told["hidden_columns"]],
        ),
        comments={(row, column): text for row, column, text in told["comments"]},
        formulas={
            (row, column): CellFormula(text, *copied)
            for row, column, text, *copied in told["formulas"]
        },
    )


def _hidden_rows(sheet: SheetContent) -> list[int]:
    """Those among its rows: a sheet may hide all that it has not."""
    hidden = sheet.hidden_places.rows
    return [row for row in range(1, len(sheet.rows) + 1) if row in hidden] if hidden else []


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
