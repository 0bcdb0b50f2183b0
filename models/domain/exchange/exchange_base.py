"""What the files held when the workbook was made: so that an old workbook undoes nobody's work.

A record that the office did not touch in the workbook is no wish to change anything, whatever the
file holds by now. One that was changed on both sides is for a person.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from models.domain.reading.workbook_content import WorkbookContent

BASE_TITLE = "baocao_goc"  # a sheet that nobody sees
WHOLE = ""  # stands for all records of a sheet

Identity = tuple[str, ...]


@dataclass(frozen=True)
class ExportBase:
    """Digests of the records as exported, by sheet and by what identifies the record."""

    year: int
    digests: Mapping[tuple[str, str], str]

    def of(self, sheet: str, identity: Identity = ()) -> str:
        """The digest of a record, or of the whole sheet; "" where it was not exported."""
        return self.digests.get((sheet, _joined(identity)), "")

    def rows(self) -> list[tuple[str, str, str]]:
        """As the hidden sheet holds it."""
        return [("", "year", str(self.year)), *((s, i, d) for (s, i), d in self.digests.items())]


def digest(records: Iterable[Mapping[str, str]]) -> str:
    """A digest of records that is the same whatever the order of columns; empty cells are nothing.

    >>> digest([{"a": "1", "b": ""}]) == digest([{"a": "1"}]) != digest([{"a": "2"}])
    True
    """
    plain = [sorted((k, v) for k, v in record.items() if v) for record in records]
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False).encode()).hexdigest()[:16]


def base_of(
    year: int,
    wholes: Mapping[str, Sequence[Mapping[str, str]]],
    singles: Mapping[str, Mapping[Identity, Sequence[Mapping[str, str]]]],
) -> ExportBase:
    """The base of sheets taken as a whole, and of sheets taken record by record."""
    digests = {(sheet, WHOLE): digest(records) for sheet, records in wholes.items()}
    for sheet, by_identity in singles.items():
        for identity, records in by_identity.items():
            digests[sheet, _joined(identity)] = digest(records)
    return ExportBase(year, digests)


def base_in(workbook: WorkbookContent) -> ExportBase:
    """The base that a workbook carries; an empty one where it lost the sheet."""
    sheet = workbook.sheet(BASE_TITLE)
    found: dict[tuple[str, str], str] = {}
    for row in sheet.rows if sheet else ():
        cells = [cell if isinstance(cell, str) else "" for cell in row[:3]]
        if len(cells) == 3:
            found[cells[0], cells[1]] = cells[2]
    year = found.pop(("", "year"), "")
    return ExportBase(int(year) if year.isdigit() else 0, found)


def _joined(identity: Identity) -> str:
    return "|".join(identity)
