"""Binary workbooks: every record of a cell is read, or the file says that one was not."""

from __future__ import annotations

import datetime as dt
import io
import struct
import zipfile

import olefile
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domain.reading.submissions import FileProblem
from models.domain.reading.workbook_content import Appearance, ErrorValue, SheetContent
from tasks.adapters.reading.binary.binary_values import BrokenRecords
from tasks.adapters.reading.binary.xls_cells import xls_book
from tasks.adapters.reading.file_kinds import FileKind, identify
from tasks.adapters.reading.gathered_sheets import WorkbookRefused
from tasks.adapters.reading.reader_jobs import ExamineJob
from tasks.adapters.reading.reader_pool import ReaderPool
from tasks.adapters.reading.workbook_reader import read_workbook
from tests.fixtures.old_workbooks import cell, formula, narrow, ole, record, wide, xls
from tests.tasks.adapters.conftest import Build, _record, _wide

NUMBER = struct.pack("<d", 12.5)


def sheet_of(content: bytes, kind: FileKind = FileKind.XLS) -> SheetContent:
    assert identify(content, f"a.{kind}") is kind
    return read_workbook(content, kind).sheets[0]


def refused(content: bytes, kind: FileKind = FileKind.XLS) -> WorkbookRefused:
    with pytest.raises(WorkbookRefused) as caught:
        read_workbook(content, kind)
    return caught.value


# .xlsb


def xlsb(records: bytes, build: type[Build]) -> bytes:
    """A binary workbook whose one sheet has these records as its data."""
    return xlsb_with({"xl/worksheets/sheet1.bin": _record(145) + records + _record(146)}, build)


def xlsb_with(parts: dict[str, bytes], build: type[Build]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(build.xlsb([]))) as package:
        kept = {name: package.read(name) for name in package.namelist()}
    return build.zip({**kept, **parts})


def row(number: int) -> bytes:
    return _record(0, struct.pack("<I", number) + bytes(13))


def placed(kind: int, column: int, data: bytes, style: int = 0) -> bytes:
    return _record(kind, struct.pack("<II", column, style) + data)


def short(kind: int, data: bytes = b"", style: int = 0) -> bytes:
    return _record(kind, struct.pack("<I", style) + data)


def test_cells_that_name_no_column_follow_the_one_before(build) -> None:
    cells = (
        row(0) + placed(6, 1, _wide("Tên")) + short(17, _wide("Mức")) + short(12)
        + short(16, NUMBER) + short(13, struct.pack("<I", 30 << 2 | 3)) + short(15, b"\x01")
        + short(14, b"\x17")
        + row(2) + short(17, _wide("đầu hàng")) + placed(1, 4, b"") + short(16, NUMBER)
    )  # fmt: skip
    sheet = sheet_of(xlsb(cells, build), FileKind.XLSB)
    assert sheet.rows == [
        [None, "Tên", "Mức", None, 12.5, 0.3, True, ErrorValue("#REF!")],
        [],
        ["đầu hàng", None, None, None, None, 12.5],
    ]


def test_a_short_cell_shows_its_number_as_its_format_has_it(build) -> None:
    styles = (
        _record(617, struct.pack("<I", 3))
        + b"".join(_record(47, struct.pack("<HH", 0, n) + bytes(12)) for n in (0, 14, 9))
        + _record(618)
    )
    cells = (
        row(0) + short(16, struct.pack("<d", 45706.0), 1) + short(16, struct.pack("<d", 0.17), 2)
        + short(13, struct.pack("<I", 45706 << 2 | 2), 1)
        + placed(2, 5, struct.pack("<I", 45706 << 2 | 2), 1)
    )  # fmt: skip
    parts = {
        "xl/worksheets/sheet1.bin": _record(145) + cells + _record(146),
        "xl/styles.bin": styles,
    }
    sheet = sheet_of(xlsb_with(parts, build), FileKind.XLSB)
    day = dt.date(2025, 2, 18)
    assert sheet.rows == [[day, 0.17, day, None, None, day]]
    assert sheet.percent == {(1, 2)}


