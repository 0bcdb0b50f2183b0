"""Summaries and consolidations fall due by the calendar; what was missed is caught up with once."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domain.cycle.cycles import HANOI
from models.domain.cycle.summary_schedule import (
    consolidation_due,
    summary_due,
    summary_moments,
)
from models.domain.cycle.working_calendar import WorkingCalendar
from models.domain.results.sample_letters import CYCLE

TET = {dt.date(2025, 1, d): "Tết" for d in range(25, 32)} | {dt.date(2025, 2, 1): "Tết"}
CALENDAR = WorkingCalendar(TET, {}, frozenset({2025}))
OPEN = replace(
    CYCLE,
    opens_at=dt.datetime(2025, 1, 20, 16, tzinfo=HANOI),
    due_at=dt.datetime(2025, 2, 20, tzinfo=HANOI),
    ends_on=dt.date(2025, 2, 27),
)
INSTANTS = st.integers(0, 49 * 24 * 60).map(
    lambda minutes: dt.datetime(2025, 1, 15, tzinfo=HANOI) + dt.timedelta(minutes=minutes)
)


def at(day: int, hour: int, minute: int = 0, month: int = 2) -> dt.datetime:
    return dt.datetime(2025, month, day, hour, minute, tzinfo=HANOI)


def test_weekly_then_daily_in_the_last_week_then_once_after_the_deadline() -> None:
    days = [(m.month, m.day) for m in summary_moments(OPEN, CALENDAR)]
    assert days == [
        (1, 21),  # the first working day after the opening; then Tết, a week without any
        (2, 3), (2, 10),
        (2, 13), (2, 14), (2, 17), (2, 18), (2, 19),
        (2, 20),
    ]  # fmt: skip


def test_a_week_whose_monday_is_no_working_day_has_its_summary_on_the_next_one() -> None:
    calendar = WorkingCalendar({dt.date(2025, 2, 3): "nghỉ bù"}, {}, frozenset({2025}))
    assert at(4, 7, 30) in list(summary_moments(OPEN, calendar))
    assert at(3, 7, 30) not in list(summary_moments(OPEN, calendar))


def test_after_a_deadline_within_the_day_the_last_one_comes_on_the_next_working_day() -> None:
    friday_evening = replace(OPEN, due_at=at(21, 17))
    assert list(summary_moments(friday_evening, CALENDAR))[-1] == at(24, 7, 30)


@pytest.mark.parametrize(
    ("now", "why"),
    [
        (at(20, 15, month=1), "not open yet"),
        (at(9, 10), "a Sunday"),
        (at(10, 7), "before the hour"),
        (at(10, 19), "after hours"),
        (at(28, 9), "the cycle has ended"),
    ],
)
def test_nothing_is_due(now: dt.datetime, why: str) -> None:
    assert not summary_due(OPEN, CALENDAR, [], now), why


def test_a_week_of_outage_is_caught_up_with_by_one() -> None:
    back = at(18, 14)
    assert summary_due(OPEN, CALENDAR, [at(3, 7, 35)], back)
    assert not summary_due(OPEN, CALENDAR, [at(3, 7, 35), back], back + dt.timedelta(hours=1))


@given(st.sets(INSTANTS, max_size=300))
def test_however_often_it_is_asked_no_moment_has_two_summaries(asked: set[dt.datetime]) -> None:
    written: list[dt.datetime] = []
    for now in sorted(asked):
        if summary_due(OPEN, CALENDAR, written, now):
            written.append(now)
    moments = list(summary_moments(OPEN, CALENDAR))
    assert len({sum(m <= now for m in moments) for now in written}) == len(written)


@pytest.mark.parametrize(
    ("last", "now", "due"),
    [
        (None, at(20, 18, month=1), False),  # opened at four: nothing until the night
        (None, at(20, 21, 20, month=1), True),
        (at(18, 21, 20), at(19, 20, 20), False),
        (at(18, 21, 20), at(19, 21, 20), True),
        (at(19, 21, 20), at(20, 0, 20), True),  # the deadline
        (at(20, 0, 20), at(20, 20, 20), False),
        (at(10, 21, 20), at(19, 9), True),  # nine nights missed
        (None, at(20, 15, month=1), False),
    ],
)
def test_a_cycle_is_consolidated_each_night_and_at_the_deadline(
    last: dt.datetime | None, now: dt.datetime, due: bool
) -> None:
    assert consolidation_due(OPEN, last, now) is due
