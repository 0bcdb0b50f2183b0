"""Measures of districts, which ended within the year: the guide, the report and the page say so."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from models.domain.answers.asked_cells import lines_for
from models.domain.consolidation.verdicts import VerdictBook, verdict_kept
from models.domain.reading.forms import role_of
from models.domain.register.catalogue import Appendix
from models.domain.register.districts import (
    DISTRICTS_ENDED,
    DISTRICTS_NOTE,
    WHICH_FIGURE,
    WORK_NOTE,
    speaks_of_districts,
    works_on_districts,
)
from models.domain.register.targets import Judgement
from models.domain.results.overview.open_matters import open_matters
from models.domain.results.previews.preview import preview_of
from models.domain.results.previews.preview_letters import of_districts_asked
from models.domain.results.report import report_of
from models.domain.results.report_text import Citations, ReportNames
from models.domain.results.report_work import task_row
from models.domain.review.buckets import Finish
from models.domain.review.lines import ReviewIndicator
from models.domain.review.states import TaskBucket
from tests.fixtures.made_review import make_review
from tests.fixtures.november import november
from tests.fixtures.simulated_answers import real_office

OF_DISTRICTS = {
    "advanced_rural_districts",
    "special_rural_districts",
    "primary_universalisation_level_3",
    "lower_secondary_universalisation_level_3",
}


def test_the_directive_of_2025_has_these_measures_of_districts_and_no_other() -> None:
    found = {r.code for r in real_office().catalogues[2025] if speaks_of_districts(r, 2025)}
    assert found == OF_DISTRICTS
    named = [r for r in real_office().catalogues[2025] if "huyện" in r.name.casefold()]
    assert len(named) > len(found), "a project in a district is no measure of districts"
    assert not any(speaks_of_districts(r, 2024) for r in real_office().catalogues[2025])


@pytest.mark.parametrize(
    ("name", "unit", "waits"),
    [
        ("Số bệnh viện tuyến huyện hoặc bệnh viện khu vực được nâng cấp", "Bệnh viện", False),
        ("Số bệnh viện khu vực hay bệnh viện tuyến huyện được nâng cấp", "Bệnh viện", False),
        ("Số trung tâm cấp huyện hoặc cấp xã", "Trung tâm", False),
        ("Số bệnh viện tuyến huyện được nâng cấp", "Bệnh viện", True),
        ("Số cơ quan cấp huyện, sửa chữa hoặc xây mới trụ sở", "Cơ quan", True),
        ("Số đơn vị cấp huyện đạt chuẩn", "Đơn vị", True),
        ("Số huyện hoặc quận đạt chuẩn", "Huyện", True),
        ("Số huyện đạt chuẩn", "huyện", True),
        ("Số bến cảng tại Lạch Huyện", "Bến", False),
    ],
)
def test_a_measure_that_another_unit_can_meet_is_no_measure_of_districts(
    name: str, unit: str, waits: bool
) -> None:
    row = next(r for r in real_office().catalogues[2025] if r.code == "hospitals_upgraded")
    made = dataclasses.replace(row, name=name, unit=unit)
    assert speaks_of_districts(made, 2025) is waits


def test_the_hospital_that_a_region_may_have_is_judged_like_any_other_measure() -> None:
    made, _ = november()
    one = made.review.indicator("hospitals_upgraded")
    assert one.has_value and one.outcome is not Judgement.AWAITING


def test_only_who_reports_on_districts_is_told_what_to_write() -> None:
    office = real_office()
    for code, told in (("2025-plan", False), ("2025-review", True)):
        cycle = office.cycle(code)
        form, catalogue = office.form_of(cycle), office.catalogue_of(cycle)
        concerned = {a.agency for r in catalogue if r.code in OF_DISTRICTS for a in r.agencies}
        assert concerned
        for agency in (*concerned, "stc", "phuong_le_chan"):
            said = " ".join(lines_for(form, form.instructions, catalogue, agency))
            expected = told and agency in concerned
            assert ("cấp huyện đã kết thúc hoạt động" in said) is expected, (code, agency)


@pytest.mark.parametrize("code", sorted(OF_DISTRICTS))
def test_report_and_page_mark_the_row_and_that_its_verdict_needs_the_office(code: str) -> None:
    made, standings = november()
    office = real_office()
    row = next(r for r in office.catalogue_of(made.cycle) if r.code == code)
    report = report_of(office, made.consolidation, made.review, standings)
    lead = next(s for s in standings if role_of(row, s.agency) is not None)
    shown = preview_of(office, made.consolidation, made.review, lead, made.as_of)

    for rows in (report.annex_indicators, shown.indicators):
        noted = [r["name"].plain for r in rows if DISTRICTS_NOTE in r["name"].plain]
        assert any(row.name.split(",")[0][:40] in name for name in noted)
        for told in rows:
            open_verdict = "(cần ý kiến của Văn phòng)" in told["outcome"].plain
            silent = told["outcome"].plain.startswith("Chưa có số")
            assert open_verdict is (DISTRICTS_NOTE in told["name"].plain and not silent)
    marked = [r for r in report.annex_indicators if DISTRICTS_NOTE in r["name"].plain]
    assert len(marked) == len(OF_DISTRICTS)


def test_until_the_office_has_judged_it_such_a_measure_counts_nowhere_as_met_or_missed() -> None:
    made, standings = november()
    office = real_office()
    waits = [i for i in made.review.indicators if i.row.code in OF_DISTRICTS and i.has_value]
    report = report_of(office, made.consolidation, made.review, standings)

    assert waits and {i.outcome for i in waits} == {Judgement.AWAITING}
    assert made.review.headline.awaiting == len(waits)
    assert f"{len(waits)} chỉ tiêu chờ đánh giá" in " ".join(p.plain for p in report.overview)
    told = [r["why"].plain for r in report.unjudged if DISTRICTS_ENDED in r["why"].plain]
    said = f"Văn phòng chưa đánh giá: {DISTRICTS_ENDED}, cơ quan cần nêu rõ {WHICH_FIGURE}"
    assert told == [said] * len(waits)
    assert not [r for r in report.unjudged if DISTRICTS_NOTE in r["name"].plain], "said once"
    assert not [r for r in report.not_met if DISTRICTS_NOTE in r["name"].plain]
    values = {r["value"].plain.split()[0] for r in report.unjudged}
    assert {v for v in values if v.endswith(("/15", "/14"))}, "a count of a whole names the whole"

    one = waits[0]
    subject = next(iter(one.asked)).question.subject(Judgement.MET)
    verdict = verdict_kept(subject, "Trần Thị Hà", "Tính theo đơn vị nhận chuyển giao.", 1)
    judged = make_review(
        *(office, made.cycle, standings, made.as_of, None, made.earlier),
        verdicts=VerdictBook([verdict]),
    )
    assert judged.review.headline.awaiting == len(waits) - 1
    assert judged.review.indicator(one.row.code).outcome is Judgement.MET
    assert judged.review.indicator(one.row.code).distance == one.distance
    annex = report_of(office, judged.consolidation, judged.review, standings).annex_indicators
    [row] = [r for r in annex if "người đánh giá" in r["outcome"].plain]
    assert "cần ý kiến của Văn phòng" not in row["outcome"].plain + row["name"].plain


def test_who_leads_such_a_measure_is_asked_which_figure_it_is_until_it_explains_it() -> None:
    made, standings = november()
    office = real_office()
    leads = {r.lead for r in office.catalogue_of(made.cycle) if r.code in OF_DISTRICTS}
    assert leads
    for mine in standings:
        shown = preview_of(office, made.consolidation, made.review, mine, made.as_of)
        asks = [a.plain for a in shown.asks if "cấp huyện" in a.plain]
        facts = [f.plain for f in shown.facts if "tính theo cấp huyện" in f.plain]
        led = [i for i in made.review.indicators if i.row.lead == mine.agency]
        open_ones = [i for i in led if i.row.code in OF_DISTRICTS and i.has_value]
        silent = [i for i in open_ones if not _explained(i, mine.agency)]
        assert len(facts) == bool(open_ones) and len(asks) == bool(silent), mine.agency
        if open_ones:
            counted = f"{len(open_ones)} chờ đánh giá ("
            assert counted in facts[0] and ", tính theo cấp huyện)" in facts[0]
        if silent:
            assert asks[0].startswith(f"{len(silent)} chỉ tiêu tính theo cấp huyện (")
            assert "số tính đến 30/06/2025 hay số theo đơn vị nhận chuyển giao" in asks[0]


def _explained(one: ReviewIndicator, agency: str) -> bool:
    told = (r.answers.get("justification") for r in one.line.reports if r.agency == agency)
    return any(f is not None and f.is_given for f in told)


def test_an_explained_figure_is_not_asked_about_again() -> None:
    made, _ = november()
    office = real_office()
    names = ReportNames(
        office.register, office.catalogue_of(made.cycle), office.form_of(made.cycle)
    )
    one = next(i for i in made.review.indicators if i.row.code in OF_DISTRICTS and i.has_value)
    [report] = [r for r in one.line.reports if r.agency == one.row.lead]
    [silent] = of_districts_asked([one], report.agency, names)
    assert silent.plain.startswith("1 chỉ tiêu tính theo cấp huyện (")
    figure = dataclasses.replace(next(iter(report.answers.values())), value="Số đến 30/06/2025.")
    told = dataclasses.replace(report, answers={**report.answers, "justification": figure})
    explained = dataclasses.replace(one, line=dataclasses.replace(one.line, reports=[told]))
    assert list(of_districts_asked([explained], report.agency, names)) == []


def test_work_whose_object_are_districts_is_noted_and_asked() -> None:
    """Of the directive's tasks one adjusts plans of districts; rearranging them is no such thing,
    nor is a project in a district that is only its place."""
    office = real_office()
    rows = office.catalogues[2025]
    assert [r.code for r in rows if works_on_districts(r, 2025)] == ["task_2025_28"]
    assert not any(works_on_districts(r, 2024) for r in rows)
    named = next(r for r in rows if "sắp xếp đơn vị hành chính cấp huyện" in r.name)
    project = next(r for r in rows if r.appendix is Appendix.V)
    renamed = {
        "Nâng cấp bệnh viện tuyến huyện Vĩnh Bảo": True,
        "Xây dựng trụ sở cấp huyện": True,
        "Xây dựng cầu tại huyện Vĩnh Bảo": False,
    }
    for name, about in renamed.items():
        for row in (named, project):
            assert works_on_districts(dataclasses.replace(row, name=name), 2025) is about, name


@pytest.mark.parametrize(
    ("finished", "asked"),
    [(None, True), (dt.date(2025, 6, 30), False), (dt.date(2025, 7, 2), True)],
)
def test_the_closing_list_asks_about_work_on_districts_that_was_not_done_in_their_time(
    finished: dt.date | None, asked: bool
) -> None:
    made, _ = november()
    cycle, office = made.cycle, real_office()
    names = ReportNames(office.register, office.catalogue_of(cycle), office.form_of(cycle))
    doing = made.review.task("task_2025_28").doing
    state = TaskBucket.DONE_ON_TIME if finished else TaskBucket.OVERDUE
    doing = dataclasses.replace(doing, bucket=state, finish=Finish(finished, known=True))
    tasks = [
        dataclasses.replace(t, doing=doing) if t.row.code == "task_2025_28" else t
        for t in made.review.tasks
    ]
    review = dataclasses.replace(made.review, tasks=tasks)

    matters = open_matters(made.consolidation, review, names.place, names.row)
    listed = [matter.said for matter in matters]
    told = [one for one in listed if "nhiệm vụ, dự án về cấp huyện" in one]
    assert bool(told) is asked
    assert all("(PL IV.28; phần VI, VII)" in one for one in told)
    shown = task_row(review.task("task_2025_28"), 1, names, Citations())
    assert WORK_NOTE in shown["name"].plain
