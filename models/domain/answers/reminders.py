"""The reminder ladder: which letters are due now, to those who still owe and to nobody else.

A pure function of the cycle, the calendar, how the agencies stand and what was already sent. It may
be asked as often as one likes: an outage, a late run or a second run in the same minute ends in the
same letters.

Six decisions:
- Steps before the deadline follow the agency's own deadline (an extension moves them). They lapse
  with it: nobody is told "two days left" afterwards.
- Overdue letters wait for the end of the correction period of an agency that answered in time and
  got its workbook back: it is not late yet.
- An agency of which something lies in the holding pen gets no letter: the next move is the
  office's. The office's own list names it instead, so it is not forgotten.
- Nor does one whose every address is dead: a letter that comes back reminds nobody. The office's
  list says so; once it can be reached, the ladder goes on with the step that is due by then.
- A letter that could not leave on the day it was written is withdrawn, its step counts as not
  sent, and the ladder says what is right by then.
- When several steps are due, the newest goes out and the older unsent ones are superseded. A step
  also gives way to one that falls due later on the same day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

from models.domain.answers.standing import AgencyStanding, correction_period_end, due_instant
from models.domain.cycle.cycles import HANOI, ReminderStep, ReportingCycle, StepKind
from models.domain.cycle.working_calendar import WorkingCalendar
from models.domain.mail.mail import LetterKind

OFFICE = ""  # the agency code under which letters to the office itself are kept

_LETTER_KINDS = {
    StepKind.REMINDER: LetterKind.REMINDER,
    StepKind.LAST_DAY: LetterKind.REMINDER,
    StepKind.OVERDUE: LetterKind.OVERDUE,
    StepKind.ESCALATION: LetterKind.ESCALATION,
}


@dataclass(frozen=True, slots=True)
class PlannedLetter:
    """A letter of the ladder that should go out now."""

    kind: LetterKind
    step: ReminderStep
    agency: str  # code in the register; OFFICE for the escalation list
    due_since: dt.datetime
    reason: str  # Vietnamese, for the operator's log
    awaiting_correction: bool = False  # its last version was sent back
    superseded: tuple[str, ...] = ()  # codes of older unsent steps this letter stands for
    granted: str = ""  # "@2025-02-27": the step belongs to the ladder of an extended deadline
    owing: tuple[str, ...] = ()  # escalation: codes of the agencies on the list

    @property
    def mark(self) -> str:
        """How the step is remembered as sent; an extended deadline has a ladder of its own."""
        return self.step.code + self.granted


def step_day(
    cycle: ReportingCycle,
    calendar: WorkingCalendar,
    step: ReminderStep,
    due_at: dt.datetime | None = None,
) -> dt.date:
    """The working day of a step, counted from the last working day before the due instant."""
    last_day = calendar.last_working_day_before(due_at or cycle.due_at, HANOI)
    return calendar.shift_working_days(last_day, step.working_days)


def step_instant(
    cycle: ReportingCycle,
    calendar: WorkingCalendar,
    step: ReminderStep,
    due_at: dt.datetime | None = None,
) -> dt.datetime:
    """When a step falls due, in Hanoi time."""
    day = step_day(cycle, calendar, step, due_at)
    return dt.datetime.combine(day, dt.time(step.hour), tzinfo=HANOI)


def letters_due(
    cycle: ReportingCycle,
    calendar: WorkingCalendar,
    standings: Iterable[AgencyStanding],
    sent_steps: Mapping[str, Set[str]],
    now: dt.datetime,
) -> list[PlannedLetter]:
    """The letters to send now: agencies in order of code, the office's list last.

    `sent_steps` holds the marks of the steps already sent (or queued) by agency code, the office's
    under OFFICE. Empty outside working time, before the cycle opens and after it ends.
    """
    if not _running(cycle, now) or not calendar.is_working_time(now, HANOI):
        return []
    local = now.astimezone(HANOI)
    owing = sorted((s for s in standings if s.owes), key=lambda s: s.agency)
    letters = [
        letter
        for standing in owing
        if not standing.waits_for_office
        and not standing.is_unreachable
        and (
            letter := _for_agency(
                cycle,
                calendar,
                standing,
                sent_steps.get(standing.agency, frozenset()),
                local,
            )
        )
    ]
    for_office = _for_office(cycle, calendar, owing, sent_steps.get(OFFICE, frozenset()), local)
    return [*letters, for_office] if for_office else letters


def why_untrue(
    cycle: ReportingCycle,
    calendar: WorkingCalendar,
    standings: Iterable[AgencyStanding],
    agency: str,
    mark: str,
    written_at: dt.datetime,
    now: dt.datetime,
) -> str:
    """Why a letter of the ladder that has not left is no longer right at `now`, in Vietnamese.

    "" while it is. `mark` is the step's as it was written. Such a letter counts days and says that
    nothing came: it holds for the day on which it was written and until the agency answers.
    """
    local, written = now.astimezone(HANOI), written_at.astimezone(HANOI)
    everyone = list(standings)
    if not _running(cycle, now):
        return "kỳ báo cáo đã kết thúc"
    if agency == OFFICE:
        owing = [s for s in everyone if s.owes]
        if not owing:
            return "không còn cơ quan nào chưa hoàn thành"
        planned = _for_office(cycle, calendar, owing, frozenset(), local)
    else:
        standing = next((s for s in everyone if s.agency == agency), None)
        if standing is None or not standing.owes:
            return "cơ quan không còn nợ báo cáo"
        if standing.waits_for_office:
            return "cơ quan đã gửi, đang chờ Văn phòng xem xét"
        if standing.is_unreachable:
            return "địa chỉ của cơ quan không còn nhận được thư"
        latest = standing.latest
        if latest is not None and (latest.decided_at or latest.received_at) > written:
            return "cơ quan đã gửi báo cáo sau khi thư được viết"
        planned = _for_agency(cycle, calendar, standing, frozenset(), local)
    if planned is None or planned.mark != mark:
        return "đã qua bước nhắc này"
    if local.date() != written.date():
        return f"thư tính ngày đến {written:%d/%m/%Y}, nay không còn đúng"
    return ""


def _running(cycle: ReportingCycle, now: dt.datetime) -> bool:
    return cycle.opens_at <= now and not cycle.has_ended(now)


def _for_office(
    cycle: ReportingCycle,
    calendar: WorkingCalendar,
    owing: list[AgencyStanding],
    sent: Set[str],
    local: dt.datetime,
) -> PlannedLetter | None:
    ladder = [
        (step_instant(cycle, calendar, step), step)
        for step in cycle.steps
        if step.kind is StepKind.ESCALATION
    ]
    found = _newest(cycle, ladder, sent, local) if owing else None
    if found is None:
        return None
    instant, step, superseded = found
    return PlannedLetter(
        kind=LetterKind.ESCALATION,
        step=step,
        agency=OFFICE,
        due_since=instant,
        reason=f"{len(owing)} cơ quan chưa hoàn thành, bước «{step.code}»",
        superseded=superseded,
        owing=tuple(s.agency for s in owing),
    )


def _for_agency(
    cycle: ReportingCycle,
    calendar: WorkingCalendar,
    standing: AgencyStanding,
    sent: Set[str],
    local: dt.datetime,
) -> PlannedLetter | None:
    extension = standing.extension_until
    due = due_instant(cycle, extension)
    answer_due = correction_period_end(cycle, calendar, standing.versions, extension) or due
    ladder: list[tuple[dt.datetime, ReminderStep]] = []
    for step in cycle.steps:
        if step.kind is StepKind.OVERDUE:
            if local >= answer_due:
                ladder.append((step_instant(cycle, calendar, step, answer_due), step))
        elif step.kind is not StepKind.ESCALATION and local < due:
            ladder.append((step_instant(cycle, calendar, step, due), step))
    granted = f"@{due.astimezone(HANOI):%Y-%m-%d}" if due != cycle.due_at else ""
    sent_here = {code for code, at, day in (m.partition("@") for m in sent) if at + day == granted}
    found = _newest(cycle, ladder, sent_here, local)
    if found is None:
        return None
    instant, step, superseded = found
    waiting = standing.awaiting_correction
    state = "chờ bản chỉnh sửa" if waiting else "chưa nhận được báo cáo"
    if standing.partly_accepted:
        state = f"còn nợ {len(standing.owed_sections)}/{len(standing.sections)} phần"
    return PlannedLetter(
        kind=_LETTER_KINDS[step.kind],
        step=step,
        agency=standing.agency,
        due_since=instant,
        reason=f"bước «{step.code}», {state}",
        awaiting_correction=waiting,
        superseded=superseded,
        granted=granted,
    )


def _newest(
    cycle: ReportingCycle,
    ladder: list[tuple[dt.datetime, ReminderStep]],
    sent: Set[str],
    local: dt.datetime,
) -> tuple[dt.datetime, ReminderStep, tuple[str, ...]] | None:
    """The newest step that falls due today or fell due before, unless it was sent or is to come.

    Steps that would fall before the opening letter do not count: a short cycle has fewer rungs.
    """
    reached = sorted(
        (
            (instant, step)
            for instant, step in ladder
            if cycle.opens_at < instant and instant.date() <= local.date()
        ),
        key=lambda rung: (rung[0], rung[1].working_days, rung[1].code),
    )
    if not reached:
        return None
    instant, step = reached[-1]
    if instant > local or step.code in sent:
        return None
    older = tuple(s.code for _, s in reached[:-1] if s.code not in sent)
    return instant, step, older
