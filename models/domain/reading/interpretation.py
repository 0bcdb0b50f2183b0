"""From cells to meaning: what an agency's workbook says, entry by entry, and where it is unclear.

The fast reader knows no formulas; where a needed cell is empty, the exact reader is asked before
the agency is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from models.domain.notation.corrections import marks_tell, repeats_above
from models.domain.notation.number_notation import format_number
from models.domain.reading.beside.words_elsewhere import words_elsewhere
from models.domain.reading.beside.words_of_a_row import amending_words
from models.domain.reading.cell_comments import comment_problems
from models.domain.reading.cell_values import (
    Doubt,
    Understood,
    as_text,
    clear_value,
    is_blank,
    is_error_text,
    of_two_counts,
    percent_text,
    phone_text,
    seen_text,
    understand_date,
    understand_number,
    understand_percentage,
    understand_text,
)
from models.domain.reading.conditions.conditional_looks import looks_on, only_shows
from models.domain.reading.expectations import (
    Expectations,
    ExpectedRow,
    ExpectedSheet,
    expectations_for,
)
from models.domain.reading.forms import (
    FIXED_CHOICES,
    OTHER_WORDS,
    Column,
    Form,
    SheetKind,
    ValueType,
    choices_of,
)
from models.domain.reading.formulas.held_results import HeldResults
from models.domain.reading.formulas.office_formulas import as_calculated
from models.domain.reading.layout import Layout, SheetLayout, lay_out
from models.domain.reading.problems import NO_TABS, RESTATED, Problem, ProblemKind
from models.domain.reading.seen_cells import (
    FIGURES,
    PLAIN,
    SeenCell,
    compare_looks,
    hold_against,
    seen_cell,
)
from models.domain.reading.sight.cells_told_twice import cells_told_twice
from models.domain.reading.sight.covered_cells import covered_cells
from models.domain.reading.sight.marked_letters import overlaid_runs
from models.domain.reading.sight.old_fonts import looks_like_legacy_encoding
from models.domain.reading.sight.room_for_figures import (
    figures_without_room,
    is_pushed_out,
)
from models.domain.reading.submissions import CellKey, Entry
from models.domain.reading.words.choices_meant import understand_choice, understand_word
from models.domain.reading.words.words_kept import as_words
from models.domain.reading.workbook_content import (
    USUAL_FIRST_DAY,
    Appearance,
    CellValue,
    ErrorValue,
    ExactCell,
    ExactReader,
    WorkbookContent,
    address,
    column_letter,
)
from models.domain.register.catalogue import Catalogue, CatalogueRow

_LETTERS = [column_letter(c) for c in range(1, 129)]
_JUSTIFICATION = Column("justification", "Giải trình", ValueType.LONG_TEXT)


@dataclass(slots=True)
class Interpretation:
    """What the workbook says. `entries` holds every filled cell of the agency's columns.

    An entry with value None is filled but not understood; its problem says why.
    """

    expectations: Expectations
    layout: Layout
    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    by_key: dict[CellKey, Entry] = field(default_factory=dict)
    markers: dict[CellKey, str] = field(default_factory=dict)  # "-", "x": cells that mean "nothing"
    may_hold_formulas: bool = True
    restated: set[CellKey] = field(default_factory=set)  # cells that repeat the target's own words

    def entry(self, sheet: str, row_key: str, column: str) -> Entry | None:
        """The entry of a cell, None when it is empty."""
        return self.by_key.get((sheet, row_key, column))

    def number(self, sheet: str, row_key: str, column: str) -> Decimal | None:
        """The number of a cell, None when there is none."""
        entry = self.by_key.get((sheet, row_key, column))
        return entry.value if entry is not None and isinstance(entry.value, Decimal) else None


def interpret(
    content: WorkbookContent,
    form: Form,
    catalogue: Catalogue,
    agency: str,
    exact: ExactReader | None = None,
) -> Interpretation:
    """Reads the workbook as that agency's, by the form. Never raises for what stands in a cell."""
    expectations = expectations_for(form, catalogue, agency)
    later = content.first_day - USUAL_FIRST_DAY
    held = HeldResults(content.sheets, content.names, calculates=not later)
    layout = lay_out(content, expectations, held)
    interpretation = Interpretation(
        expectations,
        layout,
        problems=list(layout.problems),
        may_hold_formulas=content.has_formulas,
    )
    told = interpretation.problems
    for key, sheet in layout.sheets.items():
        expected = expectations.sheets[key]
        layout.sheets[key] = sheet = as_calculated(expected, sheet, held)
        reading = _SheetReading(sheet, expected, interpretation, catalogue, held, later)
        reading.read()
        if exact is not None:
            reading.ask(exact)
        told += cells_told_twice(expected, sheet)
        told += comment_problems(expected, sheet, interpretation.by_key, catalogue)
        told += covered_cells(expected, sheet)
        told += figures_without_room(expected, sheet, interpretation.by_key)
    told += _window_problems(content)
    told += words_elsewhere(content, expectations, told, interpretation.entries)
    return interpretation


