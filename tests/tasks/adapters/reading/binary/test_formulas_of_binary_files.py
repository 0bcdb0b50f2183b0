"""Formulas of .xls and .xlsb: written as those of the other formats, and held against results."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from models.domain.answers.examining import examine_content
from tasks.adapters.reading.binary.formula_texts import (
    UNKNOWN,
    FormulaBook,
    formula_text,
    sheets_named,
)
from tasks.adapters.reading.file_kinds import FileKind
from tasks.adapters.reading.workbook_reader import read_workbook
from tests.fixtures.office_program import NO_OFFICE
from tests.fixtures.old_workbooks import cell, record, xls
from tests.fixtures.other_formats import saved_elsewhere
from tests.fixtures.xlsb_workbooks import Calculated, XlsbBook
from tests.fixtures.xlsb_workbooks import record as long_record
from tests.tasks.adapters.reading.test_tampered_workbooks import as_cell, changed
from tests.tasks.adapters.reading.test_workbooks_examined import CYCLE, OFFICE, filled

PLACE = ("indicators", "retail_sales", "committed")


def whole(number: int) -> bytes:
    return struct.pack("<BH", 0x1E, number)


def ref(row: int, column: int, kind: int = 0x44) -> bytes:
    """A cell, 0-based, none of whose parts stays."""
    return struct.pack("<BHH", kind, row, column | 0xC000)


def call(number: int, count: int) -> bytes:
    return struct.pack("<BBH", 0x42, count, number)


ADD, SUBTRACT, TIMES, POWER, JOIN, LESS = (bytes([n]) for n in (3, 4, 5, 7, 8, 9))
PAREN, MINUS, PERCENT = bytes([0x15]), bytes([0x13]), bytes([0x14])
TEXTS = [
    (whole(5), "5"),
    (struct.pack("<Bd", 0x1F, 0.1), "0.1"),
    (b"\x17\x01\x00x", '"x"'),
    (b'\x17\x01\x00"', '""""'),
    (b"\x17\x01\x01\x10\x01", '"Đ"'),
    (b"\x1d\x01", "TRUE"),
    (b"\x1c\x2a", "#N/A"),
    (whole(1) + whole(2) + ADD + whole(3) + TIMES, "(1+2)*3"),
    (whole(1) + whole(2) + ADD + PAREN + whole(3) + TIMES, "(1+2)*3"),
    (whole(1) + whole(2) + whole(3) + SUBTRACT + SUBTRACT, "1-(2-3)"),
    (whole(2) + MINUS + whole(2) + POWER, "-2^2"),
    (whole(5) + PERCENT, "5%"),
    (whole(1) + whole(2) + LESS + whole(3) + JOIN, "(1<2)&3"),
    (ref(4, 6), "G5"),
    (struct.pack("<BHHHH", 0x25, 0, 4, 0xC001, 0xC001), "B1:B5"),
    (struct.pack("<BHHHH", 0x25, 0, 4, 1, 1) + b"\x19\x10\0\0", "SUM(B1:B5)"),
    (struct.pack("<BHHH", 0x3A, 0, 4, 6), "'Trang ''hai'''!G5"),
    (struct.pack("<BHHH", 0x3A, 1, 4, 6), "'[1]'!G5"),
    (whole(1) + whole(2) + b"\x19\x02\x03\0" + call(1, 2), "IF(1,2)"),
    (whole(1) + b"\x41\x19\x00", "INT(1)"),
    (ref(0, 0) + b"\x16" + call(78, 2), "OFFSET(A1,)"),
    (b"\x41\xdd\x00", "TODAY()"),
    # Not followed: names, lists, functions that nobody knows, what is cut off or nothing.
    (b"\x23\x01\0\0\0", UNKNOWN),
    (b"\x60" + bytes(7), UNKNOWN),
    (whole(1) + b"\x41\xe7\x03", UNKNOWN),
    (whole(1) + whole(2), UNKNOWN),
    (ADD, UNKNOWN),
    (b"\x1e\x05", UNKNOWN),
    (b"", UNKNOWN),
    (struct.pack("<BHHH", 0x3A, 9, 4, 6), UNKNOWN),
]


