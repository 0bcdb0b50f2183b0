"""Rows of a review that many lead together: each is judged and measured for itself."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from models.domain.answers.standing import AgencyStanding
from models.domain.reading.office import Office
from models.domain.register.targets import Judgement
from models.domain.review import TaskBucket, TaskState
from models.domain.review.member_wording import done_said, parts_said
from tests.fixtures.office_files import own_office
from tests.fixtures.rows_led_together import TOGETHER, office_of_many
from tests.fixtures.small_office import commits, missing, plans, standing
from tests.fixtures.small_review import (
    answered,
    cells,
    indicator,
    reports,
    review_made,
    task,
)

MEMBERS = ("stc", "sct", "syt")
MAY, JULY, DECEMBER = dt.date(2025, 5, 5), dt.date(2025, 7, 10), dt.date(2025, 12, 31)
DONE, DOING, NOT_YET, STOPPED = "Đã hoàn thành", "Đang thực hiện", "Chưa thực hiện", "Tạm dừng"


@pytest.fixture(scope="module")
def many() -> Office:
    return office_of_many(own_office())


def told(row: str, **said: dict) -> list[AgencyStanding]:
    """Answers of all members to one task, by column; those without any silent."""
    return [
        answered(a, cells("tasks", row, **said[a])) if a in said else missing(a) for a in MEMBERS
    ]


# --- Indicators -----------------------------------------------------------------------------------


def test_each_is_judged_for_itself_and_measured_by_what_it_or_its_forebear_promised(many):
    february = [
        standing("skhdt", commits("together", "95")),
        standing("sct", commits("together", "70")),
    ]
    november = [
        answered("stc", reports("together", "90", causes="Vốn về chậm.")),
        answered("sct", reports("together", "75")),
        answered("syt", reports("together", "80")),
    ]
    made = review_made(many, february, *november)
    one = indicator(made, "together")
    values = {v.agency: v for v in one.members.values}

    assert list(values) == list(MEMBERS)
    assert [v.judgement for v in values.values()] == [
        *(Judgement.EXCEEDED, Judgement.NOT_MET, Judgement.MET)
    ]
    assert values["sct"].distance == Decimal(-5)
    assert [v.kept for v in values.values()] == [
        *(Judgement.NOT_MET, Judgement.EXCEEDED, Judgement.UNKNOWN)
    ]
    assert values["stc"].promised.agency == "skhdt"
    assert (one.value, one.result.value, one.agency, one.commitment) == (None, None, "", None)
    assert (one.outcome, one.judgement) == (Judgement.NOT_MET, Judgement.NOT_MET)
    assert one.causes is None
    assert made.conflicts == []
    assert [one.outcome_of(a) for a in MEMBERS] == [v.judgement for v in values.values()]


@pytest.mark.parametrize(
    ("values", "outcome", "has_value"),
    [
        ({}, Judgement.UNKNOWN, False),
        ({"stc": "90"}, Judgement.UNKNOWN, True),
        ({"stc": "90", "sct": "80", "syt": "99"}, Judgement.MET, True),
        ({"stc": "90", "sct": "79", "syt": "99"}, Judgement.NOT_MET, True),
    ],
)
def test_the_headline_counts_what_all_of_them_come_to(many, values, outcome, has_value):
    november = [
        answered(a, reports("together", values[a])) if a in values else missing(a) for a in MEMBERS
    ]
    made = review_made(many, [], *november)
    one = indicator(made, "together")
    h = made.review.headline

    assert (one.outcome, one.has_value) == (outcome, has_value)
    assert h.met + h.not_met + h.awaiting + h.cannot_be_judged + h.no_data == h.indicators
    assert h.not_met == (outcome is Judgement.NOT_MET)
    if values and outcome is Judgement.UNKNOWN:
        assert one.why_not_judged == ("Chưa đủ số: 1/3 cơ quan đã có số, 1 đạt mức giao")


def test_a_person_judges_each_of_them(many):
    november = [answered(a, reports("about", "79.9")) for a in MEMBERS]
    one = indicator(review_made(many, [], *november), "about")
    questions = [found.question for found in one.asked]

    assert one.outcome is Judgement.AWAITING
    assert [q.member for q in questions] == list(MEMBERS)
    assert len({q.place for q in questions}) == len({q.code for q in questions}) == 3


# --- Tasks ----------------------------------------------------------------------------------------

LATE = {"state": DONE, "finished_on": JULY}
IN_TIME = {"state": DONE, "finished_on": MAY}
BUCKETS = [
    # said by member, the row's bucket, its state, how many have done it
    ({}, TaskBucket.UNREPORTED, TaskState.UNREPORTED, 0),
    ({"stc": IN_TIME, "sct": IN_TIME, "syt": IN_TIME}, TaskBucket.DONE_ON_TIME, TaskState.DONE, 3),
    ({"stc": IN_TIME, "sct": LATE, "syt": IN_TIME}, TaskBucket.DONE_LATE, TaskState.DONE, 3),
    # Not done while anybody is silent, and not overdue either: nobody has said that he is.
    ({"stc": IN_TIME, "syt": IN_TIME}, TaskBucket.UNREPORTED, TaskState.DONE, 2),
    (
        {"stc": IN_TIME, "sct": {"state": DOING}, "syt": LATE},
        *(TaskBucket.OVERDUE, TaskState.IN_PROGRESS, 2),
    ),
    (
        {"stc": {"state": DOING}, "sct": {"state": STOPPED}, "syt": {"state": NOT_YET}},
        *(TaskBucket.OVERDUE, TaskState.NOT_STARTED, 0),
    ),
]


@pytest.mark.parametrize(("said", "bucket", "state", "done"), BUCKETS)
def test_the_row_lies_where_the_least_advanced_of_those_who_answered_does(
    many, said, bucket, state, done
):
    made = review_made(many, [], *told("task_dated", **said))
    one = task(made, "task_dated")

    assert (one.bucket, one.state) == (bucket, state)
    none = "chưa cơ quan nào trong 3 cơ quan hoàn thành"
    assert done_said(one) == (f"{done}/3 cơ quan hoàn thành" if done else none)
    assert len(one.members_in(TaskBucket.UNREPORTED)) == 3 - len(said)
    assert one.led_by == TOGETHER
    h = made.review.headline
    assert sum(h.buckets.values()) == h.tasks


def test_only_those_for_whom_it_is_true_are_called_overdue_late_or_silent(many):
    said = {"stc": {"state": DOING}, "sct": LATE}
    made = review_made(many, [], *told("task_dated", **said))
    one = task(made, "task_dated")

    assert parts_said(one, many.register.agency_name) == (
        "1/3 cơ quan hoàn thành: quá hạn 1 (Sở Công Thương); "
        "quá hạn chưa hoàn thành: 1 (Sở Tài chính); chưa có báo cáo: 1 (Sở Y tế)"
    )
    for agency, bucket in zip(
        MEMBERS, (TaskBucket.OVERDUE, TaskBucket.DONE_LATE, TaskBucket.UNREPORTED), strict=True
    ):
        assert one.bucket_of(agency) is bucket
        counted = made.review.buckets_of(agency)
        assert counted[bucket] >= 1
    # Of a task with two leads the second's count is not touched.
    assert sum(made.review.buckets_of("syt").values()) == 2


def test_each_is_measured_by_the_day_it_had_set_itself(many):
    february = [
        standing("skhdt", plans("task_undated", MAY)),
        standing("sct", plans("task_undated", DECEMBER)),
    ]
    doing = {"state": DOING}
    made = review_made(many, february, *told("task_undated", **dict.fromkeys(MEMBERS, doing)))
    one = task(made, "task_undated")

    assert [m.bucket for m in one.members] == [
        *(TaskBucket.OVERDUE, TaskBucket.IN_PROGRESS, TaskBucket.OPEN_NO_DEADLINE)
    ]
    assert (one.bucket, one.standing.agency) == (TaskBucket.OVERDUE, "stc")


def test_the_fingerprint_tells_when_one_of_them_passes_its_day(many):
    february = [standing("sct", plans("task_undated", DECEMBER))]
    said = told("task_undated", stc={"state": NOT_YET}, sct={"state": DOING})
    days = [
        review_made(many, february, *said, now=dt.datetime(*day, 9, tzinfo=dt.UTC))
        for day in ((2025, 12, 30), (2026, 1, 2))
    ]

    assert len({made.inputs_hash for made in days}) == 2


def test_a_task_with_two_equal_leads_keeps_the_first_ones_word(many):
    said = [
        answered("sct", cells("tasks", "task_two", **IN_TIME)),
        answered("syt", cells("tasks", "task_two", state=DOING)),
    ]
    one = task(review_made(many, [], *said), "task_two")

    assert (one.bucket, one.standing.agency) == (TaskBucket.DONE_ON_TIME, "sct")
    assert (one.members, one.led_by, len(one.answers)) == ((), "sct", 2)


def test_it_is_proven_when_all_who_did_it_name_their_document(many):
    proof = {**IN_TIME, "product_number": "12/BC", "product_date": MAY}
    half = task(review_made(many, [], *told("task_dated", stc=proof, sct=IN_TIME)), "task_dated")
    whole = task(review_made(many, [], *told("task_dated", stc=proof, sct=proof)), "task_dated")

    assert (half.proven, whole.proven) == (False, True)
