import datetime as dt
import io
import struct

import msoffcrypto.format.ooxml
import olefile
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domain.reading.submissions import FileProblem
from models.domain.reading.workbook_content import ErrorValue
from tasks.adapters.reading.archives import UnzipBudget
from tasks.adapters.reading.file_kinds import FileKind, identify
from tasks.adapters.reading.gathered_sheets import ReadLimits, WorkbookRefused
from tasks.adapters.reading.workbook_reader import read_workbook, without_default_password
from tests.fixtures.old_workbooks import cell, ole, xls
from tests.fixtures.xlsb_workbooks import XlsbBook

LAUGHS = (
    '<!DOCTYPE l [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 10}">' for i in range(9))
    + "]>"
)
EXTERNAL = '<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
TEXT_CELL = '<row r="1"><c r="A1" t="inlineStr"><is><t>&a;</t></is></c></row>'
ERRORS = [
    ('<c r="B2" t="e"><v>#REF!</v></c>', (2, 2), "#REF!"),
    ('<c r="C1" s="4" t="e"><f>1/0</f><v>#DIV/0!</v></c>', (1, 3), "#DIV/0!"),
    ("<c r='D3' t='e'><v>#N/A</v></c>", (3, 4), "#N/A"),
]


def refusal(content: bytes, kind: FileKind, limits: ReadLimits | None = None) -> WorkbookRefused:
    with pytest.raises(WorkbookRefused) as caught:
        read_workbook(content, kind, limits)
    return caught.value


@pytest.mark.parametrize("kind", [FileKind.XLSX, FileKind.XLS, FileKind.ODS])
def test_the_same_workbook_reads_alike_in_every_format(build, kind):
    content = read_workbook(build.fixture(f"small.{kind.value}"), kind)
    sheet = content.sheet("Chỉ tiêu")
    assert sheet.rows[0] == ["TT", "Tên chỉ tiêu", "Cam kết", "Ghi chú"]
    assert sheet.rows[1] == [1, "Tốc độ tăng trưởng GRDP", 12.5, ErrorValue("#DIV/0!")]
    assert sheet.rows[2] == [2, "Ngày báo cáo", dt.date(2025, 2, 18), 25]
    assert sheet.at(6, 6) == ErrorValue("#N/A")
    assert [s.hidden for s in content.sheets] == [False, True]
    assert content.properties["baocao"] == "chữ ký điện tử"
    assert (content.kind, list(content.notes)) == (kind.value, [])


def test_what_merged_cells_cover_is_not_read(build):
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>'
        '<row r="2"><c r="A2"><v>3</v></c><c r="B2"><v>4</v></c><c r="C2"><v>5</v></c></row>'
    )
    merged = '</sheetData><mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells><sheetData>'
    sheet = read_workbook(build.xlsx(rows + merged), FileKind.XLSX).sheets[0]
    assert sheet.rows == [[1], [None, None, 5]]
    assert sheet.covering(2, 2) == "A1"


def test_overlapping_merged_areas_cost_no_more_than_the_sheet(build):
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="9000"><c r="A9000"><v>2</v></c></row>'
    areas = '<mergeCell ref="A1:XFD1048576"/>' * 20_000
    merged = f"</sheetData><mergeCells>{areas}</mergeCells><sheetData>"
    sheet = read_workbook(build.xlsx(rows + merged), FileKind.XLSX).sheets[0]
    assert sheet.rows == [[1]]


