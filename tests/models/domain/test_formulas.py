"""Formulas calculated by the workbook's own cells, and what the file keeps of their results."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domain.reading.formulas.calculating import Calculator
from models.domain.reading.formulas.formula_tokens import (
    NotFollowed,
    changes_by_itself,
    names_another_file,
)
from models.domain.reading.workbook_content import (
    DAY_OF_1904,
    CellFormula,
    CellValue,
    ErrorValue,
    SheetContent,
    split_address,
)

Make = Callable[..., Any]

CELLS: list[list[CellValue]] = [
    [10, 20.5, "chữ", None, dt.date(2025, 3, 20)],
    [1, 2, 3, True, 4],
]
OTHER: list[list[CellValue]] = [[7]]


def calculator(formulas: dict[str, str], cells: list[list[CellValue]] = CELLS) -> Calculator:
    placed = {split_address(cell): CellFormula(text, *split_address(cell))
              for cell, text in formulas.items()}  # fmt: skip
    return Calculator(
        [SheetContent("Chỉ tiêu", cells, formulas=placed), SheetContent("Trang 'hai'", OTHER)]
    )


def result(formula: str, **others: str) -> Any:
    return calculator({"G9": formula, **others}).result("Chỉ tiêu", 9, 7)


COMES_TO = [
    ("1+1", 2.0),
    ("=1+1", 2.0),
    ("2+3*4-6/2", 11.0),
    ("(2+3)*4", 20.0),
    ("-2^2", 4.0),
    ("2^3^2", 64.0),
    ("10%", 0.1),
    ("-5%%", -0.0005),
    ("A1+B1", 30.5),
    ("$A$1*B$1", 205.0),
    ("D1+1", 1.0),
    ("D1", 0.0),
    ("E1+10", 45746.0),
    ("'Trang ''hai'''!A1*2", 14.0),
    ("SUM(A1:B2)", 33.5),
    ("SUM(A1:C1)", 30.5),
    ("sum(A1,B1,5)", 35.5),
    ("SUM(A1:D99)", 36.5),
    ("AVERAGE(A2:C2)", 2.0),
    ("AVERAGE(D1:D1)", ErrorValue("#DIV/0!")),
    ("MIN(A1:B2;0.5)", 0.5),
    ("MAX(A1:B2)", 20.5),
    ("COUNT(A1:E2)", 7.0),
    ("PRODUCT(A2:C2)", 6.0),
    ("ROUND(2.675,2)", 2.68),
    ("ROUND(-2.5,0)", -3.0),
    ("ROUND(1250,-2)", 1300.0),
    ("ROUNDUP(1.21,1)", 1.3),
    ("ROUNDDOWN(1.29,1)", 1.2),
    ("INT(-1.5)", -2.0),
    ("ABS(-3)", 3.0),
    ("IF(A1>5,1,2)", 1.0),
    ("IF(A1>=B1,1,2)", 2.0),
    ('IF(C1="CHỮ",1,2)', 1.0),
    ("DATE(2025,3,20)", 45736.0),
    ("DATE(2025,14,1)", 46054.0),
    ('"a"&"b"', "ab"),
    ('C1&" "&A1', "chữ 10"),
    ('"nói ""thế"""', 'nói "thế"'),
    ("A1=10", True),
    ("(A1=10)=(B1>1)", True),
    ("A1=10.000001", False),
    ("1/0", ErrorValue("#DIV/0!")),
    ("1.5E2", 150.0),
    ("A1 + \n B1", 30.5),
    ('INDIRECT("B1")', 20.5),
    ('SUM(INDIRECT("A1:B1"))', 30.5),
    ("OFFSET(A1,0,1)", 20.5),
    ("SUM(OFFSET($A$1:B1,0,0))", 30.5),
    ("CHOOSE(2,A1,B1)", 20.5),
    ("CHOOSE(3,A1,B1)", ErrorValue("#VALUE!")),
]
NOT_FOLLOWED = [
    *("VLOOKUP(A1,A1:B2,2,0)", "INDIRECT(A1)", "OFFSET(A1,-1,1)", "TODAY()", "RAND()"),
    *('INDIRECT("A1+1")', 'INDIRECT("A1","x")', "OFFSET(A1,1)", "OFFSET(A1,0,0,1,1)", "OFFSET(A1"),
    *("OFFSET(1,1,1)", "INDIRECT()", "OFFSET()"),
    *("[1]Sheet1!A1", "'[so.xlsx]T'!A1", "'Trang ba'!A1", "tên_vùng+1", "A1:B2*2", "A:A", "A1:B2"),
    *("C1+1", '"12"+1', '1.5&"a"', "(-8)^0.5", "10^400", "1+", "(1", "SUM(", "1 2"),
    *("", "=", "{1}"),
    # What its residue alone tells from another number is the same to some.
    *("0.1+0.2=0.3", "IF(0.1+0.2>0.3,1,2)", "1.1*3<>3.3"),
    # To Excel a truth is no number, to other programs it is one.
    *("IF(TRUE=1,1,2)", "(A1=10)=1", "1<>(A1>5)", "(A1=10)>0", "A1=TRUE"),
    *('SUM(C1&"",1)', "@A1", "A1#", "9" * 400, "SUBTOTAL(109,A1:B2)", "LET(x,1,x)"),
    *("(" * 500 + "1" + ")" * 500, "1" + "+1" * 1500),
]


