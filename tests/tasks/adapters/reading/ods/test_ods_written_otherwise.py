"""Documents of .ods that are written as no program writes them: counts with signs, names of other
namespaces, other encodings. What a person sees in them is told or read as in any other."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest

from models.domain.reading.workbook_content import CellFormula, SheetContent, WorkbookContent
from tasks.adapters.reading.file_kinds import FileKind
from tasks.adapters.reading.gathered_sheets import WorkbookRefused
from tasks.adapters.reading.ods.ods_contents import first_day_of
from tasks.adapters.reading.ods.ods_covered import holds_covered_cells
from tasks.adapters.reading.ods.ods_reader import read_sheets
from tasks.adapters.reading.ods.ods_shapes import draws_something
from tasks.adapters.reading.ods.ods_views import (
    panes_standing_still,
    places_beyond_reach,
    tables_hiding_zeros,
    window_of_ods,
    zooms_of_tables,
)
from tasks.adapters.reading.workbook_reader import read_workbook
from tests.tasks.adapters.reading.ods.test_ods_seen_otherwise import FLOAT, REAL

KEPT = f"<table:table-cell {FLOAT}><text:p>250200</text:p></table:table-cell>"
NEXT = '<table:table-cell office:value-type="float" office:value="7"><text:p>7</text:p>{}'
ROW = f"<table:table-row>{KEPT}{NEXT.format('</table:table-cell>')}</table:table-row>"
SPACES = (
    f'{REAL} xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:w="http://www.w3.org/x" '
    'xmlns:t="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    'xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"'
)


def document(rows: str, around: str = "") -> str:
    return (
        f"<office:document-content {SPACES}><office:body><office:spreadsheet>{around}"
        f'<table:table table:name="T">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )


def read(rows: str) -> SheetContent:
    (found,), _ = read_sheets(document(rows).encode(), max_rows=9, max_columns=9, max_cells=99)
    return found


def counted(said: str, what: str = "columns-repeated") -> str:
    return ROW.replace("<table:table-cell ", f"<table:table-cell table:number-{what}={said} ", 1)


@pytest.mark.parametrize("what", ["columns-repeated", "rows-spanned", "columns-spanned"])
@pytest.mark.parametrize(
    "said", ["+2", " 2", "2 ", "2.0", "2a", "2e0", "0", "-1", "", "٢", "２", "99999999"]
)
def test_counts_that_programs_read_differently_are_told(what: str, said: str) -> None:
    """LibreOffice reads «2.0» as two cells, Gnumeric as one: what follows stands elsewhere."""
    assert "A1" in read(counted(f'"{said}"', what)).told_twice


@pytest.mark.parametrize("said", ['"+2"', "' 2'", '"0"', '"2.0"'])
def test_rows_that_programs_count_differently_are_told(said: str) -> None:
    rows = ROW.replace("<table:table-row>", f"<table:table-row table:number-rows-repeated={said}>")
    assert read(rows + ROW).told_twice


@pytest.mark.parametrize("said", ['"2"', "'2'", '"&#50;"'])
def test_counts_as_programs_write_them_are_followed(said: str) -> None:
    found = read(counted(said))
    assert [*found.rows[0]] == [250200.0, 250200.0, 7.0]
    assert not found.told_twice


@pytest.mark.parametrize(
    "more",
    [
        "<dc:table-cell office:value-type='float' office:value='9'/>",
        "<w:table-cell office:value-type='float' office:value='9'/>",
        "<text:table-cell office:value-type='float' office:value='9'/>",
        "<table-cell office:value-type='float' office:value='9'/>",
        "<dc:covered-table-cell/>",
        "<text:p>9</text:p>",
    ],
)
def test_what_is_called_a_cell_elsewhere_is_none(more: str) -> None:
    found = read(ROW.replace("<table:table-row>", f"<table:table-row>{more}"))
    assert [*found.rows[0]] == [250200.0, 7.0]


@pytest.mark.parametrize(
    "said",
    [
        'dc:number-columns-repeated="2"',
        'number-columns-repeated="2"',
        'text:number-columns-repeated="2"',
        'w:number-columns-spanned="2"',
        'dc:formula="of:=9"',
    ],
)
def test_what_a_cell_states_by_names_of_others_says_nothing(said: str) -> None:
    found = read(ROW.replace("<table:table-cell ", f"<table:table-cell {said} ", 1))
    assert [*found.rows[0]] == [250200.0, 7.0]
    assert not found.merged and not found.formulas and not found.told_twice


def test_a_second_prefix_of_the_same_namespace_says_the_same() -> None:
    rows = ROW.replace("<table:table-cell ", "<t:table-cell t:number-columns-repeated='2' ", 1)
    found = read(rows.replace("</table:table-cell>", "</t:table-cell>", 1))
    assert [*found.rows[0]] == [250200.0, 250200.0, 7.0]


def test_a_paragraph_of_another_namespace_is_no_text() -> None:
    told = f"<table:table-cell {FLOAT.replace('float', 'string')}>{{}}</table:table-cell>"
    found = read(f"<table:table-row>{told.format('<dc:p>9</dc:p><text:p>5</text:p>')}"
                 "</table:table-row>")  # fmt: skip
    assert found.at(1, 1) == "5"


@pytest.mark.parametrize(
    ("size", "places"),
    [
        ((1, 2), {(1, 1), (1, 2)}),
        ((2, 1), {(1, 1), (2, 1)}),
        ((2, 2), {(1, 1), (1, 2), (2, 1), (2, 2)}),
        ((1, 1), {(1, 1)}),
    ],
)
def test_all_cells_of_a_matrix_hold_a_part_of_its_result(
    size: tuple[int, int], places: set[tuple[int, int]]
) -> None:
    """A program that calculates on opening shows another value in each of them."""
    spans = (
        f'table:formula="of:={{{{1;2|3;4}}}}" table:number-matrix-rows-spanned="{size[0]}" '
        f'table:number-matrix-columns-spanned="{size[1]}"'
    )
    found = read(ROW.replace("<table:table-cell ", f"<table:table-cell {spans} ", 1) + ROW)
    assert set(found.formulas) == places
    assert isinstance(found.formulas[1, 1], CellFormula)


COVERING = (
    '<table:shapes><draw:custom-shape svg:width="40cm" svg:height="30cm" svg:x="0cm" '
    'svg:y="0cm"><text:p>38</text:p></draw:custom-shape></table:shapes>'
)
COVERED = ROW.replace("table-cell", "covered-table-cell")
FROM_1904 = '<table:calculation-settings><table:null-date table:date-value="{}"/></table:calculation-settings>'  # noqa: E501
ENCODINGS = ["utf-8", "utf-16", "utf-16-le", "utf-16-be"]


def packed(content: str, encoding: str, *more: tuple[str, str]) -> bytes:
    held = io.BytesIO()
    declared = f'<?xml version="1.0" encoding="{encoding[:6].upper()}"?>{content}'
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", declared.encode(encoding))
        for name, said in more:
            archive.writestr(name, said)
    return held.getvalue()


def opened(content: str, encoding: str) -> WorkbookContent:
    return read_workbook(packed(content, encoding), FileKind.ODS)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_what_is_looked_for_in_bytes_is_found_in_every_encoding(encoding: str) -> None:
    day = FROM_1904.format("1904-01-01")
    found = opened(document(COVERING + ROW + COVERED, day), encoding)
    assert found.first_day == dt.date(1904, 1, 1)
    assert found.sheets[0].shapes
    assert {"A2", "B2"} <= {*found.sheets[0].told_twice}


def test_two_parts_of_one_name_are_refused() -> None:
    other = document(ROW.replace("250200", "9"))
    with pytest.raises(WorkbookRefused):
        read_workbook(packed(document(ROW), "utf-8", ("/content.xml", other)), FileKind.ODS)


@pytest.mark.parametrize(
    "said", ["1904-01-01", "1904&#45;01-01", " 1904-01-01", "1904-01-01T00:00:00"]
)
@pytest.mark.parametrize("before", ["", 'table:value-type="date" ', 'a=">" '])
def test_the_first_day_is_known_however_it_is_written(said: str, before: str) -> None:
    stated = f'<table:null-date {before}table:date-value="{said}"/>'
    assert first_day_of(stated.encode()) == dt.date(1904, 1, 1)


@pytest.mark.parametrize(
    "said",
    [
        b'<draw:frame draw:z-index="0">',
        b"<draw:custom-shape/>",
        b"<d.x:rect >",
        b'<rect xmlns="urn">',
        b"<office:annotation office:display='true'>",
        b'<office:annotation a=">" office:display = "true">',
        b'<o:annotation o:display="&#116;rue">',
    ],
)
def test_drawings_are_noticed_however_they_are_written(said: bytes) -> None:
    assert draws_something(b"<a>" + said + b"</a>")


@pytest.mark.parametrize(
    "said", [b'<office:annotation office:display="false">', b"<table:table-cell/>", b"<text:p>"]
)
def test_nothing_is_drawn_where_nothing_is_seen(said: bytes) -> None:
    assert not draws_something(said)


@pytest.mark.parametrize(
    ("said", "holds"),
    [
        (b'<t.x:covered-table-cell a=">"><text:p>9</text:p>', True),
        (b"<covered-table-cell><p>9</p>", True),
        (b"<t:covered-table-cell o:value-type = 'float'/>", True),
        (b"<t:covered-table-cell t:style-name='a'/>", False),
    ],
)
def test_covered_cells_that_hold_something_are_noticed(said: bytes, holds: bool) -> None:
    assert holds_covered_cells(said) is holds


def settings(name: str, value: str, more: str = "") -> bytes:
    return (
        f"<s><config-item-map-entry name='T'><config-item name={name}>{value}</config-item>{more}"
        "</config-item-map-entry></s>"
    ).encode()


@pytest.mark.parametrize("written", ["{}", "&#{1};{2}"])
@pytest.mark.parametrize("mark", ['"', "'"])
def test_settings_are_followed_however_they_are_written(written: str, mark: str) -> None:
    def named(name: str) -> str:
        return f"{mark}{written.format(name, ord(name[0]), name[1:])}{mark}"

    mode = f"<config-item name={named('VerticalSplitMode')}>2</config-item>"
    split = f"<config-item name={named('VerticalSplitPosition')}>9</config-item>"
    assert tables_hiding_zeros(settings(named("ShowZeroValues"), "false")) == {"T"}
    assert window_of_ods(settings(named("HasSheetTabs"), "false")).no_tabs
    assert zooms_of_tables(settings(named("ZoomValue"), "10")) == {"T": 10}
    assert places_beyond_reach(settings(named("PositionTop"), "9", mode)) == {"T": (9, 0)}
    assert panes_standing_still(settings(named("Other"), "9", mode + split)) == {"T": (9, 0)}


def rounded(
    value: str, kept: str, *, usual: str = "", places: str = "", share: bool = False
) -> SheetContent:
    """A number in a document that shows `usual` decimals of such ones without a format, with a
    format of so many `places` where they are given."""
    number = f'<number:number number:decimal-places="{places}" number:min-integer-digits="1"/>'
    kind, own = ("percentage", "<number:text>%</number:text>") if share else ("number", "")
    form = f'<number:{kind}-style style:name="N">{number}{own}</number:{kind}-style>'
    style = '<style:style style:name="C" style:family="table-cell" style:data-style-name="N"/>'
    cell = (
        f'<table:table-row><table:table-cell table:style-name="{"C" if places else ""}" '
        f'office:value-type="{"percentage" if share else "float"}" office:value="{value}">'
        f"<text:p>{kept}</text:p></table:table-cell></table:table-row>"
    )
    of_all = (
        f'<office:document-styles {REAL}><office:styles><style:default-style style:family="'
        f'table-cell"><style:table-cell-properties {usual}/></style:default-style>'
        "</office:styles></office:document-styles>"
    )
    content = document(cell).replace(
        "<office:body>", f"<office:automatic-styles>{form}{style}</office:automatic-styles>"
        "<office:body>",
    )  # fmt: skip
    (found,), _ = read_sheets(
        content.encode(), of_all.encode(), max_rows=9, max_columns=9, max_cells=9
    )
    return found


def code_at(found: SheetContent) -> str:
    look = found.looks.get((1, 1))
    return look.number_format if look is not None else ""


@pytest.mark.parametrize(
    ("decimals", "value", "kept", "code"),
    [
        ("0", "2.4", "2.4", "0"),  # another program kept all of it
        ("0", "2.4", "2", "0"),
        ("0", "0.4", "0,4", "0"),
        ("1", "0.04", "0,04", "0.0"),
        ("2", "-0.126", "-0.126", "0.00"),
        ("0", "250200.4", "250200.4", ""),
        ("0", "250200", "250200", ""),
        ("2", "2.5", "2,5", ""),
        ("3", "-0.126", "-0.126", ""),
    ],
)
@pytest.mark.parametrize("by", ["usual", "places"])
def test_decimals_that_nobody_sees_are_told(
    by: str, decimals: str, value: str, kept: str, code: str
) -> None:
    """By the format of the cell, or by the number of decimals that LibreOffice limits numbers
    without a format to, whatever text the file keeps."""
    stated = f'style:decimal-places="{decimals}"' if by == "usual" else decimals
    assert code_at(rounded(value, kept, **{by: stated})).replace("#", "") == code


@pytest.mark.parametrize("usual", ["", 'style:decimal-places=""', 'style:decimal-places="x"'])
def test_without_a_limit_all_decimals_are_seen(usual: str) -> None:
    assert code_at(rounded("2.4", "2.4", usual=usual)) == ""


@pytest.mark.parametrize(
    ("value", "kept", "code"), [("0.024", "2%", "0%"), ("0.02", "2%", ""), ("0.024", "2,4%", "0%")]
)
def test_decimals_of_shares_that_nobody_sees_are_told(value: str, kept: str, code: str) -> None:
    assert code_at(rounded(value, kept, places="0", share=True)) == code


def test_a_share_without_a_format_shows_its_own_decimals() -> None:
    found = rounded("0.174", "17,4%", usual='style:decimal-places="0"', share=True)
    assert (1, 1) in found.percent and code_at(found) == ""
