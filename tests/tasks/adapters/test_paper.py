"""Which paper a table prints on, and how wide its columns may be there."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tasks.adapters.workbooks.paper import (
    A3_WIDE,
    A4_WIDE,
    LEAST_POINTS,
    PrintLayout,
    Width,
    laid_out,
    scale_on,
)

SIZES = st.integers(9, 12).map(float)
WIDTHS = st.tuples(st.floats(5, 60), st.floats(0.4, 1)).map(lambda w: Width(w[0], w[0] * w[1]))
TABLES = st.lists(WIDTHS, min_size=1, max_size=25)


def printed(layout: PrintLayout, size: float) -> float:
    """How large its letters are on paper."""
    return scale_on(layout.paper, layout.widths) * size


@given(TABLES, SIZES)
def test_no_column_is_narrower_than_it_may_be_nor_wider_than_is_good(
    columns: list[Width], size: float
) -> None:
    layout = laid_out(columns, size)

    for column, width in zip(columns, layout.widths, strict=True):
        assert column.least - 1 / 7 <= width <= column.best + 1e-9


@given(TABLES, SIZES, st.booleans())
def test_it_can_be_read_wherever_the_narrowest_columns_can_be_on_the_largest_paper(
    columns: list[Width], size: float, on_a4: bool
) -> None:
    layout = laid_out(columns, size, on_a4=on_a4)
    narrowest = laid_out([Width(c.least, c.least) for c in columns], size)
    assume(printed(narrowest, size) >= LEAST_POINTS + 0.03 * size)

    assert printed(layout, size) >= LEAST_POINTS


def test_a_narrow_table_stays_as_it_is_on_a4() -> None:
    assert laid_out([Width(20, 10)] * 5, 10) == PrintLayout(A4_WIDE, (20.0,) * 5)


def test_a_wider_one_gives_up_a_little_for_a4_and_goes_on_a3_where_that_is_too_much() -> None:
    little = laid_out([Width(10, 10), *[Width(30, 15)] * 6], 10)
    much = laid_out([Width(10, 10), *[Width(30, 15)] * 9], 10)

    assert little.paper is A4_WIDE
    assert little.widths[0] == 10
    assert 20 < little.widths[1] < 30
    assert much.paper is A3_WIDE
    assert 15 < much.widths[1] < 30


@pytest.mark.parametrize(("on_a4", "paper"), [(True, A4_WIDE), (False, A3_WIDE)])
def test_what_everybody_prints_goes_on_a4_as_long_as_it_can_be_read(on_a4, paper) -> None:
    assert laid_out([Width(30, 18)] * 8, 10, on_a4=on_a4).paper is paper
