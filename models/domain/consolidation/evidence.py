"""Where every figure comes from: the effective entries, numbered, each with its source."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from models.domain.answers.papers import SignedPaper, paper_name
from models.domain.answers.standing import AgencyStanding, SubmissionRecord
from models.domain.notation.figures.hedges import hedge_of
from models.domain.reading.cell_values import understand_number
from models.domain.reading.forms import Form
from models.domain.reading.problems import ProblemKind
from models.domain.reading.submissions import Entry, EntryValue
from models.domain.register.catalogue import Catalogue, CatalogueRow
from models.domain.register.target_reading import TargetReading, read_target
from models.domain.register.targets import Target, TargetKind

OWN, EARLIER = "N", "K"  # how references begin: this cycle's figures, the earlier one's

_FREE_ROW = re.compile(r"@([0-9]{1,9})")
_LAST = 10**9  # whatever the form or the catalogue does not know stands behind what they know


@dataclass(frozen=True, slots=True)
class Source:
    """The cell a figure was read from, in a file whose bytes are kept."""

    agency: str
    submission_id: int
    version: int
    receipt_number: str
    file_name: str
    file_sha256: str
    sheet_name: str  # as the agency's workbook calls it
    cell: str
    received_at: dt.datetime | None = None  # when the version came, UTC
    papers: Sequence[SignedPaper] = ()  # the signed documents that came with it

    @property
    def paper_names(self) -> str:
        """The signed documents by file, number and what their signatures prove; "" for none."""
        return "; ".join(paper_name(paper) for paper in self.papers)


@dataclass(frozen=True, slots=True)
class Figure:
    """One value an agency gave. `reference` ("N-0123") names it within one consolidation.

    "K-0123" is a figure of the earlier cycle (kỳ trước) that this one is measured by.
    """

    reference: str
    sheet: str  # key in the form
    row_key: str
    column: str
    value: EntryValue
    raw: str
    source: Source

    @property
    def agency(self) -> str:
        """Code of the agency that gave it."""
        return self.source.agency

    @property
    def number(self) -> Decimal | None:
        """The value when it is a finite number."""
        return self.value if isinstance(self.value, Decimal) and self.value.is_finite() else None

    @property
    def text(self) -> str:
        """The value as the agency wrote it, a date as dd/mm/yyyy."""
        if isinstance(self.value, dt.date):
            return f"{self.value:%d/%m/%Y}"
        return self.value if isinstance(self.value, str) else self.raw

    @property
    def bound(self) -> Target | None:
        """The bound or range it was written as (">10", "45-46"); None for a plain number."""
        if self.number is None:
            return None
        reading = read_target(self.raw)
        if not isinstance(reading, TargetReading) or reading.target is None:
            return None
        target, scaled = reading.target, reading.unit not in ("", "%", "‰")
        plain = target.kind in (TargetKind.VALUE, TargetKind.RATIO) or target.change is not None
        return None if plain or scaled else target  # with a unit, the value may be told in another

    @property
    def hedge(self) -> str:
        """The word by which a number was given as no exact one ("khoảng", "gần"); "" for others."""
        return hedge_of(self.raw) if self.number is not None else ""

    @property
    def is_exact(self) -> bool:
        """Whether it is a number, and no bound, range or approximate one."""
        return self.number is not None and self.bound is None and not self.hedge

    @property
    def date(self) -> dt.date | None:
        """The value when it is a day."""
        return self.value if isinstance(self.value, dt.date) else None

    @property
    def is_given(self) -> bool:
        """Whether there is anything to read: neither empty nor blank."""
        return self.value is not None and (
            not isinstance(self.value, str) or bool(self.value.strip())
        )

    def restates_target(self, row: CatalogueRow) -> bool:
        """Whether the agency gave the target's own words ("> 10"), not a number of its own."""
        doubt = understand_number(self.raw, row).doubt
        return doubt is not None and doubt.kind is ProblemKind.RESTATED_TARGET


Answers = Mapping[str, Figure]  # by column key, in the form's order


@dataclass(frozen=True)
class EvidenceBase:
    """All effective figures in reference order; `by_row`: (sheet, row) -> agency -> column."""

    figures: Sequence[Figure]
    by_row: Mapping[tuple[str, str], Mapping[str, Answers]]

    def answers(self, sheet: str, row_key: str) -> Mapping[str, Answers]:
        """What the agencies wrote in that row, by agency in register order."""
        return self.by_row.get((sheet, row_key), {})

    def rows_of(self, sheet: str) -> list[str]:
        """Keys of the sheet's rows that somebody filled in, in reference order."""
        return list(dict.fromkeys(row for name, row in self.by_row if name == sheet))


