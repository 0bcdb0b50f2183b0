"""Making a backup while the service runs: of one moment, proven after writing, the oldest let go.

Bytes of the raw store never change, so all backups of a folder share them: what a backup costs is
what came since the last. Links would be cheaper still, but what damages a file damages its links.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine

from tasks.adapters.backup.database_copies import CopiedDatabase, copy_database, look_at_copy
from tasks.adapters.backup.manifest import (
    CONTACTS,
    DATA_FILES,
    OFFICE_FILES,
    RAW,
    UNFINISHED,
    WAITING_MAIL,
    BackupDamaged,
    CopiedFile,
    Manifest,
    backup_name,
    backups_in,
    faults_of,
    fingerprint,
    free_name,
    read_manifest,
    sha256_of,
    write_manifest,
)
from tasks.adapters.backup.private_folders import FolderUnfit, on_the_same_disk, private_folder
from tasks.adapters.raw_store import RawFileDamaged, RawFileMissing, RawStore
from tasks.adapters.whole_files import sync_folder

#: Of mailboxes that lie in the data folder: where mail waits that no row tells of yet.
MAIL_FOLDERS = ("mailbox/new", "mailbox/cur", "drop")
_TOGETHER = 32_000_000  # bytes written in one go: the disk then commits once for all of them


@dataclass(frozen=True)
class BackedUpHouse:
    """What is backed up, and what tells of it."""

    engine: Engine
    raw_store: RawStore
    data_dir: Path
    config_dir: Path
    contacts_file: Path | None
    secret: bytes = field(repr=False)
    settings: Sequence[str]  # secret ones that are set, by name
    program: str  # version
    data_files: Sequence[str] = ()  # small files of the data folder that belong to it


@dataclass
class Made:
    """A backup that was made."""

    folder: Path
    messages: int
    bytes_new: int = 0  # of the raw store, beside what earlier backups had
    bytes_all: int = 0
    let_go: int = 0  # older backups
    cautions: list[str] = field(default_factory=list)  # Vietnamese: it could be better
    left: list[str] = field(default_factory=list)  # Vietnamese: it is not whole


def make_backup(house: BackedUpHouse, target: Path, keep: int, now: dt.datetime) -> Made:
    """Makes a backup in the folder `target` and keeps the `keep` newest there.

    Raises FolderUnfit, CopyFailed, BackupDamaged, and OSError when a disk is full: the backups that
    were there are as they were.
    """
    if target.resolve().is_relative_to(house.data_dir.resolve()):
        raise FolderUnfit(
            f"«{target}» nằm trong thư mục dữ liệu: hỏng thư mục dữ liệu là mất cả hai. Chọn thư "
            "mục khác, tốt nhất ở ổ đĩa khác hay máy khác."
        )
    private_folder(target)
    with _alone(target):
        return _make(house, target, keep, now)


def _make(house: BackedUpHouse, target: Path, keep: int, now: dt.datetime) -> Made:
    for left in target.glob(f"{UNFINISHED}*"):
        shutil.rmtree(left)
    name = backup_name(now)
    folder = target / f"{UNFINISHED}{name}"
    folder.mkdir(mode=0o700)
    # Mail first: what is taken in meanwhile has its row by the time the database is copied.
    files = [*_waiting_mail(house, folder), *_office_files(house, folder)]
    copied = copy_database(house.engine, folder)
    files.append(_told(folder, copied.file))
    pool = RawStore(target / RAW)
    made = Made(free_name(target, name), copied.counts["message"])
    raw = _copy_raw(house, pool, copied, made)
    manifest = Manifest(
        taken_at=now,
        program=house.program,
        revision=copied.revision,
        database=copied.kind,
        key=fingerprint(house.secret),
        settings=list(house.settings),
        counts=copied.counts,
        files=files,
        raw=raw,
        lacking=sorted(copied.recorded.keys() - raw.keys()),
    )
    _prove(folder, manifest)
    write_manifest(folder, manifest)
    sync_folder(folder)
    folder.rename(made.folder)
    sync_folder(target)
    made.let_go = _let_go(target, pool, keep)
    if on_the_same_disk(target, house.raw_store.root.parent):
        made.cautions.append(
            f"«{target}» ở cùng ổ đĩa với dữ liệu: ổ hỏng là mất cả hai. Nên sao lưu sang ổ khác "
            "hay máy khác."
        )
    return made


@contextlib.contextmanager
def _alone(target: Path) -> Iterator[None]:
    """Waits until no other backup is being made there."""
    descriptor = os.open(target, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _waiting_mail(house: BackedUpHouse, folder: Path) -> Iterator[CopiedFile]:
    for place in MAIL_FOLDERS:
        source = house.data_dir / place
        for path in sorted(source.iterdir()) if source.is_dir() else ():
            if path.is_file() and not path.is_symlink():
                # Taken in between listing and copying: then its row is in the database.
                with contextlib.suppress(FileNotFoundError):
                    yield _copy(path, folder, f"{WAITING_MAIL}/{place}/{path.name}")


def _office_files(house: BackedUpHouse, folder: Path) -> Iterator[CopiedFile]:
    for place, _, names in os.walk(house.config_dir, followlinks=True):
        within = Path(place).relative_to(house.config_dir)
        for name in sorted(names):
            path = Path(place, name)
            if path.is_file() and path.suffix not in (".py", ".pyc"):
                yield _copy(path, folder, str(OFFICE_FILES / within / name))
    if house.contacts_file is not None:
        yield _copy(house.contacts_file, folder, CONTACTS)
    for name in house.data_files:
        if (house.data_dir / name).is_file():
            yield _copy(house.data_dir / name, folder, f"{DATA_FILES}/{name}")


def _copy(source: Path, folder: Path, within: str) -> CopiedFile:
    target = folder / within
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    status = source.stat()
    os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))
    return _told(folder, target)


def _told(folder: Path, path: Path) -> CopiedFile:
    """The file's entry in the manifest, once it is on the disk."""
    path.chmod(0o600)
    with path.open("rb") as file:
        os.fsync(file.fileno())
    status = path.stat()
    within = str(path.relative_to(folder))
    return CopiedFile(within, sha256_of(path), status.st_size, status.st_mtime)


