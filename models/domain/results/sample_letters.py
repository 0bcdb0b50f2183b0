"""One letter of each kind and wording, about an agency that does not exist.

They show before any real letter is written whether the office's templates can be worded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from models.domain.answers.papers import (
    PaperNumber,
    PaperSignature,
    SignatureState,
    SignedPaper,
)
from models.domain.answers.reminders import OFFICE, PlannedLetter
from models.domain.answers.sections import Outcome, Part, PartState
from models.domain.answers.standing import (
    Circumstances,
    HeldMail,
    SubmissionRecord,
    correction_due,
    standing_of,
)
from models.domain.cycle.cycles import HANOI, ReminderStep, ReportingCycle, StepKind
from models.domain.cycle.letter_phrases import instant_text
from models.domain.cycle.working_calendar import WorkingCalendar
from models.domain.letters.answer_letters import (
    Advice,
    Receipt,
    RefusedFile,
    VerdictNotes,
    compose_guidance,
    compose_receipt,
    compose_try_out,
    compose_verdict,
)
from models.domain.letters.approval import ApprovalRules, compose_approval_reminder
from models.domain.letters.contention_letter import compose_which_counts
from models.domain.letters.cycle_letters import (
    OpeningNotes,
    ReminderNotes,
    compose_opening,
    compose_reminder,
)
from models.domain.letters.escalation_letter import compose_escalation
from models.domain.letters.exemption_letter import ExemptionNotes, compose_exemption
from models.domain.letters.extension_letter import compose_extension
from models.domain.letters.health import Alarm, compose_alarm
from models.domain.letters.letters import (
    LetterContent,
    SummaryContent,
    Table,
    compose_summary,
    owed_by_facts,
    wanted_by,
)
from models.domain.letters.morning_letter import (
    LISTED,
    MorningFacts,
    compose_morning_letter,
)
from models.domain.letters.owed_files import asked_file_said
from models.domain.letters.returned_mail import compose_return, compose_words_received
from models.domain.letters.withdrawal_letters import WithdrawalNotes, compose_withdrawal
from models.domain.mail.mail import LetterKind
from models.domain.reading.findings import Finding, Severity
from models.domain.reading.forms import Form, SheetForm, SheetKind
from models.domain.reading.submissions import Verdict
from models.domain.register.agencies import Agency, AgencyKind, Contact, Register
from models.domain.register.catalogue import Catalogue
from models.domain.results.previews.preview_letters import PreviewNotes, compose_preview
from models.domain.review.states import Answer

_MIDNIGHT = dt.datetime(2025, 2, 20, tzinfo=HANOI)
CYCLE = ReportingCycle(
    code="mau",
    title="Kỳ mẫu",
    form="mau",
    catalogue_year=_MIDNIGHT.year,
    legal_basis="văn bản mẫu",
    content="Báo cáo mẫu",
    opens_at=_MIDNIGHT - dt.timedelta(days=31),
    due_at=_MIDNIGHT,
    due_text="trước ngày 20 tháng 02 năm 2025",
    data_closes_on=None,
    grace_working_days=5,
    meeting="phiên họp mẫu",
    meeting_on=None,
    recipient="Văn phòng",
    channel="thư điện tử",
    contact_person="Chuyên viên mẫu",
    contact_phone="0225 3000 000",
    contact_email="mau@van-phong.example",
    steps=(),
)
CALENDAR = WorkingCalendar({}, {}, frozenset())
AGENCY = Agency("mau", "Sở Mẫu", AgencyKind.DEPARTMENT)
NAMED_OTHERWISE = VerdictNotes(named_paper=PaperNumber("16/KH", dt.date(2025, 2, 3)))
TRY_OUT_ADDRESS = "baocao+thu@ubnd.haiphong.example"


def sample_letters(
    said: str,
    cycle: ReportingCycle = CYCLE,
    calendar: WorkingCalendar = CALENDAR,
    agency: Agency = AGENCY,
    contact: Contact | None = None,
) -> dict[str, LetterContent]:
    """The letters by a name of their own; `said` stands wherever text comes from outside."""
    samples = _Samples(cycle, calendar, said, agency)
    samples.contact = contact or samples.contact
    inside = {
        **samples.previews(),
        "summary": samples.summary(),
        "alarm": samples.alarm(),
        "approval": samples.approval(),
        "todays_work": samples.todays_work(),
        "todays_work, nothing waits": samples.idle_morning(),
    }
    return {**samples.of_the_cycle(), **samples.answers(), **inside}


class _Samples:
    """Composes the letters around the last working day before the cycle's deadline."""

    def __init__(
        self, cycle: ReportingCycle, calendar: WorkingCalendar, said: str, agency: Agency
    ) -> None:
        self.cycle = cycle
        self.agency = agency
        self.calendar = calendar
        self.said = said
        self.contact = Contact(agency.code, ["vanthu@mau.example"], focal_person=said)
        self.sent_back = self._version(1, -7, Verdict.RETURNED, Severity.ERROR)
        taken = {"d": Verdict.ACCEPTED, "t": Verdict.RETURNED}
        self.part = replace(self.sent_back, sections=taken)
        self.several = (HeldMail(self._at(-8), asked=True),)
        self.warned = self._version(2, -6, Verdict.ACCEPTED, Severity.WARNING)

    def of_the_cycle(self) -> dict[str, LetterContent]:
        """What the office sends of itself: opening, reminders, escalation."""
        sheets = [
            SheetForm("d", "Thông tin", SheetKind.DETAILS, ""),
            SheetForm("t", "Nhiệm vụ", SheetKind.FREE_TABLE, ""),
        ]
        form = Form("mau", "mau-1", "", sheets, accept_by_section=True)
        nothing = Catalogue(self.cycle.catalogue_year, "", [], [], [])
        before, last_day = (StepKind.REMINDER, -5), (StepKind.LAST_DAY, 0)
        grace = max(self.cycle.grace_working_days, 0)
        return {
            "opening": compose_opening(
                *(self.cycle, self.calendar, self.agency, form, nothing),
                OpeningNotes(self.contact, TRY_OUT_ADDRESS),
            ),
            "opening, workbook replaced": compose_opening(
                *(self.cycle, self.calendar, self.agency, form, nothing),
                OpeningNotes(self.contact, replaces=self.said),
            ),
            "reminder": self._reminder(*before, []),
            "reminder, correction": self._reminder(*before, [self.sent_back]),
            "last day": self._reminder(*last_day, []),
            "last day, correction": self._reminder(StepKind.LAST_DAY, grace, [self.sent_back]),
            "reminder, which counts": self._reminder(*before, [], held=self.several),
            "last day, which counts": self._reminder(*last_day, [], held=self.several),
            "overdue": self._reminder(StepKind.OVERDUE, 1, []),
            "overdue, reminded": self._reminder(
                StepKind.OVERDUE, 3, [self._late()], asked_at=self._at(1)
            ),
            "overdue, correction": self._reminder(StepKind.OVERDUE, grace + 1, [self.sent_back]),
            "overdue, returned late": self._reminder(StepKind.OVERDUE, 3, [self._late()]),
            "reminder, part": self._reminder(*before, [self.part], form),
            "last day, part": self._reminder(StepKind.LAST_DAY, grace, [self.part], form),
            "overdue, part": self._reminder(StepKind.OVERDUE, grace + 1, [self.part], form),
            "escalation": self._escalation(),
        }

    def _paper(self) -> SignedPaper:
        """One of which everything is to be told."""
        signature = PaperSignature(SignatureState.REVOKED, self.said, self.said, self._at(-8))
        return SignedPaper(self.said, "ab" * 32, [signature], "15/KH", self._at(-8).date())

    def answers(self) -> dict[str, LetterContent]:
        """What answers an agency's mail: receipts, verdicts, guidance."""
        cycle, said = self.cycle, self.said
        receipt = Receipt.of(self.sent_back)
        plain = self._version(1, -7, Verdict.ACCEPTED)
        return {
            "receipt": compose_receipt(cycle, None, [receipt, receipt], [said]),
            "returned mail": compose_return(
                *(cycle, self.agency, receipt.received_at, said, [said]),
                # Words and name are a person's of the office: nothing from outside.
                *("Sổ thiếu trang 2.\nĐề nghị gửi lại.", "Cán bộ mẫu"),
            ),
            "receipt, private sender": compose_receipt(
                cycle, self.agency, [receipt], ["Địa chỉ gửi chưa có trong danh bạ."], sender=said
            ),
            "which counts": compose_which_counts(
                cycle, self.agency, [receipt, receipt], difference=[said]
            ),
            "which counts, private sender": compose_which_counts(
                cycle, self.agency, [receipt] * 3, beside=[said], sender=said
            ),
            "accepted": compose_verdict(cycle, self.agency, plain),
            "accepted, signed paper": compose_verdict(
                cycle, self.agency, replace(plain, papers=[self._paper()]), NAMED_OTHERWISE
            ),
            "accepted, warnings": compose_verdict(
                *(cycle, self.agency, self.warned),
                VerdictNotes(
                    *([said], 1),
                    left_out=2,
                    previewed_at=self.warned.received_at - dt.timedelta(days=1),
                ),
            ),
            "returned": compose_verdict(
                *(cycle, self.agency, self.sent_back),
                VerdictNotes(
                    previous_version=1,
                    correction_due=correction_due(cycle, self.calendar, self.sent_back.received_at),
                    effective_version=1,
                    other_files=[said],
                ),
            ),
            "returned, late": compose_verdict(
                *(cycle, self.agency, self._late()), VerdictNotes(deadline=self._deadline())
            ),
            **self._by_section(),
            **self._from_the_standing(),
            **self._withdrawals(),
            **self._extensions(),
            **self._exemptions(),
            "try-out": compose_try_out(
                *(cycle, self.agency, self._at(-7), (said, "ab" * 32), self.sent_back.findings),
                try_out_address=TRY_OUT_ADDRESS,
            ),
            "try-out, nothing found": compose_try_out(
                *(cycle, self.agency, self._at(-7), (said, "ab" * 32), []),
                try_out_address=TRY_OUT_ADDRESS,
            ),
        }

    def _late(self) -> SubmissionRecord:
        """A version that came after the deadline and was sent back."""
        return replace(self.sent_back, received_at=self._at(1), decided_at=self._at(1))

    def _deadline(self) -> dict[str, object]:
        """What is said of the deadline to who sent it."""
        now = self._at(1)
        standing = standing_of(self.agency.code, self.cycle, self.calendar, [self._late()], now)
        return owed_by_facts(self.cycle, self.calendar, standing, now)

    def _from_the_standing(self) -> dict[str, LetterContent]:
        """Answers to what brings no workbook: nothing counts, a part does, nothing is owed."""
        before = "sổ của một kỳ báo cáo trước"
        refused = [RefusedFile(self.said, advice, before) for advice in Advice]
        sections = Circumstances(sections=("d", "t"))
        found: dict[str, LetterContent] = {}
        for name, versions, around in (
            ("nothing counts", [self.sent_back], Circumstances()),
            ("a part counts", [self.part], sections),
            ("nothing owed", [self.warned], Circumstances()),
        ):
            for when, days in (("in time", -5), ("overdue", 2)):
                now = self._at(days)
                standing = standing_of(
                    *(self.agency.code, self.cycle, self.calendar, versions, now), around
                )
                at = (self.cycle, self.calendar, self.agency, now)
                found |= {
                    f"guidance, {name}, {when}": compose_guidance(
                        *at, refused, standing=standing, template_attached=standing.owes
                    ),
                    f"words, {name}, {when}": compose_words_received(
                        *at, standing=standing, wants_back=days > 0
                    ),
                }
        return found

    def _by_section(self) -> dict[str, LetterContent]:
        """Verdicts by section: something owed, nothing owed, nothing taken; and a try-out."""
        due = correction_due(self.cycle, self.calendar, self.sent_back.received_at)
        parts = [Part(s.value, f"Trang {n}", s, 1, 2) for n, s in enumerate(PartState, 1)]
        done = [p for p in parts if not p.is_owed]
        stands = [p for p in done if p.state is not PartState.TAKEN]
        file = (self.said, "ab" * 32)
        return {
            f"by section, {name}": compose_verdict(
                *(self.cycle, self.agency, version),
                VerdictNotes(
                    previous_version="1 và 2",
                    correction_due=last,
                    outcome=Outcome(those),
                    deadline=self._deadline() if version.received_at >= self.cycle.due_at else {},
                ),
            )
            for name, version, those, last in (
                ("owing", self.sent_back, parts, due),
                ("owing, too late", self._late(), parts, None),
                ("done", self.warned, done, None),
                ("nothing taken", self.sent_back, stands, None),
            )
        } | {
            f"try-out, by section, {name}": compose_try_out(
                *(self.cycle, self.agency, self._at(-7), file, self.sent_back.findings),
                VerdictNotes(outcome=Outcome(those)),
                try_out_address=TRY_OUT_ADDRESS,
            )
            for name, those in (("owing", parts), ("done", done))
        }

    def _withdrawals(self) -> dict[str, LetterContent]:
        """A version withdrawn in time, too late, with others judged anew; and one reinstated."""
        plain = self._version(1, -7, Verdict.ACCEPTED)
        form = Form("mau", "mau-1", "", [SheetForm("d", "Thông tin", SheetKind.DETAILS, "")])

        def letter(
            days: int, left: Sequence[SubmissionRecord], *, withdrawn: bool = True
        ) -> LetterContent:
            now = self._at(days)
            standing = standing_of(self.agency.code, self.cycle, self.calendar, left, now)
            notes = WithdrawalNotes(standing, self.said, withdrawn, left if withdrawn else (), form)
            return compose_withdrawal(self.cycle, self.calendar, self.agency, plain, notes, now)

        return {
            "withdrawal": letter(-3, []),
            "withdrawal, too late": letter(2, []),
            "withdrawal, judged anew": letter(-3, [self.sent_back, self.warned]),
            "reinstatement": letter(-3, [plain], withdrawn=False),
        }

    def _extensions(self) -> dict[str, LetterContent]:
        """A deadline moved, the same once the answer was accepted, and once it is over; and one
        that moved back, in time and too late."""

        def letter(
            days: int, versions: Sequence[SubmissionRecord] = (), extended_by: int = 5
        ) -> LetterContent:
            now, until = self._at(days), self.cycle.due_at + dt.timedelta(days=extended_by)
            own = Circumstances(extension_until=until if extended_by else None)
            around = (self.cycle, self.calendar)
            standing = standing_of(self.agency.code, *around, versions, now, own)
            return compose_extension(*around, self.agency, standing, self.said, now)

        accepted = self._version(1, -7, Verdict.ACCEPTED)
        return {
            "extension": letter(-3),
            "extension, answered": letter(-3, [accepted]),
            "extension, over": letter(9),
            "extension ended": letter(-3, extended_by=0),
            "extension ended, too late": letter(3, extended_by=0),
        }

    def _exemptions(self) -> dict[str, LetterContent]:
        """The whole report and one sheet, given and taken back, in time and too late."""

        def letter(days: int, own: Circumstances, notes: ExemptionNotes) -> LetterContent:
            now, around = self._at(days), (self.cycle, self.calendar)
            standing = standing_of(self.agency.code, *around, [], now, own)
            return compose_exemption(*around, self.agency, standing, notes, now)

        plain, left = Circumstances(), ["Chỉ tiêu", "Dự án"]
        held = Circumstances(held_mail=(HeldMail(self._at(-7)),))
        sheet = ExemptionNotes(True, self.said, "Nhiệm vụ", left)
        return {
            "exemption": letter(-3, Circumstances(exempt=True), ExemptionNotes(True, self.said)),
            "exemption, one sheet": letter(-3, plain, sheet),
            "exemption, one sheet, held": letter(-3, held, sheet),
            "exemption ended": letter(-3, plain, ExemptionNotes(False, self.said, "", left)),
            "exemption ended, late": letter(3, plain, replace(sheet, exempt=False)),
        }

    def approval(self) -> LetterContent:
        """The reminder that a draft of the summary waits."""
        rules = ApprovalRules(dt.timedelta(hours=24), False, ())
        return compose_approval_reminder(self.cycle, self.said, self.cycle.opens_at, rules)

    def summary(self) -> LetterContent:
        """The note to the head of the office."""
        numbers = Table("Bảng", ["Phụ lục", "Số dòng"], [["I", "30"]], (1,))
        content = SummaryContent(
            *(self.cycle, "Tổng hợp", ["Mở đầu."], ["Điểm một."]),
            tables=[numbers, Table("", [self.said], [[self.said]])],
            images=[("bieu-do", "Tiến độ")],
            attachments=["tong-hop.xlsx"],
            decisions=[self.said],
            notes=["Ghi chú."],
            figures=[("Báo cáo được tiếp nhận", "1/2 cơ quan")],
            asked=[self.said],
            counts=[("Chỉ tiêu không đạt", "3")],
            sentences=[self.said],
        )
        return compose_summary(content)

    def previews(self) -> dict[str, LetterContent]:
        """What an agency sees before the meeting, by what it has sent."""
        cycle, as_of = replace(self.cycle, meeting_on=self._at(5).date()), self._at(1)
        notes = PreviewNotes(
            ["chỉ tiêu", "dự án"],
            wanted_by(cycle, self.calendar, cycle.due_at, as_of),
            *(True, True, True, True),
            asks=[self.said],
        )
        bare = PreviewNotes(asked_by=notes.asked_by)
        return {
            f"preview, {answer.value}{', without page' if told is bare else ''}": compose_preview(
                *(cycle, self.agency, instant_text(as_of), [self.said], answer, told)
            )
            for answer in Answer
            for told in (notes, bare)
        }

    def alarm(self) -> LetterContent:
        """What the operator is told."""
        return compose_alarm(
            self.cycle, Alarm("mau", "Việc mẫu", [self.said], ["Nhấn Retry."]), self._at(-7)
        )

    def todays_work(self) -> LetterContent:
        """What waits on a morning."""
        facts = MorningFacts(
            waiting=[(self.said, "bao-cao.example/thu/1"), *[("Việc mẫu", "")] * LISTED],
            owing=[f"KH-2025, còn 3 ngày (hết ngày 19/02/2025), 1 cơ quan: {self.said}"],
            owing_count=1,
            failing=[f"Luồng mẫu hỏng 2 lượt liền: {self.said}"],
            going_out=["08:00 12/02/2025: Thư nhắc (KH-2025), 8 cơ quan"],
            desk="bao-cao.example",
        )
        return compose_morning_letter(self.cycle, facts, self._at(-7))

    def idle_morning(self) -> LetterContent:
        """Nothing waits, in a cycle that is open."""
        return compose_morning_letter(self.cycle, MorningFacts(), self._at(-7))

    def _at(self, working_days: int) -> dt.datetime:
        """Nine o'clock of a working day counted from the last one before the deadline."""
        last = self.calendar.last_working_day_before(self.cycle.due_at, HANOI)
        day = self.calendar.shift_working_days(last, working_days)
        return dt.datetime.combine(day, dt.time(9), HANOI)

    def _version(
        self, number: int, working_days: int, verdict: Verdict, *found: Severity
    ) -> SubmissionRecord:
        said = self.said
        return SubmissionRecord(
            *(number, self.agency.code, number, self._at(working_days), verdict),
            *(f"{self.cycle.code}/000{number}", said, "ab" * 32, "m"),
            findings=[Finding("X", s, said, said, "F9", said, justification=said) for s in found],
        )

    def _planned(self, kind: StepKind, working_days: int, agency: str) -> PlannedLetter:
        letter_kind = {
            StepKind.OVERDUE: LetterKind.OVERDUE,
            StepKind.ESCALATION: LetterKind.ESCALATION,
        }.get(kind, LetterKind.REMINDER)
        step = ReminderStep("mau", kind, working_days, 9)
        return PlannedLetter(letter_kind, step, agency, self._at(working_days), "")

    def _reminder(
        self,
        kind: StepKind,
        working_days: int,
        versions: Sequence[SubmissionRecord],
        form: Form | None = None,
        asked_at: dt.datetime | None = None,
        held: tuple[HeldMail, ...] = (),
    ) -> LetterContent:
        now = self._at(working_days)
        sections = [s.key for s in form.sheets] if form else []
        standing = standing_of(
            *(self.agency.code, self.cycle, self.calendar, versions, now),
            Circumstances(sections=sections, held_mail=held),
        )
        planned = replace(
            self._planned(kind, working_days, self.agency.code),
            awaiting_correction=standing.awaiting_correction,
            chooses=standing.chooses,
        )
        return compose_reminder(
            *(self.cycle, self.calendar, self.agency, planned, standing, now),
            ReminderNotes(form=form, asked_at=asked_at, owed_file=asked_file_said(self.said, now)),
        )

    def _escalation(self) -> LetterContent:
        now = self._at(1)
        held = Circumstances(held_mail=(HeldMail(now),))
        owing = [standing_of(self.agency.code, self.cycle, self.calendar, [], now, held)]
        planned = replace(self._planned(StepKind.ESCALATION, 1, OFFICE), owing=(self.agency.code,))
        return compose_escalation(
            *(self.cycle, self.calendar, planned, owing),
            *(Register({self.agency.code: self.agency}, {self.agency.code: self.contact}), now),
        )
