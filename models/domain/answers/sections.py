"""Sections: the parts of an agency's answer that are accepted, or sent back, each by itself.

A section is a sheet of the agency's workbook other than the instructions, where the form says so
(`accept_by_section`). What was accepted once stays accepted: a later version takes its place when
that sheet of it is accepted too, and otherwise changes nothing. So a correction may consist of the
sheets alone that were sent back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from models.domain.answers.standing import SubmissionRecord, last_accepting, verdict_of
from models.domain.reading.findings import Finding
from models.domain.reading.forms import Form, SheetForm, SheetKind, sheets_for
from models.domain.reading.layout import Layout
from models.domain.reading.problems import ProblemKind
from models.domain.reading.submissions import Entry, Examination, Verdict
from models.domain.register.catalogue import Catalogue
from models.domain.rules.workbook.structure import SHEET_MISSING


class PartState(StrEnum):
    """What a version means for one section."""

    TAKEN = "taken"  # accepted: its cells count from now on
    RETURNED = "returned"  # has errors, and nothing of it was accepted before: owed
    SPOILED = "spoiled"  # has errors; the version accepted before goes on counting
    SUPERSEDED = "superseded"  # free of errors; a version that arrived later goes on counting
    KEPT = "kept"  # not in this file; the version accepted before goes on counting
    MISSING = "missing"  # not in this file, and nothing of it was accepted before: owed
    EXEMPT = "exempt"  # need not be filled in, by a person's decision, and was not or wrongly


@dataclass(frozen=True, slots=True)
class Part:
    """One section as a version leaves it. `version`: the earlier one that counts, None for none."""

    key: str
    title: str  # the form's
    state: PartState
    version: int | None = None
    errors: int = 0  # grave findings on it in this version

    @property
    def is_owed(self) -> bool:
        """Whether the section is still to come."""
        return self.state in (PartState.RETURNED, PartState.MISSING)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a version does to an agency's answer, section by section in the form's order."""

    parts: Sequence[Part]

    @property
    def verdict(self) -> Verdict:
        """Accepted when something of it can be used and nothing is owed any more."""
        if any(p.is_owed for p in self.parts) or not (self.taken or self.superseded):
            return Verdict.RETURNED
        return Verdict.ACCEPTED

    @property
    def taken(self) -> Sequence[Part]:
        """The sections of this version that count from now on."""
        return [p for p in self.parts if p.state is PartState.TAKEN]

    @property
    def owed(self) -> Sequence[Part]:
        """The sections that are still to come."""
        return [p for p in self.parts if p.is_owed]

    @property
    def spoiled(self) -> Sequence[Part]:
        """The sections that cannot be used, of which an earlier version goes on counting."""
        return [p for p in self.parts if p.state is PartState.SPOILED]

    @property
    def superseded(self) -> Sequence[Part]:
        """The sections of which a version that arrived later goes on counting."""
        return [p for p in self.parts if p.state is PartState.SUPERSEDED]

    @property
    def is_whole(self) -> bool:
        """Whether nothing has to be said by section: all of it taken, or nothing ever."""
        states = {p.state for p in self.parts} - {PartState.EXEMPT}
        return states <= {PartState.TAKEN} or states <= {PartState.RETURNED, PartState.MISSING}


def sections_of(form: Form, catalogue: Catalogue, agency: str) -> list[SheetForm]:
    """The sections of an agency's answer in the form's order; none where files count as a whole."""
    if not form.accept_by_section:
        return []
    return [s for s in sheets_for(form, catalogue, agency) if s.kind is not SheetKind.INSTRUCTIONS]


def titles_of(form: Form, keys: Iterable[str]) -> list[str]:
    """The titles of sections, as letters name them, in the form's order."""
    wanted = set(keys)
    return [s.title for s in form.sheets if s.key in wanted]


def sheets_found(layout: Layout) -> dict[str, str]:
    """Key in the form of every sheet a workbook holds, by its name there.

    A sheet without a header that anybody recognises is one too: it is there and cannot be read.
    """
    found = {
        p.sheet_name: p.sheet
        for p in layout.problems
        if p.kind is ProblemKind.HEADER_MISSING and p.sheet
    }
    return found | {sheet.name: key for key, sheet in layout.sheets.items()}


def section_of(
    finding: Finding, sections: Sequence[SheetForm], sheet_keys: Mapping[str, str]
) -> str:
    """The section a finding stands on, "" where it concerns the file as a whole.

    A remark on several sheets stands on that of the cell it names. A sheet that is missing goes by
    the form's title, whatever other sheet bears that name now.
    """
    by_title = {s.title: s.key for s in sections}
    if finding.rule == SHEET_MISSING:
        return by_title.get(finding.sheet, "")
    return sheet_keys.get(finding.sheet) or by_title.get(finding.sheet, "")