def test_numbers_shown_as_percentages_are_known_by_their_formats(build):
    styles = (
        '<styleSheet><numFmts><numFmt numFmtId="170" formatCode="0.0%"/>'
        '<numFmt numFmtId="171" formatCode="0.0&quot;%&quot;"/></numFmts>'
        '<cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="170"/><xf numFmtId="171"/><xf numFmtId="9"/>'
        "</cellXfs></styleSheet>"
    )
    rows = (
        '<row r="2"><c r="A2"><v>0.1</v></c><c r="B2" s="1"><v>0.2</v></c>'
        '<c r="C2" s="2"><v>0.3</v></c><c s="3"><f>1/2</f><v>0.5</v></c>'
        '<c r="E2" s="3" t="str"><v>17%</v></c></row><row><c s="1"><v>0.6</v></c></row>'
    )
    content = build.xlsx(rows, extra={"xl/styles.xml": styles})
    sheet = read_workbook(content, FileKind.XLSX).sheets[0]
    assert sorted(sheet.percent) == [(2, 2), (2, 4), (3, 1)]


def test_a_package_with_two_parts_of_one_name_is_damaged(build):
    content = bytearray(build.xlsx(TEXT_CELL, extra={"xl/worksheets/Sheet1.xml": "<x/>"}))
    assert refusal(bytes(content), FileKind.XLSX).problem is FileProblem.DAMAGED


def test_a_binary_workbook_reads_with_its_error_cells(build):
    cells = [(0, 0, "Tên"), (0, 1, "Cam kết"), (1, 1, 12.5), (2, 1, 0x17)]
    sheet = read_workbook(build.xlsb(cells), FileKind.XLSB).sheets[0]
    assert sheet.name == "Chỉ tiêu"
    assert sheet.rows == [["Tên", "Cam kết"], [None, 12.5], [None, ErrorValue("#REF!")]]


def test_a_very_hidden_sheet_counts_as_hidden():
    book = openpyxl.Workbook()
    book.create_sheet("_baocao").sheet_state = "veryHidden"
    buffer = io.BytesIO()
    book.save(buffer)
    sheets = read_workbook(buffer.getvalue(), FileKind.XLSX).sheets
    assert [(s.name, s.hidden) for s in sheets] == [("Sheet", False), ("_baocao", True)]


def test_a_workbook_says_whether_it_may_hold_formulas(build):
    assert read_workbook(build.fixture("small.xlsx"), FileKind.XLSX).has_formulas
    plain = build.xlsx('<row r="1"><c r="A1"><v>1</v></c></row>')
    assert not read_workbook(plain, FileKind.XLSX).has_formulas


def test_macros_are_carried_along_and_never_looked_at(build):
    content = build.xlsx(
        '<row r="1"><c r="A1"><v>7</v></c></row>', extra={"xl/vbaProject.bin": b"\xff" * 100}
    )
    assert identify(content) is FileKind.XLSM
    read = read_workbook(content, FileKind.XLSM)
    assert (read.sheets[0].rows, read.macros) == ([[7]], True)


LINKED_MACROS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="worksheets/sheet1.xml" Type="http://schemas.openxmlformats.org'
    '/officeDocument/2006/relationships/worksheet"/><Relationship Id="rId8" Target="m.bin" '
    'Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject"/></Relationships>'
)


def old_with(*storages):
    """An .xls with these streams beside its own."""
    with olefile.OleFileIO(io.BytesIO(xls(cell(0x203, 0, 0, struct.pack("<d", 7.0))))) as book:
        stream = book.openstream("Workbook").read()
    return ole({"Workbook": stream, **dict.fromkeys(storages, b"x")})


