"""Reading OpenDocument spreadsheets: repeated cells are counted before they are laid out."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from models.domain.reading.workbook_content import (
    MOST_AREAS,
    MOST_COMMENTS,
    Appearance,
    Area,
    CellValue,
    ErrorValue,
    SheetContent,
    address,
)
from tasks.adapters.reading.hardened_xml import local_attribute, local_name, parse_xml
from tasks.adapters.reading.iso_times import iso_value
from tasks.adapters.reading.looks.ods_looks import OdsStyle, look_of, styles_of_letters

_ROW_CONTAINERS = {"table-header-rows", "table-row-group", "table-rows"}
_ERROR = re.compile(r"^(?:#[A-ZÀ-Ỹ0-9/!?]+[!?]?|Err:\d{3}|#N/A)$")
_DURATION = re.compile(r"^(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$")
_DAY = dt.timedelta(days=1)
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384  # of a sheet: a claim beyond them is not repeated


@dataclass
class _Extent:
    """How much may still be laid out, and how far the rest reaches."""

    rows: int
    columns: int
    cells: int
    beyond: tuple[int, int] | None = None
    merged: list[Area] = field(default_factory=list)
    percent: set[tuple[int, int]] = field(default_factory=set)
    styles: Mapping[str, OdsStyle] = field(default_factory=dict)
    looks: dict[tuple[int, int], Appearance] = field(default_factory=dict)
    comments: dict[tuple[int, int], str] = field(default_factory=dict)

    def miss(self, row: int, column: int) -> None:
        """Notes a filled cell that is left out."""
        rows, columns = self.beyond or (0, 0)
        self.beyond = (min(max(rows, row), _LAST_ROW), min(max(columns, column), _LAST_COLUMN))

    def note_comment(self, cell: Element, place: tuple[int, int]) -> None:
        """Notes what somebody wrote beside a cell; a comment is never repeated."""
        for part in cell:
            if local_name(part) == "annotation" and len(self.comments) < MOST_COMMENTS:
                self.comments[place] = _text_of(part)

    def note_look(self, cell: Element, value: CellValue, place: tuple[int, int], room: int) -> None:
        """Notes a cell that spans others or looks otherwise than its value, `room` times."""
        row, column = place
        look = look_of(cell, value, _text_of(cell), self.styles)
        if look is not None:
            self.looks.update(((row, column + n), look) for n in range(room))
        spans = [_count(cell, f"number-{what}-spanned") for what in ("rows", "columns")]
        if spans != [1, 1] and len(self.merged) < MOST_AREAS:
            self.merged.append((row, column, row + spans[0] - 1, column + spans[1] - 1))
        if "percentage" in cell.attrib.values():
            self.percent.update((row, column + n) for n in range(room))


def read_sheets(
    content_xml: bytes, *, max_rows: int, max_columns: int, max_cells: int
) -> tuple[list[SheetContent], list[str]]:
    """The sheets of `content.xml`, and Vietnamese notes on what was left out beyond the limits.

    Repeated rows and columns are expanded up to the limits only. Raises UnsafeXml, MalformedXml.
    """
    root = parse_xml(content_xml)
    hidden_styles = {
        local_attribute(style, "name")
        for style in root.iter()
        if local_name(style) == "style"
        and any(local_attribute(p, "display") == "false" for p in style)
    }
    letters = styles_of_letters(root)
    sheets: list[SheetContent] = []
    notes: list[str] = []
    cells_left = max_cells
    for body in (e for e in root.iter() if local_name(e) == "spreadsheet"):
        for table in (e for e in body if local_name(e) == "table"):
            extent = _Extent(max_rows, max_columns, cells_left, styles=letters)
            rows = _rows_of(table, extent)
            cells_left = extent.cells
            name = local_attribute(table, "name")
            hidden = local_attribute(table, "style-name") in hidden_styles
            sheets.append(
                SheetContent(
                    name,
                    rows,
                    hidden,
                    extent.merged,
                    extent.percent,
                    extent.looks,
                    comments=extent.comments,
                )
            )
            if extent.beyond:
                notes.append(
                    f"Trang «{name}» trải tới ô {address(*extent.beyond)}: chỉ đọc "
                    f"{len(rows)} hàng và {max_columns} cột đầu."
                )
    return sheets, notes


def user_properties(meta_xml: bytes) -> dict[str, str]:
    """The user-defined properties of `meta.xml`. Raises UnsafeXml, MalformedXml."""
    return {
        local_attribute(e, "name"): (e.text or "")
        for e in parse_xml(meta_xml).iter()
        if local_name(e) == "user-defined"
    }


def _table_rows(parent: Element) -> Iterator[Element]:
    for child in parent:
        kind = local_name(child)
        if kind == "table-row":
            yield child
        elif kind in _ROW_CONTAINERS:
            yield from _table_rows(child)


def _rows_of(table: Element, extent: _Extent) -> list[list[CellValue]]:
    rows: list[list[CellValue]] = []
    at = 0  # rows passed, whether laid out or not
    for element in _table_rows(table):
        repeat = _count(element, "number-rows-repeated")
        row = _row_of(element, at + 1, extent)
        if row:
            if at < extent.rows:
                rows.extend([] for _ in range(at - len(rows)))
                for _ in range(min(repeat, extent.rows - at)):
                    filled = sum(1 for v in row if v is not None)
                    if filled > extent.cells:
                        extent.miss(at + repeat, len(row))
                        break
                    extent.cells -= filled
                    rows.append(list(row))
            if at + repeat > extent.rows:
                extent.miss(at + repeat, len(row))
        at += repeat
    return rows


def _row_of(element: Element, number: int, extent: _Extent) -> list[CellValue]:
    row: list[CellValue] = []
    at = 0
    for cell in element:
        kind = local_name(cell)
        if kind not in ("table-cell", "covered-table-cell"):
            continue
        repeat = _count(cell, "number-columns-repeated")
        value = _value_of(cell) if kind == "table-cell" else None
        extent.note_comment(cell, (number, at + 1))
        if value is not None:
            if at + repeat > extent.columns:
                extent.miss(number, at + repeat)
            room = min(repeat, extent.columns - at)
            if room > 0:
                row.extend([None] * (at - len(row)))
                row.extend([value] * room)
                if number <= extent.rows:
                    extent.note_look(cell, value, (number, at + 1), room)
        at += repeat
    return row


def _count(element: Element, name: str) -> int:
    text = local_attribute(element, name, "1")
    # Ten digits are far beyond any sheet; more would only slow the arithmetic down.
    return max(int(text), 1) if text.isdecimal() and len(text) <= 10 else 1


def _value_of(cell: Element) -> CellValue:
    kinds = {v for k, v in cell.attrib.items() if k.rpartition("}")[2] == "value-type"}
    if not kinds:
        return None
    text = _text_of(cell)
    formula = local_attribute(cell, "formula")
    if "error" in kinds or (formula and _ERROR.match(text)):
        return ErrorValue(text or "#N/A")
    if kinds & {"float", "percentage", "currency"}:
        return _number(local_attribute(cell, "value"), text)
    if "boolean" in kinds:
        return local_attribute(cell, "boolean-value") == "true"
    if "date" in kinds:
        return _date(local_attribute(cell, "date-value"), text)
    if "time" in kinds:
        return _time(local_attribute(cell, "time-value"), text)
    return local_attribute(cell, "string-value") or text or None


def _number(stored: str, shown: str) -> CellValue:
    try:
        return float(stored)
    except ValueError:
        return shown or None


def _date(stored: str, shown: str) -> CellValue:
    value = iso_value(stored)
    return value if isinstance(value, dt.date) else shown or stored or None


def _time(stored: str, shown: str) -> CellValue:
    parts = _DURATION.match(stored)
    if not parts:
        return shown or None
    sign, days, hours, minutes, seconds = parts.groups()
    try:
        span = dt.timedelta(
            days=int(days or 0),
            hours=int(hours or 0),
            minutes=int(minutes or 0),
            seconds=float(seconds or 0),
        )
    except OverflowError:
        return shown or None
    if not sign and span < _DAY:
        return dt.time(span.seconds // 3600, span.seconds // 60 % 60, span.seconds % 60)
    return -span if sign else span


def _text_of(cell: Element) -> str:
    """The cell's paragraphs, one a line; notes and drawings inside the cell left out."""
    return "\n".join("".join(_pieces(p)) for p in cell if local_name(p) == "p")


def _pieces(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        kind = local_name(child)
        if kind == "s":
            yield " " * min(_count(child, "c"), 1000)
        elif kind == "tab":
            yield "\t"
        elif kind == "line-break":
            yield "\n"
        elif kind not in ("annotation", "frame"):
            yield from _pieces(child)
        yield child.tail or ""
