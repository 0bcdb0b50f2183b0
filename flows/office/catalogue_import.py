"""A year's catalogue out to one workbook, checked, tried and taken in again."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from config.exchange.drafted_records import year_before
from config.exchange.exchange_completion import complete
from config.exchange.exchange_drafts import Draft, SheetChanges, base_of_files, draft_of
from config.exchange.exchange_faults import complaints_of
from config.exchange.exchange_files import load_exchange_sheets, load_instructions
from config.exchange.exchange_tables import (
    CONTACTS,
    CYCLES,
    DIRECTIVE,
    OfficeFiles,
    labels_of,
    records_of,
    sheets_of,
)
from config.files.calendars import missing_years, years_needed
from config.files.catalogues import catalogue_remarks, year_directories
from config.files.cycle_files import load_cycles
from config.files.office_faults import read_office
from config.settings import load_settings
from flows.office.catalogue_trial import Trial
from flows.office.office_checks import texts_at_fault
from models.domain.answers.reminders import step_day
from models.domain.cycle.cycles import HANOI, ReportingCycle, StepKind
from models.domain.cycle.letter_phrases import hanoi_minute
from models.domain.errors import BaocaoError, ConfigurationFault
from models.domain.exchange.exchange_base import base_in
from models.domain.exchange.exchange_reading import CellComplaint, SheetReading, read_sheets
from models.domain.exchange.exchange_sheets import RecordLayout
from models.domain.reading.office import Office
from models.domain.reading.workbook_content import WorkbookContent
from tasks.adapters.reading.reader_child import PLEASE_SEND
from tasks.adapters.reading.reader_jobs import ReadJob
from tasks.adapters.reading.reader_pool import ReaderPool
from tasks.adapters.reading.reader_process import ReaderFailed, ReaderUnavailable
from tasks.adapters.workbooks.catalogue_workbook import write_catalogue
from tasks.adapters.workbooks.draft_marks import DraftMarks

_PLEASE_CHOOSE = "Xin chọn sổ danh mục (.xlsx) đã xuất từ chương trình này."
_CODE_FILES = shutil.ignore_patterns("*.py", "__pycache__", ".*")

#: Keeps changed files, by their path below the office's folder, all or none; with what they are.
Keep = Callable[[Mapping[str, bytes], str], None]


class ExchangeRefused(BaocaoError):
    """Raised where work would be overwritten that the office has not said may be."""


@dataclass(frozen=True)
class ImportResult:
    """What an import found and did."""

    year: int
    complaints: Sequence[CellComplaint]
    changes: Sequence[SheetChanges] = ()
    files: Sequence[str] = ()  # written, or to be written
    remarks: Sequence[str] = ()  # worth knowing, no faults
    written: bool = False
    replaces_year: bool = False  # whether the year has a catalogue that it changes
    open_cycles: Sequence[str] = ()  # that are open, and that it touches


@dataclass
class _Import:
    files: OfficeFiles
    draft: Draft
    complaints: list[CellComplaint] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


# --- Out ------------------------------------------------------------------------------------------


def year_to_export(base: Path, year: int | None) -> int:
    """The year asked for, the newest where none is. Raises ConfigurationFault for no such year."""
    years = [int(d.name) for d in year_directories(base)]
    chosen = max(years, default=0) if year is None else year
    if chosen not in years:
        known = ", ".join(map(str, years)) or "chưa có năm nào"
        raise ConfigurationFault([f"Không có danh mục năm {chosen}. Các năm đã có: {known}."])
    return chosen


def workbook_of(files: OfficeFiles) -> bytes:
    """The workbook of a year's files. Raises ConfigurationFault where one cannot be read."""
    return workbook_with(files, {s.key: records_of(s, files) for s in sheets_of(files)})


def workbook_with(
    files: OfficeFiles,
    records: Mapping[str, Sequence[Mapping[str, str]]],
    marks: DraftMarks | None = None,
) -> bytes:
    """The workbook of these records, by the sheet's key; `files` are those it may overwrite.

    `marks` are of a drafted year. Raises ConfigurationFault where a file cannot be read.
    """
    sheets = sheets_of(files)
    groups = records["headings"]
    appendices = {record["appendix"] for record in groups}
    rows = [r["code"] for s in sheets if s.column("direction") for r in records[s.key]]
    rows += [r["code"] for key in ("appendix_4", "appendix_5") for r in records[key]]
    lists = {
        **{f"ds_nhom_{a}": [g["number"] for g in groups if g["appendix"] == a] for a in appendices},
        "ds_ma_dong": rows,
        "ds_mau_bieu": sorted(p.stem for p in (files.config_dir / "forms").glob("*.toml")),
        "ds_ma_ky": [record["code"] for record in records["cycles"]],
    }
    instructions = load_instructions(files.config_dir, files.year)
    labels = labels_of(files)
    base = base_of_files(sheets, files, labels)
    return write_catalogue(sheets, records, labels, instructions, lists, base, marks)


