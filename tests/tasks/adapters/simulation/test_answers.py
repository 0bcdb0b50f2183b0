from __future__ import annotations

import pytest

from models.domain.cycles import ReportingCycle
from models.domain.office import Office
from tasks.adapters.simulation.answers import answers_of

from .conftest import MORNING, Examine, Fill

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


def test_equal_seeds_give_equal_answers_and_other_seeds_do_not(
    office: Office, cycle: ReportingCycle
) -> None:
    agency = office.register.agencies["skhdt"]
    assert answers_of(office, cycle, agency, 7) == answers_of(office, cycle, agency, 7)
    assert answers_of(office, cycle, agency, 7) != answers_of(office, cycle, agency, 8)
