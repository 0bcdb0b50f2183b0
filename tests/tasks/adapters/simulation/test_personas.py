from __future__ import annotations

from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.reading.office import Office
from tasks.adapters.simulation.acts import WorkbookOrigin
from tasks.adapters.simulation.personas import cast


def test_every_agency_has_its_part_and_nobody_else_has_one(
    office: Office, cycle: ReportingCycle
) -> None:
    asked = [a.code for a in office.register.answering_on(cycle.opens_at.astimezone(HANOI).date())]
    parts = cast(asked, "old", 1)
    assert list(parts) == asked
    known = set(office.register.agencies)
    assert {act.neighbour for acts in parts.values() for act in acts} - {""} <= known


def test_nobody_acts_before_the_cycle_opens_or_after_it_ends(
    office: Office, cycle: ReportingCycle
) -> None:
    acts = [act for part in cast(list(office.register.agencies), "old", 1).values() for act in part]
    assert all(cycle.opens_at < act.at for act in acts)
    assert all(act.at.date() <= cycle.ends_on for act in acts if cycle.ends_on)


def test_an_agency_answers_only_letters_that_its_earlier_mails_may_have_caused(
    office: Office,
) -> None:
    for acts in cast(list(office.register.agencies), "old", 1).values():
        assert [act.at for act in acts] == sorted(act.at for act in acts)
        for act in acts[:1]:
            assert not act.answers_last
            assert act.basis is not WorkbookOrigin.RETURNED


def test_equal_seeds_give_the_same_cast(office: Office) -> None:
    first, again = (cast(list(office.register.agencies), "old", 5) for _ in range(2))
    assert {a: [(x.at, x.tells) for x in acts] for a, acts in first.items()} == {
        a: [(x.at, x.tells) for x in acts] for a, acts in again.items()
    }
