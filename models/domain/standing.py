"""How an agency stands in a cycle: what it sent, what became of it, whether that was in time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from models.domain.cycles import HANOI, ReportingCycle
from models.domain.findings import Finding
from models.domain.submissions import Entry, Verdict
from models.domain.working_calendar import WorkingCalendar


class Timeliness(StrEnum):
    """Timeliness of the answer as a whole."""

    OPEN = "open"  # nothing accepted yet, deadline not passed
    ON_TIME = "on_time"
    CORRECTED = "corrected"  # came on time, sent back, corrected within the grace period
    LATE = "late"
    OVERDUE = "overdue"  # deadline passed; answered, but nothing accepted yet
    MISSING = "missing"  # deadline passed, nothing came
    EXEMPT = "exempt"  # need not answer, by a person's decision, and did not


@dataclass(frozen=True, slots=True)
class SubmissionRecord:
    """One recorded version of an agency's submission."""

    submission_id: int
    agency: str
    version: int  # 1, 2, ...
    received_at: dt.datetime  # UTC
    verdict: Verdict
    receipt_number: str  # "2025-plan/0007"
    file_name: str
    file_sha256: str
    message_key: str
    decided_at: dt.datetime | None = None
    entries: Sequence[Entry] = field(default_factory=tuple)
    findings: Sequence[Finding] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class AgencyStanding:
    """An agency in a cycle."""

    agency: str
    timeliness: Timeliness
    versions: Sequence[SubmissionRecord]  # oldest first
    effective: SubmissionRecord | None  # the latest accepted version: the one that counts
    held: int = 0  # messages of this agency waiting for a person
    extension_until: dt.datetime | None = None  # its own exclusive due instant, where granted one
    held_at: dt.datetime | None = None  # when the last of the held messages arrived

    @property
    def owes(self) -> bool:
        """Whether something is still to come."""
        return self.effective is None and self.timeliness is not Timeliness.EXEMPT

    @property
    def latest(self) -> SubmissionRecord | None:
        """The version that came last, whatever became of it."""
        return self.versions[-1] if self.versions else None

    @property
    def awaiting_correction(self) -> bool:
        """Whether the last thing that happened is that the agency got its workbook back."""
        return self.owes and self.latest is not None and self.latest.verdict in _SENT_BACK

    @property
    def waits_for_office(self) -> bool:
        """Whether the next move is the office's: something it sent lies in the holding pen."""
        held_version = self.latest is not None and self.latest.verdict is Verdict.HELD
        return self.owes and (self.held > 0 or held_version)


_SENT_BACK = frozenset({Verdict.RETURNED, Verdict.UNREADABLE})


def due_instant(cycle: ReportingCycle, extension_until: dt.datetime | None = None) -> dt.datetime:
    """The agency's own exclusive due instant. An extension never makes a deadline earlier."""
    return cycle.due_at if extension_until is None else max(cycle.due_at, extension_until)


def correction_due(
    cycle: ReportingCycle,
    calendar: WorkingCalendar,
    returned_at: dt.datetime,
    extension_until: dt.datetime | None = None,
) -> dt.date:
    """The last day on which a correction of a version that came on time still counts as on time.

    The grace period's working days are counted from the later of the last working day before the
    due instant and the day of the return, so that a slow check costs the agency nothing.
    """
    last_day = calendar.last_working_day_before(due_instant(cycle, extension_until), HANOI)
    returned_on = returned_at.astimezone(HANOI).date()
    return calendar.shift_working_days(max(last_day, returned_on), cycle.grace_working_days)


def correction_period_end(
    cycle: ReportingCycle,
    calendar: WorkingCalendar,
    versions: Iterable[SubmissionRecord],
    extension_until: dt.datetime | None = None,
) -> dt.datetime | None:
    """The exclusive instant at which the right to correct ends; None where there is no such right.

    The right comes from the last version that itself arrived on time and was sent back. Versions
    that came later do not renew it, otherwise a series of faulty files would have no end.
    """
    due = due_instant(cycle, extension_until)
    sent_back = [v for v in versions if v.received_at < due and v.verdict in _SENT_BACK]
    if not sent_back:
        return None
    last = max(sent_back, key=lambda v: v.version)
    day = correction_due(cycle, calendar, last.decided_at or last.received_at, extension_until)
    midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(0), tzinfo=HANOI)
    return max(due, midnight)


def standing_of(
    agency: str,
    cycle: ReportingCycle,
    calendar: WorkingCalendar,
    versions: Iterable[SubmissionRecord],
    now: dt.datetime,
    extension_until: dt.datetime | None = None,
    held: int = 0,
    *,
    exempt: bool = False,
    held_at: dt.datetime | None = None,
) -> AgencyStanding:
    """How an agency stands at `now`, from the versions it sent (in any order).

    The version that counts is the latest accepted one; whether the answer was in time is decided
    by the first accepted one, so that a later improvement makes nobody late. Versions received
    after `now` are not yet known and left out.
    """
    known = sorted((v for v in versions if v.received_at <= now), key=lambda v: v.version)
    accepted = [v for v in known if v.verdict is Verdict.ACCEPTED]
    due = due_instant(cycle, extension_until)
    if accepted:
        came = min(v.received_at for v in accepted)
        grace_end = correction_period_end(cycle, calendar, known, extension_until)
        if came < due:
            timeliness = Timeliness.ON_TIME
        elif grace_end is not None and came < grace_end:
            timeliness = Timeliness.CORRECTED
        else:
            timeliness = Timeliness.LATE
    elif exempt:
        timeliness = Timeliness.EXEMPT
    elif now < due:
        timeliness = Timeliness.OPEN
    else:
        timeliness = Timeliness.OVERDUE if known or held else Timeliness.MISSING
    return AgencyStanding(
        agency=agency,
        timeliness=timeliness,
        versions=tuple(known),
        effective=accepted[-1] if accepted else None,
        held=held,
        extension_until=extension_until,
        held_at=held_at,
    )
