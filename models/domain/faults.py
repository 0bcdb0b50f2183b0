"""What is wrong with the office's files, as data; the sentences stand in `fault_wordings`.

A fault says what is wrong (its code), where (file, line, column or key) and with which values. The
same fault is told in the files' own names or, when the files were made from a workbook, in the
workbook's: nothing has to be read out of a sentence again.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from models.domain.fault_wordings import BESIDE_KEY, FORM_PLACES, WORDINGS

KeyPath = tuple[str | int, ...]  # ("cycles", "2025-plan", "steps", 1, "hour"); lists count from 1


@dataclass(frozen=True, slots=True)
class ColumnName:
    """A column that a fault speaks of, by its key in the file."""

    key: str


@dataclass(frozen=True, slots=True)
class StoredWord:
    """A word of a fixed list, as a column of a file holds it."""

    column: str
    word: str


@dataclass(frozen=True, slots=True)
class FileName:
    """A file that a fault speaks of besides its own."""

    name: str


@dataclass(frozen=True, slots=True)
class LinePlace:
    """A line that a fault speaks of besides its own."""

    file: str
    line: int


class Names(Protocol):
    """How a reader of the sentence knows columns, words, files and lines."""

    def column(self, name: ColumnName, *, bracketed: bool) -> str:
        """A column in quotes, or in brackets behind what it holds."""

    def word(self, stored: StoredWord, *, quoted: bool) -> str:
        """A word of a list."""

    def file(self, name: FileName) -> str:
        """Another file."""

    def line(self, place: LinePlace, *, same_file: bool) -> str:
        """Another line, of the fault's own file or of any."""


class NamesOfFiles:
    """Everything as the files have it."""

    def column(self, name: ColumnName, *, bracketed: bool) -> str:
        """The column's key."""
        return f"({name.key})" if bracketed else f"“{name.key}”"

    def word(self, stored: StoredWord, *, quoted: bool) -> str:
        """The word that is stored."""
        return f"“{stored.word}”" if quoted else stored.word

    def file(self, name: FileName) -> str:
        """The file's name."""
        return name.name

    def line(self, place: LinePlace, *, same_file: bool) -> str:
        """The line by its number, with its file where that is another."""
        return f"dòng {place.line}" if same_file else f"{place.file}:{place.line}"


@dataclass(frozen=True)
class Phrase:
    """A part of a sentence that has a wording of its own."""

    code: str
    arguments: Mapping[str, object] = field(default_factory=dict, hash=False)

    @classmethod
    def of(cls, code: str, /, **arguments: object) -> Phrase:
        """The phrase with its arguments by name."""
        return cls(code, arguments)


@dataclass(frozen=True)
class Fault:
    """One fault of a file.

    >>> found = Fault("catalogue.name_lacking", "2025/appendix_1.csv", 4, "name_printed")
    >>> str(found)
    '2025/appendix_1.csv:4: thiếu tên như in (name_printed)'
    """

    code: str  # names its wording
    file: str  # with its folder where years repeat the name: "2025/appendix_1.csv"
    line: int = 0  # 1 is the first; 0 where it speaks of the whole file
    column: str = ""  # of a CSV file or of a form; "" where it speaks of the whole line
    key: KeyPath = ()  # of a TOML file
    arguments: Mapping[str, object] = field(default_factory=dict, hash=False)

    @property
    def place(self) -> str:
        """File and line."""
        return f"{self.file}:{self.line}" if self.line else self.file

    def text(self, names: Names | None = None) -> str:
        """What is wrong, without the place."""
        arguments = {"column": ColumnName(self.column), **self.arguments}
        return _Teller(names or NamesOfFiles()).told(self.code, arguments)

    def __str__(self) -> str:
        """The sentence with file, line and key, as the files have them."""
        family = self.code.partition(".")[0]
        parts = []
        if family == "form":
            named = {key: self.arguments[key] for key in FORM_PLACES}
            parts += [FORM_PLACES[k].format(name) for k, name in named.items() if name is not None]
        parts += [shown_key(self.key)] if self.key else []
        where = "".join(f"{part}: " for part in parts)
        beside = BESIDE_KEY.get(family, ": ") if where else ": "
        return f"{self.place}{beside}{where}{self.text()}"

    def with_arguments(self, **arguments: object) -> Fault:
        """The fault with other values for some of its arguments."""
        return replace(self, arguments={**self.arguments, **arguments})


def shown_key(key: KeyPath) -> str:
    """A key as it is written about.

    >>> shown_key(("cycles", "2025-plan", "steps", 1, "hour"))
    'cycles.2025-plan.steps[1].hour'
    """
    shown = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in key)
    return shown.removeprefix(".")


def words_of(column: str, stored: Iterable[str]) -> tuple[StoredWord, ...]:
    """Words of a list, as an argument of a fault."""
    return tuple(StoredWord(column, str(word)) for word in stored)


# --- How a wording is filled ----------------------------------------------------------------------


class _Columns:
    """`{col.note}` in a wording names a column."""

    def __getattr__(self, key: str) -> ColumnName:
        return ColumnName(key)


class _Words:
    """`{word.direction.none}` in a wording names a word of a column's list."""

    def __getattr__(self, column: str) -> _WordsOfColumn:
        return _WordsOfColumn(column)


class _WordsOfColumn:
    def __init__(self, column: str) -> None:
        self._column = column

    def __getattr__(self, word: str) -> StoredWord:
        return StoredWord(self._column, word)


class _Files:
    """`{file.agencies}` in a wording names a file."""

    def __getattr__(self, name: str) -> FileName:
        return FileName(f"{name}.csv")


NAMESPACES: Mapping[str, object] = {"col": _Columns(), "word": _Words(), "file": _Files()}
BRACKETED, QUOTED, SAME_FILE = "()", "“”", "dòng"  # what may follow a name in a wording


class _Teller(string.Formatter):
    """Fills a wording, every name as the reader knows it."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def told(self, code: str, arguments: Mapping[str, object]) -> str:
        return self.vformat(WORDINGS[code], (), {**arguments, **NAMESPACES})

    def format_field(self, value: object, format_spec: str) -> str:
        if isinstance(value, ColumnName):
            return self._names.column(value, bracketed=format_spec == BRACKETED)
        if isinstance(value, StoredWord):
            return self._names.word(value, quoted=format_spec == QUOTED)
        if isinstance(value, FileName):
            return self._names.file(value)
        if isinstance(value, LinePlace):
            return self._names.line(value, same_file=format_spec == SAME_FILE)
        if isinstance(value, Phrase):
            return self.told(value.code, value.arguments)
        if isinstance(value, tuple):
            return ", ".join(self.format_field(item, format_spec) for item in value)
        return str(format(value, format_spec))
