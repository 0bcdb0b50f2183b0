"""Formulas where the office wrote: programs that calculate on opening show what they come to."""

from __future__ import annotations

from typing import Any

import pytest

from models.domain.reading.findings import Severity
from models.domain.reading.workbook_content import Appearance, CellFormula

ROW = "export_turnover"
UNIT, TARGET = "Tỷ USD", "37"


@pytest.mark.parametrize(
    ("column", "formula", "rule"),
    [
        # Another text than the one that is kept.
        ("unit", '"Triệu "&"USD"', "VB-01"),
        ("unit", 'IF(1=1,"Triệu USD","Tỷ USD")', "VB-01"),
        ("name", '"Thu ngân sách"', "VB-02"),
        ("target", '"9.600"', "VB-02"),
        ("target", "30+8", "VB-02"),
        ("code", '"retail_sales"', "VB-02"),
        ("unit", '""', "VB-01"),
        # Nobody knows which one.
        ("unit", 'IF(NOW()>1,"Triệu USD","Tỷ USD")', "VB-01"),
        ("unit", "VLOOKUP(1,Z1:Z9,2)", "VB-01"),
        ("name", "[1]Sheet1!$A$1", "VB-02"),
        # The same.
        ("unit", '"Tỷ "&"USD"', ""),
        ("target", '"3"&"7"', ""),
    ],
)
def test_a_cell_of_the_office_is_what_its_formula_comes_to(
    workbook: Any, column: str, formula: str, rule: str
) -> None:
    book = workbook()
    number, place = book.places["indicators", ROW, column]
    held = book.grids["indicators"][number - 1][place - 1]
    cell = book.calculate("indicators", ROW, column, formula, held)
    assert [(f.rule, f.cell) for f in book.findings()] == ([(rule, cell)] if rule else [])


@pytest.mark.parametrize(
    ("formula", "rules"),
    [
        ('"{}"', []),
        ('"{}"&" (triệu)"', ["VB-05"]),
        ('"Mức cũ"', ["VB-05"]),
        ('IF(TODAY()>9,"{}","Mức cũ")', ["VB-05"]),
    ],
)
@pytest.mark.parametrize("sheet", ["indicators", "details"])
def test_a_title_is_what_its_formula_comes_to(
    workbook: Any, sheet: str, formula: str, rules: list[str]
) -> None:
    book = workbook()
    key = ("indicators", ROW, "committed") if sheet == "indicators" else ("details", "", "signer")
    number, place = (4, book.places[key][1]) if sheet == "indicators" else (book.places[key][0], 1)
    title = book.grids[sheet][number - 1][place - 1]
    told = CellFormula(formula.format(title), number, place)
    book.formulas.setdefault(sheet, {})[number, place] = told
    found = book.findings()
    assert [(f.rule, f.severity) for f in found] == [(rule, Severity.ERROR) for rule in rules]


@pytest.mark.parametrize(
    ("number_format", "told"),
    [
        (';;;"retail_sales"', True),
        ('@" (bỏ)"', True),
        ("@", False),
        (";;;", False),
    ],
)
def test_a_code_is_what_its_format_shows(workbook: Any, number_format: str, told: bool) -> None:
    """The office hides its codes itself; another one than is read nobody shows by chance."""
    book = workbook()
    cell = book.show("indicators", ROW, "code", Appearance(number_format))
    assert [(f.rule, f.cell) for f in book.findings()] == ([("VB-02", cell)] if told else [])
