"""Every decision on SQLite and PostgreSQL: the same record, however often each is given."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import SQLModel

from models.domain.answers.decisions import DecisionKind, DecisionRefused, Signature
from models.domain.consolidation import Side, code_of
from models.domain.cycle.cycles import HANOI
from models.domain.deeds.cycle_deeds import (
    CloseCycle,
    ExemptAgency,
    ExemptSheet,
    ExtendDeadline,
    RuleOnConflict,
    WaiveRule,
)
from models.domain.deeds.deed import Deed
from models.domain.deeds.judgement_deed import JudgeIndicator
from models.domain.deeds.letter_deeds import CloseLetter, MarkContact, Recipients, SendLetterAgain
from models.domain.deeds.message_deeds import (
    AssignMessage,
    CorrectArrival,
    RejectMessage,
    ReturnMessage,
)
from models.domain.deeds.planned_deeds import HoldLetterBack, SendLetterNow
from models.domain.deeds.summary_deed import ApproveSummary
from models.domain.deeds.version_deeds import WithdrawVersion
from models.domain.letters.approval import ApprovalAnswer, ApprovalRules
from models.domain.letters.offers import Cases
from models.domain.mail.mail import LetterKind, LetterState
from models.domain.register.targets import Judgement
from tasks.adapters.boards.boards import boards
from tasks.adapters.boards.open_cases import open_cases
from tasks.adapters.decisions import approving
from tasks.adapters.decisions.carrying_out import EXECUTORS, carry_out
from tasks.adapters.decisions.refused_assignments import as_it_waits, take_back
from tasks.adapters.results import ruling
from tasks.adapters.results.choosing import results_of
from tasks.adapters.store import address_book, decisions, messages, outbox, submissions
from tasks.adapters.work.consolidating import write_summary
from tasks.adapters.workplace import Workplace
from tests.fixtures.held_mail import held_message, take_in
from tests.fixtures.letters_written import every_letter
from tests.fixtures.small_office import commits, standing
from tests.fixtures.small_workplace import CYCLE, small_workplace
from tests.fixtures.worded_office import ABOUT, with_words

HA = Signature("Nguyễn Thị Hà", "Đã gọi điện, cơ quan xác nhận.")
MONDAY = dt.datetime(2025, 2, 3, 9, tzinfo=HANOI)
LATER, DUE = dt.date(2025, 2, 27), dt.date(2025, 2, 19)
TIMES = 10
STEP = f"{CYCLE}/step/truoc_5"


@pytest.fixture
def workplace(database_url: str, tmp_path: Path) -> Iterator[Workplace]:
    with small_workplace(tmp_path, MONDAY, ("syt", "sdl"), database_url) as workplace:
        yield workplace


def letter_in(workplace: Workplace, agency: str, state: LetterState) -> str:
    """An opening letter brought into a state; its key."""
    with workplace.engine.begin() as connection:
        found = (outbox.LETTER.c.agency == agency, outbox.LETTER.c.kind == LetterKind.OPENING)
        connection.execute(update(outbox.LETTER).where(*found).values(state=state.value))
        return next(
            x.business_key
            for x in every_letter(connection)
            if (x.agency, x.kind) == (agency, LetterKind.OPENING)
        )


def everything(workplace: Workplace) -> tuple[object, ...]:
    """Decisions, letters with their states, messages with theirs."""
    with workplace.engine.begin() as connection:
        return (
            [(d.kind, d.subject, d.until) for d in decisions.book(connection).decisions],
            [(x.business_key, x.state, x.to) for x in every_letter(connection)],
            [(m["key"], m["state"]) for m in messages.every_message(connection)],
        )


def given_ten_times(workplace: Workplace, deed: Deed) -> None:
    """The first time it is new; after nine times more nothing has changed."""
    assert carry_out(workplace, deed).new
    before = everything(workplace)
    assert [carry_out(workplace, deed).new for _ in range(TIMES - 1)] == [False] * (TIMES - 1)
    assert everything(workplace) == before


def test_every_decision_given_ten_times_is_one_row_on_either_database(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "Đề nghị lãnh đạo Sở ký rồi gửi lại."
    returned = held_message(workplace)
    arrived = MONDAY - dt.timedelta(days=1)
    stuck = letter_in(workplace, "sdl", LetterState.FAILED)
    lost = letter_in(workplace, "syt", LetterState.UNCERTAIN)
    address = workplace.office.register.contacts["syt"].to[0]
    sheet = next(
        s.title for s in workplace.office.form_of(workplace.office.cycle(CYCLE)).sheets[2:]
    )
    again = Recipients.EVERYBODY
    for deed in (
        ExtendDeadline(cycle=CYCLE, agency="syt", last_day=LATER, signed=HA),
        ExtendDeadline(cycle=CYCLE, agency="syt", last_day=DUE, signed=HA),
        ExemptAgency(cycle=CYCLE, agency="sdl", exempt=True, signed=HA),
        ExemptAgency(cycle=CYCLE, agency="sdl", exempt=False, signed=HA),
        ExemptSheet(cycle=CYCLE, agency="syt", sheet=sheet, exempt=True, signed=HA),
        ExemptSheet(cycle=CYCLE, agency="syt", sheet=sheet, exempt=False, signed=HA),
        WaiveRule(cycle=CYCLE, agency="syt", rule="BB-01", last_day=LATER, signed=HA),
        CorrectArrival(message=returned, arrived_at=arrived, signed=HA),
        ReturnMessage(message=returned, words=words, signed=HA),
        MarkContact(address=address, failing=True, signed=HA),
        MarkContact(address=address, failing=False, signed=HA),
        HoldLetterBack(planned=STEP, agency="syt", signed=HA),
        HoldLetterBack(planned=STEP, agency="syt", released=True, signed=HA),
        SendLetterNow(planned=STEP, agency="syt", signed=HA),
        SendLetterAgain(letter=stuck, recipients=again, signed=HA),
        CloseLetter(letter=lost, arrived=True, signed=HA),
        CloseCycle(cycle=CYCLE, closed=True, signed=HA),
        CloseCycle(cycle=CYCLE, closed=False, signed=HA),
    ):
        given_ten_times(workplace, deed)

    rejected = held_message(workplace, "sdl", "ba.du@gmail.example")
    assert open_cases(workplace, [Cases.HELD])[Cases.HELD]
    given_ten_times(workplace, RejectMessage(message=rejected[:8], signed=HA))
    assigned = held_message(workplace, "syt", "ba.ba@gmail.example")
    given_ten_times(
        workplace,
        AssignMessage(
            message=assigned, cycle=CYCLE, agency="syt", registers_sender=True, signed=HA
        ),
    )
    private = MarkContact(address="ba.ba@gmail.example", unregistered=True, signed=HA)
    given_ten_times(workplace, private)
    take_in(workplace)
    with workplace.engine.begin() as connection:
        [recorded] = submissions.newest(connection, TIMES)
    receipt = recorded.receipt_number
    given_ten_times(workplace, WithdrawVersion(receipt=receipt, withdrawn=True, signed=HA))
    given_ten_times(workplace, WithdrawVersion(receipt=receipt, withdrawn=False, signed=HA))

    workplace.rules = dataclasses.replace(
        workplace.rules,
        summary_to=("lanhdao@ubnd.example",),
        approval=ApprovalRules(dt.timedelta(days=1), send_unanswered=False, reminded=()),
    )
    write_summary(workplace, workplace.office.cycle(CYCLE))
    [draft] = approving.drafts_waiting(workplace.engine)
    approval = ApproveSummary(
        signed=Signature(HA.by, "Gửi ngay."),
        letter=draft.letter,
        digest=draft.digest,
        answer=ApprovalAnswer.SEND,
    )
    given_ten_times(workplace, approval)

    workplace.office = with_words(workplace.office)
    said = [
        standing("stc", commits("budget", "118")),
        standing("cuc_thue", commits("budget", "2")),
        standing("sct", commits(ABOUT, "16.8")),
    ]
    monkeypatch.setattr(ruling, "standings_of_cycle", lambda *_, **__: said)
    with workplace.engine.begin() as connection:
        found = ruling.consolidated(workplace, connection, workplace.office.cycle(CYCLE))
    code = code_of(found.conflicts[0])
    given_ten_times(workplace, RuleOnConflict(conflict=code, side=Side.RIGHT, signed=HA))
    with workplace.engine.begin() as connection:
        [waiting] = results_of(workplace, connection, workplace.office.cycle(CYCLE)).asked()
    asked = waiting.question.code
    for judgement in (Judgement.NOT_MET, None):
        given_ten_times(workplace, JudgeIndicator(question=asked, judgement=judgement, signed=HA))

    with workplace.engine.begin() as connection:
        kinds = [d.kind for d in decisions.book(connection).decisions]
    assert set(kinds) == set(DecisionKind) - {DecisionKind.HOLD_SUMMARY_BACK}
    assert len(kinds) == len(set(kinds))
    shown = {board.key: board for board in boards(workplace, [])}
    assert len(shown["so-quyet-dinh"].rows) == len(kinds)


SHORT = Signature("Nguyễn Thị Hà", "ok")  # explains nothing to whoever reads the record
NOBODY = Signature(" ", "Đã gọi điện, cơ quan xác nhận.")


def of_every_kind(workplace: Workplace, signed: Signature) -> list[Deed]:
    """A deed of every kind that could stand but for its signature; what is said has tests above."""
    held = held_message(workplace)
    stuck = letter_in(workplace, "sdl", LetterState.FAILED)
    lost = letter_in(workplace, "syt", LetterState.UNCERTAIN)
    address = workplace.office.register.contacts["syt"].to[0]
    arrived, words = MONDAY - dt.timedelta(days=1), "Đề nghị lãnh đạo Sở ký rồi gửi lại."
    form = workplace.office.form_of(workplace.office.cycle(CYCLE))
    workplace.rules = dataclasses.replace(
        workplace.rules,
        summary_to=("lanhdao@ubnd.example",),
        approval=ApprovalRules(dt.timedelta(days=1), send_unanswered=False, reminded=()),
    )
    write_summary(workplace, workplace.office.cycle(CYCLE))
    [draft] = approving.drafts_waiting(workplace.engine)
    return [
        ExtendDeadline(cycle=CYCLE, agency="syt", last_day=LATER, signed=signed),
        ExemptAgency(cycle=CYCLE, agency="sdl", exempt=True, signed=signed),
        ExemptSheet(
            cycle=CYCLE, agency="syt", sheet=form.sheets[2].title, exempt=True, signed=signed
        ),
        WaiveRule(cycle=CYCLE, agency="syt", rule="BB-01", last_day=LATER, signed=signed),
        CorrectArrival(message=held, arrived_at=arrived, signed=signed),
        ReturnMessage(message=held, words=words, signed=signed),
        RejectMessage(message=held, signed=signed),
        AssignMessage(message=held, cycle=CYCLE, agency="syt", signed=signed),
        MarkContact(address=address, failing=True, signed=signed),
        SendLetterAgain(letter=stuck, recipients=Recipients.EVERYBODY, signed=signed),
        CloseLetter(letter=lost, arrived=False, signed=signed),
        HoldLetterBack(planned=STEP, signed=signed),
        SendLetterNow(planned=STEP, signed=signed),
        CloseCycle(cycle=CYCLE, closed=True, signed=signed),
        ApproveSummary(
            signed=NOBODY, letter=draft.letter, digest=draft.digest, answer=ApprovalAnswer.SEND
        ),
    ]


def whole_record(workplace: Workplace) -> list[object]:
    """Every row of every table."""
    with workplace.engine.begin() as connection:
        tables = sorted(SQLModel.metadata.tables.items())
        return [(name, connection.execute(table.select()).all()) for name, table in tables]


@pytest.mark.parametrize("signed", [SHORT, NOBODY], ids=["no reason", "nobody"])
def test_a_decision_of_any_kind_that_is_refused_leaves_no_trace(
    workplace: Workplace, signed: Signature
) -> None:
    deeds = of_every_kind(workplace, signed)
    assert {type(deed) for deed in deeds} == set(EXECUTORS) - {
        RuleOnConflict,
        JudgeIndicator,
        WithdrawVersion,
    }
    before = whole_record(workplace)
    for deed in deeds:
        with pytest.raises(DecisionRefused):
            carry_out(workplace, deed)
        assert whole_record(workplace) == before, type(deed).__name__


def test_what_cannot_stand_as_entered_leaves_no_trace_either(workplace: Workplace) -> None:
    held = held_message(workplace)
    queued = letter_in(workplace, "sdl", LetterState.QUEUED)
    before = whole_record(workplace)
    for deed in (
        ExtendDeadline(cycle=CYCLE, agency="syt", last_day=dt.date(2025, 2, 1), signed=HA),
        ExtendDeadline(cycle=CYCLE, agency="stp", last_day=LATER, signed=HA),
        ExemptSheet(cycle=CYCLE, agency="syt", sheet="không có", exempt=True, signed=HA),
        WaiveRule(cycle=CYCLE, agency="syt", rule="ZZ-99", last_day=LATER, signed=HA),
        RuleOnConflict(conflict="khongco1", side=Side.LEFT, cycle=CYCLE, signed=HA),
        JudgeIndicator(question="khongco1", judgement=Judgement.MET, cycle=CYCLE, signed=HA),
        WithdrawVersion(receipt="KH-2025/9999", withdrawn=True, signed=HA),
        CorrectArrival(message=held, arrived_at=MONDAY + dt.timedelta(days=9), signed=HA),
        ReturnMessage(message=held, words="sai", signed=HA),
        RejectMessage(message="ffffffff", signed=HA),
        AssignMessage(message=held, cycle=CYCLE, agency="syt", main_file="ffffffff", signed=HA),
        MarkContact(address="ai.do@gmail.example", failing=True, signed=HA),
        SendLetterAgain(letter=queued, recipients=Recipients.EVERYBODY, signed=HA),
        CloseLetter(letter=queued, arrived=True, signed=HA),
        HoldLetterBack(planned="không có", signed=HA),
        HoldLetterBack(planned=f"{CYCLE}/step/khong_co", signed=HA),
        HoldLetterBack(planned=STEP, agency="stp", signed=HA),
        SendLetterNow(planned=f"{CYCLE}/step/qua_han_1", signed=HA),
        SendLetterNow(planned=f"{CYCLE}/summary/2025-06-01", signed=HA),
        ApproveSummary(signed=HA, letter="không có", digest="", answer=ApprovalAnswer.SEND),
    ):
        with pytest.raises(DecisionRefused):
            carry_out(workplace, deed)
        assert whole_record(workplace) == before, type(deed).__name__


@pytest.mark.parametrize("lasting", [False, True])
def test_an_assignment_that_is_refused_once_the_message_is_judged_is_taken_back(
    workplace: Workplace, lasting: bool
) -> None:
    """With it goes the word that its sender writes for the agency."""
    key = held_message(workplace, versions=2)
    with workplace.engine.begin() as connection:
        [before] = messages.every_message(connection)
    waiting = as_it_waits(workplace.engine, key)
    deed = AssignMessage(
        message=key, cycle=CYCLE, agency="syt", registers_sender=lasting, signed=HA
    )
    carry_out(workplace, deed)
    take_in(workplace)
    other = dataclasses.replace(deed, signed=Signature("Phạm Thị Lan", HA.reason))
    take_back(workplace.engine, other, waiting)
    with workplace.engine.begin() as connection:
        assert len(decisions.book(connection).decisions) == 1 + lasting, "another person's stays"
        assert len(address_book.every_known(connection)) == lasting
    take_back(workplace.engine, deed, waiting)
    with workplace.engine.begin() as connection:
        assert decisions.book(connection).decisions == ()
        assert [*address_book.every_known(connection)] == []
        [after] = messages.every_message(connection)
    assert {**after, "decided_at": None} == {**before, "decided_at": None}
