"""What is put out for people by name: workbooks, papers, tables; in a folder, and shared.

Where a store is shared, a file goes there first and then into the folder: what the folder of one
machine has, every machine can have. Names lead to one content for good, so a file in the folder
is never fetched again. In the store the hash of each lies beside it and is written last: what has
none, or another, is not whole and counts as not there.
"""

from __future__ import annotations

import hashlib
import secrets
import shutil
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import IO

from tasks.adapters.raw_store import TEMPORARY_PREFIX
from tasks.adapters.sharing.objects import ObjectStore

_FILES, _HASHES = "output", "output-sha256"
SET_ASIDE = ".da-thay-doi"  # ends the name of a file that somebody has changed


class Outputs:
    """Files by name, within `folder` and, where `objects` is given, within the shared store.

    Raises StoreAway where the store has to be asked and does not answer.
    """

    def __init__(self, folder: Path, objects: ObjectStore | None = None) -> None:
        self.folder = folder
        self._objects = objects

    def put(self, files: Mapping[str, bytes]) -> None:
        """Puts the files out, each whole or not at all. Raises OSError as well."""
        for name, content in files.items():
            self._share(name, content)
            _write(self.folder / name, content)

    def put_file(self, name: str, made: Path) -> None:
        """The same of a file that may be large: without a shared store it is never held whole.

        Raises OSError as well.
        """
        if self._objects is not None:
            self._share(name, made.read_bytes())
        with made.open("rb") as content:
            _written(self.folder / name, lambda partial: shutil.copyfileobj(content, partial))

    def path(self, name: str) -> Path | None:
        """The file in the folder, fetched where it is not; None where there is none, or no whole
        one."""
        path = self.folder / name
        if path.is_file():
            return path
        content = self._fetched(name)
        if content is None:
            return None
        _write(path, content)
        return path

    def at_hand(self, names: Collection[str]) -> set[str]:
        """Those of the names that lie in the folder."""
        return {name for name in names if (self.folder / name).is_file()}

    def present(self, names: Collection[str]) -> set[str]:
        """Those of the names that were put out, here or on another machine."""
        there = self.at_hand(names)
        if self._objects is None or len(there) == len(set(names)):
            return there
        shared = self._objects.sizes(_HASHES).keys()
        if not shared:
            self._objects.attend()
        return there | (set(names) & shared)

    def shown(self, name: str) -> str:
        """Where people find the file: its path, or its address in the shared store."""
        if self._objects is None:
            return str((self.folder / name).resolve())
        return f"{self._objects.url.removeprefix('file://')}/{_FILES}/{name}"

    def hand_over(self) -> int:
        """How many files that only this machine had the store has now."""
        if self._objects is None:
            return 0
        self._objects.attend()
        there, done = self._objects.sizes(_HASHES), 0
        for name, path in self._own():
            if name not in there:
                self._share(name, path.read_bytes())
                done += 1
        return done

    def damaged(self) -> list[str]:
        """The names of files in the store that are not what was put out; each is read."""
        if self._objects is None:
            return []
        names = self._objects.sizes(_HASHES)
        return sorted(name for name in names if self._fetched(name) is None)

    def _own(self) -> Iterable[tuple[str, Path]]:
        for path in sorted(self.folder.rglob("*")) if self.folder.is_dir() else ():
            hidden = any(p.startswith(".") for p in path.relative_to(self.folder).parts)
            if path.is_file() and not hidden and not path.name.endswith(SET_ASIDE):
                yield path.relative_to(self.folder).as_posix(), path

    def _share(self, name: str, content: bytes) -> None:
        if self._objects is not None:
            self._objects.attend()
            self._objects.write(f"{_FILES}/{name}", content)
            sha256 = hashlib.sha256(content).hexdigest()
            self._objects.write(f"{_HASHES}/{name}", sha256.encode())
            self._objects.is_still_there()

    def _fetched(self, name: str) -> bytes | None:
        if self._objects is None:
            return None
        told = self._objects.read(f"{_HASHES}/{name}")
        content = self._objects.read(f"{_FILES}/{name}") if told is not None else None
        if content is not None and hashlib.sha256(content).hexdigest().encode() == told:
            return content
        self._objects.attend()  # a store that is not there lacks everything
        return None


def _write(path: Path, content: bytes) -> None:
    _written(path, lambda partial: partial.write(content))


def _written(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}")
    try:
        with partial.open("wb") as file:
            write(file)
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