def test_a_binary_cell_shows_what_its_number_format_adds(build) -> None:
    """A month that was typed, a unit that is drawn: as in the other formats."""
    codes = {17: None, 164: '0" triệu"', 165: "#,##0.00"}
    styles = b"".join(
        _record(44, struct.pack("<H", number) + _wide(code))
        for number, code in codes.items()
        if code
    )
    styles += _record(617, struct.pack("<I", len(codes)))
    styles += b"".join(_record(47, struct.pack("<HH", 0, n) + bytes(12)) for n in codes)
    june = struct.pack("<I", 45809 << 2 | 2)
    cells = (
        row(0) + placed(2, 0, june, 0) + short(16, struct.pack("<d", 9600.0), 1)
        + short(16, struct.pack("<d", 9600.0), 2) + short(12, b"", 1)
    )  # fmt: skip
    parts = {
        "xl/worksheets/sheet1.bin": _record(145) + cells + _record(146),
        "xl/styles.bin": styles + _record(618),
    }
    sheet = sheet_of(xlsb_with(parts, build), FileKind.XLSB)
    assert sheet.rows == [[dt.date(2025, 6, 1), 9600, 9600]]
    assert sheet.looks == {
        (1, 1): Appearance("mmm-yy"),
        (1, 2): Appearance('0" triệu"'),
        (1, 3): Appearance("#,##0.00"),
    }


def test_rich_text_in_a_cell_is_text(build) -> None:
    cells = row(0) + placed(62, 0, b"\x01" + _wide("Đạt mức") + struct.pack("<I", 0))
    assert sheet_of(xlsb(cells, build), FileKind.XLSB).rows == [["Đạt mức"]]


@pytest.mark.parametrize("kind", [19, 20, 33, 34, 51, 63])
def test_a_record_that_may_be_a_cell_and_is_not_understood_is_told(build, kind: int) -> None:
    cells = row(0) + placed(6, 0, _wide("Tên")) + placed(kind, 1, NUMBER)
    fault = refused(xlsb(cells, build), FileKind.XLSB)
    assert fault.problem is FileProblem.NOT_READ
    assert "«Chỉ tiêu» có 1 ô" in fault.detail and "hỏng" not in fault.detail


def test_metadata_and_records_of_later_versions_are_no_cells(build) -> None:
    cells = (
        row(0) + _record(49, bytes(4)) + placed(6, 0, _wide("Tên")) + _record(426, bytes(20))
        + _record(1045, bytes(8)) + _record(37, bytes(4)) + _record(38)
    )  # fmt: skip
    assert sheet_of(xlsb(cells, build), FileKind.XLSB).rows == [["Tên"]]


@pytest.mark.parametrize(
    "records",
    [
        placed(6, 0, struct.pack("<I", 500) + b"ab"),  # a text longer than its record
        placed(7, 0, struct.pack("<I", 9)),  # a shared text that is not there
        placed(6, 0, _wide("Tên"))[:-3],
    ],
)
def test_records_that_contradict_themselves_are_damage(build, records: bytes) -> None:
    assert refused(xlsb(row(0) + records, build), FileKind.XLSB).problem is FileProblem.DAMAGED


def test_a_sheet_without_its_end_is_damage(build) -> None:
    cut = {"xl/worksheets/sheet1.bin": _record(145) + row(0) + placed(6, 0, _wide("Tên"))}
    assert refused(xlsb_with(cut, build), FileKind.XLSB).problem is FileProblem.DAMAGED


@pytest.mark.parametrize("kind", ["chartsheet", "dialogsheet", "xlMacrosheet"])
def test_a_binary_sheet_without_cells_takes_no_other_along(build, kind: str) -> None:
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    workbook = _record(131) + _record(143)
    for n, name in ((9, "Khác"), (1, "Chỉ tiêu")):
        entry = struct.pack("<II", 0, n) + _wide(f"rId{n}") + _wide(name)
        workbook += _record(156, entry)
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{relation}/{what}" Target="{target}"/>'
        for n, what, target in (
            (9, kind, "khac/sheet1.bin"),
            (1, "worksheet", "worksheets/sheet1.bin"),
        )
    )
    parts = {
        "xl/workbook.bin": workbook + _record(144) + _record(132),
        "xl/_rels/workbook.bin.rels": f"<Relationships>{links}</Relationships>".encode(),
        "xl/khac/sheet1.bin": b"\x00",
        "xl/worksheets/sheet1.bin": _record(145) + row(0) + placed(6, 0, _wide("a")) + _record(146),
    }
    read = read_workbook(xlsb_with(parts, build), FileKind.XLSB)
    assert [(s.name, s.rows) for s in read.sheets] == [("Chỉ tiêu", [["a"]])]
    assert len(read.notes) == (kind != "chartsheet")


