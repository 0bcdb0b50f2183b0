"""Titles that the office reworded while workbooks were out: what it once wrote is its own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.domain.reading.forms import Form
from models.domain.reading.office import Office
from tests.fixtures.filled_workbook import HEADER_ROW, FilledWorkbook

CASES = [
    ("indicators", "committed", "Chỉ tiêu phấn đấu (tỷ đồng)", ("VB-04", "CT-03")),
    ("indicators", "committed", "Số đăng ký", ("CT-03", "CT-12")),
    ("indicators", "target", "Giao tại Phụ lục I (triệu USD)", ("VB-04", "CT-12")),
    ("tasks", "five_person", "Lãnh đạo phụ trách", ("CT-03", "CT-12")),
]


def reworded(form: Form, sheet: str, column: str, former: str) -> Form:
    """The form in which that column once had that header."""
    sheets = [
        replace(
            s,
            columns=[replace(c, formerly=(former,)) if c.key == column else c for c in s.columns],
        )
        if s.key == sheet
        else s
        for s in form.sheets
    ]
    return replace(form, sheets=sheets)


def sent_before(office: Office, sheet: str, column: str, former: str) -> FilledWorkbook:
    book = FilledWorkbook(office, "sct")
    place = next(p for (s, _, c), p in book.places.items() if (s, c) == (sheet, column))[1]
    book.grids[sheet][HEADER_ROW - 1][place - 1] = former
    return book


@pytest.mark.parametrize(("sheet", "column", "former", "rules"), CASES)
def test_a_header_that_the_office_sent_before_is_its_own(
    real_office: Office, sheet: str, column: str, former: str, rules: tuple[str, ...]
) -> None:
    told = {f.rule for f in sent_before(real_office, sheet, column, former).findings()}
    assert told & set(rules)
    form = real_office.forms["plan"]
    office = replace(real_office, forms={"plan": reworded(form, sheet, column, former)})
    book = sent_before(office, sheet, column, former)
    assert not book.findings()
    whole = FilledWorkbook(real_office, "sct").examine()
    assert {(e.column, e.value) for e in book.examine().entries} == {
        (e.column, e.value) for e in whole.entries
    }


def test_a_field_that_the_office_called_otherwise_is_found(real_office: Office) -> None:
    former = "Công văn của cơ quan"
    form = reworded(real_office.forms["plan"], "details", "plan_number", former)
    office = replace(real_office, forms={"plan": form})
    for known, missing in ((office, False), (real_office, True)):
        book = FilledWorkbook(known, "sct")
        row = book.places["details", "", "plan_number"][0]
        book.grids["details"][row - 1][0] = former
        assert bool(book.findings("CT-03")) == missing


def test_a_heading_that_the_office_sent_before_is_its_own(real_office: Office) -> None:
    former = "Biểu số 1"
    form = real_office.forms["plan"]
    sheets = [replace(s, formerly=(former,)) if s.key == "indicators" else s for s in form.sheets]
    for known, told in (
        (replace(real_office, forms={"plan": replace(form, sheets=sheets)}), False),
        (real_office, True),
    ):
        book = FilledWorkbook(known, "sct")
        book.grids["indicators"][0] = [former]
        assert bool(book.findings("VB-02")) == told