def section_verdicts(
    findings: Iterable[Finding], sections: Sequence[SheetForm], sheet_keys: Mapping[str, str]
) -> dict[str, Verdict]:
    """The verdict on each section of one file by itself.

    A grave finding that stands on no section counts against all, and a section whose sheet is not
    in the file is sent back.
    """
    errors = _errors(findings, sections, sheet_keys)
    there = set(sheet_keys.values())
    return {
        s.key: Verdict.RETURNED
        if errors.get("") or errors.get(s.key) or s.key not in there
        else Verdict.ACCEPTED
        for s in sections
    }


def _errors(
    findings: Iterable[Finding], sections: Sequence[SheetForm], sheet_keys: Mapping[str, str]
) -> dict[str, int]:
    """Grave findings by section."""
    counts: dict[str, int] = {}
    for finding in findings:
        if verdict_of([finding]) is Verdict.RETURNED:
            key = section_of(finding, sections, sheet_keys)
            counts[key] = counts.get(key, 0) + 1
    return counts


def weigh(
    examination: Examination,
    sections: Sequence[SheetForm],
    earlier: Sequence[SubmissionRecord],
    exempt: Collection[str] = (),
    *,
    unfit: Collection[str] = (),
    received_at: dt.datetime | None = None,
) -> tuple[Examination, Outcome]:
    """The examination in the light of earlier versions, and what becomes of each section.

    That a sheet is missing of which an earlier version counts is no fault: the finding goes, the
    part says which one counts. `Examination.sections` leaves out what this file says nothing of:
    sheets it need not hold, and `unfit` ones: exempted, and with errors but for that. Nothing of
    them counts, so that they are owed once the exemption ends. `received_at`: when it arrived, None
    where nothing can have come since.
    """
    counts = {s.key: last_accepting(earlier, s.key) for s in sections}
    there = set(examination.sheet_keys.values())
    findings = tuple(
        f
        for f in examination.findings
        if f.rule != SHEET_MISSING or counts.get(section_of(f, sections, {})) is None
    )
    said = {
        key: verdict
        for key, verdict in section_verdicts(findings, sections, examination.sheet_keys).items()
        if key not in unfit and (key in there or not (counts[key] or key in exempt))
    }
    parts = parts_left(said, findings, sections, earlier, examination.sheet_keys, received_at)
    return replace(examination, findings=findings, sections=said), Outcome(tuple(parts))


def parts_left(
    said: Mapping[str, Verdict],
    findings: Sequence[Finding],
    sections: Sequence[SheetForm],
    earlier: Sequence[SubmissionRecord],
    sheet_keys: Mapping[str, str],
    received_at: dt.datetime | None = None,
) -> list[Part]:
    """Each section as a version leaves it, by what was `said` of its sheets and recorded before it.

    A section of which nothing was said was not in the file and need not have been.
    """
    errors = _errors(findings, sections, sheet_keys)
    missing = {
        section_of(f, sections, sheet_keys)
        for f in findings
        if f.rule == SHEET_MISSING and verdict_of([f]) is Verdict.RETURNED
    }
    parts = []
    for section in sections:
        key, before = section.key, last_accepting(earlier, section.key)
        newer = before is not None and received_at is not None and before.received_at > received_at
        if said.get(key) is Verdict.ACCEPTED and newer:
            state = PartState.SUPERSEDED
        elif said.get(key) is Verdict.ACCEPTED:
            state, before = PartState.TAKEN, None
        elif before is not None:
            state = PartState.SPOILED if key in said else PartState.KEPT
        elif key not in said:
            state = PartState.EXEMPT
        else:
            state = PartState.MISSING if key in missing else PartState.RETURNED
        version = before.version if before else None
        parts.append(Part(key, section.title, state, version, errors.get(key, 0)))
    return parts


def last_said(
    versions: Sequence[SubmissionRecord], sections: Iterable[str]
) -> dict[str, SubmissionRecord]:
    """By section what a new version is compared with: the version of it that counts.

    Where none was accepted yet, the last that said anything of it. `versions`: oldest first.
    """
    found = {}
    for key in sections:
        holding = (v for v in reversed(versions) if any(e.sheet == key for e in v.entries))
        record = last_accepting(versions, key) or next(holding, None)
        if record is not None:
            found[key] = record
    return found


def said_of(compared: Mapping[str, SubmissionRecord], sheets: Collection[str]) -> list[Entry]:
    """The entries of those sheets, each from the version it is compared with."""
    return [
        entry
        for key, record in compared.items()
        if key in sheets
        for entry in record.entries
        if entry.sheet == key
    ]