@pytest.mark.parametrize(("tokens", "text"), TEXTS)
def test_the_tokens_of_an_xls_are_written_as_formulas(tokens: bytes, text: str) -> None:
    book = FormulaBook(long=False, sheets=["Trang 'hai'", "[1]"])
    assert formula_text(tokens, book, 9, 6) == text


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        (struct.pack("<BIH", 0x44, 4, 0xC006), "G5"),
        (struct.pack("<BIIHH", 0x25, 0, 4, 1, 1), "B1:B5"),
        (struct.pack("<BIH", 0x4C, (1 << 20) - 1, 0xC000 | (1 << 14) - 1), "F9"),  # up, left
        (b"\x17\x01\x00\x10\x01", '"Đ"'),
    ],
)
def test_those_of_an_xlsb_have_longer_parts(tokens: bytes, text: str) -> None:
    assert formula_text(tokens, FormulaBook(long=True), 9, 6) == text


def test_references_are_the_workbooks_own_sheets_or_another_files() -> None:
    references = [(0, 0, 0), (0, 0, 1), (1, 0, 0), (7, 0, 0), (0, -1, -1)]
    told = ["A", UNKNOWN, "[1]", "[1]", UNKNOWN]
    assert sheets_named(references, [True, False], ["A", "B"]) == told


def number(value: float) -> bytes:
    return struct.pack("<d", value)


def formula(row: int, column: int, tokens: bytes) -> bytes:
    told = number(5.0) + struct.pack("<HIH", 0, 0, len(tokens)) + tokens
    return cell(0x06, row, column, told)


def test_a_formula_that_cells_of_an_xls_share_moves_with_them() -> None:
    moving = struct.pack("<BHH", 0x4C, 0, 0xC0FF) + whole(1) + ADD  # one to the left
    shared = struct.pack("<HHBBBBH", 1, 2, 1, 1, 0, 2, len(moving)) + moving
    first, second = (formula(n, 1, struct.pack("<BHH", 1, 1, 1)) for n in (1, 2))
    content = xls(first + record(0x4BC, shared) + second)
    (sheet,) = read_workbook(content, FileKind.XLS).sheets
    assert {place: f.text for place, f in sheet.formulas.items()} == {
        (2, 2): "A2+1",
        (3, 2): "A3+1",
    }


def test_an_xlsb_tells_its_formulas_and_since_when_it_counts() -> None:
    moving = struct.pack("<BIH", 0x4C, 0, 0xC000 | (1 << 14) - 1)
    shared = struct.pack("<4I", 1, 2, 1, 1) + struct.pack("<I", len(moving)) + moving
    own = struct.pack("<BI", 1, 1), struct.pack("<I", 1)
    book = XlsbBook()
    book.put(1, 1, Calculated(5.0, whole(2) + whole(3) + ADD))
    book.put(2, 2, Calculated(5.0, *own, behind=long_record(427, shared)))
    book.put(3, 2, Calculated(5.0, *own))
    read = read_workbook(book.content(), FileKind.XLSB)
    assert {place: f.text for place, f in read.sheets[0].formulas.items()} == {
        (1, 1): "2+3",
        (2, 2): "A2",
        (3, 2): "A3",
    }
    assert not read.since_1904
    assert read_workbook(xls(b"", globals_=record(0x22, b"\1\0")), FileKind.XLS).since_1904


@pytest.mark.skipif(NO_OFFICE, reason="LibreOffice makes the files")
def test_a_result_that_does_not_hold_is_told_in_every_format(tmp_path: Path) -> None:
    # Each in a cell of its own, with what that cell holds as its result.
    cases = {
        "{0}-200+200": "",
        "{0}-200+201": "CG-01",
        "SUM({0}-200,200)": "",
        "SUM({0},2)": "CG-01",
        "ROUND({0}+0.0004,3)": "",
        "IF(1&lt;2,{0},0)": "",
        "IF(1&gt;2,{0},0)": "CG-01",
        "{0}+0*NOW()": "CG-02",
        "CHOOSE(1,{0})": "",
        "ABS(SIGN(1)*{0})": "CG-04",
    }
    book = filled("sct")
    content, rules = book.save(CYCLE.opens_at), {}
    places = book.places(*PLACE[::2]).values()
    for place, (formula, rule) in zip(places, cases.items(), strict=False):
        kept = f"{book.sheet(PLACE[0])[place].value:g}"
        body = as_cell("", f"<f>{formula.format(kept)}</f><v>{kept}</v>")
        content, rules[place] = changed(book, content, place, body), rule
    assert len(rules) == len(cases)
    for (_, kind), saved in saved_elsewhere({"made": content}, tmp_path).items():
        examination = examine_content(
            read_workbook(saved, kind), OFFICE, agency="sct", cycle=CYCLE.code
        )
        for place, rule in rules.items():
            told = [f.rule for f in examination.findings if place in (f.cell, *f.cells)]
            assert told == ([rule] if rule else []), (kind, place)
