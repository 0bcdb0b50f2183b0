"""How cells of .ods look by styles that they take from elsewhere, and by formats that hide."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from models.domain.reading.workbook_content import Appearance
from tasks.adapters.reading.ods.ods_formats import formats_of
from tasks.adapters.reading.ods.ods_reader import read_sheets

SPACES = " ".join(f'xmlns:{p}="{p}"' for p in ("office", "table", "text", "style", "number", "fo"))
HIDES = (
    '<number:number-style style:name="P"><number:text/></number:number-style>'
    '<number:text-style style:name="H"><number:text/>'
    '<style:map style:condition="value()&gt;0" style:apply-style-name="P"/>'
    '<style:map style:condition="value()&lt;0" style:apply-style-name="P"/>'
    '<style:map style:condition="value()=0" style:apply-style-name="P"/></number:text-style>'
)
OF_CONTENT = (
    f'{HIDES}<style:style style:name="hides" style:data-style-name="H"/>'
    '<style:style style:name="child" style:parent-style-name="Named"/>'
    '<style:style style:name="shows" style:parent-style-name="Named"><style:text-properties '
    'fo:color="#000000" style:text-line-through-style="none"/></style:style>'
    '<style:style style:name="dark" style:parent-style-name="White"><style:table-cell-properties '
    'fo:background-color="#1f3864"/></style:style>'
    '<style:style style:name="loop" style:parent-style-name="loop"/>'
)
OF_STYLES = (
    '<style:style style:name="Named"><style:text-properties '
    'style:text-line-through-style="solid"/></style:style>'
    '<style:style style:name="White"><style:text-properties fo:color="#ffffff"/></style:style>'
)
FIVE = 'office:value-type="float" office:value="5"'
WORDS = 'office:value-type="string"'
STRUCK, UNSEEN, HIDDEN = Appearance(struck=True), Appearance(unseen=True), Appearance(";;;")

CELLS: list[tuple[str, str, str, Appearance | None]] = [
    # columns, row, cell, look
    ("", "", f'{FIVE} table:style-name="hides"', HIDDEN),
    ("", "", f'{WORDS} table:style-name="hides"', HIDDEN),
    ("", "", f'{FIVE} table:style-name="child"', STRUCK),
    ("", "", f'{FIVE} table:style-name="Named"', STRUCK),
    ("", "", f'{FIVE} table:style-name="shows"', None),
    ("", "", f'{FIVE} table:style-name="White"', UNSEEN),
    ("", "", f'{FIVE} table:style-name="dark"', None),
    ("", "", f'{FIVE} table:style-name="loop"', None),
    ("", "", f'{FIVE} table:style-name="nowhere"', None),
    ('table:default-cell-style-name="Named"', "", FIVE, STRUCK),
    ('table:default-cell-style-name="hides"', "", FIVE, HIDDEN),
    ("", 'table:default-cell-style-name="White"', FIVE, UNSEEN),
    ('table:default-cell-style-name="Named"', "", f'{FIVE} table:style-name="shows"', None),
]


@pytest.mark.parametrize(("columns", "row", "cell", "look"), CELLS)
def test_a_style_is_the_cells_own_or_taken_from_elsewhere(
    columns: str, row: str, cell: str, look: Appearance | None
) -> None:
    shown = "<text:p/>" if "hides" in cell + columns else "<text:p>5</text:p>"
    given = ' office:string-value="mật"' if WORDS in cell else ""
    content = (
        f"<office:document-content {SPACES}><office:automatic-styles>{OF_CONTENT}"
        "</office:automatic-styles><office:body><office:spreadsheet>"
        f'<table:table table:name="T"><table:table-column {columns} '
        f'table:number-columns-repeated="3"/><table:table-row {row}>'
        f"<table:table-cell {cell}{given}>{shown}</table:table-cell></table:table-row>"
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    styles = f"<office:document-styles {SPACES}>{OF_STYLES}</office:document-styles>"
    sheets, _ = read_sheets(
        content.encode(), styles.encode(), max_rows=9, max_columns=9, max_cells=9
    )
    assert sheets[0].looks.get((1, 1)) == look


NUMBER = '<number:number number:decimal-places="{}" number:min-integer-digits="1"/>'
FORMATS = [
    (f"<number:number-style>{NUMBER.format(2)}</number:number-style>", "0.00"),
    (f"<number:percentage-style>{NUMBER.format(0)}<number:text>%</number:text>"
     "</number:percentage-style>", "0%"),
    (f"<number:number-style>{NUMBER.format(0)}<number:text>%</number:text>"
     "</number:number-style>", '0"%"'),
    (f"<number:number-style>{NUMBER.format(0)}<number:text> triệu</number:text>"
     "</number:number-style>", '0" triệu"'),
    ('<number:number-style><number:number number:decimal-places="0" number:min-integer-digits='
     '"1" number:grouping="true"/></number:number-style>', "#,##0"),
    ('<number:number-style><number:number number:decimal-places="3" number:min-decimal-places='
     '"0" number:min-integer-digits="1" number:display-factor="1000"/></number:number-style>',
     "0.###,"),
    ('<number:number-style><number:number number:min-integer-digits="1"/></number:number-style>',
     "General"),
    ('<number:date-style><number:day number:style="long"/><number:text>/</number:text>'
     '<number:month number:style="long"/><number:text>/</number:text>'
     '<number:year number:style="long"/></number:date-style>', 'dd"/"mm"/"yyyy'),
    ('<number:date-style><number:month number:textual="true"/><number:text>-</number:text>'
     "<number:year/></number:date-style>", 'mmm"-"yy'),
    ("<number:text-style><number:text-content/><number:text> tr</number:text>"
     "</number:text-style>", '@" tr"'),
    ('<number:number-style><number:fraction number:min-numerator-digits="1"/>'
     "</number:number-style>", "?/?"),
    ('<number:number-style><number:text>"</number:text></number:number-style>', '\\"'),
]  # fmt: skip


@pytest.mark.parametrize(("style", "code"), FORMATS)
def test_a_format_is_written_as_spreadsheets_write_it(style: str, code: str | None) -> None:
    named = style.replace("-style>", '-style style:name="N">', 1)
    root = ElementTree.fromstring(f"<styles {SPACES}>{named}</styles>")
    assert formats_of(iter([root])).get("N") == code
