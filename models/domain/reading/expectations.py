"""What an agency's workbook should look like: worked out once per form, catalogue and agency."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Generic, TypeVar

from models.domain.notation.tone_marks import likest, marked, without_marks
from models.domain.notation.vietnamese_text import fold, inner_quotes, quotes_closed
from models.domain.reading.forms import (
    Column,
    Form,
    SheetForm,
    SheetKind,
    expected_rows,
    full_name,
    is_required,
    office_note,
    office_text,
    role_of,
    sheets_for,
    year_column,
)
from models.domain.register.catalogue import PERIODS, Catalogue, CatalogueRow, Role
from models.domain.register.targets import magnitude_reference

_Made = TypeVar("_Made")
_CACHED_LENGTH = 400  # labels and names recur in every workbook; paragraphs do not
_NO_LETTER = re.compile(r"[^0-9a-z%]+")
_NO_MARKED_LETTER = re.compile(r"[^0-9a-z%\u0300-\u036f]+")
_OPENING = re.compile(r"(?:,? (?:trong đó|bao gồm))? ?:$")  # "..., trong đó:"
_NUMBERING = re.compile(r"^(?:\d+|[ivx]+|[a-z])\s*[.)]\s+")


class IdentityCache(Generic[_Made]):
    """Keeps what was made from large values, told apart by identity instead of a costly hash.

    It holds the values it was made from, so that no identity is given out twice.
    """

    def __init__(self, size: int = 512) -> None:
        self._size = size
        self._made: dict[Hashable, tuple[tuple[object, ...], _Made]] = {}

    def get(self, parts: tuple[object, ...], extra: str = "") -> _Made | None:
        """What was kept for these very objects and this text, or None."""
        kept = self._made.get((*map(id, parts), extra))
        return kept[1] if kept else None

    def put(self, parts: tuple[object, ...], made: _Made, extra: str = "") -> _Made:
        """Keeps `made`; when full, everything is forgotten first."""
        if len(self._made) >= self._size:
            self._made.clear()
        self._made[(*map(id, parts), extra)] = (parts, made)
        return made


def plain(text: str) -> str:
    """A label or name reduced to what must agree: no accents, case, punctuation or numbering.

    >>> plain("  1. Cam kết năm 2025 (*):")
    'cam ket nam 2025'
    >>> plain("- Nông thôn") == plain("Nông  thôn")
    True
    """
    return _plain_cached(text) if len(text) <= _CACHED_LENGTH else _plain(text)


def _plain(text: str) -> str:
    return _NO_LETTER.sub(" ", _NUMBERING.sub("", fold(text).strip())).strip()


_plain_cached = lru_cache(maxsize=20_000)(_plain)


@lru_cache(maxsize=20_000)
def marked_plain(text: str) -> str:
    """What `plain` makes of a name, its marks kept: which of two that are alike is meant.

    >>> marked_plain("1. Cẩm Giàng:") == marked_plain("cẩm  GIÀNG")
    True
    >>> marked_plain("Cẩm Giàng") == marked_plain("Cẩm Giang")
    False
    """
    return _NO_MARKED_LETTER.sub(" ", _NUMBERING.sub("", marked(text).strip())).strip()


@dataclass(frozen=True, slots=True)
class ExpectedRow:
    """One catalogue row as it stands in the agency's workbook."""

    row: CatalogueRow
    name: str  # with the headings it cannot be understood without
    leads: bool
    required: Sequence[str]  # keys of the columns this agency must fill
    office_texts: Mapping[str, str]  # office column key -> text as printed there
    office_notes: Mapping[str, str]  # office column key -> what may stand below it
    references: Mapping[str, Decimal | None]  # number column key -> what its size is judged by

    @property
    def short_name(self) -> str:
        """The row's name, cut to a length that a sentence can hold."""
        return shortened(_OPENING.sub("", self.name))


@dataclass(frozen=True, slots=True)
class ExpectedSheet:
    """One sheet as the form and the catalogue want it."""

    form: SheetForm
    rows: Mapping[str, ExpectedRow]  # by catalogue code, in printed order; empty for other kinds
    codes_by_name: Mapping[str, Sequence[str]]  # plain name -> codes, in printed order
    headers: Mapping[str, str]  # header as printed -> column key
    plain_headers: Mapping[str, str]  # plain header -> column key
    former_headers: Mapping[str, str]  # the same of headers that the office sent before
    inputs: Sequence[Column]  # what the agency fills in
    code_column: str  # key of the column that holds the row codes, empty for none
    name_column: str
    tells_results: bool = False  # what was done, not what is promised
    value_column: str = ""  # key of the one with the full year's value, empty for none
    period_columns: Mapping[str, str] = field(default_factory=dict)  # period -> column key

    @property
    def year_columns(self) -> Sequence[str]:
        """Keys of the columns that hold the year's figure: the committed value, its milestone."""
        both = (self.value_column, self.period_columns.get("ca_nam", ""))
        return [key for key in dict.fromkeys(both) if key]

    @property
    def work_column(self) -> str:
        """The input that says what a free row is about: "rõ việc", else its first text."""
        return work_column(self.form)

    def codes_named(self, text: str) -> Sequence[str]:
        """Codes of the rows that a name may mean, in printed order: of names that are alike without
        marks the one with its very marks, else those from which nothing but marks is missing.
        """
        candidates = self.codes_by_name.get(plain(text), ())
        if len(candidates) < 2:
            return candidates
        named = [(key, code) for code in candidates for key in self._marked_names(code)]
        return likest(marked_plain(text), named) or candidates

    def is_one_name(self, codes: Sequence[str], text: str) -> bool:
        """Whether the rows bear that name alike, so that their order tells them apart."""
        alike = plain(text)
        names = {
            frozenset(n for n in self._marked_names(code) if without_marks(n) == alike)
            for code in codes
        }
        return len(names) < 2

    def _marked_names(self, code: str) -> list[str]:
        row = self.rows[code]
        names = (row.name, row.row.name, row.row.name_printed)
        return list(dict.fromkeys(map(marked_plain, names)))


