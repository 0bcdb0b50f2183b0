"""Workbooks of openpyxl saved without a file on the way."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any

from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter


class _WriterInMemory(ExcelWriter):
    """Writes sheets into memory; the library's own way leads over a file each."""

    def write_worksheet(self, ws: Any) -> None:
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts, ws._drawing.images = ws._charts, ws._images
        xml = io.BytesIO()
        writer = WorksheetWriter(ws, xml)
        writer.write()
        ws._rels = writer._rels  # type: ignore[attr-defined]
        self._archive.writestr(  # type: ignore[attr-defined]
            ws.path[1:], xml.getvalue()
        )
        self.manifest.append(ws)


def saved_in_memory(workbook: Workbook, *, packed: bool = True) -> bytes:
    """The workbook as a file. Not `packed` it is larger, for whoever packs it again."""
    buffer = io.BytesIO()
    # As the library's own `save` does.
    workbook.properties.modified = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    method = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    _WriterInMemory(workbook, zipfile.ZipFile(buffer, "w", method)).save()
    return buffer.getvalue()
