"""The laws of a review's judgement: buckets, distances, pace, shares."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domain.register.catalogue import PERIODS
from models.domain.register.targets import Direction, Judgement, Target, TargetKind
from models.domain.register.targets_in_force import TargetInForce
from models.domain.register.territories import Territory
from models.domain.review.buckets import (
    Finish,
    bucket_of,
    days_late,
    deadline_of,
    finish_of,
)
from models.domain.review.judging import NO_VALUE, verdict_on
from models.domain.review.pace import (
    last_period_passed,
    next_promised,
    pace_between,
    pace_of,
    period_end,
)
from models.domain.review.shares import share_pct
from models.domain.review.states import DeadlineSource, Pace, TaskBucket, TaskState
from models.domain.review.wording import (
    BUCKET_NAMES,
    COMMITMENT_NAMES,
    DONE_BUCKET_NAMES,
    OUTCOME_NAMES,
    STATE_NAMES,
    state_of,
)
from tests.fixtures.printed_cells import parse_target

DAYS = st.dates(dt.date(2025, 1, 1), dt.date(2026, 6, 30))
NUMBERS = st.decimals(-10_000, 10_000, allow_nan=False, places=2)
WAYS = st.sampled_from([Direction.HIGHER, Direction.LOWER])
DUE = dt.date(2025, 6, 30)
TODAY = dt.date(2025, 11, 20)


def in_force(target: Target, printed: str = "") -> TargetInForce:
    return TargetInForce(target, printed, Territory.EAST, "Chỉ thị", False, dt.date(2025, 1, 20))


# --- Tasks ----------------------------------------------------------------------------------------


@given(st.sampled_from(TaskState), st.none() | DAYS, st.none() | DAYS, DAYS)
def test_every_task_lies_in_one_bucket_that_agrees_with_its_state(state, due, finished, today):
    bucket = bucket_of(state, due, finished, today)

    assert bucket.is_done is (state is TaskState.DONE)
    assert (bucket is TaskBucket.UNREPORTED) is (state is TaskState.UNREPORTED)
    if state is not TaskState.UNREPORTED:
        no_deadline = (TaskBucket.DONE_NO_DEADLINE, TaskBucket.OPEN_NO_DEADLINE)
        assert (bucket in no_deadline) is (due is None)


@given(DAYS, DAYS, st.integers(0, 400))
def test_an_earlier_finish_is_never_judged_worse(due, finished, days):
    earlier = finished - dt.timedelta(days)

    if bucket_of(TaskState.DONE, due, finished, TODAY) is TaskBucket.DONE_ON_TIME:
        assert bucket_of(TaskState.DONE, due, earlier, TODAY) is TaskBucket.DONE_ON_TIME


@pytest.mark.parametrize(
    ("finished", "bucket"),
    [
        (dt.date(2025, 6, 29), TaskBucket.DONE_ON_TIME),
        (dt.date(2025, 6, 30), TaskBucket.DONE_ON_TIME),
        (dt.date(2025, 7, 1), TaskBucket.DONE_LATE),
        (None, TaskBucket.DONE_LATE),
    ],
)
def test_a_task_done_on_the_day_itself_is_in_time_and_one_without_a_day_is_not(finished, bucket):
    assert bucket_of(TaskState.DONE, DUE, finished, TODAY) is bucket


@pytest.mark.parametrize(
    ("today", "bucket"), [(DUE, TaskBucket.IN_PROGRESS), (TODAY, TaskBucket.OVERDUE)]
)
@pytest.mark.parametrize(
    "state", [TaskState.IN_PROGRESS, TaskState.NOT_STARTED, TaskState.SUSPENDED]
)
def test_an_open_task_is_overdue_from_the_day_after_its_deadline_on(state, today, bucket):
    assert bucket_of(state, DUE, None, today) is bucket


@pytest.mark.parametrize("state", list(TaskState))
@pytest.mark.parametrize("due", [None, DUE, TODAY + dt.timedelta(days=1)])
def test_no_buckets_name_says_of_a_task_that_it_is_being_done_when_it_may_not_be(state, due):
    """Work not begun or suspended lies in the same buckets as work that is under way."""
    name = BUCKET_NAMES[bucket_of(state, due, None, TODAY)]

    said = [s for s in TaskState if s and s is not TaskState.DONE and STATE_NAMES[s] in name]
    assert not said, name


def test_the_directives_deadline_comes_before_the_agencys_own():
    own = dt.date(2025, 12, 1)

    assert deadline_of(DUE, own).day == DUE
    assert deadline_of(None, own).source is DeadlineSource.OWN_PLAN
    assert deadline_of(None, None).source is DeadlineSource.NONE


def test_a_done_task_without_a_day_was_done_by_the_day_of_its_document_or_of_the_report():
    reported = dt.date(2025, 11, 14)

    assert finish_of(TaskState.DONE, None, DUE, reported) == Finish(DUE)
    assert finish_of(TaskState.DONE, None, None, reported) == Finish(reported, known=False)
    assert finish_of(TaskState.IN_PROGRESS, DUE, DUE, reported) == Finish(None)


def test_lateness_is_counted_only_for_tasks_done_on_a_known_day():
    late = Finish(dt.date(2025, 7, 10))

    assert days_late(TaskBucket.DONE_LATE, DUE, late) == 10
    assert days_late(TaskBucket.DONE_LATE, DUE, Finish(TODAY, known=False)) is None
    assert days_late(TaskBucket.OVERDUE, DUE, Finish(None)) is None


def test_every_bucket_and_state_has_a_name_that_is_read_back():
    assert set(BUCKET_NAMES) == set(TaskBucket)
    assert all(BUCKET_NAMES[b].endswith(f" {name}") for b, name in DONE_BUCKET_NAMES.items())
    assert all(state_of(name) is state for state, name in STATE_NAMES.items() if state)


def test_a_broken_promise_is_never_called_lower_since_low_may_be_good():
    assert COMMITMENT_NAMES[Judgement.NOT_MET] == "Chưa đạt cam kết"
    assert not any("hấp hơn" in name for name in (COMMITMENT_NAMES | OUTCOME_NAMES).values())


# --- Values ---------------------------------------------------------------------------------------


@given(NUMBERS, NUMBERS)
def test_a_measure_that_is_better_low_is_judged_as_the_mirrored_one(value, number):
    high = verdict_on(
        value, in_force(Target(TargetKind.VALUE, number)), Direction.HIGHER, Territory.EAST
    )
    low = verdict_on(
        -value, in_force(Target(TargetKind.VALUE, -number)), Direction.LOWER, Territory.EAST
    )

    assert (high.judgement, high.distance) == (low.judgement, low.distance)


@given(NUMBERS, NUMBERS, WAYS)
def test_the_distance_is_negative_exactly_where_the_target_is_missed(value, number, way):
    verdict = verdict_on(value, in_force(Target(TargetKind.VALUE, number)), way, Territory.EAST)

    assert (verdict.distance < 0) is (verdict.judgement is Judgement.NOT_MET)


@pytest.mark.parametrize(
    ("value", "judgement", "distance"),
    [
        ("50999", Judgement.NOT_MET, "-1"),
        ("51000", Judgement.FLOOR_MET, "0"),
        ("54000", Judgement.FLOOR_MET, "3000"),
        ("55000", Judgement.MET, "4000"),
        ("56000", Judgement.EXCEEDED, "5000"),
    ],
)
def test_the_stretch_is_no_duty_and_its_distance_is_measured_from_the_floor(
    value, judgement, distance
):
    target = in_force(parse_target("51.000, phấn đấu 55.000"))

    verdict = verdict_on(Decimal(value), target, Direction.HIGHER, Territory.EAST)

    assert (verdict.judgement, verdict.distance) == (judgement, Decimal(distance))


def test_what_cannot_be_judged_says_why():
    ratio = in_force(parse_target("14/15"), "14/15")

    unvalued = verdict_on(None, ratio, Direction.HIGHER, Territory.EAST)
    untargeted = verdict_on(Decimal(1), None, Direction.HIGHER, Territory.WEST)
    percent = verdict_on(Decimal(93), ratio, Direction.HIGHER, Territory.EAST)

    assert unvalued.why_not == NO_VALUE
    assert untargeted.why_not == "Văn phòng chưa có mức giao cho Hải Dương trước hợp nhất"
    assert "14/15" in percent.why_not
    assert {v.judgement for v in (unvalued, untargeted, percent)} == {Judgement.UNKNOWN}


# --- On the way -----------------------------------------------------------------------------------


@given(NUMBERS, NUMBERS)
def test_pace_is_mirrored_for_a_measure_that_is_better_low(actual, promised):
    assert pace_of(actual, promised, Direction.HIGHER) is pace_of(
        -actual, -promised, Direction.LOWER
    )


@given(NUMBERS, NUMBERS, NUMBERS, WAYS)
def test_between_two_milestones_it_is_never_ahead_of_what_it_is_behind(value, due, following, way):
    pace = pace_between(value, due, following, way)

    if pace_of(value, due, way) is Pace.BEHIND:
        assert pace is Pace.BEHIND
    if pace is Pace.AHEAD:
        assert pace_of(value, following, way) is not Pace.BEHIND


def test_between_two_milestones_a_value_is_on_track():
    due, following = Decimal(70), Decimal(100)

    def pace(value: int) -> Pace:
        return pace_between(Decimal(value), due, following, Direction.HIGHER)

    assert [pace(v) for v in (69, 70, 85, 100, 101)] == [
        *(Pace.BEHIND, Pace.ON_TRACK, Pace.ON_TRACK, Pace.AHEAD, Pace.AHEAD),
    ]


def test_the_rule_of_the_pace_is_the_one_the_workbook_states():
    """Each clause of the note under the title of «Tiến độ trong năm», as it is applied."""
    higher = Direction.HIGHER

    def pace(value: int, due: int, following: int | None) -> Pace:
        later = None if following is None else Decimal(following)
        return pace_between(Decimal(value), Decimal(due), later, higher)

    same = [pace(v, 100, 100) for v in (99, 100, 101)]
    assert same == [Pace.BEHIND, Pace.ON_TRACK, Pace.AHEAD]
    last = [pace(v, 100, None) for v in (99, 100, 101)]
    falling = [pace(v, 100, 95) for v in (99, 100, 101)]
    assert last == falling == [Pace.BEHIND, Pace.ON_TRACK, Pace.ON_TRACK]


def test_without_a_direction_or_a_promise_there_is_no_pace():
    assert pace_of(Decimal(1), Decimal(1), Direction.NONE) is Pace.UNKNOWN
    assert pace_of(Decimal(1), None, Direction.HIGHER) is Pace.UNKNOWN


@given(DAYS)
def test_the_last_period_passed_has_ended_and_the_next_has_not(day):
    period = last_period_passed(day, 2025)
    ended = [p for p in PERIODS if period_end(p, 2025) <= day]

    assert ended == list(PERIODS[: PERIODS.index(period) + 1] if period else ())


def test_the_next_promise_skips_periods_without_one():
    assert next_promised("quy_1", {"9_thang": Decimal(7)}) == "9_thang"
    assert next_promised("ca_nam", {"ca_nam": Decimal(7)}) == ""


# --- Money ----------------------------------------------------------------------------------------


@given(st.decimals(0, 10**9, places=0), st.decimals(1, 10**9, places=0))
def test_a_share_is_the_amount_to_half_a_tenth_of_a_percent(amount, plan):
    share = share_pct(amount, plan)

    assert abs(share - amount * 100 / plan) <= Decimal("0.05")


def test_nothing_is_a_share_of_nothing():
    assert share_pct(Decimal(5), Decimal(0)) is None
    assert share_pct(None, Decimal(5)) is None
    assert share_pct(Decimal(0), Decimal(5)) == 0
