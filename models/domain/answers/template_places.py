"""Where the template puts things: one answer for the writer and for those who mark its cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from models.domain.reading.forms import (
    FIRST_ROW,
    Form,
    SheetForm,
    SheetKind,
    expected_rows,
    sheets_for,
)
from models.domain.reading.submissions import CellKey, Entry
from models.domain.reading.workbook_content import address
from models.domain.register.catalogue import Appendix, Catalogue, CatalogueRow

VALUE_COLUMN, REASON_COLUMN = 2, 3  # of a details sheet: behind the label
SPARE_ROWS = 5  # empty rows below those that are carried over
JUSTIFICATION = "justification"  # column key of an entry beside a details field


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row of a table: its key, and the catalogue row where it stands for one."""

    key: str
    row: CatalogueRow | None


def table_rows(
    sheet: SheetForm,
    catalogue: Catalogue,
    agency: str,
    prefill: Mapping[CellKey, Entry],
    spare: int = 0,
) -> list[SheetRow]:
    """The rows of a table in printed order; a free table is as long as its prefilled rows need.

    `spare`: empty rows that follow the last prefilled one at least.
    """
    if sheet.kind is SheetKind.TABLE:
        return [SheetRow(r.code, r) for r in expected_rows(sheet, catalogue, agency)]
    last = max((free_number(r) for s, r, _ in prefill if s == sheet.key), default=0)
    offered = sheet.free_rows
    if sheet.free_rows_beside and catalogue.rows_for(agency, (Appendix.IV,)):
        offered = sheet.free_rows_beside
    return [SheetRow(f"@{n}", None) for n in range(1, max(offered, last + spare) + 1)]


def free_number(row_key: str) -> int:
    """The number of a free row's key, 0 for other keys and for absurd ones.

    >>> free_number("@12"), free_number("iip_growth"), free_number("@99999999")
    (12, 0, 0)
    """
    digits = row_key[1:]
    if not (row_key.startswith("@") and digits.isascii() and digits.isdigit() and len(digits) < 5):
        return 0
    return int(digits)


def places(
    form: Form, catalogue: Catalogue, agency: str, prefill: Sequence[Entry] = ()
) -> dict[CellKey, tuple[str, str]]:
    """The sheet's name and the cell's address of everything an agency can be told about."""
    return dict(_places(form, catalogue, agency, by_place(prefill)))


def _places(
    form: Form, catalogue: Catalogue, agency: str, prefill: Mapping[CellKey, Entry]
) -> Iterator[tuple[CellKey, tuple[str, str]]]:
    for sheet in sheets_for(form, catalogue, agency):
        if sheet.kind is SheetKind.DETAILS:
            for number, field in enumerate(sheet.columns, FIRST_ROW):
                yield (sheet.key, "", field.key), (sheet.title, address(number, VALUE_COLUMN))
                yield (
                    (sheet.key, field.key, JUSTIFICATION),
                    (sheet.title, address(number, REASON_COLUMN)),
                )
        elif sheet.kind is not SheetKind.INSTRUCTIONS:
            rows = table_rows(sheet, catalogue, agency, prefill)
            for number, row in enumerate(rows, FIRST_ROW):
                for letter, column in enumerate(sheet.columns, 1):
                    yield (sheet.key, row.key, column.key), (sheet.title, address(number, letter))


def by_place(entries: Sequence[Entry]) -> dict[CellKey, Entry]:
    """Entries by their place; the last one wins."""
    return {(e.sheet, e.row_key, e.column): e for e in entries}
