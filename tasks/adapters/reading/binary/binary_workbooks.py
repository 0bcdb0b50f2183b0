"""Workbooks of the binary formats: our own reading of the records, held against the library's."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from functools import partial

from models.domain.reading.workbook_content import (
    DAY_OF_1904,
    USUAL_FIRST_DAY,
    CellValue,
    ColumnWidths,
    ErrorValue,
    HiddenPlaces,
    WorkbookContent,
)
from tasks.adapters.reading.archives import CountedZip
from tasks.adapters.reading.binary import biff_records
from tasks.adapters.reading.binary.binary_values import (
    BinarySheet,
    Bounds,
    BrokenRecords,
    window_of,
)
from tasks.adapters.reading.binary.xls_cells import read_xls_sheet, xls_book
from tasks.adapters.reading.binary.xls_made_anew import refreshed_caches
from tasks.adapters.reading.binary.xls_words import (
    words_of_properties,
    words_of_xls_book,
    words_of_xls_sheet,
)
from tasks.adapters.reading.binary.xlsb_cells import (
    read_xlsb_sheet,
    xlsb_context,
    xlsb_sheets,
    xlsb_sizes,
)
from tasks.adapters.reading.binary.xlsb_notes import notes_of_xlsb
from tasks.adapters.reading.binary.xlsb_tables import areas_made_anew, looks_of_xlsb_tables
from tasks.adapters.reading.binary.xlsb_words import words_of_xlsb_book, words_of_xlsb_sheet
from tasks.adapters.reading.file_kinds import FileKind
from tasks.adapters.reading.gathered_sheets import (
    GatheredSheets,
    ReadLimits,
    SheetLook,
    damaged,
    not_read,
    too_large,
)
from tasks.adapters.reading.library_readers import FastReader
from tasks.adapters.reading.looks.sheet_looks import SheetLooks
from tasks.adapters.reading.looks.sheet_scans import SheetScan, hide_zeros
from tasks.adapters.reading.ooxml.comment_parts import comments_of
from tasks.adapters.reading.ooxml.looks.drawing_parts import shapes_of
from tasks.adapters.reading.ooxml.ooxml_package import (
    OoxmlPackage,
    SheetPartKind,
    package_of,
    properties_of,
)
from tasks.adapters.reading.parser_guard import ParserFailed, parsing

_PIVOT_CACHES, _HEAD_OF_CACHE = "_SX_DB_CUR", 64
_MACROS = "_VBA_PROJECT_CUR"
_CLOSE = 1e-9  # both readers divide and round in their own order


def read_xls(content: bytes, limits: ReadLimits) -> WorkbookContent:
    """The cells of .xls. Raises WorkbookRefused."""
    import olefile  # start-up cost

    properties: dict[str, str] = {}
    try:
        with parsing(), olefile.OleFileIO(io.BytesIO(content)) as ole:
            stream = ole.openstream("Workbook" if ole.exists("Workbook") else "Book").read()
            summary, macros = b"", ole.exists(_MACROS)
            words = [*words_of_properties(ole.get_metadata())]
            caches = {
                path[-1]: ole.openstream(path).read(_HEAD_OF_CACHE)
                for path in ole.listdir()
                if path[0] == _PIVOT_CACHES and len(path) == 2
            }
            if ole.exists("\x05DocumentSummaryInformation"):
                summary = ole.openstream("\x05DocumentSummaryInformation").read()
    except ParserFailed:  # the container cannot be followed to its one stream
        raise damaged() from None
    properties = biff_records.user_properties(summary)
    try:
        book = xls_book(stream)
        book.anew.refreshed = refreshed_caches(caches)
        _refuse_many(len(book.sheets), limits)
        sheets = [
            read_xls_sheet(stream, number, book, _bounds(limits))
            for number in range(len(book.sheets))
        ]
    except BrokenRecords:
        raise damaged() from None
    scans = dict(enumerate(biff_records.scan_xls(stream)))
    gathered = _gathered(sheets, scans, content, limits)
    words += words_of_xls_book(stream)
    for name, offset, _, _ in book.sheets:
        words += words_of_xls_sheet(stream, offset, name)
    return WorkbookContent(
        FileKind.XLS.value,
        gathered.sheets,
        properties,
        gathered.notes,
        first_day=DAY_OF_1904 if book.since_1904 else USUAL_FIRST_DAY,
        elsewhere=words,
        window=window_of(book.windows),
        names=book.formulas.names(),
        macros=macros,
    )


def read_xlsb(content: bytes, limits: ReadLimits) -> WorkbookContent:
    """The cells of .xlsb. Raises WorkbookRefused, MalformedXml, UnsafeXml."""
    package = package_of(CountedZip(content, limits.unzip).read_all())
    workbook = package.parts[package.workbook]
    targets = package.targets
    try:
        listed = xlsb_sheets(workbook)
        _refuse_many(len(listed), limits)
        context = xlsb_context(
            workbook, *(_part(package, what) for what in ("sharedStrings", "styles", "theme"))
        )
        sheets = []
        scans: dict[int, SheetScan] = {}
        for number, sheet in enumerate(listed):
            without = SheetPartKind.WORKSHEET if sheet.relation else SheetPartKind.MODULE
            kind, part = targets.get(sheet.relation, (without, ""))
            if kind is not SheetPartKind.WORKSHEET:
                passed = BinarySheet(sheet.name, _bounds(limits), sheet.state, kind.value)
                sheets.append(passed)
                continue
            if part not in package.parts:
                raise damaged(sheet.name)
            read, scans[number] = read_xlsb_sheet(
                sheet,
                package.parts[part],
                context,
                _bounds(limits),
                looks_of_xlsb_tables(package, part, context.styles),
            )
            read.tell_made_anew(areas_made_anew(package, part))
            scans[number].comments = comments_of(package, part, notes_of_xlsb)
            scans[number].shapes = shapes_of(
                package,
                part,
                partial(xlsb_sizes, package.parts[part]),
                scans[number].comments,
            )
            sheets.append(read)
    except BrokenRecords:
        raise damaged() from None
    properties = properties_of(package)
    macros = package.holds_macros
    words = [*words_of_xlsb_book(package, workbook)]
    for sheet in listed:
        _, part = targets.get(sheet.relation, (None, ""))
        words += words_of_xlsb_sheet(package, sheet.name, part)
    del package
    gathered = _gathered(sheets, scans, content, limits)
    return WorkbookContent(
        FileKind.XLSB.value,
        gathered.sheets,
        properties,
        gathered.notes,
        first_day=DAY_OF_1904 if context.since_1904 else USUAL_FIRST_DAY,
        elsewhere=words,
        window=context.window,
        formats_unknown=context.styles_unread,
        names=context.formulas.names(),
        macros=macros,
    )


def _part(package: OoxmlPackage, kind: str) -> bytes:
    return package.parts.get(package.related(kind), b"")


def _bounds(limits: ReadLimits) -> Bounds:
    return Bounds(limits.rows, limits.columns, limits.cells)


def _refuse_many(count: int, limits: ReadLimits) -> None:
    if count > limits.sheets:
        raise too_large(f"tệp có {count} trang tính")


def _gathered(
    sheets: Sequence[BinarySheet],
    scans: Mapping[int, SheetScan],
    content: bytes,
    limits: ReadLimits,
) -> GatheredSheets:
    """The sheets as our own reading has them, once it is known that nothing was lost."""
    for sheet in sheets:
        if sheet.strange:
            raise not_read(sheet.name, sheet.strange)
    far = any(s.rows * s.columns > limits.layout_cells for s in sheets)
    if not far:  # else the library would lay out gigabytes
        _compare(sheets, content, limits)
    gathered = GatheredSheets(limits)
    for number, sheet in enumerate(sheets):
        if sheet.kind != SheetPartKind.WORKSHEET:
            gathered.pass_over(sheet.name, sheet.kind)
            continue
        scan = scans.get(number)
        look = SheetLook(hidden=sheet.state != 0)
        if scan is not None:
            scan.hide_beyond_reach()
            if scan.hides_unstated:
                scan.hidden_rows |= {row for row, _ in sheet.cells} - scan.stated_rows
            look.merged, look.merged_cut = scan.merged, scan.merged_cut
            look.hidden_places = HiddenPlaces(scan.hidden_rows, scan.hidden_columns)
            if scan.zeros_hidden:
                hide_zeros(scan.looks, sheet.cells)
            look.looks = SheetLooks(scan.looks, scan.percent, scan.in_order(), scan.conditions_cut)
            look.comments, look.shapes = scan.comments, [*scan.shapes, *scan.charts]
            look.widths = ColumnWidths(scan.usual_width, scan.widths)
            look.letters = scan.letters
            look.shows_formulas = scan.shows_formulas
            look.from_the_right, look.zoom = scan.from_the_right, scan.zoom
        look.formulas, look.told_twice = sheet.formulas, [*sheet.told_twice]
        if scan is not None:
            look.told_twice += scan.told_twice
        gathered.note_cut(sheet.name, sheet.rows, sheet.columns)
        gathered.add(sheet.name, sheet.laid_out(), look)
    return gathered


def _compare(sheets: Sequence[BinarySheet], content: bytes, limits: ReadLimits) -> None:
    """Raises WorkbookRefused where the library found cells that we did not, or others.

    What only we found, the library has passed over: that is known of it. Where it refuses the
    file, our reading stands alone.
    """
    try:
        fast = FastReader(content, limits)
    except ParserFailed:
        return
    if len(fast.names) != len(sheets):
        return  # it lists other sheets, and so says nothing of ours
    for number, sheet in enumerate(sheets):
        if sheet.kind != SheetPartKind.WORKSHEET or sheet.unheard:
            continue
        try:
            rows, _ = fast.rows(number)
        except ParserFailed:
            continue
        differing = sum(
            1
            for row, cells in enumerate(rows, 1)
            for column, value in enumerate(cells, 1)
            if value not in ("", None) and not _agree(value, sheet.cells.get((row, column)))
        )
        if differing and len(sheet.cells) <= limits.cells:
            raise not_read(sheet.name, differing)


def _agree(library: CellValue, own: CellValue) -> bool:
    """Whether both read the same; how a number is shown is ours to say."""
    if isinstance(library, str):
        # It reads a text whose letters have two bytes as one of single bytes.
        return library == own or library.replace("\0", "") == own or isinstance(own, ErrorValue)
    if isinstance(library, bool) or isinstance(own, bool):
        return library is own
    if isinstance(library, int | float) and isinstance(own, int | float):
        close = math.isclose(library, own, rel_tol=_CLOSE, abs_tol=_CLOSE)
        return close or (math.isnan(library) and math.isnan(own))
    # One of them takes it for a date.
    return own is not None and not isinstance(own, str)
