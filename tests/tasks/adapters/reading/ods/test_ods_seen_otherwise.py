"""Ways in which an .ods shows something else than it keeps: styles, formats, panes, strangers."""

from __future__ import annotations

import pytest

from models.domain.reading.workbook_content import SheetContent
from tasks.adapters.reading.ods.ods_reader import read_sheets
from tests.tasks.adapters.reading.ods.test_ods_looks import SPACES

REAL = " ".join(
    f'xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{p}:1.0"'
    for p in ("office", "table", "text", "style", "number", "fo")
)
FLOAT = 'office:value-type="float" office:value="250200"'
NUMBER = '<number:number number:decimal-places="0" number:min-integer-digits="1"/>'


def style(name: str, inside: str = "", family: str = "table-cell", more: str = "") -> str:
    return f'<style:style style:name="{name}" style:family="{family}" {more}>{inside}</style:style>'


def letters(said: str) -> str:
    return f"<style:text-properties {said}/>"


def cells(said: str) -> str:
    return f"<style:table-cell-properties {said}/>"


def code(inside: str, kind: str = "number") -> str:
    return f'<number:{kind}-style style:name="N">{inside}</number:{kind}-style>'


def sheet(
    styles: str = "",
    cell: str = "",
    *,
    common: str = "",
    settings: str = "",
    row: str = "",
    more: str = "",
    real: bool = False,
) -> SheetContent:
    """A sheet of one cell, of the style "C" unless another cell is given, in a table of "A"."""
    cell = cell or f'<table:table-cell table:style-name="C" {FLOAT}><text:p>250200</text:p>'
    spaces = REAL if real else SPACES
    content = (
        f"<office:document-content {spaces} {more}><office:automatic-styles>{styles}"
        "</office:automatic-styles><office:body><office:spreadsheet>"
        f'<table:table table:name="T" table:style-name="A">{row}<table:table-row>{cell}'
        "</table:table-cell></table:table-row></table:table></office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    known = f"<office:document-styles {spaces}>{common}</office:document-styles>"
    (found,), _ = read_sheets(
        content.encode(),
        known.encode(),
        settings.encode(),
        max_rows=9,
        max_columns=9,
        max_cells=9,
    )
    return found


STRUCK = letters('style:text-line-through-style="solid"')
WHITE = letters('fo:color="#ffffff"')
CHAIN = "".join(
    style(f"S{n}", more=f'style:parent-style-name="S{n + 1}"') for n in range(1, 40)
) + style("S40", STRUCK)


@pytest.mark.parametrize(
    ("styles", "common", "struck", "unseen"),
    [
        (style("C", STRUCK), "", True, False),
        (style("C", STRUCK) + style("C", WHITE, "paragraph"), "", True, False),
        (style("C", "") + style("C", STRUCK, "paragraph"), "", False, False),
        (CHAIN + style("C", more='style:parent-style-name="S1"'), "", True, False),
        (style("C", more='style:parent-style-name="D"')
         + style("D", STRUCK, more='style:parent-style-name="C"'), "", True, False),
        (style("C"), style("Default", STRUCK), True, False),
        (style("C", WHITE), "", False, True),
        (style("C"), style("Default", WHITE), False, True),
        (style("C", letters('fo:color="#000000"')), style("Default", WHITE), False, False),
        (style("C", letters('fo:font-size="10%"')), "", False, True),
        (style("C", letters('fo:font-size="80%"')), "", False, False),
        (style("C", letters('style:text-scale="1%"')), "", False, True),
        (style("C", letters('style:text-scale="90%"')), "", False, False),
        (style("C", letters('fo:letter-spacing="-0.1in"')), "", False, True),
        (style("C", letters('fo:letter-spacing="-0.2pt"')), "", False, False),
        (style("C", letters('fo:letter-spacing="0.1in"')), "", False, False),
        (style("C", letters('fo:letter-spacing="1in"')), "", False, True),
        (style("C", cells('fo:border-bottom="5cm solid #000000"')), "", False, True),
        (style("C", cells('fo:border="2pt solid #000000"')), "", False, False),
        (style("C", cells('fo:border="5cm none #000000"')), "", False, False),
        (style("C", '<style:text-properties fo:color="#000000"><loext:char-complex-color '
               'loext:theme-type="light1"/></style:text-properties>'), "", False, True),
        (style("C", '<style:text-properties fo:color="#000000"><loext:char-complex-color '
               'loext:theme-type="dark1"/></style:text-properties>'), "", False, False),
        (style("C", "<style:text-properties><loext:char-complex-color loext:theme-type='light1'>"
               "<loext:transformation/></loext:char-complex-color></style:text-properties>"),
         "", False, False),
    ],
)  # fmt: skip
def test_styles_of_an_ods_are_followed_as_far_as_they_go(
    styles: str, common: str, struck: bool, unseen: bool
) -> None:
    found = sheet(styles, common=common, more='xmlns:loext="urn:org:documentfoundation:x"')
    look = found.looks.get((1, 1))
    assert ((look is not None and look.struck), (look is not None and look.unseen)) == (
        struck, unseen,
    )  # fmt: skip


DRAWN = [
    # the format, and what is shown in place of 250200; None where that is the value
    (code("<number:text>9600 </number:text><number:fraction number:min-integer-digits='0' "
          "number:min-numerator-digits='1' number:min-denominator-digits='1'/>"), "9600 250200"),
    (code("<number:fraction number:min-integer-digits='0' number:denominator-value='8'/>"), None),
    (code(f"{NUMBER}<style:map style:condition='value()&gt;1.5E3' style:apply-style-name='M'/>"),
     "9600"),
    (code(f"{NUMBER}<style:map style:condition='value()&gt;1.5E9' style:apply-style-name='M'/>"),
     None),
    (code(f"{NUMBER}<style:map style:condition='value()&gt;=0' style:apply-style-name='nix'/>"),
     None),
    (code("<number:number number:decimal-places='0' number:min-integer-digits='1' "
          "number:grouping='true'><number:embedded-text number:position='3'>9"
          "</number:embedded-text></number:number>"), "2509200"),
    (code("<number:number number:min-integer-digits='1'><number:embedded-text "
          "number:position='3'>9</number:embedded-text></number:number>"), "2509200"),
    (code("<number:number number:min-integer-digits='1'/>"), None),
    (code("<number:number number:decimal-places='2' number:min-integer-digits='1' "
          "number:decimal-replacement='50'/>"), "250200,50"),
    (code("<number:number number:decimal-places='2' number:min-integer-digits='1' "
          "number:decimal-replacement='--'/>"), None),
    (code(f"{NUMBER}<number:text> triệu</number:text><number:unknown/>"), "250200 triệu"),
    *(
        (code(NUMBER.replace("/>", f' number:display-factor="{factor}"/>')), shown)
        for factor, shown in (
            ("1000", "250"), ("100", "250"), ("1E3", "250"), ("10", None), ("0.001", None),
            ("?", None),
        )
    ),
    (code(NUMBER), None),
]  # fmt: skip


@pytest.mark.parametrize(("formats", "shown"), DRAWN)
def test_formats_of_an_ods_draw_whatever_text_is_kept(formats: str, shown: str | None) -> None:
    other = (
        '<number:number-style style:name="M"><number:text>9600</number:text></number:number-style>'
    )
    styled = style("C", more='style:data-style-name="N"')
    look = sheet(other + formats + styled).looks.get((1, 1))
    told = look.shown.replace(".", "").strip() if look is not None else None
    assert told == shown


def test_a_format_of_the_content_is_meant_before_one_of_the_same_name() -> None:
    own = code(f"{NUMBER}<number:text> tr</number:text>")
    styled = style("C", more='style:data-style-name="N"')
    assert sheet(own + styled, common=code(NUMBER)).looks[1, 1].shown == "250200 tr"


@pytest.mark.parametrize(
    ("colour", "behind", "unseen"),
    [
        ("#ffffff", "", True),
        ("#fffbe6", "#fffbe6", True),
        ("#ffffff", "#1f497d", False),
        ("#ff0000", "", False),
        ("#000000", "#000000", True),
    ],
)
def test_colours_of_formats_of_an_ods_are_held_against_the_ground(
    colour: str, behind: str, unseen: bool
) -> None:
    formats = code(f'<style:text-properties fo:color="{colour}"/>{NUMBER}')
    filled = cells(f'fo:background-color="{behind}"') if behind else ""
    styled = style("C", filled + letters('fo:color="#808080"'), more='style:data-style-name="N"')
    look = sheet(formats + styled).looks.get((1, 1))
    assert (look is not None and look.number_format == ";;;") == unseen


@pytest.mark.parametrize(
    ("said", "lost"),
    [
        ('fo:font-size="4pt"', True),
        ('fo:font-size="9pt"', False),
        ('style:text-position="0% 10%"', True),
        ('style:text-position="0% 100%"', False),
        ('style:text-scale="5%"', True),
        ('fo:letter-spacing="-3mm"', True),
        ('fo:font-weight="bold"', False),
    ],
)
def test_small_parts_of_a_text_of_an_ods_are_told(said: str, lost: bool) -> None:
    parts = style("P", letters(said), "text")
    text = '<text:p>25020<text:span text:style-name="P">0</text:span></text:p>'
    cell = f'<table:table-cell office:value-type="string">{text}'
    look = sheet(parts, cell).looks.get((1, 1))
    told = [run.text for run in look.runs if run.unseen] if look is not None else []
    assert told == (["0"] if lost else [])


def settings(mode: int, rows: int, columns: int = 0) -> str:
    said = {
        "VerticalSplitMode": mode,
        "VerticalSplitPosition": rows,
        "HorizontalSplitMode": mode,
        "HorizontalSplitPosition": columns,
    }
    items = "".join(f'<i name="{name}">{value}</i>' for name, value in said.items())
    return f'<s><config-item-map-entry name="T">{items}</config-item-map-entry></s>'.replace(
        "<i ", "<config-item "
    ).replace("</i>", "</config-item>")


@pytest.mark.parametrize(
    ("mode", "rows", "columns", "hidden"),
    [
        (2, 3, 0, (True, False)),
        (1, 3, 0, (False, False)),
        (2, 0, 0, (False, False)),
        (2, 0, 60, (False, True)),
        (2, 0, 3, (False, False)),
    ],
)
def test_panes_of_an_ods_that_fill_the_screen_are_told(
    mode: int, rows: int, columns: int, hidden: tuple[bool, bool]
) -> None:
    tall = style("R", '<style:table-row-properties style:row-height="12in"/>', "table-row")
    row = '<table:table-row table:style-name="R"/>' * 3
    places = sheet(tall, settings=settings(mode, rows, columns), row=row).hidden_places
    assert (4 in places.rows, places.hides_column(70)) == hidden


OWN = f'xmlns:q="urn:q" {FLOAT}'
TEXT = 'office:value-type="string"'


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (f"<table:table-cell q:value='9' {OWN}><text:p>250200</text:p>", 250200.0),
        (f"<table:table-cell {OWN} q:value='9'><text:p>250200</text:p>", 250200.0),
        (f"<table:table-cell {TEXT} xmlns:q='urn:q'><q:p>9</q:p><text:p>250</text:p>", "250"),
        (f"<table:table-cell {TEXT} xmlns:q='urn:q'><text:p>25<q:x/>0</text:p>", "250"),
        (f"<q:table-cell xmlns:q='urn:q'/><table:table-cell {TEXT}><text:p>250</text:p>", "250"),
    ],
)
def test_what_is_of_nobodys_namespace_says_nothing(cell: str, value: object) -> None:
    found = sheet(cell=cell, real=True)
    assert found.at(1, 1) == value
    assert not found.told_twice