@pytest.mark.parametrize(
    ("kind", "parts", "told"),
    [
        (FileKind.XLSM, {"xl/vbaProject.bin": b"m"}, True),
        (FileKind.XLSM, {"XL/VBAPROJECT.BIN": b"m"}, True),
        (FileKind.XLSM, {"xl/m.bin": b"m", "xl/_rels/workbook.xml.rels": LINKED_MACROS}, True),
        (FileKind.XLSM, {"xl/other.bin": b"m"}, False),
        (FileKind.XLSB, {"xl/vbaProject.bin": b"m"}, True),
        (FileKind.XLSB, {}, False),
        (FileKind.ODS, {"Basic/Standard/Module1.xml": b"<m/>"}, True),
        (FileKind.ODS, {"Scripts/python/m.py": b"m"}, True),
        (FileKind.ODS, {"Pictures/basic.png": b"m"}, False),
        (FileKind.XLS, {"_VBA_PROJECT_CUR/VBA/dir": b"m"}, True),
        (FileKind.XLS, {"Summary": b"m"}, False),
    ],
)
def test_a_workbook_says_whether_it_holds_macros(build, kind, parts, told):
    if kind is FileKind.XLS:
        content = old_with(*parts)
    elif kind is FileKind.XLSB:
        book = XlsbBook(parts=parts)
        book.put(1, 1, 7.0)
        content = book.content()
    elif kind is FileKind.ODS:
        number = '<table:table-cell office:value-type="float" office:value="7"/>'
        row = f"<table:table-row>{number}</table:table-row>"
        content = build.ods(f'<table:table table:name="T">{row}</table:table>', **parts)
    else:
        content = build.xlsx('<row r="1"><c r="A1"><v>7</v></c></row>', extra=parts)
    read = read_workbook(content, kind)
    assert (read.sheets[0].at(1, 1), read.macros) == (7, told)


@pytest.mark.parametrize(("cell", "place", "code"), ERRORS)
def test_an_error_cell_is_an_error_value_not_an_empty_cell(build, cell, place, code):
    rows = f'<row r="1"><c r="A1"><v>1</v></c></row><row r="{place[0]}">{cell}</row>'
    if place[0] == 1:
        rows = f'<row r="1"><c r="A1"><v>1</v></c>{cell}</row>'
    sheet = read_workbook(build.xlsx(rows), FileKind.XLSX).sheets[0]
    assert sheet.at(*place) == ErrorValue(code)
    assert sheet.at(1, 1) == 1


def test_a_sparse_bomb_is_read_as_far_as_the_limits_go(build):
    content = read_workbook(build.sparse_bomb(), FileKind.XLSX)
    assert content.sheets[0].rows == [[1]]
    assert "XFD1048576" in content.notes[0]


def test_a_far_cell_that_only_carries_a_style_is_no_reason_for_a_note(build):
    content = build.xlsx(
        '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="0"/></row>'
        '<row r="1048576"><c r="XFD1048576" s="0"/></row>'
    )
    read = read_workbook(content, FileKind.XLSX)
    assert (read.sheets[0].rows, list(read.notes)) == ([[1]], [])


def test_cells_that_state_no_place_are_read_in_sequence(build):
    content = build.xlsx("<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>")
    assert read_workbook(content, FileKind.XLSX).sheets[0].rows == [[1, 2], [3]]


def test_rows_beyond_the_limit_are_left_out_with_a_note(build):
    rows = "".join(f'<row r="{r}"><c r="A{r}"><v>{r}</v></c></row>' for r in range(1, 31))
    content = read_workbook(build.xlsx(rows), FileKind.XLSX, ReadLimits(rows=10))
    assert len(content.sheets[0].rows) == 10
    assert "chỉ đọc 10 hàng" in content.notes[0]


def test_cells_beyond_the_limit_are_left_out_with_a_note(build):
    rows = "".join(f'<row r="{r}"><c r="A{r}"><v>{r}</v></c></row>' for r in range(1, 31))
    content = read_workbook(build.xlsx(rows), FileKind.XLSX, ReadLimits(cells=12))
    assert len(content.sheets[0].rows) == 12
    assert "quá 12 ô" in content.notes[0]


def test_a_sparse_bomb_in_the_binary_format_is_read_as_far_as_the_limits_go(build):
    content = read_workbook(build.xlsb([(0, 0, "x"), (1048575, 16383, 1.0)]), FileKind.XLSB)
    assert content.sheets[0].rows == [["x"]]
    assert "XFD1048576" in content.notes[0]


