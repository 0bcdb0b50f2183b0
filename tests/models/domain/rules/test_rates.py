"""Rows that count people or things to so many others: no nought is offered there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Make = Callable[..., Any]


@pytest.mark.parametrize(
    ("agency", "row", "offers_nought"),
    [
        ("syt", "doctors_per_10000", False),
        ("syt", "hospital_beds_per_10000", False),
        ("syt", "sex_ratio_at_birth", False),
        ("sgddt", "students_per_10000", False),
        ("sct", "export_turnover", True),
    ],
)
def test_a_rate_of_people_is_never_nought(
    workbook: Make, agency: str, row: str, offers_nought: bool
) -> None:
    book = workbook(agency)
    cell = book.put("indicators", row, "committed", "-")
    (said,) = (
        f for f in book.examine().findings if f.cell == cell and "chưa có nội dung" in f.message
    )
    assert "Đề nghị ghi một số, theo đúng đơn vị tính của dòng" in said.message
    assert ("nếu bằng không, ghi 0" in said.message) is offers_nought
