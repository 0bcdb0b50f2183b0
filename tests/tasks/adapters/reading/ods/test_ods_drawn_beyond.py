"""Drawings of .ods that are turned, and whose text goes on beyond them; cells that a database fills
anew; numbers cut down by odd factors."""

from __future__ import annotations

import pytest

from models.domain.reading.workbook_content import SheetContent
from tasks.adapters.reading.hardened_xml import parse_xml
from tasks.adapters.reading.ods.ods_contents import areas_refreshed
from tasks.adapters.reading.ods.ods_reader import read_sheets
from tests.tasks.adapters.reading.looks.test_covering_shapes import covered
from tests.tasks.adapters.reading.ods.test_ods_looks import SPACES

DRAWN = (
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    'xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"'
)
ROWS = "".join(
    "<table:table-row>"
    + "".join(
        f'<table:table-cell office:value-type="float" office:value="{row}{column}">'
        f"<text:p>{row}{column}</text:p></table:table-cell>"
        for column in range(1, 9)
    )
    + "</table:table-row>"
    for row in range(1, 9)
)


def sheet(drawings: str = "", style: str = "", *, more: str = "", rows: str = ROWS) -> SheetContent:
    """Eight rows of 15 and eight columns of 48 points, with such drawings over them."""
    content = (
        f"<office:document-content {SPACES} {DRAWN}><office:automatic-styles>"
        f'<style:style style:name="G" style:family="graphic"><style:graphic-properties {style}/>'
        "</style:style></office:automatic-styles><office:body><office:spreadsheet>"
        f'<table:table table:name="T"><table:shapes>{drawings}</table:shapes>{rows}</table:table>'
        f"{more}</office:spreadsheet></office:body></office:document-content>"
    )
    (found,), _ = read_sheets(content.encode(), max_rows=9, max_columns=9, max_cells=99)
    return found


def turned(transform: str, wide: int = 48, high: int = 15) -> str:
    return (
        f'<draw:rect draw:style-name="G" svg:width="{wide}pt" svg:height="{high}pt" '
        f'draw:transform="{transform}"/>'
    )


FILLED = 'draw:fill="solid"'
QUARTER = "1.5707963267949"


@pytest.mark.parametrize(
    ("drawing", "cells"),
    [
        (turned("translate (48pt 15pt)"), {"B2"}),
        (turned("translate(48pt,15pt)"), {"B2"}),
        (turned("translate (24pt 5pt) translate (24pt 10pt)"), {"B2"}),
        (turned(f"rotate ({QUARTER}) translate (48pt 60pt)", 30, 48), {"B3", "B4"}),
        (turned(f"rotate (-{QUARTER}) translate (96pt 30pt)", 30, 48), {"B3", "B4"}),
        (turned("rotate (3.14159265358979) translate (96pt 30pt)"), {"B2"}),
        (turned("scale (2 2) translate (48pt 15pt)", 24, 15), {"B2", "B3"}),
        (turned("skewX (0) translate (48pt 15pt)"), {"B2"}),
        (turned("matrix (1 0 0 1 48pt 15pt)"), {"B2"}),
        (turned("matrix (0 1 1 0 48pt 15pt)", 15, 48), {"B2"}),
        (turned("wobble (7)"), {"A1"}),
    ],
)
def test_a_drawing_lies_where_it_is_turned_to(drawing: str, cells: set[str]) -> None:
    assert {*covered(sheet(drawing, FILLED))} == cells


def boxed(text: str, high: int = 15) -> str:
    paragraphs = "".join(f"<text:p>{line}</text:p>" for line in text.split("|"))
    return (
        f'<draw:frame draw:style-name="G" svg:x="48pt" svg:y="45pt" svg:width="48pt" '
        f'svg:height="{high}pt"><draw:text-box>{paragraphs}</draw:text-box></draw:frame>'
    )


LONG = "|".join(["9"] * 4)


@pytest.mark.parametrize(
    ("text", "style", "cells"),
    [
        ("9", "", {"B4"}),
        (LONG, "", {"B4", "B5", "B6"}),
        (LONG, 'draw:textarea-vertical-align="bottom"', {"B2", "B3", "B4"}),
        ("9" * 40, "", {"B4", "B5", "B6"}),
        ("9" * 40, 'fo:wrap-option="no-wrap" draw:textarea-horizontal-align="left"',
         {"B4", "C4", "D4"}),
        ("9" * 40, 'fo:wrap-option="no-wrap" draw:textarea-horizontal-align="right"', {"A4", "B4"}),
        ("|".join(["9"] * 3), 'fo:font-size="20pt"', {"B4", "B5", "B6", "B7"}),
        ("9" + "<text:line-break/>" * 3 + "9", "", {"B4", "B5", "B6"}),
        ('9<text:s text:c="30"/>9', "", {"B4", "B5"}),
        ("||||9", "", {"B4", "B5", "B6"}),
        ("<text:tab/>" * 3 + "9", 'fo:wrap-option="no-wrap" draw:textarea-horizontal-align="left"',
         {"B4", "C4"}),
        ("9", 'fo:padding-top="30pt"', {"B4", "B5"}),
        ("9", 'fo:padding="45pt"', {"B4", "B5", "B6", "B7", "B8", "B9"}),
        ("9", 'fo:padding-left="100pt" fo:wrap-option="no-wrap" '
         'draw:textarea-horizontal-align="left"', {"B4", "C4"}),
        ("9 " * 24, 'style:writing-mode="tb-rl"', {"A4", "B4"}),
    ],
)  # fmt: skip
def test_a_text_goes_on_beyond_its_box(text: str, style: str, cells: set[str]) -> None:
    assert {*covered(sheet(boxed(text), style))} == cells


