"""Papers of the simulated officials: each body counts its own, one number is one work."""

from __future__ import annotations

import datetime as dt

import pytest

from models.domain.reading.office import Office, register_day
from models.domain.register.agencies import AgencyKind
from models.domain.register.catalogue import Appendix
from tasks.adapters.simulation.answers import answers_of

_Paper = tuple[str, dt.date]


def papers_of(office: Office, seed: int) -> dict[tuple[str, str], _Paper]:
    """By agency and row key: number and day of what proves the work."""
    cycle = office.cycle("2025-review")
    day = register_day(cycle)
    found: dict[tuple[str, str], _Paper] = {}
    for code, agency in office.register.agencies.items():
        if not agency.valid_on(day):
            continue
        given = {(a.row_key, a.column): a.value for a in answers_of(office, cycle, agency, seed)}
        for (key, column), value in given.items():
            signed_on = given.get((key, "product_date"))
            if column == "product_number" and isinstance(signed_on, dt.date):
                found[code, key] = (str(value), signed_on)
    return found


@pytest.mark.parametrize("seed", [1, 2025])
def test_no_two_works_of_different_agencies_share_a_paper_by_chance(
    office: Office, seed: int
) -> None:
    papers = papers_of(office, seed)
    tasks = {r.code for r in office.catalogues[2025] if r.appendix is Appendix.IV}
    of_tasks = {place: paper for place, paper in papers.items() if place[1] in tasks}
    assert len(of_tasks) > 10
    assert len({*of_tasks.values()}) == len({key for _, key in of_tasks})
    assert all(day.weekday() < 5 for _, day in papers.values())
    own = {place: paper for place, paper in papers.items() if place not in of_tasks}
    assert own
    kinds = (AgencyKind.DISTRICT, AgencyKind.COMMUNE)
    whose: dict[str, str] = {}
    for (agency, _), (number, _) in own.items():
        sign = number.rpartition("-")[2]
        local = office.register.agencies[agency].kind in kinds
        assert (sign == "UBND") is local, (agency, number)
        assert local or whose.setdefault(sign, agency) == agency, (sign, agency)


@pytest.mark.parametrize("seed", [1, 2025])
def test_numbers_of_a_body_grow_through_the_year(office: Office, seed: int) -> None:
    resolutions = {p for p in papers_of(office, seed).values() if p[0].endswith("NQ-HĐND")}
    by_day = sorted((day, int(number.partition("/")[0])) for number, day in resolutions)
    assert len(by_day) > 3
    assert [n for _, n in by_day] == sorted(n for _, n in by_day)
