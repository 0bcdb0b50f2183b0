"""The draft of a catalogue: rows for the exchange's sheets, cell by cell with source and doubts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class DoubtKind(StrEnum):
    """What a person has to do about a cell."""

    OPEN = "open"  # not understood, or left empty: to be filled in
    LOOK = "look"  # filled in, but not as plain as print: to be looked at
    PROPOSED = "proposed"  # made up by the program: a code


@dataclass(frozen=True, slots=True)
class DraftDoubt:
    """What is not certain about a cell, and what to do."""

    kind: DoubtKind
    text: str


@dataclass
class DraftCell:
    """A cell's stored value and where it came from."""

    value: str = ""
    source: str = ""  # "bảng 3, hàng 12, cột 2"; "" for what no print says
    doubts: list[DraftDoubt] = field(default_factory=list)

    @property
    def worst(self) -> DoubtKind | None:
        """The kind that its colour shows."""
        kinds = {d.kind for d in self.doubts}
        return next((kind for kind in DoubtKind if kind in kinds), None)


@dataclass
class DraftRow:
    """A record of a sheet, by column key."""

    cells: dict[str, DraftCell] = field(default_factory=dict)
    source: str = ""
    unplaced: list[tuple[str, str]] = field(default_factory=list)  # printed; of no column

    def put(self, key: str, value: str, source: str = "") -> DraftCell:
        """Sets a cell's value."""
        cell = self.cells.setdefault(key, DraftCell())
        cell.value, cell.source = value, source or cell.source
        return cell

    def doubt(self, key: str, kind: DoubtKind, text: str) -> None:
        """Adds a doubt to a cell."""
        self.cells.setdefault(key, DraftCell()).doubts.append(DraftDoubt(kind, text))

    def value(self, key: str) -> str:
        """The value of a cell, "" for none."""
        return self.cells[key].value if key in self.cells else ""


@dataclass(frozen=True)
class UnreadText:
    """Text of the document that found no cell."""

    place: str
    text: str
    why: str
    sheet: str = ""  # key of the sheet that its row went to; "" for none


@dataclass
class CatalogueDraft:
    """What was read of a directive, by the key of the exchange's sheet."""

    year: int
    document: str  # the file's name
    sheets: dict[str, list[DraftRow]] = field(default_factory=dict)
    unread: list[UnreadText] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)  # of the document as a whole
    found: list[tuple[str, str, int]] = field(default_factory=list)  # appendix, sheet key, rows

    def records(self) -> Mapping[str, Sequence[Mapping[str, str]]]:
        """The values alone."""
        return {
            sheet: [{key: cell.value for key, cell in row.cells.items()} for row in rows]
            for sheet, rows in self.sheets.items()
        }

    def doubts(self) -> Iterator[tuple[str, int, str, DraftDoubt]]:
        """Sheet, place of the row, column key and doubt, in the sheets' order."""
        for sheet, rows in self.sheets.items():
            for at, row in enumerate(rows):
                for key, cell in row.cells.items():
                    for doubt in cell.doubts:
                        yield sheet, at, key, doubt
