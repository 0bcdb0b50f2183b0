"""The working calendar: what counts as a working day, and arithmetic on working days."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domain.cycle.cycles import HANOI
from models.domain.cycle.working_calendar import OfficeHours, WorkingCalendar

TET_2026 = {dt.date(2026, 2, day): "Tết" for day in range(16, 21)}
SWAPPED = WorkingCalendar(
    {dt.date(2025, 5, 2): "hoán đổi"}, {dt.date(2025, 4, 26): "làm bù"}, frozenset()
)
TET = WorkingCalendar(TET_2026, {}, frozenset({2026}))

DAYS = st.dates(dt.date(2025, 1, 1), dt.date(2027, 12, 31))
CALENDARS = st.builds(
    lambda off, worked: WorkingCalendar(
        dict.fromkeys(off, "nghỉ"), dict.fromkeys(worked, "làm bù"), frozenset()
    ),
    st.sets(DAYS, max_size=30),
    st.sets(DAYS, max_size=5),
)


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> dt.datetime:
    return dt.datetime(year, month, day, hour, minute, tzinfo=HANOI)


def test_a_swapped_saturday_is_worked_and_its_friday_is_not() -> None:
    assert SWAPPED.is_working_day(dt.date(2025, 4, 26))
    assert not SWAPPED.is_working_day(dt.date(2025, 5, 2))
    assert SWAPPED.shift_working_days(dt.date(2025, 4, 25), 1) == dt.date(2025, 4, 26)


@pytest.mark.parametrize(
    ("due", "last_day"),
    [
        (at(2025, 2, 20), dt.date(2025, 2, 19)),
        (at(2026, 2, 20), dt.date(2026, 2, 13)),  # the fourth day of Tết
        (at(2025, 2, 20, 17), dt.date(2025, 2, 20)),
        (at(2025, 2, 20, 7, 30), dt.date(2025, 2, 19)),  # the office has only just opened
        (at(2025, 2, 24), dt.date(2025, 2, 21)),  # a Monday's midnight
    ],
)
def test_the_last_working_day_is_the_last_on_which_one_can_still_act(
    due: dt.datetime, last_day: dt.date
) -> None:
    assert TET.last_working_day_before(due, HANOI) == last_day
    assert TET.last_working_day_before(due.astimezone(dt.UTC), HANOI) == last_day


@given(CALENDARS, DAYS, st.integers(-40, 40).filter(bool))
def test_counting_undoes_shifting(calendar: WorkingCalendar, day: dt.date, n: int) -> None:
    shifted = calendar.shift_working_days(day, n)
    assert calendar.is_working_day(shifted)
    assert calendar.working_days_between(day, shifted) == n


@given(CALENDARS, DAYS, st.integers(1, 15), st.integers(1, 15))
def test_two_shifts_in_one_direction_are_one(
    calendar: WorkingCalendar, day: dt.date, first: int, second: int
) -> None:
    twice = calendar.shift_working_days(calendar.shift_working_days(day, first), second)
    assert twice == calendar.shift_working_days(day, first + second)


def test_shifting_by_nothing_stays_on_a_working_day_and_steps_back_from_a_holiday() -> None:
    assert TET.shift_working_days(dt.date(2026, 2, 13), 0) == dt.date(2026, 2, 13)
    assert TET.shift_working_days(dt.date(2026, 2, 18), 0) == dt.date(2026, 2, 13)


def test_office_hours_are_the_calendars_own() -> None:
    short = WorkingCalendar({}, {}, frozenset(), OfficeHours(dt.time(9), dt.time(11)))
    assert not short.is_working_time(at(2025, 2, 19, 8))
    assert short.is_working_time(at(2025, 2, 19, 9))
    assert not short.is_working_time(at(2025, 2, 19, 11))


def test_an_office_that_closes_before_it_opens_is_refused() -> None:
    with pytest.raises(ValueError, match="office hours"):
        OfficeHours(dt.time(17), dt.time(8))


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        TET.is_working_time(dt.datetime(2025, 2, 19, 9))  # noqa: DTZ001
