"""How an agency stands in a cycle: what it sent, what became of it, whether that was in time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from models.domain.answers.papers import SignedPaper
from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.cycle.letter_phrases import last_day_before
from models.domain.cycle.working_calendar import WorkingCalendar
from models.domain.mail.reach import OutOfReach
from models.domain.reading.findings import Finding
from models.domain.reading.submissions import Entry, Verdict


class Timeliness(StrEnum):
    """Timeliness of the answer as a whole."""

    OPEN = "open"  # nothing accepted yet, deadline not passed
    ON_TIME = "on_time"
    CORRECTED = "corrected"  # came on time, sent back, corrected within the grace period
    LATE = "late"
    WAITING = "waiting"  # came on time and lies with the office: the office owes, not the agency
    CORRECTING = "correcting"  # came on time, sent back; its time to correct is not over
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
    receipt_number: str  # "KH-2025/0007"
    file_name: str
    file_sha256: str
    message_key: str
    decided_at: dt.datetime | None = None
    entries: Sequence[Entry] = field(default_factory=tuple)
    findings: Sequence[Finding] = field(default_factory=tuple)
    sections: Mapping[str, Verdict] = field(default_factory=dict)  # by sheet; empty: as a whole
    papers: Sequence[SignedPaper] = ()  # the signed documents that came with it

    def accepts(self, sheet: str) -> bool:
        """Whether that sheet of it was accepted, alone or with the whole file."""
        if not self.sections:
            return self.verdict is Verdict.ACCEPTED
        return self.sections.get(sheet) is Verdict.ACCEPTED


def last_accepting(versions: Iterable[SubmissionRecord], sheet: str) -> SubmissionRecord | None:
    """The version that arrived last, in whatever order they come, of which that sheet was accepted.

    A message that a person assigns late gets the next number; it replaces nothing newer.

    >>> last_accepting([], "tasks") is None
    True
    """
    accepted = [v for v in versions if v.accepts(sheet)]
    return max(accepted, key=by_arrival) if accepted else None


def last_accepted(versions: Iterable[SubmissionRecord]) -> SubmissionRecord | None:
    """The version that arrived last of which the whole was accepted; the one place that asks.

    >>> last_accepted([]) is None
    True
    """
    accepted = [v for v in versions if v.verdict is Verdict.ACCEPTED]
    return max(accepted, key=by_arrival) if accepted else None


def by_arrival(version: SubmissionRecord) -> tuple[dt.datetime, int]:
    """The order in which versions count: by arrival; the number only breaks ties."""
    return version.received_at, version.version


@dataclass(frozen=True, slots=True)
class HeldMail:
    """A message in the holding pen that is an agency's, or may well be."""

    received_at: dt.datetime  # UTC
    receipt_number: str = ""  # "" where its sender got none
    doubtful: bool = False  # it is taken to be another's, and may be this one's
    asked: bool = False  # the agency itself was asked which of its workbooks counts
    told_at: dt.datetime | None = None  # when its sender was told that it is held
    workbook_of: str = ""  # by name, the other agency whose workbook is all that it brought


@dataclass(frozen=True, slots=True)
class UnusableMail:
    """A mail of an agency's that brought nothing to be taken as its report; it was told so."""

    received_at: dt.datetime  # UTC
    answered_at: dt.datetime  # UTC
    returned: bool = False  # by a person; else it held no workbook that could be read


