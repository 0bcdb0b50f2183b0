"""The letter that tells an agency that its own deadline has moved, or that the common one holds."""

from __future__ import annotations

import datetime as dt

from models.domain.answers.standing import AgencyStanding
from models.domain.cycle.cycles import ReportingCycle
from models.domain.cycle.working_calendar import WorkingCalendar
from models.domain.letters.letters import (
    LetterContent,
    letterhead,
    owed_by_facts,
    standing_facts,
)
from models.domain.mail.mail import LetterKind
from models.domain.notation.vietnamese_text import one_line
from models.domain.register.agencies import Agency


def compose_extension(
    cycle: ReportingCycle,
    calendar: WorkingCalendar,
    agency: Agency,
    standing: AgencyStanding,
    reason: str,
    now: dt.datetime,
) -> LetterContent:
    """By when the agency answers from now on, and why; `standing` is how it stands once the
    decision holds. No person is named: the office decides."""
    return LetterContent(
        LetterKind.EXTENSION,
        "extension",
        {
            **letterhead(cycle, agency.formal_name),
            **standing_facts(standing),
            **owed_by_facts(cycle, calendar, standing, now),
            "reason": one_line(reason, 1000),
        },
    )
