"""What a letter says before it is worded: the facts, ready to print, and the template's name.

The words stand in the office's templates. A `LetterContent` holds only strings and lists of strings
(or of records of strings), so that a template needs nothing but loops. Text that came from outside
passes `one_line`: it can neither break a line nor pretend to be ours.

`cycle_letters` composes the opening, the reminders and the escalation; `answer_letters` the answers
to what agencies send; the summary's frame stands here, and what several of them tell: deadlines,
what counts, findings as they are listed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from models.domain.answers.standing import (
    AgencyStanding,
    correction_period_end,
    due_instant,
)
from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.cycle.letter_phrases import (
    cell_order,
    cell_ranges,
    check_code,
    day_text,
    due_clause,
    instant_text,
    last_day_before,
    number_text,
    overdue_since,
    place_text,
)
from models.domain.cycle.working_calendar import WorkingCalendar
from models.domain.mail.mail import LetterKind
from models.domain.notation.vietnamese_text import fold, one_line
from models.domain.reading.findings import SETTLED_CALL, SEVERITY_CALLS, Finding, Severity

OFFICE = "Văn phòng Ủy ban nhân dân thành phố"
_OFFICE_KEY = fold(OFFICE)
OFFICE_ADDRESSEE = f"Lãnh đạo {OFFICE}"
OWN_UNITS = "các phòng, đơn vị thuộc Văn phòng"  # whom the office asks where it reports itself
_LONG_ADVICE = 80  # characters from which a reader is better served by the cell that has it
_EXPECTED = re.compile(r"\s*\(dự kiến[^()]*\)$")  # of a meeting's name, once its day is known


@dataclass(frozen=True)
class LetterContent:
    """A letter's facts. `template` names the file that words them, "verdict_returned"."""

    kind: LetterKind
    template: str
    context: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Table:
    """A small table; columns in `numeric` (0-based) are set flush right."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: Sequence[int] = ()


@dataclass(frozen=True)
class SummaryContent:
    """The summary to the office. Figures and wording of `lead` and `points` come from whoever
    consolidates; the template gives the frame."""

    cycle: ReportingCycle
    title: str  # goes into the subject: "Tổng hợp đến 16 giờ 00 phút ngày 19/02/2025"
    lead: Sequence[str]  # one to three paragraphs
    points: Sequence[str]  # what matters first
    tables: Sequence[Table] = ()
    images: Sequence[tuple[str, str]] = ()  # content id, description
    attachments: Sequence[str] = ()  # names of the attached files, what they hold
    decisions: Sequence[str] = ()  # what a person has to decide
    addressee: str = OFFICE_ADDRESSEE
    notes: Sequence[str] = ()  # small print
    figures: Sequence[tuple[str, str]] = ()  # the few that matter most: label, value
    asked: Sequence[str] = ()  # the decisions in a line of each kind
    counts: Sequence[tuple[str, str]] = ()  # of the points those that count: label, count
    sentences: Sequence[str] = ()  # of the points the others


def business_key(cycle: str, agency: str, kind: LetterKind, *parts: str | int) -> str:
    """The outbox's unique key of a letter: one cause, one letter. Different parts, different keys.

    >>> business_key("2025-plan", "syt", LetterKind.REMINDER, "truoc_5")
    '2025-plan|syt|reminder|truoc_5'
    """
    words = [cycle, agency, kind.value, *(str(p) for p in parts)]
    return "|".join(w.replace("%", "%25").replace("|", "%7C") for w in words)


_COUNTS = ("Nội dung khác", "Số lượng")


def compose_summary(content: SummaryContent) -> LetterContent:
    """The summary mail's frame around the consolidation's figures."""
    return LetterContent(
        LetterKind.SUMMARY,
        "summary",
        {
            **letterhead(content.cycle, content.addressee),
            "title": one_line(content.title),
            "lead": [one_line(p, 2000) for p in content.lead],
            "points": [one_line(p, 1000) for p in content.points],
            "decisions": [one_line(p, 1000) for p in content.decisions],
            "tables": [
                Table(
                    one_line(table.title),
                    [one_line(cell) for cell in table.header],
                    [[one_line(cell, 500) for cell in row] for row in table.rows],
                    table.numeric,
                )
                for table in content.tables
            ],
            "images": list(content.images),
            "attachments": [one_line(a) for a in content.attachments],
            "notes": [one_line(n, 1000) for n in content.notes],
            "figures": [
                (one_line(label), one_line(value, 500)) for label, value in content.figures
            ],
            "asked": [one_line(line, 500) for line in content.asked],
            "counts": Table("", _COUNTS, [*content.counts], (1,)) if content.counts else None,
            "sentences": [one_line(line, 1000) for line in content.sentences],
        },
    )


def letterhead(cycle: ReportingCycle, addressee: str) -> dict[str, object]:
    """What every letter may use.

    `addressee` stands behind "Kính gửi"; `agency_named` and `office_named` are the two sides within
    a sentence. The office that reports to itself is no stranger to itself. `recipients` are lines
    of "Nơi nhận"; `check_codes` tell files apart in the letter's foot.
    """
    name = one_line(addressee)
    own = is_own(cycle, name)
    return {
        "addressee": f"{OWN_UNITS[:1].upper()}{OWN_UNITS[1:]}" if own else name,
        "agency_named": OWN_UNITS if own else name,
        "office_named": "Văn phòng" if own else OFFICE,
        "recipients": [],
        "check_codes": "",
        "cycle_mark": cycle.mark,
        "cycle_title": cycle.title,
        "legal_basis": cycle.legal_basis,
        "office": cycle.recipient,
        "contact_person": cycle.contact_person,
        "contact_phone": cycle.contact_phone,
        "contact_email": cycle.contact_email,
    }


def is_own(cycle: ReportingCycle, name: str) -> bool:
    """Whether the agency of that name is the office to which the cycle reports, with the city's
    name behind its own or without."""
    return fold(name) in (fold(cycle.recipient), _OFFICE_KEY)


def agency_within(cycle: ReportingCycle, name: str) -> str:
    """The agency's name within a sentence of the office's: its own units, where it is itself."""
    return OWN_UNITS if is_own(cycle, name) else name


def meeting_facts(cycle: ReportingCycle, now: dt.datetime | None = None) -> dict[str, object]:
    """The meeting that the cycle's reports are for; `meeting_past`: nothing reaches it any more.

    On its own day papers are closed: what comes then goes into the consolidated workbook alone.
    `meeting` is its name alone, `meeting_dated` its name with the day, where that is known.
    """
    name, day = one_line(cycle.meeting, 400), cycle.meeting_on
    past = day is not None and now is not None and now.astimezone(HANOI).date() >= day
    dated = name
    if day is not None:
        bare = _EXPECTED.sub("", name)
        dated = f"{bare} ngày {day:%d/%m/%Y}" if past else f"{bare}, dự kiến ngày {day:%d/%m/%Y}"
    return {"meeting": name, "meeting_dated": dated, "meeting_past": past}


def standing_facts(standing: AgencyStanding | None) -> dict[str, object]:
    """What counts of what an agency has sent, for every letter that has to say it.

    `counting`: a line for each version that counts, empty where none does. `owes`: something is
    still to come.

    >>> standing_facts(None)
    {'counting': [], 'owes': True}
    """
    if standing is None:
        return {"counting": [], "owes": True}
    lines = [
        f"phiên bản {v.version}"
        + (f" (số tiếp nhận {v.receipt_number})" if v.receipt_number else "")
        + f", Văn phòng nhận lúc {instant_text(v.received_at)}"
        for v in standing.counted
    ]
    return {"counting": lines, "owes": standing.owes}


def owed_by_facts(
    cycle: ReportingCycle,
    calendar: WorkingCalendar,
    standing: AgencyStanding | None,
    now: dt.datetime,
) -> dict[str, object]:
    """Until when an answer is in time, or since when it is late, with the right to correct.

    What `deadline_facts` says of the agency's own deadline is among it.

    `correction_due`: the last day of that right, "" without one or once it has run out;
    `overdue_since`: "" while nothing is late; `wanted_by` as the function of that name.
    """
    extension_until = standing.extension_until if standing else None
    due = due_instant(cycle, extension_until)
    end = None
    if standing is not None:
        end = correction_period_end(cycle, calendar, standing.versions, extension_until)
    late = now >= (end or due) and (standing is None or standing.owes)
    return {
        **deadline_facts(cycle, calendar, extension_until),
        "overdue": late,
        "overdue_since": overdue_since(end or due) if late else "",
        "correction_due": day_text(last_day_before(end)) if end is not None and now < end else "",
        "wanted_by": wanted_by(cycle, calendar, end or due, now) if late else "",
    }


def unusable_said(standing: AgencyStanding | None) -> str:
    """That a mail came which brought no report, and that it was answered or will be; "" where none
    did. No full stop: the letter goes on with what is still missing."""
    anothers = standing.brought_anothers if standing is not None else None
    if anothers is not None:
        day = f"{anothers.received_at.astimezone(HANOI):%d/%m/%Y}"
        return (
            f"Thư của cơ quan ngày {day} đính kèm sổ của {one_line(anothers.workbook_of)}, không "
            "phải sổ của cơ quan"
        )
    if standing is not None and standing.wrote_at is not None:
        day = f"{standing.wrote_at.astimezone(HANOI):%d/%m/%Y}"
        return (
            f"Ngày {day}, Văn phòng nhận được thư trao đổi của cơ quan, không kèm sổ báo cáo; cán "
            "bộ của Văn phòng đang xem xét để trả lời"
        )
    mail = standing.unusable if standing is not None else None
    if mail is None:
        return ""
    came, answered = (at.astimezone(HANOI).date() for at in (mail.received_at, mail.answered_at))
    when = "cùng ngày" if came == answered else f"ngày {answered:%d/%m/%Y}"
    what, done = "trong thư chưa có sổ báo cáo hợp lệ", "trả lời"
    if mail.returned:
        what, done = "chưa tiếp nhận được là báo cáo", "trả lại thư kèm ý kiến"
    return (
        f"Ngày {came:%d/%m/%Y}, Văn phòng nhận được thư của cơ quan nhưng {what} "
        f"(Văn phòng đã {done} {when})"
    )


def wanted_by(
    cycle: ReportingCycle, calendar: WorkingCalendar, due: dt.datetime, now: dt.datetime
) -> str:
    """The day by which what is late since `due` is asked for. "" where the meeting's day is not
    known, or nothing reaches it any more.

    It is one day for all letters, whenever they are written: as many working days from the first
    day of lateness as the cycle gives for correcting. Once that day has come, it is the last one
    on which anything reaches the meeting's report.
    """
    last = last_before_report(cycle, calendar, now)
    if last is None:
        return ""
    first_late = calendar.next_working_time(due, HANOI).astimezone(HANOI).date()
    asked = calendar.shift_working_days(first_late, cycle.grace_working_days)
    return day_text(min(last, asked) if asked > now.astimezone(HANOI).date() else last)


def last_before_report(
    cycle: ReportingCycle, calendar: WorkingCalendar, now: dt.datetime
) -> dt.date | None:
    """The last day on which what comes still reaches the report to the meeting; None where the
    meeting's day is not known, or that day has passed.

    The report is made on the last working day before the meeting: what comes in the afternoon of
    that day would be too late, so the day before it is told.
    """
    if cycle.meeting_on is None:
        return None
    opens = dt.datetime.combine(cycle.meeting_on, dt.time(), tzinfo=HANOI)
    made_on = calendar.last_working_day_before(opens, HANOI)
    day = calendar.shift_working_days(made_on, -1)
    return day if day >= now.astimezone(HANOI).date() else None


def check_codes(files: Iterable[tuple[str, str]]) -> str:
    """The files' codes for a letter's foot, given names and digests; each named where several.

    >>> check_codes([("a.xlsx", "effc22de9f4f"), ("b.xlsx", "0123456789ab")])
    'EFFC-22DE (a.xlsx); 0123-4567 (b.xlsx)'
    """
    distinct = {sha256: one_line(name, 120) for name, sha256 in files}
    if len(distinct) == 1:
        return check_code(next(iter(distinct)))
    return "; ".join(f"{check_code(sha256)} ({name})" for sha256, name in distinct.items())


def deadline_facts(
    cycle: ReportingCycle, calendar: WorkingCalendar, extension_until: dt.datetime | None
) -> dict[str, object]:
    """The deadline in the directive's words, as an instant, and as the last day at work."""
    due = due_instant(cycle, extension_until)
    extended = due > cycle.due_at
    last_day = calendar.last_working_day_before(due, HANOI)
    return {
        "due_text": cycle.due_text,
        "due_clause": due_clause(due),
        "last_day": day_text(last_day),
        # Where holidays stand between: else the clause has named the day already.
        "last_day_before": day_text(last_day) if last_day != last_day_before(due) else "",
        "extended": extended,
        "extended_to": f"ngày {last_day_before(due):%d/%m/%Y}" if extended else "",
    }


