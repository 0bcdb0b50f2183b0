"""Indicators and the growth scenario: what was set, what each reporter says, which value stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from decimal import Decimal

from models.domain.consolidation.evidence import Answers, EvidenceBase, Figure
from models.domain.consolidation.members import Members, MemberValue
from models.domain.consolidation.verdicts import (
    IN_WORDS,
    JUST_SHORT,
    JudgementQuestion,
    PersonAsked,
    VerdictBook,
    asked,
    measure_of,
    value_of,
)
from models.domain.reading.forms import Form, SheetForm, SheetKind, ValueType, year_column
from models.domain.register.catalogue import PERIODS, Appendix, CatalogueRow, Role
from models.domain.register.targets import Judgement, gap, judge
from models.domain.register.territories import Territory

INDICATOR_APPENDICES = (Appendix.I, Appendix.III, Appendix.BODY)


@dataclass(frozen=True)
class Report:
    """One agency's answer to one row. `role` is None for an agency the row does not name."""

    agency: str
    role: Role | None
    answers: Answers
    value: Figure | None  # the full-year value, of the directive's own territory
    milestones: Mapping[str, Figure]  # by period, in the form's order
    elsewhere: Mapping[Territory, Figure] = field(default_factory=dict)  # of other territories

    @property
    def figures(self) -> list[Figure]:
        """All it gave, in reference order."""
        return list(self.answers.values())

    @property
    def told(self) -> Figure | None:
        """Its value, of the directive's own territory or the first other one it gave."""
        return self.value or next(iter(self.elsewhere.values()), None)


@dataclass(frozen=True)
class IndicatorLine:
    """One indicator. `standing` is the report that counts: the lead's, as long as it has a value.

    Where the lead gave no value, the first reporter in the directive's order stands in for it
    (`provisional`), shown as such: somebody's figure is better than a hole, and it is not hidden.
    What an agency says as one of those the row names together never stands for the row. Where they
    lead, `members` holds what each says of itself and `judgement` follows from all of them.
    """

    row: CatalogueRow
    reports: Sequence[Report]
    silent: Sequence[str]  # agencies of the row that gave no value
    standing: Report | None
    provisional: bool
    judgement: Judgement
    members: Members | None = None
    asked: PersonAsked | None = None  # where a person judges it
    judged_value: Decimal | None = None  # by which a ruling has it judged instead of its own

    @property
    def speaking(self) -> list[Report]:
        """The reports that speak for the row as a whole: of none where each answers for itself."""
        return speaking_reports(self.row, self.reports)

    @property
    def every_asked(self) -> list[PersonAsked]:
        """What a person judges of it: its value, or that of each who answers for itself."""
        if self.members is not None:
            return self.members.asked
        return [self.asked] if self.asked is not None else []

    @property
    def by_person(self) -> str:
        """That a person judged it, who and why; "" where none did."""
        return self.asked.by_person if self.asked else ""

    @property
    def falls_short(self) -> bool:
        """Whether the commitment misses the assigned target."""
        return self.judgement is Judgement.NOT_MET

    @property
    def short_beside(self) -> list[Report]:
        """The reports beside the one that counts which promise less than was assigned, where the
        one that counts does not."""
        if self.falls_short or self.standing is None:
            return []
        others = (r for r in self.speaking if r is not self.standing)
        return [r for r in others if _judgement(self.row, r.value) is Judgement.NOT_MET]

    @property
    def awaits_members(self) -> bool:
        """Whether some of those who lead it together have answered, and others have not yet."""
        members = self.members
        return members is not None and bool(members.answered) and bool(members.silent)

    @property
    def uncommitted(self) -> bool:
        """Whether nobody gave a value that is the row's, or that of one of its members."""
        return self.standing is None and not (self.members and self.members.answered)


@dataclass(frozen=True)
class ScenarioLine:
    """One branch of the growth scenario (appendix II): indices, same period of last year = 100.

    `updated` holds, by period, the figure that stands: the lead's where it gave one, else the first
    reporter's. A period nobody updated keeps the printed index and is absent.
    """

    row: CatalogueRow
    reports: Sequence[Report]
    updated: Mapping[str, Figure]

    @property
    def printed(self) -> Mapping[str, Decimal]:
        """The directive's indices by period."""
        return dict(zip(PERIODS, self.row.values, strict=False))

    def difference(self, period: str) -> Decimal | None:
        """Updated less printed, in points; None where either is missing."""
        figure, printed = self.updated.get(period), self.printed.get(period)
        if figure is None or figure.number is None or printed is None:
            return None
        return figure.number - printed


