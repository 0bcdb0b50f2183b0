"""What a review rests on: conflicts and rulings, versions and sections, and laws of the whole."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.domain.consolidation import (
    ConflictKind,
    ConflictRuling,
    Side,
    StandsBecause,
    code_of,
    consolidate,
)
from models.domain.register.targets import Judgement
from models.domain.register.territories import Territory
from models.domain.review import (
    TaskBucket,
    ValueStatus,
)
from models.domain.review.assembling import is_review, review_of
from tasks.adapters.sheets.consolidation_cells import ResultNames
from tasks.adapters.sheets.review_comparison_sheets import history_sheet
from tests.fixtures.small_office import commits, plans, standing
from tests.fixtures.small_review import (
    NOW,
    action,
    answered,
    cells,
    indicator,
    reports,
    review_made,
    reviewed,
    task,
    version,
)
from tests.fixtures.table_values import values_of

OCTOBER = dt.date(2025, 10, 31)
DONE = "Đã hoàn thành"


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

    rulings = {code_of(conflict): ConflictRuling(Side.RIGHT, "Bà Lan", "Số đã công bố")}
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
    rulings = {code_of(conflict): ConflictRuling(Side.RIGHT, "Bà Lan", "Số đã công bố")}

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
    rulings = {code_of(first): ConflictRuling(Side.RIGHT, "Bà Lan", "Số đã công bố")}

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
        assert within[1].ruling == "Bà Lan: Số đã công bố (đã quyết định tại MT-I.1)."
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
        assert one.disputed == {one.value.reference: ["MT-I.3-III.9"]}


@pytest.mark.parametrize(
    ("side", "judgement", "distances"),
    [
        (Side.LEFT, Judgement.MET, (Decimal(0), Decimal(0))),
        (Side.RIGHT, Judgement.EXCEEDED, (Decimal(1), Decimal(1))),
    ],
)
def test_a_ruling_between_two_rows_of_one_measure_judges_both_and_drops_no_value(
    office, side, judgement, distances
):
    said = answered("sct", reports("iip", "17") + reports("iip_index", "118"))
    [conflict] = review_made(office, [], said).conflicts
    rulings = {code_of(conflict): ConflictRuling(side, "Bà Lan", "Số đã công bố")}

    made = review_made(office, [], said, rulings=rulings)

    both = [indicator(made, code) for code in ("iip", "iip_index")]
    assert [one.judgement for one in both] == [judgement, judgement]
    assert tuple(one.distance for one in both) == distances
    assert [one.value.number for one in both] == [Decimal(17), Decimal(118)]
    [kept] = made.conflicts
    assert not kept.is_open and "cả hai vị trí" in kept.ruling


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

    assert [(p.value, p.status, p.counts) for p in budget.histories[Territory.EAST]] == [
        (Decimal(118000), ValueStatus.ESTIMATE, False),
        (Decimal(119500), ValueStatus.ACTUAL, True),
    ]
    assert budget.histories[Territory.EAST][0].source.receipt_number == first.receipt_number
    assert (budget.status, budget.judgement) == (ValueStatus.ACTUAL, Judgement.EXCEEDED)


def test_every_ground_and_the_scenario_have_their_history_also_when_left_out_now(office):
    first = version(
        "stc",
        reports("grdp", "12.1", estimate_west=Decimal("11.3"), estimate_whole=Decimal(12))
        + cells("scenario", "scenario", estimate_year=Decimal("112.1")),
    )
    final = version(
        "stc",
        reports("grdp", estimate_whole=Decimal("11.81"), status="Chính thức")
        + cells("scenario", "scenario", estimate_year=Decimal("111.9")),
        2,
        day=dt.date(2026, 1, 15),
    )

    made = review_made(office, [], reviewed("stc", first, final), now=NOW)
    grdp = indicator(made, "grdp")

    told = {t: [(str(p.value), p.counts) for p in of] for t, of in grdp.histories.items()}
    assert told == {
        Territory.EAST: [("12.1", False)],
        Territory.WEST: [("11.3", False)],
        Territory.WHOLE: [("12", False), ("11.81", True)],
    }
    [branch] = made.review.scenario
    assert [(str(p.value), p.counts) for p in branch.history] == [("112.1", False), ("111.9", True)]
    sheet = history_sheet(made.review, ResultNames.of(office, office.catalogue_of(made.cycle)))
    assert values_of(sheet, "territory") == [
        *("Phía đông", "Phía tây", "Toàn thành phố", "Toàn thành phố", "Phía đông", "Phía đông"),
    ]
    assert [row.row.code for row in sheet.rows] == ["grdp"] * 4 + ["scenario"] * 2


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
            action("@1", "Số hóa hồ sơ ", proposals="Cấp máy quét"),
        ),
    )

    assert [(p.text, p.row, p.about_work) for p in made.review.proposals] == [
        ("Giao vốn sớm", "", ""),
        ("Ban hành quy chế", "task_a", ""),
        ("Cấp máy quét", "", "Việc tự đề ra: Số hóa hồ sơ"),
    ]


def test_a_plan_has_no_review(office):
    cycle = office.cycle("2025-plan")

    assert not is_review(office.form_of(cycle))
    with pytest.raises(ValueError, match="no values of the year"):
        review_of(office, consolidate(office, cycle, [], NOW), None)


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
