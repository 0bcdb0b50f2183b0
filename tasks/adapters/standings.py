"""How every asked agency stands in a cycle, from what the database holds."""

from __future__ import annotations

from sqlalchemy import Connection

from models.domain.answers.sections import sections_of
from models.domain.answers.standing import AgencyStanding, Circumstances, standing_of
from models.domain.cycle.cycles import ReportingCycle
from models.domain.mail.reach import out_of_reach
from models.domain.reading.forms import asked_sheets
from tasks.adapters.store import decisions, deliveries, messages, obligations, submissions
from tasks.adapters.workplace import Workplace


def standings_of_cycle(
    workplace: Workplace, connection: Connection, cycle: ReportingCycle, *, details: bool = False
) -> list[AgencyStanding]:
    """One standing per asked agency, by code. `details` loads entries and findings too."""
    versions = submissions.records(connection, cycle.code, details=details)
    asked = obligations.of_cycle(connection, cycle.code)
    opened = min((one.opened_at for one in asked.values()), default=None)
    held = messages.held_by_agency(
        connection, cycle.code, (opened, cycle.due_at) if opened is not None else None
    )
    book = decisions.book(connection)
    exempted = book.exempted(cycle.code)
    sheets = book.all_exempted_sheets(cycle.code)
    failing = deliveries.still_failing(connection, workplace.now)
    contacts = workplace.contacts()
    form, catalogue = workplace.office.form_of(cycle), workplace.office.catalogue_of(cycle)

    def is_exempt(agency: str) -> bool:
        if agency in exempted:
            return True
        # Who is exempted from one sheet after the other, to the last, has nothing left to send.
        freed = sheets.get(agency, frozenset())
        return bool(freed) and freed.issuperset(asked_sheets(form, catalogue, agency))

    def circumstances_of(agency: str) -> Circumstances:
        extension = book.extended(cycle.code, agency)
        return Circumstances(
            extension_until=extension.until if extension else None,
            extension_said=f"{extension.by}: {extension.reason}" if extension else "",
            held_mail=held.get(agency, ()),
            exempt=is_exempt(agency),
            sections=[s.key for s in sections_of(form, catalogue, agency)],
            exempt_sheets=tuple(book.exempted_sheets(cycle.code, agency)),
            out_of_reach=out_of_reach(contacts.get(agency), failing),
        )

    calendar = workplace.office.calendar
    return [
        standing_of(
            *(agency, cycle, calendar, versions.get(agency, []), workplace.now),
            circumstances_of(agency),
        )
        for agency in asked
    ]
