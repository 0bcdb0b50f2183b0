"""Rounding half up, shares that add up, decimals alike: laws that hold for every figure."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domain.cycle.letter_phrases import alike, rounded
from models.domain.notation.rounding import half_up, like_decimals, percent_of, shares_of
from tests.texts import ROOT

NUMBERS = st.decimals(-(10**9), 10**9, allow_nan=False, allow_infinity=False, places=4)


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        ("0.25", 1, "0.3"),  # half to even would say 0.2
        ("12.345", 2, "12.35"),
        ("-0.25", 1, "-0.3"),
        ("2.5", 0, "3"),
        ("99.95", 1, "100.0"),
    ],
)
def test_a_half_is_rounded_away_from_nothing(value: str, places: int, expected: str) -> None:
    assert half_up(Decimal(value), places) == Decimal(expected)
    assert half_up(float(value), places) == Decimal(expected)


@given(NUMBERS, st.integers(0, 4))
def test_rounding_moves_by_half_a_unit_at_most(value: Decimal, places: int) -> None:
    assert abs(half_up(value, places) - value) <= Decimal(1).scaleb(-places) / 2


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=12), st.integers(0, 2))
def test_shares_of_a_whole_add_up_and_stay_within_a_unit(counts: list[int], places: int) -> None:
    shares, unit = shares_of(counts, places), Decimal(1).scaleb(-places)
    total = sum(counts)
    assert sum(shares) == (100 if total else 0)
    for share, count in zip(shares, counts, strict=True):
        assert share.as_tuple().exponent == -places
        assert not total or abs(share - Decimal(count) * 100 / total) < unit
    by_count = sorted(zip(counts, shares, strict=True))
    assert [share for _, share in by_count] == sorted(shares)  # more is never shown as less


def test_of_equal_remainders_the_first_is_rounded_up() -> None:
    assert shares_of([1, 1, 1]) == [Decimal("33.4"), Decimal("33.3"), Decimal("33.3")]
    assert shares_of([0, 0]) == [Decimal("0.0"), Decimal("0.0")]
    assert percent_of(1, 3) == Decimal("33.3")
    assert percent_of(1, 0) is None


@given(st.lists(st.one_of(st.none(), NUMBERS), min_size=1, max_size=6))
def test_numbers_shown_alike_have_as_many_decimals(values: list[Decimal | None]) -> None:
    shown = [text for text in alike(values) if text]
    places = {len(text.partition(",")[2]) for text in shown}
    assert places <= {like_decimals(values)}
    assert [bool(text) for text in alike(values)] == [value is not None for value in values]


def test_a_float_is_rounded_as_it_is_written() -> None:
    assert rounded(1.005, 2) == "1,01"
    assert rounded(111.2) == "111,2"


#: Rooms whose figures people read; there nothing but `half_up` rounds.
READ = (
    *(f"models/domain/{room}" for room in ("consolidation", "review", "results", "letters")),
    *("models/domain/desk", "models/domain/cycle", "flows/cli", "flows/desk"),
    *(f"tasks/adapters/{room}" for room in ("results", "sheets", "boards", "letters", "upkeep")),
)
ROUNDS = re.compile(r"(?<![\w.])round\(|\.quantize\(|:\.\d[f%]\}")
#: Of places on a drawing, and of seconds that nobody waits for to the tenth.
DRAWN = {
    ("models/domain/desk/line_charts.py", "return round("),
    ("models/domain/desk/line_charts.py", "] = round("),
    ("tasks/adapters/letters/guarded_templates.py", "giây"),
    ("flows/cli/checking.py", '"seconds"'),
}


def test_what_people_read_is_rounded_by_one_function() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for room in READ
        for path in sorted((ROOT / room).rglob("*.py"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if ROUNDS.search(line)
        and not any(str(path.relative_to(ROOT)) == at and said in line for at, said in DRAWN)
    ]
    assert not found, "\n".join(found)
