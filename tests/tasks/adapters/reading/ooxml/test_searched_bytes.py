"""Bytes are searched where it is quick, and nothing is found that a search of all of them misses,
nor the other way round."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.adapters.reading.hardened_xml import UnsafeXml, refuse_declarations, without_asides
from tasks.adapters.reading.ooxml.cell_formulas import told_twice
from tasks.adapters.reading.ooxml.hidden_places import hidden_places
from tasks.adapters.reading.ooxml.looks.around_cells import around_cells
from tasks.adapters.reading.ooxml.ooxml_parts import (
    contents_stated,
    error_cells,
    has_formulas,
    has_odd_types,
    is_far,
    iso_dates,
    merged_areas,
    near_places,
)
from tasks.adapters.reading.ooxml.ooxml_words import words_around
from tasks.adapters.reading.ooxml.remembered import MOST_BYTES, remembered
from tasks.adapters.reading.ooxml.sheet_regions import regions_of
from tasks.adapters.reading.ooxml.stored_zip import stored_zip

TRIED = settings(max_examples=300, deadline=None)

ROWS = (
    b'<row r="2" spans="1:3" ht="15.75" customHeight="1">',
    b'<row r="3" hidden="1">',
    b'<row r="4" ht="2.25"/>',
    b"<row>",
    b"</row>",
    b'<x:row r="70000">',
)
CELLS = (
    b'<c r="A2" s="1" t="s"><v>0</v></c>',
    b'<c r="B2"><v>1.5</v></c>',
    b'<c r="B2"/>',
    b'<c r="C2" t="inlineStr"><is><t>a = b! c?</t></is></c>',
    b'<c r="D2" t="e"><v>#N/A</v></c>',
    b"<c r='G2' t='d'><v>2025-02-08</v></c>",
    b'<c r="E2"><f>A1+1</f><v>2</v></c>',
    b"<x:c r='F2'><x:f>1</x:f><x:v>1</x:v></x:c>",
    b'<c r="AAA2"><v></v></c>',
    b'<c r ="A3"><v>1</v></c>',
    b'<c\nr="A4"><v>1</v></c>',
    b'<c s="1" r="ZZ9999"><v>1</v></c>',
    b"<c><v>1</v></c>",
)
AROUND = (
    b"<?xml version='1.0'?>",
    b'<?xml version="1.0" encoding="UTF-8"?>\n',
    b"<worksheet>",
    b'<sheetView showZeros="0"/>',
    b'<sheetFormatPr defaultRowHeight="15"/>',
    b'<cols><col min="2" max="3" width="0.1" hidden="1"/></cols>',
    b'<mergeCells count="1"><mergeCell ref="A1:C3"/></mergeCells>',
    b'<conditionalFormatting sqref="A1"><cfRule dxfId="0"/></conditionalFormatting>',
    b'<dataValidation><formula1>"a,b"</formula1></dataValidation>',
    b"<headerFooter><oddFooter>&amp;LBan A</oddFooter></headerFooter>",
    "<headerFooter><oddHeader>&amp;LĐính chính: 5</oddHeader></headerFooter>".encode(),
    b"<v>1</v>",
    b"</worksheet>",
)
TAGS = (b"<sheetData>", b"</sheetData>", b"<sheetData/>", b"</x:sheetData>")
ASIDES = (b"<!-- a -->", b"<![CDATA[<]]>", b"<?a b?>", b"<!DOCTYPE a>", b"<!ENTITY a>", b"!", b"?")

pieces = st.sampled_from((*ROWS, *CELLS))
around = st.lists(st.sampled_from(AROUND), max_size=6).map(b"".join)
inside = st.lists(pieces, max_size=12).map(b"".join)
#: Sheets in the order of every program.
sheets = st.tuples(around, inside, around).map(
    lambda parts: parts[0] + b"<sheetData>" + parts[1] + b"</sheetData>" + parts[2]
)
#: And in no order at all.
heaps = st.lists(st.sampled_from((*ROWS, *CELLS, *AROUND, *TAGS)), max_size=16).map(b"".join)
texts = st.lists(
    st.sampled_from((*AROUND[:4], *ASIDES, b"<a>", b"\n", b"\xef\xbb\xbf")), max_size=8
)


@TRIED
@given(sheets | heaps)
def test_no_byte_of_a_sheet_is_in_none_of_its_regions(xml: bytes) -> None:
    regions = regions_of(xml)
    contents = around_cells(regions.around).contents
    if regions.told_apart:
        ends = len(regions.head) + len(regions.cells)
        assert regions.head + regions.cells == xml[:ends]
        assert regions.around == regions.head + xml[ends:]
        contents += contents_stated(regions.cells)
    else:
        assert regions.around == xml and regions.cells in xml
    assert contents == contents_stated(xml)


@TRIED
@given(sheets | heaps)
def test_what_stands_around_the_cells_is_found_there(xml: bytes) -> None:
    found = around_cells(regions_of(xml).around)
    assert (found.merged, found.merged_cut) == merged_areas(xml)
    assert found.words == [*dict.fromkeys(words_around(xml))]
    assert found.zeros_hidden == (b'<sheetView showZeros="0"/>' in xml)
    rules = [re.findall(rb"<condi.*?</condi", text) for text in (xml, found.conditional)]
    assert rules[0] == rules[1]


@TRIED
@given(sheets | heaps)
def test_odd_types_are_found_wherever_a_cell_has_one(xml: bytes) -> None:
    if not has_odd_types(xml):
        assert not [*error_cells(xml)] and not [*iso_dates(xml)]


@TRIED
@given(sheets)
def test_rows_and_columns_are_found_hidden_as_their_tags_say(xml: bytes) -> None:
    rows: set[int] = set()
    row = 0
    cells = xml[xml.index(b"<sheetData>") :]
    for tag in re.findall(rb"<(?:x:)?row[^>]*>", cells):
        stated = re.search(rb'r="(\d+)"', tag)
        row = int(stated[1]) if stated else row + 1
        if b'hidden="1"' in tag or b'ht="2.25"' in tag:
            rows.add(row)
    found = hidden_places(regions_of(xml))
    columns = b"<cols>" in xml[: xml.index(b"<sheetData>")]
    assert set(found.rows) == rows
    assert {*found.columns} == ({(2, 3)} if columns else set())


@TRIED
@given(sheets | heaps)
def test_near_places_are_all_places_and_none_is_far(xml: bytes) -> None:
    places = near_places(xml)
    if places is None:
        return
    assert not is_far(xml)
    assert places == re.findall(rb'\sr\s*=\s*["\']([A-Z]*\d+)["\']', xml)
    assert told_twice(xml, places) == told_twice(xml)


@pytest.mark.parametrize(
    "cells",
    [
        b'<c r="A10000"/>',
        b'<row r="10000"/>',
        b'<c r="AAA1"/>',
        b"<c r='A1'/>",
        b'<c r ="A1"/>',
        b'<c r= "A1"/>',
        b'<c r\n="A1"/>',
        b'<c\nr="A1"/>',
        b'<c r="a1"/>',
        b'<c r=" A1"/>',
    ],
)
def test_a_place_that_is_far_or_stated_oddly_is_not_taken_for_a_near_one(cells: bytes) -> None:
    assert near_places(b'<row r="1"><c r="B1"/>' + cells) is None


def test_places_of_many_cells_are_not_held_at_once() -> None:
    cells = b'<c r="B1"/>' * 100_000
    assert near_places(cells) is None and not is_far(cells)
    assert told_twice(cells, near_places(cells)) == ["B1"]


@TRIED
@given(sheets | heaps)
def test_formulas_are_found_as_by_looking_at_every_tag(xml: bytes) -> None:
    cells = regions_of(xml).cells
    assert has_formulas(cells) == bool(re.search(rb"<(?:\w+:)?f[\s/>]", cells))


@TRIED
@given(texts.map(b"".join))
def test_asides_and_declarations_are_found_as_by_looking_at_every_letter(data: bytes) -> None:
    asides = b"<!" in data or data.find(b"<?", 6) >= 0
    assert asides or without_asides(data) is data
    if re.search(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>", data, re.DOTALL) or b"<?a b?>" in data[6:]:
        assert without_asides(data) != data
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        with pytest.raises(UnsafeXml):
            refuse_declarations(data)
    else:
        refuse_declarations(data)


@pytest.mark.parametrize("declared", ["utf-7", "EBCDIC-CP-US", "utf-32"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("blanks", [0, 300])
def test_an_unusual_encoding_is_refused_however_long_its_declaration(
    declared: str, mark: bytes, blanks: int
) -> None:
    said = f'<?xml version="1.0"{" " * blanks} encoding="{declared}"?><a/>'
    with pytest.raises(UnsafeXml):
        refuse_declarations(mark + said.encode())
    refuse_declarations(b'<?xml version="1.0"?><a encoding="utf-7"/>')


@TRIED
@given(
    st.dictionaries(st.from_regex(r"[a-z]{1,9}(/[a-z]{1,9})?\.xml", fullmatch=True), st.binary())
)
def test_a_stored_zip_holds_what_was_put_into_it(parts: dict[str, bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(stored_zip(parts))) as read:
        assert read.testzip() is None
        assert {name: read.read(name) for name in read.namelist()} == parts


def test_what_is_remembered_goes_by_every_byte_and_large_parts_are_not_kept() -> None:
    seen: list[tuple[bytes, str]] = []

    @remembered
    def told(data: bytes, of: str) -> int:
        seen.append((data, of))
        return len(data)

    large = b"a" * (MOST_BYTES + 1)
    for data, of in (
        (b"a", "x"),
        (b"a", "x"),
        (b"b", "x"),
        (b"a", "y"),
        (large, "x"),
        (large, "x"),
    ):
        assert told(data, of) == len(data)
    assert seen == [(b"a", "x"), (b"b", "x"), (b"a", "y"), (large, "x"), (large, "x")]
