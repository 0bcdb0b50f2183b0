"""A table that a page shows, as a file: for a spreadsheet, every cell is text or a number."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence

import xlsxwriter

from models.domain.cycle.cycles import HANOI
from models.domain.cycle.letter_phrases import hanoi_minute
from models.domain.desk.plain_sight import cut

TableCell = str | int | dt.date | dt.datetime | None
_RUN_BY_SHEETS = ("=", "+", "-", "@", "\t", "\r", "\n", "'")
_SIGNED_NUMBER = re.compile(r"[+-]\d{1,3}(?:\.\d{3})*(?:,\d+)?|[+-]\d+(?:,\d+)?")
_WIDEST = 60
_MOST_LETTERS = 32_000  # of a cell: spreadsheets hold no more, and lose all of a longer one


def as_csv(header: Sequence[str], rows: Iterable[Sequence[TableCell]]) -> bytes:
    """UTF-8 with its mark, as spreadsheets want it; what they would run carries an apostrophe.

    >>> as_csv(["a"], [["=1+1"], [-2], ["-0,5"], ["-a"]]).decode("utf-8-sig").split()
    ['a', "'=1+1", '-2', '"-0,5"', "'-a"]
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_text(cell) for cell in row] for row in rows)
    return stream.getvalue().encode("utf-8-sig", "replace")


def as_workbook(title: str, header: Sequence[str], rows: Iterable[Sequence[TableCell]]) -> bytes:
    """An .xlsx of one sheet: header, filter, nothing that is computed."""
    stream = io.BytesIO()
    every = [list(row) for row in rows]
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "default_date_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet(title[:31])
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "dd/mm/yyyy", "valign": "top"})
    minute = book.add_format({"num_format": "hh:mm dd/mm/yyyy", "valign": "top"})
    for column, name in enumerate(header):
        sheet.write_string(0, column, name, bold)
        widths = (len(_shown(row[column])) for row in every)
        sheet.set_column(column, column, min(_WIDEST, max([len(name), *widths]) + 2))
    for number, row in enumerate(every, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, dt.datetime):
                local = cell.astimezone(HANOI).replace(tzinfo=None)
                sheet.write_datetime(number, column, local, minute)
            elif isinstance(cell, dt.date):
                sheet.write_datetime(number, column, cell, day)
            elif isinstance(cell, int):
                sheet.write_number(number, column, cell, plain)
            elif cell:
                sheet.write_string(number, column, cut(_whole(cell), _MOST_LETTERS), plain)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(every), 1), max(len(header) - 1, 0))
    book.close()
    return stream.getvalue()


def _whole(text: str) -> str:
    # Half a letter of UTF-16 stands in no file.
    return text.encode("utf-8", "replace").decode()


def _shown(cell: TableCell) -> str:
    if isinstance(cell, dt.datetime):
        return hanoi_minute(cell)
    if isinstance(cell, dt.date):
        return f"{cell:%d/%m/%Y}"
    return "" if cell is None else str(cell)


def _text(cell: TableCell) -> str:
    shown = _shown(cell)
    is_text = isinstance(cell, str) and cell.startswith(_RUN_BY_SHEETS)
    is_text = is_text and _SIGNED_NUMBER.fullmatch(shown) is None
    return f"'{shown}" if is_text else shown
