"""Findings of an agency's file, told with the addresses of another workbook of the same form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from models.domain.answers.template_places import JUSTIFICATION
from models.domain.reading.findings import Finding
from models.domain.reading.forms import Form, SheetKind
from models.domain.reading.submissions import CellKey, Entry
from models.domain.reading.workbook_content import split_address

_QUOTED = re.compile(r"(«[^»]*»)")
_ADDRESS = re.compile(r"(?<![A-Za-z0-9+.])[A-Z]{1,3}[1-9][0-9]{0,6}(?![A-Za-z0-9])")
_OF_THE_FILE = " (Ô, dòng nêu ở đây là của tệp cơ quan đã gửi.)"


def cells_in_order(cells: Iterable[str]) -> list[str]:
    """Addresses as a sheet is read, each once.

    >>> cells_in_order(["B12", "AA2", "C2", "C2"])
    ['C2', 'AA2', 'B12']
    """
    return sorted(dict.fromkeys(cells), key=split_address)


class Relocation:
    """Where the cells of a file stand in another workbook: by what their rows and columns are.

    `found`: sheet's name and address there, by place.
    """

    def __init__(
        self,
        findings: Sequence[Finding],
        entries: Sequence[Entry],
        form: Form,
        found: Mapping[CellKey, tuple[str, str]],
    ) -> None:
        self._found = found
        # A sheet that nobody knows may still name a row and a column of one sheet alone.
        self._alike: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for (_, row_key, column), at in found.items():
            self._alike.setdefault((row_key, column), []).append(at)
        self._titles = {s.key: s.title for s in form.sheets}
        self._keys = {s.title: s.key for s in form.sheets}
        self._keys |= {e.sheet_name: e.sheet for e in entries}
        self._details = {s.key for s in form.sheets if s.kind is SheetKind.DETAILS}
        self._exact: dict[tuple[str, str], CellKey] = {}
        self._rows: dict[tuple[str, int], str] = {}
        self._columns: dict[tuple[str, int], str] = {}
        for entry in entries:
            self._learn(entry.sheet_name, entry.cell, (entry.sheet, entry.row_key, entry.column))
        for f in findings:
            if f.cell and f.column:
                self._learn(f.sheet, f.cell, (self.sheet_key(f.sheet), f.row_key, f.column))

    def _learn(self, sheet_name: str, cell: str, key: CellKey) -> None:
        place = split_place(cell)
        if place is None:
            return
        self._exact.setdefault((sheet_name, cell), key)
        if key[0] not in self._details:
            self._rows.setdefault((sheet_name, place[0]), key[1])
            self._columns.setdefault((sheet_name, place[1]), key[2])
        elif key[1]:
            self._rows.setdefault((sheet_name, place[0]), key[1])
        else:
            self._rows.setdefault((sheet_name, place[0]), key[2])

    def sheet_key(self, name: str) -> str:
        """Key of the sheet that bears that name in the file, "" for none of the form."""
        return self._keys.get(name, "")

    def place(self, sheet_name: str, cell: str) -> tuple[str, str] | None:
        """Sheet and address there of a cell of the file; None where it has none."""
        exact = self._exact.get((sheet_name, cell))
        if exact is not None and exact in self._found:
            return self._found[exact]
        split = split_place(cell)
        if split is None:
            return None
        row = self._rows.get((sheet_name, split[0]))
        column = self._columns.get((sheet_name, split[1]))
        key = self.sheet_key(sheet_name)
        if key in self._details:
            return self._found.get((key, row or "", JUSTIFICATION))
        if row is None or column is None:
            return None
        return self._found.get((key, row, column))

    def moved(self, finding: Finding) -> Finding:
        """The finding at its place there; what has no place keeps its words and loses its cell."""
        own = self._found.get((self.sheet_key(finding.sheet), finding.row_key, finding.column))
        at = own if finding.column else None
        if at is None and finding.row_key:
            alike = self._alike.get((finding.row_key, finding.column), [])
            at = alike[0] if len(alike) == 1 else None
        at = at or (self.place(finding.sheet, finding.cell) if finding.cell else None)
        title = self._titles.get(self.sheet_key(finding.sheet), finding.sheet)
        title = at[0] if at else title
        cells = [p[1] for c in finding.cells if (p := self.place(finding.sheet, c))]
        cell = at[1] if at else cells[0] if cells else ""
        message, whole = self._reworded(finding, title, {finding.cell: cell} if at else {})
        ends = finding.place_ends
        if ends and at and message.startswith(f"Trang «{title}», ô {cell}"):
            ends = len(f"Trang «{title}», ô {cell}") + 1
        elif ends:
            ends = 0
        return replace(
            finding,
            sheet=title,
            cell=cell,
            cells=tuple(dict.fromkeys(cells)),
            message=message if whole else message + _OF_THE_FILE,
            place_ends=ends,
        )

    def _reworded(self, finding: Finding, title: str, known: Mapping[str, str]) -> tuple[str, bool]:
        """The message with the addresses there, and whether every one of them is there."""
        missing = False
        meant = {finding.cell, *finding.cells}

        def there(found: re.Match[str]) -> str:
            nonlocal missing
            cell = found[0]
            place = self.place(finding.sheet, cell)
            if cell in known or place is not None:
                return known.get(cell) or (place[1] if place else cell)
            missing = missing or cell in meant
            return cell

        parts = _QUOTED.split(finding.message)
        said = [p if p.startswith("«") else _ADDRESS.sub(there, p) for p in parts]
        if len(parts) > 1 and parts[0].endswith("rang ") and parts[1] == f"«{finding.sheet}»":
            said[1] = f"«{title}»"
        return "".join(said), not missing


def split_place(cell: str) -> tuple[int, int] | None:
    """Row and column of an address, None for what is none.

    >>> split_place("E12"), split_place("A0")
    ((12, 5), None)
    """
    return split_address(cell) if _ADDRESS.fullmatch(cell) else None