@dataclass(frozen=True, slots=True)
class AgencyStanding:
    """An agency in a cycle. Where sections are accepted each by itself, `sections` names them."""

    agency: str
    timeliness: Timeliness
    versions: Sequence[SubmissionRecord]  # as they arrived, oldest first
    effective: SubmissionRecord | None  # the last accepted to arrive, once nothing is owed
    held_mail: Sequence[HeldMail] = ()  # what waits for a person, as it arrived
    extension_until: dt.datetime | None = None  # its own exclusive due instant, where granted one
    sections: Sequence[str] = ()  # keys of the sheets it answers; empty: files count as a whole
    exempt_sheets: Sequence[str] = ()  # keys of the sheets it need not fill in, by a decision
    extension_said: str = ""  # who granted the extension, and why
    extension_reason: str = ""  # why alone: papers name no clerk
    out_of_reach: OutOfReach | None = None  # no letter reaches it, and why
    unusable_mail: Sequence[UnusableMail] = ()  # as it arrived
    words_mail: Sequence[dt.datetime] = ()  # when mail in words came that a person is to answer
    previewed_on: Sequence[dt.date] = ()  # days, in Hanoi, of the letters with its page, in order

    @property
    def held(self) -> int:
        """How many messages of this agency wait for a person."""
        return len(self.held_mail)

    @property
    def held_at(self) -> dt.datetime | None:
        """When the last of the held messages arrived."""
        return self.held_mail[-1].received_at if self.held_mail else None

    @property
    def sendings(self) -> int:
        """How many times it sent something: versions, and what nobody has opened yet."""
        own = sum(not mail.doubtful for mail in self.held_mail)
        return len(self.versions) + own or int(bool(self.held_mail))

    @property
    def owes(self) -> bool:
        """Whether something is still to come."""
        return self.effective is None and self.timeliness is not Timeliness.EXEMPT

    def counting(self, sheet_key: str) -> SubmissionRecord | None:
        """The version whose cells of that sheet count; None while none was accepted."""
        if not self.sections:
            return self.effective
        return last_accepting(self.versions, sheet_key)

    @property
    def counted(self) -> Sequence[SubmissionRecord]:
        """The versions of which anything counts, oldest first."""
        if not self.sections:
            return () if self.effective is None else (self.effective,)
        versions = {v.version for s in self.sections if (v := self.counting(s)) is not None}
        return tuple(v for v in self.versions if v.version in versions)

    @property
    def telling(self) -> Sequence[SubmissionRecord]:
        """The versions whose cells or findings anybody is shown, oldest first.

        Those of which anything counts, the newest, and of each section the newest that told of it.
        """
        wanted = {v.version for v in (*self.counted, *self.versions[-1:])}
        for section in self.sections:
            told = [v for v in self.versions if section in v.sections or not v.sections]
            wanted |= {v.version for v in told[-1:]}
        return tuple(v for v in self.versions if v.version in wanted)

    @property
    def owed_sections(self) -> Sequence[str]:
        """Keys of the sheets that are still to come, in the form's order."""
        if not self.owes:
            return ()
        exempt = set(self.exempt_sheets)
        return tuple(s for s in self.sections if s not in exempt and self.counting(s) is None)

    @property
    def partly_accepted(self) -> bool:
        """Whether something of it counts while something else is still to come."""
        return self.owes and bool(self.counted)

    @property
    def latest(self) -> SubmissionRecord | None:
        """The version that came last, whatever became of it."""
        return self.versions[-1] if self.versions else None

    @property
    def papers(self) -> Sequence[SignedPaper]:
        """The signed documents of what counts, else of what came last."""
        versions = self.counted or self.versions[-1:]
        return tuple(paper for version in versions for paper in version.papers)

    @property
    def awaiting_correction(self) -> bool:
        """Whether the last thing that happened is that the agency got its workbook back."""
        return self.owes and self.latest is not None and self.latest.verdict in _SENT_BACK

    @property
    def unusable(self) -> UnusableMail | None:
        """The last mail without a usable workbook, where no workbook has come since."""
        last = self.unusable_mail[-1] if self.unusable_mail else None
        if last is None or (self.latest and self.latest.received_at > last.received_at):
            return None
        return last

    @property
    def wrote_at(self) -> dt.datetime | None:
        """When its last mail in words came that waits for a person, where nothing came since."""
        last = self.words_mail[-1] if self.words_mail else None
        came = [self.latest.received_at] if self.latest else []
        came += [mail.received_at for mail in self.unusable_mail[-1:]]
        return None if last is None or any(at > last for at in came) else last

    @property
    def brought_anothers(self) -> HeldMail | None:
        """The last mail that brought another agency's workbook, where no workbook has come since:
        nothing of it is this agency's report, whatever the office does with it."""
        last = next((mail for mail in reversed(self.held_mail) if mail.workbook_of), None)
        if last is None or not self.owes or self.waits_for_office:
            return None
        if self.latest and self.latest.received_at > last.received_at:
            return None
        return last

    @property
    def is_unreachable(self) -> bool:
        """Whether nobody reads what is sent to it: what it shall learn, the office has to tell."""
        return self.out_of_reach is not None and self.out_of_reach.for_good

    @property
    def waits_for_office(self) -> bool:
        """Whether the next move is the office's: something it sent lies in the holding pen."""
        held_version = self.latest is not None and self.latest.verdict is Verdict.HELD
        return self.owes and (held_version or any(not m.workbook_of for m in self.held_mail))

    @property
    def chooses(self) -> bool:
        """Whether all that lies in the holding pen waits for the agency's own word: it was asked
        which of several workbooks counts."""
        if not self.waits_for_office or not all(mail.asked for mail in self.held_mail):
            return False
        # What came since is its answer, or a version that a person has yet to look at.
        latest, first = self.latest, next(iter(self.held_mail), None)
        return first is not None and (latest is None or latest.received_at < first.received_at)


