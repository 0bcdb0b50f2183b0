"""The reminder ladder: which letters are due now, to those who still owe and to nobody else.

A pure function of the cycle, the calendar, how the agencies stand and what was already sent. It may
be asked as often as one likes: an outage, a late run or a second run in the same minute ends in the
same letters.

Eight decisions:
- Steps before the deadline follow the agency's own deadline (an extension moves them). They lapse
  with it: nobody is told "two days left" afterwards.
- An agency that answered in time and got its workbook back has the end of its correction period
  for a deadline: it is reminded by that, under marks of its own, and is not late before.
- Whoever got a workbook back is left in peace on the next working day: it was told what to mend.
  Whoever wrote without a usable workbook, or with another agency's, on the day of the answer,
  which says the deadline too.
- An agency of which something lies in the holding pen gets no letter: the next move is the
  office's. The office's own list names it instead, so it is not forgotten. Another agency's
  workbook that it sent is none of its own: it is reminded.
- Nor does one whose every address is dead: a letter that comes back reminds nobody. The office's
  list says so; once it can be reached, the ladder goes on with the step that is due by then.
- A letter that could not leave on the day it was written is withdrawn, its step counts as not
  sent, and the ladder says what is right by then.
- A step that a person holds back counts as sent: it is not caught up with, and the next one comes
  at its own time. One that a person sends before its time is sent.
- When several steps are due, the newest goes out and the older unsent ones are superseded. A step
  also gives way to one that falls due later on the same day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field

from models.domain.answers.standing import AgencyStanding, correction_period_end, due_instant
from models.domain.cycle.cycles import HANOI, ReminderStep, ReportingCycle, StepKind
from models.domain.cycle.working_calendar import WorkingCalendar
from models.domain.mail.mail import LetterKind

OFFICE = ""  # the agency code under which letters to the office itself are kept
CHOICE_OWED = "chờ xác định bản chính"  # of an agency that was asked which workbook counts
_REST_AFTER_RETURN = 2  # working days after the return, on which a letter may come again
_REST_AFTER_GUIDANCE = 1  # working days after the answer to a mail without a usable workbook

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
    chooses: bool = False  # it was asked which of several workbooks counts, and has not said
    superseded: tuple[str, ...] = ()  # codes of older unsent steps this letter stands for
    granted: str = ""  # "@2025-02-27": the step is counted from a deadline of the agency's own
    owing: tuple[str, ...] = ()  # escalation: codes of the agencies on the list

    @property
    def mark(self) -> str:
        """How the step is remembered as sent; a deadline of one's own has steps of its own."""
        return self.step.code + self.granted


@dataclass(frozen=True, slots=True)
class LadderRung:
    """A step of one addressee: when it falls due, and between which instants it may go at all."""

    instant: dt.datetime
    step: ReminderStep
    counts_from: dt.datetime | None = None  # None: at any time
    lapses_at: dt.datetime | None = None  # exclusive; None: not before the cycle's end
    granted: str = ""  # "@2025-02-27": counted from a deadline of the agency's own

    @property
    def mark(self) -> str:
        """How the step is remembered as sent."""
        return self.step.code + self.granted

    def counts(self, at: dt.datetime) -> bool:
        """Whether a letter of it could be right at that moment."""
        early = self.counts_from is not None and at < self.counts_from
        return not early and (self.lapses_at is None or at < self.lapses_at)


@dataclass(frozen=True, slots=True)
class ReminderLadder:
    """The steps of one addressee, in the order in which they fall due."""

    agency: str  # code in the register; OFFICE for the escalation list
    rungs: tuple[LadderRung, ...]

    def rung(self, mark: str) -> LadderRung | None:
        """The step of that mark; None where the ladder has none."""
        return next((r for r in self.rungs if r.mark == mark), None)


@dataclass(frozen=True, slots=True)
class WrittenStep:
    """A letter of the ladder that was written and has not left."""

    agency: str  # OFFICE for the escalation list
    mark: str
    at: dt.datetime  # when it was written
    by_decision: bool = False  # before its time, because a person said so


@dataclass(frozen=True, slots=True)
class StepsNow:
    """What comes of sending a step now: the letters, and why the others get none, by agency."""

    letters: tuple[PlannedLetter, ...] = ()
    why_not: Mapping[str, str] = field(default_factory=dict)


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


