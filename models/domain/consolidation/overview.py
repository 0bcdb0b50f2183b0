"""Who answered, when, in which version, in time or not, and how completely."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.domain.answers.papers import SignedPaper
from models.domain.answers.sections import section_of
from models.domain.answers.standing import AgencyStanding, SubmissionRecord, Timeliness, by_arrival
from models.domain.consolidation.evidence import EvidenceBase
from models.domain.cycle.cycles import HANOI
from models.domain.mail.reach import OutOfReach
from models.domain.reading.findings import Finding, Severity
from models.domain.reading.forms import (
    Column,
    Form,
    SheetForm,
    SheetKind,
    expected_rows,
    is_required,
)
from models.domain.reading.submissions import Verdict
from models.domain.register.agencies import AgencyKind, Register
from models.domain.register.catalogue import Appendix, Catalogue, CatalogueRow


@dataclass(frozen=True, slots=True)
class Completeness:
    """Rows of one appendix in which an agency must fill something, and how many it filled wholly.

    Rows it may leave empty (those it only co-reports, the scenario it keeps, whatever it was
    exempted from) count in neither.
    """

    expected: int
    complete: int

    def __add__(self, other: Completeness) -> Completeness:
        return Completeness(self.expected + other.expected, self.complete + other.complete)


@dataclass(frozen=True, slots=True)
class SectionOverview:
    """One section of an agency's answer. `version` and receipt are of what counts of it."""

    key: str
    title: str
    version: int | None  # None while nothing of it was accepted
    receipt_number: str
    exempt: bool  # need not be filled in, by a person's decision
    open_errors: int = 0
    open_warnings: int = 0

    @property
    def is_owed(self) -> bool:
        """Whether it is still to come."""
        return self.version is None and not self.exempt


@dataclass(frozen=True)
class AgencyOverview:
    """One agency's answer at a glance. Instants are UTC; None and "" where nothing came."""

    agency: str
    name: str
    kind: AgencyKind | None  # None: the register does not know the code
    timeliness: Timeliness
    first_received_at: dt.datetime | None
    # Of the version that counts, else of what lies with the office, else of the last version.
    received_at: dt.datetime | None
    version: int  # of the version that counts, else of the last one; 0 when nothing came
    verdict: Verdict | None  # of the last version
    receipt_number: str  # of what `received_at` is of
    versions: int
    sendings: int  # versions, and mail that nobody has opened yet
    held: int  # messages taken to be its own that wait for a decision of the office
    held_at: dt.datetime | None  # when the last of them arrived
    open_errors: int
    open_warnings: int
    completeness: Mapping[Appendix, Completeness]  # appendices the agency answers for
    free_actions: int  # rows of its free action plan
    exempt_sheets: Sequence[str] = ()  # titles of sheets it need not fill in
    sections: Sequence[SectionOverview] = ()  # where each is accepted by itself
    extended_to: dt.date | None = None  # its own last day, where it was granted one
    extension_reason: str = ""  # papers name no clerk who granted it
    papers: Sequence[SignedPaper] = ()  # the signed documents of what counts, else of the last
    out_of_reach: OutOfReach | None = None  # no letter reaches it, and why
    # The province it came with since the cycle before, in which it was not asked for that reason.
    came_from: str = ""
    waits: bool = False  # whether the next move is the office's
    sent_back: bool = False  # whether it got its workbook back, and the correction is awaited
    correct_by: dt.date | None = None  # the last day on which that correction is in time
    chooses: bool = False  # whether it was asked which of several workbooks counts
    anothers: bool = False  # whether all that it sent is another agency's workbook

    @property
    def owed(self) -> Sequence[str]:
        """Titles of the sections still to come of an answer of which others were accepted."""
        if self.answered or not any(s.version is not None for s in self.sections):
            return ()
        return [s.title for s in self.sections if s.is_owed]

    @property
    def answered(self) -> bool:
        """Whether a version was accepted."""
        return self.timeliness in (Timeliness.ON_TIME, Timeliness.CORRECTED, Timeliness.LATE)

    @property
    def in_time_extended(self) -> bool:
        """Whether its answer is in time by a deadline of its own."""
        in_time = self.timeliness in (Timeliness.ON_TIME, Timeliness.CORRECTED)
        return in_time and self.extended_to is not None


