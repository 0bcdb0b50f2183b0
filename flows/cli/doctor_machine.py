"""What the doctor says of the machine: who else can read what is ours, and what holds a reader."""

from __future__ import annotations

import datetime as dt
import os
import shlex
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from config.settings import Settings
from flows import clock
from flows.cli.remarks import Diagnosis
from models.domain.cycle.letter_phrases import InstantStyle, hanoi_minute
from models.domain.errors import BaocaoError
from models.domain.letters.health import LITTLE_ROOM, UNSAFE_AFTER
from models.domain.notation.system_words import system_reason
from tasks.adapters.backup.manifest import backups_in, read_manifest
from tasks.adapters.backup.private_folders import on_the_same_disk, why_open
from tasks.adapters.reading.reader_pool import ReaderPool
from tasks.adapters.reading.reader_process import ReaderFailed
from tasks.adapters.reading.sandbox import what_is_open
from tasks.adapters.sharing.objects import ObjectStore, try_out
from tasks.adapters.sharing.opening import known_marks
from tasks.adapters.sharing.store_failures import StoreAway
from tasks.adapters.store.rows import open_engine
from tasks.adapters.upkeep.data_folder import amount, room_said

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def privacy_remarks(settings: Settings) -> Iterator[Diagnosis]:
    """A remark on each folder or file of ours that others on this machine can enter or read."""
    secrets = [Path(".env"), settings.serve_key, settings.mailbox_token_file]
    open_ones = [path for path in secrets if path is not None and _open_to_others(path)]
    yield from (
        Diagnosis(
            "Tệp bí mật",
            True,
            _advice("Tệp", path, "o=" if _is_lent(path) else "go="),
            caution=True,
        )
        for path in open_ones
    )
    if not open_ones:
        yield Diagnosis("Tệp bí mật", True, "Không tệp bí mật nào mà người khác đọc được.")
    folder, subject = settings.data_dir, "Quyền xem dữ liệu"
    if _open_to_others(folder):
        yield Diagnosis(subject, True, _advice("Thư mục dữ liệu", folder), caution=True)
    else:
        yield Diagnosis(subject, True, "Chỉ người chạy chương trình mở được thư mục dữ liệu.")


def backup_remarks(settings: Settings) -> Iterator[Diagnosis]:
    """Whether backups are made, where nobody else can look, on a disk of their own, of late."""
    subject, folder = "Sao lưu", settings.backup_dir
    if folder is None:
        said = "Chưa sao lưu theo lịch: đặt BAOCAO_BACKUP_DIR (docs/sao-luu.md)."
        yield Diagnosis(subject, True, said, caution=True)
        return
    try:
        why = why_open(folder)
        alone = not on_the_same_disk(folder, settings.data_dir)
        whole = backups_in(folder)
        newest = read_manifest(whole[-1]).taken_at if whole else None
    except (OSError, BaocaoError) as error:
        yield Diagnosis(subject, False, f"Không dùng được BAOCAO_BACKUP_DIR: {_why(error)}")
        return
    if why:
        yield Diagnosis(subject, False, why)
    elif newest is None:
        yield Diagnosis(subject, True, "Chưa có bản nào; chạy: baocao backup", caution=True)
    else:
        said = f"{len(whole)} bản, mới nhất {hanoi_minute(newest, InstantStyle.LIST)}."
        fresh = clock.now() - newest <= UNSAFE_AFTER
        more = "" if alone else " Cùng ổ đĩa với dữ liệu: ổ hỏng là mất cả hai."
        yield Diagnosis(subject, fresh, said + more, caution=not alone)


def room_remark(settings: Settings) -> Diagnosis:
    """How much room there is; where it is little, what of the data folder may go."""
    subject, folder = "Chỗ trên đĩa", settings.data_dir
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        why = system_reason(error)
        return Diagnosis(subject, False, f"Không xem được đĩa chứa {folder}: {why}")
    said = f"Còn {amount(free)}."
    if free >= LITTLE_ROOM:
        return Diagnosis(subject, True, said)
    more = " ".join(room_said(folder, dt.datetime.now(dt.UTC)))
    return Diagnosis(subject, False, f"{said} {more} Dọn bằng «baocao cleanup».")


def store_remarks(settings: Settings) -> Iterator[Diagnosis]:
    """Whether the shared store answers, can be written, read back and cleared."""
    if not settings.store_url:
        return
    subject = "Kho chung"
    objects, engine = ObjectStore(settings.store_url), open_engine(settings.database)
    try:
        objects.marks = known_marks(engine)
        if objects.marks:
            objects.attend()
        try_out(objects)
    except SQLAlchemyError:  # said of the database
        return
    except StoreAway as away:
        yield Diagnosis(subject, False, str(away))
        return
    finally:
        engine.dispose()
    said = f"«{settings.store_url}» trả lời, ghi được, đọc lại đúng, xóa được."
    yield Diagnosis(subject, True, said)
    if settings.store_url.startswith("file://"):
        yield from _shared_folder_remarks(
            Path(settings.store_url.removeprefix("file://")), settings
        )


def _shared_folder_remarks(folder: Path, settings: Settings) -> Iterator[Diagnosis]:
    if _open_to_others(folder):
        yield Diagnosis("Kho chung", True, _advice("Thư mục dùng chung", folder), caution=True)
    if on_the_same_disk(folder, settings.data_dir):
        said = f"«{folder}» ở cùng ổ đĩa với dữ liệu: thư mục dùng chung có thể chưa được gắn."
        yield Diagnosis("Kho chung", True, said, caution=True)


def _why(error: OSError | BaocaoError) -> str:
    return system_reason(error) if isinstance(error, OSError) else str(error)


def _open_to_others(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except OSError:
        return False  # is not there, or not ours to look at
    return bool(mode & (stat.S_IRWXO if _is_lent(path) else _OTHERS))


def _is_lent(path: Path) -> bool:
    """Whether a file is the administrator's, who lets us read it through our group: no more than
    that may be taken away, or we could not."""
    found = path.stat()
    return (
        stat.S_ISREG(found.st_mode)
        and found.st_uid != os.geteuid()
        and found.st_gid in {os.getegid(), *os.getgroups()}
        and not found.st_mode & (stat.S_IWGRP | stat.S_IXGRP)
    )


def _advice(what: str, path: Path, change: str = "go=") -> str:
    shown = path.resolve()
    said = f"{what} «{shown}» người khác trên máy mở được; gõ: chmod {change}"
    return f"{said} {shlex.quote(str(shown))}"


def reader_remark(settings: Settings) -> Diagnosis:
    """What holds the process that reads files from outside; one is started to see."""
    subject = "Trình đọc tệp"
    try:
        with ReaderPool(None, memory_mb=settings.reader_memory_mb) as pool:
            pool.start()
            barriers = pool.barriers or frozenset()
    except ReaderFailed as failed:
        return Diagnosis(subject, False, str(failed))
    if left_open := what_is_open(barriers):
        return Diagnosis(subject, True, left_open, caution=True)
    held_by = " và ".join(sorted(barriers))
    return Diagnosis(subject, True, f"Không mở được tệp khác, không nối mạng được ({held_by}).")
