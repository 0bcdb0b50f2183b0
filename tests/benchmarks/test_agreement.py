"""What is measured is comparable: the program and the analyst's script find the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import material

COUNT = 60  # every agency once, nine of them a second time, and every kind of fault


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[material.Submission]]:
    folder = tmp_path_factory.mktemp("material")
    submissions = material.make(folder, COUNT, 2)
    material.write_analyst_tables(material.office(), folder)
    return folder, submissions


def test_a_fifth_is_faulty_in_many_ways(made: tuple[Path, list[material.Submission]]) -> None:
    faults = [s.fault for s in made[1] if s.faulty]
    assert len(faults) == COUNT // material.EVERY_FIFTH
    assert len(set(faults)) >= 5


def test_checking_whole_intake_and_the_analysts_script_agree(
    made: tuple[Path, list[material.Submission]], tmp_path: Path
) -> None:
    from benchmarks import stages  # for start-up cost: all that an analyst works with

    folder, submissions = made
    office = material.office()
    checked = stages.checked_here(office, submissions).counts
    assert checked is not None
    assert checked.returned + checked.warned == COUNT // material.EVERY_FIFTH
    for one_by_one in (True, False):
        assert stages.analysed(folder, COUNT, 1, one_by_one).counts == checked
    with stages.sqlite_database(tmp_path) as url:
        site = stages.Site(office, tmp_path, url, 2)
        intake = stages.taken_in(site, submissions, "SQLite").counts
    assert intake is not None
    # Only the record knows that a second version left cells out: a warning more here and there.
    assert (intake.accepted, intake.returned) == (checked.accepted, checked.returned)
    assert intake.warned >= checked.warned
