"""Text boxes, pictures and shapes over cells, by every kind of file: which cells they lie over."""

from __future__ import annotations

import base64
import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from models.domain.reading.workbook_content import SheetContent
from tasks.adapters.reading.file_kinds import FileKind
from tasks.adapters.reading.workbook_reader import read_workbook
from tests.fixtures.office_program import NO_OFFICE, saved_as
from tests.fixtures.old_workbooks import cell, record, xls
from tests.fixtures.xlsb_workbooks import XlsbBook
from tests.tasks.adapters.conftest import Build

DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
MAIN = "http://schemas.openxmlformats.org/drawingml/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
WIDTH, HEIGHT = 64 * 9_525, 20 * 9_525  # of a usual cell, in units of a drawing


def sheet_of(content: bytes, kind: FileKind = FileKind.XLSX) -> SheetContent:
    return read_workbook(content, kind).sheets[0]


def covered(sheet: SheetContent, share: float = 0.9) -> dict[str, str]:
    """The cells among the first nine rows and columns that lie under a shape that hides them, and
    its text."""
    found = {}
    for shape in (s for s in sheet.shapes if not s.line):
        for row in range(1, 10):
            for column in range(1, 10):
                high = min(shape.bottom, row + 1) - max(shape.top, row)
                wide = min(shape.right, column + 1) - max(shape.left, column)
                if high > 0 and wide > 0 and high * wide >= share:
                    found[f"{'ABCDEFGHI'[column - 1]}{row}"] = shape.text
    return found


def written(fill_in: Callable[[Any, Any], None]) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet("Chỉ tiêu")
        for row in range(9):
            for column in range(9):
                sheet.write_number(row, column, 10 * row + column)
        fill_in(book, sheet)
    return made.getvalue()


def box(cell: str, text: str, **options: Any) -> Callable[[Any, Any], None]:
    wanted = {"width": 64, "height": 20, "object_position": 1, **options}
    return lambda _, sheet: sheet.insert_textbox(cell, text, wanted)


def sized(_: Any, sheet: Any) -> None:
    """Another width, another height and a hidden row before the cell that is covered."""
    sheet.set_column("A:B", 20)
    sheet.set_row(1, 45)
    sheet.set_row(2, None, None, {"hidden": True})
    sheet.insert_textbox("C5", "9700", {"width": 64, "height": 20, "object_position": 3})


def beside(_: Any, sheet: Any) -> None:
    sheet.insert_textbox("M20", "ghi chú", {"width": 200, "height": 60})


def pictured(_: Any, sheet: Any) -> None:
    options = {"image_data": io.BytesIO(DOT), "x_scale": 128, "y_scale": 40}
    sheet.insert_image("B2", "dau.png", options)


def charted(book: Any, sheet: Any) -> None:
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "='Chỉ tiêu'!$A$1:$A$3"})
    sheet.insert_chart("B2", chart, {"x_scale": 128 / 480, "y_scale": 40 / 288})


CASES: dict[str, tuple[Callable[[Any, Any], None], dict[str, str]]] = {
    "a text box": (box("B2", "9700"), {"B2": "9700"}),
    "moved by half a cell": (box("B2", "9700", x_offset=32), {}),
    "over several cells": (
        box("B2", "9700", width=128, height=40),
        dict.fromkeys(("B2", "C2", "B3", "C3"), "9700"),
    ),
    "without its fill": (box("B2", "9700", fill={"none": True}), {"B2": "9700"}),
    "filled, without a text": (box("B2", ""), {"B2": ""}),
    "an outline": (box("B2", "", fill={"none": True}), {}),
    "tied to no cell": (box("C4", "9700", object_position=3), {"C4": "9700"}),
    "of other sizes": (sized, {"C5": "9700"}),
    "beside the table": (beside, {}),
    "a picture": (pictured, dict.fromkeys(("B2", "C2", "B3", "C3"), "")),
    "a chart": (charted, dict.fromkeys(("B2", "C2", "B3", "C3"), "")),
}


@pytest.mark.parametrize("case", CASES)
def test_what_lies_over_cells_of_an_xlsx_is_told(case: str) -> None:
    fill_in, cells = CASES[case]
    assert covered(sheet_of(written(fill_in))) == cells


