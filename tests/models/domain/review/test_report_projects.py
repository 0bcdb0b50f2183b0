"""Projects in the report: under the directive's headings, with sums that belong together."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from decimal import Decimal

import pytest

from models.domain.notation.investments import own_total, whole_project
from models.domain.notation.number_notation import format_number
from models.domain.reading.rule_settings import RuleSettings
from models.domain.register.catalogue import Goal
from models.domain.results.report import report_of
from models.domain.results.report_goals import days_told, goals_briefly, goals_open, goals_said
from models.domain.results.report_projects import (
    heading_notes,
    milestones_said,
    project_row,
    yardstick_notes,
)
from models.domain.results.report_text import (
    Citations,
    ReportNames,
    same_words,
)
from models.domain.results.review_summary import review_matter
from models.domain.review.lines import Baseline, ReviewProject
from models.domain.review.spending import (
    BASELINE_NAMES,
    doubts_said,
    goal_of,
    is_doubtful,
    off_budget,
)
from models.domain.review.states import GoalState
from tests.fixtures.november import november
from tests.fixtures.report_texts import REFERENCE, names_of_places
from tests.fixtures.simulated_answers import real_office


def test_projects_stand_under_the_headings_of_the_directive(content) -> None:
    made, _ = november()
    groups = list(dict.fromkeys(p.row.group for p in made.review.projects))
    assert len(groups) > 1
    assert [g.title.rpartition(":")[0] for g in content.project_groups] == groups
    assert [row for g in content.project_groups for row in g.rows] == [*content.projects]
    assert all(g.title.endswith(f": {len(g.rows)} dự án") for g in content.project_groups)


def test_what_stands_in_the_way_of_projects_is_told_once_a_wording(content) -> None:
    made, _ = november()
    told = [p for p in made.review.projects if p.obstacles is not None]

    assert len(content.obstacles) == len({same_words(p.obstacles.text) for p in told})
    cells = "".join(t.plain for t in content.obstacles)
    assert set(REFERENCE.findall(cells)) == {p.obstacles.reference for p in told}


def test_the_causes_agencies_name_of_projects_stand_in_the_report_once_a_wording() -> None:
    made, standings = november()
    projects = list(made.review.projects)
    held = [n for n, p in enumerate(projects) if p.obstacles is not None]
    word = projects[held[0]].obstacles
    cause = dataclasses.replace(word, value="Điều chỉnh thiết kế", reference="N-9001")
    for n in held[1:3]:
        projects[n] = dataclasses.replace(projects[n], causes=cause)
    # What is the obstacle once more is not told twice.
    projects[held[0]] = dataclasses.replace(projects[held[0]], causes=word)
    review = dataclasses.replace(made.review, projects=projects)

    content = report_of(real_office(), made.consolidation, review, standings)

    [named] = [t.plain for t in content.obstacles if t.plain.startswith("Nguyên nhân: ")]
    assert named.startswith("Nguyên nhân: Điều chỉnh thiết kế: PL V.")
    assert named.count("[N-9001]") == 2
    courses = [row["course"].plain for row in content.projects]
    assert sum("Nguyên nhân: Điều chỉnh thiết kế [N-9001]" in said for said in courses) == 2


def test_a_note_promises_no_milestones_that_its_table_does_not_hold() -> None:
    made, _ = november()
    project = next(p for p in made.review.projects if p.progress is not None)
    one = project.progress

    def noted(due: str, *periods: str) -> str:
        has = dataclasses.replace(project, due=due, milestones=dict.fromkeys(periods, one))
        return milestones_said([has, has])

    year = noted("", "ca_nam")
    assert "mốc cả năm (2 dự án); không dự án nào đăng ký mốc trong năm đã đến hạn" in year
    # One that had not fallen due on the day of the figures is not shown, and not promised.
    assert noted("", "9_thang", "ca_nam") == year
    both = noted("9_thang", "9_thang", "ca_nam")
    assert both.endswith(
        "mốc cả năm (2 dự án) và mốc gần nhất đã đến hạn theo ngày số liệu (2 dự án)."
    )
    assert "không dự án nào có mốc" in noted("")


def test_the_sums_of_projects_are_of_what_stands_above_and_shares_of_what_belongs_together(
    content,
) -> None:
    made, _ = november()
    projects = made.review.projects
    paid = {p.row.code: p.disbursed.number for p in projects if p.disbursed}
    plans = {p.row.code: b.plan.number for p in projects if (b := p.baseline("plan_central"))}
    both = paid.keys() & plans.keys()

    (public, private), total = content.projects_parts, content.projects_total

    assert total["paid"].plain == format_number(sum(paid.values()), 0)
    assert total["plan_central"].plain == format_number(sum(plans.values()), 0)
    share = 100 * sum(paid[c] for c in both) / sum(plans[c] for c in both)
    assert public["share_central"].plain == format_number(share, 1) + "%"
    assert total["share_central"].plain == total["share_city"].plain == "-"
    assert any("gồm cả vốn của nhà đầu tư" in note.plain for note in content.project_notes)
    one_kind = [p for p in projects if not off_budget(p.row)]
    alone = report_of(
        real_office(), made.consolidation, dataclasses.replace(made.review, projects=one_kind)
    )
    assert not alone.projects_parts
    assert alone.projects_total["share_central"].plain == public["share_central"].plain
    assert not any("vốn của nhà đầu tư" in note.plain for note in alone.project_notes)
    assert private["share_central"].plain == private["plan_central"].plain == "-"
    registered = {
        p.row.code: b.plan.number
        for p in projects
        if off_budget(p.row) and (b := p.baseline("own_plan"))
    }
    said = f"{format_number(sum(registered.values()), 0)}\n(đăng ký đầu năm)"
    assert private["plan_city"].plain == said
    told = paid.keys() & registered.keys()
    share = 100 * sum(paid[c] for c in told) / sum(registered[c] for c in told)
    assert private["share_city"].plain == format_number(share, 1) + "%"
    of_investors = {p.row.code for p in projects if off_budget(p.row)}
    for row, codes in ((private, paid.keys() & of_investors), (public, paid.keys() - of_investors)):
        assert row["paid"].plain == format_number(sum(paid[c] for c in codes), 0)
    reported, shares, *others = content.project_notes
    doubtful = [note for note in others if "Số liệu cần kiểm tra" in note.plain]
    beyond = [p for p in projects if is_doubtful(p)]
    assert bool(doubtful) == bool(beyond)
    assert all(names_of_places(p.row) in doubtful[0].plain for p in beyond)
    assert re.search(r", tỷ lệ so với [^,;]+ [\d.,]+% thay vì [\d.,]+%", doubtful[0].plain)
    assert f"{len(both)} dự án có kế hoạch Thủ tướng Chính phủ giao" in shares.plain
    assert "số đã giải ngân, thực hiện tính đến ngày 31/10/2025" in reported.plain


@pytest.mark.parametrize(
    ("code", "spent"), [("project_2025_08", "đã thực hiện"), ("project_2025_01", "đã giải ngân")]
)
def test_an_amount_above_the_whole_investment_is_told_and_the_sums_without_it(
    code: str, spent: str
) -> None:
    made, _ = november()
    office = real_office()
    one = next(p for p in made.review.projects if p.row.code == code)
    total = own_total(one.row.investments)
    assert one.disbursed is not None and total is not None
    more = dataclasses.replace(one.disbursed, value=total + 1)
    false = dataclasses.replace(one, disbursed=more, baselines=())
    others = [p for p in made.review.projects if not is_doubtful(p) and p is not one]
    review = dataclasses.replace(made.review, projects=[false, *others])
    names = ReportNames(
        office.register, office.catalogue_of(made.cycle), office.form_of(made.cycle)
    )

    content = report_of(office, made.consolidation, review)
    matter = review_matter(made.consolidation, review, office)

    said = (
        f"{spent} {format_number(total + 1, 0)}, lớn hơn tổng mức đầu tư {format_number(total, 0)}"
    )
    paid = sum(p.disbursed.number for p in others if p.disbursed)
    [note] = [n.plain for n in content.project_notes if "Số liệu cần kiểm tra" in n.plain]
    assert f"{names.place(one.row)} {said}" in note
    sums = f"{format_number(paid, 0)} thay vì {format_number(paid + total + 1, 0)}"
    assert f"; dòng Cộng: vốn đã giải ngân, thực hiện {sums}" in note
    alike = [p for p in others if off_budget(p.row) == off_budget(one.row) and p.disbursed]
    paid = sum(p.disbursed.number for p in alike)
    own = "ngoài ngân sách" if off_budget(one.row) else "sử dụng ngân sách"
    line = note.partition(f"dòng Cộng dự án {own}: ")[2].partition("; dòng ")[0]
    assert f"{format_number(paid, 0)} thay vì {format_number(paid + total + 1, 0)}" in line
    first, *rest = content.projects
    assert first["paid"].plain.startswith(f"{format_number(total + 1, 0)}*")
    assert not any("*" in text.plain for row in rest for text in row.values())
    assert not any("*" in first[key].plain for key in ("plan_central", "plan_city"))
    [point] = [p for p in matter.points if p.startswith("Dự án có số vốn cần kiểm tra (1): ")]
    assert said in point
    assert not is_doubtful(dataclasses.replace(false, disbursed=None, disbursed_estimate=None))


def test_an_amount_beyond_a_part_of_a_project_is_said_with_the_whole() -> None:
    projects = [p for p in november()[0].review.projects if whole_project(p.row.investments)]
    assert projects
    for one in projects:
        total = own_total(one.row.investments)
        assert one.disbursed is not None and total is not None
        more = dataclasses.replace(one.disbursed, value=total + 1)
        said = "; ".join(doubts_said(dataclasses.replace(one, disbursed=more)))
        whole = format_number(whole_project(one.row.investments) or total, 0)
        assert f"{format_number(total, 0)} của phần việc ghi ở dòng này (cả dự án {whole};" in said


TODAY = dt.date(2025, 12, 9)
REPORTED = dt.datetime(2025, 11, 18, 2, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("told", "planned", "state"),
    [
        (None, None, GoalState.UNTOLD),
        (None, dt.date(2025, 9, 2), GoalState.UNTOLD),  # taken out of the cell it stood in
        (dt.date(2025, 9, 2), None, GoalState.REACHED),
        (dt.date(2025, 9, 2), dt.date(2025, 8, 19), GoalState.REACHED),  # put right
        (dt.date(2025, 11, 18), None, GoalState.REACHED),  # the day of the report itself
        (dt.date(2025, 9, 2), dt.date(2025, 9, 2), GoalState.UNCONFIRMED),  # as it stood there
        (dt.date(2025, 11, 25), None, GoalState.UNCONFIRMED),  # foreseen then, passed since
        (dt.date(2025, 12, 9), None, GoalState.UNCONFIRMED),
        (dt.date(2025, 12, 19), None, GoalState.FORESEEN),
        (dt.date(2025, 12, 19), dt.date(2025, 12, 19), GoalState.FORESEEN),
        ("quý IV", None, GoalState.UNTOLD),  # words are no day
    ],
)
@pytest.mark.parametrize("wanted", list(Goal))
def test_whether_a_project_has_begun_follows_from_its_day_and_from_who_wrote_it(
    wanted: Goal, told: dt.date | str | None, planned: dt.date | None, state: GoalState
) -> None:
    figure = next(p.disbursed for p in november()[0].review.projects if p.disbursed)
    day, before = (
        dataclasses.replace(
            figure,
            value=value,
            source=dataclasses.replace(figure.source, received_at=received),
        )
        if value
        else None
        for value, received in ((told, REPORTED), (planned, REPORTED - dt.timedelta(days=270)))
    )
    assert goal_of(wanted, day, before, TODAY).state is state


PASSED, TO_COME = dt.date(2025, 7, 3), dt.date(2026, 3, 1)


@pytest.mark.parametrize(
    ("wanted", "day", "volume", "state", "told"),
    [
        (Goal.FINISH, PASSED, "54", GoalState.CONTRADICTED,
         "Hoàn thành: 03/07/2025 (khối lượng báo đạt 54%)"),
        (Goal.FINISH, PASSED, "100", GoalState.REACHED, "Hoàn thành: 03/07/2025"),
        (Goal.FINISH, PASSED, None, GoalState.REACHED, "Hoàn thành: 03/07/2025"),
        (Goal.FINISH, TO_COME, "54", GoalState.FORESEEN, "Dự kiến hoàn thành: 01/03/2026"),
        (Goal.START, PASSED, "54", GoalState.REACHED, "Khởi công: 03/07/2025"),
        (Goal.START, TO_COME, None, GoalState.FORESEEN, "Dự kiến khởi công: 01/03/2026"),
        (Goal.START, None, "67", GoalState.UNTOLD, ""),
    ],
)  # fmt: skip
def test_a_day_is_held_against_the_works_told_beside_and_one_to_come_is_no_deed(
    wanted: Goal, day: dt.date | None, volume: str | None, state: GoalState, told: str
) -> None:
    project = next(p for p in november()[0].review.projects if p.disbursed and p.progress)
    source = dataclasses.replace(project.disbursed.source, received_at=REPORTED)
    figure = dataclasses.replace(project.disbursed, value=day, source=source) if day else None
    share = Decimal(volume) if volume else None
    goal = goal_of(wanted, figure, None, TODAY, share)
    assert goal.state is state and goal.volume == share

    shown = dataclasses.replace(project, days={wanted: goal}, goal=goal)
    assert days_told(shown, Citations()).without_references.plain.strip() == told
    said = " ".join(t.plain for t in goals_said([shown], 2025, names(), Citations()))
    assert (f"khối lượng báo đạt {volume}%" in said) == (goal.is_open and share is not None)


@pytest.mark.parametrize(("after", "state"), [(1, GoalState.REACHED), (-1, GoalState.UNCONFIRMED)])
def test_a_day_that_had_passed_when_the_plan_told_it_needs_no_confirmation(
    after: int, state: GoalState
) -> None:
    """`after`: how many days after it the plan was made."""
    figure = next(p.disbursed for p in november()[0].review.projects if p.disbursed)
    day = REPORTED - dt.timedelta(days=30)
    planned, told = (
        dataclasses.replace(
            figure,
            value=day.date(),
            source=dataclasses.replace(figure.source, received_at=received),
        )
        for received in (day + dt.timedelta(days=after), REPORTED)
    )
    assert goal_of(Goal.START, told, planned, TODAY).state is state


def names() -> ReportNames:
    office, made = real_office(), november()[0]
    return ReportNames(office.register, office.catalogue_of(made.cycle), office.form_of(made.cycle))


def test_a_heading_that_contradicts_its_projects_is_told_to_the_letter() -> None:
    rows = [p.row for p in november()[0].review.projects]
    odd = {row.group_number: row for row in rows if row.group_note}
    assert odd
    notes = heading_notes(rows)
    assert len(notes) == len(odd)
    for note, (number, row) in zip(notes, odd.items(), strict=True):
        assert note.startswith(
            f"Mục {number} Phụ lục V của Chỉ thị in tiêu đề «{row.group_printed}»"
        )
        assert row.group_note.rstrip(".") in note
    assert not heading_notes(row for row in rows if not row.group_note)


def with_goals(*states: GoalState | None) -> list[ReviewProject]:
    """The simulated projects of both goals, each in one of these states by turns."""
    projects = [p for p in november()[0].review.projects if p.goal is not None]
    changed = []
    for number, project in enumerate(projects):
        state = states[number % len(states)]
        goal = dataclasses.replace(project.goal, state=state) if state else None
        changed.append(dataclasses.replace(project, goal=goal))
    return changed


def test_the_report_tells_which_projects_have_begun_and_were_completed(content) -> None:
    projects = november()[0].review.projects
    by_goal = {g: [p for p in projects if p.goal and p.goal.wanted is g] for g in Goal}
    assert {len(found) for found in by_goal.values()} == {8, 10}, "as appendix V lists them"
    assert len(content.project_goals) == 2

    for told, (goal, found) in zip(content.project_goals, by_goal.items(), strict=True):
        named = "khởi công" if goal is Goal.START else "khánh thành"
        assert told.plain.startswith(f"Trong {len(found)} dự án {named} năm 2025: ")
        assert all(f"{names_of_places(p.row)}" in told.plain for p in found)
        days = {p.goal.figure.reference for p in found if p.goal.figure}
        doubts = {p.progress.reference for p in found if p.goal.is_open and p.goal.volume}
        assert set(REFERENCE.findall(told.plain)) == days | doubts
    first_page = next(t.plain for t in content.overview if "Về dự án trọng điểm" in t.plain)
    assert ": khởi công năm 2025: " in first_page and "; khánh thành năm 2025: " in first_page
    assert any("Khởi công: " in row["course"].plain for row in content.projects)


@pytest.mark.parametrize(
    ("states", "begun", "asked"),
    [
        ((GoalState.REACHED,), "khởi công năm 2025: 8/8 dự án đã khởi công; ", 0),
        ((GoalState.FORESEEN,), "chưa dự án nào trong 8 dự án khởi công, 8 có ngày dự kiến; ", 0),
        ((GoalState.UNTOLD,), "chưa dự án nào trong 8 dự án khởi công, 8 chưa rõ; ", 18),
        ((GoalState.UNCONFIRMED,), "chưa dự án nào trong 8 dự án khởi công, 8 chưa rõ; ", 18),
        ((GoalState.CONTRADICTED,), "chưa dự án nào trong 8 dự án khởi công, 8 chưa rõ; ", 18),
    ],
)
def test_what_is_not_known_of_starts_and_inaugurations_is_asked_at_the_end(
    states: tuple[GoalState, ...], begun: str, asked: int
) -> None:
    made, standings = november()
    projects = with_goals(*states)
    review = dataclasses.replace(made.review, projects=projects)
    content = report_of(real_office(), made.consolidation, review, standings)

    assert begun in goals_briefly(projects, 2025)
    questions = [q.plain for q in content.questions if "đã khởi công, khánh thành hay" in q.plain]
    assert len(goals_open(projects)) == asked and bool(questions) == bool(asked)
    for question in questions:
        assert f" {asked} dự án chưa rõ" in question
        assert all(names_of_places(p.row) in question for p in projects)


def test_projects_without_a_goal_for_the_year_are_not_asked_about() -> None:
    projects = with_goals(None)
    assert goals_briefly(projects, 2025) == "" and not goals_open(projects)


def test_a_goal_that_falls_due_by_the_day_alone_makes_another_report() -> None:
    review = november()[0].review
    before, after = (
        set(dataclasses.replace(review, projects=with_goals(state)).by_day())
        for state in (GoalState.FORESEEN, GoalState.UNCONFIRMED)
    )
    assert len(before - after) == len(after - before) == 18


def with_plans(project: ReviewProject, **plans: int) -> ReviewProject:
    """The project with these baselines of which 80 million were spent and 110 are foreseen."""
    figure = project.disbursed
    assert figure is not None
    baselines = [
        Baseline(
            key,
            BASELINE_NAMES[key],
            dataclasses.replace(figure, value=Decimal(plan), raw=str(plan)),
            Decimal(80 * 100) / plan,
            Decimal(110 * 100) / plan,
        )
        for key, plan in plans.items()
    ]
    paid, year = (dataclasses.replace(figure, value=Decimal(n)) for n in (80, 110))
    return dataclasses.replace(
        project, baselines=baselines, disbursed=paid, disbursed_estimate=year
    )


def test_a_project_of_investors_is_measured_by_what_was_registered_and_no_other() -> None:
    made, _ = november()
    office, cites = real_office(), Citations()
    names = ReportNames(
        office.register, office.catalogue_of(made.cycle), office.form_of(made.cycle)
    )
    private = next(p for p in made.review.projects if off_budget(p.row) and p.disbursed)
    public = next(p for p in made.review.projects if not off_budget(p.row) and p.disbursed)

    row = project_row(with_plans(private, own_plan=200), 1, names, cites, 0)
    assert row["plan_city"].without_references.plain == "200\n(đăng ký đầu năm)"
    assert row["share_city"].plain == "40,0%"
    assert row["city"].plain.startswith("Đăng ký đầu năm: 200")
    row = project_row(with_plans(private), 1, names, cites, 0)
    assert row["plan_city"].plain == row["share_city"].plain == "-"
    # A project of the budget has the city's plan, and what was registered beside it changes nothing
    row = project_row(with_plans(public, plan_city=160, own_plan=200), 1, names, cites, 0)
    assert row["plan_city"].without_references.plain == "160"
    assert row["share_city"].plain == "50,0%"


@pytest.mark.parametrize(
    ("plans", "apart", "above"),
    [
        ({"plan_city": 200, "own_plan": 241}, True, False),
        ({"plan_city": 200, "own_plan": 240}, False, False),
        ({"plan_city": 200, "own_plan": 159}, True, False),
        ({"plan_city": 110, "own_plan": 110}, False, False),
        ({"plan_city": 200, "plan_central": 109, "own_plan": 200}, False, True),
        ({"own_plan": 100}, False, True),
        ({"plan_city": 200}, False, False),
    ],
)
def test_a_registration_far_from_the_plan_and_a_year_above_it_are_asked_about(
    plans: dict[str, int], apart: bool, above: bool
) -> None:
    made, _ = november()
    office = real_office()
    names = ReportNames(
        office.register, office.catalogue_of(made.cycle), office.form_of(made.cycle)
    )
    one = with_plans(next(p for p in made.review.projects if p.disbursed), **plans)
    notes = list(yardstick_notes([one], names, RuleSettings(registration_gap=Decimal(20))))
    assert any("lệch kế hoạch thành phố giao quá 20%" in note for note in notes) is apart
    assert any("Ước cả năm vượt 100%" in note for note in notes) is above
    assert all(names.place(one.row) in note for note in notes)
