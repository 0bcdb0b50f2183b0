"""Restoring a backup: proven first, built beside the old state, which is set aside and kept.

What the world outside holds stays where it is: the mailboxes of the data folder with all that lies
in them. The orchestrator's own folder stays too; it holds no record of ours.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import make_url

from tasks.adapters.backup.changing_over import ASIDE, change_over
from tasks.adapters.backup.database_copies import (
    FILES,
    SQLITE,
    look_at_copy,
    require_kind,
    restore_dump,
    restore_sqlite,
)
from tasks.adapters.backup.manifest import (
    DATA_FILES,
    OFFICE_FILES,
    RAW,
    WAITING_MAIL,
    BackupDamaged,
    Manifest,
    backup_name,
    faults_of,
    fingerprint,
    free_name,
    read_manifest,
    sha256_of,
)
from tasks.adapters.raw_store import RawFileDamaged, RawFileMissing, RawStore
from tasks.adapters.sharing.objects import ObjectStore
from tasks.adapters.sharing.opening import remember_mark
from tasks.adapters.sharing.shared_raw_store import SharedRawStore
from tasks.adapters.store.restored import restorations
from tasks.adapters.store.rows import migrate, open_engine

_BUILDING = ".dang-khoi-phuc"
#: Of the data folder: what a restoration leaves where it is.
_STAYS = ("mailbox", "drop", "sent", "prefect", "serve.lock")
_COMPANIONS = ("", "-wal", "-shm")  # of a SQLite database
_TOGETHER = 32_000_000  # bytes in one go


@dataclass(frozen=True)
class RestoredTo:
    """Where a backup is restored to."""

    data_dir: Path
    raw_dir: Path
    database_url: str
    config_dir: Path | None  # None: the office's files come with the database
    secret: bytes = field(repr=False)
    objects: ObjectStore | None = None  # where machines share raw bytes


@dataclass
class Restored:
    """What was restored."""

    manifest: Manifest
    set_aside: Path | None  # the state that was there
    remarks: list[str] = field(default_factory=list)  # Vietnamese: what a person has to know or do


class KeyDiffers(BackupDamaged):
    """Raised when the signing key is not the one with which the backup's office signs."""


def restore_backup(backup: Path, place: RestoredTo, now: dt.datetime) -> Restored:
    """Puts the state of a backup into the data folder; what was there is set aside.

    Raises NoBackup, BackupDamaged, KeyDiffers, CopyFailed, DatabaseOutdated, StoreAway,
    and OSError: everything is as it was then, unless the change was begun, which
    `finish_change_over` finishes.
    """
    manifest = read_manifest(backup)
    if manifest.key != fingerprint(place.secret):
        raise KeyDiffers(
            "BAOCAO_SECRET_KEY không phải khóa ký lúc sao lưu: sổ, thư đã giao sẽ không được nhận "
            "ra. Đặt lại đúng khóa ấy (giữ ở nơi an toàn khi cài đặt) rồi chạy lại."
        )
    require_kind(manifest.database, place.database_url)
    if faults := faults_of(backup, manifest):
        raise BackupDamaged("\n".join(faults))
    database = backup / FILES[manifest.database]
    look_at_copy(manifest.database, database)
    place.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    building = place.data_dir / _BUILDING
    if building.exists():
        shutil.rmtree(building)
    building.mkdir(mode=0o700)
    done = Restored(manifest, None)
    mark = _put_raw(backup, building / "raw", place, done)
    _put_data_files(backup, building, manifest)
    if file := _sqlite_file(place):
        beside = _beside(file)
        for end in _COMPANIONS:
            beside.with_name(beside.name + end).unlink(missing_ok=True)
        restore_sqlite(database, beside)
        _begin(f"sqlite:///{beside}", manifest, now, mark)
    else:
        restore_dump(database, place.database_url)
        _begin(place.database_url, manifest, now, mark)
    aside = free_name(place.data_dir, f"{ASIDE}{backup_name(dt.datetime.now(dt.UTC))}")
    done.remarks += _waiting_mail(backup, place, manifest)
    change_over(place.data_dir, list(_old(place, aside)), list(_new(place, building)))
    building.rmdir()
    done.set_aside = aside if aside.exists() else None
    done.remarks += _office_files(backup, place, manifest)
    return done


