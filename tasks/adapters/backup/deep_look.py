"""Every kept byte looked at: what is gone or damaged, and where it can be had again.

A message is in its processed folder still, a file in the message that carried it, and everything
in a backup. What is taken from there counts only by its hash. Nothing is mended unasked.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy import select

from models.domain.errors import BaocaoError
from models.tables import ConsolidationRow
from tasks.adapters.backup.database_copies import FILES, look_at_copy
from tasks.adapters.backup.kept_files import recorded_files
from tasks.adapters.backup.manifest import (
    RAW,
    backups_in,
    faults_of,
    read_manifest,
    sha256_of,
)
from tasks.adapters.intake.unfolding import unfold
from tasks.adapters.mailbox.processed_mail import ProcessedMail
from tasks.adapters.raw_store import RawFileDamaged, RawFileMissing, RawStore
from tasks.adapters.sharing.outputs import SET_ASIDE
from tasks.adapters.store import messages
from tasks.adapters.store.messages import FILE, KeptMessage
from tasks.adapters.store.rows import table_of
from tasks.adapters.workplace import Workplace

_CONSOLIDATION = table_of(ConsolidationRow)
_MESSAGE = "thư"  # what the record calls one


@dataclass(frozen=True, slots=True)
class ByteFinding:
    """Something that is not as it was kept."""

    said: str  # Vietnamese: what is wrong
    to_do: str  # Vietnamese: what a person is to do about it
    mend: Callable[[], object] | None = None  # puts it right; None where nothing here can


@dataclass(frozen=True, slots=True)
class LookedAt:
    """How much was looked at."""

    files: int
    bytes: int
    backups: int


def look_deep(workplace: Workplace, backup_dir: Path | None) -> tuple[LookedAt, list[ByteFinding]]:
    """Reads every byte of the raw store, of the outputs that have a hash, and of the backups."""
    pools = [RawStore(backup_dir / RAW)] if backup_dir and backup_dir.is_dir() else []
    with workplace.engine.begin() as connection:
        recorded = recorded_files(connection)
    broken, size = _broken(workplace.raw_store, recorded)
    findings = list(_raw(workplace, broken, recorded, pools))
    findings += _outputs(workplace)
    whole = backups_in(backup_dir) if backup_dir else []
    findings += _backups(workplace.raw_store, whole)
    return LookedAt(len({*recorded, *workplace.raw_store}), size, len(whole)), findings


def _broken(store: RawStore, recorded: Mapping[str, str]) -> tuple[dict[str, BaocaoError], int]:
    """What is gone or damaged, with what the store says of it; and how many bytes are whole."""
    found: dict[str, BaocaoError] = {}
    size = 0
    for sha256 in sorted({*recorded, *store}):
        try:
            size += len(store.in_store(sha256))
        except (RawFileMissing, RawFileDamaged) as fault:
            found[sha256] = fault
    return found, size


def _raw(
    workplace: Workplace,
    broken: Mapping[str, BaocaoError],
    recorded: Mapping[str, str],
    pools: Sequence[RawStore],
) -> Iterator[ByteFinding]:
    """Messages come first: a file is taken out of its message once that is whole again."""
    put = workplace.raw_store.put
    had: dict[str, tuple[str, Callable[[], object]]] = {}
    for sha256, content in _of_backup(workplace.raw_store, broken.keys()):
        had[sha256] = "bản có sẵn ở máy này", partial(put, content)
    for pool in pools:
        for sha256, content in _of_backup(pool, broken.keys() - had.keys()):
            had[sha256] = "bản sao lưu", partial(put, content)
    for sha256, content in _of_mail(workplace, broken.keys() - had.keys()):
        had[sha256] = "thư mục đã xử lý", partial(put, content)
    for sha256, kept in _carriers(workplace, broken.keys() - had.keys()):
        if kept.key in had or kept.key not in broken:
            most = workplace.rules.max_message_bytes
            mend = partial(unfold, workplace.raw_store, [kept], most)
            had[sha256] = "chính thư đã mang tệp ấy", mend
    for sha256 in sorted(broken, key=lambda one: recorded.get(one) != _MESSAGE):
        what = recorded.get(sha256, "tệp mà sổ không ghi")
        said = f"{what[:1].upper()}{what[1:]}: {broken[sha256]}"
        if sha256 in had:
            where, mend_it = had[sha256]
            to_do = f"Lấy lại được từ {where}: baocao doctor --deep --repair"
            yield ByteFinding(said, to_do, mend_it)
        else:
            yield ByteFinding(said, _nowhere(what))


def _nowhere(what: str) -> str:
    if what == _MESSAGE:
        return (
            "Tìm thư ấy trong hộp thư (cả thư mục Da-xu-ly, Qua-lon) hoặc trong bản sao lưu khác, "
            "đưa về chỗ cũ rồi chạy lại."
        )
    return "Không thấy ở bản sao lưu, hộp thư nào đang nối; tìm trong bản sao lưu khác."


def _of_backup(pool: RawStore, wanted: Collection[str]) -> Iterator[tuple[str, bytes]]:
    for sha256 in wanted:
        with contextlib.suppress(RawFileMissing, RawFileDamaged):
            yield sha256, pool.get(sha256)


def _of_mail(workplace: Workplace, wanted: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """What lies in the processed folders, whose hash is one that is wanted."""
    rules = workplace.rules
    for url in rules.mailboxes if wanted else ():
        # The doctor says of each mailbox what is wrong with it.
        with (
            contextlib.suppress(BaocaoError, OSError),
            ProcessedMail(url, workplace.now, rules.mailbox, rules.max_message_bytes) as place,
        ):
            for _, content in place.read_many(list(place.arrivals())):
                if isinstance(content, bytes):
                    sha256 = hashlib.sha256(content).hexdigest()
                    if sha256 in wanted:
                        yield sha256, content


def _carriers(workplace: Workplace, wanted: Collection[str]) -> Iterator[tuple[str, KeptMessage]]:
    """The messages that carried files, by the file's hash."""
    if not wanted:
        return
    with workplace.engine.begin() as connection:
        carried = connection.execute(
            select(FILE.c.sha256, FILE.c.message_key).where(FILE.c.sha256.in_(list(wanted)))
        ).all()
        rows = {row["key"]: row for row in messages.every_message(connection)}
    for sha256, key in carried:
        yield sha256, KeptMessage(**{name: rows[key][name] for name in KeptMessage.__slots__})


