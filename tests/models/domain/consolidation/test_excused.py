"""What an agency was exempted from is nobody's gap: not counted, not reproached, yet said."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from models.domain.answers.standing import AgencyStanding, HeldMail, Timeliness
from models.domain.consolidation import Completeness, consolidate
from models.domain.reading.office import Office
from models.domain.register.catalogue import Appendix
from models.domain.results.plan_summary import plan_matter
from models.domain.results.summary import summarise
from tests.fixtures.small_office import AS_OF, commits, missing, standing

PLANNING = standing("skhdt", commits("grdp", "12.5", year="12.5"))
WITHOUT_TASKS = replace(PLANNING, exempt_sheets=("tasks",))


def made(office: Office, *standings: AgencyStanding):
    return consolidate(office, office.cycle("2025-plan"), standings, AS_OF)


def points(office: Office, *standings: AgencyStanding) -> str:
    found = made(office, *standings)
    return "\n".join(summarise(found, office, plan_matter(found, office)).points)


def test_an_exempted_sheet_is_not_counted_among_what_is_expected(office: Office) -> None:
    [before] = made(office, PLANNING).agencies
    [after] = made(office, WITHOUT_TASKS).agencies
    assert before.completeness == {
        Appendix.I: Completeness(1, 1),
        Appendix.IV: Completeness(1, 0),
    }
    assert after.completeness == {Appendix.I: Completeness(1, 1)}
    assert after.exempt_sheets == ["Nhiệm vụ"]


def test_mail_that_may_be_anothers_is_nobodys_first_as_long_as_its_own_came(
    office: Office,
) -> None:
    own = PLANNING.versions[0].received_at
    for days, doubtful, first in ((-2, True, 0), (-2, False, -2), (2, False, 0)):
        mail = HeldMail(own + dt.timedelta(days=days), doubtful=doubtful)
        [one] = made(office, replace(PLANNING, held_mail=(mail,))).agencies
        assert one.first_received_at == own + dt.timedelta(days=first), (days, doubtful)
    [silent] = made(
        office, replace(missing("skhdt"), held_mail=(HeldMail(own, doubtful=True),))
    ).agencies
    assert silent.first_received_at == own, "there is no other"


def test_an_agency_that_need_not_answer_leaves_no_gap_at_all(office: Office) -> None:
    exempt = AgencyStanding("skhdt", Timeliness.EXEMPT, (), None)
    found = made(office, exempt)
    assert found.agencies[0].completeness == {}
    assert {"grdp", "task_a", "scenario"} <= found.excused
    assert made(office, missing("skhdt")).excused == frozenset()


def test_the_summary_reproaches_nobody_with_what_he_was_exempted_from_and_says_so(
    office: Office,
) -> None:
    said = points(office, PLANNING)
    assert "Tên task_a" in said.partition("Nhiệm vụ được giao chưa có kế hoạch")[2]
    assert "Được miễn một phần" not in said
    said = points(office, WITHOUT_TASKS)
    assert "Tên task_a" not in said
    assert "Tên task_b" in said  # led by somebody else
    assert "Được miễn một phần báo cáo theo quyết định (1): " in said
    assert "(Nhiệm vụ)" in said


def test_an_exemption_makes_a_new_consolidation(office: Office) -> None:
    assert made(office, PLANNING).inputs_hash != made(office, WITHOUT_TASKS).inputs_hash