@dataclass(frozen=True, slots=True)
class MeasureColumns:
    """The columns of a sheet that hold the row's own measure."""

    value: str  # key of the full-year column, "" when the sheet has none
    periods: Mapping[str, str]  # period -> column key
    elsewhere: Mapping[Territory, str] = field(default_factory=dict)  # full year, by territory


def sheet_of(form: Form, appendix: Appendix) -> SheetForm | None:
    """The table that carries an appendix's rows."""
    return next(
        (s for s in form.sheets if s.kind is SheetKind.TABLE and appendix in s.appendices), None
    )


def sheet_key(form: Form, appendix: Appendix) -> str:
    """Key of that table; "" where the form has none."""
    sheet = sheet_of(form, appendix)
    return sheet.key if sheet else ""


def measure_columns(sheet: SheetForm) -> MeasureColumns:
    """Which columns hold the full-year value and the periods, by what the form says of them."""
    asked = [c for c in sheet.columns if not c.office and c.type is ValueType.NUMBER]
    periods = {c.period: c.key for c in asked if c.period}
    value = year_column(asked)
    elsewhere = {
        Territory(c.territory): c.key
        for c in asked
        if c.territory and c.meaning == "estimate" and not c.period
    }
    key = value.key if value else periods.get(PERIODS[-1], "")
    return MeasureColumns(key, periods, elsewhere)


def indicator_line(
    row: CatalogueRow, form: Form, evidence: EvidenceBase, excused: AbstractSet[str] = frozenset()
) -> IndicatorLine:
    """The line of one indicator of appendix I, III or the body.

    `excused`: who need not fill in its sheet, by a person's decision.
    """
    reports = reports_of(row, form, evidence)
    standing = first_with_value(speaking_reports(row, reports))
    members = members_of(row, reports, excused) if row.each_for_itself else None
    judgement = _judgement(row, standing.value if standing else None)
    return IndicatorLine(
        row=row,
        reports=reports,
        silent=silent_agencies(row, reports),
        standing=standing,
        provisional=standing is not None and standing.agency != row.lead,
        judgement=members.judgement if members else judgement,
        members=members,
    )


def speaking_reports(row: CatalogueRow, reports: Sequence[Report]) -> list[Report]:
    """The reports of those who speak for the row, and not as one among many for itself."""
    together = row.together
    return [] if row.each_for_itself else [r for r in reports if r.agency not in together]


def members_of(
    row: CatalogueRow, reports: Sequence[Report], excused: AbstractSet[str] = frozenset()
) -> Members:
    """What each of those who lead the row together says of itself, judged for itself."""
    told = {r.agency: r for r in reports if r.told is not None}
    return Members(
        tuple(
            _member(row, agency, told.get(agency))
            for agency in row.members
            if agency in told or agency not in excused
        )
    )


def _member(row: CatalogueRow, agency: str, report: Report | None) -> MemberValue:
    if report is None:
        return MemberValue(agency, None)
    value = report.value
    number = value.number if value else None
    distance = None if number is None else gap(number, row.target, row.direction)
    return MemberValue(agency, report.told, _judgement(row, value), distance)


def with_standing(line: IndicatorLine, agency: str) -> IndicatorLine:
    """The line with that agency's report standing, as a person decided."""
    standing = next((r for r in line.reports if r.agency == agency), line.standing)
    judgement = _judgement(line.row, standing.value if standing else None)
    return replace(line, standing=standing, provisional=False, judgement=judgement)


def judged_by(line: IndicatorLine, value: Decimal | None) -> IndicatorLine:
    """The line judged by another value than its own, as a person decided; the same for None."""
    if value is None:
        return line
    judgement = judge(value, line.row.target, line.row.direction)
    return replace(line, judgement=judgement, judged_value=value)


