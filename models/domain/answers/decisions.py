"""Decisions that only a person may take: each with a name and a reason, kept for good.

A decision is never changed or removed; a later one on the same matter takes its place. What the
program does follows from reading them in order, so a decision can be given twice without harm.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from models.domain.answers.standing import Circumstances
from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.cycle.letter_phrases import InstantStyle, hanoi_minute
from models.domain.errors import BaocaoError
from models.domain.notation.vietnamese_text import whole_line


class DecisionRefused(BaocaoError):
    """Raised when a decision cannot stand as entered; says in a sentence what to enter instead."""


class DecisionKind(StrEnum):
    """What a person may decide. The values are the record's own, which never changes."""

    EXTEND_DEADLINE = "extend"  # an agency's deadline in a cycle, moved to `until`
    END_EXTENSION = "end_extension"  # the cycle's own deadline holds for it again
    EXEMPT_AGENCY = "exempt"  # an agency need not answer in a cycle
    OBLIGE_AGENCY = "oblige"  # an exempted agency must answer after all
    ASSIGN_MESSAGE = "assign"  # a held message is an agency's answer in a cycle
    REJECT_MESSAGE = "reject"  # a held message is nobody's answer
    RETURN_MESSAGE = "return"  # a held message goes back, with a letter that says why
    CORRECT_ARRIVAL = "arrival"  # a message arrived at `until`, not when the server said
    WAIVE_RULE = "waive"  # a rule does not apply to an agency until `until`
    EXEMPT_SHEET = "exempt_sheet"  # an agency need not fill in a sheet in a cycle
    OBLIGE_SHEET = "oblige_sheet"
    RULE_ON_CONFLICT = "rule"  # which value of a conflict stands
    JUDGE_INDICATOR = "judge"  # what a value means that no rule can judge
    WITHDRAW_JUDGEMENT = "unjudge"  # it waits for a person again
    CLOSE_CYCLE = "freeze"  # a cycle takes no more versions
    REOPEN_CYCLE = "reopen"
    WITHDRAW_VERSION = "withdraw"  # a recorded version counts no more, as if it had never come
    REINSTATE_VERSION = "reinstate"  # a withdrawn version counts after all
    APPROVE_SUMMARY = "approve"  # a draft leaves, as it was shown
    HOLD_SUMMARY_BACK = "hold_back"  # a draft does not leave
    SEND_LETTER_AGAIN = "send_again"  # a letter that did not arrive, or not everywhere
    CLOSE_LETTER = "settle_letter"  # a letter of which a person knows what became
    HOLD_LETTER_BACK = "hold_letter"  # a planned letter is not written, until it is released
    RELEASE_LETTER = "release_letter"  # the calendar brings it again
    SEND_LETTER_NOW = "send_now"  # a planned letter leaves before its time
    MARK_CONTACT_FAILING = "mark_failing"  # letters to an address do not arrive
    MARK_CONTACT_MENDED = "mark_mended"
    REGISTER_SENDER = "register_sender"  # who sent a message writes for an agency from now on
    UNREGISTER_SENDER = "unregister_sender"  # and does no more


