"""A number that was given as no exact one is told with its word, by one rule, in every paper."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest

from models.domain.consolidation import Figure
from models.domain.notation.figures.hedges import hedge_of
from models.domain.notation.number_notation import NumberNotUnderstood, read_number
from models.domain.results.report_text import Citations
from tasks.adapters.desk.result_tables import figure_shown
from tests.fixtures.november import november

HEDGES = {
    "khoảng 12.000": "khoảng",
    "Khoảng 95%": "khoảng",
    "khoảng: 12500": "khoảng",
    "đạt khoảng 95": "khoảng",
    "có khoảng 95": "khoảng",
    "xấp xỉ 95": "khoảng",
    "~12.500,5": "khoảng",
    "~ 95%": "khoảng",
    "≈ 95": "khoảng",
    "95 (khoảng)": "khoảng",
    "gần 12.500,5 tỷ đồng": "gần",
    "hơn 12.500,5 tỷ đồng": "hơn",
    "trên 10": "trên",
    ">10": "trên",
    "> 10,5 triệu lượt": "trên",
    "dưới 5": "dưới",
    "< 5": "dưới",
    "≥ 60": "tối thiểu",
    ">= 60": "tối thiểu",
    "60 trở lên": "tối thiểu",
    "60+": "tối thiểu",
    "ít nhất 60": "tối thiểu",
    "không dưới 60": "tối thiểu",
    "≤ 10": "tối đa",
    "không quá 10": "tối đa",
    "10 trở xuống": "tối đa",
    "phấn đấu 95": "phấn đấu",
}
EXACT = (
    *("95", "12.500,5", "12 500,5 tỷ đồng", "-0,5", "12,5%", "0", "đạt 95", "= 95", "mức 95"),
    # That it is foreseen is asked in a column of its own.
    *("ước đạt 95", "ước 95", "dự kiến 95", "95 (ước tính)"),
    # Other words that hold one of these.
    *("tăng 5", "95 hộ trên địa bàn", "", "khoảng", "Hơn", "12 tháng gần nhất"),
)


@pytest.mark.parametrize(("text", "said"), [*HEDGES.items(), *((text, "") for text in EXACT)])
def test_the_word_that_makes_a_number_no_exact_one(text: str, said: str) -> None:
    assert hedge_of(text) == said


def test_what_reading_takes_with_a_qualifier_is_no_exact_number() -> None:
    """Whatever reading lets through with such a word, every paper says it."""
    taken = 0
    for text in [*HEDGES, *EXACT]:
        try:
            reading = read_number(text)
        except NumberNotUnderstood:
            continue
        taken += 1
        foreseen = reading.qualifier.casefold().startswith(("ước", "dự kiến"))
        assert bool(hedge_of(text)) is (bool(reading.qualifier) and not foreseen), text
    assert taken > 30


@pytest.mark.parametrize(
    ("raw", "value", "report", "desk"),
    [
        ("khoảng 12.500,5", "12500.5", "khoảng 12.500,5", "khoảng 12.500,5"),
        ("~ 95", "95", "khoảng 95", "~ 95"),
        ("gần 12.500,5 tỷ đồng", "12500.5", "gần 12.500,5", "gần 12.500,5 tỷ đồng"),
        ("hơn 12.500,5 tỷ đồng", "12500.5", "hơn 12.500,5", "hơn 12.500,5 tỷ đồng"),
        (">10", "10", ">10", ">10"),
        ("12.500,5", "12500.5", "12.500,5", "12.500,5"),
        ("ước đạt 95", "95", "95", "95"),
    ],
)
def test_papers_tell_an_approximate_figure_as_one(
    raw: str, value: str, report: str, desk: str
) -> None:
    given = next(p.disbursed for p in november()[0].review.projects if p.disbursed)
    figure: Figure = dataclasses.replace(given, raw=raw, value=Decimal(value))
    cites = Citations()
    for said in (cites.value(figure), cites.stacked(figure)):
        assert said.without_references.plain == report
    assert figure_shown(figure) == desk
    assert figure.is_exact is (report.replace(".", "").replace(",", "").isdigit())
