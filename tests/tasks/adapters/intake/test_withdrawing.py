"""A version taken back at twelve moments of the year: the same end as if it had never been.

Two years are played once: one in which a stranger's workbook was taken for an agency's, and one in
which it never came. At each moment the database of the first is copied, the version is withdrawn
there, and what follows from the record is held against the second year at that moment.
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from models.domain.answers.decisions import (
    ON_VERSIONS,
    DecisionBook,
    DecisionRefused,
    Signature,
)
from models.domain.answers.reminders import letters_due
from models.domain.cycle.cycles import HANOI
from models.domain.cycle.letter_phrases import instant_text
from models.domain.deeds.letter_deeds import Recipients, SendLetterAgain
from models.domain.deeds.message_deeds import AssignMessage
from models.domain.deeds.summary_deed import ApproveSummary
from models.domain.deeds.version_deeds import WithdrawVersion
from models.domain.letters.approval import ApprovalAnswer, ApprovalRules
from models.domain.mail.mail import LetterState
from models.tables import LetterRow
from tasks.adapters.decisions import approving
from tasks.adapters.decisions.carrying_out import carry_out
from tasks.adapters.intake.working import work_through
from tasks.adapters.mailbox.maildir import deliver
from tasks.adapters.post.last_look import LastLook
from tasks.adapters.results.choosing import results_of
from tasks.adapters.simulation.answers import answers_of
from tasks.adapters.simulation.filling import FilledWorkbook
from tasks.adapters.standings import standings_of_cycle
from tasks.adapters.store import decisions, messages, obligations, outbox, submissions
from tasks.adapters.store.outbox import LETTER
from tasks.adapters.work import opening
from tasks.adapters.work.consolidating import (
    consolidate_cycle,
    summary_is_due,
    write_summary,
)
from tasks.adapters.work.office_waits import office_waits
from tasks.adapters.work.previewing import previews_of, write_previews
from tasks.adapters.work.reminding import write_reminders
from tasks.adapters.workplace import Workplace
from tests.fixtures.letters_written import every_letter
from tests.fixtures.worked_office import MakeOffice, Office

PLAN, REVIEW = "2025-plan", "2025-review"
# The first became part of the second on 1 March: its plan is carried into the other's review.
PLANNED, HEIR = "skhdt", "stc"
RECEIPT = "KH-2025/0001"  # that of the receipt, from when the message was held
HA = Signature("Nguyễn Thị Hà", "Tệp của người khác, ghi nhầm cho Sở.")
APPROVAL = ApprovalRules(dt.timedelta(days=1), send_unanswered=False, reminded=())


def at(month: int, day: int, hour: int = 9) -> dt.datetime:
    return dt.datetime(2025, month, day, hour, tzinfo=HANOI).astimezone(dt.UTC)


@dataclass
class Year:
    """One year of an office with two agencies; `mistaken`: a stranger's file is taken for one's."""

    office: Office
    mistaken: bool
    key: str = ""  # of the stranger's message
    moments: dict[str, tuple[dt.datetime, Path]] = field(default_factory=dict)

    @property
    def workplace(self) -> Workplace:
        return self.office.workplace

    def play(self, moment: str, now: dt.datetime, act: Callable[[], object]) -> None:
        """Does what happens then, and keeps the database as it is afterwards."""
        self.workplace.now = now
        act()
        kept = self.office.mailbox.parent / f"{len(self.moments)}.sqlite"
        with closing(sqlite3.connect(kept.with_name("baocao.sqlite"))) as connection:
            connection.execute(f"VACUUM INTO '{kept}'")
        self.moments[moment] = (now, kept)

    def filled(self, seed: int) -> bytes:
        office = self.workplace.office
        cycle = office.cycle(PLAN)
        book = FilledWorkbook(self.office.workbook(PLANNED), office.form_of(cycle))
        agency = office.register.agencies[PLANNED]
        book.fill(answers_of(office, cycle, agency, seed, book.written()))
        return book.save(at(2, 1))

    def mail(self, content: bytes, sender: str, to: str, number: int) -> EmailMessage:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, to, "Kế hoạch"
        mail["Message-ID"] = f"<{number}@thu.example>"
        mail.set_content("Kính gửi.")
        mail.add_attachment(content, maintype="application", subtype="zip", filename="k.xlsx")
        return mail

    def take_in_stranger(self) -> None:
        if not self.mistaken:
            self.office.minute += 1  # what comes later comes at the same moment in either year
            return
        mail = self.mail(self.filled(1), "la@gmail.example", self.workplace.rules.office_address, 1)
        [row] = self.office.receive(mail, day=15)
        assert row["state"] == "held"
        self.key = row["key"]
        deed = AssignMessage(message=self.key, cycle=PLAN, agency=PLANNED, signed=HA)
        assert carry_out(self.workplace, deed).new
        assert work_through(self.workplace, 10).failures == []
        assert row_of(self.workplace, self.key)["state"] == "accepted"

    def take_in_own(self) -> None:
        contact = self.workplace.office.register.contacts[PLANNED].to[0]
        to = self.office.opening(PLANNED).reply_to
        [row] = self.office.receive(self.mail(self.filled(2), contact, to, 2), day=35)
        assert row["state"] == "accepted", row["reason"]

    def approve(self) -> None:
        [draft] = approving.drafts_waiting(self.workplace.engine)
        answer = ApprovalAnswer.SEND
        deed = ApproveSummary(signed=HA, letter=draft.letter, digest=draft.digest, answer=answer)
        assert carry_out(self.workplace, deed).new

    def send(self, *kinds: str) -> None:
        with self.workplace.engine.begin() as connection:
            waiting = (LETTER.c.kind.in_(kinds), LETTER.c.state == LetterState.QUEUED)
            sent = {"state": LetterState.SENT.value, "sent_at": self.workplace.now}
            connection.execute(update(LETTER).where(*waiting).values(sent))

    def open_review(self) -> None:
        office = self.workplace.office
        agency = office.register.agencies[HEIR]
        assert opening.ask(self.workplace, office.cycle(REVIEW), [agency]) == []
        self.send("opening")

    def run(self) -> Year:
        plan = self.workplace.office.cycle(PLAN)
        review = self.workplace.office.cycle(REVIEW)
        self.play("verdict written", at(2, 4, 17), self.take_in_stranger)
        self.play("verdict sent", at(2, 4, 18), lambda: self.send("verdict", "opening"))
        self.play("consolidated", at(2, 5), lambda: consolidate_cycle(self.workplace, plan))
        self.play("draft", at(2, 5, 10), lambda: write_summary(self.workplace, plan))
        self.play("approved", at(2, 5, 11), self.approve)
        self.play("summary sent", at(2, 5, 12), lambda: self.send("summary"))
        self.play("reminder", at(2, 12), lambda: write_reminders(self.workplace, plan))
        self.play("deadline", at(2, 21, 10), lambda: write_reminders(self.workplace, plan))
        self.play("snapshot", at(2, 21, 11), self.snapshot)
        self.play("next version", at(2, 24, 17), self.take_in_own)
        self.play("review opened", at(10, 20, 10), self.open_review)
        self.play("preview", at(11, 21), lambda: write_previews(self.workplace, review))
        return self

    def snapshot(self) -> None:
        assert write_summary(self.workplace, self.workplace.office.cycle(PLAN))
        self.approve()
        self.send("summary")

    @contextmanager
    def again(self, moment: str) -> Iterator[Workplace]:
        """The workplace as it was at that moment, on a copy of its database."""
        now, kept = self.moments[moment]
        own = self.workplace
        copy = kept.with_name(f"branch-{kept.name}")
        shutil.copy(kept, copy)
        with Workplace(
            office=own.office,
            rules=own.rules,
            database_url=f"sqlite:///{copy}",
            raw_dir=own.raw_store.root,
            output_dir=own.outputs.folder.parent / f"output-{kept.stem}",
            letters_dir=own.letters_dir,
            now=now + dt.timedelta(minutes=1),
        ) as workplace:
            yield workplace


MOMENTS = (
    "verdict written",
    "verdict sent",
    "consolidated",
    "draft",
    "approved",
    "summary sent",
    "reminder",
    "deadline",
    "snapshot",
    "next version",
    "review opened",
    "preview",
)


def row_of(workplace: Workplace, key: str) -> dict[str, Any]:
    with workplace.engine.begin() as connection:
        return next(m for m in messages.every_message(connection) if m["key"] == key)


def letters(workplace: Workplace, *kinds: str) -> list[LetterRow]:
    with workplace.engine.begin() as connection:
        return [x for x in every_letter(connection) if not kinds or x.kind in kinds]


def withdraw(workplace: Workplace, *, withdrawn: bool = True, receipt: str = RECEIPT) -> str:
    deed = WithdrawVersion(receipt=receipt, withdrawn=withdrawn, signed=HA)
    done = carry_out(workplace, deed)
    assert done.new
    assert not carry_out(workplace, deed).new
    assert work_through(workplace, 10).failures == []
    return done.sentence


def facts(workplace: Workplace) -> dict[str, Any]:
    """All that follows from the record, but for the numbers that versions and letters bear."""
    found: dict[str, Any] = {}
    for code in (PLAN, REVIEW):
        cycle = workplace.office.cycle(code)
        with workplace.engine.begin() as connection:
            standings = standings_of_cycle(workplace, connection, cycle, details=True)
            asked = obligations.of_cycle(connection, code)
            results = results_of(workplace, connection, cycle)
        due = letters_due(cycle, workplace.office.calendar, standings, {}, workplace.now)
        snapshot = results.snapshot()
        found[code] = {
            "standings": [_standing(s) for s in standings],
            "due": [(x.agency, x.mark, x.kind, x.awaiting_correction, x.owing) for x in due],
            "workbooks": [
                (o.agency, o.workbook_sha256, o.asked_cells, o.carried_cells)
                for o in asked.values()
            ],
            "figures": [(f.key, f.text, f.cell, f.reference) for f in snapshot.figures],
            "lines": snapshot.lines,
            "agencies": [(a.agency, a.timeliness, a.versions) for a in snapshot.agencies],
            "conflicts": len(results.consolidation.conflicts),
            "pages": [p.digest for p in previews_of(workplace, cycle)],
        }
    return found


def _standing(standing: Any) -> tuple[Any, ...]:
    return (
        *(standing.agency, standing.timeliness, standing.owes, standing.held),
        *(standing.awaiting_correction, standing.waits_for_office, standing.owed_sections),
        [
            (v.received_at, v.verdict, dict(v.sections), v.file_sha256, v.entries, v.findings)
            for v in standing.versions
        ],
    )


def test_the_end_is_the_same_as_if_the_version_had_never_been(make_office: MakeOffice) -> None:
    mistaken = Year(make_office(agencies=(PLANNED, HEIR), approval=APPROVAL), mistaken=True).run()
    never = Year(make_office(agencies=(PLANNED, HEIR), approval=APPROVAL), mistaken=False).run()
    assert tuple(mistaken.moments) == MOMENTS

    for moment in MOMENTS:
        with never.again(moment) as workplace:
            expected = facts(workplace)
        with mistaken.again(moment) as workplace:
            assert facts(workplace) != expected, moment
            withdraw(workplace)
            assert facts(workplace) == expected, moment
            _and_what_was_written_from_it(workplace, mistaken.key, moment)
    for moment in ("verdict sent", "next version", "preview"):
        with mistaken.again(moment) as workplace:
            before = facts(workplace)
            withdraw(workplace)
            workplace.now += dt.timedelta(minutes=1)
            withdraw(workplace, withdrawn=False)
            assert facts(workplace) == before, moment
            [gone, back] = letters(workplace, "withdrawal")
            assert gone.state == LetterState.WITHDRAWN and "được tính trở lại" in back.subject
            assert row_of(workplace, mistaken.key)["state"] == "accepted"


def _and_what_was_written_from_it(workplace: Workplace, key: str, moment: str) -> None:
    """Nothing made from it leaves any more, whoever read of it is told, and nothing is gone."""
    told = moment != "verdict written"
    told_letters = letters(workplace, "withdrawal")
    assert len(told_letters) == told, moment
    if told:
        [letter] = told_letters
        assert RECEIPT in letter.subject and HA.reason in letter.text
    assert row_of(workplace, key)["state"] == "held"
    with workplace.engine.begin() as connection:
        assert len(submissions.by_receipt(connection, RECEIPT)) == 1
        waiting = outbox.yet_to_leave(connection, [PLAN, REVIEW], ["summary", "preview", "verdict"])
    opened = [x for x in letters(workplace, "opening") if x.cycle == REVIEW]
    if len(opened) > 1:  # who has taken the plan over reads that it is filled in no more, and why
        lacking = "Sổ không ghi sẵn kế hoạch hành động của .+ \\(đã gửi, chưa được tiếp nhận\\)"
        found = [bool(re.search(lacking, " ".join(x.text.split()))) for x in opened]
        assert found == [False, True], moment
    fresh = [x for x in waiting if x.created_at == workplace.now]
    assert waiting == fresh, moment
    sent = [x for x in letters(workplace, "summary") if x.state == LetterState.SENT]
    with workplace.engine.begin() as connection:
        plan = workplace.office.cycle(PLAN)
        alarmed = office_waits(workplace, connection, [plan]).superseded
    assert len(alarmed) == len(sent), moment


def version_of(workplace: Workplace, agency: str) -> Any:
    """The last version in force of an agency, None where it has none."""
    with workplace.engine.begin() as connection:
        return submissions.latest(connection, PLAN, agency)


def test_a_message_taken_for_the_wrong_agency_is_assigned_to_the_right_one(office: Office) -> None:
    workplace = office.workplace
    stranger = office.answer("syt", sender="la@gmail.example", to=workplace.rules.office_address)
    [row] = office.receive(stranger)
    assert row["state"] == "held"
    wrong = AssignMessage(message=row["key"], cycle=PLAN, agency="sdl", signed=HA)
    carry_out(workplace, wrong)
    assert work_through(workplace, 10).failures == []
    [verdict] = office.letters("verdict")
    office.send(verdict)
    right = AssignMessage(message=row["key"], cycle=PLAN, agency="syt", signed=HA)
    with pytest.raises(DecisionRefused, match="withdraw-version"):
        carry_out(workplace, right)

    workplace.now += dt.timedelta(minutes=1)
    withdraw(workplace, receipt=version_of(workplace, "sdl").receipt_number)
    assert row_of(workplace, row["key"])["agency"] == ""
    assert carry_out(workplace, right).new
    assert work_through(workplace, 10).failures == []

    assert version_of(workplace, "sdl") is None
    assert version_of(workplace, "syt").version == 1
    told = [(x.kind, x.agency) for x in office.letters("verdict", "withdrawal")]
    assert told == [("verdict", "sdl"), ("withdrawal", "sdl"), ("verdict", "syt")]
    # The right one reads when the mail came, from whom, and that a person said whose it is.
    said = " ".join(office.letters("verdict")[-1].text.split())
    assert f"Thời điểm nhận: {instant_text(row['received_at'])}" in said
    day = f"{workplace.now.astimezone(HANOI):%d/%m/%Y}"
    assert (
        f"Cơ quan báo cáo: Văn phòng xác định ngày {day} theo thư gửi từ địa chỉ la@gmail.example; "
        "thời điểm nhận là lúc thư ấy đến"
    ) in said
    # And to the wrong one again, which a person may find to be right after all.
    withdraw(workplace, receipt=version_of(workplace, "syt").receipt_number)
    assert carry_out(workplace, wrong).new
    assert work_through(workplace, 10).failures == []
    assert version_of(workplace, "sdl").version == 2


def test_what_was_a_duplicate_of_it_waits_for_a_person_and_the_file_is_judged_anew(
    office: Office,
) -> None:
    workplace = office.workplace
    first = office.answer("syt", remark="Bản thứ nhất.")
    again = office.answer("syt", remark="Bản thứ nhất.")
    copy = first.as_bytes().replace(b"Subject: ", b"X-Via: mot may chu khac\nSubject: ", 1)
    rows = office.receive(first, again, copy)
    assert [row["state"] for row in rows] == ["returned", "duplicate", "duplicate"]

    withdraw(workplace, receipt=version_of(workplace, "syt").receipt_number)

    states = [row_of(workplace, row["key"])["state"] for row in rows]
    assert states == ["held", "held", "duplicate"]
    [new] = office.receive(office.answer("syt", remark="Bản thứ nhất."))
    assert new["state"] == "returned"
    assert version_of(workplace, "syt").version == 2


def test_a_verdict_that_would_be_tried_again_is_withdrawn_and_cannot_be_sent_again(
    office: Office,
) -> None:
    workplace = office.workplace
    office.receive(office.answer("syt", remark="Bản thứ nhất."))
    [verdict] = office.letters("verdict")
    _put(workplace, verdict, LetterState.UNCERTAIN)
    withdraw(workplace, receipt=version_of_letter(workplace, verdict))
    [told] = office.letters("withdrawal")
    assert told.to == verdict.to, "nobody knows whether the verdict arrived"
    again = SendLetterAgain(letter=verdict.business_key, recipients=Recipients.EVERYBODY, signed=HA)
    with pytest.raises(DecisionRefused, match="đã rút lại"):
        carry_out(workplace, again)

    _put(workplace, verdict, LetterState.QUEUED)
    [verdict] = office.letters("verdict")
    last_look = LastLook(workplace)
    assert "đã rút lại" in last_look.withdraw_if_untrue(verdict, workplace.now)
    assert office.letters("verdict")[0].state == LetterState.WITHDRAWN
    assert last_look.withdraw_if_untrue(told, workplace.now) == ""


def version_of_letter(workplace: Workplace, letter: LetterRow) -> str:
    return str(version_of(workplace, letter.agency).receipt_number)


def _put(workplace: Workplace, letter: LetterRow, state: LetterState) -> None:
    with workplace.engine.begin() as connection:
        put = update(LETTER).where(LETTER.c.id == letter.id).values(state=state.value)
        connection.execute(put)


def test_a_draft_made_from_it_cannot_be_approved_and_another_is_made(
    make_office: MakeOffice,
) -> None:
    office = make_office(agencies=("syt",), approval=APPROVAL)
    workplace, plan = office.workplace, office.workplace.office.cycle(PLAN)
    workplace.now = at(2, 10)
    office.receive(office.answer("syt", remark="Bản thứ nhất."))
    assert write_summary(workplace, plan)
    [draft] = approving.drafts_waiting(workplace.engine)
    assert not summary_is_due(workplace, plan)
    workplace.now += dt.timedelta(minutes=1)

    withdraw(workplace, receipt=version_of(workplace, "syt").receipt_number)

    deed = ApproveSummary(
        signed=HA, letter=draft.letter, digest=draft.digest, answer=ApprovalAnswer.SEND
    )
    refused = carry_out(workplace, deed)
    assert not refused.new and "không còn giá trị" in refused.sentence
    assert summary_is_due(workplace, plan)
    assert write_summary(workplace, plan) and not write_summary(workplace, plan)
    [another] = approving.drafts_waiting(workplace.engine)
    assert another.letter != draft.letter and not summary_is_due(workplace, plan)


def test_messages_judged_while_somebody_withdraws_are_judged_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    workplace = office.workplace
    office.receive(office.answer("syt", remark="Bản thứ nhất."))
    receipt = version_of(workplace, "syt").receipt_number
    book, reads = decisions.book, []

    def read_before(connection: Any) -> DecisionBook:
        """At first the record as it was before somebody else's transaction ended."""
        reads.append(connection)
        found = book(connection)
        old = [d for d in found.decisions if d.kind not in ON_VERSIONS]
        return DecisionBook(old) if len(reads) == 1 else found

    withdraw(workplace, receipt=receipt)
    deliver(office.mailbox, office.answer("syt", remark="Bản thứ hai.").as_bytes(), workplace.now)
    monkeypatch.setattr(decisions, "book", read_before)
    assert office.work().failures == []
    assert len(reads) == 2
    assert version_of(workplace, "syt").version == 2
    with workplace.engine.begin() as connection:
        assert len(submissions.all_of(connection, PLAN, "syt")) == 2
