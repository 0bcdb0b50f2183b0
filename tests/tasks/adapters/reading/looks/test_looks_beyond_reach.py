"""What cannot be looked at is said: broken styles, too many merged areas, too many conditions."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter

from models.domain.reading.submissions import FileProblem
from models.domain.reading.workbook_content import WorkbookContent
from tasks.adapters.reading.file_kinds import FileKind
from tasks.adapters.reading.gathered_sheets import WorkbookRefused
from tasks.adapters.reading.workbook_reader import read_workbook
from tests.fixtures.xlsb_workbooks import Look, Rule, XlsbBook, whole


def with_parts(content: bytes, parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as package, zipfile.ZipFile(made, "w") as other:
        for name in package.namelist():
            other.writestr(name, parts.get(name, package.read(name)))
    return made.getvalue()


def workbook() -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet("Chỉ tiêu")
        sheet.write_row("A1", ["Tên", 0.17, 9600])
        sheet.write_number("B2", 0.17, book.add_format({"num_format": "0%"}))
        sheet.write_datetime("C2", dt.date(2025, 6, 5),
                             book.add_format({"num_format": "dd/mm/yyyy"}))  # fmt: skip
    return made.getvalue()


BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda _: b"",
    "no XML": lambda _: b"\x00\x01 styles",
    "cut off": lambda xml: xml[: len(xml) // 2],
    "another root left open": lambda _: b"<styleSheet><fonts>",
    "an entity that nobody declared": lambda xml: xml.replace(b"<fonts", b"&x;<fonts"),
    "bytes of no encoding": lambda xml: xml.replace(b"Calibri", b"\xff\xfe\xfd"),
}


@pytest.mark.parametrize("how", [how for how in BROKEN if how != "nothing"])
def test_values_are_read_without_their_styles_and_it_is_said(how: str) -> None:
    content = workbook()
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        styles = package.read("xl/styles.xml")
    read = read_workbook(with_parts(content, {"xl/styles.xml": BROKEN[how](styles)}), FileKind.XLSX)
    assert read.sheets[0].rows == [["Tên", 0.17, 9600], [None, 0.17, 45813]]
    assert read.formats_unknown


@pytest.mark.parametrize("part", [b"<styles", b"\x00\x01\x02"])
def test_an_ods_is_read_without_the_part_of_its_styles(build: Any, part: bytes) -> None:
    cell = '<table:table-cell office:value-type="float" office:value="5"><text:p>5</text:p>'
    table = (
        f'<table:table table:name="T"><table:table-row>{cell}</table:table-cell>'
        "</table:table-row></table:table>"
    )
    read = read_workbook(build.ods(table, **{"styles.xml": part}), FileKind.ODS)
    assert read.sheets[0].rows == [[5.0]]
    assert read.formats_unknown


@pytest.mark.parametrize("end", [3, 40, 200])
def test_an_xlsb_is_read_without_the_part_of_its_styles(end: int) -> None:
    book = XlsbBook()
    book.put(1, 1, 0.17, Look("0%"))
    whole_part = zipfile.ZipFile(io.BytesIO(book.content())).read("xl/styles.bin")
    broken = XlsbBook(parts={"xl/styles.bin": whole_part[:end]})
    broken.put(1, 1, 0.17, Look("0%"))
    read = read_workbook(broken.content(), FileKind.XLSB)
    assert read.sheets[0].rows == [[0.17]]
    assert read.formats_unknown


@pytest.mark.parametrize(
    ("part", "says"),
    [("xl/worksheets/sheet1.xml", "«Chỉ tiêu»"), ("xl/sharedStrings.xml", "lời văn dùng chung")],
)
def test_damage_is_said_of_the_part_that_is_damaged(part: str, says: str) -> None:
    content = workbook()
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        whole_part = package.read(part)
    for broken in (
        whole_part[: whole_part.rindex(b"</")],
        whole_part[:-1].rpartition(b"</")[0][:-40],
    ):
        with pytest.raises(WorkbookRefused) as caught:
            read_workbook(with_parts(content, {part: broken}), FileKind.XLSX)
        assert caught.value.problem is FileProblem.DAMAGED
        assert says in caught.value.detail


MANY = 10_050


def _xlsx(fill_in: Callable[[Any, Any], None]) -> WorkbookContent:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet("Chỉ tiêu")
        sheet.write("A1", 5)
        fill_in(book, sheet)
    return read_workbook(made.getvalue(), FileKind.XLSX)


def _merged_xlsx() -> WorkbookContent:
    def fill_in(_: Any, sheet: Any) -> None:
        for row in range(1, MANY + 1):
            sheet.merge_range(row, 0, row, 1, "")

    return _xlsx(fill_in)


def _merged_xlsb() -> WorkbookContent:
    book = XlsbBook(merged=[(row, 1, row, 2) for row in range(2, MANY + 2)])
    book.put(1, 1, 5.0)
    return read_workbook(book.content(), FileKind.XLSB)


def _merged_ods(build: Any) -> WorkbookContent:
    cell = (
        '<table:table-row><table:table-cell office:value-type="float" office:value="5" '
        'table:number-columns-spanned="2"><text:p>5</text:p></table:table-cell></table:table-row>'
    )
    table = f'<table:table table:name="Chỉ tiêu">{cell * MANY}</table:table>'
    return read_workbook(build.ods(table), FileKind.ODS)


def test_more_merged_areas_than_are_looked_at_are_told(build: Any) -> None:
    for read in (_merged_xlsx(), _merged_xlsb(), _merged_ods(build)):
        (note,) = read.notes
        assert "«Chỉ tiêu»" in note and "ô gộp" in note and "10000" in note, read.kind
        assert read.sheets[0].at(1, 1) == 5


def test_more_conditions_than_are_looked_at_are_told() -> None:
    def fill_in(book: Any, sheet: Any) -> None:
        look = book.add_format({"num_format": "0%"})
        for row in range(2_100):
            rule = {"type": "formula", "criteria": "=TRUE", "format": look}
            sheet.conditional_format(row, 0, row, 0, rule)

    book = XlsbBook(rules=[Rule([(n, 1, n, 1) for n in range(1, 2_100)], Look("0%"), [whole(1)])])
    book.put(1, 1, 5.0)
    for read in (_xlsx(fill_in), read_workbook(book.content(), FileKind.XLSB)):
        (note,) = read.notes
        assert "«Chỉ tiêu»" in note and "có điều kiện" in note, read.kind


def test_what_fits_is_not_spoken_of() -> None:
    def fill_in(_: Any, sheet: Any) -> None:
        for row in range(1, 5_000):
            sheet.merge_range(row, 0, row, 1, "")

    assert not _xlsx(fill_in).notes
