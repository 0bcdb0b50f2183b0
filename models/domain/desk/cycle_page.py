"""How a cycle stands, agency by agency: every one in exactly one place, and by when it has to act.

What an agency sent and the office has not opened is the office's to do: whoever sent it in time is
never called overdue for it.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.domain.answers.standing import (
    AgencyStanding,
    Timeliness,
    correction_period_end,
    due_instant,
)
from models.domain.consolidation.wording import KIND_NAMES, TIMELINESS_NAMES, timeliness_named
from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.cycle.working_calendar import WorkingCalendar
from models.domain.notation.vietnamese_text import fold
from models.domain.register.agencies import Agency, AgencyKind


class AnswerBucket(StrEnum):
    """Where an agency's answer is. The values are the names by which addresses filter."""

    MISSING = "qua-han"  # the deadline passed, and nothing lies with the office
    SENT_BACK = "tra-lai"  # it has its workbook back
    WITH_OFFICE = "cho-van-phong"  # the office has not opened what it sent
    OPEN = "con-han"  # nothing came yet, and the deadline has not passed
    LATE = "muon"  # accepted, and came late
    CORRECTED = "chinh-sua"
    ON_TIME = "dung-han"
    EXEMPT = "mien"


BUCKET_TITLES = {
    AnswerBucket.MISSING: TIMELINESS_NAMES[Timeliness.MISSING],
    AnswerBucket.SENT_BACK: "Đã trả lại, chờ bản chỉnh sửa",
    AnswerBucket.WITH_OFFICE: "Đã gửi, chờ Văn phòng xem xét",
    AnswerBucket.OPEN: "Chưa gửi, còn trong hạn",
    AnswerBucket.LATE: TIMELINESS_NAMES[Timeliness.LATE],
    AnswerBucket.CORRECTED: TIMELINESS_NAMES[Timeliness.CORRECTED],
    AnswerBucket.ON_TIME: TIMELINESS_NAMES[Timeliness.ON_TIME],
    AnswerBucket.EXEMPT: TIMELINESS_NAMES[Timeliness.EXEMPT],
}
_DONE = {
    Timeliness.ON_TIME: AnswerBucket.ON_TIME,
    Timeliness.CORRECTED: AnswerBucket.CORRECTED,
    Timeliness.LATE: AnswerBucket.LATE,
    Timeliness.EXEMPT: AnswerBucket.EXEMPT,
}


@dataclass(frozen=True, slots=True)
class AgencyInCycle:
    """One agency's line. `last_day` and `days_left` of what it still owes; None where nothing."""

    agency: str
    name: str
    kind: AgencyKind | None
    standing: AgencyStanding
    bucket: AnswerBucket
    last_day: dt.date | None
    days_left: int | None  # 0: today; negative: overdue for so many days
    owed_sheets: Sequence[str] = ()  # titles of what is still to come of an answer taken in part
    exempt_sheets: Sequence[str] = ()  # titles

    @property
    def kind_said(self) -> str:
        """Its kind, in words."""
        return KIND_NAMES[self.kind]

    @property
    def said(self) -> str:
        """Where its answer is, in words; that what lies with the office came in time where so."""
        standing = self.standing
        if standing.chooses or standing.timeliness in (Timeliness.WAITING, Timeliness.CORRECTING):
            return timeliness_named(standing.timeliness, sent_back=False, chooses=standing.chooses)
        if standing.brought_anothers is not None:
            return timeliness_named(standing.timeliness, sent_back=False, anothers=True)
        return BUCKET_TITLES[self.bucket]

    @property
    def is_overdue(self) -> bool:
        """Whether it owes something whose last day is over."""
        return self.days_left is not None and self.days_left < 0

    @property
    def received_at(self) -> dt.datetime | None:
        """When the last of what it sent arrived; None where nothing has."""
        latest = self.standing.latest
        arrivals = [latest.received_at if latest else None, self.standing.held_at]
        return max((at for at in arrivals if at is not None), default=None)

    @property
    def receipt_number(self) -> str:
        """Of what lies with the office, else of the version that counts or came last; or ""."""
        standing = self.standing
        shown = standing.effective or standing.latest
        if standing.waits_for_office and standing.held_mail:
            return standing.held_mail[-1].receipt_number
        return shown.receipt_number if shown else ""

    @property
    def search_key(self) -> tuple[str, str]:
        """By which it is sorted by name."""
        return fold(self.name), self.agency


