"""A table of results as a page shows it: texts, each figure a link to where it came from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from models.domain.desk.lists import has_words, words_of


@dataclass(frozen=True, slots=True)
class DeskPart:
    """A piece of a cell's text; with a reference it is a link to that figure."""

    text: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class DeskCell:
    """A cell. `tone` is "" or how it strikes the eye; its words say the same."""

    parts: Sequence[DeskPart] = ()
    tone: str = ""

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(part.text for part in self.parts)


@dataclass(frozen=True, slots=True)
class DeskColumn:
    """A column; neighbours of one `over` stand under one header."""

    key: str
    header: str
    over: str = ""
    is_number: bool = False
    is_wide: bool = False  # holds sentences


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A row under its band. `code` is of the catalogue row it is about, "" for none."""

    cells: Sequence[DeskCell]
    band: str = ""
    code: str = ""
    agencies: frozenset[str] = frozenset()
    is_quiet: bool = False  # for comparison only
    searched: str = ""


@dataclass(frozen=True)
class DeskTable:
    """A table with its heading, and what stands in it where it has no row."""

    heading: str
    note: str
    columns: Sequence[DeskColumn]
    rows: Sequence[DeskRow]
    empty: str

    @property
    def bands(self) -> list[str]:
        """The bands that rows stand under, in their order."""
        return list(dict.fromkeys(row.band for row in self.rows if row.band))

    @property
    def agencies(self) -> set[str]:
        """Everybody who speaks in it."""
        return {agency for row in self.rows for agency in row.agencies}

    def without(self, *keys: str) -> DeskTable:
        """The same without the columns of these keys."""
        kept = [place for place, column in enumerate(self.columns) if column.key not in keys]
        rows = [replace(row, cells=[row.cells[place] for place in kept]) for row in self.rows]
        return replace(self, columns=[self.columns[place] for place in kept], rows=rows)

    @property
    def heads(self) -> list[tuple[str, int]]:
        """The upper headers, each with how many columns it spans; "" over a column by itself."""
        found: list[tuple[str, int]] = []
        for column in self.columns:
            if found and column.over and found[-1][0] == column.over:
                found[-1] = (column.over, found[-1][1] + 1)
            else:
                found.append((column.over, 1))
        return found

    @property
    def has_groups(self) -> bool:
        """Whether some columns stand under a common header."""
        return any(column.over for column in self.columns)

    def about(self, code: str) -> DeskTable:
        """The rows about one row of the catalogue, without the columns that only name it."""
        own = replace(self, rows=[row for row in self.rows if row.code == code])
        return own.without("place", "name", "unit")


def rows_taken(
    rows: Iterable[DeskRow], words: str = "", agency: str = "", band: str = ""
) -> Iterator[DeskRow]:
    """The rows that hold all these words (with or without tone marks), of an agency, of a band."""
    wanted = words_of(words)
    for row in rows:
        fits = has_words(wanted, row.searched)
        if fits and (not agency or agency in row.agencies) and (not band or row.band == band):
            yield row
