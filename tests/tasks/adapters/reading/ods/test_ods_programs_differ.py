"""Cells of .ods that programs draw otherwise than the text that the file keeps of them."""

from __future__ import annotations

import datetime as dt

import pytest

from models.domain.reading.workbook_content import (
    USUAL_FIRST_DAY,
    Appearance,
    SheetContent,
)
from tasks.adapters.reading.ods.ods_contents import first_day_of
from tasks.adapters.reading.ods.ods_reader import read_sheets
from tests.tasks.adapters.reading.ods.test_ods_looks import SPACES

FIVE = 'office:value-type="float" office:value="5"><text:p>5</text:p>'
SHARE = 'office:value-type="percentage" office:value="0.17"><text:p>{}</text:p>'
DRAWN = '<number:number number:decimal-places="2" number:min-integer-digits="1"/>'
KINDS = ("number", "percentage", "currency", "date", "text", "time")
RED = '<style:text-properties fo:color="#ff0000"/>'


def form(kind: str, said: str) -> str:
    return f'<number:{kind}-style style:name="N">{said}</number:{kind}-style>'


def read(styles: str, cell: str) -> SheetContent:
    content = (
        f"<office:document-content {SPACES}><office:automatic-styles>{styles}"
        '<style:style style:name="a" style:data-style-name="N"/></office:automatic-styles>'
        '<office:body><office:spreadsheet><table:table table:name="T"><table:table-row>'
        f'<table:table-cell table:style-name="a" {cell}</table:table-cell></table:table-row>'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    sheets, _ = read_sheets(content.encode(), max_rows=9, max_columns=9, max_cells=9)
    return sheets[0]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("said", ["", RED])
def test_a_format_that_draws_nothing_hides_the_number(kind: str, said: str) -> None:
    assert read(form(kind, said), FIVE).looks[1, 1] == Appearance(";;;")


@pytest.mark.parametrize("said", [DRAWN, DRAWN + RED])
def test_a_format_that_draws_the_number_hides_nothing(said: str) -> None:
    assert not read(form("number", said), FIVE).looks


@pytest.mark.parametrize(
    ("styles", "shown", "twice"),
    [
        ("", "0,17", True),
        ("", "0.17", True),
        (form("number", '<number:number number:min-integer-digits="1"/>'), "0,17", True),
        (form("number", DRAWN), "0,17", False),
        ("", "17%", False),
        ("", "17,00 %", False),
        ("", "", False),
    ],
)
def test_a_percentage_without_a_format_is_drawn_as_one(
    styles: str, shown: str, twice: bool
) -> None:
    assert list(read(styles, SHARE.format(shown)).told_twice) == (["A1"] if twice else [])


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ('<table:null-date table:date-value="1904-01-01"/>', dt.date(1904, 1, 1)),
        ("<n:null-date n:value-type='date' n:date-value = '1904-01-01'/>", dt.date(1904, 1, 1)),
        ('<table:null-date table:date-value="1900-01-01"/>', dt.date(1900, 1, 1)),
        ('<table:null-date table:date-value="1899-12-31"/>', dt.date(1899, 12, 31)),
        ('<table:null-date table:date-value="1899-12-30"/>', USUAL_FIRST_DAY),
        ('<table:null-date table:date-value="1900-13-01"/>', USUAL_FIRST_DAY),
        ('<a:null-date b:date-value="1899-12-30"/><a:null-date b:date-value="2000-01-01"/>',
         dt.date(2000, 1, 1)),
        ('<table:table-cell office:date-value="1904-01-01"/>', USUAL_FIRST_DAY),
    ],
)  # fmt: skip
def test_days_are_counted_as_the_settings_say(said: str, day: dt.date) -> None:
    assert first_day_of(said.encode()) == day
