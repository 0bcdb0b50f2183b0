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
from tests.fixtures.small_workplace import CYCLE, small_workplace

MONDAY = dt.datetime(2025, 2, 3, 9, tzinfo=HANOI)
DAY = dt.timedelta(hours=24)
HOLDING = ApprovalRules(DAY, send_unanswered=False, reminded=("duyet@ubnd.example",))
SENDING = dataclasses.replace(HOLDING, send_unanswered=True)
HA = "Nguyễn Thị Hà"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Workplace]:
    with small_workplace(tmp_path, MONDAY, ("syt",)) as place:
        place.rules = dataclasses.replace(
            place.rules, summary_to=("lanhdao@ubnd.example",), approval=HOLDING
        )
        write_summary(place, place.office.cycle(CYCLE))
        yield place


def draft(place: Workplace) -> SummaryDraft:
    [found] = approving.drafts_waiting(place)
    return found


def approve(shown: SummaryDraft, answer: ApprovalAnswer, by: str, note: str) -> ApproveSummary:
    """What is decided of the draft that was shown."""
    return ApproveSummary(
        signed=Signature(by, note), letter=shown.letter, digest=shown.digest, answer=answer
    )


def letters(place: Workplace, kind: LetterKind) -> list[LetterRow]:
    with place.engine.begin() as connection:
        return [x for x in outbox.every_letter(connection, CYCLE) if x.kind == kind]


def summary(place: Workplace) -> LetterRow:
    [found] = letters(place, LetterKind.SUMMARY)
    return found


def due(place: Workplace) -> list[str]:
    with place.engine.begin() as connection:
        return [x.kind for x in outbox.due(connection, place.now + 9 * DAY, 100)]


def kinds(place: Workplace) -> list[DecisionKind]:
    with place.engine.begin() as connection:
        return [d.kind for d in decisions.book(connection).decisions]


def test_a_draft_does_not_leave_and_is_written_once_a_day(place: Workplace) -> None:
    assert not write_summary(place, place.office.cycle(CYCLE))
    assert summary(place).state == LetterState.DRAFT
    assert LetterKind.SUMMARY not in due(place)


def test_without_approval_the_summary_leaves_unasked(place: Workplace) -> None:
    place.rules = dataclasses.replace(place.rules, approval=None)
    place.now += DAY
    write_summary(place, place.office.cycle(CYCLE))
    assert LetterKind.SUMMARY in due(place)


def test_what_was_approved_leaves_as_it_was_shown_and_is_not_asked_again(place: Workplace) -> None:
    shown, before = draft(place), summary(place)
    assert carry_out(place, approve(shown, ApprovalAnswer.SEND, HA, "")).new
    after = summary(place)

    assert (after.text, after.html) == (before.text, before.html)
    assert LetterKind.SUMMARY in due(place)
    assert kinds(place) == [DecisionKind.APPROVE_SUMMARY]
    assert not carry_out(place, approve(shown, ApprovalAnswer.HOLD_BACK, "Ai khác", "")).new
    again = approving.draft_of(place, shown.letter)
    assert again is not None
    assert not again.waits
    assert kinds(place) == [DecisionKind.APPROVE_SUMMARY]


def test_the_note_of_whoever_approves_heads_the_letter_and_stands_in_the_record(
    place: Workplace,
) -> None:
    carry_out(place, approve(draft(place), ApprovalAnswer.SEND, HA, "Xem kỹ <mục 2>."))
    after = summary(place)

    assert after.text.startswith("Ý kiến của Nguyễn Thị Hà: Xem kỹ <mục 2>.\n\n")
    assert "Xem kỹ &lt;mục 2&gt;." in after.html
    with place.engine.begin() as connection:
        [decision] = decisions.book(connection).decisions
    assert "Xem kỹ <mục 2>." in decision.reason
    assert summary(place).business_key in decision.subject


def test_what_is_held_back_does_not_leave(place: Workplace) -> None:
    carry_out(place, approve(draft(place), ApprovalAnswer.HOLD_BACK, HA, "Số liệu chưa đủ."))
    assert summary(place).state == LetterState.CLOSED
    assert "Số liệu chưa đủ." in summary(place).last_error
    assert LetterKind.SUMMARY not in due(place)


def test_a_draft_that_is_no_longer_the_one_shown_is_not_sent_for_it(place: Workplace) -> None:
    shown = draft(place)
    with place.engine.begin() as connection:
        kind = outbox.LETTER.c.kind == LetterKind.SUMMARY
        connection.execute(outbox.LETTER.update().where(kind).values(text="khác"))
    with pytest.raises(DecisionRefused, match="đã thay đổi"):
        carry_out(place, approve(shown, ApprovalAnswer.SEND, HA, ""))
    assert kinds(place) == []


def test_an_approval_without_a_name_is_refused(place: Workplace) -> None:
    with pytest.raises(DecisionRefused, match="họ tên"):
        carry_out(place, approve(draft(place), ApprovalAnswer.SEND, " ", ""))


def test_a_newer_draft_takes_the_place_of_the_older(place: Workplace) -> None:
    first = draft(place)
    place.now += DAY / 4 * 5
    write_summary(place, place.office.cycle(CYCLE))

    assert draft(place).letter != first.letter
    assert not carry_out(place, approve(first, ApprovalAnswer.SEND, HA, "")).new
    assert summary_states(place) == [LetterState.WITHDRAWN, LetterState.DRAFT]


def summary_states(place: Workplace) -> list[str]:
    return [x.state for x in letters(place, LetterKind.SUMMARY)]


def test_half_way_those_who_decide_are_reminded_once(place: Workplace) -> None:
    place.now = MONDAY + DAY / 2 - dt.timedelta(minutes=1)
    assert approving.chase(place, HOLDING) == []
    place.now = MONDAY + DAY / 2
    assert len(approving.chase(place, HOLDING)) == 1
    assert approving.chase(place, HOLDING) == []

    [reminder] = letters(place, LetterKind.APPROVAL)
    assert reminder.to == ["duyet@ubnd.example"]
    said = " ".join(reminder.text.split())
    assert "09 giờ 00, ngày 04/02/2025" in said
    assert "thư được giữ lại, không gửi" in said


@pytest.mark.parametrize(
    ("rules", "state", "kind"),
    [
        (HOLDING, LetterState.CLOSED, DecisionKind.HOLD_SUMMARY_BACK),
        (SENDING, LetterState.QUEUED, DecisionKind.APPROVE_SUMMARY),
    ],
)
def test_unanswered_the_setting_decides_and_the_record_says_so(
    place: Workplace, rules: ApprovalRules, state: LetterState, kind: DecisionKind
) -> None:
    place.now = MONDAY + DAY
    assert len(approving.chase(place, rules)) == 1
    assert approving.chase(place, rules) == []

    assert summary(place).state == state
    assert kinds(place) == [kind]
    with place.engine.begin() as connection:
        [decision] = decisions.book(connection).decisions
    assert decision.by == "Theo BAOCAO_SUMMARY_UNANSWERED"


def test_the_draft_is_shown_as_text_whatever_it_holds(place: Workplace) -> None:
    shown = dataclasses.replace(draft(place), text="a\n```\n# tiêu đề giả")
    assert shown.markdown.count("````\n") == 2
