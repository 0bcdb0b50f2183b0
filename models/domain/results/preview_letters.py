"""The letter with which an agency gets its page before the meeting, and when it is due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.cycle.letter_phrases import day_text, one_line
from models.domain.cycle.working_calendar import WorkingCalendar
from models.domain.letters.letters import LetterContent, letterhead
from models.domain.mail.mail import LetterKind
from models.domain.register.agencies import Agency
from models.domain.review.states import Answer

BEFORE_MEETING = 5  # working days


def compose_preview(
    cycle: ReportingCycle,
    agency: Agency,
    as_of: str,
    facts: Iterable[str],
    answer: Answer = Answer.TAKEN,
    *,
    with_page: bool = True,
) -> LetterContent:
    """The letter; `facts` are its sentences. `with_page`: the page goes along as a Word document.

    Who sent nothing that counts is asked for the report, not to look at its results.
    """
    return LetterContent(
        LetterKind.PREVIEW,
        "preview",
        {
            **letterhead(cycle, agency.formal_name),
            "as_of": as_of,
            "meeting": one_line(cycle.meeting, 400),
            "meeting_day": day_text(cycle.meeting_on) if cycle.meeting_on else "",
            "facts": [one_line(fact, 600) for fact in facts],
            "answer": answer.value,
            "with_page": with_page,
        },
    )


def previews_due(cycle: ReportingCycle, calendar: WorkingCalendar, now: dt.datetime) -> bool:
    """Whether agencies are to see their pages now: in working time of the last working days before
    the meeting, after the deadline. False for a cycle without a day of its meeting.
    """
    if cycle.meeting_on is None or now < cycle.due_at or not calendar.is_working_time(now, HANOI):
        return False
    first = calendar.shift_working_days(cycle.meeting_on, -BEFORE_MEETING)
    return first <= now.astimezone(HANOI).date() < cycle.meeting_on
