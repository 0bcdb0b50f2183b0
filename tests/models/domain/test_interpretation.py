"""From cells to meaning, whatever was moved, renamed, retyped or typed as a percentage."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.domain.reading.cell_values import is_blank, understand_number
from models.domain.reading.conditions.condition_texts import condition_steps
from models.domain.reading.interpretation import interpret
from models.domain.reading.problems import ProblemKind
from models.domain.reading.words.choices_meant import understand_choice
from models.domain.reading.workbook_content import (
    Appearance,
    ErrorValue,
    ExactCell,
    SheetContent,
    WorkbookContent,
)

Make = Callable[..., Any]


class KnownCells:
    """An exact reader that knows the given cells and remembers what it was asked."""

    def __init__(self, known: Mapping[str, ExactCell]) -> None:
        self.known = known
        self.asked: list[str] = []

    def cells(self, sheet: str, addresses: Sequence[str]) -> Mapping[str, ExactCell]:
        self.asked += addresses
        return {a: self.known[a] for a in addresses if a in self.known}


def meanings(content: WorkbookContent, book: Any) -> dict[tuple[str, str, str], object]:
    """What was understood, by place in the form; the place in the file does not matter."""
    result = interpret(content, book.form, book.catalogue, book.agency, None)
    return {(e.sheet, e.row_key, e.column): e.value for e in result.entries}


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 10_000))
def test_moving_things_about_changes_no_meaning(workbook: Make, seed: int) -> None:
    chance = random.Random(seed)
    book = workbook(chance.choice(["sct", "skhdt", "bqlda_dan_dung", "sldtbxh"]))
    plain = meanings(book.content(), book)
    sheets = []
    for key, grid in book.grids.items():
        rows = [list(r) for r in grid]
        if book.sheets[key].kind.value == "table":
            order = list(range(len(book.sheets[key].columns)))
            chance.shuffle(order)
            rows[3:] = [[r[i] if i < len(r) else None for i in order] for r in rows[3:]]
            table = rows[4:]
            chance.shuffle(table)
            rows[4:] = table
        for _ in range(chance.randrange(3)):
            rows.insert(chance.randrange(len(rows) + 1), [])
        place = chance.randrange(3)
        rows = [[None] * place + r for r in rows]
        name = chance.choice([book.names[key], book.names[key].upper(), f"{key} 2025"])
        sheets.append(SheetContent(name, rows))
    chance.shuffle(sheets)
    assert meanings(WorkbookContent("xlsx", sheets), book) == plain


def test_a_workbook_without_codes_is_read_by_its_names(workbook: Make) -> None:
    for agency in ("skhdt", "sldtbxh", "stnmt", "sgddt"):
        book = workbook(agency)
        plain = meanings(book.content(), book)
        for key, sheet in book.sheets.items():
            if sheet.columns[0].source == "code":
                for row in book.grids[key][3:]:
                    row[0] = None
        assert meanings(book.content(), book) == plain


def test_decomposed_letters_are_composed(workbook: Make) -> None:
    book = workbook()
    book.put("tasks", "task_2025_03", "five_person", "Nguye\u0302\u0303n Va\u0306n An")
    assert meanings(book.content(), book)["tasks", "task_2025_03", "five_person"] == "Nguyễn Văn An"


@pytest.mark.parametrize(
    ("row", "stored", "read"),
    [
        ("iip_growth", 0.17, Decimal(17)),
        ("iip_growth", 1.5, Decimal(150)),  # not a fraction, and yet shown as 150%
        ("iip_growth", 0.0007, Decimal("0.07")),
        ("iip_index", 1.17, Decimal(117)),
    ],
)
def test_a_number_shown_as_a_percentage_is_read_as_the_official_saw_it(
    workbook: Make, row: str, stored: float, read: Decimal
) -> None:
    book = workbook()
    cell = book.put("indicators", row, "committed", stored)
    book.show_percent("indicators", row, "committed")
    values = {e.cell: e.value for e in book.examine().entries if e.sheet == "indicators"}
    assert values[cell] == read


def test_a_percentage_in_a_row_of_another_unit_is_refused_as_its_text_would_be(
    workbook: Make,
) -> None:
    book = workbook()
    for column in ("committed", "milestone_year"):
        book.put("indicators", "export_turnover", column, 0.37)
        book.show_percent("indicators", "export_turnover", column)
    (finding,) = book.findings()
    assert (finding.rule, finding.value) == ("DV-01", "37%")
    text = workbook()
    text.commit("export_turnover", "37%")
    assert [f.message for f in text.findings()] == [finding.message]


BROKEN = condition_steps("AND(ISNUMBER(E5),E5<>INT(E5))", (5, 5))


@pytest.mark.parametrize(
    ("stored", "shown", "read"),
    [
        (0.17, "0,17", "17"),  # the condition of the form draws decimals, whatever the cell's own
        (1.5, "1,5", "150"),
        (-0.02, "-0,02", "-2"),
    ],
)
def test_a_percentage_that_a_condition_shows_otherwise_is_returned_with_both(
    workbook: Make, stored: float, shown: str, read: str
) -> None:
    book = workbook()
    cell = book.put("indicators", "iip_growth", "committed", stored)
    book.show_percent("indicators", "iip_growth", "committed")
    book.show("indicators", "iip_growth", "committed", Appearance("0%"))
    book.under("indicators", "iip_growth", "committed", condition=BROKEN,
               number_format="#,##0.######")  # fmt: skip
    (finding,) = book.findings("HT-01")
    assert finding.cell == cell
    assert f"«{shown}»" in finding.message and f" {read} (" in finding.message
    for advised in (shown, read):
        again = workbook()
        again.put("indicators", "iip_growth", "committed", advised)
        assert not again.findings("HT-01") and not again.findings("SO-02")


def test_a_percentage_that_the_condition_leaves_alone_is_read_as_it_is_shown(
    workbook: Make,
) -> None:
    book = workbook()
    cell = book.put("indicators", "iip_growth", "committed", 1.0)
    book.show_percent("indicators", "iip_growth", "committed")
    book.show("indicators", "iip_growth", "committed", Appearance("0%"))
    book.under("indicators", "iip_growth", "committed", condition=BROKEN,
               number_format="#,##0.######")  # fmt: skip
    values = {e.cell: e.value for e in book.examine().entries if e.sheet == "indicators"}
    assert values[cell] == 100
    assert not book.findings("HT-01")


def test_a_percentage_in_a_cell_for_words_is_quoted_as_it_was_shown(workbook: Make) -> None:
    book = workbook("bqlda_dan_dung")
    cell = book.put("projects", "project_2025_01", "milestone_year", 0.69)
    book.show_percent("projects", "project_2025_01", "milestone_year")
    assert [
        e.value for e in book.examine().entries if e.cell == cell and e.sheet == "projects"
    ] == ["69%"]


def test_a_fraction_that_is_not_shown_as_a_percentage_is_left_to_the_agency(
    workbook: Make,
) -> None:
    book = workbook()
    book.commit("iip_growth", 0.17)
    assert {f.rule for f in book.findings()} == {"DV-02"}


def test_a_formula_without_a_result_says_what_to_do(workbook: Make) -> None:
    book = workbook()
    cell = book.put("indicators", "export_turnover", "committed", None)
    exact = KnownCells({cell: ExactCell(None, formula="=30+7", cached=False)})
    (finding,) = book.examine(exact=exact).findings
    assert (finding.rule, finding.cell, finding.value) == ("SO-06", cell, "=30+7")
    assert "bấm Lưu" in finding.message


@pytest.mark.parametrize(
    ("sheet", "row", "column"),
    [("tasks", "task_2025_03", "proposals"), ("indicators", "retail_sales", "causes")],
)
def test_a_formula_without_a_result_is_named_in_a_cell_for_words_that_may_stay_empty(
    workbook: Make, sheet: str, row: str, column: str
) -> None:
    book = workbook(cycle="2025-review")
    cell = book.put(sheet, row, column, None)
    exact = KnownCells({cell: ExactCell(None, formula='=1&"x"', cached=False)})
    found = [f for f in book.examine(exact=exact).findings if f.sheet == book.names[sheet]]
    assert [(f.rule, f.cell) for f in found] == [("SO-06", cell)]


def test_the_exact_reader_is_not_troubled_for_a_workbook_without_formulas(workbook: Make) -> None:
    exact = KnownCells({})
    book = workbook()
    content = replace(book.content(), has_formulas=False)
    interpret(content, book.form, book.catalogue, book.agency, exact)
    assert exact.asked == []


def test_an_error_value_is_named(workbook: Make) -> None:
    book = workbook()
    cell = book.put("indicators", "export_turnover", "committed", ErrorValue("#DIV/0!"))
    (finding,) = book.findings()
    assert (finding.rule, finding.cell, finding.value) == ("SO-05", cell, "#DIV/0!")


def test_an_error_in_an_office_cell_does_not_hide_the_row(workbook: Make) -> None:
    book = workbook()
    book.put("indicators", "export_turnover", "unit", ErrorValue("#REF!"))
    assert [f.rule for f in book.findings()] == ["VB-01"]


def test_free_rows_are_counted_without_their_gaps(workbook: Make) -> None:
    book = workbook("syt")
    for column in ("group", "five_work", "five_person", "five_deadline"):
        book.put("action_plan", "@2", column, None)
    for column in ("five_responsibility", "five_result", "co_units", "milestones"):
        book.put("action_plan", "@2", column, "  -  ")
    keys = {row for sheet, row, _ in meanings(book.content(), book) if sheet == "action_plan"}
    assert keys == {"@1", "@2", "@3"}


def test_a_details_justification_stands_beside_its_field(workbook: Make) -> None:
    book = workbook()
    book.put("details", "signed_date", "justification", "Ký sau vì đồng chí Giám đốc đi họp.")
    found = meanings(book.content(), book)
    assert found["details", "signed_date", "justification"] == "Ký sau vì đồng chí Giám đốc đi họp."


NUMBERS = [
    (37, "37"),
    (0.1 + 0.2, "0.3"),
    ("37", "37"),
    ("1.234.567,8", "1234567.8"),
    ("37 Tỷ USD", "37"),
    ("37 tỷ", "37"),
    ("37.000 triệu USD", None),
    ("> 10", None),
]


@pytest.mark.parametrize(("value", "expected"), NUMBERS)
def test_numbers_in_the_unit_of_their_row(
    real_office: Any, value: object, expected: str | None
) -> None:
    row = real_office.catalogues[2025].row("export_turnover")
    understood = understand_number(value, row)  # type: ignore[arg-type]
    if expected is None:
        assert understood.doubt is not None
    else:
        assert understood.value == Decimal(expected)
        assert understood.doubt is None


def test_a_number_that_is_a_date_says_so(real_office: Any) -> None:
    understood = understand_number(dt.date(2025, 5, 12), None)
    assert understood.doubt is not None
    assert understood.doubt.kind is ProblemKind.NUMBER_IS_DATE


CHOICES = ("1. Đột phá, tăng tốc", "2. Mở rộng không gian", "10. Thông tin, tuyên truyền")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("2. Mở rộng không gian", 1),
        ("mo rong khong gian", 1),
        ("2", 1),
        ("Nhóm 10", 2),
        ("Đột phá", 0),
        ("Khác", None),
        ("Nhóm 3", None),
        ("2.", 1),
        (" nhóm số 2 ", 1),
        ("2. mở rộng", 1),
        ("2, 10", None),
        ("2-10", None),
        ("1 và 2", None),
        ("Nhóm 1, 2", None),
        ("2.1", None),
        ("trừ 2", None),
        ("không 2", None),
        ("2?", None),
        ("Từ 1 đến 2", None),
        ("2. Mở rộng không gian (không thực hiện)", None),
        ("2. Mở rộng không gian và nhóm 1", None),
        ("2. Mở rộng không gian\n1. Đột phá, tăng tốc", None),
    ],
)
def test_a_choice_is_taken_by_words_number_or_beginning(text: str, place: int | None) -> None:
    assert understand_choice(text, CHOICES).value == (None if place is None else CHOICES[place])


@given(st.text(max_size=40))
def test_asking_whether_a_cell_is_blank_never_fails(text: str) -> None:
    assert is_blank(text) in (True, False)


@given(st.one_of(st.floats(), st.integers(), st.text(max_size=60), st.booleans(), st.dates()))
def test_any_cell_gives_a_number_or_a_reason(value: Any) -> None:
    understood = understand_number(value, None)
    assert (understood.value is None) <= (understood.doubt is not None)


def test_a_number_that_reads_two_ways_in_another_unit_is_answered_in_the_rows_unit(
    workbook: Make,
) -> None:
    book = workbook()
    book.commit("export_turnover", "37.000 triệu USD")
    (finding,) = book.findings()
    assert finding.rule == "SO-01"
    assert "ba mươi bảy nghìn triệu USD, đề nghị chỉ ghi số «37»" in finding.message
    assert "ba mươi bảy triệu USD, đề nghị chỉ ghi số «0,037»" in finding.message
    assert "«37000»" not in finding.message


# What is typed, what a spreadsheet makes of it, and the same words as a text.
PERIODS_TYPED = [
    (dt.date(2025, 6, 1), "mmm-yy", "6/2025"),
    (dt.date(2025, 6, 1), "mm/yyyy", "06/2025"),
    (dt.date(2025, 6, 1), '"Tháng "m/yyyy', "Tháng 6/2025"),
    (dt.date(2025, 10, 1), '"Quý IV/"yyyy', "Quý IV/2025"),
]


@pytest.mark.parametrize(("kept", "number_format", "typed"), PERIODS_TYPED)
def test_a_period_means_the_same_typed_as_a_text_and_turned_into_a_day(
    workbook: Make, kept: dt.date, number_format: str, typed: str
) -> None:
    at = ("tasks", "task_2025_03", "five_deadline")
    values = []
    for value in (typed, kept):
        book = workbook()
        book.put(*at, value)
        if value is kept:
            book.show(*at, Appearance(number_format))
        (entry,) = [e for e in book.examine().entries if (e.sheet, e.row_key, e.column) == at]
        values.append(entry)
    assert values[0].value == values[1].value
    assert isinstance(values[1].value, dt.date)
    assert "01/" not in values[1].raw


TELLING = ["✓", "✗", "√", "☑", "☐", "↑", "↓", "→", "▲", "▼", "%", "‰", "$", "₫", "+", "<", "≥", "≈"]
TELLING += ["±", "👍", "🔴", "✔️", "\uf0fc", "- ↑", "(✓)"]


@pytest.mark.parametrize("mark", TELLING)
@pytest.mark.parametrize(
    ("sheet", "row", "column", "rule"),
    [
        ("indicators", "export_turnover", "last_year", "SO-02"),
        ("indicators", "export_turnover", "self_judgement", "LC-01"),
        ("action_plan", "@1", "product_date", "NG-01"),
    ],
)
def test_a_sign_in_the_place_of_a_figure_is_told_where_none_is_asked_for(
    workbook: Make, sheet: str, row: str, column: str, rule: str, mark: str
) -> None:
    """A tick is an answer to whoever made it, and no form says which one."""
    book = workbook(cycle="2025-review")
    cell = book.put(sheet, row, column, mark)
    assert (rule, cell) in [(f.rule, f.cell) for f in book.findings()]


@pytest.mark.parametrize(
    "mark", ["-", "−", "…", "x", "×", "∅", "•", "●", "?", "=", "*", "/", "( )"]
)
def test_a_mark_for_nothing_stays_one(workbook: Make, mark: str) -> None:
    book = workbook(cycle="2025-review")
    book.put("indicators", "export_turnover", "last_year", mark)
    assert book.findings() == []
