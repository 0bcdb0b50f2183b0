"""Letters that the calendar of a cycle brings, named before they are written; which are held back.

A planned letter is a step of the reminder ladder, the summary of a day, or a day's pages before the
meeting. A person may hold one back, for one agency or for all, or send it before its time. What is
held stays so until it is released or sent by a person.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum

from models.domain.answers.decisions import Decision, DecisionBook, DecisionKind, Signature
from models.domain.cycle.cycles import HANOI, ReminderStep, ReportingCycle, StepKind

#: What a person may decide of a planned letter.
ON_PLANNED = (
    DecisionKind.HOLD_LETTER_BACK,
    DecisionKind.RELEASE_LETTER,
    DecisionKind.SEND_LETTER_NOW,
)
_BETWEEN = "/"
_GRANTED = "@"  # in a step's mark, before the end of a deadline that is the agency's own


class PlannedKind(StrEnum):
    """What brings a letter. The values are the record's own, which never changes."""

    STEP = "step"  # a rung of the reminder ladder
    SUMMARY = "summary"  # of a day
    PREVIEW = "preview"  # the agencies' pages of a day before the meeting


@dataclass(frozen=True, slots=True)
class PlannedSending:
    """A planned letter, to whomever it goes: what a decision about it names."""

    cycle: str  # code
    kind: PlannedKind
    mark: str  # of the step, "truoc_5" or "truoc_5@2025-02-27"; of a day, "2025-02-17"

    @property
    def subject(self) -> str:
        """What a decision is about, within its cycle."""
        return f"{self.kind.value}{_BETWEEN}{self.mark}"

    @property
    def key(self) -> str:
        """The name by which it is chosen: "2025-plan/step/truoc_5"."""
        return f"{self.cycle}{_BETWEEN}{self.subject}"

    @property
    def day(self) -> dt.date | None:
        """The day of a summary or of pages; None for a step."""
        return None if self.kind is PlannedKind.STEP else dt.date.fromisoformat(self.mark)

    @property
    def step(self) -> str:
        """The code of the step."""
        return self.mark.partition(_GRANTED)[0]

    @property
    def granted(self) -> dt.date | None:
        """The day before which a deadline of an agency's own ends: extended, or for correcting."""
        _, at, until = self.mark.partition(_GRANTED)
        return dt.date.fromisoformat(until) if at else None


def planned_named(key: str) -> PlannedSending | None:
    """The planned letter of that key; None where it can be none.

    >>> planned_named("2025-plan/summary/2025-02-17").day
    datetime.date(2025, 2, 17)
    >>> planned_named("2025-plan"), planned_named("2025-plan/summary/hôm nay")
    (None, None)
    """
    cycle, _, rest = key.strip().partition(_BETWEEN)
    kind, _, mark = rest.partition(_BETWEEN)
    if not cycle or not mark or kind not in set(PlannedKind):
        return None
    found = PlannedSending(cycle, PlannedKind(kind), mark)
    try:
        day = found.granted if found.kind is PlannedKind.STEP else found.day
    except ValueError:
        return None
    return found if day is None or mark.endswith(day.isoformat()) else None


def of_step(cycle: str, mark: str) -> PlannedSending:
    """The letters of a step."""
    return PlannedSending(cycle, PlannedKind.STEP, mark)


def of_day(cycle: str, kind: PlannedKind, day: dt.date) -> PlannedSending:
    """The summary or the pages of a day."""
    return PlannedSending(cycle, kind, day.isoformat())


def step_title(step: ReminderStep) -> str:
    """How the office calls a step.

    >>> step_title(ReminderStep("truoc_5", StepKind.REMINDER, -5, 8))
    'Thư nhắc trước hạn 5 ngày làm việc'
    """
    days = abs(step.working_days)
    match step.kind:
        case StepKind.REMINDER:
            return f"Thư nhắc trước hạn {days} ngày làm việc"
        case StepKind.LAST_DAY:
            return "Thư nhắc ngày cuối của hạn"
        case StepKind.OVERDUE:
            return f"Thư nhắc khi quá hạn {days} ngày làm việc"
        case StepKind.ESCALATION:
            return f"Danh sách cơ quan quá hạn, {days} ngày làm việc sau hạn"


