"""Cells and rows that state no place follow the one before them, and are told as any other."""

from __future__ import annotations

import re

import pytest

from models.domain.reading.submissions import FileProblem
from tasks.adapters.reading.gathered_sheets import WorkbookRefused
from tasks.adapters.reading.ooxml.unstated_places import with_places
from tests.tasks.adapters.reading.looks.test_seen_otherwise import LETTERS, Change, content, looking
from tests.tasks.adapters.reading.looks.test_tampered_sights import CELL, SHEET, findings, rules
from tests.tasks.adapters.reading.test_other_guises import formatted
from tests.tasks.adapters.reading.test_tampered_workbooks import packed, parts

ROW = CELL[1:].encode()
HERE = rb' r="%s"' % CELL.encode()
#: What of a place is left out: of that cell, of its row's cells, of all cells, of rows as well.
LEFT_OUT = {
    "a cell": HERE,
    "the cells of a row": rb'(?<=<c) r="[A-Z]+%s"' % ROW,
    "all cells": rb'(?<=<c) r="[A-Z]+[0-9]+"',
    "all cells and rows": rb'(?:(?<=<c)|(?<=<row)) r="[A-Z]*[0-9]+"',
    "a row": rb'(?<=<row) r="%s"' % ROW,
}
CASES: dict[str, tuple[Change, str]] = {
    "a figure": (content("", "<v>250200</v>"), ""),
    "its own result": (content("", "<f>250000+200</f><v>250200</v>"), ""),
    "another result": (content("", "<f>1+1</f><v>250200</v>"), "CG-01"),
    "what changes": (content("", "<f>NOW()</f><v>250200</v>"), "CG-02"),
    "another file": (content("", "<f>[1]Sheet1!A1</f><v>250200</v>"), "CG-03"),
    "an error": (content(' t="e"', "<v>#N/A</v>"), "SO-05"),
    "two contents": (content(' t="inlineStr"', "<is><t>250200</t></is><v>9</v>"), "CT-14"),
    "two formulas": (content("", "<f>250200</f><f>9</f><v>250200</v>"), "CT-14"),
    "white": (looking('<color rgb="FFFFFFFF"/>' + LETTERS), "HT-05"),
    "another figure": (formatted('"9600"'), "HT-01"),
}


@pytest.mark.parametrize("left_out", LEFT_OUT)
@pytest.mark.parametrize("case", CASES)
def test_a_cell_that_states_no_place_is_told_as_any_other(case: str, left_out: str) -> None:
    change, rule = CASES[case]
    kept = parts(change())
    kept[SHEET], times = re.subn(LEFT_OUT[left_out], b"", kept[SHEET])
    assert times
    told = {f.rule for f in findings(packed(kept)) if CELL in (f.cell, *f.cells)}
    assert {r for r in told if r[:2] in ("CG", "CT", "HT", "SO")} == ({rule} if rule else set())


UNPLACED = b"<c><v>9</v></c>"
BESIDE = f"H{CELL[1:]}"


@pytest.mark.parametrize(
    ("before", "after", "cell"),
    [
        (rb'(<c r="%s".*?</c>)' % CELL.encode(), rb"\1" + UNPLACED, BESIDE),
        (rb'(<row r="%s"[^>]*>)' % ROW, rb"\1" + UNPLACED * 7, CELL),
        (rb'(?=<row r="%s")' % ROW, b"<row>" + UNPLACED * 7 + b"</row>", CELL),
    ],
)
def test_a_cell_that_comes_to_stand_on_another_is_told(
    before: bytes, after: bytes, cell: str
) -> None:
    kept = parts(content("", "<v>250200</v>")())
    kept[SHEET], times = re.subn(before, after, kept[SHEET], count=1)
    assert times == 1
    assert cell in {c for f in findings(packed(kept)) if f.rule == "CT-14" for c in f.cells}


SHEETS = {
    "cells": (
        b'<row r="2"><c/><c r="C2"/><c s="1"/></row>',
        b'<row r="2"><c r="A2"/><c r="C2"/><c r="D2" s="1"/></row>',
    ),
    "rows": (b'<row/><row r="5"/><row><c/></row>',
             b'<row r="1"/><row r="5"/><row r="6"><c r="A6"/></row>'),
    "a row of cells that state theirs": (
        b'<row><c r="B7"/><c/></row>', b'<row r="7"><c r="B7"/><c r="C7"/></row>',
    ),
    "a place behind others": (b'<row s="1" r="2"><c s="1" r="B2"/></row>',) * 2,
    "a place in a text": (
        b'<row r="1"><c t="str"><v> r="A9" </v></c></row>',
        b'<row r="1"><c r="A1" t="str"><v> r="A9" </v></c></row>',
    ),
    "what is called so": (b'<row r="1"><c r="A1"><is><r><rPr><color/></rPr></r></is></c></row>',)
    * 2,
}  # fmt: skip


@pytest.mark.parametrize("prefix", [b"", b"x:"])
@pytest.mark.parametrize("case", SHEETS)
def test_places_are_written_where_none_is_stated(case: str, prefix: bytes) -> None:
    told, made = (
        re.sub(rb"<(/?)", rb"<\1" + prefix, b"<a><sheetData>%b</sheetData></a>" % cells)
        for cells in SHEETS[case]
    )
    assert with_places(told) == made
    assert with_places(made) is made


def test_what_is_called_like_the_table_of_cells_hides_none() -> None:
    cells = b'<sheetPr codeName="sheetData"/><sheetData><row r="1"><c/></row></sheetData>'
    made = cells.replace(b"<c/>", b'<c r="A1"/>')
    assert with_places(b"<a>%b</a>" % cells) == b"<a>%b</a>" % made


def test_a_workbook_that_states_all_places_is_left_as_it_is() -> None:
    sheet = parts(content("", "<v>250200</v>")())[SHEET]
    assert with_places(sheet) is sheet
    assert rules(content("", "<v>250200</v>")()) == set()


@pytest.mark.parametrize(
    ("tag", "place"),
    [
        *(
            ("c", place)
            for place in (" ", "G", "10", "G0", "G-1", "AAAA10", "G010", "g10", "$G$10")
        ),
        *(("row", place) for place in ("", "x", "0", "-10", "010", "10.0", "1e1", "11")),
    ],
)
def test_a_place_that_is_none_is_not_passed_over(tag: str, place: str) -> None:
    kept = parts(content("", "<v>250200</v>")())
    stated = CELL.encode() if tag == "c" else ROW
    pattern = rb'<%s r="%s"' % (tag.encode(), stated)
    kept[SHEET], times = re.subn(pattern, f'<{tag} r="{place}"'.encode(), kept[SHEET])
    assert times == 1
    try:
        assert "CT-14" in rules(packed(kept))
    except WorkbookRefused as refused:
        assert refused.problem is FileProblem.NOT_READ
