"""Reading a workbook of unknown origin into its cells, whatever its format, within limits.

To be called in the disposable child: parsers written for well-meant files can still exhaust
memory or abort the process.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from models.domain.errors import BaocaoError
from models.domain.reading.submissions import FileProblem
from models.domain.reading.workbook_content import (
    Area,
    CellValue,
    ErrorValue,
    SheetContent,
    WorkbookContent,
    address,
)
from tasks.adapters.reading import biff_records, ods_reader, ooxml_parts
from tasks.adapters.reading.archives import BudgetExceeded, CountedZip, DamagedPackage, UnzipBudget
from tasks.adapters.reading.file_kinds import FileKind
from tasks.adapters.reading.hardened_xml import MalformedXml, UnsafeXml, local_attribute, parse_xml
from tasks.adapters.reading.ooxml_looks import NO_LOOKS, SheetLooks, WorkbookLooks
from tasks.adapters.reading.reader_jobs import MAX_FILE_BYTES

_DEFAULT_PASSWORD = "VelvetSweatshop"  # Excel's own: such files open unasked


class WorkbookRefused(BaocaoError):
    """Raised when a file cannot be read as a workbook; `detail` says in Vietnamese why."""

    def __init__(self, problem: FileProblem, detail: str) -> None:
        self.problem = problem
        self.detail = detail
        super().__init__(detail)


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """How much of a workbook is read. `layout_cells` bounds the rectangle a parser may lay out."""

    file_bytes: int = MAX_FILE_BYTES
    sheets: int = 100
    rows: int = 20_000
    columns: int = 1_000
    cells: int = 500_000  # filled ones, over all sheets
    layout_cells: int = 8_000_000
    unzip: UnzipBudget = field(default=UnzipBudget())


_MOST_COVERED = 1_000_000  # cells under merged ones that are looked at on one sheet
_DAMAGED = "Tệp bị hỏng hoặc tải lên chưa trọn vẹn nên không mở được."
_UNSAFE = "Tệp chứa khai báo mà không chương trình bảng tính nào tạo ra, nên không được đọc."
_PASSWORD = "Tệp có đặt mật khẩu nên không mở được."


def read_workbook(
    content: bytes, kind: FileKind, limits: ReadLimits | None = None
) -> WorkbookContent:
    """The cells of a workbook, trimmed to what is filled, error cells included.

    Empty cells are None. What lies beyond the limits is left out with a note. Raises
    WorkbookRefused for what is damaged, encrypted, hostile or too large; MemoryError may
    come through, and a parser may end the process: the caller is a disposable child.
    """
    limits = limits or ReadLimits()
    if len(content) > limits.file_bytes:
        raise _too_large(f"tệp nặng {len(content) // 1_000_000} MB")
    try:
        if kind is FileKind.ODS:
            return _read_ods(content, limits)
        if kind in (FileKind.XLSX, FileKind.XLSM):
            return _read_xlsx(content, kind, limits)
        if kind is FileKind.XLSB:
            return _read_xlsb(content, limits)
        if kind is FileKind.XLS:
            return _read_xls(content, limits)
    except BudgetExceeded:
        raise _too_large("nội dung sau khi giải nén quá lớn") from None
    except (DamagedPackage, MalformedXml, RecursionError):  # recursion: text nested without end
        raise WorkbookRefused(FileProblem.DAMAGED, _DAMAGED) from None
    except UnsafeXml:
        raise WorkbookRefused(FileProblem.DAMAGED, _UNSAFE) from None
    raise WorkbookRefused(FileProblem.NOT_A_WORKBOOK, f"Tệp là {kind.vietnamese}.")


def without_default_password(content: bytes) -> bytes | None:
    """The plain workbook of a file that Excel opens without asking, None when it would ask.

    Excel encrypts a write-protected workbook with a password known to all.
    """
    import msoffcrypto  # start-up cost
    from msoffcrypto.exceptions import DecryptionError, FileFormatError, ParseError  # start-up cost

    plain = io.BytesIO()
    try:
        office_file = msoffcrypto.OfficeFile(io.BytesIO(content))
        office_file.load_key(password=_DEFAULT_PASSWORD)
        office_file.decrypt(plain)
    except (DecryptionError, FileFormatError, ParseError, NotImplementedError):
        return None
    except (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError):
        return None  # a broken container: not ours to tell apart
    return plain.getvalue() or None


def _too_large(why: str) -> WorkbookRefused:
    return WorkbookRefused(FileProblem.TOO_LARGE, f"Tệp vượt giới hạn đọc: {why}.")


def _read_xlsx(content: bytes, kind: FileKind, limits: ReadLimits) -> WorkbookContent:
    parts = CountedZip(content, limits.unzip).read_all()
    ooxml_parts.refuse_hostile_parts(parts)
    try:
        sources = ooxml_parts.sheet_parts(parts)
    except KeyError:
        raise WorkbookRefused(FileProblem.DAMAGED, _DAMAGED) from None
    sparse = {name for name, xml in sources.items() if _is_sparse(xml, limits)}
    errors = {name: ooxml_parts.error_cells(xml) for name, xml in sources.items()}
    merged = {name: ooxml_parts.merged_areas(xml) for name, xml in sources.items()}
    styles = WorkbookLooks(parts)
    looks = {name: styles.of(xml) for name, xml in sources.items()}
    has_formulas = any(ooxml_parts.has_formulas(xml) for xml in sources.values())
    properties = ooxml_parts.custom_properties(parts)
    del parts  # the parsers hold their own copy
    bounded = _BoundedReader(content, limits) if sparse else None
    gathered = _Gathered(limits)
    for metadata, workbook in _open_with_calamine(content, limits):
        if bounded is not None and metadata.name in sparse:
            rows = bounded.rows(metadata.name, sources[metadata.name])
            gathered.note_cut(metadata.name, *ooxml_parts.filled_extent(sources[metadata.name]))
        else:
            rows = _calamine_rows(workbook, metadata.name, limits, gathered)
        gathered.add(
            metadata,
            rows,
            errors.get(metadata.name, ()),
            merged.get(metadata.name, ()),
            looks.get(metadata.name, NO_LOOKS),
        )
    return WorkbookContent(
        kind.value, gathered.sheets, properties, gathered.notes, has_formulas=has_formulas
    )


def _is_sparse(sheet_xml: bytes, limits: ReadLimits) -> bool:
    if not ooxml_parts.is_far(sheet_xml):
        return False
    rows, columns = ooxml_parts.filled_extent(sheet_xml)
    return rows * columns > limits.layout_cells


def _read_xlsb(content: bytes, limits: ReadLimits) -> WorkbookContent:
    parts = CountedZip(content, limits.unzip).read_all()
    ooxml_parts.refuse_hostile_parts(parts)
    relations = parts.get("xl/_rels/workbook.bin.rels")
    if relations is None:
        raise WorkbookRefused(FileProblem.DAMAGED, _DAMAGED)
    targets = {
        local_attribute(r, "Id"): "xl/" + local_attribute(r, "Target").removeprefix("/xl/")
        for r in parse_xml(relations)
    }
    scans = biff_records.scan_xlsb(parts, targets)
    properties = ooxml_parts.custom_properties(parts)
    del parts
    gathered = _read_with_scans(content, limits, scans)
    return WorkbookContent(FileKind.XLSB.value, gathered.sheets, properties, gathered.notes)


def _read_xls(content: bytes, limits: ReadLimits) -> WorkbookContent:
    import olefile  # start-up cost

    properties: dict[str, str] = {}
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as ole:
            stream = ole.openstream("Workbook" if ole.exists("Workbook") else "Book").read()
            if ole.exists("\x05DocumentSummaryInformation"):
                summary = ole.openstream("\x05DocumentSummaryInformation").read()
                properties = biff_records.user_properties(summary)
    except (OSError, ValueError, IndexError, TypeError, AttributeError):
        raise WorkbookRefused(FileProblem.DAMAGED, _DAMAGED) from None
    scans = dict(enumerate(biff_records.scan_xls(stream)))
    gathered = _read_with_scans(content, limits, scans)
    return WorkbookContent(FileKind.XLS.value, gathered.sheets, properties, gathered.notes)


def _read_with_scans(
    content: bytes, limits: ReadLimits, scans: Mapping[Any, biff_records.SheetScan]
) -> _Gathered:
    """Reads a binary format; `scans` by sheet name (.xlsb) or by place in the workbook (.xls)."""
    gathered = _Gathered(limits)
    for place, (metadata, workbook) in enumerate(_open_with_calamine(content, limits)):
        scan = scans.get(metadata.name, scans.get(place))
        errors: Iterable[tuple[int, int, ErrorValue]] = ()
        merged: Sequence[Area] = ()
        looks = NO_LOOKS
        if scan is not None:
            merged, looks = scan.merged, SheetLooks(scan.looks, scan.percent)
            if scan.rows * scan.columns > 4 * limits.layout_cells:
                far = address(scan.rows, scan.columns)
                raise _too_large(f"trang «{metadata.name}» trải tới ô {far}")
            errors = ((row, column, error) for (row, column), error in scan.errors.items())
        rows = _calamine_rows(workbook, metadata.name, limits, gathered)
        gathered.add(metadata, rows, errors, merged, looks)
    return gathered


def _read_ods(content: bytes, limits: ReadLimits) -> WorkbookContent:
    package = CountedZip(content, limits.unzip)
    parts = package.read_all()
    if "content.xml" not in parts:
        raise WorkbookRefused(FileProblem.DAMAGED, _DAMAGED)
    sheets, notes = ods_reader.read_sheets(
        parts["content.xml"],
        max_rows=limits.rows,
        max_columns=limits.columns,
        max_cells=limits.cells,
    )
    properties = ods_reader.user_properties(parts["meta.xml"]) if "meta.xml" in parts else {}
    if len(sheets) > limits.sheets:
        notes.append(_sheets_note(len(sheets), limits))
    return WorkbookContent(FileKind.ODS.value, sheets[: limits.sheets], properties, notes)


class _Gathered:
    """The sheets read so far, their notes, and how many cells may still be taken."""

    def __init__(self, limits: ReadLimits) -> None:
        self.limits = limits
        self.sheets: list[SheetContent] = []
        self.notes: list[str] = []
        self.cells_left = limits.cells

    def note_cut(self, name: str, rows: int, columns: int) -> None:
        """Adds a note when the sheet reaches beyond the limits."""
        if rows > self.limits.rows or columns > self.limits.columns:
            self.notes.append(
                f"Trang «{name}» trải tới ô {address(rows, columns)}: chỉ đọc "
                f"{self.limits.rows} hàng và {self.limits.columns} cột đầu."
            )

    def add(
        self,
        metadata: SheetMetadata,
        rows: Iterable[Sequence[CellValue]],
        errors: Iterable[tuple[int, int, ErrorValue]],
        merged: Sequence[Area] = (),
        looks: SheetLooks = NO_LOOKS,
    ) -> None:
        """Takes a sheet, puts its error cells where the fast reader left a gap, trims it."""
        if metadata.typ != SheetTypeEnum.WorkSheet:
            return
        laid_out: list[list[CellValue]] = []
        for row in rows:
            cells: list[CellValue] = [None if v == "" else v for v in row]
            filled = len(cells) - cells.count(None)
            if filled > self.cells_left:
                self.notes.append(
                    f"Trang «{metadata.name}»: bảng tính có quá {self.limits.cells} ô, "
                    f"chỉ đọc đến hàng {len(laid_out)}."
                )
                break
            self.cells_left -= filled
            laid_out.append(cells)
        for row_number, column, error in errors:
            if row_number > self.limits.rows or column > self.limits.columns:
                continue
            laid_out.extend([] for _ in range(row_number - len(laid_out)))
            target = laid_out[row_number - 1]
            target.extend([None] * (column - len(target)))
            target[column - 1] = error
        _uncover(laid_out, merged)
        for cells in laid_out:
            while cells and cells[-1] is None:
                cells.pop()
        while laid_out and not laid_out[-1]:
            laid_out.pop()
        hidden = metadata.visible != SheetVisibleEnum.Visible
        self.sheets.append(
            SheetContent(
                metadata.name,
                laid_out,
                hidden,
                merged,
                looks.percent,
                looks.looks,
                looks.conditional,
            )
        )


def _uncover(rows: list[list[CellValue]], merged: Sequence[Area]) -> None:
    """Empties what merged cells cover: some programs keep it in the file, nobody sees it."""
    steps = _MOST_COVERED
    for top, left, bottom, right in merged:
        for number in range(top, min(bottom, len(rows)) + 1):
            cells = rows[number - 1]
            covered = range(left - (number != top), min(right, len(cells)))
            steps -= 1 + len(covered)
            if steps < 0:
                return
            for place in covered:
                cells[place] = None


def _open_with_calamine(
    content: bytes, limits: ReadLimits
) -> Iterable[tuple[SheetMetadata, CalamineWorkbook]]:
    """Pairs of sheet metadata and workbook. Raises WorkbookRefused."""
    with _faults_as_refusals():
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        listed = workbook.sheets_metadata
    if len(listed) > limits.sheets:
        raise _too_large(f"tệp có {len(listed)} trang tính")
    return ((metadata, workbook) for metadata in listed)


def _calamine_rows(
    workbook: CalamineWorkbook, name: str, limits: ReadLimits, gathered: _Gathered
) -> list[list[CellValue]]:
    with _faults_as_refusals():
        sheet = workbook.get_sheet_by_name(name)
        if sheet.end is None:
            return []
        last_row, last_column = sheet.end[0] + 1, sheet.end[1] + 1
        # Empty rows and columns before the first filled cell are laid out, too.
        if min(last_row, limits.rows) * last_column > 2 * limits.layout_cells:
            raise _too_large(f"trang «{name}» trải tới ô {address(last_row, last_column)}")
        rows = cast("list[list[CellValue]]", sheet.to_python(False, limits.rows))
    gathered.note_cut(name, last_row, last_column)
    if last_column > limits.columns:
        return [row[: limits.columns] for row in rows]
    return rows


@contextmanager
def _faults_as_refusals() -> Iterator[None]:
    """Turns what the fast reader raises, its panics too, into WorkbookRefused."""
    try:
        yield
    except PasswordError:
        raise WorkbookRefused(FileProblem.ENCRYPTED, _PASSWORD) from None
    except (CalamineError, OSError, ValueError):
        raise WorkbookRefused(FileProblem.DAMAGED, _DAMAGED) from None
    except BaseException as fault:
        # PyO3's PanicException derives from BaseException and cannot be imported by name.
        if type(fault).__name__ != "PanicException":
            raise
        raise WorkbookRefused(FileProblem.DAMAGED, _DAMAGED) from None


def _sheets_note(count: int, limits: ReadLimits) -> str:
    return f"Tệp có {count} trang tính: chỉ đọc {limits.sheets} trang đầu."


class _BoundedReader:
    """Reads single sheets row by row within the limits: those too wide to be laid out at once."""

    def __init__(self, content: bytes, limits: ReadLimits) -> None:
        from openpyxl import load_workbook  # start-up cost

        self._limits = limits
        try:
            self._workbook = load_workbook(
                io.BytesIO(content), read_only=True, data_only=True, keep_links=False
            )
        except (KeyError, ValueError, TypeError, AttributeError, OSError) as fault:
            raise WorkbookRefused(FileProblem.DAMAGED, _DAMAGED) from fault

    def rows(self, name: str, sheet_xml: bytes) -> Iterable[Sequence[CellValue]]:
        """The sheet's rows as far as they are filled within the limits, errors still as text."""
        limits = (self._limits.rows, self._limits.columns)
        last_row, last_column = limits
        if not ooxml_parts.has_unplaced_cells(sheet_xml):
            last_row, last_column = ooxml_parts.filled_extent(sheet_xml, limits)
        if not last_row or name not in self._workbook.sheetnames:
            return
        sheet = self._workbook[name]
        sheet.reset_dimensions()  # what the file claims about its extent is no evidence
        rows = sheet.iter_rows(max_row=last_row, max_col=last_column, values_only=True)
        # Values only, and neither formulas nor rich text are asked for.
        yield from cast(Iterable[Sequence[CellValue]], rows)
