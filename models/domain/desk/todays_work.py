"""What waits for a person today: one list, the oldest first, whatever kind it is of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.domain.answers.standing import AgencyStanding, due_instant
from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.cycle.working_calendar import WorkingCalendar

MORNING = dt.time(7, 30)


def morning_due(calendar: WorkingCalendar, now: dt.datetime) -> bool:
    """Whether the day's letter is to be written: on a working day, from the morning until the
    office closes."""
    local = now.astimezone(HANOI)
    in_day = MORNING <= local.time() < calendar.office_hours.closes
    return in_day and calendar.is_working_day(local.date())


class TaskKind(StrEnum):
    """What is asked of a person. The values are the desk's words."""

    HELD = "Thư chờ người xem"
    APPROVAL = "Thư tổng hợp chờ duyệt"
    CONFLICT = "Số liệu mâu thuẫn"
    JUDGEMENT = "Chỉ tiêu chờ đánh giá"
    UNREACHED = "Cơ quan thư không tới"
    LETTER = "Thư đi không đến nơi"


@dataclass(frozen=True, slots=True)
class DeskTask:
    """One thing that waits. `key` names its case: a message, letter, conflict, agency."""

    kind: TaskKind
    key: str
    what: str  # Vietnamese, one line
    why: str
    since: dt.datetime | None = None  # None: since when is not known
    cycle: str = ""
    agency: str = ""  # code; "" where it is not known or of no agency


@dataclass(frozen=True, slots=True)
class Owing:
    """An agency that owes its answer, and how long it still has. What it sent lies with nobody."""

    agency: str
    cycle: str
    last_day: dt.date  # on which it may still answer in time
    days_left: int  # 0: today; negative: overdue for so many days
    sent_back: bool  # it answered, and has its workbook back


def oldest_first(tasks: Iterable[DeskTask]) -> list[DeskTask]:
    """In order of age; what has no age stands last, in the order in which it came."""
    far = dt.datetime.max.replace(tzinfo=dt.UTC)
    return sorted(tasks, key=lambda task: task.since or far)


def owing(
    cycle: ReportingCycle, standings: Sequence[AgencyStanding], now: dt.datetime
) -> list[Owing]:
    """Who owes an answer that the office does not itself sit on, the most pressing first."""
    today = now.astimezone(HANOI).date()
    found = []
    for standing in standings:
        if not standing.owes or standing.waits_for_office:
            continue
        due = due_instant(cycle, standing.extension_until)
        last_day = (due.astimezone(HANOI) - dt.timedelta(microseconds=1)).date()
        left = (last_day - today).days
        sent_back = standing.awaiting_correction
        found.append(Owing(standing.agency, cycle.code, last_day, left, sent_back))
    return sorted(found, key=lambda one: one.days_left)
