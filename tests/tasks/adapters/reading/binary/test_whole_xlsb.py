"""The sheet of a form saved as .xlsb, whole, and changed: from the bytes to the finding."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from functools import cache

import pytest

from models.domain.answers.examining import examine_content
from models.domain.reading.workbook_content import CellValue, split_address
from tasks.adapters.reading.file_kinds import FileKind
from tasks.adapters.reading.workbook_reader import read_workbook
from tests.fixtures.xlsb_workbooks import (
    GRADIENT,
    Calculated,
    Look,
    Rich,
    Rule,
    XlsbBook,
    own_cell,
    record,
    styles_of_tables,
    table_part,
    whole,
)
from tests.tasks.adapters.reading.test_tampered_workbooks import packed, parts
from tests.tasks.adapters.reading.test_workbooks_examined import CYCLE, OFFICE, filled

CELL = split_address(str(filled("sct").address("indicators", "retail_sales", "committed")))
ROW, COLUMN = CELL
HERE = (*CELL, *CELL)
SHEET, BOOK = "xl/worksheets/sheet1.bin", "xl/workbook.bin"
SHEET_DATA = record(145)
THEME = "xl/theme/theme1.xml"
MAJOR = (
    b'<a:fontScheme><a:majorFont><a:latin typeface="Wingdings"/></a:majorFont></a:fontScheme>'
    b"</a:themeElements>"
)
WHITE = Look(letters="FFFFFF")
Change = Callable[[XlsbBook], Mapping[str, Callable[[bytes], bytes]] | None]


@cache
def cells() -> Mapping[tuple[int, int], CellValue]:
    sheet = read_workbook(filled("sct").save(CYCLE.opens_at), FileKind.XLSX).sheet("Chỉ tiêu")
    assert sheet is not None
    return {
        (row, column): value
        for row, values in enumerate(sheet.rows, 1)
        for column, value in enumerate(values, 1)
        if value is not None
    }


def put(value: object = 250_200.0, **look: object) -> Change:
    def change(book: XlsbBook) -> None:
        book.put(*CELL, value, Look(**look))  # type: ignore[arg-type]

    return change


def book_with(**said: object) -> Change:
    def change(book: XlsbBook) -> None:
        for name, value in said.items():
            setattr(book, name, value)

    return change


def indented(book: XlsbBook) -> None:
    book.put(*CELL, 250_200.0, Look(indent=9))
    book.widths = {COLUMN: 12.7}


def stacked(book: XlsbBook) -> None:
    book.put(*CELL, 250_200.0, Look(turned=255))
    book.heights = {ROW: 30.0}


def runs(*parts_of: tuple[str, Look]) -> Change:
    return put(Rich(parts_of))


def in_part(part: str, before: bytes, after: bytes) -> Change:
    def change(_: XlsbBook) -> Mapping[str, Callable[[bytes], bytes]]:
        def replaced(data: bytes) -> bytes:
            assert data.count(before) == 1
            return data.replace(before, after)

        return {part: replaced}

    return change


def of_the_cell(make: Callable[[bytes], bytes]) -> Change:
    def change(book: XlsbBook) -> Mapping[str, Callable[[bytes], bytes]]:
        book.put(*CELL, 250_200.0, Look())
        number = struct.pack("<d", 250_200.0)

        def replaced(data: bytes) -> bytes:
            at = data.index(number, data.index(struct.pack("<I", ROW - 1) + bytes(4))) - 10
            one = data[at : at + 18]
            assert one[:2] == record(5, bytes(16))[:2] and one[10:] == number
            return data[:at] + make(one) + data[at + 18 :]

        return {SHEET: replaced}

    return change


def view(flags: int, top: int = 0, pane: bytes = b"") -> Change:
    seen = record(137, struct.pack("<HIII", flags, 0, top, 0) + bytes(16))
    return in_part(SHEET, SHEET_DATA, record(133) + seen + pane + SHEET_DATA)


def zoomed(percent: int) -> Change:
    seen = record(137, struct.pack("<HIIIIH", 0x03DC, 0, 0, 0, 0, percent) + bytes(10))
    return in_part(SHEET, SHEET_DATA, record(133) + seen + SHEET_DATA)


def pane(flags: int, rows: int = 1) -> bytes:
    return record(151, struct.pack("<ddIII", 0, rows, 12, 0, 2) + bytes([flags]))


def both(*changes: Change) -> Change:
    def change(book: XlsbBook) -> Mapping[str, Callable[[bytes], bytes]]:
        made: dict[str, Callable[[bytes], bytes]] = {}
        for each in changes:
            made |= each(book) or {}
        return made

    return change


def in_table(style: str, *parts_of: tuple[int, int, int], flags: int = 0) -> Change:
    """That cell, the last of its column, in a table of that style; the first difference of all
    writes in white."""

    def change(book: XlsbBook) -> Mapping[str, Callable[[bytes], bytes]]:
        book.rules = [Rule([(90, 90, 90, 90)], WHITE, [whole(1)])]
        relations = "http://schemas.openxmlformats.org"
        link = (
            f'<Relationships xmlns="{relations}/package/2006/relationships"><Relationship Id="rId1"'
            f' Type="{relations}/officeDocument/2006/relationships/table" '
            'Target="../tables/table1.bin"/></Relationships>'
        )
        book.parts = {
            "xl/tables/table1.bin": table_part((ROW - 3, COLUMN, ROW, COLUMN), style, flags),
            "xl/worksheets/_rels/sheet1.bin.rels": link.encode(),
        }
        made = styles_of_tables(style, *parts_of) if parts_of else b""
        return {"xl/styles.bin": lambda data: data.replace(record(279), made + record(279))}

    return change


def window(flags: int) -> Change:
    shown = record(158, bytes(28) + bytes([flags]))
    return in_part(BOOK, record(143), shown + record(143))


def error(one: bytes) -> bytes:
    return record(3, one[2:10] + b"\x0f")


# What is changed, and the rules that speak of it.
CASES: dict[str, tuple[Change, set[str]]] = {
    "nothing": (put(), set()),
    "as a text": (put("250200"), set()),
    "struck": (put(struck=True), {"HT-04"}),
    "crossed": (put(crossed=True), {"HT-04"}),
    "white": (put(letters="FFFFFF"), {"HT-05"}),
    "the white of the theme": (put(letters=(0, 0.0)), {"HT-05"}),
    "nearly white by a tint": (put(letters=(0, -0.05)), {"HT-05"}),
    "grey by a tint": (put(letters=(0, -0.5)), set()),
    "white on blue": (put(letters="FFFFFF", fill="1F497D"), set()),
    "blue on blue": (put(letters="1F497D", fill="1F497D"), {"HT-05"}),
    "signs": (put(font="Wingdings"), {"HT-05"}),
    "letters of the signs' set": (put(letters_of=2), {"HT-05"}),
    "bars": (put(font="Code 128"), {"HT-05"}),
    "indented": (indented, {"HT-11"}),
    "repeated": (put(repeated=True), {"HT-10"}),
    "stacked in its row": (stacked, {"HT-11"}),
    "words of a format": (put(code='0" triệu"'), {"HT-01"}),
    "a hidden minus": (put(-250_200.0, code="0;0"), {"HT-01"}),
    "nothing by a format": (put(code=";;;"), {"HT-05"}),
    "thousands cut": (put(code="0,"), {"HT-01"}),
    "a plain format": (put(code="#,##0"), set()),
    "raised": (runs(("250200", Look()), ("1", Look(script=1))), {"HT-02"}),
    "struck in part": (runs(("9", Look(struck=True)), ("250200", Look())), {"HT-02"}),
    "white in part": (runs(("9", WHITE), ("250200", Look(letters="000000"))), {"HT-02"}),
    "a hidden row": (book_with(hidden_rows=frozenset({ROW})), {"HT-07"}),
    "a font of the theme that is signs": (
        both(put(scheme=1), in_part(THEME, b"</a:themeElements>", MAJOR)), {"HT-05"},
    ),
    "the other font of the theme": (
        both(put(scheme=2), in_part(THEME, b"</a:themeElements>", MAJOR)), set(),
    ),
    "a low row": (book_with(heights={ROW: 5.0}), {"HT-07"}),
    "a row of 12 points": (book_with(heights={ROW: 12.0}), set()),
    "a hidden column": (book_with(hidden_columns=[(COLUMN, COLUMN)]), {"HT-07"}),
    "a narrow column": (book_with(widths={COLUMN: 3.5}), {"HT-11"}),
    "a wide column": (book_with(widths={COLUMN: 12.0}), set()),
    "merged over": (book_with(merged=[(ROW, COLUMN - 1, ROW, COLUMN)]), {"BB-01"}),
    "another result": (put(Calculated(250_200.0, whole(9))), {"CG-01"}),
    "its own result": (put(Calculated(9.0, whole(9))), {"DV-03", "MT-01", "MT-02"}),
    "white on condition": (
        book_with(rules=[Rule([HERE], WHITE, [own_cell() + whole(5) + b"\x0d"])]), {"HT-05"},
    ),
    "formulas shown": (view(0x03DE), {"HT-12"}),
    "formulas not shown": (view(0x03DC), set()),
    "scrolled and frozen": (view(0x03DC, 11, pane(1)), {"HT-07", "VB-05"}),
    "scrolled and split": (view(0x03DC, 11, pane(0)), set()),
    "no window": (window(0x39), {"HT-07"}),
    "a small window": (window(0x3A), set()),
    "a rich value": (of_the_cell(lambda one: record(50, bytes(4)) + one), {"CT-14"}),
    "metadata": (of_the_cell(lambda one: record(49, bytes(4)) + one), set()),
    "told twice": (of_the_cell(lambda one: one + one), {"CT-14"}),
    "a choice for some programs": (
        of_the_cell(lambda one: record(37, bytes(6)) + one + record(38)), {"CT-14"},
    ),
    "a choice that holds no cell": (
        of_the_cell(lambda one: record(37, bytes(6)) + record(1024, bytes(2)) + record(38) + one),
        set(),
    ),
    "a blank behind it": (of_the_cell(lambda one: one + record(1, one[2:10])), {"CT-14"}),
    "an error": (of_the_cell(error), {"SO-05"}),
    "a small figure": (runs(("25020", Look()), ("0", Look(points=4.0))), {"HT-02"}),
    "figures of 8 points": (runs(("25020", Look()), ("0", Look(points=8.0))), set()),
    "dense points": (
        put(letters="000000", fill="000000", pattern=3, behind="FFFFFF"), {"HT-05"},
    ),
    "few points on white": (
        put(letters="FFFFFF", fill="C0C0C0", pattern=18, behind="FFFFFF"), {"HT-05"},
    ),
    "few points under black": (
        put(letters="000000", fill="C0C0C0", pattern=18, behind="FFFFFF"), set(),
    ),
    "a gradient of one colour": (
        put(letters="000000", fill="000000", pattern=GRADIENT, behind="030303"), {"HT-05"},
    ),
    "a gradient": (
        put(letters="000000", fill="000000", pattern=GRADIENT, behind="FFFFFF"), {"HT-05"},
    ),
    "shown at a tenth": (zoomed(10), {"HT-07"}),
    "shown at half": (zoomed(50), set()),
    "a second list of fonts": (in_part("xl/styles.bin", record(279), record(611) + record(279)),
                               {"CT-17"}),
    "a gradient of other colours": (
        put(letters="000000", fill="FFC000", pattern=GRADIENT, behind="FFFFFF"), set(),
    ),
    "a grid of the letters' colour": (
        put(letters="000000", fill="000000", pattern=9, behind="FFFFFF"), {"HT-05"},
    ),
    "thin lines of the letters' colour": (
        put(letters="000000", fill="000000", pattern=15, behind="FFFFFF"), set(),
    ),
    "letters of the window on black": (put(fill="000000"), {"HT-05"}),
    "the colour of links": (put(letters=(10, 0.0)), set()),
    "pale letters by a format": (put(code="[Color19]0"), {"HT-05"}),
    "white on blue by a format": (put(code="[White]0", fill="1F497D", letters="FFFFFF"), set()),
    "a share of Thai programs": (put(number=67), {"CT-14"}),
    "a format of all programs": (put(number=3), set()),
    "figures that change places": (put("250 200", mirrored=True), {"HT-06"}),
    "figures that stay": (put("250200", mirrored=True), set()),
    "a sheet that begins at the right": (
        both(put("250 200"), view(0x03FC)), {"HT-06"},
    ),
    "panes as high as a screen": (
        both(book_with(heights={1: 400.0, 2: 400.0, 3: 400.0}), view(0x03DC, 0, pane(1, 3))),
        {"HT-07"},
    ),
    "low panes": (view(0x03DC, 0, pane(1, 3)), set()),
    "white by a style of tables": (in_table("S", (0, 1, 0)), {"HT-05"}),
    "stripes of two rows": (in_table("S", (5, 2, 9), (6, 2, 0), flags=4), {"HT-05"}),
    "the other stripes": (in_table("S", (5, 5, 9), (6, 5, 0), flags=4), set()),
    "stripes that are switched off": (in_table("S", (6, 2, 0)), set()),
    "a style of tables that Excel brings": (in_table("TableStyleDark1"), set()),
    "that style on a light ground": (
        both(in_table("TableStyleDark1"), put(fill="FFFBE6")), {"HT-05"},
    ),
    "a truth": (put(value=True), {"SO-02"}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_not_seen_as_it_is_read_is_told_of_an_xlsb(case: str) -> None:
    change, rules = CASES[case]
    book = XlsbBook()
    for place, value in cells().items():
        book.put(*place, value)
    changes = change(book) or {}
    kept = parts(book.content())
    content = packed(kept | {part: make(kept[part]) for part, make in changes.items()})
    read = read_workbook(content, FileKind.XLSB)
    examination = examine_content(read, OFFICE, agency="sct", cycle=CYCLE.code)
    assert not examination.rule_failures
    found = {f.rule for f in examination.findings}
    # The other sheets of the form are not there.
    assert found - {"CT-01"} == rules
    assert "CT-01" in found