def open_records(standing: AgencyStanding) -> list[SubmissionRecord]:
    """The versions whose findings are still open: the one that counts, and a later one sent back.

    >>> open_records(AgencyStanding("x", Timeliness.MISSING, (), None))
    []
    """
    last = standing.versions[-1] if standing.versions else None
    records = [standing.effective] if standing.effective is not None else []
    if last is not None and (
        standing.effective is None or by_arrival(last) > by_arrival(standing.effective)
    ):
        records.append(last)
    return records


def open_findings(
    standing: AgencyStanding, form: Form
) -> list[tuple[SubmissionRecord, str, Finding]]:
    """The findings that are still open, each with its version and, where one, its section.

    Where sections are accepted each by itself, those on what counts of a section are, and those on
    the last that was sent of it since. A finding on no section is open while anything of its
    version counts, or nothing came after it.
    """
    if not standing.sections:
        return [(r, "", f) for r in open_records(standing) for f in r.findings]
    sections = [s for s in form.sheets if s.key in standing.sections]
    counted = {r.version for r in standing.counted}
    newest = standing.versions[-1].version if standing.versions else 0
    open_in: dict[str, set[int]] = {"": counted | {newest}}
    for section in sections:
        counting = standing.counting(section.key)
        since = [
            v.version
            for v in standing.versions
            if (section.key in v.sections or not v.sections)
            and (counting is None or by_arrival(v) > by_arrival(counting))
        ]
        open_in[section.key] = {counting.version} if counting else set()
        if since and (counting or section.key not in standing.exempt_sheets):
            open_in[section.key].add(since[-1])
    found = []
    for record in standing.versions:
        names = {e.sheet_name: e.sheet for e in record.entries}
        for finding in record.findings:
            key = section_of(finding, sections, names)
            if record.version in open_in[key]:
                found.append((record, key, finding))
    return found


def overview_of(
    standing: AgencyStanding,
    register: Register,
    form: Form,
    catalogue: Catalogue,
    evidence: EvidenceBase,
    action_sheets: Sequence[SheetForm],
) -> AgencyOverview:
    """One agency's line of the overview, without what calendar and register know of it beside."""
    until = standing.extension_until
    last_day = until.astimezone(HANOI) - dt.timedelta(microseconds=1) if until else None
    agency = register.agencies.get(standing.agency)
    last = standing.versions[-1] if standing.versions else None
    shown = standing.effective or last
    held = standing.held_mail[-1] if standing.waits_for_office and standing.held_mail else None
    arrivals = [v.received_at for v in standing.versions[:1]]
    # What is taken to be another's came first for nobody, as long as its own has come.
    own = [m.received_at for m in standing.held_mail if not m.doubtful]
    arrivals += own[:1] or ([] if arrivals else [m.received_at for m in standing.held_mail[:1]])
    came = held or shown
    still_open = [(key, f) for _, key, f in open_findings(standing, form) if not f.trial]
    found = [f for _, f in still_open]
    return AgencyOverview(
        agency=standing.agency,
        name=register.agency_name(standing.agency),
        kind=agency.kind if agency else None,
        timeliness=standing.timeliness,
        first_received_at=min(arrivals, default=None),
        received_at=came.received_at if came else None,
        version=shown.version if shown else 0,
        verdict=last.verdict if last else None,
        receipt_number=came.receipt_number if came else "",
        versions=len(standing.versions),
        sendings=standing.sendings,
        held=sum(not mail.doubtful for mail in standing.held_mail),
        held_at=standing.held_at,
        open_errors=_grave(found),
        open_warnings=_warnings(found),
        completeness=_completeness(standing, form, catalogue, evidence),
        free_actions=sum(
            standing.agency in evidence.answers(sheet.key, row)
            for sheet in action_sheets
            for row in evidence.rows_of(sheet.key)
        ),
        sections=[
            _section(standing, sheet, [f for key, f in still_open if key == sheet.key])
            for sheet in form.sheets
            if sheet.key in standing.sections
        ],
        papers=standing.papers,
        exempt_sheets=[s.title for s in form.sheets if s.key in standing.exempt_sheets],
        extended_to=last_day.date() if last_day else None,
        extension_reason=standing.extension_reason,
        out_of_reach=standing.out_of_reach,
        waits=standing.waits_for_office,
        sent_back=standing.awaiting_correction and not standing.waits_for_office,
        chooses=standing.chooses,
        anothers=standing.brought_anothers is not None,
    )


