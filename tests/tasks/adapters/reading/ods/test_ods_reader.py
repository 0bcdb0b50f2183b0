import datetime as dt
import zipfile
from io import BytesIO
from xml.sax.saxutils import quoteattr

import pytest

from models.domain.reading.formulas.formula_tokens import changes_by_itself, names_another_file
from models.domain.reading.workbook_content import CellFormula, ErrorValue
from tasks.adapters.reading.ods.ods_formulas import formula_text
from tasks.adapters.reading.ods.ods_reader import read_sheets

CELLS = [
    ('office:value-type="float" office:value="12.5"', "<text:p>12,5</text:p>", 12.5),
    ('office:value-type="percentage" office:value="0.125"', "<text:p>12,5%</text:p>", 0.125),
    ('office:value-type="boolean" office:boolean-value="true"', "<text:p>TRUE</text:p>", True),
    ('office:value-type="date" office:date-value="2025-02-20"', "", dt.date(2025, 2, 20)),
    (
        'office:value-type="date" office:date-value="2025-02-20T07:30:00"',
        "",
        dt.datetime.fromisoformat("2025-02-20T07:30:00"),
    ),
    ('office:value-type="time" office:time-value="PT07H30M00S"', "", dt.time(7, 30)),
    ('office:value-type="time" office:time-value="PT30H00M00S"', "", dt.timedelta(hours=30)),
    # As programs write it that know instants only: the day's midnight in Hanoi, or in Greenwich.
    (
        'office:value-type="date" office:date-value="2025-02-19T17:00:00.000Z"',
        "<text:p>20/2/25</text:p>",
        dt.date(2025, 2, 20),
    ),
    ('office:value-type="date" office:date-value="2025-02-20T00:00:00Z"', "", dt.date(2025, 2, 20)),
    (
        'office:value-type="date" office:date-value="2025-02-19T20:00:00Z"',
        "<text:p>20/2/25</text:p>",
        "20/2/25",
    ),
    ('office:value-type="date" office:date-value="hôm qua"', "<text:p>hôm qua</text:p>", "hôm qua"),
    ('office:value-type="string"', "<text:p>một</text:p><text:p>hai</text:p>", "một\nhai"),
    (
        'office:value-type="string"',
        '<text:p>a<text:s text:c="2"/>b<text:tab/>c</text:p>',
        "a  b\tc",
    ),
    (
        'office:value-type="string"',
        "<office:annotation><text:p>ghi chú</text:p></office:annotation><text:p>giá trị</text:p>",
        "giá trị",
    ),
    (
        'office:value-type="string" table:formula="of:=A1"',
        "<text:p>#REF!</text:p>",
        ErrorValue("#REF!"),
    ),
    (
        'office:value-type="string" table:formula="of:=A1"',
        "<text:p>Err:502</text:p>",
        ErrorValue("Err:502"),
    ),
    ('office:value-type="string"', "<text:p>#1</text:p>", "#1"),
]


def content_xml(build, table: str) -> bytes:
    with zipfile.ZipFile(BytesIO(build.ods(table))) as package:
        return package.read("content.xml")


@pytest.mark.parametrize(("attributes", "inside", "value"), CELLS)
def test_a_cell_reads_as_what_it_means(build, attributes, inside, value):
    xml = content_xml(
        build,
        f'<table:table table:name="T"><table:table-row><table:table-cell {attributes}>{inside}'
        "</table:table-cell></table:table-row></table:table>",
    )
    sheets, notes = read_sheets(xml, max_rows=10, max_columns=10, max_cells=10)
    assert sheets[0].rows == [[value]]
    assert notes == []


@pytest.mark.parametrize(
    ("held", "shown", "twice"),
    [
        ("18", "<text:p>17</text:p>", ["A1"]),
        ("", "<text:p>17</text:p>", []),
        ("a b", "<text:p>a</text:p><text:p>b</text:p>", []),
        ("a  b", "<text:p>a<text:s/> b</text:p>", []),
        ("17", "<text:p>17<text:note><text:p>x</text:p></text:note></text:p>", []),
    ],
)
def test_a_text_that_is_held_otherwise_than_it_is_shown_is_told(build, held, shown, twice):
    xml = content_xml(
        build,
        '<table:table table:name="T"><table:table-row><table:table-cell '
        f'office:value-type="string" office:string-value="{held}">{shown}'
        "</table:table-cell></table:table-row></table:table>",
    )
    sheets, _ = read_sheets(xml, max_rows=10, max_columns=10, max_cells=10)
    assert list(sheets[0].told_twice) == twice


@pytest.mark.parametrize(
    ("shown", "kept"),
    [("17 ₫", "17 ₫"), ("17‰", "17‰"), ("$17", "$17"), ("17,0", ""), ("17", ""), ("(17)", "(17)")],
)
def test_a_sign_beside_a_shown_number_is_kept(build, shown, kept):
    xml = content_xml(
        build,
        '<table:table table:name="T"><table:table-row><table:table-cell '
        f'office:value-type="float" office:value="17"><text:p>{shown}</text:p>'
        "</table:table-cell></table:table-row></table:table>",
    )
    sheets, _ = read_sheets(xml, max_rows=10, max_columns=10, max_cells=10)
    look = sheets[0].looks.get((1, 1))
    assert (look.shown if look else "") == kept


def test_empty_rows_and_columns_keep_their_places_and_cost_nothing_at_the_end(build):
    xml = content_xml(
        build,
        '<table:table table:name="T"><table:table-row table:number-rows-repeated="2">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
        '<table:table-row><table:table-cell table:number-columns-repeated="2"/>'
        '<table:table-cell office:value-type="float" office:value="7"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048573"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row></table:table>',
    )
    sheets, notes = read_sheets(xml, max_rows=10, max_columns=10, max_cells=10)
    assert sheets[0].rows == [[], [], [None, None, 7.0]]
    assert notes == []


@pytest.mark.parametrize(
    ("stated", "text"),
    [
        ("of:=1+1", "=1+1"),
        ("of:=SUM([.C2:.C5];[.$D$1])", "=SUM(C2:C5;$D$1)"),
        ("of:=[$'Trang ''hai'''.A1]+[$T.B$2]", "='Trang ''hai'''!A1+'T'!B$2"),
        ('of:="[.A1]"&[.B1]', '="[.A1]"&B1'),
        ("oooc:=TODAY()", "=TODAY()"),
        ("of:=[.A:.A]+[.#REF!]", "=?+?"),
        ("of:=['file:///D:/so.ods'#$T.A1]", "=['file:///D:/so.ods'#$T.A1]"),
    ],
)
def test_a_formula_is_told_as_other_formats_state_it(build, stated, text):
    xml = content_xml(
        build,
        '<table:table table:name="T"><table:table-row><table:table-cell/><table:table-cell '
        f'office:value-type="float" office:value="2" table:formula={quoteattr(stated)}/>'
        "</table:table-row></table:table>",
    )
    sheets, _ = read_sheets(xml, max_rows=10, max_columns=10, max_cells=10)
    assert sheets[0].formulas == {(1, 2): CellFormula(text, 1, 2)}


@pytest.mark.parametrize(
    ("stated", "changes", "other"),
    [
        ("of:=[.A1]*3", False, False),
        ("of:=TODAY()", True, False),
        ("of:=['file:///D:/so.ods'#$T.A1]", False, True),
        ("of:=[.#REF!]", False, False),
    ],
)
def test_what_a_formula_rests_upon_is_known_here_too(stated, changes, other):
    assert changes_by_itself(formula_text(stated)) is changes
    assert names_another_file(formula_text(stated)) is other
