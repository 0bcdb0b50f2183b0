"""Rows, columns and sheets that nobody sees, by every kind of file."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from models.domain.reading.workbook_content import HiddenPlaces, SheetContent
from tasks.adapters.reading.file_kinds import FileKind
from tasks.adapters.reading.ods.ods_reader import read_sheets
from tasks.adapters.reading.ooxml.hidden_places import hidden_places
from tasks.adapters.reading.ooxml.sheet_regions import regions_of
from tasks.adapters.reading.workbook_reader import read_workbook
from tests.fixtures.office_program import NO_OFFICE, saved_as
from tests.fixtures.old_workbooks import cell, record, xls
from tests.fixtures.xlsb_workbooks import XlsbBook


def made(fill_in: Callable[[Any, Any], None]) -> bytes:
    """A workbook with ten rows and ten columns of figures, and what is done to its sheet."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet("Chỉ tiêu")
        for row in range(10):
            for column in range(10):
                sheet.write_number(row, column, row * 10 + column)
        fill_in(book, sheet)
    return content.getvalue()


def filtered(_: Any, sheet: Any) -> None:
    sheet.autofilter(0, 0, 9, 9)
    sheet.filter_column(0, "x > 30")
    for row in (1, 2, 3):
        sheet.set_row(row, options={"hidden": True})


def folded(_: Any, sheet: Any) -> None:
    for row in (4, 5):
        sheet.set_row(row, None, None, {"level": 1, "hidden": True})
    sheet.set_row(6, None, None, {"collapsed": True})
    sheet.set_column("D:E", 8, None, {"level": 1, "hidden": True})


def seen(places: HiddenPlaces) -> tuple[set[int], set[int]]:
    """Hidden rows, and hidden columns among the first ten."""
    return {r for r in places.rows if r <= 10}, {c for c in range(1, 11) if places.hides_column(c)}


HIDDEN: dict[str, tuple[Callable[[Any, Any], None], set[int], set[int]]] = {
    "nothing": (lambda _, sheet: sheet.set_row(2, 30), set(), set()),
    "a row": (lambda _, sheet: sheet.set_row(2, None, None, {"hidden": True}), {3}, set()),
    "a filter": (filtered, {2, 3, 4}, set()),
    "groups": (folded, {5, 6}, {4, 5}),
    "columns": (lambda _, s: s.set_column("B:C", 9, None, {"hidden": True}), set(), {2, 3}),
    "no height": (lambda _, sheet: sheet.set_row(7, 0), {8}, set()),
    "one pixel high": (lambda _, sheet: sheet.set_row(7, 0.75), {8}, set()),
    "three points high": (lambda _, sheet: sheet.set_row(7, 3), {8}, set()),
    "half a letter high": (lambda _, sheet: sheet.set_row(7, 6), {8}, set()),
    "low, and to be read": (lambda _, sheet: sheet.set_row(7, 7.5), set(), set()),
    "a pixel or two wide": (
        lambda _, s: (s.set_column_pixels("J:J", 1), s.set_column_pixels("H:H", 3)),
        set(),
        {8, 10},
    ),
    "narrow, and to be read": (lambda _, s: s.set_column_pixels("J:J", 12), set(), set()),
    "no width": (lambda _, sheet: sheet.set_column("J:J", 0), set(), {10}),
}


@pytest.mark.parametrize("case", HIDDEN)
def test_what_is_hidden_in_an_xlsx_is_told(case: str) -> None:
    fill_in, rows, columns = HIDDEN[case]
    sheet = read_workbook(made(fill_in), FileKind.XLSX).sheets[0]
    assert seen(sheet.hidden_places) == (rows, columns)
    assert not sheet.hidden


@pytest.mark.skipif(NO_OFFICE, reason="LibreOffice makes the file")
def test_other_formats_of_an_office_program_tell_the_same(tmp_path: Path) -> None:
    for number, case in enumerate(HIDDEN):
        (tmp_path / f"{number}.xlsx").write_bytes(made(HIDDEN[case][0]))
    for kind in (FileKind.ODS, FileKind.XLS):
        saved_as(kind.value, [tmp_path / f"{n}.xlsx" for n in range(len(HIDDEN))], tmp_path)
        for number, (case, (_, rows, columns)) in enumerate(HIDDEN.items()):
            content = (tmp_path / f"{number}.{kind.value}").read_bytes()
            places = read_workbook(content, kind).sheets[0].hidden_places
            if case == "no width":
                continue  # LibreOffice gives such a column a width
            assert seen(places) == (rows, columns), (kind, case)


@pytest.mark.parametrize(
    ("xml", "places"),
    [
        (b'<row r="3" hidden="true"/>', HiddenPlaces({3}, [])),
        (b'<x:row ht="0.0" r="7"><x:c/></x:row>', HiddenPlaces({7}, [])),
        (b"<row/><row hidden='1'/>", HiddenPlaces({2}, [])),
        (b'<row r="3" hidden="0" ht="0.75"/>', HiddenPlaces({3}, [])),
        (b'<row r="3" ht="3"/><row ht="6.75"/><row ht="13"/><row ht="30"/>', HiddenPlaces({3}, [])),
        (b'<row r="3" ht="2.25"/><col min="1" max="1" width="2.25"/>', HiddenPlaces({3}, [])),
        (b'<col min="2" max="2" width="0.28"/>', HiddenPlaces(set(), [(2, 2)])),
        (b'<col min="2" max="2" width="0.71"/>', HiddenPlaces()),
        (
            b'<sheetFormatPr defaultRowHeight="1"/><sheetData><row/><row ht="15"/><row/>',
            HiddenPlaces({1, 3}, []),
        ),
        (
            b'<sheetFormatPr defaultColWidth="0.1"/><cols><col min="2" max="4" width="9"/>'
            b'<col min="6" max="6" width="9"/></cols><sheetData>',
            HiddenPlaces(set(), [(1, 1), (5, 5), (7, 16_384)]),
        ),
        (b'<col min="2" max="4" width="0" customWidth="1"/>', HiddenPlaces(set(), [(2, 4)])),
        (b'<col min="2" max="99999999" hidden="1"/>', HiddenPlaces(set(), [])),
        (b'<color hidden="1"/><rowBreaks hidden="1"/>', HiddenPlaces()),
    ],
)
def test_tags_of_rows_and_columns_are_followed(xml: bytes, places: HiddenPlaces) -> None:
    found = hidden_places(regions_of(xml))
    assert (set(found.rows), list(found.columns)) == (set(places.rows), list(places.columns))


