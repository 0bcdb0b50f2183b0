"""A workbook is found by what its package says of itself, not by what its parts are called."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference

from models.domain.reading.submissions import FileProblem
from models.domain.reading.workbook_content import ErrorValue, WorkbookContent
from tasks.adapters.reading import workbook_reader
from tasks.adapters.reading.file_kinds import FileKind, identify
from tasks.adapters.reading.gathered_sheets import WorkbookRefused
from tasks.adapters.reading.ooxml.exact_reader import OpenpyxlExactReader
from tasks.adapters.reading.ooxml.ooxml_package import OoxmlPackage
from tasks.adapters.reading.workbook_reader import read_workbook

Parts = dict[str, bytes]
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def made() -> bytes:
    """A workbook of two sheets with texts, a date, a percentage, an error, a formula."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Chỉ tiêu"
    sheet.append(["Tên", "Cam kết", "Ngày"])
    sheet.append(["Tốc độ tăng trưởng", 0.125, dt.date(2025, 2, 18)])
    sheet["B2"].number_format = "0.0%"
    sheet["C2"].number_format = "dd/mm/yyyy"
    sheet["D2"] = "#DIV/0!"
    sheet["E2"] = "=B2*2"
    book.create_sheet("_an").sheet_state = "veryHidden"
    book["_an"]["A1"] = "mã"
    return packed(book)