@pytest.mark.parametrize(("formula", "value"), COMES_TO)
def test_a_simple_formula_comes_to_what_spreadsheets_say(formula: str, value: Any) -> None:
    found = result(formula)
    assert found == (pytest.approx(value) if isinstance(value, float) else value)


@pytest.mark.parametrize("formula", NOT_FOLLOWED, ids=lambda f: f[:20])
def test_what_is_not_simple_is_not_guessed(formula: str) -> None:
    with pytest.raises(NotFollowed):
        result(formula)


@given(st.text(alphabet="A1$:!'\"(),;+-*/^&=<>% SUMIF.[]{}#@x", max_size=40))
def test_no_text_does_more_than_not_being_followed(formula: str) -> None:
    with contextlib.suppress(NotFollowed):
        assert result(formula) is not None


def test_formulas_rest_upon_what_others_come_to_not_upon_what_is_kept_of_them() -> None:
    assert result("A1+G1", G1="B1*2") == 51.0


def test_where_another_formula_is_not_followed_its_kept_result_counts() -> None:
    cells = [[*row] for row in CELLS]
    cells[0] += [None, 5]
    made = calculator({"G9": "A1+G1", "G1": "VLOOKUP(A1,A1:B2,2,0)"}, cells)
    assert made.result("Chỉ tiêu", 9, 7) == 15.0


@pytest.mark.parametrize(
    "others",
    [
        {"G9": "G9"},
        {"G9": "SUM(A1:G20)", "G1": "G9+1"},
        {"G9": "G1", "G1": "H1", "H1": "G9"},
        {"G9": "G10+1"} | {f"G{n}": f"G{n + 1}+1" for n in range(10, 99)},
    ],
)
def test_circles_and_chains_without_end_come_to_nothing_known(others: dict[str, str]) -> None:
    cells: list[list[CellValue]] = [[*row, None, 5, 5] for row in CELLS]
    with pytest.raises(NotFollowed):
        calculator(others, cells).result("Chỉ tiêu", 9, 7)


def test_many_formulas_over_large_areas_are_looked_at_in_bounded_work() -> None:
    formulas = {f"{letter}{n}": "SUM(A1:Z999)" for letter in "HIJKLMNO" for n in range(1, 500)}
    made = calculator(formulas | {"G9": "SUM(A1:Z999)+TODAY()"})
    assert made.changes("Chỉ tiêu", 9, 7)
    for cell in formulas:
        made.changes("Chỉ tiêu", *split_address(cell))


def test_areas_beyond_all_bounds_cost_no_more_than_what_is_filled() -> None:
    assert result("SUM(A1:F1048576)") == pytest.approx(45776.5)


def test_a_shared_formula_moves_with_its_cell() -> None:
    shared = CellFormula("A1+$B$1", 9, 7)
    sheet = SheetContent("T", CELLS, formulas={(10, 7): shared, (10, 8): shared})
    made = Calculator([sheet])
    assert made.result("T", 10, 7) == 21.5
    assert made.result("T", 10, 8) == 22.5