def ods(table: str) -> SheetContent:
    spaces = " ".join(f'xmlns:{p}="{p}"' for p in ("office", "table", "text", "style"))
    content = (
        f"<office:document-content {spaces}><office:automatic-styles>"
        '<style:style style:name="Z"><style:table-row-properties style:row-height="0in"/>'
        '</style:style><style:style style:name="W"><style:table-column-properties '
        'style:column-width="0.00cm"/></style:style>'
        '<style:style style:name="L"><style:table-row-properties style:row-height="0.026cm"/>'
        '</style:style><style:style style:name="R"><style:table-row-properties '
        'style:row-height="0.25cm"/></style:style><style:style style:name="P">'
        '<style:table-column-properties style:column-width="0.03cm"/></style:style>'
        "</office:automatic-styles><office:body>"
        f'<office:spreadsheet><table:table table:name="T">{table}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    sheets, _ = read_sheets(content.encode(), max_rows=99, max_columns=99, max_cells=999)
    return sheets[0]


CELL = '<table:table-cell office:value-type="string"><text:p>a</text:p></table:table-cell>'
ROW = f"<table:table-row {{}}>{CELL}</table:table-row>"


@pytest.mark.parametrize(
    ("table", "rows", "columns"),
    [
        (ROW.format("") + ROW.format('table:visibility="collapse"'), {2}, set()),
        (ROW.format('table:visibility="filter" table:number-rows-repeated="3"'), {1, 2, 3}, set()),
        (ROW.format('table:style-name="Z"'), {1}, set()),
        (f'<table:table-row-group table:display="false">{ROW.format("")}</table:table-row-group>'
         + ROW.format(""), {1}, set()),
        (f'<table:table-row-group table:display="true">{ROW.format("")}</table:table-row-group>',
         set(), set()),
        ('<table:table-column/><table:table-column table:visibility="collapse" '
         'table:number-columns-repeated="2"/>' + ROW.format(""), set(), {2, 3}),
        ('<table:table-column-group table:display="false"><table:table-column/>'
         "</table:table-column-group><table:table-column/>" + ROW.format(""), set(), {1}),
        ('<table:table-column/><table:table-column table:style-name="W"/>' + ROW.format(""),
         set(), {2}),
        (ROW.format('table:style-name="L"'), {1}, set()),
        (ROW.format('table:style-name="R"'), set(), set()),
        ('<table:table-column/><table:table-column table:style-name="P"/>' + ROW.format(""),
         set(), {2}),
    ],
)  # fmt: skip
def test_what_is_hidden_in_an_ods_is_told(table: str, rows: set[int], columns: set[int]) -> None:
    assert seen(ods(table).hidden_places) == (rows, columns)


def test_what_is_hidden_in_the_binary_formats_is_told() -> None:
    cells = (
        record(0x7D, struct.pack("<6H", 1, 2, 2304, 0, 1, 0))
        + record(0x7D, struct.pack("<6H", 4, 4, 0, 0, 0, 0))
        + record(0x208, struct.pack("<6HI", 0, 0, 9, 300, 0, 0, 0x20))
        + record(0x208, struct.pack("<6HI", 1, 0, 9, 300, 0, 0, 0x100))
        + record(0x208, struct.pack("<6HI", 2, 0, 9, 0, 0, 0, 0x40))
        + record(0x208, struct.pack("<6HI", 3, 0, 9, 15, 0, 0, 0x40))
        + record(0x208, struct.pack("<6HI", 4, 0, 9, 140, 0, 0, 0x40))
        + record(0x208, struct.pack("<6HI", 5, 0, 9, 15, 0, 0, 0x100))
        + record(0x208, struct.pack("<6HI", 6, 0, 9, 0, 0, 0, 0x100))
        + record(0x7D, struct.pack("<6H", 6, 6, 37, 0, 0, 0))
        + b"".join(cell(0x203, row, 0, struct.pack("<d", 1.0)) for row in range(7))
    )
    old = read_workbook(xls(cells), FileKind.XLS).sheets[0]
    assert seen(old.hidden_places) == ({1, 3, 4, 6}, {2, 3, 5, 7})
    book = XlsbBook(hidden_rows=frozenset({2}), hidden_columns=[(3, 4)])
    book.heights, book.widths = {3: 0.75, 4: 7.5}, {6: 0.14, 7: 1.5}
    for row in (1, 2, 3, 4):
        book.put(row, 1, 5.0)
    new = read_workbook(book.content(), FileKind.XLSB).sheets[0]
    assert seen(new.hidden_places) == ({2, 3}, {3, 4, 6})


@pytest.mark.parametrize("how", ["hide", "very_hidden"])
def test_a_hidden_sheet_is_told_however_deep_it_is_hidden(how: str) -> None:
    def fill_in(book: Any, sheet: Any) -> None:
        book.add_worksheet("Khác").activate()
        getattr(sheet, how)()

    assert read_workbook(made(fill_in), FileKind.XLSX).sheets[0].hidden