def planned_title(sending: PlannedSending, cycle: ReportingCycle | None) -> str:
    """How the office calls a planned letter; `cycle` is its own, None for one that is no more."""
    if sending.day is not None:
        what = "Thư tổng hợp" if sending.kind is PlannedKind.SUMMARY else "Thư đối chiếu"
        return f"{what} ngày {sending.day:%d/%m/%Y}"
    step = next((s for s in cycle.steps if s.code == sending.step), None) if cycle else None
    said = step_title(step) if step else f"Bước {sending.step}"
    if sending.granted is None:
        return said
    last = sending.granted - dt.timedelta(days=1)
    return f"{said}, theo thời hạn riêng đến hết {last:%d/%m/%Y}"


@dataclass(frozen=True)
class PlannedDecisions:
    """What was decided of one cycle's planned letters, in the order it was taken."""

    decisions: Sequence[Decision] = ()

    def holding(self, subject: str, agency: str = "") -> Decision | None:
        """The decision by which a planned letter to an agency is held back; None where it goes.

        With "" for the agency: by which it is held back for everybody. An agency's own hold stays
        when the whole is released or sent, for it had a reason of its own.
        """
        whole = own = None
        for decision in self.decisions:
            if decision.subject != subject or decision.agency not in ("", agency):
                continue
            held = decision if decision.kind is DecisionKind.HOLD_LETTER_BACK else None
            if not decision.agency:
                whole = held
            else:
                own, whole = held, held and whole
        return own or whole

    def steps_held(self, agency: str) -> set[str]:
        """Marks of the steps whose letter to an agency is held back."""
        begins = f"{PlannedKind.STEP.value}{_BETWEEN}"
        subjects = {d.subject for d in self.decisions if d.subject.startswith(begins)}
        return {s.removeprefix(begins) for s in subjects if self.holding(s, agency)}

    def sent_now(self, subject: str, agency: str = "") -> Sequence[Decision]:
        """The decisions to send a planned letter to an agency before its time, oldest first."""
        return [
            d
            for d in self.decisions
            if d.kind is DecisionKind.SEND_LETTER_NOW
            and d.subject == subject
            and d.agency in ("", agency)
        ]

    def repeats(self, subject: str, agency: str, signed: Signature) -> bool:
        """Whether the last decision to send it now was that very one, by name and reason."""
        given = [d for d in self.sent_now(subject, agency) if d.agency == agency]
        same = (" ".join(signed.by.split()), " ".join(signed.reason.split()))
        return bool(given) and (given[-1].by, given[-1].reason) == same

    def summaries_settled(self, written: Iterable[dt.datetime]) -> frozenset[dt.date]:
        """Days of which no summary is to be written: held back, or sent before.

        `written` says when summaries were: one that was decided on and is not there yet is owed.
        """
        known = list(written)
        begins = f"{PlannedKind.SUMMARY.value}{_BETWEEN}"
        found = set()
        for subject in {d.subject for d in self.decisions if d.subject.startswith(begins)}:
            sent = any(at >= d.decided_at for d in self.sent_now(subject) for at in known)
            if sent or self.holding(subject):
                found.add(dt.date.fromisoformat(subject.removeprefix(begins)))
        return frozenset(found)


def planned_decisions(book: DecisionBook, cycle: str) -> PlannedDecisions:
    """What was decided of the planned letters of a cycle."""
    return PlannedDecisions(
        [d for d in book.decisions if d.kind in ON_PLANNED and d.cycle == cycle]
    )


def steps_settled(
    sent: Mapping[str, Set[str]], decided: PlannedDecisions, agencies: Iterable[str]
) -> dict[str, set[str]]:
    """The marks of the steps that the ladder need not write any more, by agency: sent, or held."""
    return {agency: {*sent.get(agency, ()), *decided.steps_held(agency)} for agency in agencies}


def why_held(decision: Decision) -> str:
    """What is said of a letter that is held back."""
    on = f"{decision.decided_at.astimezone(HANOI):%d/%m/%Y}"
    return f"được giữ lại theo quyết định số {decision.number} ngày {on} của {decision.by}"