FORM = (
    '<draw:{kind} draw:style-name="G" svg:x="48pt" svg:y="45pt" svg:width="48pt" svg:height="15pt" '
    "{more}>{inside}</draw:{kind}>"
)
GEOMETRY = '<draw:enhanced-geometry svg:viewBox="0 0 100 100" {}/>'
TAIL = 'draw:caption-point-x="{}pt" draw:caption-point-y="{}pt"'


@pytest.mark.parametrize(
    ("kind", "more", "inside", "cells"),
    [
        ("polygon", 'svg:viewBox="0 0 10 10" draw:points="0,0 10,0 10,30 0,30"', "",
         {"B4", "B5", "B6"}),
        ("polygon", 'svg:viewBox="0 0 10 10" draw:points="0,0 10,0 10,10 0,10"', "", {"B4"}),
        ("custom-shape", "",
         GEOMETRY.format('draw:enhanced-path="M 0 0 L 100 0 100 200 0 200 Z N"'), {"B4", "B5"}),
        ("custom-shape", "",
         GEOMETRY.format('draw:enhanced-path="M 0 0 L 100 0 100 100 Z N"'), {"B4"}),
        ("custom-shape", "",
         GEOMETRY.format('draw:extrusion="true" draw:extrusion-depth="15pt 0"'),
         {"B3", "B4", "B5"}),
        ("custom-shape", "", GEOMETRY.format('draw:extrusion="false"'), {"B4"}),
        ("custom-shape", "",
         GEOMETRY.format('draw:extrusion="true" draw:extrusion-depth="1pt 0"'), {"B4"}),
        ("caption", TAIL.format(24, 20), "", {"B4"}),
        ("frame", "", "<draw:plugin/>", {"B4"}),
        ("frame", "", "<draw:object-ole/>", {"B4"}),
        ("frame", "", "<draw:floating-frame/>", {"B4"}),
        ("frame", "", "<svg:desc>9</svg:desc>", set()),
    ],
)  # fmt: skip
def test_forms_and_bodies_go_on_beyond_their_box(
    kind: str, more: str, inside: str, cells: set[str]
) -> None:
    style = FILLED if kind != "frame" else ""
    assert {*covered(sheet(FORM.format(kind=kind, more=more, inside=inside), style))} == cells


def test_the_tail_of_a_caption_is_told_where_it_points() -> None:
    found = sheet(FORM.format(kind="caption", more=TAIL.format(24, 90), inside=""), FILLED).shapes
    assert max(shape.bottom for shape in found) > 8
    plain = sheet(FORM.format(kind="caption", more="", inside=""), FILLED).shapes
    assert max(shape.bottom for shape in plain) == 5


def test_a_text_of_a_turned_frame_goes_on_where_it_is_turned_to() -> None:
    frame = (
        '<draw:frame draw:style-name="G" svg:width="48pt" svg:height="15pt" draw:transform='
        f'"rotate (-{QUARTER}) translate (96pt 15pt)"><draw:text-box><text:p>{"9 " * 90}</text:p>'
        "</draw:text-box></draw:frame>"
    )
    assert {"B2", "B3", "B4", "A2", "A3", "A4"} <= {*covered(sheet(frame), 0.3)}


def ranged(said: str, source: str = "<table:database-source-table/>") -> str:
    return (
        "<table:database-ranges><table:database-range table:name='d' "
        f"{said}>{source}</table:database-range></table:database-ranges>"
    )


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (ranged('table:target-range-address="T.A1:T.B2" table:refresh-delay="PT10S"'),
         ["A1", "B1", "A2", "B2"]),
        (ranged('table:target-range-address="$T.$B$2" table:refresh-delay="PT10S"'), ["B2"]),
        (ranged("table:target-range-address=\"'T'.C1:.C1\" table:refresh-delay='PT1M'"), ["C1"]),
        (ranged('table:target-range-address="Other.A1:Other.B2" table:refresh-delay="PT10S"'), []),
        (ranged('table:target-range-address="T.A1:T.B2"'), []),
        (ranged('table:target-range-address="T.A1:T.B2" table:refresh-delay="PT10S"', ""), []),
        (ranged('table:target-range-address="T.1A" table:refresh-delay="PT10S"'), []),
    ],
)  # fmt: skip
def test_cells_that_a_database_fills_anew_are_told(more: str, told: list[str]) -> None:
    assert list(sheet(more=more).told_twice) == told


def test_names_of_tables_are_told_in_quotes() -> None:
    said = ranged("table:target-range-address=\"'O''Neil b'.A1\" table:refresh-delay='PT1S'")
    xml = f"<a {SPACES}>{said}</a>".encode()
    assert areas_refreshed(parse_xml(xml), xml) == {"O'Neil b": [(1, 1, 1, 1)]}


def test_all_cells_of_an_area_of_another_file_are_told() -> None:
    source = '<table:cell-range-source table:last-column-spanned="2" table:last-row-spanned="2"/>'
    rows = ROWS.replace("<text:p>11</text:p>", f"{source}<text:p>11</text:p>")
    assert {*sheet(rows=rows).told_twice} == {"A1", "B1", "A2", "B2"}
