"""Figures in other guises, from the bytes on: other scripts, names of formulas, looks on condition.

Each is made of the office's own workbook, of which one cell is changed.
"""

from __future__ import annotations

import html
import re
import struct
from collections.abc import Callable
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from models.domain.answers.examining import examine_content
from tasks.adapters.reading.binary.biff_conditions import biff_difference
from tasks.adapters.reading.binary.formula_texts import (
    FormulaBook,
    formula_text,
    name_of_xls,
    name_of_xlsb,
)
from tasks.adapters.reading.binary.xlsb_looks import difference_in
from tasks.adapters.reading.file_kinds import FileKind
from tasks.adapters.reading.looks.colours import Ground
from tasks.adapters.reading.ods.ods_formats import formats_of
from tasks.adapters.reading.ods.ods_words import names_of_ods
from tasks.adapters.reading.workbook_reader import read_workbook
from tests.fixtures.office_program import NO_OFFICE
from tests.fixtures.other_formats import saved_elsewhere
from tests.fixtures.xlsb_workbooks import wide
from tests.tasks.adapters.reading.looks.test_seen_otherwise import LETTERS, conditioned, looking
from tests.tasks.adapters.reading.looks.test_tampered_sights import CELL, SHEET, rules
from tests.tasks.adapters.reading.ods.test_ods_seen_otherwise import code, sheet, style
from tests.tasks.adapters.reading.test_tampered_workbooks import as_cell, packed, parts, rewritten
from tests.tasks.adapters.reading.test_workbooks_examined import CYCLE, OFFICE, filled

Change = Callable[[], bytes]
NUMBER = '<number:number number:decimal-places="0" number:min-integer-digits="1"/>'
CROSS = '<border diagonalUp="{}"><diagonal style="{}"/></border>'


def formatted(number_format: str) -> Change:
    """The workbook in which that cell alone has a number format of its own."""

    def change() -> bytes:
        kept = parts(looking()())
        stated = f'<numFmt numFmtId="399" formatCode="{html.escape(number_format)}"/></numFmts>'
        styles = kept["xl/styles.xml"].decode().replace("</numFmts>", stated)
        made = re.sub(
            r'<xf (fontId="[0-9]+" fillId="0"></xf></cellXfs>)', r'<xf numFmtId="399" \1', styles
        )
        assert made != styles
        return packed(kept | {"xl/styles.xml": made.encode()})

    return change


def named(formula: str, *names: tuple[str, str], kept: str = "250200") -> Change:
    """The workbook in which that cell holds a formula, with names for it."""

    def change() -> bytes:
        told = as_cell("", f"<f>{html.escape(formula)}</f><v>{kept}</v>")
        package = parts(rewritten(filled("sct"), CELL, told))
        stated = "".join(
            f'<definedName name="{name}">{html.escape(said)}</definedName>' for name, said in names
        )
        book = package["xl/workbook.xml"].decode()
        made = book.replace("</definedNames>", f"{stated}</definedNames>")
        return packed(package | {"xl/workbook.xml": made.encode()})

    return change


