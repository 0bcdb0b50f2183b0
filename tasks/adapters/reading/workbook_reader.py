"""Reading a workbook of unknown origin into its cells, whatever its format, within limits.

To be called in the disposable child: parsers written for well-meant files can still exhaust
memory or abort the process.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from functools import partial

from models.domain.reading.submissions import FileProblem
from models.domain.reading.workbook_content import (
    DAY_OF_1904,
    USUAL_FIRST_DAY,
    CellValue,
    WordsElsewhere,
    WorkbookContent,
)
from tasks.adapters.reading.archives import (
    BudgetExceeded,
    CountedZip,
    DamagedPackage,
    LockedPackage,
    UnknownPacking,
)
from tasks.adapters.reading.binary.binary_workbooks import read_xls, read_xlsb
from tasks.adapters.reading.file_kinds import FileKind
from tasks.adapters.reading.gathered_sheets import (
    PASSWORD,
    UNSAFE,
    GatheredSheets,
    ReadLimits,
    SheetLook,
    WorkbookRefused,
    damaged,
    damaged_texts,
    not_read,
    sheets_note,
    too_large,
)
from tasks.adapters.reading.hardened_xml import MalformedXml, UnsafeXml, in_utf8, parse_xml
from tasks.adapters.reading.library_readers import BoundedReader, FastReader, Rows
from tasks.adapters.reading.ods import ods_reader
from tasks.adapters.reading.ods.ods_contents import first_day_of
from tasks.adapters.reading.ods.ods_views import window_of_ods
from tasks.adapters.reading.ods.ods_words import names_of_ods, user_properties, words_of_ods
from tasks.adapters.reading.ooxml import ooxml_parts
from tasks.adapters.reading.ooxml.cell_formulas import formulas_of, told_twice
from tasks.adapters.reading.ooxml.comment_parts import comments_of
from tasks.adapters.reading.ooxml.hidden_places import hidden_places
from tasks.adapters.reading.ooxml.looks.around_cells import around_cells
from tasks.adapters.reading.ooxml.looks.cell_letters import letters_of
from tasks.adapters.reading.ooxml.looks.drawing_parts import shapes_of
from tasks.adapters.reading.ooxml.looks.ooxml_looks import LOOKED_AT, WorkbookLooks
from tasks.adapters.reading.ooxml.looks.table_styles import looks_of_tables
from tasks.adapters.reading.ooxml.made_anew import cells_made_anew
from tasks.adapters.reading.ooxml.odd_contents import (
    holds_escaped_letters,
    may_hold_odd_numbers,
    odd_numbers,
    odd_texts,
    of_odd_texts,
    rich_values,
    strange_contents,
    unescaped,
)
from tasks.adapters.reading.ooxml.ooxml_package import (
    OoxmlPackage,
    SheetPart,
    SheetPartKind,
    canonical,
    package_of,
    properties_of,
)
from tasks.adapters.reading.ooxml.ooxml_words import (
    names_of_book,
    words_drawn,
    words_of_book,
    words_on_sheets_of_shapes,
)
from tasks.adapters.reading.ooxml.sheet_measures import sizes_of
from tasks.adapters.reading.ooxml.sheet_regions import regions_of
from tasks.adapters.reading.parser_guard import ParserFailed, parsing

_MOST_LAID_OUT = 4_000_000  # bytes of all parts that hold cells, unpacked
_MACROS_OF_ODS = ("basic/", "scripts/")
_DEFAULT_PASSWORD = "VelvetSweatshop"  # Excel's own: such files open unasked


def read_workbook(
    content: bytes, kind: FileKind, limits: ReadLimits | None = None
) -> WorkbookContent:
    """The cells of a workbook, trimmed to what is filled, error cells included.

    Empty cells are None. What lies beyond the limits is left out with a note. Raises
    WorkbookRefused for what is damaged, encrypted, hostile, too large or beyond our readers;
    MemoryError may come through, and a parser may end the process: the caller is a disposable
    child.
    """
    limits = limits or ReadLimits()
    if len(content) > limits.file_bytes:
        raise too_large(f"tệp nặng {len(content) // 1_000_000} MB")
    try:
        if kind is FileKind.ODS:
            return _read_ods(content, limits)
        if kind in (FileKind.XLSX, FileKind.XLSM):
            return _read_xlsx(content, kind, limits)
        if kind is FileKind.XLSB:
            return read_xlsb(content, limits)
        if kind is FileKind.XLS:
            return read_xls(content, limits)
    except BudgetExceeded:
        raise too_large("nội dung sau khi giải nén quá lớn") from None
    except LockedPackage:
        raise WorkbookRefused(FileProblem.ENCRYPTED, PASSWORD) from None
    except UnknownPacking:
        raise not_read() from None
    except (DamagedPackage, MalformedXml, RecursionError):  # recursion: text nested without end
        raise damaged() from None
    except UnsafeXml:
        raise WorkbookRefused(FileProblem.NOT_READ, UNSAFE) from None
    raise WorkbookRefused(FileProblem.NOT_A_WORKBOOK, f"Tệp là {kind.vietnamese}.")


def without_default_password(content: bytes) -> bytes | None:
    """The plain workbook of a file that Excel opens without asking, None when it would ask.

    Excel encrypts a write-protected workbook with a password known to all.
    """
    import msoffcrypto  # start-up cost

    plain = io.BytesIO()
    try:
        with parsing():
            office_file = msoffcrypto.OfficeFile(io.BytesIO(content))
            office_file.load_key(password=_DEFAULT_PASSWORD)
            office_file.decrypt(plain)
    except ParserFailed:  # another password, or a way of locking that the library does not know
        return None
    return plain.getvalue() or None


def _read_xlsx(content: bytes, kind: FileKind, limits: ReadLimits) -> WorkbookContent:
    package = package_of(CountedZip(content, limits.unzip).read_all())
    listed = package.sheets()
    if len(listed) > limits.sheets:
        raise too_large(f"tệp có {len(listed)} trang tính")
    sheets = [sheet for sheet in listed if sheet.kind is SheetPartKind.WORKSHEET]
    package.write_plainly(sheets)
    properties = properties_of(package)
    doubtful = package.doubts_its_results
    comments = {sheet.part: comments_of(package, sheet.part) for sheet in sheets}
    shapes = {
        sheet.part: shapes_of(
            package,
            sheet.part,
            partial(sizes_of, package.parts[sheet.part]),
            comments[sheet.part],
        )
        for sheet in sheets
    }
    book_xml = package.parts[package.workbook]
    elsewhere = [*words_of_book(package, book_xml)]
    for sheet in listed:
        elsewhere += words_drawn(package, sheet.name, sheet.part)
        if sheet.kind is not SheetPartKind.WORKSHEET:
            elsewhere += words_on_sheets_of_shapes(package, sheet.name, sheet.part)
    gathered = GatheredSheets(limits)
    styles, *others = (package.parts.get(package.related(what), b"") for what in LOOKED_AT)
    formats_unknown = False
    try:
        looks = WorkbookLooks(styles, *others)
    except MalformedXml:  # no parser is handed what is broken
        looks, formats_unknown = WorkbookLooks(b"", *others), True
        package.without_styles()
    texts, escaped = odd_texts(others[-1]), holds_escaped_letters(others[-1])
    tables_looks = {s.part: looks_of_tables(package, s.part, looks.styles) for s in sheets}
    made_anew = {sheet.part: cells_made_anew(package, sheet.part) for sheet in sheets}
    keeps_rich_values = bool(package.related("sheetMetadata"))
    macros = package.holds_macros
    package.drop_all_but(sheets)
    tables = _Tables(package, sheets, content, limits)
    has_formulas = False
    for sheet in listed:
        if sheet.kind is not SheetPartKind.WORKSHEET:
            gathered.pass_over(sheet.name, sheet.kind)
            continue
        xml = package.parts[sheet.part]
        _refuse_cut_off(sheet.name, xml)
        regions = regions_of(xml)
        cells, around = regions.cells, around_cells(regions.around)
        places = ooxml_parts.near_places(cells)
        far = places is None and ooxml_parts.is_far(cells)
        calculates = ooxml_parts.has_formulas(cells)
        has_formulas = has_formulas or calculates
        odd_types = ooxml_parts.has_odd_types(cells)
        errors = [*ooxml_parts.error_cells(cells)] if odd_types else []
        # Contents of cells that stand around the cells: nobody's reader delivers them.
        lost = around.contents
        if not regions.told_apart:
            lost -= ooxml_parts.contents_stated(cells)
        rows, reached = tables.rows(sheets.index(sheet), cells, len(errors) - lost, far=far)
        gathered.note_cut(sheet.name, *reached)
        looked = looks.of(cells, around, tables_looks[sheet.part])
        look = SheetLook(
            sheet.state != "visible",
            [
                *errors,
                *(ooxml_parts.iso_dates(cells) if odd_types else ()),
                *(ooxml_parts.noughts_of_formulas(cells) if doubtful else ()),
            ],
            around.merged,
            looked,
            hidden_places(regions),
            around.merged_cut,
            comments[sheet.part],
            shapes=[*shapes[sheet.part], *around.charts],
            formulas=formulas_of(cells) if calculates else {},
            told_twice=[
                *told_twice(cells, places, more_stated=tables.more_stated),
                *strange_contents(xml, cells, places, tables.counted, odd_types=odd_types),
                *of_odd_texts(cells, texts),
                *(odd_numbers(cells) if tables.refused or may_hold_odd_numbers(cells) else ()),
                *(rich_values(cells) if keeps_rich_values else ()),
                *looked.told_twice,
                *made_anew[sheet.part],
            ],
            widths=around.widths,
            shows_formulas=around.shows_formulas,
            letters=letters_of(xml, looks.styles),
            from_the_right=around.from_the_right,
            zoom=around.zoom,
        )
        if escaped or holds_escaped_letters(cells):
            rows = unescaped(rows)
        gathered.add(sheet.name, rows, look)
        elsewhere += [WordsElsewhere(where, text, sheet.name) for where, text in around.words]
    return WorkbookContent(
        kind.value,
        gathered.sheets,
        properties,
        gathered.notes,
        has_formulas=has_formulas,
        first_day=DAY_OF_1904 if package.counts_from_1904 else USUAL_FIRST_DAY,
        window=package.window,
        elsewhere=elsewhere,
        formats_unknown=formats_unknown,
        names=names_of_book(book_xml) if has_formulas else {},
        macros=macros,
    )


def _refuse_cut_off(name: str, xml: bytes) -> None:
    """Raises WorkbookRefused for a sheet that ends too early: the readers say nothing of it."""
    if not ooxml_parts.has_its_end(xml):
        try:
            parse_xml(xml)
        except MalformedXml:
            raise damaged(name) from None


class _Tables:
    """The rows of each worksheet: by the fast reader, and by the other where it fails.

    The libraries are handed a plain package of the same sheets: they read the very bytes that were
    looked at, and unpack nothing a second time; whatever else lies in the file concerns no cell. A
    large file the fast one is handed as it came, for the plain package would take its size once
    more.
    """

    def __init__(
        self,
        package: OoxmlPackage,
        sheets: Sequence[SheetPart],
        came: bytes,
        limits: ReadLimits,
    ) -> None:
        self._package = package
        self._sheets = sheets
        self._limits = limits
        self.counted = (0, 0)  # values and words of the sheet read last
        self.more_stated = False  # whether the sheet read last states more than was read at once
        self.refused = False  # whether the fast reader refused it, as it does odd numbers
        self._plain: bytes | None = None
        self._bounded: BoundedReader | None = None
        large = sum(map(len, package.parts.values())) > _MOST_LAID_OUT
        self._fast = self._opened(came) if large and package.is_usual() else None
        self._fast = self._fast or self._opened(self._plain_package())

    def rows(
        self, number: int, cells: bytes, known: int, *, far: bool
    ) -> tuple[Iterable[Sequence[CellValue]], tuple[int, int]]:
        """A sheet's rows, and the last row and column it has.

        `cells` are those of its part, of which so many are `known` otherwise; some may lie `far`
        out. Raises WorkbookRefused.
        """
        xml = self._package.parts[self._sheets[number].part]
        rows: Rows | None = None
        self.more_stated, self.counted = True, ooxml_parts.contents_counted(cells)
        reached = (0, 0)
        if self._fast is not None and not (far and _is_sparse(xml, self._limits)):
            try:
                rows, reached = self._fast.rows(number)
            except ParserFailed:
                rows = None
        self.refused = rows is None
        if rows is None:
            others = self._by_the_other(number)
            return self._completed(number, others, others), ooxml_parts.filled_extent(xml)
        filled = sum(len(row) - row.count("") for row in rows)
        if ooxml_parts.states_as_many(cells, filled + known, self.counted):
            self.more_stated = False
            return rows, reached
        return self._completed(number, rows), reached

    def _completed(self, number: int, rows: Rows, others: Rows | None = None) -> Rows:
        """A reader's rows, and in them what it lost; `others` are those of the other reader.

        Raises WorkbookRefused where nobody delivers what the sheet says it holds.
        """
        sheet = self._sheets[number]
        lost: dict[tuple[int, int], CellValue] = {}
        unknown: dict[tuple[int, int], str] = {}
        for row, column, kind, text in ooxml_parts.stated_places(self._package.parts[sheet.part]):
            if row > self._limits.rows:  # rows come in order, and of these none is read
                break
            if column <= self._limits.columns and _at(rows, row, column) is None:
                if kind in ("str", "inlineStr"):
                    lost[row, column] = text
                else:
                    unknown[row, column] = kind
        if unknown:
            others = others if others is not None else self._by_the_other(number)
            lost |= {place: _at(others, *place) for place in unknown}
        # A shared text may be an empty one; whatever else is stated is something.
        nowhere = [p for p, value in lost.items() if value is None and unknown[p] != "s"]
        if nowhere:
            raise not_read(sheet.name, len(nowhere))
        filled = [list(row) for row in rows]
        for (row, column), value in lost.items():
            filled.extend([] for _ in range(row - len(filled)))
            filled[row - 1].extend([None] * (column - len(filled[row - 1])))
            filled[row - 1][column - 1] = value
        return filled

    def _by_the_other(self, number: int) -> Rows:
        name, part = self._sheets[number].name, self._sheets[number].part
        try:
            if self._bounded is None:
                self._bounded = BoundedReader(self._plain_package(), self._limits)
            found = self._bounded.rows(number, self._package.parts[part])
            return [_trimmed(row) for row in found]
        except ParserFailed:
            raise self._unreadable(name, part) from None

    def _unreadable(self, name: str, part: str) -> WorkbookRefused:
        """Damaged, if that is what is found; else it is our readers that cannot follow."""
        package = self._package
        texts = package.related("sharedStrings")
        for needed, fault in ((part, damaged(name)), (texts, damaged_texts())):
            try:
                if needed:
                    parse_xml(package.parts[needed])
            except (MalformedXml, KeyError):
                return fault
        return not_read(name)

    def _plain_package(self) -> bytes:
        if self._plain is None:
            self._plain = self._package.plain(self._sheets)
        return self._plain

    def _opened(self, package: bytes) -> FastReader | None:
        try:
            return FastReader(package, self._limits)
        except ParserFailed:
            return None


def _at(rows: Rows, row: int, column: int) -> CellValue:
    """What stands there, None for nothing."""
    if row < 1 or row > len(rows) or column > len(rows[row - 1]):
        return None
    value = rows[row - 1][column - 1]
    return None if value == "" else value


def _trimmed(row: Sequence[CellValue]) -> Sequence[CellValue]:
    """The row up to its last filled cell: of a wide sheet most of it is empty."""
    end = len(row)
    while end and row[end - 1] is None:
        end -= 1
    return row[:end]


def _is_sparse(sheet_xml: bytes, limits: ReadLimits) -> bool:
    rows, columns = ooxml_parts.filled_extent(sheet_xml)
    return rows * columns > limits.layout_cells


def _read_ods(content: bytes, limits: ReadLimits) -> WorkbookContent:
    package = CountedZip(content, limits.unzip)
    members = package.read_all()
    stored = {canonical(name): data for name, data in members.items()}
    if len(stored) < len(members):
        raise damaged()
    parts = {n: in_utf8(data) if n.endswith(".xml") else data for n, data in stored.items()}
    if "content.xml" not in parts:
        raise damaged()
    styles, broken = parts.get("styles.xml", b"<none/>"), False
    try:
        parse_xml(styles)
    except MalformedXml:
        styles, broken = b"<none/>", True
    sheets, notes = ods_reader.read_sheets(
        parts["content.xml"],
        styles,
        parts.get("settings.xml", b""),
        max_rows=limits.rows,
        max_columns=limits.columns,
        max_cells=limits.cells,
    )
    properties: dict[str, str] = {}
    try:
        properties = user_properties(parts.get("meta.xml", b"<none/>"))
    except MalformedXml:  # it holds no cell
        properties = {}
    if len(sheets) > limits.sheets:
        notes.append(sheets_note(len(sheets), limits))
    return WorkbookContent(
        FileKind.ODS.value,
        sheets[: limits.sheets],
        properties,
        notes,
        elsewhere=[*words_of_ods(parts)],
        window=window_of_ods(parts.get("settings.xml", b"")),
        formats_unknown=broken,
        first_day=first_day_of(parts["content.xml"]),
        names=names_of_ods(parts["content.xml"]),
        macros=any(name.lower().startswith(_MACROS_OF_ODS) for name in parts),
    )