#: How the office calls them.
KIND_TITLES = {
    DecisionKind.EXTEND_DEADLINE: "Gia hạn",
    DecisionKind.END_EXTENSION: "Thôi gia hạn",
    DecisionKind.EXEMPT_AGENCY: "Miễn báo cáo",
    DecisionKind.OBLIGE_AGENCY: "Bỏ miễn báo cáo",
    DecisionKind.ASSIGN_MESSAGE: "Xác định cơ quan của thư chờ xem",
    DecisionKind.REJECT_MESSAGE: "Không tiếp nhận thư chờ xem",
    DecisionKind.RETURN_MESSAGE: "Trả lại thư chờ xem",
    DecisionKind.CORRECT_ARRIVAL: "Sửa thời điểm nhận",
    DecisionKind.WAIVE_RULE: "Miễn áp dụng quy tắc",
    DecisionKind.EXEMPT_SHEET: "Miễn một trang của sổ",
    DecisionKind.OBLIGE_SHEET: "Bỏ miễn một trang của sổ",
    DecisionKind.RULE_ON_CONFLICT: "Quyết định về số liệu mâu thuẫn",
    DecisionKind.JUDGE_INDICATOR: "Đánh giá chỉ tiêu",
    DecisionKind.WITHDRAW_JUDGEMENT: "Rút ý kiến đánh giá chỉ tiêu",
    DecisionKind.CLOSE_CYCLE: "Khóa sổ kỳ báo cáo",
    DecisionKind.REOPEN_CYCLE: "Mở lại kỳ báo cáo",
    DecisionKind.WITHDRAW_VERSION: "Rút lại phiên bản",
    DecisionKind.REINSTATE_VERSION: "Khôi phục phiên bản",
    DecisionKind.APPROVE_SUMMARY: "Duyệt gửi thư tổng hợp",
    DecisionKind.HOLD_SUMMARY_BACK: "Giữ lại thư tổng hợp",
    DecisionKind.SEND_LETTER_AGAIN: "Gửi lại thư",
    DecisionKind.CLOSE_LETTER: "Khép lại thư đi",
    DecisionKind.HOLD_LETTER_BACK: "Giữ lại thư theo lịch",
    DecisionKind.RELEASE_LETTER: "Thôi giữ thư theo lịch",
    DecisionKind.SEND_LETTER_NOW: "Gửi ngay thư theo lịch",
    DecisionKind.MARK_CONTACT_FAILING: "Đánh dấu địa chỉ không nhận được thư",
    DecisionKind.MARK_CONTACT_MENDED: "Bỏ dấu địa chỉ không nhận được thư",
    DecisionKind.REGISTER_SENDER: "Đăng ký địa chỉ gửi của cơ quan",
    DecisionKind.UNREGISTER_SENDER: "Bỏ đăng ký địa chỉ gửi của cơ quan",
}
_EXTENSIONS = (DecisionKind.EXTEND_DEADLINE, DecisionKind.END_EXTENSION)
#: What a person judges that no rule can judge.
ON_JUDGEMENTS = (DecisionKind.JUDGE_INDICATOR, DecisionKind.WITHDRAW_JUDGEMENT)
#: What is decided of a version that was recorded.
ON_VERSIONS = (DecisionKind.WITHDRAW_VERSION, DecisionKind.REINSTATE_VERSION)
#: In a subject, between a message's key and its main file's hash, the version it became, or when it
#: had arrived.
_FILE = "/"
_FIRST_YEAR, _LAST_YEAR = 1900, 9000
_SHORTEST_NAME = 2  # letters
MOST_REASON = 2000  # letters; a reason stands in books, tables and letters
MIN_REASON = 5  # letters; "ok" explains nothing to whoever reads it in a year


