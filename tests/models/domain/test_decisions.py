"""Decisions of persons: what they need to stand, and which of several holds."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest

from config.files.cycle_files import load_cycles
from models.domain.answers.decisions import (
    MOST_REASON,
    Decision,
    DecisionKind,
    DecisionRefused,
    Matter,
    Signature,
    book_of,
    decided,
    last_day_granted,
)
from models.domain.cycle.cycles import HANOI
from tests.fixtures.office_files import OFFICE_FILES

PLAN = load_cycles(OFFICE_FILES / "cycles.toml")["2025-plan"]
NOW = dt.datetime(2025, 2, 18, 9, tzinfo=HANOI)
REASON = "Sở đang sắp xếp lại tổ chức bộ máy."


def decision(kind: DecisionKind, number: int, **about: object) -> Decision:
    made = decided(kind, Signature("Nguyễn Thị Hà", REASON), NOW, Matter(cycle="2025-plan"))
    return replace(made, number=number, **about)


@pytest.mark.parametrize(
    ("by", "reason", "asks_for"),
    [
        ("", REASON, "họ tên"),
        (" A ", REASON, "họ tên"),
        ("Nguyễn Thị Hà", " ok ", "lý do"),
        ("Nguyễn Thị Hà", "\u200b" * 9, "lý do"),
        ("Nguyễn Thị Hà", "x" * (MOST_REASON + 1), "ghi gọn"),
    ],
)
def test_a_decision_without_name_or_reason_is_refused(by: str, reason: str, asks_for: str) -> None:
    with pytest.raises(DecisionRefused, match=asks_for):
        decided(DecisionKind.EXTEND_DEADLINE, Signature(by, reason), NOW)


def test_name_and_reason_are_kept_on_one_line() -> None:
    signed = Signature("  Nguyễn\nThị Hà ", f"{REASON}\r\nBcc: x")
    made = decided(DecisionKind.EXTEND_DEADLINE, signed, NOW)
    assert (made.by, made.reason) == ("Nguyễn Thị Hà", f"{REASON} Bcc: x")


def test_an_extension_ends_with_the_day_that_was_named() -> None:
    until = last_day_granted(PLAN, dt.date(2025, 2, 25), None)
    assert until == dt.datetime(2025, 2, 26, 0, tzinfo=HANOI)


@pytest.mark.parametrize("day", [dt.date(2025, 2, 19), dt.date(2024, 2, 25)])
def test_a_date_that_extends_nothing_is_refused_with_the_deadline_that_holds(day: dt.date) -> None:
    with pytest.raises(DecisionRefused, match="19/02/2025"):
        last_day_granted(PLAN, day, None)


def test_a_later_extension_may_be_shorter_and_a_day_in_time_ends_it() -> None:
    first = last_day_granted(PLAN, dt.date(2025, 2, 25), None)
    shorter = dt.datetime(2025, 2, 25, 0, tzinfo=HANOI)
    assert last_day_granted(PLAN, dt.date(2025, 2, 24), first) == shorter
    assert last_day_granted(PLAN, dt.date(2025, 2, 19), first) is None
    assert last_day_granted(PLAN, dt.date(2025, 2, 3), first) is None


@pytest.mark.parametrize(
    ("meeting_on", "latest", "says"),
    [
        (dt.date(2025, 2, 27), dt.date(2025, 2, 27), "27/02/2025 (ngày họp của kỳ)"),
        (None, dt.date(2026, 1, 31), "31/01/2026 (hết tháng 01 sau năm 2025)"),
    ],
)
def test_no_extension_goes_beyond_what_the_answers_are_for(
    meeting_on: dt.date | None, latest: dt.date, says: str
) -> None:
    cycle = replace(PLAN, meeting_on=meeting_on)
    assert last_day_granted(cycle, latest, None) is not None
    for day in (latest + dt.timedelta(days=1), dt.date(2205, 2, 26)):
        with pytest.raises(DecisionRefused, match=re.escape(says)):
            last_day_granted(cycle, day, None)


def test_the_last_extension_holds_whatever_order_they_are_read_in() -> None:
    early, late = NOW + dt.timedelta(days=3), NOW + dt.timedelta(days=5)
    book = book_of(
        [
            decision(DecisionKind.EXTEND_DEADLINE, 2, agency="syt", until=late),
            decision(DecisionKind.EXTEND_DEADLINE, 1, agency="syt", until=early),
            decision(DecisionKind.EXTEND_DEADLINE, 3, agency="sdl", until=early),
        ]
    )
    assert book.extension("2025-plan", "syt") == late
    assert book.extension("2025-plan", "sdl") == early
    assert book.extension("2025-review", "syt") is None
    ended = book_of([*book.decisions, decision(DecisionKind.END_EXTENSION, 4, agency="syt")])
    assert ended.extension("2025-plan", "syt") is None
    assert ended.extension("2025-plan", "sdl") == early


def test_an_exemption_can_be_taken_back() -> None:
    exempt = decision(DecisionKind.EXEMPT_AGENCY, 1, agency="syt")
    assert set(book_of([exempt]).exempted("2025-plan")) == {"syt"}
    oblige = decision(DecisionKind.OBLIGE_AGENCY, 2, agency="syt")
    assert book_of([exempt, oblige]).exempted("2025-plan") == {}


def test_a_cycle_is_closed_until_it_is_reopened() -> None:
    close, reopen = decision(DecisionKind.CLOSE_CYCLE, 1), decision(DecisionKind.REOPEN_CYCLE, 2)
    assert book_of([close]).closing("2025-plan") == close
    assert book_of([close, reopen]).closing("2025-plan") is None
    assert book_of([close]).closing("2025-review") is None


def test_a_message_belongs_to_the_agency_named_last_unless_it_was_rejected() -> None:
    syt = decision(DecisionKind.ASSIGN_MESSAGE, 1, agency="syt", subject="ab")
    sdl = decision(DecisionKind.ASSIGN_MESSAGE, 2, agency="sdl", subject="ab")
    reject = decision(DecisionKind.REJECT_MESSAGE, 3, subject="ab")
    assert book_of([syt, sdl]).assignment("ab") == sdl
    assert book_of([syt, sdl, reject]).assignment("ab") is None
    assert book_of([syt]).assignment("cd") is None


def test_what_cannot_be_seen_of_a_reason_stands_in_no_book() -> None:
    typed = Signature("Nguyễn\u202e Thị Hà", "Theo\x00 công văn\r\nsố\u2028 12\u200b. ")
    made = decided(DecisionKind.CLOSE_LETTER, typed, NOW)
    assert (made.by, made.reason) == ("Nguyễn Thị Hà", "Theo công văn số 12.")
