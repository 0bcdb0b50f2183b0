"""The nearest of many texts are those that difflib names, and in its order."""

from __future__ import annotations

from difflib import get_close_matches

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domain.notation.near_texts import nearest_texts
from models.domain.register.agencies import name_key
from tests.fixtures.office_files import own_office

ASKED = [
    "", "a", "so", "so tai chinh", "so tai chnh", "so nong nghep", "uy ban nhan dan",
    "uy ban nhan dan xa cam giang", "uy ban nhan dan quan ngo quyn", "thanh tra thanh pho",
    "uy ban nhan dan huyen", "khong ai mang ten nay", "b" * 250, "so cong thuong " * 14,
    "hnaht art", "ban quan ly khu kinh te", "xyz",
]  # fmt: skip


@pytest.mark.parametrize("asked", ASKED)
def test_names_of_the_office_are_found_as_difflib_finds_them(asked: str) -> None:
    agencies = list(own_office().register)
    names = sorted({name_key(n) for a in agencies for n in (a.code, a.name, *a.aliases)})
    for count in (1, 2, 3):
        expected = get_close_matches(asked, names, n=count, cutoff=0.6)
        assert nearest_texts(asked, names, count, 0.6) == expected


@given(
    st.text("abc ", max_size=9),
    st.lists(st.text("abc ", max_size=9), unique=True, max_size=30),
    st.integers(1, 4),
    st.sampled_from([0.0, 0.3, 0.6, 0.9, 1.0]),
)
def test_so_are_any_others(asked: str, among: list[str], count: int, at_least: float) -> None:
    expected = get_close_matches(asked, among, n=count, cutoff=at_least)
    assert nearest_texts(asked, among, count, at_least) == expected