# --- In -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ImportWishes:
    """What whoever imports a workbook has said that it may do."""

    check_only: bool = False
    replace_year: bool = False
    while_open: bool = False


@dataclass(frozen=True)
class ImportPlace:
    """The office's files as they stand, and how changed ones are kept."""

    config_dir: Path
    contacts_file: Path
    keep: Keep


def take_in(
    workbook: Path, name: str, place: ImportPlace, wishes: ImportWishes, now: dt.datetime
) -> ImportResult:
    """Checks the workbook and, where it has no fault, keeps its year's files, all or none.

    Raises ReaderFailed for what is no readable workbook, ExchangeRefused where the year is there
    already, or one of its cycles is open, and the wishes do not say that this is meant.
    """
    base = place.config_dir
    content = _read(workbook, name)
    year, complaints = _year(content, base)
    if year is None:
        return ImportResult(0, complaints)
    work = _drafted(content, OfficeFiles(base, place.contacts_file, year))
    _check(work)
    known = any(d.name == str(year) for d in year_directories(base))
    _look_at_open_cycles(work, now)
    names = tuple(sorted(work.draft.files))
    result = ImportResult(
        year,
        work.complaints,
        work.draft.changes,
        names,
        work.remarks,
        replaces_year=known and any(name.startswith("directives/") for name in names),
        open_cycles=_open_cycles(work, now),
    )
    if work.complaints or wishes.check_only or not names:
        return result
    _refuse(work, wishes, known=known, now=now)
    new = {path: text.encode() for path, text in work.draft.files.items()}
    place.keep(new, f"Nhập danh mục năm {year} từ {name}")
    return replace(result, written=True)


def _read(workbook: Path, name: str) -> WorkbookContent:
    workbook = workbook.resolve(strict=True)
    settings = load_settings()
    with ReaderPool(
        None, memory_mb=settings.reader_memory_mb, seconds_per_file=settings.reader_seconds
    ) as pool:
        try:
            return pool.read(ReadJob(workbook, name))
        except ReaderUnavailable:
            raise
        except ReaderFailed as failure:
            # What the reader advises is for an agency, which has its workbook from the office.
            raise ReaderFailed(str(failure).replace(PLEASE_SEND, _PLEASE_CHOOSE)) from None


def _year(content: WorkbookContent, base: Path) -> tuple[int | None, list[CellComplaint]]:
    """The year that the workbook is of; without one, what is wrong with the cell that says it."""
    sheets = [s for s in load_exchange_sheets(base) if s.key == "directive"]
    reading = read_sheets(content, sheets, labels_of(OfficeFiles(base, base / CONTACTS, 0)))
    (directive,) = reading.values()
    written = directive.records[0].values["year"] if directive.records else ""
    if written and 2000 <= int(written) <= 2200:
        return int(written), []
    column = directive.sheet.column("year")
    cell = directive.records[0].cell("year") if directive.records else ""
    about = [c for c in directive.complaints if not cell or c.cell == cell]
    if not about:
        text = f"năm “{written}” không đọc được"
        about = [CellComplaint(directive.sheet.title, cell, text, column.advice if column else "")]
    return None, about


def _drafted(content: WorkbookContent, files: OfficeFiles) -> _Import:
    labels = labels_of(files)
    readings: dict[str, SheetReading] = read_sheets(content, sheets_of(files), labels)
    remarks = [*content.notes, *_absent(readings), *complete(readings, files, labels)]
    return _Import(files, draft_of(readings, files, labels, base_in(content)), remarks=remarks)


def _absent(readings: Mapping[str, SheetReading]) -> Iterator[str]:
    """Sheets that a workbook may do without: it may be meant, or a slip."""
    for reading in readings.values():
        if not reading.present and not reading.complaints:
            kept = "" if reading.sheet.shared else " của năm này, nếu có,"
            yield (
                f"Sổ không có trang «{reading.sheet.title}»: nội dung đang lưu{kept} được giữ "
                "nguyên."
            )


def _check(work: _Import) -> None:
    """The office's own checks on the files as they would be, told by cell."""
    with tempfile.TemporaryDirectory(prefix="baocao-danh-muc-") as temporary:
        trial = Path(temporary) / "config"
        shutil.copytree(work.files.config_dir, trial, ignore=_CODE_FILES)
        shutil.copyfile(work.files.contacts_file, trial / CONTACTS)
        for name, text in work.draft.files.items():
            path = trial / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        office, faults = read_office(trial, trial / CONTACTS)
        work.complaints = complaints_of(faults, work.draft)
        work.complaints += [CellComplaint("", "", said) for said in texts_at_fault(trial)]
        if office is not None and work.files.year in office.catalogues:
            # A workbook is filled in only where nothing else is wrong: it would fail for that.
            tried = Trial(office, work.draft, work.files.year, fills=not work.complaints)
            said = {(c.sheet, c.cell) for c in work.complaints}
            work.complaints += [c for c in tried.complaints() if (c.sheet, c.cell) not in said]
        if office is not None and not work.complaints:
            work.remarks += _odd_print(trial, work)
            work.remarks += _old_years(work)
            work.remarks += _remarks(office, work.files.year)


