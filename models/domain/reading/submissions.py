"""Submissions: what an agency's workbook says, cell by cell, and what the check made of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from models.domain.reading.findings import Finding

EntryValue = Decimal | str | dt.date | None
# Key of the sheet, of the row (in the comparison of versions a free row's work), of the column.
CellKey = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One filled cell, understood. Its address is the lineage of every figure made from it."""

    sheet: str  # key of the sheet in the form ("indicators")
    row_key: str  # catalogue code; "@1", "@2" ... for free rows; "" on a details sheet
    column: str  # key of the column or field
    value: EntryValue
    raw: str  # as it stood in the cell
    sheet_name: str  # as the agency's workbook calls it
    cell: str  # "E12"


class Verdict(StrEnum):
    """What becomes of a file."""

    ACCEPTED = "accepted"
    RETURNED = "returned"
    HELD = "held"  # a person decides
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class IdentityClaim:
    """The signed identity found in a workbook. Not verified: the token is still to be checked."""

    cycle: str
    agency: str
    form_version: str
    token: str
    places: Sequence[str] = ()  # "property", "sheet"
    contradictory: bool = False  # property and hidden sheet say different things


class FileProblem(StrEnum):
    """Why a file could not be examined at all."""

    NOT_A_WORKBOOK = "not_a_workbook"  # PDF, Word, picture, ...: `detail` names the kind
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    NOT_READ = "not_read"  # beyond our readers, though nothing is known to be wrong with it
    TOO_LARGE = "too_large"  # beyond the byte, cell or decompression budget
    TIMED_OUT = "timed_out"
    KILLED_READER = "killed_reader"  # the reader was gone, also when it had nothing else to do
    READER_FAULT = "reader_fault"  # our own failure
    EMPTY = "empty"

    @property
    def is_ours(self) -> bool:
        """Whether nothing is known of the file: for the office, never told as the agency's.

        >>> FileProblem.KILLED_READER.is_ours, FileProblem.DAMAGED.is_ours
        (True, False)
        """
        return self in (FileProblem.KILLED_READER, FileProblem.READER_FAULT)


@dataclass(frozen=True)
class Examination:
    """All that the disposable reader says of one file. It holds no bytes of the file."""

    file_kind: str  # "xlsx", "pdf", ...
    problem: FileProblem | None = None
    detail: str = ""  # Vietnamese, for the answer
    claim: IdentityClaim | None = None
    agency: str = ""  # as whose workbook it was read
    cycle: str = ""
    guessed: bool = False  # agency or cycle found by sheet and row names, not by identity
    entries: Sequence[Entry] = field(default_factory=tuple)
    findings: Sequence[Finding] = field(default_factory=tuple)
    sheet_names: Sequence[str] = ()
    seconds: float = 0.0
    rule_failures: Sequence[str] = ()  # rules that crashed: our failure, for the operator only
    sheet_keys: Mapping[str, str] = field(default_factory=dict)  # sheet's name there -> form's key
    sections: Mapping[str, Verdict] = field(default_factory=dict)  # by key, where accepted so
