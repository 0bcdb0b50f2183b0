"""More ways in which an .ods shows something else than it keeps: transparent, marked and turned
letters, tables that begin at the right, contents beside the paragraphs of a cell."""

from __future__ import annotations

import pytest

from models.domain.reading.workbook_content import Appearance
from tasks.adapters.reading.ods.ods_views import zooms_of_tables
from tests.tasks.adapters.reading.ods.test_ods_seen_otherwise import (
    FLOAT,
    TEXT,
    cells,
    letters,
    sheet,
    style,
)

PLAIN = Appearance()
MORE = 'xmlns:loext="urn:org:documentfoundation:x" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'  # noqa: E501
RIGHT = '<style:table-properties style:writing-mode="{}"/>'


def paragraph(said: str) -> str:
    return f"<style:paragraph-properties {said}/>"


@pytest.mark.parametrize(
    ("said", "unseen"),
    [
        (letters('loext:opacity="0%"'), True),
        (letters('loext:opacity="15%"'), True),
        (letters('loext:opacity="60%"'), False),
        (letters('style:use-window-font-color="true" loext:opacity="0%"'), False),
        (letters('fo:color="#000000" fo:background-color="#000000"'), True),
        (letters('fo:color="#000000" fo:background-color="#ffff00"'), False),
        (letters('fo:color="#000000" fo:background-color="transparent"'), False),
        (letters('fo:background-color="#000000"'), False),
        (letters('fo:color="#ffffff" fo:background-color="#000000"'), True),
        (paragraph('fo:margin-right="3in"'), True),
        (paragraph('fo:margin="3in"'), True),
        (paragraph('fo:margin-right="0.1in"'), False),
    ],
)
def test_letters_of_an_ods_that_nobody_reads_are_told(said: str, unseen: bool) -> None:
    found = sheet(style("C", said), more=MORE)
    assert found.looks.get((1, 1), PLAIN).unseen == unseen
    parts = style("P", said, "text")
    text = '<text:p>25020<text:span text:style-name="P">0</text:span></text:p>'
    look = sheet(parts, f"<table:table-cell {TEXT}>{text}", more=MORE).looks.get((1, 1), PLAIN)
    assert [run.text for run in look.runs if run.unseen] == (["0"] if unseen else [])


@pytest.mark.parametrize(
    ("said", "unseen"),
    [
        ('fo:font-size="2pt"', True),
        ('style:font-name="Wingdings"', True),
        ('fo:font-size="10pt" style:font-name="Liberation Sans"', False),
        # Programs do not follow it in these.
        ('fo:color="#ffffff"', False),
    ],
)
def test_letters_of_all_cells_of_an_ods_are_known(said: str, unseen: bool) -> None:
    usual = f'<style:default-style style:family="table-cell">{letters(said)}</style:default-style>'
    common = f"<office:styles>{usual}</office:styles>"
    assert sheet(style("C"), common=common).looks.get((1, 1), PLAIN).unseen == unseen
    own = style("C", letters('fo:font-size="11pt" style:font-name="Arial"'))
    assert not sheet(own, common=common).looks.get((1, 1), PLAIN).unseen


@pytest.mark.parametrize(
    ("angle", "turned"),
    [
        ("180", True),
        ("180deg", True),
        ("200grad", True),
        ("3.1416rad", True),
        ("-170", True),
        ("540", True),
        ("90", False),
        ("270", False),
        ("0", False),
        ("rund", False),
    ],
)
def test_letters_of_an_ods_that_stand_on_their_heads_are_known(angle: str, turned: bool) -> None:
    found = sheet(style("C", cells(f'style:rotation-angle="{angle}"')))
    assert found.looks.get((1, 1), PLAIN).upside_down == turned


@pytest.mark.parametrize(
    ("styles", "text", "mirrored"),
    [
        (style("C") + style("A", RIGHT.format("rl-tb"), "table"), "250 200", True),
        (style("C") + style("A", RIGHT.format("rl-tb"), "table"), "250 đồng", False),
        (style("C") + style("A", RIGHT.format("lr-tb"), "table"), "250 200", False),
        (style("C", paragraph('style:writing-mode="rl-tb"')), "250 200", True),
        (style("C", cells('style:writing-mode="rl-tb"')), "250 200", True),
        (style("C", paragraph('style:writing-mode="page"')), "250 200", False),
    ],
)
def test_texts_of_an_ods_that_begin_at_the_right_are_known(
    styles: str, text: str, mirrored: bool
) -> None:
    cell = f'<table:table-cell table:style-name="C" {TEXT}><text:p>{text}</text:p>'
    found = sheet(styles, cell)
    assert found.looks.get((1, 1), PLAIN).mirrored == mirrored


INNER = "<{0}><table:table-row><table:table-cell><text:p>9</text:p></table:table-cell></table:table-row></{0}>"  # noqa: E501


