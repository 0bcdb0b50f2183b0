"""`baocao catalogue export` and `import`: a year's catalogue out to one workbook and in again."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console

from config.exchange.exchange_completion import complete
from config.exchange.exchange_drafts import Draft, SheetChanges, base_of_files, draft_of
from config.exchange.exchange_faults import complaints_of
from config.exchange.exchange_files import load_exchange_sheets, load_instructions
from config.exchange.exchange_tables import CONTACTS, OfficeFiles, labels_of, records_of, sheets_of
from config.files.calendars import missing_years, years_needed
from config.files.catalogues import catalogue_remarks, year_directories
from config.files.cycle_files import load_cycles
from config.files.office_faults import read_office
from config.settings import Settings, load_settings
from flows.cli.catalogue.catalogue_trial import Trial
from flows.cli.catalogue.catalogue_view import texts_at_fault
from flows.cli.terminal import login_name
from flows.office.office_place import keeps_editions, placed
from models.domain.answers.reminders import step_day
from models.domain.cycle.cycles import HANOI, ReportingCycle, StepKind
from models.domain.cycle.letter_phrases import hanoi_minute
from models.domain.errors import BaocaoError, ConfigurationFault
from models.domain.exchange.exchange_base import base_in
from models.domain.exchange.exchange_reading import CellComplaint, SheetReading, read_sheets
from models.domain.exchange.exchange_sheets import RecordLayout
from models.domain.reading.office import Office
from models.domain.reading.workbook_content import WorkbookContent
from tasks.adapters.file_sets import replace_files, take_back_interrupted
from tasks.adapters.reading.reader_jobs import ReadJob
from tasks.adapters.reading.reader_pool import ReaderPool
from tasks.adapters.workbooks.catalogue_workbook import write_catalogue
from tasks.adapters.workbooks.draft_marks import DraftMarks

_SHOWN = 8  # changes of a sheet that are listed
_CODE_FILES = shutil.ignore_patterns("*.py", "__pycache__", ".*")


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


@dataclass
class _Import:
    files: OfficeFiles
    draft: Draft
    complaints: list[CellComplaint] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


# --- Out ------------------------------------------------------------------------------------------


def export_catalogue(year: int | None, out: Path, config_dir: Path | None = None) -> int:
    """Writes the year's workbook to `out`; the year, the newest where none is given.

    Raises ConfigurationFault where there is no such year or a file cannot be read, ExchangeRefused
    where `out` is there already: somebody may have worked in it.
    """
    if out.exists():
        raise ExchangeRefused(f"Tệp {out} đã có, có thể đang được sửa; xin đặt tên khác.")
    base, contacts, _ = exchange_places(config_dir)
    take_back_interrupted(base)
    years = [int(d.name) for d in year_directories(base)]
    chosen = max(years, default=0) if year is None else year
    if chosen not in years:
        known = ", ".join(map(str, years)) or "chưa có năm nào"
        raise ConfigurationFault([f"Không có danh mục năm {chosen}. Các năm đã có: {known}."])
    files = OfficeFiles(base, contacts, chosen)
    out.write_bytes(workbook_of(files))
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


def import_catalogue(
    workbook: Path,
    config_dir: Path | None = None,
    *,
    check_only: bool = False,
    replace_year: bool = False,
    while_open: bool = False,
    now: dt.datetime | None = None,
) -> ImportResult:
    """Checks the workbook and, where it has no fault, writes its year's files, all or none.

    Raises ReaderFailed for what is no readable workbook, ExchangeRefused where the year is there
    already, or one of its cycles is open, and the caller has not said that this is meant.
    """
    base, contacts, settings = exchange_places(config_dir)
    take_back_interrupted(base)
    content = _read(workbook)
    year, complaints = _year(content, base)
    if year is None:
        return ImportResult(0, complaints)
    work = _drafted(content, OfficeFiles(base, contacts, year))
    _check(work)
    known = any(d.name == str(year) for d in year_directories(base))
    moment = now or dt.datetime.now(dt.UTC)
    _look_at_open_cycles(work, moment)
    names = tuple(sorted(work.draft.files))
    result = ImportResult(year, work.complaints, work.draft.changes, names, work.remarks)
    if work.complaints or check_only or not names:
        return result
    _refuse(work, known=known, replace_year=replace_year, while_open=while_open, now=moment)
    _write(work, settings, workbook.name)
    return ImportResult(year, (), work.draft.changes, names, work.remarks, written=True)


def exchange_places(config_dir: Path | None) -> tuple[Path, Path, Settings | None]:
    """The folder, the contacts, and the settings where an import makes a new edition."""
    settings = load_settings() if config_dir else placed(load_settings())
    base = config_dir or settings.config_dir
    if not base.is_dir():
        raise ConfigurationFault([f"Không có thư mục cấu hình {base}."])
    own = settings.contacts_file if config_dir is None else None
    keeping = settings if config_dir is None and keeps_editions(settings) else None
    return base, own or base / CONTACTS, keeping


def _write(work: _Import, settings: Settings | None, name: str) -> None:
    """All files or none: in their folder, or as a new edition of the one that was read."""
    new = {path: text.encode() for path, text in work.draft.files.items()}
    if settings is None:
        base = work.files.config_dir
        replace_files(base, {_target(work.files, path): new[path] for path in new})
        return
    note = f"Nhập danh mục năm {work.files.year} từ {name}"
    from flows.office.kept_editions import enter_changed  # start-up cost

    enter_changed(settings, new, by=login_name(), note=note)


def _read(workbook: Path) -> WorkbookContent:
    workbook = workbook.resolve(strict=True)
    settings = load_settings()
    with ReaderPool(
        None, memory_mb=settings.reader_memory_mb, seconds_per_file=settings.reader_seconds
    ) as pool:
        return pool.read(ReadJob(workbook, workbook.name))


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


def _target(files: OfficeFiles, name: str) -> Path:
    return files.contacts_file if name == CONTACTS else files.config_dir / name


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
    """Where a new year's directive and cycles still speak of the year before."""
    if (work.files.config_dir / "directives" / str(work.files.year)).is_dir():
        return
    before = str(work.files.year - 1)
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
        told = ", ".join(f"{day:%d/%m}" for day in sorted(set(days)))
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


