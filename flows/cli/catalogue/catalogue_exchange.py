"""`baocao catalogue export` and `import`: a year's catalogue out to one workbook and in again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console

from config.exchange.exchange_tables import CONTACTS, OfficeFiles
from config.settings import Settings, load_settings
from flows.cli.terminal import login_name
from flows.office.catalogue_import import (
    ExchangeRefused,
    ImportPlace,
    ImportResult,
    ImportWishes,
    take_in,
    workbook_of,
    year_to_export,
)
from flows.office.office_place import keeps_editions, placed
from models.domain.errors import ConfigurationFault
from tasks.adapters.file_sets import replace_files, take_back_interrupted

_SHOWN = 8  # changes of a sheet that are listed


def export_catalogue(year: int | None, out: Path, config_dir: Path | None = None) -> int:
    """Writes the year's workbook to `out`; the year, the newest where none is given.

    Raises ConfigurationFault where there is no such year or a file cannot be read, ExchangeRefused
    where `out` is there already: somebody may have worked in it.
    """
    if out.exists():
        raise ExchangeRefused(f"Tệp {out} đã có, có thể đang được sửa; xin đặt tên khác.")
    base, contacts, _ = exchange_places(config_dir)
    take_back_interrupted(base)
    chosen = year_to_export(base, year)
    out.write_bytes(workbook_of(OfficeFiles(base, contacts, chosen)))
    return chosen


def import_catalogue(
    workbook: Path,
    config_dir: Path | None = None,
    *,
    check_only: bool = False,
    replace_year: bool = False,
    while_open: bool = False,
    now: dt.datetime | None = None,
) -> ImportResult:
    """As `take_in`, with the files of the settings or those of a folder of their own."""
    base, contacts, settings = exchange_places(config_dir)
    take_back_interrupted(base)

    def keep(new: Mapping[str, bytes], note: str) -> None:
        """All files or none: in their folder, or as a new edition of the one that was read."""
        if settings is None:
            replace_files(base, {_target(base, contacts, path): new[path] for path in new})
            return
        from flows.office.kept_editions import enter_changed  # start-up cost

        enter_changed(settings, new, by=login_name(), note=note)

    wishes = ImportWishes(check_only, replace_year, while_open)
    place = ImportPlace(base, contacts, keep)
    return take_in(workbook, workbook.name, place, wishes, now or dt.datetime.now(dt.UTC))


def exchange_places(config_dir: Path | None) -> tuple[Path, Path, Settings | None]:
    """The folder, the contacts, and the settings where an import makes a new edition."""
    settings = load_settings() if config_dir else placed(load_settings())
    base = config_dir or settings.config_dir
    if not base.is_dir():
        raise ConfigurationFault([f"Không có thư mục cấu hình {base}."])
    own = settings.contacts_file if config_dir is None else None
    keeping = settings if config_dir is None and keeps_editions(settings) else None
    return base, own or base / CONTACTS, keeping


def _target(base: Path, contacts: Path, name: str) -> Path:
    return contacts if name == CONTACTS else base / name


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
