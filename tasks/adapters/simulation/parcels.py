"""Parcels: in which shape a filled workbook leaves an agency, if it leaves at all."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import openpyxl
from msoffcrypto.format.ooxml import OOXMLFile

from tasks.adapters.simulation.filling import FilledWorkbook
from tasks.adapters.simulation.open_document import as_open_document

_PLAIN_MAIN = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_MACRO_MAIN = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_MACRO_PART = (
    b'<Override PartName="/xl/vbaProject.bin" ContentType="application/vnd.ms-office.vbaProject"/>'
)
_OFFICE = "application/vnd.openxmlformats-officedocument"
XLSX = f"{_OFFICE}.spreadsheetml.sheet"
DOCX = f"{_OFFICE}.wordprocessingml.document"


@dataclass(frozen=True, slots=True)
class Enclosure:
    """One file of a mail."""

    name: str
    content: bytes
    content_type: str = XLSX


@dataclass(frozen=True, slots=True)
class OutgoingWorkbook:
    """A filled workbook about to leave."""

    name: str  # "KH-2025_So-Y-te.xlsx"
    book: FilledWorkbook
    at: dt.datetime

    @property
    def stem(self) -> str:
        """The file's name without its ending."""
        return self.name.rpartition(".")[0]

    def content(self) -> bytes:
        """The workbook as saved."""
        return self.book.save(self.at)


Parcel = Callable[[OutgoingWorkbook], Sequence[Enclosure]]
"""Makes the files of a mail from the workbook."""


def as_it_is(draft: OutgoingWorkbook) -> Sequence[Enclosure]:
    """The workbook, as asked."""
    return [Enclosure(draft.name, draft.content())]


def with_signed_scan(draft: OutgoingWorkbook) -> Sequence[Enclosure]:
    """The workbook, and beside it the signed and sealed letter as a scan."""
    return [*as_it_is(draft), Enclosure("Cong van ky so.pdf", _pdf(), "application/pdf")]


def zipped(draft: OutgoingWorkbook) -> Sequence[Enclosure]:
    """The workbook in a ZIP."""
    return [
        Enclosure(
            f"{draft.stem}.zip", _zip({draft.name: draft.content()}, draft.at), "application/zip"
        )
    ]


def open_document(draft: OutgoingWorkbook) -> Sequence[Enclosure]:
    """Saved by another office program as .ods."""
    return [
        Enclosure(
            f"{draft.stem}.ods",
            as_open_document(draft.book.book, draft.at),
            "application/vnd.oasis.opendocument.spreadsheet",
        )
    ]


def macro_workbook(draft: OutgoingWorkbook) -> Sequence[Enclosure]:
    """Saved as .xlsm, with a macro that nobody will run."""
    parts = _parts(draft.content())
    name = "[Content_Types].xml"
    types = parts[name].replace(_PLAIN_MAIN, _MACRO_MAIN)
    parts[name] = types.replace(b"</Types>", _MACRO_PART + b"</Types>")
    parts["xl/vbaProject.bin"] = b"Sub Auto_Open()"
    return [
        Enclosure(
            f"{draft.stem}.xlsm",
            _zip(parts, draft.at),
            "application/vnd.ms-excel.sheet.macroEnabled.12",
        )
    ]


def with_password(draft: OutgoingWorkbook) -> Sequence[Enclosure]:
    """Saved with a password that nobody told us."""
    locked = io.BytesIO()
    OOXMLFile(io.BytesIO(draft.content())).encrypt("Haiphong@2025", locked)
    return [Enclosure(draft.name, locked.getvalue())]


def cut_short(draft: OutgoingWorkbook) -> Sequence[Enclosure]:
    """Two thirds of the workbook: the upload broke off."""
    content = draft.content()
    return [Enclosure(draft.name, content[: len(content) * 2 // 3])]


def scan(draft: OutgoingWorkbook) -> Sequence[Enclosure]:
    """Printed, signed, sealed and scanned."""
    return [Enclosure(f"{draft.stem}_ky_dong_dau.pdf", _pdf(), "application/pdf")]


def word_document(draft: OutgoingWorkbook) -> Sequence[Enclosure]:
    """The plan as a Word document."""
    return [Enclosure("Ke hoach hanh dong 2025.docx", _docx(draft.at), DOCX)]


def nothing(draft: OutgoingWorkbook) -> Sequence[Enclosure]:
    """No file at all."""
    return []


def retyped(draft: OutgoingWorkbook) -> Sequence[Enclosure]:
    """Copied cell by cell into a new workbook: no hidden sheet, no properties, no codes."""
    fresh = FilledWorkbook.__new__(FilledWorkbook)
    fresh.book, fresh.form = openpyxl.Workbook(), draft.book.form
    fresh.book.properties.created = draft.at.astimezone(dt.UTC)
    for sheet in draft.book.book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        copy = fresh.book.create_sheet(sheet.title)
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    copy.cell(cell.row, cell.column, cell.value)
    del fresh.book[fresh.book.sheetnames[0]]
    return [Enclosure("Bao cao.xlsx", fresh.save(draft.at))]


def two_workbooks(sheet: str, row_key: str, column: str, value: object) -> Parcel:
    """The workbook and a second one of the same agency in which one cell differs."""

    def parcel(draft: OutgoingWorkbook) -> Sequence[Enclosure]:
        first = Enclosure(f"{draft.stem}_ban_1.xlsx", draft.content())
        draft.book.write(sheet, row_key, column, value)
        return [first, Enclosure(f"{draft.stem}_ban_2.xlsx", draft.content())]

    return parcel


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def _zip(parts: Mapping[str, bytes], at: dt.datetime) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, at.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(entry, content)
    return buffer.getvalue()


def _docx(at: dt.datetime) -> bytes:
    """The smallest Word document: one paragraph."""
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    document = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    words = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{types}"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName='
        f'"/word/document.xml" ContentType="{DOCX}.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{relations}"><Relationship Id="rId1" '
        f'Type="{document}" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{words}"><w:body><w:p><w:r><w:t>Kế hoạch hành '
        "động thực hiện Chỉ thị số 03/CT-UBND</w:t></w:r></w:p></w:body></w:document>",
    }
    return _zip({name: text.encode() for name, text in parts.items()}, at)


def _pdf() -> bytes:
    """The smallest PDF: one empty page."""
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    )
    body = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return body + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (size, table, size, len(body))
    )
