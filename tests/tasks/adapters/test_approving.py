"""Approving the summary: only what was shown leaves, once, and time running out is settled."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.domain.answers.decisions import DecisionKind, DecisionRefused, Signature
from models.domain.cycle.cycles import HANOI
from models.domain.deeds.summary_deed import ApproveSummary
from models.domain.letters.approval import ApprovalAnswer, ApprovalRules
from models.domain.mail.mail import LetterKind, LetterState
from models.tables import LetterRow
from tasks.adapters.decisions import approving
from tasks.adapters.decisions.approving import SummaryDraft
from tasks.adapters.decisions.carrying_out import carry_out
from tasks.adapters.store import decisions, outbox
from tasks.adapters.work.consolidating import write_summary
from tasks.adapters.workplace import Workplace
from tests.fixtures.letters_written import every_letter
from tests.fixtures.small_workplace import CYCLE, small_workplace

MONDAY = dt.datetime(2025, 2, 3, 9, tzinfo=HANOI)
DAY = dt.timedelta(hours=24)
HOLDING = ApprovalRules(DAY, send_unanswered=False, reminded=("duyet@ubnd.example",))
SENDING = dataclasses.replace(HOLDING, send_unanswered=True)
HA = "Nguyễn Thị Hà"


@pytest.fixture
def workplace(tmp_path: Path) -> Iterator[Workplace]:
    with small_workplace(tmp_path, MONDAY, ("syt",)) as workplace:
        workplace.rules = dataclasses.replace(
            workplace.rules, summary_to=("lanhdao@ubnd.example",), approval=HOLDING
        )
        write_summary(workplace, workplace.office.cycle(CYCLE))
        yield workplace


def draft(workplace: Workplace) -> SummaryDraft:
    [found] = approving.drafts_waiting(workplace.engine)
    return found


def approve(shown: SummaryDraft, answer: ApprovalAnswer, by: str, note: str) -> ApproveSummary:
    """What is decided of the draft that was shown."""
    return ApproveSummary(
        signed=Signature(by, note), letter=shown.letter, digest=shown.digest, answer=answer
    )


def letters(workplace: Workplace, kind: LetterKind) -> list[LetterRow]:
    with workplace.engine.begin() as connection:
        return [x for x in every_letter(connection, CYCLE) if x.kind == kind]


def summary(workplace: Workplace) -> LetterRow:
    [found] = letters(workplace, LetterKind.SUMMARY)
    return found


def due(workplace: Workplace) -> list[str]:
    with workplace.engine.begin() as connection:
        return [x.kind for x in outbox.due(connection, workplace.now + 9 * DAY, 100)]


def kinds(workplace: Workplace) -> list[DecisionKind]:
    with workplace.engine.begin() as connection:
        return [d.kind for d in decisions.book(connection).decisions]


def test_a_draft_does_not_leave_and_is_written_once_a_day(workplace: Workplace) -> None:
    assert not write_summary(workplace, workplace.office.cycle(CYCLE))
    assert summary(workplace).state == LetterState.DRAFT
    assert LetterKind.SUMMARY not in due(workplace)


def test_without_approval_the_summary_leaves_unasked(workplace: Workplace) -> None:
    workplace.rules = dataclasses.replace(workplace.rules, approval=None)
    workplace.now += DAY
    write_summary(workplace, workplace.office.cycle(CYCLE))
    assert LetterKind.SUMMARY in due(workplace)


def test_what_was_approved_leaves_as_it_was_shown_and_is_not_asked_again(
    workplace: Workplace,
) -> None:
    shown, before = draft(workplace), summary(workplace)
    assert carry_out(workplace, approve(shown, ApprovalAnswer.SEND, HA, "")).new
    after = summary(workplace)

    assert (after.text, after.html) == (before.text, before.html)
    assert LetterKind.SUMMARY in due(workplace)
    assert kinds(workplace) == [DecisionKind.APPROVE_SUMMARY]
    assert not carry_out(workplace, approve(shown, ApprovalAnswer.HOLD_BACK, "Ai khác", "")).new
    again = approving.draft_of(workplace.engine, shown.letter)
    assert again is not None
    assert not again.waits
    assert kinds(workplace) == [DecisionKind.APPROVE_SUMMARY]


def test_the_note_of_whoever_approves_heads_the_letter_and_stands_in_the_record(
    workplace: Workplace,
) -> None:
    carry_out(workplace, approve(draft(workplace), ApprovalAnswer.SEND, HA, "Xem kỹ <mục 2>."))
    after = summary(workplace)

    assert after.text.startswith("Ý kiến của Nguyễn Thị Hà: Xem kỹ <mục 2>.\n\n")
    assert "Xem kỹ &lt;mục 2&gt;." in after.html
    with workplace.engine.begin() as connection:
        [decision] = decisions.book(connection).decisions
    assert "Xem kỹ <mục 2>." in decision.reason
    assert summary(workplace).business_key in decision.subject


def test_what_is_held_back_does_not_leave(workplace: Workplace) -> None:
    carry_out(
        workplace, approve(draft(workplace), ApprovalAnswer.HOLD_BACK, HA, "Số liệu chưa đủ.")
    )
    assert summary(workplace).state == LetterState.CLOSED
    assert "Số liệu chưa đủ." in summary(workplace).last_error
    assert LetterKind.SUMMARY not in due(workplace)


def test_a_draft_that_is_no_longer_the_one_shown_is_not_sent_for_it(workplace: Workplace) -> None:
    shown = draft(workplace)
    with workplace.engine.begin() as connection:
        kind = outbox.LETTER.c.kind == LetterKind.SUMMARY
        connection.execute(outbox.LETTER.update().where(kind).values(text="khác"))
    with pytest.raises(DecisionRefused, match="đã thay đổi"):
        carry_out(workplace, approve(shown, ApprovalAnswer.SEND, HA, ""))
    assert kinds(workplace) == []


def test_an_approval_without_a_name_is_refused(workplace: Workplace) -> None:
    with pytest.raises(DecisionRefused, match="họ tên"):
        carry_out(workplace, approve(draft(workplace), ApprovalAnswer.SEND, " ", ""))


def test_a_newer_draft_takes_the_place_of_the_older(workplace: Workplace) -> None:
    first = draft(workplace)
    workplace.now += DAY / 4 * 5
    write_summary(workplace, workplace.office.cycle(CYCLE))

    assert draft(workplace).letter != first.letter
    assert not carry_out(workplace, approve(first, ApprovalAnswer.SEND, HA, "")).new
    assert summary_states(workplace) == [LetterState.WITHDRAWN, LetterState.DRAFT]


def summary_states(workplace: Workplace) -> list[str]:
    return [x.state for x in letters(workplace, LetterKind.SUMMARY)]


def test_half_way_those_who_decide_are_reminded_once(workplace: Workplace) -> None:
    workplace.now = MONDAY + DAY / 2 - dt.timedelta(minutes=1)
    assert approving.chase(workplace, HOLDING) == []
    workplace.now = MONDAY + DAY / 2
    assert len(approving.chase(workplace, HOLDING)) == 1
    assert approving.chase(workplace, HOLDING) == []

    [reminder] = letters(workplace, LetterKind.APPROVAL)
    assert reminder.to == ["duyet@ubnd.example"]
    said = " ".join(reminder.text.split())
    assert "09 giờ 00 phút ngày 04/02/2025" in said
    assert "thư được giữ lại, không gửi" in said


@pytest.mark.parametrize(
    ("rules", "state", "kind"),
    [
        (HOLDING, LetterState.CLOSED, DecisionKind.HOLD_SUMMARY_BACK),
        (SENDING, LetterState.QUEUED, DecisionKind.APPROVE_SUMMARY),
    ],
)
def test_unanswered_the_setting_decides_and_the_record_says_so(
    workplace: Workplace, rules: ApprovalRules, state: LetterState, kind: DecisionKind
) -> None:
    workplace.now = MONDAY + DAY
    assert len(approving.chase(workplace, rules)) == 1
    assert approving.chase(workplace, rules) == []

    assert summary(workplace).state == state
    assert kinds(workplace) == [kind]
    with workplace.engine.begin() as connection:
        [decision] = decisions.book(connection).decisions
    assert decision.by == "Theo BAOCAO_SUMMARY_UNANSWERED"


def test_the_draft_is_shown_as_text_whatever_it_holds(workplace: Workplace) -> None:
    shown = dataclasses.replace(draft(workplace), text="a\n```\n# tiêu đề giả")
    assert shown.markdown.count("````\n") == 2
