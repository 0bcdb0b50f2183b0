"""A workbook as OpenDocument, written the way another office program would save it."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tasks.adapters.workbooks.workbook_marks import custom_properties

_SPACES = "".join(
    f' xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("table", "table"),
        ("text", "text"),
        ("style", "style"),
        ("meta", "meta"),
        ("manifest", "manifest"),
    )
)
_TYPE = "application/vnd.oasis.opendocument.spreadsheet"


def as_open_document(book: Workbook, at: dt.datetime) -> bytes:
    """The workbook's values, sheet names, hidden sheets and own properties as an .ods file."""
    sheets = "".join("".join(_table(sheet)) for sheet in book.worksheets)
    content = (
        f'<office:document-content{_SPACES} office:version="1.3"><office:automatic-styles>'
        '<style:style style:name="ta-hidden" style:family="table">'
        '<style:table-properties table:display="false"/></style:style></office:automatic-styles>'
        f"<office:body><office:spreadsheet>{sheets}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    properties = "".join(
        f"<meta:user-defined meta:name={quoteattr(p.name)}>{escape(str(p.value))}"
        "</meta:user-defined>"
        for p in custom_properties(book).props
    )
    meta = (
        f'<office:document-meta{_SPACES} office:version="1.3"><office:meta>{properties}'
        "</office:meta></office:document-meta>"
    )
    manifest = f"<manifest:manifest{_SPACES}>" + "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{kind}"/>'
        for path, kind in (("/", _TYPE), ("content.xml", "text/xml"), ("meta.xml", "text/xml"))
    )
    parts = {
        "mimetype": _TYPE,
        "content.xml": content,
        "meta.xml": meta,
        "META-INF/manifest.xml": f"{manifest}</manifest:manifest>",
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, text in parts.items():
            entry = zipfile.ZipInfo(name, at.timetuple()[:6])
            # The type comes first and uncompressed, so that others can tell what this is.
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            package.writestr(entry, text.encode())
    return buffer.getvalue()


def _table(sheet: Worksheet) -> Iterator[str]:
    hidden = "" if sheet.sheet_state == "visible" else ' table:style-name="ta-hidden"'
    yield f"<table:table table:name={quoteattr(sheet.title)}{hidden}>"
    for row in sheet.iter_rows():
        yield "<table:table-row>"
        for cell in row:
            yield _cell(cell.value)
        yield "</table:table-row>"
    yield "</table:table>"


def _cell(value: object) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    if isinstance(value, dt.date):
        day = value.isoformat()
        return f'<table:table-cell office:value-type="date" office:date-value="{day}"/>'
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in str(value).split("\n"))
    return f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'