class _SheetReading:
    """Reads one sheet into an interpretation."""

    def __init__(
        self,
        sheet: SheetLayout,
        expected: ExpectedSheet,
        into: Interpretation,
        catalogue: Catalogue,
        held: HeldResults,
        later: dt.timedelta,  # than usual bare numbers begin to count days
    ) -> None:
        self.held = held
        self.later = later
        self.sheet = sheet
        self.expected = expected
        self.into = into
        self.catalogue = catalogue
        self.doubted: dict[str, tuple[str, Column]] = {}  # address -> row key, column
        # Most sheets have no conditions but those of the form, which leave values as they stand.
        self.conditions_tell = not all(map(only_shows, sheet.content.conditional))

    def read(self) -> None:
        """Reads every cell the agency may fill in."""
        if self.expected.form.kind is SheetKind.DETAILS:
            self._read_details()
            return
        columns = [
            (c, place) for c in self.expected.inputs if (place := self.sheet.columns.get(c.key))
        ]
        rows = self.sheet.content.rows
        for row_key, number in self.sheet.rows.items():
            self._read_row(row_key, number, columns, rows[number - 1])

    def _read_row(
        self,
        row_key: str,
        number: int,
        columns: list[tuple[Column, int]],
        values: Sequence[CellValue],
    ) -> None:
        expected = self.expected.rows.get(row_key)
        width = len(values)
        empty: list[tuple[Column, int]] = []
        for column, place in columns:
            value = values[place - 1] if place <= width else None
            if value is None or value == "":
                empty.append((column, place))
                continue
            self._take(row_key, number, place, column, value, expected)
        for column, place in empty:
            # Formulas without a result and error values come as empty cells.
            if self.into.may_hold_formulas:
                self.doubted[f"{column_letter(place)}{number}"] = (row_key, column)

    def _read_details(self) -> None:
        place = self.sheet.columns["value"]
        reasons = self.sheet.columns["justification"]
        for column in self.expected.inputs:
            number = self.sheet.rows.get(column.key)
            if not number:
                continue
            value = self.sheet.content.at(number, place)
            if value is None or value == "":
                if self.into.may_hold_formulas:
                    self.doubted[f"{column_letter(place)}{number}"] = ("", column)
            else:
                self._take("", number, place, column, value, None)
            reason = self.sheet.content.at(number, reasons)
            if not is_blank(reason):
                self._take(column.key, number, reasons, _JUSTIFICATION, reason, None)

    def _take(
        self,
        row_key: str,
        number: int,
        place: int,
        column: Column,
        value: CellValue,
        expected: ExpectedRow | None,
    ) -> bool:
        """Records one filled cell; False when it holds only a mark for "nothing"."""
        sheet = self.expected.form.key
        cell = f"{_LETTERS[place - 1] if place <= 128 else column_letter(place)}{number}"
        if isinstance(value, str) and is_blank(value) and not _speaks(column, value):
            self._take_mark((sheet, row_key, column.key), (number, place), column, value, expected)
            return False
        content = self.sheet.content
        at = (number, place)
        own = look = content.looks.get(at, PLAIN)
        looks: Sequence[Appearance] = (look,)
        if content.conditional and (self.conditions_tell or look.number_format or look.shown):
            looks = looks_on(content, number, place, look)
            look = looks[0]
        seen = SeenCell(value)
        if look is not PLAIN or (isinstance(value, str) and overlaid_runs(value)):
            seen = seen_cell(
                column, value, look, lambda text: self._understand(column, text, text, expected)
            )
        understood, text, raw = self._read_value(column, seen, at in content.percent, expected)
        if look is not PLAIN or len(looks) > 1:
            row = expected.row if expected is not None and column.unit_of_row else None
            weighed = compare_looks(understood, seen.value, looks, row, column.unit)
            if own is not look:
                weighed = hold_against(weighed, seen.value, own, row, column.unit)
            understood, raw = weighed.understood, weighed.shown or raw
            seen.remarks += [r for r in weighed.remarks if r not in seen.remarks]
        if self.later and column.type is ValueType.DATE and isinstance(value, (int, float)):
            understood = of_two_counts(understood, raw, self.later)
        if at in content.formulas:
            told = (understood, raw)
            understood = self._weigh_formula(column, at, told, seen, expected)
        if isinstance(value, str) and is_pushed_out(value, column.type):
            seen.remarks.append(Doubt(ProblemKind.CUT_OFF))
        if understood.doubt is not None and understood.doubt.kind is ProblemKind.PLACEHOLDER:
            self.into.markers[sheet, row_key, column.key] = text
            return False
        entry = Entry(sheet, row_key, column.key, understood.value, raw, content.name, cell)
        self.into.entries.append(entry)
        self.into.by_key[sheet, row_key, column.key] = entry
        if understood.doubt is not None:
            if understood.doubt.kind is ProblemKind.RESTATED_TARGET:
                self.into.restated.add((sheet, row_key, column.key))
            self._note(entry, understood.doubt, raw)
        for remark in seen.remarks:
            self._note(entry, remark, raw)
        return True

    def _weigh_formula(
        self,
        column: Column,
        at: tuple[int, int],
        told: tuple[Understood, str],
        seen: SeenCell,
        expected: ExpectedRow | None,
    ) -> Understood:
        """What the kept result of a formula means, or the doubt that its formula leaves."""
        understood, raw = told
        content = self.sheet.content
        found = self.held.doubt(content, *at) if understood.value is not None else None
        if found is None:
            return understood
        doubt, other = found
        if doubt.kind in (ProblemKind.OTHER_FILE, ProblemKind.NOT_RECALCULATED):
            seen.remarks.append(Doubt(doubt.kind, (*doubt.details, raw)))
            return understood
        details = [*doubt.details, raw, clear_value(understood.value)]
        if doubt.kind is ProblemKind.STALE_RESULT:
            calculated = SeenCell(other)
            meant, _, shown = self._read_value(column, calculated, at in content.percent, expected)
            details += [shown, clear_value(meant.value)]
        return Understood(None, Doubt(doubt.kind, tuple(details)))

    def _take_mark(
        self,
        key: CellKey,
        at: tuple[int, int],
        column: Column,
        value: str,
        expected: ExpectedRow | None,
    ) -> None:
        """Notes a mark for "nothing", or mere blanks, and what is to be said of it."""
        if value.strip():
            self.into.markers[key] = value.strip()
        nothing = Entry(*key, None, "", self.sheet.content.name, address(*at))
        tells = marks_tell(value) or repeats_above(value)
        if tells and not _is_asked_for(column, expected):
            self._note(nothing, Doubt(ProblemKind.REPEATS_ABOVE), value)
        for doubt in self._hidden_by_mark(column, at, value.strip(), expected):
            self._note(nothing, doubt, value)

    def _hidden_by_mark(
        self, column: Column, at: tuple[int, int], mark: str, expected: ExpectedRow | None
    ) -> Iterator[Doubt]:
        """The doubt that the formula of a cell leaves of which the file keeps nothing but a mark
        for "nothing": a program that calculates shows what the formula comes to."""
        content = self.sheet.content
        found = self.held.doubt(content, *at) if at in content.formulas else None
        if found is None or found[0].kind is ProblemKind.NOT_RECALCULATED:
            return
        doubt, other = found
        details = [*doubt.details, mark]
        if doubt.kind is ProblemKind.STALE_RESULT:
            if other is None or (isinstance(other, str) and is_blank(other)):
                return
            calculated = SeenCell(other)
            meant, _, shown = self._read_value(column, calculated, at in content.percent, expected)
            details += ["", shown, clear_value(meant.value)]
        elif doubt.kind is ProblemKind.CHANGING_FORMULA:
            details.append("")
        yield Doubt(doubt.kind, tuple(details))

    def _read_value(
        self, column: Column, seen: SeenCell, percent: bool, expected: ExpectedRow | None
    ) -> tuple[Understood, str, str]:
        """What the cell means, its text where that was asked for, and how it is quoted."""
        value = seen.value
        number_cell = column.type is ValueType.NUMBER
        text = "" if number_cell and not isinstance(value, str) else as_words(value)
        shown_as_percent = (
            percent and isinstance(value, (int, float)) and not isinstance(value, bool)
        )
        if shown_as_percent:
            text = percent_text(value)
        if seen.refused is not None:
            understood = Understood(None, seen.refused)
        elif shown_as_percent and number_cell and isinstance(value, (int, float)):
            row = expected.row if expected is not None and column.unit_of_row else None
            understood = understand_percentage(value, row, column.unit)
        else:
            understood = self._understand(column, value, text, expected)
        if seen.told or text:
            return understood, text, seen.told or text
        if isinstance(understood.value, Decimal):
            return understood, text, format_number(understood.value)
        return understood, text, as_text(value)

    def _understand(
        self, column: Column, value: CellValue, text: str, expected: ExpectedRow | None
    ) -> Understood:
        if isinstance(value, ErrorValue) or is_error_text(text):
            return Understood(None, Doubt(ProblemKind.ERROR_VALUE))
        kind = column.type
        if kind is ValueType.NUMBER:
            row = expected.row if expected is not None and column.unit_of_row else None
            if row is not None and row.target_words and isinstance(value, str):
                return _in_words(value, row, column.unit)
            understood = understand_number(value, row, column.unit)
            if column.meaning and _restates(understood):
                # A result is a figure of its own: "> 10" says nothing of what was reached.
                return Understood(None, Doubt(ProblemKind.NOT_A_NUMBER, (RESTATED,)))
            return understood
        if kind is ValueType.DATE:
            return understand_date(value)
        if encoding := looks_like_legacy_encoding(text):
            return Understood(None, Doubt(ProblemKind.LEGACY_ENCODING, (encoding,)))
        if kind is ValueType.CHOICE:
            if column.meaning in FIXED_CHOICES:
                others = OTHER_WORDS.get(column.meaning, {})
                return understand_word(text, choices_of(column, self.catalogue), others)
            return understand_choice(text, choices_of(column, self.catalogue))
        if kind is ValueType.PHONE:
            text = phone_text(value, text)
        understood = understand_text(value, text, lines=kind is ValueType.LONG_TEXT)
        # Of the «5 rõ» a rule of its own speaks.
        if understood.doubt is None and not column.five_clear and repeats_above(text):
            return Understood(understood.value, Doubt(ProblemKind.REPEATS_ABOVE))
        if understood.doubt is None and (
            amending := amending_words(column, text, self.expected, expected)
        ):
            return Understood(understood.value, amending)
        return understood

    def _note(self, entry: Entry, doubt: Doubt, value: CellValue) -> None:
        self.into.problems.append(
            Problem(
                doubt.kind,
                entry.sheet,
                entry.sheet_name,
                entry.cell,
                entry.row_key,
                entry.column,
                seen_text(value),
                doubt.details,
            )
        )

    # The exact reader

    def ask(self, exact: ExactReader) -> None:
        """Asks the exact reader for the doubted cells of this sheet, once."""
        if not self.doubted:
            return
        known = exact.cells(self.sheet.content.name, list(self.doubted))
        for cell, (row_key, column) in self.doubted.items():
            if (answer := known.get(cell)) is not None:
                self._take_exact(cell, row_key, column, answer)

    def _take_exact(
        self,
        cell: str,
        row_key: str,
        column: Column,
        answer: ExactCell,
    ) -> None:
        key = (self.expected.form.key, row_key, column.key)
        letters = cell.rstrip("0123456789")
        number = int(cell[len(letters) :])
        if answer.formula and (not answer.cached or answer.value in (None, "")):
            seen = answer.formula if answer.formula.startswith("=") else f"={answer.formula}"
            empty = Entry(key[0], row_key, column.key, None, seen, self.sheet.content.name, cell)
            self.into.entries.append(empty)
            self.into.by_key[key] = empty
            self._note(empty, Doubt(ProblemKind.NOT_CALCULATED), seen)
        elif answer.value not in (None, ""):
            place = 0
            for letter in letters:
                place = place * 26 + ord(letter) - 64
            expected = self.expected.rows.get(row_key)
            self._take(row_key, number, place, column, answer.value, expected)