def _put_raw(backup: Path, target: Path, place: RestoredTo, done: Restored) -> str:
    """Puts the bytes where they are kept; the mark of a shared store, "" for none.

    What a shared store has beside them stays: nothing that bears its hash as its name is old.
    """
    pool, store, mark = RawStore(backup.parent / RAW), RawStore(target), ""
    target.mkdir(mode=0o700)
    if place.objects is not None:
        mark = place.objects.begin()
        store = SharedRawStore(target, place.objects)
    contents: list[bytes] = []
    for sha256 in done.manifest.raw:
        try:
            contents.append(pool.get(sha256))
        except (RawFileMissing, RawFileDamaged) as fault:
            done.remarks.append(f"{fault} Sau khi khôi phục, chạy: baocao doctor --deep --repair")
        if sum(map(len, contents)) > _TOGETHER:
            store.put_many(contents)
            contents = []
    store.put_many(contents)
    return mark


def _put_data_files(backup: Path, building: Path, manifest: Manifest) -> None:
    for one in manifest.files:
        folder, _, name = one.path.partition("/")
        if folder == DATA_FILES:
            shutil.copyfile(backup / one.path, building / name)


def _begin(database_url: str, manifest: Manifest, now: dt.datetime, mark: str) -> None:
    """Brings the record to this program's schema and tells it that it was restored.

    `mark`: of the shared store that has its bytes now, "" for none.
    """
    engine = open_engine(database_url)
    try:
        migrate(engine)
        with engine.begin() as connection:
            restorations.note_restored(connection, manifest.taken_at, now)
        if mark:
            remember_mark(engine, mark, now)
    finally:
        engine.dispose()  # the last connection leaves one file behind


def _old(place: RestoredTo, aside: Path) -> Iterator[tuple[Path, Path]]:
    for path in sorted(place.data_dir.iterdir()):
        if path.name in _STAYS or path.name.startswith((ASIDE, _BUILDING)):
            continue
        yield path, aside / path.name
    database = _sqlite_file(place)
    if database is not None and database.parent.resolve() != place.data_dir.resolve():
        for end in _COMPANIONS:
            old = database.with_name(database.name + end)
            if old.exists():
                yield old, old.with_name(f"{aside.name}-{old.name}")


def _new(place: RestoredTo, building: Path) -> Iterator[tuple[Path, Path]]:
    for path in sorted(building.iterdir()):
        yield path, place.raw_dir if path.name == "raw" else place.data_dir / path.name
    if file := _sqlite_file(place):
        yield _beside(file), file


def _beside(file: Path) -> Path:
    """Where a database is built: on the disk of its place."""
    return file.with_name(f"{_BUILDING}-{file.name}")


def _sqlite_file(place: RestoredTo) -> Path | None:
    url = make_url(place.database_url)
    return Path(url.database or "") if url.get_backend_name() == SQLITE else None


def _waiting_mail(backup: Path, place: RestoredTo, manifest: Manifest) -> Iterator[str]:
    """Puts mail back that waited when the backup was made and is nowhere in its mailbox now."""
    put = 0
    there: set[str] | None = None
    for one in manifest.files:
        if not one.path.startswith(f"{WAITING_MAIL}/"):
            continue
        if there is None:
            there = set(_lying(place))
        target = place.data_dir / one.path.removeprefix(f"{WAITING_MAIL}/")
        if one.sha256 in there or target.exists():
            continue
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copy2(backup / one.path, target)
        put += 1
    if put:
        yield f"Đã trả lại hộp thư trong thư mục dữ liệu {put} thư, tệp chưa nhận lúc sao lưu."


def _lying(place: RestoredTo) -> Iterator[str]:
    for folder in ("mailbox", "drop"):
        for path in (place.data_dir / folder).rglob("*"):
            if path.is_file() and not path.is_symlink():
                yield sha256_of(path)


def _office_files(backup: Path, place: RestoredTo, manifest: Manifest) -> Iterator[str]:
    """Which of the office's files are not as they were; a person decides which are right."""
    if place.config_dir is None:
        return
    differ = []
    for one in manifest.files:
        folder, _, within = one.path.partition("/")
        if folder != OFFICE_FILES:
            continue
        now = place.config_dir / within
        if not now.is_file() or sha256_of(now) != one.sha256:
            differ.append(within)
    if differ:
        shown = ", ".join(differ[:10]) + (f" và {len(differ) - 10} tệp khác" * (len(differ) > 10))
        yield (
            f"Cấu hình trong «{place.config_dir}» khác lúc sao lưu, không tự ghi đè: {shown}. Bản "
            f"lúc sao lưu ở «{backup / OFFICE_FILES}»; đúng thì chép lại."
        )
