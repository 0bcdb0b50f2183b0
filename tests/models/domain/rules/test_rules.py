"""Every rule, firing on a bad workbook and silent on one that is nearly the same but right."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from models.domain.cycle.letter_phrases import place_text
from models.domain.reading.findings import Severity
from models.domain.rules import ALL_RULES
from models.domain.rules.documentation import GROUPS
from tests.fixtures.filled_workbook import CYCLE
from tests.models.domain.rules.samples import (
    BAD,
    GOOD,
    Sample,
    committed,
    limit_sums,
    second_copy,
    strange_header,
)
from tests.models.domain.rules.spoilt import findings_on

Make = Callable[..., Any]


def _name(sample: Sample) -> str:
    return f"{sample.rule}-{sample.agency}"


@pytest.mark.parametrize("sample", BAD, ids=_name)
def test_a_rule_speaks_of_what_is_wrong(workbook: Make, sample: Sample) -> None:
    book = workbook(sample.agency)
    if sample.rule == "TH-04":
        limit_sums(book)
    cell = sample.spoil(book)
    found = book.findings() if sample.rule == "TH-04" else findings_on(sample, CYCLE)
    findings = [f for f in found if f.rule == sample.rule]
    assert findings, [f.message for f in found]
    finding = findings[0]
    assert sample.says in finding.message
    if cell:
        assert cell in [c for f in findings for c in (f.cell, *f.cells)]
        assert cell in finding.message
    if sample.severity:
        assert finding.severity is sample.severity
    assert not finding.sheet or f"«{finding.sheet}»" in finding.message
    opening = f"{place_text(finding.sheet, finding.cell)} (".casefold()
    named = len(opening) - 1 if finding.message.casefold().startswith(opening) else 0
    assert finding.place_ends == named


@pytest.mark.parametrize("sample", GOOD, ids=_name)
def test_a_rule_keeps_silent_where_nothing_is_wrong(workbook: Make, sample: Sample) -> None:
    book = workbook(sample.agency)
    sample.spoil(book)
    assert not book.findings(sample.rule)


@pytest.mark.parametrize("sample", BAD, ids=_name)
def test_one_mistake_is_not_answered_with_a_list(sample: Sample) -> None:
    findings = findings_on(sample, CYCLE)
    assert len(findings) <= 4, [f.message for f in findings]


def test_every_rule_that_reads_cells_has_a_sample() -> None:
    shown = {s.rule for s in BAD} | {
        "SO-06",
        "CT-11",
        "CT-12",
        "CT-13",
    }  # shown elsewhere, on real files
    own = {r.code for r in ALL_RULES if r.check is not None and not of_a_review(r.code)}
    assert own == shown


def of_a_review(code: str) -> bool:
    """Rules on columns that only a review has: `test_results` shows them."""
    return code.startswith("KQ-") or code == "LC-02"


def test_codes_are_unique_and_belong_to_a_documented_group() -> None:
    codes = [r.code for r in ALL_RULES]
    assert len(codes) == len(set(codes))
    assert {c.split("-")[0] for c in codes} == set(GROUPS)


def test_a_low_commitment_carries_the_agencys_own_words(workbook: Make) -> None:
    book = workbook()
    book.commit("retail_sales", 240_000.0)
    assert book.findings("CK-01")[0].justification == ""
    book.put("indicators", "retail_sales", "justification", "Sức mua giảm sau bão số 3.")
    (finding,) = book.findings()
    assert finding.severity is Severity.WARNING
    assert finding.justification == "Sức mua giảm sau bão số 3."


def test_a_broken_header_yields_one_finding_not_eighty(workbook: Make) -> None:
    book = workbook("sldtbxh", filled=False)
    strange_header("indicators")(book)
    about_the_sheet = [f for f in book.findings() if f.sheet == book.names["indicators"]]
    assert [f.rule for f in about_the_sheet] == ["CT-02"]


def test_findings_come_worst_first_and_root_causes_before_their_effects(workbook: Make) -> None:
    book = workbook()
    book.commit("retail_sales", 240_000.0)
    book.put("tasks", "task_2025_03", "five_person", None)
    committed("export_turnover", "nhiều")(book)
    second_copy("tasks")(book)
    ranks = [f.severity.rank for f in book.findings()]
    assert ranks == sorted(ranks)
    assert [f.rule for f in book.findings()] == ["SO-02", "NR-01", "CK-01", "CT-08"]


def test_a_cell_in_error_is_not_also_called_too_low(workbook: Make) -> None:
    book = workbook()
    book.commit("retail_sales", 250.2)
    assert {f.rule for f in book.findings()} == {"DV-02"}


def test_many_remarks_of_one_kind_become_one_that_lists_the_cells(workbook: Make) -> None:
    book = workbook("sldtbxh")
    cells = [
        committed(row, "nhiều lắm")(book)
        for sheet, row, column in list(book.places)
        if sheet == "indicators" and column == "committed"
    ]
    assert len(cells) > 8
    (finding,) = book.findings("SO-02")
    assert list(finding.cells) == cells
    assert f"còn {len(cells) - 1} chỗ nữa" in finding.message


def test_the_same_slip_in_commitment_and_year_is_one_remark_on_both_cells(workbook: Make) -> None:
    book = workbook()
    cell = book.commit("retail_sales", 250.2)
    (finding,) = book.findings()
    assert finding.cells == (cell, book.at("indicators", "retail_sales", "milestone_year"))
    assert all(c in finding.message for c in finding.cells)


def test_justified_warnings_stay_apart_however_many(workbook: Make) -> None:
    book = workbook("sldtbxh")
    rows = [r for s, r, c in book.places if (s, c) == ("indicators", "committed")]
    for row in rows:
        target = book.catalogue.row(row).target
        worse = Decimal("1.1") if book.catalogue.row(row).direction.value == "lower" else 0.9
        book.commit(row, float(target.value) * float(worse) or 0.5)
        book.put("indicators", row, "justification", f"Lý do của {row}")
    findings = book.findings("CK-01")
    assert len(findings) == len(rows) > 8
    assert {f.justification for f in findings} == {f"Lý do của {row}" for row in rows}
