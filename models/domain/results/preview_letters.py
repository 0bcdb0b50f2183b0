"""The letter with which an agency gets its page before the meeting, and when it is due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.cycle.letter_phrases import day_text, one_line
from models.domain.cycle.working_calendar import WorkingCalendar
from models.domain.letters.letters import LetterContent, letterhead, meeting_facts
from models.domain.mail.mail import LetterKind
from models.domain.register.agencies import Agency
from models.domain.review.states import Answer
from models.domain.work.wanted import PREVIEW_TIMES

BEFORE_MEETING = 5  # working days
PREVIEWS_AT = PREVIEW_TIMES[0]


@dataclass(frozen=True, slots=True)
class PreviewNotes:
    """What the letter tells beside the facts.

    `shown`: what the page tells of, where one goes along as a Word document; `asked_by`: the day by
    which a mend is asked for, "" for none; `template_attached`: the agency's workbook goes along;
    `with_codes`: references stand on the page; `cites_others`: some lead to another's workbook.
    """

    shown: Sequence[str] = ()
    asked_by: str = ""
    template_attached: bool = False
    with_codes: bool = False
    cites_others: bool = False


_NOTHING_BESIDE = PreviewNotes()


def compose_preview(
    cycle: ReportingCycle,
    agency: Agency,
    as_of: str,
    facts: Iterable[str],
    answer: Answer = Answer.TAKEN,
    notes: PreviewNotes = _NOTHING_BESIDE,
) -> LetterContent:
    """The letter; `facts` are its sentences.

    Who sent nothing that counts is asked for the report, not to look at its results.
    """
    return LetterContent(
        LetterKind.PREVIEW,
        "preview",
        {
            **letterhead(cycle, agency.formal_name),
            "as_of": as_of,
            **meeting_facts(cycle),
            "meeting_day": day_text(cycle.meeting_on) if cycle.meeting_on else "",
            "facts": [one_line(fact, 600) for fact in facts],
            "answer": answer.value,
            "with_page": bool(notes.shown),
            "shown": list(notes.shown),
            "asked_by": notes.asked_by,
            "template_attached": notes.template_attached,
            "with_codes": notes.with_codes,
            "cites_others": notes.cites_others,
            "meeting_date": f"ngày {cycle.meeting_on:%d/%m/%Y}" if cycle.meeting_on else "",
        },
    )


def previews_due(cycle: ReportingCycle, calendar: WorkingCalendar, now: dt.datetime) -> bool:
    """Whether agencies are to see their pages now: in working time of the last working days before
    the meeting, after the deadline. False for a cycle without a day of its meeting.
    """
    if now < cycle.due_at or not calendar.is_working_time(now, HANOI):
        return False
    return now.astimezone(HANOI).date() in preview_days(cycle, calendar)


def preview_days(cycle: ReportingCycle, calendar: WorkingCalendar) -> list[dt.date]:
    """The working days before the meeting on which agencies may see their pages, if the deadline
    has passed by then."""
    if cycle.meeting_on is None:
        return []
    back = range(-BEFORE_MEETING, 0)
    return [calendar.shift_working_days(cycle.meeting_on, n) for n in back]


def previews_to_come(
    cycle: ReportingCycle, calendar: WorkingCalendar, now: dt.datetime
) -> list[dt.datetime]:
    """When pages will be looked at from now on, and sent to whoever has another than before."""
    moments = [dt.datetime.combine(d, PREVIEWS_AT, HANOI) for d in preview_days(cycle, calendar)]
    return [m for m in moments if m > now and previews_due(cycle, calendar, m)]
