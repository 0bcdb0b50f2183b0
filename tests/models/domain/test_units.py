"""Units taken apart and converted."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domain.notation.units import converted, measure_of
from models.domain.reading.cell_values import understand_number
from models.domain.reading.problems import ProblemKind
from models.domain.register.catalogue import CatalogueRow

SAME = [
    ("Tỷ USD", "tỉ usd"),
    ("Triệu tấn", "triệu  tấn"),
    ("tr đồng", "Triệu đồng"),
    ("nghìn lượt", "1.000 lượt"),
    ("ngàn lượt khách", "1.000 lượt"),
    ("phần trăm", "%"),
    ("trđ", "triệu đồng"),
    ("tr.đ/người", "triệu đồng/người"),
    ("triệu đồng/người/năm", "Triệu đồng/người"),
    ("USD/đầu người", "USD/người"),
    ("sinh viên/10.000 dân", "Sinh viên/vạn dân"),
    ("bé trai/100 bé gái", "Số bé trai/100 bé gái"),
    ("km²", "km2"),
    ("%/năm", "%"),
]
DIFFERENT = [
    ("triệu USD", "tỷ USD"),
    ("tỷ đồng", "tỷ USD"),
    ("%", "‰"),
    ("tấn", "triệu tấn"),
    ("triệu đồng/người", "triệu đồng/ha"),
    ("triệu đồng/người", "triệu đồng"),
    ("triệu đồng/người/tháng", "triệu đồng/người"),
    ("bác sĩ/vạn dân", "bác sĩ/nghìn dân"),
    ("cán bộ", "căn"),
    ("điểm %", "%"),
]


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


# Amount, unit, wanted unit, the same amount in it (None: they do not measure the same).
CONVERTED = [
    ("37", "triệu USD", "Tỷ USD", "0.037"),
    ("9.6", "nghìn USD/người", "USD/người", "9600"),
    ("1.5", "km²", "ha", "150"),
    ("2", "tấn", "kg", "2000"),
    ("2.5", "%", "‰", "25"),
    ("1.2", "tỷ kWh", "GWh", "1200"),
    ("3", "bác sĩ/nghìn dân", "bác sĩ/vạn dân", "30"),
    ("171", "triệu đồng/người", "USD/người", None),
    ("125", "triệu đồng/ha", "triệu đồng/người", None),
    ("171", "triệu đồng/người", "triệu đồng", None),
    ("5", "xã", "%", None),
    ("5", "lần", "%", None),
]


@pytest.mark.parametrize(("amount", "given", "wanted", "result"), CONVERTED)
def test_amounts_are_converted_above_and_below_the_stroke_apart(
    amount: str, given: str, wanted: str, result: str | None
) -> None:
    found = converted(Decimal(amount), measure_of(given), measure_of(wanted))
    assert found == (Decimal(result) if result else None)


# A text, the unit of its row, the name of the row, what is made of it.
OTHER, REMARKED = ProblemKind.OTHER_UNIT, ProblemKind.QUALIFIED_NUMBER
BOTH_WAYS = ProblemKind.AMBIGUOUS_NUMBER
TYPED = [
    ("171 triệu đồng/người", "USD/người", "", OTHER),
    ("125 triệu đồng/ha", "Triệu đồng/người", "", OTHER),
    ("125 triệu đồng/người/tháng", "Triệu đồng/người", "", OTHER),
    ("171 triệu đồng/người", "Triệu đồng", "", OTHER),
    ("2,5 lần", "%", "", OTHER),
    ("2,5 lần so với cùng kỳ", "%", "", OTHER),
    ("5 xã", "%", "", OTHER),
    ("5 xã đạt chuẩn", "%", "", OTHER),
    ("2 điểm %", "%", "", OTHER),
    ("2 điểm phần trăm", "%", "", OTHER),
    ("15%/tháng", "%", "", OTHER),
    ("12 phường", "Huyện", "", OTHER),
    ("5 hộ", "Trường", "", OTHER),
    ("25%", "‰", "", OTHER),
    ("37 triệu USD", "Tỷ USD", "", OTHER),
    ("1,5 km²", "ha", "", OTHER),
    ("3 triệu m² sàn", "m²", "", OTHER),
    ("120 cán bộ", "căn", "", REMARKED),
    ("3 nghìn cái", "Trường", "", OTHER),
    ("12 cơ sở", "Trường", "", REMARKED),
    ("15 bác sĩ/vạn dân", "Bác sĩ", "Số bác sĩ trên 10.000 dân", REMARKED),
    ("15 bác sĩ/vạn dân", "Bác sĩ", "Số bác sĩ tuyển mới", OTHER),
    ("9600 USD", "USD/người", "", None),
    ("9600 USD/người", "USD/người", "", None),
    ("9600 USD/người/năm", "USD/người", "", None),
    ("171 trđ/người", "Triệu đồng/người", "", None),
    ("37 tỷ USD, tăng so với năm trước", "Tỷ USD", "", REMARKED),
    ("17% so với cùng kỳ", "%", "", BOTH_WAYS),
    ("17 phần trăm", "%", "", None),
    ("15 quận, huyện", "Huyện", "", None),
    ("12 trường học", "Trường", "", None),
    ("200 căn hộ", "căn", "", None),
    ("5000 lao động", "Lượt người", "", None),
    ("30 m²/người", "m² sàn/người", "", None),
    ("350 sinh viên/vạn dân", "Sinh viên/vạn dân", "", None),
    ("350/10.000 dân", "Sinh viên/vạn dân", "", None),
]


@pytest.mark.parametrize(("text", "unit", "name", "kind"), TYPED)
def test_what_is_counted_and_of_how_many_are_compared_apart(
    real_office: Any, text: str, unit: str, name: str, kind: ProblemKind | None
) -> None:
    row: CatalogueRow = next(iter(real_office.catalogues[2025]))
    understood = understand_number(text, replace(row, unit=unit, name=name, target=None))
    assert (understood.doubt.kind if understood.doubt else None) is kind
    assert (understood.value is None) == (kind in (OTHER, BOTH_WAYS))