def ladder_of(
    cycle: ReportingCycle, calendar: WorkingCalendar, standing: AgencyStanding
) -> ReminderLadder:
    """The steps of an agency that owes, by its own deadline and its right to correct."""
    extension = standing.extension_until
    due = due_instant(cycle, extension)
    answer_due = correction_period_end(cycle, calendar, standing.versions, extension) or due
    rest = _rest_ends(calendar, standing)
    rungs = []
    for step in cycle.steps:
        # Who has sent several workbooks is never told that nothing came.
        if step.kind is StepKind.ESCALATION or (step.kind is StepKind.OVERDUE and standing.chooses):
            continue
        instant = step_instant(cycle, calendar, step, answer_due)
        again = dt.datetime.combine(rest, instant.timetz()) if rest else instant
        if step.kind is StepKind.OVERDUE:
            # Its marks stay those of the deadline, so that no record says it was not sent.
            since = max(answer_due, again) if rest else answer_due
            rungs.append(LadderRung(instant, step, since, granted=_granted(cycle, due)))
        elif instant >= again:
            own = _granted(cycle, answer_due)
            rungs.append(LadderRung(instant, step, lapses_at=answer_due, granted=own))
    return ReminderLadder(standing.agency, _in_order(cycle, rungs))


def _granted(cycle: ReportingCycle, due: dt.datetime) -> str:
    return f"@{due.astimezone(HANOI):%Y-%m-%d}" if due != cycle.due_at else ""


def _rest_ends(calendar: WorkingCalendar, standing: AgencyStanding) -> dt.date | None:
    """The first day on which an agency may be reminded that was answered a short while ago: it got
    its workbook back, or was told that its mail held none."""
    ends = []
    latest, unusable = standing.latest, standing.unusable
    if latest is not None and standing.awaiting_correction:
        returned_on = (latest.decided_at or latest.received_at).astimezone(HANOI).date()
        ends.append(calendar.shift_working_days(returned_on, _REST_AFTER_RETURN))
    if unusable is not None:
        answered_on = unusable.answered_at.astimezone(HANOI).date()
        ends.append(calendar.shift_working_days(answered_on, _REST_AFTER_GUIDANCE))
    if (anothers := standing.brought_anothers) is not None:
        told_on = (anothers.told_at or anothers.received_at).astimezone(HANOI).date()
        ends.append(calendar.shift_working_days(told_on, _REST_AFTER_GUIDANCE))
    return max(ends, default=None)


def office_ladder(cycle: ReportingCycle, calendar: WorkingCalendar) -> ReminderLadder:
    """The steps at which the office gets the list of those who owe."""
    lists = [step for step in cycle.steps if step.kind is StepKind.ESCALATION]
    rungs = [LadderRung(step_instant(cycle, calendar, step), step) for step in lists]
    return ReminderLadder(OFFICE, _in_order(cycle, rungs))


def _in_order(cycle: ReportingCycle, rungs: Iterable[LadderRung]) -> tuple[LadderRung, ...]:
    """Steps that would fall before the opening letter do not count: a short cycle has fewer."""
    kept = (rung for rung in rungs if cycle.opens_at < rung.instant)
    return tuple(sorted(kept, key=lambda r: (r.instant, r.step.working_days, r.step.code)))


def letters_due(
    cycle: ReportingCycle,
    calendar: WorkingCalendar,
    standings: Iterable[AgencyStanding],
    sent_steps: Mapping[str, Set[str]],
    now: dt.datetime,
) -> list[PlannedLetter]:
    """The letters to send now: agencies in order of code, the office's list last.

    `sent_steps` holds the marks of the steps already sent (or queued), or held back, by agency
    code, the office's under OFFICE. Empty outside working time, before the cycle opens and after
    it ends.
    """
    if not _running(cycle, now) or not calendar.is_working_time(now, HANOI):
        return []
    owing = _owing(standings)
    found = (
        _letter_at(ladder, standing, owing, sent_steps.get(ladder.agency, frozenset()), now)
        for ladder, standing in _ladders(cycle, calendar, owing)
    )
    return [letter for letter in found if letter]


def letters_to_come(
    cycle: ReportingCycle,
    calendar: WorkingCalendar,
    standings: Iterable[AgencyStanding],
    sent_steps: Mapping[str, Set[str]],
    now: dt.datetime,
) -> list[tuple[dt.datetime, PlannedLetter]]:
    """The letters that `letters_due` will find from now on, each with the moment at which it does
    first, in order of time: if nothing changes but the time."""
    owing = _owing(standings)
    coming = []
    for ladder, standing in _ladders(cycle, calendar, owing):
        known = set(sent_steps.get(ladder.agency, ()))
        for moment in _moments(ladder, calendar, now):
            if not _running(cycle, moment):
                continue
            letter = _letter_at(ladder, standing, owing, known, moment)
            if letter:
                known.add(letter.mark)
                coming.append((moment, letter))
    return sorted(coming, key=lambda one: (one[0], one[1].agency == OFFICE, one[1].agency))


