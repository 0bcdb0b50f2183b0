"""What letters a cycle will bring, if nothing changes but the time.

Asked of the very functions that say what is due.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field

from models.domain.answers.decisions import Decision
from models.domain.answers.planned_letters import (
    PlannedDecisions,
    PlannedKind,
    PlannedSending,
    of_day,
    of_step,
)
from models.domain.answers.reminders import OFFICE, PlannedLetter, letters_to_come
from models.domain.answers.standing import AgencyStanding
from models.domain.cycle.cycles import ReportingCycle
from models.domain.cycle.summary_schedule import summaries_to_come
from models.domain.cycle.working_calendar import WorkingCalendar
from models.domain.results.previews.preview_letters import previews_to_come


@dataclass(frozen=True)
class CycleRecord:
    """What the record says of a cycle's letters, as far as others follow from it."""

    standings: Sequence[AgencyStanding]
    sent: Mapping[str, Set[str]] = field(default_factory=dict)  # marks of steps, by agency
    summaries: Sequence[dt.datetime] = ()  # when those there are were written
    decided: PlannedDecisions = field(default_factory=PlannedDecisions)
    has_pages: bool = False  # agencies see their pages before the meeting


@dataclass(frozen=True, slots=True)
class ComingLetter:
    """A letter that falls due at a moment, to one agency or to the office ("")."""

    at: dt.datetime
    sending: PlannedSending
    agency: str
    planned: PlannedLetter | None = None  # of a step: what it will say
    held: Decision | None = None  # by which it will not leave


def coming_letters(
    cycle: ReportingCycle, calendar: WorkingCalendar, record: CycleRecord, now: dt.datetime
) -> list[ComingLetter]:
    """The letters from now on, in order of time; those that are held back stand among them."""
    found = [
        *_steps(cycle, calendar, record, now),
        *_summaries(cycle, calendar, record, now),
        *(_pages(cycle, calendar, record, now) if record.has_pages else ()),
    ]
    return sorted(found, key=lambda one: one.at)


def _steps(
    cycle: ReportingCycle, calendar: WorkingCalendar, record: CycleRecord, now: dt.datetime
) -> list[ComingLetter]:
    coming = letters_to_come(cycle, calendar, record.standings, record.sent, now)
    return [
        _letter(record, at, of_step(cycle.code, planned.mark), planned.agency, planned)
        for at, planned in coming
    ]


def _summaries(
    cycle: ReportingCycle, calendar: WorkingCalendar, record: CycleRecord, now: dt.datetime
) -> list[ComingLetter]:
    # One that a person had sent before its time is there, and comes no more; one that is held back
    # is shown as long as the calendar would bring it.
    settled = record.decided.summaries_settled(record.summaries)
    held = {day for day in settled if _held_summary(cycle, record, day)}
    coming = summaries_to_come(cycle, calendar, record.summaries, now, settled - held)
    days = ((at, of_day(cycle.code, PlannedKind.SUMMARY, day)) for at, day in coming)
    return [_letter(record, at, sending, OFFICE) for at, sending in days]


def _held_summary(cycle: ReportingCycle, record: CycleRecord, day: dt.date) -> bool:
    subject = of_day(cycle.code, PlannedKind.SUMMARY, day).subject
    return record.decided.holding(subject) is not None


def _pages(
    cycle: ReportingCycle, calendar: WorkingCalendar, record: CycleRecord, now: dt.datetime
) -> list[ComingLetter]:
    return [
        _letter(record, at, of_day(cycle.code, PlannedKind.PREVIEW, at.date()), standing.agency)
        for at in previews_to_come(cycle, calendar, now)
        for standing in record.standings
    ]


def _letter(
    record: CycleRecord,
    at: dt.datetime,
    sending: PlannedSending,
    agency: str,
    planned: PlannedLetter | None = None,
) -> ComingLetter:
    held = record.decided.holding(sending.subject, agency)
    return ComingLetter(at, sending, agency, planned, held)
