"""The same document named as the proof of different works by different agencies."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from models.domain.reading.office import Office
from models.domain.register.catalogue import Responsibility, Role
from models.domain.results.report_text import Citations, ReportNames
from models.domain.results.report_work import task_row, tasks_overview
from models.domain.review import Review
from models.domain.review.wording import shared_said
from tests.fixtures.small_review import action, answered, cells, review_made

DAY = dt.date(2025, 5, 29)
DONE = {"state": "Đã hoàn thành", "finished_on": DAY}
NUMBERED = {"product_number": "376/NQ-HĐND", "product_date": DAY}


def names_of(office: Office) -> ReportNames:
    cycle = office.cycle("2025-review")
    return ReportNames(office.register, office.catalogue_of(cycle), office.form_of(cycle))


def told(review: Review, office: Office) -> list[str]:
    said = [t.plain for t in tasks_overview(review, names_of(office), Citations())]
    return [one for one in said if "trùng với văn bản" in one]


def test_two_leads_who_name_one_paper_for_two_tasks_are_both_asked(office):
    made = review_made(
        office,
        [],
        answered("stc", cells("tasks", "task_a", **DONE, **NUMBERED)),
        answered("sct", cells("tasks", "task_b", **DONE, **NUMBERED)),
    )
    [said] = told(made.review, office)
    assert said.startswith("2 nhiệm vụ có văn bản chứng minh trùng")
    assert "376/NQ-HĐND ngày 29/05/2025: PL IV.1, Sở Tài chính và PL IV.2, Sở Công Thương" in said
    assert said.endswith("đề nghị đối chiếu.")
    [first, second] = [made.review.task(code) for code in ("task_a", "task_b")]
    names = names_of(office)
    beside = "trùng với văn bản của Sở Công Thương (PL IV.2), đề nghị đối chiếu"
    assert shared_said(first.doing, names.agency, names.about) == beside
    assert beside in task_row(first, 1, names, Citations())["document"].plain
    assert [one.agency for one in second.doing.shared] == ["stc"]


OTHERS = {
    "another number": {"product_number": "377/NQ-HĐND", "product_date": DAY},
    "another day": {"product_number": "376/NQ-HĐND", "product_date": dt.date(2025, 5, 28)},
    "another body": {"product_number": "376/QĐ-UBND", "product_date": DAY},
    "a draft": {"product_number": "Dự thảo 376/NQ-HĐND", "product_date": DAY},
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=list(OTHERS))
def test_what_is_not_the_same_paper_is_no_finding(office, other):
    made = review_made(
        office,
        [],
        answered("stc", cells("tasks", "task_a", **DONE, **NUMBERED)),
        answered("sct", cells("tasks", "task_b", **DONE, **other)),
    )
    assert not told(made.review, office)
    assert not made.review.shared_documents


def test_one_work_of_several_agencies_may_rest_on_one_paper(office):
    """A lead and who reports beside it; one plan that two have taken over; one agency's two."""
    lead = answered("stc", cells("tasks", "task_a", **DONE, **NUMBERED))
    co = answered("sct", cells("tasks", "task_a", **DONE, **NUMBERED))
    assert not review_made(office, [], lead, co).review.shared_documents
    own = answered(
        "sct",
        cells("tasks", "task_b", **DONE, **NUMBERED),
        action("@1", "Số hóa hồ sơ", **DONE, **NUMBERED),
    )
    assert not review_made(office, [], own).review.shared_documents
    same = [answered(a, action("@1", "Số hóa  hồ sơ.", **DONE, **NUMBERED)) for a in ("sct", "syt")]
    assert not review_made(office, [], *same).review.shared_documents


def test_each_of_many_leads_of_one_task_may_name_the_same_paper(office):
    catalogue = office.catalogues[2025]
    rows = [
        dataclasses.replace(
            row,
            agencies=tuple(
                Responsibility(a, Role.LEAD, a, row.agencies[0].basis) for a in ("sct", "syt")
            ),
        )
        if row.code == "task_b"
        else row
        for row in catalogue.rows
    ]
    many = dataclasses.replace(
        office, catalogues={2025: dataclasses.replace(catalogue, rows=tuple(rows))}
    )
    said = [answered(a, cells("tasks", "task_b", **DONE, **NUMBERED)) for a in ("sct", "syt")]
    assert not review_made(many, [], *said).review.shared_documents


def test_an_own_work_that_rests_on_anothers_paper_is_counted(office):
    made = review_made(
        office,
        [],
        answered("stc", cells("tasks", "task_a", **DONE, **NUMBERED)),
        answered("sct", action("@1", "Số hóa hồ sơ", **DONE, **NUMBERED)),
    )
    [said] = told(made.review, office)
    assert said.startswith("1 nhiệm vụ và 1 dòng báo cáo việc đăng ký, tự đề ra có văn bản")
    assert "PL IV.1, Sở Tài chính và việc tự đề ra, Sở Công Thương" in said


def test_communes_count_their_own_papers(office):
    """«12/KH-UBND» of two communes are two papers; «12/NQ-TW» is one wherever it is named."""

    def shared(number: str) -> bool:
        both = [
            answered(
                code,
                action("@1", work, **DONE, product_number=number, product_date=DAY),
            )
            for code, work in (("phuong_le_chan", "Chợ dân sinh"), ("xa_an_lao", "Đường thôn"))
        ]
        return bool(review_made(office, [], *both).review.shared_documents)

    assert not any(map(shared, ("12/KH-UBND", "12/NQ-HĐND", "3/QĐ-UBND")))
    assert shared("12/NQ-TW")


SAME, EARLIER = NUMBERED, {**NUMBERED, "product_date": dt.date(2025, 5, 28)}
APART = {
    "one paper proves both": (SAME, SAME, False),
    "two days of one year": (SAME, EARLIER, True),
    "another year's number": (SAME, {**SAME, "product_date": dt.date(2024, 5, 29)}, False),
    "another number": (SAME, {**EARLIER, "product_number": "377/NQ-HĐND"}, False),
    "several papers in a cell": (
        SAME,
        {**EARLIER, "product_number": "376/NQ-HĐND và 377/NQ-HĐND"},
        False,
    ),
}


@pytest.mark.parametrize(("first", "second", "apart"), APART.values(), ids=list(APART))
def test_an_agency_that_dates_one_paper_differently_is_asked(office, first, second, apart):
    made = review_made(
        office,
        [],
        answered(
            "stc",
            cells("tasks", "task_a", **DONE, **first),
            action("@1", "Việc khác", **DONE, **second),
        ),
    )
    said = [t.plain for t in tasks_overview(made.review, names_of(office), Citations())]
    found = [one for one in said if "ghi ngày khác nhau" in one]
    assert bool(found) is apart
    if apart:
        assert found[0].startswith("1 văn bản chứng minh được cùng một cơ quan")
        assert "376/NQ-HĐND, Sở Tài chính: ngày 29/05/2025 (PL IV.1) và ngày 28/05/2025" in found[0]
