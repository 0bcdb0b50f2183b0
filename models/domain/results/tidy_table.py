"""The tidy table of a cycle: one row per cell an agency filled in, for machines of other houses.

Every version is in it, also those that were sent back, so that nothing an agency said is missing;
`counts` says which cells the consolidation was made of. `tidy_columns` states its columns.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from models.domain.answers.standing import AgencyStanding, SubmissionRecord
from models.domain.consolidation import Consolidation, Members
from models.domain.consolidation.evidence import CellOrder
from models.domain.consolidation.verdicts import PersonAsked
from models.domain.reading.forms import ESTIMATED, OFFICIAL, Column, Form, full_name, place_of
from models.domain.reading.office import Office
from models.domain.reading.submissions import Entry
from models.domain.register.agencies import Register
from models.domain.register.catalogue import PERIODS, Catalogue, CatalogueRow
from models.domain.results.tidy_columns import Observation, meaning_of, period_of
from models.domain.review import Review

#: Of an outturn: these columns of a row share its as-of date and whether it is final.
_OUTTURN = ("to_date", "estimate", "disbursed", "disbursed_estimate")
_FINAL_BY_NATURE = ("last_year",)  # the form asks for the official figure
_STATUSES = {ESTIMATED.casefold(): "estimate", OFFICIAL.casefold(): "actual"}


@dataclass(frozen=True)
class Judged:
    """How a cycle's figures are judged.

    `figures`: by reference those that stand, each with what it is judged to mean, "" where nothing
    judges it. `each`: likewise what each of many who lead a row together says of itself, which is
    never the row's value. `targets`: as printed, by row and territory; None where each row has but
    the one the catalogue shows. `persons`: by reference who judged, where a person did.
    """

    figures: Mapping[str, str]
    targets: Mapping[tuple[str, str], str] | None = None
    each: Mapping[str, str] = field(default_factory=dict)
    persons: Mapping[str, str] = field(default_factory=dict)


def judged_plan(consolidation: Consolidation) -> Judged:
    """Of a plan: commitments against the targets the catalogue shows."""
    figures = {
        line.standing.value.reference: line.judgement.value
        for line in consolidation.indicators
        if line.standing is not None and line.standing.value is not None
    }
    each = _each(line.members for line in consolidation.indicators)
    persons = _persons(a for i in consolidation.indicators for a in i.every_asked)
    return Judged(figures | _scenario_figures(consolidation), each=each, persons=persons)


def judged_review(consolidation: Consolidation, review: Review) -> Judged:
    """Of a review: values of the year against the target in force in their territory."""
    targets = {
        (indicator.row.code, territory.value): result.target.printed
        for indicator in review.indicators
        for territory, result in indicator.territories.items()
        if result.target is not None
    }
    figures = dict(_reviewed_figures(review)) | _scenario_figures(consolidation)
    each = _each(one.members for one in review.indicators)
    each |= {
        member.doing.state_figure.reference: member.bucket.value
        for task in review.tasks
        for member in task.members
        if member.doing.state_figure is not None
    }
    results = [r.asked for i in review.indicators for r in i.territories.values()]
    members = [v.asked for i in review.indicators for v in (i.members.values if i.members else ())]
    return Judged(figures, targets or None, each, _persons([*results, *members]))


def _each(found: Iterable[Members | None]) -> dict[str, str]:
    return {
        value.figure.reference: value.judgement.value
        for members in found
        for value in (members.values if members else ())
        if value.figure is not None
    }


def _persons(asked: Iterable[PersonAsked | None]) -> dict[str, str]:
    found = ((a.question.figure.reference, a.verdict) for a in asked if a is not None)
    return {reference: verdict.said for reference, verdict in found if verdict is not None}


#: An agency's versions, each with all its cells: a consolidation has those of what counts.
WholeVersions = Callable[[AgencyStanding], Sequence[SubmissionRecord]]


def tidy_rows(
    office: Office, consolidation: Consolidation, judged: Judged, versions_of: WholeVersions
) -> Iterator[Observation]:
    """Every cell of every version, in the order of register, version, form and catalogue.

    The office's own columns are left out. The same inputs give the same rows in the same order.
    """
    cycle = consolidation.cycle
    table = _Table(office, consolidation, judged)
    by_agency = {s.agency: s for s in consolidation.standings}
    for agency in consolidation.agencies:
        for record in versions_of(by_agency[agency.agency]):
            yield from table.rows_of(cycle.code, record)


@dataclass(frozen=True, slots=True)
class _Place:
    """A sheet's row and column, as the table tells of its cells."""

    column: Column | None
    meaning: str
    period: str
    territory: str
    unit: str
    target: str


