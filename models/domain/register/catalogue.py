"""The catalogue: every row of the directive's appendices and every target of its body."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from models.domain.notation.investments import Investment
from models.domain.notation.vietnamese_text import fold
from models.domain.register.clear_points import ClearPoints
from models.domain.register.target_revisions import TargetRevision, known_by
from models.domain.register.targets import Direction, Target
from models.domain.register.territories import Territory


class Goal(StrEnum):
    """What the directive wants of a project within its year."""

    START = "start"  # "Dự án khởi công năm 2025"
    FINISH = "finish"  # "Dự án khánh thành năm 2025"


_GOALS = {"khoi cong nam": Goal.START, "khanh thanh nam": Goal.FINISH}  # in a heading, folded


class Appendix(StrEnum):
    """Where a row stands in the directive."""

    I = "I"  # noqa: E741  the directive's own numbering: main indicators
    II = "II"  # GRDP scenario, four periods
    III = "III"  # indicators by sector
    IV = "IV"  # tasks
    V = "V"  # projects
    BODY = "body"  # targets set in the text only


class Role(StrEnum):
    """An agency's part in a row: the first one named leads."""

    LEAD = "lead"
    CO = "co"


class Basis(StrEnum):
    """How a row came by its agency."""

    PRINTED = "printed"  # named in the row's own cell
    CONTINUED = "continued"  # merged cell: continues the row above
    ASSIGNED = "assigned"  # the directive names none; the office assigned it by function


@dataclass(frozen=True, slots=True)
class Responsibility:
    """One agency's answerability for one row."""

    agency: str  # code in the register
    role: Role
    printed: str  # the name as the directive spells it; empty when assigned
    basis: Basis
    inherited_from: str = ""  # the agency the directive names, where another answers in its place
    collective: str = ""  # code of those whom the row names together, this one among them


_BEFORE_NUMBER = re.compile(r"(?P<kind>\D*?)(?:\s+số)?\s*(?:\d|$)")
_BEFORE_DATE = re.compile(r",?\s+(?:ngày\s+\d|của\s)")

PERIODS = ("quy_1", "6_thang", "9_thang", "ca_nam")  # appendix II, in printed order
PERIOD_TITLES = {"quy_1": "Quý I", "6_thang": "6 tháng", "9_thang": "9 tháng", "ca_nam": "Cả năm"}


def period_phrase(period: str) -> str:
    """A period inside a sentence: the numeral stays a numeral.

    >>> period_phrase("quy_1"), period_phrase("ca_nam")
    ('quý I', 'cả năm')
    """
    title = PERIOD_TITLES[period]
    return title[:1].lower() + title[1:]


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """One row of the directive. `*_printed` fields hold its text to the letter."""

    code: str  # stable over the years: "grdp_growth", "task_2025_01", "project_2025_01"
    appendix: Appendix
    number: str  # as printed: "1", "a)", "-"; empty for sub-rows of I ("- Dịch vụ"); body: "II.2"
    parent: str  # code of the row this one belongs under; empty for none
    group: str  # heading the row stands under, as corrected ("Chỉ tiêu kinh tế")
    name: str  # corrected reading
    name_printed: str
    note: str  # why `name` differs from `name_printed`, or what else is odd about the row
    unit: str  # "%", "tỷ đồng"; corrected (III.36 prints none)
    unit_printed: str
    target_printed: str
    target: Target | None
    direction: Direction
    values_printed: Sequence[str]  # II: the four periods as printed, else empty
    values: Sequence[Decimal]  # II: index, same period of last year = 100
    deadline_printed: str
    deadline: dt.date | None
    deadline_note: str  # why there is no date
    investment_printed: str
    investments: Sequence[Investment]
    approval_printed: str  # V: the approving documents
    agencies: Sequence[Responsibility]  # lead first
    target_reading: str = ""  # the target as corrected; the printed one where nothing is wrong
    group_number: str = ""  # of the heading: "I", "III.1"; body: the section, "II.6"
    group_printed: str = ""  # the heading to the letter
    group_note: str = ""  # what is odd about the heading (V.III.1 contradicts its rows)
    product_printed: str = ""  # IV: what is to be handed in, as printed; "" where nothing is
    revisions: Sequence[TargetRevision] = ()  # targets set later or for another territory, by date
    target_words: str = ""  # a target in words, which a person judges; then `target` is None
    deadline_standing: bool = False  # done all the year round: never overdue
    deadline_reading: str = ""  # the deadline as corrected; empty where the print is read as it is
    investment_reading: str = ""  # likewise
    quoted_until: dt.date = dt.date.max  # a workbook quotes no revision that holds only later

    @property
    def goal(self) -> Goal | None:
        """What the heading of appendix V wants of the project this year; None: neither."""
        if self.appendix is not Appendix.V:
            return None
        heading = fold(self.group)
        return next((goal for said, goal in _GOALS.items() if said in heading), None)

    @property
    def target_shown(self) -> str:
        """The target as the office reads it: without the scan's errors.

        With what was set since: "12,50; toàn thành phố: 12,35 (NQ 42/NQ-HĐND)".
        """
        return self._with(self.revisions)

    @property
    def target_given(self) -> str:
        """The target as an agency's workbook hands it out.

        Of what was set since only what held when the workbooks went out, and nothing that the
        office has yet to confirm: a target is given or it is not.
        """
        return self._with(self.revisions_given)

    @property
    def revisions_given(self) -> list[TargetRevision]:
        """Those of the targets set since that an agency's workbook hands out."""
        known = known_by(self.revisions, self.quoted_until)
        return [r for r in known if not r.assumed]

    def _with(self, revisions: Sequence[TargetRevision]) -> str:
        # While there is but the one ground nobody names it.
        apart = any(r.territory is not Territory.EAST for r in revisions)
        shown = (self.own_target, *(r.shown_in(apart=apart) for r in revisions))
        return "; ".join(text for text in shown if text)

    @property
    def own_target(self) -> str:
        """The directive's own target, without the scan's errors and without what was set since."""
        return self.target_reading or self.target_printed

    @property
    def lead(self) -> str:
        """Code of the leading agency, empty for none."""
        return self.agencies[0].agency if self.agencies else ""

    @property
    def each_for_itself(self) -> bool:
        """Whether many lead, named together: each answers for itself, none for all."""
        return bool(self.agencies) and bool(self.agencies[0].collective)

    @property
    def members(self) -> Sequence[str]:
        """Codes of those who answer each for itself, in the row's order; none where one leads."""
        if not self.each_for_itself:
            return ()
        return [part.agency for part in self.agencies if part.role is Role.LEAD]

    @property
    def together(self) -> frozenset[str]:
        """Codes of those whom the row names together, whatever their part: none speaks for all."""
        return frozenset(part.agency for part in self.agencies if part.collective)

    @property
    def led_by(self) -> str:
        """Code of whoever leads: of those named together where they do, else of the lead."""
        return self.agencies[0].collective or self.lead if self.agencies else ""

    @property
    def is_heading(self) -> bool:
        """True for a row that only opens its sub-rows (I.18, its rural row): nothing to report."""
        measured = self.target is not None or bool(self.target_words)
        return self.appendix in (Appendix.I, Appendix.III) and not measured