def test_repeated_cells_of_an_opendocument_bomb_stay_within_the_limits(build):
    content = build.ods(
        '<table:table table:name="T"><table:table-row table:number-rows-repeated="1048576">'
        '<table:table-cell office:value-type="float" office:value="1" '
        'table:number-columns-repeated="16384"/></table:table-row></table:table>'
    )
    read = read_workbook(content, FileKind.ODS)
    assert sum(len(r) for r in read.sheets[0].rows) <= ReadLimits().cells
    assert "XFD1048576" in read.notes[0]


def test_a_zip_bomb_is_refused_as_too_large(zip_bomb):
    assert refusal(zip_bomb, FileKind.XLSX).problem is FileProblem.TOO_LARGE


def test_a_file_heavier_than_the_limit_is_not_even_opened(build):
    limits = ReadLimits(file_bytes=100)
    assert refusal(build.fixture("small.xlsx"), FileKind.XLSX, limits).problem == "too_large"


@pytest.mark.parametrize("declaration", [LAUGHS, EXTERNAL])
def test_a_declared_entity_is_refused_in_every_part(build, declaration):
    for content, kind in (
        (build.xlsx(TEXT_CELL, before=declaration), FileKind.XLSX),
        (
            build.xlsx(
                "", extra={"docProps/custom.xml": declaration + "<Properties>&a;</Properties>"}
            ),
            FileKind.XLSX,
        ),
        (build.ods("", **{"content.xml": declaration + "<a>&a;</a>"}), FileKind.ODS),
        (build.ods("", **{"meta.xml": declaration + "<a>&a;</a>"}), FileKind.ODS),
    ):
        fault = refusal(content, kind)
        assert fault.problem is FileProblem.NOT_READ and "khai báo" in fault.detail


def test_a_declaration_in_another_encoding_is_no_way_around(build):
    wide = ('<?xml version="1.0" encoding="UTF-16"?>' + LAUGHS + "<a>&a;</a>").encode("utf-16")
    ebcdic = b'<?xml version="1.0" encoding="cp037"?>' + (LAUGHS + "<a/>").encode("cp037")
    for part in (wide, ebcdic):
        content = build.xlsx("", extra={"docProps/custom.xml": part})
        assert "khai báo" in refusal(content, FileKind.XLSX).detail


@pytest.mark.parametrize("kind", [FileKind.XLSX, FileKind.XLS, FileKind.ODS])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_cut_off_file_is_damaged(build, kind, part):
    whole = build.fixture(f"small.{kind.value}")
    try:
        read_workbook(whole[: int(len(whole) * part)], kind)
    except WorkbookRefused as fault:
        assert fault.problem is FileProblem.DAMAGED
    else:
        # An .xls may lose its last sectors and still hold its cells.
        assert kind is FileKind.XLS


def test_text_nested_without_end_is_damaged(build):
    content = build.ods(
        '<table:table table:name="T"><table:table-row><table:table-cell '
        'office:value-type="string"><text:p>'
        + "<text:span>" * 20_000
        + "</text:span>" * 20_000
        + "</text:p></table:table-cell></table:table-row></table:table>"
    )
    assert refusal(content, FileKind.ODS).problem is FileProblem.DAMAGED


@given(st.data())
def test_a_corrupted_workbook_is_read_or_refused_and_nothing_else(build, data):
    kind = data.draw(st.sampled_from([FileKind.XLSX, FileKind.XLS, FileKind.ODS]))
    content = bytearray(build.fixture(f"small.{kind.value}"))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        read_workbook(bytes(content), kind, ReadLimits(unzip=UnzipBudget(total_bytes=5_000_000)))
    except WorkbookRefused as fault:
        assert fault.detail


def test_a_password_known_to_all_is_tried_and_a_real_one_is_not_guessed(build):
    plain = build.fixture("small.xlsx")
    for password, opened in (("VelvetSweatshop", plain), ("bí mật", None)):
        locked = io.BytesIO()
        msoffcrypto.format.ooxml.OOXMLFile(io.BytesIO(plain)).encrypt(password, locked)
        assert without_default_password(locked.getvalue()) == opened