@pytest.mark.skipif(NO_OFFICE, reason="LibreOffice makes the files")
def test_other_formats_of_an_office_program_tell_the_same(tmp_path: Path) -> None:
    for number, case in enumerate(CASES):
        (tmp_path / f"{number}.xlsx").write_bytes(written(CASES[case][0]))
    for kind in (FileKind.ODS, FileKind.XLS, FileKind.XLSX):
        target = tmp_path / kind.value
        saved_as(kind.value, [tmp_path / f"{n}.xlsx" for n in range(len(CASES))], target)
        for number, (case, (_, cells)) in enumerate(CASES.items()):
            content = (target / f"{number}.{kind.value}").read_bytes()
            found = covered(sheet_of(content, kind), 0.8)
            assert found == cells, (kind, case)


# --- Drawings by hand -----------------------------------------------------------------------------


def marker(name: str, column: int, row: int, right: int = 0, down: int = 0) -> str:
    return (
        f"<xdr:{name}><xdr:col>{column}</xdr:col><xdr:colOff>{right}</xdr:colOff>"
        f"<xdr:row>{row}</xdr:row><xdr:rowOff>{down}</xdr:rowOff></xdr:{name}>"
    )


def shape(text: str, fill: str = "", more: str = "", style: str = "") -> str:
    letters = f"<xdr:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></xdr:txBody>" if text else ""
    return (
        f'<xdr:sp><xdr:nvSpPr><xdr:cNvPr id="2" name="x" {more}/></xdr:nvSpPr>'
        f"<xdr:spPr>{fill}</xdr:spPr>{style}{letters}</xdr:sp>"
    )


def placed(x: int, y: int, wide: int, high: int) -> str:
    return f'<a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{wide}" cy="{high}"/></a:xfrm>'


TWO = marker("from", 1, 1) + marker("to", 2, 2)
ONE = marker("from", 1, 1) + f'<xdr:ext cx="{WIDTH}" cy="{HEIGHT}"/>'
BIG = marker("from", 1, 1) + marker("to", 5, 5)
ABSOLUTE = f'<xdr:pos x="{WIDTH}" y="{HEIGHT}"/><xdr:ext cx="{WIDTH}" cy="{HEIGHT}"/>'
STYLED = '<xdr:style><a:fillRef idx="{}"><a:schemeClr val="accent1"/></a:fillRef></xdr:style>'
FAINT = '<a:solidFill><a:srgbClr val="FFFFFF"><a:alpha val="10000"/></a:srgbClr></a:solidFill>'
SOLID = FAINT.replace("10000", "100000")


def group(*children: str) -> str:
    frame = (
        '<a:xfrm><a:off x="9" y="9"/><a:ext cx="9" cy="9"/><a:chOff x="1000" y="1000"/>'
        '<a:chExt cx="400" cy="400"/></a:xfrm>'
    )
    return f"<xdr:grpSp><xdr:grpSpPr>{frame}</xdr:grpSpPr>{''.join(children)}</xdr:grpSp>"


def alternative(inside: str) -> str:
    return (
        f'<mc:AlternateContent><mc:Choice Requires="a14">{inside}</mc:Choice>'
        "<mc:Fallback/></mc:AlternateContent>"
    )


DRAWINGS: dict[str, tuple[str, str, dict[str, str]]] = {
    "two cells": ("twoCell", TWO + shape("9700"), {"B2": "9700"}),
    "one cell and a size": ("oneCell", ONE + shape("9700"), {"B2": "9700"}),
    "a place on the sheet": ("absolute", ABSOLUTE + shape("9700"), {"B2": "9700"}),
    "a place that only newer programs know": (
        "twoCell",
        TWO + alternative(shape("9700")),
        {"B2": "9700"},
    ),
    "hidden": ("twoCell", TWO + shape("9700", more='hidden="1"'), {}),
    "filled by its style": ("twoCell", TWO + shape("", style=STYLED.format(1)), {"B2": ""}),
    "not filled by its style": ("twoCell", TWO + shape("", style=STYLED.format(0)), {}),
    "filled by itself": ("twoCell", TWO + shape("", SOLID), {"B2": ""}),
    "filled as good as not": ("twoCell", TWO + shape("", FAINT), {}),
    "a line": ("twoCell", TWO + "<xdr:cxnSp><xdr:spPr/></xdr:cxnSp>", {}),
    "children of a group": (
        "twoCell",
        BIG
        + group(
            shape("một", placed(1000, 1000, 100, 100)),
            shape("hai", placed(1300, 1300, 100, 100)),
        ),
        {"B2": "một", "E5": "hai"},
    ),
    "a group in a group": (
        "twoCell",
        BIG + group(group(shape("một", placed(1000, 1000, 100, 100))).replace(
            '<a:off x="9" y="9"/><a:ext cx="9" cy="9"/>',
            '<a:off x="1000" y="1000"/><a:ext cx="400" cy="400"/>', 1
        )),
        {"B2": "một"},
    ),
}  # fmt: skip