def _section(
    standing: AgencyStanding, sheet: SheetForm, found: Sequence[Finding]
) -> SectionOverview:
    counting = standing.counting(sheet.key)
    return SectionOverview(
        key=sheet.key,
        title=sheet.title,
        version=counting.version if counting else None,
        receipt_number=counting.receipt_number if counting else "",
        exempt=sheet.key in standing.exempt_sheets or standing.timeliness is Timeliness.EXEMPT,
        open_errors=_grave(found),
        open_warnings=_warnings(found),
    )


def _grave(found: Sequence[Finding]) -> int:
    return sum(f.severity in (Severity.BLOCKER, Severity.ERROR) for f in found)


def _warnings(found: Sequence[Finding]) -> int:
    return sum(f.severity is Severity.WARNING for f in found)


def excused_rows(
    standings: Sequence[AgencyStanding], form: Form, catalogue: Catalogue
) -> frozenset[str]:
    """Codes of the rows whose lead need not answer them, by a person's decision.

    Where each of many answers for itself: that none of them need.
    """
    found: dict[str, set[str]] = {}
    for sheet, agencies in excused_agencies(standings, form).items():
        for agency in agencies:
            for row in expected_rows(form.sheet(sheet), catalogue, agency):
                found.setdefault(row.code, set()).add(agency)
    return frozenset(
        code
        for code, agencies in found.items()
        if agencies.issuperset((row := catalogue.row(code)).members or [row.lead])
    )


def excused_agencies(
    standings: Sequence[AgencyStanding], form: Form
) -> Mapping[str, frozenset[str]]:
    """By key of each table: who need not fill it in, by a person's decision."""
    return {
        sheet.key: frozenset(s.agency for s in standings if is_excused(s, sheet.key))
        for sheet in form.sheets
        if sheet.kind is SheetKind.TABLE
    }


def is_excused(standing: AgencyStanding, sheet: str) -> bool:
    """Whether the agency need not fill in that sheet, or anything."""
    return standing.timeliness is Timeliness.EXEMPT or sheet in standing.exempt_sheets


def _completeness(
    standing: AgencyStanding, form: Form, catalogue: Catalogue, evidence: EvidenceBase
) -> dict[Appendix, Completeness]:
    """By appendix; sheets that the agency need not fill in count in neither."""
    agency = standing.agency
    found: dict[Appendix, Completeness] = {}
    for sheet in form.sheets:
        if sheet.kind is not SheetKind.TABLE or is_excused(standing, sheet.key):
            continue
        for row in expected_rows(sheet, catalogue, agency):
            required = _required_columns(sheet, row, agency)
            if not required:
                continue
            answers = evidence.answers(sheet.key, row.code).get(agency, {})
            given = {key for key, figure in answers.items() if figure.is_given}
            whole = all(c.key in given or given.intersection(c.alternatives) for c in required)
            one = Completeness(1, int(whole))
            found[row.appendix] = found.get(row.appendix, Completeness(0, 0)) + one
    return {a: found[a] for a in Appendix if a in found}


def _required_columns(sheet: SheetForm, row: CatalogueRow, agency: str) -> list[Column]:
    return [c for c in sheet.columns if not c.office and is_required(c, row, agency)]
