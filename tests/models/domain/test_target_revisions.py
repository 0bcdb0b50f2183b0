"""Which target holds: by territory, from which day, by which document."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domain.register.catalogue import Appendix, Catalogue
from models.domain.register.target_revisions import TargetRevision, short_basis
from models.domain.register.targets import Target, TargetKind
from models.domain.register.targets_in_force import target_in_force
from models.domain.register.territories import TERRITORY_NAMES, TERRITORY_SHORT_NAMES, Territory
from tests.fixtures.printed_cells import parse_target
from tests.fixtures.small_office import row

JANUARY, JULY = dt.date(2025, 1, 20), dt.date(2025, 7, 25)
NOVEMBER = dt.date(2025, 11, 20)


def revision(territory: Territory, on: dt.date, printed: str, basis: str = "") -> TargetRevision:
    target = parse_target(printed)
    assert target is not None
    basis = basis or "Nghị quyết số 42/NQ-HĐND ngày 25/07/2025"
    return TargetRevision("grdp", territory, on, printed, target, basis)


GRDP = row(
    "grdp",
    Appendix.I,
    "1",
    "stc",
    target_printed="12,50",
    revisions=(
        revision(Territory.WHOLE, JULY, "12,35"),
        revision(Territory.WEST, dt.date(2025, 7, 1), "12", "Nghị quyết của HĐND tỉnh Hải Dương"),
    ),
)
CATALOGUE = Catalogue(2025, "Chỉ thị", (GRDP,), (), (), territory=Territory.EAST, issued_on=JANUARY)


@pytest.mark.parametrize(
    ("territory", "on", "printed"),
    [
        (Territory.EAST, NOVEMBER, "12,50"),
        (Territory.EAST, JANUARY, "12,50"),
        (Territory.EAST, dt.date(2025, 1, 19), None),
        (Territory.WHOLE, JULY, "12,35"),
        (Territory.WHOLE, dt.date(2025, 7, 24), None),
        (Territory.WEST, NOVEMBER, "12"),
    ],
)
def test_each_territory_has_the_target_that_held_on_the_day(
    territory: Territory, on: dt.date, printed: str | None
) -> None:
    found = target_in_force(GRDP, CATALOGUE, territory, on)
    assert (found and found.printed) == printed


def test_the_target_in_force_names_its_document() -> None:
    own = target_in_force(GRDP, CATALOGUE, Territory.EAST, NOVEMBER)
    later = target_in_force(GRDP, CATALOGUE, Territory.WHOLE, NOVEMBER)
    assert own is not None
    assert later is not None
    assert (own.basis, own.effective_on) == ("Chỉ thị", JANUARY)
    assert later.basis.startswith("Nghị quyết số 42/NQ-HĐND")
    assert later.target.value == Decimal("12.35")


def test_a_revision_for_the_directives_own_ground_takes_the_place_of_its_target() -> None:
    moved = dataclasses.replace(GRDP, revisions=(revision(Territory.EAST, JULY, "12,20"),))
    for on, printed in ((dt.date(2025, 7, 24), "12,50"), (JULY, "12,20")):
        found = target_in_force(moved, CATALOGUE, Territory.EAST, on)
        assert found is not None
        assert found.printed == printed


def test_the_shown_target_tells_what_was_set_since() -> None:
    assert GRDP.target_shown == ("12,50; toàn thành phố: 12,35 (NQ 42/NQ-HĐND); phía tây: 12")
    assert dataclasses.replace(GRDP, revisions=()).target_shown == "12,50"


def test_a_workbook_gives_no_target_that_the_office_has_yet_to_confirm() -> None:
    first, second = GRDP.revisions
    doubtful = dataclasses.replace(
        GRDP, revisions=(first, dataclasses.replace(second, assumed=True))
    )
    assert doubtful.target_given == "12,50; toàn thành phố: 12,35 (NQ 42/NQ-HĐND)"
    assert "phía tây: 12 (chờ xác nhận)" in doubtful.target_shown


def test_a_workbook_gives_no_target_of_a_day_after_it_went_out() -> None:
    given = dataclasses.replace(GRDP, quoted_until=dt.date(2025, 7, 24)).target_given
    assert given == "12,50; phía tây: 12"
    assert dataclasses.replace(GRDP, quoted_until=JULY).target_given == GRDP.target_shown


def test_no_ground_is_named_where_there_is_but_one() -> None:
    beside = dataclasses.replace(
        revision(Territory.EAST, JULY, "12,5", "Nghị quyết số 25/NQ-CP"), baseline="Chính phủ giao"
    )
    alone = dataclasses.replace(GRDP, revisions=(beside,))
    assert alone.target_shown == "12,50; Chính phủ giao: 12,5 (NQ 25/NQ-CP)"
    both = dataclasses.replace(GRDP, revisions=(beside, *GRDP.revisions))
    assert "Chính phủ giao, phía đông: 12,5 (NQ 25/NQ-CP)" in both.target_shown


def test_what_the_office_has_yet_to_confirm_is_shown_as_such() -> None:
    assumed = dataclasses.replace(GRDP.revisions[0], assumed=True)
    assert assumed.shown_in() == "toàn thành phố: 12,35 (NQ 42/NQ-HĐND, chờ xác nhận)"


@pytest.mark.parametrize(
    ("basis", "shown"),
    [
        ("Nghị quyết 42/NQ-HĐND ngày 25/07/2025", "NQ 42/NQ-HĐND"),
        ("Quyết định số 123/2025/QĐ-UBND của UBND thành phố", "QĐ 123/2025/QĐ-UBND"),
        ("Thông báo số 7/TB-UBND", "Thông báo 7/TB-UBND"),
        ("Kết luận của Hội nghị lần thứ hai của Thành ủy Hải Phòng", ""),
    ],
)
def test_a_document_is_named_short_enough_for_a_column(basis: str, shown: str) -> None:
    assert short_basis(basis) == shown


def test_every_territory_has_its_names() -> None:
    assert set(TERRITORY_NAMES) == set(TERRITORY_SHORT_NAMES) == set(Territory)


DAYS = st.integers(0, 400).map(lambda n: JANUARY + dt.timedelta(days=n))


@given(st.permutations([(t, d) for t in Territory for d in (5, 50, 200)]), DAYS)
def test_the_latest_that_has_begun_holds_in_whatever_order_they_stand(
    begun: list[tuple[Territory, int]], on: dt.date
) -> None:
    revisions = tuple(
        TargetRevision(
            "grdp",
            territory,
            JANUARY + dt.timedelta(days=days),
            str(days),
            Target(TargetKind.VALUE, Decimal(days)),
            "Nghị quyết",
        )
        for territory, days in begun
    )
    moved = dataclasses.replace(GRDP, revisions=revisions)
    passed = (on - JANUARY).days
    expected = max((d for d in (5, 50, 200) if d <= passed), default=None)
    for territory in Territory:
        found = target_in_force(moved, CATALOGUE, territory, on)
        if expected is None and territory is Territory.EAST:
            assert found is not None
            assert found.printed == "12,50"
        else:
            assert (found and found.target.value) == expected
