"""Reporting cycles: what is asked, by when, on which ground (Directive 03/CT-UBND, part III)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


class StepKind(StrEnum):
    """Rungs of the reminder ladder."""

    REMINDER = "reminder"  # before the deadline
    LAST_DAY = "last_day"
    OVERDUE = "overdue"  # after it, copy to the superior
    ESCALATION = "escalation"  # list to the office


@dataclass(frozen=True, slots=True)
class ReminderStep:
    """One rung: due on a working day counted from the deadline, at an hour of that day.

    `working_days` < 0: that many working days before the day of the last working instant;
    0: the last working day itself; > 0: after the deadline.
    """

    code: str  # "truoc_10", "ngay_cuoi", "qua_han_1", "bao_cao_van_phong"
    kind: StepKind
    working_days: int
    hour: int  # local, 0-23


@dataclass(frozen=True, slots=True)
class ReportingCycle:
    """One cycle. Instants carry a zone; `due_at` is exclusive: on time means received before it."""

    code: str  # "2025-plan"
    title: str
    form: str  # code of the form, "plan"
    catalogue_year: int
    legal_basis: str  # "điểm 1.2 mục III Chỉ thị số 03/CT-UBND ngày 20/01/2025"
    content: str  # what an agency sends, one sentence
    opens_at: dt.datetime
    due_at: dt.datetime
    due_text: str  # as the directive words it: "trước ngày 20 tháng 02 năm 2025"
    data_closes_on: dt.date | None
    grace_working_days: int
    meeting: str  # "phiên họp thường kỳ tháng 02/2025 của UBND thành phố"
    meeting_on: dt.date | None
    recipient: str
    channel: str
    contact_person: str
    contact_phone: str
    contact_email: str
    steps: Sequence[ReminderStep]
    note: str = ""
    # What Decree 09/2019/NĐ-CP asks a reporting regime to state, beyond the fields above
    reporters: str = ""  # who reports
    frequency: str = ""
    outline: str = ""  # the report's outline
    report_forms: str = ""  # the forms (biểu mẫu) to be used
    ends_on: dt.date | None = None  # last day on which reminders still go out; None: no end
    previous: str = ""  # code of the cycle whose commitments this one is measured by; "" for none
    mark: str = ""  # as agencies and the office read it, "KH-2025"; "" for the code

    def has_ended(self, now: dt.datetime) -> bool:
        """Whether the last day on which its agencies are asked and reminded is over."""
        return self.ends_on is not None and now.astimezone(HANOI).date() > self.ends_on

    def __post_init__(self) -> None:
        # Without a mark of its own letters, receipt numbers and reports name it by its code.
        if not self.mark:
            object.__setattr__(self, "mark", self.code)


_KEPT_IN_VIEW = dt.timedelta(days=365)


def open_cycles(cycles: Iterable[ReportingCycle], now: dt.datetime) -> list[ReportingCycle]:
    """Those that are open and not yet ended, by code."""
    return [cycle for cycle in _opened(cycles, now) if not cycle.has_ended(now)]


def cycles_in_view(
    cycles: Iterable[ReportingCycle], now: dt.datetime, asked: Container[str]
) -> list[ReportingCycle]:
    """Those whose results may still change, by code. `asked`: codes of those in which agencies were
    asked.

    After a cycle's end nobody is reminded any more, yet figures come in, final ones most of all,
    and are to be seen: until a cycle that builds on it opens, for a year at the most. One that had
    ended before anybody was asked in it was led elsewhere, before this installation, and has no
    results here.
    """
    opened = _opened(cycles, now)
    followed = {cycle.previous for cycle in opened}
    return [
        cycle
        for cycle in opened
        if not cycle.has_ended(now)
        or (
            cycle.code in asked
            and cycle.code not in followed
            and not cycle.has_ended(now - _KEPT_IN_VIEW)
        )
    ]


def _opened(cycles: Iterable[ReportingCycle], now: dt.datetime) -> list[ReportingCycle]:
    return sorted((c for c in cycles if c.opens_at <= now), key=lambda cycle: cycle.code)
