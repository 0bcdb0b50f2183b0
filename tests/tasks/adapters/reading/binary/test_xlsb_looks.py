"""How cells of .xlsb look, by their records; and what LibreOffice shows of the same records."""

from __future__ import annotations

import io
import itertools
import re
import struct
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from models.domain.notation.number_formats import draw_number
from models.domain.notation.number_notation import from_cell
from models.domain.reading.conditions.conditional_looks import looks_on
from models.domain.reading.workbook_content import (
    Appearance,
    LetterPosition,
    SheetContent,
    TextRun,
)
from tasks.adapters.reading.binary.formula_tokens import formula_steps
from tasks.adapters.reading.file_kinds import FileKind, identify
from tasks.adapters.reading.workbook_reader import read_workbook
from tests.fixtures.office_program import NO_OFFICE, saved_as
from tests.fixtures.xlsb_workbooks import Look, Rich, Rule, XlsbBook, own_cell, whole

UP, DOWN = LetterPosition.RAISED, LetterPosition.LOWERED
PLAIN = Appearance()
STRUCK, RAISED, LOWERED = Look(struck=True), Look(script=1), Look(script=2)


def sheet_of(book: XlsbBook) -> SheetContent:
    content = book.content()
    assert identify(content, "a.xlsb") is FileKind.XLSB
    return read_workbook(content, FileKind.XLSB).sheets[0]


CELLS: list[tuple[object, Look, Appearance]] = [
    (9600.0, Look('0" triệu"'), Appearance('0" triệu"')),
    (15.67, Look('"-"0.00'), Appearance('"-"0.00')),
    (5.0, Look(";;;"), Appearance(";;;")),
    (5.0, Look("#,##0.######"), PLAIN),
    (0.17, Look("0%"), Appearance("0%")),
    (5.0, STRUCK, Appearance(struck=True)),
    ("chữ", STRUCK, Appearance(struck=True)),
    (5.0, Look(letters="FFFFFF"), Appearance(unseen=True)),
    (5.0, Look(letters="FFFDFD"), Appearance(unseen=True)),
    (5.0, Look(letters=(0, 0.0)), Appearance(unseen=True)),
    (5.0, Look(letters=(1, 0.0)), PLAIN),
    (5.0, Look(letters=9), Appearance(unseen=True)),
    (5.0, Look(letters="1F3864", fill="1F3864"), Appearance(unseen=True)),
    (5.0, Look(letters=(4, 0.4), fill=(4, 0.4)), Appearance(unseen=True)),
    (5.0, Look(letters=(4, 0.8), fill=(4, -0.5)), PLAIN),
    (5.0, Look(letters="FFFFFF", fill="1F3864"), PLAIN),
    (5.0, Look(letters="FF0000"), PLAIN),
    (Rich([("9600", Look()), ("1", RAISED)]), Look(),
     Appearance(runs=[TextRun("9600"), TextRun("1", UP)])),
    (Rich([("9600", Look()), ("1", RAISED)], shared=False), Look(),
     Appearance(runs=[TextRun("9600"), TextRun("1", UP)])),
    (Rich([("H", Look()), ("2", LOWERED), ("O", Look())]), Look(),
     Appearance(runs=[TextRun("H"), TextRun("2", DOWN), TextRun("O")])),
    (Rich([("9", STRUCK), ("37", Look())]), Look(),
     Appearance(runs=[TextRun("9", struck=True), TextRun("37")])),
    (Rich([("9", STRUCK), ("37", Look())]), STRUCK,
     Appearance(runs=[TextRun("9", struck=True), TextRun("37")])),
    (Rich([("𝟗", Look()), ("1", RAISED)]), Look(),
     Appearance(runs=[TextRun("𝟗"), TextRun("1", UP)])),
    (Rich([("9", Look(letters="FFFFFF")), ("37", Look(letters="000000"))]), Look(),
     Appearance(runs=[TextRun("9", unseen=True), TextRun("37")])),
    (Rich([("9", Look(letters="FFFFFF")), ("37", Look(letters="000000"))]), Look(fill="1F3864"),
     PLAIN),
    (Rich([("chữ ", Look()), ("đỏ", Look(letters="FF0000"))]), Look(), PLAIN),
]  # fmt: skip


@pytest.mark.parametrize(("value", "look", "told"), CELLS)
def test_what_the_records_say_of_a_cell_is_told(
    value: object, look: Look, told: Appearance
) -> None:
    book = XlsbBook()
    book.put(2, 3, value, look)
    book.put(3, 3, "có chữ nhỏ", RAISED)  # so that some font tells something
    sheet = sheet_of(book)
    assert sheet.looks.get((2, 3), PLAIN) == told
    assert sheet.percent == ({(2, 3)} if look.code == "0%" else set())