def judged_by_person(
    line: IndicatorLine, territory: Territory, verdicts: VerdictBook, value: Decimal | None
) -> IndicatorLine:
    """The line as a person judged it, where it waits for one; `territory` is the directive's.

    `value` is what it is judged by instead of its own, None for its own.
    """
    if line.members is not None:
        found = [_member_judged(line.row, one, territory, verdicts) for one in line.members.values]
        members = Members(tuple(found))
        return replace(line, judgement=members.judgement, members=members)
    figure = line.standing.value if line.standing else None
    if line.judgement is not Judgement.AWAITING or figure is None:
        return line
    told = asked(_question(line.row, figure, territory, value), verdicts)
    return replace(line, judgement=told.judgement, asked=told)


def _member_judged(
    row: CatalogueRow, one: MemberValue, territory: Territory, verdicts: VerdictBook
) -> MemberValue:
    """One of many as a person judged it, where it waits for one."""
    if one.judgement is not Judgement.AWAITING or one.figure is None:
        return one
    question = _question(row, one.figure, territory, None)
    told = asked(replace(question, member=one.agency), verdicts)
    return replace(one, judgement=told.judgement, why_not_judged=told.why_it_waits, asked=told)


def _question(
    row: CatalogueRow, figure: Figure, territory: Territory, value: Decimal | None
) -> JudgementQuestion:
    return JudgementQuestion(
        row=row,
        territory=territory,
        figure=figure,
        value=value_of(figure, value),
        measure=measure_of(row, row.target),
        shown=row.own_target,
        why=IN_WORDS if row.target_words else JUST_SHORT,
    )


def _judgement(row: CatalogueRow, figure: Figure | None) -> Judgement:
    """What the figure means; the target's own words ("> 10") promise just the target.

    What answers a target in words, a person judges.
    """
    if row.target_words:
        return Judgement.AWAITING if figure is not None else Judgement.UNKNOWN
    if figure is not None and figure.restates_target(row):
        return Judgement.MET
    return judge(figure.number if figure else None, row.target, row.direction)


def scenario_line(row: CatalogueRow, form: Form, evidence: EvidenceBase) -> ScenarioLine:
    """The line of one branch of appendix II."""
    reports = reports_of(row, form, evidence)
    speaking = speaking_reports(row, reports)
    updated = {
        period: figure
        for period in PERIODS
        if (
            figure := next((r.milestones[period] for r in speaking if period in r.milestones), None)
        )
    }
    return ScenarioLine(row, reports, updated)


def reports_of(row: CatalogueRow, form: Form, evidence: EvidenceBase) -> list[Report]:
    """Everybody who filled in the row: in the directive's order, then agencies it does not name."""
    sheet = sheet_of(form, row.appendix)
    if sheet is None:
        return []
    columns = measure_columns(sheet)
    answers = evidence.answers(sheet.key, row.code)
    roles: dict[str, Role | None] = {a.agency: a.role for a in row.agencies}
    return [
        _report(
            agency, roles.get(agency), answers[agency], columns, in_words=bool(row.target_words)
        )
        for agency in [*roles, *(a for a in answers if a not in roles)]
        if agency in answers
    ]


def first_with_value(reports: Sequence[Report]) -> Report | None:
    """The report that counts: reports come lead first."""
    return next((r for r in reports if r.value is not None), None)


def silent_agencies(row: CatalogueRow, reports: Sequence[Report]) -> list[str]:
    """Agencies the row names that gave no value."""
    spoken = {r.agency for r in reports if r.value is not None}
    return [a.agency for a in row.agencies if a.agency not in spoken]


def _report(
    agency: str, role: Role | None, answers: Answers, columns: MeasureColumns, *, in_words: bool
) -> Report:
    value = answers.get(columns.value)
    milestones = {
        period: answers[key]
        for period, key in columns.periods.items()
        if key in answers and answers[key].number is not None
    }
    elsewhere = {
        territory: answers[key]
        for territory, key in columns.elsewhere.items()
        if key in answers and answers[key].number is not None
    }
    told = value is not None and (value.number is not None or (in_words and value.is_given))
    given = value if told else None
    return Report(agency, role, answers, given, milestones, elsewhere)
