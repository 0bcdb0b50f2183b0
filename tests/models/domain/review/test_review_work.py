"""What a review says of work: tasks and actions by their buckets, projects by their plans."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.domain.results.report_projects import project_places, project_row
from models.domain.results.report_text import Citations, ReportNames
from models.domain.results.report_work import task_row, tasks_overview
from models.domain.review import (
    DeadlineSource,
    TaskBucket,
)
from models.domain.review.reported_days import HeardDays, ReportedDays
from models.domain.review.wording import BUCKET_NAMES
from tests.fixtures.small_office import missing, plans, standing
from tests.fixtures.small_review import (
    action,
    answered,
    cells,
    reports,
    review_made,
    reviewed,
    task,
    version,
)

OCTOBER = dt.date(2025, 10, 31)
JUNE, DECEMBER = dt.date(2025, 6, 30), dt.date(2025, 12, 31)
DONE = "Đã hoàn thành"


# --- Tasks ----------------------------------------------------------------------------------------


def test_a_task_of_the_directive_is_measured_by_the_directives_day(office):
    february = standing("skhdt", plans("task_a", dt.date(2025, 5, 1)))
    late = cells("tasks", "task_a", state=DONE, finished_on=dt.date(2025, 7, 10))

    done = task(review_made(office, [february], answered("stc", late)), "task_a")

    assert (done.bucket, done.deadline_source) == (TaskBucket.DONE_LATE, DeadlineSource.DIRECTIVE)
    assert done.doing.days_late == 10
    assert not done.proven


def test_a_deadline_that_passed_after_the_last_report_is_not_overdue_before_somebody_says_so(
    office,
):
    in_time = version(
        "stc",
        cells("tasks", "task_a", state="Đang thực hiện"),
        day=dt.date(2025, 6, 30),
    )
    again = version("stc", cells("tasks", "task_a", state="Đang thực hiện"), 2)

    silent = review_made(office, [], reviewed("stc", in_time)).review
    told = review_made(office, [], reviewed("stc", in_time, again)).review

    assert silent.task("task_a").bucket is TaskBucket.UNHEARD
    assert told.task("task_a").bucket is TaskBucket.OVERDUE
    assert silent.task("task_a").doing.reported_at == in_time.received_at
    june = HeardDays(dt.date(2025, 6, 30), dt.date(2025, 6, 30))
    assert [r.headline.tasks_unheard_since for r in (silent, told)] == [june, None]
    assert silent.headline.actions_unheard_since is None
    assert silent.headline.tasks_reported == ReportedDays(dt.date(2025, 6, 30))
    assert silent.headline.buckets[TaskBucket.UNHEARD] == 1
    assert TaskBucket.UNHEARD not in told.headline.shown_buckets


def test_a_count_is_dated_by_those_alone_whose_answers_it_counts(office):
    """An agency without a task, or with nothing but a project, does not make tasks newer."""
    june = [dt.date(2025, 6, day) for day in (10, 20, 25, 27)]
    late = cells("tasks", "task_a", state="Đang thực hiện")
    sent = [
        version("stc", [*late, *reports("budget", "110000")], day=june[0]),
        version("sct", reports("iip", "16"), day=june[1]),
        version("bqlct", action("own-1", "Nạo vét", state=DONE), day=june[2]),
    ]

    review = review_made(office, [], *(reviewed(v.agency, v) for v in sent)).review

    headline = review.headline
    assert headline.tasks_reported == ReportedDays(june[0])
    assert headline.actions_reported == ReportedDays(june[2])
    assert headline.indicators_reported == ReportedDays(june[1])
    [tasks, actions] = re.findall(
        r"đến ngày (\d\d/\d\d/\d{4})", next(tasks_overview(review, *report_words(office))).plain
    )
    assert (tasks, actions) == ("10/06/2025", "25/06/2025")


def report_words(office) -> tuple[ReportNames, Citations]:
    cycle = office.cycle("2025-review")
    names = ReportNames(office.register, office.catalogue_of(cycle), office.form_of(cycle))
    return names, Citations()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "Cơ quan chưa nêu lý do."),
        ({"obstacles": "Thiếu vốn"}, "Thiếu vốn"),
        ({"justification": "Chờ hướng dẫn"}, "Giải trình: Chờ hướng dẫn"),
    ],
)
def test_what_is_overdue_says_why_or_that_its_agency_does_not(office, given, said):
    late = cells("tasks", "task_a", state="Đang thực hiện", **given)
    [behind] = review_made(office, [], answered("stc", late)).review.tasks_in(TaskBucket.OVERDUE)

    row = task_row(behind, 1, *report_words(office))

    assert re.sub(r" \[.*\]", "", row["obstacles"].plain) == said


@pytest.mark.parametrize(
    ("name", "paper", "asked"),
    [
        ("Ban hành Quyết định quy định định mức", "4386/KH-UBND", True),
        ("Ban hành Quyết định quy định định mức", "4386/QĐ-UBND", False),
        ("Trình HĐND thành phố ban hành Nghị quyết về phí", "12/TTr-UBND", False),
        ("Trình HĐND thành phố ban hành Nghị quyết về phí", "12/QĐ-UBND", True),
        ("Triển khai Nghị quyết số 169/2024/QH15", "573/KH-UBND", False),
        ("Xây dựng Kế hoạch thực hiện Đề án", "573/KH-UBND", False),
        ("Xây dựng Kế hoạch thực hiện Đề án", "573/QĐ-UBND", False),  # by which it is issued
        ("Xây dựng Kế hoạch thực hiện Đề án", "573/TTr-BCH", False),  # by which it is submitted
        ("Xây dựng Kế hoạch thực hiện Đề án", "573/BC-BCH", True),
        ("Xây dựng và triển khai Kế hoạch Hội nhập quốc tế", "9/NQ-HĐND", True),
        ("Ban hành chương trình/kế hoạch triển khai", "60/CTr-UBND", False),
        ("Ban hành chương trình/kế hoạch triển khai", "60/KH-UBND", False),
        ("Ban hành chương trình/kế hoạch triển khai", "60/BC-SKHCN", True),
        # A paper that stands in another's name, or behind other words, is none to issue.
        ("Hoàn thiện Đề án xây dựng Kế hoạch ứng phó sự cố", "60/TTr-STNMT", False),
        ("Hoàn thành Hồ sơ xây dựng Nghị quyết mới", "60/TTr-STC", False),
        ("Triển khai các cuộc thanh tra theo kế hoạch", "60/KL-TTr", False),
        ("Trình HĐND thành phố ban hành quy định về phí", "60/QĐ-UBND", False),
        # What tells no kind speaks neither for nor against.
        ("Ban hành Quyết định quy định định mức", "Công văn số 4386", False),
        ("Ban hành Quyết định quy định định mức", "4386/KH-UBND; 12/2025/QĐ-UBND", False),
    ],
)
def test_a_proof_of_another_kind_than_what_was_to_be_issued_is_asked_about(
    office, name, paper, asked
):
    done = cells(
        *("tasks", "task_a"),
        state=DONE,
        finished_on=JUNE,
        product_number=paper,
        product_date=JUNE,
    )
    review = review_made(office, [], answered("stc", done)).review
    tasks = [
        dataclasses.replace(t, row=dataclasses.replace(t.row, name=name)) for t in review.tasks
    ]

    notes = tasks_overview(dataclasses.replace(review, tasks=tasks), *report_words(office))

    said = [note.plain for note in notes if "khác loại" in note.plain]
    assert bool(said) is asked
    assert all(paper in note for note in said)


def test_a_task_without_a_day_of_its_own_is_measured_by_februarys_plan_and_not_by_a_moved_one(
    office,
):
    february = standing("sct", plans("task_b", dt.date(2025, 6, 30)))
    moved = cells(
        "tasks", "task_b", state="Đang thực hiện", five_deadline=dt.date(2025, 12, 31), percent=60
    )

    open_task = task(review_made(office, [february], answered("sct", moved)), "task_b")

    assert open_task.bucket is TaskBucket.OVERDUE
    assert open_task.deadline_source is DeadlineSource.OWN_PLAN
    assert open_task.doing.deadline_figure.reference.startswith("K-")
    assert open_task.doing.moved_deadline.date == dt.date(2025, 12, 31)
    assert open_task.percent.number == 60


def test_a_task_that_february_gave_no_day_has_no_deadline_whatever_november_says(office):
    said = cells(
        "tasks",
        "task_b",
        state=DONE,
        five_deadline=dt.date(2025, 10, 1),
        finished_on=dt.date(2025, 10, 1),
        product_number="12/QĐ-UBND",
        product_date=dt.date(2025, 10, 1),
    )

    silent = missing("sct")
    done = task(review_made(office, [silent], answered("sct", said)), "task_b")
    alone = task(review_made(office, [], answered("sct", said)), "task_b")

    assert done.bucket is TaskBucket.DONE_NO_DEADLINE
    assert done.proven
    assert alone.bucket is TaskBucket.DONE_ON_TIME  # there was no plan cycle: nobody was asked


def test_the_document_dates_a_task_whose_day_is_not_stated(office):
    said = cells("tasks", "task_a", state=DONE, product_date=dt.date(2025, 6, 30))

    done = task(review_made(office, [], answered("stc", said)), "task_a")

    assert (done.bucket, done.finished_on) == (TaskBucket.DONE_ON_TIME, dt.date(2025, 6, 30))


def test_where_the_lead_says_nothing_a_co_reporters_state_stands_in(office):
    said = cells("tasks", "task_a", state="Tạm dừng", obstacles="Thiếu vốn")

    stopped = task(review_made(office, [], answered("sct", said)), "task_a")

    assert stopped.provisional
    assert (stopped.bucket, stopped.obstacles.text) == (TaskBucket.OVERDUE, "Thiếu vốn")


def test_the_row_sent_back_as_it_was_prefilled_reports_nothing(office):
    untouched = plans("task_a", dt.date(2025, 6, 1))

    assert (
        task(review_made(office, [], answered("stc", untouched)), "task_a").bucket
        is TaskBucket.UNREPORTED
    )


@given(
    states=st.lists(
        st.sampled_from(["Đã hoàn thành", "Đang thực hiện", "Chưa thực hiện", "Tạm dừng", "lạ"]),
        min_size=2,
        max_size=2,
    ),
    days=st.lists(
        st.none() | st.dates(dt.date(2025, 1, 1), dt.date(2025, 12, 31)), min_size=2, max_size=2
    ),
)
@settings(deadline=None, max_examples=40)
def test_the_buckets_hold_every_task_once(office, states, days):
    said = []
    for code, state, day in zip(("task_a", "task_b"), states, days, strict=True):
        said += cells("tasks", code, state=state, **({"finished_on": day} if day else {}))

    made = review_made(office, [], answered("stc", said))

    headline = made.review.headline
    assert sum(headline.buckets.values()) == headline.tasks == 2
    assert sum(len(made.review.tasks_in(b)) for b in TaskBucket) == 2
    assert set(headline.buckets) == set(BUCKET_NAMES)


# --- The agencies' own actions --------------------------------------------------------------------


def test_an_action_is_known_by_its_words_under_its_successor_and_in_other_words(office):
    february = standing(
        "ubnd_an_duong",
        action("@1", "Số hóa hồ sơ hộ tịch của các xã", five_deadline=dt.date(2025, 6, 30))
        + action("@2", "Xây dựng chợ", five_deadline=dt.date(2025, 12, 31)),
    )
    said = answered(
        "phuong_an_duong",
        action("@1", "Xây dựng  chợ", state="Đang thực hiện")
        + action("@2", "Số hóa hồ sơ hộ tịch ở các xã", state=DONE, finished_on=OCTOBER)
        + action("@3", "Trồng cây", state=DONE, finished_on=OCTOBER),
    )

    actions = review_made(office, [february], said).review.actions

    assert [a.bucket for a in actions] == [
        *(TaskBucket.IN_PROGRESS, TaskBucket.DONE_LATE, TaskBucket.DONE_NO_DEADLINE),
    ]
    assert actions[1].planned.agency == "ubnd_an_duong"
    assert actions[2].planned is None


@pytest.mark.parametrize(
    ("words", "day", "planned"),
    [
        ("Trạm y tế xã Cẩm Giàng", JUNE, "Trạm y tế xã Cẩm Giàng"),
        ("TRẠM Y TẾ XÃ CẨM GIANG", DECEMBER, "Trạm y tế xã Cẩm Giang"),
        # Where the marks are lost the day tells, else nothing does.
        ("Tram y te xa Cam Giang", DECEMBER, "Trạm y tế xã Cẩm Giàng"),
        ("Tram y te xa Cam Giang", OCTOBER, None),
    ],
)
def test_an_action_goes_by_its_marks_before_its_day(office, words, day, planned):
    february = standing(
        "syt",
        action("@1", "Trạm y tế xã Cẩm Giang", five_deadline=JUNE)
        + action("@2", "Trạm y tế xã Cẩm Giàng", five_deadline=DECEMBER),
    )
    said = answered("syt", action("@1", words, five_deadline=day, state=DONE))

    (found,) = review_made(office, [february], said).review.actions

    assert (found.planned.text if found.planned else None) == planned


# --- Projects -------------------------------------------------------------------------------------


def test_money_is_a_share_of_each_plan_that_has_a_name(office):
    february = standing("sgtvt", cells("projects", "project", disbursement=5000))
    said = cells(
        "projects", "project", plan_central=4000, plan_city=6000, disbursed=3000, progress="60%"
    )
    made = review_made(office, [february], answered("sxd", said))

    [project] = made.review.projects
    assert [(b.key, b.share_pct) for b in project.baselines] == [
        ("plan_central", Decimal("75.0")),
        ("plan_city", Decimal("50.0")),
        ("own_plan", Decimal("60.0")),
    ]
    assert project.baseline("own_plan").plan.reference.startswith("K-")
    assert {b.estimate_pct for b in project.baselines} == {None}


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (dt.date(2025, 9, 30), "9_thang"),
        (dt.date(2025, 9, 29), "quy_1"),  # none was registered for six months
        (dt.date(2025, 3, 30), ""),
        (None, "9_thang"),  # by the day of the consolidation
    ],
)
def test_registered_milestones_stand_beside_the_progress(office, day, due):
    registered = {
        "milestone_q1": "Xong mặt bằng",
        "milestone_9m": "Đạt 60% khối lượng",
        "milestone_year": "Thông xe",
    }
    february = standing("sgtvt", cells("projects", "project", disbursement=5000, **registered))
    said = {"disbursed": 3000, "progress": "60%"} | ({"disbursed_as_of": day} if day else {})
    made = review_made(office, [february], answered("sxd", cells("projects", "project", **said)))

    [project] = made.review.projects
    assert {p: f.text for p, f in project.milestones.items()} == {
        "quy_1": "Xong mặt bằng",
        "9_thang": "Đạt 60% khối lượng",
        "ca_nam": "Thông xe",
    }
    assert project.due == due
    catalogue = office.catalogue_of(made.cycle)
    names = ReportNames(office.register, catalogue, office.form_of(made.cycle))
    shown = project_row(project, 1, names, Citations(), 0)["course"].plain.splitlines()
    assert shown[-2] == "Mốc cả năm: Thông xe [K-0004]"
    assert shown[-1].startswith("Tiến độ: 60% [N-")
    assert len(shown) == (3 if due else 2)


def test_all_amounts_of_a_table_of_projects_have_as_many_decimals(office) -> None:
    """What was written with a decimal that says nothing («244000,0») adds none to the others."""
    whole = cells("projects", "project", disbursed=Decimal("244000.0"), progress="60%")
    made = review_made(office, [], answered("sxd", whole))
    assert project_places(made.review.projects) == 0
    part = cells("projects", "project", disbursed=Decimal("3000.5"), progress="60%")
    made = review_made(office, [], answered("sxd", part))
    assert project_places(made.review.projects) == 1
    assert project_places([]) == 0
