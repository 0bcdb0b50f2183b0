"""No cell gets two remedies: pairs of rules that would say something contrary, each with what is
said, and the law over every sample of every rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest

from models.domain.reading.findings import Finding, Severity
from models.domain.rules import ALL_RULES, RULES
from models.domain.rules.remedies import GIVES_WAY, one_remedy_a_cell
from tests.models.domain.rules import samples, test_results
from tests.models.domain.rules.samples import Spoil, both, commit, limit_sums
from tests.models.domain.rules.spoilt import findings_on
from tests.models.domain.rules.test_results import in_state, project, result

Make = Callable[..., Any]
ON_WRITING = {r.code for r in ALL_RULES if r.check and ".workbook." in r.check.__module__}
PLAN, REVIEW = "2025-plan", "2025-review"
TO_COME = dt.date(2026, 3, 1)


@dataclass(frozen=True)
class Pair:
    """A workbook on which `silent` would contradict `said`."""

    said: str
    silent: str
    agency: str
    spoil: Spoil
    cycle: str = REVIEW


def unproven(**cells: Any) -> Spoil:
    """A task that is called done, without its day and its paper."""
    return in_state("Đã hoàn thành", **cells)


PAIRS = [
    # One cell.
    Pair("TD-01", "CK-01", "bhxh", commit("health_insurance_coverage_people", 94.0), PLAN),
    Pair(
        "MT-01", "CK-01", "sct", samples.put("indicators", "retail_sales", "committed", 2e5), PLAN
    ),
    Pair("DV-03", "CK-01", "sct", commit("retail_sales", 25_020.0), PLAN),
    Pair(
        "TH-04",
        "CK-01",
        "stc",
        both(commit("recurrent_spending_share", 55.0), commit("development_spending_share", 50.0)),
        PLAN,
    ),
    # One row: what rests on a cell that may be wrong.
    *(
        Pair("KQ-11", silent, "sct", unproven(percent=85.0))
        for silent in ("KQ-08", "KQ-09", "KQ-13")
    ),
    Pair("KQ-11", "KQ-13", "sct", in_state("Chưa thực hiện", 20.0)),
    Pair("KQ-11", "KQ-13", "sct", in_state("Tạm dừng", 100.0)),
    Pair("KQ-10", "KQ-11", "sct", in_state("Đang thực hiện", 50.0, finished_on=TO_COME)),
    Pair("KQ-10", "KQ-09", "sct", unproven(percent=100.0, finished_on=TO_COME)),
    Pair(
        "KQ-05", "KQ-06", "sct", both(result("estimate", 240_000.0), result("to_date", 245_000.0))
    ),
    Pair(
        "KQ-05", "KQ-07", "sct", both(result("estimate", 240_000.0), result("to_date", 245_000.0))
    ),
    Pair("DV-03", "KQ-06", "sct", both(result("estimate", 25_020.0), result("to_date", 20_000.0))),
    Pair("DV-03", "KQ-07", "sct", both(result("estimate", 25_020.0), result("to_date", 20_000.0))),
    Pair(
        "KQ-15",
        "KQ-14",
        "bqlda_giao_thong",
        both(project("disbursed_estimate", 120_000.0), project("disbursed", 130_000.0)),
    ),
]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda p: f"{p.said}-{p.silent}-{p.agency}")
def test_the_surer_one_of_two_is_said_and_the_other_is_not(workbook: Make, pair: Pair) -> None:
    book = workbook(pair.agency, cycle=pair.cycle)
    if pair.said == "TH-04":
        limit_sums(book)
    pair.spoil(book)
    found = book.findings()
    rows = {f.row_key for f in found if f.rule == pair.said}
    assert rows, [f.message for f in found]
    assert not [f.message for f in found if f.rule == pair.silent and f.row_key in rows]


def _of_every_sample() -> Iterable[tuple[str, Any]]:
    yield from ((PLAN, one) for one in samples.BAD)
    yield from ((REVIEW, one) for one in test_results.BAD)


@pytest.mark.parametrize(
    ("cycle", "sample"), _of_every_sample(), ids=lambda one: getattr(one, "rule", one)
)
def test_no_sample_of_any_rule_ends_in_two_remedies_of_one_cell(cycle: str, sample: Any) -> None:
    _holds(findings_on(sample, cycle))


def _holds(found: Iterable[Finding]) -> None:
    by_cell: dict[tuple[str, str], list[Finding]] = {}
    for one in found:
        if one.cell and not one.cells and one.rule not in ON_WRITING:
            by_cell.setdefault((one.sheet, one.cell), []).append(one)
    for cell, told in by_cell.items():
        codes = [one.rule for one in told]
        if any(one.severity.rank <= Severity.ERROR.rank for one in told):
            assert len(told) == 1, (cell, codes)
        for code in codes:
            assert not {*codes} & {*GIVES_WAY.get(code, ())}, (cell, codes)


def test_of_any_two_rules_on_a_cell_one_remedy_is_left_where_one_is_an_error() -> None:
    rules = [rule.code for rule in ALL_RULES if rule.check]
    for one, other in product(rules, rules):
        for mild in (Severity.ERROR, Severity.WARNING, Severity.INFO):
            two = [
                Finding(one, Severity.ERROR, "một", "Chỉ tiêu", "G6"),
                Finding(other, mild, "hai", "Chỉ tiêu", "G6"),
            ]
            told = [f.message for f in one_remedy_a_cell(two, (), ON_WRITING)]
            assert told == (["một", "hai"] if other in ON_WRITING else ["một"])
            beside = [two[1]] if mild is not Severity.ERROR else []
            left = one_remedy_a_cell(beside, {("Chỉ tiêu", "G6")}, ON_WRITING)
            assert bool(left) == bool(beside and other in ON_WRITING)


def test_what_agencies_are_not_told_silences_nothing() -> None:
    trial = Finding("TD-01", Severity.ERROR, "thử", "Chỉ tiêu", "G6", trial=True)
    warned = Finding("CK-01", Severity.WARNING, "cảnh báo", "Chỉ tiêu", "G6")
    assert one_remedy_a_cell([trial, warned], (), ON_WRITING) == [trial, warned]


def test_the_table_of_what_gives_way_names_rules_that_are_there() -> None:
    for code, others in GIVES_WAY.items():
        assert {code, *others} <= RULES.keys()
        assert not any(code in GIVES_WAY.get(other, ()) for other in others)
