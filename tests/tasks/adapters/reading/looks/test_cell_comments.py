"""Comments on cells, from whatever program wrote them: each is told with the cell it stands on."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment

from models.domain.reading.cell_comments import OFFICE_COMMENT, agencys_comment
from models.domain.reading.findings import Finding, Severity
from models.domain.reading.workbook_content import SheetContent
from tasks.adapters.reading.binary.biff_notes import BiffNotes
from tasks.adapters.reading.file_kinds import FileKind
from tasks.adapters.reading.workbook_reader import read_workbook
from tasks.adapters.workbooks.workbook_marks import mark_cells
from tests.fixtures.office_program import NO_OFFICE, saved_as
from tests.fixtures.old_workbooks import narrow, record, wide, xls
from tests.tasks.adapters.conftest import Build, _record, _wide

COMMENTS = {(2, 2): "số đúng là 9.700 – Ủy ban", (5, 4): "ô trống: 12,5"}
LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
OLD = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
THREADED = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"


def first_sheet(content: bytes, kind: FileKind = FileKind.XLSX) -> SheetContent:
    return read_workbook(content, kind).sheets[0]


def commented() -> bytes:
    book = openpyxl.Workbook()
    book.active["B2"] = 9600
    for (row, column), text in COMMENTS.items():
        book.active.cell(row, column).comment = Comment(text, "An")
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def linked(*links: tuple[str, str]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{n}" Type="{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(links)
    )
    return f'<Relationships xmlns="{LINKS}">{listed}</Relationships>'


def with_comments(build: type[Build], old: str | bytes, threaded: str | bytes = b"") -> bytes:
    """A workbook whose sheet names parts of comments that lie where nobody would look for them."""
    extra: dict[str, str | bytes] = {
        "xl/worksheets/_rels/sheet1.xml.rels": linked(
            (OLD, "/ghichu/a.xml"), (THREADED, "../hoithoai/b.xml")
        ),
        "ghichu/a.xml": old,
    }
    if threaded:
        extra["xl/hoithoai/b.xml"] = threaded
    return build.xlsx('<row r="1"><c r="A1"><v>1</v></c></row>', extra=extra)


def test_comments_of_usual_programs_are_read() -> None:
    assert first_sheet(commented()).comments == COMMENTS
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet()
        sheet.write_number("A1", 1)
        sheet.write_comment("A1", "9700")
    assert first_sheet(made.getvalue()).comments == {(1, 1): "9700"}


@pytest.mark.skipif(NO_OFFICE, reason="LibreOffice makes the file")
@pytest.mark.parametrize("kind", [FileKind.XLS, FileKind.ODS])
def test_other_formats_of_an_office_program_have_the_same_comments(
    tmp_path: Path, kind: FileKind
) -> None:
    (tmp_path / "made.xlsx").write_bytes(commented())
    [saved] = saved_as(kind.value, [tmp_path / "made.xlsx"], tmp_path)
    sheet = first_sheet(saved.read_bytes(), kind)
    assert sheet.comments == COMMENTS


def test_a_conversation_counts_and_not_the_note_that_stands_for_it(build: type[Build]) -> None:
    old = (
        "<comments><commentList>"
        '<comment ref="A1" authorId="0"><text><t>[Threaded comment] ... Comment: 9700</t></text>'
        '</comment><comment ref="C3" authorId="0"><text><r><t>làm </t></r>'
        "<rPh><t>đọc</t></rPh><r><t>lại</t></r></text></comment></commentList></comments>"
    )
    threaded = (
        '<ThreadedComments><threadedComment ref="A1" id="1"><text>9700?</text></threadedComment>'
        '<threadedComment ref="A1" id="2" parentId="1"><text>Đúng 9.700</text></threadedComment>'
        "</ThreadedComments>"
    )
    comments = first_sheet(with_comments(build, old, threaded)).comments
    assert comments == {(1, 1): "9700?\nĐúng 9.700", (3, 3): "làm lại"}


@pytest.mark.parametrize(
    "broken",
    [b"<comments>", b"", b"\x00\x01", '<comments><comment ref="?"><text/></comment></comments>'],
)
def test_what_is_broken_among_comments_costs_no_cell(build: type[Build], broken: str) -> None:
    sheet = first_sheet(with_comments(build, broken))
    assert (sheet.rows, sheet.comments) == ([[1]], {})


def test_comments_of_a_binary_workbook_are_read(build: type[Build]) -> None:
    def note(row: int, column: int, text: str) -> bytes:
        begun = struct.pack("<5I", 0, row, row, column, column) + bytes(16)
        return _record(635, begun) + _record(637, b"\0" + _wide(text)) + _record(636)

    part = _record(628) + note(1, 1, COMMENTS[2, 2]) + note(4, 3, COMMENTS[5, 4]) + _record(629)
    with zipfile.ZipFile(io.BytesIO(build.xlsb([(1, 1, 9600.0)]))) as package:
        kept = {name: package.read(name) for name in package.namelist()}
    links = linked((OLD, "../comments1.bin"))
    content = build.zip(
        {**kept, "xl/worksheets/_rels/sheet1.bin.rels": links, "xl/comments1.bin": part}
    )
    assert first_sheet(content, FileKind.XLSB).comments == COMMENTS


def test_comments_of_old_workbooks_go_on_over_records() -> None:
    def of_object(number: int, text: str) -> bytes:
        shape = record(0x5D, struct.pack("<5H", 0x15, 18, 0x19, number, 0) + bytes(12))
        head = record(0x1B6, struct.pack("<5HHH", 0, 0, 0, 0, 0, len(text), 16) + bytes(4))
        first, rest = text[:5], text[5:]
        letters = record(0x3C, b"\1" + first.encode("utf-16-le"))
        return shape + head + letters + record(0x3C, b"\1" + rest.encode("utf-16-le"))

    picture = record(0x5D, struct.pack("<5H", 0x15, 18, 0x08, 9, 0)) + record(0x3C, b"\0what")
    notes = b"".join(
        record(0x1C, struct.pack("<4H", row, column, 0, number) + wide("An") + b"\0")
        for row, column, number in ((1, 1, 7), (4, 3, 8), (6, 6, 99))
    )
    one = record(0x203, struct.pack("<HHHd", 1, 1, 0, 9600.0))
    texts = of_object(7, COMMENTS[2, 2]) + picture + of_object(8, COMMENTS[5, 4])
    assert first_sheet(xls(one + texts + notes), FileKind.XLS).comments == COMMENTS


def test_comments_of_excel_95_stand_in_their_own_records() -> None:
    notes = BiffNotes()
    notes.take(0x809, struct.pack("<HH", 0x500, 0x10))
    notes.take(0x1C, struct.pack("<HHH", 1, 1, 12) + b"so dung: ")
    notes.take(0x1C, struct.pack("<HHH", 0xFFFF, 0, 4) + b"9700")
    notes.take(0x1C, narrow("?"))  # too short to name a cell
    assert notes.by_place() == {(2, 2): "so dung: 9700"}


def test_the_offices_own_marks_are_no_word_of_the_agency() -> None:
    book = openpyxl.load_workbook(io.BytesIO(commented()))
    sheet = book.active
    message = "Trang «Sheet», ô B2: đề nghị ghi 9600."
    findings = [
        Finding("DV-01", Severity.ERROR, message, sheet.title, cell) for cell in ("B2", "C2")
    ]
    mark_cells(book, findings)
    made = io.BytesIO()
    book.save(made)
    comments = first_sheet(made.getvalue()).comments
    assert all(text.startswith(OFFICE_COMMENT) for p, text in comments.items() if p != (5, 4))
    own = {place: agencys_comment(text) for place, text in comments.items()}
    assert own == {**COMMENTS, (2, 3): ""}
