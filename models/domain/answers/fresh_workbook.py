"""The office's own workbook that goes back where rows, columns or its wording are missing.

Everything the agency wrote stands in it, each in its place; what cannot be placed without guessing
is left out and told. Pure: the letter is worded by the same value by which the workbook is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from models.domain.answers.asked_cells import needed_cells
from models.domain.answers.relocated_findings import Relocation, cells_in_order
from models.domain.answers.template_places import (
    JUSTIFICATION,
    REASON_COLUMN,
    VALUE_COLUMN,
    places,
)
from models.domain.answers.unplaced_entries import Unplaced, unplaced
from models.domain.cycle.cycles import ReportingCycle
from models.domain.reading.expectations import Expectations, ExpectedSheet, expectations_for
from models.domain.reading.findings import Finding, Severity
from models.domain.reading.forms import FIRST_ROW, HEADER_ROW, Form, SheetKind, place_of
from models.domain.reading.interpretation import Interpretation
from models.domain.reading.layout import Layout, SheetLayout
from models.domain.reading.submissions import CellKey, Entry
from models.domain.reading.workbook_content import SheetContent, column_letter
from models.domain.register.agencies import Register
from models.domain.register.catalogue import Catalogue
from models.domain.rules import RULES
from models.domain.rules.registry import Case
from models.domain.rules.required import UNDER_ANOTHER
from models.domain.rules.running import run_rule

#: Kinds of workbook that can be marked as they came.
MARKABLE = ("xlsx", "xlsm")
#: Kinds that hold no macros: an office's mail gate lets them pass.
_HARMLESS = ("xlsx", "ods")
#: Rules that ask for empty cells: asked anew where everything stands elsewhere.
_OF_GAPS = ("BB-01", "BB-02", "NR-01", "KH-01")
_ONLY_WITH_COLUMN = ("CT-12",)  # else something stands beside the form, and nothing of it is gone
_SHEETS_GONE, _COLUMN_GONE, _ROW_GONE = ("CT-01", "CT-02"), "CT-03", "CT-04"
_PUT_BACK = "Văn phòng đã đưa lại nội dung này; cơ quan không phải sửa ô này."
_SAID = "đã nêu"  # in cells of which another finding speaks


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whose workbook it is: all that the office's own form is made from."""

    form: Form
    catalogue: Catalogue
    cycle: ReportingCycle
    agency: str
    register: Register

    @property
    def expectations(self) -> Expectations:
        """What the office's own workbook holds."""
        return expectations_for(self.form, self.catalogue, self.agency)


@dataclass(frozen=True, slots=True)
class PutBack:
    """A row, column or wording of the office's that the agency's file lacked.

    >>> PutBack("Nhiệm vụ", "dòng 8", "PL IV.29 «Bãi bỏ một số loại phí»").place
    'dòng 8'
    """

    sheet: str  # as the enclosed workbook calls it
    place: str  # there, as it is read: "dòng 8", "cột F", "ô C4"
    name: str  # what stands there: "PL IV.29 «...»", "«Cam kết năm 2025»"
    lacks_values: bool = True  # whether the agency has still to fill something in there


@dataclass(frozen=True, slots=True)
class FreshWorkbook:
    """What stands in the office's own workbook, and what is said of it.

    `entries` and `findings` bear the addresses of this very workbook. `left_out` are the cells of
    the agency's file that are not in it, under the addresses there. `restored` marks what the
    office has put back and nobody has to mend: no finding is listed for it.
    """

    entries: Sequence[Entry] = ()
    findings: Sequence[Finding] = ()
    put_back: Sequence[PutBack] = ()
    left_out: Sequence[Entry] = ()
    restored: Sequence[Finding] = ()


def is_fresh(findings: Iterable[Finding], kind: str) -> bool:
    """Whether the office's own workbook goes back and not the file that was sent in.

    >>> is_fresh([], "ods"), is_fresh([], "xlsx")
    (True, False)
    """
    return kind not in MARKABLE or any(map(_is_mended_by_office, findings))


def _is_mended_by_office(finding: Finding) -> bool:
    rule = RULES.get(finding.rule)
    if rule is None or finding.trial:
        return False
    if not rule.mended_by_office:
        return UNDER_ANOTHER in finding.message  # only unprotected sheets let cells be parted
    return finding.rule not in _ONLY_WITH_COLUMN or bool(finding.column)


def comes_along(kind: str) -> bool:
    """Whether the file that was sent in goes back beside the office's own workbook."""
    return kind in _HARMLESS