def grave_count(findings: Iterable[Finding]) -> int:
    return sum(f.severity.rank <= Severity.ERROR.rank and not f.trial for f in findings)


FINDINGS_IN_BODY = 40
CELLS_IN_PLACE = 8

SEVERITY_HEADINGS = {
    **SEVERITY_CALLS,
    Severity.BLOCKER: "Lỗi khiến sổ chưa thể tiếp nhận",
}


#: Of warnings whose reason stands in the workbook.
SETTLED_HEADING = f"{SETTLED_CALL}, không phải làm gì thêm"


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One finding as a letter prints it."""

    place: str
    seen: str  # empty where nothing stood there, or the message says it
    message: str
    justification: str = ""


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """Findings of one severity under their heading."""

    heading: str
    lines: Sequence[FindingLine]


def finding_groups(findings: Iterable[Finding]) -> tuple[list[FindingGroup], int]:
    """Findings worst first, then by sheet as first met and by cell, and how many were left out.

    Findings that say the same of several cells of a sheet share one line; what is advised for one
    cell of a row is not printed again for the row's next.
    """
    listed = list(findings)
    sheets: dict[str, int] = {}
    for finding in listed:
        sheets.setdefault(finding.sheet, len(sheets))
    listed.sort(key=lambda f: (f.severity.rank, sheets[f.sheet], cell_order(f.cell)))
    merged: dict[tuple[str, ...], list[Finding]] = {}
    for f in listed:
        key = (f.severity, f.sheet, f.message, f.value, f.justification)
        merged.setdefault(key, []).append(f)
    shown = list(merged.values())[:FINDINGS_IN_BODY]
    groups: list[FindingGroup] = []
    advised: dict[tuple[str, ...], str] = {}
    for severity in Severity:
        for settled, heading in ((False, SEVERITY_HEADINGS[severity]), (True, SETTLED_HEADING)):
            told = [s for s in shown if _in_group(s[0], severity, settled=settled)]
            lines = [_advised_once(s[0], _line(s), advised) for s in told]
            total = sum(_in_group(f, severity, settled=settled) for f in listed)
            if lines:
                groups.append(FindingGroup(f"{heading} ({total})", lines))
    return groups, len(listed) - sum(len(same) for same in shown)


def finding_facts(shown: Sequence[Finding], listed: Iterable[Finding]) -> dict[str, object]:
    """What a verdict tells of findings: how many there are of those `shown`, lines of the `listed`.

    None of either is on trial. Counts in words of letters, "" for nothing but errors and warnings.
    """
    warnings, settled = _warnings_of(shown)
    remarks = sum(f.severity is Severity.INFO for f in shown)
    groups, more = finding_groups(listed)
    return {
        "errors": number_text(grave_count(shown)),
        "warnings": number_text(warnings),
        "settled": number_text(settled) if settled else "",
        "unsettled": number_text(warnings - settled) if warnings > settled else "",
        "remarks": number_text(remarks) if remarks else "",
        "groups": groups,
        "more_findings": number_text(more) if more else "",
    }


def _warnings_of(findings: Iterable[Finding]) -> tuple[int, int]:
    """How many warnings there are, and how many of them the agency has explained already."""
    warnings = [f for f in findings if f.severity is Severity.WARNING and not f.trial]
    return len(warnings), sum(f.is_settled for f in warnings)


def _in_group(finding: Finding, severity: Severity, *, settled: bool) -> bool:
    return finding.severity is severity and finding.is_settled is settled


def _line(same: Sequence[Finding]) -> FindingLine:
    first = same[0]
    cells = cell_ranges(f.cell for f in same)
    if len(cells) > CELLS_IN_PLACE:
        cells = [*cells[:CELLS_IN_PLACE], f"và {len(cells) - CELLS_IN_PLACE} chỗ khác"]
    place, message = _apart(
        place_text(first.sheet, ", ".join(cells)), one_line(first.beside_place, 700)
    )
    return FindingLine(
        place=place,
        seen="" if _says(message, first.value) else one_line(first.value, 120),
        message=message,
        justification=one_line(first.justification, 300),
    )


def _advised_once(
    finding: Finding, line: FindingLine, advised: dict[tuple[str, ...], str]
) -> FindingLine:
    """The line, its advice replaced by the cell of the same row where it stands in full already."""
    stated, _, advice = line.message.partition(". ")
    if len(advice) < _LONG_ADVICE or not finding.cell:
        return line
    row = finding.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    first = advised.setdefault((finding.sheet, row, finding.severity, advice), finding.cell)
    if first == finding.cell:
        return line
    return replace(line, message=f"{stated}. Đề nghị như đã nêu tại ô {first}.")


def _says(message: str, seen: str) -> bool:
    """Whether a remark tells what stands in the cell, so that no line of its own repeats it.

    >>> _says("Cam kết 94 chưa đạt mức giao.", "94"), _says("Cam kết 94,5 chưa đạt.", "94")
    (True, False)
    """
    if "đang ghi" in message.casefold():
        return True
    return bool(seen) and bool(re.search(rf"(?<![\w.,]){re.escape(seen)}(?!\w|[.,]\d)", message))


def _apart(place: str, message: str) -> tuple[str, str]:
    """The place with what stands there, and the remark, which names neither again.

    >>> _apart("trang «Chỉ tiêu», ô E5", "(«Dân số»): chưa điền.")
    ('trang «Chỉ tiêu», ô E5 («Dân số»)', 'Chưa điền.')
    >>> _apart("trang «Nhiệm vụ»", "Trang «Nhiệm vụ»: thiếu 1 dòng.")
    ('trang «Nhiệm vụ»', 'Thiếu 1 dòng.')
    >>> _apart("trang «Nhiệm vụ», ô B7", "Trang «Nhiệm vụ»: mới có 2 dòng.")
    ('trang «Nhiệm vụ», ô B7', 'Mới có 2 dòng.')
    """
    named = f"{place[:1].upper()}{place[1:]}: "
    label, found, rest = message.partition("): ")
    sheet = f"{named.partition('»')[0]}»: "
    if message.startswith((named, sheet)):
        rest = message.removeprefix(named).removeprefix(sheet)
    elif message.startswith("(") and found:
        place = f"{place} {label})"
    else:
        return place, message
    return place, f"{rest[:1].upper()}{rest[1:]}"


def sheets_of(lines: Sequence[str]) -> str:
    """On which sheets the differences are that a letter does not list, by how they begin."""
    found = (re.match(r"Trang «([^»]+)»", line) for line in lines)
    counts = Counter(match[1] for match in found if match)
    return ", ".join(f"{one_line(sheet, 60)} ({count} chỗ)" for sheet, count in counts.items())
