from __future__ import annotations

import datetime as dt
import itertools

import pytest

from models.domain.cycle.cycles import ReportingCycle
from models.domain.reading.office import Office, register_day
from tasks.adapters.simulation.answers import answers_of
from tasks.adapters.simulation.filling import FilledWorkbook
from tasks.adapters.work.opening import workbook_content
from tasks.adapters.work.prefilling import carried_into

from .conftest import MORNING, SECRET, Examine, Fill

#: One of each kind: much to say, scenario, projects only, co-reporter only, free plan only.
AGENCIES = ("sldtbxh", "skhdt", "bqlda_giao_thong", "cuc_thong_ke", "ubnd_hong_bang", "van_phong")


@pytest.mark.parametrize("agency", AGENCIES)
def test_what_a_diligent_official_fills_in_is_accepted_without_a_remark(
    agency: str, filled: Fill, examine: Examine
) -> None:
    examination = examine(f"{agency}.xlsx", filled(agency).save(MORNING))
    assert examination.problem is None
    assert examination.agency == agency
    assert [f.message for f in examination.findings] == []


REVIEWERS = ("stc", "svhttdl", "bqlda_giao_thong", "thong_ke", "stp")


@pytest.mark.parametrize("agency", REVIEWERS)
def test_a_review_filled_in_diligently_is_accepted_without_a_remark(
    agency: str, office: Office, examine: Examine
) -> None:
    """Also with everything that February carried into it."""
    plan, review = office.cycle("2025-plan"), office.cycle("2025-review")
    day = register_day(review)
    accounts = {}
    for code in (agency, *office.register.successions.predecessors_of(agency, day)):
        if office.register.agencies[code].valid_on(register_day(plan)):
            book = FilledWorkbook(
                workbook_content(office, SECRET, plan, code), office.form_of(plan)
            )
            book.fill(answers_of(office, plan, office.register.agencies[code], 1))
            accounts[code] = examine(f"plan {code}.xlsx", book.save(MORNING)).entries
    carried = carried_into(office, review, agency, accounts)
    book = FilledWorkbook(
        workbook_content(office, SECRET, review, agency, carried.entries), office.form_of(review)
    )
    before = book.written()
    book.fill(answers_of(office, review, office.register.agencies[agency], 1, before))
    assert set(before) < set(book.written())
    examination = examine(f"{agency}.xlsx", book.save(MORNING))
    assert (examination.agency, examination.cycle) == (agency, "2025-review")
    assert [f.message for f in examination.findings] == []


def test_equal_seeds_give_equal_answers_and_other_seeds_do_not(
    office: Office, cycle: ReportingCycle
) -> None:
    agency = office.register.agencies["skhdt"]
    assert answers_of(office, cycle, agency, 7) == answers_of(office, cycle, agency, 7)
    assert answers_of(office, cycle, agency, 7) != answers_of(office, cycle, agency, 8)


def test_what_one_body_issues_is_numbered_in_the_order_of_its_days(office: Office) -> None:
    """Of all agencies together: a resolution of May never bears a higher number than June's."""
    review = office.cycle("2025-review")
    papers: dict[str, dict[dt.date, list[int]]] = {}
    for agency in office.register.agencies.values():
        if not agency.valid_on(register_day(review)):
            continue
        told: dict[tuple[str, str], dict[str, object]] = {}
        for cell in answers_of(office, review, agency, 1):
            told.setdefault((cell.sheet, cell.row_key), {})[cell.column] = cell.value
        for row in told.values():
            number, day = row.get("product_number"), row.get("product_date")
            if isinstance(number, str) and isinstance(day, dt.date):
                count, body = number.split("/")
                papers.setdefault(body, {}).setdefault(day, []).append(int(count))

    assert {"NQ-HĐND", "QĐ-UBND", "KH-UBND"} <= set(papers)
    for days in papers.values():
        ordered = [days[day] for day in sorted(days)]
        assert all(max(a) < min(b) for a, b in itertools.pairwise(ordered))