def gather_evidence(
    form: Form, catalogue: Catalogue, standings: Sequence[AgencyStanding], prefix: str = OWN
) -> EvidenceBase:
    """Numbers the entries that count; `standings` come in register order.

    Where sections are accepted each by itself, each sheet's come from the version that counts.

    References run agency by agency, sheet by sheet, row by row, so that the figures of one row of
    one agency are neighbours and a whole row can be cited as "N-0012 – N-0016". The office's own
    columns are left out. Where a workbook fills one cell twice (a repeated row), the first counts
    and both are kept in the lineage.
    """
    order = CellOrder(form, catalogue)
    entries = [
        pair
        for standing in standings
        for pair in sorted(order.counting_cells(standing), key=lambda pair: order.key(pair[1]))
    ]
    width = max(4, len(str(len(entries))))
    figures: list[Figure] = []
    by_row: dict[tuple[str, str], dict[str, dict[str, Figure]]] = {}
    for count, (record, entry) in enumerate(entries, start=1):
        figure = figure_of(f"{prefix}-{count:0{width}d}", record, entry)
        figures.append(figure)
        row = by_row.setdefault((entry.sheet, entry.row_key), {})
        row.setdefault(record.agency, {}).setdefault(entry.column, figure)
    return EvidenceBase(tuple(figures), by_row)


def cited(figures: Sequence[Figure]) -> str:
    """The references of neighbouring figures as one short citation.

    A gap is shown by a comma, never bridged: the reader must not be sent to another's figure.
    """
    runs: list[list[str]] = []
    for reference in sorted(dict.fromkeys(f.reference for f in figures)):
        last = runs[-1][-1] if runs else ""
        if reference[:1] == last[:1] and _number_of(reference) == _number_of(last) + 1:
            runs[-1].append(reference)
        else:
            runs.append([reference])
    return ", ".join(r[0] if len(r) == 1 else f"{r[0]} – {r[-1]}" for r in runs)


def _number_of(reference: str) -> int:
    return int(reference.rpartition("-")[2])


def source_of(record: SubmissionRecord, entry: Entry) -> Source:
    """Where that cell of that version lies."""
    return Source(
        agency=record.agency,
        submission_id=record.submission_id,
        version=record.version,
        receipt_number=record.receipt_number,
        file_name=record.file_name,
        file_sha256=record.file_sha256,
        sheet_name=entry.sheet_name,
        cell=entry.cell,
        received_at=record.received_at,
        papers=record.papers,
    )


def figure_of(reference: str, record: SubmissionRecord, entry: Entry) -> Figure:
    """The cell as a figure under that reference."""
    source = source_of(record, entry)
    return Figure(
        reference, entry.sheet, entry.row_key, entry.column, entry.value, entry.raw, source
    )


class CellOrder:
    """The order of a form's cells: sheet, row, column, then address."""

    def __init__(self, form: Form, catalogue: Catalogue) -> None:
        self._sheets = {sheet.key: i for i, sheet in enumerate(form.sheets)}
        self._columns = {
            (sheet.key, column.key): i
            for sheet in form.sheets
            for i, column in enumerate(sheet.columns)
        }
        self._office = {(s.key, c.key) for s in form.sheets for c in s.columns if c.office}
        self._rows = {row.code: i for i, row in enumerate(catalogue.rows)}

    def agency_cells(self, record: SubmissionRecord) -> list[Entry]:
        """A version's cells without the office's own columns."""
        return [e for e in record.entries if (e.sheet, e.column) not in self._office]

    def counting_cells(self, standing: AgencyStanding) -> Iterator[tuple[SubmissionRecord, Entry]]:
        """The agency's own cells of every sheet, each from the version of it that counts."""
        for record in standing.counted:
            sheets = {e.sheet for e in record.entries}
            counting = {s for s in sheets if standing.counting(s) is record}
            yield from ((record, e) for e in self.agency_cells(record) if e.sheet in counting)

    def key(self, entry: Entry) -> tuple[int, str, int, str, int, str, int, str, str]:
        """What is not in the form or the catalogue sorts by name, so that the order is total."""
        free = _FREE_ROW.fullmatch(entry.row_key)
        row = int(free[1]) if free else self._rows.get(entry.row_key, _LAST)
        letters = entry.cell.rstrip("0123456789")
        digits = entry.cell[len(letters) :]
        return (
            self._sheets.get(entry.sheet, _LAST),
            entry.sheet,
            row,
            entry.row_key,
            self._columns.get((entry.sheet, entry.column), _LAST),
            entry.column,
            int(digits) if digits.isascii() and digits else 0,
            letters,
            entry.raw,
        )
