"""A board: a small table or a list of cases, under a stable key, as Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

LISTED = 200  # rows of a board; a longer list is cut and says so

Case = TypeVar("Case")


@dataclass(frozen=True)
class BoardColumn(Generic[Case]):
    """A column of a board, stated once: its Vietnamese title, and what gives a case's text.

    None where a case has no such column; a board that is a table has every column in every row.
    """

    title: str
    value: Callable[[Case], str | None]


@dataclass(frozen=True)
class Board:
    """Cases under a stable key. Every row has the same columns, by Vietnamese title."""

    key: str  # lower case, digits, dashes
    title: str
    note: str
    rows: Sequence[Mapping[str, str]]
    as_cards: bool = False  # long texts: a list a case, since the UI's tables do not wrap

    @property
    def markdown(self) -> str:
        """Note and cases; whatever came from outside stands as plain text."""
        lines = [plain(self.note), ""]
        if self.as_cards:
            lines += [line for row in self.rows for line in _card(row)]
        elif self.rows:
            columns = list(self.rows[0])
            lines += [_line(columns), _line(["---"] * len(columns), escape=False)]
            lines += [_line([row[column] for column in columns]) for row in self.rows]
        return "\n".join(lines)


def rows_of(columns: Sequence[BoardColumn[Case]], cases: Iterable[Case]) -> list[dict[str, str]]:
    """The cases as a board's rows.

    >>> rows_of([BoardColumn("Tên", str.title), BoardColumn("Chữ", lambda c: None)], ["an"])
    [{'Tên': 'An'}]
    """
    return [
        {column.title: said for column in columns if (said := column.value(case)) is not None}
        for case in cases
    ]


def plain(text: str) -> str:
    r"""The text on one line, with every character that Markdown or HTML gives a meaning escaped.

    >>> print(plain("a|b <i>*c*"))
    a\|b \<i\>\*c\*
    """
    return re.sub(r"([!-,:-@\[-`{-~]|(?<=\d)\.)", r"\\\1", " ".join(text.split()))


def as_read(markdown: str) -> str:
    r"""A board's Markdown for who reads it as it is, without what keeps text from being Markdown.

    >>> print(as_read(plain("trước ngày 20/11/2025: a|b.")))
    trước ngày 20/11/2025: a|b.
    """
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown)


def _card(row: Mapping[str, str]) -> list[str]:
    (_, heading), *others = row.items()
    said = [f"- **{plain(title)}:** {plain(text)}" for title, text in others if text]
    return [f"### {plain(heading)}", "", *said, ""]


def _line(cells: Sequence[str], *, escape: bool = True) -> str:
    return "| " + " | ".join(plain(cell) if escape else cell for cell in cells) + " |"
