"""The rows of a workbook that reports results, as the KQ rules see them: cells by meaning."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from models.domain.reading.expectations import ExpectedSheet
from models.domain.reading.findings import Advised, Severity
from models.domain.reading.forms import Column, SheetKind
from models.domain.reading.layout import SheetLayout
from models.domain.reading.submissions import Entry
from models.domain.register.catalogue import CatalogueRow
from models.domain.rules.registry import Case, Remark

_BOTH = (SheetKind.TABLE, SheetKind.FREE_TABLE)


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One row of a table some of whose columns have a meaning."""

    case: Case
    layout: SheetLayout
    columns: Sequence[Column]  # those the agency fills
    key: str
    catalogue_row: CatalogueRow | None
    required: Sequence[str]

    def column(self, meaning: str) -> Column | None:
        """The row's column of that meaning, for the directive's own territory and no period."""
        wanted = (meaning, "", "")
        return next((c for c in self.columns if (c.meaning, c.territory, c.period) == wanted), None)

    def entry(self, column: str) -> Entry | None:
        """What stands in a column of that key, understood or not."""
        return self.case.interpretation.entry(self.layout.key, self.key, column)

    def entry_of(self, column: Column) -> Entry | None:
        """What stands in the column."""
        return self.entry(column.key)

    def filled(self, meaning: str) -> bool:
        """Whether the column of that meaning says anything."""
        column = self.column(meaning)
        return column is not None and self.entry(column.key) is not None

    def sound(self, column: Column) -> tuple[Entry, Decimal] | None:
        """The column's number, if no rule has objected to it."""
        return self.case.sound(self.layout.key, self.key, column.key)

    def number(self, meaning: str) -> tuple[Entry, Decimal] | None:
        """The number of that meaning, if no rule has objected to it."""
        column = self.column(meaning)
        return self.sound(column) if column is not None else None

    def date(self, meaning: str) -> tuple[Entry, dt.date] | None:
        """The date of that meaning, if no rule has objected to it or doubts it."""
        column = self.column(meaning)
        entry = self.entry(column.key) if column is not None else None
        if entry is None or not isinstance(entry.value, dt.date) or not self.case.settled(entry):
            return None
        return entry, entry.value

    def text(self, meaning: str) -> tuple[Entry, str] | None:
        """The words or the choice of that meaning, if no rule has objected to it or doubts it."""
        column = self.column(meaning)
        entry = self.entry(column.key) if column is not None else None
        if entry is None or not isinstance(entry.value, str) or not self.case.settled(entry):
            return None
        return entry, entry.value

    def settled(self, column: Column) -> tuple[Entry, Decimal] | None:
        """The column's number, if no rule has objected to it or doubts it."""
        found = self.sound(column)
        return found if found is not None and self.case.settled(found[0]) else None

    @property
    def state(self) -> str:
        """The task's state, "" for none, and for one that may be what is wrong in the row."""
        found = self.text("state")
        return found[1] if found else ""

    @property
    def justification(self) -> str:
        """The agency's own words for the row."""
        return self.case.justification(self.layout.key, self.key)

    @property
    def graver_unless_justified(self) -> Severity:
        """Sent back, unless the agency says why it is so all the same."""
        return Severity.WARNING if self.justification else Severity.ERROR

    @property
    def deadline(self) -> dt.date | None:
        """The directive's date; where it set none, the one the agency set itself."""
        if self.catalogue_row is not None and self.catalogue_row.deadline is not None:
            return self.catalogue_row.deadline
        own = next((c for c in self.columns if c.five_clear == "thoi_han"), None)
        entry = self.entry(own.key) if own is not None else None
        return entry.value if entry and isinstance(entry.value, dt.date) else None

    def at_cell(self, column: Column, sentence: str, advised: Sequence[Advised] = ()) -> Remark:
        """A remark on an empty cell of the row."""
        return Remark(
            sentence,
            self.layout.name,
            self.layout.cell(self.key, column.key),
            row_key=self.key,
            column=column.key,
            justification=self.justification,
            label=self.case.label(self.layout.key, self.key, column.key),
            advised=advised,
        )


def result_rows(case: Case, *kinds: SheetKind) -> Iterator[ResultRow]:
    """The rows of every sheet whose columns have meanings; none of a plan's."""
    for expected, layout in case.tables(*(kinds or _BOTH)):
        if expected.tells_results:
            yield from _rows_of(case, expected, layout)


def _rows_of(case: Case, expected: ExpectedSheet, layout: SheetLayout) -> Iterator[ResultRow]:
    every = tuple(c.key for c in expected.inputs if c.required)
    for key in layout.rows:
        row = expected.rows.get(key)
        yield ResultRow(
            case,
            layout,
            expected.inputs,
            key,
            row.row if row is not None else None,
            row.required if row is not None else every,
        )
