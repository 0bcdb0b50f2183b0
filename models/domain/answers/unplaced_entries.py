"""What of an agency's file cannot be put into the office's own workbook without guessing.

The office restores its own wording there. A figure written under another unit, or in a row of which
nobody knows whose it is, would pass unseen if it simply stood in its cell again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from models.domain.answers.relocated_findings import split_place
from models.domain.notation.units import measure_of, units_named
from models.domain.reading.cell_values import understand_date, understand_number
from models.domain.reading.expectations import Expectations
from models.domain.reading.findings import Finding, Severity
from models.domain.reading.forms import Column, ValueType
from models.domain.reading.submissions import CellKey, Entry
from models.domain.register.catalogue import CatalogueRow

_UNIT_CHANGED, _UNIT_IN_TITLE = "VB-01", "VB-04"
_TITLE_SHOWN_OTHERWISE, _OTHER_AGENCY = "VB-05", "DD-05"
_ROW_IN_DOUBT, _ROW_TWICE, _COLUMN_TWICE = "VB-03", "CT-05", "CT-11"


@dataclass
class Unplaced:
    """Entries that are left out, and those that are given back with the unit they were written in.

    `by_finding`: which entries a finding keeps from standing in their cells as they were.
    """

    left_out: list[Entry] = field(default_factory=list)
    units: dict[CellKey, str] = field(default_factory=dict)
    by_finding: list[tuple[Finding, Sequence[Entry]]] = field(default_factory=list)

    @property
    def keys(self) -> set[CellKey]:
        """The places of the entries that are left out."""
        return {(e.sheet, e.row_key, e.column) for e in self.left_out}

    def caused_by(self, finding: Finding) -> Sequence[Entry]:
        """The entries that this finding keeps from standing in their cells as they were."""
        return next((entries for told, entries in self.by_finding if told is finding), ())

    def placed(self, entry: Entry) -> Entry:
        """The entry as it stands in the office's own workbook."""
        unit = self.units.get((entry.sheet, entry.row_key, entry.column))
        return replace(entry, value=None, raw=f"{entry.raw} {unit}") if unit else entry


def unplaced(
    findings: Sequence[Finding], entries: Sequence[Entry], expectations: Expectations
) -> Unplaced:
    """What is not simply copied of these entries, by what was found."""
    made = Unplaced()
    columns = {(key, c.key): c for key, sheet in expectations.sheets.items() for c in sheet.inputs}
    for finding in findings:
        if finding.trial or finding.severity.rank > Severity.ERROR.rank:
            continue
        doubted = _doubted(finding, entries, columns)
        if finding.rule in (_UNIT_CHANGED, _UNIT_IN_TITLE):
            doubted = _with_units(finding, doubted, expectations, made)
        elif doubted:
            made.left_out += [e for e in doubted if e not in made.left_out]
        if doubted:
            made.by_finding.append((finding, doubted))
    for entry in entries:
        column = columns.get((entry.sheet, entry.column))
        row = expectations.rows_by_code.get(entry.row_key)
        if entry not in made.left_out and _would_pass(entry, column, row):
            made.left_out.append(entry)
    return made


def _doubted(
    finding: Finding, entries: Sequence[Entry], columns: Mapping[tuple[str, str], Column]
) -> list[Entry]:
    """The entries of which a finding says that nobody knows what they belong to."""
    here = [e for e in entries if e.sheet_name == finding.sheet]
    cells = {finding.cell, *finding.cells}
    rule = finding.rule
    if rule == _OTHER_AGENCY:
        return here
    if rule in (_ROW_IN_DOUBT, _ROW_TWICE):
        rows = {e.row_key for e in here if e.cell in cells} | {finding.row_key}
        return [e for e in here if e.row_key in rows]
    if rule == _COLUMN_TWICE:
        return [e for e in here if e.column == finding.column]
    if rule == _TITLE_SHOWN_OTHERWISE:
        title = split_place(finding.cell)
        under = [e for e in here if title and _row_and_column(e)[1] == title[1]]
        return under or [e for e in here if title and _row_and_column(e)[0] == title[0]]
    if rule == _UNIT_CHANGED:
        numbers = {place[0] for c in cells if (place := split_place(c))}
        rows = {e.row_key for e in here if _row_and_column(e)[0] in numbers} | {finding.row_key}
        return [e for e in _figures(here, columns) if e.row_key in rows]
    if rule == _UNIT_IN_TITLE:
        return _figures(here, columns, finding.column)
    return []


def _row_and_column(entry: Entry) -> tuple[int, int]:
    return split_place(entry.cell) or (0, 0)


def _figures(
    entries: Iterable[Entry], columns: Mapping[tuple[str, str], Column], only: str = ""
) -> list[Entry]:
    """The figures in the unit of their row, or all those of one column."""
    return [
        e
        for e in entries
        if (column := columns.get((e.sheet, e.column))) is not None
        and column.type is ValueType.NUMBER
        and (e.column == only if only and (e.sheet, only) in columns else column.unit_of_row)
    ]


def _with_units(
    finding: Finding, doubted: Sequence[Entry], expectations: Expectations, made: Unplaced
) -> list[Entry]:
    """The figures that are given back with their unit; left out where it is not known which."""
    named = [finding.value] if finding.rule == _UNIT_CHANGED else units_named(finding.value)
    changed = []
    for entry in doubted:
        row = expectations.rows_by_code.get(entry.row_key)
        own = measure_of(row.unit) if row is not None else None
        other = next((u for u in named if u.strip() and measure_of(u) != own), "")
        if finding.rule == _UNIT_IN_TITLE and not other:
            continue  # its row is in that very unit
        changed.append(entry)
        if other and any(map(str.isalnum, other + "%‰")):
            made.units[entry.sheet, entry.row_key, entry.column] = other.strip()
        elif entry not in made.left_out:
            made.left_out.append(entry)
    return changed


def _would_pass(entry: Entry, column: Column | None, row: CatalogueRow | None) -> bool:
    """Whether what was not understood would be taken without a word once it is typed as text."""
    if entry.value is not None or column is None or entry.raw.startswith("="):
        return False
    if column.type is ValueType.NUMBER:
        of_row = row if column.unit_of_row else None
        read = understand_number(entry.raw, of_row, column.unit)
        return isinstance(read.value, Decimal) and read.doubt is None
    return column.type is ValueType.DATE and understand_date(entry.raw).value is not None
