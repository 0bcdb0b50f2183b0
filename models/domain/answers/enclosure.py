"""What the workbook is that comes with an answer: facts, so that a letter says what is in it.

The letter is worded before the workbook is made, so what it promises is worked out here from what
was read; whoever makes the workbook keeps to the same value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.domain.answers.fresh_workbook import (
    Addressee,
    PutBack,
    comes_along,
    fresh_workbook,
    is_fresh,
)
from models.domain.cycle.letter_phrases import number_text
from models.domain.notation.vietnamese_text import one_line
from models.domain.reading.findings import Finding, Severity
from models.domain.reading.submissions import Entry


class EnclosedKind(StrEnum):
    """Which workbook comes with a letter."""

    NONE = "none"
    AS_SENT = "as_sent"  # the agency's own file, its cells marked
    FRESH = "fresh"  # the office's own, with all that was read filled in and marked


@dataclass(frozen=True, slots=True)
class Marks:
    """How many cells of a workbook are coloured, and why."""

    cells: int
    errors: int  # something there must be mended
    warnings: int  # a warning and nothing graver: orange ones
    errors_without: int  # errors of no cell: only the letter and the first sheet tell of them


@dataclass(frozen=True, slots=True)
class EnclosedWorkbook:
    """The workbook that comes with a letter.

    `findings` name the cells of that very workbook; one without a cell is about the sheet or the
    whole file, and nothing is coloured for it. `original` is the name of the agency's own file
    where that comes along beside a fresh workbook, "" where it does not.
    """

    kind: EnclosedKind = EnclosedKind.NONE
    findings: Sequence[Finding] = ()
    put_back: Sequence[PutBack] = ()
    original: str = ""

    @property
    def is_fresh(self) -> bool:
        """Whether it is the office's own workbook and not the file that was sent in."""
        return self.kind is EnclosedKind.FRESH

    @property
    def marks(self) -> Marks:
        """How many cells are coloured in it, and why."""
        grave = [f for f in self.findings if f.severity.rank <= Severity.ERROR.rank]
        errors = _marked(grave)
        warnings = _marked(f for f in self.findings if f.severity is Severity.WARNING)
        return Marks(
            cells=len(_marked(self.findings)),
            errors=len(errors),
            warnings=len(warnings - errors),
            errors_without=sum(not f.cell for f in grave),
        )


def enclosed_workbook(
    findings: Sequence[Finding],
    entries: Sequence[Entry],
    kind: str,
    name: str,
    addressee: Addressee,
) -> EnclosedWorkbook:
    """What comes with the answer to a file of that kind and name."""
    shown = [f for f in findings if not f.trial]
    if not shown:
        return EnclosedWorkbook()
    if not is_fresh(shown, kind):
        return EnclosedWorkbook(EnclosedKind.AS_SENT, shown)
    made = fresh_workbook(shown, entries, addressee)
    original = name if comes_along(kind) else ""
    return EnclosedWorkbook(EnclosedKind.FRESH, made.findings, made.put_back, original)


def enclosed_as_sent(findings: Sequence[Finding]) -> EnclosedWorkbook:
    """The agency's own file marked; nothing where there is nothing to mark or to list.

    >>> enclosed_as_sent([]).kind.value
    'none'
    """
    shown = [f for f in findings if not f.trial]
    return EnclosedWorkbook(EnclosedKind.AS_SENT, shown) if shown else EnclosedWorkbook()


def enclosure_facts(enclosure: EnclosedWorkbook) -> dict[str, object]:
    """What a letter may say of the workbook that comes with it; "" for a count of nothing.

    >>> nothing = enclosure_facts(EnclosedWorkbook())
    >>> nothing["enclosed"], nothing["marked_cells"]
    (False, '')
    """

    def counted(number: int) -> str:
        return number_text(number) if number else ""

    marks = enclosure.marks
    return {
        "enclosed": enclosure.kind is not EnclosedKind.NONE,
        "fresh": enclosure.is_fresh,
        "marked_cells": counted(marks.cells),
        "marked_errors": counted(marks.errors),
        "marked_warnings": counted(marks.warnings),
        "unmarked_errors": counted(marks.errors_without),
        "put_back": [
            f"trang «{one_line(p.sheet, 60)}», {p.place}: {one_line(p.name)}"
            + (", đề nghị điền" if p.lacks_values else "")
            for p in enclosure.put_back
        ],
        "original": one_line(enclosure.original, 120),
    }


def _marked(findings: Iterable[Finding]) -> set[tuple[str, str]]:
    return {(f.sheet, cell) for f in findings if f.cell for cell in (f.cell, *f.cells)}