ABOVE_ONE = own_cell() + whole(1) + b"\x0d"
BROKEN = (  # AND(ISNUMBER(x),x<>INT(x))
    own_cell() + b"\x41\x80\x00" + own_cell() + own_cell() + b"\x41\x19\x00\x0e\x42\x02\x24\x00"
)
PERCENT = Look("0%")
RULES: list[tuple[float, Rule, Sequence[Appearance]]] = [
    (5.0, Rule([(2, 2, 9, 3)], PERCENT, [whole(1)]), [Appearance("0%")]),
    (5.0, Rule([(2, 2, 9, 3)], PERCENT, [b"\x1d\x00"]), (PLAIN,)),
    (5.0, Rule([(2, 2, 9, 3)], PERCENT, [ABOVE_ONE]), [Appearance("0%")]),
    (0.5, Rule([(2, 2, 9, 3)], PERCENT, [ABOVE_ONE]), (PLAIN,)),
    (0.5, Rule([(2, 2, 9, 3)], PERCENT, [BROKEN]), [Appearance("0%")]),
    (5.0, Rule([(2, 2, 9, 3)], PERCENT, [BROKEN]), (PLAIN,)),
    (5.0, Rule([(2, 2, 9, 3)], STRUCK, [whole(2)], kind=1, template=0, parameter=5),
     [Appearance(struck=True)]),
    (5.0, Rule([(2, 2, 9, 3)], STRUCK, [whole(9), whole(1)], kind=1, template=0, parameter=1),
     [Appearance(struck=True)]),
    (5.0, Rule([(2, 2, 9, 3)], STRUCK, [whole(9)], kind=1, template=0, parameter=7), (PLAIN,)),
    (5.0, Rule([(2, 2, 9, 3)], Look(letters="FFFFFF"), [whole(1)]), [Appearance(unseen=True)]),
    (5.0, Rule([(2, 2, 9, 3)], Look(fill="000000"), [whole(1)]), [Appearance(unseen=True)]),
    (5.0, Rule([(2, 2, 9, 3)], Look(letters="9C0006", fill="FFC7CE"), [whole(1)]), (PLAIN,)),
    (5.0, Rule([(2, 2, 9, 3)], PERCENT, template=10), [Appearance("0%")]),
    (5.0, Rule([(2, 2, 9, 3)], PERCENT, [own_cell(rows=1) + whole(1) + b"\x0d"]), (PLAIN,)),
    (5.0, Rule([(2, 2, 9, 3)], PERCENT, [own_cell(rows=-1) + whole(2) + b"\x0d"]),
     [Appearance("0%")]),
    (5.0, Rule([(2, 2, 9, 3)], PERCENT, kind=5, template=5, parameter=10),
     [PLAIN, Appearance("0%")]),
    (5.0, Rule([(2, 2, 9, 3)], PERCENT, [b"\x22\x01\x04\x00"]), [PLAIN, Appearance("0%")]),
    (5.0, Rule([(6, 6, 6, 6)], PERCENT, [whole(1)]), (PLAIN,)),
]  # fmt: skip


@pytest.mark.parametrize(("value", "rule", "told"), RULES)
def test_a_condition_of_the_records_is_decided(
    value: float, rule: Rule, told: Sequence[Appearance]
) -> None:
    book = XlsbBook(rules=[rule])
    book.put(1, 2, 3.0)
    book.put(2, 2, value)
    sheet = sheet_of(book)
    made = looks_on(sheet, 2, 2, PLAIN)
    assert [*made] == [*told]


def test_conditions_are_asked_in_order_of_priority_until_one_stops() -> None:
    late = Rule([(2, 2, 2, 2)], Look('0" tr"'), [whole(1)], priority=9)
    early = Rule([(2, 2, 2, 2)], STRUCK, [whole(1)], priority=2, stops=True)
    book = XlsbBook(rules=[late, early])
    book.put(2, 2, 5.0)
    assert looks_on(sheet_of(book), 2, 2, PLAIN) == [Appearance(struck=True)]


def test_hidden_rows_and_columns_and_merged_areas_stand_beside_the_cells() -> None:
    book = XlsbBook(hidden_rows=frozenset({3}), hidden_columns=[(5, 6)], merged=[(7, 1, 8, 2)])
    book.put(2, 1, 5.0)
    book.put(3, 1, 6.0)
    sheet = sheet_of(book)
    assert sheet.merged == [(7, 1, 8, 2)]