@dataclass(frozen=True, slots=True)
class Expectations:
    """All sheets of one agency's workbook but the instructions."""

    agency: str
    form: Form
    catalogue: Catalogue
    sheets: Mapping[str, ExpectedSheet]
    rows_by_code: Mapping[str, CatalogueRow]


def shortened(text: str, length: int = 70) -> str:
    """The text, cut at a word with an ellipsis, to stand between « and ».

    >>> shortened("Việc thuộc nhóm «4. Bộ máy tinh gọn»", 28)
    'Việc thuộc nhóm “4. Bộ máy …”'

    >>> shortened("Tỷ lệ hộ nghèo theo chuẩn", 12)
    'Tỷ lệ hộ …'
    """
    text = inner_quotes(text)
    if len(text) <= length:
        return text
    end = text.rfind(" ", 0, length)
    return quotes_closed(f"{text[:end]} …" if end > 0 else f"{text[:length]}…")


def work_column(sheet: SheetForm) -> str:
    """Key of the column that tells what a free row is about."""
    inputs = [c for c in sheet.columns if not c.office]
    for column in inputs:
        if column.five_clear == "viec":
            return column.key
    return next((c.key for c in inputs if c.type.value in ("text", "long_text")), "")


def unit_reference(row: CatalogueRow, column: Column) -> Decimal | None:
    """The size a number in that column is judged by: the row's target or the scenario's period."""
    if row.values and column.period:
        return row.values[PERIODS.index(column.period)]
    if row.values:
        return row.values[-1]
    return magnitude_reference(row.target) if row.target is not None else None


_expectations: IdentityCache[Expectations] = IdentityCache()


def expectations_for(form: Form, catalogue: Catalogue, agency: str) -> Expectations:
    """What the agency's workbook should hold. Kept for the same form and catalogue objects."""
    made = _expectations.get((form, catalogue), agency)
    if made is None:
        made = _expectations.put((form, catalogue), _expect(form, catalogue, agency), agency)
    return made


def _expect(form: Form, catalogue: Catalogue, agency: str) -> Expectations:
    sheets = {
        sheet.key: _expect_sheet(sheet, catalogue, agency)
        for sheet in sheets_for(form, catalogue, agency)
        if sheet.kind is not SheetKind.INSTRUCTIONS
    }
    return Expectations(agency, form, catalogue, sheets, {r.code: r for r in catalogue})


def _expect_sheet(sheet: SheetForm, catalogue: Catalogue, agency: str) -> ExpectedSheet:
    inputs = tuple(c for c in sheet.columns if not c.office)
    rows: dict[str, ExpectedRow] = {}
    by_name: dict[str, list[str]] = {}
    for row in expected_rows(sheet, catalogue, agency):
        name = full_name(row, catalogue)
        rows[row.code] = ExpectedRow(
            row,
            name,
            leads=role_of(row, agency) is Role.LEAD,
            required=tuple(c.key for c in inputs if is_required(c, row, agency)),
            office_texts={
                c.key: office_text(c, row, catalogue, agency) for c in sheet.columns if c.office
            },
            office_notes={
                c.key: note
                for c in sheet.columns
                if c.office and (note := office_note(c, row, agency))
            },
            references={c.key: unit_reference(row, c) for c in inputs if c.unit_of_row},
        )
        for text in dict.fromkeys((plain(name), plain(row.name), plain(row.name_printed))):
            if text:
                by_name.setdefault(text, []).append(row.code)
    office = {c.source: c.key for c in sheet.columns if c.office}
    return ExpectedSheet(
        form=sheet,
        rows=rows,
        codes_by_name=by_name,
        headers={c.header: c.key for c in sheet.columns},
        plain_headers={plain(c.header): c.key for c in sheet.columns},
        former_headers={plain(old): c.key for c in sheet.columns for old in c.formerly},
        inputs=inputs,
        code_column=office.get("code", ""),
        name_column=office.get("name", ""),
        tells_results=any(c.meaning for c in inputs),
        value_column=value.key if (value := year_column(inputs)) is not None else "",
        period_columns={c.period: c.key for c in inputs if c.unit_of_row and c.period},
    )