@dataclass(frozen=True, slots=True)
class Equivalence:
    """Two rows that state one measure: `right = left * factor + offset`."""

    left: str
    right: str
    factor: Decimal
    offset: Decimal
    tolerance: Decimal  # greatest difference, in units of `right`, that still counts as equal
    note: str
    period: str = ""  # of PERIODS: which value of a right row of appendix II is meant

    def to_right(self, value: Decimal) -> Decimal:
        """A value of the left row in the right row's unit."""
        return value * self.factor + self.offset

    def to_left(self, value: Decimal) -> Decimal:
        """A value of the right row in the left row's unit."""
        return (value - self.offset) / self.factor


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far two reporters of one row may lie apart before it is called a contradiction."""

    row: str  # code of the row
    tolerance: Decimal  # greatest difference that still counts as equal, in the row's unit
    note: str = ""  # why just so much


@dataclass(frozen=True)
class Catalogue:
    """All rows of one year's directive, in printed order, body targets last."""

    year: int
    directive: str  # "Chỉ thị số 03/CT-UBND ngày 20/01/2025 ..."
    rows: Sequence[CatalogueRow]
    equivalences: Sequence[Equivalence]
    solution_groups: Sequence[str]  # the directive's ten groups of solutions (part II), in order
    territory: Territory = Territory.WHOLE  # the one the directive's targets are set for
    issued_on: dt.date = dt.date.min  # the directive's date
    tolerances: Mapping[str, Tolerance] = field(default_factory=dict)  # by code of the row
    group_numbers: Sequence[str] = ()  # of the groups of solutions: "II.1", ...
    clear: ClearPoints = field(default_factory=ClearPoints)  # what each task must say

    @property
    def document(self) -> str:
        """What kind of document it is.

        >>> Catalogue(2026, "Nghị quyết số 5/NQ-UBND ngày 02/02/2026", (), (), ()).document
        'Nghị quyết'
        """
        kind = _BEFORE_NUMBER.match(self.directive)
        return kind["kind"].strip() if kind and kind["kind"].strip() else "Văn bản"

    @property
    def short_title(self) -> str:
        """The document by kind and number.

        >>> Catalogue(2026, "Chỉ thị số 5/CT-UBND ngày 02/02/2026 của UBND", (), (), ()).short_title
        'Chỉ thị số 5/CT-UBND'
        """
        return _BEFORE_DATE.split(self.directive, maxsplit=1)[0].strip(" ,")

    def tolerance_of(self, code: str) -> Decimal:
        """The row's tolerance, 0 where none is set."""
        found = self.tolerances.get(code)
        return found.tolerance if found else Decimal(0)

    def __iter__(self) -> Iterator[CatalogueRow]:
        return iter(self.rows)

    def row(self, code: str) -> CatalogueRow:
        """The row of that code; KeyError when there is none."""
        for row in self.rows:
            if row.code == code:
                return row
        raise KeyError(code)

    def of(self, appendices: Iterable[Appendix]) -> list[CatalogueRow]:
        """Rows of the given appendices, in printed order."""
        wanted = set(appendices)
        return [r for r in self.rows if r.appendix in wanted]

    def rows_for(self, agency: str, appendices: Iterable[Appendix]) -> list[CatalogueRow]:
        """Rows the agency answers for, lead or co-reporter, in printed order; headings left out."""
        wanted = set(appendices)
        return [r for r in self._answered.get(agency, ()) if r.appendix in wanted]

    @cached_property
    def _answered(self) -> Mapping[str, Sequence[CatalogueRow]]:
        """By agency the rows it answers for: asked for all of them whenever a cycle is shown."""
        found: dict[str, list[CatalogueRow]] = {}
        for row in self.rows:
            if not row.is_heading:
                for agency in dict.fromkeys(part.agency for part in row.agencies):
                    found.setdefault(agency, []).append(row)
        return found
