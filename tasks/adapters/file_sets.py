"""Several files changed as one: after a crash in the middle the old ones stand again.

The new contents are written next to their places and brought to the disk; then the old contents are
kept in a folder that appears under its name in one step (the journal); then each file is renamed.
While the journal stands, the change is not done: `take_back_interrupted` puts the old files back.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from models.domain.errors import BaocaoError
from models.domain.exchange.exchange_sheets import IMPORT_JOURNAL
from tasks.adapters.whole_files import sync_folder

_MANIFEST = "danh-sach.json"
_TEMPORARY = ".dang-ghi-"
_PATIENCE = 10.0  # seconds: a change at work is a matter of milliseconds


class FilesInUse(BaocaoError):
    """Raised when another process changes the same set of files."""


def replace_files(
    root: Path,
    contents: Mapping[Path, bytes | None],
    still: Callable[[], None] = lambda: None,
) -> None:
    """Writes all files, or leaves all as they were. `root` keeps journal and lock.

    A file without content is taken away, and a folder that is empty without it. `still` is asked
    under the lock and raises where something else has changed meanwhile. Raises FilesInUse, and
    OSError when the disk is full or read-only: nothing has changed then.
    """
    with _locked(root):
        _roll_back(root)
        still()
        _sweep({root, *map(_standing_folder, contents)})
        nonce = secrets.token_hex(6)
        waiting = {
            path: _standing_folder(path) / f"{_TEMPORARY}{nonce}-{number}-{path.name}"
            for number, path in enumerate(contents)
        }
        folders = _lacking_folders(contents)
        try:
            for path, temporary in waiting.items():
                if (content := contents[path]) is not None:
                    _write(temporary, content, like=path)
            _begin_journal(root, nonce, waiting, folders)
        except BaseException:
            for temporary in waiting.values():
                temporary.unlink(missing_ok=True)
            raise
        try:
            for folder in folders:
                folder.mkdir()
            for path, temporary in waiting.items():
                if contents[path] is None:
                    path.unlink(missing_ok=True)
                else:
                    temporary.rename(path)
            for folder in {f for path in contents for f in (path.parent, _standing_folder(path))}:
                sync_folder(folder)
            for folder in {path.parent for path, content in contents.items() if content is None}:
                with contextlib.suppress(OSError):  # others' files lie there
                    folder.rmdir()
                    sync_folder(folder.parent)
        except BaseException:
            _roll_back(root)
            raise
        _forget(root, nonce)


def take_back_interrupted(root: Path, patience: float = _PATIENCE) -> bool:
    """Takes back a change that a crash interrupted; whether there was one.

    A change that is at work is waited for, up to `patience` seconds. Raises FilesInUse.
    """
    if not (root / IMPORT_JOURNAL).exists():
        return False
    with _locked(root, patience):
        return _roll_back(root)


@contextlib.contextmanager
def _locked(root: Path, patience: float = 0.0) -> Iterator[None]:
    until = time.monotonic() + patience
    lock = os.open(root, os.O_RDONLY)  # the folder itself: nothing is left lying in it
    try:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise FilesInUse(
                        "Một lần nhập danh mục khác đang ghi; xin chờ nó xong rồi chạy lại."
                    ) from None
            time.sleep(0.05)
        yield
    finally:
        os.close(lock)


def _standing_folder(path: Path) -> Path:
    """The nearest folder around the path that is there."""
    return next(folder for folder in path.parents if folder.is_dir())


def _lacking_folders(contents: Mapping[Path, bytes | None]) -> list[Path]:
    """The folders that have to be made, outer ones first."""
    found = {folder for path in contents for folder in path.parents if not folder.exists()}
    return sorted(found, key=lambda folder: len(folder.parts))


def _sweep(folders: set[Path]) -> None:
    """Removes what an earlier run left before its journal stood. Only under the lock."""
    for folder in folders:
        for left in folder.glob(f"{_TEMPORARY}*"):
            if left.is_dir():
                shutil.rmtree(left)
            else:
                left.unlink()


def _write(path: Path, content: bytes, like: Path) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if like.exists():
        shutil.copymode(like, path)


def _begin_journal(
    root: Path, nonce: str, waiting: Mapping[Path, Path], folders: list[Path]
) -> None:
    """Keeps the old contents and what was not there before; then the journal has its name."""
    journal = root / f"{_TEMPORARY}{nonce}"
    journal.mkdir()
    files = []
    for number, (path, temporary) in enumerate(waiting.items()):
        kept = f"{number}" if path.exists() else ""
        if kept:
            _write(journal / kept, path.read_bytes(), like=path)
        files.append({"path": str(path.resolve()), "new": str(temporary.resolve()), "kept": kept})
    manifest = {"nonce": nonce, "folders": [str(f.resolve()) for f in folders], "files": files}
    _write(journal / _MANIFEST, json.dumps(manifest).encode(), like=journal / _MANIFEST)
    sync_folder(journal)
    journal.rename(root / IMPORT_JOURNAL)
    sync_folder(root)


def _roll_back(root: Path) -> bool:
    """Puts the old files back; may itself be interrupted and run again."""
    journal = root / IMPORT_JOURNAL
    if not journal.exists():
        return False
    manifest = json.loads((journal / _MANIFEST).read_bytes())
    for entry in manifest["files"]:
        path, temporary = Path(entry["path"]), Path(entry["new"])
        temporary.unlink(missing_ok=True)
        if entry["kept"]:
            temporary.parent.mkdir(exist_ok=True)  # it went with its last file
            old = journal / entry["kept"]
            _write(temporary, old.read_bytes(), like=old)
            temporary.rename(path)
        else:
            path.unlink(missing_ok=True)
    for folder in reversed(manifest["folders"]):
        with contextlib.suppress(FileNotFoundError):
            Path(folder).rmdir()
    for folder in {_standing_folder(Path(entry["path"])) for entry in manifest["files"]}:
        sync_folder(folder)
    _forget(root, manifest["nonce"])
    return True


def _forget(root: Path, nonce: str) -> None:
    done = root / f"{_TEMPORARY}{nonce}-xong"
    (root / IMPORT_JOURNAL).rename(done)
    sync_folder(root)
    shutil.rmtree(done)
