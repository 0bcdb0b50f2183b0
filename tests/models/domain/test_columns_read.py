"""Headers that were overwritten, columns the form does not know: nothing is read in silence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from models.domain.findings import Severity

Make = Callable[..., Any]

REVIEW = "2025-review"
ROW = "retail_sales"


def rename(book: Any, column: str, header: str | None, sheet: str = "indicators") -> None:
    """Overwrites the header of a column."""
    place = book.places[sheet, ROW, column][1]
    book.grids[sheet][3][place - 1] = header


def header_of(book: Any, column: str, sheet: str = "indicators") -> str:
    header: str = book.sheets[sheet].column(column).header
    return header


@pytest.mark.parametrize("overwritten", ["last_year", "estimate_west"])
def test_a_header_overwritten_with_anothers_is_for_the_agency_to_settle(
    workbook: Make, overwritten: str
) -> None:
    """Left of the true column its figures would be read in its place, right of it be dropped."""
    book = workbook(cycle=REVIEW)
    cell = book.put("indicators", ROW, overwritten, 237_690.0)
    rename(book, overwritten, header_of(book, "estimate"))
    (finding,) = book.findings("CT-11")
    assert finding.severity is Severity.ERROR
    assert f"ô {cell} ghi «237.690»" in finding.message
    assert f"ô {book.at('indicators', ROW, 'estimate')} ghi «250.200»" in finding.message
    assert " ".join(header_of(book, overwritten).split()) in finding.message


def test_a_column_under_anothers_header_is_not_read_in_place_of_an_empty_one(
    workbook: Make,
) -> None:
    book = workbook(cycle=REVIEW)
    for sheet, row, column in list(book.places):
        if (sheet, column) == ("indicators", "estimate"):
            book.put("indicators", row, "last_year", 100.0)
            book.put("indicators", row, "estimate", None)
    rename(book, "last_year", header_of(book, "estimate"))
    (finding,) = book.findings("CT-11")
    assert "trống" in finding.message


def test_an_empty_copy_of_a_column_is_no_matter(workbook: Make) -> None:
    book = workbook(cycle=REVIEW)
    book.grids["indicators"][3].append(header_of(book, "estimate"))
    assert [f.message for f in book.findings()] == []
