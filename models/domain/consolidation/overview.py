"""Who answered, when, in which version, in time or not, and how completely."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.domain.agencies import AgencyKind, Register
from models.domain.catalogue import Appendix, Catalogue, CatalogueRow
from models.domain.consolidation.evidence import Evidence
from models.domain.findings import Severity
from models.domain.forms import Form, SheetForm, SheetKind, expected_rows, is_required
from models.domain.standing import AgencyStanding, SubmissionRecord, Timeliness
from models.domain.submissions import Verdict


@dataclass(frozen=True, slots=True)
class Completeness:
    """Rows of one appendix in which an agency must fill something, and how many it filled wholly.

    Rows it may leave empty (those it only co-reports, the scenario it keeps) count in neither.
    """

    expected: int
    complete: int

    def __add__(self, other: Completeness) -> Completeness:
        return Completeness(self.expected + other.expected, self.complete + other.complete)


@dataclass(frozen=True)
class AgencyOverview:
    """One agency's answer at a glance. Instants are UTC; None and "" where nothing came."""

    agency: str
    name: str
    kind: AgencyKind | None  # None: the register does not know the code
    timeliness: Timeliness
    first_received_at: dt.datetime | None
    received_at: dt.datetime | None  # of the version that counts, else of the last one
    version: int  # of the version that counts, else of the last one; 0 when nothing came
    verdict: Verdict | None  # of the last version
    receipt_number: str
    versions: int
    held: int  # messages that wait for a decision of the office
    held_at: dt.datetime | None  # when the last of them arrived
    open_errors: int
    open_warnings: int
    completeness: Mapping[Appendix, Completeness]  # appendices the agency answers for
    free_actions: int  # rows of its free action plan

    @property
    def answered(self) -> bool:
        """Whether a version was accepted."""
        return self.timeliness in (Timeliness.ON_TIME, Timeliness.CORRECTED, Timeliness.LATE)


def open_records(standing: AgencyStanding) -> list[SubmissionRecord]:
    """The versions whose findings are still open: the one that counts, and a later one sent back.

    >>> open_records(AgencyStanding("x", Timeliness.MISSING, (), None))
    []
    """
    last = standing.versions[-1] if standing.versions else None
    records = [standing.effective] if standing.effective is not None else []
    if last is not None and (
        standing.effective is None or last.version > standing.effective.version
    ):
        records.append(last)
    return records


def overview_of(
    standing: AgencyStanding,
    register: Register,
    form: Form,
    catalogue: Catalogue,
    evidence: Evidence,
    action_sheets: Sequence[SheetForm],
) -> AgencyOverview:
    """One agency's line of the overview."""
    agency = register.agencies.get(standing.agency)
    last = standing.versions[-1] if standing.versions else None
    shown = standing.effective or last
    found = [f for r in open_records(standing) for f in r.findings if not f.trial]
    return AgencyOverview(
        agency=standing.agency,
        name=agency.name if agency else standing.agency,
        kind=agency.kind if agency else None,
        timeliness=standing.timeliness,
        first_received_at=standing.versions[0].received_at if standing.versions else None,
        received_at=shown.received_at if shown else None,
        version=shown.version if shown else 0,
        verdict=last.verdict if last else None,
        receipt_number=shown.receipt_number if shown else "",
        versions=len(standing.versions),
        held=standing.held,
        held_at=standing.held_at,
        open_errors=sum(f.severity in (Severity.BLOCKER, Severity.ERROR) for f in found),
        open_warnings=sum(f.severity is Severity.WARNING for f in found),
        completeness=_completeness(standing.agency, form, catalogue, evidence),
        free_actions=sum(
            standing.agency in evidence.answers(sheet.key, row)
            for sheet in action_sheets
            for row in evidence.rows_of(sheet.key)
        ),
    )


def _completeness(
    agency: str, form: Form, catalogue: Catalogue, evidence: Evidence
) -> dict[Appendix, Completeness]:
    found: dict[Appendix, Completeness] = {}
    for sheet in form.sheets:
        if sheet.kind is not SheetKind.TABLE:
            continue
        for row in expected_rows(sheet, catalogue, agency):
            required = _required_columns(sheet, row, agency)
            if not required:
                continue
            answers = evidence.answers(sheet.key, row.code).get(agency, {})
            given = {key for key, figure in answers.items() if figure.is_given}
            one = Completeness(1, int(given.issuperset(required)))
            found[row.appendix] = found.get(row.appendix, Completeness(0, 0)) + one
    return {a: found[a] for a in Appendix if a in found}


def _required_columns(sheet: SheetForm, row: CatalogueRow, agency: str) -> list[str]:
    return [c.key for c in sheet.columns if not c.office and is_required(c, row, agency)]