@pytest.mark.parametrize(
    ("formula", "changes"),
    [
        *[(f, True) for f in ("TODAY()+10", "now()", "RAND ()*5", "RANDBETWEEN(1,9)")],
        *[(f, True) for f in ("OFFSET(A1,TODAY(),0)", 'INDIRECT("A"&RAND())', "IF(A1,1,NOW())")],
        *[(f, False) for f in ("1+1", '"TODAY()"', "MYTODAY()", "OFFSET(A1,1,0)", "[1]T!A1")],
    ],
)
def test_formulas_that_change_by_themselves_are_known(formula: str, changes: bool) -> None:
    assert changes_by_itself(formula) is changes
    assert calculator({"G9": formula}).changes("Chỉ tiêu", 9, 7) is changes
    assert calculator({"G9": "SUM(G1:G3)", "G2": formula}).changes("Chỉ tiêu", 9, 7) is changes


@pytest.mark.parametrize(
    ("formula", "other"),
    [
        *[(f, True) for f in ("[1]Sheet1!$A$1", "'C:\\a\\[so.xlsx]T 1'!B2", "[so.xlsx]T1!A1+1")],
        *[(f, True) for f in ("'https://x/[a.xlsx]T'!A1", "SUM([2]T!A1:A9)")],
        *[(f, True) for f in ("[1]!Tong", "1+[2]'T 1'!A1", '_xlfn.WEBSERVICE("x")', "RTD(1,2)")],
        ('IFERROR(__xludf.DUMMYFUNCTION("IMPORTRANGE(""x"",""A1"")"),17)', True),
        *[(f, False) for f in ("A1", '"[1]"&A1', "'Trang 1'!A1", "1+1")],
        *[(f, False) for f in ("T1[#Totals]", "SUM(T1[2025])", "T1[[#This Row],[Quý I]]*2")],
        *[(f, False) for f in ("SUM(T1[[#Data],[2025]],'Trang 1'!A1)", '"IMPORTRANGE(1)"')],
    ],
)
def test_formulas_that_reach_into_other_files_are_known(formula: str, other: bool) -> None:
    assert names_another_file(formula) is other


EXPORT = ("indicators", "export_turnover", "committed")


@pytest.mark.parametrize(
    ("formula", "held", "kept"),
    [
        ("30+7", 37.0, True),
        ("37.0000000001", 37.0, True),
        ("0.1+36.9", 37.0, True),
        ("1+1", 9600.0, False),
        ("1+1", 2.001, False),
        ("37", "37", False),
        ("37=37", 37.0, False),
    ],
)
def test_a_kept_result_counts_where_its_formula_comes_to_the_same(
    workbook: Make, formula: str, held: CellValue, kept: bool
) -> None:
    book = workbook()
    cell = book.calculate(*EXPORT, formula, held)
    examination = book.examine()
    (entry,) = [e for e in examination.entries if e.cell == cell and e.sheet == "indicators"]
    assert entry.value == (Decimal(37) if kept else None)
    assert bool([f for f in examination.findings if f.rule == "CG-01"]) is not kept


def test_a_formula_that_copies_another_cell_of_the_form_is_read(workbook: Make) -> None:
    book = workbook()
    other = book.at("indicators", "export_turnover", "milestone_year")
    book.calculate(*EXPORT, other, 37.0)
    assert book.findings() == []
    book.put("indicators", "export_turnover", "milestone_year", 36.0)
    assert "CG-01" in [f.rule for f in book.findings()]


def test_a_percentage_is_named_as_it_is_shown(workbook: Make) -> None:
    book = workbook()
    book.calculate("indicators", "iip_growth", "committed", "0.1+0.05", 0.17)
    book.show_percent("indicators", "iip_growth", "committed")
    (finding,) = book.findings("CG-01")
    assert "«17%»" in finding.message and "«15%»" in finding.message
    assert "«17» hoặc «15»" in finding.message


@pytest.mark.parametrize("serial", [45_736, 45_736.0])
def test_a_bare_number_of_a_day_that_counts_from_1904_is_told_with_both_days(
    workbook: Make, serial: float
) -> None:
    from dataclasses import replace

    from models.domain.answers.examining import examine_content

    book = workbook()
    cell = book.put("tasks", "task_2025_03", "five_deadline", serial)
    content = replace(book.content(), first_day=DAY_OF_1904)
    found = examine_content(content, book.office).findings
    (finding,) = [f for f in found if f.cell == cell]
    assert finding.rule == "HT-01"
    assert "«21/03/2029»" in finding.message and "«20/03/2025»" in finding.message
