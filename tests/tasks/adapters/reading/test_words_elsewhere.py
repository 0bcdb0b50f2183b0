"""What people write where no cell is read, by every kind of file, from the bytes to the finding."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from models.domain.answers.examining import examine_content
from models.domain.reading.findings import Finding, Severity
from models.domain.reading.workbook_content import Elsewhere
from tasks.adapters.reading.file_kinds import FileKind
from tasks.adapters.reading.ooxml.exact_reader import OpenpyxlExactReader
from tasks.adapters.reading.workbook_reader import read_workbook
from tasks.adapters.simulation.filling import FilledWorkbook
from tests.fixtures.office_program import NO_OFFICE
from tests.fixtures.old_workbooks import record as old_record
from tests.fixtures.old_workbooks import xls
from tests.fixtures.other_formats import saved_elsewhere
from tests.fixtures.xlsb_workbooks import XlsbBook, record, wide
from tests.tasks.adapters.reading.looks.test_covering_shapes import DOT, marker
from tests.tasks.adapters.reading.test_tampered_workbooks import packed, parts
from tests.tasks.adapters.reading.test_workbooks_examined import CYCLE, OFFICE, filled

TEXT = "Đính chính: xuất khẩu 38 tỷ USD"
Change = Callable[[FilledWorkbook], None]


def message(book: FilledWorkbook) -> None:
    rule = DataValidation(type="decimal", showInputMessage=True, prompt=TEXT, promptTitle="Ghi rõ")
    rule.add(f"P{6}")
    book.sheet("indicators").add_data_validation(rule)


def titled(book: FilledWorkbook) -> BarChart:
    chart = BarChart()
    chart.title = TEXT
    sheet = book.sheet("indicators")
    chart.add_data(Reference(sheet, min_col=7, min_row=5, max_row=9))
    return chart


def chart_beside(book: FilledWorkbook) -> None:
    book.sheet("indicators").add_chart(titled(book), "P3")


def chart_alone(book: FilledWorkbook) -> None:
    book.book.create_chartsheet("Biểu đồ").add_chart(titled(book))


def page(book: FilledWorkbook) -> None:
    book.sheet("indicators").oddHeader.center.text = TEXT


def name(book: FilledWorkbook) -> None:
    book.book.defined_names["ghi_chu"] = DefinedName("ghi_chu", attr_text=f'"{TEXT}"')


def properties(book: FilledWorkbook) -> None:
    book.book.properties.description = TEXT


def far_cell(book: FilledWorkbook) -> None:
    book.sheet("indicators")["EZ7"] = TEXT


def below_the_fields(book: FilledWorkbook) -> None:
    book.sheet("details")["B300"] = TEXT


def beside_and_below(book: FilledWorkbook) -> None:
    book.sheet("indicators")["P30"] = TEXT


def hidden_sheet(book: FilledWorkbook) -> None:
    sheet = book.book.create_sheet("Sheet9")
    sheet["A1"] = TEXT
    sheet.sheet_state = "hidden"


CASES: dict[str, tuple[Change, str]] = {
    "a message at a cell": (message, "CT-16"),
    "a chart beside the table": (chart_beside, "CT-16"),
    "a sheet that is a chart": (chart_alone, "CT-16"),
    "the printed page": (page, "CT-16"),
    "a name": (name, "CT-16"),
    "properties": (properties, "CT-16"),
    "a far cell": (far_cell, "CT-16"),
    "far below the fields": (below_the_fields, "CT-16"),
    "beside and below the table": (beside_and_below, "CT-12"),
    "a hidden sheet": (hidden_sheet, "CT-13"),
}


def workbook(case: str) -> bytes:
    book = filled("sct")
    CASES[case][0](book)
    return book.save(CYCLE.opens_at)


def findings(content: bytes, kind: FileKind = FileKind.XLSX) -> list[Finding]:
    exact = OpenpyxlExactReader(content, kind)
    examination = examine_content(
        read_workbook(content, kind), OFFICE, agency="sct", cycle=CYCLE.code, exact=exact
    )
    assert not examination.rule_failures
    return list(examination.findings)


@pytest.mark.parametrize("case", CASES)
def test_a_correction_that_no_cell_of_the_form_holds_is_told(case: str) -> None:
    (finding,) = findings(workbook(case))
    assert (finding.rule, finding.severity) == (CASES[case][1], Severity.WARNING)


@pytest.mark.skipif(NO_OFFICE, reason="LibreOffice makes the files")
def test_other_formats_of_an_office_program_tell_the_same(tmp_path: Path) -> None:
    names = {f"{number}": case for number, case in enumerate(CASES)}
    whole = {"whole": filled("sct").save(CYCLE.opens_at)}
    saved = saved_elsewhere({n: workbook(case) for n, case in names.items()} | whole, tmp_path)
    for (file, kind), content in saved.items():
        rules = [CASES[names[file]][1]] if file in names else []
        assert [f.rule for f in findings(content, kind)] == rules, (names.get(file), kind)


# --- Drawn things ---------------------------------------------------------------------------------

DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
OFFICES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"


def drawn(body: str, more: dict[str, bytes] | None = None, links: str = "") -> bytes:
    """The workbook with that drawing on the sheet of indicators."""
    kept = parts(filled("sct").save(CYCLE.opens_at))
    sheet = "xl/worksheets/sheet3.xml"
    kept[sheet] = kept[sheet].replace(
        b"</worksheet>", f'<drawing xmlns:r="{OFFICES}" r:id="rId9"/></worksheet>'.encode()
    )
    kept["xl/worksheets/_rels/sheet3.xml.rels"] = (
        f'<Relationships xmlns="{LINKS}"><Relationship Id="rId9" Type="{OFFICES}/drawing" '
        'Target="../drawings/drawing1.xml"/></Relationships>'
    ).encode()
    kept["xl/drawings/drawing1.xml"] = (
        f'<xdr:wsDr xmlns:xdr="{DRAWING}/spreadsheetDrawing" xmlns:a="{DRAWING}/main">'
        f"{body}</xdr:wsDr>"
    ).encode()
    if links:
        kept["xl/drawings/_rels/drawing1.xml.rels"] = (
            f'<Relationships xmlns="{LINKS}">{links}</Relationships>'
        ).encode()
    return packed(kept | (more or {}))


def anchored(first: tuple[int, int, int], last: tuple[int, int, int], thing: str) -> str:
    """Column, row and how far down in it (EMU), 0-based."""
    ends = marker("from", first[0], first[1], 0, first[2])
    ends += marker("to", last[0], last[1], 0, last[2])
    return f"<xdr:twoCellAnchor>{ends}{thing}<xdr:clientData/></xdr:twoCellAnchor>"


LINE = '<xdr:cxnSp><xdr:spPr><a:prstGeom prst="line"/></xdr:spPr></xdr:cxnSp>'
DRAWN_LINE = '<xdr:sp><xdr:spPr><a:prstGeom prst="line"/></xdr:spPr></xdr:sp>'
BOX = "<xdr:sp><xdr:spPr/><xdr:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></xdr:txBody></xdr:sp>"
ROW = 190_500  # EMU of a usual row


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (anchored((6, 9, ROW // 2), (7, 9, ROW // 2), LINE), "HT-09"),
        (anchored((6, 9, ROW // 2), (7, 9, ROW // 2), DRAWN_LINE), "HT-09"),
        (anchored((6, 4, 0), (7, 14, 0), LINE), "HT-09"),  # across a whole column
        (anchored((6, 9, 0), (7, 9, 0), LINE), ""),  # along an edge, as a border
        (anchored((20, 9, ROW // 2), (22, 9, ROW // 2), LINE), ""),
        (anchored((20, 9, 0), (24, 12, 0), BOX.format(TEXT)), "CT-16"),
        (anchored((20, 9, 0), (24, 12, 0), BOX.format("Người lập biểu")), ""),
    ],
)
def test_lines_and_text_boxes_beside_the_table_are_told(body: str, rule: str) -> None:
    found = [f.rule for f in findings(drawn(body))]
    assert found == ([rule] if rule else [])


def test_words_of_a_diagram_are_told() -> None:
    link = f'<Relationship Id="rId1" Type="{OFFICES}/diagramData" Target="../diagrams/data1.xml"/>'
    data = f'<d xmlns:a="{DRAWING}/main"><a:p><a:r><a:t>{TEXT}</a:t></a:r></a:p></d>'.encode()
    content = drawn("", {"xl/diagrams/data1.xml": data}, link)
    assert [f.rule for f in findings(content)] == ["CT-16"]


def test_a_comment_that_stands_open_over_other_cells_is_told() -> None:
    book = filled("sct")
    # Beside its cell lies the unit of another column: what it says of none of its own cell.
    book.sheet("indicators")["F6"].comment = Comment("Kim ngạch là 38 tỷ USD", "A")
    content = book.save(CYCLE.opens_at)
    assert findings(content) == []
    kept = parts(content)
    (drawing,) = [n for n in kept if n.endswith(".vml")]
    more = rb"<\1Visible/><\1Anchor>6, 0, 5, 0, 7, 0, 6, 0</\1Anchor></\1ClientData>"
    kept[drawing] = re.sub(rb"</(\w+:)ClientData>", more, kept[drawing])
    (finding,) = findings(packed(kept))
    assert finding.rule == "HT-09" and "38 tỷ USD" in finding.message


@pytest.mark.parametrize("what", ["picture", "legacyDrawingHF"])
def test_a_picture_behind_the_cells_or_at_the_page_is_a_note(what: str) -> None:
    kept = parts(filled("sct").save(CYCLE.opens_at))
    sheet = "xl/worksheets/sheet3.xml"
    told = f'<{what} xmlns:r="{OFFICES}" r:id="rId9"/></worksheet>'.encode()
    kept[sheet] = kept[sheet].replace(b"</worksheet>", told)
    kept["xl/media/image1.png"] = DOT
    (finding,) = findings(packed(kept))
    assert (finding.rule, finding.severity) == ("CT-16", Severity.INFO)


# --- The binary formats, record by record ---------------------------------------------------------


def told(content: bytes, kind: FileKind) -> list[tuple[Elsewhere, str]]:
    return [(w.where, w.text) for w in read_workbook(content, kind).elsewhere]


def test_an_xlsb_tells_of_messages_pages_and_pictures() -> None:
    book = XlsbBook()
    book.put(1, 1, 5.0)
    texts = wide("") * 2 + wide("Ghi rõ") + wide(TEXT)
    area = struct.pack("<5I", 1, 5, 5, 15, 15)
    book.behind = (
        record(573, bytes(18))
        + record(64, struct.pack("<I", 0) + area + texts + struct.pack("<II", 0, 0) * 2)
        + record(574)
        + record(479, struct.pack("<H", 0) + wide(f"&C{TEXT}") + struct.pack("<I", 0xFFFFFFFF) * 5)
        + record(480)
        + record(562, wide("rId1"))
    )
    assert told(book.content(), FileKind.XLSB) == [
        (Elsewhere.MESSAGE, "Ghi rõ"),
        (Elsewhere.MESSAGE, TEXT),
        (Elsewhere.PAGE, TEXT),
        (Elsewhere.BACKGROUND, ""),
    ]


def test_an_xls_tells_of_names_pages_of_two_kinds_and_pictures() -> None:
    letters = TEXT.encode("utf-16-le")
    text = struct.pack("<HB", len(TEXT), 1) + letters
    formula = bytes([0x17, len(TEXT), 1]) + letters
    named = struct.pack("<HBBH8x", 0, 0, 1, len(formula)) + b"\0" + b"n" + formula
    pages = bytes(30) + struct.pack("<4H", 0, 0, len(TEXT), 0) + text
    cells = old_record(0x89C, pages) + old_record(0xE9, b"")
    assert told(xls(cells, globals_=old_record(0x18, named)), FileKind.XLS) == [
        (Elsewhere.NAME, TEXT),
        (Elsewhere.PAGE, TEXT),
        (Elsewhere.BACKGROUND, ""),
    ]


def test_records_that_are_cut_off_tell_nothing() -> None:
    for number in (0x14, 0x89C, 0x1BE, 0x18):
        for size in (1, 5, 20, 40):
            data = b"\xff" * size
            content = xls(old_record(number, data), globals_=old_record(0x18, data))
            assert [w for w in told(content, FileKind.XLS) if TEXT in w[1]] == []


def test_the_text_of_a_workbook_of_many_messages_is_bounded() -> None:
    body = "".join(f'<dataValidation prompt="Sửa thành {n}" sqref="A1"/>' for n in range(5_000))
    kept = parts(filled("sct").save(CYCLE.opens_at))
    sheet = "xl/worksheets/sheet3.xml"
    kept[sheet] = kept[sheet].replace(b"</dataValidations>", f"{body}</dataValidations>".encode())
    found = findings(packed(kept))
    assert {f.rule for f in found} == {"CT-16"} and len(found) < 12


def test_the_offices_own_workbook_says_nothing_elsewhere() -> None:
    assert findings(filled("sct").save(CYCLE.opens_at)) == []