def _refuse(
    work: _Import, *, known: bool, replace_year: bool, while_open: bool, now: dt.datetime
) -> None:
    year = work.files.year
    own = [name for name in work.draft.files if name.startswith("directives/")]
    if known and own and not replace_year:
        raise ExchangeRefused(
            f"Danh mục năm {year} đã có. Năm mới thì đổi Năm ở trang «Chỉ thị»; đúng là muốn thay "
            f"danh mục năm {year} thì chạy lại với --replace."
        )
    if not while_open and (found := _open_cycles(work, now)):
        raise ExchangeRefused(
            f"Kỳ {', '.join(found)} đang mở: cơ quan đang giữ sổ lập theo bản cũ. Vẫn muốn đổi bây "
            "giờ thì chạy lại với --while-open."
        )


# --- Told -----------------------------------------------------------------------------------------


def print_result(result: ImportResult, console: Console, errors: Console) -> None:
    """Prints the faults, all of them; or what changes, what is worth knowing, what was written."""

    def tell(line: str, where: Console = console) -> None:
        where.print(line, markup=False, highlight=False, soft_wrap=True)

    for complaint in result.complaints:
        tell(complaint.sentence, errors)
    if result.complaints:
        tell(f"{len(result.complaints)} chỗ cần sửa. Chưa tệp nào bị đổi.", errors)
        return
    for changes in result.changes:
        kept = " (vẫn giữ trong danh sách chung)" if changes.sheet.shared else ""
        for what, found in (
            ("thêm", changes.added),
            ("đổi", changes.changed),
            (f"không còn trong sổ{kept}", changes.removed),
        ):
            if found:
                more = f"; và {len(found) - _SHOWN} mục khác" if len(found) > _SHOWN else ""
                listed = "; ".join(found[:_SHOWN])
                tell(f"Trang «{changes.sheet.title}»: {what} {len(found)}: {listed}{more}")
    for remark in result.remarks:
        tell(remark)
    if not result.files:
        tell(f"Sổ khớp với danh mục năm {result.year}: không có gì để ghi.")
    elif result.written:
        tell(f"Đã nhập danh mục năm {result.year}: {', '.join(result.files)}.")
    else:
        tell(f"Không có lỗi. Sẽ ghi: {', '.join(result.files)}.")