def _copy_raw(
    house: BackedUpHouse, pool: RawStore, copied: CopiedDatabase, made: Made
) -> dict[str, int]:
    """The sizes of all bytes that the backup rests on, by hash, each read from the pool and whole.

    What rotted in the pool is written anew. What cannot be had any more is noted.
    """
    found: dict[str, int] = {}
    waiting: list[bytes] = []

    def write() -> None:
        for sha256 in pool.put_many(waiting):
            found[sha256] = len(pool.get(sha256))
        waiting.clear()

    there = set(house.raw_store)
    for sha256 in sorted(there | copied.recorded.keys()):
        what = copied.recorded.get(sha256, "tệp")
        with contextlib.suppress(RawFileMissing, RawFileDamaged):
            found[sha256] = len(pool.get(sha256))
            if sha256 not in there:
                made.left.append(f"{what} {sha256}: mất trong kho tệp gốc, còn trong bản sao lưu.")
            continue
        try:
            content = house.raw_store.get(sha256)
        except (RawFileMissing, RawFileDamaged) as fault:
            made.left.append(f"{what}: {fault}")
            continue
        waiting.append(content)
        made.bytes_new += len(content)
        if sum(map(len, waiting)) > _TOGETHER:
            write()
    write()
    made.bytes_all = sum(found.values())
    return found


def _prove(folder: Path, manifest: Manifest) -> None:
    """Reads what was written once more. Raises BackupDamaged, CopyFailed where it is not there."""
    if faults := faults_of(folder, manifest):
        raise BackupDamaged("\n".join(faults))
    look_at_copy(manifest.database, folder / manifest.files[-1].path)


def _let_go(target: Path, pool: RawStore, keep: int) -> int:
    """Removes all but the newest backups, and the bytes that none of those rests on."""
    kept = backups_in(target)
    gone, kept = kept[:-keep], kept[-keep:]
    for folder in gone:
        shutil.rmtree(folder)
    wanted: set[str] = set()
    try:
        for folder in kept:
            wanted |= read_manifest(folder).raw.keys()
    except BackupDamaged:
        return len(gone)  # which bytes the damaged one rests on nobody knows
    for sha256 in set(pool) - wanted:
        pool.remove(sha256)
    return len(gone)