def letters_now(
    cycle: ReportingCycle,
    calendar: WorkingCalendar,
    standings: Iterable[AgencyStanding],
    settled: Mapping[str, Set[str]],
    wanted: tuple[str, str],
    now: dt.datetime,
) -> StepsNow:
    """The letters of a step that a person sends before its time, and who gets none, and why.

    `wanted`: the mark of the step, and the agency, "" for everybody whose step it is. `settled` as
    in `letters_due`. What such a letter says has to be true now: nobody is told that he is late
    while he is not.
    """
    mark, agency = wanted
    everyone = list(standings)
    owing = _owing(everyone)
    letters, why_not = [], {}
    ladders = [(ladder_of(cycle, calendar, s), s) for s in sorted(everyone, key=_by_code)]
    for ladder, standing in [*ladders, (office_ladder(cycle, calendar), None)]:
        rung = ladder.rung(mark)
        if rung is None or (agency and ladder.agency != agency):
            continue
        why = _why_not_now(cycle, ladder, rung, standing, now)
        if not why and mark in settled.get(ladder.agency, ()):
            why = "thư của bước này đã viết hoặc được giữ lại"
        if not why and standing is None and not owing:
            why = "không còn cơ quan nào chưa hoàn thành"
        if why:
            why_not[ladder.agency] = why
        else:
            letters.append(_letter_of(rung, standing, owing, ()))
    return StepsNow(tuple(letters), why_not)


def _why_not_now(
    cycle: ReportingCycle,
    ladder: ReminderLadder,
    rung: LadderRung,
    standing: AgencyStanding | None,
    now: dt.datetime,
) -> str:
    if not _running(cycle, now):
        return "kỳ báo cáo chưa mở hoặc đã kết thúc"
    if standing is not None and (why := _why_no_letter(standing)):
        return why
    if rung.lapses_at is not None and now >= rung.lapses_at:
        return "đã qua hạn, không nhắc trước hạn nữa"
    late_from = rung.counts_from if standing is not None else cycle.due_at
    if late_from is not None and now < late_from:
        return "chưa quá hạn, thư đôn đốc lúc này là không đúng"
    reached = [r for r in ladder.rungs if r.counts(now) and r.instant <= now]
    return "đã qua bước nhắc này" if reached and reached[-1].instant > rung.instant else ""


def _why_no_letter(standing: AgencyStanding) -> str:
    """Why an agency is not written to at all; "" where it is."""
    if not standing.owes:
        return "cơ quan đã hoàn thành báo cáo"
    if standing.waits_for_office and not standing.chooses:
        return "cơ quan đã gửi, đang chờ Văn phòng xem xét"
    if standing.is_unreachable:
        return "địa chỉ của cơ quan không còn nhận được thư"
    return ""


def why_untrue(
    cycle: ReportingCycle,
    calendar: WorkingCalendar,
    standings: Iterable[AgencyStanding],
    written: WrittenStep,
    now: dt.datetime,
) -> str:
    """Why a letter of the ladder that has not left is no longer right at `now`, in Vietnamese.

    "" while it is. Such a letter counts days and says that nothing came: it holds for the day on
    which it was written and until the agency answers.
    """
    local, written_at = now.astimezone(HANOI), written.at.astimezone(HANOI)
    everyone = list(standings)
    if not _running(cycle, now):
        return "kỳ báo cáo đã kết thúc"
    standing = None
    if written.agency == OFFICE:
        ladder = office_ladder(cycle, calendar)
        if not _owing(everyone):
            return "không còn cơ quan nào chưa hoàn thành"
    else:
        standing = next((s for s in everyone if s.agency == written.agency), None)
        if standing is None:
            return "cơ quan đã hoàn thành báo cáo"
        if why := _why_no_letter(standing):
            return why
        latest = standing.latest
        if latest is not None and (latest.decided_at or latest.received_at) > written_at:
            return "cơ quan đã gửi báo cáo sau khi thư được viết"
        if standing.unusable is not None and standing.unusable.answered_at > written_at:
            return "cơ quan đã gửi thư và được trả lời sau khi thư này được viết"
        anothers = standing.brought_anothers
        if anothers is not None and (anothers.told_at or anothers.received_at) > written_at:
            return "cơ quan đã gửi thư, đính kèm sổ của cơ quan khác, sau khi thư này được viết"
        ladder = ladder_of(cycle, calendar, standing)
    if not _is_its_turn(ladder, written, local):
        return "đã qua bước nhắc này"
    if local.date() != written_at.date():
        return f"thư tính ngày đến {written_at:%d/%m/%Y}, nay không còn đúng"
    return ""