@dataclass(frozen=True, slots=True)
class Signature:
    """Who decides, and why, as typed."""

    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Matter:
    """What a decision is about; the fields as in `Decision`."""

    cycle: str = ""
    agency: str = ""
    subject: str = ""
    until: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision. `subject` names what it is about: a message, letter, address, rule ..."""

    kind: DecisionKind
    by: str  # the person's name as typed
    reason: str
    decided_at: dt.datetime  # UTC; from when on it holds
    cycle: str = ""
    agency: str = ""
    subject: str = ""
    until: dt.datetime | None = None  # exclusive instant
    number: int = 0  # its place in the record, 0 before it is kept
    entered_at: dt.datetime | None = None  # when it was kept, UTC; None for those of old

    @property
    def times(self) -> str:
        """When it was entered, and from when on it holds where that is another minute."""
        holds = hanoi_minute(self.decided_at, InstantStyle.LETTER)
        if self.entered_at is None:
            return f"có hiệu lực từ {holds}"
        entered = hanoi_minute(self.entered_at, InstantStyle.LETTER)
        return f"ghi lúc {entered}" + (f", có hiệu lực từ {holds}" if holds != entered else "")

    @property
    def message(self) -> str:
        """The key of the message that an assignment or a withdrawal is about."""
        return self.subject.partition(_FILE)[0]

    @property
    def main_file(self) -> str:
        """SHA-256 of the file that an assignment takes of its message, "" where it takes all."""
        is_chosen = self.kind is DecisionKind.ASSIGN_MESSAGE
        return self.subject.partition(_FILE)[2] if is_chosen else ""

    @property
    def arrived_before(self) -> dt.datetime | None:
        """When a message had arrived before its moment was corrected; None where that is not kept.

        It is not of those of old, nor of other decisions.
        """
        kept = self.subject.partition(_FILE)[2]
        is_kept = self.kind is DecisionKind.CORRECT_ARRIVAL and kept
        return dt.datetime.fromisoformat(kept) if is_kept else None

    @property
    def version(self) -> int:
        """The number of the version that a withdrawal is about, 0 for other decisions."""
        return int(self.subject.partition(_FILE)[2]) if self.kind in ON_VERSIONS else 0


@dataclass(frozen=True)
class DecisionBook:
    """All decisions in the order they were taken; the last on a matter holds."""

    decisions: Sequence[Decision] = field(default_factory=tuple)

    def extension(self, cycle: str, agency: str) -> dt.datetime | None:
        """The agency's own due instant, exclusive; None where nothing was granted."""
        last = self.extended(cycle, agency)
        return last.until if last else None

    def extended(self, cycle: str, agency: str) -> Decision | None:
        """The decision that granted the agency its own due instant; None where none holds."""
        last = self._last(_EXTENSIONS, cycle, agency)
        return last if last and last.kind is DecisionKind.EXTEND_DEADLINE else None

    def extension_ended(self, cycle: str, agency: str) -> bool:
        """Whether the agency was granted an extension that was taken back."""
        last = self._last(_EXTENSIONS, cycle, agency)
        return last is not None and last.kind is DecisionKind.END_EXTENSION

    def exempted(self, cycle: str) -> dict[str, Decision]:
        """Agencies that need not answer, and the decision that says so."""
        last = {
            d.agency: d
            for d in self.decisions
            if d.cycle == cycle
            and d.kind in (DecisionKind.EXEMPT_AGENCY, DecisionKind.OBLIGE_AGENCY)
        }
        return {a: d for a, d in last.items() if d.kind is DecisionKind.EXEMPT_AGENCY}

    def waivers(self, cycle: str, agency: str, now: dt.datetime) -> dict[str, Decision]:
        """Rules that do not apply to an agency in a cycle at `now`, by code, and who says so.

        A rule waived for what was planned is not waived for what was reached.
        """
        last = {
            d.subject: d
            for d in self.decisions
            if d.kind is DecisionKind.WAIVE_RULE and (d.cycle, d.agency) == (cycle, agency)
        }
        return {code: d for code, d in last.items() if d.until is not None and now < d.until}

    def exempted_sheets(self, cycle: str, agency: str) -> dict[str, Decision]:
        """Sheets an agency need not fill in, by key, and the decision that says so."""
        last = {
            d.subject: d
            for d in self.decisions
            if d.kind in (DecisionKind.EXEMPT_SHEET, DecisionKind.OBLIGE_SHEET)
            and (d.cycle, d.agency) == (cycle, agency)
        }
        return {s: d for s, d in last.items() if d.kind is DecisionKind.EXEMPT_SHEET}

    def excuses(
        self, cycle: str, agency: str, now: dt.datetime
    ) -> tuple[dict[str, Decision], dict[str, Decision]]:
        """What is not held against an agency at `now`: rules as `waivers`, then sheets by key."""
        return self.waivers(cycle, agency, now), self.exempted_sheets(cycle, agency)

    def all_exempted_sheets(self, cycle: str) -> dict[str, frozenset[str]]:
        """Keys of the sheets that agencies need not fill in, by agency."""
        about = {
            d.agency
            for d in self.decisions
            if d.kind is DecisionKind.EXEMPT_SHEET and d.cycle == cycle
        }
        found = {agency: frozenset(self.exempted_sheets(cycle, agency)) for agency in about}
        return {agency: sheets for agency, sheets in found.items() if sheets}

    def circumstances(self, cycle: str, agency: str, sections: Sequence[str]) -> Circumstances:
        """What persons decided that bears on how an agency stands, which answers these sections."""
        extended = self.extended(cycle, agency)
        return Circumstances(
            extension_until=extended.until if extended else None,
            extension_said=f"{extended.by}: {extended.reason}" if extended else "",
            extension_reason=extended.reason if extended else "",
            exempt=agency in self.exempted(cycle),
            sections=sections,
            exempt_sheets=tuple(self.exempted_sheets(cycle, agency)),
        )

    def closing(self, cycle: str) -> Decision | None:
        """The decision by which the cycle takes no more versions; None while it does."""
        last = self._last((DecisionKind.CLOSE_CYCLE, DecisionKind.REOPEN_CYCLE), cycle, "")
        return last if last and last.kind is DecisionKind.CLOSE_CYCLE else None

    def closed(self, cycle: str) -> str:
        """Why a cycle takes no more versions, a sentence; "" while it does."""
        freeze = self.closing(cycle)
        if freeze is None:
            return ""
        return (
            f"Kỳ báo cáo {cycle} đã khóa sổ ngày {freeze.decided_at.astimezone(HANOI):%d/%m/%Y} "
            f"theo quyết định của {freeze.by}: {freeze.reason} Cần người xem."
        )

    def assignment(self, message_key: str) -> Decision | None:
        """Whose answer a person said a held message is; nobody's once that version is withdrawn."""
        holds: Decision | None = None
        ended: Decision | None = None
        for decision in self.decisions:
            if decision.message != message_key:
                continue
            if decision.kind is DecisionKind.ASSIGN_MESSAGE:
                holds, ended = decision, None
            elif decision.kind is DecisionKind.REJECT_MESSAGE:
                holds = ended = None
            elif decision.kind is DecisionKind.WITHDRAW_VERSION and _same_agency(holds, decision):
                holds, ended = None, holds
            elif decision.kind is DecisionKind.REINSTATE_VERSION and _same_agency(ended, decision):
                holds, ended = ended, None
        return holds

    def on_versions(self, cycle: str) -> list[Decision]:
        """The withdrawals and reinstatements in a cycle, oldest first."""
        return [d for d in self.decisions if d.kind in ON_VERSIONS and d.cycle == cycle]

    def withdrawal(self, cycle: str, agency: str, version: int) -> Decision | None:
        """The decision by which a version counts no more; None while it may count."""
        about = [d for d in self.on_versions(cycle) if (d.agency, d.version) == (agency, version)]
        return about[-1] if about and about[-1].kind is DecisionKind.WITHDRAW_VERSION else None

    def given(self, kind: DecisionKind, subject: str, signed: Signature) -> bool:
        """Whether that very decision, by name and reason, is the last of its kind on the matter.

        What cannot be told from its effect, as sending a letter again, is told from the record:
        a retry repeats every word, a person who decides anew has a new reason.
        """
        about = [d for d in self.decisions if d.kind is kind and d.subject == subject]
        same = (" ".join(signed.by.split()), " ".join(signed.reason.split()))
        return bool(about) and (about[-1].by, about[-1].reason) == same

    def _last(self, kinds: Sequence[DecisionKind], cycle: str, agency: str) -> Decision | None:
        about = [
            d for d in self.decisions if d.kind in kinds and d.cycle == cycle and d.agency == agency
        ]
        return about[-1] if about else None