def drawing(kind: str, inside: str) -> str:
    return (
        f'<xdr:wsDr xmlns:xdr="{MAIN}/spreadsheetDrawing" xmlns:a="{MAIN}/main" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"<xdr:{kind}Anchor>{inside}<xdr:clientData/></xdr:{kind}Anchor></xdr:wsDr>"
    )


def linked(part: str, target: str) -> str:
    return (
        f'<Relationships xmlns="{LINKS}"><Relationship Id="rId1" Type="{OFFICE}/{part}" '
        f'Target="{target}"/></Relationships>'
    )


ROWS = '<row r="2" ht="15"><c r="B2"><v>9600</v></c></row>'


def with_drawing(build: type[Build], part: str, data: str | bytes) -> bytes:
    return build.xlsx(
        ROWS,
        extra={
            "xl/worksheets/_rels/sheet1.xml.rels": linked(part, "../drawings/d1.xml"),
            "xl/drawings/d1.xml": data,
        },
    )


@pytest.mark.parametrize("case", DRAWINGS)
def test_drawings_are_followed_in_xlsx_and_xlsb(build: type[Build], case: str) -> None:
    kind, inside, cells = DRAWINGS[case]
    part = drawing(kind, inside)
    assert covered(sheet_of(with_drawing(build, "drawing", part))) == cells
    book = XlsbBook()
    book.put(2, 2, 9600.0)
    with zipfile.ZipFile(io.BytesIO(book.content())) as package:
        kept = {name: package.read(name) for name in package.namelist()}
    content = build.zip(
        {
            **kept,
            "xl/worksheets/_rels/sheet1.bin.rels": linked("drawing", "../drawings/d1.xml"),
            "xl/drawings/d1.xml": part,
        }
    )
    assert covered(sheet_of(content, FileKind.XLSB)) == cells


OLD_SHAPE = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:schemas-microsoft-com:office:excel">'
    '<v:shape id="s1" style="position:absolute;{style}"{more}>{inside}'
    '<x:ClientData ObjectType="{kind}"><x:Anchor>1, 0, 1, 0, 2, 0, 2, 0</x:Anchor>'
    "</x:ClientData></v:shape></xml>"
)
OLD_TEXT = "<v:textbox><div><font>9.700<br></font> t&#7927;</div></v:textbox>"


@pytest.mark.parametrize(
    ("given", "cells"),
    [
        ({"kind": "Rect", "inside": OLD_TEXT}, {"B2": "9.700 tỷ"}),
        ({"kind": "Note", "inside": OLD_TEXT}, {}),
        ({"kind": "Rect", "inside": OLD_TEXT, "style": "visibility:hidden"}, {}),
        ({"kind": "Rect"}, {"B2": ""}),
        ({"kind": "Rect", "more": ' filled="f"'}, {}),
        ({"kind": "Rect", "more": ' filled="f"', "inside": OLD_TEXT}, {"B2": "9.700 tỷ"}),
        ({"kind": "Pict", "more": ' filled="f"', "inside": "<v:imagedata/>"}, {"B2": ""}),
        ({"kind": "Button", "inside": OLD_TEXT}, {"B2": "9.700 tỷ"}),
    ],
)
def test_drawings_of_the_old_kind_are_followed(
    build: type[Build], given: dict[str, str], cells: dict[str, str]
) -> None:
    part = OLD_SHAPE.format(**{"style": "", "more": "", "inside": "", **given})
    assert covered(sheet_of(with_drawing(build, "vmlDrawing", part))) == cells