_SENT_BACK = frozenset({Verdict.RETURNED, Verdict.UNREADABLE})


def verdict_of(findings: Sequence[Finding]) -> Verdict:
    """Returned when any finding that is no trial is a blocker or an error, else accepted.

    >>> verdict_of([])
    <Verdict.ACCEPTED: 'accepted'>
    """
    grave = any(not f.trial and f.severity.rank <= 1 for f in findings)
    return Verdict.RETURNED if grave else Verdict.ACCEPTED


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What bears on an agency's standing beside the versions it sent; empty: nothing does."""

    extension_until: dt.datetime | None = None  # its own exclusive due instant, where granted one
    extension_said: str = ""  # who granted the extension, and why
    extension_reason: str = ""  # why alone: papers name no clerk
    held_mail: Sequence[HeldMail] = ()  # messages of this agency waiting for a person
    exempt: bool = False  # need not answer, by a person's decision
    sections: Sequence[str] = ()  # keys of the sheets it answers; empty: files count as a whole
    exempt_sheets: Sequence[str] = ()  # keys of the sheets it need not fill in, by a decision
    out_of_reach: OutOfReach | None = None  # no letter reaches it, and why
    unusable_mail: Sequence[UnusableMail] = ()  # answered mail that brought no usable workbook
    words_mail: Sequence[dt.datetime] = ()  # mail in words that waits for a person
    previewed_on: Sequence[dt.date] = ()  # days, in Hanoi, of letters with its page for the meeting


ORDINARY = Circumstances()


def in_time_by_extension(
    cycle: ReportingCycle, standing: AgencyStanding, versions: Sequence[SubmissionRecord]
) -> dt.date | None:
    """The last day of the extension to which an answer owes that it is in time; None where the
    common deadline was kept, or nothing was."""
    until = standing.extension_until
    if until is None or until <= cycle.due_at:
        return None
    early = [v for v in versions if v.received_at < cycle.due_at]
    if standing.timeliness is Timeliness.ON_TIME:
        early = [v for v in early if v.verdict is Verdict.ACCEPTED]
    elif standing.timeliness is not Timeliness.CORRECTED:
        return None
    return None if early else last_day_before(until)


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


def correction_ahead(
    cycle: ReportingCycle, calendar: WorkingCalendar, standing: AgencyStanding, now: dt.datetime
) -> dt.date | None:
    """The last day on which the correction that is awaited from an agency is still in time; None
    where none is awaited, there is no such right, or its time is over."""
    if not standing.awaiting_correction or standing.waits_for_office:
        return None
    end = correction_period_end(cycle, calendar, standing.versions, standing.extension_until)
    if end is None or now >= end:
        return None
    return (end - dt.timedelta(microseconds=1)).astimezone(HANOI).date()


