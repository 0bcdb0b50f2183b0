"""After an older state was restored: which letters may have left in the time it knows nothing of.

The record ends at one moment and goes on at a later one. What happened in between happened: letters
left, and the record would write them once more. A letter whose cause lies before the restoration
may have left; one whose cause came after it cannot have.

An alarm is not held up by such a doubt: it rather comes twice, under one Message-ID, than not.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Protocol

from models.domain.answers.reminders import step_instant
from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.cycle.working_calendar import WorkingCalendar
from models.domain.mail.mail import LetterKind

#: So long after a restoration persons decide once more what they had decided in the lost time.
DECIDED_ANEW = dt.timedelta(days=7)
HELD = "có thể đã gửi trước lần khôi phục dữ liệu, chưa có gì chứng tỏ"
_OF_PERSONS = (
    *(LetterKind.WITHDRAWAL, LetterKind.EXTENSION, LetterKind.EXEMPTION),
    *(LetterKind.RETURN, LetterKind.OPENING),
)
_EXTENDED = "@"  # before the day of an extended deadline, in the mark of a step


@dataclass(frozen=True, slots=True)
class Restoration:
    """The last time that the record was put back to an older state."""

    saved_at: dt.datetime  # the record knows all up to then
    restored_at: dt.datetime  # and all from then on
    mail_is_read_again: bool  # what had been taken in meanwhile has been taken in again

    def is_lost(self, moment: dt.datetime) -> bool:
        """Whether the record knows nothing of what happened then."""
        return self.saved_at <= moment <= self.restored_at

    def is_anew(self, moment: dt.datetime) -> bool:
        """Whether something decided then may be decided for the second time."""
        return self.restored_at < moment <= self.restored_at + DECIDED_ANEW


class LetterInDoubt(Protocol):
    """What is known of a letter that waits to leave."""

    @property
    def business_key(self) -> str:
        """Its fixed key."""

    @property
    def kind(self) -> str:
        """A `LetterKind`."""

    @property
    def step(self) -> str:
        """The mark of its reminder step, "" for other letters."""

    @property
    def created_at(self) -> dt.datetime:
        """When this record's life wrote it."""

    @property
    def next_attempt_at(self) -> dt.datetime:
        """When its turn comes, or came."""

    @property
    def tried_at(self) -> dt.datetime | None:
        """When it was first tried."""

    @property
    def dated_at(self) -> dt.datetime | None:
        """When a person had it sent again."""


@dataclass(frozen=True, slots=True)
class Cause:
    """What a letter was written for, as far as it is not told by the letter itself."""

    cycle: ReportingCycle | None  # its own
    answers_old_mail: bool | None  # a message collected before the restoration; None: answers none
    is_first_of_kind: bool  # since the restoration, to its agency


def may_have_left(
    letter: LetterInDoubt, restoration: Restoration, cause: Cause, calendar: WorkingCalendar
) -> bool:
    """Whether a queued letter may have left in the time that the record knows nothing of."""
    restored_at = restoration.restored_at
    of_the_house = letter.kind in (LetterKind.ALARM, LetterKind.TODAYS_WORK)
    if of_the_house or letter.dated_at is not None:
        return False
    if letter.tried_at is not None and letter.tried_at > restored_at:
        return False
    if letter.kind == LetterKind.SUMMARY:
        return _day_of(letter) <= restored_at.astimezone(HANOI).date().isoformat()
    if letter.created_at <= restored_at:
        return letter.next_attempt_at <= restored_at
    if letter.step:
        return cause.cycle is not None and _due(letter, cause.cycle, calendar) <= restored_at
    if not restoration.is_anew(letter.created_at):
        return False
    if letter.kind == LetterKind.PREVIEW:
        return cause.is_first_of_kind
    if cause.answers_old_mail is not None:
        return cause.answers_old_mail
    return letter.kind in _OF_PERSONS


def _day_of(letter: LetterInDoubt) -> str:
    """The day of a summary, "2025-02-19": its key names it."""
    return letter.business_key.split("|")[3]


def _due(letter: LetterInDoubt, cycle: ReportingCycle, calendar: WorkingCalendar) -> dt.datetime:
    """When the step of a reminder fell due; one that the cycle has no more is as old as can be."""
    code, _, extended = letter.step.partition(_EXTENDED)
    step = next((s for s in cycle.steps if s.code == code), None)
    if step is None:
        return cycle.opens_at
    due_at = cycle.due_at
    if extended:
        due_at = dt.datetime.combine(dt.date.fromisoformat(extended), dt.time(), HANOI)
    return step_instant(cycle, calendar, step, due_at)
