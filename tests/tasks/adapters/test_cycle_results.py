"""A plan and a review are shown through one interface; which of them a cycle has is asked once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from models.domain.consolidation import EARLIER, consolidate
from models.domain.reading.office import Office
from tasks.adapters.results.choosing import results_from
from tasks.adapters.results.cycle_results import CycleResults, NothingToReport
from tasks.adapters.results.plan_results import PlanResults
from tasks.adapters.results.review_results import ReviewResults
from tests.fixtures.simulated_answers import real_office
from tests.fixtures.small_office import AS_OF, commits, missing, standing
from tests.fixtures.small_review import NOW, answered, reports, review_office

FEBRUARY = standing("skhdt", commits("grdp", "12"))
NOVEMBER = answered("stc", reports("grdp", "12.2"))


@pytest.fixture(scope="module")
def office() -> Office:
    return review_office(real_office())


@pytest.fixture(scope="module")
def plan(office: Office) -> CycleResults:
    return results_from(
        office, consolidate(office, office.cycle("2025-plan"), [FEBRUARY], NOW), None
    )


@pytest.fixture(scope="module")
def review(office: Office) -> CycleResults:
    earlier = consolidate(office, office.cycle("2025-plan"), [FEBRUARY], NOW, prefix=EARLIER)
    made = consolidate(office, office.cycle("2025-review"), [NOVEMBER], NOW)
    return results_from(office, made, earlier)


def test_what_a_cycle_asks_for_decides_how_its_results_are_shown(
    plan: CycleResults, review: CycleResults
) -> None:
    assert isinstance(plan, PlanResults)
    assert isinstance(review, ReviewResults)
    assert [b.key for b in plan.boards()] == ["chi-tieu-2025-plan"]
    assert [b.key for b in review.boards()] == ["chi-tieu-2025-review", "nhiem-vu-2025-review"]


def test_a_plan_has_no_numbers_pages_nor_papers_of_a_year(plan: CycleResults) -> None:
    assert plan.counts() == {}
    assert plan.previews(NOW) == []
    assert plan.papers("a.xlsx", Path(), None, NOW) == []
    with pytest.raises(NothingToReport, match="2025-plan"):
        plan.report(Path(), None, NOW)


def test_a_review_has_them_all_and_makes_a_paper_only_when_asked(review: CycleResults) -> None:
    assert review.counts()["indicators"] == 6
    assert [p.agency for p in review.previews(NOW)] == ["stc"]
    # No template lies in this folder: nothing has been set yet.
    paper, clean = review.papers("TK-2025_Tong-hop_20251126-0900.xlsx", Path(), None, NOW)
    assert paper.name == "TK-2025_Bao-cao_20251126-0900.docx"
    assert paper.told == "Báo cáo (.docx), có mã nguồn"
    assert clean.name == "TK-2025_Bao-cao_20251126-0900_Ban-trinh-ky.docx"
    assert clean.told == "Bản trình ký (.docx)"


def test_figures_of_the_earlier_cycle_lie_behind_those_of_this_one(
    plan: CycleResults, review: CycleResults
) -> None:
    assert [f.reference[0] for f in review.every_figure] == ["N", "N", "K"]
    assert plan.every_figure == plan.consolidation.lineage


def test_what_is_shown_beside_a_consolidation_is_told_by_its_fingerprint(office: Office) -> None:
    cycle = office.cycle("2025-plan")
    alone = consolidate(office, cycle, [FEBRUARY], AS_OF)
    before = consolidate(office, cycle, [missing("sct")], AS_OF, prefix=EARLIER)

    assert results_from(office, alone, None).consolidation.inputs_hash == alone.inputs_hash
    beside = results_from(office, alone, before).consolidation
    assert beside.inputs_hash != alone.inputs_hash
    later = consolidate(office, cycle, [FEBRUARY], AS_OF + dt.timedelta(days=1))
    assert results_from(office, later, before).consolidation.inputs_hash == beside.inputs_hash