def assigned_subject(message_key: str, main_file: str = "") -> str:
    """What an assignment is about: a message, and which of its files is taken.

    >>> assigned_subject("1f2e3d"), assigned_subject("1f2e3d", "aa00")
    ('1f2e3d', '1f2e3d/aa00')
    """
    return f"{message_key}{_FILE}{main_file}" if main_file else message_key


def arrival_subject(message_key: str, before: dt.datetime) -> str:
    """What a correction is about: a message, and when it had arrived until then.

    >>> arrival_subject("1f2e3d", dt.datetime(2025, 2, 3, 2, 0, 5, tzinfo=dt.UTC))
    '1f2e3d/2025-02-03T02:00:05+00:00'
    """
    return f"{message_key}{_FILE}{before.astimezone(dt.UTC).isoformat()}"


def version_subject(message_key: str, version: int) -> str:
    """What a withdrawal is about: the version that a message became.

    >>> version_subject("1f2e3d", 2)
    '1f2e3d/2'
    """
    return f"{message_key}{_FILE}{version}"


def _same_agency(holds: Decision | None, other: Decision) -> bool:
    return holds is not None and (holds.cycle, holds.agency) == (other.cycle, other.agency)


def names_somebody(by: str) -> bool:
    """Whether that can be a person's name: two letters at least.

    >>> names_somebody("Hà"), names_somebody(" . ")
    (True, False)
    """
    return sum(c.isalpha() for c in by) >= _SHORTEST_NAME


