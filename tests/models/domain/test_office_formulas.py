"""Formulas where the office wrote: programs that calculate on opening show what they come to."""

from __future__ import annotations

from typing import Any

import pytest

from models.domain.reading.findings import Severity
from models.domain.reading.workbook_content import Appearance, CellFormula, ConditionalLook

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


UNIT_ABOVE = "Đơn vị tính: triệu đồng"
OTHER_AGENCY = "Sở Y tế"
#: What a line shows, and the rule that speaks of it: on the sheet of indicators, and on that of
#: fields.
LINES = [
    (UNIT_ABOVE, "VB-04", ""),
    (OTHER_AGENCY, "DD-07", ""),
    ("Đính chính: số đúng của Quý I là 9.600", "CT-12", "CT-12"),
    ("Nội dung khác", "", ""),
]


def _shown_by(book: Any, sheet: str, number: int, way: str, text: str) -> None:
    """Has the first cell of that row show a text, by a formula, a format or a condition."""
    if way == "format":
        book.looks.setdefault(sheet, {})[number, 1] = Appearance(f';;;"{text}"')
    elif way == "condition":
        look = ConditionalLook([(number, 1, number, 1)], (True,), f';;;"{text}"')
        book.conditional.setdefault(sheet, []).append(look)
    else:
        told = {"result": f'"{text}"', "changing": f'IF(NOW()>1,"{text}","")'}[way]
        book.formulas.setdefault(sheet, {})[number, 1] = CellFormula(told, number, 1)


@pytest.mark.parametrize("way", ["result", "changing", "format", "condition"])
@pytest.mark.parametrize("sheet", ["indicators", "details"])
@pytest.mark.parametrize(("text", "above", "on_fields"), LINES)
def test_a_line_above_is_what_it_shows(
    workbook: Any, sheet: str, way: str, text: str, above: str, on_fields: str
) -> None:
    book = workbook()
    book.grids[sheet][1] = ["Kèm theo văn bản của cơ quan"]
    _shown_by(book, sheet, 2, way, text)
    rule = above if sheet == "indicators" else on_fields
    said = [(f.rule, f.cell) for f in book.findings() if f.severity is not Severity.INFO]
    assert said == ([(rule, "A2")] if rule else [])


@pytest.mark.parametrize("way", ["result", "changing", "format", "condition"])
def test_a_line_below_is_what_it_shows(workbook: Any, way: str) -> None:
    book = workbook()
    book.grids["indicators"] += [[], ["Người lập biểu"]]
    number = len(book.grids["indicators"])
    _shown_by(book, "indicators", number, way, "Đính chính: số đúng của Quý I là 9.600")
    assert [(f.rule, f.cell) for f in book.findings()] == [("CT-12", f"A{number}")]


@pytest.mark.parametrize(
    ("formula", "rules"),
    [
        (f'"{OTHER_AGENCY}"', ["DD-05"]),
        (f'IF(TODAY()>1,"{OTHER_AGENCY}","")', ["DD-05"]),
        ('"{}"', []),
        ('IF(1=1,"{}","")', []),
    ],
)
def test_the_agency_of_the_fields_is_the_one_that_is_shown(
    workbook: Any, formula: str, rules: list[str]
) -> None:
    book = workbook()
    field = next(c.key for c in book.sheets["details"].columns if c.source == "agency_name")
    number, place = book.places["details", "", field]
    told = formula.format(book.grids["details"][number - 1][place - 1])
    book.formulas.setdefault("details", {})[number, place] = CellFormula(told, number, place)
    assert [f.rule for f in book.findings()] == rules


def test_a_margin_that_calculates_says_nothing(workbook: Any) -> None:
    book = workbook()
    for row in book.grids["indicators"][4:7]:
        row += [None, 0.0]
    for number in (5, 6, 7):
        place = (number, len(book.grids["indicators"][number - 1]))
        told = CellFormula(f"SUMIF(H{number}:K{number},1)", *place)
        book.formulas.setdefault("indicators", {})[place] = told
    book.grids["indicators"] += [[], ["Hải Phòng, ngày 5"]]
    number = len(book.grids["indicators"])
    told = CellFormula('"Hải Phòng, ngày "&DAY(TODAY())', number, 1)
    book.formulas["indicators"][number, 1] = told
    assert {f.rule for f in book.findings()} == {"CT-12", "CT-09"}