# .xls


def test_every_kind_of_cell_of_the_old_format_is_read() -> None:
    cells = (
        cell(0x203, 0, 0, NUMBER) + cell(0x27E, 0, 1, struct.pack("<I", 30 << 2 | 3))
        + record(0xBD, struct.pack("<HHHIHIH", 0, 2, 0, 1 << 2 | 2, 0, 2 << 2 | 2, 3))
        + cell(0x204, 0, 4, wide("Tên")) + cell(0xD6, 0, 5, wide("Mức") + b"\0\0")
        + cell(0xFD, 0, 6, struct.pack("<I", 1)) + cell(0x205, 0, 7, b"\x01\x00")
        + cell(0x205, 0, 8, b"\x2a\x01") + cell(0x201, 0, 9, b"")
    )  # fmt: skip
    texts = [struct.pack("<II", 2, 2) + narrow("a") + wide("Đạt")]
    assert sheet_of(xls(cells, texts=texts)).rows == [
        [12.5, 0.3, 1, 2, "Tên", "Mức", "Đạt", True, ErrorValue("#N/A")]
    ]


@pytest.mark.parametrize("number", [0x06, 0x206, 0x406])
def test_formulas_of_every_version_have_their_results(number: int) -> None:
    text, true, error, empty = (bytes([n, 0, code, 0, 0, 0, 255, 255]) for n, code in
                                ((0, 0), (1, 1), (2, 0x07), (3, 0)))  # fmt: skip
    cells = (
        formula(0, 0, NUMBER, number=number)
        + formula(0, 1, text, number=number) + record(0x4BC, bytes(10)) + record(0x207, wide("Đạt"))
        + formula(0, 2, true, number=number) + formula(0, 3, error, number=number)
        + formula(0, 4, empty, number=number) + formula(0, 5, NUMBER, number=number, style=1)
    )  # fmt: skip
    sheet = sheet_of(xls(cells, formats=(0, 10)))
    assert sheet.rows == [[12.5, "Đạt", True, ErrorValue("#DIV/0!"), None, 12.5]]
    assert sheet.percent == {(1, 6)}


def test_a_text_is_as_wide_as_its_own_flag_says_over_the_ends_of_records() -> None:
    whole = wide("Kế hoạch")
    texts = [
        struct.pack("<II", 3, 3) + narrow("a") + whole[: 3 + 2 * 3],
        b"\x01" + whole[3 + 2 * 3 :] + struct.pack("<HB", 4, 0) + b"ab",
        b"\x01" + "đổ".encode("utf-16-le"),
    ]
    cells = b"".join(cell(0xFD, 0, n, struct.pack("<I", n)) for n in range(3))
    assert sheet_of(xls(cells, texts=texts)).rows == [["a", "Kế hoạch", "abđổ"]]


def test_a_shared_text_with_looks_and_phonetics_ends_where_it_ends() -> None:
    rich = struct.pack("<HBHI", 3, 0x0D, 1, 6) + "Đạt".encode("utf-16-le") + bytes(4 + 6)
    cells = b"".join(cell(0xFD, 0, n, struct.pack("<I", n)) for n in range(2))
    texts = [struct.pack("<II", 2, 2) + rich + wide("sau")]
    assert sheet_of(xls(cells, texts=texts)).rows == [["Đạt", "sau"]]


@pytest.mark.parametrize("page", [1200, 1252, 1258, 10000, 32768, 21010, 65535])
def test_a_code_page_that_nobody_knows_is_no_reason_to_refuse(page: int) -> None:
    cells = cell(0x204, 0, 0, wide("Tên")) + cell(0x203, 0, 1, NUMBER)
    content = xls(cells, globals_=record(0x42, struct.pack("<H", page)))
    assert sheet_of(content).rows == [["Tên", 12.5]]


