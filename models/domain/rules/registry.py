"""What a rule is, what it sees, and the list of all rules in the order of root causes first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.notation.deadlines import format_date, parse_date_text, worded_date
from models.domain.notation.number_notation import format_number, read_number
from models.domain.reading.cell_values import seen_text
from models.domain.reading.expectations import (
    Expectations,
    ExpectedRow,
    ExpectedSheet,
    shortened,
)
from models.domain.reading.findings import Advised, Severity
from models.domain.reading.forms import Column, Form, SheetKind, ValueType
from models.domain.reading.interpretation import Interpretation
from models.domain.reading.layout import SheetLayout
from models.domain.reading.problems import Problem, ProblemKind
from models.domain.reading.rule_settings import RuleSettings
from models.domain.reading.submissions import Entry
from models.domain.register.agencies import Register
from models.domain.register.catalogue import Catalogue, CatalogueRow
from models.domain.register.target_reading import names_its_unit

#: What a warning asks where its figure may be right.
LOOK_AGAIN = "Đề nghị kiểm tra, sửa nếu ghi nhầm; nếu đúng, nêu lý do ở cột giải trình."


@dataclass(frozen=True, slots=True)
class Remark:
    """What a rule says of one place. The runner adds code, severity and trial mark.

    With a label, be it empty, the runner also opens the message: it names sheet and cell, and in
    brackets what the cell is called.
    """

    message: str
    sheet: str = ""  # the sheet's name as the agency sees it
    cell: str = ""
    value: str = ""
    row_key: str = ""
    column: str = ""
    cells: Sequence[str] = ()
    justification: str = ""
    severity: Severity | None = None  # where it is milder or graver than the rule's own
    label: str | None = None  # what the cell is called; None: the message opens by itself
    advised: Sequence[Advised] = ()  # each thing that the message tells to write into the cell
    doubts: Sequence[Entry] = ()  # cells that may be what is wrong, if this is not justified


class RuleFigure(NamedTuple):
    """One number in the unit of its row."""

    expected: ExpectedRow
    column: Column
    entry: Entry
    value: Decimal

    @property
    def row(self) -> CatalogueRow:
        """The catalogue row it belongs to."""
        return self.expected.row

    @property
    def reference(self) -> Decimal | None:
        """What its size is judged by."""
        return self.expected.references.get(self.column.key)


@dataclass(slots=True)
class Case:
    """One workbook under examination, as the rules see it."""

    cycle: ReportingCycle
    form: Form
    catalogue: Catalogue
    register: Register
    agency: str
    interpretation: Interpretation
    settings: RuleSettings = field(default_factory=RuleSettings)
    received_on: dt.date | None = None  # day of arrival in Hanoi, where it is known
    faulty: set[tuple[str, str]] = field(default_factory=set)  # (sheet name, cell) with an error
    #: Cells that may be what is wrong by some remark: what rests on them is not said.
    doubted: set[tuple[str, str]] = field(default_factory=set)
    _figures: list[RuleFigure] | None = None
    _sound_figures: tuple[int, list[RuleFigure]] | None = None  # with how many cells were faulty
    _tables: dict[tuple[SheetKind, ...], list[tuple[ExpectedSheet, SheetLayout]]] = field(
        default_factory=dict
    )

    @property
    def expectations(self) -> Expectations:
        """What the workbook should hold."""
        return self.interpretation.expectations

    @property
    def known_day(self) -> dt.date:
        """The last day of which the agency can know: that of arrival, else that of the deadline."""
        if self.received_on is not None:
            return self.received_on
        return (self.cycle.due_at - dt.timedelta(microseconds=1)).astimezone(HANOI).date()

    def tables(self, *kinds: SheetKind) -> Sequence[tuple[ExpectedSheet, SheetLayout]]:
        """The sheets found, of the given kinds (all tables when none is given)."""
        found = self._tables.get(kinds)
        if found is None:
            wanted = kinds or (SheetKind.TABLE,)
            sheets = self.expectations.sheets
            found = self._tables[kinds] = [
                (expected, layout)
                for key, layout in self.interpretation.layout.sheets.items()
                if (expected := sheets[key]).form.kind in wanted
            ]
        return found

    def rows(self) -> Iterator[tuple[ExpectedSheet, SheetLayout, ExpectedRow]]:
        """Every catalogue row found in a table sheet."""
        for expected, layout in self.tables():
            for code in layout.rows:
                yield expected, layout, expected.rows[code]

    def figures(self) -> Sequence[RuleFigure]:
        """Every number in the unit of its row that no rule has objected to yet."""
        if self._figures is None:
            columns = {
                (key, c.key): c
                for key, sheet in self.expectations.sheets.items()
                for c in sheet.inputs
                if c.unit_of_row
            }
            sheets = self.expectations.sheets
            self._figures = [
                RuleFigure(sheets[e.sheet].rows[e.row_key], column, e, e.value)
                for e in self.interpretation.entries
                if isinstance(e.value, Decimal)
                and (column := columns.get((e.sheet, e.column))) is not None
            ]
        faulty = self.faulty
        if not faulty:
            return self._figures
        # Cells become faulty and stay it, so that their number tells which ones they are.
        if self._sound_figures is None or self._sound_figures[0] != len(faulty):
            sound = [
                figure
                for figure in self._figures
                if (figure.entry.sheet_name, figure.entry.cell) not in faulty
            ]
            self._sound_figures = len(faulty), sound
        return self._sound_figures[1]

    def problems(self, *kinds: ProblemKind) -> Iterator[Problem]:
        """What the reading stumbled on, of the given kinds."""
        for problem in self.interpretation.problems:
            if problem.kind in kinds:
                yield problem

    def filled(self, sheet: str, row_key: str, column: str) -> bool:
        """Whether a cell holds anything, understood or not."""
        return (sheet, row_key, column) in self.interpretation.by_key

    def column(self, sheet: str, key: str) -> Column | None:
        """A column or field of the form."""
        expected = self.expectations.sheets.get(sheet)
        if expected is None:
            return None
        return next((c for c in expected.form.columns if c.key == key), None)

    def sound(self, sheet: str, row_key: str, column: str) -> tuple[Entry, Decimal] | None:
        """A cell and its number, if it holds one and no rule has objected to it yet."""
        entry = self.interpretation.by_key.get((sheet, row_key, column))
        if entry is None or not isinstance(entry.value, Decimal):
            return None
        return None if (entry.sheet_name, entry.cell) in self.faulty else (entry, entry.value)

    def twins(self, entry: Entry) -> list[Entry]:
        """The other cells of its row that hold the year's figure, with the same number in them.

        The committed value and the full-year milestone are one number: who mends one mends both.
        """
        expected = self.expectations.sheets.get(entry.sheet)
        if expected is None or not isinstance(entry.value, Decimal):
            return []
        columns = expected.year_columns
        if entry.column not in columns:
            return []
        entries = self.interpretation.by_key
        found = [entries.get((entry.sheet, entry.row_key, column)) for column in columns]
        return [e for e in found if e and e.cell != entry.cell and e.value == entry.value]

    def settled(self, entry: Entry) -> bool:
        """Whether no rule has objected to a cell, nor said that it may be what is wrong."""
        place = (entry.sheet_name, entry.cell)
        return place not in self.faulty and place not in self.doubted

    @property
    def if_right(self) -> str:
        """Whom to ask where an error stands on a figure that is right all the same: the office can
        waive the rule for the agency."""
        phone = self.cycle.contact_phone
        return f"Nếu số đúng như đã ghi, đề nghị gọi Văn phòng, điện thoại {phone}."

    def justification(self, sheet: str, row_key: str) -> str:
        """The agency's own words for a row, "" when it gave none."""
        entry = self.interpretation.entry(sheet, row_key, "justification")
        return entry.value if entry is not None and isinstance(entry.value, str) else ""

    def to_be_typed(self, problem: Problem, texts: Iterable[str]) -> list[Advised]:
        """What is told to be typed into the cell of a problem, as its column then reads it; each
        once, empty texts left out. The texts are those of `clear_value`."""
        column = self.column(problem.sheet, problem.column or problem.row_key)
        kind = column.type if column is not None else ValueType.TEXT
        values: dict[str, Decimal | dt.date | str] = {}
        for text in filter(None, texts):
            if kind is ValueType.NUMBER:
                values[text] = read_number(text).value
            else:
                values[text] = parse_date_text(text) if kind is ValueType.DATE else text
        return [Advised(text, value) for text, value in values.items()]

    def example_day(self, month: int, day: int) -> Advised:
        """A day of the catalogue's year, as an example of how days are written."""
        example = dt.date(self.catalogue.year, month, day)
        return Advised(format_date(example), example)

    # Figures, places and their names

    def shown(self, value: Decimal, row: CatalogueRow | None = None) -> str:
        """A number as a sentence writes it, with the row's unit."""
        text = format_number(value)
        return with_unit(text, row.unit) if row is not None else text

    def label(self, sheet: str, row_key: str, column: str) -> str:
        """What a cell is called in a sentence: "«Kim ngạch xuất khẩu», cột «Cam kết»"."""
        parts = []
        expected = self.expectations.sheets.get(sheet)
        if expected is not None and row_key in expected.rows:
            parts.append(f"«{expected.rows[row_key].short_name}»")
        elif expected is not None and expected.form.kind is SheetKind.FREE_TABLE:
            work = self.interpretation.entry(sheet, row_key, expected.work_column)
            if work is not None and work.value and work.column != column:
                parts.append(f"«{shortened(str(work.value))}»")
        found = self.column(sheet, column or row_key)
        if found is not None:
            title = found.title
            is_field = self.expectations.sheets[sheet].form.kind is SheetKind.DETAILS
            parts.append(f"mục «{title}»" if is_field else f"cột «{title}»")
        return ", ".join(parts)

    def at_entry(
        self,
        entry: Entry,
        sentence: str,
        severity: Severity | None = None,
        justified: bool = False,
        advised: Sequence[Advised] = (),
        doubts: Sequence[Entry] = (),
    ) -> Remark:
        """A remark on a filled cell; the sentence follows the naming of the place."""
        return Remark(
            sentence,
            entry.sheet_name,
            entry.cell,
            seen_text(entry.raw),
            entry.row_key,
            entry.column,
            justification=self.justification(entry.sheet, entry.row_key) if justified else "",
            severity=severity,
            label=self.label(entry.sheet, entry.row_key, entry.column),
            advised=advised,
            doubts=doubts,
        )

    def at_problem(
        self,
        problem: Problem,
        sentence: str,
        severity: Severity | None = None,
        advised: Sequence[Advised] = (),
    ) -> Remark:
        """A remark on a cell that was not understood."""
        return Remark(
            sentence,
            problem.sheet_name,
            problem.cell,
            problem.seen,
            problem.row_key,
            problem.column,
            severity=severity,
            label=self.label(problem.sheet, problem.row_key, problem.column),
            advised=advised,
        )


