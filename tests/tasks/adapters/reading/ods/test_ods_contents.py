"""Cells of .ods whose kind, value and shown text disagree: the file tells two contents of them."""

from __future__ import annotations

from typing import Any

import pytest

from tasks.adapters.reading.file_kinds import FileKind
from tasks.adapters.reading.workbook_reader import read_workbook

TEXT = "<text:p>250200</text:p>"
DATE = "<text:p>05/06/2025</text:p>"
LINK = '<text:a xlink:href="http://a" xmlns:xlink="http://www.w3.org/1999/xlink">250200</text:a>'
OTHER = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" '


def stated(kind: str, **values: str) -> str:
    named = "".join(f' office:{name.replace("_", "-")}="{v}"' for name, v in values.items())
    return f'office:value-type="{kind}"{named}'


# What the cell states, what it shows, and whether programs make two contents of it.
CASES: list[tuple[str, str, bool]] = [
    (stated("float", value="250200"), TEXT, False),
    (stated("float", value="250200"), "", False),
    (stated("float", value=" 2.502E5 "), TEXT, False),
    (stated("percentage", value="0.17"), "<text:p>17%</text:p>", False),
    (stated("currency", value="5", currency="VND"), "<text:p>5 ₫</text:p>", False),
    (stated("string"), TEXT, False),
    (stated("string"), f"<text:p>{LINK}</text:p>", False),
    (stated("string"), "<text:p>250<text:span>20</text:span>0<text:s/></text:p>", False),
    (stated("string", string_value="250200"), TEXT, False),
    (stated("string", string_value="250200"), "", False),
    (stated("string", value="250200"), TEXT, False),
    (stated("boolean", boolean_value="true"), "<text:p>ĐÚNG</text:p>", False),
    (stated("date", date_value="2025-06-05"), DATE, False),
    (stated("date", date_value="2025-06-05T00:00:00"), DATE, False),
    (stated("time", time_value="PT10H00M00S"), "<text:p>10:00:00</text:p>", False),
    (stated("float", value="5") + f' {OTHER}calcext:value-type="float"', TEXT, False),
    ("", TEXT, False),
    ('office:value="250200"', "", False),
    ('office:string-value="a"', "", False),
    # A kind whose own value is not there, or is none by the format.
    (stated("float"), TEXT, True),
    (stated("percentage"), TEXT, True),
    (stated("currency", currency="USD"), TEXT, True),
    (stated("float", value="250,200"), TEXT, True),
    (stated("float", value="250_200"), TEXT, True),
    (stated("float", value="٢٥٠"), TEXT, True),
    (stated("float", value="INF"), TEXT, True),
    (stated("boolean"), TEXT, True),
    (stated("boolean", boolean_value="250200"), TEXT, True),
    (stated("date"), DATE, True),
    (stated("date", date_value="05/06/2025"), DATE, True),
    (stated("time"), TEXT, True),
    (stated("time", time_value="10:00"), TEXT, True),
    # A value that belongs to another kind and says something else.
    (stated("string", value="9"), TEXT, True),
    (stated("string", string_value="9"), TEXT, True),
    (stated("string", date_value="2025-01-01"), TEXT, True),
    (stated("boolean", value="250200", boolean_value="true"), TEXT, True),
    (stated("float", value="250200", string_value="9"), TEXT, True),
    (stated("float", value="250200", date_value="2025-01-01"), TEXT, True),
    (stated("float", value="250200", boolean_value="true"), TEXT, True),
    (stated("float", value="1", boolean_value="true"), "<text:p>1</text:p>", True),
    (stated("date", date_value="2025-06-05", value="45000"), DATE, True),
    ('office:value="9"', TEXT, True),
    (stated("float", value="250200") + f' {OTHER}calcext:value="9"', TEXT, True),
    # A kind that nobody knows, and two of them.
    (stated("fraction", value="250200"), TEXT, True),
    (stated("Float", value="9"), TEXT, True),
    (stated("void"), TEXT, True),
    (stated("float", value="250200") + f' {OTHER}calcext:value-type="string"', TEXT, True),
    # A field is filled anew by each program.
    (stated("string"), "<text:p>25<text:sheet-name>0</text:sheet-name>0</text:p>", True),
    (stated("string"), "<text:p><text:span><text:date>1</text:date></text:span></text:p>", True),
    (stated("string"), "<text:p>9<text:conditional-text>0</text:conditional-text></text:p>", True),
    (stated("string"), "<text:p>9<text:bookmark/></text:p>", False),
]  # fmt: skip


def sheet_of(build: Any, attributes: str, body: str) -> Any:
    table = (
        '<table:table table:name="T"><table:table-row>'
        f"<table:table-cell {attributes}>{body}</table:table-cell></table:table-row></table:table>"
    )
    return read_workbook(build.ods(table), FileKind.ODS).sheets[0]


@pytest.mark.parametrize(("attributes", "body", "twice"), CASES)
def test_a_cell_whose_kind_value_and_text_disagree_is_told(
    build: Any, attributes: str, body: str, twice: bool
) -> None:
    assert list(sheet_of(build, attributes, body).told_twice) == (["A1"] if twice else [])


@pytest.mark.parametrize(
    ("attributes", "body", "value"),
    [
        ("", TEXT, "250200"),
        ('office:value="5"', "", 5.0),
        ('office:string-value="chữ"', "", "chữ"),
        ("", "", None),
        ("", "<office:annotation><text:p>ghi chú</text:p></office:annotation>", None),
    ],
)
def test_a_cell_of_no_kind_is_read(build: Any, attributes: str, body: str, value: object) -> None:
    assert sheet_of(build, attributes, body).at(1, 1) == value