@pytest.mark.parametrize("part", ["drawing", "vmlDrawing"])
@pytest.mark.parametrize("data", [b"", b"<xdr:wsDr>", b"\x00\x01", b"<a/>"])
def test_what_is_broken_among_drawings_costs_no_cell(
    build: type[Build], part: str, data: bytes
) -> None:
    sheet = sheet_of(with_drawing(build, part, data))
    assert (sheet.at(2, 2), [*sheet.shapes]) == (9600, [])


# --- .xls -----------------------------------------------------------------------------------------


def structure(kind: int, data: bytes, *, holds: bool = False, instance: int = 0) -> bytes:
    head = instance << 4 | (0x0F if holds else 0)
    return struct.pack("<HHI", head, kind, len(data)) + data


def drawn(
    anchor: tuple[int, ...] = (1, 0, 1, 0, 2, 0, 2, 0), options: bytes = b"", inner: bytes = b""
) -> bytes:
    properties = structure(0xF00B, options, instance=len(options) // 6) if options else b""
    inside = structure(0xF00A, bytes(8)) + properties + inner
    if anchor:
        inside += structure(0xF010, struct.pack("<H8H", 0, *anchor))
    return structure(0xF004, inside + structure(0xF011, b""), holds=True)


def object_of(kind: int) -> bytes:
    return record(0x5D, struct.pack("<5H", 0x15, 18, kind, 1, 0) + bytes(12))


def told(text: str) -> bytes:
    head = record(0x1B6, struct.pack("<5HHH", 0, 0, 0, 0, 0, len(text), 16) + bytes(4))
    return head + record(0x3C, b"\1" + text.encode("utf-16-le")) + record(0x3C, bytes(16))


UNFILLED = struct.pack("<HI", 0x01BF, 0x0010_0000)
HIDDEN = struct.pack("<HI", 0x03BF, 0x0002_0002)
GROUP = structure(0xF009, struct.pack("<4i", 1000, 1000, 1400, 1400))
CHILD = structure(0xF00F, struct.pack("<4i", 1300, 1300, 1400, 1400))
TEXT_BOX, PICTURE, RECTANGLE, NOTE, LINE = 6, 8, 2, 0x19, 1
OLD: dict[str, tuple[bytes, dict[str, str]]] = {
    "a text box": (record(0xEC, drawn()) + object_of(TEXT_BOX) + told("9.700 tỷ"),
                   {"B2": "9.700 tỷ"}),
    "a part of cells": (record(0xEC, drawn((1, 512, 1, 128, 2, 512, 2, 128))) + object_of(6), {}),
    "a picture": (record(0xEC, drawn(options=UNFILLED)) + object_of(PICTURE), {"B2": ""}),
    "a filled shape": (record(0xEC, drawn()) + object_of(RECTANGLE), {"B2": ""}),
    "an outline": (record(0xEC, drawn(options=UNFILLED)) + object_of(RECTANGLE), {}),
    "hidden": (record(0xEC, drawn(options=HIDDEN)) + object_of(TEXT_BOX) + told("9700"), {}),
    "a comment": (record(0xEC, drawn()) + object_of(NOTE) + told("9700"), {}),
    "a line": (record(0xEC, drawn()) + object_of(LINE), {}),
    "a child of a group": (
        record(0xEC, drawn((1, 0, 1, 0, 5, 0, 5, 0), inner=GROUP)) + object_of(0)
        + record(0xEC, drawn((), inner=CHILD)) + object_of(TEXT_BOX) + told("9700"),
        {"E5": "9700"},
    ),
    "in a chart": (
        record(0x809, bytes(16)) + record(0xEC, drawn()) + object_of(TEXT_BOX) + told("9700")
        + record(0x0A), {},
    ),
    "two of them": (
        record(0xEC, drawn()) + object_of(RECTANGLE)
        + record(0xEC, drawn((3, 0, 3, 0, 4, 0, 4, 0))) + object_of(TEXT_BOX) + told("9700"),
        {"B2": "", "D4": "9700"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", OLD)
def test_drawings_of_an_xls_are_followed(case: str) -> None:
    records, cells = OLD[case]
    one = cell(0x203, 1, 1, struct.pack("<d", 9600.0))
    assert covered(sheet_of(xls(one + records), FileKind.XLS)) == cells


@pytest.mark.parametrize("end", range(0, 100, 9))
def test_a_drawing_of_an_xls_that_is_cut_off_costs_no_cell(end: int) -> None:
    one = cell(0x203, 1, 1, struct.pack("<d", 9600.0))
    cut = record(0xEC, drawn(options=UNFILLED)[:end]) + object_of(TEXT_BOX)
    assert sheet_of(xls(one + cut), FileKind.XLS).at(2, 2) == 9600.0


# --- .ods -----------------------------------------------------------------------------------------

FRAME = (
    '<draw:frame svg:x="{x}" svg:y="{y}" svg:width="2cm" svg:height="1cm"{more}>{inside}'
    "</draw:frame>"
)
BOXED = "<draw:text-box><text:p>9.700</text:p></draw:text-box>"
RECT = (
    '<draw:custom-shape{more} svg:x="0cm" svg:y="0cm" svg:width="2cm" svg:height="1cm">{inside}'
    "</draw:custom-shape>"
)
WORDS = "<text:p>9.700</text:p>"
OPEN_DOCUMENT: dict[str, tuple[str, str, dict[str, str]]] = {
    "in its cell": (FRAME.format(x="0cm", y="0cm", more="", inside=BOXED), "", {"B2": "9.700"}),
    "moved away": (FRAME.format(x="2cm", y="1cm", more="", inside=BOXED), "", {"C3": "9.700"}),
    "a picture": (FRAME.format(x="0cm", y="0cm", more="", inside="<draw:image/>"), "", {"B2": ""}),
    "nothing in it": (FRAME.format(x="0cm", y="0cm", more="", inside=""), "", {}),
    "on the sheet": ("", FRAME.format(x="20mm", y="10mm", more="", inside=BOXED), {"B2": "9.700"}),
    "a shape": (RECT.format(more="", inside=WORDS), "", {"B2": "9.700"}),
    "filled": (RECT.format(more="", inside=""), "", {"B2": ""}),
    "not filled": (RECT.format(more=' draw:style-name="N"', inside=""), "", {}),
    "a group": (f"<draw:g>{RECT.format(more='', inside=WORDS)}</draw:g>", "", {"B2": "9.700"}),
    "turned": (
        RECT.format(more=' draw:transform="rotate (0) translate (2cm 1cm)"', inside=WORDS), "",
        {"C3": "9.700"},
    ),
    "a comment": (f"<office:annotation>{WORDS}</office:annotation>", "", {}),
}  # fmt: skip


@pytest.mark.parametrize("case", OPEN_DOCUMENT)
def test_drawings_of_an_ods_are_followed(build: type[Build], case: str) -> None:
    in_cell, on_sheet, cells = OPEN_DOCUMENT[case]
    spaces = " ".join(
        f'xmlns:{p}="{p}"' for p in ("office", "table", "text", "style", "draw", "svg")
    )
    one = '<table:table-cell office:value-type="float" office:value="{}">{}</table:table-cell>'
    row = '<table:table-row table:style-name="R">{}</table:table-row>'
    content = (
        f"<office:document-content {spaces}><office:automatic-styles>"
        '<style:style style:name="C"><style:table-column-properties style:column-width="2cm"/>'
        '</style:style><style:style style:name="R"><style:table-row-properties '
        'style:row-height="1cm"/></style:style><style:style style:name="N">'
        '<style:graphic-properties draw:fill="none"/></style:style></office:automatic-styles>'
        '<office:body><office:spreadsheet><table:table table:name="T">'
        f"<table:shapes>{on_sheet}</table:shapes>"
        '<table:table-column table:style-name="C" table:number-columns-repeated="9"/>'
        f"{row.format(one.format(1, ''))}"
        f"{row.format(one.format(2, '') + one.format(9600, in_cell))}{row.format('') * 7}"
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    sheet = sheet_of(build.zip({"content.xml": content}), FileKind.ODS)
    assert covered(sheet) == cells
    assert sheet.at(2, 2) == 9600.0