def _outputs(workplace: Workplace) -> Iterator[ByteFinding]:
    """Consolidated workbooks that are not what was written. One that is gone is put out again."""
    with workplace.engine.begin() as connection:
        written = connection.execute(
            select(_CONSOLIDATION.c.workbook_name, _CONSOLIDATION.c.workbook_sha256)
        ).all()
    for name, sha256 in written:
        file = workplace.outputs.folder / name
        if file.is_file() and sha256_of(file) != sha256:
            yield ByteFinding(
                f"Sổ tổng hợp «{file}» không còn như lúc ghi.",
                f"Để riêng tệp ấy thành «{name}{SET_ASIDE}» và ghi lại bản gốc: baocao doctor "
                "--deep --repair",
                partial(_put_out_anew, workplace, file, sha256),
            )
    own = {row.workbook_name: row.workbook_sha256 for row in written}
    for name in workplace.outputs.damaged():
        yield _shared_output(workplace, name, own.get(name, ""))


def _shared_output(workplace: Workplace, name: str, sha256: str) -> ByteFinding:
    """A file in the shared store that is not what was put out. `sha256`: a workbook's, kept."""
    said = f"Kho chung: «{name}» không còn như lúc ghi."
    to_do = "Ghi lại vào kho chung: baocao doctor --deep --repair"
    put, lying = workplace.outputs.put, workplace.outputs.folder / name
    if sha256:
        return ByteFinding(said, to_do, lambda: put({name: workplace.raw_store.get(sha256)}))
    if lying.is_file():
        return ByteFinding(said, to_do, lambda: put({name: lying.read_bytes()}))
    return ByteFinding(said, "Chạy lệnh này ở máy còn tệp ấy, hoặc chạy luồng consolidate-cycle.")


def _put_out_anew(workplace: Workplace, file: Path, sha256: str) -> None:
    content = workplace.raw_store.get(sha256)
    file.rename(file.with_name(file.name + SET_ASIDE))
    file.write_bytes(content)


def _backups(store: RawStore, whole: Sequence[Path]) -> Iterator[ByteFinding]:
    """What is wrong with backups, each of them and the bytes that they share."""
    wanted: dict[str, Path] = {}
    for folder in whole:
        try:
            manifest = read_manifest(folder)
            faults = faults_of(folder, manifest)
            if not faults:
                look_at_copy(manifest.database, folder / FILES[manifest.database])
        except BaocaoError as fault:
            faults, manifest = [str(fault)], None
        for said in faults:
            yield ByteFinding(
                said, f"Không dùng bản sao lưu {folder.name} nữa; làm bản mới: baocao backup"
            )
        if manifest is not None:
            wanted |= dict.fromkeys(manifest.raw, folder)
    for sha256, folder in sorted(wanted.items()):
        pool = RawStore(folder.parent / RAW)
        try:
            pool.get(sha256)
        except (RawFileMissing, RawFileDamaged) as fault:
            said = f"Bản sao lưu {folder.name}: {fault}"
            if sha256 in store:
                to_do = "Ghi lại từ kho tệp gốc: baocao doctor --deep --repair"
                yield ByteFinding(said, to_do, partial(_copy, store, pool, sha256))
            else:
                yield ByteFinding(said, "Kho tệp gốc cũng không còn; tìm trong bản sao lưu khác.")


def _copy(store: RawStore, pool: RawStore, sha256: str) -> None:
    pool.put(store.get(sha256))