def packed(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def parts_of(content: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def package(parts: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as written:
        for name, data in parts.items():
            written.writestr(name, data)
    return buffer.getvalue()


def renamed(parts: Parts, names: Mapping[str, str]) -> Parts:
    """The parts under other names, and every list of them changed accordingly."""
    texts = {}
    for name, data in parts.items():
        for old, new in names.items():
            if name.endswith((".rels", "[Content_Types].xml")):
                data = data.replace(old.encode(), new.encode())
            name = name.replace(old, new)
        texts[name] = data
    return texts


def in_backslashes(parts: Parts) -> Parts:
    return {name.replace("/", "\\"): data for name, data in parts.items()}


def in_upper_case(parts: Parts) -> Parts:
    return {name.upper(): data for name, data in parts.items()}


def in_utf_16(parts: Parts) -> Parts:
    return {
        name: b"\xff\xfe" + _undeclared(data).encode("utf-16-le") if name.endswith(".xml") else data
        for name, data in parts.items()
    }


def in_windows_1258(parts: Parts) -> Parts:
    """Only letters that the old page has whole."""
    head = '<?xml version="1.0" encoding="windows-1258"?>'
    return {
        name: (head + _undeclared(data).replace("ỉ", "i").replace("ệ", "e")).encode(
            "cp1258", "xmlcharrefreplace"
        )
        if name.endswith("sharedStrings.xml")
        else data
        for name, data in parts.items()
    }


def _undeclared(data: bytes) -> str:
    text = data.decode()
    return text[text.index("?>") + 2 :] if text.startswith("<?xml") else text


def strict(parts: Parts) -> Parts:
    """As "Strict Open XML" is saved: other namespaces throughout."""
    return {
        name: data.replace(
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        ).replace(
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        )
        for name, data in parts.items()
    }


def without(*names: str) -> Callable[[Parts], Parts]:
    return lambda parts: {name: data for name, data in parts.items() if name not in names}


def moved(names: Mapping[str, str]) -> Callable[[Parts], Parts]:
    return lambda parts: renamed(parts, names)


def broken(*names: str) -> Callable[[Parts], Parts]:
    return lambda parts: {**parts, **dict.fromkeys(names, b"<cut off")}


def without_row_numbers(parts: Parts) -> Parts:
    return {
        name: data.replace(b'<row r="1"', b"<row").replace(b'<row r="2"', b"<row")
        for name, data in parts.items()
    }


ODD = {
    "the workbook's own part by another name": moved({"xl/workbook.xml": "xl/workbook2.xml",
                                                       "workbook.xml.rels": "workbook2.xml.rels"}),
    "all of it outside of xl/": moved({"xl/": "so/bao cao/"}),
    "the sheets elsewhere": moved({"worksheets/": "trang/"}),
    "one sheet by another name": moved({"sheet1.xml": "chi-tieu.xml"}),
    "the texts by another name": moved({"sharedStrings.xml": "texts.xml"}),
    "the styles by another name": moved({"styles.xml": "looks.xml"}),
    "backslashes": in_backslashes,
    "upper case": in_upper_case,
    "UTF-16": in_utf_16,
    "strict": strict,
    "no content types": without("[Content_Types].xml"),
    "no relation to the workbook": without("_rels/.rels"),
    "broken lists of what the file is about": broken("docProps/app.xml", "docProps/core.xml"),
    "a broken theme": broken("xl/theme/theme1.xml"),
    "broken properties of its own": broken("docProps/custom.xml"),
    "rows without a number": without_row_numbers,
}  # fmt: skip


def seen(content: WorkbookContent) -> Any:
    return [(s.name, s.hidden, s.rows, sorted(s.percent)) for s in content.sheets]


@pytest.mark.parametrize("how", ODD)
def test_an_unusual_package_reads_like_the_usual_one(how: str) -> None:
    usual = made()
    odd = package(ODD[how](parts_of(usual)))
    assert identify(odd, "a.xlsx") is FileKind.XLSX
    read = read_workbook(odd, FileKind.XLSX)
    assert seen(read) == seen(read_workbook(usual, FileKind.XLSX))
    assert read.sheets[0].rows[1][:4] == [
        "Tốc độ tăng trưởng", 0.125, dt.date(2025, 2, 18), ErrorValue("#DIV/0!"),
    ]  # fmt: skip
    assert list(read.notes) == []


@pytest.mark.parametrize("how", ODD)
def test_a_workbook_with_shared_texts_reads_alike_in_an_unusual_package(build, how: str) -> None:
    usual = build.fixture("small.xlsx")
    odd = package(ODD[how](parts_of(usual)))
    assert seen(read_workbook(odd, FileKind.XLSX)) == seen(read_workbook(usual, FileKind.XLSX))


@pytest.mark.parametrize("how", ODD)
def test_the_exact_reader_finds_the_same_parts(how: str) -> None:
    odd = package(ODD[how](parts_of(made())))
    reader = OpenpyxlExactReader(odd, FileKind.XLSX)
    assert reader.cells("Chỉ tiêu", ["E2"])["E2"].formula == "=B2*2"
    assert list(reader.never_calculated()["Chỉ tiêu"]) == [(2, 5)]


def test_a_text_in_an_older_encoding_is_read() -> None:
    odd = package(in_windows_1258(parts_of(made())))
    rows = read_workbook(odd, FileKind.XLSX).sheets[0].rows
    assert rows[1][0] == "Tốc độ tăng trưởng"


def test_a_binary_workbook_is_found_by_its_relations_too(build) -> None:
    parts = parts_of(build.xlsb([(0, 0, "Tên"), (1, 0, 12.5)]))
    parts["_rels/.rels"] = (
        f'<Relationships><Relationship Id="rId1" Type="{RELATIONS}/officeDocument" '
        'Target="so/sach.bin"/></Relationships>'
    ).encode()
    parts["[Content_Types].xml"] = (
        b'<Types><Override PartName="/so/sach.bin" ContentType="application/vnd.ms-excel.sheet.'
        b'binary.macroEnabled.main"/></Types>'
    )
    names = {"xl/workbook": "so/sach", "xl/_rels/workbook": "so/_rels/sach", "xl/wor": "so/wor"}
    odd = package(renamed(parts, names))
    assert identify(odd) is FileKind.XLSB
    assert read_workbook(odd, FileKind.XLSB).sheets[0].rows == [["Tên"], [12.5]]


def with_sheet(kind: str, relation: str) -> bytes:
    """The workbook with one more sheet that holds no cells, between the two others."""
    parts = parts_of(made())
    book = parts["xl/workbook.xml"].decode()
    at = book.index("<sheet ", book.index("<sheet ") + 1)
    namespace = f'xmlns:r="{RELATIONS}"'
    entry = f'<sheet {namespace} name="Khác" sheetId="9" r:id="rId99"/>' if relation else (
        f'<sheet {namespace} name="Khác" sheetId="9" r:id=""/>'
    )  # fmt: skip
    parts["xl/workbook.xml"] = (book[:at] + entry + book[at:]).encode()
    if relation:
        rels = parts["xl/_rels/workbook.xml.rels"].decode()
        link = f'<Relationship Id="rId99" Type="{relation}" Target="/xl/{kind}s/sheet1.xml"/>'
        parts["xl/_rels/workbook.xml.rels"] = rels.replace(
            "</Relationships>", link + "</Relationships>"
        ).encode()
        parts[f"xl/{kind}s/sheet1.xml"] = b"<macrosheet/>"
    return package(parts)


WITHOUT_CELLS = [
    ("chartsheet", f"{RELATIONS}/chartsheet", ""),
    ("dialogsheet", f"{RELATIONS}/dialogsheet", "hộp thoại"),
    ("macrosheet", "http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet", "macro"),
    (
        "intlsheet",
        "http://schemas.microsoft.com/office/2006/relationships/xlIntlMacrosheet",
        "macro",
    ),
    ("module", "", ""),
]


@pytest.mark.parametrize(("kind", "relation", "said"), WITHOUT_CELLS)
def test_a_sheet_that_holds_no_cells_takes_no_other_along(
    kind: str, relation: str, said: str
) -> None:
    read = read_workbook(with_sheet(kind, relation), FileKind.XLSX)
    assert seen(read) == seen(read_workbook(made(), FileKind.XLSX))
    assert [said in note and "«Khác»" in note for note in read.notes] == [True] * bool(said)


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("large", [False, True])
def test_a_sheet_of_charts_as_a_program_writes_it_takes_no_sheets_place(
    place: int, large: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if large:
        monkeypatch.setattr(workbook_reader, "_MOST_LAID_OUT", 0)
    book = openpyxl.load_workbook(io.BytesIO(made()))
    chart = BarChart()
    chart.add_data(Reference(book["Chỉ tiêu"], min_col=2, min_row=1, max_row=2))
    book.create_chartsheet("Biểu đồ", place).add_chart(chart)
    read = read_workbook(packed(book), FileKind.XLSX)
    assert seen(read) == seen(read_workbook(made(), FileKind.XLSX))


def test_a_large_workbook_is_read_as_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    read = read_workbook(made(), FileKind.XLSX)
    monkeypatch.setattr(workbook_reader, "_MOST_LAID_OUT", 0)
    monkeypatch.setattr(OoxmlPackage, "plain", None)
    assert seen(read_workbook(made(), FileKind.XLSX)) == seen(read)


def test_a_part_that_is_missing_is_damage_and_names_no_other_cause() -> None:
    parts = without("xl/worksheets/sheet1.xml")(parts_of(made()))
    with pytest.raises(WorkbookRefused) as caught:
        read_workbook(package(parts), FileKind.XLSX)
    assert caught.value.problem is FileProblem.DAMAGED


@pytest.mark.parametrize("part", ["worksheets/sheet1", "sharedStrings"])
def test_a_part_of_cells_that_is_no_xml_is_damage(build, part: str) -> None:
    parts = parts_of(build.fixture("small.xlsx"))
    cut = {**parts, f"xl/{part}.xml": parts[f"xl/{part}.xml"][:-40]}
    with pytest.raises(WorkbookRefused) as caught:
        read_workbook(package(cut), FileKind.XLSX)
    assert caught.value.problem is FileProblem.DAMAGED


NOT_FOLLOWED = [
    '<row r="1"><c r="A1" t="s"><v>9</v></c></row>',  # a text that the workbook does not have
    '<row r="1"><c r="1A"><v>1</v></c></row>',
    '<row r="x"><c r="A1"><v>1</v></c></row>',
    '<row r="0"><c r="A0"><v>1</v></c></row>',
]


@pytest.mark.parametrize("rows", NOT_FOLLOWED)
def test_what_no_reader_can_follow_is_our_inability_not_damage_nor_an_empty_sheet(
    build, rows: str
) -> None:
    content = build.xlsx(rows)
    with pytest.raises(WorkbookRefused) as caught:
        read_workbook(content, FileKind.XLSX)
    assert caught.value.problem is FileProblem.NOT_READ
    assert "«Chỉ tiêu»" in caught.value.detail and "hỏng" not in caught.value.detail


LOST = [
    ('<c r="B1" t="inlineStr"><v>Đạt &amp; vượt</v></c>', "Đạt & vượt"),
    ('<c r="B1" t="inlineStr"><is><t>Đạt</t></is></c>', "Đạt"),
    ('<c r="B1" t="str"><f>A1&amp;""</f><v>Đạt</v></c>', "Đạt"),
    ('<c r="B1" t="inlineStr"><is><r><t>Đạt</t></r><r><t>10</t></r></is></c>', "Đạt10"),
]


@pytest.mark.parametrize(("cell", "value"), LOST)
def test_a_cell_that_the_sheet_holds_is_delivered_in_whatever_way_it_is_written(
    build, cell: str, value: str
) -> None:
    content = build.xlsx(f'<row r="1"><c r="A1"><v>1</v></c>{cell}</row>')
    assert read_workbook(content, FileKind.XLSX).sheets[0].rows == [[1, value]]


ISO = [
    ("2025-02-08T00:00:00.000Z", dt.date(2025, 2, 8)),
    ("2025-02-08T00:00:00Z", dt.date(2025, 2, 8)),
    ("2025-02-08T00:00:00+07:00", dt.date(2025, 2, 8)),
    ("2025-02-08", dt.date(2025, 2, 8)),
    ("2025-02-08T00:00:00", dt.date(2025, 2, 8)),
    ("2025-02-08T08:30:00.5Z", dt.datetime(2025, 2, 8, 8, 30, 0, 500000)),  # noqa: DTZ001
    ("08:30:00", dt.time(8, 30)),
    # A program that knows instants only writes a day as its midnight in Hanoi, at times nearly so.
    ("2025-02-07T17:00:00.000Z", dt.date(2025, 2, 8)),
    ("2025-02-07T16:59:30Z", dt.date(2025, 2, 8)),
    ("2025-02-07T17:00:40.250Z", dt.date(2025, 2, 8)),
    ("2025-12-31T18:00:00+01:00", dt.date(2026, 1, 1)),
    ("2025-02-07T16:30:00Z", dt.datetime(2025, 2, 7, 16, 30)),  # noqa: DTZ001
    # Or misses the midnight of its own notation by as little.
    ("2025-02-07T23:59:30.000Z", dt.date(2025, 2, 8)),
    ("2025-02-07T23:59:30", dt.date(2025, 2, 8)),
    ("2025-02-08T00:00:30", dt.date(2025, 2, 8)),
    ("2025-02-07T23:58:30", dt.datetime(2025, 2, 7, 23, 58, 30)),  # noqa: DTZ001
    ("2025-02-07T23:58:30Z", "2025-02-07T23:58:30Z"),
    # Another day in Hanoi, and no midnight anywhere: nobody can tell.
    ("2025-02-07T20:00:00Z", "2025-02-07T20:00:00Z"),
    ("2025-02-08T01:00:00+09:00", "2025-02-08T01:00:00+09:00"),
]


@pytest.mark.parametrize("far", [False, True])
@pytest.mark.parametrize(("written", "value"), ISO)
def test_a_date_written_as_text_is_the_day_it_states(build, written, value, far) -> None:
    rest = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>' if far else ""
    content = build.xlsx(f'<row r="1"><c r="A1" s="0" t="d"><v>{written}</v></c></row>{rest}')
    assert read_workbook(content, FileKind.XLSX).sheets[0].rows == [[value]]
