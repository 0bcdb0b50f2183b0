"""Workbooks made on the fly, well-meant and hostile ones, for the readers' tests."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_ODF = "urn:oasis:names:tc:opendocument:xmlns"


def _zip(parts: Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return buffer.getvalue()


class Build:
    """Builders of file contents."""

    zip = staticmethod(_zip)

    @staticmethod
    def fixture(name: str) -> bytes:
        """A file that LibreOffice wrote once."""
        return (Path(__file__).parents[2] / "fixtures" / name).read_bytes()

    @staticmethod
    def xlsx(
        rows: str,
        *,
        before: str = "",
        sheet: str = "Chỉ tiêu",
        extra: Mapping[str, str | bytes] | None = None,
    ) -> bytes:
        """A workbook of one sheet whose `<sheetData>` holds `rows`; `before` precedes the root."""
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
        return _zip(
            {
                "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/'
                '2006/content-types"><Default Extension="rels" ContentType="application/vnd.'
                'openxmlformats-package.relationships+xml"/><Default Extension="xml" '
                'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
                f'ContentType="{kind}.sheet.main+xml"/><Override PartName="/xl/worksheets/'
                f'sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>',
                "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1" '
                f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
                "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>'
                f'<sheet name="{sheet}" sheetId="1" r:id="rId1"/></sheets></workbook>',
                "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship '
                f'Id="rId1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
                f'<Relationship Id="rId2" Type="{_RELATIONS}/sharedStrings" '
                'Target="sharedStrings.xml"/></Relationships>',
                "xl/worksheets/sheet1.xml": f'{before}<worksheet xmlns="{_MAIN}"><sheetData>'
                f"{rows}</sheetData></worksheet>",
                "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}"/>',
                **(extra or {}),
            }
        )

    @staticmethod
    def ods(table: str, **parts: str) -> bytes:
        """A spreadsheet whose body is `table`."""
        spaces = " ".join(
            f'xmlns:{prefix}="{_ODF}:{name}:1.0"'
            for prefix, name in (
                ("office", "office"),
                ("table", "table"),
                ("text", "text"),
                ("meta", "meta"),
            )
        )
        return _zip(
            {
                "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
                "META-INF/manifest.xml": "<manifest/>",
                "content.xml": f"<office:document-content {spaces}><office:body><office:"
                f"spreadsheet>{table}</office:spreadsheet></office:body>"
                "</office:document-content>",
                **parts,
            }
        )

    @staticmethod
    def xlsb(cells: Iterable[tuple[int, int, str | float | int]]) -> bytes:
        """A binary workbook of one sheet; an int is an error code. LibreOffice cannot write any."""
        workbook = _record(131) + _record(143)
        workbook += _record(156, struct.pack("<II", 0, 1) + _wide("rId1") + _wide("Chỉ tiêu"))
        workbook += _record(144) + _record(132)
        sheet = _record(129) + _record(148, struct.pack("<IIII", 0, 9, 0, 9)) + _record(145)
        last = -1
        for row, column, value in cells:
            if row != last:
                sheet += _record(0, struct.pack("<I", row) + bytes(13))
                last = row
            head = struct.pack("<II", column, 0)
            if isinstance(value, str):
                sheet += _record(6, head + _wide(value))
            elif isinstance(value, int):
                sheet += _record(3, head + bytes([value]))
            else:
                sheet += _record(5, head + struct.pack("<d", value))
        return _zip(
            {
                "[Content_Types].xml": "<Types/>",
                "xl/workbook.bin": workbook,
                "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship '
                f'Id="rId1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.bin"/>'
                "</Relationships>",
                "xl/worksheets/sheet1.bin": sheet + _record(146) + _record(130),
            }
        )

    @classmethod
    def sparse_bomb(cls) -> bytes:
        """1.4 KB that ask for a rectangle of 17 billion cells."""
        return cls.xlsx(
            '<row r="1"><c r="A1"><v>1</v></c></row>'
            '<row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
        )

    @classmethod
    def zip_bomb(cls) -> bytes:
        """A fifth of a megabyte that inflates to a fifth of a gigabyte."""
        return cls.xlsx('<row r="1"/>', extra={"xl/media/image1.png": bytes(200_000_000)})


def _record(number: int, data: bytes = b"") -> bytes:
    head = bytes([number]) if number < 128 else bytes([number & 0x7F | 0x80, number >> 7])
    length, size = len(data), b""
    while True:
        size += bytes([length & 0x7F | (0x80 if length > 0x7F else 0)])
        length >>= 7
        if not length:
            return head + size + data


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


@pytest.fixture(scope="session")
def build() -> type[Build]:
    """Builders of workbooks."""
    return Build


@pytest.fixture(scope="session")
def zip_bomb() -> bytes:
    """Made once: packing it takes half a second."""
    return Build.zip_bomb()
