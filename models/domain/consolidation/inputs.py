"""The fingerprint by which an unchanged consolidation is recognised."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from models.domain.answers.standing import AgencyStanding, SubmissionRecord
from models.domain.consolidation.rulings import Rulings
from models.domain.consolidation.verdicts import VerdictBook
from models.domain.cycle.cycles import ReportingCycle
from models.domain.reading.forms import Form
from models.domain.register.catalogue import Catalogue


@dataclass(frozen=True)
class Inputs:
    """All that decides what a consolidation says; the moment of consolidating is not among it.

    Entries and findings are: a file read again by a mended reader, or a warning justified later,
    makes a new consolidation. So is what is shown beside it and follows from another cycle or from
    the day: `earlier` and `shown`.
    """

    cycle: ReportingCycle
    form: Form
    catalogue: Catalogue
    standings: Sequence[AgencyStanding]  # in the register's order
    rulings: Rulings
    verdicts: VerdictBook = field(default_factory=VerdictBook)
    earlier: str = ""  # fingerprint of the consolidation whose commitments this one is measured by
    shown: Sequence[str] = ()

    @property
    def fingerprint(self) -> str:
        """SHA-256, in hex, over all of it."""
        digest = hashlib.sha256()
        for part in self._parts():
            raw = part.encode("utf-8", "surrogatepass")
            digest.update(b"%d:" % len(raw))  # length first: no two lists of parts look alike
            digest.update(raw)
        return digest.hexdigest()

    def _parts(self) -> Iterator[str]:
        yield from _parts(self.cycle, self.form, self.catalogue, self.standings)
        yield from (f"{code} {ruling}" for code, ruling in sorted(self.rulings.items()))
        yield from map(str, self.verdicts.given)
        yield self.earlier
        yield from self.shown


def _parts(
    cycle: ReportingCycle, form: Form, catalogue: Catalogue, standings: Sequence[AgencyStanding]
) -> Iterator[str]:
    yield from (cycle.code, cycle.due_at.isoformat(), form.code, form.version)
    yield from (str(catalogue.year), catalogue.directive, catalogue.territory.value)
    yield from map(repr, (*catalogue.rows, *catalogue.equivalences, *catalogue.solution_groups))
    yield from map(repr, catalogue.tolerances.values())
    for standing in standings:
        yield from (standing.agency, standing.timeliness.value, str(standing.held))
        yield " ".join(m.receipt_number for m in standing.held_mail)
        if standing.extension_until is not None:
            yield f"{standing.extension_until.timestamp()} {standing.extension_said}"
        if (beyond := standing.out_of_reach) is not None:
            yield f"{beyond.addresses} {beyond.since.timestamp()} {beyond.said} {beyond.for_good}"
        yield str(standing.held_at and standing.held_at.timestamp())
        yield str(standing.effective.submission_id if standing.effective else None)
        yield " ".join((*standing.sections, "-", *standing.exempt_sheets))
        yield str(len(standing.versions))
        telling = {v.version for v in standing.telling}
        for record in standing.versions:
            yield from _record_parts(record)
            if record.version in telling:  # of the others nothing but that they came is shown
                yield from _content_parts(record)


def _record_parts(record: SubmissionRecord) -> Iterable[str]:
    yield from (str(record.submission_id), str(record.version), record.verdict.value)
    yield " ".join(f"{key}={verdict}" for key, verdict in sorted(record.sections.items()))
    yield from (record.received_at.isoformat(), record.receipt_number)
    yield from (record.file_name, record.file_sha256)


def _content_parts(record: SubmissionRecord) -> Iterable[str]:
    yield str(len(record.entries))
    for e in record.entries:
        yield f"{e.sheet}\t{e.row_key}\t{e.column}\t{e.cell}\t{e.value!r}\t{e.sheet_name}"
    yield str(len(record.findings))
    for f in record.findings:
        yield f"{f.rule}\t{f.severity}\t{f.sheet}\t{f.cell}\t{f.trial}\t{f.message}"
        yield f.justification
