"""What is said of several cells of a row that hold the same."""

from __future__ import annotations

import pytest

from models.domain.reading.findings import Finding, Severity
from models.domain.rules.running import merge_twins


@pytest.mark.parametrize(
    ("severity", "asked"),
    [
        (Severity.ERROR, "Đề nghị sửa cả ô K8 (ghi cùng nội dung)."),
        (Severity.WARNING, "Ô K8 ghi cùng nội dung, đề nghị xem lại."),
    ],
)
def test_a_cell_that_must_be_mended_as_well_is_not_merely_to_be_looked_at(
    severity: Severity, asked: str
) -> None:
    found = [
        Finding("DV-02", severity, "Đề nghị ghi 37.", "Chỉ tiêu", cell, "37.000", "export")
        for cell in ("G8", "K8")
    ]
    (merged,) = merge_twins(found)
    assert merged.cells == ("G8", "K8")
    assert merged.message == f"Đề nghị ghi 37. {asked}"
