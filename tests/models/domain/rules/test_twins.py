"""What is said of several cells of a row that hold the same."""

from __future__ import annotations

from typing import Any

import pytest

from models.domain.reading.findings import Finding, Severity
from models.domain.rules.running import ON_WRITING, merge_twins
from tests.models.domain.rules.samples import Spoil, both, commit, limit_sums
from tests.models.domain.rules.spoilt import findings_on
from tests.models.domain.rules.test_advice import SPOILT


@pytest.mark.parametrize(
    ("severity", "asked"),
    [
        (Severity.ERROR, "Đề nghị sửa cả ô K8 (ghi cùng nội dung)."),
        (Severity.WARNING, "Ô K8 ghi cùng nội dung; nếu sửa, đề nghị sửa cả ô đó."),
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


@pytest.mark.parametrize(
    ("rule", "agency", "spoil"),
    [
        ("TD-01", "bhxh", commit("health_insurance_coverage_people", 94.0)),
        ("TD-01", "sct", commit("iip_index", 119.0)),
        ("DV-02", "sct", commit("retail_sales", 250_200_000.0)),
        ("CK-01", "sct", commit("retail_sales", 245_000.0)),
        (
            "TH-04",
            "stc",
            both(
                commit("recurrent_spending_share", 55.0), commit("development_spending_share", 50.0)
            ),
        ),
    ],
)
def test_every_rule_on_the_years_figure_names_the_other_cell_that_holds_it(
    workbook: Any, rule: str, agency: str, spoil: Spoil
) -> None:
    book = workbook(agency)
    if rule == "TH-04":
        limit_sums(book)
    spoil(book)
    found = [f for f in book.findings() if f.rule == rule]
    assert found
    for finding in found:
        row = finding.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        assert finding.cells == (f"G{row}", f"K{row}")
        assert f"ô k{row}" in finding.message.lower() and "cùng nội dung" in finding.message


def test_of_two_figures_that_disagree_either_may_be_mended_with_its_twin(workbook: Any) -> None:
    book = workbook("bhxh")
    commit("health_insurance_coverage_people", 94.0)(book)
    (said,) = [f for f in book.findings() if f.rule == "TD-01"]
    one, other = said.cell[1:], {"5": "6", "6": "5"}[said.cell[1:]]
    assert (
        f"Đề nghị sửa ô ghi sai cho khớp; sửa ô G{one} thì sửa cả ô K{one} (ghi cùng nội dung), "
        f"sửa ô G{other} thì sửa cả ô K{other}." in said.message
    )
    assert said.message.count("ghi cùng nội dung") == 1


@pytest.mark.parametrize(("sample", "cycle"), SPOILT)
def test_a_cell_marked_for_its_twin_is_named_in_the_remark(sample: Any, cycle: str) -> None:
    for finding in findings_on(sample, cycle):
        if finding.rule not in ON_WRITING and "cùng nội dung" in finding.message:
            rows = {c.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for c in finding.cells}
            twins = [c for c in finding.cells if c[1:] == finding.cell[1:]]
            assert rows and all(c in finding.message for c in twins)
