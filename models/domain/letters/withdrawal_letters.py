"""The letter that corrects what an agency was told: a version of its counts no more, or again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from models.domain.answers.sections import titles_of
from models.domain.answers.standing import AgencyStanding, SubmissionRecord
from models.domain.cycle.cycles import ReportingCycle
from models.domain.cycle.letter_phrases import instant_text
from models.domain.cycle.working_calendar import WorkingCalendar
from models.domain.letters.letters import (
    LetterContent,
    letterhead,
    owed_by_facts,
    standing_facts,
)
from models.domain.mail.mail import LetterKind
from models.domain.notation.vietnamese_text import one_line
from models.domain.reading.forms import Form
from models.domain.register.agencies import Agency


@dataclass(frozen=True)
class WithdrawalNotes:
    """What the letter tells beside the version.

    `standing`: how the agency stands once the decision holds. `anew`: its later versions, judged
    beside this one, which are judged once more.
    """

    standing: AgencyStanding
    reason: str
    withdrawn: bool
    anew: Sequence[SubmissionRecord] = ()
    form: Form | None = None


def compose_withdrawal(
    cycle: ReportingCycle,
    calendar: WorkingCalendar,
    agency: Agency,
    record: SubmissionRecord,
    notes: WithdrawalNotes,
    now: dt.datetime,
) -> LetterContent:
    """Which version no longer counts, or does again; why; what counts and what is owed."""
    standing = notes.standing
    owed = titles_of(notes.form, standing.owed_sections) if notes.form else []
    return LetterContent(
        LetterKind.WITHDRAWAL,
        "withdrawal",
        {
            **letterhead(cycle, agency.formal_name),
            **standing_facts(standing),
            "version": str(record.version),
            "receipt_number": record.receipt_number,
            "received": instant_text(record.received_at),
            "file_name": one_line(record.file_name, 120),
            "reason": one_line(notes.reason, 1000),
            "withdrawn": notes.withdrawn,
            "owed_sections": owed,
            "anew": [f"phiên bản {v.version} (số {v.receipt_number})" for v in notes.anew],
            **owed_by_facts(cycle, calendar, standing, now),
        },
    )
