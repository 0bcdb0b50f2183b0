"""Answers found by what their columns mean, whatever the form calls them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from models.domain.consolidation.evidence import Figure
from models.domain.reading.forms import EARLIER, SheetForm


def answered(sheet: SheetForm | None, answers: Mapping[str, Figure], meaning: str) -> Figure | None:
    """What an agency wrote in the column of that meaning; None for a blank or no such column."""
    column = sheet.meaning(meaning) if sheet else None
    figure = answers.get(column.key) if column else None
    return figure if figure is not None and figure.is_given else None


def first_answered(
    sheet: SheetForm | None, reports: Sequence[Mapping[str, Figure]], meaning: str
) -> Figure | None:
    """The first report that says something under that meaning."""
    found = (answered(sheet, answers, meaning) for answers in reports)
    return next((figure for figure in found if figure is not None), None)


def earlier_columns(sheet: SheetForm | None) -> dict[str, str]:
    """Keys of the earlier form's columns that office columns show again, by period ("": none)."""
    columns = sheet.columns if sheet else ()
    return {c.period: c.carry for c in columns if c.office and c.source == EARLIER}