@pytest.mark.parametrize(
    ("inside", "twice"),
    [
        (INNER.format("table:table"), True),
        (INNER.format("table:sub-table"), True),
        ("<text:list><text:list-item><text:p>9</text:p></text:list-item></text:list>", True),
        ("<text:h>9</text:h>", True),
        ("<text:section><text:p>9</text:p></text:section>", True),
        ("<text:h> </text:h>", False),
        ("<office:annotation><text:p>9</text:p></office:annotation>", False),
        ("<draw:custom-shape><text:p>9</text:p></draw:custom-shape>", False),
        ("<table:detective/>", False),
    ],
)
def test_contents_beside_the_paragraphs_of_a_cell_are_told(inside: str, twice: bool) -> None:
    cell = f"<table:table-cell {FLOAT}><text:p>250200</text:p>{inside}"
    found = sheet(cell=cell, more=MORE, real=True)
    assert [*found.told_twice] == (["A1"] if twice else [])
    assert found.at(1, 1) == 250_200.0


BLACK, WHITE = (style("C", letters(f'fo:color="#{colour}"')) for colour in ("000000", "ffffff"))


@pytest.mark.parametrize(
    ("styles", "twice"),
    [
        (BLACK + WHITE, True),
        (WHITE + BLACK, True),
        (BLACK * 2, False),
        (BLACK + style("C", letters('fo:color="#ffffff"'), "text"), False),
    ],
)
def test_a_style_of_cells_that_stands_there_twice_is_told(styles: str, twice: bool) -> None:
    assert [*sheet(styles).told_twice] == (["A1"] if twice else [])


def test_what_a_merged_cell_of_an_ods_lies_over_is_not_read() -> None:
    first = f'<table:table-cell table:number-columns-spanned="2" {FLOAT}><text:p>1</text:p>'
    second = f"</table:table-cell><table:table-cell {FLOAT}><text:p>250200</text:p>"
    found = sheet(cell=first + second)
    assert (found.at(1, 1), found.at(1, 2)) == (250_200.0, None)


GRAPHIC = "<style:graphic-properties {}/>"
PLACE = 'draw:style-name="G" svg:x="0cm" svg:y="0cm" svg:width="2.2cm" svg:height="0.5cm"'
SHADOW = 'draw:shadow="visible" draw:shadow-offset-x="4cm" draw:shadow-offset-y="0cm"'


@pytest.mark.parametrize(
    ("said", "shapes"),
    [
        ('draw:fill="none" draw:stroke="solid" svg:stroke-width="1cm"', 4),
        ('draw:fill="none" draw:stroke="solid" svg:stroke-width="0.01cm"', 0),
        ('draw:fill="none" draw:stroke="none" svg:stroke-width="1cm"', 0),
        (f'draw:fill="solid" {SHADOW}', 2),
        ('draw:fill="solid" draw:shadow="hidden" draw:shadow-offset-x="4cm"', 1),
        (f'draw:fill="none" {SHADOW}', 0),
    ],
)
def test_strokes_and_shadows_of_shapes_in_an_ods_are_told(said: str, shapes: int) -> None:
    graphic = style("G", GRAPHIC.format(said), "graphic")
    cell = f"<table:table-cell {FLOAT}><draw:rect {PLACE}/><text:p>250200</text:p>"
    found = sheet(graphic, cell, more='xmlns:draw="urn:d" xmlns:svg="urn:s"')
    assert len(found.shapes) == shapes
    if shapes == 2:
        assert found.shapes[1].left > found.shapes[0].right


@pytest.mark.parametrize(("place", "shapes"), [("T.A1", 1), ("$T.$A$1", 1), ("nowhere", 0)])
def test_small_charts_in_cells_of_an_ods_are_told(place: str, shapes: int) -> None:
    chart = f'<calcext:sparkline calcext:cell-address="{place}"/>'
    group = f"<calcext:sparkline-groups><g>{chart}</g></calcext:sparkline-groups>"
    found = sheet(row=group, more='xmlns:calcext="urn:c"')
    assert [(each.top, each.left) for each in found.shapes] == [(1, 1)] * shapes


ITEM = '<config-item name="{}">{}</config-item>'
ENTRY = '<s><config-item-map-entry name="{}">{}</config-item-map-entry></s>'


@pytest.mark.parametrize(
    ("name", "items", "zooms"),
    [
        ("T", {"ZoomValue": "10"}, {"T": 10}),
        ("T", {"ZoomType": "0", "ZoomValue": "10"}, {"T": 10}),
        ("T", {"ZoomType": "1", "ZoomValue": "10"}, {}),
        ("T", {"ZoomValue": "mười"}, {}),
        ("", {"ViewId": "view1", "ZoomValue": "20"}, {"": 20}),
        ("T", {"PageViewZoomValue": "10"}, {}),
    ],
)
def test_settings_of_an_ods_say_how_large_its_tables_are_shown(
    name: str, items: dict[str, str], zooms: dict[str, int]
) -> None:
    said = "".join(ITEM.format(key, value) for key, value in items.items())
    settings = ENTRY.format(name, said)
    assert zooms_of_tables(settings.encode()) == zooms
    assert sheet(settings=settings).zoom == next(iter(zooms.values()), 100)
    assert zooms_of_tables(settings.encode()[:-3]) == {}
