"""Answers to what agencies send: receipt, verdict and guidance."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from models.domain.answers.enclosure import EnclosedWorkbook, enclosed_as_sent, enclosure_facts
from models.domain.answers.papers import PaperNumber, paper_text
from models.domain.answers.sections import Outcome, Part, PartState
from models.domain.answers.standing import (
    AgencyStanding,
    SubmissionRecord,
    Timeliness,
    verdict_of,
)
from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.cycle.letter_phrases import (
    by_extension,
    day_text,
    due_clause,
    instant_text,
    number_text,
)
from models.domain.cycle.working_calendar import WorkingCalendar
from models.domain.letters.letters import (
    LetterContent,
    check_codes,
    finding_facts,
    letterhead,
    meeting_facts,
    owed_by_facts,
    sheets_of,
    standing_facts,
)
from models.domain.mail.mail import LetterKind
from models.domain.notation.vietnamese_text import one_line
from models.domain.reading.findings import Finding, Severity
from models.domain.reading.submissions import Verdict
from models.domain.register.agencies import Agency

DIFFERENCES_IN_BODY = 30
UNKNOWN_ADDRESSEE = "Quý cơ quan, đơn vị"

_TIMELINESS_TEXT: Mapping[Timeliness | None, str] = {
    Timeliness.ON_TIME: "đúng hạn",
    Timeliness.CORRECTED: "đúng hạn, có chỉnh sửa",
    Timeliness.LATE: "quá hạn",
}


class Advice(StrEnum):
    """What stood in the way of a file; the guidance letter has a paragraph for each."""

    NOTHING_ATTACHED = "nothing_attached"
    CLOUD_LINK = "cloud_link"
    PDF = "pdf"
    WORD = "word"
    PICTURE = "picture"
    ARCHIVE = "archive"  # an archive that is no ZIP, or one without a workbook
    PASSWORD = "password"
    RIGHTS = "rights"  # locked to persons, by a label or by rights: no password opens it
    ENCRYPTED_MAIL = "encrypted_mail"  # for a key that the office has not
    NUMBERS = "numbers"  # of Apple's, which exports to Excel
    SHORTCUT = "shortcut"  # a link saved as a file
    OWNER_FILE = "owner_file"  # what Office leaves beside a file that is open
    DAMAGED = "damaged"
    NOT_READ = "not_read"  # nothing is known to be wrong with it, our readers cannot follow
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    OLD_FORM = "old_form"  # a genuine workbook of ours, but of a cycle that is not asked now
    FORMER_AGENCY = "former_agency"  # and of an agency in whose place others answer now
    UNTOUCHED = "untouched"  # the form as the office sent it
    UNSAFE = "unsafe"  # beyond the reader's limits of time or memory
    OTHER = "other"


_ADVICE_BY_REASON = {
    "nothing_attached": Advice.NOTHING_ATTACHED,
    "cloud_link": Advice.CLOUD_LINK,
    "encrypted": Advice.PASSWORD,
    "damaged": Advice.DAMAGED,
    "not_read": Advice.NOT_READ,
    "empty": Advice.EMPTY,
    "too_large": Advice.TOO_LARGE,
    "timed_out": Advice.UNSAFE,
}
_ADVICE_BY_KIND = {
    "pdf": Advice.PDF,
    "picture": Advice.PICTURE,
    "rights_managed": Advice.RIGHTS,
    "encrypted_mail": Advice.ENCRYPTED_MAIL,
    "numbers": Advice.NUMBERS,
    "iwork": Advice.NUMBERS,
    "shortcut": Advice.SHORTCUT,
    "owner_file": Advice.OWNER_FILE,
    "old_excel": Advice.NOT_READ,
    **dict.fromkeys(("doc", "docx", "odt", "rtf"), Advice.WORD),
    **dict.fromkeys(("zip", "rar", "7z", "gzip", "tar"), Advice.ARCHIVE),
}


def advice_for(reason: str, file_kind: str = "") -> Advice:
    """The advice for a reason (a `FileProblem` or the message's own) and the kind of file.

    >>> advice_for("not_a_workbook", "pdf").value, advice_for("encrypted", "xlsx").value
    ('pdf', 'password')
    """
    return _ADVICE_BY_REASON.get(str(reason)) or _ADVICE_BY_KIND.get(file_kind, Advice.OTHER)


@dataclass(frozen=True, slots=True)
class RefusedFile:
    """One file that could not be taken, or the whole message where `name` is empty."""

    name: str
    advice: Advice
    detail: str = ""  # what the reader says of it, Vietnamese


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was received: the agency can hold the office to it."""

    number: str  # "KH-2025/0007"
    received_at: dt.datetime
    file_name: str
    file_sha256: str
    version: int | None = None  # None while it has no place in the record yet

    @classmethod
    def of(cls, record: SubmissionRecord) -> Receipt:
        """The receipt of a recorded version."""
        return cls(
            record.receipt_number,
            record.received_at,
            record.file_name,
            record.file_sha256,
            record.version,
        )

    def facts(self) -> list[tuple[str, str]]:
        """Label and value, as printed in receipts and verdicts."""
        facts = [
            *([("Số tiếp nhận", self.number)] if self.number else []),
            ("Thời điểm nhận", instant_text(self.received_at)),
            ("Tên tệp", one_line(self.file_name, 120)),
        ]
        if self.version is not None:
            facts.append(("Phiên bản", str(self.version)))
        return facts

    @property
    def code(self) -> tuple[str, str]:
        """Name and digest, for the letter's foot."""
        return self.file_name, self.file_sha256


def told_once(receipts: Sequence[Receipt]) -> list[list[tuple[str, str]]]:
    """The facts of each; what the first has told is not told again of the others, but their names.

    >>> one = Receipt("KH-2025/0007", dt.datetime(2025, 2, 1, tzinfo=dt.UTC), "a.xlsx", "ab")
    >>> [len(facts) for facts in told_once([one, one])]
    [3, 1]
    """
    told = [r.facts() for r in receipts]
    before = set(told[0]) if told else set()
    name = "Tên tệp"
    return told[:1] + [[f for f in facts if f not in before or f[0] == name] for facts in told[1:]]


def compose_receipt(
    cycle: ReportingCycle,
    agency: Agency | None,
    receipts: Sequence[Receipt],
    reasons: Sequence[str],
    *,
    sender: str = "",
    workbook_of: str = "",
    deadline: Mapping[str, object] | None = None,
) -> LetterContent:
    """The receipt of what a person must look at first; `reasons` say why, in Vietnamese.

    `agency` is None while it is unknown whose submission it is. `sender` is the address it came
    from where that is none of the agency's own: the agency shall know who wrote in its name.
    `workbook_of`: the other agency whose workbook it sent, where that alone is why; `deadline` says
    by when its own has to come, as for a verdict.
    """
    return LetterContent(
        LetterKind.RECEIPT,
        "receipt",
        {
            **letterhead(cycle, agency.formal_name if agency else UNKNOWN_ADDRESSEE),
            "check_codes": check_codes(r.code for r in receipts),
            "number": receipts[0].number if receipts else "",
            "receipts": told_once(receipts),
            "reasons": [one_line(r, 500) for r in reasons],
            "sender": one_line(sender, 120),
            "workbook_of": one_line(workbook_of),
            **_DUE_BEFORE,
            "due_clause": due_clause(cycle.due_at),
            **(deadline or {}),
        },
    )


@dataclass(frozen=True, slots=True)
class VerdictNotes:
    """What the letter with a verdict tells beside the record; empty: nothing.

    `difference` lists what changed against `previous_version`; `correction_due` is the last day on
    which a correction still counts as on time (None: no such right); `effective_version` is the
    accepted version that goes on counting where this one is sent back or arrived before it;
    `left_out` counts further differences the caller did not list; `other_files` names what came in
    the same mail and was kept without being used; `timeliness` of the agency's answer is printed
    once it is settled; `outcome`, where sections are accepted each by itself, is gone through when
    its parts differ; `named_paper` is how the workbook names its official document; `enclosure` is
    the workbook that comes with the letter, None for the agency's own file, marked; `deadline`
    holds what `owed_by_facts` says, empty for the common deadline, not passed; `previewed_at` is
    when the agency was last sent its page for comparing, with what it was asked of its figures.
    """

    difference: Sequence[str] = ()
    previous_version: int | str | None = None
    correction_due: dt.date | None = None
    effective_version: int | None = None
    left_out: int = 0
    other_files: Sequence[str] = ()
    timeliness: Timeliness | None = None
    outcome: Outcome | None = None
    named_paper: PaperNumber = field(default_factory=PaperNumber)
    enclosure: EnclosedWorkbook | None = None
    deadline: Mapping[str, object] = field(default_factory=dict)
    extended_to: dt.date | None = None  # as `in_time_by_extension` says
    assigned: str = ""  # that a person said whose the mail is, and when
    previewed_at: dt.datetime | None = None


_NOTHING_BESIDE = VerdictNotes()
_IN_TIME = {"overdue": False, "overdue_since": "", "wanted_by": "", "extended": False}
#: What to do with a workbook that could not be opened before it is sent once more.
_MENDED = {
    Advice.PASSWORD: "bỏ mật khẩu",
    Advice.RIGHTS: "bỏ hạn chế truy nhập",
    Advice.DAMAGED: "lưu lại",
    Advice.NOT_READ: "lưu lại",
    Advice.NUMBERS: "xuất ra tệp .xlsx",
    Advice.OWNER_FILE: "đóng sổ",
}
_DUE_BEFORE = {**_IN_TIME, "owes": True, "correction_due": ""}


def compose_verdict(
    cycle: ReportingCycle,
    agency: Agency,
    record: SubmissionRecord,
    notes: VerdictNotes = _NOTHING_BESIDE,
) -> LetterContent:
    """The verdict on a version, with its receipt: accepted, accepted with remarks, or returned.

    Raises ValueError for a verdict that is neither accepted nor returned.
    """
    if record.verdict not in (Verdict.ACCEPTED, Verdict.RETURNED):
        raise ValueError(f"no verdict to announce: {record.verdict}")
    shown = [f for f in record.findings if not f.trial]
    enclosure = notes.enclosure or enclosed_as_sent(shown)
    returned = record.verdict is Verdict.RETURNED
    warned = any(f.severity is Severity.WARNING for f in shown)
    template = "verdict_accepted_warnings" if warned else "verdict_accepted"
    if returned:
        template = "verdict_returned"
    outcome = notes.outcome
    if outcome is not None and not outcome.is_whole:
        template = "verdict_partial"
    answered_at = record.decided_at or record.received_at
    correction_due = notes.correction_due
    if correction_due is not None and correction_due < answered_at.astimezone(HANOI).date():
        correction_due = None  # it has run out: a promise would mislead
    receipt = Receipt.of(record).facts()
    receipt += [("Cơ quan báo cáo", notes.assigned)] if notes.assigned else []
    if notes.timeliness in _TIMELINESS_TEXT:
        receipt.append(("Thời gian gửi", _sent_in_time(cycle, record, notes)))
    receipt += [("Văn bản ký số", paper_text(p, notes.named_paper)) for p in record.papers]
    previous, effective = notes.previous_version, notes.effective_version
    unlisted = max(0, len(notes.difference) - DIFFERENCES_IN_BODY) + notes.left_out
    return LetterContent(
        LetterKind.VERDICT,
        template,
        {
            **letterhead(cycle, agency.formal_name),
            **meeting_facts(cycle, answered_at),
            "check_codes": check_codes([(record.file_name, record.file_sha256)]),
            **part_facts(outcome.parts if outcome else ()),
            **enclosure_facts(enclosure),
            **_IN_TIME,
            "due_clause": due_clause(cycle.due_at),
            **notes.deadline,
            "receipt": receipt,
            "number": record.receipt_number,
            "version": str(record.version),
            **finding_facts(shown, enclosure.findings),
            "previous_version": str(previous) if previous is not None else "",
            "difference": [one_line(d, 2_000) for d in notes.difference[:DIFFERENCES_IN_BODY]],
            "more_differences": number_text(unlisted) if unlisted else "",
            "more_differences_at": sheets_of(notes.difference[DIFFERENCES_IN_BODY:]),
            "correction_due": day_text(correction_due) if correction_due else "",
            "other_files": [one_line(name, 120) for name in notes.other_files],
            "due_text": cycle.due_text,
            "effective_version": str(effective) if effective is not None else "",
            "compared_on": _compared_on(record, notes.previewed_at),
        },
    )


def _compared_on(record: SubmissionRecord, previewed_at: dt.datetime | None) -> str:
    """The day of the page before this version; "" where none came before, or the version is
    returned: its own faults are what is asked then."""
    if previewed_at is None or record.verdict is Verdict.RETURNED:
        return ""
    came_before = previewed_at < record.received_at
    return f"{previewed_at.astimezone(HANOI):%d/%m/%Y}" if came_before else ""


def _sent_in_time(cycle: ReportingCycle, record: SubmissionRecord, notes: VerdictNotes) -> str:
    """The timeliness of the answer, by which deadline where it came after the common one; of a
    later version by which of them it is decided."""
    told, timeliness = _TIMELINESS_TEXT[notes.timeliness], notes.timeliness
    if notes.extended_to:
        told = told.replace("đúng hạn", f"đúng hạn {by_extension(notes.extended_to)}")
    if timeliness is Timeliness.ON_TIME and record.received_at >= cycle.due_at:
        told += ", tính theo phiên bản được tiếp nhận đầu tiên" if record.version > 1 else ""
    return told


def compose_guidance(
    cycle: ReportingCycle,
    calendar: WorkingCalendar,
    agency: Agency | None,
    received_at: dt.datetime,
    refused: Sequence[RefusedFile],
    *,
    standing: AgencyStanding | None = None,
    template_attached: bool = True,
) -> LetterContent:
    """What to send instead, when a message held nothing that can be taken.

    `standing`: of the agency, so that the letter says what counts of what it sent before.
    """
    files = list(dict.fromkeys(refused)) or [RefusedFile("", Advice.NOTHING_ATTACHED)]
    return LetterContent(
        LetterKind.GUIDANCE,
        "guidance",
        {
            **letterhead(cycle, agency.formal_name if agency else UNKNOWN_ADDRESSEE),
            **standing_facts(standing),
            **owed_by_facts(cycle, calendar, standing, received_at),
            "received": instant_text(received_at),
            "refused": [
                RefusedFile(one_line(f.name, 120), f.advice, one_line(f.detail)) for f in files
            ],
            "mended": _mended(files),
            # A file that a program left beside the open workbook is no workbook that came.
            "workbook_came": any(f.advice in {*_MENDED} - {Advice.OWNER_FILE} for f in files),
            "template_attached": template_attached,
        },
    )


def _mended(files: Sequence[RefusedFile]) -> str:
    """What makes the file that came usable, where it is the agency's filled workbook; else ""."""
    found = list(dict.fromkeys(_MENDED[f.advice] for f in files if f.advice in _MENDED))
    return " hoặc ".join(found)


def compose_try_out(
    cycle: ReportingCycle,
    agency: Agency,
    received_at: dt.datetime,
    file: tuple[str, str],
    findings: Sequence[Finding],
    notes: VerdictNotes = _NOTHING_BESIDE,
    *,
    try_out_address: str,
) -> LetterContent:
    """What the verdict on a workbook would be. `file`: its name and SHA-256.

    The letter says at once that nothing was handed in, and how to hand in and until when. Of
    `notes`, outcome, enclosure and deadline are told.
    """
    name, _ = file
    outcome = notes.outcome
    shown = [f for f in findings if not f.trial]
    enclosure = notes.enclosure or enclosed_as_sent(shown)
    return LetterContent(
        LetterKind.TRY_OUT,
        "try_out",
        {
            **letterhead(cycle, agency.formal_name),
            **part_facts(outcome.parts if outcome and not outcome.is_whole else (), tried=True),
            **enclosure_facts(enclosure),
            "check_codes": check_codes([file]),
            "file": [
                ("Tên tệp", one_line(name, 120)),
                ("Thời điểm nhận", instant_text(received_at)),
            ],
            "returned": (outcome.verdict if outcome else verdict_of(shown)) is Verdict.RETURNED,
            **finding_facts(shown, enclosure.findings),
            **_DUE_BEFORE,
            "due_text": cycle.due_text,
            "due_clause": due_clause(cycle.due_at),
            **notes.deadline,
            "try_out_address": try_out_address,
        },
    )


_EXEMPT = "Được miễn theo quyết định của Văn phòng"
_MISSING = "Chưa có: tệp lần này không có trang này, đề nghị gửi"


def part_text(part: Part, *, tried: bool = False) -> str:
    """What became of one section; `tried`: what would, of a workbook that is not handed in.

    >>> part_text(Part("tasks", "Nhiệm vụ", PartState.RETURNED, errors=3))
    'Chưa tiếp nhận, còn 3 lỗi phải sửa'
    >>> part_text(Part("tasks", "Nhiệm vụ", PartState.KEPT, version=1))
    'Giữ theo phiên bản 1 đã tiếp nhận (tệp lần này không có trang này)'
    """
    kept = f"Giữ theo phiên bản {part.version} đã tiếp nhận"
    errors = f"{number_text(part.errors)} lỗi" if part.errors else "lỗi của cả tệp"
    owed = f"còn {errors} phải sửa" if part.errors else "phải sửa lỗi của cả tệp"
    return {
        PartState.TAKEN: "Sẽ được tiếp nhận" if tried else "Đã tiếp nhận ở phiên bản này",
        PartState.RETURNED: f"Chưa tiếp nhận{' được' if tried else ''}, {owed}",
        PartState.SPOILED: f"{kept}; trang gửi lần này có {errors} nên không dùng",
        PartState.SUPERSEDED: f"{kept}, đến Văn phòng sau tệp này",
        PartState.KEPT: f"{kept} (tệp lần này không có trang này)",
        PartState.MISSING: _MISSING,
        PartState.EXEMPT: _EXEMPT,
    }[part.state]


def part_lines(parts: Iterable[Part], *, tried: bool = False) -> list[tuple[str, str]]:
    """Title and wording of each section, as letters and returned workbooks list them."""
    return [(part.title, part_text(part, tried=tried)) for part in parts]


_PARTS = {
    "taken": (PartState.TAKEN,),
    "owed": (PartState.RETURNED, PartState.MISSING),
    "to_mend": (PartState.RETURNED,),
    "missing": (PartState.MISSING,),
    "spoiled": (PartState.SPOILED,),
    "superseded": (PartState.SUPERSEDED,),
    "accepted": tuple(set(PartState) - {PartState.RETURNED, PartState.MISSING, PartState.EXEMPT}),
}


def part_facts(parts: Sequence[Part], *, tried: bool = False) -> dict[str, object]:
    """What the templates of verdicts may use; empty lists and texts where nothing is by section."""

    titles = {n: [p.title for p in parts if p.state in states] for n, states in _PARTS.items()}
    return {
        "parts": part_lines(parts, tried=tried),
        **{name: ", ".join(found) for name, found in titles.items()},
        **{f"{name}_count": len(found) for name, found in titles.items()},
    }