def test_a_workbook_of_excel_95_is_read_in_its_code_page() -> None:
    name = "Thu ngân sách".encode("cp1258", "replace")
    entry = struct.pack("<IBBB", 0, 0, 0, 2) + b"So"
    begun = record(0x809, struct.pack("<HHHH", 0x500, 5, 0, 0))
    begun += record(0x42, struct.pack("<H", 1258))
    at = len(begun) + len(record(0x85, entry)) + len(record(0x0A))
    begun += record(0x85, struct.pack("<I", at) + entry[4:]) + record(0x0A)
    body = record(0x809, struct.pack("<HHHH", 0x500, 0x10, 0, 0))
    body += cell(0x204, 0, 0, struct.pack("<H", len(name)) + name) + record(0x0A)
    read = read_workbook(ole({"Book": begun + body}), FileKind.XLS)
    assert [(s.name, s.rows) for s in read.sheets] == [("So", [[name.decode("cp1258")]])]


@pytest.mark.parametrize("kind", [0x02, 0x03, 0x04, 0x05])
def test_a_cell_of_another_age_is_told_and_not_passed_over(kind: int) -> None:
    cells = cell(0x204, 0, 0, wide("Tên")) + cell(kind, 0, 1, NUMBER)
    fault = refused(xls(cells))
    assert fault.problem is FileProblem.NOT_READ and "1 ô" in fault.detail


def test_a_cell_that_is_too_short_to_hold_anything_is_told() -> None:
    assert refused(xls(cell(0x203, 0, 0, b"\0"))).problem is FileProblem.NOT_READ


@pytest.mark.parametrize(("kind", "noted"), [(1, 1), (2, 0), (6, 1)])
def test_an_old_sheet_without_cells_takes_no_other_along(kind: int, noted: int) -> None:
    content = xls(cell(0x204, 0, 0, wide("a")), others=[("Khác", kind)])
    read = read_workbook(content, FileKind.XLS)
    assert [(s.name, s.rows) for s in read.sheets] == [("Chỉ tiêu", [["a"]])]
    assert len(read.notes) == noted


def test_the_figures_of_a_chart_inside_a_sheet_are_not_the_sheets() -> None:
    chart = record(0x809, struct.pack("<HHHHII", 0x600, 0x20, 0, 0, 0, 6))
    chart += cell(0x203, 0, 0, struct.pack("<d", 99.0)) + record(0x0A)
    content = xls(cell(0x203, 0, 0, NUMBER) + chart + cell(0x203, 0, 1, NUMBER))
    assert sheet_of(content).rows == [[12.5, 12.5]]


def test_a_far_cell_of_the_old_format_is_left_out_with_a_note() -> None:
    content = xls(cell(0x204, 0, 0, wide("a")) + cell(0x203, 65535, 255, NUMBER))
    read = read_workbook(content, FileKind.XLS)
    assert read.sheets[0].rows == [["a"]]
    assert "IV65536" in read.notes[0]


def test_what_the_library_finds_and_our_own_reading_does_not_is_told() -> None:
    # A text that belongs to no formula: the library puts it into the first cell.
    fault = refused(xls(record(0x207, wide("lạc")) + cell(0x203, 2, 1, NUMBER)))
    assert fault.problem is FileProblem.NOT_READ and "1 ô" in fault.detail


def test_far_cells_of_both_formats_fit_into_half_a_gigabyte(build, tmp_path) -> None:
    far = {
        "xls": xls(cell(0x204, 0, 0, wide("a")) + cell(0x203, 65535, 255, NUMBER)),
        "xlsb": build.xlsb([(0, 0, "a"), (65535, 255, 1.0)]),
        "xlsx": build.sparse_bomb(),
    }
    with ReaderPool(None, memory_mb=512) as pool:
        for kind, content in far.items():
            path = tmp_path / f"a.{kind}"
            path.write_bytes(content)
            answer = pool.examine_one(ExamineJob(path, path.name))
            assert (kind, answer.problem, answer.file_kind) == (kind, None, kind)


@pytest.mark.parametrize("cut", [1, 10, 20, 30])
def test_a_stream_that_ends_too_early_is_damage(cut: int) -> None:
    with olefile.OleFileIO(io.BytesIO(xls(cell(0x204, 0, 0, wide("Thu ngân sách"))))) as container:
        stream = container.openstream("Workbook").read().rstrip(b"\0")
    assert refused(ole({"Workbook": stream[:-cut]})).problem is FileProblem.DAMAGED


@given(st.binary(max_size=400))
def test_any_records_are_read_or_found_broken(raw: bytes) -> None:
    begun = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 6))
    try:
        book = xls_book(begun + raw)
    except BrokenRecords:
        return
    assert book.biff8 or book.encoding
