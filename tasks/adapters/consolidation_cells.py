"""What stands in the tables of a consolidation: names, citations, coloured texts.

Tables are DataFrames of dtype object. A cell is what the writer knows how to set: a text, a number,
a day, an instant, a `Figure` (a value with its source), a `Citation` (references that lead to the
lineage) or a `Toned` text; None is an empty cell. The column `tone` colours a row and is not
printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from models.domain.catalogue import Catalogue, Role
from models.domain.consolidation import EARLIER, Figure, cited
from models.domain.forms import ROLE_NAMES, SheetForm, full_name, place_of
from models.domain.office import Office


class Tone(StrEnum):
    """How a cell or a row looks."""

    PLAIN = "plain"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    MUTED = "muted"  # another reporter's row: smaller voice
    BAND = "band"  # opens a group of rows


@dataclass(frozen=True, slots=True)
class Citation:
    """References as printed, and the one the link leads to."""

    text: str
    first: str


@dataclass(frozen=True, slots=True)
class Toned:
    """A text with its colour."""

    text: str
    tone: Tone


#: Of a row whose lead need not answer it, where nobody else did.
EXCUSED = Toned("Được miễn theo quyết định", Tone.MUTED)


@dataclass(frozen=True)
class Names:
    """How agencies and rows are called in one consolidation."""

    agencies: Mapping[str, str]
    places: Mapping[str, str]  # by catalogue code: "PL I.4"
    rows: Mapping[str, str]
    groups: Mapping[str, str]  # the heading a row stands under

    @classmethod
    def of(cls, office: Office, catalogue: Catalogue) -> Names:
        """Worked out once: the catalogue is walked for every row."""
        return cls(
            {a.code: a.name for a in office.register},
            {r.code: place_of(r, catalogue) for r in catalogue},
            {r.code: full_name(r, catalogue) for r in catalogue},
            {r.code: r.group.strip() for r in catalogue},
        )

    def agency(self, code: str, role: Role | None = None) -> str:
        """The agency's name, with its part in the row where that is asked."""
        name = self.agencies.get(code, code)
        return f"{name} ({ROLE_NAMES[role].lower()})" if role else name


Cells = Mapping[str, object]  # one row of a table by column key


def build_frame(rows: Iterable[Cells], columns: Sequence[str]) -> pd.DataFrame:
    """A table of these columns; what a row does not hold is an empty cell."""
    listed = [[row.get(c) for c in columns] for row in rows]
    return pd.DataFrame(listed, columns=list(columns), dtype=object)


def citation_of(figures: Sequence[Figure]) -> Citation | None:
    """The figures' references, None for none."""
    if not figures:
        return None
    return Citation(cited(figures), min(f.reference for f in figures))


def sources_of(figures: Iterable[Figure | None]) -> dict[str, Citation | None]:
    """Where a row's figures come from: "source" in this cycle, "earlier" in the one before it."""
    given = [f for f in figures if f is not None]
    before = [f for f in given if f.reference.startswith(EARLIER)]
    return {
        "source": citation_of([f for f in given if f not in before]),
        "earlier": citation_of(before),
    }


def with_bands(groups: Iterable[tuple[str, Sequence[Cells]]], title_key: str) -> Iterator[Cells]:
    """The rows, a band row with the group's title before the first of each group."""
    shown = None
    for title, rows in groups:
        if title and title != shown:
            yield {title_key: title, "tone": Tone.BAND}
        shown = title
        yield from rows


def answer_key(column: str) -> str:
    """The table's key of a form's column: never one of the table's own."""
    return f"answer_{column}"


def answer_cells(answers: Mapping[str, Figure]) -> dict[str, object]:
    """An agency's answers under the table's keys."""
    return {answer_key(column): figure for column, figure in answers.items()}


def texts_of(
    answers: Mapping[str, Figure], sheet: SheetForm | None, columns: Sequence[str]
) -> str | None:
    """The given columns in one text, each under its label; None when all are empty."""
    labels = {c.key: c.label or c.header for c in sheet.columns} if sheet else {}
    parts = [
        f"{labels.get(key, key)}: {answers[key].text.strip()}"
        for key in columns
        if key in answers and answers[key].is_given
    ]
    return "\n".join(parts) or None