def decided(
    kind: DecisionKind, signed: Signature, now: dt.datetime, matter: Matter | None = None
) -> Decision:
    """The decision, its name and reason each one line that can be seen.

    Raises DecisionRefused without either, and for a reason that is a document of its own.
    """
    name, why = whole_line(signed.by), whole_line(signed.reason)
    if not names_somebody(name):
        raise DecisionRefused("Xin ghi họ tên người quyết định.")
    if len(why) < MIN_REASON:
        raise DecisionRefused("Xin ghi rõ lý do của quyết định, để người đọc sổ sau này hiểu được.")
    if len(why) > MOST_REASON:
        raise DecisionRefused(
            f"Lý do dài {len(why)} ký tự, nhiều nhất là {MOST_REASON}. Xin ghi gọn, nêu số văn bản."
        )
    about = matter or Matter()
    return Decision(
        kind,
        name,
        why,
        now.astimezone(dt.UTC),
        about.cycle,
        about.agency,
        about.subject,
        about.until,
    )


def last_day_granted(
    cycle: ReportingCycle, last_day: dt.date, current: dt.datetime | None
) -> dt.datetime | None:
    """The exclusive instant an extension to the end of `last_day` means, in Hanoi time.

    None where that day ends what is granted now (`current`) and the cycle's own deadline holds
    again. Raises DecisionRefused when it would extend nothing, or beyond what the answers are for.
    """
    until = end_of(last_day)
    if until <= cycle.due_at:
        if current is not None and current > cycle.due_at:
            return None
        raise DecisionRefused(
            f"Hạn hiện nay là hết ngày {own_last_day(cycle):%d/%m/%Y}; ngày gia hạn "
            f"{last_day:%d/%m/%Y} phải muộn hơn."
        )
    latest, why = _latest_day(cycle)
    if last_day > latest:
        raise DecisionRefused(
            f"Kỳ {cycle.code} chỉ gia hạn được đến hết ngày {latest:%d/%m/%Y} ({why}); ngày "
            f"{last_day:%d/%m/%Y} muộn hơn. Xin ghi lại ngày."
        )
    return until


def end_of(last_day: dt.date) -> dt.datetime:
    """The exclusive instant at which a day that still counts is over, in Hanoi.

    Raises DecisionRefused for a day that no calendar of ours reaches.
    """
    if not _FIRST_YEAR <= last_day.year <= _LAST_YEAR:
        raise DecisionRefused(
            f"Ngày {last_day:%d/%m}/{last_day.year} không hợp lý. Xin ghi lại ngày."
        )
    return dt.datetime.combine(last_day + dt.timedelta(days=1), dt.time(0), tzinfo=HANOI)


def own_last_day(cycle: ReportingCycle) -> dt.date:
    """The last day on which an answer is in time in a cycle, without any extension."""
    return (cycle.due_at.astimezone(HANOI) - dt.timedelta(microseconds=1)).date()


def _latest_day(cycle: ReportingCycle) -> tuple[dt.date, str]:
    """The last day of any extension in a cycle, and what makes it so."""
    if cycle.meeting_on is not None:
        return cycle.meeting_on, "ngày họp của kỳ"
    year = cycle.catalogue_year
    return dt.date(year + 1, 1, 31), f"hết tháng 01 sau năm {year}"


def book_of(decisions: Iterable[Decision]) -> DecisionBook:
    """The book of decisions, in the order they were recorded."""
    return DecisionBook(tuple(sorted(decisions, key=lambda d: d.number)))
