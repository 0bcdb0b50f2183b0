"""How every asked agency stands in a cycle, from what the database holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, Engine

from models.domain.answers.sections import sections_of
from models.domain.answers.standing import (
    AgencyStanding,
    Circumstances,
    SubmissionRecord,
    standing_of,
)
from models.domain.cycle.cycles import ReportingCycle
from models.domain.mail.reach import out_of_reach
from models.domain.reading.forms import Form, asked_sheets
from models.domain.reading.submissions import Verdict
from models.domain.results.tidy_table import WholeVersions
from models.domain.review.history import history_columns
from tasks.adapters.store import (
    address_book,
    decisions,
    deliveries,
    messages,
    obligations,
    submissions,
)
from tasks.adapters.store.rows import for_reading
from tasks.adapters.workplace import Workplace


def standings_of_cycle(
    workplace: Workplace, connection: Connection, cycle: ReportingCycle, *, details: bool = False
) -> list[AgencyStanding]:
    """One standing per asked agency, by code.

    With `details` the versions that tell of anything have their cells and findings, and the
    accepted ones before them the values that the history of a figure is made of.
    """
    versions = submissions.records(connection, cycle.code, details=False)
    asked = obligations.of_cycle(connection, cycle.code)
    opened = min((one.opened_at for one in asked.values()), default=None)
    held = messages.held_by_agency(
        *(connection, cycle.code, (opened, cycle.due_at) if opened is not None else None),
        workplace.office.register.formal_names,
    )
    unusable = deliveries.unusable_mail(connection, cycle.code)
    in_words = deliveries.words_mail(connection, cycle.code)
    previewed = deliveries.previewed_on(connection, cycle.code)
    book = decisions.book(connection)
    exempted = book.exempted(cycle.code)
    sheets = book.all_exempted_sheets(cycle.code)
    failing = address_book.still_failing(connection, workplace.now)
    contacts = workplace.contacts()
    form, catalogue = workplace.office.form_of(cycle), workplace.office.catalogue_of(cycle)

    def is_exempt(agency: str) -> bool:
        if agency in exempted:
            return True
        # Who is exempted from one sheet after the other, to the last, has nothing left to send.
        freed = sheets.get(agency, frozenset())
        return bool(freed) and freed.issuperset(asked_sheets(form, catalogue, agency))

    def circumstances_of(agency: str) -> Circumstances:
        sections = [s.key for s in sections_of(form, catalogue, agency)]
        return replace(
            book.circumstances(cycle.code, agency, sections),
            held_mail=held.get(agency, ()),
            exempt=is_exempt(agency),
            out_of_reach=out_of_reach(contacts.get(agency), failing),
            unusable_mail=unusable.get(agency, ()),
            words_mail=in_words.get(agency, ()),
            previewed_on=previewed.get(agency, ()),
        )

    calendar = workplace.office.calendar

    def all_standings() -> list[AgencyStanding]:
        return [
            standing_of(
                *(agency, cycle, calendar, versions.get(agency, []), workplace.now),
                circumstances_of(agency),
            )
            for agency in asked
        ]

    standings = all_standings()
    if details:
        _read_content(connection, form, versions, standings)
        standings = all_standings()
    return standings


def _read_content(
    connection: Connection,
    form: Form,
    versions: dict[str, list[SubmissionRecord]],
    standings: Sequence[AgencyStanding],
) -> None:
    """Puts into `versions` the content of those that the standings need, by agency."""
    telling = [v for standing in standings for v in standing.telling]
    found = {v.submission_id: v for v in submissions.with_content(connection, telling)}
    if columns := {c.key for sheet in form.sheets for c in history_columns(sheet)}:
        every = (v for of in versions.values() for v in of if v.submission_id not in found)
        before = [v for v in every if v.verdict is Verdict.ACCEPTED or v.sections]
        read = submissions.with_columns(connection, before, columns)
        found |= {v.submission_id: v for v in read}
    for agency, bare in versions.items():
        versions[agency] = [found.get(v.submission_id, v) for v in bare]


def whole_versions(engine: Engine) -> WholeVersions:
    """Reads an agency's versions with all their cells, one agency at a time."""

    def read(standing: AgencyStanding) -> Sequence[SubmissionRecord]:
        with for_reading(engine).begin() as connection:
            return submissions.with_content(connection, standing.versions)

    return read
