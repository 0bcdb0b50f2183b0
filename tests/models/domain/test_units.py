"""Units taken apart and converted."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domain.notation.units import converted, measure_of

SAME = [
    ("Tỷ USD", "tỉ usd"),
    ("Triệu tấn", "triệu  tấn"),
    ("tr đồng", "Triệu đồng"),
    ("nghìn lượt", "1.000 lượt"),
    ("ngàn lượt khách", "1.000 lượt"),
    ("phần trăm", "%"),
]
DIFFERENT = [("triệu USD", "tỷ USD"), ("tỷ đồng", "tỷ USD"), ("%", "‰"), ("tấn", "triệu tấn")]


@pytest.mark.parametrize(("left", "right"), SAME)
def test_spellings_of_one_unit_are_equal(left: str, right: str) -> None:
    assert measure_of(left) == measure_of(right)


@pytest.mark.parametrize(("left", "right"), DIFFERENT)
def test_different_units_differ(left: str, right: str) -> None:
    assert measure_of(left) != measure_of(right)


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_converting_there_and_back_changes_nothing(amount: Decimal) -> None:
    small, large = measure_of("triệu đồng"), measure_of("tỷ đồng")
    there = converted(amount, small, large)
    assert there is not None
    assert converted(there, large, small) == amount


def test_what_measures_something_else_cannot_be_converted() -> None:
    assert converted(Decimal(1), measure_of("tấn"), measure_of("USD")) is None


def test_every_unit_of_the_directive_is_taken_apart(real_office: Any) -> None:
    for row in real_office.catalogues[2025]:
        measure = measure_of(row.unit)
        assert measure.scale >= 1
        assert measure.base or not row.unit.strip("- ")