def standing_of(
    agency: str,
    cycle: ReportingCycle,
    calendar: WorkingCalendar,
    versions: Iterable[SubmissionRecord],
    now: dt.datetime,
    circumstances: Circumstances = ORDINARY,
) -> AgencyStanding:
    """How an agency stands at `now`, from the versions it sent (in any order).

    The version that counts is the accepted one that arrived last; whether the answer was in time
    is decided by the first accepted one, so that a later improvement makes nobody late. With
    sections each of them has such a first moment, and the last of these decides. What is received
    after `now` is not yet known and left out. Whoever sent in time and has nothing to do until the
    office acts is never overdue, nor is one whose time to correct is not over.
    """
    known = sorted((v for v in versions if v.received_at <= now), key=by_arrival)
    held = sorted(
        (m for m in circumstances.held_mail if m.received_at <= now), key=lambda m: m.received_at
    )
    extension_until = circumstances.extension_until
    sections, exempt_sheets = circumstances.sections, circumstances.exempt_sheets
    due = due_instant(cycle, extension_until)
    effective, came = _completed(known, sections, exempt_sheets)
    grace_end = correction_period_end(cycle, calendar, known, extension_until)
    if came is not None:
        if came < due:
            timeliness = Timeliness.ON_TIME
        elif grace_end is not None and came < grace_end:
            timeliness = Timeliness.CORRECTED
        else:
            timeliness = Timeliness.LATE
    elif circumstances.exempt or (sections and set(sections) <= set(exempt_sheets)):
        timeliness = Timeliness.EXEMPT
    elif _waits_in_time(known, held, max(due, grace_end or due)):
        timeliness = Timeliness.WAITING
    elif now < due:
        timeliness = Timeliness.OPEN
    elif grace_end is not None and now < grace_end:
        timeliness = Timeliness.CORRECTING
    else:
        came_late = known or any(not m.workbook_of for m in held)
        timeliness = Timeliness.OVERDUE if came_late else Timeliness.MISSING
    return AgencyStanding(
        agency=agency,
        timeliness=timeliness,
        versions=tuple(known),
        effective=effective,
        held_mail=tuple(held),
        extension_until=extension_until,
        sections=tuple(sections),
        exempt_sheets=tuple(exempt_sheets),
        extension_said=circumstances.extension_said,
        extension_reason=circumstances.extension_reason,
        out_of_reach=circumstances.out_of_reach,
        unusable_mail=tuple(
            sorted(
                (m for m in circumstances.unusable_mail if m.received_at <= now),
                key=lambda m: m.received_at,
            )
        ),
        words_mail=tuple(sorted(at for at in circumstances.words_mail if at <= now)),
        previewed_on=tuple(sorted(circumstances.previewed_on)),
    )


def _waits_in_time(
    known: Sequence[SubmissionRecord], held: Sequence[HeldMail], until: dt.datetime
) -> bool:
    """Whether anything lies with the office that came while it was still in time, and may be the
    agency's report."""
    arrivals = [m.received_at for m in held if not m.workbook_of]
    if known and known[-1].verdict is Verdict.HELD:
        arrivals.append(known[-1].received_at)
    return any(at < until for at in arrivals)


def _completed(
    known: Sequence[SubmissionRecord], sections: Sequence[str], exempt_sheets: Sequence[str]
) -> tuple[SubmissionRecord | None, dt.datetime | None]:
    """The latest version of which anything was accepted, and when nothing was owed any more.

    None and None while something is owed.
    """
    if not sections:
        first = [v.received_at for v in known if v.verdict is Verdict.ACCEPTED]
        return last_accepted(known), min(first, default=None)
    firsts = []
    for section in sections:
        if section not in exempt_sheets:
            received = [v.received_at for v in known if v.accepts(section)]
            if not received:
                return None, None
            firsts.append(min(received))
    taken = [v for v in known if any(v.accepts(s) for s in sections)]
    if not firsts or not taken:
        return None, None
    return taken[-1], max(firsts)
