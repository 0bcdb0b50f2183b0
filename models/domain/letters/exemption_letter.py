"""The letter that tells an agency what it need not send, or that it must send it after all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from models.domain.answers.sections import titles_of
from models.domain.answers.standing import AgencyStanding, Timeliness
from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.cycle.working_calendar import WorkingCalendar
from models.domain.letters.letters import (
    LetterContent,
    deadline_facts,
    letterhead,
    owed_by_facts,
    standing_facts,
)
from models.domain.mail.mail import LetterKind
from models.domain.notation.vietnamese_text import one_line
from models.domain.reading.forms import Form, asked_sheets
from models.domain.register.agencies import Agency
from models.domain.register.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class ExemptionNotes:
    """What was decided: `sheet` is the title of the only sheet that it is about, "" where it is
    about the whole report; `left` are the titles of the sheets that are still to be sent."""

    exempt: bool
    reason: str
    sheet: str = ""
    left: Sequence[str] = ()


def sheets_left(form: Form, catalogue: Catalogue, standing: AgencyStanding) -> list[str]:
    """The titles of the sheets that the agency has still to send, in the form's order."""
    if not standing.owes:
        return []
    if standing.sections:
        return titles_of(form, standing.owed_sections)
    freed = set(standing.exempt_sheets)
    asked = asked_sheets(form, catalogue, standing.agency)
    return titles_of(form, (key for key in asked if key not in freed))


def compose_exemption(
    cycle: ReportingCycle,
    calendar: WorkingCalendar,
    agency: Agency,
    standing: AgencyStanding,
    notes: ExemptionNotes,
    now: dt.datetime,
) -> LetterContent:
    """What the agency need not send from now on, and what it still owes; `standing` is how it
    stands once the decision holds. No person is named: the office decides."""
    return LetterContent(
        LetterKind.EXEMPTION,
        "exemption",
        {
            **letterhead(cycle, agency.formal_name),
            **deadline_facts(cycle, calendar, standing.extension_until),
            **standing_facts(standing),
            **owed_by_facts(cycle, calendar, standing, now),
            "exempt": notes.exempt,
            "sheet": one_line(notes.sheet),
            "left": [one_line(title) for title in notes.left],
            "free": standing.timeliness is Timeliness.EXEMPT,
            "waits": standing.waits_for_office,
            "decided_on": f"ngày {now.astimezone(HANOI):%d/%m/%Y}",
            "reason": one_line(notes.reason, 1000),
        },
    )
