"""What a backup says of itself: which files it consists of, each with size and hash.

A folder of backups holds `raw/`, the bytes that all of them share under their SHA-256, and a folder
for each backup, `20250219T193000Z`, with its database, the office's files and the mail that waited.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from models.domain.errors import BaocaoError

FORM = 1  # of the manifest
MANIFEST = "manifest.json"
PROOF = "manifest.sha256"
RAW = "raw"
OFFICE_FILES = "config"
CONTACTS = "contacts.csv"  # of an office that keeps its own elsewhere
WAITING_MAIL = "mail"  # of mailboxes in the data folder: what had not been taken in
DATA_FILES = "data"  # small files of the data folder by which it is known for a rehearsal's
UNFINISHED = ".dang-ghi-"
_NAME = re.compile(r"\d{8}T\d{6}Z")


class BackupDamaged(BaocaoError):
    """Raised when a backup is not what it says it is."""


class NoBackup(BaocaoError):
    """Raised when a folder holds no whole backup."""


@dataclass(frozen=True, slots=True)
class CopiedFile:
    """A file of a backup."""

    path: str  # within its folder
    sha256: str
    size: int  # bytes
    written_at: float  # seconds since 1970: when mail arrived, for a file of a mailbox


@dataclass(frozen=True)
class Manifest:
    """All that a backup consists of."""

    taken_at: dt.datetime  # by the office's clock: nothing later is in it
    program: str  # version
    revision: str  # of the database's schema
    database: str  # "sqlite" or "postgresql"
    key: str  # tells whether another installation has the same signing key
    settings: Sequence[str]  # secret ones that were set, by name: they are not in the backup
    counts: Mapping[str, int]  # rows by table
    files: Sequence[CopiedFile]
    raw: Mapping[str, int]  # SHA-256 -> bytes, in the folder that all backups share
    lacking: Sequence[str] = field(default=())  # recorded, and nowhere to be had whole

    def as_json(self) -> bytes:
        """The manifest's file."""
        told = asdict(self) | {"form": FORM, "taken_at": self.taken_at.isoformat()}
        return json.dumps(told, indent=1, sort_keys=True).encode("ascii")


def backup_name(taken_at: dt.datetime) -> str:
    """How the folder of a backup is called.

    >>> backup_name(dt.datetime(2025, 2, 19, 19, 30, tzinfo=dt.UTC))
    '20250219T193000Z'
    """
    return taken_at.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")


def free_name(folder: Path, name: str) -> Path:
    """A path of that name in the folder, numbered where others bear it: a second is long."""
    number, path = 1, folder / name
    while path.exists():
        number += 1
        path = folder / f"{name}-{number}"
    return path


def fingerprint(secret: bytes) -> str:
    """Tells one signing key from another, and nothing else of it."""
    return hmac.new(secret, b"baocao: backup", hashlib.sha256).hexdigest()[:16]


def backups_in(folder: Path) -> list[Path]:
    """The whole backups of a folder, the oldest first; [] where there is no such folder."""
    if not folder.is_dir():
        return []
    found = (path for path in folder.iterdir() if _NAME.fullmatch(path.name[:16]))
    return sorted(path for path in found if (path / PROOF).is_file())


def chosen_backup(folder: Path) -> Path:
    """The backup that a folder is, or the newest in it. Raises NoBackup."""
    if (folder / PROOF).is_file():
        return folder
    found = backups_in(folder)
    if not found:
        raise NoBackup(f"Trong «{folder}» không có bản sao lưu nào trọn vẹn.")
    return found[-1]


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Writes the manifest and its own hash, which comes last: what has it is whole."""
    content = manifest.as_json()
    for name, data in (
        (MANIFEST, content),
        (PROOF, hashlib.sha256(content).hexdigest().encode() + b"\n"),
    ):
        with (folder / name).open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())


def read_manifest(folder: Path) -> Manifest:
    """What a backup says of itself. Raises BackupDamaged, NoBackup."""
    try:
        content = (folder / MANIFEST).read_bytes()
        proof = (folder / PROOF).read_text().strip()
    except OSError as error:
        raise NoBackup(f"«{folder}» không phải bản sao lưu trọn vẹn: {error}") from None
    if hashlib.sha256(content).hexdigest() != proof:
        raise BackupDamaged(f"Bản sao lưu «{folder}»: tệp {MANIFEST} đã bị thay đổi hoặc hỏng.")
    told = json.loads(content)
    if told.pop("form") != FORM:
        raise BackupDamaged(f"Bản sao lưu «{folder}» do chương trình mới hơn ghi; hãy cập nhật.")
    return _manifest_of(told)


def _manifest_of(told: dict[str, Any]) -> Manifest:
    told["taken_at"] = dt.datetime.fromisoformat(told["taken_at"])
    told["files"] = [CopiedFile(**one) for one in told["files"]]
    return Manifest(**told)


def sha256_of(path: Path) -> str:
    """The hash of a file, however large. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def faults_of(folder: Path, manifest: Manifest) -> list[str]:
    """What of a backup's own files is gone or is not what was written, a sentence each."""
    found = []
    for one in manifest.files:
        try:
            whole = sha256_of(folder / one.path) == one.sha256
        except OSError as error:
            found.append(f"Bản sao lưu {folder.name}: không đọc được «{one.path}» ({error}).")
            continue
        if not whole:
            found.append(f"Bản sao lưu {folder.name}: «{one.path}» đã hỏng.")
    return found