def _odd_print(trial: Path, work: _Import) -> Iterator[str]:
    """What is odd in the print, where it stands: it is taken as it is."""
    found = catalogue_remarks(trial / "directives" / str(work.files.year))
    for remark in complaints_of(found, work.draft):
        yield f"Xin xem lại bản in. {remark.sentence}"


def _old_years(work: _Import) -> Iterator[str]:
    """Where a new year's directive and cycles still speak of the year before or its directive."""
    if (work.files.config_dir / "directives" / str(work.files.year)).is_dir():
        return
    before = str(work.files.year - 1)
    yield from _old_number(work)
    for reading in work.draft.sheets.values():
        if reading.sheet.layout is RecordLayout.FACTS:
            cells = [
                record.cell(key)
                for record in reading.records
                for key, value in record.values.items()
                if before in value
            ]
            if cells:
                title = reading.sheet.title
                yield f"Trang «{title}» còn nhắc năm {before} ở ô {', '.join(cells)}: xin xem lại."


def _old_number(work: _Import) -> Iterator[str]:
    """Cycles whose words, which go into every letter, name the directive of the year before."""
    former = year_before(work.files)
    sheets = work.draft.sheets
    old = [r["number"] for r in records_of(sheets[DIRECTIVE].sheet, former)] if former else []
    new = [record.values["number"] for record in sheets[DIRECTIVE].records]
    for number in old if old != new else ():
        cells = [
            record.cell(key)
            for record in sheets[CYCLES].records
            if record.values.get("catalogue_year") == str(work.files.year)
            for key, value in record.values.items()
            if number and number in value
        ]
        if cells:
            title = sheets[CYCLES].sheet.title
            places = ", ".join(cells)
            yield f"Trang «{title}» còn nhắc văn bản số {number} ở ô {places}: xin xem lại."


def _remarks(office: Office, year: int) -> Iterator[str]:
    """When letters would leave, and what the calendar lacks: for a person to look over."""
    cycles = [c for c in office.cycles.values() if c.catalogue_year == year]
    if not cycles:
        yield f"Chưa có kỳ báo cáo nào của năm {year} (trang «Kỳ báo cáo»)."
    for cycle in cycles:
        last = office.calendar.last_working_day_before(cycle.due_at, HANOI)
        days = [
            step_day(cycle, office.calendar, step)
            for step in cycle.steps
            if step.kind is not StepKind.ESCALATION
        ]
        told = ", ".join(f"{day:%d/%m/%Y}" for day in sorted(set(days)))
        yield (
            f"Kỳ {cycle.code}: hạn nhận trước {hanoi_minute(cycle.due_at)}, "
            f"ngày làm việc cuối cùng là {last:%d/%m/%Y}; thư nhắc vào {told or 'không ngày nào'}."
        )
    yield from missing_years(office.calendar, years_needed(cycles))


# --- What must be asked for -----------------------------------------------------------------------


def _is_open(cycle: ReportingCycle, now: dt.datetime) -> bool:
    return cycle.opens_at <= now and not cycle.has_ended(now)


def _open_cycles(work: _Import, now: dt.datetime) -> list[str]:
    """Cycles, as they stand now, that are open and that the import would touch."""
    cycles = load_cycles(work.files.config_dir / "cycles.toml").values()
    changed = work.draft.changed_cycles
    touched = any(name.startswith("directives/") for name in work.draft.files)
    return [
        c.code
        for c in cycles
        if _is_open(c, now)
        and ((touched and c.catalogue_year == work.files.year) or c.code in changed)
    ]


def _look_at_open_cycles(work: _Import, now: dt.datetime) -> None:
    if found := _open_cycles(work, now):
        work.remarks.append(
            f"Kỳ {', '.join(found)} đang mở: cơ quan đang giữ sổ lập theo bản cũ, lần nhập này đổi "
            "danh mục mà báo cáo gửi về được kiểm tra theo."
        )


def _refuse(work: _Import, wishes: ImportWishes, *, known: bool, now: dt.datetime) -> None:
    year = work.files.year
    own = [name for name in work.draft.files if name.startswith("directives/")]
    if known and own and not wishes.replace_year:
        raise ExchangeRefused(
            f"Danh mục năm {year} đã có. Năm mới thì đổi Năm ở trang «Chỉ thị»; đúng là muốn thay "
            f"danh mục năm {year} thì chạy lại với --replace."
        )
    if not wishes.while_open and (found := _open_cycles(work, now)):
        raise ExchangeRefused(
            f"Kỳ {', '.join(found)} đang mở: cơ quan đang giữ sổ lập theo bản cũ. Vẫn muốn đổi bây "
            "giờ thì chạy lại với --while-open."
        )