class _Table:
    """What the rows of one consolidation share."""

    def __init__(self, office: Office, consolidation: Consolidation, judged: Judged) -> None:
        self._form: Form = office.form_of(consolidation.cycle)
        self._catalogue: Catalogue = office.catalogue_of(consolidation.cycle)
        self._register: Register = office.register
        self._order = CellOrder(self._form, self._catalogue)
        self._rows = {row.code: row for row in self._catalogue}
        self._names = {r.code: full_name(r, self._catalogue) for r in self._catalogue}
        self._places = {r.code: place_of(r, self._catalogue) for r in self._catalogue}
        self._columns = {(s.key, c.key): c for s in self._form.sheets for c in s.columns}
        self._references = {
            (f.source.submission_id, f.sheet, f.row_key, f.column, f.source.cell): f.reference
            for f in consolidation.lineage
        }
        self._judged = judged
        self._told: dict[tuple[str, str, str], _Place] = {}

    def rows_of(self, cycle: str, record: SubmissionRecord) -> Iterator[Observation]:
        entries = sorted(self._order.agency_cells(record), key=self._order.key)
        notes = self._notes(entries)
        agency_name = self._register.agency_name(record.agency)
        received_at = record.received_at.astimezone(dt.UTC)
        for entry in entries:
            place = self._place(entry.sheet, entry.row_key, entry.column)
            status, as_of = _outturn(place.column, notes.get((entry.sheet, entry.row_key), {}))
            cell = (record.submission_id, entry.sheet, entry.row_key, entry.column, entry.cell)
            reference = self._references.get(cell, "")
            number = entry.value if isinstance(entry.value, Decimal) else None
            yield Observation(
                cycle=cycle,
                agency=record.agency,
                agency_name=agency_name,
                sheet=entry.sheet,
                row_code=entry.row_key,
                place=self._places.get(entry.row_key, ""),
                name=self._names.get(entry.row_key, ""),
                column=entry.column,
                meaning=place.meaning,
                period=place.period,
                territory=place.territory,
                unit=place.unit,
                number=number if number is not None and number.is_finite() else None,
                text=entry.raw,
                date=entry.value if isinstance(entry.value, dt.date) else None,
                status=status,
                as_of_date=as_of,
                counts=bool(reference),
                standing=reference in self._judged.figures,
                judgement=self._judged.figures.get(reference)
                or self._judged.each.get(reference, ""),
                judged_by=self._judged.persons.get(reference, ""),
                target=place.target,
                receipt=record.receipt_number,
                version=record.version,
                received_at=received_at,
                file_name=record.file_name,
                file_sha256=record.file_sha256,
                sheet_name=entry.sheet_name,
                cell=entry.cell,
                reference=reference,
            )

    def _place(self, sheet: str, row_key: str, column_key: str) -> _Place:
        """What is told of every cell that ever stands there; each version says it again."""
        known = self._told.get((sheet, row_key, column_key))
        if known is None:
            column, row = self._columns.get((sheet, column_key)), self._rows.get(row_key)
            known = self._told[sheet, row_key, column_key] = _Place(
                column=column,
                meaning=meaning_of(column),
                period=period_of(column),
                territory=_territory(column, self._catalogue),
                unit=_unit(column, row),
                target=self._target(column, row),
            )
        return known

    def _target(self, column: Column | None, row: CatalogueRow | None) -> str:
        """The target a value of the year is judged by; what is no measure, or of another year or
        a part of this one, has none."""
        if column is None or row is None or not column.unit_of_row:
            return ""
        if period_of(column) != PERIODS[-1]:
            return ""
        if self._judged.targets is None:
            return row.target_shown
        territory = column.territory or self._catalogue.territory.value
        return self._judged.targets.get((row.code, territory), "")

    def _notes(self, entries: Iterable[Entry]) -> Mapping[tuple[str, str], dict[str, Entry]]:
        """By row: what it says of its own figures, by meaning; of a repeated cell the first."""
        notes: dict[tuple[str, str], dict[str, Entry]] = {}
        for entry in entries:
            meaning = meaning_of(self._columns.get((entry.sheet, entry.column)))
            if meaning in ("value_status", "as_of"):
                notes.setdefault((entry.sheet, entry.row_key), {}).setdefault(meaning, entry)
        return notes


def _reviewed_figures(review: Review) -> Iterator[tuple[str, str]]:
    for indicator in review.indicators:
        for result in indicator.territories.values():
            if result.value is not None:
                yield result.value.reference, result.judgement.value
    for task in review.tasks:
        if task.doing.state_figure is not None and not task.members:
            yield task.doing.state_figure.reference, task.bucket.value
    for project in review.projects:
        for spent in (project.disbursed, project.disbursed_estimate):
            if spent is not None:
                yield spent.reference, ""


def _scenario_figures(consolidation: Consolidation) -> dict[str, str]:
    return {f.reference: "" for line in consolidation.scenario for f in line.updated.values()}


def _territory(column: Column | None, catalogue: Catalogue) -> str:
    if column is None or not column.unit_of_row:
        return ""
    return column.territory or catalogue.territory.value


def _unit(column: Column | None, row: CatalogueRow | None) -> str:
    if column is None:
        return ""
    return row.unit if column.unit_of_row and row is not None else column.unit


def _outturn(column: Column | None, notes: Mapping[str, Entry]) -> tuple[str, dt.date | None]:
    """Whether a figure is an estimate or an actual, and of which day.

    The agency says the first of its value of the year alone: of what stands beside it nobody knows.
    """
    meaning = meaning_of(column)
    as_of = notes["as_of"].value if "as_of" in notes and meaning in _OUTTURN else None
    day = as_of if isinstance(as_of, dt.date) else None
    if meaning in _FINAL_BY_NATURE:
        return "actual", day
    if meaning == "estimate":
        said = notes["value_status"].value if "value_status" in notes else ""
        return _STATUSES.get(str(said).strip().casefold(), ""), day
    return ("estimate" if meaning == "disbursed_estimate" else ""), day