def _in_words(value: str, row: CatalogueRow, unit: str = "") -> Understood:
    """A text in a number cell of a row whose target is in words: told in words as well.

    A bare number stays one; a mark for nothing («chưa có») is none.
    """
    text = as_text(value)
    if encoding := looks_like_legacy_encoding(text):
        return Understood(None, Doubt(ProblemKind.LEGACY_ENCODING, (encoding,)))
    number = understand_number(value, row, unit)
    nothing = number.doubt is not None and number.doubt.kind is ProblemKind.PLACEHOLDER
    if nothing or not any(map(str.isalpha, text)):
        return number
    return understand_text(value, text, lines=True)


def _window_problems(content: WorkbookContent) -> Sequence[Problem]:
    """The problem of a workbook that opens so that its sheets, or all but one, are not seen."""
    if content.window.hidden:
        return [Problem(ProblemKind.WINDOW_HIDDEN)]
    if content.window.no_tabs and sum(not sheet.hidden for sheet in content.sheets) > 1:
        return [Problem(ProblemKind.WINDOW_HIDDEN, details=(NO_TABS,))]
    return []


def _is_asked_for(column: Column, expected: ExpectedRow | None) -> bool:
    """Whether the cell would be told as empty."""
    if expected is not None:
        return column.key in expected.required
    return column.required or bool(column.five_clear)


def _speaks(column: Column, text: str) -> bool:
    """Whether marks without a letter tell something of a figure: «〃», «↑», a tick."""
    return column.type in FIGURES and marks_tell(text)


def _restates(understood: Understood) -> bool:
    return understood.doubt is not None and understood.doubt.kind is ProblemKind.RESTATED_TARGET