BESIDE = f"$H${CELL[1:]}"
CASES: dict[str, tuple[Change, str]] = {
    # Figures of other scripts.
    "arabic figures": (formatted("[$-2000000]#,##0"), "HT-01"),
    "arabic figures of a language": (formatted("[$-2000401]0"), "HT-01"),
    "persian figures": (formatted("[$-3020429]0"), "HT-01"),
    "thai figures": (formatted("[$-D00041E]#,##0"), "HT-01"),
    "thai figures as newer programs ask for them": (formatted("[$-th-TH,D00]0"), "HT-01"),
    "figures of hindi": (formatted("[$-4000439]0"), "HT-01"),
    "figures of chinese": (formatted("[DBNum1][$-804]General"), "HT-01"),
    "figures of banks": (formatted("[DBNum2][$-804]#,##0"), "HT-01"),
    "words in place of figures": (formatted("[NatNum12 cardinal]0"), "HT-01"),
    "figures of korean": (formatted("[DBNum4]0"), "HT-01"),
    "wide figures": (formatted("[DBNum3]0"), ""),
    "our own figures": (formatted("[$-1010000]#,##0"), ""),
    "the language alone": (formatted("[$-41E]#,##0"), ""),
    "vietnamese": (formatted("[$-42A]#,##0"), ""),
    # Names that stand for formulas.
    "a name of what changes": (named("Nay", ("Nay", "250200+0*NOW()")), "CG-02"),
    "a name in a name": (named("Nay", ("Nay", "Kia*1"), ("Kia", "TODAY()*5")), "CG-02"),
    "a name in other letters": (named("1*ngày", ("Ngày", "RAND()*9")), "CG-02"),
    "a name of this sheet": (named("'Chỉ tiêu'!Nay", ("Nay", "TODAY()*5")), "CG-02"),
    "a name in quotes": (named('IF("Nay"="a",1,250200)', ("Nay", "TODAY()")), ""),
    "a name of a figure": (named("Muc", ("Muc", "250200")), ""),
    "a name of another figure": (named("Muc", ("Muc", "9600")), "CG-01"),
    "a name of a cell": (named("Muc", ("Muc", f"'Chỉ tiêu'!{BESIDE}")), "CG-01"),
    "a name of a cell that moves": (named("Muc", ("Muc", "'Chỉ tiêu'!H9")), "CG-04"),
    "a name of another file": (named("Muc", ("Muc", "[1]Sheet1!$A$1")), "CG-03"),
    "a name told twice": (named("Muc", ("Muc", "250200"), ("MUC", "9600")), "CG-04"),
    "a cell named by a text": (named(f'INDIRECT("H{CELL[1:]}")'), "CG-01"),
    "that cell, its own figure": (named(f'INDIRECT("H{CELL[1:]}")', kept="55044"), ""),
    "a cell beside one": (named(f"OFFSET(G{CELL[1:]},0,1)"), "CG-01"),
    "that cell beside, its own figure": (named(f"OFFSET(G{CELL[1:]},0,1)", kept="55044"), ""),
    "cells beside": (named(f"SUM(OFFSET($G${CELL[1:]}:H{CELL[1:]},0,1))"), "CG-01"),
    "beyond the sheet": (named(f"OFFSET(G{CELL[1:]},-99,0)"), "CG-04"),
    "chosen": (named("CHOOSE(2,9600,250200)"), ""),
    "another one chosen": (named("CHOOSE(1,9600,250200)"), "CG-01"),
    "what a machine invents": (named('_xlfn.COPILOT("số?")'), "CG-02"),
    "what another service says": (named('_xlfn.IMAGE("a.png")'), "CG-03"),
    "what another program says": (named("Excel|'So'!R1C1"), "CG-03"),
    # On condition.
    "a line from corner to corner": (conditioned(CROSS.format("1", "thin")), "HT-04"),
    "a line that goes no way": (conditioned(CROSS.format("0", "thin")), ""),
    "a line without a stroke": (conditioned(CROSS.format("1", "none")), ""),
    "repeated": (conditioned('<alignment horizontal="fill"/>'), "HT-10"),
    "in the middle": (conditioned('<alignment horizontal="center"/>'), ""),
    "specks": (conditioned('<font><sz val="1"/></font>'), "HT-05"),
    "signs": (conditioned('<font><name val="Wingdings"/></font>'), "HT-05"),
    "larger": (conditioned('<font><sz val="14"/></font>'), ""),
    # Colours told in two ways, letters of other signs.
    "black by its number, white by the theme": (
        looking(f'<color rgb="FF000000" theme="0"/>{LETTERS}'), "HT-05",
    ),
    "black by both": (looking(f'<color rgb="FF000000" theme="1"/>{LETTERS}'), ""),
    "figures of Persian in their places": (
        looking('<name val="B Nazanin"/><sz val="11"/>'), "HT-05",
    ),
    "letters of Hindi in their places": (
        looking('<name val="Kruti Dev 010"/><sz val="11"/>'), "HT-05",
    ),
    "points in place of what is typed": (looking('<name val="password"/><sz val="11"/>'), "HT-05"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_figure_in_another_guise_is_told(case: str) -> None:
    change, rule = CASES[case]
    made = rules(change())
    magnitude = {r for r in made if r.startswith(("MT", "DV"))}  # 55.044 is far from the target
    assert made - magnitude == ({rule} if rule else set())


@pytest.mark.skipif(NO_OFFICE, reason="LibreOffice makes the files")
def test_other_formats_of_an_office_program_tell_the_same(tmp_path: Path) -> None:
    cases = {
        "script": (formatted("[$-2000401]0"), "HT-01"),
        "name": (named("Nay", ("Nay", "250200+0*NOW()")), "CG-02"),
        "cell": (named("Muc", ("Muc", f"'Chỉ tiêu'!{BESIDE}"), kept="55044"), ""),
        "cross": (conditioned(CROSS.format("1", "thin")), "HT-04"),
    }
    made = {name: change() for name, (change, _) in cases.items()}
    for (name, kind), content in saved_elsewhere(made, tmp_path).items():
        examination = examine_content(
            read_workbook(content, kind), OFFICE, agency="sct", cycle=CYCLE.code
        )
        told = {f.rule for f in examination.findings if CELL in (f.cell, *f.cells)}
        rule = cases[name][1]
        if name == "cross" and kind is FileKind.XLS:
            continue  # that program leaves such lines out
        assert {r for r in told if r[:2] in ("HT", "CG")} == ({rule} if rule else set()), (
            name, kind,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "said", "drawn"),
    [
        ("number", 'number:transliteration-format="一"', "[NatNum1]0"),
        ("number", 'number:transliteration-format="1"', "0"),
        ("number", 'number:transliteration-spellout="cardinal"', "[NatNum12]0"),
        ("boolean", "", '"TRUE/FALSE"'),
    ],
)
def test_figures_of_an_ods_are_those_that_its_format_asks_for(
    kind: str, said: str, drawn: str
) -> None:
    spaces = 'xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" xmlns:style="s"'
    stated = code(NUMBER, kind).replace("style:name", f"{said} style:name")
    assert formats_of(iter([fromstring(f"<a {spaces}>{stated}</a>")])) == {"N": drawn}


def test_an_ods_shows_figures_of_another_script() -> None:
    stated = code(NUMBER).replace("style:name", 'number:transliteration-format="١" style:name')
    found = sheet(stated + style("C", more='style:data-style-name="N"'))
    assert found.looks[1, 1].shown == "□□□□□□"


def test_names_of_an_ods_are_told_where_cells_calculate() -> None:
    names = (
        '<a xmlns:table="t"><table:named-expression table:name="Nay" table:expression="of:=NOW()"/>'
        '<table:named-range table:name="Ô" table:cell-range-address="$T.$A$1"/>{}</a>'
    )
    calculating = '<table:table-cell table:formula="of:=Nay"/>'
    assert names_of_ods(names.format(calculating).encode()) == {"nay": "=NOW()", "ô": "'T'!$A$1"}
    assert names_of_ods(names.format("").encode()) == {}


NOW = b"\x41\x4a\x00"
BY_NAME = b"\x43\x01\x00\x00\x00"


def test_names_of_binary_files_are_told() -> None:
    old = bytes([0, 0, 0, 3]) + struct.pack("<H", len(NOW)) + bytes(9) + b"Nay" + NOW
    newer = bytes(9) + wide("Nay") + struct.pack("<I", len(NOW)) + NOW
    assert name_of_xls(old) == name_of_xlsb(newer) == ("Nay", NOW)
    assert name_of_xls(b"") == ("", b"")
    for long in (False, True):
        book = FormulaBook(long=long, named=[("Nay", NOW)])
        assert formula_text(BY_NAME, book, 0, 0) == "Nay"
        assert book.names() == {"nay": "NOW()"}


def test_cells_that_names_of_binary_files_stand_for_stay_or_move() -> None:
    stays, moves = (struct.pack("<BHH", 0x44, 4, column) for column in (1, 1 | 0xC000))
    book = FormulaBook(long=False, named=[("A", stays), ("B", moves)])
    assert book.names() == {"a": "$B$5", "b": "B5"}


@pytest.mark.parametrize(
    ("ways", "left", "line", "crossed"),
    [(0xC0000000, 0, 1, True), (0x40000000, 0, 1, True), (0, 0, 1, None), (0xC0000000, 0, 0, None),
     (0xC0000000, 0xC000, 1, None)],
)  # fmt: skip
def test_a_condition_of_an_xls_draws_lines_from_corner_to_corner(
    ways: int, left: int, line: int, crossed: bool | None
) -> None:
    data = struct.pack("<IH", 1 << 28 | left, 0) + struct.pack("<II", ways, line << 21)
    assert biff_difference(data, 0, {}, Ground())[0].crossed is crossed


@pytest.mark.parametrize(("up", "line", "crossed"), [(1, 1, True), (0, 1, None), (1, 0, None)])
def test_a_condition_of_an_xlsb_draws_lines_from_corner_to_corner(
    up: int, line: int, crossed: bool | None
) -> None:
    properties = ((10, bytes(8) + struct.pack("<H", line)), (13, bytes([up])))
    data = bytes(4) + struct.pack("<H", 2)
    for kind, value in properties:
        data += struct.pack("<HH", kind, 4 + len(value)) + value
    assert difference_in(data, {}, Ground()).crossed is crossed


def test_the_workbook_is_as_good_as_before() -> None:
    assert SHEET in parts(filled("sct").save(CYCLE.opens_at))
    assert rules(filled("sct").save(CYCLE.opens_at)) == set()
