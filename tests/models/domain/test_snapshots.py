"""What changed since the last report: nothing twice, nothing lost, and the order never matters."""

from __future__ import annotations

import dataclasses
import random
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.domain.answers.standing import AgencyStanding, Timeliness
from models.domain.consolidation import consolidate
from models.domain.reading.office import Office
from models.domain.results.changes import change_points, changes_in_short
from models.domain.results.snapshots import (
    FrozenAgency,
    Snapshot,
    changes_between,
    plan_lines,
    snapshot_as_text,
    snapshot_from_text,
    snapshot_of,
)
from tests.fixtures.office_files import own_office
from tests.fixtures.simulated_answers import real_office, simulated_standings
from tests.fixtures.small_office import AS_OF, commits, missing, record, small_office, standing


@pytest.fixture(scope="module")
def office() -> Office:
    return small_office(own_office())


def frozen(office: Office, *standings: AgencyStanding) -> Snapshot:
    consolidation = consolidate(office, office.cycle("2025-plan"), standings, AS_OF)
    return snapshot_of(consolidation, plan_lines(consolidation))


def test_nothing_has_changed_since_the_same_report(office: Office) -> None:
    snapshot = frozen(office, standing("stc", commits("budget", "118000")), missing("cuc_thue"))

    changes = changes_between(snapshot, snapshot)

    assert not changes
    [said] = change_points(changes, office.register)
    assert said.endswith("không có số liệu nào thay đổi.")
    short = changes_in_short(changes, office.register.agency_name)
    assert short.endswith("không có số liệu nào thay đổi.") and "26/02/2025" in short


def test_an_agency_that_newly_answered_is_named_once_and_its_figures_are_not_listed(
    office: Office,
) -> None:
    before = frozen(office, standing("stc", commits("budget", "118000")), missing("cuc_thue"))
    after = frozen(
        office,
        standing("stc", commits("budget", "118000")),
        standing("cuc_thue", commits("debt", "7")),
    )

    changes = changes_between(before, after)

    assert changes.newly_answered == ["cuc_thue"]
    assert changes.figures == []
    assert [(line.row_key, line.appeared, line.flipped) for line in changes.lines] == [
        ("debt", True, False)
    ]
    [said] = change_points(changes, office.register)
    assert "1 cơ quan mới có báo cáo (Cục Thuế thành phố)" in said
    assert said.endswith("; về giá trị cả năm: 1 giá trị mới có.")
    short = changes_in_short(changes, office.register.agency_name)
    assert short.endswith(
        ": 1 cơ quan mới có báo cáo (Cục Thuế thành phố); các thay đổi khác ở trang «Thay đổi»."
    )


def test_a_corrected_value_shows_old_and_new_with_both_references(office: Office) -> None:
    first = record("sct", commits("iip", "15"))
    second = record("sct", commits("iip", "17"), version=2)
    before = frozen(office, AgencyStanding("sct", Timeliness.ON_TIME, (first,), first))
    after = frozen(office, AgencyStanding("sct", Timeliness.ON_TIME, (first, second), second))

    changes = changes_between(before, after)

    [figure] = changes.figures
    assert figure.before is not None and figure.after is not None
    assert (figure.before.text, figure.after.text) == ("15", "17")
    assert (figure.before.version, figure.after.version) == (1, 2)
    assert figure.before.reference == figure.after.reference == "N-0001"
    [agency] = changes.agencies
    assert (agency.counted_before, agency.counted_after) == ((1,), (2,))
    [line] = changes.lines
    assert line.before is not None and line.after is not None
    assert (line.before.judgement, line.after.judgement) == ("not_met", "met")


def test_a_value_that_moves_without_another_judgement_is_no_flip(office: Office) -> None:
    before = frozen(office, standing("sct", commits("iip", "15")))
    after = frozen(office, standing("sct", commits("iip", "16")))

    changes = changes_between(before, after)

    assert [line.flipped for line in changes.lines] == [False]
    assert changes.flipped == []


def test_a_figure_that_is_gone_is_told(office: Office) -> None:
    before = frozen(office, standing("sct", [*commits("iip", "15"), *commits("iip_index", "115")]))
    after = frozen(office, standing("sct", commits("iip", "15")))

    [figure] = changes_between(before, after).figures

    assert figure.after is None
    assert figure.figure.row_key == "iip_index"


def test_snapshots_of_two_cycles_are_not_compared(office: Office) -> None:
    one = frozen(office, missing("sct"))

    with pytest.raises(ValueError, match="two cycles"):
        changes_between(one, dataclasses.replace(one, cycle="2025-review"))


def test_a_snapshot_is_read_back_as_it_was_kept_and_in_one_spelling() -> None:
    office = real_office()
    cycle = office.cycle("2025-plan")
    standings = simulated_standings(office, cycle, AS_OF)
    shuffled = random.Random(2).sample(standings, len(standings))

    consolidation = consolidate(office, cycle, standings, AS_OF)
    snapshot = snapshot_of(consolidation, plan_lines(consolidation))
    text = snapshot_as_text(snapshot)

    assert snapshot_from_text(text) == snapshot
    other = consolidate(office, cycle, shuffled, AS_OF)
    assert snapshot_as_text(snapshot_of(other, plan_lines(other))) == text
    kept = {v.file_sha256 for s in standings for v in s.versions}
    assert {given.file_sha256 for given in snapshot.inputs} <= kept


def test_a_snapshot_of_a_newer_program_is_refused(office: Office) -> None:
    text = snapshot_as_text(frozen(office, missing("sct")))

    with pytest.raises(ValueError, match="newer"):
        snapshot_from_text(text.replace('"layout": 1', '"layout": 2'))


_VALUES = st.dictionaries(
    st.sampled_from(["iip", "iip_index", "budget", "debt"]),
    st.decimals(min_value=0, max_value=200, places=1, allow_nan=False),
    max_size=4,
)
_SAID = st.dictionaries(st.sampled_from(["sct", "stc", "cuc_thue"]), _VALUES, max_size=3)


@settings(deadline=None)
@given(_SAID, _SAID)
def test_the_old_figures_patched_with_the_changes_are_the_new_ones(
    old: dict[str, dict[str, Decimal]], new: dict[str, dict[str, Decimal]]
) -> None:
    office = small_office(real_office())
    before, after = (
        frozen(
            office,
            *(
                standing(a, [c for row, v in rows.items() for c in commits(row, str(v))])
                for a, rows in said.items()
            ),
        )
        for said in (old, new)
    )

    changes = changes_between(before, after)

    patched = {f.key: f.text for f in before.figures}
    for change in changes.figures:
        if change.after is None:
            del patched[change.figure.key]
        else:
            patched[change.after.key] = change.after.text
    fresh = {f.key: f.text for f in after.figures if f.agency in changes.newly_answered}
    assert patched | fresh == {f.key: f.text for f in after.figures}
    back = changes_between(after, before)
    assert bool(back) == bool(changes)


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ({}, False),
        ({"chooses": True}, True),
        ({"sent_back": True}, True),
        ({"anothers": True}, True),
        ({"versions": 2}, True),
    ],
)
def test_an_agency_that_waits_for_something_else_stands_otherwise(
    now: dict[str, Any], told: bool
) -> None:
    plain = FrozenAgency("sct", Timeliness.WAITING, 1, False, False, False)
    earlier = FrozenAgency("sct", Timeliness.WAITING, 1)  # kept by an earlier program
    later = replace(plain, **now)
    assert plain.stands_as(later) is not told
    assert earlier.stands_as(later) is (now.get("versions", 1) == 1), "it cannot know"