def _is_its_turn(ladder: ReminderLadder, written: WrittenStep, local: dt.datetime) -> bool:
    """Whether the ladder would write that step now; before its time only where a person said so."""
    if written.by_decision:
        rung = ladder.rung(written.mark)
        return rung is not None and rung.counts(local)
    found = _newest(ladder, frozenset(), local)
    return found is not None and found[0].mark == written.mark


def _running(cycle: ReportingCycle, now: dt.datetime) -> bool:
    return cycle.opens_at <= now and not cycle.has_ended(now)


def _by_code(standing: AgencyStanding) -> str:
    return standing.agency


def _owing(standings: Iterable[AgencyStanding]) -> list[AgencyStanding]:
    return sorted((s for s in standings if s.owes), key=_by_code)


def _ladders(
    cycle: ReportingCycle, calendar: WorkingCalendar, owing: Sequence[AgencyStanding]
) -> list[tuple[ReminderLadder, AgencyStanding | None]]:
    """Of everybody who is written to, the office last."""
    own = [(ladder_of(cycle, calendar, s), s) for s in owing if not _why_no_letter(s)]
    return [*own, (office_ladder(cycle, calendar), None)]


def _moments(
    ladder: ReminderLadder, calendar: WorkingCalendar, now: dt.datetime
) -> list[dt.datetime]:
    """When a letter of the ladder can fall due from now on: no other moment brings one."""
    instants = [now]
    for rung in ladder.rungs:
        instants += [at for at in (rung.instant, rung.counts_from) if at is not None and at > now]
    return sorted({calendar.next_working_time(at, HANOI) for at in instants})


def _letter_at(
    ladder: ReminderLadder,
    standing: AgencyStanding | None,
    owing: Sequence[AgencyStanding],
    sent: Set[str],
    at: dt.datetime,
) -> PlannedLetter | None:
    """The letter that is due to an agency, or to the office where no standing is given."""
    found = _newest(ladder, sent, at.astimezone(HANOI)) if owing else None
    if found is None:
        return None
    rung, superseded = found
    return _letter_of(rung, standing, owing, superseded)


def _letter_of(
    rung: LadderRung,
    standing: AgencyStanding | None,
    owing: Sequence[AgencyStanding],
    superseded: tuple[str, ...],
) -> PlannedLetter:
    step = rung.step
    if standing is None:
        return PlannedLetter(
            kind=LetterKind.ESCALATION,
            step=step,
            agency=OFFICE,
            due_since=rung.instant,
            reason=f"{len(owing)} cơ quan chưa hoàn thành, bước «{step.code}»",
            superseded=superseded,
            owing=tuple(s.agency for s in owing),
        )
    waiting = standing.awaiting_correction and not standing.chooses
    wrote = standing.wrote_at or standing.unusable
    state = "đã có thư, chưa có báo cáo" if wrote else "chưa nhận được báo cáo"
    state = "chờ bản chỉnh sửa" if waiting else state
    if standing.chooses:
        state = CHOICE_OWED
    elif standing.partly_accepted:
        state = f"còn thiếu {len(standing.owed_sections)}/{len(standing.sections)} phần"
    return PlannedLetter(
        kind=_LETTER_KINDS[step.kind],
        step=step,
        agency=standing.agency,
        due_since=rung.instant,
        reason=f"bước «{step.code}», {state}",
        awaiting_correction=waiting,
        chooses=standing.chooses,
        superseded=superseded,
        granted=rung.granted,
    )


def _newest(
    ladder: ReminderLadder, sent: Set[str], local: dt.datetime
) -> tuple[LadderRung, tuple[str, ...]] | None:
    """The newest step that falls due today or fell due before, unless it was sent or is to come;
    with the older ones that were not sent."""
    reached = [
        rung for rung in ladder.rungs if rung.counts(local) and rung.instant.date() <= local.date()
    ]
    if not reached:
        return None
    newest = reached[-1]
    if newest.instant > local or newest.mark in sent:
        return None
    return newest, tuple(r.step.code for r in reached[:-1] if r.mark not in sent)