def fresh_workbook(
    findings: Sequence[Finding],
    entries: Sequence[Entry],
    addressee: Addressee,
    kept: Sequence[Entry] = (),
) -> FreshWorkbook:
    """The office's own workbook with what was read of a file; `kept`: what counts beside it."""
    doubts = unplaced(findings, entries, addressee.expectations)
    placed = [doubts.placed(e) for e in entries if e not in doubts.left_out]
    form, catalogue, agency = addressee.form, addressee.catalogue, addressee.agency
    found = places(form, catalogue, agency, [*placed, *kept])
    work = _Making(addressee, found, Relocation(findings, entries, form, found), doubts)
    told = work.told(findings, placed)
    here = [
        replace(e, sheet_name=at[0], cell=at[1])
        for e in placed
        if (at := found.get((e.sheet, e.row_key, e.column)))
    ]
    return FreshWorkbook(here, told, work.put_back, doubts.left_out, work.restored)


@dataclass
class _Making:
    addressee: Addressee
    found: Mapping[CellKey, tuple[str, str]]
    relocation: Relocation
    doubts: Unplaced
    put_back: list[PutBack] = field(default_factory=list)
    spoken_of: set[CellKey] = field(default_factory=set)  # empty cells that need no finding more
    restored: list[Finding] = field(default_factory=list)

    def told(self, findings: Sequence[Finding], placed: Sequence[Entry]) -> list[Finding]:
        """The findings at their places here, in the order in which they were."""
        filled = {(e.sheet, e.row_key, e.column) for e in placed}
        moved: list[Finding | None] = []
        for finding in findings:
            if finding.rule in _OF_GAPS:
                moved.append(None)
            elif _is_mended_by_office(finding):
                moved.append(self._mended(finding, filled))
            else:
                moved.append(self.relocation.moved(finding))
        gaps = self._gaps(findings, placed)
        told: list[Finding] = []
        for finding, here in zip(findings, moved, strict=True):
            told += [here] if here is not None else gaps.pop(finding.rule, [])
        return told

    def _mended(self, finding: Finding, filled: set[CellKey]) -> Finding:
        """A finding on what the office has put back: with the cells that the agency must fill."""
        sheets = self.addressee.expectations.sheets
        expected = sheets.get(self.relocation.sheet_key(finding.sheet))
        if finding.rule in _SHEETS_GONE and expected is None:
            return self.relocation.moved(finding)
        lacking: list[CellKey] = []
        if expected is not None and finding.rule in _SHEETS_GONE:
            lacking = self._needed(expected)
            self._back(expected, "cả trang", f"trang «{expected.form.title}»", lacking)
        elif expected is not None and finding.rule == _COLUMN_GONE:
            lacking = self._columns_back(expected, finding)
        elif expected is not None and finding.rule == _ROW_GONE:
            return self._rows_back(expected, finding, filled)
        else:
            lacking = [(e.sheet, e.row_key, e.column) for e in self.doubts.caused_by(finding)]
        self.spoken_of.update(lacking)
        here = self.relocation.moved(finding)
        cells = [self.found[k][1] for k in lacking if k in self.found]
        if not cells:
            return replace(here, value="")  # the cell shows the office's wording again
        return self._to_fill(
            here, cells_in_order(cells), [c for c in (here.cell, *here.cells) if c]
        )

    def _to_fill(self, finding: Finding, cells: Sequence[str], own: Sequence[str] = ()) -> Finding:
        """The finding on the cells that must be filled; the office's own beside them are marked."""
        beside = [c for c in dict.fromkeys(own) if c not in cells]
        if beside:
            self._restore(replace(finding, cell=beside[0], cells=tuple(beside)))
        return replace(finding, cell=cells[0], cells=tuple(cells))

    def _restore(self, at: Finding) -> None:
        """Marks cells of the office's own that stand there again: locked, nothing to mend."""
        unasked = replace(at, severity=Severity.INFO, message=_PUT_BACK, place_ends=0, value="")
        self.restored.append(unasked)

    def _needed(self, expected: ExpectedSheet) -> list[CellKey]:
        """The cells of a sheet that must be filled; of a free one those of its first rows."""
        key = expected.form.key
        of = self.addressee
        needed = needed_cells(of.form, of.catalogue, of.agency)
        return [place for place in self.found if place[0] == key and place in needed]

    def _columns_back(self, expected: ExpectedSheet, finding: Finding) -> list[CellKey]:
        """The columns or fields of which a finding says that they were gone."""
        gone = [
            c
            for c in expected.inputs
            if c.key == finding.column
            or (not finding.column and f"«{' '.join(c.header.split())}»" in finding.message)
        ]
        lacking = []
        for column in gone:
            own = [k for k in self._needed(expected) if k[2] == column.key]
            # Of a column that need not be filled all cells are shown: something stood there.
            rows = [(expected.form.key, code, column.key) for code in expected.rows]
            lacking += own or rows
            place = ""
            if expected.form.kind is SheetKind.DETAILS:
                number = FIRST_ROW + [c.key for c in expected.form.columns].index(column.key)
                place = f"dòng {number}"
            else:
                number = [c.key for c in expected.form.columns].index(column.key) + 1
                place = f"cột {column_letter(number)}"
            if expected.form.kind is not SheetKind.DETAILS:
                cell = f"{column_letter(number)}{HEADER_ROW}"
                self._restore(replace(finding, sheet=expected.form.title, cell=cell, cells=()))
            title = column.title
            self._back(expected, place, f"«{title}»", own)
        return lacking

    def _rows_back(
        self, expected: ExpectedSheet, finding: Finding, filled: set[CellKey]
    ) -> Finding:
        """The rows that were gone, marked from their first column to their last needed cell."""
        key, title = expected.form.key, expected.form.title
        there = {row for sheet, row, _ in filled if sheet == key}
        codes = [finding.row_key] if finding.row_key in expected.rows else []
        codes = codes or [c for c in expected.rows if c not in there]
        shown = [c.key for c in expected.form.columns if c.office and c.source != "code"]
        needed: list[str] = []
        cells: list[str] = []
        for code in codes:
            row = expected.rows[code]
            own = [(key, code, column) for column in row.required]
            self.spoken_of.update(own)
            needed += [self.found[k][1] for k in own]
            cells += [self.found[key, code, column][1] for column in shown]
            place = f"dòng {FIRST_ROW + list(expected.rows).index(code)}"
            name = f"{place_of(row.row, self.addressee.catalogue)} «{row.short_name}»"
            self._back(expected, place, name, own)
        here = replace(self.relocation.moved(finding), sheet=title)
        first = (needed or cells[1:2])[0]
        message = here.message.replace(f"Trang «{title}»: ", f"Trang «{title}», ô {first}: ", 1)
        return self._to_fill(replace(here, message=message), needed or cells[1:2], cells)

    def _back(
        self, expected: ExpectedSheet, place: str, name: str, lacking: Sequence[CellKey]
    ) -> None:
        self.put_back.append(PutBack(expected.form.title, place, name, bool(lacking)))

    def _gaps(
        self, findings: Sequence[Finding], placed: Sequence[Entry]
    ) -> dict[str, list[Finding]]:
        """What is empty here and must not be, by rule, as far as it was told of the file."""
        asked = {f.rule: f for f in reversed(findings) if f.rule in _OF_GAPS}
        if not asked:
            return {}
        case = self._as_if_read(placed)
        told: dict[str, list[Finding]] = {}
        for code, before in asked.items():
            found = run_rule(RULES[code], case)
            told[code] = [replace(f, severity=before.severity, trial=before.trial) for f in found]
        return told

    def _as_if_read(self, placed: Sequence[Entry]) -> Case:
        """This workbook as if it had been sent in; cells spoken of elsewhere count as filled."""
        to, expectations = self.addressee, self.addressee.expectations
        said = {*self.spoken_of, *self.doubts.keys}
        beside = [Entry(*key, _SAID, _SAID, "", "") for key in sorted(said)]
        entries = [*placed, *beside]
        sheets = {
            key: _own_layout(sheet, [e for e in placed if e.sheet == key])
            for key, sheet in expectations.sheets.items()
        }
        by_key = {(e.sheet, e.row_key, e.column): e for e in entries}
        read = Interpretation(expectations, Layout(sheets), list(placed), by_key=by_key)
        return Case(to.cycle, to.form, to.catalogue, to.register, to.agency, read)


def _own_layout(expected: ExpectedSheet, entries: Sequence[Entry]) -> SheetLayout:
    """Where the cells of the office's own workbook stand."""
    form = expected.form
    content = SheetContent(form.title, ())
    if form.kind is SheetKind.DETAILS:
        fields = {c.key: number for number, c in enumerate(form.columns, FIRST_ROW)}
        columns = {"value": VALUE_COLUMN, JUSTIFICATION: REASON_COLUMN}
        return SheetLayout(form.key, content, 0, columns, fields)
    columns = {c.key: number for number, c in enumerate(form.columns, 1)}
    if form.kind is SheetKind.TABLE:
        rows = {code: number for number, code in enumerate(expected.rows, FIRST_ROW)}
    else:
        filled = {int(e.row_key[1:]) for e in entries if e.row_key[1:].isdecimal()}
        rows = {f"@{number}": FIRST_ROW + number - 1 for number in sorted(filled)}
    return SheetLayout(form.key, content, HEADER_ROW, columns, rows)