@pytest.mark.parametrize("cut", range(1, 12))
def test_tokens_that_are_cut_off_leave_the_condition_open(cut: int) -> None:
    steps = formula_steps(BROKEN[: -len(BROKEN) * cut // 12], long=True)
    assert steps is None or len(steps) < len(BROKEN)


# --- Held against LibreOffice ---------------------------------------------------------------------

_NUMERALS = (
    *("0", "0.0", "0.00", "#,##0", "#,##0.00", "#,##0.0,", "#,##0,,", "000", "0%", "0.0%"),
    *("0.00E+00", "# ?/?", "0.##", "#,##0.###", "0\\,00", "??0.0?", "General"),
)
_BEFORE = ("", '"khoảng "', "-", "[$₫-42A]", "[Red]", "$")
_BEHIND = ("", '" triệu"', '" tỷ đồng"', "%", ")", "\\ [$₫-42A]")
_SECTIONS = ("{0}", "{0};-{0}", "{0};({0});\\-", "[<100]{0};0.0")
_VALUES = (0, 5, -5, 0.4, 12.4, -15.67, 1567, 9600, 1_234_567.891)
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
LibreOffice = pytest.mark.skipif(NO_OFFICE, reason="LibreOffice reads it")


def in_libreoffice(content: bytes, kind: str, folder: Path) -> bytes:
    """The workbook as LibreOffice saves it in another format."""
    (folder / "made.xlsb").write_bytes(content)
    [saved] = saved_as(kind, [folder / "made.xlsb"], folder)
    return saved.read_bytes()


def _texts(ods: bytes) -> Iterator[str]:
    """What LibreOffice shows in the first column, row by row."""
    with zipfile.ZipFile(io.BytesIO(ods)) as package:
        root = ElementTree.fromstring(package.read("content.xml"))
    for row in root.iter(f"{_TABLE}table-row"):
        cell = row.find(f"{_TABLE}table-cell")
        shown = "" if cell is None else "".join(_pieces(cell))
        yield from itertools.repeat(shown, min(9, int(row.get(f"{_TABLE}number-rows-repeated", 1))))


def _pieces(element: ElementTree.Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        yield from (" " if child.tag == f"{_TEXT}s" else t for t in _pieces(child))
        yield child.tail or ""


def _comparable(text: str) -> str:
    """Blanks aside, and the mark that LibreOffice leaves out where no decimals follow it."""
    return re.sub(r"\s+|(?<=[0-9])\.(?![0-9])", "", text)


@LibreOffice
def test_what_is_drawn_by_a_format_is_what_libreoffice_shows(tmp_path: Path) -> None:
    pairs = []
    book = XlsbBook()
    for number, pieces in enumerate(itertools.product(_BEFORE, _NUMERALS, _BEHIND, _SECTIONS), 1):
        code, value = pieces[3].format("".join(pieces[:3])), _VALUES[number % 9]
        pairs.append((code, value))
        book.put(number, 1, value, Look(code))
    shown = [*_texts(in_libreoffice(book.content(), "ods", tmp_path))]
    looks = sheet_of(book).looks
    compared = 0
    for number, (code, value) in enumerate(pairs, 1):
        assert looks.get((number, 1), PLAIN).number_format in ("", code.replace("[Red]", ""))
        theirs = _comparable(shown[number - 1])
        # It forgets factor and power where a currency is named, and beside a second sign.
        forgets = ("$" in code and any(c in code for c in "%E/")) or "%%" in code
        # A format that it does not follow it leaves out altogether.
        general = _comparable(draw_number("General", from_cell(value)).shown(".", ","))
        drawn = _comparable(draw_number(code, from_cell(value)).shown(".", ","))
        if forgets or (theirs == general and theirs != drawn):
            continue
        compared += 1
        assert drawn == theirs, (code, value)
    assert compared > 1_500


@LibreOffice
def test_the_records_tell_libreoffice_what_they_tell_us(tmp_path: Path) -> None:
    book = XlsbBook(merged=[(99, 1, 99, 2)])
    for row, (value, look, _) in enumerate(CELLS, 1):
        book.put(row, 1, value, look)
    rows = len(CELLS) + 1
    for number, (value, rule, _) in enumerate(RULES):
        row = rows + 3 * number
        book.put(row, 1, value)
        book.rules.append(replace(rule, areas=[(row, 1, row, 1)], priority=number + 1))
    ours = sheet_of(book)
    saved = in_libreoffice(book.content(), "xlsx", tmp_path)
    theirs = read_workbook(saved, FileKind.XLSX).sheets[0]
    assert [*map(list, theirs.rows)] == [*map(list, ours.rows)]
    assert theirs.merged == ours.merged
    for place in itertools.product(range(1, rows), (1,)):
        one, other = ours.looks.get(place, PLAIN), theirs.looks.get(place, PLAIN)
        assert (one.struck, one.unseen) == (other.struck, other.unseen), place
        assert _merged(one.runs) == _merged(other.runs), place
    for number in range(len(RULES)):
        row = rows + 3 * number
        said, heard = (
            {(k.struck, k.unseen, k.number_format.replace("General", ""))
             for k in looks_on(sheet, row, 1, PLAIN)}
            for sheet in (ours, theirs)
        )  # fmt: skip
        assert said == heard, RULES[number]


def _merged(runs: Sequence[TextRun]) -> Sequence[tuple[str, bool, LetterPosition]]:
    made = itertools.groupby(runs, key=lambda r: (r.struck, r.position))
    return [("".join(r.text for r in group), *key) for key, group in made]


def test_a_far_record_of_styles_is_not_followed_into_nowhere() -> None:
    book = XlsbBook()
    book.put(1, 1, Rich([("9600", Look()), ("1", RAISED)]))
    raw = struct.pack("<I", 1)
    assert formula_steps(raw, long=True) is None
    assert sheet_of(book).looks[1, 1].runs
