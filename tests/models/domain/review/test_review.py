"""What a review says of a year: promised in February, reported in November, judged by data."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.domain.consolidation import (
    ConflictKind,
    Consolidation,
    Ruling,
    Side,
    StandsBecause,
    code_of,
    consolidate,
)
from models.domain.review import (
    DeadlineSource,
    Pace,
    ReviewIndicator,
    TaskBucket,
    TrackSource,
    ValueStatus,
)
from models.domain.review.report_text import Citations
from models.domain.review.wording import BUCKET_NAMES
from models.domain.targets import Judgement
from models.domain.territories import Territory
from tests.fixtures.small_office import GROUPS, commits, missing, plans, standing
from tests.fixtures.small_review import (
    NOW,
    answered,
    cells,
    reports,
    review_made,
    reviewed,
    version,
)

OCTOBER = dt.date(2025, 10, 31)
DONE = "Đã hoàn thành"


def indicator(made: Consolidation, code: str) -> ReviewIndicator:
    return made.review.indicator(code)


def task(made: Consolidation, code: str):
    return made.review.task(code)


# --- Values and targets ---------------------------------------------------------------------------


def test_a_value_is_judged_against_the_directive_and_against_februarys_commitment(office):
    february = standing("skhdt", commits("grdp", "12"))
    grdp = indicator(
        review_made(office, [february], answered("stc", reports("grdp", "12.2"))), "grdp"
    )

    assert (grdp.value.reference, grdp.value.number) == ("N-0001", Decimal("12.2"))
    assert (grdp.judgement, grdp.distance) == (Judgement.NOT_MET, Decimal("-0.30"))
    assert (grdp.commitment.reference, grdp.commitment.agency) == ("K-0001", "skhdt")
    assert (grdp.commitment_judgement, grdp.commitment_distance) == (
        Judgement.EXCEEDED,
        Decimal("0.2"),
    )
    assert grdp.status is ValueStatus.ESTIMATE


def test_what_one_agency_promised_stands_beside_what_its_successor_reports(office):
    made = review_made(
        office,
        [standing("cuc_thue", commits("debt", "7"))],
        answered("thue", reports("debt", "7.5")),
    )

    debt = indicator(made, "debt")
    assert (debt.agency, debt.commitment.agency) == ("thue", "cuc_thue")
    assert debt.judgement is Judgement.MET
    assert debt.commitment_judgement is Judgement.NOT_MET


def test_a_value_is_measured_by_its_own_agencys_promise_and_not_by_the_leads(office):
    plan = [
        standing("skhdt", commits("grdp", "12.5", **{"9m": "12.4"})),
        standing("cuc_thong_ke", commits("grdp", "11.9", **{"9m": "11.8"})),
    ]
    said = [
        answered("stc", reports("grdp", "12.1", to_date=Decimal("12.1"), as_of=OCTOBER)),
        answered("thong_ke", reports("grdp", "11.9", to_date=Decimal("11.9"), as_of=OCTOBER)),
    ]
    conflict = next(
        c for c in review_made(office, plan, *said).conflicts if c.kind is ConflictKind.REPORTERS
    )
    rulings = {code_of(conflict): Ruling(Side.RIGHT, "Bà Lan", "Số đã công bố")}

    led, ruled = (
        indicator(review_made(office, plan, *said, rulings=r), "grdp") for r in (None, rulings)
    )

    assert (led.commitment.agency, led.commitment.number) == ("skhdt", Decimal("12.5"))
    assert led.commitment_judgement is Judgement.NOT_MET
    assert (ruled.agency, ruled.commitment.agency) == ("thong_ke", "cuc_thong_ke")
    assert ruled.commitment_judgement is Judgement.MET
    assert {p.promise.agency for p in ruled.track if p.source is TrackSource.MILESTONE} == {
        "cuc_thong_ke"
    }
    assert not any(one.other_agency(one.commitment) for one in (led, ruled))


def test_only_where_its_agency_promised_nothing_anothers_promise_counts_and_is_named(office):
    grdp = indicator(
        review_made(
            office,
            [standing("skhdt", commits("grdp", "12.5"))],
            answered("thong_ke", reports("grdp", "11.9")),
        ),
        "grdp",
    )

    assert grdp.other_agency(grdp.commitment) == "skhdt"
    assert grdp.commitment_judgement is Judgement.NOT_MET


def test_each_territory_is_judged_against_the_target_in_force_there(office):
    grdp = indicator(
        review_made(
            office,
            [],
            answered(
                "stc",
                reports(
                    "grdp",
                    "12.5",
                    estimate_west=Decimal("10.9"),
                    estimate_whole=Decimal("11.81"),
                ),
            ),
        ),
        "grdp",
    )

    assert {t: r.judgement for t, r in grdp.territories.items()} == {
        Territory.EAST: Judgement.MET,
        Territory.WEST: Judgement.UNKNOWN,
        Territory.WHOLE: Judgement.NOT_MET,
    }
    whole = grdp.territories[Territory.WHOLE]
    assert (whole.target.printed, whole.distance) == ("12,35", Decimal("-0.54"))
    assert grdp.territories[Territory.WEST].why_not_judged == (
        "Không có chỉ tiêu cho Hải Dương trước hợp nhất"
    )


def test_where_only_the_whole_city_can_be_told_its_own_target_decides_and_the_east_says_why(office):
    made = review_made(office, [], answered("stc", reports("grdp", estimate_whole=Decimal("12.4"))))

    grdp = indicator(made, "grdp")
    assert grdp.value is None
    assert grdp.judgement is Judgement.UNKNOWN
    assert grdp.why_not_judged
    assert grdp.outcome is Judgement.EXCEEDED
    assert grdp.status is ValueStatus.ESTIMATE
    assert made.review.headline.no_data == 5


def test_an_indicator_nobody_reported_has_no_data_and_no_judgement(office):
    made = review_made(office, [])

    assert indicator(made, "iip").outcome is Judgement.UNKNOWN
    assert not indicator(made, "iip").has_value
    assert made.review.headline.no_data == made.review.headline.indicators == 6


def test_the_targets_own_words_say_that_it_was_met_and_not_by_how_much(office):
    [estimate, status] = reports("debt", "8")
    copied = dataclasses.replace(estimate, raw="< 8")

    debt = indicator(review_made(office, [], answered("thue", [copied, status])), "debt")

    assert (debt.judgement, debt.distance) == (Judgement.MET, None)


def test_a_promise_with_a_sign_is_shown_as_written_and_judged_by_its_bound(office):
    [promised] = commits("debt", "8")
    restated = dataclasses.replace(promised, raw="<8")

    def debt(value: str) -> ReviewIndicator:
        said = answered("thue", reports("debt", value))
        return indicator(review_made(office, [standing("cuc_thue", [restated])], said), "debt")

    assert Citations().stacked(debt("7").commitment).plain == "<8\n[K-0001]"
    assert Citations().value(debt("7").commitment, "%").plain == "<8 [K-0001]"
    assert [debt(v).commitment_judgement for v in ("7", "8")] == [
        *(Judgement.MET, Judgement.NOT_MET),
    ]


def test_a_self_judgement_that_the_numbers_contradict_is_seen(office):
    said = reports("grdp", "12.2", self_judgement="Đạt")
    grdp = indicator(review_made(office, [], answered("stc", said)), "grdp")

    assert grdp.self_judgement_differs


def test_causes_come_from_the_report_that_stands_else_from_the_next_that_names_any(office):
    made = review_made(
        office,
        [],
        answered("stc", reports("grdp", "12.2")),
        answered("thong_ke", reports("grdp", "12.2", causes="Giá tăng")),
    )

    assert indicator(made, "grdp").causes.text == "Giá tăng"


# --- On the way -----------------------------------------------------------------------------------


def points(one: ReviewIndicator) -> list[tuple[str, str, str]]:
    return [(p.period, p.source.value, p.pace.value) for p in one.track]


def test_a_value_to_date_is_compared_with_the_milestone_passed_and_the_one_to_come(office):
    february = standing("stc", commits("budget", "118000", **{"6m": "55000", "9m": "85000"}))

    def budget(to_date: str, day: dt.date) -> ReviewIndicator:
        said = reports("budget", "118000", to_date=Decimal(to_date), as_of=day)
        return indicator(review_made(office, [february], answered("stc", said)), "budget")

    behind, between, ahead = (budget(v, OCTOBER) for v in ("84000", "100000", "119000"))
    exact = budget("84999", dt.date(2025, 9, 30))

    assert [b.track[1].pace for b in (behind, between, ahead, exact)] == [
        *(Pace.BEHIND, Pace.ON_TRACK, Pace.AHEAD, Pace.ON_TRACK),  # the last within the tolerance
    ]
    assert between.track[1].on == OCTOBER
    assert exact.track[1].on is None
    assert points(between) == [
        ("6_thang", "milestone", "unknown"),
        ("9_thang", "milestone", "on_track"),
        ("ca_nam", "milestone", "on_track"),
    ]


def test_the_pace_is_of_the_figures_day_until_an_official_value_speaks_for_the_year(office):
    february = standing("stc", commits("budget", "118000", **{"9m": "85000"}))

    def budget(status: str) -> ReviewIndicator:
        way = {"to_date": Decimal(100000), "as_of": OCTOBER}
        said = reports("budget", "110000", status=status, **way)
        return indicator(review_made(office, [february], answered("stc", said)), "budget")

    assert budget("Ước thực hiện").pace is Pace.ON_TRACK
    assert budget("Chính thức").pace is Pace.BEHIND


def test_a_measure_of_the_scenario_is_followed_period_by_period(office):
    february = standing("skhdt", commits("grdp", "12.5", q1="11"))
    made = review_made(
        office,
        [february],
        answered(
            "stc",
            reports("grdp", "12.2"),
            cells(
                "scenario",
                "scenario",
                actual_q1=Decimal("111.07"),
                actual_6m=Decimal("111.2"),
                estimate_year=Decimal("112.2"),
            ),
        ),
    )

    track = indicator(made, "grdp").track
    assert points(indicator(made, "grdp")) == [
        ("quy_1", "milestone", "ahead"),
        ("6_thang", "scenario", "behind"),
        ("9_thang", "scenario", "unknown"),
        ("ca_nam", "milestone", "behind"),
    ]
    assert (track[0].actual, track[0].difference) == (Decimal("11.07"), Decimal("0.07"))
    assert (track[1].promised, track[1].promise) == (Decimal("12.13"), None)
    assert track[1].source is TrackSource.SCENARIO
    assert indicator(made, "grdp").pace is Pace.BEHIND


def test_the_scenario_is_compared_with_print_and_with_februarys_update(office):
    update = cells("scenario", "scenario", updated_6m=Decimal("111"))
    made = review_made(
        office,
        [standing("skhdt", update)],
        answered("stc", cells("scenario", "scenario", actual_6m=Decimal("111.5"))),
    )

    point = made.review.scenario[0].point("6_thang")
    assert (point.difference, point.pace) == (Decimal("-0.63"), Pace.BEHIND)
    assert (point.difference_to_update, point.pace_to_update) == (Decimal("0.5"), Pace.AHEAD)
    assert point.updated.reference.startswith("K-")
    assert made.review.scenario[0].point("quy_1").pace is Pace.UNKNOWN


# --- Tasks ----------------------------------------------------------------------------------------


def test_a_task_of_the_directive_is_measured_by_the_directives_day(office):
    february = standing("skhdt", plans("task_a", dt.date(2025, 5, 1)))
    late = cells("tasks", "task_a", state=DONE, finished_on=dt.date(2025, 7, 10))

    done = task(review_made(office, [february], answered("stc", late)), "task_a")

    assert (done.bucket, done.deadline_source) == (TaskBucket.DONE_LATE, DeadlineSource.DIRECTIVE)
    assert done.doing.days_late == 10
    assert not done.proven


def test_a_deadline_that_passed_after_the_last_report_is_overdue_and_nobody_has_reported_since(
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

    assert [r.task("task_a").bucket for r in (silent, told)] == [TaskBucket.OVERDUE] * 2
    assert [r.task("task_a").doing.not_reported_since for r in (silent, told)] == [True, False]
    assert silent.task("task_a").doing.reported_at == in_time.received_at
    assert [r.headline.not_reported_since for r in (silent, told)] == [1, 0]


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


def action(key: str, work: str, **more) -> list:
    return cells("action_plan", key, group=GROUPS[0], five_work=work, **more)


def test_an_action_is_known_by_its_words_under_its_successor_and_in_other_words(office):
    february = standing(
        "ubnd_an_duong",
        action("@1", "Số hoá hồ sơ hộ tịch của các xã", five_deadline=dt.date(2025, 6, 30))
        + action("@2", "Xây dựng chợ", five_deadline=dt.date(2025, 12, 31)),
    )
    said = answered(
        "phuong_an_duong",
        action("@1", "Xây dựng  chợ", state="Đang thực hiện")
        + action("@2", "Số hoá hồ sơ hộ tịch ở các xã", state=DONE, finished_on=OCTOBER)
        + action("@3", "Trồng cây", state=DONE, finished_on=OCTOBER),
    )

    actions = review_made(office, [february], said).review.actions

    assert [a.bucket for a in actions] == [
        *(TaskBucket.IN_PROGRESS, TaskBucket.DONE_LATE, TaskBucket.DONE_NO_DEADLINE),
    ]
    assert actions[1].planned.agency == "ubnd_an_duong"
    assert actions[2].planned is None


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


# --- Conflicts ------------------------------------------------------------------------------------


def test_reporters_within_the_rows_tolerance_do_not_contradict(office):
    def conflicts(other: str):
        return review_made(
            office,
            [],
            answered("stc", reports("budget", "118000")),
            answered("thue", reports("budget", other)),
        ).conflicts

    assert not conflicts("118050")
    assert [c.kind for c in conflicts("118051")] == [ConflictKind.REPORTERS]


def test_each_territory_is_compared_by_itself_and_a_ruling_on_one_leaves_the_others(office):
    standings = [
        answered("stc", reports("grdp", "12.5", estimate_whole=Decimal(12))),
        answered("thong_ke", reports("grdp", "12.5", estimate_whole=Decimal("11.81"))),
    ]
    [conflict] = review_made(office, [], *standings).conflicts
    assert (conflict.territory, conflict.because) == (Territory.WHOLE, StandsBecause.LEAD)

    rulings = {code_of(conflict): Ruling(Side.RIGHT, "Bà Lan", "Số đã công bố")}
    ruled = review_made(office, [], *standings, rulings=rulings)

    grdp = indicator(ruled, "grdp")
    assert not ruled.conflicts[0].is_open
    assert grdp.territories[Territory.WHOLE].value.agency == "thong_ke"
    assert grdp.value.agency == "stc"


def test_a_ruling_on_the_years_value_is_void_once_the_value_changes(office):
    def standings(value: str):
        return [
            answered("stc", reports("budget", value)),
            answered("thue", reports("budget", "120000")),
        ]

    [conflict] = review_made(office, [], *standings("118000")).conflicts
    rulings = {code_of(conflict): Ruling(Side.RIGHT, "Bà Lan", "Số đã công bố")}

    held = review_made(office, [], *standings("118000"), rulings=rulings)
    changed = review_made(office, [], *standings("119000"), rulings=rulings)

    assert indicator(held, "budget").value.agency == "thue"
    assert indicator(held, "budget").judgement is Judgement.EXCEEDED
    assert indicator(changed, "budget").value.agency == "stc"
    assert changed.conflicts[0].is_open


def _growth(value: str, index: str) -> list:
    return reports("grdp", value) + cells("scenario", "scenario", estimate_year=Decimal(index))


@pytest.mark.parametrize(("index", "open_ones"), [("112.1", 0), ("112.3", 1)])
def test_a_ruling_carries_to_the_equivalent_row_where_it_is_the_same_question(
    office, index, open_ones
):
    said = [
        answered("stc", _growth("12.1", index)),
        answered("thong_ke", _growth("11.9", "111.9")),
    ]
    before = review_made(office, [], *said)
    first = next(c for c in before.conflicts if c.row.code == "grdp")
    rulings = {code_of(first): Ruling(Side.RIGHT, "Bà Lan", "Số đã công bố")}

    made = review_made(office, [], *said, rulings=rulings)

    within = [c for c in made.conflicts if c.kind is ConflictKind.REPORTERS]
    assert [c.row.code for c in within] == ["grdp", "scenario"]
    assert sum(c.is_open for c in within) == open_ones
    branch = made.review.scenario[0]
    point = branch.point("ca_nam")
    if open_ones:
        assert point.actual.agency == "stc"
        assert within[1].number in branch.disputed[point.actual.reference]
    else:
        assert point.actual.agency == "thong_ke"
        assert within[1].ruling == "Bà Lan: Số đã công bố (đã quyết định tại MT-01)"
        assert not branch.disputed
        assert len(made.conflicts) == 2  # the two rows agree now
    assert not indicator(made, "grdp").disputed or open_ones


def test_of_two_rows_of_one_measure_each_uses_its_own_value_and_both_are_marked(office):
    said = answered("sct", reports("iip", "17") + reports("iip_index", "118"))

    made = review_made(office, [], said)

    [conflict] = made.conflicts
    assert conflict.each_stands
    for code in ("iip", "iip_index"):
        one = indicator(made, code)
        assert one.disputed == {one.value.reference: ["MT-01"]}


def test_equivalent_rows_that_differ_are_a_conflict_of_the_review_too(office):
    said = answered("sct", reports("iip", "17") + reports("iip_index", "118"))

    assert [c.kind for c in review_made(office, [], said).conflicts] == [ConflictKind.EQUIVALENT]


# --- History, sections, laws ----------------------------------------------------------------------


def test_an_estimate_is_followed_by_the_actual_and_both_are_kept(office):
    first = version("stc", reports("budget", "118000"))
    same = version("stc", reports("budget", "118000"), 2, day=dt.date(2025, 12, 1))
    actual = version(
        "stc", reports("budget", "119500", status="Chính thức"), 3, day=dt.date(2026, 1, 20)
    )

    budget = indicator(
        review_made(office, [], reviewed("stc", first, same, actual), now=NOW), "budget"
    )

    assert [(p.value, p.status, p.counts) for p in budget.history] == [
        (Decimal(118000), ValueStatus.ESTIMATE, False),
        (Decimal(119500), ValueStatus.ACTUAL, True),
    ]
    assert budget.history[0].source.receipt_number == first.receipt_number
    assert (budget.status, budget.judgement) == (ValueStatus.ACTUAL, Judgement.EXCEEDED)


def test_each_sheet_counts_from_the_version_in_which_it_was_accepted(office):
    first = version(
        "stc",
        reports("budget", "118000") + cells("tasks", "task_a", state="lạ"),
        returned=["tasks"],
    )
    second = version(
        "stc",
        reports("budget", "1") + cells("tasks", "task_a", state=DONE),
        2,
        returned=["indicators"],
    )

    made = review_made(office, [], reviewed("stc", first, second))

    assert indicator(made, "budget").value.number == 118000
    assert task(made, "task_a").bucket is TaskBucket.DONE_LATE
    assert {f.source.version for f in made.lineage} == {1, 2}


def test_proposals_are_collected_from_every_sheet_with_the_row_they_stand_at(office):
    made = review_made(
        office,
        [],
        answered(
            "stc",
            cells("details", "", proposals="Giao vốn sớm"),
            cells("tasks", "task_a", state=DONE, proposals="Ban hành quy chế"),
        ),
    )

    assert [(p.text, p.row) for p in made.review.proposals] == [
        ("Giao vốn sớm", ""),
        ("Ban hành quy chế", "task_a"),
    ]


def test_a_plan_has_no_review(office):
    assert consolidate(office, office.cycle("2025-plan"), [], NOW).review is None


def test_a_passed_deadline_makes_another_consolidation_and_a_mere_day_does_not(office):
    said = answered("stc", cells("tasks", "task_a", state="Đang thực hiện"))

    def hashed(day: dt.date) -> str:
        now = dt.datetime.combine(day, dt.time(9), tzinfo=NOW.tzinfo)
        return review_made(office, [], said, now=now).inputs_hash

    assert hashed(dt.date(2025, 6, 30)) != hashed(dt.date(2025, 7, 1))
    assert hashed(dt.date(2025, 11, 26)) == hashed(dt.date(2025, 11, 27))


@pytest.mark.parametrize("change", ["plan", "review"])
def test_what_changes_in_either_cycle_makes_another_consolidation(office, change):
    february = standing("stc", commits("budget", "118000"))
    other = standing("stc", commits("budget", "118001"))
    said, more = (answered("stc", reports("budget", v)) for v in ("118000", "118001"))

    one = review_made(office, [february], said)
    two = review_made(
        office, [other if change == "plan" else february], more if change == "review" else said
    )

    assert one.inputs_hash != two.inputs_hash


@given(st.permutations(range(4)), st.permutations(range(3)))
@settings(deadline=None, max_examples=20)
def test_the_order_of_standings_never_matters(office, order, earlier_order):
    plan = [
        standing("skhdt", commits("grdp", "12") + plans("task_a", dt.date(2025, 6, 1))),
        standing("sct", plans("task_b", dt.date(2025, 6, 1))),
        standing("ubnd_an_duong", action("@1", "Xây dựng chợ")),
    ]
    said = [
        answered("stc", reports("grdp", "12.2"), reports("budget", "118000")),
        answered("thong_ke", reports("grdp", "12.4", causes="Bão")),
        answered("sct", cells("tasks", "task_b", state=DONE, proposals="Vốn")),
        answered("phuong_an_duong", action("@1", "Xây dựng chợ", state=DONE)),
    ]

    straight = review_made(office, plan, *said)
    shuffled = review_made(office, [plan[i] for i in earlier_order], *(said[i] for i in order))

    assert straight.review == shuffled.review
    assert straight.inputs_hash == shuffled.inputs_hash
