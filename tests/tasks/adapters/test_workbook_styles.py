"""The office's look: how tall a text is, and what a cell can hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.adapters.workbooks.workbook_styles import (
    MAX_TEXT,
    clean_text,
    line_count,
    row_height,
    text_width,
)

LONG = "Tỷ lệ tổng số lượng gói thầu áp dụng hình thức chào hàng cạnh tranh, đấu thầu rộng rãi"


@given(st.text(), st.integers(3, 100))
def test_a_wider_column_never_needs_more_lines(text: str, width: int) -> None:
    assert line_count(text, width + 5) <= line_count(text, width)


@given(st.text())
def test_a_text_has_a_line_for_each_of_its_breaks(text: str) -> None:
    assert line_count(text, 1000) >= text.count("\n") + 1


def test_a_long_word_is_broken_and_not_lost() -> None:
    assert line_count("a" * 200, 10) >= text_width("a" * 200) / 75


def test_lines_of_a_known_text_are_counted_as_they_are_printed() -> None:
    assert line_count("Tỷ lệ hộ nghèo", 32) == 1
    assert line_count(LONG, 32) == 3


def test_a_row_is_as_tall_as_its_tallest_cell_and_never_taller_than_allowed() -> None:
    assert row_height([("a", 10), (LONG, 32)]) == row_height([(LONG, 32)]) > row_height([("a", 10)])
    assert row_height([(LONG * 99, 10)]) == 409
    assert row_height([], least=40) == 40


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean_text(text)
    assert clean_text(once) == once
    once.encode("utf-8")


@pytest.mark.parametrize("text", ["a\x00b", "a\x1bb", "a\x7fb", "a\ud800b", "a\uffffb", "a\x85b"])
def test_what_no_cell_can_hold_is_left_out(text: str) -> None:
    assert clean_text(text) == "ab"


def test_a_text_too_long_for_a_cell_is_cut_visibly() -> None:
    assert len(clean_text("a" * 99_999)) == MAX_TEXT
    assert clean_text("abcdef", 3) == "ab…"
