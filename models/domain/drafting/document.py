"""A document as a reader sees it, whatever program wrote it: lines of text and tables.

Text is what is seen: no deleted or hidden words, automatic numbers drawn, raised figures as raised
letters ("9.600¹", "m²"), "\\n" between the paragraphs of a cell, "\\t" where a line has a tab. What
a person should know of how a text came about stands beside it as a remark in Vietnamese.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A paragraph outside of tables."""

    text: str
    place: str  # "dòng 231", "đoạn 12, trang 3"
    remarks: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class DocumentCell:
    """A cell; `column` and `span` count the table's grid, from 0."""

    text: str
    place: str  # "bảng 3, hàng 12, cột 2", "dòng 231"
    column: int
    span: int = 1
    continued: bool = False  # merged with the cell above, whose text counts
    remarks: Sequence[str] = ()


DocumentRow = Sequence[DocumentCell]


@dataclass(frozen=True, slots=True)
class DocumentTable:
    """A table, row by row, or lines whose columns are parted by tabs.

    Of the latter a cell that is merged with the one above cannot be told from an empty one.
    """

    rows: Sequence[DocumentRow]
    place: str  # "bảng 3", "dòng 229 đến 246"
    shows_merging: bool = True


DocumentBlock = DocumentLine | DocumentTable


@dataclass(frozen=True, slots=True)
class PrintedDocument:
    """A document from its first block to its last."""

    name: str  # of the file, for sources
    blocks: Sequence[DocumentBlock]
    remarks: Sequence[str] = ()  # what holds for the document as a whole


def with_tabs_as_tables(blocks: Iterable[DocumentBlock]) -> Iterator[DocumentBlock]:
    """The blocks with each run of lines that have tabs as a table."""
    run: list[DocumentLine] = []
    for block in blocks:
        if isinstance(block, DocumentLine) and "\t" in block.text:
            run.append(block)
            continue
        if run:
            yield _table_of(run)
            run = []
        yield block
    if run:
        yield _table_of(run)


def _table_of(lines: Sequence[DocumentLine]) -> DocumentTable:
    rows = [
        tuple(
            DocumentCell(text.strip(), line.place, column, remarks=line.remarks if text else ())
            for column, text in enumerate(line.text.split("\t"))
        )
        for line in lines
    ]
    first, last = lines[0].place, lines[-1].place
    place = first if first == last else f"{first} đến {last.removeprefix('dòng ')}"
    return DocumentTable(rows, place, shows_merging=False)


# --- Raised figures -------------------------------------------------------------------------------

_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾⁺⁻"
_TO_RAISED = str.maketrans("0123456789()+-", _RAISED)
_NOTE_MARK = re.compile(rf"\s*(?<![A-Za-z])([{_RAISED}*]+)(?=[\s,.;:)]|$)")
_AFTER_A_LETTER = re.compile(rf"(?<=[^\W\d_])([{_RAISED}]+)")
_POWER = re.compile(r"(?:\b(?:k|c|d|m|h)?m|\bha)$")


def raised(text: str) -> str:
    """The text in raised letters, as far as there are any.

    >>> raised("2"), raised("(1)"), raised("a")
    ('²', '⁽¹⁾', 'a')
    """
    return text.translate(_TO_RAISED)


def without_note_marks(text: str) -> tuple[str, str]:
    """The text without the marks that lead to notes, and those marks.

    A power of a measure is none ("m²", "km³"): raised figures behind any other word or behind a
    number are.

    >>> [without_note_marks(text) for text in ("9.600¹", "m² sàn/người", "GRDP²")]
    [('9.600', '¹'), ('m² sàn/người', ''), ('GRDP', '²')]
    """
    marks: list[str] = []

    def taken(found: re.Match[str]) -> str:
        before = found.string[: found.start(1)]
        if _POWER.search(before.rstrip()) and len(found[1]) == 1 and found[1] in "²³":
            return found[0]
        if "*" in found[1] and not before.strip():
            return found[0]  # a bullet
        marks.append(found[1])
        return ""

    plain = _AFTER_A_LETTER.sub(taken, text)
    return _NOTE_MARK.sub(taken, plain), "".join(marks)