@pytest.mark.parametrize(
    "inside",
    [
        "25<q:x xmlns:q='urn:q'>9</q:x>0",  # LibreOffice shows 2590
        "25<q:s xmlns:q='urn:q'>9</q:s>0",
        "<text:span>25<q:span xmlns:q='urn:q'>9</q:span>0</text:span>",
        "<text:a>25<q:x xmlns:q='urn:q'><text:span>9</text:span></q:x>0</text:a>",
        "25<text:meta>9</text:meta>0",  # LibreOffice shows 250
    ],
)
def test_words_that_some_programs_show_within_a_text_are_told(inside: str) -> None:
    found = sheet(cell=f"<table:table-cell {TEXT}><text:p>{inside}</text:p>", real=True)
    assert found.told_twice == ["A1"]


COVERED = f"<table:covered-table-cell {FLOAT}><text:p>250200</text:p></table:covered-table-cell>"
WIDE = "<table:table-cell table:number-columns-spanned='3'/>"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (COVERED, ["A1"]),
        (f"<table:table-cell/>{COVERED}", ["B1"]),
        (f"<table:table-cell table:number-columns-repeated='4'/>{COVERED}", ["E1"]),
        (f"{WIDE}{COVERED}{COVERED}", []),
        (f"{WIDE}{COVERED}{COVERED}{COVERED}", ["D1"]),
        ("<table:covered-table-cell><text:p> </text:p></table:covered-table-cell>", []),
        ("<table:covered-table-cell><text:p>9</text:p></table:covered-table-cell>", ["A1"]),
        (f"<table:covered-table-cell {FLOAT}/>", ["A1"]),
        ("<table:covered-table-cell/>", []),
    ],
)
def test_covered_cells_that_nothing_covers_are_told(row: str, told: list[str]) -> None:
    """Merged cells keep what lies under them; a covered cell of its own LibreOffice shows."""
    found = sheet(row=f"<table:table-row>{row}</table:table-row>", real=True)
    assert list(found.told_twice) == told


def test_rows_of_nobodys_namespace_shift_nothing() -> None:
    found = sheet(row='<q:table-row xmlns:q="urn:q"/>', real=True)
    assert found.at(1, 1) == 250200.0


@pytest.mark.parametrize(
    ("inside", "row", "told"),
    [
        ('<table:cell-range-source table:name="A"/>', "", ["A1"]),
        ("", '<table:table-source table:table-name="A"/>', ["A1"]),
        ("", "", []),
    ],
)
def test_cells_that_are_taken_from_another_file_are_told(
    inside: str, row: str, told: list[str]
) -> None:
    cell = f"<table:table-cell {FLOAT}>{inside}<text:p>250200</text:p>"
    assert [*sheet(cell=cell, row=row).told_twice] == told


@pytest.mark.parametrize(
    ("inside", "hidden"),
    [('<table:scenario table:scenario-ranges="T.A1" table:is-active="true"/>', True), ("", False)],
)
def test_a_scenario_has_no_tab_of_its_own(inside: str, hidden: bool) -> None:
    assert sheet(row=inside).hidden == hidden
