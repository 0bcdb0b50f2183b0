"""Whatever the report says that an agency has to clear up was asked of that agency before."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Iterable
from decimal import Decimal
from functools import cache

import pytest

from models.domain.reading.office import Office
from models.domain.register.catalogue import CatalogueRow, Goal
from models.domain.results.overview.open_matters import works_of_districts
from models.domain.results.previews.preview import preview_of
from models.domain.results.previews.preview_asks import work_asked
from models.domain.results.report_goals import goals_open
from models.domain.results.report_projects import foreseen_above, registered_apart
from models.domain.results.report_text import ReportNames
from models.domain.results.report_work import unfit_proofs
from models.domain.review.lines import ReviewProject
from models.domain.review.pace import Pace
from models.domain.review.spending import off_budget
from models.domain.review.states import TaskBucket
from tests.fixtures.november import november
from tests.fixtures.simulated_answers import real_office
from tests.fixtures.small_review import answered, cells, review_made


@cache
def _asked() -> dict[str, list[str]]:
    """By agency what its letter lists under what is to be done, over the whole simulated review."""
    made, standings = november()
    return {
        one.agency: [
            ask.plain
            for ask in preview_of(
                real_office(), made.consolidation, made.review, one, made.as_of
            ).asks
        ]
        for one in standings
    }


def _reported(projects: Iterable[ReviewProject]) -> list[CatalogueRow]:
    return [p.row for p in projects if any(a.agency == p.row.lead for a in p.answers)]


DAY = dt.date(2025, 5, 29)
DONE = {"state": "Đã hoàn thành", "finished_on": DAY}


def _names(office: Office) -> ReportNames:
    cycle = office.cycle("2025-review")
    return ReportNames(office.register, office.catalogue_of(cycle), office.form_of(cycle))


REVIEW = november()[0].review


def _open_of(wanted: Goal) -> list[ReviewProject]:
    return [p for p in goals_open(REVIEW.projects) if p.goal and p.goal.wanted is wanted]


RULES = real_office().rules


@pytest.mark.parametrize(
    ("rows", "about"),
    [
        ([one.task.row for one in unfit_proofs(REVIEW)], "khác loại văn bản được giao"),
        (list(works_of_districts(REVIEW, 2025)), "về cấp huyện"),
        (_reported(_open_of(Goal.START)), "chưa rõ đã khởi công hay chưa"),
        (_reported(_open_of(Goal.FINISH)), "chưa rõ đã khánh thành hay chưa"),
        ([t.row for t in REVIEW.tasks_in(TaskBucket.OVERDUE) if not t.members], "quá hạn chưa"),
        (_reported(p for p, *_ in registered_apart(REVIEW.projects, RULES)), "vốn đăng ký"),
        (_reported(p for p, _ in foreseen_above(REVIEW.projects)), "vượt 100%"),
    ],
)
def test_the_lead_of_a_row_that_the_report_asks_about_was_asked(
    rows: list[CatalogueRow], about: str
) -> None:
    names = _names(real_office())
    assert rows
    for row in rows:
        asks = [one for one in _asked()[row.lead] if about in one]
        assert len(asks) == 1 and re.search(rf"{re.escape(names.place(row))}(?![.\d])", asks[0])


def test_whoever_names_a_paper_that_another_names_is_asked(office: Office) -> None:
    numbered = {"product_number": "376/NQ-HĐND", "product_date": DAY}
    made = review_made(
        *(office, []),
        answered("stc", cells("tasks", "task_a", **DONE, **numbered)),
        answered("sct", cells("tasks", "task_b", **DONE, **numbered)),
    )
    for agency, place, other in (("stc", "PL IV.1", "sct"), ("sct", "PL IV.2", "stc")):
        asks = work_asked(made.review, agency, _names(office), office.rules)
        [said] = [t.plain for t in asks if "cơ quan khác nêu" in t.plain]
        assert f"376/NQ-HĐND của {place}, {_names(office).agency(other)} cũng nêu)" in said


def test_whoever_gives_a_cause_that_the_table_does_not_bear_out_is_asked() -> None:
    office, (made, _) = real_office(), november()
    names = _names(office)
    branches = [b for b in made.review.scenario if "chế biến" in names.row(b.row)]
    even = dataclasses.replace(branches[0].points[-1], pace=Pace.ON_TRACK, difference=Decimal(0))
    word = next(b.causes for b in made.review.scenario if b.causes is not None)
    caused = dataclasses.replace(
        branches[0],
        points=[*branches[0].points[:-1], even],
        causes=dataclasses.replace(word, value="Công nghiệp chế biến giảm do thiếu đơn hàng."),
    )
    review = dataclasses.replace(made.review, scenario=[caused], projects=[], tasks=[])
    asks = [t.plain for t in work_asked(review, word.agency, names, office.rules)]
    [said] = [one for one in asks if "Nguyên nhân" in one]
    assert "«Công nghiệp chế biến giảm do thiếu đơn hàng»" in said and "bằng kịch bản" in said


def test_whoever_asks_public_money_for_a_project_of_investors_is_asked_why() -> None:
    office, (made, _) = real_office(), november()
    private = next(p.row for p in made.review.projects if off_budget(p.row))
    one = dataclasses.replace(made.review.proposals[0], row=private.code, off_budget=True)
    review = dataclasses.replace(made.review, proposals=[one], projects=[], tasks=[], scenario=[])
    [said] = work_asked(review, one.agency, _names(office), office.rules)
    assert f"({_names(office).place(private)})" in said.plain and "đề nghị làm rõ" in said.plain
    assert not list(work_asked(review, "nobody", _names(office), office.rules))
