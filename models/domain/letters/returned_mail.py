"""Letters about mail that a person reads: that it will be read, and that it goes back, with why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from models.domain.answers.standing import AgencyStanding
from models.domain.cycle.cycles import ReportingCycle
from models.domain.cycle.letter_phrases import instant_text
from models.domain.cycle.working_calendar import WorkingCalendar
from models.domain.letters.answer_letters import UNKNOWN_ADDRESSEE
from models.domain.letters.letters import (
    LetterContent,
    deadline_facts,
    letterhead,
    owed_by_facts,
    standing_facts,
)
from models.domain.mail.mail import LetterKind
from models.domain.notation.vietnamese_text import one_line
from models.domain.register.agencies import Agency

MIN_WORDS = 15  # letters; less tells an agency nothing that it could act on
MAX_WORDS = 4000
_LISTED = 10  # names of files


def compose_return(
    cycle: ReportingCycle,
    agency: Agency | None,
    received_at: dt.datetime,
    subject: str,
    files: Sequence[str],
    words: str,
    by: str,
) -> LetterContent:
    """What came, that it was not taken, and why: `words` as typed, a paragraph a line.

    `agency` is None for an answer to an address that no register knows.
    """
    return LetterContent(
        LetterKind.RETURN,
        "returned_mail",
        {
            **letterhead(cycle, agency.formal_name if agency else UNKNOWN_ADDRESSEE),
            "received": instant_text(received_at),
            "subject": one_line(subject, 200),
            "files": [one_line(name, 120) for name in files[:_LISTED]],
            "words": paragraphs(words),
            "by": one_line(by, 120),
        },
    )


def paragraphs(words: str) -> list[str]:
    r"""The lines that say something.

    >>> paragraphs("Thiếu trang 2.\n\n  Xin gửi lại. ")
    ['Thiếu trang 2.', 'Xin gửi lại.']
    """
    lines = (one_line(line, MAX_WORDS) for line in words[:MAX_WORDS].splitlines())
    return [line for line in lines if line]


def compose_words_received(
    cycle: ReportingCycle,
    calendar: WorkingCalendar,
    agency: Agency,
    received_at: dt.datetime,
    *,
    standing: AgencyStanding,
    wants_back: bool,
) -> LetterContent:
    """That a person will read what was written, and what counts meanwhile.

    `wants_back`: the sender asks for what he sent, or says it was a mistake.
    """
    return LetterContent(
        LetterKind.RECEIPT,
        "words_received",
        {
            **letterhead(cycle, agency.formal_name),
            **deadline_facts(cycle, calendar, standing.extension_until),
            **standing_facts(standing),
            **owed_by_facts(cycle, calendar, standing, received_at),
            "received": instant_text(received_at),
            "wants_back": wants_back,
        },
    )