@dataclass(frozen=True, slots=True)
class KindCounts:
    """How the agencies of one kind stand, by bucket; `kind_said` "" of all together."""

    kind_said: str
    by_bucket: Mapping[AnswerBucket, int]
    received: int  # of whom anything has arrived

    @property
    def expected(self) -> int:
        """Who has to answer: all who were asked and are not exempt."""
        return sum(n for bucket, n in self.by_bucket.items() if bucket is not AnswerBucket.EXEMPT)


@dataclass(frozen=True, slots=True)
class SheetCounts:
    """How one sheet of the form stands: who answers it, and of whom it was taken."""

    title: str
    expected: int
    taken: int
    exempt: int

    @property
    def owed(self) -> int:
        """Of whom it is still to come."""
        return self.expected - self.taken - self.exempt


def bucket_of(standing: AgencyStanding, cycle: ReportingCycle, now: dt.datetime) -> AnswerBucket:
    """Where an agency's answer is."""
    if (done := _DONE.get(standing.timeliness)) is not None:
        return done
    if standing.waits_for_office:
        return AnswerBucket.WITH_OFFICE
    if standing.awaiting_correction:
        return AnswerBucket.SENT_BACK
    is_over = now >= due_instant(cycle, standing.extension_until)
    return AnswerBucket.MISSING if is_over else AnswerBucket.OPEN


def agency_line(
    agency: Agency | None,
    standing: AgencyStanding,
    cycle: ReportingCycle,
    calendar: WorkingCalendar,
    titles: Mapping[str, str],
    now: dt.datetime,
) -> AgencyInCycle:
    """The line of one agency; `titles` are the form's, by key of its sheets."""
    bucket = bucket_of(standing, cycle, now)
    last_day = _last_day(standing, cycle, calendar, bucket)
    today = now.astimezone(HANOI).date()
    return AgencyInCycle(
        agency=standing.agency,
        name=agency.name if agency else standing.agency,
        kind=agency.kind if agency else None,
        standing=standing,
        bucket=bucket,
        last_day=last_day,
        days_left=(last_day - today).days if last_day else None,
        owed_sheets=tuple(titles.get(s, s) for s in standing.owed_sections)
        if standing.partly_accepted
        else (),
        exempt_sheets=tuple(titles.get(s, s) for s in standing.exempt_sheets),
    )


def _last_day(
    standing: AgencyStanding,
    cycle: ReportingCycle,
    calendar: WorkingCalendar,
    bucket: AnswerBucket,
) -> dt.date | None:
    """By when the agency itself has to act; of a correction, the end of its right to one."""
    if bucket not in (AnswerBucket.MISSING, AnswerBucket.OPEN, AnswerBucket.SENT_BACK):
        return None
    until = due_instant(cycle, standing.extension_until)
    if bucket is AnswerBucket.SENT_BACK:
        granted = standing.extension_until
        until = correction_period_end(cycle, calendar, standing.versions, granted) or until
    return (until.astimezone(HANOI) - dt.timedelta(microseconds=1)).date()


def counts_by_kind(lines: Iterable[AgencyInCycle]) -> list[KindCounts]:
    """The counts of each kind that has anybody, in the directive's order; all together last."""
    every = list(lines)
    kinds = [kind for kind in KIND_NAMES if any(line.kind is kind for line in every)]
    found = [_counted(KIND_NAMES[k], [x for x in every if x.kind is k]) for k in kinds]
    return [*found, _counted("", every)]


def _counted(said: str, lines: Sequence[AgencyInCycle]) -> KindCounts:
    by_bucket = Counter(line.bucket for line in lines)
    received = sum(line.received_at is not None for line in lines)
    return KindCounts(said, {bucket: by_bucket[bucket] for bucket in AnswerBucket}, received)


def counts_by_sheet(lines: Iterable[AgencyInCycle], titles: Mapping[str, str]) -> list[SheetCounts]:
    """The counts of each sheet that is accepted by itself; empty where none is."""
    expected: Counter[str] = Counter()
    taken: Counter[str] = Counter()
    exempt: Counter[str] = Counter()
    for line in lines:
        standing = line.standing
        if line.bucket is AnswerBucket.EXEMPT:
            continue
        for sheet in standing.sections:
            expected[sheet] += 1
            if sheet in standing.exempt_sheets:
                exempt[sheet] += 1
            elif standing.counting(sheet) is not None:
                taken[sheet] += 1
    return [
        SheetCounts(title, expected[key], taken[key], exempt[key])
        for key, title in titles.items()
        if expected[key]
    ]
