"""Withdrawn versions: what counts of what was recorded, what was written from the rest."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import pytest

from models.domain.answers.decisions import (
    Decision,
    DecisionBook,
    DecisionKind,
    DecisionRefused,
    Matter,
    Signature,
    assigned_subject,
    book_of,
    decided,
    version_subject,
)
from models.domain.answers.standing import SubmissionRecord
from models.domain.answers.withdrawals import (
    in_force,
    is_stale,
    judged_after,
    last_change,
    why_superseded,
    withdrawn_in,
)
from models.domain.cycle.cycles import HANOI
from models.domain.deeds.version_deeds import VersionAtHand, WithdrawVersion
from models.domain.letters.letters import business_key
from models.domain.mail.mail import LetterKind, MessageState
from models.domain.reading.submissions import Verdict
from models.domain.register.agencies import Agency, AgencyKind

CYCLE, LATER = "2025-plan", "2025-review"
HA = Signature("Nguyễn Thị Hà", "Ghi nhầm cơ quan.")
NOON = dt.datetime(2025, 2, 10, 12, tzinfo=HANOI)
HOUR = dt.timedelta(hours=1)
HEALTH = Agency("syt", "Sở Y tế", AgencyKind.DEPARTMENT)
WITHDRAW, REINSTATE = DecisionKind.WITHDRAW_VERSION, DecisionKind.REINSTATE_VERSION


def version(
    number: int, *, message: str = "", file: str = "", agency: str = "syt", after: int = 0
) -> SubmissionRecord:
    """The n-th version, by default of a message and a file of its own, an hour after another."""
    moment = NOON + (after or number) * HOUR
    return SubmissionRecord(
        *(number, agency, number, moment, Verdict.ACCEPTED, f"KH-2025/000{number}", "k.xlsx"),
        *(file or str(number) * 64, message or f"m{number}", moment),
    )


def book(*about: tuple[DecisionKind, int] | Decision, hours: int = 9) -> DecisionBook:
    """Withdrawals and reinstatements of versions by number, all decided at one moment."""
    taken = [
        one
        if isinstance(one, Decision)
        else decided(
            *(one[0], HA, NOON + hours * HOUR),
            Matter(CYCLE, "syt", version_subject(f"m{one[1]}", one[1])),
        )
        for one in about
    ]
    return book_of(replace(d, number=n) for n, d in enumerate(taken, 1))


def numbers(versions: list[SubmissionRecord]) -> list[int]:
    return [v.version for v in versions]


# What counts


def test_a_withdrawn_version_counts_no_more_and_a_reinstated_one_does() -> None:
    three = [version(1), version(2), version(3)]
    assert numbers(in_force(CYCLE, three, book((WITHDRAW, 2)))) == [1, 3]
    assert numbers(in_force(CYCLE, three, book((WITHDRAW, 2), (REINSTATE, 2)))) == [1, 2, 3]
    assert numbers(in_force(LATER, three, book((WITHDRAW, 2)))) == [1, 2, 3]
    assert numbers(in_force(CYCLE, three, DecisionBook())) == [1, 2, 3]


def test_it_is_one_agencys_version_that_is_withdrawn_whatever_others_bear_its_number() -> None:
    both = [version(1), version(1, agency="sdl")]
    assert [v.agency for v in in_force(CYCLE, both, book((WITHDRAW, 1)))] == ["sdl"]


def test_what_was_judged_anew_takes_the_place_of_what_it_was_and_never_gives_it_back() -> None:
    anew = version(3, message="m2", file="2" * 64, after=2)
    four = [version(1), version(2), anew]
    assert numbers(in_force(CYCLE, four, book((WITHDRAW, 1)))) == [3]
    gone = decided(WITHDRAW, HA, NOON, Matter(CYCLE, "syt", version_subject("m2", 3)))
    assert in_force(CYCLE, four, book((WITHDRAW, 1), gone)) == []
    # Another file of the same message is another version.
    other = version(3, message="m2", file="f" * 64)
    assert numbers(in_force(CYCLE, [version(2), other], DecisionBook())) == [2, 3]


def test_only_later_versions_recorded_before_the_decision_are_stale() -> None:
    decisions = book((WITHDRAW, 2), hours=4)
    found = [version(1), version(3), version(5, after=5), version(3, agency="sdl")]
    assert [is_stale(CYCLE, v, decisions) for v in found] == [False, True, False, False]


def test_a_message_is_held_against_what_would_have_been_judged_before_it() -> None:
    # The second and third were judged beside the first; the second's message is at work again.
    decisions = book((WITHDRAW, 1), hours=4)
    left = [version(2), version(3)]
    assert numbers(judged_after(CYCLE, left, decisions, left[0].received_at)) == []
    anew = replace(version(4, message="m2", file="2" * 64, after=2), decided_at=NOON + 5 * HOUR)
    both = [anew, version(3)]
    assert numbers(judged_after(CYCLE, both, decisions, version(3).received_at)) == [4]
    # Whatever comes new is held against all of them.
    assert numbers(judged_after(CYCLE, both, decisions, NOON + 8 * HOUR)) == [4, 3]


# Whose a message is


def test_an_assignment_ends_with_the_version_that_came_of_it_and_comes_back_with_it() -> None:
    given = decided(
        DecisionKind.ASSIGN_MESSAGE, HA, NOON, Matter(CYCLE, "syt", assigned_subject("m1"))
    )
    assert book(given).assignment("m1") is not None
    assert book(given, (WITHDRAW, 1)).assignment("m1") is None
    assert book(given, (WITHDRAW, 1), (REINSTATE, 1)).assignment("m1") is not None
    assert book(given, (WITHDRAW, 2)).assignment("m1") is not None
    # Another agency's version of the same message is no matter of this assignment.
    other = replace(given, agency="sdl")
    assert book(other, (WITHDRAW, 1)).assignment("m1") is not None
    again = book(given, (WITHDRAW, 1), replace(given, agency="sdl")).assignment("m1")
    assert again is not None and again.agency == "sdl"


# What was written from it


@dataclass
class Letter:
    kind: str
    business_key: str
    created_at: dt.datetime = NOON
    cycle: str = CYCLE
    agency: str = "syt"


def letter(kind: LetterKind, *parts: str | int, **about: object) -> Letter:
    return replace(Letter(kind, business_key(CYCLE, "syt", kind, *parts)), **about)


def test_a_verdict_on_a_withdrawn_version_does_not_leave_any_more() -> None:
    gone = book((WITHDRAW, 2))
    assert "phiên bản 2 đã rút lại, quyết định số 1" in why_superseded(
        letter(LetterKind.VERDICT, 2), "", gone
    )
    assert not why_superseded(letter(LetterKind.VERDICT, 1), "", gone)
    assert not why_superseded(letter(LetterKind.VERDICT, 2, agency="sdl"), "", gone)
    back = book((WITHDRAW, 2), (REINSTATE, 2))
    assert not why_superseded(letter(LetterKind.VERDICT, 2), "", back)


@pytest.mark.parametrize("kind", [LetterKind.SUMMARY, LetterKind.PREVIEW])
def test_what_shows_figures_of_before_does_not_leave_in_either_cycle(kind: LetterKind) -> None:
    gone = book((WITHDRAW, 1), hours=2)
    assert why_superseded(letter(kind, "x"), "", gone)
    assert why_superseded(letter(kind, "x", cycle=LATER), CYCLE, gone)
    assert not why_superseded(letter(kind, "x", cycle=LATER), "", gone)
    assert not why_superseded(letter(kind, "x", created_at=NOON + 3 * HOUR), "", gone)
    # What a reinstated version is missing from is as untrue.
    assert why_superseded(letter(kind, "x"), "", book((WITHDRAW, 1), (REINSTATE, 1)))


def test_other_letters_leave_as_they_are() -> None:
    gone = book((WITHDRAW, 1))
    for kind in (LetterKind.RECEIPT, LetterKind.GUIDANCE, LetterKind.WITHDRAWAL):
        assert not why_superseded(letter(kind, 1), "", gone)


def test_a_workbook_made_after_a_withdrawal_is_known_by_the_decision() -> None:
    assert last_change(DecisionBook(), [CYCLE]) == 0
    twice = book((WITHDRAW, 1), (REINSTATE, 1))
    assert (last_change(twice, [CYCLE]), last_change(twice, [LATER])) == (2, 0)
    assert withdrawn_in(CYCLE, twice) == []


# The deed


def at_hand(record: SubmissionRecord, state: MessageState, *others: SubmissionRecord):
    return VersionAtHand(CYCLE, HEALTH, record, state, (record, *others))


def deed(*, withdrawn: bool = True) -> WithdrawVersion:
    return WithdrawVersion(receipt=" kh-2025/0001 ", withdrawn=withdrawn, signed=HA)


def test_a_withdrawal_names_agency_version_and_message_and_holds_once_given() -> None:
    assert deed().number == "KH-2025/0001"
    found = at_hand(version(1), MessageState.ACCEPTED)
    weighed = deed().weigh(found, DecisionBook(), NOON)
    assert weighed.decision is not None
    about = weighed.decision
    assert (about.cycle, about.agency, about.version, about.message) == (CYCLE, "syt", 1, "m1")
    again = deed().weigh(found, book((WITHDRAW, 1)), NOON)
    assert again.decision is None and "đã rút lại theo quyết định số 1" in again.sentence
    assert deed(withdrawn=False).weigh(found, DecisionBook(), NOON).decision is None


def test_a_closed_cycle_stands_still() -> None:
    closed = book(decided(DecisionKind.CLOSE_CYCLE, HA, NOON, Matter(CYCLE)))
    with pytest.raises(DecisionRefused, match="mở lại kỳ"):
        deed().weigh(at_hand(version(1), MessageState.ACCEPTED), closed, NOON)


def test_a_version_that_was_judged_anew_is_decided_on_by_its_new_number() -> None:
    anew = version(3, message="m1", file="1" * 64)
    with pytest.raises(DecisionRefused, match="KH-2025/0003"):
        deed().weigh(at_hand(version(1), MessageState.ACCEPTED, anew), DecisionBook(), NOON)


@pytest.mark.parametrize("state", [MessageState.ACCEPTED, MessageState.REJECTED])
def test_a_version_comes_back_only_while_nothing_else_has_become_of_its_message(
    state: MessageState,
) -> None:
    gone = book((WITHDRAW, 1))
    with pytest.raises(DecisionRefused, match="đã được quyết định khác"):
        deed(withdrawn=False).weigh(at_hand(version(1), state), gone, NOON)
    held = at_hand(version(1), MessageState.HELD)
    assert deed(withdrawn=False).weigh(held, gone, NOON).decision is not None


def test_a_number_that_nobody_or_several_have_is_refused() -> None:
    class Numbered:
        cycle, agency = CYCLE, "syt"

    one = Numbered()
    assert deed().version_named([one]) is one
    for found in ([], [one, one]):
        with pytest.raises(DecisionRefused, match="KH-2025/0001"):
            deed().version_named(found)