Check = Callable[[Case], Iterable[Remark]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. The texts are handed to the agencies: what it says, why, and what to do."""

    code: str
    severity: Severity
    title: str
    explanation: str
    remedy: str
    check: Check | None = None  # None: applied elsewhere, listed for the documentation
    trial: bool = False
    mended_by_office: bool = False  # what the office prints is gone: it sends its own workbook back


RULES: dict[str, Rule] = {}


def rule(
    code: str,
    severity: Severity,
    *,
    title: str,
    explanation: str,
    remedy: str,
    trial: bool = False,
    mended_by_office: bool = False,
) -> Callable[[Check], Check]:
    """Enters a function in the list of rules under a code of its own."""

    def enter(check: Check) -> Check:
        enlist(Rule(code, severity, title, explanation, remedy, check, trial, mended_by_office))
        return check

    return enter


def enlist(entry: Rule) -> Rule:
    """Enters a rule. Raises ValueError when its code is taken."""
    if entry.code in RULES:
        raise ValueError(f"rule code {entry.code} is taken")
    RULES[entry.code] = entry
    return entry


def with_unit(text: str, unit: str) -> str:
    """A figure with its unit, as a sentence writes them.

    >>> with_unit("12,5", "%"), with_unit("250.200", "Tỷ đồng"), with_unit("1.200", "MW")
    ('12,5%', '250.200 tỷ đồng', '1.200 MW')
    >>> with_unit("> 10.000", "1.000 lượt")
    '> 10.000 nghìn lượt'
    >>> with_unit("110", "Số bé trai/100 bé gái")
    '110 bé trai/100 bé gái'
    """
    if not unit or unit in ("%", "‰"):
        return f"{text}{unit}"
    if unit.casefold().startswith("số "):
        unit = unit[3:]
    unit = unit.replace("1.000 ", "nghìn ", 1) if unit.startswith("1.000 ") else unit
    return f"{text} {unit[0].lower() if unit[1:2].islower() else unit[0]}{unit[1:]}"


def target_with_unit(printed: str, unit: str) -> str:
    """A printed target with its row's unit, which it may name itself.

    >>> target_with_unit("> 10", "Triệu lượt"), target_with_unit("trên 2.000 ha", "ha")
    ('> 10 triệu lượt', 'trên 2.000 ha')
    """
    return printed if names_its_unit(printed) else with_unit(printed, unit)


def short_of(printed: str, target: str, *, lower: bool, missed: str = "chưa đạt") -> str:
    """That a figure does not reach a target; `lower`: the less of it the better.

    `missed`: what that is called. A year's value is judged «không đạt», as its own column has it.

    >>> short_of("80%", "mức giao", lower=False)
    'chưa đạt mức giao (80%)'
    >>> short_of("110", "mức giao", lower=True)
    'cao hơn mức giao (110); chỉ tiêu này càng thấp càng tốt nên là chưa đạt'
    >>> short_of("80%", "mức giao", lower=False, missed="không đạt")
    'không đạt mức giao (80%)'
    """
    if lower:
        return f"cao hơn {target} ({printed}); chỉ tiêu này càng thấp càng tốt nên là {missed}"
    return f"{missed} {target} ({printed})"


def either_day(day: dt.date, other: dt.date) -> list[Advised]:
    """Both days, written so that no spreadsheet and no reader takes one for the other.

    >>> [a.text for a in either_day(dt.date(2025, 6, 5), dt.date(2025, 5, 6))]
    ['ngày 05 tháng 6 năm 2025', 'ngày 06 tháng 5 năm 2025']
    """
    return [Advised(worded_date(each), each) for each in (day, other)]


def listed(items: Sequence[str], limit: int = 6) -> str:
    """Items in a sentence, the rest counted.

    >>> listed(["E1", "E2", "E3"], 2)
    'E1, E2 và 1 mục khác'
    """
    if len(items) <= limit:
        return ", ".join(items)
    return f"{', '.join(items[:limit])} và {len(items) - limit} mục khác"
